"""The yearly rating of staff as its decision has it (P7): entered, never worked out here, and never one's own.

Decrees 90/2020/NĐ-CP and 48/2023/NĐ-CP say how a rating comes about; the panel keeps what was decided, because a title
asks for it (`rules/commendation.py`). While a decided title rests on a rating, the rating is not lowered or taken off.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import SchoolYear, Staff, YearlyRating
from school.names import clean_line
from school.rules.actor import Actor
from school.rules.commendation import check_rests
from school.rules.policy import require
from school.services import commendations
from school.services.records import apply, check_fresh, need, remove, step
from school.services.years import check_year_open
from school.vocabulary import N_, Action, StaffRating, YearState


@dataclass(frozen=True)
class Settled:
    """What one decision covered: rows entered now, those that said so before, and whether the actor's own was left."""

    done: tuple[YearlyRating, ...] = ()
    same: tuple[YearlyRating, ...] = ()
    own: bool = False


def rate(
    session: Session, actor: Actor, row: YearlyRating, values: Mapping[str, Any], version: int | None = None
) -> YearlyRating:
    """Enter a rating (school_year, staff, rating, decision_number, decided_on), or put one right.

    Whose it is, and of which year, stays. The same rating sent twice is one.
    """
    require(actor, Action.EDIT_STAFF_RATING)
    new = row.id is None
    if new:
        year, staff = _about(values)
    else:
        require(actor, Action.EDIT_STAFF_RATING, row)
        check_fresh(row, version)
        year, staff = row.school_year, row.staff
        check_year_open(year)
    words = _words(values, year, actor.today)
    if new:
        if twin := _ratings(session, year, [staff.id]).get(staff.id):
            if _says(twin, words):
                return twin
            raise RuleError(N_("Người này đã có xếp loại trong năm học; thầy cô mở dòng đó để sửa."), field="staff")
        row.school_year_id, row.staff_id = year.id, staff.id
        require(actor, Action.EDIT_STAFF_RATING, row)
    else:
        _check_rests(session, row, words["rating"])
    with step(session, "rate staff"):
        apply(row, words)
        session.add(row)
    return row


def rate_many(
    session: Session,
    actor: Actor,
    year: SchoolYear,
    ratings: Mapping[int, StaffRating],
    number: str | None,
    decided_on: dt.date | None,
) -> Settled:
    """One decision on many people, by staff id: all or none; the actor's own is left for somebody else."""
    require(actor, Action.EDIT_STAFF_RATING)
    _check_year(year)
    others = {staff_id: rating for staff_id, rating in ratings.items() if staff_id != actor.staff_id}
    staff = {row.id: row for row in session.scalars(select(Staff).where(Staff.id.in_(others)))}
    if len(staff) < len(others):
        raise RuleError(N_("Danh sách vừa thay đổi. Thầy cô xem lại rồi lưu."))
    stored = _ratings(session, year, others)
    same, new = [], []
    for staff_id, rating in others.items():
        words = _words({"rating": rating, "decision_number": number, "decided_on": decided_on}, year, actor.today)
        _check_staff(staff[staff_id], year)
        row = stored.get(staff_id)
        if row is not None and not _says(row, words):
            raise RuleError(
                N_("%(who)s đã có xếp loại theo quyết định số %(number)s."),
                who=staff[staff_id].full_name,
                number=row.decision_number,
            )
        same += [row] if row is not None else []
        new += [YearlyRating(school_year_id=year.id, staff_id=staff_id, **words)] if row is None else []
    with step(session, "rate staff"):
        session.add_all(new)
    return Settled(tuple(new), tuple(same), own=len(others) < len(ratings))


def take_off(session: Session, actor: Actor, row: YearlyRating, version: int | None = None) -> None:
    """Delete a rating that was entered by mistake; the audit log keeps it."""
    require(actor, Action.EDIT_STAFF_RATING, row)
    check_year_open(row.school_year)
    _check_rests(session, row, None)
    remove(session, actor, Action.EDIT_STAFF_RATING, row, version)


def unrated(session: Session, actor: Actor, year: SchoolYear) -> list[Staff]:
    """Who worked here in the year and has no rating of it yet, in the order of names, the actor left out."""
    require(actor, Action.EDIT_STAFF_RATING)
    rated = select(YearlyRating.staff_id).where(YearlyRating.school_year_id == year.id)
    statement = select(Staff).where(worked_in(year), Staff.id.not_in(rated), Staff.id != (actor.staff_id or 0))
    return list(session.scalars(statement.order_by(Staff.sort_key, Staff.code)))


def worked_in(year: SchoolYear) -> ColumnElement[bool]:
    """Criterion of the staff who worked here on some day of the year."""
    return and_(
        or_(Staff.left_on.is_(None), Staff.left_on >= year.starts_on),
        or_(Staff.joined_on.is_(None), Staff.joined_on <= year.ends_on),
    )


def _about(values: Mapping[str, Any]) -> tuple[SchoolYear, Staff]:
    year: SchoolYear = need(values.get("school_year"), N_("Thầy cô chọn năm học."), "school_year")
    _check_year(year)
    staff: Staff = need(values.get("staff"), N_("Thầy cô chọn người được xếp loại."), "staff")
    _check_staff(staff, year)
    return year, staff


def _check_year(year: SchoolYear) -> None:
    check_year_open(year)
    if year.state is YearState.PREPARING:
        raise RuleError(N_("Năm học này còn đang chuẩn bị nên chưa có xếp loại cuối năm."), field="school_year")


def _check_staff(staff: Staff, year: SchoolYear) -> None:
    gone = staff.left_on is not None and staff.left_on < year.starts_on
    if gone or (staff.joined_on is not None and staff.joined_on > year.ends_on):
        raise RuleError(N_("%(who)s không công tác ở trường trong năm học này."), field="staff", who=staff.full_name)


def _words(values: Mapping[str, Any], year: SchoolYear, today: dt.date) -> dict[str, Any]:
    """The rating and its decision, as the fields of a row."""
    number = clean_line(need(values.get("decision_number"), N_("Thầy cô ghi số quyết định."), "decision_number"))
    day: dt.date = need(values.get("decided_on"), N_("Thầy cô chọn ngày quyết định."), "decided_on")
    if day > today:
        raise RuleError(N_("Ngày này chưa đến; thầy cô ghi khi đã có quyết định."), field="decided_on")
    if day < year.starts_on:
        raise RuleError(N_("Ngày quyết định trước ngày bắt đầu năm học."), field="decided_on")
    rating = need(values.get("rating"), N_("Thầy cô chọn mức xếp loại."), "rating")
    return {"rating": rating, "decision_number": number, "decided_on": day}


def _says(row: YearlyRating, words: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in words.items())


def _ratings(session: Session, year: SchoolYear, staff_ids: Any) -> dict[int, YearlyRating]:
    statement = select(YearlyRating).where(
        YearlyRating.school_year_id == year.id, YearlyRating.staff_id.in_(list(staff_ids))
    )
    return {row.staff_id: row for row in session.scalars(statement)}


def _check_rests(session: Session, row: YearlyRating, rating: StaffRating | None) -> None:
    for title in commendations.decided_titles(session, row.staff_id, row.school_year_id):
        check_rests(title.award, rating, str(row.staff))
