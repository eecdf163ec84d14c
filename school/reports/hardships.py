"""The students in hardship (P2.2) as the importer reads them back: a row for each severity of a case that runs."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from school.models import Hardship, HardshipCategory, SchoolYear, Student, SupportCase
from school.names import fold
from school.reports.assignments import classes_of
from school.reports.cells import Column, Kind
from school.rules.actor import Actor
from school.rules.policy import require
from school.vocabulary import N_, Action, CaseState, Severity, SurveyChannel

COLUMNS = (
    Column("number", N_("STT"), Kind.NUMBER),
    Column("code", N_("Mã học sinh")),
    Column("full_name", N_("Họ và tên")),
    Column("class_name", N_("Lớp")),
    Column("categories", N_("Mục phân loại")),
    Column("severity", N_("Mức độ")),
    Column("source", N_("Kênh khảo sát")),
    Column("circumstances", N_("Hoàn cảnh gia đình, bản thân")),
    Column("own_effort", N_("Sự rèn luyện của bản thân")),
)
_SEVERITIES, _CHANNELS = list(Severity), list(SurveyChannel)
_Part = tuple[Severity, SurveyChannel]


def rows(session: Session, actor: Actor, year: SchoolYear) -> Iterator[tuple[Any, ...]]:
    """The cases in the actor's reach in the Vietnamese order of names, the most urgent of a case first.

    Hardships and texts only where the actor may see them. NotAllowed unless the actor sees cases and circumstances.
    """
    require(actor, Action.VIEW_CASE)
    require(actor, Action.VIEW_CIRCUMSTANCES)
    return _rows(session, year)


def _rows(session: Session, year: SchoolYear) -> Iterator[tuple[Any, ...]]:
    cases = session.scalars(
        select(SupportCase)
        .join(SupportCase.student)
        .where(SupportCase.school_year_id == year.id, SupportCase.state != CaseState.CLOSED)
        .options(
            joinedload(SupportCase.student),
            joinedload(SupportCase.private),
            selectinload(SupportCase.hardships).joinedload(Hardship.category),
        )
        .order_by(Student.sort_key, Student.code)
    ).all()
    classes, names = classes_of(session, year), _names(session)
    number = 0
    for case in cases:
        private = case.private
        texts = [private.circumstances, private.own_effort] if private else [None, None]
        for (severity, source), categories in _parts(case):
            number += 1
            student = [case.student.code, case.student.full_name, classes.get(case.student_id)]
            told = "; ".join(names[category_id] for category_id in categories) or None
            yield (number, *student, told, severity, source, *texts)
            texts = [None, None]


def _parts(case: SupportCase) -> list[tuple[_Part | tuple[None, None], list[int]]]:
    """The hardships of a case that have severity and source in common; one empty part where there are none."""
    parts: dict[_Part, list[int]] = defaultdict(list)
    order = sorted(case.hardships, key=lambda one: (one.category.hardship_group, one.category.position, one.id))
    for hardship in order:
        parts[hardship.severity, hardship.source].append(hardship.category_id)
    found = sorted(parts.items(), key=lambda part: (-_SEVERITIES.index(part[0][0]), _CHANNELS.index(part[0][1])))
    return [*found] or [((None, None), [])]


def _names(session: Session) -> dict[int, str]:
    """How each category is called in the list: by its code where the name would not tell which one it is."""
    categories = session.scalars(select(HardshipCategory)).all()
    counted = Counter(fold(category.name) for category in categories)
    codes = {category.code.casefold() for category in categories}
    return {
        category.id: category.name
        if counted[fold(category.name)] == 1 and ";" not in category.name and category.name.casefold() not in codes
        else category.code
        for category in categories
    }
