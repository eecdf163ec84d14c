"""The assignment list of a year (P5), one line a case, as the importer reads it back."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from school.models import Classroom, Enrolment, SchoolYear, Sponsorship, Staff, Student, SupportCase
from school.names import fold
from school.reports.tables import Column, Kind
from school.rules.actor import Actor
from school.rules.pairing import over
from school.rules.policy import require
from school.vocabulary import N_, Action, SponsorRole, SponsorshipState

COLUMNS = (
    Column("number", N_("TT"), Kind.NUMBER),
    Column("code", N_("Mã học sinh")),
    Column("full_name", N_("Họ và tên")),
    Column("class_name", N_("Lớp")),
    Column("circumstances", N_("Hoàn cảnh gia đình, bản thân")),
    Column("own_effort", N_("Sự rèn luyện của bản thân")),
    Column("sponsors", N_("GV nhận đỡ đầu")),
)
# How the list itself marks them (P5): data, not a text of the panel.
SUPPORTING_MARK = "(hỗ trợ)"
_MARKS = {SponsorRole.LEAD: "(đỡ đầu chính)", SponsorRole.JOINT: "(cùng đỡ đầu)"}
_PLAIN_NAME = re.compile(r"[^\W\d_][^;,\n()\[\]\d]*")
_NOT_IN_A_NAME = re.compile(r"[;,\n()\[\]]|\d")
_PLAIN_CODE = re.compile(r"(?!.*\s\d{1,2}\s*[.)])[^;,\n()\[\]]+")


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
    classes, alike = classes_of(session, year), names_borne_twice(session)
    for number, case in enumerate(cases, 1):
        yield (
            number,
            case.student.code,
            case.student.full_name,
            classes.get(case.student_id),
            case.private.circumstances if case.private else None,
            case.private.own_effort if case.private else None,
            name_sponsors(case.sponsorships, actor.today, alike),
        )


def names_borne_twice(session: Session) -> frozenset[str]:
    """Folded names that several members of staff bear."""
    counted = Counter(fold(name) for name in session.scalars(select(Staff.full_name)))
    return frozenset(name for name, count in counted.items() if count > 1)


def name_sponsors(sponsorships: list[Sponsorship], today: dt.date, alike: Collection[str] = ()) -> str:
    """Those now assigned, as P5 writes them: "1. name; 2. name (hỗ trợ)".

    Whoever takes over later does not stand beside the one before. A part that this way of writing would not tell is
    written out; a name of `alike`, and one that cannot be told from what stands round it, has the code behind it.
    """
    standing = [s for s in sponsorships if s.state is SponsorshipState.APPROVED and not over(s.ended_on, today)]
    assigned = [s for s in standing if s.follows_id is None or s.started_on <= today]
    assigned.sort(key=lambda s: (s.role is SponsorRole.SUPPORTING, s.started_on, s.id))
    leading = sum(s.role is not SponsorRole.SUPPORTING for s in assigned)
    unmarked = SponsorRole.LEAD if leading == 1 else SponsorRole.JOINT
    return "; ".join(f"{number}. {_name(s, unmarked, alike)}" for number, s in enumerate(assigned, 1))


def _name(sponsorship: Sponsorship, unmarked: SponsorRole, alike: Collection[str]) -> str:
    staff, role = sponsorship.staff, sponsorship.role
    parts = [staff.full_name]
    plain = _PLAIN_NAME.fullmatch(staff.full_name) is not None
    if (not plain or fold(staff.full_name) in alike) and _PLAIN_CODE.fullmatch(staff.code):
        parts = [_NOT_IN_A_NAME.sub(" ", staff.full_name).strip(), f"[{staff.code}]"]
    if role is SponsorRole.SUPPORTING:
        parts.append(SUPPORTING_MARK)
    elif role is not unmarked:
        parts.append(_MARKS[role])
    return " ".join(filter(None, parts))


def classes_of(session: Session, year: SchoolYear) -> dict[int, str]:
    """The class of each student in reach: the one the student came to last in this year."""
    found = session.execute(
        select(Enrolment.student_id, Classroom.name)
        .join(Enrolment.classroom)
        .where(Classroom.school_year_id == year.id)
        .order_by(Enrolment.started_on, Enrolment.id)
    )
    return {row.student_id: row.name for row in found}
