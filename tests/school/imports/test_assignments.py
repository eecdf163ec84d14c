"""The assignment list: who, by whom, in which part; and what was done on the panel since."""

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed
from school.imports.importing import ListKind
from school.rules.actor import Actor
from school.services import accounts, cases, sponsorships
from school.services.access import actor_for
from school.services.guard import set_actor
from school.vocabulary import CaseOutcome, CaseState, Origin, Role, SponsorRole, SponsorshipState
from tests.cast import NOW
from tests.school.imports.conftest import Take, written
from tests.school.imports.test_staff import counts

ASSIGNMENTS = ListKind.ASSIGNMENTS
HEADER = ["TT", "Họ và tên", "Lớp", "Hoàn cảnh gia đình, bản thân", "Sự rèn luyện của bản thân", "GV nhận đỡ đầu"]
LEAD, JOINT, SUPPORTING = SponsorRole.LEAD, SponsorRole.JOINT, SponsorRole.SUPPORTING
FIRST = dt.date(2025, 9, 1)
LAN, VINH = "Nguyễn Thị Lan", "Lê Quang Vinh"
Roster = dict[str, int]


def row(sponsors: str, circumstances: str = "ở với bà", effort: str = "chăm", name: str = "Trần Văn Đạt") -> list[str]:
    return ["1", name, "10 A1", circumstances, effort, sponsors]


ROWS = [HEADER, row("1. Nguyễn Thị Lan; 2. Võ Minh Tâm (hỗ trợ)")]


def the_case(session: Session) -> m.SupportCase:
    session.expire_all()
    return session.scalars(select(m.SupportCase)).one()


def pairs(session: Session) -> set[tuple]:
    return {
        (pair.staff.code, pair.role, pair.state, pair.started_on, pair.ended_on)
        for pair in the_case(session).sponsorships
    }


def running(code: str, role: SponsorRole, first: dt.date = FIRST) -> tuple:
    return (code, role, SponsorshipState.APPROVED, first, None)


def figures(report) -> dict[str, int]:
    return {name: number for name, number in report.as_dict()["sponsorships"].items() if number}


def test_a_list_makes_cases_and_approved_sponsorships(session: Session, take: Take, roster: Roster) -> None:
    report = take(ASSIGNMENTS, ROWS)
    assert counts(report) == (1, 0, 0, 0)
    assert figures(report) == {"created": 2, "lead": 1, "supporting": 1}
    case = the_case(session)
    assert (case.student_id, case.state, case.opened_on) == (roster["HS1"], CaseState.ACTIVE, FIRST)
    assert (case.private.circumstances, case.private.own_effort) == ("ở với bà", "chăm")
    assert case.nominated_by_id is None
    assert pairs(session) == {running("GV1", LEAD), running("GV3", SUPPORTING)}


def test_the_second_time_nothing_changes(session: Session, take: Take, roster: Roster) -> None:
    take(ASSIGNMENTS, ROWS)
    before = written(session)
    report = take(ASSIGNMENTS, ROWS)
    assert counts(report) == (0, 0, 1, 0)
    assert figures(report) == {"unchanged": 2}
    assert written(session) == before


