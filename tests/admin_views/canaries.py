"""A whole scored year in which every private column holds a canary, and a reader of every page and file.

What is private is asked of the models: a column that is marked as sensitive tomorrow is planted tomorrow. A canary says
of which table, column and row it is, so that a leak names its source.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask
from sqlalchemy import JSON, Column, LargeBinary, String, Table, func, insert, literal, update
from werkzeug.test import TestResponse

from school import models as m
from school.db import Line, Prose, Record, db
from school.rules.actor import Actor
from school.services import score_sheets
from school.services.guard import set_actor
from school.vocabulary import (
    ContactKind,
    DocumentKind,
    EvaluationState,
    GoalState,
    Horizon,
    ProgressStep,
    Rating,
    SchemeState,
    SurveyChannel,
    TermPeriod,
)
from tests import factories as make
from tests.cast import NOW, Cast
from tests.web import Browser

MAY = dt.datetime(2026, 5, 28, 2, 0, tzinfo=dt.UTC)  # when the council sits
MONTHS = ("2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04")
SPONSORED = ("sponsored", "homeroom", "colleagues", "departments", "heads", "outsiders", "unionists", "leaders")
FROZEN = ("giang", "tam")  # whose sheets are frozen

CANARY = re.compile(r"zqx\.(\w+)\.(\w+)\.(\d+)\.")
BIRTHDAY = dt.date(1999, 2, 3)
# What stands for a student, or tells which one it is, without being marked as sensitive.
TELLING = {
    "student": ("full_name", "code", "search_name", "sort_key"),
    "classroom": ("name",),
    "support_case": ("code",),
}
# The sheet itself: what it holds is looked at when it is frozen.
IS_THE_SHEET = {("score_sheet", "result")}


# The year.


def score_a_year(cast: Cast) -> None:
    """Everybody who sponsors has worked for a year; two sheets are frozen, others adjusted, argued about, proposed."""
    session = cast.session
    set_actor(session, Actor.running_commands(NOW))
    for name in SPONSORED:
        _work(cast, name)
    for number, activity in enumerate(session.query(m.Activity)):
        activity.confirmed_on = dt.date(2026, 5, 4) if number % 2 else None
    tam = cast.get(m.Staff, cast.staff["tam"])
    make.make_yearly_rating(session, tam)
    make.make_commendation(session, staff_id=tam.id, decision_number="88/QĐ", decided_on=dt.date(2026, 5, 20))
    scheme = session.query(m.EmulationScheme).one()
    scheme.state, scheme.decision_number, scheme.fixed_on = SchemeState.FIXED, "15/QĐ", dt.date(2025, 9, 30)
    make.make_adjustment(session, cast.get(m.Staff, cast.staff["minh"]))
    for row in session.query(m.ScoreComment).filter_by(staff_id=cast.staff["giang"]):
        row.answer, row.answered_on = "Hội đồng đã xem lại.", dt.date(2026, 5, 5)
    opened = {"case_id": cast.id("outsiders"), "opened_on": dt.date(2025, 10, 14), "reason": "xem để xếp người"}
    make.save(session, m.SensitiveView(account_id=cast.accounts["cuc"], **opened))
    make.save(session, m.CalendarFeed(account_id=cast.accounts["lan"], token_hash="0" * 64))
    session.commit()
    item = {"run_id": 1, "table_name": "student", "row_id": 1, "version": 1, "before": {"full_name": "tên cũ"}}
    with db.engine.begin() as connection:  # an import writes these in bulk
        connection.execute(insert(m.ImportItem.__table__).values(item))


def _work(cast: Cast, name: str) -> None:
    """One sponsor's year with one student: plan, goals, contacts, months, results, help."""
    session = cast.session
    case, plan = cast.get(m.SupportCase, cast.id(name)), cast.get(m.SupportPlan, cast.id(name, "plan"))
    sponsorship = cast.get(m.Sponsorship, cast.id(name, "sponsorship"))
    staff = sponsorship.staff
    make.make_survey(session, case, channel=SurveyChannel.HOMEROOM_TEACHER)
    for number, month in enumerate(MONTHS):
        first = dt.date.fromisoformat(f"{month}-01")
        for day, kind in ((5, ContactKind.CALL), (12, ContactKind.HOMEROOM)):
            on = first.replace(day=day)
            make.make_contact(session, case, staff, occurred_on=on, kind=kind, sensitive=bool(number % 2))
        make.make_goal(
            session,
            plan,
            horizon=Horizon.MONTH,
            starts_on=first,
            state=GoalState.MET,
            reviewed_on=first.replace(day=25),
        )
        sent = dt.datetime(first.year, first.month, 15, 3, tzinfo=dt.UTC)
        values = {
            "state": EvaluationState.CONFIRMED,
            "first_sent_at": sent,
            "submitted_at": sent,
            "confirmed_at": MAY - dt.timedelta(days=3),
            "trend": ProgressStep.IMPROVED,
            "review_comment": "tổ đã xem",
        }
        if number:
            make.make_evaluation(session, case, staff, period=month, **values)
            continue
        for field, value in values.items():
            setattr(cast.get(m.ProgressEvaluation, cast.id(name, "progress")), field, value)
    enrolment = cast.get(m.Enrolment, cast.id(name, "enrolment"))
    cast.get(m.TermResult, cast.id(name, "result")).learning = Rating.GOOD
    make.make_result(session, enrolment, period=TermPeriod.SEMESTER_2, learning=Rating.GOOD, conduct=Rating.GOOD)
    for period in (TermPeriod.SEMESTER_1, TermPeriod.SEMESTER_2):
        make.make_rating(session, sponsorship, period=period.value)


