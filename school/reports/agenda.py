"""What waits for a person: each task with its last day on time, and the rows where it is done.

The list is as of now; the reminders of the morning say which of it was put off or acknowledged (P4.6).
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from school import models as m
from school.reports.agenda_facts import Facts, gather
from school.rules import reminders as rules
from school.rules.actor import Actor
from school.rules.calendar import SEMESTERS, YearPlan, begun_months, month_end, month_start, year_name
from school.rules.evaluation import OPEN_STATES
from school.rules.policy import can
from school.rules.reminders import Interval, owes_month
from school.rules.school_report import DEADLINES, NUMBERS
from school.services.calendar import plan_named
from school.services.reminders import due_for
from school.vocabulary import (
    N_,
    Action,
    CaseState,
    Deadline,
    EvaluationState,
    FollowUpKind,
    ReminderRule,
    SheetState,
    SponsorshipState,
)

NEAR_THE_END = 14  # days before its review from which a semester waits to be evaluated


@dataclass(frozen=True)
class Task:
    """One thing to do. `model` and `filters` name the list where it is done, `row_id` the one row if it is one.

    `text` is a msgid with `params`; `month` is filled into it by whoever shows it. `due_on`: last day on time.
    `about`: rule and key of the reminder that is about it; `reminder` is that one, with the first of its tasks alone.
    """

    text: str
    model: type
    filters: dict[str, str] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    month: str | None = None
    due_on: dt.date | None = None
    row_id: int | None = None
    new: bool = False  # the way leads to an empty form for the row
    about: tuple[ReminderRule, str] | None = None
    reminder: m.Reminder | None = None


@dataclass(frozen=True)
class Agenda:
    """What waits, the nearest last day first, and how much of it the person has put off.

    `notes`: what is only good to know.
    """

    tasks: list[Task]
    put_off: int = 0
    notes: tuple[Task, ...] = ()


def agenda(session: Session, actor: Actor) -> Agenda:
    """All that waits for the actor today; five statements at most."""
    found, notes = _all_tasks(session, actor)
    known = {(row.rule, row.key): row for row in due_for(session, actor)}
    shown: list[Task] = []
    answered: set[tuple[ReminderRule, str]] = set()
    put_off: set[tuple[ReminderRule, str]] = set()
    for task in found:
        row = known.get(task.about) if task.about is not None else None
        if row is not None and rules.is_hidden(row.snoozed_until, actor.today):
            put_off.add((row.rule, row.key))
            continue
        if row is not None and (row.rule, row.key) not in answered:
            answered.add((row.rule, row.key))
            task = replace(task, reminder=row)
        shown.append(task)
    for about, row in known.items():
        if row.rule not in _REMINDED:
            continue
        if rules.is_hidden(row.snoozed_until, actor.today):
            put_off.add(about)
        else:
            shown.append(_of_reminder(row))
    return Agenda(sorted(shown, key=_nearness), len(put_off), notes)


# What the round of the morning alone finds: it looks at the whole school.
_REMINDED: dict[ReminderRule, tuple[str, type]] = {
    ReminderRule.ASSIGNMENT_LIST: (N_("Họp phân công, duyệt danh sách đỡ đầu"), m.AssignmentMeeting),
    ReminderRule.RATE_HELP: (N_("Nhận xét việc giúp đỡ cả học kỳ: %(count)s phân công"), m.SponsorEvaluation),
    ReminderRule.YEAR_REVIEW: (N_("Tổng kết năm học"), m.SchoolYear),
}


def _of_reminder(row: m.Reminder) -> Task:
    text, model = _REMINDED[row.rule]
    return Task(
        text,
        model,
        params={"count": row.count},
        due_on=row.due_on,
        about=(row.rule, row.key),
        reminder=row,
    )


def _nearness(task: Task) -> tuple[bool, dt.date]:
    return task.due_on is None, task.due_on or dt.date.max


def tasks(session: Session, actor: Actor) -> list[Task]:
    """What waits and is not put off."""
    return agenda(session, actor).tasks


def _all_tasks(session: Session, actor: Actor) -> tuple[list[Task], tuple[Task, ...]]:
    """What waits, and what is only good to know."""
    plan = plan_named(session, year_name(actor.today))
    steps = [step for step in _STEPS if can(actor, step[0])]
    facts = gather(session, actor, plan.name, {step[1] for step in steps})
    months = [] if facts.year_closed else _months_to_write(session, actor, plan)
    found = [*months, *_steps_to_take(actor, plan, facts, steps)]
    found += [*_own_dates(actor, plan, facts), *_reports_to_write(actor, plan, facts), *_follow_ups(facts)]
    found += _reports_to_sign(actor, plan, facts)
    found += _scores_to_settle(actor, plan, facts)
    found += _directory_gaps(facts)
    return sorted(found, key=_nearness), tuple(_own_sheet(plan, facts))


def _months_to_write(session: Session, actor: Actor, plan: YearPlan) -> Iterator[Task]:
    """The months of each student whom the actor leads, until they are sent (P4.8).

    The newest month has a line for each student; of an older one that several students lack there is one line.
    """
    months = begun_months(actor.today)
    if not months or not actor.reach.led_cases:
        return
    semesters = {semester: due for semester, due in _semesters(plan) if 0 <= (due - actor.today).days <= NEAR_THE_END}
    written = {
        (evaluation.case_id, evaluation.period): evaluation
        for evaluation in session.scalars(
            select(m.ProgressEvaluation).where(
                m.ProgressEvaluation.case_id.in_(actor.reach.led_cases),
                m.ProgressEvaluation.period.in_([*months, *semesters]),
            )
        )
    }
    led = _led(session, actor)
    for semester, due in semesters.items():
        for case, _interval in led:
            if _is_open(written.get((case.id, semester))):
                yield replace(_month_to_write(case, written.get((case.id, semester)), semester, due), about=None)
    for month in months:
        owed = [
            case
            for case, interval in led
            if owes_month(interval, plan, month, actor.today) and _is_open(written.get((case.id, month)))
        ]
        last_day = plan.last_day(Deadline.SPONSOR_MONTH, month)
        if month != months[0] and len(owed) > 1:
            text, count = N_("Đánh giá %(month)s: %(count)s em"), {"count": len(owed)}
            about = (ReminderRule.WRITE_MONTH, month)
            yield Task(text, m.SupportCase, {"unwritten": month}, count, month=month, due_on=last_day, about=about)
            continue
        for case in owed:
            yield _month_to_write(case, written.get((case.id, month)), month, last_day)


def _semesters(plan: YearPlan) -> list[tuple[str, dt.date]]:
    """The semesters with the day of their review."""
    first, second = (str(semester) for semester in SEMESTERS)
    return [(first, plan.last_day(Deadline.SEMESTER_1_REVIEW)), (second, plan.last_day(Deadline.YEAR_REVIEW))]


def _led(session: Session, actor: Actor) -> list[tuple[m.SupportCase, Interval]]:
    """Cases that the actor leads today, by the students' names, with the days of the sponsorship; one statement."""
    statement = (
        select(m.SupportCase, m.Sponsorship)
        .join(m.Sponsorship, m.Sponsorship.case_id == m.SupportCase.id)
        .join(m.SupportCase.student)
        .where(
            m.SupportCase.id.in_(actor.reach.led_cases),
            m.Sponsorship.staff_id == actor.staff_id,
            m.Sponsorship.leading(),
            m.Sponsorship.running(actor.today),
        )
        .options(joinedload(m.SupportCase.student))
        .order_by(m.Student.sort_key, m.SupportCase.id)
    )
    return [
        (case, Interval(row.id, case.id, row.staff_id, None, row.started_on, row.ended_on))
        for case, row in session.execute(statement)
    ]


