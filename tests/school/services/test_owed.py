"""Who owes what on which day, rule by rule, on the edges of each rule (P4)."""

import datetime as dt

import pytest
from sqlalchemy import event

from school import models as m
from school.services.owed import owed_by_all
from school.vocabulary import (
    CaseState,
    Deadline,
    EvaluationState,
    FollowUpState,
    ReminderRule,
    ReportOccasion,
    ReportState,
    Role,
    SponsorRole,
    SponsorshipState,
    YearState,
)
from tests import factories as make


@pytest.fixture
def school(session):
    """A year, a department with head and deputy, a teacher, a union member, a secretary, a principal."""
    people = {}
    department = make.make_department(session, "Tổ Hóa")
    for name, roles in {
        "teacher": (Role.TEACHER,),
        "head": (Role.DEPARTMENT_HEAD, Role.TEACHER),
        "deputy": (Role.DEPARTMENT_HEAD, Role.TEACHER),
        "union": (Role.UNION,),
        "secretary": (Role.SECRETARY,),
        "leader": (Role.LEADERSHIP,),
    }.items():
        people[name] = make.make_staff(session, name, department=department)
        make.make_account(session, roles, people[name], name)
    department.head, department.deputy = people["head"], people["deputy"]
    make.the_year(session)
    session.flush()
    return people


def owing(session, rule, day):
    """Who owes what under the rule: (name, key): (last day, count)."""
    names = {row.id: row.full_name for row in session.query(m.Staff)}
    found = owed_by_all(session, day).items()
    return {(names[key.staff_id], key.key): (it.due_on, it.count) for key, it in found if key.rule is rule}


def sponsor(session, school, who="teacher", **values):
    case = make.make_case(session)
    make.make_sponsorship(session, case, school[who], **values)
    return case


# The plan, the offers, the survey --------------------------------------------------------------------------------


def test_everybody_with_a_role_reads_the_plan_within_a_week(session, school):
    row = make.make_announcement(session, school["teacher"], published_on=dt.date(2025, 9, 5))
    make.make_account(session, (), make.make_staff(session, "no role"))
    assert owing(session, ReminderRule.READ_PLAN, dt.date(2025, 9, 4)) == {}
    found = owing(session, ReminderRule.READ_PLAN, dt.date(2025, 9, 5))
    assert {name for name, _ in found} == {"head", "deputy", "union", "secretary", "leader"}
    assert found["leader", str(row.id)] == (dt.date(2025, 9, 12), 1)
    assert owing(session, ReminderRule.READ_PLAN, dt.date(2026, 3, 1)) == found, "it stays until it is read"


@pytest.mark.parametrize(("day", "owed"), [((11, 18), True), ((11, 19), True), ((11, 20), False)])
def test_an_offer_to_help_is_asked_for_before_the_20th_of_november(session, school, day, owed):
    found = owing(session, ReminderRule.REGISTER, dt.date(2025, *day))
    expected = {(name, "2025-2026"): (dt.date(2025, 11, 19), 1) for name in ("teacher", "head", "deputy")}
    assert found == (expected if owed else {})


def test_whoever_has_offered_or_sponsors_is_not_asked_and_whoever_took_it_back_is(session, school):
    make.make_registration(session, school["teacher"])
    sponsor(session, school, "head", state=SponsorshipState.REGISTERED)
    make.make_registration(session, school["deputy"], withdrawn_on=dt.date(2025, 10, 2))
    found = owing(session, ReminderRule.REGISTER, dt.date(2025, 11, 1))
    assert {name for name, _ in found} == {"deputy"}


def test_the_school_may_move_the_last_day(session, school):
    year = make.the_year(session)
    day = dt.date(2025, 12, 3)
    make.save(session, m.MovedDeadline(school_year_id=year.id, deadline=Deadline.REGISTRATION, last_day=day))
    assert owing(session, ReminderRule.REGISTER, day)["teacher", "2025-2026"] == (day, 1)
    assert owing(session, ReminderRule.REGISTER, day + dt.timedelta(days=1)) == {}


