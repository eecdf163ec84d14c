"""Reminders (P4.6): what `owed.py` finds, kept as rows, one a thing owed, by the operator once a day.

A row is made when something begins to be owed, settled when it is done or no longer owed, and taken up again when it
comes back. The person acknowledges it or puts it off; mail and calendar read the rows, and tell no student's name.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed
from school.rules import reminders as rules
from school.rules.actor import Actor
from school.rules.calendar import SEMESTERS
from school.rules.policy import require
from school.services.owed import Key, Owed, owed_by_all
from school.services.records import step
from school.vocabulary import N_, Action, ReminderRule

LONG_AGO = dt.timedelta(days=400)  # what was settled before that is not looked at again


@dataclass(frozen=True)
class Worked:
    """What a working out changed."""

    made: int
    settled: int
    open: int


def work_out(session: Session, actor: Actor, today: dt.date) -> Worked:
    """Write what everybody owes on `today`: new rows, rows that changed, rows settled. By the operator alone."""
    if not actor.operator:
        raise NotAllowed(N_("Chỉ phần mềm trên máy chủ mới lập nhắc việc."))
    owed = owed_by_all(session, today)
    earliest = min((thing.due_on for thing in owed.values()), default=today) - LONG_AGO
    known = session.scalars(
        select(m.Reminder).where(or_(m.Reminder.settled_on.is_(None), m.Reminder.due_on >= earliest))
    ).all()
    rows = {Key(row.staff_id, row.rule, row.key): row for row in known}
    made = settled = 0
    with step(session, "remind"):
        for key, thing in owed.items():
            row = rows.get(key)
            if row is None:
                session.add(m.Reminder(**key._asdict(), due_on=thing.due_on, count=thing.count))
                made += 1
            else:
                made += _refresh(row, thing)
        for key, row in rows.items():
            if row.settled_on is None and key not in owed:
                row.settled_on = today
                settled += 1
    return Worked(made, settled, len(owed))


def _refresh(row: m.Reminder, thing: Owed) -> bool:
    """Bring a row up to date; True when it had been settled and is owed again, which begins it anew."""
    again = row.settled_on is not None
    if again:
        row.settled_on = row.mailed_on = row.acknowledged_on = row.snoozed_until = None
    row.due_on, row.count = thing.due_on, thing.count
    if row.snoozed_until is not None and row.snoozed_until > thing.due_on:
        row.snoozed_until = thing.due_on  # the school has moved the last day
    return again


# The person ----------------------------------------------------------------------------------------------------------


def due_for(session: Session, actor: Actor) -> list[m.Reminder]:
    """What the actor owes, as last worked out, the nearest last day first; one statement."""
    if actor.staff_id is None:
        return []
    statement = select(m.Reminder).where(m.Reminder.staff_id == actor.staff_id, m.Reminder.settled_on.is_(None))
    return list(session.scalars(statement.order_by(m.Reminder.due_on, m.Reminder.id)))


def acknowledge(session: Session, actor: Actor, reminder: m.Reminder) -> m.Reminder:
    """The person knows of it: no more mail about it before it is overdue. A second tap changes nothing."""
    require(actor, Action.ANSWER_REMINDER, reminder)
    with step(session, "acknowledge"):
        if reminder.acknowledged_on is None:
            reminder.acknowledged_on = actor.today
        reminder.snoozed_until = None
    return reminder


def snooze(session: Session, actor: Actor, reminder: m.Reminder, days: int) -> m.Reminder:
    """Put it off for some days, a week at most and never past its last day."""
    require(actor, Action.ANSWER_REMINDER, reminder)
    until = rules.snooze_day(reminder.due_on, actor.today, days)
    with step(session, "snooze"):
        reminder.snoozed_until = until
    return reminder


def take_up(session: Session, actor: Actor, reminder: m.Reminder) -> m.Reminder:
    """Show it again before the day to which it was put off."""
    require(actor, Action.ANSWER_REMINDER, reminder)
    with step(session, "take up"):
        reminder.snoozed_until = None
    return reminder


# The words ------------------------------------------------------------------------------------------------------------

SENTENCES = {
    ReminderRule.READ_PLAN: N_("Đọc kế hoạch năm học và xác nhận đã đọc"),
    ReminderRule.REGISTER: N_("Đăng ký đỡ đầu năm học %(key)s, nếu thầy cô nhận giúp một em"),
    ReminderRule.WRITE_MONTH: N_("Gửi đánh giá %(period)s: %(count)s em"),
    ReminderRule.REVIEW_MONTH: N_("Xem đánh giá %(period)s của tổ: %(count)s em"),
    ReminderRule.DEPARTMENT_REPORT: N_("Nộp báo cáo %(period)s của tổ"),
    ReminderRule.CONFIRM_MONTH: N_("Xác nhận đánh giá %(period)s: %(count)s em"),
    ReminderRule.RATE_HELP: N_("Nhận xét việc giúp đỡ %(period)s: %(count)s lượt phân công"),
    ReminderRule.SURVEY: N_("Khảo sát, đề xuất học sinh cần hỗ trợ"),
    ReminderRule.ASSIGNMENT_LIST: N_("Họp phân công, duyệt danh sách: %(count)s em chưa có người đỡ đầu"),
    ReminderRule.FOLLOW_UP: N_("Việc cần theo dõi: %(count)s việc"),
    ReminderRule.SCHOOL_REPORT: N_("Báo cáo Sở lần %(key)s"),
    ReminderRule.YEAR_REVIEW: N_("Tổng kết, kết thúc năm học %(key)s"),
}


def period_words(key: str) -> str:
    """The month or semester of a key as it stands in a Vietnamese sentence; the key itself where it is neither."""
    for semester in SEMESTERS:
        if key == semester.value:
            return semester.label.replace("Học kỳ", "học kỳ")
    year, dash, month = key.partition("-")
    return f"tháng {int(month)}/{year}" if dash and len(month) == 2 and month.isdecimal() else key


def say(rule: ReminderRule, key: str, count: int) -> str:
    """What is owed, in Vietnamese, for mail and calendar: counts and periods, never a student."""
    return SENTENCES[rule] % {"key": key, "period": period_words(key), "count": count}


def in_digest(reminder: m.Reminder, today: dt.date) -> bool:
    """Whether a mail of the day names it: near or overdue, not put off, not acknowledged before it is overdue."""
    near = rules.begins_on(reminder.rule, reminder.due_on) <= today
    quiet = reminder.acknowledged_on is not None and today <= reminder.due_on
    return near and not quiet and not rules.is_hidden(reminder.snoozed_until, today)


def is_news(reminders: Iterable[m.Reminder], today: dt.date) -> bool:
    """Whether the person gets a digest today: something calls, and none has gone out today."""
    rows = list(reminders)
    if any(row.mailed_on == today for row in rows):
        return False
    return any(
        rules.calls(row.rule, row.due_on, today, row.mailed_on, row.acknowledged_on, row.snoozed_until)
        for row in rows
        if in_digest(row, today)
    )


@dataclass(frozen=True)
class Item:
    """One thing owed, as mail tells it: all that there is to tell."""

    due_on: dt.date
    rule: ReminderRule
    key: str
    count: int

    @classmethod
    def of(cls, row: m.Reminder) -> "Item":
        """What the row says."""
        return cls(row.due_on, row.rule, row.key, row.count)


def digest(full_name: str, items: Iterable[Item], today: dt.date, address: str | None = None) -> str:
    """The text of one mail to one person: counts, dates and the panel's address (P1.3: no student in it)."""
    counts: Counter[tuple[dt.date, ReminderRule, str]] = Counter()
    for item in items:
        counts[item.due_on, item.rule, "" if item.rule is ReminderRule.FOLLOW_UP else item.key] += item.count
    late, coming = [], []
    for (due_on, rule, key), count in sorted(counts.items()):
        line = f"- {say(rule, key, count)}"
        if due_on < today:
            late.append(f"{line} (hạn {due_on:%d/%m/%Y}, đã quá {(today - due_on).days} ngày)")
        else:
            coming.append(f"{line} (hạn {'hôm nay' if due_on == today else f'{due_on:%d/%m/%Y}'})")
    parts = [f"Kính gửi thầy cô {full_name},", f"Công tác đỡ đầu học sinh đang có {len(counts)} việc chờ thầy cô."]
    parts += ["\n".join([title, *lines]) for title, lines in (("Đã quá hạn:", late), ("Sắp đến hạn:", coming)) if lines]
    if address:
        parts.append(f"Mở trang đỡ đầu học sinh: {address}")
    parts.append(
        "Trong mục “Lịch và nhắc việc”, thầy cô bấm “Đã rõ” hoặc “Để sau” để không nhận thư nhắc lại.\n"
        "Thư này do trang đỡ đầu học sinh của trường tự gửi, thầy cô không cần trả lời."
    )
    return "\n\n".join(parts) + "\n"
