"""The yearly rating of staff: entered as its decision has it, seen by the person, never one's own to write (P7)."""

import datetime as dt

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.services import staff_ratings
from school.vocabulary import AwardKind, StaffRating, YearState
from tests.cast import TODAY, Cast
from tests.factories import make_commendation, make_staff, make_yearly_rating
from tests.school.services.test_commendations import act, as_operator

GOOD, DONE = StaffRating.GOOD, StaffRating.DONE
MAY_NOT = ("lan", "hoa", "cuc", "hoi", "quan", "tro", "nobody")


def year_of(cast: Cast) -> m.SchoolYear:
    as_operator(cast)
    return cast.get(m.SchoolYear, cast.year)


def words(cast: Cast, who: str = "hoa", **values: object) -> dict[str, object]:
    given = {
        "school_year": year_of(cast),
        "staff": cast.get(m.Staff, cast.staff[who]),
        "rating": GOOD,
        "decision_number": " 31/QĐ ",
        "decided_on": TODAY,
    }
    return given | values


def rate(cast: Cast, name: str = "thu", who: str = "hoa", **values: object) -> m.YearlyRating:
    given = words(cast, who, **values)
    return staff_ratings.rate(cast.session, act(cast, name), m.YearlyRating(), given)


def rate_many(
    cast: Cast, name: str = "thu", day=TODAY, number="31/QĐ", **ratings: StaffRating
) -> staff_ratings.Settled:
    year, given = year_of(cast), {cast.staff[who]: rating for who, rating in ratings.items()}
    return staff_ratings.rate_many(cast.session, act(cast, name), year, given, number, day)


def of(cast: Cast, who: str) -> m.YearlyRating | None:
    as_operator(cast)
    return cast.session.scalars(select(m.YearlyRating).where(m.YearlyRating.staff_id == cast.staff[who])).one_or_none()


@pytest.mark.parametrize("name", ["thu", "binh", "ly", "operator"])
def test_secretary_and_leadership_enter_it(cast: Cast, name: str) -> None:
    row = rate(cast, name)
    assert (row.rating, row.decision_number, row.decided_on) == (GOOD, "31/QĐ", TODAY)


def test_nobody_else_enters_it_neither_by_the_service_nor_past_it(cast: Cast) -> None:
    for name in MAY_NOT:
        with pytest.raises(NotAllowed):
            rate(cast, name)
        with pytest.raises(NotAllowed):
            rate_many(cast, name, hoa=GOOD)
        act(cast, name)
        row = {"rating": GOOD, "decision_number": "1", "decided_on": TODAY}
        cast.session.add(m.YearlyRating(school_year_id=cast.year, staff_id=cast.staff["hoa"], **row))
        with pytest.raises(NotAllowed):
            cast.session.flush()
        cast.session.rollback()


def test_nobody_writes_the_own_neither_by_the_service_nor_past_it(cast: Cast) -> None:
    for name in ("thu", "binh"):
        with pytest.raises(NotAllowed, match="chính thầy cô"):
            rate(cast, name, who=name)
        assert of(cast, name) is None
    own = of(cast, "ly")
    given = words(cast, "ly", rating=StaffRating.EXCELLENT)
    with pytest.raises(NotAllowed, match="chính thầy cô"):
        staff_ratings.rate(cast.session, act(cast, "ly"), own, given, own.version)
    with pytest.raises(NotAllowed, match="chính thầy cô"):
        staff_ratings.take_off(cast.session, act(cast, "ly"), own, own.version)
    own.rating = StaffRating.EXCELLENT
    with pytest.raises(NotAllowed):
        cast.session.flush()


def test_each_person_sees_the_own_and_those_who_need_it_all(cast: Cast) -> None:
    for name, seen in {"lan": {"lan"}, "ly": {"lan", "giang", "ly"}, "thu": {"lan", "giang", "ly"}}.items():
        act(cast, name)
        found = {row.staff_id for row in cast.session.scalars(select(m.YearlyRating))}
        assert found == {cast.staff[who] for who in seen}, name
    for name in ("hoa", "cuc", "quan", "tro", "nobody"):
        act(cast, name)
        assert not cast.session.scalars(select(m.YearlyRating)).all(), name


@pytest.mark.parametrize("missing", ["school_year", "staff", "rating", "decision_number", "decided_on"])
def test_what_is_missing_is_said_at_its_field(cast: Cast, missing: str) -> None:
    with pytest.raises(RuleError) as refusal:
        rate(cast, **{missing: None})
    assert refusal.value.field == missing


@pytest.mark.parametrize("day", [TODAY + dt.timedelta(days=1), dt.date(2025, 8, 31)])
def test_the_decision_is_of_the_year_and_no_day_to_come(cast: Cast, day: dt.date) -> None:
    for attempt in (lambda: rate(cast, decided_on=day), lambda: rate_many(cast, day=day, hoa=GOOD)):
        with pytest.raises(RuleError) as refusal:
            attempt()
        assert refusal.value.field == "decided_on"
    assert rate(cast, decided_on=dt.date(2025, 9, 1)).id


@pytest.mark.parametrize("state", [YearState.PREPARING, YearState.CLOSED])
def test_only_a_year_that_runs_is_rated(cast: Cast, state: YearState) -> None:
    standing = of(cast, "lan")
    year_of(cast).state = state
    cast.session.flush()
    for attempt in (lambda: rate(cast), lambda: rate_many(cast, hoa=GOOD)):
        with pytest.raises(RuleError):
            attempt()
    if state is YearState.CLOSED:
        with pytest.raises(RuleError):
            staff_ratings.take_off(cast.session, act(cast, "thu"), standing, standing.version)


