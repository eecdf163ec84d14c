"""A student's semester is evaluated by the sponsor as the months are (P4.8), when it nears its end."""

import datetime as dt
from typing import Any

import pytest

from school import models as m
from school.errors import RuleError
from school.reports import agenda, emulation, overview, sponsored
from school.rules.calendar import begun_semesters, semester_days, summer_months
from school.services import evaluations
from school.services.guard import set_actor
from school.vocabulary import EvaluationState
from tests.cast import Cast
from tests.factories import LEVELS, the_year


def at(day: str) -> dt.datetime:
    """Nine in the morning of the day at the school."""
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(2), dt.UTC)


def write(cast: Cast, day: str, period: str = "semester_1", person: str = "lan") -> m.ProgressEvaluation:
    """The sponsor writes the semester on that day."""
    actor = cast.actor(person, at(day))
    set_actor(cast.session, actor)
    values: dict[str, Any] = {"case": cast.get(m.SupportCase, cast.id("sponsored")), "period": period}
    return evaluations.save_progress(cast.session, actor, m.ProgressEvaluation(), values | LEVELS)


def test_it_is_written_from_a_month_before_the_semester_ends(cast: Cast) -> None:
    with pytest.raises(RuleError, match="16/12/2025") as refusal:
        write(cast, "2025-12-15")
    assert refusal.value.field == "period"
    row = write(cast, "2025-12-16")
    evaluations.take_step(cast.session, cast.actor("lan", at("2025-12-16")), row, "submit")
    assert (row.period, row.state) == ("semester_1", EvaluationState.SUBMITTED)


def test_the_second_semester_waits_for_may(cast: Cast) -> None:
    with pytest.raises(RuleError):
        write(cast, "2026-04-30", "semester_2")
    assert write(cast, "2026-05-01", "semester_2").period == "semester_2"


def test_it_takes_the_same_way_as_a_month(cast: Cast) -> None:
    row = write(cast, "2026-01-10")
    for person, step in (("lan", "submit"), ("hoa", "review"), ("cuc", "confirm"), ("binh", "lock")):
        actor = cast.actor(person, at("2026-01-11"))
        set_actor(cast.session, actor)
        evaluations.take_step(cast.session, actor, row, step)
    assert row.state is EvaluationState.LOCKED


def test_who_did_not_sponsor_in_the_semester_does_not_write_it(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("operator"))
    sponsorship = cast.get(m.Sponsorship, cast.id("sponsored", "sponsorship"))
    sponsorship.started_on = dt.date(2026, 2, 2)
    cast.session.flush()
    with pytest.raises(RuleError) as refusal:
        write(cast, "2026-02-03")
    assert refusal.value.field == "period"
    assert write(cast, "2026-05-20", "semester_2")


def test_a_remark_on_the_help_of_a_semester_has_its_own_page(cast: Cast) -> None:
    row = write(cast, "2026-01-10")
    evaluations.take_step(cast.session, cast.actor("lan", at("2026-01-10")), row, "submit")
    hoa = cast.actor("hoa", at("2026-01-11"))
    set_actor(cast.session, hoa)
    evaluations.take_step(cast.session, hoa, row, "review")
    cuc = cast.actor("cuc", at("2026-01-11"))
    set_actor(cast.session, cuc)
    with pytest.raises(RuleError, match="cả học kỳ"):
        evaluations.take_step(cast.session, cuc, row, "confirm", "giúp đều")


def test_figures_by_month_leave_it_out(cast: Cast) -> None:
    row = write(cast, "2026-01-10")
    lan = cast.actor("lan", at("2026-01-10"))
    evaluations.take_step(cast.session, lan, row, "submit")
    newest = {student.case_id: student.month for student in sponsored.students(cast.session, lan)}
    assert newest[cast.id("sponsored")] == "2025-09"
    binh = cast.actor("binh", at("2026-01-10"))
    set_actor(cast.session, binh)
    assert "semester_1" not in overview.overview(cast.session, binh).risk_months
    assert list(emulation.rows(cast.session, binh, the_year(cast.session))), (
        "the council's list is worked out all the same"
    )


def test_it_waits_on_the_home_page_in_the_last_fortnight_until_it_is_sent(cast: Cast) -> None:
    def waits(day: str) -> bool:
        lan = cast.actor("lan", at(day))
        set_actor(cast.session, lan)
        found = [task for task in agenda.tasks(cast.session, lan) if task.month == "semester_1"]
        return "Y Bhiu Niê" in [task.params["name"] for task in found]

    days = ("2025-12-31", "2026-01-01", "2026-01-15", "2026-01-16")
    assert [waits(day) for day in days] == [False, True, True, False]
    row = write(cast, "2026-01-02")
    assert waits("2026-01-02"), "a draft is not sent"
    evaluations.take_step(cast.session, cast.actor("lan", at("2026-01-02")), row, "submit")
    assert not waits("2026-01-03")


@pytest.mark.parametrize(
    ("day", "begun"),
    [
        ("2025-09-01", ["semester_1"]),
        ("2026-01-15", ["semester_1"]),
        ("2026-01-16", ["semester_2", "semester_1"]),
        ("2026-08-31", ["semester_2", "semester_1"]),
    ],
)
def test_a_semester_is_on_offer_once_it_has_begun(day: str, begun: list[str]) -> None:
    assert begun_semesters(dt.date.fromisoformat(day)) == begun


def test_the_semesters_meet_without_a_gap_and_the_summer_follows() -> None:
    dates = dt.date(2025, 9, 1), dt.date(2026, 1, 16), dt.date(2026, 5, 31)
    first, second = semester_days("semester_1", *dates), semester_days("semester_2", *dates)
    assert (first[1] + dt.timedelta(days=1), second[1]) == (second[0], dates[2])
    assert summer_months("2025-2026") == ["2026-06", "2026-07", "2026-08"]
