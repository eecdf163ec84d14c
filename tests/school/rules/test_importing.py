"""What is unusual about a list as a whole, and what schools do all the time."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.rules import importing
from school.rules.importing import ColumnFigures, Figures, find_alarms

SCHOOL = Figures(matched=342, known=342, day_of_year=100)  # a list of a school that is known already


def sentences(figures: Figures) -> list[str]:
    return [alarm.msgid for alarm in find_alarms(figures)]


@pytest.mark.parametrize(
    "usual",
    [
        Figures(),
        Figures(created=342),  # the first list of all
        replace(SCHOOL, rejected=3),  # three rows that could not be read
        replace(SCHOOL, matched=0, rejected=4),  # a handful of rows, all wrong: no need to say it twice
        replace(SCHOOL, replaced=100, columns=(ColumnFigures("Điện thoại", 100),)),
        replace(SCHOOL, created=40),  # a class that joins
        Figures(created=40, known=40),  # a school brought class by class
        Figures(created=40, known=80),
        Figures(created=114, matched=228, known=228),  # the new tenth grade in the list of all
        replace(SCHOOL, renamed=2),
        replace(SCHOOL, moved=9),
        replace(SCHOOL, moved=342, day_of_year=5),  # classes are made anew
        Figures(matched=4, known=4, replaced=4, columns=(ColumnFigures("Tên", 4),)),  # a short list corrected
    ],
)
def test_what_schools_do_all_the_time_rings_no_bell(usual: Figures) -> None:
    assert sentences(usual) == []


@pytest.mark.parametrize(
    ("unusual", "sentence"),
    [
        (replace(SCHOOL, rejected=60), importing.REJECTED),
        (replace(SCHOOL, matched=0, rejected=342), importing.REJECTED),
        (replace(SCHOOL, replaced=300), importing.CHANGED),
        (replace(SCHOOL, columns=(ColumnFigures("Điện thoại", 340),)), importing.COLUMN_CHANGED),
        (replace(SCHOOL, columns=(ColumnFigures("Địa chỉ", 200, 200),)), importing.COLUMN_EMPTIED),
        (replace(SCHOOL, created=342, matched=0), importing.MANY_NEW),  # other codes: everybody twice
        (replace(SCHOOL, renamed=300), importing.RENAMED),  # codes slipped by one row
        (replace(SCHOOL, moved=342), importing.MOVED),  # last year's list
    ],
)
def test_what_would_cost_a_school_its_data_rings_one(unusual: Figures, sentence: str) -> None:
    assert sentences(unusual) == [sentence]


def test_a_bell_tells_its_figures() -> None:
    [alarm] = find_alarms(replace(SCHOOL, columns=(ColumnFigures("Điện thoại", 340),)))
    assert "“Điện thoại”" in str(alarm)
    assert "340 trong 342 dòng" in str(alarm)
    [alarm] = find_alarms(replace(SCHOOL, created=342, matched=0))
    assert "342 dòng sẽ được thêm mới" in str(alarm)


def test_what_one_column_explains_is_not_told_of_the_rows_as_well() -> None:
    figures = replace(SCHOOL, replaced=340, columns=(ColumnFigures("Điện thoại", 340), ColumnFigures("Lớp", 3)))
    assert sentences(figures) == [importing.COLUMN_CHANGED]


def test_a_column_that_is_emptied_is_not_told_twice() -> None:
    assert sentences(replace(SCHOOL, columns=(ColumnFigures("Địa chỉ", 342, 342),))) == [importing.COLUMN_EMPTIED]


@pytest.mark.parametrize(
    ("name", "share", "least"),
    [
        ("rejected", importing.REJECTED_SHARE, importing.REJECTED_ROWS),
        ("replaced", importing.CHANGED_SHARE, importing.CHANGED_ROWS),
        ("renamed", importing.RENAMED_SHARE, importing.RENAMED_ROWS),
        ("moved", importing.MOVED_SHARE, importing.MOVED_ROWS),
    ],
)
def test_each_threshold_is_where_it_says(name: str, share: float, least: int) -> None:
    # Few of few: the number decides. Many of many: the share.
    short = Figures(matched=least, day_of_year=100)
    assert len(find_alarms(replace(short, **{name: least}))) == 1
    assert find_alarms(replace(short, **{name: least - 1})) == []
    rows = 10_000 if name != "rejected" else round(10_000 * (1 - share))
    long = Figures(matched=rows, day_of_year=100)
    assert len(find_alarms(replace(long, **{name: round(10_000 * share)}))) == 1
    assert find_alarms(replace(long, **{name: round(10_000 * share) - 1})) == []


def test_classes_are_settled_after_the_first_weeks() -> None:
    moving = replace(SCHOOL, moved=200)
    assert find_alarms(replace(moving, day_of_year=importing.START_OF_YEAR)) == []
    assert sentences(replace(moving, day_of_year=importing.START_OF_YEAR + 1)) == [importing.MOVED]


NUMBERS = st.integers(0, 20_000)


@given(
    st.builds(
        Figures,
        created=NUMBERS,
        matched=NUMBERS,
        rejected=NUMBERS,
        known=NUMBERS,
        replaced=NUMBERS,
        renamed=NUMBERS,
        moved=NUMBERS,
        day_of_year=st.integers(-365, 365),
        columns=st.lists(st.builds(ColumnFigures, st.just("Lớp"), NUMBERS, NUMBERS), max_size=3).map(tuple),
    )
)
def test_more_of_the_same_never_silences_a_bell(figures: Figures) -> None:
    before, after = (
        sentences(replace(figures, rejected=figures.rejected + more, renamed=figures.renamed + more)) for more in (0, 1)
    )
    assert set(before) - {importing.CHANGED} <= set(after)  # which another may explain by then
    assert all(str(alarm) for alarm in find_alarms(figures))
