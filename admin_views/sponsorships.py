"""The screen of the sponsorships: who helps whom, from when to when (P4.3)."""

from collections.abc import Mapping
from typing import Any

from flask import g
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms.validators import InputRequired, Length

from admin_views.base import Screen, StepButton
from admin_views.casefile import given_case
from admin_views.cases import case_ids_named
from admin_views.directory import staff_named
from admin_views.forms import DayField, LineField
from admin_views.listing import by_label, by_row
from admin_views.pickers import PickField
from admin_views.values import show
from school.db import db
from school.models import Department, Sponsorship, Staff, SupportCase
from school.rules.pairing import SPONSORSHIP_STEPS, over
from school.rules.policy import can
from school.services import sponsorships
from school.vocabulary import Action, SponsorRole, SponsorshipState

HAND_OVER, SUBSTITUTE = "hand_over", "substitute"


def _picked() -> PickField:
    """Whoever takes over: typed by name; the browser's hints come from the form of a new pairing."""
    return PickField(
        _("Người nhận"),
        [InputRequired(_("Thầy cô chọn người nhận."))],
        model=Staff,
        description=_("Gõ vài chữ của tên, không cần dấu, hoặc mã cán bộ."),
    )


def _day(label: Any) -> DayField:
    return DayField(label, [InputRequired(_("Thầy cô điền ngày."))])


def _reason() -> LineField:
    return LineField(_("Lý do"), [InputRequired(_("Thầy cô ghi lý do.")), Length(max=200)])


def _state(sponsorship: Sponsorship) -> SponsorshipState:
    """The state as it is today: one whose last day is past has ended, whether or not anybody has said so."""
    return SponsorshipState.ENDED if over(sponsorship.ended_on, g.actor.today) else sponsorship.state


