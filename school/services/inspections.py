"""Inspections of a department, a sponsor's work or a case (P4.7): what was found, and what is to be done about it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from school.errors import RuleError
from school.models import Department, FollowUp, Inspection, Sponsorship, Staff, SupportCase
from school.rules import oversight as rules
from school.rules.actor import Actor
from school.rules.policy import require
from school.rules.year import check_open
from school.services import follow_ups
from school.services.contacts import WITHOUT_STAFF
from school.services.directory import find_year
from school.services.records import apply, check_fresh, just_entered, need, step
from school.vocabulary import N_, Action, FollowUpKind, FollowUpState, SponsorRole

MOST_LINES = 5
Subject = Department | Sponsorship | SupportCase


@dataclass(frozen=True)
class Line:
    """One thing to be done that an inspection names; without `what` it is an empty line of the form."""

    what: str | None
    owner: Staff | None
    due_on: dt.date | None


def one_subject(department: Department | None, sponsorship: Sponsorship | None, case: SupportCase | None) -> Subject:
    """The one of the three that is inspected; RuleError for none or several."""
    given: list[Subject] = [row for row in (department, sponsorship, case) if row is not None]
    if len(given) != 1:
        raise RuleError(N_("Thầy cô chọn một trong ba: tổ, người đỡ đầu, hoặc hồ sơ của em."), field="department")
    return given[0]


def about(subject: Subject) -> dict[str, Any]:
    """The subject as the fields of an inspection."""
    names = {Department: "department", Sponsorship: "sponsorship", SupportCase: "case"}
    name = next(name for model, name in names.items() if isinstance(subject, model))
    return {f"{name}_id": subject.id}


def _as_inspection(subject: Subject) -> Inspection:
    """What the policy is asked about: the row as it would stand, with whose work it is."""
    name = next(iter(about(subject))).removesuffix("_id")
    return Inspection(**about(subject), **{name: subject})


def check_may_inspect(actor: Actor, subject: Subject) -> None:
    """NotAllowed unless the actor may inspect it; never one's own work."""
    require(actor, Action.INSPECT, _as_inspection(subject))


def left_over(session: Session, actor: Actor, subject: Subject) -> list[FollowUp]:
    """What earlier inspections of the same subject asked for and is not closed: overdue first (P4.7).

    With a sponsor, of all that this person sponsors.
    """
    earlier = select(Inspection.id).where(_same(subject))
    statement = (
        select(FollowUp)
        .where(FollowUp.inspection_id.in_(earlier), FollowUp.state != FollowUpState.CLOSED)
        .options(joinedload(FollowUp.owner))
        .order_by(*follow_ups.urgency(actor.today))
    )
    return list(session.scalars(statement))


def _same(subject: Subject) -> ColumnElement[bool]:
    if isinstance(subject, Department):
        return Inspection.department_id == subject.id
    if isinstance(subject, SupportCase):
        return Inspection.case_id == subject.id
    of_the_person = select(Sponsorship.id).where(Sponsorship.staff_id == subject.staff_id)
    return Inspection.sponsorship_id.in_(of_the_person)


def likely_owner(subject: Subject, today: dt.date) -> Staff | None:
    """Who would see to what is found: the head, the sponsor, or whoever leads the student today."""
    if isinstance(subject, Department):
        return subject.head
    if isinstance(subject, Sponsorship):
        return subject.staff
    leading = [s for s in subject.sponsorships if s.runs_on(today) and s.role is not SponsorRole.SUPPORTING]
    return leading[0].staff if leading else None


def record(
    session: Session,
    actor: Actor,
    inspection: Inspection,
    subject: Subject,
    values: Mapping[str, Any],
    lines: Iterable[Line] = (),
) -> Inspection:
    """Record an inspection (held_on, findings) with what is to be done, all in one. The same sent twice is one."""
    check_may_inspect(actor, subject)
    staff_id = need(actor.staff_id, WITHOUT_STAFF, "findings")
    held_on = need(values.get("held_on"), N_("Thầy cô chọn ngày kiểm tra."), "held_on")
    findings = need(values.get("findings"), N_("Thầy cô ghi những điều đã thấy."), "findings").strip()
    year = find_year(session, actor.today) if isinstance(subject, Department) else _case_of(subject).school_year
    if year is None:
        raise RuleError(N_("Chưa có năm học nào. Thầy cô nhờ quản trị lập năm học trước."))
    check_open(year.state)
    rules.check_held(held_on, year.starts_on, actor.today)
    named = [(number, line) for number, line in enumerate(lines, 1) if line.what]
    for number, line in named:
        _check_line(line, number, actor.today)
    facts = about(subject) | {
        "school_year_id": year.id,
        "held_on": held_on,
        "findings": findings,
        "inspector_id": staff_id,
    }
    if standing := just_entered(session, actor, Inspection, facts):
        return standing[0]
    with step(session, "create"):
        apply(inspection, facts)
        session.add(inspection)
    for number, line in named:
        _raise_line(session, actor, inspection, line, number)
    session.expire(inspection, ["follow_ups"])
    return inspection


def _case_of(subject: Subject) -> SupportCase:
    found = subject.case if isinstance(subject, Sponsorship) else subject
    assert isinstance(found, SupportCase)
    return found


def _check_line(line: Line, number: int, today: dt.date) -> None:
    need(line.owner, N_("Thầy cô chọn người phụ trách việc này."), f"owner_{number}")
    due_on = need(line.due_on, N_("Thầy cô chọn hạn làm."), f"due_on_{number}")
    rules.check_due(due_on, today, f"due_on_{number}")
    if number > MOST_LINES:
        raise RuleError(N_("Mỗi lần kiểm tra ghi kèm tối đa %(most)s việc; thầy cô nêu thêm sau."), most=MOST_LINES)


def _raise_line(session: Session, actor: Actor, inspection: Inspection, line: Line, number: int) -> None:
    values = {
        "kind": FollowUpKind.FINDING,
        "what": line.what,
        "owner": line.owner,
        "due_on": line.due_on,
        "case": inspection.case,
        "inspection": inspection,
    }
    try:
        follow_ups.raise_one(session, actor, FollowUp(), values)
    except RuleError as error:  # at the field of this line
        field = f"{error.field}_{number}" if error.field else None
        raise RuleError(error.msgid, field, **error.params) from error


def may_correct(actor: Actor, inspection: Inspection) -> bool:
    """Whether the actor wrote it and its year is open: findings are put right by whoever found them."""
    mine = actor.operator or (actor.staff_id is not None and actor.staff_id == inspection.inspector_id)
    return mine and inspection.school_year_id not in actor.reach.closed_years


def correct(
    session: Session, actor: Actor, inspection: Inspection, values: Mapping[str, Any], version: int | None = None
) -> Inspection:
    """Put one's own record right: day and findings. What was inspected stays."""
    require(actor, Action.INSPECT, inspection)
    check_open(inspection.school_year.state)
    check_fresh(inspection, version)
    if not may_correct(actor, inspection):
        raise RuleError(N_("Người kiểm tra tự sửa phần mình ghi."))
    held_on = need(values.get("held_on"), N_("Thầy cô chọn ngày kiểm tra."), "held_on")
    findings = need(values.get("findings"), N_("Thầy cô ghi những điều đã thấy."), "findings").strip()
    rules.check_held(held_on, inspection.school_year.starts_on, actor.today)
    with step(session, "update"):
        apply(inspection, {"held_on": held_on, "findings": findings})
    return inspection


def subject_of(inspection: Inspection) -> Subject | None:
    """What was inspected, if the reader may see it."""
    return inspection.department or inspection.sponsorship or inspection.case
