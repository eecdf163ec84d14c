"""The state of a school year: being prepared, running, closed (P4.9); a closed year is only read."""

from school.rules.workflow import Step
from school.vocabulary import N_, Action, YearState

YEAR_STEPS: dict[str, Step[YearState]] = {
    "start": Step((YearState.PREPARING,), YearState.RUNNING, Action.EDIT_CALENDAR, N_("Bắt đầu năm học")),
    "close": Step((YearState.RUNNING,), YearState.CLOSED, Action.CLOSE_YEAR, N_("Kết thúc năm học")),
    "reopen": Step((YearState.CLOSED,), YearState.RUNNING, Action.CLOSE_YEAR, N_("Mở lại năm học")),
}
