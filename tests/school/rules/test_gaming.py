"""What the council is asked to look at: counts and days, for people to judge, in whatever order they come (P4.5)."""

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.rules import gaming
from school.rules.gaming import Month, SignalKind, Talk

LAN, TAM, PHUC = 1, 2, 3
SUNDAY = dt.date(2026, 1, 25)
SAME = gaming.fingerprint("Gặp em sau giờ học, em kể chuyện ở nhà và hứa đi học đều.")
OTHER = gaming.fingerprint("Gọi điện cho bà của em, bà nhờ trường để ý giúp em buổi chiều.")
LEVELS = ("steady", "steady", "improved", "steady", "steady", "some")


def kinds(talks: list[Talk] = [], months: list[Month] = [], staff_id: int = LAN) -> set[SignalKind]:  # noqa: B006
    return {signal.kind for signal in gaming.signals(talks, months).get(staff_id, [])}


def talk(id_: int, on: dt.date, entered_on: dt.date | None = None, **values) -> Talk:
    defaults = {"staff_id": LAN, "case_id": 7, "text": None}
    return Talk(id=id_, on=on, entered_on=entered_on or on, **(defaults | values))


def written_up(days: int, late: int = gaming.BACKDATED_AFTER + 1) -> list[Talk]:
    """Contacts of so many days, the last of them so long ago, all entered on the same Sunday."""
    return [talk(day, SUNDAY - dt.timedelta(days=late + day), SUNDAY) for day in range(days)]


def month(id_: int, period: str, **values) -> Month:
    defaults = {"staff_id": LAN, "case_id": 7, "levels": LEVELS, "confirmed": True, "text": None}
    return Month(id=id_, period=period, **(defaults | values))


PERIODS = ("2025-09", "2025-10", "2025-11", "2025-12", "2026-01")

# Written up in one go -----------------------------------------------------------------------------------------------


def test_contacts_of_many_days_that_are_entered_late_on_one_day_are_worth_a_look() -> None:
    found = gaming.signals(written_up(4), [])[LAN]
    assert [signal.kind for signal in found] == [SignalKind.BACKDATED]
    assert found[0].msgid % found[0].params == (
        "Ngày 25/01/2026 ghi 4 lần liên hệ của 4 ngày khác nhau, mỗi lần sau hơn 7 ngày; "
        "bằng 100% số lần liên hệ trong năm. Để Hội đồng xem."
    )
    assert [one.id for one in found[0].evidence] == [3, 2, 1, 0]


@pytest.mark.parametrize(
    "talks",
    [
        written_up(gaming.BURST_DAYS - 1),
        written_up(gaming.BURST_DAYS, late=gaming.BACKDATED_AFTER - gaming.BURST_DAYS + 1),
        [talk(i, SUNDAY - dt.timedelta(days=20), SUNDAY) for i in range(9)],  # one day, which counts once anyway
        [talk(i, SUNDAY - dt.timedelta(days=20 + i), SUNDAY + dt.timedelta(days=i)) for i in range(9)],
        [*written_up(4), *(talk(100 + i, SUNDAY - dt.timedelta(days=60 + i)) for i in range(13))],  # 4 of 17
    ],
    ids=["too few days", "within the week", "all of one day", "entered on different days", "a small part of the year"],
)
def test_what_is_less_than_that_is_passed_over(talks: list[Talk]) -> None:
    assert kinds(talks) == set()


def test_the_last_day_that_is_not_late_and_a_full_quarter_stand_exactly_at_the_threshold() -> None:
    on_the_edge = written_up(4, late=gaming.BACKDATED_AFTER)  # the newest of them came within the week
    assert kinds(on_the_edge) == set()
    assert kinds([*on_the_edge, talk(9, SUNDAY - dt.timedelta(days=99), SUNDAY)]) == {SignalKind.BACKDATED}
    in_time = [talk(100 + i, SUNDAY - dt.timedelta(days=60 + i)) for i in range(12)]
    assert kinds([*written_up(4), *in_time]) == {SignalKind.BACKDATED}  # 4 of 16


