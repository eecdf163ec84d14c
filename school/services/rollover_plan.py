"""What a roll-over will do, before anybody does it: a handful of statements, however many students there are (P4.9)."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from school.errors import PanelError, RuleError
from school.models import (
    Classroom,
    Enrolment,
    RollOver,
    SchoolYear,
    Sponsorship,
    Staff,
    Student,
    SupportCase,
    TermResult,
)
from school.rules import rollover as rules
from school.rules.actor import Actor
from school.rules.calendar import YearPlan
from school.rules.policy import require
from school.vocabulary import (
    N_,
    Action,
    CaseOutcome,
    CaseState,
    EnrolmentOutcome,
    Rating,
    SponsorRole,
    SponsorshipState,
    TermPeriod,
)

ALREADY = N_("Năm học này đã chuyển sang năm học mới. Muốn chuyển lại, thầy cô hoàn tác lần trước.")
NOT_EMPTY = N_("Năm học mới đã có học sinh trong lớp nên không chuyển được nữa; thầy cô xếp lớp ở trang học sinh.")
NOBODY = N_("Năm học này chưa có học sinh nào trong lớp nên không có gì để chuyển.")


@dataclass(frozen=True)
class Choices:
    """What leadership decides otherwise than proposed: outcomes by student, and sponsorships that do not go on."""

    outcomes: Mapping[int, EnrolmentOutcome] = field(default_factory=dict)
    declined: frozenset[int] = frozenset()


@dataclass(frozen=True)
class ClassPlan:
    """A class of the old year, and the one that it becomes."""

    id: int
    name: str
    grade: int
    new_name: str | None
    teacher_id: int | None
    teacher: str


@dataclass(frozen=True)
class StudentPlan:
    """A student's open stay, the year's results, and what becomes of the student."""

    id: int
    name: str
    enrolment_id: int
    classroom: ClassPlan
    results: tuple[Rating | None, Rating | None]
    proposed: EnrolmentOutcome
    outcome: EnrolmentOutcome

    @property
    def stays(self) -> bool:
        """Whether the student is at the school next year."""
        return self.outcome in rules.CONTINUING

    @property
    def new_class(self) -> str | None:
        """The class of the new year: the next one, or the same name again."""
        if not self.stays:
            return None
        return self.classroom.new_name if self.outcome is EnrolmentOutcome.PROMOTED else self.classroom.name


@dataclass(frozen=True)
class PairPlan:
    """A sponsorship that runs to the end of the year, offered for the next."""

    id: int
    case_id: int
    student: StudentPlan
    staff_id: int
    staff: str
    role: SponsorRole
    goes_on: bool


@dataclass(frozen=True)
class Preview:
    """Everything that applying would do; `obstacle` says why it cannot be done now."""

    from_year: SchoolYear
    to_plan: YearPlan
    to_year: SchoolYear | None
    classes: list[ClassPlan]
    students: list[StudentPlan]
    pairs: list[PairPlan]
    stamp: str
    obstacle: PanelError | None

    def counts(self) -> dict[int, Counter[EnrolmentOutcome]]:
        """How many students of each class have which outcome."""
        found: dict[int, Counter[EnrolmentOutcome]] = {room.id: Counter() for room in self.classes}
        for student in self.students:
            found[student.classroom.id][student.outcome] += 1
        return found

    def to_look_at(self) -> list[StudentPlan]:
        """Students with whom something else happens than with their class."""
        usual = {EnrolmentOutcome.PROMOTED, EnrolmentOutcome.GRADUATED}
        return [s for s in self.students if s.proposed not in usual or s.outcome is not s.proposed]


def preview(session: Session, actor: Actor, from_year: SchoolYear, choices: Choices | None = None) -> Preview:
    """What passing from this year to the next will do, with these choices; writes nothing."""
    require(actor, Action.ROLL_OVER_YEAR)
    choices = choices or Choices()
    to_plan = YearPlan.usual(rules.next_year_name(from_year.name))
    to_year = session.scalar(select(SchoolYear).where(SchoolYear.name == to_plan.name))
    if to_year is not None:
        to_plan = YearPlan(to_year.name, to_year.starts_on, to_year.semester_2_starts_on, to_year.ends_on)
    classes = _classes(session, from_year, to_plan)
    students = _students(session, from_year, classes, choices)
    pairs = _pairs(session, from_year, to_year, to_plan, students, choices)
    return Preview(
        from_year,
        to_plan,
        to_year,
        list(classes.values()),
        students,
        [pair for pair in pairs if pair.student.stays],
        _stamp(from_year, classes.values(), students, pairs),
        _obstacle(session, actor, from_year, to_year, students),
    )


def live_roll_over(session: Session, from_year: SchoolYear) -> RollOver | None:
    """The roll-over of this year that has not been undone."""
    criteria = (RollOver.from_year_id == from_year.id, RollOver.undone_on.is_(None))
    return session.scalar(select(RollOver).where(*criteria).limit(1))


def _obstacle(
    session: Session, actor: Actor, from_year: SchoolYear, to_year: SchoolYear | None, students: list[StudentPlan]
) -> PanelError | None:
    if live_roll_over(session, from_year) is not None:
        return RuleError(ALREADY)
    if to_year is not None:
        taken = select(func.count()).select_from(Enrolment).join(Enrolment.classroom)
        if session.scalar(taken.where(Classroom.school_year_id == to_year.id)):
            return RuleError(NOT_EMPTY)
    if not students:
        return RuleError(NOBODY)
    try:
        rules.check_time(actor.today, from_year.ends_on)
    except RuleError as error:
        return error
    return None


def _classes(session: Session, from_year: SchoolYear, to_plan: YearPlan) -> dict[int, ClassPlan]:
    columns = (Classroom.id, Classroom.name, Classroom.grade, Staff.id, Staff.full_name, Staff.left_on)
    statement = (
        select(*columns)
        .outerjoin(Classroom.homeroom_teacher)
        .where(Classroom.school_year_id == from_year.id)
        .order_by(Classroom.grade, Classroom.name)
    )
    found = {}
    for id_, name, grade, teacher_id, teacher, left_on in session.execute(statement).all():
        gone = teacher_id is None or (left_on is not None and left_on < to_plan.starts_on)
        kept = (None, "") if gone else (teacher_id, teacher)
        found[id_] = ClassPlan(id_, name, grade, rules.next_class_name(name, grade), *kept)
    return found


def _students(
    session: Session, from_year: SchoolYear, classes: Mapping[int, ClassPlan], choices: Choices
) -> list[StudentPlan]:
    stays = (
        select(Student.id, Student.full_name, Enrolment.id, Enrolment.classroom_id)
        .join(Enrolment, Enrolment.student_id == Student.id)
        .where(Enrolment.ended_on.is_(None), Enrolment.classroom_id.in_(sorted(classes)))
        .order_by(Student.sort_key, Student.id)
    )
    results = _results(session, from_year)
    found = []
    for id_, name, enrolment_id, classroom_id in session.execute(stays).all():
        room, got = classes[classroom_id], results.get(id_, (None, None))
        usual = rules.proposed(room.grade, got)
        outcome = choices.outcomes.get(id_, usual)
        rules.check_outcome(room.grade, outcome)
        found.append(StudentPlan(id_, name, enrolment_id, room, got, usual, outcome))
    if set(choices.outcomes) - {student.id for student in found}:
        raise RuleError(N_("Có em không còn trong lớp nào của năm học này; thầy cô bỏ em khỏi danh sách."))
    return sorted(found, key=lambda student: (student.classroom.grade, student.classroom.name))


def _results(session: Session, from_year: SchoolYear) -> dict[int, tuple[Rating | None, Rating | None]]:
    """The whole year's learning and conduct by student, also of one who has moved class since."""
    statement = (
        select(Enrolment.student_id, TermResult.learning, TermResult.conduct)
        .join(TermResult.enrolment)
        .join(Enrolment.classroom)
        .where(Classroom.school_year_id == from_year.id, TermResult.period == TermPeriod.YEAR)
        .order_by(TermResult.id)
    )
    return {student_id: (learning, conduct) for student_id, learning, conduct in session.execute(statement).all()}


