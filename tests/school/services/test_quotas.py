"""How many a level has room for: set by leadership, counted by people and departments, never gone beyond (P4.6)."""

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.services import commendations, quotas
from school.vocabulary import AwardKind, CommendationLevel, YearState
from tests.cast import TODAY, Cast
from tests.factories import make_commendation, make_quota, make_staff, make_year
from tests.school.services.test_commendations import NUMBER, act, as_operator

SCHOOL, PROVINCE = CommendationLevel.SCHOOL, CommendationLevel.PROVINCE


def year_of(cast: Cast) -> m.SchoolYear:
    as_operator(cast)
    return cast.get(m.SchoolYear, cast.year)


def levels(cast: Cast, name: str = "hoi") -> dict[CommendationLevel, quotas.Level]:
    year = year_of(cast)
    return quotas.of_year(cast.session, act(cast, name), year)


def set_quota(
    cast: Cast, people: int | None, departments: int | None, name: str = "binh", version: int = 0, level=PROVINCE
) -> m.CommendationQuota | None:
    year, values = year_of(cast), {"people": people, "departments": departments}
    return quotas.set_quota(cast.session, act(cast, name), year, level, values, version)


def proposals(cast: Cast, count: int, **values: object) -> list[m.Commendation]:
    as_operator(cast)
    given = {"level": PROVINCE, "award": AwardKind.CERTIFICATE} | values
    return [make_commendation(cast.session, staff_id=make_staff(cast.session).id, **given) for _ in range(count)]


def decide(cast: Cast, rows: list[m.Commendation], number: str = NUMBER) -> commendations.Settled:
    return commendations.decide_all(cast.session, act(cast, "binh"), rows, number, TODAY)


def test_everybody_who_reads_proposals_sees_the_counts(cast: Cast) -> None:
    for name in ("cuc", "thu", "binh", "hoi", "operator"):
        found = levels(cast, name)[SCHOOL]
        assert (found.people.quota, found.people.proposed, found.people.decided) == (5, 1, 0), name
        assert (found.departments.quota, found.departments.proposed) == (1, 1), name
    for name in ("lan", "hoa", "quan", "tro", "nobody"):
        with pytest.raises(NotAllowed):
            levels(cast, name)


def test_only_leadership_sets_them_neither_by_the_service_nor_past_it(cast: Cast) -> None:
    for name in ("lan", "hoa", "cuc", "thu", "hoi", "quan", "tro", "nobody"):
        with pytest.raises(NotAllowed):
            set_quota(cast, 3, 1, name)
        act(cast, name)
        cast.session.add(m.CommendationQuota(school_year_id=cast.year, level=PROVINCE, people=3))
        with pytest.raises(NotAllowed):
            cast.session.flush()
        cast.session.rollback()
    for name in ("binh", "ly", "operator"):
        row = set_quota(cast, 3, 1, name)
        assert (row.people, row.departments) == (3, 1)


def test_a_quota_is_set_put_right_and_taken_off(cast: Cast) -> None:
    row = set_quota(cast, 3, None)
    assert set_quota(cast, 3, None) is row  # the same again, whatever version was seen
    set_quota(cast, 4, 2, version=row.version)
    assert levels(cast)[PROVINCE].people.quota == 4
    with pytest.raises(StaleRecord):
        set_quota(cast, 9, 9, version=row.version - 1)
    set_quota(cast, None, None, version=row.version)
    assert levels(cast)[PROVINCE].people.quota is None
    assert set_quota(cast, None, None, level=CommendationLevel.MINISTRY) is None  # nothing to store


@pytest.mark.parametrize(("people", "departments", "field"), [(-1, 0, "people"), (0, 10_001, "departments")])
def test_odd_numbers_are_refused_at_their_field(cast: Cast, people: int, departments: int, field: str) -> None:
    with pytest.raises(RuleError) as refusal:
        set_quota(cast, people, departments)
    assert refusal.value.field == field


def test_in_a_closed_year_the_quota_stays(cast: Cast) -> None:
    year_of(cast).state = YearState.CLOSED
    cast.session.flush()
    with pytest.raises(RuleError):
        set_quota(cast, 1, 1)


