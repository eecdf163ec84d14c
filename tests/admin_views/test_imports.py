"""Lists taken in on the screens: read, looked at, put right, applied, undone; nothing is written that was not shown."""

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from lxml import html
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from admin_views import imports
from admin_views.import_worker import ImportWorker
from admin_views.listing import forget_everything
from school.models import (
    Classroom,
    ColumnName,
    Disclosure,
    ImportContent,
    ImportRun,
    Student,
    StudentPrivate,
    SupportCase,
    TermResult,
)
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.vocabulary import ImportState, ListKind, TermPeriod
from tests.cast import NOW, Cast
from tests.factories import make_import, make_student, make_year
from tests.web import Browser, errors_of

SignIn = Callable[[str], Browser]
HEADER = "Mã HS,Họ và tên,Lớp,Ngày sinh,Địa chỉ"
NEW, DETAILS = "/admin/import/new/", "/admin/import/details/"


@pytest.fixture(autouse=True)
def a_worker_of_its_own(app: Flask) -> Iterator[ImportWorker]:
    """Long imports of one test know nothing of another's, and end before its database goes."""
    worker = app.extensions["import worker"] = ImportWorker(app)
    yield worker
    worker.wait()


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


# Looking at it


def test_the_preview_shows_what_would_change_and_changes_nothing(sign_in: SignIn, cast: Cast) -> None:
    operate(cast)
    known = make_student(cast.session, "Trần Văn Cũ", cast.get(Classroom, cast.classes["10A1"]), code="CU1")
    cast.session.commit()
    before, thu = count(cast, Student), sign_in("thu")
    page = opened(
        thu,
        csv(
            "CU1,Trần Văn Cũ,11A2,05/09/2010,",
            "M1,Nguyễn Văn Mới,10A1,06/09/2010,Thôn 5",
            "M2,Ngày Sinh Lạ,10A1,31/02/2010,",
        ),
    )
    text = text_of(page)
    for words in ("1 dòng thêm mới", "1 dòng có thay đổi", "1 dòng bị từ chối", "31/02/2010", "Nguyễn Văn Mới"):
        assert words in text
    (change,) = html.fromstring(page.text).xpath('//section[@aria-labelledby="part-changed"]//tbody/tr[td[4]="11A2"]')
    assert [cell.text_content() for cell in change] == ["Trần Văn Cũ · 11A2 · CU1", "2", "Lớp", "10A1", "11A2"]
    assert (count(cast, Student), known.full_name) == (before, "Trần Văn Cũ")
    assert last_run(cast).counts["created"] == 1
    history = text_of(thu.get("/admin/import/?kind=students&state=read"))
    assert "1 thêm mới, 1 có thay đổi, 1 bị từ chối" in history and "Lý Anh Thư" in history


def test_old_values_are_hidden_from_whoever_may_not_see_circumstances(sign_in: SignIn, cast: Cast) -> None:
    thu, quan = sign_in("thu"), sign_in("quan")
    assert apply(thu, opened(thu, csv("M1,Nguyễn Văn Mới,10A1,05/09/2010,Thôn bí mật cũ"))).status_code == 303
    newer = csv("M1,Nguyễn Văn Mới,10A1,06/09/2010,Thôn mới")
    told = {name: opened(browser, newer).text for name, browser in (("thu", thu), ("quan", quan))}
    assert "Thôn bí mật cũ" in told["thu"] and "(không hiển thị)" not in told["thu"]
    assert "Thôn bí mật cũ" not in told["quan"] and "(không hiển thị)" in told["quan"]
    assert "05/09/2010" in told["quan"], "what is not private is shown to both"
    assert "Thôn mới" in told["quan"], "what one's own file says, one knows"
    row = last_run(cast).id
    assert "Thôn bí mật cũ" not in quan.get(f"/admin/import/rows/?id={row}&part=changed").text


