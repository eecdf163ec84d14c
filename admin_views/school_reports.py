"""The screen of the reports to the Sở (P4.11): figures prepared, difficulties and proposals written, signed, frozen."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import g, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload
from wtforms.validators import InputRequired, Length, Optional

from admin_views.base import Panel, Row, Screen, StepButton
from admin_views.department_reports import show_account, show_timing
from admin_views.forms import MAX_PROSE, DayField, LineField, ProseField
from admin_views.listing import by_label, by_row
from admin_views.values import show, show_number
from school.db import db
from school.models import Account, SchoolReport, SchoolYear
from school.reports import school_report
from school.reports.school_report import Table
from school.rules.calendar import YearPlan
from school.rules.oversight import SCHOOL_REPORT_STEPS
from school.rules.policy import can
from school.rules.school_figures import Figures
from school.rules.school_report import DEADLINES, NUMBERS, occasion_on
from school.services import directory, school_figures, school_reports
from school.services.calendar import plan_of
from school.vocabulary import Action, DocumentKind, ReportOccasion, ReportState, YearState

WRITE, CORRECT = "write", "correct"
NUMBER_LENGTH = 32


def _plan(report: SchoolReport) -> YearPlan:
    """The dates of the report's year, read once a request."""
    known: dict[int, YearPlan] = g.setdefault("year_plans", {})
    if report.school_year_id not in known:
        known[report.school_year_id] = plan_of(db.session, report.school_year)
    return known[report.school_year_id]


def _standing(report: SchoolReport) -> str:
    """On time or late, of the report itself: a correction has no last day."""
    if report.correction:
        return ""
    how, days = school_reports.standing(report, _plan(report), g.actor.today)
    return show_timing(how, days)


def _version(report: SchoolReport) -> str:
    """Which of the two reports of the year, and which correction of it."""
    name = gettext("Lần %(number)s", number=NUMBERS[report.occasion])
    return f"{name} · {_correction(report)}" if report.correction else name


def _correction(report: SchoolReport) -> str:
    return gettext("Đính chính lần %(number)s", number=report.correction) if report.correction else gettext("Bản đầu")


def _words(*needed: Any) -> dict[str, Any]:
    """What is written and signed; `needed` where the number and the day must be there."""
    prose = [Optional(), Length(max=MAX_PROSE)]
    return {
        "difficulties": ProseField(
            _("Khó khăn, vướng mắc"), prose, description=_("Không ghi tên em nào. Để trống nếu không có.")
        ),
        "proposals": ProseField(_("Đề xuất, kiến nghị"), prose),
        "number": LineField(
            _("Số của văn bản"),
            [*(needed or (Optional(),)), Length(max=NUMBER_LENGTH)],
            description=_("Ví dụ 45 hoặc 45/BC-THPT."),
        ),
        "signed_on": DayField(_("Ngày ký"), [*(needed or (Optional(),))]),
    }


