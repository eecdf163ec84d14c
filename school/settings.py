"""The panel's settings: `instance/config.py`, then DODAU_* variables. A wrong one stops the start with its name."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from school.mail import is_address, parse_server

PREFIX = "DODAU_"
MIN_SECRET = 32  # bytes


class SettingError(ValueError):
    """A setting that cannot be used; says which one and why."""


def _text(value: Any) -> str:
    return str(value)


def _flag(value: Any) -> bool:
    if str(value).lower() in ("1", "true", "yes", "on"):
        return True
    if str(value).lower() in ("0", "false", "no", "off", ""):
        return False
    raise ValueError("write 1 or 0")


def _whole(value: Any) -> int:
    """A whole number, or -1 for anything else: no setting is negative."""
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _number(value: Any) -> int:
    number = _whole(value)
    if number < 0:
        raise ValueError("write a number of 0 or more")
    return number


def _port(value: Any) -> int:
    port = _whole(value)
    if not 0 < port < 65536:
        raise ValueError("write a port between 1 and 65535")
    return port


def _hosts(value: Any) -> list[str] | None:
    hosts = value if isinstance(value, (list, tuple)) else str(value).split(",")
    return [host.strip() for host in hosts if host.strip()] or None


def _database(value: Any) -> str:
    try:
        backend = make_url(str(value)).get_backend_name()
    except ArgumentError:
        raise ValueError("write an address such as sqlite:////folder/school.db") from None
    if backend not in ("sqlite", "postgresql"):
        raise ValueError("only sqlite and postgresql+psycopg are supported")
    return str(value)


def _secret(value: Any) -> str:
    if len(str(value).encode()) < MIN_SECRET:
        raise ValueError(f"write at least {MIN_SECRET} bytes")
    return str(value)


def _mail_server(value: Any) -> str:
    parse_server(str(value))
    return str(value)


def _mail_address(value: Any) -> str:
    if not is_address(str(value)):
        raise ValueError("write one address such as dodau@truong.edu.vn")
    return str(value)


def _web_address(value: Any) -> str:
    parts = urlsplit(str(value))
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("write the panel's address for its users, such as https://dodau.truong.edu.vn")
    return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class Setting:
    """One setting: how its text becomes a value, and what it is when nobody says."""

    parse: Callable[[Any], Any]
    default: Any = None


SETTINGS = {
    "DATABASE_URL": Setting(_database),
    "HOST": Setting(_text, "127.0.0.1"),
    "MAIL_FROM": Setting(_mail_address),
    "PORT": Setting(_port, 5000),
    "PROXIES": Setting(_number, 0),
    "PUBLIC_URL": Setting(_web_address),
    "SCHOOL_NAME": Setting(_text, "Trường THPT (mẫu)"),
    "SCREENING_ABSENCES": Setting(_number, 5),
    "SECRET_KEY": Setting(_secret),
    "SECURE_COOKIES": Setting(_flag, False),
    "SMTP_URL": Setting(_mail_server),
    "TRUSTED_HOSTS": Setting(_hosts, None),
}
_ELSEWHERE = {"INSTANCE_PATH"}


def instance_path(root: str) -> str:
    """The folder of database, secret key and `config.py`; DODAU_INSTANCE_PATH names another."""
    return str(Path(os.environ.get(f"{PREFIX}INSTANCE_PATH", Path(root) / "instance")).absolute())


def read_settings(
    instance: str, file: Mapping[str, Any], environ: Mapping[str, str], given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """All settings by name. Later sources win: defaults, `config.py`, the environment, `given`."""
    environment = {
        name.removeprefix(PREFIX): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and not name.startswith(f"{PREFIX}TEST_")
    }
    settings = {name: setting.default for name, setting in SETTINGS.items()}
    for source, prefix in ((file, ""), (environment, PREFIX), (given or {}, "")):
        for name, value in source.items():
            if name in SETTINGS:
                settings[name] = _parse(prefix + name, name, value)
            elif name not in _ELSEWHERE and source is not given:
                raise SettingError(f"{prefix}{name}: no such setting")
    if settings["SMTP_URL"] and not settings["MAIL_FROM"]:
        raise SettingError("MAIL_FROM: SMTP_URL is set, so say from which address mail comes")
    settings["DATABASE_URL"] = settings["DATABASE_URL"] or f"sqlite:///{instance}/school.db"
    settings["SECRET_KEY"] = settings["SECRET_KEY"] or _secret_from_file(Path(instance) / "secret_key")
    return settings


def _parse(shown: str, name: str, value: Any) -> Any:
    try:
        return SETTINGS[name].parse(value)
    except (TypeError, ValueError) as error:
        raise SettingError(f"{shown}: {error}") from None


def _secret_from_file(path: Path) -> str:
    """The key in the file, made at the first start; readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)  # the database of children's data lies in it too
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    try:
        return _secret(path.read_text().strip())
    except ValueError as error:
        raise SettingError(f"{path.name}: {error}") from None
