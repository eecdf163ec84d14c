"""Turns a file into tables of text: checks what it is and how large before anything parses it (security row 11).

Parsing happens in a process of its own with limits on time and memory; where the system has none (Windows), here.
"""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from school.imports import spreadsheets, texts, words
from school.imports.tables import (
    DAMAGED,
    EMPTY,
    ENCRYPTED,
    MAX_ENTRIES,
    MAX_FILE,
    MAX_RATIO,
    MAX_UNPACKED,
    MEBIBYTE,
    TOO_LARGE,
    Row,
    Table,
    Unreadable,
)
from school.vocabulary import N_

NOT_FOUND = N_("Không tìm thấy tệp “%(name)s”; thầy cô kiểm tra lại tên và thư mục.")
NOT_OPENED = N_("Không mở được tệp “%(name)s”; thầy cô kiểm tra quyền đọc, hoặc đóng tệp trong Excel rồi thử lại.")
TOO_MANY_BYTES = N_("Tệp lớn hơn %(limit)s MB; thầy cô chép riêng phần danh sách sang một tệp mới rồi nhập lại.")
NOT_A_LIST = N_("Chỉ nhận tệp .xlsx, .xls, .ods, .csv hoặc .docx; thầy cô lưu danh sách thành một trong các loại đó.")
MISNAMED = N_("Tệp có đuôi %(suffix)s nhưng bên trong là loại khác; thầy cô mở tệp rồi lưu lại thành .xlsx.")
TOO_SLOW = N_("Tệp cần quá nhiều thời gian hoặc bộ nhớ để đọc; thầy cô chép riêng phần danh sách sang một tệp mới.")

KINDS = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "ole",
    ".ods": "ods",
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".docx": "docx",
}
_PARSERS: dict[str, Callable[[bytes], list[Table]]] = {
    "xlsx": spreadsheets.read_workbook,
    "ole": spreadsheets.read_workbook,
    "ods": spreadsheets.read_workbook,
    "text": texts.read_csv,
    "docx": words.read_document,
}
CAN_LIMIT = find_spec("resource") is not None  # of Unix only
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_SMALL_ENTRY = 64 * 1024  # a blank picture of this size may well pack 200 times
_SECONDS = 20  # for the child, should its own limit on processor time not end it
_CODE = Path(__file__).parents[2]


def read_file(path: Path) -> list[Table]:
    """The tables of a file; Unreadable with one sentence when it cannot be used."""
    try:
        if not path.is_file():
            raise Unreadable(NOT_FOUND, name=path.name)
        if path.stat().st_size > MAX_FILE:
            raise Unreadable(TOO_MANY_BYTES, limit=MAX_FILE // MEBIBYTE)
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise Unreadable(NOT_OPENED, name=path.name) from error
    return read(path.name, data)


def read(name: str, data: bytes) -> list[Table]:
    """The tables in `data`, a file called `name`, parsed apart from this process."""
    kind = check(name, data)
    return _parse_in_child(kind, data) if CAN_LIMIT else parse(kind, data)


def check(name: str, data: bytes) -> str:
    """What kind of file it is; Unreadable before anything is unpacked into memory."""
    suffix = Path(name).suffix.lower()
    if suffix not in KINDS:
        raise Unreadable(NOT_A_LIST)
    if len(data) > MAX_FILE:
        raise Unreadable(TOO_MANY_BYTES, limit=MAX_FILE // MEBIBYTE)
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Unreadable(EMPTY)
    found = _kind_of(data)
    if found != KINDS[suffix]:
        raise Unreadable(MISNAMED, suffix=suffix)
    return found


def parse(kind: str, data: bytes) -> list[Table]:
    """The tables, parsed here and now; Unreadable whatever goes wrong inside a parser."""
    try:
        tables = _PARSERS[kind](data)
    except (Unreadable, KeyboardInterrupt, SystemExit):
        raise
    except MemoryError as error:
        raise Unreadable(TOO_LARGE) from error
    except BaseException as error:  # a panic in calamine is no Exception
        raise Unreadable(DAMAGED) from error
    if not any(table.rows for table in tables):
        raise Unreadable(EMPTY)
    return tables


def _kind_of(data: bytes) -> str:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable(ENCRYPTED)
        return "ole"
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_archive(data)
    if data.startswith((b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"PK\x05\x06")) or _is_markup(data):
        return "other"
    return "text"


def _is_markup(data: bytes) -> bool:
    """School software likes to call a web page .xls."""
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<style", b"<head"))


def _kind_of_archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(archive)
            names = set(archive.namelist())
            if "mimetype" in names and archive.read("mimetype").startswith(
                b"application/vnd.oasis.opendocument.spread"
            ):
                return "ods"
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Unreadable(DAMAGED) from error
    except Unreadable:
        raise
    except Exception as error:  # zlib's and lzma's own errors
        raise Unreadable(DAMAGED) from error
    if "xl/workbook.xml" in names:
        return "xlsx"
    return "docx" if "word/document.xml" in names else "other"


def _check_entries(archive: zipfile.ZipFile) -> None:
    """Refuse bombs by what the directory claims, then make sure that it does not lie: reading checks size and sum."""
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(ENCRYPTED)
    swollen = (
        entry.file_size > _SMALL_ENTRY and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED or any(swollen):
        raise Unreadable(TOO_LARGE)
    if archive.testzip() is not None:
        raise Unreadable(DAMAGED)


def _parse_in_child(kind: str, data: bytes) -> list[Table]:
    # No secrets of ours in a process that handles strangers' files.
    environment = {name: value for name, value in os.environ.items() if name in ("LD_LIBRARY_PATH", "PATH")}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-X", "utf8", "-m", "school.imports.child", kind],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_CODE,
            env=environment | {"PYTHONPATH": str(_CODE)},
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(TOO_SLOW) from error
    if done.returncode != 0:
        raise Unreadable(TOO_SLOW)
    return from_json(done.stdout)


def to_json(tables: list[Table]) -> str:
    """The tables as the child hands them over: JSON, since a parser that was taken over must not send objects."""
    return json.dumps(
        [[table.name, [[row.number, row.cells] for row in table.rows], sorted(table.unsaved)] for table in tables]
    )


def from_json(text: bytes) -> list[Table]:
    """What `to_json` wrote, or the Unreadable that the child met."""
    answer: Any = json.loads(text)
    if isinstance(answer, dict):
        raise Unreadable(answer["refused"], **answer["params"])
    return [
        Table(
            name,
            tuple(Row(number, tuple(cells)) for number, cells in rows),
            frozenset((row, column) for row, column in unsaved),
        )
        for name, rows, unsaved in answer
    ]
