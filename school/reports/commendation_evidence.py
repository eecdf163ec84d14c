"""The evidence for one proposal to commend, to be put on file with it (P4.6, P4.9): counts of the year, no student.

For a person: the year's counts, the yearly rating and the frozen score sheet as far as the reader may see them (the
union reads the proposals, not the scores). For a department: its counts and its three shares, adjusted for size. The
title and the decision are those that people entered: nothing here proposes either.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import Commendation, ScoreSheet, YearlyRating
from school.reports import collective, commendation_list
from school.reports.commendation_list import Work
from school.reports.department_words import number
from school.reports.documents import Paper
from school.rules.actor import Actor
from school.rules.emulation import Line
from school.rules.policy import require
from school.rules.score_sheet import Frozen, holds
from school.vocabulary import N_, Action, DocumentKind, SheetState

VARIABLES = {
    "year": N_("Năm học"),
    "kind": N_("Cá nhân, hoặc tập thể"),
    "name": N_("Họ và tên, hoặc tên tập thể"),
    "unit": N_("Chức vụ, tổ"),
    "award": N_("Danh hiệu, hình thức khen theo nhóm"),
    "title": N_("Danh hiệu, hình thức khen"),
    "level": N_("Cấp khen"),
    "proposed_on": N_("Đề nghị ngày"),
    "achievement": N_("Thành tích do người đề nghị ghi"),
    "decision": N_("Số, ngày quyết định khen thưởng; để trống khi chưa quyết định"),
    "rating": N_("Xếp loại cuối năm và quyết định, nếu đã ghi"),
    "counts[]": N_("Số liệu trong năm học"),
    "counts[].label": N_("Nội dung"),
    "counts[].count": N_("Số lượng"),
    "shares[]": N_("Kết quả chung của tổ (chỉ với tập thể)"),
    "shares[].label": N_("Nội dung"),
    "shares[].counted": N_("Đã đếm, ví dụ 5/6"),
    "shares[].share": N_("Tỷ lệ của tổ"),
    "shares[].adjusted": N_("Tỷ lệ đã xét quy mô tổ"),
    "sheet": N_("Phiếu điểm đã chốt theo quyết định nào; để trống khi chưa chốt"),
    "total": N_("Tổng điểm trên phiếu đã chốt"),
    "score_level": N_("Mức của tiêu chí trên phiếu đã chốt"),
    "lines[]": N_("Từng tiêu chí trên phiếu đã chốt (chỉ với cá nhân)"),
    "lines[].number": N_("Số thứ tự"),
    "lines[].name": N_("Tiêu chí"),
    "lines[].points": N_("Điểm; “không áp dụng” khi không tính"),
    "lines[].max": N_("Điểm tối đa"),
}
NEEDED = ("name", "title", "counts[].count")
ASKS = (Action.VIEW_COMMENDATION,)


def paper(session: Session, actor: Actor, row: Commendation) -> Paper:
    """The evidence of one proposal."""
    require(actor, Action.VIEW_COMMENDATION, row)
    of_department = row.staff_id is None
    staff = row.staff
    unit = [staff.post, staff.department.name if staff.department else None] if staff is not None else []
    values = {
        "year": row.school_year.name,
        "kind": "Tập thể" if of_department else "Cá nhân",
        "name": str(row.staff or row.department or ""),
        "unit": ", ".join(part for part in unit if part),
        "award": row.award,
        "title": row.title,
        "level": row.level,
        "proposed_on": row.proposed_on,
        "achievement": row.achievement,
        "decision": _decision(row.decision_number, row.decided_on),
        "counts": _counts(work_of(session, row), of_department),
        "shares": _shares(session, actor, row) if of_department else [],
        **_of_the_person(session, row),
    }
    name = f"Minh chứng khen thưởng {values['name']} {row.school_year.name}"
    return Paper(DocumentKind.COMMENDATION_EVIDENCE, name, values, year_id=row.school_year_id, rows=1)


def work_of(session: Session, row: Commendation) -> Work:
    """The year's counts of whom the row proposes; whoever calls this has asked the policy."""
    people, departments = commendation_list.count_work(session, row.school_year)
    found = departments.get(row.department_id or 0) if row.staff_id is None else people.get(row.staff_id)
    return found or Work()


