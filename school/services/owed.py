"""What each member of staff owes on one day (P4), rule by rule, read from the database once for everybody."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from school import models as m
from school.rules import reminders as rules
from school.rules.calendar import SEMESTERS, YearPlan, month_end, month_start
from school.rules.evaluation import SENT_STATES
from school.rules.grants import GRANTS
from school.rules.reminders import Interval, owes_month, ran_on
from school.rules.school_report import DEADLINES, NUMBERS
from school.services import closing, school_reports
from school.services.calendar import plan_of
from school.vocabulary import (
    Action,
    CaseState,
    Deadline,
    EvaluationState,
    FollowUpState,
    ReminderRule,
    Role,
    SponsorshipState,
    YearState,
)


class Key(NamedTuple):
    """What makes a thing owed one and the same from day to day."""

    staff_id: int
    rule: ReminderRule
    key: str


@dataclass
class Owed:
    """By when it is owed, and how many rows it is about."""

    due_on: dt.date
    count: int = 1


@dataclass(frozen=True)
class Person:
    """A member of staff with an account, at the school today."""

    staff_id: int
    roles: frozenset[Role]

    def may(self, action: Action) -> bool:
        """Whether any of the person's roles has this work at all."""
        return any(action in GRANTS[role] for role in self.roles)


@dataclass(frozen=True)
class Facts:
    """The school on one day: everything that the rules look at, read once for everybody."""

    today: dt.date
    year: m.SchoolYear
    plan: YearPlan
    people: list[Person]
    intervals: list[Interval]
    states: dict[tuple[int, str], EvaluationState]
    involved: dict[int, set[int]]  # who sponsors each case, in whatever part or state
    heads: dict[int, tuple[int | None, int | None]]  # head and deputy of each department

    def with_role(self, role: Role) -> list[Person]:
        return [person for person in self.people if role in person.roles]

    def begun_months(self) -> list[str]:
        return [month for month in self.plan.months() if month_start(month) <= self.today]

    def last_day(self, deadline: Deadline, period: str = "") -> dt.date:
        return self.plan.last_day(deadline, period)


Found = Iterator[tuple[Key, Owed]]


def owed_by_all(session: Session, today: dt.date) -> dict[Key, Owed]:
    """What everybody owes on the day, by the rules of the running year; some fifteen statements, whatever the staff."""
    people = _people(session, today)
    found = dict(_follow_ups(session, people))
    year = running_year(session, today)
    if year is not None:
        facts = _facts(session, year, people, today)
        rules_that_read = (_read_plan, _register, _survey, _department_reports, _rate_help, _assignment_list)
        for rule in (*rules_that_read, _school_reports):
            found.update(rule(session, facts))
        for pure in (_write_months, _review_months, _confirm_months, _year_review):
            found.update(pure(facts))
    return {key: thing for key, thing in found.items() if rules.is_open(key.rule, thing.due_on, today)}


def running_year(session: Session, today: dt.date) -> m.SchoolYear | None:
    """The year that runs: the last that has begun and is not closed."""
    return session.scalar(
        select(m.SchoolYear)
        .where(m.SchoolYear.state == YearState.RUNNING, m.SchoolYear.starts_on <= today)
        .order_by(m.SchoolYear.starts_on.desc())
        .limit(1)
    )


def _people(session: Session, today: dt.date) -> list[Person]:
    rows = session.execute(
        select(m.Account.staff_id, m.AccountRole.role)
        .join(m.AccountRole, m.AccountRole.account_id == m.Account.id)
        .join(m.Account.staff)
        .where(
            m.Account.disabled_at.is_(None),
            or_(m.Staff.left_on.is_(None), m.Staff.left_on >= today),
            or_(m.Staff.joined_on.is_(None), m.Staff.joined_on <= today),
        )
    )
    roles: dict[int, set[Role]] = defaultdict(set)
    for staff_id, role in rows:
        if staff_id is not None:
            roles[staff_id].add(role)
    return [Person(staff_id, frozenset(held)) for staff_id, held in roles.items()]


def _facts(session: Session, year: m.SchoolYear, people: list[Person], today: dt.date) -> Facts:
    involved: dict[int, set[int]] = defaultdict(set)
    rows = session.execute(
        select(m.Sponsorship.case_id, m.Sponsorship.staff_id)
        .join(m.Sponsorship.case)
        .where(m.SupportCase.school_year_id == year.id)
    )
    for case_id, staff_id in rows:
        involved[case_id].add(staff_id)
    return Facts(
        today,
        year,
        plan_of(session, year),
        people,
        closing.assigned(session, year.id),
        closing.states_of(session, year.id),
        involved,
        _heads(session),
    )


def _heads(session: Session) -> dict[int, tuple[int | None, int | None]]:
    rows = session.execute(select(m.Department.id, m.Department.head_id, m.Department.deputy_id))
    return {department_id: (head_id, deputy_id) for department_id, head_id, deputy_id in rows}


# The rules -----------------------------------------------------------------------------------------------------------


