"""Rows with sensible defaults, made straight through the session of whoever acts (in tests the operator)."""

import datetime as dt
import itertools
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.rules.actor import Actor
from school.rules.calendar import year_dates
from school.rules.scheme import DEFAULTS
from school.services import accounts
from school.services.access import actor_for
from school.services.guard import get_actor
from school.vocabulary import (
    CaseState,
    CommendationLevel,
    DocumentKind,
    DropoutRisk,
    EvaluationState,
    FollowUpKind,
    HelpRating,
    Horizon,
    ListKind,
    ProgressStep,
    ReminderRule,
    ReportOccasion,
    Role,
    Severity,
    SponsorRole,
    SponsorshipState,
    StaffRating,
    SupportKind,
    SurveyChannel,
    TermPeriod,
)

YEAR = "2025-2026"
PASSWORD = "một câu dễ nhớ"
FIRST_DAY = dt.date(2025, 9, 1)
# What each private free text of a made row says: short to search for, and nobody's real words.
SECRET = "bố mẹ đi làm ăn xa, em ở với bà"

_numbers = itertools.count(1)


def save(session: Session, row: Any) -> Any:
    """Store one row and give it back with its id."""
    session.add(row)
    session.flush()
    return row


def make_department(session: Session, name: str | None = None, **values: Any) -> m.Department:
    """A department without head and deputy."""
    return save(session, m.Department(name=name or f"Tổ {next(_numbers)}", **values))


def make_staff(session: Session, full_name: str = "Nguyễn Thị Lan", **values: Any) -> m.Staff:
    """A teacher of no department."""
    values.setdefault("code", f"GV{next(_numbers):04}")
    return save(session, m.Staff(full_name=full_name, **values))


def make_account(
    session: Session,
    roles: Iterable[Role] = (Role.TEACHER,),
    staff: m.Staff | None = None,
    username: str | None = None,
    password: str = PASSWORD,
    must_change: bool = False,
) -> m.Account:
    """An account that can sign in with `PASSWORD`; roles are a teacher's unless given."""
    operator = get_actor(session)
    name = username or f"nguoidung{next(_numbers)}"
    account, _ = accounts.create(session, operator, name, roles, staff, password, must_change=must_change)
    return account


def make_person(
    session: Session, roles: Iterable[Role] = (Role.TEACHER,), full_name: str = "Nguyễn Thị Lan", **values: Any
) -> tuple[m.Staff, m.Account]:
    """A member of staff with an account."""
    staff = make_staff(session, full_name, **values)
    return staff, make_account(session, roles, staff)


def act(session: Session, account: m.Account, now: dt.datetime) -> Actor:
    """The actor that `account` is at `now`, as a request would make it. The session keeps its own actor."""
    return actor_for(session, account, now)


def make_year(session: Session, name: str = YEAR, **values: Any) -> m.SchoolYear:
    """A school year on its usual dates."""
    starts, second, ends = year_dates(name)
    dates = {"starts_on": starts, "semester_2_starts_on": second, "ends_on": ends}
    return save(session, m.SchoolYear(name=name, **(dates | values)))


def the_year(session: Session) -> m.SchoolYear:
    """The school year 2025-2026, made where it is missing."""
    return session.scalar(select(m.SchoolYear).where(m.SchoolYear.name == YEAR)) or make_year(session)


def make_classroom(session: Session, name: str | None = None, **values: Any) -> m.Classroom:
    """A class of 2025-2026 without a homeroom teacher."""
    values.setdefault("school_year", the_year(session))
    values.setdefault("grade", 10)
    return save(session, m.Classroom(name=name or f"10B{next(_numbers)}", **values))


