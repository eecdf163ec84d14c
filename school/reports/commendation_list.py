"""The list of those who are proposed for commendation, or commended, in a year (P4.6, P4.9): no student in it.

Beside the words of the proposal stand counts from the panel's own figures, for a person and for a department alike:
students, monthly evaluations sent (and on time), contacts, remedial lessons. Not everybody who reads the list sees a
case, so the counting goes past the row scope, after asking the policy.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from school.models import (
    Commendation,
    Contact,
    ProgressEvaluation,
    SchoolYear,
    Staff,
    SupportCase,
    SupportItem,
)
from school.reports.department_words import number
from school.reports.documents import Paper
from school.reports.emulation import Part, has_month, parts
from school.rules.actor import Actor
from school.rules.calendar import YearPlan, is_late
from school.rules.evaluation import SENT_STATES
from school.rules.policy import require
from school.services import commendations
from school.services.calendar import plan_of
from school.services.guard import UNSCOPED
from school.vocabulary import (
    LEADING,
    N_,
    Action,
    CommendationLevel,
    Deadline,
    DocumentKind,
    SponsorRole,
    SupportKind,
)

_ROW = {
    "number": N_("Số thứ tự"),
    "name": N_("Tên tập thể, hoặc họ và tên"),
    "unit": N_("Chức vụ, tổ"),
    "title": N_("Danh hiệu, hình thức khen"),
    "achievement": N_("Thành tích do người đề nghị ghi"),
    "evidence": N_("Số liệu từ phần mềm: số em, đánh giá đúng hạn, liên hệ, tiết phụ đạo"),
    "decision": N_("Số, ngày quyết định"),
}
VARIABLES = {
    "year": N_("Năm học"),
    "heading": N_("Danh sách đề nghị khen thưởng, hoặc danh sách khen thưởng khi đã quyết định hết"),
    "decision": N_("Quyết định mà danh sách kèm theo, nếu chỉ có một"),
    "collectives": N_("Số tập thể"),
    "individuals": N_("Số cá nhân"),
    "levels[]": N_("Các cấp khen"),
    "levels[].name": N_("Cấp khen"),
    **{
        f"levels[].{part}{name}": meaning
        for part, whole in {"departments": N_("Các tập thể"), "people": N_("Các cá nhân")}.items()
        for name, meaning in {"[]": whole, **{f"[].{key}": text for key, text in _ROW.items()}}.items()
    },
}
NEEDED = ("levels[].departments[].name", "levels[].people[].name", "levels[].people[].title")
ASKS = (Action.VIEW_COMMENDATION,)


@dataclass
class Work:
    """What one person, or the staff of one department, did in the year."""

    sponsors: set[int] = field(default_factory=set)
    led: set[int] = field(default_factory=set)
    supported: set[int] = field(default_factory=set)
    sent: set[tuple[int, str]] = field(default_factory=set)
    on_time: set[tuple[int, str]] = field(default_factory=set)
    contacts: int = 0
    reached: int = 0
    lessons: int = 0

    def words(self, of_department: bool = False) -> str:
        """The counts in a sentence; what did not happen is not said."""
        students = f"đỡ đầu {len(self.led)} em" if self.led else ""
        if of_department and self.led:
            students = f"{len(self.sponsors)} thầy cô {students}"
        said = [
            students,
            f"hỗ trợ {len(self.supported)} em" if self.supported else "",
            f"đánh giá tháng gửi đúng hạn {len(self.on_time)}/{len(self.sent)}" if self.sent else "",
            f"{number(self.contacts)} lần liên hệ, gặp được {number(self.reached)} lần" if self.contacts else "",
            f"{number(self.lessons)} tiết phụ đạo" if self.lessons else "",
        ]
        text = "; ".join(part for part in said if part)
        return f"{text[:1].upper()}{text[1:]}." if text else ""


def paper(session: Session, actor: Actor, year: SchoolYear) -> Paper:
    """The year's list by level: collectives, then individuals."""
    require(actor, Action.VIEW_COMMENDATION)
    rows = commendations.of_year(session, actor, year)
    people, departments = count_work(session, year)
    decided = {(row.decision_number, row.decided_on) for row in rows}
    only = next(iter(decided)) if len(decided) == 1 else (None, None)
    all_decided = bool(rows) and all(row.decided_on is not None for row in rows)
    return Paper(
        DocumentKind.COMMENDATION_LIST,
        f"Danh sách khen thưởng {year.name}",
        {
            "year": year.name,
            "heading": "DANH SÁCH KHEN THƯỞNG" if all_decided else "DANH SÁCH ĐỀ NGHỊ KHEN THƯỞNG",
            "decision": f"Quyết định số {only[0]} ngày {only[1]:%d/%m/%Y}" if only[1] is not None else None,
            "collectives": sum(row.department_id is not None for row in rows),
            "individuals": sum(row.staff_id is not None for row in rows),
            "levels": [
                _level(level, [row for row in rows if row.level is level], people, departments)
                for level in CommendationLevel
                if any(row.level is level for row in rows)
            ],
        },
        year_id=year.id,
        rows=len(rows),
    )


