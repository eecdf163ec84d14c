"""The ways of a department's report (P4.10) and of what is followed until it is closed (P4.4, P4.6, P4.7)."""

import datetime as dt
import enum

from school.errors import RuleError
from school.rules.workflow import Step
from school.vocabulary import N_, Action, FollowUpKind, FollowUpState, ReportState

REPORT_STEPS: dict[str, Step[ReportState]] = {
    "submit": Step(
        (ReportState.DRAFTED,), ReportState.SUBMITTED, Action.EDIT_DEPARTMENT_REPORT, N_("Nộp báo cáo của tổ")
    ),
    "return": Step(
        (ReportState.SUBMITTED,), ReportState.DRAFTED, Action.RETURN_DEPARTMENT_REPORT, N_("Trả lại để bổ sung")
    ),
}
# A report to the Sở (P4.11): once signed it stays as it is, and a correction is a new one.
SCHOOL_REPORT_STEPS: dict[str, Step[ReportState]] = {
    "sign": Step(
        (ReportState.DRAFTED,), ReportState.SUBMITTED, Action.SUBMIT_SCHOOL_REPORT, N_("Ký và gửi báo cáo Sở")
    ),
}
FOLLOW_UP_STEPS: dict[str, Step[FollowUpState]] = {
    "answer": Step((FollowUpState.OPEN,), FollowUpState.ANSWERED, Action.ANSWER_FOLLOW_UP, N_("Ghi việc đã làm")),
    "return": Step((FollowUpState.ANSWERED,), FollowUpState.OPEN, Action.CLOSE_FOLLOW_UP, N_("Cần làm thêm")),
    "close": Step((FollowUpState.ANSWERED,), FollowUpState.CLOSED, Action.CLOSE_FOLLOW_UP, N_("Kết thúc theo dõi")),
}

# What a sponsor may raise, upwards (P4.6); a head of department sends advice too (P4.4). What comes down to somebody
# (findings, urging, changes of a plan) is for the union and leadership (P4.7).
SPONSOR_KINDS = (
    FollowUpKind.DIFFICULTY,
    FollowUpKind.SUPPORT_REQUEST,
    FollowUpKind.POLICY_REQUEST,
    FollowUpKind.COUNSELLING_REFERRAL,
    FollowUpKind.LOCAL_COORDINATION,
    FollowUpKind.SPONSOR_CHANGE,
    FollowUpKind.RETURN_TO_CLASS,
)
HEAD_KINDS = (FollowUpKind.ADVICE, *SPONSOR_KINDS)

SOON = dt.timedelta(days=7)
LONGEST = dt.timedelta(days=366)


class Timing(enum.Enum):
    """How something that has a last day stands on a day."""

    ON_TIME = "on_time"  # done by the last day
    DONE_LATE = "done_late"
    AHEAD = "ahead"  # not done, the last day has not passed
    OVERDUE = "overdue"  # not done, the last day has passed


def timing(done_on: dt.date | None, last_day: dt.date, today: dt.date) -> tuple[Timing, int]:
    """How it stands, and the days late (0 when on time), or the days that are left."""
    if done_on is not None:
        late = max((done_on - last_day).days, 0)
        return (Timing.DONE_LATE if late else Timing.ON_TIME), late
    left = (last_day - today).days
    return (Timing.AHEAD, left) if left >= 0 else (Timing.OVERDUE, -left)


def is_overdue(state: FollowUpState, due_on: dt.date | None, today: dt.date) -> bool:
    """Whether nothing has been done by the last day."""
    return state is FollowUpState.OPEN and due_on is not None and due_on < today


def check_due(due_on: dt.date, today: dt.date, field: str = "due_on") -> None:
    """RuleError unless the last day lies from today to a year ahead."""
    if due_on < today:
        raise RuleError(N_("Hạn làm cần từ hôm nay trở đi."), field=field)
    if due_on > today + LONGEST:
        raise RuleError(N_("Hạn làm xa quá một năm; thầy cô chọn ngày gần hơn."), field=field)


def check_held(held_on: dt.date, starts_on: dt.date, today: dt.date) -> None:
    """RuleError unless an inspection was held in the school year, and not in the future."""
    if held_on > today:
        raise RuleError(N_("Ngày kiểm tra không thể ở sau hôm nay."), field="held_on")
    if held_on < starts_on:
        raise RuleError(N_("Ngày kiểm tra cần thuộc năm học này."), field="held_on")


def in_a_sentence(department: str) -> str:
    """The name of a department as it reads within a sentence: "tổ Toán", whether it is kept as "Tổ Toán" or "Toán"."""
    name = department.strip()
    return f"tổ {name[2:].lstrip()}" if name.casefold().startswith("tổ ") else f"tổ {name}"


def add_dated(text: str | None, more: str, day: dt.date) -> str:
    """A text with one more entry below it, under its day: what was said before stays."""
    entry = more.strip()
    return f"{text}\n\n{day:%d/%m/%Y}: {entry}" if text else entry
