"""Values for every kind of document, made from the names that its template may say: short ones and very long ones."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from school.reports.documents import Paper
from school.reports.registry import DOCUMENTS
from school.services.profile import Letterhead
from school.vocabulary import DocumentKind

HEAD = Letterhead(
    school_name="Trường Trung học phổ thông Nguyễn Tất Thành",
    parent_body="Sở Giáo dục và Đào tạo tỉnh Lâm Đồng",
    place="Nhân Cơ",
    symbol="THPTNTT",
    signer_title=["KT. HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG"],
    signer_name="Huỳnh Ngọc Diễm Quỳnh",
    drafter_name="Nguyễn Thị Hoài Thương",
    union_name="Ban Chấp hành Công đoàn trường",
    legal_basis=["Căn cứ Chỉ thị số 03/CT-UBND ngày 17 tháng 5 năm 2017;", "Căn cứ kế hoạch năm học của trường."],
    recipients=["Sở GD&ĐT (báo cáo);", "Hiệu trưởng (báo cáo);", "Các tổ chuyên môn;", "Lưu: VT."],
)
TODAY = dt.date(2025, 12, 5)
SENTENCE = "Nhà thuộc diện hộ cận nghèo; mẹ làm rẫy một mình nuôi ba con.\nEm ở trọ, tự nấu ăn, đi học đều. "
# Which names stand for numbers, days, people and texts of several lines.
NUMBERS = frozenset(
    {"number", "count", "up", "same", "down", "times", "before", "now", "change", "contacts", "lessons"}
)
NUMBERS |= {"collectives", "individuals", "students", "without_sponsor", "sponsored", "departments[].sponsors"}
NUMBERS |= {"left_over_count"}
DAYS = frozenset({"on", "day", "first_day", "last_day", "held_on", "printed_on"})
PEOPLE = frozenset({"full_name", "name", "student", "chair", "head_name"})
PROSE = frozenset({"circumstances", "own_effort", "text", "achievement", "evidence", "content", "comment", "note"})
VERY_LONG = frozenset({"circumstances", "own_effort"})
EACH = {"criteria": 11, "points": 11}  # a table of a year has a column a criterion, however many rows it has
LONG_LISTS = {"rows": 1.0, "people": 0.5, "contacts": 0.2, "evaluations": 0.2}  # the share of the rows asked for
LONG_LISTS |= {"years": 1.0, "counts": 0.2}
WORDS = {
    "year": "2025-2026",
    "class_name": "12A10",
    "classroom": "12A10",
    "code": "HS-2025-0017",
    "grade": "12",
    "learning": "Chưa đạt",
    "conduct": "Khá",
    "value": "12.500.000",
    "sponsors": "1. Nguyễn Thị Hồng Ánh Nguyệt; 2. Phạm Quốc Bảo (hỗ trợ)",
    "plan_number": "52/KH-THPTNTT",
    "points": "12,5",
    "total": "87,5",
    "converted": "4,38",
    "max": "15",
    "counted": "108/126",
    "share": "85,7%",
    "adjusted": "83,1%",
}


def paper(kind: DocumentKind, rows: int, long: bool) -> Paper:
    """A paper of this kind; `long`: texts of several lines."""
    return Paper(kind, kind.label, _filled(dict(DOCUMENTS[kind].variables), "", rows, long))


def _filled(names: Mapping[str, str], above: str, rows: int, long: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for head in dict.fromkeys(name.split(".")[0] for name in names):
        inner = {name.removeprefix(f"{head}."): "" for name in names if name.startswith(f"{head}.")}
        bare = head.removesuffix("[]")
        if head == bare:
            found[bare] = _filled(inner, f"{above}{head}.", rows, long) if inner else _leaf(above, bare, 1, long)
            continue
        many = range(1, _how_many(bare, rows, long) + 1)
        if inner:
            path = f"{above}{head}."
            found[bare] = [_filled(inner, path, rows, long) | _numbers(inner, number) for number in many]
        else:
            found[bare] = [_leaf(above, bare, number, long) for number in many]
    return found


def _how_many(name: str, rows: int, long: bool) -> int:
    """How long a list is."""
    if long and name in EACH:
        return EACH[name]
    return max(round(rows * LONG_LISTS.get(name, 0)), min(rows, 2))


def _numbers(names: Mapping[str, str], number: int) -> dict[str, Any]:
    return {"number": number} if "number" in names else {}


def _leaf(above: str, name: str, number: int, long: bool) -> Any:
    if name in NUMBERS or above + name in NUMBERS:
        return 128
    if name in DAYS:
        return TODAY
    if name in PEOPLE:
        return "Nguyễn Thị Hồng Ánh Nguyệt"
    if name in PROSE:
        return SENTENCE * (2 if name in VERY_LONG else 1) if long else "Em cố gắng đi học đều."
    return WORDS.get(name, "Nội dung mẫu")
