"""The facts that a score is counted from, and what counting gives: plain values, read and put together elsewhere.

Nothing here tells of a student but numbers, dates and kinds; levels are read to be counted and go no further (P1.3).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from school.rules.calendar import YearPlan, month_end, month_start
from school.rules.evaluation import month_after, vouched_for
from school.rules.plans import semester_of
from school.rules.reminders import Interval
from school.vocabulary import (
    LEADING,
    ContactKind,
    Deadline,
    DropoutRisk,
    HelpRating,
    ProgressStep,
    Rating,
    SponsorRole,
    SurveyChannel,
    TermPeriod,
)

# What is counted --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MonthDays:
    """One month of the year: its first and last day, the sponsor's last day on time, the semester of its first day."""

    period: str
    first: dt.date
    last: dt.date
    due_on: dt.date
    semester: TermPeriod


@dataclass(frozen=True)
class YearDays:
    """The dates of the year, worked out once for everybody."""

    plan: YearPlan

    @cached_property
    def months(self) -> tuple[MonthDays, ...]:
        """September to May."""
        return tuple(
            MonthDays(
                period,
                first := month_start(period),
                month_end(period),
                self.plan.last_day(Deadline.SPONSOR_MONTH, period),
                semester_of(first, self.plan.second_starts_on),
            )
            for period in self.plan.months()
        )

    @cached_property
    def by_period(self) -> Mapping[str, MonthDays]:
        """The months by their names."""
        return {month.period: month for month in self.months}


@dataclass(frozen=True)
class Part:
    """One sponsorship of the person in one case, as leadership approved it; `last` None: it runs on."""

    id: int
    role: SponsorRole
    first: dt.date
    last: dt.date | None = None

    @property
    def leads(self) -> bool:
        """Whether as lead or joint sponsor, which counts the same."""
        return self.role in LEADING

    @property
    def interval(self) -> Interval:
        """As the rules of what is owed have it."""
        return Interval(self.id, 0, 0, None, self.first, self.last)

    def ran_between(self, first: dt.date, last: dt.date) -> bool:
        """Whether it ran on some day from `first` to `last`."""
        return self.first <= last and (self.last is None or self.last >= first)


@dataclass(frozen=True)
class MonthSent:
    """The evaluation of one month as it was sent. `confirmed_at` is None while nobody has confirmed it (or anew)."""

    id: int
    period: str
    sent_at: dt.datetime | None
    confirmed_at: dt.datetime | None = None
    trend: ProgressStep | None = None
    risk: DropoutRisk | None = None


@dataclass(frozen=True)
class PlanMade:
    """The plan of one semester."""

    id: int
    semester: TermPeriod
    created_at: dt.datetime


@dataclass(frozen=True)
class GoalReviewed:
    """A goal that was looked at: met, partly or not, all the same. `period`: the month it belongs to."""

    id: int
    period: str
    starts_on: dt.date
    reviewed_at: dt.datetime


@dataclass(frozen=True)
class Surveyed:
    """What one source said, without the words."""

    id: int
    channel: SurveyChannel
    on: dt.date
    created_at: dt.datetime


@dataclass(frozen=True)
class Reached:
    """A contact in which somebody was reached."""

    id: int
    on: dt.date
    kind: ContactKind
    created_at: dt.datetime


@dataclass(frozen=True)
class Result:
    """The results of one term; `before`: of the school year before."""

    id: int
    period: TermPeriod
    learning: Rating | None
    conduct: Rating | None
    before: bool = False


@dataclass(frozen=True)
class Case:
    """One student's case in the year, the same for everybody who sponsors it."""

    id: int
    closed_on: dt.date | None = None
    dropped_out: bool = False
    months: tuple[MonthSent, ...] = ()
    plans: tuple[PlanMade, ...] = ()
    goals: tuple[GoalReviewed, ...] = ()
    surveys: tuple[Surveyed, ...] = ()
    results: tuple[Result, ...] = ()
    leaders: tuple[tuple[int, dt.date, dt.date | None], ...] = ()  # staff, first and last day of all who lead it

    @cached_property
    def sent(self) -> Mapping[str, MonthSent]:
        """What was sent, by month."""
        return {month.period: month for month in self.months}

    @cached_property
    def confirmed(self) -> Mapping[str, dt.datetime]:
        """When each confirmed month was confirmed."""
        return {month.period: month.confirmed_at for month in self.months if month.confirmed_at is not None}

    def vouched(self, period: str, at: dt.datetime) -> bool:
        """Whether others saw what stood at `at`, when they confirmed the month or the one after it."""
        return vouched_for(self.confirmed.get(period), self.confirmed.get(month_after(period)), at)


@dataclass(frozen=True)
class Held:
    """A person's part in one case: the sponsorships, and the contacts that this person made."""

    case: Case
    parts: tuple[Part, ...]
    contacts: tuple[Reached, ...] = ()

    @cached_property
    def leading(self) -> tuple[Part, ...]:
        """The parts as lead or joint sponsor."""
        return tuple(part for part in self.parts if part.leads)


@dataclass(frozen=True)
class Rated:
    """The rating of a person's help in one semester, by union or leadership."""

    id: int
    case: int
    period: TermPeriod
    rating: HelpRating


@dataclass(frozen=True)
class Ran:
    """An activity that the person organised and somebody else confirmed (`confirmed_on`)."""

    id: int
    on: dt.date
    confirmed_on: dt.date | None


@dataclass(frozen=True)
class Work:
    """All that one person's year is scored by. `adjusted`: tenths by the code of the criterion."""

    staff_id: int
    year: YearDays
    registered_on: dt.date | None = None
    left_on: dt.date | None = None
    held: tuple[Held, ...] = ()
    ratings: tuple[Rated, ...] = ()
    activities: tuple[Ran, ...] = ()
    adjusted: Mapping[str, int] = field(default_factory=dict)
    set_aside: bool = False  # the council has said that the year does not apply to this person

    @cached_property
    def own(self) -> tuple[Held, ...]:
        """The cases that the person leads; where there are none, those in which the person supports."""
        return tuple(held for held in self.held if held.leading) or self.held


# What counting gives ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Evidence:
    """One record behind a line: where it stands, its day, what it is, whether it counted, and a note why not.

    `what` and `note` are msgids, or the label of a member of a list; `period` is its month or semester, if it has one.
    """

    table: str
    id: int
    on: dt.date | None
    what: str
    case: int | None
    counted: bool
    note: str = ""
    period: str = ""


def in_order(found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """By case and day, whatever the order in which the records came."""
    return tuple(sorted(found, key=lambda one: (one.case or 0, one.on or dt.date.min, one.table, one.id)))


@dataclass(frozen=True)
class Hint:
    """What would still earn more: a msgid with its parameters, and the case it is about."""

    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict)
    case: int | None = None


@dataclass(frozen=True)
class Counted:
    """What one kind of criterion gives: the share of the full points; None: there is nothing to measure (yet)."""

    share: Fraction | None
    done: int = 0
    asked: int = 0
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[Hint, ...] = ()
