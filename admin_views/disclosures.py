"""What left the panel: every list, report and document, by whom and when. Only read.

Leadership and the administrator see all of it, everybody else what they took out themselves.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import g
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import false, select
from sqlalchemy.orm import joinedload, object_session

from admin_views.base import Screen, current_actor
from admin_views.directory import staff_named
from admin_views.listing import by_row, by_text
from admin_views.students import student_ids_named
from school.models import Account, AuditEntry, Disclosure, SchoolYear, Staff, Student
from school.reports import emulation
from school.reports.registry import REPORTS
from school.rules.policy import can
from school.vocabulary import Action, DocumentKind

FORMATS = {"csv": _("CSV"), "xlsx": _("Excel"), "docx": _("Word"), "print": _("Bản in")}
HIDDEN = _("(không hiển thị)")
OPERATOR = _("Lệnh trên máy chủ")


def _students_named(word: str) -> Any:
    """Files about students of that name, for those who may know whose file it was."""
    return Disclosure.student_id.in_(student_ids_named(word)) if can(g.actor, Action.VIEW_CASE) else false()


def _logged(*criteria: Any) -> Any:
    """Ids of the files that the log of changes says were taken out; nothing to those who may not read it."""
    mine = (AuditEntry.table_name == Disclosure.__tablename__, AuditEntry.action == "export")
    return select(AuditEntry.row_id).where(*mine, *criteria)


class DisclosureScreen(Screen):
    reads = Action.VIEW_OWN_ACCOUNT
    intro = _("Danh sách, báo cáo và văn bản đã xuất khỏi hệ thống: ai xuất, khi nào, gồm những gì. Chỉ đọc.")
    empty_message = _("Chưa có tệp nào được xuất.")
    column_list = ("created_at", "who", "name", "format", "row_count", "school_year", "student")
    column_details_list = (
        "created_at",
        "who",
        "name",
        "format",
        "columns",
        "filters",
        "row_count",
        "school_year",
        "student",
    )
    column_export_extra = ("columns", "filters")
    column_labels = {
        "created_at": _("Lúc xuất"),
        "who": _("Người xuất"),
        "name": _("Tệp"),
        "format": _("Dạng"),
        "columns": _("Các cột"),
        "filters": _("Điều kiện lọc"),
        "row_count": _("Số dòng"),
        "school_year": _("Năm học"),
        "student": _("Học sinh"),
    }
    column_formatters = {
        "who": lambda v, c, entry, n: v.who(entry),
        "name": lambda v, c, entry, n: v.call(entry.name),
        "format": lambda v, c, entry, n: FORMATS.get(entry.format, entry.format),
        "columns": lambda v, c, entry, n: ", ".join(v.head(entry.name, column) for column in entry.columns or ()),
        "filters": lambda v, c, entry, n: v.narrow(entry),
        "student": lambda v, c, entry, n: v.student(entry),
    }
    column_sortable_list = ("created_at", "row_count")
    column_default_sort = [("created_at", True), ("id", True)]
    loads = (joinedload(Disclosure.account).joinedload(Account.staff), joinedload(Disclosure.school_year))
    searches = (
        lambda word: Disclosure.account_id.in_(
            select(Account.id).where(Account.staff_id.in_(select(Staff.id).where(staff_named(word))))
        ),
        lambda word: Disclosure.id.in_(_logged(AuditEntry.actor.icontains(word, autoescape=True))),
        _students_named,
    )
    filters = (
        by_text("format", _("Dạng"), lambda: [*FORMATS.items()], lambda value: Disclosure.format == value),
        replace(
            by_row("school_year", _("Năm học"), SchoolYear, lambda id_: Disclosure.school_year_id == id_),
            offered=lambda: bool(can(g.actor, Action.VIEW_DIRECTORY)),  # an account without a role looks up nothing
        ),
    )

    def is_visible(self) -> bool:
        """In the navigation of those who look after the log; the others come here from where they export."""
        return bool(can(current_actor(), Action.VIEW_AUDIT))

    def title(self, obj: Disclosure) -> str:
        return self.call(obj.name)

    def call(self, name: str) -> str:
        """What the panel calls the list, report or document."""
        if name in {kind.value for kind in DocumentKind}:
            return gettext(DocumentKind(name).label)
        if name in REPORTS:
            return gettext(REPORTS[name].title)
        screen = self._screen(name)
        return str(screen.name) if screen is not None else gettext(name)  # a document stands under its own label

    def head(self, name: str, column: str) -> str:
        """The heading of a column of that list or report."""
        if name in REPORTS:
            known = {known.key: gettext(known.label) for known in (*REPORTS[name].columns, *emulation.OUTCOME)}
            code = column.removeprefix(emulation.CRITERION)  # a criterion's column has the name that its year gave it
            return known.get(column, gettext("Tiêu chí %(code)s", code=code) if code != column else column)
        screen = self._screen(name)
        return str(screen.get_column_name(column)) if isinstance(screen, Screen) else column

    def narrow(self, entry: Disclosure) -> str:
        """The filters of a list in the words of its page."""
        screen = self._screen(entry.name)
        known = screen._filter_by_name if isinstance(screen, Screen) else {}
        told = []
        for part in (entry.filters or "").split("; "):
            name, _equals, value = part.partition("=")
            filter_ = known.get(name)
            told.append(f"{filter_.label}: {dict(filter_.choices()).get(value, value)}" if filter_ else part)
        return "; ".join(told)

    def _screen(self, name: str) -> Any:
        return next((view for view in self.admin._views if view.endpoint == name), None)

    def gather(self, rows: Sequence[Disclosure]) -> None:
        """Names that the rows need: of students in the reader's sight, of people as the log of changes has them."""
        session = object_session(rows[0]) if rows else None
        if session is None:
            return
        ids = {row.student_id for row in rows} - {None}
        known = ids and can(g.actor, Action.VIEW_CASE)  # that a student has a file at all is not for everybody
        found = session.execute(select(Student.id, Student.full_name).where(Student.id.in_(ids))) if known else ()
        g.disclosed_students = dict(iter(found))
        nameless = [row.id for row in rows if row.account_id is not None and row.account is None]
        logged = _logged(AuditEntry.row_id.in_(nameless)).add_columns(AuditEntry.actor)
        g.disclosed_by = dict(iter(session.execute(logged))) if nameless else {}

    def who(self, entry: Disclosure) -> Any:
        """Who took it: the person where the account is in sight, else as the log of changes names them."""
        if entry.account_id is None:
            return OPERATOR
        account = entry.account
        return (account.staff or account.username) if account is not None else g.disclosed_by.get(entry.id)

    def student(self, entry: Disclosure) -> Any:
        """Whose file it was, for those who may know."""
        return None if entry.student_id is None else g.disclosed_students.get(entry.student_id, HIDDEN)

    def show_details(self, obj: Disclosure, failed: Any = None) -> str:
        self.gather([obj])
        return super().show_details(obj, failed)
