"""The page of a year: its steps, every date of it, and moving one (P4)."""

import datetime as dt
from collections.abc import Callable

import pytest
from lxml import html
from sqlalchemy import select

from school.models import Announcement, GoalTemplate, MovedDeadline, SchoolYear, Teaching
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.vocabulary import Deadline, Horizon, YearState
from tests.cast import NOW, Cast
from tests.factories import make_year, save
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]


def operate(cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))


def page_of(browser: Browser, cast: Cast) -> str:
    return browser.get(f"/admin/year/details/?id={cast.year}").text


def move(browser: Browser, cast: Cast, day: str, **more: str) -> object:
    given = {"year": cast.year, "deadline": "sponsor_month", "period": "2025-10", "last_day": day}
    return browser.post("/admin/deadline/", given | more)


def test_everybody_sees_every_date_and_the_monthly_ones_a_line_a_month(sign_in: SignIn, cast: Cast) -> None:
    text = html.fromstring(page_of(sign_in("lan"), cast)).text_content()
    assert "Mốc thời gian trong năm" in text
    for shown in ("Đăng ký đỡ đầu", "19/11/2025", "Báo cáo Sở lần 2", "24/05/2026", "15/01/2026", "Tháng 9/2025"):
        assert shown in text
    rows = html.fromstring(page_of(sign_in("lan"), cast)).xpath("//section[last()]//tbody/tr")
    assert len(rows) == 9
    assert "/admin/deadline/" not in page_of(sign_in("lan"), cast)


@pytest.mark.parametrize("name", ["binh", "quan"])
def test_a_date_is_moved_and_marked_and_put_back(sign_in: SignIn, cast: Cast, name: str) -> None:
    browser = sign_in(name)
    assert "/admin/deadline/?year=" in page_of(browser, cast)
    page = browser.get(f"/admin/deadline/?year={cast.year}&period=2025-10")
    assert page.text.count("<form") >= 2 and "20/10/2025" in page.text
    assert "Trở lại ngày thường lệ" not in page.text
    assert move(browser, cast, "2025-10-22", seen="2025-10-20").status_code == 303
    assert "22/10/2025 (đã dời)" in page_of(browser, cast)
    page = browser.get(f"/admin/deadline/?year={cast.year}&deadline=sponsor_month&period=2025-10")
    assert "Trở lại ngày thường lệ" in page.text
    assert move(browser, cast, "2025-10-20", seen="2025-10-22").status_code == 303
    assert "(đã dời)" not in page_of(browser, cast)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("", "Thầy cô chọn ngày."),
        ("2025-10-25", "dời hạn của tổ trước"),
        ("2025-09-30", "trước khi tháng đó bắt đầu"),
        ("2030-01-01", "từ 01/09/2025 đến 31/08/2026"),
        ("31/02/2026", "Ngày chưa đúng"),
        ("x" * 5000, "Ngày chưa đúng"),
    ],
)
def test_a_wrong_day_is_refused_and_stays_in_the_box(sign_in: SignIn, cast: Cast, day: str, sentence: str) -> None:
    answer = move(sign_in("binh"), cast, day)
    assert answer.status_code == 400
    assert any(sentence in error for error in errors_of(answer)), errors_of(answer)
    if day:
        assert f'value="{day}"' in answer.text
    operate(cast)
    assert cast.session.scalars(select(MovedDeadline)).all() == []


def test_a_stale_page_is_told_so(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("binh")
    move(browser, cast, "2025-10-22", seen="2025-10-20")
    assert move(browser, cast, "2025-10-21", seen="2025-10-20").status_code == 409


@pytest.mark.parametrize(
    "query",
    [
        "",
        "year=x",
        "year=999999&period=2025-10",
        "year={year}",
        "year={year}&period=2024-10",
        "year={year}&deadline=nothing",
        "year={year}&deadline=registration&period=2025-10",
        "year={year}&deadline=sponsor_month",
    ],
)
def test_an_odd_address_is_no_page(sign_in: SignIn, cast: Cast, query: str) -> None:
    answer = sign_in("binh").get("/admin/deadline/?" + query.format(year=cast.year))
    assert answer.status_code in (400, 404)


def test_a_post_without_one_date_is_refused(sign_in: SignIn, cast: Cast) -> None:
    assert move(sign_in("binh"), cast, "2025-10-22", deadline="").status_code == 400


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "thu", "hoi"])
def test_nobody_else_moves_a_date(sign_in: SignIn, cast: Cast, name: str) -> None:
    browser = sign_in(name)
    assert browser.get(f"/admin/deadline/?year={cast.year}&period=2025-10").status_code == 403
    assert move(browser, cast, "2025-10-22").status_code == 403


