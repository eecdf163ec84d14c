"""The student list: repairs, rejections, and the class of the year."""

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.imports.importing import ListKind
from school.rules.actor import Actor
from school.services import accounts
from school.services.access import actor_for
from school.services.guard import set_actor
from school.services.roster import PRIVATE_FIELDS, save_student
from school.vocabulary import EnrolmentOutcome, Gender, Origin, Role
from tests.cast import NOW
from tests.school.imports.conftest import STUDENT_ROWS, Take
from tests.school.imports.test_assignments import account_of
from tests.school.imports.test_staff import counts

STUDENTS = ListKind.STUDENTS
HEADER = STUDENT_ROWS[0]
Roster = dict[str, int]


def student(session: Session, code: str) -> m.Student:
    return session.scalars(select(m.Student).where(m.Student.code == code)).one()


def stays(session: Session, code: str) -> list[tuple[str, dt.date, dt.date | None]]:
    found = session.scalars(
        select(m.Enrolment).where(m.Enrolment.student_id == student(session, code).id).order_by(m.Enrolment.started_on)
    )
    return [(stay.classroom.name, stay.started_on, stay.ended_on) for stay in found]


def test_a_list_makes_students_with_what_is_private_and_their_class(session: Session, take: Take) -> None:
    rows = [
        ["DANH SÁCH HỌC SINH"],
        [
            "TT", "Mã định danh", "Họ đệm", "Tên", "Sinh ngày", "Giới tính", "Lớp học", "Dân tộc", "Diện chính sách",
            "Họ tên cha", "Họ tên mẹ", "SĐT", "Nơi ở", "Ghi chú",
        ],
        [
            1, 662500001.0, "  Trâ\u0300n Văn", "Đạt ", dt.date(2010, 7, 15), "Nam", "10 a1", "Mạ", "Hộ nghèo",
            "Trần A", "Lê B", 304220354.0, "Bon Bu Prâng", "dòng một\nhai",
        ],
    ]  # fmt: skip
    assert counts(take(STUDENTS, rows)) == (1, 0, 0, 0)
    made = student(session, "662500001")
    assert (made.full_name, made.date_of_birth, made.gender) == ("Trần Văn Đạt", dt.date(2010, 7, 15), Gender.MALE)
    assert {name: getattr(made.private, name) for name in PRIVATE_FIELDS} == {
        "ethnicity": "Mạ",
        "policy_category": "Hộ nghèo",
        "father_name": "Trần A",
        "mother_name": "Lê B",
        "phone": "0304220354",
        "address": "Bon Bu Prâng",
        "note": "dòng một\nhai",
    }
    assert stays(session, "662500001") == [("10A1", dt.date(2025, 9, 1), None)]
    assert counts(take(STUDENTS, rows)) == (0, 0, 1, 0)


def test_every_row_of_an_import_is_in_the_log(session: Session, roster: Roster) -> None:
    entries = session.scalars(select(m.AuditEntry).where(m.AuditEntry.table_name.in_(("student", "enrolment"))))
    made = [(entry.table_name, entry.action, entry.origin, set(entry.changes)) for entry in entries]
    assert made.count(("student", "create", Origin.IMPORT, {"code", "full_name", "date_of_birth"})) == 3
    assert made.count(("enrolment", "create", Origin.IMPORT, {"student_id", "classroom_id", "started_on"})) == 3


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["HS9", "An", "31/02/2009", "10A1"], "31/02/2009"),
        (["HS9", "An", "15/10/2025", "10A1"], "trước hôm nay"),
        (["HS1", "An", "", "10A1"], "Mã HS1 đã dùng ở dòng 2"),
        (["HS9", "", "01/02/2010", "10A1"], "Thiếu họ và tên"),
        (["", "Người Lạ", "", "10A1"], "Không có em nào tên Người Lạ ở lớp 10A1"),
        (["", "Người Lạ", "", ""], "Không có mã, cũng không có lớp"),
        (["HS9", "An", "", "khối 10"], "không rõ khối"),
        (["HS9", "A" * 201, "", "10A1"], "200 ký tự"),
        (["6.6E+08", "An", "", "10A1"], "số mũ"),
    ],
)
def test_a_row_is_rejected_with_its_reason_and_stops_no_other(
    session: Session, take: Take, row: list[str], reason: str
) -> None:
    report = take(STUDENTS, [*STUDENT_ROWS, row, ["HS5", "Bình", "", "10A2"]])
    assert counts(report) == (4, 0, 0, 1)
    assert reason in report.plan.reasons()[5]


def test_all_reasons_of_a_row_stand_together(take: Take) -> None:
    report = take(STUDENTS, [HEADER, ["HS9", "", "31/02/2009", "lớp nào"]])
    assert [reason.count(".") >= 3 for reason in report.plan.reasons().values()] == [True]
    assert len(report.as_dict()["rejected"]) == 1


