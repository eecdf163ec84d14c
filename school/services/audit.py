"""The audit log: one entry a changed row, chained by hashes, written in the change's own transaction."""

import datetime as dt
import enum
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, inspect, select
from sqlalchemy.orm import Mapper, Session

from school.models import AccountSession, AuditEntry, CalendarFeed
from school.rules.actor import Actor
from school.vocabulary import Origin

GENESIS = "0" * 64
# Fields that say nothing about the change itself, and tables whose every request would write an entry.
BOOKKEEPING = {"id", "created_at", "updated_at", "version", "search_name", "sort_key"}
_QUIET = {(AccountSession, "last_seen_at"), (CalendarFeed, "last_read_at")}
_AUDITED: dict[type, list[tuple[str, bool]]] = {}  # filled by `_audited`


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
    changes = [change for change in changes if change.fields]
    return changes + [Change(obj, "delete", {}) for obj in session.deleted]


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


def edited_by_hand(session: Session, model: type, row_ids: Iterable[int]) -> set[tuple[int, str]]:
    """(row id, field) of what a person wrote after the last import of the row's field, if one ever was.

    Says only that, and no values: whoever asks need not see the log.
    """
    table = AuditEntry.__table__
    statement = (
        select(table.c.row_id, table.c.origin, table.c.changes)
        .where(table.c.table_name == inspect(model).local_table.name, table.c.row_id.in_(list(row_ids)))
        .order_by(table.c.id)
    )
    found: set[tuple[int, str]] = set()
    for row_id, origin, changes in session.connection().execute(statement):
        touched = {(row_id, field) for field in changes}
        found = found - touched if origin in (Origin.IMPORT, Origin.COMMAND) else found | touched
    return found


def last_steps(session: Session, model: type, row_ids: Iterable[int]) -> dict[int, str]:
    """By row id the name of the last thing that was done to the row. Says only that: who asks need not see the log."""
    table = AuditEntry.__table__
    newest = (
        select(func.max(table.c.id))
        .where(table.c.table_name == inspect(model).local_table.name, table.c.row_id.in_(list(row_ids)))
        .group_by(table.c.row_id)
    )
    found = session.connection().execute(select(table.c.row_id, table.c.action).where(table.c.id.in_(newest)))
    return dict(found.all())


def note(session: Session, actor: Actor, obj: Any, action: str) -> None:
    """Enter what somebody did to a row without changing any of its fields."""
    write(session, actor, [Change(obj, action, {})])


def digest(previous: str, row: dict[str, Any]) -> str:
    """SHA-256 over the previous hash and every field of the entry."""
    body = {key: row[key] for key in sorted(row) if key not in ("id", "previous_hash", "hash")}
    return hashlib.sha256(json.dumps([previous, body], default=plain, sort_keys=True).encode()).hexdigest()


def _fields(obj: Any) -> dict[str, Any]:
    state = inspect(obj)
    fields: dict[str, Any] = {}
    for name, sensitive in _audited(type(obj)):
        if state.key is None:  # a new row: what it holds is what changed, and asking SQLAlchemy takes most of an import
            old, new = None, state.dict.get(name)
        else:
            history = state.attrs[name].history
            old, new = _only(history.deleted), _only(history.added)
        if old != new:
            fields[name] = None if sensitive else [plain(old), plain(new)]
    return fields


def _audited(model: type) -> list[tuple[str, bool]]:
    """The fields of a table that the log names, and whether their values stay out of it."""
    if model not in _AUDITED:
        mapper: Mapper[Any] = inspect(model)
        _AUDITED[model] = [
            (attribute.key, bool(attribute.columns[0].info.get("sensitive")))
            for attribute in mapper.column_attrs
            if attribute.key not in BOOKKEEPING and (model, attribute.key) not in _QUIET
        ]
    return _AUDITED[model]


def _only(values: Any) -> Any:
    return values[0] if values else None


def plain(value: Any) -> Any:
    """A value as JSON keeps it: dates and moments as ISO text, members of lists by their value, files by their hash."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bytes):  # a file: which one, not what stands in it
        return hashlib.sha256(value).hexdigest()
    return value
