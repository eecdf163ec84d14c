"""A student's time line: from nomination and surveys to contacts, support, evaluations and results, in one order.

Read through the guard: what the actor may not see is not in it. Words that tell of circumstances are left to the
private part of the case's page, which is opened on purpose.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, cast, literal, null, select, true, type_coerce, union_all
from sqlalchemy.orm import Session, joinedload

from school import models as m
from school.rules.calendar import school_day
from school.services.cases import approval_days
from school.vocabulary import N_, ContactKind, FollowUpKind, LabelEnum, SupportKind, SurveyChannel


@dataclass(frozen=True)
class Event:
    """One thing that happened. `title` is a msgid with `params`, `chip` a short label; `kind`, `row_id` say where."""

    on: dt.date
    title: str
    kind: str
    row_id: int
    chip: LabelEnum | None = None
    text: str | None = None
    by: str | None = None
    params: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class History:
    """What is known of a student over the years, and the events in it, the newest first."""

    cases: list[m.SupportCase]
    results: list[m.TermResult]
    evaluations: list[m.ProgressEvaluation]
    events: list[Event] = field(default_factory=list)


def history(session: Session, student: m.Student) -> History:
    """All of it in five statements: cases, results, evaluations, days of approval, and the small events together."""
    cases = _cases_of(session, student)
    found = History(cases, _results_of(session, student), _evaluations_of(session, [case.id for case in cases]))
    happened = [
        *_cases(session, cases),
        *_sponsorships(cases),
        *_evaluations(found.evaluations),
        *_results(found.results),
        *_small_events(session, student, [case.id for case in cases]),
    ]
    found.events.extend(sorted(happened, key=lambda event: event.on, reverse=True))
    return found


def _cases_of(session: Session, student: m.Student) -> list[m.SupportCase]:
    """The student's cases, the newest first, each with what stands on it."""
    statement = (
        select(m.SupportCase)
        .where(m.SupportCase.student_id == student.id)
        .options(
            joinedload(m.SupportCase.nominated_by),
            joinedload(m.SupportCase.school_year),
            joinedload(m.SupportCase.hardships).joinedload(m.Hardship.category),
            joinedload(m.SupportCase.sponsorships).joinedload(m.Sponsorship.staff),
        )
        .order_by(m.SupportCase.opened_on.desc(), m.SupportCase.id.desc())
    )
    return list(session.scalars(statement).unique())


def _results_of(session: Session, student: m.Student) -> list[m.TermResult]:
    statement = (
        select(m.TermResult)
        .join(m.TermResult.enrolment)
        .where(m.Enrolment.student_id == student.id)
        .options(
            joinedload(m.TermResult.enrolment).joinedload(m.Enrolment.classroom).joinedload(m.Classroom.school_year)
        )
        .order_by(m.Enrolment.started_on, m.TermResult.period)
    )
    return list(session.scalars(statement))


def _evaluations_of(session: Session, case_ids: list[int]) -> list[m.ProgressEvaluation]:
    statement = (
        select(m.ProgressEvaluation)
        .where(m.ProgressEvaluation.case_id.in_(case_ids), m.ProgressEvaluation.submitted_at.is_not(None))
        .options(joinedload(m.ProgressEvaluation.author))
        .order_by(m.ProgressEvaluation.period)
    )
    return list(session.scalars(statement))


def _cases(session: Session, cases: list[m.SupportCase]) -> Iterator[Event]:
    approved = approval_days(session, cases) if cases else {}
    for case in cases:
        by = case.nominated_by.full_name if case.nominated_by else None
        yield Event(case.opened_on, N_("Đề xuất hỗ trợ"), "case", case.id, by=by)
        if case.id in approved:
            yield Event(approved[case.id], N_("Hồ sơ được duyệt"), "case", case.id)
        if case.closed_on:
            yield Event(case.closed_on, N_("Kết thúc hồ sơ"), "case", case.id, case.outcome)


def _sponsorships(cases: list[m.SupportCase]) -> Iterator[Event]:
    for sponsorship in (s for case in cases for s in case.sponsorships):
        if sponsorship.approved_on is None:
            continue
        place = ("sponsorship", sponsorship.id)
        who = (("name", sponsorship.staff.full_name),)
        yield Event(sponsorship.started_on, N_("%(name)s nhận giúp đỡ"), *place, sponsorship.role, params=who)
        if sponsorship.ended_on:
            yield Event(sponsorship.ended_on, N_("%(name)s kết thúc giúp đỡ"), *place, params=who)


