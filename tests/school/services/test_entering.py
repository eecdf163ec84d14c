"""Months entered for a sponsor, months of whoever helped then, and the remark made on confirming (P4.8)."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.services import evaluations
from school.services.guard import set_actor
from school.vocabulary import (
    CaseState,
    EvaluationState,
    HelpRating,
    ProgressStep,
    SponsorRole,
    SponsorshipState,
    YearState,
)
from tests.cast import NOW, Cast
from tests.factories import LEVELS as COMPLETE
from tests.factories import make_evaluation, make_rating, make_sponsorship, make_staff

MONTH = "2025-10"


def become(cast: Cast, person: str) -> Actor:
    """The person, as whom the session acts from now on; what was loaded as somebody else is read again."""
    cast.session.flush()
    cast.session.expire_all()
    actor = cast.actor(person)
    set_actor(cast.session, actor)
    return actor  # type: ignore[return-value]


def operate(cast: Cast) -> None:
    """Write as the operator from now on."""
    set_actor(cast.session, Actor.running_commands(NOW))


def enter(
    cast: Cast, person: str, case: str, period: str = MONTH, version: int | None = None, **values: Any
) -> m.ProgressEvaluation:
    """The person enters a month of the case for its sponsor."""
    actor = become(cast, person)
    row = cast.get(m.SupportCase, cast.id(case))
    return evaluations.enter_for_sponsor(cast.session, actor, row, period, values, version)


def steps_of(cast: Cast, row: m.ProgressEvaluation) -> list[str]:
    """What was done to the row, by the log."""
    number = row.id
    operate(cast)
    found = select(m.AuditEntry.action).where(
        m.AuditEntry.table_name == "progress_evaluation", m.AuditEntry.row_id == number
    )
    return list(cast.session.scalars(found.order_by(m.AuditEntry.id)))


# Entering -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "case"),
    [("hoa", "departments"), ("hoa", "sponsored"), ("dung", "heads"), ("cuc", "outsiders"), ("thu", "leaders")],
)
def test_what_is_entered_stays_the_sponsors_and_waits(cast: Cast, person: str, case: str) -> None:
    row = enter(cast, person, case, **COMPLETE, comment="chép từ sổ")
    sponsor = cast.get(m.Sponsorship, cast.id(case, "sponsorship")).staff_id
    assert (row.author_id, row.entered_by_id) == (sponsor, cast.accounts[person])
    assert (row.state, row.submitted_at, row.comment) == (EvaluationState.DRAFTED, None, "chép từ sổ")
    assert evaluations.still_entered(cast.session, [row]) == {row.id}
    actor = cast.actor(person)
    with pytest.raises(NotAllowed):
        evaluations.take_step(cast.session, actor, row, "submit")  # type: ignore[arg-type]
    assert steps_of(cast, row) == ["enter"]


@pytest.mark.parametrize(
    ("person", "case"),
    [
        ("lan", "sponsored"),  # a sponsor writes, and enters for nobody
        ("vinh", "sponsored"),
        ("khoa", "sponsored"),  # the head of a department that only supports the student
        ("hoa", "outsiders"),
        ("hoa", "heads"),  # nobody enters for themselves
        ("dung", "sponsored"),  # the deputy: only what is the head's own
        ("uyen", "unionists"),
        ("binh", "sponsored"),
        ("ly", "sponsored"),
        ("quan", "sponsored"),
        ("hoi", "sponsored"),
    ],
)
def test_others_enter_nothing(cast: Cast, person: str, case: str) -> None:
    operate(cast)
    row = cast.get(m.SupportCase, cast.id(case))
    actor = cast.actor(person)
    set_actor(cast.session, actor)
    with pytest.raises(NotAllowed):
        evaluations.enter_for_sponsor(cast.session, actor, row, MONTH, COMPLETE)  # type: ignore[arg-type]


def test_it_is_entered_again_by_whoever_may_until_the_sponsor_saves(cast: Cast) -> None:
    row = enter(cast, "thu", "sponsored", comment="một")
    enter(cast, "hoa", "sponsored", version=row.version, comment="hai")
    assert (row.comment, row.entered_by_id) == ("hai", cast.accounts["hoa"])
    with pytest.raises(StaleRecord):
        enter(cast, "thu", "sponsored", version=1, comment="ba")
    with pytest.raises(StaleRecord):
        enter(cast, "thu", "sponsored", comment="ba")


@pytest.mark.parametrize("comment", ["của tôi", "chép từ sổ"])  # changed, or saved as it was
def test_what_the_sponsor_has_saved_is_not_entered_over(cast: Cast, comment: str) -> None:
    row = enter(cast, "thu", "sponsored", **COMPLETE, comment="chép từ sổ")
    lan = become(cast, "lan")
    evaluations.save_progress(cast.session, lan, row, COMPLETE | {"comment": comment}, row.version)
    assert (row.author_id, row.entered_by_id) == (cast.staff["lan"], cast.accounts["thu"])
    for person in ("thu", "hoa", "cuc"):
        with pytest.raises(RuleError, match="đã tự viết"):
            enter(cast, person, "sponsored", version=row.version, comment="ghi đè")
    assert row.comment == comment
    assert steps_of(cast, row)[1:] in (["update"], ["take over"])


def test_what_the_sponsor_wrote_is_not_entered_over(cast: Cast) -> None:
    lan = become(cast, "lan")
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    values = {"case": case, "period": MONTH, "comment": "của tôi"}
    row = evaluations.save_progress(cast.session, lan, m.ProgressEvaluation(), values)
    with pytest.raises(RuleError, match="đã tự viết"):
        enter(cast, "thu", "sponsored", version=row.version, comment="ghi đè")


def test_what_was_sent_or_returned_is_not_entered_over(cast: Cast) -> None:
    row = enter(cast, "thu", "sponsored", **COMPLETE)
    lan = become(cast, "lan")
    evaluations.take_step(cast.session, lan, row, "submit")
    assert (row.author_id, row.entered_by_id) == (cast.staff["lan"], cast.accounts["thu"])
    with pytest.raises(RuleError, match="đã gửi"):
        enter(cast, "thu", "sponsored", version=row.version, learning=ProgressStep.DECLINED)
    hoa = become(cast, "hoa")
    evaluations.take_step(cast.session, hoa, row, "return", "ghi rõ hơn")
    with pytest.raises(RuleError):
        enter(cast, "hoa", "sponsored", version=row.version, learning=ProgressStep.DECLINED)
    assert row.learning is COMPLETE["learning"]


def test_the_joint_sponsor_who_sends_takes_it_over(cast: Cast) -> None:
    operate(cast)
    case = cast.get(m.SupportCase, cast.id("leaders_nominee"))
    case.state = CaseState.APPROVED
    for name in ("giang", "son"):
        make_sponsorship(cast.session, case, cast.get(m.Staff, cast.staff[name]), role=SponsorRole.JOINT)
    row = enter(cast, "thu", "leaders_nominee", **COMPLETE)
    assert row.author_id == cast.staff["giang"], "the first of them"
    son = become(cast, "son")
    evaluations.take_step(cast.session, son, row, "submit")
    assert row.author_id == cast.staff["son"]


@pytest.mark.parametrize("period", ["2025-11", "2025-08", "2024-10", "", "semester_1"])
def test_a_month_has_begun_and_belongs_to_the_year(cast: Cast, period: str) -> None:
    with pytest.raises(RuleError) as refusal:
        enter(cast, "thu", "sponsored", period)
    assert refusal.value.field == "period"


@pytest.mark.parametrize("case", ["registered", "future", "ended"])
def test_nothing_is_entered_for_whom_nobody_helps_who_could_send_it(cast: Cast, case: str) -> None:
    with pytest.raises(RuleError) as refusal:
        enter(cast, "thu", case)
    assert refusal.value.field == "period"


def test_a_sponsor_who_began_later_is_not_entered_for(cast: Cast) -> None:
    operate(cast)
    cast.get(m.Sponsorship, cast.id("sponsored", "sponsorship")).started_on = dt.date(2025, 10, 1)
    cast.session.delete(cast.get(m.ProgressEvaluation, cast.id("sponsored", "progress")))
    with pytest.raises(RuleError, match="chưa giúp em trong tháng đó"):
        enter(cast, "thu", "sponsored", "2025-09")
    lan = become(cast, "lan")
    row = cast.get(m.SupportCase, cast.id("sponsored"))
    with pytest.raises(RuleError, match="chưa đỡ đầu em") as refusal:
        evaluations.save_progress(cast.session, lan, m.ProgressEvaluation(), {"case": row, "period": "2025-09"})
    assert refusal.value.field == "period"
    assert enter(cast, "thu", "sponsored", "2025-10").author_id == cast.staff["lan"]


def test_on_the_edge_a_day_of_the_month_is_enough(cast: Cast) -> None:
    operate(cast)
    cast.get(m.Sponsorship, cast.id("sponsored", "sponsorship")).started_on = dt.date(2025, 9, 30)
    cast.session.delete(cast.get(m.ProgressEvaluation, cast.id("sponsored", "progress")))
    assert enter(cast, "thu", "sponsored", "2025-09").id


@pytest.mark.parametrize("what", ["case", "year"])
def test_what_is_closed_is_only_read(cast: Cast, what: str) -> None:
    operate(cast)
    if what == "case":
        cast.get(m.SupportCase, cast.id("sponsored")).state = CaseState.CLOSED
    else:
        cast.get(m.SchoolYear, cast.year).state = YearState.CLOSED
    with pytest.raises(RuleError, match="đã kết thúc"):
        enter(cast, "thu", "sponsored")
    lan = become(cast, "lan")
    row = cast.get(m.SupportCase, cast.id("sponsored"))
    with pytest.raises(RuleError, match="đã kết thúc"):
        evaluations.save_progress(cast.session, lan, m.ProgressEvaluation(), {"case": row, "period": MONTH})


@pytest.mark.parametrize("state", [EvaluationState.CONFIRMED, EvaluationState.LOCKED, EvaluationState.REVIEWED])
@pytest.mark.parametrize("person", ["lan", "hoa", "thu", "cuc"])
def test_a_settled_month_is_changed_by_nobody(cast: Cast, state: EvaluationState, person: str) -> None:
    operate(cast)
    row = cast.get(m.ProgressEvaluation, cast.id("sponsored", "progress"))
    cast.session.delete(row)
    cast.session.flush()
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    row = make_evaluation(cast.session, case, cast.get(m.Staff, cast.staff["lan"]), state=state)
    actor = become(cast, person)
    with pytest.raises((RuleError, NotAllowed)):
        if person == "lan":
            evaluations.save_progress(cast.session, actor, row, {"learning": ProgressStep.DECLINED}, row.version)
        else:
            evaluations.enter_for_sponsor(cast.session, actor, case, "2025-09", {"comment": "x"}, row.version)
    assert (row.learning, row.comment) == (COMPLETE["learning"], "em đi học đều")


@pytest.mark.parametrize("person", ["lan", "hoa", "thu", "cuc"])
def test_only_leadership_reopens_and_says_why(cast: Cast, person: str) -> None:
    operate(cast)
    row = make_evaluation(
        cast.session, cast.get(m.SupportCase, cast.id("sponsored")), None, period=MONTH, state=EvaluationState.LOCKED
    )
    actor = become(cast, person)
    with pytest.raises(NotAllowed):
        evaluations.take_step(cast.session, actor, row, "reopen", "sai")
    binh = become(cast, "binh")
    with pytest.raises(RuleError):
        evaluations.take_step(cast.session, binh, row, "reopen", "  ")
    assert evaluations.take_step(cast.session, binh, row, "reopen", "sai mức").state is EvaluationState.RETURNED


# The month before, and sending many ---------------------------------------------------------------------------------


def test_last_months_evaluation_is_found(cast: Cast) -> None:
    become(cast, "lan")
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    before = evaluations.previous(cast.session, case, MONTH)
    assert before is not None
    assert before.id == cast.id("sponsored", "progress")
    assert evaluations.previous(cast.session, case, "2025-09") is None
    set_actor(cast.session, cast.actor("minh"))
    assert evaluations.previous(cast.session, case, MONTH) is None


def test_all_that_is_complete_is_sent_and_the_rest_is_named(cast: Cast) -> None:
    tam = become(cast, "tam")
    rows = []
    for name, values in (("homeroom", COMPLETE), ("colleagues", COMPLETE | {"trend": None})):
        case = cast.get(m.SupportCase, cast.id(name))
        given = {"case": case, "period": MONTH} | values
        rows.append(evaluations.save_progress(cast.session, tam, m.ProgressEvaluation(), given))
    assert evaluations.send_complete(cast.session, tam, rows) == ([rows[0]], [rows[1]])
    assert evaluations.send_complete(cast.session, tam, rows) == ([], [rows[1]])
    assert [row.state for row in rows] == [EvaluationState.SUBMITTED, EvaluationState.DRAFTED]


# The remark on confirming -------------------------------------------------------------------------------------------


def a_reviewed_month(cast: Cast, *joint: str) -> m.ProgressEvaluation:
    """October of `outsiders`, seen by the department; `joint` sponsors besides."""
    operate(cast)
    case = cast.get(m.SupportCase, cast.id("outsiders"))
    if joint:
        cast.get(m.Sponsorship, cast.id("outsiders", "sponsorship")).role = SponsorRole.JOINT
    for name in joint:
        make_sponsorship(cast.session, case, cast.get(m.Staff, cast.staff[name]), role=SponsorRole.JOINT)
    supporting = {"role": SponsorRole.SUPPORTING, "state": SponsorshipState.APPROVED}
    make_sponsorship(cast.session, case, make_staff(cast.session), **supporting)
    author = cast.get(m.Staff, cast.staff["minh"])
    return make_evaluation(cast.session, case, author, period=MONTH, state=EvaluationState.REVIEWED)


def remarks(cast: Cast) -> list[m.SponsorEvaluation]:
    """The month's remarks on help."""
    operate(cast)
    return list(cast.session.scalars(select(m.SponsorEvaluation).where(m.SponsorEvaluation.period == MONTH)))


