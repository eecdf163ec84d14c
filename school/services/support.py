"""Support given to a student (P6), and activities out of hours with who took part (P3.8), which others confirm."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import Activity, ActivityParticipant, Staff, StudentName, SupportCase, SupportItem
from school.rules import plans as rules
from school.rules.actor import Actor
from school.rules.policy import require
from school.services.contacts import WITHOUT_STAFF, check_own
from school.services.plans import check_writable
from school.services.records import apply, check_fresh, just_entered, need, remove, step
from school.vocabulary import N_, Action

CONFIRMED_STAYS = N_("Hoạt động đã được xác nhận nên mục này giữ nguyên; cần sửa thì gỡ xác nhận trước.")


def give_support(
    session: Session, actor: Actor, item: SupportItem, values: Mapping[str, Any], version: int | None = None
) -> SupportItem:
    """Enter help given, or put one's own entry right: today, one of the kind's unit, unless said otherwise."""
    new = item.id is None
    case: SupportCase = need(values.get("case") or item.case, N_("Thầy cô chọn hồ sơ của em."), "case")
    kind = need(values.get("kind"), N_("Thầy cô chọn loại hỗ trợ."), "kind")
    require(actor, Action.EDIT_SUPPORT, case if new else item)
    day = values.get("given_on") or actor.today
    check_writable(case)
    rules.check_day(day, case.school_year.starts_on, actor.today, "given_on")
    given = rules.amount(kind, values.get("quantity"), values.get("unit"), values.get("value"))
    facts = {
        "case_id": case.id,
        "staff_id": need(actor.staff_id, WITHOUT_STAFF, "case"),
        "given_on": day,
        "kind": kind,
        "detail": values.get("detail"),
        "quantity": given.quantity,
        "unit": given.unit,
        "value": given.value,
        "giver": values.get("giver"),
    }
    if new and (standing := just_entered(session, actor, SupportItem, facts)):
        return standing[0]
    if not new:
        check_own(actor, item)
        check_fresh(item, version)
        if case.id != item.case_id:
            raise RuleError(N_("Mục đã ghi giữ nguyên em; thầy cô ghi mục khác."), field="case")
    with step(session, "create" if new else "update"):
        apply(item, facts)
        session.add(item)
    return item


def discard_support(session: Session, actor: Actor, item: SupportItem, version: int | None = None) -> None:
    """Delete an entry that one has made by mistake."""
    require(actor, Action.EDIT_SUPPORT, item)
    check_own(actor, item)
    check_writable(item.case)
    remove(session, actor, Action.EDIT_SUPPORT, item, version)


def save_activity(
    session: Session,
    actor: Actor,
    activity: Activity,
    values: Mapping[str, Any],
    students: Iterable[StudentName] | None = None,
    version: int | None = None,
) -> Activity:
    """Enter an activity (held_on, title, organiser, description); `students` None leaves those who took part.

    Once somebody else has confirmed it, only its description changes.
    """
    new = activity.id is None
    title = need(values.get("title"), N_("Thầy cô ghi tên hoạt động."), "title")
    held_on = need(values.get("held_on"), N_("Thầy cô điền ngày tổ chức."), "held_on")
    organiser: Staff = need(values.get("organiser"), N_("Thầy cô chọn người tổ chức."), "organiser")
    require(actor, Action.EDIT_ACTIVITY, Activity(organiser_id=organiser.id))
    if not new:
        require(actor, Action.EDIT_ACTIVITY, activity)
        check_fresh(activity, version)
    facts = {
        "title": title,
        "held_on": held_on,
        "organiser_id": organiser.id,
        "description": values.get("description"),
    }
    if new and (standing := just_entered(session, actor, Activity, facts)):
        return standing[0]
    students = None if students is None else list(students)
    if activity.confirmed_on is not None:
        _check_confirmed(session, activity, facts, students)
    with step(session, "create" if new else "update"):
        apply(activity, facts)
        session.add(activity)
        session.flush()
        if students is not None and _take_part(session, activity, {student.id for student in students}):
            activity.updated_at = actor.now  # the form carries the version of the activity: it moves with its list
    session.expire(activity, ["participants"])
    return activity


def _check_confirmed(
    session: Session, activity: Activity, facts: Mapping[str, Any], students: list[StudentName] | None
) -> None:
    """RuleError at what would change though it was confirmed."""
    for field, name in (("title", "title"), ("held_on", "held_on"), ("organiser", "organiser_id")):
        if getattr(activity, name) != facts[name]:
            raise RuleError(CONFIRMED_STAYS, field=field)
    if students is not None and {student.id for student in students} != set(_standing(session, activity)):
        raise RuleError(CONFIRMED_STAYS, field="students")


def confirm_activity(session: Session, actor: Actor, activity: Activity) -> Activity:
    """Vouch that it took place as it was entered: only then it counts (P4.5). Never by who organised it."""
    require(actor, Action.CONFIRM_ACTIVITY, activity)
    if activity.confirmed_on is not None:
        return activity
    if activity.held_on > actor.today:
        raise RuleError(N_("Hoạt động này chưa diễn ra nên chưa xác nhận được."))
    with step(session, "confirm activity"):
        activity.confirmed_on, activity.confirmed_by_id = actor.today, actor.account_id
    return activity


def take_back(session: Session, actor: Actor, activity: Activity) -> Activity:
    """Take the confirmation back: it may be put right, and counts again once it is confirmed anew."""
    require(actor, Action.CONFIRM_ACTIVITY, activity)
    if activity.confirmed_on is not None:
        with step(session, "take back activity"):
            activity.confirmed_on = activity.confirmed_by_id = None
    return activity


def _standing(session: Session, activity: Activity) -> dict[int, ActivityParticipant]:
    """Who took part, by the student's id."""
    rows = session.scalars(select(ActivityParticipant).where(ActivityParticipant.activity_id == activity.id))
    return {row.student_id: row for row in rows}


def _take_part(session: Session, activity: Activity, wanted: set[int]) -> bool:
    """Bring those who took part in line; whether anything changed."""
    standing = _standing(session, activity)
    for student_id in wanted - standing.keys():
        session.add(ActivityParticipant(activity_id=activity.id, student_id=student_id))
    for student_id in standing.keys() - wanted:
        session.delete(standing[student_id])
    return wanted != standing.keys()


def discard_activity(session: Session, actor: Actor, activity: Activity, version: int | None = None) -> None:
    """Delete an activity that was entered by mistake, and its list; not one that is confirmed."""
    require(actor, Action.EDIT_ACTIVITY, activity)
    if version is not None:
        check_fresh(activity, version)
    if activity.confirmed_on is not None:
        raise RuleError(N_("Hoạt động đã được xác nhận nên không xóa được; cần xóa thì gỡ xác nhận trước."))
    with step(session, "delete"):
        _take_part(session, activity, set())
    remove(session, actor, Action.EDIT_ACTIVITY, activity)
