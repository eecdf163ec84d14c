"""The fixed cast: who works at the school of the tests, and the children's files that are theirs or somebody else's.

All of it stands on Wednesday 15 October 2025. Everybody signs in with their own name and `factories.PASSWORD`.

| class | homeroom teacher | cases in it |
|---|---|---|
| 10A1 | lan | homeroom, leaders_nominee |
| 11A2 | vinh | sponsored, colleagues, ended, future, registered |
| 12A3 | minh | departments, heads, outsiders, unionists, leaders |
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from school import models as m
from school.rules.actor import Actor
from school.services.access import actor_for
from school.services.guard import UNSCOPED
from school.vocabulary import CaseState, EvaluationState, Role, SponsorRole, SponsorshipState
from tests.factories import (
    a_category,
    make_account,
    make_activity,
    make_adjustment,
    make_announcement,
    make_case,
    make_classroom,
    make_column_name,
    make_commendation,
    make_contact,
    make_department,
    make_disclosure,
    make_evaluation,
    make_follow_up,
    make_goal,
    make_hardship,
    make_import,
    make_inspection,
    make_meeting,
    make_plan,
    make_profile,
    make_quota,
    make_rating,
    make_registration,
    make_reminder,
    make_report,
    make_result,
    make_scheme,
    make_school_report,
    make_score_comment,
    make_screening,
    make_sheet,
    make_sponsorship,
    make_staff,
    make_student,
    make_support,
    make_survey,
    make_template,
    make_year,
    make_yearly_rating,
)

NOW = dt.datetime(2025, 10, 15, 2, 0, tzinfo=dt.UTC)  # 9 in the morning at the school
TODAY = dt.date(2025, 10, 15)

# name: (full name, department, roles)
PEOPLE: dict[str, tuple[str, str | None, tuple[Role, ...]]] = {
    "lan": ("Nguyễn Thị Lan", "Tổ Toán", (Role.TEACHER,)),  # homeroom of 10A1, sponsors in 11A2
    "phuc": ("Phạm Hồng Phúc", "Tổ Văn", (Role.TEACHER,)),  # supports lan's case
    "vinh": ("Lê Quang Vinh", "Tổ Văn", (Role.TEACHER,)),  # homeroom of 11A2, sponsors nobody
    "tam": ("Võ Minh Tâm", "Tổ Văn", (Role.TEACHER,)),  # sponsors in 11A2 and in lan's class
    "giang": ("Hồ Thị Giang", "Tổ Toán", (Role.TEACHER,)),  # of lan's department
    "minh": ("Đỗ Văn Minh", None, (Role.TEACHER,)),  # homeroom of 12A3, of no department
    "son": ("Đặng Thái Sơn", "Tổ Văn", (Role.TEACHER,)),  # neither class nor case
    "hoa": ("Trần Thị Hoa", "Tổ Toán", (Role.DEPARTMENT_HEAD, Role.TEACHER)),  # heads Toán, sponsors
    "dung": ("Bùi Tiến Dũng", "Tổ Toán", (Role.DEPARTMENT_HEAD, Role.TEACHER)),  # deputy of Toán
    "khoa": ("Huỳnh Đăng Khoa", "Tổ Văn", (Role.DEPARTMENT_HEAD, Role.TEACHER)),  # heads Văn
    "cuc": ("Ngô Thị Cúc", None, (Role.UNION,)),
    "uyen": ("Đinh Thu Uyên", None, (Role.UNION, Role.TEACHER)),  # of the union, sponsors
    "thu": ("Lý Anh Thư", None, (Role.SECRETARY,)),
    "binh": ("Cao Thanh Bình", None, (Role.LEADERSHIP,)),
    "ly": ("Mai Hương Ly", None, (Role.LEADERSHIP, Role.TEACHER)),  # of leadership, sponsors, nominated a student
    "hoi": ("Phan Gia Hội", None, (Role.COUNCIL,)),
    "quan": ("", None, (Role.ADMIN,)),  # an outside administrator: no member of staff
    "tro": ("Tô Văn Trợ", None, ()),  # an account without a role
}
STRANGERS = ("nobody", "operator")
EVERYBODY = (*PEOPLE, *STRANGERS)

# name: (student, class, sponsors as (who, part, state, first day, last day))
_RUNNING = (SponsorshipState.APPROVED, dt.date(2025, 9, 1), None)
CASES: dict[str, tuple[str, str, tuple[tuple[Any, ...], ...]]] = {
    "sponsored": (
        "Y Bhiu Niê",
        "11A2",
        (("lan", SponsorRole.LEAD, *_RUNNING), ("phuc", SponsorRole.SUPPORTING, *_RUNNING)),
    ),
    "homeroom": ("Trần Văn Đạt", "10A1", (("tam", SponsorRole.LEAD, *_RUNNING),)),
    "colleagues": ("Lê Thị Hằng", "11A2", (("tam", SponsorRole.LEAD, *_RUNNING),)),
    "departments": ("H'Linh Niê", "12A3", (("giang", SponsorRole.LEAD, *_RUNNING),)),
    "heads": ("Phạm Quốc Bảo", "12A3", (("hoa", SponsorRole.LEAD, *_RUNNING),)),
    "outsiders": ("Điểu Sáng", "12A3", (("minh", SponsorRole.LEAD, *_RUNNING),)),
    "unionists": ("Vũ Ngọc Ánh", "12A3", (("uyen", SponsorRole.LEAD, *_RUNNING),)),
    "leaders": ("Hoàng Văn Út", "12A3", (("ly", SponsorRole.LEAD, *_RUNNING),)),
    "ended": (
        "Nông Thị Yến",
        "11A2",
        (("lan", SponsorRole.LEAD, SponsorshipState.ENDED, dt.date(2025, 9, 1), dt.date(2025, 10, 14)),),
    ),
    "future": ("K'Brít", "11A2", (("lan", SponsorRole.LEAD, SponsorshipState.APPROVED, dt.date(2025, 10, 16), None),)),
    "registered": (
        "Thị Mai",
        "11A2",
        (("lan", SponsorRole.LEAD, SponsorshipState.REGISTERED, dt.date(2025, 9, 1), None),),
    ),
    "leaders_nominee": ("Ma Văn Hùng", "10A1", ()),
}


@dataclass(frozen=True)
class Cast:
    """Ids of the rows by name, and the people as actors."""

    session: Session
    accounts: dict[str, int]
    staff: dict[str, int]
    classes: dict[str, int]
    departments: dict[str, int]
    year: int
    files: dict[str, dict[str, int]]  # of each case: the id of each of its rows
    classmate: int  # a student of 10A1 without a case
    stranger: int  # a student of 12A3 without a case

    def actor(self, name: str, now: dt.datetime = NOW) -> Actor | None:
        """The person as a request at `now` would know them; "nobody" is None, "operator" runs the commands."""
        if name == "nobody":
            return None
        if name == "operator":
            return Actor.running_commands(now)
        sought = select(m.Account).where(m.Account.id == self.accounts[name]).options(joinedload(m.Account.roles))
        account = self.session.execute(sought, execution_options=UNSCOPED).unique().scalar_one()
        return actor_for(self.session, account, now)

    def id(self, case: str, row: str = "case") -> int:
        """The id of one row of a case's file."""
        return self.files[case][row]

    def get(self, model: type, row_id: int) -> Any:
        """The row, as whoever the session acts as."""
        return self.session.get(model, row_id)


