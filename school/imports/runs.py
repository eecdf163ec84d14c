"""The life of one file that is taken in: opened, looked at, put right, applied, undone or discarded (ImportRun).

What an import would do is worked out anew each time from the file's bytes, which are kept until it is applied,
discarded or a week old. It is applied exactly as it was shown, or not at all; undone as a whole, or not at all.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer

from school.errors import NotAllowed, PanelError, RuleError
from school.imports import layout as layouts
from school.imports import looking, names, rejects, results
from school.imports.columns import Listing
from school.imports.importing import (
    COLUMNS,
    Report,
    Source,
    apply_plan,
    find_or_make_year,
    hash_of,
    make_plan,
    may_import,
)
from school.imports.layout import Layout
from school.imports.looking import Question
from school.imports.plan import Plan
from school.imports.readers import read
from school.imports.tables import Table, Unreadable
from school.imports.undoing import as_importer
from school.models import ImportContent, ImportRun, SchoolYear
from school.rules.actor import Actor
from school.rules.policy import can, require
from school.services.guard import acting
from school.services.records import check_fresh, just_entered, step
from school.services.undo_log import UndoLog, recording
from school.services.years import check_year_open
from school.vocabulary import N_, Action, ImportState, ListKind, Origin, TermPeriod

CHANGED = N_("Dữ liệu trên trang đã thay đổi từ lúc thầy cô xem trước; xem lại rồi nhập.")
UNCONFIRMED = N_("Danh sách có điểm khác thường; thầy cô xem các lưu ý rồi đánh dấu xác nhận trước khi nhập.")
NOT_YOURS = N_("Tệp này do người khác đưa lên nên thầy cô không mở được.")
NOT_KEPT = N_("Nội dung tệp không còn được giữ; thầy cô chọn lại tệp để nhập.")
NO_QUESTION = N_("Dòng này không còn cần chọn người; thầy cô tải lại trang.")
NOT_A_CANDIDATE = N_("Người được chọn không phải là một trong những người được hỏi; thầy cô chọn lại.")
OVER = {
    ImportState.APPLIED: N_("Tệp này đã được nhập rồi."),
    ImportState.UNDONE: N_("Lần nhập này đã được hoàn tác; thầy cô chọn lại tệp để nhập lại."),
    ImportState.DISCARDED: N_("Tệp này đã bỏ; thầy cô chọn lại tệp để nhập."),
}

KEPT = dt.timedelta(days=7)  # how long a file waits to be applied
REJECTED_KEPT = dt.timedelta(days=90)  # how long rejected rows wait to be corrected: they are about children
_WAITING = (ImportState.READ, ImportState.APPLYING)  # applying: the server may have stopped half way

Progress = Callable[[int, int], None]  # rows done, rows in all


@dataclass(frozen=True)
class Preview:
    """What a file would do. Whoever shows `plan` hides the stored values that the reader may not see."""

    plan: Plan
    listing: Listing
    layout: Layout
    alarms: list[PanelError]
    digest: str
    questions: list[Question]
    rejected: dict[str, Any] | None


# Bringing a file ------------------------------------------------------------------------------------------------------


def open_run(
    session: Session,
    actor: Actor,
    kind: ListKind,
    file_name: str,
    data: bytes,
    year: SchoolYear,
    period: TermPeriod | None = None,
    by_hand: bool = False,
) -> ImportRun:
    """Read the file, recognise its list and keep the bytes; Unreadable when it is none. A second tap finds its first.

    `by_hand`: a file whose columns are not recognised is kept too, with a layout to begin from.
    """
    _require(actor, kind)
    check_year_open(year)
    digest = hash_of(data)
    facts = {"account_id": actor.account_id, "kind": kind, "file_hash": digest, "school_year_id": year.id}
    for twin in just_entered(session, actor, ImportRun, facts):
        if twin.state is ImportState.READ and period in (None, twin.period):
            return twin
    source = Source(kind, file_name, digest, read(file_name, data))
    titles, chosen = _find_list(session, source, by_hand)
    _sweep(session, actor)
    with step(session, "read file"):
        run = _make_run(session, actor, source, year, period, titles)
        if chosen is not None:
            run.layout = chosen.to_json()
        session.add(ImportContent(run_id=run.id, data=data))
    return run


def _find_list(session: Session, source: Source, by_hand: bool = False) -> tuple[tuple[str, ...], Layout | None]:
    """The titles of the list in the file; else, to go on by hand, none and a layout to begin from."""
    columns, known = COLUMNS[source.kind], names.known(session, source.kind)
    try:
        layout = layouts.recognise(source.tables, columns, known)
        return results.titles_of(layouts.take(source.tables, columns, layout)), None
    except Unreadable as error:
        if not by_hand or error.msgid != layouts.NO_HEADER:
            raise
        return (), layouts.guess(source.tables, columns, known)


def _make_run(
    session: Session,
    actor: Actor,
    source: Source,
    year: SchoolYear,
    period: TermPeriod | None,
    titles: tuple[str, ...],
) -> ImportRun:
    if source.kind is ListKind.RESULTS:
        period = period or results.find_period(titles, source.name)
    run = ImportRun(
        kind=source.kind,
        school_year_id=year.id,
        period=period,
        file_name=_shortened(source.name),
        file_hash=source.hash,
        account_id=actor.account_id,
        answers={},
        counts={},
    )
    session.add(run)
    session.flush()
    return run


def _shortened(file_name: str) -> str:
    """At most 200 characters, the suffix among them: by it the file is read."""
    path = Path(file_name)
    return file_name if len(file_name) <= 200 else path.stem[: 200 - len(path.suffix)] + path.suffix


def _require(actor: Actor, kind: ListKind) -> None:
    decision = may_import(actor, kind)
    if not decision:
        raise NotAllowed(decision.reason)


def _sweep(session: Session, actor: Actor) -> None:
    """Files that waited too long go, and rejected rows that nobody corrected: nothing about children lies around."""
    waiting = (ImportRun.state.in_(_WAITING), ImportRun.created_at < actor.now - KEPT)
    applied = (ImportRun.state == ImportState.APPLIED, ImportRun.applied_at < actor.now - REJECTED_KEPT)
    with acting(session, as_importer(actor)):
        old = select(ImportRun).where(*waiting)
        contents = select(ImportContent).join(ImportContent.run).options(defer(ImportContent.data))
        with step(session, "discard"):
            for content in session.scalars(contents.where(or_(waiting[0] & waiting[1], applied[0] & applied[1]))):
                session.delete(content)
            for run in session.scalars(old):
                run.state = ImportState.DISCARDED


# Looking at it --------------------------------------------------------------------------------------------------------


def _content(session: Session, actor: Actor, run: ImportRun) -> ImportContent:
    """What is kept of the file, for who brought it."""
    content = session.scalar(select(ImportContent).where(ImportContent.run_id == run.id))
    if content is not None:
        require(actor, Action.OPEN_IMPORT_FILE, content)
        return content
    if run.account_id is not None and run.account_id == actor.account_id:
        raise RuleError(NOT_KEPT)
    raise NotAllowed(NOT_YOURS)


def _waiting(session: Session, actor: Actor, run: ImportRun) -> bytes:
    """The bytes of a file that still waits, for who brought it and may take such a list in."""
    _require(actor, run.kind)
    if run.state not in _WAITING:
        raise RuleError(OVER[run.state])
    content = _content(session, actor, run)
    if content.data is None:
        raise RuleError(NOT_KEPT)
    return content.data


def tables_of(session: Session, actor: Actor, run: ImportRun) -> list[Table]:
    """The tables of the file, for who brought it."""
    return read(run.file_name, _waiting(session, actor, run))


def layout_of(session: Session, actor: Actor, run: ImportRun, tables: list[Table]) -> Layout:
    """Where the list stands: as chosen by hand, else as recognised."""
    if run.layout is not None:
        return Layout.from_json(run.layout)
    return layouts.recognise(tables, COLUMNS[run.kind], names.known(session, run.kind))


def preview(session: Session, actor: Actor, run: ImportRun) -> Preview:
    """What applying would do now; the run keeps its counts and its digest."""
    seen = _look(session, actor, run)
    counts = looking.counts_of(seen.plan, seen.alarms)
    if (run.counts, run.digest) != (counts, seen.digest):
        with step(session, "preview"):
            run.counts, run.digest = counts, seen.digest
    return seen


def _look(
    session: Session,
    actor: Actor,
    run: ImportRun,
    tables: list[Table] | None = None,
    answers: Mapping[str, int] | None = None,
) -> Preview:
    tables = tables_of(session, actor, run) if tables is None else tables
    layout = layout_of(session, actor, run, tables)
    listing = layouts.take(tables, COLUMNS[run.kind], layout)
    known, period = names.known(session, run.kind), run.period or TermPeriod.SEMESTER_1
    answers = run.answers if answers is None else answers
    plan = make_plan(session, actor, run.kind, listing, run.school_year, period, answers)
    return Preview(
        plan=plan,
        listing=listing,
        layout=layout,
        alarms=looking.alarms_of(session, actor, run.kind, plan, run.school_year, run.period),
        digest=looking.digest_of(plan),
        questions=looking.questions_of(plan),
        rejected=rejects.collect(plan, tables[layout.table], COLUMNS[run.kind], layout, known),
    )


# Putting it right -----------------------------------------------------------------------------------------------------


def lay_out(session: Session, actor: Actor, run: ImportRun, layout: Layout, version: int | None) -> None:
    """Choose the table, the header row and the columns by hand; what headings mean is remembered for the next file."""
    tables = tables_of(session, actor, run)
    check_fresh(run, version)
    layouts.take(tables, COLUMNS[run.kind], layout)
    with step(session, "lay out"):
        run.layout, run.digest = layout.to_json(), None
        names.remember(session, run.kind, tables[layout.table], layout)


def answer(
    session: Session, actor: Actor, run: ImportRun, answers: Mapping[str, int | None], version: int | None
) -> None:
    """Say who is meant where several fit; None takes an answer back. RuleError for whoever was not asked about."""
    others = {key: who for key, who in run.answers.items() if key not in answers}
    asked = {
        question.key: dict(question.candidates) for question in _look(session, actor, run, answers=others).questions
    }
    check_fresh(run, version)
    for key, who in answers.items():
        if who is not None and key not in asked:
            raise RuleError(NO_QUESTION, field=key)
        if who is not None and who not in asked[key]:
            raise RuleError(NOT_A_CANDIDATE, field=key)
    with step(session, "answer import"):
        run.answers = others | {key: who for key, who in answers.items() if who is not None}
        run.digest = None


def discard(session: Session, actor: Actor, run: ImportRun, version: int | None) -> None:
    """Drop a file that has not been applied."""
    _waiting(session, actor, run)
    check_fresh(run, version)
    with step(session, "discard"):
        session.delete(_content(session, actor, run))
        run.state, run.digest = ImportState.DISCARDED, None


# Applying -------------------------------------------------------------------------------------------------------------


def start(session: Session, actor: Actor, run: ImportRun, digest: str, confirmed: bool, version: int | None) -> None:
    """Mark the run as being applied; commit, then `apply` in a transaction of its own. A second tap is refused.

    A run that was left so by a crash, in which nothing was written, is started again in the same way.
    """
    _waiting(session, actor, run)
    check_year_open(run.school_year)
    check_fresh(run, version)
    if run.digest != digest:
        raise RuleError(CHANGED)
    if run.counts.get("alarms") and not confirmed:
        raise RuleError(UNCONFIRMED, field="confirmed")
    with step(session, "start import"):
        run.state = ImportState.APPLYING
        run.updated_at = actor.now


def give_back(session: Session, actor: Actor, run: ImportRun) -> None:
    """An import that was started and failed, writing nothing, waits to be looked at again."""
    _require(actor, run.kind)
    _content(session, actor, run)
    if run.state is ImportState.APPLYING:
        with step(session, "give back import"):
            run.state = ImportState.READ


def apply(
    session: Session,
    actor: Actor,
    run: ImportRun,
    digest: str,
    confirmed: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Plan anew and write all of it in the caller's transaction; what was recorded is kept for undoing it.

    RuleError when the plan is no longer the one that was shown, or has alarms that were not confirmed.
    """
    session.refresh(run, with_for_update=True)  # whoever comes second waits here, and finds it applied
    check_year_open(run.school_year)
    seen = _look(session, actor, run)
    if seen.digest != digest:
        raise RuleError(CHANGED)
    if seen.alarms and not confirmed:
        raise RuleError(UNCONFIRMED, field="confirmed")
    log = _write(session, actor, run, seen, progress)
    with step(session, "import"):
        _settle(session, actor, run, seen, log)
        content = _content(session, actor, run)
        content.data, content.rejected = None, seen.rejected
        if content.rejected is None:
            session.delete(content)
    return Report(seen.plan, True, run_id=run.id, alarms=tuple(seen.alarms))


