"""The pages "Sơ kết, tổng kết" and "Kết thúc năm học" (P4.9)."""

import datetime as dt
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from school.models import SchoolYear
from school.vocabulary import YearState
from tests.admin_views.test_lists import set_operator
from tests.cast import NOW, Cast
from tests.factories import make_case, make_sponsorship, make_staff, make_student
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]
JUNE = NOW + dt.timedelta(days=235)  # 7 June 2026


def year(cast: Cast) -> SchoolYear:
    set_operator(cast)
    cast.session.expire_all()
    return cast.session.scalars(select(SchoolYear)).one()


# Reviewing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["cuc", "thu", "binh", "ly"])
def test_the_school_is_reviewed_with_each_students_change(person: str, sign_in: SignIn) -> None:
    page = sign_in(person).get("/admin/review/")
    assert "Thay đổi của từng em (9)" in page.text
    assert 'href="/admin/case/details/?id=' in page.text
    assert "Điểu Sáng" in page.text


def test_a_head_sees_the_own_department_alone(sign_in: SignIn) -> None:
    text = unescape(sign_in("hoa").get("/admin/review/?period=year").text)
    assert "H'Linh Niê" in text
    assert "Điểu Sáng" not in text
    assert "Tổ Văn" not in text


@pytest.mark.parametrize("period", ["1", "2", "year"])
def test_each_part_of_the_year_has_its_page(period: str, sign_in: SignIn) -> None:
    page = sign_in("binh").get(f"/admin/review/?year=2025-2026&period={period}")
    assert page.status_code == 200
    assert f'<option value="{period}" selected>' in page.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("period=3", 400),
        ("page=-1", 400),
        ("page=x", 400),
        ("year=2030-2031", 404),
        ("year=%00", 404),
        ("page=999", 200),
    ],
)
def test_a_wrong_address_is_refused(query: str, status: int, sign_in: SignIn) -> None:
    assert sign_in("binh").get(f"/admin/review/?{query}").status_code == status


def test_a_big_school_is_paged_and_light(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    staff = make_staff(cast.session, "Nguyễn Hoàng Phương Thảo")
    for number in range(60):
        case = make_case(cast.session, make_student(cast.session, f"Nguyễn Hoàng Phương Thảo Uyên {number}"))
        make_sponsorship(cast.session, case, staff)
    cast.session.commit()
    browser = sign_in("binh")
    first = browser.get("/admin/review/")
    assert first.text.count("/admin/case/details/") == 50
    assert len(first.data) <= 60_000
    found = re.search(r'href="([^"]*)" rel="next"', first.text)
    assert found
    second = browser.get(unescape(found[1]))
    assert second.text.count("/admin/case/details/") == 19
    assert 'rel="prev"' in second.text and 'rel="next"' not in second.text


# Closing -----------------------------------------------------------------------------------------------------------


def test_each_open_end_leads_to_its_rows(sign_in: SignIn) -> None:
    browser = sign_in("binh")
    text = unescape(browser.get("/admin/closing/").text)
    links = re.findall(r'<li><a class="card-link" href="([^"]*)"><span>([^<]*)', text)
    assert len(links) >= 5
    expected = {"Tháng 9/2025: 2 tổ chưa nộp báo cáo tháng", "1 đăng ký đỡ đầu chưa thống nhất"}
    assert expected <= {text for _url, text in links}
    for url, label in links:
        assert browser.get(url).status_code == 200, label
    assert "Năm học còn đến hết ngày 31/05/2026" in text


def test_it_asks_for_a_reason_keeps_what_was_typed_and_closes_with_one(cast: Cast, app: Flask) -> None:
    browser = Browser(app, JUNE).sign_in("binh")
    page = browser.get("/admin/closing/")
    data = {"id": cast.year, "version": version_of(page), "reason": "   "}
    refused = browser.post("/admin/closing/close/", data)
    assert refused.status_code == 400
    assert any("ghi lý do vẫn kết thúc" in error for error in errors_of(refused))
    assert year(cast).state is YearState.RUNNING
    answer = browser.post("/admin/closing/close/", data | {"reason": "còn hồ sơ gửi sau"})
    assert answer.status_code == 303
    assert (year(cast).state, year(cast).closed_despite) == (YearState.CLOSED, "còn hồ sơ gửi sau")
    page = browser.get("/admin/closing/")
    assert "còn hồ sơ gửi sau" in page.text
    assert "/admin/closing/close/" not in page.text
    assert browser.post("/admin/closing/close/", data | {"reason": "x"}).status_code == 409


def test_a_stale_page_closes_nothing_and_keeps_the_reason(cast: Cast, app: Flask) -> None:
    browser = Browser(app, JUNE).sign_in("binh")
    browser.get("/admin/closing/")
    answer = browser.post("/admin/closing/close/", {"id": cast.year, "version": 99, "reason": "vì còn việc"})
    assert answer.status_code == 409
    assert "vì còn việc" in answer.text
    assert year(cast).state is YearState.RUNNING


@pytest.mark.parametrize("person", ["lan", "hoa", "cuc", "thu", "hoi", "quan", "tro"])
def test_nobody_but_leadership_opens_the_page_or_closes(person: str, sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in(person)
    assert browser.get("/admin/closing/").status_code == 403
    data = {"id": cast.year, "version": 1, "reason": "x"}
    assert browser.post("/admin/closing/close/", data).status_code == 403
    assert year(cast).state is YearState.RUNNING


@pytest.mark.parametrize("row_id", ["", "x", "-1", "999999"])
def test_an_id_of_no_year_is_refused(row_id: str, sign_in: SignIn) -> None:
    answer = sign_in("binh").post("/admin/closing/close/", {"id": row_id, "version": 1, "reason": "x"})
    assert answer.status_code in (400, 404)
