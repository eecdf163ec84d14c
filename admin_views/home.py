"""The first page of the panel: what waits for this person, and the screens of the person's roles."""

from dataclasses import dataclass
from typing import Any

from flask import g, url_for
from flask_admin import AdminIndexView, expose
from flask_babel import gettext
from sqlalchemy import func, select

from admin_views.base import current_actor
from admin_views.evaluations import begun_months
from admin_views.values import show_period
from school.db import db
from school.models import ProgressEvaluation, Sponsorship, SupportCase
from school.rules.policy import can
from school.vocabulary import Action, CaseState, EvaluationState, N_, SponsorshipState


@dataclass(frozen=True)
class Waiting:
    """Something that waits for this person: how many, what, and where it is done."""

    count: int
    text: str
    url: str


class HomeScreen(AdminIndexView):
    """What waits for me, then the way to everything else."""

    def is_accessible(self) -> bool:
        return current_actor() is not None

    @expose("/")
    def index(self) -> str:
        """The home page."""
        return self.render("admin/index.html", waiting=[*self._unwritten(), *self._by_state()])

    def _unwritten(self) -> list[Waiting]:
        """Students whom I lead and whose newest month I have not sent."""
        month = next(iter(begun_months()), None)
        led = g.actor.reach.led_cases
        if month is None or not led:
            return []
        sent = select(func.count()).select_from(ProgressEvaluation).where(
            ProgressEvaluation.case_id.in_(led),
            ProgressEvaluation.period == month,
            ProgressEvaluation.state.not_in([EvaluationState.DRAFTED, EvaluationState.RETURNED]),
        )
        left = len(led) - (db.session.scalar(sent) or 0)
        text = gettext("em chưa có đánh giá %(month)s", month=show_period(month).lower())
        return [Waiting(left, text, url_for("case.index_view"))] if left > 0 else []

    def _by_state(self) -> list[Waiting]:
        """Rows that stand before a step which is mine to take."""
        found = []
        for action, model, state, endpoint, text in _STEPS_WAITING:
            if not can(g.actor, action):
                continue
            statement = select(func.count()).select_from(model).where(model.state == state)
            if count := db.session.scalar(statement):
                found.append(Waiting(count, gettext(text), url_for(endpoint, state=state.value)))
        return found




_STEPS_WAITING: list[tuple[Action, Any, Any, str, str]] = [
    (Action.VERIFY_CASE, SupportCase, CaseState.NOMINATED, "case.index_view", N_("hồ sơ chờ rà soát")),
    (Action.APPROVE_CASE, SupportCase, CaseState.VERIFIED, "case.index_view", N_("hồ sơ chờ duyệt")),
    (
        Action.AGREE_SPONSORSHIP,
        Sponsorship,
        SponsorshipState.REGISTERED,
        "sponsorship.index_view",
        N_("đăng ký đỡ đầu chờ thống nhất"),
    ),
    (
        Action.APPROVE_SPONSORSHIP,
        Sponsorship,
        SponsorshipState.AGREED,
        "sponsorship.index_view",
        N_("phân công chờ duyệt"),
    ),
    (
        Action.REVIEW_EVALUATION,
        ProgressEvaluation,
        EvaluationState.SUBMITTED,
        "progress.index_view",
        N_("đánh giá tháng chờ tổ xem"),
    ),
    (
        Action.CONFIRM_EVALUATION,
        ProgressEvaluation,
        EvaluationState.REVIEWED,
        "progress.index_view",
        N_("đánh giá tháng chờ xác nhận"),
    ),
    (
        Action.EDIT_EVALUATION,
        ProgressEvaluation,
        EvaluationState.RETURNED,
        "progress.index_view",
        N_("đánh giá tháng được đề nghị bổ sung"),
    ),
]
