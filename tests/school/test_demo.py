"""The demo school: how much there is of everything, that it is plausible, and told alike from the same seed."""

import datetime as dt
import json
import os
import shutil
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import create_app
from school import cli, cli_base, demo
from school import models as m
from school.db import db
from school.demo import cast, cycle, keeping
from school.demo.profiles import PROFILES
from school.demo.texts import COMMENTS
from school.errors import RuleError
from school.rules import score_sheet
from school.rules.actor import Actor
from school.rules.calendar import SCHOOL_TIME, month_start, school_day
from school.rules.school_figures import Figures as WholeSchool
from school.services import accounts, audit, evaluations
from school.services.department_figures import Figures
from school.services.guard import set_actor
from school.vocabulary import (
    CaseState,
    Deadline,
    EvaluationState,
    FollowUpKind,
    FollowUpState,
    GoalState,
    HardshipGroup,
    Horizon,
    Origin,
    ReportOccasion,
    ReportState,
    Role,
    SchemeState,
    SheetState,
    SponsorRole,
    SponsorshipState,
    SupportKind,
    TermPeriod,
)

ROOT = Path(__file__).parents[2]
DAY = dt.date(2026, 2, 10)  # results of semester 1 are in, February is half done
PASSWORD = "mật khẩu để thử"
ROLES = {
    "giaovien": {Role.TEACHER},
    "totruong": {Role.DEPARTMENT_HEAD, Role.TEACHER},
    "congdoan": {Role.UNION, Role.TEACHER},
    "thuky": {Role.SECRETARY},
    "lanhdao": {Role.LEADERSHIP, Role.TEACHER},
    "hoidong": {Role.COUNCIL},
    "quantri": {Role.ADMIN},
}


@pytest.fixture(scope="module")
def told(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The panel with the demo school, filled once."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(empty_database, folder / "school.db")
    app = create_app({"INSTANCE_PATH": str(folder), "DATABASE_URL": f"sqlite:///{folder}/school.db", "TESTING": True})
    with app.app_context():
        cli.make_demo(folder / keeping.FILE, PASSWORD, DAY)
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def school(told: Flask) -> Iterator[Session]:
    """A session that sees the whole demo school."""
    with told.app_context():
        set_actor(db.session, Actor.running_commands(dt.datetime.now(dt.UTC)))
        yield db.session
        db.session.remove()


def count(session: Session, model: type, *criteria: object) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*criteria)) or 0


def test_there_is_as_much_as_was_promised(school):
    year = school.scalars(select(m.SchoolYear)).one()
    assert year.name == "2025-2026"
    rooms = school.scalars(select(m.Classroom).order_by(m.Classroom.name)).all()
    assert [room.name for room in rooms] == [f"{grade}A{n}" for grade in (10, 11, 12) for n in (1, 2, 3)]
    assert all(room.homeroom_teacher_id for room in rooms)
    sizes = school.execute(select(func.count()).select_from(m.Enrolment).group_by(m.Enrolment.classroom_id)).scalars()
    assert list(sizes) == [38] * 9
    assert count(school, m.Student) == 342
    assert count(school, m.Staff) == 58
    assert count(school, m.Department, m.Department.head_id.is_not(None)) == 8
    assert count(school, m.Department, m.Department.deputy_id.is_not(None)) >= 1
    assert 38 <= count(school, m.SupportCase) <= 45
    assert count(school, m.TermResult, m.TermResult.period == TermPeriod.SEMESTER_1) == 342


def test_every_kind_of_case_is_there(school):
    states = Counter(school.scalars(select(m.SupportCase.state)))
    assert set(states) == set(CaseState)
    unsponsored = select(m.SupportCase).where(m.SupportCase.state == CaseState.APPROVED)
    assert any(not case.sponsorships for case in school.scalars(unsponsored))
    assert set(school.scalars(select(m.Sponsorship.state))) == set(SponsorshipState)
    roles = Counter(school.scalars(select(m.Sponsorship.role)))
    assert roles[SponsorRole.JOINT] == 8
    assert roles[SponsorRole.SUPPORTING] == 6
    groups = Counter(group for (group,) in school.execute(select(m.HardshipCategory.hardship_group).join(m.Hardship)))
    assert all(groups[group] >= 15 for group in HardshipGroup)
    assert count(school, m.SurveyEntry) > 40
    assert count(school, m.SensitiveView, m.SensitiveView.reason.is_not(None)) >= 5


