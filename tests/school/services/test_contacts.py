"""The diary: a few defaults, one's own words, and what tells of circumstances kept apart (P1.3, P3.3 to P3.7)."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.rules.evaluation import CONFIRMED_STATES
from school.services import cases, contacts
from school.services.guard import acting, set_actor
from school.vocabulary import CaseState, ContactKind, EvaluationState
from tests.cast import NOW, TODAY, Cast
from tests.factories import SECRET, make_contact, make_evaluation

WORDS = "Em kể chuyện nhà, xin giữ kín."


def become(cast: Cast, person: str, now: dt.datetime = NOW) -> Actor:
    """The person, as whom the session acts from now on."""
    actor = cast.actor(person, now)
    set_actor(cast.session, actor)
    return actor


def log(cast: Cast, person: str = "lan", case: str = "sponsored", now: dt.datetime = NOW, **values: Any) -> m.Contact:
    """The person logs a contact of the case."""
    become(cast, "operator")
    given = {"case": cast.get(m.SupportCase, cast.id(case)), "summary": "Em vui."} | values
    return contacts.log_contact(cast.session, become(cast, person, now), m.Contact(), given)


def test_a_note_is_enough(cast: Cast) -> None:
    contact = log(cast)
    assert (contact.occurred_on, contact.kind, contact.reached) == (TODAY, ContactKind.TALK, True)
    assert (contact.staff_id, contact.sensitive, contact.private) == (cast.staff["lan"], False, None)


@pytest.mark.parametrize("person", ["lan", "phuc"])
def test_lead_and_supporting_sponsors_log(cast: Cast, person: str) -> None:
    assert log(cast, person).staff_id == cast.staff[person]


@pytest.mark.parametrize("person", ["vinh", "hoa", "khoa", "cuc", "thu", "binh", "hoi", "quan"])
def test_nobody_else_logs(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        log(cast, person)


def test_a_reached_contact_needs_a_note_and_a_try_does_not(cast: Cast) -> None:
    with pytest.raises(RuleError) as refusal:
        log(cast, summary=None)
    assert refusal.value.field == "summary"
    assert log(cast, summary=None, reached=False, kind=ContactKind.CALL).summary is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"occurred_on": dt.date(2025, 10, 16)}, "occurred_on"),
        ({"occurred_on": dt.date(2025, 8, 31)}, "occurred_on"),
        ({"minutes": 0}, "minutes"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(cast: Cast, values: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleError) as refusal:
        log(cast, **values)
    assert refusal.value.field == field


def test_a_contact_is_of_a_student(cast: Cast) -> None:
    with pytest.raises(RuleError) as refusal:
        contacts.log_contact(cast.session, become(cast, "lan"), m.Contact(), {"summary": "Em vui."})
    assert refusal.value.field == "case"


def test_contacts_go_on_in_the_summer(cast: Cast) -> None:
    july = dt.datetime(2026, 7, 15, 2, tzinfo=dt.UTC)
    assert log(cast, now=july).occurred_on == dt.date(2026, 7, 15)


def test_a_closed_case_takes_no_more(cast: Cast) -> None:
    become(cast, "operator")
    cast.get(m.SupportCase, cast.id("sponsored")).state = CaseState.CLOSED
    cast.session.flush()
    with pytest.raises(RuleError):
        log(cast)


@pytest.mark.parametrize("sensitive", [False, True])
def test_the_same_entry_within_two_minutes_is_a_second_tap(cast: Cast, sensitive: bool) -> None:
    contact = log(cast, sensitive=sensitive)
    assert log(cast, sensitive=sensitive, now=NOW + dt.timedelta(minutes=1)) is contact
    assert log(cast, sensitive=sensitive, summary="Em còn kể thêm.") is not contact
    assert log(cast, sensitive=sensitive, now=NOW + dt.timedelta(minutes=3)) is not contact


# Kept apart -----------------------------------------------------------------------------------------------------------


def test_private_words_stand_in_a_table_of_their_own(cast: Cast) -> None:
    contact = log(cast, summary=WORDS, with_whom="mẹ em", sensitive=True)
    assert (contact.summary, contact.with_whom) == (None, None)
    assert (contact.private.summary, contact.private.with_whom) == (WORDS, "mẹ em")


def test_words_move_when_the_flag_changes(cast: Cast) -> None:
    contact, lan = log(cast, summary=WORDS), cast.actor("lan")
    values = {"summary": WORDS, "sensitive": True}
    contacts.log_contact(cast.session, lan, contact, values, contact.version)
    assert (contact.summary, contact.private.summary) == (None, WORDS)
    contacts.log_contact(cast.session, lan, contact, values | {"sensitive": False}, contact.version)
    assert (contact.summary, contact.private) == (WORDS, None)


def test_private_words_alone_move_the_version_that_the_form_carries(cast: Cast) -> None:
    contact = log(cast, summary=WORDS, sensitive=True)
    lan, read = become(cast, "lan", NOW + dt.timedelta(minutes=5)), contact.version
    contacts.log_contact(cast.session, lan, contact, {"summary": "Khác.", "sensitive": True}, read)
    with pytest.raises(StaleRecord):
        contacts.log_contact(cast.session, lan, contact, {"summary": "Cũ.", "sensitive": True}, read)


@pytest.mark.parametrize("sensitive", [False, True])
def test_the_log_holds_no_words(cast: Cast, sensitive: bool) -> None:
    contact, lan = log(cast, summary=WORDS, with_whom="mẹ em", sensitive=sensitive), cast.actor("lan")
    contacts.log_contact(cast.session, lan, contact, {"summary": WORDS + "!", "sensitive": sensitive}, contact.version)
    contacts.discard_contact(cast.session, lan, contact)
    become(cast, "operator")
    entries = cast.session.scalars(select(m.AuditEntry)).all()
    assert WORDS not in str([entry.changes for entry in entries])
    assert "mẹ em" not in str([entry.changes for entry in entries])


@pytest.mark.parametrize("person", ["hoa", "cuc", "uyen", "hoi", "quan", "son"])
def test_unopened_the_words_are_nowhere_for_whoever_needs_a_reason_or_may_not(cast: Cast, person: str) -> None:
    log(cast, summary=WORDS, sensitive=True)
    become(cast, person)
    assert WORDS not in cast.session.scalars(select(m.ContactPrivate.summary)).all()
    assert WORDS not in cast.session.scalars(select(m.Contact.summary)).all()


@pytest.mark.parametrize(("person", "before"), [("lan", True), ("phuc", False), ("vinh", False), ("binh", False)])
def test_the_writer_reads_them_and_everybody_else_opens_them_first(cast: Cast, person: str, before: bool) -> None:
    contact = log(cast, summary=WORDS, sensitive=True)
    actor = become(cast, person)
    assert (contacts.words_of(cast.session, actor, contact) is not None) is before
    cases.open_circumstances(cast.session, actor, contact.case, "chuẩn bị họp")
    found = contacts.words_of(cast.session, actor, contact)
    assert found is not None
    assert found.summary == WORDS


def test_a_head_reads_them_after_a_reason_and_only_that_day(cast: Cast) -> None:
    contact_id = log(cast, summary=WORDS, sensitive=True).id
    with acting(cast.session, cast.actor("hoa")):
        case = cast.get(m.SupportCase, cast.id("sponsored"))
        cases.open_circumstances(cast.session, cast.actor("hoa"), case, "em nghỉ ba ngày")
    for now, seen in ((NOW, True), (NOW + dt.timedelta(days=1), False)):
        hoa = cast.actor("hoa", now)
        with acting(cast.session, hoa):
            words = contacts.words_of(cast.session, hoa, cast.get(m.Contact, contact_id))
            assert (words is not None) is seen


def test_ordinary_words_are_read_by_whoever_sees_the_contact(cast: Cast) -> None:
    contact = log(cast)
    found = contacts.words_of(cast.session, become(cast, "hoa"), contact)
    assert found is not None
    assert found.summary == "Em vui."


# A month that others confirmed ----------------------------------------------------------------------------------------

LATER = NOW + dt.timedelta(days=3)
SEPTEMBER, OCTOBER = dt.date(2025, 9, 20), dt.date(2025, 10, 10)


def confirm(
    cast: Cast,
    period: str = "2025-10",
    at: dt.datetime = NOW + dt.timedelta(days=1),
    state: EvaluationState = EvaluationState.CONFIRMED,
) -> m.ProgressEvaluation:
    """The month of lan's case is confirmed at that moment."""
    become(cast, "operator")
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    criteria = (m.ProgressEvaluation.case_id == case.id, m.ProgressEvaluation.period == period)
    row = cast.session.scalar(select(m.ProgressEvaluation).where(*criteria))
    row = row or make_evaluation(cast.session, case, cast.get(m.Staff, cast.staff["lan"]), period=period)
    row.state, row.confirmed_at = state, at
    cast.session.flush()
    return row


