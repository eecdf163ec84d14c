"""A student list from its file into the database and out again: `python -m tests.bench.importing FILE`."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from flask_migrate import upgrade

from app import create_app
from school.db import begin, db
from school.imports import readers, runs, undoing
from school.models import Student
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.vocabulary import ListKind, Role
from tests.bench.measuring import Clock, tell
from tests.cast import NOW
from tests.factories import act, make_account, make_year


def take_in(path: Path, folder: str) -> dict[str, Any]:
    """Read, look, apply, undo, as the screens do, each committed."""
    app = create_app({"INSTANCE_PATH": folder, "DATABASE_URL": f"sqlite:///{folder}/bench.db"})
    clock, data = Clock(), path.read_bytes()
    with app.app_context():
        upgrade()
        begin(writing=True)
        session = db.session
        set_actor(session, Actor.running_commands(NOW))
        year = make_year(session)
        account = make_account(session, [Role.SECRETARY])
        session.commit()
        actor = act(session, account, NOW)
        set_actor(session, actor)
        with clock.time("read"):
            readers.read(path.name, data)
        with clock.time("preview"):
            run = runs.open_run(session, actor, ListKind.STUDENTS, path.name, data, year)
            session.commit()
            seen = runs.preview(session, actor, run)
            session.commit()
            digest, rows = seen.digest, len(seen.plan.entries)
            del seen
        with clock.time("apply"):
            runs.apply(session, actor, run, digest, confirmed=True)
            session.commit()
        written = session.query(Student).count()
        with clock.time("undo"):
            undoing.undo(session, actor, run)
            session.commit()
        left = session.query(Student).count()
    return {"seconds": clock.seconds, "peaks": clock.peaks, "rows": [rows, written, left]}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        answer = take_in(Path(sys.argv[1]), folder)
    tell(answer)
