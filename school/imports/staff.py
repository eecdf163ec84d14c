"""The staff list: people, their departments with head and deputy, the year's classes with homeroom teachers."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.imports.columns import STAFF, Listing, Record, header_key
from school.imports.matching import NO_NAME, Seen, code_key, gender_reader, narrow
from school.imports.parsing import (
    Parser,
    line,
    parse_class,
    parse_code,
    parse_gender,
    parse_phone,
    read_cells,
)
from school.imports.plan import Change, Plan, RowOutcome, differences
from school.models import Classroom, Department, SchoolYear, Staff
from school.names import fold
from school.rules.actor import Actor
from school.rules.policy import require
from school.services import directory
from school.vocabulary import N_, Action

NO_CODE = N_("Thiếu mã, và chưa có ai cùng tên trong danh bạ để cập nhật.")
SEVERAL = N_("Có %(count)s người cùng tên trong danh bạ; ghi thêm mã để phân biệt.")
HEAD_TAKEN = N_("%(department)s đã có %(post)s ở dòng %(row)s nên dòng này chỉ ghi chức vụ.")
CLASS_TAKEN = N_("Lớp %(class_name)s đã có chủ nhiệm ở dòng %(row)s nên dòng này không xếp chủ nhiệm.")
HEAD, DEPUTY = N_("tổ trưởng"), N_("tổ phó")

_PARSERS: dict[str, Parser] = {
    "code": parse_code,
    "full_name": line(),
    "gender": parse_gender,
    "department": line(),
    "subject": line(),
    "post": line(),
    "homeroom": parse_class,
    "email": line(),
    "phone": parse_phone,
}
_HEAD, _DEPUTY = re.compile(r"\bto truong\b|\bttcm\b"), re.compile(r"\bto pho\b|\bpho to\b|\btpcm\b")
_OTHER_HEAD = re.compile(
    r"\b(to truong|to pho) (to )?(cong doan|dang)\b"
)  # union groups and party cells have their own
_OWN = ("code", "full_name", "gender", "subject", "post", "is_teacher", "email", "phone")


@dataclass
class _Work:
    """What applying one row takes; `head` and `deputy`: whether the person becomes the department's."""

    staff: Staff
    values: dict[str, Any]
    department: str | None = None
    homeroom: str | None = None
    head: bool = False
    deputy: bool = False

    @property
    def name(self) -> str:
        """The person's name as it will be."""
        return str(self.values.get("full_name") or self.staff.full_name)


@dataclass
class _Stored:
    """What the database holds, and what rows before this one claim in it."""

    by_code: dict[str, Staff]
    by_name: dict[str, list[Staff]]
    departments: dict[str, Department]
    classrooms: dict[str, Classroom]
    seen: Seen = field(default_factory=Seen)
    claims: dict[tuple[str, str], int] = field(default_factory=dict)

    def claim(self, kind: str, name: str, row: int) -> int | None:
        """The row that claimed it before, or None when it is now this row's."""
        first = self.claims.setdefault((kind, header_key(name)), row)
        return None if first == row else first


def plan_staff(session: Session, actor: Actor, listing: Listing, year: SchoolYear) -> Plan:
    """What the list would change; `year` is the school year of its classes. NotAllowed unless the actor may."""
    require(actor, Action.EDIT_DIRECTORY)
    plan, stored, gender_of = Plan(), _load(session, year), gender_reader(listing)
    for record in listing.records:
        plan.warn_of_formulas(record, STAFF)
        cells = read_cells(record, _PARSERS)
        if gender := gender_of(record):
            cells.values.setdefault("gender", gender)
        try:
            stored.seen.check_code(cells.values.get("code"), record.row)
            staff = _find(stored, cells.values)
            if staff is not None:
                stored.seen.check_person(staff.id, record.row)
        except RuleError as error:
            cells.errors.append(error)
        if cells.errors:
            plan.reject(record.row, cells.errors)
        else:
            _plan_row(plan, stored, record, staff, cells.values)
    return plan


def _load(session: Session, year: SchoolYear) -> _Stored:
    people = session.scalars(select(Staff)).all()
    by_name: dict[str, list[Staff]] = defaultdict(list)
    for person in people:
        by_name[fold(person.full_name)].append(person)
    classrooms = session.scalars(select(Classroom).where(Classroom.school_year_id == year.id))
    return _Stored(
        by_code={code_key(person.code): person for person in people},
        by_name=by_name,
        departments={header_key(department.name): department for department in session.scalars(select(Department))},
        classrooms={classroom.name: classroom for classroom in classrooms},
    )


def _find(stored: _Stored, values: Mapping[str, Any]) -> Staff | None:
    """The person of the row, None for a new one; RuleError where neither is clear."""
    code, name = values.get("code"), values.get("full_name")
    if code:
        known = stored.by_code.get(code_key(code))
        if known is None and not name:
            raise RuleError(NO_NAME)
        return known
    if not name:
        raise RuleError(NO_NAME)
    found = narrow(stored.by_name.get(fold(name), []), name)
    if not found:
        raise RuleError(NO_CODE)
    if len(found) > 1:
        raise RuleError(SEVERAL, count=len(found))
    return found[0]