def test_several_unmarked_sponsors_are_equal(session: Session, take: Take, roster: Roster) -> None:
    take(ASSIGNMENTS, [HEADER, row("1. Cô Nguyễn Thị Lan\n2. Thầy Lê Quang Vinh")])
    assert pairs(session) == {running("GV1", JOINT), running("GV2", JOINT)}


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (LAN, f"{LAN}; {VINH}", {("GV1", JOINT), ("GV2", JOINT)}),
        (f"{LAN}; {VINH}", f"{LAN}; {VINH} (hỗ trợ)", {("GV1", LEAD), ("GV2", SUPPORTING)}),
        (f"{LAN}; {VINH} (hỗ trợ)", f"{LAN} (hỗ trợ); {VINH}", {("GV1", SUPPORTING), ("GV2", LEAD)}),
        (f"{LAN} (hỗ trợ)", LAN, {("GV1", LEAD)}),
    ],
)
def test_parts_follow_the_list(
    session: Session, take: Take, roster: Roster, before: str, after: str, wanted: set[tuple[str, SponsorRole]]
) -> None:
    take(ASSIGNMENTS, [HEADER, row(before)])
    assert counts(take(ASSIGNMENTS, [HEADER, row(after)])) == (0, 1, 0, 0)
    assert {(code, role) for code, role, *_ in pairs(session)} == wanted
    assert the_case(session).state is CaseState.ACTIVE
    assert counts(take(ASSIGNMENTS, [HEADER, row(after)])) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row("Người Lạ"), "Không có cán bộ, giáo viên nào tên Người Lạ"),
        (row("1. Nguyễn Thị Lan; 2. Nguyễn Thị Lan (hỗ trợ)"), "ghi hai lần"),
        (row("Lê Quang Vinh", name="Em Lạ"), "Không có em nào tên Em Lạ"),
        (["", "Trần Văn Đạt", "", "", "", "Nguyễn Thị Lan"], "cũng không có lớp"),
        (["", "", "10A1", "", "", "Nguyễn Thị Lan"], "Thiếu họ và tên"),
    ],
)
def test_a_row_is_rejected_whole_and_stops_no_other(
    session: Session, take: Take, roster: Roster, bad: list[str], reason: str
) -> None:
    report = take(ASSIGNMENTS, [HEADER, bad, row("Lê Quang Vinh", name="Nguyễn Thị Hoa")])
    assert counts(report) == (1, 0, 0, 1)
    assert reason in report.plan.reasons()[2]
    assert pairs(session) == {running("GV2", LEAD)}


def test_a_student_listed_twice_is_taken_once(take: Take, roster: Roster) -> None:
    report = take(ASSIGNMENTS, [*ROWS, row("Lê Quang Vinh")])
    assert counts(report) == (1, 0, 0, 1)
    assert "dòng 2" in report.plan.reasons()[3]


def test_two_members_of_staff_of_one_name_are_not_guessed(session: Session, take: Take, roster: Roster) -> None:
    session.add(m.Staff(code="GV9", full_name="Võ Minh Tâm"))
    session.flush()
    assert "2 cán bộ, giáo viên tên" in take(ASSIGNMENTS, ROWS).plan.reasons()[2]


def test_whoever_has_left_sponsors_nobody(session: Session, take: Take, roster: Roster) -> None:
    session.scalars(select(m.Staff).where(m.Staff.code == "GV3")).one().left_on = dt.date(2025, 8, 1)
    session.flush()
    assert "đã thôi công tác" in take(ASSIGNMENTS, ROWS).plan.reasons()[2]


def test_a_student_without_a_sponsor_still_has_a_case(session: Session, take: Take, roster: Roster) -> None:
    report = take(ASSIGNMENTS, [HEADER, row("")])
    assert counts(report) == (1, 0, 0, 0)
    assert [str(remark) for remark in report.plan.warnings] == ["Em chưa có người đỡ đầu."]
    assert the_case(session).state is CaseState.APPROVED


def edit_on_the_panel(session: Session, panel: Actor, **texts: str) -> None:
    case = the_case(session)
    set_actor(session, panel)
    cases.edit_private(session, panel, case, texts, case.version)
    set_actor(session, Actor.running_commands(NOW, Origin.IMPORT))


def test_text_edited_on_the_panel_wins_and_is_reported(
    session: Session, take: Take, roster: Roster, panel: Actor
) -> None:
    take(ASSIGNMENTS, ROWS)
    edit_on_the_panel(session, panel, circumstances="ở với cô")
    report = take(ASSIGNMENTS, [HEADER, row("Nguyễn Thị Lan; Võ Minh Tâm (hỗ trợ)", effort="rất chăm")])
    assert counts(report) == (0, 1, 0, 0)
    assert [(remark.row, "Hoàn cảnh" in str(remark)) for remark in report.plan.warnings] == [(2, True)]
    private = the_case(session).private
    assert (private.circumstances, private.own_effort) == ("ở với cô", "rất chăm")


def test_text_nobody_touched_follows_the_list(session: Session, take: Take, roster: Roster, panel: Actor) -> None:
    take(ASSIGNMENTS, ROWS)
    edit_on_the_panel(session, panel, own_effort="rất chăm")
    take(ASSIGNMENTS, [HEADER, row("", circumstances="ở với dì", effort="")])
    private = the_case(session).private
    assert (private.circumstances, private.own_effort) == ("ở với dì", "rất chăm")


