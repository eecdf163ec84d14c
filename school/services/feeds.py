"""A personal calendar address (P4.6): whoever has it reads what its owner owes, so it is unguessable and revocable.

The table holds only the hash of the token, as it does for sessions; the address is shown once, when it is made.
"""

import datetime as dt
import hashlib
import secrets

from icalendar import Calendar, Event
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from school.errors import NotAllowed
from school.models import Account, CalendarFeed, Reminder
from school.rules.actor import Actor
from school.rules.policy import require
from school.services.guard import UNSCOPED
from school.services.records import step
from school.services.reminders import say
from school.vocabulary import N_, Action

TOKEN_BYTES = 32
READ_AGAIN = dt.timedelta(hours=1)  # how often a reading of the calendar is noted
REFRESH = dt.timedelta(hours=6)  # how often a calendar program is asked to read it


def find_feed(session: Session, actor: Actor) -> CalendarFeed | None:
    """The actor's own address, if there is one."""
    if actor.account_id is None:
        return None
    return session.scalar(select(CalendarFeed).where(CalendarFeed.account_id == actor.account_id))


def make_feed(session: Session, actor: Actor) -> str:
    """Make the actor's address, or a new one in place of the old, which is dead from now on; the token, shown once."""
    require(actor, Action.VIEW_OWN_ACCOUNT)
    if actor.account_id is None:
        raise NotAllowed(N_("Địa chỉ lịch là của từng tài khoản."))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = find_feed(session, actor)
    with step(session, "renew feed" if feed else "make feed"):
        feed = feed or CalendarFeed(account_id=actor.account_id)
        feed.token_hash, feed.last_read_at = _hash(token), None
        session.add(feed)
    return token


def revoke_feed(session: Session, actor: Actor) -> None:
    """The actor's address answers no more. Without one nothing happens."""
    feed = find_feed(session, actor)
    if feed is not None:
        require(actor, Action.VIEW_OWN_ACCOUNT, feed)
        with step(session, "revoke feed"):
            session.delete(feed)


def owner_of(session: Session, token: str) -> Account | None:
    """Whose address it is, with roles; None for one that is unknown, revoked, or of a disabled account."""
    feed = session.scalar(
        select(CalendarFeed)
        .where(CalendarFeed.token_hash == _hash(token))
        .options(joinedload(CalendarFeed.account).selectinload(Account.roles)),
        execution_options=UNSCOPED,
    )
    if feed is None or feed.account is None or feed.account.disabled_at is not None:
        return None
    return feed.account


def note_reading(session: Session, actor: Actor) -> bool:
    """Note that the actor's address was read, once an hour at most; whether there was something to write."""
    feed = find_feed(session, actor)
    if feed is None or (feed.last_read_at is not None and actor.now - feed.last_read_at < READ_AGAIN):
        return False
    feed.last_read_at = actor.now
    session.flush()
    return True


def calendar_of(reminders: list[Reminder], address: str | None) -> bytes:
    """An all-day event on the last day of each thing owed: counts and periods, no student (P1.3)."""
    calendar = Calendar()
    calendar.add("prodid", "-//Do dau hoc sinh//vi")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Đỡ đầu học sinh")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for row in reminders:
        calendar.add_component(_event(row, address))
    return calendar.to_ical()


def _event(row: Reminder, address: str | None) -> Event:
    event = Event()
    event.add("uid", f"reminder-{row.id}@dodau")
    event.add("dtstamp", row.updated_at)
    event.add("dtstart", row.due_on)
    event.add("dtend", row.due_on + dt.timedelta(days=1))
    event.add("summary", say(row.rule, row.key, row.count))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    if address:
        event.add("url", address)
    return event


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
