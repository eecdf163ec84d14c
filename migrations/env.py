"""How Alembic reaches the panel's database: the app's own engine, one transaction for all migrations."""

from typing import Any

from alembic import context
from flask import current_app
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


def migrate() -> None:
    """Run the migrations that the command asked for."""
    engine = current_app.extensions["migrate"].db.engine
    with writing(), engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            compare_type=same_type,
            render_item=render_plain,
            render_as_batch=True,
        )
        with context.begin_transaction():
            context.run_migrations()


migrate()
