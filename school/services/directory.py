"""School years, classes, departments, staff and the catalogue of hardships: the lists that everything refers to."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import Classroom, Department, GoalTemplate, HardshipCategory, SchoolYear, Staff, Teaching
from school.names import class_name, clean_line
from school.rules.actor import Actor
from school.rules.calendar import parse_year, year_dates, year_name
from school.rules.policy import require
from school.services.guard import UNSCOPED
from school.services.records import need, remove, save, step
from school.services.years import check_year_open
from school.vocabulary import N_, Action, Horizon, YearState

GRADES = range(1, 13)


def save_year(session: Session, actor: Actor, year: SchoolYear, values: Mapping, version: int | None = None) -> Any:
    """A school year; dates left empty follow from the name: 1 September, 16 January, 31 May.

    A new one is being prepared while another runs, else it runs at once; later its state changes by steps alone.
    """
    if year.id is not None:
        check_year_open(year)
    name = parse_year(need(values.get("name"), N_("Thầy cô điền tên năm học."), "name"))
    first, second, last = year_dates(name)
    filled: dict[str, Any] = {"name": name}
    filled["starts_on"] = values.get("starts_on") or first
    filled["semester_2_starts_on"] = values.get("semester_2_starts_on") or second
    filled["ends_on"] = values.get("ends_on") or last
    if not filled["starts_on"] < filled["semester_2_starts_on"] < filled["ends_on"]:
        raise RuleError(N_("Ba mốc của năm học cần theo thứ tự: đầu năm, đầu học kỳ II, cuối năm."), field="starts_on")
    if year.id is None and session.scalar(select(SchoolYear.id).where(SchoolYear.state == YearState.RUNNING).limit(1)):
        filled["state"] = YearState.PREPARING
    return save(session, actor, Action.EDIT_DIRECTORY, year, filled, version)


def find_year(session: Session, today: dt.date, name: str | None = None) -> SchoolYear | None:
    """The year called `name`; without a name the one that today falls in, else the only one there is."""
    if name:
        return session.scalar(select(SchoolYear).where(SchoolYear.name == parse_year(name)))
    years = session.scalars(select(SchoolYear)).all()
    current = [year for year in years if year.name == year_name(today)]
    return current[0] if current else (years[0] if len(years) == 1 else None)


def latest_year(session: Session) -> SchoolYear | None:
    """The school year that begins last."""
    return session.scalar(select(SchoolYear).order_by(SchoolYear.starts_on.desc()).limit(1))


def short_lists(session: Session, actor: Actor) -> dict[type, list[tuple[str, str]]]:
    """Ids and names of departments, school years and classes, the newest first, in one statement.

    A class of an earlier year carries its year: there is a 10A1 in each.
    """
    require(actor, Action.VIEW_DIRECTORY)
    parts = (
        select(literal("department"), Department.id, Department.name, literal("")),
        select(literal("year"), SchoolYear.id, SchoolYear.name, SchoolYear.name),
        select(literal("classroom"), Classroom.id, Classroom.name, SchoolYear.name).join(Classroom.school_year),
    )
    found = session.execute(union_all(*parts), execution_options=UNSCOPED).all()
    rows = sorted(sorted(found, key=lambda row: row[2]), key=lambda row: row[3], reverse=True)
    newest = max((row[3] for row in rows), default="")
    kinds: dict[str, type] = {"department": Department, "year": SchoolYear, "classroom": Classroom}
    lists: dict[type, list[tuple[str, str]]] = {model: [] for model in kinds.values()}
    for kind, row_id, name, of_year in rows:
        text = f"{name} ({of_year})" if kind == "classroom" and of_year != newest else name
        lists[kinds[kind]].append((str(row_id), text))
    return lists


def save_classroom(
    session: Session, actor: Actor, classroom: Classroom, values: Mapping, version: int | None = None
) -> Any:
    """A class; its grade follows from the name ("10A1" is grade 10) unless given."""
    name = class_name(need(values.get("name"), N_("Thầy cô điền tên lớp."), "name"))
    grade = values.get("grade") or grade_of(name)
    if grade not in GRADES:
        raise RuleError(N_("Thầy cô điền khối lớp từ 1 đến 12."), field="grade")
    for year in (values.get("school_year"), classroom.school_year):
        if year is not None:
            check_year_open(year)
    return save(session, actor, Action.EDIT_DIRECTORY, classroom, dict(values, name=name, grade=grade), version)


def open_classroom(session: Session, actor: Actor, year: SchoolYear, name: str) -> Classroom:
    """A class of the year that a list of students names and that is not there yet; no more than that.

    Whoever keeps the students may: its homeroom teacher, and changing it, are for those who keep the directory.
    """
    require(actor, Action.EDIT_STUDENT)
    check_year_open(year)
    name = class_name(need(name, N_("Thầy cô điền tên lớp."), "name"))
    grade = need(grade_of(name), N_("Thầy cô điền khối lớp từ 1 đến 12."), "grade")
    with step(session, "create"):
        classroom = Classroom(name=name, grade=grade, school_year=year)
        session.add(classroom)
    return classroom


def grade_of(name: str) -> int | None:
    """The grade at the head of a class name, if there is one."""
    digits = ""
    for letter in name:
        if not letter.isdecimal():
            break
        digits += letter
    return int(digits) if digits and int(digits) in GRADES else None


def save_department(
    session: Session, actor: Actor, department: Department, values: Mapping, version: int | None = None
) -> Any:
    """A department; head and deputy are two people."""
    need(values.get("name"), N_("Thầy cô điền tên tổ."), "name")
    if values.get("head") is not None and values.get("head") is values.get("deputy"):
        raise RuleError(N_("Tổ trưởng và tổ phó là hai người khác nhau."), field="deputy")
    return save(session, actor, Action.EDIT_DIRECTORY, department, values, version)


def save_staff(session: Session, actor: Actor, staff: Staff, values: Mapping, version: int | None = None) -> Any:
    """A member of staff."""
    need(values.get("code"), N_("Thầy cô điền mã cán bộ."), "code")
    need(values.get("full_name"), N_("Thầy cô điền họ và tên."), "full_name")
    joined, left = values.get("joined_on"), values.get("left_on")
    if joined and left and left < joined:
        raise RuleError(N_("Ngày thôi công tác phải từ ngày về trường trở đi."), field="left_on")
    return save(session, actor, Action.EDIT_DIRECTORY, staff, _one_line(values, "code", "full_name"), version)


def save_category(
    session: Session, actor: Actor, category: HardshipCategory, values: Mapping, version: int | None = None
) -> Any:
    """A kind of hardship of group A, B or C (P2.2)."""
    need(values.get("code"), N_("Thầy cô điền mã mục phân loại."), "code")
    need(values.get("name"), N_("Thầy cô điền tên mục phân loại."), "name")
    return save(session, actor, Action.EDIT_CATALOGUE, category, values, version)


def save_teaching(
    session: Session, actor: Actor, teaching: Teaching, values: Mapping, version: int | None = None
) -> Any:
    """A member of staff teaches in a class: one of the reasons for a pairing (P4.3)."""
    classroom = need(values.get("classroom"), N_("Thầy cô chọn lớp."), "classroom")
    need(values.get("staff"), N_("Thầy cô chọn người dạy trong danh sách gợi ý."), "staff")
    for room in (classroom, teaching.classroom):
        if room is not None:
            check_year_open(room.school_year)
    return save(session, actor, Action.EDIT_DIRECTORY, teaching, values, version)


def discard_teaching(session: Session, actor: Actor, teaching: Teaching, version: int | None = None) -> None:
    """Take a teacher off a class."""
    check_year_open(teaching.classroom.school_year)
    remove(session, actor, Action.EDIT_DIRECTORY, teaching, version)


def save_goal_template(
    session: Session, actor: Actor, template: GoalTemplate, values: Mapping, version: int | None = None
) -> Any:
    """A goal to begin from (P3.5): short enough to be a student's own."""
    text = clean_line(need(values.get("text"), N_("Thầy cô ghi mục tiêu."), "text"))
    need(values.get("horizon"), N_("Thầy cô chọn tuần, tháng hay học kỳ."), "horizon")
    return save(session, actor, Action.EDIT_CATALOGUE, template, dict(values, text=text), version)


def goal_hints(session: Session) -> list[tuple[Horizon, str]]:
    """The goals on offer, by week, month and semester; one statement."""
    rows = session.execute(
        select(GoalTemplate.horizon, GoalTemplate.text)
        .where(GoalTemplate.in_use.is_(True))
        .order_by(GoalTemplate.position, GoalTemplate.id)
    ).all()
    return sorted(((horizon, text) for horizon, text in rows), key=lambda row: list(Horizon).index(row[0]))


def _one_line(values: Mapping, *names: str) -> dict[str, Any]:
    return dict(values) | {name: clean_line(values[name]) for name in names if values.get(name)}
