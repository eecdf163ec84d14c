"""Support with what the kind fills in, and activities whose list is the organiser's (P3.8, P6)."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.services import support
from school.services.guard import set_actor
from school.vocabulary import SupportKind
from tests.cast import NOW, TODAY, Cast


def become(cast: Cast, person: str, now: dt.datetime = NOW) -> Actor:
    """The person, as whom the session acts from now on."""
    actor = cast.actor(person, now)
    set_actor(cast.session, actor)
    return actor


def give(cast: Cast, person: str = "lan", now: dt.datetime = NOW, **values: Any) -> m.SupportItem:
    """The person enters support for lan's student."""
    become(cast, "operator")
    given = {"case": cast.get(m.SupportCase, cast.id("sponsored")), "kind": SupportKind.BOOKS} | values
    return support.give_support(cast.session, become(cast, person, now), m.SupportItem(), given)


def hold(cast: Cast, person: str = "lan", students: Any = (), **values: Any) -> m.Activity:
    """The person enters an activity of their own."""
    become(cast, "operator")
    mine = cast.get(m.Staff, cast.staff[person]) if person in cast.staff else None
    given = {"title": "Đêm sách", "held_on": TODAY, "organiser": mine} | values
    names = [cast.get(m.StudentName, id_) for id_ in students]
    return support.save_activity(cast.session, become(cast, person), m.Activity(), given, names)


def took_part(cast: Cast, activity: m.Activity) -> set[int]:
    """Ids of the students who took part, as far as the session's actor sees."""
    return set(
        cast.session.scalars(
            select(m.ActivityParticipant.student_id).where(m.ActivityParticipant.activity_id == activity.id)
        )
    )


# Support --------------------------------------------------------------------------------------------------------------


def test_a_kind_is_enough(cast: Cast) -> None:
    item = give(cast)
    assert (item.quantity, item.unit, item.value, item.given_on) == (1, "bộ", None, TODAY)


@pytest.mark.parametrize("person", ["lan", "phuc"])
def test_lead_and_supporting_sponsors_enter_it(cast: Cast, person: str) -> None:
    assert give(cast, person).staff_id == cast.staff[person]


