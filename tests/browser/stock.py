"""The peer of the count: the same tables in Flask-Admin as it comes, set up as its manual shows."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from wtforms import TextAreaField

from school import models as m
from school.db import begin, db, engine_options
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.vocabulary import ContactKind, DropoutRisk, EvaluationState, GoalState, LabelEnum, ProgressStep

BOOKKEEPING = ("created_at", "updated_at", "version")


def choices(enum: type[LabelEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.label) for member in enum]


class Evaluations(ModelView):
    form_columns = (
        "case",
        "author",
        "period",
        *("learning", "conduct", "attendance", "attitude", "trend", "dropout_risk"),
        "comment",
        "state",
    )
    form_overrides = {"comment": TextAreaField}
    form_choices = {
        **dict.fromkeys(("learning", "conduct", "attendance", "attitude", "trend"), choices(ProgressStep)),
        "dropout_risk": choices(DropoutRisk),
        "state": choices(EvaluationState),
    }


class Contacts(ModelView):
    form_columns = ("case", "staff", "occurred_on", "kind", "reached", "summary")
    form_overrides = {"summary": TextAreaField}
    form_choices = {"kind": choices(ContactKind)}


class Goals(ModelView):
    column_list = ("plan.case.student", "text", "starts_on", "state")
    column_searchable_list = ("text",)
    form_columns = ("state", "reviewed_on")
    form_choices = {"state": choices(GoalState)}


def make_stock_panel(folder: Path, database: Path) -> Flask:
    """A panel of stock screens on a copy of the database, open to everybody: signing in is not what is compared."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(database, folder / "school.db")
    address = f"sqlite:///{folder}/school.db"
    app = Flask("stock", root_path=str(folder), instance_path=str(folder))
    app.config.update(
        SECRET_KEY="only for this test",
        SQLALCHEMY_DATABASE_URI=address,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(address),
    )
    db.init_app(app)
    Babel(app, default_locale="en")

    @app.before_request
    def act() -> Any:
        begin(writing=True)
        set_actor(db.session, Actor.running_commands(dt.datetime.now(dt.UTC)))

    admin = Admin(app, name="stock")
    admin.add_view(Evaluations(m.ProgressEvaluation, db, name="Evaluations", endpoint="evaluations"))
    admin.add_view(Contacts(m.Contact, db, name="Contacts", endpoint="contacts"))
    admin.add_view(Goals(m.Goal, db, name="Goals", endpoint="goals"))
    return app
