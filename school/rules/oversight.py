"""The ways of a department's report (P4.10) and of what is followed until it is closed (P4.4, P4.6, P4.7)."""

from school.rules.workflow import Step
from school.vocabulary import N_, Action, FollowUpState, ReportState

REPORT_STEPS: dict[str, Step[ReportState]] = {
    "submit": Step(
        (ReportState.DRAFTED,), ReportState.SUBMITTED, Action.EDIT_DEPARTMENT_REPORT, N_("Nộp báo cáo của tổ")
    ),
    "return": Step(
        (ReportState.SUBMITTED,), ReportState.DRAFTED, Action.RETURN_DEPARTMENT_REPORT, N_("Trả lại để bổ sung")
    ),
}
FOLLOW_UP_STEPS: dict[str, Step[FollowUpState]] = {
    "answer": Step((FollowUpState.OPEN,), FollowUpState.ANSWERED, Action.ANSWER_FOLLOW_UP, N_("Ghi việc đã làm")),
    "return": Step((FollowUpState.ANSWERED,), FollowUpState.OPEN, Action.CLOSE_FOLLOW_UP, N_("Cần làm thêm")),
    "close": Step((FollowUpState.ANSWERED,), FollowUpState.CLOSED, Action.CLOSE_FOLLOW_UP, N_("Kết thúc theo dõi")),
}
