"""The assignment list as the plan's appendix (P5), its notice-board copy (P1.3), and the way back by the importer."""

import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docx
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from school.db import begin, db, engine_options
from school.errors import NotAllowed
from school.imports.importing import ListKind, Source, hash_of
from school.imports.readers import read
from school.imports.runs import take_in
from school.models import CasePrivate, SchoolYear, Staff, Student, SupportCase
from school.names import class_name, clean, clean_line, fold
from school.reports import assignment_document
from school.reports.documents import write
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.services.templates import give_back
from school.vocabulary import DocumentKind, Origin, SponsorRole
from tests import factories as make
from tests.cast import NOW, Cast
from tests.payloads import PAYLOADS

SCHOOL = "Trường THPT Mẫu"


def the_year(session: Session) -> SchoolYear:
    return session.scalars(select(SchoolYear)).one()


def words(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def table_of(data: bytes) -> list[list[str]]:
    """The ruled table of a document, cell by cell."""
    table = next(
        t for t in docx.Document(io.BytesIO(data)).tables if t.style is not None and t.style.name == "Table Grid"
    )
    return [[cell.text for cell in row.cells] for row in table.rows]


def acting(cast: Cast, name: str) -> Actor:
    actor = cast.actor(name)
    assert actor is not None
    set_actor(cast.session, actor)
    return actor


@pytest.fixture
def own_templates_gone(cast: Cast) -> None:
    """The cast's own template is no Word file: this test is about the panel's."""
    give_back(cast.session, Actor.running_commands(NOW), DocumentKind.NOTICE_BOARD)


def test_the_list_is_the_plans_appendix(cast: Cast) -> None:
    make.make_announcement(cast.session, title="Kế hoạch", plan_number="52/KH-THPTM")
    actor = acting(cast, "thu")
    data = write(cast.session, actor, assignment_document.paper(cast.session, actor, the_year(cast.session)), SCHOOL)
    text = words(data)
    assert "PHÂN CÔNG NHIỆM VỤ HỖ TRỢ HỌC SINH" in text and "NĂM HỌC 2025-2026" in text
    assert "(Kèm theo kế hoạch số: 52/KH-THPTM)" in text
    assert "NGƯỜI LẬP DANH SÁCH" in text
    header, *rows = table_of(data)
    assert header == [
        "TT",
        "Họ và tên",
        "Lớp",
        "Hoàn cảnh gia đình, bản thân",
        "Sự rèn luyện của bản thân",
        "GV nhận đỡ đầu",
    ]
    row = next(row for row in rows if row[1] == "Y Bhiu Niê")
    assert row[2:] == ["11A2", make.SECRET, "em chăm, còn hổng Toán", "1. Nguyễn Thị Lan; 2. Phạm Hồng Phúc (hỗ trợ)"]
    assert [row[0] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]


def test_without_a_plan_the_number_is_left_open(session: Session, operator: Actor) -> None:
    make.make_sponsorship(session, make.make_case(session), make.make_staff(session))
    data = write(session, operator, assignment_document.paper(session, operator, the_year(session)), SCHOOL)
    assert "(Kèm theo kế hoạch số: ……)" in words(data)


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "uyen", "hoi", "quan", "tro"])
def test_who_may_not_see_all_circumstances_cannot_make_the_list(cast: Cast, name: str) -> None:
    year = the_year(cast.session)
    actor = acting(cast, name)
    with pytest.raises(NotAllowed):
        assignment_document.paper(cast.session, actor, year)


@pytest.mark.parametrize("name", ["lan", "hoa", "hoi", "quan", "tro"])
def test_who_does_not_see_the_whole_school_cannot_make_the_copy(cast: Cast, name: str) -> None:
    year = the_year(cast.session)
    actor = acting(cast, name)
    with pytest.raises(NotAllowed):
        assignment_document.notice_board(cast.session, actor, year)


