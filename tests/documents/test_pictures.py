"""Documents as LibreOffice prints them, looked at page by page: what a school would hold in its hands (P7)."""

import io
import unicodedata

import docx
import pytest

from school.reports.registry import DOCUMENTS
from tests.documents.conftest import LONG, TORN, Page, Printed
from tests.documents.office import FONTS

MM = 72 / 25.4  # points
KINDS = [kind.value for kind in DOCUMENTS]
NAMES = [f"{kind}-{length}" for kind in KINDS for length in ("short", "long")]
LEFT, RIGHT, TOP, BOTTOM = 30, 15, 20, 20  # mm, as Decree 30/2020 wants them


def flat(text: str) -> str:
    return " ".join(text.split())


def words_of_file(data: bytes) -> set[str]:
    body = docx.Document(io.BytesIO(data)).element.body
    paragraphs = body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p")
    return {word for paragraph in paragraphs for word in str(paragraph.text).split()}


def edges(page: Page) -> tuple[float, float, float, float]:
    """Where letters may begin and end, in points: left, bottom, right, top."""
    if page.width > page.height:
        return 20 * MM, 20 * MM, page.width - 20 * MM, page.height - 30 * MM
    return LEFT * MM, BOTTOM * MM, page.width - RIGHT * MM, page.height - TOP * MM


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_a4_and_holds_text(printed: dict[str, Printed], name: str) -> None:
    for number, page in enumerate(printed[name].pages, 1):
        assert sorted((page.width, page.height)) == pytest.approx([210 * MM, 297 * MM], abs=1)
        assert len(flat(page.text).removeprefix(str(number)).strip()) > 20, f"page {number} is all but empty"
    if name.endswith("-long") and "year_plan" not in name:
        assert len(printed[name].pages) > 1


@pytest.mark.parametrize("name", NAMES)
def test_no_letter_lies_outside_the_margins(printed: dict[str, Printed], name: str) -> None:
    slack = 1.5  # points: an italic letter leans out a little
    for number, page in enumerate(printed[name].pages, 1):
        left, bottom, right, top = edges(page)
        for box in (letter.box for letter in page.letters):
            is_number = number > 1 and box[1] > top  # the page's own number stands above the text
            assert is_number or (box[0] >= left - slack and box[2] <= right + slack), (number, box)
            assert is_number or (box[1] >= bottom - slack and box[3] <= top + slack), (number, box)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_drawn_outside_the_margins(printed: dict[str, Printed], name: str) -> None:
    """Rules and borders too: the picture of each page is white there, the page's number apart."""
    for number, page in enumerate(printed[name].pages, 1):
        rows = page.rows
        left, bottom, right, top = edges(page)
        slack = 2  # pixels: the border of a table lies across the margin's edge
        white = b"\xff"
        for y, row in enumerate(rows):
            assert not row[: int(left) - slack].strip(white), f"page {number}, left of the text, row {y}"
            assert not row[int(right) + slack + 1 :].strip(white), f"page {number}, right of the text, row {y}"
        assert not b"".join(rows[-(int(bottom) - slack) :]).strip(white), f"page {number}, below the text"
        head = rows[: int(page.height - top) - slack]
        assert bool(b"".join(head).strip(white)) == (number > 1), "the number stands on every page but the first"


@pytest.mark.parametrize("name", NAMES)
def test_no_word_is_lost_and_every_mark_is_right(printed: dict[str, Printed], name: str) -> None:
    shown = "\n".join(page.text for page in printed[name].pages)
    assert unicodedata.is_normalized("NFC", shown) and "\ufffd" not in shown
    missing = words_of_file(printed[name].data) - set(shown.split())
    assert {word for word in missing if word not in flat(shown).replace(" ", "")} == set()


@pytest.mark.parametrize("name", NAMES)
def test_the_font_is_times_new_roman_or_as_wide(printed: dict[str, Printed], name: str) -> None:
    found = {letter.font: letter.letter for page in printed[name].pages for letter in page.letters}
    wanted = tuple(font.replace(" ", "") for font in FONTS)
    assert {font: letter for font, letter in found.items() if not font.startswith(wanted)} == {}


@pytest.mark.parametrize("name", [f"{kind}-long" for kind in KINDS])
def test_a_long_table_repeats_its_header_on_every_page(printed: dict[str, Printed], name: str) -> None:
    pages = [flat(page.text) for page in printed[name].pages]
    for table in docx.Document(io.BytesIO(printed[name].data)).tables:
        header = [cell for cell in table.rows[0].cells if table.rows[0]._tr.xpath("w:trPr/w:tblHeader")]
        if len(table.rows) < LONG or not header:
            continue
        longest = max((flat(cell.text) for cell in header), key=len)
        with_it = [number for number, page in enumerate(pages) if longest in page]
        assert len(with_it) > 1
        assert with_it == list(range(with_it[0], with_it[-1] + 1))


def test_the_lists_are_long_enough_to_show_it(printed: dict[str, Printed]) -> None:
    for kind in ("assignment_list", "notice_board", "meeting_minutes", "review", "score_list", "early_raise"):
        tables = docx.Document(io.BytesIO(printed[f"{kind}-long"].data)).tables
        assert any(len(table.rows) > LONG for table in tables), kind


def signature(data: bytes) -> list[str]:
    """The lines of the block with the signature: the last table without rules after the letterhead."""
    tables = docx.Document(io.BytesIO(data)).tables[1:]
    bare = [table for table in tables if table.style is None or table.style.name != "Table Grid"]
    cells = bare[-1].rows[-1].cells if bare else ()
    return [flat(text) for cell in cells for text in cell.text.split("\n") if text.strip()]


@pytest.mark.parametrize("name", [*NAMES, *(f"torn-{lines}" for lines in TORN)])
def test_the_signature_stands_on_one_page_and_not_alone(printed: dict[str, Printed], name: str) -> None:
    lines = signature(printed[name].data)
    assert lines or "student_file" in name
    pages = [flat(page.text) for page in printed[name].pages]
    holding = [page for page in pages if all(line in page for line in lines)]
    assert holding, "the signature is torn"
    rest = holding[-1]
    for line in lines:
        rest = rest.replace(line, "", 1)
    assert len(rest.split()) > 4, "the signature stands alone on its page"
