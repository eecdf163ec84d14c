"""A report to the Sở (P4.11) as tables of figures, for its page and as an official document: no child's name in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from school.models import SchoolReport
from school.reports.documents import Paper
from school.rules.actor import Actor
from school.rules.policy import require
from school.rules.school_figures import NONE, SEVERAL, Figures
from school.rules.school_report import NUMBERS
from school.services import school_figures
from school.services.profile import lines
from school.vocabulary import (
    N_,
    SUPPORT_UNITS,
    Action,
    DocumentKind,
    Gender,
    HardshipGroup,
    ProgressStep,
    ReportState,
    SupportKind,
)


@dataclass(frozen=True)
class Line:
    """One row: what it is known by from one day to another, its label (a msgid or a name of the school's), numbers."""

    key: str
    label: str
    numbers: list[int]
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of figures under a title; the first column holds the labels."""

    key: str
    title: str
    columns: tuple[str, ...]
    lines: list[Line]


_WHAT, _COUNT = N_("Nội dung"), N_("Số lượng")
_CHILDREN = (N_("Số em"), N_("Có người đỡ đầu"))
_GENERAL: tuple[tuple[str, str, Callable[[Figures], int]], ...] = (
    ("students", N_("Học sinh toàn trường"), lambda f: f.students),
    ("dropouts", N_("Học sinh toàn trường đã nghỉ học trong năm"), lambda f: f.dropouts),
    ("staff", N_("Cán bộ, giáo viên, nhân viên"), lambda f: f.staff),
    ("cases", N_("Em trong danh sách được hỗ trợ"), lambda f: f.cases),
    ("sponsored", N_("Em đã có người đỡ đầu"), lambda f: f.sponsored),
    ("coverage", N_("Tỷ lệ em đã có người đỡ đầu (%)"), lambda f: f.coverage or 0),
    ("leads", N_("Thầy cô nhận đỡ đầu"), lambda f: f.leads),
    ("supporters", N_("Thầy cô hỗ trợ thêm"), lambda f: f.supporters),
)
_WORK: tuple[tuple[str, str, Callable[[Figures], int]], ...] = (
    ("contacts", N_("Lần liên hệ với các em và gia đình"), lambda f: f.contacts),
    ("reached", N_("Trong đó gặp được"), lambda f: f.reached),
    ("visits", N_("Lần thăm gia đình"), lambda f: f.visits),
    ("met", N_("Em đã được gặp ít nhất một lần"), lambda f: f.met),
    ("lessons", N_("Tiết phụ đạo"), lambda f: f.lessons),
    ("value", N_("Hỗ trợ trị giá (đồng)"), lambda f: f.value),
    ("activities", N_("Hoạt động ngoài giờ"), lambda f: f.activities),
)
_STAYING: tuple[tuple[str, str, Callable[[Figures], int]], ...] = (
    ("kept", N_("Em tiếp tục đi học"), lambda f: f.kept),
    ("transferred", N_("Em chuyển trường"), lambda f: f.transferred),
    ("dropped_out", N_("Em đã nghỉ học"), lambda f: f.dropped_out),
)
_MOVES = (
    ("learning", N_("Kết quả học tập")),
    ("conduct", N_("Kết quả rèn luyện")),
    ("risk", N_("Yên tâm đi học")),
)
_COMPARED = {
    "cases": N_("Em trong danh sách được hỗ trợ"),
    "sponsored": N_("Em đã có người đỡ đầu"),
    "leads": N_("Thầy cô nhận đỡ đầu"),
    "contacts": N_("Lần liên hệ với các em và gia đình"),
    "lessons": N_("Tiết phụ đạo"),
    "value": N_("Hỗ trợ trị giá (đồng)"),
    "kept": N_("Em tiếp tục đi học"),
    "dropped_out": N_("Em đã nghỉ học"),
    "left_over": N_("Em chưa có người đỡ đầu"),
}
_GROUPS: dict[str, str] = {group.value: group.label for group in HardshipGroup}
_GROUPS |= {SEVERAL: N_("Trong đó thuộc từ hai nhóm trở lên"), NONE: N_("Chưa phân loại")}
_UNKNOWN = N_("Chưa ghi")
_NO_DEPARTMENT = N_("Chưa thuộc tổ nào")


def tables(f: Figures) -> list[Table]:
    """The figures in the order of the report; a table without a row is left out."""
    found = [
        Table("general", N_("Tình hình chung"), (_WHAT, _COUNT), _scalars(f, _GENERAL)),
        *_of_children(f),
        Table(
            "departments",
            N_("Theo tổ"),
            (
                N_("Tổ"),
                N_("Thầy cô đỡ đầu"),
                N_("Số em"),
                N_("Lần liên hệ"),
                N_("Tiết phụ đạo"),
                N_("Hỗ trợ (đồng)"),
            ),
            _keyed(f.departments, lambda name: name or _NO_DEPARTMENT),
        ),
        Table("work", N_("Gặp gỡ, hỗ trợ, hoạt động"), (_WHAT, _COUNT), _scalars(f, _WORK)),
        Table(
            "supports",
            N_("Hỗ trợ đã trao, theo loại"),
            (N_("Loại"), N_("Số lần"), N_("Số lượng"), N_("Trị giá (đồng)")),
            [
                Line(key, SupportKind(key).label, list(numbers), SUPPORT_UNITS[SupportKind(key)])
                for key, numbers in f.supports.items()
            ],
        ),
        _trends(f),
        Table(
            "moves",
            N_("Thay đổi của các em, nơi đã biết cả hai thời điểm"),
            (_WHAT, N_("Cao hơn trước"), N_("Như trước"), N_("Thấp hơn trước")),
            [Line(key, label, list(getattr(f, key))) for key, label in _MOVES],
        ),
        Table("staying", N_("Duy trì sĩ số của các em trong danh sách"), (_WHAT, N_("Số em")), _scalars(f, _STAYING)),
        _difference(f),
    ]
    return [table for table in found if table.lines]


def _scalars(f: Figures, rows: tuple[tuple[str, str, Callable[[Figures], int]], ...]) -> list[Line]:
    return [Line(key, label, [value(f)]) for key, label, value in rows]


def _keyed(counts: Mapping[str, list[int]], label: Callable[[str], str]) -> list[Line]:
    return [Line(key, label(key), list(numbers)) for key, numbers in counts.items()]


def _of_children(f: Figures) -> list[Table]:
    """The children of the list by group, grade, gender and ethnicity."""
    genders = {gender.value: gender.label for gender in Gender}
    return [
        Table("groups", N_("Theo nhóm hoàn cảnh"), (N_("Nhóm"), *_CHILDREN), _keyed(f.groups, _GROUPS.__getitem__)),
        Table("grades", N_("Theo khối"), (N_("Khối"), *_CHILDREN), _keyed(f.grades, lambda key: key or _UNKNOWN)),
        Table(
            "genders",
            N_("Theo giới tính"),
            (N_("Giới tính"), *_CHILDREN),
            _keyed(f.genders, lambda key: genders.get(key, _UNKNOWN)),
        ),
        Table(
            "ethnicities",
            N_("Theo dân tộc"),
            (N_("Dân tộc"), *_CHILDREN),
            _keyed(f.ethnicities, lambda key: key or _UNKNOWN),
        ),
    ]


def _trends(f: Figures) -> Table:
    """What the months that the union or leadership confirmed say, the best first."""
    rows = [Line("evaluations", N_("Đánh giá tháng đã xác nhận"), [f.evaluations])]
    steps = [step for step in reversed(ProgressStep) if step.value in f.trends]
    rows += [Line(step.value, step.label, [f.trends[step.value]]) for step in steps]
    return Table("trends", N_("Chuyển biến chung ở tháng đã xác nhận gần nhất"), (_WHAT, N_("Số lượng")), rows)


def _difference(f: Figures) -> Table:
    """The report before beside this one; no rows where there is none."""
    then = f.before["figures"] if f.before else {}
    rows = [
        Line(key, label, [then[key], f.compared[key], f.compared[key] - then[key]])
        for key, label in _COMPARED.items()
        if key in then
    ]
    columns = (_WHAT, N_("Kỳ trước"), N_("Kỳ này"), N_("Tăng, giảm"))
    return Table("difference", N_("So với báo cáo trước"), columns, rows)


# The document ---------------------------------------------------------------------------------------------------------

_ROWS = {"label": _WHAT, "count": _COUNT}
VARIABLES: dict[str, str] = {
    "year": N_("Năm học"),
    "occasion": N_("Lần báo cáo: 1 hoặc 2"),
    "draft": N_("“DỰ THẢO” khi chưa ký, để trống khi đã ký"),
    "correction": N_("“Đính chính lần 1”, để trống ở báo cáo đầu"),
    "correction_reason": N_("Lý do đính chính"),
    "day": N_("Số liệu tính đến ngày"),
    "general[]": N_("Tình hình chung, mỗi dòng một số liệu"),
    **{f"general[].{name}": text for name, text in _ROWS.items()},
    "children[]": N_("Học sinh theo nhóm, khối, giới tính, dân tộc"),
    "children[].by": N_("Cách chia, ở dòng đầu của mỗi cách"),
    "children[].label": _WHAT,
    "children[].count": N_("Số em"),
    "children[].sponsored": N_("Có người đỡ đầu"),
    "departments[]": N_("Theo tổ"),
    "departments[].label": N_("Tổ"),
    "departments[].sponsors": N_("Thầy cô đỡ đầu"),
    "departments[].count": N_("Số em"),
    "departments[].contacts": N_("Lần liên hệ"),
    "departments[].lessons": N_("Tiết phụ đạo"),
    "departments[].value": N_("Hỗ trợ (đồng)"),
    "work[]": N_("Gặp gỡ, hỗ trợ, hoạt động"),
    **{f"work[].{name}": text for name, text in _ROWS.items()},
    "supports[]": N_("Hỗ trợ đã trao, theo loại"),
    "supports[].label": N_("Loại"),
    "supports[].times": N_("Số lần"),
    "supports[].count": N_("Số lượng"),
    "supports[].value": N_("Trị giá (đồng)"),
    "trends[]": N_("Chuyển biến chung ở tháng đã xác nhận gần nhất"),
    **{f"trends[].{name}": text for name, text in _ROWS.items()},
    "moves[]": N_("Thay đổi của các em, nơi đã biết cả hai thời điểm"),
    "moves[].label": _WHAT,
    "moves[].up": N_("Cao hơn trước"),
    "moves[].same": N_("Như trước"),
    "moves[].down": N_("Thấp hơn trước"),
    "staying[]": N_("Duy trì sĩ số của các em trong danh sách"),
    **{f"staying[].{name}": text for name, text in _ROWS.items()},
    "before": N_("Báo cáo trước: lần, năm học, số; để trống khi chưa có"),
    "difference[]": N_("So với báo cáo trước"),
    "difference[].label": _WHAT,
    "difference[].before": N_("Kỳ trước"),
    "difference[].now": N_("Kỳ này"),
    "difference[].change": N_("Tăng, giảm"),
    "left_over_count": N_("Số em chưa có người đỡ đầu"),
    "left_over": N_("Mã hồ sơ của các em chưa có người đỡ đầu"),
    "difficulties[]": N_("Khó khăn, vướng mắc, mỗi đoạn một mục"),
    "proposals[]": N_("Đề xuất, kiến nghị, mỗi đoạn một mục"),
}
ASKS = (Action.VIEW_SCHOOL_REPORT,)
NEEDED = (
    "general[].count",
    "children[].count",
    "departments[].count",
    "supports[].value",
    "difficulties[]",
    "proposals[]",
)
# What the numbers of a line are called in the document, by table.
_NAMES = {
    "departments": ("sponsors", "count", "contacts", "lessons", "value"),
    "difference": ("before", "now", "change"),
    "moves": ("up", "same", "down"),
    "supports": ("times", "count", "value"),
}


def paper(session: Session, actor: Actor, report: SchoolReport) -> Paper:
    """The report as it was signed; one that is being written with today's figures, and marked so."""
    require(actor, Action.VIEW_SCHOOL_REPORT, report)
    f = frozen(report) or school_figures.figures(session, actor, report.school_year, report.occasion)
    signed = report.state is ReportState.SUBMITTED
    number, year = NUMBERS[report.occasion], report.school_year.name
    correction = f"Đính chính lần {report.correction}" if report.correction else ""
    values = {
        "number": report.number,
        "date": report.signed_on,
        "year": year,
        "occasion": number,
        "draft": "" if signed else "DỰ THẢO",
        "correction": correction,
        "correction_reason": report.correction_reason or "",
        "day": f.day,
        "before": before_words(f) if f.before else "",
        "left_over_count": len(f.left_over),
        "left_over": ", ".join(f.left_over),
        "difficulties": lines(report.difficulties),
        "proposals": lines(report.proposals),
        **_rows_of(f),
    }
    name = " ".join(["Báo cáo gửi Sở lần", str(number), year, correction.lower(), "" if signed else "dự thảo"])
    return Paper(
        DocumentKind.SCHOOL_REPORT, " ".join(name.split()), values, year_id=report.school_year_id, rows=f.cases
    )


def frozen(report: SchoolReport) -> Figures | None:
    """The figures with which the report was signed."""
    return Figures.thaw(report.figures) if report.state is ReportState.SUBMITTED else None


def before_words(f: Figures) -> str:
    """Which report this one is compared with, as the record says it."""
    assert f.before is not None
    number = f" (số {f.before['number']})" if f.before["number"] else ""
    return f"báo cáo lần {f.before['occasion']} năm học {f.before['year']}{number}"


def _rows_of(f: Figures) -> dict[str, list[dict[str, str]]]:
    """The tables as a template takes them; those of the children in one."""
    found: dict[str, list[dict[str, str]]] = {name.removesuffix("[]"): [] for name in VARIABLES if name.endswith("[]")}
    del found["difficulties"], found["proposals"]
    for table in tables(f):
        for place, line in enumerate(table.lines):
            if table.columns[1:] == _CHILDREN:
                by = table.title if place == 0 else ""
                row = {"by": by} | _named(line, ("count", "sponsored"))
                found["children"].append(row)
            else:
                found[table.key].append(_named(line, _NAMES.get(table.key, ("count",))))
    return found


def _named(line: Line, names: tuple[str, ...]) -> dict[str, str]:
    row = {name: number_words(number) for name, number in zip(names, line.numbers, strict=True)}
    if line.unit and line.numbers[1]:
        row["count"] = f"{row['count']} {line.unit}"
    if "change" in row and line.numbers[-1] > 0:
        row["change"] = f"+{row['change']}"
    return {"label": line.label} | row


def number_words(number: int) -> str:
    """With its thousands apart, as in Vietnam: 1.250.000."""
    return f"{number:,}".replace(",", ".")
