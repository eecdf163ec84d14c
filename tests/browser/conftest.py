"""The demo school served by waitress, and headless Chromium in front of it."""

import datetime as dt
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from waitress import create_server

from app import create_app
from school import demo
from school.db import db, writing
from school.rules.actor import Actor
from school.services.guard import set_actor
from tests.browser.chromium import chromium_path
from tests.browser.pages import Kind, crawl, navigation, share_out, share_screens
from tests.conftest import shared

PASSWORD = "mật khẩu để thử"
WIDTHS = (390, 768, 1280)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here drives a browser; without one they are skipped, in CI they fail."""
    missing = chromium_path() is None
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker(pytest.mark.browser)
        if missing and not os.environ.get("CI"):
            item.add_marker(pytest.mark.skipif(True, reason="no Chromium found"))


def make_panel(folder: Path, database: Path) -> Flask:
    """The panel on a copy of the database, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(database, folder / "school.db")
    return create_app({"INSTANCE_PATH": str(folder), "DATABASE_URL": f"sqlite:///{folder}/school.db"})


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The panel's address while waitress serves it."""
    server = create_server(app, host="127.0.0.1", port=0, threads=8, ident=None)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    with app.app_context():
        db.engine.dispose()


@contextmanager
def as_operator(app: Flask) -> Iterator[Actor]:
    """Write into the panel's database as whoever runs commands, today; what was written stays."""
    with app.app_context(), writing():
        actor = Actor.running_commands(dt.datetime.now(dt.UTC))
        set_actor(db.session, actor)
        yield actor
        db.session.commit()


@pytest.fixture(scope="session")
def demo_database(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo school of today, as a database to copy; beside it the pages and the navigation of each role."""

    def make(path: Path) -> None:
        folder = tmp_path_factory.mktemp("demo")
        app = make_panel(folder, empty_database)
        with as_operator(app) as actor:
            demo.fill(db.session, actor, actor.today, PASSWORD)
        path.with_name("pages.json").write_text(json.dumps([crawl(app, PASSWORD), navigation(app, PASSWORD)]))
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        shutil.copy(folder / "school.db", path)

    return shared(tmp_path_factory, "demo.db", make)


@pytest.fixture(scope="session")
def panel(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The demo school."""
    return make_panel(tmp_path_factory.mktemp("browser"), demo_database)


@pytest.fixture(scope="session")
def panel_address(panel: Flask) -> Iterator[str]:
    """The address of the demo school."""
    with serving(panel) as address:
        yield address


@pytest.fixture(scope="session")
def pages(demo_database: Path) -> dict[str, list[Kind]]:
    """What each role shall look at: each kind of page once, or all it can reach under FULL_WALK=1."""
    found, _ = _crawled(demo_database)
    return share_out(found, everything="FULL_WALK" in os.environ)


@pytest.fixture(scope="session")
def screens(demo_database: Path) -> dict[str, list[str]]:
    """What each role shall click through: each screen once and what others reach of it, or all under FULL_WALK=1."""
    found, offered = _crawled(demo_database)
    return share_screens(offered, found, everything="FULL_WALK" in os.environ)


def _crawled(database: Path) -> tuple[dict[str, list[Kind]], dict[str, list[str]]]:
    """Every kind of page that each role reaches in the demo school, and its navigation."""
    found, offered = json.loads(database.with_name("pages.json").read_text())
    return {role: [Kind(*kind) for kind in kinds] for role, kinds in found.items()}, offered


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Headless Chromium."""
    path = chromium_path()
    assert path is not None, "no Chromium found: install it, or name it with CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """One signed-in person's page; `complaints` are what the browser's console said."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str, expected: int = 200) -> None:
        """Go to a path of the panel; the test fails on another status."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == expected, f"{path}: {answer.status}"

    def check_layout(self, *widths: int) -> None:
        """No sideways scroll at any of the widths, nothing in the console (a refusal of the CSP speaks there)."""
        for width in widths or (None,):
            if width:
                self.resize(width)
            excess = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert excess <= 0, f"{self.page.url} at {width or 'this width'}: {excess} px too wide: {self.wide_parts()}"
        assert self.complaints == [], f"{self.page.url}: {self.complaints}"

    def resize(self, width: int) -> None:
        """Make the window as wide as that."""
        self.page.set_viewport_size({"width": width, "height": 850})

    def wide_parts(self) -> list[str]:
        """What reaches beyond the right edge."""
        return self.page.evaluate(
            """() => [...document.body.querySelectorAll("*")]
            .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .map((e) => e.tagName + "." + e.className).slice(0, 5)"""
        )

    def unfold(self) -> None:
        """Open everything that is folded."""
        self.page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")

    def shoot(self, name: str) -> None:
        """Keep a picture where SCREENSHOTS names a folder; COLOR_SCHEME=dark takes it by night."""
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


Visit = Callable[..., Any]


@pytest.fixture(scope="session")
def cookies() -> dict[tuple[str, str], Any]:
    """The cookies of those who have signed in already, by address and username."""
    return {}


@pytest.fixture
def visit(chromium: Browser, panel_address: str, cookies: dict[tuple[str, str], Any]) -> Visit:
    """Sign somebody in: `with visit("giaovien", width=390) as visitor`; nobody with None; with `anew` a new session."""

    @contextmanager
    def visiting(
        username: str | None,
        width: int = 1280,
        address: str = panel_address,
        password: str = PASSWORD,
        anew: bool = False,
        **options: Any,
    ) -> Iterator[Visitor]:
        options.setdefault("color_scheme", os.environ.get("COLOR_SCHEME", "light"))
        known = None if anew or username is None else cookies.get((address, username))
        context = chromium.new_context(
            viewport={"width": width, "height": 850}, storage_state=known, reduced_motion="reduce", **options
        )
        visitor = Visitor(context.new_page(), address)
        visitor.page.on("console", lambda message: visitor.complaints.append(message.text))
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        if username and not known:
            sign_in(visitor, username, password)
            if not anew:
                cookies[address, username] = context.storage_state()
        elif username:
            visitor.page.goto(f"{address}/admin/")
        yield visitor
        context.close()

    return visiting


def sign_in(visitor: Visitor, username: str, password: str) -> None:
    """Sign in at the door."""
    visitor.page.goto(f"{visitor.address}/login")
    visitor.page.fill("#username", username)
    visitor.page.fill("#password", password)
    visitor.page.click("main button")
    visitor.page.wait_for_url("**/admin/")
