"""The lists that the importers read back, each row within the reach of whoever exports."""

import datetime as dt

import pytest
from sqlalchemy import select

from school.errors import NotAllowed
from school.models import SchoolYear
from school.reports.registry import REPORTS
from school.services.access import actor_for
from school.services.guard import set_actor
from school.vocabulary import (
    CaseState,
    EnrolmentOutcome,
    Gender,
    ProgressStep,
    Rating,
    Role,
    Severity,
    SponsorRole,
    SponsorshipState,
    TermPeriod,
)
from tests import factories as make

LISTS = ["assignments", "evaluations", "hardship", "results-1", "results-2", "results-year", "students"]
OF_STUDENTS = {"results-1", "results-2", "results-year", "students"}


def rows_as(session, actor, report):
    """The report's rows as somebody who has not seen any of them before."""
    session.flush()
    session.expunge_all()
    set_actor(session, actor)
    return list(REPORTS[report].rows(session, actor, session.scalars(select(SchoolYear)).one()))


@pytest.fixture
def year(session):
    return make.the_year(session)


def test_every_report_has_a_column_for_each_value(session, operator, year):
    case, staff = make.make_case(session), make.make_staff(session)
    make.make_sponsorship(session, case, staff)
    make.make_evaluation(session, case, staff)
    found = {name: rows_as(session, operator, name) for name in REPORTS}
    waiting = make.make_case(session)
    found["left-over"] = rows_as(session, operator, "left-over")
    assert waiting.code in found["left-over"][0]
    for name, report in REPORTS.items():
        (row,) = found[name]
        assert len(row) == len(report.columns_of(session, operator, make.the_year(session))), name


def test_students_stand_by_class_and_name(session, operator, year):
    tenth = make.make_classroom(session, "10A1")
    eleventh = make.make_classroom(session, "11A1", grade=11)
    make.make_student(session, "Lê An", eleventh, code="3")
    make.make_student(session, "Trần Đạt", tenth, code="2")
    make.make_student(session, "Vũ Bình", tenth, code="1", gender=Gender.MALE, date_of_birth=dt.date(2010, 5, 7))
    rows = rows_as(session, operator, "students")
    assert [(row[0], row[1], row[5]) for row in rows] == [(1, "1", "10A1"), (2, "2", "10A1"), (3, "3", "11A1")]
    assert rows[0][2:7] == ("Vũ Bình", dt.date(2010, 5, 7), Gender.MALE, "10A1", "Mạ")


def test_a_student_who_changed_class_stands_in_the_new_one_only(session, operator, year):
    old, new = make.make_classroom(session, "10A1"), make.make_classroom(session, "10A2")
    student = make.make_student(session, "Lê An", old)
    stay = student.enrolments[0]
    stay.ended_on, stay.outcome = dt.date(2025, 10, 1), EnrolmentOutcome.MOVED
    session.flush()
    make.make_enrolment(session, student, new, started_on=dt.date(2025, 10, 2))
    assert [row[5] for row in rows_as(session, operator, "students")] == ["10A2"]


def test_sponsors_are_written_as_in_the_plans_appendix(session, operator, year):
    student = make.make_student(session, "Lê An", make.make_classroom(session, "12A2"), code="HS7")
    case = make.make_case(session, student)
    people = [make.make_staff(session, name) for name in ("Bùi Tài", "Võ Mỹ", "Hà Tú", "Ngô Ánh", "Cao Sơn")]
    tai, my, tu, anh, son = people
    make.make_sponsorship(session, case, tai, role=SponsorRole.SUPPORTING)
    make.make_sponsorship(session, case, my, role=SponsorRole.JOINT)
    make.make_sponsorship(session, case, tu, role=SponsorRole.JOINT)
    make.make_sponsorship(session, case, anh, state=SponsorshipState.ENDED, ended_on=dt.date(2025, 9, 9))
    make.make_sponsorship(session, case, son, role=SponsorRole.SUPPORTING, state=SponsorshipState.REGISTERED)
    make.make_case(session)  # nobody is assigned to it: no line
    assert rows_as(session, operator, "assignments") == [
        (1, "HS7", "Lê An", "12A2", make.SECRET, "em chăm, còn hổng Toán", "1. Võ Mỹ; 2. Hà Tú; 3. Bùi Tài (hỗ trợ)")
    ]


