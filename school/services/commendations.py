"""Proposals to commend a person or a department, and the decision on them (P4.6, P4.9): nobody decides the own.

A title never follows from a figure: it is proposed by people and decided on a day, under a number. What a title asks
for is in `rules/commendation.py`, how many a level has room for in `services/quotas.py`.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from school.errors import RuleError
from school.models import Commendation, Department, SchoolYear, Staff, YearlyRating
from school.names import clean_line
from school.rules.actor import Actor
from school.rules.commendation import PERSON_TITLES, TITLES, check_award, check_title
from school.rules.policy import require
from school.services import quotas
from school.services.records import apply, check_fresh, just_entered, need, remove, step
from school.services.years import check_year_open
from school.vocabulary import N_, Action, AwardKind

DECIDED = N_("Đề nghị này đã có quyết định nên giữ nguyên; cần sửa thì gỡ quyết định trước.")


@dataclass(frozen=True)
class Settled:
    """What a decision covered, and the proposals left out because they are for the actor."""

    done: tuple[Commendation, ...]
    own: tuple[Commendation, ...]


def propose(
    session: Session, actor: Actor, row: Commendation, values: Mapping[str, Any], version: int | None = None
) -> Commendation:
    """Propose somebody (school_year, staff or department, award, title, level, achievement), or put a proposal right.

    A title (danh hiệu) is called by its own name unless something else was written. For whom it is stays, and nothing
    changes once it is decided. The same proposal sent twice is one.
    """
    require(actor, Action.EDIT_COMMENDATION)
    new = row.id is None
    if not new:
        check_fresh(row, version)
        _check_open(row)
    words = _words(values)
    about = _about(values) if new else _about_stored(row)
    check_award(words["award"], of_person=about["staff_id"] is not None)
    if twin := _twin(session, row, about, words):
        if new and twin in just_entered(session, actor, Commendation, about | words):
            return twin
        raise RuleError(N_("Năm học này đã có đề nghị như vậy cho người hoặc tổ này."), field="title")
    with step(session, "propose" if new else "update"):
        apply(row, words | (about | {"proposed_on": actor.today} if new else {}))
        session.add(row)
    return row


def _words(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is proposed, as the fields of a row."""
    award: AwardKind = need(values.get("award"), N_("Thầy cô chọn nhóm danh hiệu, hình thức khen."), "award")
    title = values.get("title") or (award.label if award in TITLES else None)
    return {
        "award": award,
        "title": clean_line(need(title, N_("Thầy cô ghi danh hiệu hoặc hình thức khen."), "title")),
        "level": need(values.get("level"), N_("Thầy cô chọn cấp khen."), "level"),
        "achievement": values.get("achievement"),
    }


def _about(values: Mapping[str, Any]) -> dict[str, Any]:
    """For whom and for which year, as the fields of a row; RuleError unless it is exactly one of the two."""
    year: SchoolYear = need(values.get("school_year"), N_("Thầy cô chọn năm học."), "school_year")
    check_year_open(year)
    staff: Staff | None = values.get("staff")
    department: Department | None = values.get("department")
    if (staff is None) == (department is None):
        raise RuleError(N_("Thầy cô chọn một trong hai: một cá nhân, hoặc một tập thể tổ."), field="staff")
    if staff is not None and staff.left_on is not None and staff.left_on < year.starts_on:
        raise RuleError(N_("Người này đã thôi công tác ở trường trước năm học."), field="staff")
    return {
        "school_year_id": year.id,
        "staff_id": staff.id if staff is not None else None,
        "department_id": department.id if department is not None else None,
    }


def _about_stored(row: Commendation) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("school_year_id", "staff_id", "department_id")}


def _twin(
    session: Session, row: Commendation, about: Mapping[str, Any], words: Mapping[str, Any]
) -> Commendation | None:
    """Another row that proposes the same for the same: the same title of the year, else the same words and level."""
    telling = ("award",) if words["award"] in TITLES else ("title", "level")
    facts = {**about, **{name: words[name] for name in telling}}
    criteria = [getattr(Commendation, name) == value for name, value in facts.items()]
    others = [Commendation.id != row.id] if row.id is not None else []
    return session.scalars(select(Commendation).where(*criteria, *others).order_by(Commendation.id).limit(1)).first()


def _check_open(row: Commendation) -> None:
    check_year_open(row.school_year)
    if row.decided_on is not None:
        raise RuleError(DECIDED)


def withdraw(session: Session, actor: Actor, row: Commendation, version: int | None = None) -> None:
    """Take a proposal back that nobody has decided."""
    require(actor, Action.EDIT_COMMENDATION, row)
    _check_open(row)
    remove(session, actor, Action.EDIT_COMMENDATION, row, version)


def is_own(actor: Actor, row: Commendation) -> bool:
    """Whether it is the actor who would be commended."""
    return actor.staff_id is not None and row.staff_id == actor.staff_id


def decide(
    session: Session, actor: Actor, row: Commendation, number: str | None, decided_on: dt.date | None
) -> Commendation:
    """Enter the decision: its number and day. The same decision again changes nothing."""
    require(actor, Action.DECIDE_COMMENDATION, row)
    decide_all(session, actor, [row], number, decided_on)
    return row


