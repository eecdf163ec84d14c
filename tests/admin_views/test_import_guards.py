"""Imports against people who mean harm: rights taken away meanwhile, a year that was closed since."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from admin_views import imports
from admin_views.import_worker import ImportWorker
from school import models as m
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.vocabulary import ImportState, Role, YearState
from tests.cast import NOW, Cast
from tests.factories import make_import
from tests.school.imports.keeping import as_csv, differing, snapshot
from tests.web import Browser, errors_of

SignIn = Callable[[str], Browser]


@pytest.fixture(autouse=True)
def a_worker_of_its_own(app: Flask) -> Iterator[ImportWorker]:
    """Long imports of one test end before its database goes."""
    worker = app.extensions["import worker"] = ImportWorker(app)
    yield worker
    worker.wait()


HEADER = "Mã HS,Họ và tên,Lớp,Ngày sinh"


def students(count: int) -> bytes:
    return "\r\n".join([HEADER, *(f"M{n:05},Nguyễn Văn Số {n},10A1,05/09/2010" for n in range(count))]).encode()


def opened(browser: Browser, cast: Cast, data: bytes, kind: str = "students") -> dict[str, Any]:
    """Bring the file; what its page would send to apply it."""
    browser.get("/admin/import/new/")
    file = (io.BytesIO(data), "danh-sach.csv")
    answer = browser.post("/admin/import/new/", {"kind": kind, "year": str(cast.year), "file": file})
    assert answer.status_code == 303, errors_of(answer)
    return form_of(browser.get(answer.location))


def form_of(page: TestResponse) -> dict[str, Any]:
    (form,) = (form for form in html.fromstring(page.text).forms if form.action == "/admin/import/apply/")
    return dict(form.form_values())


def apply(browser: Browser, form: dict[str, Any], **more: Any) -> TestResponse:
    return browser.post("/admin/import/apply/", form | more)


def operate(cast: Cast) -> Session:
    set_actor(cast.session, Actor.running_commands(NOW))
    cast.session.expire_all()
    return cast.session


def count(cast: Cast, model: type) -> int:
    return operate(cast).scalar(select(func.count()).select_from(model)) or 0


def last_run(cast: Cast) -> m.ImportRun:
    return operate(cast).scalars(select(m.ImportRun).order_by(m.ImportRun.id.desc())).first()  # type: ignore[return-value]


def disable(cast: Cast, name: str) -> None:
    operate(cast).get_one(m.Account, cast.accounts[name]).disabled_at = NOW
    cast.session.commit()


def take_role(cast: Cast, name: str, role: Role) -> None:
    held = m.AccountRole.account_id == cast.accounts[name], m.AccountRole.role == role
    cast.session.delete(operate(cast).scalars(select(m.AccountRole).where(*held)).one())
    cast.session.commit()


def close_the_year(cast: Cast) -> None:
    operate(cast).get_one(m.SchoolYear, cast.year).state = YearState.CLOSED
    cast.session.commit()


MEANWHILE = [lambda cast: disable(cast, "thu"), lambda cast: take_role(cast, "thu", Role.SECRETARY), close_the_year]


@pytest.mark.parametrize("happens", MEANWHILE, ids=["disabled", "no role", "closed year"])
def test_a_waiting_import_writes_nothing_once_its_right_is_gone(
    sign_in: SignIn,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    a_worker_of_its_own: ImportWorker,
    happens: Callable[[Cast], None],
) -> None:
    monkeypatch.setattr(imports, "LONG", 0)
    thu, before, waiting = sign_in("thu"), count(cast, m.Student), []
    form = opened(thu, cast, students(5))
    with monkeypatch.context() as queue:
        queue.setattr(a_worker_of_its_own, "start", lambda *given: waiting.append(given))
        assert apply(thu, form).status_code == 303
    happens(cast)
    a_worker_of_its_own.start(*waiting[0])
    a_worker_of_its_own.wait()
    assert (count(cast, m.Student), last_run(cast).state) == (before, ImportState.READ)


@pytest.mark.parametrize("happens", MEANWHILE, ids=["disabled", "no role", "closed year"])
def test_a_form_that_is_sent_once_its_right_is_gone_writes_nothing(
    sign_in: SignIn, cast: Cast, happens: Callable[[Cast], None]
) -> None:
    thu, before = sign_in("thu"), count(cast, m.Student)
    form = opened(thu, cast, students(5))
    happens(cast)
    assert apply(thu, form).status_code in (400, 401, 403)
    assert (count(cast, m.Student), last_run(cast).state) == (before, ImportState.READ)


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("kind", ["results", "staff", "students"])
def test_a_year_that_was_closed_since_takes_no_list(
    sign_in: SignIn, cast: Cast, monkeypatch: pytest.MonkeyPatch, kind: str, long: bool
) -> None:
    code = operate(cast).get_one(m.Student, cast.classmate).code
    rows = {
        "results": [["Mã HS", "Họ và tên", "Lớp", "Học tập"], [code, "Nguyễn Văn Nam", "10A1", "Tốt"]],
        "staff": [["Mã", "Họ và tên", "Chủ nhiệm lớp"], ["GV999", "Trịnh Văn Mới", "10A9"]],
        "students": [["Mã HS", "Họ và tên", "Lớp", "Địa chỉ"], [code, "Nguyễn Văn Nam", "10A1", "Thôn 9"]],
    }
    if long:
        monkeypatch.setattr(imports, "LONG", 0)
    browser = sign_in("quan")
    form = opened(browser, cast, as_csv(rows[kind]), kind)
    close_the_year(cast)
    before = snapshot(cast.session)
    assert apply(browser, form).status_code in (400, 403)
    assert not differing(before, snapshot(operate(cast)))
    assert last_run(cast).state is ImportState.READ


def test_rejected_rows_stay_closed_to_whoever_may_no_longer_bring_such_a_list(sign_in: SignIn, cast: Cast) -> None:
    code = operate(cast).get_one(m.Student, cast.classmate).code
    rows = [
        ["Mã HS", "Họ và tên", "Lớp", "Phân loại", "Hoàn cảnh"],
        [code, "Nguyễn Văn Nam", "10A1", "Hộ nghèo", "nhà ở xa"],
        ["KHONGCO", "Ai Đó", "10A1", "Hộ nghèo", "bố ốm nặng"],
    ]
    thu = sign_in("thu")
    answer = apply(thu, opened(thu, cast, as_csv(rows), "hardship"))
    assert answer.status_code == 303, errors_of(answer)
    way = f"/admin/import/rejected/?id={last_run(cast).id}"
    assert thu.get(way).status_code == 200
    cast.session.add(m.AccountRole(account_id=cast.accounts["thu"], role=Role.ADMIN))
    cast.session.commit()
    take_role(cast, "thu", Role.SECRETARY)
    assert thu.get("/admin/import/").status_code == 200, "the administrator takes in other lists"
    assert thu.get(way).status_code == 403


@pytest.mark.parametrize("state", [ImportState.READ, ImportState.APPLIED])
@pytest.mark.parametrize("way", ["apply", "answers", "columns", "discard", "resume", "rows", "rejected"])
def test_the_file_of_somebody_else_is_theirs_whatever_its_state(
    sign_in: SignIn, cast: Cast, way: str, state: ImportState
) -> None:
    run = make_import(operate(cast), cast.session.get_one(m.Account, cast.accounts["quan"]), state=state)
    cast.session.commit()
    thu, address = sign_in("thu"), f"/admin/import/{way}/"
    asked = {"id": run.id, "part": "new", "key-0": "x", "answer-0": "1"}
    answer = thu.get(address, query_string=asked) if way in ("rows", "rejected") else thu.post(address, asked)
    assert answer.status_code == 403 and "Chỉ người đưa tệp lên" in answer.text
