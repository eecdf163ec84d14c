"""No private word of a child reaches whoever sees the scores, and not even a child's name reaches the council (P1.3).

Every column that a model marks as sensitive holds a canary on a school whose whole year is scored; whatever the council
may open is opened, as a page or as a file, by following its links and by the list of addresses. Sensitive values that
no canary fits (levels, kinds, numbers) are exchanged for others: nothing that the council reads may change with them.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Boolean, Integer, select

from admin_views import score_lines
from school import models as m
from school.db import Label, Record, db
from school.reports import emulation, score_list
from school.reports.registry import DOCUMENTS
from school.rules.score_sheet import Frozen
from school.services.guard import UNSCOPED
from school.vocabulary import (
    CaseOutcome,
    DocumentKind,
    DropoutRisk,
    EnrolmentOutcome,
    GoalState,
    ProgressStep,
    Rating,
)
from tests.admin_views.canaries import (
    FROZEN,
    MAY,
    about_a_child,
    by_route_table,
    can_hold,
    canaries_in,
    crawl,
    freeze_some,
    kinds_of,
    plant,
    planted_columns,
    private_columns,
    said_by,
    score_a_year,
    vary,
)
from tests.cast import Cast
from tests.web import Browser

SCORES = "emulation|score|commendation|early_raise|collective|staff_rating|what_if|scheme|criterion"
EMULATION = rf"/admin/(?:{SCORES}|documents)\b"
STARTS = ("/admin/emulation/", "/admin/score/", "/admin/early_raise/", "/admin/commendation/", "/admin/staff_rating/")
# The directory is everybody's: a class stands there as a class, with its homeroom teacher and whoever teaches in it.
MAY_NAME_CLASSES = re.compile(r"/admin/(?:classroom|teaching)/")
# What the council reads by right, of a kind that no canary fits.
BY_RIGHT = {
    ("contact", "kind"): "it sees counts, dates and kinds",
    ("support_item", "kind"): "remedial lessons are counted in the list of commendations",
    ("sponsor_evaluation", "rating"): "the mean of the help is a column of its own table since the first issue",
}
# Values of what is scored that are worth the same, so that only showing them could tell them apart.
WORTH_THE_SAME: dict[tuple[str, str], tuple[Any, Any]] = {
    ("progress_evaluation", "trend"): (ProgressStep.IMPROVED, ProgressStep.STEADY),
    ("progress_evaluation", "dropout_risk"): (DropoutRisk.LOW, DropoutRisk.HIGH),
    ("term_result", "learning"): (Rating.GOOD, Rating.FAIR),
    ("term_result", "conduct"): (Rating.GOOD, Rating.FAIR),
    ("goal", "state"): (GoalState.MET, GoalState.NOT_MET),
    ("support_case", "outcome"): (CaseOutcome.PROGRESSED, CaseOutcome.CONTINUED),
    ("enrolment", "outcome"): (EnrolmentOutcome.PROMOTED, EnrolmentOutcome.REPEATED),
}

SignIn = Callable[[str], Browser]
Planted = Callable[..., dict[str, Browser]]


@pytest.fixture
def sign_in(app: Flask, cast: Cast) -> Iterator[SignIn]:
    """A browser in May of the scored year; the canaries take their places once everybody has signed in."""
    score_a_year(cast)
    yield lambda name: Browser(app, MAY).sign_in(name)


@pytest.fixture
def planted(app: Flask, cast: Cast, sign_in: SignIn) -> Planted:
    """Sign these people in, plant every canary, freeze two sheets; their browsers by name."""

    def _plant(*names: str) -> dict[str, Browser]:
        browsers = {name: sign_in(name) for name in (*names, "vinh")}
        cast.session.rollback()
        assert plant(app, [cast.accounts[name] for name in names]) > 500
        freeze_some(cast)
        return {name: browsers[name] for name in names}

    return _plant


def leaks(
    answers: dict[str, Any], allowed: Callable[[str, str], bool] = lambda _way, _column: False
) -> dict[str, set[str]]:
    """What sings where; `allowed` tells what may."""
    found = {
        way: {column for column in canaries_in(said_by(answer)) if not allowed(way, column)}
        for way, answer in answers.items()
    }
    return {way: columns for way, columns in found.items() if columns}


def a_class_in_the_directory(way: str, column: str) -> bool:
    """The one thing about students' classes that everybody may read."""
    return column == "classroom.name" and bool(MAY_NAME_CLASSES.match(way))


# What is planted.


def test_every_sensitive_column_holds_a_canary_or_is_exchanged_or_is_read_by_right() -> None:
    unknown = []
    for table, column in private_columns():
        if can_hold(column) or column.foreign_keys or (table.name, column.name) in BY_RIGHT:
            continue  # a key is the row that it leads to, and that one's names are planted
        if not isinstance(column.type, (Label, Integer, Boolean)):
            unknown.append(f"{table.name}.{column.name}")
    assert unknown == [], "say in tests/admin_views/canaries.py what may stand there"
    assert len([*private_columns()]) > 50


