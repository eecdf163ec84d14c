"""The header is found and its columns known by name, or chosen by hand; what is not about anybody falls out."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.errors import RuleError
from school.imports.columns import (
    ASSIGNMENTS,
    HARDSHIP,
    LISTS,
    RESULTS,
    STAFF,
    STUDENTS,
    ColumnMap,
    Listing,
    header_key,
)
from school.imports.layout import (
    NO_HEADER,
    NO_ROWS,
    WRONG_LIST,
    Layout,
    column_letters,
    guess,
    headings,
    recognise,
    take,
)
from school.imports.readers import parse
from school.imports.tables import Unreadable, build_table
from tests.school.imports.conftest import SAMPLES


def listing(rows: list[list[Any]], columns: ColumnMap = STUDENTS, names: dict[str, str] | None = None) -> Listing:
    tables = [build_table("", enumerate(rows, 1))]
    return take(tables, columns, recognise(tables, columns, names or {}))


def test_a_header_over_nothing_is_no_list() -> None:
    with pytest.raises(Unreadable) as caught:
        listing([["Mã HS", "Họ tên", "Lớp"], ["", "Tổng số: 0", ""]])
    assert caught.value.msgid == NO_ROWS


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
    assert recognise([signatures, table], STUDENTS).table == 1


def test_without_a_header_the_columns_looked_for_are_named() -> None:
    with pytest.raises(Unreadable, match="“Mã học sinh”") as caught:
        listing([["a", "b"], ["c", "d"]])
    assert caught.value.msgid == NO_HEADER


@pytest.mark.parametrize(
    ("sample", "kind", "columns"),
    [
        ("danh-sach-can-bo-giao-vien.xlsx", "xlsx", [STUDENTS, RESULTS, ASSIGNMENTS, HARDSHIP]),
        ("danh-sach-hoc-sinh.xlsx", "xlsx", [STAFF, RESULTS, ASSIGNMENTS, HARDSHIP]),
        ("ket-qua-hoc-ky-1.csv", "text", [STAFF, ASSIGNMENTS, HARDSHIP]),
        ("phan-cong-ho-tro-2025-2026.docx", "docx", [STAFF, STUDENTS, RESULTS, HARDSHIP]),
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
    (record,) = take([table], STUDENTS, recognise([table], STUDENTS)).records
    assert record.unsaved == ("note",)


# Two header rows


@pytest.mark.parametrize("vertical", [False, True], ids=["Excel", "Word"])
def test_merged_headings_are_known_by_both_rows(vertical: bool) -> None:
    """Excel leaves the cell below a merged one empty, our reader of Word repeats it."""
    above = ["Mã HS", "Họ và tên", "Lớp", "Số buổi nghỉ", ""]
    below = [*(above[:3] if vertical else ["", "", ""]), "P", "K"]
    found = listing([above, below, ["1", "An", "10A1", "2", "0"]], RESULTS)
    assert {name: found.columns[name] for name in ("absences_excused", "absences_unexcused")} == {
        "absences_excused": 3,
        "absences_unexcused": 4,
    }
    assert [record.row for record in found.records] == [3]


def test_what_stands_under_the_parents_is_not_the_student_s() -> None:
    rows = [
        ["Mã HS", "Học sinh", "", "Lớp", "Cha", "", "Mẹ", ""],
        ["", "Họ đệm", "Tên", "", "Họ tên", "Điện thoại", "Họ tên", "Điện thoại"],
        ["1", "Lê Văn", "An", "10A1", "Lê Bình", "0912345678", "Hà Mai", ""],
    ]
    (record,) = listing(rows).records
    wanted = {"family_name": "Lê Văn", "given_name": "An", "father_name": "Lê Bình", "mother_name": "Hà Mai"}
    assert {name: record.get(name) for name in wanted} == wanted
    assert "full_name" not in record.values


def test_the_first_row_of_somebody_s_data_is_no_second_header() -> None:
    rows = [["Mã HS", "Họ và tên", "", "Lớp"], ["", "Trần Văn", "An", ""], ["2", "Lê Thị", "Bình", "10A1"]]
    assert [record.row for record in listing(rows).records] == [2, 3]


def test_a_header_that_comes_again_on_every_page_is_no_row() -> None:
    above, below = ["Mã HS", "Họ và tên", "", "Lớp"], ["", "Họ đệm", "Tên", ""]
    rows = [above, below, ["1", "Lê", "An", "10A1"], above, below, ["2", "Lê", "Bình", "10A1"]]
    assert [record.row for record in listing(rows).records] == [3, 6]


def test_half_a_name_is_none() -> None:
    assert "full_name" not in listing([["Mã HS", "Họ", "Lớp"], ["1", "Trần Văn", "10A1"]]).columns


# The school's own names


def test_the_school_s_own_names_win() -> None:
    rows = [["Mã HS", "Mã nội bộ", "Họ tên", "Lớp"], ["1", "7", "An", "10A1"]]
    (record,) = listing(rows, names={"ma noi bo": "code"}).records
    assert record.get("code") == "7"


def test_a_column_is_passed_over_when_the_school_says_so() -> None:
    rows = [["Mã HS", "Họ tên", "Lớp", "Ghi chú"], ["1", "An", "10A1", "nội bộ"]]
    assert "note" not in listing(rows, names={"ghi chu": ""}).columns
    assert "note" in listing(rows).columns


def test_a_heading_that_the_school_knows_is_not_foreign() -> None:
    rows = [["Mã HS", "Họ tên", "Lớp", "Tổ chuyên môn"], ["1", "An", "10A1", "Tổ 2"]]
    with pytest.raises(Unreadable):
        listing(rows)
    assert len(listing(rows, names={"to chuyen mon": ""}).records) == 1


def test_own_names_alone_make_a_header() -> None:
    rows = [["Danh sách"], ["Số hiệu em", "Phân hiệu"], ["1", "10A1"]]
    found = listing(rows, names={"so hieu em": "code", "phan hieu": "class_name"})
    assert (found.header_row, found.columns) == (2, {"code": 0, "class_name": 1})


def test_a_name_for_a_field_that_is_gone_changes_nothing() -> None:
    rows = [["Mã HS", "Họ tên", "Lớp", "Dân tộc"], ["1", "An", "10A1", "Mạ"]]
    assert listing(rows, names={"lop": "no_such_field"}).columns.keys() == {"code", "full_name", "ethnicity"}


def test_what_the_screen_shows_is_what_is_remembered() -> None:
    """The key of a heading over two rows, as the screen gives it, is found again in the next file."""
    above, below = ["Mã HS", "Họ tên", "Lớp", "Nghỉ học", ""], ["", "", "", "Loại một", "Loại hai"]
    rows = [above, below, ["1", "An", "10A1", "2", "0"]]
    shown = dict(headings(build_table("", enumerate(rows, 1)), 1))
    assert (shown[3], shown[4]) == ("Nghỉ học: Loại một", "Nghỉ học: Loại hai")
    names = {header_key(shown[3]): "absences_excused", header_key(shown[4]): "absences_unexcused"}
    found = listing(rows, RESULTS, names)
    assert (found.columns["absences_excused"], found.columns["absences_unexcused"]) == (3, 4)


# By hand

CHOSEN = [["x", "y", "z", "t"], ["1", "An", "10A1", "Lê"], ["2", "Bình", "10A2", "Hà"]]


def chosen(header_row: int = 1, table: int = 0, columns: ColumnMap = STUDENTS, **places: int) -> Listing:
    return take([build_table("", enumerate(CHOSEN, 1))], columns, Layout(table, header_row, places))


def test_a_layout_chosen_by_hand_is_followed() -> None:
    found = chosen(code=0, given_name=1, class_name=2, family_name=3)
    assert [record.values for record in found.records] == [
        {"code": "1", "given_name": "An", "class_name": "10A1", "family_name": "Lê"},
        {"code": "2", "given_name": "Bình", "class_name": "10A2", "family_name": "Hà"},
    ]


@pytest.mark.parametrize(
    ("layout", "field", "sentence"),
    [
        ({"code": 0}, "class_name", "“Lớp”"),
        ({"class_name": 2}, "code", "“Mã học sinh” / “Họ và tên”"),
        ({"code": 0, "full_name": 0, "class_name": 2}, "full_name", "Cột A được chọn cho cả “Mã học sinh” và"),
        ({"code": 0, "class_name": 9}, "class_name", "không có cột"),
        ({"code": -1, "class_name": 2}, "code", "không có cột"),
        ({"code": 0, "given_name": 1, "class_name": 2}, "family_name", "đủ cả hai cột"),
        ({"code": 0, "family_name": 1, "class_name": 2}, "given_name", "đủ cả hai cột"),
        ({"code": 0, "class_name": 2, "password": 1}, "columns", "không có mục"),
        ({"code": 0, "class_name": 2, "header_row": 9}, "header_row", "Dòng 9"),
        ({"code": 0, "class_name": 2, "header_row": 0}, "header_row", "Dòng 0"),
        ({"code": 0, "class_name": 2, "table": 1}, "table", "bảng đã chọn"),
        ({"code": 0, "class_name": 2, "table": -1}, "table", "bảng đã chọn"),
    ],
)
def test_a_layout_that_does_not_fit_is_refused_at_its_field(layout: dict[str, int], field: str, sentence: str) -> None:
    with pytest.raises(RuleError, match=sentence) as caught:
        chosen(**layout)
    assert caught.value.field == field


def test_a_header_with_nothing_below_it_has_no_rows() -> None:
    with pytest.raises(Unreadable) as caught:
        chosen(header_row=3, code=0, class_name=2)
    assert caught.value.msgid == NO_ROWS


def test_a_layout_is_kept_as_it_is() -> None:
    layout = Layout(1, 6, {"code": 0, "class_name": 2})
    assert Layout.from_json(layout.to_json()) == layout


@pytest.mark.parametrize("value", [{}, {"table": 0, "header_row": 1, "columns": []}, {"table": "x"}, [], None])
def test_what_is_no_layout_is_refused(value: Any) -> None:
    with pytest.raises(RuleError):
        Layout.from_json(value)


def test_where_nothing_is_recognised_the_fullest_row_is_offered() -> None:
    tables = [build_table("", enumerate([["Danh sách"], *CHOSEN], 1))]
    with pytest.raises(Unreadable):
        recognise(tables, STUDENTS)
    assert guess(tables, STUDENTS) == Layout(0, 2, {})


def test_or_the_row_that_knows_something() -> None:
    tables = [build_table("", enumerate([["a", "b", "c"], ["Mã HS", "b"], ["1", "2", "3"]], 1))]
    assert guess(tables, STUDENTS) == Layout(0, 2, {"code": 0})


def test_every_column_that_holds_something_is_offered() -> None:
    table = build_table("", enumerate([["Mã", "", "Lớp", ""], ["1", "An", "10A1", ""]], 1))
    assert headings(table, 1) == [(0, "Mã"), (1, ""), (2, "Lớp")]
    assert headings(table, 5) == []


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (255, "IV")])
def test_columns_are_named_as_excel_does(column: int, letters: str) -> None:
    assert column_letters(column) == letters


@given(
    st.lists(st.lists(st.one_of(st.sampled_from(["Mã HS", "Lớp", "Họ và tên", "Vắng", "P", ""]), st.text(max_size=9)),
                      min_size=1, max_size=6), min_size=1, max_size=6),
    st.sampled_from(LISTS),
)  # fmt: skip
def test_whatever_stands_in_a_table_it_is_laid_out_or_refused(rows: list[list[str]], columns: ColumnMap) -> None:
    tables = [build_table("", enumerate(rows, 1))]
    try:
        layout = recognise(tables, columns)
    except Unreadable as error:
        assert error.msgid in (NO_HEADER, WRONG_LIST)
        with suppress(Unreadable):  # what is not this list's kind is offered to nobody
            assert set(guess(tables, columns).columns) <= set(columns.labels())
        return
    shown = dict(headings(tables[0], layout.header_row))
    assert all(column in shown for column in layout.columns.values())
    assert len(set(layout.columns.values())) == len(layout.columns)
    try:
        found = take(tables, columns, layout)
    except Unreadable as error:
        assert error.msgid == NO_ROWS
    else:
        assert all(record.row > layout.header_row for record in found.records)
