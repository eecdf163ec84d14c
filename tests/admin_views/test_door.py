"""The door: who gets in, what stays open, and how a session dies."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask

from school.models import Account
from school.services import accounts
from tests.admin_views.test_lists import set_operator
from tests.cast import NOW, Cast
from tests.factories import PASSWORD
from tests.web import Browser, errors_of

SignIn = Callable[[str], Browser]


def test_a_browser_without_a_session_is_led_to_the_door_and_back(app: Flask, cast: Cast) -> None:
    browser = Browser(app, NOW)
    answer = browser.get("/admin/case/?search=an")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login?next=")
    page = browser.get(answer.headers["Location"])
    kept = re.search(r'name="next" value="([^"]*)"', page.text)[1]
    signed_in = browser.post("/login", {"username": "lan", "password": PASSWORD, "next": kept})
    assert signed_in.headers["Location"] == "/admin/case/?search=an"


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "http:evil",
        "/\\evil",
        "/admin\\evil",
        "javascript:x",
        "/admin/\x07",
    ],
)
def test_the_door_leads_nowhere_else(target: str, app: Flask, cast: Cast) -> None:
    browser = Browser(app, NOW)
    browser.get("/login")
    answer = browser.post("/login", {"username": "lan", "password": PASSWORD, "next": target})
    assert answer.headers["Location"] == "/admin/"


@pytest.mark.parametrize(
    ("username", "password"), [("lan", "sai mật khẩu"), ("không có", PASSWORD), ("lan", "x" * 5000)]
)
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(
    username: str, password: str, app: Flask, cast: Cast
) -> None:
    browser = Browser(app, NOW)
    browser.get("/login")
    answer = browser.post("/login", {"username": username, "password": password})
    assert answer.status_code == 401
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in answer.text


def test_guesses_are_throttled_and_the_right_password_of_others_is_not(app: Flask, cast: Cast) -> None:
    browser = Browser(app, NOW)
    browser.get("/login")
    answers = [browser.post("/login", {"username": "lan", "password": f"sai {n}"}).status_code for n in range(30)]
    assert answers.count(401) == 10
    assert set(answers) == {401, 429}
    assert Browser(app, NOW).sign_in("vinh").get("/admin/").status_code == 200


def test_many_may_sign_in_from_one_address(app: Flask, cast: Cast) -> None:
    for _ in range(12):
        Browser(app, NOW).sign_in("lan")


def test_a_copied_cookie_is_dead_after_signing_out(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in("lan")
    copy = copied(app, browser)
    assert copy.get("/admin/").status_code == 200
    browser.post("/logout")
    assert copy.get("/admin/").status_code == 401


def test_a_dead_session_leads_back_to_the_page_that_was_asked_for(sign_in: SignIn) -> None:
    browser = sign_in("lan")
    browser.now = NOW + dt.timedelta(hours=13)
    page = browser.get("/admin/case/?search=an")
    assert page.status_code == 401
    kept = re.search(r'name="next" value="([^"]*)"', page.text)[1]
    signed_in = browser.post("/login", {"username": "lan", "password": PASSWORD, "next": kept})
    assert signed_in.headers["Location"] == "/admin/case/?search=an"


def test_a_copied_cookie_is_dead_after_a_new_password(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in("lan")
    copy = copied(app, browser)
    new = "một câu dài hơn nhiều"
    answer = browser.post("/password", {"current": PASSWORD, "password": new, "repeated": new})
    assert answer.status_code == 302, errors_of(answer)
    assert browser.get("/admin/").status_code == 200
    assert copy.get("/admin/").status_code == 401


def test_a_session_is_dead_after_roles_change(sign_in: SignIn, cast: Cast) -> None:
    lan, quan = sign_in("lan"), sign_in("quan")
    address = f"/admin/account/edit/?id={cast.accounts['lan']}"
    page = quan.get(address)
    version = re.search(r'name="version" value="(\d+)"', page.text)[1]
    staff = re.search(r'name="staff"[^>]*value="([^"]*)"', page.text)[1]
    data = {"version": version, "username": "lan", "staff": staff, "roles": ["teacher", "secretary"]}
    assert quan.post(address, data).status_code == 303
    assert lan.get("/admin/").status_code == 401


def test_a_session_is_dead_after_disabling_and_the_account_cannot_sign_in(
    app: Flask, sign_in: SignIn, cast: Cast
) -> None:
    lan, quan = sign_in("lan"), sign_in("quan")
    page = quan.get(f"/admin/account/details/?id={cast.accounts['lan']}")
    version = re.search(r'name="version" value="(\d+)"', page.text)[1]
    data = {"id": cast.accounts["lan"], "version": version, "step": "disable"}
    assert quan.post("/admin/account/step/", data).status_code == 303
    assert lan.get("/admin/").status_code == 401
    again = Browser(app, NOW)
    again.get("/login")
    assert again.post("/login", {"username": "lan", "password": PASSWORD}).status_code == 401


def test_a_session_ends_after_two_idle_hours_and_after_twelve_in_all(sign_in: SignIn) -> None:
    browser = sign_in("lan")
    for hours in (1, 2, 3):
        browser.now = NOW + dt.timedelta(hours=hours)
        assert browser.get("/admin/").status_code == 200
    browser.now = NOW + dt.timedelta(hours=5, minutes=1)
    assert browser.get("/admin/").status_code == 401


def test_a_first_password_is_changed_before_anything_else(app: Flask, cast: Cast) -> None:
    actor = set_operator(cast)
    password = accounts.reset_password(cast.session, actor, cast.session.get(Account, cast.accounts["vinh"]))
    cast.session.commit()
    browser = Browser(app, NOW)
    browser.get("/login")
    browser.post("/login", {"username": "vinh", "password": password})
    assert browser.get("/admin/case/").headers["Location"] == "/password"
    browser.get("/password")
    short = browser.post("/password", {"current": password, "password": "ngắn", "repeated": "ngắn"})
    assert short.status_code == 400
    new = "một câu dài hơn nhiều"
    browser.post("/password", {"current": password, "password": new, "repeated": new})
    assert browser.get("/admin/case/").status_code == 200


def test_the_first_administrator_is_set_up_once(app: Flask) -> None:
    from admin_views.door import setup_link

    with app.test_request_context():
        link = setup_link()
    browser = Browser(app, NOW)
    with_clock = dt.datetime.now(dt.UTC)
    browser.now = with_clock
    assert browser.get(link).status_code == 200
    data = {"username": "quantri", "password": PASSWORD, "repeated": PASSWORD}
    assert browser.post(link, data).status_code == 302
    assert browser.get(link).status_code == 404
    assert browser.sign_in("quantri").get("/admin/account/").status_code == 200
    with app.test_request_context():
        assert setup_link() is None


@pytest.mark.parametrize("address", ["/admin/nothing/", "/nothing", "/admin/case/details/?id=x"])
def test_an_error_page_is_vietnamese_and_shows_no_internals(address: str, sign_in: SignIn) -> None:
    page = sign_in("binh").get(address)
    assert page.status_code == 404
    assert "Không có trang này" in page.text
    assert "Traceback" not in page.text


def test_every_answer_carries_the_security_headers(sign_in: SignIn) -> None:
    answer = sign_in("lan").get("/admin/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_language_is_vietnamese_whatever_the_browser_asks_until_somebody_chooses(sign_in: SignIn) -> None:
    browser = sign_in("lan")
    assert 'lang="vi"' in browser.get("/admin/").text
    browser.post("/lang", {"language": "en"})
    assert 'lang="en"' in browser.get("/admin/").text


def copied(app: Flask, browser: Browser) -> Browser:
    """Another browser with the same cookies."""
    copy = Browser(app, browser.now)
    cookie = browser.client.get_cookie("panel")
    copy.client.set_cookie("panel", cookie.value)
    return copy