@pytest.mark.parametrize(("day", "owed"), [((11, 30), 0), ((12, 1), 1), ((12, 29), 1), ((12, 30), 1), ((12, 31), 0)])
def test_a_homeroom_teacher_surveys_in_december(session, school, day, owed):
    make.make_classroom(session, "10A1", homeroom_teacher=school["teacher"])
    found = owing(session, ReminderRule.SURVEY, dt.date(2025, *day))
    assert list(found.values()) == [(dt.date(2025, 12, 30), 1)] * owed


@pytest.mark.parametrize("how", ["nominated", "surveyed", "screened"])
def test_the_survey_is_done_by_nominating_surveying_or_looking_through_the_list(session, school, how):
    room = make.make_classroom(session, "10A1", homeroom_teacher=school["teacher"])
    student, day = make.make_student(session, classroom=room), dt.date(2025, 12, 2)
    if how == "nominated":
        make.make_case(session, student, opened_on=day, nominated_by_id=school["teacher"].id)
    elif how == "surveyed":
        make.make_survey(session, make.make_case(session, student), occurred_on=day, surveyor_id=school["teacher"].id)
    else:
        make.make_screening(session, student, decided_on=day)
    assert owing(session, ReminderRule.SURVEY, dt.date(2025, 12, 10)) == {}


# The month -------------------------------------------------------------------------------------------------------


def test_a_sponsor_owes_each_month_that_has_begun_until_it_is_sent(session, school):
    case = sponsor(session, school)
    sponsor(session, school)
    make.make_evaluation(session, case, school["teacher"], period="2025-09")
    make.make_evaluation(session, case, school["teacher"], period="2025-10", state=EvaluationState.RETURNED)
    assert owing(session, ReminderRule.WRITE_MONTH, dt.date(2025, 10, 1)) == {
        ("teacher", "2025-09"): (dt.date(2025, 9, 20), 1),
        ("teacher", "2025-10"): (dt.date(2025, 10, 20), 2),
    }
    assert ("teacher", "2025-10") not in owing(session, ReminderRule.WRITE_MONTH, dt.date(2025, 9, 30))


@pytest.mark.parametrize("values", [{"role": SponsorRole.SUPPORTING}, {"state": SponsorshipState.AGREED}])
def test_who_only_supports_or_is_not_assigned_yet_owes_nothing(session, school, values):
    sponsor(session, school, **values)
    assert owing(session, ReminderRule.WRITE_MONTH, dt.date(2025, 10, 1)) == {}


def test_joint_sponsors_both_owe_it(session, school):
    case = sponsor(session, school, role=SponsorRole.JOINT)
    make.make_sponsorship(session, case, school["deputy"], role=SponsorRole.JOINT)
    found = owing(session, ReminderRule.WRITE_MONTH, dt.date(2025, 9, 15))
    assert {name for name, _ in found} == {"teacher", "deputy"}


@pytest.mark.parametrize(("month", "due"), [("2026-05", dt.date(2026, 5, 15)), ("2026-04", dt.date(2026, 4, 20))])
def test_in_may_it_is_due_earlier(session, school, month, due):
    sponsor(session, school, started_on=dt.date(2026, 4, 1))
    assert owing(session, ReminderRule.WRITE_MONTH, dt.date(2026, 5, 2))["teacher", month] == (due, 1)


def test_a_head_sees_the_departments_months_and_the_deputy_the_heads_own(session, school):
    for who in ("teacher", "head"):
        make.make_evaluation(session, sponsor(session, school, who), school[who], period="2025-10")
    assert owing(session, ReminderRule.REVIEW_MONTH, dt.date(2025, 10, 21)) == {
        ("head", "2025-10"): (dt.date(2025, 10, 24), 1),
        ("deputy", "2025-10"): (dt.date(2025, 10, 24), 1),
    }


def test_nobody_is_asked_to_review_what_is_partly_their_own(session, school):
    case = sponsor(session, school)
    make.make_sponsorship(session, case, school["head"], role=SponsorRole.SUPPORTING)
    make.make_evaluation(session, case, school["teacher"], period="2025-10")
    assert owing(session, ReminderRule.REVIEW_MONTH, dt.date(2025, 10, 21)) == {}


