"""Students, what is private about them, and the class they are in."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import IN_USE, NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.services import roster
from school.services.guard import set_actor
from school.vocabulary import EnrolmentOutcome, Rating, TermPeriod
from tests.cast import NOW, Cast
from tests.factories import make_case, make_classroom, make_result, make_student, make_year

BASE = {"code": "HS1", "full_name": "Trần Văn Đạt"}


def test_a_student_is_entered_with_class_and_private_part(session: Session, operator: Actor) -> None:
    classroom = make_classroom(session, "10A1")
    student = roster.save_student(
        session,
        operator,
        m.Student(),
        {"code": " HS 1", "full_name": "Trần  Văn Đạt"},
        {"address": "Bon Bu Prâng"},
        classroom,
    )
    assert (student.code, student.full_name) == ("HS 1", "Trần Văn Đạt")
    assert student.private.address == "Bon Bu Prâng"
    assert student.current_enrolment.classroom is classroom
    assert student.current_enrolment.started_on == NOW.date()


def test_no_private_row_is_made_where_nothing_is_said(session: Session, operator: Actor) -> None:
    student = roster.save_student(session, operator, m.Student(), BASE, {"address": None})
    assert student.private is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": ""}, "code"),
        ({"full_name": None}, "full_name"),
        ({"date_of_birth": dt.date(2025, 10, 15)}, "date_of_birth"),
        ({"date_of_birth": dt.date(2026, 1, 1)}, "date_of_birth"),
    ],
)
def test_a_student_needs_code_and_name_and_is_born_before_today(
    session: Session, operator: Actor, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(RuleError) as refusal:
        roster.save_student(session, operator, m.Student(), BASE | values)
    assert refusal.value.field == field


def test_the_form_of_a_student_guards_the_private_part_too(session: Session, operator: Actor) -> None:
    student = make_student(session)
    opened = student.version
    values = {"code": student.code, "full_name": student.full_name}
    later = Actor.running_commands(NOW + dt.timedelta(minutes=1))
    set_actor(session, later)
    roster.save_student(session, later, student, values, {"address": "Bon mới"}, version=opened)
    assert student.version == opened + 1
    with pytest.raises(StaleRecord):
        roster.save_student(session, later, student, values, {"address": "Bon cũ"}, version=opened)
    assert student.private.address == "Bon mới"


def test_a_code_is_used_once(session: Session, operator: Actor) -> None:
    roster.save_student(session, operator, m.Student(), BASE)
    with pytest.raises(RuleError, match="Mã học sinh"):
        roster.save_student(session, operator, m.Student(), BASE)


# Classes ------------------------------------------------------------------------------------------------------------


def stays(session: Session, student: m.Student) -> list[tuple[str, dt.date, dt.date | None, EnrolmentOutcome | None]]:
    found = select(m.Enrolment).where(m.Enrolment.student_id == student.id).order_by(m.Enrolment.started_on)
    return [(stay.classroom.name, stay.started_on, stay.ended_on, stay.outcome) for stay in session.scalars(found)]


def test_moving_to_another_class_ends_the_stay_the_day_before(session: Session, operator: Actor) -> None:
    student = make_student(session, classroom=make_classroom(session, "10A1"))
    roster.place(session, operator, student, make_classroom(session, "10A2"))
    assert stays(session, student) == [
        ("10A1", dt.date(2025, 9, 1), dt.date(2025, 10, 14), EnrolmentOutcome.MOVED),
        ("10A2", dt.date(2025, 10, 15), None, None),
    ]
    assert student.current_enrolment.classroom.name == "10A2"


def test_a_stay_that_would_have_lasted_no_day_is_corrected(session: Session, operator: Actor) -> None:
    student = make_student(session, classroom=make_classroom(session, "10A1"))
    roster.place(session, operator, student, make_classroom(session, "10A2"), dt.date(2025, 9, 1))
    assert stays(session, student) == [("10A2", dt.date(2025, 9, 1), None, None)]


def test_placing_a_student_where_they_are_changes_nothing(session: Session, operator: Actor) -> None:
    classroom = make_classroom(session, "10A1")
    student = make_student(session, classroom=classroom)
    roster.place(session, operator, student, classroom)
    assert stays(session, student) == [("10A1", dt.date(2025, 9, 1), None, None)]


def test_a_class_of_next_year_is_a_promotion_on_its_first_day(session: Session, operator: Actor) -> None:
    student = make_student(session, classroom=make_classroom(session, "10A1"))
    next_year = make_year(session, "2026-2027")
    roster.place(session, operator, student, make_classroom(session, "11A1", grade=11, school_year=next_year))
    assert stays(session, student) == [
        ("10A1", dt.date(2025, 9, 1), dt.date(2026, 8, 31), EnrolmentOutcome.PROMOTED),
        ("11A1", dt.date(2026, 9, 1), None, None),
    ]


def test_a_list_of_last_year_places_on_a_day_of_that_year(session: Session, operator: Actor) -> None:
    last_year = make_year(session, "2024-2025")
    classroom = make_classroom(session, "10A1", school_year=last_year)
    assert roster.first_day(operator, classroom) == last_year.ends_on


# Results ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "value"), [("absences_excused", -1), ("absences_unexcused", 401)])
def test_absences_are_a_number_of_sessions(session: Session, operator: Actor, name: str, value: int) -> None:
    enrolment = make_student(session).current_enrolment
    values = {"enrolment": enrolment, "period": TermPeriod.YEAR, name: value}
    with pytest.raises(RuleError) as refusal:
        roster.save_result(session, operator, m.TermResult(), values)
    assert refusal.value.field == name


def test_results_of_old_scales_are_kept_as_they_were(session: Session, operator: Actor) -> None:
    enrolment = make_student(session).current_enrolment
    values = {"enrolment": enrolment, "period": TermPeriod.YEAR, "learning": Rating.OLD_POOR, "absences_excused": 0}
    result = roster.save_result(session, operator, m.TermResult(), values)
    session.commit()
    assert result.learning is Rating.OLD_POOR
    with pytest.raises(RuleError, match="đã có kết quả"):
        roster.save_result(session, operator, m.TermResult(), values)


# Deleting -----------------------------------------------------------------------------------------------------------


def test_a_student_entered_by_mistake_goes_with_what_is_private(session: Session, cast: Cast) -> None:
    quan = cast.actor("quan")
    set_actor(session, quan)
    student = session.get(m.Student, cast.stranger)
    roster.remove_student(session, quan, student, student.version)
    set_actor(session, cast.actor("operator"))
    assert session.get(m.Student, cast.stranger) is None
    assert session.scalars(select(m.StudentPrivate).where(m.StudentPrivate.student_id == cast.stranger)).all() == []
    deleted = select(m.AuditEntry.table_name).where(m.AuditEntry.action == "delete", m.AuditEntry.actor == "quan")
    assert sorted(session.scalars(deleted)) == ["enrolment", "student", "student_private"]


@pytest.mark.parametrize("with_what", ["case", "result"])
def test_a_student_with_results_or_a_case_stays(session: Session, operator: Actor, with_what: str) -> None:
    student = make_student(session)
    if with_what == "case":
        make_case(session, student)
    else:
        make_result(session, student.current_enrolment)
    with pytest.raises(RuleError) as refusal:
        roster.remove_student(session, operator, student)
    assert refusal.value.msgid == IN_USE


@pytest.mark.parametrize("person", ["lan", "hoa", "cuc", "binh", "hoi", "tro"])
def test_only_secretary_and_admin_edit_students(session: Session, cast: Cast, person: str) -> None:
    actor = cast.actor(person)
    student = session.get(m.Student, cast.classmate)
    set_actor(session, actor)
    with pytest.raises(NotAllowed):
        roster.save_student(session, actor, student, BASE, version=student.version)
    with pytest.raises(NotAllowed):
        roster.save_result(session, actor, m.TermResult(), {})
    with pytest.raises(NotAllowed):
        roster.remove_student(session, actor, student)


@pytest.mark.parametrize("person", ["thu", "quan"])
def test_secretary_and_admin_do(session: Session, cast: Cast, person: str) -> None:
    actor = cast.actor(person)
    set_actor(session, actor)
    student = session.get(m.Student, cast.classmate)
    saved = roster.save_student(session, actor, student, BASE | {"code": student.code}, version=student.version)
    assert saved.full_name == "Trần Văn Đạt"
