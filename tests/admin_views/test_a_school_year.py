"""A whole school year through the pages, under a moved clock: 2027-2028, whose February has 29 days.

Each chapter goes on where the one before ended; what is due is looked at on the last day on time and on the day after.
"""

import datetime as dt
import re
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.rules.calendar import months
from school.vocabulary import (
    CaseOutcome,
    CaseState,
    EnrolmentOutcome,
    EvaluationState,
    FollowUpState,
    Role,
    SponsorshipState,
    YearState,
)
from tests.admin_views.play import Play
from tests.factories import LEVELS, make_account, make_department, make_staff
from tests.web import errors_of, version_of

YEAR = "2027-2028"
PEOPLE = {
    "binh": ("Cao Thanh Bình", (Role.LEADERSHIP,)),
    "quan": ("Phan Văn Quản", (Role.ADMIN,)),
    "thu": ("Lý Anh Thư", (Role.SECRETARY,)),
    "cuc": ("Ngô Thị Cúc", (Role.UNION,)),
    "hoa": ("Trần Thị Hoa", (Role.DEPARTMENT_HEAD, Role.TEACHER)),
    "lan": ("Nguyễn Thị Lan", (Role.TEACHER,)),
    "minh": ("Đỗ Văn Minh", (Role.TEACHER,)),
    "tam": ("Võ Minh Tâm", (Role.TEACHER,)),
}
HAND_OVER_DAY = "2028-02-29"


def test_a_school_year_from_launch_to_roll_over(app: Flask, session: Session) -> None:
    play = Play(app, session)
    set_the_stage(play)
    launch(play)
    find_and_approve(play)
    register_and_pair(play)
    first_month(play)
    in_december(play)
    first_semester(play)
    hand_over_on_the_29th_of_february(play)
    inspect_and_follow(play)
    end_of_the_year(play)
    close_the_year(play)
    roll_over(play)


def set_the_stage(play: Play) -> None:
    """People and accounts; year, classes and students come through the pages."""
    maths = make_department(play.session, "Tổ Toán")
    for name, (full_name, roles) in PEOPLE.items():
        person = make_staff(play.session, full_name, department=maths, email=f"{name}@truong.example")
        make_account(play.session, roles, person, username=name)
        play.staff[name] = person.id
        if name == "hoa":
            maths.head = person
    play.session.commit()
    play.rows["maths"] = maths.id
    play.rows["year"] = play.new("quan", "2027-08-25", "year", name=YEAR)
    for room, teacher, student in (("10A1", "lan", "Trần Văn Đạt"), ("12A3", "tam", "Điểu Sáng")):
        classroom = play.new(
            "quan",
            "2027-08-25",
            "classroom",
            school_year=play.rows["year"],
            name=room,
            homeroom_teacher=play.person(teacher),
        )
        play.rows[student] = play.new(
            "quan", "2027-08-26", "student", code=f"HS{room}", full_name=student, classroom=classroom
        )
        play.rows[room] = classroom


def launch(play: Play) -> None:
    """P4.1: the plan is announced and read; staff register, the 19th of November is the last day on time."""
    plan = play.new(
        "binh",
        "2027-09-06",
        "announcement",
        school_year=play.rows["year"],
        title="Kế hoạch nhận đỡ đầu",
        body="Mỗi thầy cô nhận giúp một em.",
    )
    assert "Kế hoạch nhận đỡ đầu" in play.see("minh", "2027-09-07", "/admin/announcement/")
    play.step("minh", "2027-09-07", "announcement", plan, "read")
    assert f"2 / {len(PEOPLE)} người đã đọc" in play.see(
        "binh", "2027-09-08", f"/admin/announcement/details/?id={plan}"
    )
    assert "người đã đọc" not in play.see("tam", "2027-09-08", f"/admin/announcement/details/?id={plan}")

    on_time = play.new("minh", "2027-11-19", "registration", note="em nào cần cũng được")
    late = play.new("tam", "2027-11-20", "registration")
    assert "Đúng hạn" in play.see("binh", "2027-11-21", f"/admin/registration/details/?id={on_time}")
    assert "Sau hạn" in play.see("binh", "2027-11-21", f"/admin/registration/details/?id={late}")