def test_a_code_stays_used_though_its_first_row_was_rejected(take: Take) -> None:
    report = take(STUDENTS, [HEADER, ["HS1", "", "", "10A1"], ["HS1", "An", "", "10A1"]])
    assert counts(report) == (0, 0, 0, 2)


def test_only_filled_cells_change_anything(session: Session, take: Take, roster: Roster) -> None:
    rows = [["Mã HS", "Họ tên", "Ngày sinh", "Điện thoại"], ["hs1", "", "", "912345678"], ["HS2", "", "", ""]]
    later = Actor.running_commands(NOW + dt.timedelta(hours=1), Origin.IMPORT)
    set_actor(session, later)
    assert counts(take(STUDENTS, rows, actor=later)) == (0, 1, 1, 0)
    one = student(session, "HS1")
    assert (one.full_name, one.date_of_birth) == ("Trần Văn Đạt", dt.date(2010, 6, 6))
    assert (one.private.phone, one.private.note) == ("0912345678", "đi xe buýt")
    assert one.version == 2  # the form that is open on it must see that it is old


def test_an_unknown_code_never_falls_back_to_the_name(session: Session, take: Take, roster: Roster) -> None:
    assert counts(take(STUDENTS, [HEADER, ["HS7", "Trần Văn Đạt", "06/06/2010", "10A1", ""]])) == (1, 0, 0, 0)
    assert len(session.scalars(select(m.Student).where(m.Student.search_name == "tran van dat")).all()) == 2


def test_without_a_code_a_student_is_known_by_name_and_class(session: Session, take: Take, roster: Roster) -> None:
    report = take(STUDENTS, [["Họ tên", "Lớp", "Dân tộc"], ["nguyen thi hoa", "10 A2", "Mạ"]])
    assert counts(report) == (0, 1, 0, 0)
    assert student(session, "HS3").private.ethnicity == "Mạ"
    assert student(session, "HS2").private is None


def test_of_two_alike_in_a_class_the_birthday_tells(session: Session, take: Take, roster: Roster) -> None:
    take(STUDENTS, [HEADER, ["HS4", "Nguyễn Thị Hòa", "01/01/2010", "10A2", ""]])
    rows = [["Họ tên", "Lớp", "Ngày sinh", "Dân tộc"], ["Nguyen Thi Hoa", "10A2", "", "Mạ"]]
    assert "có 2 em tên" in take(STUDENTS, rows).plan.reasons()[2]
    rows[1][2] = "08/06/2010"
    assert counts(take(STUDENTS, rows)) == (0, 1, 0, 0)
    assert student(session, "HS3").private.ethnicity == "Mạ"


def test_another_class_ends_the_stay_in_the_first(session: Session, take: Take, roster: Roster) -> None:
    assert counts(take(STUDENTS, [HEADER, ["HS1", "", "", "10A2", ""]])) == (0, 1, 0, 0)
    yesterday, today = dt.date(2025, 10, 14), dt.date(2025, 10, 15)
    assert stays(session, "HS1") == [("10A1", dt.date(2025, 9, 1), yesterday), ("10A2", today, None)]
    assert counts(take(STUDENTS, [HEADER, ["HS1", "", "", "10A2", ""]])) == (0, 0, 1, 0)


def test_the_next_year_promotes(session: Session, take: Take, roster: Roster) -> None:
    take(STUDENTS, [HEADER, ["HS1", "", "", "11A1", ""]], year_name="2026-2027")
    first = dt.date(2026, 9, 1)
    assert stays(session, "HS1") == [("10A1", dt.date(2025, 9, 1), dt.date(2026, 8, 31)), ("11A1", first, None)]
    ended = session.scalars(select(m.Enrolment).where(m.Enrolment.ended_on.is_not(None))).one()
    assert ended.outcome is EnrolmentOutcome.PROMOTED


def test_a_year_gone_by_is_entered_as_over(session: Session, take: Take, roster: Roster) -> None:
    rows = [HEADER, ["HS1", "", "", "9A1", ""]]
    assert counts(take(STUDENTS, rows, year_name="2024-2025")) == (0, 1, 0, 0)
    assert stays(session, "HS1") == [
        ("9A1", dt.date(2024, 9, 1), dt.date(2025, 5, 31)),
        ("10A1", dt.date(2025, 9, 1), None),
    ]
    assert counts(take(STUDENTS, rows, year_name="2024-2025")) == (0, 0, 1, 0)


