"""Taking a roll-over back, until the new year has its first evaluation (P4.9)."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from school.errors import IN_USE, RuleError
from school.models import (
    CasePrivate,
    Classroom,
    Enrolment,
    Hardship,
    ProgressEvaluation,
    RollOver,
    RollOverItem,
    SchoolYear,
    Sponsorship,
    SupportCase,
    Teaching,
)
from school.rules.actor import Actor
from school.rules.policy import require
from school.services.records import step
from school.services.years import check_year_open
from school.vocabulary import N_, Action, CaseState, RollOverChange, SponsorshipState, YearState

EVALUATED = N_("Năm học mới đã có đánh giá tháng nên không hoàn tác được nữa.")
USED = N_("Năm học mới đã có nội dung ghi thêm vào lớp hoặc hồ sơ vừa lập nên không hoàn tác được nữa.")
MOVED_SINCE = N_("Có em đã chuyển lớp hoặc rời trường sau khi chuyển năm học nên không hoàn tác được nữa.")


def may_undo(session: Session, actor: Actor, roll_over: RollOver) -> RuleError | None:
    """Why the roll-over cannot be taken back any more; None when it can."""
    require(actor, Action.ROLL_OVER_YEAR)
    if roll_over.undone_on is not None:
        return RuleError(N_("Lần chuyển này đã được hoàn tác."))
    evaluated = (
        select(ProgressEvaluation.id)
        .join(ProgressEvaluation.case)
        .where(SupportCase.school_year_id == roll_over.to_year_id)
    )
    if session.scalar(evaluated.limit(1)) is not None:
        return RuleError(EVALUATED)
    return None


def undo(session: Session, actor: Actor, roll_over: RollOver) -> None:
    """Put everything back as it was: what was made is deleted, what was ended runs again.

    The new year goes too where the roll-over made it and nothing else stands in it, and with it the record of the
    roll-over: the audit log keeps both.
    """
    refusal = may_undo(session, actor, roll_over)
    if refusal is not None:
        raise refusal
    try:
        with step(session, "undo roll over"):
            _Return(session, actor, roll_over).undo()
    except RuleError as error:
        if error.msgid != IN_USE:
            raise
        raise RuleError(USED) from error


class _Return:
    """One roll-over being taken back."""

    def __init__(self, session: Session, actor: Actor, roll_over: RollOver) -> None:
        self.session, self.actor, self.roll_over = session, actor, roll_over
        items = session.scalars(select(RollOverItem).where(RollOverItem.roll_over_id == roll_over.id))
        self.items = list(items)

    def undo(self) -> None:
        cases_, sponsorships = (
            self._rows(SupportCase, RollOverChange.ENDED),
            self._rows(Sponsorship, RollOverChange.ENDED),
        )
        if cases_ or sponsorships:
            check_year_open(self.roll_over.from_year)
        for model in (Sponsorship, Hardship, CasePrivate, SupportCase, Enrolment):
            self._delete(self._rows(model, RollOverChange.MADE))
        self._reopen_stays()
        self._reopen_cases(cases_, sponsorships)
        self._delete_classes()
        self._let_go()
        self.session.expire_all()

    def _rows(self, model: Any, change: RollOverChange) -> list[Any]:
        ids = [item.row_id for item in self.items if item.table_name == model.__tablename__ and item.change is change]
        return list(self.session.scalars(select(model).where(model.id.in_(ids)).order_by(model.id))) if ids else []

    def _delete(self, rows: Iterable[Any]) -> None:
        for row in rows:
            self.session.delete(row)
        self.session.flush()

    def _reopen_stays(self) -> None:
        stays = self._rows(Enrolment, RollOverChange.ENDED)
        new_classes = select(Classroom.id).where(Classroom.school_year_id == self.roll_over.to_year_id)
        elsewhere = select(Enrolment.id).where(
            Enrolment.student_id.in_([row.student_id for row in stays]),
            or_(Enrolment.ended_on.is_(None), Enrolment.classroom_id.in_(new_classes)),
        )
        if self.session.scalar(elsewhere.limit(1)) is not None:
            raise RuleError(MOVED_SINCE)
        for row in stays:
            row.ended_on = row.outcome = None
        self.session.flush()

    def _reopen_cases(self, cases_: list[SupportCase], sponsorships: list[Sponsorship]) -> None:
        assigned = {row.case_id for row in sponsorships}
        for row in sponsorships:
            row.state, row.ended_on, row.end_reason = SponsorshipState.APPROVED, None, None
        self.session.flush()
        for case in cases_:
            case.state = CaseState.ACTIVE if case.id in assigned else CaseState.APPROVED
            case.outcome = case.closed_on = None
        self.session.flush()

    def _delete_classes(self) -> None:
        """Delete the new classes; one that somebody else was put into, or given to teach, stays."""
        rooms = self._rows(Classroom, RollOverChange.MADE)
        ids = [room.id for room in rooms]
        used: set[int] = set()
        for model in (Enrolment, Teaching):
            used.update(self.session.scalars(select(model.classroom_id).where(model.classroom_id.in_(ids))))
        self._delete(room for room in rooms if room.id not in used)

    def _let_go(self) -> None:
        """Delete the new year with the record of this roll-over; keep both where something else refers to the year."""
        years = self._rows(SchoolYear, RollOverChange.MADE)
        if not years or years[0].state is not YearState.PREPARING or self._stands_in(years[0]):
            self.roll_over.undone_on = self.actor.today
            self.session.flush()
            return
        self._delete(self.items)
        self._delete([self.roll_over])
        self._delete(years)

    def _stands_in(self, year: SchoolYear) -> bool:
        """Whether any row but this roll-over refers to the year."""
        for mapper in SchoolYear.registry.mappers:
            model: Any = mapper.class_
            for name in ("school_year_id", "from_year_id", "to_year_id"):
                if not hasattr(model, name) or not hasattr(model, "version"):
                    continue
                found = select(model.id).where(getattr(model, name) == year.id)
                if model is RollOver:
                    found = found.where(model.id != self.roll_over.id)
                if self.session.scalar(found.limit(1)) is not None:
                    return True
        return False
