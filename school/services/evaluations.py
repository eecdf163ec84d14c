"""Evaluations of months and semesters (P4.8): the sponsor writes, the department sees, others confirm."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import NotAllowed, RuleError
from school.models import ProgressEvaluation, SponsorEvaluation, Sponsorship, SupportCase
from school.rules.actor import Actor
from school.rules.calendar import (
    SEMESTERS,
    check_help_period,
    check_month,
    check_semester_nears,
    month_end,
    month_start,
    semester_days,
)
from school.rules.evaluation import (
    EVALUATION_STEPS,
    LEVELS,
    OPEN_STATES,
    confirmed_at,
    missing_levels,
    month_after,
    month_before,
    sponsors_between,
    waits_for_sponsor,
)
from school.rules.plans import check_running
from school.rules.policy import require, scopes
from school.rules.tables import Scope
from school.rules.workflow import advance
from school.services import audit
from school.services.records import apply, check_fresh, need, remove, step
from school.vocabulary import N_, Action, EvaluationState, TermPeriod


def save_progress(
    session: Session,
    actor: Actor,
    evaluation: ProgressEvaluation,
    values: Mapping[str, Any],
    version: int | None = None,
) -> ProgressEvaluation:
    """Write the draft of a month or semester: case, period, levels, comment. Levels may stay empty until it is sent."""
    new = evaluation.id is None
    case: SupportCase = need(values.get("case") or evaluation.case, N_("Thầy cô chọn hồ sơ của em."), "case")
    period = values.get("period") or evaluation.period
    require(actor, Action.EDIT_EVALUATION, ProgressEvaluation(case_id=case.id) if new else evaluation)
    check_running(case.state, case.school_year.state)
    _check_period(case, period, actor)
    if new:
        _check_helped(case, period, actor)
    else:
        check_fresh(evaluation, version)
        if (case.id, period) != (evaluation.case_id, evaluation.period):
            raise RuleError(
                N_("Đánh giá đã lập thì không đổi em hay đổi tháng được; thầy cô lập đánh giá mới."), field="period"
            )
        _check_writable(evaluation)
    entered = not new and bool(still_entered(session, [evaluation]))
    with step(session, "create" if new else "update"):
        texts = {name: values.get(name) for name in (*LEVELS, "comment")}
        changed = apply(evaluation, texts | {"case_id": case.id, "period": period, "author_id": actor.staff_id})
        if new:
            evaluation.state = EvaluationState.DRAFTED
        session.add(evaluation)
    if entered and not changed:
        audit.note(session, actor, evaluation, "take over")
    return evaluation


def enter_for_sponsor(
    session: Session,
    actor: Actor,
    case: SupportCase,
    period: str,
    values: Mapping[str, Any],
    version: int | None = None,
) -> ProgressEvaluation:
    """Enter a month's draft for the sponsor, whose it stays: it waits until the sponsor saves or sends it.

    Only where the sponsor has written nothing yet, or over what was entered before (P4.8).
    """
    evaluation = find(session, case, period) or ProgressEvaluation(case_id=case.id, period=period)
    new = evaluation.id is None
    require(actor, Action.ENTER_EVALUATION, evaluation)
    check_running(case.state, case.school_year.state)
    check_month(period, case.school_year.name, actor.today)
    author = _sponsor_to_enter_for(case, period, actor)
    if not new:
        _check_enterable(session, evaluation)
        check_fresh(evaluation, version)
    with step(session, "enter"):
        texts = {name: values.get(name) for name in (*LEVELS, "comment")}
        differing = apply(evaluation, texts | {"author_id": author.staff_id})
        if new:
            evaluation.state = EvaluationState.DRAFTED
        if new or differing:
            evaluation.entered_by_id = actor.account_id
        session.add(evaluation)
    return evaluation


def find(session: Session, case: SupportCase, period: str) -> ProgressEvaluation | None:
    """The month's evaluation of the case, if there is one that the actor sees."""
    return session.scalar(
        select(ProgressEvaluation).where(ProgressEvaluation.case_id == case.id, ProgressEvaluation.period == period)
    )


def confirmations(session: Session, case: SupportCase, day: dt.date) -> tuple[dt.datetime | None, dt.datetime | None]:
    """When the month in which the day falls was confirmed, and the month after it."""
    periods = (f"{day:%Y-%m}", month_after(f"{day:%Y-%m}"))
    rows = session.scalars(
        select(ProgressEvaluation).where(ProgressEvaluation.case_id == case.id, ProgressEvaluation.period.in_(periods))
    )
    found = {row.period: confirmed_at(row) for row in rows}
    return found.get(periods[0]), found.get(periods[1])


def previous(session: Session, case: SupportCase, period: str) -> ProgressEvaluation | None:
    """What was written of the month before; None in the first month of a year."""
    return None if period in SEMESTERS else find(session, case, month_before(period))


