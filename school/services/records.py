"""What every service needs: apply values to a row, refuse a stale form, name the step in the audit log."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from school.errors import RuleError, StaleRecord, explain
from school.rules.actor import Actor
from school.rules.policy import require
from school.vocabulary import N_, Action

STALE = N_("Có người vừa lưu bản mới hơn. Thầy cô so hai bản dưới đây rồi lưu lại.")


TWICE = dt.timedelta(minutes=2)  # the same entry within this time is a second tap
Row = TypeVar("Row")


@contextmanager
def step(session: Session, name: str | None) -> Iterator[None]:
    """Flush what happens inside under this name in the audit log; broken constraints become sentences.

    Without a name each row is entered as what happens to it: create, update or delete.
    """
    session.info["action"] = name
    try:
        yield
        session.flush()
    except IntegrityError as error:
        raise explain(error) from error
    except StaleDataError as error:
        raise StaleRecord(STALE) from error
    finally:
        session.info.pop("action", None)


def check_fresh(obj: Any, version: int | None) -> None:
    """StaleRecord unless the form was opened on the version that is stored (security row 9)."""
    if version != obj.version:
        raise StaleRecord(STALE)


def apply(obj: Any, values: Mapping[str, Any]) -> list[str]:
    """Set the attributes that differ, and name them: an equal value leaves no trace in the audit log."""
    differing = [name for name, value in values.items() if getattr(obj, name) != value]
    for name in differing:
        setattr(obj, name, values[name])
    return differing


def save(
    session: Session, actor: Actor, action: Action, obj: Any, values: Mapping[str, Any], version: int | None = None
) -> Any:
    """Create or change one row of a plain table; `obj` without id is new."""
    require(actor, action)
    new = obj.id is None
    if not new:
        check_fresh(obj, version)
    with step(session, "create" if new else "update"):
        apply(obj, values)
        session.add(obj)
    return obj


def remove(session: Session, actor: Actor, action: Action, obj: Any, version: int | None = None) -> None:
    """Delete one row that nothing else refers to; `version` None: whatever its version."""
    require(actor, action, obj)
    if version is not None:
        check_fresh(obj, version)
    with step(session, "delete"):
        session.delete(obj)


def just_entered(session: Session, actor: Actor, model: type[Row], facts: Mapping[str, Any]) -> Sequence[Row]:
    """Rows that say the same and were entered a moment ago: a second tap on "save" finds its first."""
    table: Any = model
    criteria = [getattr(table, name) == value for name, value in facts.items()]
    statement = select(model).where(*criteria, table.created_at >= actor.now - TWICE).order_by(table.id)
    return session.scalars(statement).all()


def need(value: Any, msgid: str, field: str) -> Any:
    """The value; RuleError at `field` when it is missing or blank."""
    if value is None or (isinstance(value, str) and not value.strip()):
        raise RuleError(msgid, field=field)
    return value
