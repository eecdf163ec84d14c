"""The records behind the scores of a year (P4.5), read for all its staff or for one, put together by person.

Who sees a score sees what it was counted from: numbers, dates and kinds. The council sees no case, and a person's own
work of last month goes on counting when the case is somebody else's by now; so the reading goes past the row scope,
after asking the policy once. Levels and results are read to be counted; no name of a student, no class and no text is
read at all. The number of statements is the same however many staff there are.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session, joinedload

from school import models as m
from school.rules import score_facts as facts
from school.rules.actor import Actor
from school.rules.calendar import SEMESTERS, summer_end
from school.rules.evaluation import CONFIRMED_STATES, SENT_STATES
from school.rules.plans import REVIEWED
from school.rules.policy import require, scopes
from school.rules.tables import Scope
from school.services.calendar import plan_of
from school.services.guard import UNSCOPED
from school.vocabulary import LEADING, Action, CaseOutcome, EnrolmentOutcome, Horizon, TermPeriod

_YEAR_AND_A_BIT = dt.timedelta(days=400)  # the year before this one began within so many days


@dataclass(frozen=True)
class Person:
    """A member of staff of the year, as a list of scores names one."""

    staff_id: int
    code: str
    full_name: str
    department: str | None
    post: str | None
    left_on: dt.date | None


def require_seen(actor: Actor, year: m.SchoolYear, staff_id: int | None) -> int | None:
    """Whose scores the actor may see: None for everybody's, else the person's; NotAllowed for somebody else's."""
    require(actor, Action.VIEW_SCORE)
    if staff_id is not None:
        require(actor, Action.VIEW_SCORE, m.ScoreSheet(school_year_id=year.id, staff_id=staff_id))
        return staff_id
    if actor.operator or Scope.ALL in scopes(actor, Action.VIEW_SCORE):
        return None
    return actor.staff_id or 0  # nobody has this id


def people(session: Session, actor: Actor, year: m.SchoolYear, staff_id: int | None = None) -> list[Person]:
    """The staff of the year whose scores the actor may see, in the Vietnamese order of names (P7); one statement."""
    only = require_seen(actor, year, staff_id)
    staff, department = m.Staff, m.Department
    there = (
        or_(staff.left_on.is_(None), staff.left_on >= year.starts_on),
        or_(staff.joined_on.is_(None), staff.joined_on <= year.ends_on),
    )
    rows = session.execute(
        select(staff.id, staff.code, staff.full_name, department.name, staff.post, staff.left_on)
        .outerjoin(department, department.id == staff.department_id)
        .where(*(there if only is None else [staff.id == only]))
        .order_by(staff.sort_key, staff.code),
        execution_options=UNSCOPED,
    )
    return [Person(*row) for row in rows]


def adjustments(
    session: Session, actor: Actor, year: m.SchoolYear, staff_id: int | None = None
) -> list[m.ScoreAdjustment]:
    """What the council has adjusted, of those whose scores the actor may see, the first first; one statement."""
    only = require_seen(actor, year, staff_id)
    row = m.ScoreAdjustment
    return list(
        session.scalars(
            select(row)
            .where(row.school_year_id == year.id, true() if only is None else row.staff_id == only)
            .options(joinedload(row.criterion))
            .order_by(row.made_on, row.id)
        )
    )


def works(session: Session, actor: Actor, year: m.SchoolYear) -> dict[int, facts.Work]:
    """What everybody's year is scored by, adjustments included, in the order of names; some fifteen statements."""
    return gather(session, actor, year, people(session, actor, year), adjustments(session, actor, year))


def gather(
    session: Session,
    actor: Actor,
    year: m.SchoolYear,
    persons: Iterable[Person],
    adjusted: Iterable[m.ScoreAdjustment] = (),
    staff_id: int | None = None,
) -> dict[int, facts.Work]:
    """What the year of these people is scored by, by the id of the person; with `staff_id` reads that one's alone."""
    records = _Records(session, year, require_seen(actor, year, staff_id))
    days = facts.YearDays(plan_of(session, year))
    changes: dict[int, dict[str, int]] = defaultdict(dict)
    set_aside = set()
    for row in adjusted:
        if row.criterion is None:
            set_aside.add(row.staff_id)
        else:
            points = changes[row.staff_id]
            points[row.criterion.code] = points.get(row.criterion.code, 0) + (row.points or 0)
    held, registered = records.held(), records.registered()
    ratings, activities = records.ratings(), records.activities()
    return {
        person.staff_id: facts.Work(
            person.staff_id,
            days,
            registered.get(person.staff_id),
            person.left_on,
            tuple(held.get(person.staff_id, ())),
            tuple(ratings.get(person.staff_id, ())),
            tuple(activities.get(person.staff_id, ())),
            changes.get(person.staff_id, {}),
            person.staff_id in set_aside,
        )
        for person in persons
    }


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    """The values by their keys."""
    found: dict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


