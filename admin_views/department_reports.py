"""The screen of the departments' monthly reports (P4.10): figures prepared, the head's words, submitted and frozen."""

from collections.abc import Mapping
from typing import Any

from flask import abort, g, request
from flask_admin import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import and_, not_, select
from sqlalchemy.orm import joinedload
from wtforms.validators import InputRequired, Length, Optional

from admin_views.base import Panel, Row, Screen, StepButton
from admin_views.evaluations import PeriodField
from admin_views.forms import MAX_PROSE, ProseField, RowField
from admin_views.listing import by_choice, by_label, by_row, by_text, month_choices
from admin_views.values import clip, show, show_number, show_period
from school.db import db
from school.models import Account, Department, DepartmentReport, SchoolYear
from school.reports import department_month, department_words
from school.rules.calendar import YearPlan, begun_months, year_name
from school.rules.oversight import REPORT_STEPS, Timing
from school.services import department_figures, department_reports, directory
from school.services.calendar import plan_named, plan_of
from school.services.department_figures import Figures
from school.vocabulary import Action, Deadline, DocumentKind, ReportState

WRITE = "write"


def own_departments() -> list[Department]:
    """The departments that this person heads, or is deputy of."""
    statement = select(Department).where(Department.id.in_(g.actor.reach.departments)).order_by(Department.name)
    return list(db.session.scalars(statement))


class OwnDepartmentField(RowField):
    """A department whose report this person writes."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.type = "RowField"  # drawn like one

    def rows(self) -> list[Any]:
        """The departments that this person heads, or is deputy of."""
        return own_departments()


def show_timing(how: Timing, days: int) -> str:
    """On time, how late, or how many days are left."""
    texts = {
        Timing.ON_TIME: gettext("Đúng hạn"),
        Timing.DONE_LATE: gettext("Muộn %(days)s ngày", days=days),
        Timing.AHEAD: gettext("Còn %(days)s ngày", days=days) if days else gettext("Hạn hôm nay"),
        Timing.OVERDUE: gettext("Chưa nộp, quá hạn %(days)s ngày", days=days),
    }
    return texts[how]


def plan_for(report: DepartmentReport) -> YearPlan:
    """The dates of the report's year, read once a request."""
    known: dict[int, YearPlan] = g.setdefault("year_plans", {})
    if report.school_year_id not in known:
        known[report.school_year_id] = plan_of(db.session, report.school_year)
    return known[report.school_year_id]


def _standing(report: DepartmentReport) -> str:
    return show_timing(*department_reports.standing(report, plan_for(report), g.actor.today))


def _late() -> Any:
    return department_reports.handed_in_late(_plan_now())


def _on_time() -> Any:
    plan, row = _plan_now(), DepartmentReport
    handed_in = and_(row.period.in_(plan.months()), row.submitted_at.is_not(None))
    return and_(handed_in, not_(department_reports.handed_in_late(plan)))


def _plan_now() -> YearPlan:
    return plan_named(db.session, year_name(g.actor.today))


def _comment(label: Any, *validators: Any) -> dict[str, Any]:
    return {"comment": ProseField(label, [*validators, Length(max=MAX_PROSE)])}


_WORDS = _("Nhận xét của tổ")


