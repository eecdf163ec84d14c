"""What is followed until it is closed: a difficulty raised, advice sent, a finding of an inspection (P4.4, P4.6, P4.7).

Each has an owner, a last day and an answer, and somebody else closes it: never the owner, nor who answered (policy).
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, case, select
from sqlalchemy.orm import Session, joinedload

from school.errors import NotAllowed, RuleError
from school.models import Account, AccountRole, Department, FollowUp, Inspection, SchoolYear, Staff
from school.rules import oversight as rules
from school.rules.actor import Actor
from school.rules.policy import can, require, scopes
from school.rules.tables import Scope
from school.rules.workflow import advance
from school.services.directory import find_year
from school.services.guard import UNSCOPED
from school.services.records import apply, check_fresh, just_entered, need, step
from school.vocabulary import N_, Action, FollowUpKind, FollowUpState, Role

DAYS_TO_ANSWER = dt.timedelta(days=7)


def leaders(session: Session) -> list[Staff]:
    """Members of leadership, by name: to whom difficulties and advice go."""
    ids = session.scalars(
        select(Account.staff_id)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(AccountRole.role == Role.LEADERSHIP, Account.disabled_at.is_(None), Account.staff_id.is_not(None)),
        execution_options=UNSCOPED,
    ).all()
    return list(session.scalars(select(Staff).where(Staff.id.in_(ids)).order_by(Staff.sort_key)))


def own_head(session: Session, actor: Actor) -> Staff | None:
    """The head of the actor's department, where that is somebody else."""
    department = session.scalar(
        select(Department)
        .where(Department.id.in_(select(Staff.department_id).where(Staff.id == actor.staff_id)))
        .options(joinedload(Department.head))
    )
    head = department.head if department is not None else None
    return head if head is not None and head.id != actor.staff_id else None


def raises_freely(actor: Actor) -> bool:
    """Whether the actor may raise anything to anybody, as union and leadership do."""
    return actor.operator or Scope.ALL in scopes(actor, Action.RAISE_FOLLOW_UP)


def kinds_for(actor: Actor) -> tuple[FollowUpKind, ...]:
    """The kinds that the actor may raise."""
    if raises_freely(actor):
        return tuple(FollowUpKind)
    return rules.HEAD_KINDS if Role.DEPARTMENT_HEAD in actor.roles else rules.SPONSOR_KINDS


def owners_for(session: Session, actor: Actor, kind: FollowUpKind | None) -> list[Staff]:
    """To whom somebody who raises only upwards may turn: the own head, and leadership; with advice leadership alone."""
    head = None if kind is FollowUpKind.ADVICE else own_head(session, actor)
    return [*([head] if head is not None else []), *(row for row in leaders(session) if row is not head)]


def raise_one(session: Session, actor: Actor, follow_up: FollowUp, values: Mapping[str, Any]) -> FollowUp:
    """Raise something to be done (kind, what, owner, due_on; case, inspection). The same sent twice is one."""
    require(actor, Action.RAISE_FOLLOW_UP)
    kind = need(values.get("kind"), N_("Thầy cô chọn loại việc."), "kind")
    what = need(values.get("what"), N_("Thầy cô ghi việc cần làm."), "what").strip()
    owner: Staff = need(values.get("owner"), N_("Thầy cô chọn người phụ trách."), "owner")
    due_on = need(values.get("due_on"), N_("Thầy cô chọn hạn làm."), "due_on")
    require(actor, Action.RAISE_FOLLOW_UP, FollowUp(owner_id=owner.id, raised_by_id=actor.staff_id))
    inspection: Inspection | None = values.get("inspection")
    if inspection is not None:
        require(actor, Action.INSPECT, inspection)
    if kind not in kinds_for(actor):
        raise RuleError(N_("Loại việc này do Công đoàn và Ban giám hiệu nêu."), field="kind")
    _check_owner(session, actor, kind, owner)
    rules.check_due(due_on, actor.today)
    facts = {
        "school_year_id": _year(session, actor, values).id,
        "kind": kind,
        "what": what,
        "owner_id": owner.id,
        "raised_by_id": actor.staff_id,
        "raised_on": actor.today,
        "due_on": due_on,
        "case_id": values["case"].id if values.get("case") is not None else None,
        "inspection_id": inspection.id if inspection is not None else None,
    }
    if standing := just_entered(session, actor, FollowUp, facts):
        return standing[0]
    with step(session, "create"):
        apply(follow_up, facts | {"state": FollowUpState.OPEN})
        session.add(follow_up)
    return follow_up


