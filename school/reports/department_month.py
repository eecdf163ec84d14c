"""A department's month on a page: the figures as a table, and all departments of a month side by side (P4.10)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.models import Department, DepartmentReport, SchoolYear
from school.rules.actor import Actor
from school.rules.calendar import YearPlan, school_day
from school.rules.oversight import Timing, timing
from school.rules.policy import can, require
from school.services import department_figures
from school.services.department_figures import Figures
from school.vocabulary import N_, Action, Deadline, ProgressStep, ReportState


@dataclass(frozen=True)
class FigureRow:
    """One figure: under which heading, its msgid, and its value when the report was handed in and now."""

    group: str
    label: str
    frozen: int | None
    now: int

    @property
    def moved(self) -> bool:
        """Whether it is another figure today than the one that was handed in."""
        return self.frozen is not None and self.frozen != self.now


_PEOPLE, _CONTACTS = N_("Học sinh và người đỡ đầu"), N_("Liên hệ")
_EVALUATIONS, _SHOWN = N_("Đánh giá tháng"), N_("Chuyển biến của các em")
_GOALS, _SUPPORT = N_("Mục tiêu đã xem lại"), N_("Hỗ trợ đã trao")

FIGURES: tuple[tuple[str, str, Callable[[Figures], int]], ...] = (
    (_PEOPLE, N_("Số em được đỡ đầu"), lambda f: f.cases),
    (_PEOPLE, N_("Số thầy cô đỡ đầu"), lambda f: f.sponsors),
    (_CONTACTS, N_("Số lần liên hệ"), lambda f: f.contacts),
    (_CONTACTS, N_("Trong đó gặp được"), lambda f: f.reached),
    (_CONTACTS, N_("Số em trong tháng chưa gặp được lần nào"), lambda f: f.without_contact),
    (_EVALUATIONS, N_("Đánh giá gửi đúng hạn"), lambda f: f.on_time),
    (_EVALUATIONS, N_("Đánh giá gửi muộn"), lambda f: f.late),
    (_EVALUATIONS, N_("Đánh giá chưa gửi"), lambda f: f.missing),
    (_GOALS, N_("Mục tiêu đạt"), lambda f: f.goals_met),
    (_GOALS, N_("Mục tiêu đạt một phần"), lambda f: f.goals_partly),
    (_GOALS, N_("Mục tiêu chưa đạt"), lambda f: f.goals_not_met),
    *(
        (_SHOWN, trend.label, lambda f, value=trend.value: f.trends.get(value, 0))
        for trend in reversed((*list(ProgressStep)[:-1],))
    ),
    (_SHOWN, ProgressStep.NOT_OBSERVED.label, lambda f: f.trends.get(ProgressStep.NOT_OBSERVED.value, 0)),
    (_SHOWN, N_("Số em đi học yên tâm hơn tháng trước"), lambda f: f.risk_down),
    (_SHOWN, N_("Số em cần để ý hơn tháng trước"), lambda f: f.risk_up),
    (_SUPPORT, N_("Số lần hỗ trợ"), lambda f: f.supports),
    (_SUPPORT, N_("Số tiết phụ đạo"), lambda f: f.lessons),
    (_SUPPORT, N_("Giá trị hỗ trợ (đồng)"), lambda f: f.value),
)


def figure_rows(now: Figures, frozen: Figures | None) -> list[FigureRow]:
    """Every figure, in the order of the page."""
    return [
        FigureRow(group, label, value(frozen) if frozen is not None else None, value(now))
        for group, label, value in FIGURES
    ]


@dataclass(frozen=True)
class DepartmentState:
    """How one department's report of a month stands; `led`: whether anybody of it led a student in the month."""

    department_id: int
    department: str
    led: bool
    report_id: int | None
    state: ReportState | None
    submitted_on: dt.date | None
    timing: Timing
    days: int
    may_begin: bool


def month_states(
    session: Session, actor: Actor, year: SchoolYear, plan: YearPlan, period: str
) -> list[DepartmentState]:
    """All departments that the actor follows, those that have not begun among them; three statements."""
    require(actor, Action.VIEW_DEPARTMENT_REPORT)
    reports = {
        row.department_id: row
        for row in session.scalars(
            select(DepartmentReport).where(
                DepartmentReport.school_year_id == year.id, DepartmentReport.period == period
            )
        )
    }
    led = department_figures.leading(session, actor, year.id, [period])[period]
    last_day = plan.last_day(Deadline.DEPARTMENT_MONTH, period)
    return [
        _state(actor, department, reports.get(department.id), department.id in led, last_day)
        for department in session.scalars(select(Department).order_by(Department.name))
        if can(actor, Action.VIEW_DEPARTMENT_REPORT, DepartmentReport(department_id=department.id))
    ]


def _state(
    actor: Actor, department: Department, report: DepartmentReport | None, led: bool, last_day: dt.date
) -> DepartmentState:
    done_at = report.submitted_at if report is not None else None
    done_on = school_day(done_at) if done_at is not None else None
    how, days = timing(done_on, last_day, actor.today)
    may = can(actor, Action.EDIT_DEPARTMENT_REPORT, DepartmentReport(department_id=department.id))
    return DepartmentState(
        department.id,
        department.name,
        led,
        report.id if report is not None else None,
        report.state if report is not None else None,
        done_on,
        how,
        days,
        report is None and bool(may),
    )
