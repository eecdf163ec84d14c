"""Texts that a spreadsheet or a word processor might run, and whether a file would: in CSV, in XLSX.

What is live is told apart here from first principles, not by the panel's own patterns.
"""

import csv
import io
import unicodedata
import zipfile
from typing import Any

from lxml import etree
from openpyxl import load_workbook

BREAKS_OUT = '<r></is></c><c r="Z9"><f>1+1</f><v>2</v></c><c t="inlineStr"><is></r>'
PAYLOADS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.example";"Bấm vào đây")',
    "+84 912 345 678",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(A1)",
    " =1+1",
    "\n=1+1",
    "\u200b=1+1",
    "\ufeff\u00a0=1+1",
    '"=1+1"',
    "'=1+1",
    BREAKS_OUT,
    "{{ 7*7 }}{% raw %}",
)
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def would_run(cell: str) -> bool:
    """Whether a spreadsheet might run what a field of CSV holds, whatever it passes over at its beginning."""
    if cell[:1] in ("\t", "\r", "\n"):
        return True
    rest = cell
    while rest and (unicodedata.category(rest[0]) in ("Cc", "Cf", "Zs", "Zl", "Zp")):
        rest = rest[1:]
    return bool(rest) and unicodedata.normalize("NFKC", rest[0]) in ("=", "+", "-", "@")


def csv_cells(data: bytes) -> list[list[str]]:
    """The fields of a CSV file as a spreadsheet splits them."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def assert_csv_is_dead(data: bytes) -> None:
    """No field begins as a formula; a negative number of the panel's own may begin with a minus."""
    alive = [cell for row in csv_cells(data) for cell in row if would_run(cell) and not cell[1:].isdigit()]
    assert alive == []


def assert_xlsx_is_dead(data: bytes) -> list[list[Any]]:
    """Every cell is a text or a number; no formula, no link, nothing outside the file, no macro. The first sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        names = parts.namelist()
        assert not [name for name in names if "external" in name.lower() or "vba" in name.lower()]
        for name in (name for name in names if name.startswith("xl/worksheets/sheet")):
            sheet = etree.fromstring(parts.read(name))
            assert not [*sheet.iter(f"{_SHEET}f", f"{_SHEET}hyperlink", f"{_SHEET}oleObject")]
            assert {cell.get("t", "n") for cell in sheet.iter(f"{_SHEET}c")} <= {"inlineStr", "s", "n"}
            texts = [cell for cell in sheet.iter(f"{_SHEET}c") if cell.get("t") == "inlineStr"]
            assert all([child.tag for child in cell] == [f"{_SHEET}is"] for cell in texts)
        named = [
            name.get("name") for name in etree.fromstring(parts.read("xl/workbook.xml")).iter(f"{_SHEET}definedName")
        ]
        assert set(named) <= {"_xlnm.Print_Titles", "_xlnm._FilterDatabase"}
        assert not [name for name in names if name.endswith(".rels") and b'TargetMode="External"' in parts.read(name)]
    rows = xlsx_cells(data)
    assert [cell.coordinate for row in rows for cell in row if cell.data_type == "f"] == []
    return [[cell.value for cell in row] for row in rows]


def xlsx_cells(data: bytes, sheet: int = 0) -> list[tuple[Any, ...]]:
    """The cells of one sheet as openpyxl reads them."""
    return list(load_workbook(io.BytesIO(data)).worksheets[sheet].iter_rows())


def xlsx_values(data: bytes, sheet: int = 0) -> list[list[Any]]:
    """The values of one sheet."""
    return [[cell.value for cell in row] for row in xlsx_cells(data, sheet)]
