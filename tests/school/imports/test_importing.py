"""One import as a whole: its year, its report, its rehearsal."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed, RuleError
from school.imports.importing import ListKind
from school.rules.actor import Actor
from school.services import accounts
from school.services.access import actor_for
from school.services.guard import set_actor
from school.vocabulary import ImportState, Role
from tests.cast import NOW
from tests.factories import make_year
from tests.school.imports.conftest import STUDENT_ROWS, Take

STUDENTS = ListKind.STUDENTS
BAD = ["HS9", "", "31/02/2009", "10A1"]


def students(session: Session) -> int:
    return len(session.scalars(select(m.Student)).all())


def test_a_missing_year_is_made_on_its_usual_dates(session: Session, take: Take) -> None:
    take(STUDENTS, STUDENT_ROWS, year_name="2025 – 2026")
    year = session.scalars(select(m.SchoolYear)).one()
    assert (year.name, f"{year.starts_on}", f"{year.ends_on}") == ("2025-2026", "2025-09-01", "2026-05-31")


def test_without_a_name_it_is_the_year_of_today(session: Session, take: Take) -> None:
    make_year(session, "2024-2025")
    make_year(session, "2025-2026")
    take(STUDENTS, STUDENT_ROWS, year_name=None)
    assert {room.school_year.name for room in session.scalars(select(m.Classroom))} == {"2025-2026"}


def test_or_the_only_one_there_is(session: Session, take: Take) -> None:
    make_year(session, "2024-2025")
    take(STUDENTS, STUDENT_ROWS, year_name=None)
    assert {room.school_year.name for room in session.scalars(select(m.Classroom))} == {"2024-2025"}


def test_else_the_year_is_asked_for(take: Take) -> None:
    with pytest.raises(RuleError, match="--year"):
        take(STUDENTS, STUDENT_ROWS, year_name=None)


def test_a_title_of_another_year_is_remarked(take: Take) -> None:
    report = take(STUDENTS, [["DANH SÁCH HỌC SINH NĂM HỌC 2024 - 2025"], *STUDENT_ROWS])
    assert [(remark.row, "2024-2025" in str(remark)) for remark in report.plan.warnings] == [(2, True)]


def test_a_rehearsal_reports_the_same_and_writes_nothing(session: Session, take: Take) -> None:
    rehearsed = take(STUDENTS, [*STUDENT_ROWS, BAD], dry_run=True)
    assert students(session) == 0
    applied = take(STUDENTS, [*STUDENT_ROWS, BAD])
    assert students(session) == 3
    run = session.scalars(select(m.ImportRun).where(m.ImportRun.state == ImportState.APPLIED)).one()
    assert rehearsed.as_dict() | {"applied": True, "run": run.id} == applied.as_dict()


def test_all_or_nothing_takes_nothing_for_one_bad_row(session: Session, take: Take) -> None:
    report = take(STUDENTS, [*STUDENT_ROWS, BAD], all_or_nothing=True).as_dict()
    assert students(session) == 0
    assert (report["created"], report["applied"], [row["row"] for row in report["rejected"]]) == (0, False, [5])


def test_all_or_nothing_takes_all_of_a_good_list(session: Session, take: Take) -> None:
    assert take(STUDENTS, STUDENT_ROWS, all_or_nothing=True).applied
    assert students(session) == 3


@pytest.mark.parametrize("kind", [ListKind.STAFF, ListKind.STUDENTS, ListKind.RESULTS, ListKind.ASSIGNMENTS])
def test_a_teacher_imports_nothing(session: Session, take: Take, roster: dict[str, int], kind: ListKind) -> None:
    account, _ = accounts.create(session, Actor.running_commands(NOW), "lan", [Role.TEACHER], None)
    teacher = actor_for(session, account, NOW)
    set_actor(session, teacher)
    rows = [["Mã", "Họ tên", "Lớp", "Tổ"], ["1", "An", "10A1", ""]]
    headers = {ListKind.RESULTS: "Học lực", ListKind.ASSIGNMENTS: "Hoàn cảnh"}
    if kind is ListKind.STUDENTS:
        rows = STUDENT_ROWS
    elif kind in headers:
        rows[0][3] = headers[kind]
    with pytest.raises(NotAllowed):
        take(kind, rows, actor=teacher)
