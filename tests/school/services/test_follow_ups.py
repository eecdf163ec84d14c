"""What is followed until it is closed: who raises it to whom, answers, closes, sees it (P4.4, P4.6, P4.7)."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.reports import agenda
from school.rules.actor import Actor
from school.services import follow_ups
from school.services.guard import set_actor
from school.services.owed import owed_by_all
from school.vocabulary import FollowUpKind, FollowUpState, ReminderRule
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_follow_up, make_staff

K, S = FollowUpKind, FollowUpState
DUE = TODAY + dt.timedelta(days=7)


def become(cast: Cast, person: str, now: dt.datetime = NOW) -> Actor:
    actor = cast.actor(person, now)
    set_actor(cast.session, actor)
    return actor


def staff(cast: Cast, name: str) -> m.Staff:
    return cast.get(m.Staff, cast.staff[name])


def raise_one(cast: Cast, person: str, to: str, of: K = K.DIFFICULTY, **values: Any) -> m.FollowUp:
    become(cast, "operator")
    owner = staff(cast, to)
    actor = become(cast, person)
    given = {"kind": of, "what": "em chưa có sách", "owner": owner, "due_on": DUE} | values
    return follow_ups.raise_one(cast.session, actor, m.FollowUp(), given)


def take(cast: Cast, person: str, row: m.FollowUp, name: str, text: str | None = "đã mượn sách ở thư viện"):
    return follow_ups.take_step(cast.session, become(cast, person), row, name, text)


# Raising ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "owner", "kind"),
    [
        ("lan", "hoa", K.DIFFICULTY),  # to the own head
        ("lan", "binh", K.SUPPORT_REQUEST),  # to leadership
        ("lan", "ly", K.SPONSOR_CHANGE),
        ("minh", "binh", K.DIFFICULTY),  # of no department
        ("hoa", "binh", K.ADVICE),
        ("hoa", "ly", K.DIFFICULTY),
        ("dung", "hoa", K.DIFFICULTY),  # a deputy to the head
        ("cuc", "lan", K.REMINDER),
        ("uyen", "khoa", K.ADJUST_PLAN),
        ("binh", "hoi", K.FINDING),
        ("ly", "ly", K.ADVICE),
    ],
)
def test_who_raises_what_to_whom(cast: Cast, person: str, owner: str, kind: K) -> None:
    row = raise_one(cast, person, owner, kind)
    assert (row.state, row.raised_by_id, row.owner_id) == (S.OPEN, cast.staff[person], cast.staff[owner])
    assert (row.raised_on, row.due_on, row.school_year_id) == (TODAY, DUE, cast.year)


@pytest.mark.parametrize(
    ("person", "owner", "kind", "field"),
    [
        ("lan", "khoa", K.DIFFICULTY, "owner"),  # another department's head
        ("lan", "giang", K.DIFFICULTY, "owner"),
        ("lan", "cuc", K.DIFFICULTY, "owner"),
        ("lan", "lan", K.DIFFICULTY, "owner"),
        ("hoa", "hoa", K.DIFFICULTY, "owner"),
        ("minh", "hoa", K.DIFFICULTY, "owner"),
        ("dung", "hoa", K.ADVICE, "owner"),  # advice goes to leadership
        ("lan", "binh", K.ADVICE, "kind"),
        ("lan", "hoa", K.REMINDER, "kind"),
        ("hoa", "lan", K.FINDING, "kind"),
        ("lan", "hoa", K.ADJUST_PLAN, "kind"),
    ],
)
def test_what_goes_elsewhere_is_refused_at_its_field(cast: Cast, person: str, owner: str, kind: K, field: str) -> None:
    with pytest.raises(RuleError) as refusal:
        raise_one(cast, person, owner, kind)
    assert refusal.value.field == field


@pytest.mark.parametrize("person", ["thu", "hoi", "quan", "tro", "nobody"])
def test_others_raise_nothing(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        raise_one(cast, person, "binh")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"what": " "}, "what"),
        ({"what": None}, "what"),
        ({"owner": None}, "owner"),
        ({"kind": None}, "kind"),
        ({"due_on": None}, "due_on"),
        ({"due_on": TODAY - dt.timedelta(days=1)}, "due_on"),
        ({"due_on": dt.date(9999, 12, 31)}, "due_on"),
    ],
)
def test_what_is_missing_or_odd_is_said_at_its_field(cast: Cast, values: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleError) as refusal:
        raise_one(cast, "lan", "hoa", **values)
    assert refusal.value.field == field


def test_whoever_left_the_school_gets_nothing(cast: Cast) -> None:
    gone = make_staff(cast.session, "Lê Văn Cũ", left_on=TODAY - dt.timedelta(days=1))
    with pytest.raises(RuleError) as refusal:
        raise_one(cast, "binh", "lan", K.REMINDER, owner=gone)
    assert refusal.value.field == "owner"


def test_the_same_sent_twice_is_one(cast: Cast) -> None:
    before = cast.session.scalar(select(func.count()).select_from(m.FollowUp))
    assert raise_one(cast, "lan", "hoa") is raise_one(cast, "lan", "hoa")
    become(cast, "operator")
    assert cast.session.scalar(select(func.count()).select_from(m.FollowUp)) == before + 1


def test_a_child_of_whom_the_owner_knows_nothing_stays_unknown(cast: Cast) -> None:
    become(cast, "operator")
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    row = raise_one(cast, "cuc", "son", K.LOCAL_COORDINATION, case=case)
    assert row.case_id == case.id
    become(cast, "son")
    cast.session.expire_all()
    assert cast.session.get(m.FollowUp, row.id).case is None


# Answering and closing ----------------------------------------------------------------------------------------------

ANSWER, CLOSE = {"hoa", "binh", "ly"}, {"lan", "cuc", "uyen", "binh", "ly"}
EVERYBODY = ["lan", "hoa", "khoa", "giang", "cuc", "uyen", "thu", "binh", "ly", "hoi", "quan", "tro", "nobody"]
SOURCE = {"answer": S.OPEN, "return": S.ANSWERED, "close": S.ANSWERED}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("name", list(SOURCE))
@pytest.mark.parametrize("person", EVERYBODY)
def test_each_step_from_each_state_by_each_person(cast: Cast, state: S, name: str, person: str) -> None:
    """A difficulty of lan's that hoa owns, and has answered where it is no longer open."""
    answered = {"answer": "xong", "answered_by_id": cast.staff["hoa"]} if state is not S.OPEN else {}
    row = make_follow_up(
        cast.session,
        staff(cast, "hoa"),
        kind=K.DIFFICULTY,
        raised_by_id=cast.staff["lan"],
        state=state,
        **answered,
    )
    actor, allowed = become(cast, person), ANSWER if name == "answer" else CLOSE
    if person not in allowed:
        with pytest.raises(NotAllowed):
            follow_ups.take_step(cast.session, actor, row, name, "vài lời")
    elif state is not SOURCE[name]:
        with pytest.raises(RuleError):
            follow_ups.take_step(cast.session, actor, row, name, "vài lời")
    else:
        follow_ups.take_step(cast.session, actor, row, name, "vài lời")
    become(cast, "operator")
    cast.session.refresh(row)
    assert (row.state is not state) == (person in allowed and state is SOURCE[name])


