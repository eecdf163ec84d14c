"""The kinds of criteria that are counted by the months of a case (P4.5); the worked rules stand in `emulation.py`."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from school.rules.calendar import LAST_MONTH, SEMESTERS, is_late, month_start, school_day, semester_days
from school.rules.evaluation import month_after
from school.rules.reminders import owes_month
from school.rules.score_facts import (
    Case,
    Counted,
    Evidence,
    Held,
    Hint,
    MonthDays,
    MonthSent,
    Part,
    PlanMade,
    Reached,
    Work,
    in_order,
)
from school.vocabulary import N_, ContactKind, TermPeriod

DAYS_TO_BEGIN = dt.timedelta(days=30)  # for the survey and the plan, where somebody begins later in the year
FAMILY = (ContactKind.HOME_VISIT, ContactKind.MEET_FAMILY, ContactKind.CALL)
TEACHERS = (ContactKind.HOMEROOM, ContactKind.SUBJECT_TEACHER)

REMARK = N_("Nhận xét tháng")
PLAN = N_("Kế hoạch giúp đỡ")
GOAL = N_("Mục tiêu đã xem lại cùng em")
WAITS = N_("Chờ xác nhận")
NOT_SENT = N_("Tháng này chưa gửi nhận xét")
TOO_LATE = N_("Gửi sau hạn")
MADE_LATE = N_("Lập sau hạn")
AFTERWARDS = N_("Ghi sau khi đã xác nhận")
NEXT_MONTH = N_("Chờ tháng sau được xác nhận")
SAME_DAY = N_("Cùng ngày, tính một lần")
TOO_FEW = N_("Tháng này chưa đủ số ngày")
NOT_THEIRS = N_("Ngoài các tháng được tính cho thầy cô")


@dataclass(frozen=True)
class CaseMonth:
    """One month of one case that is the person's. `asked`: it counts whatever was done, else only where it is full."""

    held: Held
    days: MonthDays
    asked: bool
    sent: MonthSent | None
    has: bool  # the person led the case when it was sent

    @property
    def in_time(self) -> bool:
        """Whether it was sent by its last day on time."""
        return self.sent is not None and not _late(self.sent, self.days)

    def vouched(self, at: dt.datetime) -> bool:
        """Whether others saw what stood at `at` when they confirmed the month, or the one after it."""
        return self.held.case.vouched(self.days.period, at)


def months_of(work: Work, today: dt.date, held_cases: Iterable[Held] | None = None) -> list[CaseMonth]:
    """The months of the person's cases that are the person's: those that the person owes, and those that it sent."""
    found = []
    for held in work.own if held_cases is None else held_cases:
        for days in work.year.months:
            if days.first <= today and (month := _month(work, held, days, today)) is not None:
                found.append(month)
    return found


def _month(work: Work, held: Held, days: MonthDays, today: dt.date) -> CaseMonth | None:
    sent = held.case.sent.get(days.period)
    has = sent is not None and any(_has(part.first, part.last, sent, days) for part in held.leading)
    owed = any(owes_month(part.interval, work.year.plan, days.period, today) for part in held.leading or held.parts)
    if not owed and not has:
        return None
    # Whoever takes over a case whose month was sent in time by then has nothing to send.
    settled = bool(held.leading) and not has and _sent_in_time(held.case, sent, days)
    return CaseMonth(held, days, owed and today > days.due_on and not settled, sent, has)


def _sent_in_time(case: Case, sent: MonthSent | None, days: MonthDays) -> bool:
    """Whether whoever led the case by then sent the month in time."""
    if sent is None or _late(sent, days):
        return False
    return any(_has(first, last, sent, days) for _, first, last in case.leaders)


def _has(first: dt.date, last: dt.date | None, sent: MonthSent, days: MonthDays) -> bool:
    """Whether the month is of whoever led the case so long: on some day of the month, and on the day of sending."""
    if first > days.last or (last is not None and last < days.first):
        return False
    day = school_day(sent.sent_at) if sent.sent_at is not None else None
    return day is None or (first <= day and (last is None or day <= last))


def _late(sent: MonthSent, days: MonthDays) -> bool:
    return sent.sent_at is not None and is_late(sent.sent_at, days.due_on)


