"""Support and activities on the page: money as people type it, names one a line, the own list."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from school.models import Activity, ActivityParticipant, Classroom, SupportItem
from tests.admin_views.test_lists import set_operator
from tests.cast import Cast
from tests.factories import make_student
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]


def give(browser: Browser, cast: Cast, expected: int = 303, **values: str) -> str:
    """Enter support as the form itself would; the address of its page, or the page of the refusal."""
    page = browser.get(f"/admin/support/new/?case={cast.id('sponsored')}")
    typed = unescape(re.search(r'name="case"[^>]*value="([^"]*)"', page.text)[1])
    given = {"case": typed, "kind": "cash", "given_on": "2025-10-15"}
    answer = browser.post("/admin/support/new/", given | values)
    assert answer.status_code == expected, errors_of(answer)
    return answer.headers["Location"] if expected == 303 else answer.text


@pytest.mark.parametrize("typed", ["500000", "500.000", "500,000", "500 000 đ", "500.000 đồng", " 500000 VND "])
def test_money_is_typed_as_people_write_it(sign_in: SignIn, cast: Cast, typed: str) -> None:
    where = give(sign_in("lan"), cast, value=typed)
    item = cast.session.get(SupportItem, int(where.split("=")[1]))
    assert (item.value, item.quantity, item.unit) == (500_000, 500_000, "đồng")
    assert "500.000" in sign_in("lan").get(where).text


@pytest.mark.parametrize("typed", ["năm trăm", "5 triệu", "500.00", "-500000", "1e6", "500000$", "1.5", "99999999999"])
def test_what_is_no_sum_is_refused_at_the_field_with_what_to_do(sign_in: SignIn, cast: Cast, typed: str) -> None:
    page = give(sign_in("lan"), cast, 400, value=typed)
    assert 'id="value-error"' in page
    assert f'value="{typed}"' in page


def test_the_unit_follows_the_kind_and_its_change(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    where = give(lan, cast, kind="remedial_lesson", quantity="3")
    assert "3 tiết" in lan.get(where).text
    form = lan.get(where.replace("details", "edit"))
    data = {"version": version_of(form), "kind": "meal", "quantity": "3", "unit": "tiết", "given_on": "2025-10-15"}
    assert lan.post(where.replace("details", "edit"), data).status_code == 303
    assert "3 suất" in lan.get(where).text


def test_lessons_have_no_price(sign_in: SignIn, cast: Cast) -> None:
    assert 'id="value-error"' in give(sign_in("lan"), cast, 400, kind="remedial_lesson", value="100000")


def test_the_giver_is_the_writer_unless_named(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    assert "Nguyễn Thị Lan" in lan.get(give(lan, cast, value="100000")).text
    assert "Hội khuyến học" in lan.get(give(lan, cast, value="200000", giver="Hội khuyến học")).text


def test_the_page_of_the_case_shows_what_was_given(sign_in: SignIn, cast: Cast) -> None:
    give(sign_in("lan"), cast, value="1.500.000")
    page = sign_in("hoa").get(f"/admin/case/details/?id={cast.id('sponsored')}").text
    assert "1.500.000" in page
    assert "/admin/support/new/" not in page
    assert (
        f"/admin/support/new/?case={cast.id('sponsored')}"
        in sign_in("lan").get(f"/admin/case/details/?id={cast.id('sponsored')}").text
    )


# Activities -----------------------------------------------------------------------------------------------------------


def hold(browser: Browser, students: str, expected: int = 303) -> str:
    """Enter an activity; the address of its page, or the page of the refusal."""
    page = browser.get("/admin/activity/new/")
    organiser = unescape(re.search(r'name="organiser"[^>]*value="([^"]*)"', page.text)[1])
    data = {"title": "Đêm sách", "held_on": "2025-10-12", "organiser": organiser, "students": students}
    answer = browser.post("/admin/activity/new/", data)
    assert answer.status_code == expected, errors_of(answer)
    return answer.headers["Location"] if expected == 303 else unescape(answer.text)


def participants(cast: Cast, where: str) -> int:
    set_operator(cast)
    activity = int(where.split("=")[1])
    rows = cast.session.scalars(select(ActivityParticipant).where(ActivityParticipant.activity_id == activity))
    return len(rows.all())


def test_names_are_typed_one_a_line_with_or_without_marks(sign_in: SignIn, cast: Cast) -> None:
    where = hold(sign_in("lan"), "Điểu Sáng\r\nnguyen van nam\r\n\r\nLê Thị Hằng · 11A2\r\n")
    assert participants(cast, where) == 3
    page = sign_in("lan").get(where).text
    assert "Điểu Sáng" in page
    assert "12A3" in page


def test_an_unclear_and_an_unknown_name_are_said_and_nothing_typed_is_lost(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    make_student(cast.session, "Điểu Sáng", cast.session.get(Classroom, cast.classes["10A1"]))
    cast.session.commit()
    lan = sign_in("lan")
    page = hold(lan, "Điểu Sáng\r\nLê Thị Hằng", 400)
    assert "Điểu Sáng · 12A3 #" in page
    assert "Điểu Sáng\nLê Thị Hằng" in page.replace("\r", "")
    assert "Không tìm thấy “Người Lạ Mặt”" in hold(lan, "Người Lạ Mặt", 400)
    assert participants(cast, hold(lan, "Điểu Sáng · 10A1")) == 1


def test_the_list_is_changed_by_its_lines(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    where = hold(lan, "Điểu Sáng\r\nLê Thị Hằng")
    edit = where.replace("details", "edit")
    form = lan.get(edit)
    assert "Điểu Sáng · 12A3" in unescape(form.text)
    organiser = unescape(re.search(r'name="organiser"[^>]*value="([^"]*)"', form.text)[1])
    data = {"version": version_of(form), "title": "Đêm sách", "held_on": "2025-10-12", "organiser": organiser}
    assert lan.post(edit, data | {"students": "Lê Thị Hằng · 11A2"}).status_code == 303
    assert participants(cast, where) == 1


def test_too_many_lines_are_refused(sign_in: SignIn) -> None:
    assert "nhiều nhất 200 em" in hold(sign_in("lan"), "\r\n".join(["Điểu Sáng"] * 201), 400)


def test_others_see_the_activity_and_of_its_list_their_own(sign_in: SignIn, cast: Cast) -> None:
    where = hold(sign_in("lan"), "Điểu Sáng\r\nLê Thị Hằng")
    minh, son = sign_in("minh").get(where).text, sign_in("son").get(where).text
    assert "Điểu Sáng" in minh
    assert "Lê Thị Hằng" not in minh
    assert "Đêm sách" in son
    assert "Điểu Sáng" not in son
    assert sign_in("hoi").get(where).status_code == 403


def test_an_activity_is_deleted_by_its_organiser(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    where = hold(lan, "Điểu Sáng")
    assert 'action="/admin/activity/delete/"' not in sign_in("giang").get(where).text
    data = {"id": where.split("=")[1], "version": version_of(lan.get(where))}
    assert lan.post("/admin/activity/delete/", data).headers["Location"] == "/admin/activity/"
    set_operator(cast)
    assert cast.session.get(Activity, int(data["id"])) is None


def step(browser: Browser, where: str, name: str) -> TestResponse:
    """The step as the form on the page sends it."""
    data = {"id": where.split("=")[1], "step": name, "version": version_of(browser.get(where))}
    return browser.post("/admin/activity/step/", data)


def test_the_union_confirms_what_waits_and_it_stays(sign_in: SignIn, cast: Cast) -> None:
    lan, cuc = sign_in("lan"), sign_in("cuc")
    where = hold(lan, "Điểu Sáng\r\nLê Thị Hằng")
    assert "Xác nhận hoạt động" not in lan.get(where).text
    assert "Đêm sách" in cuc.get("/admin/activity/?confirmed=no").text
    assert "Đêm sách" not in cuc.get("/admin/activity/?confirmed=yes").text
    assert step(cuc, where, "confirm").status_code == 303
    assert "Đêm sách" not in cuc.get("/admin/activity/?confirmed=no").text
    assert "Ngày 15/10/2025" in lan.get(where).text
    assert 'action="/admin/activity/delete/"' not in lan.get(where).text
    edit = where.replace("details", "edit")
    form = lan.get(edit)
    assert "chỉ sửa được phần nội dung" in form.text
    assert not any(f'name="{name}"' in form.text for name in ("title", "held_on", "organiser", "students"))
    saved = lan.post(edit, {"version": version_of(form), "description": "Các em rất vui."})
    assert saved.status_code == 303, errors_of(saved)
    assert "Các em rất vui." in lan.get(where).text
    assert participants(cast, where) == 2


def test_a_forged_form_changes_nothing_that_is_confirmed(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    where = hold(lan, "Điểu Sáng")
    edit = where.replace("details", "edit")
    organiser = unescape(re.search(r'name="organiser"[^>]*value="([^"]*)"', lan.get(edit).text)[1])
    step(sign_in("binh"), where, "confirm")
    sent = {"title": "Đêm sách", "held_on": "2025-10-12", "organiser": organiser, "students": "Điểu Sáng"}
    for change, field in (
        ({"title": "Khác"}, "title"),
        ({"held_on": "2025-10-13"}, "held_on"),
        ({"students": ""}, "students"),
    ):
        answer = lan.post(edit, sent | change | {"version": version_of(lan.get(edit))})
        assert (answer.status_code, f'id="{field}-error"' in answer.text) == (400, True), change
    erased = lan.post("/admin/activity/delete/", {"id": where.split("=")[1], "version": version_of(lan.get(edit))})
    assert erased.headers["Location"] == where
    assert participants(cast, where) == 1


def test_nobody_else_takes_a_step_and_nobody_with_the_own(sign_in: SignIn, cast: Cast) -> None:
    where, own = hold(sign_in("lan"), "Điểu Sáng"), hold(sign_in("cuc"), "Điểu Sáng")
    version = version_of(sign_in("lan").get(where))
    statuses = {}
    for person in ("lan", "giang", "hoa", "thu", "hoi", "quan"):
        for name in ("confirm", "take_back"):
            data = {"id": where.split("=")[1], "step": name, "version": version}
            statuses[person, name] = sign_in(person).post("/admin/activity/step/", data).status_code
    assert set(statuses.values()) == {403}, statuses
    cuc = sign_in("cuc")
    assert "Xác nhận hoạt động" not in cuc.get(own).text
    assert step(cuc, own, "confirm").status_code == 403
    step(sign_in("uyen"), own, "confirm")
    version = version_of(cuc.get(own.replace("details", "edit")))
    data = {"id": own.split("=")[1], "step": "take_back", "version": version}
    assert cuc.post("/admin/activity/step/", data).status_code == 403


def test_the_confirmation_is_taken_back(sign_in: SignIn, cast: Cast) -> None:
    where, binh = hold(sign_in("lan"), "Điểu Sáng"), sign_in("binh")
    step(binh, where, "confirm")
    assert "Gỡ xác nhận" in binh.get(where).text
    assert step(binh, where, "take_back").status_code == 303
    assert "Chờ xác nhận" in binh.get(where).text
    stale = binh.post("/admin/activity/step/", {"id": where.split("=")[1], "step": "confirm", "version": "1"})
    assert stale.status_code == 409
