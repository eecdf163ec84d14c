"""The school's dates at their edges: New Year, leap days, the summer, midnight at the school."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.errors import RuleError
from school.rules.calendar import (
    SCHOOL_TIME,
    check_help_period,
    check_month,
    month_start,
    months,
    parse_year,
    school_day,
    year_dates,
    year_name,
)

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (dt.datetime(2025, 12, 31, 16, 59, 59, tzinfo=dt.UTC), dt.date(2025, 12, 31)),
        (dt.datetime(2025, 12, 31, 17, 0, tzinfo=dt.UTC), dt.date(2026, 1, 1)),
        (dt.datetime(2028, 2, 28, 17, 0, tzinfo=dt.UTC), dt.date(2028, 2, 29)),
        (dt.datetime(2028, 2, 29, 16, 59, tzinfo=dt.UTC), dt.date(2028, 2, 29)),
        (dt.datetime(2026, 2, 28, 17, 0, tzinfo=dt.UTC), dt.date(2026, 3, 1)),
        (dt.datetime(2025, 9, 1, 0, 0, tzinfo=SCHOOL_TIME), dt.date(2025, 9, 1)),
        (dt.datetime(2025, 9, 1, 0, 0, tzinfo=dt.timezone(dt.timedelta(hours=-8))), dt.date(2025, 9, 1)),
    ],
)
def test_the_day_begins_at_midnight_at_the_school(moment: dt.datetime, day: dt.date) -> None:
    assert school_day(moment) == day


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (dt.date(2025, 8, 31), "2024-2025"),  # the last day of the summer
        (dt.date(2025, 9, 1), "2025-2026"),
        (dt.date(2025, 12, 31), "2025-2026"),
        (dt.date(2026, 1, 1), "2025-2026"),
        (dt.date(2026, 5, 31), "2025-2026"),
        (dt.date(2026, 6, 1), "2025-2026"),  # the summer belongs to the year before it
        (dt.date(2028, 2, 29), "2027-2028"),
    ],
)
def test_each_day_belongs_to_a_school_year(day: dt.date, name: str) -> None:
    assert year_name(day) == name


@given(DAYS)
def test_a_year_begins_on_or_before_each_of_its_days(day: dt.date) -> None:
    first, second, last = year_dates(year_name(day))
    assert first <= day
    assert first < second < last
    assert day < dt.date(first.year + 1, 9, 1)


@pytest.mark.parametrize("text", ["2025-2026", " 2025 - 2026 ", "2025–2026", "2025 — 2026"])
def test_a_year_is_read_however_its_dash_is_typed(text: str) -> None:
    assert parse_year(text) == "2025-2026"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025",
        "2025-2027",
        "2026-2025",
        "25-26",
        "2025/2026",
        "0000-0001",
        "２０２５-２０２６",
        "2025-2026 b",
        "2025-2026-",
    ],
)
def test_what_is_no_school_year_is_refused(text: str) -> None:
    with pytest.raises(RuleError) as refusal:
        parse_year(text)
    assert refusal.value.field == "name"


def test_a_year_runs_from_september_to_may() -> None:
    assert year_dates("2025-2026") == (dt.date(2025, 9, 1), dt.date(2026, 1, 16), dt.date(2026, 5, 31))
    assert months("2025-2026") == [
        "2025-09",
        "2025-10",
        "2025-11",
        "2025-12",
        "2026-01",
        "2026-02",
        "2026-03",
        "2026-04",
        "2026-05",
    ]


@given(DAYS)
def test_the_months_of_a_year_follow_each_other_and_lie_in_it(day: dt.date) -> None:
    name = year_name(day)
    first, _, last = year_dates(name)
    starts = [month_start(period) for period in months(name)]
    assert starts == sorted(starts)
    assert all(first <= start <= last for start in starts)
    assert {year_name(start) for start in starts} == {name}


@pytest.mark.parametrize(
    "text", ["", "2025-13", "2025-00", "2025-9", "2025-09-01", "0000-05", "2025-09\n", "９９９９-09", None]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(RuleError) as refusal:
        month_start(text)
    assert refusal.value.field == "period"


@pytest.mark.parametrize(
    ("period", "today"),
    [
        ("2025-09", dt.date(2025, 9, 1)),  # its first day
        ("2025-12", dt.date(2026, 1, 1)),  # after New Year
        ("2026-01", dt.date(2026, 1, 1)),
        ("2026-02", dt.date(2026, 2, 1)),
        ("2026-05", dt.date(2026, 7, 1)),  # late, in the summer
    ],
)
def test_a_month_that_has_begun_can_be_evaluated(period: str, today: dt.date) -> None:
    check_month(period, "2025-2026", today)


@pytest.mark.parametrize(
    ("period", "today"),
    [
        ("2025-11", dt.date(2025, 10, 31)),  # begins tomorrow
        ("2026-01", dt.date(2025, 12, 31)),
        ("2025-08", dt.date(2025, 10, 15)),  # of the summer before
        ("2026-06", dt.date(2026, 6, 15)),  # of the summer after
        ("2024-09", dt.date(2025, 10, 15)),  # of another year
        ("tháng 9", dt.date(2025, 10, 15)),
    ],
)
def test_any_other_month_cannot(period: str, today: dt.date) -> None:
    with pytest.raises(RuleError) as refusal:
        check_month(period, "2025-2026", today)
    assert refusal.value.field == "period"


@pytest.mark.parametrize(
    ("period", "today", "begun"),
    [
        ("semester_1", dt.date(2025, 8, 31), False),
        ("semester_1", dt.date(2025, 9, 1), True),
        ("semester_1", dt.date(2026, 6, 1), True),
        ("semester_2", dt.date(2026, 1, 15), False),
        ("semester_2", dt.date(2026, 1, 16), True),
        ("2025-09", dt.date(2025, 8, 31), False),
        ("2025-09", dt.date(2025, 9, 1), True),
        ("year", dt.date(2026, 6, 1), False),  # help is rated by semester and month
    ],
)
def test_help_is_rated_for_months_and_semesters_that_have_begun(period: str, today: dt.date, begun: bool) -> None:
    if begun:
        check_help_period(period, "2025-2026", today)
    else:
        with pytest.raises(RuleError):
            check_help_period(period, "2025-2026", today)
