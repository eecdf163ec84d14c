"""Survey entries (P3.1, P4.2): what each source said, kept apart with its channel, day and surveyor."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import ProgressEvaluation, SupportCase, SurveyEntry
from school.rules import survey as rules
from school.rules.actor import Actor
from school.rules.evaluation import CONFIRMED_STATES
from school.rules.policy import require
from school.services.plans import check_writable
from school.services.records import apply, check_fresh, just_entered, need, remove, step
from school.vocabulary import N_, Action

WITHOUT_STAFF = N_("Tài khoản này chưa gắn với cán bộ nào nên không ghi thay được.")
CHANNEL_STAYS = N_(
    "Khảo sát này đã được tính khi tháng của em được xác nhận nên giữ nguyên kênh; "
    "kênh khác thì thầy cô ghi khảo sát khác."
)
NOT_ONES_OWN = N_("Khảo sát này do đồng nghiệp ghi; người ghi mới sửa hoặc xóa được.")


def write_survey(
    session: Session, actor: Actor, entry: SurveyEntry, values: Mapping[str, Any], version: int | None = None
) -> SurveyEntry:
    """Add what one source said (case, channel, occurred_on, findings), or put one's own entry right.

    Whoever writes it works with the case and may see its circumstances. The same entry sent twice is one entry. Once
    others have confirmed a month of the case the channel stays, for it counts (P4.5); the words may be put right.
    """
    new = entry.id is None
    case: SupportCase = need(values.get("case") or entry.case, N_("Thầy cô chọn hồ sơ của em."), "case")
    require(actor, Action.EDIT_CASE, case)
    require(actor, Action.VIEW_CIRCUMSTANCES, case)
    staff_id = need(actor.staff_id, WITHOUT_STAFF, "case")
    channel = need(values.get("channel"), N_("Thầy cô chọn kênh khảo sát."), "channel")
    day = need(values.get("occurred_on"), N_("Thầy cô điền ngày khảo sát."), "occurred_on")
    findings = need(values.get("findings"), N_("Thầy cô ghi điều đã biết qua khảo sát."), "findings")
    check_writable(case)
    rules.check_survey_day(day, case.school_year.starts_on, case.school_year.ends_on, actor.today)
    facts = {
        "case_id": case.id,
        "channel": channel,
        "occurred_on": day,
        "surveyor_id": staff_id,
        "findings": findings,
    }
    if new and (standing := just_entered(session, actor, SurveyEntry, facts)):
        return standing[0]
    if not new:
        check_own(actor, entry)
        check_fresh(entry, version)
        if case.id != entry.case_id:
            raise RuleError(N_("Khảo sát giữ nguyên em; thầy cô ghi khảo sát khác."), field="case")
        if channel != entry.channel and is_settled(session, entry):
            raise RuleError(CHANNEL_STAYS, field="channel")
    with step(session, "survey" if new else "update"):
        apply(entry, facts)
        session.add(entry)
    return entry


def is_settled(session: Session, entry: SurveyEntry) -> bool:
    """Whether others confirmed a month of the case when the entry was there."""
    month = ProgressEvaluation
    criteria = (
        month.case_id == entry.case_id,
        month.monthly(),
        month.state.in_(CONFIRMED_STATES),
        month.confirmed_at >= entry.created_at,
    )
    return session.scalar(select(month.id).where(*criteria).limit(1)) is not None


def check_own(actor: Actor, entry: SurveyEntry) -> None:
    """RuleError unless the actor has written the entry: each source stays as it was heard."""
    if actor.staff_id is None or entry.surveyor_id != actor.staff_id:
        raise RuleError(NOT_ONES_OWN)


def discard_survey(session: Session, actor: Actor, entry: SurveyEntry, version: int | None = None) -> None:
    """Remove an entry that one has written by mistake."""
    require(actor, Action.EDIT_CASE, entry.case)
    require(actor, Action.VIEW_CIRCUMSTANCES, entry.case)
    check_own(actor, entry)
    check_writable(entry.case)
    if version is not None:
        check_fresh(entry, version)
    remove(session, actor, Action.EDIT_CASE, entry)
