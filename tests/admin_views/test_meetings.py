"""The meeting's page: its facts, many pairings agreed with one button, the list approved with another (P4.3)."""

import datetime as dt
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from sqlalchemy import select

from school.models import AssignmentMeeting, Sponsorship, Staff
from school.vocabulary import CaseState, SponsorshipState
from tests.admin_views.test_lists import set_operator
from tests.cast import Cast
from tests.factories import make_case, make_sponsorship, make_staff, make_student
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]
REGISTERED, AGREED, APPROVED, ENDED = SponsorshipState


@pytest.fixture
def meeting(cast: Cast) -> int:
    """The cast's meeting."""
    set_operator(cast)
    return cast.session.scalars(select(AssignmentMeeting.id)).one()


@pytest.fixture
def pairs(cast: Cast) -> dict[str, int]:
    """Three registered pairings by their sponsors."""
    set_operator(cast)
    made = {}
    for person in ("son", "uyen", "ly"):
        case = make_case(cast.session, make_student(cast.session, f"Lê Văn Chờ {person}"))
        made[person] = make_sponsorship(cast.session, case, cast.get(Staff, cast.staff[person]), state=REGISTERED).id
    cast.session.commit()
    return made


def states(cast: Cast, pairs: dict[str, int]) -> dict[str, SponsorshipState]:
    set_operator(cast)
    return {name: cast.get(Sponsorship, id_).state for name, id_ in pairs.items()}


def page_of(browser: Browser, meeting: int) -> str:
    answer = browser.get(f"/admin/meeting/details/?id={meeting}")
    assert answer.status_code == 200
    return unescape(answer.text)


def agree(browser: Browser, meeting: int, *ids: object) -> str:
    page_of(browser, meeting)
    answer = browser.post("/admin/meeting/agree/", {"id": meeting, "rowid": [str(id_) for id_ in ids]})
    assert answer.status_code == 303, answer.text
    return page_of(browser, meeting)


def approve(browser: Browser, meeting: int) -> tuple[int, str]:
    page = browser.get(f"/admin/meeting/details/?id={meeting}")
    data = {"id": meeting, "version": version_of(page), "step": "approve_list"}
    answer = browser.post("/admin/meeting/step/", data)
    return answer.status_code, answer.text if answer.status_code != 303 else page_of(browser, meeting)


@pytest.mark.parametrize("who", ["cuc", "thu", "binh"])
def test_a_meeting_is_written_down_and_put_right(sign_in: SignIn, cast: Cast, who: str) -> None:
    browser = sign_in(who)
    assert 'value="2025-10-15"' in browser.get("/admin/meeting/new/").text, "the day is filled in"
    data = {"held_on": "14/10/2025", "chair": "cao thanh binh", "decision_number": "15/QĐ", "proceedings": "nhất trí"}
    answer = browser.post("/admin/meeting/new/", data)
    assert answer.status_code == 303, errors_of(answer)
    set_operator(cast)
    row = cast.session.scalars(select(AssignmentMeeting).order_by(AssignmentMeeting.id.desc())).first()
    assert row is not None
    assert (row.held_on, row.chair_id) == (dt.date(2025, 10, 14), cast.staff["binh"])
    address = f"/admin/meeting/edit/?id={row.id}"
    version = version_of(browser.get(address))
    assert browser.post(address, data | {"version": version, "decision_number": "16/QĐ"}).status_code == 303
    assert browser.post(address, data | {"version": version, "decision_number": "17/QĐ"}).status_code == 409


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"held_on": "16/10/2025"}, "chưa đến"),
        ({"held_on": "31/08/2025"}, "ngoài năm học"),
        ({"held_on": "hôm qua"}, "theo mẫu"),
        ({"held_on": ""}, ""),
        ({"chair": ""}, ""),
        ({"chair": "không có ai"}, "Không tìm thấy"),
        ({"decision_number": "x" * 40}, ""),
    ],
)
def test_bad_input_is_refused_at_its_field(sign_in: SignIn, cast: Cast, values: dict[str, str], sentence: str) -> None:
    data = {"held_on": "14/10/2025", "chair": "Cao Thanh Bình", "proceedings": "nhất trí"} | values
    answer = sign_in("thu").post("/admin/meeting/new/", data)
    assert answer.status_code == 400
    assert any(sentence in error for error in errors_of(answer))
    assert "nhất trí" in unescape(answer.text)


@pytest.mark.parametrize(("day", "words"), [("2025-12-29", "họp đúng hạn"), ("2025-12-30", "họp sau hạn")])
def test_the_page_says_whether_the_list_was_on_time(
    sign_in: SignIn, cast: Cast, meeting: int, day: str, words: str
) -> None:
    set_operator(cast)
    cast.get(AssignmentMeeting, meeting).held_on = dt.date.fromisoformat(day)
    cast.session.commit()
    assert f"29/12/2025 ({words})" in page_of(sign_in("cuc"), meeting)


def test_the_whole_way_of_a_list(sign_in: SignIn, cast: Cast, meeting: int, pairs: dict[str, int]) -> None:
    cuc, binh = sign_in("cuc"), sign_in("binh")
    text = agree(cuc, meeting, *pairs.values())
    assert "Đã thống nhất 3 phân công." in text
    assert set(states(cast, pairs).values()) == {AGREED}
    assert 'value="approve_list"' not in text, "the union approves nothing"
    status, text = approve(binh, meeting)
    assert (status, "Đã duyệt 3 phân công." in text) == (303, True)
    assert set(states(cast, pairs).values()) == {APPROVED}
    assert 'value="approve_list"' not in text, "once"
    status, text = approve_again(binh, meeting)
    assert (status, "không còn phân công nào chờ duyệt" in text) == (400, True)


