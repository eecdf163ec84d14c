"""Who is at the demo school: 58 staff with accounts in 8 departments, 342 students in 9 classes."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from sqlalchemy.orm import Session

from school.demo import names
from school.demo.stage import Person, Stage, at
from school.models import Classroom, Department, GoalTemplate, SchoolYear, Staff, Student, Teaching
from school.names import fold
from school.rules.actor import Actor
from school.rules.calendar import year_name
from school.services import accounts, directory, roster
from school.vocabulary import Gender, Horizon, Origin, Role

ROOMS = ["10A1", "10A2", "10A3", "11A1", "11A2", "11A3", "12A1", "12A2", "12A3"]
STUDENTS_A_ROOM = 38
# Subjects of each department, one a person; the first person is its head.
DEPARTMENTS = {
    "Toán - Tin": ["Toán"] * 6 + ["Tin học"] * 3,
    "Ngữ văn": ["Ngữ văn"] * 8,
    "Ngoại ngữ": ["Tiếng Anh"] * 7,
    "Lý - Công nghệ": ["Vật lý"] * 5 + ["Công nghệ"] * 2,
    "Hóa - Sinh": ["Hóa học"] * 5 + ["Sinh học"] * 3,
    "Sử - Địa - GDCD": ["Lịch sử", "Địa lý", "Địa lý", "Lịch sử", "Lịch sử", "GDKT&PL", "GDKT&PL", "Địa lý"],
    "Thể dục - GDQP": ["Thể dục"] * 3 + ["GDQP&AN"] * 2,
    "Văn phòng": [""] * 6,
}
# Who holds which post: department, place in it.
POSTS = {
    ("Toán - Tin", 1): ("Hiệu trưởng", Role.LEADERSHIP),
    ("Sử - Địa - GDCD", 2): ("Phó Hiệu trưởng", Role.LEADERSHIP),
    ("Hóa - Sinh", 2): ("Phó Hiệu trưởng", Role.LEADERSHIP),
    ("Ngoại ngữ", 1): ("Chủ tịch Công đoàn", Role.UNION),
    ("Lý - Công nghệ", 1): ("Ủy viên BCH Công đoàn", Role.UNION),
    ("Toán - Tin", 2): ("Tổ phó", Role.DEPARTMENT_HEAD),
    ("Ngữ văn", 1): ("Tổ phó", Role.DEPARTMENT_HEAD),
    ("Sử - Địa - GDCD", 1): ("Tổ phó", Role.DEPARTMENT_HEAD),
    ("Văn phòng", 1): ("Nhân viên văn thư", None),
    ("Văn phòng", 2): ("Nhân viên, thường trực thi đua", None),
    ("Văn phòng", 3): ("Nhân viên thư viện", None),
    ("Văn phòng", 4): ("Nhân viên y tế", None),
    ("Văn phòng", 5): ("Nhân viên thiết bị", None),
}
USERNAMES = {
    ("Ngữ văn", 0): "totruong",
    ("Ngữ văn", 2): "giaovien",
    ("Ngoại ngữ", 1): "congdoan",
    ("Sử - Địa - GDCD", 2): "lanhdao",
    ("Văn phòng", 1): "thuky",
    ("Văn phòng", 2): "hoidong",
}
# Seen as one role each, so that what the role may not do shows.
ONLY = {"thuky": Role.SECRETARY, "hoidong": Role.COUNCIL}
HOMEROOMS = {
    "10A1": ("Toán - Tin", 4),
    "10A2": ("Hóa - Sinh", 4),
    "10A3": ("Ngoại ngữ", 3),
    "11A1": ("Ngữ văn", 2),
    "11A2": ("Lý - Công nghệ", 3),
    "11A3": ("Sử - Địa - GDCD", 4),
    "12A1": ("Thể dục - GDQP", 2),
    "12A2": ("Toán - Tin", 5),
    "12A3": ("Ngữ văn", 4),
}
COMMUNES = ["Đức An", "Trường Xuân", "Nâm N'Jang", "Đắk N'Drung", "Đắk Hòa", "Đắk Môl", "Thuận Hạnh"]
HIGHLAND = ("Ê Đê", "M'Nông", "Mông")
POLICIES = ["Hộ nghèo", "Hộ cận nghèo", "Con thương binh"]

# Goals to begin from; the school edits them under Danh mục.
GOALS = [
    (Horizon.WEEK, "Đi học đủ các buổi trong tuần"),
    (Horizon.WEEK, "Vào lớp đúng giờ cả tuần"),
    (Horizon.WEEK, "Nộp đủ bài tập về nhà của một môn em chọn"),
    (Horizon.WEEK, "Hỏi thầy cô ít nhất một điều em chưa hiểu"),
    (Horizon.WEEK, "Phát biểu trong một tiết học"),
    (Horizon.WEEK, "Học nhóm với bạn một buổi"),
    (Horizon.WEEK, "Phụ giúp gia đình mà vẫn giữ giờ tự học đã hẹn"),
    (Horizon.MONTH, "Dự đủ các buổi phụ đạo trong tháng"),
    (Horizon.MONTH, "Làm lại các bài kiểm tra chưa đạt của một môn"),
    (Horizon.MONTH, "Đọc xong một cuốn sách mượn ở thư viện"),
    (Horizon.MONTH, "Tham gia một hoạt động của lớp hoặc Đoàn trường"),
    (Horizon.MONTH, "Không nghỉ học buổi nào không phép"),
    (Horizon.SEMESTER, "Điểm trung bình môn em chọn tăng so với học kỳ trước"),
    (Horizon.SEMESTER, "Rèn luyện đạt mức Khá trở lên"),
    (Horizon.SEMESTER, "Tìm hiểu một nghề hoặc một ngành em thích"),
]


@dataclass
class School:
    """The people and classes of the demo school."""

    year: SchoolYear
    people: list[Person] = field(default_factory=list)
    rooms: list[Classroom] = field(default_factory=list)
    students: dict[str, list[Student]] = field(default_factory=dict)
    ethnicity: dict[str, str] = field(default_factory=dict)

    def named(self, username: str) -> Person:
        """The person of that sign-in."""
        return next(person for person in self.people if person.account.username == username)

    def holding(self, role: Role) -> list[Person]:
        """Everybody of that role, in the order of the staff codes."""
        return [person for person in self.people if role in person.roles]

    def homeroom_teacher(self, room: str) -> Person:
        """The class's homeroom teacher."""
        return self.in_place(*HOMEROOMS[room])

    def in_place(self, department: str, place: int) -> Person:
        """The person in this place of the department; 0 is the head, 1 the deputy where there is one."""
        return [person for person in self.people if person.department == department][place]


