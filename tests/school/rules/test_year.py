"""The states of a school year, and how far its dates may be moved (P4, P4.9)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.errors import RuleError
from school.rules.calendar import MONTHLY, YearPlan, months
from school.rules.workflow import advance
from school.rules.year import YEAR_STEPS, check_move, check_open, check_period
from school.vocabulary import Deadline, YearState

PLAN = YearPlan.usual("2025-2026")
LEAP = YearPlan.usual("2027-2028")


@pytest.mark.parametrize("state", list(YearState))
@pytest.mark.parametrize("name", list(YEAR_STEPS))
def test_each_step_leads_on_from_its_own_state_alone(state: YearState, name: str) -> None:
    allowed = {
        ("start", YearState.PREPARING): YearState.RUNNING,
        ("close", YearState.RUNNING): YearState.CLOSED,
        ("reopen", YearState.CLOSED): YearState.RUNNING,
    }
    if (name, state) in allowed:
        assert advance(YEAR_STEPS, state, name) is allowed[name, state]
        return
    with pytest.raises(RuleError, match="Đang ở bước"):
        advance(YEAR_STEPS, state, name)


@pytest.mark.parametrize("state", list(YearState))
def test_only_a_closed_year_is_read_only(state: YearState) -> None:
    if state is not YearState.CLOSED:
        check_open(state)
        return
    with pytest.raises(RuleError, match="chỉ xem"):
        check_open(state)


@given(st.sampled_from(Deadline), st.sampled_from([*months("2025-2026"), *months("2026-2027"), "", "2025-13", "x"]))
def test_a_monthly_date_needs_a_month_of_the_year_and_no_other_takes_one(deadline: Deadline, period: str) -> None:
    fits = period in months("2025-2026") if deadline in MONTHLY else period == ""
    if fits:
        check_period(PLAN, deadline, period)
        return
    with pytest.raises(RuleError) as refusal:
        check_period(PLAN, deadline, period)
    assert refusal.value.field == "period"


@given(st.sampled_from(Deadline), st.dates(dt.date(2025, 6, 1), dt.date(2026, 12, 31)))
def test_a_day_lies_in_the_year_or_the_summer_after_it(deadline: Deadline, day: dt.date) -> None:
    period = "2025-09" if deadline in MONTHLY else ""
    if dt.date(2025, 9, 1) <= day <= dt.date(2026, 8, 31):
        return
    with pytest.raises(RuleError) as refusal:
        check_move(PLAN, deadline, period, day)
    assert refusal.value.field == "last_day"


@pytest.mark.parametrize(
    ("plan", "deadline", "period", "day", "may"),
    [
        (PLAN, Deadline.REGISTRATION, "", dt.date(2025, 9, 1), True),
        (PLAN, Deadline.REGISTRATION, "", dt.date(2025, 8, 31), False),
        (PLAN, Deadline.YEAR_REVIEW, "", dt.date(2026, 8, 31), True),
        (PLAN, Deadline.YEAR_REVIEW, "", dt.date(2026, 9, 1), False),
        (PLAN, Deadline.SURVEY_CLOSES, "", dt.date(2026, 1, 4), True),  # into the New Year
        (PLAN, Deadline.SURVEY_CLOSES, "", dt.date(2025, 11, 30), False),  # before it opens
        (PLAN, Deadline.SURVEY_CLOSES, "", dt.date(2025, 12, 1), True),
        (PLAN, Deadline.SURVEY_OPENS, "", dt.date(2025, 12, 30), True),
        (PLAN, Deadline.SURVEY_OPENS, "", dt.date(2025, 12, 31), False),
        (PLAN, Deadline.SPONSOR_MONTH, "2025-10", dt.date(2025, 10, 24), True),
        (PLAN, Deadline.SPONSOR_MONTH, "2025-10", dt.date(2025, 10, 25), False),  # after the department's 24th
        (PLAN, Deadline.DEPARTMENT_MONTH, "2025-10", dt.date(2025, 10, 20), True),
        (PLAN, Deadline.DEPARTMENT_MONTH, "2025-10", dt.date(2025, 10, 19), False),  # before the sponsors' 20th
        (PLAN, Deadline.DEPARTMENT_MONTH, "2025-12", dt.date(2026, 1, 2), True),
        (PLAN, Deadline.SPONSOR_MONTH, "2025-10", dt.date(2025, 10, 1), True),
        (PLAN, Deadline.SPONSOR_MONTH, "2025-10", dt.date(2025, 9, 30), False),  # before the month itself
        (PLAN, Deadline.SPONSOR_MONTH, "2026-05", dt.date(2026, 5, 21), False),  # in May the department's is the 20th
        (LEAP, Deadline.DEPARTMENT_MONTH, "2028-02", dt.date(2028, 2, 29), True),
    ],
)
def test_edge_days(plan: YearPlan, deadline: Deadline, period: str, day: dt.date, may: bool) -> None:
    if may:
        check_move(plan, deadline, period, day)
        return
    with pytest.raises(RuleError) as refusal:
        check_move(plan, deadline, period, day)
    assert refusal.value.field == "last_day"
    assert all("/" in shown for shown in refusal.value.params.values()), "the sentence says which days would do"


def test_the_order_is_that_of_the_moved_dates() -> None:
    moved = {(Deadline.DEPARTMENT_MONTH, "2025-10"): dt.date(2025, 10, 28)}
    plan = YearPlan(PLAN.name, PLAN.starts_on, PLAN.second_starts_on, PLAN.ends_on, moved)
    check_move(plan, Deadline.SPONSOR_MONTH, "2025-10", dt.date(2025, 10, 28))
    with pytest.raises(RuleError, match="28/10/2025"):
        check_move(plan, Deadline.SPONSOR_MONTH, "2025-10", dt.date(2025, 10, 29))
