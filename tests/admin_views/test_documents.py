"""The page of documents: what each person may make, the Word file, the page to print, and the log of both."""

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from lxml import html
from sqlalchemy import select
from werkzeug.test import TestResponse

from school.models import Disclosure
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.services.templates import give_back
from school.vocabulary import DocumentKind
from tests import factories as make
from tests.cast import NOW, Cast
from tests.documents.word_files import assert_is_dead, texts
from tests.web import Browser

SignIn = Callable[[str], Browser]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def operate(cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))


def links(page: TestResponse) -> list[str]:
    return [str(href) for href in html.fromstring(page.text).xpath("//main//a/@href")]


def disclosed(cast: Cast) -> list[tuple[str, str, int | None]]:
    operate(cast)
    cast.session.expire_all()
    rows = cast.session.scalars(select(Disclosure).where(Disclosure.format.in_(("docx", "print"))))
    return [(row.name, row.format, row.row_count) for row in rows]


@pytest.mark.parametrize(
    ("name", "has", "lacks"),
    [
        ("binh", ["assignment_list", "notice_board", "meeting_minutes", "year_plan"], []),
        ("thu", ["assignment_list", "notice_board"], []),
        ("cuc", ["notice_board", "commendation_evidence"], ["assignment_list", "score_list"]),
        ("lan", [], ["assignment_list", "notice_board", "score_list", "commendation_evidence"]),
        (
            "hoi",
            ["commendation_list", "commendation_evidence", "score_list"],
            ["assignment_list", "notice_board", "student_file"],
        ),
        ("quan", [], ["assignment_list", "notice_board"]),
    ],
)
def test_the_page_offers_what_the_person_may_make(
    sign_in: SignIn, cast: Cast, name: str, has: list[str], lacks: list[str]
) -> None:
    page = sign_in(name).get("/admin/documents/")
    assert page.status_code == 200
    offered = " ".join(links(page))
    assert [kind for kind in has if f"/{kind}/" not in offered] == []
    assert [kind for kind in lacks if f"/{kind}/" in offered] == []


def test_what_is_made_of_one_person_is_reached_from_the_page_of_that_person(sign_in: SignIn) -> None:
    for name in ("lan", "hoi", "binh"):
        browser = sign_in(name)
        page = browser.get("/admin/documents/")
        assert "/admin/early_raise/" in links(page) and "Mở trang minh chứng" in page.text
        assert browser.get("/admin/early_raise/").status_code == 200


def test_an_account_of_nobody_is_led_to_no_page_that_is_closed_to_it(sign_in: SignIn) -> None:
    assert "/admin/early_raise/" not in sign_in("quan").get("/admin/documents/").text


