"""Workbooks: row numbers as Excel shows them, dates, hidden sheets, formulas."""

import datetime as dt
import io
import zipfile
from typing import Any

import pytest

from school.imports.readers import check, parse
from school.imports.spreadsheets import _column, read_workbook
from tests.school.imports.conftest import xlsx


def test_leading_blank_rows_count() -> None:
    (table,) = read_workbook(xlsx([[], [], ["", "Mã"], [], ["", "GV1"]]))
    assert [(row.number, row.cells) for row in table.rows] == [(3, ("", "Mã")), (5, ("", "GV1"))]


def test_date_cells_and_numbers_become_text() -> None:
    (table,) = read_workbook(xlsx([[dt.date(2010, 7, 15), 304220354, 1.5]]))
    assert table.rows[0].cells == ("15/07/2010", "304220354", "1.5")


def test_hidden_sheets_are_not_read() -> None:
    def hide(book: Any, sheet: Any) -> None:
        hidden = book.add_worksheet("Cũ")
        hidden.write(0, 0, "bí mật")
        hidden.hide()

    assert [table.name for table in read_workbook(xlsx([["a"]], hide))] == ["Danh sách"]


def test_a_saved_value_of_a_formula_is_text() -> None:
    (table,) = read_workbook(xlsx([["a"]], lambda _, sheet: sheet.write_formula(0, 1, "=1+1", None, 2)))
    assert table.rows[0].cells == ("a", "2")
    assert table.unsaved == frozenset()


def without_value(data: bytes, cell: str, new: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert cell.encode() in text
                text = text.replace(cell.encode(), new.encode())
            made.writestr(name, text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("cell", "places"),
    [
        ('<c r="B1"><f>1+1</f></c>', {(1, 1)}),
        ('<c r="B1"><f>1+1</f><v></v></c>', {(1, 1)}),
        ('<c r="B1"><f>1+1</f><v/></c>', {(1, 1)}),
        ('<c r="B1" t="str"><f>1+1</f><v></v></c>', set()),
        ('<c r="B1"><f>1+1</f><v>0</v></c>', set()),
    ],
)
def test_a_formula_without_a_saved_value_is_found(cell: str, places: set[tuple[int, int]]) -> None:
    written = xlsx([["a"]], lambda _, sheet: sheet.write_formula(0, 1, "=1+1", None, 2))
    (table,) = read_workbook(without_value(written, '<c r="B1"><f>1+1</f><v>2</v></c>', cell))
    assert table.unsaved == places


def test_an_open_document_is_read() -> None:
    cells = (
        '<table:table-cell office:value-type="string"><text:p>HS1</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2010-07-15"><text:p/></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="304220354"><text:p>304</text:p></table:table-cell>'
    )
    names = {name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text")}
    spaces = " ".join(f'xmlns:{name}="{address}"' for name, address in names.items())
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        '<table:table table:name="Lớp"><table:table-row table:number-rows-repeated="2"><table:table-cell/>'
        f"</table:table-row><table:table-row>{cells}</table:table-row></table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", content)
        made.writestr("META-INF/manifest.xml", "<manifest/>")
    assert check("a.ods", buffer.getvalue()) == "ods"
    (table,) = parse("ods", buffer.getvalue())
    assert [(row.number, row.cells) for row in table.rows] == [(3, ("HS1", "15/07/2010", "304220354"))]


def test_columns_are_counted_from_their_letters() -> None:
    assert [_column(letters) for letters in ("A", "Z", "AA", "XFD")] == [0, 25, 26, 16383]
