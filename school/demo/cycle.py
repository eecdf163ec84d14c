"""The year's cycle as all staff see it: dates, the announced plan, who registers, whom the records point out (P4)."""

import datetime as dt
from functools import partial
from random import Random

from sqlalchemy import select

from school.demo import cycle_texts as said
from school.demo.casework import AFTER_TET, OWN_CLASS, Casework
from school.demo.cast import School
from school.demo.parts import Thread
from school.demo.profiles import WATCH, Profile
from school.demo.stage import Person, Stage, at, school_hours
from school.demo.texts import Deck
from school.models import Announcement, Registration, Student, StudentName, SupportCase
from school.reports.screening import Candidate, candidates, years_of
from school.rules.calendar import YearPlan, year_dates
from school.rules.screening import ReasonKind
from school.services import announcements, registrations, screening, years
from school.settings import SETTINGS
from school.vocabulary import Deadline, Role

DAY = dt.timedelta(days=1)
ANNOUNCED = (9, 3)
# Dates that leadership moves: the survey opens earlier, and the month with Tết has some days more.
MOVED = {(Deadline.SURVEY_OPENS, None): (11, 10), (Deadline.DEPARTMENT_MONTH, 2): (2, 27)}
NEVER_READ = 8
VOLUNTEERS = 25
BY_NAME = (*OWN_CLASS, 7, 16, 25)  # these students are named by whoever sponsors them in the end
LATE = ((11, 21), (11, 23))
# Month and day, how many are taken in and left out; before the results are in the policy category points out.
SCREENED = (((11, 12), 1, 3), ((1, 22), 3, 4))
FOUND = (("learning_not_met", WATCH), ("study_skills", WATCH))  # the first is proposed by the records, if they tell so


def in_year(school: School, month: int, day: int) -> dt.date:
    """This day in the school year."""
    first = school.year.starts_on
    return dt.date(first.year + (month < first.month), month, day)


def deadlines(school: School) -> YearPlan:
    """The dates of the year as leadership will have moved them."""
    moved = {
        (deadline, f"{in_year(school, month, 1):%Y-%m}" if month else ""): in_year(school, *day)
        for (deadline, month), day in MOVED.items()
    }
    return YearPlan(school.year.name, *year_dates(school.year.name), moved)


