"""Support cases: from a nomination to the end, and the opening of what is private."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.services import cases, surveys
from school.services.guard import acting, set_actor
from school.vocabulary import CaseOutcome, CaseState, Severity, SurveyChannel
from tests.cast import NOW, TODAY, Cast
from tests.factories import SECRET, a_category, make_case, make_hardship, make_student, the_year

SAID = {"circumstances": "em ở với bà", "own_effort": "em chăm"}


def become(cast: Cast, person: str) -> Actor:
    """The person, as whom the session acts from now on."""
    actor = cast.actor(person)
    set_actor(cast.session, actor)
    return actor


# Nominating ---------------------------------------------------------------------------------------------------------


def test_a_nomination_makes_a_case_with_its_texts_and_hardships(session: Session, operator: Actor) -> None:
    student = make_student(session)
    kinds = [a_category(session), a_category(session, "frequent_absence")]
    case = cases.nominate(
        session, operator, student.id, the_year(session), SAID, SurveyChannel.FAMILY, kinds, Severity.URGENT
    )
    assert (case.state, case.opened_on, case.code) == (CaseState.NOMINATED, TODAY, "HT25-0001")
    assert (case.private.circumstances, case.private.own_effort) == ("em ở với bà", "em chăm")
    assert [(h.category, h.severity, h.source) for h in case.hardships] == [
        (kind, Severity.URGENT, SurveyChannel.FAMILY) for kind in kinds
    ]


def test_codes_go_on_from_the_highest_of_the_year(session: Session, operator: Actor) -> None:
    year = the_year(session)
    make_case(session, code="HT25-0041")
    make_case(session, code="HT24-0099")
    assert cases.next_code(session, year) == "HT25-0042"


def test_a_code_goes_on_from_cases_that_the_teacher_does_not_see(cast: Cast) -> None:
    son = become(cast, "son")
    case = cases.nominate(cast.session, son, cast.stranger, cast.get(m.SchoolYear, cast.year), SAID)
    set_actor(cast.session, cast.actor("operator"))
    codes = cast.session.scalars(select(m.SupportCase.code)).all()
    assert case.code == max(codes)
    assert len(set(codes)) == len(codes)


def test_a_second_nomination_of_a_case_out_of_sight_becomes_one_more_source(cast: Cast) -> None:
    son = become(cast, "son")
    year = cast.get(m.SchoolYear, cast.year)
    answer = cases.nominate(cast.session, son, cast.id("outsiders", "student"), year, SAID, SurveyChannel.FRIENDS)
    assert answer is None
    set_actor(cast.session, cast.actor("operator"))
    said = cast.session.scalars(select(m.SurveyEntry).where(m.SurveyEntry.surveyor_id == cast.staff["son"])).one()
    assert (said.case_id, said.findings) == (cast.id("outsiders"), "em ở với bà\nem chăm")
    assert (said.channel, said.occurred_on) == (SurveyChannel.FRIENDS, TODAY)
    assert cast.get(m.CasePrivate, cast.id("outsiders", "private")).circumstances == SECRET


def test_a_second_nomination_in_sight_points_to_the_case(cast: Cast) -> None:
    lan = become(cast, "lan")
    year = cast.get(m.SchoolYear, cast.year)
    with pytest.raises(RuleError) as refusal:
        cases.nominate(cast.session, lan, cast.id("homeroom", "student"), year, SAID)
    assert refusal.value.field == "student"


def test_a_second_nomination_without_words_is_refused(cast: Cast) -> None:
    son = become(cast, "son")
    with pytest.raises(RuleError) as refusal:
        cases.nominate(
            cast.session,
            son,
            cast.id("outsiders", "student"),
            cast.get(m.SchoolYear, cast.year),
            {"circumstances": " "},
        )
    assert refusal.value.field == "circumstances"


@pytest.mark.parametrize(
    ("student_id", "with_year", "field"), [(None, True, "student"), (9999, True, "student"), (1, False, "school_year")]
)
def test_a_nomination_names_a_student_and_a_year(
    cast: Cast, student_id: int | None, with_year: bool, field: str
) -> None:
    son = become(cast, "son")
    year: Any = cast.get(m.SchoolYear, cast.year) if with_year else None
    with pytest.raises(RuleError) as refusal:
        cases.nominate(cast.session, son, student_id, year, SAID)
    assert refusal.value.field == field


@pytest.mark.parametrize("person", ["cuc", "hoi", "quan", "tro"])
def test_who_does_not_nominate(cast: Cast, person: str) -> None:
    actor = become(cast, person)
    with pytest.raises(NotAllowed):
        cases.nominate(cast.session, actor, cast.stranger, cast.get(m.SchoolYear, cast.year), SAID)


def test_a_listed_case_is_approved_and_nobodys_nomination(session: Session, operator: Actor) -> None:
    case = cases.open_listed(session, operator, make_student(session).id, the_year(session), SAID, TODAY)
    assert (case.state, case.nominated_by_id) == (CaseState.APPROVED, None)
    actions = session.scalars(select(m.AuditEntry.action).where(m.AuditEntry.table_name == "support_case")).all()
    assert actions == ["nominate", "verify", "approve"]


# Texts and classification -------------------------------------------------------------------------------------------


def test_a_sponsor_edits_the_texts_of_the_own_case(cast: Cast) -> None:
    later = cast.actor("lan", NOW.replace(hour=3))
    set_actor(cast.session, later)
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    opened = case.version
    cases.edit_private(cast.session, later, case, {"own_effort": "em tiến bộ"}, opened)
    assert case.private.own_effort == "em tiến bộ"
    assert case.version == opened + 1
    with pytest.raises(StaleRecord):
        cases.edit_private(cast.session, later, case, {"own_effort": "khác"}, opened)


@pytest.mark.parametrize("person", ["tam", "khoa", "cuc", "quan", "hoi"])
def test_others_do_not(cast: Cast, person: str) -> None:
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    version = case.version
    actor = become(cast, person)
    with pytest.raises(NotAllowed):
        cases.edit_private(cast.session, actor, case, {"own_effort": "khác"}, version)


def test_a_closed_case_is_not_edited_or_classified(session: Session, operator: Actor) -> None:
    case = make_case(session, state=CaseState.CLOSED)
    with pytest.raises(RuleError, match="đã kết thúc"):
        cases.edit_private(session, operator, case, {"own_effort": "khác"}, case.version)
    values = {"case": case, "category": a_category(session)}
    with pytest.raises(RuleError, match="đã kết thúc"):
        cases.classify(session, operator, m.Hardship(), values)


def test_a_changed_classification_loses_its_confirmation(session: Session, operator: Actor) -> None:
    hardship = make_hardship(session, make_case(session))
    cases.confirm_classification(session, operator, hardship)
    assert hardship.confirmed_on == TODAY
    values = {"case": hardship.case, "category": hardship.category, "severity": Severity.WATCH}
    cases.classify(session, operator, hardship, values, hardship.version)
    assert (hardship.severity, hardship.confirmed_on, hardship.confirmed_by_id) == (Severity.WATCH, None, None)
    with pytest.raises(StaleRecord):
        cases.classify(session, operator, hardship, values, hardship.version - 1)


def test_a_classification_needs_case_and_category_and_stands_once(session: Session, operator: Actor) -> None:
    case = make_case(session)
    for values, field in (({}, "case"), ({"case": case}, "category")):
        with pytest.raises(RuleError) as refusal:
            cases.classify(session, operator, m.Hardship(), values)
        assert refusal.value.field == field
    values = {"case": case, "category": a_category(session)}
    cases.classify(session, operator, m.Hardship(), values)
    with pytest.raises(RuleError, match="đã có mục phân loại"):
        cases.classify(session, operator, m.Hardship(), values)


def test_a_leader_does_not_confirm_in_the_own_nomination(cast: Cast) -> None:
    ly, hardship = become(cast, "ly"), cast.get(m.Hardship, cast.id("leaders_nominee", "hardship"))
    with pytest.raises(NotAllowed):
        cases.confirm_classification(cast.session, ly, hardship)
    binh = become(cast, "binh")
    cases.confirm_classification(cast.session, binh, hardship)
    assert hardship.confirmed_by_id == binh.account_id


def test_a_leader_does_not_confirm_the_own_classification(cast: Cast) -> None:
    binh, case = become(cast, "binh"), cast.get(m.SupportCase, cast.id("sponsored"))
    values = {"case": case, "category": other_category(cast.session, case)}
    hardship = cases.classify(cast.session, binh, m.Hardship(), values)
    with pytest.raises(NotAllowed):
        cases.confirm_classification(cast.session, binh, hardship)
    ly = become(cast, "ly")
    cases.confirm_classification(cast.session, ly, hardship)
    assert hardship.confirmed_by_id == ly.account_id


def other_category(session: Session, case: m.SupportCase) -> m.HardshipCategory:
    """A category that the case does not have yet."""
    taken = select(m.Hardship.category_id).where(m.Hardship.case_id == case.id)
    return session.scalars(select(m.HardshipCategory).where(m.HardshipCategory.id.not_in(taken))).first()


# Steps --------------------------------------------------------------------------------------------------------------


def nominated(cast: Cast, said: dict[str, str], *codes: str) -> int:
    """The id of a case that son nominates with these words and classifications."""
    son = become(cast, "son")
    kinds = [a_category(cast.session, code) for code in codes]
    year = cast.get(m.SchoolYear, cast.year)
    return cases.nominate(cast.session, son, cast.stranger, year, said, categories=kinds).id


def test_a_case_is_verified_by_the_secretary_and_approved_by_leadership(cast: Cast) -> None:
    number = nominated(cast, SAID, "poor_household")
    thu = become(cast, "thu")
    case = cases.take_step(cast.session, thu, cast.get(m.SupportCase, number), "verify")
    with pytest.raises(NotAllowed):
        cases.take_step(cast.session, thu, case, "approve")
    binh = become(cast, "binh")
    assert cases.take_step(cast.session, binh, case, "approve").state is CaseState.APPROVED


def test_a_case_of_which_nothing_is_known_is_not_verified(cast: Cast) -> None:
    number = nominated(cast, {"circumstances": "  "}, "poor_household")
    thu = become(cast, "thu")
    case = cast.get(m.SupportCase, number)
    with pytest.raises(RuleError, match="ít nhất một nguồn"):
        cases.take_step(cast.session, thu, case, "verify")
    heard = {"case": case, "channel": SurveyChannel.FAMILY, "occurred_on": TODAY, "findings": "em ở với bà"}
    surveys.write_survey(cast.session, thu, m.SurveyEntry(), heard)
    assert cases.take_step(cast.session, thu, case, "verify").state is CaseState.VERIFIED


def test_a_case_without_classification_is_not_verified(cast: Cast) -> None:
    number = nominated(cast, SAID)
    thu = become(cast, "thu")
    case = cast.get(m.SupportCase, number)
    with pytest.raises(RuleError, match="Chưa phân loại"):
        cases.take_step(cast.session, thu, case, "verify")
    values = {"case": case, "category": a_category(cast.session), "severity": Severity.WATCH}
    cases.classify(cast.session, thu, m.Hardship(), values)
    assert cases.take_step(cast.session, thu, case, "verify").state is CaseState.VERIFIED


def test_the_log_alone_knows_when_a_case_was_approved(cast: Cast) -> None:
    number = nominated(cast, SAID, "poor_household")
    case = cases.take_step(cast.session, become(cast, "thu"), cast.get(m.SupportCase, number), "verify")
    assert cases.approval_days(cast.session, [case]) == {}
    cases.take_step(cast.session, become(cast, "binh"), case, "approve")
    become(cast, "thu")
    assert cases.approval_days(cast.session, [case]) == {number: TODAY}


def test_a_leader_does_not_approve_the_own_nomination(cast: Cast) -> None:
    ly, case = become(cast, "ly"), cast.get(m.SupportCase, cast.id("leaders_nominee"))
    with pytest.raises(NotAllowed):
        cases.take_step(cast.session, ly, case, "approve")


def test_a_step_out_of_turn_is_refused(session: Session, operator: Actor) -> None:
    with pytest.raises(RuleError, match="Đã duyệt"):
        cases.take_step(session, operator, make_case(session, state=CaseState.APPROVED), "verify")


def test_closing_needs_an_outcome_and_no_sponsorship_that_runs(cast: Cast) -> None:
    binh = become(cast, "binh")
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    with pytest.raises(RuleError) as refusal:
        cases.take_step(cast.session, binh, case, "close")
    assert refusal.value.field == "outcome"
    with pytest.raises(RuleError, match="còn phân công"):
        cases.take_step(cast.session, binh, case, "close", CaseOutcome.PROGRESSED)
    assert case.state is CaseState.ACTIVE
    ended = cast.get(m.SupportCase, cast.id("ended"))
    cases.take_step(cast.session, binh, ended, "close", CaseOutcome.CONTINUED)
    assert (ended.state, ended.outcome, ended.closed_on) == (CaseState.CLOSED, CaseOutcome.CONTINUED, TODAY)


# Opening ------------------------------------------------------------------------------------------------------------


def opened(cast: Cast) -> list[m.SensitiveView]:
    set_actor(cast.session, cast.actor("operator"))
    return list(cast.session.scalars(select(m.SensitiveView)))


def test_a_sponsor_opens_the_own_case_without_a_reason_and_once_a_day(cast: Cast) -> None:
    lan = become(cast, "lan")
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    assert not cases.opened_today(cast.session, lan, case)
    cases.open_circumstances(cast.session, lan, case, None)
    cases.open_circumstances(cast.session, lan, case, None)
    assert cases.opened_today(cast.session, lan, case)
    tomorrow = cast.actor("lan", NOW.replace(day=16))
    assert not cases.opened_today(cast.session, tomorrow, case)
    cases.open_circumstances(cast.session, tomorrow, case, None)
    assert [(view.opened_on.day, view.reason) for view in opened(cast)] == [(15, None), (16, None)]


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_the_union_opens_nothing_without_a_reason(cast: Cast, reason: str | None) -> None:
    cuc = become(cast, "cuc")
    with pytest.raises(RuleError) as refusal:
        cases.open_circumstances(cast.session, cuc, cast.get(m.SupportCase, cast.id("outsiders")), reason)
    assert refusal.value.field == "reason"
    assert opened(cast) == []


def test_the_reason_is_kept_but_not_in_the_log(cast: Cast) -> None:
    with acting(cast.session, cast.actor("cuc")):
        case = cast.get(m.SupportCase, cast.id("outsiders"))
        cases.open_circumstances(cast.session, cast.actor("cuc"), case, "em nghỉ ba ngày")
    assert [view.reason for view in opened(cast)] == ["em nghỉ ba ngày"]
    entry = cast.session.scalars(select(m.AuditEntry).order_by(m.AuditEntry.id.desc())).first()
    assert (entry.action, entry.actor, entry.changes["reason"]) == ("open circumstances", "cuc", None)


@pytest.mark.parametrize("person", ["tam", "hoa", "quan", "hoi", "tro"])
def test_a_reason_does_not_replace_a_right(cast: Cast, person: str) -> None:
    case = cast.get(m.SupportCase, cast.id("outsiders"))
    actor = become(cast, person)
    with pytest.raises(NotAllowed):
        cases.open_circumstances(cast.session, actor, case, "tôi muốn biết")
    assert opened(cast) == []
