"""The reports by the name under which `export` and the panel offer them: a new report is one module and one line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from school.models import SchoolYear
from school.reports import assignments, emulation, evaluations, left_over, students
from school.reports.tables import Column
from school.rules.actor import Actor

Rows = Callable[[Session, Actor, SchoolYear], Iterator[tuple[Any, ...]]]


@dataclass(frozen=True)
class Report:
    """One report: its columns and its rows, which ask the policy before the first of them."""

    columns: tuple[Column, ...]
    rows: Rows


REPORTS = {
    "assignments": Report(assignments.COLUMNS, assignments.rows),
    "emulation": Report(emulation.COLUMNS, emulation.rows),
    "evaluations": Report(evaluations.COLUMNS, evaluations.rows),
    "left-over": Report(left_over.COLUMNS, left_over.rows),
    "students": Report(students.COLUMNS, students.rows),
}
