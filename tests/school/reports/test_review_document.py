"""The review as a document: the school's by leadership, a draft for others, a head's of the own department (P4.9)."""

from typing import Any

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed
from school.reports import documents, review_document
from school.services.guard import set_actor
from school.vocabulary import DropoutRisk
from tests.cast import NOW, Cast
from tests.factories import SECRET
from tests.school.reports.papers import text_of

OF_MATHS = {"Y Bhiu Niê", "H'Linh Niê", "Phạm Quốc Bảo"}


def act(cast: Cast, name: str) -> Any:
    actor = cast.actor(name, NOW)
    set_actor(cast.session, actor)
    return actor


def paper(cast: Cast, name: str = "binh", part: str = "") -> documents.Paper:
    act(cast, "operator")
    year = cast.get(m.SchoolYear, cast.year)
    return review_document.paper(cast.session, act(cast, name), year, part)


def text(cast: Cast, made: documents.Paper) -> str:
    return text_of(documents.write(cast.session, act(cast, "binh"), made, "Trường THPT Thử"))


@pytest.mark.parametrize(
    ("part", "title"),
    [
        ("", "Sơ kết học kỳ I"),
        ("1", "Sơ kết học kỳ I"),
        ("2", "Sơ kết học kỳ II"),
        ("year", "Tổng kết"),
        ("no such", "Sơ kết học kỳ I"),
    ],
)
def test_each_part_of_the_year_and_without_one_the_next(cast: Cast, part: str, title: str) -> None:
    made = paper(cast, part=part)
    assert made.values["title"] == title
    assert made.name == f"{title} 2025-2026"


@pytest.mark.parametrize(
    ("name", "draft"), [("binh", ""), ("ly", ""), ("operator", ""), ("cuc", "DỰ THẢO"), ("thu", "DỰ THẢO")]
)
def test_leaderships_is_the_schools_own_and_others_get_a_draft(cast: Cast, name: str, draft: str) -> None:
    made = paper(cast, name)
    assert (made.values["draft"], made.values["department"]) == (draft, "")
    assert made.values["general"][0] == {"label": "Em trong danh sách được hỗ trợ", "count": "11"}
    assert {row["label"] for row in made.values["departments"]} == {"Tổ Toán", "Tổ Văn", "Chưa thuộc tổ nào"}
    assert made.rows == len(made.values["rows"]) == 9


@pytest.mark.parametrize("name", ["hoa", "dung"])
def test_a_heads_is_of_the_own_department_with_its_children_alone(cast: Cast, name: str) -> None:
    made = paper(cast, name)
    assert (made.values["department"], made.values["draft"]) == ("tổ Toán", "")
    assert made.values["head_name"] == "Trần Thị Hoa"
    assert made.name == "Sơ kết học kỳ I 2025-2026 của tổ Toán"
    assert {row["label"] for row in made.values["departments"]} == {"Tổ Toán"}
    named = {row["full_name"] for row in made.values["rows"]}
    assert named <= OF_MATHS
    assert named
    said = text(cast, made)
    act(cast, "operator")
    others = set(cast.session.scalars(select(m.Student.full_name))) - OF_MATHS
    assert [child for child in others if child in said] == []
    assert "TỔ TRƯỞNG" in said


@pytest.mark.parametrize("name", ["lan", "minh", "hoi", "quan", "tro", "nobody"])
def test_nobody_else_makes_one(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        paper(cast, name)


def test_how_surely_a_child_comes_to_school_is_told_in_numbers_alone(cast: Cast) -> None:
    act(cast, "operator")
    for row in cast.session.scalars(select(m.ProgressEvaluation)):
        row.dropout_risk = DropoutRisk.HIGH
    cast.session.flush()
    said = text(cast, paper(cast))
    assert DropoutRisk.HIGH.label not in said
    assert SECRET not in said
    assert "Yên tâm đi học" in said


def test_every_value_is_one_that_a_template_may_say(cast: Cast) -> None:
    for name in ("binh", "hoa"):
        values = paper(cast, name).values
        known = {variable.partition("[")[0] for variable in review_document.VARIABLES}
        assert values.keys() - known <= {"recipients"}
        for listed in ("general", "moves", "trends", "departments", "rows"):
            assert {f"{listed}[].{part}" for part in values[listed][0]} <= review_document.VARIABLES.keys()


def test_a_year_of_which_nothing_is_known_is_a_document_all_the_same(cast: Cast) -> None:
    act(cast, "operator")
    for row in cast.session.scalars(select(m.SupportCase)):
        row.state = "nominated"
    cast.session.flush()
    cast.session.expire_all()
    made = paper(cast)
    assert made.rows == 0
    said = text(cast, made)
    assert "PHỤ LỤC" not in said
