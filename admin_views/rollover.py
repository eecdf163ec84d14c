"""From one school year to the next: what will happen, done at once, and taken back while that is possible (P4.9)."""

import re
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, g, redirect, request
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms import BooleanField
from wtforms.validators import Optional

from admin_views.base import Page, Row
from admin_views.forms import show_error
from admin_views.listing import whole_number
from admin_views.pickers import PickField
from admin_views.values import show
from school.db import db
from school.errors import NotAllowed, PanelError, StaleRecord
from school.models import RollOver, SchoolYear, StudentName
from school.rules import rollover as rules
from school.services import rollover
from school.services.rollover import Choices, Preview
from school.services.rollover_plan import StudentPlan
from school.vocabulary import Action, EnrolmentOutcome, RollOverChange, YearState

ADD, APPLY = "add", "apply"
_CHOICE = re.compile(r"outcome-(\d{1,18})")
_MADE, _ENDED = RollOverChange.MADE, RollOverChange.ENDED


class RollOverForm(BaseForm):
    """One more student to decide about, and the word that it is meant."""

    more = PickField(
        _("Em khác cần quyết định riêng"),
        [Optional()],
        model=StudentName,
        description=_("Học lại lớp, chuyển trường, nghỉ học: gõ vài chữ của tên, rồi bấm Thêm vào danh sách."),
    )
    confirm = BooleanField(_("Tôi đã xem danh sách và đồng ý chuyển năm học"))


@dataclass(frozen=True)
class Asked:
    """What the page was sent: choices, and the students that it listed."""

    choices: Choices
    listed: frozenset[int]

    @classmethod
    def read(cls) -> "Asked":
        """From the form; 400 for what the page never sends."""
        outcomes: dict[int, EnrolmentOutcome] = {}
        for name, value in request.form.items():
            found = _CHOICE.fullmatch(name)
            if found is None:
                continue
            if value not in {member.value for member in EnrolmentOutcome}:
                abort(400)
            outcomes[int(found[1])] = EnrolmentOutcome(value)
        offered, kept = ({whole_number(id_) for id_ in request.form.getlist(name)} for name in ("offered", "pair"))
        return cls(Choices(outcomes, frozenset(offered - kept)), frozenset(outcomes))


