"""Passing the school on to the next year, on the page (P4.9)."""

import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask
from lxml import html
from sqlalchemy import func, select

from school.models import Enrolment, RollOver, SchoolYear, SupportCase
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.vocabulary import EnrolmentOutcome, Rating, TermPeriod
from tests.cast import NOW, Cast
from tests.factories import make_case, make_classroom, make_evaluation, make_result, make_sponsorship, make_student
from tests.web import Browser, errors_of

SUMMER = dt.datetime(2026, 8, 20, 2, 0, tzinfo=dt.UTC)
PAGE = "/admin/rollover/?year=2025-2026"


@pytest.fixture
def sign_in(app: Flask, cast: Cast) -> Iterator[Callable[[str], Browser]]:
    """A browser in the summer after the cast's year."""
    with time_machine.travel(SUMMER, tick=False):
        yield lambda name: Browser(app, SUMMER).sign_in(name)


SignIn = Callable[[str], Browser]


def operate(cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))


def form_of(text: str) -> dict[str, list[str]]:
    """What the big form would send as it stands."""
    page = html.fromstring(text)
    (form,) = (form for form in page.forms if "stamp" in form.fields)
    sent: dict[str, list[str]] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    return sent


def count(cast: Cast, model: type) -> int:
    operate(cast)
    cast.session.expire_all()
    return cast.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_page_shows_what_will_happen_and_changes_nothing(sign_in: SignIn, cast: Cast) -> None:
    before = count(cast, Enrolment)
    text = sign_in("binh").get(PAGE).text
    shown = html.fromstring(text).text_content()
    for words in (
        "Chuyển năm học 2025-2026 sang 2026-2027",
        "11A1",
        "12A2",
        "Ra trường",
        "Nguyễn Thị Lan → Y Bhiu Niê",
    ):
        assert words in shown
    assert count(cast, Enrolment) == before and count(cast, SchoolYear) == 1


def test_without_the_word_of_leadership_nothing_happens(sign_in: SignIn, cast: Cast) -> None:
    binh = sign_in("binh")
    sent = form_of(binh.get(PAGE).text)
    answer = binh.post("/admin/rollover/", sent | {"do": "apply"})
    assert answer.status_code == 400
    assert "Thầy cô đánh dấu ô này để chuyển năm học." in errors_of(answer)
    assert count(cast, RollOver) == 0


def test_it_is_done_told_and_taken_back(sign_in: SignIn, cast: Cast) -> None:
    cases, binh = count(cast, SupportCase), sign_in("binh")
    sent = form_of(binh.get(PAGE).text)
    answer = binh.post("/admin/rollover/", sent | {"do": "apply", "confirm": "y"})
    assert answer.status_code == 303, errors_of(answer)
    done = binh.get(answer.location)
    shown = html.fromstring(done.text).text_content()
    assert "Năm học 2025-2026 đã chuyển sang 2026-2027" in shown and "Hoàn tác" in shown
    assert count(cast, SupportCase) > cases
    again = binh.get(PAGE)
    assert "đã chuyển sang năm học mới" in again.text and "Tôi đã xem danh sách" not in again.text
    twice = binh.post("/admin/rollover/", sent | {"do": "apply", "confirm": "y"})
    assert (twice.status_code, twice.location) == (303, answer.location), "a double tap leads to what was done"
    other = sign_in("ly").post("/admin/rollover/", sent | {"do": "apply", "confirm": "y"})
    assert other.status_code == 400 and count(cast, RollOver) == 1

    row = cast.session.scalars(select(RollOver)).one().id
    assert binh.post("/admin/rollover/undo/", {"id": row}).status_code == 400
    assert count(cast, RollOver) == 1
    assert binh.post("/admin/rollover/undo/", {"id": row, "confirm": "1"}).status_code == 303
    assert (count(cast, SupportCase), count(cast, SchoolYear), count(cast, RollOver)) == (cases, 1, 0)
    assert binh.post("/admin/rollover/undo/", {"id": row, "confirm": "1"}).status_code == 404


def test_after_the_first_evaluation_there_is_no_way_back(sign_in: SignIn, cast: Cast) -> None:
    binh = sign_in("binh")
    sent = form_of(binh.get(PAGE).text)
    address = binh.post("/admin/rollover/", sent | {"do": "apply", "confirm": "y"}).location
    operate(cast)
    row = cast.session.scalars(select(RollOver)).one()
    case = cast.session.scalars(select(SupportCase).where(SupportCase.school_year_id == row.to_year_id)).first()
    make_evaluation(cast.session, case, None, period="2026-09")
    cast.session.commit()
    page = binh.get(address).text
    assert "đã có đánh giá tháng nên không hoàn tác" in page and "/admin/rollover/undo/" not in page
    assert binh.post("/admin/rollover/undo/", {"id": row.id, "confirm": "1"}).status_code == 400


