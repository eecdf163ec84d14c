"""Who a row is about: by code, else by folded name and class (and date of birth); never guessed when several fit."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
SEVERAL_STUDENTS = N_(
    "Lớp %(class_name)s có %(count)s em tên %(name)s; thầy cô chọn đúng em ở bước xem trước, hoặc ghi thêm mã học sinh."
)
UNKNOWN_STAFF = N_("Không có cán bộ, giáo viên nào tên %(name)s.")
UNKNOWN_STAFF_CODE = N_("Chưa có cán bộ, giáo viên nào mang mã %(code)s.")
SEVERAL_STAFF = N_(
    "Có %(count)s cán bộ, giáo viên tên %(name)s; thầy cô chọn đúng người ở bước xem trước, hoặc ghi mã sau tên: "
    "“%(name)s [mã]”."
)
NOT_ONE_OF_THEM = N_("Người đã chọn cho “%(name)s” không phải là một trong những người trùng tên; thầy cô chọn lại.")
HAS_LEFT = N_("%(name)s đã thôi công tác ở trường.")

_HONORIFIC = re.compile(r"^(thầy giáo|cô giáo|thầy|cô|đ/c|đồng chí|ông|bà|gv)\b[.:]?\s*", re.IGNORECASE)
HANDFUL = 500  # ids in one statement
T = TypeVar("T")


def code_key(code: str) -> str:
    """Codes are the same whatever the case of their letters."""
    return code.casefold()


Answers = Mapping[str, int]  # as `ImportRun.answers`: key of the question -> id of who is meant
NO_ANSWERS: Answers = {}


class Ambiguous(RuleError):
    """Several fit, and nobody is guessed: the row waits until a person has said who is meant.

    `key` is that of the answer; `candidates` are (id, label), which tells no more than it takes to tell them apart.
    """

    def __init__(self, msgid: str, key: str, candidates: Sequence[tuple[int, str]], **params: object) -> None:
        super().__init__(msgid, None, **params)
        self.key = key
        self.candidates = list(candidates)


def choose(
    key: str, candidates: Sequence[tuple[int, str]], answers: Answers, msgid: str, name: str, **params: object
) -> int:
    """The id that was chosen among several; Ambiguous while nobody has chosen, or somebody has chosen another."""
    chosen = answers.get(key)
    if chosen is None:
        raise Ambiguous(msgid, key, candidates, name=name, count=len(candidates), **params)
    if chosen not in {row_id for row_id, _ in candidates}:
        raise Ambiguous(NOT_ONE_OF_THEM, key, candidates, name=name)
    return chosen


def say_apart(*parts: object) -> str:
    """What tells a candidate from the others: the parts that are known, days as they are written."""
    texts = (f"{part:%d/%m/%Y}" if isinstance(part, dt.date) else str(part) for part in parts if part)
    return " · ".join(texts)


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
            same = self._by_name[fold(name), class_name]
            if not any(other is person for other in same):
                same.append(person)

    @property
    def codes(self) -> Collection[str]:
        """The keys of the codes of all students, in a class of the year or not."""
        return self._others.keys()

    def find(self, row: int, values: Mapping[str, Any], answers: Answers = NO_ANSWERS) -> Person:
        """The one person meant by code, else by full_name, class_name and date_of_birth of the row.

        RuleError when there is none, Ambiguous when there are several. A code never falls back to the name.
        """
        code, name, class_name = (values.get(field) for field in ("code", "full_name", "class_name"))
        birthday = values.get("date_of_birth")
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
            labels = [(person.id, say_apart(person.code, class_name, person.date_of_birth)) for person in found]
            return self._people[choose(str(row), labels, answers, SEVERAL_STUDENTS, name, class_name=class_name)]
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
    """The members of staff by code and by folded name."""

    def __init__(self, staff: Iterable[Staff], day: dt.date) -> None:
        self._day = day
        self._by_name: dict[str, list[Staff]] = defaultdict(list)
        self._by_code: dict[str, Staff] = {}
        for person in staff:
            self._by_name[fold(person.full_name)].append(person)
            self._by_code[code_key(person.code)] = person

    def find(self, name: str, code: str = "", row: int = 0, answers: Answers = NO_ANSWERS) -> Staff:
        """The one person meant by code, else by name, with or without "Thầy", "Cô"; Ambiguous when several fit."""
        found = self._by_its_code(code) if code else self._by_its_name(name)
        here = [person for person in found if person.left_on is None or person.left_on >= self._day]
        if not here:
            raise RuleError(HAS_LEFT, name=found[0].full_name)
        here = narrow(here, name)
        if len(here) == 1:
            return here[0]
        labels = [(person.id, staff_label(person)) for person in here]
        chosen = choose(f"{row}:{name}", labels, answers, SEVERAL_STAFF, name)
        return next(person for person in here if person.id == chosen)

    def _by_its_code(self, code: str) -> list[Staff]:
        if code_key(code) not in self._by_code:
            raise RuleError(UNKNOWN_STAFF_CODE, code=code)
        return [self._by_code[code_key(code)]]

    def _by_its_name(self, name: str) -> list[Staff]:
        found = self._by_name.get(fold(name)) or self._by_name.get(fold(_HONORIFIC.sub("", name)), [])
        if not found:
            raise RuleError(UNKNOWN_STAFF, name=name)
        return found


def staff_label(person: Staff) -> str:
    """What tells a member of staff from others of the same name."""
    return say_apart(person.code, person.department)


def class_names(session: Session, year: SchoolYear) -> frozenset[str]:
    """The names of the year's classes: a list may name them though no grade stands at their head."""
    return frozenset(session.scalars(select(Classroom.name).where(Classroom.school_year_id == year.id)))


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