def test_sponsorships_are_handed_over(school):
    ended = school.scalars(select(m.Sponsorship).where(m.Sponsorship.state == SponsorshipState.ENDED)).all()
    followed = [
        (old, new)
        for old in ended
        for new in old.case.sponsorships
        if new is not old and new.started_on > old.ended_on and new.state is SponsorshipState.APPROVED
    ]
    assert len(followed) >= 2
    assert all(old.end_reason for old in ended)


def test_evaluations_stand_in_every_state_and_some_came_late(school):
    assert set(school.scalars(select(m.ProgressEvaluation.state))) == set(EvaluationState)
    sent = school.execute(select(m.ProgressEvaluation.period, m.ProgressEvaluation.submitted_at)).all()
    days = [(period, school_day(moment)) for period, moment in sent if moment]
    late = [day for period, day in days if day > month_start(period).replace(day=20)]
    assert 0.05 < len(late) / len(days) < 0.4
    returned = select(m.AuditEntry.row_id).where(m.AuditEntry.action == "return")
    assert len(set(school.scalars(returned))) >= 3


def test_no_month_is_evaluated_before_it_begins_and_nothing_happens_after_the_day(school):
    for evaluation in school.scalars(select(m.ProgressEvaluation)):
        assert school_day(evaluation.created_at) >= month_start(evaluation.period)
    last = school.scalar(select(func.max(m.AuditEntry.at)))
    assert last < dt.datetime.combine(DAY, dt.time(), SCHOOL_TIME)


def test_nobody_judges_their_own_work(school):
    staff = {account.id: account.staff_id for account in school.scalars(select(m.Account))}
    for evaluation in school.scalars(select(m.ProgressEvaluation)):
        sponsors = {sponsorship.staff_id for sponsorship in evaluation.case.sponsorships} | {evaluation.author_id}
        judges = {staff.get(evaluation.reviewed_by_id), staff.get(evaluation.confirmed_by_id)} - {None}
        assert not sponsors & judges
    for sponsorship in school.scalars(select(m.Sponsorship).where(m.Sponsorship.approved_by_id.is_not(None))):
        assert staff[sponsorship.approved_by_id] != sponsorship.staff_id
    for rating in school.scalars(select(m.SponsorEvaluation)):
        assert staff[rating.rated_by_id] != rating.sponsorship.staff_id


def test_the_criteria_are_fixed_in_september_and_others_confirm_the_activities(school):
    scheme = school.scalars(select(m.EmulationScheme)).one()
    assert (scheme.state, scheme.fixed_on) == (SchemeState.FIXED, dt.date(2025, 9, 12))
    assert sum(row.max_points for row in school.scalars(select(m.Criterion)) if not row.bonus) == 100
    confirmed = school.scalars(select(m.Activity).where(m.Activity.confirmed_on.is_not(None))).all()
    assert len(confirmed) >= 4
    assert all(row.confirmed_by.staff_id != row.organiser_id for row in confirmed)
    assert all(row.confirmed_on >= row.held_on for row in confirmed)
    assert count(school, m.ScoreSheet, m.ScoreSheet.state == SheetState.FROZEN) == 0, "the year is not over"


def sponsored(session: Session, username: str) -> list[m.Sponsorship]:
    found = session.scalars(select(m.Sponsorship).join(m.Account, m.Account.staff_id == m.Sponsorship.staff_id).where(
        m.Account.username == username, m.Sponsorship.state == SponsorshipState.APPROVED
    ))  # fmt: skip
    return list(found)


