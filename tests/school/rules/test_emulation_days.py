"""The days, minutes and tenths on which a score changes, and the examples that `emulation.py` works out (P4.5)."""

import datetime as dt
from dataclasses import replace
from typing import Any

from school.rules import score_facts as facts
from school.rules import scoring, scoring_months
from school.rules.calendar import SEMESTERS
from school.rules.emulation import NOTHING_YET, Criterion, Line, Scheme, Score, score
from school.vocabulary import (
    ContactKind,
    CriterionKind,
    Deadline,
    DropoutRisk,
    HelpRating,
    ProgressStep,
    Rating,
    ScoreLevel,
    SponsorRole,
    SurveyChannel,
    TermPeriod,
)
from tests.school.rules.works import OTHER, PERIODS, YEAR, at, contact, day, held, month, work

END = dt.date(2026, 5, 31)
RULES = Scheme.usual()
LAST_MINUTE, NEXT_MINUTE = (16, 59), (17, 0)  # in UTC: 23:59 of the day at the school, and 0:00 of the next
SEMESTER_1, SEMESTER_2 = SEMESTERS
FAMILY, SELF = list(SurveyChannel)[:2]


def line(mine: facts.Work, code: str, today: dt.date = END) -> Line:
    return next(one for one in score(mine, RULES, today).lines if one.code == code)


def points(mine: facts.Work, code: str, today: dt.date = END) -> int | None:
    return line(mine, code, today).points


def counts(mine: facts.Work, code: str, today: dt.date = END) -> tuple[int, int]:
    """How much of how much."""
    found = line(mine, code, today)
    return found.done, found.asked


def notes(mine: facts.Work, code: str, today: dt.date = END) -> list[str]:
    return [one.note for one in line(mine, code, today).evidence]


def moment(text: str, clock: tuple[int, int]) -> dt.datetime:
    return dt.datetime.combine(day(text), dt.time(*clock), dt.UTC)


def a_case(*months: facts.MonthSent, **values: Any) -> facts.Case:
    return facts.Case(1, months=months, **values)


def months(*periods: str, **values: Any) -> tuple[facts.MonthSent, ...]:
    return tuple(month(period, **values) for period in periods)


def twice(*periods: str) -> tuple[facts.Reached, ...]:
    """A talk on two days of each month."""
    return tuple(contact(f"{int(period[5:])}-{number}") for period in periods for number in (5, 12))


def goal(period: str, reviewed: str) -> facts.GoalReviewed:
    return facts.GoalReviewed(int(period[5:]), period, YEAR.by_period[period].first, at(day(reviewed)))


def plan(made: dt.datetime, semester: TermPeriod = SEMESTER_1) -> facts.PlanMade:
    return facts.PlanMade(list(SEMESTERS).index(semester) + 1, semester, made)


def surveyed(channel: SurveyChannel, made: dt.datetime, number: int = 1) -> facts.Surveyed:
    return facts.Surveyed(number, channel, made.date(), made)


# Taking part --------------------------------------------------------------------------------------------------------


def test_one_day_in_a_month_is_the_month_on_its_first_and_on_its_last_day() -> None:
    expected = {
        ("10-10", "12-20"): (3, 8),
        ("10-31", "11-1"): (2, 8),
        ("10-31", "11-30"): (2, 8),
        ("11-1", "11-30"): (1, 7),
        ("10-31", "10-31"): (1, 8),
        ("5-31", None): (1, 1),
    }
    found = {(first, last): counts(work(held(first=first, last=last)), "participation") for first, last in expected}
    assert found == expected
    assert points(work(held(first="10-10", last="12-20")), "participation") == 56, "3/8 x 15 = 5.625"


def test_months_are_asked_from_their_first_day_on() -> None:
    expected = {dt.date(2025, 8, 31): (0, 0), day("9-1"): (1, 1), day("9-30"): (1, 1), day("10-1"): (2, 2)}
    assert {today: counts(work(held()), "participation", today) for today in expected} == expected


