"""The student list: who they are, what is private about them, and the class they are in this year."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from school.errors import RuleError
from school.imports.columns import STUDENTS, Listing, Record
from school.imports.matching import NO_NAME, Roll, Seen, code_key, gender_reader, handfuls
from school.imports.parsing import (
    ETHNICITY_LENGTH,
    Parser,
    line,
    parse_class,
    parse_code,
    parse_date,
    parse_gender,
    parse_phone,
    prose,
    read_cells,
)
from school.imports.plan import Change, Plan, RowOutcome, differences
from school.models import Classroom, Enrolment, SchoolYear, Student, StudentPrivate
from school.rules.actor import Actor
from school.rules.policy import require
from school.services import directory, roster
from school.services.audit import edited_by_hand
from school.services.roster import PRIVATE_FIELDS, StudentDraft
from school.vocabulary import N_, Action, EnrolmentOutcome

FUTURE = N_("Ngày sinh phải trước hôm nay.")
NO_CLASS = N_("Thiếu lớp nên em này chưa được xếp vào lớp nào.")
HAS_LEFT = N_("Em không còn học từ ngày %(day)s (%(outcome)s) nên không xếp lại vào lớp %(class_name)s.")
KEPT = N_("Ghi chú đã được sửa trên trang nên giữ nguyên, không lấy từ danh sách.")
NO_OUTCOME = N_("không rõ lý do")

_PARSERS: dict[str, Parser] = {
    "code": parse_code,
    "full_name": line(),
    "date_of_birth": parse_date,
    "gender": parse_gender,
    "class_name": parse_class,
    "ethnicity": line(ETHNICITY_LENGTH),
    "policy_category": line(),
    "father_name": line(),
    "mother_name": line(),
    "phone": parse_phone,
    "address": line(),
    "note": prose,
}
_OWN = ("code", "full_name", "date_of_birth", "gender")
_AT_ONCE = 1000  # students saved together


@dataclass
class _Stored:
    """What the database holds of the students whom some rows of the file name."""

    year: SchoolYear
    students: dict[int, Student] = field(default_factory=dict)
    private: dict[int, StudentPrivate] = field(default_factory=dict)
    enrolments: dict[int, list[Enrolment]] = field(default_factory=lambda: defaultdict(list))
    noted_by_hand: set[tuple[int, str]] = field(default_factory=set)

    def stays(self, student: Student) -> list[Enrolment]:
        """Stays of the student in classes of the year, oldest first."""
        return [stay for stay in self.enrolments[student.id] if stay.classroom.school_year_id == self.year.id]


@dataclass
class _Row:
    """One row of the file, understood as far as its own cells go."""

    record: Record
    values: dict[str, Any]
    student_id: int | None


def plan_students(session: Session, actor: Actor, listing: Listing, year: SchoolYear) -> Plan:
    """What the list would change in `year`. NotAllowed unless the actor may edit students."""
    require(actor, Action.EDIT_STUDENT)
    plan, finder = Plan(), _Finder(session, year)
    # Handful by handful: 20,000 students with all that is theirs need not be in memory at once.
    for rows in handfuls(_understand(plan, finder, actor, listing)):
        stored = _load(session, actor, year, [row.student_id for row in rows if row.student_id is not None])
        for row in rows:
            _plan_row(plan, stored, row)
    return plan


class _Finder:
    """Who a row is about: the student with its code, or the one of that name in the class."""

    def __init__(self, session: Session, year: SchoolYear) -> None:
        self._session, self._year = session, year
        self._ids = {code_key(code): row_id for row_id, code in session.execute(select(Student.id, Student.code))}

    @cached_property
    def _roll(self) -> Roll:
        return Roll(self._session, self._year)

    def find(self, values: dict[str, Any]) -> int | None:
        """Id of the student, None for a new one; RuleError where neither is clear."""
        code, name = values.get("code"), values.get("full_name")
        if not code:
            return self._roll.find(None, name, values.get("class_name"), values.get("date_of_birth")).id
        student_id = self._ids.get(code_key(code))
        if student_id is None and not name:
            raise RuleError(NO_NAME)
        return student_id


def _understand(plan: Plan, finder: _Finder, actor: Actor, listing: Listing) -> Iterator[_Row]:
    """The rows that make sense and name somebody; the others are rejected."""
    seen, gender_of = Seen(), gender_reader(listing)
    for record in listing.records:
        plan.warn_of_formulas(record, STUDENTS)
        cells, student_id = read_cells(record, _PARSERS), None
        if gender := gender_of(record):
            cells.values.setdefault("gender", gender)
        if cells.values.get("date_of_birth", dt.date.min) >= actor.today:
            cells.errors.append(RuleError(FUTURE))
        try:
            seen.check_code(cells.values.get("code"), record.row)
            if not record.get("code") or "code" in cells.values:  # else the code is at fault, which is said already
                student_id = finder.find(cells.values)
            if student_id is not None:
                seen.check_person(student_id, record.row)
        except RuleError as error:
            cells.errors.append(error)
        if cells.errors:
            plan.reject(record.row, cells.errors)
        else:
            yield _Row(record, cells.values, student_id)


def _load(session: Session, actor: Actor, year: SchoolYear, ids: list[int]) -> _Stored:
    """What is stored of the students."""
    stored = _Stored(year)
    if not ids:
        return stored
    stored.students = {student.id: student for student in session.scalars(select(Student).where(Student.id.in_(ids)))}
    stored.private = roster.private_of(session, actor, ids)
    stays = session.scalars(
        select(Enrolment)
        .where(Enrolment.student_id.in_(ids))
        .options(joinedload(Enrolment.classroom).joinedload(Classroom.school_year))
        .order_by(Enrolment.started_on, Enrolment.id)
    )
    for stay in stays:
        stored.enrolments[stay.student_id].append(stay)
    stored.noted_by_hand = edited_by_hand(session, StudentPrivate, [row.id for row in stored.private.values()])
    return stored


def _plan_row(plan: Plan, stored: _Stored, row: _Row) -> None:
    student = stored.students.get(row.student_id) if row.student_id is not None else None
    private = stored.private.get(student.id) if student else None
    own = {name: row.values[name] for name in _OWN if name in row.values}
    if student is not None:
        own.pop("code", None)  # the same but for the case of its letters
    personal = {name: row.values[name] for name in PRIVATE_FIELDS if name in row.values}
    number = row.record.row
    changes = [
        *differences(number, "student", student, own),
        *differences(number, "student_private", private, personal),
    ]
    edited = private is not None and private.note and (private.id, "note") in stored.noted_by_hand
    if edited and any(change.what == "student_private.note" for change in changes):
        changes = [change for change in changes if change.what != "student_private.note"]
        plan.warn(number, KEPT)
    # Only what differs is written: a text that is the same but for white space stays as it is.
    differing = {change.what for change in changes}
    draft = StudentDraft(
        student or Student(),
        {"code": student.code, "full_name": student.full_name} | own if student else own,
        {name: value for name, value in personal.items() if f"student_private.{name}" in differing},
        private,
    )
    changes += _plan_class(plan, stored, row, student, draft)
    work = (draft, row.values.get("class_name")) if student is None or changes else None
    plan.accept(number, student is None, changes, work)


def _plan_class(plan: Plan, stored: _Stored, row: _Row, student: Student | None, draft: StudentDraft) -> list[Change]:
    """Put the student into the class: from the first day of the year, or from today when moving within it."""
    class_name, number, year = row.values.get("class_name"), row.record.row, stored.year
    if class_name is None:
        if student is None:
            plan.warn(number, NO_CLASS)
        return []
    change = Change(number, "enrolment.classroom", None, class_name)
    draft.since = year.starts_on
    if student is None:
        return [change]
    stays = stored.stays(student)
    draft.current = next((stay for stay in stored.enrolments[student.id] if stay.ended_on is None), None)
    if stays and stays[-1].ended_on is not None:
        return _plan_past(plan, number, stays[-1], class_name)
    if stays:
        draft.since = None
        old = stays[-1].classroom.name
        return [] if old == class_name else [Change(number, "enrolment.classroom", old, class_name)]
    if draft.current is not None and draft.current.started_on > year.ends_on:
        draft.until = year.ends_on  # a list of a year gone by: the student's open stay is in a later one
    return [change]


def _plan_past(plan: Plan, row: int, stay: Enrolment, class_name: str) -> list[Change]:
    """A stay of this year that is over is not begun again by an old list."""
    if stay.outcome not in (EnrolmentOutcome.PROMOTED, EnrolmentOutcome.GRADUATED, EnrolmentOutcome.REPEATED):
        label = stay.outcome.label if stay.outcome else NO_OUTCOME
        day = f"{stay.ended_on:%d/%m/%Y}"
        plan.warn(row, HAS_LEFT, day=day, outcome=label, class_name=class_name)
    return []


def apply_students(session: Session, actor: Actor, plan: Plan, year: SchoolYear) -> None:
    """Write the plan; classes that are missing are made first."""
    entries = [entry for entry in plan.entries if entry.outcome is not RowOutcome.UNCHANGED]
    placed = [entry for entry in entries if any(change.what == "enrolment.classroom" for change in entry.changes)]
    classrooms = save_classrooms(session, actor, year, {entry.work[1] for entry in placed})
    for entry in placed:
        draft, class_name = entry.work
        draft.classroom = classrooms[class_name]
    for start in range(0, len(entries), _AT_ONCE):
        roster.save_students(session, actor, [entry.work[0] for entry in entries[start : start + _AT_ONCE]])


def save_classrooms(session: Session, actor: Actor, year: SchoolYear, names: Iterable[str]) -> dict[str, Classroom]:
    """The year's classes by name, those of `names` that are missing made."""
    statement = select(Classroom).where(Classroom.school_year_id == year.id)
    stored = {classroom.name: classroom for classroom in session.scalars(statement)}
    for name in sorted(set(names) - stored.keys()):
        stored[name] = directory.save_classroom(session, actor, Classroom(), {"name": name, "school_year": year})
    return stored