def _is_open(evaluation: m.ProgressEvaluation | None) -> bool:
    return evaluation is None or evaluation.state in OPEN_STATES


def _month_to_write(
    case: m.SupportCase, evaluation: m.ProgressEvaluation | None, month: str, last_day: dt.date
) -> Task:
    returned = evaluation is not None and evaluation.state is EvaluationState.RETURNED
    return Task(
        N_("Bổ sung đánh giá %(month)s: %(name)s") if returned else N_("Đánh giá %(month)s: %(name)s"),
        m.ProgressEvaluation,
        params={"name": case.student.full_name},
        month=month,
        due_on=last_day,
        row_id=evaluation.id if evaluation else case.id,
        new=evaluation is None,
        about=(ReminderRule.WRITE_MONTH, month),
    )


_STEPS: list[tuple[Action, Any, Any, str]] = [
    (Action.VERIFY_CASE, m.SupportCase, CaseState.NOMINATED, N_("%(count)s hồ sơ chờ rà soát")),
    (Action.APPROVE_CASE, m.SupportCase, CaseState.VERIFIED, N_("%(count)s hồ sơ chờ duyệt")),
    (
        Action.AGREE_SPONSORSHIP,
        m.Sponsorship,
        SponsorshipState.REGISTERED,
        N_("%(count)s đăng ký đỡ đầu chờ thống nhất"),
    ),
    (Action.APPROVE_SPONSORSHIP, m.Sponsorship, SponsorshipState.AGREED, N_("%(count)s phân công chờ duyệt")),
    (
        Action.REVIEW_EVALUATION,
        m.ProgressEvaluation,
        EvaluationState.SUBMITTED,
        N_("%(count)s đánh giá tháng chờ tổ xem"),
    ),
    (
        Action.CONFIRM_EVALUATION,
        m.ProgressEvaluation,
        EvaluationState.REVIEWED,
        N_("%(count)s đánh giá tháng chờ xác nhận"),
    ),
    (Action.LOCK_EVALUATION, m.ProgressEvaluation, EvaluationState.CONFIRMED, N_("%(count)s đánh giá tháng chờ chốt")),
]
_DATES = {Action.REVIEW_EVALUATION: Deadline.DEPARTMENT_MONTH}


