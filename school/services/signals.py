"""Signals for the council to look at (P4.5): gathered for those who adjust scores, and changing none.

The council sees neither contacts nor evaluations, so the reading goes past the row scope, after asking the policy once.
Texts are turned into fingerprints as they are read; what leaves this module is counts and days.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from school.models import Contact, ContactPrivate, ProgressEvaluation, SchoolYear, SupportCase
from school.rules import gaming
from school.rules.actor import Actor
from school.rules.calendar import school_day
from school.rules.evaluation import CONFIRMED_STATES, LEVELS, SENT_STATES
from school.rules.policy import can, require
from school.services.guard import UNSCOPED
from school.vocabulary import Action


def signals(session: Session, actor: Actor, year: SchoolYear) -> dict[int, list[gaming.Signal]]:
    """By staff id what is worth a look in the year; never the actor's own: others look at that. Two statements."""
    require(actor, Action.ADJUST_SCORE)
    found = gaming.signals(_talks(session, year), _months(session, year))
    return {staff_id: own for staff_id, own in found.items() if staff_id != actor.staff_id}


def of_person(session: Session, actor: Actor, year: SchoolYear, staff_id: int) -> list[gaming.Signal]:
    """The same of one person, for that person's sheet; none for whoever may not see them. Shared texts need all."""
    if not can(actor, Action.ADJUST_SCORE):
        return []
    return signals(session, actor, year).get(staff_id, [])


def _talks(session: Session, year: SchoolYear) -> list[gaming.Talk]:
    """Contacts that reached somebody: the others gain nothing."""
    words = func.coalesce(ContactPrivate.summary, Contact.summary)
    statement = (
        select(Contact.id, Contact.staff_id, Contact.case_id, Contact.occurred_on, Contact.created_at, words)
        .join(SupportCase, SupportCase.id == Contact.case_id)
        .outerjoin(ContactPrivate, ContactPrivate.contact_id == Contact.id)
        .where(SupportCase.school_year_id == year.id, Contact.reached)
    )
    return [
        gaming.Talk(id_, staff_id, case_id, on, school_day(entered_at), gaming.fingerprint(said))
        for id_, staff_id, case_id, on, entered_at, said in session.execute(statement, execution_options=UNSCOPED)
    ]


def _months(session: Session, year: SchoolYear) -> list[gaming.Month]:
    """Evaluations of months that were sent: a draft is nobody's word yet."""
    entry = ProgressEvaluation
    levels = [getattr(entry, level) for level in LEVELS]
    statement = (
        select(entry.id, entry.author_id, entry.case_id, entry.period, entry.state, entry.comment, *levels)
        .join(SupportCase, SupportCase.id == entry.case_id)
        .where(SupportCase.school_year_id == year.id, entry.state.in_(SENT_STATES), entry.monthly())
        .where(entry.author_id.is_not(None))
    )
    return [
        gaming.Month(
            id_, author_id, case_id, period, tuple(chosen), state in CONFIRMED_STATES, gaming.fingerprint(comment)
        )
        for id_, author_id, case_id, period, state, comment, *chosen in session.execute(
            statement, execution_options=UNSCOPED
        )
    ]
