"""Screens of the monthly evaluations: the student's progress, and the sponsor's help (P4.8)."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import g, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms import Form, SelectField
from wtforms.fields.choices import Choice
from wtforms.validators import InputRequired, Length, Optional

from admin_views.base import Screen
from admin_views.casefile import given_case
from admin_views.cases import case_ids_named, case_ids_of_class, case_ids_of_department
from admin_views.directory import staff_named
from admin_views.forms import MAX_PROSE, ProseField
from admin_views.listing import by_choice, by_label, by_row, by_text, period_choices
from admin_views.values import show, show_period
from school.db import db
from school.models import (
    Classroom,
    Department,
    Enrolment,
    ProgressEvaluation,
    SponsorEvaluation,
    Sponsorship,
    Staff,
    Student,
    SupportCase,
)
from school.reports import month_grid, overview
from school.rules.calendar import YearPlan, begun_months, begun_semesters, year_name
from school.rules.evaluation import EVALUATION_STEPS, LEVELS, OPEN_STATES
from school.services import evaluations
from school.services.calendar import plan_named
from school.vocabulary import Action, DropoutRisk, EvaluationState, HelpRating, ProgressStep


class PeriodField(SelectField):
    """A month that has begun, and semesters where `with_semesters`; what stands already stays on offer."""

    def __init__(self, label: Any = None, validators: Any = None, with_semesters: bool = False, **options: Any) -> None:
        super().__init__(label, validators, choices=[], **options)
        self.with_semesters = with_semesters

    def iter_choices(self) -> Iterator[Any]:
        semesters = begun_semesters(g.actor.today) if self.with_semesters else []
        periods = [*semesters, *begun_months(g.actor.today)]
        if self.data and self.data not in periods:
            periods.insert(0, self.data)
        yield Choice("", gettext("– Chọn –"), not self.data, {})
        for period in periods:
            yield Choice(period, show_period(period), period == self.data, {})

    def pre_validate(self, form: Form) -> None:
        """The calendar's rules say which periods are right."""


def _plan() -> YearPlan:
    return plan_named(db.session, year_name(g.actor.today))


COMMENT = ProseField(
    _("Ghi điều cần bổ sung"), [InputRequired(_("Thầy cô ghi điều cần bổ sung.")), Length(max=MAX_PROSE)]
)
_COMMENTED = {"comment": COMMENT}
_REMARK = ProseField(_("Nhận xét việc giúp đỡ của người đỡ đầu (nếu có)"), [Optional(), Length(max=MAX_PROSE)])


def _author(evaluation: ProgressEvaluation) -> str:
    """Whose month it is, with a mark where somebody else entered it."""
    name = show(evaluation.author)
    return gettext("%(name)s (nhập thay)", name=name) if evaluation.entered_by_id is not None else name


def _enterer(evaluation: ProgressEvaluation) -> str:
    return month_grid.enterers(db.session, [evaluation]).get(evaluation.entered_by_id, "")