def change(cast: Cast, contact: m.Contact, now: dt.datetime = LATER, **values: Any) -> m.Contact:
    """Lan saves the contact with these values, the others as they are."""
    names = ("occurred_on", "kind", "reached", "minutes", "summary", "with_whom", "sensitive")
    lan = become(cast, "lan", now)
    given = {name: getattr(contact, name) for name in names} | values
    return contacts.log_contact(cast.session, lan, contact, given, contact.version)


@pytest.mark.parametrize("state", [EvaluationState.CONFIRMED, EvaluationState.LOCKED])
def test_what_counts_stays_once_the_month_is_confirmed(cast: Cast, state: EvaluationState) -> None:
    contact = log(cast, occurred_on=OCTOBER)
    confirm(cast, state=state)
    changes = {"occurred_on": dt.date(2025, 10, 9), "kind": ContactKind.HOME_VISIT, "reached": False}
    found = {}
    for name, value in changes.items():
        with pytest.raises(RuleError) as refusal:
            change(cast, contact, **{name: value})
        found[name] = refusal.value.field
    assert found == {name: name for name in changes}
    with pytest.raises(RuleError, match="giữ lại"):
        contacts.discard_contact(cast.session, become(cast, "lan", LATER), contact, contact.version)


def test_its_words_may_still_be_put_right(cast: Cast) -> None:
    contact = log(cast, occurred_on=OCTOBER)
    confirm(cast)
    change(cast, contact, summary="Em vui lắm.", minutes=20)
    assert (contact.summary, contact.minutes, contact.occurred_on) == ("Em vui lắm.", 20, OCTOBER)
    change(cast, contact, sensitive=True)
    assert contact.private.summary == "Em vui lắm."


