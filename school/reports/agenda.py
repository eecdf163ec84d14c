"""What waits for a person: each task with its last day on time, and the rows where it is done."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from school import models as m
from school.rules.actor import Actor
from school.rules.calendar import begun_months, month_start, year_name
from school.rules.evaluation import OPEN_STATES
from school.rules.policy import can
from school.services.calendar import plan_named
from school.vocabulary import N_, Action, CaseState, Deadline, EvaluationState, SponsorshipState


@dataclass(frozen=True)
class Task:
    """One thing to do. `model` and `filters` name the list where it is done, `row_id` the one row if it is one.

    `text` is a msgid with `params`; `month` is filled into it by whoever shows it. `due_on`: last day on time.
    """

    text: str
    model: type
    filters: dict[str, str] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    month: str | None = None
    due_on: dt.date | None = None
    row_id: int | None = None
    new: bool = False  # the way leads to an empty form for the row


def tasks(session: Session, actor: Actor) -> list[Task]:
    """All that waits for the actor today, the nearest deadline first."""
    found = [*_months_to_write(session, actor), *_steps_to_take(session, actor), *_directory_gaps(session, actor)]
    return sorted(found, key=lambda task: (task.due_on is None, task.due_on or dt.date.max))


def _months_to_write(session: Session, actor: Actor) -> Iterator[Task]:
    """The newest month of each student whom the actor leads, until it is sent (P4.8)."""
    month = next(iter(begun_months(actor.today)), None)
    led = actor.reach.led_cases
    if month is None or not led:
        return
    written = {
        evaluation.case_id: evaluation
        for evaluation in session.scalars(
            select(m.ProgressEvaluation).where(
                m.ProgressEvaluation.case_id.in_(led), m.ProgressEvaluation.period == month
            )
        )
    }
    last_day = _last_day(session, Deadline.SPONSOR_MONTH, month)
    cases = select(m.SupportCase).where(m.SupportCase.id.in_(led)).join(m.SupportCase.student)
    statement = cases.options(joinedload(m.SupportCase.student)).order_by(m.Student.sort_key)
    for case in session.scalars(statement):
        evaluation = written.get(case.id)
        if evaluation is not None and evaluation.state not in OPEN_STATES:
            continue
        returned = evaluation is not None and evaluation.state is EvaluationState.RETURNED
        yield Task(
            N_("Bổ sung đánh giá %(month)s: %(name)s") if returned else N_("Đánh giá %(month)s: %(name)s"),
            m.ProgressEvaluation,
            params={"name": case.student.full_name},
            month=month,
            due_on=last_day,
            row_id=evaluation.id if evaluation else case.id,
            new=evaluation is None,
        )


def _last_day(session: Session, deadline: Deadline, month: str) -> dt.date:
    return plan_named(session, year_name(month_start(month))).last_day(deadline, month)


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


def _steps_to_take(session: Session, actor: Actor) -> Iterator[Task]:
    """Rows that stand before a step which is the actor's to take; one statement a table."""
    allowed = [step for step in _STEPS if can(actor, step[0])]
    counts: dict[tuple[type, str], int] = {}
    for model in {step[1] for step in allowed}:
        for state, count in session.execute(select(model.state, func.count()).group_by(model.state)):
            counts[model, state] = count
    month = next(iter(begun_months(actor.today)), None)
    for action, model, state, text in allowed:
        if count := counts.get((model, state)):
            monthly = action is Action.REVIEW_EVALUATION and month is not None
            due_on = _last_day(session, Deadline.DEPARTMENT_MONTH, month) if monthly and month else None
            yield Task(text, model, {"state": state.value}, {"count": count}, due_on=due_on)


def _directory_gaps(session: Session, actor: Actor) -> Iterator[Task]:
    """What an administrator would want to fill in."""
    if not can(actor, Action.EDIT_DIRECTORY):
        return
    without = select(func.count()).select_from(m.Classroom).where(m.Classroom.homeroom_teacher_id.is_(None))
    if count := session.scalar(without):
        yield Task(N_("%(count)s lớp chưa có giáo viên chủ nhiệm"), m.Classroom, params={"count": count})
    with_account = select(m.Account.staff_id).where(m.Account.staff_id.is_not(None))
    idle = select(func.count()).select_from(m.Staff).where(m.Staff.left_on.is_(None), m.Staff.id.not_in(with_account))
    if count := session.scalar(idle):
        yield Task(N_("%(count)s cán bộ chưa có tài khoản"), m.Staff, {"account": "none"}, {"count": count})
