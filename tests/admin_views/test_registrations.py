"""Registering on the page: oneself or, for some, others; the same offer twice is one row (P4.1)."""

import datetime as dt
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from sqlalchemy import func, select

from school.models import Registration, StudentName
from tests.admin_views.test_lists import set_operator
from tests.cast import TODAY, Cast
from tests.factories import make_registration, make_staff
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]


def of(cast: Cast, person: str) -> list[Registration]:
    set_operator(cast)
    found = select(Registration).where(Registration.staff_id == cast.staff[person]).order_by(Registration.id)
    return list(cast.session.scalars(found))


def count(cast: Cast) -> int:
    set_operator(cast)
    return cast.session.scalar(select(func.count()).select_from(Registration)) or 0


def test_a_teacher_registers_for_a_student_by_name(sign_in: SignIn, cast: Cast) -> None:
    son = sign_in("son")
    page = son.get("/admin/registration/new/")
    assert 'name="staff"' not in page.text, "a teacher registers nobody else"
    for _tap in range(2):
        answer = son.post("/admin/registration/new/", {"student": "nguyen thi tham", "note": "kèm Toán"})
        assert answer.status_code == 303, errors_of(answer)
    (row,) = of(cast, "son")
    assert (row.student_id, row.note, row.registered_on) == (cast.stranger, "kèm Toán", TODAY)
    text = unescape(son.get(f"/admin/registration/details/?id={row.id}").text)
    assert "Nguyễn Thị Thắm · 12A3" in text
    assert "Đúng hạn" in text


def test_the_answer_is_the_same_whether_or_not_there_is_a_case(sign_in: SignIn, cast: Cast) -> None:
    son = sign_in("son")
    pages = []
    for student_id in (cast.id("outsiders", "student"), cast.stranger):
        set_operator(cast)
        name = cast.get(StudentName, student_id).full_name
        answer = son.post("/admin/registration/new/", {"student": name, "note": ""}, follow_redirects=True)
        assert answer.status_code == 200, errors_of(answer)
        row = of(cast, "son")[-1]
        told = unescape(son.get(f"/admin/registration/details/?id={row.id}").text)
        pages.append(told.replace(name, "").replace(f"{row.id}", "")[told.find("<main") :])
        listed = son.get("/admin/case/").text
        assert name not in unescape(listed)
    assert len({len(page.split()) for page in pages}) == 1


def test_a_forged_person_is_not_taken(sign_in: SignIn, cast: Cast) -> None:
    before = len(of(cast, "lan"))
    answer = sign_in("son").post("/admin/registration/new/", {"staff": "Nguyễn Thị Lan", "student": "", "note": ""})
    assert answer.status_code == 303
    assert len(of(cast, "lan")) == before
    assert [row.student_id for row in of(cast, "son")] == [None]


def test_the_secretary_registers_others(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    answer = thu.post("/admin/registration/new/", {"staff": "Đặng Thái Sơn", "student": "", "note": ""})
    assert answer.status_code == 303, errors_of(answer)
    assert len(of(cast, "son")) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"staff": "", "student": ""}, "chọn người đăng ký"),
        ({"staff": "không ai cả", "student": ""}, "Không tìm thấy"),
        ({"staff": "Đặng Thái Sơn", "student": "zzz"}, "Không tìm thấy"),
        ({"staff": "Đặng Thái Sơn", "student": "", "note": "x" * 201}, "200"),
        ({"staff": "Lê Đã Nghỉ", "student": ""}, "thôi công tác"),
    ],
)
def test_bad_input_is_refused_at_its_field(sign_in: SignIn, cast: Cast, data: dict[str, str], sentence: str) -> None:
    set_operator(cast)
    make_staff(cast.session, "Lê Đã Nghỉ", left_on=TODAY - dt.timedelta(days=1))
    cast.session.commit()
    before = count(cast)
    answer = sign_in("thu").post("/admin/registration/new/", data)
    assert answer.status_code == 400
    assert any(sentence in error for error in errors_of(answer)), errors_of(answer)
    assert count(cast) == before


def test_an_offer_is_taken_back_with_one_tap(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    row = of(cast, "lan")[0].id
    page = lan.get(f"/admin/registration/details/?id={row}")
    data = {"id": row, "version": version_of(page), "step": "withdraw"}
    assert lan.post("/admin/registration/step/", data).status_code == 303
    set_operator(cast)
    assert cast.get(Registration, row).withdrawn_on == TODAY
    assert 'value="withdraw"' not in lan.get(f"/admin/registration/details/?id={row}").text


def test_the_offer_of_another_is_out_of_reach(sign_in: SignIn, cast: Cast) -> None:
    row = cast.id("outsiders", "registration")
    for who in ("lan", "hoa"):
        browser = sign_in(who)
        assert browser.get(f"/admin/registration/details/?id={row}").status_code == 404
        assert (
            browser.post("/admin/registration/step/", {"id": row, "version": 1, "step": "withdraw"}).status_code == 404
        )
    cuc = sign_in("cuc")
    assert 'value="withdraw"' not in cuc.get(f"/admin/registration/details/?id={row}").text
    assert cuc.post("/admin/registration/step/", {"id": row, "version": 1, "step": "withdraw"}).status_code == 403
    set_operator(cast)
    assert cast.get(Registration, row).withdrawn_on is None


@pytest.mark.parametrize(
    ("who", "seen"), [("lan", {"lan"}), ("hoa", {"lan", "giang", "hoa"}), ("cuc", None), ("thu", None)]
)
def test_each_sees_the_own_part(sign_in: SignIn, cast: Cast, who: str, seen: set[str] | None) -> None:
    text = unescape(sign_in(who).get("/admin/registration/").text)
    names = {"lan": "Nguyễn Thị Lan", "giang": "Hồ Thị Giang", "hoa": "Trần Thị Hoa", "minh": "Đỗ Văn Minh"}
    body = text[text.find("<table") :]
    assert {key for key, name in names.items() if name in body} == (seen or set(names))


@pytest.mark.parametrize("who", ["hoi", "quan", "tro"])
def test_others_have_no_such_screen(sign_in: SignIn, cast: Cast, who: str) -> None:
    assert sign_in(who).get("/admin/registration/").status_code == 403


def test_an_offer_after_the_last_day_is_marked_and_taken(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    row = cast.get(Registration, cast.id("sponsored", "registration"))
    for day, word in ((dt.date(2025, 11, 19), "Đúng hạn"), (dt.date(2025, 11, 20), "Sau hạn")):
        set_operator(cast)
        row.registered_on = day
        cast.session.commit()
        assert word in sign_in("lan").get(f"/admin/registration/details/?id={row.id}").text


def test_filters_search_and_a_few_statements(
    sign_in: SignIn, cast: Cast, statements: Callable[[], Iterator[list[str]]]
) -> None:
    set_operator(cast)
    for number in range(60):
        make_registration(cast.session, make_staff(cast.session, f"Nguyễn Hoàng Phương Thảo Uyên {number}"))
    cast.session.commit()
    binh = sign_in("binh")
    with statements() as seen:
        page = binh.get("/admin/registration/")
    assert len(seen) <= 6, seen
    assert len(page.data) <= 60_000
    body = unescape(binh.get("/admin/registration/?kind=named&search=diểu+sang").text)
    assert "Điểu Sáng" in body
    assert "Hoàng Phương" not in body
    assert "Hoàng Phương" in unescape(binh.get("/admin/registration/?kind=general&state=standing").text)
    assert binh.get("/admin/registration/?kind=x").status_code == 400
    assert binh.get("/admin/registration/export/csv/").status_code == 200
