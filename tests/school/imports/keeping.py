"""What the tests of imports compare: every value of every table, before and after; and the chain of the audit log."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.db import Record, db
from school.models import AuditEntry
from school.services import audit

Rows = Sequence[Sequence[Any]]

# What an import and its undoing leave behind on purpose.
HISTORY = {"audit_entry", "column_name", "import_content", "import_item", "import_run"}
BOOKKEEPING = {"created_at", "updated_at", "version"}


def snapshot(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but the history, without the bookkeeping."""
    session.flush()
    tables = [table for table in db.metadata.sorted_tables if table.name not in HISTORY]
    return {table.name: _rows(session, table) for table in tables}


def _rows(session: Session, table: Any) -> list[dict[str, Any]]:
    columns = [column for column in table.columns if column.name not in BOOKKEEPING]
    found = session.connection().execute(select(*columns).order_by(*table.primary_key))
    return [dict(row._mapping) for row in found]


def differing(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> set[str]:
    """The tables that are not the same."""
    return {name for name in before if before[name] != after[name]}


def check_chain(session: Session) -> int:
    """Fail unless every entry of the log is chained to the one before; how many there are."""
    table, previous = AuditEntry.__table__, audit.GENESIS
    entries = session.connection().execute(select(table).order_by(table.c.id)).mappings().all()
    for entry in entries:
        assert entry["previous_hash"] == previous
        assert entry["hash"] == audit.digest(previous, dict(entry))
        previous = entry["hash"]
    return len(entries)


def as_csv(rows: Rows) -> bytes:
    """The rows as a file."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerows(rows)
    return buffer.getvalue().encode()


def versions(session: Session, *models: type[Record]) -> dict[tuple[str, int], int]:
    """The version of each row of these tables."""
    found = {}
    for model in models:
        table: Any = model.__table__  # type: ignore[attr-defined]
        for row_id, version in session.connection().execute(select(table.c.id, table.c.version)):
            found[table.name, row_id] = version
    return found
