"""The month on one page (P4.8): many evaluations in a grid, saved row by row with script, a page at a time without."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, abort, flash, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext

from admin_views.base import Page
from admin_views.forms import MAX_PROSE
from admin_views.listing import MAX_PAGE, short_list, whole_number
from admin_views.scoped import current_actor
from admin_views.values import show, show_period
from school.db import db
from school.errors import PanelError, RuleError, StaleRecord
from school.models import Department, ProgressEvaluation
from school.names import clean
from school.reports import evaluations as listing
from school.reports import month_grid
from school.reports.month_grid import ALL, OWN, PAGE_SIZE, Line, Place, Progress
from school.rules.calendar import begun_months
from school.rules.evaluation import LEVEL_KEYS, LEVELS, missing_levels
from school.rules.policy import can
from school.services import evaluations
from school.services.records import STALE
from school.vocabulary import N_, Action

EMPTY = "-"  # stands for a level that nobody has chosen
MAX_TRIED = 10
UNKNOWN = N_("Mức đã chọn không có trong danh sách.")
TOO_LONG = N_("Nhận xét dài quá; thầy cô viết gọn trong %(most)s ký tự.")
_KEY_OF = {level: {member: key for key, member in keys.items()} for level, keys in LEVEL_KEYS.items()}


@dataclass(frozen=True)
class Content:
    """What a row says: a key for each level, and the comment."""

    keys: str = EMPTY * len(LEVELS)
    comment: str = ""

    @classmethod
    def stored(cls, evaluation: ProgressEvaluation | None) -> "Content":
        """What the database holds."""
        if evaluation is None:
            return cls()
        keys = (_KEY_OF[level].get(getattr(evaluation, level), EMPTY) for level in LEVELS)
        return cls("".join(keys), evaluation.comment or "")

    @classmethod
    def typed(cls, fields: Mapping[str, str], prefix: str = "") -> "Content":
        """What a form says; a level that is no single key is kept as a sign that none is."""
        keys = ((fields.get(f"{prefix}{number}") or EMPTY) for number in range(len(LEVELS)))
        return cls("".join(key if len(key) == 1 else "?" for key in keys), tidy(fields.get(f"{prefix}c", "")))

    @property
    def digest(self) -> str:
        """Short, to tell whether a row has been touched."""
        return f"{self.keys}.{zlib.crc32(self.comment.encode()):x}"

    def values(self) -> dict[str, Any]:
        """The same for the service; RuleError at what it could not be."""
        found: dict[str, Any] = {}
        for level, key in zip(LEVELS, self.keys, strict=True):
            if key != EMPTY and key not in LEVEL_KEYS[level]:
                raise RuleError(UNKNOWN, field=level)
            found[level] = LEVEL_KEYS[level].get(key)
        if len(self.comment) > MAX_PROSE:
            raise RuleError(TOO_LONG, field="comment", most=MAX_PROSE)
        return found | {"comment": self.comment or None}


def tidy(text: str) -> str:
    """A comment as it is stored: blank is nothing."""
    text = clean(text)
    return text if text.strip() else ""


@dataclass
class Row:
    """One row of the page: what is to be shown in it, and what went wrong there."""

    line: Line
    content: Content
    error: str = ""
    stored: list[tuple[str, str]] = field(default_factory=list)  # label and stored text of what differs

    @property
    def seen(self) -> str:
        """The version that the row is shown in, and what it held: a row that nobody touched is left alone."""
        evaluation = self.line.evaluation
        return f"{evaluation.version if evaluation else 0}.{Content.stored(evaluation).digest}"


class GridPage(Page):
    """For whoever writes evaluations, or enters them for others."""

    reads = Action.VIEW_EVALUATION

    def is_accessible(self) -> bool:
        actor = current_actor()
        return super().is_accessible() and bool(
            can(actor, Action.EDIT_EVALUATION) or can(actor, Action.ENTER_EVALUATION)
        )

    @expose("/")
    def index(self) -> str:
        """One page of the grid."""
        place, page = self._place(), self._page()
        if place is None:
            return self.render("school/grid.html", place=None)
        found = month_grid.read_page(db.session, g.actor, place, page)
        return self._show(place, page, found.progress, _rows(found.lines))

    @expose("/", methods=("POST",))
    def save_page(self) -> ResponseReturnValue:
        """Save the rows that were touched; those that cannot be saved stay as they were typed, and say why."""
        place, page = self._place() or abort(404), self._page()
        lines, gone = self._posted_lines(place)
        refused: dict[int, Row] = {}
        saved = 0
        for line in lines:
            prefix = f"{line.case.id}-"
            row = Row(line, Content.typed(request.form, prefix))
            tried = request.form.getlist(f"{prefix}t")
            try:
                saved += self._save(place, row, request.form.get(f"{prefix}v", ""), tried)
            except PanelError as error:
                self._explain(row, error)
                refused[line.case.id] = row
        if saved:
            flash(gettext("Đã lưu %(count)s em.", count=saved), "success")
        if gone:
            flash(gettext("%(count)s em không còn thuộc phần thầy cô nên không lưu.", count=gone), "error")
        if not refused and request.form.get("do") == "send":
            self._send(place)
        elif not refused and not saved:
            flash(gettext("Chưa có gì thay đổi."), "success")
        db.session.commit()
        if not refused:
            return redirect(self._url(place, page), 303)
        return self._show_refused(place, page, refused), 400

    @expose("/row/", methods=("POST",))
    def save_row(self) -> Response:
        """Save one row as it is left; answers with what the page is to show of it."""
        place = self._place() or abort(404)
        case_id = whole_number(request.form.get("id"))
        line = next(iter(month_grid.read_lines(db.session, g.actor, place, [case_id])), None) or abort(404)
        row = Row(line, Content.typed(request.form))
        seen, tried = request.form.get("seen", ""), request.form.getlist("tried")
        try:
            result = "saved" if self._save(place, row, seen, tried) else "same"
        except PanelError as error:
            result = "conflict" if isinstance(error, StaleRecord) else "refused"
            self._explain(row, error)
        db.session.commit()
        line = month_grid.read_lines(db.session, g.actor, place, [case_id])[0]
        progress = month_grid.count(db.session, g.actor, place)
        return jsonify(
            result=result,
            error=row.error,
            stored="; ".join(f"{label}: {text or '–'}" for label, text in row.stored),
            seen=Row(line, row.content).seen,
            state=show_state(line),
            progress=[progress.complete, progress.total, say_progress(progress)],
        )

    # What is asked

    def _place(self) -> Place | None:
        """The grid that the address asks for; None before the first month of a school year has begun."""
        months, sides = begun_months(g.actor.today), month_grid.sides(g.actor)
        month = request.args.get("month") or next(iter(months), None)
        whose = request.args.get("whose") or sides[0]
        if month is None:
            return None
        if month not in months or whose not in (OWN, ALL):
            abort(400)
        if whose not in sides:
            abort(403)
        given = request.args.get("department")
        narrowed = whose == ALL and given and month_grid.sees_departments(g.actor)
        return Place(month, whose, whole_number(given) if narrowed else None)

    def _page(self) -> int:
        return whole_number(request.args.get("page", "0"), high=MAX_PAGE)

    def _posted_lines(self, place: Place) -> tuple[list[Line], int]:
        """The lines that the form holds, and how many of them do not stand in this person's grid (any more)."""
        heads = [name.removesuffix("-v") for name in request.form if name.endswith("-v")]
        ids = {whole_number(head) for head in heads}
        if len(ids) > 4 * PAGE_SIZE:
            abort(400)
        lines = month_grid.read_lines(db.session, g.actor, place, ids) if ids else []
        return (lines, len(ids) - len(lines)) if lines or not ids else abort(404)

    # What is done

    def _save(self, place: Place, row: Row, seen: str, tried: list[str]) -> bool:
        """Save what was typed in a row; whether anything was to be saved.

        `seen` is the row as the page had it, `tried` what this page sent before without hearing an answer: where the
        stored row is one of these, nobody else has been at it.
        """
        evaluation = row.line.evaluation
        stored, own = Content.stored(evaluation), [_content_of(text) for text in tried[-MAX_TRIED:]]
        version, _, digest = seen.partition(".")
        if row.content == stored or (not own and row.content.digest == digest):
            return False
        values = row.content.values()
        if version != str(evaluation.version if evaluation else 0) and stored not in own:
            raise StaleRecord(STALE)
        at = evaluation.version if evaluation else None
        with db.session.begin_nested():
            if place.whose == ALL:
                evaluations.enter_for_sponsor(db.session, g.actor, row.line.case, place.month, values, at)
            else:
                values |= {"case": row.line.case, "period": place.month}
                evaluations.save_progress(db.session, g.actor, evaluation or ProgressEvaluation(), values, at)
        return True

    def _send(self, place: Place) -> None:
        """Send all complete months of the actor's own students, and say which were not complete."""
        if place.whose != OWN:
            abort(403)
        db.session.flush()
        rows = month_grid.own_months(db.session, g.actor, place.month)
        sent, lacking = evaluations.send_complete(db.session, g.actor, rows)
        if sent:
            flash(gettext("Đã gửi tổ %(count)s em.", count=len(sent)), "success")
        names = ", ".join(f"{row.case.student} ({_labels(missing_levels(row))})" for row in lacking)
        if names:
            flash(gettext("Chưa gửi vì còn ô trống: %(names)s.", names=names), "error")
        elif not sent:
            flash(gettext("Chưa có em nào nhập đủ để gửi."), "error")

    def _explain(self, row: Row, error: PanelError) -> None:
        row.error = gettext(error.msgid, **error.params)
        if isinstance(error, StaleRecord):
            stored = Content.stored(row.line.evaluation)
            texts = zip(_texts(stored), _texts(row.content), strict=True)
            row.stored = [(label, there) for (label, there), (_, here) in texts if there != here]

    # What is shown

    def _show_refused(self, place: Place, page: int, refused: Mapping[int, Row]) -> str:
        found = month_grid.read_page(db.session, g.actor, place, page)
        rows = _rows(found.lines)
        for row in rows:
            if kept := refused.get(row.line.case.id):
                row.content, row.error, row.stored = kept.content, kept.error, kept.stored
        return self._show(place, page, found.progress, rows)

    def _show(self, place: Place, page: int, progress: Progress, rows: list[Row]) -> str:
        sides = month_grid.sides(g.actor)
        wide = place.whose == ALL and month_grid.sees_departments(g.actor)
        return self.render(
            "school/grid.html",
            place=place,
            whose=sides if len(sides) > 1 else [],
            months=[(month, show_period(month)) for month in begun_months(g.actor.today)],
            departments=short_list(Department) if wide else [],
            progress=progress,
            summary=say_progress(progress),
            rows=rows,
            heads=_heads(),
            levels=[_options(level) for level in LEVELS],
            say=show_state,
            before=_say_before,
            page=page,
            pages=max(1, -(-progress.total // PAGE_SIZE)),
            url=lambda number: self._url(place, number),
            row_url=self.get_url(".save_row", **_arguments(place)),
        )

    def _url(self, place: Place, page: int) -> str:
        return self.get_url(".index", page=page or None, **_arguments(place))


def _rows(lines: list[Line]) -> list[Row]:
    return [Row(line, Content.stored(line.evaluation)) for line in lines]


def _heads() -> list[str]:
    columns = {column.key: gettext(column.label) for column in listing.COLUMNS}
    return [columns[name] for name in (*LEVELS, "comment")]


def _labels(levels: list[str]) -> str:
    return ", ".join(_heads()[LEVELS.index(level)] for level in levels).lower()


def _arguments(place: Place) -> dict[str, Any]:
    return {"month": place.month, "whose": place.whose, "department": place.department}


def _content_of(text: str) -> Content:
    """What the page's script says it has sent: the keys, then the comment."""
    return Content(text[: len(LEVELS)], tidy(text[len(LEVELS) :]))


def _options(level: str) -> list[tuple[str, str]]:
    return [(key, show(member)) for key, member in LEVEL_KEYS[level].items()]


def _texts(content: Content) -> list[tuple[str, str]]:
    """Label and text of each part of a row."""
    shown = [show(LEVEL_KEYS[level].get(key)) for level, key in zip(LEVELS, content.keys, strict=True)]
    return list(zip(_heads(), [*shown, content.comment], strict=True))


def _say_before(line: Line) -> str:
    """Last month in small: how it went, and whether the student will stay."""
    before = line.before
    known = [show(value) for value in (before.trend, before.dropout_risk) if value] if before is not None else []
    return gettext("Tháng trước: %(levels)s", levels=" · ".join(known)) if known else ""


def show_state(line: Line) -> str:
    """How far a row is."""
    evaluation = line.evaluation
    if evaluation is None:
        return gettext("Chưa viết")
    return show(evaluation.state)


def say_progress(progress: Progress) -> str:
    """How far the month is, in words."""
    return gettext(
        "%(complete)s/%(total)s đã nhập đủ · %(sent)s đã gửi",
        complete=progress.complete,
        total=progress.total,
        sent=progress.sent,
    )
