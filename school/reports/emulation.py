"""What the emulation council gets: a year's counts for each member of staff (P4.5). No student appears in it.

The council sees no case, so the counting goes past the row scope, after asking the policy once.

months evaluated    months for which a case was sent to the department while this person sponsored it as lead or joint:
                    on some day of that month, and on the day of sending. So joint sponsors both have the month, and
                    after a handover it belongs to the one who sent it.
held or progressed  students led or jointly sponsored whose newest confirmed trend of the year is steady or improved;
                    months with too little information are passed over.
mean help           over the person's months and semesters that were rated, 4 best and 1 least.

The whole table of a year goes on with a column a criterion and what follows from them: of a frozen sheet what was
frozen, of an open one what is counted today.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from school.models import (
    Commendation,
    Department,
    ProgressEvaluation,
    SchoolYear,
    SponsorEvaluation,
    Sponsorship,
    Staff,
    SupportCase,
)
from school.reports.tables import Column, Kind
from school.rules.actor import Actor
from school.rules.calendar import SEMESTERS, month_start, school_day
from school.rules.emulation import SET_ASIDE, Scheme, Score
from school.rules.evaluation import CONFIRMED_STATES, HELD_OR_PROGRESSED, SENT_STATES, mean_help
from school.rules.policy import require
from school.rules.score_sheet import Adjusted, Frozen
from school.services import scores
from school.services.guard import UNSCOPED
from school.services.scores import Standing
from school.vocabulary import LEADING, N_, Action, HelpRating, ProgressStep, SponsorRole

COLUMNS = (
    Column("number", N_("TT"), Kind.NUMBER),
    Column("code", N_("Mã")),
    Column("full_name", N_("Họ và tên")),
    Column("department", N_("Tổ")),
    Column("post", N_("Chức vụ")),
    Column("lead", N_("Số học sinh đỡ đầu"), Kind.NUMBER),
    Column("joint", N_("Số học sinh cùng đỡ đầu"), Kind.NUMBER),
    Column("supporting", N_("Số học sinh hỗ trợ"), Kind.NUMBER),
    Column("months", N_("Số tháng có đánh giá"), Kind.NUMBER),
    Column("mean_help", N_("Mức giúp đỡ trung bình"), Kind.NUMBER),
    Column("progressed", N_("Số học sinh giữ vững hoặc tiến bộ"), Kind.NUMBER),
)

# After a column a criterion.
OUTCOME = (
    Column("total", N_("Tổng điểm"), Kind.NUMBER),
    Column("score_level", N_("Mức")),
    Column("converted", N_("Điểm quy đổi"), Kind.NUMBER),
    Column("proposal", N_("Đề nghị khen thưởng")),
    Column("note", N_("Ghi chú")),
)
CRITERION = "criterion_"  # before the code of a criterion, as the key of its column

_staff, _department = Staff.__table__, Department.__table__
_case, _sponsorship = SupportCase.__table__, Sponsorship.__table__
_progress, _help = ProgressEvaluation.__table__, SponsorEvaluation.__table__


@dataclass(frozen=True)
class Part:
    """One assignment of one person in the year."""

    staff_id: int
    case_id: int
    student_id: int
    role: SponsorRole
    first: dt.date
    last: dt.date | None

    def covers(self, first: dt.date, last: dt.date) -> bool:
        """Whether it ran on some day from `first` to `last`."""
        return self.first <= last and (self.last is None or self.last >= first)


@dataclass
class _Work:
    """What one person has done in the year."""

    students: dict[SponsorRole, set[int]] = field(default_factory=lambda: defaultdict(set))
    months: set[str] = field(default_factory=set)
    ratings: list[HelpRating] = field(default_factory=list)
    progressed: set[int] = field(default_factory=set)


def rows(session: Session, actor: Actor, year: SchoolYear) -> Iterator[tuple[Any, ...]]:
    """One row a member of staff of the year, as in COLUMNS, in the Vietnamese order of names (P7).

    NotAllowed unless the actor may export the emulation table. Four statements, however many staff there are.
    """
    require(actor, Action.EXPORT_EMULATION)
    return (row for _staff_id, row in _rows(session, year))


def columns(session: Session, actor: Actor, year: SchoolYear) -> tuple[Column, ...]:
    """The columns of a year's whole table: COLUMNS, then one a criterion of the year by its name, then OUTCOME."""
    require(actor, Action.EXPORT_EMULATION)
    found = scores.rules_of(session, year).criteria
    named = tuple(Column(f"{CRITERION}{one.code}", one.name, Kind.NUMBER) for one in found)
    return COLUMNS + named + OUTCOME


