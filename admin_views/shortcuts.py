"""The bar at the bottom of a phone: today, students, the quickest thing to write; the frame adds the whole menu."""

from dataclasses import dataclass

from flask import request, url_for
from flask_admin import Admin
from flask_babel import gettext

from admin_views.base import Screen
from school.vocabulary import N_

# What stands there, the first that this person may: endpoint, text, icon of the frame.
_PLACES = (("student", N_("Học sinh"), "people"), ("emulation", N_("Thi đua"), "people"))
_QUICK = ("contact", "progress", "case", "sponsorship", "account")


@dataclass(frozen=True)
class Shortcut:
    """One entry of the bar."""

    url: str
    text: str
    icon: str
    current: bool


def shortcuts(admin: Admin) -> list[Shortcut]:
    """The entries of whoever makes this request."""
    views = {view.endpoint: view for view in admin._views if view.is_accessible()}
    found = [_to("admin.index", gettext("Hôm nay"), "home")]
    places = [(f"{view}.{views[view]._default_view}", text, icon) for view, text, icon in _PLACES if view in views]
    found += [_to(endpoint, gettext(text), icon) for endpoint, text, icon in places[:1]]
    quick = [name for name in _QUICK if isinstance(views.get(name), Screen) and views[name].can_create]
    found += [_to(f"{name}.create_view", gettext("Ghi nhanh"), "write") for name in quick[:1]]
    return found


def _to(endpoint: str, text: str, icon: str) -> Shortcut:
    return Shortcut(url_for(endpoint), text, icon, request.endpoint == endpoint)
