"""Accounts: who gets in, what a session outlives, and what ends it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.rules.policy import can
from school.services import accounts
from school.services.access import actor_for
from school.services.guard import get_actor, set_actor
from school.vocabulary import Action, Role
from tests.cast import NOW, Cast
from tests.factories import PASSWORD, make_account, make_person, make_staff

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def sign_in(session: Session, username: str, password: str = PASSWORD, now: dt.datetime = NOW) -> str | None:
    """As the web does it: with no actor yet."""
    before = get_actor(session)
    set_actor(session, None)
    token = accounts.sign_in(session, now, username, password, "10.0.0.1", "Firefox")
    set_actor(session, before)
    return token


def is_alive(session: Session, token: str, now: dt.datetime = NOW) -> bool:
    """Whether the token is recognised, by nobody in particular."""
    before = get_actor(session)
    set_actor(session, None)
    found = accounts.recognise(session, now, token)
    set_actor(session, before)
    return found is not None


# Signing in ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["lan", "LAN", "  Lan "])
def test_the_right_password_opens_a_session(session: Session, typed: str) -> None:
    account = make_account(session, username="lan")
    token = sign_in(session, typed)
    assert token is not None
    assert accounts.recognise(session, NOW, token).account is account
    assert account.last_signed_in_at == NOW


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("lan", "sai mật khẩu"),
        ("lan", ""),
        ("lan", PASSWORD + " "),
        ("lan", "x" * 100_000),
        ("nobody", PASSWORD),
        ("", ""),
    ],
)
def test_anything_else_does_not(session: Session, username: str, password: str) -> None:
    make_account(session, username="lan")
    assert sign_in(session, username, password) is None
    assert session.scalars(select(m.AccountSession)).all() == []


def test_a_disabled_account_does_not(session: Session, operator: Actor) -> None:
    account = make_account(session, username="lan")
    accounts.set_disabled(session, operator, account, True)
    assert sign_in(session, "lan") is None
    accounts.set_disabled(session, operator, account, False)
    assert sign_in(session, "lan") is not None


def test_signing_in_leaves_nothing_to_see_behind(session: Session, cast: Cast) -> None:
    set_actor(session, None)
    assert accounts.sign_in(session, NOW, "lan", PASSWORD, None, None)
    assert get_actor(session) is None
    assert session.scalars(select(m.Account)).all() == []


def test_signing_in_is_entered_in_the_log_without_the_token(session: Session, cast: Cast) -> None:
    token = sign_in(session, "lan")
    assert token is not None
    entry = session.scalars(select(m.AuditEntry).where(m.AuditEntry.table_name == "account_session")).one()
    assert (entry.action, entry.address) == ("sign in", "10.0.0.1")
    assert entry.changes["token_hash"] is None
    assert token not in str(entry.changes)


def test_the_table_keeps_no_token(session: Session) -> None:
    make_account(session, username="lan")
    token = sign_in(session, "lan")
    (row,) = session.scalars(select(m.AccountSession)).all()
    assert token not in (row.token_hash, row.device, row.address)
    assert (row.device, row.address) == ("Firefox", "10.0.0.1")


def test_every_sign_in_has_a_token_of_its_own(session: Session) -> None:
    make_account(session, username="lan")
    assert len({sign_in(session, "lan") for _ in range(5)}) == 5


@pytest.mark.parametrize("token", ["", "x", "0" * 64])
def test_an_invented_token_opens_nothing(session: Session, token: str) -> None:
    make_account(session, username="lan")
    sign_in(session, "lan")
    assert not is_alive(session, token)


def test_the_hash_of_a_token_is_not_a_token(session: Session) -> None:
    make_account(session, username="lan")
    sign_in(session, "lan")
    (row,) = session.scalars(select(m.AccountSession)).all()
    assert not is_alive(session, row.token_hash)


# How long it lives --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("idle", "alive"), [(2 * HOUR, True), (2 * HOUR + dt.timedelta(seconds=1), False)])
def test_a_session_dies_when_it_lies_idle(session: Session, idle: dt.timedelta, alive: bool) -> None:
    make_account(session, username="lan")
    token = sign_in(session, "lan")
    assert is_alive(session, token, NOW + idle) is alive


@pytest.mark.parametrize(("age", "alive"), [(12 * HOUR, True), (12 * HOUR + dt.timedelta(seconds=1), False)])
def test_a_session_dies_of_old_age_however_much_it_is_used(session: Session, age: dt.timedelta, alive: bool) -> None:
    make_account(session, username="lan")
    token = sign_in(session, "lan")
    for hours in range(1, 13):
        accounts.touch(session, NOW + hours * HOUR, token)
    assert is_alive(session, token, NOW + age) is alive


def test_use_puts_the_idle_end_off(session: Session) -> None:
    make_account(session, username="lan")
    token = sign_in(session, "lan")
    accounts.touch(session, NOW + 2 * HOUR, token)
    assert is_alive(session, token, NOW + 4 * HOUR)
    assert not is_alive(session, token, NOW + 4 * HOUR + MINUTE)


# What ends it: the copy of a cookie is worth nothing afterwards -----------------------------------------------------


def sign_out(session: Session, operator: Actor, account: m.Account, token: str) -> None:
    actor = actor_for(session, account, NOW)
    set_actor(session, actor)
    accounts.sign_out(session, actor, token)


def change_password(session: Session, operator: Actor, account: m.Account, token: str) -> None:
    actor = actor_for(session, account, NOW)
    set_actor(session, actor)
    accounts.change_password(session, actor, account, PASSWORD, "một câu khác hẳn")


def reset_password(session: Session, operator: Actor, account: m.Account, token: str) -> None:
    accounts.reset_password(session, operator, account)


def disable(session: Session, operator: Actor, account: m.Account, token: str) -> None:
    accounts.set_disabled(session, operator, account, True)


def more_roles(session: Session, operator: Actor, account: m.Account, token: str) -> None:
    roles = [*(role.role for role in account.roles), Role.SECRETARY]
    accounts.edit(session, operator, account, account.username, roles, account.staff, account.version)


def fewer_roles(session: Session, operator: Actor, account: m.Account, token: str) -> None:
    accounts.edit(session, operator, account, account.username, [], account.staff, account.version)


ENDS = [sign_out, change_password, reset_password, disable, more_roles, fewer_roles]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
@pytest.mark.parametrize("roles", [[Role.TEACHER], []], ids=["teacher", "no role"])
def test_a_session_is_dead_after(
    session: Session, operator: Actor, roles: list[Role], end: Callable[..., None]
) -> None:
    if end is fewer_roles and not roles:
        roles = [Role.UNION]
    account = make_account(session, roles, username="lan")
    token, copy = sign_in(session, "lan"), sign_in(session, "lan")
    assert is_alive(session, token)
    end(session, operator, account, token)
    set_actor(session, operator)
    assert not is_alive(session, token)
    # The other device: signed out only by itself.
    assert is_alive(session, copy) is (end is sign_out)


def test_a_disabled_accounts_session_stays_dead_when_it_is_enabled_again(session: Session, operator: Actor) -> None:
    account = make_account(session, username="lan")
    token = sign_in(session, "lan")
    accounts.set_disabled(session, operator, account, True)
    accounts.set_disabled(session, operator, account, False)
    assert not is_alive(session, token)


def test_another_name_alone_ends_no_session(session: Session, operator: Actor) -> None:
    account = make_account(session, username="lan")
    token = sign_in(session, "lan")
    accounts.edit(session, operator, account, "lan.nguyen", [Role.TEACHER], None, account.version)
    assert is_alive(session, token)


def test_nobody_signs_another_person_out(session: Session, cast: Cast) -> None:
    token = sign_in(session, "minh")
    lan = cast.actor("lan")
    set_actor(session, lan)
    accounts.sign_out(session, lan, token)
    assert is_alive(session, token)


def test_signing_out_twice_does_no_harm(session: Session, operator: Actor) -> None:
    account = make_account(session, username="lan")
    token = sign_in(session, "lan")
    sign_out(session, operator, account, token)
    sign_out(session, operator, account, token)
    sign_out(session, operator, account, "unknown")
    assert not is_alive(session, token)


def test_touching_a_session_that_is_gone_does_no_harm(session: Session) -> None:
    accounts.touch(session, NOW, "unknown")
    assert session.scalars(select(m.AccountSession)).all() == []


# Passwords ----------------------------------------------------------------------------------------------------------


def test_a_password_is_stored_as_argon2id(as_in_production: None, session: Session) -> None:
    account = make_account(session)
    assert account.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in account.password_hash


@pytest.mark.parametrize(
    ("password", "good"), [("x" * 9, False), ("x" * 10, True), ("x" * 200, True), ("x" * 201, False)]
)
def test_length_is_what_counts(password: str, good: bool) -> None:
    if good:
        accounts.check_password(password)
    else:
        with pytest.raises(RuleError) as refusal:
            accounts.check_password(password)
        assert refusal.value.field == "password"


def test_a_suggested_password_is_good_and_new_each_time() -> None:
    suggested = {accounts.suggest_password() for _ in range(50)}
    assert len(suggested) == 50
    for password in suggested:
        accounts.check_password(password)
        assert not set(password) & set("il1o0")


def test_a_new_account_changes_its_first_password(session: Session, operator: Actor) -> None:
    account, password = accounts.create(session, operator, "moi", [Role.TEACHER])
    assert account.must_change_password
    assert sign_in(session, "moi", password)
    actor = actor_for(session, account, NOW)
    set_actor(session, actor)
    accounts.change_password(session, actor, account, password, "một câu của tôi")
    assert not account.must_change_password
    assert sign_in(session, "moi", password) is None
    assert sign_in(session, "moi", "một câu của tôi")


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [("sai mật khẩu", "một câu của tôi", "current"), (PASSWORD, "ngắn", "password"), (PASSWORD, PASSWORD, "password")],
)
def test_a_new_password_needs_the_old_one_and_differs(session: Session, current: str, new: str, field: str) -> None:
    account = make_account(session, username="lan")
    actor = actor_for(session, account, NOW)
    set_actor(session, actor)
    with pytest.raises(RuleError) as refusal:
        accounts.change_password(session, actor, account, current, new)
    assert refusal.value.field == field
    assert sign_in(session, "lan") is not None


def test_a_reset_password_is_for_one_time(session: Session, operator: Actor) -> None:
    account = make_account(session, username="lan")
    password = accounts.reset_password(session, operator, account)
    assert sign_in(session, "lan") is None
    assert sign_in(session, "lan", password)
    assert account.must_change_password


def test_nobody_changes_anothers_password(session: Session, cast: Cast) -> None:
    minh = cast.get(m.Account, cast.accounts["minh"])
    for person in ("lan", "binh", "quan"):
        with pytest.raises(NotAllowed):
            accounts.change_password(session, cast.actor(person), minh, PASSWORD, "một câu của tôi")


# Managing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["lan", "thu", "binh", "hoi", "tro", "cuc"])
def test_only_an_admin_manages_accounts(session: Session, cast: Cast, person: str) -> None:
    account = cast.get(m.Account, cast.accounts["minh"])
    version, actor = account.version, cast.actor(person)
    set_actor(session, actor)
    attempts: list[Callable[[], Any]] = [
        lambda: accounts.create(session, actor, "moi", [Role.ADMIN]),
        lambda: accounts.edit(session, actor, account, "minh", [Role.ADMIN], None, version),
        lambda: accounts.reset_password(session, actor, account),
        lambda: accounts.set_disabled(session, actor, account, True),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()


def test_an_admin_does(session: Session, cast: Cast) -> None:
    quan = cast.actor("quan")
    set_actor(session, quan)
    staff = session.scalars(select(m.Staff).where(m.Staff.id == cast.staff["giang"])).one()
    assert accounts.find(session, " GIANG ").staff is staff
    account, _ = accounts.create(session, quan, "Moi.2", [Role.TEACHER, Role.UNION, Role.TEACHER])
    assert (account.username, [role.role for role in account.roles]) == ("moi.2", [Role.TEACHER, Role.UNION])
    accounts.edit(session, quan, account, "moi.3", [Role.UNION, Role.COUNCIL], None, account.version)
    assert [role.role for role in account.roles] == [Role.COUNCIL, Role.UNION]
    with pytest.raises(StaleRecord):
        accounts.edit(session, quan, account, "moi.4", [], None, account.version - 1)


def test_an_admin_does_not_lock_the_own_door(session: Session, cast: Cast) -> None:
    quan = cast.actor("quan")
    set_actor(session, quan)
    account = session.get(m.Account, quan.account_id)
    with pytest.raises(RuleError):
        accounts.set_disabled(session, quan, account, True)
    with pytest.raises(RuleError) as refusal:
        accounts.edit(session, quan, account, "quan", [Role.TEACHER], None, account.version)
    assert refusal.value.field == "roles"


@pytest.mark.parametrize("name", ["", " ", "nguyễn", "a b", "a@b", "...", "x" * 65, "<b>"])
def test_a_user_name_is_plain(session: Session, operator: Actor, name: str) -> None:
    with pytest.raises(RuleError) as refusal:
        accounts.create(session, operator, name, [])
    assert refusal.value.field == "username"


def test_a_user_name_and_a_person_have_one_account(session: Session, operator: Actor) -> None:
    staff, account = make_person(session)
    with pytest.raises(RuleError, match="đã có người dùng"):
        accounts.create(session, operator, account.username.upper(), [])
    session.rollback()
    set_actor(session, operator)
    staff = make_staff(session)
    make_account(session, staff=staff)
    with pytest.raises(RuleError, match="đã có tài khoản"):
        accounts.create(session, operator, "khac", [], staff)


def test_a_panel_without_accounts_has_not_been_set_up(session: Session) -> None:
    set_actor(session, None)
    assert not accounts.any_account(session)
    set_actor(session, Actor.at_the_gate(NOW))
    accounts.create(session, Actor.at_the_gate(NOW), "quantri", [Role.ADMIN], password=PASSWORD, must_change=False)
    set_actor(session, None)
    assert accounts.any_account(session)
    assert accounts.find(session, "quantri") is None


def test_whoever_has_no_role_still_reaches_the_own_account(session: Session) -> None:
    account = make_account(session, [])
    actor = actor_for(session, account, NOW)
    assert {action for action in Action if can(actor, action)} == {Action.VIEW_OWN_ACCOUNT}
