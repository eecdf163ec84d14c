"""The figures of the home page: coverage, evaluations in and late by department, how students' attendance moves.

All of it is read through the guard, so a head's figures are the department's and leadership's the school's.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from school import models as m
from school.rules.actor import Actor
from school.rules.calendar import YearPlan, begun_months, end_of_day, is_late, month_start, year_name
from school.rules.evaluation import SENT_STATES
from school.rules.policy import scopes
from school.rules.tables import Scope
from school.services.calendar import plan_named
from school.vocabulary import Action, CaseState, Deadline, DropoutRisk

_WAITING = (CaseState.APPROVED, CaseState.ACTIVE)
_RISK = {DropoutRisk.LOW: 0, DropoutRisk.SOME: 1, DropoutRisk.HIGH: 2}


@dataclass
class DepartmentMonth:
    """One department's month: cases due, sent on time, sent late, and not yet sent."""

    id: int | None
    name: str
    on_time: int = 0
    late: int = 0
    missing: int = 0

    @property
    def due(self) -> int:
        """Cases that are to be evaluated."""
        return self.on_time + self.late + self.missing


@dataclass
class Overview:
    """The figures of one school year on one day; `month` is the newest month that has begun."""

    year: str
    month: str | None
    cases: int = 0
    sponsored: int = 0
    unsponsored: int = 0
    staff: int = 0
    idle_staff: int = 0
    departments: list[DepartmentMonth] = field(default_factory=list)
    risk_up: int = 0
    risk_down: int = 0
    risk_months: dict[str, dict[DropoutRisk, int]] = field(default_factory=dict)


def running(today: dt.date) -> ColumnElement[bool]:
    """Criterion of a sponsorship that runs on `today`, as lead or joint sponsor."""
    return and_(m.Sponsorship.leading(), m.Sponsorship.running(today))


def waiting() -> ColumnElement[bool]:
    """Criterion of a case that is approved and not ended."""
    return m.SupportCase.state.in_(_WAITING)


def unwritten(month: str, today: dt.date) -> ColumnElement[bool]:
    """Criterion of a case that is led on `today` and whose month has not been sent."""
    sent = select(m.ProgressEvaluation.case_id).where(
        m.ProgressEvaluation.period == month, m.ProgressEvaluation.state.in_(SENT_STATES)
    )
    led = select(m.Sponsorship.case_id).where(running(today))
    return and_(m.SupportCase.id.in_(led), m.SupportCase.id.not_in(sent))


def unsponsored(today: dt.date) -> ColumnElement[bool]:
    """Criterion of an approved case that nobody leads on `today` (P6)."""
    led = select(m.Sponsorship.case_id).where(running(today))
    return and_(waiting(), m.SupportCase.id.not_in(led))


def idle(today: dt.date) -> ColumnElement[bool]:
    """Criterion of a member of staff who is at the school and leads no student on `today`."""
    leading = select(m.Sponsorship.staff_id).where(running(today))
    return and_(or_(m.Staff.left_on.is_(None), m.Staff.left_on >= today), m.Staff.id.not_in(leading))


def sent_late(plan: YearPlan) -> ColumnElement[bool]:
    """Criterion of an evaluation of the school year that was sent after its last day on time."""
    return or_(
        *(
            and_(
                m.ProgressEvaluation.period == month,
                m.ProgressEvaluation.submitted_at >= end_of_day(plan.last_day(Deadline.SPONSOR_MONTH, month)),
            )
            for month in plan.months()
        )
    )


def sent_on_time(plan: YearPlan) -> ColumnElement[bool]:
    """Criterion of an evaluation that was sent by its last day on time."""
    return and_(m.ProgressEvaluation.state.in_(SENT_STATES), not_(sent_late(plan)))


def sees_departments(actor: Actor) -> bool:
    """Whether the actor's figures cover whole departments: else staff would look idle who are only out of sight."""
    return actor.operator or bool({Scope.ALL, Scope.DEPARTMENT} & scopes(actor, Action.VIEW_SPONSORSHIP))