def _level(
    level: CommendationLevel, rows: list[Commendation], people: Mapping[int, Work], departments: Mapping[int, Work]
) -> dict[str, Any]:
    of_departments = [row for row in rows if row.department_id is not None]
    of_people = [row for row in rows if row.staff_id is not None]
    return {
        "name": level.label,
        "departments": [_row(row, at, departments, True) for at, row in enumerate(of_departments, 1)],
        "people": [_row(row, at, people, False) for at, row in enumerate(of_people, 1)],
    }


def _row(row: Commendation, at: int, work: Mapping[int, Work], of_department: bool) -> dict[str, Any]:
    done = work.get(row.department_id or 0 if of_department else row.staff_id or 0, Work())
    staff = row.staff
    unit = [staff.post, staff.department.name if staff.department else None] if staff is not None else []
    decision = f"Số {row.decision_number} ngày {row.decided_on:%d/%m/%Y}" if row.decided_on is not None else None
    return {
        "number": at,
        "name": str(staff or row.department or ""),
        "unit": ", ".join(part for part in unit if part),
        "title": row.title,
        "achievement": row.achievement,
        "evidence": done.words(of_department),
        "decision": decision,
    }


class _Tally:
    """The work of everybody, each person's also under the department of today."""

    def __init__(self, homes: Mapping[int, int | None]) -> None:
        self.homes = homes
        self.people: dict[int, Work] = defaultdict(Work)
        self.departments: dict[int, Work] = defaultdict(Work)

    def of(self, staff_id: int) -> list[Work]:
        """Where the work of this person counts."""
        home = self.homes.get(staff_id)
        return [self.people[staff_id], *([self.departments[home]] if home is not None else [])]

    def take(self, part: Part) -> None:
        """An assignment."""
        for work in self.of(part.staff_id):
            if part.role is SponsorRole.SUPPORTING:
                work.supported.add(part.student_id)
            else:
                work.led.add(part.student_id)
                work.sponsors.add(part.staff_id)

    def send(self, month: tuple[int, str], late: bool, whose: Iterable[int]) -> None:
        """An evaluation of a month of a case."""
        for work in (work for staff_id in whose for work in self.of(staff_id)):
            work.sent.add(month)
            if not late:
                work.on_time.add(month)


def count_work(session: Session, year: SchoolYear) -> tuple[Mapping[int, Work], Mapping[int, Work]]:
    """The year's work by person and by department; six statements, whoever is on the list.

    Whoever calls this has asked the policy.
    """
    tally = _Tally(dict(_all(session, select(Staff.id, Staff.department_id))))
    by_case: dict[int, list[Part]] = defaultdict(list)
    for part in parts(session, year):
        tally.take(part)
        if part.role in LEADING:
            by_case[part.case_id].append(part)
    for month, late, whose in _evaluations(session, year, plan_of(session, year), by_case):
        tally.send(month, late, whose)
    for staff_id, reached, count in _contacts(session, year):
        for work in tally.of(staff_id):
            work.contacts += count
            work.reached += count if reached else 0
    for staff_id, lessons in _lessons(session, year):
        for work in tally.of(staff_id):
            work.lessons += int(lessons or 0)
    return tally.people, tally.departments


def _all(session: Session, statement: Any) -> list[Any]:
    return list(session.execute(statement, execution_options=UNSCOPED))


def _evaluations(
    session: Session, year: SchoolYear, plan: YearPlan, by_case: Mapping[int, list[Part]]
) -> Iterable[tuple[tuple[int, str], bool, list[int]]]:
    """Each month of a case that was sent: whether late, and whose it is."""
    rows = _all(
        session,
        select(ProgressEvaluation.case_id, ProgressEvaluation.period, ProgressEvaluation.submitted_at)
        .join(SupportCase, SupportCase.id == ProgressEvaluation.case_id)
        .where(
            SupportCase.school_year_id == year.id,
            ProgressEvaluation.state.in_(SENT_STATES),
            ProgressEvaluation.monthly(),
        ),
    )
    for case_id, period, submitted_at in rows:
        last_day = plan.last_day(Deadline.SPONSOR_MONTH, period)
        late = submitted_at is not None and is_late(submitted_at, last_day)
        whose = [part.staff_id for part in by_case.get(case_id, ()) if has_month(part, period, submitted_at)]
        yield (case_id, period), late, whose


def _contacts(session: Session, year: SchoolYear) -> list[Any]:
    return _all(
        session,
        select(Contact.staff_id, Contact.reached, func.count())
        .join(SupportCase, SupportCase.id == Contact.case_id)
        .where(SupportCase.school_year_id == year.id)
        .group_by(Contact.staff_id, Contact.reached),
    )


def _lessons(session: Session, year: SchoolYear) -> list[Any]:
    return _all(
        session,
        select(SupportItem.staff_id, func.sum(SupportItem.quantity))
        .join(SupportCase, SupportCase.id == SupportItem.case_id)
        .where(SupportCase.school_year_id == year.id, SupportItem.kind == SupportKind.REMEDIAL_LESSON)
        .group_by(SupportItem.staff_id),
    )
