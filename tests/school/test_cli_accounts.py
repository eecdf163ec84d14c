"""The commands for accounts: made, reset, listed, disabled, each in one sentence."""

import datetime as dt
import json

import pytest
from sqlalchemy import select

from school import cli
from school.db import db
from school.models import AuditEntry
from school.rules.actor import Actor
from school.services import accounts
from school.services.guard import set_actor
from school.vocabulary import Origin, Role
from tests import factories as make


@pytest.fixture
def run(app):
    """Runs a command on the app's own database: (exit code, stdout, stderr)."""
    cli.init_app(app)

    def run(*arguments):
        answer = app.test_cli_runner().invoke(args=list(arguments))
        return answer.exit_code, answer.stdout, answer.stderr

    return run


@pytest.fixture
def look(app):
    """What a function makes of a session that sees everything."""

    def look(function):
        with app.app_context():
            set_actor(db.session, Actor.running_commands(dt.datetime.now(dt.UTC)))
            found = function(db.session)
            db.session.remove()
        return found

    return look


def may_sign_in(session, username, password):
    token = accounts.sign_in(session, dt.datetime.now(dt.UTC), username, password, None, None)
    session.rollback()
    return token is not None


def test_a_new_account_gets_a_password_that_works_and_must_be_changed(run, look):
    code, out, err = run("account", "create", "Lan.NT", "--role", "teacher", "--role", "union")
    assert (code, err) == (0, "")
    password = out.split("mật khẩu ")[1].split()[0]
    assert look(lambda session: may_sign_in(session, "lan.nt", password))
    roles, must_change = look(
        lambda session: (
            [held.role for held in accounts.find(session, "lan.nt").roles],
            accounts.find(session, "lan.nt").must_change_password,
        )
    )
    assert roles == [Role.TEACHER, Role.UNION]
    assert must_change


def test_a_given_password_is_not_printed(run, look):
    code, out, _ = run("account", "create", "lan", "--role", "teacher", "--password", "một câu dễ nhớ")
    assert code == 0
    assert "dễ nhớ" not in out
    assert look(lambda session: may_sign_in(session, "lan", "một câu dễ nhớ"))


def test_an_account_may_belong_to_a_member_of_staff(run, app, session):
    make.make_staff(session, "Lê Lan", code="GV007")
    session.commit()
    assert run("account", "create", "lan", "--role", "teacher", "--staff", "GV007")[0] == 0
    _, out, _ = run("account", "list", "--json")
    (found,) = json.loads(out)
    assert (found["staff"], found["full_name"], found["roles"]) == ("GV007", "Lê Lan", ["teacher"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["create", "lan", "--role", "teacher", "--staff", "GV404"], "Không có cán bộ mã GV404."),
        (["create", "Lan Nguyễn", "--role", "teacher"], "Tên đăng nhập chỉ gồm chữ không dấu"),
        (["create", "lan", "--role", "teacher", "--password", "ngắn"], "Mật khẩu cần ít nhất 10 ký tự."),
        (["reset", "ai"], "Không có tài khoản ai."),
        (["disable", "ai"], "Không có tài khoản ai."),
    ],
)
def test_a_refusal_is_one_sentence_and_changes_nothing(run, arguments, sentence):
    code, out, err = run("account", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(sentence)
    assert json.loads(run("account", "list", "--json")[1]) == []


def test_a_name_is_given_once(run):
    run("account", "create", "lan", "--role", "teacher")
    code, _, err = run("account", "create", "LAN", "--role", "admin")
    assert (code, err.strip()) == (2, "Tên đăng nhập này đã có người dùng.")


def test_a_role_that_there_is_not_is_refused(run):
    code, _, err = run("account", "create", "lan", "--role", "king")
    assert code == 2
    assert "king" in err


def test_reset_gives_a_new_password_and_ends_sessions(run, look, app):
    run("account", "create", "lan", "--role", "teacher", "--password", "một câu dễ nhớ")
    with app.app_context():
        now = dt.datetime.now(dt.UTC)
        token = accounts.sign_in(db.session, now, "lan", "một câu dễ nhớ", None, None)
        db.session.commit()
        db.session.remove()
    code, out, _ = run("account", "reset", "lan")
    assert code == 0
    password = out.split("mật khẩu ")[1].split()[0]
    assert look(lambda session: may_sign_in(session, "lan", password))
    assert not look(lambda session: may_sign_in(session, "lan", "một câu dễ nhớ"))
    assert look(lambda session: accounts.recognise(session, now, token)) is None


def test_a_disabled_account_may_not_sign_in_until_it_is_enabled(run, look):
    run("account", "create", "lan", "--role", "teacher", "--password", "một câu dễ nhớ")
    assert run("account", "disable", "lan")[:2] == (0, "lan: đã khóa\n")
    assert run("account", "disable", "lan")[:2] == (0, "lan: đã khóa\n")
    assert not look(lambda session: may_sign_in(session, "lan", "một câu dễ nhớ"))
    assert run("account", "list")[1] == "lan\tCán bộ, giáo viên, nhân viên\t\tđã khóa\n"
    assert run("account", "enable", "lan")[:2] == (0, "lan: đang hoạt động\n")
    assert look(lambda session: may_sign_in(session, "lan", "một câu dễ nhớ"))


def test_commands_are_logged_as_the_operators(run, look):
    run("account", "create", "lan", "--role", "teacher")
    run("account", "disable", "lan")
    entries = look(lambda session: [(e.actor, e.origin, e.action) for e in session.scalars(select(AuditEntry))])
    assert {(actor, origin) for actor, origin, _ in entries} == {("operator", Origin.COMMAND)}
    assert [action for _, _, action in entries][-1] == "disable"