def test_each_account_is_what_its_name_says(school, told):
    for username, roles in ROLES.items():
        account = accounts.find(school, username)
        assert {held.role for held in account.roles} == roles
        assert not account.must_change_password
    now = dt.datetime.now(dt.UTC)
    assert accounts.sign_in(school, now, "giaovien", PASSWORD, None, None)
    school.rollback()


def test_the_teacher_keeps_a_class_and_sponsors_two_students_of_other_classes(school):
    teacher = accounts.find(school, "giaovien").staff
    room = school.scalars(select(m.Classroom).where(m.Classroom.homeroom_teacher_id == teacher.id)).one()
    rooms = [s.case.student.current_enrolment.classroom for s in sponsored(school, "giaovien")]
    assert len(rooms) == 2
    assert room not in rooms


def test_head_union_and_leadership_sponsor_too_and_others_look_at_it(school):
    for username in ("totruong", "congdoan", "lanhdao"):
        (own,) = sponsored(school, username)
        seen = school.scalars(
            select(m.ProgressEvaluation).where(
                m.ProgressEvaluation.case_id == own.case_id, m.ProgressEvaluation.confirmed_by_id.is_not(None)
            )
        ).all()
        assert seen
        assert all(evaluation.confirmed_by.username != username for evaluation in seen)


@pytest.mark.parametrize(
    ("username", "waiting"),
    [
        ("giaovien", EvaluationState.DRAFTED),
        ("giaovien", EvaluationState.RETURNED),
        ("totruong", EvaluationState.SUBMITTED),
        ("congdoan", EvaluationState.REVIEWED),
        ("lanhdao", EvaluationState.CONFIRMED),
    ],
)
def test_everybody_has_something_to_do_today(school, username, waiting):
    own = {s.case_id for s in sponsored(school, username)}
    found = school.scalars(select(m.ProgressEvaluation).where(m.ProgressEvaluation.state == waiting)).all()
    if username == "giaovien":
        assert [evaluation for evaluation in found if evaluation.case_id in own]
    elif username == "totruong":
        head = accounts.find(school, username).staff
        waits = [e for e in found if e.case_id not in own and e.author.department_id == head.department_id]
        assert len(waits) >= 2
    else:
        assert [evaluation for evaluation in found if evaluation.case_id not in own]


def test_people_of_the_highlands_sort_by_their_given_names(school):
    students = school.scalars(select(m.Student).where(m.Student.full_name.startswith("H'"))).all()
    assert students
    assert all(f"H'{student.sort_name}" == student.full_name.split()[0] for student in students)


def test_texts_are_many_and_kind(school):
    said = school.scalars(select(m.CasePrivate.circumstances)).all()
    comments = school.scalars(select(m.ProgressEvaluation.comment)).all()
    assert len(set(said)) == len(said) >= 25
    assert len(set(comments)) >= 25
    written = [p.circumstances + p.own_effort for p in PROFILES] + [t for texts in COMMENTS.values() for t in texts]
    harsh = ("yếu", "kém", "cá biệt", "lười", "hư hỏng", "dốt")
    assert not [text for text in written for word in harsh if word in text.lower().split()]


def test_every_sponsored_student_has_a_plan_with_goals_in_each_state(school):
    running = select(m.Sponsorship.case_id).where(
        m.Sponsorship.state == SponsorshipState.APPROVED, m.Sponsorship.role != SponsorRole.SUPPORTING
    )
    started = running.where(m.Sponsorship.started_on < DAY - dt.timedelta(days=7))
    planned = select(m.SupportPlan.case_id).where(m.SupportPlan.semester == TermPeriod.SEMESTER_2)
    assert set(school.scalars(started)) <= set(school.scalars(planned))
    goals = school.scalars(select(m.Goal)).all()
    assert {goal.state for goal in goals} >= {GoalState.OPEN, GoalState.MET, GoalState.PARTLY, GoalState.NOT_MET}
    assert {goal.horizon for goal in goals} == set(Horizon)
    assert sum(goal.carried_from_id is not None for goal in goals) >= 10
    own = {sponsorship.case_id for sponsorship in sponsored(school, "giaovien")}
    monday = DAY - dt.timedelta(days=DAY.weekday())
    assert [g for g in goals if g.starts_on == monday and g.state is GoalState.OPEN and g.plan.case_id in own]


