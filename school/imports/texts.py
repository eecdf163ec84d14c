"""Reads CSV as schools have it: UTF-8, UTF-16 or Windows-1258, between commas, semicolons or tabs."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from school.formulas import rearm
from school.imports.tables import TOO_LARGE, Table, Unreadable, build_table
from school.vocabulary import N_

UNKNOWN_LETTERS = N_("Không đọc được chữ trong tệp; thầy cô lưu lại thành “CSV UTF-8” hoặc .xlsx rồi nhập lại.")
BROKEN_QUOTES = N_("Tệp CSV có dấu ngoặc kép mở mà không đóng nên không đọc được; thầy cô sửa hoặc lưu thành .xlsx.")

_MARKS = [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")]
_OLD = "cp1258"
_DELIMITERS = ",;\t"
_LOOKED_AT = 200  # rows that decide on the delimiter
_SAMPLE = 64 * 1024
_LONGEST_LINE = 1_000_000  # characters; a cell of Excel holds 32,767
# One that strayed in is taken out later, as everywhere (DOS ended texts by \x1a); what is no text is full of them.
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1f]")
_CONTROLS_ALLOWED = 0.02
# What Windows-1258 makes of Vietnamese. The old fonts (TCVN3, VNI) put our letters where it has signs and foreign ones.
_OURS = "àáâãèéêìíòóôõùúýăđơưÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐƠƯ\u0300\u0301\u0303\u0309\u0323\xa0“”‘’–—…•°½¼₫"
_LETTERS, _FOREIGN = re.compile(r"[^\x00-\x7f]"), re.compile(rf"[^\x00-\x7f{_OURS}]")
_FOREIGN_ALLOWED = 0.1
_KEPT_TEXT = re.compile(r'^="([^"=]*)"$')
_EXCEL_HINT = re.compile(r"^sep=(.)\r?\n", re.IGNORECASE)


def read_csv(data: bytes) -> list[Table]:
    """The file as one table; a record over several lines is one row, as in Excel."""
    text = decode(data)
    delimiter = None
    if hint := _EXCEL_HINT.match(text):
        delimiter, text = hint[1], text[hint.end() :]  # Excel obeys this line and does not show it
    try:
        reader = csv.reader(_lines(text), delimiter=delimiter or find_delimiter(text))
        lines = ((number, [_plain(cell) for cell in record]) for number, record in enumerate(reader, 1))
        return [build_table("", lines)]
    except csv.Error as error:  # a cell above the limit of the csv module
        raise Unreadable(BROKEN_QUOTES if '"' in text else TOO_LARGE) from error


def _plain(cell: str) -> str:
    """The cell without what was written for Excel's sake: our apostrophe, and ="007", which keeps zeros."""
    if kept := _KEPT_TEXT.match(cell):
        return kept[1]
    return rearm(cell)


def _lines(text: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if len(line) > _LONGEST_LINE:
            raise Unreadable(TOO_LARGE)
        yield line


def decode(data: bytes) -> str:
    """The text; Unreadable when it is none. Tones that Windows-1258 keeps apart are joined later, by cleaning."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None) or _guess(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(UNKNOWN_LETTERS) from error
    head = text[:_SAMPLE]
    if "\0" in text or len(_CONTROLS.findall(head)) > _CONTROLS_ALLOWED * len(head):
        raise Unreadable(UNKNOWN_LETTERS)
    if encoding == _OLD and not _is_vietnamese(text[:_LONGEST_LINE]):
        raise Unreadable(UNKNOWN_LETTERS)
    return text


def _is_vietnamese(text: str) -> bool:
    """Whether the letters beyond ASCII are ours, but for a few. (charset-normalizer refuses short lists of ours.)"""
    return len(_FOREIGN.findall(text)) <= _FOREIGN_ALLOWED * len(_LETTERS.findall(text))


def _guess(data: bytes) -> str:
    """Encoding of text without a byte order mark."""
    head = data[:_SAMPLE]
    pairs = max(len(head) // 2, 1)
    if head[1::2].count(0) > pairs * 0.3:
        return "utf-16-le"
    if head[0::2].count(0) > pairs * 0.3:
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _OLD
    return "utf-8"


def find_delimiter(text: str) -> str:
    """The delimiter that cuts most rows into the same number of cells: titles above the header do not mislead it."""
    sample = text[:_SAMPLE]
    return max(_DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter, cut=len(text) > _SAMPLE))


def _evenness(sample: str, delimiter: str, cut: bool) -> tuple[float, int, int]:
    """Share of the rows that have the commonest width, how many they are, and that width.

    The share before the number: a long text with a sign in each of its lines makes more "rows" than the list has.
    """
    try:
        rows = list(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), _LOOKED_AT + 1))
    except csv.Error:
        return (0, 0, 0)
    if len(rows) > 1 and (cut or len(rows) > _LOOKED_AT):
        rows.pop()  # it may be half a row
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return (0, 0, 0)
    width, rows_of_it = widths.most_common(1)[0]
    return (rows_of_it / len([row for row in rows if row]), rows_of_it, width)
