"""The departments side by side: shares drawn toward the school's, so that three people and fifteen can be compared."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.rules.collective import MEASURES, WEIGHT, Count, adjust, stand, tenths, total

counts = st.integers(0, 40).flatmap(lambda asked: st.integers(0, asked).map(lambda done: Count(done, asked)))
departments = st.fixed_dictionaries(dict.fromkeys(MEASURES, counts))
schools = st.dictionaries(st.integers(1, 9), departments, min_size=1, max_size=9)


def test_a_worked_example() -> None:
    """Three of three, twelve of fifteen: the school's share is 15/18; each gets five people of that kind."""
    found = stand({1: {"coverage": Count(3, 3)}, 2: {"coverage": Count(12, 15)}})
    share = {key: standing.measures["coverage"].adjusted for key, standing in found.items()}
    assert share[1] == (3 + 5 * Fraction(15, 18)) / 8 == Fraction(43, 48)  # 89.6 of 100, not 100
    assert share[2] == (12 + 5 * Fraction(15, 18)) / 20 == Fraction(97, 120)  # 80.8, nearly its own 80
    assert (found[1].score, found[2].score) == (896, 808)


def test_what_nobody_was_asked_for_does_not_apply() -> None:
    found = stand({1: {"coverage": Count(1, 2)}, 2: {}})
    assert found[1].measures["timeliness"].adjusted is None
    assert found[1].score == tenths(found[1].measures["coverage"].adjusted or Fraction())
    assert found[2].score is None


@pytest.mark.parametrize(("done", "asked"), [(1, 0), (-1, 2), (3, 2)])
def test_more_than_was_asked_is_no_count(done: int, asked: int) -> None:
    with pytest.raises(ValueError, match="of"):
        Count(done, asked)


def test_halves_are_rounded_up() -> None:
    assert [tenths(Fraction(part, 2000)) for part in (0, 1, 2, 3, 1999, 2000)] == [0, 1, 1, 2, 1000, 1000]


@given(schools)
def test_the_adjusted_share_lies_between_the_own_and_the_schools(school: dict[int, dict[str, Count]]) -> None:
    for name in MEASURES:
        average = total(of[name] for of in school.values()).share
        for key, standing in stand(school).items():
            own, adjusted = school[key][name].share, standing.measures[name].adjusted
            if own is None or average is None:
                assert adjusted is None
            else:
                assert adjusted is not None
                assert min(own, average) <= adjusted <= max(own, average)


@given(schools, st.randoms())
def test_the_order_of_departments_never_matters(school: dict[int, dict[str, Count]], rng) -> None:
    turned = list(school.items())
    rng.shuffle(turned)
    assert stand(dict(turned)) == stand(school)


@given(schools, st.sampled_from(MEASURES))
def test_one_thing_more_done_never_lowers_the_own_score(school: dict[int, dict[str, Count]], name: str) -> None:
    key = min(school)
    before, count = stand(school)[key].score, school[key][name]
    if count.done < count.asked and before is not None:
        more = school | {key: school[key] | {name: Count(count.done + 1, count.asked)}}
        assert stand(more)[key].score >= before


@given(counts, st.integers(1, 20), counts.filter(lambda count: count.asked > 0))
def test_the_larger_of_two_alike_keeps_nearer_to_its_own_share(own: Count, times: int, school: Count) -> None:
    if own.asked:
        larger = Count(own.done * times, own.asked * times)
        near, far = adjust(larger, school, 5), adjust(own, school, 5)
        assert near is not None
        assert far is not None
        assert abs(near - own.share) <= abs(far - own.share)


@given(schools)
def test_scores_are_tenths_of_a_hundred(school: dict[int, dict[str, Count]]) -> None:
    assert all(standing.score is None or 0 <= standing.score <= 1000 for standing in stand(school).values())


def test_every_measure_has_its_weight() -> None:
    assert all(weight > 0 for weight in WEIGHT.values())
