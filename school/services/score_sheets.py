"""Freezing the score sheets of a year by the council's decision, and adjusting before that (P4.5): never one's own.

A frozen sheet keeps what it said: nothing writes its result again until it is opened with a reason, and its hash tells
whether anything beneath the panel did.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import Criterion, EmulationScheme, SchoolYear, ScoreAdjustment, ScoreSheet, Staff
from school.rules import score_sheet as rules
from school.rules.actor import Actor
from school.rules.emulation import Scheme
from school.rules.policy import require
from school.rules.scheme import SHEET_STEPS
from school.rules.workflow import advance
from school.services import scores
from school.services.criteria import criteria_of, scheme_of
from school.services.records import apply, check_fresh, just_entered, step
from school.services.scores import Standing
from school.vocabulary import N_, Action, SchemeState, SheetState

FROZEN = N_("Phiếu điểm này đã chốt nên giữ nguyên; cần điều chỉnh thì mở lại phiếu trước.")


@dataclass(frozen=True)
class Settled:
    """What a freezing did: the sheets frozen now and those that were already, and whose were left out.

    By staff id: the actor's own, for somebody else to freeze, and those with an appeal that waits for its answer.
    """

    done: tuple[ScoreSheet, ...] = ()
    already: tuple[ScoreSheet, ...] = ()
    own: tuple[int, ...] = ()
    appealed: tuple[int, ...] = ()


def freeze(
    session: Session,
    actor: Actor,
    year: SchoolYear,
    staff_ids: Iterable[int] | None,
    decision_number: str | None,
    decided_on: dt.date | None,
) -> Settled:
    """Freeze the sheets of these people, all or none; with None all that are open and can be frozen.

    The same decision again changes nothing. RuleError at "decision_number" or "decided_on", else about the sheets.
    However many people, the scores are worked out once and read in the same number of statements.
    """
    require(actor, Action.FREEZE_SCORE)
    rules.check_scored(year.state)
    scheme = _fixed(session, year)
    decision = rules.check_decision(decision_number, decided_on, year.starts_on, actor.today)
    chosen = _chosen(scores.of_year(session, actor, year), staff_ids)
    already = [one for one in chosen if _is_frozen(one)]
    open_ones = [one for one in chosen if not _is_frozen(one)]
    own = [one for one in open_ones if one.staff_id == actor.staff_id]
    appealed = [one for one in open_ones if one.staff_id != actor.staff_id and _waits(one)]
    if staff_ids is not None:
        _check_each(actor, chosen, already, appealed, decision)
    wanted = [one for one in open_ones if one.staff_id != actor.staff_id and not _waits(one)]
    if not wanted and already and not any(_decision_of(one) == decision for one in already):
        raise RuleError(N_("Các phiếu điểm này đã chốt theo quyết định khác."), field="decision_number")
    done = _store(session, actor, year, scheme, wanted, decision)
    standing = tuple(one.sheet for one in already if one.sheet is not None)
    return Settled(tuple(done), standing, _ids(own), _ids(appealed))


def _fixed(session: Session, year: SchoolYear) -> EmulationScheme:
    scheme = scheme_of(session, year)
    if scheme is None or scheme.state is not SchemeState.FIXED:
        raise RuleError(N_("Bộ tiêu chí của năm học chưa chốt nên chưa chốt được phiếu điểm."))
    return scheme


def _chosen(all_of_year: dict[int, Standing], staff_ids: Iterable[int] | None) -> list[Standing]:
    if staff_ids is None:
        return list(all_of_year.values())
    chosen = set(staff_ids)
    if not chosen:
        raise RuleError(N_("Thầy cô chọn ít nhất một người."))
    if not chosen <= all_of_year.keys():
        raise RuleError(N_("Có người không có phiếu điểm trong năm học này; thầy cô tải lại trang."))
    return [one for staff_id, one in all_of_year.items() if staff_id in chosen]


def _ids(standings: Iterable[Standing]) -> tuple[int, ...]:
    return tuple(one.staff_id for one in standings)


def _is_frozen(standing: Standing) -> bool:
    return standing.sheet is not None and standing.sheet.state is SheetState.FROZEN


def _waits(standing: Standing) -> bool:
    """Whether an appeal waits for its answer."""
    return any(said.appeal and said.answer is None for said in standing.comments)


def _decision_of(standing: Standing) -> tuple[str | None, dt.date | None]:
    assert standing.sheet is not None  # of a frozen one
    return standing.sheet.decision_number, standing.sheet.decided_on


def _check_each(
    actor: Actor,
    chosen: list[Standing],
    already: list[Standing],
    appealed: list[Standing],
    decision: tuple[str, dt.date],
) -> None:
    """Refusals where people were chosen by name: nobody of them is passed over in silence but oneself."""
    if _ids(chosen) == (actor.staff_id,):
        require(actor, Action.FREEZE_SCORE, ScoreSheet(staff_id=actor.staff_id))
    for one in already:
        if _decision_of(one) != decision:
            raise RuleError(
                N_("Phiếu điểm của %(who)s đã chốt theo quyết định số %(number)s."),
                who=one.full_name,
                number=_decision_of(one)[0] or "–",
            )
    for one in appealed:
        raise RuleError(
            N_("%(who)s còn đề nghị xem lại chưa được trả lời; thầy cô trả lời rồi chốt."), who=one.full_name
        )


def _store(
    session: Session,
    actor: Actor,
    year: SchoolYear,
    scheme: EmulationScheme,
    wanted: list[Standing],
    decision: tuple[str, dt.date],
) -> list[ScoreSheet]:
    """Begin the sheets that are missing, then freeze them all: a sheet is never born frozen."""
    scored_by = scheme, Scheme.of(scheme, criteria_of(session, year))
    with step(session, "create"):
        sheets = [one.sheet or ScoreSheet(school_year_id=year.id, staff_id=one.staff_id) for one in wanted]
        session.add_all(sheets)
    with step(session, "freeze"):
        for one, sheet in zip(wanted, sheets, strict=True):
            person = rules.Person(one.code, one.full_name, one.department, one.post)
            frozen = rules.freeze(year, scored_by, person, decision, one.score, one.adjustments)
            _freeze_one(actor, sheet, frozen)
    for sheet in sheets:
        session.expire(sheet, ["frozen_by"])
    return sheets


def _freeze_one(actor: Actor, sheet: ScoreSheet, frozen: rules.Frozen) -> None:
    values = {
        "state": advance(SHEET_STEPS, sheet.state, "freeze"),
        "total": frozen.score.total,
        "level": frozen.score.level,
        "result": frozen.stored(),
        "decision_number": frozen.decision_number,
        "decided_on": frozen.decided_on,
        "frozen_at": actor.now,
        "frozen_by_id": actor.account_id,
        "reopened_because": None,
    }
    apply(sheet, values)
    sheet.hash = rules.seal(sheet)


def unfreeze(
    session: Session, actor: Actor, sheet: ScoreSheet, reason: str | None, version: int | None = None
) -> ScoreSheet:
    """Open a frozen sheet again, and say why (RuleError at "reason"); what was frozen is kept until the next time."""
    require(actor, SHEET_STEPS["unfreeze"].action, sheet)
    rules.check_scored(sheet.school_year.state)
    target = advance(SHEET_STEPS, sheet.state, "unfreeze")
    why = rules.check_text(reason, N_("Thầy cô ghi vì sao cần mở lại phiếu."), "reason")
    if version is not None:
        check_fresh(sheet, version)
    with step(session, "unfreeze"):
        apply(sheet, {"state": target, "reopened_because": why})
    return sheet


def adjust(
    session: Session,
    actor: Actor,
    year: SchoolYear,
    staff: Staff,
    criterion: Criterion | None,
    points: int | None,
    reason: str | None,
) -> ScoreAdjustment:
    """Add tenths of points to a criterion or take them off; without criterion and points: the year does not apply.

    RuleError at "criterion", "points" or "reason". A second tap is the first.
    """
    row = ScoreAdjustment(school_year_id=year.id, staff_id=staff.id)
    require(actor, Action.ADJUST_SCORE, row)
    rules.check_scored(year.state)
    _check_unfrozen(session, year.id, staff.id)
    if criterion is not None and criterion.school_year_id != year.id:
        raise RuleError(
            N_("Tiêu chí này thuộc năm học khác; thầy cô chọn tiêu chí của năm học đang chấm."), "criterion"
        )
    facts = {
        "school_year_id": year.id,
        "staff_id": staff.id,
        "criterion_id": criterion.id if criterion is not None else None,
        "points": points or None,
        "reason": rules.check_text(reason, N_("Thầy cô ghi lý do điều chỉnh."), "reason"),
    }
    if found := just_entered(session, actor, ScoreAdjustment, facts):
        return found[0]
    standing = scores.of_person(session, actor, year, staff)
    if criterion is None:
        _check_set_aside(standing, points)
    else:
        line = next(line for line in standing.score.lines if line.code == criterion.code)
        rules.check_points(points, line.max, (line.base or 0) + line.adjusted)
    with step(session, "adjust"):
        apply(row, facts | {"made_on": actor.today, "made_by_id": actor.account_id})
        session.add(row)
    return row


def _check_set_aside(standing: Standing, points: int | None) -> None:
    """RuleError unless the year still applies to the person, and no points are named."""
    if points:
        raise RuleError(N_("Thầy cô chọn tiêu chí được cộng hoặc trừ điểm."), field="criterion")
    if any(row.criterion_id is None for row in standing.adjustments):
        raise RuleError(N_("Hội đồng đã ghi năm học này không áp dụng với người này."), field="criterion")


def _check_unfrozen(session: Session, year_id: int, staff_id: int) -> None:
    own = (ScoreSheet.school_year_id == year_id, ScoreSheet.staff_id == staff_id)
    if session.scalar(select(ScoreSheet.state).where(*own)) is SheetState.FROZEN:
        raise RuleError(FROZEN)


def take_back(session: Session, actor: Actor, adjustment: ScoreAdjustment, version: int | None = None) -> None:
    """Delete an adjustment; the audit log keeps it."""
    require(actor, Action.ADJUST_SCORE, adjustment)
    rules.check_scored(adjustment.school_year.state)
    _check_unfrozen(session, adjustment.school_year_id, adjustment.staff_id)
    if version is not None:
        check_fresh(adjustment, version)
    with step(session, "take back adjustment"):
        session.delete(adjustment)


def verify(sheet: ScoreSheet) -> bool:
    """Whether the stored sheet is still what was sealed when it was frozen; True for one that never was."""
    return rules.holds(sheet)
