"""Passing to the next school year, all at once or not at all; `undo` takes it back (P4.9)."""

import itertools
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import StaleRecord
from school.models import (
    CasePrivate,
    Classroom,
    Enrolment,
    Hardship,
    RollOver,
    RollOverItem,
    SchoolYear,
    Sponsorship,
    SupportCase,
)
from school.rules import rollover as rules
from school.rules.actor import Actor
from school.rules.policy import require
from school.services import cases
from school.services.records import step
from school.services.rollover_plan import Choices, PairPlan, Preview, StudentPlan, live_roll_over, preview
from school.services.rollover_undo import may_undo, undo
from school.vocabulary import (
    N_,
    Action,
    CaseOutcome,
    CaseState,
    EnrolmentOutcome,
    RollOverChange,
    SponsorshipState,
    YearState,
)

__all__ = ["Choices", "Preview", "apply", "live_roll_over", "made", "may_undo", "preview", "undo"]

CHANGED = N_("Danh sách vừa thay đổi sau khi thầy cô mở trang này. Thầy cô xem lại rồi bấm lần nữa.")
_OUTCOMES = {
    EnrolmentOutcome.GRADUATED: CaseOutcome.GRADUATED,
    EnrolmentOutcome.TRANSFERRED: CaseOutcome.TRANSFERRED,
    EnrolmentOutcome.DROPPED_OUT: CaseOutcome.DROPPED_OUT,
}
_OPEN = (CaseState.APPROVED, CaseState.ACTIVE)
_COPIED = ("category_id", "severity", "source", "proposed_by_id", "confirmed_by_id", "confirmed_on")


def apply(
    session: Session, actor: Actor, from_year: SchoolYear, choices: Choices | None = None, stamp: str | None = None
) -> RollOver:
    """Do what `preview` shows with the same choices; `stamp` is that of the preview that was seen."""
    require(actor, Action.ROLL_OVER_YEAR)
    plan = preview(session, actor, from_year, choices)
    if plan.obstacle is not None:
        raise plan.obstacle
    if stamp is not None and stamp != plan.stamp:
        raise StaleRecord(CHANGED)
    with step(session, "roll over"):
        return _Passage(session, actor, plan).apply()


