"""The school's dates: school years, the months that are evaluated, periods and whether they have begun (P4)."""

import datetime as dt
import re

from school.errors import RuleError
from school.vocabulary import N_, TermPeriod

# The school's own time. Vietnam has kept UTC+7 without summer time since 1975, so no time zone data is needed.
SCHOOL_TIME = dt.timezone(dt.timedelta(hours=7), "ICT")

FIRST_MONTH, LAST_MONTH = 9, 5
SEMESTERS = (TermPeriod.SEMESTER_1, TermPeriod.SEMESTER_2)
_YEAR_NAME = re.compile(r"([1-9][0-9]{3})\s*[-–—]\s*([0-9]{4})")
_MONTH = re.compile(r"([1-9][0-9]{3})-(0[1-9]|1[0-2])")


def school_day(moment: dt.datetime) -> dt.date:
    """The day at the school when it is `moment`."""
    return moment.astimezone(SCHOOL_TIME).date()


def year_name(day: dt.date) -> str:
    """Name of the school year that `day` falls in; the summer belongs to the year before it: "2025-2026"."""
    first = day.year if day.month >= FIRST_MONTH else day.year - 1
    return f"{first}-{first + 1}"


def parse_year(name: str) -> str:
    """The canonical name of a school year; RuleError if `name` is none."""
    found = _YEAR_NAME.fullmatch(name.strip())
    if not found or int(found[2]) != int(found[1]) + 1:
        raise RuleError(N_('Năm học cần viết theo mẫu "2025-2026".'), field="name")
    return f"{found[1]}-{found[2]}"


def year_dates(name: str) -> tuple[dt.date, dt.date, dt.date]:
    """First day, first day of semester 2, last day: 1 September, 16 January, 31 May unless the school moves them."""
    first = int(parse_year(name)[:4])
    return dt.date(first, 9, 1), dt.date(first + 1, 1, 16), dt.date(first + 1, 5, 31)


def months(name: str) -> list[str]:
    """The months of a school year that are evaluated, September to May, as "2025-09"."""
    first = int(parse_year(name)[:4])
    return [f"{first}-{m:02}" for m in range(FIRST_MONTH, 13)] + [
        f"{first + 1}-{m:02}" for m in range(1, LAST_MONTH + 1)
    ]


def month_start(period: str) -> dt.date:
    """First day of the month "2025-09"; RuleError if it is none."""
    found = _MONTH.fullmatch(period or "")
    if not found:
        raise RuleError(N_("Chọn tháng cần đánh giá."), field="period")
    return dt.date(int(found[1]), int(found[2]), 1)


def check_month(period: str, year: str, today: dt.date) -> None:
    """RuleError unless `period` is a month of the school year `year` that has begun by `today` (P4.8)."""
    start = month_start(period)
    if period not in months(year):
        raise RuleError(N_("Tháng này không thuộc năm học %(year)s."), field="period", year=year)
    if start > today:
        raise RuleError(N_("Tháng này chưa bắt đầu nên chưa đánh giá được."), field="period")


def check_help_period(period: str, year: str, today: dt.date) -> None:
    """RuleError unless `period` is a semester or a month, begun, of the school year (P4.8)."""
    if period not in SEMESTERS:
        check_month(period, year, today)
        return
    starts, second, _ = year_dates(year)
    if period == TermPeriod.SEMESTER_1 and today < starts:
        raise RuleError(N_("Học kỳ I chưa bắt đầu nên chưa nhận xét được."), field="period")
    if period == TermPeriod.SEMESTER_2 and today < second:
        raise RuleError(N_("Học kỳ II chưa bắt đầu nên chưa nhận xét được."), field="period")


# The last day on time (P4.8, P4.10, P4.11); "before the 25th" means the 24th. In May the year ends earlier.
SPONSOR_DAY, DEPARTMENT_DAY = 20, 24
MAY_SPONSOR_DAY, MAY_DEPARTMENT_DAY = 15, 20


def sponsor_deadline(period: str) -> dt.date:
    """The last day on which a sponsor's evaluation of the month "2025-09" is on time."""
    first = month_start(period)
    return first.replace(day=MAY_SPONSOR_DAY if first.month == LAST_MONTH else SPONSOR_DAY)


def department_deadline(period: str) -> dt.date:
    """The last day on which a department's part of the month "2025-09" is on time."""
    first = month_start(period)
    return first.replace(day=MAY_DEPARTMENT_DAY if first.month == LAST_MONTH else DEPARTMENT_DAY)


def begun_months(today: dt.date) -> list[str]:
    """Months of the school year of `today` that have begun, the newest first."""
    return [month for month in reversed(months(year_name(today))) if month_start(month) <= today]


def end_of_day(day: dt.date) -> dt.datetime:
    """The moment at which `day` is over at the school."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), SCHOOL_TIME)
