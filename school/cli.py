"""The commands of `flask --app app ...` (design section 5)."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from school.db import db, writing
from school.errors import PanelError
from school.rules.actor import Actor
from school.services.guard import set_actor


def init_app(app: Flask) -> None:
    """Add the commands to the app."""


@contextmanager
def operator() -> Iterator[Actor]:
    """Act as whoever runs the command: one transaction, committed at the end."""
    with writing():
        actor = Actor.running_commands(dt.datetime.now(dt.UTC))
        set_actor(db.session, actor)
        yield actor
        db.session.commit()


def fill_demo_school(app: Flask) -> None:
    """Fill the demo school's database if it is empty, and print its accounts."""