def test_a_difficulty_goes_its_whole_way(cast: Cast) -> None:
    row = take(cast, "hoa", raise_one(cast, "lan", "hoa"), "answer")
    assert (row.state, row.answered_by_id, row.answered_on) == (S.ANSWERED, cast.staff["hoa"], TODAY)
    take(cast, "lan", row, "return", "còn thiếu vở")
    assert (row.state, row.what) == (S.OPEN, "em chưa có sách\n\n15/10/2025: còn thiếu vở")
    take(cast, "hoa", row, "answer", "đã có vở")
    assert row.answer == "đã mượn sách ở thư viện\n\n15/10/2025: đã có vở"
    take(cast, "lan", row, "close", None)
    assert (row.state, row.closed_by_id, row.closed_on) == (S.CLOSED, cast.accounts["lan"], TODAY)


@pytest.mark.parametrize("name", ["answer", "return"])
def test_an_answer_and_a_return_need_words(cast: Cast, name: str) -> None:
    row = raise_one(cast, "lan", "hoa")
    if name == "return":
        take(cast, "hoa", row, "answer")
    with pytest.raises(RuleError) as refusal:
        take(cast, "hoa" if name == "answer" else "lan", row, name, "  ")
    assert refusal.value.field == "text"


def test_nobody_closes_what_they_own_or_answered(cast: Cast) -> None:
    own = take(cast, "ly", raise_one(cast, "ly", "ly", K.REMINDER), "answer")
    with pytest.raises(NotAllowed, match="chính thầy cô"):
        take(cast, "ly", own, "close")
    take(cast, "binh", own, "close")
    answered = take(cast, "binh", raise_one(cast, "binh", "lan", K.REMINDER), "answer")
    for person in ("lan", "binh"):
        with pytest.raises(NotAllowed):
            take(cast, person, answered, "close")
    take(cast, "cuc", answered, "close")


def test_the_guard_refuses_a_state_set_by_hand(cast: Cast) -> None:
    row = take(cast, "hoa", raise_one(cast, "lan", "hoa"), "answer")
    become(cast, "hoa")
    row.state = S.CLOSED
    with pytest.raises(NotAllowed):
        cast.session.flush()
    cast.session.rollback()


# Another owner, another day -----------------------------------------------------------------------------------------


