"""The list of students in hardship (P2.2, P4.2): cases nominated, hardships proposed, never confirmed.

A student may stand in several rows, one for each severity. What was confirmed, and what was written on the panel since,
stays as it is.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from school.errors import RuleError
from school.imports.catalogue import Catalogue, parse_severity, parse_source
from school.imports.columns import HARDSHIP, Listing, Record
from school.imports.matching import NO_ANSWERS, Answers, Roll, class_names
from school.imports.parsing import (
    PROSE_LENGTH,
    Parser,
    parse_class,
    parse_code,
    parse_date,
    parse_name,
    prose,
    read_cells,
    with_known,
)
from school.imports.plan import Change, Plan, RowOutcome, differences
from school.models import CasePrivate, Hardship, HardshipCategory, SchoolYear, SupportCase
from school.rules.actor import Actor
from school.rules.policy import require
from school.services import cases
from school.services.audit import edited_by_hand
from school.vocabulary import N_, Action, CaseState, Severity, SurveyChannel

CLOSED = N_("Hồ sơ của em trong năm học này đã kết thúc nên giữ nguyên.")
KEPT = N_("“%(column)s” đã được sửa trên trang nên giữ nguyên, không lấy từ danh sách.")
UNCLASSIFIED = N_("Chưa ghi mục phân loại nên em mới có hồ sơ đề xuất, chưa được phân loại.")
CONFIRMED = N_("Mục “%(category)s” đã được xác nhận ở mức “%(severity)s” nên giữ nguyên.")
EDITED = N_("Mức độ của mục “%(category)s” đã được ghi trên trang nên giữ nguyên, không lấy từ danh sách.")
OUT_OF_USE = N_("Mục “%(category)s” không còn dùng; thầy cô ghi mục khác.")
TWICE = N_("Mục “%(category)s” của em này đã có ở dòng %(row)s.")
OTHER_TEXT = N_("“%(column)s” của em này đã ghi khác ở dòng %(row)s.")
TOO_LONG = N_("Hoàn cảnh và ghi chú cộng lại dài quá; thầy cô viết gọn hơn.")

_NEEDED = (
    Action.IMPORT_LISTS,
    Action.NOMINATE_STUDENT,
    Action.EDIT_CASE,
    Action.CLASSIFY_CASE,
    Action.VIEW_CIRCUMSTANCES,
)
DEFAULT_SEVERITY, DEFAULT_SOURCE = Severity.SUPPORT, SurveyChannel.HOMEROOM_TEACHER


_PARSERS: dict[str, Parser] = {
    "code": parse_code,
    "full_name": parse_name,
    "class_name": parse_class,
    "date_of_birth": parse_date,
    "severity": parse_severity,
    "source": parse_source,
    "circumstances": prose,
    "own_effort": prose,
    "note": prose,
}


@dataclass
class _Work:
    """What one row adds: `new` are hardships to propose, `other` the severities that change."""

    student_id: int
    case: SupportCase | None
    texts: dict[str, str] = field(default_factory=dict)
    new: list[HardshipCategory] = field(default_factory=list)
    other: list[Hardship] = field(default_factory=list)
    severity: Severity = DEFAULT_SEVERITY
    source: SurveyChannel = DEFAULT_SOURCE


@dataclass
class _Stored:
    """What the database holds of the year's cases, and what rows before this one say of the same students."""

    roll: Roll
    catalogue: Catalogue
    cases: dict[int, SupportCase]
    private: dict[int, CasePrivate]
    hardships: dict[int, dict[int, Hardship]]  # by case and category
    texts_by_hand: set[tuple[int, str]]
    severity_by_hand: set[int]
    named: dict[tuple[int, int], int] = field(default_factory=dict)  # (student, category) -> row
    said: dict[tuple[int, str], tuple[str, int]] = field(default_factory=dict)  # (student, text) -> words, row
    opened: set[int] = field(default_factory=set)  # students for whom an earlier row opens a case


