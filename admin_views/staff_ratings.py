"""The yearly ratings of staff: one by one, or many by one decision; each person sees the own (P7)."""

from typing import Any

from flask import abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms import Form
from wtforms.validators import InputRequired, Length

from admin_views.asked import chosen_year, year_of_today
from admin_views.base import Screen, current_actor
from admin_views.commendations import LONGEST_NUMBER
from admin_views.directory import staff_named
from admin_views.forms import DayField, LineField, carry_out
from admin_views.listing import by_label, by_row, whole_number
from admin_views.values import show
from school.db import db
from school.models import Department, SchoolYear, Staff, YearlyRating
from school.reports.documents import has_whole
from school.rules.policy import can, require
from school.services import staff_ratings
from school.vocabulary import Action, StaffRating, YearState

MANY = 60  # people on one page of the form for many: it stays light on a phone


class ManyForm(BaseForm):
    """The one decision of a page of ratings."""

    decision_number = LineField(
        _("Số quyết định"),
        [InputRequired(_("Thầy cô ghi số quyết định.")), Length(max=LONGEST_NUMBER)],
        description=_("Ví dụ: 31/QĐ-THPT."),
    )
    decided_on = DayField(_("Ngày quyết định"), [InputRequired(_("Thầy cô chọn ngày quyết định."))])


