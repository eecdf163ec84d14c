"""The screen of the inspections (P4.7): what is left from the last time comes first, then what was found."""

from typing import Any

from flask import flash, g, redirect, request
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from wtforms import Form
from wtforms.validators import InputRequired, Length, Optional

from admin_views.base import Panel, Row, Screen
from admin_views.directory import staff_named
from admin_views.follow_ups import overdue, show_follow_ups, show_standing
from admin_views.forms import MAX_PROSE, DayField, LineField, ProseField, RowField, show_error
from admin_views.listing import by_choice, by_row
from admin_views.pickers import PickField
from admin_views.values import clip, show
from school.db import db
from school.errors import NotAllowed, PanelError
from school.models import Department, FollowUp, Inspection, Sponsorship, Staff, SupportCase
from school.rules.policy import can
from school.services import follow_ups, inspections
from school.services.inspections import MOST_LINES, Subject
from school.vocabulary import Action, FollowUpState

LONGEST_LINE = 500


class SubjectForm(BaseForm):
    """What is inspected: one of the three."""

    department = RowField(_("Tổ"), [Optional()], model=Department)
    sponsorship = PickField(
        _("Việc đỡ đầu của một thầy cô"),
        [Optional()],
        model=Sponsorship,
        description=_("Gõ vài chữ của tên thầy cô hoặc tên em rồi chọn."),
    )
    case = PickField(_("Hồ sơ của một em"), [Optional()], model=SupportCase)


def _lines() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for number in range(1, MOST_LINES + 1):
        fields[f"what_{number}"] = LineField(_("Việc cần làm"), [Optional(), Length(max=LONGEST_LINE)])
        fields[f"owner_{number}"] = PickField(_("Người phụ trách"), [Optional()], model=Staff)
        fields[f"due_on_{number}"] = DayField(_("Hạn làm"), [Optional()])
    return fields


RecordForm: type[BaseForm] = type(
    "RecordForm",
    (BaseForm,),
    {
        "held_on": DayField(_("Ngày kiểm tra"), [InputRequired(_("Thầy cô chọn ngày kiểm tra."))]),
        "findings": ProseField(
            _("Những điều đã thấy"),
            [InputRequired(_("Thầy cô ghi những điều đã thấy.")), Length(max=MAX_PROSE)],
            description=_("Điều làm tốt ghi trước, rồi điều cần bổ sung. Không ghi hoàn cảnh riêng của em."),
        ),
    }
    | _lines(),
)


def subject_words(subject: Subject | None) -> str:
    """What was inspected, in a few words."""
    if isinstance(subject, Sponsorship):
        return gettext("Việc đỡ đầu của %(name)s", name=subject.staff)
    return show(subject)


def address_of(subject: Subject) -> dict[str, str]:
    """How the address of a new inspection names its subject."""
    name, id_ = next(iter(inspections.about(subject).items()))
    return {name.removesuffix("_id"): str(id_) if isinstance(subject, Department) else f"#{id_}"}


def _with(*criteria: Any) -> Any:
    return Inspection.id.in_(select(FollowUp.inspection_id).where(FollowUp.inspection_id.is_not(None), *criteria))