# The same words -----------------------------------------------------------------------------------------------------


def test_one_text_in_three_months_or_with_three_students_is_worth_a_look() -> None:
    over_months = [talk(i, dt.date(2025, 9 + i, 5), text=SAME) for i in range(3)]
    over_cases = [talk(i, SUNDAY, case_id=i, text=SAME) for i in range(3)]
    assert kinds(over_months) == kinds(over_cases) == {SignalKind.SAME_CONTACTS}
    assert kinds(months=[month(i, PERIODS[i], text=SAME) for i in range(3)]) == {SignalKind.SAME_COMMENTS}


def test_the_same_words_within_a_month_or_of_different_people_are_no_repetition() -> None:
    assert kinds([talk(i, dt.date(2025, 9, 1 + i), text=SAME) for i in range(9)]) == set()
    assert kinds([talk(i, dt.date(2025, 9 + i, 1), text=SAME, staff_id=i) for i in range(3)]) == set()
    assert kinds([talk(i, dt.date(2025, 9 + i, 1), text=None) for i in range(3)]) == set()


def test_several_repeated_texts_are_one_signal_that_counts_them() -> None:
    talks = [talk(i, dt.date(2025, 9 + i % 3, 5), text=(SAME, OTHER)[i // 3]) for i in range(6)]
    (signal,) = gaming.signals(talks, [])[LAN]
    assert signal.params == {"first": "05/09/2025", "last": "05/11/2025", "count": 6, "texts": 2}


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("Gặp em sau giờ học, em hứa đi học đều.", "GẶP EM SAU GIỜ HỌC – EM HỨA ĐI HỌC ĐỀU!!!"),
        ("Gặp em sau giờ học, em hứa đi học đều.", "gap em sau gio hoc em hua di hoc deu"),
        ("Gặp em sau giờ học, em hứa đi học đều.", "Gặp\u00a0em  sau giờ\nhọc, em hứa đi học đều ."),
    ],
)
def test_case_marks_and_punctuation_make_no_other_text(one: str, another: str) -> None:
    assert gaming.fingerprint(one) == gaming.fingerprint(another) is not None


@pytest.mark.parametrize("text", [None, "", "Gặp em ở lớp.", "." * 500, "a" * (gaming.LEAST_LETTERS - 1)])
def test_short_texts_are_not_compared(text: str | None) -> None:
    assert gaming.fingerprint(text) is None


# Months all alike ---------------------------------------------------------------------------------------------------


def test_four_confirmed_months_with_the_same_levels_are_worth_a_look() -> None:
    (signal,) = gaming.signals([], [month(i, PERIODS[i]) for i in range(4)])[LAN]
    assert signal.kind is SignalKind.ALIKE_LEVELS
    assert signal.params == {"first": "09/2025", "last": "12/2025", "months": 4, "students": 1}


@pytest.mark.parametrize(
    "months",
    [
        [month(i, PERIODS[i]) for i in range(3)],
        [month(i, PERIODS[i % 2], case_id=i) for i in range(4)],
        [*(month(i, PERIODS[i]) for i in range(3)), month(3, PERIODS[3], confirmed=False)],
        [*(month(i, PERIODS[i]) for i in range(4)), month(4, PERIODS[4], levels=(*LEVELS[:5], "low"))],
        [*(month(i, PERIODS[i]) for i in range(4)), month(4, PERIODS[0], case_id=8, levels=("improved",) * 6)],
    ],
    ids=[
        "three months",
        "two months of many students",
        "not confirmed",
        "one level differs",
        "another student differs",
    ],
)
def test_what_differs_anywhere_is_passed_over(months: list[Month]) -> None:
    assert kinds(months=months) == set()


def test_what_nobody_has_confirmed_neither_makes_nor_breaks_it() -> None:
    open_month = month(9, PERIODS[4], confirmed=False, levels=("declined",) * 6)
    assert kinds(months=[*(month(i, PERIODS[i]) for i in range(4)), open_month]) == {SignalKind.ALIKE_LEVELS}


# Word for word like a colleague's -----------------------------------------------------------------------------------


def test_two_months_word_for_word_like_anothers_are_worth_a_look_for_both() -> None:
    months = [month(i, PERIODS[i % 2], staff_id=(LAN, TAM)[i // 2], text=(SAME, OTHER)[i % 2]) for i in range(4)]
    found = gaming.signals([], months)
    assert {who: [signal.kind for signal in own] for who, own in found.items()} == {
        LAN: [SignalKind.SHARED_COMMENTS],
        TAM: [SignalKind.SHARED_COMMENTS],
    }
    assert found[LAN][0].params == {"first": "09/2025", "last": "10/2025", "count": 2, "others": 1}
    assert {one.id for one in found[LAN][0].evidence} == {0, 1}, "a colleague's months are counted, not shown"


def test_one_month_like_anothers_is_passed_over() -> None:
    assert kinds(months=[month(i, PERIODS[0], staff_id=i, text=SAME) for i in (LAN, TAM, PHUC)]) == set()


def test_the_same_phrase_in_different_months_is_passed_over() -> None:
    lans = [month(i, PERIODS[i], text=SAME) for i in range(2)]
    tams = [month(2 + i, PERIODS[2 + i], staff_id=TAM, text=SAME) for i in range(2)]
    assert gaming.signals([], [*lans, *tams]) == {}


# Whatever comes in --------------------------------------------------------------------------------------------------

DAYS = st.dates(dt.date(2025, 9, 1), dt.date(2026, 5, 31))
TEXTS = st.sampled_from([None, SAME, OTHER])
PEOPLE = st.sampled_from([LAN, TAM, PHUC])
TALKS = st.lists(
    st.builds(Talk, st.integers(1, 40), PEOPLE, st.integers(1, 3), DAYS, DAYS, TEXTS),
    max_size=30,
    unique_by=lambda one: one.id,
)
MONTHS = st.lists(
    st.builds(
        Month,
        st.integers(1, 40),
        PEOPLE,
        st.integers(1, 3),
        st.sampled_from(PERIODS),
        st.sampled_from([LEVELS, ("improved",) * 6]),
        st.booleans(),
        TEXTS,
    ),
    max_size=20,
    unique_by=lambda one: one.id,
)


@given(TALKS, MONTHS, st.randoms(use_true_random=False))
def test_the_order_of_records_and_a_record_that_comes_twice_change_nothing(
    talks: list[Talk], months: list[Month], chance: random.Random
) -> None:
    expected = gaming.signals(talks, months)
    shuffled_talks, shuffled_months = [*talks, *talks[:3]], [*months, *months[:3]]
    chance.shuffle(shuffled_talks)
    chance.shuffle(shuffled_months)
    assert gaming.signals(shuffled_talks, shuffled_months) == expected


@given(TALKS, MONTHS)
def test_each_signal_says_what_it_is_for_and_stands_on_the_persons_own_records(
    talks: list[Talk], months: list[Month]
) -> None:
    whose = {("contact", one.id): one.staff_id for one in talks}
    whose |= {("progress_evaluation", one.id): one.staff_id for one in months}
    for staff_id, found in gaming.signals(talks, months).items():
        assert found
        for signal in found:
            said = signal.msgid % signal.params
            assert said.endswith("Để Hội đồng xem.")
            assert SAME not in said
            assert {whose[one.table, one.id] for one in signal.evidence} == {staff_id}
            assert all(isinstance(value, (int, str)) for value in signal.params.values())


@given(TALKS, MONTHS, PEOPLE)
def test_another_persons_contacts_change_nothing_for_one(talks: list[Talk], months: list[Month], who: int) -> None:
    own_talks = [one for one in talks if one.staff_id == who]
    own_months = [one for one in months if one.staff_id == who]
    alone = gaming.signals(own_talks, own_months).get(who, [])
    among_all = gaming.signals(talks, months).get(who, [])
    assert [one for one in among_all if one.kind is not SignalKind.SHARED_COMMENTS] == alone
