"""`make bench`: long lists in and out, bad files, a year's scores; prints what it measured, fails above the targets."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.lists import write_students
from tests.bench.measuring import ROOT, apart
from tests.school.imports.bad_files import BAD, write
from tests.school.imports.test_bad_files import read_apart

STUDENTS = 20_000
TARGETS = {"preview": 10.0, "apply": 20.0}  # seconds
MEMORY = 300  # MB, the panel's process while it takes the list in
BAD_SECONDS, BAD_MEMORY = 2.0, 256
SCORES = {"school": (1.0, 40), "province": (60.0, 40)}  # seconds and statements
too_much: list[str] = []


def show(cells: Sequence[object], widths: Sequence[int] = (44, 10, 10, 10)) -> None:
    """One line of a table."""
    first, *others = (f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells)
    print(first.ljust(widths[0]), *(text.rjust(width) for text, width in zip(others, widths[1:], strict=False)))  # noqa: T201


def check(name: str, value: float, target: float) -> str:
    """The target as the table shows it; what is above it is remembered."""
    if value > target:
        too_much.append(f"{name}: {value:.2f}, target {target:g}")
    return f"<= {target:g}"


def bench_imports(folder: Path) -> None:
    """A list of students: read, looked at, applied and undone."""
    path = folder / "danh-sach-hoc-sinh.xlsx"
    write_students(path, STUDENTS)
    show([f"{STUDENTS} students, {path.stat().st_size // 1024} KB of .xlsx", "seconds", "peak MB", "target s"])
    alone = read_apart(path)
    told = apart("importing", str(path))
    if told["rows"] != [STUDENTS, STUDENTS, 0]:
        raise SystemExit(f"rows planned, written, left after undoing: {told['rows']}")
    for step, seconds in told["seconds"].items():
        target = check(f"{step}, seconds", seconds, TARGETS[step]) if step in TARGETS else ""
        show([f"  {step}", seconds, told["peaks"][step], target])
    highest = max(told["peaks"].values())
    show(["  highest, the panel's process", "", highest, check("panel, MB", highest, MEMORY) + " MB"])
    show(["  highest, the process that reads the file", "", round(alone["child"])])
    check("panel and reader together, MB", told["peaks"]["read"] + alone["child"], MEMORY)
    for way in ("read-only", "normal"):
        other = apart("openpyxl_reading", str(path), way)
        ratio = other["seconds"] / alone["seconds"]
        show([f"  openpyxl, {way}: reading alone", other["seconds"], other["peak"], f"{ratio:.1f} x"])
    show(["  ours: reading alone", alone["seconds"], round(alone["own"])])


def bench_exports() -> None:
    """A long table written."""
    show(["120000 rows of 13 columns out", "seconds", "first byte", "MB above"])
    for way in ("csv", "csv-module", "xlsx", "openpyxl"):
        told = apart("exporting", way)
        first = f"{told['first'] * 1000:.0f} ms" if told["first"] else ""
        show([f"  {way}", told["seconds"], first, told["above"]])


def bench_bad_files(folder: Path) -> None:
    """Each bad file refused, one after the other."""
    show([f"{len(BAD)} bad files", "seconds", "own MB", "child MB"])
    worst = []
    for name, bad in BAD.items():
        told = read_apart(write(folder, bad))
        check(f"{name}, seconds", told["seconds"], BAD_SECONDS)
        check(f"{name}, MB", max(told["own"], told["child"]), BAD_MEMORY)
        worst.append((told["seconds"], name, round(told["own"]), round(told["child"])))
    worst.sort(reverse=True)
    for seconds, name, own, child in worst[:5]:
        show([f"  {name}", seconds, own, child])
    show(["  highest", worst[0][0], max(one[2] for one in worst), max(one[3] for one in worst)])


def bench_scores() -> None:
    """Every score sheet of a year, of one school and of a hundred."""
    show(["score sheets of a year", "seconds", "statements", "peak MB", "target s"], (44, 10, 10, 10, 10))
    for name, (seconds, statements) in SCORES.items():
        told = apart("scoring", name)
        took, asked = told["seconds"]["all"], told["statements"]
        check(f"{name}, statements", asked, statements)
        row = [f"  {name}: {told['people']} people, {told['records']} records", took, asked, told["peak"]]
        show([*row, check(f"{name}, seconds", took, seconds)], (44, 10, 10, 10, 10))
        alone, plain = told["seconds"]["plain"], told["plain"]
        row = ["  contacts and months alone, plainly", alone, plain["statements"], plain["peak"]]
        show([*row, f"{took / alone:.1f} x"], (44, 10, 10, 10, 10))
        if told["seconds"]["one by one"] > took:
            ratio = told["seconds"]["one by one"] / took
            show(["  the same, person by person", told["seconds"]["one by one"], "", f"{ratio:.1f} x"])


def main() -> None:
    """Run the parts that are asked for, all of them by default."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=["imports", "exports", "bad-files", "scores", []])
    parts = parser.parse_args().parts or ["imports", "exports", "bad-files", "scores"]
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    show([f"commit {commit.stdout.strip()}, {os.cpu_count()} cores, load before {load:.1f}"])
    with tempfile.TemporaryDirectory() as folder:
        if "imports" in parts:
            bench_imports(Path(folder))
        if "exports" in parts:
            bench_exports()
        if "bad-files" in parts:
            bench_bad_files(Path(folder))
    if "scores" in parts:
        bench_scores()
    if too_much:
        sys.exit("Above the target:\n" + "\n".join(too_much))


if __name__ == "__main__":
    main()
