"""A browser of each person of the cast."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from admin_views import imports
from admin_views.import_worker import ImportWorker
from school.db import db
from tests.cast import NOW, Cast
from tests.web import Browser


@pytest.fixture
def sign_in(app: Flask, cast: Cast) -> Callable[[str], Browser]:
    """A browser in which the person of that name is signed in."""
    return lambda name: Browser(app, NOW).sign_in(name)


@pytest.fixture
def statements(app: Flask) -> Callable[[], Iterator[list[str]]]:
    """Counts the SQL statements inside a `with`."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                seen.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        yield seen
        event.remove(engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def as_operator(cast: Cast) -> Session:
    """The test's own session, as the operator, for looking at what was stored."""
    return cast.session


@pytest.fixture
def a_worker_of_its_own(app: Flask) -> Iterator[ImportWorker]:
    """Long imports of one test know nothing of another's, and end before its database goes."""
    worker = app.extensions["import worker"] = ImportWorker(app)
    yield worker
    worker.wait()


@pytest.fixture
def every_import_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """However short, each is written in the background."""
    monkeypatch.setattr(imports, "LONG", 0)
