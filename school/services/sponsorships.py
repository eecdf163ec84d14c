"""Sponsorships: registered, agreed in a meeting, approved by leadership, ended with a reason (P4.1, P4.3)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import Sponsorship, Staff, SupportCase
from school.rules.actor import Actor
from school.rules.pairing import SPONSORSHIP_STEPS, Pairing, check_interval, check_pairing
from school.rules.policy import require
from school.rules.workflow import advance
from school.services.guard import UNSCOPED
from school.services.records import apply, check_fresh, need, remove, step
from school.vocabulary import N_, Action, CaseState, SponsorRole, SponsorshipState

_READY = (CaseState.APPROVED, CaseState.ACTIVE)


def register(
    session: Session, actor: Actor, sponsorship: Sponsorship, values: Mapping[str, Any], version: int | None = None
) -> Sponsorship:
    """Propose a pairing, or change one that is not yet approved (case, staff, role, started_on)."""
    case: SupportCase = need(values.get("case"), N_("Thầy cô chọn hồ sơ của em."), "case")
    staff: Staff = need(values.get("staff"), N_("Thầy cô chọn người đỡ đầu."), "staff")
    started_on = need(values.get("started_on"), N_("Thầy cô điền ngày bắt đầu."), "started_on")
    role = values.get("role") or SponsorRole.LEAD
    new = sponsorship.id is None
    require(actor, Action.REGISTER_SPONSORSHIP, Sponsorship(staff_id=staff.id, case_id=case.id))
    if not new:
        require(actor, Action.REGISTER_SPONSORSHIP, sponsorship)
        check_fresh(sponsorship, version)
        if sponsorship.state is not SponsorshipState.REGISTERED:
            raise RuleError(
                N_("Phân công đã được thống nhất nên không sửa được nữa; thầy cô kết thúc rồi lập phân công mới.")
            )
    if case.state is CaseState.CLOSED:
        raise RuleError(N_("Hồ sơ đã kết thúc nên không nhận đỡ đầu được nữa."), field="case")
    if staff.left_on is not None and staff.left_on < started_on:
        raise RuleError(N_("Người này đã thôi công tác ở trường."), field="staff")
    check_beside_others(session, case.id, Pairing(staff.id, role, started_on), sponsorship.id)
    with step(session, "register"):
        apply(sponsorship, {"case_id": case.id, "staff_id": staff.id, "role": role, "started_on": started_on})
        if new:
            sponsorship.state = SponsorshipState.REGISTERED
        session.add(sponsorship)
    return sponsorship


def check_beside_others(session: Session, case_id: int, pairing: Pairing, own_id: int | None = None) -> None:
    """RuleError when the pairing clashes with another of the case, seen by the actor or not."""
    # Columns, not rows: nothing out of the actor's scope may stay in the session.
    columns = (Sponsorship.id, Sponsorship.staff_id, Sponsorship.role, Sponsorship.started_on, Sponsorship.ended_on)
    others = session.execute(select(*columns).where(Sponsorship.case_id == case_id), execution_options=UNSCOPED).all()
    check_pairing(pairing, [Pairing(*other[1:]) for other in others if other.id != own_id])


def change_roles(session: Session, actor: Actor, roles: Mapping[Sponsorship, SponsorRole]) -> None:
    """Give running sponsorships of one case other parts, all at once: from lead to joint when a second one joins."""
    for sponsorship in roles:
        require(actor, Action.APPROVE_SPONSORSHIP, sponsorship)
        if sponsorship.state is SponsorshipState.ENDED:
            raise RuleError(N_("Phân công đã kết thúc nên không sửa được nữa."))
    with step(session, "change role"):
        for sponsorship, role in roles.items():
            sponsorship.role = role
        session.flush()
        for sponsorship, role in roles.items():
            pairing = Pairing(sponsorship.staff_id, role, sponsorship.started_on, sponsorship.ended_on)
            check_beside_others(session, sponsorship.case_id, pairing, sponsorship.id)


def take_step(
    session: Session,
    actor: Actor,
    sponsorship: Sponsorship,
    name: str,
    ended_on: dt.date | None = None,
    reason: str | None = None,
) -> Sponsorship:
    """Agree, approve or end; approving makes the case active, ending needs the last day and a reason."""
    require(actor, SPONSORSHIP_STEPS[name].action, sponsorship)
    target = advance(SPONSORSHIP_STEPS, sponsorship.state, name)
    with step(session, name):
        if target is SponsorshipState.APPROVED:
            _approve(actor, sponsorship)
        if target is SponsorshipState.ENDED:
            _end(actor, sponsorship, ended_on, reason)
        sponsorship.state = target
        session.flush()
        _settle_case(sponsorship.case)
    return sponsorship


def _approve(actor: Actor, sponsorship: Sponsorship) -> None:
    if sponsorship.case.state not in _READY:
        raise RuleError(N_("Hồ sơ của em chưa được duyệt; duyệt hồ sơ trước rồi duyệt phân công."))
    sponsorship.approved_by_id, sponsorship.approved_on = actor.account_id, actor.today


def _end(actor: Actor, sponsorship: Sponsorship, ended_on: dt.date | None, reason: str | None) -> None:
    last = ended_on or actor.today
    check_interval(sponsorship.started_on, last)
    sponsorship.end_reason = need(reason, N_("Thầy cô ghi lý do kết thúc."), "reason")
    sponsorship.ended_on = last


def _settle_case(case: SupportCase) -> None:
    """A case is active while somebody is assigned to it."""
    if case.state in _READY:
        assigned = any(s.state is SponsorshipState.APPROVED for s in case.sponsorships)
        case.state = CaseState.ACTIVE if assigned else CaseState.APPROVED


def withdraw(session: Session, actor: Actor, sponsorship: Sponsorship, version: int | None = None) -> None:
    """Take back a registration that nobody has agreed to yet; afterwards it is ended, with a reason."""
    if sponsorship.state is not SponsorshipState.REGISTERED:
        raise RuleError(N_("Phân công đã được thống nhất nên không xóa; thầy cô kết thúc phân công và ghi lý do."))
    remove(session, actor, Action.REGISTER_SPONSORSHIP, sponsorship, version)