def test_the_list_of_scores_leaves_as_word_and_as_a_page_and_both_are_logged(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("hoi")
    way = f"/admin/documents/score_list/{cast.year}"
    word, page = browser.get(f"{way}/docx"), browser.get(f"{way}/print")
    assert_is_dead(word.data)
    for said in (texts(word.data), page.text):
        assert "BẢNG ĐIỂM THI ĐUA" in said and "Nguyễn Thị Lan" in said and "Trần Văn Đạt" not in said
    assert unquote(word.headers["Content-Disposition"]).endswith("Bảng điểm thi đua 2025-2026.docx")
    assert [entry[:2] for entry in disclosed(cast)] == [("Bảng điểm thi đua", "docx"), ("Bảng điểm thi đua", "print")]
    assert way + "/print" in links(browser.get("/admin/emulation/"))
    assert sign_in("lan").get(f"{way}/docx").status_code == 403


@pytest.mark.parametrize("name", ["binh", "thu", "cuc", "lan", "hoa", "hoi", "quan"])
def test_everything_that_is_offered_can_be_made(sign_in: SignIn, cast: Cast, name: str) -> None:
    give_back(cast.session, Actor.running_commands(NOW), DocumentKind.NOTICE_BOARD)
    cast.session.commit()
    browser = sign_in(name)
    for link in links(browser.get("/admin/documents/")):
        if link.endswith(("docx", "print")) or "part=" in link:
            assert browser.get(link).status_code == 200, link


def test_the_word_file_has_a_vietnamese_name_and_is_dead(sign_in: SignIn, cast: Cast) -> None:
    answer = sign_in("thu").get(f"/admin/documents/assignment_list/{cast.year}/docx")
    assert answer.mimetype == WORD
    assert "Phân công hỗ trợ học sinh 2025-2026.docx" in unquote(answer.headers["Content-Disposition"])
    assert answer.headers["Cache-Control"] == "no-store"
    assert_is_dead(answer.data)
    assert "Y Bhiu Niê" in texts(answer.data)


def test_the_page_to_print_says_the_same_without_navigation_or_styles(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("thu")
    page = browser.get(f"/admin/documents/assignment_list/{cast.year}/print")
    document = html.fromstring(page.text)
    word = browser.get(f"/admin/documents/assignment_list/{cast.year}/docx")
    shown = re.sub(r"\s+", " ", document.xpath("//main")[0].text_content())
    for line in texts(word.data).split("\n"):
        assert re.sub(r"\s+", " ", line).strip() in shown
    assert document.xpath("//*[@style]") == [] and document.xpath("//style") == [] and "side" not in page.text
    assert len(document.xpath("//thead//th[@scope='col']")) == 6
    assert len(page.data) < 60_000


def test_both_are_entered_in_the_log_before_they_leave(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("thu")
    browser.get(f"/admin/documents/assignment_list/{cast.year}/docx")
    browser.get(f"/admin/documents/assignment_list/{cast.year}/print")
    kept = disclosed(cast)
    assert [row[:2] for row in kept] == [(DocumentKind.ASSIGNMENT_LIST.label, form) for form in ("docx", "print")]
    assert all(row[2] for row in kept)


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "hoi", "quan", "tro"])
def test_the_list_with_circumstances_is_refused_and_nothing_is_told(sign_in: SignIn, cast: Cast, name: str) -> None:
    browser = sign_in(name)
    for form in ("docx", "print"):
        answer = browser.get(f"/admin/documents/assignment_list/{cast.year}/{form}")
        assert answer.status_code == 403
        assert make.SECRET not in answer.text and "Y Bhiu" not in answer.text
    assert disclosed(cast) == []


def test_the_notice_board_page_holds_no_name_and_no_circumstances(sign_in: SignIn, cast: Cast) -> None:
    give_back(cast.session, Actor.running_commands(NOW), DocumentKind.NOTICE_BOARD)
    cast.session.commit()
    page = sign_in("cuc").get(f"/admin/documents/notice_board/{cast.year}/print")
    assert page.status_code == 200 and "Phạm Hồng Phúc (hỗ trợ)" in page.text
    for told in (make.SECRET, "Y Bhiu", "Trần Văn Đạt", "em chăm", "11A2", "12A3"):
        assert told not in page.text


@pytest.mark.parametrize(
    "way",
    [
        "none/1/docx",
        "assignment_list/999999/docx",
        "assignment_list/99999999999999999999/print",
        "assignment_list/-1/docx",
        "assignment_list/1/pdf",
        "assignment_list/1/docx?part=x",
        "review/1/print?part=x",
        "assignment_list/1/docx/",
    ],
)
def test_what_there_is_not(sign_in: SignIn, cast: Cast, way: str) -> None:
    assert sign_in("binh").get(f"/admin/documents/{way}").status_code == 404


def test_a_damaged_template_is_a_sentence(sign_in: SignIn, cast: Cast) -> None:
    """The cast's own template of the notice board is no Word file."""
    answer = sign_in("binh").get(f"/admin/documents/notice_board/{cast.year}/docx")
    assert answer.status_code == 400 and "Mẫu văn bản" in answer.text


def test_another_year_and_one_that_is_none(sign_in: SignIn, cast: Cast) -> None:
    make.make_year(cast.session, "2024-2025")
    cast.session.commit()
    browser = sign_in("binh")
    assert "2024-2025" in browser.get("/admin/documents/?year=2024-2025").text
    assert browser.get("/admin/documents/?year=1999-2000").status_code == 404
    assert browser.get("/admin/documents/?year=" + "x" * 5000).status_code == 404