def test_a_text_emptied_on_the_panel_may_be_filled(session: Session, take: Take, roster: Roster, panel: Actor) -> None:
    take(ASSIGNMENTS, ROWS)
    edit_on_the_panel(session, panel, circumstances="")
    take(ASSIGNMENTS, ROWS)
    assert the_case(session).private.circumstances == "ở với bà"


def end(session: Session, code: str, day: dt.date) -> None:
    actor = Actor.running_commands(NOW)
    pair = next(pair for pair in the_case(session).sponsorships if pair.staff.code == code)
    sponsorships.take_step(session, actor, pair, "end", day, "bàn giao")


def test_a_pair_that_ended_stays_ended(session: Session, take: Take, roster: Roster) -> None:
    take(ASSIGNMENTS, ROWS)
    end(session, "GV3", dt.date(2025, 10, 1))
    report = take(ASSIGNMENTS, ROWS)
    assert counts(report) == (0, 0, 1, 0)
    assert "Võ Minh Tâm đã thôi đỡ đầu em từ ngày 01/10/2025" in str(report.plan.warnings[0])


def test_a_successor_begins_the_day_after(session: Session, take: Take, roster: Roster) -> None:
    take(ASSIGNMENTS, [HEADER, row("Nguyễn Thị Lan")])
    end(session, "GV1", dt.date(2025, 10, 1))
    assert counts(take(ASSIGNMENTS, [HEADER, row("Lê Quang Vinh")])) == (0, 1, 0, 0)
    assert running("GV2", LEAD, dt.date(2025, 10, 2)) in pairs(session)
    assert the_case(session).state is CaseState.ACTIVE


def test_a_sponsor_the_list_leaves_out_is_not_pushed_aside(session: Session, take: Take, roster: Roster) -> None:
    take(ASSIGNMENTS, [HEADER, row("Nguyễn Thị Lan")])
    report = take(ASSIGNMENTS, [HEADER, row("Lê Quang Vinh")])
    assert "Nguyễn Thị Lan" in report.plan.reasons()[2]
    assert pairs(session) == {running("GV1", LEAD)}


def test_a_registration_is_approved_by_the_list(session: Session, take: Take, roster: Roster) -> None:
    actor = Actor.running_commands(NOW)
    year = session.scalars(select(m.SchoolYear)).one()
    case = cases.nominate(session, actor, roster["HS1"], year, {"circumstances": "ở với bà", "own_effort": "chăm"})
    lan = session.scalars(select(m.Staff).where(m.Staff.code == "GV1")).one()
    values = {"case": case, "staff": lan, "role": SUPPORTING, "started_on": dt.date(2025, 10, 1)}
    sponsorships.register(session, actor, m.Sponsorship(), values)
    assert counts(take(ASSIGNMENTS, [HEADER, row("Nguyễn Thị Lan")])) == (0, 1, 0, 0)
    assert the_case(session).state is CaseState.ACTIVE
    assert pairs(session) == {running("GV1", LEAD, dt.date(2025, 10, 1))}


def test_a_closed_case_stays_as_it_is(session: Session, take: Take, roster: Roster) -> None:
    take(ASSIGNMENTS, [HEADER, row("Nguyễn Thị Lan")])
    end(session, "GV1", dt.date(2025, 10, 1))
    cases.take_step(session, Actor.running_commands(NOW), the_case(session), "close", CaseOutcome.PROGRESSED)
    report = take(ASSIGNMENTS, [HEADER, row("Lê Quang Vinh", "khác")])
    assert counts(report) == (0, 0, 1, 0)
    assert "đã kết thúc" in str(report.plan.warnings[0])


def account_of(session: Session, code: str | None, role: Role, username: str = "ai") -> Actor:
    operator = Actor.running_commands(NOW)
    set_actor(session, operator)
    staff = session.scalars(select(m.Staff).where(m.Staff.code == code)).one() if code else None
    account, _ = accounts.create(session, operator, username, [role], staff)
    actor = actor_for(session, account, NOW, origin=Origin.IMPORT)
    session.expunge_all()
    set_actor(session, actor)
    return actor


