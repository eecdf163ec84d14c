"""The figures of a report to the Sở (P4.11), as they stand today: counts and the codes of cases, never a child's name.

They are of the whole school whoever reads them. The union follows every case, but opens circumstances one by one, with
a reason: how many children are in which group is no child's circumstances. So the counting goes past the row scope,
after asking the policy for the report.

cases        that leadership approved in the year, those that have ended among them; each of the tables counts these.
sponsored    led, as lead or joint sponsor, on some day of the year so far.
left_over    codes of those that run and that nobody leads, now or from a day to come, and for whom nobody is proposed.
contacts,    for these cases, from the year's first day; by department of whoever did it.
support
trends       of the newest month that was confirmed, for each child of whom it says something.
learning,    the newest result beside the one known before it, the year before's among them: up, same, down.
conduct
"""

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import String, case, distinct, func, literal, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session

from school import models as m
from school.names import fold
from school.rules.actor import Actor
from school.rules.calendar import summer_end
from school.rules.evaluation import CONFIRMED_STATES
from school.rules.policy import require
from school.rules.review import compare_risks
from school.rules.school_figures import GONE, NONE, Child, Figures, moves, outcomes, tables
from school.rules.school_report import NUMBERS, year_before
from school.services.guard import UNSCOPED
from school.vocabulary import (
    LEADING,
    SUPPORT_UNITS,
    Action,
    CaseState,
    ContactKind,
    DropoutRisk,
    EnrolmentOutcome,
    ProgressStep,
    ReportOccasion,
    ReportState,
    SponsorRole,
    SponsorshipState,
    SupportKind,
    TermPeriod,
)

COUNTED = (CaseState.APPROVED, CaseState.ACTIVE, CaseState.CLOSED)  # cases that leadership approved


def figures(session: Session, actor: Actor, year: m.SchoolYear, occasion: ReportOccasion) -> Figures:
    """The figures of the year up to today; six statements, however many children there are."""
    require(actor, Action.VIEW_SCHOOL_REPORT)
    until = min(actor.today, summer_end(year.starts_on))
    children = _children(session, year, until)
    departments: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    counted: dict[str, Any] = {"cases": len(children)}
    counted |= _sponsors(session, year, children, departments, until)
    _add_stays(session, year, children, until)
    counted |= _months(session, year, children)
    counted |= _work(session, year, departments, until)
    counted |= outcomes(children.values()) | tables(list(children.values()))
    counted["departments"] = {name: departments[name] for name in sorted(departments, key=lambda n: (not n, fold(n)))}
    counted["before"] = report_before(session, year, occasion)
    return Figures(day=actor.today, **counted)


def report_before(session: Session, year: m.SchoolYear, occasion: ReportOccasion) -> dict[str, Any] | None:
    """The report that was signed last before this one, in its newest correction; one statement."""
    earlier = [(year_before(year.name), one) for one in ReportOccasion]
    if occasion is ReportOccasion.SECOND:
        earlier.append((year.name, ReportOccasion.FIRST))
    rows = session.execute(
        select(m.SchoolYear.name, m.SchoolReport.occasion, m.SchoolReport.number, m.SchoolReport.figures)
        .join(m.SchoolReport.school_year)
        .where(m.SchoolReport.state == ReportState.SUBMITTED, m.SchoolYear.name.in_({name for name, _ in earlier}))
        .order_by(m.SchoolReport.correction)
    )
    found = {(name, one): (number, Figures.thaw(stored)) for name, one, number, stored in rows}
    for name, one in reversed(earlier):
        number, stored = found.get((name, one), (None, None))
        if stored is not None:
            day = stored.day.isoformat()
            return {"year": name, "occasion": NUMBERS[one], "number": number, "day": day, "figures": stored.compared}
    return None


def _all(session: Session, statement: Any) -> list[Any]:
    return list(session.execute(statement, execution_options=UNSCOPED))


def _listed(year: m.SchoolYear, until: dt.date) -> tuple[Any, ...]:
    """Criteria of the cases that are counted."""
    row = m.SupportCase
    return row.school_year_id == year.id, row.state.in_(COUNTED), row.opened_on <= until


