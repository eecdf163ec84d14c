"""The score of a person's year (P4.5): one function a kind of criterion, their sum, the level. Pure, takes `today`.

These are the worked rules: whoever holds the records can score a person by hand from this page alone.

What counts at all
    A person's own records count once somebody else has vouched for them: when union or leadership confirms the month
    of a case, it has seen what stood there. So a month counts while its evaluation is confirmed or locked, and in it
    the contacts logged (`created_at`) and goals looked at (`updated_at`) no later than its `confirmed_at`, or that of
    the month after it: a month is confirmed before it is over, and its last days are seen with the next. What is added
    later still gains nothing unless the month is reopened and confirmed again; while it is reopened it does not count.
    A month that was sent and waits for its confirmation earns nothing yet.
    A plan counts once a month of its semester (that case) was confirmed at or after the plan was made; a survey entry
    once any month of the case was confirmed at or after the entry was made (its channel stays from then on).
    A month belongs to the semester of its first day: usually September to January to I, February to May to II.
    Sponsorships count as leadership approved them, activities once confirmed, ratings as union or leadership gave them.

Whose cases
    The cases that the person leads; joint counts as lead. Somebody who leads none in the year: those that the person
    supports; then plan and goals, monthly remarks and student progress do not apply.

Months that are asked of a person, case by case
    The months September to May whose last day on time for sponsors (20th, in May 15th, unless moved) is over, if the
    sponsorship ran on that day. Left out, in a case that the person leads: a month that somebody else sent in time, on
    a day when the person did not lead it.
    Besides, a month counts where it is full, though it is not asked: one that the person has sent (leading the case on
    some day of the month and on the day of sending) without owing it, or owes but whose last day is still to come.
    Joint sponsors both have what one of them sends. The same holds for semesters, plans and surveys below: what is
    not due yet, or was the person's no more when it was, counts only when it is full. So being early never costs
    anything.

The kinds (share of the points; x means: does not apply)
    PARTICIPATION  Months from the beginning of the first sponsorship to today (September to May, while one of the
        person's cases was still open and the person at the school): each 1 if a lead or joint sponsorship ran on some
        day, 1/2 if only a supporting one did. Sum / months.
        From 10 October to May 8 months; led until 20 December: 3/8, x 15 = 5.625 = 5.6.
    SURVEY  A case: different channels that count, recorded (`created_at`) in time by whoever, up to `needed`, over
        `needed`. In time: by the later of the survey's last day (30 December) and 30 days after the person began.
        Due after that day if the sponsorship ran on it and it lies within the year. The mean over the cases.
    PLAN_AND_GOALS  1/3 plans + 2/3 goals; where one of them does not apply the other is the whole.
        Plans: semesters of cases that the person led; due 30 days after the later of the semester's first day and the
        person's beginning, as for the survey; full if the plan was made by then.
        Goals: months in which a goal was looked at, met or not (not dropped). A goal belongs to the month of its first
        day, one of a semester to the month in which it was looked at.
        2 of 2 plans and goals in 6 of 8 months: 1/3 + 2/3 x 6/8 = 5/6, x 15 = 12.5.
    CONTACTS  Months with reached contacts by the person on at least `needed` different days; many on one day are one.
        5 months of 8: 5/8 x 15 = 9.375 = 9.4.
    COORDINATION  A semester of a case two halves: a reached contact of the person with the family (home visit, meeting,
        call), and one with homeroom or subject teacher, in its confirmed months. Asked from its first asked month on.
    MONTHLY_REMARKS  Months sent for the first time by the last day on time, by the person (as above), and confirmed.
    STUDENT_PROGRESS  The mean over the cases that the person leads and has begun; a case: 1/3 still at school + 2/3
        outcome. The outcome is the mean of (a) the newest observed trend of a confirmed month and (b) results, by the
        tables of `scoring_progress.py`: the risk at the start is the first observed in a confirmed month, SOME if none.
            risk at the start   improved   steady   unchanged   declined
            low                 1          1        1/2         0
            some                1          1        3/4         1/4
            high                1          1        1           1/2
        (b) is the mean of learning and conduct, those that can be compared: the newest of the year (the year's, else
        semester II's, else I's) with the year before (newest likewise), else with semester I. Higher, or the same at
        Khá or Tốt: 1. The same at Đạt: 1, low risk 3/4. The same below: 1/2. Lower: 1/4, high risk 1/2.
        Neither (a) nor (b) known: being at school is the whole. Dropped out (the case says so, or the newest stay in a
        class): the first third is 0, and the outcome at least the mean of how complete the person's work in this case
        was: months with contacts on 2 days, months sent in time (each 1 where nothing was asked).
        Whoever handed a case on is measured by the months that had begun and the terms that were over by then (by a
        month thus also where the next in charge sent it), and not by a later dropping out.
    HELP_RECOGNISED  The semester ratings of the person (4, 3, 2, 1 points), their mean over 4. x without any.
    EXTRA_SPONSORSHIP  Students sponsored in at least 3 months, in any part, less one; over `needed`, at most 1.
    ACTIVITY_RUN  Confirmed activities of the year and its summer that the person organised; over `needed`, at most 1.
    BY_HAND  0; the council adds.

From shares to a level
    Points of a line: share x points, rounded half up to a tenth. What the council adjusted is added; the result stays
    within 0 and the most. An adjusted line applies, from 0 where there was nothing to measure.
    Total: the points of the lines that apply; where some do not, x 100 / the sum of their most, half up to a tenth.
    Then the bonus lines, together at most `bonus_cap`; never more than 100. Lines 12.5 + 9.4 + 15 of 15 + 15 + 15, the
    others x: 36.9 x 100 / 45 = 82.0; with 1 of bonus 83.0: good (from 70). Worth 83.0 x 5 / 100 = 4.15 of the school's.
    Nobody assigned: not applicable for whoever registered by the last day and did not take it back, and until that
    day for everybody; afterwards all lines are 0. Not applicable too where the council says so, never 0.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from school.models import Criterion as CriterionRow
from school.models import EmulationScheme
from school.rules import scoring, scoring_months, scoring_progress
from school.rules.scheme import DEFAULTS
from school.rules.score_facts import Counted, Evidence, Hint, Work, YearDays
from school.vocabulary import N_, CriterionKind, Deadline, ScoreLevel

__all__ = ["KINDS", "Criterion", "Evidence", "Hint", "Line", "Scheme", "Score", "Work", "YearDays", "score"]

KINDS: dict[CriterionKind, Callable[[Work, int, dt.date], Counted]] = {
    CriterionKind.PARTICIPATION: scoring.participation,
    CriterionKind.SURVEY: scoring.survey,
    CriterionKind.PLAN_AND_GOALS: scoring_months.plan_and_goals,
    CriterionKind.CONTACTS: scoring_months.contacts,
    CriterionKind.COORDINATION: scoring_months.coordination,
    CriterionKind.MONTHLY_REMARKS: scoring_months.monthly_remarks,
    CriterionKind.STUDENT_PROGRESS: scoring_progress.student_progress,
    CriterionKind.HELP_RECOGNISED: scoring.help_recognised,
    CriterionKind.EXTRA_SPONSORSHIP: scoring.extra_sponsorship,
    CriterionKind.ACTIVITY_RUN: scoring.activity_run,
    CriterionKind.BY_HAND: scoring.by_hand,
}
FULL = 1000  # tenths of a point

SET_ASIDE = N_("Hội đồng ghi năm học này không áp dụng; lý do ở phần điều chỉnh.")
NOBODY_LEFT = N_("Đã đăng ký đúng hạn nhưng chưa được phân công em nào nên không áp dụng, không tính là 0 điểm.")
NOTHING_YET = N_("Chưa có gì để tính: chưa đến hạn nào, hoặc việc đỡ đầu chưa bắt đầu.")


@dataclass(frozen=True)
class Criterion:
    """One criterion as plain values; `max_points` in whole points."""

    code: str
    name: str
    kind: CriterionKind
    max_points: int
    needed: int = 1
    bonus: bool = False


@dataclass(frozen=True)
class Scheme:
    """What a year is scored by, as plain values: the criteria in their order, the bands, cap and conversion."""

    criteria: tuple[Criterion, ...]
    excellent_from: int = 90
    good_from: int = 70
    fulfilled_from: int = 50
    bonus_cap: int = 5
    converted_points: int = 5

    @classmethod
    def of(cls, scheme: EmulationScheme | None, criteria: Iterable[CriterionRow]) -> "Scheme":
        """From the stored rows; what a school begins with where it has none yet."""
        rows = sorted(criteria, key=lambda row: (row.bonus, row.position, row.code))
        values = tuple(
            Criterion(row.code, row.name, row.kind, row.max_points, row.needed or 1, row.bonus) for row in rows
        )
        usual = cls.usual()
        if scheme is None:
            return cls(values or usual.criteria)
        return cls(
            values,
            scheme.excellent_from,
            scheme.good_from,
            scheme.fulfilled_from,
            scheme.bonus_cap,
            scheme.converted_points,
        )

    @classmethod
    def usual(cls) -> "Scheme":
        """The criteria and bands that a school begins with."""
        return cls(
            tuple(Criterion(b.code, b.name, b.kind, b.max_points, b.needed or 1, b.bonus) for b in DEFAULTS),
        )

    def level(self, total: int) -> ScoreLevel:
        """The level of a total in tenths."""
        for level, first in (
            (ScoreLevel.EXCELLENT, self.excellent_from),
            (ScoreLevel.GOOD, self.good_from),
            (ScoreLevel.FULFILLED, self.fulfilled_from),
        ):
            if total >= first * 10:
                return level
        return ScoreLevel.NEEDS_EFFORT


@dataclass(frozen=True)
class Line:
    """One criterion of a sheet. All points are tenths; `base` and `points` None: the criterion does not apply."""

    code: str
    name: str
    kind: CriterionKind
    max: int
    base: int | None
    adjusted: int
    points: int | None
    done: int
    asked: int
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[Hint, ...] = ()
    bonus: bool = False


@dataclass(frozen=True)
class Score:
    """A person's score: `total` in tenths and `converted` in hundredths, None where it does not apply (`why`)."""

    lines: tuple[Line, ...]
    total: int | None
    level: ScoreLevel
    why: str = ""
    converted: int | None = None

    def frozen(self) -> dict[str, Any]:
        """As it is stored with a frozen sheet; what would earn more is left out, for the year is over."""
        return {
            "lines": [_frozen_line(line) for line in self.lines],
            "total": self.total,
            "level": self.level.value,
            "why": self.why,
            "converted": self.converted,
        }

    @classmethod
    def thaw(cls, stored: Mapping[str, Any] | None) -> "Score | None":
        """From what is stored; None where nothing is."""
        if not stored:
            return None
        lines = tuple(
            Line(
                **{name: value for name, value in line.items() if name not in ("kind", "evidence", "missing")},
                kind=CriterionKind(line["kind"]),
                evidence=tuple(
                    Evidence(**one | {"on": dt.date.fromisoformat(one["on"]) if one["on"] else None})
                    for one in line["evidence"]
                ),
            )
            for line in stored["lines"]
        )
        return cls(lines, stored["total"], ScoreLevel(stored["level"]), stored["why"], stored["converted"])


