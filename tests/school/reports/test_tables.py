"""The writer of tables: opens right in Excel, runs nothing there, and reads back as what it was."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.reports.tables import Column, csv_chunks, escape, report_chunks, show, unescape
from school.rules.calendar import SCHOOL_TIME
from school.vocabulary import Rating

PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.example";"a")',
    "+84 912",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "=\u0110\u1ea1t",
    "==",
    "-",
    "@",
]


def written(rows, header=("a",)):
    return b"".join(csv_chunks(header, rows))


def read(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_file_begins_with_a_byte_order_mark_and_ends_lines_as_windows_does():
    data = written([["x"], ["y"]], ["Họ và tên"])
    assert data == "\ufeffHọ và tên\r\nx\r\ny\r\n".encode()


def test_a_table_without_rows_is_its_header():
    assert written([], ["a", "b"]) == "\ufeffa,b\r\n".encode()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_begins_as_a_formula(payload):
    header, row = read(written([[payload]], [payload]))
    assert header[0][0] == "'"
    assert row[0][0] == "'"


@pytest.mark.parametrize("payload", ["'=1", "''=1", "'", "''", "'a", "a=1", " =1", ""])
def test_apostrophes_of_ones_own_survive(payload):
    assert unescape(escape(payload)) == payload


@given(st.text(alphabet="'=+-@\t\ra ", max_size=6))
def test_unescape_undoes_escape(text):
    assert unescape(escape(text)) == text


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"])))))
def test_tables_come_back_as_they_were(rows):
    rows = [["x", *row] for row in rows]
    assert [[unescape(cell) for cell in row] for row in read(written(rows))[1:]] == rows


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (Decimal("3.5"), "3,5"),
        (3.25, "3,25"),
        (-2, "-2"),
        (0, "0"),
        (dt.date(2026, 1, 9), "09/01/2026"),
        (dt.datetime(2026, 1, 9, 6, 5, tzinfo=SCHOOL_TIME), "09/01/2026 06:05"),
        (dt.datetime(2026, 1, 8, 23, 5, tzinfo=dt.UTC), "09/01/2026 06:05"),
        (Rating.MET, "Đạt"),
        ("hai\ndòng", "hai\ndòng"),
    ],
)
def test_values_are_written_the_vietnamese_way(value, cell):
    assert show(value) == cell


def test_labels_and_headings_are_translated():
    english = {"Đạt": "Met", "Học tập": "Learning"}
    data = b"".join(report_chunks([Column("learning", "Học tập")], [[Rating.MET]], english.__getitem__))
    assert read(data) == [["Learning"], ["Met"]]


def test_a_long_table_is_written_bit_by_bit():
    asked = []

    def rows():
        for number in range(1000):
            asked.append(number)
            yield [number]

    chunks = csv_chunks(["a"], rows(), size=100)
    assert next(chunks).startswith(b"\xef\xbb\xbfa\r\n0\r\n")
    assert len(asked) == 100
    assert sum(chunk.count(b"\r\n") for chunk in chunks) == 900
