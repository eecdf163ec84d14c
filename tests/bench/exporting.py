"""A long table written by the panel and by others: `python -m tests.bench.exporting csv|xlsx|csv-module|openpyxl`."""

import csv
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl

from school.reports import tables
from tests.bench.lists import HEADER, students
from tests.bench.measuring import Clock, held, tell

ROWS = 120_000


def by_the_panel(format_: str, path: Path) -> float:
    """Write the file; seconds until its first bytes."""
    start, first = time.perf_counter(), 0.0
    with path.open("wb") as file:
        for chunk in tables.chunks(format_, tables.headed(HEADER), students(ROWS), title="Danh sách"):
            first = first or time.perf_counter() - start
            file.write(chunk)
    return first


def by_openpyxl(path: Path) -> None:
    """What openpyxl needs for the same rows, written row by row as it advises."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách")
    sheet.append(HEADER)
    for row in students(ROWS):
        sheet.append(row)
    book.save(path)


def by_the_csv_module(path: Path) -> None:
    """The least that a CSV of these rows takes."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(students(ROWS))


def rows_alone() -> Iterator[object]:
    """The inventing of the rows, which is in all the times."""
    yield from students(ROWS)


if __name__ == "__main__":
    clock, first = Clock(), 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out"
        with clock.time("rows"):
            count = sum(1 for _ in rows_alone())
        before = held()
        with clock.time("write"):
            if sys.argv[1] == "openpyxl":
                by_openpyxl(path)
            elif sys.argv[1] == "csv-module":
                by_the_csv_module(path)
            else:
                first = by_the_panel(sys.argv[1], path)
        size = path.stat().st_size
    seconds = clock.seconds["write"] - clock.seconds["rows"]
    tell({"seconds": seconds, "first": first, "above": clock.peaks["write"] - before, "bytes": size, "rows": count})
