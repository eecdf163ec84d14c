"""The school's own Word templates: who may bring one, and what happens to the one before."""

import pytest
from sqlalchemy import select

from school.errors import NotAllowed, StaleRecord
from school.models import AuditEntry, DocumentTemplate
from school.rules.actor import Actor
from school.services import templates
from school.services.guard import set_actor
from school.services.templates import CheckedTemplate, give_back, replace
from school.vocabulary import DocumentKind
from tests.cast import Cast

KIND = DocumentKind.ASSIGNMENT_LIST
FIRST = CheckedTemplate(KIND, "mau-1.docx", b"PK one")
SECOND = CheckedTemplate(KIND, "mau-2.docx", b"PK two")


def test_a_template_comes_is_replaced_and_given_back(session, operator: Actor) -> None:
    row = replace(session, operator, FIRST)
    assert (row.file_name, row.data, row.version) == ("mau-1.docx", b"PK one", 1)
    assert replace(session, operator, FIRST) is row, "a second tap changes nothing"
    assert row.version == 1
    replace(session, operator, SECOND, row.version)
    assert [(r.file_name, r.data) for r in session.scalars(select(DocumentTemplate))] == [("mau-2.docx", b"PK two")]
    give_back(session, operator, KIND, row.version)
    give_back(session, operator, KIND)
    assert templates.find_template(session, KIND) is None


def test_somebody_elses_newer_one_is_not_replaced_unseen(session, operator: Actor) -> None:
    row = replace(session, operator, FIRST)
    for version in (None, 0, 7):
        with pytest.raises(StaleRecord):
            replace(session, operator, SECOND, version)
    with pytest.raises(StaleRecord):
        give_back(session, operator, KIND, 7)
    assert row.data == b"PK one"


def test_the_log_names_the_step_and_keeps_no_bytes(session, operator: Actor) -> None:
    replace(session, operator, FIRST)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.table_name == "document_template")).one()
    assert entry.action == "replace template"
    assert "PK one" not in str(entry.changes)


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "thu", "hoi", "tro"])
def test_only_who_keeps_the_settings_brings_one(cast: Cast, name: str) -> None:
    actor = cast.actor(name)
    assert actor is not None
    set_actor(cast.session, actor)
    with pytest.raises(NotAllowed):
        replace(cast.session, actor, FIRST)
    with pytest.raises(NotAllowed):
        give_back(cast.session, actor, DocumentKind.NOTICE_BOARD)


@pytest.mark.parametrize("name", ["binh", "quan"])
def test_leadership_and_the_administrator_do(cast: Cast, name: str) -> None:
    actor = cast.actor(name)
    assert actor is not None
    set_actor(cast.session, actor)
    replace(cast.session, actor, FIRST)
    give_back(cast.session, actor, DocumentKind.NOTICE_BOARD)
    assert set(templates.own_templates(cast.session)) == {KIND}
