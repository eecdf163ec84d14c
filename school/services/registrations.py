"""Registrations: staff offer to help, in general or one student by name (P4.1). No answer tells of anybody's case."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import Registration, SchoolYear, Staff, StudentName
from school.rules.actor import Actor
from school.rules.policy import require
from school.services import directory
from school.services.records import apply, check_fresh, need, step
from school.services.years import check_year_open
from school.vocabulary import N_, Action


def register(
    session: Session,
    actor: Actor,
    staff: Staff | None,
    student: StudentName | None = None,
    note: str | None = None,
    year: SchoolYear | None = None,
) -> Registration:
    """Offer to help: a student by name, or whoever needs it. The same offer again is the same row.

    An offer that was taken back stands again from today. `year` is today's unless given.
    """
    require(actor, Action.REGISTER_SPONSORSHIP)
    staff = need(staff, N_("Thầy cô chọn người đăng ký."), "staff")
    assert staff is not None
    year = year or directory.find_year(session, actor.today)
    if year is None:
        raise RuleError(N_("Chưa có năm học của hôm nay; nhờ quản trị hệ thống thêm năm học trước."))
    student_id = student.id if student is not None else None
    found = _standing(session, year.id, staff.id, student_id)
    fresh = Registration(school_year_id=year.id, staff_id=staff.id, student_id=student_id)
    require(actor, Action.REGISTER_SPONSORSHIP, found or fresh)
    check_year_open(year)
    if staff.left_on is not None and staff.left_on < actor.today:
        raise RuleError(N_("Người này đã thôi công tác ở trường."), field="staff")
    row = found or fresh
    again = row.registered_on is None or row.withdrawn_on is not None
    with step(session, "register"):
        apply(row, {"registered_on": actor.today, "withdrawn_on": None} if again else {})
        apply(row, {"note": note} if note or again else {})
        session.add(row)
    return row


def withdraw(session: Session, actor: Actor, registration: Registration, version: int | None = None) -> Registration:
    """Take an offer back; doing it twice is doing it once. `version` None: whatever its version."""
    require(actor, Action.REGISTER_SPONSORSHIP, registration)
    check_year_open(registration.school_year)
    if registration.withdrawn_on is not None:
        return registration
    if version is not None:
        check_fresh(registration, version)
    with step(session, "withdraw"):
        registration.withdrawn_on = actor.today
    return registration


def _standing(session: Session, year_id: int, staff_id: int, student_id: int | None) -> Registration | None:
    """The row of this offer, taken back or not; the guard shows each person the own ones."""
    return session.scalars(
        select(Registration)
        .where(
            Registration.school_year_id == year_id,
            Registration.staff_id == staff_id,
            Registration.student_id.is_(None) if student_id is None else Registration.student_id == student_id,
        )
        .order_by(Registration.id)
        .limit(1)
    ).first()