def find_and_approve(play: Play) -> None:
    """P3.1, P4.2: nominated, heard by several channels, classified, verified, approved; an urgent one at once."""
    category = play.session.scalars(select(m.HardshipCategory.id).order_by(m.HardshipCategory.id)).first()
    nomination = {
        "student": "Trần Văn Đạt · 10A1",
        "school_year": play.rows["year"],
        "channel": "homeroom_teacher",
        "circumstances": "Em ở với bà, phải trông em nhỏ.",
        "categories": category,
        "severity": "urgent",
    }
    play.rows["dat"] = nominate(play, "lan", "2027-09-08", **nomination)
    assert play.stored(m.SupportCase, play.rows["dat"]).state is CaseState.NOMINATED
    # A subject teacher proposes the same student: it becomes one more source, and tells nothing of the case.
    assert play.new("minh", "2027-09-09", "case", **(nomination | {"circumstances": "Em hay ngủ gật giờ đầu."})) == 0
    play.new(
        "lan",
        "2027-09-10",
        "survey",
        case=play.case_text("dat"),
        channel="family",
        occurred_on="2027-09-10",
        findings="Bà kể em thức khuya.",
    )
    play.session.rollback()
    entries = play.session.scalars(select(m.SurveyEntry).where(m.SurveyEntry.case_id == play.rows["dat"])).all()
    assert sorted(entry.findings for entry in entries) == [
        "Bà kể em thức khuya.",
        f"Em hay ngủ gật giờ đầu.\n{play.stored(m.HardshipCategory, category or 0).name}",
    ]
    play.step("thu", "2027-09-12", "case", play.rows["dat"], "verify")
    play.step("binh", "2027-09-13", "case", play.rows["dat"], "approve")


def nominate(play: Play, name: str, day: str, **data: Any) -> int:
    """The person proposes a student; the id of the case that came of it."""
    play.new(name, day, "case", **data)
    play.session.rollback()
    return play.session.scalars(select(m.SupportCase.id).order_by(m.SupportCase.id.desc()).limit(1)).one()


def register_and_pair(play: Play) -> None:
    """P4.3: the board, the meeting, the list approved once."""
    board = play.see("thu", "2027-09-13", "/admin/board/")
    assert "Trần Văn Đạt" in board
    browser = play.open("thu", "2027-09-13")
    browser.get("/admin/board/")
    case = play.rows["dat"]
    answer = browser.post(
        "/admin/board/save/",
        {f"p{case}": "", f"o{case}": play.person("minh"), f"r{case}": "lead", "started_on": "2027-09-15"},
    )
    assert answer.status_code == 303, errors_of(answer)
    play.rows["pairing"] = play.session.scalars(select(m.Sponsorship.id).where(m.Sponsorship.case_id == case)).one()
    agree_and_approve(play, "2027-09-14", play.rows["pairing"])
    assert play.stored(m.SupportCase, case).state is CaseState.ACTIVE
    assert play.see("minh", "2027-09-14", f"/admin/case/details/?id={case}", 404)
    assert play.see("minh", "2027-09-15", f"/admin/case/details/?id={case}")


def agree_and_approve(play: Play, day: str, pairing: int) -> int:
    """One meeting for one pairing: the secretary notes it, the union agrees, leadership approves its list."""
    meeting = play.new("thu", day, "meeting", held_on=day, chair=play.person("binh"), decision_number="12/QĐ")
    union = play.open("cuc", day)
    union.get(f"/admin/meeting/details/?id={meeting}")
    assert union.post("/admin/meeting/agree/", {"id": meeting, "rowid": pairing}).status_code == 303
    assert play.stored(m.Sponsorship, pairing).state is SponsorshipState.AGREED
    play.step("binh", day, "meeting", meeting, "approve_list")
    assert play.stored(m.Sponsorship, pairing).state is SponsorshipState.APPROVED
    return meeting


def write_month(play: Play, name: str, month: str, day: str, case: str = "dat") -> int:
    """The sponsor writes and sends the month."""
    levels = {level: value.value for level, value in LEVELS.items()}
    row = play.new(name, day, "progress", case=play.case_text(case), period=month, comment="Em đi học đều.", **levels)
    play.step(name, day, "progress", row, "submit")
    return row


