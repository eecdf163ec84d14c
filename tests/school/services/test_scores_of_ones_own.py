"""Nobody moves the own score but by records that others confirm: told through the services (P4.5)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed, RuleError
from school.rules.actor import Actor
from school.services import (
    announcements,
    cases,
    contacts,
    evaluations,
    plans,
    registrations,
    score_sheets,
    score_words,
    sponsorships,
    support,
    surveys,
)
from school.vocabulary import ContactKind, EvaluationState, HelpRating, Horizon, SupportKind, SurveyChannel, TermPeriod
from tests.cast import NOW, TODAY, Cast
from tests.factories import LEVELS, make_activity
from tests.school.services.scoring import YEARS_END, as_operator, become, of_person, points, the_year

DAY = dt.timedelta(days=1)


class Story:
    """Lan works as a teacher may, in mid-October; after each step the scores of all stand as they did."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.session, self.now = cast, cast.session, NOW
        self.before = self.scores()

    def scores(self) -> list[Any]:
        """Lan's and phuc's, as they are now and as they would be at the year's end."""
        found = [of_person(self.cast, who, now=when).score for who in ("lan", "phuc") for when in (self.now, YEARS_END)]
        return [([(line.code, line.points) for line in one.lines], one.total, one.level) for one in found]

    def as_(self, name: str) -> Actor:
        """Somebody acts, some minutes later: no two taps are one."""
        self.now += dt.timedelta(minutes=5)
        actor = become(self.cast, name, self.now)
        assert actor is not None
        return actor

    def case(self, name: str = "sponsored") -> m.SupportCase:
        return self.cast.get(m.SupportCase, self.cast.id(name))

    def row(self, model: type, **where: Any) -> Any:
        return self.session.scalars(select(model).filter_by(**where)).one()

    # What lan does, one after the other.

    def meets_the_student_on_two_days(self, me: Actor) -> None:
        for number, kind in ((13, ContactKind.CALL), (14, ContactKind.HOMEROOM), (15, ContactKind.TALK)):
            values = {"case": self.case(), "occurred_on": dt.date(2025, 10, number), "kind": kind, "summary": "ổn"}
            contacts.log_contact(self.session, me, m.Contact(), values)

    def writes_down_talks_of_september_afterwards(self, me: Actor) -> None:
        for number in (8, 9, 16, 17):
            values = {"case": self.case(), "occurred_on": dt.date(2025, 9, number), "summary": "nhớ lại"}
            contacts.log_contact(self.session, me, m.Contact(), values)

    def moves_one_and_takes_one_back(self, me: Actor) -> None:
        moved = self.row(m.Contact, case_id=self.case().id, occurred_on=dt.date(2025, 9, 16))
        contacts.log_contact(
            self.session,
            me,
            moved,
            {"occurred_on": dt.date(2025, 9, 18), "kind": ContactKind.HOME_VISIT, "summary": "đến nhà"},
            moved.version,
        )
        contacts.discard_contact(
            self.session, me, self.row(m.Contact, case_id=self.case().id, occurred_on=dt.date(2025, 9, 17))
        )

    def writes_plans(self, me: Actor) -> None:
        plan = self.row(m.SupportPlan, case_id=self.case().id)
        plans.write_plan(self.session, me, plan, {"methods": "kèm em hai buổi"}, plan.version)
        values = {"case": self.case(), "semester": TermPeriod.SEMESTER_2, "methods": "kèm em tiếp"}
        plans.write_plan(self.session, me, m.SupportPlan(), values)

    def sets_goals_and_looks_at_them(self, me: Actor) -> None:
        plan = self.row(m.SupportPlan, case_id=self.case().id, semester=TermPeriod.SEMESTER_1)
        for number, day in enumerate((dt.date(2025, 9, 8), dt.date(2025, 9, 15), dt.date(2025, 10, 6))):
            values = {"plan": plan, "horizon": Horizon.WEEK, "starts_on": day, "text": f"mục tiêu {number}"}
            goal = plans.set_goal(self.session, me, m.Goal(), values)
            plans.tick_goal(self.session, me, goal, ("met", "not_met", "partly")[number])
        plans.carry_over(self.session, me, goal)

    def surveys_through_every_channel(self, me: Actor) -> None:
        for channel in SurveyChannel:
            values = {"case": self.case(), "channel": channel, "occurred_on": TODAY, "findings": "đã hỏi"}
            surveys.write_survey(self.session, me, m.SurveyEntry(), values)

    def gives_support(self, me: Actor) -> None:
        values = {"case": self.case(), "kind": SupportKind.REMEDIAL_LESSON, "quantity": 4, "unit": "tiết"}
        support.give_support(self.session, me, m.SupportItem(), values)

    def runs_activities(self, me: Actor) -> None:
        lan = self.cast.get(m.Staff, self.cast.staff["lan"])
        for number in (5, 12):
            values = {"title": "Chủ nhật xanh", "held_on": dt.date(2025, 10, number), "organiser": lan}
            support.save_activity(self.session, me, m.Activity(), values, [])

    def sends_october(self, me: Actor) -> None:
        values = LEVELS | {"case": self.case(), "period": "2025-10", "comment": "em đi học đều"}
        month = evaluations.save_progress(self.session, me, m.ProgressEvaluation(), values)
        evaluations.take_step(self.session, me, month, "submit")

    def registers_and_takes_it_back(self, me: Actor) -> None:
        lan = self.cast.get(m.Staff, self.cast.staff["lan"])
        row = registrations.register(self.session, me, lan)
        registrations.withdraw(self.session, me, row)
        registrations.register(self.session, me, lan)

    def comments_and_appeals(self, me: Actor) -> None:
        year = self.cast.get(m.SchoolYear, self.cast.year)
        for appeal in (False, True):
            score_words.comment(self.session, me, year, "Tôi gặp em nhiều hơn thế.", appeal)

    def nominates_and_classifies(self, me: Actor) -> None:
        year = self.cast.get(m.SchoolYear, self.cast.year)
        words = {"circumstances": "em hay nghỉ học", "own_effort": None}
        cases.nominate(self.session, me, self.cast.classmate, year, words)
        taken = select(m.Hardship.category_id).where(m.Hardship.case_id == self.case().id)
        category = self.session.scalars(
            select(m.HardshipCategory).where(m.HardshipCategory.id.not_in(taken)).limit(1)
        ).one()
        cases.classify(self.session, me, m.Hardship(), {"case": self.case(), "category": category})
        cases.open_circumstances(self.session, me, self.case(), None)

    def reads_the_plan_of_the_year(self, me: Actor) -> None:
        announcements.mark_read(self.session, me, self.row(m.Announcement))

    STEPS = (
        meets_the_student_on_two_days,
        writes_down_talks_of_september_afterwards,
        moves_one_and_takes_one_back,
        writes_plans,
        sets_goals_and_looks_at_them,
        surveys_through_every_channel,
        gives_support,
        runs_activities,
        sends_october,
        registers_and_takes_it_back,
        comments_and_appeals,
        nominates_and_classifies,
        reads_the_plan_of_the_year,
    )

    def tell(self) -> list[str]:
        """All the steps; the names of those after which a score had moved."""
        moved = []
        for step in self.STEPS:
            step(self, self.as_("lan"))
            self.session.flush()
            now = self.scores()
            if now != self.before:
                moved.append(step.__name__)
            self.before = now
        return moved

    def month(self, period: str = "2025-10") -> m.ProgressEvaluation:
        as_operator(self.cast)
        return self.row(m.ProgressEvaluation, case_id=self.case().id, period=period)

    def review_and_confirm(self, period: str = "2025-10", by: str = "cuc") -> None:
        evaluations.take_step(self.session, self.as_("hoa"), self.month(period), "review")
        assert self.scores() == self.before, "that the department has seen it moves nothing"
        evaluations.take_step(self.session, self.as_(by), self.month(period), "confirm")


