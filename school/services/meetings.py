"""The assignment meeting: what it says, the pairings that it agrees at once, and its list that is approved (P4.3)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from school.errors import RuleError
from school.models import AssignmentMeeting, SchoolYear, Sponsorship, Staff, SupportCase
from school.rules.actor import Actor
from school.rules.pairing import check_in_year
from school.rules.policy import require
from school.services import directory, sponsorships
from school.services.records import apply, check_fresh, need, step
from school.services.years import check_year_open
from school.vocabulary import N_, Action, SponsorshipState


@dataclass(frozen=True)
class Settled:
    """What a step with many pairings has done, and those left out because they are the actor's own."""

    done: tuple[Sponsorship, ...]
    own: tuple[Sponsorship, ...]


def save(
    session: Session,
    actor: Actor,
    meeting: AssignmentMeeting,
    values: Mapping[str, Any],
    version: int | None = None,
) -> AssignmentMeeting:
    """A meeting of a year: when, who chaired, the number of its decision, what was said."""
    require(actor, Action.EDIT_MEETING, meeting)
    if meeting.id is not None:
        check_fresh(meeting, version)
    held_on: dt.date = need(values.get("held_on"), N_("Thầy cô điền ngày họp."), "held_on")
    chair: Staff = need(values.get("chair"), N_("Thầy cô chọn người chủ trì."), "chair")
    year = meeting.school_year or _year_of(session, actor)
    check_year_open(year)
    if held_on > actor.today:
        raise RuleError(N_("Ngày này chưa đến; thầy cô ghi khi đã họp."), field="held_on")
    check_in_year(held_on, year.starts_on, "held_on")
    if chair.left_on is not None and chair.left_on < held_on:
        raise RuleError(N_("Người này đã thôi công tác ở trường."), field="chair")
    new = {
        "school_year_id": year.id,
        "held_on": held_on,
        "chair_id": chair.id,
        "decision_number": values.get("decision_number"),
        "proceedings": values.get("proceedings"),
    }
    with step(session, None):
        apply(meeting, new)
        session.add(meeting)
    return meeting


def _year_of(session: Session, actor: Actor) -> SchoolYear:
    year = directory.find_year(session, actor.today)
    if year is None:
        raise RuleError(N_("Chưa có năm học của hôm nay; nhờ quản trị hệ thống thêm năm học trước."))
    return year


def to_agree(session: Session, meeting: AssignmentMeeting) -> list[Sponsorship]:
    """Pairings of the meeting's year that nobody has agreed to yet, as far as the actor sees; one statement."""
    in_year = select(SupportCase.id).where(SupportCase.school_year_id == meeting.school_year_id)
    return _list(session, Sponsorship.case_id.in_(in_year), Sponsorship.state == SponsorshipState.REGISTERED)


def agreed(session: Session, meeting: AssignmentMeeting) -> list[Sponsorship]:
    """The pairings on the meeting's list, whatever has become of them; one statement."""
    return _list(session, Sponsorship.meeting_id == meeting.id)


def _list(session: Session, *criteria: Any) -> list[Sponsorship]:
    statement = (
        select(Sponsorship)
        .where(*criteria)
        .options(
            joinedload(Sponsorship.staff),
            joinedload(Sponsorship.case).joinedload(SupportCase.student),
            joinedload(Sponsorship.case).joinedload(SupportCase.school_year),
        )
    )
    found = session.scalars(statement).all()
    return sorted(found, key=lambda s: (s.case.student.sort_key if s.case and s.case.student else "", s.id))


def agree(session: Session, actor: Actor, meeting: AssignmentMeeting, pairings: Iterable[Sponsorship]) -> Settled:
    """The meeting agrees these pairings, all or none; the actor's own are left for somebody else.

    What this meeting has agreed already stays as it is: a second tap changes nothing.
    """
    require(actor, Action.AGREE_SPONSORSHIP)
    check_year_open(meeting.school_year)
    chosen = [s for s in pairings if not (s.meeting_id == meeting.id and s.state is not SponsorshipState.REGISTERED)]
    own = tuple(s for s in chosen if _is_own(actor, s))
    others = tuple(s for s in chosen if not _is_own(actor, s))
    for pairing in others:
        if pairing.case.school_year_id != meeting.school_year_id:
            raise RuleError(N_("Phân công của %(who)s thuộc năm học khác."), who=str(pairing))
        if pairing.state is not SponsorshipState.REGISTERED:
            raise RuleError(N_("Phân công của %(who)s không còn chờ thống nhất."), who=str(pairing))
    for pairing in others:
        pairing.meeting_id = meeting.id
        sponsorships.take_step(session, actor, pairing, "agree")
    return Settled(others, own)


def approve_list(session: Session, actor: Actor, meeting: AssignmentMeeting) -> Settled:
    """Leadership approves what the meeting has agreed, once and all of it; the actor's own are left for another.

    RuleError that names the students whose cases are not approved yet: nothing is approved then.
    """
    require(actor, Action.APPROVE_SPONSORSHIP)
    check_year_open(meeting.school_year)
    listed = [s for s in agreed(session, meeting) if s.state is SponsorshipState.AGREED]
    if not listed:
        raise RuleError(N_("Danh sách của cuộc họp này không còn phân công nào chờ duyệt."))
    own = tuple(s for s in listed if _is_own(actor, s))
    others = tuple(s for s in listed if not _is_own(actor, s))
    waiting = sorted({str(s.case) for s in others if s.case.state not in sponsorships.READY})
    if waiting:
        raise RuleError(
            N_("Hồ sơ chưa được duyệt: %(who)s. Duyệt hồ sơ trước rồi duyệt danh sách."), who="; ".join(waiting)
        )
    for pairing in others:
        sponsorships.take_step(session, actor, pairing, "approve")
    return Settled(others, own)


def _is_own(actor: Actor, pairing: Sponsorship) -> bool:
    return actor.staff_id is not None and pairing.staff_id == actor.staff_id
