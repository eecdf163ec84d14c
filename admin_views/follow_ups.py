"""The screen of what is followed until it is closed: difficulties, advice, findings (P4.4, P4.6, P4.7)."""

from collections.abc import Mapping
from typing import Any

from flask import g, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Query, joinedload
from wtforms import Form
from wtforms.validators import InputRequired, Length

from admin_views.base import Screen, StepButton
from admin_views.casefile import MAX_ID_DIGITS, given_case, offer
from admin_views.directory import staff_named
from admin_views.forms import MAX_PROSE, DayField, LabelField, ProseField
from admin_views.listing import Arguments, by_choice, by_label, by_row
from admin_views.values import clip, show
from school.db import db
from school.models import Department, FollowUp, Inspection, Staff, SupportCase
from school.rules import oversight as rules
from school.services import follow_ups
from school.vocabulary import Action, FollowUpKind, FollowUpState


class KindField(LabelField):
    """A kind that this person may raise."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.type = "LabelField"  # drawn like one

    def iter_choices(self) -> Any:
        allowed = {"", *(kind.value for kind in follow_ups.kinds_for(g.actor))}
        return (choice for choice in super().iter_choices() if choice[0] in allowed)


def show_standing(follow_up: FollowUp) -> str:
    """How long there is left, or how late it is, while it is open."""
    if follow_up.state is not FollowUpState.OPEN or follow_up.due_on is None:
        return ""
    days = (follow_up.due_on - g.actor.today).days
    if days < 0:
        return gettext("Quá hạn %(days)s ngày", days=-days)
    return gettext("Còn %(days)s ngày", days=days) if days else gettext("Hạn hôm nay")


def overdue() -> ColumnElement[bool]:
    """Open ones whose last day has passed."""
    return and_(FollowUp.state == FollowUpState.OPEN, FollowUp.due_on < g.actor.today)


def _soon() -> ColumnElement[bool]:
    within = FollowUp.due_on.between(g.actor.today, g.actor.today + rules.SOON)
    return and_(FollowUp.state == FollowUpState.OPEN, within)


def _staff_ids(word: str) -> Any:
    return select(Staff.id).where(staff_named(word))


def _text_step(label: Any, missing: Any) -> dict[str, Any]:
    return {"text": ProseField(label, [InputRequired(missing), Length(max=MAX_PROSE)])}


class FollowUpScreen(Screen):
    reads = Action.VIEW_FOLLOW_UP
    creates = Action.RAISE_FOLLOW_UP
    edits = Action.CLOSE_FOLLOW_UP
    intro = _(
        "Khó khăn cần tháo gỡ, đề xuất của tổ, việc cần làm sau kiểm tra: theo tới khi xong. Việc quá hạn đứng trước."
    )
    new_label = _("Nêu việc cần theo dõi")
    empty_message = _("Chưa có việc nào cần theo dõi.")
    column_list = ("what", "kind", "owner", "due_on", "standing", "state")
    column_details_list = (
        "kind",
        "state",
        "standing",
        "what",
        "case",
        "inspected_on",
        "raised_by",
        "raised_on",
        "owner",
        "due_on",
        "answer",
        "answered_by",
        "answered_on",
        "closed_by",
        "closed_on",
    )
    column_export_extra = ("case", "raised_by", "raised_on", "answer", "answered_on", "closed_on")
    column_labels = {
        "what": _("Nội dung"),
        "kind": _("Loại việc"),
        "owner": _("Người phụ trách"),
        "due_on": _("Hạn làm"),
        "standing": _("Thời gian"),
        "state": _("Trạng thái"),
        "case": _("Hồ sơ của em"),
        "inspected_on": _("Từ lần kiểm tra"),
        "raised_by": _("Người nêu"),
        "raised_on": _("Nêu ngày"),
        "answer": _("Việc đã làm"),
        "answered_by": _("Người trả lời"),
        "answered_on": _("Trả lời ngày"),
        "closed_by": _("Người kết thúc"),
        "closed_on": _("Kết thúc ngày"),
    }
    column_descriptions = {
        "what": _("Một hai câu cụ thể. Chuyện riêng của gia đình em, thầy cô ghi trong hồ sơ của em, không ghi ở đây."),
        "owner": _("Gõ vài chữ của tên rồi chọn."),
        "case": _("Nếu việc này về một em; không thì để trống."),
    }
    column_formatters = {
        "what": lambda v, c, row, n: clip(row.what, 90) if request.endpoint == "follow_up.index_view" else row.what,
        "standing": lambda v, c, row, n: show_standing(row),
        "inspected_on": lambda v, c, row, n: row.inspection.held_on if row.inspection else None,
    }
    column_sortable_list = ("kind", ("owner", "owner.sort_key"), "due_on", "state")
    form_columns = ("kind", "what", "owner", "due_on", "case")
    form_extra_fields = {
        "kind": KindField(_("Loại việc"), [InputRequired(_("Thầy cô chọn loại việc."))], enum=FollowUpKind),
        "due_on": DayField(_("Hạn làm"), [InputRequired(_("Thầy cô chọn hạn làm."))]),
    }
    loads = (
        joinedload(FollowUp.owner),
        joinedload(FollowUp.raised_by),
        joinedload(FollowUp.answered_by),
        joinedload(FollowUp.closed_by),
        joinedload(FollowUp.inspection),
        joinedload(FollowUp.case).joinedload(SupportCase.student),
    )
    searches = (
        lambda word: FollowUp.owner_id.in_(_staff_ids(word)),
        lambda word: FollowUp.raised_by_id.in_(_staff_ids(word)),
    )
    filters = (
        by_choice(
            "whose",
            _("Phần việc"),
            {
                "mine": (_("Tôi phụ trách"), lambda: FollowUp.owner_id == g.actor.staff_id),
                "raised": (_("Tôi đã nêu"), lambda: FollowUp.raised_by_id == g.actor.staff_id),
            },
        ),
        by_choice("when", _("Thời gian"), {"overdue": (_("Quá hạn"), overdue), "soon": (_("Trong 7 ngày tới"), _soon)}),
        by_label("state", _("Trạng thái"), FollowUp.state, FollowUpState),
        by_label("kind", _("Loại việc"), FollowUp.kind, FollowUpKind),
        by_row(
            "department",
            _("Tổ"),
            Department,
            lambda id_: FollowUp.owner_id.in_(select(Staff.id).where(Staff.department_id == id_)),
        ),
    )
    machine = rules.FOLLOW_UP_STEPS
    step_fields = {
        "answer": _text_step(_("Việc đã làm, minh chứng"), _("Thầy cô ghi việc đã làm, có minh chứng thì ghi kèm.")),
        "return": _text_step(_("Cần làm thêm điều gì"), _("Thầy cô ghi điều cần làm thêm.")),
    }

    def rows(self, arguments: Arguments) -> Query:
        """Unless a column is chosen to sort by: what is overdue first, what is closed last."""
        if arguments.sort:
            return super().rows(arguments)
        query = self.get_query().options(*self.loads).filter(*self.criteria(arguments))
        return query.order_by(*follow_ups.urgency(g.actor.today))

    def title(self, obj: FollowUp) -> str:
        return f"{show(obj.kind)} · {obj.owner}"

    def defaults(self) -> dict[str, Any]:
        kind = request.args.get("kind")
        known = next((row for row in follow_ups.kinds_for(g.actor) if row.value == kind), None)
        if known is None and given_inspection() is not None:
            known = FollowUpKind.FINDING
        return {
            "kind": known,
            "owner": None if follow_ups.raises_freely(g.actor) else self._likely_owner(known),
            "due_on": g.actor.today + follow_ups.DAYS_TO_ANSWER,
            "case": given_case(),
        }

    def _likely_owner(self, kind: FollowUpKind | None) -> Staff | None:
        """The own head; with advice, or without a head, the only member of leadership where there is one alone."""
        head = None if kind is FollowUpKind.ADVICE else follow_ups.own_head(db.session, g.actor)
        if head is not None:
            return head
        leaders = follow_ups.leaders(db.session)
        return leaders[0] if len(leaders) == 1 else None

    def trim_form(self, form: Form, obj: FollowUp | None) -> None:
        for name in ("kind", "what", "case") if obj is not None else ():
            del form[name]
        if not follow_ups.raises_freely(g.actor):
            offer(form["owner"], follow_ups.owners_for(db.session, g.actor, None))

    def store(self, obj: FollowUp, values: dict[str, Any], version: int | None) -> FollowUp:
        if obj.id is not None:
            return follow_ups.change(db.session, g.actor, obj, values, version)
        return follow_ups.raise_one(db.session, g.actor, obj, values | {"inspection": given_inspection()})

    def may_edit(self, obj: FollowUp) -> bool:
        return super().may_edit(obj) and obj.state is not FollowUpState.CLOSED

    def ways(self, obj: FollowUp) -> list[tuple[str, str]]:
        case = [(self.get_url("case.details_view", id=obj.case.id), gettext("Mở hồ sơ của em"))] if obj.case else []
        if obj.inspection is None:
            return case
        return [*case, (self.get_url("inspection.details_view", id=obj.inspection.id), gettext("Mở lần kiểm tra"))]

    def steps(self, obj: FollowUp) -> list[StepButton]:
        may = follow_ups.may_answer(g.actor, obj)
        return [button for button in super().steps(obj) if button.name != "answer" or may]

    def take(self, obj: FollowUp, name: str, values: Mapping[str, Any]) -> None:
        follow_ups.take_step(db.session, g.actor, obj, name, values.get("text"))


def given_inspection() -> Inspection | None:
    """The inspection that the address names, if the actor sees it."""
    id_ = request.args.get("inspection", "")
    known = id_.isascii() and id_.isdigit() and len(id_) < MAX_ID_DIGITS
    return db.session.get(Inspection, int(id_)) if known else None


def show_follow_ups(rows: list[FollowUp]) -> str:
    """How many are not closed, and how many of them are overdue, in a few words."""
    left = [row for row in rows if row.state is not FollowUpState.CLOSED]
    late = sum(rules.is_overdue(row.state, row.due_on, g.actor.today) for row in left)
    if not rows:
        return ""
    if not left:
        return gettext("Đã xong")
    if late:
        return gettext("%(count)s việc, %(late)s quá hạn", count=len(left), late=late)
    return gettext("%(count)s việc", count=len(left))
