"""The one writer of tables: CSV or XLSX, the same columns and rows for screens and commands."""

import enum
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from school.errors import RuleError
from school.formulas import disarm, rearm
from school.reports.cells import Column, Kind, Translate, settle
from school.reports.csv_file import csv_chunks, show
from school.reports.xlsx_file import xlsx_chunks
from school.vocabulary import N_

__all__ = [
    "Column",
    "Format",
    "Kind",
    "Translate",
    "choose",
    "chunks",
    "disarm",
    "headed",
    "pick",
    "rearm",
    "settle",
    "show",
]


class Format(enum.StrEnum):
    """What a table may be written as."""

    CSV = "csv"
    XLSX = "xlsx"


def chunks(
    format: Format | str,  # noqa: A002
    columns: Sequence[Column],
    rows: Iterable[Iterable[Any]],
    translate: Translate = str,
    title: str = "",
) -> Iterator[bytes]:
    """The table as a file, piece by piece; `title` names the sheet of a workbook."""
    if Format(format) is Format.XLSX:
        return xlsx_chunks(columns, rows, translate, title)
    return csv_chunks(columns, rows, translate)


def headed(headings: Iterable[str]) -> list[Column]:
    """Columns of texts under these headings, as they are."""
    return [Column(str(place), heading) for place, heading in enumerate(headings)]


def choose(offered: Sequence[str], wanted: Sequence[str] | None) -> list[int]:
    """Places of the wanted columns in the order in which they are offered; None wants all.

    RuleError when none is wanted, or one that is not on offer.
    """
    if wanted is None:
        return list(range(len(offered)))
    unknown = [name for name in wanted if name not in offered]
    if unknown:
        raise RuleError(
            N_("Không có cột %(name)s. Các cột: %(known)s."), name=unknown[0][:40], known=", ".join(offered)
        )
    if not wanted:
        raise RuleError(N_("Thầy cô chọn ít nhất một cột để xuất."))
    return [place for place, name in enumerate(offered) if name in wanted]


def pick(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], wanted: Sequence[str] | None
) -> tuple[list[Column], Iterator[list[Any]]]:
    """The wanted columns of a table, as `choose` understands them."""
    places = choose([column.key for column in columns], wanted)
    return [columns[place] for place in places], ([row[place] for place in places] for row in rows)