def pass_on(play: Play, row: int, month: str, day: int) -> None:
    """The head has seen it, the union confirms, leadership locks."""
    play.step("hoa", f"{month}-{day:02}", "progress", row, "review")
    play.step("cuc", f"{month}-{day:02}", "progress", row, "confirm", hour=14)
    play.step("binh", f"{month}-{day + 1:02}", "progress", row, "lock")
    assert play.stored(m.ProgressEvaluation, row).state is EvaluationState.LOCKED


def report_month(play: Play, month: str, day: str) -> str:
    """The head writes and submits the department's report; how it stands in the list of leadership."""
    report = play.new("hoa", day, "department_report", department=play.rows["maths"], period=month)
    play.step("hoa", day, "department_report", report, "submit", comment="Tổ đã gặp em hằng tuần.")
    assert "Tổ đã gặp em hằng tuần." in play.see("hoa", day, f"/admin/department_report/details/?id={report}")
    return play.see("binh", day, f"/admin/department_report/details/?id={report}")


def home(play: Play, name: str, day: str) -> str:
    """The home page in one line."""
    return re.sub(r"\s+", " ", play.see(name, day, "/admin/"))


def waiting(play: Play, name: str, day: str) -> str:
    """The part of the home page that says what waits."""
    return home(play, name, day).split("Đang chờ thầy cô")[-1].split("Toàn cảnh")[0]


def first_month(play: Play) -> None:
    """P4.8, P4.10: the 20th and the 24th are the last days on time, in each month of the first semester."""
    assert "Hạn hôm nay" in home(play, "minh", "2027-09-20")
    assert "đã quá 1 ngày" in home(play, "minh", "2027-09-21")
    # The month that has not begun is refused at its field.
    browser = play.open("minh", "2027-09-30")
    browser.get("/admin/progress/new/")
    early = browser.post("/admin/progress/new/", {"case": play.case_text("dat"), "period": "2027-10"})
    assert early.status_code == 400
    assert any("chưa bắt đầu" in error for error in errors_of(early))

    sent = {"2027-09": "20", "2027-10": "21", "2027-11": "20", "2027-12": "20"}
    for month, day in sent.items():
        pass_on(play, write_month(play, "minh", month, f"{month}-{day}"), month, 22)
    late = play.see("binh", "2027-12-28", "/admin/progress/?sent=late")
    assert "Tháng 10/2027" in late
    assert "Tháng 9/2027" not in re.sub(r"Tháng \d+/\d+(?=\s+Tháng)", "", late.split("Xếp theo")[-1])

    assert "Đúng hạn" in report_month(play, "2027-09", "2027-09-24")
    assert "Muộn 1 ngày" in report_month(play, "2027-10", "2027-10-25")
    assert "Muộn 2 ngày" in report_month(play, "2027-11", "2027-11-26")
    report_month(play, "2027-12", "2027-12-24")


