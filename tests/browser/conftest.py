"""The demo school served by waitress, and headless Chromium in front of it."""

import datetime as dt
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from waitress import create_server

from app import create_app
from school import demo
from school.db import db, writing
from school.rules.actor import Actor
from school.services.guard import set_actor
from tests.browser.chromium import chromium_path

PASSWORD = "mật khẩu để thử"
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


@pytest.fixture(scope="session")
def panel_address(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demo school, of today."""
    folder = tmp_path_factory.mktemp("browser")
    shutil.copy(empty_database, folder / "school.db")
    app = create_app({"INSTANCE_PATH": str(folder), "DATABASE_URL": f"sqlite:///{folder}/school.db"})
    now = dt.datetime.now(dt.UTC)
    with app.app_context(), writing():
        actor = Actor.running_commands(now)
        set_actor(db.session, actor)
        demo.fill(db.session, actor, actor.today, PASSWORD)
        db.session.commit()
    server = create_server(app, host="127.0.0.1", port=0, threads=8, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    with app.app_context():
        db.engine.dispose()


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

    def check_layout(self) -> None:
        """No sideways scroll, nothing in the console (a refusal of the CSP speaks there)."""
        width = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, f"{self.page.url}: {width} px too wide"
        assert self.complaints == [], f"{self.page.url}: {self.complaints}"

    def shoot(self, name: str) -> None:
        """Keep a picture where SCREENSHOTS names a folder."""
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture
def visit(chromium: Browser, panel_address: str) -> Callable[..., "contextmanager[Visitor]"]:
    """Sign somebody in: `with visit("giaovien", width=390) as visitor`."""

    @contextmanager
    def visiting(username: str, width: int = 1280, **options: object) -> Iterator[Visitor]:
        context = chromium.new_context(viewport={"width": width, "height": 850}, **options)
        visitor = Visitor(context.new_page(), panel_address)
        visitor.page.on("console", lambda message: visitor.complaints.append(message.text))
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitor.page.goto(f"{panel_address}/login")
        visitor.page.fill("#username", username)
        visitor.page.fill("#password", PASSWORD)
        visitor.page.click("main button")
        visitor.page.wait_for_url("**/admin/")
        yield visitor
        context.close()

    return visiting
