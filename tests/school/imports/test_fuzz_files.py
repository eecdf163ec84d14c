"""Ten thousand files a format (`make fuzz-files`), here a few of them: each is read, or refused with a sentence."""

import csv
import io
import os
import sys
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from school.imports.readers import check, parse, read
from school.imports.tables import Unreadable, build_table
from tests.school.imports.apart import Apart
from tests.school.imports.bad_files import ROWS
from tests.school.imports.conftest import SAMPLES, xlsx
from tests.school.imports.strange_files import (
    damage,
    damage_archive,
    docx_files,
    ods_files,
    small_document,
    xlsx_files,
)
from tests.school.imports.test_texts import windows_1258

EXAMPLES = int(os.environ.get("FUZZ_FILES", "50"))
many = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
few = settings(many, max_examples=max(EXAMPLES // 100, 3))
LIBREOFFICE = SAMPLES / "libreoffice"
STRANGE = {"a.xlsx": xlsx_files(), "a.ods": ods_files(), "a.docx": docx_files()}
WHOLE = {
    "a.xlsx": [xlsx(ROWS), (LIBREOFFICE / "le.xlsx").read_bytes()],
    "a.xls": [(LIBREOFFICE / "le.xls").read_bytes()],
    "a.ods": [(LIBREOFFICE / "le.ods").read_bytes()],
    "a.docx": [small_document()],
    "a.csv": ["Mã HS;Họ và tên;Lớp\nHS1;“Đạt”;10A1\n".encode(code) for code in ("utf-8-sig", "utf-16", "utf-16-be")]
    + [windows_1258("Mã HS;Họ và tên;Lớp\nHS1;Nguyễn Thị Hồng Đào;10A1\n"), b'"a","b\n""c"\n\n,;\t\n'],
}


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs limits on memory and time")


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    """Where the strange files are parsed."""
    process = Apart()
    yield process
    process.end()


def read_or_told(apart: Apart, name: str, data: bytes) -> str:
    """What the panel says to the file, "" when it is read."""
    try:
        kind = check(name, data)
    except Unreadable as error:
        assert str(error)
        return error.msgid
    return apart.parse(kind, data)


ENOUGH = 1000


def show(name: str, told: Counter[str]) -> None:
    """How often a file was read, and how often refused with which sentence: `-s` prints it."""
    sys.stderr.write(f"\n{name}: {told.total()} files\n")
    for sentence, times in told.most_common():
        sys.stderr.write(f"{times:8} {sentence[:60] or 'read'}\n")


def check_share_read(told: Counter[str], one_in: int) -> None:
    """Files that nobody can read show little. Of a few files the share is left to chance: it is asked of many."""
    assert told.total() < ENOUGH or told[""] > told.total() / one_in


@pytest.mark.parametrize("name", STRANGE)
def test_whatever_stands_in_a_file_it_is_read_or_told(apart: Apart, name: str) -> None:
    told: Counter[str] = Counter()

    @many
    @given(STRANGE[name])
    def run(data: bytes) -> None:
        told[read_or_told(apart, name, data)] += 1

    run()
    show(name, told)
    check_share_read(told, 10)


@pytest.mark.parametrize("name", WHOLE)
def test_whatever_damage_a_file_has_it_is_read_or_told(apart: Apart, name: str) -> None:
    change = damage if name in ("a.xls", "a.csv") else damage_archive
    told: Counter[str] = Counter()

    @many
    @given(st.sampled_from(WHOLE[name]), st.integers(0, 2**64))
    def run(whole: bytes, seed: int) -> None:
        told[read_or_told(apart, name, change(whole, Random(seed)))] += 1

    run()
    show(f"damaged {name}", told)
    check_share_read(told, 20)


@pytest.mark.parametrize("name", WHOLE)
def test_the_panel_s_own_way_of_reading_is_no_other(name: str) -> None:
    @few
    @given(st.sampled_from(WHOLE[name]), st.integers(0, 2**64))
    def run(whole: bytes, seed: int) -> None:
        data = damage(whole, Random(seed)) if seed % 2 else whole
        try:
            read(name, data)
        except Unreadable as error:
            assert str(error)

    run()


VIETNAMESE = st.text(
    "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộúùủũụứừửữựýỳỷỹỵ -.,()07", max_size=20
)
ANY = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), max_size=20)
ENCODINGS = {
    "utf-8": (ANY, lambda text: text.encode()),
    "utf-8 with a mark": (ANY, lambda text: text.encode("utf-8-sig")),
    "utf-16 with a mark": (ANY, lambda text: text.encode("utf-16")),
    "utf-16, great end first": (ANY, lambda text: b"\xfe\xff" + text.encode("utf-16-be")),
    "utf-16 without a mark": (VIETNAMESE, lambda text: text.encode("utf-16-le")),
    "windows-1258": (VIETNAMESE, windows_1258),
}
HEADER = ["Mã HS", "Họ và tên", "Lớp", "Địa chỉ"]


@pytest.mark.parametrize("delimiter", ",;\t", ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_list_as_csv_comes_back_as_it_was(encoding: str, delimiter: str) -> None:
    cells, encode = ENCODINGS[encoding]

    @settings(many, max_examples=max(EXAMPLES // 3, 10))
    @given(st.lists(st.tuples(cells, cells, cells, cells), min_size=1, max_size=5))
    def run(rows: list[tuple[str, ...]]) -> None:
        written = [HEADER, *([cell.lstrip("'=+-@") for cell in row] for row in rows)]
        buffer = io.StringIO(newline="")
        csv.writer(buffer, delimiter=delimiter).writerows(written)
        (table,) = parse("text", encode(buffer.getvalue()))
        expected = build_table("", enumerate(written, 1))
        assert [row.cells for row in table.rows] == [row.cells for row in expected.rows]

    run()
