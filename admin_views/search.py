"""The search box of the header: students, staff and classes by a few letters, without marks, at most twenty hits."""

from dataclasses import dataclass
from typing import Any

from flask import abort, request
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy import select

from admin_views.base import Page
from admin_views.directory import staff_named
from admin_views.listing import MAX_SEARCH
from school.db import db
from school.models import Classroom, SchoolYear, Staff, Student, StudentName
from school.names import class_name, fold
from school.vocabulary import Action

MOST = 20


@dataclass(frozen=True)
class Hit:
    """One thing found; without an address it may be known by name and no more."""

    text: str
    kind: str
    url: str | None


class SearchPage(Page):
    """Whoever has a role finds what the policy lets them see."""

    reads = Action.VIEW_DIRECTORY

    def is_visible(self) -> bool:
        return False

    @expose("/")
    def index(self) -> str:
        """What was found."""
        typed = request.args.get("q", "").strip()
        if len(typed) > MAX_SEARCH:
            abort(400)
        words = fold(typed).split()
        hits = (self._students(words) + self._staff(words) + self._classes(typed))[:MOST] if words else []
        return self.render("school/search.html", typed=typed, hits=hits, most=MOST)

    def _students(self, words: list[str]) -> list[Hit]:
        """Students by name: open to those who may, else the name and class alone."""
        statement = select(StudentName).order_by(StudentName.sort_key).limit(MOST)
        for word in words:
            statement = statement.where(StudentName.search_name.contains(word, autoescape=True))
        names = db.session.scalars(statement).all()
        mine = set(db.session.scalars(select(Student.id).where(Student.id.in_([name.id for name in names]))))
        return [
            Hit(
                str(name),
                gettext("Học sinh"),
                self.get_url("student.details_view", id=name.id) if name.id in mine else None,
            )
            for name in names
        ]

    def _staff(self, words: list[str]) -> list[Hit]:
        statement = select(Staff).where(*map(staff_named, words)).order_by(Staff.sort_key).limit(MOST)
        return [
            Hit(
                f"{person.full_name} · {person.code}",
                gettext("Cán bộ"),
                self.get_url("staff.details_view", id=person.id),
            )
            for person in db.session.scalars(statement)
        ]

    def _classes(self, typed: str) -> list[Hit]:
        statement = (
            select(Classroom, SchoolYear)
            .join(Classroom.school_year)
            .where(Classroom.name == class_name(typed))
            .order_by(SchoolYear.starts_on.desc())
            .limit(MOST)
        )
        found: list[Any] = list(db.session.execute(statement))
        return [
            Hit(f"{room.name} · {year.name}", gettext("Lớp"), self.get_url("classroom.details_view", id=room.id))
            for room, year in found
        ]
