"""The records that a score is counted from, as they are read from the tables (P4.5)."""

import datetime as dt

from sqlalchemy import select

from school import models as m
from school.services import registrations
from school.vocabulary import (
    CaseOutcome,
    EnrolmentOutcome,
    EvaluationState,
    HelpRating,
    ProgressStep,
    Rating,
    ScoreLevel,
    SponsorRole,
    SponsorshipState,
    TermPeriod,
)
from tests.cast import NOW, TODAY, Cast
from tests.factories import (
    make_adjustment,
    make_classroom,
    make_contact,
    make_enrolment,
    make_evaluation,
    make_rating,
    make_result,
    make_sponsorship,
    make_year,
)
from tests.school.services.scoring import as_operator, become, line_of, of_person


def test_an_offer_that_was_taken_back_is_none(cast: Cast) -> None:
    """Son sponsors nobody; the last day to register is 19 November."""
    son, winter = cast.get(m.Staff, cast.staff["son"]), dt.datetime(2025, 11, 20, 2, 0, tzinfo=dt.UTC)
    assert of_person(cast, "son", now=winter).score.total == 0
    row = registrations.register(cast.session, become(cast, "son"), son)
    assert of_person(cast, "son", now=winter).score.level is ScoreLevel.NOT_APPLICABLE
    registrations.withdraw(cast.session, become(cast, "son"), row)
    assert (of_person(cast, "son", now=winter).score.total, of_person(cast, "son").score.total) == (0, None)
    registrations.register(cast.session, become(cast, "son", winter), son)
    assert of_person(cast, "son", now=winter).score.total == 0, "offered again, a day late"


def test_a_contact_that_reached_nobody_and_a_colleagues_count_for_nothing(cast: Cast) -> None:
    as_operator(cast)
    case, lan, phuc = (
        cast.get(model, row)
        for model, row in (
            (m.SupportCase, cast.id("sponsored")),
            (m.Staff, cast.staff["lan"]),
            (m.Staff, cast.staff["phuc"]),
        )
    )
    month = cast.session.get_one(m.ProgressEvaluation, cast.id("sponsored", "progress"))
    make_contact(cast.session, case, lan, occurred_on=dt.date(2025, 9, 3), reached=False)
    make_contact(cast.session, case, phuc, occurred_on=dt.date(2025, 9, 4))
    month.state, month.confirmed_at = EvaluationState.CONFIRMED, NOW
    cast.session.flush()
    assert line_of(cast, "lan", "contacts").done == 0, "of September there is one day, 20 September"
    as_operator(cast)
    make_contact(cast.session, case, lan, occurred_on=dt.date(2025, 9, 5))
    assert line_of(cast, "lan", "contacts").done == 1


def test_a_sponsorship_counts_once_leadership_approved_it_and_after_its_end(cast: Cast) -> None:
    as_operator(cast)
    row = cast.session.get_one(m.Sponsorship, cast.id("registered", "sponsorship"))
    counted = []
    for state in SponsorshipState:
        as_operator(cast)
        row.state = state
        if state is SponsorshipState.APPROVED:
            row.approved_on = TODAY
        cast.session.flush()
        if row.id in [one.id for one in line_of(cast, "lan", "participation").evidence]:
            counted.append(state)
    assert counted == [SponsorshipState.APPROVED, SponsorshipState.ENDED]


def test_dropping_out_is_what_the_case_says_or_the_newest_stay_in_a_class(cast: Cast) -> None:
    as_operator(cast)
    case = cast.get(m.SupportCase, cast.id("colleagues"))
    stay = cast.session.get_one(m.Enrolment, cast.id("colleagues", "enrolment"))
    whole = line_of(cast, "tam", "student_progress").points
    for row, name, value in (
        (case, "outcome", CaseOutcome.DROPPED_OUT),
        (stay, "outcome", EnrolmentOutcome.DROPPED_OUT),
    ):
        as_operator(cast)
        setattr(row, name, value)
        cast.session.flush()
        assert line_of(cast, "tam", "student_progress").points < whole, name
        setattr(row, name, None)
        cast.session.flush()
        assert line_of(cast, "tam", "student_progress").points == whole
    as_operator(cast)
    stay.outcome, stay.ended_on = EnrolmentOutcome.DROPPED_OUT, dt.date(2025, 10, 1)
    cast.session.flush()
    student = cast.session.get_one(m.Student, cast.id("colleagues", "student"))
    make_enrolment(cast.session, student, cast.get(m.Classroom, cast.classes["12A3"]), started_on=dt.date(2025, 10, 8))
    assert line_of(cast, "tam", "student_progress").points == whole, "back in a class a week later"
    as_operator(cast)
    earlier = {"started_on": dt.date(2025, 8, 20), "ended_on": dt.date(2025, 8, 31)}
    stay = make_enrolment(cast.session, student, cast.get(m.Classroom, cast.classes["11A2"]), **earlier)
    stay.outcome = EnrolmentOutcome.DROPPED_OUT
    cast.session.flush()
    assert line_of(cast, "tam", "student_progress").points == whole, "the newest by its days, whenever it was entered"