def test_evaluations_say_whose_month_it_was(session, operator, year):
    case, staff = make.make_case(session, make.make_student(session, "Lê An")), make.make_staff(session, "Bùi Tài")
    make.make_evaluation(session, case, staff, comment="em đi học đều")
    code = case.code
    (row,) = rows_as(session, operator, "evaluations")
    assert row[:4] == (1, code, "Lê An", "2025-09")
    assert row[8] is ProgressStep.IMPROVED
    assert (row[10], row[12]) == ("em đi học đều", "Bùi Tài")


def school_of_two(session):
    """Two classes with a sponsored student each; the teacher keeps the first and sponsors in neither."""
    teacher, account = make.make_person(session, [Role.TEACHER], "Lê Cô")
    for name, keeper in (("10A1", teacher), ("10A2", None)):
        room = make.make_classroom(session, name, homeroom_teacher=keeper)
        case = make.make_case(session, make.make_student(session, f"Em {name}", room))
        sponsor = make.make_staff(session, "Bùi Tài")
        make.make_sponsorship(session, case, sponsor)
        make.make_evaluation(session, case, sponsor)
        make.make_hardship(session, case)
    return account


@pytest.mark.parametrize("report", LISTS)
def test_a_teacher_exports_the_own_class_only(session, operator, year, report):
    actor = actor_for(session, school_of_two(session), operator.now)
    rows = rows_as(session, actor, report)
    assert [cell for row in rows for cell in row if str(cell).startswith("Em ")] == ["Em 10A1"]


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.ADMIN, OF_STUDENTS),
        (Role.COUNCIL, set()),
        (Role.SECRETARY, set(LISTS)),
        (Role.LEADERSHIP, set(LISTS)),
        (Role.UNION, set(LISTS)),
    ],
)
def test_who_may_export_what(session, operator, year, role, seen):
    school_of_two(session)
    _, account = make.make_person(session, [role])
    actor = actor_for(session, account, operator.now)
    for report in LISTS:
        if report in seen:
            assert len(rows_as(session, actor, report)) == 2
        else:
            with pytest.raises(NotAllowed):
                rows_as(session, actor, report)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.UNION])
def test_circumstances_stay_out_of_the_lists_of_those_who_may_not_see_them(session, operator, year, role):
    school_of_two(session)
    _, account = make.make_person(session, [role])
    actor = actor_for(session, account, operator.now)
    reports = ["students"] if role is Role.ADMIN else ["students", "assignments", "hardship"]
    shown = str([rows_as(session, actor, report) for report in reports])
    assert make.SECRET not in shown
    assert "Bon Bu Prâng" not in shown
    assert "Hộ nghèo" not in shown


def test_a_student_who_came_back_stands_once_where_the_student_is_now(session, operator, year):
    old, new = make.make_classroom(session, "10A1"), make.make_classroom(session, "10A2")
    student = make.make_student(session, "Lê An", old, code="7")
    stay = student.enrolments[0]
    stay.ended_on, stay.outcome = dt.date(2025, 10, 1), EnrolmentOutcome.DROPPED_OUT
    session.flush()
    make.make_enrolment(session, student, new, started_on=dt.date(2025, 11, 1))
    for report in ("students", "results-1"):
        assert [row[1] for row in rows_as(session, operator, report)] == ["7"]
    assert rows_as(session, operator, "students")[0][5] == "10A2"


