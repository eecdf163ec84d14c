"""The life of a file: opened, looked at, put right, and applied as it was shown."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.imports import runs, undoing
from school.imports.importing import NEEDS, OTHER_YEAR, may_import
from school.imports.layout import Layout
from school.imports.tables import Unreadable
from school.rules.importing import COLUMN_CHANGED
from school.services import guard, roster
from school.services.guard import set_actor
from school.vocabulary import ImportState, ListKind, Role, TermPeriod
from tests.cast import Cast
from tests.factories import make_student
from tests.school.imports.bringing import ASSIGNMENTS, HARDSHIP, RESULTS, STAFF, STUDENTS, Open, apply, later
from tests.school.imports.keeping import Rows, as_csv, check_chain, differing, snapshot

# What was shown is what is applied ------------------------------------------------------------------------------------


def test_a_row_that_changed_since_the_preview_refuses_the_whole(session: Session, cast: Cast, bring: Open) -> None:
    actor, run = bring(STUDENTS)
    seen = runs.preview(session, actor, run)
    session.commit()
    student = session.get_one(m.Student, cast.id("sponsored", "student"))
    values = {"code": student.code, "full_name": "Y Bhiu Niê A"}
    roster.save_student(session, actor, student, values, version=student.version)
    session.commit()
    before = snapshot(session)
    with pytest.raises(RuleError, match="xem lại rồi nhập"):
        runs.apply(session, actor, run, seen.digest)
    session.rollback()
    assert snapshot(session) == before
    assert run.state is ImportState.READ
    assert runs.preview(session, actor, run).digest != seen.digest


@pytest.mark.parametrize("kind", list(ListKind))
def test_a_preview_writes_nothing_and_is_the_same_again(session: Session, bring: Open, kind: ListKind) -> None:
    actor, run = bring(kind)
    before = snapshot(session)
    seen = runs.preview(session, actor, run)
    session.commit()
    version = run.version
    session.expire_all()
    assert runs.preview(session, actor, run).digest == seen.digest == run.digest
    session.commit()
    assert (run.version, snapshot(session)) == (version, before)
    assert set(run.counts) == {"created", "updated", "unchanged", "rejected", "alarms"}


def test_a_forged_digest_is_refused(session: Session, bring: Open) -> None:
    actor, run = bring(STUDENTS)
    runs.preview(session, actor, run)
    for digest in ("", "0" * 64, "x"):
        with pytest.raises(RuleError, match="xem lại"):
            runs.apply(session, actor, run, digest)
        with pytest.raises(RuleError, match="xem lại"):
            runs.start(session, actor, run, digest, True, run.version)


def test_whom_a_row_means_is_part_of_what_was_shown(session: Session, cast: Cast, bring: Open) -> None:
    # Two new results with the same figures: only the student tells them apart.
    listing = [["Họ và tên", "Lớp", "Học tập"], ["Nguyễn Văn Nam", "10A1", "Khá"]]
    actor, run = bring(RESULTS, own=listing)
    seen = runs.preview(session, actor, run)
    session.commit()
    set_actor(session, cast.actor("operator"))
    session.get_one(m.Student, cast.classmate).full_name = "Nguyễn Văn Nam Anh"
    make_student(session, "Nguyễn Văn Nam", session.get_one(m.Classroom, cast.classes["10A1"]))
    session.commit()
    set_actor(session, actor)
    with pytest.raises(RuleError, match="xem lại"):
        runs.apply(session, actor, run, seen.digest)


def test_what_is_unusual_is_confirmed_first(session: Session, cast: Cast, bring: Open) -> None:
    set_actor(session, cast.actor("operator"))
    room = session.get_one(m.Classroom, cast.classes["10A1"])
    made = [make_student(session, f"Trần Văn {letter * 2}", room) for letter in "BCDĐGHKLMNPQRSTVX"] + [
        make_student(session, f"Lê Văn {letter * 2}", room) for letter in "BCDĐGHK"
    ]
    listing = [["Mã HS", "Họ và tên", "Lớp", "Dân tộc"]]
    listing += [[student.code, student.full_name, "10A1", "Kinh"] for student in made]
    session.commit()
    actor, run = bring(STUDENTS, own=listing)
    seen = runs.preview(session, actor, run)
    assert [alarm.msgid for alarm in seen.alarms] == [COLUMN_CHANGED]
    assert "“Dân tộc”" in str(seen.alarms[0])
    before = snapshot(session)
    with pytest.raises(RuleError, match="xác nhận"):
        runs.start(session, actor, run, seen.digest, False, run.version)
    with pytest.raises(RuleError, match="xác nhận"):
        runs.apply(session, actor, run, seen.digest)
    assert snapshot(session) == before
    assert runs.apply(session, actor, run, seen.digest, confirmed=True).applied


def test_a_list_of_another_year_is_confirmed_first(session: Session, lists: dict[ListKind, Rows], bring: Open) -> None:
    actor, run = bring(STUDENTS, own=[["DANH SÁCH HỌC SINH NĂM HỌC 2024 - 2025"], *lists[STUDENTS]])
    seen = runs.preview(session, actor, run)
    assert [alarm.msgid for alarm in seen.alarms][:1] == [OTHER_YEAR]
    before = snapshot(session)
    with pytest.raises(RuleError, match="xác nhận"):
        runs.start(session, actor, run, seen.digest, False, run.version)
    with pytest.raises(RuleError, match="xác nhận"):
        runs.apply(session, actor, run, seen.digest)
    assert snapshot(session) == before
    assert runs.apply(session, actor, run, seen.digest, confirmed=True).applied


def test_a_list_of_this_year_asks_nothing_of_its_title(
    session: Session, lists: dict[ListKind, Rows], bring: Open
) -> None:
    actor, run = bring(STUDENTS, own=[["DANH SÁCH HỌC SINH NĂM HỌC 2025 - 2026"], *lists[STUDENTS]])
    assert OTHER_YEAR not in [alarm.msgid for alarm in runs.preview(session, actor, run).alarms]


def test_names_under_other_codes_ring_a_bell(session: Session, cast: Cast, bring: Open) -> None:
    students = session.scalars(select(m.Student).order_by(m.Student.id)).all()
    slipped = [students[-1].full_name, *(student.full_name for student in students[:-1])]
    listing = [["Mã HS", "Họ và tên", "Dân tộc"]]
    listing += [[student.code, name, "Mạ"] for student, name in zip(students, slipped, strict=True)]
    actor, run = bring(STUDENTS, own=listing)
    told = " ".join(map(str, runs.preview(session, actor, run).alarms))
    assert "tên người khác" in told


def test_an_exception_half_way_leaves_nothing(session: Session, bring: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    actor, run = bring(STUDENTS)
    seen = runs.preview(session, actor, run)
    runs.start(session, actor, run, seen.digest, False, run.version)
    session.commit()
    before, entries = snapshot(session), check_chain(session)
    real, flushed = guard.audit.write, []

    def stop(*arguments: Any) -> None:
        real(*arguments)
        flushed.append(1)
        if len(flushed) == 3:
            raise RuntimeError("the power goes")

    with monkeypatch.context() as patched:
        patched.setattr(guard.audit, "write", stop)
        with pytest.raises(RuntimeError):
            runs.apply(session, actor, run, seen.digest)
    session.rollback()
    assert snapshot(session) == before
    assert (check_chain(session), run.state) == (entries, ImportState.APPLYING)
    assert "undo log" not in session.info

    # Started, and nothing written: it is tried again as it stands, and once only.
    runs.start(session, actor, run, seen.digest, False, run.version)
    session.commit()
    assert runs.apply(session, actor, run, seen.digest).applied
    session.commit()
    with pytest.raises(RuleError, match="đã được nhập"):
        runs.apply(session, actor, run, seen.digest)
    undoing.undo(session, actor, run)
    session.commit()
    assert not differing(before, snapshot(session))


def test_a_second_tap_on_apply_is_refused(session: Session, bring: Open) -> None:
    actor, run = bring(STUDENTS)
    seen = runs.preview(session, actor, run)
    session.commit()
    version = run.version
    runs.start(session, actor, run, seen.digest, False, version)
    session.commit()
    with pytest.raises(StaleRecord):
        runs.start(session, actor, run, seen.digest, False, version)


def test_an_import_that_failed_waits_again(session: Session, cast: Cast, bring: Open) -> None:
    actor, run = bring(STUDENTS)
    seen = runs.preview(session, actor, run)
    runs.start(session, actor, run, seen.digest, False, run.version)
    session.commit()
    set_actor(session, cast.actor("quan"))
    with pytest.raises(NotAllowed):
        runs.give_back(session, cast.actor("quan"), run)
    set_actor(session, actor)
    runs.give_back(session, actor, run)
    session.commit()
    assert run.state is ImportState.READ
    runs.give_back(session, actor, run)  # twice does no harm
    assert apply(session, (actor, run)).applied


def test_progress_is_told_to_the_end(session: Session, bring: Open) -> None:
    told: list[tuple[int, int]] = []
    apply(session, bring(STUDENTS), progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert {total for _, total in told} == {4}
    assert told[-1] == (4, 4)


# Whose file it is -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(ListKind))
def test_who_may_bring_which_list(session: Session, cast: Cast, kind: ListKind) -> None:
    allowed = {
        STAFF: {"quan", "operator"},
        STUDENTS: {"quan", "thu", "operator"},
        RESULTS: {"quan", "thu", "operator"},
        ASSIGNMENTS: {"binh", "ly", "thu", "operator"},
        HARDSHIP: {"binh", "ly", "thu", "operator"},
    }
    people = [*cast.accounts, "nobody", "operator"]
    assert {name for name in people if may_import(cast.actor(name), kind)} == allowed[kind]
    assert set(NEEDS) == set(ListKind)


@pytest.mark.parametrize("kind", list(ListKind))
def test_nobody_else_brings_one(session: Session, cast: Cast, bring: Open, kind: ListKind) -> None:
    for name in cast.accounts:
        actor = cast.actor(name)
        if actor is not None and not may_import(actor, kind):
            with pytest.raises(NotAllowed):
                bring(kind, name)
            session.rollback()


def test_who_may_no_longer_bring_such_a_list_no_longer_opens_it(session: Session, bring: Open) -> None:
    actor, run = bring(HARDSHIP)
    now_admin = replace(actor, roles=frozenset({Role.ADMIN}))
    set_actor(session, now_admin)
    for look in (runs.tables_of, runs.preview, runs.rejected_rows):
        with pytest.raises(NotAllowed):
            look(session, now_admin, run)
    with pytest.raises(NotAllowed):
        runs.discard(session, now_admin, run, run.version)


def test_nobody_opens_the_file_of_somebody_else(session: Session, cast: Cast, bring: Open) -> None:
    run_id = bring(STUDENTS, "thu")[1].id
    layout = Layout(0, 1, {"code": 0, "full_name": 1, "class_name": 2})
    for name in ("lan", "hoa", "cuc", "hoi", "tro"):  # no list is ever theirs to bring
        set_actor(session, cast.actor(name))
        session.expunge_all()
        assert session.get(m.ImportRun, run_id) is None
    set_actor(session, cast.actor("operator"))
    run = session.get_one(m.ImportRun, run_id)
    for name in ("quan", "binh", "ly"):
        other = cast.actor(name)
        set_actor(session, other)
        for attempt in (
            lambda who: runs.tables_of(session, who, run),
            lambda who: runs.preview(session, who, run),
            lambda who: runs.rejected_rows(session, who, run),
            lambda who: runs.apply(session, who, run, "0" * 64),
            lambda who: runs.start(session, who, run, "0" * 64, True, run.version),
            lambda who: runs.lay_out(session, who, run, layout, run.version),
            lambda who: runs.answer(session, who, run, {"2": 1}, run.version),
            lambda who: runs.discard(session, who, run, run.version),
            lambda who: runs.give_back(session, who, run),
        ):
            with pytest.raises(NotAllowed):
                attempt(other)
            session.rollback()
            set_actor(session, other)


# Bringing it ----------------------------------------------------------------------------------------------------------


def test_a_second_tap_finds_the_first(session: Session, bring: Open) -> None:
    _, first = bring(STUDENTS)
    _, second = bring(STUDENTS)
    assert first.id == second.id
    _, third = bring(STUDENTS, "quan")  # somebody else's is another
    assert third.id != first.id


def test_the_same_results_for_another_period_are_another_file(session: Session, bring: Open) -> None:
    _, first = bring(RESULTS)
    assert first.period is TermPeriod.SEMESTER_1
    _, second = bring(RESULTS, period=TermPeriod.YEAR)
    assert (second.id != first.id, second.period) == (True, TermPeriod.YEAR)


def test_a_file_without_a_list_is_not_kept(session: Session, cast: Cast, bring: Open) -> None:
    kept = session.scalars(select(m.ImportRun.id)).all()
    for listing in ([["Chào", "bạn"], ["1", "2"]], [["Mã HS", "Họ và tên", "Lớp"]]):
        with pytest.raises(Unreadable):
            bring(STUDENTS, own=listing)
        session.rollback()
    set_actor(session, cast.actor("operator"))
    assert session.scalars(select(m.ImportRun.id)).all() == kept


def test_a_very_long_name_keeps_its_suffix(session: Session, bring: Open) -> None:
    actor, run = bring(STUDENTS, name="đ" * 300 + ".csv")
    assert (len(run.file_name), run.file_name[-4:]) == (200, ".csv")
    assert runs.preview(session, actor, run).plan.entries


def test_a_file_that_waited_a_week_is_emptied_when_the_next_is_opened(
    session: Session, cast: Cast, bring: Open
) -> None:
    actor, old = bring(STUDENTS)
    runs.preview(session, actor, old)
    started = bring(RESULTS)[1]
    runs.start(session, actor, started, runs.preview(session, actor, started).digest, True, started.version)
    session.commit()
    listing = [["Mã HS", "Họ và tên", "Lớp"], ["HS9", "Ai Đó", "10A1"]]
    for days, state in ((6, ImportState.READ), (8, ImportState.DISCARDED)):
        other = later(cast.actor("quan"), days=days)
        set_actor(session, other)
        data = as_csv([*listing, [f"HS{days}", "Ai Kia", "10A1"]])
        runs.open_run(session, other, STUDENTS, "moi.csv", data, session.get_one(m.SchoolYear, cast.year))
        session.commit()
        assert old.state is state
    assert started.state is ImportState.DISCARDED
    set_actor(session, actor)
    assert (
        session.scalars(select(m.ImportContent.run_id).where(m.ImportContent.run_id.in_([old.id, started.id]))).all()
        == []
    )
    with pytest.raises(RuleError, match="chọn lại tệp"):
        runs.preview(session, actor, old)
    check_chain(session)


def test_rejected_rows_are_not_kept_for_ever(session: Session, cast: Cast, bring: Open) -> None:
    actor, run = bring(STUDENTS)
    apply(session, (actor, run))
    other = later(actor, days=91)
    set_actor(session, other)
    listing = as_csv([["Mã HS", "Họ và tên", "Lớp"], ["HS9", "Ai Đó", "10A1"]])
    runs.open_run(session, other, STUDENTS, "moi.csv", listing, session.get_one(m.SchoolYear, cast.year))
    session.commit()
    assert run.state is ImportState.APPLIED
    with pytest.raises(RuleError, match="không còn được giữ"):
        runs.rejected_rows(session, other, run)
    assert undoing.may_undo(session, other, run) is None


def test_a_discarded_file_is_gone(session: Session, bring: Open) -> None:
    actor, run = bring(STUDENTS)
    with pytest.raises(StaleRecord):
        runs.discard(session, actor, run, run.version + 1)
    runs.discard(session, actor, run, run.version)
    session.commit()
    assert run.state is ImportState.DISCARDED
    assert session.scalar(select(m.ImportContent.id).where(m.ImportContent.run_id == run.id)) is None
    for attempt in (
        lambda: runs.preview(session, actor, run),
        lambda: runs.apply(session, actor, run, run.digest or ""),
        lambda: undoing.undo(session, actor, run),
        lambda: runs.discard(session, actor, run, run.version),
    ):
        with pytest.raises(RuleError):
            attempt()


def test_the_bytes_go_when_the_file_is_applied_and_the_rest_when_it_is_undone(
    session: Session, cast: Cast, bring: Open
) -> None:
    actor, run = bring(STUDENTS)
    apply(session, (actor, run))
    content = session.scalars(select(m.ImportContent).where(m.ImportContent.run_id == run.id)).one()
    assert content.data is None
    assert [row[0] for row in content.rejected["rows"]] == [7]
    undoing.undo(session, actor, run)
    session.commit()
    item = m.ImportItem.__table__
    left = select(func.count()).select_from(item).where(item.c.run_id == run.id)
    assert session.connection().scalar(left) == 0
    assert session.scalar(select(m.ImportContent.id).where(m.ImportContent.run_id == run.id)) is None


def test_a_file_of_which_every_row_was_taken_leaves_no_content(session: Session, bring: Open) -> None:
    actor, run = bring(STUDENTS, own=[["Mã HS", "Họ và tên", "Lớp"], ["HS9", "Ai Đó", "10A1"]])
    apply(session, (actor, run))
    assert session.scalar(select(m.ImportContent.id).where(m.ImportContent.run_id == run.id)) is None
