"""The list of a year's scores as a document (P4.5): by department and name, a column a criterion, the decision.

A sheet that the council froze stands as it was frozen, whatever the records say by now; one that is open stands as it
is counted today, and the list says so. It names staff, and no student.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from school.models import SchoolYear
from school.names import fold
from school.reports import emulation
from school.reports.cells import text
from school.reports.documents import Paper
from school.rules.actor import Actor
from school.rules.emulation import Scheme
from school.rules.policy import require
from school.services import scores
from school.services.scores import Standing
from school.vocabulary import N_, Action, DocumentKind, ScoreLevel

VARIABLES = {
    "year": N_("Năm học"),
    "state": N_("Đã chốt, hay còn đang tính và tính đến ngày nào"),
    "people": N_("Số người trong danh sách"),
    "criteria[]": N_("Các tiêu chí của năm học"),
    "criteria[].number": N_("Số thứ tự của tiêu chí, cũng là tên cột"),
    "criteria[].name": N_("Tiêu chí"),
    "criteria[].max": N_("Điểm tối đa"),
    "criteria[].bonus": N_("Có chữ “(điểm cộng)” nếu là tiêu chí cộng thêm"),
    "departments[]": N_("Các tổ"),
    "departments[].name": N_("Tên tổ"),
    "departments[].rows[]": N_("Những người của tổ"),
    "departments[].rows[].number": N_("Số thứ tự"),
    "departments[].rows[].name": N_("Họ và tên"),
    "departments[].rows[].post": N_("Chức vụ"),
    "departments[].rows[].points[]": N_("Điểm từng tiêu chí, theo thứ tự của các tiêu chí"),
    "departments[].rows[].total": N_("Tổng điểm"),
    "departments[].rows[].converted": N_("Điểm quy đổi theo thang của trường"),
    "departments[].rows[].level": N_("Mức của tiêu chí này"),
    "departments[].rows[].decision": N_("Số, ngày quyết định chốt phiếu"),
    "levels[]": N_("Số người ở từng mức"),
    "levels[].name": N_("Mức"),
    "levels[].count": N_("Số người"),
}
NEEDED = (
    "departments[].rows[].name",
    "departments[].rows[].points[]",
    "departments[].rows[].total",
    "departments[].rows[].level",
)
ASKS = (Action.EXPORT_EMULATION,)

# On paper, and so Vietnamese.
OUTSIDE = "Không thuộc tổ nào"
NOT_COUNTED = "–"
OPEN = "Chưa chốt"


def paper(session: Session, actor: Actor, year: SchoolYear) -> Paper:
    """The year's list."""
    require(actor, Action.EXPORT_EMULATION)
    standings = list(scores.of_year(session, actor, year).values())
    scheme = scores.rules_of(session, year)
    by_department: dict[str, list[Standing]] = defaultdict(list)
    for standing in standings:
        by_department[standing.department or ""].append(standing)
    names = sorted(by_department, key=lambda name: (not name, fold(name), name))
    return Paper(
        DocumentKind.SCORE_LIST,
        f"Bảng điểm thi đua {year.name}",
        {
            "year": year.name,
            "state": _state(standings, f"{min(actor.today, year.ends_on):%d/%m/%Y}"),
            "people": len(standings),
            "criteria": [
                {
                    "number": number,
                    "name": criterion.name,
                    "max": criterion.max_points,
                    "bonus": " (điểm cộng)" if criterion.bonus else "",
                }
                for number, criterion in enumerate(scheme.criteria, 1)
            ],
            "departments": [{"name": name or OUTSIDE, "rows": _rows(by_department[name], scheme)} for name in names],
            "levels": _levels(standings),
        },
        year_id=year.id,
        rows=len(standings),
    )


def _state(standings: Iterable[Standing], day: str) -> str:
    """How much of the list is final."""
    frozen = [standing.frozen is not None for standing in standings]
    if frozen and all(frozen):
        return "Các phiếu điểm đã được Hội đồng chốt"
    if any(frozen):
        return f"Đã chốt {sum(frozen)} phiếu; {len(frozen) - sum(frozen)} phiếu chưa chốt, tính đến ngày {day}"
    return f"Bản dự kiến, các phiếu chưa chốt; tính đến ngày {day}"


def _rows(standings: Iterable[Standing], scheme: Scheme) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "name": standing.full_name,
            "post": standing.post,
            "points": [
                NOT_COUNTED if points is None else text(points) for points in emulation.points(standing.shown, scheme)
            ],
            "total": _shown(emulation.tenths(standing.shown.total)),
            "converted": _shown(emulation.hundredths(standing.shown.converted)),
            "level": standing.shown.level.label,
            "decision": _decision(standing),
        }
        for number, standing in enumerate(standings, 1)
    ]


def _shown(points: Decimal | None) -> str:
    return NOT_COUNTED if points is None else text(points)


def _decision(standing: Standing) -> str:
    sheet = standing.sheet
    if standing.frozen is None or sheet is None:
        return OPEN
    said = [sheet.decision_number or "", f"{sheet.decided_on:%d/%m/%Y}" if sheet.decided_on is not None else ""]
    return ", ".join(part for part in said if part)


def _levels(standings: Iterable[Standing]) -> list[dict[str, Any]]:
    counted = Counter(standing.shown.level for standing in standings)
    return [{"name": level.label, "count": counted[level]} for level in ScoreLevel if counted[level]]
