"""Who would move if a year were scored by other weights or bands (P4.5): everybody's work, scored twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.models import Criterion, EmulationScheme, SchoolYear
from school.rules.actor import Actor
from school.rules.emulation import Scheme, score
from school.rules.policy import require
from school.rules.what_if import Comparison, Move, with_numbers
from school.services import score_records
from school.services.score_records import Person
from school.vocabulary import Action, YearState


@dataclass(frozen=True)
class Tried:
    """What trying came to; `records` is the year whose work was scored."""

    comparison: Comparison
    people: Mapping[int, Person]
    records: SchoolYear


def year_called(session: Session, name: str) -> SchoolYear | None:
    """The school year of this name."""
    return session.scalar(select(SchoolYear).where(SchoolYear.name == name))


def compare(
    session: Session,
    actor: Actor,
    scheme: EmulationScheme,
    rows: Sequence[Criterion],
    numbers: Mapping[str, int],
    points: Mapping[int, int],
) -> Tried:
    """Everybody's score as the scheme and its criteria stand, and with other numbers (bands, cap) and points by id.

    A year that is still prepared has no work yet: that of the year before is scored in its place.
    """
    require(actor, Action.EXPORT_EMULATION)
    standing = Scheme.of(scheme, rows)
    other = with_numbers(standing, numbers, {row.code: points[row.id] for row in rows if row.id in points})
    records = _records(session, scheme.school_year)
    persons = score_records.people(session, actor, records)
    adjusted = score_records.adjustments(session, actor, records)
    works = score_records.gather(session, actor, records, persons, adjusted)
    moves = [
        Move(who.staff_id, *(score(works[who.staff_id], by, actor.today) for by in (standing, other)))
        for who in persons
    ]
    return Tried(Comparison.of(moves), {who.staff_id: who for who in persons}, records)


def _records(session: Session, year: SchoolYear) -> SchoolYear:
    """The year whose work is there to be scored."""
    if year.state is not YearState.PREPARING:
        return year
    earlier = (
        select(SchoolYear)
        .where(SchoolYear.starts_on < year.starts_on, SchoolYear.state != YearState.PREPARING)
        .order_by(SchoolYear.starts_on.desc())
        .limit(1)
    )
    return session.scalar(earlier) or year