def test_results_are_held_against_those_of_the_year_before_and_no_older_ones(cast: Cast) -> None:
    def worth(then: str) -> int:
        attempt = cast.session.begin_nested()
        as_operator(cast)
        student = cast.session.get_one(m.Student, cast.id("departments", "student"))
        now = cast.session.get_one(m.TermResult, cast.id("departments", "result"))
        classroom = make_classroom(cast.session, "11A3", grade=11, school_year=make_year(cast.session, then))
        first = int(then[:4])
        stay = make_enrolment(
            cast.session, student, classroom, started_on=dt.date(first, 9, 1), ended_on=dt.date(first + 1, 5, 31)
        )
        make_result(cast.session, stay, period=TermPeriod.YEAR, learning=Rating.GOOD)
        now.learning = Rating.MET
        cast.session.flush()
        found = line_of(cast, "giang", "student_progress").points
        attempt.rollback()
        cast.session.expire_all()
        return found

    assert worth("2024-2025") == 75, "lower than the year before: 1/3 + 2/3 x 1/4"
    assert worth("2023-2024") == 150, "nothing to hold it against"


def test_only_what_was_confirmed_of_a_students_trend_is_heard(cast: Cast) -> None:
    as_operator(cast)
    month = cast.session.get_one(m.ProgressEvaluation, cast.id("departments", "progress"))
    month.trend = ProgressStep.DECLINED
    cast.session.flush()
    heard = {}
    for state in EvaluationState:
        as_operator(cast)
        month.state, month.confirmed_at = state, NOW
        cast.session.flush()
        heard[state] = line_of(cast, "giang", "student_progress").points == 75
    assert [state for state, low in heard.items() if low] == [EvaluationState.CONFIRMED, EvaluationState.LOCKED]


def test_a_semesters_rating_counts_for_each_sponsor_and_a_months_does_not(cast: Cast) -> None:
    assert line_of(cast, "giang", "help_recognised").points is None, "September's remark is none"
    as_operator(cast)
    row = cast.session.get_one(m.Sponsorship, cast.id("departments", "sponsorship"))
    make_rating(cast.session, row, period=TermPeriod.SEMESTER_1.value, rating=HelpRating.GOOD)
    assert line_of(cast, "giang", "help_recognised").points == 75


def test_adjustments_of_the_year_are_added_and_one_without_a_criterion_sets_it_aside(cast: Cast) -> None:
    line = line_of(cast, "giang", "participation", NOW)
    assert (line.adjusted, line.points) == (10, 150), "15.0 already, and 1.0 more"
    as_operator(cast)
    first = cast.session.scalars(select(m.Criterion).where(m.Criterion.code == "contacts")).one()
    giang = cast.get(m.Staff, cast.staff["giang"])
    make_adjustment(cast.session, giang, first, points=25)
    make_adjustment(cast.session, giang, first, points=-5)
    assert line_of(cast, "giang", "contacts", NOW).points == 20
    make_adjustment(cast.session, giang)
    assert of_person(cast, "giang").score.level is ScoreLevel.NOT_APPLICABLE
    assert of_person(cast, "tam").score.level is not ScoreLevel.NOT_APPLICABLE


def test_an_outcome_of_joint_work_is_the_same_for_both(cast: Cast) -> None:
    as_operator(cast)
    case, son = cast.get(m.SupportCase, cast.id("departments")), cast.get(m.Staff, cast.staff["son"])
    cast.session.get_one(m.Sponsorship, cast.id("departments", "sponsorship")).role = SponsorRole.JOINT
    make_sponsorship(cast.session, case, son, role=SponsorRole.JOINT)
    for number in range(2):
        make_evaluation(
            cast.session,
            case,
            cast.get(m.Staff, cast.staff["giang"]),
            period=("2025-10", "2025-11")[number],
            state=EvaluationState.CONFIRMED,
            first_sent_at=dt.datetime(2025, 10 + number, 14, tzinfo=dt.UTC),
            confirmed_at=dt.datetime(2025, 10 + number, 20, tzinfo=dt.UTC),
        )
    for code in ("plan_and_goals", "monthly_remarks", "student_progress", "survey"):
        assert line_of(cast, "son", code).points == line_of(cast, "giang", code).points, code
    assert line_of(cast, "son", "monthly_remarks").done == 2
