"""The figures of a report to the Sở (P4.11), and what follows from the children of the list, one by one: pure.

What is counted is told in `services/school_figures.py`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from school.names import fold
from school.rules.freezing import Freezable
from school.rules.school_report import compare_newest
from school.vocabulary import EnrolmentOutcome, Gender, HardshipGroup, Rating, SupportKind, TermPeriod

SEVERAL, NONE = "several", ""  # in two groups or three; not classified, or not known
GONE = (EnrolmentOutcome.DROPPED_OUT, EnrolmentOutcome.TRANSFERRED)
MAJORITY = "Kinh"

Counts = Mapping[str, list[int]]


@dataclass(frozen=True)
class Figures(Freezable):
    """The figures as they stood at the end of `day`.

    Tables by key: groups, grades, genders, ethnicities: [children, with a sponsor]; departments: [sponsors, children,
    contacts, lessons, đồng]; supports by kind: [times, quantity, đồng].
    """

    students: int = 0
    dropouts: int = 0  # of the whole school
    staff: int = 0
    cases: int = 0
    sponsored: int = 0
    leads: int = 0
    supporters: int = 0
    groups: Counts = field(default_factory=dict)
    grades: Counts = field(default_factory=dict)
    genders: Counts = field(default_factory=dict)
    ethnicities: Counts = field(default_factory=dict)
    departments: Counts = field(default_factory=dict)
    contacts: int = 0
    reached: int = 0
    visits: int = 0
    met: int = 0  # children who were reached at least once
    activities: int = 0
    supports: Counts = field(default_factory=dict)
    evaluations: int = 0
    trends: Mapping[str, int] = field(default_factory=dict)  # by the value of ProgressStep
    learning: list[int] = field(default_factory=lambda: [0, 0, 0])  # up, same, down
    conduct: list[int] = field(default_factory=lambda: [0, 0, 0])
    risk: list[int] = field(default_factory=lambda: [0, 0, 0])
    kept: int = 0
    transferred: int = 0
    dropped_out: int = 0
    left_over: list[str] = field(default_factory=list)
    before: Mapping[str, Any] | None = None  # the report before: its name, number, day and figures

    @property
    def coverage(self) -> int | None:
        """Percent of the children of the list who had a sponsor."""
        return round(100 * self.sponsored / self.cases) if self.cases else None

    @property
    def lessons(self) -> int:
        """Remedial lessons."""
        return self.supports.get(SupportKind.REMEDIAL_LESSON.value, [0, 0, 0])[1]

    @property
    def value(self) -> int:
        """Support in đồng."""
        return sum(row[2] for row in self.supports.values())

    @property
    def compared(self) -> dict[str, int]:
        """The figures that are set beside the last report's."""
        names = ("cases", "sponsored", "leads", "contacts", "lessons", "value", "kept", "dropped_out")
        return {name: getattr(self, name) for name in names} | {"left_over": len(self.left_over)}


@dataclass
class Child:
    """One child of the list, as far as it is counted."""

    code: str
    student_id: int
    running: bool
    gender: str
    ethnicity: str
    groups: set[str] = field(default_factory=set)
    grade: str = NONE
    led: bool = False
    spoken_for: bool = False
    stays: bool = False
    outcome: EnrolmentOutcome | None = None
    before: dict[str, Rating | None] = field(default_factory=dict)
    terms: dict[str, dict[TermPeriod, Rating | None]] = field(default_factory=lambda: {"learning": {}, "conduct": {}})


def moves(steps: Iterable[int | None]) -> list[int]:
    """How many went up, stayed, went down."""
    counts = Counter(steps)
    return [counts[1], counts[0], counts[-1]]


def outcomes(children: Iterable[Child]) -> dict[str, Any]:
    """Who goes on, who has left, whose results moved, who waits for a sponsor."""
    rows = list(children)
    return {
        "kept": sum(child.stays and child.outcome not in GONE for child in rows),
        "transferred": sum(child.outcome is EnrolmentOutcome.TRANSFERRED for child in rows),
        "dropped_out": sum(child.outcome is EnrolmentOutcome.DROPPED_OUT for child in rows),
        "left_over": [child.code for child in rows if child.running and not child.spoken_for],
        **{
            what: moves(compare_newest(child.before.get(what), child.terms[what]) for child in rows)
            for what in ("learning", "conduct")
        },
    }


def tables(children: list[Child]) -> dict[str, dict[str, list[int]]]:
    """The children by group, grade, gender and ethnicity: how many, and how many of them have had a sponsor."""
    groups: list[tuple[str, Child]] = []
    for child in children:
        groups += [(group, child) for group in child.groups or {NONE}]
        groups += [(SEVERAL, child)] if len(child.groups) > 1 else []
    names = _spellings(child.ethnicity for child in children)
    peoples = _tally((names[_same(child.ethnicity)], child) for child in children)
    grades = _tally((child.grade, child) for child in children)
    genders = [*(gender.value for gender in Gender), NONE]
    return {
        "groups": _in_order(_tally(groups), [*(group.value for group in HardshipGroup), SEVERAL, NONE]),
        "grades": {grade: grades[grade] for grade in sorted(grades, key=lambda grade: (not grade, len(grade), grade))},
        "genders": _in_order(_tally((child.gender, child) for child in children), genders),
        "ethnicities": {name: peoples[name] for name in sorted(peoples, key=lambda n: (not n, n != MAJORITY, fold(n)))},
    }


def _tally(keyed: Iterable[tuple[str, Child]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for key, child in keyed:
        found[key][0] += 1
        found[key][1] += child.led
    return dict(found)


def _in_order(tally: dict[str, list[int]], keys: list[str]) -> dict[str, list[int]]:
    return {key: tally[key] for key in keys if key in tally}


def _same(name: str) -> str:
    """What is the same people however it is typed: "M'Nông", "M’nông", "Mnông"."""
    return "".join(letter for letter in fold(name) if letter.isalnum())


def _spellings(names: Iterable[str]) -> dict[str, str]:
    """How each people is spelled most often in the school's records."""
    counts = Counter(names)
    return {_same(name): name for name in sorted(counts, key=lambda name: (counts[name], name))}
