"""Goals by week, month and semester (P3.5): periods, what rolls up, what is carried over; and what a diary may say.

A week is its Monday, so New Year does not split one; it belongs to the month of its Monday, a month to its semester.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from school.errors import RuleError
from school.models import Goal
from school.rules.calendar import summer_end
from school.rules.workflow import Step
from school.rules.year import check_open
from school.vocabulary import (
    N_,
    SUPPORT_UNITS,
    WITHOUT_VALUE,
    Action,
    CaseState,
    GoalState,
    Horizon,
    SupportKind,
    TermPeriod,
    YearState,
)

OPEN, MET, PARTLY, NOT_MET, DROPPED = GoalState
REVIEWED, UNMET = (MET, PARTLY, NOT_MET), (PARTLY, NOT_MET)
# A tick may be put right by another tick.
GOAL_STEPS: dict[str, Step[GoalState]] = {
    "met": Step((OPEN, PARTLY, NOT_MET), MET, Action.EDIT_PLAN, N_("Đạt")),
    "partly": Step((OPEN, MET, NOT_MET), PARTLY, Action.EDIT_PLAN, N_("Một phần")),
    "not_met": Step((OPEN, MET, PARTLY), NOT_MET, Action.EDIT_PLAN, N_("Chưa đạt")),
    "drop": Step((OPEN,), DROPPED, Action.EDIT_PLAN, N_("Không theo nữa")),
}
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
MAX_MINUTES, MAX_AMOUNT = 24 * 60, 1_000_000_000


@dataclass(frozen=True)
class Span:
    """The days from `first` to `last`."""

    first: dt.date
    last: dt.date

    def overlaps(self, other: "Span") -> bool:
        """Whether there is a day in both."""
        return self.first <= other.last and other.first <= self.last


def semester_span(semester: TermPeriod, year_starts_on: dt.date, second_starts_on: dt.date) -> Span:
    """The days of a semester; the summer belongs to the second."""
    if semester is TermPeriod.SEMESTER_1:
        return Span(year_starts_on, second_starts_on - DAY)
    return Span(second_starts_on, summer_end(year_starts_on))


def semester_of(day: dt.date, second_starts_on: dt.date) -> TermPeriod:
    """The semester in which the day falls."""
    return TermPeriod.SEMESTER_1 if day < second_starts_on else TermPeriod.SEMESTER_2


def check_semester(semester: TermPeriod) -> None:
    """RuleError unless it is one of the two: a plan is for a semester (P3.2)."""
    if semester not in (TermPeriod.SEMESTER_1, TermPeriod.SEMESTER_2):
        raise RuleError(N_("Kế hoạch lập cho từng học kỳ; thầy cô chọn học kỳ I hoặc học kỳ II."), field="semester")


def period_of(horizon: Horizon, day: dt.date, semester: Span) -> Span:
    """The week, month or semester that holds `day`; a week and a month may reach beyond the semester."""
    if horizon is Horizon.WEEK:
        monday = day - day.weekday() * DAY
        return Span(monday, monday + 6 * DAY)
    if horizon is Horizon.MONTH:
        first = day.replace(day=1)
        return Span(first, (first + 31 * DAY).replace(day=1) - DAY)
    return semester


def goal_period(horizon: Horizon, day: dt.date, semester: Span) -> Span:
    """The period of a goal of this plan; RuleError where it lies outside the plan's semester."""
    period = period_of(horizon, day, semester)
    if not period.overlaps(semester):
        raise RuleError(N_("Ngày này ngoài học kỳ của kế hoạch."), field="starts_on")
    return period


def check_begun(starts_on: dt.date, today: dt.date) -> None:
    """RuleError where the goal's period is still to come: nothing ends before it starts."""
    if starts_on > today:
        raise RuleError(N_("Mục tiêu này chưa bắt đầu nên chưa xem lại được."))


def asks_for_review(horizon: Horizon, period: Span, today: dt.date) -> bool:
    """Whether it is time to look at an open goal: at a week's any day, at others when their end is near or past."""
    ahead = {Horizon.WEEK: 7, Horizon.MONTH: 7, Horizon.SEMESTER: 21}[horizon]
    return period.first <= today and today > period.last - ahead * DAY


def next_period(horizon: Horizon, starts_on: dt.date, today: dt.date) -> dt.date:
    """When the goal goes on: in the period after its own, or today's if that has passed. Not for a semester."""
    semester = Span(starts_on, starts_on)
    following = period_of(horizon, starts_on, semester).last + DAY
    return max(following, period_of(horizon, today, semester).first)


