"""Proposals to commend, and decisions that nobody takes on the own (P4.6, P4.9)."""

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.services import commendations
from school.services.guard import set_actor
from school.vocabulary import AwardKind, CommendationLevel, YearState
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_commendation, make_year

MAY_PROPOSE = ("thu", "binh", "ly", "operator")
MAY_NOT_PROPOSE = ("lan", "hoa", "cuc", "uyen", "hoi", "quan", "tro", "nobody")
NUMBER = "125/QĐ-THPT"


def act(cast: Cast, name: str) -> Actor | None:
    actor = cast.actor(name)
    set_actor(cast.session, actor)
    return actor


def as_operator(cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))


def words(cast: Cast, **values: object) -> dict[str, object]:
    as_operator(cast)
    given = {
        "school_year": cast.get(m.SchoolYear, cast.year),
        "staff": cast.get(m.Staff, cast.staff["giang"]),
        "department": None,
        "award": AwardKind.CERTIFICATE,
        "title": "Giấy khen  của Hiệu trưởng",
        "level": CommendationLevel.SCHOOL,
        "achievement": "Gặp em đều mỗi tuần.",
    }
    return given | values


def propose(cast: Cast, name: str = "thu", **values: object) -> m.Commendation:
    given = words(cast, **values)
    return commendations.propose(cast.session, act(cast, name), m.Commendation(), given)


def standing(cast: Cast, who: str = "lan") -> m.Commendation:
    """The cast's proposal for this person."""
    as_operator(cast)
    return cast.session.scalars(select(m.Commendation).where(m.Commendation.staff_id == cast.staff[who])).one()


def decide(
    cast: Cast, row: m.Commendation, name: str = "binh", number: str | None = NUMBER, day=TODAY
) -> m.Commendation:
    return commendations.decide(cast.session, act(cast, name), row, number, day)


def count(cast: Cast) -> int:
    as_operator(cast)
    return cast.session.scalar(select(func.count()).select_from(m.Commendation)) or 0


@pytest.mark.parametrize("name", MAY_PROPOSE)
def test_secretary_and_leadership_propose(cast: Cast, name: str) -> None:
    row = propose(cast, name)
    assert (row.title, row.proposed_on, row.decided_on) == ("Giấy khen của Hiệu trưởng", TODAY, None)
    assert row.staff_id == cast.staff["giang"]
    assert row.department_id is None


