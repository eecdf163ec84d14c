"""What every list needs: its columns, who may take it in, the year it belongs to, its plan and the applying of it."""

import gc
import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from school.errors import PanelError, RuleError
from school.imports import assignments, columns, hardships, results, staff, students
from school.imports.columns import ColumnMap, Listing
from school.imports.plan import Plan, RowOutcome
from school.imports.tables import Table
from school.models import SchoolYear
from school.rules.actor import Actor
from school.rules.policy import Decision, can
from school.services import directory
from school.vocabulary import N_, Action, ListKind, TermPeriod

NO_YEAR = N_('Chưa rõ nhập vào năm học nào; thầy cô ghi thêm năm học, ví dụ "--year 2025-2026".')
OTHER_YEAR = N_("Tiêu đề ghi năm học %(title)s, danh sách được nhập vào năm học %(year)s.")

_YEAR_IN_TITLE = re.compile(r"năm học\D{0,5}(20\d\d)\s*[-–—]\s*(20\d\d)", re.IGNORECASE)


COLUMNS: dict[ListKind, ColumnMap] = {
    ListKind.STAFF: columns.STAFF,
    ListKind.STUDENTS: columns.STUDENTS,
    ListKind.RESULTS: columns.RESULTS,
    ListKind.ASSIGNMENTS: columns.ASSIGNMENTS,
    ListKind.HARDSHIP: columns.HARDSHIP,
}

# What a person must be allowed to do to take in a list of that kind: all of it.
NEEDS: dict[ListKind, tuple[Action, ...]] = {
    ListKind.STAFF: (Action.IMPORT_LISTS, Action.EDIT_DIRECTORY),
    ListKind.STUDENTS: (Action.IMPORT_LISTS, Action.EDIT_STUDENT),
    ListKind.RESULTS: (Action.IMPORT_LISTS, Action.EDIT_STUDENT),
    ListKind.ASSIGNMENTS: (
        Action.IMPORT_LISTS,
        Action.NOMINATE_STUDENT,
        Action.EDIT_CASE,
        Action.REGISTER_SPONSORSHIP,
    ),
    ListKind.HARDSHIP: (Action.IMPORT_LISTS, Action.NOMINATE_STUDENT, Action.EDIT_CASE, Action.CLASSIFY_CASE),
}


def may_import(actor: Actor | None, kind: ListKind) -> Decision:
    """Whether the actor may take in lists of that kind, and why not."""
    refusals = (decision for action in NEEDS[kind] if not (decision := can(actor, action)))
    return next(refusals, Decision(True))


@dataclass(frozen=True)
class Source:
    """A file that has been read: its name, its SHA-256, and the tables in it. Needs no database."""

    kind: ListKind
    name: str
    hash: str
    tables: list[Table]


@dataclass(frozen=True)
class Report:
    """What an import did, or would do; `applied` is False after a rehearsal or a refusal as a whole.

    `run_id`: the import in the history, where it stands in it. `alarms`: what is unusual about the list as a whole.
    """

    plan: Plan
    applied: bool
    refused: bool = False
    run_id: int | None = None
    alarms: tuple[PanelError, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The report as `--json` prints it. A refusal as a whole has created nothing, whatever was planned."""
        counts = {outcome.value: 0 if self.refused else self.plan.count(outcome) for outcome in RowOutcome}
        return (
            counts
            | {"rejected": [{"row": row, "reason": reason} for row, reason in self.plan.reasons().items()]}
            | {"warnings": [{"row": remark.row, "message": str(remark)} for remark in self.plan.warnings]}
            | self.plan.figures
            | {"alarms": [str(alarm) for alarm in self.alarms], "applied": self.applied, "run": self.run_id}
        )


def hash_of(data: bytes) -> str:
    """By what a file is known again."""
    return hashlib.sha256(data).hexdigest()


def find_or_make_year(session: Session, actor: Actor, name: str | None) -> SchoolYear:
    """The year called `name`, made where it is missing; without a name today's or the only one, else RuleError."""
    year = directory.find_year(session, actor.today, name)
    if year is None and name is None:
        raise RuleError(NO_YEAR)
    if year is None:
        year = directory.save_year(session, actor, SchoolYear(), {"name": name})
    return year


def make_plan(
    session: Session,
    actor: Actor,
    kind: ListKind,
    listing: Listing,
    year: SchoolYear,
    period: TermPeriod,
    answers: Mapping[str, int] | None = None,
) -> Plan:
    """What the list would change; writes nothing. `answers`: who is meant where several fit, as `ImportRun` has it."""
    answers = answers or {}
    if kind is ListKind.STAFF:
        plan = staff.plan_staff(session, actor, listing, year, answers)
    elif kind is ListKind.STUDENTS:
        plan = students.plan_students(session, actor, listing, year, answers)
    elif kind is ListKind.RESULTS:
        plan = results.plan_results(session, actor, listing, year, period, answers)
    elif kind is ListKind.HARDSHIP:
        plan = hardships.plan_hardships(session, actor, listing, year, answers)
    else:
        plan = assignments.plan_assignments(session, actor, listing, year, answers)
    _compare_year(plan, listing, year)
    return plan


def apply_plan(
    session: Session, actor: Actor, kind: ListKind, plan: Plan, year: SchoolYear, period: TermPeriod
) -> None:
    """Write a plan that was made in this session."""
    with _plan_left_alone():
        if kind is ListKind.STAFF:
            staff.apply_staff(session, actor, plan, year)
        elif kind is ListKind.STUDENTS:
            students.apply_students(session, actor, plan, year)
        elif kind is ListKind.RESULTS:
            results.apply_results(session, actor, plan, period)
        elif kind is ListKind.HARDSHIP:
            hardships.apply_hardships(session, actor, plan, year)
        else:
            assignments.apply_assignments(session, actor, plan, year)


def _compare_year(plan: Plan, listing: Listing, year: SchoolYear) -> None:
    """Warn when the title names another year than the one imported into."""
    found = _YEAR_IN_TITLE.search(" ".join(listing.titles))
    if found and f"{found[1]}-{found[2]}" != year.name:
        plan.warn(listing.header_row, OTHER_YEAR, title=f"{found[1]}-{found[2]}", year=year.name)


@contextmanager
def _plan_left_alone() -> Iterator[None]:
    """A plan is a million objects that live on: looking through them for garbage takes a fifth of the writing."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
