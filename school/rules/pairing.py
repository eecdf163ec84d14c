"""Who may sponsor whom: one lead, or several equal joint sponsors, and any number of supporting ones (P4.3, P5)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from school.errors import RuleError
from school.rules.calendar import summer_end
from school.rules.plans import DAY, Span
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


def over(last: dt.date | None, today: dt.date) -> bool:
    """Whether an interval lies behind: its last day, if it has one, is past."""
    return last is not None and last < today


def year_span(starts_on: dt.date) -> Span:
    """The days on which a case of the year may be sponsored: the year and the summer after it (P4)."""
    return Span(starts_on, summer_end(starts_on))


def check_in_year(day: dt.date, starts_on: dt.date, field: str) -> None:
    """RuleError unless the day lies in the school year or the summer after it."""
    year = year_span(starts_on)
    if not year.first <= day <= year.last:
        raise RuleError(
            N_("Ngày này ngoài năm học của hồ sơ: cần từ %(first)s đến %(last)s."),
            field=field,
            first=f"{year.first:%d/%m/%Y}",
            last=f"{year.last:%d/%m/%Y}",
        )


def hand_over_to(old: Pairing, staff_id: int, first_day: dt.date) -> tuple[Pairing, Pairing]:
    """The old pairing up to the day before, and the new one from `first_day` on for what was left: no gap, no overlap.

    RuleError for the same person, and for a day on which the old one does not run or only begins.
    """
    _check_another(old, staff_id, N_("Người nhận bàn giao cần là người khác."))
    _check_runs_before(old, first_day, "first_day")
    return replace(old, last=first_day - DAY), Pairing(staff_id, old.role, first_day, old.last)


def stand_in(
    old: Pairing, staff_id: int, first: dt.date, last: dt.date, limit: dt.date
) -> tuple[Pairing, Pairing, Pairing | None]:
    """The old pairing until the absence, the substitute's, and the old one again from the day after.

    None for the third where nothing is left by then, at the latest on `limit`. RuleError as for a hand-over, and for
    an absence that ends before it begins or after the pairing itself.
    """
    _check_another(old, staff_id, N_("Người làm thay cần là người khác."))
    if last < first:
        raise RuleError(N_("Ngày cuối làm thay phải từ ngày đầu trở đi."), field="last")
    _check_runs_before(old, first, "first")
    end = limit if old.last is None else old.last
    if last > end:
        raise RuleError(N_("Phân công này chỉ đến hết ngày %(day)s."), field="last", day=f"{end:%d/%m/%Y}")
    again = replace(old, first=last + DAY) if last < end else None
    return replace(old, last=first - DAY), Pairing(staff_id, old.role, first, last), again


def _check_another(old: Pairing, staff_id: int, msgid: str) -> None:
    if staff_id == old.staff_id:
        raise RuleError(msgid, field="staff")


def _check_runs_before(old: Pairing, day: dt.date, field: str) -> None:
    if day <= old.first:
        raise RuleError(
            N_("Ngày này phải sau ngày bắt đầu của phân công: %(day)s."), field=field, day=f"{old.first:%d/%m/%Y}"
        )
    if old.last is not None and day > old.last:
        raise RuleError(N_("Phân công này chỉ đến hết ngày %(day)s."), field=field, day=f"{old.last:%d/%m/%Y}")