def _evaluations(evaluations: Iterable[m.ProgressEvaluation]) -> Iterator[Event]:
    for evaluation in evaluations:
        yield Event(
            school_day(evaluation.submitted_at) if evaluation.submitted_at else dt.date.min,
            N_("Đánh giá %(month)s"),
            "progress",
            evaluation.id,
            evaluation.trend,
            evaluation.comment,
            evaluation.author.full_name if evaluation.author else None,
            (("month", evaluation.period),),
        )


def _results(results: Iterable[m.TermResult]) -> Iterator[Event]:
    for result in results:
        year = result.enrolment.classroom.school_year
        on = year.semester_2_starts_on if result.period == "semester_1" else year.ends_on
        params = (("term", result.period),)
        yield Event(on, N_("Kết quả %(term)s"), "result", result.id, result.learning, params=params)


# Many small things of as many tables: one statement that joins them to the student, so that the guard scopes each part.

_NOTHING = cast(null(), String)


def _part(
    kind: str,
    model: Any,
    on: Any,
    chip: Any = _NOTHING,
    text: Any = _NOTHING,
    number: ColumnElement[int] | None = None,
    who: Any = None,
) -> Select:
    """One table's events, in the columns that all of them have."""
    name = m.Staff.full_name if who is not None else _NOTHING
    statement = select(
        literal(kind).label("kind"),
        model.id.label("row_id"),
        on.label("day"),
        type_coerce(chip, String).label("chip"),
        type_coerce(text, String).label("text"),
        (number if number is not None else cast(null(), Integer)).label("number"),
        type_coerce(name, String).label("who"),
    ).select_from(model)
    return statement.outerjoin(m.Staff, m.Staff.id == who) if who is not None else statement


def _parts(student: m.Student, ids: list[int]) -> list[Select]:
    contact, item, follow_up, inspection = m.Contact, m.SupportItem, m.FollowUp, m.Inspection
    survey, activity, part = m.SurveyEntry, m.Activity, m.ActivityParticipant
    reached, given = cast(contact.reached, Integer), type_coerce(item.quantity, Integer)
    return [
        _part("survey", survey, survey.occurred_on, survey.channel, who=survey.surveyor_id).where(
            survey.case_id.in_(ids)
        ),
        _part("contact", contact, contact.occurred_on, contact.kind, contact.summary, reached, contact.staff_id).where(
            contact.case_id.in_(ids)
        ),
        _part("support", item, item.given_on, item.kind, item.unit, given, item.staff_id).where(item.case_id.in_(ids)),
        _part("activity", activity, activity.held_on, text=activity.title)
        .join(part, part.activity_id == activity.id)
        .where(part.student_id == student.id),
        _part("follow_up", follow_up, follow_up.raised_on, follow_up.kind, who=follow_up.owner_id).where(
            follow_up.case_id.in_(ids)
        ),
        _part("follow_up closed", follow_up, follow_up.closed_on, follow_up.kind).where(
            follow_up.case_id.in_(ids), follow_up.closed_on.is_not(None)
        ),
        _part("inspection", inspection, inspection.held_on, who=inspection.inspector_id).where(
            inspection.case_id.in_(ids)
        ),
    ]


def _small_events(session: Session, student: m.Student, ids: list[int]) -> Iterator[Event]:
    together = union_all(*_parts(student, ids)).subquery("happened")
    statement = select(m.Student.id, *together.c).join(together, true()).where(m.Student.id == student.id)
    for row in session.execute(statement):
        yield _small_event(row)


def _small_event(row: Any) -> Event:
    place = (row.kind.split()[0], row.row_id)
    match row.kind:
        case "survey":
            return Event(row.day, N_("Khảo sát"), *place, SurveyChannel(row.chip), by=row.who)
        case "contact":
            title = N_("Liên hệ") if row.number else N_("Đã thử liên hệ, chưa gặp được")
            return Event(row.day, title, *place, ContactKind(row.chip), row.text, row.who)
        case "support":
            amount = (("quantity", row.number), ("unit", row.text))
            title = N_("Hỗ trợ %(quantity)s %(unit)s")
            return Event(row.day, title, *place, SupportKind(row.chip), by=row.who, params=amount)
        case "activity":
            return Event(row.day, N_("Hoạt động: %(name)s"), *place, params=(("name", row.text),))
        case "follow_up":
            return Event(row.day, N_("Việc cần theo dõi"), *place, FollowUpKind(row.chip), by=row.who)
        case "follow_up closed":
            return Event(row.day, N_("Đã xong việc theo dõi"), *place, FollowUpKind(row.chip))
    return Event(row.day, N_("Kiểm tra"), *place, by=row.who)
