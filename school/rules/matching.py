"""Who could help whom, with the reasons: suggestions for the meeting, never more than that (P4.3)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from school.vocabulary import N_, LabelEnum

MOST = 3
LOAD_COSTS = 20  # for each student whom somebody helps already
_NEVER = -1_000_000.0


class Reason(LabelEnum):
    """Why a pairing suggests itself, the strongest first."""

    NAMED = "named", N_("đăng ký giúp đúng em này")
    WILLING = "willing", N_("đã đăng ký giúp")
    HOMEROOM = "homeroom", N_("chủ nhiệm lớp của em")
    TEACHES = "teaches", N_("dạy lớp của em")
    NEIGHBOUR = "neighbour", N_("cùng xã với em")
    FREE = "free", N_("chưa giúp em nào")


# Willingness counts most (P4.1), then who meets the student every day. A name given outweighs everything else.
WEIGHTS = {
    Reason.NAMED: 200,
    Reason.WILLING: 60,
    Reason.HOMEROOM: 30,
    Reason.TEACHES: 25,
    Reason.NEIGHBOUR: 10,
    Reason.FREE: 15,
}


@dataclass(frozen=True)
class CaseFacts:
    """What is known of a student without a sponsor; `taken`: who already helps the student in some part."""

    case_id: int
    student_id: int
    homeroom_id: int | None = None
    teachers: frozenset[int] = frozenset()
    commune: str | None = None
    taken: frozenset[int] = frozenset()


@dataclass(frozen=True)
class StaffFacts:
    """What is known of a member of staff; `named`: students for whom this person registered."""

    staff_id: int
    load: float = 0
    willing: bool = False
    named: frozenset[int] = frozenset()
    commune: str | None = None


@dataclass(frozen=True)
class Suggestion:
    """One person who could help, and why."""

    staff_id: int
    reasons: tuple[Reason, ...]


def reasons(case: CaseFacts, staff: StaffFacts) -> tuple[Reason, ...]:
    """Why this person could help this student, the strongest first."""
    named = case.student_id in staff.named
    holds = {
        Reason.NAMED: named,
        Reason.WILLING: staff.willing and not named,
        Reason.HOMEROOM: staff.staff_id == case.homeroom_id,
        Reason.TEACHES: staff.staff_id in case.teachers,
        Reason.NEIGHBOUR: bool(case.commune) and case.commune == staff.commune,
        Reason.FREE: staff.load == 0,
    }
    return tuple(reason for reason, true in holds.items() if true)


def score(case: CaseFacts, staff: StaffFacts) -> float:
    """How much speaks for the pairing: its reasons, less what the person carries already."""
    return sum(WEIGHTS[reason] for reason in reasons(case, staff)) - LOAD_COSTS * staff.load


def suggest(
    cases: Sequence[CaseFacts], staff: Sequence[StaffFacts], most: int = MOST
) -> dict[int, tuple[Suggestion, ...]]:
    """Up to `most` suggestions for each case: first the one that is best for all cases together, then the next best.

    The first ones together give nobody a second new student while there are at least as many staff as students. Who
    helps the student already is not suggested, nor somebody for whom nothing speaks.
    """
    scores = [[_NEVER if person.staff_id in case.taken else score(case, person) for person in staff] for case in cases]
    best = _assign(scores, len(staff))
    return {case.case_id: _of_case(case, staff, scores[row], best.get(row), most) for row, case in enumerate(cases)}


def _assign(scores: list[list[float]], people: int) -> dict[int, int]:
    """The column of each row so that the sum is greatest; a column again only where there are more rows."""
    if not scores or not people:
        return {}
    # Half a second to load, and only the board needs it.
    from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

    rounds = math.ceil(len(scores) / people)
    costs = [[LOAD_COSTS * again - value for again in range(rounds) for value in row] for row in scores]
    rows, columns = linear_sum_assignment(costs)
    return {int(row): int(column) % people for row, column in zip(rows, columns, strict=True)}


def _of_case(
    case: CaseFacts, staff: Sequence[StaffFacts], scores: list[float], best: int | None, most: int
) -> tuple[Suggestion, ...]:
    ranked = sorted(range(len(staff)), key=lambda column: (column != best, -scores[column]))
    found = (
        Suggestion(staff[column].staff_id, why)
        for column in ranked
        if scores[column] > _NEVER and (why := reasons(case, staff[column]))
    )
    return tuple(islice(found, most))
