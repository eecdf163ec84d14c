"""The department's report on the page: begun by a tap, submitted, frozen, returned; late in plain sight (P4.10)."""

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from school.models import DepartmentReport, FollowUp, SchoolYear, Staff, SupportCase
from school.vocabulary import FollowUpState, ReportState, YearState
from tests.admin_views.test_lists import set_operator
from tests.cast import NOW, Cast
from tests.factories import SECRET, make_contact
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]
LIST, WORDS = "/admin/department_report", "Tổ đã họp, các em đi học đều."


def begin(
    browser: Browser, cast: Cast, department: str = "Tổ Toán", period: str = "2025-10", expected: int = 303
) -> Any:
    browser.get(f"{LIST}/month/")
    data = {"department": cast.departments[department], "period": period}
    answer = browser.post(f"{LIST}/new/", data)
    assert answer.status_code == expected, errors_of(answer)
    return answer.headers.get("Location", "") if expected == 303 else answer


def press(browser: Browser, address: str, step: str, expected: int = 303, **typed: str) -> Any:
    page = browser.get(address)
    data = {"id": address.split("=")[-1], "version": version_of(page), "step": step} | typed
    answer = browser.post(f"{LIST}/step/", data)
    assert answer.status_code == expected, errors_of(answer)
    return answer


def october(cast: Cast) -> DepartmentReport:
    set_operator(cast)
    return cast.session.scalars(
        select(DepartmentReport).where(
            DepartmentReport.period == "2025-10", DepartmentReport.department_id == cast.departments["Tổ Toán"]
        )
    ).one()


def test_a_month_goes_from_a_tap_to_the_paragraph(sign_in: SignIn, cast: Cast) -> None:
    hoa = sign_in("hoa")
    assert "Bắt đầu viết" in hoa.get(f"{LIST}/month/").text
    address = begin(hoa, cast)
    assert begin(hoa, cast) == address  # a double tap
    page = unescape(hoa.get(address).text)
    assert "trong tháng 10/2025 tổ Toán có 3 thầy cô đỡ đầu 4 em." in page
    assert "Hạn nộp" in page
    assert "24/10/2025" in page
    press(hoa, address, "write", comment="Tổ đã họp")
    assert "Tổ đã họp</textarea>" in hoa.get(address).text
    press(hoa, address, "submit", comment=WORDS)
    page = unescape(hoa.get(address).text)
    assert "Chốt ngày 15/10/2025" in page
    assert "Đúng hạn" in page
    assert f"{WORDS}</textarea>" in page  # at the end of the paragraph
    assert 'value="submit"' not in page
    assert october(cast).state is ReportState.SUBMITTED


def test_no_child_and_no_circumstances_stand_on_the_page(sign_in: SignIn, cast: Cast) -> None:
    hoa = sign_in("hoa")
    address = begin(hoa, cast)
    for browser in (hoa, sign_in("binh"), sign_in("cuc")):
        page = unescape(browser.get(address).text)
        assert SECRET not in page
        for name in ("Y Bhiu Niê", "H'Linh Niê", "Phạm Quốc Bảo", "Nông Thị Yến"):
            assert name not in page


def test_without_words_it_is_not_submitted_and_what_was_typed_stays(sign_in: SignIn, cast: Cast) -> None:
    hoa = sign_in("hoa")
    address = begin(hoa, cast)
    answer = press(hoa, address, "submit", 400, comment="  ")
    assert 'id="comment-error"' in answer.text
    assert october(cast).state is ReportState.DRAFTED
    long = "x" * 20_001
    answer = press(hoa, address, "submit", 400, comment=long)
    assert long in answer.text


def test_a_stale_page_is_refused_and_keeps_what_was_typed(sign_in: SignIn, cast: Cast) -> None:
    hoa = sign_in("hoa")
    address = begin(hoa, cast)
    old = version_of(hoa.get(address))
    press(hoa, address, "write", comment="bản mới")
    data = {"id": address.split("=")[-1], "version": old, "step": "submit", "comment": "bản đang viết"}
    answer = hoa.post(f"{LIST}/step/", data)
    assert answer.status_code == 409
    assert "bản đang viết</textarea>" in answer.text
    assert october(cast).comment == "bản mới"


def test_frozen_figures_stay_and_todays_stand_beside_where_they_differ(sign_in: SignIn, cast: Cast) -> None:
    hoa = sign_in("hoa")
    address = begin(hoa, cast)
    press(hoa, address, "submit", comment=WORDS)
    assert "Hiện nay" not in hoa.get(address).text
    set_operator(cast)
    case, lan = cast.get(SupportCase, cast.id("sponsored")), cast.get(Staff, cast.staff["lan"])
    make_contact(cast.session, case, lan, occurred_on=dt.date(2025, 10, 2))
    cast.session.commit()
    page = hoa.get(address).text
    row = re.search(r"Số lần liên hệ</th>(.*?)</tr>", page, re.DOTALL)[1]
    assert re.findall(r">(\d+)<", row) == ["0", "1"]
    assert "chưa ghi lần liên hệ nào" in unescape(page)  # the paragraph is the one that was handed in


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (dt.datetime(2025, 10, 24, 5, tzinfo=dt.UTC), "Đúng hạn"),
        (dt.datetime(2025, 10, 25, 5, tzinfo=dt.UTC), "Muộn 1 ngày"),
        (dt.datetime(2025, 10, 26, 5, tzinfo=dt.UTC), "Muộn 2 ngày"),
    ],
)
def test_late_is_seen_on_the_page_in_the_list_and_beside_the_other_departments(
    app: Flask, cast: Cast, day: dt.datetime, text: str
) -> None:
    hoa = Browser(app, day).sign_in("hoa")
    address = begin(hoa, cast)
    press(hoa, address, "submit", comment=WORDS)
    for person in ("hoa", "cuc", "thu", "binh"):
        browser = Browser(app, day).sign_in(person)
        for page in (address, f"{LIST}/?period=2025-10", f"{LIST}/month/"):
            assert text in browser.get(page).text, page
    filtered = Browser(app, day).sign_in("binh").get(f"{LIST}/?period=2025-10&sent=late").text
    assert (address.split("=")[-1] in re.findall(r"details/\?id=(\d+)", filtered)) == ("Muộn" in text)


