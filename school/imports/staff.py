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
from school.imports.matching import (
    NO_ANSWERS,
    NO_NAME,
    Answers,
    Seen,
    choose,
    code_key,
    gender_reader,
    narrow,
    staff_label,
)
from school.imports.parsing import (
    Parser,
    line,
    parse_classes,
    parse_code,
    parse_gender,
    parse_name,
    parse_phone,
    read_cells,
    same_phone,
    with_known,
)
from school.imports.plan import Change, Plan, RowOutcome, differences
from school.models import Classroom, Department, SchoolYear, Staff
from school.names import fold
from school.rules.actor import Actor
from school.rules.policy import require
from school.services import directory
from school.vocabulary import N_, Action

NO_CODE = N_("Thiếu mã, và chưa có ai cùng tên trong danh bạ để cập nhật.")
SEVERAL = N_("Có %(count)s người cùng tên trong danh bạ; thầy cô chọn đúng người ở bước xem trước, hoặc ghi thêm mã.")
HEAD_TAKEN = N_("%(department)s đã có %(post)s ở dòng %(row)s nên dòng này chỉ ghi chức vụ.")
CLASS_TAKEN = N_("Lớp %(class_name)s đã có chủ nhiệm ở dòng %(row)s nên dòng này không xếp chủ nhiệm.")
HEAD, DEPUTY = N_("tổ trưởng"), N_("tổ phó")

_PARSERS: dict[str, Parser] = {
    "code": parse_code,
    "full_name": parse_name,
    "gender": parse_gender,
    "department": line(),
    "subject": line(),
    "post": line(),
    "homeroom": parse_classes,
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
    homerooms: list[str] = field(default_factory=list)
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


def plan_staff(
    session: Session, actor: Actor, listing: Listing, year: SchoolYear, answers: Answers = NO_ANSWERS
) -> Plan:
    """What the list would change; `year` is the school year of its classes. NotAllowed unless the actor may."""
    require(actor, Action.EDIT_DIRECTORY)
    plan, stored, gender_of = Plan(), _load(session, year), gender_reader(listing)
    parsers = with_known(_PARSERS, stored.by_code, stored.classrooms)
    for record in listing.records:
        plan.warn_of_formulas(record, STAFF)
        cells, staff = read_cells(record, parsers), None
        if gender := gender_of(record):
            cells.values.setdefault("gender", gender)
        try:
            stored.seen.check_code(cells.values.get("code"), record.row)
            if not record.get("code") or "code" in cells.values:  # else the code is at fault, which is said already
                staff = _find(stored, record.row, cells.values, answers)
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
        departments=_departments(session),
        classrooms={classroom.name: classroom for classroom in classrooms},
    )


def _departments(session: Session) -> dict[str, Department]:
    """Departments by their names, and by their names however dashes stand: "Toán - Tin" is "Toán-Tin"."""
    found = session.scalars(select(Department)).all()
    return {header_key(one.name): one for one in found} | {one.name: one for one in found}


def _known_department(departments: Mapping[str, Department], name: str) -> Department | None:
    return departments.get(name) or departments.get(header_key(name))


def _find(stored: _Stored, row: int, values: Mapping[str, Any], answers: Answers) -> Staff | None:
    """The person of the row, None for a new one; RuleError where neither is clear. A code never falls to the name."""
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
    if len(found) == 1:
        return found[0]
    labels = [(person.id, staff_label(person)) for person in found]
    chosen = choose(str(row), labels, answers, SEVERAL, name)
    return next(person for person in found if person.id == chosen)


def _plan_row(plan: Plan, stored: _Stored, record: Record, staff: Staff | None, values: dict[str, Any]) -> None:
    own = {name: values[name] for name in _OWN if name in values}
    if staff is None:
        own["is_teacher"] = _teaches(record, values)
    else:
        own.pop("code", None)  # the same but for the case of its letters
        if values.get("subject") and not staff.subject:
            own["is_teacher"] = True
        if "phone" in own and same_phone(staff.phone, own["phone"]):
            del own["phone"]
    work = _Work(staff or Staff(), own, values.get("department"), values.get("homeroom", []))
    changes = list(differences(record.row, "staff", staff, own))
    changes += _plan_department(plan, stored, record.row, staff, work)
    changes += _plan_homeroom(plan, stored, record.row, staff, work)
    plan.accept(record.row, staff is None, changes, work, about=staff and staff.id)


