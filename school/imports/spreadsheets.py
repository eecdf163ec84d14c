"""Reads .xlsx, .xls and .ods with calamine, and finds the formulas whose result an .xlsx does not hold."""

import io
import re
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

import python_calamine as calamine

from school.imports.tables import DAMAGED, ENCRYPTED, MAX_CELLS, TOO_LARGE, Table, Unreadable, build_table

_ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_PLACE = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})$")
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"


def read_workbook(data: bytes) -> list[Table]:
    """The visible sheets of a workbook; Unreadable when it is locked or damaged."""
    try:
        book = calamine.CalamineWorkbook.from_object(io.BytesIO(data))
        formulas = _unsaved_formulas(data)
        return [
            _read_sheet(book, sheet.name, formulas)
            for sheet in book.sheets_metadata
            if sheet.visible is calamine.SheetVisibleEnum.Visible and sheet.typ is calamine.SheetTypeEnum.WorkSheet
        ]
    except calamine.PasswordError as error:
        raise Unreadable(ENCRYPTED) from error
    except (calamine.CalamineError, expat.ExpatError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise Unreadable(DAMAGED) from error


def _read_sheet(book: calamine.CalamineWorkbook, name: str, formulas: dict[str, set[tuple[int, int]]]) -> Table:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise Unreadable(TOO_LARGE)
    # Without `skip_empty_area=False` leading blank rows vanish, and with them the row numbers people see.
    rows = sheet.to_python(skip_empty_area=False)
    return build_table(name, enumerate(rows, 1), formulas.get(name, ()))


def _unsaved_formulas(data: bytes) -> dict[str, set[tuple[int, int]]]:
    """Sheet name -> (row, column from 0) of formulas without a saved value; nothing for other formats than .xlsx."""
    if not data.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return {}
        return {name: _without_value(archive.read(part)) for name, part in _sheet_parts(archive)}


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name of each sheet and the part of the archive that holds it."""
    targets: dict[str, str] = {}

    def on_relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith(" Relationship"):
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    sheets: list[tuple[str, str]] = []

    def on_sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith(" sheet"):
            sheets.append((attributes.get("name", ""), attributes.get(_RELATION, "")))

    _parse(archive.read("xl/_rels/workbook.xml.rels"), on_relation)
    _parse(archive.read("xl/workbook.xml"), on_sheet)
    parts = set(archive.namelist())
    for name, relation in sheets:
        target = targets.get(relation, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in parts:
            yield name, part


def _parse(data: bytes, on_start) -> None:  # type: ignore[no-untyped-def]
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = on_start
    parser.Parse(data, True)


class _Formulas:
    """Collects the cells that hold a formula and no result. An empty text (t="str") is a result."""

    def __init__(self) -> None:
        self.found: set[tuple[int, int]] = set()
        self._place, self._formula, self._value, self._in_value = "", False, False, False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "c":
            self._place, self._formula = attributes.get("r", ""), False
            self._value = attributes.get("t") == "str"
        elif name == "f":
            self._formula = True
        elif name in ("v", "is"):
            self._in_value = True

    def text(self, text: str) -> None:
        if self._in_value and text.strip():
            self._value = True

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name in ("v", "is"):
            self._in_value = False
        elif name == "c" and self._formula and not self._value and (place := _PLACE.match(self._place)):
            self.found.add((int(place[2]), _column(place[1])))


def _without_value(data: bytes) -> set[tuple[int, int]]:
    if not _ANY_FORMULA.search(data):
        return set()
    formulas = _Formulas()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = formulas.start
    parser.EndElementHandler = formulas.end
    parser.CharacterDataHandler = formulas.text
    parser.Parse(data, True)
    return formulas.found


def _column(letters: str) -> int:
    """ "A" -> 0, "AA" -> 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