def make_student(
    session: Session, full_name: str = "Trần Văn Đạt", classroom: m.Classroom | None = None, **values: Any
) -> m.Student:
    """A student in a class of 2025-2026 since its first day, with a private row that holds `SECRET`."""
    values.setdefault("code", f"HS{next(_numbers):05}")
    student = save(session, m.Student(full_name=full_name, **values))
    save(session, m.StudentPrivate(student_id=student.id, ethnicity="Mạ", address="Bon Bu Prâng", note=SECRET))
    make_enrolment(session, student, classroom or make_classroom(session))
    return student


def make_enrolment(session: Session, student: m.Student, classroom: m.Classroom, **values: Any) -> m.Enrolment:
    """An open stay in the class since the first day of the year 2025-2026."""
    values.setdefault("started_on", FIRST_DAY)
    row = m.Enrolment(student_id=student.id, classroom_id=classroom.id, **values)
    save(session, row)
    session.expire(student, ["current_enrolment", "enrolments"])
    return row


def make_result(session: Session, enrolment: m.Enrolment, **values: Any) -> m.TermResult:
    """The first semester's result of a stay."""
    values.setdefault("period", TermPeriod.SEMESTER_1)
    return save(session, m.TermResult(enrolment_id=enrolment.id, **values))


def make_case(session: Session, student: m.Student | None = None, **values: Any) -> m.SupportCase:
    """An approved case of 2025-2026 with a private row that holds `SECRET`."""
    student = student or make_student(session)
    values.setdefault("school_year_id", the_year(session).id)
    values.setdefault("code", f"HT25-{next(_numbers):04}")
    values.setdefault("state", CaseState.APPROVED)
    values.setdefault("opened_on", FIRST_DAY)
    case = save(session, m.SupportCase(student_id=student.id, **values))
    save(session, m.CasePrivate(case_id=case.id, circumstances=SECRET, own_effort="em chăm, còn hổng Toán"))
    session.expire(case, ["private"])
    return case


def a_category(session: Session, code: str = "poor_household") -> m.HardshipCategory:
    """One of the categories that the migrations bring."""
    return session.scalars(select(m.HardshipCategory).where(m.HardshipCategory.code == code)).one()


def make_hardship(session: Session, case: m.SupportCase, **values: Any) -> m.Hardship:
    """A classification of the case that nobody has confirmed."""
    values.setdefault("category_id", a_category(session).id)
    values.setdefault("severity", Severity.SUPPORT)
    return save(session, m.Hardship(case_id=case.id, **values))


def make_survey(session: Session, case: m.SupportCase, **values: Any) -> m.SurveyEntry:
    """What the family said about the student."""
    defaults = {"channel": SurveyChannel.FAMILY, "occurred_on": dt.date(2025, 9, 10), "findings": SECRET}
    return save(session, m.SurveyEntry(case_id=case.id, **(defaults | values)))


def make_sponsorship(session: Session, case: m.SupportCase, staff: m.Staff, **values: Any) -> m.Sponsorship:
    """A lead sponsorship, approved on the first day and running since then."""
    values.setdefault("role", SponsorRole.LEAD)
    values.setdefault("state", SponsorshipState.APPROVED)
    values.setdefault("started_on", FIRST_DAY)
    if values["state"] in (SponsorshipState.APPROVED, SponsorshipState.ENDED):
        values.setdefault("approved_on", FIRST_DAY)
    if values["state"] is SponsorshipState.APPROVED and case.state is CaseState.APPROVED:
        case.state = CaseState.ACTIVE
    sponsorship = save(session, m.Sponsorship(case_id=case.id, staff_id=staff.id, **values))
    session.expire(case, ["sponsorships"])
    return sponsorship


LEVELS = {
    "learning": ProgressStep.STEADY,
    "conduct": ProgressStep.IMPROVED,
    "attendance": ProgressStep.STEADY,
    "attitude": ProgressStep.STEADY,
    "trend": ProgressStep.IMPROVED,
    "dropout_risk": DropoutRisk.SOME,
}