def test_nothing_more_is_asked_once_the_last_case_is_closed_or_the_person_has_left() -> None:
    ended = {"12-31": (4, 4), "1-1": (4, 5)}
    for on, expected in ended.items():
        closed = work(held(facts.Case(1, closed_on=day(on)), last="12-31"))
        left = work(held(last="12-31"), left_on=day(on))
        assert (counts(closed, "participation"), counts(left, "participation")) == (expected, expected), on


# Survey -------------------------------------------------------------------------------------------------------------


def survey_of(*entries: facts.Surveyed, **values: Any) -> facts.Work:
    """Others saw what was surveyed until 28 January."""
    return work(held(a_case(month("2026-01"), surveys=entries), **values))


def test_the_last_minute_of_the_surveys_last_day_is_in_time_and_the_next_is_not() -> None:
    one = surveyed(FAMILY, at(day("12-5")))
    in_time, late = (survey_of(one, surveyed(SELF, moment("12-30", clock), 2)) for clock in (LAST_MINUTE, NEXT_MINUTE))
    assert (points(in_time, "survey"), points(late, "survey")) == (100, 50)
    assert notes(late, "survey") == ["", scoring.RECORDED_LATE]


def test_whoever_begins_in_december_has_thirty_days_for_the_survey() -> None:
    both = [surveyed(channel, moment("1-9", LAST_MINUTE), channel is SELF) for channel in (FAMILY, SELF)]
    assert [points(survey_of(*both, first=first), "survey") for first in ("11-30", "12-9", "12-10")] == [0, 0, 100]


def test_the_survey_is_asked_of_whoever_sponsors_on_its_last_day_once_that_is_over() -> None:
    expected = {("12-29", END): None, ("12-30", END): 0, (None, day("12-30")): None, (None, day("12-31")): 0}
    assert {(last, today): points(work(held(last=last)), "survey", today) for last, today in expected} == expected


def test_an_entry_counts_that_was_there_in_the_moment_of_the_confirmation() -> None:
    entries = (surveyed(FAMILY, at(day("10-28")), 1), surveyed(SELF, at(day("10-28"), hour=4), 2))
    mine = work(held(a_case(month("2025-10", confirmed="10-28"), surveys=entries)))
    assert (points(mine, "survey"), notes(mine, "survey")) == (50, ["", scoring.WAITS_FOR_A_MONTH])


# Plan and goals -----------------------------------------------------------------------------------------------------


def october_to_may(goals: int) -> facts.Work:
    """Led from 1 October: eight months, all confirmed, both plans in time, goals looked at in so many months."""
    periods = PERIODS[1:]
    looked_at = tuple(goal(period, f"{int(period[5:])}-12") for period in periods[:goals])
    plans = (plan(at(day("10-5"))), plan(at(day("1-20")), SEMESTER_2))
    return work(held(a_case(*months(*periods), plans=plans, goals=looked_at), first="10-1"))


def test_both_plans_and_goals_in_six_months_of_eight() -> None:
    assert counts(october_to_may(goals=6), "plan_and_goals") == (2 + 6, 2 + 8)
    assert points(october_to_may(goals=6), "plan_and_goals") == 125, "1/3 + 2/3 x 6/8 = 5/6, x 15"
    assert [points(october_to_may(goals), "plan_and_goals") for goals in (0, 8)] == [50, 150]


def test_a_plan_is_in_time_until_thirty_days_after_the_semester_or_the_sponsor_began() -> None:
    late = scoring_months.MADE_LATE
    expected = {
        ("9-1", "10-1", LAST_MINUTE): "",
        ("9-1", "10-1", NEXT_MINUTE): late,
        ("9-10", "10-10", LAST_MINUTE): "",
        ("9-10", "10-10", NEXT_MINUTE): late,
        ("9-1", "2-15", LAST_MINUTE): "",
        ("9-1", "2-15", NEXT_MINUTE): late,
    }
    found = {}
    for first, on, clock in expected:
        semester = SEMESTER_2 if on == "2-15" else SEMESTER_1
        case = a_case(*months("2025-10", "2026-02"), plans=(plan(moment(on, clock), semester),))
        found[first, on, clock] = notes(work(held(case, first=first)), "plan_and_goals")[0]
    assert found == expected