class RollOverPage(Page):
    """Leadership passes the school on to the next year."""

    reads = Action.ROLL_OVER_YEAR

    @expose("/", methods=("GET", "POST"))
    def index(self) -> Any:
        """What will happen; with the word of leadership, doing it."""
        year = self._year()
        if request.method == "GET":
            return self._show(year, RollOverForm(), Asked(Choices(), frozenset())) if year else self._empty()
        form, asked = RollOverForm(request.form), Asked.read()
        if year is None or request.form.get("do") not in (ADD, APPLY):
            abort(400)
        if not form.validate():
            return self._show(year, form, asked), 400
        if request.form["do"] == ADD:
            return self._add(year, form, asked)
        if not form.confirm.data:
            form.confirm.errors = [gettext("Thầy cô đánh dấu ô này để chuyển năm học.")]
            return self._show(year, form, asked), 400
        return self._apply(year, form, asked)

    def _year(self) -> SchoolYear | None:
        """The year that the address names, else the last that has begun."""
        wanted = request.values.get("year", "")[:32]
        if wanted:
            return db.session.scalar(select(SchoolYear).where(SchoolYear.name == wanted)) or abort(404)
        begun = select(SchoolYear).where(SchoolYear.state != YearState.PREPARING)
        return db.session.scalar(begun.order_by(SchoolYear.starts_on.desc()).limit(1))

    def _add(self, year: SchoolYear, form: RollOverForm, asked: Asked) -> Any:
        """The same page with one more student in the list."""
        student = form.more.data
        if student is None:
            form.more.errors = [gettext("Thầy cô gõ tên em rồi chọn trong gợi ý.")]
            return self._show(year, form, asked), 400
        plan = rollover.preview(db.session, g.actor, year, asked.choices)
        if student.id not in {known.id for known in plan.students}:
            form.more.errors = [gettext("Em này không ở trong lớp nào của năm học này.")]
            return self._show(year, form, asked), 400
        form.more.data, form.more.typed = None, ""
        return self._show(year, form, Asked(asked.choices, asked.listed | {student.id}))

    def _apply(self, year: SchoolYear, form: RollOverForm, asked: Asked) -> Any:
        before = rollover.live_roll_over(db.session, year)
        if before is not None and (before.applied_by_id, before.applied_on) == (g.actor.account_id, g.actor.today):
            return redirect(self.get_url(".done", id=before.id), 303)  # a double tap: it is done
        try:
            done = rollover.apply(db.session, g.actor, year, asked.choices, request.form.get("stamp", ""))
        except NotAllowed:
            raise
        except PanelError as error:
            db.session.rollback()
            show_error(form, error)
            form.confirm.data = False
            year = self._year() or abort(404)
            return self._show(year, form, asked), 409 if isinstance(error, StaleRecord) else 400
        db.session.commit()
        flash(gettext("Đã chuyển sang năm học %(year)s.", year=done.to_year.name), "success")
        return redirect(self.get_url(".done", id=done.id), 303)

    def _empty(self) -> str:
        return self.render("school/rollover.html", plan=None, past=[])

    def _show(self, year: SchoolYear, form: RollOverForm, asked: Asked) -> str:
        try:
            plan = rollover.preview(db.session, g.actor, year, asked.choices)
        except PanelError as error:  # a choice that no longer fits: the page begins anew, and says so
            show_error(form, error)
            plan = rollover.preview(db.session, g.actor, year)
        looked_at = {student.id for student in plan.to_look_at()} | asked.listed
        obstacle = plan.obstacle
        return self.render(
            "school/rollover.html",
            form=form,
            plan=plan,
            obstacle=gettext(obstacle.msgid, **obstacle.params) if obstacle else "",
            classes=class_rows(plan),
            students=[student for student in plan.students if student.id in looked_at],
            outcomes=rules.outcomes_for,
            reason=results_of,
            graded=any(student.results != (None, None) for student in plan.students),
            past=self._past(),
        )

    def _past(self) -> list[Row]:
        statement = (
            select(RollOver)
            .options(joinedload(RollOver.from_year), joinedload(RollOver.to_year))
            .order_by(RollOver.id.desc())
            .limit(10)
        )
        return [
            Row(
                row.id,
                self.get_url(".done", id=row.id),
                [f"{row.from_year} → {row.to_year}", show(row.applied_on), show(row.undone_on)],
            )
            for row in db.session.scalars(statement)
        ]

    def _one(self) -> RollOver:
        return db.session.get(RollOver, whole_number(request.values.get("id"))) or abort(404)

    @expose("/done/")
    def done(self) -> str:
        """What a roll-over did, and the way back."""
        return self._show_done(self._one())

    def _show_done(self, row: RollOver, error: str = "") -> str:
        refusal = rollover.may_undo(db.session, g.actor, row)
        return self.render(
            "school/rollover_done.html",
            row=row,
            facts=facts_of(rollover.made(db.session, row)),
            refusal=gettext(refusal.msgid, **refusal.params) if refusal else "",
            error=error,
        )

    @expose("/undo/", methods=("POST",))
    def undo(self) -> Any:
        """Put everything back."""
        row = self._one()
        from_year = row.from_year.name
        if not request.form.get("confirm"):
            return self._show_done(row, gettext("Thầy cô đánh dấu ô đồng ý để hoàn tác.")), 400
        try:
            rollover.undo(db.session, g.actor, row)
        except NotAllowed:
            raise
        except PanelError as error:
            db.session.rollback()
            return self._show_done(self._one(), gettext(error.msgid, **error.params)), 400
        db.session.commit()
        flash(gettext("Đã hoàn tác. Mọi thứ trở lại như trước khi chuyển năm học."), "success")
        return redirect(self.get_url(".index", year=from_year), 303)


def class_rows(plan: Preview) -> list[Row]:
    """A line a class: what it becomes, its teacher, and how many go on, repeat and leave."""
    counts = plan.counts()
    rows = []
    for room in plan.classes:
        found = counts[room.id]
        stays = found[EnrolmentOutcome.PROMOTED], found[EnrolmentOutcome.REPEATED]
        leaves = sum(found[outcome] for outcome in rules.LEAVING)
        new = room.new_name or gettext("Ra trường")
        teacher = room.teacher if room.new_name else ""
        rows.append(Row(room.id, None, [room.name, new, teacher, *map(str, (*stays, leaves))]))
    return rows


def results_of(student: StudentPlan) -> str:
    """Learning and conduct of the year, as far as they are known."""
    labels = (gettext("Học tập"), gettext("Rèn luyện"))
    known = [f"{label}: {show(r)}" for label, r in zip(labels, student.results, strict=True) if r is not None]
    return "; ".join(known)


def facts_of(counts: dict[tuple[str, RollOverChange], int]) -> list[tuple[str, int]]:
    """What was done, in the words of the school; nothing is left out but what goes with a case."""
    told = (
        (gettext("Lớp mới"), counts.get(("classroom", _MADE), 0)),
        (gettext("Em có lớp trong năm mới"), counts.get(("enrolment", _MADE), 0)),
        (
            gettext("Em ra trường, chuyển trường, nghỉ học"),
            counts.get(("enrolment", _ENDED), 0) - counts.get(("enrolment", _MADE), 0),
        ),
        (gettext("Hồ sơ tiếp tục trong năm mới"), counts.get(("support_case", _MADE), 0)),
        (gettext("Người đỡ đầu được ghi đăng ký tiếp"), counts.get(("sponsorship", _MADE), 0)),
        (gettext("Hồ sơ năm cũ đã kết thúc"), counts.get(("support_case", _ENDED), 0)),
        (gettext("Phân công năm cũ đã kết thúc"), counts.get(("sponsorship", _ENDED), 0)),
    )
    return [(label, count) for label, count in told if count]
