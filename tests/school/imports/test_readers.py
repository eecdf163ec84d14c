"""Files of every kind become the same tables, and none can hurt the panel."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from school.imports import child, readers
from school.imports.readers import NOT_FOUND, TOO_SLOW, from_json, parse, read, read_file, to_json
from school.imports.tables import EMPTY, TOO_LARGE, Row, Table, Unreadable, build_table
from tests.school.imports.bad_files import archive, unpacked
from tests.school.imports.conftest import SAMPLES, Rows, word, xlsx

EXAMPLES = int(os.environ.get("IMPORT_EXAMPLES", "40"))  # 10000 for the long run
CELLS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=6)
modest = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def workbook(sheets: dict[str, Rows]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)
    return buffer.getvalue()


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


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods", "a.csv", "a.docx"])
@pytest.mark.parametrize("data", [b"", b"\n\n  \n", b"\xef\xbb\xbf"])
def test_an_empty_file_says_so(name: str, data: bytes) -> None:
    assert refusal(name, data) == EMPTY


def test_a_workbook_without_rows_says_so() -> None:
    assert refusal("a.xlsx", xlsx([])) == EMPTY
    assert refusal("a.docx", word([["", ""]])) == EMPTY


def test_too_many_rows_are_refused() -> None:
    assert refusal("a.csv", b"a\n" * 50_001) == TOO_LARGE


def test_too_many_columns_are_refused() -> None:
    assert refusal("a.csv", b";".join([b"a"] * 300)) == TOO_LARGE


@pytest.mark.parametrize("rows", [50_000, 50_001])
def test_all_tables_of_a_file_together_are_capped(rows: int) -> None:
    half = rows // 2
    data = workbook({"Một": [["a"]] * half, "Hai": [["a"]] * (rows - half)})
    if rows == 50_000:
        assert [len(table.rows) for table in parse("xlsx", data)] == [half, half]
    else:
        assert refusal("a.xlsx", data) == TOO_LARGE


def stub(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Put this Python code in the child's place."""
    popen = subprocess.Popen

    def other(_command: object, **options: object) -> subprocess.Popen[bytes]:
        return popen([sys.executable, "-c", code], **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(subprocess, "Popen", other)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("import time; time.sleep(60)", TOO_SLOW),
        ("import sys; sys.stdin.buffer.read(); sys.exit(1)", TOO_SLOW),
        ("while True: print('a' * 100_000)", TOO_SLOW),
        pytest.param(
            "import os, sys; sys.stdin.buffer.read(); os.abort()",
            TOO_LARGE,
            marks=pytest.mark.skipif(sys.platform == "win32", reason="signals are of Unix"),
        ),
    ],
    ids=["sleeps", "fails", "never stops answering", "is out of memory"],
)
def test_a_child_that_does_not_answer_is_a_refusal(monkeypatch: pytest.MonkeyPatch, code: str, sentence: str) -> None:
    monkeypatch.setattr(readers, "_SECONDS", 3)
    stub(monkeypatch, code)
    assert refusal("a.csv", b"a;b" * 100_000) == sentence


def test_the_child_knows_no_secrets_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DODAU_SECRET_KEY", "bí mật")
    stub(monkeypatch, "import os, json; print(json.dumps([[' '.join(os.environ), [[1, ['a']]], []]]))")
    (table,) = read("a.csv", b"a;b")
    assert "PYTHONPATH" in table.name
    assert "DODAU_SECRET_KEY" not in table.name


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited as Linux does it")
def test_the_child_is_limited_before_it_sees_a_byte() -> None:
    code = (
        "import sys, resource as r; from school.imports import child;"
        "limits = lambda *_: sys.exit(str(r.getrlimit(r.RLIMIT_AS) + r.getrlimit(r.RLIMIT_CPU)));"
        "child.parse = limits; child.main('text')"
    )
    done = subprocess.run([sys.executable, "-c", code], input=b"a", capture_output=True, check=False)
    assert done.stderr.decode().strip() == f"{(child.MEMORY, child.MEMORY, child.SECONDS, child.SECONDS)}"


def test_what_the_child_hands_over_comes_back_as_it_was() -> None:
    tables = [Table("Đạt", (Row(3, ("a", "“b”\n", "")), Row(7, ("a",))), frozenset({(3, 1)})), Table("", ())]
    assert from_json(to_json(tables)) == tables


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


def test_a_strict_workbook_is_read_too() -> None:
    strict = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
    }
    parts = unpacked(xlsx([["Mã HS"]], lambda _, sheet: sheet.write_formula(0, 1, "=1+1", None, "")))
    for name, text in parts.items():
        for usual, other in strict.items():
            text = text.replace(usual, other)
        parts[name] = text
    (table,) = read("a.xlsx", archive(parts))
    assert table.rows[0].cells == ("Mã HS",)
    assert table.unsaved == {(1, 1)}


def test_a_document_of_word_in_the_browser_is_read() -> None:
    parts = unpacked(word([["Mã HS"]]))
    moved = {name.replace("document.xml", "document2.xml"): text for name, text in parts.items()}
    renamed = {name: text.replace(b"word/document.xml", b"word/document2.xml") for name, text in moved.items()}
    (table,) = read("a.docx", archive(renamed))
    assert table.rows[0].cells == ("Mã HS",)