def check_unmet(state: GoalState) -> None:
    """RuleError unless the goal was looked at and something is left of it."""
    if state not in UNMET:
        raise RuleError(N_("Chỉ chuyển tiếp mục tiêu đạt một phần hoặc chưa đạt; thầy cô xem lại mục tiêu trước."))


@dataclass(frozen=True)
class Tally:
    """How the goals of a period stand; those that were dropped are not counted."""

    goals: int = 0
    open: int = 0
    met: int = 0
    partly: int = 0
    not_met: int = 0

    @classmethod
    def of(cls, goals: Iterable[Goal]) -> "Tally":
        """Count the goals."""
        states = Counter(goal.state for goal in goals if goal.state is not DROPPED)
        return cls(states.total(), states[OPEN], states[MET], states[PARTLY], states[NOT_MET])


def month_of(goal: Goal) -> dt.date | None:
    """First day of the month into which the goal rolls up; None for a semester's."""
    return None if goal.horizon is Horizon.SEMESTER else goal.starts_on.replace(day=1)


def roll_up(goals: Iterable[Goal]) -> list[tuple[dt.date, Tally]]:
    """The tally of each month, its own goals and its weeks' together, the newest first (P3.5)."""
    months: dict[dt.date, list[Goal]] = {}
    for goal in goals:
        if (month := month_of(goal)) is not None and goal.state is not DROPPED:
            months.setdefault(month, []).append(goal)
    return [(month, Tally.of(months[month])) for month in sorted(months, reverse=True)]


def check_running(case: CaseState, year: YearState) -> None:
    """RuleError where the case or its school year is closed: it is read, not written."""
    check_open(year)
    if case is CaseState.CLOSED:
        raise RuleError(N_("Hồ sơ đã kết thúc nên không ghi thêm được nữa."))


def check_day(day: dt.date, year_starts_on: dt.date, today: dt.date, field: str) -> None:
    """RuleError unless the day has come and lies in the school year or the summer after it (P4)."""
    if day > today:
        raise RuleError(N_("Ngày này chưa đến; thầy cô ghi khi việc đã làm."), field=field)
    if not year_starts_on <= day <= summer_end(year_starts_on):
        raise RuleError(N_("Ngày này ngoài năm học của hồ sơ (kể cả hè)."), field=field)


def check_minutes(minutes: int | None) -> None:
    """RuleError unless it is a length that a contact may have."""
    if minutes is not None and not 0 < minutes <= MAX_MINUTES:
        raise RuleError(N_("Số phút cần từ 1 đến %(most)s; không nhớ thì để trống."), field="minutes", most=MAX_MINUTES)


@dataclass(frozen=True)
class Amount:
    """How much of a support was given, and what it was worth in đồng."""

    quantity: int
    unit: str
    value: int | None


def amount(kind: SupportKind, quantity: int | None, unit: str | None, value: int | None) -> Amount:
    """What was left empty, filled in from the kind; RuleError at the field that does not fit (P6)."""
    _check_number(quantity, 1, "quantity")
    _check_number(value, 0, "value")
    if kind in WITHOUT_VALUE and value is not None:
        raise RuleError(N_("Loại này tính theo số buổi, số tiết; thầy cô để trống ô thành tiền."), field="value")
    if kind is SupportKind.CASH:
        return _cash(quantity, value)
    return Amount(1 if quantity is None else quantity, unit or SUPPORT_UNITS[kind], value)


def _cash(quantity: int | None, value: int | None) -> Amount:
    """Money is its own measure."""
    if value is None and quantity is None:
        raise RuleError(N_("Thầy cô ghi số tiền."), field="value")
    if value is not None and quantity is not None and quantity != value:
        raise RuleError(N_("Với tiền mặt, thầy cô để trống số lượng và ghi số tiền."), field="quantity")
    given = quantity if value is None else value
    assert given is not None
    _check_number(given, 1, "value")
    return Amount(given, SUPPORT_UNITS[SupportKind.CASH], given)


def _check_number(number: int | None, least: int, field: str) -> None:
    if number is not None and not least <= number <= MAX_AMOUNT:
        raise RuleError(
            N_("Số này cần từ %(least)s đến %(most)s."),
            field=field,
            least=least,
            most=f"{MAX_AMOUNT:,}".replace(",", "."),
        )
