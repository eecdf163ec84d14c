"""Dates of a year moved and put back, its steps, and what a closed year refuses (P4, P4.9)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.rules.tables import YEAR_OF
from school.services import cases, contacts, directory, roster, years
from school.services.calendar import plan_named, plan_of
from school.services.guard import set_actor
from school.vocabulary import (
    CaseOutcome,
    Deadline,
    Rating,
    TermPeriod,
    YearState,
)
from tests.cast import NOW, Cast
from tests.factories import (
    make_case,
    make_classroom,
    make_sponsorship,
    make_student,
    make_year,
)

MONTH = "2025-10"
LATER = dt.date(2025, 10, 22)
SENTENCE = "Năm học đã kết thúc nên chỉ xem, không ghi thêm."


@pytest.fixture
def year(cast: Cast) -> m.SchoolYear:
    return cast.get(m.SchoolYear, cast.year)


def act(cast: Cast, name: str) -> Actor:
    actor = cast.actor(name)
    set_actor(cast.session, actor)
    assert actor is not None
    return actor


def close(cast: Cast) -> m.SchoolYear:
    """The cast's year, closed by the operator."""
    set_actor(cast.session, Actor.running_commands(NOW))
    year = cast.get(m.SchoolYear, cast.year)
    year.state = YearState.CLOSED
    cast.session.commit()
    return year


def moved_rows(cast: Cast) -> int:
    return len(cast.session.scalars(select(m.MovedDeadline)).all())


# Dates --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["binh", "quan"])
def test_who_edits_the_calendar_moves_a_date_and_puts_it_back(cast: Cast, year: m.SchoolYear, name: str) -> None:
    actor, session = act(cast, name), cast.session
    years.move_deadline(session, actor, year, Deadline.SPONSOR_MONTH, MONTH, LATER)
    assert plan_of(session, year).last_day(Deadline.SPONSOR_MONTH, MONTH) == LATER
    assert plan_named(session, "2025-2026").last_day(Deadline.SPONSOR_MONTH, MONTH) == LATER
    assert plan_of(session, year).last_day(Deadline.SPONSOR_MONTH, "2025-11") == dt.date(2025, 11, 20)
    years.move_deadline(session, actor, year, Deadline.SPONSOR_MONTH, MONTH, dt.date(2025, 10, 20))
    assert moved_rows(cast) == 0
    entries = session.scalars(select(m.AuditEntry).where(m.AuditEntry.table_name == "moved_deadline")).all()
    if name == "quan":
        assert [entry.action for entry in entries] == ["move deadline", "delete"]


def test_the_same_day_twice_is_one_move(cast: Cast, year: m.SchoolYear) -> None:
    actor = act(cast, "binh")
    for _time in range(2):
        years.move_deadline(cast.session, actor, year, Deadline.SPONSOR_MONTH, MONTH, LATER)
    assert moved_rows(cast) == 1
    usual = dt.date(2025, 11, 19)
    assert years.move_deadline(cast.session, actor, year, Deadline.REGISTRATION, "", usual) is None
    assert moved_rows(cast) == 1


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "thu", "hoi", "tro", "nobody"])
def test_nobody_else_moves_a_date(cast: Cast, year: m.SchoolYear, name: str) -> None:
    with pytest.raises(NotAllowed):
        years.move_deadline(cast.session, cast.actor(name), year, Deadline.REGISTRATION, "", LATER)
    set_actor(cast.session, cast.actor(name))
    cast.session.add(m.MovedDeadline(school_year_id=cast.year, deadline=Deadline.REGISTRATION, last_day=LATER))
    with pytest.raises(NotAllowed):
        cast.session.flush()


