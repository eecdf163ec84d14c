"""A whole month on one page (P4.8): each student of a sponsor, a department or the school, with what is written.

"own" are the students whom the actor sponsors; "all" are those of others, for whom the actor may enter what a sponsor
brings on paper. Either way only students whose sponsor of that month still sponsors them: somebody must send it.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from school.models import (
    Account,
    Enrolment,
    ProgressEvaluation,
    SchoolYear,
    Sponsorship,
    Staff,
    Student,
    SupportCase,
)
from school.rules.actor import Actor
from school.rules.calendar import month_end, month_start, year_name
from school.rules.evaluation import LEVELS, OPEN_STATES, SENT_STATES, month_before, sponsors_of_month
from school.rules.policy import can, scopes
from school.rules.tables import Scope
from school.services.evaluations import still_entered
from school.services.guard import UNSCOPED
from school.vocabulary import Action, CaseState, EvaluationState, YearState

PAGE_SIZE = 25
_Found = Select[SupportCase, ProgressEvaluation]
OWN, ALL = "own", "all"


@dataclass(frozen=True)
class Place:
    """Which grid: the month, whose students, and of the school those of one department."""

    month: str
    whose: str
    department: int | None = None


@dataclass(frozen=True)
class Line:
    """One student's month; `open` to this actor now. `entered_by` names who entered it for the sponsor."""

    case: SupportCase
    evaluation: ProgressEvaluation | None
    before: ProgressEvaluation | None
    open: bool
    entered_by: str = ""
    sponsors: str = ""


@dataclass(frozen=True)
class Progress:
    """How far the month is: all students, those with every level, those sent."""

    total: int = 0
    complete: int = 0
    sent: int = 0
    entered: int = 0  # entered for the sponsor, who has not sent it yet


@dataclass(frozen=True)
class GridPage:
    """One page of a grid, and how far the whole of it is."""

    progress: Progress = field(default_factory=Progress)
    lines: list[Line] = field(default_factory=list)


def sides(actor: Actor) -> list[str]:
    """Which grids the actor has: the own students where there are any, and those of others to enter for."""
    enters = bool(can(actor, Action.ENTER_EVALUATION))
    writes = bool(can(actor, Action.EDIT_EVALUATION)) and (bool(actor.reach.led_cases) or not enters)
    return [OWN] * writes + [ALL] * enters


def sees_departments(actor: Actor) -> bool:
    """Whether the grid of others covers the school, so that choosing a department makes it shorter."""
    return Scope.ALL in scopes(actor, Action.ENTER_EVALUATION)


def read_page(session: Session, actor: Actor, place: Place, page: int = 0) -> GridPage:
    """One page of the grid in the order of names, and its progress; five statements, seven where some was entered."""
    progress = count(session, actor, place)
    lines = _lines(session, actor, place, _rows(actor, place).limit(PAGE_SIZE).offset(page * PAGE_SIZE))
    return GridPage(progress, lines)


def read_lines(session: Session, actor: Actor, place: Place, case_ids: Collection[int]) -> list[Line]:
    """The lines of these cases, as far as they stand in the grid."""
    return _lines(session, actor, place, _rows(actor, place).where(SupportCase.id.in_(case_ids)))


def own_months(session: Session, actor: Actor, month: str) -> list[ProgressEvaluation]:
    """What the actor's own grid of the month holds so far, with the students."""
    found = session.execute(_rows(actor, Place(month, OWN)))
    return [evaluation for _, evaluation in found if evaluation is not None]


def count(session: Session, actor: Actor, place: Place) -> Progress:
    """How far the month is; one statement."""
    row = ProgressEvaluation
    complete = and_(*(getattr(row, level).is_not(None) for level in LEVELS))
    entered = and_(row.entered_by_id.is_not(None), row.state == EvaluationState.DRAFTED)
    numbers = [case((criterion, 1), else_=0) for criterion in (complete, row.state.in_(SENT_STATES), entered)]
    statement = (
        select(func.count(SupportCase.id), *(func.coalesce(func.sum(number), 0) for number in numbers))
        .select_from(SupportCase)
        .outerjoin(row, and_(row.case_id == SupportCase.id, row.period == place.month))
        .where(*_criteria(actor, place))
    )
    return Progress(*session.execute(statement).one())


