"""The diary of contacts (P3.3, P3.4, P3.6, P3.7): logged in a few taps; what tells of circumstances is kept apart."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import Contact, ContactPrivate, SupportCase
from school.rules import plans as rules
from school.rules.actor import Actor
from school.rules.calendar import LAST_MONTH
from school.rules.evaluation import vouched_for
from school.rules.policy import require
from school.services.cases import opened_today
from school.services.evaluations import confirmations
from school.services.plans import check_writable
from school.services.records import apply, check_fresh, just_entered, need, remove, step
from school.vocabulary import N_, Action, ContactKind

WORDS = ("with_whom", "summary")
COUNTED = ("occurred_on", "kind", "reached")  # what a contact is scored by (P4.5)
STAYS = N_(
    "Tháng này đã được xác nhận nên ngày, cách liên hệ và kết quả giữ nguyên; lời ghi thì vẫn sửa được. "
    "Nếu ghi nhầm, thầy cô nhờ Ban giám hiệu mở lại đánh giá tháng."
)
NOT_MOVED_THERE = N_("Tháng của ngày này đã được xác nhận nên không chuyển lần liên hệ sang đó được.")
NOT_DELETED = N_(
    "Tháng này đã được xác nhận nên lần liên hệ này được giữ lại. "
    "Nếu ghi nhầm, thầy cô nhờ Ban giám hiệu mở lại đánh giá tháng."
)
WITHOUT_STAFF = N_("Tài khoản này chưa gắn với cán bộ nào nên không ghi thay được.")


def log_contact(
    session: Session, actor: Actor, contact: Contact, values: Mapping[str, Any], version: int | None = None
) -> Contact:
    """Log a contact, or put one's own right: today, a talk, reached, unless said otherwise.

    Of a try that reached nobody the words may be left out. Where it is sensitive they stand in a table of their own.
    Once the month is confirmed, what counts of a contact that was seen then stays; the words may be put right.
    """
    new = contact.id is None
    case: SupportCase = need(values.get("case") or contact.case, N_("Thầy cô chọn hồ sơ của em."), "case")
    require(actor, Action.EDIT_CONTACT, case if new else contact)
    staff_id = need(actor.staff_id, WITHOUT_STAFF, "case")
    day = values.get("occurred_on") or contact.occurred_on or actor.today
    check_writable(case)
    rules.check_day(day, case.school_year.starts_on, actor.today, "occurred_on")
    rules.check_minutes(values.get("minutes"))
    facts = {
        "case_id": case.id,
        "staff_id": staff_id,
        "occurred_on": day,
        "kind": values.get("kind") or contact.kind or ContactKind.TALK,
        "reached": values.get("reached", True if new else contact.reached),
        "minutes": values.get("minutes"),
        "sensitive": bool(values.get("sensitive")),
    }
    words = {name: values.get(name) for name in WORDS}
    if facts["reached"]:
        need(words["summary"], N_("Thầy cô ghi một câu về lần liên hệ này."), "summary")
    if new and (standing := _logged_just_now(session, actor, facts, words)) is not None:
        return standing
    if not new:
        check_own(actor, contact)
        check_fresh(contact, version)
        if case.id != contact.case_id:
            raise RuleError(N_("Mục đã ghi giữ nguyên em; thầy cô ghi mục khác."), field="case")
        _check_counted(session, contact, facts)
    with step(session, "create" if new else "update"):
        apply(contact, facts | (dict.fromkeys(WORDS) if facts["sensitive"] else words))
        session.add(contact)
        session.flush()
        if contact.sensitive or not new:
            _keep_apart(session, actor, contact, words)
    session.expire(contact, ["private"])
    return contact


def is_settled(session: Session, contact: Contact) -> bool:
    """Whether others confirmed its month when it was there: it counts as it is, and only its words may change."""
    return vouched_for(*confirmations(session, contact.case, contact.occurred_on), contact.created_at)


def comes_late(session: Session, contact: Contact) -> bool:
    """Whether it was logged when its month and the next had been confirmed: it is read like any other, not scored."""
    month, following = confirmations(session, contact.case, contact.occurred_on)
    over = following is not None or contact.occurred_on.month == LAST_MONTH
    return month is not None and over and not vouched_for(month, following, contact.created_at)


def _check_counted(session: Session, contact: Contact, facts: Mapping[str, Any]) -> None:
    """RuleError where what counts would change in a month that is confirmed, or come into one."""
    differing = [name for name in COUNTED if getattr(contact, name) != facts[name]]
    if differing and is_settled(session, contact):
        raise RuleError(STAYS, field=differing[0])
    moved = "occurred_on" in differing
    if moved and vouched_for(*confirmations(session, contact.case, facts["occurred_on"]), contact.created_at):
        raise RuleError(NOT_MOVED_THERE, field="occurred_on")


def _keep_apart(session: Session, actor: Actor, contact: Contact, words: Mapping[str, str | None]) -> None:
    """Bring the private row in line: there while it is sensitive and something was said, gone otherwise."""
    private = session.scalar(select(ContactPrivate).where(ContactPrivate.contact_id == contact.id))
    if contact.sensitive and any(words.values()):
        private = private or ContactPrivate(contact_id=contact.id)
        if apply(private, words):
            contact.updated_at = actor.now  # the form carries the version of the contact: it moves with its words
        session.add(private)
    elif private is not None:
        session.delete(private)


def _logged_just_now(
    session: Session, actor: Actor, facts: Mapping[str, Any], words: Mapping[str, str | None]
) -> Contact | None:
    found = just_entered(session, actor, Contact, facts)
    return next((row for row in found if {n: getattr(words_of_own(row), n, None) for n in WORDS} == words), None)


def words_of_own(contact: Contact) -> Contact | ContactPrivate | None:
    """Where the words of a contact stand, for whoever wrote them."""
    return contact.private if contact.sensitive else contact


def words_of(session: Session, actor: Actor, contact: Contact) -> Contact | ContactPrivate | None:
    """Where the words stand, if the actor may read them now; None while they are private and not opened today.

    Whoever wrote them reads them; everybody else opens the case's circumstances first, which is recorded (P1.3).
    """
    if contact.sensitive and contact.staff_id != actor.staff_id and not opened_today(session, actor, contact.case):
        return None
    return words_of_own(contact)


def check_own(actor: Actor, row: Any) -> None:
    """RuleError unless the actor has entered the row: a colleague's words are the colleague's."""
    if row.staff_id != actor.staff_id:
        raise RuleError(N_("Mục này do đồng nghiệp ghi; người ghi mới sửa hoặc xóa được."))


def discard_contact(session: Session, actor: Actor, contact: Contact, version: int | None = None) -> None:
    """Delete a contact that one has logged by mistake; not one that others saw when they confirmed the month."""
    require(actor, Action.EDIT_CONTACT, contact)
    check_own(actor, contact)
    check_writable(contact.case)
    if version is not None:
        check_fresh(contact, version)
    if is_settled(session, contact):
        raise RuleError(NOT_DELETED)
    if contact.private is not None:
        remove(session, actor, Action.EDIT_CONTACT, contact.private)
    remove(session, actor, Action.EDIT_CONTACT, contact)
