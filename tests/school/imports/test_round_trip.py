"""What the panel writes as a list it reads back as what it was: the same file taken in again changes nothing.

FUZZ=10 makes ten times as many: 200 schools, each written as seven lists in two formats, and 2,000 tables.
"""

import datetime as dt
import gettext
import os
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.imports.importing import COLUMNS, apply_plan, make_plan
from school.imports.layout import recognise, take
from school.imports.plan import Plan, RowOutcome
from school.imports.readers import KINDS, parse
from school.imports.tables import cell_text
from school.names import class_name, clean, clean_line
from school.reports import tables
from school.reports.cells import Column, Kind
from school.reports.registry import REPORTS
from school.rules.actor import Actor
from school.vocabulary import (
    CaseState,
    EnrolmentOutcome,
    Gender,
    ListKind,
    Rating,
    Severity,
    SponsorRole,
    SponsorshipState,
    SurveyChannel,
    TermPeriod,
)
from tests.factories import (
    FIRST_DAY,
    make_case,
    make_classroom,
    make_hardship,
    make_result,
    make_sponsorship,
    make_staff,
    make_student,
    make_year,
)

TIMES = int(os.environ.get("FUZZ", "1"))
FORMATS = list(tables.Format)
# report: (list, period)
LISTS = {
    "staff": (ListKind.STAFF, TermPeriod.SEMESTER_1),
    "students": (ListKind.STUDENTS, TermPeriod.SEMESTER_1),
    "results-1": (ListKind.RESULTS, TermPeriod.SEMESTER_1),
    "results-2": (ListKind.RESULTS, TermPeriod.SEMESTER_2),
    "results-year": (ListKind.RESULTS, TermPeriod.YEAR),
    "hardship": (ListKind.HARDSHIP, TermPeriod.SEMESTER_1),
    "assignments": (ListKind.ASSIGNMENTS, TermPeriod.SEMESTER_1),
}
some = settings(
    max_examples=20 * TIMES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
many = settings(some, max_examples=200 * TIMES)

# Texts

ODD = (
    "=1+1", "+84 912 345 678", "-2", "@SUM(A1)", "'=1", "''x", "'", '"', '""', ";", ",", "a;b", "a,b", "1. A; 2. B",
    "sep=;", "_x000D_", "_x0041_", "&amp;", "<b>", "H'Linh Niê", "Y Bhiu Niê", "K'Brít", "Nguyễn Văn Đạt", "ĐỖ THỊ Ý",
    unicodedata.normalize("NFD", "Trần Thị Hoà"), "10/11/2025", "1E5", "007", "12345678901234567890", "TRUE", "x",
    "NaN", "(1)", "Tổng", "Cộng: 3", "Nam", "Nữ", "Tên", "hai  cách", "\u200b=1", "＝1", "😀", "số #N/A", "%(name)s",
)  # fmt: skip
letters = st.text(st.sampled_from("abđêưốNT '\"=+-@;,.[]()0123\t\u00a0\u0303{}%\\/"), max_size=20)
lines = st.one_of(st.sampled_from(ODD), letters).map(lambda text: clean_line(text)[:60]).filter(bool)
maybe = st.one_of(st.none(), lines)
paragraphs = st.lists(st.one_of(lines, st.just(""), st.just("một dòng, hai; ba")), min_size=1, max_size=8)
prose = st.one_of(
    st.none(),
    paragraphs.map("\n".join),
    st.builds(lambda text, times: (text + "\n") * times, lines, st.integers(1, 200)),
    st.just("dài; " * 4000),
).map(lambda text: clean(text)[:20_000] if text else None)
short = st.one_of(st.none(), lines.map(lambda text: text[:32].strip()))
names = st.one_of(
    st.sampled_from(
        ["Nguyễn Thị Lan", "Nguyễn Thi Lan", "H'Linh Niê", "Điểu K'Sráng", "=Lan", "'Lan", "Tống Văn Cộng"]
    ),
    lines.map(lambda text: f"Lê {text}"[:60].strip()),
)
codes = st.one_of(
    st.integers(1, 9999).map(lambda number: f"GV{number}"),
    st.sampled_from(["1", "007", "1E5", "6.6E+08", "=1", "'2", "-3", "@4", "A.1", "B 2", "ĐT/3", "x;y", "10A1", "Nữ"]),
)
rooms = st.sampled_from(["10A1", "12C12", "9/2", "A1", "LỚPCHỌN", "11-TIN", "=10"])


def some_of(strategy: st.SearchStrategy[Any], least: int = 1, most: int = 4) -> st.SearchStrategy[list[Any]]:
    """Different texts, whatever the case of their letters."""
    return st.lists(strategy, min_size=least, max_size=most, unique_by=str.casefold)


# A school

people = st.fixed_dictionaries(
    {
        "full_name": names,
        "gender": st.sampled_from([None, *Gender]),
        "subject": maybe,
        "post": st.one_of(maybe, st.sampled_from(["Tổ trưởng", "Tổ phó", "Giáo viên"])),
        "email": maybe,
        "phone": short,
    }
)
children = st.fixed_dictionaries(
    {
        "full_name": names,
        "date_of_birth": st.one_of(st.none(), st.dates(dt.date(1900, 1, 1), dt.date(2015, 1, 1))),
        "gender": st.sampled_from([None, *Gender]),
    }
)
secrets = st.fixed_dictionaries(
    {
        "ethnicity": short,
        "policy_category": maybe,
        "father_name": maybe,
        "mother_name": maybe,
        "phone": short,
        "address": maybe,
        "note": prose,
    }
)
results = st.fixed_dictionaries(
    {
        "learning": st.sampled_from([None, *Rating]),
        "conduct": st.sampled_from([None, *Rating]),
        "absences_excused": st.sampled_from([None, 0, 1, 400]),
        "absences_unexcused": st.sampled_from([None, 0, 45]),
    }
)
# A case may have one who leads, or several who are equal, and some who support.
PARTS = (
    (),
    (SponsorRole.LEAD,),
    (SponsorRole.JOINT,),
    (SponsorRole.SUPPORTING,),
    (SponsorRole.LEAD, SponsorRole.SUPPORTING),
    (SponsorRole.JOINT, SponsorRole.JOINT, SponsorRole.SUPPORTING),
)


class School:
    """Fills the database of a test with people, and remembers them."""

    def __init__(self, session: Session, data: st.DataObject) -> None:
        self.session, self.draw = session, data.draw
        self.year = session.scalars(select(m.SchoolYear)).one()
        self.staff = self.make_staff()
        self.rooms = self.make_rooms()
        self.students = self.make_students()
        session.flush()
        self.make_results()
        for student in self.students:
            self.make_case(student)
        session.flush()
        session.expire_all()

    def add(self, row: Any) -> Any:
        self.session.add(row)
        return row

    def make_staff(self) -> list[m.Staff]:
        departments = [self.add(m.Department(name=name)) for name in self.draw(some_of(lines, 0, 3), "departments")]
        staff = [
            self.add(
                m.Staff(code=code, department=self.draw(st.sampled_from([None, *departments])), **self.draw(people))
            )
            for code in self.draw(some_of(codes.filter(lambda code: ";" not in code), 1, 4), "codes of staff")
        ]
        self.session.flush()
        for department in departments:
            department.head = self.draw(st.sampled_from([None, *staff]))
        return staff

    def make_rooms(self) -> list[m.Classroom]:
        return [
            self.add(
                m.Classroom(
                    name=class_name(name),
                    grade=10,
                    school_year=self.year,
                    homeroom_teacher=self.draw(st.sampled_from([None, *self.staff])),
                )
            )
            for name in self.draw(some_of(rooms, 1, 3), "classes")
        ]

    def make_students(self) -> list[m.Student]:
        made = []
        for code in self.draw(some_of(codes, 1, 4), "codes of students"):
            student = self.add(m.Student(code=code, **self.draw(children)))
            self.session.flush()
            if self.draw(st.booleans()):
                self.add(m.StudentPrivate(student_id=student.id, **self.draw(secrets)))
            self.make_stays(student)
            made.append(student)
        return made

    def make_stays(self, student: m.Student) -> None:
        """In one class since the first day, or moved once; some have left."""
        last = self.draw(st.sampled_from([None, None, EnrolmentOutcome.TRANSFERRED, EnrolmentOutcome.PROMOTED]))
        moved = self.draw(st.booleans())
        first = FIRST_DAY + dt.timedelta(days=30 * moved)
        if moved:
            until = {"ended_on": first - dt.timedelta(days=1), "outcome": EnrolmentOutcome.MOVED}
            self.stay(student, started_on=FIRST_DAY, **until)
        self.stay(student, started_on=first, ended_on=last and first + dt.timedelta(days=9), outcome=last)

    def stay(self, student: m.Student, **values: Any) -> None:
        self.add(m.Enrolment(student_id=student.id, classroom=self.draw(st.sampled_from(self.rooms)), **values))

    def make_results(self) -> None:
        for stay in self.session.scalars(select(m.Enrolment).order_by(m.Enrolment.id)).all():
            for period in self.draw(st.lists(st.sampled_from(TermPeriod), unique=True)):
                self.add(m.TermResult(enrolment_id=stay.id, period=period, **self.draw(results)))

    def make_case(self, student: m.Student) -> None:
        parts = self.draw(st.sampled_from(PARTS))
        if len(parts) > len(self.staff) or not self.draw(st.booleans()):
            return
        case = m.SupportCase(code=f"HT25-{student.id:04}", student_id=student.id, school_year_id=self.year.id)
        case.opened_on = FIRST_DAY
        self.session.add(case)
        self.session.flush()
        self.add(m.CasePrivate(case_id=case.id, circumstances=self.draw(prose), own_effort=self.draw(prose)))
        self.make_hardships(case)
        case.state = CaseState.ACTIVE if parts else self.draw(st.sampled_from([*CaseState][:3]))
        for staff, role in zip(self.draw(st.permutations(self.staff)), parts, strict=False):
            self.add(
                m.Sponsorship(
                    case_id=case.id,
                    staff_id=staff.id,
                    role=role,
                    started_on=FIRST_DAY,
                    state=SponsorshipState.APPROVED,
                    approved_on=FIRST_DAY,
                )
            )

    def make_hardships(self, case: m.SupportCase) -> None:
        catalogue = self.session.scalars(select(m.HardshipCategory).order_by(m.HardshipCategory.id)).all()
        for category in self.draw(st.lists(st.sampled_from(catalogue), max_size=4, unique=True)):
            self.add(
                m.Hardship(
                    case_id=case.id,
                    category_id=category.id,
                    severity=self.draw(st.sampled_from(Severity)),
                    source=self.draw(st.sampled_from(SurveyChannel)),
                    confirmed_on=self.draw(st.sampled_from([None, FIRST_DAY])),
                )
            )


@pytest.fixture
def year(session: Session) -> m.SchoolYear:
    """The year, and two categories that only their codes tell apart."""
    session.add_all(
        m.HardshipCategory(code=code, hardship_group="A", name="Khác; hoặc chưa rõ", position=99)
        for code in ("K1", "K2")
    )
    return make_year(session, "2025-2026")


def written(session: Session, actor: Actor, report: str, format_: str) -> bytes:
    year = session.scalars(select(m.SchoolYear)).one()
    rows = REPORTS[report].rows(session, actor, year)
    return b"".join(tables.chunks(format_, REPORTS[report].columns, rows, title=REPORTS[report].title))


def read_back(session: Session, actor: Actor, report: str, data: bytes, format_: str) -> Plan:
    kind, period = LISTS[report]
    found = parse(KINDS[f".{format_}"], data)
    listing = take(found, COLUMNS[kind], recognise(found, COLUMNS[kind]))
    year = session.scalars(select(m.SchoolYear)).one()
    return make_plan(session, actor, kind, listing, year, period)


def assert_unchanged(plan: Plan, rows: int) -> None:
    assert plan.reasons() == {}
    assert [change for entry in plan.entries for change in entry.changes] == []
    assert {entry.outcome for entry in plan.entries} <= {RowOutcome.UNCHANGED}
    assert len(plan.entries) == rows


@contextmanager
def story(session: Session) -> Iterator[None]:
    """What happens inside never happened."""
    begun = session.begin_nested()
    try:
        yield
    finally:
        begun.rollback()
        session.expunge_all()


@some
@given(data=st.data())
def test_lists_that_were_written_change_nothing(
    session: Session, year: m.SchoolYear, importer: Actor, data: st.DataObject
) -> None:
    with story(session):
        School(session, data)
        for report in LISTS:
            this_year = session.scalars(select(m.SchoolYear)).one()
            rows = len(list(REPORTS[report].rows(session, importer, this_year)))
            for format_ in FORMATS if rows else ():
                data_of_file = written(session, importer, report, format_)
                assert_unchanged(read_back(session, importer, report, data_of_file, format_), rows)


def english() -> Callable[[str], str]:
    """The panel's own English."""
    path = Path(__file__).parents[3] / "translations" / "en" / "LC_MESSAGES" / "messages.mo"
    with path.open("rb") as file:
        return gettext.GNUTranslations(file).gettext


@pytest.mark.parametrize("report", LISTS)
def test_a_list_in_english_is_read_back_too(session: Session, year: m.SchoolYear, importer: Actor, report: str) -> None:
    kind, _ = LISTS[report]
    room = make_classroom(session, "10A1", homeroom_teacher=make_staff(session, "Lê Cô", gender=Gender.FEMALE))
    for rating, channel, severity in zip(Rating, [*SurveyChannel], [*Severity] * 3, strict=False):
        student = make_student(session, "Lê An", room, gender=Gender.MALE, date_of_birth=dt.date(2010, 2, 3))
        for period in TermPeriod:
            make_result(session, student.enrolments[0], period=period, learning=rating, conduct=rating)
        case = make_case(session, student)
        make_hardship(session, case, source=channel, severity=severity)
        make_sponsorship(session, case, make_staff(session, "Võ Thầy"))
    session.expire_all()
    this_year = session.scalars(select(m.SchoolYear)).one()
    rows = list(REPORTS[report].rows(session, importer, this_year))
    translate = english()
    data = b"".join(tables.chunks("csv", REPORTS[report].columns, rows, translate))
    found = parse("text", data)
    assert set(recognise(found, COLUMNS[kind]).columns) == {column.key for column in REPORTS[report].columns}
    assert_unchanged(read_back(session, importer, report, data, "csv"), len(rows))


def people_alone(school: School) -> None:
    """Another database with the same people: no case, and nobody assigned."""
    for model in (m.Sponsorship, m.Hardship, m.CasePrivate, m.SupportCase):
        for row in school.session.scalars(select(model)):
            school.session.delete(row)
        school.session.flush()
    school.session.expire_all()


def assigned(session: Session) -> set[tuple[Any, ...]]:
    """Whose cases there are, what they say, and who sponsors them in which part."""
    session.expire_all()
    cases = session.scalars(select(m.SupportCase)).all()
    return {
        (
            case.student.code,
            case.state,
            (case.private.circumstances or "").strip(),
            (case.private.own_effort or "").strip(),
            frozenset((pair.staff.code, pair.role, pair.state) for pair in case.sponsorships),
        )
        for case in cases
        if case.sponsorships
    }


@some
@given(data=st.data(), format_=st.sampled_from(FORMATS))
def test_an_assignment_list_makes_the_same_cases_and_sponsorships_of_the_same_people(
    session: Session, year: m.SchoolYear, importer: Actor, data: st.DataObject, format_: str
) -> None:
    with story(session):
        school = School(session, data)
        before = assigned(session)
        assume(before)
        file = written(session, importer, "assignments", format_)
        people_alone(school)
        assert assigned(session) == set()
        plan = read_back(session, importer, "assignments", file, format_)
        assert plan.reasons() == {}
        this_year = session.scalars(select(m.SchoolYear)).one()
        apply_plan(session, importer, ListKind.ASSIGNMENTS, plan, this_year, TermPeriod.SEMESTER_1)
        assert assigned(session) == before


# Tables

cells = st.one_of(
    st.none(),
    lines,
    prose,
    st.text(st.characters(exclude_categories=("Cs",)), max_size=20).map(clean),
    st.integers(-(10**14), 10**14),
    st.dates(dt.date(1901, 1, 1), dt.date(2100, 1, 1)),
    st.sampled_from([*Rating, *Gender]),
)


@many
@given(
    rows=st.integers(2, 6).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=8)),
    format_=st.sampled_from(FORMATS),
)
def test_a_table_that_was_written_is_read_as_it_was(rows: list[list[Any]], format_: str) -> None:
    width = len(rows[0]) if rows else 3
    columns = [Column(f"c{place}", f"Cột {place}", Kind.TEXT) for place in range(width)]
    data = b"".join(tables.chunks(format_, columns, rows, title="Danh sách"))
    table = parse(KINDS[f".{format_}"], data)[0]
    assert [(row.number, row.cells) for row in table.rows] == as_read([[c.label for c in columns], *rows])


def as_read(rows: Sequence[Sequence[Any]]) -> list[tuple[int, tuple[str, ...]]]:
    """The rows as a reader gives them: texts without blanks round them, empty cells at the end and empty rows gone."""
    found = []
    for number, row in enumerate(rows, 1):
        texts = [cell_text(tables.settle(cell)) for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        found += [(number, tuple(texts))] if texts else []
    return found
