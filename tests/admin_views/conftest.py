"""A browser of each person of the cast."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

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
