"""What if: other weights and bands beside the present ones, and who would move (P4.5). Nothing is stored by looking."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from flask import abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_babel import gettext
from wtforms import Form, IntegerField

from admin_views.asked import year_of_today
from admin_views.base import Page
from admin_views.criteria import NUMBER_LABELS
from admin_views.forms import carry_out, show_error
from admin_views.values import show
from school.db import db
from school.errors import RuleError
from school.models import Criterion, EmulationScheme, SchoolYear
from school.rules import scheme as rules
from school.rules.policy import can, require
from school.rules.what_if import Move
from school.services import criteria, what_if
from school.services.score_records import Person
from school.vocabulary import Action, SchemeState

TRIED = (*rules.BANDS, "bonus_cap")  # what is tried out beside the points; the conversion moves nobody
MOST_SHOWN = 150  # people in the table


@dataclass(frozen=True)
class Mover:
    """One person who would move, as it is shown."""

    name: str
    department: str
    cells: tuple[str, ...]


@dataclass
class Trial:
    """A scheme with its criteria, and the form in which other numbers are tried out."""

    scheme: EmulationScheme
    rows: list[Criterion]
    form: Form

    @classmethod
    def read(cls, scheme: EmulationScheme, given: Any) -> "Trial":
        """The form as it was sent; what was not sent is as it stands."""
        rows = criteria.criteria_of(db.session, scheme.school_year)
        fields: dict[str, Any] = {criteria.points_field(row): _field(row.name, row.max_points) for row in rows}
        fields |= {name: _field(NUMBER_LABELS[name], getattr(scheme, name)) for name in TRIED}
        return cls(scheme, rows, type("TrialForm", (BaseForm,), fields)(given))

    @property
    def numbers(self) -> dict[str, int]:
        """The bands and the cap that are tried out."""
        return {name: self.form[name].data for name in TRIED}

    @property
    def points(self) -> dict[int, int]:
        """The points that are tried out, by criterion id."""
        return {row.id: self.form[criteria.points_field(row)].data for row in self.rows}

    @property
    def differs(self) -> bool:
        """Whether anything is other than it stands."""
        return any(field.data != field.default for field in self.form)

    def is_sound(self) -> bool:
        """Whether a year could be scored so; what is wrong is said at the fields."""
        if not self.form.validate():
            return False
        checks: list[Callable[[], None]] = [partial(self._check_points, row) for row in self.rows]
        checks += [self._check_bands, self._check_cap]
        found = [error for check in checks if (error := _refusal(check)) is not None]
        if not any(error.field in self._points_fields() for error in found):
            found += [error for error in [_refusal(self._check_weights)] if error is not None]
        for error in found:
            show_error(self.form, error)
        return not found

    def _points_fields(self) -> set[str]:
        return {criteria.points_field(row) for row in self.rows}

    def _check_bands(self) -> None:
        rules.check_bands(*(self.numbers[name] for name in rules.BANDS))

    def _check_cap(self) -> None:
        rules.check_extent(self.numbers["bonus_cap"], self.scheme.converted_points)

    def _check_points(self, row: Criterion) -> None:
        rules.check_points(self.points[row.id], row.bonus, criteria.points_field(row))

    def _check_weights(self) -> None:
        """The sum is refused at the first weight that was changed, for that is where one looks."""
        weights = [self.form[criteria.points_field(row)] for row in self.rows if not row.bonus]
        changed = [field for field in weights if field.data != field.default]
        try:
            rules.check_weights(rules.worth(row, self.points[row.id]) for row in self.rows)
        except RuleError as error:
            field = (changed or weights)[0].name if weights else None
            raise RuleError(error.msgid, field=field, **error.params) from None


def _field(label: Any, present: int) -> IntegerField:
    return IntegerField(label, default=present, description=gettext("Hiện nay: %(points)s.", points=present))


def _refusal(check: Callable[[], None]) -> RuleError | None:
    try:
        check()
    except RuleError as error:
        return error
    return None


def show_tenths(points: int | None) -> str:
    """Points kept in tenths, as people read them."""
    return "–" if points is None else show(Decimal(points) / 10)


class WhatIfPage(Page):
    """For those who see everybody's score; taking the numbers over is for those who edit the criteria."""

    reads = Action.EXPORT_EMULATION

    def is_visible(self) -> bool:
        return False  # the scheme of a year leads here

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The form; once something was typed, who would move."""
        year = self._year(request.args.get("year"))
        scheme = criteria.scheme_of(db.session, year) if year is not None else None
        if year is None or scheme is None:
            return self.render("school/what_if.html", year=year, scheme=None)
        asked = any(name != "year" for name in request.args)
        trial = Trial.read(scheme, request.args if asked else None)
        sound = trial.is_sound() if asked else True
        return self._show(trial, asked), 200 if sound else 400

    @expose("/keep/", methods=("POST",))
    def keep(self) -> ResponseReturnValue:
        """Let the numbers that were tried out stand in the drafted scheme."""
        require(g.actor, Action.EDIT_CRITERIA)
        year = self._year(request.form.get("year"))
        scheme = criteria.scheme_of(db.session, year) if year is not None else None
        if scheme is None:
            abort(404)
        trial = Trial.read(scheme, request.form)
        if not trial.is_sound():
            return self._show(trial, True), 400  # the page offers only what is sound: somebody typed the request
        version = request.form.get("version", type=int)
        _scheme, refusal = carry_out(
            trial.form,
            lambda: criteria.take_over(db.session, g.actor, scheme, trial.numbers, trial.points, version),
        )
        if refusal:
            return self._show(trial, True), refusal
        flash(gettext("Đã lưu vào bộ tiêu chí đang soạn."), "success")
        return redirect(self.get_url("scheme.details_view", id=scheme.id), 303)

    def _year(self, name: str | None) -> SchoolYear | None:
        if name is None:
            return year_of_today()
        return what_if.year_called(db.session, name[:32]) or abort(404)

    def _show(self, trial: Trial, asked: bool) -> str:
        scheme, form = trial.scheme, trial.form
        sound = not form.errors
        editable = bool(can(g.actor, Action.EDIT_CRITERIA)) and criteria.is_editable(db.session, scheme)
        weights = [form[criteria.points_field(row)] for row in trial.rows if not row.bonus]
        bonus = [form[criteria.points_field(row)] for row in trial.rows if row.bonus]
        return self.render(
            "school/what_if.html",
            year=scheme.school_year,
            scheme=scheme,
            form=form,
            parts_of_form=[
                (gettext("Điểm tối đa, cộng lại đúng 100"), weights),
                (gettext("Điểm cộng"), bonus),
                (gettext("Mức điểm"), [form[name] for name in TRIED]),
            ],
            drafted=scheme.state is SchemeState.DRAFTED,
            may_keep=editable and asked and sound and trial.differs,
            **(self._result(trial) if asked and sound else {}),
        )

    def _result(self, trial: Trial) -> dict[str, Any]:
        """Who would move, prepared for the page."""
        tried = what_if.compare(db.session, g.actor, trial.scheme, trial.rows, trial.numbers, trial.points)
        moved = tried.comparison.moved
        return {
            "comparison": tried.comparison,
            "records": tried.records,
            "levels": [(show(level), before, after) for level, before, after in tried.comparison.counts()],
            "movers": _movers(moved[:MOST_SHOWN], tried.people),
            "hidden": max(0, len(moved) - MOST_SHOWN),
        }


def _movers(moves: tuple[Move, ...], people: Mapping[int, Person]) -> list[Mover]:
    return [
        Mover(
            people[move.staff_id].full_name,
            people[move.staff_id].department or "",
            (
                show_tenths(move.before.total),
                show_tenths(move.after.total),
                show(move.before.level),
                show(move.after.level),
            ),
        )
        for move in moves
    ]
