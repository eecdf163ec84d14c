"""The council's pages of a year (P4.5): everybody's counts, total and level; freezing by decision; what to look at.

No student is named here, and nobody is ranked: people stand in the order of their names.
"""

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext
from wtforms import Form

from admin_views import score_lines
from admin_views.asked import asked_year
from admin_views.base import Page, Row
from admin_views.files import report_response, table_format
from admin_views.forms import attempt
from admin_views.score_forms import FreezeForm
from admin_views.scores import all_years, is_fixed
from admin_views.values import show
from school.db import db
from school.models import SchoolYear
from school.reports import emulation
from school.rules.policy import can, require
from school.rules.score_sheet import shown
from school.services import score_sheets, scores, signals
from school.services.scores import Standing
from school.vocabulary import Action, LabelEnum, ScoreLevel, SheetState, YearState

MAX_CHOSEN = 500
ALL, SOME = "all", "some"
CODE_AT, NAME_AT = ([column.key for column in emulation.COLUMNS].index(key) for key in ("code", "full_name"))


@dataclass(frozen=True)
class Asked:
    """What the address asks of the table: empty for all."""

    level: str = ""
    state: str = ""

    @classmethod
    def read(cls) -> "Asked":
        """From the request; 400 for what is on no list."""
        return cls(_on_list("level", ScoreLevel), _on_list("state", SheetState))

    def takes(self, standing: Standing) -> bool:
        """Whether this person's sheet is asked for."""
        level, state = standing.shown.level.value, state_of(standing).value
        return self.level in ("", level) and self.state in ("", state)


def _on_list(name: str, enum: type[LabelEnum]) -> str:
    value = request.args.get(name, "")
    return value if value in {"", *(member.value for member in enum)} else abort(400)


def state_of(standing: Standing) -> SheetState:
    """The state of the sheet; nothing was frozen of one that has no row yet."""
    return standing.sheet.state if standing.sheet is not None else SheetState.OPEN


