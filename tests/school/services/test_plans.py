"""Plans and goals: written by the lead, ticked with one tap, carried over once, read only when closed (P3.2, P3.5)."""

import datetime as dt
from typing import Any

import pytest

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.services import plans
from school.services.guard import set_actor
from school.vocabulary import CaseState, EvaluationState, GoalState, Horizon, TermPeriod, YearState
from tests.cast import NOW, Cast
from tests.factories import make_case, make_evaluation, make_goal, make_plan, make_sponsorship


def become(cast: Cast, person: str, now: dt.datetime = NOW) -> Actor:
    """The person, as whom the session acts from now on."""
    actor = cast.actor(person, now)
    set_actor(cast.session, actor)
    return actor


def new_case(cast: Cast, person: str = "lan", **values: Any) -> m.SupportCase:
    """A case that the person leads and that has no plan yet."""
    become(cast, "operator")
    case = make_case(cast.session, **values)
    make_sponsorship(cast.session, case, cast.get(m.Staff, cast.staff[person]))
    return case


def write(cast: Cast, person: str, case: m.SupportCase, **values: Any) -> m.SupportPlan:
    """The person writes a plan."""
    actor = become(cast, person)
    return plans.write_plan(cast.session, actor, m.SupportPlan(), {"case": case, "methods": "gặp em thứ Ba"} | values)


def own_goal(cast: Cast, person: str = "lan", now: dt.datetime = NOW) -> tuple[Actor, m.Goal]:
    """The goal of lan's case, and the person who looks at it."""
    actor = become(cast, person, now)
    return actor, cast.get(m.Goal, cast.id("sponsored", "goal"))


# Plans ----------------------------------------------------------------------------------------------------------------


def test_a_plan_is_for_the_semester_of_today_unless_said_otherwise(cast: Cast) -> None:
    case = new_case(cast)
    assert write(cast, "lan", case).semester is TermPeriod.SEMESTER_1
    assert write(cast, "lan", case, semester=TermPeriod.SEMESTER_2).semester is TermPeriod.SEMESTER_2


def test_the_same_plan_sent_twice_is_one_plan_and_another_is_refused(cast: Cast) -> None:
    case = new_case(cast)
    plan = write(cast, "lan", case)
    assert write(cast, "lan", case) is plan
    with pytest.raises(RuleError) as refusal:
        write(cast, "lan", case, methods="cách khác")
    assert refusal.value.field == "semester"


def test_a_plan_needs_its_methods_and_a_semester(cast: Cast) -> None:
    case = new_case(cast)
    for values, field in (({"methods": " "}, "methods"), ({"semester": TermPeriod.YEAR}, "semester")):
        with pytest.raises(RuleError) as refusal:
            write(cast, "lan", case, **values)
        assert refusal.value.field == field


@pytest.mark.parametrize("person", ["phuc", "vinh", "hoa", "cuc", "thu", "binh", "hoi", "quan"])
def test_only_the_lead_or_joint_sponsor_writes_a_plan(cast: Cast, person: str) -> None:
    become(cast, "operator")
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    with pytest.raises(NotAllowed):
        write(cast, person, case, semester=TermPeriod.SEMESTER_2)


def test_a_plan_is_changed_on_the_version_that_was_read_and_keeps_its_semester(cast: Cast) -> None:
    plan = write(cast, "lan", new_case(cast))
    actor = cast.actor("lan")
    plans.write_plan(cast.session, actor, plan, {"methods": "gặp em thứ Năm"}, plan.version)
    assert plan.methods == "gặp em thứ Năm"
    with pytest.raises(StaleRecord):
        plans.write_plan(cast.session, actor, plan, {"methods": "cũ"}, 0)
    with pytest.raises(RuleError):
        moved = {"methods": "x", "semester": TermPeriod.SEMESTER_2}
        plans.write_plan(cast.session, actor, plan, moved, plan.version)


