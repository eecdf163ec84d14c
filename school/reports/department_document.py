"""A department's month (P4.10) as an official document: the figures, the paragraph and the head's words; no child."""

from typing import Any

from sqlalchemy.orm import Session

from school.models import DepartmentReport, Staff
from school.reports import department_month, department_words
from school.reports.documents import Paper
from school.reports.school_report import number_words
from school.rules.actor import Actor
from school.rules.oversight import in_a_sentence
from school.rules.policy import require
from school.services import department_figures
from school.services.calendar import plan_of
from school.services.department_figures import Figures
from school.services.profile import lines
from school.vocabulary import N_, Action, DocumentKind, ReportState

DRAFT = "Bản đang viết"
RECIPIENTS = ["Ban giám hiệu;", "Công đoàn trường;", "Lưu: tổ."]  # of what a department writes, on paper
ASKS = (Action.VIEW_DEPARTMENT_REPORT,)
VARIABLES: dict[str, str] = {
    "department": N_("Tổ, như trong câu: “tổ Toán”"),
    "month": N_("Tháng, ví dụ 10/2025"),
    "year": N_("Năm học"),
    "draft": N_("“Bản đang viết” khi tổ chưa nộp, để trống khi đã nộp"),
    "day": N_("Số liệu tính đến ngày"),
    "paragraph": N_("Đoạn tóm tắt số liệu trong tháng"),
    "comment[]": N_("Nhận xét của tổ, mỗi đoạn một mục"),
    "rows[]": N_("Các số liệu trong tháng"),
    "rows[].group": N_("Phần, ở dòng đầu của mỗi phần"),
    "rows[].label": N_("Nội dung"),
    "rows[].count": N_("Số lượng"),
    "head_name": N_("Họ tên tổ trưởng"),
}
NEEDED = ("rows[].label", "rows[].count", "comment[]")


def paper(session: Session, actor: Actor, report: DepartmentReport) -> Paper:
    """The report as it was handed in; one that is being written with today's figures, and marked so."""
    require(actor, Action.VIEW_DEPARTMENT_REPORT, report)
    frozen = Figures.thaw(report.figures) if report.state is ReportState.SUBMITTED else None
    figures = frozen or department_figures.figures(session, actor, report, plan_of(session, report.school_year))
    year, _, month = report.period.partition("-")
    rows = _rows(figures)
    values = {
        "department": in_a_sentence(report.department.name),
        "month": f"{int(month)}/{year}",
        "year": report.school_year.name,
        "draft": "" if frozen else DRAFT,
        "day": figures.day,
        "paragraph": department_words.paragraph(report.department.name, report.period, figures),
        "comment": lines(report.comment),
        "rows": rows,
        "head_name": head_name(session, report.department.head_id),
        "recipients": RECIPIENTS,
    }
    if frozen:
        values["date"] = frozen.day
    name = f"Báo cáo tháng {int(month)}-{year} của {in_a_sentence(report.department.name)}"
    return Paper(DocumentKind.DEPARTMENT_MONTH, name, values, year_id=report.school_year_id, rows=len(rows))


def head_name(session: Session, staff_id: int | None) -> str:
    """Who signs for a department: its head, room for a name where it has none."""
    head = session.get(Staff, staff_id) if staff_id is not None else None
    return head.full_name if head is not None else ""


def _rows(figures: Figures) -> list[dict[str, Any]]:
    rows, group = [], ""
    for row in department_month.figure_rows(figures, None):
        first = row.group if row.group != group else ""
        group = row.group
        rows.append({"group": first, "label": row.label, "count": number_words(row.now)})
    return rows
