"""Who is meant: by code, else by name and class and birthday; of several nobody is guessed, a person says who."""

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import RuleError
from school.imports.importing import COLUMNS, apply_plan, make_plan
from school.imports.layout import recognise, take
from school.imports.matching import Ambiguous, Roll, StaffRoom, choose
from school.imports.plan import Plan
from school.imports.tables import build_table
from school.rules.actor import Actor
from school.vocabulary import ListKind, Rating, TermPeriod
from tests.factories import make_classroom, make_department, make_staff, make_student, the_year

TWINS = "Nguyễn Thị Hoa"
FIRST = TermPeriod.SEMESTER_1


@pytest.fixture
def twins(session: Session, importer: Actor) -> tuple[int, int]:
    """Two girls of one name in one class, born on different days."""
    room = make_classroom(session, "10A1")
    days = (dt.date(2010, 6, 7), dt.date(2010, 9, 8))
    return tuple(  # type: ignore[return-value]
        make_student(session, TWINS, room, code=f"HS{number}", date_of_birth=day).id
        for number, day in enumerate(days, 1)
    )


def plan(
    session: Session, actor: Actor, kind: ListKind, rows: list[list[str]], answers: dict[str, int] | None = None
) -> Plan:
    tables = [build_table("", enumerate(rows, 1))]
    listing = take(tables, COLUMNS[kind], recognise(tables, COLUMNS[kind]))
    return make_plan(session, actor, kind, listing, the_year(session), FIRST, answers)


def question(found: Plan) -> Ambiguous:
    (remark,) = found.rejected
    assert isinstance(remark.error, Ambiguous)
    return remark.error


RESULTS = [["Họ tên", "Lớp", "Học lực"], [TWINS, "10A1", "Khá"]]
LISTS = [
    (ListKind.RESULTS, RESULTS),
    (ListKind.STUDENTS, [["Họ tên", "Lớp", "Dân tộc"], [TWINS, "10A1", "Mạ"]]),
    (ListKind.ASSIGNMENTS, [["Họ tên", "Lớp", "Hoàn cảnh"], [TWINS, "10A1", "ở với bà"]]),
    (ListKind.HARDSHIP, [["Họ tên", "Lớp", "Mục phân loại"], [TWINS, "10A1", "Hộ nghèo"]]),
]


@pytest.mark.parametrize(("kind", "rows"), LISTS)
def test_one_of_two_is_asked_for_and_never_guessed(
    session: Session, importer: Actor, twins: tuple[int, int], kind: ListKind, rows: list[list[str]]
) -> None:
    found = plan(session, importer, kind, rows)
    assert found.entries == []
    asked = question(found)
    assert asked.key == "2"
    assert asked.candidates == [(twins[0], "HS1 · 10A1 · 07/06/2010"), (twins[1], "HS2 · 10A1 · 08/09/2010")]
    assert "chọn đúng em ở bước xem trước" in str(asked)


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize(("kind", "rows"), LISTS)
def test_who_was_chosen_is_meant(
    session: Session, importer: Actor, twins: tuple[int, int], kind: ListKind, rows: list[list[str]], place: int
) -> None:
    found = plan(session, importer, kind, rows, {"2": twins[place]})
    assert found.reasons() == {}
    (entry,) = found.entries
    about = entry.about[0] if isinstance(entry.about, list) else entry.about
    assert about == twins[place]
    apply_plan(session, importer, kind, found, the_year(session), FIRST)


@pytest.mark.parametrize(("kind", "rows"), LISTS)
def test_an_answer_that_was_not_on_offer_is_refused_and_asked_again(
    session: Session, importer: Actor, twins: tuple[int, int], kind: ListKind, rows: list[list[str]]
) -> None:
    stranger = make_student(session, "Lê Văn An").id
    found = plan(session, importer, kind, rows, {"2": stranger})
    assert found.entries == []
    assert [row_id for row_id, _ in question(found).candidates] == list(twins)


def test_the_birthday_tells_two_of_one_name_apart(session: Session, importer: Actor, twins: tuple[int, int]) -> None:
    rows = [["Họ tên", "Lớp", "Ngày sinh", "Học lực"], [TWINS, "10A1", "08/09/2010", "Khá"]]
    (entry,) = plan(session, importer, ListKind.RESULTS, rows).entries
    assert entry.about == twins[1]


def test_a_birthday_of_neither_leaves_the_question(session: Session, importer: Actor, twins: tuple[int, int]) -> None:
    rows = [["Họ tên", "Lớp", "Ngày sinh", "Học lực"], [TWINS, "10A1", "01/01/2010", "Khá"]]
    assert len(question(plan(session, importer, ListKind.RESULTS, rows)).candidates) == 2


def test_the_very_same_marks_tell_apart_and_no_others(session: Session, importer: Actor) -> None:
    room = make_classroom(session, "10A1")
    tu, _ = make_student(session, "Lê Văn Tú", room), make_student(session, "Lê Văn Tư", room)
    header = ["Họ tên", "Lớp", "Học lực"]
    (entry,) = plan(session, importer, ListKind.RESULTS, [header, ["Lê Văn Tú", "10A1", "Khá"]]).entries
    assert entry.about == tu.id
    assert (
        len(question(plan(session, importer, ListKind.RESULTS, [header, ["LE VAN TU", "10A1", "Khá"]])).candidates) == 2
    )