def test_a_plan_counts_once_a_month_of_its_semester_was_confirmed_after_it_was_made() -> None:
    made, waits = plan(at(day("9-28"))), scoring_months.WAITS
    expected = {
        (): waits,
        months("2025-09"): "",
        months("2025-09", confirmed="9-27"): waits,
        (*months("2025-09", confirmed="9-27"), *months("2025-10")): "",
        months("2026-01"): "",  # begins in semester I
        months("2026-02"): waits,
    }
    found = {rows: notes(work(held(a_case(*rows, plans=(made,)))), "plan_and_goals")[0] for rows in expected}
    assert found == expected


def test_a_plan_is_asked_once_its_last_day_is_over_of_whoever_led_on_it() -> None:
    """September is owed in each: its goals are one of what is asked."""
    assert [counts(work(held()), "plan_and_goals", day(on))[1] for on in ("10-1", "10-2")] == [1, 2]
    assert [counts(work(held(last=last)), "plan_and_goals")[1] for last in ("9-30", "10-1")] == [1, 2]


def test_goals_alone_are_the_whole_where_no_plan_is_asked() -> None:
    mine = work(held(a_case(*months("2025-09"), goals=(goal("2025-09", "9-12"),)), last="9-25"))
    assert points(mine, "plan_and_goals") == 150


def test_a_goal_counts_that_was_looked_at_when_its_month_or_the_next_was_confirmed() -> None:
    expected = {
        ("9-28", 2): "",
        ("9-29", 1): scoring_months.NEXT_MONTH,
        ("9-29", 2): "",
        ("10-28", 2): "",
        ("10-29", 2): scoring_months.AFTERWARDS,
        ("9-28", 0): scoring_months.WAITS,
    }
    found = {}
    for on, confirmed in expected:
        case = a_case(*months(*PERIODS[:confirmed]), goals=(goal("2025-09", on),))
        found[on, confirmed] = notes(work(held(case)), "plan_and_goals")[0]
    assert found == expected


# Months and contacts --------------------------------------------------------------------------------------------------


def test_enough_days_in_five_months_of_eight() -> None:
    mine = work(held(a_case(*months(*PERIODS[1:])), first="10-1", contacts=twice(*PERIODS[1:6])))
    assert (counts(mine, "contacts"), points(mine, "contacts")) == ((5, 8), 94), "5/8 x 15 = 9.375"


def test_five_talks_on_one_day_are_one() -> None:
    one_day = held(
        a_case(*months("2025-09")),
        last="9-30",
        contacts=tuple(contact("9-12", kind) for kind in list(ContactKind)[:5]),
    )
    assert points(work(one_day), "contacts") == 0
    assert points(work(replace(one_day, contacts=(*one_day.contacts, contact("9-13")))), "contacts") == 150


def test_a_month_is_of_whoever_sponsors_on_its_last_day_on_time_once_that_is_over() -> None:
    expected = {
        ("9-1", "10-19", END): 1,
        ("9-1", "10-20", END): 2,
        ("10-20", "11-19", END): 1,
        ("10-21", "11-19", END): 0,
        ("5-15", None, END): 1,
        ("5-16", None, END): 0,
        ("10-1", None, day("10-20")): 0,
        ("10-1", None, day("10-21")): 1,
    }
    found = {
        (first, last, today): counts(work(held(first=first, last=last)), "contacts", today)[1]
        for first, last, today in expected
    }
    assert found == expected
    early = work(held(a_case(month("2025-10", "10-10", "10-13")), first="10-1", contacts=twice("2025-10")))
    assert points(early, "contacts", day("10-13")) == 150, "full before it is asked"