def test_long_lists_are_turned_page_by_page_and_no_page_is_heavy(
    sign_in: SignIn, cast: Cast, statements: Callable[[], Any]
) -> None:
    quan, long = sign_in("quan"), "Thôn ở rất xa trường, " * 8
    quan_page = opened(quan, students(400, address=f'"{long}"'))
    assert apply(quan, quan_page).status_code == 303
    quan_page = opened(quan, csv(*(f'M{n:05},Nguyễn Văn Số {n},10A9,06/09/2011,"{long} {n}"' for n in range(1, 401))))
    assert len(quan_page.data) < 60_000
    row = last_run(cast).id
    with statements() as seen:
        page = quan.get(f"/admin/import/rows/?id={row}&part=changed&page=3")
    assert len(page.data) < 60_000 and page.text.count("<tr>") == 41 and "Trang 4 / 30" in page.text
    assert len(seen) <= 6, "what was worked out is kept until somebody writes"
    with statements() as seen:
        quan.get(f"{DETAILS}?id={row}")
    assert len(seen) <= 6
    for odd in ("part=new&page=99999", "part=changed&page=0"):
        assert quan.get(f"/admin/import/rows/?id={row}&{odd}").status_code == 200
    for odd, status in (("part=none", 404), ("part=new&page=-1", 400), ("part=new&page=x", 400)):
        assert quan.get(f"/admin/import/rows/?id={row}&{odd}").status_code == status


# Putting it right

SCHOOLS_OWN = "Mã HS,Danh tánh,Phòng học,Sinh,Ghi thêm"


def test_a_heading_that_nobody_knows_is_chosen_by_hand_and_remembered(sign_in: SignIn, cast: Cast) -> None:
    thu, line = sign_in("thu"), "M1,Nguyễn Văn Mới,10A1,05/09/2010,abc"
    page = opened(thu, csv(line, header=SCHOOLS_OWN))
    text = text_of(page)
    assert "cột chưa rõ" in text and "Nguyễn Văn Mới" in text, "the samples show what the column holds"
    sent = form_of(page, "columns")
    sent |= {"c1": "full_name", "c2": "class_name", "c3": "date_of_birth", "c4": ""}
    answer = thu.post("/admin/import/columns/", sent)
    assert answer.status_code == 303, errors_of(answer)
    page = thu.get(answer.location)
    assert "1 dòng thêm mới" in text_of(page) and "cột chưa rõ" not in text_of(page)
    assert apply(thu, page).status_code == 303
    assert student(cast, "M1").full_name == "Nguyễn Văn Mới"
    again = opened(thu, csv("M2,Lê Thị Sau,10A1,05/09/2010,x", header=SCHOOLS_OWN), name="lan-sau.csv")
    assert "1 dòng thêm mới" in text_of(again) and "cột chưa rõ" not in text_of(again)
    known = {name.header: name.field for name in cast.session.scalars(select(ColumnName))}
    assert known["danh tanh"] == "full_name" and known["ghi them"] == "", "passed over on purpose"


def test_two_columns_are_not_taken_for_the_same_and_what_was_chosen_stays(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    page = opened(thu, csv("M1,Nguyễn Văn Mới,10A1,05/09/2010,abc", header=SCHOOLS_OWN))
    sent = form_of(page, "columns") | {"c1": "full_name", "c2": "full_name", "c3": "date_of_birth"}
    answer = thu.post("/admin/import/columns/", sent)
    assert answer.status_code == 400
    assert "đều được chọn là “Họ và tên”" in text_of(answer)
    chosen = html.fromstring(answer.text).xpath('//select[@name="c3"]/option[@selected]/@value')
    assert chosen == ["date_of_birth"]
    assert last_run(cast).layout is None or "full_name" not in last_run(cast).layout["columns"]


def test_another_header_row_is_looked_at_before_it_is_saved(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    page = opened(thu, csv("Mã HS,Họ tên,Lớp,Sinh ngày,Địa chỉ", "M1,Nguyễn Văn Mới,10A1,05/09/2010,Thôn 1"))
    row = last_run(cast)
    address = f"{DETAILS}?id={row.id}&table=0&row=2"
    looked = thu.get(address)
    assert looked.status_code == 200 and "tiêu đề ở dòng 2" in text_of(looked)
    assert last_run(cast).layout is None, "looking is not saving"
    assert thu.post("/admin/import/columns/", form_of(looked, "columns")).status_code == 303
    assert last_run(cast).layout["header_row"] == 2
    for odd in ("table=0&row=77", "table=9&row=1"):
        lost = thu.get(f"{DETAILS}?id={row.id}&{odd}")
        assert lost.status_code == 200 and trouble(lost) and "Cột trong tệp" in lost.text
    for odd in ("table=x&row=1", "row=1", "table=0&row=-4", f"table=0&row={'9' * 30}"):
        assert thu.get(f"{DETAILS}?id={row.id}&{odd}").status_code == 400
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"version": "999"}, 409),
        ({"version": ""}, 409),
        ({"c0": "password_hash"}, 400),
        ({"c99": "class_name", "c2": ""}, 400),
        ({"c1": "", "c0": ""}, 400),
        ({"row": "x"}, 400),
        ({"row": "500"}, 400),
        ({"table": "7"}, 400),
    ],
)
def test_odd_columns_are_refused(sign_in: SignIn, cast: Cast, sent: Mapping[str, str], status: int) -> None:
    thu = sign_in("thu")
    page = opened(thu, students(2))
    assert thu.post("/admin/import/columns/", form_of(page, "columns") | sent).status_code == status
    assert last_run(cast).layout is None


