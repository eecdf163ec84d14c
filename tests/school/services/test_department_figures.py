"""A department's month against one made by hand: what counts, for whom after a hand-over, and who may ask (P4.10)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed
from school.rules.calendar import YearPlan
from school.services import department_figures as figures
from school.services.department_figures import Figures
from school.services.guard import set_actor
from school.vocabulary import (
    Deadline,
    DropoutRisk,
    EvaluationState,
    GoalState,
    SponsorRole,
    SponsorshipState,
    SupportKind,
)
from tests import factories as make
from tests.cast import NOW, TODAY, Cast

PLAN = YearPlan.usual("2025-2026")
NOON = dt.time(5, tzinfo=dt.UTC)


def noon(year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime.combine(dt.date(year, month, day), NOON)


def report(cast: Cast, department: str = "Tổ Toán", period: str = "2025-09") -> m.DepartmentReport:
    return m.DepartmentReport(department_id=cast.departments[department], period=period, school_year_id=cast.year)


def month(cast: Cast, person: str = "operator", plan: YearPlan = PLAN, now: dt.datetime = NOW, **which: Any) -> Figures:
    actor = cast.actor(person, now)
    set_actor(cast.session, actor)
    return figures.figures(cast.session, actor, report(cast, **which), plan)


@pytest.fixture
def case(cast: Cast) -> Callable[[str], m.SupportCase]:
    return lambda name: cast.get(m.SupportCase, cast.id(name))


def staff(cast: Cast, name: str) -> m.Staff:
    return cast.get(m.Staff, cast.staff[name])


def set_evaluation(cast: Cast, case: str, **values: Any) -> None:
    row = cast.get(m.ProgressEvaluation, cast.id(case, "progress"))
    for name, value in values.items():
        setattr(row, name, value)
    cast.session.flush()


def test_the_casts_september(cast: Cast) -> None:
    """lan leads `sponsored` and, until 14 October, `ended`; giang `departments`; hoa `heads`: nobody else counts."""
    expected = Figures(
        day=TODAY,
        cases=4,
        sponsors=3,
        contacts=4,
        reached=4,
        on_time=4,
        trends={"improved": 4},
        supports=4,
        lessons=8,
    )
    assert month(cast) == expected


def test_a_month_made_by_hand(cast: Cast, case: Callable[[str], m.SupportCase]) -> None:
    session, lan = cast.session, staff(cast, "lan")
    for contact in session.scalars(select(m.Contact).where(m.Contact.case_id == cast.id("ended"))):
        contact.reached = False
    make.make_contact(session, case("sponsored"), lan, occurred_on=dt.date(2025, 9, 1))
    make.make_contact(session, case("sponsored"), lan, occurred_on=dt.date(2025, 9, 30), reached=False)
    make.make_contact(session, case("sponsored"), lan, occurred_on=dt.date(2025, 10, 1))  # the next month
    make.make_support(session, case("heads"), lan, kind=SupportKind.GIFT, quantity=1, unit="phần", value=250_000)
    make.make_support(session, case("heads"), lan, kind=SupportKind.CASH, quantity=1, unit="đồng", value=1_000_000)
    make.make_support(session, case("outsiders"), lan, kind=SupportKind.CASH, quantity=1, unit="đồng", value=7)
    plan = session.get(m.SupportPlan, cast.id("sponsored", "plan"))
    for state, day in (
        (GoalState.MET, 1),
        (GoalState.MET, 30),
        (GoalState.PARTLY, 12),
        (GoalState.NOT_MET, 12),
        (GoalState.DROPPED, 12),
    ):
        make.make_goal(session, plan, state=state, reviewed_on=dt.date(2025, 9, day))
    make.make_goal(session, plan, state=GoalState.MET, reviewed_on=dt.date(2025, 10, 1))
    set_evaluation(cast, "sponsored", submitted_at=noon(2025, 9, 20))
    set_evaluation(cast, "departments", submitted_at=noon(2025, 9, 21))
    set_evaluation(cast, "heads", state=EvaluationState.DRAFTED)
    assert month(cast) == Figures(
        day=TODAY,
        cases=4,
        sponsors=3,
        contacts=6,
        reached=4,
        without_contact=1,
        on_time=2,  # `sponsored`, and `ended` of which no moment is known
        late=1,
        missing=1,
        goals_met=2,
        goals_partly=1,
        goals_not_met=1,
        trends={"improved": 3},
        supports=6,
        lessons=8,
        value=1_250_000,
    )


@pytest.mark.parametrize(
    ("sent", "last_day", "late"),
    [
        (dt.datetime(2025, 9, 20, 16, 59, 59, tzinfo=dt.UTC), 20, 0),  # a minute before midnight at the school
        (dt.datetime(2025, 9, 20, 17, 0, tzinfo=dt.UTC), 20, 1),
        (dt.datetime(2025, 9, 20, 17, 0, tzinfo=dt.UTC), 22, 0),  # the school has moved the day
        (dt.datetime(2025, 9, 22, 17, 0, tzinfo=dt.UTC), 22, 1),
    ],
)
def test_on_time_is_until_midnight_of_the_schools_own_last_day(
    cast: Cast, sent: dt.datetime, last_day: int, late: int
) -> None:
    set_evaluation(cast, "sponsored", submitted_at=sent)
    moved = {(Deadline.SPONSOR_MONTH, "2025-09"): dt.date(2025, 9, last_day)}
    plan = YearPlan(PLAN.name, PLAN.starts_on, PLAN.second_starts_on, PLAN.ends_on, moved)
    assert month(cast, plan=plan).late == late


def test_attendance_is_set_against_the_month_before(cast: Cast, case: Callable[[str], m.SupportCase]) -> None:
    risks = {"sponsored": DropoutRisk.HIGH, "departments": DropoutRisk.LOW, "heads": DropoutRisk.SOME}
    for name, risk in risks.items():
        make.make_evaluation(cast.session, case(name), None, period="2025-10", dropout_risk=risk)
    make.make_evaluation(cast.session, case("ended"), None, period="2025-10", dropout_risk=DropoutRisk.NOT_OBSERVED)
    october = month(cast, period="2025-10")
    assert (october.risk_up, october.risk_down) == (1, 1)
    assert (month(cast).risk_up, month(cast).risk_down) == (0, 0)  # nothing stands before September


def test_the_month_that_runs_is_counted_up_to_today(cast: Cast, case: Callable[[str], m.SupportCase]) -> None:
    for day in (15, 16):
        make.make_contact(cast.session, case("sponsored"), staff(cast, "lan"), occurred_on=dt.date(2025, 10, day))
    october = month(cast, period="2025-10")
    assert (october.cases, october.contacts, october.missing) == (4, 1, 4)  # `future` begins tomorrow
    later = month(cast, period="2025-10", now=NOW + dt.timedelta(days=1))
    assert (later.cases, later.contacts) == (5, 2)


def test_after_a_hand_over_the_month_is_owed_by_the_department_that_led_last(
    cast: Cast, case: Callable[[str], m.SupportCase]
) -> None:
    old = cast.get(m.Sponsorship, cast.id("departments", "sponsorship"))
    old.state, old.ended_on = SponsorshipState.ENDED, dt.date(2025, 9, 10)
    make.make_sponsorship(cast.session, case("departments"), staff(cast, "son"), started_on=dt.date(2025, 9, 11))
    maths, literature = month(cast), month(cast, department="Tổ Văn")
    assert (maths.cases, maths.due) == (4, 3)
    assert (literature.cases, literature.due) == (3, 3)  # with tam's `homeroom` and `colleagues`


def test_a_case_led_from_two_departments_counts_in_both_and_support_alone_in_none(
    cast: Cast, case: Callable[[str], m.SupportCase]
) -> None:
    first = cast.get(m.Sponsorship, cast.id("departments", "sponsorship"))
    first.role = SponsorRole.JOINT
    make.make_sponsorship(cast.session, case("departments"), staff(cast, "son"), role=SponsorRole.JOINT)
    assert (month(cast).cases, month(cast).due) == (4, 4)
    literature = month(cast, department="Tổ Văn")  # phuc only supports `sponsored`
    assert (literature.cases, literature.due, literature.sponsors) == (3, 3, 2)


def test_a_department_without_students_has_a_month_of_zeros(cast: Cast) -> None:
    empty = make.make_department(cast.session, "Tổ Sử")
    row = m.DepartmentReport(department_id=empty.id, period="2025-09", school_year_id=cast.year)
    actor = cast.actor("operator")
    assert figures.figures(cast.session, actor, row, PLAN) == Figures(day=TODAY)


@pytest.mark.parametrize("person", ["hoa", "dung", "cuc", "thu", "binh", "operator"])
def test_the_figures_are_the_same_whoever_reads_them(cast: Cast, person: str) -> None:
    assert month(cast, person).cases == 4


@pytest.mark.parametrize("person", ["khoa", "lan", "hoi", "quan", "tro", "nobody"])
def test_others_do_not_get_them(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        month(cast, person)


def test_departments_that_led_somebody_in_a_month(cast: Cast) -> None:
    actor = cast.actor("binh")
    found = figures.leading(cast.session, actor, cast.year, ["2025-09", "2025-10"])
    both = {cast.departments["Tổ Toán"], cast.departments["Tổ Văn"], None}  # minh, uyen and ly are of no department
    assert found == {"2025-09": both, "2025-10": both}
    assert figures.leading(cast.session, actor, cast.year, []) == {}


def test_figures_are_the_same_after_they_were_stored() -> None:
    some = Figures(day=TODAY, cases=3, trends={"steady": 2}, value=5)
    assert Figures.thaw(some.frozen()) == some
    assert Figures.thaw(None) is None
    assert Figures.thaw({"day": "2025-10-15", "cases": 1, "of a later version": 9}) == Figures(day=TODAY, cases=1)
