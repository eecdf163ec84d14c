"""Tables of Word documents: lines, merged cells, tracked changes."""

import io

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from school.imports.words import read_document
from tests.school.imports.conftest import word


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def test_rows_are_counted_with_the_header() -> None:
    (table,) = read_document(word([["TT", "Họ và tên"], ["", ""], ["1", "An"]]))
    assert [(row.number, row.cells) for row in table.rows] == [(1, ("TT", "Họ và tên")), (3, ("1", "An"))]


def test_the_text_above_is_the_name() -> None:
    (table,) = read_document(word([["a"]], "PHÂN CÔNG NĂM HỌC 2025 - 2026"))
    assert table.name == "PHÂN CÔNG NĂM HỌC 2025 - 2026"


def test_paragraphs_of_a_cell_are_lines() -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "1. An"
    cell.add_paragraph("2. Bình")
    (table,) = read_document(saved(document))
    assert table.rows[0].cells == ("1. An\n2. Bình",)


def test_a_cell_merged_downwards_repeats_and_one_merged_across_does_not() -> None:
    document = docx.Document()
    grid = document.add_table(2, 3)
    for row in range(2):
        for column in range(3):
            grid.cell(row, column).text = f"{row}{column}"
    grid.cell(0, 0).merge(grid.cell(1, 0)).text = "xuống"
    grid.cell(0, 1).merge(grid.cell(0, 2)).text = "ngang"
    (table,) = read_document(saved(document))
    assert [row.cells for row in table.rows] == [("xuống", "ngang"), ("xuống", "11", "12")]


def test_inserted_text_counts_and_deleted_text_does_not() -> None:
    document = docx.Document()
    paragraph = document.add_table(1, 1).cell(0, 0).paragraphs[0]
    for tag, text_tag, text in (("w:ins", "w:t", "mới"), ("w:del", "w:delText", "cũ")):
        change, run, content = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        content.text = text
        run.append(content)
        change.append(run)
        paragraph._p.append(change)
    (table,) = read_document(saved(document))
    assert table.rows[0].cells == ("mới",)


def test_a_table_within_a_cell_is_not_a_list() -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "ngoài"
    cell.add_table(1, 1).cell(0, 0).text = "trong"
    (table,) = read_document(saved(document))
    assert [row.cells for row in table.rows] == [("ngoài",)]


def test_an_absurd_span_is_capped() -> None:
    document = docx.Document()
    grid = document.add_table(1, 2)
    grid.cell(0, 0).text, grid.cell(0, 1).text = "a", "b"
    span = OxmlElement("w:gridSpan")
    span.set(qn("w:val"), "999999999")
    grid.cell(0, 0)._tc.get_or_add_tcPr().append(span)
    (table,) = read_document(saved(document))
    assert len(table.rows[0].cells) == 101
