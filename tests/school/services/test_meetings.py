"""The assignment meeting: what it says, the pairings it agrees at once, the list that leadership approves (P4.3)."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.services import meetings, sponsorships
from school.services.guard import set_actor
from school.vocabulary import CaseState, SponsorRole, SponsorshipState, YearState
from tests.cast import TODAY, Cast
from tests.factories import (
    make_case,
    make_meeting,
    make_sponsorship,
    make_staff,
    make_student,
    make_year,
    the_year,
)

REGISTERED, AGREED, APPROVED, ENDED = SponsorshipState


def become(cast: Cast, person: str) -> Actor:
    actor = cast.actor(person)
    set_actor(cast.session, actor)
    return actor


def pair(session: Session, staff: m.Staff, name: str = "Trần Văn Đạt", **case: Any) -> m.Sponsorship:
    """A registered pairing of a case of its own."""
    return make_sponsorship(session, make_case(session, make_student(session, name), **case), staff, state=REGISTERED)


def pair_of(cast: Cast, person: str, **values: Any) -> m.Sponsorship:
    return pair(cast.session, cast.get(m.Staff, cast.staff[person]), **values)


def test_what_a_meeting_says_is_kept(cast: Cast) -> None:
    binh = cast.get(m.Staff, cast.staff["binh"])
    for who in ("cuc", "thu", "ly"):
        actor = become(cast, who)
        values = {"held_on": TODAY, "chair": binh, "decision_number": "15/QĐ", "proceedings": "nhất trí"}
        meeting = meetings.save(cast.session, actor, m.AssignmentMeeting(), values)
        assert (meeting.held_on, meeting.chair_id, meeting.school_year_id) == (TODAY, binh.id, cast.year)
        meetings.save(cast.session, actor, meeting, values | {"proceedings": "sửa"}, meeting.version)
        assert meeting.proceedings == "sửa"
        with pytest.raises(StaleRecord):
            meetings.save(cast.session, actor, meeting, values, meeting.version - 1)


@pytest.mark.parametrize("who", ["lan", "hoa", "hoi", "quan"])
def test_others_write_no_meeting(cast: Cast, who: str) -> None:
    binh = cast.get(m.Staff, cast.staff["binh"])
    actor = become(cast, who)
    with pytest.raises(NotAllowed):
        meetings.save(cast.session, actor, m.AssignmentMeeting(), {"held_on": TODAY, "chair": binh})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"held_on": None}, "held_on"),
        ({"held_on": TODAY + dt.timedelta(days=1)}, "held_on"),
        ({"held_on": dt.date(2025, 8, 31)}, "held_on"),
        ({"chair": None}, "chair"),
        ({}, None),
        ({"held_on": dt.date(2025, 9, 1)}, None),
    ],
)
def test_a_meeting_has_a_day_of_the_year_that_has_come_and_a_chair(
    session: Session, operator: Actor, values: dict[str, Any], field: str | None
) -> None:
    the_year(session)
    given = {"held_on": TODAY, "chair": make_staff(session)} | values
    if field is None:
        assert meetings.save(session, operator, m.AssignmentMeeting(), given).id
        return
    with pytest.raises(RuleError) as refusal:
        meetings.save(session, operator, m.AssignmentMeeting(), given)
    assert refusal.value.field == field


def test_whoever_had_left_chaired_nothing(session: Session, operator: Actor) -> None:
    the_year(session)
    gone = make_staff(session, left_on=TODAY - dt.timedelta(days=1))
    with pytest.raises(RuleError) as refusal:
        meetings.save(session, operator, m.AssignmentMeeting(), {"held_on": TODAY, "chair": gone})
    assert refusal.value.field == "chair"


def test_a_closed_year_has_no_new_meeting(session: Session, operator: Actor) -> None:
    pairing, meeting = pair(session, make_staff(session)), make_meeting(session, make_staff(session))
    the_year(session).state = YearState.CLOSED
    values = {"held_on": TODAY, "chair": make_staff(session)}
    for refused in (
        lambda: meetings.save(session, operator, m.AssignmentMeeting(), values),
        lambda: meetings.save(session, operator, meeting, values, meeting.version),
        lambda: meetings.agree(session, operator, meeting, [pairing]),
        lambda: meetings.approve_list(session, operator, meeting),
    ):
        with pytest.raises(RuleError):
            refused()
    assert pairing.state is REGISTERED


def test_many_pairings_are_agreed_in_one_step_and_approved_in_another(cast: Cast) -> None:
    meeting = make_meeting(cast.session, cast.get(m.Staff, cast.staff["binh"]))
    pairs = [pair_of(cast, person) for person in ("son", "vinh", "giang")]
    cuc = become(cast, "cuc")
    settled = meetings.agree(cast.session, cuc, meeting, pairs)
    assert (len(settled.done), settled.own) == (3, ())
    assert {(s.state, s.meeting_id) for s in pairs} == {(AGREED, meeting.id)}
    assert meetings.agree(cast.session, cuc, meeting, pairs).done == ()  # a second tap
    binh = become(cast, "binh")
    assert len(meetings.approve_list(cast.session, binh, meeting).done) == 3
    assert {(s.state, s.approved_by_id, s.case.state) for s in pairs} == {(APPROVED, binh.account_id, CaseState.ACTIVE)}
    with pytest.raises(RuleError, match="không còn"):
        meetings.approve_list(cast.session, binh, meeting)


def test_the_own_pairing_is_left_to_another(cast: Cast) -> None:
    meeting = make_meeting(cast.session, cast.get(m.Staff, cast.staff["binh"]))
    sons, uyens, lys = (pair_of(cast, person) for person in ("son", "uyen", "ly"))
    uyen = become(cast, "uyen")
    settled = meetings.agree(cast.session, uyen, meeting, [sons, uyens, lys])
    assert (settled.done, settled.own) == ((sons, lys), (uyens,))
    assert uyens.state is REGISTERED
    ly = become(cast, "ly")
    meetings.agree(cast.session, ly, meeting, [uyens])
    settled = meetings.approve_list(cast.session, ly, meeting)
    assert settled.own == (lys,)
    assert (sons.state, uyens.state, lys.state) == (APPROVED, APPROVED, AGREED)
    binh = become(cast, "binh")
    assert meetings.approve_list(cast.session, binh, meeting).done == (lys,)


def test_a_case_that_is_not_approved_holds_the_whole_list_and_is_named(cast: Cast) -> None:
    meeting = make_meeting(cast.session, cast.get(m.Staff, cast.staff["binh"]))
    ready = pair_of(cast, "son")
    others = [
        pair_of(cast, "vinh", name="Lê Thị Chờ", state=CaseState.VERIFIED),
        pair_of(cast, "giang", name="Lê Thị Mới", state=CaseState.NOMINATED),
    ]
    cuc = become(cast, "cuc")
    meetings.agree(cast.session, cuc, meeting, [ready, *others])
    binh = become(cast, "binh")
    with pytest.raises(RuleError) as refusal:
        meetings.approve_list(cast.session, binh, meeting)
    assert "Lê Thị Chờ" in str(refusal.value)
    assert "Lê Thị Mới" in str(refusal.value)
    assert "Trần Văn Đạt" not in str(refusal.value)
    assert ready.state is AGREED


def test_one_that_does_not_wait_holds_all(cast: Cast) -> None:
    meeting = make_meeting(cast.session, cast.get(m.Staff, cast.staff["binh"]))
    waiting, running = pair_of(cast, "son"), cast.get(m.Sponsorship, cast.id("outsiders", "sponsorship"))
    cuc = become(cast, "cuc")
    with pytest.raises(RuleError, match="không còn chờ"):
        meetings.agree(cast.session, cuc, meeting, [waiting, running])
    assert (waiting.state, waiting.meeting_id) == (REGISTERED, None)


def test_a_pairing_of_another_year_is_not_the_meetings(session: Session, operator: Actor) -> None:
    meeting = make_meeting(session, make_staff(session))
    other = make_year(session, "2024-2025")
    pairing = pair(session, make_staff(session), school_year_id=other.id)
    with pytest.raises(RuleError, match="năm học khác"):
        meetings.agree(session, operator, meeting, [pairing])
    assert pairing not in meetings.to_agree(session, meeting)


@pytest.mark.parametrize("who", ["thu", "lan", "hoa"])
def test_the_secretary_and_the_staff_agree_nothing(cast: Cast, who: str) -> None:
    meeting = make_meeting(cast.session, cast.get(m.Staff, cast.staff["binh"]))
    pairing = pair_of(cast, "son")
    actor = become(cast, who)
    for refused in (meetings.agree, lambda *given: meetings.approve_list(*given[:3])):
        with pytest.raises(NotAllowed):
            refused(cast.session, actor, meeting, [pairing])


def test_the_union_approves_nothing(cast: Cast) -> None:
    meeting = make_meeting(cast.session, cast.get(m.Staff, cast.staff["binh"]))
    pairing = pair_of(cast, "son")
    cuc = become(cast, "cuc")
    meetings.agree(cast.session, cuc, meeting, [pairing])
    with pytest.raises(NotAllowed):
        meetings.approve_list(cast.session, cuc, meeting)


def test_an_urgent_pairing_needs_no_meeting(cast: Cast) -> None:
    pairing = pair_of(cast, "son")
    binh = become(cast, "binh")
    for name in ("agree", "approve"):
        sponsorships.take_step(cast.session, binh, pairing, name)
    assert (pairing.state, pairing.meeting_id) == (APPROVED, None)


def test_whoever_left_before_the_approval_is_not_approved(session: Session, operator: Actor) -> None:
    meeting, staff = make_meeting(session, make_staff(session)), make_staff(session)
    pairing = pair(session, staff)
    meetings.agree(session, operator, meeting, [pairing])
    staff.left_on = dt.date(2025, 8, 1)
    with pytest.raises(RuleError, match="thôi công tác"):
        meetings.approve_list(session, operator, meeting)
    assert SponsorRole.LEAD is pairing.role