def enter_everybody(stage: Stage, today: dt.date, password: str) -> School:
    """Set the school up in the last week of August: operator, admin, then secretary."""
    session, first = stage.session, int(year_name(today)[:4])
    eve = dt.date(first, 8, 24)
    stage.enter_operator(at(eve, 8))
    admin, _ = accounts.create(session, stage.actor, "quantri", [Role.ADMIN], password=password, must_change=False)
    actor = Actor(at(eve, 9), frozenset({Role.ADMIN}), admin.id, name="quantri", origin=Origin.DEMO)
    stage.enter_actor(actor)
    year = directory.save_year(session, actor, SchoolYear(), {"name": year_name(today)})
    _enter_goal_templates(session, actor)
    school = School(year)
    namer = names.Namer(stage.rng)
    departments = {
        name: directory.save_department(session, actor, Department(), {"name": name}) for name in DEPARTMENTS
    }
    _enter_staff(stage, school, namer, departments, password)
    _name_heads(session, actor, school, departments)
    for name in ROOMS:
        values = {"name": name, "school_year": year, "homeroom_teacher": school.homeroom_teacher(name).staff}
        school.rooms.append(directory.save_classroom(session, actor, Classroom(), values))
    _enter_teaching(session, actor, school)
    stage.enter(school.named("thuky"), at(eve + dt.timedelta(days=2), 8))
    _enter_students(stage, school, namer)
    return school


def _enter_goal_templates(session: Session, actor: Actor) -> None:
    for position, (horizon, text) in enumerate(GOALS, 1):
        values = {"horizon": horizon, "text": text, "position": position, "in_use": True}
        directory.save_goal_template(session, actor, GoalTemplate(), values)


def _enter_teaching(session: Session, actor: Actor, school: School) -> None:
    """Each class has one teacher a subject; whoever keeps a class teaches it, the others share what is left."""
    subjects: dict[str, list[Person]] = {}
    for person in school.people:
        if person.staff.subject:
            subjects.setdefault(person.staff.subject, []).append(person)
    keepers = {room.name: school.homeroom_teacher(room.name) for room in school.rooms}
    load = Counter(keeper.staff.code for keeper in keepers.values())
    for room in school.rooms:
        for subject, people in subjects.items():
            teacher = keepers[room.name]
            if teacher.staff.subject != subject:
                teacher = min(people, key=lambda person: load[person.staff.code])
                load[teacher.staff.code] += 1
            values = {"classroom": room, "staff": teacher.staff}
            directory.save_teaching(session, actor, Teaching(), values)


