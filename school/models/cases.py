"""Support cases: who is helped in a school year, why (P2), and what the surveys found (P3.1)."""

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school.db import Prose, Record, label_column, type_code, type_line
from school.models.people import PRIVATE, Account, Staff
from school.models.roster import SchoolYear, Student
from school.vocabulary import CaseOutcome, CaseState, HardshipGroup, Severity, SurveyChannel


class HardshipCategory(Record):
    """A kind of hardship within one of the three groups (P2.2); the school may edit the list."""

    code: Mapped[type_code] = mapped_column(unique=True)
    hardship_group: Mapped[HardshipGroup] = label_column(HardshipGroup)
    name: Mapped[type_line]
    position: Mapped[int] = mapped_column(default=0)
    in_use: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name


class SupportCase(Record):
    """One student's case in one school year. `code` stands for the student where no name may stand (P5)."""

    __table_args__ = (UniqueConstraint("student_id", "school_year_id"),)

    code: Mapped[type_code] = mapped_column(unique=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("student.id"), index=True, info=PRIVATE)
    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    state: Mapped[CaseState] = label_column(CaseState, default=CaseState.NOMINATED, index=True)
    outcome: Mapped[CaseOutcome | None] = label_column(CaseOutcome, info=PRIVATE)
    opened_on: Mapped[dt.date]
    closed_on: Mapped[dt.date | None]
    nominated_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    student: Mapped[Student] = relationship()
    school_year: Mapped[SchoolYear] = relationship()
    nominated_by: Mapped[Staff | None] = relationship()
    # Deleting leaves these to the database, which refuses: as in `Student`.
    private: Mapped["CasePrivate | None"] = relationship(back_populates="case", passive_deletes="all")
    hardships: Mapped[list["Hardship"]] = relationship(back_populates="case", passive_deletes="all")
    sponsorships: Mapped[list["Sponsorship"]] = relationship(  # type: ignore[name-defined]  # noqa: F821
        back_populates="case", order_by="Sponsorship.started_on", passive_deletes="all"
    )

    def __str__(self) -> str:
        return f"{self.student} · {self.code}" if self.student else self.code


class CasePrivate(Record):
    """The two free texts of the assignment list (P5): circumstances, and the student's own effort."""

    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"), unique=True)
    circumstances: Mapped[str | None] = mapped_column(Prose, info=PRIVATE)
    own_effort: Mapped[str | None] = mapped_column(Prose, info=PRIVATE)

    case: Mapped[SupportCase] = relationship(back_populates="private")


class SurveyEntry(Record):
    """What one source said about a student, kept as it was said (P3.1, P4.2)."""

    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"), index=True)
    channel: Mapped[SurveyChannel] = label_column(SurveyChannel)
    occurred_on: Mapped[dt.date]
    surveyor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    findings: Mapped[str] = mapped_column(Prose, info=PRIVATE)

    case: Mapped[SupportCase] = relationship()
    surveyor: Mapped[Staff | None] = relationship()


class Hardship(Record):
    """One classification of a case; a case may have several, of several groups (P2.2)."""

    __table_args__ = (UniqueConstraint("case_id", "category_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("hardship_category.id"), index=True, info=PRIVATE)
    severity: Mapped[Severity] = label_column(Severity, default=Severity.SUPPORT, info=PRIVATE)
    source: Mapped[SurveyChannel] = label_column(SurveyChannel, default=SurveyChannel.HOMEROOM_TEACHER)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_on: Mapped[dt.date | None]

    case: Mapped[SupportCase] = relationship(back_populates="hardships")
    proposed_by: Mapped[Staff | None] = relationship()
    category: Mapped[HardshipCategory] = relationship()
    confirmed_by: Mapped[Account | None] = relationship()


class ScreeningDecision(Record):
    """A student whom the records point out was taken in, or left out with a reason (P4.2)."""

    __table_args__ = (UniqueConstraint("school_year_id", "student_id"),)

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("student.id"), index=True, info=PRIVATE)
    taken_in: Mapped[bool]
    reason: Mapped[type_line | None] = mapped_column(info=PRIVATE)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_on: Mapped[dt.date]

    school_year: Mapped[SchoolYear] = relationship()
    student: Mapped[Student] = relationship()
    decided_by: Mapped[Account | None] = relationship()
