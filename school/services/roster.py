"""Students: their names, what is private about them, and the class they are in."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import Classroom, Enrolment, Student, StudentPrivate, TermResult
from school.names import clean_line
from school.rules.actor import Actor
from school.rules.policy import require
from school.services.guard import UNSCOPED
from school.services.records import apply, check_fresh, need, step
from school.services.years import check_stays_open, check_year_open
from school.vocabulary import N_, Action, EnrolmentOutcome

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
    values = _checked(actor, values)
    new = student.id is None
    if not new:
        check_fresh(student, version)
    with step(session, "create" if new else "update"):
        apply(student, values)
        session.add(student)
        session.flush()
        if private is not None and _save_private(session, student, private):
            student.updated_at = actor.now  # the form carries the version of the student: it moves with these
        if classroom is not None:
            place(session, actor, student, classroom, since)
    return student


def _checked(actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    """The student's own values, code and name on one line; RuleError for what no student can have."""
    code = need(values.get("code"), N_("Thầy cô điền mã học sinh."), "code")
    name = need(values.get("full_name"), N_("Thầy cô điền họ và tên."), "full_name")
    if values.get("date_of_birth") and values["date_of_birth"] >= actor.today:
        raise RuleError(N_("Ngày sinh phải trước hôm nay."), field="date_of_birth")
    return dict(values, code=clean_line(code), full_name=clean_line(name))


@dataclass
class StudentDraft:
    """One student of many that are saved together; `stored` is what is private about a known one.

    `classroom` where the class changes; `current` is the open stay; `since`, `until`: first and last day in the class.
    """

    student: Student
    values: Mapping[str, Any]
    private: Mapping[str, Any] = field(default_factory=dict)
    stored: StudentPrivate | None = None
    classroom: Classroom | None = None
    current: Enrolment | None = None
    since: dt.date | None = None
    until: dt.date | None = None


def save_students(session: Session, actor: Actor, drafts: Sequence[StudentDraft]) -> None:
    """`save_student` for a whole list, in a few flushes: 20,000 students one by one take minutes."""
    require(actor, Action.EDIT_STUDENT)
    known = [draft.student.id is not None for draft in drafts]
    with step(session, None):
        for draft in drafts:
            apply(draft.student, _checked(actor, draft.values))
            session.add(draft.student)
        session.flush()
        for draft, was_known in zip(drafts, known, strict=True):
            private = draft.stored or StudentPrivate(student_id=draft.student.id)
            if apply(private, draft.private):
                session.add(private)
                if was_known:
                    draft.student.updated_at = actor.now  # as in `save_student`
        moved = [draft for draft in drafts if draft.classroom is not None]
        for draft in moved:
            check_year_open(draft.classroom.school_year)  # type: ignore[union-attr]
            _leave_class(actor, draft)
        session.flush()  # before the new stays begin: a student has one open stay
        for draft in moved:
            _enter_class(session, actor, draft)
    for draft in drafts:
        session.expire(draft.student, ["private", "current_enrolment", "enrolments"])


def _leave_class(actor: Actor, draft: StudentDraft) -> None:
    """End the open stay, or correct it where it would have lasted no day: the rule of `place`."""
    current, classroom = draft.current, draft.classroom
    assert classroom is not None
    if current is None or draft.until is not None:
        return
    first = draft.since or first_day(actor, classroom)
    if current.started_on >= first:
        current.classroom = classroom
    else:
        _end_stay(current, classroom, first)


def _enter_class(session: Session, actor: Actor, draft: StudentDraft) -> None:
    current, classroom = draft.current, draft.classroom
    assert classroom is not None
    if current is not None and current.classroom_id == classroom.id:
        return
    session.add(
        Enrolment(
            student_id=draft.student.id,
            classroom_id=classroom.id,
            started_on=draft.since or first_day(actor, classroom),
            ended_on=draft.until,
        )
    )


