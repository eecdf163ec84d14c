"""The assignment list of a year (P5), one line a case, as the importer reads it back."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from school.models import Classroom, Enrolment, SchoolYear, Sponsorship, Student, SupportCase
from school.reports.tables import Column, Kind
from school.rules.actor import Actor
from school.rules.pairing import over
from school.rules.policy import require
from school.vocabulary import N_, Action, SponsorRole, SponsorshipState

COLUMNS = (
    Column("number", N_("TT"), Kind.NUMBER),
    Column("full_name", N_("Họ và tên")),
    Column("class_name", N_("Lớp")),
    Column("circumstances", N_("Hoàn cảnh gia đình, bản thân")),
    Column("own_effort", N_("Sự rèn luyện của bản thân")),
    Column("sponsors", N_("GV nhận đỡ đầu")),
)
SUPPORTING_MARK = "(hỗ trợ)"  # how the list itself marks them (P5): data, not a text of the panel


def rows(session: Session, actor: Actor, year: SchoolYear) -> Iterator[tuple[Any, ...]]:
    """One row a case with somebody assigned, in the Vietnamese order of names; cases and texts in the actor's reach.

    NotAllowed unless the actor sees assignments and circumstances at all.
    """
    require(actor, Action.VIEW_SPONSORSHIP)
    require(actor, Action.VIEW_CIRCUMSTANCES)
    return _rows(session, actor, year)


def _rows(session: Session, actor: Actor, year: SchoolYear) -> Iterator[tuple[Any, ...]]:
    cases = session.scalars(
        select(SupportCase)
        .join(SupportCase.student)
        .where(
            SupportCase.school_year_id == year.id,
            SupportCase.id.in_(select(Sponsorship.case_id).where(Sponsorship.state == SponsorshipState.APPROVED)),
        )
        .options(
            joinedload(SupportCase.student),
            joinedload(SupportCase.private),
            selectinload(SupportCase.sponsorships).joinedload(Sponsorship.staff),
        )
        .order_by(Student.sort_key, Student.code)
    ).all()
    classes = _classes(session, year)
    for number, case in enumerate(cases, 1):
        yield (
            number,
            case.student.full_name,
            classes.get(case.student_id),
            case.private.circumstances if case.private else None,
            case.private.own_effort if case.private else None,
            name_sponsors(case.sponsorships, actor.today),
        )


def name_sponsors(sponsorships: list[Sponsorship], today: dt.date) -> str:
    """Those now assigned, as P5 writes them: "1. name; 2. name (hỗ trợ)".

    Whoever takes over later does not stand beside the one before.
    """
    standing = [s for s in sponsorships if s.state is SponsorshipState.APPROVED and not over(s.ended_on, today)]
    assigned = [s for s in standing if s.follows_id is None or s.started_on <= today]
    assigned.sort(key=lambda s: (s.role is SponsorRole.SUPPORTING, s.started_on, s.id))
    return "; ".join(
        f"{number}. {s.staff.full_name}{f' {SUPPORTING_MARK}' if s.role is SponsorRole.SUPPORTING else ''}"
        for number, s in enumerate(assigned, 1)
    )


def _classes(session: Session, year: SchoolYear) -> dict[int, str]:
    """The class of each student in reach: the one the student came to last in this year."""
    found = session.execute(
        select(Enrolment.student_id, Classroom.name)
        .join(Enrolment.classroom)
        .where(Classroom.school_year_id == year.id)
        .order_by(Enrolment.started_on, Enrolment.id)
    )
    return {row.student_id: row.name for row in found}
