"""Work to be scored: built by hand for an example, or drawn by chance for what must always hold."""

import datetime as dt
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import strategies as st

from school.rules import score_facts as facts
from school.rules.calendar import SEMESTERS, YearPlan
from school.rules.scheme import DEFAULTS
from school.vocabulary import (
    ContactKind,
    DropoutRisk,
    HelpRating,
    ProgressStep,
    Rating,
    SponsorRole,
    SurveyChannel,
    TermPeriod,
)

YEAR = facts.YearDays(YearPlan.usual("2025-2026"))
ME, OTHER = 1, 2
PERIODS = tuple(month.period for month in YEAR.months)
FIRST = dt.date(2025, 9, 1)


def at(day: dt.date, hour: int = 3) -> dt.datetime:
    """A moment of the day at the school: ten in the morning unless said otherwise."""
    return dt.datetime(day.year, day.month, day.day, hour, tzinfo=dt.UTC)


def day(text: str) -> dt.date:
    """ "9-20" is the 20th of September of the year, "2-3" the third of February."""
    month, number = (int(part) for part in text.split("-"))
    return dt.date(2025 if month >= 9 else 2026, month, number)


def month(period: str, sent: str | None = None, confirmed: str | None = None, **values: Any) -> facts.MonthSent:
    """A month that was sent on its 18th (in May its 14th) and confirmed on the 28th, unless said otherwise."""
    days = YEAR.by_period[period]
    usual = days.due_on - dt.timedelta(days=2)
    sent_at = at(day(sent)) if sent else at(usual)
    confirmed_at = None if confirmed == "" else at(day(confirmed)) if confirmed else at(days.first.replace(day=28))
    return facts.MonthSent(int(period.replace("-", "")), period, sent_at, confirmed_at, **values)


def contact(text: str, kind: ContactKind = ContactKind.TALK, logged: str | None = None) -> facts.Reached:
    """A contact logged on the same day, unless said otherwise."""
    on = day(text)
    return facts.Reached(hash((text, kind)) % 10**6, on, kind, at(day(logged) if logged else on))


def held(
    case: facts.Case | None = None,
    role: SponsorRole = SponsorRole.LEAD,
    first: str = "9-1",
    last: str | None = None,
    contacts: tuple[facts.Reached, ...] = (),
) -> facts.Held:
    """One case of the person's from the first day on; `leaders` follow from it."""
    part = facts.Part(7, role, day(first), day(last) if last else None)
    case = case or facts.Case(1)
    leaders = case.leaders + (((ME, part.first, part.last),) if part.leads else ())
    return facts.Held(replace(case, leaders=leaders), (part,), contacts)


def work(*cases: facts.Held, **values: Any) -> facts.Work:
    """The person's work in these cases."""
    return facts.Work(ME, YEAR, held=cases, **values)


# By chance ------------------------------------------------------------------------------------------------------------
# From a seed, so that a drawn year is as full as a real one and quickly made.

seeds = st.integers(0, 2**32).map(Random)
days = st.dates(FIRST, dt.date(2026, 6, 20))


def chance(rng: Random, often: float) -> bool:
    """Yes, so often."""
    return rng.random() < often


def some_day(rng: Random, first: dt.date = FIRST, most: int = 290) -> dt.date:
    return first + dt.timedelta(days=rng.randint(0, most))


def some_moment(rng: Random, first: dt.date = FIRST, most: int = 290) -> dt.datetime:
    return at(some_day(rng, first, most), rng.randint(0, 23))


def some_id(rng: Random) -> int:
    return rng.randint(1, 10**9)


def some_month(rng: Random, period: str) -> facts.MonthSent:
    """Sent from early in the month until a week late, confirmed as a rule."""
    days = YEAR.by_period[period]
    sent_at = some_moment(rng, days.first, 27) if chance(rng, 0.4) else some_moment(rng, days.due_on, 2)
    confirmed_at = sent_at + dt.timedelta(days=rng.randint(0, 12), hours=1) if chance(rng, 0.75) else None
    trend = rng.choice([None, *ProgressStep]) if chance(rng, 0.7) else None
    risk = rng.choice([None, *DropoutRisk]) if chance(rng, 0.7) else None
    return facts.MonthSent(some_id(rng), period, sent_at, confirmed_at, trend, risk)


