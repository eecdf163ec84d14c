"""A report of the year to the Sở (P4.11): begun, written, signed and frozen with its figures; corrected by a new one.

What was signed stays as it is. A correction ("Đính chính lần 1") begins with the last texts, says why, and is signed
with the figures of its own day; a draft can be deleted.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.models import FollowUp, SchoolReport, SchoolYear
from school.rules import oversight, school_report
from school.rules.actor import Actor
from school.rules.calendar import YearPlan
from school.rules.policy import require
from school.rules.workflow import advance
from school.rules.year import check_open
from school.services import audit, school_figures
from school.services.calendar import plan_of
from school.services.records import apply, check_fresh, need, step
from school.vocabulary import N_, Action, FollowUpKind, FollowUpState, ReportOccasion, ReportState

SIGNED = N_("Báo cáo đã ký nên giữ nguyên; cần sửa thì thầy cô lập bản đính chính.")
WRITTEN = ("difficulties", "proposals", "number", "signed_on")
# What is told to the Sở of what is being followed: hindrances, and what the school asks for. The rest is its own work.
_HINDRANCES = (FollowUpKind.DIFFICULTY, FollowUpKind.LOCAL_COORDINATION, FollowUpKind.RETURN_TO_CLASS)
_REQUESTS = (
    FollowUpKind.SUPPORT_REQUEST,
    FollowUpKind.POLICY_REQUEST,
    FollowUpKind.COUNSELLING_REFERRAL,
    FollowUpKind.SPONSOR_CHANGE,
)


def newest(session: Session, year_id: int, occasion: ReportOccasion) -> SchoolReport | None:
    """The report, or its newest correction."""
    statement = select(SchoolReport).where(SchoolReport.school_year_id == year_id, SchoolReport.occasion == occasion)
    return session.scalar(statement.order_by(SchoolReport.correction.desc()).limit(1))


def open_report(
    session: Session,
    actor: Actor,
    year: SchoolYear | None,
    occasion: ReportOccasion | None,
    blank: SchoolReport | None = None,
) -> SchoolReport:
    """The report of this occasion, begun where it is missing: however often it is asked for, it is one."""
    require(actor, Action.EDIT_SCHOOL_REPORT)
    year = need(year, N_("Thầy cô chọn năm học."), "school_year")
    occasion = need(occasion, N_("Thầy cô chọn lần báo cáo."), "occasion")
    assert year is not None and occasion is not None
    if (standing := newest(session, year.id, occasion)) is not None:
        return standing
    school_report.check_begin(plan_of(session, year), year.state, occasion, actor.today)
    difficulties, proposals = suggest(session, actor, year)
    report = blank if blank is not None else SchoolReport()
    with step(session, "create"):
        report.state = ReportState.DRAFTED
        apply(
            report,
            {
                "school_year_id": year.id,
                "occasion": occasion,
                "correction": 0,
                "difficulties": difficulties,
                "proposals": proposals,
            },
        )
        session.add(report)
    return report


def suggest(session: Session, actor: Actor, year: SchoolYear) -> tuple[str | None, str | None]:
    """Difficulties and proposals to begin from: how much is being followed, of which kind, and nobody's name.

    In the record, so in the language of the school.
    """
    rows = session.execute(
        select(FollowUp.kind, func.count())
        .where(FollowUp.school_year_id == year.id, FollowUp.state != FollowUpState.CLOSED)
        .group_by(FollowUp.kind)
    )
    counts = Counter(dict(rows.all()))
    hindrances, requests = _told(counts, _HINDRANCES), _told(counts, _REQUESTS)
    left = len(school_figures.figures(session, actor, year, ReportOccasion.FIRST).left_over)
    proposals = [f"Nhà trường đang xem xét: {requests}."] if requests else []
    if left:
        proposals.append(f"Còn {left} em chưa có người đỡ đầu, đề nghị Sở giúp cân đối giữa các trường.")
    return f"Đang theo dõi, giải quyết: {hindrances}." if hindrances else None, "\n".join(proposals) or None


def _told(counts: Counter[FollowUpKind], kinds: tuple[FollowUpKind, ...]) -> str:
    return "; ".join(
        f"{kind.label[:1].lower()}{kind.label[1:]} ({counts[kind]} việc)" for kind in kinds if counts[kind]
    )


def write(
    session: Session, actor: Actor, report: SchoolReport, values: Mapping[str, Any], version: int | None = None
) -> SchoolReport:
    """Keep what has been written so far: texts, and the number and day if they are known already."""
    require(actor, Action.EDIT_SCHOOL_REPORT, report)
    check_open(report.school_year.state)
    if version is not None:
        check_fresh(report, version)
    if report.state is not ReportState.DRAFTED:
        raise RuleError(SIGNED, field="difficulties")
    with step(session, "update"):
        apply(report, {name: values[name] for name in WRITTEN if name in values})
    return report


def sign(session: Session, actor: Actor, report: SchoolReport, values: Mapping[str, Any]) -> SchoolReport:
    """Sign the report with number and day: from now on it stays as it is, with today's figures (P4.11)."""
    machine = oversight.SCHOOL_REPORT_STEPS
    require(actor, machine["sign"].action, report)
    year = report.school_year
    check_open(year.state)
    target = advance(machine, report.state, "sign")
    words = {name: values[name] for name in WRITTEN if name in values}
    need(words.get("number", report.number), N_("Thầy cô ghi số của văn bản."), "number")
    signed_on = need(words.get("signed_on", report.signed_on), N_("Thầy cô chọn ngày ký."), "signed_on")
    assert signed_on is not None
    school_report.check_signed_on(signed_on, year.starts_on, actor.today)
    session.flush()
    frozen = {
        "figures": school_figures.figures(session, actor, year, report.occasion).frozen(),
        "submitted_at": actor.now,
        "submitted_by_id": actor.account_id,
        "audit_head": audit.head(session),
        "state": target,
    }
    with step(session, "sign"):
        apply(report, words | frozen)
    session.expire(report, ["submitted_by"])
    return report