class Cycle:
    """Plans what concerns all staff. Has a chance of its own."""

    def __init__(self, stage: Stage, school: School, casework: Casework, rng: Random) -> None:
        self.stage, self.school, self.casework, self.rng = stage, school, casework, rng
        self.plan = deadlines(school)
        self.reasons = {kind: Deck(rng, texts) for kind, texts in said.LEFT_OUT.items()}
        self.profiles = [Profile(*words, FOUND) for words in said.TAKEN_IN]

    def plan_all(self) -> None:
        """Plan the beginning of the year, the registrations and the screening; the cases have been planned."""
        first = at(in_year(self.school, *ANNOUNCED), 7, 30)
        self.stage.plan(first, self._move_deadlines)
        self.stage.plan(first + dt.timedelta(hours=1), self._announce)
        self._plan_registrations()
        for day, taken, left in SCREENED:
            when = school_hours(self.rng, in_year(self.school, *day))
            self.stage.plan(when, partial(self._screen, taken, left))

    # The plan of the year

    def _move_deadlines(self) -> None:
        self.stage.enter(self.school.named("lanhdao"))
        for (deadline, period), day in self.plan.moved.items():
            years.move_deadline(self.stage.session, self.stage.actor, self.school.year, deadline, period, day)

    def _announce(self) -> None:
        self.stage.enter(self.school.named("lanhdao"))
        february = in_year(self.school, 2, 1)
        days = {
            "opens": self.plan.last_day(Deadline.SURVEY_OPENS),
            "closes": self.plan.last_day(Deadline.SURVEY_CLOSES),
            "february": self.plan.last_day(Deadline.DEPARTMENT_MONTH, f"{february:%Y-%m}"),
        }
        values = {
            "school_year": self.school.year,
            "title": said.PLAN_TITLE % {"year": self.school.year.name},
            "plan_number": said.PLAN_NUMBER,
            "body": said.PLAN_BODY % {name: f"{day:%d/%m/%Y}" for name, day in days.items()},
        }
        row = announcements.announce(self.stage.session, self.stage.actor, Announcement(), values)
        for person in self._readers():
            when = school_hours(self.rng, self.stage.now.date() + self.rng.choice((1, 1, 2, 3, 4, 6, 9, 12)) * DAY)
            self.stage.plan(when, partial(self._read, person, row))

    def _readers(self) -> list[Person]:
        """Most of the staff, those whom the demo shows among them but for the council's."""
        shown = {"giaovien", "totruong", "congdoan", "thuky", "lanhdao"}
        others = [person for person in self.school.people if person.account.username not in (*shown, "hoidong")]
        known = [person for person in self.school.people if person.account.username in shown]
        return known + self.rng.sample(others, len(others) - NEVER_READ + 1)

    def _read(self, person: Person, row: Announcement) -> None:
        self.stage.enter(person)
        announcements.mark_read(self.stage.session, self.stage.actor, row)

    # Who offers to help

    def _plan_registrations(self) -> None:
        named = {thread.number: thread for thread in self.casework.threads if thread.number in BY_NAME}
        sponsors: dict[int, dt.date] = {}  # by staff: when the first part begins
        for thread in self.casework.threads:
            for part in thread.parts:
                sponsors.setdefault(part.person.staff.id, part.first)
        for (_, thread), note in zip(sorted(named.items()), said.OFFERS_BY_NAME, strict=True):
            part = thread.parts[0]
            when = school_hours(self.rng, part.first - 5 * DAY)
            self.stage.plan(when, partial(self._register, part.person, note, thread))
        taken = {thread.parts[0].person.staff.id for thread in named.values()}
        able = [p for p in self.school.people if Role.TEACHER in p.roles and p.staff.id not in taken]
        chosen, offers = self.rng.sample(able, VOLUNTEERS + len(LATE)), Deck(self.rng, said.OFFERS)
        for number, person in enumerate(chosen[: -len(LATE)]):
            when = self._when_offered(sponsors.get(person.staff.id))
            self.stage.plan(when, partial(self._register, person, offers.draw() or None))
            if number == 0:
                self.stage.plan(when + 11 * DAY, partial(self._withdraw, person))
        for day, person in zip(LATE, chosen[-len(LATE) :], strict=True):
            late = school_hours(self.rng, in_year(self.school, *day))
            self.stage.plan(late, partial(self._register, person, offers.draw() or None))

    def _when_offered(self, begins: dt.date | None) -> dt.datetime:
        """Between the announcement and the last day, if the person sponsors by then before the meeting."""
        first = in_year(self.school, *ANNOUNCED) + 2 * DAY
        last = self.plan.last_day(Deadline.REGISTRATION) - DAY
        last = min(last, begins - 5 * DAY) if begins else last
        return school_hours(self.rng, first + self.rng.randint(0, (last - first).days) * DAY)

    def _register(self, person: Person, note: str | None, thread: Thread | None = None) -> None:
        self.stage.enter(person)
        session, actor = self.stage.session, self.stage.actor
        student = session.get(StudentName, thread.student.id) if thread else None
        registrations.register(session, actor, person.staff, student, note, self.school.year)

    def _withdraw(self, person: Person) -> None:
        self.stage.enter(person)
        own = select(Registration).where(Registration.staff_id == person.staff.id)
        found = self.stage.session.scalars(own).first()
        assert found is not None, "the person has registered"
        registrations.withdraw(self.stage.session, self.stage.actor, found)

    # Whom the records point out

    def _screen(self, taken: int, left: int) -> None:
        """The secretary goes through the list: a few are taken in, a few left out, the others wait."""
        self.stage.enter(self.school.named("thuky"))
        session, actor, year = self.stage.session, self.stage.actor, self.school.year
        found = years_of(session, actor)
        assert found is not None, "there is a year"
        planned = {thread.student.id for thread in self.casework.threads}  # nominated later in the year
        listed = candidates(session, actor, found, SETTINGS["SCREENING_ABSENCES"].default)
        waiting = [c for c in listed if c.open and c.student_id not in planned]
        results = [c for c in waiting if any(reason.kind is not ReasonKind.POLICY for reason in c.reasons)]
        chosen = self.rng.sample(results if len(results) >= taken + left else waiting, taken + left)
        for candidate in chosen[:taken]:
            screening.take_in(session, actor, candidate.student_id, year, candidate.reasons)
            self._take_up(candidate)
        for candidate in chosen[taken:]:
            of_policy = all(reason.kind is ReasonKind.POLICY for reason in candidate.reasons)
            why = self.reasons[ReasonKind.POLICY if of_policy else ReasonKind.LEARNING].draw()
            screening.leave_out(session, actor, candidate.student_id, year, candidate.reasons, why)

    def _take_up(self, candidate: Candidate) -> None:
        """The case goes its way from here like the others."""
        session, today = self.stage.session, self.stage.actor.today
        student = session.get(Student, candidate.student_id)
        assert student is not None, "the secretary sees every student"
        profile = self.profiles.pop(0)
        homeroom = self.school.homeroom_teacher(candidate.classroom)
        number = max(*AFTER_TET, *(thread.number for thread in self.casework.threads)) + 1
        thread = Thread(number, profile, student, homeroom, today)
        thread.case = session.scalars(select(SupportCase).where(SupportCase.student_id == student.id)).one()
        autumn = today.year == self.school.year.starts_on.year
        self.casework.take_up(thread, in_year(self.school, *((12, 7) if autumn else (3, 6))))
