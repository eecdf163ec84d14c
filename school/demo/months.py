"""The months of each case (P4.8): the sponsor writes, the department sees it, union and leadership confirm."""

import datetime as dt
from dataclasses import dataclass
from functools import partial

from school.demo.casework import Casework
from school.demo.cast import School
from school.demo.parts import Part, Thread
from school.demo.stage import Person, Stage, evening, school_hours
from school.demo.texts import AFTER_RETURN, COMMENTS, HELP_REMARKS, NEXT, RETURN_REMARKS, REVIEW_REMARKS, Deck
from school.models import ProgressEvaluation, SponsorEvaluation
from school.rules.calendar import SEMESTERS, month_start, months
from school.services import cases, evaluations
from school.vocabulary import CaseState, DropoutRisk, HelpRating, ProgressStep, Role, SponsorRole

STEPS = [ProgressStep.DECLINED, ProgressStep.UNCHANGED, ProgressStep.STEADY, ProgressStep.IMPROVED]
LAST_DAY_TO_BEGIN = 20  # who begins later in a month writes from the next one on
DAY = dt.timedelta(days=1)
# How far the newest month of a case has come, so that everybody has something to do today.
# "enter": by the head, and waits for the sponsor.
HELD_BACK = {0: "return", 1: "draft", 2: "submit", 5: "submit", 6: "enter", 7: "submit"}
HELD_BACK |= dict.fromkeys((3, 4, 11), "review")
HELD_BY_TURN = ["confirm", "submit", "review", "absent", "confirm", "", "draft", "review", "submit"]
RATINGS = [HelpRating.EXCELLENT] * 4 + [HelpRating.GOOD] * 5 + [HelpRating.REGULAR] * 3 + [HelpRating.MORE_TIME]


@dataclass
class Sheet:
    """One month of one case on its way through the school."""

    thread: Thread
    period: str
    hold: str
    evaluation: ProgressEvaluation

    @property
    def month(self) -> dt.date:
        """First day of the month."""
        return month_start(self.period)