class ProgressScreen(Screen):
    reads = Action.VIEW_EVALUATION
    creates = edits = deletes = Action.EDIT_EVALUATION
    intro = _("Nhận xét sự tiến bộ của từng em: mỗi tháng một bản, cuối học kỳ một bản cho cả học kỳ.")
    new_label = _("Viết đánh giá tháng")
    empty_message = _("Chưa có đánh giá nào thuộc phần thầy cô phụ trách.")
    column_list = ("case", "classroom", "period", "trend", "dropout_risk", "state", "author")
    column_details_list = (
        "case",
        "period",
        "learning",
        "conduct",
        "attendance",
        "attitude",
        "trend",
        "dropout_risk",
        "comment",
        "state",
        "author",
        "entered_by",
        "submitted_at",
        "review_comment",
        "reviewed_by",
        "reviewed_at",
        "confirmed_by",
        "confirmed_at",
        "locked_at",
    )
    column_export_extra = ("learning", "conduct", "attendance", "attitude", "comment", "submitted_at", "review_comment")
    column_labels = {
        "case": _("Học sinh"),
        "classroom": _("Lớp"),
        "period": _("Kỳ"),
        "learning": _("Học tập"),
        "conduct": _("Rèn luyện"),
        "attendance": _("Chuyên cần"),
        "attitude": _("Thái độ, tinh thần"),
        "trend": _("Chuyển biến chung"),
        "dropout_risk": _("Khả năng tiếp tục đi học"),
        "comment": _("Nhận xét"),
        "state": _("Trạng thái"),
        "author": _("Người viết"),
        "entered_by": _("Người nhập thay"),
        "submitted_at": _("Gửi lúc"),
        "review_comment": _("Góp ý của tổ"),
        "reviewed_by": _("Người góp ý"),
        "reviewed_at": _("Xem lúc"),
        "confirmed_by": _("Người xác nhận"),
        "confirmed_at": _("Xác nhận lúc"),
        "locked_at": _("Chốt lúc"),
    }
    column_descriptions = {
        "trend": _("So với tháng trước. Chưa rõ thì chọn “Chưa đủ thông tin”."),
        "comment": _("Một hai câu: em làm được gì, cần giúp thêm gì."),
    }
    column_formatters = {
        "author": lambda v, c, e, n: _author(e),
        "entered_by": lambda v, c, e, n: _enterer(e),
        "period": lambda v, c, e, n: show_period(e.period),
        "classroom": lambda v, c, e, n: (
            e.case.student.current_enrolment.classroom if e.case.student.current_enrolment else None
        ),
    }
    column_sortable_list = (("case", "case.student.sort_key"), "period", "state", ("author", "author.sort_key"))
    column_default_sort = [("period", True), ("case.student.sort_key", False)]
    form_columns = ("case", "period", *LEVELS, "comment")
    form_overrides = {"period": PeriodField}
    form_args = {"period": {"with_semesters": True}}
    loads = (
        joinedload(ProgressEvaluation.case)
        .joinedload(SupportCase.student)
        .joinedload(Student.current_enrolment)
        .joinedload(Enrolment.classroom),
        joinedload(ProgressEvaluation.author),
        joinedload(ProgressEvaluation.reviewed_by),
        joinedload(ProgressEvaluation.confirmed_by),
    )
    searches = (lambda word: ProgressEvaluation.case_id.in_(case_ids_named(word)),)
    filters = (
        by_text("period", _("Kỳ"), period_choices, lambda value: ProgressEvaluation.period == value),
        by_label("state", _("Trạng thái"), ProgressEvaluation.state, EvaluationState),
        by_label("trend", _("Chuyển biến chung"), ProgressEvaluation.trend, ProgressStep),
        by_label("risk", _("Khả năng tiếp tục đi học"), ProgressEvaluation.dropout_risk, DropoutRisk),
        by_row("classroom", _("Lớp"), Classroom, lambda id_: ProgressEvaluation.case_id.in_(case_ids_of_class(id_))),
        by_row(
            "department", _("Tổ"), Department, lambda id_: ProgressEvaluation.case_id.in_(case_ids_of_department(id_))
        ),
        by_choice(
            "sent",
            _("Gửi"),
            {
                "on_time": (_("Đúng hạn"), lambda: overview.sent_on_time(_plan())),
                "late": (_("Muộn"), lambda: overview.sent_late(_plan())),
            },
        ),
    )
    machine = EVALUATION_STEPS
    step_fields = {
        "return": _COMMENTED,
        "reopen": _COMMENTED,
        "confirm": {"comment": _REMARK},
        "review": {"comment": ProseField(_("Góp ý của tổ (nếu có)"), [Optional(), Length(max=MAX_PROSE)])},
    }
    batch = ("review", "confirm", "lock")

    def title(self, obj: ProgressEvaluation) -> str:
        return f"{obj.case.student} · {show_period(obj.period)}"

    def defaults(self) -> dict[str, Any]:
        given, begun = request.args.get("period"), begun_months(g.actor.today)
        known = {*begun, *begun_semesters(g.actor.today)}
        return {"case": given_case(), "period": given if given in known else next(iter(begun), None)}

    def trim_form(self, form: Form, obj: ProgressEvaluation | None) -> None:
        case = obj.case if obj is not None else form["case"].data
        period = form["period"].data or ""
        begun = begun_months(g.actor.today)
        before = evaluations.previous(db.session, case, period) if case is not None and period in begun else None
        for level in LEVELS if before is not None else ():
            if value := getattr(before, level):
                text = gettext("Tháng trước: %(levels)s", levels=show(value))
                form[level].description = " ".join(str(part) for part in (form[level].description, text) if part)

    def may_edit(self, obj: ProgressEvaluation) -> bool:
        return super().may_edit(obj) and obj.state in OPEN_STATES

    def may_delete(self, obj: ProgressEvaluation) -> bool:
        return super().may_delete(obj) and obj.state is EvaluationState.DRAFTED

    def store(self, obj: ProgressEvaluation, values: dict[str, Any], version: int | None) -> ProgressEvaluation:
        return evaluations.save_progress(db.session, g.actor, obj, values, version)

    def erase(self, obj: ProgressEvaluation, version: int | None) -> None:
        evaluations.discard(db.session, g.actor, obj, version)

    def take(self, obj: ProgressEvaluation, name: str, values: Mapping[str, Any]) -> None:
        evaluations.take_step(db.session, g.actor, obj, name, values.get("comment"))


