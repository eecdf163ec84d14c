"""The monthly evaluations of a year that the actor may read, one line a student and month (P4.8)."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from school.models import ProgressEvaluation, SchoolYear, Student, SupportCase
from school.reports.tables import Column, Kind
from school.rules.actor import Actor
from school.rules.calendar import SEMESTERS
from school.rules.evaluation import LEVELS
from school.rules.policy import require
from school.vocabulary import N_, Action, TermPeriod

COLUMNS = (
    Column("number", N_("TT"), Kind.NUMBER),
    Column("case_code", N_("Mã hồ sơ")),
    Column("full_name", N_("Họ và tên")),
    Column("period", N_("Tháng")),
    Column("learning", N_("Học tập")),
    Column("conduct", N_("Rèn luyện")),
    Column("attendance", N_("Chuyên cần")),
    Column("attitude", N_("Thái độ")),
    Column("trend", N_("Chuyển biến chung")),
    Column("dropout_risk", N_("Khả năng tiếp tục đi học")),
    Column("comment", N_("Nhận xét")),
    Column("state", N_("Trạng thái")),
    Column("author", N_("Người đánh giá")),
    Column("submitted_at", N_("Ngày gửi"), Kind.DATE),
)


def rows(session: Session, actor: Actor, year: SchoolYear) -> Iterator[tuple[Any, ...]]:
    """One row a student and month in the actor's reach, by month, then in the Vietnamese order of names (P7).

    NotAllowed unless the actor reads evaluations at all.
    """
    require(actor, Action.VIEW_EVALUATION)
    return _rows(session, year)


def _rows(session: Session, year: SchoolYear) -> Iterator[tuple[Any, ...]]:
    found = session.scalars(
        select(ProgressEvaluation)
        .join(ProgressEvaluation.case)
        .join(SupportCase.student)
        .where(SupportCase.school_year_id == year.id)
        .options(
            joinedload(ProgressEvaluation.case).joinedload(SupportCase.student), joinedload(ProgressEvaluation.author)
        )
        .order_by(ProgressEvaluation.period, Student.sort_key, Student.code)
    )
    for number, evaluation in enumerate(found, 1):
        yield (
            number,
            evaluation.case.code,
            evaluation.case.student.full_name,
            TermPeriod(evaluation.period).label if evaluation.period in SEMESTERS else evaluation.period,
            *(getattr(evaluation, name) for name in LEVELS),
            evaluation.comment,
            evaluation.state,
            evaluation.author.full_name if evaluation.author else None,
            evaluation.submitted_at,
        )