@pytest.mark.parametrize("name", MAY_NOT_PROPOSE)
def test_nobody_else_proposes_neither_by_the_service_nor_past_it(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        propose(cast, name)
    act(cast, name)
    cast.session.add(m.Commendation(school_year_id=cast.year, staff_id=cast.staff["lan"], title="x", proposed_on=TODAY))
    with pytest.raises(NotAllowed):
        cast.session.flush()


def test_a_department_is_proposed_too(cast: Cast) -> None:
    department = words(cast)["school_year"] and cast.get(m.Department, cast.departments["Tổ Văn"])
    row = propose(cast, staff=None, department=department, title="Tập thể tiêu biểu")
    assert (row.staff_id, row.department_id) == (None, cast.departments["Tổ Văn"])


@pytest.mark.parametrize("both", [True, False])
def test_it_is_for_exactly_one_of_the_two(cast: Cast, both: bool) -> None:
    as_operator(cast)
    department = cast.get(m.Department, cast.departments["Tổ Văn"])
    given = {"department": department} if both else {"staff": None}
    with pytest.raises(RuleError) as refusal:
        propose(cast, **given)
    assert refusal.value.field == "staff"


def test_the_database_refuses_nobody_and_both_as_well(cast: Cast) -> None:
    as_operator(cast)
    for values in ({}, {"staff_id": cast.staff["lan"], "department_id": cast.departments["Tổ Toán"]}):
        with pytest.raises(IntegrityError, match="ck_commendation_one"):
            make_commendation(cast.session, **values)
        cast.session.rollback()
        as_operator(cast)


@pytest.mark.parametrize("missing", ["school_year", "award", "title", "level"])
def test_what_is_missing_is_said_at_its_field(cast: Cast, missing: str) -> None:
    with pytest.raises(RuleError) as refusal:
        propose(cast, **{missing: None})
    assert refusal.value.field == missing


def test_a_second_tap_is_the_same_proposal_and_a_twin_is_refused(cast: Cast) -> None:
    first = propose(cast)
    assert propose(cast).id == first.id
    with pytest.raises(RuleError) as refusal:
        propose(cast, achievement="Lời khác.")
    assert refusal.value.field == "title"
    assert propose(cast, level=CommendationLevel.PROVINCE).id != first.id


def test_somebody_who_left_before_the_year_is_not_proposed(cast: Cast) -> None:
    as_operator(cast)
    person = cast.get(m.Staff, cast.staff["giang"])
    person.left_on = dt.date(2025, 8, 31)
    cast.session.flush()
    with pytest.raises(RuleError):
        propose(cast, staff=person)
    as_operator(cast)
    person.left_on = dt.date(2025, 9, 30)  # worked in the year, left since
    cast.session.flush()
    assert propose(cast, staff=person).id


def test_a_proposal_is_put_right_but_stays_for_whom_it_is(cast: Cast) -> None:
    row = propose(cast)
    given = words(cast, title="Bằng khen", staff=cast.get(m.Staff, cast.staff["lan"]))
    commendations.propose(cast.session, act(cast, "thu"), row, given, row.version)
    assert (row.title, row.staff_id) == ("Bằng khen", cast.staff["giang"])
    row.staff_id = cast.staff["lan"]
    with pytest.raises(NotAllowed):
        cast.session.flush()


def test_a_stale_form_is_refused(cast: Cast) -> None:
    row = propose(cast)
    with pytest.raises(StaleRecord):
        commendations.propose(cast.session, act(cast, "thu"), row, words(cast), row.version + 1)
    with pytest.raises(StaleRecord):
        commendations.withdraw(cast.session, act(cast, "thu"), row, row.version + 1)


def test_an_undecided_proposal_is_withdrawn(cast: Cast) -> None:
    row, before = propose(cast), count(cast)
    commendations.withdraw(cast.session, act(cast, "thu"), row, row.version)
    assert count(cast) == before - 1


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "hoi", "quan"])
def test_nobody_else_withdraws(cast: Cast, name: str) -> None:
    row = standing(cast)
    with pytest.raises(NotAllowed):
        commendations.withdraw(cast.session, act(cast, name), row, row.version)


def test_leadership_decides_and_the_same_again_changes_nothing(cast: Cast) -> None:
    row = standing(cast)
    decide(cast, row)
    assert (row.decision_number, row.decided_on) == (NUMBER, TODAY)
    version = row.version
    decide(cast, row, name="ly")
    assert row.version == version
    with pytest.raises(RuleError, match="đã có quyết định"):
        decide(cast, row, number="126/QĐ-THPT")


@pytest.mark.parametrize("name", ["thu", "lan", "hoa", "cuc", "hoi", "quan", "tro", "nobody"])
def test_nobody_else_decides_neither_by_the_service_nor_past_it(cast: Cast, name: str) -> None:
    row = standing(cast)
    with pytest.raises(NotAllowed):
        decide(cast, row, name)
    act(cast, name)
    row.decision_number = NUMBER
    with pytest.raises(NotAllowed):
        cast.session.flush()


def test_nobody_decides_on_the_own_or_takes_it_off(cast: Cast) -> None:
    as_operator(cast)
    row = make_commendation(cast.session, staff_id=cast.staff["ly"])
    with pytest.raises(NotAllowed, match="chính thầy cô"):
        decide(cast, row, "ly")
    assert row.decided_on is None
    decide(cast, row, "binh")
    with pytest.raises(NotAllowed, match="chính thầy cô"):
        commendations.undecide(cast.session, act(cast, "ly"), row)


