"""How the departments' work stands side by side in a year (P4.6): figures for those who choose, never a title.

The rules are in `rules/collective.py`. A person counts under the department of today, on the year's last day or today,
whichever comes first. A month is owed as `rules.reminders.owes_month` says, once its last day on time is over or it was
sent before; it is in time by the day on which it was first sent. Where two sponsors of one department share a student,
the student's month counts once.

Not everybody who reads proposals sees a case, so the counting goes past the row scope, after asking the policy. No
student and no person is named.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from school.models import Department, ProgressEvaluation, Registration, SchoolYear, Staff, SupportCase
from school.reports.emulation import Part, parts
from school.rules.actor import Actor
from school.rules.calendar import YearPlan, is_late, month_start
from school.rules.collective import Count, Standing, stand
from school.rules.evaluation import CONFIRMED_STATES, HELD_OR_PROGRESSED, SENT_STATES
from school.rules.policy import require
from school.rules.reminders import Interval, owes_month
from school.services.calendar import plan_of
from school.services.guard import UNSCOPED
from school.vocabulary import LEADING, N_, Action, CaseOutcome, Deadline, ProgressStep

LABELS = {
    "coverage": N_("Thầy cô nhận đỡ đầu, hỗ trợ"),
    "timeliness": N_("Tháng gửi nhận xét đúng hạn"),
    "progress": N_("Em giữ vững hoặc tiến bộ"),
}


@dataclass(frozen=True)
class Row:
    """One department: how many people it has, and how its year stands."""

    id: int
    name: str
    staff: int
    standing: Standing


@dataclass
class _Case:
    """What is known of one student's year."""

    outcome: CaseOutcome | None
    first_sent: dict[str, dt.datetime | None] = field(default_factory=dict)  # by month, of those that were sent
    trends: dict[str, ProgressStep] = field(default_factory=dict)  # by month, confirmed and observed

    @property
    def held(self) -> bool | None:
        """Whether the student held or progressed; None while nobody has confirmed a trend."""
        if self.outcome is CaseOutcome.DROPPED_OUT:
            return False
        return self.trends[max(self.trends)] in HELD_OR_PROGRESSED if self.trends else None


def of_year(session: Session, actor: Actor, year: SchoolYear) -> list[Row]:
    """Every department by name; five statements. NotAllowed unless the actor reads proposals."""
    require(actor, Action.VIEW_COMMENDATION)
    people = _people(session, min(actor.today, year.ends_on))
    plan, found = plan_of(session, year), list(parts(session, year))
    waiting = _registered(session, year, plan) - {part.staff_id for part in found}
    cases = _cases(session, year)
    names = {department: name for department, name, _staff in people}
    members: dict[int, set[int]] = defaultdict(set)
    for department, _name, staff in people:
        members[department] |= {staff} if staff is not None else set()
    counts = {department: _count(members[department], waiting, found, cases, plan, actor.today) for department in names}
    standing = stand(counts)
    return [Row(id_, name, len(members[id_]), standing[id_]) for id_, name in names.items()]


def of_department(session: Session, actor: Actor, year: SchoolYear, department_id: int) -> Row | None:
    """The same of one; the others are counted too, since it is measured by them."""
    return next((row for row in of_year(session, actor, year) if row.id == department_id), None)


def percent(share: Fraction | None) -> str:
    """A share as people write it: "83,3%"; a dash where nothing was asked."""
    if share is None:
        return "–"
    tenths = Decimal(int(share * 1000 + Fraction(1, 2))) / 10
    return f"{tenths:.1f}%".replace(".", ",")


def points(score: int | None) -> str:
    """Tenths as points: "86,5"."""
    return f"{score // 10},{score % 10}" if score is not None else "–"


def words(row: Row) -> str:
    """A department's year in a sentence, beside the proposal for it."""
    said = [
        f"{LABELS[name].lower()} {measured.count.done}/{measured.count.asked} ({percent(measured.adjusted)} sau khi "
        f"xét quy mô tổ)"
        for name, measured in row.standing.measures.items()
        if measured.count.asked
    ]
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _all(session: Session, statement: Any) -> list[Any]:
    return list(session.execute(statement, execution_options=UNSCOPED))


def _people(session: Session, day: dt.date) -> list[Any]:
    """Every department with each of its people of that day, by its name; None for one without anybody."""
    here = and_(
        Staff.department_id == Department.id,
        Staff.joined_on.is_(None) | (Staff.joined_on <= day),
        Staff.left_on.is_(None) | (Staff.left_on >= day),
    )
    statement = select(Department.id, Department.name, Staff.id).outerjoin(Staff, here)
    return _all(session, statement.order_by(Department.name, Department.id, Staff.id))


def _registered(session: Session, year: SchoolYear, plan: YearPlan) -> set[int]:
    """Who offered to help in time and did not take it back."""
    offered = select(Registration.staff_id).where(
        Registration.school_year_id == year.id,
        Registration.withdrawn_on.is_(None),
        Registration.registered_on <= plan.last_day(Deadline.REGISTRATION),
    )
    return {staff_id for (staff_id,) in _all(session, offered)}


def _cases(session: Session, year: SchoolYear) -> dict[int, _Case]:
    """The year's cases with their months."""
    month = ProgressEvaluation
    statement = (
        select(SupportCase.id, SupportCase.outcome, month.period, month.state, month.trend, month.first_sent_at)
        .outerjoin(month, and_(month.case_id == SupportCase.id, month.monthly()))
        .where(SupportCase.school_year_id == year.id)
    )
    cases: dict[int, _Case] = {}
    for case_id, outcome, period, state, trend, first_sent_at in _all(session, statement):
        case = cases.setdefault(case_id, _Case(outcome))
        if state in SENT_STATES:
            case.first_sent[period] = first_sent_at
        if state in CONFIRMED_STATES and trend not in (None, ProgressStep.NOT_OBSERVED):
            case.trends[period] = trend
    return cases


def _count(
    members: set[int],
    waiting: set[int],
    found: list[Part],
    cases: Mapping[int, _Case],
    plan: YearPlan,
    today: dt.date,
) -> dict[str, Count]:
    """What one department was asked and did."""
    own = [part for part in found if part.staff_id in members and part.first <= today]
    led = [part for part in own if part.role in LEADING]
    months = set(_owed(led, cases, plan, today))
    students = {part.case_id: cases[part.case_id].held for part in led}
    known = [held for held in students.values() if held is not None]
    return {
        "coverage": Count(len({part.staff_id for part in own}), len(members - waiting)),
        "timeliness": Count(sum(_in_time(cases[case], month, plan) for case, month in months), len(months)),
        "progress": Count(sum(known), len(known)),
    }


def _owed(led: list[Part], cases: Mapping[int, _Case], plan: YearPlan, today: dt.date) -> Iterator[tuple[int, str]]:
    """The months of each student that somebody of the department owed."""
    for part in led:
        interval = Interval(0, part.case_id, part.staff_id, None, part.first, part.last)
        for month in plan.months():
            if month_start(month) > today or not owes_month(interval, plan, month, today):
                continue
            if plan.last_day(Deadline.SPONSOR_MONTH, month) < today or month in cases[part.case_id].first_sent:
                yield part.case_id, month


def _in_time(case: _Case, month: str, plan: YearPlan) -> bool:
    first_sent = case.first_sent.get(month)
    return first_sent is not None and not is_late(first_sent, plan.last_day(Deadline.SPONSOR_MONTH, month))
