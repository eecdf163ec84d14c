"""The departments' monthly reports: most on time, one late, the newest month on its way (P4.10)."""

import datetime as dt
from functools import partial
from random import Random

from sqlalchemy import select

from school.demo import cycle_texts as said
from school.demo.casework import Casework
from school.demo.cast import DEPARTMENTS, School
from school.demo.cycle import deadlines
from school.demo.parts import Thread
from school.demo.stage import Person, Stage, at, school_hours
from school.demo.texts import Deck
from school.models import Department, DepartmentReport, FollowUp
from school.rules.calendar import month_start, months
from school.services import department_reports, follow_ups
from school.vocabulary import Deadline, FollowUpState, SponsorRole

DAY = dt.timedelta(days=1)
# How far these have come in the newest month; the others have handed in.
HELD_BACK = {"Ngữ văn": "draft", "Hóa - Sinh": "draft", "Ngoại ngữ": "return", "Thể dục - GDQP": "none"}
RETURNED_ONCE = (1, "Hóa - Sinh")  # the second month's: mended since


class Reporting:
    """Plans what heads write each month, and what leadership sends back."""

    def __init__(
        self, stage: Stage, school: School, casework: Casework, newest: str, last_day: dt.date, rng: Random
    ) -> None:
        """`newest`: the month that is on its way."""
        self.stage, self.school, self.casework = stage, school, casework
        self.newest, self.last_day, self.rng = newest, last_day, rng
        self.plan = deadlines(school)
        self.comments, self.drafts = Deck(self.rng, said.REPORT_COMMENTS), Deck(self.rng, said.DRAFT_COMMENTS)

    def plan_all(self) -> None:
        """Plan every month of every department."""
        for number, period in enumerate(months(self.school.year.name)):
            held = HELD_BACK if period == self.newest else {}
            leading = [name for name in self._leading(period) if name not in held]
            late = leading[number % len(leading)] if leading else None
            for name in DEPARTMENTS:
                again = (number, name) == RETURNED_ONCE and not held
                hold = "mend" if again else held.get(name, "")
                if hold != "none":
                    self._plan_report(name, period, hold, name == late)

    def _leading(self, period: str) -> list[str]:
        """The departments of which somebody is to lead a student from early in the month on."""
        first = month_start(period) + 14 * DAY
        parts = [part for thread in self.casework.threads for part in thread.parts if part.first <= first]
        names = {part.person.department for part in parts if part.role is not SponsorRole.SUPPORTING}
        return [name for name in DEPARTMENTS if name in names]

    def _plan_report(self, name: str, period: str, hold: str, late: bool) -> None:
        due = self.plan.last_day(Deadline.DEPARTMENT_MONTH, period)
        day = due + self.rng.randint(1, 3) * DAY if late else due - self.rng.randint(0, 3) * DAY
        if period == self.newest and not late:
            day = min(day, self.last_day - (4 if hold else self.rng.randint(1, 3)) * DAY)
        when = at(day, self.rng.randint(13, 21), self.rng.randint(0, 59))  # within the day, that nobody is late
        if hold == "draft":
            self.stage.plan(when, partial(self._begin, name, period))
        else:
            self.stage.plan(when, partial(self._submit, name, period, hold))

    def _head(self, name: str) -> Person:
        return self.school.in_place(name, 0)

    def _owes(self, name: str, period: str) -> bool:
        """Whether somebody of the department leads a student: else there is nothing to report."""
        days = (month_start(period) + 19 * DAY, self.stage.now.date())
        return any(self._leads(name, thread, day) for thread in self.casework.threads for day in days)

    def _leads(self, name: str, thread: Thread, day: dt.date) -> bool:
        return any(part.person.department == name for part in thread.running(day))

    def _open(self, name: str, period: str) -> DepartmentReport:
        """The report, opened by the department's head."""
        self.stage.enter(self._head(name))
        department = self.stage.session.scalars(select(Department).where(Department.name == name)).one()
        return department_reports.open_report(self.stage.session, self.stage.actor, department, period)

    def _begin(self, name: str, period: str) -> None:
        if self._owes(name, period):
            report = self._open(name, period)
            department_reports.write(self.stage.session, self.stage.actor, report, self.drafts.draw())

    def _submit(self, name: str, period: str, hold: str) -> None:
        if not self._owes(name, period):
            return
        report = self._open(name, period)
        self._take(report, "submit", self.comments.draw())
        if hold:
            when = school_hours(self.rng, self.stage.now.date() + DAY)
            self.stage.plan(when, partial(self._return, name, report, hold))

    def _take(self, report: DepartmentReport, name: str, text: str) -> None:
        department_reports.take_step(self.stage.session, self.stage.actor, report, name, text)

    def _return(self, name: str, report: DepartmentReport, hold: str) -> None:
        """Leadership asks for something more; earlier in the year the head has added it, and it is closed."""
        leader = self._leader_but(self._head(name))
        self.stage.enter(leader)
        self._take(report, "return", said.REPORT_RETURNS[hold == "mend"])
        if hold == "mend":
            again = at(self.stage.now.date() + 2 * DAY, 19, 15)
            self.stage.plan(again, partial(self._mend, name, report))
            self.stage.plan(again + dt.timedelta(hours=14), partial(self._close, leader, report))

    def _leader_but(self, head: Person) -> Person:
        first = self.school.named("lanhdao")
        return first if head is not first else self.school.in_place("Toán - Tin", 1)

    def _mend(self, name: str, report: DepartmentReport) -> None:
        self.stage.enter(self._head(name))
        self._take(report, "submit", f"{report.comment}\n{said.REPORT_AGAIN}")

    def _close(self, leader: Person, report: DepartmentReport) -> None:
        self.stage.enter(leader)
        session, actor = self.stage.session, self.stage.actor
        answered = department_reports.reasons(report).where(FollowUp.state == FollowUpState.ANSWERED)
        for follow_up in session.scalars(answered).all():
            follow_ups.take_step(session, actor, follow_up, "close")
