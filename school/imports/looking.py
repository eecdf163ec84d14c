"""What an import would do, as figures: the digest by which it is known again, its alarms, its questions."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from school.errors import PanelError
from school.imports.importing import COLUMNS, OTHER_YEAR
from school.imports.matching import Ambiguous
from school.imports.plan import Entry, Plan, RowOutcome
from school.models import Classroom, Enrolment, SchoolYear, Staff, SupportCase, TermResult
from school.names import fold
from school.rules.actor import Actor
from school.rules.importing import ColumnFigures, Figures, find_alarms
from school.services.undo_log import UndoLog
from school.vocabulary import ListKind, TermPeriod

# Fields of the plan's changes that are called otherwise than their columns.
_COLUMN_OF = {"classroom": "class_name", "homeroom_teacher": "homeroom"}
# The table of which each row of a list writes one row.
_MAIN_TABLE = {
    ListKind.STAFF: "staff",
    ListKind.STUDENTS: "student",
    ListKind.RESULTS: "term_result",
    ListKind.ASSIGNMENTS: "support_case",
    ListKind.HARDSHIP: "support_case",
}
_MOVED, _NAMES = "enrolment.classroom", ("student.full_name", "staff.full_name")


@dataclass(frozen=True)
class Question:
    """Somebody whom a row means and several fit: the key of its answer, and who may be meant, as (id, label)."""

    key: str
    row: int
    candidates: list[tuple[int, str]]


def digest_of(plan: Plan) -> str:
    """SHA-256 over every row: whom it is about, what comes of it, old and new values, and why one is rejected."""
    digest = hashlib.sha256()
    for entry in plan.entries:
        changes = [(change.what, change.old, change.new) for change in entry.changes]
        digest.update(repr((entry.row, entry.outcome.value, entry.about, changes)).encode())
    for row, reason in plan.reasons().items():
        digest.update(repr((row, reason)).encode())
    return digest.hexdigest()


def count_rows(kind: ListKind, plan: Plan, progress: Callable[[int, int], None] | None) -> Callable[[UndoLog], None]:
    """What tells `progress` at each flush how many of the plan's rows are written by now."""
    total = plan.writes

    def count(log: UndoLog) -> None:
        if progress is not None:
            progress(min(log.count(_MAIN_TABLE[kind]), total), total)

    return count


def counts_of(plan: Plan, alarms: list[PanelError]) -> dict[str, Any]:
    """What a run remembers of a plan."""
    counts: dict[str, Any] = {outcome.value: plan.count(outcome) for outcome in RowOutcome}
    return counts | {"rejected": len(plan.reasons()), "alarms": len(alarms)}


def questions_of(plan: Plan) -> list[Question]:
    """Who is asked about, in the order of the file."""
    return [
        Question(remark.error.key, remark.row, remark.error.candidates)
        for remark in plan.rejected
        if isinstance(remark.error, Ambiguous)
    ]


def alarms_of(
    session: Session, actor: Actor, kind: ListKind, plan: Plan, year: SchoolYear, period: TermPeriod | None
) -> list[PanelError]:
    """What is unusual about the list as a whole: first of all a title that names another year."""
    other_year = [remark.error for remark in plan.warnings if remark.error.msgid == OTHER_YEAR]
    tally = _tally(plan)
    labels = {column.name: column.label for column in COLUMNS[kind].columns}
    named = {what: labels.get(_COLUMN_OF.get(field, field)) for what in tally.replaced for field in [_field(what)]}
    figures = Figures(
        created=plan.count(RowOutcome.CREATED),
        matched=plan.count(RowOutcome.UPDATED) + plan.count(RowOutcome.UNCHANGED),
        rejected=len(plan.reasons()),
        known=count_known(session, kind, year, period),
        replaced=tally.rows,
        renamed=tally.renamed,
        moved=tally.replaced[_MOVED],
        day_of_year=(actor.today - year.starts_on).days,
        columns=tuple(
            ColumnFigures(label, tally.replaced[what], tally.emptied[what])
            for what, label in named.items()
            if label and what != _MOVED  # which the year's start excuses
        ),
    )
    return [*other_year, *find_alarms(figures)]


class _Tally:
    """Known rows in which something gives way: in all, by field, and by what takes its place."""

    def __init__(self) -> None:
        self.rows = self.renamed = 0
        self.replaced: Counter[str] = Counter()
        self.emptied: Counter[str] = Counter()

    def add(self, entry: Entry) -> None:
        given_way = [
            change for change in entry.changes if change.old not in (None, "") and _field(change.what) != "state"
        ]
        self.rows += bool(given_way)
        for change in given_way:
            self.replaced[change.what] += 1
            self.emptied[change.what] += change.new in (None, "")
            self.renamed += change.what in _NAMES and _somebody_else(change.old, change.new)


def _tally(plan: Plan) -> _Tally:
    tally = _Tally()
    for entry in plan.entries:
        if entry.outcome is RowOutcome.UPDATED:
            tally.add(entry)
    return tally


def _field(what: str) -> str:
    return what.partition(".")[2]


def _somebody_else(old: str, new: str) -> bool:
    """Whether two names differ by more than how one is spelt: in the family name or the given name, marks apart."""
    before, after = fold(old).split(), fold(new).split()
    return (before[:1], before[-1:]) != (after[:1], after[-1:])


def count_known(session: Session, kind: ListKind, year: SchoolYear, period: TermPeriod | None) -> int:
    """How many rows of such a list the panel has already."""
    if kind is ListKind.STAFF:
        statement = select(func.count(Staff.id)).where(Staff.left_on.is_(None))
    elif kind is ListKind.STUDENTS:
        within = select(Classroom.id).where(Classroom.school_year_id == year.id)
        statement = select(func.count(Enrolment.student_id.distinct())).where(Enrolment.classroom_id.in_(within))
    elif kind is ListKind.RESULTS:
        stays = select(Enrolment.id).join(Enrolment.classroom).where(Classroom.school_year_id == year.id)
        criteria = (TermResult.enrolment_id.in_(stays), TermResult.period == period)
        statement = select(func.count(TermResult.id)).where(*criteria)
    else:
        statement = select(func.count(SupportCase.id)).where(SupportCase.school_year_id == year.id)
    return session.scalar(statement) or 0
