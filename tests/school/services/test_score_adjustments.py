"""The council adjusts with a reason, within the criterion, before the sheet is frozen, and nobody the own (P4.5)."""

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed, StaleRecord
from school.rules.actor import Actor
from school.services import score_sheets, scores
from school.vocabulary import ScoreLevel
from tests.cast import NOW, PEOPLE, TODAY, Cast
from tests.factories import make_scheme, make_year
from tests.school.services.test_score_sheets import MAY, act, adjust, as_operator, criterion, refusal, the_year


def test_council_and_leadership_adjust_with_a_reason(cast: Cast) -> None:
    for name in MAY:
        row = adjust(cast, name=name, points=5, reason=f" bởi {name} ")
        assert (row.points, row.reason, row.made_on) == (5, f"bởi {name}", TODAY)
        assert row.made_by_id == cast.accounts.get(name)
    line = next(line for line in standing(cast, "tam").score.lines if line.code == "contacts")
    assert (line.adjusted, line.points) == (20, (line.base or 0) + 20)


def standing(cast: Cast, who: str) -> scores.Standing:
    year = the_year(cast)
    return scores.of_person(cast.session, Actor.running_commands(NOW), year, cast.get(m.Staff, cast.staff[who]))


def test_nobody_else_adjusts_and_nobody_oneself(cast: Cast) -> None:
    done = []
    for name in [*PEOPLE, "nobody"]:
        whose = "tam" if name not in MAY else name
        try:
            adjust(cast, whose, name=name)
        except NotAllowed:
            continue
        done.append(name)
    assert done == []


def test_an_adjustment_without_reason_of_0_points_or_beyond_the_criterion_is_refused(cast: Cast) -> None:
    base = next(line for line in standing(cast, "tam").score.lines if line.code == "contacts")
    assert base.max == 150
    for reason in (None, " ", "\u200b", "a" * 2001):
        assert refusal(adjust, cast, reason=reason).field == "reason"
    for points in (None, 0, 150 - (base.base or 0) + 1, -(base.base or 0) - 1, 10**9):
        assert refusal(adjust, cast, points=points).field == "points"
    adjust(cast, points=150 - (base.base or 0))
    assert refusal(adjust, cast, points=1).field == "points"
    adjust(cast, points=-150)
    assert refusal(adjust, cast, points=-1).field == "points"


def test_a_criterion_of_another_year_is_refused(cast: Cast) -> None:
    as_operator(cast)
    other = make_year(cast.session, "2026-2027")
    make_scheme(cast.session, school_year=other)
    foreign = criterion(cast, school_year_id=other.id)
    year, staff = the_year(cast), cast.get(m.Staff, cast.staff["tam"])
    refused = refusal(score_sheets.adjust, cast.session, act(cast, "hoi"), year, staff, foreign, 10, "x")
    assert refused.field == "criterion"


def test_a_second_tap_is_the_same_adjustment(cast: Cast) -> None:
    assert adjust(cast).id == adjust(cast).id
    assert adjust(cast, reason="lý do khác").id != adjust(cast).id
    assert adjust(cast, code=None, points=None).id == adjust(cast, code=None, points=0).id


def test_that_the_year_does_not_apply_is_said_once_and_with_no_points(cast: Cast) -> None:
    assert refusal(adjust, cast, code=None, points=10).field == "criterion"
    adjust(cast, code=None, points=None, reason="nghỉ thai sản cả năm")
    assert standing(cast, "tam").score.level is ScoreLevel.NOT_APPLICABLE
    assert refusal(adjust, cast, code=None, points=None, reason="lần nữa").field == "criterion"


def test_an_adjustment_is_taken_back_by_others_with_the_version_seen(cast: Cast) -> None:
    row = adjust(cast, "ly", points=5)
    with pytest.raises(NotAllowed):
        score_sheets.take_back(cast.session, act(cast, "ly"), row, row.version)
    with pytest.raises(NotAllowed):
        score_sheets.take_back(cast.session, act(cast, "lan"), row, row.version)
    with pytest.raises(StaleRecord):
        score_sheets.take_back(cast.session, act(cast, "hoi"), row, row.version + 1)
    before = standing(cast, "ly").score
    id_ = row.id
    score_sheets.take_back(cast.session, act(cast, "hoi"), row, row.version)
    as_operator(cast)
    assert cast.session.get(m.ScoreAdjustment, id_) is None
    assert standing(cast, "ly").score != before
    last = cast.session.scalars(select(m.AuditEntry).order_by(m.AuditEntry.id.desc()).limit(1)).one()
    assert (last.action, last.row_id) == ("delete", id_)