def overview(session: Session, actor: Actor) -> Overview:
    """The figures of today's school year, as far as the actor sees; nine statements."""
    year = year_name(actor.today)
    found = Overview(year, next(iter(begun_months(actor.today)), None))
    this_year = m.SupportCase.school_year_id.in_(select(m.SchoolYear.id).where(m.SchoolYear.name == year))
    found.cases = _count(session, select(func.count()).select_from(m.SupportCase).where(this_year, waiting()))
    found.unsponsored = _count(
        session, select(func.count()).select_from(m.SupportCase).where(this_year, unsponsored(actor.today))
    )
    found.sponsored = found.cases - found.unsponsored
    own_staff = [] if _sees_all(actor) else [m.Staff.id.in_(actor.reach.department_staff)]
    at_school = or_(m.Staff.left_on.is_(None), m.Staff.left_on >= actor.today)
    found.staff = _count(session, select(func.count()).select_from(m.Staff).where(at_school, *own_staff))
    found.idle_staff = _count(session, select(func.count()).select_from(m.Staff).where(idle(actor.today), *own_staff))
    if found.month:
        found.departments = by_department(session, actor, found.month)
    _add_risk(session, found, this_year)
    return found


def _sees_all(actor: Actor) -> bool:
    return actor.operator or Scope.ALL in scopes(actor, Action.VIEW_SPONSORSHIP)


def _count(session: Session, statement: Select[int]) -> int:
    return session.scalar(statement) or 0


def by_department(session: Session, actor: Actor, month: str) -> list[DepartmentMonth]:
    """The month's evaluations by department; a case with joint sponsors of two departments counts in both."""
    led = session.execute(
        select(m.Sponsorship.case_id, m.Staff.department_id)
        .join(m.Sponsorship.staff)
        .where(running(actor.today))
        .distinct()
    ).all()
    sent = dict(
        session.execute(
            select(m.ProgressEvaluation.case_id, m.ProgressEvaluation.submitted_at).where(
                m.ProgressEvaluation.period == month, m.ProgressEvaluation.state.in_(SENT_STATES)
            )
        ).all()
    )
    names: dict[int | None, str] = dict(session.execute(select(m.Department.id, m.Department.name)).all())
    rows: dict[int | None, DepartmentMonth] = {}
    plan = plan_named(session, year_name(month_start(month)))
    last_day = plan.last_day(Deadline.SPONSOR_MONTH, month)
    for case_id, department_id in led:
        row = rows.setdefault(department_id, DepartmentMonth(department_id, names.get(department_id, "–")))
        submitted_at = sent.get(case_id)
        if case_id not in sent:
            row.missing += 1
        elif submitted_at is not None and is_late(submitted_at, last_day):
            row.late += 1
        else:
            row.on_time += 1
    return sorted(rows.values(), key=lambda row: row.name)


def _add_risk(session: Session, found: Overview, this_year: ColumnElement[bool]) -> None:
    """How many students' attendance is surer or less sure than in the month before; and the months side by side."""
    rows = session.execute(
        select(m.ProgressEvaluation.case_id, m.ProgressEvaluation.period, m.ProgressEvaluation.dropout_risk)
        .where(
            m.ProgressEvaluation.case_id.in_(select(m.SupportCase.id).where(this_year)),
            m.ProgressEvaluation.state.in_(SENT_STATES),
            m.ProgressEvaluation.dropout_risk.in_(list(_RISK)),
            m.ProgressEvaluation.monthly(),
        )
        .order_by(m.ProgressEvaluation.period)
    )
    by_case: dict[int, list[DropoutRisk]] = defaultdict(list)
    for case_id, period, risk in rows:
        if risk is None:
            continue
        by_case[case_id].append(risk)
        month = found.risk_months.setdefault(period, dict.fromkeys(_RISK, 0))
        month[risk] += 1
    found.risk_up, found.risk_down = _moves(by_case.values())


def _moves(histories: Iterable[list[DropoutRisk]]) -> tuple[int, int]:
    up = down = 0
    for history in histories:
        if len(history) > 1:
            step = _RISK[history[-1]] - _RISK[history[-2]]
            up, down = up + (step > 0), down + (step < 0)
    return up, down
