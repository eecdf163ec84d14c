"""What stands only in the XML of a workbook: formulas without a result, errors, zeros in front."""

import io
import zipfile
from typing import Any

import pytest

from school.imports.spreadsheets import read_workbook
from school.imports.tables import MAX_ROWS, Unreadable
from school.imports.workbook_xml import NOT_CALCULATED, _column
from tests.school.imports.bad_files import with_sheet
from tests.school.imports.conftest import xlsx


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


@pytest.mark.parametrize("prefix", [b"", b"x:"])
def test_formulas_are_found_however_the_tags_are_written(prefix: bytes) -> None:
    rows = b"""
      <x:c t='n'
        r='A1'><x:f t="shared" si="0"/></x:c>
      <x:c r="B1"><x:f>IF(A1&lt;2,"a","b")</x:f> <x:v> </x:v></x:c>
      <x:c r="C1"><x:f>A1</x:f><x:v>7</x:v></x:c>
    """.replace(b"x:", prefix)
    xml = b'<row r="1">%s</row>' % rows if not prefix else b'<x:row r="1">%s</x:row>' % rows
    data = with_sheet(xml)
    if prefix:
        data = with_parts(data, lambda sheet: sheet.replace(b"<worksheet xmlns", b"<x:worksheet xmlns:x"), b"x:")
    (table,) = read_workbook(data)
    assert table.rows[0].cells == ("", "", "7")
    assert table.unsaved == {(1, 0), (1, 1)}


def with_parts(data: bytes, change: Any, prefix: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = change(text)
                for tag in (b"sheetData", b"worksheet"):
                    text = text.replace(b"</" + tag, b"</" + prefix + tag).replace(b"<" + tag, b"<" + prefix + tag)
            made.writestr(name, text)
    return buffer.getvalue()


def test_a_sheet_of_formulas_that_were_never_calculated_is_told_as_such() -> None:
    cells = b"".join(b'<row r="%d"><c r="A%d"><f>1</f></c></row>' % (n, n) for n in range(1, MAX_ROWS + 2))
    with pytest.raises(Unreadable) as caught:
        read_workbook(with_sheet(cells))
    assert caught.value.msgid == NOT_CALCULATED


def test_an_error_of_a_formula_stands_in_its_cell() -> None:
    def put(_: Any, sheet: Any) -> None:
        sheet.write_formula(0, 1, "=NA()", None, "#N/A")
        sheet.write_formula(0, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 0, "=1+1", None, 2)

    (table,) = read_workbook(xlsx([["a"]], put))
    assert [row.cells for row in table.rows] == [("a", "#N/A", "#DIV/0!"), ("2",)]
    assert table.unsaved == frozenset()


def test_a_number_is_read_with_the_zeros_that_excel_shows() -> None:
    def put(book: Any, sheet: Any) -> None:
        ten, two = (book.add_format({"num_format": zeros}) for zeros in ("0000000000", "00"))
        plain = book.add_format({"num_format": "0.00"})
        numbers = [(304220354, ten), (7, two), (123, two), (7, plain), (1.5, two), (-3, two), (7, None)]
        for column, (number, shown) in enumerate(numbers):
            sheet.write_number(1, column + 1, number, shown)
        sheet.write_string(2, 1, "304220354", ten)
        sheet.write_blank(3, 1, None, ten)

    (table,) = read_workbook(xlsx([["Mã HS"]], put))
    assert table.rows[1].cells == ("", "0304220354", "07", "123", "7", "1.5", "-3", "7")
    assert table.rows[2].cells == ("", "304220354")


def test_columns_are_counted_from_their_letters() -> None:
    assert [_column(letters) for letters in ("A", "Z", "AA", "XFD")] == [0, 25, 26, 16383]