def test_who_is_meant_is_asked_and_never_guessed(sign_in: SignIn, cast: Cast) -> None:
    operate(cast)
    room = cast.get(Classroom, cast.classes["10A1"])
    twins = [make_student(cast.session, "Nguyễn Thị Sinh Đôi", room, code=f"SD{n}") for n in (1, 2)]
    ids = [twin.id for twin in twins]
    cast.session.commit()
    thu = sign_in("thu")
    page = opened(
        thu,
        csv("Nguyễn Thị Sinh Đôi,10A1,Tốt,Khá", header="Họ và tên,Lớp,Kết quả học tập,Kết quả rèn luyện"),
        "results",
        period="semester_1",
    )
    assert "1 dòng có nhiều người trùng tên" in text_of(page) and "SD1" in page.text and "SD2" in page.text
    sent = form_of(page, "answers")
    assert sent["answer-0"] == ["on"], "nobody is chosen beforehand: so lxml reads an empty value"
    nothing = thu.post("/admin/import/answers/", sent | {"answer-0": ""})
    assert nothing.status_code == 303 and "ít nhất một dòng" in thu.get(nothing.location).text
    for forged in (cast.classmate, 999_999):
        assert thu.post("/admin/import/answers/", sent | {"answer-0": forged}).status_code == 400
    assert thu.post("/admin/import/answers/", sent | {"answer-0": ids[1], "version": 77}).status_code == 409
    assert thu.post("/admin/import/answers/", sent | {"answer-0": "x"}).status_code == 400
    answer = thu.post("/admin/import/answers/", sent | {"answer-0": ids[1]})
    assert answer.status_code == 303, errors_of(answer)
    assert apply(thu, thu.get(answer.location)).status_code == 303
    operate(cast)
    (result,) = cast.session.scalars(
        select(TermResult).where(
            TermResult.enrolment.has(student_id=ids[1]), TermResult.period == TermPeriod.SEMESTER_1
        )
    )
    assert result.learning is not None
    assert not cast.session.scalars(select(TermResult).where(TermResult.enrolment.has(student_id=ids[0]))).all()


# Applying


def test_an_import_is_applied_told_and_undone(sign_in: SignIn, cast: Cast) -> None:
    before, thu = count(cast, Student), sign_in("thu")
    page = opened(thu, students(3))
    answer = apply(thu, page)
    assert answer.status_code == 303, errors_of(answer)
    done = thu.get(answer.location)
    assert "Đã nhập xong: 3 thêm mới." in done.text and "3 dòng đã thêm sẽ bị bỏ đi" in text_of(done)
    assert count(cast, Student) == before + 3
    run = last_run(cast)
    assert (run.state, run.applied_at) == (ImportState.APPLIED, NOW)
    content = cast.session.scalar(select(ImportContent).where(ImportContent.run_id == run.id))
    assert content is None or content.data is None, "the file is not kept"
    sent = form_of(done, "undo")
    missing = thu.post("/admin/import/undo/", sent)
    assert missing.status_code == 400 and "đánh dấu ô đồng ý" in text_of(missing)
    assert count(cast, Student) == before + 3
    undone = thu.post("/admin/import/undo/", sent | {"confirm": "1"})
    assert undone.status_code == 303, errors_of(undone)
    assert count(cast, Student) == before
    after = thu.get(undone.location)
    assert "Mọi thứ trở lại như trước" in after.text and "Đã hoàn tác" in text_of(after)
    assert not [form for form in html.fromstring(after.text).forms if "undo" in (form.action or "")]
    assert thu.post("/admin/import/undo/", sent | {"confirm": "1"}).status_code == 400, "only once"


