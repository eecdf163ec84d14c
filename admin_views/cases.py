"""Screens of the support cases and of their classification (P2, P4.2)."""

from collections.abc import Mapping
from typing import Any

from flask import flash, g, redirect, request
from flask_admin import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload
from wtforms import Form
from wtforms.validators import InputRequired, Length, Optional

from admin_views import casefile
from admin_views.asked import year_of_today
from admin_views.base import Panel, Screen, StepButton
from admin_views.forms import MAX_PROSE, GroupedRowsField, LabelField, ProseField, RowField
from admin_views.listing import by_choice, by_label, by_row, by_text, month_choices
from admin_views.pickers import PickField
from admin_views.students import student_ids_named
from school.db import db
from school.errors import PanelError
from school.models import (
    Classroom,
    Department,
    Enrolment,
    Hardship,
    HardshipCategory,
    SchoolYear,
    Sponsorship,
    Staff,
    Student,
    StudentName,
    SupportCase,
    SurveyEntry,
)
from school.reports import overview
from school.rules import survey
from school.rules.classification import CASE_STEPS
from school.rules.policy import can
from school.services import cases
from school.vocabulary import Action, CaseOutcome, CaseState, FollowUpKind, HardshipGroup, Severity, SurveyChannel

CIRCUMSTANCES = _("Hoàn cảnh gia đình, bản thân")
OWN_EFFORT = _("Sự rèn luyện của bản thân")


def case_ids_named(word: str) -> Any:
    """Ids of the cases whose student or code holds the word."""
    return select(SupportCase.id).where(
        or_(SupportCase.student_id.in_(student_ids_named(word)), SupportCase.code.icontains(word, autoescape=True))
    )


def case_ids_of_class(classroom_id: int) -> Any:
    """Ids of the cases of students who are in the class now."""
    inside = select(Enrolment.student_id).where(Enrolment.classroom_id == classroom_id, Enrolment.ended_on.is_(None))
    return select(SupportCase.id).where(SupportCase.student_id.in_(inside))


def case_ids_of_department(department_id: int) -> Any:
    """Ids of the cases that somebody of the department leads today."""
    leading = select(Sponsorship.case_id).join(Sponsorship.staff)
    return leading.where(Staff.department_id == department_id, overview.running(g.actor.today))


def _groups(case: SupportCase) -> str:
    return ", ".join(sorted({hardship.category.hardship_group.value for hardship in case.hardships}))


def _classroom(case: SupportCase) -> Classroom | None:
    enrolment = case.student.current_enrolment if case.student else None
    return enrolment.classroom if enrolment else None


