"""Reads the tables of a .docx; a row's number is its place in the Word table, the header being row 1."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import nsmap, qn
from lxml.etree import XMLSyntaxError

from school.imports.tables import DAMAGED, TOO_LARGE, Allowance, Table, Unreadable, build_table

_SPACE = {"w": nsmap["w"]}
_TABLE, _ROW, _CELL, _PARAGRAPH, _TEXT = (qn(f"w:{name}") for name in ("tbl", "tr", "tc", "p", "t"))
_SIGNS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): " ", qn("w:noBreakHyphen"): "-"}
_MOVED_AWAY, _SYMBOL = qn("w:moveFrom"), qn("w:sym")
# Boxes and check marks of the Wingdings fonts by their number; an empty box is no mark.
_TICKS = {"F0FE", "F0FD", "F0FC", "F0FB", "F078", "F052", "F053", "F054"}


def read_document(data: bytes) -> list[Table]:
    """Each outer table of the document; Unreadable when it is damaged. Text above the table is its name."""
    try:
        body = docx.Document(io.BytesIO(data)).element.body
    except XMLSyntaxError as error:  # "unknown error" is how lxml runs out of memory
        raise Unreadable(TOO_LARGE if "unknown error" in str(error) else DAMAGED) from error
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise Unreadable(DAMAGED) from error
    tables, titles, allowance = [], [], Allowance()
    for element in body.iter(_PARAGRAPH, _TABLE):
        if _owner(element, _TABLE) is not None:
            continue
        if element.tag == _PARAGRAPH:
            titles.append(_paragraph(element))
        else:
            tables.append(build_table("\n".join(titles), enumerate(_rows(element), 1), allowance=allowance))
            titles = []
    return tables


def _rows(table: Any) -> Iterator[list[str]]:
    """Rows of cells; a cell merged downwards repeats its text, one merged across leaves blanks beside it."""
    above: list[str] = []
    for row in (row for row in table.iter(_ROW) if _owner(row, _TABLE) is table):
        cells: list[str] = [""] * _number(row, "w:trPr/w:gridBefore")
        for cell in (cell for cell in row.iter(_CELL) if _owner(cell, _ROW) is row):
            merge = cell.find("w:tcPr/w:vMerge", _SPACE)
            continued = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
            text = above[len(cells)] if continued and len(cells) < len(above) else _text(cell)
            cells += [text] + [""] * (max(_number(cell, "w:tcPr/w:gridSpan"), 1) - 1)
        above = cells
        yield cells


def _text(cell: Any) -> str:
    return "\n".join(_paragraph(paragraph) for paragraph in cell.iter(_PARAGRAPH) if _owner(paragraph, _CELL) is cell)


def _paragraph(paragraph: Any) -> str:
    """All text of a paragraph: inserted under tracked changes too, deleted not (Word keeps that in another element)."""
    parts = []
    for element in paragraph.iter(_TEXT, _SYMBOL, *_SIGNS):
        if element.tag == _TEXT:
            parts.append("" if _owner(element, _MOVED_AWAY) is not None else element.text or "")
        elif element.tag == _SYMBOL:
            parts.append("x" if element.get(qn("w:char"), "").upper() in _TICKS else "")
        else:
            parts.append(_SIGNS[element.tag])
    return "".join(parts)


def _owner(element: Any, tag: str) -> Any:
    """The nearest element of that tag round `element`."""
    return next(element.iterancestors(tag), None)


def _number(element: Any, path: str) -> int:
    """Value of a count in the properties, 0 without one; capped, since a file may claim any."""
    found = element.find(path, _SPACE)
    value = found.get(qn("w:val"), "") if found is not None else ""
    return min(int(value), 100) if value.isascii() and value.isdigit() else 0