class EmulationPage(Page):
    reads = Action.EXPORT_EMULATION

    @expose("/")
    def index(self) -> str:
        """The table of one school year."""
        year, asked = asked_year(), Asked.read()
        standings = list(self._standings(year).values()) if year is not None else []
        chosen = [standing for standing in standings if asked.takes(standing)]
        return self.render(
            "school/emulation.html",
            year=year,
            years=all_years(),
            asked=asked,
            levels=_choices(ScoreLevel),
            states=_choices(SheetState),
            columns=[*self._columns(), gettext("Điểm"), gettext("Mức"), gettext("Phiếu điểm")],
            name_at=NAME_AT,
            offered=self._offered(year) if chosen and year is not None else [],
            rows=self._rows(year, chosen) if year is not None else [],
            of=len(standings),
            preparing=year is not None and year.state is YearState.PREPARING,
            may_freeze=year is not None and year.state is YearState.RUNNING and can(g.actor, Action.FREEZE_SCORE),
        )

    @expose("/export/")
    @expose("/export/<export_type>/")
    def export(self, export_type: str = "csv") -> Response:
        """The same table for the emulation council, with the columns that were ticked."""
        format_, year = table_format(export_type), asked_year()
        if year is None:
            abort(404)
        columns, rows = emulation.columns(db.session, g.actor, year), emulation.table(db.session, g.actor, year)
        return report_response("emulation", format_, columns, rows, str(self.name), year)

    @expose("/signals/")
    def signals_view(self) -> str:
        """What is worth a look before the sheets are frozen: for people to judge, no point hangs on it."""
        require(g.actor, Action.ADJUST_SCORE)
        year = asked_year() or abort(404)
        found = signals.signals(db.session, g.actor, year)
        people = [standing for standing in self._standings(year).values() if standing.staff_id in found]
        return self.render(
            "school/score_signals.html",
            year=year,
            years=all_years(),
            people=[
                (standing, self._sheet(standing, year), [score_lines.look(one) for one in found[standing.staff_id]])
                for standing in people
            ],
        )

    @expose("/freeze/", methods=("GET", "POST"))
    def freeze_view(self) -> ResponseReturnValue:
        """One decision on all sheets of a year that are open, or on those that were ticked."""
        require(g.actor, Action.FREEZE_SCORE)
        year = asked_year() or abort(404)
        if request.method == "GET":
            return self._show_freeze(year, FreezeForm(None), "", set())
        form, which, chosen = FreezeForm(request.form), request.form.get("which", ""), self._chosen()
        wanted = None if which == ALL else sorted(map(int, chosen))
        if which not in (ALL, SOME) or (which == SOME and not chosen):
            form.validate()
            missing = gettext("Thầy cô chọn chốt tất cả, hoặc đánh dấu ít nhất một người.")
            form.form_errors.append(missing)
            return self._show_freeze(year, form, which, chosen), 400
        settled, status = attempt(
            form,
            lambda: score_sheets.freeze(
                db.session, g.actor, year, wanted, form.decision_number.data, form.decided_on.data
            ),
        )
        if status:
            return self._show_freeze(year, form, which, chosen), status
        self._tell(settled)
        return redirect(self.get_url(".index", year=year.name), 303)

    def _tell(self, settled: score_sheets.Settled) -> None:
        """What was frozen, and what was left out and why."""
        if settled.done or not settled.already:
            flash(gettext("Đã chốt %(count)s phiếu điểm.", count=len(settled.done)), "success")
        if settled.already:
            flash(gettext("%(count)s phiếu đã chốt từ trước, giữ nguyên.", count=len(settled.already)), "success")
        if settled.appealed:
            count = len(settled.appealed)
            flash(gettext("%(count)s phiếu còn đề nghị xem lại chưa trả lời nên chưa chốt.", count=count), "error")
        if settled.own:
            flash(gettext("Phiếu của chính thầy cô để người khác chốt."), "error")

    def _chosen(self) -> set[str]:
        chosen = set(request.form.getlist("rowid"))
        if len(chosen) > MAX_CHOSEN or not all(id_.isascii() and id_.isdigit() and len(id_) < 19 for id_ in chosen):
            abort(400)
        return chosen

    def _show_freeze(self, year: SchoolYear, form: Form, which: str, chosen: set[str]) -> str:
        """The sheets that are open; without a box what can't be frozen: the own, and what waits for an answer."""
        waiting = [row for row in self._standings(year).values() if state_of(row) is SheetState.OPEN]
        rows = [Row(row.staff_id, self._sheet(row, year), _to_freeze(row)) for row in waiting]
        own = {row.id for row in rows if row.id == g.actor.staff_id}
        appealed = {row.staff_id for row in waiting if appeals(row)}
        return self.render(
            "school/score_freeze.html",
            form=form,
            year=year,
            years=all_years(),
            columns=[gettext("Họ và tên"), gettext("Điểm"), gettext("Mức"), gettext("Chờ trả lời")],
            rows=rows,
            own=own,
            appealed=appealed,
            open=len({row.id for row in rows} - own - appealed),
            which=which,
            chosen=chosen,
            fixed=is_fixed(year),
            runs_until=year.ends_on if g.actor.today < year.ends_on else None,
            action=self.get_url(".freeze_view", year=year.name),
        )

    def _standings(self, year: SchoolYear) -> dict[int, Standing]:
        """Everybody's, in the order of names; of a year that is only being prepared nobody's."""
        return scores.of_year(db.session, g.actor, year) if year.state is not YearState.PREPARING else {}

    def _rows(self, year: SchoolYear, standings: list[Standing]) -> list[dict[str, Any]]:
        """What the table shows of these people."""
        counts = {row[CODE_AT]: row for row in emulation.rows(db.session, g.actor, year)} if standings else {}
        return [
            {
                "url": self._sheet(standing, year),
                "cells": [
                    *(show(value) for value in counts[standing.code]),
                    shown_total(standing),
                    show(standing.shown.level),
                    show(state_of(standing)),
                ],
            }
            for standing in standings
        ]

    def _offered(self, year: SchoolYear) -> list[tuple[str, str]]:
        return [(column.key, gettext(column.label)) for column in emulation.columns(db.session, g.actor, year)]

    def _columns(self) -> list[str]:
        return [gettext(column.label) for column in emulation.COLUMNS]

    def _sheet(self, standing: Standing, year: SchoolYear) -> str:
        return self.get_url("score.details_view", id=standing.staff_id, year=year.name)


def _choices(enum: type[LabelEnum]) -> list[tuple[str, str]]:
    return [(member.value, show(member)) for member in enum]


def shown_total(standing: Standing) -> str:
    """The total that counts: the frozen one where the sheet is frozen."""
    total = standing.shown.total
    return shown(total) if total is not None else "–"


def appeals(standing: Standing) -> int:
    """How many appeals wait for an answer: such a sheet is not frozen."""
    return sum(1 for row in standing.comments if row.appeal and row.answer is None)


def _to_freeze(standing: Standing) -> list[str]:
    waiting = sum(1 for row in standing.comments if row.answer is None)
    text = gettext("Đề nghị xem lại") if appeals(standing) else gettext("Ý kiến") if waiting else ""
    return [standing.full_name, shown_total(standing), show(standing.shown.level), text]
