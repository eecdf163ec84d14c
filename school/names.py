"""Vietnamese names and texts: cleaning, folding for search, and keys that sort the way schools do (P7)."""

import re
import unicodedata

# Not whitespace controls, surrogates and non-characters: one of them makes every XLSX and DOCX export fail. And signs
# that nobody sees, which come along when a name is copied from a web page: with one of them it is no longer the same.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u2028\u2029\u2060\ud800-\udfff\ufeff\ufffe\uffff]"
)
_SPACES = re.compile(r"\s+")
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: chr(ord("0") + rank) for rank, letter in enumerate(_LETTERS)}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


def clean(text: str) -> str:
    """NFC, without control characters, lone surrogates and invisible signs; line breaks stay."""
    if text.isprintable():  # most cells of a long list: nothing to take out
        return unicodedata.normalize("NFC", text)
    return unicodedata.normalize("NFC", _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def clean_line(text: str) -> str:
    """`clean`, on one line: every run of white space becomes one space, none at the ends."""
    return _SPACES.sub(" ", clean(text)).strip()


def fold(text: str) -> str:
    """Lower case without marks, for search: "Nguyễn Văn Đạt" -> "nguyen van dat"."""
    bare = unicodedata.normalize("NFD", clean_line(text).lower().replace("đ", "d"))
    return "".join(mark for mark in bare if not unicodedata.combining(mark))


def _word_key(word: str) -> str:
    """Letters first in the order of the Vietnamese alphabet, the tone after all of them."""
    tone, letters = "0", []
    for mark in unicodedata.normalize("NFD", word.lower()):
        if mark in _TONES:
            tone = _TONES[mark]
        else:
            letters.append(mark)
    composed = unicodedata.normalize("NFC", "".join(letters))
    return "".join(_rank(letter) for letter in composed) + " " + tone


def _rank(letter: str) -> str:
    """Place in the alphabet; letters of other tongues (Č, Ñ, Ŭ) stand with their base, signs count for nothing."""
    return _RANK.get(letter) or _RANK.get(unicodedata.normalize("NFD", letter)[0], "")


def sort_key(full_name: str, sort_name: str | None = None) -> str:
    """Key that orders by given name (the last word, or `sort_name`), then family and middle names.

    Compare it byte by byte: SQLite's default, PostgreSQL's collation "C".
    """
    words = clean_line(full_name).split(" ")
    if sort_name:
        given, rest = clean_line(sort_name).split(" "), words
    else:
        given, rest = words[-1:], words[:-1]
    return " ".join(_word_key(word) for word in [*given, *rest])


def class_name(text: str) -> str:
    """A class as the school writes it: "10 A1", "10a1" -> "10A1"."""
    return clean_line(text).replace(" ", "").upper()
