"""The kinds of criteria that are counted over the year (P4.5); the worked rules stand in `emulation.py`."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from school.rules.calendar import is_late
from school.rules.evaluation import HELP_POINTS
from school.rules.score_facts import Counted, Evidence, Held, Hint, MonthDays, Part, Surveyed, Work, in_order
from school.rules.scoring_months import DAYS_TO_BEGIN
from school.vocabulary import N_, Deadline

MONTHS_OF_EXTRA = 3  # a student counts as one more from so many months on

RATING = N_("Nhận xét việc giúp đỡ cả học kỳ")
ACTIVITY = N_("Hoạt động ngoài giờ")
HALF = N_("Hỗ trợ: mỗi tháng tính một nửa")
SAME_CHANNEL = N_("Cùng kênh, tính một lần")
RECORDED_LATE = N_("Ghi sau hạn")
WAITS_FOR_A_MONTH = N_("Chờ một tháng của em được xác nhận")
NOT_CONFIRMED = N_("Chưa được xác nhận")


# Taking part --------------------------------------------------------------------------------------------------------


def participation(work: Work, needed: int, today: dt.date) -> Counted:
    """Months in which a sponsorship ran, of those since the first began while a case of the person's was open."""
    until = min(today, work.left_on) if work.left_on is not None else today
    parts = [part for held in work.held for part in held.parts if part.first <= until]
    months = list(_assigned(work, parts, until))
    earned = [_ran(parts, days, until) for days in months]
    share = sum(earned, Fraction(0)) / len(months) if months else None
    evidence = [
        Evidence(
            "sponsorship",
            part.id,
            part.first,
            part.role.label,
            held.case.id,
            any(_ran([part], days, until) for days in months),
            "" if part.leads else HALF,
        )
        for held in work.held
        for part in held.parts
    ]
    return Counted(share, sum(one > 0 for one in earned), len(months), in_order(evidence))


def _assigned(work: Work, parts: list[Part], until: dt.date) -> Iterator[MonthDays]:
    """The months that are asked: from the first beginning on, as long as a case is open."""
    if not parts:
        return
    begun = min(part.first for part in parts)
    for days in work.year.months:
        still_open = any(
            held.case.closed_on is None or held.case.closed_on >= days.first for held in work.held if held.parts
        )
        if days.first <= until and days.last >= begun and still_open:
            yield days


def _ran(parts: Iterable[Part], days: MonthDays, until: dt.date) -> Fraction:
    """What a month earns: 1 for lead and joint, a half where the person only supports."""
    running = [part for part in parts if part.ran_between(days.first, min(days.last, until))]
    if not running:
        return Fraction(0)
    return Fraction(1) if any(part.leads for part in running) else Fraction(1, 2)


# Survey -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Survey:
    """The survey of one case as it is asked of one person."""

    work: Work
    held: Held

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return self.held.leading or self.held.parts

    @cached_property
    def limit(self) -> dt.date:
        """The last day on which an entry is in time."""
        begun = min(part.first for part in self.parts)
        return max(self.work.year.plan.last_day(Deadline.SURVEY_CLOSES), begun + DAYS_TO_BEGIN)

    def note(self, entry: Surveyed) -> str:
        """Why the entry earns nothing (yet); empty where it counts."""
        if is_late(entry.created_at, self.limit):
            return RECORDED_LATE
        moments = self.held.case.confirmed.values()
        return "" if moments and entry.created_at <= max(moments) else WAITS_FOR_A_MONTH

    @cached_property
    def counted(self) -> dict[str, Surveyed]:
        """The first entry that counts of each channel."""
        found: dict[str, Surveyed] = {}
        for entry in sorted(self.held.case.surveys, key=lambda one: (one.created_at, one.id)):
            if not self.note(entry):
                found.setdefault(entry.channel, entry)
        return found

    def asks(self, today: dt.date) -> bool:
        """Whether its time is over, within the year and while the person was still there."""
        over = self.limit < today and self.limit <= self.work.year.plan.ends_on
        return over and any(part.ran_between(self.limit, self.limit) for part in self.parts)

    def evidence(self) -> Iterator[Evidence]:
        taken = {entry.id for entry in self.counted.values()}
        for entry in self.held.case.surveys:
            note = "" if entry.id in taken else self.note(entry) or SAME_CHANNEL
            yield Evidence("survey_entry", entry.id, entry.on, entry.channel.label, self.held.case.id, not note, note)


