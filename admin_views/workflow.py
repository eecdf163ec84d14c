"""The page about one row of a generated screen, and the steps of its workflow: for one row, or for many at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_babel import gettext
from wtforms import Form

from admin_views.forms import show_error
from admin_views.scoped import Panel, PartOfScreen, current_actor
from school.db import db
from school.errors import NotAllowed, PanelError, StaleRecord
from school.rules.policy import can, require
from school.services import records

MAX_BATCH = 500


@dataclass
class StepButton:
    """One step that this person may take now, with what it asks for."""

    name: str
    label: str
    form: Form
    fields: list[str] = field(default_factory=list)


class WorkflowPages(PartOfScreen):
    """All about one row, what may be done next, and doing it."""

    @expose("/details/")
    def details_view(self) -> str:
        """All about one row that the actor may see, and what may be done next."""
        return self.show_details(self.get_one(request.args.get("id")))

    def show_details(self, obj: Any, failed: StepButton | None = None) -> str:
        """The page about `obj`; `failed` is a step that was refused, with what was typed."""
        steps = [failed if failed and failed.name == step.name else step for step in self.steps(obj)]
        return self.render(
            self.details_template,
            obj=obj,
            title=self.title(obj),
            facts=[(label, self.cell(obj, name)) for name, label in self._details_columns],
            steps=steps,
            panels=self.panels(obj),
            ways=self.ways(obj),
            may_edit=self.may_edit(obj),
            may_delete=self.may_delete(obj),
            **self.extras(obj),
        )

    def panels(self, obj: Any) -> list[Panel]:
        """Related rows shown with `obj`."""
        return []

    def ways(self, obj: Any) -> list[tuple[str, str]]:
        """Address and text of what this person may do next with `obj` on another page."""
        return []

    def extras(self, obj: Any) -> dict[str, Any]:
        """More values for a details template of its own."""
        return {}

    def steps(self, obj: Any) -> list[StepButton]:
        """The steps that this person may take with `obj` now."""
        return [
            self.step_button(name, gettext(step.label))
            for name, step in self.machine.items()
            if obj.state in step.sources and can(current_actor(), step.action, obj)
        ]

    def step_button(self, name: str, label: str, formdata: Any = None) -> StepButton:
        """The button of a step with the form of what it asks for."""
        fields = self.step_fields.get(name, {})
        return StepButton(name, label, type("StepForm", (BaseForm,), dict(fields))(formdata), list(fields))

    def take(self, obj: Any, name: str, values: Mapping[str, Any]) -> str | None:
        """Take a step through its service; the text to show, None for the usual one."""
        raise NotImplementedError

    @expose("/step/", methods=("POST",))
    def step_view(self) -> Any:
        """Take one step with one row, on the version that was seen."""
        obj = self.get_one(request.form.get("id"))
        known = {step.name: step for step in self.all_steps()}
        name = request.form.get("step", "")
        if name not in known:
            abort(400)
        step = self.step_button(name, known[name].label, request.form)
        try:
            if name in self.machine:
                require(g.actor, self.machine[name].action, obj)
            if not step.form.validate():
                return self.show_details(obj, step), 400
            records.check_fresh(obj, request.form.get("version", type=int))
            message = self.take(obj, name, {field: step.form[field].data for field in step.fields})
        except NotAllowed:
            raise
        except PanelError as error:
            db.session.rollback()
            show_error(step.form, error)
            obj = self.get_one(request.form.get("id"))
            if not step.fields or error.field not in step.fields:
                flash(gettext(error.msgid, **error.params), "error")
            return self.show_details(obj, step), 409 if isinstance(error, StaleRecord) else 400
        db.session.commit()
        flash(message or gettext("Đã ghi nhận: %(step)s.", step=step.label), "success")
        home = self.get_url("admin.index")
        return redirect(home if request.form.get("next") == home else self.get_save_return_url(obj), 303)

    def all_steps(self) -> list[StepButton]:
        """Every step there is, whoever may take it."""
        return [self.step_button(name, gettext(step.label)) for name, step in self.machine.items()]

    def _may_step(self, name: str) -> bool:
        return bool(can(current_actor(), self.machine[name].action))

    @expose("/action/", methods=("POST",))
    def action_view(self) -> ResponseReturnValue:
        """Take one step with many rows: all of them, or none."""
        name, ids = request.form.get("action", ""), set(request.form.getlist("rowid"))
        if name not in self.batch or len(ids) > MAX_BATCH:
            abort(400)
        back = redirect(self.get_url(".index_view"), 303)
        if not ids:
            flash(gettext("Thầy cô đánh dấu ít nhất một dòng."), "error")
            return back
        require(g.actor, self.machine[name].action)
        rows = [self.get_one(id_) for id_ in sorted(ids)]
        try:
            for row in rows:
                title = self.title(row)
                self.take(row, name, {})
        except PanelError as error:  # one's own work among the others, for instance
            db.session.rollback()
            reason = gettext(error.msgid, **error.params)
            flash(gettext("Chưa ghi nhận dòng nào. %(row)s: %(reason)s", row=title, reason=reason), "error")
            return back
        db.session.commit()
        flash(gettext("Đã ghi nhận %(count)s dòng.", count=len(rows)), "success")
        return back
