"""The school's own names of columns: what a heading of its files means (ColumnName)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.imports.columns import header_key
from school.imports.importing import COLUMNS
from school.imports.layout import Layout, headings
from school.imports.tables import Table
from school.models import ColumnName
from school.rules.actor import Actor
from school.services import records
from school.vocabulary import N_, Action, ListKind

NO_HEADER = N_("Thầy cô ghi tên cột như trong tệp, ví dụ: Phân hiệu.")
NO_LETTERS = N_("Tên cột cần có chữ hoặc số.")
NO_SUCH_FIELD = N_("Loại danh sách này không có mục đó.")


def fields_of(kind: ListKind) -> dict[str, str]:
    """What a heading of such a list may mean: the field and its label; how the list is called stands in COLUMNS."""
    return {column.name: column.label for column in COLUMNS[kind].columns}


def save(
    session: Session, actor: Actor, obj: ColumnName, values: Mapping[str, Any], version: int | None = None
) -> ColumnName:
    """Remember what a heading means: `header` as it is written in the file, `field` one of the list's or ""."""
    typed = records.need(values["header"], NO_HEADER, "header")
    header, kind = header_key(typed), obj.kind or values["kind"]
    if not header:
        raise RuleError(NO_LETTERS, field="header")
    if values["field"] and values["field"] not in fields_of(kind):
        raise RuleError(NO_SUCH_FIELD, field="means")
    told = {"header": header, "field": values["field"]} | ({"kind": kind} if obj.id is None else {})
    saved: ColumnName = records.save(session, actor, Action.IMPORT_LISTS, obj, told, version)
    return saved


def known(session: Session, kind: ListKind) -> dict[str, str]:
    """What the school has said about its headings: folded heading and field, "" for what is passed over."""
    statement = select(ColumnName.header, ColumnName.field).where(ColumnName.kind == kind)
    return {row.header: row.field for row in session.execute(statement)}


_NAME_PARTS = {"full_name", "family_name", "given_name"}


def remember(session: Session, kind: ListKind, table: Table, layout: Layout) -> None:
    """Keep what the headings of a layout chosen by hand mean, where that is not what they usually mean.

    A column that was left out is kept as passed over: nobody is asked about it again. A heading that stands over
    columns of several meanings says nothing; nor does one by which a name is read whole or in two parts, as the file
    has it.
    """
    stored = {row.header: row for row in session.scalars(select(ColumnName).where(ColumnName.kind == kind))}
    for key, field in _meanings(table, layout).items():
        usual, row = COLUMNS[kind].synonyms().get(key, ""), stored.get(key)
        if (field and field == usual) or {field, usual} <= _NAME_PARTS:
            if row is not None and row.field != field:
                session.delete(row)
        elif row is None:
            session.add(ColumnName(kind=kind, header=key, field=field))
        else:
            row.field = field


def _meanings(table: Table, layout: Layout) -> dict[str, str]:
    """Folded heading and the field that was chosen for it, "" for none."""
    chosen = {column: field for field, column in layout.columns.items()}
    found: dict[str, set[str]] = {}
    for column, text in headings(table, layout.header_row):
        if key := header_key(text):
            found.setdefault(key, set()).add(chosen.get(column, ""))
    told = {key: fields - {""} or fields for key, fields in found.items()}
    return {key: next(iter(fields)) for key, fields in told.items() if len(fields) == 1}
