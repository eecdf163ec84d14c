"""The school's own files through the screens, in Chromium: chosen, looked at, applied, and undone in reverse order."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from school.db import db
from school.models import ImportRun, Sponsorship, Staff, Student, SupportCase, TermResult
from school.vocabulary import Role
from tests.browser.conftest import Visit, Visitor, as_operator, make_panel, serving
from tests.factories import PASSWORD, make_account, make_year

SAMPLES = Path(__file__).parents[1] / "samples"
# Who brings which file, and what it does to an empty school.
LISTS = (
    ("quantri", "staff", "danh-sach-can-bo-giao-vien.xlsx", "58 thêm mới"),
    ("quantri", "students", "danh-sach-hoc-sinh.xlsx", "339 thêm mới, 3 bị từ chối"),
    ("thuky", "results", "ket-qua-hoc-ky-1.csv", "339 thêm mới, 3 bị từ chối"),
    ("thuky", "assignments", "phan-cong-ho-tro-2025-2026.docx", "5 thêm mới"),
)
COUNTED = (Staff, Student, TermResult, SupportCase, Sponsorship)
FEW = "Mã HS,Họ và tên,Lớp\r\nM1,Nguyễn Văn Một,10A1\r\nM2,,10A1\r\n".encode()


@pytest.fixture(scope="module")
def school(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A school on its first day: a year, an administrator and a secretary."""
    app = make_panel(tmp_path_factory.mktemp("imports"), empty_database)
    with as_operator(app):
        make_year(db.session, "2025-2026")
        make_account(db.session, [Role.ADMIN], username="quantri")
        make_account(db.session, [Role.SECRETARY], username="thuky")
    return app


@pytest.fixture(scope="module")
def address(school: Flask) -> Iterator[str]:
    """Where it is served."""
    with serving(school) as address:
        yield address


def counts(app: Flask) -> list[int]:
    """How many rows there are of what the lists fill."""
    with as_operator(app):
        return [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in COUNTED]


def choose(visitor: Visitor, kind: str, file: object) -> Page:
    """Fill in the form."""
    visitor.open("/admin/import/")
    visitor.page.get_by_role("link", name="Nhập danh sách mới").first.click()
    visitor.page.locator(f"input[name=kind][value={kind}]").check()
    visitor.page.select_option("#year", label="2025-2026")
    visitor.page.set_input_files("#file", file)
    return visitor.page


def read(visitor: Visitor, kind: str, file: object) -> Page:
    """Choose the file and look at what it would change."""
    page = choose(visitor, kind, file)
    page.get_by_role("button", name="Đọc tệp và xem trước").click()
    page.wait_for_url("**/details/**")
    return page


def apply(page: Page) -> None:
    """Confirm what is unusual, and write it."""
    for box in page.locator("input[name=seen]").all():
        box.check()
    page.get_by_role("button", name="Nhập vào hệ thống").click()


def undo(page: Page) -> None:
    """Say twice that it is meant."""
    page.get_by_label("Tôi muốn hoàn tác lần nhập này").check()
    page.get_by_role("button", name="Hoàn tác lần nhập này").click()
    expect(page.locator(".notice-good")).to_contain_text("trở lại như trước")


def test_the_sample_files_come_in_and_go_again(school: Flask, address: str, visit: Visit) -> None:
    before, done = counts(school), []
    assert before == [0] * len(COUNTED)
    for (who, kind, file, outcome), width in zip(LISTS, (390, 1280, 390, 1280), strict=True):
        with visit(who, width=width, address=address, password=PASSWORD) as visitor:
            page = read(visitor, kind, SAMPLES / file)
            expect(page.get_by_role("heading", level=1)).to_have_text(file)
            visitor.unfold()
            visitor.check_layout(390, 1280)
            visitor.shoot(f"import-{kind}-look")
            visitor.resize(width)
            apply(page)
            expect(page.get_by_role("heading", name="Hoàn tác lần nhập này")).to_be_visible(timeout=30_000)
            expect(page.locator(".facts")).to_contain_text(outcome)
            visitor.check_layout(390, 1280)
            visitor.shoot(f"import-{kind}-done")
            done.append((who, width, page.url.removeprefix(address)))
    assert counts(school) == [58, 339, 339, 5, 8]
    for who, width, path in reversed(done):
        with visit(who, width=width, address=address, password=PASSWORD) as visitor:
            visitor.open(path)
            undo(visitor.page)
            visitor.check_layout(390, 1280)
    assert counts(school) == before


