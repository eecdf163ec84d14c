"""The time line as it is shown: events in words, folded by month so that a year stays readable (P1.4)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext

from admin_views.values import clip, in_a_title, show, show_number, show_period, show_unit
from school.reports.timeline import Event

MOST = 120  # events on a page, the newest
OPEN = 2  # months that stand open, the newest
LONGEST = 200  # characters of what was said; the rest stands on its own page


@dataclass(frozen=True)
class Moment:
    """One event of the time line as it is shown."""

    day: str
    title: str
    url: str
    chip: str
    text: str
    by: str


@dataclass
class Month:
    """The moments of one month, folded unless it is one of the newest; `more` counts what is too old to be shown."""

    title: str
    open: bool
    moments: list[Moment] = field(default_factory=list)
    more: int = 0


def months(events: Sequence[Event]) -> list[Month]:
    """The newest events by month; what is older than those is only counted."""
    found: list[Month] = []
    last: tuple[int, int] | None = None
    for event in events[:MOST]:
        if (event.on.year, event.on.month) != last:
            last = (event.on.year, event.on.month)
            found.append(Month(_month(event.on), open=len(found) < OPEN))
        found[-1].moments.append(_moment(event))
    if found:
        found[-1].more = max(0, len(events) - MOST)
    return found


def _month(day: dt.date) -> str:
    return show_period(f"{day:%Y-%m}")


def _moment(event: Event) -> Moment:
    params = {name: _word(name, value) for name, value in event.params}
    return Moment(
        show(event.on),
        gettext(event.title, **params),
        _address(event),
        show(event.chip),
        clip(event.text or "", LONGEST),
        event.by or "",
    )


def _word(name: str, value: Any) -> str:
    """A value within a title: a month or semester without its capital, a number with its thousands apart."""
    if name in ("month", "term"):
        return in_a_title(value)
    if name == "quantity":
        return show_number(value)
    return show_unit(value) if name == "unit" else value


def _address(event: Event) -> str:
    endpoint = f"{event.kind}.details_view"
    return url_for(endpoint, id=event.row_id) if endpoint in current_app.view_functions else ""
