"""A written document as blocks for a page that is printed from the browser: the school's own template prints too.

The page may hold no styles of its own (security row 5), so that looks come as names of a few classes of paper.css.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

NORMAL = 13  # points: the size that needs no class
ROOM = 24  # points: an empty paragraph of this height is room to sign
_SIZES = range(8, 21)
_ALIGNED = {WD_ALIGN_PARAGRAPH.CENTER: "c", WD_ALIGN_PARAGRAPH.RIGHT: "r", WD_ALIGN_PARAGRAPH.JUSTIFY: "j"}
_BORDERS = (qn("w:tblBorders"), qn("w:tcBorders"))
_NO_BORDER = (None, "nil", "none")


@dataclass(frozen=True)
class Run:
    """A text of one look."""

    text: str
    look: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; `rule` is the share in percent of a line drawn in its place."""

    runs: list[Run]
    look: str
    rule: int = 0
    kind: str = "paragraph"


@dataclass
class Cell:
    """One cell: its blocks, and over how many columns and rows it stands."""

    blocks: list[Any]
    across: int = 1
    down: int = 1


@dataclass
class Table:
    """A table: the widths of its columns in percent; rows of its header, which every page repeats, and the others."""

    widths: list[int]
    ruled: bool
    header: list[list[Cell]] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    kind: str = "table"


@dataclass(frozen=True)
class Sheet:
    """All of the document; `wide` when its pages lie."""

    title: str
    wide: bool
    blocks: list[Any]


def sheet(data: bytes) -> Sheet:
    """The document as it is printed."""
    document = docx.Document(io.BytesIO(data))
    section = document.sections[0]
    width, height = section.page_width or 0, section.page_height or 0
    margins = (section.left_margin or 0) + (section.right_margin or 0)
    blocks = list(_blocks(document.element.body, document, max(width - margins, 1)))
    while blocks and blocks[-1].kind == "paragraph" and not blocks[-1].runs:
        blocks.pop()
    return Sheet(document.core_properties.title, width > height, blocks)


def _blocks(parent: Any, owner: Any, width: int) -> Iterator[Any]:
    """Paragraphs and tables in order, those of content controls too."""
    for element in parent:
        if element.tag == qn("w:p"):
            yield _paragraph(WordParagraph(element, owner), width)
        elif element.tag == qn("w:tbl"):
            yield _table(WordTable(element, owner), width)
        elif element.tag == qn("w:sdt"):
            content = element.find(qn("w:sdtContent"))
            yield from _blocks(content if content is not None else (), owner, width)


def _paragraph(paragraph: WordParagraph, width: int) -> Paragraph:
    runs = [run for run in map(_Look(paragraph).run, paragraph._p.iter(qn("w:r"))) if run.text]
    properties = paragraph._p.pPr
    if not runs and properties is not None and properties.find(qn("w:pBdr")) is not None:
        indents = (paragraph.paragraph_format.left_indent or 0) + (paragraph.paragraph_format.right_indent or 0)
        return Paragraph([], "", rule=max(5, round(100 * (width - indents) / width / 5) * 5))
    look, merged = _look(paragraph, bool(runs)), _merged(runs)
    if len(merged) == 1:  # one look for all: the paragraph's, which keeps the page light
        return Paragraph([Run(merged[0].text, "")], f"{look} {merged[0].look}".strip())
    return Paragraph(merged, look)


def _look(paragraph: WordParagraph, filled: bool) -> str:
    """The classes of a paragraph."""
    form, names = paragraph.paragraph_format, []
    aligned = form.alignment if form.alignment is not None else _inherited(paragraph, "paragraph_format", "alignment")
    if aligned in _ALIGNED:
        names.append(_ALIGNED[aligned])
    if (form.first_line_indent or 0) > 0:
        names.append("n")
    if form.keep_with_next:
        names.append("k")
    if filled and (form.space_before or 0) >= Pt(9):
        names.append("top")
    if filled and (form.space_after or 0) >= Pt(5):
        names.append("gap")
    if not filled:
        names.append(_room(paragraph))
    return " ".join(names)


