"""Trying out other weights and bands: who moves, and taking them over while the scheme is drafted (P4.5)."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select

from school.models import AuditEntry, Criterion, EmulationScheme, Student
from school.vocabulary import SchemeState, YearState
from tests.admin_views.test_lists import set_operator
from tests.cast import Cast
from tests.factories import make_year
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]
PAGE = "/admin/what_if/"
LOW = {"excellent_from": "50", "good_from": "40", "fulfilled_from": "3"}


def scheme_of(cast: Cast) -> EmulationScheme:
    set_operator(cast)
    return cast.session.scalars(select(EmulationScheme).where(EmulationScheme.school_year_id == cast.year)).one()


def points_of(cast: Cast) -> dict[str, int]:
    set_operator(cast)
    rows = cast.session.scalars(select(Criterion).where(Criterion.school_year_id == cast.year))
    return {row.code: row.max_points for row in rows}


def field(cast: Cast, code: str) -> str:
    """How the form calls the points of this criterion."""
    set_operator(cast)
    id_ = cast.session.scalars(select(Criterion.id).where(Criterion.code == code)).one()
    return f"max-{id_}"


def look(browser: Browser, expected: int = 200, **typed: str) -> str:
    answer = browser.get(PAGE, query_string=typed)
    assert answer.status_code == expected, errors_of(answer)
    return unescape(answer.text)


def error_at(page: str, name: str) -> str:
    """The sentence at the field."""
    found = re.search(rf'id="{name}-error">([^<]*)<', page)
    assert found, f"nothing is said at {name}"
    return found[1]


def typed_in(page: str, name: str) -> str:
    """What stands in the box of the form."""
    found = re.search(rf'<input [^>]*id="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"there is no box {name}"
    return found[1]


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "uyen", "thu", "quan", "tro"])
def test_others_are_not_let_in(sign_in: SignIn, cast: Cast, name: str) -> None:
    browser = sign_in(name)
    assert browser.get(PAGE).status_code == 403
    assert browser.post(f"{PAGE}keep/", {"version": scheme_of(cast).version, **LOW}).status_code == 403
    assert scheme_of(cast).excellent_from == 90


def test_the_form_begins_with_what_stands_and_nothing_is_worked_out_yet(
    sign_in: SignIn, cast: Cast, statements: Any
) -> None:
    hoi = sign_in("hoi")
    with statements() as seen:
        page = look(hoi)
    assert len(seen) <= 6
    assert typed_in(page, "excellent_from") == "90"
    assert typed_in(page, field(cast, "contacts")) == "15"
    assert "Hiện nay: 15." in page
    assert "Ai thay đổi" not in page
    assert "Lưu vào bộ tiêu chí" not in page


def test_other_bands_show_who_moves_with_points_and_levels_before_and_after(
    sign_in: SignIn, cast: Cast, statements: Any
) -> None:
    hoi = sign_in("hoi")
    with statements() as seen:
        page = look(hoi, **LOW)
    assert len(seen) <= 12 + 14
    assert "8 trong 17 người có thay đổi: 8 người lên mức, 0 người xuống mức." in page
    row = re.search(r'<tr><th scope="row">Nguyễn Thị Lan</th>(.*?)</tr>', page)
    assert row
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", row[1])
    assert (cells[0], cells[3], cells[4]) == ("Tổ Toán", "Cần cố gắng", "Hoàn thành")
    assert cells[1] == cells[2] != "–"
    table = re.search(r'<table class="tally">(.*?)</table>', page, re.DOTALL)
    assert table
    counts = re.findall(r'<tr><th scope="row">([^<]+)</th><td>(\d+)</td><td>(\d+)</td>', table[1])
    assert ("Cần cố gắng", "8", "0") in counts
    assert ("Hoàn thành", "0", "8") in counts
    assert typed_in(page, "excellent_from") == "50"


def test_the_page_names_no_student(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    names = cast.session.scalars(select(Student.full_name)).all()
    page = look(sign_in("hoi"), **LOW)
    assert len(names) > 5
    assert [name for name in names if name in page] == []


def test_weights_that_do_not_add_up_are_refused_where_one_typed(sign_in: SignIn, cast: Cast) -> None:
    contacts, survey = field(cast, "contacts"), field(cast, "survey")
    page = look(sign_in("hoi"), 400, **{contacts: "22"})
    assert "cộng lại là 107; cần đúng 100" in error_at(page, contacts)
    assert typed_in(page, contacts) == "22"
    assert "Ai thay đổi" not in page
    assert "Chưa tính thử được:" in page
    page = look(sign_in("hoi"), **{contacts: "20", survey: "5"})
    assert '-error"' not in page
    assert "có thay đổi" in page


def test_a_bonus_may_change_without_the_sum(sign_in: SignIn, cast: Cast) -> None:
    assert "có thay đổi" in look(sign_in("hoi"), **{field(cast, "activity_run"): "5", "bonus_cap": "0"})


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("good_from", "90", "thấp hơn mức Xuất sắc (90)"),
        ("fulfilled_from", "75", "thấp hơn mức Tốt (70)"),
        ("excellent_from", "101", "từ 1 đến 100"),
        ("excellent_from", "-1", "từ 1 đến 100"),
        ("bonus_cap", "21", "từ 0 đến 20"),
        ("bonus_cap", "", ""),
        ("good_from", "tám mươi", ""),
        ("good_from", "7.5", ""),
        ("good_from", "9" * 5000, ""),
        ("good_from", "<script>", ""),
    ],
)
def test_numbers_that_do_not_fit_are_said_at_their_field_and_stay_typed(
    sign_in: SignIn, cast: Cast, name: str, typed: str, said: str
) -> None:
    page = look(sign_in("hoi"), 400, **{name: typed, field(cast, "contacts"): "15"})
    assert said in error_at(page, name)
    assert typed_in(page, name) == typed
    assert "<script>alert" not in page


def test_several_faults_are_said_at_once(sign_in: SignIn, cast: Cast) -> None:
    contacts = field(cast, "contacts")
    page = look(sign_in("hoi"), 400, **{contacts: "0", "good_from": "95", "bonus_cap": "99"})
    for name in (contacts, "good_from", "bonus_cap"):
        assert error_at(page, name)


def test_looking_stores_nothing(sign_in: SignIn, cast: Cast) -> None:
    binh = sign_in("binh")
    set_operator(cast)
    before = cast.session.scalar(select(func.max(AuditEntry.id)))
    look(binh, **LOW)
    set_operator(cast)
    assert cast.session.scalar(select(func.max(AuditEntry.id))) == before
    assert scheme_of(cast).excellent_from == 90


def keep_form(page: str) -> dict[str, str]:
    """The hidden form that takes the numbers over, as the page has it."""
    form = re.search(r'<form method="post" action="/admin/what_if/keep/">(.*?)</form>', page, re.DOTALL)
    assert form, "the page does not offer to take the numbers over"
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[1]))
    return {name: value for name, value in fields.items() if name != "csrf_token"}  # the browser has its own


def test_leadership_takes_over_what_was_tried(sign_in: SignIn, cast: Cast) -> None:
    binh = sign_in("binh")
    page = look(binh, **LOW, **{field(cast, "contacts"): "20", field(cast, "survey"): "5"})
    answer = binh.post(f"{PAGE}keep/", keep_form(page))
    assert answer.status_code == 303, errors_of(answer)
    scheme = scheme_of(cast)
    assert (scheme.excellent_from, scheme.good_from, scheme.fulfilled_from, scheme.bonus_cap) == (50, 40, 3, 5)
    assert (points_of(cast)["contacts"], points_of(cast)["survey"]) == (20, 5)
    assert scheme.state is SchemeState.DRAFTED
    assert f"/admin/scheme/details/?id={scheme.id}" in answer.headers["Location"]


def test_it_is_offered_to_leadership_alone_while_drafted_and_only_for_something_else(
    sign_in: SignIn, cast: Cast
) -> None:
    offer = "Lưu vào bộ tiêu chí"
    assert offer not in look(sign_in("hoi"), **LOW)
    binh = sign_in("binh")
    assert offer in look(binh, **LOW)
    assert offer not in look(binh, excellent_from="90")
    scheme = scheme_of(cast)
    scheme.state = SchemeState.FIXED
    cast.session.commit()
    page = look(binh, **LOW)
    assert offer not in page
    assert "Bộ tiêu chí đã chốt" in page
    assert "8 người lên mức" in page


def test_what_is_forged_or_stale_is_refused_and_stays_typed(sign_in: SignIn, cast: Cast) -> None:
    hoi, binh = sign_in("hoi"), sign_in("binh")
    form = keep_form(look(binh, **LOW))
    hoi.get("/admin/")
    assert hoi.post(f"{PAGE}keep/", form).status_code == 403
    wrong = binh.post(f"{PAGE}keep/", form | {"good_from": "60"})
    assert wrong.status_code == 400
    assert error_at(unescape(wrong.text), "good_from")
    odd = binh.post(f"{PAGE}keep/", form | {field(cast, "contacts"): "x"})
    assert odd.status_code == 400
    assert binh.post(f"{PAGE}keep/", form | {"year": "1999-2000"}).status_code == 404
    stale = binh.post(f"{PAGE}keep/", form | {"version": "0"})
    assert stale.status_code == 409
    assert typed_in(unescape(stale.text), "excellent_from") == "50"
    assert scheme_of(cast).excellent_from == 90
    scheme = scheme_of(cast)
    scheme.state = SchemeState.FIXED
    cast.session.commit()
    fixed = binh.post(f"{PAGE}keep/", form | {"version": str(scheme_of(cast).version)})
    assert fixed.status_code == 400
    assert "mở lại bộ tiêu chí trước" in unescape(fixed.text)
    assert scheme_of(cast).excellent_from == 90


def test_a_criterion_of_another_year_is_not_touched(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    earlier = make_year(cast.session, "2024-2025")
    row = Criterion(school_year_id=earlier.id, code="TC1", name="Cũ", kind="by_hand", max_points=7)
    cast.session.add(row)
    cast.session.commit()
    id_ = row.id
    binh = sign_in("binh")
    form = keep_form(look(binh, **LOW))
    assert binh.post(f"{PAGE}keep/", form | {f"max-{id_}": "1"}).status_code == 303
    set_operator(cast)
    assert cast.session.get_one(Criterion, id_).max_points == 7


def test_a_year_that_is_not_there_or_has_no_criteria_says_so(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    make_year(cast.session, "2026-2027", state=YearState.PREPARING)
    cast.session.commit()
    binh = sign_in("binh")
    assert "chưa có bộ tiêu chí" in look(binh, year="2026-2027")
    look(binh, 404, year="1999-2000")
    look(binh, 404, year="x" * 5000)


def test_a_year_that_is_prepared_is_tried_on_last_years_work(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    year = make_year(cast.session, "2026-2027", state=YearState.PREPARING)
    cast.session.commit()
    binh = sign_in("binh")
    id_ = year.id
    binh.get("/admin/scheme/new/")
    place = binh.post("/admin/scheme/new/", {"school_year": str(id_)}).headers["Location"]
    page = unescape(binh.get(place).text)
    assert "/admin/what_if/?year=2026-2027" in page
    page = look(binh, year="2026-2027", **LOW)
    assert "tính thử trên số liệu năm học 2025-2026" in page
    answer = binh.post(f"{PAGE}keep/", keep_form(page))
    assert answer.status_code == 303
    assert scheme_of(cast).excellent_from == 90  # this year's stays
    page = binh.get(answer.headers["Location"])
    assert "Xuất sắc từ 50" in unescape(page.text)
    assert version_of(page)


def test_it_is_light_and_says_how_many_more_there_are(
    sign_in: SignIn, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("admin_views.what_if.MOST_SHOWN", 3)
    page = look(sign_in("hoi"), **LOW)
    assert "Và 5 người nữa." in page
    assert len(page.encode()) < 40_000
