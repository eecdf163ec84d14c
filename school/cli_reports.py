"""The command that writes official documents: the same as the screens offer, logged alike (design section 5)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from school.cli_base import PERIODS, answering, become, echo_json, find_year, operator, write_file
from school.db import db
from school.errors import RuleError
from school.models import (
    AssignmentMeeting,
    Commendation,
    Department,
    DepartmentReport,
    SchoolReport,
    SchoolYear,
    Staff,
    SupportCase,
)
from school.names import fold
from school.reports.documents import write
from school.reports.registry import DOCUMENTS
from school.rules.calendar import month_start, months
from school.rules.school_report import NUMBERS, occasion_on
from school.services import disclosures, school_reports
from school.services.calendar import plan_of
from school.vocabulary import N_, DocumentKind, ReportState


@dataclass(frozen=True)
class Asked:
    """What the command was told."""

    year: SchoolYear
    today: dt.date
    semester: str | None = None
    department: str | None = None
    month: str | None = None
    occasion: str | None = None
    case: str | None = None
    date: dt.date | None = None
    staff: str | None = None


def _year(session: Session, asked: Asked) -> SchoolYear:
    return asked.year


def _school_report(session: Session, asked: Asked) -> SchoolReport:
    """The newest version of the report; where nobody has begun it, a draft of today's figures that is not stored."""
    wanted = {str(number): occasion for occasion, number in NUMBERS.items()}
    occasion = wanted[asked.occasion] if asked.occasion else occasion_on(plan_of(session, asked.year), asked.today)
    blank = SchoolReport(school_year=asked.year, occasion=occasion, correction=0, state=ReportState.DRAFTED)
    return school_reports.newest(session, asked.year.id, occasion) or blank


def _department_report(session: Session, asked: Asked) -> DepartmentReport:
    """The department's report of the month; where nobody has begun it, a draft as above."""
    department = _department(session, asked.department)
    begun = [month for month in months(asked.year.name) if month_start(month) <= asked.today]
    month = asked.month or (begun[-1] if begun else "")
    if month not in begun:
        text = N_("Năm học %(year)s chưa có tháng %(month)s; tháng ghi theo mẫu 2025-10.")
        raise RuleError(text, year=asked.year.name, month=month or "–")
    found = session.scalar(
        select(DepartmentReport).where(
            DepartmentReport.department_id == department.id, DepartmentReport.period == month
        )
    )
    return found or DepartmentReport(
        department=department,
        department_id=department.id,
        school_year=asked.year,
        school_year_id=asked.year.id,
        period=month,
        state=ReportState.DRAFTED,
    )


def _department(session: Session, name: str | None) -> Department:
    """The department of that name, with or without marks and "Tổ" before it."""
    if not name:
        raise RuleError(N_("Ghi thêm --department, ví dụ --department “Tổ Toán”."))
    wanted = _bare(name)
    found = [row for row in session.scalars(select(Department)) if _bare(row.name) == wanted]
    if len(found) != 1:
        raise RuleError(N_("Không có tổ nào tên %(name)s."), name=name)
    return found[0]


def _bare(name: str) -> str:
    return fold(name).removeprefix("to ")


def _meeting(session: Session, asked: Asked) -> AssignmentMeeting:
    """The meeting of that day, or the newest of the year."""
    statement = select(AssignmentMeeting).where(AssignmentMeeting.school_year_id == asked.year.id)
    if asked.date is not None:
        statement = statement.where(AssignmentMeeting.held_on == asked.date)
    newest = statement.order_by(AssignmentMeeting.held_on.desc(), AssignmentMeeting.id.desc()).limit(1)
    found = session.scalar(newest)
    if found is None:
        raise RuleError(N_("Không có cuộc họp phân công nào như vậy."))
    return found


def _student(session: Session, asked: Asked) -> Any:
    """The student of a case, by the case's code: a name may be several people's."""
    if not asked.case:
        raise RuleError(N_("Ghi thêm --case, là mã hồ sơ của em."))
    found = session.scalar(select(SupportCase).where(SupportCase.code == asked.case))
    if found is None or found.student is None:
        raise RuleError(N_("Không có hồ sơ mã %(code)s."), code=asked.case)
    return found.student


def _staff(session: Session, asked: Asked) -> Staff:
    """The member of staff of that code: a name may be several people's."""
    if not asked.staff:
        raise RuleError(N_("Ghi thêm --staff, là mã cán bộ."))
    found = session.scalar(select(Staff).where(Staff.code == asked.staff))
    if found is None:
        raise RuleError(N_("Không có cán bộ mã %(code)s."), code=asked.staff)
    return found