def test_leadership_sees_who_has_not_begun_and_how_late(app: Flask, cast: Cast) -> None:
    late = dt.datetime(2025, 10, 27, 5, tzinfo=dt.UTC)
    for person in ("binh", "cuc", "thu"):
        page = unescape(Browser(app, late).sign_in(person).get(f"{LIST}/month/").text)
        assert page.count("Chưa nộp, quá hạn 3 ngày") == 2
        assert page.count("Chưa viết") == 2
        assert "Bắt đầu viết" not in page
    hoa = unescape(Browser(app, late).sign_in("hoa").get(f"{LIST}/month/").text)
    assert "Tổ Văn" not in hoa


def test_a_returned_report_reaches_the_head_as_a_follow_up_and_is_answered_by_handing_in_again(
    sign_in: SignIn, cast: Cast
) -> None:
    hoa, binh = sign_in("hoa"), sign_in("binh")
    address = begin(hoa, cast)
    press(hoa, address, "submit", comment=WORDS)
    assert 'id="return-reason-error"' in press(binh, address, "return", 400, reason="").text
    press(binh, address, "return", reason="ghi thêm việc phối hợp với gia đình")
    page = unescape(hoa.get(address).text)
    assert "Góp ý của Ban giám hiệu" in page
    assert "ghi thêm việc phối hợp với gia đình" in page
    assert "ghi thêm việc phối hợp" in unescape(hoa.get("/admin/follow_up/?whose=mine").text)
    press(hoa, address, "submit", comment=f"{WORDS} Đã phối hợp với gia đình.")
    set_operator(cast)
    asked = cast.session.scalars(select(FollowUp).where(FollowUp.what.contains("phối hợp với gia đình"))).one()
    assert (asked.state, asked.owner_id) == (FollowUpState.ANSWERED, cast.staff["hoa"])


def test_forged_posts_are_refused(sign_in: SignIn, cast: Cast) -> None:
    hoa, khoa = sign_in("hoa"), sign_in("khoa")
    address = begin(hoa, cast)
    id_ = address.split("=")[-1]
    begin(hoa, cast, "Tổ Văn", expected=400)  # another department
    begin(hoa, cast, period="2025-11", expected=400)
    begin(hoa, cast, period="9" * 300, expected=400)
    version = version_of(hoa.get(address))
    khoa.get(f"{LIST}/month/")
    for step in ("write", "submit", "return"):
        data = {"id": id_, "version": version, "step": step, "comment": "x", "reason": "x"}
        assert khoa.post(f"{LIST}/step/", data).status_code == 404
    for person, step in (("binh", "submit"), ("binh", "write"), ("cuc", "return"), ("hoa", "return")):
        browser = sign_in(person)
        browser.get(f"{LIST}/month/")
        data = {"id": id_, "version": version, "step": step, "comment": "x", "reason": "x"}
        assert browser.post(f"{LIST}/step/", data).status_code == 403, (person, step)
    assert hoa.post(f"{LIST}/step/", {"id": id_, "version": version, "step": "lock"}).status_code == 400
    assert hoa.get(f"{LIST}/month/?period=2025-11").status_code == 400
    row = october(cast)
    assert (row.state, row.comment) == (ReportState.DRAFTED, None)


def test_in_a_closed_year_the_report_is_only_read(sign_in: SignIn, cast: Cast) -> None:
    hoa = sign_in("hoa")
    address = begin(hoa, cast)
    set_operator(cast)
    cast.get(SchoolYear, cast.year).state = YearState.CLOSED
    cast.session.commit()
    assert "đã kết thúc" in unescape(press(hoa, address, "submit", 400, comment=WORDS).text)
    assert october(cast).state is ReportState.DRAFTED


def test_pages_ask_few_questions(sign_in: SignIn, cast: Cast, statements: Any) -> None:
    hoa, binh = sign_in("hoa"), sign_in("binh")
    address = begin(hoa, cast)
    press(hoa, address, "submit", comment=WORDS)
    for browser in (hoa, binh):
        for page, most in ((f"{LIST}/", 6), (f"{LIST}/month/", 12), (address, 12)):
            browser.get(page)
            with statements() as seen:
                assert browser.get(page).status_code == 200
            assert len(seen) <= most, (page, seen)


def test_a_page_at_another_moment_than_now_says_how_long_there_is_left(sign_in: SignIn, cast: Cast) -> None:
    hoa = sign_in("hoa")
    hoa.now = NOW + dt.timedelta(hours=1)
    assert "Còn 9 ngày" in hoa.get(begin(hoa, cast)).text
