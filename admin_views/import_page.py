"""What a file would change, prepared for the page: figures, questions, rows by rows, and the columns of the file."""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

from flask import abort, current_app, request
from flask_babel import get_locale, gettext
from sqlalchemy.exc import OperationalError

from admin_views.audit_words import FIELDS, field_word, table_word
from admin_views.base import Row
from admin_views.column_names import PASSED_OVER
from admin_views.listing import KEPT_TILL_WRITTEN, whole_number
from admin_views.values import clip, show
from school.db import db, writing
from school.errors import NotAllowed, PanelError, RuleError
from school.imports import names, runs
from school.imports.columns import Record, header_key
from school.imports.importing import COLUMNS
from school.imports.layout import Layout, at, column_letters, headings
from school.imports.plan import Change, Plan, Remark, RowOutcome
from school.imports.tables import MAX_COLUMNS, Table
from school.models import ImportRun
from school.rules.actor import Actor
from school.rules.policy import scopes
from school.rules.tables import VIEWS, Scope
from school.vocabulary import N_, Action, ListKind

PAGE, SHOWN = 40, 8  # lines of a page of rows; lines of each list on the run's own page
MOST_QUESTIONS = 15
MOST_COLUMNS, SAMPLES = 30, 3
CELL, SAMPLE = 160, 60  # characters
MOST = 1_000_000  # of row numbers
HIDDEN = N_("(không hiển thị)")
TWO_COLUMNS = N_("Cột %(first)s và cột %(second)s đều được chọn là “%(label)s”; mỗi mục lấy từ một cột.")
_COLUMN = re.compile(r"c\d{1,4}")
# Each list of rows: what it is called, its columns, and what stands where it is empty.
PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "rejected": (N_("Dòng bị từ chối"), (N_("Họ và tên"), N_("Dòng"), N_("Lý do"))),
    "changed": (N_("Dòng có thay đổi"), (N_("Họ và tên"), N_("Dòng"), N_("Mục"), N_("Đang lưu"), N_("Trong tệp"))),
    "new": (N_("Dòng thêm mới"), (N_("Họ và tên"), N_("Dòng"), N_("Sẽ ghi"))),
    "remarks": (N_("Điều cần biết"), (N_("Họ và tên"), N_("Dòng"), N_("Nội dung"))),
}
# A field of these says little without its table.
_TOLD_WITH_TABLE = ("classroom", "department", "hardship", "sponsorship", "support_case")


@dataclass(frozen=True)
class Asked:
    """Somebody whom a row means and several fit."""

    key: str
    row: int
    who: str
    candidates: list[tuple[int, str]]


@dataclass(frozen=True)
class Sight:
    """One preview as the page shows it, for one reader; `lines` by the names of PARTS."""

    digest: str
    counts: dict[str, int]
    alarms: list[str]
    notices: list[str]  # about the file as a whole
    questions: list[Asked]
    lines: dict[str, list[Row]]

    @property
    def writes(self) -> int:
        """How many rows applying would write."""
        return self.counts[RowOutcome.CREATED] + self.counts[RowOutcome.UPDATED]


@dataclass(frozen=True)
class Heading:
    """One column of the file: what stands above it, what it is taken as, and what stands in it."""

    column: int
    text: str
    letters: str  # as Excel names the column
    field: str
    known: bool  # recognised, chosen, or passed over on purpose
    samples: list[str]


@dataclass(frozen=True)
class Columns:
    """How the file is read."""

    sheets: list[str]
    table: int
    header_row: int
    rows: int
    headings: list[Heading]
    left_out: list[Heading]  # for which the page has no room
    fields: list[tuple[str, str]]

    @property
    def unknown(self) -> list[Heading]:
        """Headings that say nothing yet."""
        return [heading for heading in self.headings if not heading.known]


@dataclass(frozen=True)
class Look:
    """All that the page of a file shows: its columns, what it would change, or why that can't be said yet."""

    columns: Columns | None
    sight: Sight | None
    trouble: str = ""


@dataclass(frozen=True)
class Place:
    """Where somebody says that the header stands, and what the columns mean: column and field, as on the form."""

    table: int
    header_row: int
    chosen: tuple[tuple[int, str], ...] | None = None

    @classmethod
    def asked(cls) -> "Place | None":
        """As the address says; None where it says nothing."""
        if "row" not in request.args:
            return None
        return cls(*_place(request.args))

    @classmethod
    def sent(cls) -> "Place":
        """As the form says; 400 for what it never sends."""
        table, row = _place(request.form)
        chosen = [(int(name[1:]), field) for name, field in request.form.items() if _COLUMN.fullmatch(name)]
        if len(chosen) > MAX_COLUMNS:
            abort(400)
        return cls(table, row, tuple(sorted(chosen)))

    def layout(self, kind: ListKind) -> Layout:
        """What was chosen as a layout; RuleError where two columns are taken for the same."""
        columns: dict[str, int] = {}
        for column, name in self.chosen or ():
            if name in columns:
                label = names.fields_of(kind).get(name, name)
                raise RuleError(
                    TWO_COLUMNS, first=column_letters(columns[name]), second=column_letters(column), label=label
                )
            if name:
                columns[name] = column
        return Layout(self.table, self.header_row, columns)