class CaseScreen(Screen):
    reads = Action.VIEW_CASE
    creates = Action.NOMINATE_STUDENT
    edits = Action.EDIT_CASE
    intro = _("Hồ sơ của các em cần được giúp đỡ, mỗi em một hồ sơ trong một năm học.")
    new_label = _("Đề xuất học sinh cần hỗ trợ")
    empty_message = _("Chưa có hồ sơ nào thuộc phần thầy cô phụ trách.")
    column_list = ("student", "classroom", "groups", "sponsors", "state", "code")
    column_details_list = (
        "student",
        "classroom",
        "code",
        "school_year",
        "state",
        "outcome",
        "opened_on",
        "nominated_by",
    )
    column_export_extra = ("school_year", "outcome", "opened_on", "nominated_by")
    column_labels = {
        "student": _("Học sinh"),
        "classroom": _("Lớp"),
        "groups": _("Nhóm"),
        "sponsors": _("Người đỡ đầu"),
        "state": _("Trạng thái"),
        "code": _("Mã hồ sơ"),
        "school_year": _("Năm học"),
        "outcome": _("Kết quả khi kết thúc"),
        "opened_on": _("Ngày đề xuất"),
        "nominated_by": _("Người đề xuất"),
        "channel": _("Thầy cô biết qua"),
        "categories": _("Phân loại hoàn cảnh"),
        "severity": _("Mức độ"),
    }
    column_formatters = {
        "classroom": lambda v, c, case, n: _classroom(case),
        "groups": lambda v, c, case, n: _groups(case),
        "sponsors": lambda v, c, case, n: ", ".join(
            s.staff.full_name for s in case.sponsorships if s.runs_on(g.actor.today)
        ),
    }
    column_sortable_list = (("student", "student.sort_key"), "code", "state", "opened_on")
    column_default_sort = "student.sort_key"
    form_columns = ("student", "school_year", "channel", "circumstances", "own_effort", "categories", "severity")
    form_extra_fields = {
        "student": PickField(
            _("Học sinh"),
            [InputRequired(_("Thầy cô chọn học sinh."))],
            model=StudentName,
            description=_("Gõ vài chữ của tên, không cần dấu, rồi chọn trong gợi ý."),
        ),
        "school_year": RowField(_("Năm học"), [InputRequired(_("Thầy cô chọn năm học."))], model=SchoolYear),
        "channel": LabelField(
            _("Thầy cô biết qua"), [InputRequired(_("Thầy cô chọn nguồn thông tin."))], enum=SurveyChannel
        ),
        "circumstances": ProseField(
            CIRCUMSTANCES,
            [Optional(), Length(max=MAX_PROSE)],
            description=_("Ghi điều cần để giúp em. Chỉ người có trách nhiệm mới xem được."),
        ),
        "own_effort": ProseField(OWN_EFFORT, [Optional(), Length(max=MAX_PROSE)]),
        "categories": GroupedRowsField(
            _("Phân loại hoàn cảnh"),
            [Optional()],
            model=HardshipCategory,
            criterion=HardshipCategory.in_use.is_(True),
            group=lambda category: gettext(category.hardship_group.label),
            description=_("Đánh dấu các mục đúng với em; chưa rõ thì để trống, bổ sung sau."),
        ),
        "severity": LabelField(_("Mức độ"), [Optional()], enum=Severity),
    }
    form_sections = {
        _("Học sinh"): ("student", "school_year"),
        _("Điều đã biết về em"): ("channel", "circumstances", "own_effort"),
        _("Phân loại"): ("categories", "severity"),
    }
    loads = (
        joinedload(SupportCase.student).joinedload(Student.current_enrolment).joinedload(Enrolment.classroom),
        joinedload(SupportCase.school_year),
        joinedload(SupportCase.nominated_by),
        selectinload(SupportCase.hardships).joinedload(Hardship.category),
        selectinload(SupportCase.sponsorships).joinedload(Sponsorship.staff),
    )
    searches = (lambda word: SupportCase.id.in_(case_ids_named(word)),)
    filters = (
        by_label("state", _("Trạng thái"), SupportCase.state, CaseState),
        by_row("classroom", _("Lớp"), Classroom, lambda id_: SupportCase.id.in_(case_ids_of_class(id_))),
        by_choice(
            "need",
            _("Còn thiếu"),
            {
                "open": (_("Đã duyệt, chưa kết thúc"), overview.waiting),
                "sponsor": (_("Chưa có người đỡ đầu"), lambda: overview.unsponsored(g.actor.today)),
            },
        ),
        by_row(
            "department",
            _("Tổ của người đỡ đầu"),
            Department,
            lambda id_: SupportCase.id.in_(case_ids_of_department(id_)),
        ),
        by_text(
            "unwritten", _("Chưa gửi đánh giá"), month_choices, lambda month: overview.unwritten(month, g.actor.today)
        ),
    )
    machine = CASE_STEPS
    step_fields = {
        "close": {
            "outcome": LabelField(
                _("Kết quả khi kết thúc"), [InputRequired(_("Thầy cô chọn kết quả."))], enum=CaseOutcome
            )
        }
    }
    batch = ("verify", "approve")
    details_template = "school/case.html"

    def title(self, obj: SupportCase) -> str:
        return str(obj.student)

    def defaults(self) -> dict[str, Any]:
        given = request.args.get("student", "")
        known = given.isascii() and given.isdigit() and len(given) < casefile.MAX_ID_DIGITS
        return {
            "student": db.session.get(StudentName, int(given)) if known else None,
            "school_year": year_of_today(),
        }

    def form_values(self, obj: SupportCase) -> dict[str, Any]:
        return {name: getattr(obj.private, name, None) for name in cases.PRIVATE_FIELDS}

    def trim_form(self, form: Form, obj: SupportCase | None) -> None:
        for name in [field.name for field in form] if obj is not None else []:
            if name not in cases.PRIVATE_FIELDS:
                del form[name]

    def store(self, obj: SupportCase, values: dict[str, Any], version: int | None) -> SupportCase | None:
        private = {name: values.get(name) for name in cases.PRIVATE_FIELDS}
        if obj.id is not None:
            return cases.edit_private(db.session, g.actor, obj, private, version)
        case = cases.nominate(
            db.session,
            g.actor,
            values["student"].id,
            values["school_year"],
            private,
            values["channel"],
            values["categories"],
            values["severity"] or Severity.SUPPORT,
        )
        if case is not None and can(g.actor, Action.VIEW_CASE, case):
            return case
        flash(gettext("Đã ghi nhận đề xuất. Thư ký và Ban giám hiệu sẽ rà soát."), "success")
        return None

    def take(self, obj: SupportCase, name: str, values: Mapping[str, Any]) -> None:
        cases.take_step(db.session, g.actor, obj, name, values.get("outcome"))

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        """The texts are edited where they have been opened on purpose."""
        obj = self.get_one(request.args.get("id"))
        if self.may_edit(obj) and not casefile.opened(obj):
            flash(gettext("Thầy cô mở xem hoàn cảnh trước, rồi sửa."), "error")
            return redirect(self.get_url(".details_view", id=obj.id), 303)
        return super().edit_view()

    @expose("/open/", methods=("POST",))
    def open_view(self) -> Any:
        """Open what is private, on purpose: recorded, with a reason where the policy asks for one."""
        obj = self.get_one(request.form.get("id"))
        try:
            cases.open_circumstances(db.session, g.actor, obj, request.form.get("reason", "").strip()[:200])
        except PanelError as error:
            db.session.rollback()
            flash(gettext(error.msgid, **error.params), "error")
        else:
            db.session.commit()
        return redirect(self.get_url(".details_view", id=request.form["id"]) + "#private", 303)

    def extras(self, obj: SupportCase) -> dict[str, Any]:
        opened = casefile.opened(obj)
        private = obj.private if opened else None
        return {
            "may_open": bool(can(g.actor, Action.VIEW_CIRCUMSTANCES)),
            "needs_reason": not can(g.actor, Action.VIEW_CIRCUMSTANCES, obj),
            "opened": opened,
            "gaps": self._gaps(obj),
            "texts": [
                (CIRCUMSTANCES, private.circumstances if private else None),
                (OWN_EFFORT, private.own_effort if private else None),
            ],
        }

    def may_edit(self, obj: SupportCase) -> bool:
        return super().may_edit(obj) and obj.state is not CaseState.CLOSED

    def ways(self, obj: SupportCase) -> list[tuple[str, str]]:
        """What goes beyond the case: a difficulty to raise (P4.6), an inspection to record (P4.7)."""
        raised = {"case": obj.id, "kind": FollowUpKind.DIFFICULTY.value}
        possible: list[tuple[Action, str, dict[str, Any], str]] = [
            (Action.RAISE_FOLLOW_UP, "follow_up.create_view", raised, gettext("Nêu khó khăn")),
            (Action.INSPECT, "inspection.create_view", {"case": f"#{obj.id}"}, gettext("Ghi lần kiểm tra")),
        ]
        return [(self.get_url(way, **where), text) for action, way, where, text in possible if can(g.actor, action)]

    def panels(self, obj: SupportCase) -> list[Panel]:
        return [
            casefile.hardships_panel(obj),
            casefile.surveys_panel(obj, self._surveys(obj)),
            casefile.sponsors_panel(obj),
            *casefile.work_panels(obj),
            casefile.evaluations_panel(obj),
        ]

    def _surveys(self, obj: SupportCase) -> list[SurveyEntry]:
        """The case's surveys, read once for a page."""
        if "surveys" not in g:
            g.surveys = casefile.surveys_of(obj)
        return g.surveys

    def _gaps(self, obj: SupportCase) -> list[tuple[str, bool]]:
        """What the case lacks before its next step, for those who see enough of it to tell."""
        if not can(g.actor, Action.VIEW_CIRCUMSTANCES, obj):
            return []
        known = cases.what_is_known(db.session, g.actor, obj, self._surveys(obj), obj.hardships)
        return [(gettext(gap.text), gap.required) for gap in survey.gaps(obj.state, known)]


