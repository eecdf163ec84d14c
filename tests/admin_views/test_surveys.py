"""Surveys on the page: who adds what, and words that reach nobody who has not opened the case (P1.3, P3.1)."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import select

from school.models import SurveyEntry
from tests.admin_views.test_lists import set_operator
from tests.cast import Cast
from tests.factories import SECRET
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]
CANARY = "chim hoàng yến kể chuyện khảo sát"
HEARD = {"channel": "friends", "occurred_on": "2025-10-15", "findings": CANARY}


def new_form(browser: Browser, case_id: int) -> dict[str, str]:
    """What the new form holds beforehand."""
    page = browser.get(f"/admin/survey/new/?case={case_id}")
    return {"case": unescape(re.search(r'name="case"[^>]*value="([^"]*)"', page.text)[1])}


def add(browser: Browser, cast: Cast, **values: str) -> str:
    """Add a source as the form itself would; the address of its page."""
    saved = browser.post("/admin/survey/new/", new_form(browser, cast.id("sponsored")) | HEARD | values)
    assert saved.status_code == 303, errors_of(saved)
    return saved.headers["Location"]


def test_facts_are_filled_in_and_the_channel_is_not(sign_in: SignIn, cast: Cast) -> None:
    page = sign_in("lan").get(f"/admin/survey/new/?case={cast.id('sponsored')}").text
    assert re.search(r'name="case"[^>]*value="Y Bhiu Niê', page)
    assert 'value="2025-10-15"' in page
    assert not re.search(r'<option selected value="\w', page)


def test_a_sponsor_adds_reads_corrects_and_removes_the_own_source(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    where = add(lan, cast)
    assert CANARY in lan.get(where).text
    edit = where.replace("details", "edit")
    form = lan.get(edit)
    assert 'name="case"' not in form.text
    saved = lan.post(edit, HEARD | {"findings": "Em vui hơn.", "version": version_of(form)})
    assert saved.status_code == 303, errors_of(saved)
    page = lan.get(where)
    assert "Em vui hơn." in page.text
    data = {"id": where.split("=")[1], "version": version_of(page)}
    assert lan.post("/admin/survey/delete/", data).headers["Location"] == "/admin/survey/"
    set_operator(cast)
    assert cast.session.scalar(select(SurveyEntry).where(SurveyEntry.id == int(data["id"]))) is None


def test_a_double_tap_adds_one(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    assert add(lan, cast) == add(lan, cast)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"case": "Điểu Sáng"}, "case"),
        ({"channel": ""}, "channel"),
        ({"channel": "gossip"}, "channel"),
        ({"occurred_on": "2025-10-16"}, "occurred_on"),
        ({"occurred_on": "2025-05-31"}, "occurred_on"),
        ({"occurred_on": "31/02/2025"}, "occurred_on"),
        ({"findings": "  "}, "findings"),
        ({"findings": "ơ" * 20_001}, "findings"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    sign_in: SignIn, cast: Cast, values: dict[str, str], field: str
) -> None:
    lan = sign_in("lan")
    answer = lan.post("/admin/survey/new/", new_form(lan, cast.id("sponsored")) | HEARD | values)
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text


def test_the_case_page_keeps_each_source_and_counts_the_channels(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    add(lan, cast)
    page = unescape(lan.get(f"/admin/case/details/?id={cast.id('sponsored')}").text)
    assert "đã nghe 2 kênh" in page
    assert "Bạn bè, ban cán sự lớp" in page
    assert "Nguyễn Thị Lan" in page
    assert CANARY not in page
    lan.post("/admin/case/open/", {"id": cast.id("sponsored")})
    opened = unescape(lan.get(f"/admin/case/details/?id={cast.id('sponsored')}").text)
    assert CANARY in opened
    assert opened.count(SECRET) >= 2, "what the family said, and the circumstances"


@pytest.mark.parametrize("person", ["phuc", "vinh", "thu", "binh"])
def test_a_colleague_reads_after_opening_and_changes_nothing(sign_in: SignIn, cast: Cast, person: str) -> None:
    where = add(sign_in("lan"), cast)
    browser = sign_in(person)
    page = browser.get(where).text
    assert CANARY not in page
    assert "#private" in page
    browser.post("/admin/case/open/", {"id": cast.id("sponsored")})
    assert CANARY in browser.get(where).text
    refused = browser.get(where.replace("details", "edit"))
    assert refused.status_code == 403
    assert CANARY not in refused.text
    data = {"id": where.split("=")[1], "version": 1}
    assert browser.post("/admin/survey/delete/", data).headers["Location"] == where


@pytest.mark.parametrize("person", ["hoa", "khoa", "cuc", "uyen", "hoi", "quan", "son", "giang", "tam", "tro"])
def test_the_words_reach_nobody_who_may_not_or_has_not_opened_them(sign_in: SignIn, cast: Cast, person: str) -> None:
    where = add(sign_in("lan"), cast)
    file, browser = cast.files["sponsored"], sign_in(person)
    pages = [
        where,
        where.replace("details", "edit"),
        "/admin/survey/",
        "/admin/survey/export/csv/",
        "/admin/survey/?search=bhiu",
        f"/admin/case/details/?id={file['case']}",
        f"/admin/student/details/?id={file['student']}",
        "/admin/audit/",
        "/admin/audit/export/csv/",
        "/admin/search/?q=khảo sát",
    ]
    found = unescape("\n".join(browser.get(page).data.decode("utf-8-sig") for page in pages))
    assert CANARY not in found


def test_lists_and_exports_hold_no_words_at_all(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    add(lan, cast)
    lan.post("/admin/case/open/", {"id": cast.id("sponsored")})
    assert "Y Bhiu Niê" in lan.get("/admin/survey/").text
    assert CANARY not in lan.get("/admin/survey/").text
    assert CANARY not in lan.get("/admin/survey/export/csv/").data.decode()


def test_the_union_opens_with_a_reason_then_reads_the_sources(sign_in: SignIn, cast: Cast) -> None:
    where = add(sign_in("lan"), cast)
    cuc, case = sign_in("cuc"), f"/admin/case/details/?id={cast.id('sponsored')}"
    assert cuc.get(where).status_code == 404
    assert "mở xem hoàn cảnh để thấy các khảo sát" in unescape(cuc.get(case).text)
    cuc.post("/admin/case/open/", {"id": cast.id("sponsored"), "reason": "Chuẩn bị thăm gia đình"})
    assert CANARY in cuc.get(where).text
    assert CANARY in unescape(cuc.get(case).text)


def test_html_in_what_was_said_is_escaped(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    where = add(lan, cast, findings="<script>alert(1)</script>")
    lan.post("/admin/case/open/", {"id": cast.id("sponsored")})
    for page in (where, f"/admin/case/details/?id={cast.id('sponsored')}"):
        assert "<script>alert" not in lan.get(page).text


def test_sources_are_filtered_by_channel_and_class(sign_in: SignIn, cast: Cast) -> None:
    add(sign_in("lan"), cast)
    binh = sign_in("binh")
    shown = binh.get(f"/admin/survey/?channel=friends&classroom={cast.classes['11A2']}").text
    assert "Y Bhiu Niê" in shown
    assert "Y Bhiu Niê" not in binh.get("/admin/survey/?channel=student").text
    assert binh.get("/admin/survey/?channel=gossip").status_code == 400