@pytest.mark.parametrize("name", ["cuc", "thu", "binh", "operator"])
def test_the_copy_for_the_notice_board_names_no_student(cast: Cast, own_templates_gone: None, name: str) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))
    students = cast.session.scalars(select(Student)).all()
    told = [part for student in students for part in (student.full_name, student.code)]
    actor = acting(cast, name)
    made = assignment_document.notice_board(cast.session, actor, the_year(cast.session))
    data = write(cast.session, actor, made, SCHOOL)
    text = words(data)
    assert [part for part in told if part in text] == []
    for private in (make.SECRET, "em chăm, còn hổng Toán", "10A1", "11A2", "12A3"):
        assert private not in text and private not in str(made.values)
    header, *rows = table_of(data)
    assert header == ["TT", "Mã hồ sơ", "Khối", "GV nhận đỡ đầu"]
    assert "1. Nguyễn Thị Lan; 2. Phạm Hồng Phúc (hỗ trợ)" in [row[3] for row in rows]
    assert [row[1] for row in rows] == sorted(row[1] for row in rows), "the order tells no name"
    assert made.student_id is None


def test_both_copies_hold_the_same_cases(cast: Cast) -> None:
    actor = acting(cast, "binh")
    year = the_year(cast.session)
    full = assignment_document.paper(cast.session, actor, year)
    copy = assignment_document.notice_board(cast.session, actor, year)
    assert full.rows == copy.rows and full.rows
    assert sorted(r["sponsors"] for r in full.values["rows"]) == sorted(r["sponsors"] for r in copy.values["rows"])


# The way back ---------------------------------------------------------------------------------------------------------


@contextmanager
def database(folder: Path, empty: Path, number: int) -> Iterator[Session]:
    """An empty database of its own, in which the commands act."""
    path = folder / f"{number}.db"
    path.write_bytes(empty.read_bytes())
    app = Flask("school", root_path=str(folder), instance_path=str(folder))
    address = f"sqlite:///{path}"
    app.config.update(TESTING=True, SQLALCHEMY_DATABASE_URI=address, SQLALCHEMY_ENGINE_OPTIONS=engine_options(address))
    db.init_app(app)
    with app.app_context():
        begin(writing=True)
        set_actor(db.session, Actor.running_commands(NOW, Origin.IMPORT))
        yield db.session
        db.session.remove()
        db.engine.dispose()
        begin(writing=False)
    path.unlink()


Case = dict[str, Any]  # name, room, circumstances, own_effort, sponsors: [(index of the staff, supporting)]


def fill(session: Session, staff: list[str], cases: list[Case]) -> dict[str, Student]:
    """The same people in both databases."""
    for number, name in enumerate(staff):
        make.make_staff(session, name, code=f"GV{number:03}")
    rooms = {room: make.make_classroom(session, room, grade=int(room[:2])) for room in {case["room"] for case in cases}}
    return {
        case["name"]: make.make_student(session, case["name"], rooms[case["room"]], code=f"HS{number:03}")
        for number, case in enumerate(cases)
    }


def assign(session: Session, students: dict[str, Student], cases: list[Case]) -> None:
    people = {row.code: row for row in session.scalars(select(Staff))}
    for case in cases:
        row = make.make_case(session, students[case["name"]])
        private = session.scalars(select(CasePrivate).where(CasePrivate.case_id == row.id)).one()
        private.circumstances, private.own_effort = case["circumstances"] or None, case["own_effort"] or None
        leading = sum(not supporting for _, supporting in case["sponsors"])
        for index, supporting in case["sponsors"]:
            role = SponsorRole.LEAD if leading == 1 else SponsorRole.JOINT
            role = SponsorRole.SUPPORTING if supporting else role
            make.make_sponsorship(session, row, people[f"GV{index:03}"], role=role)
    session.flush()


def standing(session: Session) -> list[tuple[Any, ...]]:
    """What the list says, as the database holds it."""
    statement = select(SupportCase).options(joinedload(SupportCase.student), joinedload(SupportCase.private))
    found = []
    for case in session.scalars(statement):
        private = case.private
        pairs = sorted((s.staff.code, s.role.value, s.state.value) for s in case.sponsorships)
        texts = (private.circumstances, private.own_effort) if private is not None else (None, None)
        found.append((case.student.code, case.state.value, *texts, tuple(pairs)))
    return sorted(found)


