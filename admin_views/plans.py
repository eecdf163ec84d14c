"""Screens of the plans and goals: one plan a semester, goals ticked with one tap, the unmet carried over (P3.5)."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from flask import abort, g, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload
from wtforms import Form
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TextInput

from admin_views.base import Panel, Row, Screen, StepButton
from admin_views.casefile import MAX_ID_DIGITS, likely_case, offer, own_cases
from admin_views.cases import case_ids_named, case_ids_of_class
from admin_views.forms import LabelField, LineField
from admin_views.listing import by_choice, by_label, by_row
from admin_views.values import clip, show, show_goal_period, show_period
from school.db import db
from school.models import Classroom, Enrolment, Goal, Student, SupportCase, SupportPlan
from school.rules import plans as rules
from school.rules.policy import can
from school.services import directory, plans
from school.vocabulary import Action, GoalState, Horizon, TermPeriod

_TICK = re.compile(r"(met|partly|not_met)-(\d{1,18})")
CARRY = "carry"


def _in_class(case: SupportCase) -> Classroom | None:
    enrolment = case.student.current_enrolment if case.student else None
    return enrolment.classroom if enrolment else None


def plan_ids_of(case_ids: Any) -> Any:
    """Ids of the plans of these cases."""
    return select(SupportPlan.id).where(SupportPlan.case_id.in_(case_ids))


def goals_of_today() -> ColumnElement[bool]:
    """Goals whose week, month or semester is now."""
    today: dt.date = g.actor.today
    firsts = {h: rules.period_of(h, today, rules.Span(today, today)).first for h in (Horizon.WEEK, Horizon.MONTH)}
    now = [and_(Goal.horizon == horizon, Goal.starts_on == first) for horizon, first in firsts.items()]
    begun = and_(Goal.horizon == Horizon.SEMESTER, Goal.starts_on <= today, Goal.state == GoalState.OPEN)
    return or_(*now, begun)


def goals_to_review() -> ColumnElement[bool]:
    """Goals whose week or month is over and that nobody has looked at."""
    today: dt.date = g.actor.today
    past = [
        and_(Goal.horizon == h, Goal.starts_on < rules.period_of(h, today, rules.Span(today, today)).first)
        for h in (Horizon.WEEK, Horizon.MONTH)
    ]
    return and_(Goal.state == GoalState.OPEN, or_(*past))


class SemesterField(LabelField):
    """One of the two semesters."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.type = "LabelField"  # drawn like one

    def iter_choices(self) -> Any:
        return (choice for choice in super().iter_choices() if choice[0] != TermPeriod.YEAR)


class HintsInput(TextInput):
    """A text box with hints of the browser's own."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        kwargs.setdefault("id", field.id)
        listed = f"{kwargs['id']}-hints"
        option = Markup('<option value="{}">{}</option>')
        hints = Markup("").join(option.format(text, show(horizon)) for horizon, text in field.hints())
        box = super().__call__(field, list=listed, autocomplete="off", **kwargs)
        return box + Markup('<datalist id="{}">{}</datalist>').format(listed, hints)


class GoalTextField(LineField):
    """What the goal says; the school's own list of goals stands by as hints (P3.5)."""

    widget = HintsInput()

    def hints(self) -> list[tuple[Horizon, str]]:
        """The goals on offer, by how far they look ahead."""
        return directory.goal_hints(db.session)