def _read_plan(session: Session, facts: Facts) -> Found:
    """Everybody reads the year's plan within a week of its announcement (P4.1)."""
    announced = session.execute(
        select(m.Announcement.id, m.Announcement.published_on).where(
            m.Announcement.school_year_id == facts.year.id, m.Announcement.published_on <= facts.today
        )
    ).all()
    if not announced:
        return
    marks = session.execute(select(m.AnnouncementReading.announcement_id, m.AnnouncementReading.staff_id))
    read = {(announcement_id, staff_id) for announcement_id, staff_id in marks}
    for announcement_id, published_on in announced:
        due = published_on + dt.timedelta(days=rules.READING_DAYS)
        for person in facts.people:
            if person.may(Action.MARK_READ) and (announcement_id, person.staff_id) not in read:
                yield Key(person.staff_id, ReminderRule.READ_PLAN, str(announcement_id)), Owed(due)


def _register(session: Session, facts: Facts) -> Found:
    """Staff who have neither registered nor sponsor anybody this year (P4.1): until the last day, never after."""
    due = facts.last_day(Deadline.REGISTRATION)
    if facts.today > due:
        return
    offered = session.scalars(
        select(m.Registration.staff_id).where(
            m.Registration.school_year_id == facts.year.id, m.Registration.withdrawn_on.is_(None)
        )
    )
    sponsoring = session.scalars(
        select(m.Sponsorship.staff_id)
        .join(m.Sponsorship.case)
        .where(
            m.SupportCase.school_year_id == facts.year.id,
            or_(m.Sponsorship.state != SponsorshipState.ENDED, m.Sponsorship.approved_on.is_not(None)),
        )
    )
    done = {*offered, *sponsoring}
    for person in facts.with_role(Role.TEACHER):
        if person.staff_id not in done:
            yield Key(person.staff_id, ReminderRule.REGISTER, facts.year.name), Owed(due)


def _survey(session: Session, facts: Facts) -> Found:
    """Homeroom teachers while the survey is open, until they surveyed, nominated or screened (P4.2)."""
    opens, closes = facts.last_day(Deadline.SURVEY_OPENS), facts.last_day(Deadline.SURVEY_CLOSES)
    if not opens <= facts.today <= closes:
        return
    of_year = m.SupportCase.school_year_id == facts.year.id
    done = set(
        session.scalars(select(m.SupportCase.nominated_by_id).where(of_year, m.SupportCase.opened_on >= opens))
    ) | set(session.scalars(select(m.SurveyEntry.surveyor_id).where(m.SurveyEntry.occurred_on >= opens)))
    screened = set(
        session.scalars(
            select(m.Enrolment.classroom_id)
            .join(m.ScreeningDecision, m.ScreeningDecision.student_id == m.Enrolment.student_id)
            .where(
                m.ScreeningDecision.school_year_id == facts.year.id,
                m.ScreeningDecision.decided_on >= opens,
                m.Enrolment.ended_on.is_(None),
            )
        )
    )
    classes = session.execute(
        select(m.Classroom.id, m.Classroom.homeroom_teacher_id).where(m.Classroom.school_year_id == facts.year.id)
    ).all()
    waiting = {teacher for classroom, teacher in classes if classroom not in screened} - done
    for person in facts.with_role(Role.TEACHER):
        if person.staff_id in waiting:
            yield Key(person.staff_id, ReminderRule.SURVEY, facts.year.name), Owed(closes)


def _write_months(facts: Facts) -> Found:
    """Who leads a case sends its months (P4.8); somebody who no longer sponsors it cannot."""
    counts: Counter[Key] = Counter()
    for period in facts.begun_months():
        for found in facts.intervals:
            unsent = facts.states.get((found.case_id, period)) not in SENT_STATES
            if unsent and ran_on(found, facts.today) and owes_month(found, facts.plan, period, facts.today):
                counts[Key(found.staff_id, ReminderRule.WRITE_MONTH, period)] += 1
    present = {person.staff_id for person in facts.with_role(Role.TEACHER)}
    for key, count in counts.items():
        if key.staff_id in present:
            yield key, Owed(facts.last_day(Deadline.SPONSOR_MONTH, key.key), count)


def _review_months(facts: Facts) -> Found:
    """Heads see what their department sent, deputies what the head sent (design section 3)."""
    sent = [key for key, state in facts.states.items() if state is EvaluationState.SUBMITTED]
    by_case: dict[int, list[Interval]] = defaultdict(list)
    for found in facts.intervals:
        if ran_on(found, facts.today):
            by_case[found.case_id].append(found)
    waiting: dict[Key, set[int]] = defaultdict(set)
    for case_id, period in sent:
        for found in by_case[case_id]:
            head, deputy = facts.heads.get(found.department_id or 0, (None, None))
            who = deputy if found.staff_id == head else head
            if who is not None and who not in facts.involved[case_id]:
                waiting[Key(who, ReminderRule.REVIEW_MONTH, period)].add(case_id)
    present = {person.staff_id for person in facts.with_role(Role.DEPARTMENT_HEAD)}
    for key, cases in waiting.items():
        if key.staff_id in present:
            yield key, Owed(facts.last_day(Deadline.DEPARTMENT_MONTH, key.key), len(cases))


