"""What is stored of a frozen sheet comes back as it was, and its hash tells of any change (P4.5)."""

import copy
import datetime as dt
import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school import models as m
from school.errors import RuleError
from school.rules import score_sheet as rules
from school.rules.emulation import Line, Scheme, Score
from school.rules.score_facts import Evidence
from school.vocabulary import CriterionKind, ScoreLevel, SheetState, YearState

TODAY = dt.date(2026, 5, 20)
FIRST = dt.date(2025, 9, 1)
DAYS = st.dates(FIRST, dt.date(2026, 8, 31))
TENTHS = st.integers(0, 1000)
WORDS = st.text(st.characters(codec="utf-8"), max_size=30)
EVIDENCE = st.builds(
    Evidence,
    st.sampled_from(["contact", "progress_evaluation"]),
    st.integers(1, 10**9),
    st.none() | DAYS,
    WORDS,
    st.none() | st.integers(1, 99),
    st.booleans(),
    WORDS,
)
LINES = st.builds(
    Line,
    WORDS,
    WORDS,
    st.sampled_from(CriterionKind),
    TENTHS,
    st.none() | TENTHS,
    st.integers(-1000, 1000),
    st.none() | TENTHS,
    st.integers(0, 99),
    st.integers(0, 99),
    st.lists(EVIDENCE, max_size=3).map(tuple),
    st.just(()),
    st.booleans(),
)
SCORES = st.builds(
    Score, st.lists(LINES, max_size=4).map(tuple), st.none() | TENTHS, st.sampled_from(ScoreLevel), WORDS, TENTHS
)
PEOPLE = st.builds(rules.Person, WORDS, WORDS, st.none() | WORDS, st.none() | WORDS)
ADJUSTED = st.builds(rules.Adjusted, st.none() | WORDS, st.none() | st.integers(-1000, 1000), WORDS, DAYS)
SHEETS = st.builds(
    rules.Frozen,
    st.just("2025-2026"),
    PEOPLE,
    WORDS,
    DAYS,
    st.just({"excellent_from": 90, "decision_number": "12/QĐ", "fixed_on": "2025-09-10"}),
    SCORES,
    st.lists(ADJUSTED, max_size=3).map(tuple),
)


def through_the_database(value: Any) -> Any:
    return json.loads(json.dumps(value))


def sealed(frozen: rules.Frozen, **values: Any) -> m.ScoreSheet:
    """The row that a freezing leaves, without a database."""
    sheet = m.ScoreSheet(
        school_year_id=1,
        staff_id=2,
        state=SheetState.FROZEN,
        total=frozen.score.total,
        level=frozen.score.level,
        result=frozen.stored(),
        decision_number="9/QĐ",
        decided_on=TODAY,
        frozen_at=dt.datetime(2026, 5, 20, 3, 0, 0, 123456, tzinfo=dt.UTC),
        frozen_by_id=5,
    )
    sheet.hash = rules.seal(sheet)
    for name, value in values.items():
        setattr(sheet, name, value)
    return sheet


@given(SHEETS)
def test_what_is_frozen_comes_back_as_it_was(frozen: rules.Frozen) -> None:
    stored = through_the_database(frozen.stored())
    assert stored == frozen.stored(), "plain JSON already"
    assert rules.Frozen.thaw(stored) == frozen
    assert Score.thaw(stored) == frozen.score, "and whoever wants only the score finds it in the same place"


@given(SHEETS)
def test_the_hash_is_the_same_before_and_after_storing(frozen: rules.Frozen) -> None:
    sheet = sealed(frozen)
    stored = sealed(frozen, result=through_the_database(sheet.result))
    assert rules.seal(sheet) == rules.seal(stored) == sheet.hash
    assert rules.holds(stored)


def scribble(value: Any, chance: Any) -> bool:
    """Change one thing somewhere in what was stored."""
    places = list(value.items() if isinstance(value, dict) else enumerate(value))
    if not places:
        return False
    name, inner = places[chance.randrange(len(places))]
    if isinstance(inner, (dict, list)) and scribble(inner, chance):
        return True
    value[name] = "x" if inner != "x" else "y"
    return True


@given(SHEETS, st.randoms(use_true_random=False))
def test_any_change_of_the_stored_result_shows(frozen: rules.Frozen, chance: Any) -> None:
    result = copy.deepcopy(frozen.stored())
    scribble(result, chance)
    assert not rules.holds(sealed(frozen, result=result))


PLAIN = rules.Frozen(
    "2025-2026",
    rules.Person("GV0001", "Nguyễn Thị Lan", "Tổ Toán", None),
    "9/QĐ",
    TODAY,
    {},
    Score((), 885, ScoreLevel.GOOD, "", 443),
)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("school_year_id", 2),
        ("staff_id", 3),
        ("total", 886),
        ("total", None),
        ("level", ScoreLevel.EXCELLENT),
        ("decision_number", "9/QĐ-THPT"),
        ("decided_on", dt.date(2026, 5, 21)),
        ("frozen_at", dt.datetime(2026, 5, 20, 3, 0, 0, 123457, tzinfo=dt.UTC)),
        ("frozen_by_id", 6),
        ("frozen_by_id", None),
        ("result", None),
        ("result", {}),
        ("hash", None),
        ("hash", "0" * 64),
        ("state", SheetState.OPEN),
        ("reopened_because", "sửa"),
    ],
)
def test_any_change_of_a_field_shows(field: str, value: Any) -> None:
    assert rules.holds(sealed(PLAIN))
    assert not rules.holds(sealed(PLAIN, **{field: value}))