def test_an_old_list_brings_nobody_back_who_has_left(session: Session, take: Take, roster: Roster) -> None:
    stay = student(session, "HS1").current_enrolment
    stay.ended_on, stay.outcome = dt.date(2025, 10, 1), EnrolmentOutcome.DROPPED_OUT
    session.flush()
    report = take(STUDENTS, STUDENT_ROWS)
    assert counts(report) == (0, 0, 3, 0)
    assert "Đã nghỉ học" in str(report.plan.warnings[0])
    assert len(stays(session, "HS1")) == 1


def test_a_note_edited_on_the_panel_wins(session: Session, take: Take, roster: Roster, panel: Actor) -> None:
    set_actor(session, panel)
    one = student(session, "HS1")
    values = {"code": "HS1", "full_name": one.full_name}
    save_student(session, panel, one, values, {"note": "đi bộ"}, version=one.version)
    set_actor(session, Actor.running_commands(NOW, Origin.IMPORT))
    report = take(STUDENTS, STUDENT_ROWS)
    assert counts(report) == (0, 0, 3, 0)
    assert [(remark.row, "Ghi chú" in str(remark)) for remark in report.plan.warnings] == [(2, True)]
    assert student(session, "HS1").private.note == "đi bộ"


def test_white_space_round_a_stored_text_is_no_difference(session: Session, take: Take, roster: Roster) -> None:
    student(session, "HS1").private.note = "đi xe buýt \n"
    session.flush()
    assert counts(take(STUDENTS, STUDENT_ROWS)) == (0, 0, 3, 0)


def test_an_administrator_imports_without_seeing_what_is_private(session: Session, take: Take, roster: Roster) -> None:
    account, _ = accounts.create(session, Actor.running_commands(NOW), "quan", [Role.ADMIN], None)
    admin = actor_for(session, account, NOW, origin=Origin.IMPORT)
    session.expunge_all()
    set_actor(session, admin)
    assert counts(take(STUDENTS, STUDENT_ROWS, actor=admin)) == (0, 0, 3, 0)
    changed = [HEADER, ["HS1", "", "", "", "đi bộ"]]
    assert counts(take(STUDENTS, changed, actor=admin)) == (0, 1, 0, 0)
    set_actor(session, Actor.running_commands(NOW))
    session.expire_all()
    assert student(session, "HS1").private.note == "đi bộ"


def test_girls_marked_in_a_column_of_their_own(session: Session, take: Take) -> None:
    rows = [["Mã HS", "Họ tên", "Lớp", "Nữ"], ["1", "Lan", "10A1", "x"], ["2", "Vinh", "10A1", ""]]
    take(STUDENTS, rows)
    assert [student(session, code).gender for code in "12"] == [Gender.FEMALE, Gender.MALE]


def test_an_empty_column_for_girls_says_nothing(session: Session, take: Take) -> None:
    take(STUDENTS, [["Mã HS", "Họ tên", "Lớp", "Nữ"], ["1", "Lan", "10A1", ""]])
    assert student(session, "1").gender is None


def test_many_students_take_few_statements(session: Session, take: Take, count_sql) -> None:
    rows = [HEADER, *([f"HS{n}", f"Trần Văn {n}", "01/01/2010", f"10A{n % 9}", "ghi"] for n in range(3000))]
    with count_sql() as made:
        take(STUDENTS, rows)
    with count_sql() as again:
        assert counts(take(STUDENTS, rows)) == (0, 0, 3000, 0)
    assert made.count - 3 * 3000 < 150  # SQLite inserts row by row, PostgreSQL by the batch; nothing else grows
    assert again.count < 60


def test_the_secretary_takes_students_in_and_makes_the_classes_that_are_missing(
    session: Session, take: Take, roster: Roster
) -> None:
    actor = account_of(session, None, Role.SECRETARY)
    rows = [HEADER, ["HS1", "", "", "12C1", ""], ["HS8", "Lê An", "", "12C1", ""]]
    assert counts(take(STUDENTS, rows, actor=actor)) == (1, 1, 0, 0)
    set_actor(session, Actor.running_commands(NOW))
    (room,) = session.scalars(select(m.Classroom).where(m.Classroom.name == "12C1"))
    assert (room.grade, room.homeroom_teacher_id) == (12, None)
    assert [name for name, *_ in stays(session, "HS8")] == ["12C1"]


def test_a_class_that_is_there_is_known_though_its_name_tells_no_grade(
    session: Session, take: Take, roster: Roster
) -> None:
    session.add(m.Classroom(name="CHỌN", grade=10, school_year=session.scalars(select(m.SchoolYear)).one()))
    session.flush()
    assert counts(take(STUDENTS, [HEADER, ["HS1", "", "", "Lớp Chọn", ""], ["HS2", "", "", "Lạ", ""]])) == (0, 1, 0, 1)
    assert student(session, "HS1").current_enrolment.classroom.name == "CHỌN"
