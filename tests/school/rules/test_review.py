"""What a review compares, and over which days (P4.9)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.rules.calendar import YearPlan
from school.rules.review import compare_ratings, compare_risks, span_of
from school.vocabulary import DropoutRisk, Rating, TermPeriod

PLAN = YearPlan.usual("2025-2026")


@pytest.mark.parametrize(
    ("period", "today", "first", "last", "months"),
    [
        (TermPeriod.SEMESTER_1, dt.date(2025, 11, 24), dt.date(2025, 9, 1), dt.date(2025, 11, 24), 3),
        (TermPeriod.SEMESTER_1, dt.date(2026, 1, 15), dt.date(2025, 9, 1), dt.date(2026, 1, 15), 4),
        (TermPeriod.SEMESTER_1, dt.date(2026, 5, 1), dt.date(2025, 9, 1), dt.date(2026, 1, 15), 4),
        (TermPeriod.SEMESTER_2, dt.date(2026, 5, 31), dt.date(2026, 1, 16), dt.date(2026, 5, 31), 5),
        (TermPeriod.YEAR, dt.date(2026, 5, 31), dt.date(2025, 9, 1), dt.date(2026, 5, 31), 9),
        (TermPeriod.YEAR, dt.date(2027, 5, 1), dt.date(2025, 9, 1), dt.date(2026, 8, 31), 9),
    ],
)
def test_a_review_looks_back_over_its_part_of_the_year_until_today(period, today, first, last, months) -> None:
    span = span_of(PLAN, period, today)
    assert (span.first, span.last, len(span.months)) == (first, last, months)


def test_the_two_semesters_share_no_month() -> None:
    end = dt.date(2026, 8, 31)
    one, two, year = (span_of(PLAN, period, end).months for period in TermPeriod)
    assert one + two == year


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        (Rating.MET, Rating.FAIR, 1),
        (Rating.GOOD, Rating.FAIR, -1),
        (Rating.NOT_MET, Rating.NOT_MET, 0),
        (Rating.OLD_AVERAGE, Rating.MET, 0),
        (Rating.OLD_WEAK, Rating.MET, 1),
        (Rating.OLD_POOR, Rating.OLD_WEAK, 1),
        (Rating.OLD_POOR, Rating.NOT_MET, 0),  # one step of the new scale for two of the old
        (None, Rating.GOOD, None),
        (Rating.GOOD, None, None),
    ],
)
def test_ratings_of_both_scales_are_compared(before, after, step) -> None:
    assert compare_ratings(before, after) == step


@given(st.sampled_from(Rating), st.sampled_from(Rating))
def test_a_step_up_is_a_step_down_the_other_way(before: Rating, after: Rating) -> None:
    assert compare_ratings(before, after) == -compare_ratings(after, before)


def test_surer_is_up_and_what_was_not_observed_is_no_step() -> None:
    assert compare_risks(DropoutRisk.HIGH, DropoutRisk.LOW) == 1
    assert compare_risks(DropoutRisk.LOW, DropoutRisk.SOME) == -1
    assert compare_risks(DropoutRisk.SOME, DropoutRisk.SOME) == 0
    assert compare_risks(DropoutRisk.NOT_OBSERVED, DropoutRisk.LOW) is None
    assert compare_risks(None, DropoutRisk.LOW) is None
