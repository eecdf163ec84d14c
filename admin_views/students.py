"""Screens of the roster: students, and the results of each term."""

from typing import Any

from flask import g
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload
from wtforms import Form
from wtforms.validators import Length, Optional

from admin_views import casefile, charts, happened
from admin_views.base import Panel, Row, Screen
from admin_views.forms import LineField, ProseField, RowField
from admin_views.listing import by_label, by_row
from admin_views.values import show
from school.db import db
from school.models import (
    Classroom,
    Enrolment,
    ProgressEvaluation,
    Student,
    SupportCase,
    TermResult,
)
from school.reports import timeline
from school.rules.calendar import SEMESTERS
from school.rules.policy import can
from school.services import roster
from school.vocabulary import Action, CaseState, DocumentKind, Gender, ProgressStep, Rating, TermPeriod

MONTHS_FOR_A_CHART = 2
PRIVATE_LABELS = {
    "ethnicity": _("Dân tộc"),
    "policy_category": _("Diện chính sách"),
    "father_name": _("Họ tên cha"),
    "mother_name": _("Họ tên mẹ"),
    "phone": _("Điện thoại"),
    "address": _("Địa chỉ"),
    "commune": _("Xã, phường"),
    "note": _("Ghi chú"),
}


def student_ids_named(word: str) -> Any:
    """Ids of the students whose name or code holds the word."""
    named = Student.search_name.contains(word, autoescape=True)
    return select(Student.id).where(or_(named, Student.code.icontains(word, autoescape=True)))


