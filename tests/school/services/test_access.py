"""Who is at the door: what is in somebody's reach on a day, worked out in one statement."""

import datetime as dt

from sqlalchemy import event
from sqlalchemy.orm import Session

from school import models as m
from school.db import db
from school.rules.actor import Reach
from school.services.access import actor_for, load_reach
from school.vocabulary import Role, SponsorRole
from tests.cast import CASES, NOW, TODAY, Cast
from tests.factories import make_case, make_person, make_sponsorship, make_staff


def reach(cast: Cast, person: str) -> Reach:
    actor = cast.actor(person)
    assert actor is not None
    return actor.reach


def ids(cast: Cast, row: str, *cases: str) -> set[int]:
    return {cast.id(case, row) for case in cases}


def test_a_teachers_reach(cast: Cast) -> None:
    lan = reach(cast, "lan")
    assert lan.sponsored_cases == lan.led_cases == ids(cast, "case", "sponsored")
    assert lan.sponsored_students == ids(cast, "student", "sponsored")
    assert lan.homeroom_cases == ids(cast, "case", "homeroom", "leaders_nominee")
    assert lan.homeroom_students == ids(cast, "student", "homeroom", "leaders_nominee") | {cast.classmate}
    assert not lan.department_cases
    assert not lan.opened_cases


def test_a_supporting_sponsor_leads_nothing(cast: Cast) -> None:
    assert reach(cast, "phuc").sponsored_cases == ids(cast, "case", "sponsored")
    assert reach(cast, "phuc").led_cases == frozenset()


def test_a_joint_sponsor_leads(session: Session, cast: Cast) -> None:
    case, son = make_case(session), session.get(m.Staff, cast.staff["son"])
    make_sponsorship(session, case, make_staff(session), role=SponsorRole.JOINT)
    make_sponsorship(session, case, son, role=SponsorRole.JOINT)
    assert reach(cast, "son").led_cases == {case.id}


def test_a_heads_reach_is_the_department_and_a_deputys_the_head(cast: Cast) -> None:
    hoa, dung = reach(cast, "hoa"), reach(cast, "dung")
    assert hoa.department_staff == {cast.staff[name] for name in ("lan", "giang", "hoa", "dung")}
    assert hoa.department_cases == ids(cast, "case", "sponsored", "departments", "heads")
    assert hoa.department_students == ids(cast, "student", "sponsored", "departments", "heads")
    assert dung.department_staff == {cast.staff["hoa"]}
    assert dung.department_cases == ids(cast, "case", "heads")


def test_to_head_a_department_without_the_role_reaches_nothing(session: Session, cast: Cast) -> None:
    toan = session.get(m.Department, cast.departments["Tổ Toán"])
    toan.head_id = cast.staff["lan"]
    session.flush()
    assert reach(cast, "lan").department_staff == frozenset()


def test_the_role_without_a_department_reaches_nothing(session: Session) -> None:
    _, account = make_person(session, [Role.DEPARTMENT_HEAD, Role.TEACHER])
    assert actor_for(session, account, NOW).reach == Reach()


def test_an_account_of_no_staff_has_no_reach(cast: Cast) -> None:
    assert reach(cast, "quan") == Reach()


def test_a_sponsor_without_the_teachers_role_has_no_reach(session: Session, cast: Cast) -> None:
    roles = frozenset({Role.COUNCIL})
    assert load_reach(session, cast.accounts["lan"], cast.staff["lan"], roles, TODAY) == Reach()


def test_the_reach_is_of_the_day(session: Session, cast: Cast) -> None:
    roles = frozenset({Role.TEACHER})
    account, staff = cast.accounts["lan"], cast.staff["lan"]
    days = {
        dt.date(2025, 8, 31): (),
        dt.date(2025, 9, 1): ("sponsored", "ended"),
        dt.date(2025, 10, 14): ("sponsored", "ended"),
        dt.date(2025, 10, 15): ("sponsored",),
        dt.date(2025, 10, 16): ("sponsored", "future"),
    }
    for day, cases in days.items():
        assert load_reach(session, account, staff, roles, day).sponsored_cases == ids(cast, "case", *cases), day


def test_the_reach_agrees_with_the_model_on_every_day(session: Session, cast: Cast) -> None:
    roles = frozenset({Role.TEACHER})
    mine = [
        session.get(m.Sponsorship, cast.id(case, "sponsorship"))
        for case in CASES
        if "sponsorship" in cast.files[case] and CASES[case][2][0][0] == "lan"
    ]
    assert len(mine) == 4
    for offset in range(-50, 10):
        day = TODAY + dt.timedelta(days=offset)
        running = {sponsorship.case_id for sponsorship in mine if sponsorship.runs_on(day)}
        found = load_reach(session, cast.accounts["lan"], cast.staff["lan"], roles, day)
        assert found.sponsored_cases == running, day


def test_the_reach_takes_one_statement(session: Session, cast: Cast) -> None:
    account = session.get(m.Account, cast.accounts["hoa"])
    assert account.roles
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    actor_for(session, account, NOW)
    event.remove(db.engine, "before_cursor_execute", count)
    assert len(statements) == 1


def test_an_actor_says_who_and_from_where(session: Session, cast: Cast) -> None:
    account = session.get(m.Account, cast.accounts["hoa"])
    actor = actor_for(session, account, NOW, "10.0.0.1")
    assert (actor.name, actor.account_id, actor.staff_id) == ("hoa", account.id, cast.staff["hoa"])
    assert (actor.roles, actor.address) == ({Role.DEPARTMENT_HEAD, Role.TEACHER}, "10.0.0.1")
    assert not actor.operator
    assert not actor.gatekeeper
