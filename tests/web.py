"""Driving the panel as a browser would, without one: sign in, post with the page's own token."""

import datetime as dt
import re
from collections.abc import Mapping
from contextvars import Context
from typing import Any

import time_machine
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from school.db import db
from tests.factories import PASSWORD

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """One person's browser at one moment: keeps cookies, and posts the token of the last page that had one.

    Each request runs in a context of its own: inside the test's own, Flask would share its `g` and its session. The
    test's session lets go of its transaction first, and so sees what the request stored.
    """

    def __init__(self, app: Flask, now: dt.datetime) -> None:
        self.client: FlaskClient = app.test_client()
        self.now = now
        self.token = ""

    def get(self, address: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self._keep_token(self._at(self.client.get, address, **options))

    def post(self, address: str, data: Mapping[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form with the token."""
        form = {"csrf_token": self.token, **(data or {})}
        return self._keep_token(self._at(self.client.post, address, data=form, **options))

    def sign_in(self, username: str, password: str = PASSWORD) -> "Browser":
        """Sign in; the test fails when that does not work."""
        self.get("/login")
        answer = self.post("/login", {"username": username, "password": password})
        assert answer.status_code == 302, answer.text
        self.get("/password")  # any page with a token of the new session
        return self

    def _at(self, send: Any, address: str, **options: Any) -> TestResponse:
        if has_app_context():
            db.session.rollback()
        with time_machine.travel(self.now, tick=False):
            return Context().run(send, address, buffered=True, headers={"Accept": "text/html"}, **options)

    def _keep_token(self, answer: TestResponse) -> TestResponse:
        found = _TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        self.token = found[1] if found else self.token
        return answer


def version_of(page: TestResponse) -> str:
    """The version that the form of a page carries."""
    found = re.search(r'name="version" value="(\d+)"', page.text)
    assert found, "the page has no form with a version"
    return found[1]


def errors_of(page: TestResponse) -> list[str]:
    """What the page says went wrong."""
    found = re.findall(r'class="error"[^>]*>([^<]*)<|notice-bad"[^>]*>([^<]*)<|<li>([^<]+)</li>', page.text)
    return [text for texts in found for text in texts if text.strip()]
