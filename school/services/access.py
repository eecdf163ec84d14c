"""Who is at the door: turns an account into the actor whom the policy judges, with the rows that are theirs today."""

import datetime as dt
from dataclasses import replace

from sqlalchemy import Select, literal, or_, select, union_all
from sqlalchemy.orm import Session, joinedload

from school.errors import NotAllowed
from school.models import Account, Classroom, Department, Enrolment, SchoolYear, SensitiveView, Sponsorship, Staff
from school.models import SupportCase as Case
from school.rules.actor import Actor, Reach
from school.rules.calendar import school_day
from school.services.guard import UNSCOPED
from school.vocabulary import N_, Origin, Role, YearState

_sponsorship, _case = Sponsorship.__table__, Case.__table__
_enrolment, _classroom, _year = Enrolment.__table__, Classroom.__table__, SchoolYear.__table__
_staff, _department, _view = Staff.__table__, Department.__table__, SensitiveView.__table__


def actor_for(
    session: Session, account: Account, now: dt.datetime, address: str | None = None, origin: Origin = Origin.PANEL
) -> Actor:
    """The actor that `account` is at `now`; reads the rows in its reach in one statement."""
    roles = frozenset(held.role for held in account.roles)
    return Actor(
        now=now,
        roles=roles,
        account_id=account.id,
        staff_id=account.staff_id,
        name=account.username,
        reach=load_reach(session, account.id, account.staff_id, roles, school_day(now)),
        origin=origin,
        address=address,
    )


def renewed(session: Session, actor: Actor) -> Actor:
    """The same person with the rights of this moment, for what goes on after the request; NotAllowed once disabled."""
    sought = select(Account).where(Account.id == actor.account_id).options(joinedload(Account.roles))
    account = session.scalar(sought.execution_options(populate_existing=True, **UNSCOPED))
    if account is None or account.disabled_at is not None:
        raise NotAllowed(N_("Thầy cô cần đăng nhập."))
    fresh = actor_for(session, account, actor.now, actor.address, actor.origin)
    return replace(actor, roles=fresh.roles, staff_id=fresh.staff_id, reach=fresh.reach)


def load_reach(
    session: Session, account_id: int, staff_id: int | None, roles: frozenset[Role], today: dt.date
) -> Reach:
    """What is one's own on `today` (design section 3): the definitions of "own", "department" and "opened"."""
    parts = [*_opened(account_id, today), _closed()]
    if staff_id is not None and Role.TEACHER in roles:
        parts += _sponsored(staff_id, today) + _homeroom(staff_id, today)
    if staff_id is not None and Role.DEPARTMENT_HEAD in roles:
        parts += _department_of(staff_id, today)
    found: dict[str, set[int]] = {}
    for kind, row_id in session.execute(union_all(*parts), execution_options=UNSCOPED):
        found.setdefault(kind, set()).add(row_id)
    return Reach(**{kind: frozenset(ids) for kind, ids in found.items()})


def _running(today: dt.date) -> tuple:
    return (Sponsorship.running(today),)


def _sponsored(staff_id: int, today: dt.date) -> list[Select]:
    joined = _sponsorship.join(_case, _case.c.id == _sponsorship.c.case_id)
    criteria = (_sponsorship.c.staff_id == staff_id, *_running(today))
    return [
        select(literal("sponsored_cases"), _case.c.id).select_from(joined).where(*criteria),
        select(literal("sponsored_students"), _case.c.student_id).select_from(joined).where(*criteria),
        select(literal("led_cases"), _case.c.id).select_from(joined).where(*criteria, Sponsorship.leading()),
    ]


def _homeroom(staff_id: int, today: dt.date) -> list[Select]:
    """The class of the school year that runs today, or of the one that ended last: the summer belongs to it."""
    latest = select(_year.c.id).where(_year.c.starts_on <= today).order_by(_year.c.starts_on.desc()).limit(1)
    joined = _enrolment.join(_classroom, _classroom.c.id == _enrolment.c.classroom_id)
    criteria = (
        _classroom.c.homeroom_teacher_id == staff_id,
        _classroom.c.school_year_id == latest.scalar_subquery(),
        _enrolment.c.ended_on.is_(None),
    )
    with_cases = joined.join(
        _case,
        (_case.c.student_id == _enrolment.c.student_id) & (_case.c.school_year_id == _classroom.c.school_year_id),
    )
    return [
        select(literal("homeroom_students"), _enrolment.c.student_id).select_from(joined).where(*criteria),
        select(literal("homeroom_cases"), _case.c.id).select_from(with_cases).where(*criteria),
    ]


def _department_of(staff_id: int, today: dt.date) -> list[Select]:
    """A head follows the whole department, a deputy what is the head's own (section 3)."""
    whose = or_(
        (_department.c.head_id == staff_id) & (_staff.c.department_id == _department.c.id),
        (_department.c.deputy_id == staff_id) & (_staff.c.id == _department.c.head_id),
    )
    people = select(_staff.c.id).select_from(_staff.join(_department, whose))
    joined = _sponsorship.join(_case, _case.c.id == _sponsorship.c.case_id)
    criteria = (_sponsorship.c.staff_id.in_(people), *_running(today))
    own = or_(_department.c.head_id == staff_id, _department.c.deputy_id == staff_id)
    return [
        select(literal("departments"), _department.c.id).where(own),
        select(literal("department_staff"), _staff.c.id).select_from(_staff.join(_department, whose)),
        select(literal("department_cases"), _case.c.id).select_from(joined).where(*criteria),
        select(literal("department_students"), _case.c.student_id).select_from(joined).where(*criteria),
    ]


def _opened(account_id: int, today: dt.date) -> list[Select]:
    joined = _view.join(_case, _case.c.id == _view.c.case_id)
    criteria = (_view.c.account_id == account_id, _view.c.opened_on == today)
    return [
        select(literal("opened_cases"), _case.c.id).select_from(joined).where(*criteria),
        select(literal("opened_students"), _case.c.student_id).select_from(joined).where(*criteria),
    ]


def _closed() -> Select:
    return select(literal("closed_years"), _year.c.id).where(_year.c.state == YearState.CLOSED)
