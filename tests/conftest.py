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

from admin_views.door import limiter
from admin_views.listing import forget_everything
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


@pytest.fixture(scope="session")
def panel_for_all(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The panel, made once: its forty screens take longer than most tests."""
    folder = tmp_path_factory.mktemp("panel")
    return create_app({"INSTANCE_PATH": str(folder), "DATABASE_URL": f"sqlite:///{folder}/school.db", "TESTING": True})


@pytest.fixture
def app(request: pytest.FixtureRequest, empty_database: Path, panel_for_all: Flask) -> Iterator[Flask]:
    """The panel on a database of this test's own: empty, or with the cast where the test asks for `cast`.

    What a test changes in the settings is put back, and what the panel remembers between requests is forgotten.
    """
    app, source = panel_for_all, empty_database
    if "cast" in request.fixturenames:
        source, _ = request.getfixturevalue("cast_database")
    shutil.copy(source, Path(app.instance_path) / "school.db")
    settings = dict(app.config)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        limiter.reset()
    app.config.clear()
    app.config.update(settings)
    forget_everything(app)


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