def test_the_state_is_no_field_of_the_form_and_moves_by_steps(sign_in: SignIn, cast: Cast) -> None:
    quan = sign_in("quan")
    page = quan.get("/admin/year/new/")
    assert 'name="state"' not in page.text
    answer = quan.post("/admin/year/new/", {"name": "2026-2027", "state": "closed"})
    assert answer.status_code == 303
    operate(cast)
    made = cast.session.scalar(select(SchoolYear).where(SchoolYear.name == "2026-2027"))
    assert made.state is YearState.PREPARING
    page = quan.get(f"/admin/year/details/?id={made.id}")
    assert "Bắt đầu năm học" in page.text and "Xóa hẳn" in page.text
    data = {"id": made.id, "version": version_of(page), "step": "start"}
    assert quan.post("/admin/year/step/", data).status_code == 303
    cast.session.expire_all()
    assert made.state is YearState.RUNNING
    page = quan.get(f"/admin/year/details/?id={made.id}")
    assert "Xóa hẳn" not in page.text and "Kết thúc năm học</button>" not in page.text
    gone = quan.post("/admin/year/delete/", {"id": made.id, "version": made.version})
    assert gone.status_code == 303 and cast.session.get(SchoolYear, made.id) is not None


def test_leadership_closes_with_a_reason_and_opens_again(sign_in: SignIn, cast: Cast) -> None:
    binh = sign_in("binh")
    page = binh.get(f"/admin/year/details/?id={cast.year}")
    data = {"id": cast.year, "version": version_of(page), "step": "close", "reason": "trường nghỉ sớm vì bão"}
    assert binh.post("/admin/year/step/", data).status_code == 303
    page = binh.get(f"/admin/year/details/?id={cast.year}")
    assert "Đã kết thúc" in page.text and "trường nghỉ sớm vì bão" in page.text
    assert "/admin/deadline/" not in page.text and "/admin/year/edit/" not in page.text
    refused = move(binh, cast, "2025-10-22")
    assert refused.status_code == 400 and "chỉ xem, không ghi thêm" in refused.text
    data = {"id": cast.year, "version": version_of(page), "step": "reopen"}
    assert binh.post("/admin/year/step/", data).status_code == 303
    operate(cast)
    assert cast.session.get(SchoolYear, cast.year, populate_existing=True).state is YearState.RUNNING


def test_a_year_asks_few_statements(sign_in: SignIn, cast: Cast, statements: Callable) -> None:
    browser = sign_in("binh")
    page_of(browser, cast)
    with statements() as seen:
        page_of(browser, cast)
    assert len(seen) <= 12, seen


def test_the_guide_names_the_days_of_this_year(sign_in: SignIn, cast: Cast) -> None:
    operate(cast)
    for month in ("2025-09", "2025-10", "2025-11", "2025-12", "2026-01"):
        day = dt.date.fromisoformat(f"{month}-18")
        row = MovedDeadline(school_year_id=cast.year, deadline=Deadline.SPONSOR_MONTH, period=month, last_day=day)
        save(cast.session, row)
    cast.session.commit()
    text = sign_in("lan").get("/admin/guide/teacher").text
    assert "Mỗi tháng: viết đánh giá, hết ngày 18" in text
    assert "Tháng 5 gửi hết ngày 15" in text


# Announcements ------------------------------------------------------------------------------------------------------


def test_leadership_announces_and_staff_mark_it_read(sign_in: SignIn, cast: Cast) -> None:
    binh = sign_in("binh")
    page = binh.get("/admin/announcement/new/")
    assert f'value="{cast.year}" selected' in page.text or f'selected value="{cast.year}"' in page.text
    given = {"school_year": cast.year, "title": "Kế hoạch bổ sung", "body": "Mỗi thầy cô nhận thêm một em."}
    assert binh.post("/admin/announcement/new/", given).status_code == 303
    operate(cast)
    row = cast.session.scalars(select(Announcement).order_by(Announcement.id.desc())).first()
    tam = sign_in("tam")
    listed = tam.get("/admin/announcement/")
    assert "Kế hoạch bổ sung" in listed.text and "Chưa đọc" in listed.text
    page = tam.get(f"/admin/announcement/details/?id={row.id}")
    assert "Tôi đã đọc" in page.text and "người đã đọc" not in page.text
    data = {"id": row.id, "version": version_of(page), "step": "read"}
    for _tap in range(2):
        assert tam.post("/admin/announcement/step/", data).status_code == 303
    page = tam.get(f"/admin/announcement/details/?id={row.id}")
    assert "Đã đọc ngày 15/10/2025" in page.text
    assert 'name="step" value="read"' not in page.text
    seen = binh.get(f"/admin/announcement/details/?id={row.id}").text
    assert f"2 / {len(cast.staff)} người đã đọc" in seen, "whoever announces it has read it"


