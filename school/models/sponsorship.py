"""Sponsorships: who helps whom, in which part, from when to when (P4.3)."""

import datetime as dt

from sqlalchemy import ColumnElement, ForeignKey, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school.db import Prose, Record, label_column, type_code, type_line
from school.models.cases import SupportCase
from school.models.people import PRIVATE, Account, Staff
from school.models.roster import SchoolYear, StudentName
from school.vocabulary import LEADING, SponsorRole, SponsorshipState


class Registration(Record):
    """A member of staff offers to help, in general or one student by name (P4.1); nobody's case is told by it."""

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    student_id: Mapped[int | None] = mapped_column(ForeignKey("student.id"), index=True, info=PRIVATE)
    note: Mapped[type_line | None] = mapped_column(info=PRIVATE)
    registered_on: Mapped[dt.date]
    withdrawn_on: Mapped[dt.date | None]

    school_year: Mapped[SchoolYear] = relationship()
    staff: Mapped[Staff] = relationship()
    student: Mapped[StudentName | None] = relationship(
        primaryjoin="foreign(Registration.student_id) == StudentName.id", viewonly=True
    )


class AssignmentMeeting(Record):
    """The meeting that agrees who sponsors whom (P4.3); its list is what leadership approves."""

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    held_on: Mapped[dt.date] = mapped_column(index=True)
    chair_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    decision_number: Mapped[type_code | None]
    proceedings: Mapped[str | None] = mapped_column(Prose, info=PRIVATE)

    school_year: Mapped[SchoolYear] = relationship()
    chair: Mapped[Staff] = relationship()
    sponsorships: Mapped[list["Sponsorship"]] = relationship(back_populates="meeting", passive_deletes="all")

    def __str__(self) -> str:
        return f"{self.held_on:%d/%m/%Y}"


class Sponsorship(Record):
    """One member of staff for one case over a dated interval; `ended_on` is the last day."""

    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    role: Mapped[SponsorRole] = label_column(SponsorRole, default=SponsorRole.LEAD)
    state: Mapped[SponsorshipState] = label_column(SponsorshipState, default=SponsorshipState.REGISTERED, index=True)
    started_on: Mapped[dt.date]
    ended_on: Mapped[dt.date | None]
    end_reason: Mapped[type_line | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_on: Mapped[dt.date | None]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("assignment_meeting.id"), index=True)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("sponsorship.id"))  # whom it takes over from

    case: Mapped[SupportCase] = relationship(back_populates="sponsorships")
    staff: Mapped[Staff] = relationship()
    approved_by: Mapped[Account | None] = relationship()
    meeting: Mapped[AssignmentMeeting | None] = relationship(back_populates="sponsorships")
    follows: Mapped["Sponsorship | None"] = relationship(remote_side="Sponsorship.id")

    def __str__(self) -> str:
        return f"{self.staff} · {self.case}"

    def runs_on(self, day: dt.date) -> bool:
        """Whether the sponsor may work with the case on `day`: assigned, begun and not yet over.

        A registration that was turned down is ended too, but was never approved.
        """
        ended = self.state is SponsorshipState.ENDED and self.approved_on is not None
        assigned = self.state is SponsorshipState.APPROVED or ended
        return assigned and self.started_on <= day and (self.ended_on is None or day <= self.ended_on)

    # The same rule in SQL, and its parts.

    @classmethod
    def assigned(cls) -> ColumnElement[bool]:
        """Criterion of those that leadership approved, whether they are still to come, run, or have ended."""
        ended = and_(cls.state == SponsorshipState.ENDED, cls.approved_on.is_not(None))
        return or_(cls.state == SponsorshipState.APPROVED, ended)

    @classmethod
    def ran_between(cls, first: dt.date, last: dt.date) -> ColumnElement[bool]:
        """Criterion of those that ran on some day from `first` to `last`."""
        begun = cls.started_on <= last
        return and_(cls.assigned(), begun, or_(cls.ended_on.is_(None), cls.ended_on >= first))

    @classmethod
    def running(cls, day: dt.date) -> ColumnElement[bool]:
        """Criterion of those that run on `day`."""
        return cls.ran_between(day, day)

    @classmethod
    def leading(cls) -> ColumnElement[bool]:
        """Criterion of lead and joint sponsors."""
        return cls.role.in_(LEADING)
