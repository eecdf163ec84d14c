"""What a member of staff has done in the last years, set out for an early salary raise (P4.5): evidence, no verdict.

A council reads several years at once, so they stand side by side: the frozen score sheet, the yearly rating, what was
decided in commendation, and how many students the person sponsored. Nothing is added up, nobody is ranked, and nothing
says whether somebody should get it: that follows from awards and quotas that the panel does not hold (P7). What was
found in an inspection is no evidence here.

Those who see everybody's score see every row, each person the own. The tables behind it ask for more than that, so the
reading goes past the row scope, after asking the policy.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import (
    Commendation,
    Department,
    SchoolYear,
    ScoreSheet,
    Sponsorship,
    Staff,
    SupportCase,
    YearlyRating,
)
from school.reports.documents import Paper, require_whole
from school.rules.actor import Actor
from school.rules.policy import require
from school.services.guard import UNSCOPED
from school.vocabulary import (
    N_,
    Action,
    CommendationLevel,
    DocumentKind,
    ScoreLevel,
    SheetState,
    SponsorRole,
    StaffRating,
)

FEWEST, USUAL, MOST = 2, 3, 6  # school years; six is as far back as an award counts for an early raise
PAGE_SIZE = 25
PARTS = {
    "2": N_("2 năm học gần nhất"),
    "3": N_("3 năm học gần nhất"),
    "4": N_("4 năm học gần nhất"),
    "5": N_("5 năm học gần nhất"),
    "6": N_("6 năm học gần nhất"),
}
VARIABLES = {
    "full_name": N_("Họ và tên"),
    "code": N_("Mã cán bộ"),
    "post": N_("Chức vụ"),
    "department": N_("Tổ"),
    "years_count": N_("Số năm học được liệt kê"),
    "first_year": N_("Năm học xa nhất"),
    "last_year": N_("Năm học gần nhất"),
    "years[]": N_("Từng năm học, năm gần nhất trước"),
    "years[].year": N_("Năm học"),
    "years[].score": N_("Mức và điểm trên phiếu đã chốt, quyết định; để trống khi chưa chốt"),
    "years[].rating": N_("Xếp loại cuối năm và quyết định"),
    "years[].awards": N_("Danh hiệu, khen thưởng đã có quyết định, cách nhau bằng dấu chấm phẩy"),
    "years[].sponsored": N_("Số em đã đỡ đầu, hỗ trợ"),
}
NEEDED = ("full_name", "years[].year", "years[].awards")
ASKS = (Action.VIEW_SCORE,)


@dataclass(frozen=True)
class Decided:
    """The number and the day of a decision."""

    number: str | None
    on: dt.date | None

    @property
    def words(self) -> str:
        """ "Số 31/QĐ ngày 10/10/2025"; what is missing is not said."""
        said = [f"số {self.number}" if self.number else "", f"ngày {self.on:%d/%m/%Y}" if self.on else ""]
        return " ".join(part for part in said if part)


@dataclass(frozen=True)
class Award:
    """What was decided in commendation."""

    title: str
    level: CommendationLevel
    decision: Decided


@dataclass
class Year:
    """One school year of one person, as far as it was decided; `level` is None while the sheet is not frozen."""

    name: str
    level: ScoreLevel | None = None
    total: int | None = None  # tenths
    sheet: Decided | None = None
    rating: StaffRating | None = None
    rated: Decided | None = None
    awards: list[Award] = field(default_factory=list)
    led: int = 0  # students, as lead or joint sponsor
    supported: int = 0


@dataclass(frozen=True)
class Evidence:
    """One person, and the years, the newest first."""

    staff_id: int
    code: str
    full_name: str
    department: str | None
    post: str | None
    years: tuple[Year, ...]


def check_count(count: int) -> int:
    """The number of years to look back over; RuleError unless the panel offers it."""
    if not FEWEST <= count <= MOST:
        raise RuleError(N_("Thầy cô chọn từ %(few)s đến %(most)s năm học."), few=FEWEST, most=MOST)
    return count


def of_page(
    session: Session, actor: Actor, count: int, department: int | None = None, page: int = 0
) -> tuple[int, list[Evidence]]:
    """How many people there are, and a page of them in the Vietnamese order of names (P7); six statements.

    NotAllowed unless the actor sees everybody's score.
    """
    require_whole(actor, Action.VIEW_SCORE)
    statement = _people(actor).order_by(Staff.sort_key, Staff.code, Staff.id)
    if department is not None:
        statement = statement.where(Staff.department_id == department)
    counted = select(func.count()).select_from(statement.order_by(None).subquery()).scalar_subquery()
    paged = statement.add_columns(counted).limit(PAGE_SIZE).offset(page * PAGE_SIZE)
    found = _all(session, paged)
    return (found[0][-1] if found else 0), _evidence(session, actor, [row[:-1] for row in found], check_count(count))


def of_one(session: Session, actor: Actor, staff: Staff, count: int) -> Evidence:
    """The evidence of one person, for whoever may see that person's score."""
    require(actor, Action.VIEW_SCORE, ScoreSheet(staff_id=staff.id))
    people = _all(session, _facts().where(Staff.id == staff.id))
    return _evidence(session, actor, people, check_count(count))[0]


