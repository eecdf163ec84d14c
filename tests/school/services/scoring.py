"""What tests of scores ask for: everybody's, one person's, one line, as seen by somebody on some day."""

import datetime as dt
from typing import Any

from school import models as m
from school.rules.actor import Actor
from school.services import scores
from school.services.guard import set_actor
from school.services.scores import Standing
from tests.cast import NOW, Cast

YEARS_END = dt.datetime(2026, 5, 31, 2, 0, tzinfo=dt.UTC)


def become(cast: Cast, name: str, now: dt.datetime = NOW) -> Actor | None:
    actor = cast.actor(name, now)
    set_actor(cast.session, actor)
    return actor


def as_operator(cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))


def the_year(cast: Cast) -> m.SchoolYear:
    as_operator(cast)
    return cast.get(m.SchoolYear, cast.year)


def of_year(cast: Cast, name: str = "operator", now: dt.datetime = NOW) -> dict[int, Standing]:
    year = the_year(cast)
    return scores.of_year(cast.session, become(cast, name, now), year)


def of_person(cast: Cast, who: str, name: str = "operator", now: dt.datetime = NOW) -> Standing:
    year, staff = the_year(cast), cast.get(m.Staff, cast.staff[who])
    return scores.of_person(cast.session, become(cast, name, now), year, staff)


def points(cast: Cast, who: str, now: dt.datetime = NOW) -> dict[str, int | None]:
    return {line.code: line.points for line in of_person(cast, who, now=now).score.lines}


def line_of(cast: Cast, who: str, code: str, now: dt.datetime = YEARS_END) -> Any:
    return next(line for line in of_person(cast, who, now=now).score.lines if line.code == code)
