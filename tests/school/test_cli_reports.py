"""The command that writes official documents: the same as the screens offer, for its owner alone, logged."""

import datetime as dt
import json
import os
import stat

import pytest
import time_machine
from sqlalchemy import select

from school import cli
from school import models as m
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.vocabulary import DocumentKind, Origin, ReportOccasion, ReportState
from tests.cast import NOW
from tests.factories import SECRET, make_year
from tests.school.reports.papers import text_of

YEAR = ("--year", "2025-2026")
NO_MONTH = "Năm học 2025-2026 chưa có tháng %s; tháng ghi theo mẫu 2025-10."


@pytest.fixture
def run(app, cast):
    """Runs `report` on the cast's school, in October 2025 unless another moment is told."""
    cli.init_app(app)
    for template in cast.session.scalars(select(m.DocumentTemplate)):  # the cast's is none that Word could open
        cast.session.delete(template)
    cast.session.commit()

    def running(*arguments, now=NOW):
        cast.session.rollback()
        with time_machine.travel(now, tick=False):
            return app.test_cli_runner().invoke(args=["report", *arguments])

    return running


def operator(cast):
    cast.session.rollback()
    set_actor(cast.session, Actor.running_commands(NOW))
    return cast.session


ARGUMENTS = {
    "annual": (),
    "assignments": (),
    "commendations": (),
    "department": ("--department", "toán", "--month", "2025-09"),
    "early-raise": ("--staff", "lan's", "--years", "5"),
    "evidence": ("--staff", "lan's"),
    "minutes": (),
    "notice-board": (),
    "plan": (),
    "scores": (),
    "semester": ("--semester", "1"),
    "student": ("--case", "of the cast"),
}


def arguments(cast, name):
    session = operator(cast)
    said = {
        "of the cast": session.get(m.SupportCase, cast.id("sponsored")).code,
        "lan's": session.get(m.Staff, cast.staff["lan"]).code,
    }
    return [said.get(word, word) for word in ARGUMENTS[name]]


def test_every_kind_of_document_has_a_name():
    from school.cli_reports import KINDS

    assert KINDS.keys() == ARGUMENTS.keys()
    assert {kind for kind, _ in KINDS.values()} == set(DocumentKind)


@pytest.mark.parametrize("name", ARGUMENTS)
def test_each_document_is_written_for_its_owner_alone_and_logged(run, cast, tmp_path, name):
    path = tmp_path / "văn bản.docx"
    answer = run(name, *arguments(cast, name), *YEAR, "-o", str(path))
    assert (answer.exit_code, answer.output) == (0, "")
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text_of(path.read_bytes())
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = operator(cast).scalars(select(m.Disclosure).order_by(m.Disclosure.id.desc())).first()
    assert (found.format, found.account_id) == ("docx", None)
    assert found.name in {kind.label for kind in DocumentKind}
    entry = cast.session.scalars(select(m.AuditEntry).order_by(m.AuditEntry.id.desc())).first()
    assert (entry.origin, entry.action) == (Origin.COMMAND, "export")


def test_a_document_of_one_child_is_logged_with_the_child(run, cast, tmp_path):
    assert run("student", *arguments(cast, "student"), *YEAR, "-o", str(tmp_path / "a.docx")).exit_code == 0
    found = operator(cast).scalars(select(m.Disclosure).order_by(m.Disclosure.id.desc())).first()
    assert found.student_id == cast.id("sponsored", "student")


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (("early-raise",), "Ghi thêm --staff, là mã cán bộ."),
        (("early-raise", "--staff", "GV-0"), "Không có cán bộ mã GV-0."),
        (("evidence",), "Ghi thêm --staff (mã cán bộ), hoặc --department (tên tổ)."),
        (("evidence", "--staff", "GV-0", "--department", "Toán"), "Ghi thêm --staff (mã cán bộ)"),
        (("evidence", "--department", "Văn"), "Năm học 2025-2026 không có đề nghị khen thưởng nào như vậy."),
        (("scores", "--as", "lan"), "Vai trò của thầy cô không có việc này."),
        (("evidence", "--department", "Toán", "--as", "lan"), ""),
    ],
)
def test_what_a_document_of_emulation_lacks_is_said_and_nothing_is_written(run, cast, tmp_path, told, sentence):
    path = tmp_path / "a.docx"
    answer = run(*told, *YEAR, "-o", str(path))
    assert answer.exit_code == 2
    assert sentence in answer.stderr
    assert not path.exists()


def test_the_evidence_is_of_the_person_or_of_the_department(run, cast):
    for told, name in (
        (("--staff", arguments(cast, "evidence")[1]), "Nguyễn Thị Lan"),
        (("--department", "toán"), "Tổ Toán"),
    ):
        assert name in text_of(run("evidence", *told, *YEAR, "-o", "-").stdout_bytes)


def test_an_early_raise_looks_back_over_as_many_years_as_are_asked_for(run, cast):
    staff = arguments(cast, "early-raise")[:2]
    for name in ("2022-2023", "2023-2024", "2024-2025"):
        make_year(cast.session, name)
    cast.session.commit()
    for more, years in (((), 3), (("--years", "2"), 2), (("--years", "6"), 4)):
        answer = run("early-raise", *staff, *more, *YEAR, "-o", "-", "--json")
        assert json.loads(answer.stderr)["rows"] == years
    assert run("early-raise", *staff, "--years", "7", *YEAR, "-o", "-").exit_code == 2


