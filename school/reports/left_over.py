"""Students for whom the school has found nobody (P6): the list that goes up, without names and circumstances."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from school.models import SchoolYear
from school.reports.board import waiting_cases
from school.reports.tables import Column, Kind
from school.rules.actor import Actor
from school.rules.policy import require
from school.vocabulary import N_, Action

COLUMNS = (
    Column("number", N_("TT"), Kind.NUMBER),
    Column("code", N_("Mã hồ sơ")),
    Column("class_name", N_("Lớp")),
    Column("grade", N_("Khối"), Kind.NUMBER),
    Column("groups", N_("Nhóm")),
    Column("severity", N_("Mức độ")),
    Column("since", N_("Chờ từ ngày"), Kind.DATE),
)


def rows(session: Session, actor: Actor, year: SchoolYear) -> Iterator[tuple[Any, ...]]:
    """One row a case in the actor's reach, who has waited longest first; groups as far as the actor may see them.

    NotAllowed unless the actor sees cases, assignments and circumstances at all.
    """
    require(actor, Action.VIEW_CIRCUMSTANCES)
    return _rows(session, actor, year)


def _rows(session: Session, actor: Actor, year: SchoolYear) -> Iterator[tuple[Any, ...]]:
    for number, waiting in enumerate(waiting_cases(session, actor, year), 1):
        room = waiting.classroom
        yield (
            number,
            waiting.case.code,
            room.name if room else None,
            room.grade if room else None,
            ", ".join(waiting.groups) or None,
            waiting.severity,
            waiting.since,
        )
