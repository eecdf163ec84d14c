"""The student's page and the case's: the same panels, a time line folded by month, what is missing, light enough."""

import datetime as dt
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from lxml import html

from school.models import Classroom, Staff, Student, SupportCase
from school.services import cases
from school.services.guard import set_actor
from school.vocabulary import SurveyChannel
from tests.admin_views.test_lists import set_operator
from tests.cast import TODAY, Cast
from tests.factories import (
    SECRET,
    a_category,
    make_case,
    make_contact,
    make_evaluation,
    make_hardship,
    make_support,
    make_survey,
)
from tests.web import Browser, version_of

SignIn = Callable[[str], Browser]
MOST_STATEMENTS, HEAVIEST = 12, 80_000
OPEN_WORDS = "em tự làm được bài khó"


def page_of(browser: Browser, screen: str, row_id: int) -> str:
    page = browser.get(f"/admin/{screen}/details/?id={row_id}")
    assert page.status_code == 200
    return unescape(page.text)


def panels(text: str) -> list[str]:
    return [str(title) for title in html.fromstring(text).xpath("//main//section[contains(@class, 'card')]/h2/text()")]


@pytest.fixture
def a_years_work(cast: Cast) -> Cast:
    """A year of contacts, support and months on the sponsored case, with long words."""
    set_operator(cast)
    case, lan = cast.get(SupportCase, cast.id("sponsored")), cast.get(Staff, cast.staff["lan"])
    for day in range(0, 270, 4):
        on = TODAY - dt.timedelta(days=day)
        make_contact(cast.session, case, lan, occurred_on=on, sensitive=False, summary=f"{OPEN_WORDS} {day} " * 20)
        make_support(cast.session, case, lan, given_on=on)
    for month in ("2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03"):
        sent = dt.datetime(int(month[:4]), int(month[5:]), 19, 3, tzinfo=dt.UTC)
        make_evaluation(cast.session, case, lan, period=month, submitted_at=sent, comment="em đi học đều " * 300)
    cast.session.commit()
    return cast


def test_the_students_page_shows_the_work_of_the_case(sign_in: SignIn, cast: Cast) -> None:
    shown = panels(page_of(sign_in("lan"), "student", cast.id("sponsored", "student")))
    assert shown == [
        "Gia đình và liên hệ",
        "Hồ sơ hỗ trợ",
        "Phân loại hoàn cảnh",
        "Người đỡ đầu",
        "Kế hoạch và mục tiêu",
        "Nhật ký liên hệ",
        "Hỗ trợ đã trao",
        "Kết quả",
        "Dòng thời gian",
    ]


