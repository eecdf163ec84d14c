"""Settings: where they come from, which wins, and that a wrong one says its own name."""

import stat
from pathlib import Path
from typing import Any

import pytest

from school.settings import SETTINGS, SettingError, instance_path, read_settings

SECRET = "x" * 32

WRONG = [
    ("DATABASE_URL", "mysql://localhost/school"),
    ("DATABASE_URL", "không phải địa chỉ"),
    ("DATABASE_URL", ""),
    ("DATABASE_URL", "postgresql+psycopg://localhost:cổng/school"),
    ("MAIL_FROM", "Trường <dodau@truong.vn>"),
    ("MAIL_FROM", ""),
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "năm nghìn"),
    ("PORT", None),
    ("PROXIES", "-1"),
    ("PROXIES", "một"),
    ("PROXIES", [1]),
    ("PUBLIC_URL", "dodau.truong.edu.vn"),
    ("PUBLIC_URL", "https://dodau.truong.edu.vn/admin/"),
    ("PUBLIC_URL", "ftp://dodau.truong.edu.vn"),
    ("SCREENING_ABSENCES", "năm"),
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "ă" * 15),  # bytes count, not letters: 30 of them
    ("SECURE_COOKIES", "maybe"),
    ("SMTP_URL", "mail.truong.vn"),
    ("SMTP_URL", "smtp://nguoi:matkhau@mail.truong.vn?starttls=0"),
]


def read(tmp_path: Path, file: dict[str, Any] | None = None, **environ: str) -> dict[str, Any]:
    return read_settings(str(tmp_path), file or {}, environ)


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_in_the_file_names_itself(tmp_path: Path, name: str, value: Any) -> None:
    with pytest.raises(SettingError, match=f"^{name}: "):
        read(tmp_path, {name: value})


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, value in WRONG if isinstance(value, str)])
def test_a_wrong_setting_in_the_environment_names_its_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"^DODAU_{name}: "):
        read(tmp_path, **{f"DODAU_{name}": value})


def test_every_setting_that_can_be_wrong_is_tried() -> None:
    assert SETTINGS.keys() - {name for name, _ in WRONG} == {"HOST", "SCHOOL_NAME", "TRUSTED_HOSTS"}


def test_mail_needs_an_address_that_it_comes_from(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"^MAIL_FROM: "):
        read(tmp_path, {"SMTP_URL": "smtps://mail.truong.vn"})
    settings = read(tmp_path, {"SMTP_URL": "smtps://mail.truong.vn", "MAIL_FROM": "dodau@truong.vn"})
    assert (settings["SMTP_URL"], settings["MAIL_FROM"]) == ("smtps://mail.truong.vn", "dodau@truong.vn")


def test_no_refusal_repeats_a_password(tmp_path: Path) -> None:
    with pytest.raises(SettingError) as refusal:
        read(tmp_path, {"SMTP_URL": "smtp://nguoi:bimatlam@mail.truong.vn?starttls=0"})
    assert "bimatlam" not in str(refusal.value)


def test_the_public_address_is_kept_without_its_last_slash(tmp_path: Path) -> None:
    assert (
        read(tmp_path, {"PUBLIC_URL": "https://dodau.truong.vn:8443/"})["PUBLIC_URL"] == "https://dodau.truong.vn:8443"
    )


def test_a_misspelt_setting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"^SECRET_KEYS: no such setting"):
        read(tmp_path, {"SECRET_KEYS": SECRET})
    with pytest.raises(SettingError, match=r"^DODAU_PROT: no such setting"):
        read(tmp_path, DODAU_PROT="5000")


def test_variables_of_others_are_left_alone(tmp_path: Path) -> None:
    settings = read(tmp_path, PORT="1", DODAU_TEST_SPEED="fast", DODAU_INSTANCE_PATH="/x")
    assert settings["PORT"] == 5000


def test_the_environment_wins_over_the_file_and_what_is_given_over_both(tmp_path: Path) -> None:
    file, environ = {"PORT": 1, "HOST": "a", "SCHOOL_NAME": "A"}, {"DODAU_PORT": "2", "DODAU_HOST": "b"}
    settings = read_settings(str(tmp_path), file, environ, {"PORT": 3, "TESTING": True})
    assert (settings["PORT"], settings["HOST"], settings["SCHOOL_NAME"]) == (3, "b", "A")


def test_what_nobody_says_has_a_default(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings["DATABASE_URL"] == f"sqlite:///{tmp_path}/school.db"
    assert (settings["HOST"], settings["PORT"], settings["SECURE_COOKIES"]) == ("127.0.0.1", 5000, False)
    assert settings.keys() == SETTINGS.keys()


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", True), ("true", True), ("Yes", True), ("on", True), ("0", False), ("off", False), ("", False)],
)
def test_a_flag_is_read_however_it_is_written(tmp_path: Path, text: str, value: bool) -> None:
    assert read(tmp_path, DODAU_SECURE_COOKIES=text)["SECURE_COOKIES"] is value


@pytest.mark.parametrize(
    ("text", "hosts"), [("", None), ("a.vn", ["a.vn"]), ("a.vn, b.vn,", ["a.vn", "b.vn"]), (["a.vn "], ["a.vn"])]
)
def test_hosts_are_a_list(tmp_path: Path, text: Any, hosts: list[str] | None) -> None:
    assert read(tmp_path, {"TRUSTED_HOSTS": text})["TRUSTED_HOSTS"] == hosts


def test_a_secret_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    key = read_settings(str(folder), {}, {})["SECRET_KEY"]
    assert len(key.encode()) >= 32
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert read_settings(str(folder), {}, {})["SECRET_KEY"] == key
    assert read_settings(str(tmp_path / "other"), {}, {})["SECRET_KEY"] != key


def test_no_key_file_is_made_where_a_key_is_given(tmp_path: Path) -> None:
    assert read(tmp_path, DODAU_SECRET_KEY=SECRET)["SECRET_KEY"] == SECRET
    assert not (tmp_path / "secret_key").exists()


def test_a_key_file_that_was_cut_short_names_itself(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("short\n")
    with pytest.raises(SettingError, match=r"^secret_key: "):
        read(tmp_path)


def test_a_secret_is_not_shown_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(SettingError) as refusal:
        read(tmp_path, {"SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(refusal.value)


def test_the_instance_folder_can_be_moved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DODAU_INSTANCE_PATH", raising=False)
    assert instance_path("/srv/panel") == "/srv/panel/instance"
    monkeypatch.setenv("DODAU_INSTANCE_PATH", str(tmp_path))
    assert instance_path("/srv/panel") == str(tmp_path)
