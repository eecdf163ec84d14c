"""The review of a semester and a year, its figures counted by hand (P4.9)."""

import datetime as dt

import pytest

from school import models as m
from school.errors import NotAllowed
from school.reports.review import Moves, review
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.vocabulary import (
    CaseState,
    DropoutRisk,
    EnrolmentOutcome,
    EvaluationState,
    ProgressStep,
    Rating,
    SponsorRole,
    SponsorshipState,
    SupportKind,
    TermPeriod,
)
from tests import factories as make
from tests.cast import Cast

LATE = dt.datetime(2026, 6, 10, 2, tzinfo=dt.UTC)


@pytest.fixture
def at_the_end():
    return Actor.running_commands(LATE)


@pytest.fixture
def school(session):
    """Two departments; An rises, Bình falls and leaves in May, Chi has no sponsor, Dũng was only nominated."""
    dan, hue = (make.make_department(session, name) for name in ("Tổ Anh", "Tổ Sinh"))
    nga, tho = make.make_staff(session, "Nga", department=dan), make.make_staff(session, "Thọ", department=hue)
    kim = make.make_staff(session, "Kim")
    room = make.make_classroom(session, "10A1")
    students = {name: make.make_student(session, name, room) for name in ("An", "Bình", "Chi", "Dũng")}
    cases = {name: make.make_case(session, student) for name, student in students.items()}
    cases["Dũng"].state = CaseState.NOMINATED
    make.make_sponsorship(session, cases["An"], nga, role=SponsorRole.JOINT)
    make.make_sponsorship(session, cases["An"], tho, role=SponsorRole.JOINT)
    make.make_sponsorship(session, cases["An"], kim, role=SponsorRole.SUPPORTING)
    ended = {"state": SponsorshipState.ENDED, "ended_on": dt.date(2026, 5, 10)}
    make.make_sponsorship(session, cases["Bình"], tho, **ended)
    _results(session, students)
    _months(session, cases)
    _work(session, cases, nga, tho)
    stay = students["Bình"].current_enrolment
    stay.ended_on, stay.outcome = dt.date(2026, 5, 10), EnrolmentOutcome.DROPPED_OUT
    session.flush()
    return {"cases": cases, "year": make.the_year(session)}


def _results(session, students):
    for name, before, after in (("An", Rating.NOT_MET, Rating.MET), ("Bình", Rating.FAIR, Rating.MET)):
        stay = students[name].current_enrolment
        make.make_result(session, stay, learning=before, conduct=Rating.FAIR)
        make.make_result(session, stay, period=TermPeriod.YEAR, learning=after, conduct=Rating.FAIR)
    last_year = make.make_year(session, "2024-2025")
    room = make.make_classroom(session, "9A1", school_year=last_year, grade=9)
    dates = {"started_on": dt.date(2024, 9, 1), "ended_on": dt.date(2025, 5, 31)}
    stay = make.make_enrolment(session, students["An"], room, **dates)
    make.make_result(session, stay, period=TermPeriod.YEAR, learning=Rating.FAIR, conduct=Rating.MET)


def _months(session, cases):
    months = {
        "An": [("2025-09", DropoutRisk.HIGH, "sent"), ("2025-11", DropoutRisk.SOME, "sent")],
        "Bình": [("2025-09", DropoutRisk.LOW, "sent"), ("2026-04", DropoutRisk.HIGH, "sent")],
    }
    months["An"] += [("2026-03", DropoutRisk.NOT_OBSERVED, "sent"), ("2026-05", DropoutRisk.HIGH, "draft")]
    trends = {"An": ProgressStep.IMPROVED, "Bình": ProgressStep.DECLINED}
    for name, rows in months.items():
        for period, risk, state in rows:
            values = {"period": period, "dropout_risk": risk, "trend": trends[name]}
            values["state"] = EvaluationState.SUBMITTED if state == "sent" else EvaluationState.DRAFTED
            make.make_evaluation(session, cases[name], None, **values)


def _work(session, cases, nga, tho):
    for day in (dt.date(2025, 9, 20), dt.date(2026, 2, 3)):
        make.make_contact(session, cases["An"], nga, occurred_on=day)
    make.make_contact(session, cases["Bình"], tho, occurred_on=dt.date(2026, 7, 1), reached=False)  # after today
    make.make_contact(session, cases["Bình"], tho, occurred_on=dt.date(2026, 3, 1), reached=False)
    make.make_support(session, cases["An"], nga)  # two lessons in September
    cash = {"kind": SupportKind.CASH, "quantity": 300_000, "unit": "đồng", "value": 300_000}
    make.make_support(session, cases["An"], tho, given_on=dt.date(2026, 4, 2), **cash)


