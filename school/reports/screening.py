"""The screening list (P2.1, P4.2): students whom the records point out, with the reasons, and what was decided.

Read through the guard in two statements: a homeroom teacher's list is the own class, and a policy category is there for
those who may see circumstances.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from school import models as m
from school.rules.actor import Actor
from school.rules.calendar import year_name
from school.rules.policy import can
from school.rules.screening import Reason, Record, reasons
from school.vocabulary import Action, CaseState, TermPeriod


@dataclass(frozen=True)
class Years:
    """The school year that is screened, and the one before it, whose results still count."""

    year: m.SchoolYear
    before: m.SchoolYear | None


@dataclass(frozen=True)
class Term:
    """Of which term the newest result is."""

    period: TermPeriod
    year: str


@dataclass(frozen=True)
class Candidate:
    """One student whom the records point out."""

    student_id: int
    full_name: str
    classroom_id: int
    classroom: str
    reasons: list[Reason] = field(default_factory=list)
    term: Term | None = None
    decision: m.ScreeningDecision | None = None
    case_id: int | None = None
    case_state: CaseState | None = None

    @property
    def open(self) -> bool:
        """Whether somebody has still to decide: no decision, and no case."""
        return self.decision is None and self.case_id is None


def years_of(session: Session, actor: Actor) -> Years | None:
    """The year that today falls in, else the latest; one statement."""
    years = session.scalars(select(m.SchoolYear).order_by(m.SchoolYear.starts_on)).all()
    if not years:
        return None
    name = year_name(actor.today)
    place = next((i for i, year in enumerate(years) if year.name == name), len(years) - 1)
    return Years(years[place], years[place - 1] if place else None)


def candidates(
    session: Session, actor: Actor, years: Years, most_absences: int, student_id: int | None = None
) -> list[Candidate]:
    """Everybody whom the records point out, the undecided first, then by class and name; `student_id` for that one."""
    newest = _newest_results(session, years, student_id)
    found = []
    for row in session.execute(_students(years.year, student_id)):
        result, term = newest.get(row.id, (Record(), None))
        record = Record(result.learning, result.conduct, result.absences_unexcused, row.policy_category)
        why = reasons(record, most_absences)
        asked = m.ScreeningDecision(school_year_id=years.year.id, student_id=row.id)
        if why and can(actor, Action.SCREEN_STUDENTS, asked):
            place = (row.id, row.full_name, row.classroom_id, row.classroom)
            found.append(Candidate(*place, why, term, row.ScreeningDecision, row.case_id, row.case_state))
    return sorted(found, key=lambda candidate: not candidate.open)


def classes_of(found: Iterable[Candidate]) -> list[tuple[str, str]]:
    """Ids and names of the classes in which there is somebody, in order."""
    return sorted({(str(candidate.classroom_id), candidate.classroom) for candidate in found}, key=lambda room: room[1])


def _students(year: m.SchoolYear, student_id: int | None) -> Select:
    """Who is in a class of the year now, with policy category, decision and case as far as they are seen."""
    of_year = m.ScreeningDecision.school_year_id == year.id
    with_case = m.SupportCase.school_year_id == year.id
    statement = (
        select(
            m.Student.id,
            m.Student.full_name,
            m.Classroom.id.label("classroom_id"),
            m.Classroom.name.label("classroom"),
            m.StudentPrivate.policy_category,
            m.ScreeningDecision,
            m.SupportCase.id.label("case_id"),
            m.SupportCase.state.label("case_state"),
        )
        .join(m.Enrolment, and_(m.Enrolment.student_id == m.Student.id, m.Enrolment.ended_on.is_(None)))
        .join(m.Classroom, m.Classroom.id == m.Enrolment.classroom_id)
        .outerjoin(m.StudentPrivate, m.StudentPrivate.student_id == m.Student.id)
        .outerjoin(m.ScreeningDecision, and_(m.ScreeningDecision.student_id == m.Student.id, of_year))
        .outerjoin(m.SupportCase, and_(m.SupportCase.student_id == m.Student.id, with_case))
        .where(m.Classroom.school_year_id == year.id)
        .order_by(m.Classroom.name, m.Student.sort_key, m.Student.id)
    )
    return statement if student_id is None else statement.where(m.Student.id == student_id)


def _newest_results(session: Session, years: Years, student_id: int | None) -> dict[int, tuple[Record, Term]]:
    """Of each student the newest result of this or the year before."""
    ids = [year.id for year in (years.year, years.before) if year is not None]
    statement = (
        select(
            m.Enrolment.student_id,
            m.TermResult.learning,
            m.TermResult.conduct,
            m.TermResult.absences_unexcused,
            m.TermResult.period,
            m.SchoolYear.name,
        )
        .select_from(m.TermResult)
        .join(m.Enrolment, m.Enrolment.id == m.TermResult.enrolment_id)
        .join(m.Classroom, m.Classroom.id == m.Enrolment.classroom_id)
        .join(m.SchoolYear, m.SchoolYear.id == m.Classroom.school_year_id)
        .where(m.SchoolYear.id.in_(ids))
        # The periods' own names stand in order of time: semester_1, semester_2, year.
        .order_by(m.SchoolYear.starts_on, m.TermResult.period, m.TermResult.id)
    )
    if student_id is not None:
        statement = statement.where(m.Enrolment.student_id == student_id)
    return {
        row.student_id: (Record(row.learning, row.conduct, row.absences_unexcused), Term(row.period, row.name))
        for row in session.execute(statement)
    }