@pytest.mark.parametrize(
    ("deadline", "period", "day", "field"),
    [
        (Deadline.SPONSOR_MONTH, "", LATER, "period"),
        (Deadline.SPONSOR_MONTH, "2024-10", LATER, "period"),
        (Deadline.REGISTRATION, MONTH, LATER, "period"),
        (Deadline.REGISTRATION, "", None, "last_day"),
        (Deadline.REGISTRATION, "", dt.date(2026, 9, 1), "last_day"),
        (Deadline.SURVEY_OPENS, "", dt.date(2025, 12, 31), "last_day"),
        (Deadline.SPONSOR_MONTH, MONTH, dt.date(2025, 10, 25), "last_day"),
    ],
)
def test_a_wrong_date_is_refused_at_its_field(
    cast: Cast, year: m.SchoolYear, deadline: Deadline, period: str, day: dt.date | None, field: str
) -> None:
    with pytest.raises(RuleError) as refusal:
        years.move_deadline(cast.session, act(cast, "binh"), year, deadline, period, day)
    assert refusal.value.field == field
    assert moved_rows(cast) == 0


def test_sponsor_and_department_both_move_when_the_department_goes_first(cast: Cast, year: m.SchoolYear) -> None:
    actor, session = act(cast, "binh"), cast.session
    with pytest.raises(RuleError, match="dời hạn của tổ trước"):
        years.move_deadline(session, actor, year, Deadline.SPONSOR_MONTH, MONTH, dt.date(2025, 10, 27))
    years.move_deadline(session, actor, year, Deadline.DEPARTMENT_MONTH, MONTH, dt.date(2025, 10, 28))
    years.move_deadline(session, actor, year, Deadline.SPONSOR_MONTH, MONTH, dt.date(2025, 10, 27))
    with pytest.raises(RuleError, match="của người đỡ đầu trước"):
        years.move_deadline(session, actor, year, Deadline.DEPARTMENT_MONTH, MONTH, dt.date(2025, 10, 24))


def test_a_date_that_somebody_moved_meanwhile_is_looked_at_again(cast: Cast, year: m.SchoolYear) -> None:
    actor, usual = act(cast, "binh"), dt.date(2025, 10, 20)
    years.move_deadline(cast.session, actor, year, Deadline.SPONSOR_MONTH, MONTH, LATER, usual)
    with pytest.raises(StaleRecord):
        years.move_deadline(cast.session, actor, year, Deadline.SPONSOR_MONTH, MONTH, dt.date(2025, 10, 21), usual)
    years.move_deadline(cast.session, actor, year, Deadline.SPONSOR_MONTH, MONTH, LATER, usual)  # a double tap


# Steps --------------------------------------------------------------------------------------------------------------


def test_a_second_year_is_prepared_and_then_started(session: Session, operator: Actor) -> None:
    first = directory.save_year(session, operator, m.SchoolYear(), {"name": "2025-2026"})
    assert first.state is YearState.RUNNING
    second = directory.save_year(session, operator, m.SchoolYear(), {"name": "2026-2027", "state": YearState.CLOSED})
    assert second.state is YearState.PREPARING
    years.take_step(session, operator, second, "start")
    assert second.state is YearState.RUNNING


def test_an_administrator_makes_starts_and_deletes_a_year(cast: Cast) -> None:
    actor = act(cast, "quan")
    made = directory.save_year(cast.session, actor, m.SchoolYear(), {"name": "2026-2027"})
    years.discard_year(cast.session, actor, made, made.version)
    again = directory.save_year(cast.session, actor, m.SchoolYear(), {"name": "2026-2027"})
    years.take_step(cast.session, actor, again, "start")
    with pytest.raises(RuleError, match="đang chuẩn bị"):
        years.discard_year(cast.session, actor, again, again.version)


def test_a_prepared_year_in_which_something_stands_is_kept(cast: Cast) -> None:
    actor = act(cast, "quan")
    made = directory.save_year(cast.session, actor, m.SchoolYear(), {"name": "2026-2027"})
    directory.save_classroom(cast.session, actor, m.Classroom(), {"name": "10A1", "school_year": made})
    with pytest.raises(RuleError, match="đang được dùng"):
        years.discard_year(cast.session, actor, made, made.version)


