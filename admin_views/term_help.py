"""The help of a whole semester rated on one page (P4.8), by union and leadership; it works without script."""

import zlib
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext

from admin_views.asked import year_of_today
from admin_views.base import Page
from admin_views.forms import MAX_PROSE
from admin_views.grid import TOO_LONG, UNKNOWN, tidy
from admin_views.listing import MAX_PAGE, short_list, whole_number
from admin_views.values import show
from school.db import db
from school.errors import PanelError, RuleError, StaleRecord
from school.models import Department, SponsorEvaluation, Sponsorship
from school.reports import term_help
from school.reports.term_help import PAGE_SIZE, Term
from school.rules.calendar import SEMESTERS
from school.services import evaluations
from school.services.records import STALE
from school.vocabulary import Action, HelpRating, TermPeriod


@dataclass
class HelpRow:
    """One row of the page: who helped whom, what is shown in it, and what went wrong there."""

    sponsorship: Sponsorship
    stored: SponsorEvaluation | None
    rating: str
    comment: str
    error: str = ""
    token: str = ""  # the version and content that the page shows: a row that nobody touched is left alone

    @classmethod
    def of(cls, sponsorship: Sponsorship, stored: SponsorEvaluation | None) -> "HelpRow":
        """The row as it is stored."""
        rating = stored.rating.value if stored is not None and stored.rating is not None else ""
        row = cls(sponsorship, stored, rating, stored.comment or "" if stored is not None else "")
        row.token = f"{stored.version if stored is not None else 0}.{row.digest}"
        return row

    @property
    def digest(self) -> str:
        """Short, to tell whether the row has been touched."""
        return f"{zlib.crc32(f'{self.rating} {self.comment}'.encode()):x}"


class TermHelpPage(Page):
    reads = Action.RATE_SPONSOR

    @expose("/")
    def index(self) -> str:
        """One page of the sponsorships of a semester."""
        term, page = self._term(), self._page()
        if term is None:
            return self.render("school/term_help.html", term=None)
        return self._show(term, page, {})

    @expose("/", methods=("POST",))
    def save(self) -> ResponseReturnValue:
        """Save the rows that were touched; those that cannot be saved stay as they were typed, and say why."""
        term, page = self._term() or abort(404), self._page()
        ids = {whole_number(name.removesuffix("-v")) for name in request.form if name.endswith("-v")}
        if len(ids) > 4 * PAGE_SIZE:
            abort(400)
        found = term_help.read_some(db.session, g.actor, term, ids) if ids else []
        if len(found) < len(ids):
            abort(404)
        saved, refused = 0, {}
        for sponsorship, stored in found:
            row = HelpRow.of(sponsorship, stored)
            try:
                saved += self._save(term, row)
            except PanelError as error:
                row.error = gettext(error.msgid, **error.params)
                refused[sponsorship.id] = row
        db.session.commit()
        if saved:
            flash(gettext("Đã lưu %(count)s nhận xét.", count=saved), "success")
        if refused:
            return self._show(term, page, refused), 400
        if not saved:
            flash(gettext("Chưa có gì thay đổi."), "success")
        return redirect(self._url(term, page), 303)

    def _save(self, term: Term, row: HelpRow) -> bool:
        """Save what was typed in a row; whether anything was to be saved."""
        kept, id_ = row.digest, row.sponsorship.id
        row.rating, row.comment = request.form.get(f"{id_}-r", ""), tidy(request.form.get(f"{id_}-c", ""))
        version, _, digest = request.form.get(f"{id_}-v", "").partition(".")
        if row.digest in (kept, digest):
            return False
        if row.rating not in {"", *(rating.value for rating in HelpRating)}:
            raise RuleError(UNKNOWN, field="rating")
        if len(row.comment) > MAX_PROSE:
            raise RuleError(TOO_LONG, field="comment", most=MAX_PROSE)
        if version != str(row.stored.version if row.stored else 0):
            raise StaleRecord(STALE)
        values = {
            "sponsorship": row.sponsorship,
            "period": term.semester,
            "rating": HelpRating(row.rating) if row.rating else None,
            "comment": row.comment or None,
        }
        with db.session.begin_nested():
            at = row.stored.version if row.stored else None
            evaluations.rate_help(db.session, g.actor, row.stored or SponsorEvaluation(), values, at)
        return True

    def _term(self) -> Term | None:
        """The semester that the address asks for, else the newest that has begun."""
        year = year_of_today()
        if year is None or g.actor.today < year.starts_on:
            return None
        begun = SEMESTERS if g.actor.today >= year.semester_2_starts_on else SEMESTERS[:1]
        wanted = request.args.get("semester") or begun[-1].value
        if wanted not in {semester.value for semester in begun}:
            abort(400)
        given = request.args.get("department")
        return Term(year, TermPeriod(wanted), whole_number(given) if given else None)

    def _page(self) -> int:
        return whole_number(request.args.get("page", "0"), high=MAX_PAGE)

    def _url(self, term: Term, page: int) -> str:
        where: dict[str, Any] = {"semester": term.semester.value, "department": term.department}
        return self.get_url(".index", page=page or None, **where)

    def _show(self, term: Term, page: int, refused: dict[int, HelpRow]) -> str:
        rows = []
        for sponsorship, stored in term_help.read_page(db.session, g.actor, term, page):
            row = HelpRow.of(sponsorship, stored)
            if kept := refused.get(sponsorship.id):
                row.rating, row.comment, row.error = kept.rating, kept.comment, kept.error
            rows.append(row)
        progress = term_help.count(db.session, g.actor, term)
        begun = SEMESTERS if g.actor.today >= term.year.semester_2_starts_on else SEMESTERS[:1]
        return self.render(
            "school/term_help.html",
            term=term,
            semesters=[(semester.value, show(semester)) for semester in begun],
            departments=short_list(Department),
            ratings=[(rating.value, show(rating)) for rating in HelpRating],
            rows=rows,
            progress=progress,
            page=page,
            pages=max(1, -(-progress.total // PAGE_SIZE)),
            url=lambda number: self._url(term, number),
        )
