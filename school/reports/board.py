"""The assignment board (P4.3): who waits for a sponsor, who could help and why, what each member of staff carries.

Read through the guard: groups and communes are known only as far as the actor may see them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from school import models as m
from school.rules.actor import Actor
from school.rules.matching import CaseFacts, StaffFacts, Suggestion, suggest
from school.rules.pairing import over
from school.rules.policy import require
from school.vocabulary import LEADING, Action, CaseState, Severity, SponsorRole, SponsorshipState

_WAITING = (CaseState.APPROVED, CaseState.ACTIVE)
_PROPOSED = (SponsorshipState.REGISTERED, SponsorshipState.AGREED)
_SEVERITIES = list(Severity)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class WaitingCase:
    """A student without a sponsor: since when, and as much about the hardship as the actor may see."""

    case: m.SupportCase
    classroom: m.Classroom | None
    groups: tuple[str, ...]
    severity: Severity | None
    since: dt.date

    @property
    def id(self) -> int:
        """The id of the case."""
        return self.case.id


@dataclass
class Load:
    """One member of staff: how many students (a supporting part is half), and what this person has registered."""

    staff: m.Staff
    students: float = 0
    proposed: float = 0
    willing: bool = False
    named: list[m.Registration] = field(default_factory=list)


@dataclass(frozen=True)
class Board:
    """All that the meeting looks at."""

    waiting: list[WaitingCase]
    suggestions: dict[int, tuple[Suggestion, ...]]
    loads: dict[int, Load]
    proposed: list[m.Sponsorship]

    @property
    def idle(self) -> list[Load]:
        """Staff who help nobody yet, those who have registered first."""
        free = [load for load in self.loads.values() if not load.students]
        return sorted(free, key=lambda load: not (load.willing or load.named))


def without_sponsor(today: dt.date) -> ColumnElement[bool]:
    """Criterion of an approved case that nobody leads, now or from a day to come, and for which nobody is proposed."""
    proposed = m.Sponsorship.state.in_((SponsorshipState.REGISTERED, SponsorshipState.AGREED))
    led = select(m.Sponsorship.case_id).where(
        m.Sponsorship.leading(),
        or_(proposed, m.Sponsorship.assigned()),
        or_(m.Sponsorship.ended_on.is_(None), m.Sponsorship.ended_on >= today),
    )
    return and_(m.SupportCase.state.in_(_WAITING), m.SupportCase.id.not_in(led))


def waiting_cases(session: Session, actor: Actor, year: m.SchoolYear) -> list[WaitingCase]:
    """The year's students without a sponsor, who has waited longest first; three statements."""
    require(actor, Action.VIEW_CASE)
    require(actor, Action.VIEW_SPONSORSHIP)
    student = joinedload(m.SupportCase.student)
    statement = (
        select(m.SupportCase)
        .where(m.SupportCase.school_year_id == year.id, without_sponsor(actor.today))
        .options(
            student.joinedload(m.Student.current_enrolment).joinedload(m.Enrolment.classroom),
            student.joinedload(m.Student.private),
            selectinload(m.SupportCase.hardships).joinedload(m.Hardship.category),
            selectinload(m.SupportCase.sponsorships),
        )
    )
    found = [_waiting(case) for case in session.scalars(statement)]
    return sorted(found, key=lambda w: (w.since, w.case.student.sort_key if w.case.student else "", w.id))


def _waiting(case: m.SupportCase) -> WaitingCase:
    enrolment = case.student.current_enrolment if case.student else None
    ends = [s.ended_on for s in case.sponsorships if s.role in LEADING and s.approved_on and s.ended_on]
    severities = [hardship.severity for hardship in case.hardships]
    return WaitingCase(
        case,
        enrolment.classroom if enrolment else None,
        tuple(sorted({hardship.category.hardship_group.value for hardship in case.hardships})),
        max(severities, key=_SEVERITIES.index, default=None),
        max([case.opened_on, *(end + DAY for end in ends)]),
    )


