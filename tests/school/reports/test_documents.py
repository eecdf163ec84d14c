"""What the engine adds to a paper: letterhead, number, place and date, file name; and which template it takes."""

import datetime as dt

import pytest

from school.errors import NotAllowed, RuleError
from school.reports import documents
from school.reports.documents import Paper, file_name, long_date, number_and_symbol, write
from school.rules.actor import Actor
from school.services import templates
from school.vocabulary import Action, DocumentKind
from tests.cast import Cast
from tests.documents.word_files import template, texts
from tests.factories import make_profile, make_template

LIST = DocumentKind.ASSIGNMENT_LIST
VALUES = {"year": "2025-2026", "plan_number": "……", "rows": []}


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (dt.date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (dt.date(2026, 2, 28), "ngày 28 tháng 02 năm 2026"),
        (dt.date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (dt.date(2025, 12, 31), "ngày 31 tháng 12 năm 2025"),
        (None, "ngày …… tháng …… năm ……"),
    ],
)
def test_the_date_as_decree_30_writes_it(day: dt.date | None, text: str) -> None:
    assert long_date(day) == text


@pytest.mark.parametrize(
    ("number", "text"), [(None, "……/BC-THPT"), ("", "……/BC-THPT"), ("12", "12/BC-THPT"), ("12/BC-X", "12/BC-X")]
)
def test_the_number_has_the_kinds_and_the_schools_symbol(number: str | None, text: str) -> None:
    assert number_and_symbol(number, DocumentKind.SCHOOL_REPORT, "THPT") == text


@pytest.mark.parametrize("kind", DocumentKind)
def test_every_kind_has_its_abbreviation(kind: DocumentKind) -> None:
    assert documents.ABBREVIATIONS[kind]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Báo cáo lần 1", "Báo cáo lần 1"),
        ("../a\\b:c*?\n", "a b c"),
        ("...", "assignment_list"),
        ("x" * 300, "x" * 120),
    ],
)
def test_the_file_keeps_its_vietnamese_letters_and_nothing_that_a_disk_refuses(name: str, file: str) -> None:
    assert file_name(Paper(LIST, name, {})) == file


def test_a_school_that_has_said_nothing_gets_dots_and_its_setting(session, operator: Actor) -> None:
    text = texts(write(session, operator, Paper(LIST, "x", VALUES), "Trường THPT Mẫu"))
    assert "TRƯỜNG THPT MẪU" in text and "……, ngày 15 tháng 10 năm 2025" in text
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text and "Độc lập - Tự do - Hạnh phúc" in text


def test_the_profile_is_what_documents_say(session, operator: Actor) -> None:
    make_profile(
        session, parent_body="Sở GD&ĐT Lâm Đồng", place="Nhân Cơ", drafter_name="Lê Thị Hằng", recipients="Sở\nLưu: VT."
    )
    text = texts(write(session, operator, Paper(LIST, "x", VALUES), "Tên trong cấu hình"))
    for said in ("SỞ GD&ĐT LÂM ĐỒNG", "TRƯỜNG THPT MẪU", "Nhân Cơ, ngày 15", "Lê Thị Hằng", "- Sở", "- Lưu: VT."):
        assert said in text
    assert "Tên trong cấu hình".upper() not in text


def test_a_paper_may_say_any_of_it_anew(session, operator: Actor) -> None:
    values = VALUES | {"place": "Đà Lạt", "date": None, "drafter_name": "Người khác"}
    text = texts(write(session, operator, Paper(LIST, "x", values), "Trường"))
    assert "Đà Lạt, ngày …… tháng …… năm ……" in text and "Người khác" in text


def test_the_schools_own_template_comes_first(session, operator: Actor) -> None:
    own = template("Mẫu riêng năm {{ year }}, {{ school_name }}")
    make_template(session, kind=LIST, data=own)
    assert texts(write(session, operator, Paper(LIST, "x", VALUES), "Trường A")) == "Mẫu riêng năm 2025-2026, Trường A"
    templates.give_back(session, operator, LIST)
    assert "PHÂN CÔNG" in texts(write(session, operator, Paper(LIST, "x", VALUES), "Trường A"))


@pytest.mark.parametrize(
    "data", [b"PK", template("{{ gone }}"), template("{{ year() }}"), template("{% for x in rows %}")]
)
def test_a_template_that_no_longer_works_is_a_sentence_and_no_crash(session, operator: Actor, data: bytes) -> None:
    make_template(session, kind=LIST, data=data)
    with pytest.raises(RuleError) as refused:
        write(session, operator, Paper(LIST, "x", VALUES), "Trường")
    assert refused.value.msgid == documents.OWN_IS_OUTDATED


def test_half_a_list_is_no_document(cast: Cast) -> None:
    for name in ("lan", "cuc", "hoi"):
        actor = cast.actor(name)
        assert actor is not None
        with pytest.raises(NotAllowed):
            documents.require_whole(actor, Action.VIEW_CIRCUMSTANCES)
    for name in ("thu", "binh", "operator"):
        actor = cast.actor(name)
        assert actor is not None
        documents.require_whole(actor, Action.VIEW_CIRCUMSTANCES)
