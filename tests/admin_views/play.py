"""A school on its way through a year: people sign in on a day, fill in forms, take steps, read pages."""

import datetime as dt
import html
import re
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from school import models as m
from school.rules.actor import Actor
from school.rules.calendar import SCHOOL_TIME
from school.services.guard import set_actor
from tests.web import Browser, errors_of, version_of


def moment(day: str, hour: int = 9) -> dt.datetime:
    """An hour of the day at the school."""
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), SCHOOL_TIME)


@dataclass
class Play:
    """The school on its way through the year: who is there, and what has been made so far."""

    app: Flask
    session: Session
    staff: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def open(self, name: str, day: str, hour: int = 9) -> Browser:
        """The person signs in on that day."""
        return Browser(self.app, moment(day, hour)).sign_in(name)

    def new(self, name: str, day: str, screen: str, /, **data: Any) -> int:
        """The person fills in the form for a new row on that day, and saves; the id of the row."""
        browser = self.open(name, day)
        assert browser.get(f"/admin/{screen}/new/").status_code == 200
        answer = browser.post(f"/admin/{screen}/new/", data)
        assert answer.status_code == 303, errors_of(answer)
        found = re.search(r"[?&]id=(\d+)", answer.headers["Location"])
        return int(found[1]) if found else 0

    def step(self, name: str, day: str, screen: str, row: int, step: str, /, hour: int = 9, **data: Any) -> Any:
        """The person takes a step on the page of a row."""
        browser = self.open(name, day, hour)
        page = browser.get(f"/admin/{screen}/details/?id={row}")
        assert page.status_code == 200
        assert f'value="{step}"' in page.text, f"{name} is not offered {step} on {day}"
        answer = browser.post(f"/admin/{screen}/step/", {"id": row, "version": version_of(page), "step": step, **data})
        assert answer.status_code == 303, errors_of(answer)
        return answer

    def see(self, name: str, day: str, address: str, status: int = 200) -> str:
        """What the person reads at that address on that day."""
        page = self.open(name, day).get(address)
        assert page.status_code == status, f"{address}: {page.status_code}"
        return html.unescape(re.sub(r"<[^>]+>", " ", page.text))

    def remind(self, day: str) -> None:
        """The round of that morning, as the command that the schedule runs."""
        self.session.rollback()
        done = Context().run(self.app.test_cli_runner().invoke, args=["remind", "--date", day])
        assert done.exit_code == 0, done.output

    def stored(self, model: type, row: int) -> Any:
        """The row as it stands in the database."""
        self.session.rollback()
        set_actor(self.session, Actor.running_commands(moment("2028-09-30")))
        return self.session.get(model, row)

    def person(self, name: str) -> str:
        """How a picker writes the person."""
        row = self.stored(m.Staff, self.staff[name])
        return f"{row.full_name} · {row.code}"

    def case_text(self, name: str) -> str:
        """How a picker writes the case."""
        case = self.stored(m.SupportCase, self.rows[name])
        return f"{case.student.full_name} · {case.code}"
