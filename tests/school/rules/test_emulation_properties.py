"""What must hold for every score (P4.5), whatever a year was: fair to all, and not to be moved by oneself alone."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from school.rules import score_facts as facts
from school.rules.calendar import SEMESTERS, school_day
from school.rules.emulation import FULL, Scheme, Score, score
from school.rules.evaluation import month_after
from school.vocabulary import ScoreLevel, SurveyChannel
from tests.school.rules import works as made
from tests.school.rules.works import ME, OTHER, PERIODS, YEAR

RULES = Scheme.usual()
NEW = 10**10  # an id that no drawn row has
MOMENT = dt.timedelta(minutes=1)
# What is worked out from a row and kept with it is not shuffled.
FIELDS = {field.name for kind in (facts.Work, facts.Held, facts.Case) for field in fields(kind)}
Change = Callable[[Random, facts.Case, dt.date], facts.Case]

always = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])


def of(work: facts.Work, today: dt.date) -> Score:
    return score(work, RULES, today)


def points(found: Score) -> tuple[Any, ...]:
    return [(line.code, line.points) for line in found.lines], found.total, found.level, found.converted


def change_case(work: facts.Work, place: int, case: facts.Case) -> facts.Work:
    """The same work with this case in the place of another."""
    rows = list(work.held)
    rows[place] = replace(rows[place], case=case)
    return replace(work, held=tuple(rows))


def assert_no_lower(before: Score, after: Score) -> None:
    for one, other in zip(before.lines, after.lines, strict=True):
        assert (one.points or 0) <= (other.points or 0), one.code
        assert other.points is not None or one.points is None, one.code
    assert (before.total or 0) <= (after.total or 0)
    assert after.total is not None or before.total is None


# More evidence ------------------------------------------------------------------------------------------------------


def with_a_month(rng: Random, case: facts.Case, today: dt.date) -> facts.Case:
    """One month more that was sent and confirmed, often this one; what it says of the student is another matter."""
    free = [period for period in PERIODS if period not in case.sent]
    if not free:
        return case
    now = f"{today:%Y-%m}"
    row = made.some_month(rng, now if now in free and made.chance(rng, 0.5) else rng.choice(free))
    row = replace(row, id=NEW, confirmed_at=row.confirmed_at or row.sent_at, trend=None, risk=None)
    return replace(case, months=(*case.months, row))


def with_a_confirmation(rng: Random, case: facts.Case, today: dt.date) -> facts.Case:
    """A month that waited is confirmed, or one is confirmed anew, later."""
    if not case.months:
        return case
    place = rng.randrange(len(case.months))
    row = case.months[place]
    if row.confirmed_at is None:
        row = replace(row, trend=None, risk=None, confirmed_at=row.sent_at)
    row = replace(row, confirmed_at=row.confirmed_at + dt.timedelta(days=rng.randint(0, 30)))
    return replace(case, months=(*case.months[:place], row, *case.months[place + 1 :]))


def with_a_plan(rng: Random, case: facts.Case, today: dt.date) -> facts.Case:
    free = [semester for semester in SEMESTERS if semester not in {plan.semester for plan in case.plans}]
    return replace(case, plans=(*case.plans, *(made.some_plan(rng, semester) for semester in free)))


def with_a_goal(rng: Random, case: facts.Case, today: dt.date) -> facts.Case:
    return replace(case, goals=(*case.goals, made.some_goal(rng)))


def with_a_survey(rng: Random, case: facts.Case, today: dt.date) -> facts.Case:
    return replace(case, surveys=(*case.surveys, made.some_survey(rng)))


MORE: tuple[Change, ...] = (with_a_month, with_a_confirmation, with_a_plan, with_a_goal, with_a_survey)


@always
@given(made.works, made.days, st.sampled_from(MORE), made.seeds)
def test_more_evidence_in_a_case_never_lowers_a_score(
    work: facts.Work, today: dt.date, change: Change, rng: Random
) -> None:
    for place, one in enumerate(work.held):
        more = change_case(work, place, change(rng, one.case, today))
        assert_no_lower(of(work, today), of(more, today))


@always
@given(made.works, made.days, made.seeds)
def test_one_more_contact_never_lowers_a_score(work: facts.Work, today: dt.date, rng: Random) -> None:
    more = tuple(replace(one, contacts=(*one.contacts, made.some_contact(rng))) for one in work.held)
    assert_no_lower(of(work, today), of(replace(work, held=more), today))


@always
@given(made.works, made.days, made.days)
def test_one_more_activity_never_lowers_a_score(work: facts.Work, today: dt.date, day: dt.date) -> None:
    more = replace(work, activities=(*work.activities, facts.Ran(NEW, day, day)))
    assert_no_lower(of(work, today), of(more, today))


# The same records -------------------------------------------------------------------------------------------------


@always
@given(made.works, made.days, made.seeds)
def test_the_order_of_records_never_matters(work: facts.Work, today: dt.date, rng: Random) -> None:
    def shuffled(row: Any) -> Any:
        lists = {name: value for name, value in vars(row).items() if isinstance(value, tuple) and name in FIELDS}
        return replace(row, **{name: tuple(rng.sample(value, len(value))) for name, value in lists.items()})

    held = [replace(shuffled(one), case=shuffled(one.case)) for one in work.held]
    other = shuffled(replace(work, held=tuple(held)))
    assert of(other, today) == of(work, today), "evidence and hints included"


@always
@given(made.works, made.days)
def test_two_people_with_the_same_records_score_the_same(work: facts.Work, today: dt.date) -> None:
    swap = {ME: OTHER, OTHER: ME}
    held = [
        replace(one, case=replace(one.case, leaders=tuple((swap[who], *span) for who, *span in one.case.leaders)))
        for one in work.held
    ]
    assert of(replace(work, staff_id=OTHER, held=tuple(held)), today) == of(work, today)


@always
@given(made.works, made.days)
def test_one_contact_split_into_five_on_the_same_day_gains_nothing(work: facts.Work, today: dt.date) -> None:
    split = tuple(
        replace(
            one,
            contacts=tuple(replace(talk, id=talk.id + number * NEW) for talk in one.contacts for number in range(5)),
        )
        for one in work.held
    )
    assert points(of(replace(work, held=split), today)) == points(of(work, today))


# What nobody else has confirmed -----------------------------------------------------------------------------------


@always
@given(made.works, made.days, made.seeds)
def test_nothing_that_nobody_has_vouched_for_moves_a_score(work: facts.Work, today: dt.date, rng: Random) -> None:
    """Whatever a person enters by oneself: it counts once others have confirmed a month in which it stood."""
    held = []
    for one in work.held:
        case = one.case
        sent = [replace(made.some_month(rng, period), confirmed_at=None) for period in PERIODS]
        case = replace(
            case,
            months=(*case.months, *(row for row in sent if row.period not in case.sent and sent_by_me(one, row))),
            plans=(*case.plans, *unseen_plans(rng, case)),
            goals=(*case.goals, *(unseen(case, made.some_goal(rng, period), "reviewed_at") for period in PERIODS)),
            surveys=(*case.surveys, *unseen_surveys(rng, case)),
        )
        talks = [unseen(one.case, made.some_contact(rng, period), "created_at") for period in PERIODS for _ in "abc"]
        held.append(replace(one, case=case, contacts=(*one.contacts, *talks)))
    run = (*work.activities, facts.Ran(NEW, today, None))
    assert points(of(replace(work, held=tuple(held), activities=run), today)) == points(of(work, today))


def unseen(case: facts.Case, row: Any, name: str) -> Any:
    """The row, entered right after others confirmed its month and the next, where they have."""
    period = row.period if isinstance(row, facts.GoalReviewed) else f"{row.on:%Y-%m}"
    seen = [at for month in (period, month_after(period)) if (at := case.confirmed.get(month)) is not None]
    return replace(row, **{name: max(seen) + MOMENT}) if seen else row


def unseen_plans(rng: Random, case: facts.Case) -> Iterator[facts.PlanMade]:
    """Plans that are missing, made right after the last confirmed month of their semester."""
    for semester in SEMESTERS:
        if semester not in {plan.semester for plan in case.plans}:
            moments = [at for period, at in case.confirmed.items() if YEAR.by_period[period].semester is semester]
            row = made.some_plan(rng, semester)
            yield replace(row, created_at=max(moments) + MOMENT) if moments else row


def unseen_surveys(rng: Random, case: facts.Case) -> Iterator[facts.Surveyed]:
    """Every channel, recorded right after the last confirmed month of the case."""
    for number, channel in enumerate(SurveyChannel):
        at = max(case.confirmed.values()) + MOMENT if case.confirmed else made.some_moment(rng)
        yield facts.Surveyed(NEW + number, channel, at.date(), at)


def sent_by_me(held: facts.Held, row: facts.MonthSent) -> bool:
    """Whether the person leads the case in the month and on the day of sending: nobody else can send it then."""
    days = YEAR.by_period[row.period]
    sent_on = school_day(row.sent_at)
    return any(part.ran_between(days.first, days.last) and part.ran_between(sent_on, sent_on) for part in held.leading)


# What a score is ----------------------------------------------------------------------------------------------------


@always
@given(made.works, made.days)
def test_a_score_adds_up_and_stays_within_its_bounds(work: facts.Work, today: dt.date) -> None:
    found = of(work, today)
    for line in found.lines:
        assert line.points is None or 0 <= line.points <= line.max, line.code
        assert 0 <= line.done <= line.asked or line.asked == 0, line.code
    if found.total is None:
        assert (found.level, found.converted) == (ScoreLevel.NOT_APPLICABLE, None)
        assert found.why
        return
    plain = [line for line in found.lines if not line.bonus and line.points is not None]
    most = sum(line.max for line in plain)
    bonus = min(50, sum(line.points for line in found.lines if line.bonus))
    exact = sum(line.points for line in plain) * FULL / most + bonus
    assert abs(found.total - min(FULL, exact)) <= 0.5
    assert not found.why


@always
@given(made.works, made.days)
def test_a_frozen_score_thaws_as_it_was_but_for_what_would_earn_more(work: facts.Work, today: dt.date) -> None:
    found = of(work, today)
    assert Score.thaw(found.frozen()) == replace(found, lines=tuple(replace(line, missing=()) for line in found.lines))