def test_the_last_days_of_a_month_are_seen_with_the_next() -> None:
    october, november = month("2025-10"), month("2025-11", "11-15")
    waiting = replace(october, confirmed_at=None)

    def note(*rows: facts.MonthSent, logged: str = "10-30") -> tuple[int | None, str]:
        talks = (contact("10-5"), contact("10-30", logged=logged))
        mine = work(held(a_case(*rows), first="10-1", last="11-19", contacts=talks))
        return points(mine, "contacts"), notes(mine, "contacts")[1]

    assert note(october, november) == (150, "")
    assert note(october) == (0, scoring_months.NEXT_MONTH)
    assert note(november) == (0, scoring_months.NOT_SENT)
    assert note(waiting, november) == (0, scoring_months.WAITS)
    assert note(october, november, logged="11-28") == (150, "")
    assert note(october, november, logged="11-29") == (0, scoring_months.AFTERWARDS)


def test_of_may_no_month_follows() -> None:
    talks = (contact("5-5"), contact("5-29"))
    mine = work(held(a_case(month("2026-05")), first="5-1", contacts=talks))
    assert notes(mine, "contacts")[1] == scoring_months.AFTERWARDS


def test_a_month_that_was_reopened_counts_when_it_is_confirmed_anew_with_what_stands_there_then() -> None:
    added = (contact("10-5"), contact("10-6", logged="11-5"))

    def of(confirmed: str) -> int | None:
        case = a_case(month("2025-10", confirmed=confirmed))
        return points(work(held(case, first="10-1", last="10-31", contacts=added)), "contacts")

    assert [of("10-28"), of(""), of("11-6")] == [0, 0, 150]


def test_each_kind_of_contact_is_with_the_family_with_a_teacher_or_with_neither() -> None:
    found: dict[str, set[ContactKind]] = {"family": set(), "teachers": set()}
    other = {"family": contact("9-11", ContactKind.HOMEROOM), "teachers": contact("9-11", ContactKind.CALL)}
    for kind in ContactKind:
        for side, talk in other.items():
            mine = work(held(a_case(*months("2025-09")), last="9-30", contacts=(contact("9-10", kind), talk)))
            if points(mine, "coordination") == 100:
                found[side].add(kind)
    assert found == {
        "family": {ContactKind.HOME_VISIT, ContactKind.MEET_FAMILY, ContactKind.CALL},
        "teachers": {ContactKind.HOMEROOM, ContactKind.SUBJECT_TEACHER},
    }


def test_a_semester_is_asked_with_its_first_month_and_january_is_of_the_first() -> None:
    expected = {"9-20": 0, "9-21": 2, "1-21": 2, "2-20": 2, "2-21": 4}
    assert {on: counts(work(held()), "coordination", day(on))[1] for on in expected} == expected
    talks = (contact("1-20", ContactKind.CALL), contact("1-21", ContactKind.HOMEROOM))
    assert points(work(held(a_case(*months("2026-01")), contacts=talks)), "coordination", day("1-31")) == 100


# Monthly remarks ------------------------------------------------------------------------------------------------------


def test_the_last_minute_of_the_20th_in_may_of_the_15th_is_in_time_and_the_next_is_not() -> None:
    for period, first, on in (("2025-10", "10-1", "10-20"), ("2026-05", "5-1", "5-15")):
        for clock, earned, note in ((LAST_MINUTE, 100, ""), (NEXT_MINUTE, 0, scoring_months.TOO_LATE)):
            row = replace(month(period), sent_at=moment(on, clock))
            mine = work(held(a_case(row), first=first, last=None if first == "5-1" else "10-31"))
            assert (points(mine, "monthly_remarks"), notes(mine, "monthly_remarks")) == (earned, [note]), on


