"""A support case from nomination to its end (P2, P4.2)."""

from school.rules.workflow import Step
from school.vocabulary import N_, Action, CaseState

CASE_STEPS: dict[str, Step[CaseState]] = {
    "verify": Step((CaseState.NOMINATED,), CaseState.VERIFIED, Action.VERIFY_CASE, N_("Đã rà soát xong")),
    "approve": Step((CaseState.VERIFIED,), CaseState.APPROVED, Action.APPROVE_CASE, N_("Duyệt hồ sơ")),
    "close": Step(
        (CaseState.NOMINATED, CaseState.VERIFIED, CaseState.APPROVED, CaseState.ACTIVE),
        CaseState.CLOSED,
        Action.CLOSE_CASE,
        N_("Kết thúc hồ sơ"),
    ),
}
