"""The rows behind the home page's list of what waits, gathered in one statement whoever asks.

A union goes past the row scope, so each part asks the policy itself: it takes rows that `visible` lets through, or rows
that are the actor's own by their key. Of departments only ids and days leave this module.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Date, Integer, Select, String, and_, func, literal, null, or_, select, type_coerce, union_all
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from school import models as m
from school.rules.actor import Actor
from school.rules.policy import can, visible
from school.services.guard import UNSCOPED
from school.vocabulary import (
    Action,
    FollowUpState,
    ReportState,
    Role,
    SchemeState,
    SheetState,
    SponsorshipState,
    YearState,
)

NO_NUMBER, NO_TEXT, NO_DAY = sql_cast(null(), Integer), sql_cast(null(), String), sql_cast(null(), Date)


@dataclass(frozen=True)
class Fact:
    """One row of the union: what it means depends on its kind."""

    number: int | None
    text: str | None
    first: dt.date | None
    last: dt.date | None


@dataclass
class Facts:
    """What the statement found, by kind."""

    by_kind: dict[str, list[Fact]] = field(default_factory=lambda: defaultdict(list))

    def __getitem__(self, kind: str) -> list[Fact]:
        return self.by_kind.get(kind, [])

    def count(self, kind: str, text: str | None = None) -> int:
        """The number of a kind that was counted."""
        return sum(fact.number or 0 for fact in self[kind] if fact.text == text)

    @property
    def year_runs(self) -> bool:
        """Whether today's school year is known, and neither being prepared nor closed."""
        return any(fact.text == YearState.RUNNING.value for fact in self["year"])

    @property
    def year_closed(self) -> bool:
        """Whether today's school year is closed: nothing of it is written any more (P4.9)."""
        return any(fact.text == YearState.CLOSED.value for fact in self["year"])


def gather(session: Session, actor: Actor, year: str, counted: set[type]) -> Facts:
    """Everything that the actor's list needs of the year of this name; rows of `counted` by their state."""
    parts = [_part("year", m.SchoolYear.id, m.SchoolYear.state).where(m.SchoolYear.name == year)]
    parts += [_states(actor, model) for model in sorted(counted, key=lambda model: model.__name__)]
    if actor.staff_id is not None:
        parts += _own(actor, actor.staff_id, year)
    if can(actor, Action.EDIT_DEPARTMENT_REPORT) and actor.reach.departments:
        parts += _of_departments(actor, year)
    if can(actor, Action.SUBMIT_SCHOOL_REPORT):
        parts += _school_reports(year)
    parts += _scores(actor, year)
    if can(actor, Action.CONFIRM_ACTIVITY):
        parts.append(_unconfirmed(actor, year))
    if can(actor, Action.EDIT_DIRECTORY):
        parts += _gaps()
    facts = Facts()
    for kind, number, text, first, last in session.execute(union_all(*parts), execution_options=UNSCOPED):
        facts.by_kind[kind].append(Fact(number, text, first, last))
    return facts


def _part(kind: str, number: Any = NO_NUMBER, text: Any = NO_TEXT, first: Any = NO_DAY, last: Any = NO_DAY) -> Select:
    return select(literal(kind), number, type_coerce(text, String), first, last)


def _states(actor: Actor, model: Any) -> Select:
    return _part(model.__tablename__, func.count(), model.state).where(visible(actor, model)).group_by(model.state)


def _of_year(year: str) -> Any:
    return select(m.SchoolYear.id).where(m.SchoolYear.name == year)


def _own(actor: Actor, staff_id: int, year: str) -> Iterator[Select]:
    """What is the person's own: the plan unread, offers to help, the survey of the class, follow-ups."""
    this_year = _of_year(year).scalar_subquery()
    if can(actor, Action.MARK_READ):
        read = select(m.AnnouncementReading.announcement_id).where(m.AnnouncementReading.staff_id == staff_id)
        running = select(m.SchoolYear.id).where(m.SchoolYear.state == YearState.RUNNING)
        yield _part("unread", m.Announcement.id, m.Announcement.title, m.Announcement.published_on).where(
            m.Announcement.school_year_id.in_(running), m.Announcement.id.not_in(read)
        )
    mine = m.FollowUp.owner_id == staff_id
    yield _part("to do", m.FollowUp.id, m.FollowUp.kind, m.FollowUp.raised_on, m.FollowUp.due_on).where(
        mine, m.FollowUp.state == FollowUpState.OPEN
    )
    yield _part("to close", m.FollowUp.id, m.FollowUp.kind, m.FollowUp.answered_on).where(
        m.FollowUp.raised_by_id == staff_id,
        m.FollowUp.state == FollowUpState.ANSWERED,
        ~mine,
        or_(m.FollowUp.answered_by_id.is_(None), m.FollowUp.answered_by_id != staff_id),
    )
    if Role.TEACHER not in actor.roles:
        return
    yield _part("offered", func.count()).where(
        m.Registration.staff_id == staff_id,
        m.Registration.school_year_id == this_year,
        m.Registration.withdrawn_on.is_(None),
    )
    yield _part("offered", func.count()).where(
        m.Sponsorship.staff_id == staff_id,
        m.Sponsorship.case_id.in_(select(m.SupportCase.id).where(m.SupportCase.school_year_id == this_year)),
        or_(m.Sponsorship.state != SponsorshipState.ENDED, m.Sponsorship.approved_on.is_not(None)),
    )
    yield _part("homeroom", m.Classroom.id).where(
        m.Classroom.homeroom_teacher_id == staff_id, m.Classroom.school_year_id == this_year
    )
    yield _part("surveyed", func.count(), first=func.max(m.SupportCase.opened_on)).where(
        m.SupportCase.nominated_by_id == staff_id, m.SupportCase.school_year_id == this_year
    )
    yield _part("surveyed", func.count(), first=func.max(m.SurveyEntry.occurred_on)).where(
        m.SurveyEntry.surveyor_id == staff_id
    )
    yield _part("surveyed", func.count(), first=func.max(m.ScreeningDecision.decided_on)).where(
        m.ScreeningDecision.school_year_id == this_year,
        m.ScreeningDecision.student_id.in_(actor.reach.homeroom_students),
    )


