"""The year's plan as leadership announces it; each member of staff marks it read, and who has not is seen (P4.1)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from school.errors import RuleError
from school.models import Announcement, AnnouncementReading, SchoolYear, Staff
from school.names import clean_line
from school.rules.actor import Actor
from school.rules.policy import require, scopes
from school.rules.tables import Scope
from school.services.records import apply, check_fresh, need, remove, step
from school.services.years import check_year_open
from school.vocabulary import N_, Action


@dataclass(frozen=True)
class Reader:
    """A member of staff, and the day on which the announcement was marked read, if it was."""

    staff: Staff
    read_on: dt.date | None


def announce(
    session: Session, actor: Actor, row: Announcement, values: Mapping[str, Any], version: int | None = None
) -> Announcement:
    """Publish the year's plan, or change its text (school_year, title, plan_number, body); who has read it stays so."""
    require(actor, Action.ANNOUNCE_PLAN)
    year: SchoolYear = need(values.get("school_year"), N_("Thầy cô chọn năm học."), "school_year")
    title = clean_line(need(values.get("title"), N_("Thầy cô ghi tên kế hoạch."), "title"))
    body = need(values.get("body"), N_("Thầy cô ghi nội dung thông báo."), "body")
    new = row.id is None
    for touched in (year, row.school_year):
        if touched is not None:
            check_year_open(touched)
    if not new:
        check_fresh(row, version)
    with step(session, "announce" if new else "update"):
        filled = {"school_year_id": year.id, "title": title, "body": body, "plan_number": values.get("plan_number")}
        if new:
            filled |= {"published_on": actor.today, "published_by_id": actor.account_id}
        apply(row, filled)
        session.add(row)
    if new and actor.staff_id is not None:
        mark_read(session, actor, row)  # whoever announces it knows it
    return row


def withdraw(session: Session, actor: Actor, row: Announcement, version: int | None = None) -> None:
    """Delete an announcement that nobody else has marked read."""
    require(actor, Action.ANNOUNCE_PLAN, row)
    check_year_open(row.school_year)
    readings = session.scalars(select(AnnouncementReading).where(AnnouncementReading.announcement_id == row.id)).all()
    if any(reading.staff_id != actor.staff_id for reading in readings):
        raise RuleError(
            N_("Đã có người đọc thông báo này nên không xóa; thầy cô sửa nội dung hoặc đăng thông báo mới.")
        )
    with step(session, "delete"):
        for reading in readings:
            session.delete(reading)
    remove(session, actor, Action.ANNOUNCE_PLAN, row, version)


def mark_read(session: Session, actor: Actor, row: Announcement) -> AnnouncementReading:
    """The actor has read it; a second tap changes nothing."""
    require(actor, Action.MARK_READ)
    if actor.staff_id is None:
        raise RuleError(N_("Tài khoản này không gắn với cán bộ nào nên không cần xác nhận."))
    standing = own_reading(session, actor, row)
    if standing is not None:
        return standing
    reading = AnnouncementReading(announcement_id=row.id, staff_id=actor.staff_id, read_on=actor.today)
    with step(session, "mark read"):
        session.add(reading)
    return reading


def own_reading(session: Session, actor: Actor, row: Announcement) -> AnnouncementReading | None:
    """The actor's own mark on this announcement."""
    criteria = (AnnouncementReading.announcement_id == row.id, AnnouncementReading.staff_id == actor.staff_id)
    return session.scalar(select(AnnouncementReading).where(*criteria))


def own_readings(session: Session, actor: Actor, ids: Iterable[int] | None = None) -> dict[int, dt.date]:
    """When the actor marked each announcement read, by the id of the announcement."""
    statement = select(AnnouncementReading.announcement_id, AnnouncementReading.read_on).where(
        AnnouncementReading.staff_id == actor.staff_id
    )
    if ids is not None:
        statement = statement.where(AnnouncementReading.announcement_id.in_(list(ids)))
    return {row.announcement_id: row.read_on for row in session.execute(statement)}


def sees_readers(actor: Actor) -> bool:
    """Whether the actor follows who has read: more than the own mark."""
    return actor.operator or bool({Scope.ALL, Scope.DEPARTMENT} & scopes(actor, Action.VIEW_READING))


def readers(session: Session, actor: Actor, row: Announcement) -> list[Reader]:
    """Who of the staff of today has read it and who has not, the latter first; a head sees the own department."""
    require(actor, Action.VIEW_READING)
    if not sees_readers(actor):
        return []
    here = [or_(Staff.left_on.is_(None), Staff.left_on >= actor.today)]
    if not actor.operator and Scope.ALL not in scopes(actor, Action.VIEW_READING):
        here.append(Staff.id.in_(sorted(actor.reach.department_staff)))
    staff = session.scalars(select(Staff).where(*here).options(joinedload(Staff.department)).order_by(Staff.sort_key))
    marks = select(AnnouncementReading.staff_id, AnnouncementReading.read_on).where(
        AnnouncementReading.announcement_id == row.id
    )
    days = {mark.staff_id: mark.read_on for mark in session.execute(marks)}
    found = [Reader(person, days.get(person.id)) for person in staff]
    return sorted(found, key=lambda reader: reader.read_on is not None)
