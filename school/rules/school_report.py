"""When a report to the Sở may be begun and signed, and how two terms' results of a student compare (P4.11)."""

import datetime as dt
from collections.abc import Mapping

from school.errors import RuleError
from school.rules.calendar import YearPlan, parse_year
from school.rules.review import compare_ratings
from school.rules.year import check_open
from school.vocabulary import N_, Deadline, Rating, ReportOccasion, TermPeriod, YearState

DEADLINES = {
    ReportOccasion.FIRST: Deadline.SCHOOL_REPORT_1,
    ReportOccasion.SECOND: Deadline.SCHOOL_REPORT_2,
}
NUMBERS = {ReportOccasion.FIRST: 1, ReportOccasion.SECOND: 2}


def year_before(name: str) -> str:
    """The name of the school year before: "2024-2025" of "2025-2026"."""
    first = int(parse_year(name)[:4])
    return f"{first - 1}-{first}"


def occasion_on(plan: YearPlan, today: dt.date) -> ReportOccasion:
    """Which of the two comes next on the day: the first until its last day is over."""
    return ReportOccasion.FIRST if today <= plan.last_day(Deadline.SCHOOL_REPORT_1) else ReportOccasion.SECOND


def check_begin(plan: YearPlan, state: YearState, occasion: ReportOccasion, today: dt.date) -> None:
    """RuleError while the year does not run, or before the time of the second report."""
    check_open(state)
    if state is not YearState.RUNNING or today < plan.starts_on:
        raise RuleError(N_("Năm học chưa bắt đầu nên chưa có số liệu để báo cáo."), field="school_year")
    first = plan.last_day(Deadline.SCHOOL_REPORT_1)
    if occasion is ReportOccasion.SECOND and today <= first:
        raise RuleError(
            N_("Báo cáo lần 2 soạn sau hạn của lần 1, tức là sau ngày %(day)s."),
            field="occasion",
            day=f"{first:%d/%m/%Y}",
        )


def check_signed_on(signed_on: dt.date, starts_on: dt.date, today: dt.date) -> None:
    """RuleError unless the report was signed in the school year, and not in the future."""
    if signed_on > today:
        raise RuleError(N_("Ngày ký không thể ở sau hôm nay."), field="signed_on")
    if signed_on < starts_on:
        raise RuleError(N_("Ngày ký cần thuộc năm học này."), field="signed_on")


def compare_newest(before: Rating | None, terms: Mapping[TermPeriod, Rating | None]) -> int | None:
    """1, 0 or -1: the newest rating of the year beside the one known before it; None unless both are known.

    `before` is the year before's; the whole year's takes the place of semester II's.
    """
    second = terms.get(TermPeriod.YEAR) or terms.get(TermPeriod.SEMESTER_2)
    of_this_year = [rating for rating in (terms.get(TermPeriod.SEMESTER_1), second) if rating is not None]
    known = [*([before] if before is not None else []), *of_this_year]
    if not of_this_year or len(known) < 2:
        return None
    return compare_ratings(known[-2], known[-1])
