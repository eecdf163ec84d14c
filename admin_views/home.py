"""The first page: what waits for this person with its date and the way there, my students, then the figures."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, g, url_for
from flask_admin import AdminIndexView, expose
from flask_babel import gettext
from markupsafe import Markup

from admin_views import charts
from admin_views.base import current_actor
from admin_views.values import in_a_title, show, show_period
from school import models as m
from school.db import db
from school.reports import agenda, overview, sponsored
from school.rules.actor import Actor
from school.rules.plans import GOAL_STEPS
from school.rules.policy import can
from school.rules.reminders import snooze_choices
from school.vocabulary import Action

SOON = 3  # days before a deadline from which it stands out
ENDPOINTS: dict[type, str] = {
    m.Activity: "activity",
    m.Announcement: "announcement",
    m.AssignmentMeeting: "meeting",
    m.Classroom: "classroom",
    m.DepartmentReport: "department_report",
    m.EmulationScheme: "scheme",
    m.FollowUp: "follow_up",
    m.ProgressEvaluation: "progress",
    m.Registration: "registration",
    m.SchoolReport: "school_report",
    m.SchoolYear: "review",
    m.ScoreComment: "emulation",
    m.ScoreSheet: "emulation",
    m.ScreeningDecision: "screening",
    m.SponsorEvaluation: "term_help",
    m.Sponsorship: "sponsorship",
    m.Staff: "staff",
    m.SupportCase: "case",
}


@dataclass(frozen=True)
class Waiting:
    """One task as it is shown: text, way there, date with how near it is."""

    text: str
    url: str
    due: str = ""
    nearness: str = ""  # of the style sheet: chip-soon, chip-late or nothing
    reminder: int | None = None  # that can be answered, and for how many days it can be put off
    acknowledged: bool = False
    choices: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Figure:
    """One number with its meaning and the rows that it counts."""

    number: int
    text: str
    url: str | None = None


@dataclass(frozen=True)
class Chart:
    """A picture and the same numbers as a table; each number leads to its rows where it has any."""

    title: str
    picture: Markup
    columns: list[str]
    rows: list[list[tuple[str, str | None]]]


class HomeScreen(AdminIndexView):
    """What waits for me, my students, the figures that I may see."""

    def is_accessible(self) -> bool:
        return current_actor() is not None

    @expose("/")
    def index(self) -> str:
        """The home page."""
        actor = g.actor
        figures: list[Figure] = []
        pictures: list[Chart] = []
        if can(actor, Action.REVIEW_EVALUATION) or can(actor, Action.VERIFY_CASE) or can(actor, Action.RATE_SPONSOR):
            found = overview.overview(db.session, actor)
            figures, pictures = _figures(found), _charts(found)
        found_tasks = agenda.agenda(db.session, actor)
        return self.render(
            "admin/index.html",
            waiting=[_waiting(task, actor.today) for task in found_tasks.tasks],
            put_off=found_tasks.put_off,
            notes=[_note(note) for note in found_tasks.notes],
            mine=sponsored.students(db.session, actor),
            goals=[_goal(goal, actor) for goal in sponsored.goals_of_the_week(db.session, actor)],
            show_period=show_period,
            figures=figures,
            charts=pictures,
        )


@dataclass(frozen=True)
class WeekGoal:
    """One goal of this week, with the answers that a tap gives."""

    id: int
    version: int
    text: str
    student: str
    state: str
    answers: list[tuple[str, str]]


def _goal(goal: m.Goal, actor: Actor) -> WeekGoal:
    answers = [
        (name, gettext(step.label))
        for name, step in GOAL_STEPS.items()
        if goal.state in step.sources and name != "drop" and can(actor, step.action, goal)
    ]
    return WeekGoal(goal.id, goal.version, goal.text, goal.plan.case.student.full_name, show(goal.state), answers)


def _waiting(task: agenda.Task, today: dt.date) -> Waiting:
    params = {name: show(value) for name, value in task.params.items()}
    if task.month:
        params["month"] = in_a_title(task.month)
    if "kind" in task.params:
        params["kind"] = gettext(task.params["kind"])
    due, nearness = _due(task.due_on, today)
    row = task.reminder
    return Waiting(
        gettext(task.text, **params),
        _address(task),
        due,
        nearness,
        row.id if row else None,
        row is not None and row.acknowledged_on is not None,
        snooze_choices(row.due_on, today) if row else [],
    )


def _note(note: agenda.Task) -> Waiting:
    """What is only good to know: of the own score sheet."""
    return Waiting(gettext(note.text, **note.params), url_for("score.index", **dict[str, Any](note.filters)))


def _address(task: agenda.Task) -> str:
    """Where the task is done: an empty form, the one row, or the list of the rows."""
    endpoint = ENDPOINTS[task.model]
    if task.new and task.row_id is not None:
        return url_for(f"{endpoint}.create_view", case=task.row_id, period=task.month)
    if task.new:
        return url_for(f"{endpoint}.create_view", **dict[str, Any](task.filters))
    if task.row_id is not None:
        return url_for(f"{endpoint}.details_view", id=task.row_id)
    name = "index" if f"{endpoint}.index" in current_app.view_functions else "index_view"
    return url_for(f"{endpoint}.{name}", **dict[str, Any](task.filters))


def _due(due_on: dt.date | None, today: dt.date) -> tuple[str, str]:
    """How a last day on time reads: quiet while it is far, amber when near, brick when past."""
    if due_on is None:
        return "", ""
    left = (due_on - today).days
    if left < 0:
        return gettext("Hạn %(day)s · đã quá %(days)s ngày", day=f"{due_on:%d/%m}", days=-left), "chip-late"
    if left == 0:
        return gettext("Hạn hôm nay"), "chip-soon"
    text = gettext("Hạn %(day)s · còn %(days)s ngày", day=f"{due_on:%d/%m}", days=left)
    return text, "chip-soon" if left <= SOON else ""


def _figures(found: overview.Overview) -> list[Figure]:
    return [
        Figure(found.cases, gettext("em có hồ sơ đã duyệt"), url_for("case.index_view", need="open")),
        Figure(found.unsponsored, gettext("em chưa có người đỡ đầu"), url_for("case.index_view", need="sponsor")),
        Figure(found.idle_staff, gettext("cán bộ chưa nhận đỡ đầu"), url_for("staff.index_view", sponsoring="none")),
        Figure(found.risk_down, gettext("em yên tâm đi học hơn tháng trước")),
        Figure(found.risk_up, gettext("em cần để ý hơn tháng trước")),
    ]


def _charts(found: overview.Overview) -> list[Chart]:
    return [chart for chart in (_department_chart(found), _risk_chart(found)) if chart is not None]


def _department_chart(found: overview.Overview) -> Chart | None:
    """Evaluations of the month by department: on time, late, not yet sent."""
    if not found.month or not found.departments:
        return None
    title = gettext("Đánh giá %(month)s theo tổ", month=in_a_title(found.month))
    names = [gettext("Đúng hạn"), gettext("Muộn"), gettext("Chưa gửi")]
    counts = [(row.on_time, row.late, row.missing) for row in found.departments]
    picture = charts.stacked_bars(
        title, [row.name for row in found.departments], zip(names, zip(*counts, strict=True), strict=True)
    )
    return Chart(
        title,
        picture,
        [gettext("Tổ"), *names],
        [
            [
                (row.name, url_for("department.details_view", id=row.id) if row.id else None),
                _cell(row.on_time, "progress", department=row.id, period=found.month, sent="on_time"),
                _cell(row.late, "progress", department=row.id, period=found.month, sent="late"),
                _cell(row.missing, "case", department=row.id, unwritten=found.month),
            ]
            for row in found.departments
        ],
    )


def _cell(count: int, screen: str, **filters: Any) -> tuple[str, str | None]:
    return str(count), url_for(f"{screen}.index_view", **filters) if count and None not in filters.values() else None


def _risk_chart(found: overview.Overview) -> Chart | None:
    """How surely students keep coming, month by month."""
    if not found.risk_months:
        return None
    title = gettext("Khả năng tiếp tục đi học qua các tháng")
    months = list(found.risk_months)
    levels = list(found.risk_months[months[0]])
    labels = [show_period(month) for month in months]
    series: list[tuple[str, Sequence[int]]] = [
        (show(level), [found.risk_months[month][level] for month in months]) for level in levels
    ]
    rows = [
        [
            (label, None),
            *(_cell(found.risk_months[month][level], "progress", period=month, risk=str(level)) for level in levels),
        ]
        for label, month in zip(labels, months, strict=True)
    ]
    return Chart(title, charts.stacked_bars(title, labels, series), [gettext("Tháng"), *(n for n, _ in series)], rows)
