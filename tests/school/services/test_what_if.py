"""Who would move by other weights or bands: everybody's work scored twice, nothing stored (P4.5)."""

from typing import Any

import pytest
from sqlalchemy import func, select

from school import models as m
from school.errors import NotAllowed
from school.rules.actor import Actor
from school.services import criteria, scores, what_if
from school.services.guard import set_actor
from school.vocabulary import ScoreLevel, YearState
from tests.cast import NOW, Cast
from tests.factories import make_adjustment, make_year

MAY = ("binh", "ly", "hoi", "operator")
MAY_NOT = ("lan", "hoa", "cuc", "uyen", "thu", "quan", "tro", "nobody")


def tried(cast: Cast, who: str, numbers: dict[str, int] | None = None, points: Any = None) -> what_if.Tried:
    """`points` by code."""
    set_actor(cast.session, Actor.running_commands(NOW))
    year = cast.get(m.SchoolYear, cast.year)
    scheme, rows = criteria.scheme_of(cast.session, year), criteria.criteria_of(cast.session, year)
    assert scheme is not None
    by_id = {row.id: points[row.code] for row in rows if row.code in (points or {})}
    set_actor(cast.session, cast.actor(who))
    return what_if.compare(cast.session, cast.actor(who), scheme, rows, numbers or {}, by_id)


@pytest.mark.parametrize("who", MAY_NOT)
def test_nobody_tries_out_scores_that_are_not_theirs_to_see(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        tried(cast, who)


@pytest.mark.parametrize("who", MAY)
def test_leadership_and_council_see_what_the_sheets_say_before_and_who_moves(cast: Cast, who: str) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))
    sheets = scores.of_year(cast.session, Actor.running_commands(NOW), cast.get(m.SchoolYear, cast.year))
    found = tried(cast, who, {"fulfilled_from": 1, "good_from": 2, "excellent_from": 3})
    assert {move.staff_id: move.before for move in found.comparison.moves} == {
        id_: standing.score for id_, standing in sheets.items()
    }
    assert list(found.people) == [move.staff_id for move in found.comparison.moves] == list(sheets)
    scored = [move for move in found.comparison.moves if move.before.total is not None]
    assert len(scored) > 5
    assert {move.after.level for move in scored} == {ScoreLevel.EXCELLENT}
    assert found.people[cast.staff["lan"]].full_name == "Nguyễn Thị Lan"


def test_the_same_numbers_move_nobody(cast: Cast) -> None:
    assert tried(cast, "hoi").comparison.moved == ()


def test_other_weights_move_points_by_what_was_done(cast: Cast) -> None:
    found = tried(cast, "hoi", points={"participation": 5, "survey": 20})
    lan = next(move for move in found.comparison.moves if move.staff_id == cast.staff["lan"])
    lines = {line.code: line for line in lan.after.lines}
    assert (lines["participation"].max, lines["survey"].max, lines["contacts"].max) == (50, 200, 150)
    assert lan.before.total != lan.after.total


def test_what_the_council_adjusted_counts_on_both_sides(cast: Cast) -> None:
    before = {move.staff_id: move.before.total for move in tried(cast, "hoi").comparison.moves}
    set_actor(cast.session, Actor.running_commands(NOW))
    staff = cast.get(m.Staff, cast.staff["tam"])
    year = cast.get(m.SchoolYear, cast.year)
    row = next(row for row in criteria.criteria_of(cast.session, year) if row.code == "special_effort")
    make_adjustment(cast.session, staff, row)
    move = next(move for move in tried(cast, "hoi").comparison.moves if move.staff_id == staff.id)
    assert move.before.total == move.after.total == (before[staff.id] or 0) + 10
    make_adjustment(cast.session, staff)
    move = next(move for move in tried(cast, "hoi").comparison.moves if move.staff_id == staff.id)
    assert move.before.level is move.after.level is ScoreLevel.NOT_APPLICABLE


def test_a_year_that_is_prepared_is_tried_on_the_work_of_the_year_before(cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))
    year = make_year(cast.session, "2026-2027", state=YearState.PREPARING)
    operator = Actor.running_commands(NOW)
    scheme = criteria.begin(cast.session, operator, year)
    found = what_if.compare(cast.session, operator, scheme, criteria.criteria_of(cast.session, year), {}, {})
    assert found.records.id == cast.year
    assert found.comparison == tried(cast, "operator").comparison


def test_a_first_year_that_is_prepared_has_nothing_to_try(cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))
    year = make_year(cast.session, "2024-2025", state=YearState.PREPARING)
    operator = Actor.running_commands(NOW)
    scheme = criteria.begin(cast.session, operator, year)
    found = what_if.compare(cast.session, operator, scheme, criteria.criteria_of(cast.session, year), {}, {})
    assert found.records is year
    assert {move.before.total for move in found.comparison.moves} <= {None, 0}


def test_nothing_is_stored(cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))
    before = cast.session.scalar(select(func.count()).select_from(m.AuditEntry))
    tried(cast, "binh", {"excellent_from": 95}, {"survey": 20, "contacts": 5})
    assert not cast.session.dirty
    cast.session.flush()
    set_actor(cast.session, Actor.running_commands(NOW))
    assert cast.session.scalar(select(func.count()).select_from(m.AuditEntry)) == before


def test_a_year_is_found_by_its_name(cast: Cast) -> None:
    found = what_if.year_called(cast.session, "2025-2026")
    assert found is not None
    assert found.id == cast.year
    assert what_if.year_called(cast.session, "2025") is None