def _children(session: Session, year: m.SchoolYear, until: dt.date) -> dict[int, Child]:
    """The children of the list by case, with their groups."""
    rows = _all(
        session,
        select(
            m.SupportCase.id,
            m.SupportCase.code,
            m.SupportCase.student_id,
            m.SupportCase.state,
            m.Student.gender,
            m.StudentPrivate.ethnicity,
            m.HardshipCategory.hardship_group,
        )
        .join(m.Student, m.Student.id == m.SupportCase.student_id)
        .outerjoin(m.StudentPrivate, m.StudentPrivate.student_id == m.Student.id)
        .outerjoin(m.Hardship, m.Hardship.case_id == m.SupportCase.id)
        .outerjoin(m.HardshipCategory, m.HardshipCategory.id == m.Hardship.category_id)
        .where(*_listed(year, until))
        .order_by(m.SupportCase.code),
    )
    found: dict[int, Child] = {}
    for case_id, code, student_id, state, gender, ethnicity, group in rows:
        running = state is not CaseState.CLOSED
        child = found.setdefault(
            case_id, Child(code, student_id, running, gender.value if gender else NONE, ethnicity or NONE)
        )
        if group is not None:
            child.groups.add(group.value)
    return found


def _sponsors(
    session: Session,
    year: m.SchoolYear,
    children: dict[int, Child],
    departments: dict[str, list[int]],
    until: dt.date,
) -> dict[str, int]:
    """Who helped whom on some day of the year so far; and who is spoken for, now or from a day to come."""
    row = m.Sponsorship
    rows = _all(
        session,
        select(
            row.case_id,
            row.staff_id,
            m.Department.name,
            row.role,
            row.state,
            row.started_on,
            row.ended_on,
            case((row.assigned(), 1), else_=0).label("assigned"),
        )
        .join(m.Staff, m.Staff.id == row.staff_id)
        .outerjoin(m.Department, m.Department.id == m.Staff.department_id)
        .join(m.SupportCase, m.SupportCase.id == row.case_id)
        .where(*_listed(year, until)),
    )
    for found in rows:
        proposed = found.state in (SponsorshipState.REGISTERED, SponsorshipState.AGREED)
        if found.role in LEADING and (proposed or found.assigned) and not (found.ended_on and found.ended_on < until):
            children[found.case_id].spoken_for = True
    ran = [found for found in rows if _ran(found, year.starts_on, until)]
    leading = [found for found in ran if found.role in LEADING]
    by_department: dict[str, list[set[int]]] = defaultdict(lambda: [set(), set()])
    for found in leading:
        children[found.case_id].led = True
        staff, cases = by_department[found.name or NONE]
        staff.add(found.staff_id)
        cases.add(found.case_id)
    for name, (staff, cases) in by_department.items():
        departments[name][0], departments[name][1] = len(staff), len(cases)
    return {
        "sponsored": sum(child.led for child in children.values()),
        "leads": len({found.staff_id for found in leading}),
        "supporters": len({found.staff_id for found in ran if found.role is SponsorRole.SUPPORTING}),
    }


def _ran(found: Any, first: dt.date, until: dt.date) -> bool:
    return bool(found.assigned) and found.started_on <= until and not (found.ended_on and found.ended_on < first)


def _add_stays(session: Session, year: m.SchoolYear, children: dict[int, Child], until: dt.date) -> None:
    """Grade, whether the child is still at the school, and the results of this year and of the one before."""
    by_student = {child.student_id: child for child in children.values()}
    listed = select(m.SupportCase.student_id).where(*_listed(year, until))
    rows = _all(
        session,
        select(
            m.Enrolment.student_id,
            m.Enrolment.ended_on,
            m.Enrolment.outcome,
            m.Classroom.grade,
            m.SchoolYear.name,
            m.TermResult.period,
            m.TermResult.learning,
            m.TermResult.conduct,
        )
        .join(m.Classroom, m.Classroom.id == m.Enrolment.classroom_id)
        .join(m.SchoolYear, m.SchoolYear.id == m.Classroom.school_year_id)
        .outerjoin(m.TermResult, m.TermResult.enrolment_id == m.Enrolment.id)
        .where(
            m.Enrolment.student_id.in_(listed),
            m.Enrolment.started_on <= until,
            m.SchoolYear.name.in_((year.name, year_before(year.name))),
        )
        .order_by(m.Enrolment.started_on, m.Enrolment.id),
    )
    for row in rows:
        child = by_student[row.student_id]
        ratings = {"learning": row.learning, "conduct": row.conduct}
        if row.name != year.name:
            if row.period is TermPeriod.YEAR:
                child.before = ratings
            continue
        child.stays, child.grade = True, str(row.grade)
        child.outcome = row.outcome if row.ended_on is not None and row.ended_on <= until else None
        if row.period is not None:
            for what, rating in ratings.items():
                child.terms[what][row.period] = rating


