"""Lists: few statements whatever the page size, search without marks, Vietnamese order, typed parameters."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from school.models import Classroom
from school.rules.actor import Actor
from school.services.guard import set_actor
from tests.cast import NOW, Cast
from tests.factories import make_result, make_student
from tests.web import Browser

LISTS = [
    "student",
    "result",
    "case",
    "survey",
    "hardship",
    "sponsorship",
    "plan",
    "goal",
    "contact",
    "support",
    "activity",
    "progress",
    "help",
    "staff",
    "department",
    "classroom",
    "year",
    "category",
    "account",
    "audit",
    "disclosure",
]
READERS = {"account": "quan", "audit": "quan"}
MOST_STATEMENTS = 6


def titles(page: Any) -> list[str]:
    """The first cell of each row."""
    return re.findall(r'<th scope="row"[^>]*><a [^>]*>([^<]*)</a>', page.text)


@pytest.mark.parametrize("screen", LISTS)
def test_a_list_runs_few_statements_whatever_the_page_size(
    screen: str, sign_in: Callable[[str], Browser], statements: Any, cast: Cast
) -> None:
    set_operator(cast)
    for number in range(60):
        make_student(cast.session, f"Nguyễn Văn Đông {number}", cast.get(Classroom, cast.classes["10A1"]))
    cast.session.commit()
    browser = sign_in(READERS.get(screen, "binh"))
    counts = []
    for size in (50, 25, 100):  # at first the short lists of the filters are not yet kept
        with statements() as seen:
            assert browser.get(f"/admin/{screen}/?page_size={size}").status_code == 200
        counts.append(len(seen))
        assert len(seen) <= MOST_STATEMENTS, "\n\n".join(seen)
    assert counts[1] == counts[2]


def test_the_screening_list_runs_few_statements_however_many_students(
    sign_in: Callable[[str], Browser], statements: Any, cast: Cast
) -> None:
    set_operator(cast)
    for number in range(60):
        student = make_student(cast.session, f"Nguyễn Văn Đông {number}", cast.get(Classroom, cast.classes["10A1"]))
        make_result(cast.session, student.current_enrolment, absences_unexcused=9)
    cast.session.commit()
    browser = sign_in("binh")
    for _ in range(2):
        with statements() as seen:
            assert browser.get("/admin/screening/").text.count("Vắng không phép 9 buổi") == 20
        assert len(seen) <= MOST_STATEMENTS, "\n\n".join(seen)


def test_a_name_is_found_without_marks(sign_in: Callable[[str], Browser]) -> None:
    page = sign_in("binh").get("/admin/student/?search=tran van dat")
    assert titles(page) == ["Trần Văn Đạt"]


def test_a_name_is_found_by_its_words_in_any_order(sign_in: Callable[[str], Browser]) -> None:
    page = sign_in("binh").get("/admin/case/?search=dat TRẦN")
    assert titles(page) == ["Trần Văn Đạt"]


def test_students_stand_in_the_order_of_their_given_names(sign_in: Callable[[str], Browser]) -> None:
    page = sign_in("binh").get("/admin/student/?sort=full_name&page_size=100")
    names = titles(page)
    assert names.index("Vũ Ngọc Ánh") < names.index("Phạm Quốc Bảo") < names.index("Trần Văn Đạt")
    assert names.index("Trần Văn Đạt") < names.index("Nông Thị Yến")


def test_a_list_is_filtered(sign_in: Callable[[str], Browser], cast: Cast) -> None:
    page = sign_in("binh").get(f"/admin/student/?classroom={cast.classes['10A1']}")
    assert "Trần Văn Đạt" in titles(page)
    assert "Y Bhiu Niê" not in titles(page)


def test_a_list_is_paged(sign_in: Callable[[str], Browser], cast: Cast) -> None:
    set_operator(cast)
    for number in range(30):
        make_student(cast.session, f"Nguyễn Văn Đông {number}", cast.get(Classroom, cast.classes["10A1"]))
    cast.session.commit()
    browser = sign_in("binh")
    pages = [titles(browser.get(f"/admin/student/?page_size=25&page={page}")) for page in range(3)]
    assert [len(page) for page in pages][:1] == [25]
    assert len({name for page in pages for name in page}) == sum(len(page) for page in pages)
    assert titles(browser.get("/admin/student/?page_size=25&page=900000")) == []


@pytest.mark.parametrize(
    "query",
    [
        "page=-1",
        "page=x",
        "page=99999999999999999999",
        "page_size=7",
        "sort=password_hash",
        "sort=0",
        "desc=2",
        "search=" + "a" * 201,
        "gender=other",
        "classroom=x",
        "unknown=1",
    ],
)
def test_parameters_that_do_not_fit_are_refused(query: str, sign_in: Callable[[str], Browser]) -> None:
    assert sign_in("binh").get(f"/admin/student/?{query}").status_code == 400


def test_a_list_is_exported_as_it_is_filtered(sign_in: Callable[[str], Browser], cast: Cast) -> None:
    answer = sign_in("binh").get(f"/admin/student/export/csv/?classroom={cast.classes['10A1']}")
    assert answer.mimetype == "text/csv"
    text = answer.data.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("Họ và tên,Lớp")
    assert "Trần Văn Đạt" in text
    assert "Y Bhiu Niê" not in text


def test_a_teachers_list_and_export_hold_only_the_own_class_and_own_cases(sign_in: Callable[[str], Browser]) -> None:
    browser = sign_in("lan")
    shown = set(titles(browser.get("/admin/student/")))
    assert shown == {"Y Bhiu Niê", "Trần Văn Đạt", "Ma Văn Hùng", "Nguyễn Văn Nam"}
    exported = browser.get("/admin/student/export/csv/").data.decode("utf-8-sig")
    assert {line.split(",")[0] for line in exported.splitlines()[1:]} == shown


def test_a_picker_offers_names_and_classes_of_others_and_nothing_else(sign_in: Callable[[str], Browser]) -> None:
    answer = sign_in("lan").get("/admin/case/ajax/lookup/?name=student&query=sang")
    assert answer.json == ["Điểu Sáng · 12A3"]


def test_a_picker_of_cases_offers_only_what_is_in_reach(sign_in: Callable[[str], Browser]) -> None:
    browser = sign_in("lan")
    assert browser.get("/admin/progress/ajax/lookup/?name=case&query=sang").json == []
    assert len(browser.get("/admin/progress/ajax/lookup/?name=case&query=bhiu").json) == 1


def set_operator(cast: Cast) -> Actor:
    """The test's own session writes as the operator again."""
    actor = Actor.running_commands(NOW)
    set_actor(cast.session, actor)
    return actor
