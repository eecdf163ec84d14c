"""The council's page: a year's counts for each member of staff, and the same as a file (P4.5). It names no student."""

from typing import Any

from flask import Response, abort, g, request
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy import select

from admin_views.base import Page
from admin_views.files import report_response, table_format
from admin_views.values import show
from school.db import db
from school.models import SchoolYear
from school.reports import emulation
from school.services import directory
from school.vocabulary import Action


class EmulationPage(Page):
    reads = Action.EXPORT_EMULATION

    @expose("/")
    def index(self) -> str:
        """The table of one school year."""
        year = self._year()
        return self.render(
            "school/emulation.html",
            year=year,
            years=db.session.scalars(select(SchoolYear).order_by(SchoolYear.starts_on.desc())).all(),
            columns=[gettext(column.label) for column in emulation.COLUMNS],
            offered=[(column.key, gettext(column.label)) for column in emulation.COLUMNS],
            rows=self._rows(year) if year else [],
        )

    @expose("/export/")
    @expose("/export/<export_type>/")
    def export(self, export_type: str = "csv") -> Response:
        """The same table for the emulation council, with the columns that were ticked."""
        format_, year = table_format(export_type), self._year()
        if year is None:
            abort(404)
        rows = emulation.rows(db.session, g.actor, year)
        return report_response("emulation", format_, emulation.COLUMNS, rows, str(self.name), year)

    def _year(self) -> SchoolYear | None:
        wanted = request.args.get("year")
        if wanted is None:
            return directory.find_year(db.session, g.actor.today) or directory.latest_year(db.session)
        year = db.session.scalar(select(SchoolYear).where(SchoolYear.name == wanted[:32]))
        return year or abort(404)

    def _rows(self, year: SchoolYear) -> list[list[Any]]:
        return [[show(value) for value in row] for row in emulation.rows(db.session, g.actor, year)]
