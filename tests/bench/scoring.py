"""All the score sheets of a year: `python -m tests.bench.scoring school` (the demo's) or `province` (made up)."""

import datetime as dt
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from app import create_app
from school import demo
from school import models as m
from school.db import begin, db
from school.names import fold, sort_key
from school.rules.actor import Actor
from school.rules.calendar import YearPlan, school_day, year_dates
from school.services import scores
from school.services.guard import set_actor
from school.vocabulary import (
    CaseState,
    ContactKind,
    Deadline,
    DropoutRisk,
    EvaluationState,
    GoalState,
    HelpRating,
    Horizon,
    ProgressStep,
    Rating,
    SponsorRole,
    SponsorshipState,
    SurveyChannel,
    TermPeriod,
)
from tests.bench.measuring import Clock, tell

YEAR = "2026-2027"
END = dt.date(2027, 5, 30)
NOW = dt.datetime(2027, 5, 30, 3, tzinfo=dt.UTC)
PLAN = YearPlan.usual(YEAR)
PEOPLE = 6_000
DEPARTMENTS = 600


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that go to the database inside."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


def measure(fill: Callable[[Session, Actor], None], one_by_one: bool) -> dict[str, Any]:
    """Everybody's score of the year, on a database of its own: seconds, peak, statements, what was scored."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"INSTANCE_PATH": folder, "DATABASE_URL": f"sqlite:///{folder}/bench.db"})
        with app.app_context():
            upgrade()
            begin(writing=True)
            session, actor = db.session, Actor.running_commands(NOW)
            set_actor(session, actor)
            fill(session, actor)
            session.commit()
            begin(writing=False)
            year = session.scalars(select(m.SchoolYear).where(m.SchoolYear.name == YEAR)).one()
            with clock.time("all"), counting() as statements:
                found = scores.of_year(session, actor, year)
            totals = sorted(one.score.total for one in found.values() if one.score.total is not None)
            records = sum(len(line.evidence) for one in found.values() for line in one.score.lines)
            with clock.time("plain"), counting() as plain:
                counted = count_plainly(year.id)
            people = [session.get_one(m.Staff, staff_id) for staff_id in found] if one_by_one else []
            with clock.time("one by one"):
                for staff in people:
                    scores.of_person(session, actor, year, staff)
            db.session.remove()
            db.engine.dispose()
    return {
        "seconds": clock.seconds,
        "peak": clock.peaks["all"],
        "statements": len(statements),
        "plain": {"statements": len(plain), "peak": clock.peaks["plain"], "people": len(counted)},
        "people": len(found),
        "records": records,
        "totals": [totals[0], totals[len(totals) // 2], totals[-1]],
    }


def count_plainly(year_id: int) -> dict[int, list[int]]:
    """The peer: of each person the months with contacts on two days, and those sent in time; not one rule more.

    What is above it is what fairness costs: the other criteria, hand-overs, what others saw, the evidence of each line.
    """
    case, part, month, contact = (
        model.__table__.c for model in (m.SupportCase, m.Sponsorship, m.ProgressEvaluation, m.Contact)
    )
    in_year = select(case.id).where(case.school_year_id == year_id)
    found: dict[int, list[int]] = {}
    with db.engine.connect() as connection:
        leads = connection.execute(select(part.case_id, part.staff_id).where(part.case_id.in_(in_year)))
        sponsors = {row.case_id: row.staff_id for row in leads}
        confirmed = set()
        for row in connection.execute(
            select(month.case_id, month.period, month.first_sent_at, month.confirmed_at).where(
                month.case_id.in_(in_year)
            )
        ):
            if row.confirmed_at is None or row.first_sent_at is None or row.case_id not in sponsors:
                continue
            confirmed.add((row.case_id, row.period))
            in_time = school_day(row.first_sent_at) <= PLAN.last_day(Deadline.SPONSOR_MONTH, row.period)
            found.setdefault(sponsors[row.case_id], [0, 0])[0] += in_time
        days: dict[tuple[int, int, str], set[dt.date]] = {}
        for row in connection.execute(
            select(contact.case_id, contact.staff_id, contact.occurred_on).where(
                contact.case_id.in_(in_year), contact.reached
            )
        ):
            period = f"{row.occurred_on:%Y-%m}"
            if (row.case_id, period) in confirmed:
                days.setdefault((row.staff_id, row.case_id, period), set()).add(row.occurred_on)
        for (staff_id, *_), met in days.items():
            found.setdefault(staff_id, [0, 0])[1] += len(met) >= 2
    return found


def fill_school(session: Session, actor: Actor) -> None:
    """The demo school's whole year."""
    demo.fill(session, actor, END, "matkhau-dai-1")