class PlanScreen(Screen):
    reads = Action.VIEW_PLAN
    creates = edits = deletes = Action.EDIT_PLAN
    intro = _("Mỗi em một kế hoạch trong một học kỳ: giúp bằng cách nào, em đặt mục tiêu gì.")
    new_label = _("Lập kế hoạch")
    empty_message = _("Chưa có kế hoạch nào thuộc phần thầy cô phụ trách.")
    column_list = ("case", "classroom", "semester", "goals")
    column_details_list = ("case", "classroom", "semester", "methods")
    column_export_extra = ("methods",)
    column_labels = {
        "case": _("Học sinh"),
        "classroom": _("Lớp"),
        "semester": _("Học kỳ"),
        "methods": _("Cách giúp em"),
        "goals": _("Mục tiêu đạt / đã đặt"),
    }
    column_descriptions = {
        "methods": _("Vài gạch đầu dòng. Chuyện riêng của gia đình em, thầy cô ghi ở nhật ký liên hệ, mục ghi riêng.")
    }
    column_formatters = {
        "classroom": lambda v, c, plan, n: _in_class(plan.case),
        "goals": lambda v, c, plan, n: _met_of(plan),
    }
    column_sortable_list = (("case", "case.student.sort_key"), "semester")
    column_default_sort = [("semester", True), ("case.student.sort_key", False)]
    form_columns = ("case", "semester", "methods")
    form_extra_fields = {
        "semester": SemesterField(_("Học kỳ"), [InputRequired(_("Thầy cô chọn học kỳ."))], enum=TermPeriod)
    }
    loads = (
        joinedload(SupportPlan.case)
        .joinedload(SupportCase.student)
        .joinedload(Student.current_enrolment)
        .joinedload(Enrolment.classroom),
        joinedload(SupportPlan.case).joinedload(SupportCase.school_year),
        selectinload(SupportPlan.goals),
    )
    searches = (lambda word: SupportPlan.case_id.in_(case_ids_named(word)),)
    filters = (
        by_label("semester", _("Học kỳ"), SupportPlan.semester, TermPeriod),
        by_row("classroom", _("Lớp"), Classroom, lambda id_: SupportPlan.case_id.in_(case_ids_of_class(id_))),
    )

    def title(self, obj: SupportPlan) -> str:
        return f"{obj.case.student} · {show(obj.semester)}"

    def defaults(self) -> dict[str, Any]:
        case = likely_case(g.actor.reach.led_cases)
        year = case.school_year if case else directory.find_year(db.session, g.actor.today)
        now = rules.semester_of(g.actor.today, year.semester_2_starts_on) if year else None
        return {"case": case, "semester": now}

    def trim_form(self, form: Form, obj: SupportPlan | None) -> None:
        for name in ("case", "semester") if obj is not None else ():
            del form[name]
        if obj is None:
            offer(form["case"], own_cases(g.actor.reach.led_cases))

    def store(self, obj: SupportPlan, values: dict[str, Any], version: int | None) -> SupportPlan:
        return plans.write_plan(db.session, g.actor, obj, values, version)

    def erase(self, obj: SupportPlan, version: int | None) -> None:
        plans.discard_plan(db.session, g.actor, obj, version)

    def may_delete(self, obj: SupportPlan) -> bool:
        return super().may_delete(obj) and not obj.goals

    def panels(self, obj: SupportPlan) -> list[Panel]:
        return [self._goals(obj), self._months(obj)]

    def _goals(self, obj: SupportPlan) -> Panel:
        rows = [
            Row(
                goal.id,
                self.get_url("goal.details_view", id=goal.id),
                [goal.text, show_goal_period(goal), show(goal.state)],
            )
            for goal in obj.goals
        ]
        more = None
        if can(g.actor, Action.EDIT_PLAN, obj):
            more = (self.get_url("goal.create_view", plan=obj.id), gettext("Thêm mục tiêu"))
        columns = [gettext("Mục tiêu"), gettext("Kỳ"), gettext("Kết quả")]
        empty = gettext("Chưa có mục tiêu. Thầy cô cùng em đặt một việc nhỏ cho tuần này.")
        return Panel(gettext("Mục tiêu"), columns, rows, empty, more)

    def _months(self, obj: SupportPlan) -> Panel:
        """Weeks roll up in their month (P3.5)."""
        rows = [
            Row(number, None, [show_period(f"{month:%Y-%m}"), *map(str, (t.goals, t.met, t.partly, t.not_met, t.open))])
            for number, (month, t) in enumerate(rules.roll_up(obj.goals))
        ]
        columns = [gettext("Tháng"), gettext("Đã đặt")]
        columns += [show(state) for state in (*rules.REVIEWED, GoalState.OPEN)]
        return Panel(gettext("Gộp theo tháng"), columns, rows, gettext("Chưa có mục tiêu tuần, tháng nào."))

    def has_steps(self) -> bool:
        return True

    def steps(self, obj: SupportPlan) -> list[StepButton]:
        """One tap for each goal that has begun and waits, and one to carry over what is left."""
        if not can(g.actor, Action.EDIT_PLAN, obj):
            return []
        due = plans.goals_to_review(obj, g.actor.today)
        ticks = [self._tick(name, goal) for goal in due for name in ("met", "partly", "not_met")]
        carried = plans.carried_ids(db.session, obj)
        left = any(plans.may_carry(goal, carried) for goal in obj.goals)
        return [*ticks, *([self._carry()] if left else [])]

    def _tick(self, name: str, goal: Goal) -> StepButton:
        label = gettext(rules.GOAL_STEPS[name].label)
        return self.step_button(f"{name}-{goal.id}", f"{label}: {clip(goal.text, 40)}")

    def _carry(self) -> StepButton:
        return self.step_button(CARRY, gettext("Chuyển tiếp mục tiêu chưa đạt"))

    def all_steps(self) -> list[StepButton]:
        named = _TICK.fullmatch(request.form.get("step", ""))
        goal = db.session.get(Goal, int(named[2])) if named else None
        return [self._carry(), *([self._tick(named[1], goal)] if named and goal is not None else [])]

    def take(self, obj: SupportPlan, name: str, values: Mapping[str, Any]) -> str | None:
        if name == CARRY:
            carried = plans.carry_all(db.session, g.actor, obj)
            return gettext("Đã chuyển tiếp %(count)s mục tiêu.", count=len(carried))
        named = _TICK.fullmatch(name)
        goal = db.session.get(Goal, int(named[2])) if named else None
        if named is None or goal is None or goal.plan_id != obj.id:
            abort(404)
        plans.tick_goal(db.session, g.actor, goal, named[1])
        return None


