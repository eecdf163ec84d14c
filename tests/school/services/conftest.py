"""These need the database, and no screens."""

import pytest
from flask import Flask


@pytest.fixture
def app(bare_app: Flask) -> Flask:
    """The bare one of `tests/school/conftest.py`."""
    return bare_app
