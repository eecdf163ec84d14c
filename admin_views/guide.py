"""In-app help: one page a role, in steps; it takes the names of screens and buttons from the screens themselves."""

from dataclasses import dataclass
from typing import Any

from flask import abort, g
from flask_admin import BaseView, expose
from flask_babel import get_locale, gettext

from admin_views.base import Page, Screen
from school.rules import calendar
from school.services import accounts
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
            days={
                "sponsor": calendar.USUAL_DAY_OF_MONTH[Deadline.SPONSOR_MONTH],
                "department": calendar.USUAL_DAY_OF_MONTH[Deadline.DEPARTMENT_MONTH],
                "may_sponsor": calendar.USUAL_DAY_OF_MAY[Deadline.SPONSOR_MONTH],
                "may_department": calendar.USUAL_DAY_OF_MAY[Deadline.DEPARTMENT_MONTH],
            },
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
