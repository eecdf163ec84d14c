"""The diary on the page: a kind, a note, save; and private words that reach nobody who has not opened them (P1.3)."""

import datetime as dt
import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import select

from school.models import Contact, ProgressEvaluation, Staff, SupportCase
from school.vocabulary import ContactKind, EvaluationState
from tests.admin_views.test_lists import set_operator
from tests.cast import NOW, Cast
from tests.factories import make_evaluation
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]
CANARY = "chim hoàng yến hót trong chuyện riêng của nhà em"


def log(browser: Browser, cast: Cast, **values: str) -> str:
    """Log a contact as the form itself would; the address of its page."""
    page = browser.get(f"/admin/contact/new/?case={cast.id('sponsored')}")
    typed = unescape(re.search(r'name="case"[^>]*value="([^"]*)"', page.text)[1])
    given = {"case": typed, "kind": "talk", "summary": "Em vui.", "occurred_on": "2025-10-15", "reached": "y"}
    saved = browser.post("/admin/contact/new/", given | values)
    assert saved.status_code == 303, errors_of(saved)
    return saved.headers["Location"]


def test_all_but_the_note_is_filled_in(sign_in: SignIn) -> None:
    page = sign_in("lan").get("/admin/contact/new/").text
    assert re.search(r'name="case"[^>]*value="Y Bhiu Niê', page)
    assert '<option selected value="talk"' in page
    assert 'value="2025-10-15"' in page
    assert re.search(r'<input[^>]*checked[^>]*name="reached"|name="reached"[^>]*checked|checked[^>]*id="reached"', page)
    assert not re.search(r'checked[^>]*name="sensitive"', page)


def test_the_supporting_sponsor_logs_too(sign_in: SignIn) -> None:
    assert re.search(r'name="case"[^>]*value="Y Bhiu Niê', sign_in("phuc").get("/admin/contact/new/").text)


def test_a_kind_a_note_and_save_are_enough(sign_in: SignIn, cast: Cast) -> None:
    where = log(sign_in("lan"), cast, kind="call")
    contact = cast.session.get(Contact, int(where.split("=")[1]))
    assert (contact.kind, contact.summary, contact.reached) == (ContactKind.CALL, "Em vui.", True)


def test_a_double_tap_logs_once(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    assert log(lan, cast) == log(lan, cast)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"summary": ""}, "summary"),
        ({"occurred_on": "2025-10-16"}, "occurred_on"),
        ({"occurred_on": "31/02/2025"}, "occurred_on"),
        ({"minutes": "-5"}, "minutes"),
        ({"minutes": "lâu"}, "minutes"),
        ({"kind": "party"}, "kind"),
        ({"case": "Điểu Sáng"}, "case"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    sign_in: SignIn, cast: Cast, values: dict[str, str], field: str
) -> None:
    lan = sign_in("lan")
    page = lan.get("/admin/contact/new/")
    typed = unescape(re.search(r'name="case"[^>]*value="([^"]*)"', page.text)[1])
    given = {"case": typed, "kind": "talk", "summary": "Em vui.", "occurred_on": "2025-10-15", "reached": "y"}
    answer = lan.post("/admin/contact/new/", given | values)
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text


