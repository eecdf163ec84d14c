"""Sponsorships: registered, agreed in a meeting, approved by leadership, ended with a reason (P4.1, P4.3)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import and_, not_, select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import Sponsorship, Staff, SupportCase
from school.rules.actor import Actor
from school.rules.pairing import (
    SPONSORSHIP_STEPS,
    Pairing,
    check_in_year,
    check_interval,
    check_pairing,
    hand_over_to,
    over,
    stand_in,
    year_span,
)
from school.rules.policy import can, require
from school.rules.workflow import advance
from school.services.guard import UNSCOPED
from school.services.records import apply, check_fresh, need, remove, step
from school.services.years import check_year_open
from school.vocabulary import N_, Action, CaseState, SponsorRole, SponsorshipState

READY = (CaseState.APPROVED, CaseState.ACTIVE)


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
    _check_case_takes(case)
    check_in_year(started_on, case.school_year.starts_on, "started_on")
    _check_at_school(staff, started_on)
    values = {"case_id": case.id, "staff_id": staff.id, "role": role, "started_on": started_on}
    if new and (same := _same_again(session, values)) is not None:
        return same
    check_beside_others(session, case.id, Pairing(staff.id, role, started_on), sponsorship.id)
    with step(session, "register"):
        apply(sponsorship, values)
        if new:
            sponsorship.state = SponsorshipState.REGISTERED
        session.add(sponsorship)
    return sponsorship


def register_all(session: Session, actor: Actor, pairs: Iterable[Mapping[str, Any]]) -> list[Sponsorship]:
    """Propose many pairings, all or none: a refusal names the case in `params["case_id"]` and leaves nothing stored.

    The caller rolls back on a refusal, as on any other.
    """
    made = []
    for values in pairs:
        try:
            made.append(register(session, actor, Sponsorship(), values))
        except RuleError as error:
            error.params["case_id"] = values["case"].id
            raise
    return made


def _same_again(session: Session, values: Mapping[str, Any]) -> Sponsorship | None:
    """The registration that a double tap has made already."""
    criteria = [getattr(Sponsorship, name) == value for name, value in values.items()]
    return session.scalars(
        select(Sponsorship).where(*criteria, Sponsorship.state == SponsorshipState.REGISTERED)
    ).first()


def _check_case_takes(case: SupportCase) -> None:
    check_year_open(case.school_year)
    if case.state is CaseState.CLOSED:
        raise RuleError(N_("Hồ sơ đã kết thúc nên không nhận đỡ đầu được nữa."), field="case")


def _check_at_school(staff: Staff, day: dt.date) -> None:
    if staff.left_on is not None and staff.left_on < day:
        raise RuleError(N_("Người này đã thôi công tác ở trường."), field="staff")


def check_beside_others(session: Session, case_id: int, pairing: Pairing, *own_ids: int | None) -> None:
    """RuleError when the pairing clashes with another of the case, seen by the actor or not.

    A registration that was turned down stands in nobody's way.
    """
    # Columns, not rows: nothing out of the actor's scope may stay in the session.
    columns = (Sponsorship.id, Sponsorship.staff_id, Sponsorship.role, Sponsorship.started_on, Sponsorship.ended_on)
    turned_down = and_(Sponsorship.state == SponsorshipState.ENDED, Sponsorship.approved_on.is_(None))
    statement = select(*columns).where(Sponsorship.case_id == case_id, not_(turned_down))
    others = session.execute(statement, execution_options=UNSCOPED).all()
    check_pairing(pairing, [Pairing(*other[1:]) for other in others if other.id not in own_ids])


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
    check_year_open(sponsorship.case.school_year)
    with step(session, name):
        if target is SponsorshipState.APPROVED:
            _approve(actor, sponsorship)
        if target is SponsorshipState.ENDED:
            _end(session, actor, sponsorship, ended_on, reason)
        sponsorship.state = target
        session.flush()
        _settle_case(session, actor, sponsorship.case)
    return sponsorship


def _approve(actor: Actor, sponsorship: Sponsorship) -> None:
    if sponsorship.case.state not in READY:
        raise RuleError(N_("Hồ sơ của em chưa được duyệt; duyệt hồ sơ trước rồi duyệt phân công."))
    _check_at_school(sponsorship.staff, sponsorship.started_on)
    sponsorship.approved_by_id, sponsorship.approved_on = actor.account_id, actor.today


def _end(
    session: Session, actor: Actor, sponsorship: Sponsorship, ended_on: dt.date | None, reason: str | None
) -> None:
    first_of_year = sponsorship.case.school_year.starts_on
    last = ended_on or min(actor.today, year_span(first_of_year).last)
    if sponsorship.approved_on is None:  # turned down, maybe before it would have begun
        last = max(last, sponsorship.started_on)
    check_interval(sponsorship.started_on, last)
    check_in_year(last, first_of_year, "ended_on")
    if sponsorship.ended_on is not None and last > sponsorship.ended_on:
        day = f"{sponsorship.ended_on:%d/%m/%Y}"
        raise RuleError(N_("Phân công này chỉ đến hết ngày %(day)s."), field="ended_on", day=day)
    sponsorship.end_reason = need(reason, N_("Thầy cô ghi lý do kết thúc."), "reason")
    sponsorship.ended_on = last


def _settle_case(session: Session, actor: Actor, case: SupportCase) -> None:
    """A case is active while somebody is assigned to it, from today or from a day to come."""
    session.expire(case, ["sponsorships"])
    if case.state in READY:
        assigned = any(
            s.state is SponsorshipState.APPROVED and not over(s.ended_on, actor.today) for s in case.sponsorships
        )
        case.state = CaseState.ACTIVE if assigned else CaseState.APPROVED


def may_pass_on(actor: Actor, sponsorship: Sponsorship) -> bool:
    """Whether the actor may hand this pairing over, or have somebody stand in: it stands, and is approved."""
    stands = sponsorship.state is SponsorshipState.APPROVED and not over(sponsorship.ended_on, actor.today)
    return stands and bool(can(actor, Action.END_SPONSORSHIP, sponsorship) and can(actor, Action.APPROVE_SPONSORSHIP))


def hand_over(
    session: Session,
    actor: Actor,
    sponsorship: Sponsorship,
    staff: Staff | None,
    first_day: dt.date | None,
    reason: str | None,
) -> Sponsorship:
    """Another person takes over from `first_day`, past or to come; the one before ends the day before (P4.3)."""
    staff, day = _who_and_when(actor, sponsorship, staff, first_day, "first_day")
    reason = need(reason, N_("Thầy cô ghi lý do bàn giao."), "reason")
    before, after = hand_over_to(_pairing(sponsorship), staff.id, day)
    with step(session, "hand over"):
        _cut(actor, sponsorship, before, reason)
        new = _assign(session, actor, sponsorship, after)
        _settle_case(session, actor, sponsorship.case)
    return new


def substitute(
    session: Session,
    actor: Actor,
    sponsorship: Sponsorship,
    staff: Staff | None,
    first: dt.date | None,
    last: dt.date | None,
    reason: str | None,
) -> tuple[Sponsorship, Sponsorship | None]:
    """Somebody stands in while the sponsor is away; the sponsor goes on from the day after.

    Gives the substitute's row and the one with which the sponsor goes on, None where nothing is left by then.
    """
    staff, day = _who_and_when(actor, sponsorship, staff, first, "first")
    last = need(last, N_("Thầy cô điền ngày cuối làm thay."), "last")
    assert last is not None
    year = sponsorship.case.school_year.starts_on
    check_in_year(last, year, "last")
    _check_at_school(staff, last)
    reason = need(reason, N_("Thầy cô ghi lý do nhờ làm thay."), "reason")
    before, between, after = stand_in(_pairing(sponsorship), staff.id, day, last, year_span(year).last)
    if after is not None and sponsorship.staff_id == actor.staff_id:
        raise RuleError(N_("Đây là phân công của chính thầy cô; nhờ người khác trong Ban giám hiệu làm việc này."))
    with step(session, "substitute"):
        _cut(actor, sponsorship, before, reason)
        standing_in = _assign(session, actor, sponsorship, between)
        again = _assign(session, actor, standing_in, after) if after is not None else None
        _settle_case(session, actor, sponsorship.case)
    return standing_in, again


def _who_and_when(
    actor: Actor, sponsorship: Sponsorship, staff: Staff | None, first: dt.date | None, field: str
) -> tuple[Staff, dt.date]:
    """Whoever takes over and from when, once nothing speaks against either."""
    require(actor, Action.END_SPONSORSHIP, sponsorship)
    require(actor, Action.APPROVE_SPONSORSHIP)
    _check_case_takes(sponsorship.case)
    if sponsorship.state is not SponsorshipState.APPROVED:
        raise RuleError(N_("Chỉ bàn giao hoặc nhờ làm thay phân công đã được duyệt."))
    staff = need(staff, N_("Thầy cô chọn người nhận."), "staff")
    first = need(first, N_("Thầy cô điền ngày bắt đầu."), field)
    assert staff is not None
    assert first is not None
    check_in_year(first, sponsorship.case.school_year.starts_on, field)
    _check_at_school(staff, first)
    if staff.id == actor.staff_id:
        raise RuleError(
            N_("Thầy cô không tự duyệt phân công của chính mình; nhờ người khác trong Ban giám hiệu."), field="staff"
        )
    return staff, first


def _pairing(sponsorship: Sponsorship) -> Pairing:
    return Pairing(sponsorship.staff_id, sponsorship.role, sponsorship.started_on, sponsorship.ended_on)


def _cut(actor: Actor, sponsorship: Sponsorship, before: Pairing, reason: str | None) -> None:
    """Shorten to `before`; one whose last day is still to come goes on until then, and is ended by the calendar."""
    sponsorship.ended_on, sponsorship.end_reason = before.last, reason
    if over(before.last, actor.today):
        sponsorship.state = SponsorshipState.ENDED


def _assign(session: Session, actor: Actor, follows: Sponsorship, pairing: Pairing) -> Sponsorship:
    """A pairing approved at once, through every state: the decision to pass on is all three steps in one."""
    session.flush()
    check_beside_others(session, follows.case_id, pairing)
    row = Sponsorship(
        case_id=follows.case_id,
        staff_id=pairing.staff_id,
        role=pairing.role,
        started_on=pairing.first,
        ended_on=pairing.last,
        state=SponsorshipState.REGISTERED,
        follows_id=follows.id,
    )
    require(actor, Action.APPROVE_SPONSORSHIP, row)
    session.add(row)
    for state in (SponsorshipState.AGREED, SponsorshipState.APPROVED):
        session.flush()
        row.state = state
    row.approved_by_id, row.approved_on = actor.account_id, actor.today
    session.flush()
    if pairing.last is not None and over(pairing.last, actor.today):
        row.state = SponsorshipState.ENDED
        row.end_reason = follows.end_reason
    return row


def withdraw(session: Session, actor: Actor, sponsorship: Sponsorship, version: int | None = None) -> None:
    """Take back a registration that nobody has agreed to yet; afterwards it is ended, with a reason."""
    if sponsorship.state is not SponsorshipState.REGISTERED:
        raise RuleError(N_("Phân công đã được thống nhất nên không xóa; thầy cô kết thúc phân công và ghi lý do."))
    remove(session, actor, Action.REGISTER_SPONSORSHIP, sponsorship, version)
