"""The command that writes reports: as the operator or as somebody, into a file or to standard output."""

import csv
import io
import json
import os
import stat

import pytest
from sqlalchemy import select

from school import cli
from school.models import AuditEntry, Disclosure
from school.reports.registry import REPORTS
from school.vocabulary import Origin, Role, TermPeriod, YearState
from tests import factories as make
from tests.payloads import xlsx_values


@pytest.fixture
def run(app):
    """Runs a command on the app's own database."""
    cli.init_app(app)
    return lambda *arguments: app.test_cli_runner().invoke(args=list(arguments))


@pytest.fixture
def school(session):
    """A class with its teacher `co`, a sponsored student in it and one elsewhere; the council's account `hoidong`."""
    teacher = make.make_staff(session, "Lê Cô", code="GV001")
    make.make_account(session, [Role.TEACHER], teacher, "co")
    make.make_account(session, [Role.TEACHER], make.make_staff(session, "Bùi Tài", code="GV002"), "tai")
    make.make_account(session, [Role.COUNCIL], None, "hoidong")
    room = make.make_classroom(session, "10A1", homeroom_teacher=teacher)
    case = make.make_case(session, make.make_student(session, "Trần Văn Đạt", room, code="000012"))
    make.make_sponsorship(session, case, teacher)
    make.make_student(session, "Vũ Hoa", make.make_classroom(session, "10A2"))
    session.commit()


def taken(session):
    """What the log of exports holds."""
    session.expire_all()
    return list(session.scalars(select(Disclosure).order_by(Disclosure.id)))


def table(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_file_is_written_for_its_owner_alone(run, school, tmp_path):
    path = tmp_path / "thi đua.csv"
    answer = run("export", "emulation", "--year", "2025-2026", "-o", str(path))
    assert (answer.exit_code, answer.output) == (0, "")
    assert path.read_bytes().startswith("\ufeffTT,Mã,Họ và tên".encode())
    assert [row[1] for row in table(path.read_bytes())[1:]] == ["GV001", "GV002"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_dash_is_standard_output(run, school):
    answer = run("export", "students", "--year", "2025-2026", "-o", "-")
    assert answer.exit_code == 0
    assert table(answer.stdout_bytes)[1][1] == "000012"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["emulation", "--year", "2030-2031"], "Không có năm học 2030-2031 trong cơ sở dữ liệu."),
        (["emulation", "--year", "2030"], 'Năm học cần viết theo mẫu "2025-2026".'),
        (["emulation", "--year", "2025-2026", "--as", "ai"], "Không có tài khoản ai."),
        (["students", "--year", "2025-2026", "--as", "hoidong"], "Vai trò của thầy cô không có việc này."),
        (["emulation", "--year", "2025-2026", "--as", "tai"], "Vai trò của thầy cô không có việc này."),
        (["left-over", "--columns", "code,note"], "Không có cột note. Các cột: number, code, class_name, grade, "),
        (["left-over", "--columns", " , "], "Thầy cô chọn ít nhất một cột để xuất."),
    ],
)
def test_a_refusal_is_one_sentence_and_no_file(run, school, session, tmp_path, arguments, sentence):
    path = tmp_path / "out.csv"
    answer = run("export", *arguments, "-o", str(path))
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.startswith(sentence)
    assert answer.stderr.count("\n") == 1
    assert not path.exists()
    assert taken(session) == []


def test_a_place_that_cannot_be_written_is_named(run, school, tmp_path):
    path = str(tmp_path / "none" / "out.csv")
    answer = run("export", "emulation", "--year", "2025-2026", "-o", path)
    assert answer.exit_code == 2
    assert path in answer.stderr


def test_the_only_year_needs_no_name(run, school):
    assert run("export", "emulation", "-o", "-").exit_code == 0


def test_without_a_year_the_command_asks_for_one(run, app):
    answer = run("export", "emulation", "-o", "-")
    assert answer.exit_code == 2
    assert "--year" in answer.stderr


def test_as_somebody_only_what_is_theirs(run, school):
    everything = table(run("export", "students", "-o", "-").stdout_bytes)
    own = table(run("export", "students", "--as", "co", "-o", "-").stdout_bytes)
    assert [len(everything), len(own)] == [3, 2]
    assert own[1][1] == "000012"


def test_a_disabled_account_exports_nothing(run, school):
    run("account", "disable", "co")
    answer = run("export", "students", "--as", "co", "-o", "-")
    assert answer.exit_code == 2
    assert "đang bị khóa" in answer.stderr


@pytest.mark.parametrize("report", ["students", "assignments"])
def test_what_is_exported_reads_back_as_no_change(run, school, tmp_path, report):
    path = tmp_path / f"{report}.csv"
    run("export", report, "--year", "2025-2026", "-o", str(path))
    answer = run("import", report, str(path), "--year", "2025-2026", "--json")
    found = json.loads(answer.stdout)
    assert (found["created"], found["updated"], found["rejected"]) == (0, 0, [])
    assert found["unchanged"] == {"students": 2, "assignments": 1}[report]


def test_students_left_over_go_up_without_names(run, session, school):
    waiting = make.make_case(session, make.make_student(session, "Bùi Văn Chờ"), code="HT25-0077")
    make.make_hardship(session, waiting)
    session.commit()
    answer = run("export", "left-over", "--year", "2025-2026", "-o", "-")
    assert answer.exit_code == 0
    header, row = table(answer.stdout_bytes)
    assert header == ["TT", "Mã hồ sơ", "Lớp", "Khối", "Nhóm", "Mức độ", "Chờ từ ngày"]
    assert row[1] == "HT25-0077"
    assert "Chờ" not in "".join(row)


