"""Plans and goals (P3.2, P3.5): written for a semester, ticked when their time is over, carried over when unmet."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import Goal, SupportCase, SupportPlan
from school.rules import plans as rules
from school.rules.actor import Actor
from school.rules.evaluation import vouched_for
from school.rules.policy import require
from school.rules.workflow import advance
from school.services.evaluations import confirmations
from school.services.records import apply, check_fresh, need, remove, step
from school.vocabulary import N_, Action, GoalState, Horizon, TermPeriod


def check_writable(case: SupportCase) -> None:
    """RuleError where the case or its year is closed."""
    rules.check_running(case.state, case.school_year.state)


def span_of(case: SupportCase, semester: TermPeriod) -> rules.Span:
    """The days of this semester in the case's school year."""
    year = case.school_year
    return rules.semester_span(semester, year.starts_on, year.semester_2_starts_on)


def semester_of(case: SupportCase, day: dt.date) -> TermPeriod:
    """The semester in which the day falls, of the case's year."""
    return rules.semester_of(day, case.school_year.semester_2_starts_on)


def semester_now(case: SupportCase, actor: Actor) -> TermPeriod:
    """The semester of today."""
    return semester_of(case, actor.today)


def find_plan(session: Session, case: SupportCase, semester: TermPeriod) -> SupportPlan | None:
    """The case's plan of the semester, if the actor sees one."""
    criteria = (SupportPlan.case_id == case.id, SupportPlan.semester == semester)
    return session.scalar(select(SupportPlan).where(*criteria))


def write_plan(
    session: Session, actor: Actor, plan: SupportPlan, values: Mapping[str, Any], version: int | None = None
) -> SupportPlan:
    """Write a semester's plan for a case (case, semester, methods): today's semester unless said otherwise (P3.2).

    The same plan sent twice is one plan.
    """
    new = plan.id is None
    case: SupportCase = need(values.get("case") or plan.case, N_("Thầy cô chọn hồ sơ của em."), "case")
    semester = values.get("semester") or plan.semester or semester_now(case, actor)
    methods = need(values.get("methods"), N_("Thầy cô ghi vài cách sẽ giúp em."), "methods")
    require(actor, Action.EDIT_PLAN, case if new else plan)
    check_writable(case)
    rules.check_semester(semester)
    if new and (standing := find_plan(session, case, semester)) is not None:
        if standing.methods == methods:
            return standing
        raise RuleError(N_("Học kỳ này đã có kế hoạch cho em; thầy cô mở kế hoạch đó để sửa."), field="semester")
    if not new:
        check_fresh(plan, version)
        if (case.id, semester) != (plan.case_id, plan.semester):
            raise RuleError(N_("Kế hoạch giữ nguyên em và học kỳ; thầy cô lập kế hoạch khác."), field="semester")
    with step(session, "create" if new else "update"):
        apply(plan, {"case_id": case.id, "semester": semester, "methods": methods})
        session.add(plan)
    return plan


def discard_plan(session: Session, actor: Actor, plan: SupportPlan, version: int | None = None) -> None:
    """Delete a plan that has no goals."""
    check_writable(plan.case)
    remove(session, actor, Action.EDIT_PLAN, plan, version)


def set_goal(session: Session, actor: Actor, goal: Goal, values: Mapping[str, Any], version: int | None = None) -> Goal:
    """Set a goal in a plan (plan, horizon, starts_on, text); this week's unless said otherwise.

    Any day names the period it lies in. The same goal sent twice is one goal. One that was looked at stays as it was.
    """
    new = goal.id is None
    plan: SupportPlan = need(
        values.get("plan") or goal.plan, N_("Thầy cô chọn kế hoạch; chưa có thì lập kế hoạch trước."), "plan"
    )
    text = need(values.get("text"), N_("Thầy cô ghi mục tiêu em đặt ra."), "text")
    horizon = values.get("horizon") or goal.horizon or Horizon.WEEK
    require(actor, Action.EDIT_PLAN, plan if new else goal)
    check_writable(plan.case)
    day = values.get("starts_on") or actor.today
    first = rules.goal_period(horizon, day, span_of(plan.case, plan.semester)).first
    facts = {"plan_id": plan.id, "horizon": horizon, "starts_on": first, "text": text}
    if new and (standing := _same_goal(session, facts)) is not None:
        return standing
    if not new:
        check_fresh(goal, version)
        if goal.state is not GoalState.OPEN or plan.id != goal.plan_id:
            raise RuleError(N_("Mục tiêu đã xem lại nên giữ nguyên; thầy cô đặt mục tiêu mới."))
    with step(session, "create" if new else "update"):
        apply(goal, facts)
        if new:
            goal.state = GoalState.OPEN
        session.add(goal)
    return goal


def _same_goal(session: Session, facts: Mapping[str, Any]) -> Goal | None:
    criteria = [getattr(Goal, name) == value for name, value in facts.items()]
    return session.scalars(select(Goal).where(*criteria).limit(1)).first()