def test_leadership_opens_a_closed_year_again(cast: Cast) -> None:
    year = close(cast)
    year.closed_on, year.closed_despite = dt.date(2025, 10, 14), "còn một báo cáo"
    cast.session.commit()
    for name in ("quan", "thu", "lan"):
        with pytest.raises(NotAllowed):
            years.take_step(cast.session, act(cast, name), year, "reopen")
    years.take_step(cast.session, act(cast, "binh"), year, "reopen")
    assert (year.state, year.closed_on, year.closed_by_id, year.closed_despite) == (YearState.RUNNING, None, None, None)


@pytest.mark.parametrize(("state", "name"), [(YearState.RUNNING, "start"), (YearState.RUNNING, "reopen")])
def test_a_step_out_of_turn_is_refused(cast: Cast, year: m.SchoolYear, state: YearState, name: str) -> None:
    assert year.state is state
    with pytest.raises(RuleError, match="Đang ở bước"):
        years.take_step(cast.session, act(cast, "binh"), year, name)


def test_closing_is_not_done_past_the_review(cast: Cast, year: m.SchoolYear) -> None:
    with pytest.raises(RuleError):
        years.take_step(cast.session, act(cast, "binh"), year, "close")
    assert year.state is YearState.RUNNING


# A closed year ------------------------------------------------------------------------------------------------------

