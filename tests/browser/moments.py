"""What a page becomes when something is done on it: each moment brings a visitor's page there."""

from collections.abc import Callable

from tests.browser.conftest import Visitor

Moment = Callable[[Visitor], None]


def refused_at_the_door(visitor: Visitor) -> None:
    visitor.open("/login")
    visitor.page.fill("#username", "khongco")
    visitor.page.fill("#password", "không phải mật khẩu")
    visitor.page.click("main button")
    visitor.page.wait_for_selector(".notice-bad, .error")


def form_with_errors(visitor: Visitor) -> None:
    visitor.open("/admin/case/new/")
    visitor.page.get_by_role("button", name="Lưu", exact=True).click()
    visitor.page.wait_for_selector(".error")


def unclear_name(visitor: Visitor) -> None:
    visitor.open("/admin/case/new/")
    visitor.page.fill("#student", "Nguyễn")
    visitor.page.get_by_role("button", name="Lưu", exact=True).click()
    visitor.page.wait_for_selector(".candidates")


def circumstances_opened(visitor: Visitor) -> None:
    open_circumstances(visitor)
    visitor.page.wait_for_selector("#private dl")


def circumstances_edited(visitor: Visitor) -> None:
    open_circumstances(visitor)
    visitor.page.get_by_role("link", name="Sửa", exact=True).click()
    visitor.page.wait_for_selector("#circumstances")


def two_versions(visitor: Visitor) -> None:
    visitor.open("/admin/department/")
    visitor.page.locator("main .rows tbody th a").first.click()
    visitor.page.get_by_role("link", name="Sửa", exact=True).click()
    visitor.page.wait_for_selector("form.form")
    other = visitor.page.context.new_page()
    other.goto(visitor.page.url)
    for page, more in ((other, " A"), (visitor.page, " B")):
        page.fill("#name", page.input_value("#name")[:40] + more)
        page.get_by_role("button", name="Lưu", exact=True).click()
        page.wait_for_load_state()
    other.close()
    visitor.page.wait_for_selector(".conflict")


def nothing_found(visitor: Visitor) -> None:
    visitor.open("/admin/case/?search=khong+co+ten+nay&state=closed")


def searched(visitor: Visitor) -> None:
    visitor.open("/admin/search/?q=nguyen")


def no_such_page(visitor: Visitor) -> None:
    visitor.open("/admin/case/details/?id=999999", 404)


def not_allowed(visitor: Visitor) -> None:
    visitor.open("/admin/audit/", 403)


def import_looked_at(visitor: Visitor) -> None:
    """A file with an odd heading, a row to reject, and others to take."""
    lines = ("Mã HS,Họ và tên,Lớp,Ngày sinh,Nhóm máu", "X1,Nguyễn Văn Một,10A1,05/09/2010,O", "X2,,10A1,31/02/2010,A")
    send_file(visitor, "danh-sach.csv", "\r\n".join(lines).encode())
    visitor.page.wait_for_selector("#columns")


def import_refused(visitor: Visitor) -> None:
    send_file(visitor, "hong.xlsx", b"PK\x03\x04" + b"0" * 99)
    visitor.page.wait_for_selector("#file-error")


def send_file(visitor: Visitor, name: str, content: bytes) -> None:
    """Bring a list of students."""
    visitor.open("/admin/import/new/")
    visitor.page.locator("input[name=kind][value=students]").check()
    visitor.page.set_input_files("#file", {"name": name, "mimeType": "application/octet-stream", "buffer": content})
    visitor.page.locator("form.form .btn-main").click()


def menu_opened(visitor: Visitor) -> None:
    visitor.open("/admin/")
    if visitor.page.viewport_size["width"] < 992:
        visitor.page.locator("button.menu-button").first.click()


def open_circumstances(visitor: Visitor) -> None:
    """Open what is private about the first case of the list."""
    visitor.open("/admin/case/")
    visitor.page.locator("main .rows tbody th a").first.click()
    button = visitor.page.get_by_role("button", name="Mở xem", exact=True)
    if button.count():
        button.click()
    visitor.page.wait_for_selector("#private dl")


# Who is there, and what happens; nobody is signed in at the door.
MOMENTS: dict[str | None, tuple[Moment, ...]] = {
    None: (refused_at_the_door,),
    "giaovien": (circumstances_opened, circumstances_edited, not_allowed, menu_opened),
    "thuky": (form_with_errors, unclear_name, nothing_found, import_looked_at, import_refused),
    "lanhdao": (searched, no_such_page),
    "quantri": (two_versions,),
}
