"""How the departments' year stands side by side (P4.6), for council and leadership: no person, no student, no title."""

from flask import g
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy import select

from admin_views.asked import asked_year
from admin_views.base import Page, Row
from school.db import db
from school.models import SchoolYear
from school.reports import collective
from school.rules.collective import MEASURES
from school.vocabulary import Action


class CollectivePage(Page):
    reads = Action.EXPORT_EMULATION

    @expose("/")
    def index(self) -> str:
        """The departments of one school year, by name."""
        year = asked_year()
        return self.render(
            "school/collective.html",
            year=year,
            years=db.session.scalars(select(SchoolYear).order_by(SchoolYear.starts_on.desc())).all(),
            columns=[
                gettext("Tổ"),
                gettext("Số thầy cô"),
                *(gettext(collective.LABELS[name]) for name in MEASURES),
                gettext("Kết quả chung (trên 100)"),
            ],
            rows=[self._row(row) for row in collective.of_year(db.session, g.actor, year)] if year else [],
        )

    def _row(self, row: collective.Row) -> Row:
        cells = [
            f"{measured.count.done}/{measured.count.asked} → {collective.percent(measured.adjusted)}"
            if measured.count.asked
            else "–"
            for measured in (row.standing.measures[name] for name in MEASURES)
        ]
        return Row(row.id, None, [row.name, str(row.staff), *cells, collective.points(row.standing.score)])
