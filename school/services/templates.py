"""The school's own Word templates: put in the place of the panel's, or given up again."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from school.models import DocumentTemplate
from school.names import clean_line
from school.rules.actor import Actor
from school.rules.policy import require
from school.services.records import apply, check_fresh, remove, step
from school.vocabulary import Action, DocumentKind


@dataclass(frozen=True)
class CheckedTemplate:
    """A template that was looked at (`reports/template_check.py`) and may be taken; `missing` names are pointed out."""

    kind: DocumentKind
    file_name: str
    data: bytes
    missing: list[str] = field(default_factory=list)


def own_templates(session: Session) -> dict[DocumentKind, DocumentTemplate]:
    """The school's own templates by kind, without their bytes."""
    rows = session.scalars(select(DocumentTemplate).options(defer(DocumentTemplate.data)))
    return {row.kind: row for row in rows}


def find_template(session: Session, kind: DocumentKind) -> DocumentTemplate | None:
    """The school's own template of this kind."""
    return session.scalar(select(DocumentTemplate).where(DocumentTemplate.kind == kind))


def replace(session: Session, actor: Actor, checked: CheckedTemplate, version: int | None = None) -> DocumentTemplate:
    """Take a template into use; `version` of the one that it replaces, None where there is none."""
    require(actor, Action.EDIT_SETTINGS)
    row = find_template(session, checked.kind)
    name = clean_line(checked.file_name)[-200:]
    if row is not None and row.data == checked.data and row.file_name == name:
        return row  # a second tap
    if row is None:
        row = DocumentTemplate(kind=checked.kind)
    else:
        check_fresh(row, version)
    with step(session, "replace template"):
        apply(row, {"file_name": name, "data": checked.data})
        session.add(row)
    return row


def give_back(session: Session, actor: Actor, kind: DocumentKind, version: int | None = None) -> None:
    """Use the panel's template again; a second tap changes nothing."""
    require(actor, Action.EDIT_SETTINGS)
    row = find_template(session, kind)
    if row is not None:
        remove(session, actor, Action.EDIT_SETTINGS, row, version)
