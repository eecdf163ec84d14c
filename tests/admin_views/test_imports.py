"""Lists brought to the panel: who may bring which, the form, what is refused there."""

import io
import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select

from admin_views.listing import forget_everything
from school.models import ImportContent, ImportRun, StudentPrivate, SupportCase
from school.vocabulary import ImportState, ListKind
from tests.admin_views.importing import (
    DETAILS,
    HEADER,
    NEW,
    SignIn,
    bring,
    chosen_year,
    count,
    csv,
    form_of,
    last_run,
    opened,
    operate,
    send_large,
    student,
    students,
    trouble,
)
from tests.cast import Cast
from tests.factories import make_import, make_year
from tests.web import errors_of

pytestmark = pytest.mark.usefixtures("a_worker_of_its_own")


# Who brings what


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("thu", {"students", "results", "assignments", "hardship"}),
        ("quan", {"staff", "students", "results"}),
        ("binh", {"assignments", "hardship"}),
    ],
)
def test_each_brings_the_lists_that_are_theirs(sign_in: SignIn, name: str, kinds: set[str]) -> None:
    browser = sign_in(name)
    page = browser.get(NEW)
    assert set(re.findall(r'name="kind" value="(\w+)"', page.text)) == kinds
    for kind in {kind.value for kind in ListKind} - kinds:
        assert bring(browser, students(1), kind).status_code in (400, 403), "a forged kind"


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "hoi", "tro"])
def test_others_bring_nothing(sign_in: SignIn, cast: Cast, name: str) -> None:
    browser, before = sign_in(name), count(cast, ImportRun)
    for address in (
        "/admin/import/",
        NEW,
        f"{DETAILS}?id=1",
        "/admin/import/rows/?id=1&part=new",
        "/admin/column_name/",
    ):
        assert browser.get(address).status_code == 403
    for step in ("apply", "answers", "columns", "discard", "undo", "resume"):
        assert browser.post(f"/admin/import/{step}/", {"id": 1}).status_code == 403
    assert browser.post(NEW, {"kind": "students"}).status_code == 403
    assert count(cast, ImportRun) == before


def test_what_anothers_file_holds_stays_theirs_its_figures_are_for_all(sign_in: SignIn, cast: Cast) -> None:
    thu, quan = sign_in("thu"), sign_in("quan")
    page = opened(thu, csv("M1,Tên Rất Riêng,10A1,05/09/2010,Thôn bí mật"))
    address = f"{DETAILS}?id={last_run(cast).id}"
    seen = quan.get(address)
    assert seen.status_code == 200 and "Lý Anh Thư" in seen.text and "1 thêm mới" in seen.text
    assert "Tên Rất Riêng" not in seen.text and "Thôn bí mật" not in seen.text
    assert "Lý Anh Thư" in quan.get("/admin/import/").text, "who brought it, though accounts are not for all to see"
    row = last_run(cast).id
    for path in (f"rows/?id={row}&part=new", f"rejected/?id={row}"):
        assert quan.get(f"/admin/import/{path}").status_code == 403
    for step in ("apply", "columns", "answers", "discard"):
        sent = {
            "id": row,
            "digest": form_of(page, "apply")["digest"][0],
            "table": 0,
            "row": 1,
            "answer-0": 1,
            "key-0": 2,
        }
        assert quan.post(f"/admin/import/{step}/", sent | {"version": last_run(cast).version}).status_code == 403
    assert last_run(cast).state is ImportState.READ and student(cast, "M1") is None


# The form


