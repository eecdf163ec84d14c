"""The assignment board: who waits, who could help and why, and choosing several at once (P4.3, P6)."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from sqlalchemy import func, select

from school.models import Classroom, Sponsorship, Staff, SupportCase
from school.vocabulary import SponsorRole, SponsorshipState
from tests.admin_views.test_lists import set_operator
from tests.cast import TODAY, Cast
from tests.factories import (
    make_case,
    make_hardship,
    make_registration,
    make_sponsorship,
    make_staff,
    make_student,
)
from tests.web import Browser, errors_of

SignIn = Callable[[str], Browser]
SEEING, SAVING = ("cuc", "thu", "binh"), ("thu", "binh")


@pytest.fixture
def waiting(cast: Cast) -> list[int]:
    """Three students without a sponsor in 10A1: two approved, one of whom sơn registered for, and a verified one."""
    set_operator(cast)
    room = cast.get(Classroom, cast.classes["10A1"])
    students = [make_student(cast.session, f"Lê Văn Chờ {n}", room) for n in range(2)]
    found = [make_case(cast.session, student) for student in students]
    make_hardship(cast.session, found[0])
    make_registration(cast.session, cast.get(Staff, cast.staff["son"]), students[0])
    cast.session.commit()
    return [case.id for case in found]


def form(*choices: tuple[int, str], **more: str) -> dict[str, str]:
    """What the page sends: a suggested person for each of these cases."""
    data = {"started_on": "2025-11-01"}
    for case_id, staff in choices:
        data |= {f"p{case_id}": staff, f"o{case_id}": "", f"r{case_id}": "lead"}
    return data | more


def pairings(cast: Cast, *case_ids: int) -> list[Sponsorship]:
    set_operator(cast)
    return list(cast.session.scalars(select(Sponsorship).where(Sponsorship.case_id.in_(case_ids))))


@pytest.mark.parametrize("who", SEEING)
def test_the_board_shows_who_waits_and_why_somebody_could_help(
    sign_in: SignIn, cast: Cast, waiting: list[int], who: str
) -> None:
    text = unescape(sign_in(who).get("/admin/board/").text)
    assert "Lê Văn Chờ 0" in text
    assert "đăng ký giúp đúng em này" in text
    assert "chủ nhiệm lớp của em" in text
    assert "Ma Văn Hùng" not in text, "a case that is not approved"
    assert "Y Bhiu Niê" not in text, "a case with a sponsor"
    assert ("Đăng ký các phân công" in text) == (who in SAVING)


@pytest.mark.parametrize("who", ["lan", "hoa", "hoi", "quan", "tro"])
def test_others_see_no_board(sign_in: SignIn, cast: Cast, waiting: list[int], who: str) -> None:
    browser = sign_in(who)
    for page in ("", "staff/", "export/"):
        assert browser.get(f"/admin/board/{page}").status_code == 403
    son = str(cast.staff["son"])
    assert browser.post("/admin/board/save/", form((waiting[0], son))).status_code == 403
    assert pairings(cast, *waiting) == []


def test_the_union_sees_groups_only_of_what_it_opened(sign_in: SignIn, cast: Cast, waiting: list[int]) -> None:
    assert "nhóm A" in sign_in("thu").get("/admin/board/").text
    assert "nhóm A" not in sign_in("cuc").get("/admin/board/").text


def test_the_union_looks_and_registers_nothing(sign_in: SignIn, cast: Cast, waiting: list[int]) -> None:
    answer = sign_in("cuc").post("/admin/board/save/", form((waiting[0], str(cast.staff["son"]))))
    assert answer.status_code == 403
    assert pairings(cast, *waiting) == []


@pytest.mark.parametrize("who", SAVING)
def test_several_are_chosen_and_saved_at_once(sign_in: SignIn, cast: Cast, waiting: list[int], who: str) -> None:
    browser = sign_in(who)
    browser.get("/admin/board/")
    data = form((waiting[0], str(cast.staff["son"])), (waiting[1], ""))
    data |= {f"o{waiting[1]}": "vo minh tam", f"r{waiting[1]}": "joint"}
    answer = browser.post("/admin/board/save/", data)
    assert answer.status_code == 303, errors_of(answer)
    made = {(s.case_id, s.staff_id, s.role, s.state, f"{s.started_on}") for s in pairings(cast, *waiting)}
    assert made == {
        (waiting[0], cast.staff["son"], SponsorRole.LEAD, SponsorshipState.REGISTERED, "2025-11-01"),
        (waiting[1], cast.staff["tam"], SponsorRole.JOINT, SponsorshipState.REGISTERED, "2025-11-01"),
    }
    page = unescape(browser.get("/admin/board/").text)
    assert f'name="p{waiting[0]}"' not in page, "it waits for the meeting now"
    assert "Lê Văn Chờ 0" in page
    assert browser.post("/admin/board/save/", data).status_code == 303, "a second tap"
    assert len(pairings(cast, *waiting)) == 2


def test_one_that_does_not_fit_holds_all_and_nothing_typed_is_lost(
    sign_in: SignIn, cast: Cast, waiting: list[int]
) -> None:
    browser = sign_in("thu")
    browser.get("/admin/board/")
    for typed, sentence in (("không có ai", "Không tìm thấy"), ("nguyen", "trùng tên")):
        if typed == "nguyen":
            set_operator(cast)
            make_staff(cast.session, "Nguyễn Thị Lành")
            cast.session.commit()
        data = form((waiting[0], str(cast.staff["son"])), (waiting[1], "")) | {f"o{waiting[1]}": typed}
        answer = browser.post("/admin/board/save/", data)
        assert answer.status_code == 400
        assert any(sentence in error for error in errors_of(answer))
        assert f'value="{cast.staff["son"]}" checked' in answer.text
        assert f'value="{typed}"' in unescape(answer.text)
    assert re.search(rf'type="radio" name="o{waiting[1]}" value="[^"]+ #\d+"', answer.text)
    assert pairings(cast, *waiting) == []


def test_a_refusal_of_the_service_stands_at_the_student(sign_in: SignIn, cast: Cast, waiting: list[int]) -> None:
    set_operator(cast)
    gone = make_staff(cast.session, "Lê Đã Nghỉ", left_on=TODAY)
    cast.session.commit()
    browser = sign_in("thu")
    answer = browser.post("/admin/board/save/", form((waiting[0], str(cast.staff["son"])), (waiting[1], str(gone.id))))
    assert answer.status_code == 400
    assert re.search(rf'class="error" id="e{waiting[1]}">Người này đã thôi công tác', answer.text)
    assert pairings(cast, *waiting) == []


def test_a_student_whom_somebody_else_has_just_paired_is_named(sign_in: SignIn, cast: Cast, waiting: list[int]) -> None:
    thu, binh = sign_in("thu"), sign_in("binh")
    for browser in (thu, binh):
        browser.get("/admin/board/")
    assert thu.post("/admin/board/save/", form((waiting[0], str(cast.staff["son"])))).status_code == 303
    answer = binh.post(
        "/admin/board/save/", form((waiting[0], str(cast.staff["vinh"])), (waiting[1], str(cast.staff["phuc"])))
    )
    assert answer.status_code == 400
    assert re.search(r"Lê Văn Chờ 0[^<]*: Em đã có người đỡ đầu", unescape(answer.text))
    assert [s.staff_id for s in pairings(cast, *waiting)] == [cast.staff["son"]]


@pytest.mark.parametrize("day", ["", "hôm nay", "2024-01-01", "2026-09-01", "9" * 500])
def test_the_day_lies_in_the_year(sign_in: SignIn, cast: Cast, waiting: list[int], day: str) -> None:
    browser = sign_in("thu")
    answer = browser.post("/admin/board/save/", form((waiting[0], str(cast.staff["son"])), started_on=day))
    assert answer.status_code == 400
    assert errors_of(answer)
    assert pairings(cast, *waiting) == []


def test_nothing_chosen_is_told(sign_in: SignIn, cast: Cast, waiting: list[int]) -> None:
    answer = sign_in("thu").post("/admin/board/save/", form((waiting[0], "")))
    assert answer.status_code == 400
    assert "ít nhất một em" in answer.text


@pytest.mark.parametrize(
    "data",
    [{"p999999": "1"}, {"p1": "999999"}, {"p1": "x"}, {"p1": "-1"}, {"p1": "1", "r1": "boss"}, {"p1": "٣"}],
)
def test_forged_posts_change_nothing(sign_in: SignIn, cast: Cast, waiting: list[int], data: dict[str, str]) -> None:
    set_operator(cast)
    before = cast.session.scalar(select(func.count()).select_from(Sponsorship))
    forged = {key.replace("1", str(waiting[0])) if key in ("p1", "r1") else key: value for key, value in data.items()}
    answer = sign_in("thu").post("/admin/board/save/", form() | forged)
    assert answer.status_code in (400, 404)
    set_operator(cast)
    assert cast.session.scalar(select(func.count()).select_from(Sponsorship)) == before


def test_what_staff_carry(sign_in: SignIn, cast: Cast, waiting: list[int]) -> None:
    text = unescape(sign_in("cuc").get("/admin/board/staff/").text)
    rows = {row[0]: row[1:] for row in table_of(text)}
    assert rows["Phạm Hồng Phúc"][1] == "0,5"
    assert rows["Nguyễn Thị Lan"][1:3] == ["1", "2"]  # one begins tomorrow, one is only registered
    assert rows["Đặng Thái Sơn"][3] == "Lê Văn Chờ 0 · 10A1"
    assert rows["Đặng Thái Sơn"][1] == ""


def table_of(text: str) -> list[list[str]]:
    """The cells of the page's rows."""
    rows = re.findall(r"<tr>(.*?)</tr>", text, re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells]