def correct(session: Session, actor: Actor, report: SchoolReport, reason: str | None) -> SchoolReport:
    """A numbered correction of what was signed, with the last texts; the one that is being written, if there is one."""
    require(actor, Action.EDIT_SCHOOL_REPORT, report)
    check_open(report.school_year.state)
    last = newest(session, report.school_year_id, report.occasion) or report
    if last.state is ReportState.DRAFTED:
        if last.correction == 0:
            raise RuleError(N_("Báo cáo này chưa ký nên thầy cô sửa ngay trong bản đang viết."))
        return last
    reason = need(reason, N_("Thầy cô ghi vì sao cần đính chính."), "correction_reason")
    made = SchoolReport()
    with step(session, "correct report"):
        made.state = ReportState.DRAFTED
        apply(
            made,
            {
                "school_year_id": last.school_year_id,
                "occasion": last.occasion,
                "correction": last.correction + 1,
                "correction_reason": reason,
                "difficulties": last.difficulties,
                "proposals": last.proposals,
            },
        )
        session.add(made)
    return made


def remove(session: Session, actor: Actor, report: SchoolReport, version: int | None = None) -> None:
    """Delete a draft; what was signed stays."""
    require(actor, Action.EDIT_SCHOOL_REPORT, report)
    check_open(report.school_year.state)
    if version is not None:
        check_fresh(report, version)
    if report.state is not ReportState.DRAFTED:
        raise RuleError(SIGNED)
    with step(session, "delete"):
        session.delete(report)


def versions(session: Session, report: SchoolReport) -> list[SchoolReport]:
    """The report and its corrections, the newest first."""
    own = SchoolReport.school_year_id == report.school_year_id, SchoolReport.occasion == report.occasion
    return list(session.scalars(select(SchoolReport).where(*own).order_by(SchoolReport.correction.desc())))


def standing(report: SchoolReport, plan: YearPlan, today: dt.date) -> tuple[oversight.Timing, int]:
    """Whether it was signed on time, how late, or how late it is."""
    last_day = plan.last_day(school_report.DEADLINES[report.occasion])
    return oversight.timing(report.signed_on if report.state is ReportState.SUBMITTED else None, last_day, today)


def signed_occasions(session: Session, year_id: int) -> set[ReportOccasion]:
    """Which of the two reports of a year have been signed."""
    statement = select(SchoolReport.occasion).where(
        SchoolReport.school_year_id == year_id, SchoolReport.state == ReportState.SUBMITTED
    )
    return set(session.scalars(statement))
