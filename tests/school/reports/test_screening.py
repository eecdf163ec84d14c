"""Whom the records point out: the newest result counts, and everybody's list goes as far as that person sees."""

import datetime as dt

import pytest

from school import models as m
from school.reports import screening
from school.rules.screening import ReasonKind
from school.services.guard import set_actor
from school.vocabulary import Rating, TermPeriod
from tests.cast import Cast
from tests.factories import make_classroom, make_enrolment, make_result, make_screening, make_student, make_year

MOST = 5
BAD = {"learning": Rating.NOT_MET}


def listed(cast: Cast, person: str = "operator", most: int = MOST) -> dict[int, screening.Candidate]:
    """The person's list by student."""
    actor = cast.actor(person)
    set_actor(cast.session, actor)
    years = screening.years_of(cast.session, actor)
    found = screening.candidates(cast.session, actor, years, most)
    set_actor(cast.session, cast.actor("operator"))
    return {candidate.student_id: candidate for candidate in found}


def kinds(candidate: screening.Candidate) -> list[ReasonKind]:
    return [reason.kind for reason in candidate.reasons]


def a_student(cast: Cast, name: str = "Hà Thị Mới", room: str = "10A1") -> m.Student:
    return make_student(cast.session, name, cast.get(m.Classroom, cast.classes[room]))


def give_policy(cast: Cast, student: m.Student, text: str) -> None:
    student.private.policy_category = text
    cast.session.flush()


def last_years_stay(cast: Cast, student: m.Student, year: str = "2024-2025") -> m.Enrolment:
    room = make_classroom(cast.session, school_year=make_year(cast.session, year))
    first = dt.date(int(year[:4]), 9, 1)
    return make_enrolment(cast.session, student, room, started_on=first, ended_on=first.replace(year=first.year + 1))


def test_nobody_is_listed_without_a_reason(cast: Cast) -> None:
    a_student(cast)
    assert listed(cast) == {}


def test_a_student_is_listed_with_class_reasons_and_term(cast: Cast) -> None:
    student = a_student(cast)
    make_result(cast.session, student.current_enrolment, absences_unexcused=6, **BAD)
    found = listed(cast)[student.id]
    assert (found.full_name, found.classroom) == ("Hà Thị Mới", "10A1")
    assert kinds(found) == [ReasonKind.LEARNING, ReasonKind.ABSENCES]
    assert (found.term.period, found.term.year) == (TermPeriod.SEMESTER_1, "2025-2026")
    assert found.open
    assert listed(cast, most=6)[student.id].reasons == found.reasons[:1]


def test_last_years_result_counts_until_there_is_a_newer_one(cast: Cast) -> None:
    student = a_student(cast)
    make_result(cast.session, last_years_stay(cast, student), period=TermPeriod.YEAR, **BAD)
    assert listed(cast)[student.id].term.year == "2024-2025"
    make_result(cast.session, student.current_enrolment, learning=Rating.MET)
    assert student.id not in listed(cast)


def test_a_result_of_two_years_ago_is_past(cast: Cast) -> None:
    student = a_student(cast)
    make_year(cast.session, "2024-2025")
    make_result(cast.session, last_years_stay(cast, student, "2023-2024"), period=TermPeriod.YEAR, **BAD)
    assert student.id not in listed(cast)


@pytest.mark.parametrize(
    ("later", "earlier"),
    [(TermPeriod.SEMESTER_2, TermPeriod.SEMESTER_1), (TermPeriod.YEAR, TermPeriod.SEMESTER_2)],
)
def test_within_a_year_the_later_term_counts(cast: Cast, later: TermPeriod, earlier: TermPeriod) -> None:
    student = a_student(cast)
    make_result(cast.session, student.current_enrolment, period=later, learning=Rating.FAIR)
    make_result(cast.session, student.current_enrolment, period=earlier, **BAD)
    assert student.id not in listed(cast)