class StaffRatingScreen(Screen):
    reads = Action.VIEW_STAFF_RATING
    creates = edits = deletes = Action.EDIT_STAFF_RATING
    intro = _("Xếp loại chất lượng cuối năm theo quyết định của nhà trường. Phần mềm không tự xếp loại.")
    new_label = _("Ghi một xếp loại")
    empty_message = _("Chưa ghi xếp loại nào.")
    list_template = "school/staff_ratings.html"
    column_list = ("staff", "rating", "school_year", "decision_number", "decided_on")
    column_details_list = ("staff", "rating", "school_year", "decision_number", "decided_on")
    column_labels = {
        "staff": _("Cán bộ, giáo viên"),
        "rating": _("Mức xếp loại"),
        "school_year": _("Năm học"),
        "decision_number": _("Số quyết định"),
        "decided_on": _("Ngày quyết định"),
    }
    column_descriptions = {
        "staff": _("Gõ vài chữ của tên rồi chọn trong gợi ý."),
        "decision_number": _("Ví dụ: 31/QĐ-THPT."),
    }
    column_sortable_list = (
        ("staff", "staff.sort_key"),
        ("school_year", "school_year.starts_on"),
        "decided_on",
    )
    column_default_sort = [("school_year.starts_on", True), ("staff.sort_key", False)]
    form_columns = ("school_year", "staff", "rating", "decision_number", "decided_on")
    loads = (joinedload(YearlyRating.staff), joinedload(YearlyRating.school_year))
    searches = (lambda word: YearlyRating.staff_id.in_(select(Staff.id).where(staff_named(word))),)
    filters = (
        by_row("school_year", _("Năm học"), SchoolYear, lambda id_: YearlyRating.school_year_id == id_),
        by_label("rating", _("Mức xếp loại"), YearlyRating.rating, StaffRating),
        by_row(
            "department",
            _("Tổ"),
            Department,
            lambda id_: YearlyRating.staff_id.in_(select(Staff.id).where(Staff.department_id == id_)),
        ),
    )

    def is_accessible(self) -> bool:
        actor = current_actor()
        own = actor is not None and actor.staff_id is not None
        return super().is_accessible() and (own or (actor is not None and has_whole(actor, self.reads)))

    def defaults(self) -> dict[str, Any]:
        return {"school_year": year_of_today()}

    def trim_form(self, form: Form, obj: YearlyRating | None) -> None:
        for name in ("school_year", "staff") if obj is not None else ():
            del form[name]

    def store(self, obj: YearlyRating, values: dict[str, Any], version: int | None) -> YearlyRating:
        return staff_ratings.rate(db.session, g.actor, obj, values, version)

    def erase(self, obj: YearlyRating, version: int | None) -> None:
        staff_ratings.take_off(db.session, g.actor, obj, version)

    def may_edit(self, obj: YearlyRating) -> bool:
        return super().may_edit(obj) and obj.school_year.state is not YearState.CLOSED

    def may_delete(self, obj: YearlyRating) -> bool:
        return super().may_delete(obj) and obj.school_year.state is not YearState.CLOSED

    def many_way(self) -> str | None:
        """Where one decision is entered for many people, for those who enter ratings."""
        return self.get_url(".many_view") if can(g.actor, Action.EDIT_STAFF_RATING) else None

    @expose("/many/", methods=("GET", "POST"))
    def many_view(self) -> ResponseReturnValue:
        """One decision for the people of a year who have no rating yet; nobody's level is chosen beforehand."""
        require(g.actor, Action.EDIT_STAFF_RATING)
        year = chosen_year()
        if request.method == "GET":
            return self._show_many(ManyForm(None), year, {})
        form, chosen = ManyForm(request.form), self._chosen()
        valid = form.validate()
        if year is None:
            abort(404)
        if not chosen:
            form.form_errors.append(gettext("Thầy cô chọn mức xếp loại cho ít nhất một người."))
        elif valid and self._rate(form, year, chosen):
            return redirect(self.get_url(".index_view", school_year=year.id), 303)
        return self._show_many(form, year, chosen), 400

    def _rate(self, form: Form, year: SchoolYear, chosen: dict[int, StaffRating]) -> bool:
        """Enter the ratings; a refusal goes to its field."""
        number, day = form["decision_number"].data, form["decided_on"].data
        settled, _status = carry_out(
            form, lambda: staff_ratings.rate_many(db.session, g.actor, year, chosen, number, day)
        )
        if settled is None:
            return False
        count = len(settled.done) + len(settled.same)
        flash(gettext("Đã ghi xếp loại của %(count)s người.", count=count), "success")
        if settled.own:
            flash(gettext("Xếp loại của chính thầy cô do người khác ghi."), "error")
        return True

    def _chosen(self) -> dict[int, StaffRating]:
        """The levels that were chosen, by staff id."""
        known = {rating.value for rating in StaffRating}
        chosen: dict[int, StaffRating] = {}
        for name, value in request.form.items():
            if not name.startswith("r-") or not value:
                continue
            if value not in known or len(chosen) >= MANY:
                abort(400)
            chosen[whole_number(name.removeprefix("r-"))] = StaffRating(value)
        return chosen

    def _department(self) -> int | None:
        given = request.args.get("department")
        return whole_number(given) if given else None

    def _show_many(self, form: Form, year: SchoolYear | None, chosen: dict[int, StaffRating]) -> str:
        department = self._department()
        open_ = year is not None and year.state is YearState.RUNNING
        people = staff_ratings.unrated(db.session, g.actor, year) if year is not None and open_ else []
        shown = [person for person in people if department is None or person.department_id == department]
        years = select(SchoolYear).where(SchoolYear.state == YearState.RUNNING).order_by(SchoolYear.starts_on.desc())
        departments = db.session.scalars(select(Department).order_by(Department.name)).all()
        names = {row.id: row.name for row in departments}
        return self.render(
            "school/staff_ratings_many.html",
            form=form,
            year=show(year),
            years=[(str(row.id), row.name) for row in db.session.scalars(years)],
            year_id=str(year.id) if year is not None else "",
            departments=[(str(id_), name) for id_, name in names.items()],
            department=str(department or ""),
            ratings=[(rating.value, show(rating)) for rating in StaffRating],
            people=[(row.id, row.full_name, names.get(row.department_id or 0, "")) for row in shown[:MANY]],
            more=max(0, len(shown) - MANY),
            chosen={id_: rating.value for id_, rating in chosen.items()},
        )