def _enter_staff(
    stage: Stage, school: School, namer: names.Namer, departments: dict[str, Department], password: str
) -> None:
    places = [(name, place) for name, subjects in DEPARTMENTS.items() for place in range(len(subjects))]
    for number, (department, place) in enumerate(places, 1):
        post, role = _post(department, place)
        code = f"GV{number:03}"
        username = USERNAMES.get((department, place))
        staff = directory.save_staff(
            stage.session,
            stage.actor,
            Staff(),
            _staff_values(stage.rng, namer, code, departments[department], post, place),
        )
        roles = {ONLY[username]} if username in ONLY else {Role.TEACHER} | ({role} if role else set())
        account, _ = accounts.create(
            stage.session,
            stage.actor,
            username or code.lower(),
            roles,
            staff,
            password if username else None,
            must_change=False,
        )
        school.people.append(Person(staff, account, frozenset(roles), department, place))


def _post(department: str, place: int) -> tuple[str, Role | None]:
    if place == 0:
        return "Tổ trưởng", Role.DEPARTMENT_HEAD
    return POSTS.get((department, place), ("Giáo viên", None))


def _staff_values(
    rng: Random, namer: names.Namer, code: str, department: Department, post: str, place: int
) -> dict[str, object]:
    gender = rng.choice([Gender.MALE, Gender.FEMALE, Gender.FEMALE])
    name = namer(rng.choice(["Kinh"] * 12 + ["Ê Đê", "M'Nông", "Tày"]), gender)
    subject = DEPARTMENTS[department.name][place]
    return {
        "code": code,
        "full_name": name.full,
        "sort_name": name.sort,
        "gender": gender,
        "department": department,
        "subject": subject or None,
        "post": post,
        "is_teacher": bool(subject),
        "email": "".join(letter for letter in fold(name.full) if letter.isalnum()) + f"{code[-3:]}@truong.example",
        "phone": _phone(rng),
        "commune": None if place % 3 == 2 else f"Xã {COMMUNES[(int(code[2:]) + place) % len(COMMUNES)]}",
        "joined_on": dt.date(rng.randint(2004, 2020), rng.choice([1, 8, 9]), 1),
    }


def _name_heads(session: Session, actor: Actor, school: School, departments: dict[str, Department]) -> None:
    for name, department in departments.items():
        values: dict[str, object] = {"name": name, "head": school.in_place(name, 0).staff}
        if POSTS.get((name, 1), ("", None))[0] == "Tổ phó":
            values["deputy"] = school.in_place(name, 1).staff
        directory.save_department(session, actor, department, values, department.version)


def _enter_students(stage: Stage, school: School, namer: names.Namer) -> None:
    for room in school.rooms:
        drafts = [_draft(stage.rng, school, namer, room) for _ in range(STUDENTS_A_ROOM)]
        roster.save_students(stage.session, stage.actor, drafts)
        school.students[room.name] = [draft.student for draft in drafts]


def _draft(rng: Random, school: School, namer: names.Namer, room: Classroom) -> roster.StudentDraft:
    first = school.year.starts_on
    code = f"66{first.year % 100}{len(school.ethnicity) + 1:05}"
    ethnicity, gender = rng.choice(names.ETHNICITIES), rng.choice(list(Gender))
    name = namer(ethnicity, gender)
    born = first.year - room.grade - 5 - (rng.random() < 0.05)
    values = {
        "code": code,
        "full_name": name.full,
        "sort_name": name.sort,
        "gender": gender,
        "date_of_birth": dt.date(born, rng.randint(1, 12), rng.randint(1, 28)),
    }
    school.ethnicity[code] = ethnicity
    private = _private(rng, ethnicity, name)
    return roster.StudentDraft(Student(), values, private, classroom=room, since=first)


def _private(rng: Random, ethnicity: str, name: names.Name) -> dict[str, str | None]:
    private = {
        "ethnicity": ethnicity,
        "policy_category": rng.choice(POLICIES) if rng.random() < 0.12 else None,
        "father_name": names.parent(rng, ethnicity, Gender.MALE, name),
        "mother_name": names.parent(rng, ethnicity, Gender.FEMALE, name),
        "phone": _phone(rng),
    }
    place, commune = f"{'Bon' if ethnicity in HIGHLAND else 'Thôn'} {rng.randint(1, 9)}", rng.choice(COMMUNES)
    return private | {"address": f"{place}, xã {commune}", "commune": f"Xã {commune}"}


def _phone(rng: Random) -> str:
    """A number of a kind that no network gives out."""
    return f"0300{rng.randint(0, 999999):06}"


def accounts_of(school: School, admin: str = "quantri") -> list[tuple[str, list[Role]]]:
    """The sign-ins to show, with their roles, in the order in which a month's work passes through them."""
    shown = ["giaovien", "totruong", "congdoan", "thuky", "lanhdao", "hoidong"]
    return [(name, sorted(school.named(name).roles)) for name in shown] + [(admin, [Role.ADMIN])]