def approve_again(browser: Browser, meeting: int) -> tuple[int, str]:
    """As from a page that was opened before."""
    answer = browser.post("/admin/meeting/step/", {"id": meeting, "version": 1, "step": "approve_list"})
    return answer.status_code, unescape(answer.text)


def test_the_own_pairing_is_left_out_and_named(
    sign_in: SignIn, cast: Cast, meeting: int, pairs: dict[str, int]
) -> None:
    uyen, ly = sign_in("uyen"), sign_in("ly")
    before = page_of(uyen, meeting)
    assert f'value="{pairs["son"]}"' in before
    assert f'name="rowid" value="{pairs["uyen"]}"' not in before
    text = agree(uyen, meeting, *pairs.values())
    assert "Đinh Thu Uyên – Lê Văn Chờ uyen" in text
    assert states(cast, pairs) == {"son": AGREED, "uyen": REGISTERED, "ly": AGREED}
    status, text = approve(ly, meeting)
    assert status == 303
    assert "Mai Hương Ly – Lê Văn Chờ ly" in text
    assert states(cast, pairs) == {"son": APPROVED, "uyen": REGISTERED, "ly": AGREED}


def test_a_case_that_is_not_approved_is_named(sign_in: SignIn, cast: Cast, meeting: int, pairs: dict[str, int]) -> None:
    agree(sign_in("cuc"), meeting, *pairs.values())
    set_operator(cast)
    cast.get(Sponsorship, pairs["son"]).case.state = CaseState.VERIFIED
    cast.session.commit()
    status, text = approve(sign_in("binh"), meeting)
    assert status == 400
    assert "Hồ sơ chưa được duyệt: Lê Văn Chờ son" in unescape(text)
    assert set(states(cast, pairs).values()) == {AGREED}


def test_the_secretary_prepares_and_agrees_nothing(
    sign_in: SignIn, cast: Cast, meeting: int, pairs: dict[str, int]
) -> None:
    thu = sign_in("thu")
    text = page_of(thu, meeting)
    assert "Lê Văn Chờ son" in text
    assert 'name="rowid"' not in text
    data = {"id": meeting, "rowid": [str(pairs["son"])]}
    assert thu.post("/admin/meeting/agree/", data).status_code == 403
    assert approve_again(thu, meeting)[0] == 403
    assert set(states(cast, pairs).values()) == {REGISTERED}


@pytest.mark.parametrize("who", ["lan", "hoa", "hoi", "quan"])
def test_others_have_no_such_screen(sign_in: SignIn, cast: Cast, meeting: int, pairs: dict[str, int], who: str) -> None:
    browser = sign_in(who)
    assert browser.get(f"/admin/meeting/details/?id={meeting}").status_code == 403
    data = {"id": meeting, "rowid": [str(pairs["son"])]}
    assert browser.post("/admin/meeting/agree/", data).status_code == 403
    assert approve_again(browser, meeting)[0] == 403
    assert set(states(cast, pairs).values()) == {REGISTERED}


@pytest.mark.parametrize(
    ("meeting_id", "rowid", "status"),
    [(None, "999999", 404), (None, "x", 400), (None, "٣", 400), (None, "9" * 30, 400), (999999, "1", 404)],
)
def test_forged_posts_change_nothing(
    sign_in: SignIn,
    cast: Cast,
    meeting: int,
    pairs: dict[str, int],
    meeting_id: int | None,
    rowid: str,
    status: int,
) -> None:
    cuc = sign_in("cuc")
    data = {"id": meeting_id or meeting, "rowid": [str(pairs["son"]), rowid]}
    assert cuc.post("/admin/meeting/agree/", data).status_code == status
    assert set(states(cast, pairs).values()) == {REGISTERED}


def test_a_running_one_among_them_holds_all(sign_in: SignIn, cast: Cast, meeting: int, pairs: dict[str, int]) -> None:
    text = agree(sign_in("cuc"), meeting, pairs["son"], cast.id("outsiders", "sponsorship"))
    assert "Chưa ghi nhận dòng nào" in text
    assert set(states(cast, pairs).values()) == {REGISTERED}


def test_nothing_marked_is_told(sign_in: SignIn, cast: Cast, meeting: int) -> None:
    assert "đánh dấu ít nhất một dòng" in agree(sign_in("cuc"), meeting)


def test_a_long_list_is_light_and_asks_little(
    sign_in: SignIn, cast: Cast, meeting: int, statements: Callable[[], Iterator[list[str]]]
) -> None:
    set_operator(cast)
    staff = make_staff(cast.session, "Nguyễn Hoàng Phương Thảo Uyên Nhi")
    for number in range(200):
        student = make_student(cast.session, f"Nguyễn Hoàng Phương Thảo Uyên {number}")
        case = make_case(cast.session, student)
        listed = {"state": AGREED, "meeting_id": meeting} if number % 2 else {"state": REGISTERED}
        make_sponsorship(cast.session, case, staff, **listed)
    cast.session.commit()
    binh = sign_in("binh")
    with statements() as seen:
        page = binh.get(f"/admin/meeting/details/?id={meeting}")
    assert len(seen) <= 12, seen
    assert len(page.data) <= 80_000