def _plan_row(plan: Plan, stored: _Stored, record: Record, staff: Staff | None, values: dict[str, Any]) -> None:
    own = {name: values[name] for name in _OWN if name in values}
    if staff is None:
        own["is_teacher"] = _teaches(record, values)
    else:
        own.pop("code", None)  # the same but for the case of its letters
        if values.get("subject") and not staff.subject:
            own["is_teacher"] = True
    work = _Work(staff or Staff(), own, values.get("department"), values.get("homeroom"))
    changes = list(differences(record.row, "staff", staff, own))
    changes += _plan_department(plan, stored, record.row, staff, work)
    changes += _plan_homeroom(plan, stored, record.row, staff, work)
    plan.accept(record.row, staff is None, changes, work)


def _teaches(record: Record, values: Mapping[str, Any]) -> bool:
    """Whoever has no subject does not teach; a list without that column tells by the post."""
    if "subject" in record.values:
        return bool(values.get("subject"))
    return "nhan vien" not in fold(values.get("post", ""))


def _plan_department(plan: Plan, stored: _Stored, row: int, staff: Staff | None, work: _Work) -> list[Change]:
    """Membership, and head or deputy by the post; the first row that claims a post has it."""
    if not work.department:
        return []
    department = stored.departments.get(header_key(work.department))
    changes = []
    old = staff.department if staff else None
    if department is None or old is not department:
        changes.append(Change(row, "staff.department", old.name if old else None, work.department))
    post = _department_post(work.values.get("post", ""))
    if post is None:
        return changes
    if (first := stored.claim(post, work.department, row)) is not None:
        label = HEAD if post == "head" else DEPUTY
        plan.warn(row, HEAD_TAKEN, department=work.department, post=label, row=first)
        return changes
    setattr(work, post, True)
    holder = getattr(department, post) if department else None
    if holder is None or holder is not staff:
        changes.append(Change(row, f"department.{post}", holder.full_name if holder else None, work.name))
    return changes


def _department_post(post: str) -> str | None:
    words = _OTHER_HEAD.sub("", header_key(post))
    if _DEPUTY.search(words):  # first: "Phó tổ trưởng" holds "tổ trưởng" too
        return "deputy"
    return "head" if _HEAD.search(words) else None


def _plan_homeroom(plan: Plan, stored: _Stored, row: int, staff: Staff | None, work: _Work) -> list[Change]:
    if not work.homeroom:
        return []
    if (first := stored.claim("homeroom", work.homeroom, row)) is not None:
        plan.warn(row, CLASS_TAKEN, class_name=work.homeroom, row=first)
        work.homeroom = None
        return []
    classroom = stored.classrooms.get(work.homeroom)
    teacher = classroom.homeroom_teacher if classroom else None
    if teacher is not None and teacher is staff:
        return []
    new = f"{work.homeroom}: {work.name}"
    return [Change(row, "classroom.homeroom_teacher", teacher.full_name if teacher else None, new)]


def apply_staff(session: Session, actor: Actor, plan: Plan, year: SchoolYear) -> None:
    """Write the plan: departments first, then people, then who heads what and which class is whose."""
    works = [entry.work for entry in plan.entries if entry.outcome is not RowOutcome.UNCHANGED]
    departments = _save_departments(session, actor, works)
    for work in works:
        staff = work.staff
        values = {"code": staff.code, "full_name": staff.full_name} | work.values
        if work.department:
            values["department"] = departments[header_key(work.department)]
        directory.save_staff(session, actor, staff, values, staff.version)
    _save_heads(session, actor, works, departments)
    _save_homerooms(session, actor, works, year)


def _save_departments(session: Session, actor: Actor, works: Iterable[_Work]) -> dict[str, Department]:
    stored = {header_key(department.name): department for department in session.scalars(select(Department))}
    for work in works:
        if work.department and header_key(work.department) not in stored:
            new = directory.save_department(session, actor, Department(), {"name": work.department})
            stored[header_key(work.department)] = new
    return stored


def _save_heads(session: Session, actor: Actor, works: Iterable[_Work], departments: dict[str, Department]) -> None:
    chosen: dict[str, dict[str, Staff]] = defaultdict(dict)
    for work in works:
        if work.department and (work.head or work.deputy):
            chosen[header_key(work.department)]["head" if work.head else "deputy"] = work.staff
    for key, people in chosen.items():
        department = departments[key]
        head = people.get("head", department.head)
        deputy = people.get("deputy", department.deputy)
        if head is deputy:  # promoted, or the other way: the older of the two posts falls free
            head, deputy = people.get("head"), people.get("deputy")
        values = {"name": department.name, "head": head, "deputy": deputy}
        directory.save_department(session, actor, department, values, department.version)


def _save_homerooms(session: Session, actor: Actor, works: Iterable[_Work], year: SchoolYear) -> None:
    statement = select(Classroom).where(Classroom.school_year_id == year.id)
    stored = {classroom.name: classroom for classroom in session.scalars(statement)}
    for work in works:
        if work.homeroom:
            classroom = stored.get(work.homeroom) or Classroom()
            values = {"name": work.homeroom, "grade": classroom.grade, "school_year": year}
            values["homeroom_teacher"] = work.staff
            directory.save_classroom(session, actor, classroom, values, classroom.version)
