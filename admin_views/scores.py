"""The score sheet of one person (P4.5): the lines, the records behind them, adjustments, comments and their answers.

Everybody has the own sheet. The council and leadership read all, adjust with a reason and answer, never for themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy import select
from wtforms import Form

from admin_views import score_lines
from admin_views.asked import asked_year
from admin_views.base import Page, current_actor
from admin_views.forms import attempt
from admin_views.listing import MAX_PAGE, whole_number
from admin_views.score_forms import NOT_APPLICABLE, AdjustForm, AnswerForm, CommentForm, ReopenForm
from school.db import db
from school.errors import RuleError
from school.models import SchoolYear, ScoreAdjustment, ScoreComment, ScoreSheet, Staff
from school.rules.gaming import Signal
from school.rules.policy import can, require
from school.services import criteria, score_sheets, score_words, scores, signals
from school.services.scores import Standing
from school.vocabulary import Action, SchemeState, SheetState, YearState

PAGE_SIZE = 100


@dataclass(frozen=True)
class About:
    """Whose sheet of which year a page is about, and what this person may do with it."""

    year: SchoolYear
    staff: Staff
    forms: Mapping[str, Form] = field(default_factory=dict)  # those that were refused, with what was typed

    @property
    def mine(self) -> bool:
        """Whether it is the own sheet."""
        return self.staff.id == g.actor.staff_id

    def may(self, action: Action) -> bool:
        """Whether the policy lets this person, in a year that is still open."""
        row = ScoreSheet(staff_id=self.staff.id, school_year_id=self.year.id)
        return self.year.state is YearState.RUNNING and bool(can(g.actor, action, row))


def all_years() -> list[str]:
    """Names of the school years, the newest first."""
    return list(db.session.scalars(select(SchoolYear.name).order_by(SchoolYear.starts_on.desc())))


def is_fixed(year: SchoolYear) -> bool:
    """Whether the year's criteria are fixed: until then points may still change, and nothing is frozen."""
    scheme = criteria.scheme_of(db.session, year)
    return scheme is not None and scheme.state is SchemeState.FIXED


