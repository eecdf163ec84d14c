"""Plans and goals on the page: filled in beforehand, ticked with one tap, the unmet carried over with another."""

import datetime as dt
import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import select

from school.models import Goal, SupportCase, SupportPlan
from school.vocabulary import GoalState, Horizon, TermPeriod
from tests.admin_views.test_lists import set_operator
from tests.cast import Cast
from tests.factories import make_goal
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]


def address(cast: Cast, case: str = "sponsored") -> str:
    return f"/admin/plan/details/?id={cast.id(case, 'plan')}"


def press(browser: Browser, cast: Cast, step: str, expected: int = 303) -> str:
    """Press a button of the plan's page."""
    page = browser.get(address(cast))
    data = {"id": cast.id("sponsored", "plan"), "version": version_of(page), "step": step}
    answer = browser.post("/admin/plan/step/", data)
    assert answer.status_code == expected, errors_of(answer)
    return answer.text


@pytest.mark.parametrize(
    ("name", "state"), [("met", GoalState.MET), ("partly", GoalState.PARTLY), ("not_met", GoalState.NOT_MET)]
)
def test_a_goal_is_ticked_with_one_tap_on_the_plans_page(
    sign_in: SignIn, cast: Cast, name: str, state: GoalState
) -> None:
    lan = sign_in("lan")
    step = f"{name}-{cast.id('sponsored', 'goal')}"
    assert f'value="{step}"' in lan.get(address(cast)).text
    press(lan, cast, step)
    assert cast.session.get(Goal, cast.id("sponsored", "goal")).state is state
    assert f'value="{step}"' not in lan.get(address(cast)).text
    lan.post("/admin/plan/step/", {"id": cast.id("sponsored", "plan"), "version": 1, "step": step})
    cast.session.expire_all()
    assert cast.session.get(Goal, cast.id("sponsored", "goal")).state is state


