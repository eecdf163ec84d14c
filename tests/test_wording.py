"""Kind words: nothing that people read calls a child by a hard label (P1.3), in Vietnamese or in English."""

import ast
import importlib
import re
import unicodedata
from collections.abc import Iterator

import pytest

from school.vocabulary import Rating
from translations.update import BOOKS, ROOT, Book

HARD_WORDS = (
    *("yếu", "kém", "yếu kém", "cá biệt", "chậm tiến", "hư hỏng", "hư đốn", "lười", "lười biếng", "lười học", "dốt"),
    *("ngu", "đần", "ngỗ nghịch", "hỗn láo", "mất dạy", "quậy phá", "bất trị", "thất học", "tệ nạn", "vô ý thức"),
    *("nghèo đói", "nghèo khổ", "nghèo hèn", "con nhà nghèo", "bần cùng", "mặc cảm", "tàn tật", "bỏ rơi"),
)
HARD_ENGLISH = (
    "weak",
    "poor",
    "bad student",
    "problem student",
    "lazy",
    "stupid",
    "dumb",
    "failing",
    "failure",
    "slow",
)
# What only sounds like one of them.
HARMLESS = ("nhu yếu phẩm", "chủ yếu", "thiết yếu", "trọng yếu", "tất yếu", "yếu tố", "không kém", "kém theo")
# What an official document calls so: the older scale of ratings that records still hold (P7), and the two categories
# of the migration that name it. They are results and rows of a catalogue, never a child.
OFFICIAL = {
    Rating.OLD_WEAK.label,
    Rating.OLD_POOR.label,
    "Kết quả học tập Chưa đạt (trước đây: Yếu, Kém)",
    "Kết quả rèn luyện Chưa đạt (trước đây: hạnh kiểm Yếu)",
}
OFFICIAL_ENGLISH = {"Weak (old scale)", "Poor (old scale)"}


def hard_words(text: str, words: tuple[str, ...]) -> list[str]:
    """The hard words in a text, as whole words, whatever their case and form."""
    plain = unicodedata.normalize("NFC", text).casefold()
    for harmless in HARMLESS:
        plain = plain.replace(harmless, "")
    return [word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", plain)]


def _strings(pattern: str) -> Iterator[str]:
    """Every text constant in these sources that is no docstring."""
    for path in sorted(ROOT.glob(pattern)):
        tree = ast.parse(path.read_text("utf-8"))
        said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
                yield node.value


def _catalogues(language: str) -> Iterator[str]:
    """What the catalogues say in a language; our own sources are Vietnamese."""
    for book in BOOKS:
        if book.language == language:
            for message in book.read():
                yield from [message.string] if isinstance(message.string, str) else message.string


def _screens() -> Iterator[str]:
    for message in Book("en", "messages").texts():
        yield from [message.id] if isinstance(message.id, str) else message.id


def _templates(pattern: str) -> Iterator[str]:
    for path in sorted(ROOT.glob(pattern)):
        yield re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]+>", " ", path.read_text("utf-8"))


def _categories() -> Iterator[str]:
    yield from _strings("migrations/versions/*categor*.py")


SOURCES = {
    "the screens": _screens,
    "the Vietnamese catalogues": lambda: _catalogues("vi"),
    "the Vietnamese templates": lambda: _templates("templates/**/*.html"),
    "the categories": _categories,
    "the demo school": lambda: _strings("school/demo/*.py"),
}


@pytest.mark.parametrize("source", SOURCES)
def test_no_text_calls_a_child_by_a_hard_label(source: str) -> None:
    texts = set(SOURCES[source]()) - OFFICIAL
    assert len(texts) > 5, "the source has moved"
    assert {text: found for text in texts if (found := hard_words(text, HARD_WORDS))} == {}


def test_no_english_text_calls_a_child_by_a_hard_label() -> None:
    texts = {*_catalogues("en"), *_templates("templates/school/guide/en/*.html")} - OFFICIAL_ENGLISH
    assert {text: found for text in texts if (found := hard_words(text, HARD_ENGLISH))} == {}


def test_the_exceptions_are_still_needed() -> None:
    assert set(_screens()) | set(_categories()) >= OFFICIAL
    assert set(_catalogues("en")) >= OFFICIAL_ENGLISH


@pytest.mark.parametrize("text", ["Học sinh YẾU KÉM", "Em này cá biệt.", unicodedata.normalize("NFD", "học yếu")])
def test_a_hard_label_is_found(text: str) -> None:
    assert hard_words(text, HARD_WORDS)


@pytest.mark.parametrize("text", ["Chủ yếu học buổi tối", "Người nguyện vọng", "Hộ nghèo", "Cần quan tâm hơn"])
def test_other_words_are_left_alone(text: str) -> None:
    assert not hard_words(text, HARD_WORDS)


def test_the_migration_has_the_names_of_the_official_categories() -> None:
    names = {row[2] for row in importlib.import_module("migrations.versions.2026_11_24_hardship_categories").CATEGORIES}
    assert sum(1 for name in names if hard_words(name, HARD_WORDS)) == 2