def make_evaluation(
    session: Session, case: m.SupportCase, author: m.Staff | None, **values: Any
) -> m.ProgressEvaluation:
    """September's evaluation, complete and sent."""
    defaults = LEVELS | {"period": "2025-09", "state": EvaluationState.SUBMITTED, "comment": "em đi học đều"}
    author_id = author.id if author is not None else None
    return save(session, m.ProgressEvaluation(case_id=case.id, author_id=author_id, **(defaults | values)))


def make_rating(session: Session, sponsorship: m.Sponsorship, **values: Any) -> m.SponsorEvaluation:
    """September's remark on the sponsor's help."""
    defaults = {"period": "2025-09", "rating": HelpRating.GOOD, "comment": "gọi cho gia đình mỗi tuần"}
    return save(session, m.SponsorEvaluation(sponsorship_id=sponsorship.id, **(defaults | values)))


def make_plan(session: Session, case: m.SupportCase, **values: Any) -> m.SupportPlan:
    """The first semester's plan of the case, without goals."""
    defaults = {"semester": TermPeriod.SEMESTER_1, "methods": "kèm em môn Toán thứ Ba"}
    return save(session, m.SupportPlan(case_id=case.id, **(defaults | values)))


def make_goal(session: Session, plan: m.SupportPlan, **values: Any) -> m.Goal:
    """A goal of the week of 13 October 2025 that nobody has looked at yet."""
    defaults = {"horizon": Horizon.WEEK, "starts_on": dt.date(2025, 10, 13), "text": "nộp đủ bài Toán"}
    goal = save(session, m.Goal(plan_id=plan.id, **(defaults | values)))
    session.expire(plan, ["goals"])
    return goal


def make_contact(session: Session, case: m.SupportCase, staff: m.Staff, **values: Any) -> m.Contact:
    """A private talk of September with a private row that holds `SECRET`; give `sensitive=False` for an open one."""
    words = {"summary": values.pop("summary", SECRET), "with_whom": values.pop("with_whom", "bà của em")}
    values.setdefault("occurred_on", dt.date(2025, 9, 20))
    values.setdefault("sensitive", True)
    row = m.Contact(case_id=case.id, staff_id=staff.id, **values, **({} if values["sensitive"] else words))
    contact = save(session, row)
    if contact.sensitive:
        save(session, m.ContactPrivate(contact_id=contact.id, **words))
        session.expire(contact, ["private"])
    return contact


def make_support(session: Session, case: m.SupportCase, staff: m.Staff, **values: Any) -> m.SupportItem:
    """Two remedial lessons of September."""
    defaults = {
        "kind": SupportKind.REMEDIAL_LESSON,
        "quantity": 2,
        "unit": "tiết",
        "given_on": dt.date(2025, 9, 25),
    }
    return save(session, m.SupportItem(case_id=case.id, staff_id=staff.id, **(defaults | values)))


def make_activity(session: Session, organiser: m.Staff, student: m.Student | None = None, **values: Any) -> m.Activity:
    """A Sunday out of doors in September in which the student, if one is given, took part."""
    defaults = {"held_on": dt.date(2025, 9, 28), "title": "Ngày chủ nhật xanh"}
    activity = save(session, m.Activity(organiser_id=organiser.id, **(defaults | values)))
    if student is not None:
        save(session, m.ActivityParticipant(activity_id=activity.id, student_id=student.id))
        session.expire(activity, ["participants"])
    return activity


def make_registration(session: Session, staff: m.Staff, student: m.Student | None = None, **values: Any) -> Any:
    """An offer to help, in general or this student."""
    defaults = {"school_year_id": the_year(session).id, "registered_on": dt.date(2025, 10, 1)}
    student_id = student.id if student is not None else None
    return save(session, m.Registration(staff_id=staff.id, student_id=student_id, **(defaults | values)))


