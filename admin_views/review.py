"""Looking back on a semester or a year (P4.9), and closing the year with the list of what is still open."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_views.base import Page
from admin_views.forms import ProseField, show_error
from admin_views.listing import whole_number
from admin_views.values import show, show_number, show_period
from school import models as m
from school.db import db
from school.errors import PanelError, StaleRecord
from school.reports import review as report
from school.services import closing, directory
from school.vocabulary import Action, DocumentKind, TermPeriod, YearState

PAGE_SIZE, MAX_PAGE = 50, 1_000_000
PERIODS = {"1": TermPeriod.SEMESTER_1, "2": TermPeriod.SEMESTER_2, "year": TermPeriod.YEAR}
ENDPOINTS: dict[type, str] = {
    m.DepartmentReport: "department_report",
    m.FollowUp: "follow_up",
    m.ProgressEvaluation: "progress",
    m.SchoolReport: "school_report",
    m.ScoreComment: "emulation",
    m.ScoreSheet: "emulation",
    m.SponsorEvaluation: "help",
    m.Sponsorship: "sponsorship",
    m.SupportCase: "case",
}


@dataclass(frozen=True)
class Table:
    """A table with a caption: the first cell of a row heads it."""

    title: str
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Line:
    """One student's change, as it is shown; the name leads to the case."""

    url: str
    cells: list[str]


def years() -> list[m.SchoolYear]:
    """Every school year, the newest first."""
    return list(db.session.scalars(select(m.SchoolYear).order_by(m.SchoolYear.starts_on.desc())))


def chosen_year(known: list[m.SchoolYear]) -> m.SchoolYear | None:
    """The year that the address names, else the one of today or the newest; 404 for one that is not there."""
    wanted = request.args.get("year")
    if wanted is None:
        return directory.find_year(db.session, g.actor.today) or (known[0] if known else None)
    return next((year for year in known if year.name == wanted), None) or abort(404)


class ReviewPage(Page):
    """Sơ kết, tổng kết: for leadership, union and secretary the school, for a head the own department."""

    reads = Action.VIEW_DEPARTMENT_REPORT

    @expose("/")
    def index(self) -> str:
        """The review of one semester or year."""
        known = years()
        year = chosen_year(known)
        asked = request.args.get("period", "")
        if asked and asked not in PERIODS:
            abort(400)
        page = whole_number(request.args.get("page") or "0", high=MAX_PAGE)
        shown: dict[str, Any] = {}
        if year is not None:
            asked = asked or ("1" if g.actor.today < year.semester_2_starts_on else "year")
            shown = self._show(report.review(db.session, g.actor, year, PERIODS[asked]), year, asked, page)
        return self.render("school/review.html", years=known, year=year, periods=_periods(), period=asked, **shown)

    def _show(self, found: report.Review, year: m.SchoolYear, asked: str, page: int) -> dict[str, Any]:
        first = page * PAGE_SIZE
        lines = [_line(em) for em in found.students[first : first + PAGE_SIZE]]

        def address(number: int) -> str:
            return url_for(".index", year=year.name, period=asked, page=number or None, _anchor="students")

        return {
            "span": found.span,
            "document": url_for("documents.print_page", kind=DocumentKind.REVIEW.value, subject=year.id, part=asked),
            "figures": _figures(found),
            "tables": [_changes(found), _trends(found)],
            "departments": _departments(found),
            "student_columns": _student_columns(asked),
            "lines": lines,
            "count": len(found.students),
            "before": address(page - 1) if page else None,
            "after": address(page + 1) if first + PAGE_SIZE < len(found.students) else None,
        }


def _periods() -> list[tuple[str, str]]:
    return [(key, show(period)) for key, period in PERIODS.items()]


def _figures(found: report.Review) -> list[tuple[str, str]]:
    """Number and what it counts."""
    return [
        (show_number(found.cases), gettext("em trong danh sách")),
        (show_number(found.sponsored), gettext("em có người đỡ đầu")),
        (f"{found.coverage}%" if found.coverage is not None else "–", gettext("số em đã có người đỡ đầu")),
        (show_number(found.leads), gettext("thầy cô nhận đỡ đầu")),
        (show_number(found.supporters), gettext("thầy cô hỗ trợ thêm")),
        (show_number(found.left), gettext("em được đỡ đầu đã nghỉ học")),
        (show_number(found.contacts), gettext("lần liên hệ, %(count)s lần gặp được", count=show_number(found.reached))),
        (show_number(found.lessons), gettext("tiết phụ đạo")),
        (show_number(found.value), gettext("đồng hỗ trợ")),
    ]


def _changes(found: report.Review) -> Table:
    """Before and after, for those of whom both are known."""
    rows = [
        [name, *(show_number(number) for number in (moves.up, moves.same, moves.down))]
        for name, moves in (
            (gettext("Kết quả học tập"), found.learning),
            (gettext("Kết quả rèn luyện"), found.conduct),
            (gettext("Yên tâm đi học"), found.risk),
        )
    ]
    columns = [gettext("Nội dung"), gettext("Cao hơn trước"), gettext("Như trước"), gettext("Thấp hơn trước")]
    return Table(gettext("Thay đổi của các em được đỡ đầu"), columns, rows)