def test_a_second_tap_changes_nothing_more(sign_in: SignIn, cast: Cast) -> None:
    thu, data = sign_in("thu"), students(3)
    first, second = bring(thu, data), bring(thu, data)
    assert first.location == second.location, "the file that was brought a moment ago"
    page = thu.get(first.location)
    sent = form_of(page, "apply")
    answers = [thu.post("/admin/import/apply/", sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer.location for answer in answers} == {first.location}
    operate(cast)
    assert cast.session.scalar(select(func.count()).select_from(Student).where(Student.code.like("M0000%"))) == 3


def test_only_what_was_shown_is_applied(sign_in: SignIn, cast: Cast) -> None:
    thu, before = sign_in("thu"), count(cast, Student)
    page = opened(thu, students(3))
    for digest in ("", "0" * 64, "x" * 5000):
        answer = apply(thu, page, digest=digest)
        assert answer.status_code == 400 and "đã thay đổi" in trouble(answer)
    assert count(cast, Student) == before
    make_student(cast.session, "Người Vừa Thêm", cast.get(Classroom, cast.classes["11A2"]), code="M00002")
    cast.session.commit()
    answer = apply(thu, page)
    assert answer.status_code == 400, "what is stored has changed since"
    assert "1 dòng có thay đổi" in text_of(answer), "the page shows what it would do now"
    assert count(cast, Student) == before + 1
    assert apply(thu, answer).status_code == 303
    assert student(cast, "M00002").full_name == "Nguyễn Văn Số 2"


def test_an_alarm_is_confirmed_first(sign_in: SignIn, cast: Cast) -> None:
    thu, before = sign_in("thu"), count(cast, Student)
    wrong = [f"M{n:05},Nguyễn Văn Số {n},10A1,31/02/2010,x" for n in range(50, 60)]
    page = opened(thu, csv("M00001,Nguyễn Văn Một,10A1,05/09/2010,x", *wrong))
    assert "nhiều hơn thường lệ" in text_of(page)
    for sent in ({}, {"seen": []}, {"alarms": "0"}, {"seen": ["0", "0", "1"]}):
        answer = apply(thu, page, **sent)
        assert answer.status_code == 400 and "xác nhận" in text_of(answer), sent
    assert count(cast, Student) == before
    alarms = int(form_of(page, "apply")["alarms"][0])
    assert apply(thu, page, seen=[str(n) for n in range(alarms)]).status_code == 303
    assert count(cast, Student) == before + 1


def test_a_file_is_dropped(sign_in: SignIn, cast: Cast) -> None:
    thu, before = sign_in("thu"), count(cast, Student)
    page = opened(thu, students(3))
    row, sent = last_run(cast).id, form_of(page, "discard")
    assert thu.post("/admin/import/discard/", sent | {"version": 99}).status_code == 409
    assert thu.post("/admin/import/discard/", sent).status_code == 303
    assert last_run(cast).state is ImportState.DISCARDED
    assert cast.session.scalar(select(ImportContent).where(ImportContent.run_id == row)) is None
    assert apply(thu, page).status_code in (400, 403)
    assert count(cast, Student) == before
    assert "Đã bỏ" in text_of(thu.get(f"{DETAILS}?id={row}"))


def test_a_file_with_nothing_new_has_nothing_to_apply(sign_in: SignIn, cast: Cast) -> None:
    thu, data = sign_in("thu"), students(2)
    assert apply(thu, opened(thu, data)).status_code == 303
    page = opened(thu, data)
    assert "không có gì để nhập" in text_of(page) and "/admin/import/apply/" not in page.text
    assert "2 dòng giữ nguyên" in text_of(page)


def test_what_was_touched_since_is_not_undone(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    answer = apply(thu, opened(thu, students(2)))
    row = student(cast, "M00001")
    form = thu.get(f"/admin/student/edit/?id={row.id}")
    known = html.fromstring(form.text).xpath('//form[contains(@class,"form")]')[0]
    assert (
        thu.post(f"/admin/student/edit/?id={row.id}", {**dict(known.form_values()), "full_name": "Sửa Sau"}).status_code
        == 303
    )
    done = thu.get(answer.location)
    assert "/admin/import/undo/" not in done.text
    (why,) = html.fromstring(done.text).xpath('//section[@aria-labelledby="back"]/p/text()')
    assert len(why) > 20
    refused = thu.post("/admin/import/undo/", {"id": last_run(cast).id, "confirm": "1"})
    assert refused.status_code == 400 and why in text_of(refused)
    assert student(cast, "M00001").full_name == "Sửa Sau"


def test_rejected_rows_leave_as_a_file_and_come_back_corrected(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    page = opened(thu, csv("M1,Một,10A1,31/02/2010,=1+1", "M2,Hai,10A1,05/09/2010,Thôn 2"))
    for moment in ("before", "after"):
        row = last_run(cast).id
        answer = thu.get(f"/admin/import/rejected/?id={row}")
        assert answer.status_code == 200, moment
        header, *rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
        assert "Lý do" in header and len(rows) == 1
        told = dict(zip(header, rows[0], strict=True))
        assert told["Họ và tên"] == "Một" and "31/02/2010" in told["Lý do"]
        if moment == "before":
            assert apply(thu, page).status_code == 303
    operate(cast)
    logged = cast.session.scalars(select(Disclosure).order_by(Disclosure.id.desc())).first()
    assert (logged.format, logged.row_count, logged.account_id) == ("xlsx", 1, cast.accounts["thu"])
    rows[0][header.index("Ngày sinh")] = "28/02/2010"
    lines = [",".join(f'"{cell}"' for cell in line) for line in (header, rows[0])]
    again = opened(thu, "\r\n".join(lines).encode(), name="da-sua.csv")
    assert "1 dòng thêm mới" in text_of(again)
    assert apply(thu, again).status_code == 303
    assert student(cast, "M1").date_of_birth == dt.date(2010, 2, 28)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("quan", kind) for kind in ("staff", "students", "results")),
        *(("thu", kind) for kind in ("students", "results", "assignments", "hardship")),
        *(("binh", kind) for kind in ("assignments", "hardship")),
    ],
)
def test_a_list_as_it_is_comes_back_unchanged(sign_in: SignIn, cast: Cast, name: str, kind: str) -> None:
    browser = sign_in(name)
    file = browser.get(f"/admin/import/example/?kind={kind}")
    assert file.status_code == 200
    lines = CalamineWorkbook.from_filelike(io.BytesIO(file.data)).get_sheet_by_index(0).to_python()
    assert len(lines) > 5
    page = opened(browser, file.data, kind, name="dang-co.xlsx")
    assert f"{len(lines) - 1} dòng giữ nguyên" in text_of(page) and "không có gì để nhập" in text_of(page)
    operate(cast)
    logged = cast.session.scalars(select(Disclosure).order_by(Disclosure.id.desc())).first()
    assert (logged.format, logged.row_count, logged.account_id) == ("xlsx", len(lines) - 1, cast.accounts[name])


