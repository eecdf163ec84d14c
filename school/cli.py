"""The commands of `flask --app app ...` (design section 5)."""

import datetime as dt
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import selectinload

from school import demo, reminding
from school.db import db, writing
from school.demo import keeping
from school.errors import PanelError, RuleError
from school.imports import importing
from school.imports.importing import Report
from school.imports.plan import RowOutcome
from school.models import Account, SchoolYear, Staff
from school.reports import tables
from school.reports.registry import REPORTS
from school.rules.actor import Actor
from school.rules.calendar import school_day
from school.services import accounts, directory
from school.services.access import actor_for
from school.services.guard import set_actor
from school.vocabulary import N_, ListKind, Origin, Role, TermPeriod

ACCOUNTS_LOST = N_("Không còn tệp %(file)s; đặt lại mật khẩu bằng lệnh “account reset”.")
CREATED = N_("Đã tạo tài khoản %(username)s.")
TOLD_ONCE = N_("%(username)s: mật khẩu %(password)s (chỉ hiện một lần; đăng nhập lần đầu sẽ đổi mật khẩu)")
DISABLED, ENABLED = N_("%(username)s: đã khóa"), N_("%(username)s: đang hoạt động")
NO_TABLES = N_("Cơ sở dữ liệu chưa có bảng nào; chạy “flask --app app db upgrade” trước.")


def init_app(app: Flask) -> None:
    """Add the commands to the app."""
    for command in (account_commands, demo_command, export_command, import_command, remind_command):
        app.cli.add_command(command)


