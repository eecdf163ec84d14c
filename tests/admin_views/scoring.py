"""What the tests of the score pages share: criteria that are fixed, sheets that are frozen, pages as texts."""

import re
from typing import Any

from lxml import html
from sqlalchemy import select
from werkzeug.test import TestResponse

from school import models as m
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.vocabulary import SchemeState
from tests.cast import NOW, Cast
from tests.web import Browser

DECISION = {"decision_number": "12/QĐ-THPT", "decided_on": "2025-10-15"}
FREEZE, TABLE = "/admin/emulation/freeze/", "/admin/emulation/"


def as_operator(cast: Cast) -> Any:
    """The test's session, reading and writing anew as the operator."""
    cast.session.rollback()
    set_actor(cast.session, Actor.running_commands(NOW))
    cast.session.expire_all()
    return cast.session


def fix_criteria(cast: Cast) -> None:
    """The year's criteria are fixed, and nobody's appeal waits: everything can be frozen."""
    session = as_operator(cast)
    scheme = session.scalars(select(m.EmulationScheme)).one()
    scheme.state, scheme.decision_number, scheme.fixed_on = SchemeState.FIXED, "3/QĐ", NOW.date()
    for row in session.scalars(select(m.ScoreComment)):
        row.answer, row.answered_on = "Hội đồng đã xem lại.", NOW.date()
    session.commit()


def freeze(council: Browser, cast: Cast, *names: str) -> TestResponse:
    """The council freezes the sheets of these people, all with none; the criteria are fixed before."""
    fix_criteria(cast)
    council.get(FREEZE)
    ids = [str(cast.staff[name]) for name in names]
    return council.post(FREEZE, DECISION | {"which": "some" if names else "all", "rowid": ids})


def sheet_of(cast: Cast, name: str) -> m.ScoreSheet:
    """The stored sheet."""
    statement = select(m.ScoreSheet).where(m.ScoreSheet.staff_id == cast.staff[name])
    return as_operator(cast).scalars(statement).one()


def main_of(page: TestResponse) -> str:
    """What the page itself says, as one text."""
    (main,) = html.fromstring(page.text).xpath("//main")
    return re.sub(r"\s+", " ", " ".join(main.itertext()))


def links_of(page: TestResponse) -> list[str]:
    """Where the page itself leads."""
    return [str(link) for link in html.fromstring(page.text).xpath("//main//a/@href")]
