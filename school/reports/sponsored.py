"""A sponsor's own students, each with the newest evaluation: the short list of the home page."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from school.models import Enrolment, Goal, ProgressEvaluation, Sponsorship, Student, SupportCase, SupportPlan
from school.rules.actor import Actor
from school.vocabulary import EvaluationState, Horizon, ProgressStep, SponsorRole


@dataclass(frozen=True)
class MyStudent:
    """One student whom the actor helps today."""

    case_id: int
    name: str
    classroom: str
    role: SponsorRole
    since: dt.date
    month: str | None = None
    trend: ProgressStep | None = None
    state: EvaluationState | None = None


def students(session: Session, actor: Actor) -> list[MyStudent]:
    """The actor's students in the order of their names; two statements."""
    ids = actor.reach.sponsored_cases
    if not ids:
        return []
    newest = (
        select(ProgressEvaluation.case_id, func.max(ProgressEvaluation.period).label("period"))
        .where(ProgressEvaluation.case_id.in_(ids), ProgressEvaluation.monthly())
        .group_by(ProgressEvaluation.case_id)
        .subquery()
    )
    evaluations = {
        evaluation.case_id: evaluation
        for evaluation in session.scalars(
            select(ProgressEvaluation).join(
                newest,
                (newest.c.case_id == ProgressEvaluation.case_id) & (newest.c.period == ProgressEvaluation.period),
            )
        )
    }
    statement = (
        select(Sponsorship)
        .join(Sponsorship.case)
        .join(SupportCase.student)
        .where(
            Sponsorship.case_id.in_(ids),
            Sponsorship.staff_id == actor.staff_id,
            Sponsorship.running(actor.today),  # of several intervals with one student, the one of today
        )
        .options(
            joinedload(Sponsorship.case)
            .joinedload(SupportCase.student)
            .joinedload(Student.current_enrolment)
            .joinedload(Enrolment.classroom)
        )
        .order_by(Student.sort_key)
    )
    return [_student(sponsorship, evaluations.get(sponsorship.case_id)) for sponsorship in session.scalars(statement)]


def goals_of_the_week(session: Session, actor: Actor) -> list[Goal]:
    """This week's goals of the students whom the actor leads, with student (P3.5); one statement."""
    led = actor.reach.led_cases
    if not led:
        return []
    monday = actor.today - dt.timedelta(days=actor.today.weekday())
    statement = (
        select(Goal)
        .join(Goal.plan)
        .where(SupportPlan.case_id.in_(led), Goal.horizon == Horizon.WEEK, Goal.starts_on == monday)
        .options(joinedload(Goal.plan).joinedload(SupportPlan.case).joinedload(SupportCase.student))
        .order_by(SupportPlan.case_id, Goal.id)
    )
    return list(session.scalars(statement))


def _student(sponsorship: Sponsorship, evaluation: ProgressEvaluation | None) -> MyStudent:
    student = sponsorship.case.student
    enrolment = student.current_enrolment
    return MyStudent(
        sponsorship.case_id,
        student.full_name,
        enrolment.classroom.name if enrolment else "",
        sponsorship.role,
        sponsorship.started_on,
        evaluation.period if evaluation else None,
        evaluation.trend if evaluation else None,
        evaluation.state if evaluation else None,
    )
