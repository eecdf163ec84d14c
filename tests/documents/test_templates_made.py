"""The panel's own Word templates: each is what its maker makes, passes the check for schools' own, tells nothing."""

import io
import zipfile

import pytest

from school.reports.documents import standard_template
from school.reports.registry import DOCUMENTS
from school.reports.template_check import check
from school.vocabulary import DocumentKind
from templates.documents.make import MAKERS, make
from tests.documents.conftest import written
from tests.documents.values import paper
from tests.documents.word_files import assert_is_dead


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"}


@pytest.mark.parametrize("kind", DocumentKind)
def test_every_kind_of_document_has_its_template(kind: DocumentKind) -> None:
    assert kind in DOCUMENTS and kind in MAKERS


@pytest.mark.parametrize("kind", MAKERS)
def test_the_file_is_what_its_maker_makes(kind: DocumentKind) -> None:
    assert parts(standard_template(kind)) == parts(make(kind)), "run python -m templates.documents.make"


@pytest.mark.parametrize("kind", MAKERS)
def test_it_passes_the_check_and_uses_all_that_it_should(kind: DocumentKind) -> None:
    assert check(kind, DOCUMENTS[kind], f"{kind.value}.docx", standard_template(kind)).missing == []


@pytest.mark.parametrize("kind", MAKERS)
def test_what_is_written_is_dead_and_names_no_person_or_machine(kind: DocumentKind) -> None:
    data = written(paper(kind, 2, long=False))
    assert_is_dead(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        core = archive.read("docProps/core.xml").decode()
        app = archive.read("docProps/app.xml").decode()
    assert "python-docx" not in core and "<cp:lastModifiedBy></cp:lastModifiedBy>" in core.replace(
        "/>", "></cp:lastModifiedBy>"
    )
    assert "Trường Trung học phổ thông Nguyễn Tất Thành" in core and "vi-VN" in core
    assert "Application" not in app and "Company" not in app
    assert b'w:val="vi-VN"' in parts(data)["word/styles.xml"]