def test_the_form_begins_with_the_running_year(sign_in: SignIn, cast: Cast) -> None:
    operate(cast)
    make_year(cast.session, "2026-2027")
    cast.session.commit()
    page = sign_in("thu").get(NEW)
    assert chosen_year(page) == str(cast.year)
    assert "checked" not in page.text, "which list it is, is not guessed"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"kind": ""}, "Thầy cô chọn loại danh sách."),
        ({"kind": "marks"}, ""),
        ({"year": ""}, "Thầy cô chọn năm học"),
        ({"year": "999"}, "không còn trong danh sách"),
        ({"period": "semester_9"}, ""),
        ({"file": ""}, "Thầy cô chọn tệp cần nhập."),
        ({"file": (io.BytesIO(b""), "")}, "Thầy cô chọn tệp cần nhập."),
    ],
)
def test_what_is_missing_is_asked_for_at_its_field(
    sign_in: SignIn, cast: Cast, sent: Mapping[str, Any], sentence: str
) -> None:
    before = count(cast, ImportRun)
    answer = bring(sign_in("thu"), students(1), **sent)
    assert answer.status_code == 400
    assert any(sentence in error for error in errors_of(answer)), errors_of(answer)
    assert count(cast, ImportRun) == before


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "trong.csv"),
        (b"\x00\x01\x02" * 50, "anh.xlsx"),
        (b"PK\x03\x04" + b"0" * 500, "hong.xlsx"),
        (b"PK\x03\x04" + b"0" * 500, "hong.docx"),
        (b"%PDF-1.7 ...", "ban-in.pdf"),
        ("Họ tên giáo viên,Tổ chuyên môn,Môn dạy\r\nLan,Tổ Toán,Toán\r\n".encode(), "can-bo.csv"),
        (HEADER.encode(), "chi-co-tieu-de.csv"),
    ],
)
def test_a_file_that_can_not_be_read_is_told_at_its_field(sign_in: SignIn, cast: Cast, data: bytes, name: str) -> None:
    before, thu = count(cast, ImportRun), sign_in("thu")
    answer = bring(thu, data, name=name, period="semester_2")
    assert answer.status_code == 400, answer.location
    page = html.fromstring(answer.text)
    (told,) = page.xpath('//*[@id="file-error"]/text()')
    assert len(told) > 20 and page.get_element_by_id("file").get("aria-invalid") == "true"
    assert page.xpath('//input[@name="kind"][@checked]/@value') == ["students"], "what was chosen stays"
    assert page.xpath('//select[@name="period"]/option[@selected]/@value') == ["semester_2"]
    assert count(cast, ImportRun) == before and count(cast, ImportContent) == before


def test_a_file_above_the_limit_is_refused_with_a_sentence_at_its_field(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    form = {"kind": "students", "year": chosen_year(thu.get(NEW))}
    answer = send_large(thu, form, b"x" * (11 * 1024 * 1024), "qua-to.xlsx")
    assert answer.status_code == 413
    assert "nặng hơn 10 MB" in html.fromstring(answer.text).xpath('//*[@id="file-error"]/text()')[0]
    just_above = send_large(thu, form, b"x" * (10 * 1024 * 1024 + 1), "qua-to.xlsx")
    assert just_above.status_code == 400, "read, and refused by the reader"
    assert "lớn hơn 10 MB" in html.fromstring(just_above.text).xpath('//*[@id="file-error"]/text()')[0]
    elsewhere = thu.post("/admin/import/apply/", {"id": 1, "digest": "x" * (11 * 1024 * 1024)})
    assert elsewhere.status_code == 413 and "quá lớn" in elsewhere.text
    teacher = send_large(sign_in("lan"), form, b"x" * (11 * 1024 * 1024), "qua-to.xlsx")
    assert teacher.status_code == 413 and "Đọc tệp và xem trước" not in teacher.text


# Odd requests


@pytest.mark.parametrize("step", ["apply", "answers", "columns", "discard", "undo", "resume"])
@pytest.mark.parametrize(("row", "status"), [("", 404), ("x", 404), ("999999", 404), ("9" * 40, 404), ("-1", 404)])
def test_a_file_that_is_none_is_not_found(sign_in: SignIn, step: str, row: str, status: int) -> None:
    assert sign_in("thu").post(f"/admin/import/{step}/", {"id": row, "confirm": "1"}).status_code == status


def test_a_file_that_waited_too_long_is_asked_for_again(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    opened(thu, students(3))
    run = last_run(cast)
    cast.session.delete(cast.session.scalar(select(ImportContent).where(ImportContent.run_id == run.id)))
    cast.session.commit()
    forget_everything(app)
    page = thu.get(f"{DETAILS}?id={run.id}")
    assert page.status_code == 200 and "không còn được giữ" in trouble(page)


def test_a_closed_year_takes_no_list(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    assert "Chỉ những năm học chưa kết thúc." in thu.get(NEW).text
    operate(cast)
    old = make_year(cast.session, "2024-2025", state="closed")
    cast.session.commit()
    assert bring(thu, students(1), year=str(old.id)).status_code == 400


def test_a_file_of_another_kind_of_person_shows_the_way(sign_in: SignIn, cast: Cast) -> None:
    operate(cast)
    make_import(cast.session, None, kind=ListKind.STAFF, state=ImportState.APPLIED, counts={"created": 2})
    cast.session.commit()
    page = sign_in("thu").get(f"{DETAILS}?id={last_run(cast).id}")
    assert page.status_code == 200 and "Dòng lệnh" in page.text
    assert "/admin/import/undo/" not in page.text, "staff are the administrator's"
    assert count(cast, SupportCase) and count(cast, StudentPrivate)
