"""The reports by the name under which `export` and the panel offer them: a new report is one module and one line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from school.models import AssignmentMeeting, Commendation, DepartmentReport, SchoolReport, SchoolYear, Staff, Student
from school.reports import (
    assignment_document,
    assignments,
    commendation_evidence,
    commendation_list,
    department_document,
    early_raise,
    emulation,
    evaluations,
    hardships,
    left_over,
    meeting_minutes,
    results,
    review_document,
    school_report,
    score_list,
    staff,
    student_file,
    students,
    year_plan,
)
from school.reports.documents import Document
from school.reports.tables import Column
from school.rules.actor import Actor
from school.vocabulary import N_, DocumentKind, TermPeriod

Rows = Callable[[Session, Actor, SchoolYear], Iterator[tuple[Any, ...]]]
Columns = Callable[[Session, Actor, SchoolYear], tuple[Column, ...]]


@dataclass(frozen=True)
class Report:
    """One report: its columns, its rows, which ask the policy before the first of them, and what it is called.

    `columns` are those of every year; where a year adds its own, `by_year` knows all of them.
    """

    columns: tuple[Column, ...]
    rows: Rows
    title: str = ""
    by_year: Columns | None = None

    def columns_of(self, session: Session, actor: Actor, year: SchoolYear) -> tuple[Column, ...]:
        """The columns of its rows in this year."""
        return self.columns if self.by_year is None else self.by_year(session, actor, year)


REPORTS = {
    "assignments": Report(assignments.COLUMNS, assignments.rows, N_("Danh sách phân công đỡ đầu")),
    "emulation": Report(emulation.COLUMNS, emulation.table, N_("Bảng thi đua"), by_year=emulation.columns),
    "evaluations": Report(evaluations.COLUMNS, evaluations.rows, N_("Đánh giá tháng")),
    "hardship": Report(hardships.COLUMNS, hardships.rows, N_("Học sinh có hoàn cảnh cần hỗ trợ")),
    "left-over": Report(left_over.COLUMNS, left_over.rows, N_("Chưa có người đỡ đầu")),
    # One report a period: the importer knows the period again by these names, and by a column.
    "results-1": Report(results.COLUMNS, partial(results.rows, period=TermPeriod.SEMESTER_1), N_("Kết quả học kỳ I")),
    "results-2": Report(results.COLUMNS, partial(results.rows, period=TermPeriod.SEMESTER_2), N_("Kết quả học kỳ II")),
    "results-year": Report(results.COLUMNS, partial(results.rows, period=TermPeriod.YEAR), N_("Kết quả cả năm")),
    "staff": Report(staff.COLUMNS, staff.rows, N_("Danh sách cán bộ, giáo viên, nhân viên")),
    "students": Report(students.COLUMNS, students.rows, N_("Danh sách học sinh")),
}

# The documents by their kind: one module with `paper` and `VARIABLES`, and one line here.
DOCUMENTS: dict[DocumentKind, Document] = {
    DocumentKind.SCHOOL_REPORT: Document(
        school_report.paper, SchoolReport, school_report.VARIABLES, school_report.NEEDED, school_report.ASKS
    ),
    DocumentKind.DEPARTMENT_MONTH: Document(
        department_document.paper,
        DepartmentReport,
        department_document.VARIABLES,
        department_document.NEEDED,
        department_document.ASKS,
    ),
    DocumentKind.REVIEW: Document(
        review_document.paper,
        SchoolYear,
        review_document.VARIABLES,
        review_document.NEEDED,
        review_document.ASKS,
        parts={name: period.label for name, period in review_document.PARTS.items()},
    ),
    DocumentKind.ASSIGNMENT_LIST: Document(
        assignment_document.paper,
        SchoolYear,
        assignment_document.VARIABLES,
        assignment_document.NEEDED,
        assignment_document.ASKS,
        whole=True,
    ),
    DocumentKind.NOTICE_BOARD: Document(
        assignment_document.notice_board,
        SchoolYear,
        assignment_document.NOTICE_VARIABLES,
        assignment_document.NOTICE_NEEDED,
        assignment_document.NOTICE_ASKS,
        whole=True,
    ),
    DocumentKind.YEAR_PLAN: Document(
        year_plan.paper, SchoolYear, year_plan.VARIABLES, year_plan.NEEDED, year_plan.ASKS
    ),
    DocumentKind.MEETING_MINUTES: Document(
        meeting_minutes.paper,
        AssignmentMeeting,
        meeting_minutes.VARIABLES,
        meeting_minutes.NEEDED,
        meeting_minutes.ASKS,
    ),
    DocumentKind.STUDENT_FILE: Document(
        student_file.paper, Student, student_file.VARIABLES, student_file.NEEDED, student_file.ASKS
    ),
    DocumentKind.COMMENDATION_LIST: Document(
        commendation_list.paper,
        SchoolYear,
        commendation_list.VARIABLES,
        commendation_list.NEEDED,
        commendation_list.ASKS,
    ),
    DocumentKind.COMMENDATION_EVIDENCE: Document(
        commendation_evidence.paper,
        Commendation,
        commendation_evidence.VARIABLES,
        commendation_evidence.NEEDED,
        commendation_evidence.ASKS,
    ),
    DocumentKind.SCORE_LIST: Document(
        score_list.paper, SchoolYear, score_list.VARIABLES, score_list.NEEDED, score_list.ASKS, whole=True
    ),
    DocumentKind.EARLY_RAISE: Document(
        early_raise.paper,
        Staff,
        early_raise.VARIABLES,
        early_raise.NEEDED,
        early_raise.ASKS,
        parts=early_raise.PARTS,
    ),
}
