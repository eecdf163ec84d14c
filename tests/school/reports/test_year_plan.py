"""The year's plan as a document: its number and dates, who may print it, and a year of which nothing is known."""

import datetime as dt

import pytest

from school import models as m
from school.errors import NotAllowed
from school.reports import documents, year_plan
from school.rules.calendar import YearPlan
from school.services.guard import set_actor
from school.vocabulary import Deadline
from tests.cast import NOW, Cast
from tests.factories import make_announcement, make_year
from tests.school.reports.papers import text_of

EVERYBODY = ("lan", "hoa", "cuc", "thu", "binh", "hoi", "quan", "tro")


def act(cast: Cast, name: str):
    actor = cast.actor(name, NOW)
    set_actor(cast.session, actor)
    return actor


def year_of(cast: Cast) -> m.SchoolYear:
    act(cast, "operator")
    return cast.get(m.SchoolYear, cast.year)


def paper(cast: Cast, name: str = "binh", year: m.SchoolYear | None = None) -> documents.Paper:
    year = year or year_of(cast)
    return year_plan.paper(cast.session, act(cast, name), year)


def cycle(plan: YearPlan) -> dict[int, str]:
    return {row["number"]: row["time"] for row in year_plan.cycle(plan)}


@pytest.mark.parametrize("name", EVERYBODY[:-1])
def test_all_staff_print_the_plan_once_it_is_announced(cast: Cast, name: str) -> None:
    assert paper(cast, name).values["year"] == "2025-2026"


@pytest.mark.parametrize("name", ["tro", "nobody"])
def test_without_a_role_nobody_prints_it(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        paper(cast, name)


@pytest.mark.parametrize("name", EVERYBODY)
def test_before_that_those_who_announce_it(cast: Cast, name: str) -> None:
    act(cast, "operator")
    year = make_year(cast.session, "2026-2027")
    if name == "binh":
        values = paper(cast, name, year).values
        assert (values["number"], values["date"]) == (None, None)
        assert values["subject"] == year_plan.SUBJECT
    else:
        with pytest.raises(NotAllowed):
            paper(cast, name, year)


def test_number_and_day_are_those_of_the_announcement(cast: Cast) -> None:
    act(cast, "operator")
    make_announcement(cast.session, plan_number="45/KH-THPT", published_on=dt.date(2025, 9, 12))
    make_announcement(cast.session, title="Nhắc đăng ký", published_on=dt.date(2025, 10, 1))  # has no number
    values = paper(cast).values
    assert (values["number"], values["date"]) == ("45/KH-THPT", dt.date(2025, 9, 12))


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Kế hoạch nhận đỡ đầu học sinh, năm học 2025-2026", "Nhận đỡ đầu học sinh"),
        ("KẾ HOẠCH: Mỗi thầy cô một em (năm học 2025-2026)", "Mỗi thầy cô một em"),
        ("Đỡ đầu học sinh năm học 2024-2025 và tiếp theo", "Đỡ đầu học sinh năm học 2024-2025 và tiếp theo"),
        ("Kế hoạch", year_plan.SUBJECT),
        ("", year_plan.SUBJECT),
        ("Kế hoạch hóa việc đỡ đầu", "Kế hoạch hóa việc đỡ đầu"),
    ],
)
def test_what_the_heading_says_is_not_said_twice(title: str, subject: str) -> None:
    assert year_plan.subject_of(title, "2025-2026") == subject