def share_of(months: Iterable[CaseMonth], full: Iterable[CaseMonth]) -> tuple[Fraction | None, int, int]:
    """How much of the months is full: a share, how many are full, and of how many; None of none."""
    done = set(map(id, full))
    counted = [month for month in months if month.asked or id(month) in done]
    return (Fraction(len(done), len(counted)) if counted else None), len(done), len(counted)


def _name(days: MonthDays) -> str:
    return f"{days.first:%m/%Y}"


# Monthly remarks ----------------------------------------------------------------------------------------------------


def is_remarked(month: CaseMonth) -> bool:
    """Whether the person sent the month in time and somebody confirmed it."""
    return month.has and month.in_time and month.sent is not None and month.sent.confirmed_at is not None


def monthly_remarks(work: Work, needed: int, today: dt.date) -> Counted:
    """Months sent by the sponsor's last day and confirmed, of the months that the person owes."""
    months = [month for month in months_of(work, today) if month.held.leading]
    share, done, asked = share_of(months, filter(is_remarked, months))
    evidence = [
        Evidence(
            "progress_evaluation",
            month.sent.id,
            school_day(month.sent.sent_at) if month.sent.sent_at is not None else None,
            REMARK,
            month.held.case.id,
            is_remarked(month),
            _remark_note(month),
            month.days.period,
        )
        for month in months
        if month.sent is not None
    ]
    return Counted(share, done, asked, in_order(evidence), tuple(_remarks_missing(months, today)))


def _remark_note(month: CaseMonth) -> str:
    if not month.has:
        return NOT_THEIRS
    if not month.in_time:
        return TOO_LATE
    return "" if is_remarked(month) else WAITS


def _remarks_missing(months: Iterable[CaseMonth], today: dt.date) -> Iterator[Hint]:
    for month in months:
        case, name = month.held.case.id, _name(month.days)
        if month.sent is None and today <= month.days.due_on:
            day = f"{month.days.due_on:%d/%m/%Y}"
            yield Hint(N_("Tháng %(month)s: gửi nhận xét chậm nhất ngày %(day)s."), {"month": name, "day": day}, case)
        elif month.has and month.in_time and month.sent is not None and month.sent.confirmed_at is None:
            yield Hint(N_("Tháng %(month)s: nhận xét đã gửi, chờ xác nhận."), {"month": name}, case)


# Contacts -----------------------------------------------------------------------------------------------------------


def contact_days(month: CaseMonth) -> set[dt.date]:
    """Days of the month with a contact that others saw when they confirmed it; many on one day are one."""
    return {contact.on for contact in _contacts_in(month) if month.vouched(contact.created_at)}


def _contacts_in(month: CaseMonth) -> list[Reached]:
    return [one for one in month.held.contacts if month.days.first <= one.on <= month.days.last]


def contacts(work: Work, needed: int, today: dt.date) -> Counted:
    """Months with reached contacts by the person on enough different days."""
    months = months_of(work, today)
    full = [month for month in months if len(contact_days(month)) >= needed]
    share, done, asked = share_of(months, full)
    evidence = _contact_evidence(work, months, {id(month) for month in full})
    return Counted(share, done, asked, in_order(evidence), tuple(_contacts_missing(months, needed, today)))


def _contact_evidence(work: Work, months: Iterable[CaseMonth], full: set[int]) -> Iterator[Evidence]:
    by_key = {(month.held.case.id, month.days.period): month for month in months}
    for held in work.own:
        days: set[dt.date] = set()
        for contact in sorted(held.contacts, key=lambda one: (one.on, one.id)):
            month = by_key.get((held.case.id, period_of(contact.on)))
            note = _contact_note(held, contact) if month is not None else NOT_THEIRS
            if not note and contact.on in days:
                note = SAME_DAY
            elif not note:
                days.add(contact.on)
                note = "" if id(month) in full else TOO_FEW
            yield Evidence(
                "contact",
                contact.id,
                contact.on,
                contact.kind.label,
                held.case.id,
                not note,
                note,
                period_of(contact.on),
            )


