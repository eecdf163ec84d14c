"""The parameters of a list: page, sort, search and filters, typed; what does not fit is refused with 400."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Flask, Response, abort, current_app, g, request, url_for
from flask_babel import gettext
from sqlalchemy import ColumnElement

from admin_views.values import show_period
from school.db import db
from school.rules.calendar import begun_months, begun_semesters, month_start, summer_months, year_name
from school.services import directory
from school.vocabulary import LabelEnum

MAX_PAGE, MAX_SEARCH, PAGE_SIZE, PAGE_SIZES = 1_000_000, 200, 50, (25, 50, 100)
_KEPT = "short lists of the directory"
KEPT_TILL_WRITTEN = "previews of imports"
_KNOWN = {"page", "page_size", "sort", "desc", "search"}


@dataclass(frozen=True)
class Filter:
    """One filter above a list: its choices, and the criterion that a choice means."""

    name: str
    label: Any
    choices: Callable[[], list[tuple[str, str]]]
    criterion: Callable[[str], ColumnElement[bool]]
    offered: Callable[[], bool] = lambda: True  # not to those for whom it would count what they cannot see


def by_label(
    name: str,
    label: Any,
    column: Any,
    enum: type[LabelEnum],
    lift: Callable[[ColumnElement[bool]], ColumnElement[bool]] = lambda found: found,
) -> Filter:
    """Rows whose `column` holds the chosen member; `lift` where the column stands in a related table."""

    def criterion(value: str) -> ColumnElement[bool]:
        if value not in {member.value for member in enum}:
            abort(400)
        return lift(column == enum(value))

    return Filter(name, label, lambda: [(member.value, gettext(member.label)) for member in enum], criterion)


def by_row(name: str, label: Any, model: type, criterion: Callable[[int], ColumnElement[bool]]) -> Filter:
    """Rows that belong to the chosen row of a short list."""
    return Filter(name, label, lambda: short_list(model), lambda value: criterion(whole_number(value)))


def by_text(
    name: str,
    label: Any,
    choices: Callable[[], list[tuple[str, str]]],
    criterion: Callable[[str], ColumnElement[bool]],
) -> Filter:
    """Rows that match the chosen text."""
    return Filter(name, label, choices, lambda value: criterion(value[:200]))


def by_choice(
    name: str,
    label: Any,
    choices: Mapping[str, tuple[Any, Callable[[], ColumnElement[bool]]]],
    offered: Callable[[], bool] = lambda: True,
) -> Filter:
    """Rows that match one of a few questions, each with its label and its criterion."""

    def criterion(value: str) -> ColumnElement[bool]:
        return choices[value][1]() if value in choices else abort(400)

    return Filter(name, label, lambda: [(key, str(text)) for key, (text, _) in choices.items()], criterion, offered)


def month_choices() -> list[tuple[str, str]]:
    """Months to filter by: those of today's school year that have begun."""
    return [(month, show_period(month)) for month in begun_months(g.actor.today)]


def period_choices() -> list[tuple[str, str]]:
    """Months and semesters of today's school year that have begun."""
    return [*((period, show_period(period)) for period in begun_semesters(g.actor.today)), *month_choices()]


def diary_month_choices() -> list[tuple[str, str]]:
    """Months of the diary: it goes on from June to August (P4)."""
    today = g.actor.today
    summer = [month for month in reversed(summer_months(year_name(today))) if month_start(month) <= today]
    return [*((month, show_period(month)) for month in summer), *month_choices()]


def short_list(model: type) -> list[tuple[str, str]]:
    """Ids and names of a list of the directory, which everybody may read: kept for a minute, until somebody writes."""
    until, lists = current_app.extensions.get(_KEPT, (0.0, {}))
    if until < time.monotonic():
        lists = directory.short_lists(db.session, g.actor)
        current_app.extensions[_KEPT] = time.monotonic() + 60, lists
    return lists[model]


def forget_short_lists(response: Response) -> Response:
    """After each request that may have written: read the short lists anew."""
    if request.method == "POST":
        forget_everything(current_app)
    return response


def forget_everything(app: Flask) -> None:
    """Read the short lists, and what an import would change, anew at the next request."""
    app.extensions.pop(_KEPT, None)
    app.extensions.pop(KEPT_TILL_WRITTEN, None)


def whole_number(text: str | None, low: int = 0, high: int = 2**63 - 1) -> int:
    """The number that the parameter holds; 400 when it holds none."""
    if text is None or not text.isascii() or not text.isdigit() or not low <= int(text[:20]) <= high:
        abort(400)
    return int(text)


@dataclass(frozen=True)
class Arguments:
    """What the address asks of a list."""

    page: int = 0
    page_size: int = PAGE_SIZE
    sort: str | None = None
    descending: bool = False
    search: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, filters: Mapping[str, Filter], sortable: Mapping[Any, Any], also: Iterable[str] = ()) -> "Arguments":
        """Read and check the request's parameters; those in `also` are the caller's."""
        given = {name: value for name, value in request.args.items() if value != ""}
        chosen = {name: value for name, value in given.items() if name in filters and filters[name].offered()}
        page_size = whole_number(given.get("page_size", str(PAGE_SIZE)))
        sort, search = given.get("sort"), given.get("search", "")
        unknown = given.keys() - _KNOWN - chosen.keys() - {*also}
        if unknown or page_size not in PAGE_SIZES or (sort and sort not in sortable) or len(search) > MAX_SEARCH:
            abort(400)
        return cls(
            page=whole_number(given.get("page", "0"), high=MAX_PAGE),
            page_size=page_size,
            sort=sort,
            descending=bool(whole_number(given.get("desc", "0"), high=1)),
            search=search,
            chosen=chosen,
        )

    def url(self, endpoint: str, **changes: Any) -> str:
        """The address of the same list with some of these changed."""
        new = replace(self, **changes)
        parameters: dict[str, Any] = {
            "page": new.page or None,
            "page_size": new.page_size if new.page_size != PAGE_SIZE else None,
            "sort": new.sort,
            "desc": 1 if new.descending else None,
            "search": new.search or None,
        }
        return url_for(endpoint, **(parameters | dict(new.chosen)))