class SponsorshipScreen(Screen):
    reads = Action.VIEW_SPONSORSHIP
    creates = edits = deletes = Action.REGISTER_SPONSORSHIP
    intro = _("Ai đỡ đầu em nào, từ ngày nào đến ngày nào.")
    new_label = _("Đăng ký đỡ đầu")
    empty_message = _("Chưa có phân công nào thuộc phần thầy cô phụ trách.")
    column_list = ("case", "staff", "role", "state", "started_on", "ended_on")
    column_details_list = (
        "case",
        "staff",
        "role",
        "state",
        "started_on",
        "ended_on",
        "end_reason",
        "approved_by",
        "approved_on",
        "meeting",
        "follows",
    )
    column_export_extra = ("end_reason", "approved_on")
    column_labels = {
        "case": _("Học sinh"),
        "staff": _("Người đỡ đầu"),
        "role": _("Vai trò"),
        "state": _("Trạng thái"),
        "started_on": _("Từ ngày"),
        "ended_on": _("Đến hết ngày"),
        "end_reason": _("Lý do kết thúc"),
        "approved_by": _("Người duyệt"),
        "approved_on": _("Duyệt ngày"),
        "meeting": _("Cuộc họp"),
        "follows": _("Tiếp nối từ"),
    }
    column_formatters = {
        "state": lambda v, c, s, n: _state(s),
        "meeting": lambda v, c, s, n: show(s.meeting.held_on) if s.meeting else None,
        "follows": lambda v, c, s, n: s.follows.staff if s.follows else None,
    }
    column_descriptions = {
        "role": _(
            "Một em có một người đỡ đầu, hoặc nhiều người cùng đỡ đầu ngang nhau; người hỗ trợ thì không giới hạn."
        )
    }
    column_sortable_list = (
        ("case", "case.student.sort_key"),
        ("staff", "staff.sort_key"),
        "role",
        "state",
        "started_on",
        "ended_on",
    )
    column_default_sort = "case.student.sort_key"
    form_columns = ("case", "staff", "role", "started_on")
    loads = (
        joinedload(Sponsorship.case).joinedload(SupportCase.student),
        joinedload(Sponsorship.staff),
        joinedload(Sponsorship.case).joinedload(SupportCase.school_year),
        joinedload(Sponsorship.approved_by),
    )
    searches = (
        lambda word: Sponsorship.case_id.in_(case_ids_named(word)),
        lambda word: Sponsorship.staff_id.in_(select(Staff.id).where(staff_named(word))),
    )
    filters = (
        by_label("state", _("Trạng thái"), Sponsorship.state, SponsorshipState),
        by_label("role", _("Vai trò"), Sponsorship.role, SponsorRole),
        by_row(
            "department",
            _("Tổ"),
            Department,
            lambda id_: Sponsorship.staff_id.in_(select(Staff.id).where(Staff.department_id == id_)),
        ),
    )
    machine = SPONSORSHIP_STEPS
    step_fields = {
        "end": {
            "ended_on": DayField(_("Ngày cuối cùng"), [InputRequired(_("Thầy cô điền ngày cuối cùng."))]),
            "reason": _reason(),
        },
        HAND_OVER: {"staff": _picked(), "first_day": _day(_("Người nhận bắt đầu từ ngày")), "reason": _reason()},
        SUBSTITUTE: {
            "staff": _picked(),
            "first": _day(_("Làm thay từ ngày")),
            "last": _day(_("Đến hết ngày")),
            "reason": _reason(),
        },
    }
    batch = ("agree", "approve")

    def defaults(self) -> dict[str, Any]:
        mine = db.session.get(Staff, g.actor.staff_id) if g.actor.staff_id else None
        return {"case": given_case(), "staff": mine, "started_on": g.actor.today}

    def may_edit(self, obj: Sponsorship) -> bool:
        return super().may_edit(obj) and obj.state is SponsorshipState.REGISTERED

    def may_delete(self, obj: Sponsorship) -> bool:
        return super().may_delete(obj) and obj.state is SponsorshipState.REGISTERED

    def store(self, obj: Sponsorship, values: dict[str, Any], version: int | None) -> Sponsorship:
        return sponsorships.register(db.session, g.actor, obj, values, version)

    def erase(self, obj: Sponsorship, version: int | None) -> None:
        sponsorships.withdraw(db.session, g.actor, obj, version)

    def ways(self, obj: Sponsorship) -> list[tuple[str, str]]:
        inspects = can(g.actor, Action.INSPECT) and obj.staff_id != g.actor.staff_id
        way = self.get_url("inspection.create_view", sponsorship=f"#{obj.id}")
        return [(way, gettext("Ghi lần kiểm tra"))] if inspects else []

    def steps(self, obj: Sponsorship) -> list[StepButton]:
        passing = self._passing_on() if sponsorships.may_pass_on(g.actor, obj) else []
        return [*passing, *super().steps(obj)]

    def all_steps(self) -> list[StepButton]:
        return [*self._passing_on(), *super().all_steps()]

    def _passing_on(self) -> list[StepButton]:
        labels = {HAND_OVER: gettext("Bàn giao"), SUBSTITUTE: gettext("Nhờ làm thay")}
        return [self.step_button(name, label) for name, label in labels.items()]

    def take(self, obj: Sponsorship, name: str, values: Mapping[str, Any]) -> str | None:
        if name == HAND_OVER:
            new = sponsorships.hand_over(
                db.session, g.actor, obj, values["staff"], values["first_day"], values["reason"]
            )
            return gettext("Đã bàn giao cho %(name)s từ %(day)s.", name=new.staff, day=show(new.started_on))
        if name == SUBSTITUTE:
            new, _again = sponsorships.substitute(
                db.session, g.actor, obj, values["staff"], values["first"], values["last"], values["reason"]
            )
            return gettext(
                "%(name)s làm thay từ %(first)s đến hết %(last)s.",
                name=new.staff,
                first=show(new.started_on),
                last=show(new.ended_on),
            )
        sponsorships.take_step(db.session, g.actor, obj, name, values.get("ended_on"), values.get("reason"))
        return None