def test_a_head_follows_the_own_department_only(sign_in: SignIn, cast: Cast) -> None:
    page = html.fromstring(sign_in("hoa").get("/admin/announcement/details/?id=1").text)
    people = page.xpath("//section[contains(., 'người đã đọc')]//tbody//th")
    assert {person.text_content() for person in people} == {
        "Nguyễn Thị Lan",
        "Hồ Thị Giang",
        "Trần Thị Hoa",
        "Bùi Tiến Dũng",
    }


@pytest.mark.parametrize("name", ["lan", "thu", "cuc", "quan"])
def test_nobody_else_writes_announcements(sign_in: SignIn, cast: Cast, name: str) -> None:
    browser = sign_in(name)
    assert browser.get("/admin/announcement/new/").status_code == 403
    assert browser.get("/admin/announcement/edit/?id=1").status_code == 403
    assert browser.post("/admin/announcement/delete/", {"id": 1, "version": 1}).status_code == 403


def test_the_list_of_announcements_asks_few_statements(sign_in: SignIn, cast: Cast, statements: Callable) -> None:
    browser = sign_in("lan")
    browser.get("/admin/announcement/")
    with statements() as seen:
        browser.get("/admin/announcement/")
    assert len(seen) <= 6, seen


# Who teaches where, goals on offer ----------------------------------------------------------------------------------


def test_who_teaches_a_class_stands_on_its_page(sign_in: SignIn, cast: Cast) -> None:
    quan, room = sign_in("quan"), cast.classes["10A1"]
    page = quan.get(f"/admin/classroom/details/?id={room}")
    assert f"/admin/teaching/new/?classroom={room}" in page.text
    page = quan.get(f"/admin/teaching/new/?classroom={room}")
    assert "10A1 (2025-2026)" in page.text
    answer = quan.post("/admin/teaching/new/", {"classroom": room, "staff": "Võ Minh Tâm"})
    assert answer.status_code == 303, errors_of(answer)
    seen = sign_in("lan").get(f"/admin/classroom/details/?id={room}").text
    assert "Giáo viên dạy lớp" in seen and "Võ Minh Tâm" in seen and "/admin/teaching/new/" not in seen
    twice = quan.post("/admin/teaching/new/", {"classroom": room, "staff": "Võ Minh Tâm"})
    assert twice.status_code == 400 and "đã có tên dạy" in twice.text
    operate(cast)
    row = cast.session.scalars(select(Teaching)).one()
    assert quan.post("/admin/teaching/delete/", {"id": row.id, "version": row.version}).status_code == 303


def test_a_class_of_each_year_is_told_apart(sign_in: SignIn, cast: Cast) -> None:
    operate(cast)
    closed = make_year(cast.session, "2024-2025", state=YearState.CLOSED)
    cast.session.commit()
    page = sign_in("quan").get(f"/admin/teaching/new/?classroom={'9' * 30}")
    assert page.status_code == 200 and closed.name not in page.text


def test_goals_on_offer_are_hints_beside_the_box(sign_in: SignIn, cast: Cast) -> None:
    binh = sign_in("binh")
    for text, horizon in (("Đi học đủ cả tuần", "week"), ("Dự đủ <b>phụ đạo</b>", "month")):
        answer = binh.post("/admin/template/new/", {"text": text, "horizon": horizon, "position": "1", "in_use": "y"})
        assert answer.status_code == 303, errors_of(answer)
    operate(cast)
    save(cast.session, GoalTemplate(text="cũ rồi", horizon=Horizon.WEEK, in_use=False))
    cast.session.commit()
    lan = sign_in("lan")
    page = html.fromstring(lan.get("/admin/goal/new/").text)
    options = page.xpath("//datalist[@id='text-hints']/option")
    assert [(o.get("value"), o.text) for o in options] == [
        ("Đi học đủ cả tuần", "Tuần"),
        ("Dự đủ <b>phụ đạo</b>", "Tháng"),
    ]
    assert page.xpath("//input[@name='text']/@list") == ["text-hints"]
    assert lan.get("/admin/template/new/").status_code == 403


def test_an_empty_catalogue_says_what_to_do(sign_in: SignIn, cast: Cast) -> None:
    assert "Chưa có mục tiêu gợi ý" in sign_in("binh").get("/admin/template/").text
    assert "Chưa ghi ai dạy lớp nào" in sign_in("quan").get("/admin/teaching/").text
