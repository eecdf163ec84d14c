"""What a person says to the own score sheet, and what others answer (P4.5)."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.services import score_words, scores
from school.services.guard import set_actor
from school.vocabulary import YearState
from tests.cast import NOW, PEOPLE, TODAY, Cast
from tests.factories import make_score_comment
from tests.school.rules.truth import MAY_AT_ALL

TEXT = "Tháng 10 tôi có đến nhà em hai lần, mong Hội đồng xem lại."


def act(cast: Cast, name: str, now: dt.datetime = NOW) -> Actor | None:
    actor = cast.actor(name, now)
    set_actor(cast.session, actor)
    return actor


def as_operator(cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))


def the_year(cast: Cast) -> m.SchoolYear:
    as_operator(cast)
    return cast.get(m.SchoolYear, cast.year)


def comment(cast: Cast, name: str = "tam", text: Any = TEXT, appeal: bool = True, now: dt.datetime = NOW) -> Any:
    year = the_year(cast)
    return score_words.comment(cast.session, act(cast, name, now), year, text, appeal)


def answer(cast: Cast, row: m.ScoreComment, text: Any = "Đã cộng.", name: str = "hoi", version: Any = -1) -> Any:
    seen = row.version if version == -1 else version
    return score_words.answer(cast.session, act(cast, name), row, text, seen)


def standing(cast: Cast, who: str = "lan") -> m.ScoreComment:
    """The appeal of the cast."""
    as_operator(cast)
    own = m.ScoreComment.staff_id == cast.staff[who]
    return cast.session.scalars(select(m.ScoreComment).where(own)).one()


def count(cast: Cast) -> int:
    as_operator(cast)
    return cast.session.scalar(select(func.count()).select_from(m.ScoreComment)) or 0


def refusal(attempt: Any, *values: Any, **named: Any) -> RuleError:
    with pytest.raises(RuleError) as refused:
        attempt(*values, **named)
    return refused.value


def test_everybody_says_something_to_the_own_sheet_and_to_no_other(cast: Cast) -> None:
    said = []
    for name in [*PEOPLE, "nobody"]:
        try:
            row = comment(cast, name, f"{TEXT} {name}")
        except (NotAllowed, RuleError):
            continue
        said.append(name)
        assert (row.staff_id, row.appeal, row.said_on) == (cast.staff[name], True, TODAY)
    assert set(said) == set(MAY_AT_ALL["comment_score"]) & cast.staff.keys() - {"tro"}
    assert "quan" not in said, "an outside administrator has no sheet"


def test_a_person_sees_the_own_words_and_no_colleagues(cast: Cast) -> None:
    comment(cast)
    for name in ("lan", "tam"):
        set_actor(cast.session, act(cast, name))
        seen = {row.staff_id for row in cast.session.scalars(select(m.ScoreComment))}
        assert seen == {cast.staff[name]}
    year = the_year(cast)
    person = scores.of_person(cast.session, act(cast, "tam"), year, cast.get(m.Staff, cast.staff["tam"]))
    assert [row.text for row in person.comments] == [TEXT]


def test_words_in_anothers_name_are_refused_beneath_the_service_too(cast: Cast) -> None:
    for name in ("tam", "thu", "quan", "hoi", "binh"):
        act(cast, name)
        for answered in ({}, {"answer": "Đã cộng.", "answered_on": TODAY}):
            words = {"school_year_id": cast.year, "staff_id": cast.staff["lan"], "text": "x", "said_on": TODAY}
            row = m.ScoreComment(**words, **answered)
            cast.session.add(row)
            with pytest.raises(NotAllowed):
                cast.session.flush()
            cast.session.expunge(row)
    assert count(cast) == 3


def test_nobody_changes_what_somebody_else_said(cast: Cast) -> None:
    row = standing(cast)
    for name in ("tam", "hoi", "binh"):
        act(cast, name)
        row.text = "Tôi rút đề nghị."
        with pytest.raises(NotAllowed):
            cast.session.flush()
        cast.session.expire(row)


@pytest.mark.parametrize("text", [None, "", " \n\t", "\u200b\u200e", "a" * 2001, "ă" * 100_000])
def test_empty_and_huge_texts_are_refused_at_the_field(cast: Cast, text: str | None) -> None:
    assert refusal(comment, cast, text=text).field == "text"
    assert refusal(answer, cast, standing(cast), text).field == "answer"
    assert count(cast) == 3


def test_a_page_is_kept_as_it_was_typed(cast: Cast) -> None:
    text = "Dòng một.\nDòng hai: <b>đậm</b> & 'nháy' =1+1" + "đ" * 1900
    assert comment(cast, text=f"\n{text} ").text == text


def test_a_second_tap_is_the_same_words_and_a_remark_is_no_appeal(cast: Cast) -> None:
    first = comment(cast)
    assert comment(cast).id == first.id
    assert comment(cast, appeal=False).id != first.id
    assert comment(cast, now=NOW + dt.timedelta(minutes=3)).id != first.id


@pytest.mark.parametrize(("state", "says"), [(YearState.PREPARING, "đang chuẩn bị"), (YearState.CLOSED, "đã kết thúc")])
def test_a_year_that_does_not_run_hears_and_answers_nothing(cast: Cast, state: YearState, says: str) -> None:
    row = standing(cast)
    the_year(cast).state = state
    cast.session.flush()
    assert says in str(refusal(comment, cast))
    assert says in str(refusal(answer, cast, row))
    assert says in str(refusal(score_words.withdraw, cast.session, act(cast, "lan"), row))


def test_an_account_that_is_nobody_of_the_school_has_no_sheet(cast: Cast) -> None:
    assert refusal(comment, cast, "quan").field == "text"
    assert refusal(comment, cast, "operator").field == "text"


# Answering ----------------------------------------------------------------------------------------------------------


def test_council_and_leadership_answer_and_nobody_else(cast: Cast) -> None:
    done = []
    for name in PEOPLE:
        row = standing(cast)
        row.answer = row.answered_on = row.answered_by_id = None
        cast.session.flush()
        try:
            answer(cast, row, name=name)
        except NotAllowed:
            continue
        assert (row.answer, row.answered_on, row.answered_by_id) == ("Đã cộng.", TODAY, cast.accounts[name])
        assert row.text == "Tháng 9 tôi có gặp em hai lần.", "what was said stays"
        done.append(name)
    assert set(done) == {"binh", "ly", "hoi"}


def test_nobody_answers_the_own_appeal(cast: Cast) -> None:
    row = standing(cast, "ly")
    with pytest.raises(NotAllowed, match="chính thầy cô"):
        answer(cast, row, name="ly")
    act(cast, "ly")
    row.answer = "Đã cộng."
    with pytest.raises(NotAllowed):
        cast.session.flush()


def test_answering_twice_the_newer_wins_only_with_the_version_that_was_seen(cast: Cast) -> None:
    row = standing(cast)
    seen = row.version
    answer(cast, row, "Đã cộng.", version=seen)
    assert answer(cast, row, " Đã cộng. ", version=seen) is row, "a second tap"
    for version in (seen, None, 10**9):
        with pytest.raises(StaleRecord):
            answer(cast, row, "Chưa đủ minh chứng.", "binh", version)
        assert row.answer == "Đã cộng."
    answer(cast, row, "Chưa đủ minh chứng.", "binh")
    assert (row.answer, row.answered_by_id) == ("Chưa đủ minh chứng.", cast.accounts["binh"])


def test_the_log_knows_who_answered(cast: Cast) -> None:
    row = standing(cast)
    answer(cast, row)
    as_operator(cast)
    entry = cast.session.scalars(select(m.AuditEntry).order_by(m.AuditEntry.id.desc()).limit(1)).one()
    assert (entry.action, entry.actor, entry.row_id) == ("answer score", "hoi", row.id)


# Taking back --------------------------------------------------------------------------------------------------------


def test_one_takes_back_the_own_words_until_they_are_answered(cast: Cast) -> None:
    row, lans = comment(cast), standing(cast)
    for name in ("lan", "hoi", "binh", "thu"):
        with pytest.raises(NotAllowed):
            score_words.withdraw(cast.session, act(cast, name), row, row.version)
    with pytest.raises(StaleRecord):
        score_words.withdraw(cast.session, act(cast, "tam"), row, row.version + 1)
    score_words.withdraw(cast.session, act(cast, "tam"), row, row.version)
    assert count(cast) == 3
    answer(cast, lans)
    assert "đã trả lời" in str(refusal(score_words.withdraw, cast.session, act(cast, "lan"), lans, lans.version))
    as_operator(cast)
    make_score_comment(cast.session, cast.get(m.Staff, cast.staff["tam"]))
    assert count(cast) == 4
