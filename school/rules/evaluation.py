"""The monthly evaluation's way from the sponsor to the file (P4.8), and what a level is worth."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from school.rules.workflow import Step
from school.vocabulary import N_, Action, EvaluationState, HelpRating, ProgressStep

EVALUATION_STEPS: dict[str, Step[EvaluationState]] = {
    "submit": Step(
        (EvaluationState.DRAFTED, EvaluationState.RETURNED),
        EvaluationState.SUBMITTED,
        Action.EDIT_EVALUATION,
        N_("Gửi tổ"),
    ),
    "return": Step(
        (EvaluationState.SUBMITTED, EvaluationState.REVIEWED),
        EvaluationState.RETURNED,
        Action.REVIEW_EVALUATION,
        N_("Đề nghị bổ sung"),
    ),
    "review": Step((EvaluationState.SUBMITTED,), EvaluationState.REVIEWED, Action.REVIEW_EVALUATION, N_("Tổ đã xem")),
    "confirm": Step((EvaluationState.REVIEWED,), EvaluationState.CONFIRMED, Action.CONFIRM_EVALUATION, N_("Xác nhận")),
    "lock": Step((EvaluationState.CONFIRMED,), EvaluationState.LOCKED, Action.LOCK_EVALUATION, N_("Chốt")),
    "reopen": Step(
        (EvaluationState.CONFIRMED, EvaluationState.LOCKED),
        EvaluationState.RETURNED,
        Action.REOPEN_EVALUATION,
        N_("Mở lại"),
    ),
}

# The sponsor may still write in these; afterwards the text belongs to the file.
OPEN_STATES = (EvaluationState.DRAFTED, EvaluationState.RETURNED)
# The sponsor has done the month's work once it left the desk.
SENT_STATES = (
    EvaluationState.SUBMITTED,
    EvaluationState.REVIEWED,
    EvaluationState.CONFIRMED,
    EvaluationState.LOCKED,
)
# Others have vouched for it: only these count towards a result.
CONFIRMED_STATES = (EvaluationState.CONFIRMED, EvaluationState.LOCKED)
HELD_OR_PROGRESSED = (ProgressStep.STEADY, ProgressStep.IMPROVED)
LEVELS = ("learning", "conduct", "attendance", "attitude", "trend", "dropout_risk")

HELP_POINTS = {HelpRating.EXCELLENT: 4, HelpRating.GOOD: 3, HelpRating.REGULAR: 2, HelpRating.MORE_TIME: 1}


def mean_help(ratings: Iterable[HelpRating]) -> Decimal | None:
    """Mean of ratings, 4 best and 1 least, to one place, half up; None without any."""
    points = [HELP_POINTS[rating] for rating in ratings]
    if not points:
        return None
    return (Decimal(sum(points)) / len(points)).quantize(Decimal("0.1"), ROUND_HALF_UP)