def table(session: Session, actor: Actor, year: SchoolYear) -> Iterator[tuple[Any, ...]]:
    """The rows of the whole table, as in `columns`; as many statements however many staff there are."""
    require(actor, Action.EXPORT_EMULATION)
    rules, standings = scores.rules_of(session, year), scores.of_year(session, actor, year)
    proposed = _proposals(session, year)
    return (
        (*row, *_outcome(standings.get(staff_id), rules), "; ".join(proposed[staff_id]), _note(standings.get(staff_id)))
        for staff_id, row in _rows(session, year)
    )


def points(score: Score, rules: Scheme) -> list[Decimal | None]:
    """The points of a score in the order of the criteria; None where one does not apply."""
    found = {line.code: line.points for line in score.lines}
    return [tenths(found.get(criterion.code)) for criterion in rules.criteria]


def tenths(value: int | None) -> Decimal | None:
    """Tenths of points as a number: 125 is 12.5."""
    return None if value is None else Decimal(value) / 10


def hundredths(value: int | None) -> Decimal | None:
    """Hundredths of converted points as a number: 475 is 4.75."""
    return None if value is None else Decimal(value) / 100


def _outcome(standing: Standing | None, rules: Scheme) -> tuple[Any, ...]:
    """Points, total, level and converted points; nothing for somebody without a score."""
    if standing is None:
        return (None,) * (len(rules.criteria) + 3)
    shown = standing.shown
    return (*points(shown, rules), tenths(shown.total), shown.level, hundredths(shown.converted))


def _proposals(session: Session, year: SchoolYear) -> dict[int, list[str]]:
    """What each person is proposed for, or was commended with by which decision: as people entered it."""
    found: dict[int, list[str]] = defaultdict(list)
    statement = (
        select(Commendation.staff_id, Commendation.title, Commendation.decision_number, Commendation.decided_on)
        .where(Commendation.school_year_id == year.id, Commendation.staff_id.is_not(None))
        .order_by(Commendation.id)
    )
    for staff_id, title, number, decided_on in session.execute(statement):
        said = f"{title} (Quyết định số {number or '–'} ngày {decided_on:%d/%m/%Y})" if decided_on else title
        found[staff_id or 0].append(said)
    return found


def _note(standing: Standing | None) -> str:
    """Whether it is final, why the year does not apply, what the council adjusted and why."""
    if standing is None:
        return ""
    shown = standing.shown
    said = [] if standing.frozen is not None else ["Chưa chốt"]
    if shown.total is None and shown.why != SET_ASIDE:
        said.append(f"Không áp dụng: {_sentence(shown.why)}")
    names = {line.code: line.name for line in shown.lines}
    for adjusted in _adjustments(standing):
        if adjusted.criterion is None:
            said.append(f"Không áp dụng: {_sentence(adjusted.reason)}")
        else:
            change = f"{Decimal(adjusted.points or 0) / 10:+}".replace(".", ",")
            name = names.get(adjusted.criterion, adjusted.criterion)
            said.append(f"{name}: {change} điểm ({_sentence(adjusted.reason)})")
    return "; ".join(said)


def _adjustments(standing: Standing) -> tuple[Adjusted, ...]:
    """Of a frozen sheet those that were frozen with it."""
    frozen = Frozen.thaw(standing.sheet.result) if standing.frozen is not None and standing.sheet else None
    return frozen.adjustments if frozen is not None else tuple(map(Adjusted.of, standing.adjustments))


def _sentence(text: str) -> str:
    """Within a line of its own: without its line breaks and its full stop."""
    return " ".join(text.split()).removesuffix(".")


