"""Registrations: staff offer to help, once a year and student, and nobody's case is told by it (P4.1)."""

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.services import registrations
from school.services.guard import set_actor
from school.vocabulary import YearState
from tests.cast import TODAY, Cast
from tests.factories import make_registration, make_staff, make_year, the_year


def become(cast: Cast, person: str) -> Actor:
    actor = cast.actor(person)
    set_actor(cast.session, actor)
    return actor


def person(cast: Cast, name: str) -> m.Staff:
    return cast.get(m.Staff, cast.staff[name])


def named(cast: Cast, student_id: int) -> m.StudentName:
    return cast.get(m.StudentName, student_id)


def count(cast: Cast) -> int:
    return cast.session.scalar(select(func.count()).select_from(m.Registration)) or 0


def test_a_teacher_offers_help_in_general_and_to_a_student(cast: Cast) -> None:
    son = become(cast, "son")
    general = registrations.register(cast.session, son, person(cast, "son"), note="kèm Toán buổi chiều")
    assert (general.student_id, general.registered_on, general.note) == (None, TODAY, "kèm Toán buổi chiều")
    one = registrations.register(cast.session, son, person(cast, "son"), named(cast, cast.stranger))
    assert one.id != general.id
    assert (one.student_id, one.school_year_id) == (cast.stranger, cast.year)


def test_a_double_tap_is_one_row(cast: Cast) -> None:
    son = become(cast, "son")
    for student in (None, named(cast, cast.stranger)):
        first = registrations.register(cast.session, son, person(cast, "son"), student)
        before, version = count(cast), first.version
        again = registrations.register(cast.session, son, person(cast, "son"), student)
        assert (again.id, again.version, count(cast)) == (first.id, version, before)


def test_the_answer_does_not_tell_whether_a_student_has_a_case(cast: Cast) -> None:
    son = become(cast, "son")
    with_case, without = cast.id("outsiders", "student"), cast.stranger
    rows = [
        registrations.register(cast.session, son, person(cast, "son"), named(cast, student_id))
        for student_id in (with_case, without)
    ]
    told = [{name: getattr(row, name) for name in ("note", "registered_on", "withdrawn_on")} for row in rows]
    assert told[0] == told[1]
    assert cast.session.scalar(select(m.SupportCase.id).where(m.SupportCase.student_id == with_case)) is None


def test_a_teacher_registers_nobody_else(cast: Cast) -> None:
    son = become(cast, "son")
    before = count(cast)
    with pytest.raises(NotAllowed):
        registrations.register(cast.session, son, person(cast, "lan"))
    assert count(cast) == before


@pytest.mark.parametrize("who", ["thu", "ly"])
def test_secretary_and_leadership_register_others(cast: Cast, who: str) -> None:
    actor = become(cast, who)
    assert registrations.register(cast.session, actor, person(cast, "son")).staff_id == cast.staff["son"]


@pytest.mark.parametrize("who", ["cuc", "hoi", "quan", "tro"])
def test_others_register_nobody(cast: Cast, who: str) -> None:
    staff = person(cast, "son")
    actor = become(cast, who)
    with pytest.raises(NotAllowed):
        registrations.register(cast.session, actor, staff)


def test_what_was_taken_back_can_be_offered_again(cast: Cast) -> None:
    son = become(cast, "son")
    row = registrations.register(cast.session, son, person(cast, "son"))
    registrations.withdraw(cast.session, son, row, row.version)
    assert row.withdrawn_on == TODAY
    version = row.version
    registrations.withdraw(cast.session, son, row, version - 1)  # a second tap, on the page as it was
    assert row.version == version
    again = registrations.register(cast.session, son, person(cast, "son"))
    assert (again.id, again.withdrawn_on, again.registered_on) == (row.id, None, TODAY)


def test_a_stale_page_does_not_take_back(cast: Cast) -> None:
    son = become(cast, "son")
    row = registrations.register(cast.session, son, person(cast, "son"))
    with pytest.raises(StaleRecord):
        registrations.withdraw(cast.session, son, row, row.version - 1)


def test_a_teacher_takes_back_no_other_offer(cast: Cast) -> None:
    row = cast.get(m.Registration, cast.id("outsiders", "registration"))
    son = become(cast, "son")
    with pytest.raises(NotAllowed):
        registrations.withdraw(cast.session, son, row)


@pytest.mark.parametrize(("left_on", "allowed"), [(TODAY, True), (TODAY - dt.timedelta(days=1), False)])
def test_whoever_has_left_offers_nothing(session: Session, operator: Actor, left_on: dt.date, allowed: bool) -> None:
    the_year(session)
    staff = make_staff(session, left_on=left_on)
    if allowed:
        assert registrations.register(session, operator, staff).id
        return
    with pytest.raises(RuleError) as refusal:
        registrations.register(session, operator, staff)
    assert refusal.value.field == "staff"


def test_a_closed_year_takes_no_offer_and_gives_none_back(session: Session, operator: Actor) -> None:
    row = make_registration(session, make_staff(session))
    the_year(session).state = YearState.CLOSED
    with pytest.raises(RuleError):
        registrations.register(session, operator, make_staff(session))
    with pytest.raises(RuleError):
        registrations.withdraw(session, operator, row)


def test_without_the_year_of_today_nobody_registers(session: Session, operator: Actor) -> None:
    for name in ("2023-2024", "2024-2025"):
        make_year(session, name)
    with pytest.raises(RuleError, match="năm học"):
        registrations.register(session, operator, make_staff(session))


def test_somebody_must_be_named(session: Session, operator: Actor) -> None:
    with pytest.raises(RuleError) as refusal:
        registrations.register(session, operator, None)
    assert refusal.value.field == "staff"
