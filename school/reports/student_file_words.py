"""How the rows of a student's file read on paper: Vietnamese whatever the language of the screens.

Every part of a case is lines of a day, a title and a text, so that a school can lay them out as it likes.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from school import models as m
from school.reports.department_words import number
from school.reports.student_file_rows import Held
from school.rules.calendar import SCHOOL_TIME
from school.vocabulary import Horizon, LabelEnum, TermPeriod

Entry = tuple[Any, str, Any]
CLOSED = "Phần ghi riêng, người in không mở xem nên không có trong bản này."
_LEVELS = (
    ("learning", "Học tập"),
    ("conduct", "Rèn luyện"),
    ("attendance", "Chuyên cần"),
    ("attitude", "Thái độ"),
    ("trend", "Chuyển biến chung"),
    ("dropout_risk", "Đi học"),
)


def word(value: Any) -> str:
    """A value as it reads within a text: a label, a day, a name; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, LabelEnum):
        return value.label
    return day(value) if isinstance(value, dt.date) else str(value)


def day(value: dt.date | None) -> str:
    """A day, or the day at the school of a moment, as dd/mm/yyyy."""
    if isinstance(value, dt.datetime):
        value = value.astimezone(SCHOOL_TIME)
    return f"{value:%d/%m/%Y}" if value is not None else ""


def period_words(period: str) -> str:
    """The month "2025-09" as "Tháng 9/2025", a semester by its name."""
    year, dash, month = period.partition("-")
    if dash:
        return f"Tháng {int(month)}/{year}"
    return TermPeriod(period).label if period in {term.value for term in TermPeriod} else period


def facts(*pairs: tuple[str, Any]) -> list[dict[str, Any]]:
    """Labels and values; what is not known is left out."""
    return [{"label": label, "value": word(value)} for label, value in pairs if value not in (None, "")]


def entries(rows: Iterable[Entry]) -> list[dict[str, Any]]:
    """Lines of a day (or a period), a title and a text."""
    return [{"on": word(on), "title": title, "text": word(text)} for on, title, text in rows]


def said(*parts: tuple[str, Any]) -> str:
    """ "Nhãn: nội dung" of each part that is known, one a line."""
    return "\n".join(f"{label}: {word(value)}" if label else word(value) for label, value in parts if word(value))


def result_rows(stays: Iterable[tuple[m.Enrolment, list[m.TermResult]]]) -> list[dict[str, Any]]:
    """One line a term; a class without results is a line too."""
    rows = []
    for stay, results in stays:
        rows += [_result(stay, result) for result in results] or [_result(stay, None)]
    return rows


def _result(stay: m.Enrolment, result: m.TermResult | None) -> dict[str, Any]:
    until = f" đến {day(stay.ended_on)}" if stay.ended_on else ""
    outcome = f"; {word(stay.outcome)}" if stay.outcome else ""
    row = {
        "year": stay.classroom.school_year.name,
        "classroom": stay.classroom.name,
        "stay": f"từ {day(stay.started_on)}{until}{outcome}",
    }
    if result is None:
        return row | dict.fromkeys(("period", "learning", "conduct", "absences"))
    absences = (_or_dash(result.absences_excused), _or_dash(result.absences_unexcused))
    return row | {
        "period": result.period.label,
        "learning": word(result.learning),
        "conduct": word(result.conduct),
        "absences": " / ".join(absences),
    }


def _or_dash(count: int | None) -> str:
    return "–" if count is None else str(count)


def case_values(case: m.SupportCase, found: Held, sees_circumstances: bool) -> dict[str, Any]:
    """One case with its parts in order. `sees_circumstances`: whether what is private in it may be read."""
    return {
        "code": case.code,
        "year": case.school_year.name,
        "closed": not sees_circumstances,
        "facts": facts(
            ("Trạng thái", case.state),
            ("Ngày đề xuất", case.opened_on),
            ("Người đề xuất", case.nominated_by),
            ("Ngày kết thúc", case.closed_on),
            ("Kết quả khi kết thúc", case.outcome),
        ),
        "circumstances": case.private.circumstances if case.private is not None else None,
        "own_effort": case.private.own_effort if case.private is not None else None,
        "hardships": entries(map(_hardship, case.hardships)),
        "surveys": entries(map(_survey, found.of(case, m.SurveyEntry))),
        "sponsors": entries(map(_sponsor, case.sponsorships)),
        "goals": entries(row for plan in found.of(case, m.SupportPlan) for row in _plan(plan)),
        "contacts": entries(map(_contact, found.of(case, m.Contact))),
        "support": entries(map(_support, found.of(case, m.SupportItem))),
        "evaluations": entries(map(_evaluation, found.of(case, m.ProgressEvaluation))),
        "oversight": entries(_oversight(found, case)),
    }


