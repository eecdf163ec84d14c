"""One student's story, and the part that each sponsor has in it."""

import datetime as dt
from dataclasses import dataclass, field

from school.demo.profiles import Profile
from school.demo.stage import Person
from school.models import Sponsorship, Student, SupportCase
from school.vocabulary import SponsorRole


@dataclass
class Part:
    """One person's part in a case."""

    person: Person
    role: SponsorRole
    first: dt.date
    sponsorship: Sponsorship = field(init=False)  # once registered

    def runs_on(self, day: dt.date) -> bool:
        """Whether the person is assigned on this day."""
        return "sponsorship" in vars(self) and self.sponsorship.runs_on(day)


@dataclass
class Thread:
    """One student's story."""

    number: int
    profile: Profile
    student: Student
    homeroom: Person
    nominated_on: dt.date
    parts: list[Part] = field(default_factory=list)
    case: SupportCase = field(init=False)  # once nominated
    mood: float = 2.0
    planned: set[str] = field(default_factory=set)  # months whose evaluation somebody will write

    def running(self, day: dt.date) -> list[Part]:
        """The lead or joint sponsors who may write on this day."""
        return [part for part in self.parts if part.role is not SponsorRole.SUPPORTING and part.runs_on(day)]

    def sponsors(self) -> set[int]:
        """Ids of all who ever sponsored the student: none of them judges this work."""
        return {part.person.staff.id for part in self.parts}