class InspectionScreen(Screen):
    reads = Action.VIEW_INSPECTION
    creates = edits = Action.INSPECT
    intro = _("Kiểm tra, đôn đốc việc đỡ đầu ở tổ, của từng thầy cô, từng hồ sơ; việc cần làm theo tới khi xong.")
    new_label = _("Ghi lần kiểm tra")
    empty_message = _("Chưa có lần kiểm tra nào.")
    column_list = ("held_on", "subject", "inspector", "left")
    column_details_list = ("held_on", "subject", "student", "inspector", "findings")
    column_export_extra = ("student", "findings")
    column_labels = {
        "held_on": _("Ngày kiểm tra"),
        "subject": _("Kiểm tra"),
        "student": _("Học sinh"),
        "inspector": _("Người kiểm tra"),
        "findings": _("Những điều đã thấy"),
        "left": _("Việc còn theo dõi"),
    }
    column_formatters = {
        "subject": lambda v, c, row, n: subject_words(inspections.subject_of(row)),
        "student": lambda v, c, row, n: (
            row.sponsorship.case.student if row.sponsorship and row.sponsorship.case else None
        ),
        "left": lambda v, c, row, n: show_follow_ups(row.follow_ups),
    }
    column_sortable_list = ("held_on", ("inspector", "inspector.sort_key"))
    column_default_sort = ("held_on", True)
    form_columns = ("held_on", "findings")
    loads = (
        joinedload(Inspection.inspector),
        joinedload(Inspection.department),
        joinedload(Inspection.sponsorship).joinedload(Sponsorship.staff),
        joinedload(Inspection.sponsorship).joinedload(Sponsorship.case).joinedload(SupportCase.student),
        joinedload(Inspection.case).joinedload(SupportCase.student),
        selectinload(Inspection.follow_ups).joinedload(FollowUp.owner),
    )
    searches = (
        lambda word: Inspection.inspector_id.in_(select(Staff.id).where(staff_named(word))),
        lambda word: Inspection.sponsorship_id.in_(
            select(Sponsorship.id).where(Sponsorship.staff_id.in_(select(Staff.id).where(staff_named(word))))
        ),
    )
    filters = (
        by_choice(
            "about",
            _("Kiểm tra"),
            {
                "department": (_("Tổ"), lambda: Inspection.department_id.is_not(None)),
                "sponsorship": (_("Việc đỡ đầu"), lambda: Inspection.sponsorship_id.is_not(None)),
                "case": (_("Hồ sơ"), lambda: Inspection.case_id.is_not(None)),
            },
        ),
        by_choice(
            "left",
            _("Việc còn theo dõi"),
            {
                "open": (_("Còn việc"), lambda: _with(FollowUp.state != FollowUpState.CLOSED)),
                "overdue": (_("Có việc quá hạn"), lambda: _with(overdue())),
            },
        ),
        by_row("department", _("Tổ"), Department, lambda id_: Inspection.department_id == id_),
    )

    def title(self, obj: Inspection) -> str:
        return f"{show(obj.held_on)} · {subject_words(inspections.subject_of(obj))}"

    def may_edit(self, obj: Inspection) -> bool:
        return super().may_edit(obj) and inspections.may_correct(g.actor, obj)

    def store(self, obj: Inspection, values: dict[str, Any], version: int | None) -> Inspection:
        return inspections.correct(db.session, g.actor, obj, values, version)

    def _pickers(self) -> dict[str, type]:
        owners = {f"owner_{number}": Staff for number in range(1, MOST_LINES + 1)}
        return {"sponsorship": Sponsorship, "case": SupportCase, **owners}

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """First what is inspected, then what is left from the last time and what was found now."""
        chooser = SubjectForm(request.args or None)
        if not request.args:
            return self._choose(chooser), 400 if request.method == "POST" else 200
        try:
            subject = self._chosen(chooser)
            if subject is not None:
                inspections.check_may_inspect(g.actor, subject)
        except PanelError as error:
            show_error(chooser, error)
            return self._choose(chooser), 403 if isinstance(error, NotAllowed) else 400
        if subject is None:
            return self._choose(chooser), 400
        return self._record(subject)

    def _chosen(self, chooser: Form) -> Subject | None:
        if not chooser.validate():
            return None
        return inspections.one_subject(chooser.department.data, chooser.sponsorship.data, chooser.case.data)

    def _choose(self, chooser: Form) -> str:
        return self.render("school/inspection.html", form=chooser, title=self.new_label, subject=None)

    def _record(self, subject: Subject) -> Any:
        if request.method == "GET":
            return self._show_record(RecordForm(None, **self._facts(subject)), subject)
        form = RecordForm(request.form)
        if not form.validate():
            return self._show_record(form, subject), 400
        lines = [
            inspections.Line(*(form[f"{name}_{number}"].data for name in ("what", "owner", "due_on")))
            for number in range(1, MOST_LINES + 1)
        ]
        values = {"held_on": form["held_on"].data, "findings": form["findings"].data}
        try:
            saved = inspections.record(db.session, g.actor, Inspection(), subject, values, lines)
        except NotAllowed:
            raise
        except PanelError as error:
            db.session.rollback()
            show_error(form, error)
            return self._show_record(form, subject), 400
        db.session.commit()
        flash(gettext("Đã lưu."), "success")
        return redirect(self.get_save_return_url(saved, is_created=True), 303)

    def _facts(self, subject: Subject) -> dict[str, Any]:
        owner = inspections.likely_owner(subject, g.actor.today)
        facts: dict[str, Any] = {"held_on": g.actor.today}
        for number in range(1, MOST_LINES + 1):
            facts |= {f"owner_{number}": owner, f"due_on_{number}": g.actor.today + follow_ups.DAYS_TO_ANSWER}
        return facts

    def _show_record(self, form: Form, subject: Subject) -> str:
        left = inspections.left_over(db.session, g.actor, subject)
        lines = [
            [form[f"{name}_{number}"] for name in ("what", "owner", "due_on")] for number in range(1, MOST_LINES + 1)
        ]
        return self.render(
            "school/inspection.html",
            form=form,
            title=self.new_label,
            subject=subject_words(subject),
            left=self._panel(gettext("Việc còn lại từ lần trước"), left, gettext("Không còn việc nào từ lần trước.")),
            lines=lines,
            more_open=any(field.errors or (field.data and line[0].data) for line in lines[1:] for field in line),
        )

    def panels(self, obj: Inspection) -> list[Panel]:
        rows = sorted(obj.follow_ups, key=lambda row: (row.state is FollowUpState.CLOSED, row.due_on or g.actor.today))
        panel = self._panel(gettext("Việc cần theo dõi"), rows, gettext("Lần kiểm tra này không ghi việc nào cần làm."))
        more = None
        if can(g.actor, Action.INSPECT, obj) and can(g.actor, Action.RAISE_FOLLOW_UP):
            more = (self.get_url("follow_up.create_view", inspection=obj.id), gettext("Thêm việc cần theo dõi"))
        return [Panel(panel.title, panel.columns, panel.rows, panel.empty, more)]

    def _panel(self, title: str, rows: list[FollowUp], empty: str) -> Panel:
        columns = [gettext("Việc cần làm"), gettext("Người phụ trách"), gettext("Hạn làm")]
        columns += [gettext("Thời gian"), gettext("Trạng thái")]
        found = [
            Row(
                row.id,
                self.get_url("follow_up.details_view", id=row.id),
                [clip(row.what, 90), show(row.owner), show(row.due_on), show_standing(row), show(row.state)],
            )
            for row in rows
        ]
        return Panel(title, columns, found, empty)

    def ways(self, obj: Inspection) -> list[tuple[str, str]]:
        subject = inspections.subject_of(obj)
        if subject is None or not can(g.actor, Action.INSPECT, obj):
            return []
        return [(self.get_url(".create_view", **address_of(subject)), gettext("Kiểm tra lần tiếp theo"))]
