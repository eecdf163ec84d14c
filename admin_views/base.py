"""The base of every generated screen, and the only place that knows Flask-Admin's traps.

A screen names its columns, its actions of the policy and its services. Everything else follows from here: denied by
default, typed parameters, the version a form was opened on, steps of a workflow, prepared values for the templates.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from flask import Response, abort, flash, g, has_app_context, jsonify, redirect, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import BaseForm
from flask_babel import gettext, lazy_gettext
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Query
from wtforms import Form
from wtforms.fields.core import UnboundField

from admin_views.forms import PanelConverter, show_error
from admin_views.listing import Arguments, Filter, whole_number
from admin_views.pickers import PICKERS, PickField
from admin_views.values import show
from school.db import db
from school.errors import NotAllowed, PanelError, StaleRecord
from school.names import fold
from school.reports import tables
from school.rules.actor import Actor
from school.rules.policy import can, require
from school.rules.workflow import Step
from school.services import records
from school.services.guard import set_actor
from school.vocabulary import Action

MAX_BATCH = 500

def current_actor() -> Actor | None:
    """Who makes this request; nobody while the app is being built."""
    return g.get("actor") if has_app_context() else None


@dataclass(frozen=True)
class Row:
    """One row of a list, prepared: where it leads, and its cells as texts."""

    id: int
    url: str | None
    cells: list[str]


@dataclass(frozen=True)
class Panel:
    """A short table on a page about one thing."""

    title: str
    columns: list[str]
    rows: list[Row]
    empty: str
    more: tuple[str, str] | None = None  # address and text of the next thing to do


@dataclass
class StepButton:
    """One step that this person may take now, with what it asks for."""

    name: str
    label: str
    form: Form
    fields: list[str] = field(default_factory=list)


class Page(BaseView):
    """A page of ours beside the generated screens: denied by default like them."""

    reads: Action

    def is_accessible(self) -> bool:
        return bool(can(current_actor(), self.reads))

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        # Flask-Admin calls again on TypeError, which hides where a fault of ours lies.
        return fn(self, *args, **kwargs)


class Screen(ModelView):
    """A generated screen: list, details, forms. What is not granted is denied."""

    reads: Action
    creates: Action | None = None
    edits: Action | None = None
    deletes: Action | None = None
    # Texts of the screen.
    intro: Any = ""
    new_label: Any = lazy_gettext("Thêm mới")
    empty_message: Any = lazy_gettext("Chưa có mục nào ở đây.")
    # What a list shows beside Flask-Admin's own settings.
    loads: tuple[Any, ...] = ()
    filters: tuple[Filter, ...] = ()
    searches: tuple[Callable[[str], ColumnElement[bool]], ...] = ()
    # The workflow of a row: steps by name, what each asks for, and those offered for many rows at once.
    machine: Mapping[str, Step] = {}
    step_fields: Mapping[str, Mapping[str, UnboundField]] = {}
    batch: tuple[str, ...] = ()

    can_view_details = True
    can_export = False  # Flask-Admin's own: no BOM, live formulas, all rows in memory
    column_editable_list: tuple[str, ...] = ()  # its ajax update writes even where editing is off
    column_display_actions = False
    named_filter_urls = True
    model_form_converter = PanelConverter
    form_base_class = BaseForm
    list_template = "admin/model/list.html"
    create_template = edit_template = "admin/model/form.html"
    details_template = "admin/model/details.html"

    def __init__(self, model: Any, **options: Any) -> None:
        if not self.column_list or not self.column_details_list:
            raise ValueError(f"{type(self).__name__} must name its columns")
        if (self.creates or self.edits) and not self.form_columns:
            raise ValueError(f"{type(self).__name__} must name its form's columns")
        self._filter_by_name = {filter_.name: filter_ for filter_ in self.filters}
        super().__init__(model, db, **options)

    # Access -----------------------------------------------------------------------------------------------------

    def is_accessible(self) -> bool:
        return bool(can(current_actor(), self.reads))

    @property
    def can_create(self) -> bool:
        return self.creates is not None and bool(can(current_actor(), self.creates))

    @property
    def can_edit(self) -> bool:
        return self.edits is not None and bool(can(current_actor(), self.edits))

    @property
    def can_delete(self) -> bool:
        return self.deletes is not None and bool(can(current_actor(), self.deletes))

    def may_edit(self, obj: Any) -> bool:
        """Whether this person may change this row now."""
        return self.edits is not None and bool(can(current_actor(), self.edits, obj))

    def may_delete(self, obj: Any) -> bool:
        """Whether this person may delete this row now."""
        return self.deletes is not None and bool(can(current_actor(), self.deletes, obj))

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        needed = {
            "create_view": self.can_create,
            "edit_view": self.can_edit,
            "delete_view": self.can_delete,
            "ajax_lookup": self.can_create or self.can_edit,
            "action_view": bool(self.batch),
            "step_view": self.has_steps(),
            "ajax_update": False,
        }
        if not self.is_accessible() or not needed.get(name, True):
            abort(403)

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return fn(self, *args, **kwargs)

    def get_sortable_columns(self) -> dict[Any, Any]:
        # Flask-Admin files a column that sorts by another of the same table under that other's name.
        columns = super().get_sortable_columns()
        for entry in self.column_sortable_list or ():
            if isinstance(entry, tuple) and entry[0] not in columns:
                columns[entry[0]] = columns.pop(entry[1])
        return columns

    # Rows -------------------------------------------------------------------------------------------------------

    def get_query(self) -> Query:
        return db.session.query(self.model)

    def get_one(self, id: Any) -> Any:  # noqa: A002
        """The row, if it is within the actor's scope; 404 alike for a row that is missing and one that is not."""
        text = str(id or "")
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            abort(404)
        row = self.get_query().options(*self.loads).filter(self.model.id == int(text)).one_or_none()
        return row if row is not None else abort(404)

    def criteria(self, arguments: Arguments) -> list[ColumnElement[bool]]:
        """What search and filters mean in SQL. Every word of a search must be found."""
        criteria = [self._filter_by_name[name].criterion(value) for name, value in arguments.chosen.items()]
        for word in fold(arguments.search).split() if self.searches else ():
            criteria.append(or_(*(matches(word) for matches in self.searches)))
        return criteria

    def rows(self, arguments: Arguments) -> Query:
        """All rows that the arguments ask for, in order."""
        query = self.get_query().options(*self.loads).filter(*self.criteria(arguments))
        query, _ = self._apply_sorting(query, {}, arguments.sort, arguments.descending)
        return query.order_by(self.model.id)

    def page_of(self, arguments: Arguments) -> tuple[int, list[Any]]:
        """How many rows the arguments ask for, and those of one page: one statement unless the page is empty."""
        counted = select(func.count()).select_from(self.model).where(*self.criteria(arguments))
        query = self.rows(arguments).add_columns(counted.scalar_subquery())
        found = query.limit(arguments.page_size).offset(arguments.page * arguments.page_size).all()
        if found or arguments.page == 0:
            return (found[0][1] if found else 0), [row for row, _ in found]
        return db.session.scalar(counted) or 0, []

    def cell(self, row: Any, name: str) -> str:
        """One value of a row as a text."""
        formatter = (self.column_formatters or {}).get(name)
        return show(formatter(self, None, row, name) if formatter else self._get_field_value(row, name))

    # List -------------------------------------------------------------------------------------------------------

    @expose("/")
    def index_view(self) -> str:
        """A page of the list."""
        arguments = Arguments.read(self._filter_by_name, self._sortable_columns)
        count, rows = self.page_of(arguments)
        endpoint = f"{self.endpoint}.index_view"
        return self.render(
            self.list_template,
            rows=[self._prepare(row) for row in rows],
            count=count,
            columns=[
                (label, self._sort_url(arguments, name), name == arguments.sort) for name, label in self._list_columns
            ],
            arguments=arguments,
            filters=[(f.name, f.label, f.choices(), arguments.chosen.get(f.name, "")) for f in self.filters if f.offered()],
            pages=max(1, -(-count // arguments.page_size)),
            page_url=lambda page: arguments.url(endpoint, page=page),
            export_url=self.get_url(".export", export_type="csv", **request.args),
            batch=[(name, gettext(self.machine[name].label)) for name in self.batch if self._may_step(name)],
        )

    def _prepare(self, row: Any) -> Row:
        cells = [self.cell(row, name) for name, _ in self._list_columns]
        return Row(row.id, self.get_url(".details_view", id=row.id), cells)

    def _sort_url(self, arguments: Arguments, name: str) -> str | None:
        if name not in self._sortable_columns:
            return None
        turned = arguments.sort == name and not arguments.descending
        return arguments.url(f"{self.endpoint}.index_view", page=0, sort=name, descending=turned)

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Response:
        """The list as it is filtered and sorted, as CSV, streamed."""
        if export_type != "csv":
            abort(404)
        arguments = Arguments.read(self._filter_by_name, self._sortable_columns)
        header = [str(label) for _, label in self._list_columns]
        rows = self._export_rows(self.rows(arguments), g.actor)
        return csv_response(tables.csv_chunks(header, rows), str(self.name))

    def _export_rows(self, query: Query, actor: Actor) -> Iterator[list[str]]:
        # A session of its own: the request's is closed before the last row has left.
        with db.session.session_factory() as session:
            set_actor(session, actor)
            for row in query.with_session(session).yield_per(500):
                yield [self.cell(row, name) for name, _ in self._list_columns]

    @expose("/ajax/lookup/")
    def ajax_lookup(self) -> Response:
        """Hints for a picker: only what the actor may see, at most twenty."""
        model = self._pickers().get(request.args.get("name", ""))
        typed = request.args.get("query", "")
        if model is None or len(typed) > 200:
            abort(404)
        return jsonify(PICKERS[model].hints(typed))

    def _pickers(self) -> dict[str, type]:
        return {
            name: unbound.kwargs["model"]
            for form in (self._create_form_class, self._edit_form_class)
            for name, unbound in vars(form).items()
            if isinstance(unbound, UnboundField) and unbound.field_class is PickField
        }

    # Details and steps --------------------------------------------------------------------------------------------

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
            may_edit=self.may_edit(obj),
            may_delete=self.may_delete(obj),
            **self.extras(obj),
        )

    def title(self, obj: Any) -> str:
        """What the page about `obj` is called."""
        return str(obj)

    def panels(self, obj: Any) -> list[Panel]:
        """Related rows shown with `obj`."""
        return []

    def extras(self, obj: Any) -> dict[str, Any]:
        """More values for a details template of its own."""
        return {}

    def has_steps(self) -> bool:
        """Whether rows of this screen go through steps."""
        return bool(self.machine)

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
        return redirect(self.get_save_return_url(obj), 303)

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
        rows = [self.get_one(id_) for id_ in sorted(ids)]
        try:
            for row in rows:
                title = self.title(row)
                self.take(row, name, {})
        except NotAllowed:
            raise
        except PanelError as error:
            db.session.rollback()
            reason = gettext(error.msgid, **error.params)
            flash(gettext("Chưa ghi nhận dòng nào. %(row)s: %(reason)s", row=title, reason=reason), "error")
            return back
        db.session.commit()
        flash(gettext("Đã ghi nhận %(count)s dòng.", count=len(rows)), "success")
        return back

    # Forms ------------------------------------------------------------------------------------------------------

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
            raise NotAllowed(can(current_actor(), self.edits, obj).reason)
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

    def _show_form(self, form: Form, obj: Any | None, conflicts: list[tuple[str, str, str]] | None = None) -> str:
        return self.render(
            self.edit_template if obj is not None else self.create_template,
            form=form,
            obj=obj,
            title=self.title(obj) if obj is not None else self.new_label,
            version=obj.version if obj is not None else None,
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

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return self.get_url(".details_view", id=model.id) if model is not None else self.get_url(".index_view")


def csv_response(chunks: Iterator[bytes], name: str) -> Response:
    """A CSV file as an answer, streamed; the name of the file keeps its Vietnamese letters."""
    response = Response(stream_with_context(chunks), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.csv"
    return response
