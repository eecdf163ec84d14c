"""The daily round: work out what everybody owes, mail it, once a day; command and clock run it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.exc import StaleDataError

from school import mail
from school.db import db, writing
from school.errors import StaleRecord
from school.models import JobRun, Reminder, Staff
from school.rules.actor import Actor
from school.services import reminders
from school.services.guard import set_actor
from school.services.records import step

JOB = "remind"
GIVEN_UP = dt.timedelta(hours=2)  # a run that has not ended by then was cut off: another may take it over
SUBJECT = "Đỡ đầu học sinh: việc đang chờ thầy cô, {:%d/%m/%Y}"


@dataclass
class Outcome:
    """What one round did. People are named, addresses are not."""

    worked: reminders.Worked
    mailed: int = 0
    without_address: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)  # who, and why
    unreachable: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON shows it."""
        return {
            "made": self.worked.made,
            "settled": self.worked.settled,
            "open": self.worked.open,
            "mailed": self.mailed,
            "without_address": self.without_address,
            "failed": [{"name": name, "reason": reason} for name, reason in self.failed],
            "unreachable": self.unreachable,
        }


def run(
    now: dt.datetime,
    today: dt.date,
    settings: Mapping[str, Any],
    send: bool,
    go_on: Callable[[], bool] = lambda: True,
) -> Outcome:
    """Write the reminders of `today` and, if wanted and mail is set up, send each person one digest."""
    actor = Actor.running_commands(now)
    with writing():
        set_actor(db.session, actor)
        outcome = Outcome(reminders.work_out(db.session, actor, today))
        db.session.commit()
    if send and settings["SMTP_URL"]:
        _mail_all(actor, today, settings, outcome, go_on)
    return outcome


def _mail_all(
    actor: Actor, today: dt.date, settings: Mapping[str, Any], outcome: Outcome, go_on: Callable[[], bool]
) -> None:
    waiting = _with_news(actor, today)
    outcome.without_address += [staff.full_name for staff in waiting if not staff.email]
    people = [(staff.id, staff.full_name, staff.email) for staff in waiting if staff.email]
    db.session.rollback()
    with mail.Mailer(mail.parse_server(settings["SMTP_URL"]), settings["MAIL_FROM"]) as mailer:
        for staff_id, name, address in people:
            if not go_on():
                return
            claimed = _claim(actor, staff_id, today)
            if claimed is None:
                continue  # another process was faster
            before, items = claimed
            text = reminders.digest(name, items, today, panel_address(settings))
            try:
                mailer.send(address, SUBJECT.format(today), text)
                outcome.mailed += 1
            except mail.NotSent as error:
                _give_back(actor, before)
                outcome.failed.append((name, str(error)))
            except mail.Unreachable as error:
                _give_back(actor, before)
                outcome.unreachable = str(error)
                return


def tell(outcome: Outcome, send: bool, mail_is_set_up: bool) -> list[str]:
    """What a round did, for people, line by line."""
    worked = outcome.worked
    lines = [f"Đang chờ: {worked.open} việc; mới: {worked.made}; đã xong: {worked.settled}."]
    if send and not mail_is_set_up:
        return [*lines, "Chưa đặt SMTP_URL nên chưa gửi thư nào."]
    if send:
        lines.append(f"Đã gửi {outcome.mailed} thư.")
    if outcome.without_address:
        lines.append(f"Chưa có email ({len(outcome.without_address)}): {'; '.join(outcome.without_address)}")
    lines += [f"Chưa gửi được cho {name} ({reason})." for name, reason in outcome.failed]
    if outcome.unreachable:
        lines.append(f"Không dùng được máy chủ thư ({outcome.unreachable}); kiểm tra SMTP_URL rồi chạy lại.")
    return lines


def panel_address(settings: Mapping[str, Any]) -> str | None:
    """Where the panel is for people outside; None while nobody has said."""
    return f"{settings['PUBLIC_URL']}/admin/" if settings["PUBLIC_URL"] else None


def _with_news(actor: Actor, today: dt.date) -> list[Staff]:
    """Who gets a digest today, in the order of their names; two statements."""
    set_actor(db.session, actor)
    by_staff: dict[int, list[Reminder]] = {}
    statement = select(Reminder).where(Reminder.settled_on.is_(None)).options(joinedload(Reminder.staff))
    for row in db.session.scalars(statement):
        by_staff.setdefault(row.staff_id, []).append(row)
    found = [rows[0].staff for rows in by_staff.values() if reminders.is_news(rows, today)]
    return sorted(found, key=lambda staff: staff.sort_key)


def _claim(
    actor: Actor, staff_id: int, today: dt.date
) -> tuple[dict[int, dt.date | None], list[reminders.Item]] | None:
    """Mark the person's reminders as mailed before the mail goes out, so that no two processes send it.

    Gives what was there before, and what to tell; None when there is nothing to send any more.
    """
    with writing():
        set_actor(db.session, actor)
        statement = select(Reminder).where(Reminder.staff_id == staff_id, Reminder.settled_on.is_(None))
        rows = list(db.session.scalars(statement))
        if not reminders.is_news(rows, today):
            db.session.rollback()
            return None
        rows = [row for row in rows if reminders.in_digest(row, today)]
        before = {row.id: row.mailed_on for row in rows}
        items = [reminders.Item.of(row) for row in rows]
        try:
            with step(db.session, "mail"):
                for row in rows:
                    row.mailed_on = today
            db.session.commit()
        except StaleRecord:
            db.session.rollback()
            return None
    return before, items


def _give_back(actor: Actor, before: Mapping[int, dt.date | None]) -> None:
    """The mail did not go out: the reminders stand as before."""
    with writing():
        set_actor(db.session, actor)
        with step(db.session, "mail failed"):
            for row in db.session.scalars(select(Reminder).where(Reminder.id.in_(list(before)))):
                row.mailed_on = before[row.id]
        db.session.commit()


def claim_run(now: dt.datetime, today: dt.date) -> bool:
    """Whether this process is the one that does today's round: whoever writes the row first, anywhere (P4.6)."""
    actor = Actor.running_commands(now)
    with writing():
        set_actor(db.session, actor)
        try:
            row = db.session.scalar(select(JobRun).where(JobRun.job == JOB, JobRun.run_on == today))
            if row is None:
                db.session.add(JobRun(job=JOB, run_on=today))
            elif row.finished_at is None and row.updated_at < now - GIVEN_UP:
                row.updated_at = now  # its version counts on: of two that take it over, one fails
            else:
                db.session.rollback()
                return False
            db.session.commit()
        except (IntegrityError, StaleDataError):
            db.session.rollback()
            return False
    return True


def finish_run(now: dt.datetime, today: dt.date) -> None:
    """Say that today's round is done."""
    with writing():
        set_actor(db.session, Actor.running_commands(now))
        row = db.session.scalar(select(JobRun).where(JobRun.job == JOB, JobRun.run_on == today))
        if row is not None:
            row.finished_at = now
        db.session.commit()
