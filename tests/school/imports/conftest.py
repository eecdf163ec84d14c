"""Lists for the tests: rows straight into the importer, files of every format, and the four samples."""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import pytest
import xlsxwriter
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from school import models as m
from school.imports.importing import ListKind, Report, Source
from school.imports.runs import take_in
from school.imports.tables import build_table
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.vocabulary import Origin
from tests.cast import NOW
from tests.school.imports.bringing import bring, lists, people  # noqa: F401 - fixtures
from tests.school.imports.keeping import Rows

SAMPLES = Path(__file__).parents[2] / "samples"
YEAR = "2025-2026"

Take = Callable[..., Report]


def source(kind: ListKind, rows: Rows, name: str = "danh-sach.xlsx") -> Source:
    """A list as if read from a file whose first row is row 1."""
    return Source(kind, name, "0" * 64, [build_table("Sheet1", enumerate(rows, 1))])


@pytest.fixture
def importer(session: Session) -> Actor:
    """The operator taking a list in, and the session acting so."""
    actor = Actor.running_commands(NOW, Origin.IMPORT)
    set_actor(session, actor)
    return actor


@pytest.fixture
def take(session: Session, importer: Actor) -> Take:
    """Import rows: `take(kind, rows, ...)` gives the report."""

    def import_rows(kind: ListKind, rows: Rows, name: str = "danh-sach.xlsx", **options: Any) -> Report:
        options.setdefault("year_name", YEAR)
        return take_in(session, options.pop("actor", importer), source(kind, rows, name), **options)

    return import_rows


def written(session: Session) -> int:
    """How many changes of the school's own data the log knows: the runs of the imports themselves aside."""
    tables = select(m.AuditEntry.table_name)
    return sum(not name.startswith("import_") for name in session.scalars(tables))


@pytest.fixture
def panel(importer: Actor) -> Actor:
    """The same hand, but on the panel and a day later."""
    return Actor(now=NOW + dt.timedelta(days=1), name="lan", origin=Origin.PANEL, operator=True)


@pytest.fixture
def roster(session: Session, take: Take) -> dict[str, int]:
    """Two classes and three teachers, taken in from lists: ids of the students by code."""
    take(ListKind.STAFF, STAFF_ROWS)
    take(ListKind.STUDENTS, STUDENT_ROWS)
    return {student.code: student.id for student in session.query(m.Student)}


STAFF_ROWS = [
    ["Mã", "Họ và tên", "Tổ chuyên môn", "Môn dạy", "Chức vụ", "Chủ nhiệm lớp"],
    ["GV1", "Nguyễn Thị Lan", "Toán", "Toán", "Tổ trưởng", "10A1"],
    ["GV2", "Lê Quang Vinh", "Toán", "Tin", "Tổ phó", "10A2"],
    ["GV3", "Võ Minh Tâm", "Văn phòng", "", "Nhân viên", ""],
]
STUDENT_ROWS = [
    ["Mã HS", "Họ và tên", "Ngày sinh", "Lớp", "Ghi chú"],
    ["HS1", "Trần Văn Đạt", "06/06/2010", "10A1", "đi xe buýt"],
    ["HS2", "Nguyễn Thị Hoa", "07/06/2010", "10A1", ""],
    ["HS3", "Nguyễn Thị Hoa", "08/06/2010", "10A2", ""],
]


def xlsx(rows: Rows, change: Callable[[Any, Any], None] | None = None) -> bytes:
    """A workbook of one sheet; dates become date cells, `change` gets workbook and sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Danh sách")
        as_date = book.add_format({"num_format": "dd/mm/yyyy"})
        for index, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(index, column, dt.datetime.combine(value, dt.time()), as_date)
                elif isinstance(value, str):
                    sheet.write_string(index, column, value)
                elif value is not None:
                    sheet.write(index, column, value)
        if change:
            change(book, sheet)
    return buffer.getvalue()


def word(rows: Rows, title: str = "") -> bytes:
    """A Word document with one table below its title."""
    document = docx.Document()
    if title:
        document.add_paragraph(title)
    table = document.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@dataclass
class Counter:
    """How many statements ran."""

    count: int = 0


@pytest.fixture
def count_sql(session: Session) -> Callable[[], AbstractContextManager[Counter]]:
    """`with count_sql() as counter`: statements that the session's engine ran inside; a batch is one."""

    @contextmanager
    def counting() -> Iterator[Counter]:
        counter = Counter()

        def on_statement(*_: object) -> None:
            counter.count += 1

        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", on_statement)
        try:
            yield counter
        finally:
            event.remove(engine, "before_cursor_execute", on_statement)

    return counting
