"""From one school year to the next: its name, its classes, and what becomes of each student (P4.9). Pure."""

import datetime as dt
import re
from collections.abc import Iterable

from school.errors import RuleError
from school.rules.calendar import parse_year
from school.vocabulary import N_, EnrolmentOutcome, Rating

# The last grade of primary, lower and upper secondary school: afterwards a student leaves.
FINAL_GRADES = (5, 9, 12)
# Results of the whole year with which a student usually repeats the class; leadership decides.
REPEATING = frozenset({Rating.NOT_MET, Rating.OLD_WEAK, Rating.OLD_POOR})
CONTINUING = (EnrolmentOutcome.PROMOTED, EnrolmentOutcome.REPEATED)
LEAVING = (EnrolmentOutcome.GRADUATED, EnrolmentOutcome.TRANSFERRED, EnrolmentOutcome.DROPPED_OUT)
_GRADE = re.compile(r"\d+")


def next_year_name(name: str) -> str:
    """The name of the school year after this one: "2025-2026" -> "2026-2027"."""
    first = int(parse_year(name)[:4])
    return f"{first + 1}-{first + 2}"


def is_final(grade: int) -> bool:
    """Whether students leave the school after this grade."""
    return grade in FINAL_GRADES


def next_class_name(name: str, grade: int) -> str | None:
    """The class a year later: "10A1" of grade 10 -> "11A1"; None after the last grade.

    A name that does not begin with its grade stays as it is.
    """
    if is_final(grade):
        return None
    found = _GRADE.match(name)
    if found is None or int(found[0]) != grade:
        return name
    return f"{grade + 1}{name[found.end() :]}"


def outcomes_for(grade: int) -> tuple[EnrolmentOutcome, ...]:
    """What may become of a student of this grade."""
    if is_final(grade):
        return (*LEAVING[:1], EnrolmentOutcome.REPEATED, *LEAVING[1:])
    return (*CONTINUING, *LEAVING[1:])


def proposed(grade: int, results: Iterable[Rating | None]) -> EnrolmentOutcome:
    """What is proposed: repeating where the year's learning or conduct was not met, else going on or graduating."""
    if REPEATING & {rating for rating in results if rating is not None}:
        return EnrolmentOutcome.REPEATED
    return EnrolmentOutcome.GRADUATED if is_final(grade) else EnrolmentOutcome.PROMOTED


def check_outcome(grade: int, outcome: EnrolmentOutcome) -> None:
    """RuleError for what cannot become of a student of this grade."""
    if outcome not in outcomes_for(grade):
        raise RuleError(N_("Với em khối %(grade)s, thầy cô chọn một trong các mục đã nêu."), "outcome", grade=grade)


def last_day(outcome: EnrolmentOutcome, started_on: dt.date, year_ends_on: dt.date, next_starts_on: dt.date) -> dt.date:
    """The last day of the old stay: who leaves goes with the year, who stays keeps the class over the summer."""
    usual = year_ends_on if outcome in LEAVING else next_starts_on - dt.timedelta(days=1)
    return max(started_on, usual)


def first_day(ended_on: dt.date, next_starts_on: dt.date) -> dt.date:
    """The first day of the new stay: never before the old one is over."""
    return max(next_starts_on, ended_on + dt.timedelta(days=1))


def check_time(today: dt.date, ends_on: dt.date) -> None:
    """RuleError while the year still runs: its results are not known before (31 May is too early, 1 June is not)."""
    if today <= ends_on:
        first = ends_on + dt.timedelta(days=1)
        raise RuleError(N_("Năm học chưa hết nên chưa chuyển được; chuyển từ ngày %(day)s."), day=f"{first:%d/%m/%Y}")
