"""A student's file: complete for leadership, as far as they see for others, and no table forgotten."""

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, Table

from school import models as m
from school.db import Line, Prose, Record, db
from school.errors import NotAllowed
from school.reports import documents, student_file
from school.reports.student_file_rows import sees_whole
from school.rules.actor import Actor
from school.services import cases, disclosures
from school.services.guard import set_actor
from school.vocabulary import TermPeriod
from tests.cast import NOW, Cast
from tests.factories import (
    SECRET,
    a_category,
    make_activity,
    make_case,
    make_classroom,
    make_contact,
    make_evaluation,
    make_follow_up,
    make_goal,
    make_hardship,
    make_inspection,
    make_plan,
    make_registration,
    make_result,
    make_screening,
    make_sponsorship,
    make_support,
    make_survey,
    make_year,
)
from tests.school.reports.papers import text_of

WHOLE_SCHOOL = ("binh", "ly", "thu", "operator")


def act(cast: Cast, name: str) -> Actor | None:
    actor = cast.actor(name, NOW)
    set_actor(cast.session, actor)
    return actor


def student_of(cast: Cast, case: str = "sponsored") -> m.Student:
    act(cast, "operator")
    return cast.get(m.Student, cast.id(case, "student"))


def refuses(cast: Cast, name: str, case: str = "sponsored") -> None:
    """Neither is the student there for this person, nor is the file of one who was read by somebody else."""
    student = student_of(cast, case)
    actor = act(cast, name)
    with pytest.raises(NotAllowed):
        student_file.paper(cast.session, actor, student)
    cast.session.expunge_all()
    assert cast.get(m.Student, cast.id(case, "student")) is None


def values(cast: Cast, name: str, case: str = "sponsored") -> dict[str, Any]:
    student = student_of(cast, case)
    cast.session.expire_all()  # each person reads anew, as in a request of the own
    actor = act(cast, name)
    return student_file.paper(cast.session, actor, student).values


def written(cast: Cast, name: str, student: m.Student) -> str:
    cast.session.flush()
    cast.session.expire_all()
    actor = act(cast, name)
    return text_of(documents.write(cast.session, actor, student_file.paper(cast.session, actor, student), "Trường"))


# No table is forgotten.


def belonging() -> Iterator[tuple[Table, Column]]:
    """Every table whose rows belong to one student or case, and the column by which they do."""
    inside = {m.Student.__table__}
    while True:
        found = [
            (table, column)
            for table in db.metadata.tables.values()
            for column in table.columns
            for key in column.foreign_keys
            if key.column.table in inside
        ]
        tables = inside | {table for table, _ in found}
        if tables == inside:
            yield from found
            return
        inside = tables


def test_every_column_that_refers_to_a_student_is_in_the_file_or_left_out_for_a_reason() -> None:
    found = {f"{table.name}.{column.name}" for table, column in belonging()}
    listed = student_file.COVERED | student_file.LEFT_OUT.keys()
    assert found - listed == set(), "put these into the file, or say in LEFT_OUT why not"
    assert listed - found == set(), "these refer to no student any more"
    assert not student_file.COVERED & student_file.LEFT_OUT.keys()
    assert all(len(reason) > 20 for reason in student_file.LEFT_OUT.values())


# Rows that point at any row by its table's name say that something happened to it, not what it is.
POINTING_BY_NAME = {"audit_entry", "import_item", "roll_over_item"}


def test_what_points_at_rows_by_their_tables_name_is_known() -> None:
    found = {
        table.name for table in db.metadata.tables.values() if {"table_name", "row_id"} <= set(table.columns.keys())
    }
    assert found == POINTING_BY_NAME


# Every text of every covered table is in it. Texts that are not shown, each with the reason.
NOT_SHOWN = {
    "student.search_name": "made of the name, for searching",
    "student.sort_key": "made of the name, for sorting",
    "disclosure.filters": "how a list was filtered: says nothing of one student",
    "contact.with_whom": "of a private contact it stands in contact_private",
    "contact.summary": "of a private contact it stands in contact_private",
}
_numbers = itertools.count(1)


