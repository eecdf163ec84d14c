"""How values read on a page: labels of closed lists, days, moments, numbers, yes and no."""

import datetime as dt
from decimal import Decimal
from typing import Any

from flask_babel import format_decimal, gettext

from school.rules.calendar import SCHOOL_TIME
from school.vocabulary import LabelEnum


def show(value: Any) -> str:
    """The value as people read it; nothing is an empty text."""
    if value is None:
        return ""
    if isinstance(value, LabelEnum):
        return gettext(value.label)
    if isinstance(value, bool):
        return gettext("Có") if value else gettext("Không")
    if isinstance(value, dt.datetime):
        return value.astimezone(SCHOOL_TIME).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, dt.date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, (float, Decimal)):
        return str(value).replace(".", ",")
    if isinstance(value, (list, tuple)):
        return ", ".join(show(item) for item in value)
    return str(value)


def show_number(value: int | None) -> str:
    """A count or a sum in đồng with its thousands apart: 1.234.567. Years, ids and codes are no such numbers."""
    return "" if value is None else str(format_decimal(value))


def show_period(period: str | None) -> str:
    """The month "2025-09" as "Tháng 9/2025"; semesters by their label."""
    if not period:
        return ""
    year, dash, month = period.partition("-")
    if dash:
        return gettext("Tháng %(month)s/%(year)s", month=int(month), year=year)
    return {"semester_1": gettext("Học kỳ I"), "semester_2": gettext("Học kỳ II")}.get(period, period)
