"""`python app.py` as its users run it: mostly a process of its own, on a scratch instance."""

import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app import main
from school.settings import SETTINGS

ROOT = Path(__file__).parent.parent
PATIENCE = 120  # seconds: the demo school takes a while to fill, and more so beside other tests
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX signals and file modes")


def _environment(instance: Path, **settings: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DODAU_")}
    return clean | {"DODAU_INSTANCE_PATH": str(instance), "PYTHONIOENCODING": "utf-8"} | settings


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Panel:
    """The panel as a process: what it prints, and what it answers."""

    def __init__(self, instance: Path, *arguments: str) -> None:
        port = _free_port()
        self.instance, self.address = instance, f"http://127.0.0.1:{port}"
        self.printed = instance / "printed.txt"
        with self.printed.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "app.py", *arguments],
                cwd=ROOT,
                env=_environment(instance, DODAU_PORT=str(port)),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=_heed_interrupts if os.name == "posix" else None,
            )

    def text(self) -> str:
        return self.printed.read_text(encoding="utf-8")

    def get(self, path: str) -> int:
        """The status of a page, as a browser sees it after redirects."""
        wanted = urllib.request.Request(self.address + path, headers={"Accept": "text/html"})  # noqa: S310 - our own
        try:
            with urllib.request.urlopen(wanted, timeout=10) as answer:  # noqa: S310
                return answer.status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    def wait(self) -> None:
        """Until it answers."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self.process.poll() is None, self.text()
            try:
                assert self.get("/healthz") == 200, self.text()
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
            else:
                return
        pytest.fail(f"no answer in {PATIENCE} s: {self.text()}")


@contextmanager
def _started(instance: Path, *arguments: str) -> Iterator[Panel]:
    panel = Panel(instance, *arguments)
    try:
        panel.wait()
        yield panel
    finally:
        panel.process.kill()
        panel.process.wait()


def test_the_school_of_its_own(tmp_path: Path) -> None:
    with _started(tmp_path) as panel:
        assert panel.get("/admin/") == 200  # the sign-in page
        assert f"{panel.address}/admin/" in panel.text()
        link = re.search(rf"{panel.address}(/setup/\S+)", panel.text())
        assert link, "an empty database prints the link that sets up the first administrator"
        assert panel.get(link[1]) == 200
        assert panel.get(link[1] + "x") == 404
        assert (tmp_path / "school.db").exists()
        assert not (tmp_path / "demo.db").exists()


def test_the_demo_school(tmp_path: Path) -> None:
    with _started(tmp_path, "--demo") as panel:
        printed = panel.text()
        assert f"{panel.address}/admin/" in printed
        assert [name for name in ACCOUNTS if name not in printed] == []
        assert "/setup/" not in printed
        assert not (tmp_path / "school.db").exists()
    filled = _students(tmp_path / "demo.db")
    with _started(tmp_path, "--demo") as panel:
        assert f"{panel.address}/admin/" in panel.text()
    assert _students(tmp_path / "demo.db") == filled > 0, "a second start keeps the data"


def _students(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT count(*) FROM student").fetchone()[0]


def _heed_interrupts() -> None:
    """A shell makes its background jobs ignore Ctrl+C, and what they start inherits that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


ACCOUNTS = ("giaovien", "totruong", "congdoan", "thuky", "lanhdao", "hoidong", "quantri")


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(tmp_path: Path, number: signal.Signals) -> None:
    with _started(tmp_path) as panel:
        panel.process.send_signal(number)
        panel.process.wait(30)
        assert "Traceback" not in panel.text()


@posix
def test_the_secret_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    with _started(tmp_path) as panel:
        assert panel.get("/login") == 200
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "name, value",
    [
        ("DODAU_PORT", "seventy"),
        ("DODAU_DATABASE_URL", "mysql://somewhere/school"),
        ("DODAU_SECRET_KEY", "short"),
        ("DODAU_SECURE_COOKIES", "perhaps"),
        ("DODAU_PROT", "5000"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name(
    tmp_path: Path, name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked in this process: that a process of its own ends so too is tried below."""
    for other in [other for other in os.environ if other.startswith("DODAU_")]:
        monkeypatch.delenv(other)
    monkeypatch.setenv("DODAU_INSTANCE_PATH", str(tmp_path))
    monkeypatch.setenv(name, value)
    monkeypatch.setattr("app.create_server", lambda *_, **__: pytest.fail("it starts all the same"))
    assert main([]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(f"Setting {name}: ")
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_a_wrong_setting_in_the_file_says_so_too(tmp_path: Path) -> None:
    (tmp_path / "config.py").write_text("PORT = 'seventy'\n")
    ended = subprocess.run(
        [sys.executable, "app.py"], cwd=ROOT, env=_environment(tmp_path), capture_output=True, text=True
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("Setting PORT: ")


def test_making_the_app_prints_nothing(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import app; app.create_app()"],
        cwd=ROOT,
        env=_environment(tmp_path),
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_readme_names_every_setting() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in SETTINGS if f"| `{name}` |" not in text] == []