def test_each_month_has_contacts_of_many_kinds_some_only_tried_some_kept_apart(school):
    found = school.scalars(select(m.Contact)).all()
    months = Counter(contact.occurred_on.strftime("%Y-%m") for contact in found)
    assert min(months[month] for month in ("2025-10", "2025-11", "2025-12", "2026-01")) >= 40
    assert 0.05 < sum(not contact.reached for contact in found) / len(found) < 0.3
    assert 0.05 < sum(contact.sensitive for contact in found) / len(found) < 0.3
    assert not [contact for contact in found if contact.sensitive and (contact.summary or contact.with_whom)]
    assert len({contact.kind for contact in found}) >= 10
    said = {contact.summary for contact in found} | set(school.scalars(select(m.ContactPrivate.summary)))
    assert len(said - {None}) >= 40


def test_support_is_counted_in_lessons_and_in_money(school):
    items = school.scalars(select(m.SupportItem)).all()
    assert sum(item.quantity for item in items if item.kind is SupportKind.REMEDIAL_LESSON) >= 20
    assert sum(item.value or 0 for item in items) >= 1_000_000
    assert count(school, m.Activity) >= 4
    assert count(school, m.ActivityParticipant) >= 30


def test_the_plan_is_announced_in_september_and_most_have_read_it(school):
    plan = school.scalars(select(m.Announcement)).one()
    assert dt.date(2025, 9, 1) <= plan.published_on <= dt.date(2025, 9, 7)
    assert "2025-2026" in plan.title
    for day in ("20/11", "10/11/2025", "30/12/2025", "27/02/2026"):
        assert day in plan.body
    read = school.scalars(select(m.AnnouncementReading)).all()
    assert len({reading.staff_id for reading in read}) == 58 - 8
    assert all(plan.published_on <= reading.read_on <= plan.published_on + dt.timedelta(days=14) for reading in read)


def test_two_dates_of_the_year_are_moved(school):
    moved = {(row.deadline, row.period): row.last_day for row in school.scalars(select(m.MovedDeadline))}
    assert moved == {
        (Deadline.SURVEY_OPENS, ""): dt.date(2025, 11, 10),
        (Deadline.DEPARTMENT_MONTH, "2026-02"): dt.date(2026, 2, 27),
    }


def test_suggestions_have_their_reasons_classes_taught_and_communes(school):
    taught = {(row.staff_id, row.classroom_id) for row in school.scalars(select(m.Teaching))}
    teachers = school.scalars(select(m.Staff).where(m.Staff.is_teacher)).all()
    assert {staff.id for staff in teachers} == {staff_id for staff_id, _ in taught}
    for room in school.scalars(select(m.Classroom)):
        assert (room.homeroom_teacher_id, room.id) in taught
        assert sum(room_id == room.id for _, room_id in taught) == len({staff.subject for staff in teachers})
    students = Counter(school.scalars(select(m.StudentPrivate.commune)))
    staff = Counter(school.scalars(select(m.Staff.commune)))
    assert None not in students
    assert 10 < staff.pop(None) < 30
    assert set(staff) <= set(students)


def test_goals_to_begin_from_are_there_for_each_horizon(school):
    found = Counter(school.scalars(select(m.GoalTemplate.horizon)))
    assert set(found) == set(Horizon)
    assert 12 <= found.total() <= 20


def test_staff_register_in_general_or_for_a_student_and_some_late(school):
    found = school.scalars(select(m.Registration)).all()
    last = dt.date(2025, 11, 19)
    general = [row for row in found if row.student_id is None]
    assert sum(row.registered_on <= last for row in general) == 25
    assert sum(row.registered_on > last for row in general) == 2
    assert sum(row.student_id is not None for row in found) == 6
    assert sum(row.withdrawn_on is not None for row in found) == 1
    assert len({row.note for row in found}) > 8