def plan_hardships(
    session: Session, actor: Actor, listing: Listing, year: SchoolYear, answers: Answers = NO_ANSWERS
) -> Plan:
    """What the list would change in `year`. NotAllowed unless the actor nominates and classifies."""
    for action in _NEEDED:
        require(actor, action)
    plan, stored = Plan(), _load(session, year)
    parsers = with_known(_PARSERS, stored.roll.codes, class_names(session, year))
    parsers["categories"] = stored.catalogue.parser()
    for record in listing.records:
        plan.warn_of_formulas(record, HARDSHIP)
        _plan_record(plan, stored, record, parsers, answers)
    return plan


def _load(session: Session, year: SchoolYear) -> _Stored:
    found = session.scalars(select(SupportCase).where(SupportCase.school_year_id == year.id)).all()
    ids = select(SupportCase.id).where(SupportCase.school_year_id == year.id)
    private = session.scalars(select(CasePrivate).where(CasePrivate.case_id.in_(ids))).all()
    hardships: dict[int, dict[int, Hardship]] = defaultdict(dict)
    statement = select(Hardship).where(Hardship.case_id.in_(ids)).options(joinedload(Hardship.category))
    for hardship in session.scalars(statement):
        hardships[hardship.case_id][hardship.category_id] = hardship
    row_ids = [hardship.id for of_case in hardships.values() for hardship in of_case.values()]
    by_hand = edited_by_hand(session, Hardship, row_ids)
    return _Stored(
        roll=Roll(session, year),
        catalogue=Catalogue(session.scalars(select(HardshipCategory))),
        cases={case.student_id: case for case in found},
        private={row.case_id: row for row in private},
        hardships=hardships,
        texts_by_hand=edited_by_hand(session, CasePrivate, [row.id for row in private]),
        severity_by_hand={row_id for row_id, name in by_hand if name == "severity"},
    )


def _plan_record(plan: Plan, stored: _Stored, record: Record, parsers: dict[str, Parser], answers: Answers) -> None:
    cells = read_cells(record, parsers)
    if not record.get("code") or "code" in cells.values:  # else the code is at fault, which is said already
        try:
            student_id = stored.roll.find(record.row, cells.values, answers).id
        except RuleError as error:
            cells.errors.append(error)
    if not cells.errors:
        try:
            _plan_row(plan, stored, record.row, student_id, cells.values)
        except RuleError as error:
            cells.errors.append(error)
    plan.reject(record.row, cells.errors)


def _plan_row(plan: Plan, stored: _Stored, row: int, student_id: int, values: dict[str, Any]) -> None:
    case = stored.cases.get(student_id)
    work = _Work(student_id, case)
    if case is not None and case.state is CaseState.CLOSED:
        plan.warn(row, CLOSED)
        plan.accept(row, False, (), work, about=student_id)
        return
    texts, categories = _texts(values), values.get("categories", [])
    _check_against_others(stored, row, student_id, texts, categories)
    warnings: list[tuple[str, dict[str, Any]]] = []
    changes = _plan_texts(stored, row, case, texts, work, warnings)
    changes += _plan_hardships(stored, row, case, categories, values, work, warnings)
    opens = case is None and student_id not in stored.opened
    if opens:
        stored.opened.add(student_id)
        if not categories:
            warnings.append((UNCLASSIFIED, {}))
    for msgid, params in warnings:
        plan.warn(row, msgid, **params)
    _remember(stored, row, student_id, texts, categories)
    plan.accept(row, opens, changes, work, about=student_id)


def _texts(values: dict[str, Any]) -> dict[str, str]:
    """The two texts of the case; a note goes on in the circumstances."""
    texts = {name: values[name] for name in cases.PRIVATE_FIELDS if name in values}
    if note := values.get("note"):
        texts["circumstances"] = "\n".join(filter(None, [texts.get("circumstances"), note]))
        if len(texts["circumstances"]) > PROSE_LENGTH:
            raise RuleError(TOO_LONG)
    return texts


