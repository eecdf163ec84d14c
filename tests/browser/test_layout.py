"""Each kind of page at three widths: it fits, a finger hits what it aims at, the keyboard reaches all of it.

A kind of page is walked once; FULL_WALK=1 walks all that each role reaches. `probes.js` has the rules.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from admin_views.door import setup_link
from tests.browser.conftest import WIDTHS, Visit, Visitor, make_panel, serving
from tests.browser.moments import MOMENTS
from tests.browser.pages import ROLES, Kind

PHONE, TABLET, WIDE = WIDTHS
PROBES = (Path(__file__).parent / "probes.js").read_text()


def ask(visitor: Visitor, question: str) -> Any:
    """The answer of one of the probes."""
    return visitor.page.evaluate(f"(() => {{ {PROBES}; return {question}; }})()")


def check_page(visitor: Visitor) -> None:
    """All that is asked of a page, folded parts open."""
    visitor.complaints[:] = [
        text for text in visitor.complaints if "the server responded with a status of 4" not in text
    ]
    visitor.unfold()
    visitor.check_layout(*reversed(WIDTHS))
    assert ask(visitor, "smallTargets()") == [], visitor.page.url
    ask(visitor, "shorten()")
    for width in (PHONE, WIDE):
        visitor.resize(width)
        check_keyboard(visitor)


def check_keyboard(visitor: Visitor) -> None:
    """Tab reaches everything, from top to bottom, and one sees where it is."""
    for _ in range(ask(visitor, "watchFocus()")):
        visitor.page.keyboard.press("Tab")
    assert ask(visitor, "focusFaults()") == [], f"{visitor.page.url} at {visitor.page.viewport_size}"


@pytest.mark.parametrize("role", ROLES)
def test_each_kind_of_page_fits_and_is_reached_by_finger_and_keyboard(
    role: str, visit: Visit, pages: dict[str, list[Kind]]
) -> None:
    with visit(role, width=PHONE) as visitor:
        for kind in pages[role]:
            visitor.resize(PHONE)
            visitor.open(kind.path)
            check_page(visitor)


@pytest.mark.parametrize("who", MOMENTS)
def test_so_does_what_a_page_becomes(who: str | None, visit: Visit) -> None:
    with visit(who, width=PHONE) as visitor:
        for moment in MOMENTS[who]:
            visitor.resize(WIDE)
            moment(visitor)
            check_page(visitor)


@contextmanager
def first_day(empty_database: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """A panel without any account: its address, and the link that makes the first."""
    app = make_panel(folder, empty_database)
    with app.test_request_context():
        link = setup_link()
    assert link
    with serving(app) as address:
        yield address, link


def test_so_does_the_door(visit: Visit, empty_database: Path, tmp_path: Path) -> None:
    with first_day(empty_database, tmp_path) as (address, link), visit(None, address=address) as visitor:
        for path in (link, "/login"):
            visitor.open(path)
            check_page(visitor)


@pytest.mark.parametrize("role", ROLES)
def test_a_wide_screen_has_no_menu_to_open_and_a_phone_no_menu_in_the_way(role: str, visit: Visit) -> None:
    with visit(role) as visitor:
        menu, buttons = visitor.page.locator("#menu"), visitor.page.locator("[popovertarget=menu]:visible")
        assert menu.is_visible()
        assert buttons.count() == 0
        visitor.resize(PHONE)
        assert not menu.is_visible()
        assert buttons.count() == 2


def test_the_first_tab_skips_to_the_content(visit: Visit) -> None:
    with visit("giaovien") as visitor:
        for width in WIDTHS:
            visitor.resize(width)
            visitor.open("/admin/case/")
            visitor.page.keyboard.press("Tab")
            skip = visitor.page.locator(".skip")
            box = skip.bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["height"] >= 44
            visitor.page.keyboard.press("Enter")
            assert visitor.page.evaluate("document.activeElement.id") == "main"
            visitor.page.keyboard.press("Tab")
            assert visitor.page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("java_script_enabled", [True, False], ids=["script", "no script"])
def test_the_menu_of_a_phone_opens_and_closes_by_keyboard_and_says_so(visit: Visit, java_script_enabled: bool) -> None:
    with visit("giaovien", width=PHONE, java_script_enabled=java_script_enabled) as visitor:
        page = visitor.page
        for button in (page.locator("header .menu-button"), page.locator(".bottombar button")):
            button.focus()
            assert spoken(visitor, button) == ("button", "collapsed")
            page.keyboard.press("Enter")
            assert page.locator("#menu").is_visible()
            assert spoken(visitor, button) == ("button", "expanded")
            page.keyboard.press("Tab")
            assert page.locator("#menu :focus").count() == 1, "the next Tab is inside the menu"
            page.keyboard.press("Escape")
            assert not page.locator("#menu").is_visible()
            assert button.evaluate("button => button === document.activeElement"), "the focus is back on the button"
        page.keyboard.press("Space")
        page.locator("#menu .menu-close").press("Enter")
        assert not page.locator("#menu").is_visible()
        page.keyboard.press("Space")
        page.locator("#menu a", has_text="Hồ sơ hỗ trợ").press("Enter")
        page.wait_for_url("**/admin/case/")


def spoken(visitor: Visitor, button: Any) -> tuple[str, str]:
    """What Chromium tells a screen reader about the button: its role, and whether its menu is open."""
    name = button.get_attribute("aria-label") or button.inner_text()
    session = visitor.page.context.new_cdp_session(visitor.page)
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    found = session.send(
        "Accessibility.queryAXTree", {"nodeId": root, "accessibleName": name.strip(), "role": "button"}
    )
    session.detach()
    node = found["nodes"][0]
    states = {state["name"]: state["value"].get("value") for state in node.get("properties", [])}
    return node["role"]["value"], "expanded" if states["expanded"] else "collapsed"


def test_the_bar_of_a_phone_leads_where_it_says(visit: Visit) -> None:
    with visit("giaovien", width=PHONE) as visitor:
        bar = visitor.page.locator(".bottombar")
        assert bar.locator("a, button").all_inner_texts() == ["Hôm nay", "Học sinh", "Ghi nhanh", "Thêm"]
        for text, address in (("Học sinh", "**/admin/student/"), ("Ghi nhanh", "**/new/"), ("Hôm nay", "**/admin/")):
            bar.get_by_role("link", name=text).click()
            visitor.page.wait_for_url(address)
            assert bar.locator("[aria-current]").inner_text() == text


def test_a_list_of_a_phone_comes_before_its_filters(visit: Visit) -> None:
    with visit("thuky", width=PHONE) as visitor:
        page = visitor.page
        visitor.open("/admin/case/")
        assert page.locator("main .rows tbody tr").first.bounding_box()["y"] < 450
        assert not page.locator("#search").is_visible()
        page.locator("summary", has_text="Tìm và lọc").press("Enter")
        page.fill("#search", "nguyen")
        page.select_option("#f-state", "active")
        page.get_by_role("button", name="Lọc", exact=True).click()
        page.wait_for_url("**state=active**")
        chosen = page.locator(".chosen a").all_inner_texts()
        assert [" ".join(text.split(":")[0].split()) for text in chosen[:2]] == ["Bỏ Tìm", "Bỏ Trạng thái"]
        page.locator(".chosen a", has_text="Trạng thái").click()
        page.wait_for_url("**/admin/case/?search=nguyen")
        assert page.locator(".chosen a").count() == 2


def test_a_wide_list_shows_its_filters_and_keeps_short_texts_whole(visit: Visit) -> None:
    with visit("thuky") as visitor:
        visitor.open("/admin/case/")
        assert visitor.page.locator("#search").is_visible()
        assert not visitor.page.locator("summary", has_text="Tìm và lọc").is_visible()
        lines = visitor.page.eval_on_selector_all(
            "td.short",
            """cells => cells.filter(cell => {
                const range = document.createRange(); range.selectNodeContents(cell);
                return range.getClientRects().length > 1; }).map(cell => cell.innerText)""",
        )
        assert lines == []
        assert visitor.page.locator("td.short").count() > 10


def test_the_probes_find_what_is_wrong(visit: Visit) -> None:
    with visit("giaovien", width=PHONE, bypass_csp=True) as visitor:
        visitor.open("/admin/case/new/")
        visitor.page.add_style_tag(content=".btn { min-height: 20px !important; padding: 0 !important; }")
        visitor.page.add_style_tag(content=".btn:focus-visible { outline: none !important; }")
        visitor.page.evaluate("document.querySelector('main').style.width = '2000px'")
        with pytest.raises(AssertionError, match="too wide"):
            visitor.check_layout()
        assert any('button "Lưu"' in fault for fault in ask(visitor, "smallTargets()"))
        with pytest.raises(AssertionError, match=r"the focus does not show on (button|summary)"):
            check_keyboard(visitor)