class DepartmentReportScreen(Screen):
    reads = Action.VIEW_DEPARTMENT_REPORT
    creates = Action.EDIT_DEPARTMENT_REPORT
    intro = _("Mỗi tháng một báo cáo của tổ, nộp trước ngày 25: số liệu có sẵn, tổ trưởng viết nhận xét.")
    new_label = _("Viết báo cáo tháng")
    empty_message = _("Chưa có báo cáo nào của tổ.")
    list_template = "school/department_reports.html"
    details_template = "school/department_report.html"
    column_list = ("department", "period", "state", "submitted_at", "standing")
    column_details_list = ("state", "last_day", "standing", "submitted_at", "submitted_by", "frozen_on")
    column_labels = {
        "department": _("Tổ"),
        "period": _("Tháng"),
        "state": _("Trạng thái"),
        "submitted_at": _("Nộp lúc"),
        "standing": _("Thời hạn"),
        "last_day": _("Hạn nộp"),
        "submitted_by": _("Người nộp"),
        "frozen_on": _("Nộp lại ngày"),
    }
    column_formatters = {
        "period": lambda v, c, row, n: show_period(row.period),
        "standing": lambda v, c, row, n: _standing(row),
        "last_day": lambda v, c, row, n: plan_for(row).last_day(Deadline.DEPARTMENT_MONTH, row.period),
        "submitted_by": lambda v, c, row, n: show_account(row.submitted_by),
        "frozen_on": lambda v, c, row, n: _handed_in_again(row),
    }
    column_sortable_list = (("department", "department.name"), "period", "state", "submitted_at")
    column_default_sort = [("period", True), ("department.name", False)]
    form_columns = ("department", "period")
    form_overrides = {"period": PeriodField}
    form_extra_fields = {
        "department": OwnDepartmentField(_("Tổ"), [InputRequired(_("Thầy cô chọn tổ."))], model=Department)
    }
    loads = (
        joinedload(DepartmentReport.department),
        joinedload(DepartmentReport.school_year),
        joinedload(DepartmentReport.submitted_by).joinedload(Account.staff),
    )
    filters = (
        by_text("period", _("Tháng"), month_choices, lambda value: DepartmentReport.period == value),
        by_label("state", _("Trạng thái"), DepartmentReport.state, ReportState),
        by_row("department", _("Tổ"), Department, lambda id_: DepartmentReport.department_id == id_),
        by_choice(
            "sent",
            _("Nộp"),
            {
                "on_time": (_("Đúng hạn"), _on_time),
                "late": (_("Muộn"), _late),
            },
        ),
    )
    machine = REPORT_STEPS
    step_fields = {
        WRITE: _comment(_WORDS, Optional()),
        "submit": _comment(_WORDS, InputRequired(_("Thầy cô viết vài câu nhận xét của tổ rồi nộp."))),
        "return": {
            "reason": ProseField(
                _("Điều tổ cần bổ sung"),
                [InputRequired(_("Thầy cô ghi điều tổ cần bổ sung.")), Length(max=MAX_PROSE)],
                description=_("Tổ trưởng nhận được như một việc cần theo dõi."),
            )
        },
    }

    def title(self, obj: DepartmentReport) -> str:
        return f"{obj.department} · {show_period(obj.period)}"

    def defaults(self) -> dict[str, Any]:
        own = own_departments()
        given, begun = request.args.get("period"), begun_months(g.actor.today)
        return {
            "department": own[0] if len(own) == 1 else None,
            "period": given if given in begun else next(iter(begun), None),
        }

    def store(self, obj: DepartmentReport, values: dict[str, Any], version: int | None) -> DepartmentReport:
        return department_reports.open_report(db.session, g.actor, values["department"], values["period"], obj)

    def ways(self, obj: DepartmentReport) -> list[tuple[str, str]]:
        """The report as an official document."""
        way = self.get_url("documents.print_page", kind=DocumentKind.DEPARTMENT_MONTH.value, subject=obj.id)
        return [(way, gettext("Xem và in báo cáo"))]

    def steps(self, obj: DepartmentReport) -> list[StepButton]:
        """What may be done; the words that are stored stand in the forms."""
        buttons = super().steps(obj)
        if any(button.name == "submit" for button in buttons):
            buttons.append(self._write())
        for button in buttons:
            if "comment" in button.fields:
                button.form["comment"].data = obj.comment
        return buttons

    def _write(self) -> StepButton:
        return self.step_button(WRITE, gettext("Lưu, viết tiếp sau"))

    def all_steps(self) -> list[StepButton]:
        return [*super().all_steps(), self._write()]

    def take(self, obj: DepartmentReport, name: str, values: Mapping[str, Any]) -> str | None:
        if name == WRITE:
            department_reports.write(db.session, g.actor, obj, values.get("comment"))
            return gettext("Đã lưu.")
        department_reports.take_step(db.session, g.actor, obj, name, values.get("comment") or values.get("reason"))
        return None

    def extras(self, obj: DepartmentReport) -> dict[str, Any]:
        """The figures, those that were handed in and those of today, and the paragraph for the general report."""
        now = department_figures.figures(db.session, g.actor, obj, plan_for(obj))
        frozen = Figures.thaw(obj.figures) if obj.state is ReportState.SUBMITTED else None
        rows = department_month.figure_rows(now, frozen)
        groups: dict[str, list[Any]] = {}
        for row in rows:
            shown = row.now if row.frozen is None else row.frozen
            groups.setdefault(gettext(row.group), []).append(
                (gettext(row.label), show_number(shown), show_number(row.now) if row.moved else "")
            )
        return {
            "groups": groups,
            "frozen": frozen,
            "moved": any(row.moved for row in rows),
            "paragraph": department_words.paragraph(obj.department.name, obj.period, frozen or now, obj.comment),
        }

    def panels(self, obj: DepartmentReport) -> list[Panel]:
        """What leadership asked to be added, if it did."""
        found = db.session.scalars(department_reports.reasons(obj)).all()
        rows = [
            Row(
                row.id,
                self.get_url("follow_up.details_view", id=row.id),
                [clip(row.what, 200), show(row.raised_on), show(row.due_on), show(row.state)],
            )
            for row in found
        ]
        columns = [gettext("Việc cần làm"), gettext("Nêu ngày"), gettext("Hạn làm"), gettext("Trạng thái")]
        return [Panel(gettext("Góp ý của Ban giám hiệu"), columns, rows, "")] if rows else []

    @expose("/month/")
    def month_view(self) -> str:
        """All departments in one month: who has handed in, who is late and by how many days, who has not begun."""
        begun = begun_months(g.actor.today)
        period = request.args.get("period") or next(iter(begun), None)
        if period is not None and period not in begun:
            abort(400)
        year = directory.find_year(db.session, g.actor.today, year_name(g.actor.today))
        return self.render(
            "school/department_month.html",
            period=period,
            month=show_period(period),
            months=[(month, show_period(month)) for month in begun],
            states=self._states(year, period) if year is not None and period is not None else [],
        )

    def _states(self, year: SchoolYear, period: str) -> list[dict[str, Any]]:
        plan = plan_of(db.session, year)
        return [
            {
                "department": row.department,
                "id": row.department_id,
                "url": self.get_url(".details_view", id=row.report_id) if row.report_id else None,
                "state": show(row.state) if row.state else gettext("Chưa viết") if row.led else gettext("Chưa có em"),
                "standing": show_timing(row.timing, row.days) if row.led or row.report_id else "",
                "look": _LOOKS[row.timing] if row.led or row.report_id else "",
                "submitted_on": show(row.submitted_on),
                "may_begin": row.may_begin,
            }
            for row in department_month.month_states(db.session, g.actor, year, plan, period)
        ]


_LOOKS = {Timing.ON_TIME: "chip-done", Timing.DONE_LATE: "chip-late", Timing.OVERDUE: "chip-late", Timing.AHEAD: ""}


def show_account(account: Account | None) -> str:
    """Whose account it is: the name of the person where the reader may see it."""
    return show(account.staff or account.username) if account is not None else ""


def _handed_in_again(report: DepartmentReport) -> Any:
    """The day of the version that stands, where it is not that of the first."""
    frozen = Figures.thaw(report.figures)
    if frozen is None or report.submitted_at is None or report.state is not ReportState.SUBMITTED:
        return None
    first, *_rest = show(report.submitted_at).split(" ")
    return None if show(frozen.day) == first else frozen.day
