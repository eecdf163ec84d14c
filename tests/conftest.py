"""What every test may ask for: an app on a database of its own, a session that acts as somebody, the fixed cast.

Tests are in a hurry: passwords are hashed in no time, and no database waits for the disk. What tests just that asks for
`as_in_production`. The panel of a process of its own (`test_start.py`) knows nothing of all this.
"""

import datetime as dt
import gc
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pysqlite3
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from admin_views.door import limiter
from admin_views.listing import forget_everything
from app import create_app
from school.db import begin, db
from school.rules.actor import Actor
from school.services import accounts
from school.services.guard import set_actor
from tests.cast import Cast, make_cast

NOW = dt.datetime(2025, 10, 15, 2, 0, tzinfo=dt.UTC)  # Wednesday 15 October 2025, 9 in the morning at the school
HASHERS = {False: accounts._HASHER, True: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)}
PATIENCE = 300  # seconds until another worker has made what all share


class Hurry:
    """Whether the tests are in a hurry now."""

    on = False

    @classmethod
    def switch(cls, on: bool) -> None:
        """Hash passwords quickly or as the panel does, and let databases that are opened from now on skip the disk."""
        cls.on, accounts._HASHER = on, HASHERS[on]


@event.listens_for(Engine, "connect")
def _skip_the_disk(connection: Any, _record: Any) -> None:
    """After `school.db` has set the connection up: a test's database need not outlive a power cut."""
    if Hurry.on and isinstance(connection, pysqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


def pytest_collection_finish() -> None:
    """Everything is imported: the collector need not look at it again, nor come as often."""
    Hurry.switch(True)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture
def as_in_production() -> Iterator[None]:
    """Passwords are hashed and databases written as in the panel; to be asked for before the database is."""
    Hurry.switch(False)
    yield
    Hurry.switch(True)


def shared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A file or folder for all workers of this run: the first that asks makes it, the others wait for it."""
    root = factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    wanted, draft, begun, failed = (root / f"{name}{end}" for end in ("", ".draft", ".begun", ".failed"))
    try:
        begun.touch(exist_ok=False)
    except FileExistsError:
        deadline = time.monotonic() + PATIENCE
        while not wanted.exists():
            assert not failed.exists() and time.monotonic() < deadline, f"the worker that makes {name} has failed"
            time.sleep(0.1)
        return wanted
    try:
        make(draft)
    except BaseException:
        failed.touch()
        raise
    draft.rename(wanted)
    return wanted


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