def test_a_head_hands_in_the_report_of_a_month_in_which_somebody_led_a_student(session, school):
    assert owing(session, ReminderRule.DEPARTMENT_REPORT, dt.date(2025, 10, 5)) == {}
    sponsor(session, school, started_on=dt.date(2025, 10, 5))
    department = school["head"].department
    assert owing(session, ReminderRule.DEPARTMENT_REPORT, dt.date(2025, 10, 4)) == {}
    owed = {("head", "2025-10"): (dt.date(2025, 10, 24), 1)}
    assert owing(session, ReminderRule.DEPARTMENT_REPORT, dt.date(2025, 10, 5)) == owed
    row = make.make_report(session, department, period="2025-10")
    assert owing(session, ReminderRule.DEPARTMENT_REPORT, dt.date(2025, 10, 25)) == owed, "a draft is not handed in"
    row.state = ReportState.SUBMITTED
    session.flush()
    assert owing(session, ReminderRule.DEPARTMENT_REPORT, dt.date(2025, 10, 25)) == {}


def test_the_union_confirms_by_the_end_of_the_month_and_never_its_own(session, school):
    make.make_account(session, (Role.UNION, Role.TEACHER), make.make_staff(session, "sponsor of the union"))
    case = sponsor(session, school)
    helper = session.query(m.Staff).filter_by(full_name="sponsor of the union").one()
    make.make_sponsorship(session, case, helper, role=SponsorRole.SUPPORTING)
    make.make_evaluation(session, case, school["teacher"], period="2026-02", state=EvaluationState.REVIEWED)
    found = owing(session, ReminderRule.CONFIRM_MONTH, dt.date(2026, 2, 25))
    assert found == {("union", "2026-02"): (dt.date(2026, 2, 28), 1)}


@pytest.mark.parametrize(
    ("day", "keys"),
    [
        (dt.date(2026, 1, 4), set()),
        (dt.date(2026, 1, 5), {"semester_1"}),  # ten days before the 15th
        (dt.date(2026, 1, 16), {"semester_1"}),
        (dt.date(2026, 5, 20), {"semester_1"}),
        (dt.date(2026, 5, 21), {"semester_1", "semester_2"}),
    ],
)
def test_the_union_rates_the_help_as_a_semester_ends(session, school, day, keys):
    sponsor(session, school)
    found = owing(session, ReminderRule.RATE_HELP, day)
    assert {key for _, key in found} == keys
    assert {name for name, _ in found} <= {"union"}


def test_a_rated_sponsorship_is_rated(session, school):
    case = sponsor(session, school)
    make.make_rating(session, session.query(m.Sponsorship).filter_by(case_id=case.id).one(), period="semester_1")
    assert owing(session, ReminderRule.RATE_HELP, dt.date(2026, 1, 10)) == {}


# The school ------------------------------------------------------------------------------------------------------


def test_secretary_and_leadership_bring_the_list_together_before_30_december(session, school):
    make.make_case(session)
    make.make_case(session, state=CaseState.VERIFIED)
    make.make_case(session, state=CaseState.NOMINATED)
    make.make_case(session, opened_on=dt.date(2025, 12, 30))  # an urgent one of later
    found = owing(session, ReminderRule.ASSIGNMENT_LIST, dt.date(2025, 12, 20))
    assert found == {(name, "2025-2026"): (dt.date(2025, 12, 29), 2) for name in ("secretary", "leader")}
    for case in session.query(m.SupportCase):
        case.state = CaseState.ACTIVE
    session.flush()
    assert owing(session, ReminderRule.ASSIGNMENT_LIST, dt.date(2025, 12, 20)) == {}


@pytest.mark.parametrize(
    ("day", "keys"),
    [
        (dt.date(2025, 12, 14), set()),
        (dt.date(2025, 12, 15), {"1"}),
        (dt.date(2025, 12, 29), {"1"}),
        (dt.date(2025, 12, 30), {"1"}),
        (dt.date(2026, 5, 9), {"1"}),
        (dt.date(2026, 5, 10), {"1", "2"}),
        (dt.date(2026, 6, 25), {"1", "2"}),
    ],
)
def test_leadership_reports_to_the_so_twice_and_is_pressed_until_it_has(session, school, day, keys):
    found = owing(session, ReminderRule.SCHOOL_REPORT, day)
    dates = {"1": dt.date(2025, 12, 29), "2": dt.date(2026, 5, 24)}
    assert found == {("leader", key): (dates[key], 1) for key in keys}


