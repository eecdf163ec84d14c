"""The import screens: the history of files, taking one in, looking at what it would change, applying and undoing it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, abort, flash, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload, object_session
from werkzeug.exceptions import RequestEntityTooLarge

from admin_views import import_form, import_page
from admin_views.base import Screen
from admin_views.forms import show_error
from admin_views.import_files import ImportFiles, is_mine
from admin_views.import_form import UploadForm
from admin_views.import_worker import Job, worker
from admin_views.listing import by_label, by_row, whole_number
from admin_views.values import show_number
from admin_views.web import show_http_error
from admin_views.workflow import StepButton
from school.db import db
from school.errors import NotAllowed, PanelError, StaleRecord
from school.imports import runs, undoing
from school.imports.importing import may_import
from school.imports.plan import RowOutcome
from school.imports.tables import MAX_FILE
from school.models import ImportRun, SchoolYear
from school.reports import import_history
from school.services import directory
from school.vocabulary import N_, Action, ImportState, ListKind

LONG = 300  # rows to write: more than these go on beside the requests
STALE = N_("Tệp này vừa được đọc lại ở một trang khác. Thầy cô xem lại bên dưới rồi bấm lần nữa.")
INTERRUPTED_AFTER = 60  # seconds after which an import that nobody here knows of is taken for interrupted


class ImportScreen(ImportFiles, Screen):
    reads = creates = Action.IMPORT_LISTS
    intro = _(
        "Những tệp đã đưa vào hệ thống: ai, khi nào, thay đổi bao nhiêu dòng. Lần nào còn hoàn tác được cũng ở đây."
    )
    new_label = _("Nhập danh sách mới")
    empty_message = _(
        "Chưa có tệp nào được nhập. Nên bắt đầu bằng danh sách cán bộ, rồi đến học sinh, kết quả học tập và phân công."
    )
    column_list = ("file_name", "kind", "school_year", "state", "outcome", "who", "created_at", "short_hash")
    column_details_list = (
        "kind",
        "school_year",
        "period",
        "state",
        "outcome",
        "who",
        "created_at",
        "applied_at",
        "undone_at",
        "file_hash",
    )
    column_labels = {
        "file_name": _("Tệp"),
        "kind": _("Danh sách"),
        "school_year": _("Năm học"),
        "period": _("Kỳ"),
        "state": _("Trạng thái"),
        "outcome": _("Số dòng"),
        "who": _("Người đưa lên"),
        "created_at": _("Đưa lên lúc"),
        "applied_at": _("Nhập lúc"),
        "undone_at": _("Hoàn tác lúc"),
        "short_hash": _("Mã tệp"),
        "file_hash": _("Mã tệp (SHA-256)"),
    }
    column_formatters = {
        "outcome": lambda v, c, run, n: counts_line(run.counts),
        "who": lambda v, c, run, n: _who(run),
        "short_hash": lambda v, c, run, n: run.file_hash[:8],
    }
    column_sortable_list = ("file_name", "kind", ("school_year", "school_year.name"), "created_at")
    column_default_sort = ("created_at", True)
    form_columns = ("kind",)  # the form is our own: import_form.py
    loads = (joinedload(ImportRun.school_year),)
    filters = (
        by_label("kind", _("Danh sách"), ImportRun.kind, ListKind),
        by_label("state", _("Trạng thái"), ImportRun.state, ImportState),
        by_row("school_year", _("Năm học"), SchoolYear, lambda id_: ImportRun.school_year_id == id_),
    )

    def create_blueprint(self, admin: Any) -> Blueprint:
        blueprint: Blueprint = super().create_blueprint(admin)
        blueprint.register_error_handler(RequestEntityTooLarge, self._too_large)
        return blueprint

    # Taking a file in

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """Choose the list, the year and the file."""
        if request.method == "GET":
            return self._show_upload(UploadForm.empty())
        form = UploadForm.sent()
        year = form.year.data if form.validate() else None
        if year is None:
            return self._show_upload(form), 400
        try:
            name, data = form.upload()
            run = runs.open_run(db.session, g.actor, form.kind.data, name, data, year, form.period.data, by_hand=True)
        except NotAllowed:
            raise
        except PanelError as error:
            db.session.rollback()
            error.field = error.field if error.field in form else "file"
            show_error(form, error)
            return self._show_upload(form), 400
        db.session.commit()
        return redirect(self.get_url(".details_view", id=run.id), 303)

    def _too_large(self, error: RequestEntityTooLarge) -> tuple[str, int]:
        """A file above the limit was not read at all: the form comes back empty, and says so at its field."""
        if request.endpoint != f"{self.endpoint}.create_view" or not self.is_accessible():
            return show_http_error(error)
        form = UploadForm.empty()
        form.file.errors = [str(import_form.TOO_LARGE)]
        return self._show_upload(form), 413

    def _show_upload(self, form: UploadForm) -> str:
        kinds = import_form.helps(form)
        return self.render(
            "school/import_new.html",
            form=form,
            title=str(self.new_label),
            kinds=kinds,
            has_year=directory.find_year(db.session, g.actor.today) is not None,
            takes_period=any(kind.value == ListKind.RESULTS for kind in kinds),
            most=MAX_FILE,
            suffixes=import_form.SUFFIXES,
            too_large=str(import_form.TOO_LARGE),
        )

    # One file

    def show_details(
        self,
        obj: ImportRun,
        failed: StepButton | None = None,
        trouble: str = "",
        place: import_page.Place | None = None,
    ) -> str:
        """The page of one file: what it would change, how far it is, or what came of it."""
        if obj.state is ImportState.READ and is_mine(obj):
            return self._show_preview(obj, trouble, place or import_page.Place.asked())
        if obj.state is ImportState.APPLYING:
            return self._show_progress(obj)
        return self._show_result(obj, trouble)

    def _common(self, obj: ImportRun, **more: Any) -> dict[str, Any]:
        return {
            "obj": obj,
            "title": self.title(obj),
            "facts": [(label, self.cell(obj, name)) for name, label in self._details_columns],
            **more,
        }

    def _show_preview(self, obj: ImportRun, trouble: str, place: import_page.Place | None) -> str:
        look = import_page.look(g.actor, obj, place)
        if look.columns is None and place is not None:  # there is no such row: the page stays as it is, and says so
            trouble, place = trouble or look.trouble, None
            look = import_page.look(g.actor, obj)
        failure = worker().take_error(obj.id)
        if failure is not None:
            trouble = trouble or gettext(failure.msgid, **failure.params)
        return self.render(
            "school/import_look.html",
            **self._common(obj, trouble=trouble or look.trouble, sight=look.sight, columns=look.columns, place=place),
            figures=figures_of(obj.counts),
            parts_shown=import_page.shown_parts(look.sight) if look.sight else [],
            most_questions=import_page.MOST_QUESTIONS,
        )

    def _show_progress(self, obj: ImportRun) -> str:
        job = worker().job(obj.id)
        waited = (g.actor.now - obj.updated_at).total_seconds()
        return self.render(
            "school/import_progress.html",
            **self._common(obj, job=job, told=_told(job), may_resume=is_mine(obj)),
            interrupted=job is None and waited > INTERRUPTED_AFTER,
        )

    def _show_result(self, obj: ImportRun, trouble: str = "") -> str:
        applied = obj.state is ImportState.APPLIED
        refusal = undoing.may_undo(db.session, g.actor, obj) if applied and may_import(g.actor, obj.kind) else None
        return self.render(
            "school/import_done.html",
            **self._common(obj, trouble=trouble),
            figures=figures_of(obj.counts),
            made=obj.counts.get("created", 0),
            changed=obj.counts.get("updated", 0),
            may_undo=applied and bool(may_import(g.actor, obj.kind)),
            refusal=gettext(refusal.msgid, **refusal.params) if refusal else "",
            has_rejected=applied and is_mine(obj) and bool(obj.counts.get("rejected")),
            list_url=self._list_of(obj.kind),
        )

    def _list_of(self, kind: ListKind) -> tuple[str, str] | None:
        """Where what was taken in is looked at."""
        endpoint = import_form.SCREENS[kind]
        screen = next((view for view in self.admin._views if view.endpoint == endpoint), None)
        return (screen.get_url(".index_view"), str(screen.name)) if screen and screen.is_accessible() else None

    @expose("/rows/")
    def rows_view(self) -> str:
        """All rows of one list of the preview, page by page."""
        obj, part = self._mine(request.args.get("id")), request.args.get("part", "")
        if part not in import_page.PARTS or obj.state is not ImportState.READ:
            abort(404)
        sight = import_page.look(g.actor, obj).sight or abort(404)
        lines = sight.lines[part]
        pages = max(1, -(-len(lines) // import_page.PAGE))
        page = min(whole_number(request.args.get("page") or "0", high=1_000_000), pages - 1)
        title, columns = import_page.PARTS[part]
        return self.render(
            "school/import_rows.html",
            obj=obj,
            title=gettext(title),
            columns=[gettext(label) for label in columns],
            rows=lines[page * import_page.PAGE : (page + 1) * import_page.PAGE],
            count=show_number(len(lines)),
            page=page,
            pages=pages,
            part=part,
        )

    # What a person says about the file

    @expose("/columns/", methods=("POST",))
    def columns_view(self) -> Any:
        """Say which column holds what: read anew, and remembered for the school's next files."""
        obj = self._mine(request.form.get("id"))
        place = import_page.Place.sent()
        return self._say(
            obj,
            lambda version: runs.lay_out(db.session, g.actor, obj, place.layout(obj.kind), version),
            gettext("Đã đọc lại tệp theo các cột thầy cô chọn, và nhớ cho lần sau."),
            place,
        )

    @expose("/answers/", methods=("POST",))
    def answers_view(self) -> Any:
        """Say who is meant where several fit."""
        obj = self._mine(request.form.get("id"))
        answers = import_page.sent_answers()
        if not answers:
            flash(gettext("Thầy cô chọn người cho ít nhất một dòng."), "error")
            return redirect(self.get_url(".details_view", id=obj.id), 303)
        return self._say(
            obj,
            lambda version: runs.answer(db.session, g.actor, obj, answers, version),
            gettext("Đã ghi người thầy cô chọn cho %(count)s dòng.", count=len(answers)),
        )

    def _say(
        self,
        obj: ImportRun,
        write: Callable[[int | None], None],
        done: str,
        place: import_page.Place | None = None,
    ) -> ResponseReturnValue:
        """Write through the service on the version that was seen; a refusal stands above the page."""
        run_id = obj.id
        try:
            write(request.form.get("version", type=int))
        except NotAllowed:
            raise
        except PanelError as error:
            return self._refuse(run_id, error, place)
        db.session.commit()
        flash(done, "success")
        return redirect(self.get_url(".details_view", id=run_id), 303)

    def _refuse(self, run_id: int, error: PanelError, place: import_page.Place | None = None) -> ResponseReturnValue:
        db.session.rollback()
        stale = isinstance(error, StaleRecord)
        text = gettext(STALE) if stale else gettext(error.msgid, **error.params)
        return self.show_details(self.get_one(run_id), trouble=text, place=place), 409 if stale else 400

    # Applying

    @expose("/apply/", methods=("POST",))
    def apply_view(self) -> Any:
        """Write what was shown: at once, or, where it is long, beside the requests."""
        obj = self._mine(request.form.get("id"))
        here = redirect(self.get_url(".details_view", id=obj.id), 303)
        if obj.state in (ImportState.APPLIED, ImportState.APPLYING):
            return here  # a second tap: it is done, or under way
        run_id, digest = obj.id, request.form.get("digest", "")[:64]
        seen, alarms = len(set(request.form.getlist("seen"))), whole_number(request.form.get("alarms", "0"), high=99)
        confirmed = bool(alarms) and seen == alarms
        try:
            if writes(obj.counts) > LONG:
                runs.start(db.session, g.actor, obj, digest, confirmed, request.form.get("version", type=int))
                db.session.commit()
                worker().start(g.actor, run_id, digest, confirmed)
                return here
            runs.apply(db.session, g.actor, obj, digest, confirmed)
        except NotAllowed:
            raise
        except PanelError as error:
            return self._refuse(run_id, error)
        db.session.commit()
        flash(gettext("Đã nhập xong: %(counts)s.", counts=counts_line(obj.counts)), "success")
        return here

    @expose("/progress/")
    def progress_view(self) -> Response:
        """How far an import is, for the page that waits for it."""
        obj = self.get_one(request.args.get("id"))
        job = worker().job(obj.id)
        over = obj.state is not ImportState.APPLYING
        return jsonify(over=over, told=_told(job), done=job.done if job else 0, total=job.total if job else 0)

    @expose("/resume/", methods=("POST",))
    def resume_view(self) -> ResponseReturnValue:
        """An import that was interrupted wrote nothing: its file waits to be looked at again."""
        obj = self._mine(request.form.get("id"))
        if worker().job(obj.id) is not None:
            return redirect(self.get_url(".details_view", id=obj.id), 303)
        return self._say(
            obj,
            lambda version: runs.give_back(db.session, g.actor, obj),
            gettext("Chưa có dòng nào được ghi. Thầy cô xem lại rồi nhập lần nữa."),
        )

    @expose("/discard/", methods=("POST",))
    def discard_view(self) -> Any:
        """Drop a file that was not applied."""
        obj = self._mine(request.form.get("id"))
        return self._say(
            obj,
            lambda version: runs.discard(db.session, g.actor, obj, version),
            gettext("Đã bỏ tệp này. Không có gì thay đổi."),
        )

    @expose("/undo/", methods=("POST",))
    def undo_view(self) -> Any:
        """Put everything back as it was before the import."""
        obj = self.get_one(request.form.get("id"))
        if not may_import(g.actor, obj.kind):
            raise NotAllowed(may_import(g.actor, obj.kind).reason)
        if not request.form.get("confirm"):
            return self.show_details(obj, trouble=gettext("Thầy cô đánh dấu ô đồng ý để hoàn tác.")), 400
        return self._say(
            obj,
            lambda version: undoing.undo(db.session, g.actor, obj),
            gettext("Đã hoàn tác. Mọi thứ trở lại như trước lần nhập này."),
        )