def test_nothing_that_a_teacher_does_alone_moves_the_own_score_or_a_colleagues(cast: Cast) -> None:
    assert Story(cast).tell() == []


def test_once_others_confirm_the_month_all_of_it_counts(cast: Cast) -> None:
    for by in ("cuc", "binh"):
        attempt = cast.session.begin_nested()
        story = Story(cast)
        story.tell()
        lan, phuc = points(cast, "lan", story.now), points(cast, "phuc", story.now)
        story.review_and_confirm(by=by)
        moved = {code: (lan[code], now) for code, now in points(cast, "lan", story.now).items() if now != lan[code]}
        assert moved == {
            "survey": (None, 100),
            "plan_and_goals": (0, 33),
            "contacts": (0, 50),
            "coordination": (0, 50),
            "monthly_remarks": (0, 33),
        }, f"{by}: October of one case, where September is owed in two"
        assert points(cast, "phuc", story.now) == phuc | {"survey": 100}, "two channels, by whoever"
        attempt.rollback()
        cast.session.expire_all()


def test_an_activity_counts_once_somebody_else_confirms_it(cast: Cast) -> None:
    story = Story(cast)
    story.runs_activities(story.as_("lan"))
    for activity in cast.session.scalars(select(m.Activity).where(m.Activity.title == "Chủ nhật xanh")).all():
        support.confirm_activity(cast.session, story.as_("cuc"), activity)
    assert points(cast, "lan")["activity_run"] == 20
    assert points(cast, "phuc")["activity_run"] == 0