def make_meeting(session: Session, chair: m.Staff, **values: Any) -> m.AssignmentMeeting:
    """A meeting of early October."""
    defaults = {"school_year_id": the_year(session).id, "held_on": dt.date(2025, 10, 3), "decision_number": "12/QĐ"}
    return save(session, m.AssignmentMeeting(chair_id=chair.id, **(defaults | values)))


def make_inspection(session: Session, inspector: m.Staff, **values: Any) -> m.Inspection:
    """An inspection of 10 October; name the department, sponsorship or case."""
    defaults = {
        "school_year_id": the_year(session).id,
        "held_on": dt.date(2025, 10, 10),
        "findings": "nhật ký ghi đều, còn thiếu kế hoạch tháng",
    }
    return save(session, m.Inspection(inspector_id=inspector.id, **(defaults | values)))


def make_follow_up(session: Session, owner: m.Staff, **values: Any) -> m.FollowUp:
    """Something to do by 25 October, raised by nobody in particular."""
    defaults = {
        "school_year_id": the_year(session).id,
        "kind": FollowUpKind.FINDING,
        "what": "bổ sung kế hoạch tháng",
        "raised_on": dt.date(2025, 10, 10),
        "due_on": dt.date(2025, 10, 25),
    }
    return save(session, m.FollowUp(owner_id=owner.id, **(defaults | values)))


def make_report(session: Session, department: m.Department, **values: Any) -> m.DepartmentReport:
    """September's report, being written."""
    defaults = {"school_year_id": the_year(session).id, "period": "2025-09"}
    return save(session, m.DepartmentReport(department_id=department.id, **(defaults | values)))


def make_announcement(session: Session, *readers: m.Staff, **values: Any) -> m.Announcement:
    """The year's plan, announced on 5 September; these have read it."""
    defaults = {
        "school_year_id": the_year(session).id,
        "title": "Kế hoạch nhận đỡ đầu",
        "body": "mỗi thầy cô nhận giúp một em",
        "published_on": dt.date(2025, 9, 5),
    }
    row = save(session, m.Announcement(**(defaults | values)))
    for reader in readers:
        save(session, m.AnnouncementReading(announcement_id=row.id, staff_id=reader.id, read_on=dt.date(2025, 9, 6)))
    return row


def make_screening(session: Session, student: m.Student, **values: Any) -> m.ScreeningDecision:
    """The student was taken in after a look at the records."""
    defaults = {"school_year_id": the_year(session).id, "taken_in": True, "decided_on": dt.date(2025, 9, 4)}
    return save(session, m.ScreeningDecision(student_id=student.id, **(defaults | values)))


def make_reminder(session: Session, staff: m.Staff, **values: Any) -> m.Reminder:
    """October's evaluation is owed."""
    defaults = {"rule": ReminderRule.WRITE_MONTH, "key": "2025-10", "due_on": dt.date(2025, 10, 20)}
    return save(session, m.Reminder(staff_id=staff.id, **(defaults | values)))


def make_import(session: Session, account: m.Account | None = None, **values: Any) -> m.ImportRun:
    """A list of students that waits to be looked at, with the file's content."""
    defaults = {
        "school_year_id": the_year(session).id,
        "kind": ListKind.STUDENTS,
        "file_name": "danh-sach.csv",
        "file_hash": "0" * 64,
        "answers": {},
        "counts": {},
    }
    run = save(session, m.ImportRun(account=account, **(defaults | values)))
    save(session, m.ImportContent(run_id=run.id, data=f"Họ và tên,Lớp\r\n{SECRET},10A1\r\n".encode()))
    return run


def make_column_name(session: Session, **values: Any) -> m.ColumnName:
    """The school calls a class "phan hieu"."""
    defaults = {"kind": ListKind.STUDENTS, "header": "phan hieu", "field": "class_name"}
    return save(session, m.ColumnName(**(defaults | values)))


