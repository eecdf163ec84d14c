"""The screen of the surveys: what each source said, kept apart; the words are read where the case is open (P3.1)."""

from typing import Any

from flask import g
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms import Form

from admin_views.base import Panel, Screen
from admin_views.casefile import likely_case, offer, opened, own_cases
from admin_views.cases import case_ids_named, case_ids_of_class
from admin_views.directory import staff_named
from admin_views.listing import by_label, by_row
from school.db import db
from school.models import Classroom, Enrolment, Staff, Student, SupportCase, SurveyEntry
from school.rules.policy import can
from school.services import surveys
from school.vocabulary import Action, CaseState, SurveyChannel, YearState

KEPT_APART = _("Ghi riêng")


def _may_read(entry: SurveyEntry) -> bool:
    """Whoever wrote the words reads them; everybody else opens the case's circumstances first (P1.3)."""
    own = entry.surveyor_id is not None and entry.surveyor_id == g.actor.staff_id
    return own or opened(entry.case)


class SurveyScreen(Screen):
    reads = Action.VIEW_CIRCUMSTANCES
    creates = edits = deletes = Action.EDIT_CASE
    intro = _("Điều biết về các em qua từng kênh: gia đình, em, bạn bè, thầy cô. Mỗi nguồn ghi riêng một mục.")
    new_label = _("Ghi khảo sát")
    empty_message = _("Chưa có khảo sát nào mà thầy cô xem được.")
    column_list = ("case", "classroom", "channel", "occurred_on", "surveyor")
    column_details_list = ("case", "classroom", "channel", "occurred_on", "surveyor", "findings")
    column_labels = {
        "case": _("Học sinh"),
        "classroom": _("Lớp"),
        "channel": _("Kênh khảo sát"),
        "occurred_on": _("Ngày khảo sát"),
        "surveyor": _("Người khảo sát"),
        "findings": _("Điều đã biết"),
    }
    column_descriptions = {
        "channel": _("Nghe ít nhất hai kênh thì hiểu em hơn."),
        "findings": _("Ghi điều cần để giúp em. Chỉ người có trách nhiệm mới xem được."),
    }
    column_formatters = {
        "classroom": lambda v, c, entry, n: (
            entry.case.student.current_enrolment.classroom if entry.case.student.current_enrolment else None
        ),
        "findings": lambda v, c, entry, n: entry.findings if _may_read(entry) else KEPT_APART,
    }
    column_sortable_list = (
        ("case", "case.student.sort_key"),
        "channel",
        "occurred_on",
        ("surveyor", "surveyor.sort_key"),
    )
    column_default_sort = [("occurred_on", True), ("case.student.sort_key", False)]
    form_columns = ("case", "channel", "occurred_on", "findings")
    loads = (
        joinedload(SurveyEntry.case)
        .joinedload(SupportCase.student)
        .joinedload(Student.current_enrolment)
        .joinedload(Enrolment.classroom),
        joinedload(SurveyEntry.surveyor),
    )
    searches = (
        lambda word: SurveyEntry.case_id.in_(case_ids_named(word)),
        lambda word: SurveyEntry.surveyor_id.in_(select(Staff.id).where(staff_named(word))),
    )
    filters = (
        by_label("channel", _("Kênh khảo sát"), SurveyEntry.channel, SurveyChannel),
        by_row("classroom", _("Lớp"), Classroom, lambda id_: SurveyEntry.case_id.in_(case_ids_of_class(id_))),
    )

    def title(self, obj: SurveyEntry) -> str:
        return f"{obj.case.student} · {gettext(obj.channel.label)}"

    def defaults(self) -> dict[str, Any]:
        return {"case": likely_case(g.actor.reach.sponsored_cases), "occurred_on": g.actor.today}

    def trim_form(self, form: Form, obj: SurveyEntry | None) -> None:
        if obj is not None:
            del form["case"]
        else:
            offer(form["case"], own_cases(g.actor.reach.sponsored_cases | g.actor.reach.homeroom_cases))

    def store(self, obj: SurveyEntry, values: dict[str, Any], version: int | None) -> SurveyEntry:
        return surveys.write_survey(db.session, g.actor, obj, values, version)

    def erase(self, obj: SurveyEntry, version: int | None) -> None:
        surveys.discard_survey(db.session, g.actor, obj, version)

    def may_edit(self, obj: SurveyEntry) -> bool:
        return super().may_edit(obj) and self._still_own(obj)

    def may_delete(self, obj: SurveyEntry) -> bool:
        return super().may_delete(obj) and self._still_own(obj)

    def _still_own(self, obj: SurveyEntry) -> bool:
        """One's own entry, in a case and a year that still run."""
        own = obj.surveyor_id is not None and obj.surveyor_id == g.actor.staff_id
        case = obj.case
        return own and case.state is not CaseState.CLOSED and case.school_year.state is not YearState.CLOSED

    def panels(self, obj: SurveyEntry) -> list[Panel]:
        """The way to the words that are kept apart."""
        if _may_read(obj) or not can(g.actor, Action.VIEW_CIRCUMSTANCES):
            return []
        way = self.get_url("case.details_view", id=obj.case_id) + "#private"
        text = gettext("Nội dung này được ghi riêng. Thầy cô mở xem hoàn cảnh của em rồi đọc ở đây.")
        return [Panel(str(KEPT_APART), [], [], text, (way, gettext("Đến phần hoàn cảnh")))]
