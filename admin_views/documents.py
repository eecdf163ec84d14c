"""Official documents: what this person may make of a school year, as a Word file or as a page to print."""

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, current_app, g, request
from flask_admin import expose
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views.asked import asked_year
from admin_views.base import Page
from admin_views.files import disclose, file_response
from admin_views.values import show, show_period
from school.db import db
from school.models import Announcement, Commendation, DepartmentReport, SchoolReport, SchoolYear, Staff, Student
from school.reports.documents import Document, Paper, file_name, write
from school.reports.print_page import sheet
from school.reports.registry import DOCUMENTS
from school.rules.policy import can
from school.vocabulary import Action, DocumentKind

MOST = 100  # documents of one kind on the page, the newest first
LARGEST = 2**63 - 1  # of an id in any database
# Documents of one person, reached from the page of that person: where one is chosen, and what the way is called.
WAYS: dict[type, tuple[str, Any]] = {
    Student: ("student.index_view", _("Chọn em")),
    Staff: ("early_raise.index", _("Mở trang minh chứng")),
}
HINTS = {
    DocumentKind.YEAR_PLAN: _("Kế hoạch của trường với các mốc thời gian trong năm."),
    DocumentKind.ASSIGNMENT_LIST: _("Phụ lục kèm kế hoạch: có tên và hoàn cảnh của các em, chỉ gửi nơi cần."),
    DocumentKind.NOTICE_BOARD: _("Để treo thông báo: mã hồ sơ thay cho tên, không có hoàn cảnh."),
    DocumentKind.MEETING_MINUTES: _("Biên bản của từng cuộc họp phân công."),
    DocumentKind.SCHOOL_REPORT: _("Hai báo cáo trong năm gửi Sở."),
    DocumentKind.DEPARTMENT_MONTH: _("Báo cáo của tổ từng tháng."),
    DocumentKind.REVIEW: _("Sơ kết học kỳ, tổng kết năm học."),
    DocumentKind.STUDENT_FILE: _("Mở trang của em rồi chọn “In hồ sơ của em” ở đó."),
    DocumentKind.COMMENDATION_LIST: _("Tập thể, cá nhân được đề nghị khen thưởng trong năm."),
    DocumentKind.COMMENDATION_EVIDENCE: _("Số liệu kèm theo từng đề nghị khen thưởng."),
    DocumentKind.SCORE_LIST: _("Điểm của tiêu chí đỡ đầu theo tổ, để kèm quyết định của Hội đồng."),
    DocumentKind.EARLY_RAISE: _("Kết quả của một người qua nhiều năm học, chỉ liệt kê, không kết luận."),
}


@dataclass(frozen=True)
class Item:
    """One document that can be made."""

    label: str
    word: str
    page: str


@dataclass(frozen=True)
class Group:
    """One kind of document and those of it that the year has."""

    title: str
    hint: str
    items: list[Item]
    empty: str
    way: tuple[str, Any] | None = None  # where documents of one person are made, and what that is called


class DocumentsPage(Page):
    reads = Action.VIEW_DIRECTORY

    @expose("/")
    def index(self) -> str:
        """What this person may make of one school year."""
        year = asked_year()
        years = db.session.scalars(select(SchoolYear).order_by(SchoolYear.starts_on.desc())).all()
        groups = [self._group(kind, DOCUMENTS[kind], year) for kind in DocumentKind if self._offers(kind, year)]
        return self.render("school/documents.html", year=year, years=years, groups=groups)

    def _offers(self, kind: DocumentKind, year: SchoolYear | None) -> bool:
        """Whether this person may make such a document; the plan before it is announced is its makers' alone."""
        if kind not in DOCUMENTS or not DOCUMENTS[kind].offered_to(g.actor) or not self._leads_on(kind):
            return False
        if kind is not DocumentKind.YEAR_PLAN or year is None or can(g.actor, Action.ANNOUNCE_PLAN):
            return True
        announced = select(Announcement.id).where(Announcement.school_year_id == year.id).limit(1)
        return db.session.scalar(announced) is not None

    def _leads_on(self, kind: DocumentKind) -> bool:
        """Whether the page on which the document's person is chosen, if there is one, is open to this person."""
        place, _ = WAYS.get(DOCUMENTS[kind].model, ("", ""))
        return all(view.is_accessible() for view in self.admin._views if view.endpoint == place.partition(".")[0])

    def _group(self, kind: DocumentKind, document: Document, year: SchoolYear | None) -> Group:
        place = WAYS.get(document.model)
        way = (self.get_url(place[0]), place[1]) if place is not None else None
        rows = [] if year is None or way else _subjects(document, year)
        items = [self._item(kind, row, part) for row in rows for part in document.parts or ("",)]
        return Group(show(kind), str(HINTS[kind]), items, gettext("Năm học này chưa có."), way)

    def _item(self, kind: DocumentKind, row: Any, part: str = "") -> Item:
        label = gettext("Năm học %(year)s", year=row) if isinstance(row, SchoolYear) else show(row)
        if isinstance(row, DepartmentReport):
            label = f"{row.department} · {show_period(row.period)}"
        if isinstance(row, SchoolReport) and row.correction:
            label = f"{label} · {gettext('Đính chính lần %(number)s', number=row.correction)}"
        if part:
            label = f"{gettext(DOCUMENTS[kind].parts[part])} · {label}"
        way = {"kind": kind.value, "subject": row.id, "part": part or None}
        return Item(label, self.get_url(".docx", **way), self.get_url(".print_page", **way))

    @expose("/<kind>/<int:subject>/docx")
    def docx(self, kind: str, subject: int) -> Response:
        """The document as a Word file."""
        paper, data = self._make(kind, subject)
        self._disclose(paper, "docx")
        return file_response([data], file_name(paper), "docx")

    @expose("/<kind>/<int:subject>/print")
    def print_page(self, kind: str, subject: int) -> str:
        """The same as a page to print."""
        paper, data = self._make(kind, subject)
        self._disclose(paper, "print")
        return self.render(
            "documents/print.html",
            sheet=sheet(data),
            language=str(get_locale()),
            back=self.get_url(".index"),
            word=self.get_url(".docx", kind=kind, subject=subject, part=request.args.get("part")),
        )

    def _make(self, kind: str, subject: int) -> tuple[Paper, bytes]:
        known = {member.value: document for member, document in DOCUMENTS.items()}
        if kind not in known or subject > LARGEST:
            abort(404)
        row: Any = db.session.get(known[kind].model, subject) or abort(404)
        part = request.args.get("part", "")
        if part and part not in known[kind].parts:
            abort(404)
        paper = known[kind].make(db.session, g.actor, row, part)
        return paper, write(db.session, g.actor, paper, current_app.config["SCHOOL_NAME"])

    def _disclose(self, paper: Paper, form: str) -> None:
        """The log says what kind of document left, without the name of a child."""
        facts = {"year": paper.year_id, "student_id": paper.student_id, "row_count": paper.rows}
        disclose(paper.kind.label, form, **facts)


def _subjects(document: Document, year: SchoolYear) -> list[Any]:
    """What there is to make a document of in this year, the newest first."""
    model: Any = document.model
    if model is SchoolYear:
        return [year]
    statement = select(model).order_by(model.id.desc()).limit(MOST)
    statement = statement.where(model.school_year_id == year.id)
    if model is DepartmentReport:
        statement = statement.options(joinedload(DepartmentReport.department))
    if model is Commendation:
        statement = statement.options(joinedload(Commendation.staff), joinedload(Commendation.department))
    return list(db.session.scalars(statement))