def test_what_is_added_to_a_confirmed_month_gains_nothing_until_it_is_confirmed_anew(cast: Cast) -> None:
    story = Story(cast)
    story.sends_october(story.as_("lan"))
    story.before = story.scores()
    story.review_and_confirm()
    story.before = story.scores()
    added = (
        story.meets_the_student_on_two_days,
        story.sets_goals_and_looks_at_them,
        story.surveys_through_every_channel,
    )
    for step in added:
        step(story.as_("lan"))
        assert story.scores() == story.before, step.__name__
    evaluations.take_step(cast.session, story.as_("binh"), story.month(), "reopen", "bổ sung")
    lower = story.scores()
    assert lower != story.before, "while it is open again it earns nothing"
    story.now += 7 * DAY  # past the 20th
    lower = story.scores()
    evaluations.take_step(cast.session, story.as_("lan"), story.month(), "submit")
    assert story.scores() == lower
    evaluations.take_step(cast.session, story.as_("hoa"), story.month(), "review")
    evaluations.take_step(cast.session, story.as_("cuc"), story.month(), "confirm")
    anew = points(cast, "lan", story.now)
    assert {code: anew[code] for code in ("survey", "contacts", "monthly_remarks")} == {
        "survey": 100,
        "contacts": 38,
        "monthly_remarks": 25,
    }, "one of four months by now, and in time: that is when it was sent first"


def test_what_others_have_confirmed_cannot_be_taken_away_or_moved_by_oneself(cast: Cast) -> None:
    story = Story(cast)
    story.tell()
    story.review_and_confirm()
    story.before = story.scores()
    me = story.as_("lan")
    contact = story.row(m.Contact, case_id=story.case().id, occurred_on=dt.date(2025, 10, 13))
    goal = cast.session.scalars(select(m.Goal).where(m.Goal.starts_on == dt.date(2025, 10, 6))).one()
    refused = (
        lambda: contacts.discard_contact(cast.session, me, contact),
        lambda: contacts.log_contact(
            cast.session, me, contact, {"occurred_on": dt.date(2025, 10, 1), "summary": "ổn"}, contact.version
        ),
        lambda: plans.tick_goal(cast.session, me, goal, "met"),
    )
    for attempt in refused:
        with pytest.raises(RuleError):
            attempt()
        cast.session.expire_all()
    assert story.scores() == story.before


def test_nobody_confirms_or_judges_the_own_work(cast: Cast) -> None:
    """Lan as a teacher, and uyen of the union, who sponsors too: the tools that move a score refuse the own one."""
    story = Story(cast)
    story.sends_october(story.as_("lan"))
    story.runs_activities(story.as_("lan"))
    month, activity = story.month(), story.row(m.Activity, held_on=dt.date(2025, 10, 5))
    theirs = story.row(m.ProgressEvaluation, case_id=story.case("unionists").id)
    theirs.state = EvaluationState.REVIEWED
    of_uyen = make_activity(cast.session, cast.get(m.Staff, cast.staff["uyen"]))
    year, criterion = the_year(cast), cast.session.scalars(select(m.Criterion).limit(1)).one()
    story.before = story.scores()

    def attempts(name: str, month: m.ProgressEvaluation, activity: m.Activity) -> list[Callable[[], Any]]:
        staff = cast.get(m.Staff, cast.staff[name])
        sponsorship = next(iter(month.case.sponsorships))
        session = cast.session
        rating = {"sponsorship": sponsorship, "period": "2025-10", "rating": HelpRating.EXCELLENT}
        return [
            lambda: evaluations.take_step(session, story.as_(name), month, "confirm"),
            lambda: evaluations.take_step(session, story.as_(name), month, "reopen", "x"),
            lambda: evaluations.take_step(session, story.as_(name), month, "review"),
            lambda: evaluations.rate_help(session, story.as_(name), m.SponsorEvaluation(), rating),
            lambda: support.confirm_activity(session, story.as_(name), activity),
            lambda: sponsorships.take_step(session, story.as_(name), sponsorship, "end", TODAY, "x"),
            lambda: score_sheets.adjust(session, story.as_(name), year, staff, criterion, 10, "x"),
            lambda: score_sheets.adjust(session, story.as_(name), year, staff, None, None, "x"),
            lambda: score_sheets.freeze(session, story.as_(name), year, [staff.id], "1/QĐ", TODAY),
        ]

    done = []
    for name, rows in {"lan": (month, activity), "uyen": (theirs, of_uyen)}.items():
        as_operator(cast)
        for number, attempt in enumerate(attempts(name, *rows)):
            try:
                attempt()
            except NotAllowed:
                cast.session.expire_all()
                continue
            done.append((name, number))
    assert done == []
    assert story.scores() == story.before