def test_a_proposal_beyond_the_quota_is_taken_and_counted(cast: Cast) -> None:
    set_quota(cast, 2, 0)
    proposals(cast, 3)
    found = levels(cast)[PROVINCE].people
    assert (found.proposed, found.decided, found.beyond) == (3, 0, 1)


def test_a_decision_beyond_it_is_refused_with_the_numbers(cast: Cast) -> None:
    set_quota(cast, 3, None)
    first, *rest = proposals(cast, 4)
    decide(cast, [first])
    with pytest.raises(RuleError, match="chỉ tiêu năm học này là 3 cá nhân, đã có quyết định cho 1, lần này thêm 3"):
        decide(cast, rest, "126/QĐ")
    assert all(row.decided_on is None for row in rest)
    decide(cast, rest[:2], "126/QĐ")
    assert levels(cast)[PROVINCE].people.decided == 3


def test_the_same_decision_again_takes_no_second_place(cast: Cast) -> None:
    set_quota(cast, 1, None)
    rows = proposals(cast, 1)
    decide(cast, rows)
    assert decide(cast, rows).done == tuple(rows)


def test_a_place_that_was_given_back_is_free(cast: Cast) -> None:
    set_quota(cast, 1, None)
    first, second = proposals(cast, 2)
    decide(cast, [first])
    with pytest.raises(RuleError):
        decide(cast, [second])
    commendations.undecide(cast.session, act(cast, "binh"), first)
    assert decide(cast, [second]).done == (second,)


def test_zero_is_none_and_nothing_is_no_limit(cast: Cast) -> None:
    set_quota(cast, 0, None)
    with pytest.raises(RuleError):
        decide(cast, proposals(cast, 1))
    decide(cast, proposals(cast, 20, level=CommendationLevel.MINISTRY))


def test_two_commendations_of_one_person_at_a_level_take_one_place(cast: Cast) -> None:
    set_quota(cast, 1, None)
    (first,) = proposals(cast, 1)
    as_operator(cast)
    second = make_commendation(cast.session, staff_id=first.staff_id, level=PROVINCE, title="Bằng khen khác")
    decide(cast, [first])
    assert decide(cast, [second], "126/QĐ").done == (second,)
    assert levels(cast)[PROVINCE].people.decided == 1


def test_people_and_departments_levels_and_years_are_counted_apart(cast: Cast) -> None:
    set_quota(cast, 0, 1)
    as_operator(cast)
    earlier = make_year(cast.session, "2024-2025")
    proposals(cast, 2, school_year_id=earlier.id, decided_on=TODAY, decision_number="1/QĐ")
    row = make_commendation(cast.session, department_id=cast.departments["Tổ Văn"], level=PROVINCE)
    decide(cast, [row])
    found = levels(cast)[PROVINCE]
    assert (found.people.decided, found.departments.decided) == (0, 1)


def test_the_own_that_is_left_out_takes_no_place(cast: Cast) -> None:
    set_quota(cast, 1, None)
    (other,) = proposals(cast, 1)
    own = make_commendation(cast.session, staff_id=cast.staff["binh"], level=PROVINCE)
    settled = decide(cast, [own, other])
    assert (settled.done, settled.own) == ((other,), (own,))


def test_a_quota_below_what_is_decided_stands_and_nothing_more_is_decided(cast: Cast) -> None:
    first, second = proposals(cast, 2)
    decide(cast, [first])
    set_quota(cast, 0, None)
    with pytest.raises(RuleError):
        decide(cast, [second], "126/QĐ")


def test_the_log_says_what_was_set(cast: Cast) -> None:
    set_quota(cast, 3, 1)
    as_operator(cast)
    entry = cast.session.scalars(select(m.AuditEntry).order_by(m.AuditEntry.id.desc()).limit(1)).one()
    assert (entry.action, entry.table_name) == ("set quota", "commendation_quota")


def test_a_row_of_the_same_level_is_not_made_twice(cast: Cast) -> None:
    as_operator(cast)
    with pytest.raises(Exception, match="UNIQUE"):
        make_quota(cast.session)
