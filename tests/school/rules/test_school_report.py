"""When a report to the Sở is begun and signed, and how the newest result of a child compares (P4.11)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.errors import RuleError
from school.rules.calendar import YearPlan
from school.rules.school_figures import Child, Figures, moves, outcomes, tables
from school.rules.school_report import (
    DEADLINES,
    NUMBERS,
    check_begin,
    check_signed_on,
    compare_newest,
    occasion_on,
    year_before,
)
from school.vocabulary import Deadline, EnrolmentOutcome, Gender, Rating, ReportOccasion, TermPeriod, YearState

PLAN = YearPlan.usual("2025-2026")
FIRST, SECOND = ReportOccasion.FIRST, ReportOccasion.SECOND
S1, S2, YEAR = TermPeriod.SEMESTER_1, TermPeriod.SEMESTER_2, TermPeriod.YEAR


def test_each_occasion_has_a_date_and_a_number() -> None:
    assert DEADLINES.keys() == NUMBERS.keys() == set(ReportOccasion)


def test_the_year_before() -> None:
    assert year_before("2025-2026") == "2024-2025"
    assert year_before("2000-2001") == "1999-2000"


@pytest.mark.parametrize(
    ("day", "occasion"),
    [((2025, 9, 1), FIRST), ((2025, 12, 29), FIRST), ((2025, 12, 30), SECOND), ((2026, 6, 1), SECOND)],
)
def test_the_first_is_next_until_its_last_day_is_over(day: tuple[int, int, int], occasion: ReportOccasion) -> None:
    assert occasion_on(PLAN, dt.date(*day)) is occasion


def test_a_moved_date_moves_what_comes_next() -> None:
    moved = YearPlan("2025-2026", PLAN.starts_on, PLAN.second_starts_on, PLAN.ends_on, {
        (Deadline.SCHOOL_REPORT_1, ""): dt.date(2025, 12, 20)
    })  # fmt: skip
    assert occasion_on(moved, dt.date(2025, 12, 21)) is SECOND
    check_begin(moved, YearState.RUNNING, SECOND, dt.date(2025, 12, 21))


@pytest.mark.parametrize(
    ("state", "occasion", "day", "field"),
    [
        (YearState.CLOSED, FIRST, (2026, 6, 1), None),
        (YearState.PREPARING, FIRST, (2025, 9, 10), "school_year"),
        (YearState.RUNNING, FIRST, (2025, 8, 31), "school_year"),
        (YearState.RUNNING, SECOND, (2025, 12, 29), "occasion"),
    ],
)
def test_what_is_not_begun(
    state: YearState, occasion: ReportOccasion, day: tuple[int, int, int], field: str | None
) -> None:
    with pytest.raises(RuleError) as refusal:
        check_begin(PLAN, state, occasion, dt.date(*day))
    assert refusal.value.field == field


@pytest.mark.parametrize(("signed", "fine"), [((2025, 8, 31), False), ((2025, 9, 1), True), ((2025, 12, 20), True), ((2025, 12, 21), False)])  # fmt: skip  # noqa: E501
def test_it_is_signed_in_the_year_and_not_in_the_future(signed: tuple[int, int, int], fine: bool) -> None:
    today = dt.date(2025, 12, 20)
    if fine:
        check_signed_on(dt.date(*signed), PLAN.starts_on, today)
        return
    with pytest.raises(RuleError) as refusal:
        check_signed_on(dt.date(*signed), PLAN.starts_on, today)
    assert refusal.value.field == "signed_on"


@pytest.mark.parametrize(
    ("before", "terms", "step"),
    [
        (None, {}, None),
        (Rating.MET, {}, None),  # nothing of this year
        (None, {S1: Rating.FAIR}, None),  # nothing before it
        (Rating.MET, {S1: Rating.FAIR}, 1),
        (Rating.MET, {S1: None}, None),
        (Rating.OLD_EXCELLENT, {S1: Rating.GOOD}, 0),
        (Rating.GOOD, {S1: Rating.MET, S2: Rating.FAIR}, 1),  # beside semester I, not the year before
        (Rating.MET, {S1: Rating.FAIR, S2: Rating.GOOD, YEAR: Rating.MET}, -1),  # the year's in place of semester II's
        (Rating.FAIR, {S2: Rating.MET}, -1),
        (None, {S1: Rating.FAIR, YEAR: Rating.FAIR}, 0),
    ],
)
def test_the_newest_result_beside_the_one_known_before_it(
    before: Rating | None, terms: dict[TermPeriod, Rating | None], step: int | None
) -> None:
    assert compare_newest(before, terms) == step


children = st.builds(
    Child,
    code=st.text(min_size=1, max_size=4),
    student_id=st.integers(1, 999),
    running=st.booleans(),
    gender=st.sampled_from(["", *(gender.value for gender in Gender)]),
    ethnicity=st.sampled_from(["", "Kinh", "kinh", "M'Nông", "M’nông", "Ê Đê"]),
    groups=st.sets(st.sampled_from("ABC")),
    grade=st.sampled_from(["", "10", "11", "12"]),
    led=st.booleans(),
    spoken_for=st.booleans(),
    stays=st.booleans(),
    outcome=st.none() | st.sampled_from(EnrolmentOutcome),
)


@given(st.lists(children, max_size=30))
def test_every_table_counts_every_child_once_but_groups_that_overlap(rows: list[Child]) -> None:
    found = tables(rows)
    for name in ("grades", "genders", "ethnicities"):
        assert sum(count for count, _ in found[name].values()) == len(rows)
        assert sum(led for _, led in found[name].values()) == sum(child.led for child in rows)
    assert found["groups"].get("", [0, 0])[0] == sum(not child.groups for child in rows)
    assert found["groups"].get("several", [0, 0])[0] == sum(len(child.groups) > 1 for child in rows)
    assert all(led <= count for table in found.values() for count, led in table.values())
    ethnicities = [name for name in found["ethnicities"] if name]
    assert len(ethnicities) == len({name[:1].lower() for name in ethnicities}), "one people is one row"


@given(st.lists(children, max_size=30))
def test_nobody_stays_who_has_gone_and_nobody_waits_whose_case_has_ended(rows: list[Child]) -> None:
    found = outcomes(rows)
    assert found["kept"] + found["transferred"] + found["dropped_out"] <= len(rows)
    assert len(found["left_over"]) == sum(child.running and not child.spoken_for for child in rows)


@given(st.lists(st.sampled_from([1, 0, -1, None])))
def test_moves_leave_out_what_is_not_known(steps: list[int | None]) -> None:
    assert sum(moves(steps)) == sum(step is not None for step in steps)


def test_the_shares_of_nothing_are_unknown() -> None:
    assert Figures(dt.date(2025, 12, 20)).coverage is None
    assert Figures(dt.date(2025, 12, 20), cases=3, sponsored=2).coverage == 67
