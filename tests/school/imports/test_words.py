"""Tables of Word documents: lines, merged cells, tracked changes."""

import io
import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from school.imports.readers import read_file
from school.imports.words import read_document
from tests.school.imports.conftest import SAMPLES, word


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


def paragraph_xml(xml: str) -> str:
    """The text of one cell whose paragraph holds this XML."""
    document = docx.Document()
    paragraph = document.add_table(1, 1).cell(0, 0).paragraphs[0]
    for element in parse_xml(f"<w:p {nsdecls('w')}>{xml}</w:p>"):
        paragraph._p.append(element)
    (table,) = read_document(saved(document))
    return table.rows[0].cells[0] if table.rows else ""


def test_text_that_was_moved_counts_once() -> None:
    moved = "<w:moveFrom><w:r><w:t>chỗ cũ</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>chỗ mới</w:t></w:r></w:moveTo>"
    assert paragraph_xml(moved) == "chỗ mới"


def test_a_hyphen_that_does_not_break_is_one() -> None:
    assert paragraph_xml("<w:r><w:t>15</w:t><w:noBreakHyphen/><w:t>7-2010</w:t></w:r>") == "15-7-2010"


def test_a_ticked_box_of_wingdings_is_a_mark_and_an_empty_one_is_none() -> None:
    box = '<w:r><w:sym w:font="Wingdings" w:char="{}"/></w:r>'
    assert paragraph_xml(box.format("F0FE")) == "x"
    assert paragraph_xml(box.format("F0FC")) == "x"
    assert paragraph_xml(box.format("F0A8")) == ""


def test_text_of_a_control_and_of_a_field_counts_and_its_instructions_do_not() -> None:
    control = "<w:sdt><w:sdtContent><w:r><w:t>Đạt</w:t></w:r></w:sdtContent></w:sdt>"
    field = "<w:r><w:instrText>MERGEFIELD ten</w:instrText></w:r>"
    assert paragraph_xml(control + field) == "Đạt"


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not here")
def test_a_document_saved_by_libreoffice_is_the_same_list(tmp_path: Path) -> None:
    source = SAMPLES / "phan-cong-ho-tro-2025-2026.docx"
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "docx"]
    subprocess.run([*command, "--outdir", str(tmp_path / "made"), str(source)], capture_output=True, timeout=300)
    path = tmp_path / "made" / source.name
    if not path.exists():
        pytest.skip("this LibreOffice has no Writer")
    assert [table.rows for table in read_file(path)] == [table.rows for table in read_file(source)]
