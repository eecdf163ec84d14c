"""The text of one cell as a value: pure functions that raise a sentence when the text makes no sense."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from school.errors import RuleError
from school.imports.columns import Record
from school.names import class_name, clean_line, fold
from school.services.directory import grade_of
from school.vocabulary import N_, Gender, Rating, SponsorRole, TermPeriod

BAD_DATE = N_("Ngày sinh “%(text)s” không có thật hoặc không đúng dạng ngày/tháng/năm.")
BAD_GENDER = N_("Giới tính “%(text)s” không rõ; ghi “Nam” hoặc “Nữ”.")
BAD_CLASS = N_("Lớp “%(text)s” không rõ khối; ghi như “10A1”.")
DATE_CLASS = N_("Lớp “%(text)s” đã bị Excel đổi thành ngày; định dạng cột lớp là văn bản rồi ghi lại, như “10/1”.")
CELL_ERROR = N_("Có ô bị lỗi công thức (%(text)s); thầy cô sửa ô đó hoặc xóa trắng rồi lưu lại.")
NO_LETTER = N_("Họ và tên “%(text)s” không có chữ nào.")
BAD_RATING = N_("Mức “%(text)s” không có trong thang đánh giá; ghi Tốt, Khá, Đạt, Chưa đạt.")
BAD_COUNT = N_("Số buổi vắng “%(text)s” không phải là một số từ 0 đến 400.")
BAD_CODE = N_("Mã “%(text)s” đã bị Excel đổi thành dạng số mũ; định dạng cột mã là văn bản rồi ghi lại.")
CUT = N_("Ô có chữ “%(text)s…” dài hơn một ô của Excel nên phần sau nằm ở trang tính khác; thầy cô xuất ra CSV.")
TOO_LONG = N_("Ô có chữ “%(text)s…” dài hơn %(limit)s ký tự.")
BAD_PERIOD = N_("Kỳ “%(text)s” không rõ; ghi Học kỳ I, Học kỳ II hoặc Cả năm.")
NO_SPONSOR_NAME = N_("Ô người đỡ đầu có “%(text)s” mà không có tên.")

CODE_LENGTH, PHONE_LENGTH, ETHNICITY_LENGTH, LINE_LENGTH = 32, 32, 64, 200
PROSE_LENGTH = 20_000  # as in the forms of the panel
MAX_ABSENCES = 400

_MIDNIGHT = r"(?:(?:\s+|T)(?:0?0:00(?::00)?|12:00(?::00)?\s*(?:AM|SA)))?"  # SA: AM as Vietnamese Windows has it
_BETWEEN = r"\s*[/.\-‐‑–−／]\s*"  # slashes, dots, and every stroke that Word makes of a hyphen
_DAY_FIRST = re.compile(rf"^(\d{{1,2}}){_BETWEEN}(\d{{1,2}}){_BETWEEN}(\d{{4}}){_MIDNIGHT}$", re.ASCII | re.IGNORECASE)
_YEAR_FIRST = re.compile(rf"^(\d{{4}})-(\d{{1,2}})-(\d{{1,2}}){_MIDNIGHT}$", re.ASCII | re.IGNORECASE)
_IN_WORDS = re.compile(r"^(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})$", re.ASCII)  # folded
# As Excel and LibreOffice show it, with the sign: "12E5" is somebody's code.
_POWER = re.compile(r"^\d+([.,]\d+)?E[+\-]\d+$", re.IGNORECASE | re.ASCII)
_DECIMAL = re.compile(r"^\d{4,}[.,]0$", re.ASCII)  # a whole number from a program that has only others
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|thg ?\d{1,2})"
_CLASS_AS_DAY = re.compile(rf"^(?:\d{{1,2}}[-/ ]{_MONTH}|{_MONTH}[-/ ]\d{{1,4}})$", re.IGNORECASE | re.ASCII)
_CELL_ERROR = re.compile(
    r"^(?:#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)|#{3,}|Err:\d{3})$", re.IGNORECASE | re.ASCII
)
_CUT_FROM, _GOES_ON = 15_000, re.compile(r"\([^()]*”, [^()]*\bC\d+\)\s*$")  # "(... “Phần còn lại”, ô C2)"
_NOT_A_MARK = {"", "0", "-", "–", "—", "_", ".", "false", "no", "khong", "khong co", "k", "☐", "□", "❑", "❏", "▢"}
_RATINGS = {fold(rating.label): rating for rating in Rating} | {
    "t": Rating.GOOD,
    "k": Rating.FAIR,
    "d": Rating.MET,
    "cd": Rating.NOT_MET,
    "g": Rating.OLD_EXCELLENT,
    "tb": Rating.OLD_AVERAGE,
    "y": Rating.OLD_WEAK,
}
_RATINGS |= {  # our own exports in English
    "good": Rating.GOOD,
    "fair": Rating.FAIR,
    "met": Rating.MET,
    "not met": Rating.NOT_MET,
    "excellent (old scale)": Rating.OLD_EXCELLENT,
    "average (old scale)": Rating.OLD_AVERAGE,
    "weak (old scale)": Rating.OLD_WEAK,
    "poor (old scale)": Rating.OLD_POOR,
}
_PERIOD_WORD = re.compile(r"^(hoc k[iy]|hk|ky|semester)\s*")
_PERIODS = {"1": TermPeriod.SEMESTER_1, "i": TermPeriod.SEMESTER_1, "2": TermPeriod.SEMESTER_2}
_PERIODS |= {"ii": TermPeriod.SEMESTER_2, "ca nam": TermPeriod.YEAR, "cn": TermPeriod.YEAR}
_PERIODS |= {"whole year": TermPeriod.YEAR, "year": TermPeriod.YEAR}
_GENDERS = {"nam": Gender.MALE, "nu": Gender.FEMALE, "male": Gender.MALE, "female": Gender.FEMALE}
_GENDERS |= {"trai": Gender.MALE, "gai": Gender.FEMALE}

Parser = Callable[[str], Any]


def parse_code(text: str, known: Collection[str] = ()) -> str:
    """A code; RuleError when Excel has already spoilt it, unless somebody in `known` (in small letters) has it."""
    code = line(CODE_LENGTH)(text)
    if code.casefold() in known:
        return code
    if _POWER.match(code):
        raise RuleError(BAD_CODE, text=code)
    return code[:-2] if _DECIMAL.match(code) else code


def parse_name(text: str) -> str:
    """Somebody's name: one line, in which there is a letter at least."""
    name = line()(text)
    if not any(sign.isalpha() for sign in name):
        raise RuleError(NO_LETTER, text=_shown(text))
    return name


