"""The text of one cell as a value: pure functions that raise a sentence when the text makes no sense."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from school.errors import RuleError
from school.imports.columns import Record
from school.names import class_name, clean_line, fold
from school.services.directory import grade_of
from school.vocabulary import N_, Gender, Rating, SponsorRole

BAD_DATE = N_("Ngày sinh “%(text)s” không có thật hoặc không đúng dạng ngày/tháng/năm.")
BAD_GENDER = N_("Giới tính “%(text)s” không rõ; ghi “Nam” hoặc “Nữ”.")
BAD_CLASS = N_("Lớp “%(text)s” không rõ khối; ghi như “10A1”.")
BAD_RATING = N_("Mức “%(text)s” không có trong thang đánh giá; ghi Tốt, Khá, Đạt, Chưa đạt.")
BAD_COUNT = N_("Số buổi vắng “%(text)s” không phải là một số từ 0 đến 400.")
BAD_CODE = N_("Mã “%(text)s” đã bị Excel đổi thành dạng số mũ; định dạng cột mã là văn bản rồi ghi lại.")
TOO_LONG = N_("Ô có chữ “%(text)s…” dài hơn %(limit)s ký tự.")
NO_SPONSOR_NAME = N_("Ô người đỡ đầu có “%(text)s” mà không có tên.")

CODE_LENGTH, PHONE_LENGTH, ETHNICITY_LENGTH, LINE_LENGTH, PROSE_LENGTH = 32, 32, 64, 200, 20_000
MAX_ABSENCES = 400

_DAY_FIRST = re.compile(r"^(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})(?:\s+0?0:00(?::00)?)?$", re.ASCII)
_YEAR_FIRST = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?$", re.ASCII)
_POWER = re.compile(r"^\d+([.,]\d+)?E\+?\d+$", re.IGNORECASE | re.ASCII)
_NOT_A_MARK = {"", "0", "-", "–", "false", "khong", "k"}
_RATINGS = {fold(rating.label): rating for rating in Rating} | {
    "t": Rating.GOOD,
    "k": Rating.FAIR,
    "d": Rating.MET,
    "cd": Rating.NOT_MET,
    "g": Rating.OLD_EXCELLENT,
    "tb": Rating.OLD_AVERAGE,
    "y": Rating.OLD_WEAK,
}
_GENDERS = {"nam": Gender.MALE, "nu": Gender.FEMALE, "male": Gender.MALE, "female": Gender.FEMALE}

Parser = Callable[[str], Any]


def parse_code(text: str) -> str:
    """A code; RuleError when Excel has already spoilt it."""
    code = line(CODE_LENGTH)(text)
    if _POWER.match(code):
        raise RuleError(BAD_CODE, text=code)
    return code


def parse_date(text: str) -> dt.date:
    """A day as d/m/y, d-m-y, d.m.y or y-m-d with the year in full; RuleError for any that never was."""
    found = _DAY_FIRST.match(clean_line(text))
    day, month, year = found.groups() if found else ("", "", "")
    if other := _YEAR_FIRST.match(clean_line(text)):
        year, month, day = other.groups()
    try:
        date = dt.date(int(year), int(month), int(day))
    except ValueError:
        raise RuleError(BAD_DATE, text=_shown(text)) from None
    if date.year < 1900:
        raise RuleError(BAD_DATE, text=_shown(text))
    return date


def parse_gender(text: str) -> Gender:
    """Nam or Nữ, in any spelling of case and marks."""
    gender = _GENDERS.get(fold(text).strip(" ."))
    if gender is None:
        raise RuleError(BAD_GENDER, text=_shown(text))
    return gender


def parse_mark(text: str) -> bool:
    """Whether a cell is ticked: "x", "1", "TRUE", "Nữ"... but not "0" or "-"."""
    return fold(text) not in _NOT_A_MARK


def parse_class(text: str) -> str:
    """A class as the school writes it: "10 A1" and "Lớp 10a1" -> "10A1"; RuleError without a grade."""
    name = class_name(re.sub(r"^lớp\b", "", clean_line(text), flags=re.IGNORECASE))
    if grade_of(name) is None or len(name) > CODE_LENGTH:
        raise RuleError(BAD_CLASS, text=_shown(text))
    return name


def parse_phone(text: str) -> str:
    """A telephone number with its zero back; several stay several; what is no number stays as it was typed."""
    parts = [part for part in re.split(r"[;,\n]| / ", text) if part.strip()]
    return line(PHONE_LENGTH)("; ".join(map(_phone, parts)))


def _phone(text: str) -> str:
    digits = re.sub(r"[\s.\-()]", "", text)
    if re.fullmatch(r"(\+|00)84\d{9,10}", digits, re.ASCII):
        return "0" + digits.partition("84")[2]
    if re.fullmatch(r"84\d{9}", digits, re.ASCII):
        return "0" + digits[2:]
    # Mobile numbers have nine digits after the zero, fixed ones begin with 2 and have ten.
    if re.fullmatch(r"[1-9]\d{8}|2\d{9}", digits, re.ASCII):
        return "0" + digits
    return digits if re.fullmatch(r"0\d{9,10}", digits, re.ASCII) else clean_line(text)


def parse_rating(text: str) -> Rating:
    """A level by its label or usual abbreviation, of the old scale too (P7)."""
    rating = _RATINGS.get(fold(text).strip(" ."))
    if rating is None:
        raise RuleError(BAD_RATING, text=_shown(text))
    return rating


def parse_count(text: str) -> int:
    """A number of sessions, 0 to 400."""
    found = re.fullmatch(r"(\d{1,3})(?:[.,]0+)?(?:\s*buổi)?", clean_line(text), re.ASCII | re.IGNORECASE)
    if not found or int(found[1]) > MAX_ABSENCES:
        raise RuleError(BAD_COUNT, text=_shown(text))
    return int(found[1])


def line(limit: int = LINE_LENGTH) -> Parser:
    """A parser of one line of at most `limit` characters."""
    return lambda text: _limited(clean_line(text), limit)


def prose(text: str) -> str:
    """Free text: line breaks stay."""
    return _limited(text.strip(), PROSE_LENGTH)


def _limited(text: str, limit: int) -> str:
    if len(text) > limit:
        raise RuleError(TOO_LONG, text=text[:20], limit=limit)
    return text


def _shown(text: str) -> str:
    """The text as a message quotes it."""
    return clean_line(text)[:40]


@dataclass
class Cells:
    """What the cells of one row say: values of those that are filled, and what is wrong with the others."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: list[RuleError] = field(default_factory=list)


