"""The screen of the commendations (P4.6, P4.9): who is proposed for what, and the decision, for one or for many."""

from collections.abc import Mapping
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
from wtforms.validators import InputRequired, Length, Optional

from admin_views.asked import chosen_year, year_of_today
from admin_views.base import Row, Screen, StepButton
from admin_views.directory import staff_named
from admin_views.forms import DayField, LineField, carry_out
from admin_views.listing import by_choice, by_label, by_row
from admin_views.quotas import QuotaPages, remark
from admin_views.values import show
from school.db import db
from school.models import Commendation, SchoolYear, Staff, YearlyRating
from school.reports import collective, commendation_list
from school.reports.documents import has_whole
from school.rules.commendation import PERSON_TITLES, TEAM_TITLES
from school.rules.policy import can, require
from school.services import commendations
from school.vocabulary import Action, AwardKind, CommendationLevel, DocumentKind, YearState

DECIDE, UNDECIDE = "decide", "undecide"
MAX_CHOSEN = 500
LONGEST_NUMBER, LONGEST_LINE = 32, 200


def _decision_fields() -> dict[str, Any]:
    return {
        "decision_number": LineField(
            _("Số quyết định"),
            [InputRequired(_("Thầy cô ghi số quyết định.")), Length(max=LONGEST_NUMBER)],
            description=_("Ví dụ: 125/QĐ-THPT."),
        ),
        "decided_on": DayField(_("Ngày quyết định"), [InputRequired(_("Thầy cô chọn ngày quyết định."))]),
    }


DecisionForm: type[BaseForm] = type("DecisionForm", (BaseForm,), _decision_fields())


def _decision(row: Commendation) -> str:
    if row.decided_on is None:
        return gettext("Chờ quyết định")
    return gettext("Số %(number)s ngày %(day)s", number=row.decision_number, day=show(row.decided_on))


def _evidence(row: Commendation) -> str:
    """The counts that go into the list; worked out on the page about one row alone."""
    people, departments = commendation_list.count_work(db.session, row.school_year)
    work = departments.get(row.department_id or 0) if row.staff_id is None else people.get(row.staff_id)
    return work.words(of_department=row.staff_id is None) if work is not None else ""


def _shares(row: Commendation) -> str:
    """How the department's year stands, beside the proposal for it; no title follows from it."""
    if row.department_id is None:
        return ""
    found = collective.of_department(db.session, g.actor, row.school_year, row.department_id)
    return collective.words(found) if found is not None else ""


def _rating(row: Commendation) -> str:
    """The yearly rating that a person's title rests on, for those who may see it."""
    if row.award not in PERSON_TITLES:
        return ""
    criteria = (YearlyRating.staff_id == row.staff_id, YearlyRating.school_year_id == row.school_year_id)
    found = db.session.scalar(select(YearlyRating).where(*criteria))
    if found is not None:
        return f"{show(found.rating)} ({found.decision_number}, {show(found.decided_on)})"
    return gettext("Chưa ghi; danh hiệu được quyết định sau khi có xếp loại.") if _sees_ratings() else ""


def _titles_within(row: Commendation) -> str:
    """How many of the department have which title, beside the proposal for a title of the department."""
    if row.award not in TEAM_TITLES:
        return ""
    staff, advanced, fighters = commendations.titles_within(db.session, g.actor, row)
    return gettext(
        "Trong %(staff)s thầy cô của tổ, đã có quyết định “Lao động tiên tiến” cho %(advanced)s, “Chiến sĩ thi đua cơ "
        "sở” cho %(fighters)s.",
        staff=staff,
        advanced=advanced,
        fighters=fighters,
    )


def _sees_ratings() -> bool:
    return has_whole(g.actor, Action.VIEW_STAFF_RATING)


