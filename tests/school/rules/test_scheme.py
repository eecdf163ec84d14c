"""What a year's criteria must fulfil, and the ones that a school begins with (P4.5)."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.errors import RuleError
from school.models import EmulationScheme
from school.rules import scheme as rules
from school.rules.scheme import DEFAULTS, Begin
from school.rules.workflow import advance
from school.vocabulary import CriterionKind, SchemeState, ScoreLevel

SHARED = Path(__file__).resolve().parents[4] / "shared" / "vocabulary.json"
# What the shared vocabulary says of the criteria: in a test of ours, since the file is not everywhere.
POINTS = {
    "participation": 15,
    "survey": 10,
    "plan_and_goals": 15,
    "contacts": 15,
    "coordination": 10,
    "monthly_remarks": 10,
    "student_progress": 15,
    "help_recognised": 10,
}
BONUS = {"extra_sponsorship": 2, "activity_run": 2, "special_effort": 3}
LEVELS = {"excellent": 90, "good": 70, "fulfilled": 50, "needs_effort": 0}
CAP = 5
BANDS = {"excellent_from": 90, "good_from": 70, "fulfilled_from": 50}
HAND = Begin("TC1", CriterionKind.BY_HAND, "Cách làm hay", 10)
COUNTED = [kind for kind in CriterionKind if kind in rules.MOST_NEEDED]
PLAIN = [kind for kind in CriterionKind if kind not in rules.MOST_NEEDED]


def refusal(check: Any, *args: Any) -> tuple[str | None, str] | None:
    """The field and the sentence of the refusal, if it is one."""
    try:
        check(*args)
    except RuleError as error:
        return error.field, error.msgid % error.params
    return None


def standing(scheme: type = EmulationScheme) -> dict[str, int]:
    """What a new scheme says where nobody has said anything."""
    columns = scheme.__table__.columns
    return {name: columns[name].default.arg for name in (*rules.BANDS, "bonus_cap", "converted_points")}


def test_a_school_begins_with_the_criteria_of_the_vocabulary() -> None:
    assert {one.code: one.max_points for one in DEFAULTS if not one.bonus} == POINTS
    assert {one.code: one.max_points for one in DEFAULTS if one.bonus} == BONUS
    assert standing() == {**BANDS, "bonus_cap": CAP, "converted_points": 5}
    rules.check_complete(BANDS, DEFAULTS)
    assert rules.weight_of(DEFAULTS) == 100


@pytest.mark.skipif(not SHARED.exists(), reason="the shared vocabulary lies beside the repository, not in it")
def test_they_are_those_of_the_shared_file_word_by_word() -> None:
    shared = json.loads(SHARED.read_text("utf-8"))
    of_the_file = [(one["id"], int(one["max_points"]), one["label_vi"], False) for one in shared["criteria"]]
    of_the_file += [(one["id"], int(one["max_points"]), one["label_vi"], True) for one in shared["bonus"]["items"]]
    assert [(one.code, one.max_points, one.name, one.bonus) for one in DEFAULTS] == of_the_file
    assert {one["id"]: int(one["from_points"]) for one in shared["levels"] if one["from_points"]} == LEVELS
    assert [(one["id"], one["label_vi"]) for one in shared["levels"]] == [(one.value, one.label) for one in ScoreLevel]
    assert (shared["bonus"]["cap"], shared["bonus"]["total_cap"]) == (CAP, rules.FULL)


def test_every_kind_that_counts_says_how_much_it_asks() -> None:
    assert {one.kind: one.needed for one in DEFAULTS if one.needed} == dict.fromkeys(COUNTED, 2)
    assert rules.MOST_NEEDED.keys() == rules._HOW_MUCH.keys()


def test_what_is_needed_is_asked_for_the_kinds_that_count_and_for_no_others() -> None:
    wrong = []
    for kind in CriterionKind:
        for needed in (None, -1, 0, 1, 10, 20, 21, 10**9):
            expected = (
                needed is None if kind in PLAIN else needed is not None and 1 <= needed <= rules.MOST_NEEDED[kind]
            )
            found = refusal(rules.check_criterion, replace(HAND, kind=kind, needed=needed))
            if (found is None) != expected or (found is not None and found[0] != "needed"):
                wrong.append((kind, needed, found))
    assert wrong == []
    assert refusal(rules.check_criterion, replace(HAND, kind=CriterionKind.SURVEY, needed=11)) == (
        "needed",
        "Thầy cô ghi khảo sát qua bao nhiêu kênh thì trọn điểm, từ 1 đến 10.",
    )


def test_points_are_at_least_one_and_a_bonus_stays_small() -> None:
    for bonus, most in ((False, 100), (True, 20)):
        found = {points: refusal(rules.check_points, points, bonus) for points in (-5, 0, 1, most, most + 1, 10**12)}
        assert [points for points, said in found.items() if said is None] == [1, most]
        assert {said for said in found.values() if said} == {("max_points", f"Điểm tối đa cần từ 1 đến {most}.")}


@pytest.mark.parametrize("code", ["", " ", "tiêu chí", "TC 1", "=1+1", "-a", "a" * 33, "TC1\n", "../x", "<b>"])
def test_a_code_is_one_plain_word(code: str) -> None:
    found = refusal(rules.check_criterion, replace(HAND, code=code))
    assert found is not None
    assert found[0] == "code"


@pytest.mark.parametrize("code", ["TC1", "1", "plan_and_goals", "I.2-b", "a" * 32])
def test_plain_codes_are_taken(code: str) -> None:
    rules.check_criterion(replace(HAND, code=code))


def test_a_code_stands_once_whatever_its_case() -> None:
    assert refusal(rules.check_apart, replace(HAND, code="tc1"), [HAND]) == (
        "code",
        "Năm học này đã có tiêu chí cùng mã.",
    )
    rules.check_apart(replace(HAND, code="TC2"), [HAND])


def test_what_is_counted_is_counted_once_and_what_is_given_by_hand_as_often_as_one_likes() -> None:
    for kind in CriterionKind:
        one, other = replace(HAND, kind=kind, name="Thứ nhất"), replace(HAND, kind=kind, code="TC2", bonus=True)
        found = refusal(rules.check_apart, other, [one])
        expected = None if kind is CriterionKind.BY_HAND else ("kind", "Tiêu chí “Thứ nhất” đã tính theo cách này.")
        assert found == expected, kind


@given(st.lists(st.integers(1, 100), max_size=12), st.lists(st.integers(1, 20), max_size=4))
def test_weights_pass_exactly_when_they_add_up_to_100_and_else_it_is_said_what_they_come_to(
    weights: list[int], bonus: list[int]
) -> None:
    found = [replace(HAND, max_points=points) for points in weights]
    found += [replace(HAND, max_points=points, bonus=True) for points in bonus]
    said = refusal(rules.check_weights, found)
    if sum(weights) == 100:
        assert said is None
        return
    assert said == (
        "max_points",
        f"Điểm tối đa của các tiêu chí (không kể điểm cộng) cộng lại là {sum(weights)}; cần đúng 100.",
    )


@given(st.integers(-5, 120), st.integers(-5, 120), st.integers(-5, 120))
def test_bands_pass_exactly_when_they_fall_within_1_and_100(excellent: int, good: int, fulfilled: int) -> None:
    said = refusal(rules.check_bands, excellent, good, fulfilled)
    assert (said is None) == (1 <= fulfilled < good < excellent <= 100)
    assert said is None or said[0] in rules.BANDS


@pytest.mark.parametrize(
    ("bands", "field"),
    [
        ((101, 70, 50), "excellent_from"),
        ((90, 0, 50), "good_from"),
        ((90, 70, -1), "fulfilled_from"),
        ((90, 90, 50), "good_from"),
        ((70, 90, 50), "good_from"),
        ((90, 70, 70), "fulfilled_from"),
        ((90, 70, 80), "fulfilled_from"),
    ],
)
def test_a_band_that_does_not_fit_is_refused_at_its_own_field(bands: tuple[int, int, int], field: str) -> None:
    found = refusal(rules.check_bands, *bands)
    assert found is not None
    assert found[0] == field


@pytest.mark.parametrize(
    ("cap", "converted", "field"),
    [(-1, 5, "bonus_cap"), (21, 5, "bonus_cap"), (5, 0, "converted_points"), (5, 101, "converted_points")],
)
def test_cap_and_conversion_have_their_bounds(cap: int, converted: int, field: str) -> None:
    found = refusal(rules.check_extent, cap, converted)
    assert found is not None
    assert found[0] == field
    for good in ((0, 1), (20, 100), (5, 5)):
        rules.check_extent(*good)


@pytest.mark.parametrize(
    ("bands", "criteria", "field"),
    [
        (BANDS, (), None),
        (BANDS, DEFAULTS[1:], "max_points"),
        (BANDS, (*DEFAULTS, DEFAULTS[0]), "code"),
        (BANDS, (*DEFAULTS, replace(DEFAULTS[0], code="TC1")), "kind"),
        (BANDS, (replace(DEFAULTS[0], needed=3), *DEFAULTS[1:]), "needed"),
        (BANDS | {"good_from": 95}, DEFAULTS, "good_from"),
    ],
)
def test_what_is_fixed_is_complete(bands: Mapping[str, int], criteria: tuple[Begin, ...], field: str | None) -> None:
    found = refusal(rules.check_complete, bands, criteria)
    assert found is not None
    assert found[0] == field


def test_other_points_leave_the_rest_of_a_criterion_as_it_is() -> None:
    assert rules.worth(DEFAULTS[1], 40) == replace(DEFAULTS[1], max_points=40)


@pytest.mark.parametrize("state", list(SchemeState))
@pytest.mark.parametrize("name", list(rules.SCHEME_STEPS))
def test_a_scheme_is_fixed_from_a_draft_and_reopened_once_fixed(state: SchemeState, name: str) -> None:
    allowed = {("fix", SchemeState.DRAFTED): SchemeState.FIXED, ("unfix", SchemeState.FIXED): SchemeState.DRAFTED}
    if (name, state) in allowed:
        assert advance(rules.SCHEME_STEPS, state, name) is allowed[name, state]
        return
    with pytest.raises(RuleError, match="Đang ở bước"):
        advance(rules.SCHEME_STEPS, state, name)
