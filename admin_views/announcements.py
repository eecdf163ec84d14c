"""The year's plan as leadership announces it, and who has read it (P4.1)."""

from collections.abc import Mapping
from typing import Any

from flask import g
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload, object_session

from admin_views.base import Panel, Row, Screen, StepButton
from admin_views.listing import by_row
from admin_views.values import show
from school.db import db
from school.models import Announcement, SchoolYear
from school.services import announcements, directory
from school.vocabulary import Action, DocumentKind, YearState

READ = "read"


def _own_mark(row: Announcement) -> str:
    """Whether this person has marked it read; all own marks are read once a request."""
    if g.actor.staff_id is None:
        return ""
    if "own_readings" not in g:
        g.own_readings = announcements.own_readings(object_session(row) or db.session, g.actor)
    day = g.own_readings.get(row.id)
    return gettext("Đã đọc ngày %(day)s", day=show(day)) if day else gettext("Chưa đọc")


class AnnouncementScreen(Screen):
    reads = Action.VIEW_DIRECTORY
    creates = edits = deletes = Action.ANNOUNCE_PLAN
    intro = _("Kế hoạch của năm học do Ban giám hiệu công bố. Đọc xong, thầy cô bấm “Tôi đã đọc”.")
    new_label = _("Công bố kế hoạch")
    empty_message = _("Chưa có kế hoạch nào được công bố.")
    column_list = ("title", "school_year", "published_on", "read")
    column_details_list = ("title", "plan_number", "school_year", "published_on", "read", "body")
    column_export_extra = ("plan_number", "body")
    column_labels = {
        "title": _("Kế hoạch"),
        "plan_number": _("Số kế hoạch"),
        "school_year": _("Năm học"),
        "body": _("Nội dung"),
        "published_on": _("Công bố ngày"),
        "read": _("Phần thầy cô"),
    }
    column_descriptions = {
        "title": _("Ví dụ: Kế hoạch nhận đỡ đầu học sinh năm học 2025-2026."),
        "plan_number": _("Số trên văn bản, ví dụ 45/KH-THPT. Để trống nếu chưa có."),
        "body": _("Mọi cán bộ, giáo viên đọc được: không ghi tên và hoàn cảnh của học sinh."),
    }
    column_formatters = {"read": lambda v, c, row, n: _own_mark(row)}
    column_sortable_list = ("title", "published_on")
    column_default_sort = [("published_on", True), ("id", True)]
    form_columns = ("school_year", "title", "plan_number", "body")
    loads = (joinedload(Announcement.school_year),)
    filters = (by_row("school_year", _("Năm học"), SchoolYear, lambda id_: Announcement.school_year_id == id_),)

    def defaults(self) -> dict[str, Any]:
        return {"school_year": directory.find_year(db.session, g.actor.today)}

    def store(self, obj: Announcement, values: dict[str, Any], version: int | None) -> Announcement:
        return announcements.announce(db.session, g.actor, obj, values, version)

    def erase(self, obj: Announcement, version: int | None) -> None:
        announcements.withdraw(db.session, g.actor, obj, version)

    def may_edit(self, obj: Announcement) -> bool:
        return super().may_edit(obj) and obj.school_year.state is not YearState.CLOSED

    def may_delete(self, obj: Announcement) -> bool:
        return super().may_delete(obj) and obj.school_year.state is not YearState.CLOSED

    def ways(self, obj: Announcement) -> list[tuple[str, str]]:
        way = self.get_url("documents.print_page", kind=DocumentKind.YEAR_PLAN.value, subject=obj.school_year_id)
        return [(way, gettext("In kế hoạch của năm học"))]

    def has_steps(self) -> bool:
        return True

    def steps(self, obj: Announcement) -> list[StepButton]:
        unread = g.actor.staff_id is not None and announcements.own_reading(db.session, g.actor, obj) is None
        return self.all_steps() if unread else []

    def all_steps(self) -> list[StepButton]:
        return [self.step_button(READ, gettext("Tôi đã đọc"))]

    def take(self, obj: Announcement, name: str, values: Mapping[str, Any]) -> str | None:
        announcements.mark_read(db.session, g.actor, obj)
        return None

    def panels(self, obj: Announcement) -> list[Panel]:
        """Who has not read it and who has, for those who follow it."""
        if not announcements.sees_readers(g.actor):
            return []
        found = announcements.readers(db.session, g.actor, obj)
        read = sum(reader.read_on is not None for reader in found)
        rows = [
            Row(
                reader.staff.id,
                self.get_url("staff.details_view", id=reader.staff.id),
                [str(reader.staff), show(reader.staff.department and str(reader.staff.department)), self._mark(reader)],
            )
            for reader in found
        ]
        columns = [gettext("Họ và tên"), gettext("Tổ"), gettext("Đọc ngày")]
        title = gettext("%(read)s / %(all)s người đã đọc", read=read, all=len(found))
        return [Panel(title, columns, rows, gettext("Chưa có cán bộ nào thuộc phần thầy cô theo dõi."))]

    @staticmethod
    def _mark(reader: announcements.Reader) -> str:
        return show(reader.read_on) if reader.read_on else gettext("Chưa đọc")