def test_words_about_a_child_are_planted_whether_a_model_calls_them_sensitive_or_not() -> None:
    names = {f"{table.name}.{column.name}" for table, column in planted_columns()}
    assert {"case_private.circumstances", "contact.summary", "import_content.data", "import_run.answers"} <= names
    assert {"student.full_name", "classroom.name", "support_case.code", "sponsorship.end_reason"} <= names
    assert about_a_child(m.ContactPrivate.__table__) and not about_a_child(m.Staff.__table__)


def test_the_canaries_are_in_the_database(app: Flask, cast: Cast, planted: Planted) -> None:
    planted("hoi")
    empty = []
    models = {mapper.local_table: mapper.class_ for mapper in Record.registry.mappers}
    for table, column in planted_columns():
        rows = cast.session.execute(select(models[table].__table__.c[column.name]), execution_options=UNSCOPED).all()
        if not any("zqx" in str(value) for (value,) in rows):
            empty.append(f"{table.name}.{column.name}")
    assert empty == [], "no row of these tables: give the cast or the scored year one"


# The council.


def test_nothing_the_council_opens_holds_a_childs_words_or_name(app: Flask, cast: Cast, planted: Planted) -> None:
    hoi = planted("hoi")["hoi"]
    people = [cast.staff[name] for name in ("lan", "phuc", "son", "minh", "hoi", *FROZEN)]
    answers = crawl(hoi, "/admin/", people=people)
    answers |= by_route_table(hoi, app, [1, 2, cast.staff["tam"]])
    assert leaks(answers, a_class_in_the_directory) == {}
    assert_all_was_opened(answers, cast)


def assert_all_was_opened(answers: dict[str, Any], cast: Cast) -> None:
    """The reading was a reading: sheets and evidence of frozen and open sheets, files and documents of each kind."""
    opened = [way for way, answer in answers.items() if answer.status_code == 200]
    assert kinds_of(answers.values()) >= {"html", "csv", "sheet", "document"}
    criteria = set(cast.session.scalars(select(m.Criterion.code), execution_options=UNSCOPED))
    for name in ("lan", *FROZEN):
        of_one = [way for way in opened if re.search(rf"/score/evidence/\?.*\bid={cast.staff[name]}\b", way)]
        shown = {re.search(r"criterion=([^&]+)", way).group(1) for way in of_one}  # type: ignore[union-attr]
        assert shown == criteria, name
        assert [way for way in opened if re.search(rf"/score/details/\?.*\bid={cast.staff[name]}\b", way)]
    evidence = [said_by(answers[way]) for way in opened if "/score/evidence/" in way]
    assert sum("Em 1" in page for page in evidence) > 10, "records of students are told by number"
    for part in ("csv", "xlsx"):
        assert [way for way in opened if f"/emulation/export/{part}/" in way and "criterion_contacts" in way]
    for kind in (DocumentKind.SCORE_LIST, DocumentKind.COMMENDATION_EVIDENCE, DocumentKind.EARLY_RAISE):
        assert [way for way in opened if f"/documents/{kind.value}/" in way and "/docx" in way], kind
        assert [way for way in opened if f"/documents/{kind.value}/" in way and "/print" in way], kind
    for page in ("collective", "what_if", "emulation/signals", "staff_rating", "commendation/details", "guide"):
        assert [way for way in opened if f"/{page}/" in way], page


def test_what_was_frozen_holds_none_either(cast: Cast, planted: Planted) -> None:
    planted("hoi")
    sheets = cast.session.scalars(select(m.ScoreSheet).where(m.ScoreSheet.hash.is_not(None))).all()
    assert {sheet.staff_id for sheet in sheets} == {cast.staff[name] for name in FROZEN}
    for sheet in sheets:
        frozen = Frozen.thaw(sheet.result)
        assert frozen is not None and sum(len(line.evidence) for line in frozen.score.lines) > 20
        assert canaries_in(str(sheet.result)) == set()


