"""The review of a semester or a year (P4.9), as far as the actor sees: figures, departments, what changed for each em.

before and after    of semester I: the year before, and semester I; of the whole year: semester I, and the year.
begin and end       the first and the last month of the span that was sent and says something.
led                 by a lead or joint sponsor on some day of the span; joint sponsors of two departments count in both.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from school import models as m
from school.rules.actor import Actor
from school.rules.evaluation import SENT_STATES
from school.rules.policy import require, scopes
from school.rules.review import Span, compare_ratings, compare_risks, span_of
from school.rules.tables import Scope
from school.services.calendar import plan_of
from school.vocabulary import (
    LEADING,
    Action,
    CaseOutcome,
    CaseState,
    DropoutRisk,
    EnrolmentOutcome,
    ProgressStep,
    Rating,
    SponsorRole,
    SupportKind,
    TermPeriod,
)

COUNTED = (CaseState.APPROVED, CaseState.ACTIVE, CaseState.CLOSED)  # cases that leadership approved


@dataclass
class Moves:
    """How many went up, stayed, went down; those whose two moments are not both known are left out."""

    up: int = 0
    same: int = 0
    down: int = 0

    def add(self, step: int | None) -> None:
        """Count one step of a comparison."""
        if step is not None:
            self.up += step > 0
            self.same += step == 0
            self.down += step < 0


@dataclass
class Result:
    """One term's two ratings."""

    learning: Rating | None = None
    conduct: Rating | None = None


@dataclass
class Em:
    """What changed for one student in the span."""

    case_id: int
    name: str
    sort_key: str
    classroom: str = ""
    sponsors: list[str] = field(default_factory=list)
    before: Result = field(default_factory=Result)
    after: Result = field(default_factory=Result)
    risk_before: DropoutRisk | None = None
    risk_after: DropoutRisk | None = None
    trend: ProgressStep | None = None
    contacts: int = 0
    left: bool = False
    outcome: CaseOutcome | None = None


@dataclass
class DepartmentRow:
    """One department's share; None is staff of no department."""

    id: int | None
    name: str
    sponsors: int = 0
    students: int = 0
    contacts: int = 0
    lessons: int = 0
    value: int = 0


@dataclass
class Review:
    """The figures, the departments, the students."""

    span: Span
    cases: int = 0
    sponsored: int = 0
    leads: int = 0
    supporters: int = 0
    left: int = 0
    reached: int = 0
    contacts: int = 0
    lessons: int = 0
    value: int = 0
    learning: Moves = field(default_factory=Moves)
    conduct: Moves = field(default_factory=Moves)
    risk: Moves = field(default_factory=Moves)
    trends: dict[ProgressStep, int] = field(default_factory=dict)
    departments: list[DepartmentRow] = field(default_factory=list)
    students: list[Em] = field(default_factory=list)

    @property
    def coverage(self) -> int | None:
        """Percent of the students of the list who had a sponsor."""
        return round(100 * self.sponsored / self.cases) if self.cases else None


@dataclass(frozen=True)
class _Part:
    """One assignment that ran on some day of the span."""

    case_id: int
    staff_id: int
    name: str
    department_id: int | None
    role: SponsorRole


def review(session: Session, actor: Actor, year: m.SchoolYear, period: TermPeriod) -> Review:
    """The review of that part of the year; nine statements, however many students there are.

    NotAllowed for whoever follows nobody's work: reviews are for heads, union, secretary and leadership.
    """
    require(actor, Action.VIEW_DEPARTMENT_REPORT)
    found = Review(span_of(plan_of(session, year), period, actor.today))
    students = _students(session, actor, year, found.span)
    parts = [part for part in _parts(session, year, found.span) if part.case_id in students]
    led = {part.case_id for part in parts if part.role in LEADING}
    for part in parts:
        students[part.case_id].sponsors.append(part.name)
    _add_results(session, year, period, students)
    _add_months(session, found, students)
    found.cases, found.sponsored = len(students), len(led)
    found.leads = len({part.staff_id for part in parts if part.role in LEADING})
    found.supporters = len({part.staff_id for part in parts if part.role is SponsorRole.SUPPORTING})
    found.students = sorted(
        (em for em in students.values() if em.case_id in led), key=lambda em: (em.sort_key, em.case_id)
    )
    _count_students(found)
    _add_work(session, found, students, parts)
    if not _sees_all(actor):
        found.departments = [row for row in found.departments if row.id in actor.reach.departments]
    return found


