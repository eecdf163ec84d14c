"""Cells become values, or one sentence that says what is wrong."""

import datetime as dt
import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from school.errors import RuleError
from school.imports.columns import Record
from school.imports.parsing import (
    line,
    parse_class,
    parse_classes,
    parse_code,
    parse_count,
    parse_date,
    parse_gender,
    parse_mark,
    parse_name,
    parse_period,
    parse_phone,
    parse_rating,
    parse_sponsors,
    prose,
    read_cells,
    same_phone,
)
from school.vocabulary import Gender, Rating, SponsorRole, TermPeriod

EXAMPLES = int(os.environ.get("IMPORT_EXAMPLES", "100"))
ALL = [
    line(),
    parse_class,
    parse_classes,
    parse_code,
    parse_count,
    parse_date,
    parse_gender,
    parse_mark,
    parse_name,
    parse_period,
    parse_phone,
    parse_rating,
    parse_sponsors,
    prose,
]


@pytest.mark.parametrize(
    "text",
    ["15/07/2010", "15-07-2010", "15.7.2010", "15 / 7 / 2010", "2010-07-15", "15/07/2010 00:00", "2010-07-15 00:00:00"],
)
def test_a_date_is_read_day_first(text: str) -> None:
    assert parse_date(text) == dt.date(2010, 7, 15)


@pytest.mark.parametrize(
    "text", ["31/02/2009", "07/15/2010", "15/7/10", "2010", "40374", "1/1/0001", "hôm qua", "٣/٧/2010"]
)
def test_a_day_that_never_was_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match="Ngày sinh"):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "name"), [("10 A1", "10A1"), ("10a1", "10A1"), ("Lớp 12 A3", "12A3"), ("lớp 11B", "11B"), ("9/2", "9/2")]
)
def test_a_class_is_written_the_school_s_way(text: str, name: str) -> None:
    assert parse_class(text) == name


@pytest.mark.parametrize("text", ["A1", "13A1", "chưa xếp", "0A"])
def test_a_class_without_a_grade_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match="không rõ khối"):
        parse_class(text)


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("304220354", "0304220354"),
        ("0304220354", "0304220354"),
        ("0304.220.354", "0304220354"),
        ("+84 304 220 354", "0304220354"),
        ("84304220354", "0304220354"),
        ("0084304220354", "0304220354"),
        ("2613 123 456", "02613123456"),
        ("304220354; 0911222333", "0304220354; 0911222333"),
        ("0304220354/0911222333", "0304220354/0911222333"),
        ("không có", "không có"),
    ],
)
def test_a_phone_gets_its_zero_back(text: str, phone: str) -> None:
    assert parse_phone(text) == phone


@pytest.mark.parametrize(("text", "gender"), [("Nam", Gender.MALE), ("NỮ", Gender.FEMALE), ("nu", Gender.FEMALE)])
def test_gender(text: str, gender: Gender) -> None:
    assert parse_gender(text) is gender


def test_an_unclear_gender_is_refused() -> None:
    with pytest.raises(RuleError, match="Giới tính"):
        parse_gender("M")


@pytest.mark.parametrize(
    ("text", "ticked"),
    [("x", True), ("1", True), ("TRUE", True), ("Nữ", True), ("0", False), ("-", False), ("FALSE", False)],
)
def test_marks(text: str, ticked: bool) -> None:
    assert parse_mark(text) is ticked


@pytest.mark.parametrize("rating", list(Rating))
def test_every_level_is_known_by_its_label(rating: Rating) -> None:
    assert parse_rating(rating.label.upper()) is rating


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("T", Rating.GOOD),
        ("Đ", Rating.MET),
        ("CĐ", Rating.NOT_MET),
        ("TB", Rating.OLD_AVERAGE),
        ("Y.", Rating.OLD_WEAK),
    ],
)
def test_usual_abbreviations_of_levels(text: str, rating: Rating) -> None:
    assert parse_rating(text) is rating


@pytest.mark.parametrize(("text", "count"), [("0", 0), ("12", 12), ("4.0", 4), ("3 buổi", 3)])
def test_counts(text: str, count: int) -> None:
    assert parse_count(text) == count


@pytest.mark.parametrize("text", ["-1", "401", "1.5", "nhiều"])
def test_a_count_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match="Số buổi vắng"):
        parse_count(text)


def test_a_code_that_excel_spoilt_is_refused() -> None:
    assert parse_code(" HS 1 ") == "HS 1"
    with pytest.raises(RuleError, match="số mũ"):
        parse_code("6,625E+08")


def test_a_text_that_does_not_fit_is_refused() -> None:
    with pytest.raises(RuleError, match="200 ký tự"):
        line()("a" * 201)


LEAD, JOINT, SUPPORTING = SponsorRole.LEAD, SponsorRole.JOINT, SponsorRole.SUPPORTING