def _who(run: ImportRun) -> str:
    """Who brought the file; all names are read once a request."""
    if run.account_id is None:
        return gettext("Dòng lệnh")
    if "import_names" not in g:
        g.import_names = import_history.names(object_session(run) or db.session, g.actor)
    return str(g.import_names.get(run.account_id, ""))


def writes(counts: Mapping[str, Any]) -> int:
    """How many rows applying writes."""
    return int(counts.get(RowOutcome.CREATED, 0)) + int(counts.get(RowOutcome.UPDATED, 0))


def figures_of(counts: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """The part of the preview, the words, and how many rows."""
    told = (
        ("new", gettext("thêm mới"), RowOutcome.CREATED),
        ("changed", gettext("có thay đổi"), RowOutcome.UPDATED),
        ("", gettext("giữ nguyên"), RowOutcome.UNCHANGED),
        ("rejected", gettext("bị từ chối"), "rejected"),
    )
    return [(part, words, int(counts.get(key, 0))) for part, words, key in told]


def counts_line(counts: Mapping[str, Any]) -> str:
    """The figures in one line; nothing for a file that was not looked at."""
    return ", ".join(f"{show_number(count)} {words}" for _part, words, count in figures_of(counts) if count)


def _told(job: Job | None) -> str:
    """How far an import is, in words."""
    if job is None or not job.total:
        return gettext("Đang chờ đến lượt hoặc đang đọc tệp …")
    return gettext("Đã ghi %(done)s / %(total)s dòng", done=show_number(job.done), total=show_number(job.total))
