"""From one school year to the next, as rules: names, classes, outcomes, days (P4.9)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.errors import RuleError
from school.rules import rollover as rules
from school.rules.calendar import parse_year, year_dates
from school.vocabulary import EnrolmentOutcome as Outcome
from school.vocabulary import Rating


@given(st.integers(1900, 2199))
def test_the_next_year_begins_where_this_one_ends(first: int) -> None:
    name = rules.next_year_name(f"{first}-{first + 1}")
    assert parse_year(name) == f"{first + 1}-{first + 2}"
    assert year_dates(name)[0] > year_dates(f"{first}-{first + 1}")[2]


@pytest.mark.parametrize("name", ["", "2025", "2025-2027", "Năm học"])
def test_what_is_no_year_has_no_next(name: str) -> None:
    with pytest.raises(RuleError):
        rules.next_year_name(name)


@pytest.mark.parametrize(
    ("name", "grade", "expected"),
    [
        ("10A1", 10, "11A1"),
        ("11A12", 11, "12A12"),
        ("12A3", 12, None),
        ("9A", 9, None),
        ("8B2", 8, "9B2"),
        ("5C", 5, None),
        ("6/1", 6, "7/1"),
        ("10", 10, "11"),
        ("CHUYÊNTOÁN", 10, "CHUYÊNTOÁN"),
        ("1A0", 10, "1A0"),
        ("A10", 10, "A10"),
    ],
)
def test_a_class_goes_up_with_its_name(name: str, grade: int, expected: str | None) -> None:
    assert rules.next_class_name(name, grade) == expected


@given(st.sampled_from([1, 2, 3, 4, 6, 7, 8, 10, 11]), st.text("ABCĐ123/", max_size=6))
def test_classes_of_one_grade_stay_apart(grade: int, rest: str) -> None:
    letter_first = f"A{rest}"
    assert rules.next_class_name(f"{grade}{letter_first}", grade) == f"{grade + 1}{letter_first}"


@pytest.mark.parametrize("rating", list(Rating))
def test_only_what_was_not_met_proposes_repeating(rating: Rating) -> None:
    repeats = rating in (Rating.NOT_MET, Rating.OLD_WEAK, Rating.OLD_POOR)
    assert (rules.proposed(10, (rating, None)) is Outcome.REPEATED) is repeats
    assert (rules.proposed(10, (Rating.GOOD, rating)) is Outcome.REPEATED) is repeats


def test_without_results_a_student_goes_on() -> None:
    assert rules.proposed(10, ()) is Outcome.PROMOTED
    assert rules.proposed(12, (None, None)) is Outcome.GRADUATED
    assert rules.proposed(12, (Rating.NOT_MET, None)) is Outcome.REPEATED


@given(st.integers(1, 12), st.sampled_from(Outcome), st.lists(st.none() | st.sampled_from(Rating), max_size=2))
def test_what_is_proposed_is_on_offer(grade: int, outcome: Outcome, results: list[Rating | None]) -> None:
    offered = rules.outcomes_for(grade)
    assert rules.proposed(grade, results) in offered
    assert len(set(offered)) == len(offered) == 4
    assert (Outcome.PROMOTED in offered) is not (Outcome.GRADUATED in offered)
    if outcome not in offered:
        with pytest.raises(RuleError) as refusal:
            rules.check_outcome(grade, outcome)
        assert refusal.value.field == "outcome"
    else:
        rules.check_outcome(grade, outcome)


@given(
    st.sampled_from([*rules.CONTINUING, *rules.LEAVING]),
    st.dates(dt.date(2025, 8, 1), dt.date(2026, 10, 1)),
    st.dates(dt.date(2026, 8, 15), dt.date(2026, 9, 15)),
)
def test_no_stay_ends_before_it_begins_and_none_overlap(outcome: Outcome, started: dt.date, begins: dt.date) -> None:
    ended = rules.last_day(outcome, started, dt.date(2026, 5, 31), begins)
    assert ended >= started
    first = rules.first_day(ended, begins)
    assert first > ended and first >= begins


def test_who_leaves_goes_with_the_year_and_who_stays_keeps_the_class_over_the_summer() -> None:
    start, end, begins = dt.date(2027, 9, 1), dt.date(2028, 2, 29), dt.date(2028, 9, 1)
    assert rules.last_day(Outcome.GRADUATED, start, end, begins) == dt.date(2028, 2, 29), "a year may end when it likes"
    assert rules.last_day(Outcome.PROMOTED, start, end, begins) == dt.date(2028, 8, 31)


@pytest.mark.parametrize(
    ("today", "ends_on", "may"),
    [
        (dt.date(2026, 5, 31), dt.date(2026, 5, 31), False),
        (dt.date(2026, 6, 1), dt.date(2026, 5, 31), True),
        (dt.date(2028, 2, 29), dt.date(2028, 2, 29), False),
        (dt.date(2028, 3, 1), dt.date(2028, 2, 29), True),
        (dt.date(2026, 1, 1), dt.date(2025, 12, 31), True),
    ],
)
def test_the_year_must_be_over(today: dt.date, ends_on: dt.date, may: bool) -> None:
    if may:
        rules.check_time(today, ends_on)
        return
    with pytest.raises(RuleError) as refusal:
        rules.check_time(today, ends_on)
    assert refusal.value.params["day"] == f"{ends_on + dt.timedelta(days=1):%d/%m/%Y}"
