"""Inspections: one subject, never one's own work, what is left from the last time first (P4.7)."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.services import follow_ups, inspections
from school.services.guard import set_actor
from school.services.inspections import Line
from school.vocabulary import FollowUpKind, FollowUpState, YearState
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_follow_up, make_inspection

DUE = TODAY + dt.timedelta(days=7)
VALUES = {"held_on": TODAY, "findings": "nhật ký ghi đều"}


def become(cast: Cast, person: str, now: dt.datetime = NOW) -> Actor:
    actor = cast.actor(person, now)
    set_actor(cast.session, actor)
    return actor


def staff(cast: Cast, name: str) -> m.Staff:
    return cast.get(m.Staff, cast.staff[name])


def subject(cast: Cast, kind: str = "department", name: str = "Tổ Toán") -> Any:
    become(cast, "operator")
    if kind == "department":
        return cast.get(m.Department, cast.departments[name])
    if kind == "sponsorship":
        return cast.get(m.Sponsorship, cast.id(name, "sponsorship"))
    return cast.get(m.SupportCase, cast.id(name))


def record(cast: Cast, person: str, about: Any, lines: list[Line] | None = None, **values: Any) -> m.Inspection:
    actor = become(cast, person)
    return inspections.record(cast.session, actor, m.Inspection(), about, VALUES | values, lines or [])


@pytest.mark.parametrize("person", ["cuc", "uyen", "binh", "ly"])
@pytest.mark.parametrize(
    ("kind", "name"), [("department", "Tổ Toán"), ("sponsorship", "sponsored"), ("case", "departments")]
)
def test_union_and_leadership_inspect_a_department_a_sponsor_or_a_case(
    cast: Cast, person: str, kind: str, name: str
) -> None:
    about = subject(cast, kind, name)
    row = record(cast, person, about)
    assert getattr(row, f"{kind}_id") == about.id
    assert [row.department_id, row.sponsorship_id, row.case_id].count(None) == 2
    assert (row.inspector_id, row.held_on, row.school_year_id) == (cast.staff[person], TODAY, cast.year)


@pytest.mark.parametrize(
    ("person", "kind", "name"),
    [
        ("ly", "case", "leaders"),
        ("ly", "sponsorship", "leaders"),
        ("uyen", "case", "unionists"),
        ("uyen", "sponsorship", "unionists"),
    ],
)
def test_nobody_inspects_their_own_work(cast: Cast, person: str, kind: str, name: str) -> None:
    with pytest.raises(NotAllowed, match="chính thầy cô"):
        record(cast, person, subject(cast, kind, name))


def test_a_leader_who_heads_a_department_does_not_inspect_it(cast: Cast) -> None:
    about = subject(cast)
    about.head_id = cast.staff["ly"]
    cast.session.flush()
    cast.session.expire(about)
    with pytest.raises(NotAllowed, match="chính thầy cô"):
        record(cast, "ly", about)
    assert record(cast, "binh", about).id


@pytest.mark.parametrize("person", ["lan", "hoa", "khoa", "thu", "hoi", "quan", "tro", "nobody"])
@pytest.mark.parametrize(
    ("kind", "name"), [("department", "Tổ Văn"), ("sponsorship", "colleagues"), ("case", "outsiders")]
)
def test_nobody_else_inspects(cast: Cast, person: str, kind: str, name: str) -> None:
    with pytest.raises(NotAllowed):
        record(cast, person, subject(cast, kind, name))


def test_exactly_one_thing_is_inspected(cast: Cast) -> None:
    department, case = subject(cast), subject(cast, "case", "sponsored")
    assert inspections.one_subject(department, None, None) is department
    assert inspections.one_subject(None, None, case) is case
    for several in ((None, None, None), (department, None, case)):
        with pytest.raises(RuleError, match="một trong ba"):
            inspections.one_subject(*several)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"held_on": None}, "held_on"),
        ({"held_on": TODAY + dt.timedelta(days=1)}, "held_on"),
        ({"held_on": dt.date(2025, 8, 31)}, "held_on"),
        ({"held_on": dt.date(1, 1, 1)}, "held_on"),
        ({"findings": " \n "}, "findings"),
        ({"findings": None}, "findings"),
    ],
)
def test_what_is_missing_or_odd_is_said_at_its_field(cast: Cast, values: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleError) as refusal:
        record(cast, "cuc", subject(cast), **values)
    assert refusal.value.field == field


def test_follow_ups_are_made_with_it_and_empty_lines_are_passed_over(cast: Cast) -> None:
    about = subject(cast)
    lines = [
        Line("bổ sung kế hoạch", staff(cast, "hoa"), DUE),
        Line(None, staff(cast, "hoa"), DUE),
        Line("gặp gia đình em", staff(cast, "lan"), DUE),
    ]
    row = record(cast, "cuc", about, lines)
    made = sorted(row.follow_ups, key=lambda one: one.id)
    assert [(one.what, one.owner_id) for one in made] == [
        ("bổ sung kế hoạch", cast.staff["hoa"]),
        ("gặp gia đình em", cast.staff["lan"]),
    ]
    assert {(one.kind, one.raised_by_id, one.state) for one in made} == {
        (FollowUpKind.FINDING, cast.staff["cuc"], FollowUpState.OPEN)
    }


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (("việc", None, DUE), "owner_2"),
        (("việc", "hoa", None), "due_on_2"),
        (("việc", "hoa", TODAY - dt.timedelta(days=1)), "due_on_2"),
    ],
)
def test_a_line_that_does_not_fit_is_said_at_its_field_and_nothing_is_stored(cast: Cast, line, field: str) -> None:
    about = subject(cast)
    what, owner, due_on = line
    before = cast.session.scalar(select(func.count()).select_from(m.Inspection))
    bad = Line(what, staff(cast, owner) if owner else None, due_on)
    with pytest.raises(RuleError) as refusal:
        record(cast, "cuc", about, [Line(None, None, None), bad])
    assert refusal.value.field == field
    become(cast, "operator")
    assert cast.session.scalar(select(func.count()).select_from(m.Inspection)) == before


def test_more_lines_than_the_form_has_are_refused(cast: Cast) -> None:
    about, hoa = subject(cast), staff(cast, "hoa")
    with pytest.raises(RuleError, match="tối đa 5"):
        record(cast, "cuc", about, [Line(f"việc {number}", hoa, DUE) for number in range(6)])


def test_the_same_sent_twice_is_one_inspection_with_its_follow_ups_once(cast: Cast) -> None:
    about = subject(cast)
    lines = [Line("bổ sung kế hoạch", staff(cast, "hoa"), DUE)]
    first = record(cast, "cuc", about, lines)
    assert record(cast, "cuc", about, lines) is first
    assert len(first.follow_ups) == 1


def test_what_is_left_from_earlier_inspections_of_the_same_comes_first_overdue_before_all(cast: Cast) -> None:
    session = cast.session

    def left(days: int, state: FollowUpState, **about: int) -> int:
        row = make_inspection(session, staff(cast, "cuc"), **about)
        due_on = TODAY + dt.timedelta(days=days)
        return make_follow_up(session, staff(cast, "hoa"), inspection_id=row.id, due_on=due_on, state=state).id

    maths, literature = cast.departments["Tổ Toán"], cast.departments["Tổ Văn"]
    soon = left(3, FollowUpState.OPEN, department_id=maths)
    late = left(-3, FollowUpState.OPEN, department_id=maths)
    answered = left(-9, FollowUpState.ANSWERED, department_id=maths)
    left(-9, FollowUpState.CLOSED, department_id=maths)
    left(-9, FollowUpState.OPEN, department_id=literature)
    left(-9, FollowUpState.OPEN, case_id=cast.id("sponsored"))
    found = inspections.left_over(session, become(cast, "cuc"), subject(cast))
    assert [row.id for row in found] == [late, soon, answered]


def test_with_a_sponsor_it_is_what_is_left_of_all_that_the_person_sponsors(cast: Cast) -> None:
    about = subject(cast, "sponsorship", "sponsored")  # lan's, as is `ended`
    earlier = cast.get(m.Inspection, cast.id("ended", "inspection"))
    kept = make_follow_up(cast.session, staff(cast, "lan"), inspection_id=earlier.id)
    other = cast.get(m.Inspection, cast.id("homeroom", "inspection"))
    make_follow_up(cast.session, staff(cast, "tam"), inspection_id=other.id)
    assert [row.id for row in inspections.left_over(cast.session, cast.actor("cuc"), about)] == [kept.id]


@pytest.mark.parametrize(
    ("kind", "name", "owner"),
    [
        ("department", "Tổ Toán", "hoa"),
        ("sponsorship", "sponsored", "lan"),
        ("case", "sponsored", "lan"),
        ("case", "ended", None),
        ("case", "registered", None),
    ],
)
def test_the_likely_owner_is_filled_in(cast: Cast, kind: str, name: str, owner: str | None) -> None:
    found = inspections.likely_owner(subject(cast, kind, name), TODAY)
    assert (found.id if found else None) == (cast.staff[owner] if owner else None)


def test_the_inspector_alone_puts_the_record_right(cast: Cast) -> None:
    row = record(cast, "cuc", subject(cast))
    new = {"held_on": TODAY - dt.timedelta(days=1), "findings": "nhật ký ghi đủ"}
    inspections.correct(cast.session, become(cast, "cuc"), row, new, row.version)
    assert (row.held_on, row.findings) == (new["held_on"], new["findings"])
    with pytest.raises(StaleRecord):
        inspections.correct(cast.session, cast.actor("cuc"), row, new, row.version - 1)
    with pytest.raises(RuleError):
        inspections.correct(cast.session, become(cast, "binh"), row, new, row.version)
    with pytest.raises(NotAllowed):
        inspections.correct(cast.session, become(cast, "hoa"), row, new, row.version)


def test_the_guard_keeps_what_was_inspected(cast: Cast) -> None:
    row = record(cast, "cuc", subject(cast))
    become(cast, "cuc")
    row.department_id = cast.departments["Tổ Văn"]
    with pytest.raises(NotAllowed):
        cast.session.flush()
    cast.session.rollback()


def test_in_a_closed_year_nothing_is_recorded_but_what_is_open_is_still_answered(cast: Cast) -> None:
    about = subject(cast)
    row = record(cast, "cuc", about, [Line("bổ sung kế hoạch", staff(cast, "hoa"), DUE)])
    become(cast, "operator")
    cast.get(m.SchoolYear, cast.year).state = YearState.CLOSED
    cast.session.flush()
    with pytest.raises(RuleError, match="đã kết thúc"):
        record(cast, "cuc", about, held_on=TODAY - dt.timedelta(days=2))
    with pytest.raises(RuleError, match="đã kết thúc"):
        inspections.correct(cast.session, become(cast, "cuc"), row, VALUES, row.version)
    answered = follow_ups.take_step(cast.session, become(cast, "hoa"), row.follow_ups[0], "answer", "đã bổ sung")
    assert answered.state is FollowUpState.ANSWERED


def test_whoever_is_concerned_sees_it(cast: Cast) -> None:
    row = record(cast, "cuc", subject(cast, "sponsorship", "sponsored"))
    seen = {
        person
        for person in ("lan", "phuc", "giang", "hoa", "khoa", "cuc", "uyen", "thu", "binh", "hoi", "quan", "tro")
        if become(cast, person) and cast.session.scalars(select(m.Inspection.id).where(m.Inspection.id == row.id)).all()
    }
    assert seen == {"lan", "hoa", "cuc", "uyen", "thu", "binh"}
