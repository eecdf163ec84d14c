"""What an import makes and changes, row by row, and how all of it is put back.

The guard feeds the log at every flush, so that no list needs to say what it writes. The log itself is kept and compared
in bulk, past the mapper: 60,000 rows one by one would take longer than the import. It holds private texts, so nobody
reads it but the undoing.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    inspect,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import InstanceState, Session

from school.db import Instant, Label, Record
from school.errors import RuleError
from school.models import ImportItem, Staff, Student
from school.services import audit
from school.vocabulary import N_

STUDENT_SINCE = N_("Em %(name)s đã có nội dung mới trên trang sau lần nhập này nên không hoàn tác được nữa.")
STAFF_SINCE = N_("%(name)s đã có nội dung mới trên trang sau lần nhập này nên không hoàn tác được nữa.")
NAMED_SINCE = N_("“%(name)s” đã có nội dung mới trên trang sau lần nhập này nên không hoàn tác được nữa.")
GONE_SINCE = N_("Có dòng của lần nhập này đã bị xóa trên trang nên không hoàn tác được nữa.")
IN_USE_SINCE = N_("Có nội dung mới trên trang dựa vào lần nhập này nên không hoàn tác được nữa.")

RECORDER = "undo log"  # where it stands in `session.info`
_AT_ONCE = 1000  # rows of one statement, or of one flush
_HANDFUL = 500  # ids in one IN
_item = ImportItem.__table__
T = TypeVar("T")


class UndoLog:
    """The rows that a session makes and changes while the log stands in it.

    `made`: version by id and table. `changed`: version and old values; "version" among these is the one before.
    `told` hears of the log after every flush.
    """

    def __init__(self, told: Callable[["UndoLog"], None] | None = None) -> None:
        self._told = told
        self.made: dict[str, dict[int, int]] = defaultdict(dict)
        self.changed: dict[str, dict[int, tuple[int, dict[str, Any]]]] = defaultdict(dict)
        self._making: list[Any] = []
        self._changing: list[tuple[Any, dict[str, Any]]] = []

    def before_flush(self, session: Session, changed: Iterable[Any]) -> None:
        """Take the old values while SQLAlchemy still has them."""
        if session.deleted:
            raise TypeError("an import deletes nothing: what it deleted could not be put back")
        self._making = [obj for obj in session.new if isinstance(obj, Record)]
        self._changing = [(obj, _before(session, obj)) for obj in changed if isinstance(obj, Record)]

    def after_flush(self) -> None:
        """Take the ids of new rows, and the version at which each row stands now."""
        for obj in self._making:
            self.made[obj.__tablename__][obj.id] = obj.version
        for obj, before in self._changing:
            table, row_id = obj.__tablename__, obj.id
            if row_id in self.made[table]:
                self.made[table][row_id] = obj.version
                continue
            _version, first = self.changed[table].get(row_id, (0, {}))
            self.changed[table][row_id] = (obj.version, before | first)
        self._making, self._changing = [], []
        if self._told is not None:
            self._told(self)

    def count(self, table: str) -> int:
        """How many rows of the table have been written so far."""
        return len(self.made[table]) + len(self.changed[table])

    def keep(self, session: Session, run_id: int) -> None:
        """Store the log as the items of this import."""
        connection = session.connection()
        made = (
            {"run_id": run_id, "table_name": table, "row_id": row_id, "version": version}
            for table, rows in self.made.items()
            for row_id, version in rows.items()
        )
        changed = (
            {"run_id": run_id, "table_name": table, "row_id": row_id, "version": version, "before": before}
            for table, rows in self.changed.items()
            for row_id, (version, before) in rows.items()
        )
        # Two kinds of statement: a made row has no `before` at all, which JSON's own null would not be.
        for items in (made, changed):
            while some := list(islice(items, _AT_ONCE)):
                connection.execute(insert(_item), some)


@contextmanager
def recording(session: Session, told: Callable[[UndoLog], None] | None = None) -> Iterator[UndoLog]:
    """Everything that is flushed inside is recorded, and `told` after each flush; what stood open is flushed first."""
    session.flush()
    log = session.info[RECORDER] = UndoLog(told)
    try:
        yield log
        session.flush()
    finally:
        del session.info[RECORDER]


def _before(session: Session, obj: Any) -> dict[str, Any]:
    """The old values of the columns that change, as JSON keeps them, and the version so far."""
    state: InstanceState[Any] = inspect(obj)
    before: dict[str, Any] = {"version": obj.version}
    unloaded = []
    for name in (state.committed_state.keys() & set(state.mapper.column_attrs.keys())) - audit.BOOKKEEPING:
        history = state.attrs[name].history
        if history.deleted:
            before[name] = audit.plain(history.deleted[0])
        elif history.added:
            unloaded.append(name)  # it was set without having been read
    if unloaded:
        table = obj.__table__
        columns = [table.c[name] for name in unloaded]
        stored = session.connection().execute(select(*columns).where(table.c.id == obj.id)).one()
        before |= {name: audit.plain(value) for name, value in zip(unloaded, stored, strict=True)}
    return before


# Putting back --------------------------------------------------------------------------------------------------------


def check_untouched(session: Session, run_id: int) -> None:
    """RuleError, naming whom, when a row of the import was touched since or something newer stands on it."""
    tables = _tables_of(session, run_id)
    if not tables:
        return
    parts = [part for table in tables for part in (_touched(run_id, table), *_leaning_on(run_id, table))]
    for table_name, row_id in session.connection().execute(union_all(*parts)):
        if row_id is not None:
            raise _since(session, table_name, row_id)


def _tables_of(session: Session, run_id: int) -> list[Table]:
    """The tables in which the import wrote, those that refer to others first."""
    names = session.connection().scalars(select(_item.c.table_name).where(_item.c.run_id == run_id).distinct()).all()
    return [table for table in reversed(Record.metadata.sorted_tables) if table.name in set(names)]


def _touched(run_id: int, table: Table) -> Select[Any]:
    """The first row of the import that is gone, or has another version than the import left it with."""
    joined = _item.outerjoin(table, table.c.id == _item.c.row_id)
    differs = or_(table.c.id.is_(None), table.c.version != _item.c.version)
    first = func.min(_item.c.row_id)
    return select(literal(str(table.name)), first).select_from(joined).where(*_of(run_id, table), differs)


def _leaning_on(run_id: int, table: Table) -> Iterator[Select[Any]]:
    """The first row made by the import to which a row that is not of the import refers: one statement a reference."""
    for child in Record.metadata.sorted_tables:
        for column in child.columns:
            if not column.references(table.c.id):
                continue
            joined = child.join(_item, and_(_item.c.row_id == column, *_of(run_id, table), _item.c.before.is_(None)))
            of_import = select(_item.c.row_id).where(*_of(run_id, child))  # worked out once: EXISTS is it a row
            first = func.min(_item.c.row_id)
            yield select(literal(str(table.name)), first).select_from(joined).where(child.c.id.not_in(of_import))


def _of(run_id: int, table: Table) -> tuple[ColumnElement[bool], ...]:
    return _item.c.run_id == run_id, _item.c.table_name == table.name


def put_back(session: Session, run_id: int) -> None:
    """Delete what the import made and give back what it changed; the caller acts as one who may write all of it.

    `check_untouched` comes first. What refers to other rows goes before these; two tables that refer to each other are
    cut loose beforehand.
    """
    models: dict[str, Any] = {mapper.local_table.name: mapper.class_ for mapper in Record.registry.mappers}
    tables = _tables_of(session, run_id)
    for table in tables:
        _cut_loose(session, run_id, table, models[table.name])
    for table in tables:
        model = models[table.name]
        for some in _handfuls(_items(session, run_id, table, made=True)):
            for row in _rows(session, model, [row_id for row_id, _ in some]):
                session.delete(row)
            session.flush()
        for some in _handfuls(_items(session, run_id, table, made=False)):
            _give_back(session, run_id, model, dict(some))
    session.connection().execute(delete(_item).where(_item.c.run_id == run_id))
    session.expire_all()


def _cut_loose(session: Session, run_id: int, table: Table, model: Any) -> None:
    """New rows of a table let go of the table that refers back to them: a new department of its new head."""
    names = [column.key for column in table.columns if any(key.use_alter for key in column.foreign_keys)]
    if not names:
        return
    for some in _handfuls(_items(session, run_id, table, made=True)):
        for row in _rows(session, model, [row_id for row_id, _ in some]):
            for name in names:
                setattr(row, name, None)
        session.flush()
    for some in _handfuls(_items(session, run_id, table, made=False)):
        before = dict(some)
        for row in _rows(session, model, before):
            for name in before[row.id].keys() & set(names):
                setattr(row, name, before[row.id][name])
        session.flush()


def _give_back(session: Session, run_id: int, model: Any, before: dict[int, dict[str, Any]]) -> None:
    """Set the old values, and tell earlier imports of these rows that they stand as they left them."""
    columns = model.__table__.columns
    rows = _rows(session, model, before)
    for row in rows:
        for name, value in before[row.id].items():
            if name != "version":
                setattr(row, name, _from_json(columns[name], value))
    session.flush()
    earlier = update(_item).where(
        _item.c.run_id != run_id,
        _item.c.table_name == model.__tablename__,
        _item.c.row_id == bindparam("of_row"),
        _item.c.version == bindparam("left_at"),
    )
    told = [{"of_row": row.id, "left_at": before[row.id]["version"], "stands_at": row.version} for row in rows]
    if told:
        session.connection().execute(earlier.values(version=bindparam("stands_at")), told)


def _items(session: Session, run_id: int, table: Table, made: bool) -> list[tuple[int, Any]]:
    """Id and old values of the rows that the import made, or changed, in the table: the newest first."""
    kind = _item.c.before.is_(None) if made else _item.c.before.is_not(None)
    statement = select(_item.c.row_id, _item.c.before).where(*_of(run_id, table), kind)
    found = session.connection().execute(statement.order_by(_item.c.row_id.desc()))
    return [(row_id, before) for row_id, before in found]


def _rows(session: Session, model: Any, ids: Iterable[int]) -> list[Any]:
    return list(session.scalars(select(model).where(model.id.in_(list(ids))).order_by(model.id.desc())))


def _handfuls(things: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(things)
    while some := list(islice(rest, _HANDFUL)):
        yield some


def _from_json(column: Column[Any], value: Any) -> Any:
    """A value as `audit.plain` wrote it, as the column takes it."""
    if value is None:
        return None
    if isinstance(column.type, Label):
        return column.type.enum(value)
    if isinstance(column.type, Instant):
        return dt.datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return dt.date.fromisoformat(value)
    return value


# Who stands in the way -----------------------------------------------------------------------------------------------

# The way from a row to the student whom it is about. Case tables are not named by themselves: who undoes a list of
# students need not know that one of them has a case (P1.3).
_STUDENT_OF = {
    "enrolment": ("student_id",),
    "student_private": ("student_id",),
    "support_case": ("student_id",),
    "case_private": ("case_id", "student_id"),
    "hardship": ("case_id", "student_id"),
    "sponsorship": ("case_id", "student_id"),
    "survey_entry": ("case_id", "student_id"),
    "term_result": ("enrolment_id", "student_id"),
}


def _since(session: Session, table_name: str, row_id: int) -> RuleError:
    """The sentence about a row of an import that cannot be put back."""
    tables, found = Record.metadata.tables, row_id
    connection = session.connection()
    for reference in _STUDENT_OF.get(table_name, ()):
        column = tables[table_name].c[reference]
        stored = connection.scalar(select(column).where(tables[table_name].c.id == found))
        if stored is None:
            return RuleError(GONE_SINCE)
        found, table_name = stored, next(iter(column.foreign_keys)).column.table.name
    table = tables[table_name]
    sentences = {Student.__tablename__: STUDENT_SINCE, Staff.__tablename__: STAFF_SINCE}
    naming = table.c.get("full_name" if table_name in sentences else "name")
    if naming is None:
        return RuleError(IN_USE_SINCE)
    name = connection.scalar(select(naming).where(table.c.id == found))
    return RuleError(sentences.get(table_name, NAMED_SINCE), name=name) if name else RuleError(GONE_SINCE)
