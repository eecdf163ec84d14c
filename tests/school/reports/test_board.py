"""The board's facts, and the list of students left over (P4.3, P6)."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed
from school.reports import assignments, left_over, overview, sponsored
from school.reports.board import Board, board
from school.rules.actor import Actor
from school.rules.matching import Reason
from school.services import sponsorships
from school.services.guard import set_actor
from school.vocabulary import CaseState, Severity, SponsorRole, SponsorshipState
from tests import factories as make
from tests.cast import TODAY, Cast

REGISTERED, AGREED, APPROVED, ENDED = SponsorshipState
DAY = dt.timedelta(days=1)


def see(session: Session, actor: Actor) -> Board:
    """The board as somebody who has not seen any of the rows before."""
    session.flush()
    session.expunge_all()
    set_actor(session, actor)
    return board(session, actor, make.the_year(session))


@pytest.mark.parametrize(
    ("state", "waits"),
    [
        (CaseState.NOMINATED, False),
        (CaseState.VERIFIED, False),
        (CaseState.APPROVED, True),
        (CaseState.ACTIVE, True),
        (CaseState.CLOSED, False),
    ],
)
def test_approved_cases_wait(session: Session, operator: Actor, state: CaseState, waits: bool) -> None:
    make.make_case(session, state=state)
    assert bool(see(session, operator).waiting) is waits


@pytest.mark.parametrize(
    ("values", "waits"),
    [
        ({}, False),
        ({"role": SponsorRole.JOINT}, False),
        ({"role": SponsorRole.SUPPORTING}, True),
        ({"state": REGISTERED}, False),
        ({"state": AGREED}, False),
        ({"state": ENDED, "ended_on": TODAY - DAY}, True),
        ({"state": ENDED, "ended_on": TODAY}, False),
        ({"state": ENDED, "approved_on": None}, True),
        ({"ended_on": TODAY - DAY}, True),
        ({"started_on": TODAY + DAY}, False),
    ],
)
def test_a_case_waits_while_nobody_leads_it_and_nobody_is_proposed(
    session: Session, operator: Actor, values: dict, waits: bool
) -> None:
    row = make.make_sponsorship(session, make.make_case(session), make.make_staff(session), **values)
    if "approved_on" in values:
        row.approved_on = None
    assert bool(see(session, operator).waiting) is waits


def test_who_has_waited_longest_comes_first(session: Session, operator: Actor) -> None:
    late = make.make_case(session, opened_on=dt.date(2025, 10, 1))
    early = make.make_case(session, opened_on=dt.date(2025, 9, 10))
    again = make.make_case(session, opened_on=dt.date(2025, 9, 1))
    make.make_sponsorship(session, again, make.make_staff(session), state=ENDED, ended_on=dt.date(2025, 9, 19))
    expected = [(early.id, dt.date(2025, 9, 10)), (again.id, dt.date(2025, 9, 20)), (late.id, dt.date(2025, 10, 1))]
    assert [(w.id, w.since) for w in see(session, operator).waiting] == expected


def test_suggestions_say_why(session: Session, operator: Actor) -> None:
    homeroom, teacher, named, neighbour = (make.make_staff(session, commune="Đắk Som") for _ in range(4))
    room = make.make_classroom(session, homeroom_teacher=homeroom)
    make.save(session, m.Teaching(classroom_id=room.id, staff_id=teacher.id))
    student = make.make_student(session, classroom=room)
    student.private.commune = "Đắk Som"
    make.make_registration(session, named, student)
    make.make_registration(session, teacher, withdrawn_on=TODAY)
    case = make.make_case(session, student)
    ids = [staff.id for staff in (named, homeroom, teacher, neighbour)]
    found = see(session, operator).suggestions[case.id]
    assert [s.staff_id for s in found] == ids[:3]
    assert found[0].reasons == (Reason.NAMED, Reason.NEIGHBOUR, Reason.FREE)
    assert found[1].reasons == (Reason.HOMEROOM, Reason.NEIGHBOUR, Reason.FREE)
    assert found[2].reasons == (Reason.TEACHES, Reason.NEIGHBOUR, Reason.FREE)


def test_a_commune_counts_only_for_whoever_may_see_it(cast: Cast) -> None:
    staff = cast.get(m.Staff, cast.staff["son"])
    staff.commune = "Đắk Som"
    student = make.make_student(cast.session)
    student.private.commune = "Đắk Som"
    case_id = make.make_case(cast.session, student).id
    told = {}
    for who in ("thu", "cuc"):
        set_actor(cast.session, cast.actor("operator"))
        found = see(cast.session, cast.actor(who)).suggestions[case_id]
        told[who] = {reason for suggestion in found for reason in suggestion.reasons}
    assert Reason.NEIGHBOUR in told["thu"]
    assert Reason.NEIGHBOUR not in told["cuc"]


def test_a_supporting_part_is_half_and_whoever_left_is_not_on_the_board(session: Session, operator: Actor) -> None:
    lan, son = make.make_staff(session), make.make_staff(session)
    gone = make.make_staff(session, left_on=TODAY - DAY)
    make.make_sponsorship(session, make.make_case(session), lan)
    make.make_sponsorship(session, make.make_case(session), lan, role=SponsorRole.SUPPORTING)
    make.make_sponsorship(session, make.make_case(session), lan, started_on=TODAY + DAY)
    make.make_sponsorship(session, make.make_case(session), lan, state=ENDED, ended_on=TODAY - DAY)
    make.make_registration(session, gone)
    ids = (lan.id, son.id, gone.id)
    loads = see(session, operator).loads
    assert (loads[ids[0]].students, loads[ids[0]].proposed) == (1.5, 1)
    assert (loads[ids[1]].students, ids[2] in loads) == (0, False)


def test_staff_without_a_student_stand_first_if_they_registered(session: Session, operator: Actor) -> None:
    make.make_staff(session, "Lê An")
    willing = make.make_staff(session, "Vũ Yên")
    busy = make.make_staff(session, "Lê Bận")
    make.make_sponsorship(session, make.make_case(session), busy)
    make.make_registration(session, willing)
    assert [load.staff.full_name for load in see(session, operator).idle] == ["Vũ Yên", "Lê An"]


@pytest.mark.parametrize("who", ["lan", "hoa", "hoi", "quan", "nobody"])
def test_the_board_is_for_those_who_see_meetings(cast: Cast, who: str) -> None:
    actor = cast.actor(who)
    year = make.the_year(cast.session)
    set_actor(cast.session, actor)
    with pytest.raises(NotAllowed):
        board(cast.session, actor, year)


# Left over ------------------------------------------------------------------------------------------------------------


def test_left_over_is_who_waits_without_names_and_circumstances(session: Session, operator: Actor) -> None:
    room = make.make_classroom(session, "11A3", grade=11)
    student = make.make_student(session, "Trần Văn Đạt", room)
    case = make.make_case(session, student, code="HT25-0042", opened_on=dt.date(2025, 9, 8))
    make.make_hardship(session, case)
    make.make_hardship(session, case, category_id=make.a_category(session, "near_poor_household").id)
    make.make_hardship(
        session,
        case,
        category_id=session.query(m.HardshipCategory).filter_by(hardship_group="C").first().id,
        severity=Severity.URGENT,
    )
    make.make_sponsorship(session, make.make_case(session), make.make_staff(session))
    rows = list(left_over.rows(session, operator, make.the_year(session)))
    assert rows == [(1, "HT25-0042", "11A3", 11, "A, C", Severity.URGENT, dt.date(2025, 9, 8))]


@pytest.mark.parametrize("who", ["hoi", "quan", "tro", "nobody"])
def test_left_over_is_not_for_everybody(cast: Cast, who: str) -> None:
    actor, year = cast.actor(who), make.the_year(cast.session)
    set_actor(cast.session, actor)
    with pytest.raises(NotAllowed):
        list(left_over.rows(cast.session, actor, year))


# What a hand-over means to the other lists ----------------------------------------------------------------------------


def test_the_list_names_whoever_helps_now_and_not_the_successor_beside(session: Session, operator: Actor) -> None:
    case = make.make_case(session)
    old = make.make_sponsorship(session, case, make.make_staff(session, "Lê Trước"))
    son = make.make_staff(session, "Vũ Sau")
    sponsorships.hand_over(session, operator, old, son, dt.date(2026, 2, 1), "nghỉ sinh con")
    assert assignments.name_sponsors(case.sponsorships, TODAY) == "1. Lê Trước"
    assert assignments.name_sponsors(case.sponsorships, dt.date(2026, 1, 31)) == "1. Lê Trước"
    assert assignments.name_sponsors(case.sponsorships, dt.date(2026, 2, 1)) == "1. Vũ Sau"


def test_a_first_sponsor_of_a_day_to_come_stands_on_the_list(session: Session, operator: Actor) -> None:
    case = make.make_case(session)
    make.make_sponsorship(session, case, make.make_staff(session, "Lê Sắp"), started_on=TODAY + DAY)
    assert assignments.name_sponsors(case.sponsorships, TODAY) == "1. Lê Sắp"


def test_after_an_absence_the_sponsor_has_the_student_once(cast: Cast) -> None:
    operator = cast.actor("operator")
    old, son = cast.get(m.Sponsorship, cast.id("sponsored", "sponsorship")), cast.get(m.Staff, cast.staff["son"])
    sponsorships.substitute(
        cast.session, operator, old, son, TODAY - 2 * DAY, TODAY - DAY, "ốm"
    )  # written down when it was over
    lan = cast.actor("lan")
    set_actor(cast.session, lan)
    mine = [student for student in sponsored.students(cast.session, lan) if student.case_id == cast.id("sponsored")]
    assert [student.since for student in mine] == [TODAY]


def test_a_sponsor_whose_end_is_set_counts_until_then(session: Session, operator: Actor) -> None:
    case, lan = make.make_case(session), make.make_staff(session)
    sponsorship = make.make_sponsorship(session, case, lan)
    sponsorships.take_step(session, operator, sponsorship, "end", TODAY + DAY, "chuyển trường")
    found = session.query(m.Sponsorship.id).filter
    assert found(overview.running(TODAY + DAY)).all() == [(sponsorship.id,)]
    assert found(overview.running(TODAY + 2 * DAY)).all() == []
