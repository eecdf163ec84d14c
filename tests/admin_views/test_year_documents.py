"""Year plan, minutes, a student's file and commendations through the panel: who gets which, and the log."""

import io
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import unquote

import docx
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from school.models import Disclosure
from school.vocabulary import DocumentKind
from tests.admin_views.test_lists import set_operator
from tests.cast import Cast
from tests.factories import SECRET
from tests.school.reports.papers import text_of
from tests.web import Browser

SignIn = Callable[[str], Browser]
PLAN, MINUTES = DocumentKind.YEAR_PLAN, DocumentKind.MEETING_MINUTES
FILE, COMMENDED = DocumentKind.STUDENT_FILE, DocumentKind.COMMENDATION_LIST
PEOPLE = ("lan", "hoa", "cuc", "thu", "binh", "hoi", "quan", "tro")
# Who gets each of the four; the file is of the student whom lan sponsors.
MAY: dict[DocumentKind, set[str]] = {
    PLAN: {*PEOPLE} - {"tro"},
    MINUTES: {"cuc", "thu", "binh"},
    FILE: {"lan", "hoa", "cuc", "thu", "binh", "quan"},
    COMMENDED: {"cuc", "thu", "binh", "hoi"},
}


def address(cast: Cast, kind: DocumentKind, subject: int | None = None, form: str = "docx") -> str:
    of = {PLAN: cast.year, COMMENDED: cast.year, MINUTES: 1, FILE: cast.id("sponsored", "student")}
    return f"/admin/documents/{kind.value}/{of[kind] if subject is None else subject}/{form}"


def log(cast: Cast) -> list[Disclosure]:
    set_operator(cast)
    return list(cast.session.scalars(select(Disclosure).order_by(Disclosure.id)))


@pytest.mark.parametrize("kind", MAY, ids=str)
@pytest.mark.parametrize("name", PEOPLE)
def test_each_person_gets_what_is_theirs_in_both_forms(
    sign_in: SignIn, cast: Cast, name: str, kind: DocumentKind
) -> None:
    browser = sign_in(name)
    before = len(log(cast))
    answers: dict[str, TestResponse] = {
        form: browser.get(address(cast, kind, None, form)) for form in ("docx", "print")
    }
    if name in MAY[kind]:
        assert {form: answer.status_code for form, answer in answers.items()} == {"docx": 200, "print": 200}
        docx.Document(io.BytesIO(answers["docx"].data))
        assert [entry.format for entry in log(cast)[before:]] == ["docx", "print"]
    else:
        assert {answer.status_code for answer in answers.values()} <= {403, 404}
        assert len(log(cast)) == before


@pytest.mark.parametrize("subject", [0, 999_999, 2**63, 10**30])
@pytest.mark.parametrize("kind", MAY, ids=str)
def test_ids_of_nothing_are_not_found(sign_in: SignIn, cast: Cast, kind: DocumentKind, subject: int) -> None:
    assert sign_in("binh").get(address(cast, kind, subject)).status_code == 404


@pytest.mark.parametrize("name", ["lan", "hoa", "uyen"])
def test_another_persons_student_is_not_found(sign_in: SignIn, cast: Cast, name: str) -> None:
    student = cast.id("outsiders", "student")
    expected = 200 if name == "uyen" else 404  # the union follows all cases
    for form in ("docx", "print"):
        assert sign_in(name).get(address(cast, FILE, student, form)).status_code == expected


def test_the_log_of_a_students_file_knows_the_student_and_does_not_say_the_name(sign_in: SignIn, cast: Cast) -> None:
    answer = sign_in("lan").get(address(cast, FILE))
    assert "Y Bhiu Niê" in unquote(answer.headers["Content-Disposition"])
    entry = log(cast)[-1]
    assert entry.student_id == cast.id("sponsored", "student")
    assert entry.account_id == cast.accounts["lan"]
    assert "Bhiu" not in f"{entry.name}{entry.filters}"


def test_a_file_tells_circumstances_only_to_those_who_may_read_them(sign_in: SignIn, cast: Cast) -> None:
    def texts(name: str) -> str:
        browser = sign_in(name)
        word = text_of(browser.get(address(cast, FILE)).data)
        return word + unescape(browser.get(address(cast, FILE, None, "print")).text)

    for name in ("binh", "thu", "lan"):
        assert texts(name).count(SECRET) > 1, name
    for name in ("hoa", "cuc", "quan"):
        assert SECRET not in texts(name), name
    hoa = sign_in("hoa")
    case = cast.id("sponsored")
    hoa.get(f"/admin/case/details/?id={case}")
    assert hoa.post("/admin/case/open/", {"id": case, "reason": "chuẩn bị họp tổ"}).status_code == 303
    assert SECRET in text_of(hoa.get(address(cast, FILE)).data)


def test_minutes_plan_and_commendations_tell_no_circumstances(sign_in: SignIn, cast: Cast) -> None:
    binh = sign_in("binh")
    for kind in (PLAN, MINUTES, COMMENDED):
        answer = binh.get(address(cast, kind))
        assert answer.status_code == 200
        assert SECRET not in text_of(answer.data)


@pytest.mark.parametrize(
    ("page", "kind", "text"),
    [
        ("/admin/student/details/?id={student}", FILE, "In hồ sơ của em"),
        ("/admin/meeting/details/?id=1", MINUTES, "In biên bản"),
        ("/admin/announcement/details/?id=1", PLAN, "In kế hoạch của năm học"),
        ("/admin/commendation/", COMMENDED, "In danh sách khen thưởng"),
    ],
)
def test_each_is_reached_from_its_own_page(
    sign_in: SignIn, cast: Cast, page: str, kind: DocumentKind, text: str
) -> None:
    binh = sign_in("binh")
    shown = unescape(binh.get(page.format(student=cast.id("sponsored", "student"))).text)
    assert text in shown
    assert address(cast, kind, None, "print") in shown


def test_the_screen_of_documents_offers_what_the_person_may_make(sign_in: SignIn, cast: Cast) -> None:
    def offered(name: str) -> set[DocumentKind]:
        page: Any = sign_in(name).get("/admin/documents/").text
        return {kind for kind in MAY if f"/documents/{kind.value}/" in page}

    assert offered("binh") == {PLAN, MINUTES, COMMENDED}  # a student's file is made on the student's page
    assert offered("lan") == {PLAN}
    assert offered("hoi") == {PLAN, COMMENDED}


def test_a_document_takes_few_statements(sign_in: SignIn, cast: Cast, statements: Callable) -> None:
    binh = sign_in("binh")
    for kind in MAY:
        binh.get(address(cast, kind))
        with statements() as seen:
            binh.get(address(cast, kind))
        assert len(seen) <= (26 if kind is FILE else 16), kind
