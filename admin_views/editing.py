"""The forms of a generated screen: new, edit, delete; nothing typed is lost, a stale form shows both texts."""

from typing import Any

from flask import abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_babel import gettext
from wtforms import Form

from admin_views.forms import show_error
from admin_views.scoped import PartOfScreen, current_actor
from admin_views.values import show
from school.db import db
from school.errors import NotAllowed, PanelError, StaleRecord
from school.rules.policy import can
from school.services import records
from school.vocabulary import N_

# Why a row stays as it is where the policy itself would let this person change it.
SETTLED = N_("Mục này không còn sửa được, hoặc do người khác ghi.")


class FormPages(PartOfScreen):
    """Rows are written by the services alone; these pages carry values there and refusals back."""

    def scaffold_form(self) -> type[Form]:
        return super().scaffold_form() if self.creates or self.edits else BaseForm

    def store(self, obj: Any, values: dict[str, Any], version: int | None) -> Any:
        """Create or change `obj` through its service; the row to show next, None when it is out of sight."""
        raise NotImplementedError

    def erase(self, obj: Any, version: int | None) -> None:
        """Delete `obj` through its service."""
        assert self.deletes is not None
        records.remove(db.session, g.actor, self.deletes, obj, version)

    def form_values(self, obj: Any) -> dict[str, Any]:
        """Values of the form's fields that are no attributes of `obj`."""
        return {}

    def trim_form(self, form: Form, obj: Any | None) -> None:
        """Take out fields that this person may not see or that this row does not take."""

    def build_form(self, obj: Any | None, formdata: Any) -> Form:
        """The form for `obj`, or for a new row."""
        form_class = self._create_form_class if obj is None else self._edit_form_class
        form = form_class(formdata, obj=obj, **(self.form_values(obj) if obj is not None else self.defaults()))
        self.trim_form(form, obj)
        return form

    def defaults(self) -> dict[str, Any]:
        """Facts that are filled in beforehand on a new form; never a judgement."""
        return {}

    def form_notice(self, obj: Any | None) -> str:
        """What is good to know before filling in the form, above it."""
        return ""

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """Make a new row."""
        if request.method == "GET":
            return self._show_form(self.build_form(None, None), None)
        form = self.build_form(None, request.form)
        if not form.validate():
            return self._show_form(form, None), 400
        try:
            saved = self.store(self.model(), dict(form.data), None)
        except NotAllowed:
            raise
        except PanelError as error:
            db.session.rollback()
            show_error(form, error)
            return self._show_form(form, None), 400
        db.session.commit()
        if saved is not None:
            flash(gettext("Đã lưu."), "success")
        return redirect(self.get_save_return_url(saved, is_created=True), 303)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        """Change a row; a form opened on an older version is refused and shows both."""
        obj = self.get_one(request.args.get("id"))
        if self.edits is None:
            abort(403)
        if not self.may_edit(obj):
            raise NotAllowed(can(current_actor(), self.edits, obj).reason or SETTLED)
        if request.method == "GET":
            return self._show_form(self.build_form(obj, None), obj)
        form = self.build_form(obj, request.form)
        if not form.validate():
            return self._show_form(form, obj), 400
        try:
            saved = self.store(obj, dict(form.data), request.form.get("version", type=int))
        except NotAllowed:
            raise
        except PanelError as error:
            db.session.rollback()
            show_error(form, error)
            obj = self.get_one(request.args.get("id"))
            stale = isinstance(error, StaleRecord)
            return self._show_form(form, obj, self._conflicts(obj, form) if stale else []), 409 if stale else 400
        db.session.commit()
        flash(gettext("Đã lưu."), "success")
        return redirect(self.get_save_return_url(saved), 303)

    def sections(self, form: Form) -> list[tuple[str, list[Any]]]:
        """The form's fields by section, with its title; sections of which nothing is left are left out."""
        placed = {name for names in self.form_sections.values() for name in names}
        found = [("", [field for field in form if field.name not in placed])]
        found += [
            (str(title), [form[name] for name in names if name in form]) for title, names in self.form_sections.items()
        ]
        return [(title, fields) for title, fields in found if fields]

    def _show_form(self, form: Form, obj: Any | None, conflicts: list[tuple[str, str, str]] | None = None) -> str:
        return self.render(
            self.edit_template if obj is not None else self.create_template,
            form=form,
            sections=self.sections(form),
            obj=obj,
            title=self.title(obj) if obj is not None else self.new_label,
            version=obj.version if obj is not None else None,
            notice=self.form_notice(obj),
            conflicts=conflicts or [],
            back=self.get_url(".details_view", id=obj.id) if obj is not None else self.get_url(".index_view"),
        )

    def _conflicts(self, obj: Any, form: Form) -> list[tuple[str, str, str]]:
        """Label, stored value and typed value of the fields that differ."""
        stored = self.build_form(obj, None)
        return [
            (str(typed.label.text), show(stored[typed.name].data), show(typed.data))
            for typed in form
            if typed.name in stored and stored[typed.name].data != typed.data
        ]

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> ResponseReturnValue:
        """Delete a row that nothing refers to."""
        obj = self.get_one(request.form.get("id"))
        try:
            self.erase(obj, request.form.get("version", type=int) or 0)
        except NotAllowed:
            raise
        except PanelError as error:
            db.session.rollback()
            flash(gettext(error.msgid, **error.params), "error")
            return redirect(self.get_url(".details_view", id=request.form["id"]), 303)
        db.session.commit()
        flash(gettext("Đã xóa."), "success")
        return redirect(self.get_url(".index_view"), 303)
