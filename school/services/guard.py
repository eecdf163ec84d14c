"""The wall under every screen (security row 1): reads are scoped, writes out of scope refused, every change audited.

Importing this module puts it in place. The actor stands in `session.info`; without one nothing is seen or written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, inspect, true
from sqlalchemy.orm import MANYTOONE, ORMExecuteState, Session, UOWTransaction, with_loader_criteria

from school.db import db
from school.errors import NotAllowed
from school.models import AuditEntry
from school.rules import policy
from school.rules.actor import Actor
from school.services import audit
from school.vocabulary import N_

# Execution options of a statement that asked the policy itself; only the modules named in a test may use it.
UNSCOPED = {"unscoped": True}
_CRITERIA = "loader criteria"


def set_actor(session: Session, actor: Actor | None) -> None:
    """From now on `session` reads and writes as `actor`."""
    session.info["actor"] = actor
    session.info.pop(_CRITERIA, None)


def get_actor(session: Session) -> Actor | None:
    """Who the session reads and writes as."""
    return session.info.get("actor")


@contextmanager
def acting(session: Session, actor: Actor) -> Iterator[Session]:
    """Read and write as `actor` inside, as before outside; nothing loaded inside stays in the session."""
    before = get_actor(session)
    set_actor(session, actor)
    try:
        yield session
        session.flush()
    finally:
        set_actor(session, before)
        session.expire_all()


@event.listens_for(db.session, "do_orm_execute")
def scope_reads(state: ORMExecuteState) -> None:
    """Every ORM read carries the actor's criteria, relations and subqueries included."""
    if state.execution_options.get("unscoped") or state.is_column_load:
        return
    if not state.is_select or not state.is_orm_statement:
        raise NotAllowed(N_("Lệnh này đi vòng qua phân quyền nên bị từ chối."))
    state.statement = state.statement.options(*_criteria(state.session))


def _criteria(session: Session) -> list[Any]:
    """Loader criteria of the session's actor, made once."""
    if _CRITERIA not in session.info:
        actor = get_actor(session)
        criteria = {mapper.class_: policy.visible(actor, mapper.class_) for mapper in db.Model.registry.mappers}
        session.info[_CRITERIA] = [
            with_loader_criteria(model, criterion, include_aliases=True, propagate_to_loaders=False)
            for model, criterion in criteria.items()
            if not criterion.compare(true())
        ]
    return session.info[_CRITERIA]


@event.listens_for(db.session, "before_flush")
def guard_writes(session: Session, _context: UOWTransaction, _instances: object) -> None:
    """Refuse what the policy does not allow; stamp the moments of what it does."""
    actor = get_actor(session)
    with session.no_autoflush:
        for obj in session.new:
            _settle_keys(obj)
            _refuse_unless(policy.may_write(actor, obj, new=True), obj)
            _stamp(obj, actor, new=True)
        for obj in audit.changed(session):
            _settle_keys(obj)
            _refuse_unless(policy.may_write(actor, obj), obj)
            _stamp(obj, actor)
        for obj in session.deleted:
            _refuse_unless(policy.may_write(actor, obj), obj)
        session.info["changes"] = audit.collect(session)


@event.listens_for(db.session, "after_flush")
def audit_writes(session: Session, _context: UOWTransaction) -> None:
    """Write the audit rows in the same transaction, now that new rows have their ids."""
    audit.write(session, get_actor(session), session.info.pop("changes", []))


def _refuse_unless(allowed: bool, obj: Any) -> None:
    if isinstance(obj, AuditEntry) or not allowed:
        raise NotAllowed(N_("Thay đổi này ngoài phạm vi thầy cô phụ trách nên không được lưu."))


def _stamp(obj: Any, actor: Actor, new: bool = False) -> None:
    obj.updated_at = actor.now
    if new:
        obj.created_at = actor.now


def _settle_keys(obj: Any) -> None:
    """Copy the ids of related rows into the foreign keys now, so that policy and audit see where the row will stand."""
    state = inspect(obj)
    for relation in state.mapper.relationships:
        if relation.direction is not MANYTOONE or relation.viewonly or not state.attrs[relation.key].history.added:
            continue
        target = getattr(obj, relation.key)
        local, remote = relation.local_remote_pairs[0]
        setattr(obj, local.key, getattr(target, remote.key) if target is not None else None)
