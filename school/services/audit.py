"""The audit log: one entry a changed row, chained by hashes, written in the change's own transaction."""

import datetime as dt
import enum
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, inspect, select
from sqlalchemy.orm import Session

from school.models import AccountSession, AuditEntry
from school.rules.actor import Actor

GENESIS = "0" * 64
# Fields that say nothing about the change itself, and tables whose every request would write an entry.
_BOOKKEEPING = {"id", "created_at", "updated_at", "version", "search_name", "sort_key"}
_QUIET = {(AccountSession, "last_seen_at")}


@dataclass(frozen=True)
class Change:
    """One row about to be written: what happens to it, and the fields that change."""

    obj: Any
    action: str
    fields: dict[str, Any]


def collect(session: Session) -> list[Change]:
    """The changes of the coming flush. Taken before it: afterwards SQLAlchemy has forgotten the old values."""
    label = session.info.get("action")
    changes = [Change(obj, label or "create", _fields(obj)) for obj in session.new]
    changes += [Change(obj, label or "update", _fields(obj)) for obj in changed(session)]
    changes += [Change(obj, label or "delete", {}) for obj in session.deleted]
    return [change for change in changes if change.fields or change.action == "delete"]


def changed(session: Session) -> list[Any]:
    """Rows whose own columns change; a row whose only news is a new relative stays as it is."""
    return [obj for obj in session.dirty if session.is_modified(obj, include_collections=False)]


def write(session: Session, actor: Actor | None, changes: list[Change]) -> None:
    """Append the entries of `changes`, each chained to the one before."""
    if not changes or actor is None:
        return
    previous = head(session)
    rows = []
    for change in changes:
        row = {
            "at": actor.now,
            "account_id": actor.account_id,
            "actor": actor.name,
            "origin": actor.origin,
            "address": actor.address,
            "action": change.action,
            "table_name": change.obj.__tablename__,
            "row_id": change.obj.id,
            "changes": change.fields,
        }
        row["previous_hash"], row["hash"] = previous, digest(previous, row)
        previous = row["hash"]
        rows.append(row)
    session.connection().execute(insert(AuditEntry.__table__), rows)


def head(session: Session) -> str:
    """Hash of the newest entry."""
    table = AuditEntry.__table__
    return session.connection().scalar(select(table.c.hash).order_by(table.c.id.desc()).limit(1)) or GENESIS


def digest(previous: str, row: dict[str, Any]) -> str:
    """SHA-256 over the previous hash and every field of the entry."""
    body = {key: row[key] for key in sorted(row) if key not in ("id", "previous_hash", "hash")}
    return hashlib.sha256(json.dumps([previous, body], default=_plain, sort_keys=True).encode()).hexdigest()


def _fields(obj: Any) -> dict[str, Any]:
    state = inspect(obj)
    fields: dict[str, Any] = {}
    for attribute in state.mapper.column_attrs:
        column, history = attribute.columns[0], state.attrs[attribute.key].history
        if attribute.key in _BOOKKEEPING or (type(obj), attribute.key) in _QUIET or not history.has_changes():
            continue
        old, new = _only(history.deleted), _only(history.added)
        if old != new:
            fields[attribute.key] = None if column.info.get("sensitive") else [_plain(old), _plain(new)]
    return fields


def _only(values: Any) -> Any:
    return values[0] if values else None


def _plain(value: Any) -> Any:
    """A value as JSON keeps it: dates and moments as ISO text, members of lists by their value."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return value
