"""A department's month in figures (P4.10): counts alone, no child and no circumstances.

What a department did is the same whoever reads it, while a head sees only what runs today and a deputy only the head's
own. So the counting goes past the row scope, after asking the policy for the report.

cases, sponsors  cases led, as lead or joint sponsor, by the department's staff on some day of the month, and who led
                 them. A case that is led from two departments counts in both.
evaluations      owed by the department that led the case last in the month: after a hand-over, by the new one.
contacts,        with and for these cases, whoever logged them. Without contact: nobody was reached in the month.
support, goals   Goals count in the month in which they were looked at.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from school import models as m
from school.rules.actor import Actor
from school.rules.calendar import YearPlan, is_late, month_end, month_start
from school.rules.evaluation import SENT_STATES
from school.rules.freezing import Freezable
from school.rules.plans import REVIEWED
from school.rules.policy import require
from school.services.guard import UNSCOPED
from school.vocabulary import (
    Action,
    Deadline,
    DropoutRisk,
    GoalState,
    ProgressStep,
    SupportKind,
)

_RISK = {DropoutRisk.LOW: 0, DropoutRisk.SOME: 1, DropoutRisk.HIGH: 2}


@dataclass(frozen=True)
class Figures(Freezable):
    """The figures as they stood at the end of `day`."""

    cases: int = 0
    sponsors: int = 0
    contacts: int = 0
    reached: int = 0
    without_contact: int = 0
    on_time: int = 0
    late: int = 0
    missing: int = 0
    goals_met: int = 0
    goals_partly: int = 0
    goals_not_met: int = 0
    trends: Mapping[str, int] = field(default_factory=dict)  # by the value of ProgressStep
    risk_up: int = 0
    risk_down: int = 0
    supports: int = 0
    lessons: int = 0
    value: int = 0  # in đồng

    @property
    def due(self) -> int:
        """Evaluations that the month asks for."""
        return self.on_time + self.late + self.missing

    @property
    def goals(self) -> int:
        """Goals that were looked at."""
        return self.goals_met + self.goals_partly + self.goals_not_met


@dataclass(frozen=True)
class _Part:
    """One person leading one case."""

    case_id: int
    staff_id: int
    department_id: int | None
    first: dt.date
    last: dt.date | None

    def last_day(self, first: dt.date, until: dt.date) -> dt.date | None:
        """The last day of `first` to `until` on which it ran; None where it ran on none of them."""
        end = until if self.last is None else min(self.last, until)
        return end if self.first <= end and end >= first else None


def figures(session: Session, actor: Actor, report: m.DepartmentReport, plan: YearPlan) -> Figures:
    """The figures of the report's month up to today, from what is stored; five statements."""
    require(actor, Action.VIEW_DEPARTMENT_REPORT, report)
    first, until = month_start(report.period), min(month_end(report.period), actor.today)
    parts = _parts(session, report.school_year_id, first, until)
    own = [part for part in parts if part.department_id == report.department_id]
    cases = {part.case_id for part in own}
    counted: dict[str, Any] = {"cases": len(cases), "sponsors": len({part.staff_id for part in own})}
    if cases:
        owed = _owed_by(report.department_id, parts, first, until)
        counted |= _contacts(session, cases, first, until)
        counted |= _evaluations(session, owed, report.period, plan)
        counted |= _goals(session, cases, first, until)
        counted |= _support(session, cases, first, until)
    return Figures(day=actor.today, **counted)


def leading(session: Session, actor: Actor, school_year_id: int, periods: Iterable[str]) -> dict[str, set[int | None]]:
    """Departments whose staff led a case in each of these months; one statement.

    Ids of departments alone: who leads whom in them does not leave this module.
    """
    require(actor, Action.VIEW_DEPARTMENT_REPORT)
    spans = {period: (month_start(period), min(month_end(period), actor.today)) for period in periods}
    if not spans:
        return {}
    parts = _parts(session, school_year_id, min(s[0] for s in spans.values()), max(s[1] for s in spans.values()))
    return {
        period: {part.department_id for part in parts if part.last_day(*span) is not None}
        for period, span in spans.items()
    }


def _all(session: Session, statement: Any) -> list[Any]:
    return list(session.execute(statement, execution_options=UNSCOPED))


