"""The screen of the diary: a kind, a note and "save" log a contact; what is private stays apart (P3.3 to P3.7)."""

from dataclasses import replace
from typing import Any

from flask import flash, g
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload
from wtforms import Form

from admin_views.base import Panel, Row, Screen
from admin_views.casefile import likely_case, offer, own_cases
from admin_views.cases import case_ids_named, case_ids_of_class
from admin_views.directory import staff_named
from admin_views.listing import by_choice, by_label, by_row, by_text, diary_month_choices
from admin_views.values import clip
from school.db import db
from school.models import Classroom, Contact, Department, Enrolment, Staff, Student, SupportCase
from school.rules import plans as rules
from school.rules.calendar import month_start
from school.rules.policy import can
from school.services import contacts
from school.vocabulary import Action, ContactKind, Horizon

KEPT_APART = _("Ghi riêng")


def in_month(column: Any, month: str) -> ColumnElement[bool]:
    """Days of the month "2025-09"."""
    first = month_start(month)
    span = rules.period_of(Horizon.MONTH, first, rules.Span(first, first))
    return column.between(span.first, span.last)


def _words(contact: Contact, name: str) -> str | None:
    """With whom or about what, as far as the actor may read it now."""
    words = contacts.words_of(db.session, g.actor, contact)
    return str(KEPT_APART) if words is None and contact.sensitive else getattr(words, name, None)