def in_december(play: Play) -> None:
    """P4.2, P4.3: the second case is found in the survey; its meeting is on time on the 29th, late on the 30th."""
    play.rows["sang"] = nominate(
        play,
        "tam",
        "2027-12-01",
        student="Điểu Sáng · 12A3",
        school_year=play.rows["year"],
        channel="student",
        circumstances="Em muốn nghỉ học đi làm.",
        categories=play.session.scalars(select(m.HardshipCategory.id).order_by(m.HardshipCategory.id)).first(),
        severity="support",
    )
    play.step("thu", "2027-12-28", "case", play.rows["sang"], "verify")
    play.step("binh", "2027-12-28", "case", play.rows["sang"], "approve")
    play.remind("2027-12-28")  # the list is not complete yet, a day before its last day
    assert "duyệt danh sách đỡ đầu Hạn 29/12 · còn 1 ngày" in home(play, "binh", "2027-12-28")
    pairing = play.new(
        "thu",
        "2027-12-28",
        "sponsorship",
        case=play.case_text("sang"),
        staff=play.person("lan"),
        role="lead",
        started_on="2028-01-03",
    )
    meeting = agree_and_approve(play, "2027-12-29", pairing)
    assert "họp đúng hạn" in play.see("binh", "2027-12-29", f"/admin/meeting/details/?id={meeting}")
    late = play.new("thu", "2027-12-30", "meeting", held_on="2027-12-30", chair=play.person("binh"))
    assert "họp sau hạn" in play.see("binh", "2027-12-30", f"/admin/meeting/details/?id={late}")
    # The first report to the Sở: the 29th is the last day; it waits until it is signed, and shows that it was late.
    report = play.new("thu", "2027-12-20", "school_report", school_year=play.rows["year"], occasion="first")
    play.remind("2027-12-29")
    assert "Báo cáo Sở lần 1 Hạn hôm nay" in home(play, "binh", "2027-12-29")
    play.remind("2027-12-30")
    assert "Báo cáo Sở lần 1 Hạn 29/12 · đã quá 1 ngày" in home(play, "binh", "2027-12-30")
    play.step("binh", "2027-12-30", "school_report", report, "sign", number="91/BC-THPT", signed_on="2027-12-30")
    assert "Báo cáo Sở" not in waiting(play, "binh", "2027-12-30")
    play.remind("2027-12-31")
    assert "Báo cáo Sở" not in waiting(play, "binh", "2027-12-31")
    assert "Muộn 1 ngày" in play.see("cuc", "2027-12-31", f"/admin/school_report/details/?id={report}")
    # The New Year week is one week: a goal of Saturday, 1 January, belongs to the Monday before.
    plan = play.new(
        "minh", "2027-12-28", "plan", case=play.case_text("dat"), semester="semester_1", methods="Kèm Toán."
    )
    goal = play.new(
        "minh",
        "2028-01-01",
        "goal",
        plan=f"{play.case_text('dat')} · Học kỳ I",
        horizon="week",
        starts_on="2028-01-01",
        text="đọc xong một cuốn truyện",
    )
    assert plan
    assert play.stored(m.Goal, goal).starts_on == dt.date(2027, 12, 27)


def first_semester(play: Play) -> None:
    """P4.8, P4.9: January, the help rated at the semester's end, the review on its last day."""
    for name, case in (("minh", "dat"), ("lan", "sang")):
        pass_on(play, write_month(play, name, "2028-01", "2028-01-20", case), "2028-01", 22)
    report_month(play, "2028-01", "2028-01-24")
    assert "Đánh giá học kỳ I: Trần Văn Đạt" in waiting(play, "minh", "2028-01-14")
    semester = write_month(play, "minh", "semester_1", "2028-01-14")
    assert "Đánh giá học kỳ I: Trần Văn Đạt" not in waiting(play, "minh", "2028-01-14")
    for name, step in (("hoa", "review"), ("cuc", "confirm"), ("binh", "lock")):
        play.step(name, "2028-01-15", "progress", semester, step)
    play.session.rollback()
    for pairing in play.session.scalars(select(m.Sponsorship.id)).all():
        play.new(
            "cuc", "2028-01-14", "help", sponsorship=f"#{pairing}", period="semester_1", rating="good", comment="đều"
        )
    review = play.see("binh", "2028-01-15", f"/admin/review/?year={YEAR}&period=1")
    assert "Sơ kết" in review
    assert "Trần Văn Đạt" in review


def hand_over_on_the_29th_of_february(play: Play) -> None:
    """A dated interval: the day before it is the old sponsor's, from that day on the new one's."""
    pass_on(play, write_month(play, "minh", "2028-02", "2028-02-19"), "2028-02", 22)
    pass_on(play, write_month(play, "lan", "2028-02", "2028-02-20", "sang"), "2028-02", 22)
    report_month(play, "2028-02", "2028-02-24")
    case = f"/admin/case/details/?id={play.rows['dat']}"
    play.step(
        "binh",
        "2028-02-25",
        "sponsorship",
        play.rows["pairing"],
        "hand_over",
        staff=play.person("tam"),
        first_day=HAND_OVER_DAY,
        reason="Thầy Minh đi học.",
    )
    assert play.see("minh", "2028-02-28", case)
    assert play.see("tam", "2028-02-28", case, 404)
    assert play.see("minh", HAND_OVER_DAY, case, 404)
    assert play.see("tam", HAND_OVER_DAY, case)
    play.session.rollback()
    follows = select(m.Sponsorship).where(m.Sponsorship.follows_id == play.rows["pairing"])
    new = play.session.scalars(follows).one()
    assert (new.started_on, new.staff_id) == (dt.date(2028, 2, 29), play.staff["tam"])
    assert play.stored(m.Sponsorship, play.rows["pairing"]).ended_on == dt.date(2028, 2, 28)
    play.rows["pairing"] = new.id


