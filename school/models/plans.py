"""Plans and goals, contacts, support, and the activities that keep students attached to school (P3.2 to P3.8).

What was said in a contact stands with it unless it tells of circumstances: then it stands in `ContactPrivate`, so that
row scope covers it and the row itself can still be counted by whoever follows the work (design section 2).
"""

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school.db import Line, Prose, Record, label_column, type_line
from school.models.cases import SupportCase
from school.models.people import PRIVATE, Account, Staff
from school.models.roster import StudentName
from school.vocabulary import ContactKind, GoalState, Horizon, SupportKind, TermPeriod


class SupportPlan(Record):
    """How one student is to be helped in one semester, by methods fitted to the person (P3.2)."""

    __table_args__ = (UniqueConstraint("case_id", "semester"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"), index=True)
    semester: Mapped[TermPeriod] = label_column(TermPeriod)
    methods: Mapped[str] = mapped_column(Prose, info=PRIVATE)

    case: Mapped[SupportCase] = relationship()
    goals: Mapped[list["Goal"]] = relationship(
        back_populates="plan", order_by="Goal.starts_on.desc(), Goal.id.desc()", passive_deletes="all"
    )

    def __str__(self) -> str:
        return f"{self.case} · {self.semester.label}"


class Goal(Record):
    """What student and sponsor set out to reach in a week, a month or a semester (P3.5).

    `starts_on` names the period: the week's Monday, the month's first day, the semester's first day.
    """

    plan_id: Mapped[int] = mapped_column(ForeignKey("support_plan.id"), index=True)
    horizon: Mapped[Horizon] = label_column(Horizon, default=Horizon.WEEK)
    starts_on: Mapped[dt.date] = mapped_column(index=True)
    text: Mapped[type_line] = mapped_column(info=PRIVATE)
    state: Mapped[GoalState] = label_column(GoalState, default=GoalState.OPEN, index=True, info=PRIVATE)
    reviewed_on: Mapped[dt.date | None]
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("goal.id"), unique=True)

    plan: Mapped[SupportPlan] = relationship(back_populates="goals")
    carried_from: Mapped["Goal | None"] = relationship(remote_side="Goal.id")

    def __str__(self) -> str:
        return self.text


class GoalTemplate(Record):
    """A goal to begin from; the school edits the list, sponsor and student fit the words to the person (P3.5)."""

    horizon: Mapped[Horizon] = label_column(Horizon, default=Horizon.WEEK)
    text: Mapped[type_line] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(default=0)
    in_use: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.text


class Contact(Record):
    """One contact of a sponsor for a student, reached or only tried (P3.3, P3.4, P3.6, P3.7)."""

    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    occurred_on: Mapped[dt.date] = mapped_column(index=True)
    kind: Mapped[ContactKind] = label_column(ContactKind, default=ContactKind.TALK, info=PRIVATE)
    reached: Mapped[bool] = mapped_column(default=True)
    minutes: Mapped[int | None]
    with_whom: Mapped[type_line | None] = mapped_column(info=PRIVATE)
    summary: Mapped[str | None] = mapped_column(Prose, info=PRIVATE)
    sensitive: Mapped[bool] = mapped_column(default=False)

    case: Mapped[SupportCase] = relationship()
    staff: Mapped[Staff] = relationship()
    private: Mapped["ContactPrivate | None"] = relationship(back_populates="contact", passive_deletes="all")


class ContactPrivate(Record):
    """With whom and about what, where that tells of circumstances: seen by those who may see these."""

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), unique=True)
    with_whom: Mapped[type_line | None] = mapped_column(info=PRIVATE)
    summary: Mapped[str | None] = mapped_column(Prose, info=PRIVATE)

    contact: Mapped[Contact] = relationship(back_populates="private")


class SupportItem(Record):
    """Help given: what, how much, what it was worth in whole đồng, by whom (P6). `staff` entered it."""

    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    given_on: Mapped[dt.date] = mapped_column(index=True)
    kind: Mapped[SupportKind] = label_column(SupportKind, info=PRIVATE)
    detail: Mapped[type_line | None] = mapped_column(info=PRIVATE)
    quantity: Mapped[int]
    unit: Mapped[str] = mapped_column(Line(32), info=PRIVATE)
    value: Mapped[int | None]
    giver: Mapped[type_line | None] = mapped_column(info=PRIVATE)

    case: Mapped[SupportCase] = relationship()
    staff: Mapped[Staff] = relationship()


class Activity(Record):
    """An activity out of hours (P3.8); somebody else confirms it. Who took part stands apart: it is seen by fewer."""

    held_on: Mapped[dt.date] = mapped_column(index=True)
    title: Mapped[type_line]
    organiser_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    description: Mapped[str | None] = mapped_column(Prose)
    confirmed_on: Mapped[dt.date | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    organiser: Mapped[Staff] = relationship()
    confirmed_by: Mapped[Account | None] = relationship()
    participants: Mapped[list["ActivityParticipant"]] = relationship(
        back_populates="activity", order_by="ActivityParticipant.id", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.title


class ActivityParticipant(Record):
    """One student who took part, known by name and class: an organiser need not see more."""

    __table_args__ = (UniqueConstraint("activity_id", "student_id"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("student.id"), index=True)

    activity: Mapped[Activity] = relationship(back_populates="participants")
    student: Mapped[StudentName] = relationship(
        primaryjoin="foreign(ActivityParticipant.student_id) == StudentName.id", viewonly=True
    )