def test_a_button_of_another_plan_is_refused(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    for case in ("homeroom", "outsiders"):
        foreign = {"id": cast.id("sponsored", "plan"), "version": 1, "step": f"met-{cast.id(case, 'goal')}"}
        assert lan.post("/admin/plan/step/", foreign).status_code in (400, 404)
        assert cast.session.get(Goal, cast.id(case, "goal")).state is GoalState.OPEN


def test_what_is_left_is_carried_over_with_one_tap(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    assert 'value="carry"' not in lan.get(address(cast)).text
    press(lan, cast, f"partly-{cast.id('sponsored', 'goal')}")
    press(lan, cast, "carry")
    following = cast.session.scalars(select(Goal).where(Goal.carried_from_id == cast.id("sponsored", "goal"))).one()
    assert f"{following.starts_on:%d/%m/%Y}" == "20/10/2025"
    assert 'value="carry"' not in lan.get(address(cast)).text


def test_whoever_only_reads_a_plan_has_no_buttons(sign_in: SignIn, cast: Cast) -> None:
    for person in ("phuc", "hoa", "cuc", "binh"):
        page = sign_in(person).get(address(cast))
        assert page.status_code == 200
        assert 'name="step"' not in page.text


def test_weeks_roll_up_in_their_month(sign_in: SignIn, cast: Cast) -> None:
    page = sign_in("lan").get(address(cast))
    assert "Gộp theo tháng" in page.text
    assert "Tháng 10/2025" in page.text


def test_a_sponsor_of_one_student_need_not_choose(sign_in: SignIn, cast: Cast) -> None:
    page = sign_in("lan").get("/admin/plan/new/")
    assert re.search(r'name="case"[^>]*value="Y Bhiu Niê', page.text)
    assert re.search(r'<option selected value="semester_1"', page.text)
    goal = sign_in("lan").get("/admin/goal/new/")
    assert re.search(r'name="plan"[^>]*value="Y Bhiu Niê', goal.text)
    assert re.search(r'<option selected value="week"', goal.text)
    assert 'value="2025-10-15"' in goal.text


def test_a_sponsor_of_two_is_offered_both_names(sign_in: SignIn) -> None:
    page = unescape(sign_in("tam").get("/admin/plan/new/").text)
    assert 'value="Trần Văn Đạt · ' in page
    assert 'value="Lê Thị Hằng · ' in page


def test_a_case_out_of_sight_is_not_filled_in(sign_in: SignIn, cast: Cast) -> None:
    for screen in ("plan", "goal", "contact", "support"):
        parameters = f"case={cast.id('outsiders')}&plan={cast.id('outsiders', 'plan')}"
        assert "Điểu Sáng" not in sign_in("lan").get(f"/admin/{screen}/new/?{parameters}").text


def test_a_plan_is_written_and_a_goal_set_in_it(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    page = lan.get(f"/admin/plan/new/?case={cast.id('sponsored')}")
    typed = unescape(re.search(r'name="case"[^>]*value="([^"]*)"', page.text)[1])
    data = {"case": typed, "semester": "semester_2", "methods": "Kèm em thứ Năm."}
    saved = lan.post("/admin/plan/new/", data)
    assert saved.status_code == 303, errors_of(saved)
    again = lan.post("/admin/plan/new/", data)
    assert again.headers["Location"] == saved.headers["Location"]
    plan = cast.session.scalars(select(SupportPlan).where(SupportPlan.semester == TermPeriod.SEMESTER_2)).one()
    page = lan.get(f"/admin/goal/new/?plan={plan.id}")
    typed = unescape(re.search(r'name="plan"[^>]*value="([^"]*)"', page.text)[1])
    data = {"plan": typed, "text": "Ôn hai chương", "horizon": "month", "starts_on": "17/02/2026"}
    saved = lan.post("/admin/goal/new/", data)
    assert saved.status_code == 303, errors_of(saved)
    goal = cast.session.scalars(select(Goal).where(Goal.plan_id == plan.id)).one()
    assert (goal.horizon, f"{goal.starts_on:%d/%m/%Y}") == (Horizon.MONTH, "01/02/2026")


def test_the_whole_year_is_no_semester(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    page = lan.get(f"/admin/plan/new/?case={cast.id('sponsored')}")
    assert 'value="year"' not in page.text
    typed = unescape(re.search(r'name="case"[^>]*value="([^"]*)"', page.text)[1])
    answer = lan.post("/admin/plan/new/", {"case": typed, "semester": "year", "methods": "x"})
    assert answer.status_code == 400
    assert 'id="semester-error"' in answer.text


def test_a_day_outside_the_semester_is_said_at_its_field(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    page = lan.get("/admin/goal/new/")
    typed = unescape(re.search(r'name="plan"[^>]*value="([^"]*)"', page.text)[1])
    answer = lan.post("/admin/goal/new/", {"plan": typed, "text": "x", "horizon": "week", "starts_on": "2026-04-01"})
    assert answer.status_code == 400
    assert 'id="starts_on-error"' in answer.text
    assert 'value="2026-04-01"' in answer.text


def test_goals_are_found_by_their_time(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    plan = cast.session.get(SupportPlan, cast.id("sponsored", "plan"))
    make_goal(cast.session, plan, text="việc của tuần trước", starts_on=plan_monday(-1))
    make_goal(cast.session, plan, text="việc của tuần sau", starts_on=plan_monday(1))
    cast.session.commit()
    lan = sign_in("lan")
    now, past = lan.get("/admin/goal/?when=now").text, lan.get("/admin/goal/?when=past").text
    assert "nộp đủ bài Toán" in now
    assert "tuần trước" not in now
    assert "việc của tuần trước" in past
    assert "tuần sau" not in now + past


def plan_monday(weeks: int) -> dt.date:
    """The Monday so many weeks from that of the cast's goals."""
    return dt.date(2025, 10, 13) + weeks * dt.timedelta(days=7)


def test_a_goal_has_its_own_buttons_and_a_stale_one_is_refused(sign_in: SignIn, cast: Cast) -> None:
    lan, goal = sign_in("lan"), cast.id("sponsored", "goal")
    page = lan.get(f"/admin/goal/details/?id={goal}")
    data = {"id": goal, "version": version_of(page), "step": "not_met"}
    assert lan.post("/admin/goal/step/", data).status_code == 303
    assert lan.post("/admin/goal/step/", data | {"step": "met"}).status_code == 409
    page = lan.get(f"/admin/goal/details/?id={goal}")
    assert lan.post("/admin/goal/step/", {"id": goal, "version": version_of(page), "step": "carry"}).status_code == 303


def test_the_page_of_the_case_leads_to_the_plan(sign_in: SignIn, cast: Cast) -> None:
    page = sign_in("lan").get(f"/admin/case/details/?id={cast.id('sponsored')}").text
    assert "nộp đủ bài Toán" in page
    assert f"/admin/plan/details/?id={cast.id('sponsored', 'plan')}" in page
    set_operator(cast)
    case = cast.session.get(SupportCase, cast.id("sponsored"))
    cast.session.delete(cast.session.get(Goal, cast.id("sponsored", "goal")))
    cast.session.flush()
    cast.session.delete(cast.session.get(SupportPlan, cast.id("sponsored", "plan")))
    cast.session.commit()
    assert f"/admin/plan/new/?case={case.id}" in sign_in("lan").get(f"/admin/case/details/?id={case.id}").text