@pytest.mark.parametrize("person", ["cuc", "binh"])
def test_a_remark_made_on_confirming_is_the_months_remark_on_the_help(cast: Cast, person: str) -> None:
    row = a_reviewed_month(cast, "giang")
    actor = become(cast, person)
    evaluations.take_step(cast.session, actor, row, "confirm", "gọi gia đình đều đặn")
    assert row.state is EvaluationState.CONFIRMED
    found = remarks(cast)
    assert {cast.get(m.Sponsorship, one.sponsorship_id).staff_id for one in found} == {
        cast.staff["minh"],
        cast.staff["giang"],
    }
    assert {(one.rating, one.comment, one.rated_by_id) for one in found} == {
        (None, "gọi gia đình đều đặn", cast.accounts[person])
    }


def test_confirming_without_a_remark_leaves_none(cast: Cast) -> None:
    row = a_reviewed_month(cast)
    actor = become(cast, "cuc")
    evaluations.take_step(cast.session, actor, row, "confirm")
    assert remarks(cast) == []


def test_a_remark_is_added_to_the_own_and_never_to_somebody_elses(cast: Cast) -> None:
    row = a_reviewed_month(cast)
    sponsorship = cast.get(m.Sponsorship, cast.id("outsiders", "sponsorship"))
    rating = make_rating(
        cast.session, sponsorship, period=MONTH, comment="đều", rated_by_id=cast.accounts["cuc"], rating=HelpRating.GOOD
    )
    binh = become(cast, "binh")
    with pytest.raises(RuleError, match="đã có người khác nhận xét") as refusal, cast.session.begin_nested():
        evaluations.take_step(cast.session, binh, row, "confirm", "tốt")
    assert refusal.value.field == "comment"
    assert row.state is EvaluationState.REVIEWED
    cuc = become(cast, "cuc")
    evaluations.take_step(cast.session, cuc, row, "confirm", "đến thăm nhà")
    assert (rating.comment, rating.rating) == ("đều\nđến thăm nhà", HelpRating.GOOD)


def test_whoever_sponsors_confirms_nothing_and_remarks_on_nobody(cast: Cast) -> None:
    row = a_reviewed_month(cast, "uyen")
    uyen = become(cast, "uyen")
    with pytest.raises(NotAllowed):
        evaluations.take_step(cast.session, uyen, row, "confirm", "tôi rất tốt")
    assert remarks(cast) == []