def inspect_and_follow(play: Play) -> None:
    """P4.7: what is left from the last inspection comes first in the next; closed by another person."""
    address = f"/admin/inspection/new/?sponsorship=%23{play.rows['pairing']}"
    browser = play.open("cuc", "2028-03-10")
    assert "Không còn việc nào từ lần trước" in browser.get(address).text
    found = browser.post(
        address,
        {
            "held_on": "2028-03-10",
            "findings": "Nhật ký ghi đều.",
            "what_1": "Bổ sung kế hoạch học kỳ II",
            "owner_1": play.person("tam"),
            "due_on_1": "2028-03-17",
        },
    )
    assert found.status_code == 303, errors_of(found)
    play.session.rollback()
    follow_up = play.session.scalars(select(m.FollowUp.id)).one()
    assert "Bổ sung kế hoạch học kỳ II" in home(play, "tam", "2028-03-11") or "theo dõi" in home(
        play, "tam", "2028-03-11"
    )
    assert "Quá hạn 1 ngày" in play.see("cuc", "2028-03-18", f"/admin/follow_up/details/?id={follow_up}")
    assert "Bổ sung kế hoạch học kỳ II" in play.open("cuc", "2028-03-18").get(address).text
    play.step("tam", "2028-03-18", "follow_up", follow_up, "answer", text="Đã lập, cùng em đặt ba mục tiêu.")
    assert 'value="close"' not in play.open("tam", "2028-03-18").get(f"/admin/follow_up/details/?id={follow_up}").text
    play.step("cuc", "2028-03-19", "follow_up", follow_up, "close")
    assert play.stored(m.FollowUp, follow_up).state is FollowUpState.CLOSED


def end_of_the_year(play: Play) -> None:
    """In May the days are the 15th, the 20th and the 24th (P4.11)."""
    for month in ("2028-03", "2028-04"):
        for name, case in (("tam", "dat"), ("lan", "sang")):
            pass_on(play, write_month(play, name, month, f"{month}-20", case), month, 22)
        report_month(play, month, f"{month}-24")
    assert "Hạn hôm nay" in home(play, "tam", "2028-05-15")
    assert "đã quá 1 ngày" in home(play, "tam", "2028-05-16")
    pass_on(play, write_month(play, "tam", "2028-05", "2028-05-15"), "2028-05", 17)
    pass_on(play, write_month(play, "lan", "2028-05", "2028-05-16", "sang"), "2028-05", 17)
    assert "Đúng hạn" in report_month(play, "2028-05", "2028-05-20")
    play.remind("2028-05-24")
    assert "Báo cáo Sở lần 2 Hạn hôm nay" in home(play, "binh", "2028-05-24")
    report = play.new("binh", "2028-05-24", "school_report", school_year=play.rows["year"], occasion="second")
    play.step("binh", "2028-05-24", "school_report", report, "sign", number="40/BC-THPT", signed_on="2028-05-24")
    page = play.see("cuc", "2028-05-24", f"/admin/school_report/details/?id={report}")
    assert "Đúng hạn" in page
    assert "So sánh với báo cáo lần 1 năm học 2027-2028 (số 91/BC-THPT)" in page
    play.remind("2028-05-25")
    assert "Báo cáo Sở" not in waiting(play, "binh", "2028-05-25")
    play.session.rollback()
    running = select(m.Sponsorship.id).where(m.Sponsorship.state == SponsorshipState.APPROVED)
    for pairing in play.session.scalars(running).all():
        play.new("cuc", "2028-05-26", "help", sponsorship=f"#{pairing}", period="semester_2", rating="excellent")


