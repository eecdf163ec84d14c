"""The state of a school year (being prepared, running, closed) and how far its dates may be moved (P4, P4.9)."""

import datetime as dt

from school.errors import RuleError
from school.rules.calendar import MONTHLY, YearPlan, month_start, summer_end
from school.rules.workflow import Step
from school.vocabulary import N_, Action, Deadline, YearState

YEAR_STEPS: dict[str, Step[YearState]] = {
    "start": Step((YearState.PREPARING,), YearState.RUNNING, Action.EDIT_CALENDAR, N_("Bắt đầu năm học")),
    "close": Step((YearState.RUNNING,), YearState.CLOSED, Action.CLOSE_YEAR, N_("Kết thúc năm học")),
    "reopen": Step((YearState.CLOSED,), YearState.RUNNING, Action.CLOSE_YEAR, N_("Mở lại năm học")),
}


def check_open(state: YearState) -> None:
    """RuleError for a closed year: it is read only (P4.9)."""
    if state is YearState.CLOSED:
        raise RuleError(N_("Năm học đã kết thúc nên chỉ xem, không ghi thêm."))


def check_period(plan: YearPlan, deadline: Deadline, period: str) -> None:
    """RuleError unless a monthly date names a month of the year, and any other none."""
    if deadline in MONTHLY and period not in plan.months():
        raise RuleError(N_("Thầy cô chọn một tháng của năm học %(year)s."), field="period", year=plan.name)
    if deadline not in MONTHLY and period:
        raise RuleError(N_("Mốc này tính theo năm học nên không chọn tháng."), field="period")


def check_move(plan: YearPlan, deadline: Deadline, period: str, day: dt.date) -> None:
    """RuleError, at the field, unless the date may be moved to `day`: within the year, and in order with the others."""
    check_period(plan, deadline, period)
    last = summer_end(plan.starts_on)
    if not plan.starts_on <= day <= last:
        raise _wrong_day(N_("Chọn ngày trong năm học, từ %(first)s đến %(last)s."), first=plan.starts_on, last=last)
    if period and day < month_start(period):
        raise _wrong_day(
            N_("Hạn của tháng không thể trước khi tháng đó bắt đầu; chọn từ %(day)s."), month_start(period)
        )
    other = {
        Deadline.SURVEY_OPENS: Deadline.SURVEY_CLOSES,
        Deadline.SURVEY_CLOSES: Deadline.SURVEY_OPENS,
        Deadline.SPONSOR_MONTH: Deadline.DEPARTMENT_MONTH,
        Deadline.DEPARTMENT_MONTH: Deadline.SPONSOR_MONTH,
    }.get(deadline)
    if other is None:
        return
    there = plan.last_day(other, period)
    early = deadline in (Deadline.SURVEY_OPENS, Deadline.SPONSOR_MONTH)
    if (day > there) if early else (day < there):
        raise _wrong_day(_OUT_OF_ORDER[deadline], there)


_OUT_OF_ORDER = {
    Deadline.SURVEY_OPENS: N_("Khảo sát cần mở trước khi hết hạn; chọn đến %(day)s, hoặc dời ngày hết hạn trước."),
    Deadline.SURVEY_CLOSES: N_("Khảo sát cần hết hạn sau khi mở; chọn từ %(day)s, hoặc dời ngày mở trước."),
    Deadline.SPONSOR_MONTH: N_("Người đỡ đầu cần gửi trước tổ; chọn đến %(day)s, hoặc dời hạn của tổ trước."),
    Deadline.DEPARTMENT_MONTH: N_(
        "Tổ báo cáo sau khi người đỡ đầu gửi; chọn từ %(day)s, hoặc dời hạn của người đỡ đầu trước."
    ),
}


def _wrong_day(msgid: str, day: dt.date | None = None, **days: dt.date) -> RuleError:
    shown = {name: f"{value:%d/%m/%Y}" for name, value in (days | ({"day": day} if day else {})).items()}
    return RuleError(msgid, field="last_day", **shown)
