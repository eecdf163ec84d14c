"""The help of a semester rated on one page: by union and leadership, never one's own, nothing typed is lost (P4.8)."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from school import models as m
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.vocabulary import HelpRating
from tests.cast import NOW, Cast
from tests.web import Browser

SignIn = Callable[[str], Browser]
ADDRESS = "/admin/term_help/"


def rows_of(page: TestResponse) -> list[str]:
    """The sponsors of the page."""
    return [unescape(name) for name in re.findall(r'<th scope="row" id=n\d+><a [^>]*>([^<]*)<', page.text)]


def typed(page: TestResponse, sponsorship: int, rating: str, comment: str = "") -> dict[str, Any]:
    """One row as it would be posted from this page."""
    found = re.search(rf'name={sponsorship}-v value="([^"]*)"', page.text)
    assert found
    return {f"{sponsorship}-r": rating, f"{sponsorship}-c": comment, f"{sponsorship}-v": found[1]}


def stored(cast: Cast) -> list[tuple[int, HelpRating | None, str | None, int]]:
    """What the database holds of the semester."""
    set_actor(cast.session, Actor.running_commands(NOW))
    cast.session.expire_all()
    found = cast.session.scalars(select(m.SponsorEvaluation).where(m.SponsorEvaluation.period == "semester_1"))
    return [(row.sponsorship_id, row.rating, row.comment, row.version) for row in found]


def test_each_lead_who_helped_is_there_and_never_oneself(sign_in: SignIn) -> None:
    everybody = rows_of(sign_in("cuc").get(ADDRESS))
    assert everybody.count("Nguyễn Thị Lan") == 2, "also whose sponsorship has ended in the semester"
    assert "Phạm Hồng Phúc" not in everybody
    assert "Đinh Thu Uyên" in everybody
    assert "Đinh Thu Uyên" not in rows_of(sign_in("uyen").get(ADDRESS))
    assert "Mai Hương Ly" not in rows_of(sign_in("ly").get(ADDRESS))


def test_what_was_touched_is_saved_and_the_same_again_is_nothing(sign_in: SignIn, cast: Cast) -> None:
    cuc, one, two = sign_in("cuc"), cast.id("sponsored", "sponsorship"), cast.id("outsiders", "sponsorship")
    page = cuc.get(ADDRESS)
    data = typed(page, one, "good", "Đến thăm nhà em.") | typed(page, two, "")
    assert cuc.post(ADDRESS, data).status_code == 303
    assert stored(cast) == [(one, HelpRating.GOOD, "Đến thăm nhà em.", 1)]
    assert cuc.post(ADDRESS, data).status_code == 303
    assert stored(cast) == [(one, HelpRating.GOOD, "Đến thăm nhà em.", 1)]


def test_a_row_with_an_error_keeps_what_was_typed_and_the_others_are_saved(sign_in: SignIn, cast: Cast) -> None:
    cuc, one, two = sign_in("cuc"), cast.id("sponsored", "sponsorship"), cast.id("outsiders", "sponsorship")
    page = cuc.get(ADDRESS)
    answer = cuc.post(ADDRESS, typed(page, one, "good") | typed(page, two, "", "chưa chọn mức"))
    assert answer.status_code == 400
    assert "Nhận xét học kỳ cần chọn mức." in answer.text
    assert "\nchưa chọn mức</textarea>" in answer.text
    assert [row[0] for row in stored(cast)] == [one]
    assert cuc.post(ADDRESS, typed(answer, two, "best")).status_code == 400
    assert cuc.post(ADDRESS, typed(answer, two, "good", "a" * 20_001)).status_code == 400
    assert [row[0] for row in stored(cast)] == [one]


def test_a_row_that_somebody_else_changed_is_refused_once(sign_in: SignIn, cast: Cast) -> None:
    cuc, binh, one = sign_in("cuc"), sign_in("binh"), cast.id("sponsored", "sponsorship")
    page = cuc.get(ADDRESS)
    binh.post(ADDRESS, typed(binh.get(ADDRESS), one, "regular"))
    answer = cuc.post(ADDRESS, typed(page, one, "good"))
    assert answer.status_code == 400
    assert "Có người vừa lưu bản mới hơn" in answer.text
    assert cuc.post(ADDRESS, typed(answer, one, "good")).status_code == 303
    assert stored(cast)[0][1] is HelpRating.GOOD


@pytest.mark.parametrize(("person", "case"), [("uyen", "unionists"), ("ly", "leaders"), ("cuc", "registered")])
def test_a_forged_row_is_not_written(sign_in: SignIn, cast: Cast, person: str, case: str) -> None:
    row = cast.id(case, "sponsorship")
    data = {f"{row}-r": "excellent", f"{row}-c": "", f"{row}-v": "0.0"}
    assert sign_in(person).post(ADDRESS, data).status_code == 404
    assert stored(cast) == []


@pytest.mark.parametrize("query", ["?semester=semester_2", "?semester=year", "?department=x", "?page=-1"])
def test_the_address_is_checked(sign_in: SignIn, query: str) -> None:
    assert sign_in("cuc").get(ADDRESS + query).status_code == 400


def test_one_department_and_few_statements(sign_in: SignIn, cast: Cast, statements: Any) -> None:
    cuc = sign_in("cuc")
    with statements() as seen:
        page = cuc.get(f"{ADDRESS}?department={cast.departments['Tổ Văn']}")
    assert set(rows_of(page)) == {"Võ Minh Tâm"}
    assert len(seen) <= 12
