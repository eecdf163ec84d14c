"""The review of a semester or a year (P4.9) as an official document.

Leadership's is the school's own; union and secretary get the same as a draft. A head's is of the own department. What
changed for each child stands in an appendix, as far as whoever makes the document may see it; how surely a child keeps
coming to school is told in numbers alone (P1.3).
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.models import Department, SchoolYear
from school.reports import review as report
from school.reports.department_document import RECIPIENTS, head_name
from school.reports.documents import Paper, has_whole
from school.reports.school_report import number_words
from school.rules.actor import Actor
from school.rules.oversight import in_a_sentence
from school.rules.policy import can, require
from school.vocabulary import N_, Action, DocumentKind, Rating, TermPeriod

DRAFT = "DỰ THẢO"
ASKS = (Action.VIEW_DEPARTMENT_REPORT,)
# What the address and the commands call each part of the year.
PARTS: dict[str, TermPeriod] = {
    "1": TermPeriod.SEMESTER_1,
    "2": TermPeriod.SEMESTER_2,
    "year": TermPeriod.YEAR,
}
_TITLES = {
    TermPeriod.SEMESTER_1: "Sơ kết học kỳ I",
    TermPeriod.SEMESTER_2: "Sơ kết học kỳ II",
    TermPeriod.YEAR: "Tổng kết",
}
_TERMS = {
    TermPeriod.SEMESTER_1: "năm trước → HK I",
    TermPeriod.SEMESTER_2: "HK I → HK II",
    TermPeriod.YEAR: "HK I → cả năm",
}
_WHAT, _COUNT = N_("Nội dung"), N_("Số lượng")
VARIABLES: dict[str, str] = {
    "title": N_("“Sơ kết học kỳ I” hoặc “Tổng kết”"),
    "year": N_("Năm học"),
    "department": N_("Tổ, khi là bản của một tổ; để trống ở bản của trường"),
    "head_name": N_("Họ tên tổ trưởng, khi là bản của một tổ"),
    "draft": N_("“DỰ THẢO” khi chưa phải bản của Ban giám hiệu"),
    "first_day": N_("Số liệu từ ngày"),
    "last_day": N_("Số liệu đến ngày"),
    "general[]": N_("Toàn cảnh, mỗi dòng một số liệu"),
    "general[].label": _WHAT,
    "general[].count": _COUNT,
    "moves[]": N_("Thay đổi của các em được đỡ đầu"),
    "moves[].label": _WHAT,
    "moves[].up": N_("Cao hơn trước"),
    "moves[].same": N_("Như trước"),
    "moves[].down": N_("Thấp hơn trước"),
    "trends[]": N_("Chuyển biến chung ở tháng gần nhất"),
    "trends[].label": N_("Mức"),
    "trends[].count": N_("Số em"),
    "departments[]": N_("Theo tổ"),
    "departments[].label": N_("Tổ"),
    "departments[].sponsors": N_("Người đỡ đầu"),
    "departments[].count": N_("Số em"),
    "departments[].contacts": N_("Lần liên hệ"),
    "departments[].lessons": N_("Tiết phụ đạo"),
    "departments[].value": N_("Hỗ trợ (đồng)"),
    "terms": N_("Hai kỳ được so sánh"),
    "rows[]": N_("Từng em được đỡ đầu"),
    "rows[].number": N_("TT"),
    "rows[].full_name": N_("Học sinh"),
    "rows[].class_name": N_("Lớp"),
    "rows[].sponsors": N_("Người đỡ đầu"),
    "rows[].learning": N_("Học tập, hai kỳ"),
    "rows[].conduct": N_("Rèn luyện, hai kỳ"),
    "rows[].trend": N_("Chuyển biến chung"),
    "rows[].contacts": N_("Lần liên hệ"),
    "rows[].note": N_("Ghi chú"),
}
NEEDED = ("general[].count", "departments[].count", "rows[].full_name")


def paper(session: Session, actor: Actor, year: SchoolYear, part: str = "") -> Paper:
    """The review of that part of the year; without one it is semester I's, once semester II has begun the year's."""
    require(actor, Action.VIEW_DEPARTMENT_REPORT)
    part = part if part in PARTS else "1" if actor.today < year.semester_2_starts_on else "year"
    period = PARTS[part]
    found = report.review(session, actor, year, period)
    whole = has_whole(actor, Action.VIEW_DEPARTMENT_REPORT)
    values = {
        "title": _TITLES[period],
        "year": year.name,
        "draft": "" if not whole or can(actor, Action.CLOSE_YEAR) else DRAFT,
        "first_day": found.span.first,
        "last_day": found.span.last,
        "general": _general(found),
        "moves": [
            {"label": label, "up": moves.up, "same": moves.same, "down": moves.down}
            for label, moves in (
                (N_("Kết quả học tập"), found.learning),
                (N_("Kết quả rèn luyện"), found.conduct),
                (N_("Yên tâm đi học"), found.risk),
            )
        ],
        "trends": [{"label": step, "count": count} for step, count in reversed(found.trends.items())],
        "departments": [_department(row) for row in found.departments],
        "terms": _TERMS[period],
        "rows": [_child(number, em) for number, em in enumerate(found.students, 1)],
        **(_of_a_department(session, actor) if not whole else {"department": "", "head_name": ""}),
    }
    of = f" của {values['department']}" if values["department"] else ""
    name = f"{_TITLES[period]} {year.name}{of}"
    return Paper(DocumentKind.REVIEW, name, values, year_id=year.id, rows=len(found.students))


def _of_a_department(session: Session, actor: Actor) -> dict[str, Any]:
    """Whose review it is: the departments that the actor heads, or stands in for."""
    own = session.scalars(
        select(Department).where(Department.id.in_(actor.reach.departments)).order_by(Department.name)
    ).all()
    names = ", ".join(in_a_sentence(department.name) for department in own)
    head = head_name(session, own[0].head_id) if len(own) == 1 else ""
    return {"department": names, "head_name": head, "recipients": RECIPIENTS}


def _general(found: report.Review) -> list[dict[str, str]]:
    rows: list[tuple[str, int | None]] = [
        (N_("Em trong danh sách được hỗ trợ"), found.cases),
        (N_("Em đã có người đỡ đầu"), found.sponsored),
        (N_("Tỷ lệ em đã có người đỡ đầu (%)"), found.coverage),
        (N_("Thầy cô nhận đỡ đầu"), found.leads),
        (N_("Thầy cô hỗ trợ thêm"), found.supporters),
        (N_("Em được đỡ đầu đã nghỉ học"), found.left),
        (N_("Lần liên hệ với các em và gia đình"), found.contacts),
        (N_("Trong đó gặp được"), found.reached),
        (N_("Tiết phụ đạo"), found.lessons),
        (N_("Hỗ trợ trị giá (đồng)"), found.value),
    ]
    return [{"label": label, "count": number_words(count or 0)} for label, count in rows]


def _department(row: report.DepartmentRow) -> dict[str, str]:
    return {
        "label": row.name or N_("Chưa thuộc tổ nào"),
        "sponsors": number_words(row.sponsors),
        "count": number_words(row.students),
        "contacts": number_words(row.contacts),
        "lessons": number_words(row.lessons),
        "value": number_words(row.value),
    }


def _child(number: int, em: report.Em) -> dict[str, Any]:
    note = "đã nghỉ học" if em.left else em.outcome.label if em.outcome else ""
    return {
        "number": number,
        "full_name": em.name,
        "class_name": em.classroom,
        "sponsors": "; ".join(dict.fromkeys(em.sponsors)),
        "learning": _both(em.before.learning, em.after.learning),
        "conduct": _both(em.before.conduct, em.after.conduct),
        "trend": em.trend,
        "contacts": em.contacts,
        "note": note,
    }


def _both(before: Rating | None, after: Rating | None) -> str:
    """Two terms side by side; nothing where neither is known."""
    if before is None and after is None:
        return ""
    return f"{before.label if before else '–'} → {after.label if after else '–'}"