class HardshipScreen(Screen):
    reads = Action.VIEW_CIRCUMSTANCES
    creates = edits = deletes = Action.CLASSIFY_CASE
    intro = _("Mỗi hồ sơ có thể có nhiều mục phân loại, thuộc một hay nhiều nhóm.")
    new_label = _("Thêm phân loại")
    empty_message = _("Chưa có phân loại nào mà thầy cô xem được.")
    column_list = ("case", "category", "group", "severity", "source", "confirmed_on")
    column_details_list = (
        "case",
        "category",
        "group",
        "severity",
        "source",
        "proposed_by",
        "confirmed_by",
        "confirmed_on",
    )
    column_export_extra = ("proposed_by", "confirmed_by")
    column_labels = {
        "case": _("Hồ sơ"),
        "category": _("Mục phân loại"),
        "group": _("Nhóm"),
        "severity": _("Mức độ"),
        "source": _("Nguồn"),
        "proposed_by": _("Người đề xuất"),
        "confirmed_by": _("Người xác nhận"),
        "confirmed_on": _("Xác nhận ngày"),
    }
    column_formatters = {"group": lambda v, c, hardship, n: hardship.category.hardship_group}
    column_sortable_list = (("case", "case.student.sort_key"), ("category", "category.position"), "confirmed_on")
    column_default_sort = "case.student.sort_key"
    form_columns = ("case", "category", "severity", "source")
    loads = (
        joinedload(Hardship.case).joinedload(SupportCase.student),
        joinedload(Hardship.category),
        joinedload(Hardship.confirmed_by),
        joinedload(Hardship.proposed_by),
    )
    searches = (lambda word: Hardship.case_id.in_(case_ids_named(word)),)
    filters = (
        by_label(
            "group",
            _("Nhóm"),
            HardshipCategory.hardship_group,
            HardshipGroup,
            lambda found: Hardship.category_id.in_(select(HardshipCategory.id).where(found)),
        ),
        by_label("severity", _("Mức độ"), Hardship.severity, Severity),
    )

    def title(self, obj: Hardship) -> str:
        return f"{obj.case.student} · {obj.category}"

    def defaults(self) -> dict[str, Any]:
        return {"case": casefile.given_case()}

    def store(self, obj: Hardship, values: dict[str, Any], version: int | None) -> Hardship:
        return cases.classify(db.session, g.actor, obj, values, version)

    def has_steps(self) -> bool:
        return True

    def steps(self, obj: Hardship) -> list[StepButton]:
        may = obj.confirmed_on is None and can(g.actor, Action.CONFIRM_CLASSIFICATION, obj)
        return self.all_steps() if may else []

    def all_steps(self) -> list[StepButton]:
        return [self.step_button("confirm", gettext("Xác nhận phân loại"))]

    def take(self, obj: Hardship, name: str, values: Mapping[str, Any]) -> None:
        cases.confirm_classification(db.session, g.actor, obj)
