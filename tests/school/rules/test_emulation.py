"""Each kind of criterion by an example worked by hand, then the sum and the level (P4.5)."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from school.rules import score_facts as facts
from school.rules import scoring, scoring_months
from school.rules.emulation import KINDS, NOBODY_LEFT, NOTHING_YET, SET_ASIDE, Criterion, Scheme, Score, score
from school.rules.scoring_progress import student_progress
from school.vocabulary import (
    ContactKind,
    CriterionKind,
    DropoutRisk,
    HelpRating,
    ProgressStep,
    Rating,
    ScoreLevel,
    SponsorRole,
    SurveyChannel,
    TermPeriod,
)
from tests.school.rules.works import OTHER, PERIODS, at, contact, day, held, month, work

END = dt.date(2026, 5, 31)
EVERY_MONTH = tuple(month(period) for period in PERIODS)
JOINT, SUPPORTING = SponsorRole.JOINT, SponsorRole.SUPPORTING


def case(*months: facts.MonthSent, **values: Any) -> facts.Case:
    return facts.Case(1, months=months, **values)


def line(found: Score, code: str) -> Any:
    return next(one for one in found.lines if one.code == code)


def test_every_kind_has_a_function() -> None:
    assert set(KINDS) == set(CriterionKind)


# Taking part --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "share"),
    [
        (held(first="10-10"), Fraction(1)),
        (held(first="10-10", last="12-20"), Fraction(3, 8)),
        (held(role=JOINT), Fraction(1)),
        (held(role=SUPPORTING), Fraction(1, 2)),
        (held(facts.Case(1, closed_on=day("12-20")), first="10-10", last="12-20"), Fraction(1)),
        (held(first="5-31"), Fraction(1)),
    ],
)
def test_taking_part_is_the_share_of_months_with_a_sponsorship(one: facts.Held, share: Fraction) -> None:
    assert scoring.participation(work(one), 1, END).share == share


def test_taking_part_is_counted_up_to_today_and_not_after_leaving() -> None:
    assert scoring.participation(work(held()), 1, day("10-1")).asked == 2
    left = work(held(last="11-3"), left_on=day("11-3"))
    assert scoring.participation(left, 1, END).share == 1
    assert scoring.participation(work(held(first="10-1")), 1, day("9-30")).share is None


def test_a_month_as_lead_beside_supporting_is_a_whole_one() -> None:
    both = work(held(last="9-5"), held(facts.Case(2), SUPPORTING))
    assert scoring.participation(both, 1, day("10-15")).share == Fraction(3, 4)


# Survey -------------------------------------------------------------------------------------------------------------


def entry(channel: SurveyChannel, recorded: str) -> facts.Surveyed:
    return facts.Surveyed(hash(channel) % 1000, channel, day("9-10"), at(day(recorded)))


FAMILY, FRIENDS = SurveyChannel.FAMILY, SurveyChannel.FRIENDS


@pytest.mark.parametrize(
    ("entries", "today", "share"),
    [
        ([], END, 0),
        ([entry(FAMILY, "9-10")], END, Fraction(1, 2)),
        ([entry(FAMILY, "9-10"), entry(FRIENDS, "12-30")], END, 1),
        ([entry(FAMILY, "9-10"), entry(FRIENDS, "12-31")], END, Fraction(1, 2)),
        ([entry(FAMILY, "9-10"), replace(entry(FAMILY, "9-11"), id=5)], END, Fraction(1, 2)),
        ([entry(FAMILY, "9-10")], day("12-30"), None),
        ([entry(FAMILY, "9-10"), entry(FRIENDS, "9-11")], day("12-1"), 1),
    ],
)
def test_the_survey_counts_channels_recorded_in_time(
    entries: list[facts.Surveyed], today: dt.date, share: Fraction | None
) -> None:
    one = held(case(*EVERY_MONTH, surveys=tuple(entries)))
    assert scoring.survey(work(one), 2, today).share == share


def test_who_begins_late_has_thirty_days_for_the_survey() -> None:
    entries = (entry(FAMILY, "3-31"), entry(FRIENDS, "4-1"))
    one = held(case(*EVERY_MONTH, surveys=entries), first="3-1")
    assert scoring.survey(work(one), 2, day("3-31")).share is None
    assert scoring.survey(work(one), 2, day("4-1")).share == Fraction(1, 2), "the second came a day late"


def test_a_survey_counts_once_a_month_of_the_case_was_confirmed() -> None:
    one = held(case(month("2025-09", confirmed=""), surveys=(entry(FAMILY, "9-10"), entry(FRIENDS, "9-10"))))
    assert scoring.survey(work(one), 2, END).share == 0
    assert {row.note for row in scoring.survey(work(one), 2, END).evidence} == {scoring.WAITS_FOR_A_MONTH}


# Months -------------------------------------------------------------------------------------------------------------


def test_remarks_are_the_months_sent_in_time_and_confirmed() -> None:
    months = (
        month("2025-09"),
        month("2025-10", sent="10-20"),
        month("2025-11", sent="11-21"),
        month("2025-12", confirmed=""),
    )
    found = scoring_months.monthly_remarks(work(held(case(*months))), 1, day("1-21"))
    assert (found.done, found.asked) == (2, 5), "late, waiting and not sent earn nothing"
    assert [row.note for row in found.evidence if not row.counted] == [scoring_months.TOO_LATE, scoring_months.WAITS]


def test_a_month_is_asked_once_its_last_day_is_over_and_counts_before_when_it_is_full() -> None:
    one = work(held(case(month("2025-09", confirmed="9-19"))))
    for today, asked in ((day("9-20"), 1), (day("9-21"), 1), (day("10-20"), 1), (day("10-21"), 2)):
        assert scoring_months.monthly_remarks(one, 1, today).asked == asked, today
    nothing_met = scoring_months.contacts(one, 2, day("9-20"))
    assert nothing_met.share is None, "that it was confirmed early costs no contacts"


def test_joint_sponsors_both_have_the_month_that_one_of_them_sends() -> None:
    shared = case(*EVERY_MONTH, leaders=((OTHER, day("9-1"), None),))
    assert scoring_months.monthly_remarks(work(held(shared, JOINT)), 1, END).share == 1


def test_after_a_hand_over_the_month_is_of_whoever_sent_it() -> None:
    months = (month("2025-09"), month("2025-10", sent="10-9"))
    before = case(*months, leaders=((OTHER, day("10-12"), None),))
    found = scoring_months.monthly_remarks(work(held(before, last="10-11")), 1, END)
    assert (found.done, found.asked) == (2, 2)
    after = case(*months, leaders=((OTHER, day("9-1"), day("10-11")),))
    found = scoring_months.monthly_remarks(work(held(after, first="10-12")), 1, day("10-25"))
    assert (found.done, found.asked) == (0, 0), "nothing was left to send"


def test_whoever_took_over_owes_what_was_not_sent() -> None:
    after = case(month("2025-09"), leaders=((OTHER, day("9-1"), day("10-11")),))
    found = scoring_months.monthly_remarks(work(held(after, first="10-12")), 1, day("10-25"))
    assert (found.done, found.asked) == (0, 1)


def test_contacts_are_months_with_enough_days() -> None:
    talks = ("9-3", "9-10", "10-3", "10-4", "11-3", "11-3", "12-3")
    one = held(case(*EVERY_MONTH), contacts=tuple(replace(contact(text), id=n) for n, text in enumerate(talks)))
    found = scoring_months.contacts(work(one), 2, day("1-10"))
    assert (found.done, found.asked) == (2, 4)
    assert [row.note for row in found.evidence] == [
        *[""] * 4,
        scoring_months.TOO_FEW,
        scoring_months.SAME_DAY,
        scoring_months.TOO_FEW,
    ]


@pytest.mark.parametrize(
    ("logged", "share"), [("9-28", 1), ("10-28", 1), ("10-29", Fraction(1, 2)), ("11-30", Fraction(1, 2))]
)
def test_contacts_logged_after_others_confirmed_this_month_and_the_next_gain_nothing(
    logged: str, share: Fraction
) -> None:
    talks = (contact("9-3", logged=logged), contact("9-10"), contact("10-3"), contact("10-4"))
    one = held(case(month("2025-09"), month("2025-10")), contacts=talks)
    assert scoring_months.contacts(work(one), 2, day("11-10")).share == share


@pytest.mark.parametrize(
    ("kinds", "share"),
    [
        ([], 0),
        ([ContactKind.TALK], 0),
        ([ContactKind.CALL], Fraction(1, 2)),
        ([ContactKind.CALL, ContactKind.HOME_VISIT], Fraction(1, 2)),
        ([ContactKind.MEET_FAMILY, ContactKind.SUBJECT_TEACHER], 1),
        ([ContactKind.HOMEROOM], Fraction(1, 2)),
    ],
)
def test_coordination_is_with_the_family_and_with_a_teacher(kinds: list[ContactKind], share: Fraction) -> None:
    talks = tuple(contact(f"9-{number + 3}", kind) for number, kind in enumerate(kinds))
    found = scoring_months.coordination(work(held(case(*EVERY_MONTH), contacts=talks)), 1, day("1-30"))
    assert found.share == share
    later = scoring_months.coordination(work(held(case(*EVERY_MONTH), contacts=talks)), 1, END)
    assert later.share == Fraction(share) / 2, "the second semester is asked too, from its first month on"


# Plan and goals -----------------------------------------------------------------------------------------------------


def made(*days: str) -> tuple[facts.PlanMade, ...]:
    semesters = (TermPeriod.SEMESTER_1, TermPeriod.SEMESTER_2)
    return tuple(facts.PlanMade(n, semesters[n], at(day(text))) for n, text in enumerate(days))


def looked_at(*periods: str) -> tuple[facts.GoalReviewed, ...]:
    return tuple(
        facts.GoalReviewed(n, period, dt.date.fromisoformat(f"{period}-01"), at(dt.date.fromisoformat(f"{period}-20")))
        for n, period in enumerate(periods)
    )


@pytest.mark.parametrize(
    ("plans", "goals", "today", "share"),
    [
        (made("9-10", "2-1"), looked_at(*PERIODS), END, 1),
        (made("9-10", "2-16"), looked_at(*PERIODS), END, Fraction(5, 6)),
        (made("10-1", "2-15"), looked_at(*PERIODS[:3]), END, Fraction(1, 3) + Fraction(2, 3) * Fraction(3, 9)),
        ((), looked_at(*PERIODS), END, Fraction(2, 3)),
        ((), (), END, 0),
        ((), (), day("9-20"), None),
        (made("9-10"), (), day("9-20"), 1),
        ((), (), day("10-1"), 0),
    ],
)
def test_a_third_is_for_plans_in_time_and_two_for_goals_looked_at(
    plans: Any, goals: Any, today: dt.date, share: Fraction | None
) -> None:
    one = held(case(*EVERY_MONTH, plans=plans, goals=goals))
    assert scoring_months.plan_and_goals(work(one), 1, today).share == share


def test_who_only_supports_is_not_asked_for_plan_remarks_and_progress() -> None:
    supports = work(held(case(*EVERY_MONTH), SUPPORTING, contacts=(contact("9-3"), contact("9-4"))))
    found = score(supports, Scheme.usual(), day("9-30"))
    assert [one.code for one in found.lines if one.points is None and not one.bonus] == [
        "survey",
        "plan_and_goals",
        "monthly_remarks",
        "student_progress",
        "help_recognised",
    ]
    assert (line(found, "participation").points, line(found, "contacts").points) == (75, 150)


def test_who_leads_one_case_is_not_asked_for_contacts_where_supporting() -> None:
    talks = tuple(contact(text) for text in ("9-3", "9-4"))
    both = work(held(case(*EVERY_MONTH), contacts=talks), held(facts.Case(2), SUPPORTING))
    assert scoring_months.contacts(both, 2, day("9-30")).share == 1


# The student --------------------------------------------------------------------------------------------------------


def observed(trend: ProgressStep | None, risk: DropoutRisk | None) -> tuple[facts.MonthSent, ...]:
    """The risk of September, the trend of March; what waits in April is not heard."""
    return (
        month("2025-09", risk=risk, trend=ProgressStep.DECLINED),
        month("2026-03", trend=trend, risk=DropoutRisk.LOW),
        month("2026-04", confirmed="", trend=ProgressStep.DECLINED),
    )


@pytest.mark.parametrize("risk", [DropoutRisk.LOW, DropoutRisk.SOME, DropoutRisk.HIGH])
def test_the_trend_is_measured_by_where_the_student_began(risk: DropoutRisk) -> None:
    expected = {DropoutRisk.LOW: "1 1 1/2 0", DropoutRisk.SOME: "1 1 3/4 1/4", DropoutRisk.HIGH: "1 1 1 1/2"}[risk]
    steps = (ProgressStep.IMPROVED, ProgressStep.STEADY, ProgressStep.UNCHANGED, ProgressStep.DECLINED)
    for step, outcome in zip(steps, expected.split(), strict=True):
        share = student_progress(work(held(case(*observed(step, risk)))), 1, END).share
        assert share == Fraction(1, 3) + Fraction(2, 3) * Fraction(outcome), step


def results(*rows: tuple[TermPeriod, Rating | None, Rating | None, bool]) -> tuple[facts.Result, ...]:
    return tuple(facts.Result(number, *row) for number, row in enumerate(rows))


S1, WHOLE = TermPeriod.SEMESTER_1, TermPeriod.YEAR


@pytest.mark.parametrize(
    ("rows", "low", "high"),
    [
        ([(WHOLE, Rating.MET, None, True), (S1, Rating.FAIR, None, False)], "1", "1"),
        ([(WHOLE, Rating.FAIR, None, True), (S1, Rating.FAIR, None, False)], "1", "1"),
        ([(WHOLE, Rating.OLD_AVERAGE, None, True), (S1, Rating.MET, None, False)], "3/4", "1"),
        ([(WHOLE, Rating.NOT_MET, None, True), (S1, Rating.NOT_MET, None, False)], "1/2", "1/2"),
        ([(WHOLE, Rating.GOOD, None, True), (S1, Rating.FAIR, None, False)], "1/4", "1/2"),
        ([(S1, Rating.MET, None, False), (WHOLE, Rating.FAIR, None, False)], "1", "1"),
        ([(WHOLE, Rating.MET, Rating.GOOD, True), (S1, Rating.FAIR, Rating.FAIR, False)], "5/8", "3/4"),
    ],
)
def test_results_are_set_beside_the_last_known_before(rows: Any, low: str, high: str) -> None:
    for risk, outcome in ((DropoutRisk.LOW, low), (DropoutRisk.HIGH, high)):
        one = held(case(month("2025-09", risk=risk), results=results(*rows)))
        share = student_progress(work(one), 1, END).share
        assert share == Fraction(1, 3) + Fraction(2, 3) * Fraction(outcome), risk


def test_trend_and_results_count_the_same() -> None:
    rows = results((WHOLE, Rating.GOOD, None, True), (S1, Rating.FAIR, None, False))
    one = held(case(*observed(ProgressStep.STEADY, None), results=rows))
    assert student_progress(work(one), 1, END).share == Fraction(1, 3) + Fraction(2, 3) * Fraction(5, 8)


def test_being_at_school_is_all_where_nothing_else_is_known() -> None:
    assert student_progress(work(held(case(*EVERY_MONTH))), 1, END).share == 1
    no_comparison = results((S1, Rating.NOT_MET, Rating.MET, False))
    assert student_progress(work(held(case(results=no_comparison))), 1, END).share == 1


def test_dropping_out_despite_complete_work_costs_a_third_and_no_more() -> None:
    talks = tuple(contact(f"{period[5:].lstrip('0')}-{n}") for period in PERIODS for n in (3, 4))
    months = tuple(replace(one, trend=ProgressStep.DECLINED, risk=DropoutRisk.LOW) for one in EVERY_MONTH)
    dropped = case(*months, dropped_out=True)
    assert student_progress(work(held(dropped, contacts=talks)), 1, END).share == Fraction(2, 3)
    assert student_progress(work(held(dropped)), 1, END).share == Fraction(1, 3), "half of the work was done"
    undone = facts.Case(1, dropped_out=True)
    assert student_progress(work(held(undone)), 1, END).share == 0


def test_a_later_dropping_out_is_not_of_whoever_had_handed_the_case_over() -> None:
    months = observed(ProgressStep.DECLINED, DropoutRisk.SOME)
    handed_over = case(*months, dropped_out=True, leaders=((OTHER, day("12-1"), None),))
    found = student_progress(work(held(handed_over, last="11-30")), 1, END)
    assert found.share == Fraction(1, 3) + Fraction(2, 3) * Fraction(1, 4), "September's trend is the newest of then"
    ended = case(*months, dropped_out=True)
    assert student_progress(work(held(ended, last="11-30")), 1, END).share < Fraction(2, 3)


def test_evidence_of_progress_says_nothing_of_what_it_shows() -> None:
    rows = results((WHOLE, Rating.GOOD, None, True), (S1, Rating.FAIR, None, False))
    seen = {}
    for trend, dropped in ((ProgressStep.IMPROVED, False), (ProgressStep.DECLINED, True)):
        one = held(case(*observed(trend, DropoutRisk.HIGH), results=rows, dropped_out=dropped))
        seen[trend] = student_progress(work(one), 1, END).evidence
    assert seen[ProgressStep.IMPROVED] == seen[ProgressStep.DECLINED]


# Help and bonus -------------------------------------------------------------------------------------------------------


def test_help_is_the_mean_of_the_semester_ratings() -> None:
    given = (
        facts.Rated(1, 1, TermPeriod.SEMESTER_1, HelpRating.EXCELLENT),
        facts.Rated(2, 1, TermPeriod.SEMESTER_2, HelpRating.REGULAR),
    )
    assert scoring.help_recognised(work(held(), ratings=given), 1, END).share == Fraction(3, 4)
    assert scoring.help_recognised(work(held()), 1, END).share is None


def test_one_more_student_counts_from_three_months_on() -> None:
    second = held(facts.Case(2), SUPPORTING, "9-30", "11-1")
    assert scoring.extra_sponsorship(work(held(), second), 2, END).share == Fraction(1, 2)
    short = held(facts.Case(2), SUPPORTING, "9-30", "10-31")
    assert scoring.extra_sponsorship(work(held(), short), 2, END).share == 0


def test_activities_count_once_confirmed_and_up_to_what_is_needed() -> None:
    ran = [facts.Ran(1, day("9-28"), None), *(facts.Ran(n, day("9-28"), day("9-30")) for n in (2, 3, 4))]
    assert scoring.activity_run(work(activities=tuple(ran[:2])), 2, END).share == Fraction(1, 2)
    assert scoring.activity_run(work(activities=tuple(ran)), 2, END).share == 1


# Sum and level --------------------------------------------------------------------------------------------------------


def test_who_registered_and_got_nobody_is_not_applicable_and_never_zero() -> None:
    for registered, today, level, why in (
        (day("11-19"), END, ScoreLevel.NOT_APPLICABLE, NOBODY_LEFT),
        (day("11-20"), END, ScoreLevel.NEEDS_EFFORT, ""),
        (None, END, ScoreLevel.NEEDS_EFFORT, ""),
        (None, day("11-19"), ScoreLevel.NOT_APPLICABLE, NOTHING_YET),
        (day("9-5"), day("11-19"), ScoreLevel.NOT_APPLICABLE, NOBODY_LEFT),
    ):
        found = score(work(registered_on=registered), Scheme.usual(), today)
        assert (found.level, found.why) == (level, why), (registered, today)
        assert found.total == (None if why else 0)
    assert score(work(held(), set_aside=True), Scheme.usual(), END).why == SET_ASIDE


def by_hand(*points: tuple[int, int], **values: Any) -> Score:
    """Criteria that only adjustments fill: (most in points, given in tenths), the last two on top."""
    criteria = tuple(
        Criterion(str(n), "", CriterionKind.BY_HAND, most, 1, n >= len(points) - 2)
        for n, (most, _) in enumerate(points)
    )
    given = {str(n): tenths for n, (_, tenths) in enumerate(points)}
    return score(work(held(), adjusted=given), replace(Scheme.usual(), criteria=criteria, **values), END)


@pytest.mark.parametrize(
    ("points", "total", "level", "converted"),
    [
        ([(60, 599), (40, 301), (3, 0), (2, 0)], 900, ScoreLevel.EXCELLENT, 450),
        ([(60, 599), (40, 300), (3, 0), (2, 0)], 899, ScoreLevel.GOOD, 450),
        ([(60, 500), (40, 200), (3, 0), (2, 0)], 700, ScoreLevel.GOOD, 350),
        ([(60, 499), (40, 0), (3, 0), (2, 0)], 499, ScoreLevel.NEEDS_EFFORT, 250),
        ([(60, 499), (40, 0), (3, 0), (2, 1)], 500, ScoreLevel.FULFILLED, 250),
        ([(60, 600), (40, 380), (3, 30), (4, 40)], 1000, ScoreLevel.EXCELLENT, 500),
        ([(60, 600), (40, 0), (3, 30), (4, 40)], 650, ScoreLevel.FULFILLED, 325),
        ([(60, 900), (40, -20), (3, 0), (2, 0)], 600, ScoreLevel.FULFILLED, 300),
    ],
)
def test_the_total_its_level_and_what_it_is_worth(points: Any, total: int, level: ScoreLevel, converted: int) -> None:
    found = by_hand(*points)
    assert (found.total, found.level, found.converted) == (total, level, converted)


def test_where_lines_do_not_apply_the_others_are_worth_the_hundred() -> None:
    scheme = replace(Scheme.usual(), criteria=Scheme.usual().criteria[:4])  # 55 points
    one = work(held(), adjusted={"participation": -25, "plan_and_goals": 0})
    found = score(one, scheme, day("9-10"))
    assert [row.points for row in found.lines] == [125, None, None, None]
    assert (found.total, found.converted) == (833, 417)


def test_an_adjusted_line_applies_and_stays_within_its_points() -> None:
    one = work(held(), adjusted={"survey": 15, "participation": 30, "contacts": -5})
    found = score(one, Scheme.usual(), day("9-10"))
    assert (line(found, "survey").base, line(found, "survey").points) == (None, 15)
    assert (line(found, "participation").points, line(found, "participation").adjusted) == (150, 30)
    assert line(found, "contacts").points == 0


def test_points_are_rounded_half_up_to_a_tenth() -> None:
    found = score(work(held(first="10-10", last="12-20")), Scheme.usual(), END)
    assert line(found, "participation").points == 56, "3/8 of 15 is 5.625"
    one = Criterion("a", "", CriterionKind.PARTICIPATION, 2)  # 3/8 of 2 is 0.75
    scheme = replace(Scheme.usual(), criteria=(one,))
    assert score(work(held(first="10-10", last="12-20")), scheme, END).lines[0].points == 8


def test_hints_say_what_would_earn_more_only_while_the_year_runs() -> None:
    found = score(work(held()), Scheme.usual(), day("9-10"))
    said = {hint.msgid % hint.params for row in found.lines for hint in row.missing}
    assert "Tháng 09/2025: gửi nhận xét chậm nhất ngày 20/09/2025." in said
    assert "Lập kế hoạch học kỳ I chậm nhất ngày 01/10/2025." in said
    assert "Thêm 2 kênh khảo sát, ghi chậm nhất ngày 30/12/2025." in said
    assert "Học kỳ này: một lần trao đổi với gia đình em." in said
    assert not any(row.missing for row in score(work(held()), Scheme.usual(), day("6-1")).lines)


def test_a_full_year_of_complete_work_earns_all_hundred() -> None:
    kinds = (ContactKind.CALL, ContactKind.HOMEROOM)
    talks = tuple(
        contact(f"{period[5:].lstrip('0')}-{3 + n}", kind) for period in PERIODS for n, kind in enumerate(kinds)
    )
    full = case(
        *EVERY_MONTH,
        plans=made("9-10", "2-1"),
        goals=looked_at(*PERIODS[:-1], PERIODS[-1]),
        surveys=(entry(FAMILY, "9-10"), entry(FRIENDS, "9-11")),
    )
    best = (facts.Rated(1, 1, TermPeriod.SEMESTER_1, HelpRating.EXCELLENT),)
    found = score(work(held(full, contacts=talks), ratings=best), Scheme.usual(), END)
    assert (found.total, found.level, found.converted) == (1000, ScoreLevel.EXCELLENT, 500)
    assert all(row.evidence for row in found.lines if not row.bonus)
