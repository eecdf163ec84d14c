"""`flask --app app import`: the samples from end to end, exit codes, what goes to which stream."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from school import cli
from school import models as m
from school.db import begin, db
from school.rules.actor import Actor
from school.services import accounts
from school.services.guard import UNSCOPED, set_actor
from school.vocabulary import Origin, Role
from tests.cast import NOW
from tests.school.imports.conftest import SAMPLES, STUDENT_ROWS, xlsx

FILES = {
    "staff": "danh-sach-can-bo-giao-vien.xlsx",
    "students": "danh-sach-hoc-sinh.xlsx",
    "results": "ket-qua-hoc-ky-1.csv",
    "assignments": "phan-cong-ho-tro-2025-2026.docx",
}


@pytest.fixture(autouse=True)
def commands(app: Flask) -> None:
    """The commands, on the bare app of the domain's tests."""
    cli.init_app(app)


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["import", *map(str, arguments)])


def sample(app: Flask, kind: str, *options: str) -> tuple[int, dict[str, Any]]:
    result = run(app, kind, SAMPLES / FILES[kind], "--year", "2025-2026", "--json", *options)
    assert result.stderr == ""
    return result.exit_code, json.loads(result.stdout)


def stored(app: Flask, *criteria: Any) -> int:
    with app.app_context():
        statement = select(func.count(criteria[0].id)).where(*criteria[1:])
        return db.session.scalar(statement, execution_options=UNSCOPED) or 0


def test_the_samples_come_in_and_a_second_time_change_nothing(app: Flask) -> None:
    code, staff = sample(app, "staff")
    assert (code, staff["created"], staff["rejected"]) == (0, 58, [])
    code, students = sample(app, "students")
    assert (code, students["created"], students["updated"], students["unchanged"]) == (3, 339, 0, 0)
    assert [row["row"] for row in students["rejected"]] == [13, 21, 26]
    assert all(row["reason"] for row in students["rejected"])
    assert [row["row"] for row in students["warnings"]] == [31]
    code, results = sample(app, "results")
    assert (code, results["created"]) == (3, 339)
    assert [row["reason"].split()[-1] for row in results["rejected"]] == ["662500008.", "662500016.", "662500021."]
    code, assignments = sample(app, "assignments")
    assert (code, assignments["cases"]["created"]) == (0, 5)
    told = assignments["sponsorships"]
    assert (told["created"], told["lead"], told["joint"], told["supporting"]) == (8, 3, 4, 1)

    of_lists = m.AuditEntry.table_name != "import_run"  # that they came in once more is in the history
    before = stored(app, m.AuditEntry, of_lists)
    for kind, rows in (("staff", 58), ("students", 339), ("results", 339), ("assignments", 5)):
        _, again = sample(app, kind)
        assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, rows)
    assert stored(app, m.AuditEntry, of_lists) == before
    assert stored(app, m.AuditEntry, m.AuditEntry.origin != Origin.IMPORT) == 0
    assert stored(app, m.Department) == 8
    assert stored(app, m.Department, m.Department.head_id.is_not(None)) == 8
    assert stored(app, m.Classroom, m.Classroom.homeroom_teacher_id.is_not(None)) == 9
    repaired = m.StudentPrivate.phone == "0304220354"
    assert stored(app, m.StudentPrivate, repaired) == 1


def test_a_rehearsal_changes_nothing(app: Flask) -> None:
    code, report = sample(app, "students", "--dry-run")
    assert (code, report["created"], report["applied"]) == (3, 339, False)
    assert stored(app, m.Student) + stored(app, m.SchoolYear) == 0


def test_all_or_nothing_changes_nothing(app: Flask) -> None:
    code, report = sample(app, "students", "--all-or-nothing")
    assert (code, report["created"], len(report["rejected"])) == (3, 0, 3)
    assert stored(app, m.Student) + stored(app, m.SchoolYear) == 0