def _hardship(row: m.Hardship) -> Entry:
    confirmed = f"Xác nhận ngày {day(row.confirmed_on)}" if row.confirmed_on else "Chưa xác nhận"
    text = said(
        ("", row.category.hardship_group),
        ("Mức độ", row.severity),
        ("Nguồn", row.source),
        ("Người đề xuất", row.proposed_by),
        ("", confirmed),
    )
    return None, row.category.name, text


def _survey(row: m.SurveyEntry) -> Entry:
    by = f", {row.surveyor} khảo sát" if row.surveyor is not None else ""
    return row.occurred_on, f"{row.channel.label}{by}", row.findings


def _sponsor(row: m.Sponsorship) -> Entry:
    until = f" đến {day(row.ended_on)}" if row.ended_on else ""
    text = said(
        ("", row.state),
        ("Duyệt ngày", row.approved_on),
        ("Lý do kết thúc", row.end_reason),
    )
    return f"{day(row.started_on)}{until}", f"{row.staff} ({row.role.label})", text


def _plan(plan: m.SupportPlan) -> Iterator[Entry]:
    yield plan.semester.label, "Cách giúp em", plan.methods
    for goal in sorted(plan.goals, key=lambda goal: (goal.starts_on, goal.id)):
        looked = f", xem lại ngày {day(goal.reviewed_on)}" if goal.reviewed_on else ""
        yield (
            _goal_period(goal, plan),
            f"Mục tiêu {goal.horizon.label.lower()}",
            f"{goal.text}\n({goal.state.label}{looked})",
        )


def _goal_period(goal: m.Goal, plan: m.SupportPlan) -> str:
    if goal.horizon is Horizon.WEEK:
        return f"Tuần từ {day(goal.starts_on)}"
    return period_words(f"{goal.starts_on:%Y-%m}") if goal.horizon is Horizon.MONTH else plan.semester.label


def _contact(row: m.Contact) -> Entry:
    words: Any = row.private if row.sensitive else row
    reached = "đã gặp" if row.reached else "chưa gặp được"
    if words is None:
        text = CLOSED
    else:
        text = said(
            ("Với", words.with_whom),
            ("Thời lượng", f"{row.minutes} phút" if row.minutes is not None else None),
            ("", words.summary),
            ("", "(ghi riêng)" if row.sensitive else None),
        )
    return row.occurred_on, f"{row.kind.label}, {row.staff} ({reached})", text


def _support(row: m.SupportItem) -> Entry:
    text = said(
        ("", row.detail),
        ("Số lượng", f"{number(row.quantity)} {row.unit}"),
        ("Giá trị", f"{number(row.value)} đồng" if row.value is not None else None),
        ("Người trao", row.giver),
        ("Người ghi", row.staff),
    )
    return row.given_on, row.kind.label, text


def _evaluation(row: m.ProgressEvaluation) -> Entry:
    levels = "; ".join(f"{label}: {word(getattr(row, name))}" for name, label in _LEVELS if getattr(row, name))
    dates = "; ".join(
        f"{label} ngày {day(moment)}"
        for label, moment in (
            ("gửi", row.submitted_at),
            ("tổ xem", row.reviewed_at),
            ("xác nhận", row.confirmed_at),
            ("chốt", row.locked_at),
        )
        if moment is not None
    )
    text = said(
        ("", levels),
        ("Nhận xét", row.comment),
        ("Ý kiến khi xem", row.review_comment),
        ("", f"({dates})" if dates else None),
    )
    by = f", {row.author}" if row.author is not None else ""
    return period_words(row.period), f"{row.state.label}{by}", text


def _oversight(found: Held, case: m.SupportCase) -> list[Entry]:
    """Inspections of the case and what was to be followed, in the order of days."""
    rows: list[Entry] = [
        (row.held_on, f"Kiểm tra hồ sơ, {row.inspector}", row.findings) for row in found.of(case, m.Inspection)
    ]
    rows += [_follow_up(row) for row in found.of(case, m.FollowUp)]
    return sorted(rows, key=lambda row: row[0])


def _follow_up(row: m.FollowUp) -> Entry:
    raised = f", {row.raised_by} nêu" if row.raised_by is not None else ""
    answered = " ".join(part for part in (word(row.answered_by), day(row.answered_on)) if part)
    text = said(
        ("", row.what),
        ("Người phụ trách", row.owner),
        ("Hạn làm", row.due_on),
        ("Trạng thái", row.state),
        ("Trả lời", row.answer),
        ("Người trả lời, ngày", answered),
        ("Xong ngày", row.closed_on),
    )
    return row.raised_on, f"{row.kind.label}{raised}", text
