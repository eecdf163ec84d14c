"""The header is found and its columns known by name; what is not about anybody falls out."""

from typing import Any

import pytest

from school.imports.columns import (
    ASSIGNMENTS,
    NO_HEADER,
    NO_ROWS,
    RESULTS,
    STAFF,
    STUDENTS,
    WRONG_LIST,
    ColumnMap,
    Listing,
    header_key,
    recognise,
)
from school.imports.readers import parse
from school.imports.tables import Unreadable, build_table
from tests.school.imports.conftest import SAMPLES

MAPS = [STAFF, STUDENTS, RESULTS, ASSIGNMENTS]


def listing(rows: list[list[Any]], columns: ColumnMap = STUDENTS) -> Listing:
    return recognise([build_table("", enumerate(rows, 1))], columns)


def test_a_header_over_nothing_is_no_list() -> None:
    with pytest.raises(Unreadable) as caught:
        listing([["Mã HS", "Họ tên", "Lớp"], ["", "Tổng số: 0", ""]])
    assert caught.value.msgid == NO_ROWS


@pytest.mark.parametrize("columns", MAPS, ids=lambda columns: columns.title)
def test_no_header_names_two_columns(columns: ColumnMap) -> None:
    names = [synonym for column in columns.columns for synonym in column.synonyms]
    assert len(names) == len(set(names))
    assert all(header_key(name) == name for name in names)
    known = {column.name for column in columns.columns}
    assert all(name in known for group in columns.needs for name in group)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Mã HS", "code"),
        ("Mã học sinh", "code"),
        ("MÃ ĐỊNH DANH", "code"),
        ("Lớp", "class_name"),
        ("Lớp học", "class_name"),
        ("Sinh ngày", "date_of_birth"),
        ("Ngày sinh (dd/mm/yyyy)", "date_of_birth"),
        ("TT", "number"),
        ("Stt", "number"),
        ("Họ và  tên (*)", "full_name"),
        ("Ho\u0323 va\u0300 te\u0302n", "full_name"),
        ("Điện thoại/Zalo", "phone"),
    ],
)
def test_headers_are_known_in_their_usual_spellings(header: str, name: str) -> None:
    others = [text for text, field in (("Mã", "code"), ("Họ tên", "full_name"), ("Dân tộc", "x")) if field != name]
    assert listing([[*others, header], ["HS1", "An", "Mạ"]]).columns[name] == len(others)


def test_the_header_is_found_below_titles_and_in_any_order() -> None:
    found = listing([["TRƯỜNG THPT"], [], ["Lớp", "Ghi chú", "Họ và tên", "Mã HS"], ["10A1", "", "An", "1"]])
    assert found.header_row == 3
    assert found.titles == ("", "TRƯỜNG THPT")
    assert [(record.row, record.get("code"), record.get("full_name")) for record in found.records] == [(4, "1", "An")]


def test_the_list_may_stand_in_a_later_table() -> None:
    signatures = build_table("", [(1, ["Nơi nhận", "HIỆU TRƯỞNG"])])
    table = build_table("", enumerate([["Mã HS", "Họ tên", "Lớp"], ["1", "An", "10A1"]], 1))
    assert len(recognise([signatures, table], STUDENTS).records) == 1


def test_without_a_header_the_columns_looked_for_are_named() -> None:
    with pytest.raises(Unreadable, match="“Mã học sinh”") as caught:
        listing([["a", "b"], ["c", "d"]])
    assert caught.value.msgid == NO_HEADER


@pytest.mark.parametrize(
    ("sample", "kind", "columns"),
    [
        ("danh-sach-can-bo-giao-vien.xlsx", "xlsx", [STUDENTS, RESULTS, ASSIGNMENTS]),
        ("danh-sach-hoc-sinh.xlsx", "xlsx", [STAFF, RESULTS, ASSIGNMENTS]),
        ("ket-qua-hoc-ky-1.csv", "text", [STAFF, ASSIGNMENTS]),
        ("phan-cong-ho-tro-2025-2026.docx", "docx", [STAFF, STUDENTS, RESULTS]),
    ],
)
def test_a_sample_is_no_list_of_another_kind(sample: str, kind: str, columns: list[ColumnMap]) -> None:
    tables = parse(kind, (SAMPLES / sample).read_bytes())
    for wrong in columns:
        with pytest.raises(Unreadable):
            recognise(tables, wrong)