def survey(work: Work, needed: int, today: dt.date) -> Counted:
    """Different channels recorded in time in the person's cases, by whoever: nobody is asked twice."""
    surveys = [_Survey(work, held) for held in work.own]
    surveys = [one for one in surveys if any(part.first <= today for part in one.parts)]
    counts = [min(len(one.counted), needed) for one in surveys if one.asks(today) or len(one.counted) >= needed]
    share = Fraction(sum(counts), needed * len(counts)) if counts else None
    evidence = in_order(row for one in surveys for row in one.evidence())
    return Counted(share, sum(counts), needed * len(counts), evidence, tuple(_survey_missing(surveys, needed, today)))


def _survey_missing(surveys: Iterable[_Survey], needed: int, today: dt.date) -> Iterator[Hint]:
    for one in surveys:
        lacking = needed - len({entry.channel for entry in one.held.case.surveys})
        if lacking > 0 and today <= one.limit:
            yield Hint(
                N_("Thêm %(count)s kênh khảo sát, ghi chậm nhất ngày %(day)s."),
                {"count": lacking, "day": f"{one.limit:%d/%m/%Y}"},
                one.held.case.id,
            )


# Help, and what comes on top ------------------------------------------------------------------------------------------


def help_recognised(work: Work, needed: int, today: dt.date) -> Counted:
    """The mean of the semester ratings by union and leadership, of the best there is."""
    points, most = sum(HELP_POINTS[one.rating] for one in work.ratings), max(HELP_POINTS.values())
    full = most * len(work.ratings)
    evidence = in_order(
        Evidence("sponsor_evaluation", one.id, None, RATING, one.case, True, "", one.period.value)
        for one in work.ratings
    )
    hint = () if evidence else (Hint(N_("Việc giúp đỡ được Công đoàn, Ban giám hiệu nhận xét vào cuối mỗi học kỳ.")),)
    return Counted(Fraction(points, full) if full else None, points, full, evidence, hint)


def extra_sponsorship(work: Work, needed: int, today: dt.date) -> Counted:
    """Students sponsored in at least three months, in whatever part, beyond the first."""
    long = [held for held in work.held if len(_months_with(work, held, today)) >= MONTHS_OF_EXTRA]
    extra = max(0, len(long) - 1)
    evidence = in_order(
        Evidence("sponsorship", part.id, part.first, part.role.label, held.case.id, extra > 0)
        for held in long
        for part in held.parts
    )
    return Counted(Fraction(min(extra, needed), needed), min(extra, needed), needed, evidence)


def _months_with(work: Work, held: Held, today: dt.date) -> list[MonthDays]:
    return [days for days in work.year.months if _ran(held.parts, days, today)]


def activity_run(work: Work, needed: int, today: dt.date) -> Counted:
    """Activities that the person organised and somebody else confirmed."""
    done = sum(one.confirmed_on is not None for one in work.activities)
    evidence = in_order(
        Evidence(
            "activity",
            one.id,
            one.on,
            ACTIVITY,
            None,
            bool(one.confirmed_on),
            "" if one.confirmed_on else NOT_CONFIRMED,
        )
        for one in work.activities
    )
    return Counted(Fraction(min(done, needed), needed), min(done, needed), needed, evidence)


def by_hand(work: Work, needed: int, today: dt.date) -> Counted:
    """Nothing by itself: the council adds points with a reason."""
    return Counted(Fraction(0))
