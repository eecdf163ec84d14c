"""The list of a generated screen: a page of rows, the same as a file, and hints for its pickers."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from flask import Response, abort, g, jsonify, request
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Query
from wtforms.fields.core import UnboundField

from admin_views.files import asked_columns, dated, disclose, file_response, table_format
from admin_views.listing import Arguments
from admin_views.pickers import PICKERS, PickField
from admin_views.scoped import PartOfScreen, Row
from admin_views.values import show, show_number
from school.db import db
from school.names import fold
from school.reports import tables
from school.rules.actor import Actor
from school.services.guard import set_actor

AT_ONCE = 500  # rows of a file that are in memory together


class ListPages(PartOfScreen):
    """Rows as they are searched, filtered and sorted."""

    def get_sortable_columns(self) -> dict[Any, Any]:
        # Flask-Admin files a column that sorts by another of the same table under that other's name.
        columns = super().get_sortable_columns()
        for entry in self.column_sortable_list or ():
            if isinstance(entry, tuple) and entry[0] not in columns:
                columns[entry[0]] = columns.pop(entry[1])
        return columns

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

    @expose("/")
    def index_view(self) -> str:
        """A page of the list."""
        arguments = Arguments.read(self._filter_by_name, self._sortable_columns)
        count, rows = self.page_of(arguments)
        endpoint = f"{self.endpoint}.index_view"
        return self.render(
            self.list_template,
            rows=self._prepare_all(rows),
            count=show_number(count),
            columns=[
                (label, self._sort_url(arguments, name), name == arguments.sort) for name, label in self._list_columns
            ],
            arguments=arguments,
            filters=[
                (f.name, f.label, f.choices(), arguments.chosen.get(f.name, "")) for f in self.filters if f.offered()
            ],
            pages=max(1, -(-count // arguments.page_size)),
            page_url=lambda page: arguments.url(endpoint, page=page),
            offered=self.offered(),
            batch=[(name, gettext(self.machine[name].label)) for name in self.batch if self._may_step(name)],
        )

    def _prepare_all(self, rows: list[Any]) -> list[Row]:
        self.gather(rows)
        return [self._prepare(row) for row in rows]

    def _prepare(self, row: Any) -> Row:
        cells = [self.cell(row, name) for name, _ in self._list_columns]
        return Row(row.id, self.get_url(".details_view", id=row.id), cells)

    def _sort_url(self, arguments: Arguments, name: str) -> str | None:
        if name not in self._sortable_columns:
            return None
        turned = arguments.sort == name and not arguments.descending
        return arguments.url(f"{self.endpoint}.index_view", page=0, sort=name, descending=turned)

    def offered(self) -> list[tuple[str, str]]:
        """The columns that an export offers, with their headings; at first those of the list are ticked."""
        extra = [(name, self.get_column_name(name)) for name in self.column_export_extra]
        return [(name, str(label)) for name, label in [*self._list_columns, *extra]]

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Response:
        """The list as it is filtered and sorted, with the columns that were ticked: logged, then streamed."""
        format_ = table_format(export_type)
        arguments = Arguments.read(self._filter_by_name, self._sortable_columns, also=("columns",))
        offered, asked = self.offered(), asked_columns()
        places = tables.choose([name for name, _ in offered], asked) if asked is not None else self._ticked()
        names = [offered[place][0] for place in places]
        count = db.session.scalar(select(func.count()).select_from(self.model).where(*self.criteria(arguments)))
        disclose(self.endpoint, format_, columns=names, filters=arguments.chosen, row_count=count)
        rows = self._export_rows(self.rows(arguments), g.actor, names)
        columns = [self._export_column(*offered[place]) for place in places]
        return file_response(
            tables.chunks(format_, columns, rows, gettext, str(self.name)), dated(str(self.name)), format_
        )

    def _ticked(self) -> list[int]:
        return list(range(len(self._list_columns)))

    def _export_column(self, name: str, label: str) -> tables.Column:
        return tables.Column(name, label, tables.Kind.AMOUNT if name in self.column_amounts else tables.Kind.TEXT)

    def _export_rows(self, query: Query, actor: Actor, names: Sequence[str]) -> Iterator[list[Any]]:
        # A session of its own: the request's is closed before the last row has left.
        with db.new_session() as session:
            set_actor(session, actor)
            found = iter(query.with_session(session).yield_per(AT_ONCE))
            while rows := list(islice(found, AT_ONCE)):
                self.gather(rows)
                yield from ([self._export_value(row, name) for name in names] for row in rows)

    def _export_value(self, row: Any, name: str) -> Any:
        """What the list shows in this cell; numbers, days and moments as such."""
        value = self._get_field_value(row, name) if name in self.column_amounts else self.value(row, name)
        typed = isinstance(value, (int, float, Decimal, dt.date)) and not isinstance(value, bool)
        return value if typed or value is None else show(value)

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
