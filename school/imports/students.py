"""The student list: who they are, what is private about them, and the class they are in this year."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from school.errors import RuleError
from school.imports.columns import STUDENTS, Listing, Record
from school.imports.matching import (
    NO_ANSWERS,
    NO_NAME,
    Answers,
    Roll,
    Seen,
    class_names,
    code_key,
    gender_reader,
    handfuls,
)
from school.imports.parsing import (
    ETHNICITY_LENGTH,
    Parser,
    line,
    parse_class,
    parse_code,
    parse_date,
    parse_gender,
    parse_name,
    parse_phone,
    prose,
    read_cells,
    same_phone,
    with_known,
)
from school.imports.plan import Change, Entry, Plan, RowOutcome, differences
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
    "full_name": parse_name,
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


@dataclass
class _Stored:
    """What the database holds of the students whom some rows of the file name."""

    year: SchoolYear
    students: dict[int, Student] = field(default_factory=dict)
    private: dict[int, StudentPrivate] = field(default_factory=dict)
    enrolments: dict[int, list[Enrolment]] = field(default_factory=lambda: defaultdict(list))
    noted_by_hand: set[tuple[int, str]] = field(default_factory=set)

    def current(self, student: Student | None) -> Enrolment | None:
        """The open stay of the student."""
        stays = self.enrolments[student.id] if student is not None else []
        return next((stay for stay in stays if stay.ended_on is None), None)

    def stays(self, student: Student) -> list[Enrolment]:
        """Stays of the student in classes of the year, oldest first."""
        return [stay for stay in self.enrolments[student.id] if stay.classroom.school_year_id == self.year.id]


@dataclass(slots=True)
class _Work:
    """What applying one row takes: values alone, since 60,000 rows of the database would fill the memory.

    `class_name` where the class changes; `since`, `until`: first and last day in it.
    """

    own: dict[str, Any]
    personal: dict[str, Any]
    class_name: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass
class _Row:
    """One row of the file, understood as far as its own cells go."""

    record: Record
    values: dict[str, Any]
    student_id: int | None


def plan_students(
    session: Session, actor: Actor, listing: Listing, year: SchoolYear, answers: Answers = NO_ANSWERS
) -> Plan:
    """What the list would change in `year`. NotAllowed unless the actor may edit students."""
    require(actor, Action.EDIT_STUDENT)
    plan, finder = Plan(), _Finder(session, year, answers)
    # Handful by handful: 20,000 students with all that is theirs need not be in memory at once.
    for rows in handfuls(_understand(plan, finder, actor, listing)):
        stored = _load(session, actor, year, [row.student_id for row in rows if row.student_id is not None])
        stored.noted_by_hand = edited_by_hand(session, StudentPrivate, [row.id for row in stored.private.values()])
        for row in rows:
            _plan_row(plan, stored, row)
    return plan


class _Finder:
    """Who a row is about: the student with its code, or the one of that name in the class."""

    def __init__(self, session: Session, year: SchoolYear, answers: Answers) -> None:
        self._session, self._year, self._answers = session, year, answers
        self._ids = {code_key(code): row_id for row_id, code in session.execute(select(Student.id, Student.code))}

    @cached_property
    def _roll(self) -> Roll:
        return Roll(self._session, self._year)

    def parsers(self) -> dict[str, Parser]:
        """The parsers of the list's cells."""
        return with_known(_PARSERS, self._ids, class_names(self._session, self._year))

    def find(self, row: int, values: dict[str, Any]) -> int | None:
        """Id of the student, None for a new one; RuleError where neither is clear."""
        code, name = values.get("code"), values.get("full_name")
        if not code:
            return self._roll.find(row, values, self._answers).id
        student_id = self._ids.get(code_key(code))
        if student_id is None and not name:
            raise RuleError(NO_NAME)
        return student_id


