"""Inspections on the page: the subject, what is left from the last time, then findings and what is to do (P4.7)."""

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select

from school.models import FollowUp, Inspection, Staff
from school.vocabulary import FollowUpState
from tests.admin_views.test_lists import set_operator
from tests.cast import TODAY, Cast
from tests.factories import make_follow_up, make_inspection
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]
SCREEN = "/admin/inspection"
FOUND = {"held_on": "15/10/2025", "findings": "Nhật ký ghi đều, còn thiếu kế hoạch."}
LINE = {"what_1": "Bổ sung kế hoạch", "owner_1": "Trần Thị Hoa", "due_on_1": "22/10/2025"}


def of_department(cast: Cast, name: str = "Tổ Toán") -> str:
    return f"{SCREEN}/new/?department={cast.departments[name]}"


def record(browser: Browser, address: str, expected: int = 303, **values: str) -> Any:
    browser.get(address)
    answer = browser.post(address, FOUND | values)
    assert answer.status_code == expected, errors_of(answer)
    return answer.headers["Location"] if expected == 303 else answer


def count(cast: Cast) -> int:
    set_operator(cast)
    return cast.session.scalar(select(func.count()).select_from(Inspection)) or 0


def test_first_the_subject_is_chosen(sign_in: SignIn, cast: Cast) -> None:
    cuc = sign_in("cuc")
    page = cuc.get(f"{SCREEN}/new/").text
    assert 'method="get"' in page
    assert 'name="findings"' not in page
    chosen = cuc.get(f"{SCREEN}/new/?department=&sponsorship=Y+Bhiu+Nie&case=")
    assert chosen.status_code == 400  # lan leads, phuc supports: one of the hints
    assert "Nguyễn Thị Lan → Y Bhiu Niê" in unescape(chosen.text)
    chosen = cuc.get(f"{SCREEN}/new/?department=&sponsorship=&case=H'Linh+Nie")
    assert chosen.status_code == 200
    assert 'name="findings"' in chosen.text
    assert "H'Linh Niê" in unescape(chosen.text)


@pytest.mark.parametrize(
    "query",
    [
        "department=&sponsorship=&case=",
        "department=1&case=H'Linh+Nie",
        "department=999999",
        "department=abc",
        "case=%23999999",
        "case=" + "x" * 3000,
        "other=1",
    ],
)
def test_none_several_or_unknown_subjects_are_refused(sign_in: SignIn, query: str) -> None:
    answer = sign_in("cuc").get(f"{SCREEN}/new/?{query}")
    assert answer.status_code == 400
    assert 'name="findings"' not in answer.text


