"""What is decided about the students whom the records point out (P2.1, P4.2): taken in, or left out with a reason."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import HardshipCategory, SchoolYear, ScreeningDecision, SupportCase
from school.names import clean_line
from school.rules.actor import Actor
from school.rules.policy import require
from school.rules.screening import Reason, ReasonKind
from school.services import cases
from school.services.records import apply, check_fresh, need, step
from school.services.years import check_year_open
from school.vocabulary import N_, Action, SurveyChannel

MAX_REASON = 200  # characters


def take_in(
    session: Session,
    actor: Actor,
    student_id: int,
    year: SchoolYear,
    reasons: Sequence[Reason],
    version: int | None = None,
) -> ScreeningDecision:
    """Take the student in: nominated by the records, with the hardships that fit, unless there is a case already."""
    decision = _find(session, actor, student_id, year, reasons)
    if decision.id is not None and decision.taken_in:
        return decision  # a second tap
    _check_version(decision, version)
    if _case_of(session, student_id, year) is None:
        codes = {reason.category_code for reason in reasons}
        fitting = select(HardshipCategory).where(HardshipCategory.code.in_(codes - {None}), HardshipCategory.in_use)
        categories = session.scalars(fitting.order_by(HardshipCategory.hardship_group, HardshipCategory.position))
        words = _words(reasons)
        cases.nominate(session, actor, student_id, year, words, SurveyChannel.RECORDS, categories.all())
    return _decide(session, actor, decision, taken_in=True, reason=None)


def leave_out(
    session: Session,
    actor: Actor,
    student_id: int,
    year: SchoolYear,
    reasons: Sequence[Reason],
    why: str | None,
    version: int | None = None,
) -> ScreeningDecision:
    """Leave the student out and say why. Once a case stands it is the case that is worked with."""
    decision = _find(session, actor, student_id, year, reasons)
    why = need(clean_line(why or ""), N_("Thầy cô ghi ngắn gọn lý do để ngoài danh sách."), "reason")
    if len(why) > MAX_REASON:
        raise RuleError(N_("Lý do dài quá 200 chữ cái; thầy cô viết ngắn hơn."), field="reason")
    if decision.id is not None and not decision.taken_in and decision.reason == why:
        return decision  # a second tap
    if _case_of(session, student_id, year) is not None:
        raise RuleError(N_("Em đã có hồ sơ trong năm học này; thầy cô làm tiếp ở hồ sơ."), field="reason")
    _check_version(decision, version)
    return _decide(session, actor, decision, taken_in=False, reason=why)


def _find(
    session: Session, actor: Actor, student_id: int, year: SchoolYear, reasons: Sequence[Reason]
) -> ScreeningDecision:
    """The decision that stands, or a new one; refused for whom it is not asked."""
    require(actor, Action.SCREEN_STUDENTS, ScreeningDecision(school_year_id=year.id, student_id=student_id))
    check_year_open(year)
    if not reasons:
        raise RuleError(N_("Em này không còn trong danh sách sàng lọc."))
    criteria = (ScreeningDecision.student_id == student_id, ScreeningDecision.school_year_id == year.id)
    standing = session.scalar(select(ScreeningDecision).where(*criteria))
    return standing or ScreeningDecision(school_year_id=year.id, student_id=student_id)


def _check_version(decision: ScreeningDecision, version: int | None) -> None:
    """StaleRecord where somebody has decided since the page was opened."""
    if decision.id is not None:
        check_fresh(decision, version)


def _case_of(session: Session, student_id: int, year: SchoolYear) -> int | None:
    criteria = (SupportCase.student_id == student_id, SupportCase.school_year_id == year.id)
    return session.scalar(select(SupportCase.id).where(*criteria))


def _words(reasons: Sequence[Reason]) -> Mapping[str, str | None]:
    """What the records say, in the two texts of the assignment list (P5)."""
    policy = [reason.say() for reason in reasons if reason.kind is ReasonKind.POLICY]
    records = [reason.say() for reason in reasons if reason.kind is not ReasonKind.POLICY]
    return {"circumstances": "; ".join(policy) or None, "own_effort": "; ".join(records) or None}


def _decide(
    session: Session, actor: Actor, decision: ScreeningDecision, taken_in: bool, reason: str | None
) -> ScreeningDecision:
    with step(session, "take in" if taken_in else "leave out"):
        decided = {"decided_by_id": actor.account_id, "decided_on": actor.today}
        apply(decision, {"taken_in": taken_in, "reason": reason} | decided)
        session.add(decision)
    return decision
