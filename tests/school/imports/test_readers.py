"""Files of every kind become the same tables, and none can hurt the panel."""

import io
import os
import subprocess
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from school.imports import readers
from school.imports.readers import NOT_A_LIST, NOT_FOUND, TOO_MANY_BYTES, TOO_SLOW, check, parse, read, read_file
from school.imports.tables import DAMAGED, EMPTY, ENCRYPTED, MAX_FILE, TOO_LARGE, Unreadable, build_table
from tests.school.imports.conftest import SAMPLES, word, xlsx

EXAMPLES = int(os.environ.get("IMPORT_EXAMPLES", "40"))  # 10000 for the long run
CELLS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=6)
modest = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(name, data)
    return caught.value.msgid


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("danh-sach-can-bo-giao-vien.xlsx", 60),
        ("danh-sach-hoc-sinh.xlsx", 347),
        ("ket-qua-hoc-ky-1.csv", 343),
        ("phan-cong-ho-tro-2025-2026.docx", 6),
    ],
)
def test_the_samples_are_read_in_a_process_apart(name: str, rows: int) -> None:
    (table,) = read_file(SAMPLES / name)
    assert len(table.rows) == rows


def test_a_process_apart_and_this_one_read_alike() -> None:
    data = (SAMPLES / "danh-sach-hoc-sinh.xlsx").read_bytes()
    assert read("a.xlsx", data) == parse("xlsx", data)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="khong-co") as caught:
        read_file(tmp_path / "khong-co.xlsx")
    assert caught.value.msgid == NOT_FOUND


def test_other_kinds_of_file_are_refused() -> None:
    assert refusal("anh.png", b"\x89PNG") == NOT_A_LIST


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "to.csv"
    with path.open("wb") as file:
        file.truncate(MAX_FILE + 1)
    with pytest.raises(Unreadable) as caught:
        read_file(path)
    assert caught.value.msgid == TOO_MANY_BYTES


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods", "a.csv", "a.docx"])
@pytest.mark.parametrize("data", [b"", b"\n\n  \n", b"\xef\xbb\xbf"])
def test_an_empty_file_says_so(name: str, data: bytes) -> None:
    assert refusal(name, data) == EMPTY


def test_a_workbook_without_rows_says_so() -> None:
    assert refusal("a.xlsx", xlsx([])) == EMPTY
    assert refusal("a.docx", word([["", ""]])) == EMPTY


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b"plain text"),
        ("a.csv", xlsx([["a"]])),
        ("a.docx", xlsx([["a"]])),
        ("a.xlsx", word([["a"]])),
        ("a.xls", b"<html><table><tr><td>a</td></tr></table></html>"),
        ("a.csv", b"%PDF-1.7"),
    ],
)
def test_a_misnamed_file_is_refused(name: str, data: bytes) -> None:
    assert refusal(name, data) == readers.MISNAMED


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.99])
def test_a_truncated_file_is_damaged(keep: float) -> None:
    data = xlsx([["Mã", "Họ và tên"], ["1", "An"]])
    assert refusal("a.xlsx", data[: int(len(data) * keep)]) == DAMAGED


def test_a_password_is_named() -> None:
    locked = readers._OLE + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500
    assert refusal("a.xlsx", locked) == ENCRYPTED


def test_a_locked_archive_is_named() -> None:
    data = bytearray(xlsx([["a"]]))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    assert refusal("a.xlsx", bytes(data)) == ENCRYPTED


def archive(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/workbook.xml": b"0" * 20_000_000},
        {f"xl/{n}.xml": os.urandom(10) for n in range(201)},
        {f"xl/{n}.xml": (b"%d " % n) * 4_000_000 for n in range(5)},
    ],
    ids=["ratio", "entries", "size"],
)
def test_a_bomb_is_refused_before_it_is_unpacked(parts: dict[str, bytes]) -> None:
    data, start = archive(parts), time.monotonic()
    with pytest.raises(Unreadable) as caught:
        check("a.xlsx", data)
    assert caught.value.msgid == TOO_LARGE
    assert time.monotonic() - start < 2


def test_an_archive_that_lies_about_sizes_is_damaged() -> None:
    data = bytearray(archive({"xl/workbook.xml": b"0" * 200_000}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(Unreadable) as caught:
        check("a.xlsx", bytes(data))
    assert caught.value.msgid == DAMAGED


def test_a_cell_far_away_costs_no_memory_of_ours() -> None:
    far = xlsx([["a"]], lambda _, sheet: sheet.write(1_048_575, 16_383, "b"))
    assert refusal("a.xlsx", far) in (TOO_SLOW, TOO_LARGE)


def test_too_many_rows_are_refused() -> None:
    assert refusal("a.csv", b"a\n" * 50_001) == TOO_LARGE


def test_too_many_columns_are_refused() -> None:
    assert refusal("a.csv", b";".join([b"a"] * 300)) == TOO_LARGE


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("child", 1)

    monkeypatch.setattr(subprocess, "run", late)
    assert refusal("a.csv", b"a;b") == TOO_SLOW


def test_without_child_processes_it_parses_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "CAN_LIMIT", False)
    monkeypatch.setattr(subprocess, "run", None)
    (table,) = readers.read("a.csv", b"a;b\nc;d")
    assert [row.cells for row in table.rows] == [("a", "b"), ("c", "d")]


@modest
@given(st.binary(max_size=300))
@pytest.mark.parametrize("kind", ["xlsx", "ole", "ods", "text", "docx"])
def test_no_bytes_whatever_upset_a_parser(kind: str, data: bytes) -> None:
    try:
        parse(kind, data)
    except Unreadable as error:
        assert str(error)


@modest
@given(st.data())
@pytest.mark.parametrize(
    "sample", ["danh-sach-hoc-sinh.xlsx", "ket-qua-hoc-ky-1.csv", "phan-cong-ho-tro-2025-2026.docx"]
)
def test_no_damage_to_a_file_upsets_a_parser(sample: str, data: st.DataObject) -> None:
    whole = bytearray((SAMPLES / sample).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    kind = readers.KINDS[Path(sample).suffix]
    try:
        check(sample, bytes(whole))
        parse(kind, bytes(whole))
    except Unreadable as error:
        assert str(error)


@modest
@given(TABLES)
def test_a_workbook_gives_back_what_was_written(rows: list[list[str]]) -> None:
    assert_same("xlsx", xlsx(rows), rows)


@modest
@given(TABLES)
def test_a_word_table_gives_back_what_was_written(rows: list[list[str]]) -> None:
    width = max(map(len, rows))
    even = [[readers_text(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    assert_same("docx", word(even), even)


def readers_text(text: str) -> str:
    """What python-docx can write: control characters it refuses, and it splits text at tabs and breaks."""
    return "".join(letter for letter in text if letter.isprintable())


def assert_same(kind: str, data: bytes, rows: list[list[str]]) -> None:
    wanted = build_table("", enumerate(rows, 1)).rows
    try:
        (table,) = parse(kind, data)
    except Unreadable as error:
        assert error.msgid == EMPTY
        assert not wanted
    else:
        assert [(row.number, [" ".join(cell.split()) for cell in row.cells]) for row in table.rows] == [
            (row.number, [" ".join(cell.split()) for cell in row.cells]) for row in wanted
        ]
