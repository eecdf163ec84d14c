"""How heavy pages are: HTML of a list and of any page, and all that a first visit fetches."""

import gzip
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from school.db import db
from school.models import Classroom, Staff
from school.rules.actor import Actor
from school.services.guard import set_actor
from tests.browser.pages import kind_of
from tests.cast import NOW, Cast
from tests.factories import (
    make_case,
    make_evaluation,
    make_hardship,
    make_rating,
    make_result,
    make_sponsorship,
    make_student,
)
from tests.web import Browser

LIST_OF_50, ANY_PAGE, COLD_STATIC = 60_000, 80_000, 350_000  # bytes
PEOPLE = ("lan", "hoa", "uyen", "thu", "ly", "hoi", "quan")
SignIn = Callable[[str], Browser]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the full school is kept once a test has filled it."""
    return tmp_path_factory.mktemp("full") / "school.db"


@pytest.fixture
def full_school(app: Flask, cast: Cast, kept: Path) -> Cast:
    """More than a hundred students of long names, each with a case, a sponsor, a classification and an evaluation."""
    file = Path(app.instance_path) / "school.db"
    if not kept.exists():
        fill(cast)
        close()
        shutil.copy(file, kept)
    close()
    shutil.copy(kept, file)
    return cast


def close() -> None:
    """Nothing of the database is in use any more, nor in its log."""
    db.session.remove()
    db.engine.dispose()


def fill(cast: Cast) -> None:
    """Make all these rows."""
    set_actor(cast.session, Actor.running_commands(NOW))
    room, sponsor = cast.get(Classroom, cast.classes["10A1"]), cast.get(Staff, cast.staff["hoa"])
    for number in range(105):
        student = make_student(cast.session, f"Nguyễn Hoàng Phương Thảo Uyên {number}", room)
        make_result(cast.session, student.current_enrolment, absences_excused=2, absences_unexcused=1)
        case = make_case(cast.session, student)
        make_hardship(cast.session, case)
        make_rating(cast.session, make_sponsorship(cast.session, case, sponsor))
        make_evaluation(cast.session, case, sponsor)
    cast.session.commit()


def pages_of(browser: Browser) -> Iterator[tuple[str, TestResponse]]:
    """One page of each kind that the person reaches by links from home."""
    seen, waiting = {"/admin/"}, ["/admin/"]
    while waiting:
        path = waiting.pop()
        page = browser.get(path)
        if page.mimetype != "text/html" or page.status_code != 200:
            continue
        yield path, page
        for link in (urldefrag(link).url for link in html.fromstring(page.text).xpath("//a/@href")):
            if link.startswith(("/admin/", "/password")) and kind_of(link) not in seen:
                seen.add(kind_of(link))
                waiting.append(link)


@pytest.mark.parametrize("name", PEOPLE)
def test_no_page_is_heavy(name: str, sign_in: SignIn, full_school: Cast) -> None:
    sizes = {path: len(page.data) for path, page in pages_of(sign_in(name))}
    assert len(sizes) > 15
    assert {path: size for path, size in sizes.items() if size > ANY_PAGE} == {}
    # The grid of a month is a form of twenty-five rows, each with six lists to choose from.
    lists = {path: size for path, size in sizes.items() if path.count("/") == 3 and path != "/admin/grid/"}
    assert {path: size for path, size in lists.items() if size > LIST_OF_50} == {}


@pytest.mark.parametrize("screen", ["student", "result", "case", "hardship", "sponsorship", "progress", "help"])
def test_a_long_list_is_light(screen: str, sign_in: SignIn, full_school: Cast) -> None:
    browser = sign_in("binh")
    for rows, most in ((50, LIST_OF_50), (100, ANY_PAGE)):
        page = browser.get(f"/admin/{screen}/?page_size={rows}")
        assert page.text.count("<tr>") == rows + 1
        assert len(page.data) <= most, f"{rows} rows"


def test_a_first_visit_fetches_little(sign_in: SignIn, full_school: Cast) -> None:
    browser, weights = sign_in("binh"), dict[str, int]()
    for path, page in [*pages_of(browser), ("/login", browser.get("/login"))]:
        needed = html.fromstring(page.text).xpath("//link/@href | //script/@src | //img/@src")
        assert all(address.startswith("/") for address in needed), "nothing comes from another host"
        for address in set(needed) - weights.keys():
            weights[address] = len(gzip.compress(browser.get(address).data))
        assert 0 < sum(weights[address] for address in needed) <= COLD_STATIC, path
