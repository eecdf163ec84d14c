"""The staff list makes people, departments with head and deputy, classes and homeroom teachers."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.imports.importing import ListKind
from school.vocabulary import Gender, Origin
from tests.school.imports.conftest import STAFF_ROWS, Take, written

STAFF = ListKind.STAFF
HEADER = STAFF_ROWS[0]


def person(session: Session, code: str) -> m.Staff:
    return session.scalars(select(m.Staff).where(m.Staff.code == code)).one()


def department(session: Session, name: str) -> m.Department:
    return session.scalars(select(m.Department).where(m.Department.name == name)).one()


def counts(report) -> tuple[int, ...]:
    told = report.as_dict()
    return told["created"], told["updated"], told["unchanged"], len(told["rejected"])


def test_a_list_makes_people_departments_and_classes(session: Session, take: Take) -> None:
    assert counts(take(STAFF, STAFF_ROWS)) == (3, 0, 0, 0)
    maths = department(session, "Toán")
    assert (maths.head.code, maths.deputy.code) == ("GV1", "GV2")
    classes = {room.name: (room.grade, room.homeroom_teacher.code) for room in session.scalars(select(m.Classroom))}
    assert classes == {"10A1": (10, "GV1"), "10A2": (10, "GV2")}
    assert [person(session, code).is_teacher for code in ("GV1", "GV2", "GV3")] == [True, True, False]


def test_every_change_is_entered_as_imported(session: Session, take: Take) -> None:
    take(STAFF, STAFF_ROWS)
    assert {entry.origin for entry in session.scalars(select(m.AuditEntry))} == {Origin.IMPORT}


def test_the_second_time_nothing_changes(session: Session, take: Take) -> None:
    take(STAFF, STAFF_ROWS)
    before = written(session)
    assert counts(take(STAFF, STAFF_ROWS)) == (0, 0, 3, 0)
    assert written(session) == before


def test_empty_and_missing_cells_change_nothing(session: Session, take: Take) -> None:
    take(STAFF, STAFF_ROWS)
    assert counts(take(STAFF, [["Mã", "Tổ", "Chức vụ"], ["GV1", "", ""], ["GV2", "", "Giáo viên"]])) == (0, 1, 1, 0)
    assert person(session, "GV1").subject == "Toán"
    assert person(session, "GV1").department.name == "Toán"
    assert department(session, "Toán").deputy.code == "GV2"


def test_a_new_head_takes_over(session: Session, take: Take) -> None:
    take(STAFF, STAFF_ROWS)
    report = take(STAFF, [HEADER, ["GV2", "Lê Quang Vinh", "Toán", "Tin", "Tổ trưởng", "10A1"]])
    assert {change.what for change in report.plan.entries[0].changes} == {
        "staff.post",
        "department.head",
        "classroom.homeroom_teacher",
    }
    maths = department(session, "Toán")
    assert maths.head.code == "GV2"
    assert maths.deputy is None


def test_head_and_deputy_change_places(session: Session, take: Take) -> None:
    take(STAFF, STAFF_ROWS)
    take(STAFF, [HEADER, ["GV2", "", "Toán", "", "Tổ trưởng", ""], ["GV1", "", "Toán", "", "Tổ phó", ""]])
    maths = department(session, "Toán")
    assert (maths.head.code, maths.deputy.code) == ("GV2", "GV1")


def test_two_claims_to_one_post_leave_it_with_the_first(session: Session, take: Take) -> None:
    rows = [HEADER, ["GV1", "A", "Toán", "", "Tổ trưởng", "10A1"], ["GV2", "B", "Toán", "", "TỔ TRƯỞNG", "10 A1"]]
    report = take(STAFF, rows)
    assert counts(report) == (2, 0, 0, 0)
    assert [remark.row for remark in report.plan.warnings] == [3, 3]
    assert department(session, "Toán").head.code == "GV1"
    assert counts(take(STAFF, rows)) == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("post", "place"),
    [
        ("Tổ trưởng chuyên môn", "head"),
        ("TTCM", "head"),
        ("Phó Hiệu trưởng, tổ trưởng", "head"),
        ("Phó tổ trưởng", "deputy"),
        ("Tổ phó", "deputy"),
        ("Chủ tịch Công đoàn, Tổ trưởng", "head"),
        ("Bí thư Đoàn kiêm tổ phó", "deputy"),
        ("Tổ trưởng Công đoàn", None),
        ("Phó Hiệu trưởng", None),
        ("Tổng phụ trách", None),
    ],
)
def test_the_post_tells_who_heads_the_department(session: Session, take: Take, post: str, place: str | None) -> None:
    take(STAFF, [HEADER, ["GV1", "A", "Toán", "Toán", post, ""]])
    maths = department(session, "Toán")
    assert (maths.head is not None, maths.deputy is not None) == (place == "head", place == "deputy")


def test_departments_are_the_same_however_dashes_stand(session: Session, take: Take) -> None:
    take(STAFF, [HEADER, ["GV1", "A", "Toán - Tin", "", "", ""], ["GV2", "B", "Toán-Tin", "", "", ""]])
    assert [row.name for row in session.scalars(select(m.Department))] == ["Toán - Tin"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["", "Người Lạ", "Toán", "", "", ""], "Thiếu mã"),
        (["GV9", "", "Toán", "", "", ""], "Thiếu họ và tên"),
        (["GV1", "Nguyễn Thị Lan", "Toán", "", "", ""], "đã dùng ở dòng 2"),
        (["gv1", "Nguyễn Thị Lan", "Toán", "", "", ""], "đã dùng ở dòng 2"),
        (["GV9", "A", "Toán", "", "", "A1"], "không rõ khối"),
    ],
)
def test_a_row_is_rejected_with_its_reason(take: Take, row: list[str], reason: str) -> None:
    report = take(STAFF, [*STAFF_ROWS, row])
    assert counts(report) == (3, 0, 0, 1)
    assert reason in report.plan.reasons()[5]


def test_without_a_code_people_are_known_by_name(session: Session, take: Take) -> None:
    take(STAFF, STAFF_ROWS)
    rows = [["Họ và tên", "Tổ", "Điện thoại"], ["NGUYEN THI LAN", "Toán", "912345678"]]
    assert counts(take(STAFF, rows)) == (0, 1, 0, 0)
    assert person(session, "GV1").phone == "0912345678"


def test_two_of_one_name_are_not_guessed(take: Take) -> None:
    take(STAFF, [HEADER, ["GV1", "Lê An", "Toán", "", "", ""], ["GV2", "Lê An", "Văn", "", "", ""]])
    report = take(STAFF, [["Họ và tên", "Tổ"], ["Lê An", "Toán"]])
    assert "2 người cùng tên" in report.plan.reasons()[2]


def test_girls_marked_in_a_column_of_their_own(session: Session, take: Take) -> None:
    take(STAFF, [["Mã", "Họ tên", "Nữ", "Tổ"], ["1", "Lan", "x", "Toán"], ["2", "Vinh", "", "Toán"]])
    assert [person(session, code).gender for code in "12"] == [Gender.FEMALE, Gender.MALE]


def test_a_code_that_excel_has_spoilt_never_falls_back_to_the_name(session: Session, take: Take) -> None:
    take(STAFF, STAFF_ROWS)
    report = take(STAFF, [HEADER, ["6.6E+08", "Nguyễn Thị Lan", "Văn", "", "", ""], ["GV1", "", "Toán", "", "", ""]])
    assert counts(report) == (0, 0, 1, 1)
    assert "số mũ" in report.plan.reasons()[2]


def test_a_code_that_only_looks_spoilt_is_known(session: Session, take: Take) -> None:
    session.add(m.Staff(code="1E5", full_name="Lê An"))
    session.flush()
    assert counts(take(STAFF, [HEADER, ["1E5", "Lê An", "", "", "", ""]])) == (0, 0, 1, 0)


def test_one_teacher_may_keep_two_classes(session: Session, take: Take) -> None:
    rows = [HEADER, ["GV1", "Lê An", "Toán", "Toán", "", "10A1; 11A2"]]
    assert counts(take(STAFF, rows)) == (1, 0, 0, 0)
    assert {room.name: room.homeroom_teacher.code for room in session.scalars(select(m.Classroom))} == {
        "10A1": "GV1",
        "11A2": "GV1",
    }
    assert counts(take(STAFF, rows)) == (0, 0, 1, 0)


def test_a_list_that_says_nothing_new_leaves_the_head_who_was_chosen_since(session: Session, take: Take) -> None:
    take(STAFF, STAFF_ROWS)
    maths = department(session, "Toán")
    maths.head, maths.deputy = person(session, "GV3"), None
    session.flush()
    assert counts(take(STAFF, STAFF_ROWS)) == (0, 0, 3, 0)
    assert (department(session, "Toán").head.code, department(session, "Toán").deputy) == ("GV3", None)


def test_a_number_that_differs_in_its_blanks_is_the_same(session: Session, take: Take) -> None:
    take(STAFF, STAFF_ROWS)
    person(session, "GV1").phone = "0912 345 678"
    session.flush()
    assert counts(take(STAFF, [["Mã", "Tổ", "SĐT"], ["GV1", "Toán", "912345678"]])) == (0, 0, 1, 0)


def test_two_departments_that_differ_in_a_dash_are_told_apart_where_both_are_there(
    session: Session, take: Take
) -> None:
    session.add_all([m.Department(name="Toán-Tin"), m.Department(name="Toán - Tin")])
    session.flush()
    take(STAFF, [HEADER, ["GV1", "A", "Toán - Tin", "", "", ""], ["GV2", "B", "Toán-Tin", "", "", ""]])
    assert [person(session, code).department.name for code in ("GV1", "GV2")] == ["Toán - Tin", "Toán-Tin"]
