"""The school year that a page is about: the one that the address names, else that of today."""

from flask import abort, g, request
from sqlalchemy import select

from admin_views.listing import whole_number
from school.db import db
from school.models import SchoolYear
from school.services import directory


def year_of_today() -> SchoolYear | None:
    """The year that today falls in, else the newest; None while there is none."""
    return directory.find_year(db.session, g.actor.today) or directory.latest_year(db.session)


def asked_year() -> SchoolYear | None:
    """By its name, as in `?year=2025-2026`; 404 for one that is not there."""
    wanted = request.args.get("year")
    if wanted is None:
        return year_of_today()
    return db.session.scalar(select(SchoolYear).where(SchoolYear.name == wanted[:32])) or abort(404)


def chosen_year() -> SchoolYear | None:
    """By its id, as the filter `?school_year=3` of a list has it; 404 for one that is not there."""
    given = request.args.get("school_year")
    return db.session.get(SchoolYear, whole_number(given)) or abort(404) if given else year_of_today()
