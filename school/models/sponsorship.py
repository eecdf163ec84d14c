"""Sponsorships: who helps whom, in which part, from when to when (P4.3)."""

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school.db import Record, label_column, type_line
from school.models.cases import SupportCase
from school.models.people import Account, Staff
from school.vocabulary import SponsorRole, SponsorshipState


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

    case: Mapped[SupportCase] = relationship(back_populates="sponsorships")
    staff: Mapped[Staff] = relationship()
    approved_by: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return f"{self.staff} · {self.case}"

    def runs_on(self, day: dt.date) -> bool:
        """Whether the sponsor may work with the case on `day`: assigned, begun and not yet over.

        A registration that was turned down is ended too, but was never approved.
        """
        ended = self.state is SponsorshipState.ENDED and self.approved_on is not None
        assigned = self.state is SponsorshipState.APPROVED or ended
        return assigned and self.started_on <= day and (self.ended_on is None or day <= self.ended_on)