def freeze_some(cast: Cast) -> None:
    """The council freezes the sheets of FROZEN."""
    session, hoi = cast.session, cast.actor("hoi", MAY)
    assert hoi is not None
    session.rollback()
    set_actor(session, hoi)
    ids = [cast.staff[name] for name in FROZEN]
    year = cast.get(m.SchoolYear, cast.year)
    assert len(score_sheets.freeze(session, hoi, year, ids, "99/QĐ", MAY.date()).done) == len(FROZEN)
    session.commit()


# The canaries.


def private_columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Every column that a model marks as sensitive."""
    for table in dict.fromkeys(mapper.local_table for mapper in Record.registry.mappers):
        assert table is not None
        for column in table.columns if isinstance(table, Table) else ():
            if column.info.get("sensitive"):
                yield table, column


def about_a_child(table: Table) -> bool:
    """Whether a row of the table belongs to a student or a case, straight or by the row above it."""
    seen, waiting = set(), [table]
    while waiting:
        current = waiting.pop()
        seen.add(current)
        if current.name in ("student", "support_case"):
            return True
        waiting += [key.column.table for key in current.foreign_keys if key.column.table not in seen]
    return False


def can_hold(column: Column[Any]) -> bool:
    """Whether a canary can stand in the column; a member of a closed list, a number or a key cannot be one."""
    return isinstance(column.type, (Line, Prose, String, JSON, LargeBinary))


def planted_columns() -> list[tuple[Table, Column[Any]]]:
    """Where canaries stand: what is sensitive, what names a student, and every other text about one."""
    found = {column: table for table, column in private_columns() if can_hold(column)}
    for table in Record.metadata.tables.values():
        texts = [column for column in table.columns if isinstance(column.type, (Line, Prose))]
        if about_a_child(table) and table.name not in ("disclosure", "sensitive_view"):
            found |= dict.fromkeys(texts, table)
        found |= {table.c[name]: table for name in TELLING.get(table.name, ())}
    return [(table, column) for column, table in found.items() if (table.name, column.name) not in IS_THE_SHEET]


def plant(app: Flask, signed_in: Collection[int] = ()) -> int:
    """Put every canary in its place, past all cleaning; how many rows hold one. Sessions in use keep their token."""
    planted = 0
    with app.app_context(), db.engine.begin() as connection:
        for table, column in planted_columns():
            text = literal(f"zqx.{table.name}.{column.name}.") + func.cast(table.c.id, String) + "."
            value: Any = text
            if isinstance(column.type, JSON):
                value = {f"zqx.{table.name}.{column.name}.0.": f"zqx.{table.name}.{column.name}.0."}
            elif isinstance(column.type, LargeBinary):
                value = f"zqx.{table.name}.{column.name}.0.".encode()
            statement = update(table).values({column: value})
            if table.name == "account_session":
                statement = statement.where(table.c.account_id.not_in(signed_in))
            planted += connection.execute(statement).rowcount
        connection.execute(update(m.Student.__table__).values(date_of_birth=BIRTHDAY))
    return planted


def vary(app: Flask, members: Callable[[Table, Column[Any]], Any]) -> list[str]:
    """Write another value into every sensitive column that no canary fits; the columns that were written."""
    written = []
    with app.app_context(), db.engine.begin() as connection:
        for table, column in private_columns():
            value = None if can_hold(column) or column.foreign_keys else members(table, column)
            if value is not None:
                connection.execute(update(table).values({column: value}))
                written.append(f"{table.name}.{column.name}")
    return written


# Reading.


def said_by(answer: TestResponse) -> str:
    """Everything that an answer says: a page as it is read, all parts of a workbook or a document."""
    if answer.data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
            return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    told = unquote(" ".join(answer.headers.get(name, "") for name in ("Content-Disposition", "Location")))
    return f"{told}\n{unescape(unquote(answer.data.decode('utf-8-sig', 'replace')))}"


def canaries_in(text: str) -> set[str]:
    """The columns whose canaries sing in a text; a birthday is one of them."""
    found = {f"{table}.{column}" for table, column, _row in CANARY.findall(text)}
    return found | ({"student.date_of_birth"} if f"{BIRTHDAY:%d/%m/%Y}" in text or str(BIRTHDAY) in text else set())


_WAY = re.compile(r'(?:href|src|action|formaction)="(/[^"#]*)')
_FORM = re.compile(r'<form class="card" method="get" action="([^"]*/export/\w+/)".*?</form>', re.DOTALL)
_BOX = re.compile(r'name="columns" value="([^"]+)"')
_HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]+)"')
# Pages and documents about one member of staff.
_OF_ONE = re.compile(r"/admin/(?:score/\w+/\?(?:.*&)?id=|(?:documents/)?early_raise/)(\d+)")
# Ways that lead out, to the same list in another order, or to what is no page.
_PASSED_BY = re.compile(r"^/(?:static|logout|language|healthz)|[?&](?:sort|desc|page_size)=")


def ways_from(page: str) -> Iterator[str]:
    """Every address that a page leads to, exports with all of their columns among them."""
    for found in _FORM.finditer(page):
        chosen = [("columns", name) for name in _BOX.findall(found.group())] + _HIDDEN.findall(found.group())
        for format_ in ("csv", "xlsx"):
            address = re.sub(r"/export/\w+/", f"/export/{format_}/", found.group(1))
            yield unescape(f"{address}?" + "&".join(f"{name}={value}" for name, value in chosen))
    for way in _WAY.findall(page):
        if not _PASSED_BY.search(unescape(way)):
            yield unescape(way)


def crawl(browser: Browser, *starts: str, within: str = "/", people: Collection[int] = ()) -> dict[str, TestResponse]:
    """Every answer that a person gets by following every link and export from these pages, inside `within`.

    What there is of each member of staff is read of these `people`, by the ids of their rows.
    """
    found: dict[str, TestResponse] = {}
    waiting = [*starts]
    while waiting:
        address = waiting.pop()
        about = _OF_ONE.match(address)
        if address in found or not re.match(within, address) or (about and int(about[1]) not in people):
            continue
        answer = found[address] = browser.get(address)
        assert answer.status_code < 500, address
        if answer.mimetype == "text/html":
            waiting += ways_from(answer.text)
        if answer.location:
            parts = urlsplit(answer.location)
            waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def kinds_of(answers: Iterable[TestResponse]) -> set[str]:
    """What was answered: "html", "csv", "sheet", "document"."""
    return {answer.mimetype.rpartition("/")[2].rpartition(".")[2] for answer in answers if answer.status_code == 200}


def addresses(app: Flask, ids: Iterable[int]) -> Iterator[list[str]]:
    """The addresses of each rule of the panel that is read, its rows by these ids."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or _PASSED_BY.search(rule.rule) or "<token>" in rule.rule:
            continue
        found = [rule.rule.replace("<path:filename>", "app.css").replace("<role>", "teacher")]
        for part, values in (
            ("<export_type>", ("csv", "xlsx")),
            ("<kind>", tuple(DocumentKind)),
            ("<int:subject>", tuple(ids)),
        ):
            found = [way.replace(part, str(value)) for way in found for value in (values if part in way else ("",))]
        if "<" not in rule.rule:
            found += [f"{rule.rule}?id={id_}" for id_ in ids]
        yield found


def by_route_table(browser: Browser, app: Flask, ids: Iterable[int]) -> dict[str, TestResponse]:
    """Every answer of the panel's own list of addresses; of a rule that is closed to the person, the first."""
    found: dict[str, TestResponse] = {}
    for ways in addresses(app, list(ids)):
        for way in ways:
            found[way] = browser.get(way)
            assert found[way].status_code < 500, way
            if found[way].status_code == 403 and "<" not in way and "?" not in way and "/documents/" not in way:
                break
    return found
