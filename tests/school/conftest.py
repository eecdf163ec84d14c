"""The domain knows no web, and neither do its tests: a bare Flask that holds the database, without screens."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import school.services.guard  # noqa: F401 - puts the wall in place
from school.db import db, engine_options


@pytest.fixture
def app(request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path) -> Iterator[Flask]:
    """A database of its own: empty, or with the cast where the test asks for `cast`."""
    source = empty_database
    if "cast" in request.fixturenames:
        source, _ = request.getfixturevalue("cast_database")
    shutil.copy(source, tmp_path / "school.db")
    address = f"sqlite:///{tmp_path}/school.db"
    app = Flask("school", root_path=str(tmp_path), instance_path=str(tmp_path))
    app.config.update(TESTING=True, SQLALCHEMY_DATABASE_URI=address, SQLALCHEMY_ENGINE_OPTIONS=engine_options(address))
    db.init_app(app)
    yield app
    with app.app_context():
        db.engine.dispose()