def test_of_many_the_own_is_left_for_somebody_else(cast: Cast) -> None:
    as_operator(cast)
    own, other = make_commendation(cast.session, staff_id=cast.staff["ly"]), standing(cast)
    settled = commendations.decide_all(cast.session, act(cast, "ly"), [own, other], NUMBER, TODAY)
    assert settled.done == (other,)
    assert settled.own == (own,)
    assert own.decided_on is None


def test_one_that_is_refused_leaves_all_undecided(cast: Cast) -> None:
    as_operator(cast)
    decided, other = make_commendation(cast.session, staff_id=cast.staff["hoa"]), standing(cast)
    decide(cast, decided, number="1/QĐ")
    with pytest.raises(RuleError):
        commendations.decide_all(cast.session, act(cast, "binh"), [other, decided], NUMBER, TODAY)
    assert other.decided_on is None


@pytest.mark.parametrize(
    ("number", "day", "field"),
    [
        (None, TODAY, "decision_number"),
        ("  ", TODAY, "decision_number"),
        (NUMBER, None, "decided_on"),
        (NUMBER, TODAY + dt.timedelta(days=1), "decided_on"),
        (NUMBER, dt.date(2025, 8, 31), "decided_on"),
    ],
)
def test_a_decision_has_a_number_and_a_day_of_the_year(
    cast: Cast, number: str | None, day: dt.date | None, field: str
) -> None:
    with pytest.raises(RuleError) as refusal:
        decide(cast, standing(cast), number=number, day=day)
    assert refusal.value.field == field


def test_what_is_decided_stays_until_the_decision_is_taken_off(cast: Cast) -> None:
    row = decide(cast, standing(cast))
    with pytest.raises(RuleError, match="gỡ quyết định"):
        commendations.propose(cast.session, act(cast, "thu"), row, words(cast, title="khác"), row.version)
    with pytest.raises(RuleError, match="gỡ quyết định"):
        commendations.withdraw(cast.session, act(cast, "thu"), row, row.version)
    for name in ("thu", "hoi", "cuc"):
        with pytest.raises(NotAllowed):
            commendations.undecide(cast.session, act(cast, name), row)
    commendations.undecide(cast.session, act(cast, "binh"), row)
    commendations.undecide(cast.session, act(cast, "binh"), row)
    assert (row.decision_number, row.decided_on) == (None, None)
    commendations.withdraw(cast.session, act(cast, "thu"), row, row.version)


def test_in_a_closed_year_everything_stays_as_it_is(cast: Cast) -> None:
    row = standing(cast)
    decided = decide(cast, row)
    as_operator(cast)
    cast.get(m.SchoolYear, cast.year).state = YearState.CLOSED
    cast.session.flush()
    for attempt in (
        lambda: propose(cast, "binh"),
        lambda: commendations.withdraw(cast.session, act(cast, "binh"), row, row.version),
        lambda: decide(cast, row, number="2/QĐ"),
        lambda: commendations.undecide(cast.session, act(cast, "binh"), decided),
    ):
        with pytest.raises(RuleError):
            attempt()


@pytest.mark.parametrize(
    ("name", "sees"), [("cuc", True), ("thu", True), ("binh", True), ("hoi", True), ("lan", False)]
)
def test_who_reads_the_proposals(cast: Cast, name: str, sees: bool) -> None:
    as_operator(cast)
    year, actor = cast.get(m.SchoolYear, cast.year), act(cast, name)
    if sees:
        found = commendations.of_year(cast.session, actor, year)
        assert [str(row.department or row.staff) for row in found] == ["Tổ Toán", "Nguyễn Thị Lan"]
    else:
        with pytest.raises(NotAllowed):
            commendations.of_year(cast.session, actor, year)
        assert cast.session.scalars(select(m.Commendation)).all() == []


def test_a_year_has_its_own_proposals_only(cast: Cast) -> None:
    as_operator(cast)
    earlier = make_year(cast.session, "2024-2025")
    assert commendations.of_year(cast.session, act(cast, "binh"), earlier) == []