def paper(session: Session, actor: Actor, staff: Staff, part: str = "") -> Paper:
    """The evidence of one person over that many years; without a number over three."""
    found = of_one(session, actor, staff, int(part) if part in PARTS else USUAL)
    values = {
        "full_name": found.full_name,
        "code": found.code,
        "post": found.post,
        "department": found.department,
        "years_count": len(found.years),
        "first_year": found.years[-1].name if found.years else None,
        "last_year": found.years[0].name if found.years else None,
        "years": [
            {
                "year": year.name,
                "score": score_words(year),
                "rating": rating_words(year),
                "awards": "; ".join(award_words(award) for award in year.awards),
                "sponsored": sponsored_words(year),
            }
            for year in found.years
        ],
    }
    name = f"Minh chứng nâng lương trước thời hạn {found.full_name}"
    return Paper(DocumentKind.EARLY_RAISE, name, values, rows=len(found.years))


def score_words(year: Year) -> str:
    """The frozen level and points with the decision; nothing while the sheet is open."""
    if year.level is None:
        return ""
    points = f"{year.total // 10},{year.total % 10} điểm" if year.total is not None else ""
    return _joined(year.level.label, points, year.sheet)


def rating_words(year: Year) -> str:
    """The yearly rating with its decision."""
    return _joined(year.rating.label, "", year.rated) if year.rating is not None else ""


def award_words(award: Award) -> str:
    """What it is, at which level, by which decision."""
    return _joined(award.title, award.level.label, award.decision)


def sponsored_words(year: Year) -> str:
    """How many students the person sponsored."""
    said = [f"đỡ đầu {year.led} em" if year.led else "", f"hỗ trợ {year.supported} em" if year.supported else ""]
    text = ", ".join(part for part in said if part)
    return f"{text[:1].upper()}{text[1:]}"


def _joined(first: str, more: str, decided: Decided | None) -> str:
    decision = decided.words if decided is not None else ""
    return ", ".join(part for part in (first, more) if part) + (f" ({decision})" if decision else "")


def _facts() -> Any:
    return select(Staff.id, Staff.code, Staff.full_name, Department.name, Staff.post).outerjoin(
        Department, Department.id == Staff.department_id
    )


def _people(actor: Actor) -> Any:
    """Who works at the school today."""
    return _facts().where(or_(Staff.left_on.is_(None), Staff.left_on >= actor.today))


def _all(session: Session, statement: Any) -> list[Any]:
    return list(session.execute(statement, execution_options=UNSCOPED))