class HelpScreen(Screen):
    reads = Action.VIEW_HELP_RATING
    creates = edits = Action.RATE_SPONSOR
    intro = _(
        "Nhận xét việc giúp đỡ: ghi hằng tháng, chọn mức cuối mỗi học kỳ. Người được nhận xét xem được phần của mình."
    )
    new_label = _("Nhận xét việc giúp đỡ")
    empty_message = _("Chưa có nhận xét nào.")
    column_list = ("staff", "student", "period", "rating", "comment")
    column_details_list = ("staff", "student", "period", "rating", "comment", "rated_by")
    column_labels = {
        "sponsorship": _("Người đỡ đầu"),
        "staff": _("Người đỡ đầu"),
        "student": _("Học sinh"),
        "period": _("Kỳ"),
        "rating": _("Mức"),
        "comment": _("Nhận xét"),
        "rated_by": _("Người nhận xét"),
    }
    column_descriptions = {"rating": _("Cuối học kỳ cần chọn mức; hằng tháng chỉ cần ghi nhận xét.")}
    column_formatters = {
        "staff": lambda v, c, e, n: e.sponsorship.staff,
        "student": lambda v, c, e, n: e.sponsorship.case.student if e.sponsorship.case else None,
        "period": lambda v, c, e, n: show_period(e.period),
    }
    column_sortable_list = (
        ("staff", "sponsorship.staff.sort_key"),
        ("student", "sponsorship.case.student.sort_key"),
        "period",
    )
    column_default_sort = [("period", True), ("sponsorship.staff.sort_key", False)]
    form_columns = ("sponsorship", "period", "rating", "comment")
    form_overrides = {"period": PeriodField}
    form_args = {"period": {"with_semesters": True}}
    loads = (
        joinedload(SponsorEvaluation.sponsorship).joinedload(Sponsorship.staff),
        joinedload(SponsorEvaluation.sponsorship).joinedload(Sponsorship.case).joinedload(SupportCase.student),
        joinedload(SponsorEvaluation.rated_by),
    )
    searches = (
        lambda word: SponsorEvaluation.sponsorship_id.in_(
            select(Sponsorship.id).where(Sponsorship.staff_id.in_(select(Staff.id).where(staff_named(word))))
        ),
        lambda word: SponsorEvaluation.sponsorship_id.in_(
            select(Sponsorship.id).where(Sponsorship.case_id.in_(case_ids_named(word)))
        ),
    )
    filters = (
        by_label("rating", _("Mức"), SponsorEvaluation.rating, HelpRating),
        by_row(
            "department",
            _("Tổ"),
            Department,
            lambda id_: SponsorEvaluation.sponsorship_id.in_(
                select(Sponsorship.id).where(
                    Sponsorship.staff_id.in_(select(Staff.id).where(Staff.department_id == id_))
                )
            ),
        ),
    )

    def title(self, obj: SponsorEvaluation) -> str:
        return f"{obj.sponsorship.staff} · {show_period(obj.period)}"

    def store(self, obj: SponsorEvaluation, values: dict[str, Any], version: int | None) -> SponsorEvaluation:
        return evaluations.rate_help(db.session, g.actor, obj, values, version)
