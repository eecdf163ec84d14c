"""Tables as XLSX: typed cells, nothing that could run, one row in memory at a time (security rows 10 and 12)."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from school.formulas import LIVE
from school.names import clean
from school.reports.cells import Cell, Column, Kind, Translate, settle, text
from school.vocabulary import N_

CHUNK = 64 * 1024
LAST_ROW = 1_048_575  # of a sheet, from 0; the header stands on each
MAX_UNITS, PIECE = 32_767, 16_000  # UTF-16 units of a cell; characters of each piece of a longer text
MAX_DIGITS = 15  # a spreadsheet keeps no more of a number
FIRST_YEAR = 1901  # of days: about earlier ones spreadsheets disagree, or have none
SHORT = 200  # longer texts in a cell of the format "text" are shown as #### by some versions of Excel
NARROWEST, WIDEST = 6, 50
LINE, TALLEST = 15, 409  # points of a row
PAPER_A4 = 9

LONG_TEXTS = N_("Phần còn lại")
LONG_COLUMNS = (Column("cell", N_("Ô")), Column("part", N_("Phần"), Kind.NUMBER), Column("text", N_("Nội dung")))
GOES_ON = N_("(còn tiếp ở trang tính “%(sheet)s”, ô %(cell)s)")
PAGE = N_("Trang %(page)s / %(pages)s")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")


def xlsx_chunks(
    columns: Sequence[Column], rows: Iterable[Iterable[Any]], translate: Translate = str, title: str = ""
) -> Iterator[bytes]:
    """The table as a workbook, piece by piece. It lies in a folder of its own that goes with the last piece."""
    with TemporaryDirectory() as folder, TemporaryFile(dir=folder) as file:
        book = _Book(file, folder, columns, translate, title)
        try:
            for row in rows:
                book.add(row)
        except BaseException:
            book.abandon()
            raise
        book.close()
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def sheet_name(title: str, number: int = 1) -> str:
    """A name that a sheet may have: at most 31 characters, none that a formula would take for a sign."""
    name = _NOT_IN_NAMES.sub(" ", clean(title).replace("\n", " ")).strip(" '")
    suffix = f" ({number})" if number > 1 else ""
    name = name[: 31 - len(suffix)].strip(" '") or "Sheet1"
    return f"{name}_" if name.lower() == "history" else f"{name}{suffix}"


class _Sheet(Worksheet):
    """A sheet whose texts are all plain."""

    def _xml_rich_inline_string(self, string: str, attributes: list[Any]) -> None:
        # XlsxWriter would put a text between <r> and </r> into the file as it is: whole cells, formulas among them.
        self._xml_inline_string(string, True, attributes)


class _Formats:
    """How cells look; a text is marked as one, so that editing a code or a formula in its cell keeps it a text."""

    def __init__(self, book: Workbook) -> None:
        words = {"text_wrap": True, "valign": "top"}
        self.heading = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF2", **words})
        self.prose = book.add_format(words)
        self.short = book.add_format({"num_format": "@", **words})
        self.live = book.add_format({"num_format": "@", "quote_prefix": True, **words})
        figures = {"valign": "top", "align": "right", "indent": 1}
        self.number = book.add_format(figures)
        self.amount = book.add_format({"num_format": "#,##0", **figures})
        self.date = book.add_format({"valign": "top", "num_format": "dd/mm/yyyy", "align": "left"})
        self.moment = book.add_format({"valign": "top", "num_format": "dd/mm/yyyy hh:mm", "align": "left"})

    def of(self, cell: Cell, kind: Kind) -> Format:
        """The format of a cell."""
        if isinstance(cell, str):
            return self.live if LIVE.match(cell) else self.short if len(cell) <= SHORT else self.prose
        if isinstance(cell, dt.datetime):
            return self.moment
        if isinstance(cell, dt.date):
            return self.date
        return self.amount if kind is Kind.AMOUNT and isinstance(cell, int) else self.number


class _Table:
    """A table in a sheet of a workbook, written row by row."""

    def __init__(
        self, book: Workbook, formats: _Formats, columns: Sequence[Column], translate: Translate, name: str
    ) -> None:
        self.sheet = book.add_worksheet(name, worksheet_class=_Sheet)
        self.formats, self.columns = formats, columns
        self.row, self.widths = 0, [NARROWEST] * len(columns)
        for place, column in enumerate(columns):
            self._put(place, clean(translate(column.label)), formats.heading)

    def add(self, cells: Sequence[Cell]) -> None:
        """Write the next row, as tall as its longest text."""
        self.row += 1
        lines = max((_lines(cell) for cell in cells if isinstance(cell, str)), default=1)
        if lines > 1:  # not every program works heights out by itself
            self.sheet.set_row(self.row, min(lines * LINE, TALLEST))
        for place, (cell, column) in enumerate(zip(cells, self.columns, strict=True)):
            if cell not in (None, ""):
                self._put(place, cell, self.formats.of(cell, column.kind))
        for kept in (self.sheet.row_info, self.sheet.row_sizes):  # of rows that are in the file already
            kept.pop(self.row - 1, None)

    def _put(self, place: int, cell: Cell, format_: Format) -> None:
        if isinstance(cell, str):
            self.sheet.write_string(self.row, place, cell, format_)
        elif isinstance(cell, dt.date):
            self.sheet.write_datetime(self.row, place, cell, format_)
        else:
            self.sheet.write_number(self.row, place, cell, format_)
        if self.widths[place] < WIDEST:
            longest = max(map(len, cell.split("\n"))) if isinstance(cell, str) else len(text(cell))
            self.widths[place] = min(max(self.widths[place], longest + 2), WIDEST)

    def finish(self, page: str) -> None:
        """Frozen header, filters, widths; on paper A4 across, as wide as the page, the header on each."""
        last = max(len(self.columns) - 1, 0)
        for place, width in enumerate(self.widths):
            self.sheet.set_column(place, place, width)
        self.sheet.freeze_panes(1, 0)
        self.sheet.autofilter(0, 0, self.row, last)
        self.sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(self.row, last)}"})
        self.sheet.set_landscape()
        self.sheet.set_paper(PAPER_A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0)
        self.sheet.set_footer(f"&L&A&R{page}")


class _Book:
    """A workbook of one table: over several sheets when it is longer than one, long texts on a sheet of their own."""

    def __init__(
        self, file: IO[bytes], folder: str, columns: Sequence[Column], translate: Translate, title: str
    ) -> None:
        options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
        self.book = Workbook(file, {"constant_memory": True, "tmpdir": folder, **options})
        self.formats = _Formats(self.book)
        self.columns, self.translate, self.title = columns, translate, title
        self.tables = [self._table(columns, sheet_name(title))]
        self.long: _Table | None = None

    def add(self, row: Iterable[Any]) -> None:
        """Write the next row of the table."""
        if self.tables[-1].row == LAST_ROW:
            self.tables.append(self._table(self.columns, sheet_name(self.title, len(self.tables) + 1)))
        table = self.tables[-1]
        cells = [_as_it_fits(settle(value, self.translate)) for value in row]
        for place, cell in enumerate(cells):
            if isinstance(cell, str) and _units(cell) > MAX_UNITS:
                cells[place] = self._split(cell, xl_rowcol_to_cell(table.row + 1, place))
        table.add(cells)

    def close(self) -> None:
        """Finish the file."""
        page = self.translate(PAGE) % {"page": "&P", "pages": "&N"}
        for table in [*self.tables, *([self.long] if self.long else [])]:
            table.finish(page)
        self.book.close()

    def abandon(self) -> None:
        """Let go of the rows written so far: their files stand in the folder that is about to go."""
        for sheet in self.book.worksheets():
            sheet.row_data_fh.close()

    def _table(self, columns: Sequence[Column], name: str) -> _Table:
        return _Table(self.book, self.formats, columns, self.translate, name)

    def _split(self, long: str, place: str) -> str:
        """What of a text fits into its cell, and where the rest stands."""
        name = sheet_name(self.translate(LONG_TEXTS))
        if self.long is None:
            self.long = self._table(LONG_COLUMNS, name)
        first, *rest = [long[start : start + PIECE] for start in range(0, len(long), PIECE)]
        told = self.translate(GOES_ON) % {"sheet": name, "cell": f"C{self.long.row + 2}"}
        for part, piece in enumerate(rest, 2):
            self.long.add([place, part, piece])
        return f"{first} {told}"


def _as_it_fits(cell: Cell) -> Cell:
    """The cell, or its text where a spreadsheet would change it: too many digits, no number, a day long ago."""
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, dt.date):
        return cell if cell.year >= FIRST_YEAR else text(cell)
    if isinstance(cell, (int, float, Decimal)):
        digits = sum(sign.isdigit() for sign in str(cell))
        return cell if digits <= MAX_DIGITS and Decimal(cell).is_finite() else text(cell)
    return cell


def _lines(string: str) -> int:
    """How many lines a text takes; one that needs two makes its column as wide as any."""
    return sum(1 + len(line) // WIDEST for line in string.split("\n"))


def _units(string: str) -> int:
    return len(string) if len(string) <= MAX_UNITS // 2 else len(string.encode("utf-16-le")) // 2