class _Passage:
    """One roll-over being applied; keeps account of each row that it makes or ends."""

    def __init__(self, session: Session, actor: Actor, plan: Preview) -> None:
        self.session, self.actor, self.plan = session, actor, plan
        self.items: list[tuple[Any, RollOverChange]] = []
        self.leaves = {student.id: student for student in plan.students if not student.stays}
        self.goes_on: dict[int, list[PairPlan]] = {}
        for pair in plan.pairs:
            if pair.goes_on:
                self.goes_on.setdefault(pair.case_id, []).append(pair)

    def apply(self) -> RollOver:
        year = self._year()
        self._move_students(self._classes(year))
        if self.plan.from_year.state is not YearState.CLOSED:  # else its cases are read only, and stay as they are
            self._end_cases()
        self._continue(year)
        roll_over = RollOver(
            from_year_id=self.plan.from_year.id,
            to_year_id=year.id,
            applied_on=self.actor.today,
            applied_by_id=self.actor.account_id,
        )
        self.session.add(roll_over)
        self.session.flush()
        for row, change in self.items:
            name = type(row).__tablename__
            self.session.add(RollOverItem(roll_over_id=roll_over.id, table_name=name, row_id=row.id, change=change))
        self.session.flush()
        self.session.expire_all()
        return roll_over

    def _make(self, rows: Iterable[Any]) -> None:
        rows = list(rows)
        self.session.add_all(rows)
        self.session.flush()
        self.items += [(row, RollOverChange.MADE) for row in rows]

    def _year(self) -> SchoolYear:
        if self.plan.to_year is not None:
            return self.plan.to_year
        dates = self.plan.to_plan
        year = SchoolYear(
            name=dates.name,
            starts_on=dates.starts_on,
            semester_2_starts_on=dates.second_starts_on,
            ends_on=dates.ends_on,
            state=YearState.PREPARING,
        )
        self._make([year])
        return year

    def _classes(self, year: SchoolYear) -> dict[str, Classroom]:
        """The classes of the new year by name: those that go up with their teacher, and those that somebody repeats."""
        found = {
            room.name: room
            for room in self.session.scalars(select(Classroom).where(Classroom.school_year_id == year.id))
        }
        new: dict[str, Classroom] = {}

        def need(name: str, grade: int, teacher_id: int | None = None) -> None:
            if name not in found and name not in new:
                new[name] = Classroom(school_year_id=year.id, name=name, grade=grade, homeroom_teacher_id=teacher_id)

        for room in self.plan.classes:
            if room.new_name is not None:
                need(room.new_name, room.grade + 1, room.teacher_id)
        for student in self.plan.students:
            if student.outcome is EnrolmentOutcome.REPEATED:
                need(student.classroom.name, student.classroom.grade)
        self._make(new.values())
        return found | new

    def _move_students(self, classes: dict[str, Classroom]) -> None:
        """End each stay, then begin the next: a student has one open stay."""
        by_id = {student.enrolment_id: student for student in self.plan.students}
        within = [room.id for room in self.plan.classes]
        statement = select(Enrolment).where(Enrolment.ended_on.is_(None), Enrolment.classroom_id.in_(within))
        stays = [(row, by_id[row.id]) for row in self.session.scalars(statement) if row.id in by_id]
        starts_on = self.plan.to_plan.starts_on
        for row, student in stays:
            row.outcome = student.outcome
            row.ended_on = rules.last_day(student.outcome, row.started_on, self.plan.from_year.ends_on, starts_on)
            self.items.append((row, RollOverChange.ENDED))
        self.session.flush()
        self._make(
            Enrolment(
                student_id=student.id,
                classroom_id=classes[student.new_class].id,
                started_on=rules.first_day(row.ended_on or starts_on, starts_on),
            )
            for row, student in stays
            if student.new_class is not None
        )

    def _end_cases(self) -> None:
        """Close the cases of those who leave, and those that go on in the new year, with their sponsorships."""
        students = {student.id: student for student in self.plan.students}
        statement = select(SupportCase).where(
            SupportCase.school_year_id == self.plan.from_year.id, SupportCase.state.in_(_OPEN)
        )
        closing = {
            case.id: case
            for case in self.session.scalars(statement)
            if case.student_id in self.leaves or case.id in self.goes_on
        }
        for row in self._running(closing):
            self._end_sponsorship(row, students[closing[row.case_id].student_id])
        self.session.flush()
        for case in closing.values():
            student = self.leaves.get(case.student_id)
            case.state, case.closed_on = CaseState.CLOSED, self.actor.today
            case.outcome = _OUTCOMES[student.outcome] if student is not None else CaseOutcome.CONTINUED
            self.items.append((case, RollOverChange.ENDED))
        self.session.flush()

    def _running(self, case_ids: Iterable[int]) -> list[Sponsorship]:
        """Sponsorships without a last day; one that has its day already ends by itself."""
        statement = select(Sponsorship).where(
            Sponsorship.case_id.in_(list(case_ids)),
            Sponsorship.state == SponsorshipState.APPROVED,
            Sponsorship.ended_on.is_(None),
        )
        return list(self.session.scalars(statement))

    def _end_sponsorship(self, row: Sponsorship, student: StudentPlan) -> None:
        year, starts_on = self.plan.from_year, self.plan.to_plan.starts_on
        row.ended_on = rules.last_day(student.outcome, row.started_on, year.ends_on, starts_on)
        row.end_reason = f"Chuyển sang năm học {self.plan.to_plan.name}" if student.stays else "Em rời trường"
        row.state = SponsorshipState.ENDED
        self.items.append((row, RollOverChange.ENDED))

    def _continue(self, year: SchoolYear) -> None:
        """A case of the new year for each that goes on: approved, with the same words, and its sponsors registered."""
        if not self.goes_on:
            return
        code = cases.next_code(self.session, year)
        prefix, first = code.rsplit("-", 1)
        numbers = itertools.count(int(first))
        new = {
            case_id: SupportCase(
                code=f"{prefix}-{next(numbers):04}",
                student_id=pairs[0].student.id,
                school_year_id=year.id,
                opened_on=year.starts_on,
                state=CaseState.NOMINATED,
            )
            for case_id, pairs in self.goes_on.items()
        }
        self._make(new.values())
        for state in (CaseState.VERIFIED, CaseState.APPROVED):  # step by step, as the state machine has it
            for case in new.values():
                case.state = state
            self.session.flush()
        self._copy(new)
        self._make(
            Sponsorship(
                case_id=new[pair.case_id].id,
                staff_id=pair.staff_id,
                role=pair.role,
                started_on=year.starts_on,
                state=SponsorshipState.REGISTERED,
            )
            for pairs in self.goes_on.values()
            for pair in pairs
        )

    def _copy(self, new: dict[int, SupportCase]) -> None:
        """The two texts and the classification of each old case."""
        texts = self.session.scalars(select(CasePrivate).where(CasePrivate.case_id.in_(list(new)))).all()
        self._make(
            CasePrivate(case_id=new[old.case_id].id, **{name: getattr(old, name) for name in cases.PRIVATE_FIELDS})
            for old in texts
        )
        classified = select(Hardship).where(Hardship.case_id.in_(list(new))).order_by(Hardship.id)
        self._make(
            Hardship(case_id=new[old.case_id].id, **{name: getattr(old, name) for name in _COPIED})
            for old in self.session.scalars(classified).all()
        )


def made(session: Session, roll_over: RollOver) -> dict[tuple[str, RollOverChange], int]:
    """How many rows of each table the roll-over made and ended; one statement."""
    found: dict[tuple[str, RollOverChange], int] = {}
    statement = select(RollOverItem.table_name, RollOverItem.change).where(RollOverItem.roll_over_id == roll_over.id)
    for table, change in session.execute(statement).all():
        found[table, change] = found.get((table, change), 0) + 1
    return found