def make_school_report(session: Session, **values: Any) -> m.SchoolReport:
    """The first report to the Sở, being written."""
    defaults = {"school_year_id": the_year(session).id, "occasion": ReportOccasion.FIRST}
    return save(session, m.SchoolReport(**(defaults | values)))


def make_commendation(session: Session, **values: Any) -> m.Commendation:
    """A proposal to commend somebody; give `staff` or `department`."""
    defaults = {
        "school_year_id": the_year(session).id,
        "title": "Giấy khen của Hiệu trưởng",
        "proposed_on": dt.date(2025, 10, 10),
    }
    return save(session, m.Commendation(**(defaults | values)))


def make_disclosure(session: Session, account: m.Account, **values: Any) -> m.Disclosure:
    """The account took the list of students out as CSV."""
    defaults = {"name": "student", "format": "csv", "columns": ["full_name"], "row_count": 3}
    return save(session, m.Disclosure(account_id=account.id, **(defaults | values)))


def make_profile(session: Session, **values: Any) -> m.SchoolProfile:
    """What documents say about the school."""
    return save(session, m.SchoolProfile(**({"school_name": "Trường THPT Mẫu"} | values)))


def make_template(session: Session, **values: Any) -> m.DocumentTemplate:
    """A template of the school's own; its bytes are no Word file."""
    defaults = {"kind": DocumentKind.NOTICE_BOARD, "file_name": "mau-niem-yet.docx", "data": b"PK"}
    return save(session, m.DocumentTemplate(**(defaults | values)))


def make_scheme(session: Session, **values: Any) -> m.EmulationScheme:
    """The scheme of the year, being drafted, with the criteria that a school begins with."""
    year = values.pop("school_year", None) or the_year(session)
    scheme = save(session, m.EmulationScheme(school_year_id=year.id, **values))
    for position, begin in enumerate(DEFAULTS):
        save(session, m.Criterion(school_year_id=year.id, position=position, **vars(begin)))
    return scheme


def make_sheet(session: Session, staff: m.Staff, **values: Any) -> m.ScoreSheet:
    """A sheet that is still open."""
    return save(session, m.ScoreSheet(school_year_id=the_year(session).id, staff_id=staff.id, **values))


def make_adjustment(session: Session, staff: m.Staff, criterion: m.Criterion | None = None, **values: Any) -> Any:
    """One point more for a criterion; without one: the year does not apply."""
    defaults = {
        "school_year_id": the_year(session).id,
        "staff_id": staff.id,
        "criterion_id": criterion.id if criterion is not None else None,
        "points": 10 if criterion is not None else None,
        "reason": "Hội đồng thống nhất ngày 20/5.",
        "made_on": dt.date(2025, 10, 14),
    }
    return save(session, m.ScoreAdjustment(**(defaults | values)))


def make_score_comment(session: Session, staff: m.Staff, **values: Any) -> m.ScoreComment:
    """An appeal that nobody has answered."""
    defaults = {"appeal": True, "text": "Tháng 9 tôi có gặp em hai lần.", "said_on": dt.date(2025, 10, 14)}
    row = {"school_year_id": the_year(session).id, "staff_id": staff.id}
    return save(session, m.ScoreComment(**(row | defaults | values)))


def make_yearly_rating(session: Session, staff: m.Staff, **values: Any) -> m.YearlyRating:
    """The yearly rating, as a decision has it."""
    defaults = {"rating": StaffRating.GOOD, "decision_number": "31/QĐ", "decided_on": dt.date(2025, 10, 10)}
    row = {"school_year_id": the_year(session).id, "staff_id": staff.id}
    return save(session, m.YearlyRating(**(row | defaults | values)))


def make_quota(session: Session, **values: Any) -> m.CommendationQuota:
    """Five people and one department at the school's level."""
    defaults = {"level": CommendationLevel.SCHOOL, "people": 5, "departments": 1}
    return save(session, m.CommendationQuota(school_year_id=the_year(session).id, **(defaults | values)))
