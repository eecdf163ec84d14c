"""A score sheet that the council froze (P4.5): what is stored of it, and the hash that seals it.

What is frozen names the year, the person, the decision, what the year was scored by, the adjustments with their
reasons, and every line with the records it comes from. It is read without any of the rows that it was made of: whatever
changes later, the sheet says what it said. It holds numbers, dates, kinds and the council's own words, and no student.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from school.errors import RuleError
from school.models import EmulationScheme, SchoolYear, ScoreAdjustment, ScoreSheet
from school.names import clean, clean_line
from school.rules.emulation import Scheme, Score
from school.rules.year import check_open
from school.vocabulary import N_, SheetState, YearState

VERSION = 1  # of what is stored
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
LONGEST_NUMBER = 32
LONGEST_TEXT = 2000  # what somebody types about a sheet: a page, and no book
# What of the row the hash covers; the reason of a reopening comes after it.
SEALED = (
    "school_year_id",
    "staff_id",
    "total",
    "level",
    "decision_number",
    "decided_on",
    "frozen_at",
    "frozen_by_id",
    "result",
)


@dataclass(frozen=True)
class Person:
    """Whose sheet it is, as the name, department and post were on the day of freezing."""

    code: str
    full_name: str
    department: str | None = None
    post: str | None = None


@dataclass(frozen=True)
class Adjusted:
    """One adjustment as it stood: the code of its criterion (None: the year does not apply), tenths, why, when."""

    criterion: str | None
    points: int | None
    reason: str
    made_on: dt.date

    @classmethod
    def of(cls, row: ScoreAdjustment) -> "Adjusted":
        """From the stored row."""
        return cls(row.criterion.code if row.criterion else None, row.points, row.reason, row.made_on)


@dataclass(frozen=True)
class Frozen:
    """A frozen sheet, to be read."""

    year: str
    person: Person
    decision_number: str
    decided_on: dt.date
    scored_by: Mapping[str, Any]  # the values of `Scheme`, and its decision
    score: Score
    adjustments: tuple[Adjusted, ...] = ()

    def stored(self) -> dict[str, Any]:
        """As it stands in the row: plain JSON. The score lies open in it, for `Score.thaw`."""
        return _plain(
            {
                "version": VERSION,
                "year": self.year,
                "person": asdict(self.person),
                "decision": {"number": self.decision_number, "on": self.decided_on},
                "scored_by": self.scored_by,
                "adjustments": [asdict(one) for one in self.adjustments],
                **self.score.frozen(),
            }
        )

    @classmethod
    def thaw(cls, stored: Mapping[str, Any] | None) -> "Frozen | None":
        """From the row; None where nothing is frozen, or what stands there is no sheet (which `holds` tells too)."""
        if not stored:
            return None
        try:
            score = Score.thaw(stored)
            if score is None:
                return None
            return cls(
                stored["year"],
                Person(**stored["person"]),
                stored["decision"]["number"],
                dt.date.fromisoformat(stored["decision"]["on"]),
                stored["scored_by"],
                score,
                tuple(
                    Adjusted(**one | {"made_on": dt.date.fromisoformat(one["made_on"])})
                    for one in stored["adjustments"]
                ),
            )
        except _UNREADABLE:
            return None


def freeze(
    year: SchoolYear,
    scheme: tuple[EmulationScheme, Scheme],
    person: Person,
    decision: tuple[str, dt.date],
    score: Score,
    adjustments: Iterable[ScoreAdjustment],
) -> Frozen:
    """The sheet as it is frozen; the order in which adjustments come does not matter."""
    row, values = scheme
    made = sorted(adjustments, key=lambda one: (one.made_on, one.id))
    scored_by = asdict(values) | {"decision_number": row.decision_number, "fixed_on": row.fixed_on}
    return Frozen(year.name, person, *decision, _plain(scored_by), score, tuple(map(Adjusted.of, made)))


def score_of(sheet: ScoreSheet | None) -> Score | None:
    """What a frozen sheet says; None where it is open, or what stands there cannot be read (which `holds` tells too).

    One row that somebody has spoilt past the panel does not take the whole year's table away.
    """
    if sheet is None or sheet.state is not SheetState.FROZEN:
        return None
    try:
        return Score.thaw(sheet.result)
    except _UNREADABLE:
        return None


def seal(sheet: ScoreSheet) -> str:
    """SHA-256 over whose sheet it is, the decision, and all that was frozen, in one canonical form."""
    sealed = {name: _plain(getattr(sheet, name)) for name in SEALED}
    return hashlib.sha256(json.dumps(sealed, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def holds(sheet: ScoreSheet) -> bool:
    """Whether the stored sheet is what was sealed. One that is open was never frozen, or says why it was reopened."""
    if sheet.state is SheetState.OPEN and sheet.hash is None:
        return all(getattr(sheet, name) is None for name in SEALED[2:])
    reopened = sheet.state is SheetState.OPEN
    return reopened == bool(sheet.reopened_because) and sheet.hash == seal(sheet)


def _plain(value: Any) -> Any:
    """As JSON knows it: moments and dates as ISO text, members of lists by their value, lists for every sequence."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