def test_both_pages_show_the_same_panels(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    student = html.fromstring(page_of(lan, "student", cast.id("sponsored", "student")))
    case = html.fromstring(page_of(lan, "case", cast.id("sponsored")))
    for title in ("Phân loại hoàn cảnh", "Người đỡ đầu", "Kế hoạch và mục tiêu", "Nhật ký liên hệ", "Hỗ trợ đã trao"):
        one, other = (
            tree.xpath(f"//section[@aria-label='{title}']//td//text() | //section[@aria-label='{title}']//a/@href")
            for tree in (student, case)
        )
        assert one == other
        assert one, title


def test_sponsors_now_and_before_stand_on_the_students_page(sign_in: SignIn, cast: Cast) -> None:
    page = html.fromstring(page_of(sign_in("vinh"), "student", cast.id("ended", "student")))
    text = page.xpath("string(//section[@aria-label='Người đỡ đầu'])")
    assert "Nguyễn Thị Lan" in text
    assert "14/10/2025" in text


@pytest.mark.parametrize("person", ["lan", "phuc", "vinh", "hoa", "cuc", "thu", "binh"])
def test_private_words_wait_until_the_case_is_open(sign_in: SignIn, cast: Cast, person: str) -> None:
    browser = sign_in(person)
    student = cast.id("sponsored", "student")
    address = ("student", student)
    text = page_of(browser, *address)
    private_note = text.count(SECRET) if person not in ("hoa", "cuc") else 0  # the note of the family's own panel
    assert text.count(SECRET) == private_note <= 1
    assert "Ghi riêng" in text
    browser.post("/admin/case/open/", {"id": cast.id("sponsored"), "reason": "Chuẩn bị thăm gia đình"})
    assert page_of(browser, *address).count(SECRET) == 2, "the family's note, and the private contact"


def test_the_administrator_sees_no_work(sign_in: SignIn, cast: Cast) -> None:
    shown = panels(page_of(sign_in("quan"), "student", cast.id("sponsored", "student")))
    assert shown == ["Hồ sơ hỗ trợ", "Kết quả", "Dòng thời gian"]


def test_a_year_is_folded_by_month_and_light(sign_in: SignIn, statements: Any, a_years_work: Cast) -> None:
    lan = sign_in("lan")
    address = f"/admin/student/details/?id={a_years_work.id('sponsored', 'student')}"
    with statements() as seen:
        page = lan.get(address)
    assert len(seen) <= MOST_STATEMENTS, "\n\n".join(seen)
    assert len(page.data) <= HEAVIEST
    months = html.fromstring(page.text).xpath("//details[@class='month']")
    assert len(months) > 8
    assert [month.get("open") is not None for month in months] == [True, True, *[False] * (len(months) - 2)]
    moments = html.fromstring(page.text).xpath("//ol[@class='timeline']/li")
    assert len(moments) == 120
    assert "việc cũ hơn" in unescape(page.text)


@pytest.mark.parametrize("person", ["lan", "hoa", "cuc", "thu", "binh", "quan"])
def test_the_students_page_runs_few_statements(
    sign_in: SignIn, statements: Any, a_years_work: Cast, person: str
) -> None:
    browser = sign_in(person)
    with statements() as seen:
        page_of(browser, "student", a_years_work.id("sponsored", "student"))
    assert len(seen) <= MOST_STATEMENTS, "\n\n".join(seen)


@pytest.mark.parametrize("person", ["lan", "hoa", "cuc", "thu", "binh"])
def test_the_cases_page_runs_few_statements(sign_in: SignIn, statements: Any, a_years_work: Cast, person: str) -> None:
    browser = sign_in(person)
    browser.get(f"/admin/case/details/?id={a_years_work.id('sponsored')}")
    browser.post("/admin/case/open/", {"id": a_years_work.id("sponsored"), "reason": "x"})
    with statements() as seen:
        page_of(browser, "case", a_years_work.id("sponsored"))
    assert len(seen) <= MOST_STATEMENTS, "\n\n".join(seen)


def test_titles_write_a_month_within_a_sentence(sign_in: SignIn, a_years_work: Cast) -> None:
    page = page_of(sign_in("lan"), "student", a_years_work.id("sponsored", "student"))
    assert "Đánh giá tháng 10/2025" in page
    assert "Kết quả học kỳ I" in page
    assert "Hỗ trợ 2 tiết" in page


def test_html_in_a_contact_is_escaped_in_the_time_line(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    case, lan = cast.get(SupportCase, cast.id("sponsored")), cast.get(Staff, cast.staff["lan"])
    make_contact(cast.session, case, lan, sensitive=False, summary="<script>alert(1)</script>")
    cast.session.commit()
    page = sign_in("lan").get(f"/admin/student/details/?id={cast.id('sponsored', 'student')}")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


# What is missing before the next step --------------------------------------------------------------------------------


@pytest.fixture
def nominee(cast: Cast) -> int:
    """The id of a case of lan's class of which nothing is known."""
    set_actor(cast.session, cast.actor("son"))
    year = cast.get(Classroom, cast.classes["10A1"]).school_year
    number = cases.nominate(cast.session, cast.actor("son"), cast.classmate, year, {}).id
    cast.session.commit()
    return number


def missing(text: str) -> list[str]:
    return [" ".join(item.text_content().split()) for item in html.fromstring(text).xpath("//ul[@class='gaps']/li")]


def test_the_case_page_says_what_is_missing_before_the_next_step(sign_in: SignIn, cast: Cast, nominee: int) -> None:
    lan = sign_in("lan")
    assert [text.endswith("cần có") for text in missing(page_of(lan, "case", nominee))] == [True, True, False]
    set_operator(cast)
    case = cast.get(SupportCase, nominee)
    make_survey(cast.session, case)
    make_survey(cast.session, case, channel=SurveyChannel.STUDENT)
    make_hardship(cast.session, case, category_id=a_category(cast.session).id)
    cast.session.commit()
    assert missing(page_of(lan, "case", nominee)) == []


def test_verifying_too_early_is_answered_with_a_sentence(sign_in: SignIn, cast: Cast, nominee: int) -> None:
    thu, address = sign_in("thu"), f"/admin/case/details/?id={nominee}"
    data = {"id": nominee, "version": version_of(thu.get(address)), "step": "verify"}
    answer = thu.post("/admin/case/step/", data)
    assert answer.status_code == 400
    assert "ghi ít nhất một nguồn" in unescape(answer.text)
    thu.get("/admin/case/")
    thu.post("/admin/case/action/", {"action": "verify", "rowid": nominee})
    assert "ghi ít nhất một nguồn" in unescape(thu.get("/admin/case/").text)


def test_whoever_sees_no_circumstances_is_not_told_what_they_lack(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    case = make_case(cast.session, cast.get(Student, cast.classmate))
    cast.session.commit()
    assert missing(page_of(sign_in("cuc"), "case", case.id)) == []
    assert missing(page_of(sign_in("thu"), "case", case.id)) == ["Em chưa có người đỡ đầu."]
