"""How Alembic reaches the panel's database: the app's own engine, one transaction for all migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from school import models  # noqa: F401 - fills the metadata
from school.db import db, writing


def render_plain(kind: str, obj: Any, autogen_context: Any) -> str | bool:
    """Write our own column types as the plain types they rest on: a migration outlives the code."""
    if kind == "type" and isinstance(obj, TypeDecorator):
        return f"sa.{obj.impl!r}"
    return False


def same_type(_context: Any, _column: Any, _metadata_column: Any, inspected: Any, mine: Any) -> bool | None:
    """Compare our own types by what they rest on; None leaves the verdict to Alembic."""
    if isinstance(mine, TypeDecorator) and str(inspected) == str(mine.impl):
        return False
    return None


@contextmanager
def rebuilding_tables(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew: other tables may point into the void until that is done.

    The switch works outside a transaction only, so it is thrown on the driver's own connection before one begins.
    """
    driver = connection.connection.dbapi_connection if connection.dialect.name == "sqlite" else None
    if driver is not None:
        driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        if driver is not None:
            driver.execute("PRAGMA foreign_keys=ON")


def check_references(connection: Connection) -> None:
    """Before the commit: every reference must lead somewhere again."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration leaves {len(broken)} references without a row, first in {broken[0][0]}")


def migrate() -> None:
    """Run the migrations that the command asked for."""
    engine = current_app.extensions["migrate"].db.engine
    with writing(), engine.connect() as connection, rebuilding_tables(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            compare_type=same_type,
            render_item=render_plain,
            render_as_batch=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            check_references(connection)


migrate()
