"""The month on one page, by keyboard alone: rows are saved as they are left; a cut line or a reload loses none."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from school import models as m
from school.db import db
from school.rules.calendar import begun_months, month_start, year_name
from school.rules.evaluation import LEVEL_KEYS, LEVELS
from school.vocabulary import EvaluationState, Role, SponsorRole
from tests.browser.conftest import PASSWORD, Visit, Visitor, as_operator, make_panel, serving
from tests.factories import (
    make_account,
    make_case,
    make_classroom,
    make_sponsorship,
    make_staff,
    make_student,
    make_year,
)

STUDENTS, PAGE = 60, 25
KEYS = ["1234", "1234", "1234", "1234", "1234", "123"]


def keys_for(number: int) -> str:
    """What is typed for the student of that number: each level, and now and then that it could not be seen."""
    return "".join(
        "0" if (number + place) % 7 == 0 else keys[(number + place) % len(keys)] for place, keys in enumerate(KEYS)
    )


def comment_for(number: int) -> str:
    return f"Em {number} đi học đều, cần thêm môn Toán." if number % 3 == 0 else ""


@pytest.fixture
def grid_panel(empty_database: Path, tmp_path: Path) -> Flask:
    """Sixty students of thirty sponsors, a secretary, and a sponsor of three; nothing written yet."""
    app = make_panel(tmp_path / "grid", empty_database)
    with as_operator(app) as actor:
        session, today = db.session, actor.today
        year = make_year(session, year_name(today))
        first = month_start(begun_months(today)[-1]) if begun_months(today) else year.starts_on
        room = make_classroom(session, "10A1", school_year=year)
        sponsors = [make_staff(session, f"Nguyễn Văn {number:02}") for number in range(30)]
        make_account(session, (Role.TEACHER,), sponsors[0], "nguoido", PASSWORD)
        make_account(session, (Role.SECRETARY,), make_staff(session, "Lý Anh Thư"), "nhapthay", PASSWORD)
        for number in range(STUDENTS):
            student = make_student(session, f"Trần Văn {number:02}", room, code=f"HS{number:05}")
            case = make_case(session, student, school_year_id=year.id, code=f"HT-{number:02}")
            values = {"started_on": first, "approved_on": first, "role": SponsorRole.LEAD}
            make_sponsorship(session, case, sponsors[number % 30], **values)
    return app


@pytest.fixture
def panel_address(grid_panel: Flask) -> Iterator[str]:
    """Where it is served; the demo school is not needed here."""
    with serving(grid_panel) as address:
        yield address


def stored(app: Flask) -> list[tuple[str, str, str]]:
    """Code, levels as keys and comment of every evaluation that there is."""
    turned = {level: {member: key for key, member in keys.items()} for level, keys in LEVEL_KEYS.items()}
    with as_operator(app):
        rows = db.session.execute(
            select(m.SupportCase.code, m.ProgressEvaluation)
            .join(m.ProgressEvaluation.case)
            .order_by(m.SupportCase.code)
        ).all()
        found = [
            (code, "".join(turned[level].get(getattr(row, level), "-") for level in LEVELS), row.comment or "")
            for code, row in rows
        ]
        db.session.rollback()
    return found


def enter_row(page: Page, number: int, way: str = "Tab") -> None:
    """Type one row from its first list on: a key a level, the comment, and on to the next."""
    for key in keys_for(number):
        page.keyboard.press(key)
        page.keyboard.press("Tab")
    if text := comment_for(number):
        page.keyboard.type(text)
    page.keyboard.press(way)


def reach_first_row(page: Page) -> None:
    """With the keyboard from the top of the page to the first list of the grid."""
    page.locator("#main").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate(
            "document.activeElement.matches('tr[data-case] *') && document.activeElement.tagName == 'SELECT'"
        ):
            return
    raise AssertionError("no list of the grid is reached")


def first_list(page: Page, number: int) -> str:
    """Name of the first list of the row of that student."""
    row = page.locator("tr[data-case]", has=page.get_by_role("link", name=f"Trần Văn {number:02}"))
    return f"{row.get_attribute('data-case')}-0"


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.name || document.activeElement.textContent")


def go_on(page: Page, number: int) -> None:
    """Tab to the row of that student, past the link of its name."""
    name = first_list(page, number)
    for _ in range(4):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"row {number} is not next but {focused(page)}")


def waiting(page: Page) -> int:
    """How many rows wait in this tab."""
    rows = "key => Object.keys(JSON.parse(sessionStorage[key])).length"
    kept = f"Object.keys(sessionStorage).filter(key => key.startsWith('grid:')).map({rows})"
    return sum(page.evaluate(kept))


def all_saved(page: Page) -> None:
    """Nothing waits in this tab any more."""
    for _ in range(100):
        if not waiting(page):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{waiting(page)} rows still wait: {page.locator('output.error').all_inner_texts()}")


def test_sixty_months_are_entered_by_keyboard_through_a_cut_connection_and_reloads(
    visit: Visit, grid_panel: Flask
) -> None:
    with visit("nhapthay", anew=True) as visitor:
        page, number = visitor.page, 0
        visitor.open("/admin/grid/")
        while number < STUDENTS:
            reach_first_row(page)
            for _ in range(min(PAGE, STUDENTS - number)):
                go_on(page, number)
                if number == 10:
                    page.context.set_offline(True)
                enter_row(page, number)
                if number == 17:
                    come_back_from_a_cut(visitor)
                    reach_first_row(page)
                    page.locator(f"[name='{first_list(page, 18)}']").focus()
                if number == 30:
                    reload_while_waiting(visitor)
                    page.locator(f"[name='{first_list(page, 31)}']").focus()
                number += 1
            all_saved(page)
            if number < STUDENTS:
                page.get_by_role("link", name="Trang sau").focus()
                page.keyboard.press("Enter")
                page.wait_for_url(re.compile(f"page={number // PAGE}"))
        expect(page.locator("#summary")).to_have_text("60/60 đã nhập đủ · 0 đã gửi")
    wanted = [(f"HT-{number:02}", keys_for(number), comment_for(number)) for number in range(STUDENTS)]
    assert stored(grid_panel) == wanted


def come_back_from_a_cut(visitor: Visitor) -> None:
    """The page says that it keeps what was typed; online again it is sent, and is there after a reload."""
    page = visitor.page
    expect(page.locator("[data-notice]")).to_contain_text("Mất kết nối; đã giữ trên máy này")
    assert waiting(page) >= 7
    page.context.set_offline(False)
    all_saved(page)
    expect(page.locator("[data-notice]")).to_be_hidden()
    page.reload()
    assert page.locator(f"[name='{first_list(page, 17)}']").input_value() == keys_for(17)[0]


def reload_while_waiting(visitor: Visitor) -> None:
    """A reload while a row has reached the server and its answer was lost, and another waits: both come through."""
    page = visitor.page
    all_saved(page)
    lost = first_list(page, 28)
    page.route("**/admin/grid/row/**", lambda route: (route.fetch(), route.abort())[1])
    page.locator(f"[name='{lost}']").focus()
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    assert focused(page) == first_list(page, 29)
    expect(page.locator("[data-notice]")).to_contain_text("Mất kết nối")
    page.unroute("**/admin/grid/row/**")
    page.route("**/admin/grid/row/**", lambda route: route.abort())
    page.locator(f"[name='{lost}']").focus()
    page.keyboard.press(keys_for(28)[0])
    page.locator(f"[name='{first_list(page, 29)}']").focus()
    page.reload()
    assert page.locator(f"[name='{lost}']").input_value() == keys_for(28)[0], "what waits is shown again"
    page.unroute("**/admin/grid/row/**")
    page.evaluate("dispatchEvent(new Event('online'))")
    all_saved(page)
    assert page.locator("output.error").count() == 0


def test_keys_choose_and_letters_still_find(visit: Visit) -> None:
    with visit("nguoido", anew=True) as visitor:
        page = visitor.page
        visitor.open("/admin/grid/")
        box = page.locator("tr[data-case] select").first
        for key in "12340":
            box.focus()
            page.keyboard.press(key)
            assert box.input_value() == key
        page.keyboard.press("9")
        assert box.input_value() == "0"
        other = page.locator("tr[data-case] select").nth(1)
        other.focus()
        page.keyboard.press("t")  # Tiến bộ rõ: the browser's own way
        assert other.input_value() == "4"
        last = page.locator("tr[data-case] select").nth(5)
        last.focus()
        page.keyboard.press("4")  # no key of this list
        assert last.input_value() == ""
        expect(page.locator("tr[data-case] output").first).to_have_text("đã lưu")
        page.keyboard.press("Enter")
        assert focused(page) == page.locator("tr[data-case] select").nth(11).get_attribute("name")


def test_what_waits_goes_when_somebody_else_signs_in(visit: Visit, grid_panel: Flask) -> None:
    with visit("nguoido", anew=True) as visitor:
        page = visitor.page
        visitor.open("/admin/grid/")
        page.route("**/admin/grid/row/**", lambda route: route.abort())
        page.locator("tr[data-case] textarea").first.fill("chỉ mình tôi đọc")
        expect(page.locator("[data-notice]")).to_contain_text("Mất kết nối")
        page.context.clear_cookies()
        for name, kept in (("nguoido", 1), ("nhapthay", 0)):
            page.context.clear_cookies()
            page.goto(f"{visitor.address}/login")
            page.fill("#username", name)
            page.fill("#password", PASSWORD)
            page.click("main button")
            page.wait_for_url("**/admin/")
            page.wait_for_load_state()
            assert waiting(page) == kept
    assert stored(grid_panel) == []


def test_a_row_that_another_changed_keeps_what_was_typed_and_shows_what_is_stored(
    visit: Visit, grid_panel: Flask
) -> None:
    with visit("nguoido", anew=True) as visitor:
        page = visitor.page
        visitor.open("/admin/grid/")
        other = page.context.new_page()
        other.goto(page.url)
        other.locator("tr[data-case] textarea").first.fill("bản kia")
        expect(other.locator("tr[data-case] output").first).to_have_text("đã lưu")
        box = page.locator("tr[data-case] textarea").first
        box.fill("bản này")
        expect(page.locator("output.error").first).to_contain_text("bản kia")
        assert box.input_value() == "bản này"
        page.reload()
        assert box.input_value() == "bản này"
        box.press("!")
        expect(page.locator("tr[data-case] output").first).to_have_text("đã lưu")
    assert [comment for _, _, comment in stored(grid_panel)] == ["bản này!"]


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_the_grid_fits(visit: Visit, width: int) -> None:
    with visit("nhapthay", width=width) as visitor:
        visitor.open("/admin/grid/")
        visitor.check_layout(width)
        visitor.shoot(f"grid-{width}")


def test_without_script_a_page_is_saved_and_a_bad_row_keeps_its_text(visit: Visit, grid_panel: Flask) -> None:
    with visit("nguoido", width=390, java_script_enabled=False, anew=True) as visitor:
        page: Any = visitor.page
        visitor.open("/admin/grid/")
        lists = page.locator("tr[data-case] select")
        for place, key in enumerate(keys_for(0)):
            lists.nth(place).select_option(key)
        page.locator("tr[data-case] textarea").nth(1).fill("a" * 20_001)
        page.get_by_role("button", name="Lưu cả trang").click()
        expect(page.locator(".notice-bad").first).to_contain_text("Chưa lưu được 1 em")
        assert page.locator("tr[data-case] textarea").nth(1).input_value() == "a" * 20_001
        page.locator("tr[data-case] textarea").nth(1).fill("Em vui hơn.")
        page.get_by_role("button", name="Lưu và gửi tổ").click()
        expect(page.locator(".notice").nth(1)).to_contain_text("Đã gửi tổ 1 em")
        expect(page.locator("#summary")).to_have_text("1/2 đã nhập đủ · 1 đã gửi")
    found = stored(grid_panel)
    assert found == [("HT-00", keys_for(0), ""), ("HT-30", "------", "Em vui hơn.")]
    with as_operator(grid_panel):
        sent = select(m.ProgressEvaluation).where(m.ProgressEvaluation.state == EvaluationState.SUBMITTED)
        assert len(db.session.scalars(sent).all()) == 1
        db.session.rollback()
