"""The rows that an import did not take, kept so that they can be corrected and taken in again."""

from collections.abc import Mapping
from typing import Any

from school.imports.columns import ColumnMap, header_key
from school.imports.layout import Layout, headings
from school.imports.plan import Plan
from school.imports.tables import Table
from school.vocabulary import N_

ROW, REASON = N_("Dòng"), N_("Lý do")

Rejected = dict[str, Any]  # {"header": [text], "rows": [[row number, [text], reason]]}, as ImportContent keeps it


def collect(plan: Plan, table: Table, columns: ColumnMap, layout: Layout, names: Mapping[str, str]) -> Rejected | None:
    """Header and rejected rows as the file has them; None where nothing was rejected."""
    reasons = plan.reasons()
    if not reasons:
        return None
    rows = [[row.number, list(row.cells), reasons[row.number]] for row in table.rows if row.number in reasons]
    return {"header": _header(table, columns, layout, {**columns.synonyms(), **names}), "rows": rows}


def _header(table: Table, columns: ColumnMap, layout: Layout, names: Mapping[str, str]) -> list[str]:
    """One row of headings, each by which its column is recognised: the file's own where that is so, else the usual."""
    told = dict(headings(table, layout.header_row))
    width = max([*told, *layout.columns.values()]) + 1
    taken = {column: name for name, column in layout.columns.items()}
    labels = columns.labels()
    header = []
    for column in range(width):
        own, name = told.get(column, ""), taken.get(column)
        known = name is None or names.get(header_key(own)) == name
        header.append(own if known else labels[str(name)])
    return header


def as_rows(rejected: Rejected | None) -> tuple[list[str], list[list[str]]]:
    """Header and rows for the writer of tables, with the row's number and the reason at the end."""
    if rejected is None:
        return [], []
    header = rejected["header"]
    width = max([len(header), *(len(cells) for _, cells, _ in rejected["rows"])])
    rows = [[*_filled(cells, width), str(number), reason] for number, cells, reason in rejected["rows"]]
    return [*_filled(header, width), ROW, REASON], rows


def _filled(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]
