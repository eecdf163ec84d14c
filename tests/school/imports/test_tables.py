"""Cells become the text that people read."""

import datetime as dt

import pytest

from school.imports.tables import (
    MAX_CELL,
    MAX_CHARACTERS,
    MAX_COLUMNS,
    MAX_FILLED,
    MAX_LINE,
    MAX_ROWS,
    Allowance,
    Unreadable,
    build_table,
    cell_text,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (304220354.0, "304220354"),
        (7, "7"),
        (3.5, "3.5"),
        (True, "TRUE"),
        (dt.date(2010, 7, 5), "05/07/2010"),
        (dt.datetime(2010, 7, 5), "05/07/2010"),
        (dt.datetime(2010, 7, 5, 7, 30), "05/07/2010 07:30"),
        (None, ""),
        ("  Nguye\u0302\u0303n \x0b", "Nguyễn"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (123456789012.0, "123456789012"),
        (1.2345678901234567e16, "1.23456789012346E+16"),  # other digits than were typed: no code
        (-5.0, "-5"),
        (0, "0"),
        (" \t\n ", ""),
        ("Nguyễn\u200b An\ufeff", "Nguyễn An"),
    ],
)
def test_a_cell_is_the_text_that_people_read(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_blank_rows_fall_out_and_numbers_stay() -> None:
    table = build_table("", enumerate([["", None], ["a", ""], [" "], ["", "b"]], 1))
    assert [(row.number, row.cells) for row in table.rows] == [(2, ("a",)), (4, ("", "b"))]


def test_a_cell_beyond_the_last_is_empty() -> None:
    (row,) = build_table("", [(1, ["a"])]).rows
    assert row.cell(5) == ""


def test_a_row_of_noughts_is_no_blank_one() -> None:
    table = build_table("", [(1, [0, 0.0]), (2, [False]), (3, [None, ""]), (4, [])])
    assert [row.cells for row in table.rows] == [("0", "0"), ("FALSE",)]


@pytest.mark.parametrize(
    ("lines", "fits"),
    [
        ([["a"]] * MAX_ROWS, True),
        ([["a"]] * (MAX_ROWS + 1), False),
        ([["a"] * MAX_COLUMNS], True),
        ([["a"] * (MAX_COLUMNS + 1)], False),
        ([["", "a"] + [""] * 1000], True),
        ([["a" * MAX_CELL]], True),
        ([["a" * (MAX_CELL + 1)]], False),
        ([["a" * 100_000]] * (MAX_CHARACTERS // 100_000), True),
        ([["a" * 100_000]] * (MAX_CHARACTERS // 100_000) + [["a"]], False),
        ([[""] * 199 + ["a"]] * (MAX_FILLED // 200), True),
        ([[""] * 199 + ["a"]] * (MAX_FILLED // 200) + [["a"]], False),
    ],
)
def test_what_a_file_may_hold(lines: list[list[str]], fits: bool) -> None:
    if fits:
        assert len(build_table("", enumerate(lines, 1)).rows) == len(lines)
        return
    with pytest.raises(Unreadable, match="quá lớn"):
        build_table("", enumerate(lines, 1))


def test_a_row_below_the_last_of_excel_is_refused_though_it_is_blank() -> None:
    assert build_table("", [(MAX_LINE, ["a"])]).rows
    with pytest.raises(Unreadable, match="quá lớn"):
        build_table("", [(MAX_LINE + 1, [""])])


def test_the_tables_of_a_file_share_what_it_may_hold() -> None:
    allowance = Allowance(rows=3)
    build_table("", [(1, ["a"]), (2, ["a"])], allowance=allowance)
    with pytest.raises(Unreadable, match="quá lớn"):
        build_table("", [(1, ["a"]), (2, ["a"])], allowance=allowance)


def test_the_name_of_a_sheet_is_clean() -> None:
    assert build_table(" Lớp\x0b 10 ", ()).name == "Lớp 10"