def fill(row: Record) -> dict[str, str]:
    """Put a text of its own into every text of the row; the texts by table and column."""
    made: dict[str, str] = {}
    for column in type(row).__table__.columns:
        name = f"{row.__tablename__}.{column.name}"
        if isinstance(column.type, Line | Prose) and name not in NOT_SHOWN:
            made[name] = f"Chuỗi{next(_numbers)}lạ"
            setattr(row, column.name, made[name])
    return made


@pytest.fixture
def full(cast: Cast) -> tuple[m.Student, dict[str, str]]:
    """A student of whom every covered table holds a row, and every text there is one of a kind."""
    session, student = cast.session, student_of(cast, "outsiders")
    minh, cuc = cast.get(m.Staff, cast.staff["minh"]), cast.get(m.Staff, cast.staff["cuc"])
    case = cast.get(m.SupportCase, cast.id("outsiders"))
    rows: list[Any] = [student, student.private, case.private]
    rows += [cast.get(model, cast.id("outsiders", name)) for model, name in ROWS_OF_THE_CAST]
    rows += [
        make_contact(session, case, minh, sensitive=False),
        make_inspection(session, cuc, case_id=case.id),
        make_follow_up(session, minh, case_id=case.id, raised_by_id=cuc.id, answered_by_id=minh.id),
        disclosures.log(session, Actor.running_commands(NOW), "Hồ sơ", "docx", student_id=student.id),
    ]
    texts = {}
    for row in rows:
        if isinstance(row, m.Contact) and not row.sensitive:
            row.summary, row.with_whom = "Chuỗi lời mở", "Chuỗi người mở"
            texts |= {"open contact": row.summary, "open contact with": row.with_whom}
        else:
            texts |= fill(row)
    session.flush()
    return student, texts


ROWS_OF_THE_CAST = (
    (m.SupportCase, "case"),
    (m.SurveyEntry, "survey"),
    (m.ScreeningDecision, "screening"),
    (m.Sponsorship, "sponsorship"),
    (m.Registration, "registration"),
    (m.SupportPlan, "plan"),
    (m.Goal, "goal"),
    (m.ContactPrivate, "contact_private"),
    (m.SupportItem, "support"),
    (m.Activity, "activity"),
    (m.ProgressEvaluation, "progress"),
)


def test_every_text_held_on_a_student_is_in_leaderships_file(
    cast: Cast, full: tuple[m.Student, dict[str, str]]
) -> None:
    student, texts = full
    document = written(cast, "binh", student)
    assert {name for name, text in texts.items() if text not in document} == set()
    # and no covered table was left without a text or a number of its own
    filled = {name.split(".")[0] for name in texts} | {"contact", "enrolment", "term_result", "hardship"}
    assert {name.split(".")[0] for name in student_file.COVERED} - filled <= {"activity_participant"}


def test_what_is_no_text_is_in_it_too(cast: Cast) -> None:
    session, student = cast.session, student_of(cast, "outsiders")
    case, minh = cast.get(m.SupportCase, cast.id("outsiders")), cast.get(m.Staff, cast.staff["minh"])
    make_result(session, student.current_enrolment, period=TermPeriod.SEMESTER_2, absences_unexcused=17)
    make_hardship(session, case, category_id=a_category(session, "orphan").id, confirmed_on=dt.date(2025, 9, 29))
    make_support(session, case, minh, quantity=31, value=1_250_000, given_on=dt.date(2025, 9, 27))
    make_contact(session, case, minh, minutes=47, reached=False, sensitive=False, summary="x")
    category = a_category(session, "orphan").name
    document = written(cast, "binh", student)
    for said in (
        "– / 17",
        category,
        "Xác nhận ngày 29/09/2025",
        "31 tiết",
        "1.250.000 đồng",
        "47 phút",
        "chưa gặp được",
    ):
        assert said in document, said


