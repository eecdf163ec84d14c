"""What a list would change is shown before anything is written, and put right there."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from school.models import Classroom, ColumnName, Student, TermResult
from school.vocabulary import TermPeriod
from tests.admin_views.importing import (
    DETAILS,
    SignIn,
    apply,
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
from tests.cast import Cast
from tests.factories import make_student
from tests.web import errors_of

pytestmark = pytest.mark.usefixtures("a_worker_of_its_own")


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
