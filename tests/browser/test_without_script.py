"""With JavaScript off, on a phone: everything that a role does from signing in to signing out works."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, Visitor

Plain = Callable[..., AbstractContextManager[Visitor]]


@pytest.fixture
def plain(visit: Visit) -> Plain:
    """A visit on a phone with JavaScript off."""
    return lambda username, **options: visit(username, width=390, java_script_enabled=False, **options)


@pytest.fixture
def secretary(plain: Plain) -> Iterator[Visitor]:
    """The secretary's phone."""
    with plain("thuky") as visitor:
        yield visitor


@pytest.fixture
def administrator(plain: Plain) -> Iterator[Visitor]:
    """The administrator's phone."""
    with plain("quantri") as visitor:
        yield visitor


def press(visitor: Visitor, name: str) -> None:
    """Press the one button of that name."""
    visitor.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def follow(visitor: Visitor, name: str) -> None:
    """Follow the first link of that name."""
    visitor.page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()


def said(visitor: Visitor, text: str) -> None:
    """The page says so above its content."""
    expect(visitor.page.locator(".notice").first).to_contain_text(text)


def titles(visitor: Visitor) -> list[str]:
    """The titles of the cards of a list."""
    return visitor.page.locator("main .rows tbody th").all_inner_texts()


def open_first(visitor: Visitor, path: str) -> str:
    """Open the first row of a list; its title."""
    visitor.open(path)
    title = titles(visitor)[0]
    visitor.page.locator("main .rows tbody th a").first.click()
    visitor.page.wait_for_url(re.compile("/details/"))
    return title


def test_signing_in_and_out(plain: Plain) -> None:
    with plain("giaovien", anew=True) as visitor:
        page = visitor.page
        page.locator(".bottombar button").click()
        page.get_by_role("button", name="Đăng xuất").click()
        page.wait_for_url("**/login")
        visitor.open("/admin/case/")
        expect(page).to_have_url(re.compile("/login"))


def test_the_language_is_changed_and_stays(plain: Plain) -> None:
    with plain("giaovien", anew=True) as visitor:
        for button, language in (("English", "en"), ("Tiếng Việt", "vi")):
            visitor.page.locator(".bottombar button").click()
            visitor.page.get_by_role("button", name=button).click()
            expect(visitor.page.locator("html")).to_have_attribute("lang", language)