def test_who_left_the_school_is_not_listed(cast: Cast) -> None:
    student = a_student(cast)
    make_result(cast.session, student.current_enrolment, **BAD)
    student.current_enrolment.ended_on = dt.date(2025, 10, 1)
    cast.session.flush()
    assert student.id not in listed(cast)


def test_the_undecided_come_first_and_a_case_or_a_decision_is_shown(cast: Cast) -> None:
    for name in ("homeroom", "sponsored"):
        make_result(
            cast.session,
            cast.get(m.Enrolment, cast.id(name, "enrolment")),
            period=TermPeriod.SEMESTER_2,
            **BAD,
        )
    left, waiting = a_student(cast, "An Bình"), a_student(cast, "Y Zơ")
    for student in (left, waiting):
        make_result(cast.session, student.current_enrolment, **BAD)
    make_screening(cast.session, left, taken_in=False, reason="em đã ổn")
    found = listed(cast)
    assert next(iter(found)) == waiting.id
    assert [found[student.id].open for student in (left, waiting)] == [False, True]
    assert found[left.id].decision.reason == "em đã ổn"
    assert found[cast.id("homeroom", "student")].case_id == cast.id("homeroom")


def test_a_homeroom_teacher_sees_the_own_class_and_the_secretary_the_school(cast: Cast) -> None:
    own, other = a_student(cast), a_student(cast, room="12A3")
    for student in (own, other):
        make_result(cast.session, student.current_enrolment, **BAD)
    assert set(listed(cast, "lan")) == {own.id}
    assert set(listed(cast, "minh")) == {other.id}
    assert set(listed(cast, "thu")) == set(listed(cast, "binh")) == {own.id, other.id}


@pytest.mark.parametrize("person", ["cuc", "khoa", "hoi", "quan", "tro", "son"])
def test_whoever_does_not_screen_sees_nobody(cast: Cast, person: str) -> None:
    student = a_student(cast)
    make_result(cast.session, student.current_enrolment, **BAD)
    actor = cast.actor(person)
    year = cast.get(m.SchoolYear, cast.year)
    set_actor(cast.session, actor)
    assert screening.candidates(cast.session, actor, screening.Years(year, None), MOST) == []


def test_a_policy_category_is_seen_with_circumstances_alone(cast: Cast) -> None:
    own, other = a_student(cast), a_student(cast, room="12A3")
    for student in (own, other):
        give_policy(cast, student, "Hộ nghèo")
    assert kinds(listed(cast, "lan")[own.id]) == [ReasonKind.POLICY]
    assert set(listed(cast, "thu")) == {own.id, other.id}


def test_a_teacher_who_also_heads_a_department_screens_only_the_own_students(cast: Cast) -> None:
    """hoa sees the students whom her department sponsors; she is nobody's homeroom teacher and sponsors one."""
    for name in ("departments", "heads"):
        stay = cast.get(m.Enrolment, cast.id(name, "enrolment"))
        make_result(cast.session, stay, period=TermPeriod.SEMESTER_2, **BAD)
    assert set(listed(cast, "hoa")) == {cast.id("heads", "student")}


def test_the_list_of_one_student_is_of_that_one(cast: Cast) -> None:
    students = [a_student(cast), a_student(cast)]
    for student in students:
        make_result(cast.session, student.current_enrolment, **BAD)
    operator = cast.actor("operator")
    years = screening.years_of(cast.session, operator)
    found = screening.candidates(cast.session, operator, years, MOST, students[0].id)
    assert [candidate.student_id for candidate in found] == [students[0].id]


def test_two_statements_whatever_the_number_of_students(cast: Cast, count_statements) -> None:
    operator = cast.actor("operator")
    years = screening.years_of(cast.session, operator)
    for number in range(20):
        make_result(cast.session, a_student(cast, f"Em {number}").current_enrolment, **BAD)
    with count_statements() as seen:
        assert len(screening.candidates(cast.session, operator, years, MOST)) == 20
    assert len(seen) == 2


def test_before_there_is_a_year_there_is_no_list(session, operator) -> None:
    assert screening.years_of(session, operator) is None