def test_the_text_names_rows_and_reasons(app: Flask) -> None:
    result = run(app, "students", SAMPLES / FILES["students"], "--year", "2025-2026", "--dry-run")
    assert result.exit_code == 3
    lines = result.stdout.splitlines()
    assert lines[0] == "Thêm mới: 339; Cập nhật: 0; Không đổi: 0; Từ chối: 3"
    assert lines[1].startswith("Dòng 13: Ngày sinh “31/02/2009”")
    assert lines[-2].startswith("Lưu ý, dòng 31: ")
    assert lines[-1] == "Đây là chạy thử: chưa ghi gì."


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.xlsx", b""), ("a.xlsx", b"PK\x03\x04hong"), ("a.csv", b"a;b\n1;2\n"), ("a.pdf", b"%PDF"), ("none.csv", None)],
)
def test_a_file_that_cannot_be_used_is_one_sentence_and_exit_2(
    app: Flask, tmp_path: Path, name: str, data: bytes | None
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    result = run(app, "students", tmp_path / name, "--year", "2025-2026", "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert stored(app, m.SchoolYear) == 0


@pytest.mark.parametrize("options", [[], ["--year", "2025"], ["--year", "2025-2026", "--as", "khong-co"]])
def test_a_wrong_year_or_account_is_exit_2(app: Flask, options: list[str]) -> None:
    result = run(app, "students", SAMPLES / FILES["students"], *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert stored(app, m.SchoolYear) == 0


def test_the_semester_given_wins(app: Flask) -> None:
    sample(app, "students")
    _, report = sample(app, "results", "--semester", "year")
    assert report["semester"] == "year"
    assert stored(app, m.TermResult, m.TermResult.period == "year") == 339


def test_a_good_list_is_exit_0(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(xlsx(STUDENT_ROWS))
    result = run(app, "students", tmp_path / "a.xlsx", "--year", "2025-2026")
    assert (result.exit_code, result.stderr) == (0, "")


# The history --------------------------------------------------------------------------------------------------------


def of_last_run(app: Flask, *columns: Any) -> Any:
    with app.app_context():
        found = select(*columns).order_by(m.ImportRun.id.desc()).limit(1)
        return db.session.execute(found, execution_options=UNSCOPED).one_or_none()


def test_an_import_stands_in_the_history(app: Flask) -> None:
    _, report = sample(app, "students")
    columns = (m.ImportRun.id, m.ImportRun.kind, m.ImportRun.state, m.ImportRun.file_name, m.ImportRun.account_id)
    assert of_last_run(app, *columns) == (report["run"], "students", "applied", FILES["students"], None)
    [digest] = of_last_run(app, m.ImportRun.file_hash)
    assert digest == hashlib.sha256((SAMPLES / FILES["students"]).read_bytes()).hexdigest()
    [counts] = of_last_run(app, m.ImportRun.counts)
    assert (counts["created"], counts["rejected"], report["alarms"]) == (339, 3, [])
    assert stored(app, m.ImportContent) == 0  # nobody could open it


@pytest.mark.parametrize("options", [["--dry-run"], ["--all-or-nothing"]])
def test_what_was_not_applied_does_not(app: Flask, options: list[str]) -> None:
    _, report = sample(app, "students", *options)
    assert report["run"] is None
    assert stored(app, m.ImportRun) + stored(app, m.AuditEntry) == 0


def test_all_samples_are_undone_in_turn(app: Flask) -> None:
    numbers = [sample(app, kind)[1]["run"] for kind in FILES]
    result = app.test_cli_runner().invoke(args=["import-undo", str(numbers[1])])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "không hoàn tác được" in result.stderr
    for number in reversed(numbers):
        result = app.test_cli_runner().invoke(args=["import-undo", str(number)])
        assert (result.exit_code, result.stderr) == (0, "")
    left = [m.Staff, m.Department, m.Classroom, m.Student, m.StudentPrivate, m.Enrolment, m.TermResult, m.SupportCase]
    assert [stored(app, model) for model in [*left, m.Sponsorship, m.ImportItem]] == [0] * 10
    again = app.test_cli_runner().invoke(args=["import-undo", str(numbers[0])])
    assert (again.exit_code, again.stderr) == (2, "Lần nhập này đã được hoàn tác rồi.\n")


def test_there_is_no_undoing_of_what_never_was(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["import-undo", "7"])
    assert (result.exit_code, result.stderr) == (2, "Không có lần nhập số 7.\n")


def test_what_is_unusual_is_told_and_stops_nothing(app: Flask, tmp_path: Path) -> None:
    sample(app, "students")
    with app.app_context():
        known = db.session.execute(select(m.Student.code, m.Student.full_name), execution_options=UNSCOPED).all()
    rows = [["Mã HS", "Họ và tên", "Dân tộc"], *([code, name, "Mạ"] for code, name in known)]
    (tmp_path / "a.xlsx").write_bytes(xlsx(rows))
    arguments = ("students", tmp_path / "a.xlsx", "--year", "2025-2026")
    told = run(app, *arguments, "--dry-run")
    assert told.exit_code == 0
    assert "Lưu ý: Cột “Dân tộc” sẽ thay nội dung của " in told.stdout
    report = json.loads(run(app, *arguments, "--json").stdout)
    assert len(report["alarms"]) == 1
    assert report["applied"]


def test_a_title_of_another_year_is_told_once(app: Flask, tmp_path: Path) -> None:
    rows = [["DANH SÁCH HỌC SINH NĂM HỌC 2024-2025"], ["Mã HS", "Họ và tên", "Lớp"], ["HS1", "Lò Văn Mới", "10A1"]]
    (tmp_path / "a.xlsx").write_bytes(xlsx(rows))
    told = run(app, "students", tmp_path / "a.xlsx", "--year", "2025-2026")
    assert told.exit_code == 0
    assert [line for line in told.stdout.splitlines() if "2024-2025" in line] == [
        "Lưu ý: Tiêu đề ghi năm học 2024-2025, danh sách được nhập vào năm học 2025-2026."
    ]
    report = json.loads(run(app, "students", tmp_path / "a.xlsx", "--year", "2025-2026", "--json").stdout)
    assert (len(report["alarms"]), len(report["warnings"]), report["applied"]) == (1, 1, True)


def test_somebodys_import_is_theirs_and_keeps_its_rejected_rows(app: Flask) -> None:
    sample(app, "staff")
    with app.app_context():
        begin(writing=True)
        operator = Actor.running_commands(NOW)
        set_actor(db.session, operator)
        account, _ = accounts.create(db.session, operator, "thu", [Role.SECRETARY], None)
        accounts.create(db.session, operator, "lan", [Role.TEACHER], None)
        account_id = account.id
        db.session.commit()
        begin(writing=False)
    code, report = sample(app, "students", "--as", "thu")
    assert (code, report["created"]) == (3, 339)
    assert of_last_run(app, m.ImportRun.account_id) == (account_id,)
    assert stored(app, m.ImportContent, m.ImportContent.rejected.is_not(None), m.ImportContent.data.is_(None)) == 1
    for command in (["import-undo", str(report["run"])], ["import", "students", str(SAMPLES / FILES["students"])]):
        refused = app.test_cli_runner().invoke(args=[*command, "--as", "lan"])
        assert (refused.exit_code, refused.stdout) == (2, "")
    result = app.test_cli_runner().invoke(args=["import-undo", str(report["run"]), "--as", "thu"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert stored(app, m.Student) + stored(app, m.ImportContent) == 0


def test_a_list_of_hardships_comes_in(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(xlsx(STUDENT_ROWS))
    run(app, "students", tmp_path / "a.xlsx", "--year", "2025-2026")
    rows = [["Mã HS", "Phân loại", "Hoàn cảnh"], ["HS1", "Hộ nghèo", "nhà xa"], ["HS9", "Hộ nghèo", ""]]
    (tmp_path / "b.xlsx").write_bytes(xlsx(rows))
    result = run(app, "hardship", tmp_path / "b.xlsx", "--year", "2025-2026", "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["created"], len(report["rejected"])) == (3, 1, 1)
    assert stored(app, m.Hardship) == 1
