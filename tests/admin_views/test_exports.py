"""Lists as files: as they are filtered and sorted, with the columns that were ticked, typed, redacted and logged."""

import datetime as dt
import io
import os
import re
import zipfile
from collections.abc import Callable, Collection, Iterator
from html import unescape
from threading import Thread
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from flask import Flask
from sqlalchemy import String, UniqueConstraint, case, func, select, update

from admin_views.accounts import AccountScreen
from admin_views.base import Screen
from school import models as m
from school.db import Line, Prose, Record, db
from school.names import clean
from school.reports.registry import REPORTS
from school.reports.tables import Format, chunks, rearm
from school.rules.actor import Actor
from school.rules.policy import visible
from school.services.guard import set_actor
from tests.admin_views.test_lists import set_operator, titles
from tests.cast import NOW, PEOPLE, Cast
from tests.factories import make_student, make_support
from tests.payloads import PAYLOADS, assert_csv_is_dead, assert_xlsx_is_dead, csv_cells, xlsx_cells, xlsx_values
from tests.web import Browser

SignIn = Callable[[str], Browser]
SORTED = "/admin/student/export/{}/?sort=full_name&desc=1&classroom={}"


def exporting(app: Flask) -> dict[str, list[str]]:
    """Every list that can leave as a file, and the columns on offer."""
    views = [view for view in app.extensions["admin"][0]._views if isinstance(view, Screen)]
    return {view.endpoint: [*view.column_list, *view.column_export_extra] for view in views}


def address(screen: str, format_: str, columns: list[str]) -> str:
    """Where the list is exported with these columns."""
    return f"/admin/{screen}/export/{format_}/?" + "&".join(f"columns={name}" for name in columns)


def logged(cast: Cast) -> list[m.Disclosure]:
    """What left the panel after the cast had come together."""
    set_operator(cast)
    cast.session.expire_all()
    return list(cast.session.scalars(select(m.Disclosure).where(m.Disclosure.id > 2).order_by(m.Disclosure.id)))


