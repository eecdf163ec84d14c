"""The panels of a case, on its own page and on the student's: who helps, why, what was planned, said and given.

One function a panel, so that both pages show the same; each goes as far as the actor may see.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext
from sqlalchemy import case as sql_case
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views.scoped import Panel, Row
from admin_views.values import clip, show, show_goal_period, show_number, show_period, show_unit
from school.db import db
from school.models import Contact, Goal, ProgressEvaluation, Student, SupportCase, SupportItem, SupportPlan, SurveyEntry
from school.rules import survey
from school.rules.policy import can
from school.services import contacts, plans
from school.vocabulary import Action, CaseState, GoalState

SHOWN = 6
MAX_ID_DIGITS = 18


def opened(case: SupportCase) -> bool:
    """Whether the actor has opened what is private in the case today, and still may."""
    return case.id in g.actor.reach.opened_cases and bool(can(g.actor, Action.VIEW_CIRCUMSTANCES, case))


def work_panels(case: SupportCase) -> list[Panel]:
    """What was planned, said and given."""
    return [plan_panel(case), contacts_panel(case), support_panel(case)]


def _more(case: SupportCase, action: Action, screen: str, text: str, full: bool) -> tuple[str, str] | None:
    """The way to add one, for whoever may; else the way to all of them, where there are more."""
    if can(g.actor, action, case) and case.state is not CaseState.CLOSED:
        return url_for(f"{screen}.create_view", case=case.id), text
    return (url_for(f"{screen}.index_view", search=case.code), gettext("Xem tất cả")) if full else None


def hardships_panel(case: SupportCase) -> Panel:
    """The classification of the case, whose rows the case holds."""
    rows = [
        Row(
            h.id,
            url_for("hardship.details_view", id=h.id),
            [str(h.category), show(h.category.hardship_group), show(h.severity), show(h.confirmed_on)],
        )
        for h in case.hardships
    ]
    columns = [gettext("Phân loại"), gettext("Nhóm"), gettext("Mức độ"), gettext("Xác nhận ngày")]
    more = _more(case, Action.CLASSIFY_CASE, "hardship", gettext("Thêm phân loại"), False)
    empty = gettext("Chưa có phân loại nào mà thầy cô xem được.")
    return Panel(gettext("Phân loại hoàn cảnh"), columns, rows, empty, more)


def sponsors_panel(case: SupportCase, earlier: Sequence[SupportCase] = ()) -> Panel:
    """Who helps now, and who did before; of `earlier` cases too, where they are shown with this one."""
    rows = [
        Row(
            s.id,
            url_for("sponsorship.details_view", id=s.id),
            [s.staff.full_name, show(s.role), show(s.state), show(s.started_on), show(s.ended_on)],
        )
        for one in (case, *earlier)
        for s in sorted(one.sponsorships, key=lambda s: s.ended_on is not None)
    ]
    columns = [gettext("Người đỡ đầu"), gettext("Vai trò"), gettext("Trạng thái"), gettext("Từ"), gettext("Đến")]
    more = None
    if can(g.actor, Action.REGISTER_SPONSORSHIP) and case.state is not CaseState.CLOSED:
        more = (url_for("sponsorship.create_view", case=case.id), gettext("Đăng ký đỡ đầu"))
    return Panel(gettext("Người đỡ đầu"), columns, rows, gettext("Em chưa có người đỡ đầu."), more)


def surveys_of(case: SupportCase) -> list[SurveyEntry]:
    """What each source said, the newest first, as far as the actor may read it."""
    statement = (
        select(SurveyEntry)
        .where(SurveyEntry.case_id == case.id)
        .options(joinedload(SurveyEntry.surveyor))
        .order_by(SurveyEntry.occurred_on.desc(), SurveyEntry.id.desc())
    )
    return list(db.session.scalars(statement))


def surveys_panel(case: SupportCase, entries: Sequence[SurveyEntry]) -> Panel:
    """Each source with its channel, day and surveyor; what it said where the case is open today (P1.3, P3.1)."""
    is_open = opened(case)
    rows = [
        Row(
            entry.id,
            url_for("survey.details_view", id=entry.id),
            [
                show(entry.channel),
                show(entry.occurred_on),
                str(entry.surveyor or ""),
                clip(entry.findings, 160) if is_open else gettext("Ghi riêng"),
            ],
        )
        for entry in entries
    ]
    columns = [gettext("Kênh khảo sát"), gettext("Ngày"), gettext("Người khảo sát"), gettext("Điều đã biết")]
    heard = survey.channels_heard(entry.channel for entry in entries)
    title = gettext("Khảo sát · đã nghe %(count)s kênh", count=heard) if heard else gettext("Khảo sát")
    sees = can(g.actor, Action.VIEW_CIRCUMSTANCES, case)
    empty = gettext("Chưa ghi khảo sát nào.") if sees else gettext("Thầy cô mở xem hoàn cảnh để thấy các khảo sát.")
    more = _more(case, Action.EDIT_CASE, "survey", gettext("Ghi khảo sát"), False) if sees else None
    return Panel(title, columns, rows, empty, more)


def plan_panel(case: SupportCase) -> Panel:
    """This semester's plan and goals, those that wait first; one statement."""
    title, columns = gettext("Kế hoạch và mục tiêu"), [gettext("Mục tiêu"), gettext("Kỳ"), gettext("Kết quả")]
    waiting = sql_case((Goal.state == GoalState.OPEN, 0), else_=1)
    statement = (
        select(SupportPlan, Goal)
        .outerjoin(Goal, Goal.plan_id == SupportPlan.id)
        .where(SupportPlan.case_id == case.id, SupportPlan.semester == plans.semester_now(case, g.actor))
        .order_by(waiting, Goal.starts_on.desc(), Goal.id.desc())
        .limit(SHOWN)
    )
    found = db.session.execute(statement).all()
    if not found:
        more = _more(case, Action.EDIT_PLAN, "plan", gettext("Lập kế hoạch"), False)
        return Panel(title, columns, [], gettext("Học kỳ này chưa có kế hoạch giúp em."), more)
    way = url_for("plan.details_view", id=found[0].SupportPlan.id)
    rows = [
        Row(goal.id, way, [clip(goal.text, 80), show_goal_period(goal), show(goal.state)])
        for _plan, goal in found
        if goal is not None
    ]
    empty = gettext("Kế hoạch chưa có mục tiêu nào.")
    return Panel(title, columns, rows, empty, (way, gettext("Mở kế hoạch, xem lại mục tiêu")))