def test_pairings_are_agreed_in_meetings_that_the_vice_principal_chairs(school):
    meetings = school.scalars(select(m.AssignmentMeeting)).all()
    assert len(meetings) >= 4
    assert {meeting.chair.post for meeting in meetings} == {"Phó Hiệu trưởng"}
    assert len({meeting.decision_number for meeting in meetings}) == len(meetings)
    assert all(meeting.proceedings and meeting.sponsorships for meeting in meetings)
    for pairing in school.scalars(select(m.Sponsorship).where(m.Sponsorship.follows_id.is_(None))):
        assert (pairing.meeting is None) == (pairing.state is SponsorshipState.REGISTERED)
        assert pairing.meeting is None or pairing.meeting.held_on <= pairing.started_on


def test_one_sponsor_is_stood_in_for_and_goes_on_afterwards(school):
    again = [
        pairing
        for pairing in school.scalars(select(m.Sponsorship).where(m.Sponsorship.follows_id.is_not(None)))
        if pairing.follows.follows is not None
    ]
    (row,) = again
    instead, before = row.follows, row.follows.follows
    assert row.staff_id == before.staff_id != instead.staff_id
    day = dt.timedelta(days=1)
    assert (instead.started_on, row.started_on) == (before.ended_on + day, instead.ended_on + day)
    contacts = school.scalars(select(m.Contact).where(m.Contact.case_id == row.case_id)).all()
    own = [contact for contact in contacts if contact.staff_id == instead.staff_id]
    assert own
    assert all(instead.started_on <= contact.occurred_on <= instead.ended_on for contact in own)


def test_the_records_point_out_students_of_whom_some_are_taken_in(school):
    found = school.scalars(select(m.ScreeningDecision)).all()
    taken = [row for row in found if row.taken_in]
    assert (len(taken), len(found) - len(taken)) == (4, 7)
    assert all(row.reason for row in found if not row.taken_in)
    cases = {case.student_id: case for case in school.scalars(select(m.SupportCase))}
    assert all(cases[row.student_id].state is not CaseState.NOMINATED for row in taken)
    assert not [row for row in found if not row.taken_in and row.student_id in cases]


def test_departments_report_each_month_one_of_them_late(school):
    plan = cycle.deadlines(cast.School(school.scalars(select(m.SchoolYear)).one()))
    reports = school.scalars(select(m.DepartmentReport)).all()
    newest = max(report.period for report in reports)
    assert newest == "2026-01"
    for period in ("2025-09", "2025-10", "2025-11", "2025-12"):
        own = [report for report in reports if report.period == period]
        assert {report.state for report in own} == {ReportState.SUBMITTED}
        last = plan.last_day(Deadline.DEPARTMENT_MONTH, period)
        assert len(own) >= 5
        assert sum(school_day(report.submitted_at) > last for report in own) == 1
    assert all(Figures.thaw(report.figures).cases for report in reports if report.state is ReportState.SUBMITTED)
    held = [report for report in reports if report.period == newest]
    assert {report.state for report in held} == set(ReportState)
    assert len(held) < len([report for report in reports if report.period == "2025-12"])
    assert [report for report in held if report.state is ReportState.DRAFTED and report.submitted_at]  # returned
    assert [report for report in held if report.state is ReportState.DRAFTED and not report.submitted_at]
    assert len({report.comment for report in reports}) > 10


def test_a_department_a_sponsor_and_a_case_are_inspected(school):
    found = school.scalars(select(m.Inspection)).all()
    assert len(found) == 3
    for name in ("department", "sponsorship", "case"):
        (one,) = [inspection for inspection in found if getattr(inspection, name) is not None]
        assert one.follow_ups
        assert one.inspector_id not in {follow_up.owner_id for follow_up in one.follow_ups}
    assert FollowUpState.CLOSED in {row.state for inspection in found for row in inspection.follow_ups}
    assert {FollowUpState.OPEN, FollowUpState.ANSWERED} <= {
        row.state for row in max(found, key=lambda one: one.held_on).follow_ups
    }


