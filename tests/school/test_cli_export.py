"""The command that writes reports: as the operator or as somebody, into a file or to standard output."""

import csv
import io
import json
import os
import stat

import pytest

from school import cli
from school.vocabulary import Role
from tests import factories as make


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
    ],
)
def test_a_refusal_is_one_sentence_and_no_file(run, school, tmp_path, arguments, sentence):
    path = tmp_path / "out.csv"
    answer = run("export", *arguments, "-o", str(path))
    assert (answer.exit_code, answer.stdout, answer.stderr.strip()) == (2, "", sentence)
    assert not path.exists()


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
