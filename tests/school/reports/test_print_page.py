"""A written document as blocks of a page: every text in order, the tables as they stand, the looks by name."""

import io

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from school.reports.print_page import Paragraph, Table, sheet
from school.reports.registry import DOCUMENTS
from school.vocabulary import DocumentKind
from tests.documents.conftest import written
from tests.documents.values import paper
from tests.documents.word_files import packed


def read(blocks: list) -> list[str]:
    """All texts of the blocks in order."""
    found = []
    for block in blocks:
        if isinstance(block, Table):
            for row in [*block.header, *block.rows]:
                for cell in row:
                    found += read(cell.blocks)
        else:
            found.append("".join(run.text for run in block.runs))
    return [text for text in found if text]


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_the_page_says_what_the_file_says(kind: DocumentKind) -> None:
    data = written(paper(kind, 3, long=True))
    assert read(sheet(data).blocks) == [line for line in _paragraphs(data) if line]


def _paragraphs(data: bytes) -> list[str]:
    body = docx.Document(io.BytesIO(data)).element.body
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    marks = {f"{word}br": "\n", f"{word}tab": "\t"}
    runs = [(p, p.iter(f"{word}t", f"{word}br", f"{word}tab")) for p in body.iter(f"{word}p")]
    return ["".join(marks.get(piece.tag) or piece.xpath("string()") for piece in pieces) for _, pieces in runs]


def test_the_assignment_list_has_a_letterhead_a_ruled_table_and_a_signature() -> None:
    made = sheet(written(paper(DocumentKind.ASSIGNMENT_LIST, 3, long=False)))
    head, table, end = [block for block in made.blocks if isinstance(block, Table)]
    assert (head.ruled, table.ruled, end.ruled) == (False, True, False)
    assert len(table.header) == 1 and len(table.rows) == 3
    assert sum(table.widths) == pytest.approx(100, abs=3)
    rules = [block for row in head.rows for cell in row for block in cell.blocks if block.rule]
    assert len(rules) == 2 and all(30 <= rule.rule <= 70 for rule in rules)
    assert not made.wide


def test_looks_are_names_of_classes() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.first_line_indent = Mm(10)
    one = paragraph.add_run("đậm")
    one.bold, one.font.size = True, Pt(14)
    paragraph.add_run(" nghiêng").italic = True
    document.add_heading("Đề mục", 1)
    first, second = sheet(packed(document)).blocks
    assert isinstance(first, Paragraph) and set(first.look.split()) == {"c", "k", "n"}
    assert [(run.text, set(run.look.split()) - {"s11"}) for run in first.runs] == [
        ("đậm", {"b", "s14"}),
        (" nghiêng", {"i"}),
    ]
    assert "b" in second.look.split(), "what the style says counts"


def test_merged_cells_stand_over_their_columns_and_rows() -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "ngang"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "dọc"
    made = next(block for block in sheet(packed(document)).blocks if isinstance(block, Table))
    assert [[(cell.across, cell.down) for cell in row] for row in made.rows] == [
        [(2, 1), (1, 1)],
        [(1, 1), (1, 1), (1, 2)],
        [(1, 1), (1, 1)],
    ]


def test_fields_and_pictures_leave_no_text_and_no_trouble() -> None:
    document = docx.Document()
    document.add_paragraph("trước")
    assert read(sheet(packed(document)).blocks) == ["trước"]
    assert sheet(packed(docx.Document())).blocks == []
