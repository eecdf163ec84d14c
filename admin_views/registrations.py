"""The screen of the registrations: who offers to help, in general or a student by name (P4.1)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import g
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, object_session
from wtforms import Form
from wtforms.validators import InputRequired, Length, Optional

from admin_views.base import Screen, StepButton
from admin_views.directory import staff_named
from admin_views.forms import LineField
from admin_views.listing import by_choice, by_row
from admin_views.pickers import PickField
from school.db import db
from school.models import Department, Registration, Staff, StudentName
from school.names import fold
from school.rules.policy import can, scopes
from school.rules.tables import Scope
from school.services import registrations
from school.services.calendar import plan_of
from school.vocabulary import Action, Deadline

WITHDRAW = "withdraw"


def may_register_others() -> bool:
    """Whether this person enters the registrations of others too."""
    return Scope.ALL in scopes(g.actor, Action.REGISTER_SPONSORSHIP)


def last_day_of(registration: Registration) -> dt.date:
    """The last day on time to register in its year; each year's dates are read once a request."""
    known: dict[int, dt.date] = g.setdefault("last_days_to_register", {})
    if registration.school_year_id not in known:
        session = object_session(registration) or db.session
        plan = plan_of(session, registration.school_year)
        known[registration.school_year_id] = plan.last_day(Deadline.REGISTRATION)
    return known[registration.school_year_id]


def _timing(registration: Registration) -> str:
    late = registration.registered_on > last_day_of(registration)
    return gettext("Sau hạn") if late else gettext("Đúng hạn")


def _state(registration: Registration) -> str:
    return gettext("Đã rút") if registration.withdrawn_on else gettext("Đang đăng ký")


def _whom(registration: Registration) -> str:
    return str(registration.student) if registration.student else gettext("Em nào cần cũng được")


class RegistrationScreen(Screen):
    reads = Action.VIEW_REGISTRATION
    creates = Action.REGISTER_SPONSORSHIP
    intro = _("Thầy cô tự nguyện đăng ký giúp một em, hoặc em nào đang cần.")
    new_label = _("Đăng ký giúp đỡ")
    empty_message = _("Chưa có đăng ký nào.")
    column_list = ("staff", "whom", "registered_on", "timing", "state")
    column_details_list = ("staff", "whom", "school_year", "registered_on", "timing", "state", "withdrawn_on", "note")
    column_export_extra = ("school_year", "withdrawn_on", "note")
    column_labels = {
        "staff": _("Người đăng ký"),
        "whom": _("Muốn giúp"),
        "student": _("Em muốn giúp"),
        "school_year": _("Năm học"),
        "registered_on": _("Đăng ký ngày"),
        "timing": _("Thời hạn"),
        "state": _("Trạng thái"),
        "withdrawn_on": _("Rút ngày"),
        "note": _("Ghi chú"),
    }
    column_formatters = {
        "whom": lambda v, c, r, n: _whom(r),
        "timing": lambda v, c, r, n: _timing(r),
        "state": lambda v, c, r, n: _state(r),
    }
    column_sortable_list = (("staff", "staff.sort_key"), "registered_on")
    column_default_sort = [("registered_on", True), ("staff.sort_key", False)]
    form_columns = ("staff", "student", "note")
    form_extra_fields = {
        "staff": PickField(_("Người đăng ký"), [InputRequired(_("Thầy cô chọn người đăng ký."))], model=Staff),
        "student": PickField(
            _("Em muốn giúp"),
            [Optional()],
            model=StudentName,
            description=_("Để trống nếu giúp em nào cũng được. Gõ vài chữ của tên, không cần dấu."),
        ),
        "note": LineField(
            _("Ghi chú"),
            [Optional(), Length(max=200)],
            description=_("Ví dụ: có thể kèm môn Toán buổi chiều. Không ghi hoàn cảnh của em ở đây."),
        ),
    }
    loads = (
        joinedload(Registration.staff),
        joinedload(Registration.student),
        joinedload(Registration.school_year),
    )
    searches = (
        lambda word: Registration.staff_id.in_(select(Staff.id).where(staff_named(word))),
        lambda word: Registration.student_id.in_(
            select(StudentName.id).where(StudentName.search_name.contains(fold(word), autoescape=True))
        ),
    )
    filters = (
        by_choice(
            "kind",
            _("Muốn giúp"),
            {
                "named": (_("Một em cụ thể"), lambda: Registration.student_id.is_not(None)),
                "general": (_("Em nào cần cũng được"), lambda: Registration.student_id.is_(None)),
            },
        ),
        by_choice(
            "state",
            _("Trạng thái"),
            {
                "standing": (_("Đang đăng ký"), lambda: Registration.withdrawn_on.is_(None)),
                "withdrawn": (_("Đã rút"), lambda: Registration.withdrawn_on.is_not(None)),
            },
        ),
        by_row(
            "department",
            _("Tổ"),
            Department,
            lambda id_: Registration.staff_id.in_(select(Staff.id).where(Staff.department_id == id_)),
        ),
    )

    def title(self, obj: Registration) -> str:
        return f"{obj.staff} · {_whom(obj)}"

    def _mine(self) -> Staff | None:
        return db.session.get(Staff, g.actor.staff_id) if g.actor.staff_id else None

    def defaults(self) -> dict[str, Any]:
        return {"staff": self._mine()} if may_register_others() else {}

    def trim_form(self, form: Form, obj: Registration | None) -> None:
        if not may_register_others():
            del form["staff"]

    def store(self, obj: Registration, values: dict[str, Any], version: int | None) -> Registration:
        staff = values.get("staff") if may_register_others() else self._mine()
        return registrations.register(db.session, g.actor, staff, values.get("student"), values.get("note"))

    def has_steps(self) -> bool:
        return True

    def steps(self, obj: Registration) -> list[StepButton]:
        may = obj.withdrawn_on is None and can(g.actor, Action.REGISTER_SPONSORSHIP, obj)
        return self.all_steps() if may else []

    def all_steps(self) -> list[StepButton]:
        return [self.step_button(WITHDRAW, gettext("Rút đăng ký"))]

    def take(self, obj: Registration, name: str, values: Mapping[str, Any]) -> str:
        registrations.withdraw(db.session, g.actor, obj)
        return gettext("Đã rút đăng ký. Thầy cô đăng ký lại lúc nào cũng được.")
