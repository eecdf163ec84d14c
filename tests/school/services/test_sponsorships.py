"""Sponsorships: registered, agreed, approved, ended (P4.1, P4.3)."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.services import sponsorships
from school.services.guard import set_actor
from school.vocabulary import CaseState, SponsorRole, SponsorshipState
from tests.cast import TODAY, Cast
from tests.factories import make_case, make_sponsorship, make_staff

REGISTERED, AGREED, APPROVED, ENDED = SponsorshipState


def become(cast: Cast, person: str) -> Actor:
    """The person, as whom the session acts from now on."""
    actor = cast.actor(person)
    set_actor(cast.session, actor)
    return actor


def register(session: Session, actor: Actor, case: m.SupportCase, staff: m.Staff, **values: Any) -> m.Sponsorship:
    given = {"case": case, "staff": staff, "started_on": TODAY} | values
    return sponsorships.register(session, actor, m.Sponsorship(), given)


def test_a_pairing_goes_from_registration_to_its_end(session: Session, operator: Actor) -> None:
    case = make_case(session, state=CaseState.APPROVED)
    sponsorship = register(session, operator, case, make_staff(session))
    assert (sponsorship.state, sponsorship.role, case.state) == (REGISTERED, SponsorRole.LEAD, CaseState.APPROVED)
    sponsorships.take_step(session, operator, sponsorship, "agree")
    assert (sponsorship.state, case.state) == (AGREED, CaseState.APPROVED)
    sponsorships.take_step(session, operator, sponsorship, "approve")
    assert (sponsorship.state, sponsorship.approved_on, case.state) == (APPROVED, TODAY, CaseState.ACTIVE)
    sponsorships.take_step(session, operator, sponsorship, "end", TODAY, "chuyển công tác")
    assert (sponsorship.state, sponsorship.ended_on, sponsorship.end_reason) == (ENDED, TODAY, "chuyển công tác")
    assert case.state is CaseState.APPROVED


def test_a_case_stays_active_while_one_sponsor_is_left(session: Session, operator: Actor) -> None:
    case = make_case(session)
    lead = make_sponsorship(session, case, make_staff(session))
    make_sponsorship(session, case, make_staff(session), role=SponsorRole.SUPPORTING)
    sponsorships.take_step(session, operator, lead, "end", TODAY, "ốm")
    assert case.state is CaseState.ACTIVE


def test_a_teacher_registers_the_own_name_only(cast: Cast) -> None:
    case, son, lan = (
        cast.get(m.SupportCase, cast.id("ended")),
        cast.get(m.Staff, cast.staff["son"]),
        cast.get(m.Staff, cast.staff["lan"]),
    )
    actor = become(cast, "son")
    assert register(cast.session, actor, case, son).state is REGISTERED
    with pytest.raises(NotAllowed):
        register(cast.session, actor, case, lan, role=SponsorRole.SUPPORTING)


def test_the_secretary_draws_up_the_list_and_agrees_nothing(cast: Cast) -> None:
    thu = become(cast, "thu")
    case, son = cast.get(m.SupportCase, cast.id("ended")), cast.get(m.Staff, cast.staff["son"])
    sponsorship = register(cast.session, thu, case, son)
    for step in ("agree", "approve", "end"):
        with pytest.raises(NotAllowed):
            sponsorships.take_step(cast.session, thu, sponsorship, step, TODAY, "x")


def test_nobody_agrees_or_approves_the_own_pairing(cast: Cast) -> None:
    case = cast.get(m.SupportCase, cast.id("ended"))
    uyen, ly = cast.get(m.Staff, cast.staff["uyen"]), cast.get(m.Staff, cast.staff["ly"])
    operator = cast.actor("operator")
    first = register(cast.session, operator, case, uyen, role=SponsorRole.JOINT)
    second = register(cast.session, operator, case, ly, role=SponsorRole.JOINT)
    actor = become(cast, "uyen")
    with pytest.raises(NotAllowed):
        sponsorships.take_step(cast.session, actor, first, "agree")
    sponsorships.take_step(cast.session, actor, second, "agree")
    actor = become(cast, "ly")
    with pytest.raises(NotAllowed):
        sponsorships.take_step(cast.session, actor, second, "approve")
    sponsorships.take_step(cast.session, actor, first, "agree")
    sponsorships.take_step(cast.session, actor, first, "approve")
    assert first.approved_by_id == actor.account_id


def test_a_leader_approves_a_sponsor_for_a_student_whom_the_leader_nominated(cast: Cast) -> None:
    # The case follows its sponsorship; whose nomination it was does not matter for that.
    case = cast.get(m.SupportCase, cast.id("leaders_nominee"))
    case.state = CaseState.APPROVED
    sponsorship = register(cast.session, cast.actor("operator"), case, cast.get(m.Staff, cast.staff["son"]))
    ly = become(cast, "ly")
    sponsorships.take_step(cast.session, ly, sponsorship, "agree")
    sponsorships.take_step(cast.session, ly, sponsorship, "approve")
    assert case.state is CaseState.ACTIVE


@pytest.mark.parametrize("missing", ["case", "staff", "started_on"])
def test_a_registration_is_complete(session: Session, operator: Actor, missing: str) -> None:
    values = {"case": make_case(session), "staff": make_staff(session), "started_on": TODAY} | {missing: None}
    with pytest.raises(RuleError) as refusal:
        sponsorships.register(session, operator, m.Sponsorship(), values)
    assert refusal.value.field == missing


@pytest.mark.parametrize("state", [CaseState.NOMINATED, CaseState.VERIFIED])
def test_a_pairing_is_approved_after_its_case(session: Session, operator: Actor, state: CaseState) -> None:
    sponsorship = register(session, operator, make_case(session, state=state), make_staff(session))
    sponsorships.take_step(session, operator, sponsorship, "agree")
    with pytest.raises(RuleError, match="chưa được duyệt"):
        sponsorships.take_step(session, operator, sponsorship, "approve")
    assert sponsorship.state is AGREED


def test_a_closed_case_takes_no_sponsor(session: Session, operator: Actor) -> None:
    with pytest.raises(RuleError) as refusal:
        register(session, operator, make_case(session, state=CaseState.CLOSED), make_staff(session))
    assert refusal.value.field == "case"


@pytest.mark.parametrize(("left_on", "allowed"), [(TODAY, True), (TODAY - dt.timedelta(days=1), False)])
def test_whoever_has_left_sponsors_nobody(session: Session, operator: Actor, left_on: dt.date, allowed: bool) -> None:
    case, staff = make_case(session), make_staff(session, left_on=left_on)
    if allowed:
        assert register(session, operator, case, staff).id
    else:
        with pytest.raises(RuleError) as refusal:
            register(session, operator, case, staff)
        assert refusal.value.field == "staff"


def test_one_lead_or_several_equal_ones(session: Session, operator: Actor) -> None:
    case = make_case(session)
    register(session, operator, case, make_staff(session))
    for role in (SponsorRole.LEAD, SponsorRole.JOINT):
        with pytest.raises(RuleError) as refusal:
            register(session, operator, case, make_staff(session), role=role)
        assert refusal.value.field == "role"
    assert register(session, operator, case, make_staff(session), role=SponsorRole.SUPPORTING).id


def test_a_clash_with_a_sponsorship_out_of_sight_is_found_without_showing_it(cast: Cast) -> None:
    case, son = cast.get(m.SupportCase, cast.id("outsiders")), cast.get(m.Staff, cast.staff["son"])
    actor = become(cast, "son")
    with pytest.raises(RuleError) as refusal:
        register(cast.session, actor, case, son)
    assert refusal.value.field == "role"
    assert cast.session.get(m.Sponsorship, cast.id("outsiders", "sponsorship")) is None


def test_a_pair_that_ended_can_be_made_again(session: Session, operator: Actor) -> None:
    case, lan = make_case(session), make_staff(session)
    make_sponsorship(session, case, lan, state=ENDED, ended_on=TODAY - dt.timedelta(days=1))
    assert register(session, operator, case, lan).id


def test_a_registration_can_be_changed_until_it_is_agreed(session: Session, operator: Actor) -> None:
    case, lan = make_case(session), make_staff(session)
    sponsorship = register(session, operator, case, lan)
    values = {"case": case, "staff": lan, "started_on": TODAY, "role": SponsorRole.SUPPORTING}
    sponsorships.register(session, operator, sponsorship, values, sponsorship.version)
    assert sponsorship.role is SponsorRole.SUPPORTING
    with pytest.raises(StaleRecord):
        sponsorships.register(session, operator, sponsorship, values, sponsorship.version - 1)
    sponsorships.take_step(session, operator, sponsorship, "agree")
    with pytest.raises(RuleError, match="đã được thống nhất"):
        sponsorships.register(session, operator, sponsorship, values, sponsorship.version)
    with pytest.raises(RuleError, match="đã được thống nhất"):
        sponsorships.withdraw(session, operator, sponsorship, sponsorship.version)


def test_a_teacher_takes_the_own_registration_back(cast: Cast) -> None:
    lan = become(cast, "lan")
    own = cast.id("registered", "sponsorship")
    rating = cast.id("registered", "rating")
    set_actor(cast.session, cast.actor("operator"))
    cast.session.delete(cast.get(m.SponsorEvaluation, rating))
    set_actor(cast.session, lan)
    sponsorship = cast.get(m.Sponsorship, own)
    sponsorships.withdraw(cast.session, lan, sponsorship, sponsorship.version)
    assert cast.session.get(m.Sponsorship, own) is None


def test_a_teacher_does_not_take_anothers_registration_over(cast: Cast) -> None:
    sponsorship = cast.get(m.Sponsorship, cast.id("registered", "sponsorship"))
    values = {"case": sponsorship.case, "staff": cast.get(m.Staff, cast.staff["son"]), "started_on": TODAY}
    version = sponsorship.version
    son = become(cast, "son")
    with pytest.raises(NotAllowed):
        sponsorships.register(cast.session, son, sponsorship, values, version)
    with pytest.raises(NotAllowed):
        sponsorships.withdraw(cast.session, son, sponsorship, version)


@pytest.mark.parametrize("reason", [None, "", " "])
def test_an_end_needs_a_reason(session: Session, operator: Actor, reason: str | None) -> None:
    sponsorship = make_sponsorship(session, make_case(session), make_staff(session))
    with pytest.raises(RuleError) as refusal:
        sponsorships.take_step(session, operator, sponsorship, "end", TODAY, reason)
    assert refusal.value.field == "reason"


def test_an_end_is_not_before_the_beginning(session: Session, operator: Actor) -> None:
    sponsorship = make_sponsorship(session, make_case(session), make_staff(session))
    with pytest.raises(RuleError) as refusal:
        sponsorships.take_step(session, operator, sponsorship, "end", dt.date(2025, 8, 31), "nhầm")
    assert refusal.value.field == "ended_on"
    sponsorships.take_step(session, operator, sponsorship, "end", dt.date(2025, 9, 1), "nhầm")
    assert sponsorship.runs_on(dt.date(2025, 9, 1))
    assert not sponsorship.runs_on(dt.date(2025, 9, 2))


def test_without_a_day_a_sponsorship_ends_today(session: Session, operator: Actor) -> None:
    sponsorship = make_sponsorship(session, make_case(session), make_staff(session))
    sponsorships.take_step(session, operator, sponsorship, "end", reason="ốm")
    assert sponsorship.ended_on == TODAY


def test_a_supporting_sponsor_does_not_become_equal_beside_a_lead(session: Session, operator: Actor) -> None:
    case = make_case(session)
    make_sponsorship(session, case, make_staff(session))
    two = make_sponsorship(session, case, make_staff(session), role=SponsorRole.SUPPORTING)
    with pytest.raises(RuleError):
        sponsorships.change_roles(session, operator, {two: SponsorRole.JOINT})


def test_two_sponsors_become_equal_together(session: Session, operator: Actor) -> None:
    case = make_case(session)
    one = make_sponsorship(session, case, make_staff(session))
    two = make_sponsorship(session, case, make_staff(session), role=SponsorRole.SUPPORTING)
    sponsorships.change_roles(session, operator, {one: SponsorRole.JOINT, two: SponsorRole.JOINT})
    assert one.role is two.role is SponsorRole.JOINT


def test_the_part_of_an_ended_sponsorship_is_history(session: Session, operator: Actor) -> None:
    ended = make_sponsorship(session, make_case(session), make_staff(session), state=ENDED, ended_on=TODAY)
    with pytest.raises(RuleError, match="đã kết thúc"):
        sponsorships.change_roles(session, operator, {ended: SponsorRole.JOINT})