def tick_goal(session: Session, actor: Actor, goal: Goal, name: str) -> Goal:
    """Look at a goal: met, partly, not met, or dropped (P3.5). A second tap on the same button changes nothing.

    What was looked at when others confirmed the month stays as they saw it (P4.5).
    """
    require(actor, rules.GOAL_STEPS[name].action, goal)
    if goal.state is rules.GOAL_STEPS[name].target:
        return goal
    check_writable(goal.plan.case)
    if is_settled(session, goal):
        raise RuleError(N_("Tháng của mục tiêu này đã được xác nhận nên kết quả giữ nguyên."))
    target = advance(rules.GOAL_STEPS, goal.state, name)
    if target is not GoalState.DROPPED:
        rules.check_begun(goal.starts_on, actor.today)
    with step(session, "tick goal"):
        goal.state, goal.reviewed_on = target, actor.today
    return goal


def is_settled(session: Session, goal: Goal) -> bool:
    """Whether it had been looked at when others confirmed its month; a semester's is of the month of its review."""
    if goal.state not in rules.REVIEWED:
        return False
    day = goal.reviewed_on if goal.horizon is Horizon.SEMESTER else goal.starts_on
    return day is not None and vouched_for(*confirmations(session, goal.plan.case, day), goal.updated_at)


def goals_to_review(plan: SupportPlan, today: dt.date) -> list[Goal]:
    """The plan's open goals that it is time to look at."""
    span = span_of(plan.case, plan.semester)
    span = rules.Span(span.first, min(span.last, plan.case.school_year.ends_on))
    periods = [(goal, rules.period_of(goal.horizon, goal.starts_on, span)) for goal in plan.goals]
    return [
        goal
        for goal, period in periods
        if goal.state is GoalState.OPEN and rules.asks_for_review(goal.horizon, period, today)
    ]


def may_carry(goal: Goal, carried: frozenset[int]) -> bool:
    """Whether something of the goal is left and nobody has carried it over yet; a semester's ends with it."""
    return goal.state in rules.UNMET and goal.horizon is not Horizon.SEMESTER and goal.id not in carried


def carried_ids(session: Session, plan: SupportPlan) -> frozenset[int]:
    """Ids of the plan's goals that go on in another goal."""
    ids = select(Goal.id).where(Goal.plan_id == plan.id)
    found = session.scalars(select(Goal.carried_from_id).where(Goal.carried_from_id.in_(ids)))
    return frozenset(number for number in found if number is not None)


def carry_over(session: Session, actor: Actor, goal: Goal) -> Goal:
    """Let an unmet goal go on in its next week or month; carried over twice, it is one goal."""
    require(actor, Action.EDIT_PLAN, goal)
    standing = session.scalar(select(Goal).where(Goal.carried_from_id == goal.id))
    if standing is not None:
        return standing
    check_writable(goal.plan.case)
    rules.check_unmet(goal.state)
    if goal.horizon is Horizon.SEMESTER:
        raise RuleError(N_("Mục tiêu học kỳ không chuyển tiếp; thầy cô đặt mục tiêu mới trong kế hoạch học kỳ sau."))
    first = rules.next_period(goal.horizon, goal.starts_on, actor.today)
    plan = _plan_for(session, goal, first)
    with step(session, "carry over"):
        following = Goal(
            plan_id=plan.id,
            horizon=goal.horizon,
            starts_on=first,
            text=goal.text,
            state=GoalState.OPEN,
            carried_from_id=goal.id,
        )
        session.add(following)
    session.expire(plan, ["goals"])
    return following


def _plan_for(session: Session, goal: Goal, first: dt.date) -> SupportPlan:
    """The plan in which the goal goes on: its own as long as the period touches its semester."""
    case = goal.plan.case
    for semester in (goal.plan.semester, TermPeriod.SEMESTER_2):
        span = span_of(case, semester)
        if rules.period_of(goal.horizon, first, span).overlaps(span):
            plan = find_plan(session, case, semester)
            if plan is None:
                raise RuleError(N_("Thầy cô lập kế hoạch học kỳ II cho em rồi chuyển mục tiêu sang."))
            return plan
    raise RuleError(N_("Năm học và hè đã hết; thầy cô đặt mục tiêu trong năm học mới."))


def carry_all(session: Session, actor: Actor, plan: SupportPlan) -> list[Goal]:
    """Carry over every goal of the plan of which something is left."""
    require(actor, Action.EDIT_PLAN, plan)
    carried = carried_ids(session, plan)
    return [carry_over(session, actor, goal) for goal in plan.goals if may_carry(goal, carried)]


def discard_goal(session: Session, actor: Actor, goal: Goal, version: int | None = None) -> None:
    """Delete a goal that nobody has looked at yet."""
    check_writable(goal.plan.case)
    if goal.state is not GoalState.OPEN:
        raise RuleError(N_("Mục tiêu đã xem lại nên giữ lại, không xóa."))
    remove(session, actor, Action.EDIT_PLAN, goal, version)
