"""Monthly evaluations (P4.8): the sponsor writes, the department sees, others confirm; and the help is rated."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import ProgressEvaluation, SponsorEvaluation, Sponsorship, SupportCase
from school.rules.actor import Actor
from school.rules.calendar import check_help_period, check_month
from school.rules.evaluation import EVALUATION_STEPS, LEVELS, OPEN_STATES
from school.rules.policy import require
from school.rules.workflow import advance
from school.services.records import apply, check_fresh, need, remove, step
from school.vocabulary import N_, Action, EvaluationState, TermPeriod


def save_progress(
    session: Session,
    actor: Actor,
    evaluation: ProgressEvaluation,
    values: Mapping[str, Any],
    version: int | None = None,
) -> ProgressEvaluation:
    """Write a month's draft: case, period, the levels, comment. Levels may stay empty until it is sent."""
    new = evaluation.id is None
    case: SupportCase = need(values.get("case") or evaluation.case, N_("Thầy cô chọn hồ sơ của em."), "case")
    period = values.get("period") or evaluation.period
    require(actor, Action.EDIT_EVALUATION, ProgressEvaluation(case_id=case.id) if new else evaluation)
    check_month(period, case.school_year.name, actor.today)
    if not new:
        check_fresh(evaluation, version)
        if (case.id, period) != (evaluation.case_id, evaluation.period):
            raise RuleError(
                N_("Đánh giá đã lập thì không đổi em hay đổi tháng được; thầy cô lập đánh giá mới."), field="period"
            )
        _check_writable(evaluation)
    with step(session, "create" if new else "update"):
        texts = {name: values.get(name) for name in (*LEVELS, "comment")}
        apply(evaluation, texts | {"case_id": case.id, "period": period, "author_id": actor.staff_id})
        if new:
            evaluation.state = EvaluationState.DRAFTED
        session.add(evaluation)
    return evaluation


def take_step(
    session: Session, actor: Actor, evaluation: ProgressEvaluation, name: str, comment: str | None = None
) -> ProgressEvaluation:
    """Send, return, mark as seen, confirm, lock or reopen. Nobody but the sponsor changes a level."""
    require(actor, EVALUATION_STEPS[name].action, evaluation)
    target = advance(EVALUATION_STEPS, evaluation.state, name)
    with step(session, name):
        if name == "submit":
            _check_complete(evaluation)
            evaluation.submitted_at = actor.now
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
    return evaluation


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
