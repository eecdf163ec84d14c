"""The scores of a year (P4.5): as they are counted now, beside what was frozen and what was said about them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import Criterion, EmulationScheme, SchoolYear, ScoreAdjustment, ScoreComment, ScoreSheet, Staff
from school.rules.actor import Actor
from school.rules.emulation import Scheme, Score, score
from school.rules.score_sheet import score_of
from school.services import score_records
from school.services.score_records import Person, require_seen
from school.vocabulary import N_, YearState


@dataclass(frozen=True)
class Standing:
    """Where one person stands: the score of now, the sheet with what was frozen, and what was said about it."""

    staff_id: int
    code: str
    full_name: str
    department: str | None
    post: str | None
    score: Score
    sheet: ScoreSheet | None = None
    frozen: Score | None = None
    adjustments: tuple[ScoreAdjustment, ...] = ()
    comments: tuple[ScoreComment, ...] = ()

    @property
    def shown(self) -> Score:
        """What counts: the frozen score where there is one, else that of now."""
        return self.frozen or self.score

    @property
    def differs(self) -> bool:
        """Whether what was frozen is no longer what would be counted now."""
        if self.frozen is None:
            return False
        return _points(self.frozen) != _points(self.score)


def of_year(session: Session, actor: Actor, year: SchoolYear) -> dict[int, Standing]:
    """Everybody's standing in the year whose score the actor may see, by staff id, in the order of names (P7).

    NotAllowed for those who see no score; RuleError for a year that is still being prepared.
    """
    return _standings(session, actor, year, None)


def of_person(session: Session, actor: Actor, year: SchoolYear, staff: Staff) -> Standing:
    """One person's standing in the year; NotAllowed or RuleError as above."""
    return _standings(session, actor, year, staff.id)[staff.id]


def rules_of(session: Session, year: SchoolYear) -> Scheme:
    """What the year is scored by: its own criteria, or while it has none those that a school begins with."""
    scheme = session.scalar(select(EmulationScheme).where(EmulationScheme.school_year_id == year.id))
    return Scheme.of(scheme, session.scalars(select(Criterion).where(Criterion.school_year_id == year.id)))


def check_under_way(year: SchoolYear) -> None:
    """RuleError for a year of which nothing can be scored yet."""
    if year.state is YearState.PREPARING:
        raise RuleError(N_("Năm học này còn đang chuẩn bị nên chưa có điểm thi đua."))


def _points(score: Score) -> tuple[Any, ...]:
    """What two scores are compared by: the points of each line, the total and the level."""
    return [(line.code, line.points) for line in score.lines], score.total, score.level


def _standings(session: Session, actor: Actor, year: SchoolYear, staff_id: int | None) -> dict[int, Standing]:
    require_seen(actor, year, staff_id)
    check_under_way(year)
    people = score_records.people(session, actor, year, staff_id)
    adjusted = score_records.adjustments(session, actor, year, staff_id)
    works = score_records.gather(session, actor, year, people, adjusted, staff_id)
    rules = rules_of(session, year)
    sheets = {row.staff_id: row for row in _rows(session, ScoreSheet, year, staff_id)}
    changes, words = _by_person(adjusted), _by_person(_rows(session, ScoreComment, year, staff_id))
    return {
        person.staff_id: _standing(
            person,
            score(works[person.staff_id], rules, actor.today),
            sheets.get(person.staff_id),
            changes[person.staff_id],
            words[person.staff_id],
        )
        for person in people
    }


def _standing(
    person: Person, now: Score, sheet: ScoreSheet | None, changes: list[ScoreAdjustment], words: list[ScoreComment]
) -> Standing:
    return Standing(
        person.staff_id,
        person.code,
        person.full_name,
        person.department,
        person.post,
        now,
        sheet,
        score_of(sheet),
        tuple(changes),
        tuple(words),
    )


def _rows(session: Session, model: type, year: SchoolYear, staff_id: int | None) -> Iterable[Any]:
    """The rows of the year that the actor may see, the first first."""
    row: Any = model
    whose = true() if staff_id is None else row.staff_id == staff_id
    return session.scalars(select(row).where(row.school_year_id == year.id, whose).order_by(row.id))


def _by_person(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.staff_id].append(row)
    return found