def test_what_is_left_from_the_last_time_comes_first(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    hoa, cuc = (cast.get(Staff, cast.staff[name]) for name in ("hoa", "cuc"))
    for what, days, state, department in (
        ("việc của tuần sau", 7, FollowUpState.OPEN, "Tổ Toán"),
        ("việc quá hạn", -3, FollowUpState.OPEN, "Tổ Toán"),
        ("việc đã xong", -9, FollowUpState.CLOSED, "Tổ Toán"),
        ("việc của tổ khác", -3, FollowUpState.OPEN, "Tổ Văn"),
    ):
        earlier = make_inspection(cast.session, cuc, department_id=cast.departments[department])
        due_on = TODAY + dt.timedelta(days=days)
        make_follow_up(cast.session, hoa, what=what, inspection_id=earlier.id, due_on=due_on, state=state)
    cast.session.commit()
    page = unescape(sign_in("binh").get(of_department(cast)).text)
    places = [page.index(text) for text in ("việc quá hạn", "việc của tuần sau", 'name="findings"')]
    assert places == sorted(places)
    assert "Quá hạn 3 ngày" in page
    assert "việc đã xong" not in page
    assert "việc của tổ khác" not in page


def test_findings_and_what_is_to_do_are_stored_in_one_step(sign_in: SignIn, cast: Cast) -> None:
    cuc, hoa = sign_in("cuc"), sign_in("hoa")
    form = unescape(cuc.get(of_department(cast)).text)
    assert re.search(r'name="owner_1"[^>]*value="Trần Thị Hoa · ', form)
    address = record(cuc, of_department(cast), **LINE, what_2="", owner_2="Trần Thị Hoa", due_on_2="22/10/2025")
    assert record(cuc, of_department(cast), **LINE) == address  # a double tap
    page = unescape(cuc.get(address).text)
    for text in (FOUND["findings"], "Bổ sung kế hoạch", "Trần Thị Hoa", "22/10/2025", "Đang làm", "Còn 7 ngày"):
        assert text in page
    set_operator(cast)
    made = cast.session.scalars(select(FollowUp).where(FollowUp.inspection_id == int(address.split("=")[-1]))).all()
    assert [row.what for row in made] == ["Bổ sung kế hoạch"]
    assert "Bổ sung kế hoạch" in unescape(hoa.get("/admin/follow_up/?whose=mine").text)
    assert FOUND["findings"] in unescape(hoa.get(address).text)  # the head reads what was found
    assert "1 việc" in unescape(cuc.get(f"{SCREEN}/").text)
    again = re.search(rf'href="([^"]*{SCREEN}/new/[^"]*)"', cuc.get(address).text)[1]
    assert "Bổ sung kế hoạch" in unescape(cuc.get(unescape(again)).text)  # the next one begins with it


def test_another_follow_up_is_added_to_an_inspection(sign_in: SignIn, cast: Cast) -> None:
    cuc = sign_in("cuc")
    address = record(cuc, of_department(cast))
    way = f"/admin/follow_up/new/?inspection={address.split('=')[-1]}"
    assert way in cuc.get(address).text
    data = {"kind": "finding", "what": "Gặp gia đình em", "owner": "Nguyễn Thị Lan", "due_on": "2025-10-20", "case": ""}
    cuc.get(way)
    assert cuc.post(way, data).status_code == 303
    assert "Gặp gia đình em" in unescape(cuc.get(address).text)
    lan = sign_in("lan")
    lan.get(way)
    data |= {"kind": "difficulty", "owner": "Trần Thị Hoa", "what": "chen vào"}
    lan.post(way, data)  # lan does not see the inspection: what she raises stands by itself
    assert "chen vào" not in unescape(cuc.get(address).text)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"held_on": "16/10/2025"}, "held_on"),
        ({"held_on": "31/08/2025"}, "held_on"),
        ({"held_on": ""}, "held_on"),
        ({"findings": "  "}, "findings"),
        ({**LINE, "owner_1": ""}, "owner_1"),
        ({**LINE, "owner_1": "Không Có Ai"}, "owner_1"),
        ({**LINE, "due_on_1": "14/10/2025"}, "due_on_1"),
        ({**LINE, "what_1": "x" * 501}, "what_1"),
        ({"what_5": "việc thứ năm", "owner_5": "Trần Thị Hoa", "due_on_5": "hôm qua"}, "due_on_5"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_typed_is_lost(
    sign_in: SignIn, cast: Cast, values: dict[str, str], field: str
) -> None:
    before = count(cast)
    answer = record(sign_in("cuc"), of_department(cast), 400, **values)
    assert f'id="{field}-error"' in answer.text
    for text in (FOUND | values).values():
        assert text in unescape(answer.text)
    assert re.search(r"<details open>", answer.text) is not None or not field.endswith("_5")
    assert count(cast) == before


def test_ones_own_work_is_not_inspected(sign_in: SignIn, cast: Cast) -> None:
    before = count(cast)
    for person, case in (("ly", "leaders"), ("uyen", "unionists")):
        browser = sign_in(person)
        for query in (f"case=%23{cast.id(case)}", f"sponsorship=%23{cast.id(case, 'sponsorship')}"):
            answer = browser.get(f"{SCREEN}/new/?{query}")
            assert answer.status_code == 403
            assert "chính thầy cô" in unescape(answer.text)
            assert record(browser, f"{SCREEN}/new/?{query}", 403)
    assert count(cast) == before


def test_others_do_not_inspect_and_see_only_what_concerns_them(sign_in: SignIn, cast: Cast) -> None:
    address = record(sign_in("cuc"), f"{SCREEN}/new/?sponsorship=%23{cast.id('sponsored', 'sponsorship')}")
    expected = {"lan": 200, "hoa": 200, "thu": 200, "phuc": 404, "khoa": 404, "giang": 404, "hoi": 403, "quan": 403}
    for person, status in expected.items():
        browser = sign_in(person)
        assert browser.get(address).status_code == status, person
        browser.get("/password")
        assert browser.post(of_department(cast, "Tổ Văn"), FOUND).status_code == 403, person


def test_the_inspector_corrects_and_the_subject_stays(sign_in: SignIn, cast: Cast) -> None:
    cuc = sign_in("cuc")
    address = record(cuc, of_department(cast))
    edit = address.replace("details", "edit")
    page = cuc.get(edit)
    data = {"version": version_of(page), "held_on": "14/10/2025", "findings": "Nhật ký đủ.", "department": "2"}
    assert cuc.post(edit, data).status_code == 303
    assert cuc.post(edit, data | {"findings": "Bản cũ"}).status_code == 409
    set_operator(cast)
    row = cast.get(Inspection, int(address.split("=")[-1]))
    assert (row.findings, row.held_on, row.department_id) == (
        "Nhật ký đủ.",
        dt.date(2025, 10, 14),
        cast.departments["Tổ Toán"],
    )
    assert sign_in("binh").get(edit).status_code == 403


def test_lists_are_filtered(sign_in: SignIn, cast: Cast) -> None:
    cuc = sign_in("cuc")
    record(cuc, of_department(cast), **LINE)
    assert "Tổ Toán" in re.sub(r"<select.*?</select>", "", cuc.get(f"{SCREEN}/?left=open").text, flags=re.DOTALL)
    assert "<table" not in cuc.get(f"{SCREEN}/?left=overdue").text
    assert "Việc đỡ đầu của" not in cuc.get(f"{SCREEN}/?about=department").text


def test_pages_ask_few_questions(sign_in: SignIn, cast: Cast, statements: Any) -> None:
    cuc, hoa = sign_in("cuc"), sign_in("hoa")
    address = record(cuc, of_department(cast), **LINE)
    new = f"{SCREEN}/new/?case=%23{cast.id('sponsored')}"
    pages = [(cuc, f"{SCREEN}/", 6), (cuc, address, 12), (cuc, f"{SCREEN}/new/", 12), (cuc, new, 12)]
    for browser, page, most in [*pages, (hoa, f"{SCREEN}/", 6), (hoa, address, 12)]:
        browser.get(page)
        with statements() as seen:
            assert browser.get(page).status_code == 200
        assert len(seen) <= most, (page, len(seen), seen)
