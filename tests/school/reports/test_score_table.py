"""The council's whole table and its list on paper: points as numbers, what was frozen as it was frozen, reasons."""

import io
from decimal import Decimal

import docx
import pytest
from sqlalchemy import select, text

from school import models as m
from school.db import db
from school.errors import NotAllowed, RuleError
from school.reports import emulation, score_list, tables
from school.reports.documents import write
from school.rules.actor import Actor
from school.services import scores
from school.services.guard import set_actor
from school.vocabulary import DocumentKind, ScoreLevel, YearState
from tests import factories as make
from tests.admin_views.canaries import FROZEN, MAY, freeze_some, score_a_year
from tests.cast import CASES, NOW
from tests.payloads import csv_cells, xlsx_cells
from tests.school.reports.papers import text_of
from tests.school.reports.test_emulation import listening

NEW = ("total", "score_level", "converted", "proposal", "note")
OLD = {column.key for column in emulation.COLUMNS}


@pytest.fixture
def council(cast):
    """The council in May of a year whose criteria are fixed and whose sponsors have worked."""
    score_a_year(cast)
    hoi = cast.actor("hoi", MAY)
    set_actor(cast.session, hoi)
    return hoi


def year_of(cast):
    return cast.session.get(m.SchoolYear, cast.year)


def read(cast, actor):
    """The table by code of staff, each row by the keys of its columns."""
    year = year_of(cast)
    keys = [column.key for column in emulation.columns(cast.session, actor, year)]
    rows = [dict(zip(keys, row, strict=True)) for row in emulation.table(cast.session, actor, year)]
    codes = {row.code: row.id for row in cast.session.execute(select(m.Staff.code, m.Staff.id))}
    names = {id_: name for name, id_ in cast.staff.items()}
    return {names[codes[row["code"]]]: row for row in rows}


def test_the_old_columns_come_first_then_one_a_criterion_then_the_outcome(cast, council):
    columns = emulation.columns(cast.session, council, year_of(cast))
    criteria = cast.session.scalars(select(m.Criterion).order_by(m.Criterion.bonus, m.Criterion.position)).all()
    assert columns[: len(emulation.COLUMNS)] == emulation.COLUMNS
    named = columns[len(emulation.COLUMNS) : -len(NEW)]
    assert [(one.key, one.label) for one in named] == [(f"criterion_{one.code}", one.name) for one in criteria]
    assert tuple(column.key for column in columns[-len(NEW) :]) == NEW
    assert [column.label for column in columns[-len(NEW) :]] == [
        "Tổng điểm", "Mức", "Điểm quy đổi", "Đề nghị khen thưởng", "Ghi chú"
    ]  # fmt: skip
    assert len({column.key for column in columns}) == len(columns)


def test_the_old_columns_hold_what_they_held(cast, council):
    old = list(emulation.rows(cast.session, council, year_of(cast)))
    whole = list(emulation.table(cast.session, council, year_of(cast)))
    assert [row[: len(emulation.COLUMNS)] for row in whole] == old
    assert len(old) > 10


def test_points_are_those_of_the_sheet(cast, council):
    standings = scores.of_year(cast.session, council, year_of(cast))
    rows = read(cast, council)
    for name, row in rows.items():
        shown = standings[cast.staff[name]].shown
        for line in shown.lines:
            told = row[f"criterion_{line.code}"]
            assert (told is None) is (line.points is None) and (told is None or told * 10 == line.points), name
        assert (row["total"], row["score_level"]) == (shown.total and Decimal(shown.total) / 10, shown.level)
        assert row["converted"] == (shown.converted and Decimal(shown.converted) / 100)
    assert rows["tam"]["total"] > 50 and rows["son"]["total"] == 0