def test_what_stands_on_an_import_keeps_it(school: Flask, address: str, visit: Visit) -> None:
    with visit("quantri", address=address, password=PASSWORD) as visitor:
        page = read(visitor, "students", {"name": "hai-em.csv", "mimeType": "text/csv", "buffer": FEW})
        apply(page)
        first = page.url
        newer = FEW.replace(b"10A1", b"10A2")
        page = read(visitor, "students", {"name": "doi-lop.csv", "mimeType": "text/csv", "buffer": newer})
        expect(page.locator("#part-changed ~ table")).to_contain_text("10A2")
        apply(page)
        expect(page.get_by_role("heading", name="Hoàn tác lần nhập này")).to_be_visible()
        second = page.url
        page.goto(first)
        expect(page.get_by_role("button", name="Hoàn tác lần nhập này")).to_have_count(0)
        for url in (second, first):
            page.goto(url)
            undo(page)
        visitor.check_layout(390, 1280)


def test_a_file_is_dropped_and_one_that_is_too_large_is_not_sent(address: str, visit: Visit) -> None:
    with visit("quantri", address=address, password=PASSWORD) as visitor:
        page = visitor.page
        visitor.open("/admin/import/new/")
        drop = """([name, size]) => {
            const zone = document.querySelector("[data-drop]"), dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([new Uint8Array(size)], name));
            for (const kind of ["dragover", "drop"])
                zone.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
        }"""
        page.locator("input[name=kind][value=students]").check()
        told = page.locator("[data-drop] output")
        for name, size, sentence in (("to.xlsx", 11 * 2**20, "nặng hơn 10 MB"), ("anh.png", 9, "chưa đọc được")):
            page.evaluate(drop, [name, size])
            expect(told).to_contain_text(sentence)
            page.get_by_role("button", name="Đọc tệp và xem trước").click()
            expect(page.locator("#file")).to_be_focused()
            expect(page).to_have_url(re.compile("/import/new/$"))
        page.evaluate(drop, ["vua.csv", 2048])
        expect(told).to_have_text("2 KB")
        assert page.evaluate("document.getElementById('file').files[0].name") == "vua.csv"
        assert page.evaluate("document.getElementById('file').checkValidity()")
        visitor.check_layout(390, 1280)


def test_without_script_a_file_is_looked_at_applied_and_undone(school: Flask, address: str, visit: Visit) -> None:
    before = counts(school)
    with visit("thuky", width=390, java_script_enabled=False, address=address, password=PASSWORD) as visitor:
        page = read(visitor, "students", {"name": "hai-em.csv", "mimeType": "text/csv", "buffer": FEW})
        expect(page.locator("#part-rejected ~ table")).to_contain_text("Thiếu họ và tên")
        page.locator("summary", has_text="Các cột đã hiểu").click()
        page.select_option("select[name=c2]", "")
        page.get_by_role("button", name="Lưu cách đọc tệp").click()
        expect(page.locator(".notice-good, .notice-bad").first).to_be_visible()
        page = read(visitor, "students", {"name": "lan-nua.csv", "mimeType": "text/csv", "buffer": FEW})
        with page.expect_download() as download:
            page.get_by_role("link", name="Tải tệp các dòng bị từ chối").click()
        assert download.value.suggested_filename.endswith(".xlsx")
        apply(page)
        expect(page.locator(".notice-good")).to_contain_text("Đã nhập xong: 1 thêm mới, 1 bị từ chối.")
        undo(page)
    assert counts(school) == before


def test_a_file_of_a_hundred_megabytes_is_refused_at_once(
    school: Flask, address: str, visit: Visit, tmp_path: Path
) -> None:
    huge = tmp_path / "qua-to.xlsx"
    with huge.open("wb") as file:
        file.truncate(100 * 2**20)
    with visit("thuky", java_script_enabled=False, address=address, password=PASSWORD) as visitor:
        page = choose(visitor, "students", huge)
        begun = time.monotonic()
        page.get_by_role("button", name="Đọc tệp và xem trước").click()
        expect(page.locator("#file-error")).to_contain_text("nặng hơn 10 MB", timeout=20_000)
        assert time.monotonic() - begun < 5, "two seconds, and some for a busy machine"
    with as_operator(school):
        names = db.session.scalars(select(ImportRun.file_name))
        assert huge.name not in set(names)
