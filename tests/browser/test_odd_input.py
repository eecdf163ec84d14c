"""Very long words, endless comments, right-to-left and emoji text, HTML in every field: laid out, and escaped."""

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from school.db import Base, Line, Prose, db
from school.vocabulary import Role, SponsorshipState
from tests import factories as make
from tests.browser.conftest import Visit, Visitor, as_operator, make_panel, serving
from tests.browser.pages import crawl

HTML = "<img src=x onerror=document.title='owned'></textarea><script>document.title='owned'</script>\"'><b>"
LONG = "Ưỡ" * 100
RIGHT_TO_LEFT = "\u202eمحمد بن عبد الله \u05e9\u05dc\u05d5\u05dd\u202e " + "ש" * 120
EMOJI = "👩‍👩‍👧‍👦🏳️‍🌈👍🏽" * 14
LINES = (HTML, LONG, RIGHT_TO_LEFT, EMOJI)
PROSE = (LONG * 50, HTML * 100, "\n".join([RIGHT_TO_LEFT, EMOJI] * 30), "Một câu dài vừa phải. " * 460)
USER, WIDTHS = "kyquac", (390, 1280)
KEPT = {"username", "code"}


@pytest.fixture(scope="module")
def odd_panel(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A small school in which every text is odd, and one person who may see all of it."""
    app = make_panel(tmp_path_factory.mktemp("odd"), empty_database)
    with as_operator(app):
        session = db.session()
        department = make.make_department(session)
        staff = make.make_staff(session, department=department)
        make.make_account(session, list(Role), staff, username=USER)
        for number in range(2):
            room = make.make_classroom(session, homeroom_teacher=staff)
            case = make.make_case(session, make.make_student(session, f"Em {number}", room))
            make.make_hardship(session, case)
            make.make_survey(session, case)
            make.make_result(session, case.student.current_enrolment)
            sponsorship = make.make_sponsorship(session, case, staff, state=SponsorshipState.APPROVED)
            make.make_evaluation(session, case, staff, review_comment="xem lại")
            make.make_rating(session, sponsorship)
        spoil(session)
    return app


def spoil(session: Session) -> None:
    """Put an odd text into every field for texts, as long as it fits."""
    lines, prose = cycle(LINES), cycle(PROSE)
    for mapper in Base.registry.mappers:
        if mapper.class_.__name__ in ("StudentName", "AuditEntry", "SchoolYear", "SensitiveView", "AccountSession"):
            continue
        for row in session.scalars(select(mapper.class_)):
            for column in inspect(mapper.class_).columns:
                if isinstance(column.type, Prose):
                    setattr(row, column.key, next(prose))
                elif isinstance(column.type, Line) and column.key not in KEPT:
                    room = column.type.impl.length
                    end = f" {row.id}" if column.unique or column.table.constraints else ""
                    setattr(row, column.key, next(lines)[: room - len(end)] + end)
    session.flush()


@pytest.fixture(scope="module")
def odd_address(odd_panel: Flask) -> Iterator[str]:
    """The address of the odd school."""
    with serving(odd_panel) as address:
        yield address


def check(visitor: Visitor) -> None:
    """The page fits, and what was typed has become text and nothing else."""
    visitor.complaints[:] = [
        text for text in visitor.complaints if "the server responded with a status of 4" not in text
    ]
    visitor.unfold()
    visitor.check_layout(*WIDTHS)
    page = visitor.page
    assert page.title() != "owned", page.url
    assert page.locator("[onerror], main script, main img").count() == 0, page.url


def test_odd_texts_are_laid_out_and_escaped(odd_panel: Flask, odd_address: str, visit: Visit) -> None:
    seen = ""
    with visit(USER, address=odd_address, password=make.PASSWORD) as visitor:
        for kind in crawl(odd_panel, make.PASSWORD, (USER,))[USER]:
            visitor.open(kind.path)
            check(visitor)
            seen += visitor.page.locator("main").inner_text()
    for text in (HTML[:60], LONG[:60], RIGHT_TO_LEFT[2:20], EMOJI[:20]):
        assert seen.count(text) > 5, f"seen only {seen.count(text)} times: {text}"


def test_odd_texts_are_typed_and_come_back(odd_panel: Flask, odd_address: str, visit: Visit) -> None:
    forms = [kind for kind in crawl(odd_panel, make.PASSWORD, (USER,))[USER] if kind.name.endswith(("/new/", "/edit/"))]
    assert len(forms) > 8
    with visit(USER, address=odd_address, password=make.PASSWORD) as visitor:
        for kind in forms:
            visitor.open(kind.path)
            fill(visitor)
            with visitor.page.expect_navigation():
                visitor.page.locator("form.form .btn-main").first.click()
            check(visitor)


def fill(visitor: Visitor) -> None:
    """Type an odd text into each box of the form and choose the first of each list."""
    page = visitor.page
    for position, box in enumerate(
        page.locator("form.form input[type=text]:visible, form.form input:not([type]):visible").all()
    ):
        box.fill(LINES[position % len(LINES)])
    for position, box in enumerate(page.locator("form.form textarea:visible").all()):
        box.fill(PROSE[position % len(PROSE)])
    for choice in page.locator("form.form select:visible").all():
        if choice.locator("option").count() > 1:
            choice.select_option(index=1)


def test_a_search_for_something_odd_is_answered(odd_address: str, visit: Visit) -> None:
    with visit(USER, address=odd_address, password=make.PASSWORD) as visitor:
        for text in LINES:
            visitor.open("/admin/case/")
            visitor.page.fill("#search", text[:200])
            visitor.page.get_by_role("button", name="Lọc", exact=True).click()
            visitor.page.wait_for_url("**search=**")
            check(visitor)
            visitor.page.fill("#find", text[:200])
            visitor.page.keyboard.press("Enter")
            visitor.page.wait_for_url("**/search/**")
            check(visitor)
