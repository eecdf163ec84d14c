"""The assignment board: students without a sponsor with suggestions and their reasons, and what staff carry (P4.3).

Nothing is automatic: the secretary or leadership chooses, and what is chosen becomes registrations for the meeting.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, abort, flash, g, redirect, request
from flask_admin import expose
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms import Form

from admin_views.asked import year_of_today
from admin_views.base import Page, Row
from admin_views.files import report_response, table_format
from admin_views.forms import DayField
from admin_views.listing import whole_number
from admin_views.pickers import PickField
from admin_views.values import show
from school.db import db
from school.errors import NotAllowed, PanelError
from school.models import Staff, SupportCase
from school.reports import left_over
from school.reports.board import Board, Load, WaitingCase, board
from school.rules.policy import require, scopes
from school.rules.tables import Scope
from school.services import sponsorships
from school.vocabulary import N_, Action, SponsorRole

PAGE_SIZE, STAFF_PAGE, SHOWN = 50, 100, 20
STAFF_COLUMNS = (N_("Thầy cô"), N_("Tổ"), N_("Đang giúp"), N_("Đang chờ duyệt"), N_("Đăng ký"))


@dataclass
class Choice:
    """What the form says about one student: a suggested person or a typed one, the part, and what is wrong with it."""

    chosen: str = ""
    typed: str = ""
    role: str = SponsorRole.LEAD.value
    error: str = ""
    candidates: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """One student on the page, prepared."""

    id: int
    name: str
    url: str
    about: list[str]
    options: list[tuple[str, str, str]]  # of each suggestion: staff id, name, reasons
    choice: Choice


class StartForm(Form):
    """The day from which the chosen pairings run."""

    started_on = DayField("started_on")


class PersonForm(Form):
    """One typed name."""

    staff = PickField("staff", model=Staff)


class BoardPage(Page):
    reads = Action.VIEW_MEETING

    @expose("/")
    def index(self) -> str:
        """A page of the students without a sponsor."""
        return self._show({}, show_day(g.actor.today))

    @expose("/save/", methods=("POST",))
    def save(self) -> Any:
        """Register the chosen pairings: all of them, or none."""
        if not self._may_register():
            require(g.actor, Action.APPROVE_SPONSORSHIP)  # says why not
            abort(403)
        choices = read_choices()
        start = StartForm(MultiDict({"started_on": request.form.get("started_on", "")}))
        start_error = "" if start.validate() and start.started_on.data else gettext("Thầy cô điền ngày bắt đầu.")
        pairs = [pair for id_, choice in choices.items() if (pair := self._pair(id_, choice)) is not None]
        failed = bool(start_error) or any(choice.error for choice in choices.values())
        if not failed and pairs:
            failed = not self._register([{**pair, "started_on": start.started_on.data} for pair in pairs], choices)
        day = request.form.get("started_on", "")[:32]
        if failed or not pairs:
            if not failed:
                flash(gettext("Thầy cô chọn người cho ít nhất một em."), "error")
            return self._show(choices, day, start_error), 400
        db.session.commit()
        flash(gettext("Đã đăng ký %(count)s phân công, chờ cuộc họp thống nhất.", count=len(pairs)), "success")
        return redirect(self.get_url(".index", page=request.args.get("page") or None), 303)

    @expose("/staff/")
    def staff(self) -> str:
        """What each member of staff carries, those without a student first."""
        found = self._board()
        loads = [*found.idle, *(load for load in found.loads.values() if load.students)] if found else []
        page, pages = page_number(len(loads), STAFF_PAGE)
        return self.render(
            "school/board.html",
            part="staff",
            columns=[*map(gettext, STAFF_COLUMNS)],
            rows=[self._load_row(load) for load in loads[page * STAFF_PAGE : (page + 1) * STAFF_PAGE]],
            page=page,
            pages=pages,
            count=len(found.idle) if found else 0,
        )

    @expose("/export/")
    @expose("/export/<export_type>/")
    def export(self, export_type: str = "csv") -> Response:
        """The students left over, for the Sở: no names, no circumstances (P6)."""
        year = year_of_today()
        if not self._sees_all() or year is None:
            abort(403 if not self._sees_all() else 404)
        rows = left_over.rows(db.session, g.actor, year)
        title = gettext("Chưa có người đỡ đầu")
        return report_response("left-over", table_format(export_type), left_over.COLUMNS, rows, title, year)

    def _board(self) -> Board | None:
        year = year_of_today()
        return board(db.session, g.actor, year) if year is not None else None

    def _may_register(self) -> bool:
        return Scope.ALL in scopes(g.actor, Action.REGISTER_SPONSORSHIP)

    def _sees_all(self) -> bool:
        return Scope.ALL in scopes(g.actor, Action.VIEW_CIRCUMSTANCES)

    def _show(self, choices: Mapping[int, Choice], started_on: str, start_error: str = "") -> str:
        found = self._board()
        waiting = found.waiting if found else []
        page, pages = page_number(len(waiting), PAGE_SIZE)
        lines = [self._line(found, w, choices) for w in waiting[page * PAGE_SIZE : (page + 1) * PAGE_SIZE] if found]
        proposed = found.proposed if found else []
        return self.render(
            "school/board.html",
            part="cases",
            lines=lines,
            count=len(waiting),
            page=page,
            pages=pages,
            may_register=self._may_register(),
            may_export=self._sees_all() and bool(waiting),
            roles=[(role.value, show(role)) for role in SponsorRole],
            started_on=started_on,
            start_error=start_error,
            errors=self._errors(lines, choices, start_error),
            columns=[gettext("Học sinh"), gettext("Người đỡ đầu"), gettext("Vai trò"), gettext("Trạng thái")],
            proposed=[
                Row(
                    s.id,
                    self.get_url("sponsorship.details_view", id=s.id),
                    [str(s.case), show(s.staff), show(s.role), show(s.state)],
                )
                for s in proposed[:SHOWN]
            ],
            proposed_count=len(proposed),
        )

    def _errors(self, lines: list[Line], choices: Mapping[int, Choice], start_error: str) -> list[tuple[str, str, str]]:
        """Where each refusal stands, at whom, and its text; whom somebody else has just paired is named too."""
        shown = {line.id: line.name for line in lines}
        found = []
        for id_, choice in choices.items():
            if choice.error:
                case = None if id_ in shown else db.session.get(SupportCase, id_)
                found.append((f"e{id_}" if id_ in shown else "", shown.get(id_) or str(case), choice.error))
        return [*found, *([("started_on", gettext("Bắt đầu từ ngày"), start_error)] if start_error else [])]

    def _line(self, found: Board, waiting: WaitingCase, choices: Mapping[int, Choice]) -> Line:
        names = {id_: load.staff for id_, load in found.loads.items()}
        options = [
            (str(s.staff_id), str(names[s.staff_id]), ", ".join(gettext(reason.label) for reason in s.reasons))
            for s in found.suggestions.get(waiting.id, ())
        ]
        about = [str(waiting.classroom)] if waiting.classroom else []
        about += [gettext("nhóm %(groups)s", groups=", ".join(waiting.groups))] if waiting.groups else []
        about += [show(waiting.severity).lower()] if waiting.severity else []
        about.append(gettext("chờ từ %(day)s", day=show(waiting.since)))
        url = self.get_url("case.details_view", id=waiting.id)
        return Line(waiting.id, str(waiting.case.student), url, about, options, choices.get(waiting.id) or Choice())

    def _load_row(self, load: Load) -> Row:
        offers = [str(r.student) for r in load.named if r.student] or (
            [gettext("Em nào cần cũng được")] if load.willing else []
        )
        cells = [
            str(load.staff),
            show(load.staff.department),
            show_load(load.students),
            show_load(load.proposed),
            "; ".join(offers),
        ]
        return Row(load.staff.id, self.get_url("staff.details_view", id=load.staff.id), cells)

    def _pair(self, case_id: int, choice: Choice) -> dict[str, Any] | None:
        """What the form means for one student; a refusal is noted beside it. None where nothing is chosen."""
        if not choice.chosen and not choice.typed:
            return None
        case = db.session.get(SupportCase, case_id)
        staff = self._typed(choice) if choice.typed else self._suggested(choice)
        if case is None or choice.role not in {role.value for role in SponsorRole}:
            abort(400)
        return {"case": case, "staff": staff, "role": SponsorRole(choice.role)}

    def _suggested(self, choice: Choice) -> Staff:
        return db.session.get(Staff, whole_number(choice.chosen)) or abort(400)

    def _typed(self, choice: Choice) -> Staff | None:
        form = PersonForm(MultiDict({"staff": choice.typed}))
        if not form.validate():
            choice.error = str(form["staff"].errors[0])
            choice.candidates = form["staff"].candidates
        return form["staff"].data

    def _register(self, pairs: list[dict[str, Any]], choices: Mapping[int, Choice]) -> bool:
        """Through the service; a refusal stands beside the student at whom it happened."""
        try:
            sponsorships.register_all(db.session, g.actor, pairs)
        except NotAllowed:
            raise
        except PanelError as error:
            db.session.rollback()
            text = gettext(error.msgid, **error.params)
            at = choices.get(int(str(error.params.get("case_id", 0))))
            if at is None:
                flash(text, "error")
            else:
                at.error = text
            return False
        return True


def read_choices() -> dict[int, Choice]:
    """What the form says about each student, by case: "p12" the person, "o12" the typed name, "r12" the part."""
    found: dict[int, Choice] = {}
    for key in request.form:
        kind, number = key[:1], key[1:]
        if kind == "p" and number.isascii() and number.isdigit() and len(number) < 19:
            found[int(number)] = Choice(
                chosen=request.form.get(f"p{number}", "")[:20],
                typed=request.form.get(f"o{number}", "").strip()[:200],
                role=request.form.get(f"r{number}", SponsorRole.LEAD.value)[:20],
            )
    if len(found) > 2 * PAGE_SIZE:
        abort(400)
    return found


def page_number(count: int, size: int) -> tuple[int, int]:
    """The page that the address asks for, the last one where there are fewer; and how many there are."""
    pages = max(1, -(-count // size))
    return min(whole_number(request.args.get("page") or "0", high=1_000_000), pages - 1), pages


def show_day(day: dt.date) -> str:
    """The day as the browser's date box wants it."""
    return f"{day:%Y-%m-%d}"


def show_load(students: float) -> str:
    """How many students: "1", "2,5"; nothing for none."""
    return f"{students:g}".replace(".", ",") if students else ""
