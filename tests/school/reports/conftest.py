"""Counting the statements that a report runs."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session


@pytest.fixture
def count_statements(session: Session) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with count_statements() as seen`: the SELECTs that ran inside."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        session.flush()
        engine, seen = session.get_bind(), []

        def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        yield seen
        event.remove(engine, "before_cursor_execute", note)

    return counting