# A province -----------------------------------------------------------------------------------------------------------


def fill_province(session: Session, _actor: Actor) -> None:
    """A hundred schools' staff in one year, each with a student and a year's work; straight into the tables."""
    starts, second, ends = year_dates(YEAR)
    session.commit()
    with db.engine.begin() as connection:

        def add(model: Any, rows: list[dict[str, Any]]) -> None:
            stamped = [{"created_at": NOW, "updated_at": NOW, "version": 1} | row for row in rows]
            connection.execute(insert(model.__table__), stamped)

        add(m.SchoolYear, [_year(1, YEAR), _year(2, "2025-2026")])
        add(m.Classroom, [{"id": year, "school_year_id": year, "grade": 10, "name": "10A1"} for year in (1, 2)])
        add(m.Department, [{"id": n, "name": f"Tổ {n}"} for n in range(1, DEPARTMENTS + 1)])
        add(
            m.Staff,
            [{"id": n, "code": f"GV{n}", "department_id": n % DEPARTMENTS + 1} | _name(n) for n in _everybody()],
        )
        add(m.Student, [{"id": n, "code": f"HS{n}"} | _name(n) for n in _everybody()])
        add(m.SupportCase, [_case(n, starts) for n in _everybody()])
        add(m.Sponsorship, [_part(n, starts) for n in _everybody()])
        add(m.Registration, [_of_staff(n) | {"school_year_id": 1, "registered_on": starts} for n in _everybody()])
        add(m.Enrolment, [row for n in _everybody() for row in _stays(n, starts)])
        add(m.TermResult, [row for n in _everybody() for row in _results(n)])
        add(m.ProgressEvaluation, [row for n in _everybody() for row in _months(n)])
        add(m.SupportPlan, [row for n in _everybody() for row in _plans(n, starts, second)])
        add(m.Goal, [row for n in _everybody() for row in _goals(n)])
        add(m.SurveyEntry, [row for n in _everybody() for row in _surveys(n, starts)])
        add(m.Contact, [row for n in _everybody() for row in _contacts(n)])
        add(m.SponsorEvaluation, [row for n in _everybody() for row in _ratings(n)])
        add(m.Activity, [{"title": "Ngày chủ nhật xanh", "held_on": ends, "organiser_id": n} for n in _everybody()])


def _everybody() -> range:
    return range(1, PEOPLE + 1)


def _at(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 3, tzinfo=dt.UTC)


def _stamped(day: dt.date) -> dict[str, dt.datetime]:
    return {"created_at": _at(day), "updated_at": _at(day)}


def _year(number: int, name: str) -> dict[str, Any]:
    starts, second, ends = year_dates(name)
    days = {"starts_on": starts, "semester_2_starts_on": second, "ends_on": ends}
    return {"id": number, "name": name, "state": "running"} | days


def _name(n: int) -> dict[str, str]:
    name = f"Nguyễn Văn {n}"
    return {"full_name": name, "search_name": fold(name), "sort_key": sort_key(name, None)}


def _of_staff(n: int) -> dict[str, int]:
    return {"staff_id": n}


def _case(n: int, starts: dt.date) -> dict[str, Any]:
    facts = {"student_id": n, "school_year_id": 1, "opened_on": starts}
    return {"id": n, "code": f"HT{n}", "state": CaseState.ACTIVE} | facts