def test_nobody_takes_a_list_out_that_they_may_not_take_in(sign_in: SignIn, cast: Cast) -> None:
    before = count(cast, Disclosure)
    for name, kind in (("thu", "staff"), ("quan", "assignments"), ("quan", "hardship"), ("binh", "students")):
        assert sign_in(name).get(f"/admin/import/example/?kind={kind}").status_code == 404
    for odd in ("", "?kind=", "?kind=nothing", "?kind=students&kind=staff"):
        assert sign_in("binh").get(f"/admin/import/example/{odd}").status_code == 404
    assert count(cast, Disclosure) == before


# Long ones


@pytest.fixture
def every_import_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "LONG", 0)


@pytest.mark.usefixtures("every_import_is_long")
def test_a_long_import_goes_on_beside_the_requests(
    sign_in: SignIn, cast: Cast, a_worker_of_its_own: ImportWorker
) -> None:
    thu, before = sign_in("thu"), count(cast, Student)
    page = opened(thu, students(30))
    answer = apply(thu, page)
    assert answer.status_code == 303, errors_of(answer)
    row = last_run(cast).id
    cast.session.rollback()
    a_worker_of_its_own.wait()
    assert thu.get(f"/admin/import/progress/?id={row}").json["over"] is True
    assert count(cast, Student) == before + 30
    assert last_run(cast).state is ImportState.APPLIED
    assert "30" in text_of(thu.get(answer.location))


