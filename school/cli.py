"""The commands of `flask --app app ...` (design section 5); most stand in the modules beside this one."""

import datetime as dt
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from school import demo, reminding
from school.cli_accounts import account_commands
from school.cli_base import answering, echo_json, operator
from school.cli_lists import export_command, import_command, import_undo_command
from school.cli_reports import report_command
from school.db import db
from school.demo import keeping
from school.rules.actor import Actor
from school.rules.calendar import school_day
from school.services import accounts
from school.services.guard import set_actor
from school.vocabulary import N_

ACCOUNTS_LOST = N_("Không còn tệp %(file)s; đặt lại mật khẩu bằng lệnh “account reset”.")


def init_app(app: Flask) -> None:
    """Add the commands to the app."""
    for command in (
        account_commands,
        demo_command,
        export_command,
        import_command,
        import_undo_command,
        remind_command,
        report_command,
    ):
        app.cli.add_command(command)


@click.command("demo")
@click.option("--password", help="Password of every demo account; else one of chance.")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]),
    help="Day on which the story ends; else today.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def demo_command(password: str | None, day: dt.datetime | None, as_json: bool) -> None:
    """Fill an empty database with an invented school."""
    path = Path(current_app.instance_path) / keeping.FILE
    with answering():
        filled, password = make_demo(path, password, day.date() if day else None)
    if as_json:
        shown = [
            {"username": name, "password": password, "roles": [str(role) for role in roles]}
            for name, roles in filled.accounts
        ]
        echo_json({"year": filled.year, **filled.counts, "accounts": shown, "file": str(path)})
        return
    click.echo(keeping.recall(path), nl=False)
    click.echo(str(path))


def make_demo(path: Path, password: str | None, day: dt.date | None) -> tuple[demo.Filled, str]:
    """Fill the database and keep the accounts in the file, or neither."""
    password = password or accounts.suggest_password()
    with operator() as actor:
        filled = demo.fill(db.session, actor, day or actor.today, password)
        keeping.keep(path, filled, password)
    return filled, password


def fill_demo_school(app: Flask) -> None:
    """Fill the demo school's database if it is empty, else keep it; print its accounts either way."""
    path = Path(app.instance_path) / keeping.FILE
    set_actor(db.session, Actor.running_commands(dt.datetime.now(dt.UTC)))
    empty = demo.is_empty(db.session)
    db.session.rollback()
    if empty:
        make_demo(path, None, None)
    click.echo((keeping.recall(path) or ACCOUNTS_LOST % {"file": path}).rstrip())


@click.command("remind")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]), help="Day to work it out for; else today."
)
@click.option("--send", is_flag=True, help="Mail each person whom something calls today, if SMTP_URL is set.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def remind_command(day: dt.datetime | None, send: bool, as_json: bool) -> None:
    """Work out who owes what by when, and write it as reminders; exit code 1 if a mail could not be sent."""
    now = dt.datetime.now(dt.UTC)
    with answering():
        outcome = reminding.run(now, day.date() if day else school_day(now), current_app.config, send)
    if as_json:
        echo_json(outcome.as_dict())
    else:
        for line in reminding.tell(outcome, send, bool(current_app.config["SMTP_URL"])):
            click.echo(line)
    if outcome.failed or outcome.unreachable:
        sys.exit(1)
