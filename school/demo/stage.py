"""The moved clock: events wait in a queue and happen in the order of their moments, each as the person who does it."""

import datetime as dt
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from sqlalchemy.orm import Session

from school.models import Account, Staff
from school.rules.actor import Actor
from school.rules.calendar import SCHOOL_TIME
from school.services.access import load_reach
from school.services.guard import set_actor
from school.vocabulary import Origin, Role

SUNDAY = 6
Act = Callable[[], None]


@dataclass(frozen=True)
class Person:
    """A member of staff with the account through which the person acts."""

    staff: Staff
    account: Account
    roles: frozenset[Role]
    department: str
    place: int


class Stage:
    """The session, the chance and the clock that the whole story shares. Nothing happens from `ends` on."""

    def __init__(self, session: Session, rng: Random, ends: dt.datetime) -> None:
        self.session, self.rng, self.ends = session, rng, ends
        self.now = ends
        self._queue: list[tuple[dt.datetime, int, Act]] = []
        self._numbers = itertools.count()
        self.actor: Actor

    def plan(self, when: dt.datetime, act: Act) -> None:
        """Let `act` happen at `when`, or never if that is too late."""
        if when < self.ends:
            heapq.heappush(self._queue, (when, next(self._numbers), act))

    def play(self) -> None:
        """Let everything happen that is planned, and what follows from it."""
        while self._queue:
            self.now, _, act = heapq.heappop(self._queue)
            act()

    def enter(self, person: Person, when: dt.datetime | None = None) -> Actor:
        """Act as this person at this moment (else now), with what is in the person's reach then."""
        when = when or self.now
        account_id, staff_id = person.account.id, person.staff.id
        reach = load_reach(self.session, account_id, staff_id, person.roles, when.astimezone(SCHOOL_TIME).date())
        return self.enter_actor(
            Actor(when, person.roles, account_id, staff_id, person.account.username, reach, Origin.DEMO)
        )

    def enter_operator(self, when: dt.datetime) -> Actor:
        """Act as whoever fills the demo school."""
        return self.enter_actor(Actor.running_commands(when, Origin.DEMO))

    def enter_actor(self, actor: Actor) -> Actor:
        """Act as `actor`."""
        self.actor = actor
        set_actor(self.session, actor)
        return actor


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """This hour of the day at the school."""
    return dt.datetime.combine(day, dt.time(hour, minute), SCHOOL_TIME)


def school_hours(rng: Random, day: dt.date) -> dt.datetime:
    """Some minute of a working day: of the Monday after where `day` is a Sunday."""
    if day.weekday() == SUNDAY:
        day += dt.timedelta(days=1)
    return at(day, rng.randint(7, 16), rng.randint(0, 59))


def evening(rng: Random, day: dt.date) -> dt.datetime:
    """Some minute of the evening, when sponsors write."""
    return at(day, rng.randint(17, 21), rng.randint(0, 59))