def close_the_year(play: Play) -> None:
    """P4.9: while something is open only with a reason; afterwards everything is read only."""
    browser = play.open("binh", "2028-05-30")
    page = browser.get("/admin/closing/")
    assert "Năm học còn đến hết ngày" in page.text
    refused = browser.post("/admin/closing/close/", {"id": play.rows["year"], "version": version_of(page)})
    assert refused.status_code == 400
    assert any("lý do" in error for error in errors_of(refused))

    browser = play.open("binh", "2028-06-01")
    page = browser.get("/admin/closing/")
    open_ends = re.findall(r'class="card-link"[^>]*><span>([^<]*)', page.text)
    data = {"id": play.rows["year"], "version": version_of(page)}
    if open_ends:
        data["reason"] = "Việc còn lại chuyển sang năm sau."
    closed = browser.post("/admin/closing/close/", data)
    assert closed.status_code in (302, 303), errors_of(closed)
    assert play.stored(m.SchoolYear, play.rows["year"]).state is YearState.CLOSED
    assert open_ends == [], open_ends

    sponsor = play.open("tam", "2028-06-02")
    assert sponsor.get(f"/admin/case/details/?id={play.rows['dat']}").status_code == 200
    refused = sponsor.post(
        "/admin/contact/new/",
        {"case": play.case_text("dat"), "kind": "talk", "summary": "gặp em", "occurred_on": "2028-06-02"},
    )
    assert refused.status_code == 400
    assert any("Năm học đã kết thúc" in error for error in errors_of(refused)), errors_of(refused)


def roll_over(play: Play) -> None:
    """Previewed, applied at once, undone, applied again."""
    first = apply_roll_over(play, "2028-08-20")
    back = play.open("binh", "2028-08-21")
    back.get(f"/admin/rollover/done/?id={first}")
    assert back.post("/admin/rollover/undo/", {"id": first, "confirm": "y"}).status_code == 303
    play.session.rollback()
    assert play.session.scalars(select(m.Classroom.name).order_by(m.Classroom.name)).all() == ["10A1", "12A3"]
    assert play.stored(m.Student, play.rows["Trần Văn Đạt"]).current_enrolment.classroom_id == play.rows["10A1"]

    apply_roll_over(play, "2028-08-22")
    student = play.stored(m.Student, play.rows["Trần Văn Đạt"])
    assert student.current_enrolment.classroom.name == "11A1"
    leaver = play.stored(m.Student, play.rows["Điểu Sáng"])
    assert leaver.current_enrolment is None
    assert [stay.outcome for stay in leaver.enrolments] == [EnrolmentOutcome.GRADUATED]
    assert play.stored(m.SupportCase, play.rows["dat"]).outcome in (CaseOutcome.CONTINUED, None)
    play.session.rollback()
    new_year = play.session.scalars(select(m.SchoolYear).where(m.SchoolYear.name == "2028-2029")).one()
    offered = play.session.scalars(
        select(m.Sponsorship).join(m.Sponsorship.case).where(m.SupportCase.school_year_id == new_year.id)
    ).one()
    assert (offered.staff_id, offered.state) == (play.staff["tam"], SponsorshipState.REGISTERED)
    assert new_year.state is YearState.PREPARING
    play.step("binh", "2028-08-25", "year", new_year.id, "start")
    assert len(months(new_year.name)) == 9


def apply_roll_over(play: Play, day: str) -> int:
    """Leadership looks at what will happen, then does it; the id of the roll-over."""
    browser = play.open("binh", day)
    page = browser.get(f"/admin/rollover/?year={YEAR}")
    assert page.status_code == 200
    assert "11A1" in page.text
    assert len(page.data) < 80_000
    names = ("offered", "pair")
    found = {name: re.findall(rf'name="{name}" value="(\d+)"', page.text) for name in names}
    stamp = re.search(r'name="stamp" value="([^"]*)"', page.text)
    data = {"year": YEAR, "stamp": stamp[1] if stamp else "", "confirm": "y", "do": "apply", **found}
    done = browser.post("/admin/rollover/", data)
    assert done.status_code == 303, errors_of(done)
    found_id = re.search(r"id=(\d+)", done.headers["Location"])
    assert found_id
    return int(found_id[1])
