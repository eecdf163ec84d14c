"""Who may stand beside whom: one lead, or several equal ones, and any number who support (P4.3, P5)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.errors import RuleError
from school.rules.pairing import Pairing, check_interval, check_pairing
from school.vocabulary import SponsorRole

LEAD, JOINT, SUPPORTING = SponsorRole.LEAD, SponsorRole.JOINT, SponsorRole.SUPPORTING
FIRST = dt.date(2025, 9, 1)

ALLOWED = {
    (LEAD, LEAD): False,
    (LEAD, JOINT): False,
    (LEAD, SUPPORTING): True,
    (JOINT, LEAD): False,
    (JOINT, JOINT): True,
    (JOINT, SUPPORTING): True,
    (SUPPORTING, LEAD): True,
    (SUPPORTING, JOINT): True,
    (SUPPORTING, SUPPORTING): True,
}


def day(offset: int) -> dt.date:
    return FIRST + dt.timedelta(days=offset)


@st.composite
def pairings(draw: st.DrawFn) -> Pairing:
    first = draw(st.integers(0, 30))
    last = draw(st.none() | st.integers(first, 40))
    role = draw(st.sampled_from(list(SponsorRole)))
    return Pairing(draw(st.integers(1, 4)), role, day(first), None if last is None else day(last))


DAYS = [day(n) for n in range(50)]


def days_of(pairing: Pairing) -> set[dt.date]:
    """The days it covers, among those looked at."""
    last = pairing.last or DAYS[-1]
    return {day for day in DAYS if pairing.first <= day <= last}


def is_allowed(new: Pairing, others: list[Pairing]) -> bool:
    try:
        check_pairing(new, others)
    except RuleError:
        return False
    return True


@given(pairings(), pairings())
def test_two_intervals_overlap_when_they_share_a_day(one: Pairing, other: Pairing) -> None:
    assert one.overlaps(other) == bool(days_of(one) & days_of(other)) == other.overlaps(one)


@pytest.mark.parametrize(("roles", "allowed"), ALLOWED.items())
def test_which_parts_go_together(roles: tuple[SponsorRole, SponsorRole], allowed: bool) -> None:
    assert is_allowed(Pairing(1, roles[0], FIRST), [Pairing(2, roles[1], FIRST)]) is allowed


@given(pairings(), st.lists(pairings(), max_size=5))
def test_a_pairing_stands_where_it_goes_together_with_each_that_shares_a_day(
    new: Pairing, others: list[Pairing]
) -> None:
    beside = [other for other in others if days_of(new) & days_of(other)]
    expected = all(other.staff_id != new.staff_id and ALLOWED[new.role, other.role] for other in beside)
    assert is_allowed(new, others) == expected


@given(st.lists(pairings(), max_size=8))
def test_no_day_ever_has_two_leads_or_a_lead_beside_joint_ones(proposed: list[Pairing]) -> None:
    standing: list[Pairing] = []
    for new in proposed:
        if is_allowed(new, standing):
            standing.append(new)
    covered = [(pairing, days_of(pairing)) for pairing in standing]
    for this_day in DAYS:
        today = [pairing for pairing, days in covered if this_day in days]
        roles = [pairing.role for pairing in today]
        assert roles.count(LEAD) <= 1
        assert not (LEAD in roles and JOINT in roles)
        assert len({pairing.staff_id for pairing in today}) == len(today)


def test_one_sponsor_may_follow_another_the_next_day() -> None:
    before = Pairing(1, LEAD, FIRST, day(9))
    assert is_allowed(Pairing(2, LEAD, day(10)), [before])
    assert not is_allowed(Pairing(2, LEAD, day(9)), [before])


def test_a_pair_that_ended_can_be_made_again() -> None:
    assert is_allowed(Pairing(1, LEAD, day(10)), [Pairing(1, LEAD, FIRST, day(9))])


def test_a_refusal_names_the_field_at_fault() -> None:
    with pytest.raises(RuleError) as same:
        check_pairing(Pairing(1, SUPPORTING, FIRST), [Pairing(1, LEAD, FIRST)])
    with pytest.raises(RuleError) as second:
        check_pairing(Pairing(2, LEAD, FIRST), [Pairing(1, LEAD, FIRST)])
    with pytest.raises(RuleError) as backwards:
        check_pairing(Pairing(1, LEAD, day(1), FIRST), [])
    assert (same.value.field, second.value.field, backwards.value.field) == ("staff", "role", "ended_on")


def test_an_interval_may_last_one_day_but_not_less() -> None:
    check_interval(FIRST, FIRST)
    check_interval(FIRST, None)
    with pytest.raises(RuleError):
        check_interval(FIRST, day(-1))
