"""What official documents say about the school, and the Word templates that they are made from."""

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, current_app, flash, g, request
from flask import redirect as lead
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import Length

from admin_views.base import Page
from admin_views.files import file_response
from admin_views.forms import MAX_PROSE, LineField, ProseField, show_error
from admin_views.values import show
from school.db import db
from school.errors import NotAllowed, PanelError, StaleRecord
from school.models import DocumentTemplate, SchoolProfile
from school.reports.documents import standard_template
from school.reports.registry import DOCUMENTS
from school.reports.template_check import MAX_TEMPLATE, check
from school.services import profile, templates
from school.vocabulary import Action, DocumentKind

CHOOSE_FILE = _("Thầy cô chọn tệp mẫu .docx.")


def _line(label: Any, help_text: Any, most: int = 200) -> LineField:
    return LineField(label, [Length(max=most)], description=help_text)


def _lines(label: Any, help_text: Any) -> ProseField:
    return ProseField(label, [Length(max=MAX_PROSE)], description=help_text)


class ProfileForm(BaseForm):
    """The profile; nothing is required: what is not said is left as dots on paper."""

    school_name = _line(_("Tên trường"), _("In ở đầu văn bản. Để trống thì dùng tên trong cấu hình của hệ thống."))
    parent_body = _line(_("Cơ quan chủ quản"), _("Dòng trên tên trường, ví dụ: Sở Giáo dục và Đào tạo tỉnh Lâm Đồng."))
    place = _line(_("Địa danh"), _("Đứng trước ngày tháng: tên xã, phường nơi trường đặt trụ sở."))
    symbol = _line(_("Ký hiệu của trường"), _("Phần sau số văn bản: trong 12/KH-THPTNT là THPTNT."), 32)
    signer_title = _lines(
        _("Chức vụ người ký"), _("Mỗi dòng một ý, ví dụ: KT. HIỆU TRƯỞNG, dòng dưới: PHÓ HIỆU TRƯỞNG.")
    )
    signer_name = _line(_("Họ tên người ký"), _("In dưới chỗ ký. Để trống thì chừa chỗ."))
    drafter_name = _line(_("Người lập danh sách"), _("Ký ở cuối danh sách phân công."))
    union_name = _line(_("Tổ chức làm phần việc của Công đoàn"), _("Ví dụ: Ban Chấp hành Công đoàn trường."))
    legal_basis = _lines(_("Căn cứ"), _("Mỗi dòng một căn cứ, in ở đầu kế hoạch và báo cáo."))
    recipients = _lines(_("Nơi nhận"), _("Mỗi dòng một nơi, ví dụ: Sở GD&ĐT (báo cáo); dòng cuối: Lưu: VT."))


class ProfilePage(Page):
    reads = Action.EDIT_SETTINGS

    @expose("/", methods=("GET", "POST"))
    def index(self) -> ResponseReturnValue:
        """The form; a post saves it."""
        stored = profile.find_profile(db.session)
        if request.method == "GET":
            return self._show(ProfileForm(None, obj=stored), stored)
        form = ProfileForm(request.form)
        if not form.validate():
            return self._show(form, stored), 400
        try:
            profile.save_profile(db.session, g.actor, form.data, request.form.get("version", type=int))
        except NotAllowed:
            raise
        except PanelError as error:
            db.session.rollback()
            show_error(form, error)
            stale = isinstance(error, StaleRecord)
            return self._show(form, profile.find_profile(db.session), stale), 409 if stale else 400
        db.session.commit()
        flash(gettext("Đã lưu. Văn bản lập từ lúc này in theo thông tin mới."), "success")
        return lead(self.get_url(".index"), 303)

    def _show(self, form: ProfileForm, stored: SchoolProfile | None, stale: bool = False) -> str:
        conflicts = []
        if stale and stored is not None:
            pairs = [(field, getattr(stored, field.name)) for field in form]
            conflicts = [(field.label.text, old or "", field.data or "") for field, old in pairs if old != field.data]
        return self.render(
            "school/profile.html",
            form=form,
            conflicts=conflicts,
            version=stored.version if stored is not None else None,
            configured=current_app.config["SCHOOL_NAME"],
        )


