"""Each list, details page, form and export is clicked through, and fits three widths.

A screen is walked by who reaches most of it, and by others for the rest; FULL_WALK=1 walks all of each role.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import WIDTHS
from tests.browser.pages import ROLES, Kind, share_screens


@pytest.mark.parametrize("role", ROLES)
def test_every_screen_of_a_role_is_clicked_through(
    role: str, visit: Callable[..., Any], screens: dict[str, list[str]]
) -> None:
    with visit(role) as visitor:
        page = visitor.page
        look_at(visitor, f"{role}-home")
        links = page.eval_on_selector_all("nav.side li a", "links => links.map(link => link.getAttribute('href'))")
        assert len(links) > 3
        assert set(links[1:]) <= {screen for share in screens.values() for screen in share}, "nobody walks these"
        for link in [link for link in links[1:] if link in screens[role]]:
            name = link.strip("/").split("/")[-1]
            visitor.open(link)
            look_at(visitor, f"{role}-{name}-list")
            walk_export(visitor)
            walk_row(visitor, f"{role}-{name}")
            visitor.open(link)
            walk_form(visitor, f"{role}-{name}-new")


def test_each_screen_is_walked_by_as_few_as_reach_all_of_it() -> None:
    cases, staff = "/admin/case/", "/admin/staff/"
    names = {
        "giaovien": (cases, "/admin/case/details/", "/admin/case/edit/"),
        "thuky": (cases, "/admin/case/new/", staff),
        "hoidong": (cases, staff),
    }
    found = {role: [Kind(name, name) for name in reached] for role, reached in names.items()}
    offered = {"giaovien": [cases], "thuky": [cases, staff], "hoidong": [cases, staff]}
    assert share_screens(offered, found) == {"giaovien": [cases], "thuky": [cases], "hoidong": [staff]}
    assert share_screens(offered, found, everything=True) == offered


def look_at(visitor: Any, picture: str) -> None:
    """The page fits; SCREENSHOTS keeps how it looks on a phone and on a wide screen."""
    for width in WIDTHS:
        visitor.check_layout(width)
        if width != 768:
            visitor.shoot(f"{picture}-{width}")


def walk_export(visitor: Any) -> None:
    """Press the export of the list, if there is one."""
    export = visitor.page.locator("main .export")
    if export.count():
        export.locator("summary").click()
        with visitor.page.expect_download() as download:
            export.get_by_role("button", name="Xuất CSV").click()
        assert download.value.suggested_filename.endswith(".csv")
        content = download.value.path().read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.count(b"\r\n") >= 1


def walk_row(visitor: Any, picture: str) -> None:
    """Open the first row of the list, and its form where it may be edited."""
    row = visitor.page.locator("main .rows tbody th a")
    if not row.count():
        return
    where = row.first.get_attribute("href")
    row.first.click()
    visitor.page.wait_for_url(re.compile(re.escape(where)))
    look_at(visitor, f"{picture}-details")
    edit = visitor.page.get_by_role("link", name="Sửa", exact=True)
    if edit.count():
        edit.click()
        visitor.page.wait_for_load_state()
        look_at(visitor, f"{picture}-edit")


def walk_form(visitor: Any, picture: str) -> None:
    """Open the form for a new row and send it as it comes: what is missing is asked for at its field."""
    new = visitor.page.locator("main .head a.btn-main[href*='/new/']")
    if not new.count():
        return
    new.click()
    visitor.page.wait_for_url(re.compile("/new/"))
    look_at(visitor, picture)
    save = visitor.page.get_by_role("button", name="Lưu", exact=True)
    if not save.count():  # first it asks what it is to be about
        return
    lacking = visitor.page.locator("main form [required]").evaluate_all("fields => fields.some(field => !field.value)")
    save.click()
    visitor.page.wait_for_load_state()
    refused = visitor.page.locator(".error").count() or visitor.page.locator(".notice-bad").count()
    assert refused or not lacking, f"{picture}: what is missing was not asked for"  # an offer to help needs no word
    assert "This field" not in visitor.page.content()
    visitor.complaints.clear()  # the console notes the answer 400
    visitor.check_layout()


def test_a_teacher_writes_and_sends_a_month_on_a_phone(visit: Callable[..., Any]) -> None:
    with visit("giaovien", width=390) as visitor:
        page = visitor.page
        visitor.open("/admin/")
        page.locator("section[aria-labelledby=mine] a").first.click()
        page.get_by_role("link", name="Viết đánh giá tháng").click()
        assert page.input_value("#case") != ""
        levels = page.locator("main select:not(#period)")
        assert {levels.nth(n).input_value() for n in range(levels.count())} == {""}, "a judgement starts empty"
        month = page.locator("#period option").nth(2).get_attribute("value")
        page.select_option("#period", month)
        for field in ("learning", "conduct", "attendance", "attitude", "trend"):
            page.select_option(f"#{field}", "steady")
        page.select_option("#dropout_risk", "low")
        page.fill("#comment", "Em giữ được nề nếp học tập.")
        page.get_by_role("button", name="Lưu").click()
        page.wait_for_load_state()
        visitor.complaints.clear()
        assert "Đã lưu." in page.content() or "Tháng này đã có đánh giá" in page.content()
        visitor.check_layout()


def test_a_picker_offers_hints_while_typing(visit: Callable[..., Any]) -> None:
    with visit("thuky") as visitor:
        visitor.open("/admin/case/new/")
        visitor.page.locator("#student").press_sequentially("nguyen")
        hint = visitor.page.locator("#student-hints option").first
        hint.wait_for(state="attached")
        first = hint.get_attribute("value")
        assert "Nguyễn" in first
        visitor.check_layout()


def test_deleting_asks_first_without_javascript(visit: Callable[..., Any]) -> None:
    with visit("quantri", java_script_enabled=False) as visitor:
        visitor.open("/admin/department/")
        visitor.page.locator("main .rows tbody th a").first.click()
        delete = visitor.page.get_by_role("button", name="Xóa hẳn")
        assert not delete.is_visible()
        visitor.page.locator("summary", has_text="Xóa").click()
        assert delete.is_visible()
        delete.click()
        assert "đang được dùng ở nơi khác" in visitor.page.content()
