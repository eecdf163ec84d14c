"""Results of semester 1, entered by the secretary in the week after it ends (P7: the four levels of Circular 22)."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from random import Random
from typing import Any

from school.demo.cast import School
from school.demo.parts import Thread
from school.demo.stage import Stage, at
from school.models import TermResult
from school.services import roster
from school.vocabulary import Rating, TermPeriod

LEARNING = [Rating.GOOD] * 18 + [Rating.FAIR] * 42 + [Rating.MET] * 34 + [Rating.NOT_MET] * 6
CONDUCT = [Rating.GOOD] * 72 + [Rating.FAIR] * 22 + [Rating.MET] * 5 + [Rating.NOT_MET]
# Of students who are helped.
LEARNING_HELPED = [Rating.FAIR] * 25 + [Rating.MET] * 55 + [Rating.NOT_MET] * 20
CONDUCT_HELPED = [Rating.GOOD] * 35 + [Rating.FAIR] * 45 + [Rating.MET] * 16 + [Rating.NOT_MET] * 4


def plan(stage: Stage, school: School, threads: list[Thread]) -> None:
    """Plan one sitting a class."""
    first = school.year.semester_2_starts_on + dt.timedelta(days=2)
    for number, room in enumerate(school.rooms):
        when = at(first + dt.timedelta(days=number // 3), 8 + number % 3, 30)
        stage.plan(when, partial(_enter, stage, school, room.name, threads))


def _enter(stage: Stage, school: School, room: str, threads: list[Thread]) -> None:
    stage.enter(school.named("thuky"))
    helped = {thread.student.code for thread in threads}
    drafts: list[tuple[TermResult, Mapping[str, Any]]] = []
    for student in school.students[room]:
        stay = student.current_enrolment
        if stay is not None:
            ids = {"enrolment_id": stay.id, "period": TermPeriod.SEMESTER_1}
            drafts.append((TermResult(), _result(stage.rng, student.code in helped) | ids))
    roster.save_results(stage.session, stage.actor, drafts)


def _result(rng: Random, helped: bool) -> dict[str, object]:
    return {
        "learning": rng.choice(LEARNING_HELPED if helped else LEARNING),
        "conduct": rng.choice(CONDUCT_HELPED if helped else CONDUCT),
        "absences_excused": rng.randint(1, 12) if helped else rng.choice([0, 0, 0, 1, 1, 2, 3, 5]),
        "absences_unexcused": rng.choice([0, 0, 1, 2, 4, 7]) if helped else rng.choice([0, 0, 0, 0, 0, 1, 2]),
    }