def test_the_list_for_the_authority_names_nobody(sign_in: SignIn, cast: Cast, waiting: list[int]) -> None:
    answer = sign_in("thu").get("/admin/board/export/")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    set_operator(cast)
    codes = {case.code for case in (cast.get(SupportCase, id_) for id_ in waiting)}
    assert codes <= {row[1] for row in rows[1:]}
    mine = next(row for row in rows if row[1] == cast.get(SupportCase, waiting[0]).code)
    assert mine[2:] == ["10A1", "10", "A", "Cần hỗ trợ", "01/09/2025"]
    assert "Chờ" not in "".join(cell for row in rows[1:] for cell in row)


def test_the_union_sends_no_list(sign_in: SignIn, cast: Cast, waiting: list[int]) -> None:
    assert sign_in("cuc").get("/admin/board/export/").status_code == 403


def test_a_student_whose_sponsor_ended_waits_since_the_day_after(sign_in: SignIn, cast: Cast) -> None:
    page = unescape(sign_in("thu").get("/admin/board/").text)
    assert re.search(r"Nông Thị Yến.*?chờ từ 15/10/2025", page, re.S)


@pytest.fixture
def crowded(cast: Cast) -> Cast:
    """Sixty students with long names who wait, forty people with long names."""
    set_operator(cast)
    room = cast.get(Classroom, cast.classes["10A1"])
    for number in range(60):
        student = make_student(cast.session, f"Nguyễn Hoàng Phương Thảo Uyên {number}", room)
        make_hardship(cast.session, make_case(cast.session, student))
    for number in range(40):
        staff = make_staff(cast.session, f"Nguyễn Hoàng Phương Thảo Uyên {number}")
        make_registration(cast.session, staff)
        make_sponsorship(cast.session, make_case(cast.session), staff, role=SponsorRole.SUPPORTING)
    cast.session.commit()
    return cast


def test_a_crowded_board_is_paged_light_and_asks_little(
    sign_in: SignIn, crowded: Cast, statements: Callable[[], Iterator[list[str]]]
) -> None:
    browser = sign_in("binh")
    with statements() as seen:
        page = browser.get("/admin/board/")
    assert len(seen) <= 12
    assert page.text.count("<fieldset") == 50
    assert len(page.data) <= 80_000
    second = browser.get("/admin/board/?page=1")
    assert 0 < second.text.count("<fieldset") <= 60
    assert browser.get("/admin/board/?page=99").status_code == 200
    assert browser.get("/admin/board/?page=x").status_code == 400
    with statements() as seen:
        staff = browser.get("/admin/board/staff/")
    assert len(seen) <= 12
    assert len(staff.data) <= 80_000
