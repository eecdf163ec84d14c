"""The search box: without marks, scoped, at most twenty."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests.web import Browser

SignIn = Callable[[str], Browser]


def hits(page: Any) -> dict[str, str | None]:
    """What was found and where it leads."""
    body = page.text[page.text.index('<main id="main"') :]
    found = re.findall(
        r'<li>(?:<a class="card-link" href="([^"]*)">|<div class="card-link">)<span>([^<]*)</span>', body
    )
    return {unescape(text): url or None for url, text in found}


def test_a_student_in_reach_is_found_and_opened(sign_in: SignIn) -> None:
    browser = sign_in("lan")
    found = hits(browser.get("/admin/search/?q=bhiu"))
    assert list(found) == ["Y Bhiu Niê · 11A2"]
    assert browser.get(found["Y Bhiu Niê · 11A2"]).status_code == 200


def test_a_student_out_of_reach_is_a_name_and_a_class_and_no_more(sign_in: SignIn) -> None:
    assert hits(sign_in("lan").get("/admin/search/?q=dieu sang")) == {"Điểu Sáng · 12A3": None}


def test_staff_are_found_by_name_and_by_code(sign_in: SignIn) -> None:
    browser = sign_in("lan")
    (text,) = list(hits(browser.get("/admin/search/?q=dang thai son")))
    assert text.startswith("Đặng Thái Sơn · ")
    assert text in hits(browser.get(f"/admin/search/?q={text.split(' · ')[1]}"))


def test_a_class_is_found_however_it_is_spaced(sign_in: SignIn) -> None:
    assert "10A1 · 2025-2026" in hits(sign_in("lan").get("/admin/search/?q=10 a1"))


def test_the_council_finds_no_student(sign_in: SignIn) -> None:
    assert hits(sign_in("hoi").get("/admin/search/?q=bhiu")) == {}


@pytest.mark.parametrize("typed", ["%", "_", "'", "<script>", "​", "#1"])
def test_odd_words_find_nothing_and_break_nothing(typed: str, sign_in: SignIn) -> None:
    page = sign_in("binh").get("/admin/search/", query_string={"q": typed})
    assert page.status_code == 200
    assert "<script>" not in page.text.replace("</script>", "").split("<main")[1]


def test_a_search_that_is_too_long_is_refused(sign_in: SignIn) -> None:
    assert sign_in("binh").get("/admin/search/?q=" + "a" * 201).status_code == 400


def test_at_most_twenty_are_shown(sign_in: SignIn) -> None:
    assert 0 < len(hits(sign_in("binh").get("/admin/search/?q=n"))) <= 20