def test_the_usual_dates_of_the_cycle() -> None:
    assert cycle(YearPlan.usual("2025-2026")) == {
        1: "Chậm nhất ngày 19/11/2025",
        2: "Từ ngày 01/12/2025 đến hết ngày 30/12/2025",
        3: "Chậm nhất ngày 29/12/2025",
        4: "Chậm nhất ngày 29/12/2025",
        5: "Hằng tháng, từ tháng 9/2025 đến tháng 5/2026: chậm nhất ngày 20; tháng 5 chậm nhất ngày 15/05/2026",
        6: "Hằng tháng, từ tháng 9/2025 đến tháng 5/2026: chậm nhất ngày 24; tháng 5 chậm nhất ngày 20/05/2026",
        7: "Cuối mỗi tháng, cuối mỗi học kỳ",
        8: "Thường xuyên trong năm học",
        9: "Chậm nhất ngày 15/01/2026",
        10: "Chậm nhất ngày 24/05/2026",
        11: "Chậm nhất ngày 31/05/2026",
        12: "Từ tháng 6 đến tháng 8 năm 2026",
    }


def test_dates_that_were_moved_are_the_plans_dates() -> None:
    usual = YearPlan.usual("2025-2026")
    moved = {
        (Deadline.REGISTRATION, ""): dt.date(2025, 10, 30),
        (Deadline.SURVEY_OPENS, ""): dt.date(2025, 11, 10),
        (Deadline.SPONSOR_MONTH, "2026-02"): dt.date(2026, 3, 2),  # after Tết: on a day of the next month
        (Deadline.SCHOOL_REPORT_1, ""): dt.date(2025, 12, 20),
    }
    times = cycle(YearPlan(usual.name, usual.starts_on, usual.second_starts_on, usual.ends_on, moved))
    assert times[1] == "Chậm nhất ngày 30/10/2025"
    assert times[2].startswith("Từ ngày 10/11/2025")
    assert times[4] == "Chậm nhất ngày 20/12/2025"
    assert "tháng 2 chậm nhất ngày 02/03/2026; tháng 5" in times[5]
    assert "tháng 2" not in times[6]


def test_every_date_of_the_calendar_stands_in_the_plan() -> None:
    """A new deadline must not be forgotten: moved to a day of its own, it shows."""
    usual = YearPlan.usual("2025-2026")
    for deadline in Deadline:
        period = "2025-11" if deadline in (Deadline.SPONSOR_MONTH, Deadline.DEPARTMENT_MONTH) else ""
        moved = {(deadline, period): dt.date(2026, 7, 13)}
        plan = YearPlan(usual.name, usual.starts_on, usual.second_starts_on, usual.ends_on, moved)
        assert any("13/07/2026" in row["time"] for row in year_plan.cycle(plan)), deadline


def test_who_does_the_unions_part_is_a_setting(cast: Cast) -> None:
    act(cast, "operator")
    profile = cast.session.query(m.SchoolProfile).one()
    profile.union_name = "Tổ Công đoàn cơ sở"
    cast.session.flush()
    assert any("Tổ Công đoàn cơ sở" in row["who"] for row in paper(cast).values["cycle"])


def test_the_document_holds_dates_groups_and_signer(cast: Cast) -> None:
    act(cast, "operator")
    make_announcement(cast.session, plan_number="45/KH-THPT", published_on=dt.date(2025, 9, 12), title="<b>&{{ x }}")
    profile = cast.session.query(m.SchoolProfile).one()
    profile.signer_title, profile.signer_name = "KT. HIỆU TRƯỞNG\nPHÓ HIỆU TRƯỞNG", "Cao Thanh Bình"
    profile.legal_basis, profile.recipients = "Căn cứ Chỉ thị 03;", "Các tổ;\nLưu: VT."
    cast.session.flush()
    text = text_of(documents.write(cast.session, act(cast, "lan"), paper(cast, "lan"), "Trường"))
    for said in (
        "45/KH-THPT",
        "ngày 12 tháng 9 năm 2025",
        "<b>&{{ x }}",
        "Căn cứ Chỉ thị 03;",
        "Nhóm B: rèn luyện, học tập cần hỗ trợ",
        "Chậm nhất ngày 19/11/2025",
        "PHÓ HIỆU TRƯỞNG",
        "Cao Thanh Bình",
        "- Lưu: VT.",
    ):
        assert said in text, said
