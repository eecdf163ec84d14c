"""Who changed what, and who opened a child's circumstances. Both are only ever added to."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school.db import Line, Record, db, label_column, type_line
from school.models.cases import SupportCase
from school.models.people import PRIVATE, Account
from school.vocabulary import Origin


class AuditEntry(db.Model):  # type: ignore[name-defined]
    """One change of one row. `changes` maps a field to [old, new], or to null where the value is sensitive.

    Each entry carries the hash of the one before, so that a removed or altered entry shows.
    """

    __table_args__ = (Index("ix_audit_entry_row", "table_name", "row_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    account_id: Mapped[int | None] = mapped_column(index=True)
    actor: Mapped[type_line]
    origin: Mapped[Origin] = label_column(Origin)
    address: Mapped[str | None] = mapped_column(Line(64))
    action: Mapped[str] = mapped_column(String(32))
    table_name: Mapped[str] = mapped_column(String(64))
    row_id: Mapped[int]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class SensitiveView(Record):
    """One opening of one case's circumstances by one account; once a case and day, with a reason where asked."""

    __table_args__ = (UniqueConstraint("account_id", "case_id", "opened_on"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"), index=True)
    opened_on: Mapped[dt.date]
    reason: Mapped[type_line | None] = mapped_column(info=PRIVATE)

    account: Mapped[Account] = relationship()
    case: Mapped[SupportCase] = relationship()


class JobRun(Record):
    """One run of a daily job: whoever writes the row first does the work, on whichever process or host."""

    __table_args__ = (UniqueConstraint("job", "run_on"),)

    job: Mapped[str] = mapped_column(String(32))
    run_on: Mapped[dt.date]
    finished_at: Mapped[dt.datetime | None]
