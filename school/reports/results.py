"""The results of one period (P7) as the importer reads them back: every student of the year, with or without any.

A list without results is the form into which a school fills them.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from school.models import Classroom, Enrolment, SchoolYear, Student, TermResult
from school.reports.cells import Column, Kind
from school.reports.students import last_of_year
from school.rules.actor import Actor
from school.rules.policy import require
from school.vocabulary import N_, Action, TermPeriod

COLUMNS = (
    Column("number", N_("STT"), Kind.NUMBER),
    Column("code", N_("Mã học sinh")),
    Column("full_name", N_("Họ và tên")),
    Column("class_name", N_("Lớp")),
    Column("period", N_("Kỳ")),
    Column("learning", N_("Kết quả học tập")),
    Column("conduct", N_("Kết quả rèn luyện")),
    Column("absences_excused", N_("Vắng có phép"), Kind.NUMBER),
    Column("absences_unexcused", N_("Vắng không phép"), Kind.NUMBER),
)
_OWN = [column.key for column in COLUMNS[5:]]


def rows(session: Session, actor: Actor, year: SchoolYear, period: TermPeriod) -> Iterator[tuple[Any, ...]]:
    """One row a student in the actor's reach, by class, then in the Vietnamese order of names (P7).

    NotAllowed unless the actor sees students at all.
    """
    require(actor, Action.VIEW_STUDENT)
    return _rows(session, year, period)


def _rows(session: Session, year: SchoolYear, period: TermPeriod) -> Iterator[tuple[Any, ...]]:
    results = _results(session, year, period)
    stays = session.scalars(
        select(Enrolment)
        .join(Enrolment.classroom)
        .join(Enrolment.student)
        .where(last_of_year(year))
        .options(joinedload(Enrolment.classroom), joinedload(Enrolment.student))
        .order_by(Classroom.grade, Classroom.name, Student.sort_key, Student.code)
    )
    for number, stay in enumerate(stays, 1):
        student, result = stay.student, results.get(stay.student_id)
        own = [getattr(result, name, None) for name in _OWN]
        yield (number, student.code, student.full_name, stay.classroom.name, period, *own)


def _results(session: Session, year: SchoolYear, period: TermPeriod) -> dict[int, TermResult]:
    """The result of each student in the period, in whichever class of the year it was given: the last one."""
    found = session.execute(
        select(Enrolment.student_id, TermResult)
        .join(TermResult.enrolment)
        .join(Enrolment.classroom)
        .where(Classroom.school_year_id == year.id, TermResult.period == period)
        .order_by(Enrolment.started_on, Enrolment.id)
    )
    return dict(found.all())
