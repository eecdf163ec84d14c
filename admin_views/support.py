"""Screens of the support given (P6) and of the activities out of hours (P3.8)."""

import re
from collections.abc import Mapping
from typing import Any

from flask import g
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from wtforms import Form, StringField
from wtforms.validators import Length, Optional

from admin_views.base import Panel, Row, Screen, StepButton
from admin_views.casefile import likely_case, offer, own_cases
from admin_views.cases import case_ids_named, case_ids_of_class
from admin_views.contacts import in_month
from admin_views.directory import staff_named
from admin_views.forms import LineField, ProseField
from admin_views.listing import by_choice, by_label, by_row, by_text, diary_month_choices
from admin_views.pickers import PICKERS
from admin_views.values import show, show_number, show_unit
from school.db import db
from school.models import (
    Activity,
    ActivityParticipant,
    Classroom,
    Enrolment,
    Staff,
    Student,
    StudentName,
    SupportCase,
    SupportItem,
)
from school.rules.policy import can, require
from school.services import support
from school.vocabulary import SUPPORT_UNITS, Action, SupportKind

MAX_STUDENTS = 200
CONFIRM, TAKE_BACK = "confirm", "take_back"
_NUMBER = re.compile(r"(\d{1,3}([. ,]\d{3})+|\d{1,10})\s*(đồng|đ|vnđ|vnd)?", re.IGNORECASE)


