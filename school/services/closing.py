"""Closing a school year (P4.9): what is required and still open, and the closing itself; a closed year is only read."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from school import models as m
from school.rules.actor import Actor
from school.rules.calendar import SEMESTERS, YearPlan, month_end, month_start
from school.rules.evaluation import SENT_STATES
from school.rules.policy import require
from school.rules.reminders import Interval, owes_month, ran_on
from school.rules.school_report import DEADLINES, NUMBERS
from school.rules.workflow import advance
from school.rules.year import YEAR_STEPS
from school.services import school_reports
from school.services.calendar import plan_of
from school.services.records import check_fresh, need, step
from school.services.staff_ratings import worked_in
from school.vocabulary import (
    N_,
    Action,
    EvaluationState,
    FollowUpState,
    ReportState,
    SheetState,
    SponsorshipState,
    TermPeriod,
)

UNDECIDED = (SponsorshipState.REGISTERED, SponsorshipState.AGREED)


@dataclass(frozen=True)
class OpenEnd:
    """One thing that the year still lacks: a msgid with its count, the month if it is of one, and the list of the rows.

    `model` and `filters` name that list; without a model there are no rows to go to.
    """

    text: str
    count: int
    period: str | None = None
    model: type | None = None
    filters: dict[str, str] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)


def open_ends(session: Session, actor: Actor, year: m.SchoolYear) -> list[OpenEnd]:
    """What is required of the year and still open on the actor's day, in the order of the year's work.

    NotAllowed unless the actor may close a year. Eleven statements, however long the list.
    """
    require(actor, Action.CLOSE_YEAR, year)
    plan = plan_of(session, year)
    intervals = assigned(session, year.id)
    found = [*_undecided(session, year), *_months(session, year, plan, intervals, actor.today)]
    found += _reports(session, year, plan, intervals, actor.today)
    found += _ratings(session, year, plan, intervals, actor.today)
    found += _school_reports(session, year, plan, actor.today)
    found += _follow_ups(session, year)
    found += _scores(session, year)
    if actor.today < year.ends_on:
        found.append(OpenEnd(N_("Năm học còn đến hết ngày %(day)s"), 1, params={"day": f"{year.ends_on:%d/%m/%Y}"}))
    return found


def close_year(
    session: Session, actor: Actor, year: m.SchoolYear, reason: str | None = None, version: int | None = None
) -> m.SchoolYear:
    """Close the year; with something still open only for a reason, which is kept with it (P4.9)."""
    require(actor, Action.CLOSE_YEAR, year)
    if version is not None:
        check_fresh(year, version)
    target = advance(YEAR_STEPS, year.state, "close")
    still_open = bool(open_ends(session, actor, year))
    if still_open:
        need(reason, N_("Năm học còn việc chưa xong: thầy cô ghi lý do vẫn kết thúc, hoặc hoàn thành trước."), "reason")
    with step(session, "close"):
        year.state, year.closed_on, year.closed_by_id = target, actor.today, actor.account_id
        year.closed_despite = reason if still_open else None
    return year


def assigned(session: Session, year_id: int) -> list[Interval]:
    """Who led or jointly sponsored which case of the year, from when to when: approved ones, running or ended."""
    rows = session.execute(
        select(
            m.Sponsorship.id,
            m.Sponsorship.case_id,
            m.Sponsorship.staff_id,
            m.Staff.department_id,
            m.Sponsorship.started_on,
            m.Sponsorship.ended_on,
        )
        .join(m.Sponsorship.case)
        .join(m.Sponsorship.staff)
        .where(
            m.SupportCase.school_year_id == year_id,
            m.Sponsorship.leading(),
            m.Sponsorship.assigned(),
        )
    )
    return [Interval(*row) for row in rows]


def semester_end(plan: YearPlan, semester: TermPeriod) -> dt.date:
    """The last day of a semester."""
    return plan.second_starts_on - dt.timedelta(days=1) if semester is TermPeriod.SEMESTER_1 else plan.ends_on


def unrated(
    intervals: Iterable[Interval], rated: set[tuple[int, str]], plan: YearPlan, semester: TermPeriod, today: dt.date
) -> list[Interval]:
    """Sponsorships that ran at the end of the semester (or on today, before it) and have no rating for it (P4.8)."""
    day = min(today, semester_end(plan, semester))
    return [found for found in intervals if ran_on(found, day) and (found.id, semester.value) not in rated]


def ratings_given(session: Session, year_id: int) -> set[tuple[int, str]]:
    """(sponsorship, semester) that have a rating."""
    rows = session.execute(
        select(m.SponsorEvaluation.sponsorship_id, m.SponsorEvaluation.period)
        .join(m.SponsorEvaluation.sponsorship)
        .join(m.Sponsorship.case)
        .where(
            m.SupportCase.school_year_id == year_id,
            m.SponsorEvaluation.period.in_([semester.value for semester in SEMESTERS]),
            m.SponsorEvaluation.rating.is_not(None),
        )
    )
    return {(sponsorship_id, period) for sponsorship_id, period in rows}


def states_of(session: Session, year_id: int) -> dict[tuple[int, str], EvaluationState]:
    """The state of each evaluation of the year, by case and month."""
    rows = session.execute(
        select(m.ProgressEvaluation.case_id, m.ProgressEvaluation.period, m.ProgressEvaluation.state)
        .join(m.ProgressEvaluation.case)
        .where(m.SupportCase.school_year_id == year_id)
    )
    return {(case_id, period): state for case_id, period, state in rows}


def reporting(intervals: Iterable[Interval], period: str, today: dt.date) -> set[int]:
    """Departments that owe a report of the month: somebody of theirs led a case on some day of it so far (P4.10)."""
    first, last = month_start(period), min(month_end(period), today)
    led = [found for found in intervals if found.first <= last and (found.last is None or found.last >= first)]
    return {found.department_id for found in led if found.department_id is not None}


def submitted_reports(session: Session, year_id: int) -> set[tuple[int, str]]:
    """(department, month) that have been submitted."""
    rows = session.execute(
        select(m.DepartmentReport.department_id, m.DepartmentReport.period).where(
            m.DepartmentReport.school_year_id == year_id, m.DepartmentReport.state == ReportState.SUBMITTED
        )
    )
    return {(department_id, period) for department_id, period in rows}


def _undecided(session: Session, year: m.SchoolYear) -> Iterator[OpenEnd]:
    counts = session.execute(
        select(m.Sponsorship.state, func.count())
        .join(m.Sponsorship.case)
        .where(m.SupportCase.school_year_id == year.id, m.Sponsorship.state.in_(UNDECIDED))
        .group_by(m.Sponsorship.state)
    )
    for state, count in counts:
        text = N_("%(count)s đăng ký đỡ đầu chưa thống nhất")
        if state is SponsorshipState.AGREED:
            text = N_("%(count)s phân công đã thống nhất, chưa duyệt")
        yield OpenEnd(text, count, model=m.Sponsorship, filters={"state": state.value})


def _months(
    session: Session, year: m.SchoolYear, plan: YearPlan, intervals: list[Interval], today: dt.date
) -> Iterator[OpenEnd]:
    """Per month: students whose evaluation was not sent, and evaluations sent that are not locked."""
    states = states_of(session, year.id)
    for period in plan.months():
        if month_start(period) > today:
            return
        owed = {found.case_id for found in intervals if owes_month(found, plan, period, today)}
        unsent = sum(states.get((case_id, period)) not in SENT_STATES for case_id in owed)
        if unsent:
            text = N_("%(count)s em chưa có đánh giá gửi tổ")
            yield OpenEnd(text, unsent, period, m.SupportCase, {"unwritten": period})
        waiting = Counter(state for (_case, month), state in states.items() if month == period)
        for state in SENT_STATES:
            if state is not EvaluationState.LOCKED and waiting[state]:
                filters = {"period": period, "state": state.value}
                text = N_("%(count)s đánh giá chưa chốt (%(state)s)")
                yield OpenEnd(text, waiting[state], period, m.ProgressEvaluation, filters, {"state": state})


def _reports(
    session: Session, year: m.SchoolYear, plan: YearPlan, intervals: list[Interval], today: dt.date
) -> Iterator[OpenEnd]:
    submitted = submitted_reports(session, year.id)
    for period in plan.months():
        if month_start(period) > today:
            return
        missing = [one for one in reporting(intervals, period, today) if (one, period) not in submitted]
        if missing:
            text = N_("%(count)s tổ chưa nộp báo cáo tháng")
            yield OpenEnd(text, len(missing), period, m.DepartmentReport, {"period": period})


def _ratings(
    session: Session, year: m.SchoolYear, plan: YearPlan, intervals: list[Interval], today: dt.date
) -> Iterator[OpenEnd]:
    rated = ratings_given(session, year.id)
    for semester, begins in zip(SEMESTERS, (plan.starts_on, plan.second_starts_on), strict=True):
        missing = unrated(intervals, rated, plan, semester, today) if begins <= today else []
        if missing:
            text = N_("%(count)s người đỡ đầu chưa có nhận xét học kỳ")
            yield OpenEnd(text, len(missing), semester.value, m.SponsorEvaluation)


def _school_reports(session: Session, year: m.SchoolYear, plan: YearPlan, today: dt.date) -> Iterator[OpenEnd]:
    """The reports to the Sở that nobody has signed, from their last day on (P4.11)."""
    signed = school_reports.signed_occasions(session, year.id)
    for occasion, deadline in DEADLINES.items():
        if occasion not in signed and plan.last_day(deadline) <= today:
            text, filters = N_("Báo cáo Sở lần %(number)s chưa ký"), {"year": str(year.id)}
            yield OpenEnd(text, 1, model=m.SchoolReport, filters=filters, params={"number": NUMBERS[occasion]})


def _follow_ups(session: Session, year: m.SchoolYear) -> Iterator[OpenEnd]:
    counts = session.execute(
        select(m.FollowUp.state, func.count())
        .where(m.FollowUp.school_year_id == year.id, m.FollowUp.state != FollowUpState.CLOSED)
        .group_by(m.FollowUp.state)
    )
    for state, count in counts:
        text = N_("%(count)s việc theo dõi chưa kết thúc (%(state)s)")
        yield OpenEnd(text, count, model=m.FollowUp, filters={"state": state.value}, params={"state": state})


def _scores(session: Session, year: m.SchoolYear) -> Iterator[OpenEnd]:
    """Sheets that nobody has frozen and appeals that nobody has answered, where the year has criteria (P4.5)."""
    of_year, filters = m.ScoreComment.school_year_id == year.id, {"year": year.name}
    appeals = select(func.count()).where(of_year, m.ScoreComment.appeal, m.ScoreComment.answer.is_(None))
    if count := session.scalar(appeals.select_from(m.ScoreComment)):
        text = N_("%(count)s đề nghị xem lại phiếu điểm chưa được trả lời")
        yield OpenEnd(text, count, model=m.ScoreComment, filters=filters)
    scored = select(m.EmulationScheme.id).where(m.EmulationScheme.school_year_id == year.id)
    frozen = select(m.ScoreSheet.staff_id).where(
        m.ScoreSheet.school_year_id == year.id, m.ScoreSheet.state == SheetState.FROZEN
    )
    unfrozen = select(func.count(m.Staff.id)).where(worked_in(year), m.Staff.id.not_in(frozen), scored.exists())
    if count := session.scalar(unfrozen):
        filters = filters | {"state": SheetState.OPEN.value}
        yield OpenEnd(N_("%(count)s phiếu điểm thi đua chưa chốt"), count, model=m.ScoreSheet, filters=filters)