def _understand(plan: Plan, finder: _Finder, actor: Actor, listing: Listing) -> Iterator[_Row]:
    """The rows that make sense and name somebody; the others are rejected."""
    seen, gender_of, parsers = Seen(), gender_reader(listing), finder.parsers()
    for record in listing.records:
        plan.warn_of_formulas(record, STUDENTS)
        cells, student_id = read_cells(record, parsers), None
        if gender := gender_of(record):
            cells.values.setdefault("gender", gender)
        if cells.values.get("date_of_birth", dt.date.min) >= actor.today:
            cells.errors.append(RuleError(FUTURE))
        try:
            seen.check_code(cells.values.get("code"), record.row)
            if not record.get("code") or "code" in cells.values:  # else the code is at fault, which is said already
                student_id = finder.find(record.row, cells.values)
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
    return stored


def _plan_row(plan: Plan, stored: _Stored, row: _Row) -> None:
    student = stored.students.get(row.student_id) if row.student_id is not None else None
    private = stored.private.get(student.id) if student else None
    own = {name: row.values[name] for name in _OWN if name in row.values}
    if student is not None:
        own.pop("code", None)  # the same but for the case of its letters
    personal = {name: row.values[name] for name in PRIVATE_FIELDS if name in row.values}
    number = row.record.row
    if private is not None and "phone" in personal and same_phone(private.phone, personal["phone"]):
        del personal["phone"]
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
    work = _Work(
        {name: value for name, value in own.items() if f"student.{name}" in differing},
        {name: value for name, value in personal.items() if f"student_private.{name}" in differing},
    )
    changes += _plan_class(plan, stored, row, student, work)
    needed = work if student is None or changes else None
    plan.accept(number, student is None, changes, needed, about=row.student_id)


def _plan_class(plan: Plan, stored: _Stored, row: _Row, student: Student | None, work: _Work) -> list[Change]:
    """Put the student into the class: from the first day of the year, or from today when moving within it."""
    class_name, number, year = row.values.get("class_name"), row.record.row, stored.year
    if class_name is None:
        if student is None:
            plan.warn(number, NO_CLASS)
        return []
    stays = stored.stays(student) if student is not None else []
    if stays and stays[-1].ended_on is not None:
        return _plan_past(plan, number, stays[-1], class_name)
    old = stays[-1].classroom.name if stays else None
    if old == class_name:
        return []
    work.class_name = class_name
    if student is None or not stays:
        work.since = year.starts_on
        current = stored.current(student)
        if current is not None and current.started_on > year.ends_on:
            work.until = year.ends_on  # a list of a year gone by: the student's open stay is in a later one
    return [Change(number, "enrolment.classroom", old, class_name)]


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
    names = {entry.work.class_name for entry in entries if entry.work.class_name is not None}
    classrooms = save_classrooms(session, actor, year, names)
    for some in handfuls(entries):
        stored = _load(session, actor, year, [entry.about for entry in some if entry.about is not None])
        roster.save_students(session, actor, [_draft(stored, classrooms, entry) for entry in some])


def _draft(stored: _Stored, classrooms: Mapping[str, Classroom], entry: Entry) -> StudentDraft:
    """One student as the service saves it."""
    work: _Work = entry.work
    student = stored.students[entry.about] if entry.about is not None else Student()
    known = {"code": student.code, "full_name": student.full_name} if entry.about is not None else {}
    return StudentDraft(
        student,
        known | work.own,
        work.personal,
        stored.private.get(entry.about),
        classrooms[work.class_name] if work.class_name is not None else None,
        stored.current(student) if work.class_name is not None else None,
        work.since,
        work.until,
    )


def save_classrooms(session: Session, actor: Actor, year: SchoolYear, names: Iterable[str]) -> dict[str, Classroom]:
    """The year's classes by name, those of `names` that are missing made."""
    statement = select(Classroom).where(Classroom.school_year_id == year.id)
    stored = {classroom.name: classroom for classroom in session.scalars(statement)}
    for name in sorted(set(names) - stored.keys()):
        stored[name] = directory.open_classroom(session, actor, year, name)
    return stored