class CommendationScreen(QuotaPages, Screen):
    reads = Action.VIEW_COMMENDATION
    creates = edits = deletes = Action.EDIT_COMMENDATION
    intro = _("Tập thể, cá nhân được đề nghị khen và quyết định khen thưởng của từng năm học.")
    new_label = _("Đề nghị khen thưởng")
    empty_message = _("Chưa có đề nghị khen thưởng nào.")
    list_template = "school/commendations.html"
    column_list = ("subject", "title", "level", "school_year", "decision")
    column_details_list = (
        "subject",
        "kind",
        "award",
        "title",
        "level",
        "school_year",
        "decision",
        "rating",
        "titles_within",
        "quota",
        "proposed_on",
        "achievement",
        "evidence",
        "shares",
    )
    column_export_extra = ("kind", "award", "proposed_on", "achievement")
    column_labels = {
        "subject": _("Cá nhân, tập thể"),
        "kind": _("Khen"),
        "staff": _("Cá nhân"),
        "department": _("Tập thể (tổ)"),
        "award": _("Nhóm"),
        "title": _("Danh hiệu, hình thức khen"),
        "rating": _("Xếp loại cuối năm"),
        "titles_within": _("Danh hiệu trong tổ"),
        "quota": _("Chỉ tiêu của cấp"),
        "shares": _("Kết quả chung của tổ"),
        "level": _("Cấp khen"),
        "school_year": _("Năm học"),
        "decision": _("Quyết định"),
        "decided_on": _("Quyết định ngày"),
        "proposed_on": _("Đề nghị ngày"),
        "achievement": _("Thành tích"),
        "evidence": _("Số liệu trong năm học"),
    }
    column_descriptions = {
        "staff": _("Gõ vài chữ của tên rồi chọn trong gợi ý; để trống nếu đề nghị khen một tổ."),
        "department": _("Để trống nếu đề nghị khen một cá nhân."),
        "award": _("Hai danh hiệu đầu dành cho cá nhân, hai danh hiệu sau dành cho tập thể tổ."),
        "achievement": _("Vài câu về việc đã làm. Không ghi tên và hoàn cảnh của học sinh."),
    }
    column_formatters = {
        "subject": lambda v, c, row, n: row.staff or row.department,
        "kind": lambda v, c, row, n: gettext("Cá nhân") if row.staff_id is not None else gettext("Tập thể"),
        "decision": lambda v, c, row, n: _decision(row),
        "evidence": lambda v, c, row, n: _evidence(row),
        "quota": lambda v, c, row, n: remark(row),
        "rating": lambda v, c, row, n: _rating(row),
        "shares": lambda v, c, row, n: _shares(row),
        "titles_within": lambda v, c, row, n: _titles_within(row),
    }
    column_sortable_list = (
        ("subject", "staff.sort_key"),
        "title",
        ("school_year", "school_year.starts_on"),
        ("decision", "decided_on"),
    )
    column_default_sort = [("school_year.starts_on", True), ("staff.sort_key", False)]
    form_columns = ("school_year", "staff", "department", "award", "title", "level", "achievement")
    form_extra_fields = {
        "title": LineField(
            _("Danh hiệu, hình thức khen"),
            [Optional(), Length(max=LONGEST_LINE)],
            description=_("Ví dụ: Giấy khen của Hiệu trưởng. Với một danh hiệu thi đua thì để trống cũng được."),
        ),
    }
    loads = (
        joinedload(Commendation.staff),
        joinedload(Commendation.department),
        joinedload(Commendation.school_year),
    )
    searches = (lambda word: Commendation.staff_id.in_(select(Staff.id).where(staff_named(word))),)
    filters = (
        by_label("level", _("Cấp khen"), Commendation.level, CommendationLevel),
        by_label("award", _("Nhóm"), Commendation.award, AwardKind),
        by_row("school_year", _("Năm học"), SchoolYear, lambda id_: Commendation.school_year_id == id_),
        by_choice(
            "decided",
            _("Quyết định"),
            {
                "no": (_("Chờ quyết định"), lambda: Commendation.decided_on.is_(None)),
                "yes": (_("Đã có quyết định"), lambda: Commendation.decided_on.is_not(None)),
            },
        ),
        by_choice(
            "kind",
            _("Khen"),
            {
                "people": (_("Cá nhân"), lambda: Commendation.staff_id.is_not(None)),
                "departments": (_("Tập thể"), lambda: Commendation.department_id.is_not(None)),
            },
        ),
    )
    step_fields = {DECIDE: _decision_fields()}

    def defaults(self) -> dict[str, Any]:
        return {"school_year": year_of_today(), "award": None, "level": None}  # both are a person's to choose

    def trim_form(self, form: Form, obj: Commendation | None) -> None:
        for name in ("school_year", "staff", "department") if obj is not None else ():
            del form[name]

    def store(self, obj: Commendation, values: dict[str, Any], version: int | None) -> Commendation:
        saved = commendations.propose(db.session, g.actor, obj, values, version)
        if said := remark(saved, only_beyond=True):
            flash(said, "error")
        return saved

    def erase(self, obj: Commendation, version: int | None) -> None:
        commendations.withdraw(db.session, g.actor, obj, version)

    def may_edit(self, obj: Commendation) -> bool:
        return super().may_edit(obj) and obj.decided_on is None and obj.school_year.state is not YearState.CLOSED

    def may_delete(self, obj: Commendation) -> bool:
        return super().may_delete(obj) and self.may_edit(obj)

    def has_steps(self) -> bool:
        return True

    def steps(self, obj: Commendation) -> list[StepButton]:
        closed = obj.school_year.state is YearState.CLOSED
        if closed or commendations.is_own(g.actor, obj) or not can(g.actor, Action.DECIDE_COMMENDATION, obj):
            return []
        return [step for step in self.all_steps() if (step.name == DECIDE) == (obj.decided_on is None)]

    def all_steps(self) -> list[StepButton]:
        return [
            self.step_button(DECIDE, gettext("Ghi quyết định")),
            self.step_button(UNDECIDE, gettext("Gỡ quyết định")),
        ]

    @expose("/step/", methods=("POST",))
    def step_view(self) -> Any:
        """Both steps are for those who decide, whatever the form says."""
        require(g.actor, Action.DECIDE_COMMENDATION)
        return super().step_view()

    def take(self, obj: Commendation, name: str, values: Mapping[str, Any]) -> None:
        if name == DECIDE:
            commendations.decide(db.session, g.actor, obj, values["decision_number"], values["decided_on"])
        else:
            commendations.undecide(db.session, g.actor, obj)

    def ways(self, obj: Commendation) -> list[tuple[str, str]]:
        way = {"kind": DocumentKind.COMMENDATION_EVIDENCE.value, "subject": obj.id}
        found = [
            (self.get_url("documents.print_page", **way), gettext("In minh chứng")),
            (self.get_url("documents.docx", **way), gettext("Minh chứng (Word)")),
        ]
        if obj.department_id is not None and can(g.actor, Action.EXPORT_EMULATION):
            found.append((self.get_url("collective.index", year=obj.school_year.name), gettext("So các tổ")))
        return found

    def quota_way(self, chosen: Mapping[str, str]) -> str:
        """Where the quotas of the year that is filtered by are seen, and set by leadership."""
        return self.get_url(".quota_view", school_year=chosen.get("school_year"))

    def paper_way(self, chosen: Mapping[str, str]) -> str | None:
        """Where the list of the year that is filtered by, else of today's, is printed."""
        year = chosen.get("school_year") or getattr(year_of_today(), "id", None)
        if year is None:
            return None
        return self.get_url("documents.print_page", kind=DocumentKind.COMMENDATION_LIST.value, subject=year)

    def decide_way(self) -> str | None:
        """Where one decision is entered for many proposals, for those who decide."""
        return self.get_url(".decide_view") if can(g.actor, Action.DECIDE_COMMENDATION) else None

    @expose("/decide/", methods=("GET", "POST"))
    def decide_view(self) -> ResponseReturnValue:
        """One decision on the chosen proposals of a year: all of them, or none."""
        require(g.actor, Action.DECIDE_COMMENDATION)
        year = chosen_year()
        proposed = commendations.of_year(db.session, g.actor, year) if year is not None else []
        waiting = [row for row in proposed if row.decided_on is None]
        if request.method == "GET":
            return self._show_decision(DecisionForm(None, decided_on=g.actor.today), year, waiting, set())
        form, chosen = DecisionForm(request.form), self._chosen()
        rows = [row for row in proposed if str(row.id) in chosen]  # a second tap finds them decided alike
        valid = form.validate()
        if not chosen:
            form.form_errors.append(gettext("Thầy cô đánh dấu ít nhất một dòng."))
        elif len(rows) != len(chosen):
            form.form_errors.append(gettext("Danh sách vừa thay đổi. Thầy cô xem lại các dòng đã đánh dấu."))
        elif valid and self._decide(form, rows):
            return redirect(self.get_url(".index_view"), 303)
        return self._show_decision(form, year, waiting, chosen), 400

    def _decide(self, form: Form, rows: list[Commendation]) -> bool:
        """Enter the decision; a refusal goes to its field."""
        number, day = form["decision_number"].data, form["decided_on"].data
        settled, _status = carry_out(form, lambda: commendations.decide_all(db.session, g.actor, rows, number, day))
        if settled is None:
            return False
        flash(gettext("Đã ghi quyết định cho %(count)s đề nghị.", count=len(settled.done)), "success")
        if settled.own:
            flash(gettext("Đề nghị khen chính thầy cô nên để người khác trong Ban giám hiệu quyết định."), "error")
        return True

    def _chosen(self) -> set[str]:
        chosen = set(request.form.getlist("rowid"))
        if len(chosen) > MAX_CHOSEN or not all(id_.isascii() and id_.isdigit() and len(id_) < 19 for id_ in chosen):
            abort(400)
        return chosen

    def _show_decision(self, form: Form, year: SchoolYear | None, waiting: list[Commendation], chosen: set[str]) -> str:
        own = {row.id for row in waiting if commendations.is_own(g.actor, row)}
        rows = [
            Row(
                row.id,
                self.get_url(".details_view", id=row.id),
                [self.cell(row, name) for name in self.decision_columns],
            )
            for row in waiting
        ]
        return self.render(
            "school/commendation_decision.html",
            form=form,
            year=show(year),
            years=[(str(row.id), row.name) for row in db.session.scalars(_open_years())],
            year_id=str(year.id) if year is not None else "",
            columns=[str(self.column_labels[name]) for name in self.decision_columns],
            rows=rows,
            chosen=chosen,
            own=own,
        )

    decision_columns = ("subject", "title", "level")


def _open_years() -> Any:
    return select(SchoolYear).where(SchoolYear.state != YearState.CLOSED).order_by(SchoolYear.starts_on.desc())
