"""The database: types, naming of constraints, SQLite's settings. The only place that knows which database it is."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated, Any, cast

import pysqlite3
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, String, Text, TypeDecorator, event, make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column, registry, scoped_session

from school.names import clean, clean_line
from school.vocabulary import LabelEnum

# The reset bug of SQLite's write-ahead log is mended in these versions; on any other the log is not used.
WAL_FIXED = [(3, 44, 6), (3, 50, 7)]
WAL_FIXED_FROM = (3, 51, 3)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Line(TypeDecorator[str]):
    """One line of text: NFC, single spaces, no control characters."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean_line(value)


class Prose(TypeDecorator[str]):
    """Free text of any length: NFC, no control characters, line breaks kept."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(value)


class Instant(TypeDecorator[dt.datetime]):
    """A moment: given and returned with a time zone, stored as UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone would be taken for the server's own time")
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else value.replace(tzinfo=dt.UTC)


class Label(TypeDecorator[LabelEnum]):
    """A member of a closed list, stored by its value."""

    impl = String(32)
    cache_ok = True

    def __init__(self, enum: type[LabelEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: LabelEnum | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> LabelEnum | None:
        return None if value is None else self.enum(value)


type_line = Annotated[str, mapped_column(Line(200))]
type_code = Annotated[str, mapped_column(Line(32))]
type_prose = Annotated[str, mapped_column(Prose())]
# Compared byte by byte, whatever the locale of the server.
type_sort_key = Annotated[str, mapped_column(String(800).with_variant(String(800, collation="C"), "postgresql"))]


def label_column(enum: type[LabelEnum], **options: Any) -> Mapped[Any]:
    """A column that holds a member of `enum`."""
    return mapped_column(Label(enum), **options)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    # On the registry: Flask-SQLAlchemy refuses a `type_annotation_map` on the class.
    registry = registry(metadata=metadata, type_annotation_map={dt.datetime: Instant})


class Database(SQLAlchemy):
    """The extension; to callers, its scoped session is a session like any other."""

    session: Session  # type: ignore[assignment]

    def new_session(self) -> Session:
        """A session beside the request's own, on a connection of its own; the caller closes it."""
        return cast("scoped_session[Session]", self.session).session_factory()


db = Database(model_class=Base, session_options={"autoflush": True})


class Record(db.Model):  # type: ignore[name-defined]
    """What every table has; `version` is the optimistic lock, the two moments are stamped by the guard."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]
    version: Mapped[int]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.version}


_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun inside take SQLite's write lock at once: none turns into a write half way and fails."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def begin(writing: bool) -> None:
    """Say at the start of a request whether it writes: threads serve one request after another."""
    _writing.set(writing)


def wal_is_safe(version: tuple[int, ...] = pysqlite3.sqlite_version_info) -> bool:
    """Whether this SQLite keeps a write-ahead log without the reset bug."""
    return version >= WAL_FIXED_FROM or any(version[:2] == fixed[:2] and version >= fixed for fixed in WAL_FIXED)


def engine_options(url: str) -> dict[str, Any]:
    """Options for `create_engine`: SQLite through the pysqlite3 wheel, the same version everywhere."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"module": pysqlite3, "connect_args": {"timeout": 30}}
    return {"pool_pre_ping": True}


@event.listens_for(Engine, "connect")
def _set_up_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, pysqlite3.Connection):
        return
    connection.isolation_level = None  # the driver's own BEGIN comes too late: `_begin` does it
    journal = "WAL" if wal_is_safe() else "DELETE"
    for pragma in (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
