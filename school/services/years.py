"""School years: their dates moved and put back, their steps, and what a closed one refuses (P4, P4.9)."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError, StaleRecord
from school.models import Classroom, Enrolment, MovedDeadline, SchoolYear
from school.rules.actor import Actor
from school.rules.policy import require
from school.rules.workflow import advance
from school.rules.year import YEAR_STEPS, check_move, check_open
from school.services.calendar import plan_of
from school.services.records import STALE, apply, need, remove, step
from school.vocabulary import N_, Action, Deadline, YearState

_MANY = 500  # ids in one statement


def check_year_open(year: SchoolYear) -> None:
    """RuleError for what would be written in a closed year (P4.9); the guard is the second wall."""
    check_open(year.state)


def check_stays_open(session: Session, enrolment_ids: Iterable[int | None]) -> None:
    """`check_year_open` for the years of many stays: one statement as long as no year is closed."""
    closed = session.scalars(select(SchoolYear.id).where(SchoolYear.state == YearState.CLOSED)).all()
    ids = sorted({id_ for id_ in enrolment_ids if id_ is not None}) if closed else []
    for start in range(0, len(ids), _MANY):
        within = select(Classroom.id).where(Classroom.school_year_id.in_(closed))
        criteria = (Enrolment.id.in_(ids[start : start + _MANY]), Enrolment.classroom_id.in_(within))
        if session.scalar(select(Enrolment.id).where(*criteria).limit(1)) is not None:
            check_open(YearState.CLOSED)


def move_deadline(
    session: Session,
    actor: Actor,
    year: SchoolYear,
    deadline: Deadline,
    period: str,
    last_day: dt.date | None,
    seen: dt.date | None = None,
) -> MovedDeadline | None:
    """Move one date of the year; its usual day puts it back, and leaves no row. The same day twice is one move.

    `seen`: the day that stood when the form was opened, refused as stale where somebody has moved it since.
    """
    require(actor, Action.EDIT_CALENDAR, year)
    check_year_open(year)
    plan = plan_of(session, year)
    day: dt.date = need(last_day, N_("Thầy cô chọn ngày."), "last_day")
    check_move(plan, deadline, period, day)
    if seen is not None and plan.last_day(deadline, period) not in (seen, day):
        raise StaleRecord(STALE)
    criteria = (
        MovedDeadline.school_year_id == year.id,
        MovedDeadline.deadline == deadline,
        MovedDeadline.period == period,
    )
    row = session.scalar(select(MovedDeadline).where(*criteria))
    usual = day == plan.usual_day(deadline, period)
    if row is None and usual:
        return None
    with step(session, "move deadline"):
        if usual:
            session.delete(row)
            return None
        row = row or MovedDeadline(school_year_id=year.id, deadline=deadline, period=period)
        apply(row, {"last_day": day})
        session.add(row)
    return row


def take_step(session: Session, actor: Actor, year: SchoolYear, name: str) -> SchoolYear:
    """Start a year that was prepared, or open a closed one again. Closing one is `closing.close_year`."""
    require(actor, YEAR_STEPS[name].action, year)
    target = advance(YEAR_STEPS, year.state, name)
    if target is YearState.CLOSED:
        raise RuleError(N_("Năm học kết thúc qua bước tổng kết."))
    with step(session, name):
        year.state = target
        apply(year, {"closed_on": None, "closed_by_id": None, "closed_despite": None})
    return year


def discard_year(session: Session, actor: Actor, year: SchoolYear, version: int | None = None) -> None:
    """Delete a year that is still being prepared and that nothing stands in: one made by mistake."""
    require(actor, Action.EDIT_DIRECTORY, year)
    if year.state is not YearState.PREPARING:
        raise RuleError(N_("Chỉ xóa được năm học còn đang chuẩn bị."))
    remove(session, actor, Action.EDIT_DIRECTORY, year, version)