def read_cells(record: Record, parsers: Mapping[str, Parser]) -> Cells:
    """Parse the filled cells of a record. Family and given name in two columns become one full name."""
    texts = dict(record.values)
    if not texts.get("full_name"):
        texts["full_name"] = f"{texts.get('family_name', '')} {texts.get('given_name', '')}".strip()
    cells = Cells()
    for name, parse in parsers.items():
        if text := texts.get(name):
            try:
                value = parse(text)
            except RuleError as error:
                cells.errors.append(error)
            else:
                cells.values |= {name: value} if value != "" else {}
    return cells


_BETWEEN_SPONSORS = re.compile(r"[;\n,]+|(?:^|\s)\d{1,2}\s*[.)](?=\s|\D)")
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}\s*[.):/-]|[-–+•*])\s*")
_BRACKETS = re.compile(r"\(([^()]*)\)")


def parse_sponsors(text: str) -> list[tuple[str, SponsorRole]]:
    """The sponsors of P5's last column with their roles, e.g. "1. A; 2. B (hỗ trợ)".

    "(hỗ trợ)" is supporting; one without a mark leads, several are equal.
    """
    named = []
    for part in _BETWEEN_SPONSORS.split(text):
        marks = {fold(mark) for mark in _BRACKETS.findall(part)}
        name = clean_line(_NUMBERED.sub("", _BRACKETS.sub(" ", part)))
        if name:
            named.append((name, "ho tro" in marks))
        elif marks:
            raise RuleError(NO_SPONSOR_NAME, text=_shown(part))
    unmarked = SponsorRole.LEAD if sum(not supporting for _, supporting in named) == 1 else SponsorRole.JOINT
    return [(name, SponsorRole.SUPPORTING if supporting else unmarked) for name, supporting in named]