@pytest.mark.parametrize("closed", ["case", "year"])
def test_what_is_closed_takes_no_plan_and_no_tick(cast: Cast, closed: str) -> None:
    actor, goal = own_goal(cast, "operator")
    case = goal.plan.case
    case.state = CaseState.CLOSED if closed == "case" else case.state
    case.school_year.state = YearState.CLOSED if closed == "year" else case.school_year.state
    cast.session.flush()
    actor, goal = own_goal(cast)
    with pytest.raises(RuleError):
        write(cast, "lan", case, semester=TermPeriod.SEMESTER_2)
    with pytest.raises(RuleError):
        plans.tick_goal(cast.session, actor, goal, "met")


def test_a_plan_with_goals_is_not_deleted_and_an_empty_one_is(cast: Cast) -> None:
    actor, goal = own_goal(cast)
    with pytest.raises(RuleError):
        plans.discard_plan(cast.session, actor, goal.plan, goal.plan.version)
    cast.session.rollback()
    plan = write(cast, "lan", new_case(cast))
    plans.discard_plan(cast.session, cast.actor("lan"), plan, plan.version)
    assert cast.get(m.SupportPlan, plan.id) is None


# Goals ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("horizon", "day", "first"),
    [
        (None, None, dt.date(2025, 10, 13)),
        (Horizon.WEEK, dt.date(2025, 10, 19), dt.date(2025, 10, 13)),
        (Horizon.MONTH, dt.date(2025, 11, 20), dt.date(2025, 11, 1)),
        (Horizon.SEMESTER, dt.date(2025, 11, 20), dt.date(2025, 9, 1)),
    ],
)
def test_any_day_names_the_period_it_lies_in(
    cast: Cast, horizon: Horizon | None, day: dt.date | None, first: dt.date
) -> None:
    actor, goal = own_goal(cast)
    values = {"plan": goal.plan, "text": "đọc một cuốn sách", "horizon": horizon, "starts_on": day}
    assert plans.set_goal(cast.session, actor, m.Goal(), values).starts_on == first


def test_the_same_goal_sent_twice_is_one_goal(cast: Cast) -> None:
    actor, goal = own_goal(cast)
    again = {"plan": goal.plan, "text": goal.text}
    assert plans.set_goal(cast.session, actor, m.Goal(), again) is goal


def test_a_goal_needs_a_plan_a_text_and_a_day_in_the_semester(cast: Cast) -> None:
    actor, goal = own_goal(cast)
    late = dt.date(2026, 3, 2)
    for values, field in (
        ({"text": "x"}, "plan"),
        ({"plan": goal.plan}, "text"),
        ({"plan": goal.plan, "text": "x", "starts_on": late}, "starts_on"),
    ):
        with pytest.raises(RuleError) as refusal:
            plans.set_goal(cast.session, actor, m.Goal(), values)
        assert refusal.value.field == field


@pytest.mark.parametrize(
    ("name", "state"), [("met", GoalState.MET), ("partly", GoalState.PARTLY), ("not_met", GoalState.NOT_MET)]
)
def test_one_tap_says_how_it_went_and_a_second_changes_nothing(cast: Cast, name: str, state: GoalState) -> None:
    actor, goal = own_goal(cast)
    plans.tick_goal(cast.session, actor, goal, name)
    version = goal.version
    plans.tick_goal(cast.session, actor, goal, name)
    assert (goal.state, goal.reviewed_on, goal.version) == (state, NOW.date(), version)


def test_a_tick_is_put_right_by_another(cast: Cast) -> None:
    actor, goal = own_goal(cast)
    plans.tick_goal(cast.session, actor, goal, "met")
    assert plans.tick_goal(cast.session, actor, goal, "partly").state is GoalState.PARTLY
    with pytest.raises(RuleError):
        plans.tick_goal(cast.session, actor, goal, "drop")