def make_cast(session: Session) -> dict[str, Any]:
    """Fill an empty database with the cast; the fields of `Cast` but the session."""
    year = make_year(session)
    departments = {name: make_department(session, name) for name in ("Tổ Toán", "Tổ Văn")}
    staff, accounts = _make_people(session, departments)
    departments["Tổ Toán"].head, departments["Tổ Toán"].deputy = staff["hoa"], staff["dung"]
    departments["Tổ Văn"].head = staff["khoa"]
    classes = {
        name: make_classroom(session, name, grade=int(name[:2]), homeroom_teacher=staff[teacher], school_year=year)
        for name, teacher in (("10A1", "lan"), ("11A2", "vinh"), ("12A3", "minh"))
    }
    files = {name: _make_file(session, name, staff, classes) for name in CASES}
    _make_years_work(session, staff, departments)
    _make_papers(session, staff, accounts, departments)
    _make_emulation(session, staff)
    classmate = make_student(session, "Nguyễn Văn Nam", classes["10A1"])
    stranger = make_student(session, "Nguyễn Thị Thắm", classes["12A3"])
    return {
        "accounts": accounts,
        "staff": {name: person.id for name, person in staff.items()},
        "classes": {name: classroom.id for name, classroom in classes.items()},
        "departments": {name: department.id for name, department in departments.items()},
        "year": year.id,
        "files": files,
        "classmate": classmate.id,
        "stranger": stranger.id,
    }


