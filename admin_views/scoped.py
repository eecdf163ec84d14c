"""What every generated screen rests on: what is denied by default, and which rows there are for whom.

Flask-Admin's traps are met here and in the modules beside it (`lists`, `workflow`, `editing`), each once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import abort, g, has_app_context
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import BaseForm
from flask_babel import lazy_gettext
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Query
from wtforms.fields.core import UnboundField

from admin_views.forms import PanelConverter
from admin_views.listing import Filter
from admin_views.values import show
from school.db import db
from school.rules.actor import Actor
from school.rules.policy import can
from school.rules.workflow import Step
from school.vocabulary import Action


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


class ScopedView(ModelView):
    """A generated screen before its pages: its settings, access and rows. What is not granted is denied."""

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
    # What an export offers beside the list's columns: some of those that the page about a row shows, as it shows them.
    # Columns that hold an amount leave as a number, however the list writes it.
    column_export_extra: tuple[str, ...] = ()
    column_amounts: tuple[str, ...] = ()
    # Titles of the parts of a long form, and the fields in each; fields that are in none come first.
    form_sections: Mapping[Any, tuple[str, ...]] = {}
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
        unseen = set(self.column_export_extra) - set(self.column_details_list)
        if unseen or set(self.column_export_extra) & set(self.column_list):
            raise ValueError(f"{type(self).__name__} exports only what its pages show, and each column once")
        self._filter_by_name = {filter_.name: filter_ for filter_ in self.filters}
        super().__init__(model, db, **options)

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

    def has_steps(self) -> bool:
        """Whether rows of this screen go through steps."""
        return bool(self.machine)

    def get_query(self) -> Query:
        return db.session.query(self.model)

    def get_one(self, id: Any) -> Any:  # noqa: A002
        """The row, if it is within the actor's scope; 404 alike for a row that is missing and one that is not."""
        text = str(id or "")
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            abort(404)
        row = self.get_query().options(*self.loads).filter(self.model.id == int(text)).one_or_none()
        return row if row is not None else abort(404)

    def value(self, row: Any, name: str) -> Any:
        """One value of a row, as far as this person may see it: every page and every file asks here."""
        formatter = (self.column_formatters or {}).get(name)
        return formatter(self, None, row, name) if formatter else self._get_field_value(row, name)

    def cell(self, row: Any, name: str) -> str:
        """One value of a row as a text."""
        return show(self.value(row, name))

    def gather(self, rows: Sequence[Any]) -> None:
        """Read at once what the cells of these rows need beside the rows; in the rows' own session."""

    def title(self, obj: Any) -> str:
        """What the page about `obj` is called."""
        return str(obj)

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return self.get_url(".details_view", id=model.id) if model is not None else self.get_url(".index_view")


# The parts of a screen are plain classes: Flask-Admin's metaclass copies every exposed page into each class it makes,
# so that one part's inherited pages would hide another's own.
if TYPE_CHECKING:
    PartOfScreen = ScopedView
else:
    PartOfScreen = object
