"""The help of a whole semester on one page (P4.8): each sponsorship that touched it, with what is said of it so far."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from school.models import Enrolment, SchoolYear, SponsorEvaluation, Sponsorship, Staff, Student, SupportCase
from school.rules.actor import Actor
from school.vocabulary import TermPeriod

PAGE_SIZE = 25


@dataclass(frozen=True)
class Term:
    """One semester of a year, and where only one department is asked for, which."""

    year: SchoolYear
    semester: TermPeriod
    department: int | None = None


@dataclass(frozen=True)
class Progress:
    """How many sponsorships there are, and how many are rated."""

    total: int
    rated: int


def count(session: Session, actor: Actor, term: Term) -> Progress:
    """How far the semester is; one statement."""
    statement = (
        select(func.count(Sponsorship.id), func.count(SponsorEvaluation.rating))
        .select_from(Sponsorship)
        .outerjoin(SponsorEvaluation, _of(term))
        .where(*_criteria(actor, term))
    )
    return Progress(*session.execute(statement).one())


def read_page(
    session: Session, actor: Actor, term: Term, page: int = 0
) -> list[tuple[Sponsorship, SponsorEvaluation | None]]:
    """A page of sponsorships in the order of the sponsors' names, each with its rating; one statement."""
    return _read(session, _rows(actor, term).limit(PAGE_SIZE).offset(page * PAGE_SIZE))


def read_some(
    session: Session, actor: Actor, term: Term, ids: Collection[int]
) -> list[tuple[Sponsorship, SponsorEvaluation | None]]:
    """These sponsorships, as far as they are to be rated by the actor."""
    return _read(session, _rows(actor, term).where(Sponsorship.id.in_(ids)))


def _read(
    session: Session, statement: Select[Sponsorship, SponsorEvaluation]
) -> list[tuple[Sponsorship, SponsorEvaluation | None]]:
    return [(sponsorship, rating) for sponsorship, rating in session.execute(statement)]


def _of(term: Term) -> ColumnElement[bool]:
    return and_(SponsorEvaluation.sponsorship_id == Sponsorship.id, SponsorEvaluation.period == term.semester.value)


def _criteria(actor: Actor, term: Term) -> list[ColumnElement[bool]]:
    """Leads and joint sponsors who helped in the semester; never the actor, whom others rate."""
    second = term.semester is TermPeriod.SEMESTER_2
    first = term.year.semester_2_starts_on if second else term.year.starts_on
    found = [
        Sponsorship.case_id.in_(select(SupportCase.id).where(SupportCase.school_year_id == term.year.id)),
        Sponsorship.leading(),
        Sponsorship.ran_between(first, actor.today),
    ]
    if not second:
        found.append(Sponsorship.started_on < term.year.semester_2_starts_on)
    if actor.staff_id is not None:
        found.append(Sponsorship.staff_id != actor.staff_id)
    if term.department is not None:
        found.append(Sponsorship.staff_id.in_(select(Staff.id).where(Staff.department_id == term.department)))
    return found


def _rows(actor: Actor, term: Term) -> Select[Sponsorship, SponsorEvaluation]:
    return (
        select(Sponsorship, SponsorEvaluation)
        .join(Sponsorship.staff)
        .outerjoin(SponsorEvaluation, _of(term))
        .where(*_criteria(actor, term))
        .options(
            contains_eager(Sponsorship.staff),
            joinedload(Sponsorship.case).joinedload(SupportCase.school_year),
            joinedload(Sponsorship.case)
            .joinedload(SupportCase.student)
            .joinedload(Student.current_enrolment)
            .joinedload(Enrolment.classroom),
        )
        .order_by(Staff.sort_key, Sponsorship.id)
    )