def still_entered(session: Session, rows: Iterable[ProgressEvaluation]) -> set[int]:
    """Ids of those among the rows that were entered for a sponsor who has not saved them since; one statement.

    The mark of who entered it stays for good, so the log tells whether the sponsor has written anything of it.
    """
    ids = [row.id for row in rows if row.id is not None and waits_for_sponsor(row)]
    return (
        {id_ for id_, name in audit.last_steps(session, ProgressEvaluation, ids).items() if name == "enter"}
        if ids
        else set()
    )


def send_complete(
    session: Session, actor: Actor, rows: Iterable[ProgressEvaluation]
) -> tuple[list[ProgressEvaluation], list[ProgressEvaluation]]:
    """Send those of the sponsor's months that are complete; what was sent, and what still lacks a level."""
    waiting = [row for row in rows if row.state in OPEN_STATES]
    lacking = [row for row in waiting if missing_levels(row)]
    complete = [row for row in waiting if not missing_levels(row)]
    return [take_step(session, actor, row, "submit") for row in complete], lacking


def take_step(
    session: Session, actor: Actor, evaluation: ProgressEvaluation, name: str, comment: str | None = None
) -> ProgressEvaluation:
    """Send, return, mark as seen, confirm, lock or reopen. Nobody but the sponsor changes a level."""
    require(actor, EVALUATION_STEPS[name].action, evaluation)
    target = advance(EVALUATION_STEPS, evaluation.state, name)
    with step(session, name):
        if name == "submit":
            _check_complete(evaluation)
            if actor.staff_id is not None and still_entered(session, [evaluation]):
                evaluation.author_id = actor.staff_id
            evaluation.submitted_at = actor.now
            evaluation.first_sent_at = evaluation.first_sent_at or actor.now
        if name in ("return", "reopen"):
            need(comment, N_("Thầy cô ghi điều cần bổ sung."), "comment")
        if name in ("return", "reopen", "review"):
            evaluation.reviewed_at, evaluation.reviewed_by_id = actor.now, actor.account_id
            evaluation.review_comment = comment or evaluation.review_comment
        if name == "confirm":
            evaluation.confirmed_at, evaluation.confirmed_by_id = actor.now, actor.account_id
        if name == "lock":
            evaluation.locked_at = actor.now
        evaluation.state = target
    if name == "confirm" and comment:
        _remark_on_help(session, actor, evaluation, comment)
    return evaluation


def _remark_on_help(session: Session, actor: Actor, evaluation: ProgressEvaluation, comment: str) -> None:
    """Keep the remark made on confirming as the month's remark on the help of each who sponsored then (P4.8)."""
    if evaluation.period in SEMESTERS:
        raise RuleError(
            N_("Việc giúp đỡ cả học kỳ được nhận xét ở trang “Việc giúp đỡ cả học kỳ”; thầy cô để trống ô này."),
            field="comment",
        )
    sponsorships = _sponsors(evaluation.case, evaluation.period)
    if not sponsorships:
        raise RuleError(N_("Tháng này không có người đỡ đầu để nhận xét."), field="comment")
    for sponsorship in sponsorships:
        stored = session.scalar(
            select(SponsorEvaluation).where(
                SponsorEvaluation.sponsorship_id == sponsorship.id, SponsorEvaluation.period == evaluation.period
            )
        )
        if stored is not None and stored.rated_by_id not in (None, actor.account_id):
            raise RuleError(
                N_("Việc giúp đỡ tháng này đã có người khác nhận xét; thầy cô xem ở trang “Việc giúp đỡ”."),
                field="comment",
            )
        said = stored.comment if stored is not None else None
        values = {
            "sponsorship": sponsorship,
            "period": evaluation.period,
            "rating": stored.rating if stored is not None else None,
            "comment": comment if said in (None, comment) else f"{said}\n{comment}",
        }
        rate_help(session, actor, stored or SponsorEvaluation(), values, stored.version if stored is not None else None)


