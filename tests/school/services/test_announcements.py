"""The year's plan announced, marked read once, and who has not read it (P4.1)."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.reports import agenda
from school.rules.actor import Actor
from school.services import announcements
from school.services.guard import set_actor
from school.vocabulary import YearState
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_announcement

WORDS = {"title": "Kế hoạch  nhận đỡ đầu", "body": "Mỗi thầy cô nhận giúp một em.", "plan_number": "45/KH-THPT"}


def act(cast: Cast, name: str) -> Actor:
    actor = cast.actor(name)
    set_actor(cast.session, actor)
    assert actor is not None
    return actor


def unread(cast: Cast, actor: Actor) -> list[m.Announcement]:
    """What the home page asks the person to read."""
    tasks = [task for task in agenda.tasks(cast.session, actor) if task.model is m.Announcement]
    return [cast.get(m.Announcement, task.row_id or 0) for task in tasks]


def announce(cast: Cast, name: str = "binh", **values: object) -> m.Announcement:
    actor = act(cast, name)
    given = WORDS | {"school_year": cast.get(m.SchoolYear, cast.year)} | values
    return announcements.announce(cast.session, actor, m.Announcement(), given)


def standing(cast: Cast) -> m.Announcement:
    """The one that lan, hoa and hoi have read."""
    return cast.session.scalars(select(m.Announcement).order_by(m.Announcement.id)).first()


def readings(cast: Cast) -> int:
    set_actor(cast.session, Actor.running_commands(NOW))
    return cast.session.scalar(select(func.count()).select_from(m.AnnouncementReading))


def test_leadership_announces(cast: Cast) -> None:
    row = announce(cast)
    assert (row.title, row.plan_number, row.published_on) == ("Kế hoạch nhận đỡ đầu", "45/KH-THPT", TODAY)
    assert row.published_by_id == cast.accounts["binh"]


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "thu", "hoi", "quan", "tro"])
def test_nobody_else_announces(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        announce(cast, name)
    cast.session.add(m.Announcement(school_year_id=cast.year, title="x", body="x", published_on=TODAY))
    with pytest.raises(NotAllowed):
        cast.session.flush()


@pytest.mark.parametrize("missing", ["title", "body", "school_year"])
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_what_is_missing_is_said_at_its_field(cast: Cast, missing: str, empty: str | None) -> None:
    if missing == "school_year" and empty is not None:
        empty = None
    with pytest.raises(RuleError) as refusal:
        announce(cast, **{missing: empty})
    assert refusal.value.field == missing


def test_an_edit_keeps_the_day_and_who_has_read_it(cast: Cast) -> None:
    row, actor = standing(cast), act(cast, "ly")
    before, day = readings(cast), row.published_on
    set_actor(cast.session, actor)
    given = WORDS | {"school_year": row.school_year, "body": "Có sửa một chỗ."}
    announcements.announce(cast.session, actor, row, given, row.version)
    assert (row.body, row.published_on) == ("Có sửa một chỗ.", day)
    assert readings(cast) == before
    set_actor(cast.session, actor)
    with pytest.raises(StaleRecord):
        announcements.announce(cast.session, actor, row, given, row.version - 1)


def test_one_that_somebody_has_read_is_not_deleted(cast: Cast) -> None:
    row, actor = standing(cast), act(cast, "binh")
    with pytest.raises(RuleError, match="Đã có người đọc"):
        announcements.withdraw(cast.session, actor, row, row.version)
    unread = announce(cast)
    announcements.withdraw(cast.session, actor, unread, unread.version)
    assert cast.session.scalar(select(func.count()).select_from(m.Announcement)) == 1


def test_a_second_tap_marks_nothing_twice(cast: Cast) -> None:
    row, before = standing(cast), readings(cast)
    actor = act(cast, "tam")
    first = announcements.mark_read(cast.session, actor, row)
    assert announcements.mark_read(cast.session, actor, row) is first
    assert (first.read_on, readings(cast)) == (TODAY, before + 1)


def test_who_is_no_member_of_staff_has_nothing_to_mark(cast: Cast) -> None:
    actor = act(cast, "quan")
    assert unread(cast, actor) == []
    with pytest.raises(RuleError):
        announcements.mark_read(cast.session, actor, standing(cast))


def test_nobody_marks_for_another(cast: Cast) -> None:
    row = standing(cast)
    act(cast, "tam")
    cast.session.add(m.AnnouncementReading(announcement_id=row.id, staff_id=cast.staff["giang"], read_on=TODAY))
    with pytest.raises(NotAllowed):
        cast.session.flush()


def test_what_is_unread_stands_on_ones_list_until_it_is_marked(cast: Cast) -> None:
    row = standing(cast)
    assert unread(cast, act(cast, "lan")) == [], "lan has read it"
    actor = act(cast, "tam")
    assert unread(cast, actor) == [row]
    announcements.mark_read(cast.session, actor, row)
    assert unread(cast, actor) == []


def test_the_plan_of_a_closed_year_is_no_longer_asked_about_or_changed(cast: Cast) -> None:
    row = standing(cast)
    row.school_year.state = YearState.CLOSED
    cast.session.commit()
    assert unread(cast, act(cast, "tam")) == []
    with pytest.raises(RuleError, match="đã kết thúc"):
        announce(cast)
    actor = act(cast, "binh")
    with pytest.raises(RuleError, match="đã kết thúc"):
        announcements.announce(cast.session, actor, row, WORDS | {"school_year": row.school_year}, row.version)


@pytest.mark.parametrize("name", ["binh", "thu", "cuc"])
def test_leadership_secretary_and_union_see_who_has_not_read(cast: Cast, name: str) -> None:
    found = announcements.readers(cast.session, act(cast, name), standing(cast))
    assert len(found) == len(cast.staff)
    read = {reader.staff.id for reader in found if reader.read_on is not None}
    assert read == {cast.staff[who] for who in ("lan", "hoa", "hoi")}
    assert [reader.read_on is None for reader in found] == sorted(
        (reader.read_on is None for reader in found), reverse=True
    ), "who has not comes first"


def test_a_head_sees_the_own_department(cast: Cast) -> None:
    found = announcements.readers(cast.session, act(cast, "hoa"), standing(cast))
    marks = {reader.staff.id: reader.read_on for reader in found}
    assert set(marks) == {cast.staff[who] for who in ("lan", "giang", "hoa", "dung")}
    assert marks[cast.staff["lan"]] == dt.date(2025, 9, 6)


@pytest.mark.parametrize("name", ["lan", "hoi", "quan"])
def test_nobody_else_sees_who_has_read(cast: Cast, name: str) -> None:
    assert announcements.readers(cast.session, act(cast, name), standing(cast)) == []


def test_who_has_left_is_not_waited_for(cast: Cast) -> None:
    son = cast.get(m.Staff, cast.staff["son"])
    for left_on, waited in ((TODAY, True), (TODAY - dt.timedelta(days=1), False)):
        set_actor(cast.session, Actor.running_commands(NOW))
        son.left_on = left_on
        cast.session.flush()
        found = announcements.readers(cast.session, act(cast, "binh"), standing(cast))
        assert (son.id in {reader.staff.id for reader in found}) is waited


def test_of_two_unread_the_one_to_be_read_sooner_comes_first(cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))
    newer = make_announcement(cast.session, published_on=dt.date(2025, 10, 1))
    assert unread(cast, act(cast, "tam")) == [standing(cast), newer]