def test_who_did_not_work_here_in_the_year_is_not_rated(cast: Cast) -> None:
    as_operator(cast)
    gone = make_staff(cast.session, "Lê Cũ", left_on=dt.date(2025, 8, 31))
    to_come = make_staff(cast.session, "Lê Mới", joined_on=dt.date(2026, 6, 1))
    left = make_staff(cast.session, "Lê Vừa", left_on=dt.date(2025, 9, 1))
    for staff in (gone, to_come):
        with pytest.raises(RuleError) as refusal:
            rate(cast, staff=staff)
        assert refusal.value.field == "staff"
    assert rate(cast, staff=left).staff_id == left.id
    year = year_of(cast)
    assert not {gone, to_come} & set(staff_ratings.unrated(cast.session, act(cast, "thu"), year))


def test_a_second_tap_is_the_same_and_another_rating_is_refused(cast: Cast) -> None:
    first = rate(cast)
    assert rate(cast).id == first.id
    with pytest.raises(RuleError) as refusal:
        rate(cast, rating=DONE)
    assert refusal.value.field == "staff"


def test_it_is_put_right_on_the_version_that_was_seen(cast: Cast) -> None:
    row = of(cast, "lan")
    given = words(cast, "hoa", rating=DONE)  # whose it is stays
    with pytest.raises(StaleRecord):
        staff_ratings.rate(cast.session, act(cast, "thu"), row, given, row.version + 1)
    staff_ratings.rate(cast.session, act(cast, "thu"), row, given, row.version)
    assert (row.rating, row.staff_id) == (DONE, cast.staff["lan"])
    row.staff_id = cast.staff["hoa"]
    with pytest.raises(NotAllowed):
        cast.session.flush()


def test_a_rating_that_a_decided_title_rests_on_is_not_lowered_or_taken_off(cast: Cast) -> None:
    row = of(cast, "lan")
    as_operator(cast)
    title = make_commendation(
        cast.session, staff_id=cast.staff["lan"], award=AwardKind.ADVANCED_WORKER, decided_on=TODAY, decision_number="1"
    )
    thu = act(cast, "thu")
    with pytest.raises(RuleError, match="gỡ quyết định"):
        staff_ratings.rate(cast.session, thu, row, words(cast, "lan", rating=DONE), row.version)
    with pytest.raises(RuleError, match="gỡ quyết định"):
        staff_ratings.take_off(cast.session, act(cast, "thu"), row, row.version)
    better = words(cast, "lan", rating=StaffRating.EXCELLENT)
    staff_ratings.rate(cast.session, act(cast, "thu"), row, better, row.version)
    as_operator(cast)
    title.decided_on = title.decision_number = None
    cast.session.flush()
    staff_ratings.take_off(cast.session, act(cast, "thu"), row, row.version)
    assert of(cast, "lan") is None


def test_many_are_entered_by_one_decision_and_the_same_again_changes_nothing(cast: Cast) -> None:
    settled = rate_many(cast, hoa=GOOD, tam=DONE)
    assert {row.staff_id for row in settled.done} == {cast.staff["hoa"], cast.staff["tam"]}
    again = rate_many(cast, hoa=GOOD, tam=DONE)
    assert (again.done, set(again.same)) == ((), set(settled.done))


def test_of_many_the_own_is_left_for_somebody_else(cast: Cast) -> None:
    settled = rate_many(cast, "thu", thu=StaffRating.EXCELLENT, hoa=GOOD)
    assert settled.own
    assert len(settled.done) == 1
    assert of(cast, "thu") is None


def test_one_that_is_refused_leaves_all_out(cast: Cast) -> None:
    for attempt in (
        lambda: rate_many(cast, hoa=GOOD, lan=DONE),  # lan has another rating
        lambda: rate_many(cast, number=None, hoa=GOOD),
        lambda: staff_ratings.rate_many(
            cast.session, act(cast, "thu"), year_of(cast), {cast.staff["hoa"]: GOOD, 999_999: GOOD}, "1", TODAY
        ),
    ):
        with pytest.raises(RuleError):
            attempt()
        assert of(cast, "hoa") is None


def test_who_has_none_yet_is_listed_by_name_without_oneself(cast: Cast) -> None:
    year = year_of(cast)
    found = staff_ratings.unrated(cast.session, act(cast, "thu"), year)
    assert [row.sort_key for row in found] == sorted(row.sort_key for row in found)
    names = {name for name, id_ in cast.staff.items() if id_ in {row.id for row in found}}
    assert names == set(cast.staff) - {"lan", "giang", "ly", "thu"}
    for name in MAY_NOT:
        year = year_of(cast)
        with pytest.raises(NotAllowed):
            staff_ratings.unrated(cast.session, act(cast, name), year)


def test_many_take_few_statements(cast: Cast) -> None:
    as_operator(cast)
    people = [make_staff(cast.session) for _ in range(60)]
    make_yearly_rating(cast.session, people[0], decided_on=TODAY)
    given = {person.id: GOOD for person in people}
    settled = staff_ratings.rate_many(cast.session, act(cast, "thu"), year_of(cast), given, "31/QĐ", TODAY)
    assert (len(settled.done), len(settled.same)) == (59, 1)