class Refused(click.ClickException):
    """A refusal: its sentence on stderr, exit code 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file, err=True)


@contextmanager
def answering() -> Iterator[None]:
    """What goes wrong inside is told in one sentence; nothing of it is kept."""
    try:
        yield
    except PanelError as error:
        db.session.rollback()
        raise Refused(str(error)) from error
    except (OperationalError, ProgrammingError) as error:
        db.session.rollback()
        if "no such table" in str(error.orig) or "does not exist" in str(error.orig):
            raise Refused(NO_TABLES) from error
        raise


@contextmanager
def operator() -> Iterator[Actor]:
    """Act as whoever runs the command: one transaction, committed at the end."""
    with writing():
        actor = Actor.running_commands(dt.datetime.now(dt.UTC))
        set_actor(db.session, actor)
        yield actor
        db.session.commit()


def become(username: str | None, now: dt.datetime, origin: Origin = Origin.COMMAND) -> Actor:
    """Read as this account, or as the operator when none is named; RuleError when it may not sign in."""
    operator = Actor.running_commands(now, origin)
    set_actor(db.session, operator)
    if username is None:
        return operator
    found = find_account(username)
    if found.disabled_at is not None:
        raise RuleError(N_("Tài khoản %(username)s đang bị khóa."), username=found.username)
    actor = actor_for(db.session, found, now, origin=origin)
    db.session.expunge_all()
    set_actor(db.session, actor)
    return actor


def find_account(username: str) -> Account:
    """The account of that name; RuleError if there is none."""
    found = accounts.find(db.session, username)
    if found is None:
        raise RuleError(N_("Không có tài khoản %(username)s."), username=username)
    return found


def find_year(name: str | None, today: dt.date) -> SchoolYear:
    """The year of that name, else the one of `today` or the only one; RuleError if there is none."""
    found = directory.find_year(db.session, today, name)
    if found is None and name:
        raise RuleError(N_("Không có năm học %(name)s trong cơ sở dữ liệu."), name=name)
    if found is None:
        raise RuleError(N_("Chưa rõ năm học nào; ghi thêm --year, ví dụ --year 2025-2026."))
    return found


@click.command("export")
@click.argument("report", type=click.Choice(sorted(REPORTS)))
@click.option("--year", help="School year, e.g. 2025-2026; else the one that today falls in.")
@click.option("--format", "kind", type=click.Choice(["csv"]), default="csv", show_default=True)
@click.option("-o", "--output", required=True, help="File to write; - for standard output.")
@click.option("--as", "username", help="Export what this account may see, instead of everything.")
@with_appcontext
def export_command(report: str, year: str | None, kind: str, output: str, username: str | None) -> None:
    """Write a report as a table that the importers can read back."""
    now = dt.datetime.now(dt.UTC)
    with answering():
        actor = become(username, now)
        chosen = REPORTS[report]
        rows = chosen.rows(db.session, actor, find_year(year, school_day(now)))
        write_file(output, tables.report_chunks(chosen.columns, rows))


def write_file(output: str, chunks: Iterable[bytes]) -> None:
    """Write the chunks into the file, a new one readable by its owner alone; "-" is standard output."""
    if output == "-":
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        return
    try:
        with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.writelines(chunks)
    except OSError as error:
        raise RuleError(N_("Không ghi được tệp %(file)s; kiểm tra thư mục và quyền ghi."), file=output) from error


PERIODS = {"1": TermPeriod.SEMESTER_1, "2": TermPeriod.SEMESTER_2, "year": TermPeriod.YEAR}
SOME_REJECTED = 3  # exit code


@click.command("import")
@click.argument("kind", metavar="LIST", type=click.Choice([kind.value for kind in ListKind]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--year", help="School year, e.g. 2025-2026, made if missing; else the one that today falls in.")
@click.option("--semester", type=click.Choice(list(PERIODS)), help="Of results; else by title or file name, else 1.")
@click.option("--dry-run", is_flag=True, help="Report what would change and change nothing.")
@click.option("--all-or-nothing", is_flag=True, help="One rejected row, and nothing is taken.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--as", "username", help="Import as this account may, instead of as the operator.")
@with_appcontext
def import_command(
    kind: str,
    file: Path,
    year: str | None,
    semester: str | None,
    dry_run: bool,
    all_or_nothing: bool,
    as_json: bool,
    username: str | None,
) -> None:
    """Take in a list: staff, students, results or assignments, as .xlsx, .xls, .ods, .csv or .docx.

    Exit code 0 if no row is rejected, 3 if some are, 2 if the file cannot be used.
    """
    with answering():
        source = importing.read_source(ListKind(kind), file)
        with writing():
            actor = become(username, dt.datetime.now(dt.UTC), Origin.IMPORT)
            period = PERIODS[semester] if semester else None
            report = importing.import_list(db.session, actor, source, year, period, dry_run, all_or_nothing)
            if report.applied:
                db.session.commit()
            else:
                db.session.rollback()
    if as_json:
        echo_json(report.as_dict())
    else:
        echo_report(report)
    if report.plan.rejected:
        sys.exit(SOME_REJECTED)


def echo_report(report: Report) -> None:
    """Print what an import did, row by row where something was not as expected."""
    rejected = report.plan.reasons()
    counts = [f"{outcome.label}: {report.plan.count(outcome)}" for outcome in RowOutcome]
    click.echo("; ".join([*counts, f"Từ chối: {len(rejected)}"]))
    for row, reason in rejected.items():
        click.echo(f"Dòng {row}: {reason}")
    for remark in report.plan.warnings:
        click.echo(f"Lưu ý, dòng {remark.row}: {remark}")
    if report.refused:
        click.echo("Chưa ghi gì vì có dòng bị từ chối.")
    elif not report.applied:
        click.echo("Đây là chạy thử: chưa ghi gì.")


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


account_commands = AppGroup("account", help="Accounts: create, reset, list, disable, enable.")


@account_commands.command("create")
@click.argument("username")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice([str(role) for role in Role]), help="Repeat it."
)
@click.option("--staff", "code", help="Code of the member of staff whose account it is.")
@click.option("--password", help="First password; else one of chance, printed once.")
def create_account(username: str, roles: tuple[str, ...], code: str | None, password: str | None) -> None:
    """Make an account; the first sign-in changes the password."""
    with answering(), operator() as actor:
        staff = db.session.scalar(select(Staff).where(Staff.code == code)) if code else None
        if code and staff is None:
            raise RuleError(N_("Không có cán bộ mã %(code)s."), code=code)
        made, first = accounts.create(
            db.session, actor, username, [Role(role) for role in roles], staff, password or None
        )
        username = made.username
    click.echo((CREATED if password else TOLD_ONCE) % {"username": username, "password": first})


@account_commands.command("reset")
@click.argument("username")
def reset_account(username: str) -> None:
    """Give an account a new first password, printed once; its sessions end."""
    with answering(), operator() as actor:
        found = find_account(username)
        first, username = accounts.reset_password(db.session, actor, found), found.username
    click.echo(TOLD_ONCE % {"username": username, "password": first})


@account_commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def list_accounts(as_json: bool) -> None:
    """Show every account, its roles, whose it is and whether it is disabled."""
    with answering():
        become(None, dt.datetime.now(dt.UTC))
        found = db.session.scalars(
            select(Account).options(selectinload(Account.roles), selectinload(Account.staff)).order_by(Account.username)
        ).all()
    if as_json:
        echo_json([describe(account) for account in found])
        return
    for account in found:
        name = account.staff.full_name if account.staff else ""
        roles = "; ".join(held.role.label for held in account.roles)
        click.echo("\t".join([account.username, roles, name, N_("đã khóa") if account.disabled_at else ""]).rstrip())


def describe(account: Account) -> dict[str, Any]:
    """An account as JSON shows it."""
    return {
        "username": account.username,
        "roles": [str(held.role) for held in account.roles],
        "staff": account.staff.code if account.staff else None,
        "full_name": account.staff.full_name if account.staff else None,
        "must_change_password": account.must_change_password,
        "disabled_at": account.disabled_at.isoformat() if account.disabled_at else None,
        "last_signed_in_at": account.last_signed_in_at.isoformat() if account.last_signed_in_at else None,
    }


@account_commands.command("disable")
@click.argument("username")
def disable_account(username: str) -> None:
    """Let an account sign in no more; its sessions end."""
    set_disabled(username, True)


@account_commands.command("enable")
@click.argument("username")
def enable_account(username: str) -> None:
    """Let a disabled account sign in again."""
    set_disabled(username, False)


def set_disabled(username: str, disabled: bool) -> None:
    """Disable or enable an account, and say so."""
    with answering(), operator() as actor:
        found = find_account(username)
        if (found.disabled_at is not None) != disabled:
            accounts.set_disabled(db.session, actor, found, disabled)
        username = found.username
    click.echo((DISABLED if disabled else ENABLED) % {"username": username})


def echo_json(value: Any) -> None:
    """Print one JSON value."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))
