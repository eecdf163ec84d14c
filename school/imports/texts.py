"""Reads CSV as schools have it: UTF-8, UTF-16 or Windows-1258, between commas, semicolons or tabs."""

import codecs
import csv
import io
import re
from collections import Counter
from itertools import islice

from charset_normalizer import from_bytes

from school.imports.tables import Table, Unreadable, build_table
from school.vocabulary import N_

UNKNOWN_LETTERS = N_("Không đọc được chữ trong tệp; thầy cô lưu lại thành “CSV UTF-8” hoặc .xlsx rồi nhập lại.")
BROKEN_QUOTES = N_("Tệp CSV có dấu ngoặc kép mở mà không đóng nên không đọc được; thầy cô sửa hoặc lưu thành .xlsx.")

_MARKS = [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")]
_DELIMITERS = ",;\t"
_LOOKED_AT = 200  # rows that decide on the delimiter
_SAMPLE = 64 * 1024
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f]")
# Our own exports put an apostrophe before what Excel would run as a formula (security row 10): it comes off again.
_GUARDED = re.compile(r"^'(?='*[=+\-@\t\r])")
_EXCEL_HINT = re.compile(r"^sep=(.)\r?\n", re.IGNORECASE)


def read_csv(data: bytes) -> list[Table]:
    """The file as one table; a record over several lines is one row, as in Excel."""
    text = decode(data)
    delimiter = None
    if hint := _EXCEL_HINT.match(text):
        delimiter, text = hint[1], text[hint.end() :]  # Excel obeys this line and does not show it
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or find_delimiter(text))
        lines = ((number, [_GUARDED.sub("", cell) for cell in record]) for number, record in enumerate(reader, 1))
        return [build_table("", lines)]
    except csv.Error as error:
        raise Unreadable(BROKEN_QUOTES) from error


def decode(data: bytes) -> str:
    """The text; Unreadable when it is none. Tones that Windows-1258 keeps apart are joined later, by cleaning."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None) or _guess(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(UNKNOWN_LETTERS) from error
    if _NOT_TEXT.search(text[:_SAMPLE].replace("\x0b", "")):
        raise Unreadable(UNKNOWN_LETTERS)
    return text


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
        best = from_bytes(head, cp_isolation=["cp1258"]).best()
        if best is None:
            raise Unreadable(UNKNOWN_LETTERS) from None
        return str(best.encoding)
    return "utf-8"


def find_delimiter(text: str) -> str:
    """The delimiter that cuts most rows into the same number of cells: titles above the header do not mislead it."""
    return max(_DELIMITERS, key=lambda delimiter: _evenness(text[:_SAMPLE], delimiter))


def _evenness(sample: str, delimiter: str) -> tuple[int, int]:
    try:
        rows = list(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), _LOOKED_AT))
    except csv.Error:
        return (0, 0)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return (0, 0)
    width, rows_of_it = widths.most_common(1)[0]
    return (rows_of_it, width)