class StudentScreen(Screen):
    reads = Action.VIEW_STUDENT
    creates = edits = deletes = Action.EDIT_STUDENT
    intro = _("Học sinh thuộc phần thầy cô phụ trách.")
    new_label = _("Thêm học sinh")
    empty_message = _("Chưa có học sinh nào thuộc phần thầy cô phụ trách.")
    details_template = "school/student.html"
    column_list = ("full_name", "classroom", "code", "date_of_birth", "gender")
    column_details_list = ("full_name", "classroom", "homeroom_teacher", "code", "date_of_birth", "gender")
    column_export_extra = ("homeroom_teacher",)
    column_labels = {
        "full_name": _("Họ và tên"),
        "sort_name": _("Tên để xếp thứ tự"),
        "classroom": _("Lớp"),
        "homeroom_teacher": _("Giáo viên chủ nhiệm"),
        "code": _("Mã học sinh"),
        "date_of_birth": _("Ngày sinh"),
        "gender": _("Giới tính"),
    }
    column_descriptions = {"sort_name": _("Chỉ điền khi tên gọi không phải từ cuối, ví dụ H'Linh Niê: H'Linh.")}
    column_formatters = {
        "classroom": lambda v, c, student, n: _classroom(student),
        "homeroom_teacher": lambda v, c, student, n: getattr(_classroom(student), "homeroom_teacher", None),
    }
    column_sortable_list = (
        ("full_name", "sort_key"),
        ("classroom", "current_enrolment.classroom.name"),
        "code",
        "date_of_birth",
    )
    column_default_sort = [("current_enrolment.classroom.name", False), ("sort_key", False)]
    form_columns = ("code", "full_name", "sort_name", "date_of_birth", "gender", "classroom", *PRIVATE_LABELS)
    form_extra_fields = {
        "classroom": RowField(_("Lớp"), [Optional()], model=Classroom),
        **{
            name: LineField(
                label, [Optional(), Length(max=64 if name == "ethnicity" else 32 if name == "phone" else 200)]
            )
            for name, label in PRIVATE_LABELS.items()
            if name != "note"
        },
        "note": ProseField(PRIVATE_LABELS["note"], [Optional(), Length(max=20_000)]),
    }
    form_sections = {
        _("Học sinh"): ("code", "full_name", "sort_name", "date_of_birth", "gender", "classroom"),
        _("Gia đình và liên hệ"): tuple(PRIVATE_LABELS),
    }
    loads = (
        joinedload(Student.current_enrolment).joinedload(Enrolment.classroom).joinedload(Classroom.homeroom_teacher),
    )
    searches = (lambda word: Student.id.in_(student_ids_named(word)),)
    filters = (
        by_row(
            "classroom",
            _("Lớp"),
            Classroom,
            lambda id_: Student.id.in_(
                select(Enrolment.student_id).where(Enrolment.classroom_id == id_, Enrolment.ended_on.is_(None))
            ),
        ),
        by_label("gender", _("Giới tính"), Student.gender, Gender),
    )

    def form_values(self, obj: Student) -> dict[str, Any]:
        private = {name: getattr(obj.private, name) for name in PRIVATE_LABELS} if obj.private else {}
        return private | {"classroom": _classroom(obj)}

    def trim_form(self, form: Form, obj: Student | None) -> None:
        if not can(g.actor, Action.VIEW_CIRCUMSTANCES, obj):
            for name in PRIVATE_LABELS:
                del form[name]

    def store(self, obj: Student, values: dict[str, Any], version: int | None) -> Student:
        classroom = values.pop("classroom", None)
        private = {name: values.pop(name) for name in PRIVATE_LABELS if name in values}
        return roster.save_student(db.session, g.actor, obj, values, private or None, classroom, version)

    def erase(self, obj: Student, version: int | None) -> None:
        roster.remove_student(db.session, g.actor, obj, version)

    def ways(self, obj: Student) -> list[tuple[str, str]]:
        """What this person may do next for the student: with the running case, or towards one; and the file."""
        return [*self._next(obj), (self._file_way(obj), gettext("In hồ sơ của em"))]

    def _file_way(self, obj: Student) -> str:
        return self.get_url("documents.print_page", kind=DocumentKind.STUDENT_FILE.value, subject=obj.id)

    def _next(self, obj: Student) -> list[tuple[str, str]]:
        case = next((case for case in _history(obj).cases if case.state is not CaseState.CLOSED), None)
        if case is None:
            nominates = can(g.actor, Action.NOMINATE_STUDENT)
            text = gettext("Đề xuất hỗ trợ")
            return [(self.get_url("case.create_view", student=obj.id), text)] if nominates else []
        possible = [
            (Action.VIEW_CASE, "case.details_view", {"id": case.id}, gettext("Mở hồ sơ")),
            (Action.EDIT_EVALUATION, "progress.create_view", {"case": case.id}, gettext("Viết đánh giá tháng")),
            (Action.EDIT_CONTACT, "contact.create_view", {"case": case.id}, gettext("Ghi liên hệ")),
        ]
        return [
            (self.get_url(way, **where), text) for action, way, where, text in possible if can(g.actor, action, case)
        ]

    def extras(self, obj: Student) -> dict[str, Any]:
        found = _history(obj)
        return {"months": happened.months(found.events), "chart": _progress_chart(found.evaluations)}

    def panels(self, obj: Student) -> list[Panel]:
        """What stands about the student; of the newest case what its own page shows too, by the same functions."""
        found = _history(obj)
        work: list[Panel] = []
        if found.cases:
            case, *earlier = found.cases
            work = [
                casefile.hardships_panel(case),
                casefile.sponsors_panel(case, earlier),
                *casefile.work_panels(case),
            ]
        return [*self._private(obj), self._cases(found.cases), *work, self._results(found.results)]

    def _private(self, obj: Student) -> list[Panel]:
        if obj.private is None:
            return []
        rows = [
            Row(obj.id, None, [str(label), show(value)])
            for name, label in PRIVATE_LABELS.items()
            if (value := getattr(obj.private, name))
        ]
        return [Panel(gettext("Gia đình và liên hệ"), [gettext("Mục"), gettext("Nội dung")], rows, "")]

    def _cases(self, cases: list[SupportCase]) -> Panel:
        rows = [
            Row(
                case.id,
                self.get_url("case.details_view", id=case.id),
                [case.code, str(case.school_year), show(case.state)],
            )
            for case in cases
        ]
        columns = [gettext("Hồ sơ"), gettext("Năm học"), gettext("Trạng thái")]
        return Panel(
            gettext("Hồ sơ hỗ trợ"), columns, rows, gettext("Em chưa có hồ sơ hỗ trợ nào mà thầy cô xem được.")
        )

    def _results(self, results: list[TermResult]) -> Panel:
        rows = [
            Row(
                result.id,
                self.get_url("result.details_view", id=result.id),
                [
                    f"{show(result.period)} · {result.enrolment.classroom}",
                    show(result.learning),
                    show(result.conduct),
                    f"{show(result.absences_excused) or '–'} / {show(result.absences_unexcused) or '–'}",
                ],
            )
            for result in results
        ]
        columns = [gettext("Kỳ"), gettext("Học tập"), gettext("Rèn luyện"), gettext("Vắng có phép / không phép")]
        return Panel(gettext("Kết quả"), columns, rows, gettext("Chưa có kết quả."))


