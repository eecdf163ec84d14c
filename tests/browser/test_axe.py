"""axe-core finds no violation of WCAG 2.2 A and AA on any kind of page, light and dark.

A kind of page is looked at on a phone by day and on a wide screen by night; FULL_WALK=1 crosses all of them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Visit, Visitor
from tests.browser.moments import MOMENTS
from tests.browser.pages import ROLES, Kind
from tests.browser.test_layout import first_day

OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}
AXE = Axe()  # its own way back brings ten times as much as the violations, which takes longer than to find them
LOOKS = [(390, "light"), (1280, "dark")]
if "FULL_WALK" in os.environ:
    LOOKS += [(1280, "light"), (390, "dark")]


@pytest.fixture
def look_closely(visit: Visit) -> Visit:
    """A visit in which axe may run: it builds functions from text, which our CSP refuses; only here is it put aside."""
    return lambda *arguments, **options: visit(*arguments, bypass_csp=True, **options)


def check(visitor: Visitor) -> None:
    """No violation, folded parts open, in any of the looks."""
    visitor.unfold()
    for width, scheme in LOOKS:
        visitor.resize(width)
        visitor.page.emulate_media(color_scheme=scheme)
        found = list(violations(visitor.page))
        assert found == [], f"{visitor.page.url} at {width}, {scheme}:\n" + "\n".join(found)


def violations(page: Page) -> Iterator[str]:
    """What axe finds: rule, place, and how to mend it."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.axe_script)
    for rule in page.evaluate("options => axe.run(options).then(found => found.violations)", OPTIONS):
        for node in rule["nodes"]:
            yield f"{rule['id']}: {node['target']} {node['html'][:160]} {node['failureSummary']}"


@pytest.mark.parametrize("role", ROLES)
def test_each_kind_of_page_is_without_violations(role: str, look_closely: Visit, pages: dict[str, list[Kind]]) -> None:
    with look_closely(role) as visitor:
        for kind in pages[role]:
            visitor.open(kind.path)
            check(visitor)


@pytest.mark.parametrize("who", MOMENTS)
def test_so_is_what_a_page_becomes(who: str | None, look_closely: Visit) -> None:
    with look_closely(who) as visitor:
        for moment in MOMENTS[who]:
            moment(visitor)
            check(visitor)


def test_so_is_the_door(look_closely: Visit, empty_database: Path, tmp_path: Path) -> None:
    with first_day(empty_database, tmp_path) as (address, link), look_closely(None, address=address) as visitor:
        for path in (link, "/login"):
            visitor.open(path)
            check(visitor)


def test_axe_does_find_what_is_wrong(look_closely: Visit) -> None:
    with look_closely(None) as visitor:
        visitor.open("/login")
        visitor.page.evaluate("document.querySelector('label').remove()")
        assert any(text.startswith("label:") for text in violations(visitor.page))


def test_the_policy_of_the_panel_would_refuse_what_axe_needs(visit: Visit) -> None:
    with visit(None) as visitor:
        visitor.open("/login")
        refused = (
            "() => { const s = document.createElement('script'); s.text = 'window.ran = 1'; document.body.append(s); }"
        )
        visitor.page.evaluate(refused)
        assert visitor.page.evaluate("window.ran") is None
        assert any("Content Security Policy" in text for text in visitor.complaints)