def test_a_workbook_holds_the_list_as_it_is_filtered_and_sorted(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("binh")
    page = browser.get(f"/admin/student/?sort=full_name&desc=1&classroom={cast.classes['11A2']}")
    shown = [unescape(title) for title in titles(page)]
    answer = browser.get(SORTED.format("xlsx", cast.classes["11A2"]))
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    header, *rows = xlsx_values(answer.data)
    assert header == ["Họ và tên", "Lớp", "Mã học sinh", "Ngày sinh", "Giới tính"]
    assert [row[0] for row in rows] == shown
    assert len(rows) == 5
    assert [row[0] for row in csv_cells(browser.get(SORTED.format("csv", cast.classes["11A2"])).data)[1:]] == shown


@pytest.mark.parametrize("format_", [*Format])
def test_the_file_is_named_after_the_list_and_the_day(format_: str, sign_in: SignIn) -> None:
    told = sign_in("binh").get(f"/admin/student/export/{format_}/").headers["Content-Disposition"]
    assert unquote(told) == f"attachment; filename*=UTF-8''Học sinh 2025-10-15.{format_}"
    assert told.isascii()


def test_days_are_days_and_sums_are_numbers(sign_in: SignIn, cast: Cast) -> None:
    make_support(cast.session, cast.get(m.SupportCase, cast.id("homeroom")), cast.get(m.Staff, 1), value=1_250_000)
    cast.session.commit()
    header, *rows = xlsx_cells(sign_in("binh").get("/admin/support/export/xlsx/").data)
    place = {cell.value: cell.column - 1 for cell in header}
    given, value = ([row[place[name]] for row in rows] for name in ("Ngày trao", "Thành tiền (đồng)"))
    assert {cell.number_format for cell in given} == {"dd/mm/yyyy"}
    assert all(isinstance(cell.value, dt.datetime) for cell in given)
    (sum_,) = [cell for cell in value if cell.value == 1_250_000]
    assert sum_.number_format == "#,##0"
    cells = csv_cells(sign_in("binh").get("/admin/support/export/csv/").data)
    assert "1250000" in [row[place["Thành tiền (đồng)"]] for row in cells]


def test_codes_stay_texts(sign_in: SignIn, cast: Cast) -> None:
    student = cast.get(m.Student, cast.classmate)
    set_operator(cast)
    student.code = "000012"
    cast.session.commit()
    rows = xlsx_values(sign_in("binh").get("/admin/student/export/xlsx/?columns=code").data)
    assert ["000012"] in rows


def test_the_page_offers_all_columns_with_those_of_the_list_ticked(sign_in: SignIn, cast: Cast) -> None:
    page = sign_in("binh").get(f"/admin/student/?classroom={cast.classes['11A2']}&sort=code&desc=1&search=nie").text
    panel = page[page.index('class="export"') : page.index("</details>", page.index('class="export"'))]
    boxes = re.findall(r'name="columns" value="(\w+)"( checked)?', panel)
    assert [name for name, ticked in boxes if ticked] == ["full_name", "classroom", "code", "date_of_birth", "gender"]
    assert [name for name, ticked in boxes if not ticked] == ["homeroom_teacher"]
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', panel))
    assert kept == {"classroom": str(cast.classes["11A2"]), "sort": "code", "desc": "1", "search": "nie"}
    assert re.search(r'<form class="card" method="get" action="/admin/student/export/xlsx/"', panel)
    assert 'formaction="/admin/student/export/csv/"' in panel


def test_only_the_ticked_columns_leave_in_the_order_of_the_list(sign_in: SignIn) -> None:
    query = "?columns=&columns=homeroom_teacher&columns=code&columns=code"
    header, *rows = csv_cells(sign_in("binh").get(f"/admin/student/export/csv/{query}").data)
    assert header == ["Mã học sinh", "Giáo viên chủ nhiệm"]
    assert "Nguyễn Thị Lan" in {row[1] for row in rows}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("columns=", "Thầy cô chọn ít nhất một cột để xuất."),
        ("columns=full_name&columns=note", "Không có cột note."),
        ("columns=password_hash", "Không có cột password_hash."),
        ("columns=private.note", "Không có cột private.note."),
        ("columns=<b>", "Không có cột &lt;b&gt;."),
        ("columns=" + "x" * 5000, "Không có cột xxxx"),
    ],
)
@pytest.mark.parametrize("format_", [*Format])
def test_no_column_and_one_that_is_not_on_offer_are_refused(
    format_: str, query: str, sentence: str, sign_in: SignIn, cast: Cast
) -> None:
    answer = sign_in("binh").get(f"/admin/student/export/{format_}/?{query}")
    assert answer.status_code == 400
    assert sentence in answer.text
    assert logged(cast) == []


@pytest.mark.parametrize("query", ["page=-1", "sort=password_hash", "classroom=x", "unknown=1", "columns2=code"])
def test_parameters_that_do_not_fit_are_refused(query: str, sign_in: SignIn, cast: Cast) -> None:
    assert sign_in("binh").get(f"/admin/student/export/xlsx/?{query}").status_code == 400
    assert logged(cast) == []


@pytest.mark.parametrize("format_", ["pdf", "XLSX", "docx", "csv%00", "xls"])
def test_other_formats_are_not_found(format_: str, sign_in: SignIn) -> None:
    browser = sign_in("binh")
    for screen in ("student", "emulation", "board"):
        assert browser.get(f"/admin/{screen}/export/{format_}/").status_code == 404


def test_a_screen_that_would_export_what_its_pages_hide_does_not_start() -> None:
    with pytest.raises(ValueError, match="exports only what its pages show"):
        type("Careless", (AccountScreen,), {"column_export_extra": ("password_hash",)})(m.Account)
    with pytest.raises(ValueError, match="each column once"):
        type("Twice", (AccountScreen,), {"column_export_extra": ("username",)})(m.Account)