def _met_of(plan: SupportPlan) -> str:
    tally = rules.Tally.of(plan.goals)
    return f"{tally.met} / {tally.goals}"


class GoalScreen(Screen):
    reads = Action.VIEW_PLAN
    creates = edits = deletes = Action.EDIT_PLAN
    intro = _("Những việc em tự đặt ra cho tuần, tháng, học kỳ; hết kỳ thì cùng em xem lại.")
    new_label = _("Thêm mục tiêu")
    empty_message = _("Chưa có mục tiêu nào thuộc phần thầy cô phụ trách.")
    column_list = ("case", "text", "period", "state", "reviewed_on")
    column_details_list = ("case", "text", "horizon", "period", "state", "reviewed_on", "carried_from")
    column_export_extra = ("horizon",)
    column_labels = {
        "case": _("Học sinh"),
        "plan": _("Kế hoạch"),
        "text": _("Mục tiêu"),
        "horizon": _("Đặt cho"),
        "period": _("Kỳ"),
        "starts_on": _("Một ngày trong kỳ"),
        "state": _("Kết quả"),
        "reviewed_on": _("Xem lại ngày"),
        "carried_from": _("Tiếp nối từ"),
    }
    column_descriptions = {
        "plan": _("Gõ vài chữ của tên em rồi chọn. Chưa có kế hoạch thì lập kế hoạch trước."),
        "starts_on": _("Tuần tính từ thứ Hai, tháng từ ngày 1. Thầy cô chọn ngày nào trong kỳ cũng được."),
    }
    column_formatters = {
        "case": lambda v, c, goal, n: goal.plan.case,
        "period": lambda v, c, goal, n: show_goal_period(goal),
        "carried_from": lambda v, c, goal, n: show_goal_period(goal.carried_from) if goal.carried_from else None,
    }
    column_sortable_list = (("case", "plan.case.student.sort_key"), ("period", "starts_on"), "state", "reviewed_on")
    column_default_sort = [("starts_on", True), ("plan.case.student.sort_key", False)]
    form_columns = ("plan", "text", "horizon", "starts_on")
    form_extra_fields = {
        "text": GoalTextField(
            _("Mục tiêu"),
            [InputRequired(_("Thầy cô ghi mục tiêu.")), Length(max=200)],
            description=_("Một việc nhỏ em làm được, ví dụ: nộp đủ bài Toán trong tuần."),
        )
    }
    loads = (
        joinedload(Goal.plan).joinedload(SupportPlan.case).joinedload(SupportCase.student),
        joinedload(Goal.plan).joinedload(SupportPlan.case).joinedload(SupportCase.school_year),
    )
    searches = (lambda word: Goal.plan_id.in_(plan_ids_of(case_ids_named(word))),)
    filters = (
        by_label("state", _("Kết quả"), Goal.state, GoalState),
        by_label("horizon", _("Đặt cho"), Goal.horizon, Horizon),
        by_choice(
            "when",
            _("Thời gian"),
            {"now": (_("Kỳ này"), goals_of_today), "past": (_("Hết kỳ, chưa xem lại"), goals_to_review)},
        ),
        by_row("classroom", _("Lớp"), Classroom, lambda id_: Goal.plan_id.in_(plan_ids_of(case_ids_of_class(id_)))),
    )
    machine = rules.GOAL_STEPS

    def title(self, obj: Goal) -> str:
        return f"{obj.plan.case.student} · {show_goal_period(obj)}"

    def defaults(self) -> dict[str, Any]:
        return {"plan": given_plan(), "horizon": Horizon.WEEK, "starts_on": g.actor.today}

    def trim_form(self, form: Form, obj: Goal | None) -> None:
        if obj is not None:
            del form["plan"]
        else:
            cases = own_cases(g.actor.reach.led_cases)
            own = [plans.find_plan(db.session, case, plans.semester_now(case, g.actor)) for case in cases]
            offer(form["plan"], [plan for plan in own if plan is not None])

    def store(self, obj: Goal, values: dict[str, Any], version: int | None) -> Goal:
        return plans.set_goal(db.session, g.actor, obj, values, version)

    def erase(self, obj: Goal, version: int | None) -> None:
        plans.discard_goal(db.session, g.actor, obj, version)

    def may_edit(self, obj: Goal) -> bool:
        return super().may_edit(obj) and obj.state is GoalState.OPEN

    def may_delete(self, obj: Goal) -> bool:
        return super().may_delete(obj) and obj.state is GoalState.OPEN

    def steps(self, obj: Goal) -> list[StepButton]:
        carried = plans.carried_ids(db.session, obj.plan)
        may = plans.may_carry(obj, carried) and can(g.actor, Action.EDIT_PLAN, obj)
        ticks = [] if plans.is_settled(db.session, obj) else super().steps(obj)
        return [*ticks, *([self._carry()] if may else [])]

    def _carry(self) -> StepButton:
        return self.step_button(CARRY, gettext("Chuyển sang kỳ sau"))

    def all_steps(self) -> list[StepButton]:
        return [*super().all_steps(), self._carry()]

    def take(self, obj: Goal, name: str, values: Mapping[str, Any]) -> str | None:
        if name != CARRY:
            plans.tick_goal(db.session, g.actor, obj, name)
            return None
        following = plans.carry_over(db.session, g.actor, obj)
        return gettext("Đã chuyển sang %(period)s.", period=show_goal_period(following).lower())


def given_plan() -> SupportPlan | None:
    """The plan that the address names, if the actor sees it, else that of the only student whom one leads."""
    id_ = request.args.get("plan", "")
    if id_.isascii() and id_.isdigit() and len(id_) < MAX_ID_DIGITS:
        return db.session.get(SupportPlan, int(id_))
    case = likely_case(g.actor.reach.led_cases)
    return plans.find_plan(db.session, case, plans.semester_now(case, g.actor)) if case else None
