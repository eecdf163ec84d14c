"""Screens of the administrator: accounts with their roles, and the audit log, which is only read."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, g
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from wtforms import Form
from wtforms.validators import InputRequired, Optional

from admin_views.audit_words import STEPS, TABLES, field_word, step_word, table_word, words
from admin_views.base import Screen, StepButton
from admin_views.directory import staff_named
from admin_views.forms import LabelsField
from admin_views.listing import Filter, by_label, by_text
from admin_views.pickers import PickField
from admin_views.values import show
from school.db import db
from school.models import Account, AccountRole, AuditEntry, Staff
from school.services import accounts
from school.vocabulary import Action, Origin, Role


class AccountScreen(Screen):
    reads = Action.VIEW_ACCOUNT
    creates = edits = Action.EDIT_ACCOUNT
    intro = _("Tài khoản đăng nhập và vai trò; một người có thể giữ nhiều vai trò.")
    new_label = _("Thêm tài khoản")
    column_list = ("username", "staff", "roles", "last_signed_in_at", "disabled_at")
    column_details_list = ("username", "staff", "roles", "must_change_password", "last_signed_in_at", "disabled_at")
    column_export_extra = ("must_change_password",)
    column_labels = {
        "username": _("Tên đăng nhập"),
        "staff": _("Cán bộ"),
        "roles": _("Vai trò"),
        "must_change_password": _("Phải đổi mật khẩu khi đăng nhập"),
        "last_signed_in_at": _("Đăng nhập gần nhất"),
        "disabled_at": _("Khóa từ"),
    }
    column_formatters = {"roles": lambda v, c, account, n: [role.role for role in account.roles]}
    column_sortable_list = ("username", ("staff", "staff.sort_key"), "last_signed_in_at")
    column_default_sort = "username"
    form_columns = ("username", "staff", "roles")
    form_extra_fields = {
        "staff": PickField(_("Cán bộ"), [Optional()], model=Staff),
        "roles": LabelsField(_("Vai trò"), [InputRequired(_("Thầy cô chọn ít nhất một vai trò."))], enum=Role),
    }
    loads = (joinedload(Account.staff), selectinload(Account.roles))
    searches = (
        lambda word: Account.username.icontains(word, autoescape=True),
        lambda word: Account.staff_id.in_(select(Staff.id).where(staff_named(word))),
    )
    filters = (
        Filter(
            "role",
            _("Vai trò"),
            lambda: [(role.value, gettext(role.label)) for role in Role],
            lambda value: Account.id.in_(select(AccountRole.account_id).where(AccountRole.role == role_named(value))),
        ),
    )

    def build_form(self, obj: Account | None, formdata: Any) -> Form:
        form = super().build_form(obj, formdata)
        if obj is not None and not formdata:
            form.roles.data = [held.role for held in obj.roles]
        return form

    def store(self, obj: Account, values: dict[str, Any], version: int | None) -> Account:
        if obj.id is not None:
            return accounts.edit(
                db.session, g.actor, obj, values["username"], values["roles"], values["staff"], version
            )
        account, password = accounts.create(db.session, g.actor, values["username"], values["roles"], values["staff"])
        flash(first_password(account, password), "success")
        return account

    def has_steps(self) -> bool:
        return True

    def steps(self, obj: Account) -> list[StepButton]:
        known = {step.name: step for step in self.all_steps()}
        names = ["reset", "enable" if obj.disabled_at else "disable"] if obj.id != g.actor.account_id else ["reset"]
        return [known[name] for name in names]

    def all_steps(self) -> list[StepButton]:
        return [
            self.step_button("reset", gettext("Cấp mật khẩu mới")),
            self.step_button("disable", gettext("Khóa tài khoản")),
            self.step_button("enable", gettext("Mở khóa tài khoản")),
        ]

    def take(self, obj: Account, name: str, values: Mapping[str, Any]) -> str | None:
        if name == "reset":
            return first_password(obj, accounts.reset_password(db.session, g.actor, obj))
        accounts.set_disabled(db.session, g.actor, obj, name == "disable")
        return None


def first_password(account: Account, password: str) -> str:
    """The sentence that shows a first password, once."""
    return gettext("Mật khẩu lần đầu của %(name)s: %(password)s", name=account.username, password=password)


def role_named(value: str) -> Role:
    """The role of that value; 400 for any other text."""
    if value not in {role.value for role in Role}:
        abort(400)
    return Role(value)


class AuditScreen(Screen):
    reads = Action.VIEW_AUDIT
    intro = _("Ai đã làm gì, khi nào. Chỉ đọc; nội dung riêng của học sinh không chép vào đây.")
    column_list = ("at", "actor", "action", "table_name", "row_id", "fields")
    column_details_list = ("at", "actor", "origin", "address", "action", "table_name", "row_id", "changes", "hash")
    column_export_extra = ("origin", "address", "changes")
    column_labels = {
        "at": _("Thời điểm"),
        "actor": _("Người thực hiện"),
        "origin": _("Thực hiện qua"),
        "address": _("Địa chỉ mạng"),
        "action": _("Việc"),
        "table_name": _("Bảng"),
        "row_id": _("Dòng"),
        "fields": _("Mục đã đổi"),
        "changes": _("Thay đổi"),
        "hash": _("Mã kiểm tra"),
    }
    column_formatters = {
        "table_name": lambda v, c, entry, n: table_word(entry.table_name),
        "action": lambda v, c, entry, n: step_word(entry.action),
        "fields": lambda v, c, entry, n: ", ".join(field_word(field) for field in entry.changes),
        "changes": lambda v, c, entry, n: "; ".join(
            f"{field_word(field)}: {_hidden() if change is None else ' → '.join(show(part) or '–' for part in change)}"
            for field, change in entry.changes.items()
        ),
    }
    column_sortable_list = ("at", "actor", "table_name")
    column_default_sort = ("id", True)
    searches = (lambda word: AuditEntry.actor.icontains(word, autoescape=True),)
    filters = (
        by_text("table", _("Bảng"), lambda: words(TABLES), lambda value: AuditEntry.table_name == value),
        by_text("step", _("Việc"), lambda: words(STEPS), lambda value: AuditEntry.action == value),
        by_label("origin", _("Thực hiện qua"), AuditEntry.origin, Origin),
    )

    def title(self, obj: AuditEntry) -> str:
        return f"{step_word(obj.action)} · {table_word(obj.table_name)} {obj.row_id}"


def _hidden() -> str:
    return gettext("(không chép)")
