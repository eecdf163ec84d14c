"""What evaluations are worth: which states count, and the mean of ratings."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.models import ProgressEvaluation, Sponsorship
from school.rules.calendar import month_end, month_start, months
from school.rules.evaluation import (
    CONFIRMED_STATES,
    HELD_OR_PROGRESSED,
    HELP_POINTS,
    LEVEL_KEYS,
    LEVELS,
    OPEN_STATES,
    SENT_STATES,
    mean_help,
    missing_levels,
    month_before,
    sponsors_of_month,
    waits_for_sponsor,
)
from school.vocabulary import DropoutRisk, EvaluationState, HelpRating, ProgressStep, SponsorRole, SponsorshipState

GOOD, EXCELLENT, REGULAR, MORE = HelpRating.GOOD, HelpRating.EXCELLENT, HelpRating.REGULAR, HelpRating.MORE_TIME


def test_a_month_is_either_still_with_the_sponsor_or_sent() -> None:
    assert set(OPEN_STATES) | set(SENT_STATES) == set(EvaluationState)
    assert not set(OPEN_STATES) & set(SENT_STATES)
    assert set(CONFIRMED_STATES) < set(SENT_STATES)


def test_every_level_is_a_column() -> None:
    assert set(LEVELS) < set(ProgressEvaluation.__mapper__.columns.keys())


def test_not_observed_is_neither_held_nor_progressed() -> None:
    assert set(HELD_OR_PROGRESSED) == {ProgressStep.STEADY, ProgressStep.IMPROVED}


@pytest.mark.parametrize(
    ("ratings", "mean"),
    [
        ([], None),
        ([EXCELLENT], "4.0"),
        ([MORE], "1.0"),
        ([EXCELLENT, GOOD], "3.5"),
        ([GOOD, GOOD, REGULAR], "2.7"),
        ([EXCELLENT, GOOD, GOOD, GOOD], "3.3"),  # 3.25: half is rounded up, as people and Excel do
        ([MORE, MORE, MORE, REGULAR], "1.3"),
    ],
)
def test_the_mean_of_ratings_has_one_place(ratings: list[HelpRating], mean: str | None) -> None:
    assert mean_help(ratings) == (None if mean is None else Decimal(mean))


@given(st.lists(st.sampled_from(list(HelpRating)), min_size=1))
def test_a_mean_lies_between_the_least_and_the_best(ratings: list[HelpRating]) -> None:
    points = [HELP_POINTS[rating] for rating in ratings]
    mean = mean_help(iter(ratings))
    assert mean is not None
    assert min(points) <= mean <= max(points)
    assert abs(mean - Decimal(sum(points)) / len(points)) <= Decimal("0.05")


def test_every_rating_is_worth_something() -> None:
    assert HELP_POINTS == {EXCELLENT: 4, GOOD: 3, REGULAR: 2, MORE: 1}
    assert set(HELP_POINTS) == set(HelpRating)


# Months and who sponsored in them -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "before", "end"),
    [
        ("2025-10", "2025-09", dt.date(2025, 10, 31)),
        ("2026-01", "2025-12", dt.date(2026, 1, 31)),
        ("2024-02", "2024-01", dt.date(2024, 2, 29)),
        ("2026-02", "2026-01", dt.date(2026, 2, 28)),
    ],
)
def test_a_month_knows_the_one_before_and_its_last_day(period: str, before: str, end: dt.date) -> None:
    assert (month_before(period), month_end(period)) == (before, end)


def a_sponsorship(first: dt.date, last: dt.date | None = None, **values: Any) -> Sponsorship:
    defaults = {"role": SponsorRole.LEAD, "state": SponsorshipState.APPROVED, "approved_on": first}
    return Sponsorship(started_on=first, ended_on=last, **(defaults | values))


@pytest.mark.parametrize(
    ("first", "last", "touches"),
    [
        (dt.date(2025, 9, 1), None, True),
        (dt.date(2025, 10, 31), None, True),
        (dt.date(2025, 11, 1), None, False),
        (dt.date(2025, 9, 1), dt.date(2025, 10, 1), True),
        (dt.date(2025, 9, 1), dt.date(2025, 9, 30), False),
        (dt.date(2025, 10, 10), dt.date(2025, 10, 10), True),
    ],
)
def test_a_sponsorship_of_one_day_of_the_month_touches_it(first: dt.date, last: dt.date | None, touches: bool) -> None:
    row = a_sponsorship(first, last)
    assert (sponsors_of_month([row], "2025-10") == [row]) is touches


def test_only_lead_and_joint_sponsors_of_an_approved_list_answer_for_a_month() -> None:
    day = dt.date(2025, 9, 1)
    joint = [a_sponsorship(dt.date(2025, 9, number), role=SponsorRole.JOINT) for number in (9, 2)]
    others = [
        a_sponsorship(day, role=SponsorRole.SUPPORTING),
        a_sponsorship(day, state=SponsorshipState.REGISTERED),
        a_sponsorship(day, state=SponsorshipState.AGREED),
        a_sponsorship(day, dt.date(2025, 12, 1), state=SponsorshipState.ENDED, approved_on=None),
    ]
    assert sponsors_of_month([*joint, *others], "2025-10") == [joint[1], joint[0]]


@given(
    first=st.dates(dt.date(2025, 8, 1), dt.date(2026, 6, 30)),
    days=st.none() | st.integers(0, 300),
    period=st.sampled_from(months("2025-2026")),
)
def test_a_month_is_touched_if_and_only_if_one_of_its_days_is(first: dt.date, days: int | None, period: str) -> None:
    row = a_sponsorship(first, None if days is None else first + dt.timedelta(days=days))
    every = [month_start(period) + dt.timedelta(days=day) for day in range(31)]
    helped = any(row.runs_on(day) for day in every if day <= month_end(period))
    assert bool(sponsors_of_month([row], period)) is helped


def test_a_month_waits_for_the_sponsor_from_being_entered_until_it_is_sent() -> None:
    drafted, sent = EvaluationState.DRAFTED, EvaluationState.SUBMITTED
    assert waits_for_sponsor(ProgressEvaluation(entered_by_id=1, state=drafted))
    assert not waits_for_sponsor(ProgressEvaluation(entered_by_id=None, state=drafted))
    assert not waits_for_sponsor(ProgressEvaluation(entered_by_id=1, state=sent))


def test_every_level_has_its_keys_in_rising_order() -> None:
    assert list(LEVEL_KEYS) == list(LEVELS)
    assert [*LEVEL_KEYS["learning"].values()] == [*ProgressStep]
    assert {*LEVEL_KEYS["dropout_risk"].values()} == {*DropoutRisk}
    assert all("".join(keys) in ("12340", "1230") for keys in LEVEL_KEYS.values())


def test_what_is_missing_is_named() -> None:
    assert missing_levels(ProgressEvaluation(learning=ProgressStep.STEADY)) == list(LEVELS[1:])
