"""The database: which SQLite is trusted, how writers take turns, and what the column types keep."""

import datetime as dt
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from school import models as m
from school.db import Instant, Label, Line, Prose, begin, db, engine_options, wal_is_safe, writing
from school.names import clean, clean_line
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.vocabulary import Role
from tests.cast import NOW
from tests.factories import make_case, make_department, make_staff, make_student


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),  # mended in this line
        ((3, 44, 7), True),
        ((3, 45, 0), False),
        ((3, 45, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),  # and in this one
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),  # for good
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_the_log_is_kept_only_by_a_sqlite_without_the_reset_bug(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30000)],
)
def test_every_connection_is_set_up(as_in_production: None, session: Session, pragma: str, value: object) -> None:
    assert session.connection().exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_only_sqlite_is_given_our_own_driver() -> None:
    assert engine_options("sqlite:///school.db")["module"].__name__ == "pysqlite3"
    assert engine_options("postgresql+psycopg://localhost/school") == {"pool_pre_ping": True}


def test_a_row_that_others_refer_to_cannot_be_deleted(session: Session) -> None:
    department = make_department(session)
    make_staff(session, department=department)
    session.delete(department)
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        session.flush()


def test_a_row_cannot_refer_to_what_is_not_there(session: Session) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        make_staff(session, department_id=999)


@pytest.mark.parametrize("child", ["private", "enrolments"])
def test_deleting_a_student_does_not_cut_the_rows_that_hang_on_it(session: Session, child: str) -> None:
    student = make_student(session)
    assert getattr(student, child)
    session.delete(student)
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        session.flush()


@pytest.mark.parametrize("child", ["private", "hardships", "sponsorships"])
def test_deleting_a_case_does_not_cut_the_rows_that_hang_on_it(session: Session, child: str) -> None:
    case = make_case(session)
    _ = getattr(case, child)
    session.delete(case)
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        session.flush()


# Writers ------------------------------------------------------------------------------------------------------------


def test_a_writer_takes_the_lock_at_once(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as first, writing():
        first.exec_driver_sql("PRAGMA user_version")  # begins, and so takes the lock
        with db.engine.connect() as second:
            second.connection.execute("PRAGMA busy_timeout=1")
            with pytest.raises(OperationalError, match="locked"):
                second.exec_driver_sql("PRAGMA user_version")
            second.connection.execute("PRAGMA busy_timeout=30000")


def test_a_reader_waits_for_nobody(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as writer, db.engine.connect() as reader:
        with writing():
            writer.exec_driver_sql("CREATE TABLE scratch (n)")
        assert reader.exec_driver_sql("SELECT count(*) FROM hardship_category").scalar() > 30


def test_writing_ends_with_its_block(app: Flask) -> None:
    with app.app_context():
        with writing():
            pass
        with db.engine.connect() as one, db.engine.connect() as two:
            one.exec_driver_sql("PRAGMA user_version")
            two.exec_driver_sql("PRAGMA user_version")  # two readers begin side by side


THREADS, TIMES = 8, 25


def test_eight_threads_that_count_lose_nothing(app: Flask, session: Session) -> None:
    department = make_department(session, "0")
    number = department.id
    session.commit()
    failures: list[BaseException] = []

    def count() -> None:
        try:
            with app.app_context():
                for _ in range(TIMES):
                    begin(writing=True)
                    set_actor(db.session, Actor.running_commands(NOW))
                    row = db.session.get(m.Department, number)
                    row.name = str(int(row.name) + 1)
                    db.session.commit()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=count) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    session.expire_all()
    assert department.name == str(THREADS * TIMES)
    assert department.version == THREADS * TIMES + 1
    hashes = session.execute(select(m.AuditEntry.previous_hash, m.AuditEntry.hash).order_by(m.AuditEntry.id)).all()
    assert len(hashes) == THREADS * TIMES + 1
    assert [row.previous_hash for row in hashes[1:]] == [row.hash for row in hashes[:-1]]


def test_a_row_that_somebody_else_has_changed_is_not_overwritten(session: Session) -> None:
    department = make_department(session)
    table = m.Department.__table__
    session.connection().execute(table.update().values(version=table.c.version + 1, name="Tổ Hóa"))
    department.name = "Tổ Lý"
    with pytest.raises(StaleDataError):
        session.flush()


# Types --------------------------------------------------------------------------------------------------------------

SCRATCH = Table(
    "scratch",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("line", Line(200)),
    Column("prose", Prose),
    Column("instant", Instant),
    Column("role", Label(Role)),
)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    path: Path = tmp_path_factory.mktemp("types") / "scratch.db"
    engine = create_engine(f"sqlite:///{path}", **engine_options("sqlite://"))
    with engine.begin() as connection:
        SCRATCH.create(connection)
        yield connection
    engine.dispose()


def stored(connection: Connection, column: str, value: Any) -> Any:
    """The value as it comes back."""
    key = connection.execute(SCRATCH.insert().values({column: value})).inserted_primary_key[0]
    return connection.scalar(select(SCRATCH.c[column]).where(SCRATCH.c.id == key))


TEXTS = st.text(st.characters(codec=None, exclude_categories=()), max_size=80)


@given(text=TEXTS)
def test_a_line_comes_back_clean(scratch: Connection, text: str) -> None:
    assert stored(scratch, "line", text) == clean_line(text)


@given(text=TEXTS)
def test_prose_comes_back_clean(scratch: Connection, text: str) -> None:
    found = stored(scratch, "prose", text)
    assert found == clean(text)
    assert unicodedata.is_normalized("NFC", found)


@given(
    moment=st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2150, 1, 1)),
    hours=st.integers(-11, 13),
)
def test_a_moment_comes_back_as_the_same_moment(scratch: Connection, moment: dt.datetime, hours: int) -> None:
    given_as = moment.replace(tzinfo=dt.timezone(dt.timedelta(hours=hours)))
    found = stored(scratch, "instant", given_as)
    assert found == given_as
    assert found.tzinfo is dt.UTC


