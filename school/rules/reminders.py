"""Who owes what by when, and on which days a person is reminded of it (P4.6): pure, over the dates of the year.

A rule's `key` tells apart what the same rule finds for one person: the month, the semester, the year, or the row.
A person gets at most one digest a day, and none on a day without news: what begins to be near, what is due today, what
became overdue, and that again after one, two and three weeks. The panel shows it all the while.
"""

import datetime as dt
from dataclasses import dataclass

from school.errors import RuleError
from school.rules.calendar import YearPlan, month_start
from school.vocabulary import N_, Deadline, ReminderRule

WEEK = 7
# Days before the last day from which the rule reminds.
AHEAD = {
    ReminderRule.READ_PLAN: 7,
    ReminderRule.REGISTER: 14,
    ReminderRule.WRITE_MONTH: 5,
    ReminderRule.REVIEW_MONTH: 3,
    ReminderRule.DEPARTMENT_REPORT: 5,
    ReminderRule.CONFIRM_MONTH: 3,
    ReminderRule.RATE_HELP: 10,
    ReminderRule.SURVEY: 7,
    ReminderRule.ASSIGNMENT_LIST: 14,
    ReminderRule.FOLLOW_UP: 3,
    ReminderRule.SCHOOL_REPORT: 14,
    ReminderRule.YEAR_REVIEW: 21,
}
# Nobody is pressed about these once the last day is over: to offer help is a free choice (P4.1), a survey has its time.
UNTIL_THE_LAST_DAY = frozenset({ReminderRule.REGISTER, ReminderRule.SURVEY})
AFTER = (1, 1 + WEEK, 1 + 2 * WEEK, 1 + 3 * WEEK)  # days after the last day on which what is overdue is mailed again
MAX_SNOOZE = 7  # days
READING_DAYS = 7  # to read the year's plan, from the day on which it is announced
ANSWERING_DAYS = 14  # of a follow-up to which nobody gave a last day


@dataclass(frozen=True)
class Interval:
    """A lead or joint sponsorship from its first to its last day, and whose it is."""

    id: int
    case_id: int
    staff_id: int
    department_id: int | None
    first: dt.date
    last: dt.date | None


def ran_on(interval: Interval, day: dt.date) -> bool:
    """Whether the sponsorship runs on the day."""
    return interval.first <= day and (interval.last is None or day <= interval.last)


def owes_month(interval: Interval, plan: YearPlan, period: str, today: dt.date) -> bool:
    """Whether the month's evaluation is this sponsor's to send: who sponsors on its last day on time sends it.

    While that day is still to come, it is who sponsors today: nobody writes a month that has not begun (P4.8).
    """
    if month_start(period) > today:
        return False
    last_day = plan.last_day(Deadline.SPONSOR_MONTH, period)
    return ran_on(interval, last_day) and ran_on(interval, min(today, last_day))


def begins_on(rule: ReminderRule, due_on: dt.date) -> dt.date:
    """The first day on which the rule reminds."""
    return due_on - dt.timedelta(days=AHEAD[rule])


def is_open(rule: ReminderRule, due_on: dt.date, today: dt.date) -> bool:
    """Whether the rule still asks for it on this day, given that it is not done."""
    return today <= due_on or rule not in UNTIL_THE_LAST_DAY


def is_hidden(snoozed_until: dt.date | None, today: dt.date) -> bool:
    """Whether the person has put it off past today."""
    return snoozed_until is not None and today < snoozed_until


def calls(
    rule: ReminderRule,
    due_on: dt.date,
    today: dt.date,
    mailed_on: dt.date | None = None,
    acknowledged_on: dt.date | None = None,
    snoozed_until: dt.date | None = None,
) -> bool:
    """Whether it is news today: a day of the rule has come since the last mail.

    What is put off waits. What the person has acknowledged is not news again before it is overdue.
    """
    if is_hidden(snoozed_until, today):
        return False
    days = [due_on + dt.timedelta(days=after) for after in AFTER]
    if acknowledged_on is None:
        days = [begins_on(rule, due_on), due_on, *days]
        if snoozed_until is not None:
            days.append(snoozed_until)
    come = [day for day in days if day <= today and (mailed_on is None or mailed_on < day)]
    # Somebody whose mail begins late (a new address, a school that has just set its mail up) gets it once all the same.
    return bool(come) and (acknowledged_on is None or max(come) > acknowledged_on)


def snooze_day(due_on: dt.date, today: dt.date, days: int) -> dt.date:
    """The day on which it comes back; RuleError for more than a week or past the last day."""
    if not 1 <= days <= MAX_SNOOZE:
        raise RuleError(N_("Thầy cô chọn để sau từ 1 đến 7 ngày."), field="days")
    if due_on <= today:
        raise RuleError(N_("Việc này đã đến hạn nên không để sau được nữa."), field="days")
    return min(today + dt.timedelta(days=days), due_on)


def snooze_choices(due_on: dt.date, today: dt.date) -> list[int]:
    """For how many days it may be put off: none on the last day."""
    left = (due_on - today).days
    return [days for days in (1, 3, MAX_SNOOZE) if days <= left] if left > 0 else []
