"""A file put right: its columns chosen, who is meant answered, its rejected rows corrected and taken in again."""

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import RuleError, StaleRecord
from school.imports import runs, undoing
from school.imports.layout import Layout
from school.imports.tables import Unreadable
from school.services.guard import set_actor
from school.vocabulary import ImportState, ListKind
from tests.cast import Cast
from tests.factories import make_student
from tests.school.imports.bringing import RESULTS, STUDENTS, Open, apply
from tests.school.imports.keeping import snapshot

# Putting it right -----------------------------------------------------------------------------------------------------

OWN_HEADINGS = [
    ["Số hiệu HS", "Họ và tên", "Phân hiệu 2", "Ghi chú"],
    ["HS9", "Ai Đó", "10A1", "của trường"],
]


def test_a_layout_chosen_by_hand_is_remembered(session: Session, bring: Open) -> None:
    with pytest.raises(Unreadable):
        bring(STUDENTS, own=OWN_HEADINGS)
    session.rollback()
    actor, run = bring(STUDENTS, own=OWN_HEADINGS, by_hand=True)
    with pytest.raises(RuleError, match="chọn cột"):
        runs.preview(session, actor, run)
    layout = Layout(0, 1, {"code": 0, "full_name": 1, "class_name": 2})
    runs.lay_out(session, actor, run, layout, run.version)
    session.commit()
    seen = runs.preview(session, actor, run)
    assert [record.values for record in seen.listing.records] == [
        {"code": "HS9", "full_name": "Ai Đó", "class_name": "10A1"}
    ]
    told = {
        row.header: row.field for row in session.scalars(select(m.ColumnName).where(m.ColumnName.header != "phan hieu"))
    }
    assert told == {"so hieu hs": "code", "phan hieu 2": "class_name", "ghi chu": ""}

    # The next file is recognised without being asked; a change of mind is remembered too.
    listing = [OWN_HEADINGS[0], ["HS8", "Ai Kia", "10A1", "khác"]]
    actor, run = bring(STUDENTS, own=listing)
    tables = runs.tables_of(session, actor, run)
    assert runs.layout_of(session, actor, run, tables) == layout
    runs.lay_out(session, actor, run, Layout(0, 1, {**layout.columns, "note": 3}), run.version)
    session.commit()
    assert session.scalars(select(m.ColumnName).where(m.ColumnName.header == "ghi chu")).all() == []


@pytest.mark.parametrize(
    "layout",
    [
        Layout(7, 1, {"code": 0, "class_name": 2}),
        Layout(0, 99, {"code": 0, "class_name": 2}),
        Layout(0, 1, {"code": 0}),
        Layout(0, 1, {"code": 0, "class_name": 0}),
        Layout(0, 1, {"code": 0, "class_name": 400}),
        Layout(0, 1, {"code": -1, "class_name": 2}),
        Layout(0, 1, {"code": 0, "class_name": 2, "password_hash": 1}),
    ],
)
def test_a_layout_that_makes_no_sense_is_refused_and_not_remembered(
    session: Session, bring: Open, layout: Layout
) -> None:
    actor, run = bring(STUDENTS)
    names = session.scalars(select(m.ColumnName.header)).all()
    with pytest.raises((RuleError, Unreadable)):
        runs.lay_out(session, actor, run, layout, run.version)
    session.rollback()
    assert (run.layout, session.scalars(select(m.ColumnName.header)).all()) == (None, names)


def test_a_layout_of_a_page_that_is_out_of_date_is_refused(session: Session, bring: Open) -> None:
    actor, run = bring(STUDENTS)
    with pytest.raises(StaleRecord):
        runs.lay_out(session, actor, run, Layout(0, 1, {"code": 0, "class_name": 2}), run.version + 1)


@pytest.fixture
def namesakes(session: Session, cast: Cast) -> tuple[int, int]:
    """Two students of one class with one name: their ids."""
    set_actor(session, cast.actor("operator"))
    room = session.get_one(m.Classroom, cast.classes["10A1"])
    made = [make_student(session, "Hoàng Thị Trùng", room, date_of_birth=dt.date(2010, 5, day)) for day in (1, 2)]
    session.commit()
    return made[0].id, made[1].id


