"""The year's emulation as the demo school lives it (P4.5, P4.6): criteria fixed, work vouched for, sheets frozen."""

import datetime as dt
from collections.abc import Iterable
from functools import partial
from random import Random

from sqlalchemy import select

from school.demo import emulating_texts as said
from school.demo.cast import School
from school.demo.cycle import in_year
from school.demo.diary_texts import ACTIVITIES
from school.demo.stage import Act, Person, Stage, at, school_hours
from school.models import Activity, Commendation, Department, ScoreComment, Sponsorship
from school.services import (
    commendations,
    criteria,
    quotas,
    score_sheets,
    score_words,
    scores,
    staff_ratings,
    support,
)
from school.vocabulary import AwardKind, CommendationLevel, Role, StaffRating

DAY = dt.timedelta(days=1)
BEGUN, FIXED = (9, 5), (9, 12)
QUOTAS_SET, COMMENTED, APPEALED, ADJUSTED, ANSWERED = (5, 18), (5, 25), (5, 25), (5, 26), (5, 27)
RATED, PROPOSED, LAST = (5, 27), (5, 28), (5, 29)
CONFIRMED_AFTER = 4  # days after which the union has seen an activity; the last of the year still waits
QUOTAS = {CommendationLevel.SCHOOL: (6, 2), CommendationLevel.DEPARTMENT_OF_EDUCATION: (1, 1)}
LATE_REMARKS, GIVEN_BACK = "monthly_remarks", 5  # tenths
EXCELLENT = (("Ngữ văn", 2), ("Hóa - Sinh", 4))
GOOD = (
    *(("Ngữ văn", 0), ("Ngữ văn", 3), ("Lý - Công nghệ", 3), ("Toán - Tin", 4), ("Ngoại ngữ", 2)),
    *(("Hóa - Sinh", 3), ("Thể dục - GDQP", 1)),
)
DONE = (("Sử - Địa - GDCD", 5), ("Toán - Tin", 6))
FIGHTER, TEAM = EXCELLENT[0], "Ngữ văn"
STILL_OPEN = (("Văn phòng", 3), ("Văn phòng", 4), ("Sử - Địa - GDCD", 6))


