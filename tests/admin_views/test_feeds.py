"""The page "Lịch và nhắc việc", its answers, and the calendar address that opens without signing in (P4.6)."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from school.models import Reminder
from school.services import accounts, reminders
from school.services.guard import set_actor
from tests.admin_views.test_lists import set_operator
from tests.cast import CASES, NOW, TODAY, Cast
from tests.web import Browser

SignIn = Callable[[str], Browser]
PAGE = "/admin/reminders/"


def reminder_of(cast: Cast, name: str) -> Reminder:
    set_operator(cast)
    return cast.session.scalars(select(Reminder).where(Reminder.staff_id == cast.staff[name])).one()


def address_in(text: str) -> str:
    found = re.search(r'id="address" readonly value="http://localhost([^"]+)"', text)
    assert found, text
    return found[1]


# The answers -------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_owed_and_the_frame_leads_to_it(sign_in: SignIn) -> None:
    browser = sign_in("lan")
    assert f'href="{PAGE}"' in browser.get("/admin/").text
    page = browser.get(PAGE)
    assert "Gửi đánh giá tháng 10/2025: 1 em" in page.text
    assert "Hạn 20/10/2025" in page.text


@pytest.mark.parametrize("person", ["tro", "quan", "tam"])
def test_somebody_who_owes_nothing_is_told_so(person: str, sign_in: SignIn) -> None:
    assert "Hiện không có việc nào chờ thầy cô." in sign_in(person).get(PAGE).text


def test_a_reminder_is_acknowledged_once(sign_in: SignIn, cast: Cast) -> None:
    row_id = reminder_of(cast, "lan").id
    browser = sign_in("lan")
    for _ in range(2):
        assert browser.post(f"{PAGE}answer/", {"id": row_id, "step": "acknowledge"}).status_code == 303
    page = browser.get(PAGE)
    assert "thầy cô đã rõ" in page.text
    assert 'value="acknowledge"' not in page.text
    assert reminder_of(cast, "lan").acknowledged_on == TODAY


def test_a_reminder_is_put_off_disappears_from_home_and_comes_back(sign_in: SignIn, cast: Cast, app: Flask) -> None:
    row_id = reminder_of(cast, "lan").id
    browser = sign_in("lan")
    assert "Đánh giá tháng 10/2025: Y Bhiu Niê" in browser.get("/admin/").text
    answer = browser.post(f"{PAGE}answer/", {"id": row_id, "step": "snooze", "days": "3", "next": "/admin/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/")
    home = browser.get("/admin/").text
    assert "Đánh giá tháng 10/2025: Y Bhiu Niê" not in home
    assert "Thầy cô đã để sau 1 việc" in home
    assert "để sau đến 18/10/2025" in browser.get(PAGE).text
    later = Browser(app, NOW + dt.timedelta(days=3)).sign_in("lan")
    assert "Đánh giá tháng 10/2025: Y Bhiu Niê" in later.get("/admin/").text
    browser.post(f"{PAGE}answer/", {"id": row_id, "step": "take_up"})
    assert "Đánh giá tháng 10/2025: Y Bhiu Niê" in browser.get("/admin/").text


@pytest.mark.parametrize("days", ["0", "8", "-1", "", "ba", "٣", "9" * 30, "1.5"])
def test_a_wrong_number_of_days_is_refused_with_a_sentence(days: str, sign_in: SignIn, cast: Cast) -> None:
    row_id = reminder_of(cast, "lan").id
    browser = sign_in("lan")
    assert browser.post(f"{PAGE}answer/", {"id": row_id, "step": "snooze", "days": days}).status_code == 303
    assert "Thầy cô chọn để sau từ 1 đến 7 ngày." in browser.get(PAGE).text
    assert reminder_of(cast, "lan").snoozed_until is None


def test_what_is_due_today_cannot_be_put_off(cast: Cast, app: Flask) -> None:
    row_id = reminder_of(cast, "lan").id
    browser = Browser(app, NOW + dt.timedelta(days=5)).sign_in("lan")
    assert 'value="snooze"' not in browser.get(PAGE).text
    browser.post(f"{PAGE}answer/", {"id": row_id, "step": "snooze", "days": "1"})
    assert "đã đến hạn nên không để sau được nữa" in browser.get(PAGE).text


def test_an_unknown_answer_changes_nothing(sign_in: SignIn, cast: Cast) -> None:
    row_id = reminder_of(cast, "lan").id
    browser = sign_in("lan")
    assert browser.post(f"{PAGE}answer/", {"id": row_id, "step": "settle"}).status_code == 303
    assert "Thầy cô chọn “Đã rõ” hoặc “Để sau”." in browser.get(PAGE).text


@pytest.mark.parametrize("person", ["tam", "hoa", "cuc", "binh", "quan", "tro"])
def test_nobody_answers_for_somebody_else(person: str, sign_in: SignIn, cast: Cast) -> None:
    row_id = reminder_of(cast, "lan").id
    browser = sign_in(person)
    for step in ("acknowledge", "snooze", "take_up"):
        data = {"id": row_id, "step": step, "days": "1"}
        assert browser.post(f"{PAGE}answer/", data).status_code == 404
    row = reminder_of(cast, "lan")
    assert (row.acknowledged_on, row.snoozed_until) == (None, None)


@pytest.mark.parametrize("row_id", ["", "x", "-1", "999999", "9" * 40])
def test_an_id_of_nothing_is_refused(row_id: str, sign_in: SignIn) -> None:
    data = {"id": row_id, "step": "acknowledge"}
    assert sign_in("lan").post(f"{PAGE}answer/", data).status_code in (400, 404)


# The address -------------------------------------------------------------------------------------------------------


def test_the_address_is_shown_once_and_opens_without_signing_in(sign_in: SignIn, app: Flask) -> None:
    browser = sign_in("lan")
    made = browser.post(f"{PAGE}address/")
    address = address_in(made.text)
    assert made.headers["Cache-Control"] == "no-store"
    assert address not in browser.get(PAGE).text
    answer = Browser(app, NOW).get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(event["summary"]) == "Gửi đánh giá tháng 10/2025: 1 em"
    assert event.decoded("dtstart") == dt.date(2025, 10, 20)
    assert "Phần mềm lịch đọc gần nhất lúc 15/10/2025 09:00" in browser.get(PAGE).text


def test_the_settings_name_under_which_the_panel_is_known_is_in_the_address(sign_in: SignIn, app: Flask) -> None:
    app.config["PUBLIC_URL"] = "https://dodau.example.vn"
    page = sign_in("lan").post(f"{PAGE}address/")
    assert 'value="https://dodau.example.vn/calendar/' in page.text


def test_the_address_tells_its_owners_dates_whoever_opens_it(sign_in: SignIn) -> None:
    address = address_in(sign_in("lan").post(f"{PAGE}address/").text)
    assert b"2025: 1 em" in sign_in("quan").get(address).data


def test_a_renewed_a_revoked_and_an_unknown_address_are_404(sign_in: SignIn, app: Flask) -> None:
    browser, anonymous = sign_in("lan"), Browser(app, NOW)
    old = address_in(browser.post(f"{PAGE}address/").text)
    new = address_in(browser.post(f"{PAGE}address/").text)
    assert anonymous.get(old).status_code == 404
    assert anonymous.get(new).status_code == 200
    assert browser.post(f"{PAGE}revoke/").status_code == 303
    assert anonymous.get(new).status_code == 404
    assert browser.post(f"{PAGE}revoke/").status_code == 303
    for token in ("made-up", "x" * 10_000, "..%2f..%2f", "%00"):
        assert anonymous.get(f"/calendar/{token}.ics").status_code == 404


def test_the_address_of_a_disabled_account_is_404(sign_in: SignIn, cast: Cast, app: Flask) -> None:
    address = address_in(sign_in("lan").post(f"{PAGE}address/").text)
    operator = set_operator(cast)
    accounts.set_disabled(cast.session, operator, accounts.find(cast.session, "lan"), True)
    cast.session.commit()
    assert Browser(app, NOW).get(address).status_code == 404


def test_an_administrator_without_a_person_has_an_empty_calendar(sign_in: SignIn, app: Flask) -> None:
    address = address_in(sign_in("quan").post(f"{PAGE}address/").text)
    answer = Browser(app, NOW).get(address)
    assert (answer.status_code, b"VEVENT" in answer.data) == (200, False)


def test_no_calendar_names_a_student(sign_in: SignIn, cast: Cast, app: Flask) -> None:
    operator = set_operator(cast)
    reminders.work_out(cast.session, operator, TODAY)
    cast.session.commit()
    set_actor(cast.session, None)
    for person in ("lan", "hoa", "uyen", "thu", "ly"):
        address = address_in(sign_in(person).post(f"{PAGE}address/").text)
        text = Browser(app, NOW).get(address).text.replace("\r\n ", "")
        assert [name for name, _class, _sponsors in CASES.values() if name in text] == []


def test_the_calendar_is_only_read(sign_in: SignIn) -> None:
    browser = sign_in("lan")
    address = address_in(browser.post(f"{PAGE}address/").text)
    assert browser.post(address).status_code == 405