def _check_owner(session: Session, actor: Actor, kind: FollowUpKind, owner: Staff) -> None:
    if owner.left_on is not None and owner.left_on < actor.today:
        raise RuleError(N_("Người này đã thôi công tác ở trường."), field="owner")
    if raises_freely(actor) or owner in owners_for(session, actor, kind):
        return
    if kind is FollowUpKind.ADVICE:
        raise RuleError(N_("Tham mưu, đề xuất của tổ gửi tới một thành viên Ban giám hiệu."), field="owner")
    raise RuleError(N_("Thầy cô gửi tới tổ trưởng của mình hoặc một thành viên Ban giám hiệu."), field="owner")


def _year(session: Session, actor: Actor, values: Mapping[str, Any]) -> SchoolYear:
    about = values.get("inspection") or values.get("case")
    year = about.school_year if about is not None else find_year(session, actor.today)
    if year is None:
        raise RuleError(N_("Chưa có năm học nào. Thầy cô nhờ quản trị lập năm học trước."))
    return year


def change(
    session: Session, actor: Actor, follow_up: FollowUp, values: Mapping[str, Any], version: int | None = None
) -> FollowUp:
    """Give it another owner or another last day: by whoever may close it."""
    require(actor, Action.CLOSE_FOLLOW_UP, follow_up)
    check_fresh(follow_up, version)
    owner: Staff = need(values.get("owner"), N_("Thầy cô chọn người phụ trách."), "owner")
    due_on = need(values.get("due_on"), N_("Thầy cô chọn hạn làm."), "due_on")
    if follow_up.state is FollowUpState.CLOSED:
        raise RuleError(N_("Việc này đã xong nên giữ nguyên; thầy cô nêu việc mới."))
    if owner.id != follow_up.owner_id:
        _check_owner(session, actor, follow_up.kind, owner)
    if due_on != follow_up.due_on:
        rules.check_due(due_on, actor.today)
    with step(session, "update"):
        apply(follow_up, {"owner_id": owner.id, "due_on": due_on})
    session.expire(follow_up, ["owner"])
    return follow_up


def may_answer(actor: Actor, follow_up: FollowUp) -> bool:
    """Whether the actor owns it, or is of leadership: who raised it sees it too, but does not answer in its place."""
    if actor.operator or Scope.ALL in scopes(actor, Action.ANSWER_FOLLOW_UP):
        return True
    owns = actor.staff_id is not None and actor.staff_id == follow_up.owner_id
    return owns and bool(can(actor, Action.ANSWER_FOLLOW_UP, follow_up))


def take_step(session: Session, actor: Actor, follow_up: FollowUp, name: str, text: str | None = None) -> FollowUp:
    """Answer it with what was done, return it with what is still missing, or close it.

    What was said before stays: a second answer, and what is still missing, are written below under their day.
    """
    action = rules.FOLLOW_UP_STEPS[name].action
    require(actor, action, follow_up)
    if name == "answer" and not may_answer(actor, follow_up):
        raise NotAllowed(N_("Người phụ trách hoặc Ban giám hiệu ghi việc đã làm."))
    target = advance(rules.FOLLOW_UP_STEPS, follow_up.state, name)
    changed: dict[str, Any] = {"state": target}
    if name == "answer":
        done = need(text, N_("Thầy cô ghi việc đã làm, có minh chứng thì ghi kèm."), "text")
        answer = rules.add_dated(follow_up.answer, done, actor.today)
        changed |= {"answer": answer, "answered_on": actor.today, "answered_by_id": actor.staff_id}
    if name == "return":
        missing = need(text, N_("Thầy cô ghi điều cần làm thêm."), "text")
        changed["what"] = rules.add_dated(follow_up.what, missing, actor.today)
    if name == "close":
        changed |= {"closed_on": actor.today, "closed_by_id": actor.account_id}
    with step(session, name):
        apply(follow_up, changed)
    session.expire(follow_up, ["answered_by", "closed_by"])
    return follow_up


def urgency(today: dt.date) -> list[Any]:
    """How a list of them is ordered: open ones first and among them the overdue, then those to look at, then closed."""
    rank = case((FollowUp.state == FollowUpState.OPEN, 0), (FollowUp.state == FollowUpState.ANSWERED, 1), else_=2)
    late = case((and_(FollowUp.state == FollowUpState.OPEN, FollowUp.due_on < today), 0), else_=1)
    return [rank, late, FollowUp.due_on.is_(None), FollowUp.due_on, FollowUp.id]
