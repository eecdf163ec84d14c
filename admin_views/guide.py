"""In-app help: one page a role, in steps; it takes the names of screens and buttons from the screens themselves."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import abort, g
from flask_admin import BaseView, expose
from flask_babel import get_locale, gettext

from admin_views.base import Page, Screen
from admin_views.values import show_period
from school.db import db
from school.rules import calendar
from school.rules.calendar import MONTHLY
from school.services import accounts
from school.services.calendar import plan_named
from school.vocabulary import Action, Deadline, Role

ROLES = (
    Role.TEACHER,
    Role.DEPARTMENT_HEAD,
    Role.UNION,
    Role.SECRETARY,
    Role.LEADERSHIP,
    Role.COUNCIL,
    Role.ADMIN,
)
COMMON = "common"


@dataclass(frozen=True)
class Way:
    """A screen or a button as the guides name it; the address only where the reader may go."""

    label: str
    url: str | None = None


def days_of(plan: calendar.YearPlan) -> dict[str, Any]:
    """The dates of a year as the guides name them, moved or usual (P4): "19/11", and of the monthly ones the day "20".

    That is the day of most months; May has one of its own, and a month with yet another is told by its name.
    """
    found: dict[str, Any] = {"year": plan.name}
    found |= {due.deadline.value: f"{due.last_day:%d/%m}" for due in plan.dates() if due.deadline not in MONTHLY}
    *others, may = plan.months()
    for name, deadline in (("sponsor", Deadline.SPONSOR_MONTH), ("department", Deadline.DEPARTMENT_MONTH)):
        days = {month: plan.last_day(deadline, month) for month in plan.months()}
        said = {month: _day_of(day, month) for month, day in days.items()}
        usual = Counter(said[month] for month in others).most_common(1)[0][0]
        apart = [(show_period(month), f"{days[month]:%d/%m}") for month in others if said[month] != usual]
        found |= {name: usual, f"may_{name}": said[may], f"apart_{name}": apart}
    return found


def _day_of(day: dt.date, month: str) -> str:
    """The day of the month, with the month where it is another one."""
    return str(day.day) if f"{day:%Y-%m}" == month else f"{day:%d/%m}"


class GuidePage(Page):
    """How each role works with the panel. Everybody signed in may read every guide: no case is told of in them."""

    reads = Action.VIEW_OWN_ACCOUNT

    def is_visible(self) -> bool:
        return False  # the frame has a link to it

    @expose("/")
    def index(self) -> str:
        """The guides of the reader's own roles."""
        return self._show([role for role in ROLES if role in g.actor.roles])

    @expose("/<role>")
    def role(self, role: str) -> str:
        """The guide of one role."""
        if role not in {known.value for known in ROLES}:
            abort(404)
        return self._show([Role(role)])

    def _show(self, roles: list[Role]) -> str:
        return self.render(
            "school/guide/page.html",
            folder=f"school/guide/{get_locale()}",
            roles=ROLES,
            parts=[*((role.value, role.label) for role in roles), (COMMON, None)],
            shown=roles,
            tasks=[],
            ways=self.ways(),
            days=days_of(plan_named(db.session, calendar.year_name(g.actor.today))),
            password_length=accounts.MIN_PASSWORD,
            idle_hours=int(accounts.IDLE.total_seconds() // 3600),
        )

    def ways(self) -> dict[str, Way]:
        """What the guides may name: "case" a screen, "case.new" its form for a new row, "case.verify" a step."""
        found = {
            "home": Way(str(self.admin.index_view.name), self.get_url("admin.index")),
            "password": Way(gettext("Đổi mật khẩu"), self.get_url("door.password")),
        }
        for view in self.admin._views:  # Flask-Admin has no public list of them
            found |= self._ways_of(view)
        return found

    def _ways_of(self, view: BaseView) -> dict[str, Way]:
        may = view.is_accessible()
        index = f"{view.endpoint}.{view._default_view}"
        found: dict[str, Any] = {view.endpoint: Way(str(view.name), self.get_url(index) if may else None)}
        if isinstance(view, Screen):
            form = self.get_url(f"{view.endpoint}.create_view") if may and view.can_create else None
            found[f"{view.endpoint}.new"] = Way(str(view.new_label), form)
            found |= {f"{view.endpoint}.{step.name}": Way(step.label) for step in view.all_steps()}
        return found