def test_a_moved_last_day_is_the_one_that_counts() -> None:
    moved = replace(YEAR.plan, moved={(Deadline.SPONSOR_MONTH, "2025-10"): day("10-25")})
    mine = work(held(a_case(month("2025-10", sent="10-25")), first="10-1", last="10-31"))
    assert points(mine, "monthly_remarks") == 0
    assert points(replace(mine, year=facts.YearDays(moved)), "monthly_remarks") == 100


def test_after_a_hand_over_in_mid_month_it_is_of_whoever_sent_it() -> None:
    """One led until 15 October, the other from the 16th on; September was never sent."""
    before, after = (OTHER, day("9-1"), day("10-15")), (OTHER, day("10-16"), None)

    def shares(on: str) -> tuple[tuple[int, int], tuple[int, int]]:
        row = month("2025-10", sent=on)
        first = work(held(a_case(row, leaders=(after,)), last="10-15"))
        second = work(held(a_case(row, leaders=(before,)), first="10-16"))
        return counts(first, "monthly_remarks", day("10-31")), counts(second, "monthly_remarks", day("10-31"))

    assert shares("10-15") == ((1, 2), (0, 0)), "the second is asked for nothing"
    assert shares("10-16") == ((0, 1), (1, 1))
    assert shares("10-21") == ((0, 1), (0, 1)), "the second has sent it late"


# The student's progress ---------------------------------------------------------------------------------------------


def progress(*rows: facts.MonthSent, last: str | None = None, **values: Any) -> int | None:
    return points(work(held(a_case(*rows, **values), last=last)), "student_progress")


def result(now: Rating, period: TermPeriod = SEMESTER_1, before: bool = False) -> facts.Result:
    return facts.Result(list(TermPeriod).index(period) + 10 * before, period, now, None, before)


def test_the_newest_result_is_held_against_the_newest_before_it() -> None:
    met, fair = Rating.MET, Rating.FAIR
    assert progress(results=(result(fair), result(met, SEMESTER_2))) == 75, "lower than semester I: 1/3 + 2/3 x 1/4"
    assert progress(results=(result(fair), result(met, SEMESTER_2), result(fair, TermPeriod.YEAR))) == 150
    then = (result(met, SEMESTER_2, before=True), result(fair, TermPeriod.YEAR, before=True))
    assert progress(results=(*then, result(met))) == 75


def test_the_share_of_an_outcome_is_rounded_once() -> None:
    then = facts.Result(1, TermPeriod.YEAR, Rating.FAIR, Rating.GOOD, True)
    now = facts.Result(2, SEMESTER_1, Rating.MET, Rating.GOOD)
    assert progress(results=(then, now)) == 113, "(1/4 + 1) / 2 = 5/8; 1/3 + 2/3 x 5/8 = 3/4, x 15 = 11.25"
    trend = month("2025-10", risk=DropoutRisk.SOME, trend=ProgressStep.UNCHANGED)
    assert progress(trend, results=(then, now)) == 119, "(3/4 + 5/8) / 2 = 11/16; 19/24 x 15 = 11.875"


def test_after_dropping_out_as_much_is_left_of_the_two_thirds_as_was_done() -> None:
    def of(done: int) -> int | None:
        rows = months(*PERIODS[:done], risk=DropoutRisk.LOW, trend=ProgressStep.DECLINED)
        case = a_case(*rows, dropped_out=True)
        return points(work(held(case, contacts=twice(*PERIODS[:done]))), "student_progress")

    assert [of(9), of(6), of(0)] == [100, 67, 0], "2/3 x 15; of that 6/9; of that nothing"
    steady = month("2025-09", risk=DropoutRisk.LOW, trend=ProgressStep.STEADY)
    assert progress(steady, dropped_out=True) == 100, "the outcome, where it is more than the work"
    declined = months(*PERIODS, risk=DropoutRisk.SOME, trend=ProgressStep.DECLINED)
    complete = held(a_case(*declined, dropped_out=True), contacts=twice(*PERIODS))
    assert points(work(complete), "student_progress") == 100, "and not the outcome of 1/4, where it is less"


