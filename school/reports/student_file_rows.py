"""The rows of a student's file, read through the guard: what the actor may not see is not among them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from school import models as m
from school.rules.actor import Actor
from school.rules.policy import can, scopes
from school.rules.tables import Scope
from school.vocabulary import Action

# Who sees all of these without asking holds the whole file.
_WHOLE = (
    Action.SCREEN_STUDENTS,
    Action.VIEW_CASE,
    Action.VIEW_CIRCUMSTANCES,
    Action.VIEW_CONTACT,
    Action.VIEW_EVALUATION,
    Action.VIEW_FOLLOW_UP,
    Action.VIEW_INSPECTION,
    Action.VIEW_PARTICIPANT,
    Action.VIEW_PLAN,
    Action.VIEW_REGISTRATION,
    Action.VIEW_SPONSORSHIP,
    Action.VIEW_STUDENT,
    Action.VIEW_SUPPORT,
)


@dataclass
class Held:
    """What is held on one student, as far as the actor sees; lists by case hold the case's id."""

    student: m.Student
    whole: bool
    stays: list[tuple[m.Enrolment, list[m.TermResult]]] = field(default_factory=list)
    cases: list[m.SupportCase] = field(default_factory=list)
    screenings: list[m.ScreeningDecision] = field(default_factory=list)
    offers: list[m.Registration] = field(default_factory=list)
    participations: list[m.ActivityParticipant] = field(default_factory=list)
    papers: list[m.Disclosure] = field(default_factory=list)
    of_cases: dict[type, dict[int, list[Any]]] = field(default_factory=dict)

    def of(self, case: m.SupportCase, model: type) -> list[Any]:
        """The rows of one table that belong to the case."""
        return self.of_cases.get(model, {}).get(case.id, [])


def held(session: Session, actor: Actor, student: m.Student) -> Held:
    """All of it in thirteen statements, however much there is."""
    found = Held(student, sees_whole(actor))
    found.stays = _stays(session, student)
    found.cases = _cases(session, student)
    found.screenings = _by_student(session, m.ScreeningDecision, student, m.ScreeningDecision.school_year)
    found.offers = _by_student(session, m.Registration, student, m.Registration.staff, m.Registration.school_year)
    found.participations = _participations(session, student)
    if can(actor, Action.VIEW_AUDIT):  # others would see their own alone
        found.papers = _by_student(session, m.Disclosure, student)
    found.of_cases = _of_cases(session, [case.id for case in found.cases])
    return found


def sees_whole(actor: Actor) -> bool:
    """Whether nothing of any student is out of the actor's sight."""
    return actor.operator or all(Scope.ALL in scopes(actor, action) for action in _WHOLE)


def _stays(session: Session, student: m.Student) -> list[tuple[m.Enrolment, list[m.TermResult]]]:
    """Every class the student was in, with the results there, in order of time; one statement."""
    statement = (
        select(m.Enrolment, m.TermResult)
        .outerjoin(m.TermResult, m.TermResult.enrolment_id == m.Enrolment.id)
        .where(m.Enrolment.student_id == student.id)
        .options(
            joinedload(m.Enrolment.classroom).joinedload(m.Classroom.school_year),
            joinedload(m.Enrolment.classroom).joinedload(m.Classroom.homeroom_teacher),
        )
        .order_by(m.Enrolment.started_on, m.Enrolment.id, m.TermResult.period)
    )
    stays: dict[int, tuple[m.Enrolment, list[m.TermResult]]] = {}
    for enrolment, result in session.execute(statement):
        results = stays.setdefault(enrolment.id, (enrolment, []))[1]
        if result is not None:
            results.append(result)
    return list(stays.values())


def _cases(session: Session, student: m.Student) -> list[m.SupportCase]:
    """The student's cases, the newest first, each with what stands on it; one statement."""
    case = m.SupportCase
    statement = (
        select(case)
        .where(case.student_id == student.id)
        .options(
            joinedload(case.school_year),
            joinedload(case.nominated_by),
            joinedload(case.private),
            joinedload(case.hardships).joinedload(m.Hardship.category),
            joinedload(case.hardships).joinedload(m.Hardship.proposed_by),
            joinedload(case.sponsorships).joinedload(m.Sponsorship.staff),
        )
        .order_by(case.opened_on.desc(), case.id.desc())
    )
    return list(session.scalars(statement).unique())


def _by_student(session: Session, model: Any, student: m.Student, *loads: Any) -> list[Any]:
    statement = select(model).where(model.student_id == student.id).order_by(model.id)
    return list(session.scalars(statement.options(*(joinedload(part) for part in loads))))


def _participations(session: Session, student: m.Student) -> list[m.ActivityParticipant]:
    part = m.ActivityParticipant
    statement = (
        select(part)
        .where(part.student_id == student.id)
        .options(joinedload(part.activity).joinedload(m.Activity.organiser))
        .order_by(part.id)
    )
    return [row for row in session.scalars(statement) if row.activity is not None]


# What belongs to a case: each table with what is shown beside a row, and the order of its rows.
_PARTS: tuple[tuple[Any, tuple[Any, ...], tuple[Any, ...]], ...] = (
    (m.SurveyEntry, (joinedload(m.SurveyEntry.surveyor),), (m.SurveyEntry.occurred_on, m.SurveyEntry.id)),
    (m.SupportPlan, (joinedload(m.SupportPlan.goals),), (m.SupportPlan.semester,)),
    (
        m.Contact,
        (joinedload(m.Contact.staff), joinedload(m.Contact.private)),
        (m.Contact.occurred_on, m.Contact.id),
    ),
    (m.SupportItem, (joinedload(m.SupportItem.staff),), (m.SupportItem.given_on, m.SupportItem.id)),
    (m.ProgressEvaluation, (joinedload(m.ProgressEvaluation.author),), (m.ProgressEvaluation.period,)),
    (m.Inspection, (joinedload(m.Inspection.inspector),), (m.Inspection.held_on, m.Inspection.id)),
    (
        m.FollowUp,
        (joinedload(m.FollowUp.owner), joinedload(m.FollowUp.raised_by), joinedload(m.FollowUp.answered_by)),
        (m.FollowUp.raised_on, m.FollowUp.id),
    ),
)


def _of_cases(session: Session, ids: Iterable[int]) -> dict[type, dict[int, list[Any]]]:
    """The rows of each table, by the id of their case; one statement a table."""
    wanted = list(ids)
    found: dict[type, dict[int, list[Any]]] = {}
    for model, loads, order in _PARTS if wanted else ():
        statement = select(model).where(model.case_id.in_(wanted)).options(*loads).order_by(*order)
        by_case = found.setdefault(model, {})
        for row in session.scalars(statement).unique():
            by_case.setdefault(row.case_id, []).append(row)
    return found