SAME_NAME = [["Họ và tên", "Lớp", "Học tập"], ["Hoàng Thị Trùng", "10A1", "Khá"]]


def test_who_is_meant_is_asked_answered_and_taken_back(
    session: Session, cast: Cast, bring: Open, namesakes: tuple[int, int]
) -> None:
    actor, run = bring(RESULTS, own=SAME_NAME)
    [question] = runs.preview(session, actor, run).questions
    assert {who for who, _ in question.candidates} == set(namesakes)
    assert run.counts["rejected"] == 1
    for who in namesakes:  # an answer may be changed
        runs.answer(session, actor, run, {question.key: who}, run.version)
        seen = runs.preview(session, actor, run)
        assert (seen.questions, seen.plan.entries[0].about) == ([], who)
    runs.answer(session, actor, run, {question.key: None}, run.version)
    assert (run.answers, len(runs.preview(session, actor, run).questions)) == ({}, 1)
    runs.answer(session, actor, run, {question.key: namesakes[1]}, run.version)
    before = snapshot(session)
    apply(session, (actor, run))
    result = session.scalars(select(m.TermResult).order_by(m.TermResult.id.desc())).first()
    assert result.enrolment.student_id == namesakes[1]
    undoing.undo(session, actor, run)
    assert snapshot(session) == before


def test_an_answer_that_was_not_on_offer_is_refused(
    session: Session, cast: Cast, bring: Open, namesakes: tuple[int, int]
) -> None:
    actor, run = bring(RESULTS, own=SAME_NAME)
    [question] = runs.preview(session, actor, run).questions
    session.commit()
    for answers in ({question.key: cast.stranger}, {"999": namesakes[0]}, {"": namesakes[0]}, {question.key: -1}):
        with pytest.raises(RuleError):
            runs.answer(session, actor, run, answers, run.version)
        session.rollback()
        assert run.answers == {}
    with pytest.raises(StaleRecord):
        runs.answer(session, actor, run, {question.key: namesakes[0]}, run.version + 1)


# Rejected rows --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(ListKind))
@pytest.mark.parametrize("applied", [False, True])
def test_rejected_rows_are_corrected_and_taken_in_again(
    session: Session, cast: Cast, bring: Open, kind: ListKind, applied: bool
) -> None:
    actor, run = bring(kind)
    [reason] = runs.preview(session, actor, run).plan.reasons().values()
    if applied:
        apply(session, (actor, run))
    header, rejected = runs.rejected_rows(session, actor, run)
    assert header[-2:] == ["Dòng", "Lý do"]
    assert len(rejected) == 1
    assert len(rejected[0]) == len(header)
    assert rejected[0][-1] == reason
    again_actor, again = bring(kind, own=[header, *rejected])  # as it is: rejected again, for the same reason
    assert runs.rejected_rows(session, again_actor, again)[1][0][-1] == reason


def test_corrected_rows_come_in(session: Session, bring: Open) -> None:
    apply(session, bring(STUDENTS))
    actor = bring(STUDENTS)[0]
    run = session.scalars(select(m.ImportRun).where(m.ImportRun.state == ImportState.APPLIED)).one()
    header, [row] = runs.rejected_rows(session, actor, run)
    row[header.index("Lớp")] = "10A1"
    report = apply(session, bring(STUDENTS, own=[header, row]))
    assert (report.plan.count(report.plan.entries[0].outcome), report.plan.rejected) == (1, [])
    assert session.scalars(select(m.Student).where(m.Student.code == "HSXAU")).one().full_name == "Ngày Sai"


def test_headings_that_only_this_file_understood_are_written_so_that_all_do(session: Session, bring: Open) -> None:
    listing = [
        ["Mã HS", "Họ và tên", "", "Vắng", ""],
        ["", "", "", "Có phép", "Không phép"],
        ["KHONGCO", "Nguyễn Văn", "Nam", "1", "2"],
    ]
    actor, run = bring(RESULTS, own=listing)
    header, rejected = runs.rejected_rows(session, actor, run)
    _actor, second = bring(RESULTS, own=[header, *rejected])
    first_listing, second_listing = (runs.preview(session, actor, one).listing for one in (run, second))
    assert first_listing.records[0].values == second_listing.records[0].values
