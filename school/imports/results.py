"""Term results: learning, conduct and absences of a period, for students who are in a class of the year."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.imports.columns import RESULTS, Listing
from school.imports.matching import NO_ANSWERS, Answers, Person, Roll, Seen, class_names
from school.imports.parsing import (
    Parser,
    parse_class,
    parse_code,
    parse_count,
    parse_date,
    parse_name,
    parse_period,
    parse_rating,
    read_cells,
    with_known,
)
from school.imports.plan import Plan, RowOutcome, differences
from school.models import Classroom, Enrolment, SchoolYear, TermResult
from school.names import fold
from school.rules.actor import Actor
from school.rules.policy import require
from school.services import roster
from school.vocabulary import N_, Action, TermPeriod

OTHER_PERIOD = N_("Dòng này là kết quả của kỳ khác; thầy cô chọn đúng kỳ rồi nhập lại.")
OTHER_NAME = N_("Mã %(code)s là của em %(stored)s, danh sách ghi %(name)s; kết quả được ghi theo mã.")

_PARSERS: dict[str, Parser] = {
    "code": parse_code,
    "full_name": parse_name,
    "class_name": parse_class,
    "date_of_birth": parse_date,
    "period": parse_period,
    "learning": parse_rating,
    "conduct": parse_rating,
    "absences_excused": parse_count,
    "absences_unexcused": parse_count,
}
_OWN = ("learning", "conduct", "absences_excused", "absences_unexcused")
# "results 1" and the like: the names of our own exports.
_WHOLE_YEAR = re.compile(r"\bca nam\b|\bresults year\b")
_SEMESTER = re.compile(r"\b(?:hoc k[iy]|hk|results)\s*(iii|ii|i|[123])\b")
_SEMESTERS = {
    "1": TermPeriod.SEMESTER_1,
    "i": TermPeriod.SEMESTER_1,
    "2": TermPeriod.SEMESTER_2,
    "ii": TermPeriod.SEMESTER_2,
}


def find_period(titles: Iterable[str], file_name: str) -> TermPeriod:
    """The period that titles name, else the file's name, else the first semester."""
    for text in (" ".join(titles), file_name):
        words = re.sub(r"[^a-z0-9]+", " ", fold(text))
        if _WHOLE_YEAR.search(words):
            return TermPeriod.YEAR
        if (found := _SEMESTER.search(words)) and found[1] in _SEMESTERS:
            return _SEMESTERS[found[1]]
    return TermPeriod.SEMESTER_1


def titles_of(listing: Listing) -> tuple[str, ...]:
    """What names the period: a column that says the same in every row, else the titles above the list."""
    named = {record.get("period") for record in listing.records if record.get("period")}
    return tuple(named) if len(named) == 1 else listing.titles


def plan_results(
    session: Session,
    actor: Actor,
    listing: Listing,
    year: SchoolYear,
    period: TermPeriod,
    answers: Answers = NO_ANSWERS,
) -> Plan:
    """What the list would change in the period of the year. NotAllowed unless the actor may edit students."""
    require(actor, Action.EDIT_STUDENT)
    plan, roll, seen = Plan(figures={"semester": period.value}), Roll(session, year), Seen()
    stored = _load(session, year, period)
    parsers = with_known(_PARSERS, roll.codes, class_names(session, year))
    for record in listing.records:
        plan.warn_of_formulas(record, RESULTS)
        cells = read_cells(record, parsers)
        if cells.values.get("period", period) is not period:
            cells.errors.append(RuleError(OTHER_PERIOD))
        if not record.get("code") or "code" in cells.values:  # else the code is at fault, which is said already
            try:
                person = _find(roll, seen, record.row, cells.values, answers)
            except RuleError as error:
                cells.errors.append(error)
        if cells.errors:
            plan.reject(record.row, cells.errors)
            continue
        values = {name: cells.values[name] for name in _OWN if name in cells.values}
        result = _result_of(person, stored)
        changes = differences(record.row, "term_result", result, values)
        plan.accept(record.row, result is None and bool(values), changes, (person, result, values), about=person.id)
        _compare_names(plan, record.row, person, cells.values)
    return plan


def _find(roll: Roll, seen: Seen, row: int, values: dict[str, Any], answers: Answers) -> Person:
    seen.check_code(values.get("code"), row)
    person = roll.find(row, values, answers)
    seen.check_person(person.id, row)
    return person


def _load(session: Session, year: SchoolYear, period: TermPeriod) -> dict[int, TermResult]:
    """Results of the period by the stay that they belong to."""
    statement = (
        select(TermResult)
        .join(Enrolment, Enrolment.id == TermResult.enrolment_id)
        .join(Classroom, Classroom.id == Enrolment.classroom_id)
        .where(Classroom.school_year_id == year.id, TermResult.period == period)
    )
    return {result.enrolment_id: result for result in session.scalars(statement)}


def _result_of(person: Person, stored: dict[int, TermResult]) -> TermResult | None:
    """The result that the student has in the period, in whichever class of the year it was given."""
    found = [stored[enrolment_id] for enrolment_id, _ in person.enrolments if enrolment_id in stored]
    return found[-1] if found else None


def _compare_names(plan: Plan, row: int, person: Person, values: dict[str, Any]) -> None:
    name = values.get("full_name")
    if name and fold(name) != fold(person.full_name):
        plan.warn(row, OTHER_NAME, code=person.code, stored=person.full_name, name=name)


def apply_results(session: Session, actor: Actor, plan: Plan, period: TermPeriod) -> None:
    """Write the plan: a new result belongs to the class in which the student is now, or was last."""
    drafts = []
    for entry in plan.entries:
        if entry.outcome is RowOutcome.UNCHANGED:
            continue
        person, result, values = entry.work
        if result is None:
            result = TermResult(enrolment_id=person.enrolments[-1][0], period=period)
        drafts.append((result, values))
    roster.save_results(session, actor, drafts)
