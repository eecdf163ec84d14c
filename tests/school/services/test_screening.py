"""The records point a student out; somebody takes the student in, or leaves the student out and says why (P4.2)."""

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.rules.screening import Reason, ReasonKind
from school.services import screening
from school.services.guard import set_actor
from school.vocabulary import CaseState, Severity, SurveyChannel, YearState
from tests.cast import TODAY, Cast

WHY = [
    Reason(ReasonKind.LEARNING),
    Reason(ReasonKind.ABSENCES, "7"),
    Reason(ReasonKind.POLICY, "Hộ cận nghèo"),
]
REST = "gia đình đã ổn định, em học đều"


def become(cast: Cast, person: str) -> Actor:
    """The person, as whom the session acts from now on."""
    actor = cast.actor(person)
    set_actor(cast.session, actor)
    return actor


def the_year(cast: Cast) -> m.SchoolYear:
    return cast.get(m.SchoolYear, cast.year)


def case_of(cast: Cast, student_id: int) -> m.SupportCase | None:
    set_actor(cast.session, cast.actor("operator"))
    return cast.session.scalar(select(m.SupportCase).where(m.SupportCase.student_id == student_id))


def take_in(cast: Cast, person: str, student_id: int, **more: object) -> m.ScreeningDecision:
    return screening.take_in(cast.session, become(cast, person), student_id, the_year(cast), WHY, **more)


def leave_out(cast: Cast, person: str, student_id: int, why: str | None = REST, **more: object) -> m.ScreeningDecision:
    return screening.leave_out(cast.session, become(cast, person), student_id, the_year(cast), WHY, why, **more)


@pytest.mark.parametrize("person", ["lan", "thu", "binh"])
def test_who_is_taken_in_is_nominated_by_the_records(cast: Cast, person: str) -> None:
    decision = take_in(cast, person, cast.classmate)
    assert (decision.taken_in, decision.reason, decision.decided_on) == (True, None, TODAY)
    assert decision.decided_by_id == cast.accounts[person]
    case = case_of(cast, cast.classmate)
    assert (case.state, case.nominated_by_id) == (CaseState.NOMINATED, cast.staff[person])
    assert case.private.own_effort == "Kết quả học tập chưa đạt; Vắng không phép 7 buổi"
    assert case.private.circumstances == "Thuộc diện chính sách: Hộ cận nghèo"
    assert {(h.category.code, h.source, h.severity) for h in case.hardships} == {
        (code, SurveyChannel.RECORDS, Severity.SUPPORT)
        for code in ("learning_not_met", "frequent_absence", "near_poor_household")
    }


def test_a_second_tap_nominates_once(cast: Cast) -> None:
    first = take_in(cast, "lan", cast.classmate)
    assert take_in(cast, "lan", cast.classmate) is first
    found = select(m.SupportCase).where(m.SupportCase.student_id == cast.classmate)
    assert len(cast.session.scalars(found).all()) == 1


def test_a_category_that_the_school_no_longer_uses_is_left_alone(cast: Cast) -> None:
    unused = cast.session.scalar(select(m.HardshipCategory).where(m.HardshipCategory.code == "learning_not_met"))
    unused.in_use = False
    take_in(cast, "lan", cast.classmate)
    assert unused not in [h.category for h in case_of(cast, cast.classmate).hardships]


def test_a_student_with_a_case_keeps_it(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("operator"))
    cast.session.delete(cast.get(m.ScreeningDecision, cast.id("homeroom", "screening")))
    cast.session.flush()
    assert take_in(cast, "lan", cast.id("homeroom", "student")).taken_in
    assert case_of(cast, cast.id("homeroom", "student")).id == cast.id("homeroom")


def test_who_is_left_out_has_a_reason_and_no_case(cast: Cast) -> None:
    decision = leave_out(cast, "lan", cast.classmate, f"  {REST} ")
    assert (decision.taken_in, decision.reason) == (False, REST)
    assert leave_out(cast, "lan", cast.classmate) is decision, "a second tap"
    assert case_of(cast, cast.classmate) is None


@pytest.mark.parametrize("why", [None, "", "  ", "\u200b\n \t ".strip("\u200b"), "x" * 201])
def test_leaving_out_needs_a_short_reason(cast: Cast, why: str | None) -> None:
    with pytest.raises(RuleError) as refusal:
        leave_out(cast, "lan", cast.classmate, why)
    assert refusal.value.field == "reason"


def test_a_decision_is_changed_while_no_case_came_of_it(cast: Cast) -> None:
    decision = leave_out(cast, "lan", cast.classmate)
    leave_out(cast, "lan", cast.classmate, "lý do khác", version=decision.version)
    assert decision.reason == "lý do khác"
    take_in(cast, "lan", cast.classmate, version=decision.version)
    assert (decision.taken_in, decision.reason) == (True, None)
    with pytest.raises(RuleError, match="đã có hồ sơ"):
        leave_out(cast, "lan", cast.classmate, version=decision.version)


def test_a_decision_on_an_older_one_is_refused(cast: Cast) -> None:
    decision = leave_out(cast, "lan", cast.classmate)
    for stale in (None, decision.version + 1):
        with pytest.raises(StaleRecord):
            take_in(cast, "thu", cast.classmate, version=stale)


@pytest.mark.parametrize("person", ["son", "vinh", "giang", "hoa", "cuc", "hoi", "quan"])
def test_who_does_not_decide(cast: Cast, person: str) -> None:
    for decide in (take_in, leave_out):
        with pytest.raises(NotAllowed):
            decide(cast, person, cast.classmate)


def test_a_teacher_does_not_decide_about_another_class(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        take_in(cast, "lan", cast.stranger)
    assert case_of(cast, cast.stranger) is None


def test_without_a_reason_nobody_is_screened(cast: Cast) -> None:
    lan = become(cast, "lan")
    with pytest.raises(RuleError, match="không còn trong danh sách"):
        screening.take_in(cast.session, lan, cast.classmate, the_year(cast), [])


def test_in_a_closed_year_nothing_is_decided(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("operator"))
    the_year(cast).state = YearState.CLOSED
    cast.session.flush()
    for decide in (take_in, leave_out):
        with pytest.raises(RuleError, match="đã kết thúc"):
            decide(cast, "lan", cast.classmate)


def test_the_log_names_what_was_decided_and_keeps_the_reason_to_itself(cast: Cast) -> None:
    leave_out(cast, "lan", cast.classmate)
    set_actor(cast.session, cast.actor("operator"))
    entry = cast.session.scalars(select(m.AuditEntry).order_by(m.AuditEntry.id.desc())).first()
    assert (entry.action, entry.table_name, entry.changes["reason"]) == ("leave out", "screening_decision", None)
