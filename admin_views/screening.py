"""The page of the screening list (P4.2): whom the records point out and why; taken in, or left out with a reason."""

from dataclasses import dataclass, field
from typing import Any

from flask import abort, current_app, flash, g, redirect, request
from flask_admin import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from admin_views.base import Page
from admin_views.listing import whole_number
from admin_views.values import show, show_number
from school.db import db
from school.errors import NotAllowed, PanelError, StaleRecord
from school.reports import screening as report
from school.services import screening
from school.vocabulary import Action, YearState

PAGE_SIZE = 20
MAX_PAGE = 1_000_000
DECISIONS = {
    "open": _("Chưa quyết định"),
    "in": _("Đã đưa vào danh sách"),
    "out": _("Để ngoài danh sách"),
}


@dataclass(frozen=True)
class Asked:
    """What the address asks of the list."""

    classroom: str = ""
    decision: str = ""
    page: int = 0

    @classmethod
    def read(cls, given: Any) -> "Asked":
        """Read and check the parameters; 400 for what does not fit."""
        classroom, decision = given.get("classroom", ""), given.get("decision", "")
        if decision and decision not in DECISIONS:
            abort(400)
        if classroom:
            whole_number(classroom)
        return cls(classroom, decision, whole_number(given.get("page") or "0", high=MAX_PAGE))

    def wants(self, candidate: report.Candidate) -> bool:
        """Whether the filters let this student through."""
        in_class = not self.classroom or str(candidate.classroom_id) == self.classroom
        return in_class and (not self.decision or self.decision == _state(candidate))

    def address(self, page: int) -> dict[str, Any]:
        """The parameters of another page of the same list."""
        return {"classroom": self.classroom or None, "decision": self.decision or None, "page": page or None}


@dataclass(frozen=True)
class Line:
    """One student of the list, as it is shown."""

    id: int
    name: str
    url: str
    classroom: str
    reasons: list[str]
    term: str
    state: str
    why: str
    case_url: str
    version: int | None
    may_take: bool
    may_leave: bool
    typed: str = ""
    error: str = ""


@dataclass(frozen=True)
class Refusal:
    """A decision that was refused: for whom, what was typed, and why."""

    student_id: int
    typed: str
    text: str
    at_field: bool
    status: int = field(default=400)


def _state(candidate: report.Candidate) -> str:
    if candidate.open:
        return "open"
    return "in" if candidate.case_id is not None or (candidate.decision and candidate.decision.taken_in) else "out"


class ScreeningPage(Page):
    reads = Action.SCREEN_STUDENTS

    @expose("/")
    def index(self) -> str:
        """A page of the list."""
        return self._show(Asked.read(request.args))

    @expose("/decide/", methods=("POST",))
    def decide(self) -> Any:
        """Take one student in, or leave one out with a reason."""
        asked, student_id = Asked.read(request.form), whole_number(request.form.get("student"))
        version, typed = request.form.get("version", type=int), request.form.get("reason", "")
        years, found = self._found(student_id)
        if years is None or not found:
            abort(404)
        candidate, choice = found[0], request.form.get("choice")
        common = (db.session, g.actor, student_id, years.year, candidate.reasons)
        try:
            if choice == "in":
                screening.take_in(*common, version)
                done = gettext("Đã đưa %(name)s vào danh sách.", name=candidate.full_name)
            elif choice == "out":
                screening.leave_out(*common, typed[:1000], version)
                done = gettext("Đã ghi: để %(name)s ngoài danh sách.", name=candidate.full_name)
            else:
                abort(400)
        except NotAllowed:
            raise
        except PanelError as error:
            db.session.rollback()
            text = gettext(error.msgid, **error.params)
            status = 409 if isinstance(error, StaleRecord) else 400
            if error.field != "reason":
                flash(text, "error")
            return self._show(asked, Refusal(student_id, typed, text, error.field == "reason")), status
        db.session.commit()
        flash(done, "success")
        return redirect(self.get_url(".index", **asked.address(asked.page)), 303)

    def _found(self, student_id: int | None = None) -> tuple[report.Years | None, list[report.Candidate]]:
        years = report.years_of(db.session, g.actor)
        if years is None:
            return None, []
        most = current_app.config["SCREENING_ABSENCES"]
        return years, report.candidates(db.session, g.actor, years, most, student_id)

    def _show(self, asked: Asked, refusal: Refusal | None = None) -> str:
        years, found = self._found()
        wanted = [candidate for candidate in found if asked.wants(candidate)]
        pages = max(1, -(-len(wanted) // PAGE_SIZE))
        page = min(asked.page, pages - 1)
        shown = wanted[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
        running = years is not None and years.year.state is not YearState.CLOSED
        return self.render(
            "school/screening.html",
            year=years.year if years else None,
            most=current_app.config["SCREENING_ABSENCES"],
            lines=[self._line(candidate, running, refusal) for candidate in shown],
            waiting=show_number(sum(candidate.open for candidate in found)),
            count=show_number(len(wanted)),
            classes=report.classes_of(found),
            decisions=list(DECISIONS.items()),
            asked=asked,
            page=page,
            pages=pages,
            page_url=lambda number: self.get_url(".index", **asked.address(number)),
        )

    def _line(self, candidate: report.Candidate, running: bool, refusal: Refusal | None) -> Line:
        mine = refusal if refusal is not None and refusal.student_id == candidate.student_id else None
        decision, no_case = candidate.decision, candidate.case_id is None
        term = candidate.term
        return Line(
            candidate.student_id,
            candidate.full_name,
            self.get_url("student.details_view", id=candidate.student_id),
            candidate.classroom,
            [gettext(reason.kind.label, **reason.params) for reason in candidate.reasons],
            f"{show(term.period)} {term.year}" if term else "",
            str(DECISIONS[_state(candidate)]) if no_case else show(candidate.case_state),
            (decision.reason or "") if decision is not None and not decision.taken_in and no_case else "",
            self.get_url("case.details_view", id=candidate.case_id) if not no_case else "",
            decision.version if decision is not None else None,
            may_take=running and no_case and not (decision is not None and decision.taken_in),
            may_leave=running and no_case,
            typed=mine.typed if mine else "",
            error=mine.text if mine and mine.at_field else "",
        )
