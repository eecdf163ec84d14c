"""Lists brought as people bring them: a list of each kind about the cast, and whoever may bring it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from school import models as m
from school.imports import runs
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.vocabulary import ListKind
from tests.cast import Cast
from tests.school.imports.keeping import Rows, as_csv

STAFF, STUDENTS, RESULTS = ListKind.STAFF, ListKind.STUDENTS, ListKind.RESULTS
ASSIGNMENTS, HARDSHIP = ListKind.ASSIGNMENTS, ListKind.HARDSHIP
BRINGERS = {STAFF: "quan", STUDENTS: "thu", RESULTS: "thu", ASSIGNMENTS: "binh", HARDSHIP: "thu"}

Opened = tuple[Actor, m.ImportRun]
Open = Callable[..., Opened]


@pytest.fixture
def people(session: Session, cast: Cast) -> dict[str, m.Student]:
    """The students by the name of their case; also "classmate" and "stranger"."""
    found = {name: session.get_one(m.Student, file["student"]) for name, file in cast.files.items()}
    return found | {name: session.get_one(m.Student, getattr(cast, name)) for name in ("classmate", "stranger")}


@pytest.fixture
def lists(session: Session, cast: Cast, people: dict[str, m.Student]) -> dict[ListKind, Rows]:
    """For each kind a list that makes rows, changes some and leaves others."""
    codes = {name: student.code for name, student in people.items()}
    staff = {name: session.get_one(m.Staff, row_id).code for name, row_id in cast.staff.items()}
    who = ["Mã HS", "Họ và tên", "Lớp"]
    students = [
        [*who, "Điện thoại", "Ghi chú"],
        [codes["classmate"], "Nguyễn Văn Nam", "10A2", "0905123456", ""],  # into a class that is not there yet
        [codes["stranger"], "Nguyễn Thị Thắm", "12A3", "", ""],
        [codes["sponsored"], "Y Bhiu Niê Kdăm", "11A2", "", ""],
        ["HSMOI1", "Lò Văn Mới", "10A1", "0905111222", "mới chuyển đến"],
        ["HSMOI2", "Lò Thị Mới", "10A2", "", ""],
        ["HSXAU", "Ngày Sai", "Lớp nào", "", ""],
    ]
    return {
        STAFF: [
            ["Mã", "Họ và tên", "Tổ chuyên môn", "Môn dạy", "Chức vụ", "Chủ nhiệm lớp", "Điện thoại"],
            [staff["lan"], "Nguyễn Thị Lan", "Tổ Văn", "Văn", "Tổ trưởng", "10A1", "0905000111"],
            [staff["son"], "Đặng Thái Sơn", "Tổ Văn", "", "", "10A1", ""],
            ["GVMOI1", "Trịnh Văn Mới", "Tổ Ngoại ngữ", "Anh", "Tổ trưởng", "12A3", ""],
            ["GVMOI2", "Trịnh Thị Mới", "Tổ Ngoại ngữ", "Anh", "Tổ phó", "10A7", ""],
            ["", "Không Có Ai", "Tổ Văn", "", "", "", ""],
        ],
        STUDENTS: students,
        RESULTS: [
            ["KẾT QUẢ HỌC KỲ I"],
            [*who, "Học tập", "Rèn luyện", "Vắng có phép"],
            [codes["homeroom"], "Trần Văn Đạt", "10A1", "Khá", "Tốt", "3"],
            [codes["classmate"], "Nguyễn Văn Nam", "10A1", "Đạt", "Khá", "0"],
            [codes["ended"], "Nông Thị Yến", "11A2", "", "", "2"],
            ["KHONGCO", "Ai Đó", "10A1", "Tốt", "Tốt", ""],
        ],
        ASSIGNMENTS: [
            [*who, "Hoàn cảnh gia đình", "GV nhận đỡ đầu"],
            [codes["leaders_nominee"], "Ma Văn Hùng", "10A1", "nhà xa trường", "Đặng Thái Sơn"],
            [codes["classmate"], "Nguyễn Văn Nam", "10A1", "mồ côi cha", "1. Lê Quang Vinh; 2. Hồ Thị Giang (hỗ trợ)"],
            [codes["homeroom"], "Trần Văn Đạt", "10A1", "bố ốm nặng", "Võ Minh Tâm; Đặng Thái Sơn"],
            [codes["registered"], "Thị Mai", "11A2", "", "Nguyễn Thị Lan"],
            [codes["stranger"], "Nguyễn Thị Thắm", "12A3", "nhà nghèo", "Không Ai Tên Này"],
        ],
        HARDSHIP: [
            [*who, "Phân loại", "Mức độ", "Hoàn cảnh"],
            [codes["classmate"], "Nguyễn Văn Nam", "10A1", "Hộ nghèo", "", "nhà ở xa"],
            [codes["homeroom"], "Trần Văn Đạt", "10A1", "Hộ cận nghèo", "", "bố ốm nặng"],
            ["KHONGCO", "Ai Đó", "10A1", "Hộ nghèo", "", ""],
        ],
    }


@pytest.fixture
def bring(session: Session, cast: Cast, lists: dict[ListKind, Rows]) -> Open:
    """Bring a list as whoever may: the actor, as whom the session acts from then on, and the run; both committed."""

    def open_as(kind: ListKind, who: str = "", own: Rows | None = None, **options: Any) -> Opened:
        actor = cast.actor(who or BRINGERS[kind])
        assert actor is not None
        set_actor(session, cast.actor("operator"))
        year = session.get_one(m.SchoolYear, cast.year)
        set_actor(session, actor)
        name, data = options.pop("name", "danh-sach.csv"), as_csv(own or lists[kind])
        run = runs.open_run(session, actor, kind, name, data, year, **options)
        session.commit()
        return actor, run

    return open_as


def apply(session: Session, opened: Opened, **options: Any) -> Any:
    """Look at the file and apply it as it was shown."""
    actor, run = opened
    seen = runs.preview(session, actor, run)
    report = runs.apply(session, actor, run, seen.digest, confirmed=bool(seen.alarms), **options)
    session.commit()
    return report


def later(actor: Actor, **options: Any) -> Actor:
    """The same person a while later."""
    return replace(actor, now=actor.now + dt.timedelta(**(options or {"hours": 1})))
