"""The plan of an import: what each row of the file would change, worked out before anything is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from school.errors import PanelError
from school.imports.columns import ColumnMap, Record
from school.names import clean
from school.vocabulary import N_, LabelEnum

UNSAVED_FORMULA = N_("Ô “%(column)s” là công thức chưa có kết quả nên coi như để trống.")


class RowOutcome(LabelEnum):
    CREATED = "created", N_("Thêm mới")
    UPDATED = "updated", N_("Cập nhật")
    UNCHANGED = "unchanged", N_("Không đổi")


@dataclass(frozen=True, slots=True)
class Change:
    """One value that a row changes: `what` is table and field, e.g. "student.full_name"."""

    row: int
    what: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about a row of the file: why it is rejected, or what was not as expected."""

    row: int
    error: PanelError

    def __str__(self) -> str:
        return str(self.error)


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted row: what comes of it, its changes, and what the list's module needs to apply them.

    `about` tells whom the row was found to mean, so that a plan is known again (`looking.digest_of`).
    """

    row: int
    outcome: RowOutcome
    changes: tuple[Change, ...]
    work: Any
    about: Any = None


@dataclass
class Plan:
    """All rows of one file: accepted, rejected, and remarked upon. `figures` are counts of a list's own."""

    entries: list[Entry] = field(default_factory=list)
    rejected: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def accept(self, row: int, created: bool, changes: Iterable[Change], work: Any, about: Any = None) -> None:
        """Take a row: created, or updated where something changes. `about`: ids of those whom it means."""
        changes = tuple(changes)
        changed = RowOutcome.UPDATED if changes else RowOutcome.UNCHANGED
        outcome = RowOutcome.CREATED if created else changed
        self.entries.append(Entry(row, outcome, changes, work, about))

    def reject(self, row: int, errors: Iterable[PanelError]) -> None:
        """Refuse a row, for each of the reasons."""
        self.rejected += [Remark(row, error) for error in errors]

    def warn(self, row: int, msgid: str, /, **params: Any) -> None:
        """Say what was not as expected, though the row is taken."""
        self.warnings.append(Remark(row, PanelError(msgid, **params)))

    def warn_of_formulas(self, record: Record, columns: ColumnMap) -> None:
        """Name the cells of the record whose formula has no saved value."""
        labels = {column.name: column.label for column in columns.columns}
        for name in record.unsaved:
            self.warn(record.row, UNSAVED_FORMULA, column=labels[name])

    def count(self, outcome: RowOutcome) -> int:
        """How many rows come to `outcome`."""
        return sum(entry.outcome is outcome for entry in self.entries)

    @property
    def writes(self) -> int:
        """How many rows are created or updated."""
        return len(self.entries) - self.count(RowOutcome.UNCHANGED)

    def reasons(self) -> dict[int, str]:
        """Rejected rows in the order of the file, each with all its reasons in one text."""
        found: dict[int, list[str]] = {}
        for remark in self.rejected:
            found.setdefault(remark.row, []).append(str(remark))
        return {row: " ".join(found[row]) for row in sorted(found)}


def differences(row: int, table: str, stored: Any, values: Mapping[str, Any]) -> tuple[Change, ...]:
    """Changes that turn `stored`, a row of the database or None, into `values`; equal values are none."""
    return tuple(
        Change(row, f"{table}.{name}", old, new)
        for name, new in values.items()
        if not _same(old := getattr(stored, name, None), new)
    )


def _same(old: Any, new: Any) -> bool:
    """Whether a file's value is what is stored; white space round a text counts for nothing."""
    if isinstance(old, str) and isinstance(new, str):
        return clean(old).strip() == new
    return bool(old == new)
