"""A score sheet made ready for its page: lines, what would earn more, records, what differs from what was frozen.

The council sees dates, kinds and counts. A student is "Em 1", "Em 2" here; only whoever may see the case gets its code,
and only whoever may see a record gets the way to it (P1.3).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy import select

from admin_views.values import show, show_period
from school import models as m
from school.db import db
from school.models import ScoreAdjustment
from school.rules.emulation import Evidence, Hint, Line, Score
from school.rules.gaming import Signal
from school.rules.score_sheet import Adjusted, Frozen, shown
from school.rules.scoring_progress import FALLEN, FULL, HELD_AT_MET, HELD_BELOW, TREND
from school.vocabulary import CriterionKind, SheetState

if TYPE_CHECKING:
    from school.services.scores import Standing

# The screen that shows a record of each table.
SCREENS: dict[str, tuple[type, str]] = {
    "activity": (m.Activity, "activity"),
    "contact": (m.Contact, "contact"),
    "goal": (m.Goal, "goal"),
    "progress_evaluation": (m.ProgressEvaluation, "progress"),
    "sponsor_evaluation": (m.SponsorEvaluation, "help"),
    "sponsorship": (m.Sponsorship, "sponsorship"),
    "support_case": (m.SupportCase, "case"),
    "support_plan": (m.SupportPlan, "plan"),
    "survey_entry": (m.SurveyEntry, "survey"),
    "term_result": (m.TermResult, "result"),
}


MOST_HINTS = 4


@dataclass(frozen=True)
class LineRow:
    """One line of a sheet as texts; `hints` say what would earn more."""

    code: str
    name: str
    how: str
    points: str
    base: str
    done: str
    adjusted: str
    hints: tuple[str, ...]

    @property
    def first_hints(self) -> tuple[str, ...]:
        """As many of them as the sheet shows; all stand on the page of the line."""
        return self.hints[:MOST_HINTS]


@dataclass(frozen=True)
class Record:
    """One record that a line counted, or did not: which child, and the ways to both for whoever may see them."""

    on: str
    what: str
    url: str | None
    child: str
    case_url: str | None
    counted: bool
    note: str


@dataclass(frozen=True)
class Difference:
    """One figure that is another today than the one that was frozen."""

    name: str
    frozen: str
    now: str


@dataclass(frozen=True)
class Look:
    """One thing for people to look at, and the days that it is about."""

    text: str
    days: str


def line_rows(score: Score) -> list[LineRow]:
    """Every line, in the order of the criteria."""
    numbers = children(score)
    return [line_row(line, numbers) for line in score.lines]


def line_row(line: Line, numbers: Mapping[int, int]) -> LineRow:
    """One line; `numbers` as in `children`."""
    return LineRow(
        line.code,
        gettext(line.name),
        show(line.kind),
        points_of(line),
        shown(line.base) if line.base is not None else gettext("Không áp dụng"),
        f"{line.done}/{line.asked}" if line.asked else "",
        signed(line.adjusted) if line.adjusted else "",
        tuple(_hint(hint, numbers) for hint in line.missing),
    )


def _hint(hint: Hint, numbers: Mapping[int, int]) -> str:
    text = gettext(hint.msgid, **_texts(hint.params))
    if hint.case is None or hint.case not in numbers:
        return text
    return gettext("Em %(number)s: %(text)s", number=numbers[hint.case], text=text)


def _texts(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: show(value) if isinstance(value, (dt.date, tuple)) else value for name, value in params.items()}


def points_of(line: Line) -> str:
    """The points beside the most there are, or that the line does not apply."""
    if line.points is None:
        return gettext("Không áp dụng")
    return f"{shown(line.points)}/{shown(line.max)}"


def signed(tenths: int) -> str:
    """What is added or taken off, with its sign."""
    return f"{'+' if tenths > 0 else '−' if tenths < 0 else ''}{shown(abs(tenths))}"


def differences(frozen: Score, now: Score) -> list[Difference]:
    """Total, level and the lines that are other today than they were frozen; none where all is the same."""
    before = {line.code: line for line in frozen.lines}
    after = {line.code: line for line in now.lines}
    found = [
        Difference(gettext("Tổng điểm"), _total(frozen), _total(now)),
        Difference(gettext("Mức"), show(frozen.level), show(now.level)),
    ]
    for code in dict.fromkeys((*before, *after)):
        texts = [points_of(lines[code]) if code in lines else "" for lines in (before, after)]
        found.append(Difference(gettext((before.get(code) or after[code]).name), *texts))
    return [row for row in found if row.frozen != row.now]


def _total(score: Score) -> str:
    return shown(score.total) if score.total is not None else gettext("Không áp dụng")


def children(score: Score) -> dict[int, int]:
    """The number by which each case goes on this sheet, the same on all of its pages."""
    cases = {one.case for line in score.lines for one in line.evidence}
    cases |= {hint.case for line in score.lines for hint in line.missing}
    return {case: number for number, case in enumerate(sorted(case for case in cases if case is not None), 1)}


def records(items: Sequence[Evidence], numbers: dict[int, int]) -> list[Record]:
    """The records behind a line; one statement for the cases and one a table, whatever their number."""
    cases = _codes(item.case for item in items if item.case is not None)
    seen = _seen(items)
    return [_record(item, numbers, cases, seen) for item in items]


def _record(item: Evidence, numbers: dict[int, int], cases: dict[int, str], seen: set[tuple[str, int]]) -> Record:
    child, case_url = "", None
    if item.case is not None:
        child = gettext("Em %(number)s", number=numbers[item.case])
        if code := cases.get(item.case):
            child, case_url = f"{child} · {code}", url_for("case.details_view", id=item.case)
    url = url_for(f"{SCREENS[item.table][1]}.details_view", id=item.id) if (item.table, item.id) in seen else None
    note = gettext(item.note) if item.note else ""
    on = show(item.on) or show_period(item.period)
    return Record(on, gettext(item.what), url, child, case_url, item.counted, note)


def _codes(ids: Iterable[int]) -> dict[int, str]:
    """Codes of the cases that the actor may see: the guard leaves out the others."""
    wanted = set(ids)
    if not wanted:
        return {}
    found = db.session.execute(select(m.SupportCase.id, m.SupportCase.code).where(m.SupportCase.id.in_(wanted)))
    return {row.id: row.code for row in found}


def _seen(items: Sequence[Evidence]) -> set[tuple[str, int]]:
    """Table and id of the records that the actor may see, each table asked once."""
    wanted: dict[str, set[int]] = {}
    for item in items:
        if item.table in SCREENS:
            wanted.setdefault(item.table, set()).add(item.id)
    found: set[tuple[str, int]] = set()
    for table, ids in wanted.items():
        model: Any = SCREENS[table][0]
        found |= {(table, row_id) for row_id in db.session.scalars(select(model.id).where(model.id.in_(ids)))}
    return found


# About the sheet as a whole -------------------------------------------------------------------------------------------


def facts(standing: "Standing") -> list[tuple[str, str]]:
    """Total, level, what the total becomes, how the sheet stands, and the seal."""
    score, sheet = standing.shown, standing.sheet
    rows = [
        (gettext("Họ và tên"), f"{standing.full_name} · {standing.department or standing.code}"),
        (gettext("Tổng điểm"), f"{shown(score.total)}/100" if score.total is not None else ""),
        (gettext("Mức"), show(score.level)),
        (gettext("Vì sao"), gettext(score.why) if score.why else ""),
        (gettext("Điểm quy đổi"), show(Decimal(score.converted) / 100) if score.converted is not None else ""),
    ]
    if sheet is None or sheet.state is SheetState.OPEN:
        again = sheet.reopened_because if sheet is not None else None
        return [*rows, (gettext("Trạng thái"), show(SheetState.OPEN)), (gettext("Lý do mở lại"), again or "")]
    decision = gettext("Số %(number)s ngày %(day)s", number=sheet.decision_number, day=show(sheet.decided_on))
    return [
        *rows,
        (gettext("Trạng thái"), show(sheet.state)),
        (gettext("Quyết định"), decision),
        (gettext("Chốt lúc"), show(sheet.frozen_at)),
        (gettext("Mã niêm phong"), sheet.hash or ""),
    ]


@dataclass(frozen=True)
class Change:
    """What the council added or took off; `row` is one that may be taken back: nothing of a frozen sheet is."""

    code: str | None
    text: str
    reason: str
    made_on: str
    row: ScoreAdjustment | None


def changes(standing: "Standing") -> list[Change]:
    """What the council adjusted; of a frozen sheet as it was frozen."""
    frozen = Frozen.thaw(standing.sheet.result) if standing.frozen is not None and standing.sheet is not None else None
    if frozen is not None:
        return [_change(one, frozen.score) for one in frozen.adjustments]
    return [_change(Adjusted.of(row), standing.score, row) for row in standing.adjustments]


def _change(one: Adjusted, score: Score, row: ScoreAdjustment | None = None) -> Change:
    if one.criterion is None or one.points is None:
        text = gettext("Năm học không áp dụng")
    else:
        names = {line.code: gettext(line.name) for line in score.lines}
        text = f"{names.get(one.criterion, one.criterion)}: {signed(one.points)}"
    return Change(one.criterion, text, one.reason, show(one.made_on), row)


def line_facts(row: LineRow) -> list[tuple[str, str]]:
    """One line as facts."""
    return [
        (gettext("Điểm"), row.points),
        (gettext("Tính từ ghi nhận"), row.base if row.adjusted else ""),
        (gettext("Cách tính"), row.how),
        (gettext("Đã làm / cần làm"), row.done),
        (gettext("Điều chỉnh"), row.adjusted),
    ]


def sum_up(score: Score) -> list[str]:
    """How the lines make the total, so that a reader can add them up."""
    if score.total is None:
        return []
    plain = [line for line in score.lines if not line.bonus and line.points is not None]
    points, most = sum(line.points or 0 for line in plain), sum(line.max for line in plain)
    texts = [gettext("Cộng các tiêu chí: %(points)s/%(most)s điểm.", points=shown(points), most=shown(most))]
    if any(line.points is None and not line.bonus for line in score.lines):
        texts.append(gettext("Tiêu chí không áp dụng thì bỏ ra ngoài, phần còn lại quy về thang 100."))
    if bonus := sum(line.points or 0 for line in score.lines if line.bonus):
        texts.append(gettext("Điểm cộng thêm: %(points)s, có mức cao nhất chung.", points=shown(bonus)))
    return texts


def look(signal: Signal) -> Look:
    """What a signal says; of the records it comes from, only the days."""
    days = sorted({one.on for one in signal.evidence if one.on is not None})
    return Look(gettext(signal.msgid, **_texts(signal.params)), show(days))


def expectations(line: Line) -> list[tuple[str, ...]]:
    """What a student's progress is measured against, on the page of that line (P4.5): the same for everybody."""
    if line.kind is not CriterionKind.STUDENT_PROGRESS:
        return []
    risks = tuple(TREND)
    trends = [(show(step), *(share(TREND[risk][step]) for risk in risks)) for step in TREND[risks[0]]]
    return [
        ("", *map(show, risks)),
        *trends,
        (gettext("Kết quả cao hơn trước, hoặc giữ ở mức Khá, Tốt"), *(share(FULL) for _risk in risks)),
        (gettext("Kết quả giữ ở mức Đạt"), *(share(HELD_AT_MET[risk]) for risk in risks)),
        (gettext("Kết quả giữ ở mức Chưa đạt"), *(share(HELD_BELOW) for _risk in risks)),
        (gettext("Kết quả thấp hơn trước"), *(share(FALLEN[risk]) for risk in risks)),
    ]


def share(part: Fraction) -> str:
    """A part of the full points: "đủ", "3/4"."""
    return gettext("đủ") if part == 1 else str(part)