def test_no_level_of_a_child_changes_what_the_council_reads(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    hoi = sign_in("hoi")
    cast.session.rollback()
    read: list[dict[str, str]] = []
    for which in (0, 1):
        written = vary(app, lambda table, column: _member(table.name, column, which))  # noqa: B023
        answers = crawl(hoi, *STARTS, within=EMULATION, people=[cast.staff[name] for name in ("lan", "phuc", "tam")])
        read.append({way: _without_what_passes(said_by(answer)) for way, answer in answers.items()})
    assert {"progress_evaluation.learning", "hardship.severity", "term_result.absences_unexcused"} <= {*written}
    assert {way for way in read[0].keys() | read[1].keys() if read[0].get(way) != read[1].get(way)} == set()
    assert len([way for way in read[0] if "/score/evidence/" in way]) > 30


def _member(table: str, column: Any, which: int) -> Any:
    """One of two values of a column, worth the same where they are scored."""
    if (table, column.name) in BY_RIGHT:
        return None
    if (table, column.name) in WORTH_THE_SAME:
        return WORTH_THE_SAME[table, column.name][which]
    if isinstance(column.type, Label):
        return [*column.type.enum][-which]
    return bool(which) if isinstance(column.type, Boolean) else 7 * which


def _without_what_passes(text: str) -> str:
    """What changes with each request: tokens, moments and the parts of a file that tell when it was made."""
    text = re.sub(r'(?:value|nonce|content)="[\w.\-]{20,}"', "", text)
    return re.sub(r"<dcterms:\w+[^>]*>[^<]*<", "<", text)


# Leadership, and everybody who sees a score.


def test_what_leadership_takes_out_of_emulation_holds_none(cast: Cast, planted: Planted) -> None:
    browser, people = planted("binh")["binh"], [cast.staff["lan"], cast.staff["tam"]]
    answers = crawl(browser, *STARTS, "/admin/collective/", within=EMULATION, people=people)
    kinds = (DocumentKind.SCORE_LIST, DocumentKind.COMMENDATION_EVIDENCE, DocumentKind.COMMENDATION_LIST)
    kinds += (DocumentKind.EARLY_RAISE,)
    files = {
        way: answer
        for way, answer in answers.items()
        if "/export/" in way or re.search(rf"/documents/(?:{'|'.join(kind.value for kind in kinds)})/", way)
    }
    assert kinds_of(files.values()) >= {"html", "csv", "sheet", "document"}
    assert leaks(files) == {}


def test_no_page_of_scores_tells_a_private_word_to_anybody_who_sees_one(
    app: Flask, cast: Cast, planted: Planted
) -> None:
    """The code of a case is told to whoever may see the case; nobody reads a private text where scores stand."""
    people = ("lan", "phuc", "tam", "hoa", "uyen", "thu", "ly", "cuc", "binh")
    for name, browser in planted(*people).items():
        read = {cast.staff[name], cast.staff["tam"]}
        answers = crawl(browser, *STARTS, within=rf"/admin/(?:{SCORES})\b", people=read)
        assert leaks(answers, lambda _way, column: column == "support_case.code") == {}, name
        codes = {way for way, answer in answers.items() if "support_case.code" in canaries_in(said_by(answer))}
        assert all("/score/evidence/" in way for way in codes), name
        assert bool(codes) is (name not in ("thu", "cuc")), f"{name} sees the own cases, or all"


# The test can fail.


def _circumstances(session: Any) -> str:
    return session.scalars(select(m.CasePrivate.circumstances), execution_options=UNSCOPED).first() or ""


def _leak_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(session: Any, _year: Any) -> Any:
        return defaultdict(lambda: [_circumstances(session)])

    monkeypatch.setattr(emulation, "_proposals", told)


def _leak_in_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    before = score_list.paper

    def told(session: Any, actor: Any, year: Any) -> Any:
        paper = before(session, actor, year)
        paper.values["state"] = _circumstances(session)
        return paper

    changed = replace(DOCUMENTS[DocumentKind.SCORE_LIST], paper=told)
    monkeypatch.setattr("admin_views.documents.DOCUMENTS", {**DOCUMENTS, DocumentKind.SCORE_LIST: changed})


def _leak_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    before = score_lines.records

    def told(items: Any, numbers: Any) -> Any:
        name = db.session.scalars(select(m.Student.full_name), execution_options=UNSCOPED).first()
        return [replace(record, child=name) for record in before(items, numbers)]

    monkeypatch.setattr(score_lines, "records", told)


@pytest.mark.parametrize(
    ("leak", "column", "start", "where"),
    [
        (_leak_in_the_table, "case_private.circumstances", "/admin/emulation/", {"csv", "xlsx"}),
        (_leak_in_the_document, "case_private.circumstances", "/admin/documents/", {"docx", "print"}),
        (_leak_on_the_page, "student.full_name", "/admin/score/details/?id={}", {"evidence"}),
    ],
)
def test_a_column_that_leaks_turns_it_red(
    leak: Callable[[pytest.MonkeyPatch], None],
    column: str,
    start: str,
    where: set[str],
    cast: Cast,
    planted: Planted,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hoi, tam = planted("hoi")["hoi"], cast.staff["tam"]
    within = "/".join(start.split("/")[:3])
    assert leaks(crawl(hoi, start.format(tam), within=within, people=[tam])) == {}
    leak(monkeypatch)
    found = leaks(crawl(hoi, start.format(tam), within=within, people=[tam]))
    assert set().union(*found.values()) == {column}
    assert {part for way in found for part in re.split(r"[/?]", way)} >= where
