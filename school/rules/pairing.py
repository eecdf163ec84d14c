"""Who may sponsor whom: one lead, or several equal joint sponsors, and any number of supporting ones (P4.3, P5)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from school.errors import RuleError
from school.rules.workflow import Step
from school.vocabulary import N_, Action, SponsorRole, SponsorshipState

SPONSORSHIP_STEPS: dict[str, Step[SponsorshipState]] = {
    "agree": Step(
        (SponsorshipState.REGISTERED,), SponsorshipState.AGREED, Action.AGREE_SPONSORSHIP, N_("Thống nhất phân công")
    ),
    "approve": Step(
        (SponsorshipState.AGREED,), SponsorshipState.APPROVED, Action.APPROVE_SPONSORSHIP, N_("Duyệt phân công")
    ),
    "end": Step(
        (SponsorshipState.REGISTERED, SponsorshipState.AGREED, SponsorshipState.APPROVED),
        SponsorshipState.ENDED,
        Action.END_SPONSORSHIP,
        N_("Kết thúc phân công"),
    ),
}


@dataclass(frozen=True)
class Pairing:
    """One sponsor of a case over an interval; `last` None means still running."""

    staff_id: int
    role: SponsorRole
    first: dt.date
    last: dt.date | None = None

    def overlaps(self, other: "Pairing") -> bool:
        """Whether there is a day that both cover."""
        ends_before = self.last is not None and self.last < other.first
        starts_after = other.last is not None and other.last < self.first
        return not (ends_before or starts_after)


def check_interval(first: dt.date, last: dt.date | None) -> None:
    """RuleError when an interval ends before it begins."""
    if last is not None and last < first:
        raise RuleError(N_("Ngày kết thúc phải từ ngày bắt đầu trở đi."), field="ended_on")


def check_pairing(new: Pairing, others: Iterable[Pairing]) -> None:
    """RuleError when `new` cannot stand beside `others`, the pairings of the same case."""
    check_interval(new.first, new.last)
    for other in others:
        if not new.overlaps(other):
            continue
        if other.staff_id == new.staff_id:
            raise RuleError(N_("Người này đang đỡ đầu em trong thời gian đó rồi."), field="staff")
        roles = {new.role, other.role}
        if roles == {SponsorRole.LEAD}:
            raise RuleError(
                N_("Em đã có người đỡ đầu trong thời gian này. Chọn “Cùng đỡ đầu” cho cả hai, hoặc “Hỗ trợ”."),
                field="role",
            )
        if roles == {SponsorRole.LEAD, SponsorRole.JOINT}:
            raise RuleError(
                N_("Một em hoặc có một người đỡ đầu, hoặc có những người cùng đỡ đầu, không có cả hai."), field="role"
            )
