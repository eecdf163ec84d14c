"""Signals reach those who adjust scores, tell no text and no student, and change no score (P4.5)."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import event, select

from school import models as m
from school.db import db
from school.errors import NotAllowed
from school.rules.actor import Actor
from school.rules.gaming import Signal, SignalKind
from school.services import scores, signals
from school.services.guard import set_actor
from school.vocabulary import EvaluationState, ProgressStep
from tests.cast import CASES, NOW, PEOPLE, Cast
from tests.factories import LEVELS, make_contact, make_evaluation, make_year

CANARY = "Chim-hoàng-yến hót trong lồng son, bà em kể chuyện nhà"
MONTHS = ("2025-09", "2025-10", "2025-11", "2025-12")


@pytest.fixture(autouse=True)
def own_words_for_each(cast: Cast) -> None:
    """The cast's contacts all say the same, which is a signal already: here each says something of its own."""
    for row in cast.session.scalars(select(m.ContactPrivate)):
        row.summary = f"{row.summary} ({row.id})"
    cast.session.flush()


def as_operator(cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))


def found(cast: Cast, name: str = "hoi") -> dict[int, list[Signal]]:
    as_operator(cast)
    year = cast.get(m.SchoolYear, cast.year)
    actor = cast.actor(name)
    set_actor(cast.session, actor)
    return signals.signals(cast.session, actor, year)


def kinds(cast: Cast, who: str = "lan", name: str = "hoi") -> set[SignalKind]:
    return {signal.kind for signal in found(cast, name).get(cast.staff[who], [])}


def contacts(cast: Cast, who: str = "lan", case: str = "sponsored", **values: Any) -> list[m.Contact]:
    """Five contacts of five days three weeks ago, entered now, one text for all, private ones among them."""
    as_operator(cast)
    row, staff = cast.get(m.SupportCase, cast.id(case)), cast.get(m.Staff, cast.staff[who])
    first = dt.date(2025, 9, 3)
    return [
        make_contact(
            cast.session,
            row,
            staff,
            occurred_on=first + dt.timedelta(days=day),
            sensitive=bool(day % 2),
            **({"summary": CANARY} | values),
        )
        for day in range(5)
    ]


def months(cast: Cast, who: str = "lan", case: str = "sponsored", **values: Any) -> None:
    """Four confirmed months of the case with the levels of the factory; the cast's own September among them."""
    as_operator(cast)
    row, staff = cast.get(m.SupportCase, cast.id(case)), cast.get(m.Staff, cast.staff[who])
    given: dict[str, Any] = {"state": EvaluationState.CONFIRMED, "comment": CANARY} | values
    own = cast.get(m.ProgressEvaluation, cast.id(case, "progress"))
    for name, value in given.items():
        setattr(own, name, value)
    for period in MONTHS[1:]:
        make_evaluation(cast.session, row, staff, period=period, **given)
    cast.session.flush()


def test_contacts_that_were_written_up_in_one_go_are_told_to_the_council(cast: Cast) -> None:
    assert kinds(cast) == set()
    rows = contacts(cast)
    (signal,) = found(cast)[cast.staff["lan"]]
    assert signal.kind is SignalKind.BACKDATED
    assert {row.id for row in rows} <= {one.id for one in signal.evidence}
    assert {(one.table, one.case) for one in signal.evidence} >= {("contact", cast.id("sponsored"))}


def test_tries_that_reached_nobody_gain_nothing_and_are_passed_over(cast: Cast) -> None:
    contacts(cast, reached=False)
    assert kinds(cast) == set()


def test_private_words_are_compared_like_the_others(cast: Cast) -> None:
    as_operator(cast)
    staff = cast.get(m.Staff, cast.staff["tam"])
    for number, (case, on) in enumerate(
        [("homeroom", dt.date(2025, 9, 10)), ("homeroom", dt.date(2025, 10, 10)), ("colleagues", dt.date(2025, 10, 9))]
    ):
        row = cast.get(m.SupportCase, cast.id(case))
        words = {"summary": f" {CANARY.upper()} !", "sensitive": bool(number)}
        make_contact(cast.session, row, staff, occurred_on=on, **words)
    assert SignalKind.SAME_CONTACTS in kinds(cast, "tam")


def test_confirmed_months_that_are_all_alike_are_told_and_drafts_are_not(cast: Cast) -> None:
    months(cast)
    assert kinds(cast) == {SignalKind.ALIKE_LEVELS, SignalKind.SAME_COMMENTS}
    as_operator(cast)
    for row in cast.session.scalars(select(m.ProgressEvaluation)):
        row.state = EvaluationState.RETURNED
    cast.session.flush()
    assert kinds(cast) == set()