def _trends(found: report.Review) -> Table:
    rows = [[show(step), show_number(count)] for step, count in found.trends.items()]
    columns = [gettext("Mức"), gettext("Số em")]
    return Table(gettext("Chuyển biến chung ở tháng gần nhất"), columns, rows)


def _departments(found: report.Review) -> Table:
    rows = [
        [
            row.name or gettext("Chưa thuộc tổ nào"),
            *(show_number(n) for n in (row.sponsors, row.students, row.contacts, row.lessons, row.value)),
        ]
        for row in found.departments
    ]
    columns = [
        gettext("Tổ"),
        gettext("Người đỡ đầu"),
        gettext("Số em"),
        gettext("Lần liên hệ"),
        gettext("Tiết phụ đạo"),
        gettext("Hỗ trợ (đồng)"),
    ]
    return Table(gettext("Theo tổ"), columns, rows)


def _student_columns(asked: str) -> list[str]:
    before = gettext("năm trước → HK I") if asked == "1" else gettext("HK I → HK II")
    if asked == "year":
        before = gettext("HK I → cả năm")
    return [
        gettext("Học sinh"),
        gettext("Lớp"),
        gettext("Người đỡ đầu"),
        gettext("Học tập, %(terms)s", terms=before),
        gettext("Rèn luyện, %(terms)s", terms=before),
        gettext("Khả năng tiếp tục đi học, đầu → cuối kỳ"),
        gettext("Chuyển biến chung"),
        gettext("Lần liên hệ"),
        gettext("Ghi chú"),
    ]


def _line(em: report.Em) -> Line:
    note = [gettext("đã nghỉ học")] if em.left else []
    if em.outcome is not None and not em.left:
        note.append(show(em.outcome))
    cells = [
        em.name,
        em.classroom,
        "; ".join(dict.fromkeys(em.sponsors)),
        _both(em.before.learning, em.after.learning),
        _both(em.before.conduct, em.after.conduct),
        _both(em.risk_before, em.risk_after),
        show(em.trend),
        show_number(em.contacts),
        "; ".join(note),
    ]
    return Line(url_for("case.details_view", id=em.case_id), cells)


def _both(before: Any, after: Any) -> str:
    """Two moments side by side; nothing where neither is known."""
    return f"{show(before) or '–'} → {show(after) or '–'}" if before or after else ""


class CloseForm(BaseForm):
    """Why the year is closed while something is still open."""

    reason = ProseField(
        _("Lý do vẫn kết thúc"),
        description=_("Chỉ cần khi còn việc chưa xong. Lý do được giữ cùng năm học."),
    )


class ClosingPage(Page):
    """Kết thúc năm học: what is still open, each with the way there, and the closing."""

    reads = Action.CLOSE_YEAR

    @expose("/")
    def index(self) -> str:
        """What one year still lacks."""
        known = years()
        return self._show(known, chosen_year(known), CloseForm())

    @expose("/close/", methods=("POST",))
    def close(self) -> ResponseReturnValue:
        """Close the year that was seen."""
        form = CloseForm(request.form)
        year = self._year()
        try:
            closing.close_year(db.session, g.actor, year, form.reason.data, request.form.get("version", type=int) or 0)
        except PanelError as error:
            db.session.rollback()
            show_error(form, error)
            return self._show(years(), self._year(), form), 409 if isinstance(error, StaleRecord) else 400
        db.session.commit()
        flash(gettext("Năm học %(year)s đã kết thúc; từ nay chỉ xem.", year=year.name), "success")
        return redirect(self.get_url(".index", year=year.name), 303)

    def _year(self) -> m.SchoolYear:
        return db.session.get(m.SchoolYear, whole_number(request.form.get("id"))) or abort(404)

    def _show(self, known: list[m.SchoolYear], year: m.SchoolYear | None, form: CloseForm) -> str:
        running = year is not None and year.state is YearState.RUNNING
        ends = closing.open_ends(db.session, g.actor, year) if year is not None and running else []
        return self.render(
            "school/closing.html",
            years=known,
            year=year,
            running=running,
            closed=year is not None and year.state is YearState.CLOSED,
            ends=[_end(end) for end in ends],
            form=form,
        )


@dataclass(frozen=True)
class End:
    """One open end as it is shown."""

    text: str
    url: str | None


def _end(end: closing.OpenEnd) -> End:
    words = {name: show(value).lower() if name == "state" else value for name, value in end.params.items()}
    text = gettext(end.text, count=end.count, **words)
    if end.period:
        text = f"{show_period(end.period)}: {text}"
    endpoint = ENDPOINTS.get(end.model) if end.model is not None else None
    if endpoint is None:
        return End(text, None)
    page = {"department_report": "month_view", "emulation": "index"}.get(endpoint, "index_view")
    return End(text, url_for(f"{endpoint}.{page}", **dict[str, Any](end.filters)))
