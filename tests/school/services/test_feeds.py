"""The personal calendar address: unguessable, one's own, dead once revoked, and without a student's name (P4.6)."""

import datetime as dt

import pytest
from icalendar import Calendar
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed
from school.services import accounts, feeds, reminders
from school.services.guard import set_actor
from school.vocabulary import ReminderRule
from tests.cast import CASES, NOW, Cast
from tests.factories import SECRET


def become(cast: Cast, name: str, now: dt.datetime = NOW):
    actor = cast.actor(name, now)
    set_actor(cast.session, actor)
    return actor


def test_the_token_is_long_and_only_its_hash_is_kept(cast: Cast) -> None:
    token = feeds.make_feed(cast.session, become(cast, "lan"))
    assert len(token) >= 43, "32 bytes"
    feed = feeds.find_feed(cast.session, cast.actor("lan"))
    assert token not in feed.token_hash and len(feed.token_hash) == 64
    assert feeds.owner_of(cast.session, token).id == cast.accounts["lan"]


def test_a_new_address_kills_the_old_one(cast: Cast) -> None:
    lan = become(cast, "lan")
    old, new = feeds.make_feed(cast.session, lan), feeds.make_feed(cast.session, lan)
    assert old != new
    assert feeds.owner_of(cast.session, old) is None
    assert feeds.owner_of(cast.session, new) is not None
    assert len(cast.session.scalars(select(m.CalendarFeed)).all()) == 1


def test_a_revoked_address_is_dead_and_revoking_twice_does_nothing(cast: Cast) -> None:
    lan = become(cast, "lan")
    token = feeds.make_feed(cast.session, lan)
    feeds.revoke_feed(cast.session, lan)
    feeds.revoke_feed(cast.session, lan)
    assert feeds.owner_of(cast.session, token) is None


@pytest.mark.parametrize("token", ["", "made-up", "a" * 43, "%", "' OR 1=1 --"])
def test_an_unknown_token_is_nobodys(cast: Cast, token: str) -> None:
    feeds.make_feed(cast.session, become(cast, "lan"))
    assert feeds.owner_of(cast.session, token) is None


def test_the_hash_itself_opens_nothing(cast: Cast) -> None:
    lan = become(cast, "lan")
    feeds.make_feed(cast.session, lan)
    assert feeds.owner_of(cast.session, feeds.find_feed(cast.session, lan).token_hash) is None


def test_the_address_of_a_disabled_account_is_dead(cast: Cast) -> None:
    token = feeds.make_feed(cast.session, become(cast, "lan"))
    operator = become(cast, "operator")
    accounts.set_disabled(cast.session, operator, cast.get(m.Account, cast.accounts["lan"]), True)
    assert feeds.owner_of(cast.session, token) is None


def test_nobody_and_the_operator_have_no_address(cast: Cast) -> None:
    for name in ("nobody", "operator"):
        actor = become(cast, name)
        with pytest.raises(NotAllowed):
            feeds.make_feed(cast.session, actor)


def test_nobody_sees_or_touches_the_address_of_another(cast: Cast) -> None:
    feeds.make_feed(cast.session, become(cast, "lan"))
    quan = become(cast, "quan")
    assert cast.session.scalars(select(m.CalendarFeed)).all() == []
    feeds.revoke_feed(cast.session, quan)
    lan = become(cast, "lan")
    feed = feeds.find_feed(cast.session, lan)
    assert feed is not None
    feed.account_id = cast.accounts["quan"]
    with pytest.raises(NotAllowed):
        cast.session.flush()


def test_a_reading_is_noted_once_an_hour(cast: Cast) -> None:
    lan = become(cast, "lan")
    assert not feeds.note_reading(cast.session, lan), "there is no address yet"
    feeds.make_feed(cast.session, lan)
    assert feeds.note_reading(cast.session, lan)
    assert not feeds.note_reading(cast.session, become(cast, "lan", NOW + dt.timedelta(minutes=59)))
    assert feeds.note_reading(cast.session, become(cast, "lan", NOW + dt.timedelta(minutes=60)))
    entries = cast.session.scalars(select(m.AuditEntry.id)).all()
    assert entries == [], "a teacher reads no log"
    become(cast, "operator")
    actions = cast.session.scalars(select(m.AuditEntry.action).where(m.AuditEntry.table_name == "calendar_feed")).all()
    assert actions == ["make feed"], "readings fill no log"


def test_the_calendar_holds_what_is_owed_on_its_last_day(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("operator"))
    reminders.work_out(cast.session, cast.actor("operator"), dt.date(2025, 12, 20))
    rows = reminders.due_for(cast.session, become(cast, "uyen"))
    calendar = Calendar.from_ical(feeds.calendar_of(rows, "https://dodau.example.vn/admin/"))
    events = list(calendar.walk("VEVENT"))
    assert len(events) == len(rows) > 2
    for event, row in zip(events, rows, strict=True):
        assert event.decoded("dtstart") == row.due_on
        assert event.decoded("dtend") == row.due_on + dt.timedelta(days=1)
        assert str(event["uid"]) == f"reminder-{row.id}@dodau"
        assert str(event["summary"]) == reminders.say(row.rule, row.key, row.count)
    assert any(row.rule is ReminderRule.WRITE_MONTH for row in rows)


def test_the_same_thing_keeps_its_uid_from_day_to_day(cast: Cast) -> None:
    operator = become(cast, "operator")
    seen = set()
    for day in (15, 16):
        reminders.work_out(cast.session, operator, dt.date(2025, 10, day))
        rows = cast.session.query(m.Reminder).filter_by(staff_id=cast.staff["lan"], rule=ReminderRule.WRITE_MONTH)
        body = Calendar.from_ical(feeds.calendar_of(list(rows), None))
        seen.add(tuple(str(event["uid"]) for event in body.walk("VEVENT")))
    assert len(seen) == 1


def test_no_calendar_names_a_student_or_tells_of_circumstances(cast: Cast) -> None:
    operator = become(cast, "operator")
    for day in (dt.date(2025, 10, 15), dt.date(2025, 12, 20), dt.date(2026, 5, 22)):
        reminders.work_out(cast.session, operator, day)
        text = feeds.calendar_of(list(cast.session.query(m.Reminder)), None).decode().replace("\r\n ", "")
        assert [name for name, _class, _sponsors in CASES.values() if name in text] == []
        assert SECRET not in text and "HT25-" not in text
