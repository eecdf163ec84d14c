"""Suggestions for the meeting: each with its reasons, best for all students together (P4.1, P4.3)."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from school.rules.matching import MOST, CaseFacts, Reason, StaffFacts, reasons, score, suggest

IDS = st.integers(1, 6)
COMMUNES = st.sampled_from([None, "Quảng Khê", "Đắk Som"])


@st.composite
def cases(draw: st.DrawFn, case_id: int = 1) -> CaseFacts:
    return CaseFacts(
        case_id,
        draw(IDS),
        draw(st.none() | IDS),
        draw(st.frozensets(IDS, max_size=3)),
        draw(COMMUNES),
        draw(st.frozensets(IDS, max_size=2)),
    )


@st.composite
def people(draw: st.DrawFn, staff_id: int = 1) -> StaffFacts:
    return StaffFacts(
        staff_id,
        draw(st.sampled_from([0, 0.5, 1, 2])),
        draw(st.booleans()),
        draw(st.frozensets(IDS, max_size=2)),
        draw(COMMUNES),
    )


@st.composite
def schools(draw: st.DrawFn, most: int = 6) -> tuple[list[CaseFacts], list[StaffFacts]]:
    waiting = [draw(cases(number)) for number in range(1, draw(st.integers(0, most)) + 1)]
    return waiting, [draw(people(number)) for number in range(1, draw(st.integers(0, most)) + 1)]


def test_each_reason_is_told_for_what_it_says() -> None:
    case = CaseFacts(1, student_id=7, homeroom_id=1, teachers=frozenset({1, 2}), commune="Đắk Som")
    everything = StaffFacts(1, 0, True, frozenset({7}), "Đắk Som")
    assert reasons(case, everything) == (
        Reason.NAMED,
        Reason.HOMEROOM,
        Reason.TEACHES,
        Reason.NEIGHBOUR,
        Reason.FREE,
    )
    assert reasons(case, StaffFacts(2, 1, True, frozenset({8}))) == (Reason.WILLING, Reason.TEACHES)
    assert reasons(case, StaffFacts(3, 1)) == ()


def test_unknown_communes_are_not_the_same_commune() -> None:
    assert Reason.NEIGHBOUR not in reasons(CaseFacts(1, 1), StaffFacts(1))


@given(cases(), people())
def test_whoever_carries_more_is_suggested_less(case: CaseFacts, person: StaffFacts) -> None:
    busier = StaffFacts(person.staff_id, person.load + 1, person.willing, person.named, person.commune)
    assert score(case, busier) < score(case, person)


@given(schools())
def test_every_suggestion_has_reasons_and_is_nobody_who_helps_already(
    school: tuple[list[CaseFacts], list[StaffFacts]],
) -> None:
    waiting, staff = school
    found = suggest(waiting, staff)
    assert found.keys() == {case.case_id for case in waiting}
    known = {person.staff_id: person for person in staff}
    for case in waiting:
        suggested = found[case.case_id]
        assert len(suggested) <= MOST
        assert len({s.staff_id for s in suggested}) == len(suggested)
        for suggestion in suggested:
            assert suggestion.reasons == reasons(case, known[suggestion.staff_id]) != ()
            assert suggestion.staff_id not in case.taken


@given(schools())
def test_nobody_comes_first_twice_while_there_are_enough_staff(
    school: tuple[list[CaseFacts], list[StaffFacts]],
) -> None:
    waiting, staff = school
    waiting = [CaseFacts(c.case_id, c.student_id, c.homeroom_id, c.teachers, c.commune) for c in waiting]
    staff = [StaffFacts(p.staff_id, 0, p.willing, p.named, p.commune) for p in staff]  # so there is always a reason
    if not staff:
        return
    firsts = [found[0].staff_id for found in suggest(waiting, staff).values()]
    assert len(firsts) == len(waiting)
    most = -(-len(waiting) // len(staff))
    assert all(firsts.count(staff_id) <= most for staff_id in firsts)


@given(schools(4))
def test_the_first_ones_are_best_for_all_students_together(
    school: tuple[list[CaseFacts], list[StaffFacts]],
) -> None:
    waiting, staff = school
    waiting = [CaseFacts(c.case_id, c.student_id, c.homeroom_id, c.teachers, c.commune) for c in waiting]
    staff = [StaffFacts(p.staff_id, 0, p.willing, p.named, p.commune) for p in staff]
    if not 0 < len(waiting) <= len(staff):
        return
    found = suggest(waiting, staff)
    by_id = {person.staff_id: person for person in staff}
    got = sum(score(case, by_id[found[case.case_id][0].staff_id]) for case in waiting)
    best = max(
        sum(score(case, person) for case, person in zip(waiting, chosen, strict=True))
        for chosen in permutations(staff, len(waiting))
    )
    assert got == best


def test_a_name_given_outweighs_the_homeroom() -> None:
    case = CaseFacts(1, 5, homeroom_id=1, teachers=frozenset({1}))
    found = suggest([case], [StaffFacts(1), StaffFacts(2, 1, named=frozenset({5}), willing=True)])
    assert [s.staff_id for s in found[1]] == [2, 1]


def test_the_same_facts_give_the_same_suggestions() -> None:
    waiting, staff = [CaseFacts(n, n) for n in range(3)], [StaffFacts(n) for n in range(5)]
    assert suggest(waiting, staff) == suggest(waiting, staff)


def test_more_students_than_staff_are_shared_out_evenly() -> None:
    waiting, staff = [CaseFacts(n, n) for n in range(6)], [StaffFacts(n) for n in (1, 2, 3)]
    firsts = [found[0].staff_id for found in suggest(waiting, staff).values()]
    assert {firsts.count(staff_id) for staff_id in (1, 2, 3)} == {2}


def test_where_nobody_is_nobody_is_suggested() -> None:
    assert suggest([CaseFacts(1, 1)], []) == {1: ()}
    assert suggest([], [StaffFacts(1)]) == {}
    busy = [StaffFacts(1, 1)]
    assert suggest([CaseFacts(1, 1)], busy) == {1: ()}
