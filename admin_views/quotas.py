"""The quotas of a year by level, on the screen of the commendations: how many there is room for, and what is taken."""

from typing import Any

from flask import abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from admin_views.asked import chosen_year
from admin_views.forms import carry_out
from admin_views.scoped import PartOfScreen
from admin_views.values import show
from school.db import db
from school.errors import PanelError
from school.models import Commendation, SchoolYear
from school.rules.commendation import counts_in_quota
from school.rules.policy import can, require
from school.services import quotas
from school.services.quotas import KINDS, MOST, Level, Place
from school.vocabulary import Action, CommendationLevel, YearState

LABELS = {"people": _("Cá nhân"), "departments": _("Tập thể")}


def _number(label: Any) -> IntegerField:
    return IntegerField(
        label,
        [Optional(), NumberRange(0, MOST, _("Chỉ tiêu là số từ 0 đến %(max)s; để trống nếu không giới hạn."))],
    )


QuotaForm: type[BaseForm] = type(
    "QuotaForm",
    (BaseForm,),
    {f"{level.value}_{kind}": _number(LABELS[kind]) for level in CommendationLevel for kind in KINDS},
)


def words(place: Place) -> str:
    """What there is room for and what is taken, in a sentence."""
    counts = {"proposed": place.proposed, "decided": place.decided}
    if place.quota is None:
        return gettext("Không giới hạn; đã đề nghị %(proposed)s, đã có quyết định %(decided)s.", **counts)
    text = gettext(
        "Chỉ tiêu %(quota)s; đã đề nghị %(proposed)s, đã có quyết định %(decided)s.", quota=place.quota, **counts
    )
    return f"{text} {gettext('Số đề nghị vượt chỉ tiêu %(beyond)s.', beyond=place.beyond)}" if place.beyond else text


def remark(row: Commendation, only_beyond: bool = False) -> str:
    """How the proposals stand to the quota of its level; nothing where no place or no limit counts."""
    if not counts_in_quota(row.award):
        return ""
    place = quotas.of_year(db.session, g.actor, row.school_year)[row.level].of(quotas.kind_of(row))
    return words(place) if place.quota is not None and (place.beyond or not only_beyond) else ""


class QuotaPages(PartOfScreen):
    """The page of the quotas: read by whoever reads proposals, set by leadership."""

    @expose("/quotas/", methods=("GET", "POST"))
    def quota_view(self) -> ResponseReturnValue:
        """The quotas of the year that the address names, else of today's."""
        year = chosen_year()
        levels = quotas.of_year(db.session, g.actor, year) if year is not None else {}
        if request.method == "GET":
            return self._show_quotas(QuotaForm(None, data=_stored(levels)), year, levels)
        require(g.actor, Action.DECIDE_COMMENDATION)
        if year is None:
            abort(404)
        form = QuotaForm(request.form)
        refusal = self._set_all(form, year) if form.validate() else 400
        if not refusal:
            return redirect(self.get_url(".quota_view", school_year=year.id), 303)
        return self._show_quotas(form, year, quotas.of_year(db.session, g.actor, year)), refusal

    def _set_all(self, form: BaseForm, year: SchoolYear) -> int:
        """Store all levels or none; a refusal goes to its field, and its status is returned, else 0."""

        def write() -> None:
            for level in CommendationLevel:
                values = {kind: form[f"{level.value}_{kind}"].data for kind in KINDS}
                seen = request.form.get(f"{level.value}_version", 0, type=int)
                try:
                    quotas.set_quota(db.session, g.actor, year, level, values, seen)
                except PanelError as error:
                    error.field = f"{level.value}_{error.field}" if error.field else None
                    raise

        _nothing, refusal = carry_out(form, write)
        if not refusal:
            flash(gettext("Đã lưu."), "success")
        return refusal

    def _show_quotas(self, form: BaseForm, year: SchoolYear | None, levels: dict[CommendationLevel, Level]) -> str:
        years = db.session.scalars(select(SchoolYear).order_by(SchoolYear.starts_on.desc()))
        closed = year is None or year.state is YearState.CLOSED
        return self.render(
            "school/commendation_quotas.html",
            form=form,
            year=show(year),
            years=[(str(row.id), row.name) for row in years],
            year_id=str(year.id) if year is not None else "",
            levels=[
                (
                    level.value,
                    show(level),
                    found.version,
                    [(kind, str(LABELS[kind]), words(found.of(kind))) for kind in KINDS],
                )
                for level, found in levels.items()
            ],
            may_set=not closed and bool(can(g.actor, Action.DECIDE_COMMENDATION)),
        )


def _stored(levels: dict[CommendationLevel, Level]) -> dict[str, int | None]:
    return {f"{level.value}_{kind}": found.of(kind).quota for level, found in levels.items() for kind in KINDS}
