"""Turns a file into tables of text: checks what it is and how large before anything parses it (security row 11).

Parsing happens in a process of its own, with limits on time and memory where the system has them (not on Windows).
"""

import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

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
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
# The record FILEPASS at the head of an .xls (Excel 97 and later; Excel 5 and 95): calamine says only "cannot detect".
_LOCKED_XLS = re.compile(
    rb"\x09\x08(?:\x10\x00\x00\x06\x05\x00.{12}|\x08\x00\x00\x05\x05\x00.{4})(?:\x86\x00\x00\x00)?\x2f\x00.\x00",
    re.DOTALL,
)
_DOCUMENT = re.compile(r"word/document\d*\.xml")  # Word in the browser counts them
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_SMALL_ENTRY = 64 * 1024  # a blank picture of this size may well pack 200 times
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that office programs write
_SECONDS = 10  # for the child and any file, should its own limit on processor time not end it, and
_SECONDS_A_MEBIBYTE = 2  # more
_MAX_ANSWER = 64 * MEBIBYTE
ENVIRONMENT = ("LD_LIBRARY_PATH", "PATH", "SYSTEMROOT")  # of the child; the last is what Windows cannot do without
_CODE = Path(__file__).parents[2]


def read_file(path: Path) -> list[Table]:
    """The tables of a file; Unreadable with one sentence when it cannot be used."""
    return read(path.name, read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """What stands in a file; Unreadable with one sentence when it cannot be opened or is too large."""
    try:
        if not path.is_file():
            raise Unreadable(NOT_FOUND, name=path.name)
        if path.stat().st_size > MAX_FILE:
            raise Unreadable(TOO_MANY_BYTES, limit=MAX_FILE // MEBIBYTE)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise Unreadable(NOT_OPENED, name=path.name) from error


def read(name: str, data: bytes) -> list[Table]:
    """The tables in `data`, a file called `name`, parsed apart from this process."""
    return _parse_in_child(check(name, data), data)


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
        tables = _parser(kind)(data)
    except (Unreadable, KeyboardInterrupt, SystemExit):
        raise
    except MemoryError as error:
        raise Unreadable(TOO_LARGE) from error
    except BaseException as error:  # a panic in calamine is no Exception
        raise Unreadable(DAMAGED) from error
    if not any(table.rows for table in tables):
        raise Unreadable(EMPTY)
    return tables


def _parser(kind: str) -> Callable[[bytes], list[Table]]:
    """Imported only now: the child needs one of them, and each takes its time and memory."""
    if kind == "text":
        from school.imports.texts import read_csv as read_it
    elif kind == "docx":
        from school.imports.words import read_document as read_it
    else:
        from school.imports.spreadsheets import read_workbook as read_it
    return read_it


def _kind_of(data: bytes) -> str:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data or _LOCKED_XLS.search(data):
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
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:  # before their list is read into memory
        raise Unreadable(TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(archive)
            names = set(archive.namelist())
            if "mimetype" in names and archive.read("mimetype").startswith(_ODS):
                if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                    raise Unreadable(ENCRYPTED)
                return "ods"
    except Unreadable:
        raise
    except Exception as error:  # zipfile's, zlib's, and whatever a broken directory leads to
        raise Unreadable(DAMAGED) from error
    if "xl/workbook.xml" in names:
        return "xlsx"
    return "docx" if any(map(_DOCUMENT.fullmatch, names)) else "other"


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
    if any(entry.compress_type not in _METHODS for entry in entries) or archive.testzip() is not None:
        raise Unreadable(DAMAGED)


def _parse_in_child(kind: str, data: bytes) -> list[Table]:
    # No secrets of ours in a process that handles strangers' files.
    environment = {name: value for name, value in os.environ.items() if name in ENVIRONMENT}
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-X", "utf8", "-m", "school.imports.child", kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_CODE,
        env=environment | {"PYTHONPATH": str(_CODE)},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # of Windows
    ) as child:
        end = threading.Timer(_SECONDS + _SECONDS_A_MEBIBYTE * len(data) / MEBIBYTE, child.kill)
        end.start()
        try:
            answer = _ask(child, data)
        finally:
            end.cancel()
    if child.returncode == -getattr(signal, "SIGABRT", 0):  # how calamine takes it when memory is refused
        raise Unreadable(TOO_LARGE)
    if child.returncode != 0:
        raise Unreadable(TOO_SLOW)
    return from_json(answer)


def _ask(child: "subprocess.Popen[bytes]", data: bytes) -> bytes:
    """The child's answer to the file. It reads all of it before it writes anything, so neither waits for the other."""
    assert child.stdin is not None
    assert child.stdout is not None
    with suppress(OSError):  # a child that has ended already
        child.stdin.write(data)
    with suppress(OSError):
        child.stdin.close()
    answer = child.stdout.read(_MAX_ANSWER + 1)
    if len(answer) > _MAX_ANSWER:  # more than any tables within the limits
        child.kill()
    child.wait()
    return answer


def to_json(tables: list[Table]) -> bytes:
    """The tables as the child hands them over: JSON, since a parser that was taken over must not send objects."""
    answer = [[table.name, [[row.number, row.cells] for row in table.rows], sorted(table.unsaved)] for table in tables]
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def from_json(text: bytes) -> list[Table]:
    """What `to_json` wrote, or the Unreadable that the child met."""
    answer: Any = json.loads(text)
    if isinstance(answer, dict):
        raise Unreadable(answer["refused"], **answer["params"])
    once: dict[str, str] = {}  # a long list says "Kinh" and "10A1" thousands of times
    return [
        Table(
            name,
            tuple(Row(number, tuple(once.setdefault(cell, cell) for cell in cells)) for number, cells in rows),
            frozenset((row, column) for row, column in unsaved),
        )
        for name, rows, unsaved in answer
    ]