def test_a_student_is_added_to_the_list_and_decided_about(sign_in: SignIn, cast: Cast) -> None:
    binh = sign_in("binh")
    sent = form_of(binh.get(PAGE).text)
    pairs = sent["pair"]
    answer = binh.post("/admin/rollover/", sent | {"do": "add", "more": "Nguyễn Văn Nam", "pair": pairs[1:]})
    assert answer.status_code == 200, errors_of(answer)
    sent = form_of(answer.text)
    assert sent["pair"] == pairs[1:], "what was decided before stays"
    assert sent[f"outcome-{cast.classmate}"] == ["promoted"]
    sent |= {f"outcome-{cast.classmate}": ["dropped_out"], "do": ["apply"], "confirm": ["y"]}
    assert binh.post("/admin/rollover/", sent).status_code == 303
    operate(cast)
    stays = cast.session.scalars(select(Enrolment).where(Enrolment.student_id == cast.classmate)).all()
    assert [stay.outcome for stay in stays] == [EnrolmentOutcome.DROPPED_OUT]


@pytest.mark.parametrize(
    ("more", "sentence"), [("", "gõ tên em"), ("Người Không Có", "Không tìm thấy"), ("x" * 3000, "Không tìm thấy")]
)
def test_a_name_that_says_nobody_is_refused_at_its_field(sign_in: SignIn, cast: Cast, more: str, sentence: str) -> None:
    binh = sign_in("binh")
    answer = binh.post("/admin/rollover/", form_of(binh.get(PAGE).text) | {"do": "add", "more": more})
    assert answer.status_code == 400
    assert any(sentence in error for error in errors_of(answer)), errors_of(answer)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"do": "nothing"}, 400),
        ({"year": "2019-2020"}, 404),
        ({"outcome-1": "expelled"}, 400),
        ({"pair": "x"}, 400),
        ({"outcome-999999": "repeated"}, 400),
        ({f"outcome-{'9' * 18}": "repeated"}, 400),
        ({"stamp": "made up"}, 409),
        ({"stamp": ""}, 409),
    ],
)
def test_odd_posts_change_nothing(sign_in: SignIn, cast: Cast, sent: dict[str, str], status: int) -> None:
    binh = sign_in("binh")
    usual = form_of(binh.get(PAGE).text) | {"do": "apply", "confirm": "y"}
    assert binh.post("/admin/rollover/", usual | sent).status_code == status
    assert count(cast, RollOver) == 0


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "thu", "hoi", "quan"])
def test_nobody_but_leadership_comes_here(sign_in: SignIn, cast: Cast, name: str) -> None:
    browser = sign_in(name)
    assert browser.get(PAGE).status_code == 403
    assert browser.get("/admin/rollover/done/?id=1").status_code == 403
    for address in ("/admin/rollover/", "/admin/rollover/undo/"):
        assert browser.post(address, {"year": "2025-2026", "do": "apply", "confirm": "y", "id": 1}).status_code == 403


def test_while_the_year_runs_the_page_says_from_when(app: Flask, cast: Cast) -> None:
    text = Browser(app, NOW).sign_in("binh").get("/admin/rollover/").text
    assert "chuyển từ ngày 01/06/2026" in text and "Tôi đã xem danh sách" not in text


def test_a_big_school_fits_on_a_light_page_of_few_statements(sign_in: SignIn, cast: Cast, statements: Callable) -> None:
    operate(cast)
    rooms = [make_classroom(cast.session, f"{grade}C{n}", grade=grade) for grade in (10, 11, 12) for n in range(3)]
    for number in range(342):
        student = make_student(cast.session, f"Nguyễn Hoàng Phương Thảo {number}", rooms[number % 9])
        weak = number % 10 == 0
        rating = Rating.NOT_MET if weak else Rating.FAIR
        make_result(cast.session, student.current_enrolment, period=TermPeriod.YEAR, learning=rating)
        if number % 4 == 0:
            staff = cast.session.get(SupportCase, cast.id("sponsored")).sponsorships[0].staff
            make_sponsorship(cast.session, make_case(cast.session, student), staff)
    cast.session.commit()
    binh = sign_in("binh")
    binh.get(PAGE)
    with statements() as seen:
        page = binh.get(PAGE)
    assert len(seen) <= 12, seen
    assert len(page.data) < 80_000
    assert len(re.findall(r'name="outcome-', page.text)) == 35
    answer = binh.post("/admin/rollover/", form_of(page.text) | {"do": "apply", "confirm": "y"})
    assert answer.status_code == 303, errors_of(answer)