@pytest.mark.parametrize("person", ["vinh", "hoa", "cuc", "thu", "binh", "hoi", "quan"])
def test_nobody_else_does(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        give(cast, person)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": None}, "kind"),
        ({"value": -1}, "value"),
        ({"quantity": 0}, "quantity"),
        ({"given_on": dt.date(2025, 10, 16)}, "given_on"),
        ({"given_on": dt.date(2024, 10, 16)}, "given_on"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(cast: Cast, values: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleError) as refusal:
        give(cast, **values)
    assert refusal.value.field == field


def test_the_same_entry_within_two_minutes_is_a_second_tap(cast: Cast) -> None:
    item = give(cast)
    assert give(cast) is item
    assert give(cast, now=NOW + dt.timedelta(minutes=3)) is not item


def test_the_log_says_how_much_and_neither_what_nor_by_whom(cast: Cast) -> None:
    give(cast, kind=SupportKind.MEDICAL, value=700_000, detail="khám mắt", giver="bác Năm")
    become(cast, "operator")
    changes = cast.session.scalars(select(m.AuditEntry.changes).order_by(m.AuditEntry.id.desc())).first()
    assert changes["value"] == [None, 700_000]
    assert {changes[name] for name in ("kind", "detail", "giver", "unit")} == {None}


def test_a_colleague_changes_and_deletes_nothing(cast: Cast) -> None:
    item = give(cast)
    phuc = become(cast, "phuc")
    with pytest.raises(RuleError):
        support.give_support(cast.session, phuc, item, {"kind": SupportKind.FOOD}, item.version)
    with pytest.raises(RuleError):
        support.discard_support(cast.session, phuc, item, item.version)


def test_one_puts_ones_own_entry_right_or_deletes_it(cast: Cast) -> None:
    item, lan = give(cast), cast.actor("lan")
    support.give_support(cast.session, lan, item, {"kind": SupportKind.FOOD, "quantity": 2}, item.version)
    assert (item.kind, item.quantity, item.unit) == (SupportKind.FOOD, 2, "phần")
    with pytest.raises(StaleRecord):
        support.give_support(cast.session, lan, item, {"kind": SupportKind.FOOD}, 0)
    support.discard_support(cast.session, lan, item, item.version)
    assert cast.get(m.SupportItem, item.id) is None


# Activities -----------------------------------------------------------------------------------------------------------


def test_a_teacher_enters_an_activity_with_students_of_any_class(cast: Cast) -> None:
    activity = hold(cast, students=[cast.classmate, cast.stranger])
    assert took_part(cast, activity) == {cast.classmate, cast.stranger}


def test_the_same_activity_entered_twice_is_one(cast: Cast) -> None:
    assert hold(cast) is hold(cast)


def test_the_list_is_brought_in_line_and_left_alone_when_not_given(cast: Cast) -> None:
    activity, lan = hold(cast, students=[cast.classmate]), cast.actor("lan")
    values = {"title": "Đêm sách và trà", "held_on": TODAY, "organiser": activity.organiser}
    support.save_activity(cast.session, lan, activity, values, None, activity.version)
    assert took_part(cast, activity) == {cast.classmate}
    lan, read = become(cast, "lan", NOW + dt.timedelta(minutes=5)), activity.version
    stranger = cast.get(m.StudentName, cast.stranger)
    support.save_activity(cast.session, lan, activity, values, [stranger], read)
    assert took_part(cast, activity) == {cast.stranger}
    with pytest.raises(StaleRecord):
        support.save_activity(cast.session, lan, activity, values, [], read)


def test_a_teacher_enters_none_for_a_colleague_and_the_union_may(cast: Cast) -> None:
    become(cast, "operator")
    giang = cast.get(m.Staff, cast.staff["giang"])
    with pytest.raises(NotAllowed):
        hold(cast, organiser=giang)
    assert hold(cast, "cuc", organiser=giang).organiser_id == giang.id


def test_a_teacher_does_not_hand_an_activity_to_a_colleague(cast: Cast) -> None:
    activity = hold(cast)
    values = {"title": "x", "held_on": TODAY, "organiser": cast.get(m.Staff, cast.staff["giang"])}
    with pytest.raises(NotAllowed):
        support.save_activity(cast.session, cast.actor("lan"), activity, values, None, activity.version)


@pytest.mark.parametrize("name", ["title", "held_on", "organiser"])
def test_what_is_missing_is_said_at_its_field(cast: Cast, name: str) -> None:
    with pytest.raises(RuleError) as refusal:
        hold(cast, **{name: None})
    assert refusal.value.field == name


def test_of_the_list_one_sees_the_own_students_and_the_organiser_all(cast: Cast) -> None:
    own, others = cast.id("colleagues", "student"), cast.id("outsiders", "student")
    activity = hold(cast, students=[own, others])
    assert took_part(cast, activity) == {own, others}
    for person, seen in (("tam", {own}), ("minh", {others}), ("son", set()), ("hoa", {own, others}), ("hoi", set())):
        become(cast, person)
        assert took_part(cast, activity) == seen, person


def test_an_activity_is_deleted_with_its_list(cast: Cast) -> None:
    activity, lan = hold(cast, students=[cast.classmate]), cast.actor("lan")
    support.discard_activity(cast.session, lan, activity, activity.version)
    assert cast.get(m.Activity, activity.id) is None
    assert took_part(cast, activity) == set()


# Confirmed by somebody else -------------------------------------------------------------------------------------------


def confirmed(cast: Cast, person: str = "cuc", **values: Any) -> m.Activity:
    """Lan's activity with two students, confirmed by the union."""
    activity = hold(cast, students=[cast.classmate, cast.stranger], **values)
    return support.confirm_activity(cast.session, become(cast, person), activity)


@pytest.mark.parametrize("person", ["cuc", "uyen", "binh", "ly"])
def test_union_and_leadership_confirm_an_activity(cast: Cast, person: str) -> None:
    activity = confirmed(cast, person)
    assert (activity.confirmed_on, activity.confirmed_by_id) == (TODAY, cast.accounts[person])


def test_nobody_else_confirms_or_takes_it_back(cast: Cast) -> None:
    waiting, done, through = hold(cast, title="Ngày hội đọc"), confirmed(cast), []
    for person in ("lan", "phuc", "giang", "hoa", "khoa", "thu", "hoi", "quan"):
        for act, activity in ((support.confirm_activity, waiting), (support.take_back, done)):
            try:
                act(cast.session, become(cast, person), activity)
                through.append((person, act.__name__))
            except NotAllowed:
                pass
    assert through == []
    assert (waiting.confirmed_on, done.confirmed_on) == (None, TODAY)


@pytest.mark.parametrize("person", ["cuc", "binh"])
def test_nobody_confirms_or_takes_back_the_own(cast: Cast, person: str) -> None:
    own = hold(cast, person)
    with pytest.raises(NotAllowed, match="chính thầy cô"):
        support.confirm_activity(cast.session, cast.actor(person), own)
    support.confirm_activity(cast.session, become(cast, "ly"), own)
    with pytest.raises(NotAllowed, match="chính thầy cô"):
        support.take_back(cast.session, become(cast, person), own)


def test_nobody_confirms_by_handing_the_own_to_a_colleague(cast: Cast) -> None:
    own = hold(cast, "cuc")
    cuc = become(cast, "cuc")
    own.organiser_id = cast.staff["giang"]
    with pytest.raises(NotAllowed), cast.session.no_autoflush:
        support.confirm_activity(cast.session, cuc, own)


def test_confirming_twice_changes_nothing(cast: Cast) -> None:
    activity = confirmed(cast)
    version = activity.version
    assert support.confirm_activity(cast.session, become(cast, "binh"), activity).version == version
    assert activity.confirmed_by_id == cast.accounts["cuc"]


def test_what_has_not_happened_is_not_confirmed(cast: Cast) -> None:
    with pytest.raises(RuleError, match="chưa diễn ra"):
        confirmed(cast, held_on=TODAY + dt.timedelta(days=1))


def test_what_is_confirmed_stays_but_for_its_description(cast: Cast) -> None:
    activity = confirmed(cast)
    become(cast, "operator")
    giang, stranger = cast.get(m.Staff, cast.staff["giang"]), cast.get(m.StudentName, cast.stranger)
    values = {"title": activity.title, "held_on": activity.held_on, "organiser": activity.organiser}
    found = {}
    for change in ({"title": "Khác"}, {"held_on": TODAY - dt.timedelta(days=1)}, {"organiser": giang}):
        with pytest.raises(RuleError) as refusal:
            support.save_activity(cast.session, become(cast, "uyen"), activity, values | change, None, activity.version)
        found[next(iter(change))] = refusal.value.field
    with pytest.raises(RuleError) as refusal:
        support.save_activity(cast.session, become(cast, "lan"), activity, values, [stranger], activity.version)
    assert (found, refusal.value.field) == ({n: n for n in ("title", "held_on", "organiser")}, "students")
    same = [cast.get(m.StudentName, id_) for id_ in (cast.stranger, cast.classmate)]
    lan = become(cast, "lan")
    support.save_activity(cast.session, lan, activity, values | {"description": "Vui."}, same, activity.version)
    assert (activity.description, activity.confirmed_on) == ("Vui.", TODAY)
    with pytest.raises(RuleError, match="không xóa"):
        support.discard_activity(cast.session, lan, activity, activity.version)


def test_taken_back_it_may_be_put_right_and_waits_again(cast: Cast) -> None:
    activity = confirmed(cast)
    support.take_back(cast.session, become(cast, "binh"), activity)
    assert (activity.confirmed_on, activity.confirmed_by_id) == (None, None)
    values = {"title": "Đêm sách và trà", "held_on": TODAY, "organiser": activity.organiser}
    lan = become(cast, "lan")
    support.save_activity(cast.session, lan, activity, values, [], activity.version)
    support.discard_activity(cast.session, lan, activity, activity.version)
    assert cast.get(m.Activity, activity.id) is None