Attempt = Callable[[Cast, Actor], Any]
REFUSED: dict[str, tuple[str, Attempt]] = {
    "move a date": (
        "binh",
        lambda c, a: years.move_deadline(c.session, a, c.get(m.SchoolYear, c.year), Deadline.REGISTRATION, "", LATER),
    ),
    "edit the year": (
        "quan",
        lambda c, a: directory.save_year(
            c.session, a, c.get(m.SchoolYear, c.year), {"name": "2025-2026"}, c.get(m.SchoolYear, c.year).version
        ),
    ),
    "add a class": (
        "quan",
        lambda c, a: directory.save_classroom(
            c.session, a, m.Classroom(), {"name": "10A7", "school_year": c.get(m.SchoolYear, c.year)}
        ),
    ),
    "say who teaches": (
        "quan",
        lambda c, a: directory.save_teaching(
            c.session,
            a,
            m.Teaching(),
            {"classroom": c.get(m.Classroom, c.classes["10A1"]), "staff": c.get(m.Staff, c.staff["lan"])},
        ),
    ),
    "place a student": (
        "quan",
        lambda c, a: roster.place(c.session, a, c.get(m.Student, c.classmate), c.get(m.Classroom, c.classes["11A2"])),
    ),
    "write a result": (
        "quan",
        lambda c, a: roster.save_result(
            c.session,
            a,
            m.TermResult(),
            {
                "enrolment": c.get(m.Student, c.classmate).current_enrolment,
                "period": TermPeriod.YEAR,
                "learning": Rating.GOOD,
            },
        ),
    ),
    "write results": (
        "quan",
        lambda c, a: roster.save_results(
            c.session, a, [(c.get(m.TermResult, c.id("sponsored", "result")), {"absences_excused": 3})]
        ),
    ),
    "nominate": (
        "thu",
        lambda c, a: cases.nominate(c.session, a, c.classmate, c.get(m.SchoolYear, c.year), {"circumstances": "x"}),
    ),
    "open from a list": (
        "binh",
        lambda c, a: cases.open_listed(c.session, a, c.classmate, c.get(m.SchoolYear, c.year), {}, NOW.date()),
    ),
    "edit what is private": (
        "thu",
        lambda c, a: cases.edit_private(
            c.session,
            a,
            c.get(m.SupportCase, c.id("sponsored")),
            {"circumstances": "x"},
            c.get(m.SupportCase, c.id("sponsored")).version,
        ),
    ),
    "close a case": (
        "binh",
        lambda c, a: cases.take_step(
            c.session, a, c.get(m.SupportCase, c.id("leaders_nominee")), "close", CaseOutcome.OTHER
        ),
    ),
    "classify": (
        "thu",
        lambda c, a: cases.classify(
            c.session,
            a,
            c.get(m.Hardship, c.id("sponsored", "hardship")),
            {"category": c.get(m.Hardship, c.id("sponsored", "hardship")).category},
            c.get(m.Hardship, c.id("sponsored", "hardship")).version,
        ),
    ),
    "confirm a classification": (
        "binh",
        lambda c, a: cases.confirm_classification(c.session, a, c.get(m.Hardship, c.id("sponsored", "hardship"))),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_service_says_that_a_closed_year_is_read_only(cast: Cast, what: str) -> None:
    close(cast)
    name, attempt = REFUSED[what]
    with pytest.raises(RuleError) as refusal:
        attempt(cast, act(cast, name))
    assert str(refusal.value) == SENTENCE


def rows_of(session: Session, model: type) -> list[Any]:
    return list(session.scalars(select(model)))


@pytest.mark.parametrize("model", list(YEAR_OF), ids=lambda model: model.__tablename__)
def test_the_guard_writes_no_row_of_a_closed_year(cast: Cast, model: type) -> None:
    """Whoever tries: each person who sees a row of the table changes it, and deletes it."""
    set_actor(cast.session, Actor.running_commands(NOW))
    years.move_deadline(
        cast.session,
        Actor.running_commands(NOW),
        cast.get(m.SchoolYear, cast.year),
        Deadline.REGISTRATION,
        "",
        LATER,
    )
    close(cast)
    tried = 0
    for name in ("lan", "tam", "hoa", "cuc", "thu", "binh", "quan"):
        act(cast, name)
        for row in rows_of(cast.session, model)[:1]:
            row_id = row.id
            row.created_at = NOW - dt.timedelta(days=1)
            with pytest.raises(NotAllowed):
                cast.session.flush()
            cast.session.rollback()
            cast.session.delete(cast.session.get(model, row_id))
            with pytest.raises(NotAllowed):
                cast.session.flush()
            cast.session.rollback()
            tried += 1
    assert tried, "somebody sees a row of each table"


def test_beside_a_closed_year_a_running_one_is_written(cast: Cast) -> None:
    close(cast)
    set_actor(cast.session, Actor.running_commands(NOW))
    running = make_year(cast.session, "2026-2027")
    room = make_classroom(cast.session, "10A1", school_year=running)
    student = make_student(cast.session, "Lê Văn Mới", room)
    case = make_case(cast.session, student, school_year_id=running.id, opened_on=dt.date(2026, 9, 1))
    make_sponsorship(cast.session, case, cast.get(m.Staff, cast.staff["lan"]), started_on=dt.date(2026, 9, 1))
    cast.session.commit()
    october = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    lan = cast.actor("lan", october)
    set_actor(cast.session, lan)
    values = {"case": case, "occurred_on": dt.date(2026, 9, 30), "summary": "em đi học đều"}
    assert contacts.log_contact(cast.session, lan, m.Contact(), values).id is not None
    old = cast.get(m.SupportCase, cast.id("sponsored"))
    with pytest.raises(RuleError, match="Năm học đã kết thúc"):
        contacts.log_contact(
            cast.session, lan, m.Contact(), values | {"case": old, "occurred_on": dt.date(2026, 8, 20)}
        )
    actor = cast.actor("binh", october)
    set_actor(cast.session, actor)
    years.move_deadline(cast.session, actor, running, Deadline.REGISTRATION, "", dt.date(2026, 11, 21))
    with pytest.raises(RuleError):
        years.move_deadline(
            cast.session, actor, cast.get(m.SchoolYear, cast.year), Deadline.REGISTRATION, "", dt.date(2025, 11, 21)
        )