def test_difficulties_and_advice_are_answered_and_some_still_wait(school):
    found = school.scalars(select(m.FollowUp)).all()
    standing = Counter((row.state, row.state is FollowUpState.OPEN and row.due_on < DAY) for row in found)
    assert standing[FollowUpState.OPEN, True] >= 1
    assert standing[FollowUpState.OPEN, False] >= 2
    assert standing[FollowUpState.ANSWERED, False] >= 1
    assert standing[FollowUpState.CLOSED, False] >= 8
    kinds = {row.kind for row in found}
    assert kinds >= {FollowUpKind.ADVICE, FollowUpKind.DIFFICULTY, FollowUpKind.FINDING, FollowUpKind.REMINDER}
    waiting = {row.owner_id for row in found if row.state is FollowUpState.OPEN}
    for username in ("giaovien", "totruong", "lanhdao"):
        assert accounts.find(school, username).staff_id in waiting


def test_documents_know_the_school_which_is_invented(school):
    profile = school.scalars(select(m.SchoolProfile)).one()
    assert "Mẫu" in profile.school_name
    assert profile.signer_name == accounts.find(school, "lanhdao").staff.full_name
    assert len(profile.recipients.split("\n")) >= 3


def test_the_first_report_to_the_so_is_signed_on_time_by_leadership(school):
    (report,) = school.scalars(select(m.SchoolReport)).all()
    assert (report.occasion, report.state) == (ReportOccasion.FIRST, ReportState.SUBMITTED)
    assert report.signed_on <= dt.date(2025, 12, 29)
    assert report.number
    assert report.submitted_by.username == "lanhdao"
    assert report.audit_head in set(school.scalars(select(m.AuditEntry.hash)))
    figures = WholeSchool.thaw(report.figures)
    assert figures.day == report.signed_on
    assert 30 <= figures.cases <= 45
    assert figures.coverage > 80
    assert figures.left_over
    names = set(school.scalars(select(m.Student.full_name)))
    assert not [name for name in names if name in f"{report.difficulties} {report.proposals} {report.figures}"]


def test_a_head_has_entered_one_month_for_a_sponsor_who_has_still_to_send_it(school):
    rows = school.scalars(select(m.ProgressEvaluation).where(m.ProgressEvaluation.entered_by_id.is_not(None))).all()
    (row,) = rows
    assert row.state is EvaluationState.DRAFTED
    assert row.entered_by.username == "totruong"
    assert row.entered_by.staff_id != row.author_id
    assert evaluations.still_entered(school, rows) == {row.id}


DATED = [
    (m.Announcement, "published_on"),
    (m.AnnouncementReading, "read_on"),
    (m.AssignmentMeeting, "held_on"),
    (m.Contact, "occurred_on"),
    (m.FollowUp, "raised_on"),
    (m.FollowUp, "answered_on"),
    (m.FollowUp, "closed_on"),
    (m.Inspection, "held_on"),
    (m.Registration, "registered_on"),
    (m.SchoolReport, "signed_on"),
    (m.ScreeningDecision, "decided_on"),
    (m.SupportCase, "opened_on"),
    (m.SurveyEntry, "occurred_on"),
]
# What there is of each kind on a day early in September, in November, and in the summer.
BY_DAY = {
    dt.date(2026, 9, 10): {m.Announcement, m.Criterion, m.Registration, m.SchoolProfile},
    dt.date(2026, 11, 24): {model for model, _ in DATED} - {m.SchoolReport} | {m.DepartmentReport},
    dt.date(2027, 7, 1): {model for model, _ in DATED}
    | {m.DepartmentReport, m.SchoolReport, m.Commendation}
    | {m.CommendationQuota, m.ScoreAdjustment, m.ScoreComment, m.ScoreSheet, m.YearlyRating},
}
# How the two reports to the Sở stand on each of these days, and how many commendations are decided, and not.
PAPERS_BY_DAY = {
    dt.date(2026, 9, 10): ([], (0, 0)),
    dt.date(2026, 11, 24): ([], (0, 0)),
    dt.date(2027, 7, 1): ([ReportState.SUBMITTED, ReportState.SUBMITTED], (14, 2)),
}