def test_leadership_takes_the_list_in_but_approves_no_pair_of_its_own(
    session: Session, take: Take, roster: Roster
) -> None:
    actor = account_of(session, "GV1", Role.LEADERSHIP)
    rows = [HEADER, row("Nguyễn Thị Lan"), row("Lê Quang Vinh", name="Nguyễn Thị Hoa")]
    report = take(ASSIGNMENTS, rows, actor=actor)
    assert counts(report) == (1, 0, 0, 1)
    assert "chính thầy cô" in report.plan.reasons()[2]


@pytest.mark.parametrize("role", [Role.TEACHER, Role.DEPARTMENT_HEAD, Role.UNION, Role.COUNCIL, Role.ADMIN])
def test_who_neither_nominates_nor_registers_for_others_imports_no_assignments(
    session: Session, take: Take, roster: Roster, role: Role
) -> None:
    actor = account_of(session, "GV1", role)
    with pytest.raises(NotAllowed):
        take(ASSIGNMENTS, ROWS, actor=actor)


def test_of_two_columns_of_names_and_a_birthday(session: Session, take: Take, roster: Roster) -> None:
    rows = [
        ["Họ", "Tên", "Lớp", "Ngày sinh", "Người đỡ đầu"],
        ["Trần Văn", "Đạt", "10A1", "06/06/2010", "Nguyễn Thị Lan"],
    ]
    assert counts(take(ASSIGNMENTS, rows)) == (1, 0, 0, 0)
    rows[1][3] = "07/06/2010"
    assert "ngày sinh khác" in take(ASSIGNMENTS, rows).plan.reasons()[2]


# Brought by the secretary, who approves nothing

REGISTERED = SponsorshipState.REGISTERED


def by_code(session: Session) -> dict[str, tuple[SponsorRole, SponsorshipState]]:
    set_actor(session, Actor.running_commands(NOW))
    return {pair.staff.code: (pair.role, pair.state) for pair in the_case(session).sponsorships}


def test_what_the_secretary_brings_stops_where_the_secretary_s_rights_stop(
    session: Session, take: Take, roster: Roster
) -> None:
    actor = account_of(session, None, Role.SECRETARY)
    report = take(ASSIGNMENTS, ROWS, actor=actor)
    assert counts(report) == (1, 0, 0, 0)
    assert [(one.row, "Ban giám hiệu duyệt trên bảng phân công" in str(one)) for one in report.plan.warnings] == [
        (1, True)
    ]
    assert counts(take(ASSIGNMENTS, ROWS, actor=actor)) == (0, 0, 1, 0)
    assert by_code(session) == {"GV1": (LEAD, REGISTERED), "GV3": (SUPPORTING, REGISTERED)}
    assert the_case(session).state is CaseState.VERIFIED
    assert the_case(session).private.circumstances == "ở với bà"


def test_leadership_goes_on_from_there_with_the_same_list(session: Session, take: Take, roster: Roster) -> None:
    take(ASSIGNMENTS, ROWS, actor=account_of(session, None, Role.SECRETARY))
    leader = account_of(session, None, Role.LEADERSHIP, "hieutruong")
    assert counts(take(ASSIGNMENTS, ROWS, actor=leader)) == (0, 1, 0, 0)
    approved = SponsorshipState.APPROVED
    assert by_code(session) == {"GV1": (LEAD, approved), "GV3": (SUPPORTING, approved)}
    assert the_case(session).state is CaseState.ACTIVE


def test_the_secretary_puts_a_registration_right(session: Session, take: Take, roster: Roster) -> None:
    actor = account_of(session, None, Role.SECRETARY)
    take(ASSIGNMENTS, [HEADER, row(f"{LAN}; {VINH} (hỗ trợ)")], actor=actor)
    report = take(ASSIGNMENTS, [HEADER, row(f"{LAN} (hỗ trợ); {VINH}")], actor=actor)
    assert counts(report) == (0, 1, 0, 0)
    assert by_code(session) == {"GV1": (SUPPORTING, REGISTERED), "GV2": (LEAD, REGISTERED)}