def test_results_are_a_list_of_all_with_those_of_the_period_filled_in(session, operator, year):
    room = make.make_classroom(session, "10A1")
    one, _ = make.make_student(session, "Lê An", room, code="1"), make.make_student(session, "Lê Bình", room, code="2")
    make.make_result(session, one.enrolments[0], learning=Rating.FAIR, absences_excused=0)
    first, second = TermPeriod.SEMESTER_1, TermPeriod.SEMESTER_2
    assert rows_as(session, operator, "results-1") == [
        (1, "1", "Lê An", "10A1", first, Rating.FAIR, None, 0, None),
        (2, "2", "Lê Bình", "10A1", first, None, None, None, None),
    ]
    assert rows_as(session, operator, "results-2")[0][4:] == (second, None, None, None, None)


def test_a_result_of_the_class_before_stands_beside_the_class_now(session, operator, year):
    old, new = make.make_classroom(session, "10A1"), make.make_classroom(session, "10A2")
    student = make.make_student(session, "Lê An", old)
    stay = student.enrolments[0]
    make.make_result(session, stay, learning=Rating.MET)
    stay.ended_on, stay.outcome = dt.date(2026, 1, 31), EnrolmentOutcome.MOVED
    session.flush()
    make.make_enrolment(session, student, new, started_on=dt.date(2026, 2, 1))
    assert [(row[3], row[5]) for row in rows_as(session, operator, "results-1")] == [("10A2", Rating.MET)]


def test_staff_stand_by_name_with_department_and_classes(session, operator, year):
    maths = make.make_department(session, "Toán")
    lan = make.make_staff(session, "Trần Lan", code="1", department=maths, gender=Gender.FEMALE, phone="0912345678")
    make.make_staff(session, "Lê An", code="2", left_on=dt.date(2025, 8, 31))
    make.make_staff(session, "Vũ Bình", code="3", left_on=dt.date(2025, 9, 1))
    for name in ("10A1", "10A2"):
        make.make_classroom(session, name, homeroom_teacher=lan)
    rows = rows_as(session, operator, "staff")
    assert [row[:3] for row in rows] == [(1, "3", "Vũ Bình"), (2, "1", "Trần Lan")]
    assert rows[1][3:5] == (Gender.FEMALE, "Toán")
    assert rows[1][7:] == ("10A1; 10A2", None, "0912345678")


def test_hardships_stand_in_a_row_for_each_severity_and_texts_once(session, operator, year):
    case = make.make_case(session, make.make_student(session, "Lê An", make.make_classroom(session, "10A1"), code="7"))
    for code, severity in (("orphan", "support"), ("poor_household", "support"), ("wants_to_leave", "urgent")):
        make.make_hardship(session, case, category_id=make.a_category(session, code).id, severity=Severity(severity))
    closed = make.make_case(session, state=CaseState.CLOSED)
    rows = rows_as(session, operator, "hardship")
    assert [row[1:6] for row in rows] == [
        ("7", "Lê An", "10A1", "Có ý định nghỉ học", Severity.URGENT),
        ("7", "Lê An", "10A1", "Hộ nghèo; Mồ côi cha, mẹ hoặc cả hai", Severity.SUPPORT),
    ]
    assert [row[7] for row in rows] == [make.SECRET, None]
    assert closed.code not in str(rows)


def test_two_sponsors_of_one_name_are_told_apart_by_their_codes(session, operator, year):
    case = make.make_case(session, make.make_student(session, "Lê An"))
    people = [make.make_staff(session, name, code=code) for name, code in (("Võ Tâm", "G1"), ("VÕ TÂM", "G2"))]
    other = make.make_staff(session, "Y, Bhiu", code="G3")
    for staff, role in zip([*people, other], (SponsorRole.JOINT, *[SponsorRole.SUPPORTING] * 2), strict=True):
        make.make_sponsorship(session, case, staff, role=role)
    ((*_, sponsors),) = rows_as(session, operator, "assignments")
    assert sponsors == "1. Võ Tâm [G1] (cùng đỡ đầu); 2. VÕ TÂM [G2] (hỗ trợ); 3. Y  Bhiu [G3] (hỗ trợ)"