def _room(paragraph: WordParagraph) -> str:
    """How high an empty paragraph stands."""
    mark = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:rPr')}/{qn('w:sz')}")
    points = int(mark.get(qn("w:val"), "0")) / 2 if mark is not None else NORMAL
    return "room" if points >= ROOM else "thin" if points <= NORMAL / 2 else "line"


class _Look:
    """What the runs of one paragraph look like: their own, else what the style says."""

    def __init__(self, paragraph: WordParagraph) -> None:
        self.paragraph = paragraph
        self.bold = _inherited(paragraph, "font", "bold")
        self.italic = _inherited(paragraph, "font", "italic")
        self.size = _inherited(paragraph, "font", "size")

    def run(self, element: Any) -> Run:
        """One run with its classes; marks of fields and what is hidden have no text."""
        text = "".join(_texts(element))
        properties = element.rPr
        names = []
        for tag, name, inherited in (("w:b", "b", self.bold), ("w:i", "i", self.italic), ("w:u", "u", False)):
            if _is_on(properties, tag, inherited):
                names.append(name)
        size = properties.find(qn("w:sz")) if properties is not None else None
        own = Pt(int(size.get(qn("w:val"))) / 2) if size is not None else self.size
        points = round(own / Pt(1)) if own else NORMAL
        if points != NORMAL:
            names.append(f"s{min(max(points, _SIZES.start), _SIZES.stop - 1)}")
        return Run(text, " ".join(names))


def _is_on(properties: Any, tag: str, inherited: Any) -> bool:
    """Whether a property of a run holds."""
    mark = properties.find(qn(tag)) if properties is not None else None
    if mark is None:
        return bool(inherited)
    return mark.get(qn("w:val"), "1") not in ("0", "false", "none")


def _texts(run: Any) -> Iterator[str]:
    for element in run:
        if element.tag == qn("w:t"):
            yield element.text or ""
        elif element.tag in (qn("w:br"), qn("w:cr")):
            yield "\n"
        elif element.tag == qn("w:tab"):
            yield "\t"


def _inherited(paragraph: WordParagraph, part: str, name: str) -> Any:
    """What the paragraph's style says, or those that it is based on."""
    style: Any = paragraph.style
    for _ in range(10):  # styles of a broken file may go in a circle
        if style is None:
            return None
        value = getattr(getattr(style, part), name)
        if value is not None:
            return value
        style = style.base_style
    return None


def _merged(runs: list[Run]) -> list[Run]:
    """Neighbours of one look as one run: Word cuts texts for reasons of its own."""
    found: list[Run] = []
    for run in runs:
        if found and found[-1].look == run.look:
            found[-1] = Run(found[-1].text + run.text, run.look)
        else:
            found.append(run)
    return found


def _table(table: WordTable, width: int) -> Table:
    grid = [int(column.get(qn("w:w"), "0") or 0) for column in table._tbl.tblGrid]
    total = sum(grid) or 1
    made = Table([max(1, round(100 * part / total)) for part in grid], _is_ruled(table))
    standing: dict[int, Cell] = {}  # by column: the cell that a merge goes on with
    for row in table._tbl.tr_lst:
        cells, column = [], 0
        for element in row.tc_lst:
            across = element.grid_span
            if element.vMerge == "continue" and column in standing:
                standing[column].down += 1
            else:
                part = max(round(width * sum(grid[column : column + across]) / total), 1)
                cell = Cell(list(_blocks(element, table, part)), across)
                cells.append(cell)
                standing[column] = cell
            column += across
        heads = row.trPr is not None and row.trPr.find(qn("w:tblHeader")) is not None
        (made.header if heads and not made.rows else made.rows).append(cells)
    return made


def _is_ruled(table: WordTable) -> bool:
    """Whether the table has rules: of its own, its style's or its cells'."""
    style: Any = table.style
    elements = [table._tbl.tblPr, *(style.element for style in [style] if style is not None)]
    borders = [border for element in [*elements, table._tbl] for border in element.iter(*_BORDERS)]
    return any(edge.get(qn("w:val")) not in _NO_BORDER for border in borders for edge in border)