def _decision(number_: str | None, day: Any) -> str:
    said = [f"Số {number_}" if number_ else "", f"ngày {day:%d/%m/%Y}" if day is not None else ""]
    return " ".join(part for part in said if part)


def _counts(work: Work, of_department: bool) -> list[dict[str, str]]:
    rows = [
        *([(N_("Thầy cô nhận đỡ đầu"), len(work.sponsors))] if of_department else []),
        (N_("Số em đỡ đầu"), len(work.led)),
        (N_("Số em hỗ trợ"), len(work.supported)),
        (N_("Tháng đã gửi nhận xét"), len(work.sent)),
        (N_("Trong đó gửi đúng hạn"), len(work.on_time)),
        (N_("Lần liên hệ với các em và gia đình"), work.contacts),
        (N_("Trong đó gặp được"), work.reached),
        (N_("Tiết phụ đạo"), work.lessons),
    ]
    return [{"label": label, "count": number(count)} for label, count in rows]


def _shares(session: Session, actor: Actor, row: Commendation) -> list[dict[str, str]]:
    found = collective.of_department(session, actor, row.school_year, row.department_id or 0)
    return [
        {
            "label": collective.LABELS[name],
            "counted": f"{measured.count.done}/{measured.count.asked}" if measured.count.asked else "–",
            "share": collective.percent(measured.count.share),
            "adjusted": collective.percent(measured.adjusted),
        }
        for name, measured in (found.standing.measures.items() if found is not None else ())
    ]


def _of_the_person(session: Session, row: Commendation) -> dict[str, Any]:
    """The yearly rating and the frozen sheet, as far as the reader sees them: the guard leaves out the rest."""
    blank: dict[str, Any] = {"rating": "", "sheet": "", "total": "", "score_level": "", "lines": []}
    if row.staff_id is None:
        return blank
    rating = session.scalar(select(YearlyRating).where(*_of(YearlyRating, row)))
    if rating is not None:
        decision = _decision(rating.decision_number, rating.decided_on)
        blank["rating"] = f"{rating.rating.label} ({decision[:1].lower()}{decision[1:]})"
    sheet = session.scalar(select(ScoreSheet).where(*_of(ScoreSheet, row), ScoreSheet.state == SheetState.FROZEN))
    return blank | (_sheet(sheet) if sheet is not None else {})


def _of(model: Any, row: Commendation) -> tuple[Any, Any]:
    return model.school_year_id == row.school_year_id, model.staff_id == row.staff_id


def _sheet(sheet: ScoreSheet) -> dict[str, Any]:
    """What the council froze: the lines with their points, not the records behind them.

    RuleError where what is stored is not what was sealed: that is for people to look into, not to put on file.
    """
    frozen = Frozen.thaw(sheet.result)
    if frozen is not None and not holds(sheet):
        raise RuleError(N_("Phiếu điểm đã chốt của người này không còn khớp dấu chốt; thầy cô báo quản trị kiểm tra."))
    return {
        "sheet": _decision(sheet.decision_number, sheet.decided_on),
        "total": collective.points(sheet.total),
        "score_level": sheet.level,
        "lines": [_line(at, line) for at, line in enumerate(frozen.score.lines, 1)] if frozen is not None else [],
    }


def _line(at: int, line: Line) -> dict[str, Any]:
    return {
        "number": at,
        "name": f"{line.name} (điểm cộng)" if line.bonus else line.name,
        "points": collective.points(line.points) if line.points is not None else "Không áp dụng",
        "max": collective.points(line.max),
    }