def decide_all(
    session: Session, actor: Actor, rows: Iterable[Commendation], number: str | None, decided_on: dt.date | None
) -> Settled:
    """One decision on many proposals, all or none; the actor's own is left for somebody else.

    "Lao động tiên tiến" and "Chiến sĩ thi đua cơ sở" of one person may stand in the same decision.
    """
    require(actor, Action.DECIDE_COMMENDATION)
    number = clean_line(need(number, N_("Thầy cô ghi số quyết định."), "decision_number"))
    day: dt.date = need(decided_on, N_("Thầy cô chọn ngày quyết định."), "decided_on")
    chosen = list(rows)
    own = tuple(row for row in chosen if is_own(actor, row))
    others = tuple(row for row in chosen if not is_own(actor, row))
    for row in others:
        require(actor, Action.DECIDE_COMMENDATION, row)
        _check_decision(row, number, day, actor.today)
    _check_titles(session, others)
    quotas.check_room(session, others)
    with step(session, "decide"):
        for row in others:
            apply(row, {"decision_number": number, "decided_on": day})
    return Settled(others, own)


def _check_decision(row: Commendation, number: str, day: dt.date, today: dt.date) -> None:
    check_year_open(row.school_year)
    if day > today:
        raise RuleError(N_("Ngày này chưa đến; thầy cô ghi khi đã có quyết định."), field="decided_on")
    if day < row.school_year.starts_on:
        raise RuleError(N_("Ngày quyết định trước ngày bắt đầu năm học."), field="decided_on")
    if row.decided_on is not None and (row.decision_number, row.decided_on) != (number, day):
        raise RuleError(N_("%(who)s đã có quyết định số %(number)s."), who=str(row), number=row.decision_number or "–")


def _check_titles(session: Session, rows: Iterable[Commendation]) -> None:
    """RuleError unless every title of a person among these may be decided; two statements."""
    titles = [row for row in rows if row.award in PERSON_TITLES]
    if not titles:
        return
    staff, years = {row.staff_id for row in titles}, {row.school_year_id for row in titles}
    rated = select(YearlyRating).where(YearlyRating.staff_id.in_(staff), YearlyRating.school_year_id.in_(years))
    ratings = {(row.staff_id, row.school_year_id): row.rating for row in session.scalars(rated)}
    advanced = {
        (row.staff_id, row.school_year_id)
        for row in [*session.scalars(_decided_titles(staff, years)), *titles]
        if row.award is AwardKind.ADVANCED_WORKER
    }
    for row in titles:
        key = (row.staff_id or 0, row.school_year_id)
        check_title(row.award, ratings.get(key), key in advanced, str(row.staff))


def _decided_titles(staff: Iterable[int | None], years: Iterable[int]) -> Select[tuple[Commendation]]:
    """The titles of these people in these years that stand by a decision."""
    return select(Commendation).where(
        Commendation.staff_id.in_(staff),
        Commendation.school_year_id.in_(years),
        Commendation.award.in_(PERSON_TITLES),
        Commendation.decided_on.is_not(None),
    )


def decided_titles(session: Session, staff_id: int, year_id: int) -> list[Commendation]:
    """What of this person's titles in the year stands by a decision, and so rests on the yearly rating."""
    return list(session.scalars(_decided_titles([staff_id], [year_id])))


def titles_within(session: Session, actor: Actor, row: Commendation) -> tuple[int, int, int]:
    """Of the department proposed: its staff today, and how many have each of a person's titles of the year decided.

    Facts beside a collective's proposal: what share the law asks for is people's to look up. One statement.
    """
    require(actor, Action.VIEW_COMMENDATION, row)
    decided = and_(
        Commendation.staff_id == Staff.id,
        Commendation.school_year_id == row.school_year_id,
        Commendation.award.in_(PERSON_TITLES),
        Commendation.decided_on.is_not(None),
    )
    here = or_(Staff.left_on.is_(None), Staff.left_on >= actor.today)
    statement = select(Staff.id, Commendation.award).outerjoin(Commendation, decided)
    found = session.execute(statement.where(Staff.department_id == row.department_id, here)).all()
    advanced, fighters = ({staff for staff, held in found if held is award} for award in PERSON_TITLES)
    return len({staff for staff, _held in found}), len(advanced), len(fighters)


def undecide(session: Session, actor: Actor, row: Commendation) -> Commendation:
    """Take off a decision that was entered by mistake; the audit log keeps it. Doing it twice is doing it once.

    "Lao động tiên tiến" stays while "Chiến sĩ thi đua cơ sở" of the same year rests on it.
    """
    require(actor, Action.DECIDE_COMMENDATION, row)
    check_year_open(row.school_year)
    if row.award is AwardKind.ADVANCED_WORKER and row.staff_id is not None and row.decided_on is not None:
        held = decided_titles(session, row.staff_id, row.school_year_id)
        if any(other.award is AwardKind.GRASSROOTS_FIGHTER for other in held):
            raise RuleError(N_("Thầy cô gỡ quyết định “Chiến sĩ thi đua cơ sở” của người này trước."))
    with step(session, "undecide"):
        apply(row, {"decision_number": None, "decided_on": None})
    return row


def of_year(session: Session, actor: Actor, year: SchoolYear) -> list[Commendation]:
    """All proposals of the year: departments by name, then people in the order of names; one statement."""
    require(actor, Action.VIEW_COMMENDATION)
    statement = (
        select(Commendation)
        .outerjoin(Commendation.staff)
        .outerjoin(Commendation.department)
        .where(Commendation.school_year_id == year.id)
        .options(
            joinedload(Commendation.staff).joinedload(Staff.department),
            joinedload(Commendation.department),
            joinedload(Commendation.school_year),
        )
        .order_by(Commendation.staff_id.is_not(None), Department.name, Staff.sort_key, Commendation.id)
    )
    return list(session.scalars(statement))