def _of_departments(actor: Actor, year: str) -> Iterator[Select]:
    """Of the departments whose report is the actor's to write: when somebody led a case, and what is handed in."""
    answered_for = select(m.Department.id).where(
        m.Department.id.in_(actor.reach.departments),
        or_(
            m.Department.head_id == actor.staff_id,
            m.Department.head_id.is_(None) & (m.Department.deputy_id == actor.staff_id),
        ),
    )
    yield (
        _part("led", m.Staff.department_id, first=m.Sponsorship.started_on, last=m.Sponsorship.ended_on)
        .select_from(m.Sponsorship)
        .join(m.Staff, m.Staff.id == m.Sponsorship.staff_id)
        .where(
            m.Staff.department_id.in_(answered_for),
            m.Sponsorship.leading(),
            m.Sponsorship.assigned(),
            m.Sponsorship.case_id.in_(select(m.SupportCase.id).where(m.SupportCase.school_year_id.in_(_of_year(year)))),
        )
        .distinct()
    )
    yield _part("reported", m.DepartmentReport.department_id, m.DepartmentReport.period).where(
        m.DepartmentReport.department_id.in_(answered_for), m.DepartmentReport.state == ReportState.SUBMITTED
    )


def _school_reports(year: str) -> Iterator[Select]:
    """The year's reports to the Sở: those that are signed, and those that are being written."""
    report = m.SchoolReport
    for kind, state in (("signed report", ReportState.SUBMITTED), ("drafted report", ReportState.DRAFTED)):
        yield _part(kind, report.id, report.occasion).where(
            report.school_year_id.in_(_of_year(year)), report.state == state
        )


def _scores(actor: Actor, year: str) -> Iterator[Select]:
    """Of the year's emulation (P4.5): whether its criteria are fixed, what waits for the council, the own sheet.

    Nobody answers or freezes the own: it is not counted for the one whose it is.
    """
    sheet, frozen = m.ScoreSheet, m.ScoreSheet.state == SheetState.FROZEN
    if can(actor, Action.EDIT_CRITERIA):
        yield _part("fixed criteria", m.EmulationScheme.id).where(
            m.EmulationScheme.school_year_id.in_(_of_year(year)), m.EmulationScheme.state == SchemeState.FIXED
        )
    if can(actor, Action.ADJUST_SCORE):
        yield _part("appeals", func.count()).where(
            m.ScoreComment.school_year_id.in_(_of_year(year)),
            m.ScoreComment.appeal,
            m.ScoreComment.answer.is_(None),
            m.ScoreComment.staff_id != (actor.staff_id or 0),
        )
    if can(actor, Action.FREEZE_SCORE):
        staff, of_year = m.Staff, m.SchoolYear
        there = and_(
            or_(staff.left_on.is_(None), staff.left_on >= of_year.starts_on),
            or_(staff.joined_on.is_(None), staff.joined_on <= of_year.ends_on),
        )
        done = select(sheet.staff_id).where(sheet.school_year_id.in_(_of_year(year)), frozen)
        yield (
            _part("unfrozen", func.count())
            .select_from(staff)
            .join(of_year, there)
            .where(of_year.name == year, of_year.ends_on < actor.today)
            .where(staff.id.not_in(done), staff.id != (actor.staff_id or 0))
        )
    if actor.staff_id is not None and can(actor, Action.VIEW_SCORE):
        own = sheet.staff_id == actor.staff_id
        yield _part("own sheet", sheet.id, first=sheet.decided_on).where(
            sheet.school_year_id.in_(_of_year(year)), own, frozen
        )


def _unconfirmed(actor: Actor, year: str) -> Select:
    """Activities of others in the year that took place and that nobody has confirmed."""
    begins = select(m.SchoolYear.starts_on).where(m.SchoolYear.name == year).scalar_subquery()
    held = m.Activity.held_on.between(begins, actor.today)
    waits = m.Activity.confirmed_on.is_(None) & (m.Activity.organiser_id != (actor.staff_id or 0))
    return _part("unconfirmed", func.count()).where(held, waits)


def _gaps() -> Iterator[Select]:
    """What an administrator would want to fill in."""
    yield _part("without teacher", func.count()).where(m.Classroom.homeroom_teacher_id.is_(None))
    with_account = select(m.Account.staff_id).where(m.Account.staff_id.is_not(None))
    yield _part("without account", func.count()).where(m.Staff.left_on.is_(None), m.Staff.id.not_in(with_account))
