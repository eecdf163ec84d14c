"""What calamine does not tell: of an .xlsx the formulas without a saved result, the results that are errors and the
numbers shown with zeros in front, of an .ods the cells merged downwards.

Read from the XML by patterns, not by a parser: they take no nested or endless thing for a cell, and 50 MB of XML half
a second.
"""

import html
import io
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from school.imports.tables import DAMAGED, MAX_ROWS, Unreadable
from school.vocabulary import N_

NOT_CALCULATED = N_("Công thức trong tệp chưa có kết quả; thầy cô mở tệp bằng Excel, lưu lại rồi nhập lại.")

_STYLES = "xl/styles.xml"
# Attributes up to the end of a tag. No writer puts "<" into one, so that a search never looks further than one tag.
_FORMULA = rb"\s*<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f\s*>)"
_CALCULATED = re.compile(rb"<(?:\w+:)?c\b([^<>]*)>%s(?:\s*<(?:\w+:)?v(?:\s[^<>/]*)?>\s*([^<\s]))?" % _FORMULA)
_WRONG = re.compile(
    rb"""<(?:\w+:)?c\b([^<>]*\bt=["']e["'][^<>]*)>(?:%s)?\s*<(?:\w+:)?v(?:\s[^<>]*)?>(#[^<]{1,20})<""" % _FORMULA
)
_TEXT_RESULT = re.compile(rb"""\bt=["']str["']""")
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_NUMBER_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\b([^<>]*)>")
_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb"<(?:\w+:)?xf\b([^<>]*)>")
_FORMAT_ID = re.compile(rb"""\bnumFmtId=["']([0-9]{1,9})["']""")
_ZEROS = re.compile(rb"""\bformatCode=["'](0{2,30})["']""")
_ODS_TAG = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)([\s/][^<>]*)?>")
_ODS_SPANS = re.compile(rb"""\btable:number-rows-spanned=["'](?!1["'])""")

Place = tuple[int, int]  # row as Excel counts it, column from 0


@dataclass
class Extras:
    """Of one sheet: the places of formulas without a result, errors, how many digits a number is shown with at least,
    and merged cells as the places of their first and their last cell, both from 0.
    """

    unsaved: set[Place] = field(default_factory=set)
    errors: dict[Place, str] = field(default_factory=dict)
    digits: dict[Place, int] = field(default_factory=dict)
    merged: list[tuple[Place, Place]] = field(default_factory=list)


def read_extras(data: bytes, names: Collection[str]) -> dict[str, Extras]:
    """By name of the sheet, of those that are named; nothing for .xls.

    Unreadable when tens of thousands of formulas have no result: somebody's program wrote them, and no Excel since.
    """
    if not data.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.namelist()
        if "content.xml" in parts:
            return _merged_downwards(archive.read("content.xml"))
        padded = _padded_formats(archive.read(_STYLES)) if _STYLES in parts else {}
        parts_of = _sheet_parts(archive)
        return {name: _extras(archive.read(part), padded) for name, part in parts_of if name in names}


def _extras(sheet: bytes, padded: dict[int, int]) -> Extras:
    extras = Extras()
    missing = 0
    for cell in _CALCULATED.finditer(sheet):
        attributes, value = cell.groups()
        if value is None and not _TEXT_RESULT.search(attributes):
            missing += 1
            if missing > MAX_ROWS:
                raise Unreadable(NOT_CALCULATED)
            if place := _place(attributes):
                extras.unsaved.add(place)
    for cell in _WRONG.finditer(sheet):
        if (place := _place(cell[1])) and len(extras.errors) < MAX_ROWS:
            extras.errors[place] = cell[2].decode(errors="replace")
    if padded:
        numbers = rb"|".join(b"%d" % number for number in padded)
        styled = re.compile(rb"""<(?:\w+:)?c\b([^<>/]*\bs=["'](%s)["'][^<>/]*)>""" % numbers)
        for cell in styled.finditer(sheet):
            if (place := _place(cell[1])) and len(extras.digits) < MAX_ROWS:
                extras.digits[place] = padded[int(cell[2])]
    return extras


def _merged_downwards(content: bytes) -> dict[str, Extras]:
    """The merged cells of an OpenDocument, by name of the sheet."""
    found: dict[str, Extras] = {}
    if not _ODS_SPANS.search(content):
        return found
    extras, next_row, row, column = Extras(), 0, 0, 0
    for tag, attributes in _ODS_TAG.findall(content):
        if tag == b"table":
            extras, next_row = Extras(), 0
            if name := re.search(rb"""\btable:name=(?:"([^"]*)"|'([^']*)')""", attributes):
                found[html.unescape((name[1] or name[2] or b"").decode(errors="replace"))] = extras
        elif tag == b"table-row":
            row, column, next_row = next_row, 0, next_row + _count(b"number-rows-repeated", attributes)
        else:
            if (down := _count(b"number-rows-spanned", attributes)) > 1:
                extras.merged.append(((row, column), (row + down - 1, column)))
            column += _count(b"number-columns-repeated", attributes)
    return found


def _count(name: bytes, attributes: bytes) -> int:
    found = re.search(rb"""\btable:%s=["']([0-9]{1,9})["']""" % name, attributes)
    return int(found[1]) if found else 1


def _padded_formats(styles: bytes) -> dict[int, int]:
    """Index of each cell format that shows at least so many digits, such as "0000000000"."""
    codes = {}
    for format_ in _NUMBER_FORMAT.finditer(styles):
        number, zeros = _FORMAT_ID.search(format_[1]), _ZEROS.search(format_[1])
        if number and zeros:
            codes[number[1]] = len(zeros[1])
    formats = _FORMATS.search(styles)
    if not codes or not formats:
        return {}
    numbers = [_FORMAT_ID.search(attributes) for attributes in _FORMAT.findall(formats[0])]
    return {index: codes[number[1]] for index, number in enumerate(numbers) if number and number[1] in codes}


def _place(attributes: bytes) -> Place | None:
    found = _PLACE.search(attributes)
    return (int(found[2]), _column(found[1].decode())) if found else None


def _column(letters: str) -> int:
    """ "A" -> 0, "AA" -> 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name of each sheet and the part of the archive that holds it; Unreadable when two claim the same part."""
    targets: dict[str, str] = {}

    def on_relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith(" Relationship"):
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    sheets: list[tuple[str, str]] = []

    def on_sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith(" sheet"):  # the relation's namespace is another one in "Strict Open XML"
            relation = next((value for name, value in attributes.items() if name.endswith("/relationships id")), "")
            sheets.append((attributes.get("name", ""), targets.get(relation, "")))

    _parse(archive.read("xl/_rels/workbook.xml.rels"), on_relation)
    _parse(archive.read("xl/workbook.xml"), on_sheet)
    if len({target for _, target in sheets}) < len(sheets):
        raise Unreadable(DAMAGED)
    parts = set(archive.namelist())
    for name, target in sheets:
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in parts:
            yield name, part


def _parse(data: bytes, on_start) -> None:  # type: ignore[no-untyped-def]
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = on_start
    parser.Parse(data, True)