class Emulating:
    """Plans what leadership, union, secretary and council do about emulation. Has a chance of its own."""

    def __init__(self, stage: Stage, school: School, rng: Random) -> None:
        self.stage, self.school, self.rng = stage, school, rng
        self.leader, self.secretary = school.named("lanhdao"), school.named("thuky")
        self.council, self.union = school.named("hoidong"), school.named("congdoan")

    def plan_all(self) -> None:
        """Plan the year from the criteria of September to the frozen sheets of its last days."""
        for when, act in ((BEGUN, self._begin), (FIXED, self._fix), (QUOTAS_SET, self._set_quotas)):
            self._plan(when, act)
        for month, day, *_ in ACTIVITIES[:-1]:
            seen = in_year(self.school, month, day) + CONFIRMED_AFTER * DAY
            self.stage.plan(school_hours(self.rng, seen), self._confirm_activities)
        for place, text, answer in said.COMMENTS:
            self._plan(COMMENTED, partial(self._comment, self.school.in_place(*place), text, answer))
        self._plan(APPEALED, self._appeal)
        self._plan(ADJUSTED, self._adjust)
        self._plan(RATED, self._rate)
        self._plan(PROPOSED, self._propose_titles)
        last = in_year(self.school, *LAST)
        self.stage.plan(at(last, 16, 30), self._decide_titles)
        self.stage.plan(at(last, 17, 15), self._freeze)

    def _plan(self, day: tuple[int, int], act: Act) -> None:
        self.stage.plan(school_hours(self.rng, in_year(self.school, *day)), act)

    def _staff_ids(self, places: Iterable[tuple[str, int]]) -> list[int]:
        return [self.school.in_place(*place).staff.id for place in places]

    # What the year is scored by

    def _begin(self) -> None:
        self.stage.enter(self.leader)
        criteria.begin(self.stage.session, self.stage.actor, self.school.year)

    def _fix(self) -> None:
        self.stage.enter(self.leader)
        session, scheme = self.stage.session, criteria.scheme_of(self.stage.session, self.school.year)
        assert scheme is not None, "the criteria were begun"
        criteria.fix(session, self.stage.actor, scheme, said.CRITERIA_DECISION)

    def _set_quotas(self) -> None:
        self.stage.enter(self.leader)
        for level, (people, departments) in QUOTAS.items():
            values = {"people": people, "departments": departments}
            quotas.set_quota(self.stage.session, self.stage.actor, self.school.year, level, values, 0)

    # What others vouch for

    def _confirm_activities(self) -> None:
        """The union has looked at what took place."""
        self.stage.enter(self.union)
        session, actor = self.stage.session, self.stage.actor
        waiting = (Activity.confirmed_on.is_(None), Activity.held_on <= actor.today)
        for activity in session.scalars(select(Activity).where(*waiting).order_by(Activity.id)).all():
            support.confirm_activity(session, actor, activity)

    # What people say to their sheets

    def _comment(self, person: Person, text: str, answer: str | None) -> None:
        self.stage.enter(person)
        row = score_words.comment(self.stage.session, self.stage.actor, self.school.year, text)
        if answer is not None:
            self._plan(ANSWERED, partial(self._answer, row, answer))

    def _answer(self, row: ScoreComment, answer: str) -> None:
        self.stage.enter(self.council)
        score_words.answer(self.stage.session, self.stage.actor, row, answer, row.version)

    def _appeal(self) -> None:
        """Somebody who lost points for months sent late asks the council to look again, and gets some back."""
        session, year = self.stage.session, self.school.year
        for person in self._sponsors():
            self.stage.enter(person)
            own = scores.of_person(session, self.stage.actor, year, person.staff).score
            line = next(line for line in own.lines if line.code == LATE_REMARKS)
            if line.points is not None and 0 < line.points <= line.max - GIVEN_BACK:
                row = score_words.comment(session, self.stage.actor, year, said.APPEAL, appeal=True)
                self._plan(ANSWERED, partial(self._give_back, person, row))
                return

    def _sponsors(self) -> list[Person]:
        """Those who sponsor as teachers alone, without a sign-in that the demo shows."""
        self.stage.enter(self.leader)
        ids = set(self.stage.session.scalars(select(Sponsorship.staff_id).where(Sponsorship.leading())))
        told = {self.school.in_place(*place).staff.id for place, *_ in (*said.COMMENTS, *said.ADJUSTMENTS)}
        return [p for p in self.school.people if p.staff.id in ids - told and p.roles == {Role.TEACHER}]

    def _give_back(self, person: Person, row: ScoreComment) -> None:
        self.stage.enter(self.council)
        self._add(person, LATE_REMARKS, GIVEN_BACK, said.APPEAL_REASON)
        score_words.answer(self.stage.session, self.stage.actor, row, said.APPEAL_ANSWER, row.version)

    # What the council decides

    def _adjust(self) -> None:
        self.stage.enter(self.council)
        for place, code, points, reason in said.ADJUSTMENTS:
            self._add(self.school.in_place(*place), code, points, reason)

    def _add(self, person: Person, code: str, points: int, reason: str) -> None:
        session, year = self.stage.session, self.school.year
        criterion = next(row for row in criteria.criteria_of(session, year) if row.code == code)
        score_sheets.adjust(session, self.stage.actor, year, person.staff, criterion, points, reason)

    def _freeze(self) -> None:
        """All sheets but a few, which wait for a paper that is still missing."""
        self.stage.enter(self.council)
        session, actor, year = self.stage.session, self.stage.actor, self.school.year
        left = {*self._staff_ids(STILL_OPEN), self.council.staff.id}
        chosen = [person.staff.id for person in self.school.people if person.staff.id not in left]
        score_sheets.freeze(session, actor, year, chosen, said.SHEET_DECISION, actor.today)

    # Ratings and titles, which follow from decisions of their own

    def _rate(self) -> None:
        self.stage.enter(self.secretary)
        ratings = dict.fromkeys(self._staff_ids(EXCELLENT), StaffRating.EXCELLENT)
        ratings |= dict.fromkeys(self._staff_ids(GOOD), StaffRating.GOOD)
        ratings |= dict.fromkeys(self._staff_ids(DONE), StaffRating.DONE)
        session, actor = self.stage.session, self.stage.actor
        staff_ratings.rate_many(session, actor, self.school.year, ratings, said.RATING_DECISION, actor.today - DAY)

    def _propose_titles(self) -> None:
        self.stage.enter(self.secretary)
        team = self.stage.session.scalars(select(Department).where(Department.name == TEAM)).one()
        worthy = [self.school.in_place(*place).staff for place in (*EXCELLENT, *GOOD)]
        rows = [{"staff": staff, "award": AwardKind.ADVANCED_WORKER} for staff in worthy]
        rows.append({"staff": self.school.in_place(*FIGHTER).staff, "award": AwardKind.GRASSROOTS_FIGHTER})
        rows.append({"department": team, "award": AwardKind.ADVANCED_TEAM})
        for values in rows:
            about = {"school_year": self.school.year, "level": CommendationLevel.SCHOOL}
            commendations.propose(self.stage.session, self.stage.actor, Commendation(), values | about)

    def _decide_titles(self) -> None:
        self.stage.enter(self.leader)
        session, actor = self.stage.session, self.stage.actor
        titles = Commendation.award.in_((AwardKind.ADVANCED_WORKER, AwardKind.GRASSROOTS_FIGHTER))
        rows = session.scalars(select(Commendation).where(titles).order_by(Commendation.id)).all()
        commendations.decide_all(session, actor, rows, said.TITLE_DECISION, actor.today)
