"""School years: their states, every date of P4, and the page on which a date is moved or put back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, g, redirect, request
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired, Length, Optional

from admin_views.base import Page, Panel, Row
from admin_views.directory import DirectoryScreen
from admin_views.forms import MAX_PROSE, DayField, ProseField, show_error
from admin_views.listing import by_label, whole_number
from admin_views.values import show, show_period
from school.db import db
from school.errors import NotAllowed, PanelError, StaleRecord
from school.models import SchoolYear
from school.rules.calendar import MONTHLY, Due, YearPlan
from school.rules.policy import can
from school.rules.year import YEAR_STEPS, check_period
from school.services import closing, directory, years
from school.services.calendar import plan_of
from school.vocabulary import Action, Deadline, YearState


def may_move(year: SchoolYear) -> bool:
    """Whether this person may move the dates of this year now."""
    return year.state is not YearState.CLOSED and bool(can(g.actor, Action.EDIT_CALENDAR, year))


def show_due(due: Due) -> str:
    """The day of a date, and that it was moved where it was."""
    day = show(due.last_day)
    return gettext("%(day)s (đã dời)", day=day) if due.moved else day


class YearScreen(DirectoryScreen):
    intro = _("Năm học và các mốc thời gian.")
    new_label = _("Thêm năm học")
    column_list = ("name", "state", "starts_on", "semester_2_starts_on", "ends_on")
    column_details_list = (*column_list, "closed_on", "closed_despite")
    column_export_extra = ("closed_on", "closed_despite")
    column_labels = {
        "name": _("Năm học"),
        "state": _("Trạng thái"),
        "starts_on": _("Ngày bắt đầu"),
        "semester_2_starts_on": _("Học kỳ II từ ngày"),
        "ends_on": _("Ngày kết thúc"),
        "closed_on": _("Kết thúc năm học ngày"),
        "closed_despite": _("Lý do kết thúc khi còn việc"),
    }
    column_descriptions = {
        "name": _("Viết theo mẫu 2025-2026."),
        "starts_on": _("Để trống: 1 tháng 9."),
        "semester_2_starts_on": _("Để trống: 16 tháng 1."),
        "ends_on": _("Để trống: 31 tháng 5."),
    }
    column_sortable_list = ("name", "starts_on")
    column_default_sort = ("starts_on", True)
    form_columns = ("name", "starts_on", "semester_2_starts_on", "ends_on")
    form_args = {name: {"validators": [Optional()]} for name in ("starts_on", "semester_2_starts_on", "ends_on")}
    filters = (by_label("state", _("Trạng thái"), SchoolYear.state, YearState),)
    machine = YEAR_STEPS
    step_fields = {
        "close": {
            "reason": ProseField(
                _("Lý do, nếu còn việc chưa xong"),
                [Optional(), Length(max=MAX_PROSE)],
                description=_("Để trống khi mọi việc của năm học đã xong."),
            )
        }
    }

    def store(self, obj: SchoolYear, values: dict[str, Any], version: int | None) -> SchoolYear:
        return directory.save_year(db.session, g.actor, obj, values, version)

    def erase(self, obj: SchoolYear, version: int | None) -> None:
        years.discard_year(db.session, g.actor, obj, version)

    def may_edit(self, obj: SchoolYear) -> bool:
        return super().may_edit(obj) and obj.state is not YearState.CLOSED

    def may_delete(self, obj: SchoolYear) -> bool:
        return super().may_delete(obj) and obj.state is YearState.PREPARING

    def take(self, obj: SchoolYear, name: str, values: Mapping[str, Any]) -> str | None:
        if name == "close":
            closing.close_year(db.session, g.actor, obj, values.get("reason"))
        else:
            years.take_step(db.session, g.actor, obj, name)
        return None

    def ways(self, obj: SchoolYear) -> list[tuple[str, str]]:
        found = []
        if obj.state is YearState.RUNNING and can(g.actor, Action.CLOSE_YEAR, obj):
            found.append((self.get_url("closing.index", year=obj.name), gettext("Việc còn lại của năm học")))
        if obj.state is not YearState.PREPARING and can(g.actor, Action.ROLL_OVER_YEAR):
            found.append((self.get_url("rollover.index", year=obj.name), gettext("Chuyển sang năm học mới")))
        return found

    def panels(self, obj: SchoolYear) -> list[Panel]:
        """Every date of the year: those of the year one by one, the monthly ones a line a month."""
        plan = plan_of(db.session, obj)
        dates = plan.dates()
        return [self._yearly(obj, dates), self._monthly(obj, plan)]

    def _yearly(self, obj: SchoolYear, dates: list[Due]) -> Panel:
        movable = may_move(obj)
        rows = [
            Row(
                number,
                self.get_url("deadline.index", year=obj.id, deadline=due.deadline.value) if movable else None,
                [show(due.deadline), show_due(due)],
            )
            for number, due in enumerate(due for due in dates if due.deadline not in MONTHLY)
        ]
        return Panel(gettext("Mốc thời gian trong năm"), [gettext("Mốc"), gettext("Ngày")], rows, "")

    def _monthly(self, obj: SchoolYear, plan: YearPlan) -> Panel:
        movable = may_move(obj)
        rows = [
            Row(
                number,
                self.get_url("deadline.index", year=obj.id, period=month) if movable else None,
                [show_period(month), *(show_due(due_of(plan, deadline, month)) for deadline in MONTHLY)],
            )
            for number, month in enumerate(plan.months())
        ]
        columns = [gettext("Tháng"), *(show(deadline) for deadline in MONTHLY)]
        return Panel(gettext("Hạn hằng tháng"), columns, rows, "")


def due_of(plan: YearPlan, deadline: Deadline, period: str) -> Due:
    """One date of the year."""
    return Due(deadline, period, plan.last_day(deadline, period), (deadline, period) in plan.moved)


class MoveForm(BaseForm):
    """The new day of one date."""

    last_day = DayField(_("Ngày mới"), [InputRequired(_("Thầy cô chọn ngày."))])
    seen = DayField("", [Optional()])  # the day that stood when the page was opened


@dataclass
class DateCard:
    """One date with its form; `usual` is the day of the programme."""

    due: Due
    usual: Any
    form: MoveForm


class DeadlinePage(Page):
    """One date of a year, or both of a month: moved, or put back to its usual day (P4)."""

    reads = Action.EDIT_CALENDAR

    def is_visible(self) -> bool:
        return False  # the page of a year leads here

    @expose("/", methods=("GET", "POST"))
    def index(self) -> Any:
        """Show the date that the address names; a post moves it."""
        year = self._year()
        period = request.values.get("period", "")[:10]
        named = request.values.get("deadline", "")
        try:
            chosen = [Deadline(named)] if named else list(MONTHLY)
            for deadline in chosen:
                check_period(YearPlan.usual(year.name), deadline, period)
        except (ValueError, PanelError):
            abort(404)
        if request.method == "POST":
            return self._move(year, chosen, period)
        return self._show(year, chosen, period)

    def _year(self) -> SchoolYear:
        return db.session.get(SchoolYear, whole_number(request.values.get("year"))) or abort(404)

    def _move(self, year: SchoolYear, chosen: list[Deadline], period: str) -> Any:
        form = MoveForm(request.form)
        if len(chosen) != 1:
            abort(400)
        if not form.validate():
            return self._show(year, chosen, period, form), 400
        try:
            years.move_deadline(db.session, g.actor, year, chosen[0], period, form.last_day.data, form.seen.data)
        except NotAllowed:
            raise
        except PanelError as error:
            db.session.rollback()
            show_error(form, error)
            stale = isinstance(error, StaleRecord)
            return self._show(self._year(), chosen, period, form), 409 if stale else 400
        db.session.commit()
        flash(gettext("Đã lưu ngày %(day)s.", day=show(form.last_day.data)), "success")
        return redirect(self.get_url("year.details_view", id=year.id), 303)

    def _show(self, year: SchoolYear, chosen: list[Deadline], period: str, failed: MoveForm | None = None) -> str:
        plan = plan_of(db.session, year)
        dues = [due_of(plan, deadline, period) for deadline in chosen]
        cards = [
            DateCard(due, plan.usual_day(due.deadline, period), failed or MoveForm(None, last_day=due.last_day))
            for due in dues
        ]
        title = show_period(period) if period else show(chosen[0])
        movable = may_move(year)
        return self.render("school/deadline.html", year=year, title=title, period=period, cards=cards, movable=movable)
