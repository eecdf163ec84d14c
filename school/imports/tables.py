"""What every reader gives: tables of cleaned text cells that keep the row numbers people see; and the limits."""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from school.errors import PanelError
from school.names import clean
from school.vocabulary import N_

MEBIBYTE = 1024 * 1024
MAX_FILE = 10 * MEBIBYTE
MAX_UNPACKED = 50 * MEBIBYTE
MAX_RATIO = 100
MAX_ENTRIES = 200
MAX_ROWS = 50_000
MAX_COLUMNS = 256
MAX_CHARACTERS = 20_000_000
MAX_CELLS = 4_000_000  # of the smallest rectangle round a sheet's cells: one far cell makes it huge

TOO_LARGE = N_(
    "Tệp quá lớn, hoặc có ô ghi ở dòng, cột rất xa; thầy cô chép riêng phần danh sách sang một tệp mới rồi nhập lại."
)
DAMAGED = N_("Tệp bị hỏng hoặc tải về chưa hết nên không đọc được; thầy cô mở tệp, lưu lại rồi nhập lại.")
ENCRYPTED = N_("Tệp có mật khẩu nên không đọc được; thầy cô bỏ mật khẩu, lưu lại rồi nhập lại.")
EMPTY = N_("Tệp không có dòng nào; thầy cô kiểm tra lại tệp đã chọn.")


class Unreadable(PanelError):
    """The file as a whole cannot be taken in: nothing has changed, and the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds something; `number` is the one that Excel shows, or the row of the Word table."""

    number: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """Text of the column counted from 0, "" beyond the last."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True)
class Table:
    """A sheet, a CSV file or a Word table. `unsaved`: (row, column) of formulas whose result the file does not hold."""

    name: str
    rows: tuple[Row, ...]
    unsaved: frozenset[tuple[int, int]] = frozenset()


def build_table(
    name: str, lines: Iterable[tuple[int, Iterable[Any]]], unsaved: Iterable[tuple[int, int]] = ()
) -> Table:
    """A table of the rows that hold something; Unreadable beyond the caps on rows, columns and characters."""
    rows: list[Row] = []
    characters = 0
    for number, values in lines:
        cells = [cell_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        characters += sum(map(len, cells))
        if len(rows) >= MAX_ROWS or len(cells) > MAX_COLUMNS or characters > MAX_CHARACTERS:
            raise Unreadable(TOO_LARGE)
        rows.append(Row(number, tuple(cells)))
    return Table(name, tuple(rows), frozenset(unsaved))


def cell_text(value: Any) -> str:
    """The cell as text, the way people read it: whole numbers without ".0", dates as dd/mm/yyyy."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return clean(value).strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() != dt.time():
        return _day(value) + value.strftime(" %H:%M")
    if isinstance(value, dt.date):
        return _day(value)
    return str(value)


def _day(day: dt.date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year:04}"
