"""What a person says to the own score sheet of a year, and what the council answers to it (P4.5).

An appeal asks the council to look again: until it is answered the sheet is not frozen together with the others.
"""

from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import SchoolYear, ScoreComment
from school.rules.actor import Actor
from school.rules.policy import require
from school.rules.score_sheet import check_scored, check_text
from school.services.records import apply, check_fresh, just_entered, need, remove, step
from school.vocabulary import N_, Action

WITHOUT_STAFF = N_("Tài khoản này chưa gắn với cán bộ nào nên không có phiếu điểm để góp ý.")


def comment(session: Session, actor: Actor, year: SchoolYear, text: str | None, appeal: bool = False) -> ScoreComment:
    """Say something to the own sheet of the year, or ask the council to look at it again; a second tap is the first."""
    require(actor, Action.COMMENT_SCORE)
    staff_id = need(actor.staff_id, WITHOUT_STAFF, "text")
    said = ScoreComment(school_year_id=year.id, staff_id=staff_id)
    require(actor, Action.COMMENT_SCORE, said)
    check_scored(year.state)
    facts = {
        "school_year_id": year.id,
        "staff_id": staff_id,
        "appeal": bool(appeal),
        "text": check_text(text, N_("Thầy cô ghi ý kiến của mình."), "text"),
    }
    if found := just_entered(session, actor, ScoreComment, facts):
        return found[0]
    with step(session, "comment score"):
        apply(said, facts | {"said_on": actor.today})
        session.add(said)
    return said


def withdraw(session: Session, actor: Actor, row: ScoreComment, version: int | None = None) -> None:
    """Take back what one said, as long as nobody has answered it."""
    require(actor, Action.COMMENT_SCORE, row)
    check_scored(row.school_year.state)
    if row.answer is not None:
        raise RuleError(N_("Hội đồng đã trả lời nên ý kiến này giữ nguyên."))
    remove(session, actor, Action.COMMENT_SCORE, row, version)


def answer(
    session: Session, actor: Actor, row: ScoreComment, text: str | None, version: int | None = None
) -> ScoreComment:
    """Answer what somebody said; never to oneself. A newer answer replaces the one that was seen, no other."""
    require(actor, Action.ADJUST_SCORE, row)
    check_scored(row.school_year.state)
    said = check_text(text, N_("Thầy cô ghi câu trả lời."), "answer")
    if (row.answer, row.answered_by_id) == (said, actor.account_id):
        return row
    check_fresh(row, version)
    with step(session, "answer score"):
        apply(row, {"answer": said, "answered_on": actor.today, "answered_by_id": actor.account_id})
    session.expire(row, ["answered_by"])
    return row