def test_whoever_handed_the_case_on_answers_for_the_terms_that_were_over() -> None:
    terms = (result(Rating.FAIR, TermPeriod.YEAR, before=True), result(Rating.MET))
    expected = {"1-15": 150, "1-16": 75}
    for last, earned in expected.items():
        after = (OTHER, day(last) + dt.timedelta(days=1), None)
        assert progress(results=terms, leaders=(after,), last=last) == earned, last
        assert progress(results=terms, last=last) == 75, "nobody took over"


def test_a_month_that_was_begun_before_the_hand_over_is_heard_and_a_later_one_is_not() -> None:
    row = month("2025-11", risk=DropoutRisk.LOW, trend=ProgressStep.DECLINED)
    expected = {"10-31": 150, "11-1": 50, "11-15": 50}
    for last, earned in expected.items():
        after = (OTHER, day(last) + dt.timedelta(days=1), None)
        assert progress(row, leaders=(after,), last=last) == earned, last


def test_whoever_led_until_the_years_last_day_answers_for_the_whole_year() -> None:
    expected = {"5-30": 150, "5-31": 0}
    for last, earned in expected.items():
        after = (OTHER, day(last) + dt.timedelta(days=1), None)
        assert progress(dropped_out=True, leaders=(after,), last=last) == earned, last


def test_a_case_that_is_still_to_begin_says_nothing_of_the_student() -> None:
    worse = held(a_case(month("2025-10", risk=DropoutRisk.LOW, trend=ProgressStep.DECLINED)))
    both = work(worse, held(facts.Case(2), first="5-31"))
    assert [points(both, "student_progress", day(on)) for on in ("5-30", "5-31")] == [50, 100]


# From points to a level -----------------------------------------------------------------------------------------------


def by_hand(most: int, tenths: int, **values: Any) -> Score:
    """One criterion that the council gives by hand."""
    rules = Scheme((Criterion("x", "", CriterionKind.BY_HAND, most),), **values)
    return score(work(held(), adjusted={"x": tenths}), rules, END)


def test_lines_that_do_not_apply_leave_the_others_to_be_worth_100_and_the_bonus_comes_on_top() -> None:
    kinds = {
        CriterionKind.PARTICIPATION: 15,
        CriterionKind.PLAN_AND_GOALS: 15,
        CriterionKind.CONTACTS: 15,
        CriterionKind.HELP_RECOGNISED: 55,  # nobody has rated it
    }
    criteria = [Criterion(kind.value, "", kind, most, needed=2) for kind, most in kinds.items()]
    criteria.append(Criterion("bonus", "", CriterionKind.ACTIVITY_RUN, 2, needed=2, bonus=True))
    rules, mine = Scheme(tuple(criteria)), october_to_may(goals=6)
    mine = replace(mine, held=(replace(mine.held[0], contacts=twice(*PERIODS[1:6])),))
    found = score(mine, rules, END)
    assert [one.points for one in found.lines] == [150, 125, 94, None, 0]
    assert (found.total, found.level) == (820, ScoreLevel.GOOD), "36.9 x 100 / 45 = 82.0"
    found = score(replace(mine, activities=(facts.Ran(1, day("10-5"), day("10-6")),)), rules, END)
    assert (found.total, found.level, found.converted) == (830, ScoreLevel.GOOD, 415)


def test_halves_are_rounded_up_in_a_line_in_the_total_and_in_what_it_is_worth() -> None:
    assert points(work(held(first="10-1", last="11-30")), "participation") == 38, "2/8 x 15 = 3.75"
    ratings = (facts.Rated(1, 1, SEMESTER_1, HelpRating.EXCELLENT), facts.Rated(2, 1, SEMESTER_2, HelpRating.GOOD))
    assert points(work(held(), ratings=ratings), "help_recognised") == 88, "7/8 x 10 = 8.75"
    assert by_hand(40, 1).total == 3, "0.1 of 40 is 0.25 of 100"
    assert by_hand(100, 1).converted == 1, "0.1 x 5 / 100 = 0.005"


