"""The commands that take lists in and write them out (design section 5)."""

import datetime as dt
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from school.cli_base import PERIODS, answering, become, echo_json, find_year, operator, write_file
from school.db import db, writing
from school.errors import RuleError
from school.imports import readers, runs, undoing
from school.imports.importing import Report, Source, hash_of
from school.imports.plan import RowOutcome
from school.models import ImportRun
from school.reports import tables
from school.reports.registry import REPORTS
from school.reports.tables import Format
from school.rules.calendar import school_day
from school.services import disclosures
from school.vocabulary import N_, ListKind, Origin

SOME_REJECTED = 3  # exit code


@click.command("export")
@click.argument("report", type=click.Choice(sorted(REPORTS)))
@click.option("--year", help="School year, e.g. 2025-2026; else the one that today falls in.")
@click.option(
    "--format",
    "kind",
    type=click.Choice([form.value for form in Format]),
    help="Else by the name of the file: .xlsx; csv for any other.",
)
@click.option("--columns", help="Keys of the columns to write, with commas between them; else all.")
@click.option("-o", "--output", required=True, help="File to write; - for standard output.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print what was written as one JSON object (on stderr with -o -)."
)
@click.option("--as", "username", help="Export what this account may see, instead of everything.")
@with_appcontext
def export_command(
    report: str,
    year: str | None,
    kind: str | None,
    columns: str | None,
    output: str,
    as_json: bool,
    username: str | None,
) -> None:
    """Write a report as a table that the importers can read back, and log that it left."""
    now = dt.datetime.now(dt.UTC)
    format_ = Format(kind or ("xlsx" if output.lower().endswith(".xlsx") else "csv"))
    wanted = [name.strip() for name in columns.split(",") if name.strip()] if columns is not None else None
    with answering():
        actor, chosen = become(username, now), REPORTS[report]
        found = find_year(year, school_day(now))
        every, lines = chosen.columns_of(db.session, actor, found), chosen.rows(db.session, actor, found)
        heads, cut = tables.pick(every, lines, wanted)
        rows, year_id, year_name = list(cut), found.id, found.name
        keys = [column.key for column in heads]
        db.session.rollback()  # what begins by reading can't turn into a write
        with operator() as runner:  # who runs the command takes the file, whoever's sight it is narrowed to
            filters = {"as": username} if username else None
            disclosures.log(db.session, runner, report, format_, keys, filters, len(rows), year_id)
        write_file(output, tables.chunks(format_, heads, rows, title=chosen.title))
    if as_json:
        told = {"report": report, "year": year_name, "format": format_, "file": output}
        echo_json(told | {"rows": len(rows), "columns": keys}, err=output == "-")


@click.command("import")
@click.argument("kind", metavar="LIST", type=click.Choice([kind.value for kind in ListKind]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--year", help="School year, e.g. 2025-2026, made if missing; else the one that today falls in.")
@click.option("--semester", type=click.Choice(list(PERIODS)), help="Of results; else by title or file name, else 1.")
@click.option("--dry-run", is_flag=True, help="Report what would change and change nothing.")
@click.option("--all-or-nothing", is_flag=True, help="One rejected row, and nothing is taken.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--as", "username", help="Import as this account may, instead of as the operator.")
@with_appcontext
def import_command(
    kind: str,
    file: Path,
    year: str | None,
    semester: str | None,
    dry_run: bool,
    all_or_nothing: bool,
    as_json: bool,
    username: str | None,
) -> None:
    """Take in a list: staff, students, results, assignments or hardship, as .xlsx, .xls, .ods, .csv or .docx.

    It stands in the history of imports, and import-undo undoes it. What is unusual about it is told, and stops nothing.
    Exit code 0 if no row is rejected, 3 if some are, 2 if the file cannot be used.
    """
    with answering():
        data = readers.read_bytes(file)
        source = Source(ListKind(kind), file.name, hash_of(data), readers.read(file.name, data))
        with writing():
            actor = become(username, dt.datetime.now(dt.UTC), Origin.IMPORT)
            period = PERIODS[semester] if semester else None
            report = runs.take_in(db.session, actor, source, year, period, dry_run, all_or_nothing)
            if report.applied:
                db.session.commit()
            else:
                db.session.rollback()
    if as_json:
        echo_json(report.as_dict())
    else:
        echo_report(report)
    if report.plan.rejected:
        sys.exit(SOME_REJECTED)


def echo_report(report: Report) -> None:
    """Print what an import did, row by row where something was not as expected."""
    rejected = report.plan.reasons()
    counts = [f"{outcome.label}: {report.plan.count(outcome)}" for outcome in RowOutcome]
    click.echo("; ".join([*counts, f"Từ chối: {len(rejected)}"]))
    for row, reason in rejected.items():
        click.echo(f"Dòng {row}: {reason}")
    for alarm in report.alarms:
        click.echo(f"Lưu ý: {alarm}")
    for remark in report.plan.warnings:
        if remark.error not in report.alarms:  # a title of another year is both
            click.echo(f"Lưu ý, dòng {remark.row}: {remark}")
    if report.refused:
        click.echo("Chưa ghi gì vì có dòng bị từ chối.")
    elif not report.applied:
        click.echo("Đây là chạy thử: chưa ghi gì.")
    else:
        click.echo(f"Lần nhập số {report.run_id}; hoàn tác: flask --app app import-undo {report.run_id}")


@click.command("import-undo")
@click.argument("run_id", metavar="RUN", type=int)
@click.option("--as", "username", help="Undo as this account may, instead of as the operator.")
@with_appcontext
def import_undo_command(run_id: int, username: str | None) -> None:
    """Undo a whole import, by its number, as long as nothing newer touched its rows."""
    with answering(), writing():
        actor = become(username, dt.datetime.now(dt.UTC))
        run = db.session.get(ImportRun, run_id)
        if run is None:
            raise RuleError(N_("Không có lần nhập số %(run)s."), run=run_id)
        undoing.undo(db.session, actor, run)
        db.session.commit()
    click.echo("Đã hoàn tác.")
