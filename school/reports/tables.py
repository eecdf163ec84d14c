"""The one writer of tables: CSV that Excel opens right and that reads back as what it was (security row 10)."""

import csv
import datetime as dt
import enum
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from school.rules.calendar import SCHOOL_TIME
from school.vocabulary import LabelEnum

BOM = "\ufeff"
# A spreadsheet would run such a cell as a formula. Apostrophes before it count too, so that `unescape` undoes `escape`.
_LIVE = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")

Translate = Callable[[str], str]


class Kind(enum.Enum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """One column of a report: its key, its heading (a msgid), and what it holds."""

    key: str
    label: str
    kind: Kind = Kind.TEXT


def escape(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would run."""
    return f"'{text}" if _LIVE.match(text) else text


def unescape(text: str) -> str:
    """The inverse of `escape`: export and import together change nothing."""
    return text[1:] if _ESCAPED.match(text) else text


def show(value: Any, translate: Translate = str) -> str:
    """A value as a cell: labels translated, "3,5", dd/mm/yyyy, moments as the school's clock; nothing for None.

    Texts are escaped (what is stored was cleaned on the way in); numbers and dates can't be formulas.
    """
    if value is None:
        return ""
    if isinstance(value, LabelEnum):
        return escape(translate(value.label))
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(SCHOOL_TIME):%d/%m/%Y %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, (float, Decimal)):
        return str(value).replace(".", ",")
    if isinstance(value, int):
        return str(value)
    return escape(str(value))


def csv_chunks(
    header: Sequence[str], rows: Iterable[Iterable[Any]], translate: Translate = str, size: int = 200
) -> Iterator[bytes]:
    """The table as UTF-8 with BOM and CRLF, `size` rows at a time; first the header, no title or total lines."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow([show(text) for text in header])
    for number, row in enumerate(rows, 1):
        writer.writerow([show(value, translate) for value in row])
        if number % size == 0:
            yield _take(buffer)
    yield _take(buffer)


def report_chunks(
    columns: Iterable[Column], rows: Iterable[Iterable[Any]], translate: Translate = str
) -> Iterator[bytes]:
    """`csv_chunks` under the translated headings of a report."""
    return csv_chunks([translate(column.label) for column in columns], rows, translate)


def _take(buffer: io.StringIO) -> bytes:
    chunk = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return chunk