def _place(given: Mapping[str, str]) -> tuple[int, int]:
    return whole_number(given.get("table"), high=MOST), whole_number(given.get("row"), high=MOST)


def look(actor: Actor, run: ImportRun, place: Place | None = None) -> Look:
    """What the page shows this reader: kept until anybody writes anything, so that its pages turn quickly.

    With a `place` only the columns there: what they would change is shown once they are saved.
    """
    kept = current_app.extensions.setdefault(KEPT_TILL_WRITTEN, {})
    key = (run.id, run.version, actor.account_id, str(get_locale()))
    if place is not None:
        return _look(actor, run, place)
    if key not in kept:
        found = _look(actor, run, None)
        kept.clear()  # a preview of twenty thousand rows is large: one at a time
        kept[run.id, run.version, actor.account_id, str(get_locale())] = found  # its counts made a new version
        return found
    return cast(Look, kept[key])


def _look(actor: Actor, run: ImportRun, place: Place | None) -> Look:
    session, told = db.session, names.known(db.session, run.kind)
    sight, trouble = None, ""
    try:
        tables = runs.tables_of(session, actor, run)
        if place is None:
            layout = runs.layout_of(session, actor, run, tables)
        else:
            layout = at(tables, place.table, place.header_row, COLUMNS[run.kind], told)
    except NotAllowed:
        raise
    except PanelError as error:
        return Look(None, None, _say(error))
    if place is None:
        try:
            sight = _sight(actor, run.kind, _preview(actor, run))
        except NotAllowed:
            raise
        except PanelError as error:
            session.rollback()
            trouble = _say(error)
    settled = sight is not None and run.layout is not None
    chosen = dict(place.chosen or ()) if place else {}
    return Look(columns_of(run.kind, tables, layout, chosen, set(told), settled), sight, trouble)


def _preview(actor: Actor, run: ImportRun) -> runs.Preview:
    """The preview, its counts and its digest kept with the run.

    A page that is only read begins without the write lock, so that nobody waits while twenty thousand rows are looked
    at. What begins by reading can't always turn into a write: then it is done once more, with the lock from the start.
    """
    run_id = run.id
    try:
        preview = runs.preview(db.session, actor, run)
        db.session.commit()
    except OperationalError:
        db.session.rollback()
        with writing():
            preview = runs.preview(db.session, actor, db.session.get_one(ImportRun, run_id))
            db.session.commit()
    return preview


def _sight(actor: Actor, kind: ListKind, preview: runs.Preview) -> Sight:
    people = {record.row: record for record in preview.listing.records}
    plan, header_row = preview.plan, preview.layout.header_row
    counts = {outcome.value: plan.count(outcome) for outcome in RowOutcome}
    return Sight(
        preview.digest,
        counts | {"rejected": len(plan.reasons())},
        [_say(alarm) for alarm in preview.alarms],
        [_sentence(remark) for remark in plan.warnings if remark.row <= header_row],
        [Asked(q.key, q.row, _who(people.get(q.row)), list(q.candidates)) for q in preview.questions],
        {
            "rejected": [_line(people, row, reason) for row, reason in _reasons(plan).items()],
            "changed": list(_changed(actor, people, plan)),
            "new": list(_new(kind, people, plan)),
            "remarks": [
                _line(people, remark.row, _sentence(remark)) for remark in plan.warnings if remark.row > header_row
            ],
        },
    )


def _sentence(remark: Remark) -> str:
    return _say(remark.error)


def _say(error: PanelError) -> str:
    """The sentence in the reader's language."""
    return gettext(error.msgid, **error.params)


def _reasons(plan: Plan) -> dict[int, str]:
    """Rejected rows in the order of the file, each with its reasons in the reader's language."""
    found: dict[int, list[str]] = {}
    for remark in plan.rejected:
        found.setdefault(remark.row, []).append(_sentence(remark))
    return {row: " ".join(found[row]) for row in sorted(found)}


def _line(people: Mapping[int, Record], row: int, *cells: str) -> Row:
    return Row(row, None, [_who(people.get(row)), str(row), *(clip(cell, 3 * CELL) for cell in cells)])


