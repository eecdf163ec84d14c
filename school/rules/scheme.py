"""How a year is scored: the criteria to begin with, what they must fulfil, the ways of a scheme and a sheet (P4.5).

The 100 points are this one criterion of the school's emulation; bonus criteria add to them up to a cap, never past 100.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from school.errors import RuleError
from school.rules.workflow import Step
from school.vocabulary import N_, Action, CriterionKind, SchemeState, SheetState, SurveyChannel

FULL = 100  # what the criteria without bonus add up to
MOST_BONUS = 20  # points that the bonus may add at all
MAX_CRITERIA = 40
BANDS = ("excellent_from", "good_from", "fulfilled_from")  # from the highest level down
# Kinds of which a number is asked for the full share, and how large it may be.
MOST_NEEDED = {
    CriterionKind.SURVEY: len(SurveyChannel),
    CriterionKind.CONTACTS: 20,  # different days in a month
    CriterionKind.EXTRA_SPONSORSHIP: 10,
    CriterionKind.ACTIVITY_RUN: 20,
}
_HOW_MUCH = {
    CriterionKind.SURVEY: N_("Thầy cô ghi khảo sát qua bao nhiêu kênh thì trọn điểm, từ 1 đến %(most)s."),
    CriterionKind.CONTACTS: N_("Thầy cô ghi mỗi tháng gặp gỡ bao nhiêu ngày thì trọn điểm, từ 1 đến %(most)s."),
    CriterionKind.EXTRA_SPONSORSHIP: N_("Thầy cô ghi giúp thêm bao nhiêu em thì trọn điểm, từ 1 đến %(most)s."),
    CriterionKind.ACTIVITY_RUN: N_("Thầy cô ghi tổ chức bao nhiêu hoạt động thì trọn điểm, từ 1 đến %(most)s."),
}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")

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
    """A criterion by its values: one to begin with, or one that somebody tries out; `needed` as in the model."""

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


class Weighed(Protocol):
    """What a criterion is judged by: a row, or the same values that nobody has stored."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> CriterionKind: ...
    @property
    def max_points(self) -> int: ...
    @property
    def needed(self) -> int | None: ...
    @property
    def bonus(self) -> bool: ...


def worth(criterion: Weighed, points: int) -> Begin:
    """The same criterion with so many points."""
    return Begin(criterion.code, criterion.kind, criterion.name, points, criterion.needed, criterion.bonus)


def check_criterion(criterion: Weighed) -> None:
    """RuleError, at the field, unless the criterion is sound by itself."""
    if _CODE.fullmatch(criterion.code) is None:
        raise RuleError(N_("Mã gồm chữ không dấu, số, gạch nối; ví dụ: TC1."), field="code")
    check_points(criterion.max_points, criterion.bonus)
    most = MOST_NEEDED.get(criterion.kind)
    if most is None and criterion.needed is not None:
        raise RuleError(N_("Cách tính này không cần mức đủ; thầy cô để trống ô này."), field="needed")
    if most is not None and not 1 <= (criterion.needed or 0) <= most:
        raise RuleError(_HOW_MUCH[criterion.kind], field="needed", most=most)


def check_points(points: int, bonus: bool, field: str = "max_points") -> None:
    """RuleError unless a criterion may be worth so many points."""
    most = MOST_BONUS if bonus else FULL
    if not 1 <= points <= most:
        raise RuleError(N_("Điểm tối đa cần từ 1 đến %(most)s."), field=field, most=most)


def check_apart(criterion: Weighed, others: Iterable[Weighed]) -> None:
    """RuleError, at the field, where another criterion of the year has this code, or is counted in the same way.

    What the council gives by hand may be several things; what is counted is counted once.
    """
    for other in others:
        if other.code.casefold() == criterion.code.casefold():
            raise RuleError(N_("Năm học này đã có tiêu chí cùng mã."), field="code")
        if other.kind is criterion.kind and criterion.kind is not CriterionKind.BY_HAND:
            raise RuleError(N_("Tiêu chí “%(name)s” đã tính theo cách này."), field="kind", name=other.name)


def weight_of(criteria: Iterable[Weighed]) -> int:
    """What the criteria without bonus add up to."""
    return sum(criterion.max_points for criterion in criteria if not criterion.bonus)


def check_weights(criteria: Iterable[Weighed]) -> None:
    """RuleError unless the criteria without bonus add up to 100, however much a bonus adds."""
    total = weight_of(criteria)
    if total != FULL:
        raise RuleError(
            N_("Điểm tối đa của các tiêu chí (không kể điểm cộng) cộng lại là %(total)s; cần đúng %(full)s."),
            field="max_points",
            total=total,
            full=FULL,
        )


def check_bands(excellent_from: int, good_from: int, fulfilled_from: int) -> None:
    """RuleError, at the field, unless the levels begin within 1..100 and each below the one above it: none overlap."""
    for field, points in zip(BANDS, (excellent_from, good_from, fulfilled_from), strict=True):
        if not 1 <= points <= FULL:
            raise RuleError(N_("Mức điểm cần từ 1 đến %(full)s."), field=field, full=FULL)
    if good_from >= excellent_from:
        raise RuleError(
            N_("Mức Tốt cần bắt đầu thấp hơn mức Xuất sắc (%(above)s)."), field="good_from", above=excellent_from
        )
    if fulfilled_from >= good_from:
        raise RuleError(
            N_("Mức Hoàn thành cần bắt đầu thấp hơn mức Tốt (%(above)s)."), field="fulfilled_from", above=good_from
        )


def check_extent(bonus_cap: int, converted_points: int) -> None:
    """RuleError, at the field, unless the bonus stays small beside the 100, and these are worth something."""
    if not 0 <= bonus_cap <= MOST_BONUS:
        raise RuleError(N_("Điểm cộng nhiều nhất cần từ 0 đến %(most)s."), field="bonus_cap", most=MOST_BONUS)
    if not 1 <= converted_points <= FULL:
        raise RuleError(N_("Điểm quy đổi cần từ 1 đến %(full)s."), field="converted_points", full=FULL)


def check_complete(bands: Mapping[str, int], criteria: Iterable[Weighed]) -> None:
    """RuleError unless a year may be scored by these: what fixing them asks."""
    found = list(criteria)
    if not found:
        raise RuleError(N_("Chưa có tiêu chí nào; thầy cô thêm tiêu chí rồi chốt."))
    for place, criterion in enumerate(found):
        check_criterion(criterion)
        check_apart(criterion, found[:place])
    check_weights(found)
    check_bands(*(bands[name] for name in BANDS))
