"""The assignment list as the plan's appendix (P5), and its notice-board copy, which names no student (P1.3)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from school.models import Announcement, Classroom, Enrolment, SchoolYear, Sponsorship, SupportCase
from school.reports import assignments
from school.reports.documents import Paper, require_whole
from school.rules.actor import Actor
from school.services.profile import BLANK
from school.vocabulary import N_, Action, DocumentKind, SponsorshipState

_HEAD = {
    "year": N_("Năm học"),
    "plan_number": N_("Số của kế hoạch mà danh sách kèm theo"),
    "rows[]": N_("Các dòng của danh sách"),
    "rows[].number": N_("Số thứ tự"),
    "rows[].sponsors": N_("GV nhận đỡ đầu: “1. tên; 2. tên (hỗ trợ)”"),
}
VARIABLES = _HEAD | {
    "rows[].full_name": N_("Họ và tên của em"),
    "rows[].class_name": N_("Lớp"),
    "rows[].circumstances": N_("Hoàn cảnh gia đình, bản thân"),
    "rows[].own_effort": N_("Sự rèn luyện của bản thân"),
}
NOTICE_VARIABLES = _HEAD | {"rows[].code": N_("Mã hồ sơ"), "rows[].grade": N_("Khối")}
NEEDED = tuple(name for name in VARIABLES if name.startswith("rows[]."))
NOTICE_NEEDED = ("rows[].code", "rows[].sponsors")
ASKS = (Action.VIEW_SPONSORSHIP, Action.VIEW_CIRCUMSTANCES)
NOTICE_ASKS = (Action.VIEW_SPONSORSHIP, Action.VIEW_CASE)


def paper(session: Session, actor: Actor, year: SchoolYear) -> Paper:
    """The list with names and circumstances; NotAllowed unless the actor sees those of every student without asking."""
    require_whole(actor, *ASKS)
    keys = [column.key for column in assignments.COLUMNS]
    rows = [dict(zip(keys, row, strict=True)) for row in assignments.rows(session, actor, year)]
    return _paper(session, DocumentKind.ASSIGNMENT_LIST, year, f"Phân công hỗ trợ học sinh {year.name}", rows)


def notice_board(session: Session, actor: Actor, year: SchoolYear) -> Paper:
    """The copy for the notice board: codes and grades, in the order of the codes, so that it tells no name."""
    require_whole(actor, *NOTICE_ASKS)
    grades = _grades(session, year)
    rows = [
        {
            "number": number,
            "code": case.code,
            "grade": grades.get(case.student_id),
            "sponsors": assignments.name_sponsors(case.sponsorships, actor.today),
        }
        for number, case in enumerate(_assigned(session, year), 1)
    ]
    return _paper(session, DocumentKind.NOTICE_BOARD, year, f"Phân công đỡ đầu, bản niêm yết {year.name}", rows)


def _paper(session: Session, kind: DocumentKind, year: SchoolYear, name: str, rows: list[dict[str, Any]]) -> Paper:
    values = {"year": year.name, "plan_number": plan_number(session, year) or BLANK, "rows": rows}
    return Paper(kind, name, values, year_id=year.id, rows=len(rows))


def plan_number(session: Session, year: SchoolYear) -> str | None:
    """The number of the year's plan as it was last announced."""
    statement = (
        select(Announcement.plan_number)
        .where(Announcement.school_year_id == year.id, Announcement.plan_number.is_not(None))
        .order_by(Announcement.published_on.desc(), Announcement.id.desc())
    )
    return session.scalar(statement.limit(1))


def _assigned(session: Session, year: SchoolYear) -> list[SupportCase]:
    statement = (
        select(SupportCase)
        .where(
            SupportCase.school_year_id == year.id,
            SupportCase.id.in_(select(Sponsorship.case_id).where(Sponsorship.state == SponsorshipState.APPROVED)),
        )
        .options(selectinload(SupportCase.sponsorships).joinedload(Sponsorship.staff))
    )
    return sorted(session.scalars(statement), key=lambda case: case.code)


def _grades(session: Session, year: SchoolYear) -> dict[int, int]:
    statement = (
        select(Enrolment.student_id, Classroom.grade)
        .join(Enrolment.classroom)
        .where(Classroom.school_year_id == year.id)
        .order_by(Enrolment.started_on, Enrolment.id)
    )
    return {row.student_id: row.grade for row in session.execute(statement)}