def _check_against_others(
    stored: _Stored, row: int, student_id: int, texts: dict[str, str], categories: list[HardshipCategory]
) -> None:
    """RuleError where an earlier row says something else of the same student, or names the same hardship."""
    for category in categories:
        if (first := stored.named.get((student_id, category.id))) is not None:
            raise RuleError(TWICE, category=category.name, row=first)
    labels = HARDSHIP.labels()
    for name, text in texts.items():
        said, first = stored.said.get((student_id, name), (text, row))
        if said != text:
            raise RuleError(OTHER_TEXT, column=labels[name], row=first)


def _remember(
    stored: _Stored, row: int, student_id: int, texts: dict[str, str], categories: list[HardshipCategory]
) -> None:
    for category in categories:
        stored.named[student_id, category.id] = row
    for name, text in texts.items():
        stored.said.setdefault((student_id, name), (text, row))


def _plan_texts(
    stored: _Stored,
    row: int,
    case: SupportCase | None,
    texts: dict[str, str],
    work: _Work,
    warnings: list[tuple[str, dict[str, Any]]],
) -> list[Change]:
    """The two free texts: what was written on the panel since the last import wins."""
    private = stored.private.get(case.id) if case else None
    labels = HARDSHIP.labels()
    changes = []
    for change in differences(row, "case_private", private, texts):
        name = change.what.partition(".")[2]
        if private is not None and change.old and (private.id, name) in stored.texts_by_hand:
            warnings.append((KEPT, {"column": labels[name]}))
        elif (work.student_id, name) not in stored.said:  # else an earlier row brings the same words
            work.texts[name] = change.new
            changes.append(change)
    return changes


def _plan_hardships(
    stored: _Stored,
    row: int,
    case: SupportCase | None,
    categories: list[HardshipCategory],
    values: dict[str, Any],
    work: _Work,
    warnings: list[tuple[str, dict[str, Any]]],
) -> list[Change]:
    """Hardships to propose, and unconfirmed ones whose severity changes; where they come from stays as it was heard."""
    standing = stored.hardships.get(case.id, {}) if case else {}
    severity = values.get("severity")
    work.severity, work.source = severity or DEFAULT_SEVERITY, values.get("source", DEFAULT_SOURCE)
    changes = []
    for category in categories:
        hardship = standing.get(category.id)
        if hardship is None and not category.in_use:
            raise RuleError(OUT_OF_USE, category=category.name)
        if hardship is None:
            work.new.append(category)
            changes.append(Change(row, "hardship.category", None, category.name))
        elif severity is None or severity is hardship.severity:
            continue
        elif hardship.confirmed_on is not None:
            warnings.append((CONFIRMED, {"category": category.name, "severity": hardship.severity.label}))
        elif hardship.id in stored.severity_by_hand:
            warnings.append((EDITED, {"category": category.name}))
        else:
            work.other.append(hardship)
            changes.append(Change(row, "hardship.severity", hardship.severity, severity))
    return changes


def apply_hardships(session: Session, actor: Actor, plan: Plan, year: SchoolYear) -> None:
    """Write the plan: a student without a case is nominated, with what the first of the rows says."""
    opened: dict[int, SupportCase | None] = {}
    for entry in plan.entries:
        if entry.outcome is RowOutcome.UNCHANGED:
            continue
        work: _Work = entry.work
        if work.case is None and work.student_id not in opened:
            opened[work.student_id] = cases.nominate(
                session, actor, work.student_id, year, work.texts, work.source, work.new, work.severity
            )
            continue
        case = work.case or opened[work.student_id]
        if case is not None:  # else it went into a case that the actor may not see, as one more source
            _add_to(session, actor, case, work)


def _add_to(session: Session, actor: Actor, case: SupportCase, work: _Work) -> None:
    """Put into a case what a row says: texts, new hardships, other severities."""
    if work.texts:
        cases.edit_private(session, actor, case, work.texts, case.version)
    for category in work.new:
        values = {"case": case, "category": category, "severity": work.severity, "source": work.source}
        cases.classify(session, actor, Hardship(), values)
    for hardship in work.other:
        values = {"category": hardship.category, "severity": work.severity}
        cases.classify(session, actor, hardship, values, hardship.version)
