"""Accounts: signing in and out, passwords, roles. Sign-out, a new password, other roles or disabling end a session."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from school.errors import RuleError
from school.models import Account, AccountRole, AccountSession, Staff
from school.rules.actor import Actor
from school.rules.policy import require
from school.services.guard import UNSCOPED, acting
from school.services.records import apply, check_fresh, need, step
from school.vocabulary import N_, Action, Role

# OWASP's parameters: 19 MiB, two passes; about 20 ms where argon2-cffi's default takes 134 ms.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Verified when the name is unknown, so that the time taken tells nothing.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like something else

MIN_PASSWORD, MAX_PASSWORD = 10, 200
IDLE = dt.timedelta(hours=2)
ABSOLUTE = dt.timedelta(hours=12)
TOUCH_EVERY = dt.timedelta(minutes=1)


def sign_in(
    session: Session, now: dt.datetime, username: str, password: str, address: str | None, device: str | None
) -> str | None:
    """The token of a new session, or None; unknown names and wrong passwords take the same time."""
    name = username.strip().lower()
    with acting(session, Actor.at_the_gate(now, address, name)):
        account = session.scalar(select(Account).where(Account.username == name))
        if account is not None and account.disabled_at is not None:
            account = None
        if not _verify(account.password_hash if account else _NOBODY, password) or account is None:
            return None
        token = secrets.token_urlsafe(32)
        with step(session, "sign in"):
            account.last_signed_in_at = now
            session.add(
                AccountSession(
                    account_id=account.id,
                    token_hash=_digest(token),
                    last_seen_at=now,
                    address=address,
                    device=(device or "")[:200] or None,
                )
            )
        return token


def recognise(session: Session, now: dt.datetime, token: str) -> AccountSession | None:
    """The live session that the token belongs to, with account, staff and roles, in one statement."""
    found = session.scalar(
        select(AccountSession)
        .where(AccountSession.token_hash == _digest(token), AccountSession.ended_at.is_(None))
        .options(
            joinedload(AccountSession.account).joinedload(Account.staff),
            joinedload(AccountSession.account).joinedload(Account.roles),
        ),
        execution_options=UNSCOPED,
    )
    if found is None or found.account.disabled_at is not None:
        return None
    if now - found.last_seen_at > IDLE or now - found.created_at > ABSOLUTE:
        return None
    return found


def touch(session: Session, now: dt.datetime, token: str) -> None:
    """Remember that the session is in use."""
    with acting(session, Actor.at_the_gate(now)), step(session, "touch"):
        found = session.scalar(select(AccountSession).where(AccountSession.token_hash == _digest(token)))
        if found is not None:
            found.last_seen_at = now


def sign_out(session: Session, actor: Actor, token: str) -> None:
    """End the session; a copied cookie is worth nothing from now on."""
    found = session.scalar(select(AccountSession).where(AccountSession.token_hash == _digest(token)))
    if found is not None and found.ended_at is None:
        with step(session, "sign out"):
            found.ended_at = actor.now


def create(
    session: Session,
    actor: Actor,
    username: str,
    roles: Iterable[Role],
    staff: Staff | None = None,
    password: str | None = None,
    must_change: bool = True,
) -> tuple[Account, str]:
    """A new account and its first password, which is shown once and changed at the first sign-in."""
    require(actor, Action.EDIT_ACCOUNT)
    password = password or suggest_password()
    check_password(password)
    account = Account(
        username=_username(username),
        staff=staff,
        password_hash=_HASHER.hash(password),
        must_change_password=must_change,
    )
    with step(session, "create"):
        session.add(account)
        session.flush()
        for role in sorted(set(roles)):
            session.add(AccountRole(account_id=account.id, role=role))
    session.expire(account, ["roles"])
    return account, password


def edit(
    session: Session,
    actor: Actor,
    account: Account,
    username: str,
    roles: Iterable[Role],
    staff: Staff | None,
    version: int | None,
) -> Account:
    """Change name, person and roles; other roles end the account's sessions."""
    require(actor, Action.EDIT_ACCOUNT, account)
    check_fresh(account, version)
    wanted, held = set(roles), {role.role: role for role in account.roles}
    if account.id == actor.account_id and Role.ADMIN in held and Role.ADMIN not in wanted:
        raise RuleError(N_("Thầy cô không tự bỏ vai trò quản trị của mình được."), field="roles")
    with step(session, "update"):
        apply(account, {"username": _username(username), "staff": staff})
        for role in sorted(wanted - held.keys()):
            session.add(AccountRole(account_id=account.id, role=role))
        for role in held.keys() - wanted:
            session.delete(held[role])
        if wanted != held.keys():
            account.updated_at = actor.now
            _end_sessions(session, actor, account)
    session.expire(account, ["roles"])
    return account