def _make_people(session: Session, departments: dict[str, m.Department]) -> tuple[dict[str, m.Staff], dict[str, int]]:
    staff: dict[str, m.Staff] = {}
    accounts: dict[str, int] = {}
    for name, (full_name, department, roles) in PEOPLE.items():
        if full_name:
            staff[name] = make_staff(session, full_name, department=departments.get(department or ""))
        accounts[name] = make_account(session, roles, staff.get(name), username=name).id
    return staff, accounts


def _make_file(
    session: Session, name: str, staff: dict[str, m.Staff], classes: dict[str, m.Classroom]
) -> dict[str, int]:
    """One child's file: the id of each of its rows; `sponsorship`, `progress` and `rating` are the first sponsor's."""
    full_name, classroom, sponsors = CASES[name]
    student = make_student(session, full_name, classes[classroom])
    nominee = name == "leaders_nominee"
    category = "near_poor_household" if name == "outsiders" else "poor_household"
    case = make_case(
        session,
        student,
        state=CaseState.VERIFIED if nominee else CaseState.APPROVED,
        nominated_by_id=staff["ly"].id if nominee else None,
    )
    file = {
        "student": student.id,
        "student_private": student.private.id,
        "enrolment": student.current_enrolment.id,
        "result": make_result(session, student.current_enrolment, absences_excused=2).id,
        "case": case.id,
        "private": case.private.id,
        "hardship": make_hardship(session, case, category_id=a_category(session, category).id).id,
        "survey": make_survey(session, case).id,
        "screening": make_screening(session, student).id,
    }
    for position, (who, role, state, first, last) in enumerate(sponsors):
        row = make_sponsorship(session, case, staff[who], role=role, state=state, started_on=first, ended_on=last)
        rating = make_rating(session, row)
        if position:
            file[f"sponsorship_{who}"] = row.id
            continue
        file |= {
            "sponsorship": row.id,
            "rating": rating.id,
            "registration": make_registration(session, staff[who], student).id,
            "follow_up": make_follow_up(session, staff[who]).id,
        }
        if state is not SponsorshipState.REGISTERED:  # that one can still be taken back
            file["inspection"] = make_inspection(session, staff["cuc"], sponsorship_id=row.id).id
    author = staff[sponsors[0][0]] if sponsors else None
    file["progress"] = make_evaluation(session, case, author, state=EvaluationState.SUBMITTED).id
    return file | _make_work(session, case, student, author or classes[classroom].homeroom_teacher)


def _make_years_work(session: Session, staff: dict[str, m.Staff], departments: dict[str, m.Department]) -> None:
    """What belongs to no case: the plan that some have read, a meeting, reports of both departments, reminders."""
    make_announcement(session, staff["lan"], staff["hoa"], staff["hoi"])
    make_meeting(session, staff["binh"])
    for department in departments.values():
        make_report(session, department)
    make_inspection(session, staff["cuc"], department_id=departments["Tổ Văn"].id)
    for name in ("lan", "hoa", "binh"):
        make_reminder(session, staff[name])


def _make_papers(
    session: Session, staff: dict[str, m.Staff], accounts: dict[str, int], departments: dict[str, m.Department]
) -> None:
    """Files that the secretary and the administrator brought, what left the panel, a report to the Sở, its settings."""
    for name in ("thu", "quan"):
        account = session.get_one(m.Account, accounts[name])
        make_import(session, account)
        make_disclosure(session, account)
    make_column_name(session)
    make_school_report(session)
    make_commendation(session, staff_id=staff["lan"].id)
    make_commendation(session, department_id=departments["Tổ Toán"].id)
    make_profile(session)
    make_template(session)


def _make_emulation(session: Session, staff: dict[str, m.Staff]) -> None:
    """The year's criteria, being drafted, and what there is of scores: lan's, giang's and ly's."""
    make_scheme(session)
    first = session.scalars(select(m.Criterion).order_by(m.Criterion.id).limit(1)).one()
    for name in ("lan", "giang", "ly"):
        make_sheet(session, staff[name])
        make_adjustment(session, staff[name], first)
        make_score_comment(session, staff[name])
        make_yearly_rating(session, staff[name])
    make_quota(session)


def _make_work(session: Session, case: m.SupportCase, student: m.Student, staff: m.Staff) -> dict[str, int]:
    """Plan, goal, a private contact, support and an activity: by the first sponsor, else the homeroom teacher."""
    plan, contact = make_plan(session, case), make_contact(session, case, staff)
    activity = make_activity(session, staff, student)
    return {
        "plan": plan.id,
        "goal": make_goal(session, plan).id,
        "contact": contact.id,
        "contact_private": contact.private.id,
        "support": make_support(session, case, staff).id,
        "activity": activity.id,
        "participant": activity.participants[0].id,
    }