class ScorePage(Page):
    reads = Action.VIEW_SCORE

    def is_visible(self) -> bool:
        """In the navigation of whoever can have a sheet."""
        actor = current_actor()
        return actor is not None and actor.staff_id is not None

    @expose("/")
    def index(self) -> str:
        """The own sheet."""
        year = asked_year()
        staff = db.session.get(Staff, g.actor.staff_id) if g.actor.staff_id is not None else None
        if year is None or staff is None:
            return self._show_nothing(year)
        return self._show(About(year, staff))

    @expose("/details/")
    def details_view(self) -> str:
        """The sheet of one person, for that person and for those who see all."""
        return self._show(self._about(request.args.get("id")))

    @expose("/evidence/")
    def evidence_view(self) -> str:
        """The records behind one line: as they were frozen, or as they are."""
        about = self._about(request.args.get("id"))
        standing = self._standing(about)
        asked = request.args.get("criterion")
        line = next((line for line in standing.shown.lines if line.code == asked), None) or abort(404)
        numbers = score_lines.children(standing.shown)
        row = score_lines.line_row(line, numbers)
        page = whole_number(request.args.get("page", "0"), high=MAX_PAGE)
        shown = line.evidence[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
        return self.render(
            "school/score_evidence.html",
            about=about,
            standing=standing,
            line=row,
            facts=score_lines.line_facts(row),
            changes=[one for one in score_lines.changes(standing) if one.code == line.code],
            hints=row.hints if self._runs(about) else (),
            records=score_lines.records(shown, numbers),
            expected=score_lines.expectations(line),
            count=len(line.evidence),
            page=page,
            pages=max(1, -(-len(line.evidence) // PAGE_SIZE)),
            url=lambda number: self._to("evidence_view", about, criterion=line.code, page=number or None),
            back=self._to("details_view", about),
        )

    # Writing --------------------------------------------------------------------------------------------------------

    @expose("/comment/", methods=("POST",))
    def comment_view(self) -> ResponseReturnValue:
        """Say something to the own sheet, or ask for another look at it."""
        about = self._about(g.actor.staff_id)
        form = CommentForm(request.form)
        return self._settle(
            about,
            "comment",
            form,
            lambda: score_words.comment(db.session, g.actor, about.year, form.text.data, form.appeal.data),
            gettext("Đã gửi Hội đồng thi đua."),
        )

    @expose("/withdraw/", methods=("POST",))
    def withdraw_view(self) -> ResponseReturnValue:
        """Take back what one said, before it is answered."""
        row = self._row(ScoreComment)
        require(g.actor, Action.COMMENT_SCORE, row)
        return self._settle(
            self._about_row(row),
            f"withdraw-{row.id}",
            Form(),
            lambda: score_words.withdraw(db.session, g.actor, row, self._version()),
            gettext("Đã rút lại ý kiến."),
        )

    @expose("/answer/", methods=("POST",))
    def answer_view(self) -> ResponseReturnValue:
        """Answer what somebody said to their sheet."""
        require(g.actor, Action.ADJUST_SCORE)
        row = self._row(ScoreComment)
        form = AnswerForm(request.form)
        return self._settle(
            self._about_row(row),
            f"answer-{row.id}",
            form,
            lambda: score_words.answer(db.session, g.actor, row, form.answer.data, self._version()),
            gettext("Đã lưu câu trả lời."),
        )

    @expose("/adjust/", methods=("GET", "POST"))
    def adjust_view(self) -> ResponseReturnValue:
        """Add points to a criterion of somebody's sheet or take them off, with the reason."""
        require(g.actor, Action.ADJUST_SCORE)
        about = self._about(request.values.get("id"))
        require(g.actor, Action.ADJUST_SCORE, ScoreSheet(staff_id=about.staff.id))
        rows = {str(row.id): row for row in criteria.criteria_of(db.session, about.year)}
        form = AdjustForm(request.form if request.method == "POST" else None)
        form.criterion.offer(rows.values())
        if request.method == "GET":
            return self._show_adjust(about, form)

        def write() -> ScoreAdjustment:
            chosen = rows.get(form.criterion.data) if form.criterion.data != NOT_APPLICABLE else None
            return score_sheets.adjust(
                db.session, g.actor, about.year, about.staff, chosen, form.points.data, form.reason.data
            )

        _made, status = attempt(form, write)
        if status:
            return self._show_adjust(about, form), status
        flash(gettext("Đã ghi điều chỉnh."), "success")
        return redirect(self._to("details_view", about), 303)

    @expose("/take_back/", methods=("POST",))
    def take_back_view(self) -> ResponseReturnValue:
        """Take an adjustment back."""
        require(g.actor, Action.ADJUST_SCORE)
        row = self._row(ScoreAdjustment)
        require(g.actor, Action.ADJUST_SCORE, row)
        return self._settle(
            self._about_row(row),
            f"take_back-{row.id}",
            Form(),
            lambda: score_sheets.take_back(db.session, g.actor, row, self._version()),
            gettext("Đã bỏ điều chỉnh."),
        )

    @expose("/unfreeze/", methods=("POST",))
    def unfreeze_view(self) -> ResponseReturnValue:
        """Open a frozen sheet again, with the reason."""
        require(g.actor, Action.FREEZE_SCORE)
        row = self._row(ScoreSheet)
        require(g.actor, Action.FREEZE_SCORE, row)
        form = ReopenForm(request.form)
        return self._settle(
            self._about_row(row),
            "unfreeze",
            form,
            lambda: score_sheets.unfreeze(db.session, g.actor, row, form.reason.data, self._version()),
            gettext("Đã mở lại phiếu điểm."),
        )

    def _settle(
        self, about: About, name: str, form: Form, write: Callable[[], Any], message: str
    ) -> ResponseReturnValue:
        """Write and go to the sheet; a refusal stands on the sheet, beside what was typed."""
        _result, status = attempt(form, write)
        if status:
            for text in form.form_errors:
                flash(text, "error")
            return self._show(About(about.year, about.staff, {name: form})), status
        flash(message, "success")
        return redirect(self._to("details_view", about), 303)

    # What the pages are about ---------------------------------------------------------------------------------------

    def _about(self, staff_id: Any) -> About:
        """The person and the year; 404 alike for nobody and for somebody whose sheet is not this reader's."""
        staff = db.session.get(Staff, whole_number(str(staff_id or ""))) or abort(404)
        year = asked_year() or abort(404)
        if not can(g.actor, Action.VIEW_SCORE, ScoreSheet(staff_id=staff.id)):
            abort(404)
        return About(year, staff)

    def _about_row(self, row: Any) -> About:
        return About(db.session.get_one(SchoolYear, row.school_year_id), db.session.get_one(Staff, row.staff_id))

    def _row(self, model: Any) -> Any:
        """The row that a form is about; 404 for one that is missing or out of sight."""
        row_id = whole_number(request.form.get("id"))
        return db.session.scalar(select(model).where(model.id == row_id)) or abort(404)

    def _version(self) -> int:
        return request.form.get("version", -1, type=int)  # without one the form is as good as outdated

    def _to(self, view: str, about: About, **more: Any) -> str:
        return self.get_url(f".{view}", id=about.staff.id, year=about.year.name, **more)

    def _standing(self, about: About) -> Standing:
        return scores.of_person(db.session, g.actor, about.year, about.staff)

    # Showing --------------------------------------------------------------------------------------------------------

    def _show_nothing(self, year: SchoolYear | None, why: str = "") -> str:
        without = gettext("Tài khoản này không gắn với cán bộ nào nên không có phiếu điểm.")
        none = gettext("Chưa có năm học nào nên chưa có phiếu điểm.")
        return self.render(
            "school/score_none.html", year=year, years=all_years(), why=why or (none if year is None else without)
        )

    def _show(self, about: About) -> str:
        """The sheet; where the year is not scored yet, why."""
        try:
            standing = self._standing(about)
        except RuleError as error:
            return self._show_nothing(about.year, gettext(error.msgid, **error.params))
        score, sheet = standing.shown, standing.sheet
        frozen = sheet is not None and sheet.state is SheetState.FROZEN
        may_adjust = about.may(Action.ADJUST_SCORE)
        return self.render(
            "school/score_sheet.html",
            about=about,
            years=all_years(),
            standing=standing,
            facts=score_lines.facts(standing),
            lines=score_lines.line_rows(score),
            sum=score_lines.sum_up(score),
            changes=score_lines.changes(standing),
            drafted=not frozen and not is_fixed(about.year),
            comments=standing.comments,
            unbroken=sheet is None or score_sheets.verify(sheet),
            differences=score_lines.differences(standing.frozen, standing.score) if standing.frozen else [],
            hints=[row for row in score_lines.line_rows(standing.score) if row.hints] if not frozen else [],
            running=self._runs(about),
            signals=[score_lines.look(one) for one in self._signals(about)] if may_adjust else [],
            to=lambda view, **more: self._to(view, about, **more),
            may_adjust=may_adjust and not frozen,
            may_answer=may_adjust,
            may_reopen=frozen and about.may(Action.FREEZE_SCORE),
            may_comment=about.mine and about.may(Action.COMMENT_SCORE),
            may_list=bool(can(g.actor, Action.EXPORT_EMULATION)),
            form=self._form(about),
        )

    def _runs(self, about: About) -> bool:
        """Whether what is still missing can still be done."""
        return about.year.state is YearState.RUNNING and g.actor.today <= about.year.ends_on

    def _form(self, about: About) -> Callable[..., Form]:
        """The form of one thing on the sheet: with what was typed where that was refused, else fresh."""
        kinds = {"comment": CommentForm, "answer": AnswerForm, "unfreeze": ReopenForm}

        def find(name: str, row: Any = None) -> Form:
            key = name if row is None else f"{name}-{row.id}"
            if key in about.forms:
                return about.forms[key]
            return kinds[name](None, answer=row.answer) if name == "answer" else kinds[name](None)

        return find

    def _signals(self, about: About) -> list[Signal]:
        return signals.of_person(db.session, g.actor, about.year, about.staff.id)

    def _show_adjust(self, about: About, form: Form) -> str:
        standing = self._standing(about)
        return self.render(
            "school/score_adjust.html",
            about=about,
            form=form,
            lines=score_lines.line_rows(standing.score),
            standing=standing,
            action=self._to("adjust_view", about),
            back=self._to("details_view", about),
        )