def _sees_all(actor: Actor) -> bool:
    return actor.operator or Scope.ALL in scopes(actor, Action.VIEW_DEPARTMENT_REPORT)


def _students(session: Session, actor: Actor, year: m.SchoolYear, span: Span) -> dict[int, Em]:
    """The approved cases of the year that were opened by the end of the span, with class and outcome.

    A head reviews the department, not the own class, whose cases a homeroom teacher sees too.
    """
    reached = true() if _sees_all(actor) else m.SupportCase.id.in_(actor.reach.department_cases)
    rows = session.execute(
        select(m.SupportCase, m.Student.full_name, m.Student.sort_key)
        .join(m.SupportCase.student)
        .where(
            m.SupportCase.school_year_id == year.id,
            m.SupportCase.state.in_(COUNTED),
            m.SupportCase.opened_on <= span.last,
            reached,
        )
    ).all()
    found = {case.id: Em(case.id, name, key, outcome=case.outcome) for case, name, key in rows}
    by_student = {case.student_id: found[case.id] for case, _name, _key in rows}
    stays = session.execute(
        select(m.Enrolment.student_id, m.Classroom.name, m.Enrolment.outcome, m.Enrolment.ended_on)
        .join(m.Enrolment.classroom)
        .where(m.Classroom.school_year_id == year.id, m.Enrolment.student_id.in_(_case_students(year)))
        .order_by(m.Enrolment.started_on, m.Enrolment.id)
    )
    for student_id, classroom, outcome, ended_on in stays:
        em = by_student.get(student_id)
        if em is not None:
            em.classroom = classroom
            ended = ended_on is not None and ended_on <= span.last
            em.left = outcome is EnrolmentOutcome.DROPPED_OUT and ended
    return found


def _case_students(year: m.SchoolYear) -> Any:
    return select(m.SupportCase.student_id).where(m.SupportCase.school_year_id == year.id)


def _parts(session: Session, year: m.SchoolYear, span: Span) -> list[_Part]:
    """Assigned sponsorships that ran on some day of the span, the earliest first."""
    rows = session.execute(
        select(
            m.Sponsorship.case_id,
            m.Sponsorship.staff_id,
            m.Staff.full_name,
            m.Staff.department_id,
            m.Sponsorship.role,
            m.Sponsorship.ended_on,
        )
        .join(m.Sponsorship.case)
        .join(m.Sponsorship.staff)
        .where(
            m.SupportCase.school_year_id == year.id,
            m.Sponsorship.ran_between(span.first, span.last),
        )
        .order_by(m.Sponsorship.started_on, m.Sponsorship.id)
    )
    return [_Part(*row[:5]) for row in rows]


def _add_results(session: Session, year: m.SchoolYear, period: TermPeriod, students: dict[int, Em]) -> None:
    """The two terms that the review compares."""
    previous = f"{int(year.name[:4]) - 1}-{year.name[:4]}"
    if period is TermPeriod.SEMESTER_1:
        wanted = {(previous, TermPeriod.YEAR): "before", (year.name, TermPeriod.SEMESTER_1): "after"}
    else:
        after = TermPeriod.YEAR if period is TermPeriod.YEAR else TermPeriod.SEMESTER_2
        wanted = {(year.name, TermPeriod.SEMESTER_1): "before", (year.name, after): "after"}
    rows = session.execute(
        select(m.SupportCase.id, m.SchoolYear.name, m.TermResult.period, m.TermResult.learning, m.TermResult.conduct)
        .select_from(m.TermResult)
        .join(m.TermResult.enrolment)
        .join(m.Enrolment.classroom)
        .join(m.Classroom.school_year)
        .join(m.SupportCase, m.SupportCase.student_id == m.Enrolment.student_id)
        .where(
            m.SupportCase.school_year_id == year.id,
            m.SchoolYear.name.in_({name for name, _period in wanted}),
            m.TermResult.period.in_({term for _name, term in wanted}),
        )
        .order_by(m.Enrolment.started_on, m.Enrolment.id)
    )
    for case_id, name, term, learning, conduct in rows:
        side = wanted.get((name, term))
        if case_id in students and side is not None:
            setattr(students[case_id], side, Result(learning, conduct))


