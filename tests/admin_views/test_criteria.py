"""The criteria of a year on the page: read by everybody, drafted, fixed and reopened by leadership (P4.5)."""

import csv
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from school.models import Criterion, EmulationScheme, SchoolYear, ScoreSheet
from school.rules.scheme import DEFAULTS
from school.vocabulary import SchemeState, SheetState, YearState
from tests.admin_views.test_lists import set_operator
from tests.cast import Cast
from tests.factories import make_year
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]
LIST, SCHEME = "/admin/criterion", "/admin/scheme"
READERS = ("lan", "hoa", "cuc", "thu", "binh", "hoi", "quan")


def scheme_of(cast: Cast) -> EmulationScheme:
    set_operator(cast)
    return cast.session.scalars(select(EmulationScheme).where(EmulationScheme.school_year_id == cast.year)).one()


def row_of(cast: Cast, code: str) -> Criterion:
    set_operator(cast)
    return cast.session.scalars(
        select(Criterion).where(Criterion.code == code, Criterion.school_year_id == cast.year)
    ).one()


def text_of(page: Any) -> str:
    return unescape(page.text)


def new_form(cast: Cast, **values: str) -> dict[str, str]:
    given = {
        "school_year": str(cast.year),
        "code": "TC1",
        "name": "Chia sẻ kinh nghiệm trước tổ",
        "kind": "by_hand",
        "max_points": "3",
        "needed": "",
        "bonus": "y",
        "position": "",
    }
    return given | values


def create(browser: Browser, cast: Cast, expected: int = 303, **values: str) -> Any:
    browser.get(f"{LIST}/new/")
    answer = browser.post(f"{LIST}/new/", new_form(cast, **values))
    assert answer.status_code == expected, errors_of(answer)
    return answer


def take(browser: Browser, cast: Cast, step: str, expected: int = 303, **values: str) -> Any:
    id_ = scheme_of(cast).id
    page = browser.get(f"{SCHEME}/details/?id={id_}")
    version = version_of(page) if 'name="version"' in page.text else scheme_of(cast).version
    data = {"id": id_, "version": version, "step": step, **values}
    answer = browser.post(f"{SCHEME}/step/", data)
    assert answer.status_code == expected, errors_of(answer)
    return answer


def test_everybody_reads_what_one_is_scored_by(sign_in: SignIn, cast: Cast) -> None:
    id_ = scheme_of(cast).id
    for name in READERS:
        browser = sign_in(name)
        pages = text_of(browser.get(f"{LIST}/")), text_of(browser.get(f"{SCHEME}/details/?id={id_}"))
        for page in pages:
            assert [one.name for one in DEFAULTS if one.name not in page] == [], name
            assert "Xuất sắc từ 90, Tốt từ 70, Hoàn thành từ 50" in page
        assert "Cộng đủ 100 điểm".lower() in pages[1]
        assert ("Thêm tiêu chí" in pages[0]) == (name == "binh")
        assert ("Chốt bộ tiêu chí" in pages[1]) == (name == "binh")
        assert ("Thử thay đổi" in pages[1]) == (name in ("binh", "hoi"))


def test_the_navigation_leads_to_the_list_and_the_list_to_the_scheme(sign_in: SignIn, cast: Cast) -> None:
    lan, id_ = sign_in("lan"), scheme_of(cast).id
    home = lan.get("/admin/").text
    assert f'href="{LIST}/"' in home
    assert f'href="{SCHEME}/"' not in home
    assert f'href="{SCHEME}/details/?id={id_}"' in lan.get(f"{LIST}/").text


