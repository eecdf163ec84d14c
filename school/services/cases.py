"""Support cases: nominate, survey, classify, verify, approve, close (P2, P4.2), and open what is private."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import (
    AuditEntry,
    CasePrivate,
    Hardship,
    HardshipCategory,
    SchoolYear,
    SensitiveView,
    StudentName,
    SupportCase,
    SurveyEntry,
)
from school.rules import survey
from school.rules.actor import Actor
from school.rules.calendar import school_day
from school.rules.classification import CASE_STEPS
from school.rules.pairing import over
from school.rules.policy import can, require
from school.rules.workflow import advance
from school.services.guard import UNSCOPED
from school.services.records import apply, check_fresh, need, step
from school.services.years import check_year_open
from school.vocabulary import N_, Action, CaseOutcome, CaseState, Severity, SponsorshipState, SurveyChannel

PRIVATE_FIELDS = ("circumstances", "own_effort")


def nominate(
    session: Session,
    actor: Actor,
    student_id: int | None,
    year: SchoolYear,
    private: Mapping[str, str | None],
    channel: SurveyChannel = SurveyChannel.HOMEROOM_TEACHER,
    categories: Iterable[HardshipCategory] = (),
    severity: Severity = Severity.SUPPORT,
) -> SupportCase | None:
    """Propose a student for help. Where a case already stands, what is said is kept in it as one more source.

    Returns the new case, or None when the words went into a case that the actor may not see.
    """
    require(actor, Action.NOMINATE_STUDENT)
    if student_id is None or session.get(StudentName, student_id) is None:
        raise RuleError(N_("Thầy cô chọn học sinh trong danh sách gợi ý."), field="student")
    if year is None:
        raise RuleError(N_("Thầy cô chọn năm học."), field="school_year")
    check_year_open(year)
    standing = select(SupportCase.id).where(SupportCase.student_id == student_id, SupportCase.school_year_id == year.id)
    categories = list(categories)
    if session.scalar(standing) is not None:
        raise RuleError(N_("Em này đã có hồ sơ trong năm học; thầy cô mở hồ sơ đó để bổ sung."), field="student")
    case_id = session.scalar(standing, execution_options=UNSCOPED)
    if case_id is not None:
        with step(session, "survey"):
            session.add(_as_survey(actor, case_id, channel, private, categories))
        return None
    with step(session, "nominate"):
        case = _add_case(session, student_id, year, private, actor.today, actor.staff_id)
        for category in categories:
            session.add(
                Hardship(
                    case_id=case.id,
                    category_id=category.id,
                    severity=severity,
                    source=channel,
                    proposed_by_id=actor.staff_id,
                )
            )
    return case


def open_listed(
    session: Session,
    actor: Actor,
    student_id: int,
    year: SchoolYear,
    private: Mapping[str, str | None],
    opened_on: dt.date,
) -> SupportCase:
    """A new case from a list that the school has agreed on (P4.3): nobody's nomination, and approved.

    Brought by somebody who only verifies cases, it waits for who approves them.
    """
    require(actor, Action.NOMINATE_STUDENT)
    check_year_open(year)
    with step(session, "nominate"):
        case = _add_case(session, student_id, year, private, opened_on)
    for name in ("verify", "approve"):
        if not can(actor, CASE_STEPS[name].action, case):
            break
        take_step(session, actor, case, name, listed=True)
    return case


def _add_case(
    session: Session,
    student_id: int,
    year: SchoolYear,
    private: Mapping[str, str | None],
    opened_on: dt.date,
    nominated_by_id: int | None = None,
) -> SupportCase:
    case = SupportCase(
        code=next_code(session, year),
        student_id=student_id,
        school_year_id=year.id,
        opened_on=opened_on,
        nominated_by_id=nominated_by_id,
        state=CaseState.NOMINATED,
    )
    session.add(case)
    session.flush()
    session.add(CasePrivate(case_id=case.id, **{name: private.get(name) for name in PRIVATE_FIELDS}))
    return case


def next_code(session: Session, year: SchoolYear) -> str:
    """The next case code of the year, e.g. "HT25-014": it stands where no name may stand (P5)."""
    prefix = f"HT{year.name[2:4]}-"
    taken = select(func.max(SupportCase.code)).where(SupportCase.code.startswith(prefix))
    last = session.scalar(taken, execution_options=UNSCOPED)
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:04}"


def edit_private(
    session: Session, actor: Actor, case: SupportCase, values: Mapping[str, str | None], version: int | None
) -> SupportCase:
    """Change the two free texts of a case that still runs."""
    require(actor, Action.EDIT_CASE, case)
    require(actor, Action.VIEW_CIRCUMSTANCES, case)
    check_fresh(case, version)
    _check_open(case)
    with step(session, "update"):
        private = case.private or CasePrivate(case_id=case.id)
        if apply(private, values):
            case.updated_at = actor.now  # the form carries the version of the case: it moves with its texts
        session.add(private)
    return case


def take_step(
    session: Session,
    actor: Actor,
    case: SupportCase,
    name: str,
    outcome: CaseOutcome | None = None,
    listed: bool = False,
) -> SupportCase:
    """Verify, approve or close a case; closing needs an outcome and no sponsorship that still runs.

    Verifying needs something known and a classification (P2), unless the school has agreed on the case in a list.
    """
    require(actor, CASE_STEPS[name].action, case)
    check_year_open(case.school_year)
    target = advance(CASE_STEPS, case.state, name)
    if target is CaseState.VERIFIED and not listed:
        survey.check_verifiable(what_is_known(session, actor, case))
    with step(session, name):
        if target is CaseState.CLOSED:
            need(outcome, N_("Thầy cô chọn kết quả khi kết thúc hồ sơ."), "outcome")
            if any(
                s.state is not SponsorshipState.ENDED and not over(s.ended_on, actor.today) for s in case.sponsorships
            ):
                raise RuleError(N_("Hồ sơ còn phân công đỡ đầu; thầy cô kết thúc phân công trước."))
            case.outcome, case.closed_on = outcome, actor.today
        case.state = target
    return case


def what_is_known(
    session: Session,
    actor: Actor,
    case: SupportCase,
    surveys: Iterable[SurveyEntry] | None = None,
    hardships: Iterable[Hardship] | None = None,
) -> survey.Known:
    """What is known of the case, as far as the actor sees it; give `surveys`, `hardships` where they are read."""
    if surveys is None:
        surveys = session.scalars(select(SurveyEntry).where(SurveyEntry.case_id == case.id))
    if hardships is None:
        hardships = session.scalars(select(Hardship).where(Hardship.case_id == case.id))
    hardships, private = list(hardships), case.private
    return survey.Known(
        channels=survey.channels_heard(entry.channel for entry in surveys),
        words=private is not None and any((getattr(private, name) or "").strip() for name in PRIVATE_FIELDS),
        classified=bool(hardships),
        confirmed=all(hardship.confirmed_on for hardship in hardships),
        sponsored=any(sponsorship.runs_on(actor.today) for sponsorship in case.sponsorships),
    )


def approval_days(session: Session, cases: Iterable[SupportCase]) -> dict[int, dt.date]:
    """When these cases, which the caller has read, were approved: the log alone keeps the day, and no more of it."""
    statement = select(AuditEntry.row_id, func.max(AuditEntry.at)).where(
        AuditEntry.table_name == SupportCase.__tablename__,
        AuditEntry.row_id.in_([case.id for case in cases]),
        AuditEntry.action == "approve",
    )
    found = session.execute(statement.group_by(AuditEntry.row_id), execution_options=UNSCOPED)
    return {case_id: school_day(moment) for case_id, moment in found}


def classify(
    session: Session, actor: Actor, hardship: Hardship, values: Mapping[str, Any], version: int | None = None
) -> Hardship:
    """Add or change one classification; a change takes its confirmation away."""
    new = hardship.id is None
    case = values.get("case") or hardship.case
    need(case, N_("Thầy cô chọn hồ sơ."), "case")
    need(values.get("category"), N_("Thầy cô chọn mục phân loại."), "category")
    require(actor, Action.CLASSIFY_CASE, Hardship(case_id=case.id) if new else hardship)
    _check_open(case)
    if not new:
        check_fresh(hardship, version)
    with step(session, "classify"):
        proposed = {"proposed_by_id": actor.staff_id, "confirmed_by_id": None, "confirmed_on": None}
        apply(hardship, dict(values) | proposed)
        session.add(hardship)
    return hardship


def confirm_classification(session: Session, actor: Actor, hardship: Hardship) -> None:
    """Confirm a classification that somebody else proposed."""
    require(actor, Action.CONFIRM_CLASSIFICATION, hardship)
    check_year_open(hardship.case.school_year)
    with step(session, "confirm"):
        hardship.confirmed_by_id, hardship.confirmed_on = actor.account_id, actor.today


def open_circumstances(session: Session, actor: Actor, case: SupportCase, reason: str | None) -> None:
    """Record that the actor opens what is private in a case: once a case and day, with a reason where policy asks."""
    require(actor, Action.VIEW_CIRCUMSTANCES)
    require(actor, Action.VIEW_CASE, case)
    if not can(actor, Action.VIEW_CIRCUMSTANCES, case):
        need(reason, N_("Thầy cô ghi ngắn gọn lý do cần xem hoàn cảnh của em."), "reason")
    if opened_today(session, actor, case):
        return
    with step(session, "open circumstances"):
        session.add(
            SensitiveView(account_id=actor.account_id, case_id=case.id, opened_on=actor.today, reason=reason or None)
        )


def opened_today(session: Session, actor: Actor, case: SupportCase) -> bool:
    """Whether the actor has opened the case's private part today."""
    criteria = (
        SensitiveView.account_id == actor.account_id,
        SensitiveView.case_id == case.id,
        SensitiveView.opened_on == actor.today,
    )
    return session.scalar(select(SensitiveView.id).where(*criteria)) is not None


def _as_survey(
    actor: Actor,
    case_id: int,
    channel: SurveyChannel,
    private: Mapping[str, str | None],
    categories: Iterable[HardshipCategory],
) -> SurveyEntry:
    said = [private.get(name) or "" for name in PRIVATE_FIELDS] + [category.name for category in categories]
    findings = "\n".join(line for line in said if line.strip())
    return SurveyEntry(
        case_id=case_id,
        channel=channel,
        occurred_on=actor.today,
        surveyor_id=actor.staff_id,
        findings=need(findings, N_("Thầy cô ghi điều đã biết về em."), "circumstances"),
    )


def _check_open(case: SupportCase) -> None:
    check_year_open(case.school_year)
    if case.state is CaseState.CLOSED:
        raise RuleError(N_("Hồ sơ đã kết thúc nên không sửa được nữa."))