class SchoolReportScreen(Screen):
    reads = Action.VIEW_SCHOOL_REPORT
    creates = deletes = Action.EDIT_SCHOOL_REPORT
    intro = _("Hai lần một năm, trước ngày 30/12 và trước ngày 25/5: số liệu có sẵn, nhà trường viết thêm rồi ký.")
    new_label = _("Soạn báo cáo")
    empty_message = _("Chưa có báo cáo nào gửi Sở.")
    details_template = "school/school_report.html"
    column_list = ("version", "school_year", "state", "number", "signed_on", "standing")
    column_details_list = (
        "state",
        "number",
        "signed_on",
        "last_day",
        "standing",
        "submitted_by",
        "correction_reason",
        "audit_head",
    )
    column_labels = {
        "version": _("Báo cáo"),
        "occasion": _("Lần báo cáo"),
        "school_year": _("Năm học"),
        "state": _("Trạng thái"),
        "number": _("Số"),
        "signed_on": _("Ngày ký"),
        "standing": _("Thời hạn"),
        "last_day": _("Hạn gửi"),
        "submitted_by": _("Người ký trên phần mềm"),
        "correction_reason": _("Lý do đính chính"),
        "audit_head": _("Dấu nhật ký khi ký"),
    }
    column_formatters = {
        "version": lambda v, c, row, n: _version(row),
        "standing": lambda v, c, row, n: _standing(row),
        "last_day": lambda v, c, row, n: None if row.correction else _plan(row).last_day(DEADLINES[row.occasion]),
        "submitted_by": lambda v, c, row, n: show_account(row.submitted_by),
    }
    column_sortable_list = (("school_year", "school_year.starts_on"), "state", "signed_on")
    column_default_sort = [("school_year.starts_on", True), ("occasion", True), ("correction", True)]
    form_columns = ("school_year", "occasion")
    loads = (
        joinedload(SchoolReport.school_year),
        joinedload(SchoolReport.submitted_by).joinedload(Account.staff),
    )
    filters = (
        by_row("year", _("Năm học"), SchoolYear, lambda id_: SchoolReport.school_year_id == id_),
        by_label("occasion", _("Lần báo cáo"), SchoolReport.occasion, ReportOccasion),
        by_label("state", _("Trạng thái"), SchoolReport.state, ReportState),
    )
    machine = SCHOOL_REPORT_STEPS
    step_fields = {
        WRITE: _words(),
        "sign": _words(InputRequired(_("Thầy cô điền ô này rồi ký."))),
        CORRECT: {
            "correction_reason": ProseField(
                _("Vì sao cần đính chính"),
                [InputRequired(_("Thầy cô ghi vì sao cần đính chính.")), Length(max=MAX_PROSE)],
                description=_("Bản đã ký giữ nguyên; bản đính chính mang số mới và số liệu của ngày ký."),
            )
        },
    }

    def title(self, obj: SchoolReport) -> str:
        name = gettext("Báo cáo gửi Sở lần %(number)s", number=NUMBERS[obj.occasion])
        parts = [name, obj.school_year.name, *([_correction(obj)] if obj.correction else [])]
        return " · ".join(parts)

    def defaults(self) -> dict[str, Any]:
        year = directory.find_year(db.session, g.actor.today)
        asked = request.args.get("occasion")
        if asked in {one.value for one in ReportOccasion}:
            return {"school_year": year, "occasion": ReportOccasion(asked)}
        occasion = occasion_on(plan_of(db.session, year), g.actor.today) if year is not None else None
        return {"school_year": year, "occasion": occasion}

    def store(self, obj: SchoolReport, values: dict[str, Any], version: int | None) -> SchoolReport:
        return school_reports.open_report(db.session, g.actor, values["school_year"], values["occasion"], obj)

    def may_delete(self, obj: SchoolReport) -> bool:
        return super().may_delete(obj) and _is_open(obj)

    def erase(self, obj: SchoolReport, version: int | None) -> None:
        school_reports.remove(db.session, g.actor, obj, version)

    def ways(self, obj: SchoolReport) -> list[tuple[str, str]]:
        """The report as an official document."""
        way = self.get_url("documents.print_page", kind=DocumentKind.SCHOOL_REPORT.value, subject=obj.id)
        return [(way, gettext("Xem và in báo cáo"))]

    def steps(self, obj: SchoolReport) -> list[StepButton]:
        """What may be done; what is stored stands in the forms, and today as the day of signing."""
        if obj.school_year.state is YearState.CLOSED or not can(g.actor, Action.EDIT_SCHOOL_REPORT, obj):
            return []
        if obj.state is ReportState.SUBMITTED:
            last = self._versions(obj)[0]
            return [self._extra(CORRECT)] if last is obj else []
        buttons = [*super().steps(obj), self._extra(WRITE)]
        for button in buttons:
            for name in button.fields:
                button.form[name].data = getattr(obj, name)
            if button.name == "sign":
                button.form["signed_on"].data = obj.signed_on or g.actor.today
        return buttons

    def _extra(self, name: str) -> StepButton:
        labels = {WRITE: gettext("Lưu, viết tiếp sau"), CORRECT: gettext("Lập bản đính chính")}
        return self.step_button(name, labels[name])

    def all_steps(self) -> list[StepButton]:
        return [*super().all_steps(), self._extra(WRITE), self._extra(CORRECT)]

    def take(self, obj: SchoolReport, name: str, values: Mapping[str, Any]) -> str | None:
        if name == WRITE:
            school_reports.write(db.session, g.actor, obj, values)
            return gettext("Đã lưu.")
        if name == CORRECT:
            school_reports.correct(db.session, g.actor, obj, values.get("correction_reason"))
            return gettext("Đã lập bản đính chính; thầy cô sửa rồi ký.")
        school_reports.sign(db.session, g.actor, obj, values)
        return gettext("Đã ký. Báo cáo và số liệu từ nay giữ nguyên.")

    def get_save_return_url(self, model: SchoolReport, is_created: bool = False) -> str:
        """A correction is what its making leads to."""
        return super().get_save_return_url(school_reports.versions(db.session, model)[0], is_created)

    def _versions(self, obj: SchoolReport) -> list[SchoolReport]:
        """The report and its corrections, read once a request."""
        if "report_versions" not in g:
            g.report_versions = school_reports.versions(db.session, obj)
        return g.report_versions

    def extras(self, obj: SchoolReport) -> dict[str, Any]:
        """The figures with which it was signed beside those of today, or those of today alone."""
        now = school_figures.figures(db.session, g.actor, obj.school_year, obj.occasion)
        signed = school_report.frozen(obj)
        shown = signed or now
        return {
            "tables": [_shown(table, now if signed else None) for table in school_report.tables(shown)],
            "day": shown.day,
            "signed": signed is not None,
            "moved": signed is not None and _moved(signed, now),
            "before": school_report.before_words(shown) if shown.before else "",
            "left_over": shown.left_over,
            "left_over_now": now.left_over if signed and signed.left_over != now.left_over else None,
        }

    def panels(self, obj: SchoolReport) -> list[Panel]:
        """The other versions of this report, if there are any."""
        others = [row for row in self._versions(obj) if row is not obj]
        rows = [
            Row(
                row.id,
                self.get_url(".details_view", id=row.id),
                [_correction(row), show(row.number), show(row.signed_on), show(row.state)],
            )
            for row in others
        ]
        columns = [gettext("Bản"), gettext("Số"), gettext("Ngày ký"), gettext("Trạng thái")]
        return [Panel(gettext("Các bản khác của báo cáo này"), columns, rows, "")] if rows else []