def test_whoever_has_signed_a_report_to_the_so_is_not_pressed_any_more(session, school):
    day = dt.date(2026, 5, 30)
    make.make_school_report(session, occasion=ReportOccasion.FIRST, state=ReportState.SUBMITTED)
    draft = make.make_school_report(session, occasion=ReportOccasion.SECOND)
    assert set(owing(session, ReminderRule.SCHOOL_REPORT, day)) == {("leader", "2")}, "a draft is not sent"
    draft.state = ReportState.SUBMITTED
    make.make_school_report(session, occasion=ReportOccasion.SECOND, correction=1)
    assert owing(session, ReminderRule.SCHOOL_REPORT, day) == {}, "a correction that is being written owes nothing"


def test_a_report_of_another_year_is_no_report_of_this_one(session, school):
    before = make.make_year(session, "2024-2025", state=YearState.CLOSED)
    make.make_school_report(session, school_year_id=before.id, state=ReportState.SUBMITTED)
    assert owing(session, ReminderRule.SCHOOL_REPORT, dt.date(2025, 12, 20))


def test_the_year_is_closed_after_its_end_and_then_nothing_of_it_is_owed(session, school):
    sponsor(session, school)
    assert owing(session, ReminderRule.YEAR_REVIEW, dt.date(2026, 5, 9)) == {}
    assert owing(session, ReminderRule.YEAR_REVIEW, dt.date(2026, 5, 10)) == {
        ("leader", "2025-2026"): (dt.date(2026, 5, 31), 1)
    }
    make.the_year(session).state = YearState.CLOSED
    session.flush()
    assert owed_by_all(session, dt.date(2026, 6, 20)) == {}


def test_a_follow_up_is_its_owners_until_it_is_answered_whatever_the_year(session, school):
    dated = make.make_follow_up(session, school["teacher"], due_on=dt.date(2025, 10, 25))
    undated = make.make_follow_up(session, school["head"], due_on=None, raised_on=dt.date(2025, 10, 10))
    make.make_follow_up(session, school["head"], state=FollowUpState.ANSWERED)
    make.the_year(session).state = YearState.CLOSED
    session.flush()
    assert owing(session, ReminderRule.FOLLOW_UP, dt.date(2025, 11, 30)) == {
        ("teacher", str(dated.id)): (dt.date(2025, 10, 25), 1),
        ("head", str(undated.id)): (dt.date(2025, 10, 24), 1),
    }


# Who is there ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("why", ["left", "not yet", "disabled", "no account"])
def test_only_staff_with_an_account_who_are_at_the_school_owe_anything(session, school, why):
    day = dt.date(2025, 10, 10)
    teacher = school["teacher"]
    make.make_follow_up(session, teacher)
    account = session.query(m.Account).filter_by(staff_id=teacher.id).one()
    if why == "left":
        teacher.left_on = day - dt.timedelta(days=1)
    elif why == "not yet":
        teacher.joined_on = day + dt.timedelta(days=1)
    elif why == "disabled":
        account.disabled_at = dt.datetime(2025, 10, 1, tzinfo=dt.UTC)
    else:
        account.staff_id = None
    session.flush()
    assert {key for key in owed_by_all(session, day) if key.staff_id == teacher.id} == set()


def test_on_the_day_somebody_leaves_they_are_still_there(session, school):
    day = dt.date(2025, 10, 10)
    school["teacher"].left_on = day
    make.make_follow_up(session, school["teacher"])
    session.flush()
    assert owing(session, ReminderRule.FOLLOW_UP, day)


def statements(session):
    """How many statements one working out takes."""
    ran = []
    listen = lambda *_: ran.append(1)  # noqa: E731
    event.listen(session.get_bind(), "before_cursor_execute", listen)
    owed_by_all(session, dt.date(2025, 12, 20))
    event.remove(session.get_bind(), "before_cursor_execute", listen)
    return len(ran)


def test_many_people_take_no_more_statements(session, school):
    sponsor(session, school)
    few = statements(session)
    for number in range(20):
        staff = make.make_staff(session, f"giáo viên {number}")
        make.make_account(session, (Role.TEACHER,), staff)
        make.make_sponsorship(session, make.make_case(session), staff)
        make.make_follow_up(session, staff)
    session.flush()
    assert len(owed_by_all(session, dt.date(2025, 12, 20))) > 60
    assert statements(session) == few <= 20
