"""The parts of an official document (Decree 30/2020, P7), from which `make.py` builds the Word templates.

Texts may hold Jinja: {{ name }}. What repeats is `each`, what may be missing is `when`; both stand as lines of their
own in the template, so that a school that makes its own from it sees how it works.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENTATION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
SIZE = 13
LEFT_MARGIN, RIGHT_MARGIN, TOP_MARGIN, BOTTOM_MARGIN = 30, 15, 20, 20  # mm
WIDTH = 210 - LEFT_MARGIN - RIGHT_MARGIN  # mm between the margins of a page that stands
WIDE_MARGIN = 20  # mm left, right and below where the page lies; what was left is above then

LEFT, CENTRE, RIGHT, JUSTIFY = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


def new(wide: bool = False) -> Document:
    """An empty document: A4, margins, font, language, page number at the top from page 2; `wide`: its pages lie."""
    doc = docx.Document()
    section = doc.sections[0]
    if wide:
        section.orientation = WD_ORIENTATION.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.left_margin = section.right_margin = section.bottom_margin = Mm(WIDE_MARGIN)
        section.top_margin = Mm(LEFT_MARGIN)
    else:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin, section.right_margin = Mm(LEFT_MARGIN), Mm(RIGHT_MARGIN)
        section.top_margin, section.bottom_margin = Mm(TOP_MARGIN), Mm(BOTTOM_MARGIN)
    section.header_distance, section.footer_distance = Mm(10), Mm(10)
    _style(doc)
    _number_pages(doc)
    _lighten(doc)
    return doc


def _lighten(doc: Document) -> None:
    """Drop what python-docx brings and no document of ours uses: a hundred table styles, twice."""
    kept = {"TableNormal", "TableGrid"}
    for style in [*doc.styles.element.iter(qn("w:style"))]:
        if style.get(qn("w:type")) == "table" and style.get(qn("w:styleId")) not in kept:
            doc.styles.element.remove(style)
    for key, relation in list(doc.part.rels.items()):
        if relation.reltype.endswith("/stylesWithEffects"):
            del doc.part.rels[key]


def _style(doc: Document) -> None:
    normal: Any = doc.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(SIZE)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), FONT)
    for language in doc.styles.element.iter(qn("w:lang")):
        for name in ("w:val", "w:eastAsia", "w:bidi"):
            language.set(qn(name), "vi-VN")
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.widow_control = True


def _number_pages(doc: Document) -> None:
    """The page's number in the middle of the top, not on the first page."""
    section = doc.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.is_linked_to_previous = False  # an empty one, so that the first page has none
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = CENTRE
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "2"), ("end", "")):
        run = paragraph.add_run()
        if kind == "text":
            run.text = text
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        else:
            code = OxmlElement("w:instrText")
            code.text = text
            run._r.append(code)


# Paragraphs.


def line(
    where: Document | _Cell,
    text: str,
    *,
    align: Any = LEFT,
    bold: bool = False,
    italic: bool = False,
    size: float = SIZE,
    before: float = 0,
    after: float = 0,
    keep: bool = False,
) -> Paragraph:
    """One paragraph as it is told."""
    first = isinstance(where, _Cell) and len(where.paragraphs) == 1 and not where.paragraphs[0].runs
    paragraph = where.paragraphs[0] if first and isinstance(where, _Cell) else where.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    paragraph.paragraph_format.keep_with_next = keep or None
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold or None, italic or None, Pt(size)
    _size_mark(paragraph, size)
    return paragraph


def paragraph(doc: Document, text: str, *, bold: bool = False, italic: bool = False, keep: bool = False) -> Paragraph:
    """A paragraph of the body: justified, its first line 10 mm in, 6 pt below."""
    made = line(doc, text, align=JUSTIFY, bold=bold, italic=italic, after=6, keep=keep)
    made.paragraph_format.first_line_indent = Mm(10)
    return made


def heading(doc: Document, text: str) -> Paragraph:
    """A heading of the body, on the page of what follows."""
    made = line(doc, text, align=JUSTIFY, bold=True, before=6, after=6, keep=True)
    made.paragraph_format.first_line_indent = Mm(10)
    return made


def item(doc: Document, text: str) -> Paragraph:
    """A line of a list in the body: "- ...", each line 10 mm in."""
    made = line(doc, f"- {text}", align=JUSTIFY, after=3)
    made.paragraph_format.first_line_indent = Mm(10)
    return made


