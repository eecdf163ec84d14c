"""The commands for accounts: create, reset, list, disable, enable (design section 5)."""

import datetime as dt
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from school.cli_base import answering, become, echo_json, find_account, operator
from school.db import db
from school.errors import RuleError
from school.models import Account, Staff
from school.services import accounts
from school.vocabulary import N_, Role

CREATED = N_("Đã tạo tài khoản %(username)s.")
TOLD_ONCE = N_("%(username)s: mật khẩu %(password)s (chỉ hiện một lần; đăng nhập lần đầu sẽ đổi mật khẩu)")
DISABLED, ENABLED = N_("%(username)s: đã khóa"), N_("%(username)s: đang hoạt động")

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