def _months(session: Session, year: m.SchoolYear, children: dict[int, Child]) -> dict[str, Any]:
    """What the months that were confirmed say: the newest trend, and attendance from the first to the last."""
    row = m.ProgressEvaluation
    rows = _all(
        session,
        select(row.case_id, row.trend, row.dropout_risk)
        .join(m.SupportCase, m.SupportCase.id == row.case_id)
        .where(m.SupportCase.school_year_id == year.id, row.monthly(), row.state.in_(CONFIRMED_STATES))
        .order_by(row.period),
    )
    known = [found for found in rows if found.case_id in children]
    trends: dict[int, ProgressStep] = {}
    risks: dict[int, list[DropoutRisk]] = defaultdict(list)
    for case_id, trend, risk in known:
        if trend not in (None, ProgressStep.NOT_OBSERVED):
            trends[case_id] = trend
        if risk not in (None, DropoutRisk.NOT_OBSERVED):
            risks[case_id].append(risk)
    counts = Counter(trends.values())
    return {
        "evaluations": len(known),
        "trends": {step.value: counts[step] for step in ProgressStep if counts[step]},
        "risk": moves(compare_risks(seen[0], seen[-1]) for seen in risks.values() if len(seen) > 1),
    }


def _work(session: Session, year: m.SchoolYear, departments: dict[str, list[int]], until: dt.date) -> dict[str, Any]:
    """Contacts, support, activities, and how large the school is; one statement."""
    found: dict[str, int] = dict.fromkeys(
        ("contacts", "reached", "visits", "met", "activities", "students", "dropouts", "staff"), 0
    )
    supports: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for what, key, unit, department, *numbers in _all(session, union_all(*_parts(year, until))):
        first, second, third = (int(number or 0) for number in numbers)
        if what == "contact":
            found["contacts"] += first
            found["reached"] += second
            found["visits"] += second if key == ContactKind.HOME_VISIT.value else 0
            departments[department or NONE][2] += first
        elif what == "support":
            usual = second if unit == SUPPORT_UNITS[SupportKind(key)] else 0
            lessons = usual if key == SupportKind.REMEDIAL_LESSON.value else 0
            supports[key] = [a + b for a, b in zip(supports[key], (first, usual, third), strict=True)]
            departments[department or NONE][3] += lessons
            departments[department or NONE][4] += third
        else:
            found[what] += first
    kinds = {kind.value: supports[kind.value] for kind in SupportKind if kind.value in supports}
    return found | {"supports": kinds}


def _parts(year: m.SchoolYear, until: dt.date) -> list[Any]:
    """What is counted: what it is, kind, unit, department, and three numbers."""
    listed = select(m.SupportCase.id).where(*_listed(year, until))
    contact, item, stay = m.Contact, m.SupportItem, m.Enrolment
    contacts = contact.case_id.in_(listed), contact.occurred_on.between(year.starts_on, until)
    of_year = stay.classroom_id.in_(select(m.Classroom.id).where(m.Classroom.school_year_id == year.id))
    here = stay.outcome.is_(None) | stay.outcome.not_in((*GONE, EnrolmentOutcome.MOVED))
    still_here = select(stay.student_id).where(of_year, here)
    dropped = of_year, stay.outcome == EnrolmentOutcome.DROPPED_OUT, stay.ended_on <= until
    department = m.Department.name
    at_school = or_(m.Staff.left_on.is_(None), m.Staff.left_on >= until)
    joined = or_(m.Staff.joined_on.is_(None), m.Staff.joined_on <= until)
    return [
        _part("contact", contact.kind, None, department, func.count(), func.sum(case((contact.reached, 1), else_=0)))
        .join(m.Staff, m.Staff.id == contact.staff_id)
        .outerjoin(m.Department, m.Department.id == m.Staff.department_id)
        .where(*contacts)
        .group_by(contact.kind, department),
        _part("met", None, None, None, func.count(distinct(contact.case_id))).where(*contacts, contact.reached),
        _part("support", item.kind, item.unit, department, func.count(), func.sum(item.quantity), func.sum(item.value))
        .join(m.Staff, m.Staff.id == item.staff_id)
        .outerjoin(m.Department, m.Department.id == m.Staff.department_id)
        .where(item.case_id.in_(listed), item.given_on.between(year.starts_on, until))
        .group_by(item.kind, item.unit, department),
        _part("activities", None, None, None, func.count(m.Activity.id)).where(
            m.Activity.held_on.between(year.starts_on, until)
        ),
        _part("students", None, None, None, func.count(distinct(stay.student_id))).where(of_year, here),
        _part("dropouts", None, None, None, func.count(distinct(stay.student_id))).where(
            *dropped, stay.student_id.not_in(still_here)
        ),
        _part("staff", None, None, None, func.count(m.Staff.id)).where(at_school, joined),
    ]


def _part(what: str, key: Any, unit: Any, department: Any, *numbers: Any) -> Any:
    nothing = literal(None, String)
    texts = [type_coerce(text, String) if text is not None else nothing for text in (key, unit, department)]
    return select(literal(what), *texts, *numbers, *([literal(0)] * (3 - len(numbers))))