def test_all_years_are_in_it_the_newest_case_first(cast: Cast) -> None:
    session, student = cast.session, student_of(cast)
    earlier = make_year(session, "2024-2025")
    room = make_classroom(session, "10A9", school_year=earlier)
    stay = m.Enrolment(
        student_id=student.id, classroom_id=room.id, started_on=dt.date(2024, 9, 1), ended_on=dt.date(2025, 5, 31)
    )
    session.add(stay)
    session.flush()
    make_result(session, stay, period=TermPeriod.YEAR)
    old = make_case(session, student, school_year_id=earlier.id, opened_on=dt.date(2024, 10, 1))
    make_evaluation(session, old, None, period="2024-10", comment="em vui hơn nhiều")
    found = values(cast, "binh")
    assert [case["year"] for case in found["cases"]] == ["2025-2026", "2024-2025"]
    assert [row["classroom"] for row in found["results"]] == ["10A9", "11A2"]
    assert any("em vui hơn nhiều" in row["text"] for row in found["cases"][1]["evaluations"])


# Others see the own part.


@pytest.mark.parametrize("name", WHOLE_SCHOOL)
def test_leadership_and_secretary_hold_the_whole_file(cast: Cast, name: str) -> None:
    actor = act(cast, name)
    assert actor is not None
    assert sees_whole(actor)
    found = values(cast, name)
    assert found["whole"]
    assert found["cases"][0]["circumstances"] == SECRET
    assert not found["cases"][0]["closed"]
    assert found["family"]


@pytest.mark.parametrize("name", ["lan", "phuc", "vinh"])
def test_a_sponsor_and_the_homeroom_teacher_have_the_own_student(cast: Cast, name: str) -> None:
    found = values(cast, name)
    assert not found["whole"]
    assert found["cases"][0]["circumstances"] == SECRET
    assert [row["title"] for row in found["cases"][0]["sponsors"]] != []


@pytest.mark.parametrize("name", ["giang", "son", "minh", "dung", "hoi", "tro", "nobody"])
def test_others_have_no_file_of_the_student(cast: Cast, name: str) -> None:
    refuses(cast, name)


@pytest.mark.parametrize(
    ("name", "case"), [("lan", "ended"), ("lan", "future"), ("lan", "registered"), ("hoa", "ended")]
)
def test_a_sponsorship_that_does_not_run_today_opens_no_file(cast: Cast, name: str, case: str) -> None:
    refuses(cast, name, case)


def test_the_administrator_has_name_class_and_results_alone(cast: Cast) -> None:
    found = values(cast, "quan")
    assert found["results"]
    assert (found["family"], found["cases"], found["around"]) == ([], [], [])
    assert found["family_closed"]
    assert SECRET not in str(found)


@pytest.mark.parametrize("name", ["hoa", "cuc"])
def test_circumstances_are_closed_until_opened_with_a_reason(cast: Cast, name: str) -> None:
    found = values(cast, name)
    case = found["cases"][0]
    assert SECRET not in str(found)
    assert case["closed"]
    assert found["family_closed"]
    assert (case["hardships"], case["surveys"], case["circumstances"]) == ([], [], None)
    assert any("Phần ghi riêng" in row["text"] for row in case["contacts"])
    row, actor = cast.get(m.SupportCase, cast.id("sponsored")), act(cast, name)
    cases.open_circumstances(cast.session, actor, row, "chuẩn bị họp tổ")
    found = values(cast, name)
    assert found["cases"][0]["circumstances"] == SECRET
    assert not found["cases"][0]["closed"]
    assert values(cast, name, "colleagues" if name == "cuc" else "departments")["cases"][0]["circumstances"] is None


def test_another_cases_rows_are_never_in_it(cast: Cast) -> None:
    act(cast, "operator")
    for case in ("colleagues", "departments"):
        cast.get(m.ProgressEvaluation, cast.id(case, "progress")).comment = "lời của em khác"
    cast.session.flush()
    for name in ("binh", "lan", "vinh"):
        assert "lời của em khác" not in str(values(cast, name))