class Months:
    """Plans what sponsors, departments, union and leadership do month by month."""

    def __init__(self, stage: Stage, school: School, casework: Casework, last_day: dt.date) -> None:
        self.stage, self.school, self.casework, self.last_day = stage, school, casework, last_day
        self.periods = months(school.year.name)
        begun = [period for period in self.periods if month_start(period) + 14 * DAY <= last_day]
        self.newest = begun[-1] if begun else self.periods[0]
        self.comments = {step: Deck(stage.rng, texts) for step, texts in COMMENTS.items()}
        self.next = Deck(stage.rng, NEXT)
        self.review_remarks, self.return_remarks = Deck(stage.rng, REVIEW_REMARKS), Deck(stage.rng, RETURN_REMARKS)
        self.help_remarks = Deck(stage.rng, HELP_REMARKS)

    def begin(self, thread: Thread, part: Part) -> None:
        """Plan the months of a pairing that has just been approved."""
        self._plan_remarks(thread, part)
        if part.role is SponsorRole.SUPPORTING:
            return
        for period in self.periods:
            month = month_start(period)
            if period not in thread.planned and part.first <= month.replace(day=LAST_DAY_TO_BEGIN):
                thread.planned.add(period)
                self._plan_month(thread, period, max(month, part.first + DAY))

    def plan_openings(self) -> None:
        """Each month the head and the union open some circumstances, with a reason."""
        for period in self.periods:
            for username, day in (("totruong", 8), ("congdoan", 11), ("totruong", 19)):
                when = school_hours(self.stage.rng, month_start(period).replace(day=day))
                self.stage.plan(when, partial(self._open_one, username))

    # Writing

    def _plan_month(self, thread: Thread, period: str, from_day: dt.date) -> None:
        rng, month = self.stage.rng, month_start(period)
        number = thread.number
        hold = HELD_BACK.get(number, HELD_BY_TURN[number % len(HELD_BY_TURN)]) if period == self.newest else ""
        if hold == "absent":
            return
        last = 15 if month.month == 5 else 20
        if hold:
            day = min(month.replace(day=last - 2), self.last_day - 6 * DAY) + (number % 3 - 1) * DAY
        elif rng.random() < 0.15:
            day = month.replace(day=last) + rng.randint(1, 9) * DAY
        else:
            day = month.replace(day=rng.randint(last - 8, last))
        written = evening(rng, max(day, from_day))
        sheet = Sheet(thread, period, hold, ProgressEvaluation())
        if hold == "enter":
            self.stage.plan(written, lambda: self._enter_for(sheet))
            return
        if hold == "draft" or (not hold and rng.random() < 0.2):
            self.stage.plan(written, lambda: self._write(sheet))
            written += rng.randint(1, 3) * DAY
        if hold != "draft":
            self.stage.plan(written, lambda: self._send(sheet))

    def _author(self, sheet: Sheet) -> Person | None:
        """The sponsor who writes this month: joint sponsors by turns. None when the sponsorship is over."""
        running = sheet.thread.running(self._today())
        if not running or sheet.thread.case.state is CaseState.CLOSED:
            return None
        return running[self.periods.index(sheet.period) % len(running)].person

    def _today(self) -> dt.date:
        return self.stage.now.date()

    def _write(self, sheet: Sheet) -> None:
        """A draft: what the sponsor has seen so far, some levels still open."""
        if author := self._author(sheet):
            self.casework.enter(author, sheet.thread)
            values = {"case": sheet.thread.case, "period": sheet.period, "attendance": self._level(sheet.thread.mood)}
            values["comment"] = self.comments[ProgressStep.STEADY].draw()
            evaluations.save_progress(self.stage.session, self.stage.actor, sheet.evaluation, values)

    def _enter_for(self, sheet: Sheet) -> None:
        """The head enters what the sponsor has said, for the sponsor to read over and send."""
        if self._author(sheet):
            self.casework.enter(self._reviewer(sheet.thread), sheet.thread)
            values = self._observe(sheet)
            evaluations.enter_for_sponsor(self.stage.session, self.stage.actor, sheet.thread.case, sheet.period, values)

    def _send(self, sheet: Sheet) -> None:
        author = self._author(sheet)
        if author is None:
            return
        self.casework.enter(author, sheet.thread)
        session, actor, evaluation = self.stage.session, self.stage.actor, sheet.evaluation
        evaluations.save_progress(session, actor, evaluation, self._observe(sheet), evaluation.version)
        evaluations.take_step(session, actor, evaluation, "submit")
        if sheet.hold == "submit":
            return
        reviewed = school_hours(self.stage.rng, self._today() + self.stage.rng.randint(1, 3) * DAY)
        if sheet.hold == "return" or self.stage.rng.random() < 0.08:
            self.stage.plan(reviewed, lambda: self._return(sheet))
        else:
            self.stage.plan(reviewed, lambda: self._review(sheet))

    def _observe(self, sheet: Sheet) -> dict[str, object]:
        """What the sponsor writes: most students come forward little by little, some have a hard month."""
        thread, rng = sheet.thread, self.stage.rng
        thread.mood = min(3.8, max(0.6, thread.mood + rng.gauss(0.3, 0.6)))
        new = sheet.period == f"{thread.parts[0].first:%Y-%m}" and rng.random() < 0.2
        trend = ProgressStep.NOT_OBSERVED if new else self._level(thread.mood, 0)
        values: dict[str, object] = {
            name: ProgressStep.NOT_OBSERVED if new else self._level(thread.mood)
            for name in ("learning", "conduct", "attendance", "attitude")
        }
        comment = f"{self.comments[trend].draw()} {self.next.draw()}".strip()
        return values | {
            "case": thread.case,
            "period": sheet.period,
            "trend": trend,
            "dropout_risk": DropoutRisk.NOT_OBSERVED if new else _risk(thread.mood),
            "comment": comment,
        }

    def _level(self, mood: float, spread: float = 0.7) -> ProgressStep:
        return STEPS[min(3, max(0, round(mood + self.stage.rng.uniform(-spread, spread) - 0.5)))]

    # Seeing and confirming

    def _reviewer(self, thread: Thread) -> Person:
        """The head of the sponsor's department, the deputy for what is the head's own, else the leadership."""
        for part in thread.running(self._today()):
            department = [p for p in self.school.people if p.department == part.person.department]
            for person in department[:2] if part.person is department[0] else department[:1]:
                if Role.DEPARTMENT_HEAD in person.roles and person.staff.id not in thread.sponsors():
                    return person
        return self.casework.leader_for(thread)

    def _step(self, sheet: Sheet, person: Person, name: str, comment: str | None = None) -> None:
        self.casework.enter(person, sheet.thread)
        evaluations.take_step(self.stage.session, self.stage.actor, sheet.evaluation, name, comment)

    def _return(self, sheet: Sheet) -> None:
        self._step(sheet, self._reviewer(sheet.thread), "return", self.return_remarks.draw())
        if sheet.hold != "return":
            again = evening(self.stage.rng, self._today() + self.stage.rng.randint(1, 3) * DAY)
            self.stage.plan(again, lambda: self._send_again(sheet))

    def _send_again(self, sheet: Sheet) -> None:
        author = self._author(sheet)
        if author is None:
            return
        self.casework.enter(author, sheet.thread)
        evaluation = sheet.evaluation
        names = ("case", "period", "learning", "conduct", "attendance", "attitude", "trend", "dropout_risk")
        values = {name: getattr(evaluation, name) for name in names} | {
            "comment": f"{evaluation.comment} {self.stage.rng.choice(AFTER_RETURN)}"
        }
        evaluations.save_progress(self.stage.session, self.stage.actor, evaluation, values, evaluation.version)
        evaluations.take_step(self.stage.session, self.stage.actor, evaluation, "submit")
        self.stage.plan(school_hours(self.stage.rng, self._today() + DAY), lambda: self._review(sheet))

    def _review(self, sheet: Sheet) -> None:
        self._step(sheet, self._reviewer(sheet.thread), "review", self.review_remarks.draw() or None)
        if sheet.hold != "review":
            soon = self._today() + self.stage.rng.randint(1, 3) * DAY
            held = sheet.hold == "confirm"  # seen to at once, so that something waits to be locked
            day = self._today() + DAY if held else max(soon, sheet.month.replace(day=self.stage.rng.randint(24, 27)))
            self.stage.plan(school_hours(self.stage.rng, day), lambda: self._confirm(sheet))

    def _confirm(self, sheet: Sheet) -> None:
        by_leader = self.stage.rng.random() < 0.2
        person = self.casework.leader_for(sheet.thread) if by_leader else self.casework.union_for(sheet.thread)
        self._step(sheet, person, "confirm")
        if sheet.hold != "confirm":
            day = (sheet.month + 31 * DAY).replace(day=5 if self.stage.rng.random() < 0.8 else 16)
            self.stage.plan(school_hours(self.stage.rng, max(day, self._today() + DAY)), lambda: self._lock(sheet))

    def _lock(self, sheet: Sheet) -> None:
        self._step(sheet, self.casework.leader_for(sheet.thread), "lock")

    # Help, and what is opened

    def _plan_remarks(self, thread: Thread, part: Part) -> None:
        rng, usual = self.stage.rng, self.stage.rng.randrange(len(RATINGS))
        for period in self.periods:
            month = month_start(period)
            when = school_hours(rng, month.replace(day=rng.randint(25, 27)))
            if part.first <= month.replace(day=LAST_DAY_TO_BEGIN) and rng.random() < 0.85:
                self.stage.plan(when, partial(self._remark, thread, part, period, usual))
        first = self.school.year.starts_on.year
        for semester, day in zip(SEMESTERS, (dt.date(first + 1, 1, 13), dt.date(first + 1, 5, 20)), strict=True):
            if part.first < day - 30 * DAY:
                when = school_hours(rng, day + rng.randint(0, 3) * DAY)
                self.stage.plan(when, partial(self._remark, thread, part, semester, usual))

    def _remark(self, thread: Thread, part: Part, period: str, usual: int) -> None:
        """A rating with or without words; now and then, in a month, words alone."""
        if not part.runs_on(self._today()):
            return
        rng = self.stage.rng
        self.casework.enter(self.casework.union_for(thread), thread)
        rating = RATINGS[min(len(RATINGS) - 1, max(0, usual + rng.randint(-2, 2)))]
        only_words = period not in SEMESTERS and rng.random() < 0.15
        values = {
            "sponsorship": part.sponsorship,
            "period": str(period),
            "rating": None if only_words else rating,
            "comment": self.help_remarks.draw() if only_words or rng.random() < 0.6 else None,
        }
        evaluations.rate_help(self.stage.session, self.stage.actor, SponsorEvaluation(), values)

    def _open_one(self, username: str) -> None:
        """Open the circumstances of one case in reach that is not one's own."""
        person = self.school.named(username)
        own = [self.school.named(username).staff.id]
        department = person.department if Role.DEPARTMENT_HEAD in person.roles else None
        fitting = [
            thread
            for thread in self.casework.threads
            if (running := thread.running(self._today()))
            and not thread.sponsors().intersection(own)
            and department in (None, running[0].person.department)
        ]
        if fitting:
            thread = self.stage.rng.choice(fitting)
            self.casework.enter(person, thread)
            reason = self.casework.reasons.draw()
            cases.open_circumstances(self.stage.session, self.stage.actor, thread.case, reason)


def _risk(mood: float) -> DropoutRisk:
    if mood < 1.2:
        return DropoutRisk.HIGH
    return DropoutRisk.SOME if mood < 2.4 else DropoutRisk.LOW
