"""School years, classes, students, who is in which class, and the results of each term."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, and_, func, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school.db import Line, Prose, Record, db, label_column, type_code, type_line
from school.models.people import PRIVATE, Account, Named, Staff
from school.vocabulary import Deadline, EnrolmentOutcome, Gender, Rating, RollOverChange, TermPeriod, YearState


class SchoolYear(Record):
    """A school year, e.g. "2025-2026"."""

    name: Mapped[type_code] = mapped_column(unique=True)
    starts_on: Mapped[dt.date]
    semester_2_starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    state: Mapped[YearState] = label_column(YearState, default=YearState.RUNNING)
    closed_on: Mapped[dt.date | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_despite: Mapped[str | None] = mapped_column(Prose)  # why it was closed while something was still open

    closed_by: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return self.name


class MovedDeadline(Record):
    """A date of P4 that the school has moved in one year; `period` is the month "2025-10", or "" where it has none."""

    __table_args__ = (UniqueConstraint("school_year_id", "deadline", "period"),)

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    deadline: Mapped[Deadline] = label_column(Deadline)
    period: Mapped[str] = mapped_column(String(10), default="")
    last_day: Mapped[dt.date]

    school_year: Mapped[SchoolYear] = relationship()


class Announcement(Record):
    """The year's plan as leadership announces it to all staff (P4.1)."""

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    title: Mapped[type_line]
    plan_number: Mapped[type_code | None]
    body: Mapped[str] = mapped_column(Prose)
    published_on: Mapped[dt.date]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    school_year: Mapped[SchoolYear] = relationship()
    published_by: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return self.title


class AnnouncementReading(Record):
    """One member of staff has read one announcement."""

    __table_args__ = (UniqueConstraint("announcement_id", "staff_id"),)

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    read_on: Mapped[dt.date]

    announcement: Mapped[Announcement] = relationship()
    staff: Mapped[Staff] = relationship()


class Classroom(Record):
    """A class of one school year and its homeroom teacher (GVCN)."""

    __table_args__ = (UniqueConstraint("school_year_id", "name"),)

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    grade: Mapped[int]
    name: Mapped[type_code]
    homeroom_teacher_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)

    school_year: Mapped[SchoolYear] = relationship()
    homeroom_teacher: Mapped[Staff | None] = relationship()

    def __str__(self) -> str:
        return self.name


