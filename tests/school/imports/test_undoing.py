"""An import undone leaves everything as it was, and is not undone once newer work touched its rows."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed, RuleError
from school.imports import runs, undoing
from school.services import cases, roster
from school.services.guard import set_actor
from school.vocabulary import CaseState, ImportState, ListKind, Origin, SponsorshipState, YearState
from tests.cast import Cast
from tests.factories import SECRET, make_contact, make_student
from tests.school.imports.bringing import ASSIGNMENTS, STAFF, STUDENTS, Open, Opened, apply, later
from tests.school.imports.keeping import Rows, check_chain, differing, snapshot

# Applying and undoing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(ListKind))
def test_an_import_undone_leaves_everything_as_it_was(session: Session, bring: Open, kind: ListKind) -> None:
    before = snapshot(session)
    actor, run = bring(kind)
    report = apply(session, (actor, run))
    counts = {"created": run.counts["created"], "updated": run.counts["updated"], "rejected": run.counts["rejected"]}
    assert all(counts.values()), counts
    assert (report.applied, report.run_id, run.state) == (True, run.id, ImportState.APPLIED)
    assert differing(before, snapshot(session))
    check_chain(session)

    assert undoing.may_undo(session, actor, run) is None
    undoing.undo(session, later(actor), run)
    session.commit()
    after = snapshot(session)
    assert {name: after[name] for name in differing(before, after)} == {}
    assert (run.state, run.undone_at) == (ImportState.UNDONE, later(actor).now)
    check_chain(session)


@pytest.mark.parametrize("kind", list(ListKind))
def test_the_log_names_the_person_and_calls_it_an_import(session: Session, bring: Open, kind: ListKind) -> None:
    table = m.AuditEntry.__table__
    actor, run = bring(kind)
    first = session.connection().scalar(select(func.max(table.c.id)))
    apply(session, (actor, run))
    undoing.undo(session, later(actor), run)
    session.commit()
    of_lists = table.c.table_name.not_in(["import_run", "import_content"])
    statement = select(table.c.account_id, table.c.actor, table.c.origin).where(table.c.id > first, of_lists)
    assert set(session.connection().execute(statement).all()) == {(actor.account_id, actor.name, Origin.IMPORT)}
    undone = select(table.c.row_id).where(table.c.action == "undo import")
    assert session.connection().scalars(undone).first()


def test_what_a_list_of_the_secretary_brings_stops_where_her_rights_stop(
    session: Session, cast: Cast, bring: Open, people: dict[str, m.Student]
) -> None:
    before = snapshot(session)
    actor, run = bring(ASSIGNMENTS, "thu")
    apply(session, (actor, run))
    case = session.scalars(select(m.SupportCase).where(m.SupportCase.student_id == cast.classmate)).one()
    assert case.state is CaseState.VERIFIED
    assert {pair.state for pair in case.sponsorships} == {SponsorshipState.REGISTERED}
    undoing.undo(session, later(actor), run)
    session.commit()
    assert not differing(before, snapshot(session))


def test_what_leadership_approved_the_secretary_does_not_undo(session: Session, cast: Cast, bring: Open) -> None:
    _, run = bring(ASSIGNMENTS, "binh")
    apply(session, (cast.actor("binh"), run))
    thu = cast.actor("thu")
    set_actor(session, thu)
    before = snapshot(session)
    assert undoing.may_undo(session, thu, run).msgid == undoing.APPROVED
    with pytest.raises(RuleError, match="Ban giám hiệu"):
        undoing.undo(session, thu, run)
    session.rollback()
    assert snapshot(session) == before


def test_two_imports_of_the_same_rows_are_undone_one_after_the_other(
    session: Session, bring: Open, lists: dict[ListKind, Rows]
) -> None:
    states = [snapshot(session)]
    first = bring(STUDENTS)
    apply(session, first)
    states.append(snapshot(session))
    again = [[*row[:3], "0905777888", row[4]] if "HS" in row[0] else row for row in lists[STUDENTS]]
    again[0] = lists[STUDENTS][0]
    set_actor(session, later(first[0]))
    second = bring(STUDENTS, own=again)
    apply(session, second)
    assert differing(states[1], snapshot(session)) == {"student_private"}

    assert "mới" in str(undoing.may_undo(session, *first))  # its rows are the second's now
    undoing.undo(session, *second)
    assert snapshot(session) == states[1]
    undoing.undo(session, *first)
    session.commit()
    assert snapshot(session) == states[0]


def test_a_private_text_that_the_bringer_never_saw_is_put_back(session: Session, cast: Cast, bring: Open) -> None:
    # The administrator takes lists of students in without seeing what is private, and so undoes them.
    student = cast.id("sponsored", "student")
    code = session.get_one(m.Student, student).code
    listing = [["Mã HS", "Họ và tên", "Lớp", "Dân tộc"], [code, "Y Bhiu Niê", "11A2", "Ê Đê"]]
    actor, run = bring(STUDENTS, "quan", own=listing)
    assert session.scalars(select(m.StudentPrivate)).all() == []
    apply(session, (actor, run))

    def stored() -> tuple[Any, ...]:
        table = m.StudentPrivate.__table__
        columns = (table.c.ethnicity, table.c.address, table.c.note)
        return tuple(session.connection().execute(select(*columns).where(table.c.student_id == student)).one())

    assert stored() == ("Ê Đê", "Bon Bu Prâng", SECRET)
    undoing.undo(session, later(actor), run)
    session.commit()
    assert stored() == ("Mạ", "Bon Bu Prâng", SECRET)
    log = m.AuditEntry.__table__
    changes = session.connection().scalars(select(log.c.changes).where(log.c.table_name == "student_private")).all()
    assert not any("Mạ" in str(change) or "Ê Đê" in str(change) for change in changes)


def test_who_may_bring_such_lists_may_undo_one_of_a_colleague(session: Session, cast: Cast, bring: Open) -> None:
    before = snapshot(session)
    actor, run = bring(STUDENTS, "thu")
    apply(session, (actor, run))
    for name in ("binh", "ly"):
        other = cast.actor(name)
        set_actor(session, other)
        assert "việc này" in str(undoing.may_undo(session, other, run))
        with pytest.raises(NotAllowed):
            undoing.undo(session, other, run)
        session.rollback()
    quan = later(cast.actor("quan"))
    set_actor(session, quan)
    with pytest.raises(NotAllowed):
        runs.rejected_rows(session, quan, run)
    undoing.undo(session, quan, run)
    session.commit()
    assert not differing(before, snapshot(session))


# Newer work ---------------------------------------------------------------------------------------------------------


def refuses(session: Session, opened: Opened, *words: str) -> None:
    """Undoing is refused with a sentence of these words, on the page and when it is asked for, and changes nothing."""
    actor, run = opened
    set_actor(session, actor)
    before, entries = snapshot(session), check_chain(session)
    told = undoing.may_undo(session, actor, run)
    assert told is not None
    assert all(word in str(told) for word in words), str(told)
    with pytest.raises(RuleError) as refused:
        undoing.undo(session, actor, run)
    assert str(refused.value) == str(told)
    session.rollback()
    assert snapshot(session) == before
    assert (check_chain(session), run.state) == (entries, ImportState.APPLIED)


def test_a_student_edited_since_stands_in_the_way(session: Session, cast: Cast, bring: Open) -> None:
    opened = bring(STUDENTS)
    apply(session, opened)
    thu = later(cast.actor("thu"))
    set_actor(session, thu)
    student = session.scalars(select(m.Student).where(m.Student.code == "HSMOI1")).one()
    roster.save_student(session, thu, student, {"code": "HSMOI1", "full_name": "Lò Văn Mười"}, version=student.version)
    session.commit()
    refuses(session, opened, "Em Lò Văn Mười", "không hoàn tác được")


def test_a_private_note_written_since_stands_in_the_way(session: Session, cast: Cast, bring: Open) -> None:
    opened = bring(STUDENTS)
    apply(session, opened)
    thu = later(cast.actor("thu"))
    set_actor(session, thu)
    student = session.get_one(m.Student, cast.classmate)
    values = {"code": student.code, "full_name": student.full_name}
    roster.save_student(session, thu, student, values, {"note": "đã gặp gia đình"}, version=student.version)
    session.commit()
    refuses(session, opened, "Em Nguyễn Văn Nam")


def test_a_case_opened_since_stands_in_the_way_and_is_not_told(session: Session, cast: Cast, bring: Open) -> None:
    opened = bring(STUDENTS, "quan")
    apply(session, opened)
    thu = later(cast.actor("thu"))
    set_actor(session, thu)
    student = session.scalars(select(m.Student).where(m.Student.code == "HSMOI1")).one()
    cases.nominate(session, thu, student.id, session.get_one(m.SchoolYear, cast.year), {"circumstances": "mồ côi"})
    session.commit()
    refuses(session, opened, "Em Lò Văn Mới")
    told = str(undoing.may_undo(session, *opened))
    assert not any(word in told for word in ("hồ sơ", "hoàn cảnh", "đỡ đầu"))


def test_work_with_a_case_stands_in_the_way_of_its_list(session: Session, cast: Cast, bring: Open) -> None:
    opened = bring(ASSIGNMENTS)
    apply(session, opened)
    set_actor(session, cast.actor("operator"))
    case = session.scalars(select(m.SupportCase).where(m.SupportCase.student_id == cast.classmate)).one()
    make_contact(session, case, session.get_one(m.Staff, cast.staff["vinh"]))
    session.commit()
    refuses(session, opened, "Em Nguyễn Văn Nam")


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda session, staff: m.Account(username="moi", staff=staff, password_hash="x"), "Trịnh Văn Mới"),
        (
            lambda session, staff: m.Teaching(
                staff=staff, classroom=session.scalars(select(m.Classroom).where(m.Classroom.name == "11A2")).one()
            ),
            "Trịnh Văn Mới",
        ),
    ],
    ids=["account", "teaching"],
)
def test_what_a_new_colleague_does_stands_in_the_way(
    session: Session, cast: Cast, bring: Open, make: Callable[..., Any], word: str
) -> None:
    opened = bring(STAFF)
    apply(session, opened)
    set_actor(session, cast.actor("operator"))
    staff = session.scalars(select(m.Staff).where(m.Staff.code == "GVMOI1")).one()
    session.add(make(session, staff))
    session.commit()
    refuses(session, opened, word)


def test_a_new_class_in_use_stands_in_the_way(session: Session, cast: Cast, bring: Open) -> None:
    opened = bring(STUDENTS)
    apply(session, opened)
    set_actor(session, cast.actor("operator"))
    classroom = session.scalars(select(m.Classroom).where(m.Classroom.name == "10A2")).one()
    make_student(session, "Đến Sau", classroom)
    session.commit()
    refuses(session, opened, "“10A2”")


def test_a_row_deleted_since_stands_in_the_way(session: Session, cast: Cast, bring: Open) -> None:
    opened = bring(STUDENTS)
    apply(session, opened)
    thu = cast.actor("thu")
    set_actor(session, thu)
    roster.remove_student(session, thu, session.scalars(select(m.Student).where(m.Student.code == "HSMOI2")).one())
    session.commit()
    refuses(session, opened, "đã bị xóa")


def test_other_peoples_work_elsewhere_does_not(session: Session, cast: Cast, bring: Open) -> None:
    actor, run = bring(STUDENTS)
    apply(session, (actor, run))
    set_actor(session, cast.actor("operator"))
    make_student(session, "Đến Sau", session.get_one(m.Classroom, cast.classes["12A3"]))
    session.commit()
    set_actor(session, actor)
    undoing.undo(session, actor, run)
    session.commit()
    assert session.scalars(select(m.Student).where(m.Student.full_name == "Đến Sau")).one()


def test_in_a_closed_year_nothing_is_brought_or_undone(session: Session, cast: Cast, bring: Open) -> None:
    opened = bring(STUDENTS)
    apply(session, opened)
    set_actor(session, cast.actor("operator"))
    session.get_one(m.SchoolYear, cast.year).state = YearState.CLOSED
    session.commit()
    refuses(session, opened, "kết thúc")
    with pytest.raises(RuleError):
        bring(STUDENTS, own=[["Mã HS", "Họ và tên", "Lớp"], ["HS9", "Ai Đó", "10A1"]])