def test_a_try_needs_no_note(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    page = lan.get("/admin/contact/new/")
    typed = unescape(re.search(r'name="case"[^>]*value="([^"]*)"', page.text)[1])
    saved = lan.post("/admin/contact/new/", {"case": typed, "kind": "call", "occurred_on": "2025-10-15"})
    assert saved.status_code == 303
    shown = lan.get(saved.headers["Location"]).text
    assert "Chưa gặp được" in shown


def test_a_colleague_reads_and_does_not_change(sign_in: SignIn, cast: Cast) -> None:
    where = log(sign_in("lan"), cast)
    phuc = sign_in("phuc")
    assert "Em vui." in phuc.get(where).text
    refused = phuc.get(where.replace("details", "edit"))
    assert refused.status_code == 403
    assert "do người khác ghi" in refused.text


def test_the_writer_edits_private_words(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    where = log(lan, cast, summary=CANARY, sensitive="y")
    assert CANARY in lan.get(where).text
    form = lan.get(where.replace("details", "edit"))
    assert CANARY in form.text
    given = {"version": version_of(form), "kind": "talk", "summary": "Ngắn thôi.", "occurred_on": "2025-10-15"}
    saved = lan.post(where.replace("details", "edit"), given | {"reached": "y", "sensitive": "y"})
    assert saved.status_code == 303, errors_of(saved)
    shown = lan.get(where).text
    assert CANARY not in shown
    assert "Ngắn thôi." in shown


def confirm_month(cast: Cast, at: dt.datetime, period: str = "2025-09") -> None:
    """The union has confirmed a month of lan's case."""
    set_operator(cast)
    case, lan = cast.session.get(SupportCase, cast.id("sponsored")), cast.session.get(Staff, cast.staff["lan"])
    criteria = (ProgressEvaluation.case_id == case.id, ProgressEvaluation.period == period)
    row = cast.session.scalar(select(ProgressEvaluation).where(*criteria))
    row = row or make_evaluation(cast.session, case, lan, period=period)
    row.state, row.confirmed_at = EvaluationState.CONFIRMED, at
    cast.session.commit()


def test_of_a_confirmed_month_only_the_words_are_on_the_form(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    where = log(lan, cast, kind="call", occurred_on="2025-09-20")
    open_form = lan.get(where.replace("details", "edit"))
    confirm_month(cast, NOW + dt.timedelta(hours=2))
    page = lan.get(where).text
    assert 'action="/admin/contact/delete/"' not in page
    form = lan.get(where.replace("details", "edit"))
    assert "Tháng này đã được xác nhận" in form.text
    assert not any(f'name="{name}"' in form.text for name in ("occurred_on", "kind", "reached"))
    saved = lan.post(where.replace("details", "edit"), {"version": version_of(form), "summary": "Em khỏe."})
    assert saved.status_code == 303, errors_of(saved)
    set_operator(cast)
    cast.session.expire_all()
    contact = cast.session.get(Contact, int(where.split("=")[1]))
    assert (contact.kind, contact.summary, contact.reached) == (ContactKind.CALL, "Em khỏe.", True)
    # The form that was open before, or a forged one, sends the day all the same.
    sent = {"kind": "call", "summary": "x", "occurred_on": "2025-10-01", "reached": "y"}
    stale = lan.post(where.replace("details", "edit"), sent | {"version": version_of(open_form)})
    assert stale.status_code == 409
    version = version_of(lan.get(where.replace("details", "edit")))
    forged = lan.post(where.replace("details", "edit"), sent | {"version": version})
    assert forged.status_code == 400
    assert 'id="occurred_on-error"' in forged.text
    erased = lan.post("/admin/contact/delete/", {"id": where.split("=")[1], "version": version})
    assert erased.headers["Location"] == where
    assert "được giữ lại" in lan.get(where).text


def test_one_for_a_confirmed_month_is_logged_and_said_not_to_count(sign_in: SignIn, cast: Cast) -> None:
    for period in ("2025-09", "2025-10"):
        confirm_month(cast, NOW - dt.timedelta(hours=2), period)
    lan = sign_in("lan")
    assert "không tính vào thi đua" in unescape(lan.get("/admin/contact/new/").text)
    where = log(lan, cast, occurred_on="2025-09-20")
    assert "không tính thêm vào thi đua" in lan.get(where).text
    where = log(lan, cast, occurred_on="2025-10-02")  # November is still to be confirmed
    assert "không tính thêm vào thi đua" not in lan.get(where).text


# The canary -----------------------------------------------------------------------------------------------------------

PAGES = ["/admin/contact/", "/admin/contact/export/csv/", "/admin/contact/?search=bhiu", "/admin/", "/admin/audit/"]


def everywhere(browser: Browser, cast: Cast, where: str) -> str:
    """Everything in which the words might stand, for this person: pages, JSON, CSV."""
    file = cast.files["sponsored"]
    pages = [
        *PAGES,
        where,
        where.replace("details", "edit"),
        f"/admin/case/details/?id={file['case']}",
        f"/admin/student/details/?id={file['student']}",
        f"/admin/plan/details/?id={file['plan']}",
        "/admin/audit/export/csv/",
        "/admin/search/?q=yến",
        "/admin/contact/?search=yến",
    ]
    pages += [f"/admin/{screen}/ajax/lookup/?name=case&query=hoang" for screen in ("contact", "support", "plan")]
    return unescape("\n".join(browser.get(page).data.decode("utf-8-sig") for page in pages))


@pytest.mark.parametrize("person", ["hoa", "khoa", "cuc", "uyen", "hoi", "quan", "son", "giang", "tro", "nobody"])
def test_private_words_reach_nobody_who_may_not_or_has_not_opened_them(
    sign_in: SignIn, app: object, cast: Cast, person: str
) -> None:
    where = log(sign_in("lan"), cast, summary=CANARY, with_whom=CANARY + " (người)", sensitive="y")
    browser = sign_in(person) if person != "nobody" else Browser(app, sign_in("lan").now)  # type: ignore[arg-type]
    found = everywhere(browser, cast, where)
    assert CANARY not in found
    assert json.dumps(CANARY)[1:-1] not in found


@pytest.mark.parametrize("person", ["phuc", "vinh", "thu", "binh"])
def test_whoever_may_opens_them_on_purpose_first(sign_in: SignIn, cast: Cast, person: str) -> None:
    where = log(sign_in("lan"), cast, summary=CANARY, sensitive="y")
    browser, case = sign_in(person), f"/admin/case/details/?id={cast.id('sponsored')}"
    assert "#private" in browser.get(where).text
    assert CANARY not in browser.get(where).text + browser.get(case).text
    browser.post("/admin/case/open/", {"id": cast.id("sponsored")})
    assert CANARY in browser.get(where).text
    assert CANARY in browser.get(case).text
    assert CANARY not in browser.get("/admin/contact/").text
    assert CANARY not in browser.get("/admin/contact/export/csv/").data.decode()


@pytest.mark.parametrize("person", ["hoa", "cuc"])
def test_heads_and_the_union_open_them_with_a_reason(sign_in: SignIn, cast: Cast, person: str) -> None:
    where = log(sign_in("lan"), cast, summary=CANARY, sensitive="y")
    browser = sign_in(person)
    browser.post("/admin/case/open/", {"id": cast.id("sponsored"), "reason": ""})
    assert CANARY not in browser.get(where).text
    browser.post("/admin/case/open/", {"id": cast.id("sponsored"), "reason": "Chuẩn bị thăm gia đình"})
    assert CANARY in browser.get(where).text


def test_ordinary_notes_are_read_and_exported(sign_in: SignIn, cast: Cast) -> None:
    log(sign_in("lan"), cast, summary="Em làm được bài khó.")
    hoa = sign_in("hoa")
    assert "Em làm được bài khó." in hoa.get("/admin/contact/").text
    assert "Em làm được bài khó." in hoa.get("/admin/contact/export/csv/").data.decode("utf-8-sig")
    assert "Ghi riêng" in hoa.get("/admin/contact/").text


def test_a_long_note_is_cut_in_the_list_and_whole_in_the_export(sign_in: SignIn, cast: Cast) -> None:
    note = "Em kể " + "rất nhiều chuyện vui ở lớp " * 30 + "xong."
    log(sign_in("lan"), cast, summary=note)
    hoa = sign_in("hoa")
    assert "xong." not in hoa.get("/admin/contact/").text
    assert "xong." in hoa.get("/admin/contact/export/csv/").data.decode("utf-8-sig")


def test_html_in_a_note_is_escaped(sign_in: SignIn, cast: Cast) -> None:
    where = log(sign_in("lan"), cast, summary="<script>alert(1)</script>")
    for page in (where, "/admin/contact/", f"/admin/case/details/?id={cast.id('sponsored')}"):
        assert "<script>alert" not in sign_in("hoa").get(page).text


def test_contacts_are_filtered(sign_in: SignIn, cast: Cast) -> None:
    log(sign_in("lan"), cast, kind="home_visit", summary="Thăm nhà vui.")
    binh = sign_in("binh")
    assert "Thăm nhà vui." in binh.get("/admin/contact/?kind=home_visit&month=2025-10&reached=yes").text
    for query in ("kind=call", "month=2025-09", "reached=no"):
        assert "Thăm nhà vui." not in binh.get(f"/admin/contact/?{query}").text
    assert binh.get("/admin/contact/?reached=maybe").status_code == 400


def test_a_contact_is_deleted_by_its_writer(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    where = log(lan, cast, summary=CANARY, sensitive="y")
    page = lan.get(where)
    data = {"id": where.split("=")[1], "version": version_of(page)}
    assert lan.post("/admin/contact/delete/", data).headers["Location"] == "/admin/contact/"
    set_operator(cast)
    assert cast.session.scalar(select(Contact).where(Contact.id == int(data["id"]))) is None
