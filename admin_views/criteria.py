"""What a year is scored by (P4.5): its criteria, which everybody reads, and its scheme: drafted, fixed, reopened."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import g, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload
from wtforms import Form
from wtforms.validators import InputRequired, Length, Optional

from admin_views.asked import year_of_today
from admin_views.base import Panel, Row, Screen, StepButton, current_actor
from admin_views.forms import MAX_PROSE, LineField, ProseField
from admin_views.listing import by_choice, by_label, by_row, whole_number
from admin_views.values import show
from school.db import db
from school.models import Criterion, EmulationScheme, SchoolYear
from school.rules import scheme as rules
from school.rules.policy import can
from school.services import criteria
from school.vocabulary import Action, CriterionKind, SchemeState, ScoreLevel, YearState

LEVELS = (ScoreLevel.EXCELLENT, ScoreLevel.GOOD, ScoreLevel.FULFILLED)
NUMBER_LABELS = {
    "excellent_from": _("Xuất sắc từ"),
    "good_from": _("Tốt từ"),
    "fulfilled_from": _("Hoàn thành từ"),
    "bonus_cap": _("Điểm cộng nhiều nhất"),
    "converted_points": _("100 điểm quy đổi thành"),
}
NUMBER_HELP = {
    "excellent_from": _("Trên thang 100 điểm."),
    "fulfilled_from": _("Dưới mức này là “Cần cố gắng”."),
    "bonus_cap": _("Tổng điểm không bao giờ quá 100, kể cả điểm cộng."),
    "converted_points": _("Số điểm của tiêu chí này trong bảng thi đua chung của trường."),
}


def _years() -> list[tuple[SchoolYear, EmulationScheme | None]]:
    """Every year with its scheme, read once a request."""
    if "years and schemes" not in g:
        setattr(g, "years and schemes", criteria.years(db.session))
    found: list[tuple[SchoolYear, EmulationScheme | None]] = g.get("years and schemes")
    return found


def _scheme_of(row: Criterion) -> EmulationScheme | None:
    return next((scheme for year, scheme in _years() if year.id == row.school_year_id), None)


def levels_of(scheme: EmulationScheme) -> str:
    """From how many points each level begins, in one line."""
    pairs = zip(LEVELS, rules.BANDS, strict=True)
    return ", ".join(
        gettext("%(level)s từ %(points)s", level=show(level), points=getattr(scheme, name)) for level, name in pairs
    )


def decision_of(scheme: EmulationScheme) -> str:
    """By which decision the scheme was fixed; of one that is drafted anew, that this was the time before."""
    if scheme.fixed_on is None:
        return ""
    facts = {"number": scheme.decision_number, "day": show(scheme.fixed_on)}
    if scheme.state is SchemeState.FIXED:
        return gettext("Số %(number)s ngày %(day)s", **facts)
    return gettext("Lần trước: số %(number)s ngày %(day)s", **facts)


def sum_of(rows: Iterable[Criterion]) -> str:
    """What the criteria without bonus add up to."""
    total = rules.weight_of(rows)
    if total == rules.FULL:
        return gettext("Cộng đủ 100 điểm")
    return gettext("Đang cộng được %(total)s điểm, cần đúng 100", total=total)


class CriterionScreen(Screen):
    reads = Action.VIEW_DIRECTORY
    creates = edits = deletes = Action.EDIT_CRITERIA
    intro = _("Việc giúp đỡ học sinh được tính điểm thế nào: ai cũng xem được, Ban giám hiệu soạn và chốt đầu năm học.")
    new_label = _("Thêm tiêu chí")
    empty_message = _("Chưa có tiêu chí nào. Ban giám hiệu bắt đầu soạn bộ tiêu chí của năm học.")
    list_template = "school/criteria.html"
    column_list = ("name", "max_points", "kind", "needed", "bonus", "school_year")
    column_details_list = ("school_year", "code", "name", "kind", "needed", "max_points", "bonus", "position")
    column_export_extra = ("code", "position")
    column_amounts = ("max_points", "needed", "position")
    column_labels = {
        "school_year": _("Năm học"),
        "code": _("Mã"),
        "name": _("Tiêu chí"),
        "kind": _("Cách tính"),
        "needed": _("Trọn điểm khi có"),
        "max_points": _("Điểm tối đa"),
        "bonus": _("Điểm cộng"),
        "position": _("Thứ tự"),
    }
    column_descriptions = {
        "code": _("Viết liền, không dấu, ví dụ: TC1. Mã là tên cột khi xuất bảng điểm."),
        "needed": _("Chỉ ghi với cách tính đếm số kênh, số ngày, số em hoặc số hoạt động; cách khác thì để trống."),
        "bonus": _("Đánh dấu nếu cộng thêm ngoài 100 điểm."),
        "position": _("Để trống thì xếp cuối."),
    }
    column_formatters = {"needed": lambda v, c, row, n: show_needed(row)}
    column_sortable_list = (("school_year", "school_year.starts_on"), "name", "max_points")
    column_default_sort = [("school_year.starts_on", True), ("bonus", False), ("position", False)]
    form_columns = ("school_year", "code", "name", "kind", "max_points", "needed", "bonus", "position")
    form_args = {name: {"validators": [Optional()]} for name in ("needed", "position")}
    loads = (joinedload(Criterion.school_year),)
    filters = (
        by_row("school_year", _("Năm học"), SchoolYear, lambda id_: Criterion.school_year_id == id_),
        by_label("kind", _("Cách tính"), Criterion.kind, CriterionKind),
        by_choice(
            "bonus",
            _("Điểm cộng"),
            {
                "no": (_("Trong 100 điểm"), lambda: Criterion.bonus.is_(False)),
                "yes": (_("Điểm cộng"), lambda: Criterion.bonus.is_(True)),
            },
        ),
    )

    @property
    def can_create(self) -> bool:
        """Only while some year's criteria are drafted: else nothing could be added to."""
        if self.creates is None or not can(current_actor(), self.creates):
            return False
        return any(
            scheme is not None and scheme.state is SchemeState.DRAFTED and year.state is not YearState.CLOSED
            for year, scheme in _years()
        )

    def defaults(self) -> dict[str, Any]:
        given = request.args.get("school_year")
        year = db.session.get(SchoolYear, whole_number(given)) if given else year_of_today()
        return {"school_year": year, "kind": None, "position": None}

    def trim_form(self, form: Form, obj: Criterion | None) -> None:
        if obj is not None:
            del form["school_year"]

    def store(self, obj: Criterion, values: dict[str, Any], version: int | None) -> Criterion:
        return criteria.save_criterion(db.session, g.actor, obj, values, version)

    def erase(self, obj: Criterion, version: int | None) -> None:
        criteria.remove_criterion(db.session, g.actor, obj, version)

    def get_save_return_url(self, model: Criterion, is_created: bool = False) -> str:
        """Back to the whole scheme: one sees at once what the criteria add up to."""
        scheme = _scheme_of(model)
        return self.get_url("scheme.details_view", id=scheme.id) if scheme else self.get_url(".index_view")

    def may_edit(self, obj: Criterion) -> bool:
        scheme = _scheme_of(obj)
        return super().may_edit(obj) and scheme is not None and criteria.is_editable(db.session, scheme)

    def may_delete(self, obj: Criterion) -> bool:
        return super().may_delete(obj) and self.may_edit(obj)

    def ways(self, obj: Criterion) -> list[tuple[str, str]]:
        scheme = _scheme_of(obj)
        return [(self.get_url("scheme.details_view", id=scheme.id), gettext("Cả bộ tiêu chí"))] if scheme else []

    def schemes(self, chosen: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
        """Address, year, state and levels of the schemes: that of the year filtered by, else all, the newest first."""
        asked = chosen.get("school_year")
        return [
            (self.get_url("scheme.details_view", id=scheme.id), year.name, show(scheme.state), levels_of(scheme))
            for year, scheme in _years()
            if scheme is not None and asked in (None, str(year.id))
        ]

    def begin_way(self) -> str | None:
        """Where the criteria of a year that has none are begun, for those who may."""
        missing = any(scheme is None and year.state is not YearState.CLOSED for year, scheme in _years())
        return self.get_url("scheme.create_view") if missing and can(g.actor, Action.EDIT_CRITERIA) else None


class SchemeScreen(Screen):
    """The scheme of each year; the list of criteria leads here."""

    reads = Action.VIEW_DIRECTORY
    creates = edits = Action.EDIT_CRITERIA
    intro = _("Mức điểm và bộ tiêu chí của từng năm học. Đây là một tiêu chí trong bảng thi đua chung của trường.")
    new_label = _("Bắt đầu soạn bộ tiêu chí")
    empty_message = _("Chưa có bộ tiêu chí nào.")
    column_list = ("school_year", "state", "levels", "bonus_cap", "converted_points", "decision")
    column_details_list = (*column_list, "reopened_because")
    column_export_extra = ("reopened_because",)
    column_amounts = ("bonus_cap", "converted_points")
    column_labels = NUMBER_LABELS | {
        "school_year": _("Năm học"),
        "state": _("Trạng thái"),
        "levels": _("Mức"),
        "decision": _("Chốt theo"),
        "reopened_because": _("Lý do mở lại lần gần nhất"),
    }
    column_descriptions = NUMBER_HELP | {
        "school_year": _("Bộ tiêu chí được chép từ năm học trước; chưa có thì theo bộ mẫu. Thầy cô sửa được sau đó."),
    }
    column_formatters = {
        "levels": lambda v, c, row, n: levels_of(row),
        "decision": lambda v, c, row, n: decision_of(row),
    }
    column_sortable_list = (("school_year", "school_year.starts_on"), "state", ("decision", "fixed_on"))
    column_default_sort = ("school_year.starts_on", True)
    form_columns = ("school_year", *criteria.NUMBERS)
    form_args = {name: {"validators": [Optional()]} for name in criteria.NUMBERS}
    loads = (joinedload(EmulationScheme.school_year),)
    filters = (by_label("state", _("Trạng thái"), EmulationScheme.state, SchemeState),)
    machine = rules.SCHEME_STEPS
    step_fields = {
        "fix": {
            "decision_number": LineField(
                _("Số quyết định hoặc số biên bản"),
                [InputRequired(_("Thầy cô ghi số quyết định hoặc số biên bản.")), Length(max=criteria.LONGEST_NUMBER)],
                description=_("Chốt rồi thì tiêu chí và mức điểm giữ nguyên trong cả năm học."),
            )
        },
        "unfix": {
            "reason": ProseField(
                _("Lý do mở lại"), [InputRequired(_("Thầy cô ghi lý do mở lại.")), Length(max=MAX_PROSE)]
            )
        },
    }

    def is_visible(self) -> bool:
        return False  # the list of criteria leads here

    def title(self, obj: EmulationScheme) -> str:
        return gettext("Bộ tiêu chí năm học %(year)s", year=obj.school_year)

    def defaults(self) -> dict[str, Any]:
        return {"school_year": year_of_today()}

    def trim_form(self, form: Form, obj: EmulationScheme | None) -> None:
        for name in criteria.NUMBERS if obj is None else ("school_year",):
            del form[name]

    def store(self, obj: EmulationScheme, values: dict[str, Any], version: int | None) -> EmulationScheme:
        if obj.id is None:
            return criteria.begin(db.session, g.actor, values.get("school_year"))
        return criteria.save_bands(db.session, g.actor, obj, values, version)

    def may_edit(self, obj: EmulationScheme) -> bool:
        return super().may_edit(obj) and criteria.is_editable(db.session, obj)

    def steps(self, obj: EmulationScheme) -> list[StepButton]:
        year = obj.school_year
        if year.state is YearState.CLOSED:
            return []
        frozen = obj.state is SchemeState.FIXED and criteria.is_frozen(db.session, year)
        return [step for step in super().steps(obj) if not (frozen and step.name == "unfix")]

    def take(self, obj: EmulationScheme, name: str, values: Mapping[str, Any]) -> None:
        if name == "fix":
            criteria.fix(db.session, g.actor, obj, values["decision_number"])
        else:
            criteria.unfix(db.session, g.actor, obj, values["reason"])

    def ways(self, obj: EmulationScheme) -> list[tuple[str, str]]:
        if not can(g.actor, Action.EXPORT_EMULATION):
            return []
        return [(self.get_url("what_if.index", year=obj.school_year.name), gettext("Thử thay đổi, xem ai lên xuống"))]

    def panels(self, obj: EmulationScheme) -> list[Panel]:
        """The criteria in their order, and what they add up to."""
        found = criteria.criteria_of(db.session, obj.school_year)
        names = ("name", "max_points", "kind", "needed")
        rows = [
            Row(
                row.id,
                self.get_url("criterion.details_view", id=row.id),
                [row.name, show_points(row), show(row.kind), show_needed(row)],
            )
            for row in found
        ]
        columns = [str(CriterionScreen.column_labels[name]) for name in names]
        title = gettext("Tiêu chí (%(sum)s)", sum=sum_of(found).lower())
        more = None
        if self.may_edit(obj):
            more = (self.get_url("criterion.create_view", school_year=obj.school_year_id), gettext("Thêm tiêu chí"))
        return [Panel(title, columns, rows, gettext("Chưa có tiêu chí nào."), more)]


def show_points(row: Criterion) -> str:
    """The most points of a criterion; those of a bonus with a plus."""
    return f"+{row.max_points}" if row.bonus else str(row.max_points)


def show_needed(row: Criterion) -> str:
    """How much makes the full points, in the measure of what is counted."""
    if row.needed is None:
        return ""
    words = {
        CriterionKind.SURVEY: gettext("%(count)s kênh", count=row.needed),
        CriterionKind.CONTACTS: gettext("%(count)s ngày mỗi tháng", count=row.needed),
        CriterionKind.EXTRA_SPONSORSHIP: gettext("%(count)s em", count=row.needed),
        CriterionKind.ACTIVITY_RUN: gettext("%(count)s hoạt động", count=row.needed),
    }
    return words.get(row.kind, show(row.needed))
