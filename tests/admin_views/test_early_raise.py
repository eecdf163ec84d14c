"""Evidence for an early raise on the page: all of it for council and leadership, one's own for each (P4.5, P7)."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import select

from school.models import ScoreSheet, Student
from school.vocabulary import ScoreLevel, SheetState
from tests.admin_views.test_lists import set_operator
from tests.cast import Cast
from tests.factories import SECRET, make_commendation, make_staff, make_year, make_yearly_rating
from tests.web import Browser

SignIn = Callable[[str], Browser]
PAGE = "/admin/early_raise"


def freeze(cast: Cast) -> None:
    """Lan's sheet is frozen and she has a decided commendation, and one that waits."""
    set_operator(cast)
    sheet = cast.session.scalars(select(ScoreSheet).where(ScoreSheet.staff_id == cast.staff["lan"])).one()
    sheet.state, sheet.level, sheet.total, sheet.decision_number = SheetState.FROZEN, ScoreLevel.GOOD, 865, "40/QĐ"
    decided = {"decision_number": "125/QĐ", "decided_on": sheet.school_year.starts_on}
    make_commendation(cast.session, staff_id=cast.staff["lan"], title="Bằng khen", **decided)
    make_commendation(cast.session, staff_id=cast.staff["lan"], title="Đang chờ")
    cast.session.commit()


def test_council_and_leadership_see_everybody_by_name_and_no_verdict(sign_in: SignIn, cast: Cast) -> None:
    freeze(cast)
    for name in ("binh", "hoi"):
        text = unescape(sign_in(name).get(f"{PAGE}/").text)
        body = text.partition("<tbody>")[2].partition("</tbody>")[0]
        names = re.findall(r">([^<>]+?)(?: · Tổ [^<]+)?</a>", body)
        assert len(names) == len(cast.staff)
        assert names.index("Trần Thị Hoa") < names.index("Nguyễn Thị Lan") < names.index("Đỗ Văn Minh")
        assert "Tốt, 86,5 điểm; Hoàn thành tốt nhiệm vụ; Bằng khen; đỡ đầu 2 em" in body
        assert "Đang chờ" not in body


def test_everybody_else_sees_the_own_alone(sign_in: SignIn, cast: Cast) -> None:
    freeze(cast)
    lan = sign_in("lan")
    page = unescape(lan.get(f"{PAGE}/").text)
    for said in ("Nguyễn Thị Lan", "Tốt, 86,5 điểm", "40/QĐ", "Bằng khen · Cấp trường", "Đỡ đầu 2 em"):
        assert said in page, said
    assert "Đang chờ" not in page
    assert "Hồ Thị Giang" not in page
    assert lan.get(f"{PAGE}/{cast.staff['lan']}/").status_code == 200
    for name in ("lan", "hoa", "cuc", "thu"):
        browser = sign_in(name)
        assert browser.get(f"{PAGE}/").status_code == 200, name
        assert browser.get(f"{PAGE}/{cast.staff['giang']}/").status_code == 403, name
    for name in ("quan", "tro"):
        assert sign_in(name).get(f"{PAGE}/").status_code == 403, name


def test_one_person_opens_from_the_list_with_the_years_that_were_chosen(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    for first in range(2019, 2025):
        make_year(cast.session, f"{first}-{first + 1}")
    cast.session.commit()
    hoi = sign_in("hoi")
    for count in range(2, 7):
        page = hoi.get(f"{PAGE}/?years={count}").text
        assert page.count('scope="col"') == count + 1
        address = f"{PAGE}/{cast.staff['lan']}/?years={count}"
        assert address in page
        page = unescape(hoi.get(address).text)
        assert len(re.findall(r"<h2>Năm học \d{4}-\d{4}</h2>", page)) == count


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/?years=1", 400),
        ("/?years=7", 400),
        ("/?years=x", 400),
        ("/?years=-3", 400),
        ("/?department=x", 400),
        ("/?page=-1", 400),
        ("/?page=99999", 200),
        ("/999999/", 404),
        (f"/{'9' * 30}/", 404),
    ],
)
def test_odd_addresses(sign_in: SignIn, address: str, status: int) -> None:
    assert sign_in("hoi").get(f"{PAGE}{address}").status_code == status


def test_the_document_is_linked_and_opens_for_whoever_sees_the_person(sign_in: SignIn, cast: Cast) -> None:
    freeze(cast)
    id_ = cast.staff["lan"]
    for name in ("hoi", "binh", "lan"):
        browser = sign_in(name)
        page = unescape(browser.get(f"{PAGE}/{id_}/?years=4").text)
        address = f"/admin/documents/early_raise/{id_}/docx?part=4"
        assert f'href="{address}"' in page, name
        assert browser.get(address).status_code == 200, name
        assert "Bằng khen" in unescape(browser.get(address.replace("docx", "print")).text), name
    for name in ("hoa", "cuc", "thu", "giang", "quan"):
        assert sign_in(name).get(f"/admin/documents/early_raise/{id_}/docx").status_code == 403, name


def test_no_student_is_named(sign_in: SignIn, cast: Cast) -> None:
    freeze(cast)
    set_operator(cast)
    told = [*(row.full_name for row in cast.session.scalars(select(Student))), SECRET]
    hoi = sign_in("hoi")
    for address in (
        f"{PAGE}/",
        f"{PAGE}/{cast.staff['lan']}/",
        f"/admin/documents/early_raise/{cast.staff['lan']}/print",
    ):
        text = unescape(hoi.get(address).text)
        assert not [word for word in told if word in text], address


def test_pages_are_light(sign_in: SignIn, cast: Cast, statements: Callable) -> None:
    set_operator(cast)
    years = [make_year(cast.session, f"{first}-{first + 1}") for first in range(2020, 2025)]
    for number in range(60):
        staff = make_staff(cast.session, f"Nguyễn Thị Hồng Thương {number}")
        for year in years:
            make_yearly_rating(cast.session, staff, school_year_id=year.id)
            decided = {"decision_number": "125/QĐ-THPT", "decided_on": year.starts_on}
            make_commendation(cast.session, staff_id=staff.id, school_year_id=year.id, **decided)
    cast.session.commit()
    hoi = sign_in("hoi")
    for address in (f"{PAGE}/?years=6", f"{PAGE}/{cast.staff['lan']}/?years=6"):
        hoi.get(address)
        with statements() as seen:
            page = hoi.get(address)
        assert len(seen) <= 12, address
        assert len(page.data) < 60_000, address