@pytest.mark.parametrize("format_", [*Format])
def test_an_export_is_logged_with_what_left_but_not_with_what_was_searched(
    format_: str, sign_in: SignIn, cast: Cast
) -> None:
    query = f"search=dat&gender=male&classroom={cast.classes['10A1']}&columns=full_name&columns=code"
    rows = sign_in("thu").get(f"/admin/student/export/{format_}/?{query}")
    assert rows.status_code == 200
    (entry,) = logged(cast)
    assert (entry.account_id, entry.name, entry.format) == (cast.accounts["thu"], "student", format_)
    assert entry.columns == ["full_name", "code"]
    assert set(entry.filters.split("; ")) == {"gender=male", f"classroom={cast.classes['10A1']}"}
    assert entry.row_count in (0, 1)
    assert entry.created_at == NOW
    written = select(m.AuditEntry).where(m.AuditEntry.table_name == "disclosure").order_by(m.AuditEntry.id.desc())
    audited = cast.session.scalars(written).first()
    assert (audited.action, audited.actor, audited.row_id) == ("export", "thu", entry.id)


def test_the_count_is_that_of_the_rows(sign_in: SignIn, cast: Cast) -> None:
    data = sign_in("lan").get("/admin/student/export/csv/").data
    (entry,) = logged(cast)
    assert entry.row_count == len(csv_cells(data)) - 1 == 4


