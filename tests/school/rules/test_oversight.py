"""What has a last day: on time, late, ahead, overdue; what is added stays under its day (P4.7, P4.10)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.errors import RuleError
from school.rules import oversight as rules
from school.rules.oversight import FOLLOW_UP_STEPS, REPORT_STEPS, Timing
from school.rules.workflow import advance
from school.vocabulary import FollowUpState, ReportState

TODAY = dt.date(2025, 10, 15)
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31))
F, R = FollowUpState, ReportState
ALLOWED = {
    ("follow-up", F.OPEN, "answer"): F.ANSWERED,
    ("follow-up", F.ANSWERED, "return"): F.OPEN,
    ("follow-up", F.ANSWERED, "close"): F.CLOSED,
    ("report", R.DRAFTED, "submit"): R.SUBMITTED,
    ("report", R.SUBMITTED, "return"): R.DRAFTED,
}
MACHINES = {"follow-up": (FOLLOW_UP_STEPS, F), "report": (REPORT_STEPS, R)}


@pytest.mark.parametrize(
    ("kind", "state", "name"),
    [(kind, state, name) for kind, (machine, enum) in MACHINES.items() for state in enum for name in machine],
)
def test_every_step_from_every_state(kind: str, state, name: str) -> None:
    machine, _ = MACHINES[kind]
    target = ALLOWED.get((kind, state, name))
    if target is not None:
        assert advance(machine, state, name) is target
    else:
        with pytest.raises(RuleError, match="Đang ở bước"):
            advance(machine, state, name)


@pytest.mark.parametrize(
    ("done_on", "today", "expected"),
    [
        (dt.date(2025, 10, 24), dt.date(2025, 11, 30), (Timing.ON_TIME, 0)),
        (dt.date(2025, 10, 25), dt.date(2025, 11, 30), (Timing.DONE_LATE, 1)),
        (dt.date(2025, 10, 26), dt.date(2025, 11, 30), (Timing.DONE_LATE, 2)),
        (None, dt.date(2025, 10, 23), (Timing.AHEAD, 1)),
        (None, dt.date(2025, 10, 24), (Timing.AHEAD, 0)),
        (None, dt.date(2025, 10, 25), (Timing.OVERDUE, 1)),
        (None, dt.date(2025, 10, 26), (Timing.OVERDUE, 2)),
    ],
)
def test_before_the_25th_means_the_24th(done_on, today, expected) -> None:
    assert rules.timing(done_on, dt.date(2025, 10, 24), today) == expected


@given(DAYS, DAYS, st.none() | DAYS)
def test_days_are_never_negative_and_only_what_came_late_has_late_days(last_day, today, done_on) -> None:
    how, days = rules.timing(done_on, last_day, today)
    assert days >= 0
    assert (how in (Timing.ON_TIME, Timing.DONE_LATE)) == (done_on is not None)
    assert (how is Timing.ON_TIME) == (done_on is not None and done_on <= last_day)
    assert (how is Timing.OVERDUE) == (done_on is None and today > last_day)


@pytest.mark.parametrize("state", list(F))
@pytest.mark.parametrize(("days", "late"), [(-1, True), (0, False), (7, False), (8, False)])
def test_only_what_is_open_is_overdue(state: F, days: int, late: bool) -> None:
    due_on = TODAY + dt.timedelta(days=days)
    assert rules.is_overdue(state, due_on, TODAY) == (late and state is F.OPEN)


def test_without_a_last_day_nothing_is_overdue() -> None:
    assert not rules.is_overdue(F.OPEN, None, TODAY)


@pytest.mark.parametrize(("days", "allowed"), [(-1, False), (0, True), (366, True), (367, False)])
def test_a_last_day_lies_from_today_to_a_year_ahead(days: int, allowed: bool) -> None:
    due_on = TODAY + dt.timedelta(days=days)
    if allowed:
        rules.check_due(due_on, TODAY)
    else:
        with pytest.raises(RuleError) as refusal:
            rules.check_due(due_on, TODAY, "due_on_3")
        assert refusal.value.field == "due_on_3"


@pytest.mark.parametrize(
    ("held_on", "allowed"),
    [
        (dt.date(2025, 8, 31), False),
        (dt.date(2025, 9, 1), True),
        (TODAY, True),
        (TODAY + dt.timedelta(days=1), False),
    ],
)
def test_an_inspection_was_held_within_the_year_and_not_in_the_future(held_on: dt.date, allowed: bool) -> None:
    if allowed:
        rules.check_held(held_on, dt.date(2025, 9, 1), TODAY)
    else:
        with pytest.raises(RuleError) as refusal:
            rules.check_held(held_on, dt.date(2025, 9, 1), TODAY)
        assert refusal.value.field == "held_on"


@pytest.mark.parametrize(
    ("name", "inside"),
    [("Tổ Toán", "tổ Toán"), ("TỔ VĂN", "tổ VĂN"), ("Ngữ văn", "tổ Ngữ văn"), ("Tổng hợp", "tổ Tổng hợp")],
)
def test_a_department_within_a_sentence(name: str, inside: str) -> None:
    assert rules.in_a_sentence(name) == inside


def test_what_is_added_stands_under_its_day_and_what_was_said_stays() -> None:
    assert rules.add_dated(None, " xong ", TODAY) == "xong"
    assert rules.add_dated("xong", "thêm ảnh", TODAY) == "xong\n\n15/10/2025: thêm ảnh"
