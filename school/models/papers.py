"""Lists that came in as files, documents that go out, and the log of what left the panel."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school.db import Line, Prose, Record, db, label_column, type_code, type_line
from school.models.people import PRIVATE, Account, Department, Staff
from school.models.roster import SchoolYear
from school.vocabulary import (
    AwardKind,
    CommendationLevel,
    DocumentKind,
    ImportState,
    ListKind,
    ReportOccasion,
    ReportState,
    TermPeriod,
)


class ImportRun(Record):
    """One file that was taken in, or is about to be: what it was and what came of it. Names nobody.

    layout   {"table": 0, "header_row": 6, "columns": {"code": 1}} as chosen by a person; None: as recognised
    answers  who is meant where several fit: {"12": id of the student, "12:Nguyễn Văn An": id of the staff}
    counts   {"created": 3, "updated": 0, "unchanged": 7, "rejected": 1} of the last preview, or of what was done
    digest   of the plan as it was last shown: only that plan may be applied
    """

    kind: Mapped[ListKind] = label_column(ListKind, index=True)
    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    period: Mapped[TermPeriod | None] = label_column(TermPeriod)
    file_name: Mapped[type_line]
    file_hash: Mapped[str] = mapped_column(String(64), index=True)  # SHA-256 of the file
    state: Mapped[ImportState] = label_column(ImportState, default=ImportState.READ, index=True)
    layout: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    answers: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, info=PRIVATE)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    digest: Mapped[str | None] = mapped_column(String(64))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)  # None: by a command
    applied_at: Mapped[dt.datetime | None]
    undone_at: Mapped[dt.datetime | None]

    school_year: Mapped[SchoolYear] = relationship()
    account: Mapped[Account | None] = relationship()
    content: Mapped["ImportContent | None"] = relationship(back_populates="run", passive_deletes="all")

    def __str__(self) -> str:
        return self.file_name


class ImportContent(Record):
    """What stood in the file: the file itself until it is applied or discarded, then only the rejected rows.

    rejected  {"header": [text], "rows": [[row number, [text], reason]]}
    """

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), unique=True)
    data: Mapped[bytes | None] = mapped_column(LargeBinary, info=PRIVATE)
    rejected: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=PRIVATE)

    run: Mapped[ImportRun] = relationship(back_populates="content")


class ImportItem(db.Model):  # type: ignore[name-defined]
    """One row of the database that an import made or changed, and how to put it back. Written in bulk.

    `version` is the row's after the import: another one later means that somebody touched it since. Undoing a later
    import of the row brings it up to date, and undoing the import itself deletes the item.
    """

    __table_args__ = (Index("ix_import_item_row", "table_name", "row_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), index=True)
    table_name: Mapped[str] = mapped_column(String(64))
    row_id: Mapped[int]
    version: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=PRIVATE)  # None: the import made the row


class ColumnName(Record):
    """A heading that this school's files use: the field it means, or "" for a column that is passed over."""

    __table_args__ = (UniqueConstraint("kind", "header"),)

    kind: Mapped[ListKind] = label_column(ListKind)
    header: Mapped[type_line]  # folded, as `header_key` writes it
    field: Mapped[str] = mapped_column(Line(32))

    def __str__(self) -> str:
        return self.header


class SchoolProfile(Record):
    """What official documents say about the school (Decree 30/2020): one row. Names change: none is a constant (P7)."""

    school_name: Mapped[type_line | None]
    parent_body: Mapped[type_line | None]  # above the school's name: the Sở
    place: Mapped[type_line | None]  # before the date
    symbol: Mapped[type_code | None]  # after the number: "12/KH-THPTNT" ends in it
    signer_title: Mapped[str | None] = mapped_column(Prose)  # "KT. HIỆU TRƯỞNG" and below it "PHÓ HIỆU TRƯỞNG"
    signer_name: Mapped[type_line | None]
    drafter_name: Mapped[type_line | None]  # who draws up lists
    union_name: Mapped[type_line | None]  # who does the union committee's part (P4)
    legal_basis: Mapped[str | None] = mapped_column(Prose)  # "Căn cứ ...", one a line
    recipients: Mapped[str | None] = mapped_column(Prose)  # "Nơi nhận", one a line


class DocumentTemplate(Record):
    """A Word template of the school's own, in place of the panel's."""

    kind: Mapped[DocumentKind] = label_column(DocumentKind, unique=True)
    file_name: Mapped[type_line]
    data: Mapped[bytes] = mapped_column(LargeBinary)

    def __str__(self) -> str:
        return self.file_name


class SchoolReport(Record):
    """A report of the year to the Sở (P4.11). Submitted, it is frozen with its figures; a correction is a new row.

    `correction` 0 is the report itself, 1 its first correction. `audit_head` is the newest hash of the audit log.
    """

    __table_args__ = (UniqueConstraint("school_year_id", "occasion", "correction"),)

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    occasion: Mapped[ReportOccasion] = label_column(ReportOccasion)
    correction: Mapped[int] = mapped_column(default=0)
    correction_reason: Mapped[str | None] = mapped_column(Prose)
    number: Mapped[type_code | None]
    signed_on: Mapped[dt.date | None]
    difficulties: Mapped[str | None] = mapped_column(Prose)
    proposals: Mapped[str | None] = mapped_column(Prose)
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # None until it is submitted
    state: Mapped[ReportState] = label_column(ReportState, default=ReportState.DRAFTED, index=True)
    submitted_at: Mapped[dt.datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    audit_head: Mapped[str | None] = mapped_column(String(64))

    school_year: Mapped[SchoolYear] = relationship()
    submitted_by: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return f"{self.occasion.label} · {self.school_year}"


class Commendation(Record):
    """A proposal to commend a person or a department, and the decision on it (P4.6, P4.9): exactly one of the two."""

    __table_args__ = (CheckConstraint("(staff_id IS NULL) != (department_id IS NULL)", name="one"),)

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    award: Mapped[AwardKind] = label_column(AwardKind, default=AwardKind.OTHER)
    title: Mapped[type_line]
    level: Mapped[CommendationLevel] = label_column(CommendationLevel, default=CommendationLevel.SCHOOL)
    achievement: Mapped[str | None] = mapped_column(Prose)
    proposed_on: Mapped[dt.date]
    decision_number: Mapped[type_code | None]
    decided_on: Mapped[dt.date | None]

    school_year: Mapped[SchoolYear] = relationship()
    staff: Mapped[Staff | None] = relationship()
    department: Mapped[Department | None] = relationship()

    def __str__(self) -> str:
        return f"{self.staff or self.department or ''} · {self.title}"


class Disclosure(Record):
    """A list or a document that left the panel: what, how large, by whom, when (`created_at`). Only ever added to."""

    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)  # None: by a command
    name: Mapped[type_line]  # of the list, the report or the document
    format: Mapped[str] = mapped_column(String(8))  # "csv", "xlsx", "docx", "print"
    columns: Mapped[list[str] | None] = mapped_column(JSON)
    filters: Mapped[type_line | None]  # as the address had them, without what was searched for
    row_count: Mapped[int | None]
    school_year_id: Mapped[int | None] = mapped_column(ForeignKey("school_year.id"))
    student_id: Mapped[int | None] = mapped_column(ForeignKey("student.id"), index=True, info=PRIVATE)

    account: Mapped[Account | None] = relationship()
    school_year: Mapped[SchoolYear | None] = relationship()