def some_contact(rng: Random, period: str | None = None) -> facts.Reached:
    """Logged on the same day as a rule, else up to a month later."""
    on = some_day(rng, YEAR.by_period[period or rng.choice(PERIODS)].first, 27)
    kind = rng.choice([ContactKind.TALK, ContactKind.CALL, ContactKind.HOMEROOM, ContactKind.HOME_VISIT])
    return facts.Reached(some_id(rng), on, kind, at(on) if chance(rng, 0.8) else some_moment(rng, on, 30))


def some_goal(rng: Random, period: str | None = None) -> facts.GoalReviewed:
    period = period or rng.choice(PERIODS)
    first = YEAR.by_period[period].first
    return facts.GoalReviewed(some_id(rng), period, some_day(rng, first, 20), some_moment(rng, first, 35))


def some_plan(rng: Random, semester: TermPeriod) -> facts.PlanMade:
    first = FIRST if semester is SEMESTERS[0] else YEAR.plan.second_starts_on
    return facts.PlanMade(some_id(rng), semester, some_moment(rng, first, 45))


def some_survey(rng: Random) -> facts.Surveyed:
    channel = rng.choice(list(SurveyChannel)[:4])
    on = some_day(rng, most=140)
    return facts.Surveyed(some_id(rng), channel, on, at(on))


def some_result(rng: Random, period: TermPeriod, before: bool) -> facts.Result:
    scale = [None, Rating.GOOD, Rating.FAIR, Rating.MET, Rating.NOT_MET, Rating.OLD_WEAK, Rating.OLD_POOR]
    return facts.Result(some_id(rng), period, rng.choice(scale), rng.choice(scale), before)


def some_part(rng: Random, number: int) -> facts.Part:
    """From the autumn on as a rule, until the end."""
    role = rng.choice([SponsorRole.LEAD, SponsorRole.LEAD, SponsorRole.JOINT, SponsorRole.SUPPORTING])
    first = some_day(rng, most=45) if chance(rng, 0.8) else some_day(rng)
    return facts.Part(number, role, first, some_day(rng, first, 200) if chance(rng, 0.3) else None)


def some_held(rng: Random, case_id: int) -> facts.Held:
    """One case with what was done in it, by the person and perhaps by somebody else who leads it too."""
    parts = tuple(some_part(rng, case_id * 10 + number) for number in range(1 + chance(rng, 0.2)))
    others = [some_part(rng, 0)] if chance(rng, 0.3) else []
    diligent = rng.choice([0.3, 0.7, 1])
    periods = [period for period in PERIODS if chance(rng, diligent)]
    case = facts.Case(
        case_id,
        some_day(rng) if chance(rng, 0.2) else None,
        chance(rng, 0.2),
        tuple(some_month(rng, period) for period in periods),
        tuple(some_plan(rng, semester) for semester in SEMESTERS if chance(rng, diligent)),
        tuple(some_goal(rng, period) for period in periods if chance(rng, diligent)),
        tuple(some_survey(rng) for _ in range(rng.randint(0, 3))),
        tuple(
            some_result(rng, period, before) for before in (True, False) for period in TermPeriod if chance(rng, 0.6)
        ),
        (
            *((ME, part.first, part.last) for part in parts if part.leads),
            *((OTHER, part.first, part.last) for part in others),
        ),
    )
    talks = [some_contact(rng, period) for period in PERIODS for _ in range(rng.randint(0, 3)) if chance(rng, diligent)]
    return facts.Held(case, parts, tuple(talks))


def some_work(rng: Random) -> facts.Work:
    """A person's year, whatever it was."""
    codes = [one.code for one in DEFAULTS if chance(rng, 0.1)]
    ratings = [
        facts.Rated(some_id(rng), 1, semester, rng.choice(list(HelpRating)))
        for semester in SEMESTERS
        if chance(rng, 0.5)
    ]
    activities = [
        facts.Ran(some_id(rng), day := some_day(rng), rng.choice([None, day])) for _ in range(rng.randint(0, 2))
    ]
    return facts.Work(
        ME,
        YEAR,
        some_day(rng, most=120) if chance(rng, 0.6) else None,
        some_day(rng) if chance(rng, 0.1) else None,
        tuple(some_held(rng, number) for number in range(1, 1 + rng.choice([0, 1, 1, 1, 2, 3]))),
        tuple(ratings),
        tuple(activities),
        {code: rng.randint(-60, 60) for code in codes},
        chance(rng, 0.05),
    )


works = seeds.map(some_work)