def _rows(session: Session, year: SchoolYear) -> Iterator[tuple[int, tuple[Any, ...]]]:
    work = _count(session, year)
    people = session.execute(
        select(_staff.c.id, _staff.c.code, _staff.c.full_name, _department.c.name, _staff.c.post)
        .select_from(_staff.outerjoin(_department, _department.c.id == _staff.c.department_id))
        .where(
            or_(_staff.c.left_on.is_(None), _staff.c.left_on >= year.starts_on),
            or_(_staff.c.joined_on.is_(None), _staff.c.joined_on <= year.ends_on),
        )
        .order_by(_staff.c.sort_key, _staff.c.code),
        execution_options=UNSCOPED,
    )
    for number, (staff_id, *person) in enumerate(people, 1):
        done = work.get(staff_id, _Work())
        counts = [len(done.students[role]) for role in (SponsorRole.LEAD, SponsorRole.JOINT, SponsorRole.SUPPORTING)]
        rest = (len(done.months), mean_help(done.ratings), len(done.progressed))
        yield staff_id, (number, *person, *counts, *rest)


def _count(session: Session, year: SchoolYear) -> dict[int, _Work]:
    """Everybody's work in the year, by the id of the person."""
    work: dict[int, _Work] = defaultdict(_Work)
    by_case: dict[int, list[Part]] = defaultdict(list)
    for part in parts(session, year):
        work[part.staff_id].students[part.role].add(part.student_id)
        if part.role in LEADING:
            by_case[part.case_id].append(part)
    for case_id, progressed in _evaluate(session, year, by_case, work).items():
        for part in by_case[case_id] if progressed else ():
            work[part.staff_id].progressed.add(part.student_id)
    for staff_id, rating in _ratings(session, year):
        work[staff_id].ratings.append(rating)
    return work


def parts(session: Session, year: SchoolYear) -> Iterator[Part]:
    """The year's assignments: approved ones, and those that ended after they had been approved."""
    found = session.execute(
        select(
            _sponsorship.c.staff_id,
            _case.c.id,
            _case.c.student_id,
            _sponsorship.c.role,
            _sponsorship.c.started_on,
            _sponsorship.c.ended_on,
        )
        .select_from(_sponsorship.join(_case, _case.c.id == _sponsorship.c.case_id))
        .where(_case.c.school_year_id == year.id, Sponsorship.assigned()),
        execution_options=UNSCOPED,
    )
    return (Part(*row) for row in found)


def _evaluate(
    session: Session, year: SchoolYear, by_case: dict[int, list[Part]], work: dict[int, _Work]
) -> dict[int, bool]:
    """Give each person the months sent; whether each case's newest confirmed trend is steady or improved."""
    found = session.execute(
        select(_progress.c.case_id, _progress.c.period, _progress.c.state, _progress.c.trend, _progress.c.submitted_at)
        .select_from(_progress.join(_case, _case.c.id == _progress.c.case_id))
        .where(
            _case.c.school_year_id == year.id, _progress.c.state.in_(SENT_STATES), _progress.c.period.not_in(SEMESTERS)
        )
        .order_by(_progress.c.period),
        execution_options=UNSCOPED,
    )
    newest: dict[int, bool] = {}
    for case_id, period, state, trend, submitted_at in found:
        for part in by_case.get(case_id, ()):
            if has_month(part, period, submitted_at):
                work[part.staff_id].months.add(period)
        if state in CONFIRMED_STATES and trend not in (None, ProgressStep.NOT_OBSERVED):
            newest[case_id] = trend in HELD_OR_PROGRESSED
    return newest


def has_month(part: Part, period: str, submitted_at: dt.datetime | None) -> bool:
    """Whether the month's evaluation is this person's: the part ran in the month, and on the day of sending."""
    first = month_start(period)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    if not part.covers(first, last):
        return False
    return submitted_at is None or part.covers(school_day(submitted_at), school_day(submitted_at))


def _ratings(session: Session, year: SchoolYear) -> Iterator[tuple[int, HelpRating]]:
    found = session.execute(
        select(_sponsorship.c.staff_id, _help.c.rating)
        .select_from(
            _help.join(_sponsorship, _sponsorship.c.id == _help.c.sponsorship_id).join(
                _case, _case.c.id == _sponsorship.c.case_id
            )
        )
        .where(_case.c.school_year_id == year.id, _help.c.rating.is_not(None), Sponsorship.assigned()),
        execution_options=UNSCOPED,
    )
    return ((staff_id, rating) for staff_id, rating in found)
