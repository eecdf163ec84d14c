"""Who may stand beside whom: one lead, or several equal ones, and any number who support (P4.3, P5)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.errors import RuleError
from school.rules.pairing import (
    Pairing,
    check_in_year,
    check_interval,
    check_pairing,
    hand_over_to,
    over,
    stand_in,
    year_span,
)
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


# Passing on -----------------------------------------------------------------------------------------------------------

LIMIT = DAYS[-1]


def pieces_of(old: Pairing, made: list[Pairing | None]) -> list[Pairing]:
    """The pieces that there are; each keeps the part of the old pairing."""
    pieces = [piece for piece in made if piece is not None]
    assert {piece.role for piece in pieces} == {old.role}
    return pieces


def assert_no_gap_and_no_overlap(old: Pairing, pieces: list[Pairing]) -> None:
    """Every day of the old pairing is covered once, and no other day."""
    covered = [this_day for piece in pieces for this_day in days_of(piece)]
    assert sorted(covered) == sorted(days_of(old))


@given(pairings(), st.integers(1, 5), st.integers(0, 45))
def test_a_hand_over_leaves_no_gap_and_no_overlap(old: Pairing, staff_id: int, offset: int) -> None:
    first_day = day(offset)
    fits = old.first < first_day and (old.last is None or first_day <= old.last)
    if staff_id == old.staff_id or not fits:
        with pytest.raises(RuleError) as refusal:
            hand_over_to(old, staff_id, first_day)
        assert refusal.value.field == ("staff" if staff_id == old.staff_id else "first_day")
        return
    before, after = pieces_of(old, [*hand_over_to(old, staff_id, first_day)])
    assert_no_gap_and_no_overlap(old, [before, after])
    assert (before.staff_id, after.staff_id, after.first) == (old.staff_id, staff_id, first_day)
    assert is_allowed(after, [before])


@given(pairings(), st.integers(1, 5), st.integers(0, 45), st.integers(0, 49))
def test_a_substitute_stands_in_and_the_sponsor_goes_on(old: Pairing, staff_id: int, one: int, two: int) -> None:
    first, last, end = day(one), day(two), old.last or LIMIT
    fits = old.first < first <= last <= end
    if staff_id == old.staff_id or not fits:
        with pytest.raises(RuleError):
            stand_in(old, staff_id, first, last, LIMIT)
        return
    pieces = pieces_of(old, [*stand_in(old, staff_id, first, last, LIMIT)])
    assert_no_gap_and_no_overlap(old, pieces)
    assert days_of(pieces[1]) == {this_day for this_day in DAYS if first <= this_day <= last}
    assert [piece.staff_id for piece in pieces] == [old.staff_id, staff_id, old.staff_id][: len(pieces)]
    assert (len(pieces) == 2) == (last == end)
    for number, piece in enumerate(pieces):
        assert is_allowed(piece, pieces[:number])


@given(pairings(), pairings(), st.integers(1, 9), st.integers(0, 45))
def test_whoever_stands_beside_the_old_one_stands_beside_the_new_one(
    old: Pairing, beside: Pairing, staff_id: int, offset: int
) -> None:
    """What was allowed stays allowed: passing on never makes a second lead, nor a lead beside joint sponsors."""
    if not is_allowed(beside, [old]) or staff_id in (old.staff_id, beside.staff_id):
        return
    try:
        before, after = hand_over_to(old, staff_id, day(offset))
    except RuleError:
        return
    assert is_allowed(before, [beside])
    assert is_allowed(after, [before, beside])


def test_an_absence_does_not_end_before_it_begins() -> None:
    with pytest.raises(RuleError) as refusal:
        stand_in(Pairing(1, LEAD, FIRST), 2, day(9), day(8), LIMIT)
    assert refusal.value.field == "last"


@pytest.mark.parametrize(
    ("on", "inside"),
    [
        (dt.date(2025, 8, 31), False),
        (dt.date(2025, 9, 1), True),
        (dt.date(2026, 2, 28), True),
        (dt.date(2026, 8, 31), True),
        (dt.date(2026, 9, 1), False),
    ],
)
def test_a_case_is_sponsored_in_its_year_and_the_summer_after_it(on: dt.date, inside: bool) -> None:
    assert (year_span(FIRST).first <= on <= year_span(FIRST).last) is inside
    if inside:
        check_in_year(on, FIRST, "started_on")
    else:
        with pytest.raises(RuleError, match="31/08/2026") as refusal:
            check_in_year(on, FIRST, "started_on")
        assert refusal.value.field == "started_on"


def test_the_last_day_still_counts() -> None:
    assert not over(None, FIRST)
    assert not over(FIRST, FIRST)
    assert over(FIRST, day(1))
