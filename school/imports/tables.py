"""What every reader gives: tables of cleaned text cells that keep the row numbers people see; and the limits."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
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
MAX_ROWS = 50_000  # that hold something, as all that follows of one file together
MAX_FILLED = 1_000_000  # cells from the first column to the last that holds something
MAX_CHARACTERS = 10_000_000
MAX_COLUMNS = 256
MAX_CELL = 131_072  # characters: four times what one of Excel holds
MAX_LINE = 1_048_576  # the last row that Excel has, blank ones above it included
MAX_CELLS = 4_000_000  # of the smallest rectangle round a sheet's cells: one far cell makes it huge

TOO_LARGE = N_(
    "Tệp quá lớn, có ô quá dài hoặc có ô ghi ở dòng, cột rất xa; "
    "thầy cô chép riêng phần danh sách sang một tệp mới rồi nhập lại."
)
DAMAGED = N_("Tệp bị hỏng hoặc tải về chưa hết nên không đọc được; thầy cô mở tệp, lưu lại rồi nhập lại.")
ENCRYPTED = N_("Tệp có mật khẩu nên không đọc được; thầy cô bỏ mật khẩu, lưu lại rồi nhập lại.")
EMPTY = N_("Tệp không có dòng nào; thầy cô kiểm tra lại tệp đã chọn.")


_EXACT = 1e15


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


@dataclass
class Allowance:
    """What the tables of one file may still hold together."""

    rows: int = MAX_ROWS
    cells: int = MAX_FILLED
    characters: int = MAX_CHARACTERS

    def take(self, cells: Sequence[str]) -> None:
        """One row more; Unreadable when that is too much."""
        lengths = [len(cell) for cell in cells]
        self.rows -= 1
        self.cells -= len(cells)
        self.characters -= sum(lengths)
        if len(cells) > MAX_COLUMNS or max(lengths) > MAX_CELL or min(self.rows, self.cells, self.characters) < 0:
            raise Unreadable(TOO_LARGE)


def build_table(
    name: str,
    lines: Iterable[tuple[int, Sequence[Any]]],
    unsaved: Iterable[tuple[int, int]] = (),
    allowance: Allowance | None = None,
) -> Table:
    """A table of the rows that hold something; Unreadable beyond what the file may hold."""
    allowance = Allowance() if allowance is None else allowance
    rows: list[Row] = []
    for number, values in lines:
        if number > MAX_LINE:
            raise Unreadable(TOO_LARGE)
        if not any(values) and all(
            value is None or value == "" for value in values
        ):  # a million blank ones in a second
            continue
        cells = [cell_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            allowance.take(cells)
            rows.append(Row(number, tuple(cells)))
    return Table(clean(name).strip(), tuple(rows), frozenset(unsaved))


def cell_text(value: Any) -> str:
    """The cell as text, the way people read it: whole numbers without ".0", dates as dd/mm/yyyy."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return "" if value.isspace() else clean(value).strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        # Beyond 15 digits the file holds others than were typed: as a power it is refused as a code.
        return str(int(value)) if abs(value) < _EXACT else f"{value:.14E}"
    if isinstance(value, dt.datetime) and value.time() != dt.time():
        return _day(value) + value.strftime(" %H:%M")
    if isinstance(value, dt.date):
        return _day(value)
    return str(value)


def _day(day: dt.date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year:04}"
