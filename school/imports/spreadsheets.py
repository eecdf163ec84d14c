"""Reads .xlsx, .xls and .ods with calamine; a cell merged downwards repeats its text, as in Word."""

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from xml.parsers import expat

import python_calamine as calamine

from school.imports.tables import (
    DAMAGED,
    ENCRYPTED,
    MAX_CELLS,
    MAX_COLUMNS,
    TOO_LARGE,
    Allowance,
    Table,
    Unreadable,
    build_table,
)
from school.imports.workbook_xml import Extras, read_extras
from school.vocabulary import N_

ALL_HIDDEN = N_("Mọi trang tính trong tệp đều đang ẩn; thầy cô bỏ ẩn trang có danh sách, lưu lại rồi nhập lại.")

Line = tuple[int, list[Any]]


def read_workbook(data: bytes) -> list[Table]:
    """The visible sheets of a workbook; Unreadable when it is locked, damaged or shows no sheet."""
    try:
        book = calamine.CalamineWorkbook.from_object(io.BytesIO(data))
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ is calamine.SheetTypeEnum.WorkSheet]
        shown = [sheet.name for sheet in sheets if sheet.visible is calamine.SheetVisibleEnum.Visible]
        if sheets and not shown:
            raise Unreadable(ALL_HIDDEN)
        extras, allowance = read_extras(data, shown), Allowance()
        return [_read_sheet(book, name, extras.get(name, Extras()), allowance) for name in shown]
    except calamine.PasswordError as error:
        raise Unreadable(ENCRYPTED) from error
    except (calamine.CalamineError, expat.ExpatError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise Unreadable(DAMAGED) from error


def _read_sheet(book: calamine.CalamineWorkbook, name: str, extras: Extras, allowance: Allowance) -> Table:
    sheet = book.get_sheet_by_name(name)
    if sheet.start is None or sheet.end is None:
        return build_table(name, ())
    if (sheet.end[0] + 1) * (sheet.end[1] + 1) > MAX_CELLS:
        raise Unreadable(TOO_LARGE)
    left = [""] * min(sheet.start[1], MAX_COLUMNS)
    # Of what is blank before the first cell calamine gives the rows and leaves out the columns.
    lines: Iterable[Line] = ((number, left + cells) for number, cells in enumerate(sheet.iter_rows(), 1))
    if extras.digits or extras.errors:
        lines = _as_shown(lines, extras)
    if merged := sheet.merged_cell_ranges or extras.merged:
        lines = _filled_down(lines, merged)
    return build_table(name, lines, extras.unsaved, allowance)


def _as_shown(lines: Iterable[Line], extras: Extras) -> Iterator[Line]:
    """Whole numbers with the zeros in front that Excel shows, and the errors that calamine leaves blank."""
    digits, errors = defaultdict(list), defaultdict(list)
    for (row, column), count in extras.digits.items():
        digits[row].append((column, count))
    for (row, column), error in extras.errors.items():
        errors[row].append((column, error))
    for number, cells in lines:
        for column, count in digits.get(number, ()):
            value = cells[column] if column < len(cells) else None
            if isinstance(value, (int, float)) and 0 <= value < 1e15 and value == int(value):
                cells[column] = str(int(value)).zfill(count)
        for column, error in errors.get(number, ()):
            if column < len(cells) and cells[column] == "":
                cells[column] = error
        yield number, cells


def _filled_down(lines: Iterable[Line], merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> Iterator[Line]:
    """A cell merged downwards stands in each of its rows that holds anything else: one class beside forty names."""
    begin = defaultdict(list)
    for (top, column), (bottom, _) in merged:
        if bottom > top and column < MAX_COLUMNS:
            begin[top + 1].append((column, bottom + 1))
    open_: dict[int, tuple[int, Any]] = {}  # column -> last row, value
    for number, cells in lines:
        open_ = {column: (last, value) for column, (last, value) in open_.items() if number <= last}
        if open_ and any(cell != "" for cell in cells):
            for column, (_, value) in open_.items():
                if column < len(cells) and cells[column] == "":
                    cells[column] = value
        for column, last in begin.get(number, ()):
            if column < len(cells) and cells[column] != "":
                open_[column] = (last, cells[column])
        yield number, cells