def first_day(actor: Actor, classroom: Classroom) -> dt.date:
    """The day from which somebody who is put into the class today is in it."""
    year = classroom.school_year
    return min(max(actor.today, year.starts_on), year.ends_on)


def _end_stay(current: Enrolment, classroom: Classroom, first: dt.date) -> None:
    """The stay ends the day before `first`, since the student moves to `classroom`."""
    current.ended_on = first - dt.timedelta(days=1)
    same_year = current.classroom.school_year_id == classroom.school_year_id
    current.outcome = EnrolmentOutcome.MOVED if same_year else EnrolmentOutcome.PROMOTED


def private_of(session: Session, actor: Actor, student_ids: Iterable[int]) -> dict[int, StudentPrivate]:
    """What is private about the students, for those who may write it, whether or not they may open it.

    An administrator takes lists in without seeing circumstances: show nothing of this to the actor.
    """
    require(actor, Action.EDIT_STUDENT)
    statement = select(StudentPrivate).where(StudentPrivate.student_id.in_(list(student_ids)))
    return {private.student_id: private for private in session.scalars(statement, execution_options=UNSCOPED)}


def place(
    session: Session, actor: Actor, student: Student, classroom: Classroom, since: dt.date | None = None
) -> Enrolment:
    """Put the student into a class: an open stay elsewhere ends the day before.

    A stay that would have lasted no day (moved on its first day) is corrected instead of ended.
    """
    current = student.current_enrolment if student.id else None
    if current is not None and current.classroom_id == classroom.id:
        return current
    check_year_open(classroom.school_year)
    first = since or first_day(actor, classroom)
    if current is not None and current.started_on >= first:
        current.classroom = classroom
        session.flush()
        return current
    if current is not None:
        _end_stay(current, classroom, first)
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
    _check_absences(values)
    check_stays_open(session, [result.enrolment_id, _stay_of(values)])
    new = result.id is None
    if not new:
        check_fresh(result, version)
    with step(session, "create" if new else "update"):
        apply(result, values)
        session.add(result)
    return result


def save_results(session: Session, actor: Actor, drafts: Sequence[tuple[TermResult, Mapping[str, Any]]]) -> None:
    """`save_result` for a whole list, in one flush."""
    require(actor, Action.EDIT_STUDENT)
    check_stays_open(session, [stay for result, values in drafts for stay in (result.enrolment_id, _stay_of(values))])
    with step(session, None):
        for result, values in drafts:
            _check_absences(values)
            apply(result, values)
            session.add(result)


def _stay_of(values: Mapping[str, Any]) -> int | None:
    """The id of the stay that a result is to belong to, given as a row or as an id."""
    enrolment = values.get("enrolment")
    return enrolment.id if enrolment is not None else values.get("enrolment_id")


def _check_absences(values: Mapping[str, Any]) -> None:
    for name in ("absences_excused", "absences_unexcused"):
        if values.get(name) is not None and not 0 <= values[name] <= 400:
            raise RuleError(N_("Số buổi vắng là một số từ 0 đến 400."), field=name)


def _save_private(session: Session, student: Student, values: Mapping[str, Any]) -> list[str]:
    """Write what is private; names of the fields that changed."""
    private = student.private or StudentPrivate(student_id=student.id)
    changed = apply(private, values)
    if changed:
        session.add(private)
        session.flush()
        session.expire(student, ["private"])
    return changed


def remove_student(session: Session, actor: Actor, student: Student, version: int | None = None) -> None:
    """Delete a student who was entered by mistake: one with results or a case stays.

    What is private goes too, seen by the actor or not.
    """
    require(actor, Action.EDIT_STUDENT, student)
    if version is not None:
        check_fresh(student, version)
    with step(session, "delete"):
        private = select(StudentPrivate).where(StudentPrivate.student_id == student.id)
        for row in [*session.scalars(private, execution_options=UNSCOPED), *student.enrolments]:
            session.delete(row)
        session.flush()
        session.delete(student)
