"""CSV in the encodings and with the delimiters that schools have."""

import csv
import io
import os
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from school.imports.tables import Unreadable, build_table
from school.imports.texts import BROKEN_QUOTES, UNKNOWN_LETTERS, decode, find_delimiter, read_csv
from school.names import clean
from tests.school.imports.bad_files import old_letters

TEXT = "Mã HS;Họ và tên;Lớp\nHS1;Nguyễn Văn Đạt;10A1\nHS2;H'Linh Niê;10A2\n"
ROWS = [("Mã HS", "Họ và tên", "Lớp"), ("HS1", "Nguyễn Văn Đạt", "10A1"), ("HS2", "H'Linh Niê", "10A2")]
EXAMPLES = int(os.environ.get("IMPORT_EXAMPLES", "200"))


def windows_1258(text: str) -> bytes:
    """As Windows writes it: vowels with their hats, tones as marks of their own."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    parts = []
    for letter in text:
        try:
            parts.append(letter.encode("cp1258"))
        except UnicodeEncodeError:
            bare = unicodedata.normalize("NFD", letter)
            tone = next(mark for mark in bare if mark in tones)
            parts.append(unicodedata.normalize("NFC", bare.replace(tone, "")).encode("cp1258") + tone.encode("cp1258"))
    return b"".join(parts)


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        windows_1258(TEXT),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-le", "utf-16-be", "windows-1258"],
)
def test_every_encoding_gives_the_same_rows(data: bytes) -> None:
    (table,) = read_csv(data)
    assert [row.cells for row in table.rows] == ROWS


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_delimiter_is_found_below_a_title(delimiter: str) -> None:
    text = "DANH SÁCH HỌC SINH, LỚP 10; NĂM HỌC 2025-2026\n\n" + TEXT.replace(";", delimiter)
    assert find_delimiter(text) == delimiter


def test_a_record_over_several_lines_is_one_row() -> None:
    (table,) = read_csv('a;"một\nhai"\n\nb;c\n'.encode())
    assert [(row.number, row.cells) for row in table.rows] == [(1, ("a", "một\nhai")), (3, ("b", "c"))]


def test_the_line_for_excel_is_obeyed_and_not_counted() -> None:
    (table,) = read_csv(b"sep=;\r\na,1;b\r\n")
    assert [(row.number, row.cells) for row in table.rows] == [(1, ("a,1", "b"))]


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5", "@x", "'=1"])
def test_the_apostrophe_of_our_exports_comes_off(text: str) -> None:
    (table,) = read_csv(f"'{text};'thường".encode())
    assert table.rows[0].cells == (text, "'thường")


@pytest.mark.parametrize("data", [b"\x00\x01\x02\x03\x04\x05", bytes(range(256)), b"\xff\xfea", b"abc\x00def"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        decode(data)
    assert caught.value.msgid == UNKNOWN_LETTERS


def test_a_quote_that_never_ends_is_told() -> None:
    with pytest.raises(Unreadable) as caught:
        read_csv(b'a;b\n"' + b"x;y\n" * 50_000)
    assert caught.value.msgid == BROKEN_QUOTES


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc"))), min_size=2, max_size=4), min_size=1),
    st.sampled_from(",;\t"),
)
def test_what_was_written_is_read(rows: list[list[str]], delimiter: str) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    width = max(map(len, rows))
    even = [row + ["x"] * (width - len(row)) for row in rows]
    writer.writerows([[guarded(cell) for cell in row] for row in even])
    (table,) = read_csv(b"sep=" + delimiter.encode() + b"\r\n" + buffer.getvalue().encode())
    assert table.rows == build_table("", enumerate(even, 1)).rows
    assert all(clean(cell) == cell for row in table.rows for cell in row.cells)


def guarded(text: str) -> str:
    """As our exports guard a cell; the same again before one that looks guarded."""
    return f"'{text}" if text.lstrip("'")[:1] in tuple("=+-@") else text


def test_zeros_that_were_kept_for_excel_stay() -> None:
    (table,) = read_csv(b'="0304220354";"=""007""";\'="x";=1+1')
    assert table.rows[0].cells == ("0304220354", "007", '="x"', "=1+1")


@pytest.mark.parametrize("text", ["\x1a", "a\x0b", "\x01"])
def test_a_control_character_that_strayed_in_is_taken_out(text: str) -> None:
    (table,) = read_csv((TEXT + f"HS3;An{text};10A1\n").encode())
    assert table.rows[3].cells == ("HS3", clean(f"An{text}"), "10A1")
    assert table.rows[3].cells[1] in ("An", "Ana")


def test_the_end_of_a_dos_file_is_no_row() -> None:
    (table,) = read_csv((TEXT + "\x1a").encode())
    assert [row.cells for row in table.rows] == ROWS


VNI = {
    "ễ": "eã",
    "ị": "ò",
    "ồ": "oà",
    "Đ": "Ñ",
    "à": "aø",
    "ầ": "aà",
    "ă": "aê",
    "ì": "ì",
    "ạ": "aï",
    "ư": "ö",
    "ớ": "ôù",
    "ã": "aõ",
    "ọ": "oï",
}


def test_letters_of_old_fonts_are_told() -> None:
    text = "Mã HS;Họ và tên;Lớp\nHS1;Nguyễn Thị Hồng Đào;10A1\nHS2;Trần Văn Bình Đạt;10A2\nHS3;Đào Thị Hạnh;10A2\n"
    written = "".join(VNI.get(letter, letter) for letter in text).encode("cp1252")
    for data in (written, old_letters(), TEXT.encode() + b"\xe1;\xff\n"):
        with pytest.raises(Unreadable) as caught:
            decode(data)
        assert caught.value.msgid == UNKNOWN_LETTERS


def test_a_few_letters_of_others_do_no_harm() -> None:
    data = windows_1258(TEXT * 5) + b"HS9;Fran\xe7ois Mu\xf1oz;10A1\n"
    (table,) = read_csv(data)
    assert table.rows[-1].cells == ("HS9", "François Muñoz", "10A1")