def _history(student: Student) -> timeline.History:
    """The student's history, read once for a page."""
    if "history" not in g:
        g.history = timeline.history(db.session, student)
    return g.history


class ResultScreen(Screen):
    reads = Action.VIEW_STUDENT
    edits = Action.EDIT_STUDENT
    intro = _("Kết quả học tập, rèn luyện và chuyên cần từng kỳ, nhập từ danh sách của trường.")
    empty_message = _("Chưa có kết quả. Quản trị hoặc thư ký nhập từ danh sách của trường.")
    column_list = (
        "student",
        "classroom",
        "period",
        "learning",
        "conduct",
        "absences_excused",
        "absences_unexcused",
    )
    column_details_list = column_list
    column_labels = {
        "student": _("Học sinh"),
        "classroom": _("Lớp"),
        "period": _("Kỳ"),
        "learning": _("Kết quả học tập"),
        "conduct": _("Kết quả rèn luyện"),
        "absences_excused": _("Vắng có phép"),
        "absences_unexcused": _("Vắng không phép"),
    }
    column_formatters = {
        "student": lambda v, c, result, n: result.enrolment.student,
        "classroom": lambda v, c, result, n: result.enrolment.classroom,
    }
    column_sortable_list = (
        ("student", "enrolment.student.sort_key"),
        ("classroom", "enrolment.classroom.name"),
        "absences_excused",
        "absences_unexcused",
    )
    column_default_sort = [("enrolment.classroom.name", False), ("enrolment.student.sort_key", False)]
    form_columns = ("learning", "conduct", "absences_excused", "absences_unexcused")
    loads = (
        joinedload(TermResult.enrolment).joinedload(Enrolment.student),
        joinedload(TermResult.enrolment).joinedload(Enrolment.classroom),
    )
    searches = (
        lambda word: TermResult.enrolment_id.in_(
            select(Enrolment.id).where(Enrolment.student_id.in_(student_ids_named(word)))
        ),
    )
    filters = (
        by_row(
            "classroom",
            _("Lớp"),
            Classroom,
            lambda id_: TermResult.enrolment_id.in_(select(Enrolment.id).where(Enrolment.classroom_id == id_)),
        ),
        by_label("period", _("Kỳ"), TermResult.period, TermPeriod),
        by_label("learning", _("Kết quả học tập"), TermResult.learning, Rating),
    )

    def title(self, obj: TermResult) -> str:
        return f"{obj.enrolment.student} · {show(obj.period)}"

    def store(self, obj: TermResult, values: dict[str, Any], version: int | None) -> TermResult:
        return roster.save_result(db.session, g.actor, obj, values, version)


def _classroom(student: Student) -> Classroom | None:
    return student.current_enrolment.classroom if student.current_enrolment else None


def _progress_chart(evaluations: list[ProgressEvaluation]) -> Markup | None:
    """The overall trend by month, drawn once there are two months to compare."""
    months = sorted((e.period, e.trend) for e in evaluations if e.period not in SEMESTERS)
    if len(months) < MONTHS_FOR_A_CHART:
        return None
    levels = [step for step in ProgressStep if step is not ProgressStep.NOT_OBSERVED]
    return charts.steps(
        gettext("Chuyển biến qua các tháng"),
        [f"{int(period[5:])}/{period[:4]}" for period, _trend in months],
        [show(level) for level in levels],
        [levels.index(trend) if trend in levels else None for _period, trend in months],
    )
