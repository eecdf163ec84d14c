"""The departments side by side on the page, for council and leadership; and beside the proposal for one of them."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import select

from school.models import Commendation, Student, SupportCase
from tests.admin_views.test_lists import set_operator
from tests.cast import Cast
from tests.factories import make_department, make_staff
from tests.web import Browser

SignIn = Callable[[str], Browser]
PAGE = "/admin/collective/"


def test_council_and_leadership_see_departments_by_name_and_no_person(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    students = [row.full_name for row in cast.session.scalars(select(Student))]
    codes = [row.code for row in cast.session.scalars(select(SupportCase))]
    for name in ("binh", "hoi"):
        text = unescape(sign_in(name).get(PAGE).text)
        body = re.sub(r"<[^>]+>", " ", text.partition("<tbody>")[2].partition("</tbody>")[0])
        assert body.index("Tổ Toán") < body.index("Tổ Văn")
        assert "3/4 →" in body
        assert "không suy ra từ đây" in text
        assert not [word for word in (*students, *codes, "Nguyễn Thị Lan") if word in body]


@pytest.mark.parametrize("query", ["?year=2000-2001", "?year=x"])
def test_a_year_that_is_not_there_is_not_found(sign_in: SignIn, query: str) -> None:
    assert sign_in("hoi").get(f"{PAGE}{query}").status_code == 404


def test_the_shares_stand_beside_the_proposal_for_a_department(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    rows = cast.session.scalars(select(Commendation)).all()
    department = next(row.id for row in rows if row.department_id is not None)
    person = next(row.id for row in rows if row.staff_id is not None)
    for name in ("cuc", "thu", "binh", "hoi"):
        browser = sign_in(name)
        page = unescape(browser.get(f"/admin/commendation/details/?id={department}").text)
        assert "Thầy cô nhận đỡ đầu, hỗ trợ 3/4" in page, name
        assert ("/admin/collective/" in page.partition("<main")[2]) is (name in ("binh", "hoi")), name
        assert "nhận đỡ đầu, hỗ trợ 3/4" not in unescape(
            browser.get(f"/admin/commendation/details/?id={person}").text
        ), name


def test_the_evidence_is_linked_from_the_proposal_and_opens(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    ids = [row.id for row in cast.session.scalars(select(Commendation))]
    for name in ("cuc", "thu", "binh", "hoi"):
        browser = sign_in(name)
        for id_ in ids:
            page = browser.get(f"/admin/commendation/details/?id={id_}").text
            address = f"/admin/documents/commendation_evidence/{id_}"
            assert f'href="{address}/docx"' in page, name
            assert browser.get(f"{address}/docx").status_code == 200, name
            assert browser.get(f"{address}/print").status_code == 200, name
    for name in ("lan", "hoa", "quan"):
        assert sign_in(name).get(f"/admin/documents/commendation_evidence/{ids[0]}/docx").status_code in (403, 404), (
            name
        )


def test_the_page_is_light_and_takes_no_more_statements_for_a_large_school(
    sign_in: SignIn, cast: Cast, statements: Callable
) -> None:
    set_operator(cast)
    for number in range(40):
        make_staff(cast.session, department=make_department(cast.session, f"Tổ {number}"))
    cast.session.commit()
    hoi, binh = sign_in("hoi"), sign_in("binh")
    set_operator(cast)
    row = cast.session.scalars(select(Commendation.id).where(Commendation.department_id.is_not(None))).one()
    scoring = 5  # what the shares of all departments are counted from
    for browser, address, most in ((hoi, PAGE, 12), (binh, f"/admin/commendation/details/?id={row}", 12 + scoring)):
        browser.get(address)
        with statements() as seen:
            page = browser.get(address)
        assert len(seen) <= most, (address, seen)
        assert len(page.data) < 60_000
