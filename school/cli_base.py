"""What every command rests on: who it acts as, how it refuses, how it answers."""

import datetime as dt
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from school.db import db, writing
from school.errors import PanelError, RuleError
from school.models import Account, SchoolYear
from school.rules.actor import Actor
from school.services import accounts, directory
from school.services.access import actor_for
from school.services.guard import set_actor
from school.vocabulary import N_, Origin, TermPeriod

NO_TABLES = N_("Cơ sở dữ liệu chưa có bảng nào; chạy “flask --app app db upgrade” trước.")
PERIODS = {"1": TermPeriod.SEMESTER_1, "2": TermPeriod.SEMESTER_2, "year": TermPeriod.YEAR}


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


def echo_json(value: Any, err: bool = False) -> None:
    """Print one JSON value; `err` where standard output is taken."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1), err=err)
