"""What evaluations are worth: which states count, and the mean of ratings."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.models import ProgressEvaluation
from school.rules.evaluation import (
    CONFIRMED_STATES,
    HELD_OR_PROGRESSED,
    HELP_POINTS,
    LEVELS,
    OPEN_STATES,
    SENT_STATES,
    mean_help,
)
from school.vocabulary import EvaluationState, HelpRating, ProgressStep

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