def test_numbers_are_numbers_in_a_workbook_and_have_a_comma_in_csv(cast, council):
    year = year_of(cast)
    columns, rows = emulation.columns(cast.session, council, year), list(emulation.table(cast.session, council, year))
    header, *book = xlsx_cells(b"".join(tables.chunks("xlsx", columns, rows)))
    _, *plain = csv_cells(b"".join(tables.chunks("csv", columns, rows)))
    places = [place for place, column in enumerate(columns) if column.key.startswith(("criterion_", "total", "conv"))]
    assert [header[place].value for place in places][-2:] == ["Tổng điểm", "Điểm quy đổi"]
    broken = set()
    for cells, line in zip(book, plain, strict=True):
        for place in places:
            value, text = cells[place].value, line[place]
            assert value is None or (isinstance(value, int | float) and cells[place].data_type == "n")
            assert text == ("" if value is None else f"{value:g}".replace(".", ","))
            broken |= {text} if "," in text else set()
    assert broken, "some points are no whole numbers"


def test_what_was_frozen_is_exported_whatever_the_records_say_by_now(cast, council):
    make.make_adjustment(cast.session, cast.session.get(m.Staff, cast.staff["tam"]), criterion(cast, "special_effort"))
    cast.session.commit()
    freeze_some(cast)
    before = read(cast, council)
    with_engine(cast, "DELETE FROM contact_private")
    with_engine(cast, "DELETE FROM contact")
    with_engine(cast, "UPDATE score_adjustment SET points = 20, reason = 'lý do khác'")
    after = read(cast, council)
    for name in FROZEN:
        without = [{key: value for key, value in row[name].items() if key not in OLD} for row in (before, after)]
        assert without[0] == without[1]
        assert "Chưa chốt" not in after[name]["note"]
    assert after["hoa"]["total"] < before["hoa"]["total"], "an open sheet follows the records"
    assert "+1 điểm" in after["tam"]["note"] and "lý do khác" not in after["tam"]["note"]


def test_the_note_says_what_was_adjusted_and_why_and_what_is_not_final(cast, council):
    rows = read(cast, council)
    assert rows["lan"]["note"] == (
        "Chưa chốt; Nhận đỡ đầu và duy trì suốt thời gian được phân công: +1 điểm (Hội đồng thống nhất ngày 20/5)"
    )
    assert rows["minh"]["note"] == "Chưa chốt; Không áp dụng: Hội đồng thống nhất ngày 20/5"
    assert (rows["minh"]["total"], rows["minh"]["score_level"]) == (None, ScoreLevel.NOT_APPLICABLE)
    assert rows["hoa"]["note"] == "Chưa chốt"


def test_who_registered_and_got_nobody_is_told_why_and_never_zero(cast, council):
    set_actor(cast.session, Actor.running_commands(NOW))
    make.make_registration(cast.session, cast.session.get(m.Staff, cast.staff["son"]))
    set_actor(cast.session, council)
    row = read(cast, council)["son"]
    assert (row["total"], row["converted"], row["score_level"]) == (None, None, ScoreLevel.NOT_APPLICABLE)
    assert row["note"].startswith("Chưa chốt; Không áp dụng: Đã đăng ký đúng hạn")


def test_titles_stand_as_they_were_proposed_or_decided(cast, council):
    rows = read(cast, council)
    assert rows["lan"]["proposal"] == "Giấy khen của Hiệu trưởng"
    assert rows["tam"]["proposal"] == "Giấy khen của Hiệu trưởng (Quyết định số 88/QĐ ngày 20/05/2026)"
    assert rows["hoa"]["proposal"] == ""


def test_a_year_without_criteria_is_told_by_those_a_school_begins_with(session, operator):
    year = make.the_year(session)
    make.make_staff(session, "Lê An")
    columns = emulation.columns(session, operator, year)
    assert [column.label for column in columns if column.key == "criterion_contacts"] == [
        "Gặp gỡ, trao đổi, động viên thường xuyên"
    ]
    (row,) = emulation.table(session, operator, year)
    assert len(row) == len(columns)


def test_a_year_that_is_being_prepared_is_refused_with_the_reason(session, operator):
    year = make.make_year(session, "2026-2027", state=YearState.PREPARING)
    for make_it in (emulation.table, score_list.paper):
        with pytest.raises(RuleError, match="đang chuẩn bị"):
            make_it(session, operator, year)


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "thu", "quan", "tro"])
def test_nobody_else_gets_it(cast, name):
    actor, year = cast.actor(name), year_of(cast)
    set_actor(cast.session, actor)
    for part in (emulation.columns, emulation.table, score_list.paper):
        with pytest.raises(NotAllowed):
            part(cast.session, actor, year)


