"""Survey entries: each source kept with its channel, day and surveyor; put right and removed by its writer (P3.1)."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.services import cases, surveys
from school.services.guard import set_actor
from school.vocabulary import CaseState, EvaluationState, SurveyChannel, YearState
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_case, make_survey

HEARD = {"channel": SurveyChannel.FAMILY, "occurred_on": TODAY, "findings": "bà của em kể em chăm"}


def become(cast: Cast, person: str, now: dt.datetime = NOW) -> Actor:
    """The person, as whom the session acts from now on."""
    actor = cast.actor(person, now)
    set_actor(cast.session, actor)
    return actor


def write(cast: Cast, actor: Actor, case: str = "sponsored", **values: Any) -> m.SurveyEntry:
    entry = {"case": cast.get(m.SupportCase, cast.id(case))} | HEARD | values
    return surveys.write_survey(cast.session, actor, m.SurveyEntry(), entry)


@pytest.mark.parametrize(
    ("person", "case"), [("lan", "sponsored"), ("phuc", "sponsored"), ("lan", "homeroom"), ("thu", "outsiders")]
)
def test_whoever_works_with_the_case_adds_a_source(cast: Cast, person: str, case: str) -> None:
    entry = write(cast, become(cast, person), case)
    assert (entry.case_id, entry.surveyor_id) == (cast.id(case), cast.staff[person])
    assert (entry.channel, entry.findings) == (SurveyChannel.FAMILY, "bà của em kể em chăm")


def test_each_source_is_kept_beside_the_others(cast: Cast) -> None:
    lan = become(cast, "lan")
    write(cast, lan, channel=SurveyChannel.STUDENT, findings="em muốn học nghề")
    write(cast, lan)
    found = cast.session.scalars(select(m.SurveyEntry).where(m.SurveyEntry.case_id == cast.id("sponsored"))).all()
    assert len(found) == 3
    known = cases.what_is_known(cast.session, lan, cast.get(m.SupportCase, cast.id("sponsored")))
    assert known.channels == 2, "the family was heard twice"


def test_the_log_names_the_step_and_keeps_the_words_to_itself(cast: Cast) -> None:
    write(cast, become(cast, "lan"))
    set_actor(cast.session, cast.actor("operator"))
    entry = cast.session.scalars(select(m.AuditEntry).order_by(m.AuditEntry.id.desc())).first()
    assert (entry.action, entry.table_name, entry.changes["findings"]) == ("survey", "survey_entry", None)


@pytest.mark.parametrize(
    ("person", "case"),
    [
        *[("lan", case) for case in ("outsiders", "colleagues", "ended", "future", "registered")],
        ("giang", "sponsored"),
        ("hoa", "departments"),
        ("cuc", "sponsored"),
        ("quan", "sponsored"),
        ("hoi", "sponsored"),
        ("tro", "sponsored"),
    ],
)
def test_who_does_not(cast: Cast, person: str, case: str) -> None:
    stored = cast.get(m.SupportCase, cast.id(case))
    actor = become(cast, person)
    with pytest.raises(NotAllowed):
        surveys.write_survey(cast.session, actor, m.SurveyEntry(), {"case": stored} | HEARD)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"channel": None}, "channel"),
        ({"occurred_on": None}, "occurred_on"),
        ({"occurred_on": TODAY + dt.timedelta(days=1)}, "occurred_on"),
        ({"occurred_on": dt.date(2025, 5, 31)}, "occurred_on"),
        ({"findings": None}, "findings"),
        ({"findings": " \n "}, "findings"),
    ],
)
def test_what_a_survey_needs_is_said_at_its_field(cast: Cast, values: dict[str, Any], field: str) -> None:
    lan = become(cast, "lan")
    with pytest.raises(RuleError) as refusal:
        write(cast, lan, **values)
    assert refusal.value.field == field


def test_a_survey_is_of_a_case(cast: Cast) -> None:
    with pytest.raises(RuleError) as refusal:
        surveys.write_survey(cast.session, become(cast, "lan"), m.SurveyEntry(), HEARD)
    assert refusal.value.field == "case"


def test_what_was_seen_in_the_summer_before_the_year_counts(cast: Cast) -> None:
    assert write(cast, become(cast, "lan"), occurred_on=dt.date(2025, 6, 1)).id


def test_the_same_entry_sent_twice_is_one(cast: Cast) -> None:
    lan = become(cast, "lan")
    first = write(cast, lan)
    assert write(cast, lan) is first
    later = become(cast, "lan", NOW + dt.timedelta(minutes=3))
    assert write(cast, later).id != first.id


def test_the_writer_puts_the_own_entry_right(cast: Cast) -> None:
    lan = become(cast, "lan")
    entry = write(cast, lan)
    opened = entry.version
    surveys.write_survey(cast.session, lan, entry, HEARD | {"channel": SurveyChannel.FRIENDS}, opened)
    assert entry.channel is SurveyChannel.FRIENDS
    with pytest.raises(StaleRecord):
        surveys.write_survey(cast.session, lan, entry, HEARD, opened)
    other = cast.get(m.SupportCase, cast.id("homeroom"))
    with pytest.raises(RuleError) as refusal:
        surveys.write_survey(cast.session, lan, entry, HEARD | {"case": other}, entry.version)
    assert refusal.value.field == "case"


@pytest.mark.parametrize("person", ["phuc", "vinh", "thu", "binh"])
def test_a_source_stays_as_its_writer_heard_it(cast: Cast, person: str) -> None:
    entry = write(cast, become(cast, "lan"))
    actor = become(cast, person)
    with pytest.raises(RuleError, match="do đồng nghiệp ghi"):
        surveys.write_survey(cast.session, actor, entry, HEARD, entry.version)
    with pytest.raises(RuleError, match="do đồng nghiệp ghi"):
        surveys.discard_survey(cast.session, actor, entry, entry.version)


def test_an_entry_of_nobody_is_nobodys_to_change(cast: Cast) -> None:
    entry, lan = cast.get(m.SurveyEntry, cast.id("sponsored", "survey")), become(cast, "lan")
    with pytest.raises(RuleError):
        surveys.discard_survey(cast.session, lan, entry, entry.version)


def test_the_writer_removes_the_own_entry(cast: Cast) -> None:
    lan = become(cast, "lan")
    entry = write(cast, lan)
    with pytest.raises(StaleRecord):
        surveys.discard_survey(cast.session, lan, entry, entry.version + 1)
    surveys.discard_survey(cast.session, lan, entry, entry.version)
    assert cast.session.get(m.SurveyEntry, entry.id) is None


def test_a_former_sponsor_changes_nothing_any_more(cast: Cast) -> None:
    case = cast.get(m.SupportCase, cast.id("ended"))
    entry = make_survey(cast.session, case, surveyor_id=cast.staff["lan"])
    lan = become(cast, "lan")
    with pytest.raises(NotAllowed):
        surveys.write_survey(cast.session, lan, entry, HEARD | {"case": case}, entry.version)


def test_an_account_without_a_person_has_heard_nobody(session: Session, operator: Actor) -> None:
    with pytest.raises(RuleError, match="chưa gắn với cán bộ"):
        surveys.write_survey(session, operator, m.SurveyEntry(), {"case": make_case(session)} | HEARD)


@pytest.mark.parametrize("closed", ["case", "year"])
def test_a_closed_case_and_a_closed_year_are_only_read(cast: Cast, closed: str) -> None:
    entry = write(cast, become(cast, "lan"))
    set_actor(cast.session, cast.actor("operator"))
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    if closed == "case":
        case.state = CaseState.CLOSED
    else:
        case.school_year.state = YearState.CLOSED
    cast.session.flush()
    lan = become(cast, "lan")
    with pytest.raises(RuleError, match="đã kết thúc"):
        write(cast, lan, channel=SurveyChannel.OTHER)
    with pytest.raises(RuleError, match="đã kết thúc"):
        surveys.discard_survey(cast.session, lan, entry, entry.version)


def test_the_channel_stays_once_a_month_of_the_case_is_confirmed(cast: Cast) -> None:
    entry = write(cast, become(cast, "lan"))
    month = cast.get(m.ProgressEvaluation, cast.id("sponsored", "progress"))
    set_actor(cast.session, cast.actor("operator"))
    month.state, month.confirmed_at = EvaluationState.CONFIRMED, NOW + dt.timedelta(hours=1)
    lan = become(cast, "lan", NOW + dt.timedelta(hours=2))
    changed = HEARD | {"case": entry.case, "channel": SurveyChannel.STUDENT}
    with pytest.raises(RuleError) as refused:
        surveys.write_survey(cast.session, lan, entry, changed, entry.version)
    assert refused.value.field == "channel"
    words = HEARD | {"case": entry.case, "findings": "bà của em kể em rất chăm"}
    assert surveys.write_survey(cast.session, lan, entry, words, entry.version).findings == words["findings"]
    later = write(cast, lan, channel=SurveyChannel.FRIENDS)
    again = HEARD | {"case": entry.case, "channel": SurveyChannel.STUDENT}
    assert surveys.write_survey(cast.session, lan, later, again, later.version).channel is SurveyChannel.STUDENT