def test_a_goal_of_next_week_is_not_ticked_yet_but_may_be_dropped(cast: Cast) -> None:
    become(cast, "operator")
    ahead = make_goal(cast.session, own_goal(cast, "operator")[1].plan, starts_on=dt.date(2025, 10, 20), text="sau")
    lan = become(cast, "lan")
    with pytest.raises(RuleError):
        plans.tick_goal(cast.session, lan, ahead, "met")
    assert plans.tick_goal(cast.session, lan, ahead, "drop").state is GoalState.DROPPED


@pytest.mark.parametrize("person", ["phuc", "hoa", "binh", "thu"])
def test_whoever_only_sees_a_goal_does_not_tick_it(cast: Cast, person: str) -> None:
    actor, goal = own_goal(cast, person)
    with pytest.raises(NotAllowed):
        plans.tick_goal(cast.session, actor, goal, "met")


def test_the_log_says_that_a_goal_was_looked_at_and_not_how_it_went(cast: Cast) -> None:
    actor, goal = own_goal(cast)
    plans.tick_goal(cast.session, actor, goal, "not_met")
    become(cast, "operator")
    entry = cast.session.query(m.AuditEntry).order_by(m.AuditEntry.id.desc()).first()
    assert (entry.action, entry.changes["state"]) == ("tick goal", None)
    assert "not_met" not in str(entry.changes)


def test_a_goal_that_was_looked_at_is_neither_changed_nor_deleted(cast: Cast) -> None:
    actor, goal = own_goal(cast)
    plans.tick_goal(cast.session, actor, goal, "partly")
    with pytest.raises(RuleError):
        plans.set_goal(cast.session, actor, goal, {"text": "dễ hơn"}, goal.version)
    with pytest.raises(RuleError):
        plans.discard_goal(cast.session, actor, goal, goal.version)


# A month that others confirmed ----------------------------------------------------------------------------------------


def confirm(cast: Cast, goal: m.Goal, at: dt.datetime, period: str = "2025-10") -> m.ProgressEvaluation:
    """The month of the goal's case is confirmed at that moment."""
    become(cast, "operator")
    values = {"period": period, "state": EvaluationState.CONFIRMED, "confirmed_at": at}
    return make_evaluation(cast.session, goal.plan.case, cast.get(m.Staff, cast.staff["lan"]), **values)


def test_how_a_goal_went_stays_once_its_month_is_confirmed(cast: Cast) -> None:
    actor, goal = own_goal(cast)
    plans.tick_goal(cast.session, actor, goal, "partly")
    month = confirm(cast, goal, NOW + dt.timedelta(days=1))
    later = NOW + dt.timedelta(days=2)
    actor, goal = own_goal(cast, "lan", later)
    version = goal.version
    with pytest.raises(RuleError, match="giữ nguyên"):
        plans.tick_goal(cast.session, actor, goal, "met")
    assert plans.tick_goal(cast.session, actor, goal, "partly").version == version
    assert plans.carry_over(cast.session, actor, goal).state is GoalState.OPEN
    assert goal.version == version
    become(cast, "operator")
    month.state = EvaluationState.RETURNED
    cast.session.flush()
    actor, goal = own_goal(cast, "lan", later)
    assert plans.tick_goal(cast.session, actor, goal, "met").state is GoalState.MET


def test_a_goal_looked_at_after_the_confirming_may_be_put_right(cast: Cast) -> None:
    confirm(cast, own_goal(cast, "operator")[1], NOW)
    actor, goal = own_goal(cast, "lan", NOW + dt.timedelta(hours=1))
    plans.tick_goal(cast.session, actor, goal, "partly")
    assert plans.tick_goal(cast.session, actor, goal, "met").state is GoalState.MET


def test_a_semesters_goal_belongs_to_the_month_in_which_it_was_looked_at(cast: Cast) -> None:
    actor, goal = own_goal(cast)
    values = {"plan": goal.plan, "text": "đi học đủ", "horizon": Horizon.SEMESTER}
    whole = plans.set_goal(cast.session, actor, m.Goal(), values)
    plans.tick_goal(cast.session, actor, whole, "partly")
    later = NOW + dt.timedelta(days=20)  # in November
    confirm(cast, goal, NOW + dt.timedelta(days=1))
    with pytest.raises(RuleError, match="giữ nguyên"):
        plans.tick_goal(cast.session, become(cast, "lan", later), whole, "met")


