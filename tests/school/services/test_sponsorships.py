"""Sponsorships: registered, agreed, approved, ended (P4.1, P4.3)."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.services import cases, sponsorships
from school.services.guard import set_actor
from school.vocabulary import CaseOutcome, CaseState, SponsorRole, SponsorshipState, YearState
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


# Passing on -----------------------------------------------------------------------------------------------------------

FIRST = dt.date(2025, 9, 1)
YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)
DAY = dt.timedelta(days=1)


def intervals(case: m.SupportCase) -> list[tuple[int, dt.date, dt.date | None]]:
    return sorted((s.started_on, s.ended_on or dt.date.max, s.staff_id) for s in case.sponsorships)


def runs(case: m.SupportCase, day: dt.date) -> list[int]:
    return [s.staff_id for s in case.sponsorships if s.runs_on(day)]


@pytest.mark.parametrize("first_day", [dt.date(2025, 9, 2), YESTERDAY, TODAY, TOMORROW, dt.date(2026, 2, 28)])
@pytest.mark.parametrize("role", list(SponsorRole))
def test_a_hand_over_leaves_no_day_without_and_none_with_two(
    session: Session, operator: Actor, first_day: dt.date, role: SponsorRole
) -> None:
    case, lan, son = make_case(session), make_staff(session), make_staff(session)
    old = make_sponsorship(session, case, lan, role=role)
    new = sponsorships.hand_over(session, operator, old, son, first_day, "nghỉ sinh con")
    assert (new.state, new.role, new.follows_id, new.started_on) == (APPROVED, role, old.id, first_day)
    assert (old.ended_on, old.end_reason) == (first_day - DAY, "nghỉ sinh con")
    assert runs(case, first_day - DAY) == [lan.id]
    assert runs(case, first_day) == [son.id]
    assert (old.state is ENDED) == (first_day <= TODAY)
    assert case.state is CaseState.ACTIVE


def test_who_took_over_hands_on_and_the_first_one_comes_back(session: Session, operator: Actor) -> None:
    case, lan, son = make_case(session), make_staff(session), make_staff(session)
    first = make_sponsorship(session, case, lan)
    second = sponsorships.hand_over(session, operator, first, son, YESTERDAY, "ốm")
    third = sponsorships.hand_over(session, operator, second, lan, TODAY, "khỏe lại")
    assert (third.follows_id, third.staff_id) == (second.id, lan.id)
    assert [runs(case, day) for day in (YESTERDAY - DAY, YESTERDAY, TODAY)] == [[lan.id], [son.id], [lan.id]]


def test_a_substitute_stands_in_and_the_sponsor_goes_on(session: Session, operator: Actor) -> None:
    case, lan, son = make_case(session), make_staff(session), make_staff(session)
    old = make_sponsorship(session, case, lan)
    first, last = dt.date(2025, 11, 3), dt.date(2025, 11, 14)
    between, again = sponsorships.substitute(session, operator, old, son, first, last, "đi tập huấn")
    assert again is not None
    assert (between.follows_id, again.follows_id, again.staff_id) == (old.id, between.id, lan.id)
    assert {s.state for s in (old, between, again)} == {APPROVED}
    days = [first - DAY, first, last, last + DAY]
    assert [runs(case, day) for day in days] == [[lan.id], [son.id], [son.id], [lan.id]]
    assert case.state is CaseState.ACTIVE


def test_an_absence_that_is_over_can_still_be_written_down(session: Session, operator: Actor) -> None:
    case, lan, son = make_case(session), make_staff(session), make_staff(session)
    old = make_sponsorship(session, case, lan)
    between, again = sponsorships.substitute(
        session, operator, old, son, dt.date(2025, 9, 10), dt.date(2025, 9, 20), "ốm"
    )
    assert (old.state, between.state, again and again.state) == (ENDED, ENDED, APPROVED)
    assert runs(case, TODAY) == [lan.id]
    assert case.state is CaseState.ACTIVE


def test_an_absence_until_the_end_of_the_summer_leaves_nothing_to_go_on_with(session: Session, operator: Actor) -> None:
    old = make_sponsorship(session, make_case(session), make_staff(session))
    given = (session, operator, old, make_staff(session), TODAY, dt.date(2026, 8, 31), "nghỉ sinh con")
    assert sponsorships.substitute(*given)[1] is None


def refuse_hand_over(session: Session, actor: Actor, old: m.Sponsorship, **values: Any) -> str | None:
    """The field at fault; nothing has changed."""
    before = (old.ended_on, old.state, intervals(old.case))
    given = {"staff": None, "first_day": TODAY, "reason": "ốm"} | values
    with pytest.raises(RuleError) as refusal:
        sponsorships.hand_over(session, actor, old, **given)
    assert (old.ended_on, old.state, intervals(old.case)) == before
    return refusal.value.field


def test_what_does_not_fit_is_refused_at_its_field(session: Session, operator: Actor) -> None:
    case, lan = make_case(session), make_staff(session)
    old, son = make_sponsorship(session, case, lan), make_staff(session)
    gone = make_staff(session, left_on=YESTERDAY)
    for values, field in (
        ({"staff": lan}, "staff"),
        ({"staff": None}, "staff"),
        ({"staff": gone}, "staff"),
        ({"staff": son, "first_day": None}, "first_day"),
        ({"staff": son, "first_day": old.started_on}, "first_day"),
        ({"staff": son, "first_day": dt.date(2025, 8, 31)}, "first_day"),
        ({"staff": son, "first_day": dt.date(2026, 9, 1)}, "first_day"),
        ({"staff": son, "reason": " "}, "reason"),
    ):
        assert refuse_hand_over(session, operator, old, **values) == field, values


def test_an_absence_is_within_the_year_and_ends_after_it_begins(session: Session, operator: Actor) -> None:
    old, son = make_sponsorship(session, make_case(session), make_staff(session)), make_staff(session)
    leaving = make_staff(session, left_on=TODAY)
    for who, first, last, field in (
        (son, TODAY, YESTERDAY, "last"),
        (son, TODAY, None, "last"),
        (son, TODAY, dt.date(2026, 9, 1), "last"),
        (son, None, TODAY, "first"),
        (son, old.started_on, TODAY, "first"),
        (leaving, TODAY, TOMORROW, "staff"),
    ):
        with pytest.raises(RuleError) as refusal:
            sponsorships.substitute(session, operator, old, who, first, last, "ốm")
        assert refusal.value.field == field
    assert old.ended_on is None


@pytest.mark.parametrize("state", [REGISTERED, AGREED, ENDED])
def test_only_an_approved_pairing_is_passed_on(session: Session, operator: Actor, state: SponsorshipState) -> None:
    old = make_sponsorship(session, make_case(session), make_staff(session), state=state)
    assert refuse_hand_over(session, operator, old, staff=make_staff(session)) is None


def test_a_closed_year_is_not_passed_on(session: Session, operator: Actor) -> None:
    old, son = make_sponsorship(session, make_case(session), make_staff(session)), make_staff(session)
    old.case.school_year.state = YearState.CLOSED
    assert refuse_hand_over(session, operator, old, staff=son) is None
    with pytest.raises(RuleError):
        sponsorships.take_step(session, operator, old, "end", TODAY, "ốm")


def test_somebody_who_helps_already_does_not_take_over_beside_oneself(session: Session, operator: Actor) -> None:
    case, son = make_case(session), make_staff(session)
    old = make_sponsorship(session, case, make_staff(session))
    make_sponsorship(session, case, son, role=SponsorRole.SUPPORTING)
    with pytest.raises(RuleError, match="đang đỡ đầu") as refusal:
        sponsorships.hand_over(session, operator, old, son, TODAY, "ốm")
    assert refusal.value.field == "staff"


def test_leadership_passes_on_and_nobody_else(cast: Cast) -> None:
    for who, allowed in (("ly", True), ("binh", False)):  # the second finds it done
        old, son = cast.get(m.Sponsorship, cast.id("outsiders", "sponsorship")), cast.get(m.Staff, cast.staff["son"])
        actor = become(cast, who)
        assert sponsorships.may_pass_on(actor, old) is allowed
        if allowed:
            assert sponsorships.hand_over(cast.session, actor, old, son, TODAY, "ốm").approved_by_id == actor.account_id


@pytest.mark.parametrize("who", ["lan", "hoa", "cuc", "thu"])
def test_others_pass_nothing_on(cast: Cast, who: str) -> None:
    old, son = cast.get(m.Sponsorship, cast.id("sponsored", "sponsorship")), cast.get(m.Staff, cast.staff["son"])
    actor = become(cast, who)
    assert not sponsorships.may_pass_on(actor, old)
    with pytest.raises(NotAllowed):
        sponsorships.hand_over(cast.session, actor, old, son, TODAY, "ốm")
    with pytest.raises(NotAllowed):
        sponsorships.substitute(cast.session, actor, old, son, TODAY, TOMORROW, "ốm")


def test_a_leader_approves_neither_the_own_take_over_nor_the_own_return(cast: Cast) -> None:
    outsiders, own = (cast.get(m.Sponsorship, cast.id(name, "sponsorship")) for name in ("outsiders", "leaders"))
    me, son = cast.get(m.Staff, cast.staff["ly"]), cast.get(m.Staff, cast.staff["son"])
    ly = become(cast, "ly")
    with pytest.raises(RuleError, match="của chính") as refusal:
        sponsorships.hand_over(cast.session, ly, outsiders, me, TODAY, "ốm")
    assert refusal.value.field == "staff"
    with pytest.raises(RuleError, match="của chính"):
        sponsorships.substitute(cast.session, ly, own, son, TODAY, TOMORROW, "họp")
    assert own.ended_on is None
    assert sponsorships.hand_over(cast.session, ly, own, son, TODAY, "chuyển công tác").staff_id == son.id


def test_a_pairing_lies_within_the_year_of_its_case(session: Session, operator: Actor) -> None:
    case, staff = make_case(session), make_staff(session)
    for day in (dt.date(2025, 8, 31), dt.date(2026, 9, 1)):
        with pytest.raises(RuleError) as refusal:
            register(session, operator, case, staff, started_on=day)
        assert refusal.value.field == "started_on"
    running = make_sponsorship(session, case, staff)
    with pytest.raises(RuleError) as refusal:
        sponsorships.take_step(session, operator, running, "end", dt.date(2026, 9, 1), "ốm")
    assert refusal.value.field == "ended_on"


def test_whoever_ends_on_a_day_is_not_made_longer(session: Session, operator: Actor) -> None:
    old, son = make_sponsorship(session, make_case(session), make_staff(session)), make_staff(session)
    sponsorships.hand_over(session, operator, old, son, dt.date(2025, 12, 1), "ốm")
    with pytest.raises(RuleError) as refusal:
        sponsorships.take_step(session, operator, old, "end", dt.date(2025, 12, 1), "ốm")
    assert refusal.value.field == "ended_on"
    sponsorships.take_step(session, operator, old, "end", TODAY, "ốm nặng")
    assert old.ended_on == TODAY


def test_a_registration_that_was_turned_down_stands_in_nobodys_way(session: Session, operator: Actor) -> None:
    case = make_case(session)
    later = register(session, operator, case, make_staff(session), started_on=dt.date(2025, 12, 1))
    sponsorships.take_step(session, operator, later, "end", reason="đã có người khác")
    assert (later.state, later.ended_on) == (ENDED, dt.date(2025, 12, 1))
    assert register(session, operator, case, make_staff(session), started_on=dt.date(2025, 12, 1)).id


def test_many_pairings_are_proposed_together_or_not_at_all(session: Session, operator: Actor) -> None:
    both, staff = [make_case(session) for _ in range(2)], make_staff(session)
    pairs = [{"case": case, "staff": staff, "started_on": TODAY} for case in both]
    made = sponsorships.register_all(session, operator, pairs)
    assert {s.state for s in made} == {REGISTERED}
    assert sponsorships.register_all(session, operator, pairs) == made  # a second tap
    with pytest.raises(RuleError) as refusal:
        sponsorships.register_all(
            session, operator, [{"case": both[1], "staff": make_staff(session), "started_on": TODAY}]
        )
    assert refusal.value.params["case_id"] == both[1].id


def test_a_case_is_closed_when_every_interval_is_past(session: Session, operator: Actor) -> None:
    case, lan = make_case(session, state=CaseState.ACTIVE), make_staff(session)
    make_sponsorship(session, case, lan, ended_on=YESTERDAY)  # its last day came, and nobody said so
    cases.take_step(session, operator, case, "close", CaseOutcome.PROGRESSED)
    assert case.state is CaseState.CLOSED
    other = make_case(session, state=CaseState.ACTIVE)
    make_sponsorship(session, other, lan, ended_on=TODAY)
    with pytest.raises(RuleError, match="còn phân công"):
        cases.take_step(session, operator, other, "close", CaseOutcome.PROGRESSED)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_is_passed_on_no_day_has_two_leads_or_the_same_person_twice(
    data: st.DataObject, session: Session, operator: Actor, crowd: list[m.Staff]
) -> None:
    """Hand-overs, absences, ends and new pairings in any order: each is refused, or leaves the case in order."""
    case = make_case(session)
    span = [FIRST + n * DAY for n in range(60)]
    for _number in range(data.draw(st.integers(1, 8))):
        staff, role = data.draw(st.sampled_from(crowd)), data.draw(st.sampled_from(list(SponsorRole)))
        one, two = data.draw(st.sampled_from(span)), data.draw(st.sampled_from(span))
        standing = [s for s in case.sponsorships if s.state is APPROVED]
        old = data.draw(st.sampled_from(standing)) if standing else None
        kind = data.draw(st.sampled_from(["new", "hand over", "substitute", "end"]))
        led_before = {day for day in span if leads(case, day)}
        try:
            if kind == "new" or old is None:
                made = register(session, operator, case, staff, role=role, started_on=one)
                for name in ("agree", "approve"):
                    sponsorships.take_step(session, operator, made, name)
            elif kind == "hand over":
                sponsorships.hand_over(session, operator, old, staff, one, "ốm")
                assert led_before <= {day for day in span if leads(case, day)}, "a gap"
            elif kind == "substitute":
                sponsorships.substitute(session, operator, old, staff, one, two, "ốm")
                assert led_before <= {day for day in span if leads(case, day)}, "a gap"
            else:
                sponsorships.take_step(session, operator, old, "end", one, "ốm")
        except RuleError:
            session.expire_all()
            continue
        for day in span:
            running = [s for s in case.sponsorships if s.runs_on(day)]
            roles = [s.role for s in running]
            assert roles.count(SponsorRole.LEAD) <= 1
            assert not {SponsorRole.LEAD, SponsorRole.JOINT} <= set(roles)
            assert len({s.staff_id for s in running}) == len(running)


def leads(case: m.SupportCase, day: dt.date) -> list[m.Sponsorship]:
    return [s for s in case.sponsorships if s.runs_on(day) and s.role is not SponsorRole.SUPPORTING]


@pytest.fixture
def crowd(session: Session) -> list[m.Staff]:
    """Four people to pass a student on among."""
    return [make_staff(session) for _ in range(4)]
