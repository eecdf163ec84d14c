"""Cells become values, or one sentence that says what is wrong."""

import datetime as dt
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from school.errors import RuleError
from school.imports.columns import Record
from school.imports.parsing import (
    line,
    parse_class,
    parse_code,
    parse_count,
    parse_date,
    parse_gender,
    parse_mark,
    parse_phone,
    parse_rating,
    parse_sponsors,
    prose,
    read_cells,
)
from school.vocabulary import Gender, Rating, SponsorRole

EXAMPLES = int(os.environ.get("IMPORT_EXAMPLES", "100"))
ALL = [
    line(),
    parse_class,
    parse_code,
    parse_count,
    parse_date,
    parse_gender,
    parse_mark,
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
    assert parse_sponsors(text) == sponsors


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