def _steps_to_take(
    actor: Actor, plan: YearPlan, facts: Facts, steps: list[tuple[Action, Any, Any, str]]
) -> Iterator[Task]:
    """Rows that stand before a step which is the actor's to take."""
    month = next(iter(begun_months(actor.today)), None)
    for action, model, state, text in steps:
        if count := facts.count(model.__tablename__, state.value):
            monthly = _DATES.get(action)
            due_on = plan.last_day(monthly, month) if monthly and month else None
            yield Task(text, model, {"state": state.value}, {"count": count}, due_on=due_on)


def _own_dates(actor: Actor, plan: YearPlan, facts: Facts) -> Iterator[Task]:
    """The plan to read (P4.1), the offer to help while it is open (P4.1), the survey of the own class (P4.2)."""
    for fact in facts["unread"]:
        if fact.first is not None and fact.first <= actor.today:
            due = fact.first + dt.timedelta(days=rules.READING_DAYS)
            text, title = N_("Đọc kế hoạch năm học: %(title)s"), {"title": fact.text}
            about = (ReminderRule.READ_PLAN, str(fact.number))
            yield Task(text, m.Announcement, params=title, due_on=due, row_id=fact.number, about=about)
    if not facts.year_runs:
        return
    due = plan.last_day(Deadline.REGISTRATION)
    open_now = rules.begins_on(ReminderRule.REGISTER, due) <= actor.today <= due
    if open_now and can(actor, Action.REGISTER_SPONSORSHIP) and facts["offered"] and not facts.count("offered"):
        text, year = N_("Đăng ký đỡ đầu năm học %(year)s, nếu thầy cô nhận giúp một em"), {"year": plan.name}
        about = (ReminderRule.REGISTER, plan.name)
        yield Task(text, m.Registration, params=year, due_on=due, new=True, about=about)
    opens, closes = plan.last_day(Deadline.SURVEY_OPENS), plan.last_day(Deadline.SURVEY_CLOSES)
    surveyed = any(fact.first is not None and fact.first >= opens for fact in facts["surveyed"])
    if opens <= actor.today <= closes and facts["homeroom"] and not surveyed:
        text = N_("Khảo sát lớp chủ nhiệm, đề xuất học sinh cần hỗ trợ")
        yield Task(text, m.ScreeningDecision, due_on=closes, about=(ReminderRule.SURVEY, plan.name))


def _reports_to_write(actor: Actor, plan: YearPlan, facts: Facts) -> Iterator[Task]:
    """Months in which somebody of the department led a student, until the report is handed in (P4.10)."""
    reported = {(fact.number, fact.text) for fact in facts["reported"]}
    for month in begun_months(actor.today) if facts.year_runs else ():
        first, last = month_start(month), min(month_end(month), actor.today)
        led = {
            fact.number
            for fact in facts["led"]
            if fact.first is not None and fact.first <= last and (fact.last is None or fact.last >= first)
        }
        due = plan.last_day(Deadline.DEPARTMENT_MONTH, month)
        if rules.begins_on(ReminderRule.DEPARTMENT_REPORT, due) > actor.today:
            continue
        for department_id in sorted(one for one in led if one is not None and (one, month) not in reported):
            yield Task(
                N_("Nộp báo cáo %(month)s của tổ"),
                m.DepartmentReport,
                {"department": str(department_id), "period": month},
                month=month,
                due_on=due,
                new=True,
                about=(ReminderRule.DEPARTMENT_REPORT, month),
            )


