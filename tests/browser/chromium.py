"""Where the browser tests find Chromium; `python -m tests.browser.chromium --install` gets one (`make test`)."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE = 600  # seconds for one attempt at installing
MISSING = """
************************************************************************************
*** NO CHROMIUM FOUND: THE BROWSER TESTS ARE SKIPPED, SO NO SCREEN IS TRIED OUT. ***
*** Install Chromium, or name one with the variable CHROMIUM.                    ***
************************************************************************************
"""


@cache
def chromium_path() -> str | None:
    """The Chromium to drive: the variable CHROMIUM, else Playwright's own, else the system's; None if none starts."""
    return next((path for path in _candidates() if _starts(path)), None)


def _candidates() -> Iterator[str]:
    if named := os.environ.get("CHROMIUM"):
        yield named
        return
    with ThreadPoolExecutor(1) as thread:  # Playwright refuses to start twice in one thread, and a test may have begun
        yield thread.submit(_playwrights_own).result()
    yield from filter(None, map(shutil.which, NAMES))


def _playwrights_own() -> str:
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _starts(path: str) -> bool:
    """Whether it is there and runs: a library may be missing, and Ubuntu's package may only say "install the snap"."""
    if not shutil.which(path):
        return False
    if os.name == "nt":  # there `--version` opens a window
        return True
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def install() -> None:
    """Get a Chromium: Playwright's, else Debian's package where we may install one without a question."""
    _try(sys.executable, "-m", "playwright", "install", "chromium")
    chromium_path.cache_clear()
    if chromium_path() or not shutil.which("apt-get"):
        return
    if os.geteuid() == 0:
        root = ["env", "DEBIAN_FRONTEND=noninteractive"]
    elif shutil.which("sudo") and _try("sudo", "-n", "true"):
        root = ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    else:
        return
    _try(*root, "apt-get", "update", "-q")
    _try(*root, "apt-get", "install", "-q", "-y", "chromium")
    chromium_path.cache_clear()


def _try(*command: str) -> bool:
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, timeout=PATIENCE).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def main(arguments: list[str]) -> int:
    """Say which Chromium is used; without one, say so loudly, and fail under CI=true."""
    if "--install" in arguments and chromium_path() is None and "CHROMIUM" not in os.environ:
        install()
    if path := chromium_path():
        sys.stdout.write(f"Chromium for the browser tests: {Path(path)}\n")
        return 0
    sys.stderr.write(MISSING)
    return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