def _commendation(session: Session, asked: Asked) -> Commendation:
    """The newest proposal of the year for that person, or for that department."""
    if bool(asked.staff) is bool(asked.department):
        raise RuleError(N_("Ghi thêm --staff (mã cán bộ), hoặc --department (tên tổ)."))
    whose = (
        Commendation.staff_id == _staff(session, asked).id
        if asked.staff
        else Commendation.department_id == _department(session, asked.department).id
    )
    statement = select(Commendation).where(Commendation.school_year_id == asked.year.id, whose)
    found = session.scalar(statement.order_by(Commendation.id.desc()).limit(1))
    if found is None:
        raise RuleError(N_("Năm học %(year)s không có đề nghị khen thưởng nào như vậy."), year=asked.year.name)
    return found


# By what the command calls them: the kind of document, and how its subject is found.
KINDS: dict[str, tuple[DocumentKind, Callable[[Session, Asked], Any]]] = {
    "annual": (DocumentKind.SCHOOL_REPORT, _school_report),
    "assignments": (DocumentKind.ASSIGNMENT_LIST, _year),
    "commendations": (DocumentKind.COMMENDATION_LIST, _year),
    "department": (DocumentKind.DEPARTMENT_MONTH, _department_report),
    "early-raise": (DocumentKind.EARLY_RAISE, _staff),
    "evidence": (DocumentKind.COMMENDATION_EVIDENCE, _commendation),
    "minutes": (DocumentKind.MEETING_MINUTES, _meeting),
    "notice-board": (DocumentKind.NOTICE_BOARD, _year),
    "plan": (DocumentKind.YEAR_PLAN, _year),
    "scores": (DocumentKind.SCORE_LIST, _year),
    "semester": (DocumentKind.REVIEW, _year),
    "student": (DocumentKind.STUDENT_FILE, _student),
}
_DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])


@click.command("report")
@click.argument("name", metavar="DOCUMENT", type=click.Choice(sorted(KINDS)))
@click.option("-o", "--output", required=True, help="File to write, a .docx; - for standard output.")
@click.option("--year", help="School year, e.g. 2025-2026; else the one that today falls in.")
@click.option("--semester", type=click.Choice(list(PERIODS)), help="Of a review; else the one that is due.")
@click.option("--department", help="Of a department's month, or of the evidence for its commendation: its name.")
@click.option("--month", help="Of a department's month, e.g. 2025-10; else the newest.")
@click.option("--occasion", type=click.Choice(["1", "2"]), help="Of an annual report; else the one that comes next.")
@click.option("--case", "code", help="Of a student's file: the code of the case.")
@click.option("--date", "day", type=_DAY, help="Of minutes: the day of the meeting; else the newest.")
@click.option("--staff", help="Of the evidence for a commendation or an early raise: the code of the member of staff.")
@click.option("--years", type=click.IntRange(2, 6), help="Of an early raise: over how many school years; else 3.")
@click.option("--as", "username", help="Write what this account may see, instead of everything.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print what was written as one JSON object (on stderr with -o -)."
)
@with_appcontext
def report_command(
    name: str,
    output: str,
    year: str | None,
    semester: str | None,
    department: str | None,
    month: str | None,
    occasion: str | None,
    code: str | None,
    day: dt.datetime | None,
    staff: str | None,
    years: int | None,
    username: str | None,
    as_json: bool,
) -> None:
    """Write an official document as Word: a report to the Sở, a department's month, a review, a list, a file."""
    now = dt.datetime.now(dt.UTC)
    with answering():
        actor = become(username, now)
        kind, find = KINDS[name]
        date = day.date() if day else None
        of_year = find_year(year, actor.today)
        asked = Asked(of_year, actor.today, semester, department, month, occasion, code, date, staff)
        part = str(years or "") if kind is DocumentKind.EARLY_RAISE else semester or ""
        with db.session.no_autoflush:
            paper = DOCUMENTS[kind].make(db.session, actor, find(db.session, asked), part)
        data = write(db.session, actor, paper, current_app.config["SCHOOL_NAME"])
        told = {"report": name, "year": of_year.name, "name": paper.name, "rows": paper.rows, "file": output}
        db.session.rollback()  # what begins by reading can't turn into a write
        with operator() as runner:  # who runs the command takes the file, whoever's sight it is narrowed to
            disclosures.log(
                db.session,
                runner,
                paper.kind.label,
                "docx",
                filters={"as": username} if username else None,
                row_count=paper.rows,
                year=paper.year_id,
                student_id=paper.student_id,
            )
        write_file(output, [data])
    if as_json:
        echo_json(told, err=output == "-")