def _is_open(report: SchoolReport) -> bool:
    return report.state is ReportState.DRAFTED and report.school_year.state is not YearState.CLOSED


def _shown(table: Table, now: Figures | None) -> dict[str, Any]:
    """A table as texts; a figure that is another one today says so."""
    today: dict[str, list[int]] = {}
    labels = {line.key: line for line in table.lines}
    if now is not None and table.key != "difference":
        current = next((one for one in school_report.tables(now) if one.key == table.key), None)
        today = {line.key: line.numbers for line in current.lines} if current else {}
        labels |= {line.key: line for line in current.lines if line.key not in labels} if current else {}
    signed = {line.key: line.numbers for line in table.lines}
    nothing = [0] * (len(table.columns) - 1)
    rows = [
        [gettext(line.label), *_cells(signed.get(key, nothing), today.get(key, nothing) if today else None)]
        for key, line in labels.items()
    ]
    return {"title": gettext(table.title), "columns": [gettext(column) for column in table.columns], "rows": rows}


def _cells(numbers: Iterable[int], today: Iterable[int] | None) -> list[str]:
    if today is None:
        return [show_number(number) for number in numbers]
    return [
        show_number(then)
        if then == now
        else gettext("%(then)s (nay %(now)s)", then=show_number(then), now=show_number(now))
        for then, now in zip(numbers, today, strict=True)
    ]


def _moved(signed: Figures, now: Figures) -> bool:
    """Whether any figure is another one than when it was signed."""
    left, right = signed.frozen(), now.frozen()
    return any(left[name] != right[name] for name in left if name not in ("before", "day"))
