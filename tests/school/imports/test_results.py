"""Term results: of whom, of which period, on which scale."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.imports.importing import ListKind
from school.imports.results import find_period
from school.vocabulary import Rating, Role, TermPeriod
from tests.school.imports.conftest import STUDENT_ROWS, Take
from tests.school.imports.test_assignments import account_of
from tests.school.imports.test_staff import counts

RESULTS = ListKind.RESULTS
HEADER = ["Mã học sinh", "Họ và tên", "Lớp", "Kết quả học tập", "Kết quả rèn luyện", "Vắng có phép", "Vắng không phép"]
ROWS = [HEADER, ["HS1", "Trần Văn Đạt", "10A1", "Khá", "Tốt", 2, 0], ["HS2", "", "", "Yếu", "", "", ""]]
Roster = dict[str, int]


def results(session: Session) -> list[tuple]:
    found = session.scalars(select(m.TermResult).order_by(m.TermResult.id))
    return [
        (
            row.enrolment.student.code,
            row.period,
            row.learning,
            row.conduct,
            row.absences_excused,
            row.absences_unexcused,
        )
        for row in found
    ]


@pytest.mark.parametrize(
    ("titles", "name", "period"),
    [
        ([], "ket-qua-hoc-ky-1.csv", TermPeriod.SEMESTER_1),
        ([], "KQ HK2 10A1.xlsx", TermPeriod.SEMESTER_2),
        ([], "ket_qua_ca_nam.xls", TermPeriod.YEAR),
        (["KẾT QUẢ HỌC KỲ II NĂM HỌC 2025-2026"], "ket-qua-hoc-ky-1.csv", TermPeriod.SEMESTER_2),
        (["Kết quả học kì I"], "", TermPeriod.SEMESTER_1),
        (["Kết quả cả năm (HK1, HK2)"], "", TermPeriod.YEAR),
        (["BẢNG ĐIỂM"], "bang.csv", TermPeriod.SEMESTER_1),
    ],
)
def test_the_period_stands_in_the_title_or_the_file_name(titles: list[str], name: str, period: TermPeriod) -> None:
    assert find_period(titles, name) is period


def test_results_are_taken_of_either_scale(session: Session, take: Take, roster: Roster) -> None:
    report = take(RESULTS, ROWS)
    assert counts(report) == (2, 0, 0, 0)
    assert report.as_dict()["semester"] == "semester_1"
    first = TermPeriod.SEMESTER_1
    assert results(session) == [
        ("HS1", first, Rating.FAIR, Rating.GOOD, 2, 0),
        ("HS2", first, Rating.OLD_WEAK, None, None, None),
    ]
    assert counts(take(RESULTS, ROWS)) == (0, 0, 2, 0)


def test_the_period_given_wins(session: Session, take: Take, roster: Roster) -> None:
    take(RESULTS, ROWS, name="hoc-ky-1.csv", period=TermPeriod.YEAR)
    assert {row[1] for row in results(session)} == {TermPeriod.YEAR}


def test_what_differs_is_updated_and_empty_cells_are_not(session: Session, take: Take, roster: Roster) -> None:
    take(RESULTS, ROWS)
    assert counts(take(RESULTS, [HEADER, ["HS1", "", "", "Tốt", "", "", ""]])) == (0, 1, 0, 0)
    assert results(session)[0][2:] == (Rating.GOOD, Rating.GOOD, 2, 0)


def test_a_row_without_any_result_makes_none(session: Session, take: Take, roster: Roster) -> None:
    assert counts(take(RESULTS, [HEADER, ["HS1", "Trần Văn Đạt", "10A1", "", "", "", ""]])) == (0, 0, 1, 0)
    assert results(session) == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["HS9", "An", "10A1", "Tốt"], "Chưa có học sinh nào mang mã HS9"),
        (["HS1", "An", "10A1", "Tốt"], "đã dùng ở dòng 2"),
        (["", "Trần Văn Đạt", "10A1", "Tốt"], "đã có ở dòng 2"),
        (["", "Trần Văn Đạt", "10A2", "Tốt"], "Không có em nào"),
        (["", "Trần Văn Đạt", "", "Tốt"], "cũng không có lớp"),
        (["", "", "10A2", "Tốt"], "Thiếu họ và tên"),
        (["HS3", "", "", "Xuất sắc"], "không có trong thang"),
        (["HS3", "", "", "", "", "nhiều"], "Số buổi vắng"),
    ],
)
def test_a_row_is_rejected_with_its_reason(take: Take, roster: Roster, row: list[str], reason: str) -> None:
    report = take(RESULTS, [*ROWS, row])
    assert counts(report) == (2, 0, 0, 1)
    assert reason in report.plan.reasons()[4]


def test_a_student_of_no_class_this_year_is_told_apart(take: Take, roster: Roster) -> None:
    report = take(RESULTS, ROWS, year_name="2026-2027")
    assert "không có tên trong lớp nào của năm học 2026-2027" in report.plan.reasons()[2]


def test_another_name_beside_the_code_is_remarked(take: Take, roster: Roster) -> None:
    report = take(RESULTS, [HEADER, ["HS1", "Lê Thị Khác", "10A1", "Tốt"]])
    assert counts(report) == (1, 0, 0, 0)
    assert "Trần Văn Đạt" in str(report.plan.warnings[0])


def test_a_result_given_before_the_class_changed_stays_the_one(session: Session, take: Take, roster: Roster) -> None:
    take(RESULTS, ROWS)
    take(ListKind.STUDENTS, [STUDENT_ROWS[0], ["HS1", "", "", "10A2", ""]])
    assert counts(take(RESULTS, ROWS)) == (0, 0, 2, 0)
    assert len(results(session)) == 2


def test_a_column_of_periods_names_the_period_and_guards_it(session: Session, take: Take, roster: Roster) -> None:
    header = ["Mã HS", "Học lực", "Kỳ"]
    take(RESULTS, [header, ["HS1", "Khá", "Học kỳ II"]], name="ket-qua-hoc-ky-1.csv")
    assert [row[1] for row in results(session)] == [TermPeriod.SEMESTER_2]
    report = take(RESULTS, [header, ["HS1", "Tốt", "HK1"], ["HS2", "Tốt", "Cả năm"], ["HS3", "Tốt", ""]])
    assert counts(report) == (2, 0, 0, 1)
    assert "kỳ khác" in report.plan.reasons()[3]


def test_a_column_that_names_no_period_is_refused_row_by_row(take: Take, roster: Roster) -> None:
    report = take(RESULTS, [["Mã HS", "Học lực", "Kỳ"], ["HS1", "Khá", "đợt ba"]])
    assert "“đợt ba” không rõ" in report.plan.reasons()[2]


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("results-1.csv", TermPeriod.SEMESTER_1),
        ("results-2-2025-2026.xlsx", TermPeriod.SEMESTER_2),
        ("results-year (1).csv", TermPeriod.YEAR),
    ],
)
def test_our_own_exports_are_known_by_their_names(name: str, period: TermPeriod) -> None:
    assert find_period([], name) is period


def test_the_secretary_takes_results_in(session: Session, take: Take, roster: Roster) -> None:
    actor = account_of(session, None, Role.SECRETARY)
    assert counts(take(RESULTS, ROWS, actor=actor)) == (2, 0, 0, 0)
