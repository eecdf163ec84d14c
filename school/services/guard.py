"""The wall under every screen (security row 1): reads are scoped, writes out of scope refused, every change audited.

Importing this module puts it in place. The actor stands in `session.info`; without one nothing is seen or written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, event, inspect, true
from sqlalchemy.orm import (
    MANYTOONE,
    FromStatement,
    LoaderCriteriaOption,
    Mapper,
    ORMExecuteState,
    Session,
    UOWTransaction,
)

from school.db import Record, db
from school.errors import NotAllowed
from school.models import AuditEntry
from school.rules import policy
from school.rules.actor import Actor
from school.services import audit
from school.services.undo_log import RECORDER
from school.vocabulary import N_

# Execution options of a statement that asked the policy itself; only the modules named in a test may use it.
UNSCOPED = {"unscoped": True}
_CRITERIA = "loader criteria"


def set_actor(session: Session, actor: Actor | None) -> None:
    """From now on `session` reads and writes as `actor`; what somebody else did so far is written as theirs.

    Rows that the caller holds keep what was loaded: only `acting` makes the session read them again.
    """
    before = get_actor(session)
    if before is not None and before is not actor:
        session.flush()
    _become(session, actor)


def _become(session: Session, actor: Actor | None) -> None:
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
        _become(session, before)
        session.expire_all()


class _Scope(LoaderCriteriaOption):
    """The criterion of one table for one statement, joined eager loads included.

    Rows do not carry it along to their lazy loads: those ask anew, for whoever acts by then. SQLAlchemy's own option
    knows only both or neither, and without propagation a joined eager load comes back unscoped.
    """

    __slots__ = ("_joined",)
    _traverse_internals = LoaderCriteriaOption._traverse_internals

    def __init__(self, model: type, criterion: ColumnElement[bool]) -> None:
        super().__init__(model, criterion, include_aliases=True, propagate_to_loaders=False)
        self._joined = LoaderCriteriaOption(model, criterion, include_aliases=True, propagate_to_loaders=True)

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        self._joined.get_global_criteria(attributes)


@event.listens_for(db.session, "do_orm_execute")
def scope_reads(state: ORMExecuteState) -> None:
    """Every ORM read carries the actor's criteria: relations, subqueries and refreshed rows included."""
    if state.execution_options.get("unscoped"):
        return
    if not state.is_select or not state.is_orm_statement or isinstance(state.statement, FromStatement):
        raise NotAllowed(N_("Lệnh này đi vòng qua phân quyền nên bị từ chối."))
    if state.is_column_load:  # options do not reach these: the refreshing of a row that the session holds
        statement, mapper = cast("Select[Any]", state.statement), cast("Mapper[Any]", state.bind_mapper)
        state.statement = statement.where(policy.visible(get_actor(state.session), mapper.class_))
    else:
        state.statement = state.statement.options(*_criteria(state.session))


def _criteria(session: Session) -> list[Any]:
    """Loader criteria of the session's actor, made once."""
    if _CRITERIA not in session.info:
        actor = get_actor(session)
        criteria = {mapper.class_: policy.visible(actor, mapper.class_) for mapper in Record.registry.mappers}
        session.info[_CRITERIA] = [
            _Scope(model, criterion) for model, criterion in criteria.items() if not criterion.compare(true())
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
            _refuse_unless(policy.may_delete(actor, obj), obj)
        session.info["changes"] = audit.collect(session)
        if RECORDER in session.info:
            session.info[RECORDER].before_flush(session, audit.changed(session))


@event.listens_for(db.session, "after_flush")
def audit_writes(session: Session, _context: UOWTransaction) -> None:
    """Write the audit rows in the same transaction, now that new rows have their ids."""
    audit.write(session, get_actor(session), session.info.pop("changes", []))
    if RECORDER in session.info:
        session.info[RECORDER].after_flush()


def _refuse_unless(allowed: bool, obj: Any) -> None:
    if isinstance(obj, AuditEntry) or not allowed:
        raise NotAllowed(N_("Thay đổi này ngoài phạm vi thầy cô phụ trách nên không được lưu."))


def _stamp(obj: Any, actor: Actor | None, new: bool = False) -> None:
    assert actor is not None  # without an actor nothing may be written
    obj.updated_at = actor.now
    if new:
        obj.created_at = actor.now


def _settle_keys(obj: Any) -> None:
    """Copy the ids of related rows into the foreign keys now, so that policy and audit see where the row will stand."""
    state = inspect(obj)
    for relation in state.mapper.relationships:
        if relation.key not in state.dict or relation.direction is not MANYTOONE or relation.viewonly:
            continue
        if not state.attrs[relation.key].history.added:
            continue
        target = getattr(obj, relation.key)
        local, remote = relation.local_remote_pairs[0]
        setattr(obj, local.key, getattr(target, remote.key) if target is not None else None)