def _contact_note(held: Held, contact: Reached) -> str:
    """Why a contact earns nothing yet, or no more; empty where others saw it when they confirmed its month."""
    period = period_of(contact.on)
    if held.case.vouched(period, contact.created_at):
        return ""
    if period in held.case.confirmed:
        return _unseen(held.case, period)
    return WAITS if period in held.case.sent else NOT_SENT


def _unseen(case: Case, period: str) -> str:
    """Why what was entered after its month was confirmed does not count: the next month may still bring it in."""
    over = month_after(period) in case.confirmed or month_start(period).month == LAST_MONTH
    return AFTERWARDS if over else NEXT_MONTH


def period_of(day: dt.date) -> str:
    """The month in which the day falls: "2025-10"."""
    return f"{day.year}-{day.month:02}"


def _contacts_missing(months: Iterable[CaseMonth], needed: int, today: dt.date) -> Iterator[Hint]:
    for month in months:
        if today > month.days.last:
            continue
        lacking = needed - len({contact.on for contact in _contacts_in(month)})
        if lacking > 0:
            yield Hint(
                N_("Tháng %(month)s: thêm %(count)s ngày có gặp gỡ, trao đổi; thầy cô ghi sớm để được xác nhận."),
                {"month": _name(month.days), "count": lacking},
                month.held.case.id,
            )


# Coordination -------------------------------------------------------------------------------------------------------


def coordination(work: Work, needed: int, today: dt.date) -> Counted:
    """Semesters with a contact with the family, and with one with a teacher of the student: half each."""
    months = months_of(work, today)
    asked_semesters = {(month.held.case.id, month.days.semester) for month in months if month.asked}
    halves, counted, evidence = 0, 0, []
    missing: list[Hint] = []
    for held in work.own:
        groups: dict[TermPeriod, set[bool]] = defaultdict(set)
        for contact in held.contacts:
            days = work.year.by_period.get(period_of(contact.on))
            if contact.kind not in (*FAMILY, *TEACHERS) or days is None:
                continue
            note = _contact_note(held, contact)
            if not note:
                groups[days.semester].add(contact.kind in FAMILY)
            evidence.append(
                Evidence(
                    "contact", contact.id, contact.on, contact.kind.label, held.case.id, not note, note, days.period
                )
            )
        for semester in SEMESTERS:
            if (held.case.id, semester) in asked_semesters or len(groups[semester]) == 2:
                counted, halves = counted + 1, halves + len(groups[semester])
        missing += _coordination_missing(work, held, groups, today)
    share = Fraction(halves, 2 * counted) if counted else None
    return Counted(share, halves, 2 * counted, in_order(evidence), tuple(missing))


def _coordination_missing(
    work: Work, held: Held, groups: dict[TermPeriod, set[bool]], today: dt.date
) -> Iterator[Hint]:
    days = work.year.by_period.get(period_of(today))
    if days is None or not any(part.ran_between(today, today) for part in held.parts):
        return
    if True not in groups[days.semester]:
        yield Hint(N_("Học kỳ này: một lần trao đổi với gia đình em."), {}, held.case.id)
    if False not in groups[days.semester]:
        yield Hint(N_("Học kỳ này: một lần trao đổi với GVCN hoặc giáo viên bộ môn của em."), {}, held.case.id)


# Plan and goals -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Semester:
    """One semester of one case in which the person leads it, and the plan that it asks for."""

    work: Work
    held: Held
    name: TermPeriod
    parts: tuple[Part, ...]
    first: dt.date

    @cached_property
    def limit(self) -> dt.date:
        """The last day on which a plan is in time."""
        return max(self.first, min(part.first for part in self.parts)) + DAYS_TO_BEGIN

    @cached_property
    def made(self) -> PlanMade | None:
        """The plan, if there is one."""
        return min((plan for plan in self.held.case.plans if plan.semester is self.name), key=_id, default=None)

    @property
    def note(self) -> str:
        """Why the plan earns nothing (yet); empty where it counts, or where there is none."""
        if self.made is None:
            return ""
        if is_late(self.made.created_at, self.limit):
            return MADE_LATE
        confirmed = self.held.case.confirmed
        months = [days.period for days in self.work.year.months if days.semester is self.name]
        seen = any(month in confirmed and self.made.created_at <= confirmed[month] for month in months)
        return "" if seen else WAITS

    @property
    def is_planned(self) -> bool:
        """Whether there is a plan that counts."""
        return self.made is not None and not self.note

    def asks(self, today: dt.date) -> bool:
        """Whether the plan's time is over, within the year and while the person still led the case."""
        over = self.limit < today and self.limit <= self.work.year.plan.ends_on
        return over and any(part.ran_between(self.limit, self.limit) for part in self.parts)


