"""The meetings that agree who sponsors whom: one a wave, with its list, which leadership approves (P4.3)."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from school.demo.cycle_texts import PROCEEDINGS
from school.demo.parts import Part, Thread
from school.demo.stage import SUNDAY, Person, Stage, at
from school.models import AssignmentMeeting, Sponsorship
from school.services import meetings

DAY = dt.timedelta(days=1)


class Agreeing:
    """Gathers the pairings of each meeting; `on_approved` is told of each that is approved."""

    def __init__(self, stage: Stage, leaders: list[Person], on_approved: Callable[[Thread, Part], None]) -> None:
        """`leaders`: the one who chairs first."""
        self.stage, self.leaders, self.on_approved = stage, leaders, on_approved
        self.lists: dict[dt.date, list[tuple[Thread, Part]]] = {}

    def put_on_list(
        self, thread: Thread, part: Part, day: dt.date, secretary: Person, union: Person, approved: bool = True
    ) -> None:
        """Let the meeting of the day agree this pairing, which is registered by then; a Sunday's is on Monday."""
        day += DAY * (day.weekday() == SUNDAY)
        if day not in self.lists:
            self.lists[day] = []
            held = at(day, 17, 5 * len(self.lists))
            self.stage.plan(held, partial(self._hold, day, secretary, union, approved))
        self.lists[day].append((thread, part))

    def _hold(self, day: dt.date, secretary: Person, union: Person, approved: bool) -> None:
        session, chair = self.stage.session, self.leaders[0]
        number = sorted(self.lists).index(day)
        values = {
            "held_on": day,
            "chair": chair.staff,
            "decision_number": f"{61 + 14 * number}/QĐ-THPT",
            "proceedings": PROCEEDINGS[number % len(PROCEEDINGS)],
        }
        self.stage.enter(secretary)
        meeting = meetings.save(session, self.stage.actor, AssignmentMeeting(), values)
        left = [part.sponsorship for _, part in self.lists[day]]
        for person in (union, *self.leaders):
            self._enter(person, day)
            left = list(meetings.agree(session, self.stage.actor, meeting, left).own)
            if not left:
                break
        if approved:
            when = max(at(day + DAY, 18, 20), self.stage.now + dt.timedelta(hours=1))
            self.stage.plan(when, partial(self._approve, day, meeting))

    def _enter(self, person: Person, day: dt.date) -> None:
        """Act as this person, who sees the cases as they stand now."""
        self.stage.enter(person)
        for thread, _ in self.lists[day]:
            self.stage.session.expire(thread.case, ["sponsorships"])

    def _approve(self, day: dt.date, meeting: AssignmentMeeting) -> None:
        """The list is approved at once; what is a leader's own, by another."""
        done: list[Sponsorship] = []
        for person in self.leaders:
            self._enter(person, day)
            settled = meetings.approve_list(self.stage.session, self.stage.actor, meeting)
            done += settled.done
            if not settled.own:
                break
        for thread, part in self.lists[day]:
            if part.sponsorship in done:
                self.on_approved(thread, part)