def test_the_years_figures(session, school, at_the_end):
    found = review(session, at_the_end, school["year"], TermPeriod.YEAR)
    assert (found.cases, found.sponsored, found.coverage) == (3, 2, 67)
    assert (found.leads, found.supporters, found.left) == (2, 1, 1)
    assert (found.contacts, found.reached, found.lessons, found.value) == (3, 2, 2, 300_000)
    assert found.learning == Moves(up=1, down=1)
    assert found.conduct == Moves(same=2)
    assert found.risk == Moves(up=1, down=1)
    assert found.trends == {
        ProgressStep.DECLINED: 1,
        ProgressStep.UNCHANGED: 0,
        ProgressStep.STEADY: 0,
        ProgressStep.IMPROVED: 1,
    }


def test_by_department_joint_sponsors_of_two_departments_count_in_both(session, school, at_the_end):
    found = review(session, at_the_end, school["year"], TermPeriod.YEAR)
    rows = [(row.name, row.sponsors, row.students, row.contacts, row.lessons, row.value) for row in found.departments]
    assert rows == [("Tổ Anh", 1, 1, 2, 2, 0), ("Tổ Sinh", 1, 2, 1, 0, 300_000)]


def test_what_changed_for_each_student(session, school, at_the_end):
    an, binh = review(session, at_the_end, school["year"], TermPeriod.YEAR).students
    assert (an.name, an.classroom, an.sponsors) == ("An", "10A1", ["Nga", "Thọ", "Kim"])
    assert (an.before.learning, an.after.learning, an.contacts) == (Rating.NOT_MET, Rating.MET, 2)
    assert (an.risk_before, an.risk_after, an.left) == (DropoutRisk.HIGH, DropoutRisk.SOME, False)
    assert (binh.name, binh.left, binh.risk_after) == ("Bình", True, DropoutRisk.HIGH)


def test_semester_1_compares_with_the_year_before_and_counts_its_own_days(session, school, at_the_end):
    found = review(session, at_the_end, school["year"], TermPeriod.SEMESTER_1)
    an, binh = found.students
    assert (an.before.learning, an.after.learning) == (Rating.FAIR, Rating.NOT_MET)
    assert (binh.before.learning, binh.after.learning) == (None, Rating.FAIR)
    assert found.learning == Moves(down=1)
    assert (found.contacts, found.lessons, found.value, found.left) == (1, 2, 0, 0)
    assert (an.risk_before, an.risk_after, binh.risk_after) == (DropoutRisk.HIGH, DropoutRisk.SOME, None)


def test_a_year_without_a_case_is_empty(session, at_the_end):
    found = review(session, at_the_end, make.the_year(session), TermPeriod.YEAR)
    assert (found.cases, found.coverage, found.students, found.departments) == (0, None, [], [])


# Who sees what -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["lan", "hoi", "quan", "tro", "nobody"])
def test_who_follows_nobodys_work_reviews_nothing(cast: Cast, person: str) -> None:
    actor = cast.actor(person)
    set_actor(cast.session, actor)
    with pytest.raises(NotAllowed):
        review(cast.session, actor, m.SchoolYear(id=cast.year, name="2025-2026"), TermPeriod.YEAR)


def test_a_head_reviews_the_own_department_and_nothing_else(cast: Cast) -> None:
    actor = cast.actor("hoa")
    set_actor(cast.session, actor)
    found = review(cast.session, actor, cast.get(m.SchoolYear, cast.year), TermPeriod.YEAR)
    assert {em.name for em in found.students} == {"Y Bhiu Niê", "H'Linh Niê", "Phạm Quốc Bảo"}
    assert [row.id for row in found.departments] == [cast.departments["Tổ Toán"]]


@pytest.mark.parametrize("person", ["cuc", "thu", "binh"])
def test_union_secretary_and_leadership_review_the_school(cast: Cast, person: str) -> None:
    actor = cast.actor(person)
    set_actor(cast.session, actor)
    found = review(cast.session, actor, cast.get(m.SchoolYear, cast.year), TermPeriod.YEAR)
    assert len(found.students) == 9
    assert {"Điểu Sáng", "Nông Thị Yến"} <= {em.name for em in found.students}