def test_in_the_weeks_before_its_date_the_report_is_being_written(session, operator):
    demo.fill(session, operator, dt.date(2026, 12, 17), PASSWORD)
    (report,) = session.scalars(select(m.SchoolReport)).all()
    assert (report.state, report.figures, report.number) == (ReportState.DRAFTED, None, None)
    assert report.difficulties
    assert report.proposals


@pytest.mark.parametrize("day", BY_DAY)
def test_on_any_day_there_is_what_should_be_and_nothing_from_later(day, session, operator):
    demo.fill(session, operator, day, PASSWORD)
    last = demo.last_day(day)
    assert all(count(session, model) for model in BY_DAY[day])
    standing, (decided, waiting) = PAPERS_BY_DAY[day]
    assert list(session.scalars(select(m.SchoolReport.state))) == standing
    assert count(session, m.Commendation, m.Commendation.decided_on.is_not(None)) == decided
    assert count(session, m.Commendation, m.Commendation.decided_on.is_(None)) == waiting
    for model, name in DATED:
        newest = session.scalar(select(func.max(getattr(model, name))))
        assert newest is None or newest < last, f"{model.__name__}.{name}"
    assert school_day(session.scalar(select(func.max(m.AuditEntry.at)))) < last
    staff = {account.id: account.staff_id for account in session.scalars(select(m.Account))}
    for pairing in session.scalars(select(m.Sponsorship).where(m.Sponsorship.approved_by_id.is_not(None))):
        assert staff[pairing.approved_by_id] != pairing.staff_id
    for row in session.scalars(select(m.FollowUp).where(m.FollowUp.closed_by_id.is_not(None))):
        assert staff[row.closed_by_id] not in (row.owner_id, row.answered_by_id)
    for evaluation in session.scalars(select(m.ProgressEvaluation)):
        assert staff.get(evaluation.confirmed_by_id) not in {s.staff_id for s in evaluation.case.sponsorships}
    sheets = session.scalars(select(m.ScoreSheet)).all()
    assert all(score_sheet.holds(sheet) and staff[sheet.frozen_by_id] != sheet.staff_id for sheet in sheets)
    assert not sheets or 0 < count(session, m.Staff) - len(sheets) < 8, "some are still open"
    for row in session.scalars(select(m.ScoreComment).where(m.ScoreComment.appeal)):
        assert row.answer and staff[row.answered_by_id] != row.staff_id
    for inspection in session.scalars(select(m.Inspection)):
        case = inspection.case or (inspection.sponsorship and inspection.sponsorship.case)
        assert case is None or inspection.inspector_id not in {s.staff_id for s in case.sponsorships}
        assert inspection.department is None or inspection.department.head_id != inspection.inspector_id


def test_the_log_tells_who_did_it_and_is_chained(school):
    entries = school.scalars(select(m.AuditEntry).order_by(m.AuditEntry.id)).all()
    assert {entry.origin for entry in entries} == {Origin.DEMO}
    assert len({entry.actor for entry in entries}) > 40
    assert [entry.previous_hash for entry in entries] == [audit.GENESIS, *(entry.hash for entry in entries[:-1])]
    moments = [entry.at for entry in entries]
    assert moments == sorted(moments)


def test_accounts_are_kept_in_a_file_for_its_owner_alone(told):
    path = Path(told.instance_path) / keeping.FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = path.read_text().splitlines()[1:]
    assert [line.split()[0] for line in lines] == list(ROLES)
    assert all(PASSWORD in line for line in lines)


