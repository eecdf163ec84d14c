"""Files that leave through a page: logged before the first byte goes, named with their Vietnamese letters, streamed."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from flask import Response, abort, g, request, stream_with_context
from flask_babel import gettext

from school.db import db, writing
from school.models import SchoolYear
from school.reports import tables
from school.services import disclosures

TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def disclose(name: str, format: str, **facts: Any) -> None:  # noqa: A002
    """Enter what is about to leave, as `disclosures.log` takes it, and commit: whatever happens then, it is logged.

    A page that is only read began without the write lock, and what begins by reading can't turn into a write: so the
    transaction ends here and the next takes the lock at once. Rows that the caller holds are read anew afterwards.
    """
    db.session.rollback()
    with writing():
        disclosures.log(db.session, g.actor, name, format, **facts)
        db.session.commit()


def file_response(chunks: Iterable[bytes], name: str, format: str) -> Response:  # noqa: A002
    """A file as an answer, streamed; `name` without its suffix keeps its Vietnamese letters."""
    response = Response(stream_with_context(iter(chunks)), mimetype=TYPES[format])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}.{format}"
    return response


def table_format(asked: str) -> str:
    """The format of a table that the address names; 404 for any other."""
    return asked if asked in set(tables.Format) else abort(404)


def asked_columns() -> list[str] | None:
    """The columns that were ticked; None where the address says nothing of columns."""
    asked = request.args.getlist("columns")
    return [name for name in asked if name] if asked else None


def report_response(
    name: str,
    format: str,  # noqa: A002
    columns: Sequence[tables.Column],
    rows: Iterable[Sequence[Any]],
    title: str,
    year: SchoolYear,
) -> Response:
    """A report of the registry as a table, with the columns that were ticked: logged, then sent."""
    chosen, cut = tables.pick(columns, rows, asked_columns())
    picked, title = list(cut), f"{title} {year.name}"
    disclose(name, format, columns=[column.key for column in chosen], row_count=len(picked), year=year.id)
    return file_response(tables.chunks(format, chosen, picked, gettext, title), dated(title), format)


def dated(name: str) -> str:
    """The name of a file of today."""
    return f"{name} {g.actor.today:%Y-%m-%d}"