class ContactScreen(Screen):
    reads = Action.VIEW_CONTACT
    creates = edits = deletes = Action.EDIT_CONTACT
    intro = _("Các lần gặp, gọi, thăm; thử mà chưa gặp cũng ghi. Thay cho sổ theo dõi.")
    new_label = _("Ghi liên hệ")
    empty_message = _("Chưa có lần liên hệ nào thuộc phần thầy cô phụ trách.")
    column_list = ("case", "occurred_on", "kind", "result", "note", "staff")
    column_details_list = (
        "case",
        "classroom",
        "occurred_on",
        "kind",
        "result",
        "with_whom",
        "summary",
        "minutes",
        "staff",
    )
    column_export_extra = ("classroom", "minutes")
    column_labels = {
        "case": _("Học sinh"),
        "classroom": _("Lớp"),
        "occurred_on": _("Ngày"),
        "kind": _("Cách liên hệ"),
        "reached": _("Đã gặp, đã nói chuyện được"),
        "result": _("Kết quả"),
        "minutes": _("Số phút"),
        "with_whom": _("Với ai"),
        "summary": _("Nội dung"),
        "note": _("Nội dung"),
        "staff": _("Người ghi"),
        "sensitive": _("Ghi riêng: có chuyện gia đình, sức khỏe, hoàn cảnh của em"),
    }
    column_descriptions = {
        "summary": _("Một câu là đủ: em thế nào, đã hẹn gì."),
        "occurred_on": _("Nên ghi sớm; ghi sau khi tháng kế tiếp đã được xác nhận thì không tính vào thi đua."),
        "with_whom": _("Nếu không phải với em, ví dụ: bà của em."),
        "minutes": _("Không nhớ thì để trống."),
    }
    column_formatters = {
        "classroom": lambda v, c, contact, n: (
            contact.case.student.current_enrolment.classroom if contact.case.student.current_enrolment else None
        ),
        "result": lambda v, c, contact, n: gettext("Đã gặp") if contact.reached else gettext("Chưa gặp được"),
        "note": lambda v, c, contact, n: KEPT_APART if contact.sensitive else contact.summary,
        "with_whom": lambda v, c, contact, n: _words(contact, "with_whom"),
        "summary": lambda v, c, contact, n: _words(contact, "summary"),
    }
    column_sortable_list = (
        ("case", "case.student.sort_key"),
        "occurred_on",
        "kind",
        ("result", "reached"),
        ("staff", "staff.sort_key"),
    )
    column_default_sort = [("occurred_on", True), ("case.student.sort_key", False)]
    form_columns = ("case", "kind", "summary", "occurred_on", "reached", "sensitive", "with_whom", "minutes")
    loads = (
        joinedload(Contact.case)
        .joinedload(SupportCase.student)
        .joinedload(Student.current_enrolment)
        .joinedload(Enrolment.classroom),
        joinedload(Contact.staff),
    )
    searches = (
        lambda word: Contact.case_id.in_(case_ids_named(word)),
        lambda word: Contact.staff_id.in_(select(Staff.id).where(staff_named(word))),
    )
    filters = (
        by_label("kind", _("Cách liên hệ"), Contact.kind, ContactKind),
        by_choice(
            "reached",
            _("Kết quả"),
            {
                "yes": (_("Đã gặp"), lambda: Contact.reached.is_(True)),
                "no": (_("Chưa gặp được"), lambda: Contact.reached.is_(False)),
            },
        ),
        by_text("month", _("Tháng"), diary_month_choices, lambda month: in_month(Contact.occurred_on, month)),
        by_row("classroom", _("Lớp"), Classroom, lambda id_: Contact.case_id.in_(case_ids_of_class(id_))),
        by_row(
            "department",
            _("Tổ"),
            Department,
            lambda id_: Contact.staff_id.in_(select(Staff.id).where(Staff.department_id == id_)),
        ),
    )

    def title(self, obj: Contact) -> str:
        return f"{obj.case.student} · {obj.occurred_on:%d/%m/%Y}"

    def _prepare(self, row: Any) -> Row:
        """Long notes are read on their own page."""
        prepared = super()._prepare(row)
        return replace(prepared, cells=[clip(cell, 90) for cell in prepared.cells])

    def defaults(self) -> dict[str, Any]:
        case = likely_case(g.actor.reach.sponsored_cases)
        return {"case": case, "kind": ContactKind.TALK, "occurred_on": g.actor.today, "reached": True}

    def build_form(self, obj: Contact | None, formdata: Any) -> Form:
        form = super().build_form(obj, formdata)
        if obj is not None and formdata is None:  # the words of a private one stand elsewhere
            for name in contacts.WORDS:
                form[name].data = getattr(contacts.words_of_own(obj), name, None)
        # A form that was open when the month was confirmed sends them all the same: the service says what stays.
        if obj is not None and "occurred_on" not in (formdata or ()) and contacts.is_settled(db.session, obj):
            for name in contacts.COUNTED:
                del form[name]
        return form

    def trim_form(self, form: Form, obj: Contact | None) -> None:
        if obj is not None:
            del form["case"]
        else:
            offer(form["case"], own_cases(g.actor.reach.sponsored_cases))

    def store(self, obj: Contact, values: dict[str, Any], version: int | None) -> Contact:
        new = obj.id is None
        contact = contacts.log_contact(db.session, g.actor, obj, values, version)
        if new and contacts.comes_late(db.session, contact):
            flash(
                gettext("Tháng này và tháng sau đã được xác nhận nên lần liên hệ này không tính thêm vào thi đua."),
                "success",
            )
        return contact

    def form_notice(self, obj: Contact | None) -> str:
        if obj is None or not contacts.is_settled(db.session, obj):
            return ""
        return gettext(contacts.STAYS)

    def erase(self, obj: Contact, version: int | None) -> None:
        contacts.discard_contact(db.session, g.actor, obj, version)

    def may_edit(self, obj: Contact) -> bool:
        return super().may_edit(obj) and obj.staff_id == g.actor.staff_id

    def may_delete(self, obj: Contact) -> bool:
        own = super().may_delete(obj) and obj.staff_id == g.actor.staff_id
        return own and not contacts.is_settled(db.session, obj)

    def panels(self, obj: Contact) -> list[Panel]:
        """The way to what is kept apart, for whoever may open it."""
        if not obj.sensitive or contacts.words_of(db.session, g.actor, obj) is not None:
            return []
        if not can(g.actor, Action.VIEW_CIRCUMSTANCES):
            return []
        way = self.get_url("case.details_view", id=obj.case_id) + "#private"
        text = gettext("Nội dung này được ghi riêng. Thầy cô mở xem hoàn cảnh của em rồi đọc ở đây.")
        return [Panel(str(KEPT_APART), [], [], text, (way, gettext("Đến phần hoàn cảnh")))]
