"""Whatever a list makes and changes is put back, value by value; what was recorded is all that was written."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import RuleError
from school.imports import runs, undoing
from school.imports.importing import Source
from school.imports.tables import build_table
from school.rules.actor import Actor
from school.services import undo_log
from school.services.guard import set_actor
from school.services.undo_log import RECORDER, UndoLog, recording
from school.vocabulary import ImportState, ListKind, Origin, SponsorRole
from tests.cast import NOW, Cast
from tests.factories import make_department, make_staff, make_student
from tests.school.imports.keeping import BOOKKEEPING, HISTORY, check_chain, differing, snapshot, versions

YEAR = "2025-2026"
ITEM = m.ImportItem.__table__

# Lists of all kinds -------------------------------------------------------------------------------------------------

NAMES = ["Nguyễn Văn Nam", "Trần Văn Đạt", "Lò Thị Mới", "Y Bhiu Niê", "H'Linh Niê"]
CLASSES = ["10A1", "11A2", "12A3", "10A9", "11B1"]
PHONES = ["", "0905123456", "0905777888"]
TEXTS = ["", "nhà xa trường", "bố ốm nặng", "=1+1"]
STAFF_NAMES = ["Nguyễn Thị Lan", "Đặng Thái Sơn", "Lê Quang Vinh", "Hồ Thị Giang", "Võ Minh Tâm", "Đỗ Văn Minh"]


def one_of(*texts: str) -> st.SearchStrategy[str]:
    return st.sampled_from(texts)


SPONSORS = st.lists(one_of(*STAFF_NAMES, "Đặng Thái Sơn (hỗ trợ)", "Hồ Thị Giang (hỗ trợ)"), max_size=3).map("; ".join)


def tables_of(kind: ListKind, students: list[str], staff: list[str]) -> st.SearchStrategy[list[list[str]]]:
    """Lists of that kind about known people and new ones."""
    known, new = one_of(*students, "HSMOI1", "HSMOI2", "HSMOI3"), one_of(*staff, "GVMOI1", "GVMOI2", "GVMOI3")
    header, cells = {
        ListKind.STUDENTS: (
            ["Mã HS", "Họ và tên", "Ngày sinh", "Lớp", "Điện thoại", "Ghi chú"],
            (known, one_of(*NAMES), one_of("", "06/06/2010", "7/6/2010"), one_of("", *CLASSES), one_of(*PHONES),
             one_of(*TEXTS)),
        ),
        ListKind.STAFF: (
            ["Mã", "Họ và tên", "Tổ chuyên môn", "Môn dạy", "Chức vụ", "Chủ nhiệm lớp"],
            (new, one_of(*STAFF_NAMES), one_of("", "Tổ Toán", "Tổ Văn", "Tổ Sinh"), one_of("", "Toán"),
             one_of("", "Tổ trưởng", "Tổ phó", "Giáo viên"), one_of("", *CLASSES)),
        ),
        ListKind.RESULTS: (
            ["Mã HS", "Họ và tên", "Học tập", "Rèn luyện", "Vắng có phép"],
            (known, st.just(""), one_of("", "Tốt", "Khá", "Yếu"), one_of("", "Tốt", "Đạt"), one_of("", "0", "7")),
        ),
        ListKind.ASSIGNMENTS: (
            ["Mã HS", "Hoàn cảnh", "Sự rèn luyện của bản thân", "GV nhận đỡ đầu"],
            (known, one_of(*TEXTS), one_of(*TEXTS), SPONSORS),
        ),
        ListKind.HARDSHIP: (
            ["Mã HS", "Họ và tên", "Phân loại", "Mức độ", "Hoàn cảnh"],
            (known, st.just(""), one_of("", "Hộ nghèo", "Hộ cận nghèo", "Học lực yếu"),
             one_of("", "Cần hỗ trợ", "Khẩn cấp"), one_of(*TEXTS)),
        ),
    }[kind]  # fmt: skip
    return st.lists(st.tuples(*cells), min_size=1, max_size=8).map(lambda rows: [header, *map(list, rows)])


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_lists_of_any_kind_are_undone_in_turn(session: Session, cast: Cast, data: st.DataObject) -> None:
    students = [session.get_one(m.Student, cast.id(name, "student")).code for name in ("homeroom", "leaders_nominee")]
    students += [session.get_one(m.Student, row_id).code for row_id in (cast.classmate, cast.stranger)]
    staff = [session.get_one(m.Staff, cast.staff[name]).code for name in ("lan", "son", "hoa")]
    try:
        taken, states = [], [snapshot(session)]
        for hours in range(data.draw(st.integers(1, 3), label="lists")):
            kind = data.draw(st.sampled_from(list(ListKind)), label="kind")
            rows = data.draw(tables_of(kind, students, staff), label="rows")
            actor = become(session, NOW + dt.timedelta(hours=hours + 1))
            source = Source(kind, "x.csv", "0" * 64, [build_table("", enumerate(rows, 1))])
            report = runs.take_in(session, actor, source, YEAR)
            event(f"{kind}: {'writes' if report.plan.writes else 'writes nothing'}")
            taken.append(session.get_one(m.ImportRun, report.run_id))
            states.append(snapshot(session))
        check_chain(session)
        for run, before in zip(reversed(taken), reversed(states[:-1]), strict=True):
            undoing.undo(session, become(session, NOW + dt.timedelta(days=1)), run)
            after = snapshot(session)
            assert {name: after[name] for name in differing(before, after)} == {}
        check_chain(session)
        assert session.connection().scalar(select(func.count()).select_from(ITEM)) == 0
    finally:
        session.rollback()


def become(session: Session, now: dt.datetime) -> Actor:
    """The operator at that moment, and the session acting so."""
    actor = Actor.running_commands(now, Origin.IMPORT)
    set_actor(session, actor)
    return actor


# What is recorded -----------------------------------------------------------------------------------------------------


@pytest.fixture
def later(session: Session, cast: Cast) -> Actor:
    """The operator an hour after the cast was made."""
    return become(session, NOW + dt.timedelta(hours=1))


def test_every_row_that_a_flush_writes_is_recorded(session: Session, later: Actor, cast: Cast) -> None:
    models = [mapper.class_ for mapper in m.Student.registry.mappers if hasattr(mapper.class_, "version")]
    before = versions(session, *models)
    with recording(session) as log:
        room = session.get_one(m.Classroom, cast.classes["10A1"])
        new = make_student(session, "Lò Văn Mới", room)
        new.full_name = "Lò Văn Mười"
        session.get_one(m.Student, cast.classmate).full_name = "Nguyễn Văn Năm"
        session.flush()
        session.get_one(m.Student, cast.classmate).gender = None
        session.get_one(m.Department, cast.departments["Tổ Văn"]).head = make_staff(session, "Trịnh Văn Mới")
    after = versions(session, *models)
    made = {(table, row_id): version for table, rows in log.made.items() for row_id, version in rows.items()}
    changed = {(table, row_id): kept[0] for table, rows in log.changed.items() for row_id, kept in rows.items()}
    assert made == {row: version for row, version in after.items() if row not in before}
    assert changed == {row: version for row, version in after.items() if before.get(row, version) != version}
    assert {table for table, _ in made} == {"student", "student_private", "enrolment", "staff"}
    version, old = log.changed["student"][cast.classmate]
    assert (version, old) == (2, {"version": 1, "full_name": "Nguyễn Văn Nam"})


def test_the_first_of_several_old_values_is_kept(session: Session, later: Actor, cast: Cast) -> None:
    pair = session.get_one(m.Sponsorship, cast.id("sponsored", "sponsorship"))
    with recording(session) as log:
        for role in (SponsorRole.JOINT, SponsorRole.SUPPORTING, SponsorRole.JOINT):
            pair.role = role
            session.flush()
    version, old = log.changed["sponsorship"][pair.id]
    assert (version, old) == (4, {"version": 1, "role": "lead"})


def test_a_value_set_without_having_been_read_is_read_first(session: Session, later: Actor, cast: Cast) -> None:
    private = session.get_one(m.StudentPrivate, cast.id("sponsored", "student_private"))
    stored = private.address
    session.flush()
    session.expire(private, ["address"])
    with recording(session) as log:
        private.address = "Bon Khác"
    assert log.changed["student_private"][private.id][1] == {"version": 1, "address": stored}


def test_outside_nothing_is_recorded_and_nothing_is_left_behind(session: Session, later: Actor, cast: Cast) -> None:
    make_department(session, "Tổ Trước")
    with recording(session) as log:
        pass
    make_department(session, "Tổ Sau")
    assert (dict(log.made), dict(log.changed)) == ({}, {})
    assert RECORDER not in session.info
    with pytest.raises(ZeroDivisionError), recording(session):
        make_department(session, "Tổ Giữa")
        raise ZeroDivisionError
    assert RECORDER not in session.info


def test_an_import_that_would_delete_fails_at_once(session: Session, later: Actor, cast: Cast) -> None:
    with pytest.raises(TypeError, match="deletes nothing"), recording(session):
        session.delete(session.get_one(m.Hardship, cast.id("sponsored", "hardship")))
    session.rollback()


def test_a_made_row_has_no_old_values_at_all(session: Session, later: Actor, cast: Cast) -> None:
    run = session.scalars(select(m.ImportRun)).first()
    log = UndoLog()
    log.made["staff"][7] = 1
    log.changed["staff"][8] = (2, {"version": 1})
    log.keep(session, run.id)
    found = session.connection().execute(select(ITEM.c.row_id, ITEM.c.before.is_(None)).order_by(ITEM.c.row_id)).all()
    assert found == [(7, True), (8, False)]


def test_nobody_reads_what_was_recorded(session: Session, cast: Cast) -> None:
    # It holds what stood in private columns: for the undoing alone.
    run = session.scalars(select(m.ImportRun)).first()
    log = UndoLog()
    log.changed["student_private"][1] = (2, {"version": 1, "note": "riêng tư"})
    log.keep(session, run.id)
    for name in (*cast.accounts, "nobody"):
        set_actor(session, cast.actor(name))
        session.expunge_all()
        assert session.scalars(select(m.ImportItem)).all() == [], name


# What is put back -----------------------------------------------------------------------------------------------------


def applied(session: Session, actor: Actor, log: UndoLog) -> m.ImportRun:
    """A run of the operator that wrote what the log has."""
    run = m.ImportRun(
        kind=ListKind.STAFF, school_year_id=1, file_name="x.csv", file_hash="0" * 64, answers={}, counts={},
        state=ImportState.APPLIED,
    )  # fmt: skip
    session.add(run)
    session.flush()
    log.keep(session, run.id)
    return run


def test_tables_that_refer_to_each_other_are_cut_loose(session: Session, later: Actor, cast: Cast) -> None:
    before = snapshot(session)
    with recording(session) as log:
        department = make_department(session, "Tổ Mới")
        head = make_staff(session, "Trịnh Văn Mới", department=department)
        department.head = department.deputy = head
        session.get_one(m.Staff, cast.staff["lan"]).department = department
        old = session.get_one(m.Department, cast.departments["Tổ Toán"])
        old.head = head
    run = applied(session, later, log)
    undo_log.check_untouched(session, run.id)
    undo_log.put_back(session, run.id)
    assert snapshot(session) == before


def test_every_kind_of_value_comes_back(session: Session, later: Actor, cast: Cast) -> None:
    # Days, moments, members of lists, numbers, texts of several lines and none at all.
    case = session.get_one(m.SupportCase, cast.id("sponsored"))
    private, pair = case.private, session.get_one(m.Sponsorship, cast.id("ended", "sponsorship"))
    run = session.scalars(select(m.ImportRun)).first()
    private.circumstances = "dòng một\ndòng hai"
    run.applied_at = NOW
    session.flush()
    before = snapshot(session)
    with recording(session) as log:
        case.opened_on, case.closed_on = dt.date(2025, 11, 1), dt.date(2025, 11, 2)
        case.nominated_by_id = cast.staff["lan"]
        private.circumstances = None
        pair.state, pair.ended_on, pair.end_reason = pair.state.APPROVED, None, None
        run.applied_at, run.counts = None, {"created": 1}
    undone = applied(session, later, log)
    undo_log.put_back(session, undone.id)
    assert snapshot(session) == before
    assert (run.applied_at, run.counts) == (NOW, {})


def test_putting_back_names_no_private_value_in_the_log(session: Session, later: Actor, cast: Cast) -> None:
    private = session.get_one(m.StudentPrivate, cast.id("sponsored", "student_private"))
    with recording(session) as log:
        private.note = "điều riêng tư mới"
    undo_log.put_back(session, applied(session, later, log).id)
    table = m.AuditEntry.__table__
    told = session.connection().scalars(select(table.c.changes).where(table.c.table_name == "student_private")).all()
    assert told
    assert all(value is None for changes in told for name, value in changes.items() if name == "note")


@pytest.mark.parametrize("touch", ["edit", "delete", "refer"])
def test_a_row_that_somebody_else_touched_is_named(session: Session, later: Actor, cast: Cast, touch: str) -> None:
    with recording(session) as log:
        staff = make_staff(session, "Trịnh Văn Mới")
    run = applied(session, later, log)
    undo_log.check_untouched(session, run.id)
    become(session, NOW + dt.timedelta(hours=2))
    if touch == "edit":
        staff.post = "Thư ký"
    elif touch == "delete":
        session.delete(staff)
    else:
        session.get_one(m.Classroom, cast.classes["12A3"]).homeroom_teacher = staff
    session.flush()
    with pytest.raises(RuleError, match="bị xóa" if touch == "delete" else "Trịnh Văn Mới"):
        undo_log.check_untouched(session, run.id)


def test_no_table_is_left_out_of_the_comparison(session: Session, cast: Cast) -> None:
    # The comparisons above are worth something only while they see everything.
    assert HISTORY | set(snapshot(session)) == set(m.Student.metadata.tables)
    assert {"created_at", "updated_at", "version"} == BOOKKEEPING
    before = snapshot(session)
    session.get_one(m.StudentPrivate, cast.id("sponsored", "student_private")).note = "khác"
    assert differing(before, snapshot(session)) == {"student_private"}


def test_undoing_runs_as_the_person(session: Session, later: Actor, cast: Cast) -> None:
    person = replace(cast.actor("thu"), operator=True)
    with recording(session) as log:
        make_staff(session, "Trịnh Văn Mới")
    run = applied(session, later, log)
    set_actor(session, person)
    undo_log.put_back(session, run.id)
    table: Any = m.AuditEntry.__table__
    newest = session.connection().execute(select(table.c.actor, table.c.action).order_by(table.c.id.desc())).first()
    assert tuple(newest) == ("thu", "delete")
