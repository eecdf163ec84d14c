"""On which days somebody is reminded of what, and for how long it can be put off (P4.6)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.errors import RuleError
from school.rules import reminders as rules
from school.rules.calendar import YearPlan, month_end
from school.rules.reminders import Interval
from school.vocabulary import Deadline, ReminderRule

PLAN = YearPlan.usual("2025-2026")
WRITE = ReminderRule.WRITE_MONTH
DUE = dt.date(2025, 10, 20)
days = st.dates(dt.date(2025, 9, 1), dt.date(2026, 8, 31))


def on(day: int, month: int = 10) -> dt.date:
    return dt.date(2025, month, day)


def test_every_rule_has_its_days() -> None:
    assert rules.AHEAD.keys() == set(ReminderRule)


@pytest.mark.parametrize(
    ("day", "mailed", "called"),
    [
        (14, None, False),
        (15, None, True),  # five days before
        (16, 15, False),
        (19, 15, False),
        (20, 15, True),  # the last day itself
        (20, 20, False),
        (21, 20, True),  # overdue
        (22, 21, False),
        (28, 21, True),  # and again after a week
        (29, 28, False),
        (31, None, True),  # mail that is set up late goes out once
    ],
)
def test_mail_goes_out_on_the_days_of_the_rule_and_not_between(day: int, mailed: int | None, called: bool) -> None:
    assert rules.calls(WRITE, DUE, on(day), on(mailed) if mailed else None) is called


def test_after_three_weeks_overdue_it_is_no_news_any_more() -> None:
    last = DUE + dt.timedelta(days=22)
    assert rules.calls(WRITE, DUE, last, last - dt.timedelta(days=1))
    assert not rules.calls(WRITE, DUE, last + dt.timedelta(days=300), last)


def test_what_is_acknowledged_is_quiet_until_it_is_overdue() -> None:
    for day in range(15, 21):
        assert not rules.calls(WRITE, DUE, on(day), None, on(15))
    assert rules.calls(WRITE, DUE, on(21), None, on(15))
    assert not rules.calls(WRITE, DUE, on(22), None, on(21)), "acknowledged once it was overdue: quiet for a week"
    assert rules.calls(WRITE, DUE, on(28), None, on(21))


def test_what_is_put_off_waits_for_its_day_and_comes_back_then() -> None:
    assert not rules.calls(WRITE, DUE, on(17), on(15), None, on(18))
    assert rules.calls(WRITE, DUE, on(18), on(15), None, on(18))
    assert not rules.calls(WRITE, DUE, on(19), on(18), None, on(18))


@given(
    rule=st.sampled_from(ReminderRule),
    due=days,
    today=days,
    acknowledged=st.none() | days,
    snoozed=st.none() | days,
)
def test_nobody_is_mailed_twice_on_a_day_or_while_it_is_put_off(rule, due, today, acknowledged, snoozed) -> None:
    assert not rules.calls(rule, due, today, today, acknowledged, snoozed)
    if snoozed is not None and today < snoozed:
        assert not rules.calls(rule, due, today, None, acknowledged, snoozed)


@pytest.mark.parametrize(("days", "until"), [(1, 16), (3, 18), (5, 20), (7, 20)])
def test_it_is_put_off_by_days_and_never_past_its_last_day(days: int, until: int) -> None:
    assert rules.snooze_day(DUE, on(15), days) == on(until)


@pytest.mark.parametrize("days", [0, -1, 8, 10_000])
def test_more_than_a_week_or_less_than_a_day_is_refused(days: int) -> None:
    with pytest.raises(RuleError) as refusal:
        rules.snooze_day(DUE, on(1), days)
    assert refusal.value.field == "days"


@pytest.mark.parametrize("today", [20, 21])
def test_what_is_due_today_or_overdue_is_put_off_no_more(today: int) -> None:
    with pytest.raises(RuleError):
        rules.snooze_day(DUE, on(today), 1)
    assert rules.snooze_choices(DUE, on(today)) == []


@given(due=days, today=days)
def test_every_choice_that_is_offered_is_accepted(due: dt.date, today: dt.date) -> None:
    for choice in rules.snooze_choices(due, today):
        assert today < rules.snooze_day(due, today, choice) <= due


def running(first: dt.date, last: dt.date | None = None) -> Interval:
    return Interval(1, 1, 1, None, first, last)


@pytest.mark.parametrize(
    ("first", "last", "period", "today", "owed"),
    [
        (dt.date(2025, 9, 1), None, "2025-10", on(1), True),
        (dt.date(2025, 9, 1), None, "2025-11", on(31), False),  # not begun
        (dt.date(2025, 10, 20), None, "2025-10", on(25), True),  # began on the last day
        (dt.date(2025, 10, 21), None, "2025-10", on(25), False),  # a day later
        (dt.date(2025, 9, 1), dt.date(2025, 10, 19), "2025-10", on(25), False),  # handed over before
        (dt.date(2025, 9, 1), dt.date(2025, 10, 20), "2025-10", on(25), True),  # on the very day
        (dt.date(2025, 10, 20), None, "2025-10", on(10), False),  # who takes over is not asked before
    ],
)
def test_whoever_sponsors_on_the_last_day_on_time_owes_the_month(first, last, period, today, owed) -> None:
    assert rules.owes_month(running(first, last), PLAN, period, today) is owed


@given(st.sampled_from(PLAN.months()), days, st.sampled_from(range(1, 28)))
def test_of_two_who_hand_over_exactly_one_owes_the_month(period: str, today: dt.date, day: int) -> None:
    handed = dt.date(int(period[:4]), int(period[5:]), day)
    before, after = running(dt.date(2025, 9, 1), handed), running(handed + dt.timedelta(days=1))
    last_day = PLAN.last_day(Deadline.SPONSOR_MONTH, period)
    owing = [rules.owes_month(one, PLAN, period, today) for one in (before, after)]
    assert sum(owing) == (1 if today >= last_day else sum(owing)) and sum(owing) <= 1


@pytest.mark.parametrize(("period", "last"), [("2026-02", 28), ("2024-02", 29), ("2025-12", 31), ("2026-04", 30)])
def test_a_month_ends_on_its_last_day(period: str, last: int) -> None:
    assert month_end(period).day == last


def test_to_offer_help_is_a_free_choice_so_nobody_is_pressed_after_its_day() -> None:
    due = dt.date(2025, 11, 19)
    assert rules.is_open(ReminderRule.REGISTER, due, due)
    assert not rules.is_open(ReminderRule.REGISTER, due, due + dt.timedelta(days=1))
    assert rules.is_open(WRITE, due, due + dt.timedelta(days=100))
