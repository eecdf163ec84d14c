"""What stands in a table: its columns, and each value as a file may hold it."""

import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from school.rules.calendar import SCHOOL_TIME
from school.vocabulary import N_, LabelEnum

Translate = Callable[[str], str]
Cell = str | int | float | Decimal | dt.date | None  # a moment too: it is a date, without its zone

YES, NO = N_("Có"), N_("Không")


class Kind(enum.Enum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    AMOUNT = "amount"  # whole đồng, or a count: written with its thousands apart
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """One column of a report: its key, its heading (a msgid), and what it holds."""

    key: str
    label: str
    kind: Kind = Kind.TEXT


def settle(value: Any, translate: Translate = str) -> Cell:
    """The value as a cell: labels translated, moments by the school's clock, anything unknown as its text."""
    if isinstance(value, LabelEnum):
        return translate(value.label)
    if isinstance(value, bool):
        return translate(YES if value else NO)
    if isinstance(value, dt.datetime):
        return value.astimezone(SCHOOL_TIME).replace(tzinfo=None)
    if value is None or type(value) is str or isinstance(value, (int, float, Decimal, dt.date)):
        return value
    if isinstance(value, (list, tuple)):
        return ", ".join(text(settle(item, translate)) for item in value)
    return str(value)


def text(cell: Cell) -> str:
    """A cell as people write it: "3,5", dd/mm/yyyy, dd/mm/yyyy hh:mm; nothing for None."""
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, dt.date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, (float, Decimal)):
        return str(cell).replace(".", ",")
    return str(cell)
