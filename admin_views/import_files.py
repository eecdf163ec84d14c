"""The files that the import screens give: rejected rows to be corrected, and a list as it is, to be filled in."""

from typing import Any

from flask import Response, abort, g, request
from flask_admin import expose
from flask_babel import gettext

from admin_views.files import disclose, file_response
from admin_views.import_form import EXAMPLES, kinds_of
from admin_views.scoped import PartOfScreen
from school.db import db
from school.errors import NotAllowed
from school.imports import runs
from school.imports.importing import may_import
from school.models import ImportRun
from school.reports import tables
from school.reports.registry import REPORTS
from school.services import directory
from school.vocabulary import N_

NOT_MINE = N_("Chỉ người đưa tệp lên mới mở được nội dung của tệp.")


class ImportFiles(PartOfScreen):
    """What leaves through the import screens; each is logged."""

    @expose("/rejected/")
    def rejected_view(self) -> Response:
        """The rejected rows with their reasons, to be corrected and taken in again."""
        obj = self._mine(request.args.get("id"))
        header, rows = runs.rejected_rows(db.session, g.actor, obj)
        columns = [tables.Column(str(number), text) for number, text in enumerate(header)]
        name, year = gettext("Dòng bị từ chối"), obj.school_year_id
        file_name = f"dong-bi-tu-choi-{obj.kind}-{obj.id}"
        disclose(name, "xlsx", row_count=len(rows), year=year)
        return file_response(tables.chunks("xlsx", columns, rows, title=name), file_name, "xlsx")

    @expose("/example/")
    def example_view(self) -> Response:
        """The list as it is now, in the columns that the import reads: to be filled in, changed and taken in again."""
        kind = next((kind for kind in kinds_of(g.actor) if kind == request.args.get("kind")), None)
        year = directory.find_year(db.session, g.actor.today)
        if kind is None or year is None:
            abort(404)
        report = REPORTS[EXAMPLES[kind]]
        rows, year_id = list(report.rows(db.session, g.actor, year)), year.id
        title, keys = gettext(report.title), [column.key for column in report.columns]
        disclose(title, "xlsx", columns=keys, row_count=len(rows), year=year_id)
        return file_response(tables.chunks("xlsx", report.columns, rows, gettext, title), title, "xlsx")

    def _mine(self, id_: Any) -> ImportRun:
        """A file that this person brought; what stands in others' files is theirs."""
        obj: ImportRun = self.get_one(id_)
        if not is_mine(obj):
            decision = may_import(g.actor, obj.kind)
            raise NotAllowed(NOT_MINE if decision else decision.reason)
        return obj


def is_mine(run: ImportRun) -> bool:
    """Whether this person brought the file, and may still take in lists of its kind."""
    return run.account_id is not None and run.account_id == g.actor.account_id and bool(may_import(g.actor, run.kind))
