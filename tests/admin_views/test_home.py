"""The home page: what waits, with its date and the way there; figures that lead to the rows they count."""

import datetime as dt
import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import select

from school.models import Goal, ScoreSheet, SupportCase, SupportPlan
from school.services import plans
from school.vocabulary import GoalState, Horizon, SheetState
from tests.admin_views.test_lists import set_operator, titles
from tests.cast import NOW, TODAY, Cast
from tests.web import Browser

SignIn = Callable[[str], Browser]
TASK = re.compile(
    r'<li><a class="card-link" href="([^"]*)"><span>([^<]*)</span>(?: <span class="chip ([^"]*)">([^<]*))?'
)


def tasks(browser: Browser) -> dict[str, tuple[str, str, str]]:
    """Text of each task: where it leads, how near its date is, the date."""
    found = TASK.findall(browser.get("/admin/").text)
    return {unescape(text): (unescape(url), near, due) for url, text, near, due in found}


def test_a_sponsor_sees_the_month_to_write_with_its_date_and_the_way_there(sign_in: SignIn) -> None:
    browser = sign_in("lan")
    url, near, due = tasks(browser)["Đánh giá tháng 10/2025: Y Bhiu Niê"]
    assert due == "Hạn 20/10 · còn 5 ngày"
    assert near == ""
    page = browser.get(url)
    assert re.search(r'name="case"[^>]*value="Y Bhiu Niê', page.text)
    assert '<option selected value="2025-10">' in page.text


@pytest.mark.parametrize(
    ("day", "near", "due"),
    [
        (17, "chip-soon", "Hạn 20/10 · còn 3 ngày"),
        (20, "chip-soon", "Hạn hôm nay"),
        (21, "chip-late", "Hạn 20/10 · đã quá 1 ngày"),
    ],
)
def test_a_deadline_stands_out_when_it_is_near(day: int, near: str, due: str, sign_in: SignIn, app: object) -> None:
    browser = Browser(app, NOW + dt.timedelta(days=day - 15)).sign_in("lan")
    assert tasks(browser)["Đánh giá tháng 10/2025: Y Bhiu Niê"][1:] == (near, due)


def test_a_head_sees_how_many_wait_for_the_department_and_opens_just_those(sign_in: SignIn) -> None:
    browser = sign_in("hoa")
    text = next(text for text in tasks(browser) if "chờ tổ xem" in text)
    rows = titles(browser.get(tasks(browser)[text][0]))
    assert text == f"{len(rows)} đánh giá tháng chờ tổ xem"


@pytest.mark.parametrize("person", ["binh", "cuc", "thu", "hoa"])
def test_each_figure_leads_to_the_rows_that_it_counts(person: str, sign_in: SignIn) -> None:
    browser = sign_in(person)
    figures = re.findall(r'<li><a class="card-link" href="([^"]*)"><strong>(\d+)</strong>', browser.get("/admin/").text)
    assert len(figures) >= 3
    for url, number in figures:
        page = browser.get(unescape(url) + "&page_size=100")
        assert page.status_code == 200
        if person != "hoa" or "/case/" in url:
            assert len(titles(page)) == int(number), url


def test_each_number_beside_a_chart_leads_to_the_rows_that_it_counts(sign_in: SignIn) -> None:
    browser = sign_in("binh")
    cells = re.findall(r'<td data-label="[^"]*"><a href="([^"]*)">(\d+)</a>', browser.get("/admin/").text)
    assert cells
    for url, number in cells:
        assert len(titles(browser.get(unescape(url)))) == int(number), url


def test_the_council_and_the_administrator_see_no_figure_of_students(sign_in: SignIn) -> None:
    for person in ("hoi", "quan"):
        page = sign_in(person).get("/admin/")
        assert "pygal" not in page.text
        assert "em chưa có người đỡ đầu" not in page.text


def test_a_person_without_a_role_is_told_kindly_that_nothing_waits(sign_in: SignIn) -> None:
    assert "Hiện không có việc nào chờ thầy cô." in sign_in("tro").get("/admin/").text


def test_a_goal_of_the_week_is_answered_on_the_home_page_with_one_tap(sign_in: SignIn, cast: Cast) -> None:
    actor = set_operator(cast)
    case = cast.get(SupportCase, cast.id("sponsored"))
    plan = cast.session.scalar(select(SupportPlan).where(SupportPlan.case_id == case.id))
    values = {"plan": plan, "horizon": Horizon.WEEK, "starts_on": TODAY, "text": "Nộp đủ bài Toán"}
    goal_id = plans.set_goal(cast.session, actor, Goal(), values).id
    cast.session.commit()
    browser = sign_in("lan")
    page = browser.get("/admin/")
    assert "Nộp đủ bài Toán" in page.text
    data = {"id": goal_id, "version": 1, "step": "met", "next": "/admin/"}
    answer = browser.post("/admin/goal/step/", data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/")
    assert cast.session.get(Goal, goal_id).state is GoalState.MET


def test_what_emulation_waits_for_leads_to_where_it_is_done(sign_in: SignIn, cast: Cast, app: object) -> None:
    for person, words in (
        ("binh", ("Chốt bộ tiêu chí thi đua năm học 2025-2026", "đề nghị xem lại", "hoạt động chờ xác nhận")),
        ("hoi", ("đề nghị xem lại",)),
        ("cuc", ("hoạt động chờ xác nhận",)),
    ):
        found = tasks(sign_in(person))
        for word in words:
            (text,) = [text for text in found if word in text]
            assert sign_in(person).get(found[text][0]).status_code == 200, text
    summer = Browser(app, dt.datetime(2026, 6, 3, 2, tzinfo=dt.UTC)).sign_in("hoi")
    (text,) = [text for text in tasks(summer) if "phiếu điểm thi đua chưa chốt" in text]
    page = unescape(summer.get(tasks(summer)[text][0]).text)
    assert '<option value="open" selected>' in page or '<option selected value="open">' in page


def test_that_the_own_sheet_is_frozen_is_a_quiet_line(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    own = select(ScoreSheet).where(ScoreSheet.staff_id == cast.staff["lan"])
    cast.session.scalars(own).one().state = SheetState.FROZEN
    cast.session.commit()
    lan, line = sign_in("lan"), "Phiếu điểm năm học 2025-2026 của thầy cô đã được chốt"
    page = lan.get("/admin/").text
    assert line in page
    assert line not in tasks(lan)
    assert 'href="/admin/score/?year=2025-2026"' in page
    assert line not in sign_in("giang").get("/admin/").text