@pytest.mark.usefixtures("every_import_is_long")
def test_a_long_import_that_no_longer_fits_writes_nothing_and_says_so(
    app: Flask, sign_in: SignIn, cast: Cast, monkeypatch: pytest.MonkeyPatch, a_worker_of_its_own: ImportWorker
) -> None:
    thu = sign_in("thu")
    page, waiting = opened(thu, students(30)), []
    monkeypatch.setattr(a_worker_of_its_own, "start", lambda *given: waiting.append(given))
    answer = apply(thu, page)
    progress = thu.get(answer.location)
    assert "<progress" in progress.text and "Xem tiến độ mới nhất" in progress.text
    told = thu.get(f"/admin/import/progress/?id={last_run(cast).id}").json
    assert told["over"] is False and told["told"]
    assert apply(thu, page).location == answer.location, "a second tap waits for the first"
    operate(cast)
    make_student(cast.session, "Người Vừa Thêm", cast.get(Classroom, cast.classes["11A2"]), code="M00002")
    cast.session.commit()
    before = count(cast, Student)
    cast.session.rollback()
    monkeypatch.undo()
    a_worker_of_its_own.start(*waiting[0])
    a_worker_of_its_own.wait()
    assert count(cast, Student) == before
    assert last_run(cast).state is ImportState.READ
    shown = thu.get(answer.location)
    assert "đã thay đổi từ lúc thầy cô xem trước" in text_of(shown) and "1 dòng có thay đổi" in text_of(shown)


@pytest.mark.usefixtures("every_import_is_long")
@pytest.mark.filterwarnings("ignore")
def test_a_crash_within_a_long_import_leaves_everything_as_it_was(
    sign_in: SignIn, cast: Cast, monkeypatch: pytest.MonkeyPatch, a_worker_of_its_own: ImportWorker
) -> None:
    thu, before = sign_in("thu"), count(cast, Student)
    page = opened(thu, students(5))

    def crash(*_given: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("school.imports.runs.apply", crash)
    answer = apply(thu, page)
    cast.session.rollback()
    a_worker_of_its_own.wait()
    assert (count(cast, Student), last_run(cast).state) == (before, ImportState.READ)
    assert "chưa có dòng nào được ghi" in text_of(thu.get(answer.location))


def test_an_import_that_was_interrupted_is_tried_again(sign_in: SignIn, cast: Cast) -> None:
    thu, before = sign_in("thu"), count(cast, Student)
    page = opened(thu, students(3))
    run = last_run(cast)
    run.state = ImportState.APPLYING  # and then the server stopped
    cast.session.commit()
    address = f"{DETAILS}?id={run.id}"
    assert "<progress" in thu.get(address).text, "it may have begun just now in another process"
    later = Browser(thu.client.application, NOW + dt.timedelta(minutes=2)).sign_in("thu")
    told = later.get(address)
    assert "bị ngắt giữa chừng" in text_of(told)
    other = Browser(thu.client.application, NOW + dt.timedelta(minutes=2)).sign_in("quan")
    assert "/admin/import/resume/" not in other.get(address).text
    assert other.post("/admin/import/resume/", {"id": run.id}).status_code == 403
    answer = later.post("/admin/import/resume/", form_of(told, "resume"))
    assert answer.status_code == 303, errors_of(answer)
    assert apply(later, later.get(answer.location)).status_code == 303
    assert count(cast, Student) == before + 3
    assert page.status_code == 200


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
