"""A department's month as a document: as handed in, or marked while it is written; heads only their own (P4.10)."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed
from school.reports import department_document, documents
from school.services import department_reports
from school.services.guard import set_actor
from tests.cast import NOW, TODAY, Cast
from tests.factories import SECRET, make_contact
from tests.school.reports.papers import text_of


def act(cast: Cast, name: str, now: dt.datetime = NOW) -> Any:
    actor = cast.actor(name, now)
    set_actor(cast.session, actor)
    return actor


def report(cast: Cast, department: str = "Tổ Toán") -> m.DepartmentReport:
    act(cast, "operator")
    own = m.DepartmentReport.department_id == cast.departments[department]
    return cast.session.scalars(select(m.DepartmentReport).where(own)).one()


def paper(cast: Cast, name: str = "hoa", department: str = "Tổ Toán", now: dt.datetime = NOW) -> documents.Paper:
    found = report(cast, department)
    return department_document.paper(cast.session, act(cast, name, now), found)


def text(cast: Cast, made: documents.Paper) -> str:
    return text_of(documents.write(cast.session, act(cast, "hoa"), made, "Trường THPT Thử"))


def hand_in(cast: Cast) -> None:
    found = report(cast)
    department_reports.take_step(cast.session, act(cast, "hoa"), found, "submit", "Các em đi học đều.\nTổ cảm ơn.")


def test_while_it_is_written_it_says_so(cast: Cast) -> None:
    made = paper(cast)
    assert made.values["draft"] == "Bản đang viết"
    said = text(cast, made)
    assert "BÁO CÁO THÁNG 9/2025" in said
    assert "Bản đang viết" in said
    assert "Không có." in said
    assert "tổ Toán có 3 thầy cô đỡ đầu 4 em" in said


def test_as_it_was_handed_in_whatever_came_later(cast: Cast) -> None:
    hand_in(cast)
    lan, case = cast.get(m.Staff, cast.staff["lan"]), cast.get(m.SupportCase, cast.id("sponsored"))
    act(cast, "operator")
    make_contact(cast.session, case, lan, occurred_on=dt.date(2025, 9, 2))
    made = paper(cast, now=NOW + dt.timedelta(days=40))
    assert (made.values["draft"], made.values["date"], made.values["day"]) == ("", TODAY, TODAY)
    assert made.values["comment"] == ["Các em đi học đều.", "Tổ cảm ơn."]
    counts = {row["label"]: row["count"] for row in made.values["rows"]}
    assert counts["Số lần liên hệ"] == "4"
    said = text(cast, made)
    assert "Tổ cảm ơn." in said
    assert "TỔ TRƯỞNG" in said
    assert "Trần Thị Hoa" in said
    assert "ngày 15 tháng 10 năm 2025" in said


def test_the_heads_words_stand_once(cast: Cast) -> None:
    hand_in(cast)
    assert text(cast, paper(cast)).count("Các em đi học đều.") == 1


def test_it_is_not_addressed_to_the_so_and_names_no_child(cast: Cast) -> None:
    hand_in(cast)
    said = text(cast, paper(cast))
    assert "- Ban giám hiệu;" in said
    names = list(cast.session.scalars(select(m.Student.full_name)))
    assert [name for name in names if name in said] == []
    assert SECRET not in said


@pytest.mark.parametrize(
    ("name", "department"),
    [("hoa", "Tổ Toán"), ("dung", "Tổ Toán"), ("khoa", "Tổ Văn"), ("cuc", "Tổ Văn"), ("binh", "Tổ Toán")],
)
def test_who_reads_the_report_may_print_it(cast: Cast, name: str, department: str) -> None:
    assert paper(cast, name, department).rows


@pytest.mark.parametrize(
    ("name", "department"),
    [("khoa", "Tổ Toán"), ("hoa", "Tổ Văn"), ("lan", "Tổ Toán"), ("hoi", "Tổ Toán"), ("quan", "Tổ Văn")],
)
def test_nobody_prints_another_departments(cast: Cast, name: str, department: str) -> None:
    with pytest.raises(NotAllowed):
        paper(cast, name, department)


def test_every_value_is_one_that_a_template_may_say(cast: Cast) -> None:
    values = paper(cast).values
    known = {name.partition("[")[0] for name in department_document.VARIABLES}
    assert values.keys() - known == {"recipients"}
    assert {f"rows[].{name}" for name in values["rows"][0]} <= department_document.VARIABLES.keys()


def test_a_department_without_a_head_has_room_for_a_name(cast: Cast) -> None:
    act(cast, "operator")
    cast.get(m.Department, cast.departments["Tổ Toán"]).head = None
    cast.session.flush()
    assert paper(cast, "binh").values["head_name"] == ""