def test_the_list_is_filtered_by_year_kind_and_bonus(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    next_year = make_year(cast.session, "2026-2027", state=YearState.PREPARING)
    cast.session.commit()
    lan = sign_in("lan")
    for query, count in {
        "": 11,
        f"?school_year={cast.year}": 11,
        f"?school_year={next_year.id}": 0,
        "?kind=survey": 1,
        "?bonus=yes": 3,
        "?bonus=no": 8,
    }.items():
        page = lan.get(f"{LIST}/{query}")
        body = page.text.partition("<tbody>")[2].partition("</tbody>")[0]
        assert body.count("<tr>") == count, query
    for query in ("?kind=x", "?bonus=1", "?school_year=abc", "?sort=kind", "?x=1"):
        assert lan.get(f"{LIST}/{query}").status_code == 400, query


def test_the_lists_and_pages_run_few_statements(sign_in: SignIn, statements: Any, cast: Cast) -> None:
    binh, id_, row = sign_in("binh"), scheme_of(cast).id, row_of(cast, "survey").id
    most = {
        f"{LIST}/": 6,
        f"{SCHEME}/": 6,
        f"{SCHEME}/details/?id={id_}": 8,
        f"{LIST}/details/?id={row}": 8,
        f"{LIST}/new/": 8,
    }
    for address, limit in most.items():
        with statements() as seen:
            assert binh.get(address).status_code == 200
        assert len(seen) <= limit, "\n\n".join([address, *seen])


def test_leadership_adds_a_criterion_and_sees_what_they_add_up_to(sign_in: SignIn, cast: Cast) -> None:
    binh = sign_in("binh")
    place = create(binh, cast, bonus="").headers["Location"]
    page = text_of(binh.get(place))
    assert "đang cộng được 103 điểm, cần đúng 100" in page
    assert "Chia sẻ kinh nghiệm trước tổ" in page


def test_a_new_criterion_of_a_year_is_begun_from_its_scheme(sign_in: SignIn, cast: Cast) -> None:
    binh, id_ = sign_in("binh"), scheme_of(cast).id
    way = re.search(r'href="(/admin/criterion/new/\?school_year=\d+)"', binh.get(f"{SCHEME}/details/?id={id_}").text)
    assert way
    page = binh.get(way[1]).text
    chosen = dict(re.findall(r'<select[^>]*name="(\w+)"[^>]*>.*?<option selected value="(\w*)"', page, re.DOTALL))
    assert re.search(r'name="position"[^>]*value=""', page)  # last, unless said otherwise
    assert chosen == {"school_year": str(cast.year), "kind": ""}  # how it is counted is a person's to choose
    assert binh.get("/admin/criterion/new/?school_year=abc").status_code == 400


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"code": "tiêu chí"}, "code", "không dấu"),
        ({"code": "survey"}, "code", "cùng mã"),
        ({"code": "x" * 33}, "code", ""),
        ({"name": ""}, "name", ""),
        ({"kind": "contacts", "needed": "2"}, "kind", "đã tính theo cách này"),
        ({"kind": "world"}, "kind", ""),
        ({"max_points": "0"}, "max_points", "từ 1 đến 20"),
        ({"max_points": "9" * 5000}, "max_points", ""),
        ({"max_points": "ba"}, "max_points", ""),
        ({"needed": "2"}, "needed", "để trống"),
        ({"needed": "-1"}, "needed", ""),
        ({"school_year": "999"}, "school_year", "không còn trong danh sách"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_typed_is_lost(
    sign_in: SignIn, cast: Cast, values: dict[str, str], field: str, said: str
) -> None:
    page = text_of(create(sign_in("binh"), cast, 400, **values))
    error = re.search(rf'id="{field}-error">([^<]*)<', page)
    assert error
    assert said in error[1]
    if "name" not in values:
        assert "Chia sẻ kinh nghiệm trước tổ" in page
    set_operator(cast)
    assert len(cast.session.scalars(select(Criterion)).all()) == 11


def test_a_criterion_is_changed_on_the_version_that_was_seen(sign_in: SignIn, cast: Cast) -> None:
    binh, id_ = sign_in("binh"), row_of(cast, "survey").id
    address = f"{LIST}/edit/?id={id_}"
    page = binh.get(address)
    assert 'name="school_year"' not in page.text
    form = new_form(cast, code="survey", kind="survey", needed="3", max_points="10", bonus="", position="1")
    answer = binh.post(address, form | {"version": version_of(page), "school_year": "999"})
    assert answer.status_code == 303, errors_of(answer)
    row = row_of(cast, "survey")
    assert (row.needed, row.school_year_id, row.position) == (3, cast.year, 1)
    stale = binh.post(address, form | {"version": "1", "name": "Muộn"})
    assert stale.status_code == 409
    assert "Muộn" in text_of(stale)


def test_a_criterion_without_adjustments_is_removed(sign_in: SignIn, cast: Cast) -> None:
    binh, row = sign_in("binh"), row_of(cast, "survey")
    id_ = row.id
    page = binh.get(f"{LIST}/details/?id={id_}")
    assert binh.post(f"{LIST}/delete/", {"id": id_, "version": version_of(page)}).status_code == 303
    set_operator(cast)
    assert cast.session.get(Criterion, id_) is None
    first = row_of(cast, "participation")  # of the cast: its points were adjusted
    binh.post(f"{LIST}/delete/", {"id": first.id, "version": first.version})
    assert row_of(cast, "participation").id == first.id
    assert "đang được dùng" in text_of(binh.get(f"{LIST}/details/?id={first.id}"))


def test_levels_are_changed_on_the_scheme(sign_in: SignIn, cast: Cast) -> None:
    binh, id_ = sign_in("binh"), scheme_of(cast).id
    address = f"{SCHEME}/edit/?id={id_}"
    numbers = {
        "excellent_from": "85",
        "good_from": "65",
        "fulfilled_from": "50",
        "bonus_cap": "3",
        "converted_points": "10",
    }
    page = binh.get(address)
    assert re.search(r'name="excellent_from"[^>]*value="90"', page.text)
    bad = {
        "good_from": ("85", "thấp hơn mức Xuất sắc (85)"),
        "fulfilled_from": ("65", "thấp hơn mức Tốt (65)"),
        "excellent_from": ("101", "từ 1 đến 100"),
        "bonus_cap": ("", "điểm cộng nhiều nhất"),
        "converted_points": ("0", "từ 1 đến 100"),
    }
    for field, (typed, said) in bad.items():
        answer = binh.post(address, numbers | {"version": version_of(page), field: typed})
        assert answer.status_code == 400, field
        error = re.search(rf'id="{field}-error">([^<]*)<', text_of(answer))
        assert error, field
        assert said in error[1]
    answer = binh.post(address, numbers | {"version": version_of(page)})
    assert answer.status_code == 303, errors_of(answer)
    scheme = scheme_of(cast)
    assert [getattr(scheme, name) for name in numbers] == [85, 65, 50, 3, 10]
    assert binh.post(address, numbers | {"version": "1"}).status_code == 409


def test_fixing_asks_for_a_number_and_for_100_points(sign_in: SignIn, cast: Cast) -> None:
    binh = sign_in("binh")
    create(binh, cast, bonus="")
    refused = take(binh, cast, "fix", 400, decision_number="12/QĐ-THPT")
    assert "cộng lại là 103; cần đúng 100" in text_of(refused)
    assert "12/QĐ-THPT" in text_of(refused)
    row = row_of(cast, "TC1")
    binh.post(f"{LIST}/delete/", {"id": row.id, "version": row.version})
    for number in ("", "x" * 33):
        refused = take(binh, cast, "fix", 400, decision_number=number)
        assert 'id="fix-decision_number-error"' in refused.text
    take(binh, cast, "fix", decision_number="12/QĐ-THPT")
    scheme = scheme_of(cast)
    assert (scheme.state, scheme.decision_number) == (SchemeState.FIXED, "12/QĐ-THPT")


def test_a_fixed_scheme_offers_nothing_but_to_reopen_it_with_a_reason(sign_in: SignIn, cast: Cast) -> None:
    binh, id_, row = sign_in("binh"), scheme_of(cast).id, row_of(cast, "survey").id
    take(binh, cast, "fix", decision_number="12/QĐ-THPT")
    page = text_of(binh.get(f"{SCHEME}/details/?id={id_}"))
    assert "Mở lại bộ tiêu chí" in page
    assert "Số 12/QĐ-THPT ngày 15/10/2025" in page
    assert f'"{SCHEME}/edit/' not in page
    assert "Thêm tiêu chí" not in page
    assert f'"{LIST}/edit/' not in text_of(binh.get(f"{LIST}/details/?id={row}"))
    for address in (f"{SCHEME}/edit/?id={id_}", f"{LIST}/edit/?id={row}"):
        assert binh.get(address).status_code == 403
    create(binh, cast, 403)  # nothing is drafted
    assert "Thêm tiêu chí" not in text_of(binh.get(f"{LIST}/"))
    binh.post(f"{LIST}/delete/", {"id": row, "version": row_of(cast, "survey").version})
    assert row_of(cast, "survey").id == row
    assert 'id="unfix-reason-error"' in take(binh, cast, "unfix", 400, reason=" ").text
    take(binh, cast, "unfix", reason="Hội đồng họp lại.")
    assert scheme_of(cast).state is SchemeState.DRAFTED
    page = text_of(binh.get(f"{SCHEME}/details/?id={id_}"))
    assert "Hội đồng họp lại." in page
    assert "Lần trước: số 12/QĐ-THPT ngày 15/10/2025" in page


def test_a_scheme_is_not_reopened_once_a_sheet_is_frozen(sign_in: SignIn, cast: Cast) -> None:
    binh, id_ = sign_in("binh"), scheme_of(cast).id
    take(binh, cast, "fix", decision_number="12/QĐ-THPT")
    set_operator(cast)
    cast.session.scalars(select(ScoreSheet).order_by(ScoreSheet.id)).first().state = SheetState.FROZEN  # type: ignore[union-attr]
    cast.session.commit()
    page = binh.get(f"{SCHEME}/details/?id={id_}")
    assert "Mở lại bộ tiêu chí" not in text_of(page)
    forged = {"id": id_, "version": scheme_of(cast).version, "step": "unfix", "reason": "Họp lại."}
    answer = binh.post(f"{SCHEME}/step/", forged)
    assert answer.status_code == 400
    assert "phiếu điểm được chốt" in text_of(answer)


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "thu", "hoi", "quan"])
def test_nobody_else_fixes_or_reopens(sign_in: SignIn, cast: Cast, name: str) -> None:
    scheme = scheme_of(cast)
    browser = sign_in(name)
    for step, values in (("fix", {"decision_number": "1"}), ("unfix", {"reason": "x"})):
        data = {"id": scheme.id, "version": scheme.version, "step": step, **values}
        assert browser.post(f"{SCHEME}/step/", data).status_code == 403
    assert browser.post(f"{SCHEME}/step/", {"id": scheme.id, "step": "burn"}).status_code == 400
    assert scheme_of(cast).state is SchemeState.DRAFTED


