"""Files that nobody should be able to hurt the panel with, each made anew: bombs, lies, locks and damage.

`BAD` names each, makes it, and says with which sentence it is refused; "" where it may also be read.
"""

import io
import secrets
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from school.imports import readers, texts
from school.imports.spreadsheets import ALL_HIDDEN
from school.imports.tables import DAMAGED, EMPTY, ENCRYPTED, TOO_LARGE
from school.imports.workbook_xml import NOT_CALCULATED
from tests.school.imports.conftest import SAMPLES, word, xlsx

SHEET, DOCUMENT = "xl/worksheets/sheet1.xml", "word/document.xml"
XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ROWS = [["Mã HS", "Họ và tên", "Lớp"], ["HS1", "Trần Văn Đạt", "10A1"]]
# Ten to the ninth of them, once all is expanded; and one long text many times.
LAUGHS = b"<!DOCTYPE x [<!ENTITY a0 'ha'>%s]>" % b"".join(
    b"<!ENTITY a%d '%s'>" % (level + 1, b"&a%d;" % level * 10) for level in range(9)
)
LONG_LAUGH = b"<!DOCTYPE x [<!ENTITY a9 '%s'>]>" % secrets.token_hex(30_000).encode()
OUTSIDE = b"<!DOCTYPE x [<!ENTITY a9 SYSTEM 'file:///etc/passwd'>]>"


def archive(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return buffer.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        return {name: old.read(name) for name in old.namelist()}


@cache
def book() -> dict[str, bytes]:
    return unpacked(xlsx(ROWS))


@cache
def document() -> dict[str, bytes]:
    return unpacked(word(ROWS))


def with_sheet(rows: bytes, head: bytes = b"", tail: bytes = b"") -> bytes:
    """A workbook whose sheet holds this XML."""
    xml = XML + head + b'<worksheet xmlns="%s"><sheetData>%s</sheetData>%s</worksheet>' % (MAIN, rows, tail)
    return archive(book() | {SHEET: xml})


def with_body(body: bytes, head: bytes = b"") -> bytes:
    """A Word document whose body is this XML."""
    return archive(document() | {DOCUMENT: XML + head + b"<w:document %s><w:body>%s</w:body></w:document>" % (W, body)})


def ods(tables: str, head: str = "") -> bytes:
    """An OpenDocument spreadsheet of these tables."""
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    content = f"<office:document-content {spaces}><office:body><office:spreadsheet>{tables}"
    content += "</office:spreadsheet></office:body></office:document-content>"
    return archive(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f'<?xml version="1.0"?>{head}{content}'.encode(),
            "META-INF/manifest.xml": b"<manifest/>",
        }
    )


def table(rows: str) -> str:
    return f'<table:table table:name="Danh sách">{rows}</table:table>'


