"""A list is applied as it was shown or not at all, and undone as a whole."""

import datetime as dt
import io
from typing import Any

import pytest
from flask import Flask
from lxml import html
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from admin_views.import_worker import ImportWorker
from school.models import Classroom, Disclosure, ImportContent, Student
from school.vocabulary import ImportState
from tests.admin_views.importing import (
    DETAILS,
    SignIn,
    apply,
    bring,
    count,
    csv,
    form_of,
    last_run,
    opened,
    operate,
    student,
    students,
    text_of,
    trouble,
)
from tests.cast import NOW, Cast
from tests.factories import make_student
from tests.web import Browser, errors_of

pytestmark = pytest.mark.usefixtures("a_worker_of_its_own")


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
