"""The minutes of the meeting that agreed who sponsors whom (P4.3): no circumstances, and names as far as they go.

Who was left without a sponsor is counted as of the day of the meeting, by code, so that minutes printed again later
say the same.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from school.models import AssignmentMeeting, Classroom, Enrolment, SchoolYear, Sponsorship, StudentName, SupportCase
from school.reports.assignments import SUPPORTING_MARK
from school.reports.documents import Paper, long_date
from school.rules.actor import Actor
from school.rules.policy import can, require
from school.services.profile import lines
from school.vocabulary import N_, Action, CaseState, DocumentKind, SponsorRole

VARIABLES = {
    "year": N_("Năm học"),
    "held_on": N_("Ngày họp, viết đủ ngày, tháng, năm"),
    "chair": N_("Người chủ trì"),
    "chair_post": N_("Chức vụ của người chủ trì"),
    "decision_number": N_("Số quyết định phân công, nếu đã có"),
    "proceedings[]": N_("Nội dung cuộc họp, mỗi dòng một mục"),
    "rows[]": N_("Các em được phân công, mỗi em một dòng"),
    "rows[].number": N_("Số thứ tự"),
    "rows[].student": N_("Họ tên học sinh; mã hồ sơ nếu người in không được xem tên"),
    "rows[].classroom": N_("Lớp"),
    "rows[].sponsors": N_("Những người nhận đỡ đầu, kèm phần việc"),
    "students": N_("Số em được phân công trong cuộc họp"),
    "sponsors": N_("Số thầy cô nhận trong cuộc họp"),
    "without_sponsor": N_("Số em chưa có người đỡ đầu"),
    "codes": N_("Mã hồ sơ của các em chưa có người đỡ đầu"),
}
NEEDED = ("chair", "rows[].student", "rows[].sponsors")
ASKS = (Action.VIEW_MEETING,)

# Cases that leadership approved: what has become of them since does not matter for the day of the meeting.
_APPROVED = (CaseState.APPROVED, CaseState.ACTIVE, CaseState.CLOSED)


def paper(session: Session, actor: Actor, meeting: AssignmentMeeting) -> Paper:
    """The minutes of one meeting."""
    require(actor, Action.VIEW_MEETING, meeting)
    listed = _listed(session, meeting)
    rows = _rows(session, actor, meeting.school_year, listed)
    codes = without_sponsor(session, meeting)
    return Paper(
        DocumentKind.MEETING_MINUTES,
        f"Biên bản họp phân công {meeting.held_on:%d-%m-%Y}",
        {
            "date": meeting.held_on,
            "year": meeting.school_year.name,
            "held_on": long_date(meeting.held_on),
            "chair": meeting.chair.full_name,
            "chair_post": meeting.chair.post,
            "decision_number": meeting.decision_number,
            "proceedings": lines(meeting.proceedings),
            "rows": rows,
            "students": len(rows),
            "sponsors": len({pairing.staff_id for pairing in listed}),
            "without_sponsor": len(codes),
            "codes": ", ".join(codes),
        },
        year_id=meeting.school_year_id,
        rows=len(rows),
    )


def _listed(session: Session, meeting: AssignmentMeeting) -> list[Sponsorship]:
    """What the meeting agreed, whatever has become of it since; one statement."""
    statement = (
        select(Sponsorship)
        .where(Sponsorship.meeting_id == meeting.id)
        .options(joinedload(Sponsorship.staff), joinedload(Sponsorship.case))
        .order_by(Sponsorship.started_on, Sponsorship.id)
    )
    return [pairing for pairing in session.scalars(statement) if pairing.case is not None]


def _rows(session: Session, actor: Actor, year: SchoolYear, listed: Iterable[Sponsorship]) -> list[dict[str, Any]]:
    """One row a student, in the order of names; by code where the reader may not see names."""
    by_case: dict[int, list[Sponsorship]] = {}
    for pairing in listed:
        by_case.setdefault(pairing.case_id, []).append(pairing)
    cases = [pairings[0].case for pairings in by_case.values()]
    names = _names(session, cases) if can(actor, Action.VIEW_NAMES) else {}
    classes = classes_in(session, year, [case.student_id for case in cases])

    def order(case: SupportCase) -> tuple[str, str]:
        name = names.get(case.student_id)
        return (name.sort_key if name is not None else "", case.code)

    return [
        {
            "number": number,
            "student": names[case.student_id].full_name if case.student_id in names else case.code,
            "classroom": classes.get(case.student_id),
            "sponsors": agreed_sponsors(by_case[case.id]),
        }
        for number, case in enumerate(sorted(cases, key=order), 1)
    ]


def _names(session: Session, cases: Iterable[SupportCase]) -> Mapping[int, StudentName]:
    ids = sorted({case.student_id for case in cases})
    return {row.id: row for row in session.scalars(select(StudentName).where(StudentName.id.in_(ids)))}


def classes_in(session: Session, year: SchoolYear, student_ids: Iterable[int]) -> dict[int, str]:
    """The class to which each of these students in reach came last in the year; one statement."""
    statement = (
        select(Enrolment.student_id, Classroom.name)
        .join(Enrolment.classroom)
        .where(Classroom.school_year_id == year.id, Enrolment.student_id.in_(sorted(set(student_ids))))
        .order_by(Enrolment.started_on, Enrolment.id)
    )
    return {row.student_id: row.name for row in session.execute(statement)}


def agreed_sponsors(pairings: Iterable[Sponsorship]) -> str:
    """ "1. name; 2. name (hỗ trợ)", as the assignment list writes them (P5); somebody agreed twice stands once."""
    people: dict[int, Sponsorship] = {}
    for pairing in sorted(pairings, key=lambda s: s.role is SponsorRole.SUPPORTING):
        people.setdefault(pairing.staff_id, pairing)
    names = [
        f"{s.staff.full_name} {SUPPORTING_MARK}" if s.role is SponsorRole.SUPPORTING else s.staff.full_name
        for s in people.values()
    ]
    return "; ".join(f"{number}. {name}" for number, name in enumerate(names, 1)) if len(names) > 1 else names[0]


def without_sponsor(session: Session, meeting: AssignmentMeeting) -> list[str]:
    """Codes of the approved cases that on that day had nobody, neither agreed by then nor running; one statement."""
    day = meeting.held_on
    helped = (
        select(Sponsorship.case_id)
        .outerjoin(AssignmentMeeting, AssignmentMeeting.id == Sponsorship.meeting_id)
        .where(Sponsorship.leading(), or_(Sponsorship.running(day), _agreed_by(day)))
    )
    statement = (
        select(SupportCase.code)
        .where(
            SupportCase.school_year_id == meeting.school_year_id,
            SupportCase.state.in_(_APPROVED),
            SupportCase.opened_on <= day,
            or_(SupportCase.closed_on.is_(None), SupportCase.closed_on > day),
            SupportCase.id.not_in(helped),
        )
        .order_by(SupportCase.code)
    )
    return list(session.scalars(statement))


def _agreed_by(day: dt.date) -> Any:
    """Agreed in a meeting held by then, and not over by then."""
    lasts = or_(Sponsorship.ended_on.is_(None), Sponsorship.ended_on >= day)
    return and_(AssignmentMeeting.held_on <= day, lasts)
