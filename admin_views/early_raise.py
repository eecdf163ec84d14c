"""Evidence for an early salary raise (P4.5): years side by side, for council and leadership, and for each the own."""

from typing import Any

from flask import abort, g, request
from flask_admin import expose
from flask_babel import gettext

from admin_views.base import Page, Panel, Row, current_actor
from admin_views.listing import MAX_PAGE, short_list, whole_number
from admin_views.values import show
from school.db import db
from school.models import Department, Staff
from school.reports import early_raise
from school.reports.documents import has_whole
from school.reports.early_raise import FEWEST, MOST, PAGE_SIZE, USUAL, Decided, Evidence, Year
from school.vocabulary import Action, DocumentKind


class EarlyRaisePage(Page):
    reads = Action.VIEW_SCORE

    def is_accessible(self) -> bool:
        actor = current_actor()
        own = actor is not None and actor.staff_id is not None
        return super().is_accessible() and (own or (actor is not None and has_whole(actor, self.reads)))

    @expose("/")
    def index(self) -> str:
        """Everybody, a page at a time by name; who sees only the own score sees the own evidence."""
        count = self._count()
        if not has_whole(g.actor, Action.VIEW_SCORE):
            return self._show_one(db.session.get(Staff, g.actor.staff_id) or abort(404), count)
        page = whole_number(request.args.get("page", "0"), high=MAX_PAGE)
        given = request.args.get("department")
        department = whole_number(given) if given else None
        total, people = early_raise.of_page(db.session, g.actor, count, department, page)
        return self.render(
            "school/early_raise.html",
            count=count,
            counts=range(FEWEST, MOST + 1),
            departments=short_list(Department),
            department=given or "",
            total=total,
            columns=[gettext("Cán bộ, giáo viên"), *(year.name for year in people[0].years)] if people else [],
            rows=[self._row(person, count) for person in people],
            page=page,
            pages=max(1, -(-total // PAGE_SIZE)),
            url=lambda number: self.get_url(".index", years=count, department=given or None, page=number or None),
        )

    @expose("/<int:subject>/")
    def person(self, subject: int) -> str:
        """One person's evidence, year by year."""
        staff = db.session.get(Staff, subject) if subject < 2**63 else None
        return self._show_one(staff or abort(404), self._count())

    def _count(self) -> int:
        return whole_number(request.args.get("years", str(USUAL)), low=FEWEST, high=MOST)

    def _row(self, person: Evidence, count: int) -> Row:
        name = f"{person.full_name} · {person.department}" if person.department else person.full_name
        way = self.get_url(".person", subject=person.staff_id, years=count)
        return Row(person.staff_id, way, [name, *("; ".join(said_of(year)) for year in person.years)])

    def _show_one(self, staff: Staff, count: int) -> str:
        found = early_raise.of_one(db.session, g.actor, staff, count)
        whole = has_whole(g.actor, Action.VIEW_SCORE)
        way = {"kind": DocumentKind.EARLY_RAISE.value, "subject": staff.id, "part": count}
        return self.render(
            "school/early_raise_one.html",
            evidence=found,
            own=staff.id == g.actor.staff_id,
            whole=whole,
            count=count,
            counts=range(FEWEST, MOST + 1),
            here=self.get_url(".person", subject=staff.id) if whole else self.get_url(".index"),
            panels=[_panel(year) for year in found.years],
            ways=[
                (self.get_url("documents.print_page", **way), gettext("In minh chứng")),
                (self.get_url("documents.docx", **way), gettext("Minh chứng (Word)")),
            ],
        )


def said_of(year: Year) -> list[str]:
    """What stands in one cell: what was decided in the year, and the students sponsored; nothing is added up."""
    said = [show_score(year)] if year.level is not None else []
    said += [show(year.rating)] if year.rating is not None else []
    said += [award.title for award in year.awards]
    said += [_sponsored(year)] if year.led or year.supported else []
    return [f"{said[0][:1].upper()}{said[0][1:]}", *said[1:]] if said else []


def show_score(year: Year) -> str:
    """The frozen level with its points: "Tốt, 86,5 điểm"."""
    if year.total is None:
        return show(year.level)
    points = f"{year.total // 10},{year.total % 10}"
    return gettext("%(level)s, %(points)s điểm", level=show(year.level), points=points)


def _sponsored(year: Year) -> str:
    if year.led and year.supported:
        return gettext("đỡ đầu %(led)s em, hỗ trợ %(supported)s em", led=year.led, supported=year.supported)
    if year.led:
        return gettext("đỡ đầu %(led)s em", led=year.led)
    return gettext("hỗ trợ %(supported)s em", supported=year.supported)


def _panel(year: Year) -> Panel:
    rows: list[tuple[str, str, Decided | None]] = []
    if year.level is not None:
        rows.append((gettext("Phiếu điểm đã chốt"), show_score(year), year.sheet))
    if year.rating is not None:
        rows.append((gettext("Xếp loại cuối năm"), show(year.rating), year.rated))
    rows += [(gettext("Khen thưởng"), f"{award.title} · {show(award.level)}", award.decision) for award in year.awards]
    if year.led or year.supported:
        text = _sponsored(year)
        rows.append((gettext("Đỡ đầu học sinh"), f"{text[:1].upper()}{text[1:]}", None))
    cells: list[Any] = [[label, text, _decision(decided)] for label, text, decided in rows]
    return Panel(
        gettext("Năm học %(year)s", year=year.name),
        [gettext("Minh chứng"), gettext("Nội dung"), gettext("Quyết định")],
        [Row(number, None, found) for number, found in enumerate(cells)],
        gettext("Năm học này chưa có minh chứng nào được ghi."),
    )


def _decision(decided: Decided | None) -> str:
    if decided is None or not decided.number or decided.on is None:
        return decided.number or show(decided.on) if decided is not None else ""
    return gettext("Số %(number)s ngày %(day)s", number=decided.number, day=show(decided.on))
