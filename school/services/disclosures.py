"""The log of what leaves the panel: every list, report and document (security notes, section 4)."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from school.models import Disclosure, SchoolYear
from school.rules.actor import Actor
from school.rules.policy import require
from school.services.records import step
from school.vocabulary import Action

LONGEST = 200  # of the texts that the log keeps


def log(
    session: Session,
    actor: Actor,
    name: str,
    format: str,  # noqa: A002
    columns: Sequence[str] | None = None,
    filters: Mapping[str, str] | None = None,
    row_count: int | None = None,
    year: SchoolYear | int | None = None,
    student_id: int | None = None,
) -> Disclosure:
    """Enter what is about to leave, in the caller's transaction: commit it before the first byte goes.

    `name` is the endpoint of a list, the name of a report in the registry or the label of a document, and names nobody;
    `columns` are keys, and `filters` what the address asked for. What was searched for is a person's name more often
    than not: leave it out.
    """
    require(actor, Action.VIEW_OWN_ACCOUNT)
    entry = Disclosure(
        account_id=actor.account_id,
        name=name[:LONGEST],
        format=format,
        columns=list(columns) if columns is not None else None,
        filters="; ".join(f"{key}={value}" for key, value in (filters or {}).items())[:LONGEST] or None,
        row_count=row_count,
        school_year_id=year.id if isinstance(year, SchoolYear) else year,
        student_id=student_id,
    )
    with step(session, "export"):
        session.add(entry)
    return entry
