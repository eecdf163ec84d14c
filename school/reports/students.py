"""The students of a year as the importer reads them back; what is private only where the actor may see it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from school.models import Classroom, Enrolment, SchoolYear, Student
from school.reports.tables import Column, Kind
from school.rules.actor import Actor
from school.rules.policy import require
from school.vocabulary import N_, Action

COLUMNS = (
    Column("number", N_("STT"), Kind.NUMBER),
    Column("code", N_("Mã học sinh")),
    Column("full_name", N_("Họ và tên")),
    Column("date_of_birth", N_("Ngày sinh"), Kind.DATE),
    Column("gender", N_("Giới tính")),
    Column("class_name", N_("Lớp")),
    Column("ethnicity", N_("Dân tộc")),
    Column("policy_category", N_("Diện chính sách")),
    Column("father_name", N_("Họ tên cha")),
    Column("mother_name", N_("Họ tên mẹ")),
    Column("phone", N_("Điện thoại")),
    Column("address", N_("Địa chỉ")),
    Column("note", N_("Ghi chú")),
)
_PRIVATE = [column.key for column in COLUMNS[6:]]


def rows(session: Session, actor: Actor, year: SchoolYear) -> Iterator[tuple[Any, ...]]:
    """One row a student in the actor's reach, by class, then in the Vietnamese order of names (P7).

    NotAllowed unless the actor sees students at all.
    """
    require(actor, Action.VIEW_STUDENT)
    return _rows(session, year)


def last_of_year(year: SchoolYear) -> ColumnElement[bool]:
    """Criterion of the stay in which a student is in `year`, or was last; the statement joins its class."""
    later, room = aliased(Enrolment), aliased(Classroom)
    after = or_(
        later.started_on > Enrolment.started_on,
        and_(later.started_on == Enrolment.started_on, later.id > Enrolment.id),
    )
    in_year = and_(room.id == later.classroom_id, room.school_year_id == year.id)
    another = exists().where(later.student_id == Enrolment.student_id, in_year, after)
    return and_(Classroom.school_year_id == year.id, ~another)


def _rows(session: Session, year: SchoolYear) -> Iterator[tuple[Any, ...]]:
    stays = session.scalars(
        select(Enrolment)
        .join(Enrolment.classroom)
        .join(Enrolment.student)
        .where(last_of_year(year))
        .options(joinedload(Enrolment.classroom), joinedload(Enrolment.student).joinedload(Student.private))
        .order_by(Classroom.grade, Classroom.name, Student.sort_key, Student.code)
    )
    for number, stay in enumerate(stays, 1):
        student = stay.student
        private = [getattr(student.private, name, None) for name in _PRIVATE]
        yield (
            number,
            student.code,
            student.full_name,
            student.date_of_birth,
            student.gender,
            stay.classroom.name,
            *private,
        )
