"""The dates of a school year as the school has them: the usual ones, and those that it has moved (P4)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.models import MovedDeadline, SchoolYear
from school.rules.calendar import YearPlan, parse_year


def plan_of(session: Session, year: SchoolYear) -> YearPlan:
    """The dates of this year; one statement."""
    moved = session.scalars(select(MovedDeadline).where(MovedDeadline.school_year_id == year.id))
    return YearPlan(
        year.name,
        year.starts_on,
        year.semester_2_starts_on,
        year.ends_on,
        {(row.deadline, row.period): row.last_day for row in moved},
    )


def plan_named(session: Session, name: str) -> YearPlan:
    """The dates of the year of this name, on its usual days where the panel does not know it; one statement."""
    statement = (
        select(SchoolYear, MovedDeadline)
        .outerjoin(MovedDeadline, MovedDeadline.school_year_id == SchoolYear.id)
        .where(SchoolYear.name == parse_year(name))
    )
    rows = session.execute(statement).all()
    if not rows:
        return YearPlan.usual(name)
    year = rows[0][0]
    moved = {(row.deadline, row.period): row.last_day for _year, row in rows if row is not None}
    return YearPlan(year.name, year.starts_on, year.semester_2_starts_on, year.ends_on, moved)
