"""Emulation (P4.5, P4.6, P4.9): what a year is scored by, the score sheets, the yearly rating of staff, the quotas.

Points are kept in tenths, as whole numbers: 125 is 12.5 points. What is not frozen is worked out whenever it is shown.
"""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school.db import Prose, Record, label_column, type_code, type_line
from school.models.people import PRIVATE, Account, Staff
from school.models.roster import SchoolYear
from school.vocabulary import (
    CommendationLevel,
    CriterionKind,
    SchemeState,
    ScoreLevel,
    SheetState,
    StaffRating,
)


class EmulationScheme(Record):
    """How one year is scored: from how many points each level begins, what the bonus may add, what 100 points become.

    The bands of the three upper levels; below the last of them it is "needs effort". `converted_points` is what the
    full 100 are worth among the school's own criteria of emulation.
    """

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), unique=True)
    excellent_from: Mapped[int] = mapped_column(default=90)
    good_from: Mapped[int] = mapped_column(default=70)
    fulfilled_from: Mapped[int] = mapped_column(default=50)
    bonus_cap: Mapped[int] = mapped_column(default=5)
    converted_points: Mapped[int] = mapped_column(default=5)
    state: Mapped[SchemeState] = label_column(SchemeState, default=SchemeState.DRAFTED)
    decision_number: Mapped[type_code | None]
    fixed_on: Mapped[dt.date | None]
    reopened_because: Mapped[str | None] = mapped_column(Prose)

    school_year: Mapped[SchoolYear] = relationship()

    def __str__(self) -> str:
        return str(self.school_year)


class Criterion(Record):
    """One thing that is scored in a year. `needed` is how much of it makes the full share, for the kinds that count.

    `bonus` criteria come on top of the 100, up to the scheme's cap.
    """

    __table_args__ = (UniqueConstraint("school_year_id", "code"),)

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    code: Mapped[type_code]
    name: Mapped[type_line]
    kind: Mapped[CriterionKind] = label_column(CriterionKind)
    max_points: Mapped[int]
    needed: Mapped[int | None]
    bonus: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)

    school_year: Mapped[SchoolYear] = relationship()

    def __str__(self) -> str:
        return self.name


class ScoreSheet(Record):
    """One person's sheet of a year as the council froze it; an open one has nothing frozen yet, or was reopened.

    `result` holds every line with its points and the records it comes from, `hash` seals it. It says nothing of any
    student but numbers, dates and kinds; all the same it stays out of the audit log, which names the hash.
    """

    __table_args__ = (UniqueConstraint("school_year_id", "staff_id"),)

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    state: Mapped[SheetState] = label_column(SheetState, default=SheetState.OPEN, index=True)
    total: Mapped[int | None]  # tenths
    level: Mapped[ScoreLevel | None] = label_column(ScoreLevel)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=PRIVATE)
    hash: Mapped[str | None] = mapped_column(String(64))
    decision_number: Mapped[type_code | None]
    decided_on: Mapped[dt.date | None]
    frozen_at: Mapped[dt.datetime | None]
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reopened_because: Mapped[str | None] = mapped_column(Prose)

    school_year: Mapped[SchoolYear] = relationship()
    staff: Mapped[Staff] = relationship()
    frozen_by: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return f"{self.staff} · {self.school_year}"


class ScoreAdjustment(Record):
    """What the council adds to a criterion or takes off, and why; without a criterion: the year does not apply."""

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    criterion_id: Mapped[int | None] = mapped_column(ForeignKey("criterion.id"), index=True)
    points: Mapped[int | None]  # tenths, may be negative
    reason: Mapped[str] = mapped_column(Prose)
    made_on: Mapped[dt.date]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    school_year: Mapped[SchoolYear] = relationship()
    staff: Mapped[Staff] = relationship()
    criterion: Mapped[Criterion | None] = relationship()
    made_by: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return f"{self.staff} · {self.criterion or self.school_year}"


class ScoreComment(Record):
    """What a person says to the own sheet, or an appeal against it, and the council's answer."""

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    appeal: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Prose)
    said_on: Mapped[dt.date]
    answer: Mapped[str | None] = mapped_column(Prose)
    answered_on: Mapped[dt.date | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    school_year: Mapped[SchoolYear] = relationship()
    staff: Mapped[Staff] = relationship()
    answered_by: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return f"{self.staff} · {self.school_year}"


class YearlyRating(Record):
    """The yearly rating of a member of staff, as its decision has it: never worked out here (P7)."""

    __table_args__ = (UniqueConstraint("school_year_id", "staff_id"),)

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    rating: Mapped[StaffRating] = label_column(StaffRating)
    decision_number: Mapped[type_code]
    decided_on: Mapped[dt.date]

    school_year: Mapped[SchoolYear] = relationship()
    staff: Mapped[Staff] = relationship()

    def __str__(self) -> str:
        return f"{self.staff} · {self.school_year}"


class CommendationQuota(Record):
    """How many may be commended at a level in a year; None: no limit was set."""

    __table_args__ = (UniqueConstraint("school_year_id", "level"),)

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    level: Mapped[CommendationLevel] = label_column(CommendationLevel)
    people: Mapped[int | None]
    departments: Mapped[int | None]

    school_year: Mapped[SchoolYear] = relationship()

    def __str__(self) -> str:
        return f"{self.level.label} · {self.school_year}"