def _write(session: Session, actor: Actor, run: ImportRun, seen: Preview, progress: Progress | None = None) -> UndoLog:
    """Write the plan, in the log as an import by this person; what is written is recorded."""
    writer = replace(actor, origin=Origin.IMPORT)
    period, year = run.period or TermPeriod.SEMESTER_1, run.school_year
    told = looking.count_rows(run.kind, seen.plan, progress)
    with acting(session, writer), recording(session, told) as log:
        apply_plan(session, writer, run.kind, seen.plan, year, period)
    if progress is not None:
        progress(seen.plan.writes, seen.plan.writes)
    return log


def _settle(session: Session, actor: Actor, run: ImportRun, seen: Preview, log: UndoLog) -> None:
    """The run is applied: what came of it, and how to undo it."""
    log.keep(session, run.id)
    approved = run.kind is ListKind.ASSIGNMENTS and bool(can(actor, Action.APPROVE_SPONSORSHIP))
    run.counts = looking.counts_of(seen.plan, seen.alarms) | {"approved": approved}
    run.state, run.applied_at = ImportState.APPLIED, actor.now


def take_in(
    session: Session,
    actor: Actor,
    source: Source,
    year_name: str | None = None,
    period: TermPeriod | None = None,
    dry_run: bool = False,
    all_or_nothing: bool = False,
) -> Report:
    """Take in a file at once, as the command does: alarms are told and stop nothing, and it stands in the history.

    In the caller's transaction, which the caller commits where the report says so, else rolls back. RuleError without
    a year to import into, NotAllowed when the actor may not take such a list in.
    """
    _require(actor, source.kind)
    year = find_or_make_year(session, actor, year_name)
    run = _make_run(session, actor, source, year, period, _find_list(session, source)[0])
    seen = _look(session, actor, run, source.tables)
    refused = all_or_nothing and bool(seen.plan.rejected)
    if dry_run or refused:
        return Report(seen.plan, False, refused, alarms=tuple(seen.alarms))
    log = _write(session, actor, run, seen)
    with step(session, "import"):
        _settle(session, actor, run, seen, log)
        if seen.rejected is not None and actor.account_id is not None:  # else nobody could open them
            session.add(ImportContent(run_id=run.id, rejected=seen.rejected))
    return Report(seen.plan, True, run_id=run.id, alarms=tuple(seen.alarms))


# Rejected rows --------------------------------------------------------------------------------------------------------


def rejected_rows(session: Session, actor: Actor, run: ImportRun) -> tuple[list[str], list[list[str]]]:
    """Header and rows that were not taken, with "Dòng" and "Lý do": corrected, the importer reads them back in.

    For who brought the file; of one that waits, as they would be now.
    """
    content = _content(session, actor, run)
    if run.state in _WAITING:
        seen = _look(session, actor, run)
        return rejects.as_rows(seen.rejected)
    return rejects.as_rows(content.rejected)
