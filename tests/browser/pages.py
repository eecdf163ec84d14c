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
TRIED = 4  # pages about one thing of which the fullest is looked at
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


def navigation(panel: Flask, password: str, roles: tuple[str, ...] = ROLES) -> dict[str, list[str]]:
    """The screens in the navigation of each role, home aside."""
    return {role: Context().run(_navigation_of, panel, role, password) for role in roles}


def share_screens(
    offered: dict[str, list[str]], found: dict[str, list[Kind]], everything: bool = False
) -> dict[str, list[str]]:
    """Each screen offered to anybody, with all its kinds of pages, by as few roles as that takes. Or `everything`."""
    if everything:
        return offered
    shares: dict[str, list[str]] = {role: [] for role in offered}
    for screen in dict.fromkeys(screen for screens in offered.values() for screen in screens):
        reached = {role: _names_of(screen, found[role]) for role, screens in offered.items() if screen in screens}
        missing = set().union(*reached.values())
        while missing:
            taker = max(reached, key=lambda role: (len(reached[role] & missing), -len(shares[role])))
            shares[taker].append(screen)
            missing -= reached[taker]
    return shares


def _names_of(screen: str, kinds: list[Kind]) -> set[str]:
    return {kind.name for kind in kinds if kind.name.startswith(kind_of(screen))}


def _navigation_of(panel: Flask, role: str, password: str) -> list[str]:
    client = panel.test_client()
    _sign_in(client, role, password)
    links = html.fromstring(client.get(HOME).text).xpath("//nav[contains(@class, 'side')]//li//a/@href")
    return [link for link in links if link != HOME]


def _crawl_as(panel: Flask, role: str, password: str) -> list[Kind]:
    client = panel.test_client()
    _sign_in(client, role, password)
    fullest: dict[str, tuple[int, str]] = {}  # by kind: how long its longest page is, and where
    asked, waiting = {HOME: 1}, deque([HOME])
    while waiting:
        path = waiting.popleft()
        kind = kind_of(path)
        if (page := _open(client, path)) is None:
            continue
        fullest[kind] = max(fullest.get(kind, (0, path)), (len(page), path), key=lambda found: found[0])
        for link in (urldefrag(link).url for link in html.fromstring(page).xpath("//a/@href")):
            kind = kind_of(link)
            if link.startswith(("/admin/", "/password")) and asked.get(kind, 0) < (TRIED if "/details" in kind else 1):
                asked[kind] = asked.get(kind, 0) + 1
                waiting.append(link)
    return [Kind(name, path) for name, (_, path) in fullest.items()]


def kind_of(path: str) -> str:
    """Pages of one kind differ in numbers, in parameters, and a guide in its role."""
    return re.sub(r"/\d+", "/N", urlsplit(path).path)


def _open(client: FlaskClient, path: str) -> str | None:
    """The page; None where the link leads to a file or elsewhere."""
    answer = client.get(path, headers={"Accept": "text/html"})
    if answer.mimetype != "text/html" or 300 <= answer.status_code < 400:
        return None
    assert answer.status_code == 200, f"a page has a link to {path}, which answers {answer.status_code}"
    return answer.text


def _sign_in(client: FlaskClient, username: str, password: str) -> None:
    token = _TOKEN.search(client.get("/login").text)
    assert token
    form = {"csrf_token": token[1], "username": username, "password": password}
    assert client.post("/login", data=form).status_code == 302