def test_whoever_may_not_open_a_list_takes_nothing_and_nothing_is_logged(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("hoi")
    for format_ in Format:
        assert browser.get(f"/admin/student/export/{format_}/").status_code == 403
    assert logged(cast) == []


def test_it_is_logged_before_the_first_byte_leaves(
    sign_in: SignIn, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_screen: Screen, _row: Any, _name: str) -> None:
        raise OSError("the line broke")

    browser = sign_in("binh")
    monkeypatch.setattr(Screen, "value", fail)
    for format_ in Format:
        with pytest.raises(OSError, match="the line broke"):
            browser.get(f"/admin/student/export/{format_}/")
    assert [entry.format for entry in logged(cast)] == ["csv", "xlsx"]


def test_many_exports_at_once_all_succeed_and_all_are_logged(sign_in: SignIn, cast: Cast) -> None:
    browsers = [sign_in("binh") for _ in range(6)]
    cast.session.rollback()
    answers: list[int] = []

    def take(browser: Browser) -> None:
        for format_ in ("csv", "xlsx", "csv"):
            answers.append(browser.client.get(f"/admin/case/export/{format_}/", buffered=True).status_code)

    threads = [Thread(target=take, args=(browser,)) for browser in browsers]
    with time_machine.travel(NOW, tick=False):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [200] * 18
    assert len(logged(cast)) == 18


@pytest.mark.parametrize(
    "screen", ["student", "case", "progress", "support", "contact", "disclosure", "account", "audit"]
)
def test_an_export_runs_the_same_statements_however_many_rows(
    screen: str, sign_in: SignIn, statements: Any, cast: Cast, app: Flask
) -> None:
    reader = "quan" if screen in ("account", "audit") else "binh"
    browser, counts = sign_in(reader), []
    where = address(screen, "csv", exporting(app)[screen])
    for round_ in range(3):
        with statements() as seen:
            assert browser.get(where).status_code == 200
        counts.append(len(seen))
        set_operator(cast)
        for number in range(25):
            make_student(cast.session, f"Bùi Văn Thêm {round_} {number}", cast.get(m.Classroom, cast.classes["10A1"]))
        cast.session.commit()
    assert counts[1] == counts[2]
    assert counts[2] <= 16


def test_the_councils_table_leaves_as_a_workbook_with_chosen_columns(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("hoi")
    page = unescape(browser.get("/admin/emulation/").text)
    assert 'name="columns" value="mean_help" checked' in page
    answer = browser.get("/admin/emulation/export/xlsx/?year=2025-2026&columns=code&columns=lead&columns=full_name")
    header, *rows = xlsx_values(answer.data)
    assert header == ["Mã", "Họ và tên", "Số học sinh đỡ đầu"]
    assert all(isinstance(row[2], int) for row in rows)
    assert "Bảng thi đua 2025-2026 2025-10-15.xlsx" in unquote(answer.headers["Content-Disposition"])
    (entry,) = logged(cast)
    assert (entry.name, entry.row_count, entry.school_year_id) == ("emulation", len(rows), cast.year)
    assert entry.columns == ["code", "full_name", "lead"]
    assert browser.get("/admin/emulation/export/xlsx/?columns=").status_code == 400


def test_the_list_for_the_department_of_education_is_logged_too(sign_in: SignIn, cast: Cast) -> None:
    answer = sign_in("thu").get("/admin/board/export/xlsx/")
    header, *rows = xlsx_values(answer.data)
    assert header[:2] == ["TT", "Mã hồ sơ"]
    (entry,) = logged(cast)
    assert (entry.name, entry.format, entry.row_count) == ("left-over", "xlsx", len(rows))


# Formulas: every text of the database is a payload, and every file that can be made is looked through.

KEPT_AS_THEY_ARE = {("school_year", "name")}  # a name of another form is refused everywhere
LONE = "~"  # keeps unique texts apart


def texts() -> list[tuple[Any, Any]]:
    """Every column of free text."""
    tables = [mapper.local_table for mapper in Record.registry.mappers]
    return [
        (table, column)
        for table in tables
        for column in table.columns
        if isinstance(column.type, (Line, Prose)) and (table.name, column.name) not in KEPT_AS_THEY_ARE
    ]


def fill(app: Flask, text: Callable[[Any, Any], Any], chosen: list[tuple[Any, Any]]) -> None:
    """Put a text into these columns, past all cleaning."""
    with app.app_context(), db.engine.begin() as connection:
        for table, column in chosen:
            if column.name in table.columns and table.name != "student_name":  # a view
                connection.execute(update(table).values({column: text(table, column)}))


def filling(payload: str) -> Callable[[Any, Any], Any]:
    """The payload in every row; where two rows may not hold the same, with the row's number after it."""

    def text(table: Any, column: Any) -> Any:
        groups = [constraint.columns for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
        groups += [index.columns for index in table.indexes if index.unique]
        alone = column.unique or any(column.name in group for group in groups)
        return payload + LONE + func.cast(table.c.id, String) if alone else payload

    return text


def files(app: Flask, browser: Browser, but: Collection[str] = ()) -> Iterator[tuple[str, bytes, bytes]]:
    """Every list that this person may export, in both formats, with every column; `but` these."""
    for screen, columns in exporting(app).items():
        if screen in but:
            continue
        answers = [browser.get(address(screen, format_, columns)) for format_ in Format]
        assert {answer.status_code for answer in answers} in ({200}, {403}), screen
        if answers[0].status_code == 200:
            yield (screen, *(answer.data for answer in answers))


def mixing(round_: int) -> Callable[[Any, Any], Any]:
    """Another payload in each row and column, and in as many rounds as there are payloads each of them everywhere."""
    places = {column: place for place, column in enumerate(texts())}

    def text(table: Any, column: Any) -> Any:
        number = (table.c.id + places[table, column] + round_) % len(PAYLOADS)
        return case({n: filling(payload)(table, column) for n, payload in enumerate(PAYLOADS)}, value=number)

    return text


# Four rounds: each text of each row is four payloads in turn, and its neighbours are others. FUZZ=10 plays all twenty.
ROUNDS = range(0, len(PAYLOADS), 1 if "FUZZ" in os.environ else 5)


@pytest.mark.parametrize("round_", ROUNDS)
def test_no_list_holds_anything_that_runs_and_each_reads_back(
    round_: int, app: Flask, sign_in: SignIn, cast: Cast
) -> None:
    browsers = [sign_in("binh"), sign_in("quan")]
    cast.session.rollback()

    fill(app, mixing(round_), texts())
    seen: set[str] = set()
    for browser in browsers:
        for screen, plain, book in files(app, browser, seen):
            seen.add(screen)
            assert_csv_is_dead(plain)
            header, *held = assert_xlsx_is_dead(book)
            found = [[rearm(cell) for cell in row] for row in csv_cells(plain)]
            held = [header, *held[len(held) + 1 - len(found) :]]  # the two logs have grown by the first file
            for cells, values in zip(found, held, strict=True):
                pairs = [pair for pair in zip(cells, values, strict=True) if isinstance(pair[1], str)]
                assert all(clean(cell) == clean(value) for cell, value in pairs), screen
    assert seen == set(exporting(app))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_report_holds_anything_that_runs(payload: str, app: Flask, cast: Cast) -> None:
    cast.session.rollback()
    fill(app, filling(payload), texts())
    operator, year = set_operator(cast), cast.get(m.SchoolYear, cast.year)
    for name, report in REPORTS.items():
        rows, columns = (list(part(cast.session, operator, year)) for part in (report.rows, report.columns_of))
        plain, book = (b"".join(chunks(format_, columns, rows, title=payload)) for format_ in Format)
        assert_csv_is_dead(plain)
        assert_xlsx_is_dead(book)
        assert rows, name
    assert all(report.title for report in REPORTS.values())


# Canaries: each private text of each row tells where it comes from, and is looked for in every file of every person.

CANARY = re.compile(r"kín:(\w+)\.(\w+):(\d+):")
# The private texts that a list may hold at all; whose rows they are is left to the policy.
MAY_HOLD: dict[str, set[str]] = {
    "contact": {"contact.summary"},
    "follow_up": {"follow_up.what", "follow_up.answer"},
    "goal": {"goal.text"},
    "help": {"sponsor_evaluation.comment"},
    "inspection": {"inspection.findings"},
    "meeting": {"assignment_meeting.proceedings"},
    "plan": {"support_plan.methods"},
    "progress": {"progress_evaluation.comment", "progress_evaluation.review_comment"},
    "registration": {"registration.note"},
    "support": {"support_item.detail", "support_item.unit", "support_item.giver"},
}
SEES_NONE = {"hoi", "quan", "tro", "son"}


def unzipped(book: bytes) -> str:
    """All parts of a workbook as one text."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist())


@pytest.mark.parametrize("person", PEOPLE)
def test_no_file_holds_what_its_taker_may_not_see(person: str, app: Flask, sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in(person)
    actor = cast.actor(person)
    cast.session.rollback()
    private = [(table, column) for table, column in texts() if column.info.get("sensitive")]
    assert len(private) > 25
    fill(
        app,
        lambda table, column: f"kín:{table.name}.{column.name}:" + func.cast(table.c.id, String) + ":",
        private,
    )
    models = {mapper.local_table.name: mapper.class_ for mapper in Record.registry.mappers}
    held: set[tuple[str, str, int]] = set()
    for screen, plain, book in files(app, browser):
        found = {(table, column, int(id_)) for table, column, id_ in CANARY.findall(plain.decode("utf-8-sig"))}
        assert found == {(table, column, int(id_)) for table, column, id_ in CANARY.findall(unzipped(book))}
        assert {f"{table}.{column}" for table, column, _ in found} <= MAY_HOLD.get(screen, set()), screen
        held |= found
    set_actor(cast.session, actor)
    for table in {table for table, _, _ in held}:
        model = models[table]
        ids = set(cast.session.scalars(select(model.id).where(visible(actor, model))))
        assert {id_ for name, _, id_ in held if name == table} <= ids, table
    assert bool(held) is (person not in SEES_NONE)


def test_what_is_written_apart_of_a_contact_is_in_no_file(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    fill(app, lambda table, column: "chuyện riêng", [(m.Contact.__table__, m.Contact.__table__.c.summary)])
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(update(m.Contact.__table__).values(sensitive=True))
    for who in ("lan", "binh", "hoa", "cuc"):
        data = sign_in(who).get("/admin/contact/export/csv/").data.decode()
        assert "chuyện riêng" not in data
        assert "Ghi riêng" in data or "ghi riêng" in data


def test_a_teachers_files_hold_only_the_own_class_and_own_cases(sign_in: SignIn) -> None:
    browser = sign_in("lan")
    shown = set(titles(browser.get("/admin/student/")))
    assert {row[0] for row in xlsx_values(browser.get("/admin/student/export/xlsx/").data)[1:]} == shown


def test_the_streaming_session_is_the_takers(cast: Cast) -> None:
    """What an export reads, it reads as whoever asked: nobody sees nothing."""
    with db.new_session() as session:
        assert session.query(m.Student).all() == []
        set_actor(session, Actor.running_commands(NOW))
        assert session.query(m.Student).count() > 0