def bring_back(folder: Path, empty: Path, staff: list[str], cases: list[Case]) -> None:
    """Write the list in one database, read it into another with the same people, and compare."""
    operator = Actor.running_commands(NOW, Origin.IMPORT)
    with database(folder, empty, 1) as session:
        assign(session, fill(session, staff, cases), cases)
        written = standing(session)
        data = write(session, operator, assignment_document.paper(session, operator, the_year(session)), SCHOOL)
        session.rollback()
    with database(folder, empty, 2) as session:
        fill(session, staff, cases)
        session.commit()
        name = "phan-cong.docx"
        source = Source(ListKind.ASSIGNMENTS, name, hash_of(data), read(name, data))
        report = take_in(session, operator, source, "2025-2026")
        assert list(report.plan.rejected) == []
        session.expire_all()
        assert standing(session) == written


LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
WORD = st.text(LETTERS, min_size=2, max_size=6).map(str.capitalize)
NAME = st.builds(
    " ".join, st.lists(st.one_of(WORD, st.sampled_from(["H'Linh", "K'Brít", "Niê"])), min_size=2, max_size=4)
)
SPECIAL = [
    *PAYLOADS,
    "{{ row.number }}",
    "{% endfor %}",
    "{_{",
    "&lt;w:t&gt; & <b>",
    "\"ngoặc kép\" 'đơn'",
    "dòng 1\n\ndòng 3",
]
TEXT = st.one_of(
    st.text(max_size=80), st.sampled_from(SPECIAL), st.builds("\n".join, st.lists(st.sampled_from(SPECIAL)))
)


def stored(text: str) -> str:
    """A text as a cell of a list can hold it: tidy at its ends; a tab is a blank there."""
    return clean(text.replace("\t", " ")).strip()


@st.composite
def schools(draw: st.DrawFn) -> tuple[list[str], list[Case]]:
    """Staff and cases; nobody has another's name."""
    staff = draw(st.lists(NAME, min_size=4, max_size=4, unique_by=fold))
    names = draw(st.lists(NAME, min_size=1, max_size=4, unique_by=fold))
    cases = []
    for name in names:
        chosen = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True))
        parts = [False, *draw(st.lists(st.booleans(), min_size=len(chosen) - 1, max_size=len(chosen) - 1))]
        room = draw(st.sampled_from(["10A1", "11A2", "12A10"]))
        texts = {key: stored(draw(TEXT)) for key in ("circumstances", "own_effort")}
        cases.append(
            {"name": clean_line(name), "room": room, "sponsors": list(zip(chosen, parts, strict=True)), **texts}
        )
    return staff, cases


@given(school=schools())
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_list_in_word_is_read_back_into_another_database(
    school: tuple[list[str], list[Case]], empty_database: Path, tmp_path: Path
) -> None:
    staff, cases = school
    bring_back(tmp_path, empty_database, staff, cases)


def test_every_part_and_every_odd_text_comes_back(empty_database: Path, tmp_path: Path) -> None:
    """One lead, two equal ones, some in support; and in both texts whatever might be taken for something else."""
    staff = ["Nguyễn Thị Lan", "Phạm Hồng Phúc", "H'Linh Niê", "Đỗ Văn Minh"]
    parts = [[(0, False)], [(1, False), (2, False)], [(3, False), (0, True)], [(0, False), (1, False), (2, True)]]
    texts = [stored(text) for text in SPECIAL]
    cases = [
        {
            "name": f"Trần Văn {word}",
            "room": class_name("12 a1"),
            "sponsors": sponsors,
            "circumstances": text,
            "own_effort": text[::-1].strip(),
        }
        for word, text, sponsors in zip(_words(len(texts)), texts, itertools.cycle(parts), strict=False)
    ]
    bring_back(tmp_path, empty_database, staff, cases)


def _words(count: int) -> list[str]:
    consonants, rhymes = ("B", "C", "Đ", "G", "H", "L"), ("an", "ình", "ơn", "ựu", "ếch")
    return [first + rest for first, rest in itertools.product(consonants, rhymes)][:count]
