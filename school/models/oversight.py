"""Oversight: what departments report (P4.10), what is inspected and followed until it is closed (P4.4, P4.6, P4.7)."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school.db import Line, Prose, Record, label_column
from school.models.cases import SupportCase
from school.models.people import PRIVATE, Account, Department, Staff
from school.models.roster import SchoolYear
from school.models.sponsorship import Sponsorship
from school.vocabulary import FollowUpKind, FollowUpState, ReminderRule, ReportState


class DepartmentReport(Record):
    """One department's month ("2025-10"): the head's words, and the figures as they stood when it was submitted."""

    __table_args__ = (UniqueConstraint("department_id", "period"),)

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    period: Mapped[str] = mapped_column(String(10), index=True)
    comment: Mapped[str | None] = mapped_column(Prose)
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # None until it is submitted
    state: Mapped[ReportState] = label_column(ReportState, default=ReportState.DRAFTED, index=True)
    submitted_at: Mapped[dt.datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    school_year: Mapped[SchoolYear] = relationship()
    department: Mapped[Department] = relationship()
    submitted_by: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return f"{self.department} · {self.period}"


class Inspection(Record):
    """An inspection of a department, a sponsor's work or a case: exactly one of the three."""

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    held_on: Mapped[dt.date] = mapped_column(index=True)
    inspector_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    sponsorship_id: Mapped[int | None] = mapped_column(ForeignKey("sponsorship.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("support_case.id"), index=True)
    findings: Mapped[str] = mapped_column(Prose, info=PRIVATE)

    school_year: Mapped[SchoolYear] = relationship()
    inspector: Mapped[Staff] = relationship()
    department: Mapped[Department | None] = relationship()
    sponsorship: Mapped[Sponsorship | None] = relationship()
    case: Mapped[SupportCase | None] = relationship()
    follow_ups: Mapped[list["FollowUp"]] = relationship(back_populates="inspection", passive_deletes="all")

    def __str__(self) -> str:
        return f"{self.held_on:%d/%m/%Y} · {self.department or self.sponsorship or self.case or ''}"


class FollowUp(Record):
    """Something to be done: with an owner, a last day, an answer or proof, and somebody else who closes it."""

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    kind: Mapped[FollowUpKind] = label_column(FollowUpKind)
    what: Mapped[str] = mapped_column(Prose, info=PRIVATE)
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    raised_on: Mapped[dt.date]
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    due_on: Mapped[dt.date | None] = mapped_column(index=True)
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspection.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("support_case.id"), index=True)
    state: Mapped[FollowUpState] = label_column(FollowUpState, default=FollowUpState.OPEN, index=True)
    answer: Mapped[str | None] = mapped_column(Prose, info=PRIVATE)
    answered_on: Mapped[dt.date | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_on: Mapped[dt.date | None]

    school_year: Mapped[SchoolYear] = relationship()
    raised_by: Mapped[Staff | None] = relationship(foreign_keys=raised_by_id)
    owner: Mapped[Staff] = relationship(foreign_keys=owner_id)
    inspection: Mapped[Inspection | None] = relationship(back_populates="follow_ups")
    case: Mapped[SupportCase | None] = relationship()
    answered_by: Mapped[Staff | None] = relationship(foreign_keys=answered_by_id)
    closed_by: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return f"{self.owner} · {self.raised_on:%d/%m/%Y}"


class Reminder(Record):
    """What one person owes, as last worked out: `key` tells apart what the same rule finds, e.g. "2025-10"."""

    __table_args__ = (
        UniqueConstraint("staff_id", "rule", "key"),
        Index("ix_reminder_due", "due_on", "staff_id"),
    )

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    rule: Mapped[ReminderRule] = label_column(ReminderRule)
    key: Mapped[str] = mapped_column(Line(64), default="")
    due_on: Mapped[dt.date]
    count: Mapped[int] = mapped_column(default=1)
    settled_on: Mapped[dt.date | None]  # done, or no longer owed
    mailed_on: Mapped[dt.date | None]
    acknowledged_on: Mapped[dt.date | None]
    snoozed_until: Mapped[dt.date | None]

    staff: Mapped[Staff] = relationship()
