"""A department's monthly report (P4.10): prepared, written by the head, submitted and frozen; late stays visible.

`submitted_at` is the first time that it was handed in, and says whether that was on time; the day inside the frozen
figures is that of the version that stands. Returned and handed in again, both are on the page.
"""

import datetime as dt

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from school.errors import RuleError
from school.models import Department, DepartmentReport, FollowUp, SchoolYear, Staff
from school.rules import oversight as rules
from school.rules.actor import Actor
from school.rules.calendar import YearPlan, check_month, end_of_day, month_start, school_day, year_name
from school.rules.policy import require
from school.rules.workflow import advance
from school.rules.year import check_open
from school.services import department_figures, follow_ups
from school.services.calendar import plan_of
from school.services.records import apply, check_fresh, need, step
from school.vocabulary import N_, Action, Deadline, FollowUpKind, FollowUpState, ReportState

DAYS_TO_MEND = dt.timedelta(days=3)


def find_report(session: Session, department: Department, period: str) -> DepartmentReport | None:
    """The department's report of the month, if the actor sees one."""
    criteria = (DepartmentReport.department_id == department.id, DepartmentReport.period == period)
    return session.scalar(select(DepartmentReport).where(*criteria))


def open_report(
    session: Session,
    actor: Actor,
    department: Department | None,
    period: str | None,
    blank: DepartmentReport | None = None,
) -> DepartmentReport:
    """The report of the month, begun where it is missing: however often it is asked for, it is one."""
    require(actor, Action.EDIT_DEPARTMENT_REPORT)
    department = need(department, N_("Thầy cô chọn tổ."), "department")
    assert department is not None
    period = period or ""
    require(actor, Action.EDIT_DEPARTMENT_REPORT, DepartmentReport(department_id=department.id))
    month_start(period)
    name = year_name(month_start(period))
    check_month(period, name, actor.today)
    year = session.scalar(select(SchoolYear).where(SchoolYear.name == name))
    if year is None:
        raise RuleError(N_("Chưa có năm học %(year)s. Thầy cô nhờ quản trị lập trước."), field="period", year=name)
    if (standing := find_report(session, department, period)) is not None:
        return standing
    check_open(year.state)
    report = blank if blank is not None else DepartmentReport()
    with step(session, "create"):
        apply(report, {"department_id": department.id, "period": period, "school_year_id": year.id})
        report.state = ReportState.DRAFTED
        session.add(report)
    return report


def write(
    session: Session, actor: Actor, report: DepartmentReport, comment: str | None, version: int | None = None
) -> DepartmentReport:
    """Keep what the head has written so far."""
    require(actor, Action.EDIT_DEPARTMENT_REPORT, report)
    check_open(report.school_year.state)
    if version is not None:
        check_fresh(report, version)
    if report.state is not ReportState.DRAFTED:
        raise RuleError(N_("Báo cáo đã nộp nên giữ nguyên; khi được trả lại, thầy cô viết tiếp."), field="comment")
    with step(session, "update"):
        apply(report, {"comment": comment})
    return report


def take_step(
    session: Session, actor: Actor, report: DepartmentReport, name: str, text: str | None = None
) -> DepartmentReport:
    """Submit with the head's words, which freezes the figures; or return, with a reason that the head follows up."""
    require(actor, rules.REPORT_STEPS[name].action, report)
    check_open(report.school_year.state)
    target = advance(rules.REPORT_STEPS, report.state, name)
    if name == "submit":
        _submit(session, actor, report, text, target)
    else:
        _return(session, actor, report, text, target)
    return report


def _submit(session: Session, actor: Actor, report: DepartmentReport, text: str | None, target: ReportState) -> None:
    comment = need(text or report.comment, N_("Thầy cô viết vài câu nhận xét của tổ rồi nộp."), "comment")
    plan = plan_of(session, report.school_year)
    frozen = department_figures.figures(session, actor, report, plan).frozen()
    mended = session.scalars(
        reasons(report).where(FollowUp.owner_id == actor.staff_id, FollowUp.state == FollowUpState.OPEN)
    ).all()
    with step(session, "hand in"):
        apply(
            report,
            {
                "comment": comment,
                "figures": frozen,
                "submitted_at": report.submitted_at or actor.now,
                "submitted_by_id": actor.account_id,
                "state": target,
            },
        )
    session.expire(report, ["submitted_by"])
    for follow_up in mended:  # what was asked for is done by handing in again: nobody answers twice
        follow_ups.take_step(
            session, actor, follow_up, "answer", f"Đã bổ sung và nộp lại báo cáo ({actor.today:%d/%m/%Y})."
        )


def _return(session: Session, actor: Actor, report: DepartmentReport, text: str | None, target: ReportState) -> None:
    reason = need(text, N_("Thầy cô ghi điều tổ cần bổ sung."), "reason")
    owner = _who_mends(session, actor, report)
    last_day = plan_of(session, report.school_year).last_day(Deadline.DEPARTMENT_MONTH, report.period)
    with step(session, "return"):
        report.state = target
    values = {
        "kind": FollowUpKind.REMINDER,
        "what": f"{heading(report)}: {reason}",
        "owner": owner,
        "due_on": last_day if last_day >= actor.today else actor.today + DAYS_TO_MEND,
    }
    follow_ups.raise_one(session, actor, FollowUp(), values)


def _who_mends(session: Session, actor: Actor, report: DepartmentReport) -> Staff:
    """The head; the deputy where there is no head, or where the head is the one who returns it."""
    department = report.department
    for staff_id in (department.head_id, department.deputy_id):
        if staff_id is not None and staff_id != actor.staff_id:
            found = session.get(Staff, staff_id)
            if found is not None:
                return found
    raise RuleError(N_("Tổ chưa có tổ trưởng để nhận lại báo cáo; thầy cô nhờ quản trị cập nhật."), field="reason")


def heading(report: DepartmentReport) -> str:
    """How the follow-up of a returned report begins: in the record, so in the language of the school."""
    year, _, month = report.period.partition("-")
    return f"Báo cáo tháng {int(month)}/{year} của {rules.in_a_sentence(report.department.name)}"


def reasons(report: DepartmentReport) -> Select[FollowUp]:
    """A statement for what leadership has asked to be added to this report, the newest first."""
    return (
        select(FollowUp)
        .where(
            FollowUp.kind == FollowUpKind.REMINDER,
            FollowUp.school_year_id == report.school_year_id,
            FollowUp.what.startswith(f"{heading(report)}: ", autoescape=True),
        )
        .options(joinedload(FollowUp.owner))
        .order_by(FollowUp.id.desc())
    )


def standing(report: DepartmentReport, plan: YearPlan, today: dt.date) -> tuple[rules.Timing, int]:
    """Whether it came on time, how late it came, or how late it is."""
    last_day = plan.last_day(Deadline.DEPARTMENT_MONTH, report.period)
    done_on = school_day(report.submitted_at) if report.submitted_at is not None else None
    return rules.timing(done_on, last_day, today)


def handed_in_late(plan: YearPlan) -> ColumnElement[bool]:
    """Criterion of a report of the year that was first handed in after its last day."""
    return or_(
        *(
            and_(
                DepartmentReport.period == month,
                DepartmentReport.submitted_at >= end_of_day(plan.last_day(Deadline.DEPARTMENT_MONTH, month)),
            )
            for month in plan.months()
        )
    )