@pytest.mark.parametrize(
    ("text", "sponsors"),
    [
        ("1. Phạm Thủy; 2. Mai Nhật", [("Phạm Thủy", JOINT), ("Mai Nhật", JOINT)]),
        ("1. Võ Thương; 2. Phạm Hương (hỗ trợ)", [("Võ Thương", LEAD), ("Phạm Hương", SUPPORTING)]),
        ("1. Tạ Thịnh", [("Tạ Thịnh", LEAD)]),
        ("1. Dương My\n2. Ngô Ánh", [("Dương My", JOINT), ("Ngô Ánh", JOINT)]),
        ("Dương Oanh", [("Dương Oanh", LEAD)]),
        ("1.Dương My 2.Ngô Ánh", [("Dương My", JOINT), ("Ngô Ánh", JOINT)]),
        ("1) Dương My, 2) Ngô Ánh ( Hỗ  trợ )", [("Dương My", LEAD), ("Ngô Ánh", SUPPORTING)]),
        ("- An (GVCN)\n- Bình", [("An", JOINT), ("Bình", JOINT)]),
        ("An (hỗ trợ)", [("An", SUPPORTING)]),
        ("; 1. ", []),
    ],
)
def test_sponsors_and_their_parts(text: str, sponsors: list[tuple[str, SponsorRole]]) -> None:
    assert [(name, role) for name, role, _ in parse_sponsors(text)] == sponsors


def test_a_mark_without_a_name_is_refused() -> None:
    with pytest.raises(RuleError, match="không có tên"):
        parse_sponsors("1. An; 2. (hỗ trợ)")


def test_all_that_is_wrong_with_a_row_is_told() -> None:
    record = Record(7, {"code": "1E+9", "date_of_birth": "x", "full_name": "An"})
    cells = read_cells(record, {"code": parse_code, "date_of_birth": parse_date, "full_name": line()})
    assert cells.values == {"full_name": "An"}
    assert len(cells.errors) == 2


def test_family_and_given_name_become_one() -> None:
    record = Record(7, {"family_name": "Trần  Văn", "given_name": "An"})
    assert read_cells(record, {"full_name": line()}).values == {"full_name": "Trần Văn An"}


@pytest.mark.parametrize("parse", ALL)
@settings(max_examples=EXAMPLES, deadline=None)
@given(st.text())
def test_any_text_is_a_value_or_a_sentence(parse, text: str) -> None:
    try:
        parse(text)
    except RuleError as error:
        assert str(error)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.dates(min_value=dt.date(1900, 1, 1)), st.sampled_from("/-."))
def test_every_day_comes_back(day: dt.date, sign: str) -> None:
    assert parse_date(f"{day.day}{sign}{day.month:02}{sign}{day.year}") == day


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1. An [GV01] (hỗ trợ); 2. An [GV 2]", [("An", SUPPORTING, "GV01"), ("An", LEAD, "GV 2")]),
        ("[GV01]", [("GV01", LEAD, "GV01")]),
        ("An (cùng đỡ đầu)", [("An", JOINT, "")]),
        ("An (đỡ đầu chính); Bình", [("An", LEAD, ""), ("Bình", JOINT, "")]),
        ("An []", [("An", LEAD, "")]),
    ],
)
def test_codes_and_parts_that_are_written_out(text: str, found: list[tuple[str, SponsorRole, str]]) -> None:
    assert parse_sponsors(text) == found


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Học kỳ I", TermPeriod.SEMESTER_1),
        ("HK2", TermPeriod.SEMESTER_2),
        ("học kì 1.", TermPeriod.SEMESTER_1),
        ("II", TermPeriod.SEMESTER_2),
        ("CẢ NĂM", TermPeriod.YEAR),
    ],
)
def test_a_period_is_read_as_schools_write_it(text: str, period: TermPeriod) -> None:
    assert parse_period(text) is period
    with pytest.raises(RuleError, match="không rõ"):
        parse_period(f"{text} khác")


def test_what_the_school_has_already_is_known_though_it_looks_odd() -> None:
    assert parse_code("1E5", known={"1e5"}) == "1E5"
    assert parse_class("a 1", known={"A1"}) == "A1"
    assert parse_class("Lớp a1", known={"A1"}) == "A1"
    assert parse_class("Lớp Chọn", known={"LỚPCHỌN"}) == "LỚPCHỌN"
    assert parse_classes("10 A1; a1\n10A1", known={"A1"}) == ["10A1", "A1"]


@pytest.mark.parametrize(("stored", "given", "same"), [
    ("0912 345 678", "0912345678", True), ("+84 912 345 678", "0912345678", True), ("a;b", "a; b", True),
    ("0912345679", "0912345678", False), (None, "0912345678", False),
])  # fmt: skip
def test_a_number_is_the_same_however_it_is_spaced(stored: str | None, given: str, same: bool) -> None:
    assert same_phone(stored, given) is same


def test_several_numbers_that_fill_their_cell_stay_as_they_were_typed() -> None:
    text = "0912345678,0987654321,0261312345"
    assert parse_phone(text) == text


def test_a_text_that_our_own_export_had_to_cut_is_refused() -> None:
    cut = "a" * 16_000 + " (còn tiếp ở trang tính “Phần còn lại”, ô C2)"
    with pytest.raises(RuleError, match="xuất ra CSV"):
        prose(cut)
    assert prose("a (xem ô C2)") == "a (xem ô C2)"