def test_a_staff_list_with_birthdays_is_still_no_student_list() -> None:
    with pytest.raises(Unreadable, match="Tổ chuyên môn") as caught:
        listing([["Mã", "Họ tên", "Ngày sinh", "Tổ chuyên môn"], ["1", "An", "", "Toán"]])
    assert caught.value.msgid == WRONG_LIST


def test_a_second_header_row_names_what_the_first_leaves_open() -> None:
    rows = [
        ["Mã HS", "Họ và tên", "", "Vắng", ""],
        ["", "Họ đệm", "Tên", "Có phép", "Không phép"],
        ["1", "Trần Văn", "An", "2", "0"],
    ]
    found = listing(rows, RESULTS)
    (record,) = found.records
    assert (record.row, record.get("absences_excused"), record.get("absences_unexcused")) == (3, "2", "0")
    assert (record.get("family_name"), record.get("given_name")) == ("Trần Văn", "An")


def test_a_name_header_over_two_columns_of_text_holds_both_names() -> None:
    (record,) = listing([["Mã HS", "Họ và tên", "", "Lớp"], ["1", "Trần Văn", "An", "10A1"]]).records
    assert (record.get("family_name"), record.get("given_name")) == ("Trần Văn", "An")


def test_a_lone_given_name_is_the_full_name() -> None:
    (record,) = listing([["Mã HS", "Tên", "Lớp"], ["1", "Trần Văn An", "10A1"]]).records
    assert record.get("full_name") == "Trần Văn An"


@pytest.mark.parametrize(
    "row",
    [
        ["", "Tổng số: 342 học sinh", ""],
        ["Tổng", "342", ""],
        ["", "Cộng", ""],
        ["", "", "Hiệu trưởng"],
        ["", "", "Đắk Nông, ngày 5 tháng 9 năm 2025"],
        ["(1)", "(2)", "(3)"],
        ["1", "2", "3"],
        ["Mã HS", "Họ tên", "Lớp"],
    ],
)
def test_rows_about_nobody_fall_out(row: list[str]) -> None:
    rows = [["Mã HS", "Họ tên", "Lớp"], ["HS1", "An", "10A1"], row]
    assert [record.row for record in listing(rows).records] == [2]


def test_what_stands_below_the_totals_falls_out() -> None:
    rows = [["Mã HS", "Họ tên", "Lớp"], ["HS1", "An", "10A1"], ["", "Tổng: 1"], ["", "Nguyễn Thị Lan"]]
    assert [record.row for record in listing(rows).records] == [2]


@pytest.mark.parametrize(
    "row",
    [
        ["HS2", "", ""],
        ["", "Tống Văn Bình", "10A1"],
        ["", "Tống Văn Bình", ""],
        ["", "Cống Thị Hà", ""],
        ["HS2", "Tổng Văn Cộng", "10A1"],
    ],
)
def test_rows_about_somebody_stay(row: list[str]) -> None:
    rows = [["Mã HS", "Họ tên", "Lớp"], ["HS1", "An", "10A1"], row]
    assert [record.row for record in listing(rows).records] == [2, 3]


def test_a_post_that_begins_like_a_total_stays() -> None:
    rows = [["Họ tên", "Chức vụ", "Tổ"], ["An", "Tổng phụ trách Đội", "Văn phòng"]]
    assert len(listing(rows, STAFF).records) == 1


def test_formulas_without_a_result_are_known_by_field() -> None:
    table = build_table("", enumerate([["Mã HS", "Lớp", "Ghi chú"], ["1", "10A1"]], 1), {(2, 2), (9, 1)})
    (record,) = recognise([table], STUDENTS).records
    assert record.unsaved == ("note",)