def test_a_dash_is_standard_output_and_json_goes_beside_it(run, cast):
    answer = run("annual", *YEAR, "-o", "-", "--json")
    assert answer.exit_code == 0
    assert answer.stdout_bytes.startswith(b"PK")
    told = json.loads(answer.stderr)
    assert told == {
        "report": "annual",
        "year": "2025-2026",
        "name": "Báo cáo gửi Sở lần 1 2025-2026 dự thảo",
        "rows": 11,
        "file": "-",
    }


def test_json_says_what_was_written(run, cast, tmp_path):
    path = tmp_path / "a.docx"
    told = json.loads(run("semester", "--semester", "year", *YEAR, "-o", str(path), "--json").stdout)
    assert (told["name"], told["file"]) == ("Tổng kết 2025-2026", str(path))


def test_the_annual_report_is_the_one_that_comes_next_or_the_one_that_is_asked_for(run, cast):
    def name(*more, now=NOW):
        return json.loads(run("annual", *YEAR, *more, "-o", "-", "--json", now=now).stderr)["name"]

    assert "lần 1" in name()
    january = dt.datetime(2026, 1, 5, 2, tzinfo=dt.UTC)
    assert "lần 2" in name(now=january)
    assert "lần 1" in name("--occasion", "1", now=january)
    report = operator(cast).get(m.SchoolReport, 1)
    report.state, report.number, report.figures = ReportState.SUBMITTED, "45", {"day": "2025-12-22", "cases": 3}
    cast.session.commit()
    assert name("--occasion", "1", now=january) == "Báo cáo gửi Sở lần 1 2025-2026"
    assert [row.occasion for row in operator(cast).scalars(select(m.SchoolReport))] == [ReportOccasion.FIRST]


def test_a_department_is_found_without_marks_and_its_month_is_the_newest(run, cast):
    for name in ("Tổ Toán", "to toan", "TOÁN"):
        answer = run("department", "--department", name, *YEAR, "-o", "-", "--json")
        assert json.loads(answer.stderr)["name"] == "Báo cáo tháng 10-2025 của tổ Toán", answer.stderr
    assert operator(cast).scalars(select(m.DepartmentReport.period).distinct()).all() == ["2025-09"], "none is begun"


def test_as_somebody_it_is_what_the_person_sees(run, cast):
    said = text_of(run("semester", *YEAR, "--as", "hoa", "-o", "-").stdout_bytes)
    assert "của tổ Toán" in said
    assert "Trần Văn Đạt" not in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["annual", "--year", "2030-2031"], "Không có năm học 2030-2031 trong cơ sở dữ liệu."),
        (["annual", "--year", "2030"], 'Năm học cần viết theo mẫu "2025-2026".'),
        (["annual", *YEAR, "--as", "ai"], "Không có tài khoản ai."),
        (["annual", *YEAR, "--as", "lan"], "Vai trò của thầy cô không có việc này."),
        (["annual", *YEAR, "--as", "quan"], "Vai trò của thầy cô không có việc này."),
        (["department", *YEAR], "Ghi thêm --department, ví dụ --department “Tổ Toán”."),
        (["department", *YEAR, "--department", "Tổ Nhạc"], "Không có tổ nào tên Tổ Nhạc."),
        (["department", *YEAR, "--department", "Toán", "--month", "10/2025"], NO_MONTH % "10/2025"),
        (["department", *YEAR, "--department", "Toán", "--month", "2025-11"], NO_MONTH % "2025-11"),
        (["department", *YEAR, "--department", "Văn", "--as", "hoa"], "Việc này ngoài phạm vi thầy cô phụ trách."),
        (["minutes", *YEAR, "--date", "2025-09-02"], "Không có cuộc họp phân công nào như vậy."),
        (["student", *YEAR], "Ghi thêm --case, là mã hồ sơ của em."),
        (["student", *YEAR, "--case", "HT25-0"], "Không có hồ sơ mã HT25-0."),
    ],
)
def test_a_refusal_is_one_sentence_no_file_and_no_log(run, cast, tmp_path, more, sentence):
    path = tmp_path / "out.docx"
    logged = len(operator(cast).scalars(select(m.Disclosure)).all())
    answer = run(*more, "-o", str(path))
    assert (answer.exit_code, answer.stdout, answer.stderr.strip()) == (2, "", sentence)
    assert not path.exists()
    assert len(operator(cast).scalars(select(m.Disclosure)).all()) == logged


def test_a_folder_that_is_not_there_is_told(run, cast, tmp_path):
    answer = run("annual", *YEAR, "-o", str(tmp_path / "none" / "a.docx"))
    assert answer.exit_code == 2
    assert "Không ghi được tệp" in answer.stderr


@pytest.mark.parametrize("odd", ["no-such", "", "annual/../x"])
def test_another_name_is_no_document(run, odd):
    assert run(odd, *YEAR, "-o", "-").exit_code == 2