def test_one_that_was_opened_again_still_holds_what_was_frozen() -> None:
    reopened = {"state": SheetState.OPEN, "reopened_because": "bổ sung minh chứng"}
    assert rules.holds(sealed(PLAIN, **reopened))
    assert not rules.holds(sealed(PLAIN, **reopened, total=1000))


def test_an_open_one_that_was_never_frozen_holds_nothing() -> None:
    assert rules.holds(m.ScoreSheet(school_year_id=1, staff_id=2, state=SheetState.OPEN))
    for name, value in (("total", 900), ("level", ScoreLevel.GOOD), ("result", {"total": 900}), ("decided_on", TODAY)):
        assert not rules.holds(m.ScoreSheet(school_year_id=1, staff_id=2, state=SheetState.OPEN, **{name: value}))


@pytest.mark.parametrize("stored", [None, {}, {"total": 3}, {"lines": 4}, {"lines": [{}]}, {"lines": [[]]}, [1], "x"])
def test_what_is_no_sheet_thaws_to_nothing(stored: Any) -> None:
    assert rules.Frozen.thaw(stored) is None


def test_the_sheet_says_what_the_year_was_scored_by_and_its_adjustments_in_one_order() -> None:
    scheme = m.EmulationScheme(decision_number="12/QĐ", fixed_on=dt.date(2025, 9, 10))
    rows: list[Any] = [
        SimpleNamespace(id=id_, criterion=None, points=None, reason=f"lý do {id_}", made_on=day)
        for id_, day in ((3, TODAY), (1, TODAY), (2, FIRST))
    ]
    year = m.SchoolYear(name="2025-2026")
    made = [
        rules.freeze(year, (scheme, Scheme.usual()), PLAIN.person, ("9/QĐ", TODAY), PLAIN.score, order)
        for order in (rows, rows[::-1])
    ]
    assert made[0] == made[1]
    assert [one.reason for one in made[0].adjustments] == ["lý do 2", "lý do 1", "lý do 3"]
    assert {key: made[0].scored_by[key] for key in ("excellent_from", "decision_number", "fixed_on")} == {
        "excellent_from": 90,
        "decision_number": "12/QĐ",
        "fixed_on": "2025-09-10",
    }
    assert made[0].scored_by["criteria"][0]["code"] == "participation"


# What is refused ----------------------------------------------------------------------------------------------------


def refusal(check: Any, *values: Any) -> tuple[str | None, str]:
    with pytest.raises(RuleError) as refused:
        check(*values)
    return refused.value.field, str(refused.value)


def test_only_a_year_that_runs_is_scored() -> None:
    rules.check_scored(YearState.RUNNING)
    assert "đang chuẩn bị" in refusal(rules.check_scored, YearState.PREPARING)[1]
    assert "đã kết thúc" in refusal(rules.check_scored, YearState.CLOSED)[1]


@pytest.mark.parametrize(
    ("number", "day", "field"),
    [
        (None, TODAY, "decision_number"),
        ("", TODAY, "decision_number"),
        (" \u200b\n", TODAY, "decision_number"),
        ("9" * 33, TODAY, "decision_number"),
        ("9/QĐ", None, "decided_on"),
        ("9/QĐ", TODAY + dt.timedelta(days=1), "decided_on"),
        ("9/QĐ", FIRST - dt.timedelta(days=1), "decided_on"),
    ],
)
def test_a_decision_has_a_number_and_a_day_of_the_year_that_has_come(number: Any, day: Any, field: str) -> None:
    assert refusal(rules.check_decision, number, day, FIRST, TODAY)[0] == field


def test_the_first_day_and_today_are_days_of_a_decision() -> None:
    for day in (FIRST, TODAY):
        assert rules.check_decision(f"  {'9' * 32} ", day, FIRST, TODAY) == ("9" * 32, day)


@pytest.mark.parametrize("text", [None, "", "  \n", "\u200b\x00", "a" * 2001])
def test_a_text_says_something_and_is_no_book(text: str | None) -> None:
    assert refusal(rules.check_text, text, "Thầy cô ghi lý do.", "reason")[0] == "reason"
    assert rules.check_text(f" {'a' * 2000} ", "", "reason") == "a" * 2000


@pytest.mark.parametrize("points", [None, 0, 51, -101, 10**12])
def test_an_adjustment_changes_something_and_stays_within_the_criterion(points: int | None) -> None:
    assert refusal(rules.check_points, points, 150, 100)[0] == "points"
    assert [rules.check_points(edge, 150, 100) for edge in (50, -100, 1)] == [50, -100, 1]


@given(st.integers(-300, 300), st.integers(0, 150), st.sampled_from([20, 150]))
def test_what_is_let_through_never_leaves_the_criterion(points: int, standing: int, most: int) -> None:
    try:
        rules.check_points(points, most, standing)
    except RuleError:
        assert points == 0 or not 0 <= standing + points <= most
    else:
        assert 0 <= standing + points <= most


def test_tenths_read_as_points_with_a_comma() -> None:
    assert [rules.shown(tenths) for tenths in (0, 5, 125, 100, -15, -5, 1000)] == [
        *("0", "0,5", "12,5", "10", "-1,5", "-0,5", "100"),
    ]