def command(where: Document | _Cell, text: str) -> Paragraph:
    """A line of Jinja that stands alone in its paragraph: it goes, with the paragraph, when the document is written."""
    return line(where, text, size=8 if isinstance(where, _Cell) else SIZE)


@contextmanager
def each(where: Document | _Cell, names: str) -> Iterator[None]:
    """What is made inside repeats: `each(doc, "line in legal_basis")`."""
    command(where, "{%p for " + names + " %}")
    yield
    command(where, "{%p endfor %}")


@contextmanager
def when(where: Document | _Cell, condition: str) -> Iterator[None]:
    """What is made inside stands only where the condition holds: `when(doc, "proposals")`."""
    command(where, "{%p if " + condition + " %}")
    yield
    command(where, "{%p endif %}")


# The frame of a document.


def letterhead(doc: Document, *, numbered: bool = True) -> None:
    """Parent body and school on the left, national title and motto on the right, below them number, place and date."""
    width, right = _width(doc), 0.56  # of it for the national title
    table = _bare_table(doc, [width * (1 - right), width * right])
    body, nation = table.rows[0].cells
    line(body, "{{ parent_body|upper }}", align=CENTRE, size=12)
    line(body, "{{ school_name|upper }}", align=CENTRE, bold=True, size=12)
    _rule(body, share=0.4, width=width * (1 - right))
    line(nation, NATION, align=CENTRE, bold=True, size=12)
    line(nation, MOTTO, align=CENTRE, bold=True, size=13)
    _rule(nation, share=0.56, width=width * right)
    below = table.add_row().cells
    line(below[0], "Số: {{ number }}" if numbered else "", align=CENTRE, before=4)
    line(below[1], "{{ place_and_date }}", align=CENTRE, italic=True, before=4)


def title(doc: Document, text: str, *lines: str, small: Sequence[str] = ()) -> None:
    """The document's name, bold and centred; further bold lines, then `small` lines in italics: "(Kèm theo ...)"."""
    line(doc, text, align=CENTRE, bold=True, size=14, before=14, keep=True)
    for further in lines:
        line(doc, further, align=CENTRE, bold=True, size=14, keep=True)
    for further in small:
        line(doc, further, align=CENTRE, italic=True, before=2, keep=True)
    line(doc, "", after=4, size=6, keep=True)


def begin(*, numbered: bool = True, wide: bool = False) -> Document:
    """An empty document with its letterhead; `wide`: its pages lie."""
    doc = new(wide)
    letterhead(doc, numbered=numbered)
    return doc


def table(
    doc: Document,
    widths: Sequence[float],
    header: Sequence[str],
    cells: Sequence[str],
    loop: str | None = "row in rows",
    *,
    align: Sequence[Any] | None = None,
    size: float = 12,
    total: Sequence[str] | None = None,
) -> Table:
    """A ruled table, its header on each page, its rows in one piece: a row of `cells` for each of `loop`.

    `widths` in mm, scaled to the page; `align` one a column; `total` a last row in bold. Rows without a loop are added
    by `row`.
    """
    made = _bare_table(doc, _scaled(doc, widths))
    made.style = "Table Grid"
    _set_margins(made, top=30, left=80, bottom=30, right=80)  # a little room between rules and texts
    _fill(made.rows[0], header, [CENTRE] * len(header), size, bold=True)
    _mark(made.rows[0], "w:tblHeader")
    aligned = align or [LEFT] * len(cells)
    if loop is not None:
        made.add_row().cells[0].text = "{%tr for " + loop + " %}"
        _fill(made.add_row(), cells, aligned, size)
        made.add_row().cells[0].text = "{%tr endfor %}"
    if total is not None:
        _fill(made.add_row(), total, aligned, size, bold=True)
    line(doc, "", size=6)
    return made


Columns = tuple[tuple[float, str, str], ...]  # width, header, cell


def repeat(of_header: str, header: str, of_cells: str, cell: str, width: float) -> Columns:
    """Columns that a loop makes, for `table`: `repeat("item in criteria", "{{ item.name }}", "point in ...", ...)`.

    They are three columns of the template: where the loop begins, what repeats, where it ends. The first and the last
    go when the document is written, and the others share their width.
    """
    end = "{%tc endfor %}"
    begin_header, begin_cells = (f"{{%tc for {names} %}}" for names in (of_header, of_cells))
    return ((width, begin_header, begin_cells), (width, header, cell), (width, end, end))


