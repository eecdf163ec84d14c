"""Inspections and what is followed until it is closed: findings, difficulties, advice (P4.4, P4.6, P4.7)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import select

from school.demo import cycle_texts as said
from school.demo.casework import LEADS, Casework
from school.demo.cast import School
from school.demo.cycle import in_year
from school.demo.parts import Thread
from school.demo.stage import Person, Stage, at, school_hours
from school.models import Department, FollowUp, Inspection, SupportCase
from school.services import follow_ups, inspections
from school.vocabulary import CaseState, FollowUpKind

DAY = dt.timedelta(days=1)
DEPARTMENT_SEEN, CASE_SEEN = ((10, 15), "Toán - Tin"), ((11, 12), 9)
SPONSOR_SEEN = 18  # so many days before the demo ends; what it asks for is open, overdue and answered
FIRST_LATEST = (9, 24)  # before that nobody has sponsored long enough to be followed


@dataclass(frozen=True)
class Ask:
    """What somebody is asked to do within so many days, and what the person answers after so many, if ever."""

    what: str
    owner: Person
    within: int
    answer: str | None = None
    after: int = 5
    closed: bool = True


class Watching:
    """Plans what union, leadership, heads and sponsors ask of one another."""

    def __init__(self, stage: Stage, school: School, casework: Casework, last_day: dt.date, rng: Random) -> None:
        self.stage, self.school, self.casework, self.last_day, self.rng = stage, school, casework, last_day, rng

    def plan_all(self) -> None:
        """Plan inspections, difficulties and advice; the latest are counted back from the day on which it ends."""
        days: list[tuple[dt.date, Any]] = [
            (in_year(self.school, *DEPARTMENT_SEEN[0]), self._see_department),
            (in_year(self.school, *CASE_SEEN[0]), self._see_case),
        ]
        for held, number, kind, whom, what, answer in said.DIFFICULTIES:
            act = partial(self._raise_difficulty, number, kind, whom, what, answer)
            days.append((in_year(self.school, *held), act))
        for held, name, what, answer in said.ADVICE:
            head = self.school.in_place(name, 0)
            days.append((in_year(self.school, *held), partial(self._advise, head, what, answer)))
        for day, act in [*days, *self._latest()]:
            self.stage.plan(school_hours(self.rng, day), act)

    def _latest(self) -> list[tuple[dt.date, Any]]:
        """What waits for somebody on the demo's day."""
        head, request = self.school.named("totruong"), FollowUpKind.SUPPORT_REQUEST
        latest = [
            (SPONSOR_SEEN, self._see_sponsor),
            (9, partial(self._raise_difficulty, 1, request, "leader", *said.LATEST_ANSWERED, False)),
            (5, partial(self._raise_difficulty, 0, FollowUpKind.DIFFICULTY, "head", said.LATEST_DIFFICULTY)),
            (3, partial(self._advise, head, said.LATEST_ADVICE)),
        ]
        first = in_year(self.school, *FIRST_LATEST)
        return [(day, act) for back, act in latest if (day := self.last_day - back * DAY) >= first]

    # Inspections

    def _see_department(self) -> None:
        union, name = self.school.named("congdoan"), DEPARTMENT_SEEN[1]
        self.stage.enter(union)
        subject = self.stage.session.scalars(select(Department).where(Department.name == name)).one()
        head = self.school.in_place(name, 0)
        asks = [Ask(what, head, 14, answer) for what, answer in said.DEPARTMENT_LINES]
        self._inspect(union, subject, said.DEPARTMENT_FINDINGS, asks)

    def _see_case(self) -> None:
        thread = self._thread(CASE_SEEN[1])
        inspector = self.casework.union_for(thread)
        self.casework.enter(inspector, thread)
        owner = thread.running(self.stage.now.date())[0].person
        what, answer = said.CASE_LINE
        self._inspect(inspector, thread.case, said.CASE_FINDINGS, [Ask(what, owner, 14, answer)])

    def _see_sponsor(self) -> None:
        thread = self._thread(next(iter(LEADS)))
        running = thread.running(self.stage.now.date())
        if not running:
            return
        inspector, part = self.casework.union_for(thread), running[0]
        self.casework.enter(inspector, thread)
        head = self.school.in_place(part.person.department, 0)
        owners = {"sponsor": part.person, "homeroom": thread.homeroom, "head": head}
        within = {"sponsor": SPONSOR_SEEN + 6, "homeroom": SPONSOR_SEEN - 4, "head": SPONSOR_SEEN + 3}
        asks = [
            Ask(what, owners[who], within[who], answer, after=SPONSOR_SEEN - 3, closed=False)
            for who, (what, answer) in said.SPONSOR_LINES.items()
        ]
        self._inspect(inspector, part.sponsorship, said.SPONSOR_FINDINGS, asks)

    def _inspect(self, inspector: Person, subject: inspections.Subject, findings: str, asks: Sequence[Ask]) -> None:
        session, actor = self.stage.session, self.stage.actor
        values = {"held_on": actor.today, "findings": findings}
        lines = [inspections.Line(ask.what, ask.owner.staff, actor.today + ask.within * DAY) for ask in asks]
        inspection = inspections.record(session, actor, Inspection(), subject, values, lines)
        for ask, follow_up in zip(asks, sorted(inspection.follow_ups, key=lambda row: row.id), strict=True):
            self._follow(follow_up, inspector, ask)

    def _thread(self, number: int) -> Thread:
        return next(thread for thread in self.casework.threads if thread.number == number)

    # What is raised upwards

    def _raise_difficulty(
        self, number: int, kind: FollowUpKind, whom: str, what: str, answer: str | None = None, closed: bool = True
    ) -> None:
        """By the lead of the case, to the own head or to leadership."""
        thread = self._thread(number)
        running = thread.running(self.stage.now.date())
        if not running or thread.case.state is CaseState.CLOSED:
            return
        sponsor = running[0].person
        head = self.school.in_place(sponsor.department, 0)
        owner = head if whom == "head" and head is not sponsor else self.casework.leader_for(thread)
        self.casework.enter(sponsor, thread)
        self._raise(sponsor, kind, Ask(what, owner, 10, answer, self.rng.randint(2, 5), closed), thread.case)

    def _advise(self, head: Person, what: str, answer: str | None = None) -> None:
        """A head's advice to leadership."""
        self.stage.enter(head)
        self._raise(head, FollowUpKind.ADVICE, Ask(what, self.school.named("lanhdao"), 14, answer))

    def _raise(self, person: Person, kind: FollowUpKind, ask: Ask, case: SupportCase | None = None) -> None:
        session, actor = self.stage.session, self.stage.actor
        values = {
            "kind": kind,
            "what": ask.what,
            "owner": ask.owner.staff,
            "due_on": actor.today + ask.within * DAY,
            "case": case,
        }
        self._follow(follow_ups.raise_one(session, actor, FollowUp(), values), person, ask)

    # Until it is closed

    def _follow(self, follow_up: FollowUp, raised_by: Person, ask: Ask) -> None:
        if ask.answer is None:
            return
        answered = at(self.stage.now.date() + ask.after * DAY, self.rng.randint(9, 16), self.rng.randint(0, 59))
        self.stage.plan(answered, partial(self._take, follow_up, ask.owner, "answer", ask.answer))
        if ask.closed:
            seen = school_hours(self.rng, answered.date() + self.rng.randint(1, 3) * DAY)
            self.stage.plan(seen, partial(self._take, follow_up, raised_by, "close"))

    def _take(self, follow_up: FollowUp, person: Person, name: str, text: str | None = None) -> None:
        self.stage.enter(person)
        follow_ups.take_step(self.stage.session, self.stage.actor, follow_up, name, text)