def _pairs(
    session: Session,
    from_year: SchoolYear,
    to_year: SchoolYear | None,
    to_plan: YearPlan,
    students: Iterable[StudentPlan],
    choices: Choices,
) -> list[PairPlan]:
    """Sponsorships that still run, and of a case that was closed to be continued those that ran until the end."""
    by_student = {student.id: student for student in students}
    open_case = SupportCase.state.in_([CaseState.APPROVED, CaseState.ACTIVE])
    runs = and_(open_case, Sponsorship.state == SponsorshipState.APPROVED, Sponsorship.ended_on.is_(None))
    continued = and_(
        SupportCase.state == CaseState.CLOSED,
        SupportCase.outcome == CaseOutcome.CONTINUED,
        Sponsorship.approved_on.is_not(None),
        Sponsorship.ended_on >= from_year.ends_on.replace(day=1),
    )
    statement = (
        select(Sponsorship, SupportCase.student_id, Staff.full_name)
        .join(Sponsorship.case)
        .join(Sponsorship.staff)
        .where(SupportCase.school_year_id == from_year.id, or_(runs, continued))
        .where(or_(Staff.left_on.is_(None), Staff.left_on >= to_plan.starts_on))
        .order_by(Staff.sort_key, Sponsorship.id)
    )
    if to_year is not None:
        has_one = select(SupportCase.student_id).where(SupportCase.school_year_id == to_year.id)
        statement = statement.where(SupportCase.student_id.not_in(has_one))
    rows = session.execute(statement).all()
    last: dict[int, dt.date] = {}
    for row, *_names in rows:
        last[row.case_id] = max(last.get(row.case_id, dt.date.min), row.ended_on or dt.date.max)
    return [
        PairPlan(
            row.id, row.case_id, by_student[student_id], row.staff_id, name, row.role, row.id not in choices.declined
        )
        for row, student_id, name in rows
        if student_id in by_student and (row.ended_on or dt.date.max) == last[row.case_id]
    ]


def _stamp(
    from_year: SchoolYear, classes: Iterable[ClassPlan], students: Iterable[StudentPlan], pairs: Iterable[PairPlan]
) -> str:
    """What the preview rests on, in short: it changes when a list does, not when leadership chooses otherwise."""
    facts = (
        from_year.id,
        from_year.state.value,
        [(room.id, room.name, room.grade, room.teacher_id) for room in classes],
        [(student.id, student.enrolment_id, student.proposed.value) for student in students],
        sorted(pair.id for pair in pairs),
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
