"""The figures as rows, and all departments of a month side by side: late and not begun are in plain sight (P4.10)."""

import datetime as dt

import pytest

from school import models as m
from school.errors import NotAllowed
from school.reports import department_month as report
from school.rules.calendar import YearPlan
from school.rules.oversight import Timing
from school.services.department_figures import Figures
from school.services.guard import set_actor
from school.vocabulary import ReportState
from tests.cast import NOW, Cast
from tests.factories import make_department, make_report

PLAN = YearPlan.usual("2025-2026")


def states(
    cast: Cast, person: str, now: dt.datetime = NOW, period: str = "2025-10"
) -> dict[str, report.DepartmentState]:
    actor = cast.actor(person, now)
    set_actor(cast.session, actor)
    year = cast.get(m.SchoolYear, cast.year)
    return {row.department: row for row in report.month_states(cast.session, actor, year, PLAN, period)}


def test_departments_that_have_not_begun_are_there_with_the_days_that_they_are_late(cast: Cast) -> None:
    late = NOW + dt.timedelta(days=12)  # the 27th
    done = dt.datetime(2025, 10, 26, 5, tzinfo=dt.UTC)
    maths = cast.get(m.Department, cast.departments["Tổ Toán"])
    make_report(cast.session, maths, period="2025-10", state=ReportState.SUBMITTED, submitted_at=done)
    make_department(cast.session, "Tổ Sử")
    found = states(cast, "binh", late)
    assert list(found) == ["Tổ Sử", "Tổ Toán", "Tổ Văn"]
    assert (found["Tổ Toán"].timing, found["Tổ Toán"].days) == (Timing.DONE_LATE, 2)
    assert (found["Tổ Văn"].state, found["Tổ Văn"].timing, found["Tổ Văn"].days) == (None, Timing.OVERDUE, 3)
    assert [row.led for row in found.values()] == [False, True, True]
    assert not any(row.may_begin for row in found.values())


def test_a_head_sees_the_own_department_alone_and_may_begin(cast: Cast) -> None:
    found = states(cast, "hoa")
    assert list(found) == ["Tổ Toán"]
    assert found["Tổ Toán"].may_begin
    assert (found["Tổ Toán"].timing, found["Tổ Toán"].days) == (Timing.AHEAD, 9)
    assert not states(cast, "hoa", period="2025-09")["Tổ Toán"].may_begin  # it stands already


@pytest.mark.parametrize("person", ["lan", "hoi", "quan", "tro"])
def test_others_see_none(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        states(cast, person)


def test_each_figure_stands_once_and_says_whether_it_has_moved() -> None:
    day = dt.date(2025, 10, 24)
    frozen = Figures(day=day, cases=3, contacts=5, trends={"steady": 1})
    now = Figures(day=day, cases=3, contacts=6, trends={"steady": 1, "improved": 2})
    rows = report.figure_rows(now, frozen)
    assert len({row.label for row in rows}) == len(rows)
    assert {row.label for row in rows if row.moved} == {"Số lần liên hệ", "Tiến bộ rõ"}
    assert not any(row.moved for row in report.figure_rows(now, None))
