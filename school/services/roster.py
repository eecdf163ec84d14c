"""Students: their names, what is private about them, and the class they are in."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import Classroom, Enrolment, Student, StudentPrivate, TermResult
from school.names import clean_line
from school.rules.actor import Actor
from school.rules.policy import require
from school.services.records import apply, check_fresh, need, step
from school.vocabulary import Action, EnrolmentOutcome, N_

PRIVATE_FIELDS = ("ethnicity", "policy_category", "father_name", "mother_name", "phone", "address", "note")


def save_student(
    session: Session,
    actor: Actor,
    student: Student,
    values: Mapping[str, Any],
    private: Mapping[str, Any] | None = None,
    classroom: Classroom | None = None,
    version: int | None = None,
    since: dt.date | None = None,
) -> Student:
    """Create or change a student; `private` and `classroom` only where given. `since`: first day in the class."""
    require(actor, Action.EDIT_STUDENT)
    need(values.get("code"), N_("Thầy cô điền mã học sinh."), "code")
    need(values.get("full_name"), N_("Thầy cô điền họ và tên."), "full_name")
    if values.get("date_of_birth") and values["date_of_birth"] >= actor.today:
        raise RuleError(N_("Ngày sinh phải trước hôm nay."), field="date_of_birth")
    new = student.id is None
    if not new:
        check_fresh(student, version)
    with step(session, "create" if new else "update"):
        apply(student, dict(values, code=clean_line(values["code"]), full_name=clean_line(values["full_name"])))
        session.add(student)
        session.flush()
        if private is not None and _save_private(session, student, private):
            student.updated_at = actor.now  # the form carries the version of the student: it moves with these
        if classroom is not None:
            place(session, actor, student, classroom, since)
    return student


def place(
    session: Session, actor: Actor, student: Student, classroom: Classroom, since: dt.date | None = None
) -> Enrolment:
    """Put the student into a class: an open stay elsewhere ends the day before.

    A stay that would have lasted no day (moved on its first day) is corrected instead of ended.
    """
    current = student.current_enrolment if student.id else None
    if current is not None and current.classroom_id == classroom.id:
        return current
    year = classroom.school_year
    first = since or min(max(actor.today, year.starts_on), year.ends_on)
    if current is not None and current.started_on >= first:
        current.classroom = classroom
        session.flush()
        return current
    if current is not None:
        current.ended_on = first - dt.timedelta(days=1)
        current.outcome = (
            EnrolmentOutcome.MOVED
            if current.classroom.school_year_id == classroom.school_year_id
            else EnrolmentOutcome.PROMOTED
        )
        session.flush()
    enrolment = Enrolment(student_id=student.id, classroom_id=classroom.id, started_on=first)
    session.add(enrolment)
    session.flush()
    session.expire(student, ["current_enrolment", "enrolments"])
    return enrolment


def save_result(
    session: Session, actor: Actor, result: TermResult, values: Mapping[str, Any], version: int | None = None
) -> TermResult:
    """A term's result: ratings (P7) and absences, counted in sessions."""
    require(actor, Action.EDIT_STUDENT)
    for name in ("absences_excused", "absences_unexcused"):
        if values.get(name) is not None and not 0 <= values[name] <= 400:
            raise RuleError(N_("Số buổi vắng là một số từ 0 đến 400."), field=name)
    new = result.id is None
    if not new:
        check_fresh(result, version)
    with step(session, "create" if new else "update"):
        apply(result, values)
        session.add(result)
    return result


def _save_private(session: Session, student: Student, values: Mapping[str, Any]) -> list[str]:
    """Write what is private; names of the fields that changed."""
    private = student.private or StudentPrivate(student_id=student.id)
    changed = apply(private, values)
    if changed:
        session.add(private)
        session.flush()
        session.expire(student, ["private"])
    return changed
