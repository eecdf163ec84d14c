"""Vietnamese names: cleaning, folding for search, and the order in which schools list them."""

import random
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from school.names import class_name, clean, clean_line, fold, sort_key

SYLLABLES = st.sampled_from(
    [
        "Nguyễn",
        "Trần",
        "Lê",
        "Đỗ",
        "Dương",
        "Lý",
        "Văn",
        "Thị",
        "Hữu",
        "Đức",
        "Ánh",
        "Ẩn",
        "Út",
        "Oanh",
        "Ông",
        "Ơn",
        "Ê",
    ]
)
NAMES = st.lists(SYLLABLES, min_size=1, max_size=6).map(" ".join)
ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@given(ANYTHING)
@example("a\x00\u0301")  # taking a character out must not leave a letter and its mark apart
@example("\ud800\r\n\x0b\u2028")
def test_clean_text_is_composed_and_without_what_breaks_an_export(text: str) -> None:
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(letter) == "Cc" and letter not in "\t\n" for letter in cleaned)
    assert not any(0xD800 <= ord(letter) <= 0xDFFF or letter in "\u2028\u2029\ufffe\uffff" for letter in cleaned)
    cleaned.encode("utf-8")


@pytest.mark.parametrize("sign", ["\u200b", "\ufeff", "\xad", "\u2060", "\u200e", "\u200f", "\x0b", "\ud800"])
def test_what_nobody_sees_is_taken_out(sign: str) -> None:
    assert clean(f"Nguyễn{sign} An") == "Nguyễn An"
    assert fold(f"{sign}Nguyễn An") == "nguyen an"


@given(ANYTHING)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(ANYTHING)
def test_a_line_has_single_spaces_and_none_at_its_ends(text: str) -> None:
    line = clean_line(text)
    assert line == line.strip()
    assert "  " not in line
    assert not set(line) & set("\t\n\r\xa0\u3000")


def test_prose_keeps_its_lines() -> None:
    assert clean("một\r\nhai\rba\n\nbốn") == "một\nhai\nba\n\nbốn"


@given(NAMES)
def test_composed_and_decomposed_names_become_the_same(name: str) -> None:
    decomposed = unicodedata.normalize("NFD", name)
    assert clean(decomposed) == clean(name) == name
    assert fold(decomposed) == fold(name)
    assert sort_key(decomposed) == sort_key(name)


@given(NAMES)
def test_search_needs_neither_marks_nor_capitals(name: str) -> None:
    folded = fold(name)
    assert folded.isascii()
    assert folded == fold(name.upper()) == fold(folded)
    assert len(folded.split()) == len(name.split())


@given(ANYTHING)
def test_any_text_can_be_folded(text: str) -> None:
    assert not any(unicodedata.combining(letter) for letter in fold(text))


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Nguyễn Văn Đạt", "nguyen van dat"),
        ("  ĐẶNG   THỊ\tƯU  ", "dang thi uu"),
        ("H'Linh Niê", "h'linh nie"),
        ("Y Čuôr Êban", "y cuor eban"),
        ("", ""),
    ],
)
def test_names_are_folded(name: str, folded: str) -> None:
    assert fold(name) == folded


# In the order of a class list: the given name first, then family and middle names.
LISTS = [
    # By the given name, which is the last word.
    ["Trần Văn An", "Nguyễn Thị Bình", "Lê Văn Cường", "Bùi Thị Yến"],
    # The same given name: by the family name, then the middle name.
    ["Lê Thị Lan", "Lê Văn Lan", "Nguyễn Thị Lan", "Trần Anh Lan"],
    # a ă â, d đ, e ê, o ô ơ, u ư are letters of their own, in this order.
    ["Lê An", "Lê Ăn", "Lê Ân"],
    ["Lê Dung", "Lê Duy", "Lê Đan", "Lê Đức"],
    ["Lê Em", "Lê Ên"],
    ["Lê Oanh", "Lê Ông", "Lê Ơn"],
    ["Lê Út", "Lê Ưng"],
    # Tones count after all letters: no mark, huyền, hỏi, ngã, sắc, nặng.
    ["Lê Ma", "Lê Mà", "Lê Mả", "Lê Mã", "Lê Má", "Lê Mạ", "Lê Mai"],
    ["Lê Hoa", "Lê Hòa", "Lê Hóa", "Lê Hoan", "Lê Hoàn"],
    ["Lê Ẩn", "Lê Ấn", "Lê Ẩng"],
    # The tone of the given name counts before any letter of the family name.
    ["Vũ Văn Hùng", "Bùi Văn Hưng", "An Thị Hương"],
    ["Vũ Thị Hoa", "An Thị Hòa"],
    # A short name comes before a longer one that begins like it.
    ["Lê An", "Lê Anh", "Lê Ánh"],
    ["An", "Lê An", "Lê Văn An"],
    # Letters of the peoples' own tongues stand with their base.
    ["Y Bưr", "Y Čuôr", "Y Dĩnh", "Y Ñơn", "Y Oai"],
]


@pytest.mark.parametrize("names", LISTS, ids=lambda names: names[0])
def test_names_sort_the_way_schools_list_them(names: list[str]) -> None:
    mixed = random.Random(4).sample(names, len(names))
    assert sorted(mixed, key=sort_key) == names
    assert sorted((sort_key(name) for name in mixed), key=str.encode) == [sort_key(name) for name in names]


def test_capitals_and_the_place_of_the_tone_mark_do_not_count() -> None:
    assert sort_key("NGUYỄN THỊ HOÀ") == sort_key("Nguyễn Thị Hòa")


def test_a_name_whose_last_word_is_not_the_given_name_sorts_by_the_one_set_by_hand() -> None:
    assert sort_key("H'Linh Niê", "H'Linh") < sort_key("Lê Thị Mai") < sort_key("H'Linh Niê")
    assert sort_key("H'Linh Niê", "H'Linh").startswith(sort_key("H'Linh"))


@given(ANYTHING)
def test_any_text_has_an_ascii_sort_key(text: str) -> None:
    assert sort_key(text).isascii()


@given(NAMES, NAMES)
def test_names_of_the_same_sort_key_are_the_same_name(one: str, other: str) -> None:
    assert (sort_key(one) == sort_key(other)) == (one == other)


@pytest.mark.parametrize(
    ("text", "name"),
    [("10A1", "10A1"), ("10 A1", "10A1"), (" 10a1 ", "10A1"), ("12 a 10", "12A10"), ("11\xa0B2", "11B2")],
)
def test_classes_are_written_one_way(text: str, name: str) -> None:
    assert class_name(text) == name
