"""The members of staff of a year as the importer reads them back, each with the classes that they keep."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from school.models import Classroom, SchoolYear, Staff
from school.reports.cells import Column, Kind
from school.rules.actor import Actor
from school.rules.policy import require
from school.vocabulary import N_, Action

COLUMNS = (
    Column("number", N_("STT"), Kind.NUMBER),
    Column("code", N_("Mã")),
    Column("full_name", N_("Họ và tên")),
    Column("gender", N_("Giới tính")),
    Column("department", N_("Tổ chuyên môn")),
    Column("subject", N_("Môn dạy")),
    Column("post", N_("Chức vụ")),
    Column("homeroom", N_("Chủ nhiệm lớp")),
    Column("email", N_("Email")),
    Column("phone", N_("Điện thoại")),
)


def rows(session: Session, actor: Actor, year: SchoolYear) -> Iterator[tuple[Any, ...]]:
    """One row a person who has been at the school in the year, in the Vietnamese order of names (P7).

    NotAllowed unless the actor sees the directory.
    """
    require(actor, Action.VIEW_DIRECTORY)
    return _rows(session, year)


def _rows(session: Session, year: SchoolYear) -> Iterator[tuple[Any, ...]]:
    homerooms: dict[int | None, list[str]] = defaultdict(list)
    statement = select(Classroom.homeroom_teacher_id, Classroom.name).where(Classroom.school_year_id == year.id)
    for teacher_id, name in session.execute(statement.order_by(Classroom.grade, Classroom.name)):
        homerooms[teacher_id].append(name)
    people = session.scalars(
        select(Staff)
        .where(or_(Staff.left_on.is_(None), Staff.left_on >= year.starts_on))
        .options(joinedload(Staff.department))
        .order_by(Staff.sort_key, Staff.code)
    )
    for number, person in enumerate(people, 1):
        yield (
            number,
            person.code,
            person.full_name,
            person.gender,
            person.department.name if person.department else None,
            person.subject,
            person.post,
            "; ".join(homerooms[person.id]) or None,
            person.email,
            person.phone,
        )