def parse_date(text: str) -> dt.date:
    """A day as d/m/y, d-m-y, d.m.y or y-m-d with the year in full; RuleError for any that never was."""
    written = clean_line(text).strip(" .,;'")
    found = _DAY_FIRST.match(written) or _IN_WORDS.match(fold(written))
    day, month, year = found.groups() if found else ("", "", "")
    if other := _YEAR_FIRST.match(written):
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
    return fold(text) not in _NOT_A_MARK and not _CELL_ERROR.match(text)


def parse_class(text: str, known: Collection[str] = ()) -> str:
    """A class as the school writes it: "10 A1" and "Lớp 10a1" -> "10A1"; RuleError without a grade, unless `known`."""
    if (name := class_name(text)) in known:
        return name
    written = re.sub(r"^lớp\b", "", clean_line(text), flags=re.IGNORECASE).strip()
    name = class_name(written)
    if name not in known and (_DAY_FIRST.match(written) or _YEAR_FIRST.match(written) or _CLASS_AS_DAY.match(written)):
        raise RuleError(DATE_CLASS, text=_shown(text))
    if name not in known and (grade_of(name) is None or len(name) > CODE_LENGTH):
        raise RuleError(BAD_CLASS, text=_shown(text))
    return name


def parse_classes(text: str, known: Collection[str] = ()) -> list[str]:
    """The classes of one teacher: mostly one."""
    parts = [part for part in re.split(r"[;,\n]", text) if part.strip()]
    return list(dict.fromkeys(parse_class(part, known) for part in parts))


def parse_phone(text: str) -> str:
    """A telephone number with its zero back; several stay several; what is no number stays as it was typed."""
    parts = filter(None, map(_phone, re.split(r"[;,\n]| / ", text)))
    numbers = "; ".join(parts)
    return line(PHONE_LENGTH)(numbers if len(numbers) <= PHONE_LENGTH else text)