# What is refused ----------------------------------------------------------------------------------------------------


def check_scored(state: YearState) -> None:
    """RuleError for a year of which nothing is scored yet, or nothing any more (P4.9)."""
    if state is YearState.PREPARING:
        raise RuleError(N_("Năm học này còn đang chuẩn bị nên chưa có điểm thi đua."))
    check_open(state)


def check_text(text: str | None, missing: str, field: str) -> str:
    """The text; RuleError at the field when it is blank (`missing`) or longer than a page."""
    said = clean(text or "").strip()
    if not said:
        raise RuleError(missing, field=field)
    if len(said) > LONGEST_TEXT:
        raise RuleError(
            N_("Nội dung dài quá: nhiều nhất %(most)d ký tự, đang có %(now)d."),
            field=field,
            most=LONGEST_TEXT,
            now=len(said),
        )
    return said


def check_decision(number: str | None, day: dt.date | None, first_day: dt.date, today: dt.date) -> tuple[str, dt.date]:
    """Number and day of a decision; RuleError at the field: it was taken, in the year or after, under a number."""
    written = clean_line(number or "")
    if not written:
        raise RuleError(N_("Thầy cô ghi số quyết định."), field="decision_number")
    if len(written) > LONGEST_NUMBER:
        raise RuleError(N_("Số này dài quá %(most)s ký tự."), field="decision_number", most=LONGEST_NUMBER)
    if day is None:
        raise RuleError(N_("Thầy cô chọn ngày quyết định."), field="decided_on")
    if day > today:
        raise RuleError(N_("Ngày này chưa đến; thầy cô ghi khi đã có quyết định."), field="decided_on")
    if day < first_day:
        raise RuleError(N_("Ngày quyết định trước ngày bắt đầu năm học."), field="decided_on")
    return written, day


def check_points(points: int | None, most: int, standing: int) -> int:
    """The tenths of an adjustment; RuleError at "points" unless something changes and the criterion stays within."""
    if not points:
        raise RuleError(N_("Thầy cô ghi số điểm cộng thêm hoặc trừ đi, khác 0."), field="points")
    if not 0 <= standing + points <= most:
        raise RuleError(
            N_("Tiêu chí này đang có %(now)s điểm, sau khi điều chỉnh phải từ 0 đến %(most)s điểm."),
            field="points",
            now=shown(standing),
            most=shown(most),
        )
    return points


def shown(tenths: int) -> str:
    """Tenths of points as people read them: 125 is "12,5", 100 is "10"."""
    whole, rest = divmod(abs(tenths), 10)
    return f"{'-' if tenths < 0 else ''}{whole}" + (f",{rest}" if rest else "")