def _part(n: int, starts: dt.date) -> dict[str, Any]:
    facts = {"state": SponsorshipState.APPROVED, "started_on": starts, "approved_on": starts}
    return {"id": n, "case_id": n, "role": SponsorRole.LEAD} | _of_staff(n) | facts


def _stays(n: int, starts: dt.date) -> Iterator[dict[str, Any]]:
    before = starts.replace(year=starts.year - 1)
    yield {"id": 2 * n, "student_id": n, "classroom_id": 1, "started_on": starts, "ended_on": None}
    yield {"id": 2 * n + 1, "student_id": n, "classroom_id": 2, "started_on": before, "ended_on": starts}


def _results(n: int) -> Iterator[dict[str, Any]]:
    levels = {"learning": Rating.MET, "conduct": Rating.FAIR}
    yield {"enrolment_id": 2 * n, "period": TermPeriod.SEMESTER_1} | levels
    yield {"enrolment_id": 2 * n, "period": TermPeriod.YEAR} | levels
    yield {"enrolment_id": 2 * n + 1, "period": TermPeriod.YEAR} | levels


def _months(n: int) -> Iterator[dict[str, Any]]:
    for number, period in enumerate(PLAN.months()):
        due = PLAN.last_day(Deadline.SPONSOR_MONTH, period)
        sent = _at(due + dt.timedelta(days=1 if (n + number) % 7 == 0 else -1))
        yield {
            "case_id": n,
            "period": period,
            "state": EvaluationState.CONFIRMED,
            "trend": list(ProgressStep)[(n + number) % 5],
            "dropout_risk": list(DropoutRisk)[n % 4],
            "first_sent_at": sent,
            "submitted_at": sent,
            "confirmed_at": _at(due + dt.timedelta(days=8)),
        }


def _plans(n: int, starts: dt.date, second: dt.date) -> Iterator[dict[str, Any]]:
    for place, (semester, first) in enumerate(((TermPeriod.SEMESTER_1, starts), (TermPeriod.SEMESTER_2, second))):
        made = _stamped(first + dt.timedelta(days=n % 40))
        yield {"id": 2 * n + place, "case_id": n, "semester": semester, "methods": "kèm em môn Toán"} | made


def _goals(n: int) -> Iterator[dict[str, Any]]:
    for number, period in enumerate(PLAN.months()):
        first = dt.date.fromisoformat(f"{period}-01")
        looked_at = first.replace(day=16)
        facts = {"plan_id": 2 * n + (number > 4), "horizon": Horizon.MONTH, "starts_on": first, "text": "đủ bài"}
        yield facts | {"state": GoalState.MET, "reviewed_on": looked_at} | _stamped(looked_at)


def _surveys(n: int, starts: dt.date) -> Iterator[dict[str, Any]]:
    for channel in (SurveyChannel.FAMILY, SurveyChannel.STUDENT)[: 1 + n % 2]:
        facts = {"case_id": n, "channel": channel, "occurred_on": starts, "findings": "em chăm"}
        yield facts | {"surveyor_id": n} | _stamped(starts)


def _contacts(n: int) -> Iterator[dict[str, Any]]:
    kinds = (ContactKind.TALK, ContactKind.CALL, ContactKind.HOMEROOM)
    for number, period in enumerate(PLAN.months()):
        for place in range(1 + (n + number) % 3):
            day = dt.date.fromisoformat(f"{period}-{4 + 5 * place:02}")
            facts = {"case_id": n, "occurred_on": day, "kind": kinds[place], "reached": True, "sensitive": False}
            yield facts | _of_staff(n) | _stamped(day)


def _ratings(n: int) -> Iterator[dict[str, Any]]:
    for semester in ("semester_1", "semester_2"):
        yield {"sponsorship_id": n, "period": semester, "rating": list(HelpRating)[n % 4]}


if __name__ == "__main__":
    if sys.argv[1] == "school":
        tell(measure(fill_school, one_by_one=True))
    else:
        tell(measure(fill_province, one_by_one=False))