@pytest.mark.parametrize("code", ["HS9", "6.6E+08", "HS2"])
def test_a_code_never_falls_back_to_the_name(
    session: Session, importer: Actor, twins: tuple[int, int], code: str
) -> None:
    """Not an unknown one, not one that Excel has spoilt; a known one counts, whatever name stands beside it."""
    make_student(session, "Lê Văn An", make_classroom(session, "10A2"), code="HS7")
    rows = [["Mã HS", "Họ tên", "Lớp", "Học lực"], [code, "Lê Văn An", "10A2", "Khá"]]
    found = plan(session, importer, ListKind.RESULTS, rows, {"2": twins[0]})
    assert [entry.about for entry in found.entries] == ([twins[1]] if code == "HS2" else [])
    assert len(found.reasons()) == (code != "HS2")


def test_two_rows_answered_with_one_person_are_one_too_many(
    session: Session, importer: Actor, twins: tuple[int, int]
) -> None:
    found = plan(session, importer, ListKind.RESULTS, [*RESULTS, RESULTS[1]], {"2": twins[0], "3": twins[0]})
    assert [entry.about for entry in found.entries] == [twins[0]]
    assert "đã có ở dòng 2" in found.reasons()[3]


# Staff


@pytest.fixture
def colleagues(session: Session, importer: Actor) -> tuple[int, int]:
    """Two teachers of one name, in two departments."""
    return tuple(  # type: ignore[return-value]
        make_staff(session, "Võ Minh Tâm", code=f"GV{n}", department=make_department(session, f"Tổ {n}")).id
        for n in (1, 2)
    )


def test_members_of_staff_are_told_apart_by_code_and_department(
    session: Session, importer: Actor, colleagues: tuple[int, int]
) -> None:
    rows = [["Họ tên", "Chức vụ"], ["Võ Minh Tâm", "Giáo viên"]]
    asked = question(plan(session, importer, ListKind.STAFF, rows))
    assert (asked.key, asked.candidates) == ("2", [(colleagues[0], "GV1 · Tổ 1"), (colleagues[1], "GV2 · Tổ 2")])
    found = plan(session, importer, ListKind.STAFF, rows, {"2": colleagues[1]})
    apply_plan(session, importer, ListKind.STAFF, found, the_year(session), FIRST)
    assert [session.get(m.Staff, row_id).post for row_id in colleagues] == [None, "Giáo viên"]


def sponsored(name: str) -> list[list[str]]:
    return [["Mã HS", "Họ tên", "Lớp", "GV nhận đỡ đầu"], ["HS1", TWINS, "10A1", name]]


def test_a_sponsor_s_name_that_fits_several_is_asked_for_by_row_and_name(
    session: Session, importer: Actor, twins: tuple[int, int], colleagues: tuple[int, int]
) -> None:
    rows = sponsored("1. Thầy Võ Minh Tâm; 2. Võ Minh Tâm (hỗ trợ)")
    found = plan(session, importer, ListKind.ASSIGNMENTS, rows)
    errors = [remark.error for remark in found.rejected]
    assert [error.key for error in errors if isinstance(error, Ambiguous)] == ["2:Thầy Võ Minh Tâm", "2:Võ Minh Tâm"]
    answers = {"2:Thầy Võ Minh Tâm": colleagues[1], "2:Võ Minh Tâm": colleagues[0]}
    found = plan(session, importer, ListKind.ASSIGNMENTS, rows, answers)
    (entry,) = found.entries
    assert entry.about == [twins[0], colleagues[1], colleagues[0]]
    apply_plan(session, importer, ListKind.ASSIGNMENTS, found, the_year(session), FIRST)
    pairs = session.scalars(select(m.Sponsorship).order_by(m.Sponsorship.id))
    assert [pair.staff_id for pair in pairs] == [colleagues[1], colleagues[0]]


def test_a_code_behind_the_name_needs_no_answer(
    session: Session, importer: Actor, twins: tuple[int, int], colleagues: tuple[int, int]
) -> None:
    (entry,) = plan(session, importer, ListKind.ASSIGNMENTS, sponsored("Võ Minh Tâm [gv2]")).entries
    assert entry.about == [twins[0], colleagues[1]]
    unknown = plan(session, importer, ListKind.ASSIGNMENTS, sponsored("Võ Minh Tâm [GV7]"), {"2": colleagues[0]})
    assert "mã GV7" in unknown.reasons()[2]


def test_of_two_the_one_who_has_left_is_not_asked_about(session: Session, colleagues: tuple[int, int]) -> None:
    first, second = session.scalars(select(m.Staff).order_by(m.Staff.id))
    first.left_on = dt.date(2025, 8, 1)
    assert StaffRoom([first, second], dt.date(2025, 9, 1)).find("Võ Minh Tâm") is second


def test_the_roll_knows_the_codes_of_all(session: Session, twins: tuple[int, int]) -> None:
    assert set(Roll(session, the_year(session)).codes) == {"hs1", "hs2"}


def test_an_answer_is_taken_from_the_candidates_alone() -> None:
    assert choose("2", [(1, "a"), (2, "b")], {"2": 2, "3": 1}, "%(name)s %(count)s", "An") == 2
    with pytest.raises(Ambiguous):
        choose("2", [(1, "a"), (2, "b")], {"2": 7}, "%(name)s", "An")
    with pytest.raises(RuleError, match="An 2"):
        choose("2", [(1, "a"), (2, "b")], {"3": 1}, "%(name)s %(count)s", "An")


def test_results_go_to_whom_was_chosen(session: Session, importer: Actor, twins: tuple[int, int]) -> None:
    found = plan(session, importer, ListKind.RESULTS, RESULTS, {"2": twins[1]})
    apply_plan(session, importer, ListKind.RESULTS, found, the_year(session), FIRST)
    (result,) = session.scalars(select(m.TermResult))
    assert (result.enrolment.student_id, result.learning) == (twins[1], Rating.FAIR)
