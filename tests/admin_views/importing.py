"""What tests of the import screens do again and again: bring a file, read its page, send its forms."""

import io
from collections.abc import Callable, Mapping
from typing import Any

from lxml import html
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from school.models import ImportRun, Student
from school.rules.actor import Actor
from school.services.guard import set_actor
from tests.cast import NOW, Cast
from tests.web import Browser, errors_of

SignIn = Callable[[str], Browser]
HEADER = "Mã HS,Họ và tên,Lớp,Ngày sinh,Địa chỉ"
NEW, DETAILS = "/admin/import/new/", "/admin/import/details/"


def csv(*lines: str, header: str = HEADER) -> bytes:
    return "\r\n".join((header, *lines)).encode()


def students(count: int, start: int = 1, address: str = "Thôn 1") -> bytes:
    return csv(*(f"M{n:05},Nguyễn Văn Số {n},10A1,05/09/2010,{address}" for n in range(start, start + count)))


def bring(
    browser: Browser, data: bytes, kind: str = "students", name: str = "danh-sach.csv", **more: Any
) -> TestResponse:
    """Send the file with the form as it comes, but for what is named."""
    form = {"kind": kind, "year": chosen_year(browser.get(NEW)), "file": (io.BytesIO(data), name)}
    return browser.post(NEW, form | more)


def send_large(browser: Browser, fields: Mapping[str, str], data: bytes, name: str) -> TestResponse:
    """The upload form with a large file, as bytes: the test client would leave a temporary file of its own behind."""
    fields = {"csrf_token": browser.token, **fields}
    parts = [f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{text}\r\n' for key, text in fields.items()]
    parts.append(f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n')
    body = "".join(parts).encode() + data + b"\r\n--b--\r\n"
    return browser._at(browser.client.post, NEW, data=body, content_type="multipart/form-data; boundary=b")


def chosen_year(page: TestResponse) -> str:
    """The year that the form comes with; none for who may not open it."""
    found = html.fromstring(page.text).xpath('//select[@name="year"]/option[@selected]/@value')
    return str(found[0]) if found else ""


def opened(browser: Browser, data: bytes, kind: str = "students", **more: Any) -> TestResponse:
    """The page of the file that was brought."""
    answer = bring(browser, data, kind, **more)
    assert answer.status_code == 303, errors_of(answer)
    page = browser.get(answer.location)
    assert page.status_code == 200
    return page


def form_of(page: TestResponse, action: str) -> dict[str, Any]:
    """What the form that goes there would send as it stands."""
    (form,) = (form for form in html.fromstring(page.text).forms if form.action == f"/admin/import/{action}/")
    sent: dict[str, Any] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    return sent


def trouble(page: TestResponse) -> str:
    """What stands above the page as its trouble."""
    return " ".join(html.fromstring(page.text).xpath('//main//*[contains(@class, "notice-bad")]//text()')).strip()


def text_of(page: TestResponse) -> str:
    return " ".join(html.fromstring(page.text).xpath("//main")[0].text_content().split())


def apply(browser: Browser, page: TestResponse, **more: Any) -> TestResponse:
    return browser.post("/admin/import/apply/", form_of(page, "apply") | more)


def operate(cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))
    cast.session.expire_all()


def count(cast: Cast, model: type) -> int:
    operate(cast)
    return cast.session.scalar(select(func.count()).select_from(model)) or 0


def last_run(cast: Cast) -> ImportRun:
    operate(cast)
    return cast.session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()


def student(cast: Cast, code: str) -> Student | None:
    operate(cast)
    return cast.session.scalar(select(Student).where(Student.code == code))
