"""School years, classes, departments, staff and the catalogue."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.services import directory
from school.services.guard import set_actor
from school.services.records import remove
from school.vocabulary import Action, HardshipGroup, Horizon
from tests.cast import Cast
from tests.factories import make_classroom, make_department, make_staff, make_year


def test_a_years_dates_follow_from_its_name(session: Session, operator: Actor) -> None:
    year = directory.save_year(session, operator, m.SchoolYear(), {"name": " 2025 – 2026 "})
    assert (year.name, year.starts_on, year.semester_2_starts_on, year.ends_on) == (
        "2025-2026",
        dt.date(2025, 9, 1),
        dt.date(2026, 1, 16),
        dt.date(2026, 5, 31),
    )


def test_a_school_may_move_its_dates(session: Session, operator: Actor) -> None:
    values = {"name": "2025-2026", "starts_on": dt.date(2025, 8, 25)}
    assert directory.save_year(session, operator, m.SchoolYear(), values).starts_on == dt.date(2025, 8, 25)


@pytest.mark.parametrize(
    "values",
    [
        {"semester_2_starts_on": dt.date(2025, 9, 1)},
        {"semester_2_starts_on": dt.date(2026, 5, 31)},
        {"ends_on": dt.date(2026, 1, 1)},
        {"starts_on": dt.date(2026, 2, 1)},
    ],
)
def test_a_years_dates_stand_in_order(session: Session, operator: Actor, values: dict[str, dt.date]) -> None:
    with pytest.raises(RuleError) as refusal:
        directory.save_year(session, operator, m.SchoolYear(), {"name": "2025-2026"} | values)
    assert refusal.value.field == "starts_on"


@pytest.mark.parametrize("name", [None, "", "  ", "2025"])
def test_a_year_needs_a_name(session: Session, operator: Actor, name: str | None) -> None:
    with pytest.raises(RuleError) as refusal:
        directory.save_year(session, operator, m.SchoolYear(), {"name": name})
    assert refusal.value.field == "name"


def test_a_year_is_entered_once(session: Session, operator: Actor) -> None:
    make_year(session)
    with pytest.raises(RuleError, match="đã có"):
        directory.save_year(session, operator, m.SchoolYear(), {"name": "2025-2026"})


TODAY = dt.date(2025, 10, 15)


def test_without_a_name_the_year_of_today_is_found(session: Session) -> None:
    make_year(session, "2024-2025")
    this = make_year(session, "2025-2026")
    make_year(session, "2026-2027")
    assert directory.find_year(session, TODAY) is this
    assert directory.find_year(session, dt.date(2026, 8, 31)) is this
    assert directory.find_year(session, TODAY, "2024 – 2025").name == "2024-2025"
    assert directory.find_year(session, TODAY, "2019-2020") is None
    assert directory.latest_year(session).name == "2026-2027"


def test_a_year_that_stands_alone_is_found_at_any_time(session: Session) -> None:
    only = make_year(session, "2019-2020")
    assert directory.find_year(session, TODAY) is only


def test_no_year_is_guessed_among_several(session: Session) -> None:
    assert directory.find_year(session, TODAY) is None
    assert directory.latest_year(session) is None
    make_year(session, "2018-2019")
    make_year(session, "2019-2020")
    assert directory.find_year(session, TODAY) is None


@pytest.mark.parametrize(
    ("name", "grade"),
    [
        ("10A1", 10),
        ("9B", 9),
        ("1", 1),
        ("12", 12),
        ("13A", None),
        ("0A", None),
        ("A1", None),
        ("", None),
        ("²A", None),
    ],
)
def test_a_grade_stands_at_the_head_of_a_class_name(name: str, grade: int | None) -> None:
    assert directory.grade_of(name) == grade


def test_a_class_takes_its_grade_from_its_name(session: Session, operator: Actor) -> None:
    values = {"name": " 11 a2 ", "school_year": make_year(session)}
    classroom = directory.save_classroom(session, operator, m.Classroom(), values)
    assert (classroom.name, classroom.grade) == ("11A2", 11)


@pytest.mark.parametrize(
    ("values", "field"), [({"name": ""}, "name"), ({"name": "Lá"}, "grade"), ({"name": "10A", "grade": 13}, "grade")]
)
def test_a_class_needs_name_and_grade(session: Session, operator: Actor, values: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleError) as refusal:
        directory.save_classroom(session, operator, m.Classroom(), values | {"school_year": make_year(session)})
    assert refusal.value.field == field


def test_a_class_is_entered_once_a_year(session: Session, operator: Actor) -> None:
    make_classroom(session, "10A1")
    next_year = make_year(session, "2026-2027")
    directory.save_classroom(session, operator, m.Classroom(), {"name": "10A1", "school_year": next_year})
    with pytest.raises(RuleError, match="cùng tên"):
        directory.save_classroom(session, operator, m.Classroom(), {"name": "10A1", "school_year": next_year})


def test_head_and_deputy_are_two_people(session: Session, operator: Actor) -> None:
    lan = make_staff(session)
    with pytest.raises(RuleError) as refusal:
        directory.save_department(session, operator, m.Department(), {"name": "Tổ Toán", "head": lan, "deputy": lan})
    assert refusal.value.field == "deputy"
    saved = directory.save_department(
        session, operator, m.Department(), {"name": "Tổ Toán", "head": None, "deputy": None}
    )
    assert saved.id


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "", "full_name": "Lê Văn Tám"}, "code"),
        ({"code": "GV1", "full_name": " "}, "full_name"),
        (
            {
                "code": "GV1",
                "full_name": "Lê Văn Tám",
                "joined_on": dt.date(2025, 9, 2),
                "left_on": dt.date(2025, 9, 1),
            },
            "left_on",
        ),
    ],
)
def test_staff_need_code_and_name_and_leave_after_they_came(
    session: Session, operator: Actor, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(RuleError) as refusal:
        directory.save_staff(session, operator, m.Staff(), values)
    assert refusal.value.field == field


def test_staff_may_leave_on_their_first_day(session: Session, operator: Actor) -> None:
    day = dt.date(2025, 9, 1)
    values = {"code": " GV 1 ", "full_name": " Lê  Văn\tTám ", "joined_on": day, "left_on": day}
    staff = directory.save_staff(session, operator, m.Staff(), values)
    assert (staff.code, staff.full_name) == ("GV 1", "Lê Văn Tám")


@pytest.mark.parametrize("missing", ["code", "name"])
def test_a_category_needs_code_and_name(session: Session, operator: Actor, missing: str) -> None:
    values = {"code": "new", "name": "Mới", "hardship_group": HardshipGroup.A} | {missing: None}
    with pytest.raises(RuleError) as refusal:
        directory.save_category(session, operator, m.HardshipCategory(), values)
    assert refusal.value.field == missing


def test_a_form_opened_on_an_older_version_is_refused(session: Session, operator: Actor) -> None:
    department = make_department(session, "Tổ Lý")
    opened = department.version
    directory.save_department(session, operator, department, {"name": "Tổ Hóa"}, opened)
    for version in (opened, None):
        with pytest.raises(StaleRecord):
            directory.save_department(session, operator, department, {"name": "Tổ Sinh"}, version)
    assert department.name == "Tổ Hóa"
    with pytest.raises(StaleRecord):
        remove(session, operator, Action.EDIT_DIRECTORY, department, opened)
    remove(session, operator, Action.EDIT_DIRECTORY, department, department.version)
    assert session.get(m.Department, department.id) is None


@pytest.mark.parametrize("person", ["lan", "thu", "binh", "hoi", "tro"])
def test_only_an_admin_edits_the_directory(session: Session, cast: Cast, person: str) -> None:
    actor = cast.actor(person)
    set_actor(session, actor)
    with pytest.raises(NotAllowed):
        directory.save_department(session, actor, m.Department(), {"name": "Tổ mới"})
    quan = cast.actor("quan")
    set_actor(session, quan)
    assert directory.save_department(session, quan, m.Department(), {"name": "Tổ mới"}).id


def test_the_short_lists_put_this_years_classes_first_and_name_the_year_of_older_ones(
    session: Session, operator: Actor
) -> None:
    old, new = make_year(session, "2024-2025"), make_year(session, "2025-2026")
    for year in (old, new):
        for name in ("10A2", "10A1"):
            make_classroom(session, name, school_year=year)
    make_department(session, "Tổ Toán")
    lists = directory.short_lists(session, operator)
    assert [name for _id, name in lists[m.Classroom]] == ["10A1", "10A2", "10A1 (2024-2025)", "10A2 (2024-2025)"]
    assert [name for _id, name in lists[m.SchoolYear]] == ["2025-2026", "2024-2025"]
    assert [name for _id, name in lists[m.Department]] == ["Tổ Toán"]


def test_the_short_lists_are_for_those_who_may_read_the_directory(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        directory.short_lists(cast.session, cast.actor("tro"))


def test_who_teaches_a_class_is_entered_once(cast: Cast) -> None:
    admin = cast.actor("quan")
    set_actor(cast.session, admin)
    given = {"classroom": cast.get(m.Classroom, cast.classes["10A1"]), "staff": cast.get(m.Staff, cast.staff["tam"])}
    row = directory.save_teaching(cast.session, admin, m.Teaching(), given)
    with pytest.raises(RuleError, match="đã có tên dạy"):
        directory.save_teaching(cast.session, admin, m.Teaching(), given)
    cast.session.rollback()
    again = directory.save_teaching(cast.session, admin, m.Teaching(), given)
    directory.discard_teaching(cast.session, admin, again, again.version)
    assert row is not again
    assert cast.session.scalars(select(m.Teaching)).all() == []


@pytest.mark.parametrize("missing", ["classroom", "staff"])
def test_teaching_needs_a_class_and_a_person(cast: Cast, missing: str) -> None:
    admin = cast.actor("quan")
    set_actor(cast.session, admin)
    given = {"classroom": cast.get(m.Classroom, cast.classes["10A1"]), "staff": cast.get(m.Staff, cast.staff["tam"])}
    with pytest.raises(RuleError) as refusal:
        directory.save_teaching(cast.session, admin, m.Teaching(), given | {missing: None})
    assert refusal.value.field == missing


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "thu", "binh", "hoi", "tro"])
def test_only_the_administrator_says_who_teaches_where(cast: Cast, name: str) -> None:
    actor = cast.actor(name)
    set_actor(cast.session, actor)
    given = {"classroom_id": cast.classes["10A1"], "staff_id": cast.staff["tam"]}
    rows = {"classroom": cast.get(m.Classroom, cast.classes["10A1"]), "staff": cast.get(m.Staff, cast.staff["tam"])}
    if rows["classroom"] is not None:
        with pytest.raises(NotAllowed):
            directory.save_teaching(cast.session, actor, m.Teaching(), rows)
    cast.session.add(m.Teaching(**given))
    with pytest.raises(NotAllowed):
        cast.session.flush()


def test_the_goals_on_offer_are_those_in_use_by_how_far_they_look_ahead(session: Session, operator: Actor) -> None:
    for text, horizon, in_use in (
        ("học kỳ", Horizon.SEMESTER, True),
        ("tuần  này", Horizon.WEEK, True),
        ("không dùng", Horizon.WEEK, False),
        ("tháng", Horizon.MONTH, True),
    ):
        values = {"text": text, "horizon": horizon, "position": 1, "in_use": in_use}
        directory.save_goal_template(session, operator, m.GoalTemplate(), values)
    assert directory.goal_hints(session) == [
        (Horizon.WEEK, "tuần này"),
        (Horizon.MONTH, "tháng"),
        (Horizon.SEMESTER, "học kỳ"),
    ]
    with pytest.raises(RuleError, match="cùng lời"):
        directory.save_goal_template(session, operator, m.GoalTemplate(), {"text": "tháng", "horizon": Horizon.WEEK})


@pytest.mark.parametrize(("field", "value"), [("text", None), ("text", "  "), ("horizon", None)])
def test_a_goal_on_offer_needs_words_and_a_horizon(
    session: Session, operator: Actor, field: str, value: str | None
) -> None:
    with pytest.raises(RuleError) as refusal:
        directory.save_goal_template(
            session, operator, m.GoalTemplate(), {"text": "x", "horizon": Horizon.WEEK, field: value}
        )
    assert refusal.value.field == field


@pytest.mark.parametrize(("name", "may"), [("binh", True), ("quan", True), ("lan", False), ("thu", False)])
def test_the_catalogue_of_goals_is_edited_by_leadership_and_the_administrator(cast: Cast, name: str, may: bool) -> None:
    actor = cast.actor(name)
    set_actor(cast.session, actor)
    values = {"text": "đi học đều", "horizon": Horizon.WEEK}
    if may:
        assert directory.save_goal_template(cast.session, actor, m.GoalTemplate(), values).id is not None
        return
    with pytest.raises(NotAllowed):
        directory.save_goal_template(cast.session, actor, m.GoalTemplate(), values)


@pytest.mark.parametrize("person", ["thu", "quan"])
def test_whoever_keeps_the_students_opens_a_class_that_a_list_names(cast: Cast, person: str) -> None:
    actor = cast.actor(person)
    set_actor(cast.session, actor)
    year = cast.get(m.SchoolYear, cast.year)
    room = directory.open_classroom(cast.session, actor, year, "10 c1")
    assert (room.name, room.grade, room.homeroom_teacher_id) == ("10C1", 10, None)


@pytest.mark.parametrize("person", ["lan", "hoa", "cuc", "binh", "hoi", "tro"])
def test_nobody_else_opens_a_class(cast: Cast, person: str) -> None:
    actor = cast.actor(person)
    set_actor(cast.session, actor)
    with pytest.raises(NotAllowed):
        directory.open_classroom(cast.session, actor, cast.get(m.SchoolYear, cast.year), "10C1")


def test_the_secretary_changes_no_class(cast: Cast) -> None:
    actor = cast.actor("thu")
    set_actor(cast.session, actor)
    room = cast.get(m.Classroom, cast.classes["10A1"])
    room.homeroom_teacher_id = cast.staff["vinh"]
    with pytest.raises(NotAllowed):
        cast.session.flush()


@pytest.mark.parametrize("name", ["", "A1", "lớp nào"])
def test_a_class_that_tells_no_grade_is_not_opened(session: Session, operator: Actor, name: str) -> None:
    with pytest.raises(RuleError):
        directory.open_classroom(session, operator, make_year(session), name)
    assert session.scalars(select(m.Classroom)).all() == []
