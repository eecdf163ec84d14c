"""The school's dates: school years, the months that are evaluated, periods and whether they have begun (P4)."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from school.errors import RuleError
from school.vocabulary import N_, Deadline, TermPeriod

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


def month_end(period: str) -> dt.date:
    """Last day of the month "2025-10"."""
    return (month_start(period) + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


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


def summer_end(year_starts_on: dt.date) -> dt.date:
    """The last day of the summer after the year: contacts go on until then, and dates may be moved so far (P4)."""
    return dt.date(year_starts_on.year + 1, 8, 31)


# A student's semester is evaluated when it nears its end, the help given in it from its beginning on.
SEMESTER_OPENS = dt.timedelta(days=30)


def semester_days(
    semester: str, starts_on: dt.date, second_starts_on: dt.date, ends_on: dt.date
) -> tuple[dt.date, dt.date]:
    """First and last day of a semester, the summer left out."""
    if semester == TermPeriod.SEMESTER_1:
        return starts_on, second_starts_on - dt.timedelta(days=1)
    return second_starts_on, ends_on


def check_semester_nears(last_day: dt.date, today: dt.date) -> None:
    """RuleError before the last month of the semester (P4.8)."""
    if today < last_day - SEMESTER_OPENS:
        raise RuleError(
            N_("Đánh giá học kỳ viết từ ngày %(day)s, khi học kỳ sắp hết."),
            field="period",
            day=f"{last_day - SEMESTER_OPENS:%d/%m/%Y}",
        )


MONTHLY = (Deadline.SPONSOR_MONTH, Deadline.DEPARTMENT_MONTH)
# The last day on time, as month and day of the school year (P4); "before the 25th" means the 24th. In May the year ends
# earlier. The reviews end a semester: their days follow from the year's own.
USUAL_DAYS = {
    Deadline.REGISTRATION: (11, 19),
    Deadline.SURVEY_OPENS: (12, 1),
    Deadline.SURVEY_CLOSES: (12, 30),
    Deadline.ASSIGNMENT_LIST: (12, 29),
    Deadline.SCHOOL_REPORT_1: (12, 29),
    Deadline.SCHOOL_REPORT_2: (5, 24),
}
USUAL_DAY_OF_MONTH = {Deadline.SPONSOR_MONTH: 20, Deadline.DEPARTMENT_MONTH: 24}
USUAL_DAY_OF_MAY = {Deadline.SPONSOR_MONTH: 15, Deadline.DEPARTMENT_MONTH: 20}


@dataclass(frozen=True)
class Due:
    """One date of a year: of which deadline, of which month where it is monthly, and whether the school moved it."""

    deadline: Deadline
    period: str
    last_day: dt.date
    moved: bool = False


@dataclass(frozen=True)
class YearPlan:
    """A school year's own days, and the dates that the school has moved, by deadline and month ("" without one)."""

    name: str
    starts_on: dt.date
    second_starts_on: dt.date
    ends_on: dt.date
    moved: Mapping[tuple[Deadline, str], dt.date] = field(default_factory=dict)

    @classmethod
    def usual(cls, name: str) -> "YearPlan":
        """The year on its usual days."""
        return cls(name, *year_dates(name))

    def last_day(self, deadline: Deadline, period: str = "") -> dt.date:
        """The last day on time (of the survey also the first day), moved or usual."""
        return self.moved.get((deadline, period)) or self.usual_day(deadline, period)

    def usual_day(self, deadline: Deadline, period: str = "") -> dt.date:
        """The day that the programme names, before anybody moved it."""
        if deadline in MONTHLY:
            first = month_start(period)
            days = USUAL_DAY_OF_MAY if first.month == LAST_MONTH else USUAL_DAY_OF_MONTH
            return first.replace(day=days[deadline])
        if deadline is Deadline.SEMESTER_1_REVIEW:
            return self.second_starts_on - dt.timedelta(days=1)
        if deadline is Deadline.YEAR_REVIEW:
            return self.ends_on
        month, day = USUAL_DAYS[deadline]
        first_year = int(parse_year(self.name)[:4])
        return dt.date(first_year + (month < FIRST_MONTH), month, day)

    def dates(self) -> list[Due]:
        """Every date of the year, in order."""
        keys = [(deadline, "") for deadline in Deadline if deadline not in MONTHLY]
        keys += [(deadline, month) for month in months(self.name) for deadline in MONTHLY]
        found = [Due(*key, self.last_day(*key), key in self.moved) for key in keys]
        return sorted(found, key=lambda due: due.last_day)

    def months(self) -> list[str]:
        """The months that are evaluated."""
        return months(self.name)


def is_late(moment: dt.datetime, last_day: dt.date) -> bool:
    """Whether something done at `moment` came after its last day on time was over at the school."""
    return moment >= end_of_day(last_day)


def begun_semesters(today: dt.date) -> list[str]:
    """Semesters of the school year of `today`, on its usual days, that have begun, the newest first."""
    _, second, _ = year_dates(year_name(today))
    return [str(semester) for semester in reversed(SEMESTERS[: 1 + (today >= second)])]


def summer_months(name: str) -> list[str]:
    """The months after a school year in which contacts go on: June to August (P4)."""
    first = int(parse_year(name)[:4])
    return [f"{first + 1}-{month:02}" for month in range(LAST_MONTH + 1, FIRST_MONTH)]


def begun_months(today: dt.date) -> list[str]:
    """Months of the school year of `today` that have begun, the newest first."""
    return [month for month in reversed(months(year_name(today))) if month_start(month) <= today]


def end_of_day(day: dt.date) -> dt.datetime:
    """The moment at which `day` is over at the school."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), SCHOOL_TIME)