def _reports_to_sign(actor: Actor, plan: YearPlan, facts: Facts) -> Iterator[Task]:
    """The reports to the Sở (P4.11) that are near or late, until they are signed: the way leads to the draft."""
    if not facts.year_runs or not can(actor, Action.SUBMIT_SCHOOL_REPORT):
        return
    signed, drafts = ({fact.text: fact.number for fact in facts[kind]} for kind in ("signed report", "drafted report"))
    for occasion, deadline in DEADLINES.items():
        due = plan.last_day(deadline)
        if occasion in signed or actor.today < rules.begins_on(ReminderRule.SCHOOL_REPORT, due):
            continue
        number, draft = NUMBERS[occasion], drafts.get(occasion)
        yield Task(
            N_("Báo cáo Sở lần %(number)s"),
            m.SchoolReport,
            {} if draft else {"occasion": occasion.value},
            {"number": number},
            due_on=due,
            row_id=draft,
            new=draft is None,
            about=(ReminderRule.SCHOOL_REPORT, str(number)),
        )


def _follow_ups(facts: Facts) -> Iterator[Task]:
    """What is the actor's to do, and what others have done for the actor to look at (P4.7)."""
    for fact in facts["to do"]:
        raised = fact.first or dt.date.max
        due = fact.last or raised + dt.timedelta(days=rules.ANSWERING_DAYS)
        params = {"kind": FollowUpKind(fact.text).label} if fact.text else {}
        about = (ReminderRule.FOLLOW_UP, str(fact.number))
        text = N_("Việc cần theo dõi: %(kind)s")
        yield Task(text, m.FollowUp, params=params, due_on=due, row_id=fact.number, about=about)
    for fact in facts["to close"]:
        params = {"kind": FollowUpKind(fact.text).label} if fact.text else {}
        yield Task(N_("Đã có trả lời, chờ thầy cô xem: %(kind)s"), m.FollowUp, params=params, row_id=fact.number)


def _scores_to_settle(actor: Actor, plan: YearPlan, facts: Facts) -> Iterator[Task]:
    """What emulation waits for (P4.5): its criteria fixed, activities confirmed, appeals answered, sheets frozen."""
    if not facts.year_runs:
        return
    if can(actor, Action.EDIT_CRITERIA) and not facts["fixed criteria"]:
        yield Task(N_("Chốt bộ tiêu chí thi đua năm học %(year)s"), m.EmulationScheme, params={"year": plan.name})
    if count := facts.count("unconfirmed"):
        yield Task(N_("%(count)s hoạt động chờ xác nhận"), m.Activity, {"confirmed": "no"}, {"count": count})
    if count := facts.count("appeals"):
        text = N_("%(count)s đề nghị xem lại phiếu điểm chờ trả lời")
        yield Task(text, m.ScoreComment, {"year": plan.name}, {"count": count})
    if count := facts.count("unfrozen"):
        filters = {"year": plan.name, "state": SheetState.OPEN.value}
        yield Task(N_("%(count)s phiếu điểm thi đua chưa chốt"), m.ScoreSheet, filters, {"count": count})


def _own_sheet(plan: YearPlan, facts: Facts) -> Iterator[Task]:
    """That the own sheet of the year is frozen, to be read whenever the person likes."""
    for _fact in facts["own sheet"]:
        text, year = N_("Phiếu điểm năm học %(year)s của thầy cô đã được chốt"), {"year": plan.name}
        yield Task(text, m.ScoreSheet, year, dict(year))


def _directory_gaps(facts: Facts) -> Iterator[Task]:
    """What an administrator would want to fill in."""
    if count := facts.count("without teacher"):
        yield Task(N_("%(count)s lớp chưa có giáo viên chủ nhiệm"), m.Classroom, params={"count": count})
    if count := facts.count("without account"):
        text = N_("%(count)s cán bộ chưa có tài khoản")
        yield Task(text, m.Staff, {"account": "none"}, {"count": count})
