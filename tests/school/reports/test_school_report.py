"""The report to the Sở as tables and as a document: frozen where it was signed, marked where it is written (P4.11)."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed
from school.reports import documents, school_report
from school.rules.school_figures import Figures
from school.services import school_reports
from school.services.guard import set_actor
from school.vocabulary import ReportOccasion
from tests.cast import Cast
from tests.factories import SECRET, make_contact
from tests.school.reports.papers import text_of

DAY = dt.date(2025, 12, 22)
SIGNED = {
    "number": "45",
    "signed_on": DAY,
    "difficulties": "Nhà các em xa trường.\nMùa mưa khó đi lại. <b>&amp; {{ x }}",
    "proposals": None,
}


def act(cast: Cast, name: str, day: dt.date = DAY) -> Any:
    actor = cast.actor(name, dt.datetime.combine(day, dt.time(2), dt.UTC))
    set_actor(cast.session, actor)
    return actor


def report(cast: Cast) -> m.SchoolReport:
    return cast.session.scalars(select(m.SchoolReport).order_by(m.SchoolReport.correction.desc())).first()


def signed(cast: Cast) -> m.SchoolReport:
    return school_reports.sign(cast.session, act(cast, "binh"), report(cast), SIGNED)


def paper(cast: Cast, name: str = "binh", day: dt.date = DAY) -> documents.Paper:
    found = report(cast)
    return school_report.paper(cast.session, act(cast, name, day), found)


def text(cast: Cast, made: documents.Paper) -> str:
    return text_of(documents.write(cast.session, act(cast, "binh"), made, "Trường THPT Thử"))


FIGURES = Figures(
    DAY,
    cases=4,
    sponsored=3,
    groups={"A": [2, 1], "several": [1, 1], "": [1, 0]},
    grades={"10": [3, 2], "": [1, 1]},
    departments={"Tổ Toán": [2, 3, 5, 4, 1_250_000], "": [1, 1, 0, 0, 0]},
    supports={"remedial_lesson": [2, 4, 0], "cash": [1, 0, 1_250_000]},
    trends={"declined": 1, "improved": 2},
    left_over=["HT25-1"],
    before={
        "year": "2024-2025",
        "occasion": 2,
        "number": "9/BC",
        "day": "2025-05-20",
        "figures": {"cases": 6, "value": 250_000, "no longer": 1},
    },
)


def rows(key: str, f: Figures = FIGURES) -> list[tuple[str, list[int]]]:
    found = [table for table in school_report.tables(f) if table.key == key]
    return [(line.label, line.numbers) for table in found for line in table.lines]


def test_the_tables_stand_in_the_order_of_the_report_and_only_where_there_is_something() -> None:
    keys = [table.key for table in school_report.tables(FIGURES)]
    assert keys == [
        *("general", "groups", "grades", "departments", "work", "supports", "trends", "moves", "staying", "difference")
    ]
    empty = [table.key for table in school_report.tables(Figures(DAY))]
    assert empty == ["general", "work", "trends", "moves", "staying"]


def test_every_number_has_its_column() -> None:
    for table in school_report.tables(FIGURES):
        assert {len(line.numbers) for line in table.lines} == {len(table.columns) - 1}, table.key


def test_the_lines_are_in_words_and_what_is_not_known_says_so() -> None:
    assert rows("groups")[1:] == [("Trong đó thuộc từ hai nhóm trở lên", [1, 1]), ("Chưa phân loại", [1, 0])]
    assert rows("grades") == [("10", [3, 2]), ("Chưa ghi", [1, 1])]
    assert rows("departments")[1] == ("Chưa thuộc tổ nào", [1, 1, 0, 0, 0])
    assert [label for label, _ in rows("trends")] == ["Đánh giá tháng đã xác nhận", "Tiến bộ rõ", "Cần quan tâm hơn"]


def test_the_difference_from_the_report_before() -> None:
    found = dict(rows("difference"))
    assert found == {
        "Em trong danh sách được hỗ trợ": [6, 4, -2],
        "Hỗ trợ trị giá (đồng)": [250_000, 1_250_000, 1_000_000],
    }
    assert school_report.before_words(FIGURES) == "báo cáo lần 2 năm học 2024-2025 (số 9/BC)"


# The document ---------------------------------------------------------------------------------------------------------


def test_a_draft_says_that_it_is_one_and_has_todays_figures(cast: Cast) -> None:
    made = paper(cast)
    assert made.values["draft"] == "DỰ THẢO"
    assert (made.values["number"], made.values["date"]) == (None, None)
    assert made.values["day"] == DAY
    assert made.name == "Báo cáo gửi Sở lần 1 2025-2026 dự thảo"
    said = text(cast, made)
    assert "DỰ THẢO" in said
    assert "Không có." in said


def test_what_was_signed_has_its_number_day_and_figures_whatever_came_later(cast: Cast) -> None:
    signed(cast)
    act(cast, "operator")
    lan, case = cast.get(m.Staff, cast.staff["lan"]), cast.get(m.SupportCase, cast.id("sponsored"))
    make_contact(cast.session, case, lan, occurred_on=dt.date(2025, 12, 1))
    made = paper(cast, day=dt.date(2026, 3, 1))
    assert (made.values["number"], made.values["date"], made.values["day"]) == ("45", DAY, DAY)
    assert made.values["draft"] == ""
    assert made.values["work"][0]["count"] == "11"
    said = text(cast, made)
    assert "Số: 45/BC-" in said
    assert "ngày 22 tháng 12 năm 2025" in said
    assert "tính đến ngày 22/12/2025" in said
    assert "DỰ THẢO" not in said
    assert "Mùa mưa khó đi lại. <b>&amp; {{ x }}" in said, "what was typed stays text"


def test_a_correction_says_which_one_and_why(cast: Cast) -> None:
    first = signed(cast)
    made = school_reports.correct(cast.session, act(cast, "thu"), first, "Ghi sót một em.")
    assert made.correction == 1
    found = paper(cast)
    assert found.name == "Báo cáo gửi Sở lần 1 2025-2026 đính chính lần 1 dự thảo"
    said = text(cast, found)
    assert "ĐÍNH CHÍNH LẦN 1" in said
    assert "Lý do: Ghi sót một em." in said


def test_the_children_without_a_sponsor_stand_there_by_code(cast: Cast) -> None:
    code = cast.get(m.SupportCase, cast.id("ended")).code
    assert f"1 em, theo mã hồ sơ (để cân đối giữa các trường): {code}." in text(cast, paper(cast))


def test_no_child_and_no_circumstances_are_in_it(cast: Cast) -> None:
    act(cast, "operator")
    names = list(cast.session.scalars(select(m.Student.full_name)))
    said = text(cast, paper(cast))
    assert [name for name in names if name in said] == []
    assert SECRET not in said


def test_numbers_have_their_thousands_apart_and_a_rise_its_sign(cast: Cast) -> None:
    found = signed(cast)
    act(cast, "operator")
    found.figures = FIGURES.frozen()
    cast.session.flush()
    values = paper(cast).values
    assert values["departments"][0]["value"] == "1.250.000"
    assert [row["change"] for row in values["difference"]] == ["-2", "+1.000.000"]
    assert values["supports"][0] == {"label": "Phụ đạo (không thu tiền)", "times": "2", "count": "4 tiết", "value": "0"}
    assert values["children"][0]["by"] == "Theo nhóm hoàn cảnh"
    assert values["children"][1]["by"] == ""


def test_every_value_is_one_that_a_template_may_say(cast: Cast) -> None:
    found = signed(cast)
    act(cast, "operator")
    found.figures = FIGURES.frozen()
    cast.session.flush()
    values = paper(cast).values
    for name, value in values.items():
        if name in ("number", "date"):
            continue
        listed = isinstance(value, list)
        assert name + "[]" * listed in school_report.VARIABLES
        for row in value if listed else ():
            if isinstance(row, dict):
                assert {f"{name}[].{part}" for part in row} <= school_report.VARIABLES.keys()
    named = {name.partition("[")[0] for name in school_report.VARIABLES}
    assert named <= values.keys()


@pytest.mark.parametrize("name", ["cuc", "thu", "binh"])
def test_who_reads_the_report_may_print_it(cast: Cast, name: str) -> None:
    assert paper(cast, name).values["occasion"] == 1


@pytest.mark.parametrize("name", ["lan", "hoa", "hoi", "quan", "tro", "nobody"])
def test_nobody_else_prints_it(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        paper(cast, name)


def test_one_that_nobody_has_begun_is_made_without_being_stored(cast: Cast) -> None:
    actor = act(cast, "operator")
    year = cast.get(m.SchoolYear, cast.year)
    blank = m.SchoolReport(school_year=year, occasion=ReportOccasion.SECOND, correction=0)
    assert school_report.paper(cast.session, actor, blank).values["draft"] == "DỰ THẢO"
    assert blank not in cast.session
