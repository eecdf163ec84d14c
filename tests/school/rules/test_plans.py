"""Weeks that New Year does not split, goals that roll up and are carried over, and what a diary refuses (P3.5, P6)."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.errors import RuleError
from school.models import Goal
from school.rules import plans as rules
from school.rules.plans import GOAL_STEPS, Span, Tally
from school.rules.workflow import advance
from school.vocabulary import (
    SUPPORT_UNITS,
    WITHOUT_VALUE,
    CaseState,
    GoalState,
    Horizon,
    SupportKind,
    TermPeriod,
    YearState,
)

YEAR, SECOND = dt.date(2025, 9, 1), dt.date(2026, 1, 16)
FIRST = rules.semester_span(TermPeriod.SEMESTER_1, YEAR, SECOND)
LATER = rules.semester_span(TermPeriod.SEMESTER_2, YEAR, SECOND)
DAY = dt.timedelta(days=1)

days = st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31))
horizons = st.sampled_from([Horizon.WEEK, Horizon.MONTH])
numbers = st.integers(-5, 2_000_000_000)


@st.composite
def goals(draw: Any) -> Goal:
    horizon = draw(st.sampled_from(Horizon))
    first = rules.period_of(horizon, draw(days), FIRST).first
    return Goal(horizon=horizon, starts_on=first, state=draw(st.sampled_from(GoalState)))


def refusal(call: Any, *args: Any) -> RuleError:
    with pytest.raises(RuleError) as refused:
        call(*args)
    return refused.value


# Periods --------------------------------------------------------------------------------------------------------------


def test_the_week_of_new_year_is_one_week() -> None:
    december, january = dt.date(2025, 12, 31), dt.date(2026, 1, 1)
    week = rules.period_of(Horizon.WEEK, december, FIRST)
    assert week == rules.period_of(Horizon.WEEK, january, FIRST) == Span(dt.date(2025, 12, 29), dt.date(2026, 1, 4))


@given(days)
def test_a_week_is_seven_days_from_a_monday_and_holds_its_day(day: dt.date) -> None:
    week = rules.period_of(Horizon.WEEK, day, FIRST)
    assert week.first.weekday() == 0
    assert week.last - week.first == 6 * DAY
    assert week.first <= day <= week.last


@given(days)
def test_a_month_begins_on_its_first_day_and_ends_before_the_next(day: dt.date) -> None:
    month = rules.period_of(Horizon.MONTH, day, FIRST)
    assert (month.first.day, (month.last + DAY).day) == (1, 1)
    assert month.first.month == month.last.month == day.month


@given(days, days, horizons)
def test_every_day_of_a_period_names_the_same_period(one: dt.date, other: dt.date, horizon: Horizon) -> None:
    period = rules.period_of(horizon, one, FIRST)
    assert (period.first <= other <= period.last) == (rules.period_of(horizon, other, FIRST) == period)


def test_the_semesters_follow_each_other_and_the_summer_belongs_to_the_second() -> None:
    assert (FIRST.first, FIRST.last) == (YEAR, dt.date(2026, 1, 15))
    assert (LATER.first, LATER.last) == (SECOND, dt.date(2026, 8, 31))
    assert rules.semester_of(dt.date(2026, 1, 15), SECOND) is TermPeriod.SEMESTER_1
    assert rules.semester_of(SECOND, SECOND) is TermPeriod.SEMESTER_2


def test_a_plan_is_for_a_semester_never_for_the_year() -> None:
    rules.check_semester(TermPeriod.SEMESTER_2)
    assert refusal(rules.check_semester, TermPeriod.YEAR).field == "semester"


def test_a_week_that_both_semesters_share_fits_in_either() -> None:
    monday = Span(dt.date(2026, 1, 12), dt.date(2026, 1, 18))
    assert rules.goal_period(Horizon.WEEK, dt.date(2026, 1, 14), FIRST) == monday
    assert rules.goal_period(Horizon.WEEK, dt.date(2026, 1, 17), LATER) == monday


@pytest.mark.parametrize("day", [dt.date(2025, 8, 31), dt.date(2026, 1, 19), dt.date(2027, 1, 1)])
def test_a_goal_outside_the_semester_is_refused_at_its_day(day: dt.date) -> None:
    assert refusal(rules.goal_period, Horizon.WEEK, day, FIRST).field == "starts_on"


def test_a_semesters_goal_is_for_the_whole_semester() -> None:
    assert rules.goal_period(Horizon.SEMESTER, dt.date(2025, 11, 3), FIRST) == FIRST


# Looking at goals -----------------------------------------------------------------------------------------------------


def test_a_goal_is_not_looked_at_before_it_starts() -> None:
    rules.check_begun(dt.date(2025, 10, 13), dt.date(2025, 10, 13))
    with pytest.raises(RuleError):
        rules.check_begun(dt.date(2025, 10, 20), dt.date(2025, 10, 19))


@pytest.mark.parametrize(
    ("horizon", "period", "first_day"),
    [
        (Horizon.WEEK, Span(dt.date(2025, 10, 13), dt.date(2025, 10, 19)), dt.date(2025, 10, 13)),
        (Horizon.MONTH, Span(dt.date(2025, 10, 1), dt.date(2025, 10, 31)), dt.date(2025, 10, 25)),
        (Horizon.SEMESTER, FIRST, dt.date(2025, 12, 26)),
    ],
)
def test_it_is_time_to_look_when_the_end_is_near_or_past(horizon: Horizon, period: Span, first_day: dt.date) -> None:
    assert rules.asks_for_review(horizon, period, first_day)
    assert not rules.asks_for_review(horizon, period, first_day - DAY)
    assert rules.asks_for_review(horizon, period, period.last + 100 * DAY)


@given(st.sampled_from(GoalState), st.sampled_from(sorted(GOAL_STEPS)))
def test_a_tick_may_be_put_right_by_another_and_nothing_returns_to_open(state: GoalState, name: str) -> None:
    allowed = state is not GoalState.DROPPED and GOAL_STEPS[name].target is not state
    allowed = allowed and (name != "drop" or state is GoalState.OPEN)
    if allowed:
        assert advance(GOAL_STEPS, state, name) is not GoalState.OPEN
    else:
        refusal(advance, GOAL_STEPS, state, name)


# Rolling up -----------------------------------------------------------------------------------------------------------


@given(st.lists(goals(), max_size=40))
def test_months_hold_every_goal_of_theirs_once_and_no_semesters(found: list[Goal]) -> None:
    kept = [g for g in found if g.state is not GoalState.DROPPED and g.horizon is not Horizon.SEMESTER]
    rolled = rules.roll_up(found)
    assert sum(tally.goals for _, tally in rolled) == len(kept)
    assert [month for month, _ in rolled] == sorted({rules.month_of(goal) for goal in kept}, reverse=True)
    assert all(month.day == 1 and tally.goals for month, tally in rolled)


@given(st.lists(goals(), max_size=40))
def test_a_tally_counts_each_goal_in_one_state(found: list[Goal]) -> None:
    tally = Tally.of(found)
    assert tally.goals == tally.open + tally.met + tally.partly + tally.not_met
    assert tally.met == sum(goal.state is GoalState.MET for goal in found)


def test_a_week_rolls_up_into_the_month_of_its_monday() -> None:
    week = Goal(horizon=Horizon.WEEK, starts_on=dt.date(2025, 12, 29), state=GoalState.MET)
    assert rules.month_of(week) == dt.date(2025, 12, 1)


# Carrying over --------------------------------------------------------------------------------------------------------


@given(horizons, days, days)
def test_a_goal_goes_on_in_a_later_period_that_is_not_past(horizon: Horizon, day: dt.date, today: dt.date) -> None:
    own = rules.period_of(horizon, day, FIRST)
    following = rules.next_period(horizon, own.first, today)
    assert following > own.last
    assert rules.period_of(horizon, following, FIRST).first == following
    assert rules.period_of(horizon, following, FIRST).last >= today
    if today <= own.last:
        assert following == own.last + DAY


def test_over_new_year_the_next_week_is_the_next_monday() -> None:
    assert rules.next_period(Horizon.WEEK, dt.date(2025, 12, 29), dt.date(2026, 1, 2)) == dt.date(2026, 1, 5)


@pytest.mark.parametrize("state", list(GoalState))
def test_only_what_is_left_is_carried_over(state: GoalState) -> None:
    if state in (GoalState.PARTLY, GoalState.NOT_MET):
        rules.check_unmet(state)
    else:
        refusal(rules.check_unmet, state)


# The diary ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "today", "fine"),
    [
        (dt.date(2025, 8, 31), dt.date(2025, 9, 1), False),  # the year before
        (dt.date(2025, 9, 1), dt.date(2025, 9, 1), True),
        (dt.date(2025, 9, 2), dt.date(2025, 9, 1), False),  # tomorrow
        (dt.date(2026, 6, 15), dt.date(2026, 7, 1), True),  # the summer
        (dt.date(2026, 8, 31), dt.date(2026, 9, 5), True),
        (dt.date(2026, 9, 1), dt.date(2026, 9, 5), False),  # the year after
    ],
)
def test_a_day_has_come_and_lies_in_the_year_or_its_summer(day: dt.date, today: dt.date, fine: bool) -> None:
    if fine:
        rules.check_day(day, YEAR, today, "occurred_on")
    else:
        assert refusal(rules.check_day, day, YEAR, today, "occurred_on").field == "occurred_on"


@pytest.mark.parametrize(("minutes", "fine"), [(None, True), (1, True), (1440, True), (0, False), (1441, False)])
def test_minutes_are_those_of_a_day(minutes: int | None, fine: bool) -> None:
    if fine:
        rules.check_minutes(minutes)
    else:
        assert refusal(rules.check_minutes, minutes).field == "minutes"


def test_what_is_closed_is_read_only() -> None:
    rules.check_running(CaseState.ACTIVE, YearState.RUNNING)
    for case, year in ((CaseState.CLOSED, YearState.RUNNING), (CaseState.ACTIVE, YearState.CLOSED)):
        refusal(rules.check_running, case, year)


# Amounts --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in SupportKind if kind is not SupportKind.CASH])
def test_what_is_left_empty_comes_from_the_kind(kind: SupportKind) -> None:
    assert rules.amount(kind, None, None, None) == rules.Amount(1, SUPPORT_UNITS[kind], None)
    assert rules.amount(kind, 3, "thùng", None) == rules.Amount(3, "thùng", None)


@pytest.mark.parametrize(("quantity", "value"), [(500_000, None), (None, 500_000), (500_000, 500_000)])
def test_money_is_its_own_measure(quantity: int | None, value: int | None) -> None:
    assert rules.amount(SupportKind.CASH, quantity, "bao", value) == rules.Amount(500_000, "đồng", 500_000)


@pytest.mark.parametrize(
    ("kind", "quantity", "value", "field"),
    [
        (SupportKind.BOOKS, 0, None, "quantity"),
        (SupportKind.BOOKS, -1, None, "quantity"),
        (SupportKind.BOOKS, 1, -1, "value"),
        (SupportKind.BOOKS, 1, 2_000_000_000, "value"),
        (SupportKind.CASH, None, None, "value"),
        (SupportKind.CASH, None, 0, "value"),
        (SupportKind.CASH, 2, 500_000, "quantity"),
        *((kind, 1, 0, "value") for kind in WITHOUT_VALUE),
    ],
)
def test_an_amount_that_does_not_fit_is_refused_at_its_field(
    kind: SupportKind, quantity: int, value: int | None, field: str
) -> None:
    assert refusal(rules.amount, kind, quantity, None, value).field == field


@given(st.sampled_from(SupportKind), st.none() | numbers, st.none() | numbers)
def test_an_amount_is_never_negative_and_fits_the_database(kind: SupportKind, quantity: Any, value: Any) -> None:
    try:
        found = rules.amount(kind, quantity, None, value)
    except RuleError as refused:
        assert refused.field in ("quantity", "value")
    else:
        assert 1 <= found.quantity <= rules.MAX_AMOUNT
        assert found.value is None or 0 <= found.value <= rules.MAX_AMOUNT
        assert found.unit


def test_every_kind_has_a_unit() -> None:
    assert SUPPORT_UNITS.keys() == set(SupportKind)
