"""What every test may ask for: an app on a database of its own, a session that acts as somebody, the fixed cast."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app import create_app
from school.db import begin, db
from school.rules.actor import Actor
from school.services.guard import set_actor
from tests.cast import Cast, make_cast

NOW = dt.datetime(2025, 10, 15, 2, 0, tzinfo=dt.UTC)  # Wednesday 15 October 2025, 9 in the morning at the school


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without rows, made once: each test gets a copy."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    app = create_app({"INSTANCE_PATH": str(path.parent), "DATABASE_URL": f"sqlite:///{path}"})
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return path


@pytest.fixture(scope="session")
def cast_database(empty_database: Path) -> tuple[Path, dict[str, Any]]:
    """A database with the fixed cast and the ids of its rows, made once: a test that asks for `cast` gets a copy."""
    path = empty_database.parent / "cast.db"
    shutil.copy(empty_database, path)
    app = create_app({"INSTANCE_PATH": str(path.parent), "DATABASE_URL": f"sqlite:///{path}"})
    with app.app_context():
        begin(writing=True)
        set_actor(db.session, Actor.running_commands(NOW))
        ids = make_cast(db.session)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
        begin(writing=False)
    return path, ids


@pytest.fixture
def app(request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path) -> Iterator[Flask]:
    """The panel on a database of its own: empty, or with the cast where the test asks for `cast`."""
    source = empty_database
    if "cast" in request.fixturenames:
        source, _ = request.getfixturevalue("cast_database")
    shutil.copy(source, tmp_path / "school.db")
    app = create_app(
        {"INSTANCE_PATH": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/school.db", "TESTING": True}
    )
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session that acts as the operator at NOW; `set_actor` makes it somebody else."""
    with app.app_context():
        begin(writing=True)
        set_actor(db.session, Actor.running_commands(NOW))
        yield db.session
        db.session.remove()
        begin(writing=False)


@pytest.fixture
def operator() -> Actor:
    """Whoever runs the commands, at NOW."""
    return Actor.running_commands(NOW)


@pytest.fixture
def cast(session: Session, cast_database: tuple[Path, dict[str, Any]]) -> Cast:
    """The fixed cast of `tests/cast.py`, in the database of this test."""
    return Cast(session=session, **cast_database[1])
