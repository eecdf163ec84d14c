"""Evaluations at the end of each month and semester (P4.8): the student's progress, and the sponsor's help."""

import datetime as dt

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school.db import Prose, Record, label_column
from school.models.cases import SupportCase
from school.models.people import PRIVATE, Account, Staff
from school.models.sponsorship import Sponsorship
from school.vocabulary import DropoutRisk, EvaluationState, HelpRating, ProgressStep, TermPeriod


class ProgressEvaluation(Record):
    """One student's month ("2025-09") or semester ("semester_1"). Levels start empty: they are a person's judgement."""

    __table_args__ = (UniqueConstraint("case_id", "period"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"), index=True)
    period: Mapped[str] = mapped_column(String(10), index=True)
    learning: Mapped[ProgressStep | None] = label_column(ProgressStep, info=PRIVATE)
    conduct: Mapped[ProgressStep | None] = label_column(ProgressStep, info=PRIVATE)
    attendance: Mapped[ProgressStep | None] = label_column(ProgressStep, info=PRIVATE)
    attitude: Mapped[ProgressStep | None] = label_column(ProgressStep, info=PRIVATE)
    trend: Mapped[ProgressStep | None] = label_column(ProgressStep, info=PRIVATE)
    dropout_risk: Mapped[DropoutRisk | None] = label_column(DropoutRisk, info=PRIVATE)
    comment: Mapped[str | None] = mapped_column(Prose, info=PRIVATE)
    state: Mapped[EvaluationState] = label_column(EvaluationState, default=EvaluationState.DRAFTED, index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # who entered it for the sponsor
    first_sent_at: Mapped[dt.datetime | None]  # a month that came back for more words was on time all the same
    submitted_at: Mapped[dt.datetime | None]
    reviewed_at: Mapped[dt.datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    review_comment: Mapped[str | None] = mapped_column(Prose, info=PRIVATE)
    confirmed_at: Mapped[dt.datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    locked_at: Mapped[dt.datetime | None]

    case: Mapped[SupportCase] = relationship()
    author: Mapped[Staff | None] = relationship()
    entered_by: Mapped[Account | None] = relationship(foreign_keys=entered_by_id)
    reviewed_by: Mapped[Account | None] = relationship(foreign_keys=reviewed_by_id)
    confirmed_by: Mapped[Account | None] = relationship(foreign_keys=confirmed_by_id)

    @classmethod
    def monthly(cls) -> ColumnElement[bool]:
        """Criterion of the evaluations of months: what is set month beside month leaves semesters out."""
        return cls.period.not_in([semester.value for semester in TermPeriod])

    def __str__(self) -> str:
        return f"{self.case} · {self.period}"


class SponsorEvaluation(Record):
    """The help one sponsor gave in a month ("2025-09") or a semester ("semester_1"), by union or leadership."""

    __table_args__ = (UniqueConstraint("sponsorship_id", "period"),)

    sponsorship_id: Mapped[int] = mapped_column(ForeignKey("sponsorship.id"), index=True)
    period: Mapped[str] = mapped_column(String(10), index=True)
    rating: Mapped[HelpRating | None] = label_column(HelpRating, info=PRIVATE)
    comment: Mapped[str | None] = mapped_column(Prose, info=PRIVATE)
    rated_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    sponsorship: Mapped[Sponsorship] = relationship()
    rated_by: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return f"{self.sponsorship} · {self.period}"