def _parts(session: Session, school_year_id: int, first: dt.date, until: dt.date) -> list[_Part]:
    """Who led which case on some day from `first` to `until`: assigned, or ended after having been assigned."""
    rows = _all(
        session,
        select(
            m.Sponsorship.case_id,
            m.Sponsorship.staff_id,
            m.Staff.department_id,
            m.Sponsorship.started_on,
            m.Sponsorship.ended_on,
        )
        .join(m.Staff, m.Staff.id == m.Sponsorship.staff_id)
        .join(m.SupportCase, m.SupportCase.id == m.Sponsorship.case_id)
        .where(
            m.SupportCase.school_year_id == school_year_id,
            m.Sponsorship.leading(),
            m.Sponsorship.ran_between(first, until),
        ),
    )
    parts = [_Part(*row) for row in rows]
    return [part for part in parts if part.last_day(first, until) is not None]


def _owed_by(department_id: int, parts: Iterable[_Part], first: dt.date, until: dt.date) -> set[int]:
    """The cases which the department led last in the month: their evaluation is for it to see in."""
    last: dict[int, dict[int | None, dt.date]] = defaultdict(dict)
    for part in parts:
        day = part.last_day(first, until)
        if day is not None:
            known = last[part.case_id].get(part.department_id, day)
            last[part.case_id][part.department_id] = max(known, day)
    return {case_id for case_id, days in last.items() if days.get(department_id) == max(days.values())}


def _contacts(session: Session, cases: set[int], first: dt.date, until: dt.date) -> dict[str, int]:
    rows = _all(
        session,
        select(m.Contact.case_id, m.Contact.reached, func.count())
        .where(m.Contact.case_id.in_(cases), m.Contact.occurred_on.between(first, until))
        .group_by(m.Contact.case_id, m.Contact.reached),
    )
    met = {case_id for case_id, reached, _ in rows if reached}
    return {
        "contacts": sum(count for *_, count in rows),
        "reached": sum(count for _, reached, count in rows if reached),
        "without_contact": len(cases - met),
    }


def _evaluations(session: Session, owed: set[int], period: str, plan: YearPlan) -> dict[str, Any]:
    """On time, late and missing; what the month showed, and how attendance moved since the month before."""
    months = plan.months()
    before = months[months.index(period) - 1] if period in months[1:] else None
    progress = m.ProgressEvaluation
    rows = _all(
        session,
        select(progress.case_id, progress.period, progress.submitted_at, progress.trend, progress.dropout_risk).where(
            progress.case_id.in_(owed), progress.period.in_([period, before or period]), progress.state.in_(SENT_STATES)
        ),
    )
    sent = [row for row in rows if row.period == period]
    last_day = plan.last_day(Deadline.SPONSOR_MONTH, period)
    late = sum(row.submitted_at is not None and is_late(row.submitted_at, last_day) for row in sent)
    trends = {trend.value: sum(row.trend is trend for row in sent) for trend in ProgressStep}
    risk_before = {row.case_id: _RISK[row.dropout_risk] for row in rows if row.period == before and _told(row)}
    moves = [
        _RISK[row.dropout_risk] - risk_before[row.case_id] for row in sent if _told(row) and row.case_id in risk_before
    ]
    return {
        "on_time": len(sent) - late,
        "late": late,
        "missing": len(owed) - len(sent),
        "trends": {trend: count for trend, count in trends.items() if count},
        "risk_up": sum(move > 0 for move in moves),
        "risk_down": sum(move < 0 for move in moves),
    }


def _told(row: Any) -> bool:
    return row.dropout_risk in _RISK


def _goals(session: Session, cases: set[int], first: dt.date, until: dt.date) -> dict[str, int]:
    rows = _all(
        session,
        select(m.Goal.state, func.count())
        .join(m.SupportPlan, m.SupportPlan.id == m.Goal.plan_id)
        .where(m.SupportPlan.case_id.in_(cases), m.Goal.state.in_(REVIEWED), m.Goal.reviewed_on.between(first, until))
        .group_by(m.Goal.state),
    )
    counts: dict[GoalState, int] = dict(rows)
    return {f"goals_{state.value}": counts.get(state, 0) for state in REVIEWED}


def _support(session: Session, cases: set[int], first: dt.date, until: dt.date) -> dict[str, int]:
    rows = _all(
        session,
        select(m.SupportItem.kind, func.count(), func.sum(m.SupportItem.quantity), func.sum(m.SupportItem.value))
        .where(m.SupportItem.case_id.in_(cases), m.SupportItem.given_on.between(first, until))
        .group_by(m.SupportItem.kind),
    )
    return {
        "supports": sum(count for _, count, *_ in rows),
        "lessons": sum(int(quantity) for kind, _, quantity, _ in rows if kind is SupportKind.REMEDIAL_LESSON),
        "value": sum(int(value or 0) for *_, value in rows),
    }