@pytest.mark.parametrize("report", sorted(REPORTS))
def test_each_report_is_written_in_both_formats_with_the_same_rows(run, school, session, tmp_path, report):
    student = make.make_student(session, "Bùi Văn Chờ", make.make_classroom(session, "10A3"))
    waiting, sponsor = make.make_case(session, student, code="HT25-0077"), make.make_staff(session, "Hà Tú")
    make.make_hardship(session, waiting)
    make.make_evaluation(session, waiting, sponsor)
    for period in TermPeriod:
        make.make_result(session, student.current_enrolment, period=period)
    session.commit()
    plain = run("export", report, "--year", "2025-2026", "-o", "-")
    assert plain.exit_code == 0
    path = tmp_path / "out.xlsx"
    assert run("export", report, "--year", "2025-2026", "--format", "xlsx", "-o", str(path)).exit_code == 0
    rows = xlsx_values(path.read_bytes())
    assert table(plain.stdout_bytes)[0] == rows[0]
    assert len(rows) == len(table(plain.stdout_bytes)) > 1


def test_a_file_called_xlsx_is_one(run, school, tmp_path):
    path = tmp_path / "Học sinh.XLSX"
    run("export", "students", "--year", "2025-2026", "-o", str(path))
    assert path.read_bytes()[:2] == b"PK"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    run("export", "students", "--year", "2025-2026", "--format", "csv", "-o", str(path))
    assert path.read_bytes()[:3] == b"\xef\xbb\xbf"


def test_a_workbook_goes_to_standard_output_too(run, school):
    answer = run("export", "students", "--year", "2025-2026", "--format", "xlsx", "-o", "-")
    assert xlsx_values(answer.stdout_bytes)[1][1] == "000012"


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_only_the_named_columns_are_written(run, school, tmp_path, format_):
    path = tmp_path / f"out.{format_}"
    answer = run("export", "students", "--columns", "class_name, code", "-o", str(path))
    assert answer.exit_code == 0
    rows = xlsx_values(path.read_bytes()) if format_ == "xlsx" else table(path.read_bytes())
    assert rows[:2] == [["Mã học sinh", "Lớp"], ["000012", "10A1"]]


def test_what_was_written_is_told_as_json(run, school, tmp_path):
    path = str(tmp_path / "out.xlsx")
    answer = run("export", "students", "--columns", "code,full_name", "--json", "-o", path)
    assert json.loads(answer.stdout) == {
        "report": "students",
        "year": "2025-2026",
        "format": "xlsx",
        "file": path,
        "rows": 2,
        "columns": ["code", "full_name"],
    }


def test_json_stands_on_standard_error_where_the_file_is_standard_output(run, school):
    answer = run("export", "students", "--columns", "code", "--json", "-o", "-")
    assert table(answer.stdout_bytes)[0] == ["Mã học sinh"]
    assert json.loads(answer.stderr)["rows"] == 2


@pytest.mark.parametrize("as_", [[], ["--as", "co"]])
def test_it_is_logged_as_the_operators_whoever_it_is_narrowed_to(run, school, session, tmp_path, as_):
    run("export", "students", "--columns", "code", *as_, "-o", str(tmp_path / "out.csv"))
    (entry,) = taken(session)
    assert (entry.account_id, entry.name, entry.format, entry.columns) == (None, "students", "csv", ["code"])
    assert (entry.row_count, entry.filters) == ((1, "as=co") if as_ else (2, None))
    assert entry.school_year.name == "2025-2026"
    written = session.scalars(select(AuditEntry).where(AuditEntry.table_name == "disclosure")).one()
    assert (written.actor, written.origin, written.action) == ("operator", Origin.COMMAND, "export")


def test_an_unknown_format_is_refused_by_name(run, school, tmp_path):
    answer = run("export", "students", "--format", "pdf", "-o", str(tmp_path / "x"))
    assert answer.exit_code == 2
    assert "csv" in answer.stderr


def test_emulation_goes_on_with_the_criteria_of_the_year(run, school, session, tmp_path):
    make.make_scheme(session)
    session.commit()
    told = run("export", "emulation", "--year", "2025-2026", "--json", "-o", str(tmp_path / "a.csv"))
    keys = json.loads(told.stdout)["columns"]
    assert keys[:5] == ["number", "code", "full_name", "department", "post"]
    assert keys[11:13] == ["criterion_participation", "criterion_survey"]
    assert keys[-5:] == ["total", "score_level", "converted", "proposal", "note"]
    path = tmp_path / "b.xlsx"
    run("export", "emulation", "--columns", "code,criterion_participation,total", "-o", str(path))
    header, *rows = xlsx_values(path.read_bytes())
    assert header == ["Mã", "Nhận đỡ đầu và duy trì suốt thời gian được phân công", "Tổng điểm"]
    assert len(rows) == 2


def test_emulation_of_a_year_that_is_being_prepared_is_refused(run, school, session):
    make.make_year(session, "2026-2027", state=YearState.PREPARING)
    session.commit()
    answer = run("export", "emulation", "--year", "2026-2027", "-o", "-")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "đang chuẩn bị" in answer.stderr