def test_a_former_case_is_not_the_new_sponsors(cast: Cast) -> None:
    session, student = cast.session, student_of(cast)
    earlier = make_year(session, "2024-2025")
    old = make_case(session, student, school_year_id=earlier.id, opened_on=dt.date(2024, 10, 1))
    make_sponsorship(session, old, cast.get(m.Staff, cast.staff["tam"]), started_on=dt.date(2024, 10, 1))
    assert [case["year"] for case in values(cast, "lan")["cases"]] == ["2025-2026"]
    assert len(values(cast, "binh")["cases"]) == 2


def test_what_was_printed_of_a_student_stands_for_those_who_read_the_log_alone(cast: Cast) -> None:
    student = student_of(cast)
    for name in ("lan", "binh"):
        disclosures.log(cast.session, act(cast, name), "Hồ sơ của một học sinh", "docx", student_id=student.id)
    assert len(values(cast, "binh")["papers"]) == 2
    assert values(cast, "lan")["papers"] == []


def test_a_student_of_whom_nothing_is_known_has_a_file_too(cast: Cast) -> None:
    act(cast, "operator")
    student = m.Student(full_name="H'Linh", code="HS-TRỐNG")
    cast.session.add(student)
    cast.session.flush()
    document = written(cast, "binh", student)
    assert "H'Linh" in document
    assert "Không có hồ sơ hỗ trợ nào" in document


def test_the_log_gets_the_student_and_the_file_its_name(cast: Cast) -> None:
    student = student_of(cast)
    paper = student_file.paper(cast.session, act(cast, "binh"), student)
    assert paper.student_id == student.id
    assert "Y Bhiu Niê" in paper.name


def test_it_takes_as_many_statements_for_a_long_file_as_for_a_short_one(cast: Cast, count_statements) -> None:
    session, student = cast.session, student_of(cast)
    case, lan = cast.get(m.SupportCase, cast.id("sponsored")), cast.get(m.Staff, cast.staff["lan"])

    def count() -> int:
        session.commit()
        with count_statements() as seen:
            values(cast, "binh")
        return len(seen)

    short = count()
    act(cast, "operator")
    for number in range(30):
        make_contact(session, case, lan, occurred_on=dt.date(2025, 9, 1) + dt.timedelta(days=number))
        make_goal(session, cast.get(m.SupportPlan, cast.id("sponsored", "plan")))
        make_survey(session, case)
        make_activity(session, lan, student)
        make_follow_up(session, lan, case_id=case.id)
    for period in ("2025-10", "2025-11", "2025-12"):
        make_evaluation(session, case, lan, period=period)
    make_plan(session, case, semester=TermPeriod.SEMESTER_2)
    make_registration(session, cast.get(m.Staff, cast.staff["son"]), student)
    assert count() == short
    assert short <= 24


def test_odd_texts_stay_what_they_are(cast: Cast) -> None:
    student = student_of(cast)
    row = cast.get(m.SurveyEntry, cast.id("sponsored", "survey"))
    row.findings = '=1+1 {{ family }} <w:t> & "ngoặc" \x0b' + "dài " * 3000
    document = written(cast, "binh", student)
    assert '=1+1 {{ family }} <w:t> & "ngoặc"' in document
    assert document.count("dài") >= 3000


def test_a_screening_says_whether_the_student_was_taken_in(cast: Cast) -> None:
    act(cast, "operator")
    stranger = cast.get(m.Student, cast.stranger)
    make_screening(cast.session, stranger, taken_in=False, reason="gia đình đã lo được")
    document = written(cast, "minh", stranger)  # the homeroom teacher
    assert "Sàng lọc: chưa đưa vào danh sách, năm học 2025-2026" in document
    assert "gia đình đã lo được" in document