class NumberField(StringField):
    """A whole number as people type money: 500000, 500.000, 500 000 đ; empty is None."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return show_number(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        found = _NUMBER.fullmatch(typed)
        if not found:
            raise ValueError(gettext("Số chưa đúng. Thầy cô viết số nguyên như 500000 hoặc 500.000."))
        self.data = int(re.sub(r"\D", "", found[1]))


class StudentsField(ProseField):
    """Students, one a line as people write names; `data` is a list of rows."""

    data: Any

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.type = "ProseField"  # drawn like one

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(str(student) for student in self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        lines = [line.strip() for line in (valuelist[0] if valuelist else "").splitlines() if line.strip()]
        self.data = []
        if len(lines) > MAX_STUDENTS:
            raise ValueError(gettext("Mỗi lần nhiều nhất %(most)s em.", most=MAX_STUDENTS))
        found = {line: PICKERS[StudentName].resolve(line[:200]) for line in lines}
        self.data = [rows[0] for rows in found.values() if len(rows) == 1]
        if unclear := [line for line, rows in found.items() if len(rows) > 1]:
            candidates = [f"{row} #{row.id}" for row in found[unclear[0]][:5]]
            raise ValueError(
                gettext("“%(name)s” có nhiều em: %(rows)s.", name=unclear[0][:80], rows="; ".join(candidates))
            )
        if unknown := [line for line, rows in found.items() if not rows]:
            raise ValueError(gettext("Không tìm thấy “%(name)s”.", name=unknown[0][:80]))


class SupportScreen(Screen):
    reads = Action.VIEW_SUPPORT
    creates = edits = deletes = Action.EDIT_SUPPORT
    intro = _("Những gì đã trao cho em: tiết phụ đạo, sách vở, tiền, quà; ghi để tổng hợp, không phải làm lại giấy tờ.")
    new_label = _("Ghi hỗ trợ")
    empty_message = _("Chưa có hỗ trợ nào thuộc phần thầy cô phụ trách.")
    column_list = ("case", "given_on", "kind", "amount", "value", "giver", "staff")
    column_details_list = ("case", "classroom", "given_on", "kind", "detail", "amount", "value", "giver", "staff")
    column_export_extra = ("classroom", "detail")
    column_amounts = ("value",)
    column_labels = {
        "case": _("Học sinh"),
        "classroom": _("Lớp"),
        "given_on": _("Ngày trao"),
        "kind": _("Loại hỗ trợ"),
        "detail": _("Cụ thể"),
        "amount": _("Số lượng"),
        "quantity": _("Số lượng"),
        "unit": _("Đơn vị"),
        "value": _("Thành tiền (đồng)"),
        "giver": _("Người, đơn vị trao"),
        "staff": _("Người ghi"),
    }
    column_descriptions = {"detail": _("Ví dụ: bộ sách lớp 11, áo ấm."), "giver": _("Để trống nếu là thầy cô.")}
    column_formatters = {
        "classroom": lambda v, c, item, n: (
            item.case.student.current_enrolment.classroom if item.case.student.current_enrolment else None
        ),
        "amount": lambda v, c, item, n: f"{show_number(item.quantity)} {show_unit(item.unit)}",
        "value": lambda v, c, item, n: show_number(item.value),
        "giver": lambda v, c, item, n: item.giver or item.staff,
    }
    column_sortable_list = (("case", "case.student.sort_key"), "given_on", "kind", "value")
    column_default_sort = [("given_on", True), ("case.student.sort_key", False)]
    form_columns = ("case", "kind", "quantity", "unit", "value", "given_on", "detail", "giver")
    form_extra_fields = {
        "quantity": NumberField(_("Số lượng"), [Optional()], description=_("Để trống là 1.")),
        "unit": LineField(
            _("Đơn vị"), [Optional(), Length(max=32)], description=_("Để trống thì theo loại: tiết, bộ, suất, ...")
        ),
        "value": NumberField(
            _("Thành tiền (đồng)"), [Optional()], description=_("Nếu tính được; với tiền mặt thì ghi số tiền ở đây.")
        ),
    }
    loads = (
        joinedload(SupportItem.case)
        .joinedload(SupportCase.student)
        .joinedload(Student.current_enrolment)
        .joinedload(Enrolment.classroom),
        joinedload(SupportItem.staff),
    )
    searches = (lambda word: SupportItem.case_id.in_(case_ids_named(word)),)
    filters = (
        by_label("kind", _("Loại hỗ trợ"), SupportItem.kind, SupportKind),
        by_text("month", _("Tháng"), diary_month_choices, lambda month: in_month(SupportItem.given_on, month)),
        by_row("classroom", _("Lớp"), Classroom, lambda id_: SupportItem.case_id.in_(case_ids_of_class(id_))),
    )

    def title(self, obj: SupportItem) -> str:
        return f"{obj.case.student} · {show(obj.kind)}"

    def defaults(self) -> dict[str, Any]:
        return {"case": likely_case(g.actor.reach.sponsored_cases), "given_on": g.actor.today}

    def trim_form(self, form: Form, obj: SupportItem | None) -> None:
        if obj is not None:
            del form["case"]
        else:
            offer(form["case"], own_cases(g.actor.reach.sponsored_cases))

    def store(self, obj: SupportItem, values: dict[str, Any], version: int | None) -> SupportItem:
        kept = obj.id is not None and obj.kind is not values["kind"] and values["unit"] == SUPPORT_UNITS[obj.kind]
        unit = None if kept else values["unit"]  # another kind brings its own unit
        return support.give_support(db.session, g.actor, obj, values | {"unit": unit}, version)

    def erase(self, obj: SupportItem, version: int | None) -> None:
        support.discard_support(db.session, g.actor, obj, version)

    def may_edit(self, obj: SupportItem) -> bool:
        return super().may_edit(obj) and obj.staff_id == g.actor.staff_id

    def may_delete(self, obj: SupportItem) -> bool:
        return super().may_delete(obj) and obj.staff_id == g.actor.staff_id


class ActivityScreen(Screen):
    reads = Action.VIEW_ACTIVITY
    creates = edits = deletes = Action.EDIT_ACTIVITY
    intro = _("Hoạt động ngoài giờ cùng Đoàn trường, Công đoàn giúp các em gắn bó với trường.")
    new_label = _("Ghi hoạt động")
    empty_message = _("Chưa có hoạt động nào.")
    column_list = ("title", "held_on", "organiser", "count", "confirmed")
    column_details_list = ("title", "held_on", "organiser", "confirmed", "description")
    column_export_extra = ("description",)
    column_labels = {
        "title": _("Hoạt động"),
        "held_on": _("Ngày tổ chức"),
        "organiser": _("Người tổ chức"),
        "description": _("Nội dung"),
        "count": _("Số em tham gia mà thầy cô xem được"),
        "confirmed": _("Xác nhận"),
    }
    column_formatters = {
        "count": lambda v, c, activity, n: len(activity.participants),
        "confirmed": lambda v, c, activity, n: _confirmed(activity),
    }
    column_sortable_list = ("title", "held_on", ("organiser", "organiser.sort_key"))
    column_default_sort = ("held_on", True)
    form_columns = ("title", "held_on", "organiser", "description", "students")
    form_extra_fields = {
        "students": StudentsField(
            _("Học sinh tham gia"),
            [Optional()],
            description=_(
                "Mỗi dòng một em, có dấu hay không đều được; trùng tên thì thêm lớp, như: Lê Thị Hằng · 11A2."
            ),
        )
    }
    loads = (joinedload(Activity.organiser), selectinload(Activity.participants))
    searches = (
        lambda word: Activity.title.icontains(word, autoescape=True),
        lambda word: Activity.organiser_id.in_(select(Staff.id).where(staff_named(word))),
    )
    filters = (
        by_text("month", _("Tháng"), diary_month_choices, lambda month: in_month(Activity.held_on, month)),
        by_choice(
            "confirmed",
            _("Xác nhận"),
            {
                "no": (_("Chờ xác nhận"), lambda: Activity.confirmed_on.is_(None)),
                "yes": (_("Đã xác nhận"), lambda: Activity.confirmed_on.is_not(None)),
            },
        ),
    )

    def title(self, obj: Activity) -> str:
        return obj.title

    def defaults(self) -> dict[str, Any]:
        mine = db.session.get(Staff, g.actor.staff_id) if g.actor.staff_id else None
        return {"organiser": mine, "held_on": g.actor.today}

    def form_values(self, obj: Activity) -> dict[str, Any]:
        return {"students": [row.student for row in _named(obj)]}

    def build_form(self, obj: Activity | None, formdata: Any) -> Form:
        form = super().build_form(obj, formdata)
        # A form that was open when it was confirmed sends them all the same: the service says what stays.
        if obj is not None and obj.confirmed_on is not None and "title" not in (formdata or ()):
            for name in ("title", "held_on", "organiser", "students"):
                del form[name]
        return form

    def form_notice(self, obj: Activity | None) -> str:
        if obj is None or obj.confirmed_on is None:
            return ""
        return gettext("Hoạt động đã được xác nhận nên chỉ sửa được phần nội dung.")

    def store(self, obj: Activity, values: dict[str, Any], version: int | None) -> Activity:
        students = values.pop("students", None)
        if obj.id is not None:
            values = {name: getattr(obj, name) for name in ("title", "held_on", "organiser")} | values
        return support.save_activity(db.session, g.actor, obj, values, students, version)

    def erase(self, obj: Activity, version: int | None) -> None:
        support.discard_activity(db.session, g.actor, obj, version)

    def may_delete(self, obj: Activity) -> bool:
        return super().may_delete(obj) and obj.confirmed_on is None

    def has_steps(self) -> bool:
        return True

    def steps(self, obj: Activity) -> list[StepButton]:
        """Whoever did not organise it confirms that it took place, or takes that back."""
        if obj.held_on > g.actor.today or not can(g.actor, Action.CONFIRM_ACTIVITY, obj):
            return []
        return [step for step in self.all_steps() if (step.name == CONFIRM) == (obj.confirmed_on is None)]

    def all_steps(self) -> list[StepButton]:
        return [
            self.step_button(CONFIRM, gettext("Xác nhận hoạt động")),
            self.step_button(TAKE_BACK, gettext("Gỡ xác nhận")),
        ]

    @expose("/step/", methods=("POST",))
    def step_view(self) -> ResponseReturnValue:
        """Both steps are for those who confirm, whatever the form says."""
        require(g.actor, Action.CONFIRM_ACTIVITY)
        return super().step_view()

    def take(self, obj: Activity, name: str, values: Mapping[str, Any]) -> None:
        (support.confirm_activity if name == CONFIRM else support.take_back)(db.session, g.actor, obj)

    def panels(self, obj: Activity) -> list[Panel]:
        rows = [Row(row.id, None, [row.student.full_name, row.student.classroom_name or ""]) for row in _named(obj)]
        columns = [gettext("Họ và tên"), gettext("Lớp")]
        empty = gettext("Chưa ghi em nào mà thầy cô xem được.")
        return [Panel(gettext("Học sinh tham gia"), columns, rows, empty)]


def _confirmed(activity: Activity) -> str:
    """Since when it counts, or that it waits for somebody to confirm it."""
    if activity.confirmed_on is None:
        return gettext("Chờ xác nhận")
    return gettext("Ngày %(day)s", day=show(activity.confirmed_on))


def _named(activity: Activity) -> list[ActivityParticipant]:
    """Those who took part, in the order of their names."""
    statement = (
        select(ActivityParticipant)
        .join(ActivityParticipant.student)
        .where(ActivityParticipant.activity_id == activity.id)
        .options(joinedload(ActivityParticipant.student))
        .order_by(StudentName.sort_key)
    )
    return list(db.session.scalars(statement))