def change(cast: Cast, person: str, row: m.FollowUp, owner: str, due_on: dt.date = DUE, version: int | None = None):
    become(cast, "operator")
    to = staff(cast, owner)
    values = {"owner": to, "due_on": due_on}
    return follow_ups.change(cast.session, become(cast, person), row, values, version or row.version)


def test_whoever_may_close_it_gives_it_another_owner_or_day(cast: Cast) -> None:
    row = raise_one(cast, "lan", "hoa")
    later = DUE + dt.timedelta(days=3)
    assert change(cast, "lan", row, "binh", later).owner_id == cast.staff["binh"]
    assert change(cast, "cuc", row, "son", later).due_on == later


@pytest.mark.parametrize("person", ["hoa", "khoa", "giang", "thu", "hoi", "quan"])
def test_the_owner_and_others_do_not(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        change(cast, person, raise_one(cast, "lan", "hoa"), "binh")


def test_a_change_is_refused_where_it_is_stale_closed_past_or_to_somebody_else(cast: Cast) -> None:
    row = raise_one(cast, "lan", "hoa")
    with pytest.raises(StaleRecord):
        change(cast, "lan", row, "binh", version=row.version + 1)
    with pytest.raises(RuleError) as refusal:
        change(cast, "lan", row, "khoa")
    assert refusal.value.field == "owner"
    with pytest.raises(RuleError) as refusal:
        change(cast, "lan", row, "hoa", TODAY - dt.timedelta(days=1))
    assert refusal.value.field == "due_on"
    take(cast, "hoa", row, "answer")
    take(cast, "lan", row, "close")
    with pytest.raises(RuleError, match="đã xong"):
        change(cast, "lan", row, "binh")


# Seeing and waiting -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "sees"),
    [
        (name, name in {"lan", "hoa", "binh", "ly", "cuc", "uyen", "thu", "operator"})
        for name in (*EVERYBODY, "operator")
    ],
)
def test_owner_raiser_their_head_union_secretary_and_leadership_see_it(cast: Cast, person: str, sees: bool) -> None:
    row = raise_one(cast, "lan", "binh")
    become(cast, person)
    found = cast.session.scalars(select(m.FollowUp.id).where(m.FollowUp.id == row.id)).all()
    assert bool(found) == sees


def test_leadership_is_known_to_whoever_turns_to_it(cast: Cast) -> None:
    for person in ("lan", "hoa", "minh"):
        become(cast, person)
        assert [row.full_name for row in follow_ups.leaders(cast.session)] == ["Cao Thanh Bình", "Mai Hương Ly"]


@pytest.mark.parametrize(("person", "head"), [("lan", "hoa"), ("dung", "hoa"), ("hoa", None), ("minh", None)])
def test_the_own_head_is_somebody_else(cast: Cast, person: str, head: str | None) -> None:
    actor = become(cast, person)
    found = follow_ups.own_head(cast.session, actor)
    assert (found.id if found else None) == (cast.staff[head] if head else None)


def waiting(cast: Cast, person: str) -> list[int]:
    """Ids of what the home page puts before the person."""
    tasks = agenda.tasks(cast.session, become(cast, person))
    return [task.row_id or 0 for task in tasks if task.model is m.FollowUp]


def test_what_waits_is_open_for_its_owner_and_then_answered_for_whoever_raised_it(cast: Cast) -> None:
    assert waiting(cast, "hoa") == [cast.id("heads", "follow_up")]
    row = raise_one(cast, "lan", "hoa")
    lans = waiting(cast, "lan")
    assert waiting(cast, "hoa") == [row.id, cast.id("heads", "follow_up")]  # the nearest day first
    take(cast, "hoa", row, "answer")
    assert waiting(cast, "hoa") == [cast.id("heads", "follow_up")]
    assert waiting(cast, "lan") == [*lans, row.id]  # it has no day any more
    take(cast, "lan", row, "close")
    assert waiting(cast, "lan") == lans
    assert waiting(cast, "tro") == []
    become(cast, "operator")
    everybodys = owed_by_all(cast.session, TODAY + dt.timedelta(days=30))
    assert sum(key.rule is ReminderRule.FOLLOW_UP for key in everybodys) == 11


def test_what_is_overdue_comes_first_and_what_is_closed_last(cast: Cast) -> None:
    def made(days: int, state: S) -> int:
        due_on = TODAY + dt.timedelta(days=days)
        return make_follow_up(cast.session, staff(cast, "hoi"), due_on=due_on, state=state).id

    closed, answered, soon, late = made(-9, S.CLOSED), made(-5, S.ANSWERED), made(2, S.OPEN), made(-1, S.OPEN)
    mine = select(m.FollowUp.id).where(m.FollowUp.owner_id == cast.staff["hoi"])
    ordered = cast.session.scalars(mine.order_by(*follow_ups.urgency(TODAY))).all()
    assert ordered == [late, soon, answered, closed]