class Teaching(Record):
    """A member of staff teaches in a class: one of the reasons for a pairing (P4.3)."""

    __table_args__ = (UniqueConstraint("classroom_id", "staff_id"),)

    classroom_id: Mapped[int] = mapped_column(ForeignKey("classroom.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)

    classroom: Mapped[Classroom] = relationship()
    staff: Mapped[Staff] = relationship()


class Student(Named, Record):
    """A student. What is private about one stands in `StudentPrivate`."""

    code: Mapped[type_code] = mapped_column(unique=True)
    date_of_birth: Mapped[dt.date | None]
    gender: Mapped[Gender | None] = label_column(Gender)

    # Deleting leaves these to the database, which refuses: SQLAlchemy would cut them loose, past guard and audit log.
    private: Mapped["StudentPrivate | None"] = relationship(back_populates="student", passive_deletes="all")
    enrolments: Mapped[list["Enrolment"]] = relationship(
        back_populates="student", order_by="Enrolment.started_on.desc()", passive_deletes="all"
    )
    current_enrolment: Mapped["Enrolment | None"] = relationship(
        primaryjoin="and_(Student.id == Enrolment.student_id, Enrolment.ended_on.is_(None))",
        viewonly=True,
        uselist=False,
    )

    def __str__(self) -> str:
        return self.full_name


class StudentPrivate(Record):
    """Family, address, ethnicity, policy category: seen by those who may see circumstances."""

    student_id: Mapped[int] = mapped_column(ForeignKey("student.id"), unique=True)
    ethnicity: Mapped[str | None] = mapped_column(Line(64), info=PRIVATE)
    policy_category: Mapped[type_line | None] = mapped_column(info=PRIVATE)
    father_name: Mapped[type_line | None] = mapped_column(info=PRIVATE)
    mother_name: Mapped[type_line | None] = mapped_column(info=PRIVATE)
    phone: Mapped[str | None] = mapped_column(Line(32), info=PRIVATE)
    address: Mapped[type_line | None] = mapped_column(info=PRIVATE)
    commune: Mapped[type_line | None] = mapped_column(info=PRIVATE)
    note: Mapped[str | None] = mapped_column(Prose, info=PRIVATE)

    student: Mapped[Student] = relationship(back_populates="private")


class Enrolment(Record):
    """A student in a class from one day to another; the open one is where the student is now."""

    __table_args__ = (
        Index(
            "uq_enrolment_open",
            "student_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    student_id: Mapped[int] = mapped_column(ForeignKey("student.id"), index=True)
    classroom_id: Mapped[int] = mapped_column(ForeignKey("classroom.id"), index=True)
    started_on: Mapped[dt.date]
    ended_on: Mapped[dt.date | None]
    outcome: Mapped[EnrolmentOutcome | None] = label_column(EnrolmentOutcome, info=PRIVATE)

    student: Mapped[Student] = relationship(back_populates="enrolments")
    classroom: Mapped[Classroom] = relationship()


class TermResult(Record):
    """Learning, conduct (P7) and absences of one term. Absences are counted in sessions (buổi)."""

    __table_args__ = (UniqueConstraint("enrolment_id", "period"),)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    period: Mapped[TermPeriod] = label_column(TermPeriod)
    learning: Mapped[Rating | None] = label_column(Rating, info=PRIVATE)
    conduct: Mapped[Rating | None] = label_column(Rating, info=PRIVATE)
    absences_excused: Mapped[int | None] = mapped_column(info=PRIVATE)
    absences_unexcused: Mapped[int | None] = mapped_column(info=PRIVATE)

    enrolment: Mapped[Enrolment] = relationship()


class RollOver(Record):
    """One passage from a school year to the next; it can be undone until the first evaluation of the new year."""

    from_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    to_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"), index=True)
    applied_on: Mapped[dt.date]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    undone_on: Mapped[dt.date | None]

    from_year: Mapped[SchoolYear] = relationship(foreign_keys=from_year_id)
    to_year: Mapped[SchoolYear] = relationship(foreign_keys=to_year_id)
    applied_by: Mapped[Account | None] = relationship()


class RollOverItem(Record):
    """One row that a roll-over made or ended."""

    roll_over_id: Mapped[int] = mapped_column(ForeignKey("roll_over.id"), index=True)
    table_name: Mapped[str] = mapped_column(String(64))
    row_id: Mapped[int]
    change: Mapped[RollOverChange] = label_column(RollOverChange)

    roll_over: Mapped[RollOver] = relationship()


_student, _enrolment, _classroom = Student.__table__, Enrolment.__table__, Classroom.__table__
_latest = (
    select(func.max(_enrolment.c.id))
    .where(_enrolment.c.student_id == _student.c.id)
    .correlate(_student)
    .scalar_subquery()
)


class StudentName(db.Model):  # type: ignore[name-defined]
    """All that staff may see of any student: name and class (design section 3). Read only."""

    __table__ = (
        select(
            _student.c.id,
            _student.c.full_name,
            _student.c.search_name,
            _student.c.sort_key,
            _classroom.c.name.label("classroom_name"),
        )
        .select_from(
            _student.outerjoin(
                _enrolment, and_(_enrolment.c.student_id == _student.c.id, _enrolment.c.id == _latest)
            ).outerjoin(_classroom, _classroom.c.id == _enrolment.c.classroom_id)
        )
        .subquery("student_name")
    )
    __mapper_args__ = {"primary_key": [__table__.c.id]}

    def __str__(self) -> str:
        return f"{self.full_name} · {self.classroom_name or '–'}"
