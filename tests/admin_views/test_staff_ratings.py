"""Yearly ratings on the page: one by one and many by one decision; each person reads the own, and never writes it."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from school.models import SchoolYear, YearlyRating
from school.vocabulary import StaffRating, YearState
from tests.admin_views.test_lists import set_operator
from tests.cast import Cast
from tests.factories import make_staff, make_yearly_rating
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]
SCREEN = "/admin/staff_rating"
DECISION = {"decision_number": "31/QĐ-THPT", "decided_on": "14/10/2025"}


def of(cast: Cast, who: str) -> YearlyRating | None:
    set_operator(cast)
    return cast.session.scalars(select(YearlyRating).where(YearlyRating.staff_id == cast.staff[who])).one_or_none()


def many(browser: Browser, cast: Cast, expected: int = 303, **ratings: str) -> Any:
    browser.get(f"{SCREEN}/many/")
    answer = browser.post(
        f"{SCREEN}/many/", {f"r-{cast.staff[who]}": value for who, value in ratings.items()} | DECISION
    )
    assert answer.status_code == expected, errors_of(answer)
    return answer


def test_each_person_reads_the_own_and_no_colleagues(sign_in: SignIn, cast: Cast) -> None:
    lan, others = sign_in("lan"), of(cast, "giang")
    page = unescape(lan.get(f"{SCREEN}/").text)
    assert "Nguyễn Thị Lan" in page.partition("<tbody>")[2]
    assert "Hồ Thị Giang" not in page
    for offer in ("/new/", "/many/", "/edit/"):
        assert f"{SCREEN}{offer}" not in page, offer
    assert lan.get(f"{SCREEN}/details/?id={others.id}").status_code == 404
    assert "Hồ Thị Giang" not in lan.get(f"{SCREEN}/export/csv/").text


def test_the_secretary_enters_one_with_nothing_chosen_beforehand(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    page = thu.get(f"{SCREEN}/new/").text
    chosen = dict(re.findall(r'<select[^>]*name="(\w+)"[^>]*>.*?<option selected value="(\w*)"', page, re.DOTALL))
    assert (chosen["rating"], bool(chosen["school_year"])) == ("", True)
    given = {"school_year": str(cast.year), "staff": "Tran Thi Hoa", "rating": "good"} | DECISION
    assert thu.post(f"{SCREEN}/new/", given).status_code == 303
    row = of(cast, "hoa")
    assert (row.rating, row.decision_number) == (StaffRating.GOOD, "31/QĐ-THPT")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"staff": ""}, "staff"),
        ({"staff": "Nguyen Thi Lan"}, "staff"),  # has one
        ({"rating": ""}, "rating"),
        ({"rating": "perfect"}, "rating"),
        ({"decision_number": ""}, "decision_number"),
        ({"decision_number": "x" * 33}, "decision_number"),
        ({"decided_on": "16/10/2025"}, "decided_on"),
        ({"decided_on": "31/02/2025"}, "decided_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(sign_in: SignIn, cast: Cast, values: dict[str, str], field: str) -> None:
    thu = sign_in("thu")
    thu.get(f"{SCREEN}/new/")
    given = {"school_year": str(cast.year), "staff": "Tran Thi Hoa", "rating": "good"} | DECISION | values
    answer = thu.post(f"{SCREEN}/new/", given)
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text
    assert of(cast, "hoa") is None


def test_the_own_is_refused_on_every_way(sign_in: SignIn, cast: Cast) -> None:
    ly, own = sign_in("ly"), of(cast, "ly")
    page = ly.get(f"{SCREEN}/details/?id={own.id}").text
    assert "/edit/" not in page
    assert "/delete/" not in page
    given = {"id": own.id, "version": own.version, "rating": "excellent"} | DECISION
    ly.get("/password")
    assert ly.post(f"{SCREEN}/edit/?id={own.id}", given).status_code == 403
    assert ly.post(f"{SCREEN}/delete/", given).status_code == 403
    thu = sign_in("thu")
    thu.get(f"{SCREEN}/new/")
    mine = {"school_year": str(cast.year), "staff": "Ly Anh Thu", "rating": "excellent"} | DECISION
    assert thu.post(f"{SCREEN}/new/", mine).status_code == 403
    assert f"name=r-{cast.staff['thu']} " not in thu.get(f"{SCREEN}/many/").text
    many(thu, cast, thu="excellent", hoa="good")  # forged: the own is left, and said
    assert (of(cast, "thu"), of(cast, "hoa").rating) == (None, StaffRating.GOOD)
    assert "do người khác ghi" in unescape(thu.get(f"{SCREEN}/").text)


def test_forged_ratings_of_others_are_refused(sign_in: SignIn, cast: Cast) -> None:
    row = of(cast, "giang")
    for name in ("lan", "hoa", "cuc", "hoi", "quan"):
        browser = sign_in(name)
        for address in (f"{SCREEN}/many/", f"{SCREEN}/new/", f"{SCREEN}/edit/?id={row.id}", f"{SCREEN}/delete/"):
            given = {"id": row.id, "version": 1, "rating": "excellent", f"r-{cast.staff['hoa']}": "good"} | DECISION
            assert browser.post(address, given).status_code in (403, 404), (name, address)
    assert (of(cast, "giang").rating, of(cast, "hoa")) == (StaffRating.GOOD, None)


def test_many_by_one_decision_and_a_second_tap(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    page = thu.get(f"{SCREEN}/many/").text
    assert not re.search(r"<option value=\w+ selected", page)  # nobody's level is chosen beforehand
    assert f"name=r-{cast.staff['lan']} " not in page  # she has one
    answer = many(thu, cast, hoa="good", tam="excellent", vinh="")
    assert (of(cast, "hoa").rating, of(cast, "tam").rating) == (StaffRating.GOOD, StaffRating.EXCELLENT)
    assert of(cast, "vinh") is None
    assert "Đã ghi xếp loại của 2 người." in unescape(thu.get(answer.headers["Location"]).text)
    many(thu, cast, hoa="good", tam="excellent")
    many(thu, cast, 400, hoa="done")  # another one meanwhile


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"decision_number": ""}, "Thầy cô ghi số quyết định."),
        ({"decided_on": ""}, "Thầy cô chọn ngày quyết định."),
        ({"decided_on": "16/10/2025"}, "Ngày này chưa đến"),
    ],
)
def test_many_that_lack_something_are_refused_with_the_choices_kept(
    sign_in: SignIn, cast: Cast, values: dict[str, str], said: str
) -> None:
    thu, hoa = sign_in("thu"), cast.staff["hoa"]
    thu.get(f"{SCREEN}/many/")
    answer = thu.post(f"{SCREEN}/many/", {f"r-{hoa}": "done"} | DECISION | values)
    assert answer.status_code == 400
    assert said in unescape(answer.text)
    assert re.search(rf"name=r-{hoa} .*?<option value=done selected", answer.text)
    assert of(cast, "hoa") is None


@pytest.mark.parametrize("forged", [{"r-x": "good"}, {"r--1": "good"}, {"r-1": "best"}, {f"r-{'9' * 30}": "good"}])
def test_forged_choices_are_refused(sign_in: SignIn, forged: dict[str, str]) -> None:
    thu = sign_in("thu")
    assert thu.post(f"{SCREEN}/many/", forged | DECISION).status_code == 400


def test_somebody_unknown_among_many_refuses_all(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    thu.get(f"{SCREEN}/many/")
    answer = thu.post(f"{SCREEN}/many/", {f"r-{cast.staff['hoa']}": "good", "r-999999": "good"} | DECISION)
    assert answer.status_code == 400
    assert of(cast, "hoa") is None


@pytest.mark.parametrize(
    ("query", "status"),
    [("?school_year=999", 404), ("?school_year=x", 400), ("?department=x", 400), ("?department=2", 200)],
)
def test_year_and_department_come_from_the_address(sign_in: SignIn, query: str, status: int) -> None:
    assert sign_in("thu").get(f"{SCREEN}/many/{query}").status_code == status


def test_it_is_put_right_on_the_version_that_was_seen(sign_in: SignIn, cast: Cast) -> None:
    binh, row = sign_in("binh"), of(cast, "lan")
    page = binh.get(f"{SCREEN}/edit/?id={row.id}")
    assert 'name="staff"' not in page.text
    given = {"rating": "excellent", "version": version_of(page)} | DECISION
    assert binh.post(f"{SCREEN}/edit/?id={row.id}", given).status_code == 303
    assert of(cast, "lan").rating is StaffRating.EXCELLENT
    assert binh.post(f"{SCREEN}/edit/?id={row.id}", given | {"rating": "done"}).status_code == 409


def test_in_a_closed_year_nothing_is_offered(sign_in: SignIn, cast: Cast) -> None:
    row = of(cast, "lan")
    cast.get(SchoolYear, cast.year).state = YearState.CLOSED
    cast.session.commit()
    thu = sign_in("thu")
    page = thu.get(f"{SCREEN}/details/?id={row.id}").text
    assert "/edit/" not in page
    assert "/delete/" not in page
    thu.get("/password")
    assert thu.post(f"{SCREEN}/many/", {f"r-{cast.staff['hoa']}": "good"} | DECISION).status_code == 400


def test_pages_are_light(sign_in: SignIn, cast: Cast, statements: Callable) -> None:
    set_operator(cast)
    for number in range(70):
        staff = make_staff(cast.session, f"Nguyễn Thị Hồng Thương {number}")
        if number % 2:
            make_yearly_rating(cast.session, staff)
    cast.session.commit()
    thu = sign_in("thu")
    for address, most in ((f"{SCREEN}/", 6), (f"{SCREEN}/many/", 12), (f"{SCREEN}/details/?id=1", 12)):
        thu.get(address)
        with statements() as seen:
            page = thu.get(address)
        assert page.status_code == 200
        assert len(seen) <= most, address
        assert len(page.data) < 60_000, address