@dataclass(frozen=True)
class TemplateCard:
    """One kind of document on the page: which template it is made from."""

    kind: str
    title: str
    own: DocumentTemplate | None


class TemplatesPage(Page):
    """Which template each document is made from; one page a kind to change it."""

    reads = Action.EDIT_SETTINGS

    @expose("/")
    def index(self) -> str:
        """Every kind of document, and whether the school has a template of its own for it."""
        own = templates.own_templates(db.session)
        kinds = [kind for kind in DocumentKind if kind in DOCUMENTS]
        cards = [TemplateCard(kind.value, show(kind), own.get(kind)) for kind in kinds]
        return self.render("school/templates.html", cards=cards)

    @expose("/<kind>/", methods=("GET", "POST"))
    def kind(self, kind: str) -> ResponseReturnValue:
        """One kind: the names that a template may say; a post brings the school's own template."""
        chosen = self._chosen(kind)
        if request.method == "GET":
            return self._show(chosen, [])
        given = request.files.get("file")
        data = given.read(MAX_TEMPLATE + 1) if given is not None else b""
        if given is None or not given.filename or not data:
            return self._show(chosen, [str(CHOOSE_FILE)]), 400
        try:
            checked = check(chosen, DOCUMENTS[chosen], given.filename, data)
            templates.replace(db.session, g.actor, checked, request.form.get("version", type=int))
        except NotAllowed:
            raise
        except PanelError as error:
            db.session.rollback()
            stale = isinstance(error, StaleRecord)
            return self._show(chosen, [gettext(error.msgid, **error.params)]), 409 if stale else 400
        db.session.commit()
        flash(gettext("Đã dùng mẫu mới. Thầy cô mở “Văn bản” để xem thử."), "success")
        if checked.missing:
            names = ", ".join(checked.missing)
            flash(
                gettext("Mẫu không dùng: %(names)s. Nếu cố ý thì thầy cô bỏ qua lời nhắc này.", names=names), "success"
            )
        return lead(self.get_url(".kind", kind=kind), 303)

    @expose("/<kind>/own", methods=("POST",))
    def give_back(self, kind: str) -> ResponseReturnValue:
        """Use the panel's template again."""
        chosen = self._chosen(kind)
        try:
            templates.give_back(db.session, g.actor, chosen, request.form.get("version", type=int))
        except StaleRecord as error:
            db.session.rollback()
            return self._show(chosen, [gettext(error.msgid, **error.params)]), 409
        db.session.commit()
        flash(gettext("Đã trở lại mẫu của hệ thống."), "success")
        return lead(self.get_url(".kind", kind=kind), 303)

    @expose("/<kind>/docx")
    def docx(self, kind: str) -> Response:
        """The template in use, to start from; `?standard=1`: the panel's own."""
        chosen = self._chosen(kind)
        own = None if request.args.get("standard") else templates.find_template(db.session, chosen)
        data = own.data if own is not None else standard_template(chosen)
        return file_response([data], gettext("Mẫu %(name)s", name=show(chosen)).replace("/", "-"), "docx")

    def _chosen(self, kind: str) -> DocumentKind:
        known = {member.value: member for member in DOCUMENTS}
        return known[kind] if kind in known else abort(404)

    def _show(self, kind: DocumentKind, errors: list[str]) -> str:
        own = templates.own_templates(db.session).get(kind)
        document = DOCUMENTS[kind]
        return self.render(
            "school/template.html",
            kind=kind.value,
            title=show(kind),
            own=own,
            errors=errors,
            names=[(name, gettext(meaning), name in document.needed) for name, meaning in document.known.items()],
            most=MAX_TEMPLATE,
        )