def row(cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'


def cell(text: str = "a", times: int = 1) -> str:
    repeated = f'table:number-columns-repeated="{times}"'
    return f'<table:table-cell office:value-type="string" {repeated}><text:p>{text}</text:p></table:table-cell>'


EMPTY_CELL = "<table:table-cell/>"


def noise(count: int) -> Iterable[bytes]:
    """Texts that cannot be packed small: what packs a hundred times is refused before it is opened."""
    return (secrets.token_hex(4).encode() for _ in range(count))


def paragraphs(count: int) -> bytes:
    return b"".join(b'<w:p w:rsidR="%s"><w:r><w:t>a</w:t></w:r></w:p>' % text for text in noise(count))


def word_rows(count: int, cells: bytes) -> bytes:
    rows = b"".join(b'<w:tr w:rsidR="%s">%s</w:tr>' % (text, cells) for text in noise(count))
    return b"<w:tbl>%s</w:tbl>" % rows


def empty_rows(first: int, last: int) -> bytes:
    return b"".join(b'<row r="%d"/>' % number for number in range(first, last + 1))


def one(place: bytes) -> bytes:
    return b'<row r="%s"><c r="%s"><v>1</v></c></row>' % (place.lstrip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"), place)


def shared_strings(texts: bytes, rows: int = 1, columns: int = 1) -> bytes:
    """A workbook all of whose cells are the first of these shared strings."""
    parts = unpacked(xlsx([["chữ"] * columns] * rows))
    return archive(parts | {"xl/sharedStrings.xml": XML + b'<sst xmlns="%s" %s</sst>' % (MAIN, texts)})


def edited(part: str, old: bytes, new: bytes) -> bytes:
    parts = dict(book())
    assert old in parts[part]
    return archive(parts | {part: parts[part].replace(old, new)})


def lying(data: bytes, size: int) -> bytes:
    """The archive with another size in its directory than the last entry has."""
    changed = bytearray(data)
    at = changed.rfind(b"PK\x01\x02")
    changed[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(changed)


def overlapping(count: int) -> bytes:
    """An archive whose directory names the same 60 KB so many times."""
    data = archive({"xl/workbook.xml": b"0" * 60_000})
    start, end = data.find(b"PK\x01\x02"), data.find(b"PK\x05\x06")
    entry, tail = data[start:end], bytearray(data[end:])
    tail[8:12] = struct.pack("<HH", count, count)
    tail[12:16] = struct.pack("<I", len(entry) * count)
    return data[:start] + entry * count + bytes(tail)


def nested(levels: int) -> bytes:
    data = xlsx(ROWS)
    for _ in range(levels):
        data = archive({f"{number}.xlsx": data for number in range(10)} | {"xl/workbook.xml": b"<a/>"})
    return data


def locked(data: bytes) -> bytes:
    """The archive with the flag of a ZIP password on every entry."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(mark, at + 4)
    return bytes(changed)


def same_sheet(count: int) -> bytes:
    """So many sheets that are all the same long part of the archive."""
    parts = unpacked(xlsx([list("abcdefgh")] * 20_000))
    workbook = parts["xl/workbook.xml"]
    first = workbook[workbook.index(b"<sheet ") : workbook.index(b"</sheets>")]
    sheets = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(1, count + 1))
    return archive(parts | {"xl/workbook.xml": workbook.replace(first, sheets)})


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def old_letters() -> bytes:
    """A list in a font of the nineties (TCVN3), as Windows keeps its bytes."""
    letters = dict(zip("ăâêôơưđàảãáạằẳẵắặầẩẫấậèéẹềểễếệìíịòóọồổỗốộờợùúụừứựỳý", range(0xA8, 0xFF), strict=False))
    text = "Mã HS;Họ và tên;Lớp\n" + "HS1;Nguyễn Thị Hồng Đào;10A1\nHS2;Trần Văn Bình;10A2\n" * 20
    return b"".join(bytes([letters.get(sign, ord(sign) if ord(sign) < 128 else 0xB5)]) for sign in text.lower())


@dataclass(frozen=True)
class Bad:
    """A file: under which name, how it is made, and the sentence that refuses it."""

    name: str
    make: Callable[[], bytes]
    sentence: str


TC = b"<w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>"
LOCKED = {
    "an .xlsx with a password": Bad("a.xlsx", lambda: sample("locked/khoa.xlsx"), ENCRYPTED),
    "a .docx with a password": Bad("a.docx", lambda: sample("locked/khoa.xlsx"), ENCRYPTED),
    "an .xls with a password": Bad("a.xls", lambda: sample("locked/khoa.xls"), ENCRYPTED),
    "an .ods with a password": Bad("a.ods", lambda: sample("locked/khoa.ods"), ENCRYPTED),
    "a locked archive": Bad("a.xlsx", lambda: locked(xlsx(ROWS)), ENCRYPTED),
}
MISNAMED = {
    "text called .xlsx": Bad("a.xlsx", lambda: b"plain text", readers.MISNAMED),
    "a workbook called .csv": Bad("a.csv", lambda: xlsx(ROWS), readers.MISNAMED),
    "a workbook called .docx": Bad("a.docx", lambda: xlsx(ROWS), readers.MISNAMED),
    "a workbook called .xls": Bad("a.xls", lambda: xlsx(ROWS), readers.MISNAMED),
    "an old workbook called .xlsx": Bad("a.xlsx", lambda: OLE + b"\0" * 5000, readers.MISNAMED),
    "a document called .xlsx": Bad("a.xlsx", lambda: word(ROWS), readers.MISNAMED),
    "a web page called .xls": Bad("a.xls", lambda: b"<html><table><tr><td>a</td></tr></table>", readers.MISNAMED),
    "XML called .xls": Bad("a.xls", lambda: b'<?xml version="1.0"?><Workbook/>', readers.MISNAMED),
    "a PDF called .csv": Bad("a.csv", lambda: b"%PDF-1.7", readers.MISNAMED),
    "an archive of pictures": Bad("a.xlsx", lambda: archive({"anh.png": b"0"}), readers.MISNAMED),
    "a picture": Bad("a.png", lambda: b"\x89PNG", readers.NOT_A_LIST),
    "an old document": Bad("a.doc", lambda: OLE + b"\0" * 5000, readers.NOT_A_LIST),
    "a file without a suffix": Bad("danh-sach", lambda: b"a;b", readers.NOT_A_LIST),
}
ARCHIVES = {
    "100 MB": Bad("a.xlsx", lambda: b"PK\x03\x04" + b"0" * 100_000_000, readers.TOO_MANY_BYTES),
    "a bomb of 20 MB": Bad("a.xlsx", lambda: archive({"xl/workbook.xml": b"0" * 20_000_000}), TOO_LARGE),
    "a bomb of many small parts": Bad(
        "a.xlsx", lambda: archive({f"xl/{n}.xml": (b"%d " % n) * 4_000_000 for n in range(5)}), TOO_LARGE
    ),
    "201 entries": Bad("a.xlsx", lambda: archive({f"xl/{n}.xml": b"0" for n in range(201)}), TOO_LARGE),
    "60,000 entries": Bad("a.xlsx", lambda: archive({f"x{n}": b"" for n in range(60_000)}), TOO_LARGE),
    "entries that overlap": Bad("a.xlsx", lambda: overlapping(190), DAMAGED),
    "60,000 entries that overlap": Bad("a.xlsx", lambda: overlapping(60_000), TOO_LARGE),
    "archives within archives": Bad("a.xlsx", lambda: nested(4), DAMAGED),
    "a size that lies": Bad("a.xlsx", lambda: lying(archive({"xl/workbook.xml": b"0" * 9_000_000}), 1000), DAMAGED),
    "a bomb by bzip2 that lies": Bad(
        "a.xlsx", lambda: lying(archive({"xl/workbook.xml": b"0" * 90_000_000}, zipfile.ZIP_BZIP2), 1000), DAMAGED
    ),
    "a bomb by lzma that lies": Bad(
        "a.xlsx", lambda: lying(archive({"xl/workbook.xml": b"0" * 90_000_000}, zipfile.ZIP_LZMA), 1000), DAMAGED
    ),
    "nothing but the mark of an archive": Bad("a.ods", lambda: b"PK\x03\x04", DAMAGED),
}
WORKBOOKS = {
    "cells in opposite corners": Bad("a.xlsx", lambda: with_sheet(one(b"A1") + one(b"XFD1048576")), TOO_LARGE),
    "one cell at the far corner": Bad("a.xlsx", lambda: with_sheet(one(b"XFD1048576")), TOO_LARGE),
    "a row beyond the last": Bad("a.xlsx", lambda: with_sheet(one(b"A1") + one(b"A4294967295")), TOO_LARGE),
    "a row beyond all numbers": Bad("a.xlsx", lambda: with_sheet(one(b"A1") + one(b"A99999999999999")), TOO_LARGE),
    "a column beyond all letters": Bad("a.xlsx", lambda: with_sheet(one(b"ZZZZZZZZZZ1")), TOO_LARGE),
    "1,000,000 empty rows": Bad("a.xlsx", lambda: with_sheet(empty_rows(1, 1_048_576)), EMPTY),
    "1,000,000 empty rows between two": Bad(
        "a.xlsx", lambda: with_sheet(one(b"A1") + empty_rows(2, 1_048_575) + one(b"A1048576")), ""
    ),
    "600,000 rows of white space": Bad(
        "a.xlsx",
        lambda: with_sheet(
            b"".join(b'<row r="%d"><c r="A%d" t="str"><v> </v></c></row>' % (n, n) for n in range(1, 600_000))
        ),
        EMPTY,
    ),
    "100,000 rows": Bad("a.xlsx", lambda: xlsx([["a", "b"]] * 100_000), TOO_LARGE),
    "16,384 columns": Bad("a.xlsx", lambda: xlsx([["a"] * 16_384]), TOO_LARGE),
    "a merge over the whole sheet": Bad(
        "a.xlsx",
        lambda: with_sheet(
            one(b"A1") + one(b"A2"), tail=b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        ),
        "",
    ),
    "300,000 merges": Bad(
        "a.xlsx",
        lambda: with_sheet(
            one(b"A1"),
            tail=b"<mergeCells>%s</mergeCells>"
            % b"".join(b'<mergeCell ref="A%d:XFD%d"/>' % (n * 3 + 1, n * 3 + 2) for n in range(300_000)),
        ),
        "",
    ),
    "hidden sheets only": Bad(
        "a.xlsx", lambda: edited("xl/workbook.xml", b"<sheet name", b'<sheet state="veryHidden" name'), ALL_HIDDEN
    ),
    "3,000 sheets that are one": Bad("a.xlsx", lambda: same_sheet(3000), DAMAGED),
    "one cell of 9 MB": Bad(
        "a.xlsx",
        lambda: with_sheet(
            b'<row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c></row>' % secrets.token_hex(4_500_000).encode()
        ),
        TOO_LARGE,
    ),
    "a long text in 20,000 cells": Bad(
        "a.xlsx",
        lambda: shared_strings(b"><si><t>%s</t></si>" % secrets.token_hex(16_000).encode(), 20_000, 5),
        TOO_LARGE,
    ),
    "shared strings that lie": Bad(
        "a.xlsx", lambda: shared_strings(b'count="9" uniqueCount="4294967295"><si><t>a</t></si>'), ""
    ),
    "1,000,000 formulas without a result": Bad(
        "a.xlsx",
        lambda: with_sheet(
            b'<row r="1">%s</row>' % b"".join(b'<c s="%s"><f/></c>' % text for text in noise(1_000_000))
        ),
        NOT_CALCULATED,
    ),
    "800,000 formulas never calculated": Bad(
        "a.xlsx",
        lambda: with_sheet(
            b'<row r="1">%s</row>' % b"".join(b'<c r="B%d"><f>1</f></c>' % n for n in range(1, 800_000))
        ),
        NOT_CALCULATED,
    ),
    "tags that never end": Bad(
        "a.xlsx", lambda: with_sheet(b"".join(b"<c %s " % text for text in noise(1_200_000))), DAMAGED
    ),
    "deep nesting in a workbook": Bad(
        "a.xlsx", lambda: with_sheet(b"".join(b"<a%s>" % text for text in noise(1_200_000))), ""
    ),
    "entities in a workbook": Bad(
        "a.xlsx", lambda: with_sheet(b'<row r="1"><c r="A1" t="str"><v>&a9;</v></c></row>', LAUGHS), DAMAGED
    ),
    "a long entity in a workbook": Bad(
        "a.xlsx",
        lambda: with_sheet(b'<row r="1"><c r="A1" t="str"><v>%s</v></c></row>' % (b"&a9;" * 9000), LONG_LAUGH),
        DAMAGED,
    ),
    "entities in the list of sheets": Bad(
        "a.xlsx",
        lambda: archive(
            book() | {"xl/workbook.xml": XML + LAUGHS + book()["xl/workbook.xml"].replace(XML, b"").replace(
                b'name="', b'name="&a9;', 1
            )}
        ),
        DAMAGED,
    ),
    "a file of the server in a workbook": Bad(
        "a.xlsx", lambda: with_sheet(b'<row r="1"><c r="A1" t="str"><v>&a9;</v></c></row>', OUTSIDE), DAMAGED
    ),
    "an .xls of noughts": Bad("a.xls", lambda: OLE + b"\0" * 5000, DAMAGED),
}  # fmt: skip
OPEN_DOCUMENTS = {
    "a row repeated 1,000,000 times": Bad("a.ods", lambda: ods(table(row(cell(), 1_000_000))), TOO_LARGE),
    "a row repeated 4,294,967,295 times": Bad("a.ods", lambda: ods(table(row(cell(), 4_294_967_295))), TOO_LARGE),
    "a row repeated -5 times": Bad("a.ods", lambda: ods(table(row(cell(), -5))), DAMAGED),
    "a cell repeated 1,000,000 times": Bad("a.ods", lambda: ods(table(row(cell(times=1_000_000)))), TOO_LARGE),
    "a cell repeated 4,000,000,000 times": Bad("a.ods", lambda: ods(table(row(cell(times=4_000_000_000)))), TOO_LARGE),
    "a block repeated both ways": Bad("a.ods", lambda: ods(table(row(cell("x" * 300, 250), 40_000))), TOO_LARGE),
    "1,000,000 empty rows at the end": Bad("a.ods", lambda: ods(table(row(cell()) + row(EMPTY_CELL, 1_048_575))), ""),
    "1,000,000 empty rows above": Bad("a.ods", lambda: ods(table(row(EMPTY_CELL, 1_048_574) + row(cell()))), ""),
    "2,000,000,000 spaces": Bad("a.ods", lambda: ods(table(row(cell('<text:s text:c="2000000000"/>')))), ""),
    "350,000 rows": Bad(
        "a.ods",
        lambda: ods(table("".join(row(cell(text.decode())) for text in noise(350_000)))),
        TOO_LARGE,
    ),
    "100,000 sheets": Bad(
        "a.ods",
        lambda: ods("".join(f'<table:table table:name="{text.decode()}"/>' for text in noise(100_000))),
        "",
    ),
    "entities in an OpenDocument": Bad("a.ods", lambda: ods(table(row(cell("&a9;"))), LAUGHS.decode()), DAMAGED),
    "deep nesting in an OpenDocument": Bad(
        "a.ods", lambda: ods("".join(f"<a{text.decode()}>" for text in noise(1_000_000))), ""
    ),
}
DOCUMENTS = {
    "a cell over 1,000,000,000 columns": Bad(
        "a.docx",
        lambda: with_body(
            b'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr><w:p/></w:tc>%s</w:tr></w:tbl>' % TC
        ),
        "",
    ),
    "wide cells in 40,000 rows": Bad(
        "a.docx",
        lambda: with_body(word_rows(40_000, b'<w:tc><w:tcPr><w:gridSpan w:val="100"/></w:tcPr><w:p/></w:tc>' * 2 + TC)),
        TOO_LARGE,
    ),
    "a long cell merged downwards": Bad(
        "a.docx",
        lambda: with_body(
            b"<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>%s</w:tc></w:tr>" % paragraphs(8000)
            + word_rows(40_000, b"<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>" + TC).removeprefix(b"<w:tbl>")
        ),
        TOO_LARGE,
    ),
    "51,000 rows in Word": Bad("a.docx", lambda: with_body(word_rows(51_000, TC * 6)), TOO_LARGE),
    "500,000 rows without text": Bad(
        "a.docx", lambda: with_body(word_rows(500_000, b"<w:tc><w:p/></w:tc>")), TOO_LARGE
    ),
    "600,000 paragraphs": Bad("a.docx", lambda: with_body(paragraphs(600_000)), TOO_LARGE),
    "200,000 tables": Bad(
        "a.docx",
        lambda: with_body(
            b"".join(b'<w:tbl><w:tr w:rsidR="%s">%s</w:tr></w:tbl>' % (text, TC) for text in noise(200_000))
        ),
        TOO_LARGE,
    ),
    "one cell of 9 MB in Word": Bad(
        "a.docx",
        lambda: with_body(
            b"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
            % secrets.token_hex(4_500_000).encode()
        ),
        TOO_LARGE,
    ),
    "deep nesting in Word": Bad("a.docx", lambda: with_body(b"<w:sdt>" * 2500 + b"</w:sdt>" * 2500), DAMAGED),
    "tables within tables": Bad(
        "a.docx",
        lambda: with_body(b"<w:tbl><w:tr><w:tc>" * 60 + paragraphs(9000) + b"</w:tc></w:tr></w:tbl>" * 60),
        EMPTY,
    ),
    "entities in Word": Bad("a.docx", lambda: with_body(b"<w:tbl>&a9;</w:tbl>", LAUGHS), DAMAGED),
    "a file of the server in Word": Bad(
        "a.docx",
        lambda: with_body(b"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:tc></w:tr></w:tbl>", OUTSIDE),
        EMPTY,
    ),
    "a document without a table": Bad("a.docx", lambda: with_body(paragraphs(3)), EMPTY),
}
TEXTS = {
    "a line of 1,000,000 columns": Bad("a.csv", lambda: b"a;" * 1_000_000, TOO_LARGE),
    "a line of 300 columns": Bad("a.csv", lambda: b";".join([b"a"] * 300), TOO_LARGE),
    "a text cell of 9 MB": Bad("a.csv", lambda: b"a;b\n" + b"x" * 9_000_000 + b";1\n", TOO_LARGE),
    "a quote that never ends": Bad("a.csv", lambda: b'a;b\n"' + b"x;y\n" * 2_000_000, texts.BROKEN_QUOTES),
    "nothing but quotes": Bad("a.csv", lambda: b'"' * 9_000_001, TOO_LARGE),
    "10,000,000 empty lines": Bad("a.csv", lambda: b"a\n" + b"\n" * 10_000_000, TOO_LARGE),
    "5,000,000 lines of delimiters": Bad("a.csv", lambda: b";\n" * 5_000_000, TOO_LARGE),
    "1,000,000 lines": Bad("a.csv", lambda: b"a;b\n" * 1_000_000, TOO_LARGE),
    "white space": Bad("a.csv", lambda: b"a" + b"\t " * 5_000_000, TOO_LARGE),
    "noughts": Bad("a.csv", lambda: b"a;b\n\0\0\0;c\n" * 1000, texts.UNKNOWN_LETTERS),
    "a nought far below": Bad("a.csv", lambda: b"a;b\n" * 40_000 + b"\0;c\n", texts.UNKNOWN_LETTERS),
    "control characters": Bad("a.csv", lambda: b"a;b\n\x01\x02;c\x1a\n" * 1000, texts.UNKNOWN_LETTERS),
    "chance": Bad("a.csv", lambda: Random(1).randbytes(9_000_000), texts.UNKNOWN_LETTERS),
    "UTF-16 cut in a letter": Bad("a.csv", lambda: "Mã;Tên".encode("utf-16")[:-1], texts.UNKNOWN_LETTERS),
    "letters of an old font": Bad("a.csv", old_letters, texts.UNKNOWN_LETTERS),
    "1,500,000 marks on one letter": Bad("a.csv", lambda: ("a;a" + "\u0323\u0302" * 1_500_000).encode(), TOO_LARGE),
    "nothing": Bad("a.csv", lambda: b"\xef\xbb\xbf\r\n", EMPTY),
}
BAD: dict[str, Bad] = LOCKED | MISNAMED | ARCHIVES | WORKBOOKS | OPEN_DOCUMENTS | DOCUMENTS | TEXTS


def write(folder: Path, bad: Bad) -> Path:
    path = folder / bad.name
    path.write_bytes(bad.make())
    return path