def everything(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """All rows, without what differs by design: the hashes of passwords, and when the migrations ran."""
    return {
        table.name: [
            tuple(row)
            for row in session.connection().execute(
                select(*(c for c in table.c if c.key != "password_hash")).order_by(table.c.id)
            )
        ]
        for table in db.metadata.sorted_tables
        if table.name != "hardship_category"
    }


def test_the_same_seed_and_day_tell_the_same_story(told, empty_database, tmp_path):
    """Told again by the command, in a process that hashes texts another way."""
    shutil.copy(empty_database, tmp_path / "school.db")
    settings = {"DODAU_INSTANCE_PATH": str(tmp_path), "DODAU_DATABASE_URL": f"sqlite:///{tmp_path}/school.db"}
    environment = os.environ | settings | {"PYTHONHASHSEED": "7"}
    command = [sys.executable, "-m", "flask", "--app", "app", "demo", "--date", "10/02/2026", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert answer["year"] == "2025-2026"
    assert (answer["staff"], answer["students"]) == (58, 342)
    assert [account["username"] for account in answer["accounts"]] == list(ROLES)
    app = create_app({"INSTANCE_PATH": str(tmp_path), "DATABASE_URL": settings["DODAU_DATABASE_URL"], "TESTING": True})
    with told.app_context():
        first = everything(db.session)
    with app.app_context():
        second = everything(db.session)
        db.session.remove()
        db.engine.dispose()
    for table, rows in first.items():
        assert rows == second[table], table


def test_a_database_with_people_is_not_touched(told):
    before = Path(told.instance_path, keeping.FILE).read_text()
    answer = told.test_cli_runner().invoke(args=["demo"])
    assert answer.exit_code == 2
    assert answer.stderr.startswith("Dữ liệu đã có người dùng nên không thêm trường mẫu")
    assert Path(told.instance_path, keeping.FILE).read_text() == before


def test_a_short_password_is_refused_before_anything_is_written(app, session, operator):
    with pytest.raises(RuleError):
        demo.fill(session, operator, DAY, "ngắn")
    assert demo.is_empty(session)


def test_starting_again_keeps_the_data_and_shows_the_accounts(told, capsys):
    path = Path(told.instance_path, keeping.FILE)
    kept = path.read_text()
    with told.app_context():
        cli.fill_demo_school(told)
        assert capsys.readouterr().out == kept
        path.unlink()
        cli.fill_demo_school(told)
        assert "account reset" in capsys.readouterr().out
        path.write_text(kept)
        path.chmod(0o600)
        assert count(db.session, m.Student) == 342
        db.session.remove()


def test_the_first_start_fills_an_empty_database(app, monkeypatch):
    asked = []
    monkeypatch.setattr(cli, "make_demo", lambda *given: asked.append(given))
    with app.app_context():
        cli.fill_demo_school(app)
        db.session.remove()
    assert asked == [(Path(app.instance_path) / keeping.FILE, None, None)]


def test_before_the_tables_are_made_the_command_says_so(tmp_path):
    app = create_app({"INSTANCE_PATH": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/none.db", "TESTING": True})
    answer = app.test_cli_runner().invoke(args=["demo"])
    assert (answer.exit_code, answer.stderr.strip()) == (2, cli_base.NO_TABLES)
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (dt.date(2026, 5, 31), dt.date(2026, 5, 31)),
        (dt.date(2026, 6, 1), dt.date(2026, 5, 31)),
        (dt.date(2026, 8, 31), dt.date(2026, 5, 31)),
        (dt.date(2026, 9, 1), dt.date(2026, 9, 1)),
    ],
)
def test_in_the_summer_the_story_ends_with_the_school_year(day, last):
    assert demo.last_day(day) == last


def test_a_handover_that_falls_on_a_sunday_goes_its_way(session, operator):
    """9 October 2022: whoever takes over used to register before the other's part had ended."""
    demo.fill(session, operator, dt.date(2022, 10, 16), PASSWORD)
    old = session.scalars(select(m.Sponsorship).where(m.Sponsorship.state == SponsorshipState.ENDED)).one()
    (new,) = [other for other in old.case.sponsorships if other is not old]
    assert old.ended_on < new.started_on