def test_the_criteria_of_the_next_year_are_begun_from_this_years(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    year = make_year(cast.session, "2026-2027", state=YearState.PREPARING)
    closed = make_year(cast.session, "2024-2025", state=YearState.CLOSED)
    cast.session.commit()
    binh = sign_in("binh")
    assert f'href="{SCHEME}/new/"' in binh.get(f"{LIST}/").text
    assert f'href="{SCHEME}/new/"' not in sign_in("lan").get(f"{LIST}/").text
    page = binh.get(f"{SCHEME}/new/").text
    assert 'name="excellent_from"' not in page
    assert "chỉ xem" in text_of(binh.post(f"{SCHEME}/new/", {"school_year": str(closed.id)}))
    assert binh.post(f"{SCHEME}/new/", {"school_year": ""}).status_code == 400
    answer = binh.post(f"{SCHEME}/new/", {"school_year": str(year.id)})
    again = binh.post(f"{SCHEME}/new/", {"school_year": str(year.id)})  # a second tap
    assert answer.headers["Location"] == again.headers["Location"]
    assert "cộng đủ 100 điểm" in text_of(binh.get(answer.headers["Location"]))
    assert f'href="{SCHEME}/new/"' not in binh.get(f"{LIST}/").text  # every open year has its criteria
    set_operator(cast)
    assert len(cast.session.scalars(select(Criterion).where(Criterion.school_year_id == year.id)).all()) == 11


def test_the_criteria_of_a_closed_year_are_only_read(sign_in: SignIn, cast: Cast) -> None:
    scheme, row = scheme_of(cast), row_of(cast, "survey")
    cast.session.get_one(SchoolYear, cast.year).state = YearState.CLOSED
    cast.session.commit()
    binh = sign_in("binh")
    page = text_of(binh.get(f"{SCHEME}/details/?id={scheme.id}"))
    for word in ("Chốt bộ tiêu chí", "Thêm tiêu chí", f'"{SCHEME}/edit/'):
        assert word not in page
    take(binh, cast, "fix", 400, decision_number="1")
    assert binh.get(f"{LIST}/edit/?id={row.id}").status_code == 403
    create(binh, cast, 403)


def test_a_criterion_for_a_fixed_year_is_refused_while_another_is_drafted(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    scheme_of(cast).state = SchemeState.FIXED
    year = make_year(cast.session, "2026-2027", state=YearState.PREPARING)
    cast.session.add(EmulationScheme(school_year_id=year.id))
    cast.session.commit()
    binh = sign_in("binh")
    assert "mở lại bộ tiêu chí trước" in text_of(create(binh, cast, 400))
    create(binh, cast, school_year=str(year.id))


def test_a_school_that_has_not_begun_is_told_how(sign_in: SignIn, cast: Cast) -> None:
    cast.session.delete(scheme_of(cast))
    cast.session.commit()
    page = text_of(sign_in("binh").get(f"{SCHEME}/"))
    assert "Chưa có bộ tiêu chí nào." in page
    assert "Bắt đầu soạn bộ tiêu chí" in page


def test_the_list_leaves_as_a_file_with_numbers(sign_in: SignIn, cast: Cast) -> None:
    answer = sign_in("lan").get(f"{LIST}/export/csv/")
    head, first, second, *rest = csv.reader(answer.data.decode("utf-8-sig").splitlines())
    assert (head[0], head[3]) == ("Tiêu chí", "Trọn điểm khi có")
    assert first[:2] == ["Nhận đỡ đầu và duy trì suốt thời gian được phân công", "15"]
    assert second[3] == "2"  # a number, which the page shows as "2 kênh"
    assert len(rest) == 9