def test_the_levels_begin_at_their_points_and_not_a_tenth_below() -> None:
    expected = {
        1000: ScoreLevel.EXCELLENT,
        900: ScoreLevel.EXCELLENT,
        899: ScoreLevel.GOOD,
        700: ScoreLevel.GOOD,
        699: ScoreLevel.FULFILLED,
        500: ScoreLevel.FULFILLED,
        499: ScoreLevel.NEEDS_EFFORT,
        0: ScoreLevel.NEEDS_EFFORT,
    }
    assert {tenths: by_hand(100, tenths).level for tenths in expected} == expected
    assert by_hand(100, 890, excellent_from=89).level is ScoreLevel.EXCELLENT


def test_bonus_lines_add_up_to_their_cap_and_never_past_100() -> None:
    criteria = (
        Criterion("plain", "", CriterionKind.BY_HAND, 100),
        *(Criterion(str(number), "", CriterionKind.BY_HAND, 3, bonus=True) for number in range(3)),
    )

    def total(plain: int, *bonus: int, cap: int = 5) -> int | None:
        adjusted = {"plain": plain} | {str(number): tenths for number, tenths in enumerate(bonus)}
        return score(work(held(), adjusted=adjusted), Scheme(criteria, bonus_cap=cap), END).total

    found = [total(800, 20), total(800, 20, 30), total(800, 30, 30, 30), total(800, 30, cap=0), total(980, 30)]
    assert found == [820, 850, 850, 800, 1000]


def test_an_adjustment_stays_within_0_and_the_most() -> None:
    half = held(a_case(*months("2025-10", "2025-11")), first="10-1", last="11-30", contacts=twice("2025-10"))

    def of(tenths: int) -> tuple[int | None, int, int | None]:
        found = line(work(half, adjusted={"contacts": tenths}), "contacts")
        return found.base, found.adjusted, found.points

    expected = {0: 75, 10: 85, -10: 65, -75: 0, -76: 0, 75: 150, 76: 150}
    assert {tenths: of(tenths) for tenths in expected} == {
        tenths: (75, tenths, earned) for tenths, earned in expected.items()
    }


def test_a_sponsorship_that_is_still_to_come_is_nothing_to_measure_yet() -> None:
    mine = work(held(first="12-1"))
    found = score(mine, RULES, day("11-30"))
    assert (found.total, found.level, found.why) == (None, ScoreLevel.NOT_APPLICABLE, NOTHING_YET)
    assert score(mine, RULES, day("12-1")).total == 1000, "on its first day: the month, and the student at school"


def test_a_student_more_who_is_supported_asks_nothing_beside_one_who_is_led() -> None:
    led = held(a_case(*months(*PERIODS)), contacts=twice(*PERIODS))
    alone = score(work(led), RULES, END)
    both = score(work(led, held(facts.Case(2), SponsorRole.SUPPORTING)), RULES, END)
    changed = [one.code for one, other in zip(alone.lines, both.lines, strict=True) if one.points != other.points]
    assert changed == ["extra_sponsorship"]


def test_what_would_earn_more_is_said_until_the_years_last_day() -> None:
    assert [bool(line(work(held()), "help_recognised", today).missing) for today in (END, day("6-1"))] == [True, False]


def test_a_month_that_was_sent_says_that_it_waits() -> None:
    mine = work(held(a_case(month("2025-09", confirmed=""))))
    waits = line(mine, "monthly_remarks", day("9-19")).missing
    assert waits == (facts.Hint("Tháng %(month)s: nhận xét đã gửi, chờ xác nhận.", {"month": "09/2025"}, 1),)
