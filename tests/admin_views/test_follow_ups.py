"""What is followed, on the page: a difficulty raised from a case, answered, closed by another (P4.4, P4.6)."""

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from school.models import FollowUp, Staff
from school.vocabulary import FollowUpKind, FollowUpState
from tests.admin_views.test_lists import set_operator, titles
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_follow_up
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]
SCREEN = "/admin/follow_up"
HOA, BINH, KHOA, SON = "Trần Thị Hoa", "Cao Thanh Bình", "Huỳnh Đăng Khoa", "Đặng Thái Sơn"
DIFFICULTY = {"kind": "difficulty", "what": "Em chưa có sách Toán", "owner": HOA, "due_on": "22/10/2025", "case": ""}


def raise_one(browser: Browser, query: str = "", expected: int = 303, **values: str) -> Any:
    browser.get(f"{SCREEN}/new/{query}")
    answer = browser.post(f"{SCREEN}/new/{query}", DIFFICULTY | values)
    assert answer.status_code == expected, errors_of(answer)
    return answer.headers["Location"] if expected == 303 else answer


def press(browser: Browser, address: str, step: str, expected: int = 303, **typed: str) -> Any:
    data = {"id": address.split("=")[-1], "version": version_of(browser.get(address)), "step": step} | typed
    answer = browser.post(f"{SCREEN}/step/", data)
    assert answer.status_code == expected, errors_of(answer)
    return answer


def stored(cast: Cast, address: str) -> FollowUp:
    set_operator(cast)
    cast.session.expire_all()
    return cast.get(FollowUp, int(address.split("=")[-1]))


def test_from_a_case_a_difficulty_is_half_written(sign_in: SignIn, cast: Cast) -> None:
    page = unescape(sign_in("lan").get(f"{SCREEN}/new/?case={cast.id('sponsored')}&kind=difficulty").text)
    assert re.search(r'<option selected value="difficulty"', page)
    assert re.search(rf'name="owner"[^>]*value="{HOA} · ', page)
    assert re.search(r'name="case"[^>]*value="Y Bhiu Niê · ', page)
    assert 'value="2025-10-22"' in page
    assert 'value="reminder"' not in page
    assert 'value="advice"' not in page


def test_a_case_out_of_sight_is_not_filled_in(sign_in: SignIn, cast: Cast) -> None:
    page = unescape(sign_in("lan").get(f"{SCREEN}/new/?case={cast.id('outsiders')}&kind=difficulty").text)
    assert "Điểu Sáng" not in page


def test_heads_are_offered_advice_and_leadership(sign_in: SignIn) -> None:
    page = unescape(sign_in("hoa").get(f"{SCREEN}/new/?kind=advice").text)
    assert re.search(r'<option selected value="advice"', page)
    assert f'value="{BINH} · ' in page
    assert 'value="Mai Hương Ly · ' in page


def test_a_difficulty_goes_its_whole_way(sign_in: SignIn, cast: Cast) -> None:
    lan, hoa = sign_in("lan"), sign_in("hoa")
    address = raise_one(lan)
    assert raise_one(lan) == address  # a double tap
    assert 'value="answer"' not in lan.get(address).text
    assert 'value="close"' not in hoa.get(address).text
    assert 'id="answer-text-error"' in press(hoa, address, "answer", 400, text=" ").text
    press(hoa, address, "answer", text="Đã mượn sách ở thư viện")
    press(lan, address, "return", text="Còn thiếu vở")
    press(hoa, address, "answer", text="Đã có vở")
    press(lan, address, "close")
    row = stored(cast, address)
    assert (row.state, row.closed_by_id) == (FollowUpState.CLOSED, cast.accounts["lan"])
    page = unescape(lan.get(address).text)
    assert "15/10/2025: Còn thiếu vở" in page
    assert "15/10/2025: Đã có vở" in page
    assert 'name="step"' not in page
    assert "/edit/" not in page


