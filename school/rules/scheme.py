"""How a year is scored: the criteria to begin with, the ways of a scheme and of a sheet (P4.5).

The 100 points are this one criterion of the school's emulation; bonus criteria add to them up to a cap, never past 100.
"""

from dataclasses import dataclass

from school.rules.workflow import Step
from school.vocabulary import N_, Action, CriterionKind, SchemeState, SheetState

FULL = 100  # what the criteria without bonus add up to

SCHEME_STEPS: dict[str, Step[SchemeState]] = {
    "fix": Step((SchemeState.DRAFTED,), SchemeState.FIXED, Action.EDIT_CRITERIA, N_("Chốt bộ tiêu chí")),
    "unfix": Step((SchemeState.FIXED,), SchemeState.DRAFTED, Action.EDIT_CRITERIA, N_("Mở lại bộ tiêu chí")),
}
SHEET_STEPS: dict[str, Step[SheetState]] = {
    "freeze": Step((SheetState.OPEN,), SheetState.FROZEN, Action.FREEZE_SCORE, N_("Chốt phiếu điểm")),
    "unfreeze": Step((SheetState.FROZEN,), SheetState.OPEN, Action.FREEZE_SCORE, N_("Mở lại phiếu điểm")),
}


@dataclass(frozen=True)
class Begin:
    """A criterion that a school begins with; `needed` as in the model."""

    code: str
    kind: CriterionKind
    name: str
    max_points: int
    needed: int | None = None
    bonus: bool = False


DEFAULTS = (
    Begin("participation", CriterionKind.PARTICIPATION, "Nhận đỡ đầu và duy trì suốt thời gian được phân công", 15),
    Begin("survey", CriterionKind.SURVEY, "Khảo sát, nắm hoàn cảnh học sinh qua nhiều kênh", 10, needed=2),
    Begin(
        "plan_and_goals",
        CriterionKind.PLAN_AND_GOALS,
        "Có kế hoạch giúp đỡ; cùng học sinh đặt và xem lại mục tiêu",
        15,
    ),
    Begin("contacts", CriterionKind.CONTACTS, "Gặp gỡ, trao đổi, động viên thường xuyên", 15, needed=2),
    Begin(
        "coordination",
        CriterionKind.COORDINATION,
        "Phối hợp với gia đình, GVCN, giáo viên bộ môn, đoàn thể",
        10,
    ),
    Begin("monthly_remarks", CriterionKind.MONTHLY_REMARKS, "Nhận xét hằng tháng đúng hạn", 10),
    Begin("student_progress", CriterionKind.STUDENT_PROGRESS, "Học sinh tiếp tục đi học, giữ vững hoặc tiến bộ", 15),
    Begin(
        "help_recognised",
        CriterionKind.HELP_RECOGNISED,
        "Mức độ giúp đỡ do tổ, Công đoàn và Ban giám hiệu ghi nhận",
        10,
    ),
    Begin("extra_sponsorship", CriterionKind.EXTRA_SPONSORSHIP, "Hỗ trợ thêm học sinh khác", 2, needed=2, bonus=True),
    Begin(
        "activity_run",
        CriterionKind.ACTIVITY_RUN,
        "Tổ chức hoạt động ngoài giờ cho học sinh",
        2,
        needed=2,
        bonus=True,
    ),
    Begin(
        "special_effort",
        CriterionKind.BY_HAND,
        "Cách làm hay, kết quả nổi bật (Hội đồng ghi lý do)",
        3,
        bonus=True,
    ),
)
