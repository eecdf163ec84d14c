"""What the headings of the school's files mean: kept as a list of their own, folded, each once a kind of list."""

from collections.abc import Callable

import pytest
from lxml import html
from sqlalchemy import select

from school.models import ColumnName
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.vocabulary import ListKind
from tests.cast import NOW, Cast
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]
NEW, EDIT = "/admin/column_name/new/", "/admin/column_name/edit/?id=1"


def stored(cast: Cast) -> dict[tuple[ListKind, str], str]:
    set_actor(cast.session, Actor.running_commands(NOW))
    cast.session.expire_all()
    return {(name.kind, name.header): name.field for name in cast.session.scalars(select(ColumnName))}


@pytest.mark.parametrize("name", ["thu", "binh", "quan"])
def test_whoever_takes_lists_in_says_what_a_heading_means(sign_in: SignIn, cast: Cast, name: str) -> None:
    browser = sign_in(name)
    browser.get(NEW)
    answer = browser.post(NEW, {"header": "  Lớp  HIỆN HỌC (*) ", "means": "students:class_name"})
    assert answer.status_code == 303, errors_of(answer)
    assert stored(cast)[ListKind.STUDENTS, "lop hien hoc"] == "class_name"
    shown = browser.get("/admin/column_name/?kind=students&search=Lớp hiện")
    assert "lop hien hoc" in shown.text and "Lớp" in shown.text


def test_a_heading_may_be_passed_over(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    thu.get(NEW)
    assert thu.post(NEW, {"header": "Zalo", "means": "students:"}).status_code == 303
    assert stored(cast)[ListKind.STUDENTS, "zalo"] == ""
    assert "(bỏ qua cột này)" in thu.get("/admin/column_name/").text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"header": ""}, "chưa điền"),
        ({"header": "***"}, "cần có chữ hoặc số"),
        ({"header": "x" * 300}, ""),
        ({"header": "PHÂN HIỆU"}, "đã có trong danh sách"),
        ({"means": ""}, "Thầy cô chọn ý nghĩa"),
        ({"means": "students:password_hash"}, ""),
        ({"means": "nothing:at:all"}, ""),
        ({"means": "staff:class_name"}, ""),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(
    sign_in: SignIn, cast: Cast, sent: dict[str, str], sentence: str
) -> None:
    before, thu = stored(cast), sign_in("thu")
    thu.get(NEW)
    answer = thu.post(NEW, {"header": "Cột lạ", "means": "students:class_name"} | sent)
    assert answer.status_code == 400
    assert any(sentence in error for error in errors_of(answer)), errors_of(answer)
    assert stored(cast) == before


def test_a_heading_stays_with_its_kind_of_list(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    page = thu.get(EDIT)
    offered = html.fromstring(page.text).xpath('//select[@name="means"]//option/@value')
    assert {value.partition(":")[0] for value in offered if value} == {"students"}
    assert html.fromstring(page.text).xpath('//select[@name="means"]//option[@selected]/@value') == [
        "students:class_name"
    ]
    other = {"header": "phan hieu", "means": "staff:code", "version": version_of(page)}
    assert thu.post(EDIT, other).status_code == 400
    answer = thu.post(EDIT, other | {"means": "students:note"})
    assert answer.status_code == 303, errors_of(answer)
    assert stored(cast)[ListKind.STUDENTS, "phan hieu"] == "note"
    assert thu.post(EDIT, other | {"means": "students:code"}).status_code == 409, "an older version"
    gone = thu.post("/admin/column_name/delete/", {"id": 1, "version": 2})
    assert gone.status_code == 303 and stored(cast) == {}


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "hoi", "tro"])
def test_nobody_else_comes_here(sign_in: SignIn, cast: Cast, name: str) -> None:
    browser, before = sign_in(name), stored(cast)
    for address in ("/admin/column_name/", NEW, EDIT, "/admin/column_name/details/?id=1"):
        assert browser.get(address).status_code == 403
    for address in (NEW, EDIT, "/admin/column_name/delete/"):
        assert browser.post(address, {"id": 1, "version": 1, "header": "x", "means": "students:"}).status_code == 403
    assert stored(cast) == before