def test_a_moment_without_a_time_zone_is_refused(scratch: Connection) -> None:
    with pytest.raises(StatementError, match="time zone"):
        stored(scratch, "instant", dt.datetime(2025, 10, 15))


@pytest.mark.parametrize("role", list(Role))
def test_a_member_of_a_list_comes_back_as_itself(scratch: Connection, role: Role) -> None:
    assert stored(scratch, "role", role) is role
    assert stored(scratch, "role", role.value) is role


def test_what_is_in_no_list_is_refused(scratch: Connection) -> None:
    with pytest.raises(StatementError, match="emperor"):
        stored(scratch, "role", "emperor")


@pytest.mark.parametrize("column", ["line", "prose", "instant", "role"])
def test_nothing_comes_back_as_nothing(scratch: Connection, column: str) -> None:
    assert stored(scratch, column, None) is None


def test_people_are_found_without_marks_and_listed_by_given_name(session: Session) -> None:
    for name in ("Trần Thị Yến", "Nguyễn Văn Đạt", "Lê Thị Dung"):
        make_staff(session, unicodedata.normalize("NFD", name))
    session.commit()
    session.expire_all()
    listed = session.scalars(select(m.Staff).order_by(m.Staff.sort_key)).all()
    assert [staff.full_name for staff in listed] == ["Lê Thị Dung", "Nguyễn Văn Đạt", "Trần Thị Yến"]
    assert [staff.search_name for staff in listed] == ["le thi dung", "nguyen van dat", "tran thi yen"]


def test_the_keys_follow_a_new_name(session: Session) -> None:
    staff = make_staff(session, "Lê Thị Dung")
    staff.full_name = "Lê Thị Ánh"
    session.flush()
    assert staff.search_name == "le thi anh"
    staff.full_name, staff.sort_name = "H'Linh Niê", "H'Linh"
    session.flush()
    assert staff.sort_key == make_staff(session, "H'Linh Niê", sort_name="H'Linh").sort_key