@dataclass(frozen=True)
class _Records:
    """The year's records, table by table: of everybody, or of the cases and the person `only`."""

    session: Session
    year: m.SchoolYear
    only: int | None

    def rows(self, statement: Any) -> Iterable[Any]:
        """What the statement finds, past the row scope."""
        return self.session.execute(statement, execution_options=UNSCOPED)

    def of_staff(self, column: Any) -> ColumnElement[bool]:
        """Criterion of rows that are the person's."""
        return true() if self.only is None else column == self.only

    @cached_property
    def of_cases(self) -> ColumnElement[bool]:
        """Criterion of the cases that are looked at."""
        in_year = m.SupportCase.school_year_id == self.year.id
        if self.only is None:
            return in_year
        theirs = select(m.Sponsorship.case_id).where(m.Sponsorship.staff_id == self.only, m.Sponsorship.assigned())
        return in_year & m.SupportCase.id.in_(theirs)

    def of_case(self, model: Any, *columns: Any) -> Select[Any]:
        """Columns of the rows of `model` that stand in those cases, the case first."""
        return (
            select(model.case_id, *columns).join(m.SupportCase, m.SupportCase.id == model.case_id).where(self.of_cases)
        )

    def held(self) -> dict[int, list[facts.Held]]:
        """What each person has held: the cases with the person's own parts and contacts."""
        parts = self.parts()
        cases = self.cases(parts)
        contacts = self.contacts()
        theirs = _grouped(((row.staff_id, row.case_id), _part(row)) for row in parts)
        return _grouped(
            (staff, facts.Held(cases[case], tuple(own), tuple(contacts.get((case, staff), ()))))
            for (staff, case), own in theirs.items()
        )

    def parts(self) -> list[Any]:
        """Every sponsorship that leadership approved, whether it is to come, runs, or has ended."""
        row, case = m.Sponsorship, m.SupportCase
        columns = (row.id, row.staff_id, row.role, row.started_on, row.ended_on)
        statement = self.of_case(row, *columns, case.student_id, case.closed_on, case.outcome)
        return list(self.rows(statement.where(row.assigned())))

    def cases(self, parts: Iterable[Any]) -> dict[int, facts.Case]:
        """The cases that these are of, each with its records."""
        of_case = _grouped((row.case_id, row) for row in parts)
        months, plans, goals, surveys = self.months(), self.plans(), self.goals(), self.surveys()
        results, left_school = self.results()
        found = {}
        for case_id, rows in of_case.items():
            one = rows[0]
            found[case_id] = facts.Case(
                case_id,
                one.closed_on,
                one.outcome is CaseOutcome.DROPPED_OUT or one.student_id in left_school,
                tuple(months.get(case_id, ())),
                tuple(plans.get(case_id, ())),
                tuple(goals.get(case_id, ())),
                tuple(surveys.get(case_id, ())),
                tuple(results.get(one.student_id, ())),
                tuple((row.staff_id, row.started_on, row.ended_on) for row in rows if row.role in LEADING),
            )
        return found

    def months(self) -> dict[int, list[facts.MonthSent]]:
        """The evaluations of months that were sent, by case."""
        row = m.ProgressEvaluation
        columns = (row.id, row.period, row.state, row.first_sent_at, row.submitted_at, row.confirmed_at)
        statement = self.of_case(row, *columns, row.trend, row.dropout_risk)
        return _grouped(
            (
                case_id,
                facts.MonthSent(
                    id_, period, first or sent, confirmed if state in CONFIRMED_STATES else None, trend, risk
                ),
            )
            for case_id, id_, period, state, first, sent, confirmed, trend, risk in self.rows(
                statement.where(row.state.in_(SENT_STATES), row.monthly())
            )
        )

    def plans(self) -> dict[int, list[facts.PlanMade]]:
        """The plans, by case."""
        row = m.SupportPlan
        found = self.rows(self.of_case(row, row.id, row.semester, row.created_at))
        return _grouped((case_id, facts.PlanMade(*rest)) for case_id, *rest in found)

    def goals(self) -> dict[int, list[facts.GoalReviewed]]:
        """The goals that were looked at, by case."""
        goal, plan = m.Goal, m.SupportPlan
        columns = (goal.id, goal.horizon, goal.starts_on, goal.reviewed_on, goal.updated_at)
        statement = self.of_case(plan, *columns).join(goal, goal.plan_id == plan.id)
        return _grouped(
            (case_id, facts.GoalReviewed(id_, _month_of(horizon, starts_on, reviewed_on), starts_on, updated_at))
            for case_id, id_, horizon, starts_on, reviewed_on, updated_at in self.rows(
                statement.where(goal.state.in_(REVIEWED))
            )
        )

    def surveys(self) -> dict[int, list[facts.Surveyed]]:
        """What was surveyed, by case."""
        row = m.SurveyEntry
        found = self.rows(self.of_case(row, row.id, row.channel, row.occurred_on, row.created_at))
        return _grouped((case_id, facts.Surveyed(*rest)) for case_id, *rest in found)

    def contacts(self) -> dict[tuple[int, int], list[facts.Reached]]:
        """The contacts that reached somebody, by case and person."""
        row = m.Contact
        statement = self.of_case(row, row.staff_id, row.id, row.occurred_on, row.kind, row.created_at)
        found = self.rows(statement.where(row.reached, self.of_staff(row.staff_id)))
        return _grouped(((case_id, staff_id), facts.Reached(*rest)) for case_id, staff_id, *rest in found)

    def results(self) -> tuple[dict[int, list[facts.Result]], set[int]]:
        """By student the results of this year and of the one before, and who has left school as it stands."""
        stay, term, year = m.Enrolment, m.TermResult, m.SchoolYear
        students = select(m.SupportCase.student_id).where(self.of_cases)
        found = self.rows(
            select(
                stay.student_id,
                stay.id.label("stay_id"),
                stay.started_on,
                stay.outcome,
                (year.id != self.year.id).label("before"),
                term.id,
                term.period,
                term.learning,
                term.conduct,
            )
            .join(m.Classroom, m.Classroom.id == stay.classroom_id)
            .join(year, year.id == m.Classroom.school_year_id)
            .outerjoin(term, term.enrolment_id == stay.id)
            .where(
                stay.student_id.in_(students),
                year.starts_on.between(self.year.starts_on - _YEAR_AND_A_BIT, self.year.starts_on),
            )
        )
        results: dict[int, list[facts.Result]] = defaultdict(list)
        newest: dict[int, tuple[Any, ...]] = {}
        for row in found:
            if row.id is not None:
                result = facts.Result(row.id, row.period, row.learning, row.conduct, bool(row.before))
                results[row.student_id].append(result)
            if not row.before:
                stays = (row.started_on, row.stay_id, row.outcome)
                newest[row.student_id] = max(newest.get(row.student_id, stays), stays, key=lambda one: one[:2])
        left = {student for student, (*_, outcome) in newest.items() if outcome is EnrolmentOutcome.DROPPED_OUT}
        return results, left

    def ratings(self) -> dict[int, list[facts.Rated]]:
        """The ratings of semesters, by the person who was rated."""
        row, part = m.SponsorEvaluation, m.Sponsorship
        statement = self.of_case(part, part.staff_id, row.id, row.period, row.rating)
        found = self.rows(
            statement.join(row, row.sponsorship_id == part.id).where(
                part.assigned(),
                row.period.in_([semester.value for semester in SEMESTERS]),
                row.rating.is_not(None),
                self.of_staff(part.staff_id),
            )
        )
        return _grouped(
            (staff_id, facts.Rated(id_, case_id, TermPeriod(period), rating))
            for case_id, staff_id, id_, period, rating in found
        )

    def registered(self) -> dict[int, dt.date]:
        """The first day on which each person who still offers to help did so."""
        row = m.Registration
        found = self.rows(
            select(row.staff_id, row.registered_on).where(
                row.school_year_id == self.year.id, row.withdrawn_on.is_(None), self.of_staff(row.staff_id)
            )
        )
        days = _grouped((staff_id, day) for staff_id, day in found)
        return {staff_id: min(own) for staff_id, own in days.items()}

    def activities(self) -> dict[int, list[facts.Ran]]:
        """The activities of the year and the summer after it, by organiser."""
        row = m.Activity
        found = self.rows(
            select(row.organiser_id, row.id, row.held_on, row.confirmed_on).where(
                row.held_on.between(self.year.starts_on, summer_end(self.year.starts_on)),
                self.of_staff(row.organiser_id),
            )
        )
        return _grouped((organiser_id, facts.Ran(*rest)) for organiser_id, *rest in found)


def _part(row: Any) -> facts.Part:
    return facts.Part(row.id, row.role, row.started_on, row.ended_on)


def _month_of(horizon: Horizon, starts_on: dt.date, reviewed_on: dt.date | None) -> str:
    """The month that a goal belongs to: one for a semester to the month in which it was looked at."""
    day = (reviewed_on or starts_on) if horizon is Horizon.SEMESTER else starts_on
    return f"{day.year}-{day.month:02}"
