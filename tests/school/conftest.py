"""The domain knows no web: tests of rules and services run on a bare Flask that only holds the database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings

import school.services.guard  # noqa: F401 - puts the wall in place
from school.db import db, engine_options

# A busy machine is no reason to fail; what Hypothesis finds is told by the failure itself.
settings.register_profile("school", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("school")


@pytest.fixture
def bare_app(request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path) -> Iterator[Flask]:
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
