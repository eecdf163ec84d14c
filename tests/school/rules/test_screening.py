"""Which students the records point out, in kind words, and which hardship fits (P2.1, P4.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.rules.screening import NOT_MET, Reason, ReasonKind, Record, reasons
from school.vocabulary import Rating
from tests.test_wording import HARD_WORDS, hard_words

MOST = 5
ratings = st.none() | st.sampled_from(Rating)
records = st.builds(Record, ratings, ratings, st.none() | st.integers(0, 400), st.none() | st.text(max_size=30))


def kinds(record: Record, most: int = MOST) -> list[ReasonKind]:
    return [reason.kind for reason in reasons(record, most)]


def test_no_record_is_no_reason() -> None:
    assert reasons(Record(), MOST) == []


@pytest.mark.parametrize("rating", list(Rating))
def test_a_result_that_is_not_met_is_a_reason_on_the_new_scale_and_the_old(rating: Rating) -> None:
    not_met = rating in {Rating.NOT_MET, Rating.OLD_WEAK, Rating.OLD_POOR}
    assert kinds(Record(learning=rating)) == ([ReasonKind.LEARNING] if not_met else [])
    assert kinds(Record(conduct=rating)) == ([ReasonKind.CONDUCT] if not_met else [])


@pytest.mark.parametrize(("absences", "named"), [(None, False), (0, False), (5, False), (6, True), (400, True)])
def test_absences_are_a_reason_beyond_the_setting(absences: int | None, named: bool) -> None:
    found = reasons(Record(absences_unexcused=absences), MOST)
    assert [reason.say() for reason in found] == ([f"Vắng không phép {absences} buổi"] if named else [])


def test_with_a_setting_of_zero_the_first_absence_is_one() -> None:
    assert kinds(Record(absences_unexcused=1), 0) == [ReasonKind.ABSENCES]
    assert kinds(Record(absences_unexcused=0), 0) == []


@pytest.mark.parametrize("text", [None, "", "  ", "Không", "KHÔNG", "không có", "-", "0"])
def test_a_list_that_says_none_names_no_policy_category(text: str | None) -> None:
    assert reasons(Record(policy_category=text), MOST) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hộ nghèo", "poor_household"),
        ("Con hộ cận nghèo", "near_poor_household"),
        ("HỘ CẬN NGHÈO 2025", "near_poor_household"),
        ("Mồ côi cha", "orphan"),
        ("Học sinh khuyết tật", "student_ill_or_disabled"),
        ("Con thương binh", None),
    ],
)
def test_a_policy_category_is_said_and_leads_to_the_hardship_that_fits(text: str, code: str | None) -> None:
    (reason,) = reasons(Record(policy_category=f" {text} "), MOST)
    assert reason.say() == f"Thuộc diện chính sách: {text}"
    assert reason.category_code == code


@given(records, st.integers(0, 50))
def test_each_kind_is_named_at_most_once_and_in_kind_words(record: Record, most: int) -> None:
    found = reasons(record, most)
    assert len({reason.kind for reason in found}) == len(found)
    assert (ReasonKind.LEARNING in kinds(record, most)) == (record.learning in NOT_MET)
    assert (ReasonKind.ABSENCES in kinds(record, most)) == ((record.absences_unexcused or 0) > most)
    for kind in ReasonKind:
        assert hard_words(kind.label, HARD_WORDS) == []


@given(st.text(min_size=1, max_size=60))
def test_whatever_a_list_writes_is_said_as_it_is(text: str) -> None:
    assert Reason(ReasonKind.POLICY, text).say().endswith(text)