# Carrying over --------------------------------------------------------------------------------------------------------


def test_what_is_left_goes_on_next_week_and_only_once(cast: Cast) -> None:
    actor, goal = own_goal(cast)
    plans.tick_goal(cast.session, actor, goal, "partly")
    following = plans.carry_over(cast.session, actor, goal)
    assert plans.carry_over(cast.session, actor, goal) is following
    assert (following.starts_on, following.text, following.state) == (
        dt.date(2025, 10, 20),
        goal.text,
        GoalState.OPEN,
    )
    assert following.carried_from_id == goal.id
    assert not plans.may_carry(goal, plans.carried_ids(cast.session, goal.plan))


def test_a_goal_that_is_met_or_open_is_not_carried_over(cast: Cast) -> None:
    actor, goal = own_goal(cast)
    with pytest.raises(RuleError):
        plans.carry_over(cast.session, actor, goal)
    plans.tick_goal(cast.session, actor, goal, "met")
    with pytest.raises(RuleError):
        plans.carry_over(cast.session, actor, goal)


def test_into_the_second_semester_a_goal_goes_on_in_that_semesters_plan(cast: Cast) -> None:
    february = dt.datetime(2026, 2, 3, 2, tzinfo=dt.UTC)
    actor, goal = own_goal(cast, "lan", february)
    plans.tick_goal(cast.session, actor, goal, "not_met")
    with pytest.raises(RuleError, match="học kỳ II"):
        plans.carry_over(cast.session, actor, goal)
    become(cast, "operator")
    later = make_plan(cast.session, goal.plan.case, semester=TermPeriod.SEMESTER_2)
    actor = become(cast, "lan", february)
    following = plans.carry_over(cast.session, actor, goal)
    assert (following.plan_id, following.starts_on) == (later.id, dt.date(2026, 2, 2))


def test_a_semesters_goal_ends_with_the_semester(cast: Cast) -> None:
    actor, goal = own_goal(cast)
    values = {"plan": goal.plan, "text": "đi học đủ", "horizon": Horizon.SEMESTER}
    whole = plans.set_goal(cast.session, actor, m.Goal(), values)
    plans.tick_goal(cast.session, actor, whole, "partly")
    with pytest.raises(RuleError):
        plans.carry_over(cast.session, actor, whole)


def test_all_that_is_left_is_carried_over_in_one_step(cast: Cast) -> None:
    actor, goal = own_goal(cast)
    second = plans.set_goal(cast.session, actor, m.Goal(), {"plan": goal.plan, "text": "ôn từ mới"})
    plans.tick_goal(cast.session, actor, goal, "not_met")
    plans.tick_goal(cast.session, actor, second, "met")
    cast.session.expire(goal.plan)
    assert [row.text for row in plans.carry_all(cast.session, actor, goal.plan)] == [goal.text]
    assert plans.carry_all(cast.session, actor, goal.plan) == []


@pytest.mark.parametrize("person", ["phuc", "hoa", "binh"])
def test_whoever_only_sees_a_plan_carries_nothing_over(cast: Cast, person: str) -> None:
    actor, goal = own_goal(cast, person)
    with pytest.raises(NotAllowed):
        plans.carry_all(cast.session, actor, goal.plan)


def test_goals_wait_when_their_time_has_come(cast: Cast) -> None:
    actor, goal = own_goal(cast)
    for values in (
        {"text": "đi học đủ", "horizon": Horizon.SEMESTER},
        {"text": "tuần sau", "starts_on": dt.date(2025, 10, 20)},
    ):
        plans.set_goal(cast.session, actor, m.Goal(), {"plan": goal.plan} | values)
    cast.session.expire(goal.plan)
    assert plans.goals_to_review(goal.plan, actor.today) == [goal]
