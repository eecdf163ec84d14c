"""Comparing two moments of a student's year for the reviews (P4.9): results of two terms, risk and trend."""

import datetime as dt
from dataclasses import dataclass

from school.rules.calendar import YearPlan
from school.vocabulary import DropoutRisk, Rating, TermPeriod

# Worth the same on the scale of Circular 22/2021 and on the older one (P7); the two lowest old steps became one.
_RANKS = {
    Rating.GOOD: 4,
    Rating.OLD_EXCELLENT: 4,
    Rating.FAIR: 3,
    Rating.MET: 2,
    Rating.OLD_AVERAGE: 2,
    Rating.NOT_MET: 1,
    Rating.OLD_WEAK: 1,
    Rating.OLD_POOR: 0,
}
_RISKS = {DropoutRisk.LOW: 0, DropoutRisk.SOME: 1, DropoutRisk.HIGH: 2}


@dataclass(frozen=True)
class Span:
    """The part of a year that a review looks back on, as far as it has gone."""

    first: dt.date
    last: dt.date
    months: tuple[str, ...]


def span_of(plan: YearPlan, period: TermPeriod, today: dt.date) -> Span:
    """Semester I, semester II or the whole year with the summer after it, until today."""
    second = plan.second_starts_on
    first = second if period is TermPeriod.SEMESTER_2 else plan.starts_on
    summer = plan.ends_on.replace(month=8, day=31)
    last = second - dt.timedelta(days=1) if period is TermPeriod.SEMESTER_1 else max(plan.ends_on, summer)
    last = max(first, min(last, today))
    # January is half of each semester: its evaluation is written after semester I has ended, so it belongs to II.
    months = [month for month in plan.months() if f"{first:%Y-%m}" <= month <= f"{last:%Y-%m}"]
    if period is TermPeriod.SEMESTER_1:
        months = [month for month in months if month < f"{second:%Y-%m}"]
    return Span(first, last, tuple(months))


def compare_ratings(before: Rating | None, after: Rating | None) -> int | None:
    """1 when the later rating is higher, -1 when it is lower, 0 when it is the same; None unless both are known."""
    if before is None or after is None:
        return None
    if Rating.NOT_MET in (before, after) and Rating.OLD_POOR in (before, after):
        return 0
    return _sign(_RANKS[after] - _RANKS[before])


def compare_risks(before: DropoutRisk | None, after: DropoutRisk | None) -> int | None:
    """1 when the student comes to school more surely than before, -1 when less so; None where it was not observed."""
    if before not in _RISKS or after not in _RISKS:
        return None
    return _sign(_RISKS[before] - _RISKS[after])


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
