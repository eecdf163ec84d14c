"""When a survey may have been made, how many channels were heard, and what a case still lacks (P3.1, P4.2)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.errors import RuleError
from school.rules import survey as rules
from school.rules.survey import Known
from school.vocabulary import CaseState, SurveyChannel

STARTS, ENDS = dt.date(2025, 9, 1), dt.date(2026, 5, 31)
LATE = dt.date(2027, 1, 1)
ENOUGH = Known(channels=2, words=True, classified=True, confirmed=True, sponsored=True)


@pytest.mark.parametrize("day", [dt.date(2025, 6, 1), STARTS, dt.date(2025, 12, 30), dt.date(2026, 2, 28), ENDS])
def test_a_survey_is_of_the_year_or_of_the_summer_before_it(day: dt.date) -> None:
    rules.check_survey_day(day, STARTS, ENDS, LATE)


@pytest.mark.parametrize("day", [dt.date(2025, 5, 31), dt.date(2026, 6, 1), dt.date(1900, 1, 1)])
def test_a_survey_of_another_time_is_refused_at_its_day(day: dt.date) -> None:
    with pytest.raises(RuleError, match="mùa hè trước đó") as refusal:
        rules.check_survey_day(day, STARTS, ENDS, LATE)
    assert refusal.value.field == "occurred_on"


def test_nobody_was_surveyed_tomorrow() -> None:
    rules.check_survey_day(dt.date(2025, 10, 15), STARTS, ENDS, dt.date(2025, 10, 15))
    with pytest.raises(RuleError, match="sau hôm nay") as refusal:
        rules.check_survey_day(dt.date(2025, 10, 16), STARTS, ENDS, dt.date(2025, 10, 15))
    assert refusal.value.field == "occurred_on"


@given(st.lists(st.sampled_from(SurveyChannel)))
def test_a_channel_that_was_heard_twice_counts_once(channels: list[SurveyChannel]) -> None:
    assert rules.channels_heard(channels) == rules.channels_heard(channels * 2) == len(set(channels))


@pytest.mark.parametrize(
    ("known", "missing"),
    [
        (Known(), [rules.UNHEARD, rules.UNCLASSIFIED, rules.ONE_CHANNEL]),
        (Known(words=True), [rules.UNCLASSIFIED, rules.ONE_CHANNEL]),
        (Known(channels=1), [rules.UNCLASSIFIED, rules.ONE_CHANNEL]),
        (Known(channels=1, classified=True), [rules.ONE_CHANNEL]),
        (Known(channels=2, classified=True), []),
    ],
)
def test_what_a_nominated_case_lacks(known: Known, missing: list[str]) -> None:
    assert [gap.text for gap in rules.gaps(CaseState.NOMINATED, known)] == missing


def test_a_verified_case_waits_for_its_confirmation_and_an_approved_one_for_a_sponsor() -> None:
    known = Known(channels=2, classified=True)
    assert [gap.text for gap in rules.gaps(CaseState.VERIFIED, known)] == [rules.UNCONFIRMED]
    assert [gap.text for gap in rules.gaps(CaseState.APPROVED, known)] == [rules.UNSPONSORED]


@given(st.sampled_from(CaseState))
def test_a_case_of_which_all_is_known_lacks_nothing(state: CaseState) -> None:
    assert rules.gaps(state, ENOUGH) == []


@given(st.builds(Known, st.integers(0, 5), st.booleans(), st.booleans()))
def test_a_case_is_verified_when_something_was_heard_and_it_is_classified(known: Known) -> None:
    if (known.channels or known.words) and known.classified:
        rules.check_verifiable(known)
    else:
        with pytest.raises(RuleError):
            rules.check_verifiable(known)