def reset_password(session: Session, actor: Actor, account: Account, password: str | None = None) -> str:
    """A new first password, shown once; every session of the account ends."""
    require(actor, Action.EDIT_ACCOUNT, account)
    password = password or suggest_password()
    check_password(password)
    with step(session, "reset password"):
        account.password_hash, account.must_change_password = _HASHER.hash(password), True
        _end_sessions(session, actor, account)
    return password


def change_password(session: Session, actor: Actor, account: Account, current: str, new: str) -> None:
    """Change one's own password; every session ends, the present one too."""
    require(actor, Action.VIEW_OWN_ACCOUNT, account)
    if not _verify(account.password_hash, current):
        raise RuleError(N_("Mật khẩu hiện tại chưa đúng."), field="current")
    check_password(new)
    if new == current:
        raise RuleError(N_("Mật khẩu mới phải khác mật khẩu hiện tại."), field="password")
    with step(session, "change password"):
        account.password_hash, account.must_change_password = _HASHER.hash(new), False
        _end_sessions(session, actor, account)


def set_disabled(session: Session, actor: Actor, account: Account, disabled: bool) -> None:
    """Disable an account (its sessions end) or let it sign in again."""
    require(actor, Action.EDIT_ACCOUNT, account)
    if account.id == actor.account_id:
        raise RuleError(N_("Thầy cô không tự khóa tài khoản của mình được."))
    with step(session, "disable" if disabled else "enable"):
        account.disabled_at = actor.now if disabled else None
        if disabled:
            _end_sessions(session, actor, account)


def find(session: Session, username: str) -> Account | None:
    """The account of that name, if the actor may see it."""
    return session.scalar(
        select(Account).where(Account.username == username.strip().lower()).options(selectinload(Account.roles))
    )


def any_account(session: Session) -> bool:
    """Whether the panel has been set up."""
    return bool(session.scalar(select(func.count()).select_from(Account), execution_options=UNSCOPED))


def suggest_password() -> str:
    """A password that can be read out: three groups of four."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def check_password(password: str) -> None:
    """RuleError when a password is too short or absurdly long. Length is what counts, not kinds of characters."""
    if len(password) < MIN_PASSWORD:
        raise RuleError(N_("Mật khẩu cần ít nhất %(length)s ký tự."), field="password", length=MIN_PASSWORD)
    if len(password) > MAX_PASSWORD:
        raise RuleError(N_("Mật khẩu dài nhất %(length)s ký tự."), field="password", length=MAX_PASSWORD)


def _username(text: str) -> str:
    name = need(text, N_("Thầy cô điền tên đăng nhập."), "username").strip().lower()
    if not name.isascii() or not name.replace(".", "").replace("_", "").replace("-", "").isalnum() or len(name) > 64:
        raise RuleError(
            N_("Tên đăng nhập chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch; dài nhất 64 ký tự."), field="username"
        )
    return name


def _verify(password_hash: str, password: str) -> bool:
    if len(password) > MAX_PASSWORD:
        return False
    try:
        return _HASHER.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _end_sessions(session: Session, actor: Actor, account: Account) -> None:
    live = select(AccountSession).where(AccountSession.account_id == account.id, AccountSession.ended_at.is_(None))
    for found in session.scalars(live):
        found.ended_at = actor.now
