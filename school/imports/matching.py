"""Who a row is about: by code, else by folded name and class (and date of birth); never guessed when several fit."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.imports.columns import Listing, Record
from school.imports.parsing import parse_mark
from school.models import Classroom, Enrolment, SchoolYear, Staff, Student
from school.names import clean_line, fold
from school.vocabulary import N_, Gender

NO_NAME = N_("Thiếu họ và tên.")
NO_CLASS = N_("Không có mã, cũng không có lớp, nên chưa xác định được em là ai.")
CODE_TWICE = N_("Mã %(code)s đã dùng ở dòng %(row)s.")
PERSON_TWICE = N_("Người này đã có ở dòng %(row)s.")
UNKNOWN_CODE = N_("Chưa có học sinh nào mang mã %(code)s.")
NOT_ENROLLED = N_("Em %(name)s (mã %(code)s) không có tên trong lớp nào của năm học %(year)s.")
UNKNOWN_STUDENT = N_("Không có em nào tên %(name)s ở lớp %(class_name)s, năm học %(year)s.")
OTHER_BIRTHDAY = N_("Em %(name)s ở lớp %(class_name)s có ngày sinh khác với danh sách.")
SEVERAL_STUDENTS = N_("Lớp %(class_name)s có %(count)s em tên %(name)s; ghi thêm mã học sinh để phân biệt.")
UNKNOWN_STAFF = N_("Không có cán bộ, giáo viên nào tên %(name)s.")
SEVERAL_STAFF = N_("Có %(count)s cán bộ, giáo viên tên %(name)s nên chưa rõ là ai; phân công người này trên trang.")
HAS_LEFT = N_("%(name)s đã thôi công tác ở trường.")

_HONORIFIC = re.compile(r"^(thầy giáo|cô giáo|thầy|cô|đ/c|đồng chí|ông|bà|gv)\b[.:]?\s*", re.IGNORECASE)
HANDFUL = 500  # ids in one statement
T = TypeVar("T")


def code_key(code: str) -> str:
    """Codes are the same whatever the case of their letters."""
    return code.casefold()


@dataclass
class Person:
    """A student as a list of the year knows one: `enrolments` are (id, still open), oldest first."""

    id: int
    code: str
    full_name: str
    date_of_birth: dt.date | None
    enrolments: list[tuple[int, bool]] = field(default_factory=list)


class Roll:
    """All students with a class in one school year, read in one statement."""

    def __init__(self, session: Session, year: SchoolYear) -> None:
        self.year = year.name
        self._people: dict[int, Person] = {}
        self._by_code: dict[str, Person] = {}
        self._by_name: dict[tuple[str, str], list[Person]] = defaultdict(list)
        self._others = {code_key(code): name for code, name in session.execute(select(Student.code, Student.full_name))}
        statement = (
            select(
                Student.id,
                Student.code,
                Student.full_name,
                Student.date_of_birth,
                Classroom.name,
                Enrolment.id,
                Enrolment.ended_on,
            )
            .join(Enrolment, Enrolment.student_id == Student.id)
            .join(Classroom, Classroom.id == Enrolment.classroom_id)
            .where(Classroom.school_year_id == year.id)
            .order_by(Enrolment.started_on, Enrolment.id)
        )
        for student_id, code, name, birthday, class_name, enrolment_id, ended_on in session.execute(statement):
            person = self._people.setdefault(student_id, Person(student_id, code, name, birthday))
            person.enrolments.append((enrolment_id, ended_on is None))
            self._by_code[code_key(code)] = person
            if person not in (same := self._by_name[fold(name), class_name]):
                same.append(person)

    def find(self, code: str | None, name: str | None, class_name: str | None, birthday: dt.date | None) -> Person:
        """The one person meant; RuleError when there is none, or more than one. A code never falls back to the name."""
        if code:
            return self._by_its_code(code)
        if not name:
            raise RuleError(NO_NAME)
        if not class_name:
            raise RuleError(NO_CLASS)
        found = narrow(self._by_name.get((fold(name), class_name), []), name, birthday)
        if not found:
            raise RuleError(UNKNOWN_STUDENT, name=name, class_name=class_name, year=self.year)
        if len(found) > 1:
            raise RuleError(SEVERAL_STUDENTS, name=name, class_name=class_name, count=len(found))
        if birthday and found[0].date_of_birth and found[0].date_of_birth != birthday:
            raise RuleError(OTHER_BIRTHDAY, name=name, class_name=class_name)
        return found[0]

    def _by_its_code(self, code: str) -> Person:
        key = code_key(code)
        if key in self._by_code:
            return self._by_code[key]
        if key in self._others:
            raise RuleError(NOT_ENROLLED, name=self._others[key], code=code, year=self.year)
        raise RuleError(UNKNOWN_CODE, code=code)


def narrow(people: list[Any], name: str, birthday: dt.date | None = None) -> list[Any]:
    """Of several whose folded names are alike those born that day, then those with the very same marks."""
    if len(people) > 1 and birthday:
        people = [person for person in people if person.date_of_birth == birthday] or people
    if len(people) > 1:
        people = [person for person in people if person.full_name == clean_line(name)] or people
    return people


class StaffRoom:
    """The members of staff by folded name."""

    def __init__(self, staff: Iterable[Staff], day: dt.date) -> None:
        self._day = day
        self._by_name: dict[str, list[Staff]] = defaultdict(list)
        for person in staff:
            self._by_name[fold(person.full_name)].append(person)

    def find(self, name: str) -> Staff:
        """The one person meant, with or without "Thầy", "Cô"; RuleError when none or several fit."""
        found = self._by_name.get(fold(name)) or self._by_name.get(fold(_HONORIFIC.sub("", name)), [])
        if not found:
            raise RuleError(UNKNOWN_STAFF, name=name)
        here = [person for person in found if person.left_on is None or person.left_on >= self._day]
        if not here:
            raise RuleError(HAS_LEFT, name=found[0].full_name)
        here = narrow(here, name)
        if len(here) > 1:
            raise RuleError(SEVERAL_STAFF, name=name, count=len(here))
        return here[0]


class Seen:
    """Which codes and people the file has named so far, and in which row."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._people: dict[int, int] = {}

    def check_code(self, code: str | None, row: int) -> None:
        """RuleError when an earlier row has the code, whether or not that row was taken."""
        if code and (first := self._codes.setdefault(code_key(code), row)) != row:
            raise RuleError(CODE_TWICE, code=code, row=first)

    def check_person(self, person_id: int, row: int) -> None:
        """RuleError when an earlier row is about the same person."""
        if (first := self._people.setdefault(person_id, row)) != row:
            raise RuleError(PERSON_TWICE, row=first)


def gender_reader(listing: Listing) -> Any:
    """A function record -> Gender or None for lists that mark girls (or boys) in a column of their own.

    Where only girls are marked an empty cell means a boy, provided that anybody is marked at all.
    """
    columns = listing.columns.keys()
    only_girls = "female_mark" in columns and "male_mark" not in columns and "gender" not in columns
    marked = only_girls and any(_is_girl(record) for record in listing.records)

    def read(record: Record) -> Gender | None:
        if _is_girl(record):
            return Gender.FEMALE
        if marked or (record.get("male_mark") and parse_mark(record.get("male_mark"))):
            return Gender.MALE
        return None

    return read


def _is_girl(record: Record) -> bool:
    mark = record.get("female_mark")
    return parse_mark(mark) and fold(mark) != "nam"


def handfuls(things: Iterable[T]) -> Iterator[list[T]]:
    """The things in lists short enough for one statement."""
    rest = iter(things)
    while some := list(islice(rest, HANDFUL)):
        yield some
