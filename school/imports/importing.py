"""One import from file to database: read, find the year, plan, and apply unless it is a rehearsal."""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from school.errors import RuleError
from school.imports import assignments, columns, results, staff, students
from school.imports.columns import ColumnMap, Listing, recognise
from school.imports.plan import Plan, RowOutcome
from school.imports.readers import read_file
from school.models import SchoolYear
from school.rules.actor import Actor
from school.services import directory
from school.vocabulary import N_, ListKind, TermPeriod

NO_YEAR = N_('Chưa rõ nhập vào năm học nào; thầy cô ghi thêm năm học, ví dụ "--year 2025-2026".')
OTHER_YEAR = N_("Tiêu đề ghi năm học %(title)s, danh sách được nhập vào năm học %(year)s.")

_YEAR_IN_TITLE = re.compile(r"năm học\D{0,5}(20\d\d)\s*[-–—]\s*(20\d\d)", re.IGNORECASE)


COLUMNS: dict[ListKind, ColumnMap] = {
    ListKind.STAFF: columns.STAFF,
    ListKind.STUDENTS: columns.STUDENTS,
    ListKind.RESULTS: columns.RESULTS,
    ListKind.ASSIGNMENTS: columns.ASSIGNMENTS,
}


@dataclass(frozen=True)
class Source:
    """A file that has been read and holds a list of that kind."""

    kind: ListKind
    name: str
    listing: Listing


@dataclass(frozen=True)
class Report:
    """What an import did, or would do; `applied` is False after a rehearsal or a refusal as a whole."""

    plan: Plan
    applied: bool
    refused: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The report as `--json` prints it. A refusal as a whole has created nothing, whatever was planned."""
        counts = {outcome.value: 0 if self.refused else self.plan.count(outcome) for outcome in RowOutcome}
        return (
            counts
            | {"rejected": [{"row": row, "reason": reason} for row, reason in self.plan.reasons().items()]}
            | {"warnings": [{"row": remark.row, "message": str(remark)} for remark in self.plan.warnings]}
            | self.plan.figures
            | {"applied": self.applied}
        )


def read_source(kind: ListKind, path: Path) -> Source:
    """Read the file; Unreadable when it is none, or holds another kind of list. Needs no database."""
    return Source(kind, path.name, recognise(read_file(path), COLUMNS[kind]))


def import_list(
    session: Session,
    actor: Actor,
    source: Source,
    year_name: str | None = None,
    period: TermPeriod | None = None,
    dry_run: bool = False,
    all_or_nothing: bool = False,
) -> Report:
    """Plan and apply in the caller's transaction, which the caller commits or, after a rehearsal, rolls back.

    RuleError without a year to import into, NotAllowed when the actor may not write the list.
    """
    year = find_or_make_year(session, actor, year_name)
    period = period or results.find_period(source.listing.titles, source.name)
    plan = make_plan(session, actor, source, year, period)
    _compare_year(plan, source, year)
    refused = all_or_nothing and bool(plan.rejected)
    applied = not dry_run and not refused
    if applied:
        with _plan_left_alone():
            apply_plan(session, actor, source.kind, plan, year, period)
    return Report(plan, applied, refused)


@contextmanager
def _plan_left_alone() -> Iterator[None]:
    """A plan is a million objects that live on: looking through them for garbage takes a fifth of the writing."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def find_or_make_year(session: Session, actor: Actor, name: str | None) -> SchoolYear:
    """The year called `name`, made where it is missing; without a name today's or the only one, else RuleError."""
    year = directory.find_year(session, actor.today, name)
    if year is None and name is None:
        raise RuleError(NO_YEAR)
    if year is None:
        year = directory.save_year(session, actor, SchoolYear(), {"name": name})
    return year


def make_plan(session: Session, actor: Actor, source: Source, year: SchoolYear, period: TermPeriod) -> Plan:
    """What the list would change; writes nothing."""
    if source.kind is ListKind.STAFF:
        return staff.plan_staff(session, actor, source.listing, year)
    if source.kind is ListKind.STUDENTS:
        return students.plan_students(session, actor, source.listing, year)
    if source.kind is ListKind.RESULTS:
        return results.plan_results(session, actor, source.listing, year, period)
    return assignments.plan_assignments(session, actor, source.listing, year)


def apply_plan(
    session: Session, actor: Actor, kind: ListKind, plan: Plan, year: SchoolYear, period: TermPeriod
) -> None:
    """Write a plan that was made in this session."""
    if kind is ListKind.STAFF:
        staff.apply_staff(session, actor, plan, year)
    elif kind is ListKind.STUDENTS:
        students.apply_students(session, actor, plan, year)
    elif kind is ListKind.RESULTS:
        results.apply_results(session, actor, plan, period)
    else:
        assignments.apply_assignments(session, actor, plan, year)


def _compare_year(plan: Plan, source: Source, year: SchoolYear) -> None:
    """Warn when the title names another year than the one imported into."""
    found = _YEAR_IN_TITLE.search(" ".join(source.listing.titles))
    if found and f"{found[1]}-{found[2]}" != year.name:
        plan.warn(source.listing.header_row, OTHER_YEAR, title=f"{found[1]}-{found[2]}", year=year.name)