def test_what_a_form_leaves_out_stays_as_it_is(cast: Cast) -> None:
    contact = log(cast, occurred_on=OCTOBER, kind=ContactKind.CALL, reached=False)
    contacts.log_contact(cast.session, cast.actor("lan"), contact, {"summary": "Chưa gặp."}, contact.version)
    assert (contact.occurred_on, contact.kind, contact.reached) == (OCTOBER, ContactKind.CALL, False)


def test_nothing_moves_from_or_into_a_confirmed_month(cast: Cast) -> None:
    inside, outside = log(cast, occurred_on=SEPTEMBER), log(cast, occurred_on=OCTOBER)
    confirm(cast, "2025-09")
    for contact, day in ((inside, OCTOBER), (outside, SEPTEMBER)):
        with pytest.raises(RuleError) as refusal:
            change(cast, contact, occurred_on=day)
        assert refusal.value.field == "occurred_on"
    assert change(cast, outside, occurred_on=dt.date(2025, 10, 11)).occurred_on == dt.date(2025, 10, 11)


def test_one_of_a_months_last_days_waits_for_the_next_to_be_confirmed(cast: Cast) -> None:
    confirm(cast, "2025-09")
    contact = log(cast, now=LATER, occurred_on=SEPTEMBER)
    assert not contacts.comes_late(cast.session, contact)
    assert not contacts.is_settled(cast.session, contact)
    confirm(cast, "2025-10", at=LATER)
    assert contacts.is_settled(cast.session, contact)


def test_one_logged_after_both_were_confirmed_is_free_and_comes_late(cast: Cast) -> None:
    confirm(cast, "2025-09")
    confirm(cast, "2025-10")
    contact = log(cast, now=LATER, occurred_on=SEPTEMBER)
    assert contacts.comes_late(cast.session, contact)
    assert not contacts.is_settled(cast.session, contact)
    change(cast, contact, occurred_on=SEPTEMBER - dt.timedelta(days=1))
    contacts.discard_contact(cast.session, cast.actor("lan", LATER), contact, contact.version)
    become(cast, "operator")
    assert cast.get(m.Contact, contact.id) is None


@pytest.mark.parametrize("state", sorted(set(EvaluationState) - set(CONFIRMED_STATES)))
def test_a_month_that_is_not_confirmed_or_was_reopened_binds_nothing(cast: Cast, state: EvaluationState) -> None:
    contact = log(cast, occurred_on=OCTOBER)
    confirm(cast, state=state)
    assert not contacts.is_settled(cast.session, contact)
    assert not contacts.comes_late(cast.session, contact)
    assert change(cast, contact, occurred_on=dt.date(2025, 10, 9)).occurred_on == dt.date(2025, 10, 9)


def test_another_students_month_binds_nothing(cast: Cast) -> None:
    contact = log(cast, occurred_on=OCTOBER)
    row = confirm(cast)
    become(cast, "operator")
    other = cast.get(m.SupportCase, cast.id("outsiders"))
    make_evaluation(cast.session, other, None, period="2025-10", state=EvaluationState.LOCKED, confirmed_at=LATER)
    cast.session.delete(row)
    cast.session.flush()
    assert change(cast, contact, reached=False, summary=None).reached is False


# One's own ------------------------------------------------------------------------------------------------------------


def test_a_colleague_changes_and_deletes_nothing(cast: Cast) -> None:
    contact = log(cast)
    phuc = become(cast, "phuc")
    with pytest.raises(RuleError):
        contacts.log_contact(cast.session, phuc, contact, {"summary": "Khác."}, contact.version)
    with pytest.raises(RuleError):
        contacts.discard_contact(cast.session, phuc, contact)


def test_a_contact_stays_with_its_student(cast: Cast) -> None:
    become(cast, "operator")
    other = cast.get(m.SupportCase, cast.id("ended"))
    contact = log(cast)
    with pytest.raises((RuleError, NotAllowed)):
        contacts.log_contact(cast.session, cast.actor("lan"), contact, {"case": other, "summary": "x"}, contact.version)


def test_a_mistake_is_deleted_with_its_private_words(cast: Cast) -> None:
    contact = log(cast, summary=WORDS, sensitive=True)
    contacts.discard_contact(cast.session, cast.actor("lan"), contact, contact.version)
    become(cast, "operator")
    assert WORDS not in cast.session.scalars(select(m.ContactPrivate.summary)).all()


def test_the_cast_has_a_private_contact_in_every_file(cast: Cast) -> None:
    become(cast, "operator")
    assert set(cast.session.scalars(select(m.ContactPrivate.summary))) == {SECRET}
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    assert make_contact(cast.session, case, cast.get(m.Staff, cast.staff["lan"]), sensitive=False).private is None
