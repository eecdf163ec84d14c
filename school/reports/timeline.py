"""A student's time line: surveys, classification, sponsors, evaluations and results in one order, as far as one sees.

Read through the guard: what the actor may not see is not in it. Words that tell of circumstances are left to the
private part of the case's page, which is opened on purpose.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from school import models as m
from school.rules.calendar import school_day
from school.vocabulary import N_, LabelEnum


@dataclass(frozen=True)
class Event:
    """One thing that happened. `title` is a msgid with `params`; `chip` a short label; `row` where it stands."""

    on: dt.date
    title: str
    row: Any
    chip: LabelEnum | None = None
    text: str | None = None
    by: str | None = None
    params: tuple[tuple[str, Any], ...] = ()


def events(session: Session, student: m.Student) -> list[Event]:
    """What happened with the student, the newest first; five statements."""
    cases = session.scalars(
        select(m.SupportCase)
        .where(m.SupportCase.student_id == student.id)
        .options(joinedload(m.SupportCase.nominated_by))
    ).all()
    ids = [case.id for case in cases]
    found = [
        *_cases(cases),
        *_surveys(session, ids),
        *_sponsorships(session, ids),
        *_evaluations(session, ids),
        *_results(session, student),
    ]
    return sorted(found, key=lambda event: event.on, reverse=True)


def _cases(cases: Any) -> Iterator[Event]:
    for case in cases:
        by = case.nominated_by.full_name if case.nominated_by else None
        yield Event(case.opened_on, N_("Đề xuất hỗ trợ"), case, by=by)
        if case.closed_on:
            yield Event(case.closed_on, N_("Kết thúc hồ sơ"), case, case.outcome)


def _surveys(session: Session, ids: list[int]) -> Iterator[Event]:
    statement = select(m.SurveyEntry).where(m.SurveyEntry.case_id.in_(ids)).options(joinedload(m.SurveyEntry.surveyor))
    for entry in session.scalars(statement):
        by = entry.surveyor.full_name if entry.surveyor else None
        yield Event(entry.occurred_on, N_("Khảo sát"), entry, entry.channel, by=by)


def _sponsorships(session: Session, ids: list[int]) -> Iterator[Event]:
    statement = select(m.Sponsorship).where(m.Sponsorship.case_id.in_(ids)).options(joinedload(m.Sponsorship.staff))
    for sponsorship in session.scalars(statement):
        if sponsorship.approved_on is None:
            continue
        who = (("name", sponsorship.staff.full_name),)
        yield Event(sponsorship.started_on, N_("%(name)s nhận giúp đỡ"), sponsorship, sponsorship.role, params=who)
        if sponsorship.ended_on:
            yield Event(sponsorship.ended_on, N_("%(name)s kết thúc giúp đỡ"), sponsorship, params=who)


def _evaluations(session: Session, ids: list[int]) -> Iterator[Event]:
    statement = (
        select(m.ProgressEvaluation)
        .where(m.ProgressEvaluation.case_id.in_(ids), m.ProgressEvaluation.submitted_at.is_not(None))
        .options(joinedload(m.ProgressEvaluation.author))
    )
    for evaluation in session.scalars(statement):
        yield Event(
            school_day(evaluation.submitted_at) if evaluation.submitted_at else dt.date.min,
            N_("Đánh giá %(month)s"),
            evaluation,
            evaluation.trend,
            evaluation.comment,
            evaluation.author.full_name if evaluation.author else None,
            (("month", evaluation.period),),
        )


def _results(session: Session, student: m.Student) -> Iterator[Event]:
    statement = (
        select(m.TermResult)
        .join(m.TermResult.enrolment)
        .where(m.Enrolment.student_id == student.id)
        .options(
            joinedload(m.TermResult.enrolment).joinedload(m.Enrolment.classroom).joinedload(m.Classroom.school_year)
        )
    )
    for result in session.scalars(statement):
        year = result.enrolment.classroom.school_year
        on = year.semester_2_starts_on if result.period == "semester_1" else year.ends_on
        yield Event(on, N_("Kết quả %(term)s"), result, result.learning, params=(("term", result.period),))
