"""Cells become the text that people read."""

import datetime as dt

import pytest

from school.imports.tables import build_table, cell_text


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