def test_one_level_of_another_student_of_the_person_is_enough_to_differ(cast: Cast) -> None:
    months(cast, comment=None)
    assert kinds(cast) == {SignalKind.ALIKE_LEVELS}
    as_operator(cast)
    ended = cast.get(m.ProgressEvaluation, cast.id("ended", "progress"))
    ended.state, ended.attitude = EvaluationState.CONFIRMED, ProgressStep.DECLINED
    cast.session.flush()
    assert kinds(cast) == set()


def test_months_word_for_word_like_a_colleagues_are_told_of_both(cast: Cast) -> None:
    months(cast, levels_differ := "lan", trend=ProgressStep.STEADY)
    months(cast, "giang", "departments", trend=ProgressStep.IMPROVED)
    assert SignalKind.SHARED_COMMENTS in kinds(cast, levels_differ)
    assert SignalKind.SHARED_COMMENTS in kinds(cast, "giang")
    assert kinds(cast, "minh") == set()


def test_a_semesters_words_and_another_years_records_are_left_out(cast: Cast) -> None:
    as_operator(cast)
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    contacts(cast)
    months(cast)
    before = found(cast)
    as_operator(cast)
    different = {"state": EvaluationState.CONFIRMED, "comment": CANARY, "learning": ProgressStep.DECLINED}
    make_evaluation(cast.session, case, cast.get(m.Staff, cast.staff["lan"]), period="semester_1", **different)
    assert found(cast) == before
    assert SignalKind.ALIKE_LEVELS in kinds(cast)
    as_operator(cast)
    case.school_year_id = make_year(cast.session, "2024-2025").id
    cast.session.flush()
    assert kinds(cast) == set()


def test_only_those_who_adjust_scores_ask_and_nobody_about_the_own(cast: Cast) -> None:
    contacts(cast)
    contacts(cast, "ly", "leaders")
    asked = []
    for name in [*PEOPLE, "nobody"]:
        try:
            whose = set(found(cast, name))
        except NotAllowed:
            continue
        asked.append(name)
        assert whose == {cast.staff[who] for who in ("lan", "ly")} - {cast.staff.get(name)}
    assert asked == ["binh", "ly", "hoi"]
    as_operator(cast)
    year, lan = cast.get(m.SchoolYear, cast.year), cast.staff["lan"]
    assert signals.of_person(cast.session, cast.actor("lan"), year, lan) == []
    assert signals.of_person(cast.session, cast.actor("hoi"), year, lan) == found(cast)[lan]


def test_no_text_no_name_and_no_level_is_told(cast: Cast) -> None:
    contacts(cast)
    months(cast)
    months(cast, "giang", "departments")
    told = found(cast)
    assert {kind for own in told.values() for kind in {signal.kind for signal in own}} == {
        SignalKind.BACKDATED,
        SignalKind.ALIKE_LEVELS,
        SignalKind.SAME_COMMENTS,
        SignalKind.SHARED_COMMENTS,
    }
    words = repr(told) + " ".join(signal.msgid % signal.params for own in told.values() for signal in own)
    students = [full_name for full_name, _, _ in CASES.values()]
    levels = {str(level) for level in LEVELS.values()} | {level.label for level in LEVELS.values()}
    shown = [text for text in (CANARY, "Chim", *students, "Y Bhiu", "11A2", *levels) if text in words]
    assert shown == []


def test_no_score_hangs_on_a_signal(cast: Cast) -> None:
    contacts(cast)
    months(cast)
    as_operator(cast)
    year, operator = cast.get(m.SchoolYear, cast.year), Actor.running_commands(NOW)
    before = {staff_id: one.score for staff_id, one in scores.of_year(cast.session, operator, year).items()}
    found(cast)
    as_operator(cast)
    assert not cast.session.new
    assert not cast.session.dirty
    assert {id_: one.score for id_, one in scores.of_year(cast.session, operator, year).items()} == before


@pytest.mark.parametrize("more", [0, 3])
def test_two_statements_however_many_records(cast: Cast, more: int) -> None:
    for day in range(more):
        contacts(cast, summary=f"{CANARY} {day}")
    as_operator(cast)
    year, actor = cast.get(m.SchoolYear, cast.year), cast.actor("hoi")
    set_actor(cast.session, actor)
    seen: list[str] = []
    listen = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        signals.signals(cast.session, actor, year)
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert len(seen) == 2