def _frozen_line(line: Line) -> dict[str, Any]:
    stored = asdict(line)
    evidence = [one | {"on": one["on"].isoformat() if one["on"] else None} for one in stored["evidence"]]
    return stored | {"kind": line.kind.value, "evidence": evidence, "missing": []}


def score(work: Work, rules: Scheme, today: dt.date) -> Score:
    """The person's score on this day."""
    lines = tuple(_line(work, criterion, today) for criterion in rules.criteria)
    why = _why_not(work, today)
    total = None if why else _total(lines, rules.bonus_cap)
    if total is None:
        return Score(lines, None, ScoreLevel.NOT_APPLICABLE, why or NOTHING_YET)
    return Score(lines, total, rules.level(total), "", _half_up(Fraction(total * rules.converted_points, 10)))


def _why_not(work: Work, today: dt.date) -> str:
    """Why the year does not apply to the person; empty where it does."""
    if work.set_aside:
        return SET_ASIDE
    if work.held:
        return ""
    last_day = work.year.plan.last_day(Deadline.REGISTRATION)
    if work.registered_on is not None and work.registered_on <= last_day:
        return NOBODY_LEFT
    return NOTHING_YET if today <= last_day else ""


def _line(work: Work, criterion: Criterion, today: dt.date) -> Line:
    counted = KINDS[criterion.kind](work, criterion.needed, today) if work.held or criterion.bonus else _without(work)
    most = criterion.max_points * 10
    base = None if counted.share is None else _half_up(counted.share * most)
    adjusted = work.adjusted.get(criterion.code, 0)
    # A criterion that the council has adjusted applies: what it said shall not be lost.
    points = None if base is None and not adjusted else max(0, min(most, (base or 0) + adjusted))
    return Line(
        criterion.code,
        criterion.name,
        criterion.kind,
        most,
        base,
        adjusted,
        points,
        counted.done,
        counted.asked,
        counted.evidence,
        _hints(counted) if today <= work.year.plan.ends_on else (),
        criterion.bonus,
    )


def _hints(counted: Counted) -> tuple[Hint, ...]:
    """Case by case, whatever the order in which the cases came."""
    return tuple(sorted(counted.missing, key=lambda hint: hint.case or 0))


def _without(work: Work) -> Counted:
    """Of somebody who sponsors nobody: nothing to measure after registering in time, else nothing was done."""
    last_day = work.year.plan.last_day(Deadline.REGISTRATION)
    registered = work.registered_on is not None and work.registered_on <= last_day
    return Counted(None if registered else Fraction(0))


def _total(lines: Iterable[Line], bonus_cap: int) -> int | None:
    """In tenths: the lines that apply, of the 100 that they would be worth together, and the bonus up to its cap."""
    plain, bonus, most = 0, 0, 0
    for line in lines:
        if line.points is None:
            continue
        if line.bonus:
            bonus += line.points
        else:
            plain, most = plain + line.points, most + line.max
    if not most:
        return None
    return min(FULL, _half_up(Fraction(plain * FULL, most)) + min(bonus, bonus_cap * 10))


def _half_up(value: Fraction) -> int:
    """The nearest whole number, a half upwards."""
    return int(value + Fraction(1, 2))
