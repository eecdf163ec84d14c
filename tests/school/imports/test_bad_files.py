"""Whatever file is brought, the panel answers with one sentence, soon and in little memory."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from school.imports import readers
from school.imports.readers import check, parse
from school.imports.tables import DAMAGED, MAX_FILE, Unreadable
from tests.school.imports.bad_files import BAD, LOCKED, ROWS, Bad, ods, row, table, write
from tests.school.imports.bad_files import cell as ods_cell
from tests.school.imports.conftest import SAMPLES, word, xlsx

ROOT = Path(__file__).parents[3]
MEMORY = 256  # MiB, this process and the child's each
SECONDS = 20  # two on a machine with nothing else to do: `make bench` asks for those


def read_apart(path: Path) -> dict[str, Any]:
    command = [sys.executable, "-X", "utf8", "-m", "tests.school.imports.reading_apart", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited and measured as Linux does it")
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_told_in_one_sentence_soon_and_in_little_memory(bad: Bad, tmp_path: Path) -> None:
    told = read_apart(write(tmp_path, bad))
    assert told["sentence"] == bad.sentence or not bad.sentence
    assert told["child"] < MEMORY
    assert told["own"] < MEMORY
    assert told["seconds"] < SECONDS


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", xlsx(ROWS)),
        ("a.docx", word(ROWS)),
        ("a.ods", ods(table(row(ods_cell())))),
        ("a.xlsx", (SAMPLES / "locked/khoa.xlsx").read_bytes()),
        ("a.xls", (SAMPLES / "libreoffice/le.xls").read_bytes()),
        ("a.ods", (SAMPLES / "libreoffice/le.ods").read_bytes()),
    ],
    ids=["xlsx", "docx", "ods", "locked", "xls", "ods of LibreOffice"],
)
def test_a_file_cut_off_anywhere_is_told(name: str, data: bytes) -> None:
    step = max(len(data) // 300, 1)
    for end in [*range(1, len(data) - 1, step), len(data) - 1]:
        try:
            parse(check(name, data[:end]), data[:end])
        except Unreadable as error:
            assert str(error)
        else:
            assert name == "a.xls", "an archive without its end is no archive"


def test_an_archive_cut_off_is_damaged() -> None:
    data = xlsx(ROWS)
    for end in (4, 30, len(data) // 2, len(data) - 23, len(data) - 1):
        with pytest.raises(Unreadable) as caught:
            check("a.xlsx", data[:end])
        assert caught.value.msgid == DAMAGED


def test_what_the_password_is_on_is_said_before_anything_is_parsed() -> None:
    for bad in LOCKED.values():
        with pytest.raises(Unreadable, match="mật khẩu"):
            check(bad.name, bad.make())


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "to.csv"
    with path.open("wb") as file:
        file.truncate(MAX_FILE + 1)
    with pytest.raises(Unreadable) as caught:
        readers.read_file(path)
    assert caught.value.msgid == readers.TOO_MANY_BYTES
