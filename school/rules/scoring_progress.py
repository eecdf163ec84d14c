"""The student's progress against a fixed expectation for the starting risk (P4.5, P4.8).

So that taking a hard case is not punished: what is expected of a student who may drop out is less than of one who
comes to school regularly, and the table is the same for everybody and stands on the sheet.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from school.rules.review import compare_ratings
from school.rules.score_facts import Counted, Evidence, Held, MonthSent, Result, Work, in_order
from school.rules.scoring_months import contact_days, is_remarked, months_of, share_of
from school.vocabulary import N_, DropoutRisk, ProgressStep, Rating, TermPeriod

FULL, HALF, QUARTER, MOST = Fraction(1), Fraction(1, 2), Fraction(1, 4), Fraction(3, 4)
LOW, SOME, HIGH = DropoutRisk.LOW, DropoutRisk.SOME, DropoutRisk.HIGH

# What a trend is worth, by the risk at the start of the year.
TREND = {
    LOW: {
        ProgressStep.IMPROVED: FULL,
        ProgressStep.STEADY: FULL,
        ProgressStep.UNCHANGED: HALF,
        ProgressStep.DECLINED: Fraction(0),
    },
    SOME: {
        ProgressStep.IMPROVED: FULL,
        ProgressStep.STEADY: FULL,
        ProgressStep.UNCHANGED: MOST,
        ProgressStep.DECLINED: QUARTER,
    },
    HIGH: {
        ProgressStep.IMPROVED: FULL,
        ProgressStep.STEADY: FULL,
        ProgressStep.UNCHANGED: FULL,
        ProgressStep.DECLINED: HALF,
    },
}
# The same for results: risen, or held at Khá or Tốt, is always full.
HELD_AT_MET = {LOW: MOST, SOME: FULL, HIGH: FULL}
HELD_BELOW = HALF
FALLEN = {LOW: QUARTER, SOME: QUARTER, HIGH: HALF}

COMPLETE_DAYS = 2  # days of contact in a month, where the work for a student who left school is looked at
_HIGH_LEVELS = (Rating.GOOD, Rating.OLD_EXCELLENT, Rating.FAIR)
_MET_LEVELS = (Rating.MET, Rating.OLD_AVERAGE)
_NEWEST_FIRST = (TermPeriod.YEAR, TermPeriod.SEMESTER_2, TermPeriod.SEMESTER_1)

AT_SCHOOL = N_("Việc đi học của em")
TREND_SEEN = N_("Chuyển biến của em, theo tháng đã xác nhận")
RESULTS = N_("Kết quả học tập, rèn luyện của em")


@dataclass(frozen=True)
class Student:
    """One case that the person leads, as far as the person's time in it goes."""

    work: Work
    held: Held

    @cached_property
    def until(self) -> dt.date | None:
        """The person's last day, where somebody else led the case after it; None: all that the year brings counts."""
        ends = [part.last for part in self.held.leading]
        last = None if None in ends else max(end for end in ends if end is not None)
        if last is None or last >= self.work.year.plan.ends_on:
            return None
        others = (end for staff, _, end in self.held.case.leaders if staff != self.work.staff_id)
        return last if any(end is None or end > last for end in others) else None

    @property
    def dropped_out(self) -> bool:
        """Whether the student left school; not of whoever had handed the case over by then."""
        return self.held.case.dropped_out and self.until is None

    @cached_property
    def months(self) -> list[MonthSent]:
        """The confirmed months of the person's time, the first first."""
        by_period = self.work.year.by_period
        return sorted(
            (
                month
                for month in self.held.case.months
                if month.confirmed_at is not None
                and month.period in by_period
                and (self.until is None or by_period[month.period].first <= self.until)
            ),
            key=lambda month: month.period,
        )

    @cached_property
    def risk(self) -> DropoutRisk:
        """The risk at the start: the first that was observed in the year; SOME where nobody could say."""
        return next((month.risk for month in self.months if month.risk in TREND), None) or SOME

    @cached_property
    def trend(self) -> MonthSent | None:
        """The newest month whose trend was observed."""
        return next((month for month in reversed(self.months) if month.trend in TREND[SOME]), None)

    @cached_property
    def results(self) -> list[tuple[Result, Fraction]]:
        """The newest result of learning and of conduct that can be compared, and what each is worth."""
        found = [self._compared("learning"), self._compared("conduct")]
        return [one for one in found if one is not None]

    def _compared(self, name: str) -> tuple[Result, Fraction] | None:
        now = self._newest(name, before=False)
        if now is None:
            return None
        then = self._newest(name, before=True)
        if then is None and now.period is not TermPeriod.SEMESTER_1:
            then = self._newest(name, before=False, periods=_NEWEST_FIRST[-1:])
        moved = compare_ratings(getattr(then, name), getattr(now, name)) if then is not None else None
        return None if moved is None else (now, self._worth(moved, getattr(now, name)))

    def _newest(self, name: str, before: bool, periods: Sequence[TermPeriod] = _NEWEST_FIRST) -> Result | None:
        known = [
            result
            for result in self.held.case.results
            if result.before is before
            and result.period in periods
            and getattr(result, name) is not None
            and (before or self._in_time(result.period))
        ]
        return min(known, key=lambda one: (_NEWEST_FIRST.index(one.period), -one.id), default=None)

    def _in_time(self, period: TermPeriod) -> bool:
        """Whether the term was over before the person handed the case over."""
        plan = self.work.year.plan
        ends = plan.second_starts_on if period is TermPeriod.SEMESTER_1 else plan.ends_on
        return self.until is None or ends <= self.until

    def _worth(self, moved: int, now: Rating) -> Fraction:
        if moved < 0:
            return FALLEN[self.risk]
        if moved > 0 or now in _HIGH_LEVELS:
            return FULL
        return HELD_AT_MET[self.risk] if now in _MET_LEVELS else HELD_BELOW

    @property
    def outcome(self) -> Fraction | None:
        """The mean of what is known of trend and results."""
        known = []
        if self.trend is not None and self.trend.trend is not None:
            known.append(TREND[self.risk][self.trend.trend])
        if self.results:
            known.append(sum((worth for _, worth in self.results), Fraction(0)) / len(self.results))
        return sum(known, Fraction(0)) / len(known) if known else None

    def share(self, today: dt.date) -> Fraction:
        """A third for being at school, two for the outcome; what is not known leaves all to the third."""
        if self.dropped_out:
            return Fraction(2, 3) * max(self.outcome or Fraction(0), self._done(today))
        return FULL if self.outcome is None else Fraction(1, 3) + Fraction(2, 3) * self.outcome

    def _done(self, today: dt.date) -> Fraction:
        """How complete the person's work in the case was; whole where nothing was owed."""
        months = months_of(self.work, today, [self.held])
        met, *_ = share_of(months, [month for month in months if len(contact_days(month)) >= COMPLETE_DAYS])
        remarked, *_ = share_of(months, filter(is_remarked, months))
        return sum((FULL if part is None else part for part in (met, remarked)), Fraction(0)) / 2

    def evidence(self) -> Iterator[Evidence]:
        """The records that were looked at; nothing of what they say."""
        case = self.held.case.id
        yield Evidence("support_case", case, None, AT_SCHOOL, case, True)
        if self.trend is not None:
            yield Evidence("progress_evaluation", self.trend.id, None, TREND_SEEN, case, True, "", self.trend.period)
        for result in {result.id: result for result, _ in self.results}.values():
            yield Evidence("term_result", result.id, None, RESULTS, case, True, "", result.period.value)


def student_progress(work: Work, needed: int, today: dt.date) -> Counted:
    """How the students led by the person stand, against what is expected for where they began."""
    held = [one for one in work.held if one.leading and min(part.first for part in one.leading) <= today]
    students = [Student(work, one) for one in held]
    shares = [student.share(today) for student in students]
    share = sum(shares, Fraction(0)) / len(shares) if shares else None
    evidence = in_order(row for student in students for row in student.evidence())
    return Counted(share, len(shares), len(shares), evidence)