def rate_help(
    session: Session,
    actor: Actor,
    evaluation: SponsorEvaluation,
    values: Mapping[str, Any],
    version: int | None = None,
) -> SponsorEvaluation:
    """Remark on a sponsor's help of a month, or rate that of a semester; never one's own (P4.8)."""
    new = evaluation.id is None
    sponsorship: Sponsorship = need(
        values.get("sponsorship") or evaluation.sponsorship, N_("Thầy cô chọn người đỡ đầu."), "sponsorship"
    )
    period = need(values.get("period") or evaluation.period, N_("Thầy cô chọn kỳ nhận xét."), "period")
    require(actor, Action.RATE_SPONSOR, sponsorship)
    check_help_period(period, sponsorship.case.school_year.name, actor.today)
    if not new:
        require(actor, Action.RATE_SPONSOR, evaluation)
        check_fresh(evaluation, version)
        if (sponsorship.id, str(period)) != (evaluation.sponsorship_id, evaluation.period):
            raise RuleError(
                N_("Nhận xét đã lập thì không đổi người đỡ đầu hay đổi kỳ được; thầy cô lập nhận xét mới."),
                field="period",
            )
    if values.get("rating") is None:
        if period in (TermPeriod.SEMESTER_1, TermPeriod.SEMESTER_2):
            raise RuleError(N_("Nhận xét học kỳ cần chọn mức."), field="rating")
        need(values.get("comment"), N_("Thầy cô chọn mức hoặc ghi nhận xét."), "comment")
    with step(session, "rate"):
        apply(
            evaluation,
            {
                "sponsorship": sponsorship,  # the row, not its id: the guard asks whose work a new remark is about
                "period": str(period),
                "rating": values.get("rating"),
                "comment": values.get("comment"),
                "rated_by_id": actor.account_id,
            },
        )
        session.add(evaluation)
    return evaluation


def period_days(case: SupportCase, period: str) -> tuple[dt.date, dt.date]:
    """First and last day of a month, or of a semester of the case's year."""
    if period in SEMESTERS:
        year = case.school_year
        return semester_days(period, year.starts_on, year.semester_2_starts_on, year.ends_on)
    return month_start(period), month_end(period)


def _check_period(case: SupportCase, period: str, actor: Actor) -> None:
    """RuleError unless the month has begun, or the semester nears its end (P4.8)."""
    if period in SEMESTERS:
        check_semester_nears(period_days(case, period)[1], actor.today)
    else:
        check_month(period, case.school_year.name, actor.today)


def _sponsors(case: SupportCase, period: str) -> list[Sponsorship]:
    return sponsors_between(case.sponsorships, *period_days(case, period))


def _check_helped(case: SupportCase, period: str, actor: Actor) -> None:
    """RuleError unless the sponsor helped the student in that time; commands write for whoever did."""
    sponsors = {sponsorship.staff_id for sponsorship in _sponsors(case, period)}
    if actor.staff_id is not None and actor.staff_id not in sponsors:
        raise RuleError(N_("Kỳ này thầy cô chưa đỡ đầu em nên không viết đánh giá được."), field="period")


def _sponsor_to_enter_for(case: SupportCase, period: str, actor: Actor) -> Sponsorship:
    """Who sponsored in that month and still does, and so can send what is entered: the lead or first joint sponsor.

    A head enters for the own department's sponsors, not where somebody of it only supports.
    """
    sponsors = _sponsors(case, period)
    if actor.staff_id in {sponsorship.staff_id for sponsorship in sponsors}:
        raise NotAllowed(N_("Thầy cô đỡ đầu em này nên tự viết đánh giá của mình."))
    running = [sponsorship for sponsorship in sponsors if sponsorship.runs_on(actor.today)]
    if not running:
        raise RuleError(N_("Người đang đỡ đầu chưa giúp em trong tháng đó nên không nhập thay được."), field="period")
    if not actor.operator and Scope.ALL not in scopes(actor, Action.ENTER_EVALUATION):
        running = [sponsorship for sponsorship in running if sponsorship.staff_id in actor.reach.department_staff]
        if not running:
            raise NotAllowed(N_("Việc này ngoài phạm vi thầy cô phụ trách."))
    return running[0]


def _check_enterable(session: Session, evaluation: ProgressEvaluation) -> None:
    if evaluation.state is not EvaluationState.DRAFTED:
        raise RuleError(N_("Người đỡ đầu đã gửi đánh giá tháng này nên không nhập thay được."))
    if not still_entered(session, [evaluation]):
        raise RuleError(N_("Người đỡ đầu đã tự viết đánh giá tháng này nên không nhập thay."))


def _check_writable(evaluation: ProgressEvaluation) -> None:
    if evaluation.state not in OPEN_STATES:
        raise RuleError(N_("Đánh giá đã gửi nên không sửa được; khi tổ đề nghị bổ sung, thầy cô sửa tiếp được."))


def _check_complete(evaluation: ProgressEvaluation) -> None:
    for level in LEVELS:
        need(getattr(evaluation, level), N_("Thầy cô chọn mức, hoặc “Chưa đủ thông tin”."), level)


def discard(session: Session, actor: Actor, evaluation: ProgressEvaluation, version: int | None = None) -> None:
    """Delete a draft that has never been sent."""
    if evaluation.state is not EvaluationState.DRAFTED:
        raise RuleError(N_("Đánh giá đã gửi nên không xóa được."))
    remove(session, actor, Action.EDIT_EVALUATION, evaluation, version)