def _criteria(actor: Actor, place: Place) -> list[ColumnElement[bool]]:
    """Cases of today's year that are helped, by somebody who helped in that month and still does."""
    led = select(Sponsorship.case_id).where(*_running_since(place.month, actor.today))
    if place.whose == OWN:
        led = led.where(Sponsorship.staff_id == actor.staff_id)
    elif place.department is not None:
        led = led.where(Sponsorship.staff_id.in_(select(Staff.id).where(Staff.department_id == place.department)))
    elif not sees_departments(actor):
        led = led.where(Sponsorship.staff_id.in_(actor.reach.department_staff))
    mine = SupportCase.id.in_(actor.reach.led_cases)
    return [
        SupportCase.id.in_(led),
        mine if place.whose == OWN else ~mine,
        SupportCase.state.in_((CaseState.APPROVED, CaseState.ACTIVE)),
        SupportCase.school_year_id.in_(select(SchoolYear.id).where(SchoolYear.name == year_name(actor.today))),
    ]


def _running_since(month: str, today: dt.date) -> tuple[ColumnElement[bool], ...]:
    """Criteria of a lead or joint sponsorship that runs today and touched the month, as `sponsors_of_month` has it."""
    return (
        Sponsorship.leading(),
        Sponsorship.running(today),
        Sponsorship.ran_between(month_start(month), month_end(month)),
    )


def _rows(actor: Actor, place: Place) -> _Found:
    row = ProgressEvaluation
    return (
        select(SupportCase, row)
        .join(SupportCase.student)
        .outerjoin(row, and_(row.case_id == SupportCase.id, row.period == place.month))
        .where(*_criteria(actor, place))
        .options(
            joinedload(SupportCase.school_year),
            contains_eager(SupportCase.student).joinedload(Student.current_enrolment).joinedload(Enrolment.classroom),
            selectinload(SupportCase.sponsorships).joinedload(Sponsorship.staff),
        )
        .order_by(Student.sort_key, SupportCase.id)
    )


def _lines(session: Session, actor: Actor, place: Place, statement: _Found) -> list[Line]:
    found = session.execute(statement).all()
    evaluations = [evaluation for _, evaluation in found if evaluation is not None]
    before = _month_before(session, place.month, [case_.id for case_, _ in found])
    names = enterers(session, evaluations)
    entered = still_entered(session, evaluations) if place.whose == ALL else set()
    return [
        Line(
            case=case_,
            evaluation=evaluation,
            before=before.get(case_.id),
            open=_open(place, case_, evaluation, entered),
            entered_by=names.get(evaluation.entered_by_id, "") if evaluation is not None else "",
            sponsors=", ".join(str(s.staff) for s in sponsors_of_month(case_.sponsorships, place.month)),
        )
        for case_, evaluation in found
    ]


def _month_before(session: Session, month: str, case_ids: list[int]) -> dict[int, ProgressEvaluation]:
    """By case what was written of the month before. A statement of its own: the wall does not reach an alias."""
    row = ProgressEvaluation
    found = session.scalars(select(row).where(row.case_id.in_(case_ids), row.period == month_before(month)))
    return {evaluation.case_id: evaluation for evaluation in found}


def _open(place: Place, case_: SupportCase, evaluation: ProgressEvaluation | None, entered: set[int]) -> bool:
    if case_.school_year.state is YearState.CLOSED:
        return False
    if evaluation is None:
        return True
    return evaluation.state in OPEN_STATES if place.whose == OWN else evaluation.id in entered


def enterers(session: Session, evaluations: Iterable[ProgressEvaluation]) -> dict[int | None, str]:
    """By account the names of those who entered some of these for a sponsor; one statement, none where nobody did.

    Accounts are out of most people's sight; who entered something for whom is not.
    """
    ids = {row.entered_by_id for row in evaluations if row.entered_by_id is not None}
    if not ids:
        return {}
    named = select(Account.id, Account.username, Staff.full_name).outerjoin(Account.staff)
    statement = named.where(Account.id.in_(ids))
    return {id_: name or username for id_, username, name in session.execute(statement, execution_options=UNSCOPED)}