def _who(record: Record | None) -> str:
    """Whom a row is about, as the file says it."""
    if record is None:
        return "–"
    name = record.get("full_name") or " ".join(filter(None, (record.get("family_name"), record.get("given_name"))))
    parts = (name, record.get("class_name"), record.get("code"))
    return clip(" · ".join(part for part in parts if part), CELL) or "–"


def _changed(actor: Actor, people: Mapping[int, Record], plan: Plan) -> Iterator[Row]:
    hidden = hidden_tables(actor)
    for entry in plan.entries:
        if entry.outcome is RowOutcome.UPDATED:
            for change in entry.changes:
                old = gettext(HIDDEN) if change.what.partition(".")[0] in hidden else _show(change.old)
                what = what_word(change)
                if change.what.startswith("sponsorship.") and (record := people.get(entry.row)):
                    what = f"{what} · {clip(record.get('sponsors'), SAMPLE)}"
                yield _line(people, entry.row, what, old or "–", _show(change.new) or "–")


def _new(kind: ListKind, people: Mapping[int, Record], plan: Plan) -> Iterator[Row]:
    labels = names.fields_of(kind)
    named = {"number", "full_name", "family_name", "given_name", "class_name", "code"}
    for entry in plan.entries:
        if entry.outcome is RowOutcome.CREATED and (record := people.get(entry.row)):
            told = [
                f"{gettext(labels[name])}: {clip(text, SAMPLE)}"
                for name, text in record.values.items()
                if text and name not in named and name in labels
            ]
            yield _line(people, entry.row, clip("; ".join(told), 2 * CELL))


def hidden_tables(actor: Actor) -> frozenset[str]:
    """Tables whose stored values this reader may not see of just any student: the file has only the new ones."""
    if Scope.ALL in scopes(actor, Action.VIEW_CIRCUMSTANCES):
        return frozenset()
    return frozenset(
        str(model.__tablename__)  # type: ignore[attr-defined]
        for model, views in VIEWS.items()
        if Action.VIEW_CIRCUMSTANCES in views
    )


def what_word(change: Change) -> str:
    """What changes, in words: "Lớp", "Hồ sơ hỗ trợ: trạng thái"."""
    table, _dot, name = change.what.partition(".")
    word = field_word(name if name in FIELDS else f"{name}_id")
    word = word.removesuffix("_id") if word == f"{name}_id" else word
    return f"{table_word(table)}: {word}" if table in _TOLD_WITH_TABLE else word[:1].upper() + word[1:]


def _show(value: Any) -> str:
    return clip(show(value), CELL)


def columns_of(
    kind: ListKind,
    tables: list[Table],
    layout: Layout,
    chosen: Mapping[int, str],
    told: AbstractSet[str],
    settled: bool,
) -> Columns:
    """The columns of the table in which the list stands, those that say nothing yet first.

    `chosen`: by column, as it stands on the form; `told`: headings of which the school has said what they mean;
    `settled`: a person has looked at the columns of this file.
    """
    table = tables[layout.table]
    taken = {column: name for name, column in layout.columns.items()} | dict(chosen)
    below = [row for row in table.rows if row.number > layout.header_row]
    found = []
    for column, text in headings(table, layout.header_row):
        samples = list(islice((clip(cell, SAMPLE) for row in below if (cell := row.cell(column))), SAMPLES))
        known = settled or column in taken or header_key(text) in told or not text
        found.append(Heading(column, clip(text, CELL), column_letters(column), taken.get(column, ""), known, samples))
    ordered = sorted(found, key=lambda heading: heading.known)
    return Columns(
        [
            clip(table.name, SAMPLE) or gettext("Bảng %(number)s", number=number)
            for number, table in enumerate(tables, 1)
        ],
        layout.table,
        layout.header_row,
        len(below),
        ordered[:MOST_COLUMNS],
        ordered[MOST_COLUMNS:],
        [("", str(PASSED_OVER)), *((name, gettext(label)) for name, label in names.fields_of(kind).items())],
    )


def shown_parts(sight: Sight) -> list[tuple[str, str, list[str], list[Row], int]]:
    """Of each list that has rows: its name, title, columns, first lines, and how many there are."""
    return [
        (part, gettext(title), [gettext(label) for label in columns], lines[:SHOWN], len(lines))
        for part, (title, columns) in PARTS.items()
        if (lines := sight.lines[part])
    ]


def sent_answers() -> dict[str, int]:
    """Who was chosen, by the key of the question."""
    found = {}
    for number in range(MOST_QUESTIONS):
        chosen = request.form.get(f"answer-{number}", "")
        if chosen:
            found[request.form.get(f"key-{number}", "")[:250]] = whole_number(chosen)
    return found
