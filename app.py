"""The only wiring: settings, extensions, screens, commands. `python app.py` serves the panel, `--demo` the demo."""

import os
import signal
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from flask import Config, Flask
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_migrate import Migrate, upgrade
from flask_wtf import CSRFProtect
from waitress import create_server

import school.services.guard  # noqa: F401 - puts the wall in place
from admin_views import door, feeds, panel, web
from school import cli
from school.daily import DailyRound
from school.db import db, engine_options
from school.imports.tables import MAX_FILE, MEBIBYTE
from school.settings import SettingError, instance_path, read_settings

ROOT = Path(__file__).parent


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The panel as a WSGI application; `config` wins over `instance/config.py` and the environment."""
    given = dict(config or {})
    app = Flask(__name__, instance_path=given.pop("INSTANCE_PATH", None) or instance_path(str(ROOT)))
    file = Config(app.instance_path)
    file.from_pyfile("config.py", silent=True)
    settings = read_settings(app.instance_path, file, os.environ, given)
    app.config.update(_flask_config(settings) | given)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    Babel(app, locale_selector=door.select_language, default_locale="vi")
    Bootstrap5(app)
    web.init_app(app)
    door.init_app(app)
    CSRFProtect(app)
    panel.init_app(app)
    feeds.init_app(app)
    cli.init_app(app)
    return app


def _flask_config(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What Flask and its extensions want to know, made from the panel's settings."""
    return dict(settings) | {
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "BOOTSTRAP_SERVE_LOCAL": True,
        "MAX_CONTENT_LENGTH": MAX_FILE + MEBIBYTE // 16,  # a file, and the form around it
        "MAX_FORM_MEMORY_SIZE": 2 * MEBIBYTE,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_NAME": "__Host-panel" if settings["SECURE_COOKIES"] else "panel",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings["SECURE_COOKIES"],
        "SQLALCHEMY_DATABASE_URI": settings["DATABASE_URL"],
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings["DATABASE_URL"]),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a long form is not thrown away
    }


def main(arguments: list[str]) -> int:
    """Migrate, say where the panel is, serve it until interrupted; `--demo` has a database of its own."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # a pipe on Windows has no Vietnamese letters otherwise
    given: dict[str, Any] = {}
    if "--demo" in arguments:
        given["DATABASE_URL"] = f"sqlite:///{instance_path(str(ROOT))}/demo.db"
    try:
        app = create_app(given)
    except SettingError as error:
        print(f"Setting {error}", file=sys.stderr)
        return 2
    with app.app_context():
        upgrade()
        if "--demo" in arguments:
            cli.fill_demo_school(app)
    host, port = app.config["HOST"], app.config["PORT"]
    try:
        server = create_server(app, host=host, port=port, threads=8, ident=None)
    except OSError as error:
        print(f"Cổng {port} của {host} không mở được ({error.strerror}); đặt DODAU_PORT là cổng khác.", file=sys.stderr)
        return 2
    _say_where(app, f"http://{host}:{port}")
    signal.signal(signal.SIGTERM, _end)
    daily = DailyRound(app, send="--demo" not in arguments)  # the demo school's addresses are nobody's
    daily.start()
    try:
        server.run()
    finally:
        daily.stop()
    return 0


def _end(_number: int, _frame: object) -> None:
    """A server that is told to end stops like one that is interrupted: requests and the daily round finish."""
    raise SystemExit(0)


def _say_where(app: Flask, address: str) -> None:
    """Print the panel's address, and the set-up link while there is no account."""
    with app.test_request_context():
        link = door.setup_link()
    print(f"Đỡ đầu học sinh: {address}/admin/   (Ctrl+C: dừng)", flush=True)
    if link:
        print(f"Tạo tài khoản quản trị đầu tiên (dùng một lần, trong 24 giờ): {address}{link}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
