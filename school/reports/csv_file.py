"""Tables as CSV that Excel opens right and that reads back as what it was (security row 10)."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from school.formulas import disarm
from school.reports.cells import Column, Translate, settle, text

BOM = "\ufeff"
ROWS_AT_ONCE = 200


def show(value: Any, translate: Translate = str) -> str:
    """A value as a cell of CSV. Texts are disarmed; numbers and dates can't be formulas."""
    cell = settle(value, translate)
    return disarm(cell) if isinstance(cell, str) else text(cell)


def csv_chunks(
    columns: Sequence[Column], rows: Iterable[Iterable[Any]], translate: Translate = str, size: int = ROWS_AT_ONCE
) -> Iterator[bytes]:
    """The table as UTF-8 with BOM and CRLF, `size` rows at a time; first the header, no title or total lines."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow([disarm(translate(column.label)) for column in columns])
    for number, row in enumerate(rows, 1):
        writer.writerow([show(value, translate) for value in row])
        if number % size == 0:
            yield _take(buffer)
    yield _take(buffer)


def _take(buffer: io.StringIO) -> bytes:
    chunk = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return chunk