def contacts_panel(case: SupportCase) -> Panel:
    """The newest contacts; private words only where the case is open today."""
    is_open = opened(case)
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
                _said(contact, is_open),
            ],
        )
        for contact in found
    ]
    columns = [gettext("Ngày"), gettext("Cách liên hệ"), gettext("Kết quả"), gettext("Nội dung")]
    more = _more(case, Action.EDIT_CONTACT, "contact", gettext("Ghi liên hệ"), len(found) == SHOWN)
    return Panel(gettext("Nhật ký liên hệ"), columns, rows, gettext("Chưa ghi lần liên hệ nào."), more)


def _said(contact: Contact, is_open: bool) -> str:
    if contact.sensitive and not is_open:
        return gettext("Ghi riêng")
    words: Any = contacts.words_of_own(contact)
    return clip(getattr(words, "summary", None) or "", 80)


def support_panel(case: SupportCase) -> Panel:
    """The newest help that was given."""
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


def evaluations_panel(case: SupportCase) -> Panel:
    """The months of the case, the newest first."""
    statement = (
        select(ProgressEvaluation)
        .where(ProgressEvaluation.case_id == case.id)
        .order_by(ProgressEvaluation.period.desc())
    )
    rows = [
        Row(
            e.id,
            url_for("progress.details_view", id=e.id),
            [show_period(e.period), show(e.trend), show(e.dropout_risk), show(e.state)],
        )
        for e in db.session.scalars(statement)
    ]
    columns = [gettext("Tháng"), gettext("Chuyển biến"), gettext("Đi học"), gettext("Trạng thái")]
    more = None
    if can(g.actor, Action.EDIT_EVALUATION, case):
        more = (url_for("progress.create_view", case=case.id), gettext("Viết đánh giá tháng"))
    return Panel(gettext("Đánh giá tháng"), columns, rows, gettext("Chưa có đánh giá."), more)


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