def same_phone(stored: str | None, given: str) -> bool:
    """Whether a number of a list is the stored one, however either is spaced."""
    return stored is not None and parse_phone(stored[:PHONE_LENGTH]) == given


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


def parse_period(text: str) -> TermPeriod:
    """A semester or the whole year, by its label or as schools shorten it."""
    period = _PERIODS.get(_PERIOD_WORD.sub("", fold(text)).strip(" ."))
    if period is None:
        raise RuleError(BAD_PERIOD, text=_shown(text))
    return period


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
    """Free text: line breaks stay. RuleError for one that our own export had to cut."""
    if len(text) > _CUT_FROM and _GOES_ON.search(text):
        raise RuleError(CUT, text=text[:20])
    return _limited(text.strip(), PROSE_LENGTH)


def _limited(text: str, limit: int) -> str:
    if len(text) > limit:
        raise RuleError(TOO_LONG, text=text[:20], limit=limit)
    return text


def _shown(text: str) -> str:
    """The text as a message quotes it."""
    return clean_line(text)[:40]


def with_known(parsers: Mapping[str, Parser], codes: Collection[str], classes: Collection[str]) -> dict[str, Parser]:
    """The parsers of a list, once it is known which codes and which classes there are."""
    found = dict(parsers)
    found["code"] = partial(parse_code, known=codes)
    if "class_name" in found:
        found["class_name"] = partial(parse_class, known=classes)
    if "homeroom" in found:
        found["homeroom"] = partial(parse_classes, known=classes)
    return found


@dataclass
class Cells:
    """What the cells of one row say: values of those that are filled, and what is wrong with the others."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: list[RuleError] = field(default_factory=list)


def read_cells(record: Record, parsers: Mapping[str, Parser]) -> Cells:
    """Parse the filled cells of a record. Family and given name in two columns become one full name."""
    texts = dict(record.values)
    if not texts.get("full_name"):
        parts = [texts.get("family_name", ""), texts.get("given_name", "")]
        texts["full_name"] = next(filter(_CELL_ERROR.match, parts), " ".join(parts).strip())
    cells = Cells()
    for name, parse in parsers.items():
        if text := texts.get(name):
            try:
                if _CELL_ERROR.match(text):
                    raise RuleError(CELL_ERROR, text=text)
                value = parse(text)
            except RuleError as error:
                cells.errors.append(error)
            else:
                cells.values |= {name: value} if value != "" else {}
    return cells


_BETWEEN_SPONSORS = re.compile(r"[;\n,]+|(?:^|\s)\d{1,2}\s*[.)](?=\s|\D)")
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}\s*[.):/-]|[-–+•*])\s*")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_CODE = re.compile(r"\[([^\[\]]*)\]")
_ROLES = {"ho tro": SponsorRole.SUPPORTING, "cung do dau": SponsorRole.JOINT, "do dau chinh": SponsorRole.LEAD}


class Sponsor(NamedTuple):
    """One sponsor as a list names them; the code, where one is given, says who it is."""

    name: str
    role: SponsorRole
    code: str = ""


def parse_sponsors(text: str) -> list[Sponsor]:
    """The sponsors of P5's last column with their roles, e.g. "1. A; 2. B (hỗ trợ)".

    "(hỗ trợ)" is supporting; one without a mark leads, several are equal, unless "(cùng đỡ đầu)" or "(đỡ đầu chính)"
    says otherwise. "A [GV01]" tells two of one name apart.
    """
    named = []
    for part in _BETWEEN_SPONSORS.split(text):
        codes = [code for code in map(clean_line, _CODE.findall(part)) if code]
        part = _CODE.sub(" ", part)
        marks = {fold(mark) for mark in _BRACKETS.findall(part)}
        name = clean_line(_NUMBERED.sub("", _BRACKETS.sub(" ", part)))
        if name or codes:
            role = next((role for mark, role in _ROLES.items() if mark in marks), None)
            named.append((name or codes[0], role, codes[0] if codes else ""))
        elif marks:
            raise RuleError(NO_SPONSOR_NAME, text=_shown(part))
    leading = sum(role is not SponsorRole.SUPPORTING for _, role, _ in named)
    unmarked = SponsorRole.LEAD if leading == 1 else SponsorRole.JOINT
    return [Sponsor(name, role or unmarked, code) for name, role, code in named]
