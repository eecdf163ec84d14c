"""Who acts, when, and which rows are theirs: all that the policy needs to know, and nothing it must look up."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from school.rules.calendar import school_day
from school.vocabulary import Origin, Role


@dataclass(frozen=True)
class Reach:
    """Ids of the rows that are somebody's own: worked out once, when the request begins.

    sponsored_cases   cases whose sponsorship by this person runs today; led_cases: as lead or joint sponsor
    homeroom_cases    cases of this year's own class; homeroom_students, homeroom_classes likewise
    department_staff  who this person heads (a deputy: the head alone); department_cases, department_students: theirs
    departments       the departments that this person heads, or is deputy of
    opened_cases      cases whose circumstances this account opened today; opened_students: theirs
    closed_years      school years that are closed, for everybody
    """

    sponsored_cases: frozenset[int] = frozenset()
    led_cases: frozenset[int] = frozenset()
    sponsored_students: frozenset[int] = frozenset()
    homeroom_cases: frozenset[int] = frozenset()
    homeroom_students: frozenset[int] = frozenset()
    department_staff: frozenset[int] = frozenset()
    department_cases: frozenset[int] = frozenset()
    department_students: frozenset[int] = frozenset()
    departments: frozenset[int] = frozenset()
    opened_cases: frozenset[int] = frozenset()
    opened_students: frozenset[int] = frozenset()
    closed_years: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Actor:
    """One person (or the operator of the commands) acting at one moment."""

    now: dt.datetime
    roles: frozenset[Role] = frozenset()
    account_id: int | None = None
    staff_id: int | None = None
    name: str = ""
    reach: Reach = field(default_factory=Reach)
    origin: Origin = Origin.PANEL
    address: str | None = None
    operator: bool = False
    gatekeeper: bool = False

    @cached_property
    def today(self) -> dt.date:
        """The day at the school."""
        return school_day(self.now)

    @classmethod
    def running_commands(cls, now: dt.datetime, origin: Origin = Origin.COMMAND) -> "Actor":
        """The operator: whoever may run commands on the server sees all, and is audited as such (section 3)."""
        return cls(now=now, name="operator", origin=origin, operator=True)

    @classmethod
    def at_the_gate(cls, now: dt.datetime, address: str | None = None, name: str = "gatekeeper") -> "Actor":
        """Nobody yet: checks passwords and sessions, and reaches accounts only. `name` is what was typed."""
        return cls(now=now, name=name, address=address, gatekeeper=True)