def _department_reports(session: Session, facts: Facts) -> Found:
    """Heads, or deputies where there is none, hand in the report of a month with students to report on (P4.10)."""
    submitted = closing.submitted_reports(session, facts.year.id)
    counts: Counter[Key] = Counter()
    for period in facts.begun_months():
        for department_id in closing.reporting(facts.intervals, period, facts.today):
            head, deputy = facts.heads.get(department_id, (None, None))
            who = head or deputy
            if who is not None and (department_id, period) not in submitted:
                counts[Key(who, ReminderRule.DEPARTMENT_REPORT, period)] += 1
    present = {person.staff_id for person in facts.with_role(Role.DEPARTMENT_HEAD)}
    for key, count in counts.items():
        if key.staff_id in present:
            yield key, Owed(facts.last_day(Deadline.DEPARTMENT_MONTH, key.key), count)


def _confirm_months(facts: Facts) -> Found:
    """The union confirms by the end of the month what the departments have seen (P4.8), never its own."""
    for person in facts.with_role(Role.UNION):
        counts = Counter(
            period
            for (case_id, period), state in facts.states.items()
            if state is EvaluationState.REVIEWED and person.staff_id not in facts.involved[case_id]
        )
        for period, count in counts.items():
            yield Key(person.staff_id, ReminderRule.CONFIRM_MONTH, period), Owed(month_end(period), count)


def _rate_help(session: Session, facts: Facts) -> Found:
    """The union rates the help of each sponsor as a semester ends (P4.8), never its own."""
    ends = {
        SEMESTERS[0]: facts.last_day(Deadline.SEMESTER_1_REVIEW),
        SEMESTERS[1]: facts.last_day(Deadline.YEAR_REVIEW),
    }
    near = [one for one, due in ends.items() if facts.today >= rules.begins_on(ReminderRule.RATE_HELP, due)]
    rated = closing.ratings_given(session, facts.year.id) if near else set()
    for semester in near:
        missing = closing.unrated(facts.intervals, rated, facts.plan, semester, facts.today)
        for person in facts.with_role(Role.UNION):
            count = sum(found.staff_id != person.staff_id for found in missing)
            if count:
                yield Key(person.staff_id, ReminderRule.RATE_HELP, semester.value), Owed(ends[semester], count)


def _assignment_list(session: Session, facts: Facts) -> Found:
    """Secretary and leadership, while students of the list have no sponsor (P4.3); later cases have no date."""
    due = facts.last_day(Deadline.ASSIGNMENT_LIST)
    waiting = session.scalars(
        select(m.SupportCase.id).where(
            m.SupportCase.school_year_id == facts.year.id,
            m.SupportCase.state.in_((CaseState.VERIFIED, CaseState.APPROVED)),
            m.SupportCase.opened_on <= due,
        )
    ).all()
    if waiting:
        for person in facts.people:
            if person.roles & {Role.SECRETARY, Role.LEADERSHIP}:
                yield Key(person.staff_id, ReminderRule.ASSIGNMENT_LIST, facts.year.name), Owed(due, len(waiting))


def _school_reports(session: Session, facts: Facts) -> Found:
    """Leadership signs the two reports to the Sở (P4.11): owed until the report, or a correction of it, is signed."""
    dates = {occasion: facts.last_day(deadline) for occasion, deadline in DEADLINES.items()}
    near = [one for one, due in dates.items() if facts.today >= rules.begins_on(ReminderRule.SCHOOL_REPORT, due)]
    signed = school_reports.signed_occasions(session, facts.year.id) if near else set()
    for occasion in near:
        if occasion not in signed:
            for person in facts.with_role(Role.LEADERSHIP):
                yield Key(person.staff_id, ReminderRule.SCHOOL_REPORT, str(NUMBERS[occasion])), Owed(dates[occasion])


def _year_review(facts: Facts) -> Found:
    """Leadership closes the year after its end (P4.9)."""
    due = facts.last_day(Deadline.YEAR_REVIEW)
    if facts.today >= rules.begins_on(ReminderRule.YEAR_REVIEW, due):
        for person in facts.with_role(Role.LEADERSHIP):
            yield Key(person.staff_id, ReminderRule.YEAR_REVIEW, facts.year.name), Owed(due)


def _follow_ups(session: Session, people: Iterable[Person]) -> Found:
    """Each open follow-up is its owner's (P4.7), whatever the year; without a last day in two weeks."""
    present = {person.staff_id for person in people}
    rows = session.execute(
        select(m.FollowUp.id, m.FollowUp.owner_id, m.FollowUp.due_on, m.FollowUp.raised_on).where(
            m.FollowUp.state == FollowUpState.OPEN
        )
    )
    for row_id, owner_id, due_on, raised_on in rows:
        if owner_id in present:
            due = due_on or raised_on + dt.timedelta(days=rules.ANSWERING_DAYS)
            yield Key(owner_id, ReminderRule.FOLLOW_UP, str(row_id)), Owed(due)
