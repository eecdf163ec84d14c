"""Choosing one of many people or cases by typing a name: the same look-up for the browser's hints and for the server.

A picker is a text box with hints, so it works by keyboard, without JavaScript, and with any number of rows.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload
from wtforms import StringField
from wtforms.validators import ValidationError

from school.db import db
from school.models import Sponsorship, Staff, Student, StudentName, SupportCase, SupportPlan
from school.names import clean_line, fold

HINTS = 20
_BY_ID = re.compile(r"#(\d{1,18})$")
_JOINER = " · "


@dataclass(frozen=True)
class Picker:
    """How rows of one model are found by what people type, and written so that people know them again."""

    statement: Callable[[], Select]
    matches: Callable[[str], Any]
    text: Callable[[Any], str]
    order: Any
    model: type

    def search(self, typed: str, limit: int = HINTS) -> list[Any]:
        """Rows whose name holds every typed word; the guard leaves out what the actor may not see."""
        statement = self.statement()
        for word in fold(typed).split():
            if not any(map(str.isalnum, word)):
                continue  # an arrow or a dash between two names
            statement = statement.where(self.matches(word))
        return list(db.session.scalars(statement.order_by(self.order).limit(limit)))

    def hints(self, typed: str) -> list[str]:
        """What the browser offers; rows that read the same carry their number."""
        rows = self.search(typed)
        texts = [self.text(row) for row in rows]
        return [text if texts.count(text) == 1 else f"{text} #{row.id}" for text, row in zip(texts, rows, strict=True)]

    def resolve(self, typed: str) -> list[Any]:
        """The rows that `typed` may mean: one when it is clear."""
        if found := _BY_ID.search(typed):
            row = db.session.get(self.model, int(found[1]))
            return [row] if row is not None else []
        candidates = self.search(typed.split(_JOINER)[0], limit=200)
        wanted = fold(typed)
        whole = [row for row in candidates if fold(self.text(row)) == wanted]
        named = [row for row in candidates if fold(self.text(row).split(_JOINER)[0]) == wanted]
        return whole or named or candidates


def _staff_text(staff: Staff) -> str:
    return f"{staff.full_name}{_JOINER}{staff.code}"


def _case_text(case: SupportCase) -> str:
    return f"{case.student.full_name}{_JOINER}{case.code}"


def _sponsorship_text(sponsorship: Sponsorship) -> str:
    return f"{sponsorship.staff.full_name} → {sponsorship.case.student.full_name}{_JOINER}{sponsorship.case.code}"


def _plan_text(plan: SupportPlan) -> str:
    return f"{_case_text(plan.case)}{_JOINER}{gettext(plan.semester.label)}"


def _student_ids(word: str) -> Select:
    return select(Student.id).where(Student.search_name.contains(word, autoescape=True))


def _case_ids(word: str) -> Select:
    return select(SupportCase.id).where(
        or_(SupportCase.student_id.in_(_student_ids(word)), SupportCase.code.icontains(word, autoescape=True))
    )


def _staff_matches(word: str) -> Any:
    return or_(Staff.search_name.contains(word, autoescape=True), Staff.code.icontains(word, autoescape=True))


PICKERS: dict[type, Picker] = {
    Staff: Picker(lambda: select(Staff), _staff_matches, _staff_text, Staff.sort_key, Staff),
    StudentName: Picker(
        lambda: select(StudentName),
        lambda word: StudentName.search_name.contains(word, autoescape=True),
        str,
        StudentName.sort_key,
        StudentName,
    ),
    SupportCase: Picker(
        lambda: select(SupportCase).join(SupportCase.student).options(joinedload(SupportCase.student)),
        lambda word: SupportCase.id.in_(_case_ids(word)),
        _case_text,
        Student.sort_key,
        SupportCase,
    ),
    Sponsorship: Picker(
        lambda: (
            select(Sponsorship)
            .join(Sponsorship.staff)
            .options(joinedload(Sponsorship.staff), joinedload(Sponsorship.case).joinedload(SupportCase.student))
        ),
        lambda word: or_(
            Sponsorship.case_id.in_(_case_ids(word)),
            Sponsorship.staff_id.in_(select(Staff.id).where(_staff_matches(word))),
        ),
        _sponsorship_text,
        Staff.sort_key,
        Sponsorship,
    ),
    SupportPlan: Picker(
        lambda: (
            select(SupportPlan)
            .join(SupportPlan.case)
            .join(SupportCase.student)
            .options(joinedload(SupportPlan.case).joinedload(SupportCase.student))
        ),
        lambda word: SupportPlan.case_id.in_(_case_ids(word)),
        _plan_text,
        Student.sort_key,
        SupportPlan,
    ),
}


class PickField(StringField):
    """A text box that stands for one row; `data` is the row, `candidates` those that an unclear text may mean."""

    data: Any

    def __init__(self, label: Any = None, validators: Any = None, model: type = Staff, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.picker = PICKERS[model]
        self.typed = ""
        self.candidates: list[str] = []

    def _value(self) -> str:
        return self.typed or (self.picker.text(self.data) if self.data is not None else "")

    def process_formdata(self, valuelist: list[str]) -> None:
        before = self.data
        self.data, self.typed = None, clean_line(valuelist[0]) if valuelist else ""
        if not self.typed:
            return
        if before is not None and self.typed == self.picker.text(before):
            self.data = before
            return
        rows = self.picker.resolve(self.typed)
        if len(rows) == 1:
            self.data = rows[0]
            return
        self.candidates = [f"{self.picker.text(row)} #{row.id}" for row in rows[:HINTS]]

    def pre_validate(self, form: Any) -> None:
        """Say what is wrong with the text, if it stands for no row or for several."""
        if self.typed and self.data is None:
            if self.candidates:
                raise ValidationError(gettext("Có nhiều người trùng tên. Thầy cô chọn một trong các gợi ý."))
            raise ValidationError(gettext("Không tìm thấy. Thầy cô gõ vài chữ của tên rồi chọn trong gợi ý."))
