"""Monthly evaluations: written by the sponsor, seen by the department, confirmed by others; help is rated (P4.8)."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.rules.evaluation import LEVELS
from school.services import evaluations
from school.services.guard import set_actor
from school.vocabulary import DropoutRisk, EvaluationState, HelpRating, ProgressStep, TermPeriod
from tests.cast import NOW, Cast
from tests.factories import LEVELS as COMPLETE
from tests.factories import make_case, make_evaluation, make_rating, make_sponsorship, make_staff


def become(cast: Cast, person: str) -> Actor:
    """The person, as whom the session acts from now on."""
    actor = cast.actor(person)
    set_actor(cast.session, actor)
    return actor


def write(cast: Cast, person: str, case: str, period: str = "2025-10", **values: Any) -> m.ProgressEvaluation:
    """The person writes a month of the case."""
    row = cast.get(m.SupportCase, cast.id(case))
    given = {"case": row, "period": period} | values
    return evaluations.save_progress(cast.session, become(cast, person), m.ProgressEvaluation(), given)


# Writing ------------------------------------------------------------------------------------------------------------


def test_a_month_goes_from_the_sponsor_to_the_file(cast: Cast) -> None:
    month = write(cast, "lan", "sponsored", **COMPLETE, comment="em đi học đều")
    assert (month.state, month.author_id) == (EvaluationState.DRAFTED, cast.staff["lan"])
    evaluations.take_step(cast.session, cast.actor("lan"), month, "submit")
    hoa = become(cast, "hoa")
    evaluations.take_step(cast.session, hoa, month, "review")
    assert (month.reviewed_by_id, month.reviewed_at) == (hoa.account_id, NOW)
    cuc = become(cast, "cuc")
    evaluations.take_step(cast.session, cuc, month, "confirm")
    assert (month.confirmed_by_id, month.confirmed_at) == (cuc.account_id, NOW)
    binh = become(cast, "binh")
    evaluations.take_step(cast.session, binh, month, "lock")
    assert (month.state, month.locked_at, month.submitted_at) == (EvaluationState.LOCKED, NOW, NOW)


def test_levels_start_empty_and_may_stay_so_until_the_month_is_sent(cast: Cast) -> None:
    month = write(cast, "lan", "sponsored")
    assert [getattr(month, level) for level in LEVELS] == [None] * len(LEVELS)
    with pytest.raises(RuleError) as refusal:
        evaluations.take_step(cast.session, cast.actor("lan"), month, "submit")
    assert refusal.value.field == LEVELS[0]


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_is_needed_to_send_and_not_observed_is_an_answer(cast: Cast, level: str) -> None:
    month = write(cast, "lan", "sponsored", **(COMPLETE | {level: None}))
    lan = cast.actor("lan")
    with pytest.raises(RuleError) as refusal:
        evaluations.take_step(cast.session, lan, month, "submit")
    assert refusal.value.field == level
    answer = DropoutRisk.NOT_OBSERVED if level == "dropout_risk" else ProgressStep.NOT_OBSERVED
    evaluations.save_progress(cast.session, lan, month, COMPLETE | {level: answer}, month.version)
    evaluations.take_step(cast.session, lan, month, "submit")
    assert month.state is EvaluationState.SUBMITTED


@pytest.mark.parametrize("person", ["phuc", "vinh", "hoa", "khoa", "cuc", "thu", "binh", "quan", "hoi"])
def test_nobody_but_the_sponsor_writes(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        write(cast, person, "sponsored")


@pytest.mark.parametrize("case", ["ended", "future", "registered", "homeroom", "outsiders"])
def test_a_sponsor_writes_only_while_the_sponsorship_runs(cast: Cast, case: str) -> None:
    row = cast.get(m.SupportCase, cast.id(case))
    lan = become(cast, "lan")
    with pytest.raises(NotAllowed):
        evaluations.save_progress(cast.session, lan, m.ProgressEvaluation(), {"case": row, "period": "2025-10"})


@pytest.mark.parametrize("period", ["2025-11", "2025-08", "2024-10", "semester_1", None])
def test_a_month_has_begun_and_belongs_to_the_year(cast: Cast, period: str | None) -> None:
    with pytest.raises(RuleError) as refusal:
        write(cast, "lan", "sponsored", period)  # type: ignore[arg-type]
    assert refusal.value.field == "period"


def test_a_month_is_written_once(cast: Cast) -> None:
    with pytest.raises(RuleError, match="Tháng này đã có"):
        write(cast, "lan", "sponsored", "2025-09")


def test_a_month_keeps_its_student_and_its_month(cast: Cast) -> None:
    month = write(cast, "tam", "homeroom")
    tam = cast.actor("tam")
    other = cast.get(m.SupportCase, cast.id("colleagues"))
    for values in ({"case": other, "period": "2025-10"}, {"case": month.case, "period": "2025-09"}):
        with pytest.raises(RuleError, match="thì không đổi"):
            evaluations.save_progress(cast.session, tam, month, values, month.version)


def test_a_month_opened_on_an_older_version_is_refused(cast: Cast) -> None:
    month = write(cast, "lan", "sponsored", comment="một")
    lan, opened = cast.actor("lan"), month.version
    evaluations.save_progress(cast.session, lan, month, {"comment": "hai"}, opened)
    with pytest.raises(StaleRecord):
        evaluations.save_progress(cast.session, lan, month, {"comment": "ba"}, opened)
    assert month.comment == "hai"


def test_what_was_sent_is_not_edited_until_it_is_returned(cast: Cast) -> None:
    lan = become(cast, "lan")
    month = cast.get(m.ProgressEvaluation, cast.id("sponsored", "progress"))
    with pytest.raises(RuleError, match="đã gửi"):
        evaluations.save_progress(cast.session, lan, month, COMPLETE, month.version)
    with pytest.raises(RuleError, match="đã gửi"):
        evaluations.discard(cast.session, lan, month, month.version)
    hoa = become(cast, "hoa")
    with pytest.raises(RuleError) as refusal:
        evaluations.take_step(cast.session, hoa, month, "return")
    assert refusal.value.field == "comment"
    evaluations.take_step(cast.session, hoa, month, "return", "ghi rõ hơn")
    assert month.review_comment == "ghi rõ hơn"
    lan = become(cast, "lan")
    evaluations.save_progress(cast.session, lan, month, COMPLETE | {"comment": "rõ hơn"}, month.version)
    evaluations.take_step(cast.session, lan, month, "submit")
    assert month.comment == "rõ hơn"


def test_a_draft_can_be_thrown_away(cast: Cast) -> None:
    month = write(cast, "lan", "sponsored")
    number = month.id
    evaluations.discard(cast.session, cast.actor("lan"), month, month.version)
    assert cast.session.get(m.ProgressEvaluation, number) is None


def test_a_head_changes_no_level(cast: Cast) -> None:
    hoa = become(cast, "hoa")
    month = cast.get(m.ProgressEvaluation, cast.id("sponsored", "progress"))
    with pytest.raises(NotAllowed):
        evaluations.save_progress(cast.session, hoa, month, {"learning": ProgressStep.IMPROVED}, month.version)
    evaluations.take_step(cast.session, hoa, month, "review")
    assert {level: getattr(month, level) for level in LEVELS} == COMPLETE


def test_the_deputy_sees_what_is_the_heads_own(cast: Cast) -> None:
    month = cast.get(m.ProgressEvaluation, cast.id("heads", "progress"))
    hoa = become(cast, "hoa")
    with pytest.raises(NotAllowed):
        evaluations.take_step(cast.session, hoa, month, "review")
    dung = become(cast, "dung")
    assert evaluations.take_step(cast.session, dung, month, "review").state is EvaluationState.REVIEWED


def test_reopening_says_why_and_gives_the_month_back(session: Session, operator: Actor) -> None:
    month = make_evaluation(session, make_case(session), None, state=EvaluationState.LOCKED)
    with pytest.raises(RuleError):
        evaluations.take_step(session, operator, month, "reopen")
    evaluations.take_step(session, operator, month, "reopen", "sai mức")
    assert (month.state, month.review_comment) == (EvaluationState.RETURNED, "sai mức")


# Rating help --------------------------------------------------------------------------------------------------------


def rate(cast: Cast, person: str, case: str, **values: Any) -> m.SponsorEvaluation:
    """The person rates the help of the first sponsor of the case."""
    row = cast.get(m.Sponsorship, cast.id(case, "sponsorship"))
    given = {"sponsorship": row, "period": "2025-10", "rating": HelpRating.GOOD} | values
    return evaluations.rate_help(cast.session, become(cast, person), m.SponsorEvaluation(), given)


@pytest.mark.parametrize("person", ["cuc", "uyen", "binh", "ly"])
def test_union_and_leadership_rate_help(cast: Cast, person: str) -> None:
    rating = rate(cast, person, "outsiders", comment="gọi mỗi tuần")
    assert (rating.rating, rating.period) == (HelpRating.GOOD, "2025-10")
    assert rating.rated_by_id == cast.accounts[person]


@pytest.mark.parametrize(("person", "case"), [("uyen", "unionists"), ("ly", "leaders")])
def test_nobody_rates_the_own_help(cast: Cast, person: str, case: str) -> None:
    with pytest.raises(NotAllowed):
        rate(cast, person, case)
    rating = cast.get(m.SponsorEvaluation, cast.id(case, "rating"))
    with pytest.raises(NotAllowed):
        evaluations.rate_help(cast.session, cast.actor(person), rating, {"comment": "tôi rất tốt"}, rating.version)


@pytest.mark.parametrize("person", ["lan", "hoa", "thu", "hoi", "quan", "tro"])
def test_others_rate_nobody(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        rate(cast, person, "outsiders")


def test_a_rating_of_oneself_is_not_turned_into_one_of_somebody_else(cast: Cast) -> None:
    uyen = become(cast, "uyen")
    own = cast.get(m.SponsorEvaluation, cast.id("unionists", "rating"))
    values = {
        "sponsorship": cast.get(m.Sponsorship, cast.id("outsiders", "sponsorship")),
        "period": "2025-09",
        "rating": HelpRating.MORE_TIME,
    }
    with pytest.raises(NotAllowed):
        evaluations.rate_help(cast.session, uyen, own, values, own.version)
    cuc = become(cast, "cuc")
    with pytest.raises(RuleError, match="thì không đổi"):
        evaluations.rate_help(cast.session, cuc, own, values, own.version)
    assert own.sponsorship_id == cast.id("unionists", "sponsorship")


def test_a_semester_needs_a_level_and_a_month_a_level_or_a_remark(cast: Cast) -> None:
    for period in (TermPeriod.SEMESTER_1, "semester_1"):
        with pytest.raises(RuleError) as refusal:
            rate(cast, "cuc", "outsiders", period=period, rating=None, comment="tốt")
        assert refusal.value.field == "rating"
    with pytest.raises(RuleError) as refusal:
        rate(cast, "cuc", "outsiders", rating=None, comment="  ")
    assert refusal.value.field == "comment"
    assert rate(cast, "cuc", "outsiders", rating=None, comment="đều").rating is None
    assert rate(cast, "cuc", "outsiders", period=TermPeriod.SEMESTER_1).period == "semester_1"


@pytest.mark.parametrize("period", [TermPeriod.SEMESTER_2, TermPeriod.YEAR, "2025-11"])
def test_help_is_rated_when_the_period_has_begun(cast: Cast, period: str) -> None:
    with pytest.raises(RuleError) as refusal:
        rate(cast, "cuc", "outsiders", period=period)
    assert refusal.value.field == "period"


def test_help_is_rated_once_a_period(cast: Cast) -> None:
    with pytest.raises(RuleError, match="Kỳ này đã có"):
        rate(cast, "cuc", "outsiders", period="2025-09")


def test_a_rating_opened_on_an_older_version_is_refused(session: Session, operator: Actor) -> None:
    rating = make_rating(session, make_sponsorship(session, make_case(session), make_staff(session)))
    opened = rating.version
    evaluations.rate_help(session, operator, rating, {"rating": HelpRating.EXCELLENT}, opened)
    with pytest.raises(StaleRecord):
        evaluations.rate_help(session, operator, rating, {"rating": HelpRating.REGULAR}, opened)
    assert rating.rating is HelpRating.EXCELLENT