def test_the_search_box_finds_a_student(secretary: Visitor) -> None:
    name = open_first(secretary, "/admin/student/")
    secretary.page.locator(".find-link").click()
    secretary.page.fill("#find", name)
    secretary.page.keyboard.press("Enter")
    secretary.page.get_by_role("main").get_by_role("link", name=re.compile(re.escape(name))).first.click()
    expect(secretary.page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_list_is_searched_filtered_sorted_and_paged(administrator: Visitor) -> None:
    page = administrator.page
    administrator.open("/admin/student/")
    first = titles(administrator)
    follow(administrator, "Trang sau")
    expect(page.locator(".pager")).to_contain_text("Trang 2 /")
    assert titles(administrator) != first
    page.locator("summary", has_text="Tìm và lọc").click()
    page.locator(".sorts a", has_text="Mã học sinh").click()
    page.wait_for_url("**sort=code**")
    page.locator("summary", has_text="Tìm và lọc").click()
    page.select_option("#f-classroom", index=2)
    page.fill("#search", "nguyen")
    press(administrator, "Lọc")
    page.wait_for_url("**search=nguyen**")
    assert all("Nguyễn" in title for title in titles(administrator))
    follow(administrator, "Bỏ lọc")
    expect(page.locator(".chosen")).to_have_count(0)


def test_a_case_is_opened_for_a_student_whose_name_is_unclear_at_first(secretary: Visitor) -> None:
    page = secretary.page
    secretary.open("/admin/case/")
    page.locator("main .head a.btn-main").click()
    page.fill("#student", "nguyen thi")
    page.select_option("#channel", index=1)
    page.fill("#circumstances", "Nhà xa trường, em ở nhờ nhà bác.")
    press(secretary, "Lưu")
    expect(page.locator(".error")).to_contain_text("trùng tên")
    assert page.input_value("#circumstances") == "Nhà xa trường, em ở nhờ nhà bác."
    candidates = page.locator(".candidates label")
    name = candidates.last.inner_text().split(" · ")[0]
    candidates.last.click()
    press(secretary, "Lưu")
    said(secretary, "Đã lưu.")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_case_is_opened_by_typing_a_whole_name(secretary: Visitor) -> None:
    name = open_first(secretary, "/admin/student/?search=dung")
    secretary.open("/admin/case/new/")
    secretary.page.fill("#student", name)
    secretary.page.select_option("#channel", index=1)
    press(secretary, "Lưu")
    if secretary.page.locator(".candidates").count():
        secretary.page.locator(".candidates label").first.click()
        press(secretary, "Lưu")
    said(secretary, "Đã lưu.")
    expect(secretary.page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_form_with_errors_leads_to_them_and_keeps_what_was_typed(administrator: Visitor) -> None:
    page = administrator.page
    administrator.open("/admin/staff/new/")
    page.fill("#phone", "0900000000")
    press(administrator, "Lưu")
    assert page.input_value("#phone") == "0900000000"
    page.locator(".notice-bad a").first.click()
    target = page.url.split("#")[1]
    described = page.locator(f"#{target}").get_attribute("aria-describedby")
    assert described
    expect(page.locator(f"#{described.split()[-1]}")).to_be_visible()


def test_a_row_is_edited(administrator: Visitor) -> None:
    open_first(administrator, "/admin/staff/")
    follow(administrator, "Sửa")
    administrator.page.fill("#phone", "0987654321")
    press(administrator, "Lưu")
    said(administrator, "Đã lưu.")
    expect(administrator.page.get_by_role("main")).to_contain_text("0987654321")


def test_a_row_is_made_and_deleted_after_a_question(administrator: Visitor) -> None:
    page = administrator.page
    administrator.open("/admin/department/new/")
    page.fill("#name", "Tổ làm thử không dùng script")
    press(administrator, "Lưu")
    said(administrator, "Đã lưu.")
    delete = page.get_by_role("button", name="Xóa hẳn")
    assert not delete.is_visible()
    page.locator("summary", has_text="Xóa").click()
    delete.click()
    said(administrator, "Đã xóa.")


def test_circumstances_are_opened_on_purpose_then_edited(secretary: Visitor) -> None:
    page = secretary.page
    open_first(secretary, "/admin/case/")
    if page.get_by_role("button", name="Mở xem", exact=True).count():
        press(secretary, "Mở xem")
    expect(page.locator("#private dl")).to_be_visible()
    follow(secretary, "Sửa")
    page.fill("#own_effort", "Em tự học mỗi tối.")
    press(secretary, "Lưu")
    expect(page.locator("#private")).to_contain_text("Em tự học mỗi tối.")


def test_a_month_is_evaluated_and_sent(plain: Plain) -> None:
    with plain("giaovien") as visitor:
        page = visitor.page
        task = page.locator(".tasks a", has_text=re.compile("ánh giá tháng"))
        if not task.count():
            pytest.skip("today the demo teacher has no month to write")
        task.first.click()
        if "/details/" in page.url:
            follow(visitor, "Sửa")
        levels = page.locator("form.form select:not(#period)")
        for position in range(levels.count()):
            levels.nth(position).select_option(index=2)
        page.fill("#comment", "Em đi học đều, nộp đủ bài.")
        press(visitor, "Lưu")
        said(visitor, "Đã lưu.")
        press(visitor, "Gửi tổ")
        said(visitor, "Gửi tổ")
        expect(page.locator(".facts .chip")).to_have_text("Đã gửi tổ")


def test_a_step_with_a_field_asks_for_it(plain: Plain) -> None:
    with plain("lanhdao") as visitor:
        page = visitor.page
        open_first(visitor, "/admin/progress/?state=submitted")
        page.locator("summary", has_text="Đề nghị bổ sung").click()
        press(visitor, "Đề nghị bổ sung")
        expect(page.locator(".error")).to_have_text("Thầy cô ghi điều cần bổ sung.")
        page.locator("details[open] textarea").fill("Thầy cô ghi thêm về chuyên cần.")
        press(visitor, "Đề nghị bổ sung")
        said(visitor, "Đề nghị bổ sung")
        expect(page.get_by_role("main")).to_contain_text("Thầy cô ghi thêm về chuyên cần.")


def test_a_step_is_taken_with_several_rows(plain: Plain) -> None:
    with plain("lanhdao") as visitor:
        visitor.open("/admin/progress/?state=reviewed")
        rows = visitor.page.locator("tbody tr")
        name = visitor.page.locator(".me strong").inner_text()
        others = rows.filter(has_not_text=name).locator(".tick input")  # nobody confirms what they wrote themselves
        for tick in others.all()[:2]:
            tick.check()
        press(visitor, "Xác nhận")
        said(visitor, "Đã ghi nhận 2 dòng.")


def test_a_list_is_exported(secretary: Visitor, tmp_path: Path) -> None:
    secretary.open("/admin/case/?state=active")
    secretary.page.locator(".export summary").click()
    secretary.page.get_by_label("Mã hồ sơ", exact=True).uncheck()
    with secretary.page.expect_download() as download:
        press(secretary, "Xuất CSV")
    download.value.save_as(tmp_path / "rows.csv")
    lines = (tmp_path / "rows.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == len(titles(secretary)) + 1
    assert "Mã hồ sơ" not in lines[0]


def test_the_guide_of_a_role_is_read(secretary: Visitor) -> None:
    secretary.page.locator(".bottombar button").click()
    secretary.page.get_by_role("link", name="Hướng dẫn").click()
    expect(secretary.page.get_by_role("heading", level=1)).to_have_text("Hướng dẫn")
