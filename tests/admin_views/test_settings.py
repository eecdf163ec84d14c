"""The pages of settings: what documents say about the school, and the Word templates."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from school.models import DocumentTemplate, SchoolProfile
from school.reports.documents import standard_template
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.vocabulary import DocumentKind
from tests.cast import NOW, Cast
from tests.documents.word_files import template, texts
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]
FORM = {"school_name": "Trường THPT Mới", "place": "Nhân Cơ", "recipients": "Sở GD&ĐT\r\nLưu: VT."}
PAGE = "/admin/templates/assignment_list/"


def stored(cast: Cast, model: Any) -> Any:
    set_actor(cast.session, Actor.running_commands(NOW))
    cast.session.expire_all()
    return cast.session.scalars(select(model)).all()


def test_the_profile_is_filled_in_and_printed(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("quan")
    version = version_of(browser.get("/admin/profile/"))
    assert browser.post("/admin/profile/", FORM | {"version": version}).status_code == 303
    page = browser.get("/admin/profile/").text
    assert "Trường THPT Mới" in page and "Đã lưu" in page
    printed = texts(sign_in("thu").get(f"/admin/documents/assignment_list/{cast.year}/docx").data)
    assert "TRƯỜNG THPT MỚI" in printed and "Nhân Cơ, ngày 15 tháng 10 năm 2025" in printed and "- Lưu: VT." in printed


def test_an_older_form_shows_both_texts_and_loses_nothing(sign_in: SignIn, cast: Cast) -> None:
    first, second = sign_in("quan"), sign_in("binh")
    version = version_of(first.get("/admin/profile/"))
    second.get("/admin/profile/")
    second.post("/admin/profile/", {"school_name": "Tên của lãnh đạo", "version": version})
    answer = first.post("/admin/profile/", FORM | {"version": version})
    assert answer.status_code == 409
    assert "Tên của lãnh đạo" in answer.text and "Trường THPT Mới" in answer.text
    assert [row.school_name for row in stored(cast, SchoolProfile)] == ["Tên của lãnh đạo"]
    assert first.post("/admin/profile/", FORM | {"version": version_of(answer)}).status_code == 303


@pytest.mark.parametrize("field", ["school_name", "place", "symbol", "signer_title", "recipients"])
def test_what_is_too_long_is_said_at_its_field(sign_in: SignIn, cast: Cast, field: str) -> None:
    browser = sign_in("binh")
    version = version_of(browser.get("/admin/profile/"))
    answer = browser.post("/admin/profile/", FORM | {field: "x" * 30_000, "version": version})
    assert answer.status_code == 400 and errors_of(answer)
    assert f'id="{field}-error"' in answer.text


def send(browser: Browser, data: bytes | None, name: str = "mau.docx", **more: Any) -> TestResponse:
    browser.get(PAGE)
    given = {"file": (io.BytesIO(data), name)} if data is not None else {}
    return browser.post(PAGE, given | more)


def test_a_template_is_taken_home_changed_brought_back_and_given_up(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("binh")
    assert "rows[].circumstances" in browser.get(PAGE).text
    home = browser.get(f"{PAGE}docx")
    assert home.data == standard_template(DocumentKind.ASSIGNMENT_LIST)
    assert send(browser, template("Mẫu riêng {{ year }}")).status_code == 303
    page = browser.get(PAGE)
    assert "Đang dùng mẫu riêng của trường" in page.text and "mau.docx" in page.text
    assert "rows[].full_name" in page.text and "Mẫu không dùng" in page.text
    printed = sign_in("thu").get(f"/admin/documents/assignment_list/{cast.year}/docx")
    assert texts(printed.data) == "Mẫu riêng 2025-2026"
    assert browser.get(f"{PAGE}docx?standard=1").data == standard_template(DocumentKind.ASSIGNMENT_LIST)
    page = browser.get(PAGE)
    assert browser.post(f"{PAGE}own", {"version": version_of(page)}).status_code == 303
    assert "Đang dùng mẫu của hệ thống" in browser.get(PAGE).text


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (None, "", "Thầy cô chọn tệp mẫu"),
        (b"", "mau.docx", "Thầy cô chọn tệp mẫu"),
        (b"not word", "mau.docx", "Mẫu phải là tệp Word"),
        (template("{{ secret }}"), "mau.docx", "secret"),
        (template("{{ year() }}"), "mau.docx", "chưa dùng được"),
        (template("x"), "mau.docm", "macro"),
    ],
)
def test_a_bad_template_is_one_sentence_and_the_old_one_stays(
    sign_in: SignIn, cast: Cast, data: bytes | None, name: str, sentence: str
) -> None:
    answer = send(sign_in("quan"), data, name)
    assert answer.status_code == 400
    assert any(sentence in error for error in errors_of(answer)), errors_of(answer)
    assert [row.kind for row in stored(cast, DocumentTemplate)] == [DocumentKind.NOTICE_BOARD]


def test_somebody_elses_newer_template_is_not_lost(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("binh")
    send(browser, template("một {{ year }}"))
    assert send(browser, template("hai {{ year }}"), version="99").status_code == 409
    assert browser.post(f"{PAGE}own", {"version": "99"}).status_code == 409
    assert send(browser, template("hai {{ year }}"), version=version_of(browser.get(PAGE))).status_code == 303


def test_every_kind_has_its_page_and_nothing_else_does(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("quan")
    page = browser.get("/admin/templates/")
    assert "Mẫu riêng của trường" in page.text
    for kind in DocumentKind:
        assert f"/admin/templates/{kind.value}/" in page.text
        assert browser.get(f"/admin/templates/{kind.value}/").status_code == 200
    for way in ("none/", "none/docx", "../x/", "assignment_list/pdf"):
        assert browser.get(f"/admin/templates/{way}").status_code == 404


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "thu", "hoi", "tro"])
def test_everybody_else_is_kept_out(sign_in: SignIn, cast: Cast, name: str) -> None:
    browser = sign_in(name)
    for way in ("/admin/profile/", "/admin/templates/", PAGE, f"{PAGE}docx"):
        assert browser.get(way).status_code == 403
    browser.get("/password")
    assert browser.post("/admin/profile/", FORM | {"version": "1"}).status_code == 403
    assert browser.post(PAGE, {"file": (io.BytesIO(template("x")), "mau.docx")}).status_code == 403
