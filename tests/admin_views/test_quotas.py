"""The quotas on the screen of the commendations: seen by its readers, set by leadership, said beside a proposal."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from school.models import CommendationQuota, SchoolYear
from school.vocabulary import CommendationLevel, YearState
from tests.admin_views.test_commendations import DECISION, create, made, of
from tests.admin_views.test_lists import set_operator
from tests.cast import Cast
from tests.web import Browser

SignIn = Callable[[str], Browser]
PAGE = "/admin/commendation/quotas/"
KEPT = {"school_people": "5", "school_departments": "1", "school_version": "1"}


def quotas(cast: Cast) -> dict[CommendationLevel, tuple[int | None, int | None]]:
    set_operator(cast)
    return {row.level: (row.people, row.departments) for row in cast.session.scalars(select(CommendationQuota))}


def send(browser: Browser, expected: int = 303, **values: str) -> Any:
    browser.get(PAGE)
    answer = browser.post(PAGE, KEPT | values)
    assert answer.status_code == expected, unescape(answer.text)
    return answer


def test_readers_see_the_counts_and_have_no_form(sign_in: SignIn, cast: Cast) -> None:
    for name in ("cuc", "thu", "hoi"):
        page = sign_in(name).get(PAGE)
        assert "Chỉ tiêu 5; đã đề nghị 1, đã có quyết định 0." in unescape(page.text), name
        assert "school_people" not in page.text, name
    for name in ("lan", "hoa", "quan", "tro"):
        assert sign_in(name).get(PAGE).status_code == 403, name


def test_leadership_sets_them_and_what_was_stored_stands_in_the_form(sign_in: SignIn, cast: Cast) -> None:
    binh = sign_in("binh")
    page = binh.get(PAGE).text
    assert re.search(r'name="school_people"[^>]*value="5"', page)
    send(binh, school_people="7", province_departments="2")
    assert quotas(cast) == {CommendationLevel.SCHOOL: (7, 1), CommendationLevel.PROVINCE: (None, 2)}
    send(binh, school_people="7", school_version="2", province_departments="2", province_version="1")  # again: the same
    assert len(quotas(cast)) == 2


@pytest.mark.parametrize("odd", ["-1", "10001", "abc", "1.5", "9" * 30])
def test_odd_numbers_are_refused_at_their_field_and_kept(sign_in: SignIn, cast: Cast, odd: str) -> None:
    answer = send(sign_in("binh"), 400, province_people=odd, school_people="9")
    assert re.search(r'id="province_people-error"', answer.text)
    assert re.search(rf'name="province_people"[^>]*value="{re.escape(odd)}"', answer.text)
    assert quotas(cast) == {CommendationLevel.SCHOOL: (5, 1)}  # all or none


def test_a_form_opened_on_an_older_version_is_refused(sign_in: SignIn, cast: Cast) -> None:
    send(sign_in("ly"), school_people="6")
    answer = send(sign_in("binh"), 409, school_people="9")
    assert re.search(r'name="school_people"[^>]*value="9"', answer.text)  # nothing typed is lost
    assert quotas(cast)[CommendationLevel.SCHOOL] == (6, 1)


def test_forged_quotas_of_others_are_refused(sign_in: SignIn, cast: Cast) -> None:
    for name in ("cuc", "thu", "hoi", "lan", "quan"):
        browser = sign_in(name)
        assert browser.post(PAGE, KEPT | {"school_people": "50"}).status_code == 403, name
    assert quotas(cast) == {CommendationLevel.SCHOOL: (5, 1)}


@pytest.mark.parametrize(("query", "status"), [("?school_year=999", 404), ("?school_year=x", 400)])
def test_the_year_comes_from_the_address(sign_in: SignIn, query: str, status: int) -> None:
    assert sign_in("binh").get(f"{PAGE}{query}").status_code == status


def test_in_a_closed_year_they_are_only_read(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    cast.get(SchoolYear, cast.year).state = YearState.CLOSED
    cast.session.commit()
    binh = sign_in("binh")
    assert "school_people" not in binh.get(PAGE).text
    binh.get("/password")
    assert binh.post(PAGE, KEPT | {"school_people": "50"}).status_code == 400
    assert quotas(cast) == {CommendationLevel.SCHOOL: (5, 1)}


def test_a_proposal_beyond_the_quota_is_taken_with_a_remark(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    cast.session.scalars(select(CommendationQuota)).one().people = 1
    cast.session.commit()
    thu = sign_in("thu")
    place = create(thu, cast).headers["Location"]
    page = unescape(thu.get(place).text)
    assert (
        page.count("Chỉ tiêu 1; đã đề nghị 2, đã có quyết định 0. Số đề nghị vượt chỉ tiêu 1.") == 2
    )  # told, and on it


def test_deciding_beyond_it_is_refused_on_both_pages(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    cast.session.scalars(select(CommendationQuota)).one().people = 1
    cast.session.commit()
    ids = made(cast, "hoa", "giang")
    binh = sign_in("binh")
    binh.get("/admin/commendation/decide/")
    answer = binh.post("/admin/commendation/decide/", {"rowid": ids} | DECISION)
    assert answer.status_code == 400
    assert "chỉ tiêu năm học này là 1 cá nhân, đã có quyết định cho 0, lần này thêm 2" in unescape(answer.text)
    assert binh.post("/admin/commendation/decide/", {"rowid": ids[:1]} | DECISION).status_code == 303
    step = {"id": ids[1], "version": 1, "step": "decide"} | DECISION
    answer = binh.post("/admin/commendation/step/", step)
    assert answer.status_code == 400
    assert "đã có quyết định cho 1, lần này thêm 1" in unescape(answer.text)
    assert of(cast, "giang").decided_on is None


def test_the_page_is_light(sign_in: SignIn, statements: Callable) -> None:
    binh = sign_in("binh")
    binh.get(PAGE)
    with statements() as seen:
        page = binh.get(PAGE)
    assert len(seen) <= 12
    assert len(page.data) < 60_000
