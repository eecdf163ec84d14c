"""How values read on a page: labels of closed lists, days, moments, numbers, yes and no."""

import datetime as dt
from decimal import Decimal
from textwrap import shorten
from typing import Any

from flask_babel import format_decimal, gettext

from school.models import Goal
from school.rules.calendar import SCHOOL_TIME
from school.vocabulary import SUPPORT_UNITS, Horizon, LabelEnum, TermPeriod


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


def show_unit(unit: str) -> str:
    """What is counted; the usual units are translated."""
    return gettext(unit) if unit in SUPPORT_UNITS.values() else unit


def clip(text: str, width: int) -> str:
    """The beginning of a long text."""
    return shorten(text, width, placeholder=" …") if len(text) > width else text


def show_goal_period(goal: Goal) -> str:
    """The week, month or semester of a goal."""
    if goal.horizon is Horizon.WEEK:
        return gettext("Tuần từ %(day)s", day=show(goal.starts_on))
    if goal.horizon is Horizon.MONTH:
        return show_period(f"{goal.starts_on:%Y-%m}")
    return show(goal.plan.semester)


def in_a_title(period: str | None) -> str:
    """A period within a sentence: "tháng 9/2025", "học kỳ I"."""
    text = show_period(period)
    return text[:1].lower() + text[1:]


def show_period(period: str | None) -> str:
    """The month "2025-09" as "Tháng 9/2025"; semesters and the year by their label."""
    if not period:
        return ""
    year, dash, month = period.partition("-")
    if dash:
        return gettext("Tháng %(month)s/%(year)s", month=int(month), year=year)
    return gettext(TermPeriod(period).label) if period in {term.value for term in TermPeriod} else period