def test_nobody_closes_their_own(sign_in: SignIn, cast: Cast) -> None:
    ly, binh = sign_in("ly"), sign_in("binh")
    address = raise_one(ly, kind="reminder", owner="Mai Hương Ly")
    press(ly, address, "answer", text="xong")
    assert 'value="close"' not in ly.get(address).text
    data = {"id": address.split("=")[-1], "version": stored(cast, address).version, "step": "close"}
    assert ly.post(f"{SCREEN}/step/", data).status_code == 403
    assert stored(cast, address).state is FollowUpState.ANSWERED
    press(binh, address, "close")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"owner": KHOA}, "owner"),
        ({"owner": "Không Có Ai"}, "owner"),
        ({"owner": ""}, "owner"),
        ({"kind": "finding"}, "kind"),
        ({"kind": "made-up"}, "kind"),
        ({"what": ""}, "what"),
        ({"what": "x" * 20_001}, "what"),
        ({"due_on": "14/10/2025"}, "due_on"),
        ({"due_on": ""}, "due_on"),
        ({"due_on": "hôm qua"}, "due_on"),
        ({"case": "Điểu Sáng"}, "case"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_typed_is_lost(
    sign_in: SignIn, cast: Cast, values: dict[str, str], field: str
) -> None:
    answer = raise_one(sign_in("lan"), expected=400, **values)
    assert f'id="{field}-error"' in answer.text
    kept = (DIFFICULTY | values)["what"]
    assert kept in unescape(answer.text)
    set_operator(cast)
    assert cast.session.scalar(select(func.count()).where(FollowUp.kind == FollowUpKind.DIFFICULTY)) == 0


def test_union_and_leadership_turn_to_anybody(sign_in: SignIn, cast: Cast) -> None:
    row = stored(cast, raise_one(sign_in("cuc"), kind="reminder", owner=SON))
    assert (row.owner_id, row.raised_by_id) == (cast.staff["son"], cast.staff["cuc"])


def test_owner_and_day_change_by_whoever_may_close_it(sign_in: SignIn, cast: Cast) -> None:
    lan, hoa = sign_in("lan"), sign_in("hoa")
    address = raise_one(lan)
    edit = address.replace("details", "edit")
    page = lan.get(edit)
    assert 'name="what"' not in page.text
    data = {"version": version_of(page), "owner": BINH, "due_on": "2025-10-30", "what": "forged", "kind": "finding"}
    assert lan.post(edit, data).status_code == 303
    row = stored(cast, address)
    assert (row.owner_id, row.due_on) == (cast.staff["binh"], dt.date(2025, 10, 30))
    assert (row.what, row.kind) == (DIFFICULTY["what"], FollowUpKind.DIFFICULTY)
    assert lan.post(edit, data).status_code == 409
    assert hoa.get(edit).status_code == 403


def test_another_persons_follow_up_does_not_exist(sign_in: SignIn, cast: Cast) -> None:
    address = raise_one(sign_in("lan"))
    for person in ("giang", "khoa", "hoi", "quan"):
        browser = sign_in(person)
        assert browser.get(address).status_code == 404
        data = {"id": address.split("=")[-1], "version": 1, "step": "answer", "text": "x"}
        browser.get("/password")
        assert browser.post(f"{SCREEN}/step/", data).status_code == 404


def test_what_is_overdue_comes_first_and_is_found(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    set_operator(cast)
    hoi = cast.get(Staff, cast.staff["hoi"])
    for what, days, state in (
        ("đã xong", -9, FollowUpState.CLOSED),
        ("chờ xem", -5, FollowUpState.ANSWERED),
        ("tuần này", 7, FollowUpState.OPEN),
        ("sau này", 8, FollowUpState.OPEN),
        ("quá hạn", -2, FollowUpState.OPEN),
    ):
        make_follow_up(cast.session, hoi, what=what, due_on=TODAY + dt.timedelta(days=days), state=state)
    cast.session.commit()
    browser = sign_in("hoi")
    assert titles(browser.get(f"{SCREEN}/")) == ["quá hạn", "tuần này", "sau này", "chờ xem", "đã xong"]
    assert titles(browser.get(f"{SCREEN}/?when=overdue")) == ["quá hạn"]
    assert titles(browser.get(f"{SCREEN}/?when=soon")) == ["tuần này"]
    assert titles(browser.get(f"{SCREEN}/?state=closed")) == ["đã xong"]
    assert titles(browser.get(f"{SCREEN}/?whose=raised")) == []
    assert len(titles(browser.get(f"{SCREEN}/?whose=mine"))) == 5
    assert titles(browser.get(f"{SCREEN}/?sort=due_on"))[0] == "đã xong"
    page = browser.get(f"{SCREEN}/").text
    assert "Quá hạn 2 ngày" in page
    assert "Còn 7 ngày" in page
    assert browser.get(f"{SCREEN}/?when=never").status_code == 400
    tomorrow = Browser(app, NOW + dt.timedelta(days=8)).sign_in("hoi")
    assert "Hạn hôm nay" in tomorrow.get(f"{SCREEN}/").text


def test_mine_and_raised_by_me(sign_in: SignIn) -> None:
    lan, hoa = sign_in("lan"), sign_in("hoa")
    raise_one(lan)
    assert DIFFICULTY["what"] in unescape(lan.get(f"{SCREEN}/?whose=raised").text)
    assert DIFFICULTY["what"] not in unescape(lan.get(f"{SCREEN}/?whose=mine").text)
    assert DIFFICULTY["what"] in unescape(hoa.get(f"{SCREEN}/?whose=mine").text)
    assert DIFFICULTY["what"] in unescape(sign_in("binh").get(f"{SCREEN}/?kind=difficulty&search=hoa").text)


def test_a_list_is_short_and_its_file_is_whole(sign_in: SignIn) -> None:
    lan, text = sign_in("lan"), "Em cần sách " * 20 + "và vở."
    raise_one(lan, what=text)
    assert "và vở" not in lan.get(f"{SCREEN}/?whose=raised").text
    assert "và vở." in lan.get(f"{SCREEN}/export/csv/?whose=raised").text


def test_words_are_shown_as_they_were_typed(sign_in: SignIn) -> None:
    text = "<script>alert(1)</script> đến hết"
    page = sign_in("lan").get(raise_one(sign_in("lan"), what=text)).text
    assert "<script>alert" not in page
    assert text in unescape(page)


def test_pages_ask_few_questions(sign_in: SignIn, cast: Cast, statements: Any) -> None:
    lan, binh = sign_in("lan"), sign_in("binh")
    address = raise_one(lan, f"?case={cast.id('sponsored')}", case="Y Bhiu Niê")
    for browser in (lan, binh):
        for page, most in ((f"{SCREEN}/", 6), (f"{SCREEN}/new/", 12), (address, 12)):
            browser.get(page)
            with statements() as seen:
                assert browser.get(page).status_code == 200
            assert len(seen) <= most, (page, seen)
