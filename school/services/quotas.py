"""How many people and departments may be commended at each level in a year (P4.6): set by leadership, counted here.

A person or a department takes one place of a level, however much is proposed for it there. The two titles that
everybody who meets their standard gets (`rules.commendation.BESIDE_THE_QUOTA`) take none. A proposal beyond the quota
is taken, and says so; a decision beyond it is refused with the numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import Commendation, CommendationQuota, SchoolYear
from school.rules.actor import Actor
from school.rules.commendation import counts_in_quota
from school.rules.policy import require
from school.services.records import apply, check_fresh, step
from school.services.years import check_year_open
from school.vocabulary import N_, Action, CommendationLevel

MOST = 10_000
KINDS = ("people", "departments")
TOO_MANY = {
    "people": N_(
        "%(level)s: chỉ tiêu năm học này là %(quota)s cá nhân, đã có quyết định cho %(decided)s, lần này thêm %(more)s."
    ),
    "departments": N_(
        "%(level)s: chỉ tiêu năm học này là %(quota)s tập thể, đã có quyết định cho %(decided)s, lần này thêm %(more)s."
    ),
}


@dataclass(frozen=True)
class Place:
    """One level's people, or its departments: the quota (None: no limit), and how many are proposed and decided.

    `proposed` counts those that are decided too.
    """

    quota: int | None = None
    proposed: int = 0
    decided: int = 0

    @property
    def beyond(self) -> int:
        """By how many the proposals go past the quota."""
        return max(0, self.proposed - self.quota) if self.quota is not None else 0


@dataclass(frozen=True)
class Level:
    """One level of a year, with the row of its quota if there is one."""

    level: CommendationLevel
    people: Place
    departments: Place
    version: int = 0  # of the stored row; 0: none yet

    def of(self, kind: str) -> Place:
        """Its people, or its departments."""
        return self.people if kind == "people" else self.departments


def kind_of(row: Commendation) -> str:
    """Which of the two numbers a proposal counts in."""
    return "people" if row.staff_id is not None else "departments"


def of_year(session: Session, actor: Actor, year: SchoolYear) -> dict[CommendationLevel, Level]:
    """Every level of the year with its quota and its counts; two statements."""
    require(actor, Action.VIEW_COMMENDATION)
    rows = _rows(session, [year.id])
    proposed, decided = _takers(session, [year.id])
    found = {}
    for level in CommendationLevel:
        row = rows.get((year.id, level))
        places = {
            kind: Place(
                getattr(row, kind) if row is not None else None,
                len(proposed[year.id, level, kind]),
                len(decided[year.id, level, kind]),
            )
            for kind in KINDS
        }
        found[level] = Level(level, places["people"], places["departments"], row.version if row is not None else 0)
    return found


def set_quota(
    session: Session,
    actor: Actor,
    year: SchoolYear,
    level: CommendationLevel,
    values: Mapping[str, int | None],
    version: int,
) -> CommendationQuota | None:
    """Set how many people and departments a level has room for; None is no limit. The same again changes nothing.

    `version` is that of the row that the form was opened on, 0 where there was none. A quota may be smaller than what
    is decided already: the higher level said so, and nothing more is decided then.
    """
    require(actor, Action.DECIDE_COMMENDATION)
    check_year_open(year)
    for kind in KINDS:
        _check_number(kind, values.get(kind))
    row = _rows(session, [year.id]).get((year.id, level))
    wanted = {kind: values.get(kind) for kind in KINDS}
    stored = {kind: getattr(row, kind) if row is not None else None for kind in KINDS}
    if wanted == stored:
        return row
    if row is not None:
        check_fresh(row, version)
    with step(session, "set quota"):
        row = row or CommendationQuota(school_year_id=year.id, level=level)
        apply(row, wanted)
        session.add(row)
    return row


def _check_number(kind: str, number: int | None) -> None:
    if number is not None and not 0 <= number <= MOST:
        raise RuleError(N_("Chỉ tiêu là số từ 0 đến %(most)s; để trống nếu không giới hạn."), field=kind, most=MOST)


def check_room(session: Session, rows: Iterable[Commendation]) -> None:
    """RuleError with the numbers unless all of these can be decided within their quotas; two statements."""
    deciding = [row for row in rows if counts_in_quota(row.award)]
    if not deciding:
        return
    years = sorted({row.school_year_id for row in deciding})
    quotas = _rows(session, years, lock=True)
    _proposed, decided = _takers(session, years)
    more: Takers = defaultdict(set)
    for row in deciding:
        key = (row.school_year_id, row.level, kind_of(row))
        more[key] |= {_taker(row)} - decided[key]
    for (year, level, kind), takers in more.items():
        quota = quotas.get((year, level))
        room: int | None = getattr(quota, kind) if quota is not None else None
        taken = decided[year, level, kind]
        if room is not None and takers and len(taken) + len(takers) > room:
            raise RuleError(TOO_MANY[kind], level=level.label, quota=room, decided=len(taken), more=len(takers))


Takers = dict[tuple[int, CommendationLevel, str], set[int]]


def _taker(row: Any) -> int:
    """The id of the person or the department that takes the place."""
    return row.staff_id if row.staff_id is not None else row.department_id


def _rows(
    session: Session, years: list[int], lock: bool = False
) -> dict[tuple[int, CommendationLevel], CommendationQuota]:
    """The quotas of these years; locked where two decisions at once must not share a place."""
    statement = select(CommendationQuota).where(CommendationQuota.school_year_id.in_(years))
    found = session.scalars(statement.with_for_update() if lock else statement)
    return {(row.school_year_id, row.level): row for row in found}


def _takers(session: Session, years: list[int]) -> tuple[Takers, Takers]:
    """Who takes a place of which level by a proposal, and who by a decision."""
    columns = (
        *(Commendation.school_year_id, Commendation.level, Commendation.award),
        *(Commendation.staff_id, Commendation.department_id, Commendation.decided_on),
    )
    proposed: Takers = defaultdict(set)
    decided: Takers = defaultdict(set)
    for row in session.execute(select(*columns).where(Commendation.school_year_id.in_(years))):
        if not counts_in_quota(row.award):
            continue
        key = (row.school_year_id, row.level, "people" if row.staff_id is not None else "departments")
        proposed[key].add(_taker(row))
        if row.decided_on is not None:
            decided[key].add(_taker(row))
    return proposed, decided
