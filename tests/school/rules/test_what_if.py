"""Comparing everybody's score under two schemes (P4.5)."""

from hypothesis import given
from hypothesis import strategies as st

from school.rules.emulation import Scheme, Score
from school.rules.what_if import Comparison, Move, with_numbers
from school.vocabulary import ScoreLevel

NOW = Scheme.usual()
LEVELS = list(ScoreLevel)


def scored(total: int | None, rules: Scheme = NOW) -> Score:
    """A score of so many tenths."""
    return Score((), total, ScoreLevel.NOT_APPLICABLE if total is None else rules.level(total))


def moves(*totals: tuple[int | None, int | None]) -> Comparison:
    return Comparison.of(
        Move(number, scored(before), scored(after)) for number, (before, after) in enumerate(totals, 1)
    )


def test_other_numbers_leave_everything_else_as_it_is() -> None:
    other = with_numbers(NOW, {"excellent_from": 95, "bonus_cap": 0}, {"survey": 20, "contacts": 5})
    assert (other.excellent_from, other.good_from, other.bonus_cap, other.converted_points) == (95, 70, 0, 5)
    changed = {one.code: one.max_points for one, old in zip(other.criteria, NOW.criteria, strict=True) if one != old}
    assert changed == {"survey": 20, "contacts": 5}
    assert with_numbers(NOW, {}, {}) == NOW
    assert with_numbers(NOW, {}, {"no such code": 3}) == NOW


def test_who_moves_is_told_with_those_of_another_level_first() -> None:
    found = moves((800, 800), (800, 805), (895, 900), (500, 499), (None, None), (710, 690))
    assert [move.staff_id for move in found.moved] == [3, 4, 6, 2]
    assert (found.rising, found.falling) == (1, 2)
    assert found.counts() == [
        (ScoreLevel.EXCELLENT, 0, 1),
        (ScoreLevel.GOOD, 4, 2),
        (ScoreLevel.FULFILLED, 1, 1),
        (ScoreLevel.NEEDS_EFFORT, 0, 1),
        (ScoreLevel.NOT_APPLICABLE, 1, 1),
    ]


def test_another_level_with_the_same_points_is_a_move() -> None:
    one = Move(1, scored(850), scored(850, with_numbers(NOW, {"excellent_from": 85}, {})))
    assert (one.changes, one.changes_level, one.rises) == (True, True, True)


def test_nobody_moves_where_nobody_is() -> None:
    found = Comparison.of([])
    assert (found.moved, found.rising, found.falling) == ((), 0, 0)
    assert {before + after for _, before, after in found.counts()} == {0}


TOTALS = st.one_of(st.none(), st.integers(0, 1000))


@given(st.lists(st.tuples(TOTALS, TOTALS), max_size=30))
def test_everybody_is_in_one_level_before_and_after_and_whoever_is_not_told_of_stays(pairs: list) -> None:
    found = moves(*pairs)
    assert sum(before for _, before, _ in found.counts()) == sum(after for *_, after in found.counts()) == len(pairs)
    still = {move.staff_id for move in found.moves} - {move.staff_id for move in found.moved}
    assert all(pairs[number - 1][0] == pairs[number - 1][1] for number in still)
    assert found.rising + found.falling == sum(move.changes_level for move in found.moved)
    turned = moves(*((after, before) for before, after in pairs))
    assert (turned.rising, turned.falling) == (found.falling, found.rising)
