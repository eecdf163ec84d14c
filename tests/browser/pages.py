"""Which pages there are: found by following the links of each role, told apart by kind."""

import re
from collections import deque
from contextvars import Context
from typing import NamedTuple
from urllib.parse import urldefrag, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from lxml import html

ROLES = ("giaovien", "totruong", "congdoan", "thuky", "lanhdao", "hoidong", "quantri")
HOME = "/admin/"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Kind(NamedTuple):
    """A kind of page, such as the details of a case, and the address of one of its pages."""

    name: str
    path: str


def crawl(panel: Flask, password: str, roles: tuple[str, ...] = ROLES) -> dict[str, list[Kind]]:
    """One page of each kind that each role reaches from home by following links."""
    return {role: Context().run(_crawl_as, panel, role, password) for role in roles}


def share_out(found: dict[str, list[Kind]], everything: bool = False) -> dict[str, list[Kind]]:
    """Each kind of page once, by the role with the least to do so far; home by everybody. Or `everything`."""
    if everything:
        return found
    shares: dict[str, list[Kind]] = {role: [] for role in found}
    for name in dict.fromkeys(kind.name for kinds in found.values() for kind in kinds):
        takers = [role for role, kinds in found.items() if name in {kind.name for kind in kinds}]
        for role in takers if name == HOME else [min(takers, key=lambda taker: len(shares[taker]))]:
            shares[role].append(next(kind for kind in found[role] if kind.name == name))
    return shares


def _crawl_as(panel: Flask, role: str, password: str) -> list[Kind]:
    client = panel.test_client()
    _sign_in(client, role, password)
    found, waiting = {HOME: HOME}, deque([HOME])
    while waiting:
        for path in _links(client, waiting.popleft(), found):
            kind = kind_of(path)
            if kind not in found:
                found[kind] = path
                waiting.append(path)
    return [Kind(name, path) for name, path in found.items() if path]


def kind_of(path: str) -> str:
    """Pages of one kind differ in numbers, in parameters, and a guide in its role."""
    return re.sub(r"/\d+", "/N", urlsplit(path).path)


def _links(client: FlaskClient, path: str, found: dict[str, str]) -> list[str]:
    """Where the page leads within the panel. What is no page is struck off what was found."""
    answer = client.get(path, headers={"Accept": "text/html"})
    if answer.mimetype != "text/html" or 300 <= answer.status_code < 400:
        found[kind_of(path)] = ""
        return []
    assert answer.status_code == 200, f"{path} has a link to it and answers {answer.status_code}"
    links = [urldefrag(link).url for link in html.fromstring(answer.text).xpath("//a/@href")]
    return [link for link in links if link.startswith(("/admin/", "/password"))]


def _sign_in(client: FlaskClient, username: str, password: str) -> None:
    token = _TOKEN.search(client.get("/login").text)
    assert token
    form = {"csrf_token": token[1], "username": username, "password": password}
    assert client.post("/login", data=form).status_code == 302
