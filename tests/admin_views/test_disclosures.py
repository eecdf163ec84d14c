"""The page of what left the panel: who, when, what; whose file it was only for those who may know."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from admin_views.disclosures import HIDDEN
from school import models as m
from school.services import disclosures
from school.services.guard import set_actor
from school.vocabulary import DocumentKind
from tests.admin_views.test_exports import exporting
from tests.admin_views.test_lists import set_operator, titles
from tests.cast import Cast
from tests.payloads import csv_cells
from tests.web import Browser

SignIn = Callable[[str], Browser]
PAGE = "/admin/disclosure/"


def cells(browser: Browser, query: str = "") -> list[list[str]]:
    """The rows of the list, as texts."""
    page = browser.get(f"{PAGE}{query}").text
    body = page[page.index("<tbody>") : page.index("</tbody>")] if "<tbody>" in page else ""
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [[unescape(re.sub("<[^>]+>", "", cell)) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows]


def take(cast: Cast, who: str, name: str, **facts: object) -> None:
    """Somebody takes something out."""
    actor = cast.actor(who)
    set_actor(cast.session, actor)
    disclosures.log(cast.session, actor, name, "docx", **facts)  # type: ignore[arg-type]
    cast.session.commit()
    set_operator(cast)


def test_an_export_appears_with_its_words(sign_in: SignIn, cast: Cast) -> None:
    sign_in("thu").get(f"/admin/student/export/xlsx/?gender=male&classroom={cast.classes['10A1']}&columns=full_name")
    browser = sign_in("binh")
    when, who, what, format_, rows, year, student = cells(browser)[0]
    assert (when, who, what, format_) == ("15/10/2025 09:00", "thu", "Học sinh", "Excel")
    assert int(rows) >= 0
    assert (year, student) == ("", "")
    (link, *_) = re.findall(rf'href="({PAGE}details/[^"]+)"', browser.get(PAGE).text)
    page = unescape(browser.get(unescape(link)).text)
    assert "Họ và tên" in page
    assert "Lớp: 10A1" in page
    assert "Giới tính: Nam" in page


def test_each_sees_the_own_files_and_whoever_looks_after_the_log_all(sign_in: SignIn, cast: Cast) -> None:
    for who in ("lan", "thu"):
        sign_in(who).get("/admin/student/export/csv/")
    assert [row[1] for row in cells(sign_in("lan"))] == ["Nguyễn Thị Lan"]
    assert {row[1] for row in cells(sign_in("thu"))} == {"Lý Anh Thư"}
    assert len(cells(sign_in("binh"))) == 4
    assert {row[1] for row in cells(sign_in("quan"))} == {"Nguyễn Thị Lan", "Lý Anh Thư", "quan"}
    assert cells(sign_in("hoi")) == []
    assert "Chưa có tệp nào được xuất." in sign_in("hoi").get(PAGE).text


def test_the_list_stands_in_the_navigation_of_those_who_look_after_the_log(sign_in: SignIn) -> None:
    shown = {who: f'href="{PAGE}"' in sign_in(who).get("/admin/").text for who in ("binh", "quan", "lan", "thu", "hoi")}
    assert shown == {"binh": True, "quan": True, "lan": False, "thu": False, "hoi": False}


def test_the_panel_beside_a_list_leads_there(sign_in: SignIn) -> None:
    page = sign_in("lan").get("/admin/student/").text
    assert f'<a href="{PAGE}">Tệp đã xuất</a>' in page


@pytest.mark.parametrize(
    ("who", "shown"),
    [("binh", "Trần Văn Đạt"), ("thu", "Trần Văn Đạt"), ("quan", str(HIDDEN))],
)
def test_whose_file_it_was_is_shown_to_those_who_may_know(who: str, shown: str, sign_in: SignIn, cast: Cast) -> None:
    take(cast, "thu", DocumentKind.STUDENT_FILE.value, student_id=cast.id("homeroom", "student"), year=cast.year)
    browser = sign_in(who)
    row = cells(browser)[0]
    assert (row[2], row[3], row[5], row[6]) == ("Hồ sơ của một học sinh", "Word", "2025-2026", shown)
    (link, *_) = re.findall(rf'href="({PAGE}details/[^"]+)"', browser.get(PAGE).text)
    assert shown in unescape(browser.get(unescape(link)).text)
    exported = csv_cells(browser.get(f"{PAGE}export/csv/").data)
    assert shown in {cell for line in exported for cell in line}
    assert len(cells(browser, "?search=dat")) == (0 if who == "quan" else 1)


def test_a_former_sponsor_sees_the_own_export_but_no_longer_the_name(sign_in: SignIn, cast: Cast) -> None:
    take(cast, "lan", DocumentKind.STUDENT_FILE.value, student_id=cast.id("outsiders", "student"))
    assert [row[6] for row in cells(sign_in("lan"))] == [str(HIDDEN)]
    assert cells(sign_in("lan"), "?search=sang") == []


def test_what_the_operator_took_is_told_so(sign_in: SignIn, cast: Cast) -> None:
    take(cast, "operator", "students", year=cast.year)
    assert cells(sign_in("binh"))[0][1:3] == ["Lệnh trên máy chủ", "Danh sách học sinh"]


def test_every_list_report_and_document_has_its_words(sign_in: SignIn, cast: Cast, app: Flask) -> None:
    for name in [*exporting(app), "emulation", "left-over", *(kind.value for kind in DocumentKind)]:
        take(cast, "thu", name)
    for size in range(1, 3):
        shown = [row[2] for row in cells(sign_in("binh"), f"?page_size=100&page={size - 1}")]
        assert all(re.search(r"[A-ZĐ]", name) for name in shown), shown


def test_it_is_searched_by_the_takers_name_and_filtered(sign_in: SignIn, cast: Cast) -> None:
    sign_in("lan").get("/admin/student/export/csv/")
    take(cast, "lan", "review", year=cast.year)
    assert {row[1] for row in cells(sign_in("quan"), "?search=nguyen lan")} == {"Nguyễn Thị Lan"}
    assert {row[1] for row in cells(sign_in("binh"), "?search=lan")} == {"lan"}
    assert [row[3] for row in cells(sign_in("binh"), f"?format=docx&school_year={cast.year}")] == ["Word"]
    assert cells(sign_in("binh"), "?format=exe") == []


def test_an_entry_of_somebody_else_is_not_found(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    entry = cast.session.query(m.Disclosure).filter_by(account_id=cast.accounts["quan"]).first()
    assert entry is not None
    for who in ("thu", "lan", "hoi"):
        assert sign_in(who).get(f"{PAGE}details/?id={entry.id}").status_code == 404


@pytest.mark.parametrize("who", ["binh", "quan", "thu"])
def test_nothing_is_written_there(who: str, sign_in: SignIn) -> None:
    browser = sign_in(who)
    for step in ("new", "edit", "delete", "step", "action"):
        assert browser.post(f"{PAGE}{step}/", {"id": 1, "version": 1}).status_code in (403, 404)


def test_the_page_is_light(sign_in: SignIn, cast: Cast, statements: Callable[[], object]) -> None:
    for _ in range(60):
        take(cast, "lan", "review", student_id=cast.id("homeroom", "student"), year=cast.year)
    browser = sign_in("binh")
    assert len(browser.get(PAGE).data) < 60_000
    with statements() as seen:  # type: ignore[attr-defined]
        assert len(titles(browser.get(PAGE))) == 50
    assert len(seen) <= 6, "\n".join(seen)


def test_columns_of_the_emulation_table_are_told_in_words(sign_in: SignIn) -> None:
    browser = sign_in("hoi")
    browser.get("/admin/emulation/export/xlsx/?columns=code&columns=criterion_contacts&columns=total&columns=note")
    (link, *_) = re.findall(rf'href="({PAGE}details/[^"]+)"', browser.get(PAGE).text)
    said = unescape(browser.get(unescape(link)).text)
    assert "Mã, Tiêu chí contacts, Tổng điểm, Ghi chú" in said
