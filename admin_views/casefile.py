"""The work with a student on the page of the case: plan and goals, contacts, support, each with its next step."""

from collections.abc import Iterable
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext
from sqlalchemy import case as sql_case
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views.scoped import Panel, Row
from admin_views.values import clip, show, show_goal_period, show_number, show_unit
from school.db import db
from school.models import Contact, Goal, Student, SupportCase, SupportItem
from school.rules.policy import can
from school.services import contacts, plans
from school.vocabulary import Action, CaseState, GoalState

SHOWN = 6
MAX_ID_DIGITS = 18


def panels(case: SupportCase, opened: bool) -> list[Panel]:
    """What was planned, said and given; `opened`: whether the private part of the case is open today."""
    return [_plan(case), _contacts(case, opened), _support(case)]


def _more(case: SupportCase, action: Action, screen: str, text: str, full: bool) -> tuple[str, str] | None:
    """The way to add one, for whoever may; else the way to all of them, where there are more."""
    if can(g.actor, action, case) and case.state is not CaseState.CLOSED:
        return url_for(f"{screen}.create_view", case=case.id), text
    return (url_for(f"{screen}.index_view", search=case.code), gettext("Xem tất cả")) if full else None


def _plan(case: SupportCase) -> Panel:
    """This semester's goals, those that wait first."""
    plan = plans.find_plan(db.session, case, plans.semester_now(case, g.actor))
    title, columns = gettext("Kế hoạch và mục tiêu"), [gettext("Mục tiêu"), gettext("Kỳ"), gettext("Kết quả")]
    if plan is None:
        more = _more(case, Action.EDIT_PLAN, "plan", gettext("Lập kế hoạch"), False)
        return Panel(title, columns, [], gettext("Học kỳ này chưa có kế hoạch giúp em."), more)
    waiting = sql_case((Goal.state == GoalState.OPEN, 0), else_=1)
    statement = (
        select(Goal)
        .where(Goal.plan_id == plan.id)
        .options(joinedload(Goal.plan))
        .order_by(waiting, Goal.starts_on.desc(), Goal.id.desc())
        .limit(SHOWN)
    )
    way = url_for("plan.details_view", id=plan.id)
    rows = [
        Row(goal.id, way, [clip(goal.text, 80), show_goal_period(goal), show(goal.state)])
        for goal in db.session.scalars(statement)
    ]
    empty = gettext("Kế hoạch chưa có mục tiêu nào.")
    return Panel(title, columns, rows, empty, (way, gettext("Mở kế hoạch, xem lại mục tiêu")))


def _contacts(case: SupportCase, opened: bool) -> Panel:
    statement = (
        select(Contact)
        .where(Contact.case_id == case.id)
        .options(joinedload(Contact.private))
        .order_by(Contact.occurred_on.desc(), Contact.id.desc())
        .limit(SHOWN)
    )
    found = db.session.scalars(statement).all()
    rows = [
        Row(
            contact.id,
            url_for("contact.details_view", id=contact.id),
            [
                show(contact.occurred_on),
                show(contact.kind),
                gettext("Đã gặp") if contact.reached else gettext("Chưa gặp được"),
                _said(contact, opened),
            ],
        )
        for contact in found
    ]
    columns = [gettext("Ngày"), gettext("Cách liên hệ"), gettext("Kết quả"), gettext("Nội dung")]
    more = _more(case, Action.EDIT_CONTACT, "contact", gettext("Ghi liên hệ"), len(found) == SHOWN)
    return Panel(gettext("Nhật ký liên hệ"), columns, rows, gettext("Chưa ghi lần liên hệ nào."), more)


def _said(contact: Contact, opened: bool) -> str:
    if contact.sensitive and not opened:
        return gettext("Ghi riêng")
    words: Any = contacts.words_of_own(contact)
    return clip(getattr(words, "summary", None) or "", 80)


def _support(case: SupportCase) -> Panel:
    statement = (
        select(SupportItem)
        .where(SupportItem.case_id == case.id)
        .order_by(SupportItem.given_on.desc(), SupportItem.id.desc())
        .limit(SHOWN)
    )
    found = db.session.scalars(statement).all()
    rows = [
        Row(
            item.id,
            url_for("support.details_view", id=item.id),
            [
                show(item.given_on),
                show(item.kind),
                f"{show_number(item.quantity)} {show_unit(item.unit)}",
                show_number(item.value),
            ],
        )
        for item in found
    ]
    columns = [gettext("Ngày trao"), gettext("Loại hỗ trợ"), gettext("Số lượng"), gettext("Thành tiền (đồng)")]
    more = _more(case, Action.EDIT_SUPPORT, "support", gettext("Ghi hỗ trợ"), len(found) == SHOWN)
    return Panel(gettext("Hỗ trợ đã trao"), columns, rows, gettext("Chưa ghi hỗ trợ nào."), more)


def offer(field: Any, rows: Iterable[Any]) -> None:
    """Let an empty picker offer a few likely rows: the own students, one tap away without typing."""
    if field.data is None and not field.typed:
        field.candidates = [field.picker.text(row) for row in rows]


def own_cases(ids: frozenset[int]) -> list[SupportCase]:
    """The cases among these ids in the order of names, if they are few."""
    if not 0 < len(ids) <= SHOWN:
        return []
    statement = select(SupportCase).join(SupportCase.student).where(SupportCase.id.in_(ids))
    return list(db.session.scalars(statement.options(joinedload(SupportCase.student)).order_by(Student.sort_key)))


def given_case() -> SupportCase | None:
    """The case that the address names, if the actor sees it: filled in beforehand on a new form."""
    id_ = request.args.get("case", "")
    return (
        db.session.get(SupportCase, int(id_)) if id_.isascii() and id_.isdigit() and len(id_) < MAX_ID_DIGITS else None
    )


def likely_case(ids: frozenset[int]) -> SupportCase | None:
    """The case that the address names, else the only one among `ids`: a sponsor of one student need not choose."""
    return given_case() or (db.session.get(SupportCase, next(iter(ids))) if len(ids) == 1 else None)
