"""Writes the panel's Word templates: `python -m templates.documents.make`; a test keeps them in step with this file."""

from collections.abc import Callable
from pathlib import Path

from docx.document import Document

from school.services.rendering import pack
from school.vocabulary import DocumentKind
from templates.documents import emulation_papers, parts, report_papers, student_paper, year_papers

FOLDER = Path(__file__).parent


def assignment_list() -> Document:
    """The plan's appendix (P5)."""
    doc = parts.begin(numbered=False)
    parts.title(
        doc,
        "PHÂN CÔNG NHIỆM VỤ HỖ TRỢ HỌC SINH",
        "CÓ HOÀN CẢNH KHÓ KHĂN, NĂM HỌC {{ year }}",
        small=["(Kèm theo kế hoạch số: {{ plan_number }})"],
    )
    parts.table(
        doc,
        [11, 30, 15, 43, 35, 36],
        ["TT", "Họ và tên", "Lớp", "Hoàn cảnh gia đình, bản thân", "Sự rèn luyện của bản thân", "GV nhận đỡ đầu"],
        [
            "{{ row.number }}",
            "{{ row.full_name }}",
            "{{ row.class_name }}",
            "{{ row.circumstances }}",
            "{{ row.own_effort }}",
            "{{ row.sponsors }}",
        ],
        align=[parts.CENTRE, parts.LEFT, parts.CENTRE, parts.LEFT, parts.LEFT, parts.LEFT],
    )
    parts.signature(
        doc,
        left="recipients",
        right=("NGƯỜI LẬP DANH SÁCH", "{{ drafter_name }}"),
        closing="Danh sách gồm {{ rows|length }} em.",
    )
    return doc


def notice_board() -> Document:
    """The copy for the notice board (P1.3, P5): case codes, grades, sponsors."""
    doc = parts.begin(numbered=False)
    parts.title(
        doc,
        "PHÂN CÔNG GIÁO VIÊN ĐỠ ĐẦU HỌC SINH",
        "NĂM HỌC {{ year }}",
        small=["(Kèm theo kế hoạch số: {{ plan_number }})"],
    )
    parts.table(
        doc,
        [14, 40, 22, 89],
        ["TT", "Mã hồ sơ", "Khối", "GV nhận đỡ đầu"],
        ["{{ row.number }}", "{{ row.code }}", "{{ row.grade }}", "{{ row.sponsors }}"],
        align=[parts.CENTRE, parts.CENTRE, parts.CENTRE, parts.LEFT],
        size=13,
    )
    parts.signature(doc, left="recipients", closing="Danh sách gồm {{ rows|length }} hồ sơ.")
    return doc


MAKERS: dict[DocumentKind, Callable[[], Document]] = {
    DocumentKind.SCHOOL_REPORT: report_papers.school_report,
    DocumentKind.DEPARTMENT_MONTH: report_papers.department_month,
    DocumentKind.REVIEW: report_papers.review,
    DocumentKind.ASSIGNMENT_LIST: assignment_list,
    DocumentKind.NOTICE_BOARD: notice_board,
    DocumentKind.YEAR_PLAN: year_papers.year_plan,
    DocumentKind.MEETING_MINUTES: year_papers.meeting_minutes,
    DocumentKind.COMMENDATION_LIST: year_papers.commendation_list,
    DocumentKind.STUDENT_FILE: student_paper.student_file,
    DocumentKind.COMMENDATION_EVIDENCE: emulation_papers.commendation_evidence,
    DocumentKind.SCORE_LIST: emulation_papers.score_list,
    DocumentKind.EARLY_RAISE: emulation_papers.early_raise,
}


def make(kind: DocumentKind) -> bytes:
    """The template of this kind."""
    return pack(MAKERS[kind](), "", "")


def main() -> None:
    """Write every template beside this file."""
    for kind in MAKERS:
        (FOLDER / f"{kind.value}.docx").write_bytes(make(kind))


if __name__ == "__main__":
    main()