def test_statements_do_not_grow_with_the_staff(cast, council):
    counts = []
    for people in (0, 12):
        set_actor(cast.session, Actor.running_commands(NOW))
        for _ in range(people):
            case, staff = make.make_case(cast.session), make.make_staff(cast.session)
            make.make_evaluation(cast.session, case, staff)
            make.make_rating(cast.session, make.make_sponsorship(cast.session, case, staff))
        cast.session.commit()
        set_actor(cast.session, council)
        year, statements = year_of(cast), []
        with listening(statements):
            list(emulation.table(cast.session, council, year))
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 30


# On paper.


def test_the_list_stands_by_department_and_name_with_points_level_and_decision(cast, council):
    freeze_some(cast)
    values = score_list.paper(cast.session, council, year_of(cast)).values
    assert [group["name"] for group in values["departments"]] == ["Tổ Toán", "Tổ Văn", "Không thuộc tổ nào"]
    assert [row["name"] for row in values["departments"][1]["rows"]] == [
        "Huỳnh Đăng Khoa", "Phạm Hồng Phúc", "Đặng Thái Sơn", "Võ Minh Tâm", "Lê Quang Vinh"
    ]  # fmt: skip
    rows = {row["name"]: row for group in values["departments"] for row in group["rows"]}
    table = read(cast, council)
    tam = rows["Võ Minh Tâm"]
    assert tam["decision"] == "99/QĐ, 28/05/2026"
    assert tam["total"] == str(table["tam"]["total"]).replace(".", ",")
    assert len(tam["points"]) == len(values["criteria"]) == 11
    assert rows["Nguyễn Thị Lan"]["decision"] == "Chưa chốt"
    assert (rows["Đỗ Văn Minh"]["total"], rows["Đỗ Văn Minh"]["level"]) == ("–", "Không áp dụng")
    assert sum(level["count"] for level in values["levels"]) == values["people"] == len(rows)
    assert values["state"] == f"Đã chốt 2 phiếu; {len(rows) - 2} phiếu chưa chốt, tính đến ngày 28/05/2026"


def test_a_list_of_which_nothing_is_frozen_says_that_it_is_not_final(cast, council):
    assert score_list.paper(cast.session, council, year_of(cast)).values["state"].startswith("Bản dự kiến")


def test_the_document_lies_and_has_a_column_a_criterion_as_wide_as_the_page(cast, council):
    paper = score_list.paper(cast.session, council, year_of(cast))
    assert (paper.kind, paper.rows) == (DocumentKind.SCORE_LIST, paper.values["people"])
    data = write(cast.session, council, paper, "Trường THPT Mẫu")
    document = docx.Document(io.BytesIO(data))
    section = document.sections[0]
    assert section.page_width > section.page_height
    first = next(table for table in document.tables if table.rows[0].cells[0].text == "TT")
    head = [cell.text for cell in first.rows[0].cells]
    assert head == [
        "TT",
        "Họ và tên, chức vụ",
        *(f"({at})" for at in range(1, 12)),
        "Tổng điểm",
        "Quy đổi",
        "Mức",
        "Quyết định",
    ]
    widths = [column.width for column in first.columns]
    between = section.page_width - section.left_margin - section.right_margin
    assert sum(widths) == pytest.approx(between, rel=0.01)
    assert [cell.width for cell in first.rows[1].cells] == widths
    assert len(set(widths[2:13])) == 1 and widths[1] > widths[2]
    assert "(11) Cách làm hay, kết quả nổi bật (Hội đồng ghi lý do): 3 điểm (điểm cộng)" in text_of(data)


def test_no_title_and_no_student_stands_in_the_list(cast, council):
    said = text_of(write(cast.session, council, score_list.paper(cast.session, council, year_of(cast)), "Trường"))
    assert "Giấy khen" not in said
    assert not [name for name, *_ in CASES.values() if name in said]


def criterion(cast, code):
    return cast.session.scalars(select(m.Criterion).where(m.Criterion.code == code)).one()


def with_engine(cast, statement):
    """Change the records past everything, as an import of another year's file might."""
    cast.session.commit()
    with db.engine.begin() as connection:
        connection.execute(text(statement))
