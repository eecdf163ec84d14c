"""A sponsor's whole month on a phone: few taps to each thing, short pages, facts filled in beforehand."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

PHONE, SCREEN = 390, 850  # px


def test_each_part_of_a_sponsors_month_is_at_most_three_taps_away(visit: Callable[..., Any]) -> None:
    with visit("giaovien", width=PHONE) as visitor:
        page = visitor.page

        visitor.open("/admin/")
        page.locator("section[aria-labelledby=mine] a").first.click()
        page.get_by_role("link", name="Viết đánh giá tháng").first.click()
        assert page.input_value("#case") != ""
        assert page.input_value("#period") != ""
        check_short(page)

        visitor.open("/admin/")
        page.get_by_role("link", name="Ghi nhanh").click()
        page.wait_for_load_state()
        if not page.locator("#summary").count():  # one more tap says which of several students
            page.locator("main a[href*='/contact/new/']").first.click()
        assert page.locator("#occurred_on").input_value() != ""
        assert page.locator("#kind").input_value() != ""
        check_short(page)

        visitor.open("/admin/")
        goals = page.locator("section[aria-labelledby=goals] li")
        assert goals.count()
        assert goals.first.get_by_role("button", name="Đạt").first.is_visible()


def check_short(page: Page) -> None:
    """No longer than two screens of a phone."""
    page.wait_for_load_state()  # with its style sheet
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= 2 * SCREEN, f"{page.url}: {height} px"
