"""The screen of the sponsorships: who helps whom, from when to when (P4.3)."""

from collections.abc import Mapping
from typing import Any

from flask import g
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms.validators import InputRequired, Length

from admin_views.base import Screen
from admin_views.casefile import given_case
from admin_views.cases import case_ids_named
from admin_views.directory import staff_named
from admin_views.forms import DayField, LineField
from admin_views.listing import by_label, by_row
from school.db import db
from school.models import Department, Sponsorship, Staff, SupportCase
from school.rules.pairing import SPONSORSHIP_STEPS
from school.services import sponsorships
from school.vocabulary import Action, SponsorRole, SponsorshipState


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
    )
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
            "reason": LineField(_("Lý do"), [InputRequired(_("Thầy cô ghi lý do.")), Length(max=200)]),
        }
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

    def take(self, obj: Sponsorship, name: str, values: Mapping[str, Any]) -> None:
        sponsorships.take_step(db.session, g.actor, obj, name, values.get("ended_on"), values.get("reason"))