def _teaches(record: Record, values: Mapping[str, Any]) -> bool:
    """Whoever has no subject does not teach; a list without that column tells by the post."""
    if "subject" in record.values:
        return bool(values.get("subject"))
    return "nhan vien" not in fold(values.get("post", ""))


def _plan_department(plan: Plan, stored: _Stored, row: int, staff: Staff | None, work: _Work) -> list[Change]:
    """Membership, and head or deputy by the post; the first row that claims a post has it."""
    if not work.department:
        return []
    department = _known_department(stored.departments, work.department)
    changes = []
    old = staff.department if staff else None
    if department is None or old is not department:
        changes.append(Change(row, "staff.department", old.name if old else None, work.department))
    post = _department_post(work.values.get("post", ""))
    if post is None:
        return changes
    holder = getattr(department, post) if department else None
    if not changes and staff is not None and staff is not holder and work.values["post"] == staff.post:
        return []  # nothing new: who heads the department was decided since on the panel
    if (first := stored.claim(post, work.department, row)) is not None:
        label = HEAD if post == "head" else DEPUTY
        plan.warn(row, HEAD_TAKEN, department=work.department, post=label, row=first)
        return changes
    setattr(work, post, True)
    if holder is None or holder is not staff:
        changes.append(Change(row, f"department.{post}", holder.full_name if holder else None, work.name))
    return changes


def _department_post(post: str) -> str | None:
    words = _OTHER_HEAD.sub("", header_key(post))
    if _DEPUTY.search(words):  # first: "Phó tổ trưởng" holds "tổ trưởng" too
        return "deputy"
    return "head" if _HEAD.search(words) else None


def _plan_homeroom(plan: Plan, stored: _Stored, row: int, staff: Staff | None, work: _Work) -> list[Change]:
    """The classes that the row gives to the person; the first row that claims a class has it."""
    wanted, work.homerooms, changes = work.homerooms, [], []
    for name in wanted:
        if (first := stored.claim("homeroom", name, row)) is not None:
            plan.warn(row, CLASS_TAKEN, class_name=name, row=first)
            continue
        classroom = stored.classrooms.get(name)
        teacher = classroom.homeroom_teacher if classroom else None
        if teacher is None or teacher is not staff:
            work.homerooms.append(name)
            old = teacher.full_name if teacher else None
            changes.append(Change(row, "classroom.homeroom_teacher", old, f"{name}: {work.name}"))
    return changes


def apply_staff(session: Session, actor: Actor, plan: Plan, year: SchoolYear) -> None:
    """Write the plan: departments first, then people, then who heads what and which class is whose."""
    works = [entry.work for entry in plan.entries if entry.outcome is not RowOutcome.UNCHANGED]
    departments = _save_departments(session, actor, works)
    for work in works:
        staff = work.staff
        values = {"code": staff.code, "full_name": staff.full_name} | work.values
        if work.department:
            values["department"] = _known_department(departments, work.department)
        directory.save_staff(session, actor, staff, values, staff.version)
    _save_heads(session, actor, works, departments)
    _save_homerooms(session, actor, works, year)


def _save_departments(session: Session, actor: Actor, works: Iterable[_Work]) -> dict[str, Department]:
    stored = _departments(session)
    for work in works:
        if work.department and _known_department(stored, work.department) is None:
            new = directory.save_department(session, actor, Department(), {"name": work.department})
            stored[work.department] = stored[header_key(work.department)] = new
    return stored


def _save_heads(session: Session, actor: Actor, works: Iterable[_Work], departments: dict[str, Department]) -> None:
    chosen: dict[Department, dict[str, Staff]] = defaultdict(dict)
    for work in works:
        department = _known_department(departments, work.department) if work.department else None
        if department is not None and (work.head or work.deputy):
            chosen[department]["head" if work.head else "deputy"] = work.staff
    for department, people in chosen.items():
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
        for name in work.homerooms:
            classroom = stored.get(name) or Classroom()
            values = {"name": name, "grade": classroom.grade, "school_year": year, "homeroom_teacher": work.staff}
            directory.save_classroom(session, actor, classroom, values, classroom.version)