def _evidence(session: Session, actor: Actor, people: Sequence[Any], count: int) -> list[Evidence]:
    """These people with the last `count` years; five statements."""
    began = select(SchoolYear.id, SchoolYear.name).where(SchoolYear.starts_on <= actor.today)
    years = _all(session, began.order_by(SchoolYear.starts_on.desc(), SchoolYear.id).limit(count))
    found = {(person[0], id_): Year(name) for person in people for id_, name in years}
    if found:
        ids, year_ids = [person[0] for person in people], [id_ for id_, _name in years]
        _take_sheets(session, found, ids, year_ids)
        _take_ratings(session, found, ids, year_ids)
        _take_awards(session, found, ids, year_ids)
        _take_sponsorships(session, found, ids, year_ids, actor.today)
    return [
        Evidence(id_, code, name, department, post, tuple(found[id_, year_id] for year_id, _name in years))
        for id_, code, name, department, post in people
    ]


Found = Mapping[tuple[int, int], Year]


def _of(model: Any, ids: Iterable[int], years: Iterable[int]) -> tuple[Any, Any]:
    return model.staff_id.in_(ids), model.school_year_id.in_(years)


def _take_sheets(session: Session, found: Found, ids: list[int], years: list[int]) -> None:
    columns = (ScoreSheet.level, ScoreSheet.total, ScoreSheet.decision_number, ScoreSheet.decided_on)
    frozen = select(ScoreSheet.staff_id, ScoreSheet.school_year_id, *columns).where(
        *_of(ScoreSheet, ids, years), ScoreSheet.state == SheetState.FROZEN
    )
    for staff_id, year_id, level, total, number, day in _all(session, frozen):
        year = found[staff_id, year_id]
        year.level, year.total, year.sheet = level, total, Decided(number, day)


def _take_ratings(session: Session, found: Found, ids: list[int], years: list[int]) -> None:
    columns = (YearlyRating.rating, YearlyRating.decision_number, YearlyRating.decided_on)
    rated = select(YearlyRating.staff_id, YearlyRating.school_year_id, *columns).where(*_of(YearlyRating, ids, years))
    for staff_id, year_id, rating, number, day in _all(session, rated):
        year = found[staff_id, year_id]
        year.rating, year.rated = rating, Decided(number, day)


def _take_awards(session: Session, found: Found, ids: list[int], years: list[int]) -> None:
    """What was decided; a proposal is none yet."""
    columns = (Commendation.title, Commendation.level, Commendation.decision_number, Commendation.decided_on)
    decided = select(Commendation.staff_id, Commendation.school_year_id, *columns).where(
        *_of(Commendation, ids, years), Commendation.decided_on.is_not(None)
    )
    order = (Commendation.decided_on, Commendation.id)
    for staff_id, year_id, title, level, number, day in _all(session, decided.order_by(*order)):
        found[staff_id, year_id].awards.append(Award(title, level, Decided(number, day)))


def _take_sponsorships(session: Session, found: Found, ids: list[int], years: list[int], today: dt.date) -> None:
    """How many students the person has sponsored in each year: one who was supported and then led counts as led."""
    assigned = (
        select(Sponsorship.staff_id, SupportCase.school_year_id, SupportCase.student_id, Sponsorship.role)
        .join(SupportCase, SupportCase.id == Sponsorship.case_id)
        .where(Sponsorship.staff_id.in_(ids), SupportCase.school_year_id.in_(years))
        .where(Sponsorship.assigned(), Sponsorship.started_on <= today)
    )
    led: dict[tuple[int, int], set[int]] = defaultdict(set)
    supported: dict[tuple[int, int], set[int]] = defaultdict(set)
    for staff_id, year_id, student_id, role in _all(session, assigned):
        (supported if role is SponsorRole.SUPPORTING else led)[staff_id, year_id].add(student_id)
    for key, year in found.items():
        year.led, year.supported = len(led[key]), len(supported[key] - led[key])