def test_but_changes_no_part_that_was_approved(session: Session, take: Take, roster: Roster) -> None:
    take(ASSIGNMENTS, [HEADER, row(LAN)])
    actor = account_of(session, None, Role.SECRETARY)
    report = take(ASSIGNMENTS, [HEADER, row(f"{LAN}; {VINH}")], actor=actor)
    assert "phần việc “Đỡ đầu”" in report.plan.reasons()[2]
    assert by_code(session) == {"GV1": (LEAD, SponsorshipState.APPROVED)}


def test_and_adds_a_helper_who_waits_beside_an_approved_sponsor(session: Session, take: Take, roster: Roster) -> None:
    take(ASSIGNMENTS, [HEADER, row(LAN)])
    actor = account_of(session, None, Role.SECRETARY)
    assert counts(take(ASSIGNMENTS, [HEADER, row(f"{LAN}; {VINH} (hỗ trợ)")], actor=actor)) == (0, 1, 0, 0)
    assert by_code(session) == {"GV1": (LEAD, SponsorshipState.APPROVED), "GV2": (SUPPORTING, REGISTERED)}
    assert the_case(session).state is CaseState.ACTIVE


def test_leadership_approves_no_case_of_its_own_nomination(session: Session, take: Take, roster: Roster) -> None:
    actor = account_of(session, "GV3", Role.LEADERSHIP)
    year = session.scalars(select(m.SchoolYear)).one()
    cases.nominate(session, actor, roster["HS1"], year, {"circumstances": "ở với bà", "own_effort": "chăm"})
    report = take(ASSIGNMENTS, [HEADER, row(LAN)], actor=actor)
    assert counts(report) == (0, 1, 0, 0)
    assert "chính thầy cô đề xuất" in str(report.plan.warnings[0])
    assert by_code(session) == {"GV1": (LEAD, SponsorshipState.AGREED)}
    assert the_case(session).state is CaseState.VERIFIED


def test_leadership_s_own_pair_that_stands_already_is_unchanged(session: Session, take: Take, roster: Roster) -> None:
    take(ASSIGNMENTS, [HEADER, row(LAN)])
    actor = account_of(session, "GV1", Role.LEADERSHIP)
    assert counts(take(ASSIGNMENTS, [HEADER, row(LAN)], actor=actor)) == (0, 0, 1, 0)
    assert "chính thầy cô" in take(ASSIGNMENTS, [HEADER, row(f"{LAN}; {VINH}")], actor=actor).plan.reasons()[2]


# Parts and people that the plain way of writing does not tell


@pytest.mark.parametrize(
    ("sponsors", "wanted"),
    [
        (f"{LAN} (cùng đỡ đầu)", {"GV1": JOINT}),
        (f"{LAN} (cùng đỡ đầu); {VINH} (hỗ trợ)", {"GV1": JOINT, "GV2": SUPPORTING}),
        (f"{LAN} (đỡ đầu chính)", {"GV1": LEAD}),
        ("1. ai đó [gv1]; 2. [GV2] (hỗ trợ)", {"GV1": LEAD, "GV2": SUPPORTING}),
    ],
)
def test_a_part_and_a_code_may_be_written_out(
    session: Session, take: Take, roster: Roster, sponsors: str, wanted: dict[str, SponsorRole]
) -> None:
    assert counts(take(ASSIGNMENTS, [HEADER, row(sponsors)])) == (1, 0, 0, 0)
    assert {code: role for code, role, *_ in pairs(session)} == wanted


def test_a_registration_that_was_turned_down_stands_in_nobody_s_way(
    session: Session, take: Take, roster: Roster
) -> None:
    take(ASSIGNMENTS, [HEADER, row("")])
    actor = Actor.running_commands(NOW)
    vinh = session.scalars(select(m.Staff).where(m.Staff.code == "GV2")).one()
    values = {"case": the_case(session), "staff": vinh, "role": LEAD, "started_on": FIRST}
    turned_down = sponsorships.register(session, actor, m.Sponsorship(), values)
    sponsorships.take_step(session, actor, turned_down, "end", dt.date(2025, 10, 1), "em chọn người khác")
    assert counts(take(ASSIGNMENTS, [HEADER, row(LAN)])) == (0, 1, 0, 0)
    assert counts(take(ASSIGNMENTS, [HEADER, row(LAN)])) == (0, 0, 1, 0)
    assert running("GV1", LEAD) in pairs(session)
