"""The work between the evaluations: plans, goals, contacts, support and activities, month by month (P3.2 to P3.8)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from random import Random
from typing import Any

from school.demo import diary_texts as said
from school.demo.casework import Casework
from school.demo.cast import School
from school.demo.parts import Part, Thread
from school.demo.stage import SUNDAY, Stage, evening, school_hours
from school.demo.texts import Deck
from school.models import Activity, Contact, Goal, StudentName, SupportItem, SupportPlan
from school.rules.calendar import month_start, months
from school.rules.plans import WEEK, next_period
from school.services import contacts, plans, support
from school.vocabulary import CaseState, ContactKind, GoalState, Horizon, SponsorRole, SupportKind, TermPeriod

DAY = dt.timedelta(days=1)
EVERY_WEEK = 2  # so many weeks before the demo ends every student has a goal; before that now and then
ORGANISER = ("Thể dục - GDQP", 1)
Told = tuple[ContactKind, str | None, str]
Given = tuple[SupportKind, int | None, int | None, str | None, str | None]


def month_end(day: dt.date) -> dt.date:
    """The last day of the month of `day`."""
    return (day.replace(day=1) + 31 * DAY).replace(day=1) - DAY


class Helping:
    """Plans what each sponsor does from the day on which a pairing begins. Has a chance of its own."""

    def __init__(self, stage: Stage, school: School, casework: Casework, last_day: dt.date, rng: Random) -> None:
        self.stage, self.school, self.casework, self.last_day, self.rng = stage, school, casework, last_day, rng
        self.periods = months(school.year.name)
        self.methods = Deck(rng, ["\n".join(f"- {line}" for line in lines) for lines in said.METHODS])
        self.goals = {
            Horizon.SEMESTER: Deck(rng, said.SEMESTER_GOALS),
            Horizon.MONTH: Deck(rng, said.MONTH_GOALS),
            Horizon.WEEK: Deck(rng, said.WEEK_GOALS),
        }
        self.talks = self._shuffled(said.SAID)
        self.secrets = self._shuffled(said.SAID_IN_PRIVATE)
        self.written: dict[tuple[int, TermPeriod], SupportPlan] = {}
        self.planned: set[tuple[int, dt.date, Horizon]] = set()

    def _shuffled(
        self, texts: Mapping[ContactKind, Sequence[tuple[str | None, str]]]
    ) -> list[tuple[ContactKind, str | None, str]]:
        every = [(kind, *words) for kind, lines in texts.items() for words in lines]
        return self.rng.sample(every, len(every))

    def begin(self, thread: Thread, part: Part) -> None:
        """Plan the work of a pairing that has just been approved."""
        for period in self.periods:
            month = month_start(period)
            first = max(month, part.first)
            if first.month == month.month:
                self._plan_contacts(thread, part, first)
        if part.role is SponsorRole.SUPPORTING:
            return
        for start in dict.fromkeys((part.first, max(part.first, self.school.year.semester_2_starts_on))):
            when = evening(self.rng, start + self.rng.randint(1, 4) * DAY)
            self.stage.plan(when, partial(self._write_plan, thread, part))
        self._plan_weeks(thread, part)

    def _plan_contacts(self, thread: Thread, part: Part, first: dt.date) -> None:
        rng, days = self.rng, (month_end(first) - first).days
        often = 1 if part.role is SponsorRole.SUPPORTING else rng.choice((1, 2, 2))
        for number in range(often):
            given = rng.choice(said.GIVEN) if number == 0 and rng.random() < 0.3 else None
            when = evening(rng, first + rng.randint(0, days) * DAY)
            self.stage.plan(when, partial(self._contact, thread, part, given))
        if first.month == 2 and part.role is not SponsorRole.SUPPORTING and rng.random() < 0.6:
            when = school_hours(rng, first.replace(day=max(first.day, 5)))
            self.stage.plan(when, partial(self._contact, thread, part, said.TET_GIFT))

    def _plan_weeks(self, thread: Thread, part: Part) -> None:
        """A goal for each of the last weeks, before that now and then; looked at on its Saturday."""
        begins = part.first + 5 * DAY
        monday = begins - begins.weekday() * DAY + WEEK
        while monday <= min(self.last_day, self.school.year.ends_on):
            if monday > self.last_day - EVERY_WEEK * WEEK or self.rng.random() < 0.08:
                self._plan_week(thread, monday)
            monday += WEEK

    def _plan_week(self, thread: Thread, monday: dt.date) -> None:
        if (thread.number, monday, Horizon.WEEK) not in self.planned:
            self.planned.add((thread.number, monday, Horizon.WEEK))
            goal = Goal()
            self.stage.plan(school_hours(self.rng, monday), partial(self._set_week, thread, goal))
            self.stage.plan(evening(self.rng, monday + 5 * DAY), partial(self._see_week, thread, goal))

    # What happens, each as the sponsor who does it.

    def _enter(self, thread: Thread, part: Part | None) -> bool:
        """Act as this sponsor, if the sponsorship runs today."""
        if part is None or not part.runs_on(self.stage.now.date()) or thread.case.state is CaseState.CLOSED:
            return False
        self.casework.enter(part.person, thread)
        return True

    def _leading(self, thread: Thread) -> Part | None:
        """The lead, or one of the joint sponsors, of today."""
        return next(iter(thread.running(self.stage.now.date())), None)

    def _plan_now(self, thread: Thread) -> SupportPlan | None:
        return self.written.get((thread.number, plans.semester_now(thread.case, self.stage.actor)))

    def _write_plan(self, thread: Thread, part: Part) -> None:
        """A plan, a goal for the semester, and one for the month."""
        if not self._enter(thread, part) or self._plan_now(thread) is not None:
            return
        session, actor = self.stage.session, self.stage.actor
        plan = plans.write_plan(session, actor, SupportPlan(), {"case": thread.case, "methods": self.methods.draw()})
        self.written[thread.number, plan.semester] = plan
        self._set(Goal(), plan, Horizon.SEMESTER, actor.today)
        if (thread.number, actor.today.replace(day=1), Horizon.MONTH) not in self.planned:
            self._set_month(thread, plan, actor.today.replace(day=1))

    def _set(self, goal: Goal, plan: SupportPlan, horizon: Horizon, day: dt.date) -> Goal:
        values = {"plan": plan, "horizon": horizon, "starts_on": day, "text": self.goals[horizon].draw()}
        return plans.set_goal(self.stage.session, self.stage.actor, goal, values)

    def _set_month(self, thread: Thread, plan: SupportPlan, first: dt.date) -> None:
        self._follow_month(thread, self._set(Goal(), plan, Horizon.MONTH, first))

    def _follow_month(self, thread: Thread, goal: Goal) -> None:
        """Look at the goal when its month ends."""
        self.planned.add((thread.number, goal.starts_on, goal.horizon))
        when = evening(self.rng, month_end(goal.starts_on) - self.rng.randint(0, 2) * DAY)
        self.stage.plan(when, partial(self._see_month, thread, goal))

    def _see_month(self, thread: Thread, goal: Goal) -> None:
        """What was left of a month goes on in the next, or makes room for another goal."""
        if not self._enter(thread, self._leading(thread)):
            return
        self._tick(thread, goal)
        first = next_period(goal.horizon, goal.starts_on, self.stage.actor.today)
        if first > self.school.year.ends_on:
            return
        plan = self.written.get((thread.number, plans.semester_of(thread.case, first)))
        if goal.state is not GoalState.MET and self.rng.random() < 0.6 and goal.plan is plan:
            self._follow_month(thread, plans.carry_over(self.stage.session, self.stage.actor, goal))
        elif plan is not None:
            self._set_month(thread, plan, first)

    def _set_week(self, thread: Thread, goal: Goal) -> None:
        if self._enter(thread, self._leading(thread)) and (plan := self._plan_now(thread)) is not None:
            self._set(goal, plan, Horizon.WEEK, self.stage.actor.today)

    def _see_week(self, thread: Thread, goal: Goal) -> None:
        if goal.id is None or not self._enter(thread, self._leading(thread)):
            return
        self._tick(thread, goal)
        following = next_period(goal.horizon, goal.starts_on, self.stage.actor.today)
        if goal.state is not GoalState.MET and self.rng.random() < 0.4 and not self._beyond(thread, goal, following):
            plans.carry_over(self.stage.session, self.stage.actor, goal)

    def _tick(self, thread: Thread, goal: Goal) -> None:
        """Most goals are met when things go well."""
        luck = self.rng.random() * 4
        name = "met" if luck < thread.mood + 0.4 else "partly" if luck < thread.mood + 1.4 else "not_met"
        plans.tick_goal(self.stage.session, self.stage.actor, goal, name)

    def _beyond(self, thread: Thread, goal: Goal, following: dt.date) -> bool:
        """Whether the next period is of a semester that has no plan yet."""
        return following > plans.span_of(thread.case, goal.plan.semester).last

    def _contact(self, thread: Thread, part: Part, given: Given | None) -> None:
        """A contact, and what was given on that occasion."""
        if not self._enter(thread, part):
            return
        if given is not None:
            names = ("kind", "quantity", "value", "detail", "giver")
            support_values = {"case": thread.case} | dict(zip(names, given, strict=True))
            support.give_support(self.stage.session, self.stage.actor, SupportItem(), support_values)
        luck = self.rng.random()
        values: dict[str, Any] = {"case": thread.case, "minutes": self.rng.choice((None, 10, 15, 20, 30, 45))}
        if luck < 0.16:
            kind, summary = self.rng.choice(said.TRIED)
            values |= {"kind": kind, "summary": summary, "reached": False, "minutes": None}
        else:
            private = luck < 0.30
            deck = self.secrets if private else self.talks
            kind, with_whom, summary = deck.pop()
            deck.insert(0, (kind, with_whom, summary))
            values |= {"kind": kind, "with_whom": with_whom, "summary": summary, "sensitive": private}
        if self.stage.now.date().weekday() == SUNDAY and values["kind"] not in said.ON_SUNDAYS:
            values["occurred_on"] = self.stage.now.date() - DAY
        contacts.log_contact(self.stage.session, self.stage.actor, Contact(), values)

    # Out of hours

    def plan_activities(self) -> None:
        """One nearly every month; those who are helped take part among others."""
        first = self.school.year.starts_on
        for month, day, title, description in said.ACTIVITIES:
            held_on = dt.date(first.year + (month < first.month), month, day)
            when = evening(self.rng, held_on)
            self.stage.plan(when, partial(self._hold, {"held_on": held_on, "title": title, "description": description}))

    def _hold(self, values: dict[str, Any]) -> None:
        person = self.school.in_place(*ORGANISER)
        self.stage.enter(person)
        helped = [thread.student.id for thread in self.casework.threads]
        others = [student.id for room in self.school.students.values() for student in room[:4]]
        ids = self.rng.sample(helped, min(8, len(helped))) + self.rng.sample(others, 6)
        students = [found for id_ in dict.fromkeys(ids) if (found := self.stage.session.get(StudentName, id_))]
        values = values | {"organiser": person.staff}
        support.save_activity(self.stage.session, self.stage.actor, Activity(), values, students)
