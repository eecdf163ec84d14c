"""The base of every generated screen, and of the pages beside them.

A screen names its columns, its actions of the policy and its services. Everything else follows from here: denied by
default, typed parameters, the version a form was opened on, steps of a workflow, prepared values for the templates.
"""

from collections.abc import Callable
from typing import Any

from flask_admin import BaseView

from admin_views.editing import FormPages
from admin_views.lists import ListPages
from admin_views.scoped import Panel, Row, ScopedView, current_actor
from admin_views.workflow import StepButton, WorkflowPages
from school.rules.policy import can
from school.vocabulary import Action

__all__ = ["Page", "Panel", "Row", "Screen", "StepButton", "current_actor"]


class Screen(ListPages, WorkflowPages, FormPages, ScopedView):
    """A generated screen: list, details with steps, forms."""


class Page(BaseView):
    """A page of ours beside the generated screens: denied by default like them."""

    reads: Action

    def is_accessible(self) -> bool:
        return bool(can(current_actor(), self.reads))

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        # Flask-Admin calls again on TypeError, which hides where a fault of ours lies.
        return fn(self, *args, **kwargs)