def board(session: Session, actor: Actor, year: m.SchoolYear) -> Board:
    """The board of a year; seven statements. NotAllowed unless the actor sees meetings."""
    require(actor, Action.VIEW_MEETING)
    waiting = waiting_cases(session, actor, year)
    sponsorships = _sponsorships(session, year)
    loads = _loads(session, actor)
    _carry(loads, sponsorships, actor.today)
    _register(session, loads, year)
    facts = _facts(session, waiting)
    people = [_staff_facts(load) for load in loads.values()]
    proposed = [s for s in sponsorships if s.state in _PROPOSED]
    return Board(waiting, suggest(facts, people), loads, proposed)


def _sponsorships(session: Session, year: m.SchoolYear) -> list[m.Sponsorship]:
    statement = (
        select(m.Sponsorship)
        .join(m.Sponsorship.case)
        .where(m.SupportCase.school_year_id == year.id)
        .options(
            joinedload(m.Sponsorship.staff),
            joinedload(m.Sponsorship.case).joinedload(m.SupportCase.student),
        )
        .order_by(m.Sponsorship.started_on, m.Sponsorship.id)
    )
    return list(session.scalars(statement))


def _loads(session: Session, actor: Actor) -> dict[int, Load]:
    """Everybody who is at the school, in the order of names."""
    statement = (
        select(m.Staff)
        .where(or_(m.Staff.left_on.is_(None), m.Staff.left_on >= actor.today))
        .options(joinedload(m.Staff.department))
        .order_by(m.Staff.sort_key, m.Staff.code)
    )
    return {staff.id: Load(staff) for staff in session.scalars(statement)}


def _carry(loads: dict[int, Load], sponsorships: Iterable[m.Sponsorship], today: dt.date) -> None:
    """Count what each person carries today, and what is proposed or begins later."""
    for sponsorship in sponsorships:
        load = loads.get(sponsorship.staff_id)
        if load is None or over(sponsorship.ended_on, today):
            continue
        weight = 0.5 if sponsorship.role is SponsorRole.SUPPORTING else 1
        if sponsorship.runs_on(today):
            load.students += weight
        elif sponsorship.state is not SponsorshipState.ENDED:
            load.proposed += weight


def _register(session: Session, loads: dict[int, Load], year: m.SchoolYear) -> None:
    statement = (
        select(m.Registration)
        .where(m.Registration.school_year_id == year.id, m.Registration.withdrawn_on.is_(None))
        .options(joinedload(m.Registration.student))
    )
    for registration in session.scalars(statement):
        load = loads.get(registration.staff_id)
        if load is None:
            continue
        load.willing = True
        if registration.student_id is not None:
            load.named.append(registration)


def _facts(session: Session, waiting: list[WaitingCase]) -> list[CaseFacts]:
    teachers: dict[int, set[int]] = defaultdict(set)
    rooms = {w.classroom.id for w in waiting if w.classroom}
    if rooms:
        for row in session.scalars(select(m.Teaching).where(m.Teaching.classroom_id.in_(sorted(rooms)))):
            teachers[row.classroom_id].add(row.staff_id)
    return [
        CaseFacts(
            w.id,
            w.case.student_id,
            w.classroom.homeroom_teacher_id if w.classroom else None,
            frozenset(teachers[w.classroom.id]) if w.classroom else frozenset(),
            w.case.student.private.commune if w.case.student and w.case.student.private else None,
            frozenset(s.staff_id for s in w.case.sponsorships if s.state is not SponsorshipState.ENDED),
        )
        for w in waiting
    ]


def _staff_facts(load: Load) -> StaffFacts:
    """An offer to help is met once the person has a student; one for a student by name stands for that student."""
    named = frozenset(r.student_id for r in load.named if r.student_id is not None)
    carried = load.students + load.proposed
    return StaffFacts(load.staff.id, carried, load.willing and not carried, named, load.staff.commune)