def row(made: Table, cells: Sequence[str], *, align: Sequence[Any] | None = None, size: float = 12) -> None:
    """One more row of a table whose rows are known."""
    _fill(made.add_row(), cells, align or [LEFT] * len(cells), size)


def recipients(cell: _Cell) -> None:
    """ "Nơi nhận:", bottom left."""
    line(cell, "Nơi nhận:", bold=True, italic=True, size=12)
    with each(cell, "recipient in recipients"):
        line(cell, "- {{ recipient }}", size=11)


def signer(cell: _Cell, title_lines: str | None = None, name: str = "{{ signer_name }}") -> None:
    """Who signs, room to sign, the name; without `title_lines` the signer of the settings."""
    if title_lines is None:
        with each(cell, "part in signer_title"):
            line(cell, "{{ part }}", align=CENTRE, bold=True)
    else:
        for text in title_lines.split("\n"):
            line(cell, text, align=CENTRE, bold=True)
    line(cell, "", size=54)
    line(cell, name, align=CENTRE, bold=True)


def signature(
    doc: Document, left: str | tuple[str, str] | None = None, right: tuple[str, str] | None = None, closing: str = ""
) -> None:
    """The end of a document, on one page with the line before it.

    left     "recipients", or (title, name) of whoever signs there, or None
    right    (title, name); None: who signs by the settings
    closing  the line that goes with it to the next page, so that a signature never stands there alone
    """
    if closing:
        paragraph(doc, closing, keep=True)
    width = _width(doc)
    made = _bare_table(doc, [width * 0.45, width * 0.55])
    _mark(made.rows[0], "w:cantSplit")
    if left == "recipients":
        recipients(made.rows[0].cells[0])
    elif isinstance(left, tuple):
        signer(made.rows[0].cells[0], *left)
    if right is None:
        signer(made.rows[0].cells[1])
    else:
        signer(made.rows[0].cells[1], *right)
    line(doc, "", size=1)  # a document may not end in a table


# Below: what Word's own elements look like.


def _width(doc: Document) -> float:
    section = doc.sections[0]
    width, left, right = section.page_width, section.left_margin, section.right_margin
    assert width is not None and left is not None and right is not None
    return (width - left - right) / Mm(1)


def _scaled(doc: Document, widths: Sequence[float]) -> list[float]:
    factor = _width(doc) / sum(widths)
    return [width * factor for width in widths]


def _bare_table(doc: Document, widths: Sequence[float]) -> Table:
    """A table of one row without rules, as wide as told, whatever stands in it."""
    made = doc.add_table(rows=1, cols=len(widths))
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    _set_margins(made, top=0, left=0, bottom=0, right=0)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(round(width, 1))
        for cell in column.cells:
            cell.width = Mm(round(width, 1))
    return made


def _fill(made: Any, texts: Iterable[str], aligned: Sequence[Any], size: float, bold: bool = False) -> None:
    """The texts of a row that stays in one piece."""
    _mark(made, "w:cantSplit")
    for cell, text, alignment in zip(made.cells, texts, aligned, strict=True):
        line(cell, text, align=alignment, size=size, bold=bold)
        cell.vertical_alignment = 1 if bold else None  # the middle


def _mark(made: Any, name: str) -> None:
    """Set one of a row's properties."""
    made._tr.get_or_add_trPr().append(OxmlElement(name))


def _size_mark(paragraph: Paragraph, size: float) -> None:
    """The size of the mark that ends a paragraph: it makes the height of an empty one."""
    properties = OxmlElement("w:rPr")
    mark = OxmlElement("w:sz")
    mark.set(qn("w:val"), str(round(size * 2)))
    properties.append(mark)
    paragraph._p.get_or_add_pPr().append(properties)


def _set_margins(made: Table, **twips: int) -> None:
    """The room round the texts of each cell, in twentieths of a point."""
    for old in made._tbl.tblPr.findall(qn("w:tblCellMar")):
        made._tbl.tblPr.remove(old)
    margins = OxmlElement("w:tblCellMar")
    for side, width in twips.items():
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(width))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    made._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")


def _rule(cell: _Cell, share: float, width: float) -> None:
    """A rule below the text, `share` of the cell's width long, in its middle."""
    made = line(cell, "", size=2, align=CENTRE, before=2)
    side = Mm(width * (1 - share) / 2)
    made.paragraph_format.left_indent = made.paragraph_format.right_indent = side
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    made._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
