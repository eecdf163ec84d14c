"""The screen of the assignment meetings, and the page on which one agrees and approves its list (P4.3)."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views.base import Row, Screen, StepButton
from admin_views.directory import staff_named
from admin_views.listing import by_row
from admin_views.values import show
from school.db import db
from school.errors import NotAllowed, PanelError
from school.models import AssignmentMeeting, SchoolYear, Sponsorship, Staff
from school.rules.policy import can
from school.services import meetings
from school.services.calendar import plan_of
from school.vocabulary import Action, Deadline, DocumentKind, SponsorshipState

APPROVE = "approve_list"
SHOWN = 60  # pairings in each of the two lists of the page
MAX_CHOSEN = 500


def names_of(pairings: Iterable[Sponsorship]) -> str:
    """The pairings as people say them."""
    return "; ".join(f"{s.staff} – {s.case}" for s in pairings)


class MeetingScreen(Screen):
    reads = Action.VIEW_MEETING
    creates = edits = Action.EDIT_MEETING
    intro = _("Các cuộc họp thống nhất ai đỡ đầu em nào; mỗi cuộc họp một danh sách để Ban giám hiệu duyệt.")
    new_label = _("Ghi cuộc họp")
    empty_message = _("Chưa ghi cuộc họp phân công nào.")
    column_list = ("held_on", "chair", "decision_number", "school_year")
    column_details_list = ("school_year", "held_on", "chair", "decision_number", "deadline", "proceedings")
    column_export_extra = ("proceedings",)
    column_labels = {
        "held_on": _("Ngày họp"),
        "chair": _("Người chủ trì"),
        "decision_number": _("Số quyết định"),
        "proceedings": _("Nội dung cuộc họp"),
        "school_year": _("Năm học"),
        "deadline": _("Hạn lập danh sách"),
    }
    column_descriptions = {
        "chair": _("Gõ vài chữ của tên rồi chọn trong gợi ý."),
        "decision_number": _("Ghi khi đã có quyết định, ví dụ: 12/QĐ-THPT."),
        "proceedings": _("Vài gạch đầu dòng về điều đã bàn. Không ghi hoàn cảnh riêng của em."),
    }
    column_formatters = {"deadline": lambda v, c, meeting, n: _deadline(meeting)}
    column_sortable_list = ("held_on", ("chair", "chair.sort_key"), "decision_number")
    column_default_sort = ("held_on", True)
    form_columns = ("held_on", "chair", "decision_number", "proceedings")
    loads = (joinedload(AssignmentMeeting.chair), joinedload(AssignmentMeeting.school_year))
    searches = (
        lambda word: AssignmentMeeting.chair_id.in_(select(Staff.id).where(staff_named(word))),
        lambda word: AssignmentMeeting.decision_number.icontains(word, autoescape=True),
    )
    filters = (by_row("year", _("Năm học"), SchoolYear, lambda id_: AssignmentMeeting.school_year_id == id_),)
    details_template = "school/meeting.html"

    def title(self, obj: AssignmentMeeting) -> str:
        return gettext("Họp phân công ngày %(day)s", day=show(obj.held_on))

    def defaults(self) -> dict[str, Any]:
        return {"held_on": g.actor.today}

    def store(self, obj: AssignmentMeeting, values: dict[str, Any], version: int | None) -> AssignmentMeeting:
        return meetings.save(db.session, g.actor, obj, values, version)

    def ways(self, obj: AssignmentMeeting) -> list[tuple[str, str]]:
        way = self.get_url("documents.print_page", kind=DocumentKind.MEETING_MINUTES.value, subject=obj.id)
        return [(way, gettext("In biên bản"))]

    def extras(self, obj: AssignmentMeeting) -> dict[str, Any]:
        waiting, listed = meetings.to_agree(db.session, obj), meetings.agreed(db.session, obj)
        may = bool(can(g.actor, Action.AGREE_SPONSORSHIP))
        return {
            "columns": [gettext("Học sinh"), gettext("Người đỡ đầu"), gettext("Vai trò"), gettext("Từ ngày")],
            "waiting": [self._row(s) for s in waiting[:SHOWN]],
            "waiting_more": max(0, len(waiting) - SHOWN),
            "own": {s.id for s in waiting if s.staff_id == g.actor.staff_id},
            "may_agree": may,
            "listed": [self._row(s, with_state=True) for s in listed[:SHOWN]],
            "listed_more": max(0, len(listed) - SHOWN),
        }

    def _row(self, s: Sponsorship, with_state: bool = False) -> Row:
        cells = [str(s.case), show(s.staff), show(s.role), show(s.started_on)]
        return Row(
            s.id, self.get_url("sponsorship.details_view", id=s.id), [*cells, *([show(s.state)] if with_state else [])]
        )

    def has_steps(self) -> bool:
        return True

    def steps(self, obj: AssignmentMeeting) -> list[StepButton]:
        if not can(g.actor, Action.APPROVE_SPONSORSHIP):
            return []
        listed = select(Sponsorship.id).where(
            Sponsorship.meeting_id == obj.id, Sponsorship.state == SponsorshipState.AGREED
        )
        return self.all_steps() if db.session.scalar(listed.limit(1)) is not None else []

    def all_steps(self) -> list[StepButton]:
        return [self.step_button(APPROVE, gettext("Duyệt danh sách"))]

    def take(self, obj: AssignmentMeeting, name: str, values: Mapping[str, Any]) -> str:
        settled = meetings.approve_list(db.session, g.actor, obj)
        return self._told(
            gettext("Đã duyệt %(count)s phân công.", count=len(settled.done)),
            gettext("Của chính thầy cô nên để người khác trong Ban giám hiệu duyệt: "),
            settled,
        )

    @expose("/agree/", methods=("POST",))
    def agree_view(self) -> ResponseReturnValue:
        """Agree the chosen pairings: all of them, or none."""
        obj = self.get_one(request.form.get("id"))
        chosen = set(request.form.getlist("rowid"))
        if len(chosen) > MAX_CHOSEN or not all(id_.isascii() and id_.isdigit() and len(id_) < 19 for id_ in chosen):
            abort(400)
        back = redirect(self.get_url(".details_view", id=obj.id), 303)
        try:
            rows = self._pairings(chosen)
            settled = meetings.agree(db.session, g.actor, obj, rows)
        except NotAllowed:
            raise
        except PanelError as error:
            db.session.rollback()
            flash(gettext("Chưa ghi nhận dòng nào: %(reason)s", reason=gettext(error.msgid, **error.params)), "error")
            return back
        if not chosen:
            flash(gettext("Thầy cô đánh dấu ít nhất một dòng."), "error")
            return back
        db.session.commit()
        told = self._told(
            gettext("Đã thống nhất %(count)s phân công.", count=len(settled.done)),
            gettext("Của chính thầy cô nên để người khác thống nhất: "),
            settled,
        )
        flash(told, "success")
        return back

    def _pairings(self, ids: Iterable[str]) -> list[Sponsorship]:
        """The chosen pairings in the actor's sight; 404 where one is missing."""
        wanted = sorted({int(id_) for id_ in ids})
        statement = (
            select(Sponsorship)
            .where(Sponsorship.id.in_(wanted))
            .options(joinedload(Sponsorship.case), joinedload(Sponsorship.staff))
            .order_by(Sponsorship.id)
        )
        rows = list(db.session.scalars(statement))
        return rows if len(rows) == len(wanted) else abort(404)

    def _told(self, done: str, about_own: str, settled: meetings.Settled) -> str:
        return f"{done} {about_own}{names_of(settled.own)}." if settled.own else done


def _deadline(meeting: AssignmentMeeting) -> str:
    """The last day on time for the list, and whether the meeting kept it."""
    last_day = plan_of(db.session, meeting.school_year).last_day(Deadline.ASSIGNMENT_LIST)
    kept = gettext("họp sau hạn") if meeting.held_on > last_day else gettext("họp đúng hạn")
    return f"{show(last_day)} ({kept})"