def _add_months(session: Session, found: Review, students: dict[int, Em]) -> None:
    """Risk at the beginning and the end, and the newest trend, from the months that were sent."""
    rows = session.execute(
        select(
            m.ProgressEvaluation.case_id,
            m.ProgressEvaluation.period,
            m.ProgressEvaluation.dropout_risk,
            m.ProgressEvaluation.trend,
        )
        .where(
            m.ProgressEvaluation.period.in_(found.span.months or [""]),
            m.ProgressEvaluation.state.in_(SENT_STATES),
        )
        .order_by(m.ProgressEvaluation.period)
    )
    seen: dict[int, int] = defaultdict(int)
    for case_id, _period, risk, trend in rows:
        em = students.get(case_id)
        if em is None:
            continue
        if risk not in (None, DropoutRisk.NOT_OBSERVED):
            seen[case_id] += 1
            if seen[case_id] == 1:
                em.risk_before = risk
            else:
                em.risk_after = risk
        if trend not in (None, ProgressStep.NOT_OBSERVED):
            em.trend = trend


def _count_students(found: Review) -> None:
    """The figures that follow from the sponsored students."""
    found.trends = {step: 0 for step in ProgressStep if step is not ProgressStep.NOT_OBSERVED}
    for em in found.students:
        found.left += em.left
        found.learning.add(compare_ratings(em.before.learning, em.after.learning))
        found.conduct.add(compare_ratings(em.before.conduct, em.after.conduct))
        found.risk.add(compare_risks(em.risk_before, em.risk_after))
        if em.trend is not None:
            found.trends[em.trend] += 1


def _add_work(session: Session, found: Review, students: dict[int, Em], parts: list[_Part]) -> None:
    """Contacts, lessons and support of the span, in all and by the department of whoever did it."""
    departments = session.execute(select(m.Department.id, m.Department.name))
    names: dict[int | None, str] = {row.id: row.name for row in departments}
    rows: dict[int | None, DepartmentRow] = {}

    def row_of(department_id: int | None) -> DepartmentRow:
        return rows.setdefault(department_id, DepartmentRow(department_id, names.get(department_id, "")))

    own = [part for part in parts if part.role in LEADING]
    for department_id in {part.department_id for part in own}:
        row = row_of(department_id)
        row.sponsors = len({part.staff_id for part in own if part.department_id == department_id})
        row.students = len({part.case_id for part in own if part.department_id == department_id})
    for case_id, department_id, reached, count in _contacts(session, found.span):
        if case_id in students:
            found.contacts += count
            found.reached += count if reached else 0
            students[case_id].contacts += count
            row_of(department_id).contacts += count
    for case_id, department_id, kind, quantity, value in _support(session, found.span):
        if case_id in students:
            lessons = int(quantity or 0) if kind is SupportKind.REMEDIAL_LESSON else 0
            row = row_of(department_id)
            found.lessons, row.lessons = found.lessons + lessons, row.lessons + lessons
            found.value, row.value = found.value + int(value or 0), row.value + int(value or 0)
    found.departments = sorted(rows.values(), key=lambda row: (row.id is None, row.name))


def _contacts(session: Session, span: Span) -> Iterable[Any]:
    return session.execute(
        select(m.Contact.case_id, m.Staff.department_id, m.Contact.reached, func.count())
        .join(m.Contact.staff)
        .where(m.Contact.occurred_on.between(span.first, span.last))
        .group_by(m.Contact.case_id, m.Staff.department_id, m.Contact.reached)
    )


def _support(session: Session, span: Span) -> Iterable[Any]:
    return session.execute(
        select(
            m.SupportItem.case_id,
            m.Staff.department_id,
            m.SupportItem.kind,
            func.sum(m.SupportItem.quantity),
            func.sum(m.SupportItem.value),
        )
        .join(m.SupportItem.staff)
        .where(m.SupportItem.given_on.between(span.first, span.last))
        .group_by(m.SupportItem.case_id, m.Staff.department_id, m.SupportItem.kind)
    )
