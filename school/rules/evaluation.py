"""The monthly evaluation's way from the sponsor to the file (P4.8), and what a level is worth."""

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from school.models import ProgressEvaluation, Sponsorship
from school.rules.calendar import month_end, month_start
from school.rules.workflow import Step
from school.vocabulary import (
    LEADING,
    N_,
    Action,
    DropoutRisk,
    EvaluationState,
    HelpRating,
    LabelEnum,
    ProgressStep,
)

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

# The keys that choose a level where many are entered in a row: in rising order, 0 for what nobody could see.
PROGRESS_KEYS: dict[str, LabelEnum] = {
    "1": ProgressStep.DECLINED,
    "2": ProgressStep.UNCHANGED,
    "3": ProgressStep.STEADY,
    "4": ProgressStep.IMPROVED,
    "0": ProgressStep.NOT_OBSERVED,
}
RISK_KEYS: dict[str, LabelEnum] = {
    "1": DropoutRisk.HIGH,
    "2": DropoutRisk.SOME,
    "3": DropoutRisk.LOW,
    "0": DropoutRisk.NOT_OBSERVED,
}
LEVEL_KEYS = {level: RISK_KEYS if level == "dropout_risk" else PROGRESS_KEYS for level in LEVELS}

HELP_POINTS = {HelpRating.EXCELLENT: 4, HelpRating.GOOD: 3, HelpRating.REGULAR: 2, HelpRating.MORE_TIME: 1}


def mean_help(ratings: Iterable[HelpRating]) -> Decimal | None:
    """Mean of ratings, 4 best and 1 least, to one place, half up; None without any."""
    points = [HELP_POINTS[rating] for rating in ratings]
    if not points:
        return None
    return (Decimal(sum(points)) / len(points)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def month_before(period: str) -> str:
    """The month before "2025-10": "2025-09"."""
    return f"{month_start(period) - dt.timedelta(days=1):%Y-%m}"


def month_after(period: str) -> str:
    """The month after "2025-10": "2025-11"."""
    return f"{month_end(period) + dt.timedelta(days=1):%Y-%m}"


def sponsors_of_month(sponsorships: Iterable[Sponsorship], period: str) -> list[Sponsorship]:
    """The lead and joint sponsorships that touched the month, the first to begin first: theirs is its evaluation."""
    return sponsors_between(sponsorships, month_start(period), month_end(period))


def sponsors_between(sponsorships: Iterable[Sponsorship], first: dt.date, last: dt.date) -> list[Sponsorship]:
    """The same for any days, such as those of a semester."""
    found = [
        sponsorship
        for sponsorship in sponsorships
        if sponsorship.role in LEADING
        and (begun := max(sponsorship.started_on, first)) <= last
        and sponsorship.runs_on(begun)
    ]
    return sorted(found, key=lambda sponsorship: (sponsorship.started_on, sponsorship.id or 0))


def confirmed_at(evaluation: ProgressEvaluation | None) -> dt.datetime | None:
    """When the month was confirmed; None while it is not, or no more."""
    if evaluation is None or evaluation.state not in CONFIRMED_STATES:
        return None
    return evaluation.confirmed_at


def vouched_for(month: dt.datetime | None, following: dt.datetime | None, moment: dt.datetime | None) -> bool:
    """Whether others have seen what was there at `moment`: then it counts, and so it stays (P4.5).

    `month` is when its month was confirmed, `following` when the month after it was. A month is confirmed before it is
    over, so what was done in its last days is seen with the next; without its own confirmation it never counts.
    """
    if month is None or moment is None:
        return False
    return moment <= month or (following is not None and moment <= following)


def missing_levels(evaluation: ProgressEvaluation) -> list[str]:
    """The levels that nobody has chosen yet; without any the month can be sent."""
    return [level for level in LEVELS if getattr(evaluation, level) is None]


def waits_for_sponsor(evaluation: ProgressEvaluation) -> bool:
    """Whether somebody entered the month for the sponsor, who has still to look at it and send it."""
    return evaluation.entered_by_id is not None and evaluation.state is EvaluationState.DRAFTED