@pytest.mark.parametrize(
    "text",
    [
        "15/7/2010.", "15–07–2010", "15‑7‑2010", "15／07／2010", "15/07/2010 12:00:00 SA", "15/07/2010 0:00",
        "2010-07-15T00:00:00", "ngày 15 tháng 7 năm 2010", "15 tháng 07 năm 2010", "'15/07/2010",
    ],
)  # fmt: skip
def test_a_date_is_read_however_it_was_typed(text: str) -> None:
    assert parse_date(text) == dt.date(2010, 7, 15)


@pytest.mark.parametrize(
    "text",
    [
        "29/02/2009", "29/02/1900", "30/02/2008", "31/04/2010", "00/07/2010", "15/00/2010", "15/13/2010", "15/07/10",
        "15/07/210", "15/07/20100", "15/07/2010 07:30", "15/07", "07/2010", "15072010", "１５/０７/２０１０", "0.31",
        "tháng 7 năm 2010", "15/07/1899", "00:00:00", "1/1/10000", "15/07/2010 15/07/2011",
    ],
)  # fmt: skip
def test_what_is_no_day_of_birth_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match="Ngày sinh"):
        parse_date(text)


def test_the_29th_of_february_is_a_day_in_leap_years() -> None:
    assert parse_date("29/02/2008") == dt.date(2008, 2, 29)
    assert parse_date("29-2-2000") == dt.date(2000, 2, 29)


@pytest.mark.parametrize(("text", "gender"), [("gái", Gender.FEMALE), (" TRAI ", Gender.MALE), ("Nữ.", Gender.FEMALE)])
def test_gender_by_other_words(text: str, gender: Gender) -> None:
    assert parse_gender(text) is gender


@pytest.mark.parametrize("text", ["N", "0", "1", "x", "nam nữ", "#N/A"])
def test_a_gender_is_not_guessed(text: str) -> None:
    with pytest.raises(RuleError, match="Giới tính"):
        parse_gender(text)


@pytest.mark.parametrize("text", ["1.23E+11", "6,625e+08", "1E-5", "1.23456789012346E+17"])
def test_a_code_that_was_made_a_power_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match="số mũ"):
        parse_code(text)
    assert parse_code(text, known={text.casefold()}) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [("12E5", "12E5"), ("10e1", "10e1"), ("304220354.0", "304220354"), ("2.0", "2.0"), ("0304220354", "0304220354")],
)
def test_a_code_is_what_was_meant(text: str, code: str) -> None:
    assert parse_code(text) == code


def test_a_code_that_somebody_has_stays_as_it_is() -> None:
    assert parse_code("2024.0", known={"2024.0"}) == "2024.0"


@pytest.mark.parametrize("text", ["10/01/2025", "2025-01-10", "10-Jan", "Jan-10", "10/thg 1", "Lớp 10/01/2025"])
def test_a_class_that_excel_made_a_day_is_told(text: str) -> None:
    with pytest.raises(RuleError, match="đổi thành ngày"):
        parse_class(text)
    assert parse_class("10/1") == "10/1"


@pytest.mark.parametrize("text", ["☐", "□", "—", "Không có", "no", "#N/A"])
def test_what_is_no_mark(text: str) -> None:
    assert not parse_mark(text)


@pytest.mark.parametrize("text", ["0", "12345", "-", "...", "???", "15/07/2010"])
def test_a_name_has_a_letter(text: str) -> None:
    with pytest.raises(RuleError, match="không có chữ"):
        parse_name(text)
    assert parse_name(" H'Linh  Niê ") == "H'Linh Niê"


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#NAME?", "Err:502", "########", "#value!"])
@pytest.mark.parametrize("field", ["full_name", "family_name", "given_name", "address"])
def test_an_error_in_a_cell_is_told_and_never_taken(error: str, field: str) -> None:
    record = Record(7, {"family_name": "Trần Văn", "given_name": "An", field: error})
    cells = read_cells(record, {"full_name": parse_name, "address": line()})
    assert [str(problem) for problem in cells.errors if error in str(problem)]
    assert error not in " ".join(cells.values.values())


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.from_regex(r"[0-9]{1,4}[/.\-][0-9]{1,4}[/.\-][0-9]{1,5}", fullmatch=True))
def test_whatever_looks_like_a_day_is_that_day_or_refused(text: str) -> None:
    try:
        date = parse_date(text)
    except RuleError:
        return
    numbers = [int(number) for number in text.replace("-", "/").replace(".", "/").split("/")]
    assert numbers in ([date.day, date.month, date.year], [date.year, date.month, date.day])


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.text(max_size=30))
@example("0;\x1b")
def test_what_was_parsed_once_is_the_same_a_second_time(text: str) -> None:
    for parse in (parse_code, parse_class, parse_name, parse_phone, line()):
        try:
            first = parse(text)
        except RuleError:
            continue
        if first:
            assert parse(first) == first