def _id(plan: PlanMade) -> int:
    return plan.id


def _semesters(work: Work, today: dt.date) -> Iterator[Semester]:
    """The semesters, begun, in which the person leads a case."""
    plan = work.year.plan
    for held in work.own:
        for name in SEMESTERS:
            first, last = semester_days(name, plan.starts_on, plan.second_starts_on, plan.ends_on)
            parts = tuple(part for part in held.leading if part.ran_between(first, min(last, today)))
            if parts and first <= today:
                yield Semester(work, held, name, parts, first)


def plan_and_goals(work: Work, needed: int, today: dt.date) -> Counted:
    """A third for plans in time, two thirds for months in which a goal was looked at, met or not."""
    semesters = list(_semesters(work, today))
    made = [one for one in semesters if one.is_planned]
    planned = [one for one in semesters if one.is_planned or one.asks(today)]
    months = [month for month in months_of(work, today) if month.held.leading]
    share, done, asked = share_of(months, [month for month in months if _looked_at(month)])
    parts = [(Fraction(1, 3), Fraction(len(made), len(planned)))] if planned else []
    parts += [(Fraction(2, 3), share)] if share is not None else []
    weight = sum((weight for weight, _ in parts), Fraction(0))
    whole = sum((weight * part for weight, part in parts), Fraction(0)) / weight if parts else None
    return Counted(
        whole,
        len(made) + done,
        len(planned) + asked,
        in_order([*_plan_evidence(semesters), *_goal_evidence(work, months)]),
        (*_plans_missing(semesters, today), *_goals_missing(months, today)),
    )


def _looked_at(month: CaseMonth) -> bool:
    goals = month.held.case.goals
    return any(goal.period == month.days.period and month.vouched(goal.reviewed_at) for goal in goals)


def _plan_evidence(semesters: Iterable[Semester]) -> Iterator[Evidence]:
    for one in semesters:
        if one.made is not None:
            day = school_day(one.made.created_at)
            yield Evidence(
                "support_plan", one.made.id, day, PLAN, one.held.case.id, not one.note, one.note, one.name.value
            )


def _goal_evidence(work: Work, months: Iterable[CaseMonth]) -> Iterator[Evidence]:
    theirs = {(month.held.case.id, month.days.period) for month in months}
    for held in work.own:
        for goal in held.case.goals if held.leading else ():
            if (held.case.id, goal.period) in theirs:
                case = held.case
                note = "" if case.vouched(goal.period, goal.reviewed_at) else _goal_note(case, goal.period)
                yield Evidence("goal", goal.id, goal.starts_on, GOAL, case.id, not note, note, goal.period)


def _goal_note(case: Case, period: str) -> str:
    return _unseen(case, period) if period in case.confirmed else WAITS


def _plans_missing(semesters: Iterable[Semester], today: dt.date) -> Iterator[Hint]:
    for one in semesters:
        if one.made is None and today <= one.limit:
            first = one.name is TermPeriod.SEMESTER_1
            msgid = (
                N_("Lập kế hoạch học kỳ I chậm nhất ngày %(day)s.")
                if first
                else N_("Lập kế hoạch học kỳ II chậm nhất ngày %(day)s.")
            )
            yield Hint(msgid, {"day": f"{one.limit:%d/%m/%Y}"}, one.held.case.id)


def _goals_missing(months: Iterable[CaseMonth], today: dt.date) -> Iterator[Hint]:
    for month in months:
        looked_at = any(goal.period == month.days.period for goal in month.held.case.goals)
        if today <= month.days.last and not looked_at:
            name = {"month": _name(month.days)}
            yield Hint(N_("Tháng %(month)s: cùng em xem lại ít nhất một mục tiêu."), name, month.held.case.id)
