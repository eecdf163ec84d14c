"""Every address of the panel, each role, each scope: the status that is expected, in one table (`route_table.py`).

Own is a row that the person is responsible for, other somebody else's, none a row that does not exist. A rule that is
not in the table fails, and so does a line of the table that no rule answers.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from school.db import db
from tests.cast import NOW
from tests.route_table import PERSONAS, TABLE
from tests.web import Browser

MISSING = 999_999
SCOPES = ("own", "other", "none")
# The case file in which each person's own rows lie; whoever sees all has any.
OWN_FILE = {"lan": "sponsored", "hoa": "departments"}
ROW_OF = {
    "student": "student",
    "result": "result",
    "case": "case",
    "survey": "survey",
    "hardship": "hardship",
    "registration": "registration",
    "sponsorship": "sponsorship",
    "progress": "progress",
    "grid": "case",
    "help": "rating",
    "plan": "plan",
    "goal": "goal",
    "contact": "contact",
    "support": "support",
    "activity": "activity",
    "follow_up": "follow_up",
    "inspection": "inspection",
}
PARTS = {"<path:filename>": "app.css", "<export_type>": "csv", "<token>": "made-up", "<role>": "teacher"}
PARTS |= {"<kind>": "assignment_list"}
PICKER = {"sponsorship": "staff", "account": "staff", "case": "student", "hardship": "case", "progress": "case"}
PICKER |= {"help": "sponsorship", "department": "head", "classroom": "homeroom_teacher"}
PICKER |= {"plan": "case", "goal": "plan", "contact": "case", "support": "case", "activity": "organiser"}
FIRST_STEP = {
    "case": "verify",
    "hardship": "confirm",
    "sponsorship": "end",
    "progress": "review",
    "account": "disable",
    "plan": "carry",
    "goal": "met",
}
PICKER |= {"follow_up": "owner", "inspection": "sponsorship"}
FIRST_STEP |= {"reminders": "acknowledge", "follow_up": "answer", "department_report": "submit"}
PICKER |= {"registration": "staff", "meeting": "chair"}
FIRST_STEP |= {"registration": "withdraw", "meeting": "approve_list"}
PICKER |= {"teaching": "staff"}
PICKER |= {"survey": "case"}
PICKER |= {"commendation": "staff"}
FIRST_STEP |= {"commendation": "decide", "activity": "confirm"}
FIRST_STEP |= {"announcement": "read", "year": "close", "school_report": "sign"}
FIRST_STEP |= {"scheme": "fix"}
PICKER |= {"staff_rating": "staff"}
# A file that is looked at keeps what it would change.
WRITING_GETS = {"/admin/import/details/", "/admin/import/rows/"}


class School:
    """The cast's school with everybody signed in; put back as it was after whatever changes it."""

    def __init__(self, folder: Path, source: Path, ids: dict[str, Any]) -> None:
        self.file, self.kept, self.ids = folder / "school.db", folder / "kept.db", ids
        shutil.copy(source, self.file)
        self.app: Flask = create_app({"INSTANCE_PATH": str(folder), "DATABASE_URL": f"sqlite:///{self.file}"})
        self.browsers = {name: Browser(self.app, NOW) for name in PERSONAS.values()}
        for name, browser in self.browsers.items():
            if name != "nobody":
                browser.sign_in(name)
        self._close()
        shutil.copy(self.file, self.kept)

    def restore(self) -> None:
        """Put the database back."""
        self._close()
        shutil.copy(self.kept, self.file)

    def _close(self) -> None:
        with self.app.app_context():
            db.engine.dispose()

    def row_id(self, screen: str, person: str, scope: str) -> int:
        """The id of a row of a screen that is the person's own, somebody else's, or of no row."""
        if scope == "none":
            return MISSING
        if screen in ROW_OF:
            name = OWN_FILE.get(person, "departments") if scope == "own" else "outsiders"
            return self.ids["files"][name][ROW_OF[screen]]
        if screen == "import":  # the secretary brought the first, the administrator the second
            return 1 if (person == "thu") == (scope == "own") else 2
        if screen == "account":
            return self.ids["accounts"].get(person if scope == "own" else "vinh", MISSING)
        if screen == "early_raise":
            return self.ids["staff"].get(person if scope == "own" else "vinh", MISSING)
        lists = {
            "staff": self.ids["staff"],
            "department": self.ids["departments"],
            "classroom": self.ids["classes"],
            "year": {"": self.ids["year"]},
            "department_report": {"Tổ Toán": 1, "Tổ Văn": 2},
            "staff_rating": {"lan": 1, "ly": 3},
            "score": {"": 1, "others": 3},  # lan's, and what others said; vinh's sheet
        }
        rows = list(lists.get(screen, {"": 1}).values())
        return rows[0] if scope == "own" else rows[-1]

    def ask(self, person: str, method: str, rule: str, scope: str) -> int:
        """The status of one cell; the database is as before afterwards."""
        address, data = self._request(person, rule, scope)
        browser = self.browsers[person]
        if rule == "/logout" and person != "nobody":
            browser = Browser(self.app, NOW).sign_in(person)
        answer = browser.post(address, data) if method == "POST" else browser.get(address)
        if (method == "POST" or rule in WRITING_GETS) and answer.status_code < 400:
            self.restore()
        return answer.status_code

    def _request(self, person: str, rule: str, scope: str) -> tuple[str, dict[str, Any]]:
        screen = rule.split("/")[2] if rule.startswith("/admin/") else ""
        row = self.row_id(screen, person, scope)
        address = rule
        for part, value in PARTS.items():
            address = address.replace(part, value)
        address = address.replace("<int:subject>", str(row))
        if address.endswith(("/details/", "/edit/", "/import/progress/", "/rejected/", "/rows/")):
            address += f"?id={row}" + ("&part=new" if address.endswith("/rows/") else "")
        if address.endswith("/ajax/lookup/"):
            address += f"?name={PICKER.get(screen, 'none')}&query=a"
        step = FIRST_STEP.get(screen, "none")
        data = {"id": row, "version": 1, "step": step, "ended_on": "2025-10-15", "reason": "x"}
        return address, data | {"action": "approve" if screen == "sponsorship" else step, "rowid": row}


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, cast_database: tuple[Path, dict[str, Any]]) -> Iterator[School]:
    """One school for all cells."""
    school = School(tmp_path_factory.mktemp("routes"), *cast_database)
    yield school
    with school.app.app_context():
        db.engine.dispose()


def _rules(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule) for rule in app.url_map.iter_rules() for method in (rule.methods or set()) & {"GET", "POST"}
    }


def _lines() -> list[tuple[str, str, list[str]]]:
    lines = [line.split() for line in TABLE.strip().splitlines() if line.strip()]
    return [(method, rule, cells) for method, rule, *cells in lines]


def test_every_rule_stands_in_the_table_and_every_line_of_it_is_a_rule(school: School) -> None:
    listed = {(method, rule) for method, rule, _ in _lines()}
    assert _rules(school.app) - listed == set(), "list these rules in tests/route_table.py"
    assert listed - _rules(school.app) == set(), "these lines are no rules any more"


@pytest.mark.parametrize(
    ("method", "rule", "cells"), _lines(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_role_and_scope_gets_the_expected_status(school: School, method: str, rule: str, cells: list[str]) -> None:
    expected = {
        (role, scope): int(status)
        for role, cell in zip(PERSONAS, cells, strict=True)
        for scope, status in zip(SCOPES, cell.split("/") * (3 if "/" not in cell else 1), strict=True)
    }
    got = {(role, scope): school.ask(PERSONAS[role], method, rule, scope) for role, scope in expected}
    assert got == expected
