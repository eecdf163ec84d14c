"""Every kind of document, short and long, as PDF: converted once for all workers, in one go."""

import ctypes
import os
import re
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as raw
import pytest

from school.reports.documents import Paper, standard_template, values_of
from school.reports.registry import DOCUMENTS
from school.services.rendering import render
from school.vocabulary import DocumentKind
from tests.conftest import shared
from tests.documents.office import MISSING, can_convert, convert
from tests.documents.values import HEAD, TODAY, paper

LONG = 60  # students
TORN = range(15, 31)  # lists of so many lines: the signature comes to lie at each height of the page


@dataclass(frozen=True)
class Letter:
    """One letter on a page: left, bottom, right and top in points, and the font it is drawn in."""

    letter: str
    box: tuple[float, float, float, float]
    font: str


@dataclass(frozen=True)
class Page:
    """One page: what is read on it, and each row of its picture, a pixel a point."""

    width: float
    height: float
    text: str
    letters: list[Letter]
    rows: list[bytes]


@dataclass(frozen=True)
class Printed:
    """A document as a Word file, and as pages."""

    data: bytes
    pdf: bytes

    @cached_property
    def pages(self) -> list[Page]:
        """Every page, looked at once."""
        with closing(pypdfium2.PdfDocument(self.pdf)) as document:
            return [_look_at(page) for page in document]


def _look_at(page: Any) -> Page:
    with closing(page), closing(page.get_textpage()) as text:
        letters = []
        for index in range(text.count_chars()):
            letter = chr(raw.FPDFText_GetUnicode(text.raw, index))
            if letter.strip():
                letters.append(Letter(letter, text.get_charbox(index), _font(text, index)))
        picture = page.render(scale=1, grayscale=True)
        drawn = bytes(picture.buffer)
        rows = [drawn[y * picture.stride :][: picture.width] for y in range(picture.height)]
        picture.close()
        return Page(*page.get_size(), text.get_text_range(), letters, rows)


def _font(text: Any, index: int) -> str:
    name = ctypes.create_string_buffer(100)
    raw.FPDFText_GetFontInfo(text.raw, index, name, 100, ctypes.c_int())
    return re.sub(r"^[A-Z]{6}\+", "", name.value.decode()).replace(" ", "")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without LibreOffice the pictures are skipped, loudly; in CI they fail."""
    if can_convert() or os.environ.get("CI") == "true":
        return
    for item in items:
        if Path(__file__).parent in item.path.parents and "printed" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.skip(reason=MISSING.strip().splitlines()[1]))


def written(made: Paper) -> bytes:
    """The document from the panel's own template."""
    return render(standard_template(made.kind), values_of(made, HEAD, TODAY), made.name, HEAD.school_name)


def papers() -> dict[str, Paper]:
    """Every document that is looked at, by the name of its file."""
    found = {}
    for kind in DOCUMENTS:
        found[f"{kind.value}-short"] = paper(kind, 2, long=False)
        found[f"{kind.value}-long"] = paper(kind, LONG, long=True)
    for lines in TORN:
        found[f"torn-{lines}"] = paper(DocumentKind.NOTICE_BOARD, lines, long=False)
    return found


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Printed]:
    """All of them, by name."""
    assert can_convert(), MISSING

    def make(folder: Path) -> None:
        folder.mkdir()
        for name, made in papers().items():
            (folder / f"{name}.docx").write_bytes(written(made))
        convert(folder.glob("*.docx"), folder)

    files = shared(tmp_path_factory, "documents", make).glob("*.docx")
    return {file.stem: Printed(file.read_bytes(), file.with_suffix(".pdf").read_bytes()) for file in files}
