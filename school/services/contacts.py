"""The diary of contacts (P3.3, P3.4, P3.6, P3.7): logged in a few taps; what tells of circumstances is kept apart."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import Contact, ContactPrivate, SupportCase
from school.rules import plans as rules
from school.rules.actor import Actor
from school.rules.policy import require
from school.services.cases import opened_today
from school.services.plans import check_writable
from school.services.records import apply, check_fresh, just_entered, need, remove, step
from school.vocabulary import N_, Action, ContactKind

WORDS = ("with_whom", "summary")
WITHOUT_STAFF = N_("Tài khoản này chưa gắn với cán bộ nào nên không ghi thay được.")


def log_contact(
    session: Session, actor: Actor, contact: Contact, values: Mapping[str, Any], version: int | None = None
) -> Contact:
    """Log a contact, or put one's own right: today, a talk, reached, unless said otherwise.

    Of a try that reached nobody the words may be left out. Where it is sensitive they stand in a table of their own.
    """
    new = contact.id is None
    case: SupportCase = need(values.get("case") or contact.case, N_("Thầy cô chọn hồ sơ của em."), "case")
    require(actor, Action.EDIT_CONTACT, case if new else contact)
    staff_id = need(actor.staff_id, WITHOUT_STAFF, "case")
    day = values.get("occurred_on") or actor.today
    check_writable(case)
    rules.check_day(day, case.school_year.starts_on, actor.today, "occurred_on")
    rules.check_minutes(values.get("minutes"))
    facts = {
        "case_id": case.id,
        "staff_id": staff_id,
        "occurred_on": day,
        "kind": values.get("kind") or ContactKind.TALK,
        "reached": values.get("reached", True),
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
    with step(session, "create" if new else "update"):
        apply(contact, facts | (dict.fromkeys(WORDS) if facts["sensitive"] else words))
        session.add(contact)
        session.flush()
        if contact.sensitive or not new:
            _keep_apart(session, actor, contact, words)
    session.expire(contact, ["private"])
    return contact


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
    """Delete a contact that one has logged by mistake."""
    require(actor, Action.EDIT_CONTACT, contact)
    check_own(actor, contact)
    check_writable(contact.case)
    if version is not None:
        check_fresh(contact, version)
    if contact.private is not None:
        remove(session, actor, Action.EDIT_CONTACT, contact.private)
    remove(session, actor, Action.EDIT_CONTACT, contact)
