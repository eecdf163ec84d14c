"""The figures of a report to the Sở against a school that is counted by hand, and who may ask for them (P4.11)."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import event, select

from school import models as m
from school.errors import NotAllowed
from school.rules.actor import Actor
from school.rules.school_figures import Figures
from school.services import school_figures
from school.services.guard import set_actor
from school.vocabulary import (
    CaseState,
    ContactKind,
    DropoutRisk,
    EnrolmentOutcome,
    EvaluationState,
    Gender,
    ProgressStep,
    Rating,
    ReportOccasion,
    ReportState,
    SponsorRole,
    SponsorshipState,
    SupportKind,
    TermPeriod,
)
from tests import factories as make
from tests.cast import NOW, Cast

DAY = dt.date(2025, 12, 20)
FIRST, SECOND = ReportOccasion.FIRST, ReportOccasion.SECOND


def at(day: dt.date) -> Actor:
    return Actor.running_commands(dt.datetime.combine(day, dt.time(2), dt.UTC))


def figures(session: Any, occasion: ReportOccasion = FIRST, day: dt.date = DAY) -> Figures:
    session.flush()
    session.expire_all()
    return school_figures.figures(session, at(day), make.the_year(session), occasion)


@pytest.fixture
def school(session):
    """Two departments, two classes, four children: An and Bình of 10, Chi and Dung of 11."""
    maths, letters = make.make_department(session, "Tổ Toán"), make.make_department(session, "Tổ Văn")
    rooms = {grade: make.make_classroom(session, f"{grade}A1", grade=grade) for grade in (10, 11)}
    children = {
        "an": make.make_student(session, "Nguyễn Văn An", rooms[10], gender=Gender.MALE),
        "binh": make.make_student(session, "H'Bình Niê", rooms[10], gender=Gender.FEMALE),
        "chi": make.make_student(session, "Lê Chi", rooms[11], gender=Gender.FEMALE),
        "dung": make.make_student(session, "Y Dung", rooms[11], gender=None),
    }
    peoples = {"an": "Kinh", "binh": "M'Nông", "chi": "M’nông", "dung": None}
    for name, people in peoples.items():
        children[name].private.ethnicity = people
    return {
        "children": children,
        "cases": {
            name: make.make_case(session, child, code=f"HT25-9{n}") for n, (name, child) in enumerate(children.items())
        },
        "lan": make.make_staff(session, "Lan", department=maths),
        "tam": make.make_staff(session, "Tâm", department=letters),
        "minh": make.make_staff(session, "Minh"),
        "rooms": rooms,
    }


def test_an_empty_year_has_nothing_to_count(session):
    make.the_year(session)
    f = figures(session)
    assert (f.cases, f.sponsored, f.coverage, f.left_over, f.groups, f.before) == (0, 0, None, [], {}, None)
    assert f.day == DAY


def test_only_cases_that_leadership_approved_are_counted(session, school):
    for state in (CaseState.NOMINATED, CaseState.VERIFIED, CaseState.CLOSED):
        make.make_case(session, make.make_student(session, classroom=school["rooms"][10]), state=state)
    make.make_case(session, make.make_student(session), opened_on=DAY + dt.timedelta(days=1))
    f = figures(session)
    assert f.cases == 5, "four that run, one that has ended"
    assert f.left_over == ["HT25-90", "HT25-91", "HT25-92", "HT25-93"], "what has ended waits for nobody"


def test_the_children_by_grade_gender_and_people(session, school):
    make.make_sponsorship(session, school["cases"]["an"], school["lan"])
    f = figures(session)
    assert f.grades == {"10": [2, 1], "11": [2, 0]}
    assert f.genders == {"male": [1, 1], "female": [2, 0], "": [1, 0]}
    assert list(f.ethnicities) == ["Kinh", "M’nông", ""], "Kinh first; one people, however it is typed"
    assert list(f.ethnicities.values()) == [[1, 1], [2, 0], [1, 0]]


def test_the_groups_overlap_and_say_how_many_are_in_several(session, school):
    def classify(name: str, *codes: str) -> None:
        for code in codes:
            make.make_hardship(session, school["cases"][name], category_id=make.a_category(session, code).id)

    of_b = session.scalars(select(m.HardshipCategory.code).where(m.HardshipCategory.hardship_group == "B")).first()
    classify("an", "poor_household", "near_poor_household")  # both of group A
    classify("binh", "poor_household", of_b)
    make.make_sponsorship(session, school["cases"]["binh"], school["lan"])
    assert figures(session).groups == {"A": [2, 1], "B": [1, 1], "several": [1, 1], "": [2, 0]}


def test_who_leads_and_who_helps_by_department(session, school):
    cases = school["cases"]
    make.make_sponsorship(session, cases["an"], school["lan"], role=SponsorRole.JOINT)
    make.make_sponsorship(session, cases["an"], school["tam"], role=SponsorRole.JOINT)
    make.make_sponsorship(session, cases["binh"], school["lan"])
    make.make_sponsorship(session, cases["binh"], school["minh"], role=SponsorRole.SUPPORTING)
    ended = {"state": SponsorshipState.ENDED, "ended_on": dt.date(2025, 10, 1)}
    make.make_sponsorship(session, cases["chi"], school["minh"], **ended)
    f = figures(session)
    assert (f.sponsored, f.leads, f.supporters, f.coverage) == (3, 3, 1, 75)
    assert {name: row[:2] for name, row in f.departments.items()} == {"Tổ Toán": [1, 2], "Tổ Văn": [1, 1], "": [1, 1]}
    assert f.left_over == ["HT25-92", "HT25-93"], "a sponsor who has left leaves the child without one"


@pytest.mark.parametrize(
    ("values", "waits"),
    [
        ({}, False),
        ({"started_on": DAY + dt.timedelta(days=9)}, False),  # from a day to come
        ({"state": SponsorshipState.REGISTERED}, False),
        ({"state": SponsorshipState.AGREED}, False),
        ({"role": SponsorRole.SUPPORTING}, True),
        ({"state": SponsorshipState.ENDED, "ended_on": DAY}, False),  # the last day is a day of sponsoring
        ({"state": SponsorshipState.ENDED, "ended_on": DAY - dt.timedelta(days=1)}, True),
        ({"state": SponsorshipState.ENDED, "approved_on": None, "ended_on": DAY}, True),  # was turned down
    ],
)
def test_a_child_waits_for_a_sponsor_as_on_the_board(session, school, values, waits):
    make.make_sponsorship(session, school["cases"]["an"], school["lan"], **values)
    assert ("HT25-90" in figures(session).left_over) is waits


def test_contacts_and_support_from_the_years_first_day_to_today(session, school):
    cases, lan, tam = school["cases"], school["lan"], school["tam"]
    for day in (dt.date(2025, 8, 31), dt.date(2025, 9, 1), DAY, DAY + dt.timedelta(days=1)):
        make.make_contact(session, cases["an"], lan, occurred_on=day)
        make.make_support(session, cases["an"], lan, given_on=day)
    make.make_contact(session, cases["binh"], tam, reached=False)
    make.make_contact(session, cases["binh"], tam, kind=ContactKind.HOME_VISIT)
    make.make_contact(session, cases["binh"], tam, kind=ContactKind.HOME_VISIT, reached=False)
    nominated = make.make_case(session, state=CaseState.NOMINATED)
    make.make_contact(session, nominated, tam)
    books = {"kind": SupportKind.BOOKS, "unit": "bộ"}
    make.make_support(session, cases["binh"], tam, **books, quantity=3, value=150_000)
    make.make_support(session, cases["chi"], school["minh"], **(books | {"unit": "cuốn"}), quantity=7, value=70_000)
    f = figures(session)
    assert (f.contacts, f.reached, f.visits, f.met) == (5, 3, 1, 2)
    assert f.supports == {"remedial_lesson": [2, 4, 0], "books": [2, 3, 220_000]}, "other units are not added up"
    assert (f.lessons, f.value) == (4, 220_000)
    assert f.departments == {"Tổ Toán": [0, 0, 2, 4, 0], "Tổ Văn": [0, 0, 3, 0, 150_000], "": [0, 0, 0, 0, 70_000]}


def test_a_month_counts_once_it_is_confirmed_and_the_newest_says_the_trend(session, school):
    cases, lan = school["cases"], school["lan"]

    def month(name: str, period: str, state: EvaluationState, trend: ProgressStep, risk: DropoutRisk) -> None:
        make.make_evaluation(session, cases[name], lan, period=period, state=state, trend=trend, dropout_risk=risk)

    confirmed, locked, sent = EvaluationState.CONFIRMED, EvaluationState.LOCKED, EvaluationState.REVIEWED
    month("an", "2025-09", locked, ProgressStep.UNCHANGED, DropoutRisk.HIGH)
    month("an", "2025-10", confirmed, ProgressStep.IMPROVED, DropoutRisk.SOME)
    month("an", "2025-11", sent, ProgressStep.DECLINED, DropoutRisk.HIGH)
    month("binh", "2025-09", locked, ProgressStep.STEADY, DropoutRisk.LOW)
    month("binh", "2025-10", locked, ProgressStep.NOT_OBSERVED, DropoutRisk.NOT_OBSERVED)
    month("binh", "semester_1", locked, ProgressStep.DECLINED, DropoutRisk.HIGH)
    f = figures(session)
    assert f.evaluations == 4
    assert f.trends == {"improved": 1, "steady": 1}
    assert f.risk == [1, 0, 0]


def test_results_up_same_and_down_where_two_terms_are_known(session, school):
    before = make.make_year(session, "2024-2025")
    old = make.make_classroom(session, "9A", grade=9, school_year=before)

    def result(name: str, of_year: bool, period: TermPeriod, learning: Rating | None, conduct: Rating | None) -> None:
        child = school["children"][name]
        days = {"started_on": dt.date(2024, 9, 5), "ended_on": dt.date(2025, 5, 31)}
        stay = child.current_enrolment if of_year else make.make_enrolment(session, child, old, **days)
        make.make_result(session, stay, period=period, learning=learning, conduct=conduct)

    result("an", False, TermPeriod.YEAR, Rating.MET, Rating.GOOD)
    result("an", True, TermPeriod.SEMESTER_1, Rating.FAIR, Rating.GOOD)
    result("binh", False, TermPeriod.YEAR, Rating.OLD_AVERAGE, Rating.FAIR)  # nothing of this year yet
    result("chi", True, TermPeriod.SEMESTER_1, Rating.FAIR, None)
    result("chi", True, TermPeriod.YEAR, Rating.MET, Rating.GOOD)
    result("dung", True, TermPeriod.SEMESTER_1, Rating.FAIR, Rating.FAIR)
    f = figures(session)
    assert f.learning == [1, 0, 1]
    assert f.conduct == [0, 1, 0]


def test_who_stays_who_moved_away_and_who_left_school(session, school):
    for name, outcome in (("an", EnrolmentOutcome.DROPPED_OUT), ("binh", EnrolmentOutcome.TRANSFERRED)):
        stay = school["children"][name].current_enrolment
        stay.ended_on, stay.outcome = dt.date(2025, 11, 1), outcome
    moved = school["children"]["chi"].current_enrolment
    moved.ended_on, moved.outcome = dt.date(2025, 11, 1), EnrolmentOutcome.MOVED
    session.flush()
    make.make_enrolment(session, school["children"]["chi"], school["rooms"][10], started_on=dt.date(2025, 11, 2))
    gone = make.make_student(session, "không có hồ sơ", school["rooms"][10]).current_enrolment
    gone.ended_on, gone.outcome = DAY + dt.timedelta(days=1), EnrolmentOutcome.DROPPED_OUT
    f = figures(session)
    assert (f.kept, f.transferred, f.dropped_out) == (2, 1, 1)
    assert f.grades == {"10": [3, 0], "11": [1, 0]}, "the class of today"
    assert (f.students, f.dropouts) == (2, 1)
    assert figures(session, day=DAY + dt.timedelta(days=1)).dropouts == 2


def test_whoever_came_back_to_school_has_not_left_it(session, school):
    stay = school["children"]["an"].current_enrolment
    stay.ended_on, stay.outcome = dt.date(2025, 11, 1), EnrolmentOutcome.DROPPED_OUT
    session.flush()
    make.make_enrolment(session, school["children"]["an"], school["rooms"][10], started_on=dt.date(2025, 12, 1))
    f = figures(session)
    assert (f.kept, f.dropped_out, f.dropouts, f.students) == (4, 0, 0, 4)


def test_staff_who_left_or_have_not_come_yet_are_not_at_the_school(session, school):
    make.make_staff(session, left_on=DAY - dt.timedelta(days=1))
    make.make_staff(session, joined_on=DAY + dt.timedelta(days=1))
    make.make_staff(session, left_on=DAY)
    assert figures(session).staff == 4


# The report before ---------------------------------------------------------------------------------------------------


def sign(session: Any, occasion: ReportOccasion, cases: int, **values: Any) -> m.SchoolReport:
    stored = Figures(DAY, cases=cases).frozen()
    return make.make_school_report(
        session, occasion=occasion, state=ReportState.SUBMITTED, figures=stored, number=f"{cases}/BC", **values
    )


def test_the_last_report_that_was_signed_is_what_it_is_compared_with(session):
    before = make.make_year(session, "2024-2025")
    make.the_year(session)
    assert figures(session, FIRST).before is None
    sign(session, FIRST, 5, school_year_id=before.id)
    assert figures(session, FIRST).before["figures"]["cases"] == 5
    sign(session, SECOND, 7, school_year_id=before.id)
    assert figures(session, FIRST).before["figures"]["cases"] == 7
    assert figures(session, SECOND).before["figures"]["cases"] == 7, "as long as this year's first is not signed"
    sign(session, FIRST, 9)
    sign(session, FIRST, 10, correction=1)
    make.make_school_report(session, occasion=FIRST, correction=2)
    found = figures(session, SECOND).before
    assert (found["figures"]["cases"], found["number"], found["year"], found["occasion"]) == (
        10,
        "10/BC",
        "2025-2026",
        1,
    )
    assert figures(session, FIRST).before["figures"]["cases"] == 7, "never with itself"


# Who may ask ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["cuc", "uyen", "thu", "binh", "ly"])
def test_the_figures_are_the_same_whoever_may_read_them(cast: Cast, person: str) -> None:
    year = cast.get(m.SchoolYear, cast.year)
    whole = school_figures.figures(cast.session, Actor.running_commands(NOW), year, FIRST)
    assert whole.groups and whole.ethnicities
    actor = cast.actor(person)
    set_actor(cast.session, actor)
    assert actor is not None
    assert school_figures.figures(cast.session, actor, cast.get(m.SchoolYear, cast.year), FIRST) == whole


@pytest.mark.parametrize("person", ["lan", "hoa", "khoa", "hoi", "quan", "tro", "nobody"])
def test_nobody_else_gets_a_figure(cast: Cast, person: str) -> None:
    year, actor = cast.get(m.SchoolYear, cast.year), cast.actor(person)
    set_actor(cast.session, actor)
    with pytest.raises(NotAllowed):
        school_figures.figures(cast.session, actor, year, FIRST)  # type: ignore[arg-type]


def test_nobodys_name_is_in_what_is_stored(cast: Cast) -> None:
    year = cast.get(m.SchoolYear, cast.year)
    stored = str(school_figures.figures(cast.session, Actor.running_commands(NOW), year, FIRST).frozen())
    names = [*cast.session.scalars(select(m.Student.full_name)), *cast.session.scalars(select(m.Staff.full_name))]
    assert [name for name in names if name in stored] == []
    assert make.SECRET not in stored


def test_what_was_stored_comes_back_as_it_was(session, school):
    make.make_sponsorship(session, school["cases"]["an"], school["lan"])
    f = figures(session)
    assert Figures.thaw(f.frozen()) == f
    older = {"day": "2025-12-20", "cases": 3, "no longer known": 9}
    assert Figures.thaw(older) == Figures(DAY, cases=3)
    assert Figures.thaw(None) is None


def test_many_children_take_no_more_statements(session, school):
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    year, actor = make.the_year(session), at(DAY)
    event.listen(session.get_bind(), "before_cursor_execute", note)
    school_figures.figures(session, actor, year, FIRST)
    few = len(seen)
    for _ in range(10):
        make.make_sponsorship(session, make.make_case(session), school["lan"])
    seen.clear()
    school_figures.figures(session, actor, year, FIRST)
    event.remove(session.get_bind(), "before_cursor_execute", note)
    assert len(seen) == few == 6
