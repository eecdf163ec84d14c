"""The month on one page: who sees which rows, what is saved without script and by the row, and what never is (P4.8)."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from school import models as m
from school.rules.actor import Actor
from school.rules.evaluation import LEVEL_KEYS, LEVELS
from school.services import evaluations
from school.services.guard import set_actor
from school.vocabulary import EvaluationState, Role, SponsorRole, YearState
from tests.cast import NOW, Cast
from tests.factories import LEVELS as COMPLETE
from tests.factories import make_account, make_case, make_evaluation, make_sponsorship, make_staff, make_student
from tests.web import Browser

SignIn = Callable[[str], Browser]
FULL = "334312"  # complete: learning, conduct, attendance, attitude, trend, risk
MONTH = "2025-10"


def rows_of(page: TestResponse) -> list[str]:
    """The students of the page, in order."""
    return [unescape(name) for name in re.findall(r'<th scope="row" id=n\d+><a [^>]*>([^<]*)<', page.text)]


def seen_of(page: TestResponse, case: int) -> str:
    """The version in which the row stands in the page."""
    found = re.search(rf'name={case}-v value="([^"]*)"', page.text)
    assert found, "the row is not open"
    return unescape(found[1])


def typed(case: int, keys: str, comment: str = "", seen: str = "0.------.0", **more: Any) -> dict[str, Any]:
    """One row of the posted page."""
    levels = {f"{case}-{number}": key.replace("-", "") for number, key in enumerate(keys)}
    return {**levels, f"{case}-c": comment, f"{case}-v": seen, **more}


def row(case: int, keys: str, comment: str = "", seen: str = "0.------.0", **more: Any) -> dict[str, Any]:
    """The same row as the script sends it."""
    levels = {str(number): key.replace("-", "") for number, key in enumerate(keys)}
    return {**levels, "id": case, "c": comment, "seen": seen, **more}


def stored(cast: Cast, case: str | int, month: str = MONTH) -> m.ProgressEvaluation | None:
    """What the database holds of the month."""
    set_actor(cast.session, Actor.running_commands(NOW))
    cast.session.expire_all()
    number = cast.id(case) if isinstance(case, str) else case
    found = select(m.ProgressEvaluation).where(
        m.ProgressEvaluation.case_id == number, m.ProgressEvaluation.period == month
    )
    return cast.session.scalars(found).one_or_none()


def keys_of(evaluation: m.ProgressEvaluation | None) -> str:
    """The levels as keys."""
    assert evaluation is not None
    turned = {level: {member: key for key, member in keys.items()} for level, keys in LEVEL_KEYS.items()}
    return "".join(turned[level].get(getattr(evaluation, level), "-") for level in LEVELS)


# Who sees which rows ------------------------------------------------------------------------------------------------

LED = ["Phạm Quốc Bảo", "Vũ Ngọc Ánh", "Hoàng Văn Út", "Y Bhiu Niê", "H'Linh Niê", "Điểu Sáng", "Trần Văn Đạt"]


@pytest.mark.parametrize(
    ("person", "address", "expected"),
    [
        ("lan", "", ["Y Bhiu Niê"]),
        ("tam", "", ["Trần Văn Đạt", "Lê Thị Hằng"]),
        ("hoa", "", ["Phạm Quốc Bảo"]),
        ("hoa", "?whose=all", ["H'Linh Niê", "Y Bhiu Niê"]),
        ("dung", "", ["Phạm Quốc Bảo"]),  # the deputy: what is the head's own
        ("khoa", "", ["Trần Văn Đạt", "Lê Thị Hằng"]),
        ("uyen", "", ["Vũ Ngọc Ánh"]),
        ("ly", "", ["Hoàng Văn Út"]),
        ("phuc", "", []),  # supports only
        ("vinh", "", []),
    ],
)
def test_each_sees_the_students_whose_month_is_theirs_to_write_or_enter(
    sign_in: SignIn, person: str, address: str, expected: list[str]
) -> None:
    page = sign_in(person).get(f"/admin/grid/{address}")
    assert page.status_code == 200
    assert sorted(rows_of(page)) == sorted(expected)


@pytest.mark.parametrize("person", ["cuc", "thu"])
def test_union_and_secretary_go_through_the_school_or_one_department(sign_in: SignIn, cast: Cast, person: str) -> None:
    browser = sign_in(person)
    assert sorted(rows_of(browser.get("/admin/grid/"))) == sorted([*LED, "Lê Thị Hằng"])
    page = browser.get(f"/admin/grid/?whose=all&department={cast.departments['Tổ Văn']}")
    assert sorted(rows_of(page)) == ["Lê Thị Hằng", "Trần Văn Đạt"]


@pytest.mark.parametrize("person", ["binh", "hoi", "quan", "tro"])
def test_others_have_no_grid(sign_in: SignIn, person: str) -> None:
    browser = sign_in(person)
    assert browser.get("/admin/grid/").status_code == 403
    assert browser.post("/admin/grid/").status_code == 403
    assert browser.post("/admin/grid/row/", {"id": 1}).status_code == 403
    assert "/admin/grid/" not in browser.get("/admin/").text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("?month=2025-11", 400),  # not begun
        ("?month=2025-08", 400),
        ("?month=2024-10", 400),
        ("?month=x", 400),
        ("?whose=mine", 400),
        ("?page=-1", 400),
        ("?page=9", 200),
        ("?whose=all", 403),  # a teacher enters for nobody
    ],
)
def test_the_address_is_checked(sign_in: SignIn, address: str, status: int) -> None:
    assert sign_in("lan").get(f"/admin/grid/{address}").status_code == status


def test_last_month_stands_in_small_and_no_level_is_chosen(sign_in: SignIn) -> None:
    page = sign_in("lan").get("/admin/grid/")
    assert "Tháng trước: Tiến bộ rõ · Cần để ý thêm" in page.text
    form = page.text[page.text.index("<table") :]
    assert " selected" not in form


def test_who_began_this_month_has_no_row_in_the_month_before(sign_in: SignIn, cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))
    cast.get(m.Sponsorship, cast.id("sponsored", "sponsorship")).started_on = NOW.date().replace(day=2)
    cast.session.commit()
    browser = sign_in("lan")
    assert rows_of(browser.get("/admin/grid/?month=2025-09")) == []
    assert rows_of(browser.get("/admin/grid/?month=2025-10")) == ["Y Bhiu Niê"]


def test_a_closed_year_is_only_shown(sign_in: SignIn, cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))
    cast.get(m.SchoolYear, cast.year).state = YearState.CLOSED
    cast.session.commit()
    lan, case = sign_in("lan"), cast.id("sponsored")
    assert "<select name=" not in (page := lan.get("/admin/grid/")).text.split("<table")[1], page.text
    answer = lan.post("/admin/grid/row/", row(case, FULL))
    assert (answer.json or {})["result"] == "refused"
    assert "Năm học đã kết thúc" in (answer.json or {})["error"]
    assert stored(cast, "sponsored") is None


# A page at a time, without script -----------------------------------------------------------------------------------


def test_a_page_saves_what_was_touched_and_nothing_else(sign_in: SignIn, cast: Cast) -> None:
    tam = sign_in("tam")
    page = tam.get("/admin/grid/")
    first, second = cast.id("homeroom"), cast.id("colleagues")
    data = typed(first, "3--4-1", "Em đi học đều.", seen_of(page, first)) | typed(
        second, "------", "", seen_of(page, second)
    )
    assert tam.post("/admin/grid/?month=2025-10&whose=own", data).status_code == 303
    written = stored(cast, "homeroom")
    assert written is not None
    assert (keys_of(written), written.comment, written.author_id) == ("3--4-1", "Em đi học đều.", cast.staff["tam"])
    assert (written.state, written.entered_by_id, written.version) == (EvaluationState.DRAFTED, None, 1)
    assert stored(cast, "colleagues") is None
    again = tam.get("/admin/grid/")
    assert "1/" not in again.text.split('id="summary"')[1][:40]
    data = typed(first, "3--4-1", "Em đi học đều.", seen_of(again, first))
    assert tam.post("/admin/grid/", data).status_code == 303
    assert stored(cast, "homeroom").version == 1  # type: ignore[union-attr]


def test_a_row_with_an_error_keeps_what_was_typed_and_the_others_are_saved(sign_in: SignIn, cast: Cast) -> None:
    tam = sign_in("tam")
    first, second = cast.id("homeroom"), cast.id("colleagues")
    data = typed(first, "3333-4", "Em cố gắng.") | typed(second, "99----", "Nói nhiều hơn")
    answer = tam.post("/admin/grid/", data)
    assert answer.status_code == 400
    assert "Mức đã chọn không có trong danh sách." in answer.text
    assert "Nói nhiều hơn" in answer.text
    assert stored(cast, "colleagues") is None
    # "4" is no key of the last level
    assert stored(cast, "homeroom") is None
    data = typed(first, "3333-3", "Em cố gắng.") | typed(second, "99----", "Nói nhiều hơn")
    assert tam.post("/admin/grid/", data).status_code == 400
    assert keys_of(stored(cast, "homeroom")) == "3333-3"
    long = "a" * 20_001
    answer = tam.post("/admin/grid/", typed(second, "------", long))
    assert answer.status_code == 400
    assert long in answer.text


def test_a_row_that_somebody_else_changed_shows_both_and_is_saved_when_pressed_again(
    sign_in: SignIn, cast: Cast
) -> None:
    tam, case = sign_in("tam"), cast.id("homeroom")
    tam.post("/admin/grid/", typed(case, "3-----", "một"))
    opened = seen_of(tam.get("/admin/grid/"), case)
    tam.post("/admin/grid/", typed(case, "4-----", "hai", opened))
    answer = tam.post("/admin/grid/", typed(case, "2-----", "ba", opened))
    assert answer.status_code == 400
    assert "Có người vừa lưu bản mới hơn" in answer.text
    shown = answer.text.split('class="there"')[1].split("</dl>")[0]
    assert "Tiến bộ rõ" in shown
    assert "hai" in shown
    assert ">\nba</textarea>" in answer.text
    assert stored(cast, "homeroom").comment == "hai"  # type: ignore[union-attr]
    tam.post("/admin/grid/", typed(case, "2-----", "ba", seen_of(answer, case)))
    assert stored(cast, "homeroom").comment == "ba"  # type: ignore[union-attr]


def test_a_row_that_was_not_touched_does_not_undo_what_somebody_else_wrote(sign_in: SignIn, cast: Cast) -> None:
    tam, case = sign_in("tam"), cast.id("homeroom")
    before = seen_of(tam.get("/admin/grid/"), case)
    tam.post("/admin/grid/", typed(case, "3-----", "một", before))
    assert tam.post("/admin/grid/", typed(case, "------", "", before)).status_code == 303
    assert stored(cast, "homeroom").comment == "một"  # type: ignore[union-attr]


def test_the_sponsor_sends_all_that_is_complete_and_is_told_what_is_not(sign_in: SignIn, cast: Cast) -> None:
    tam = sign_in("tam")
    data = typed(cast.id("homeroom"), FULL) | typed(cast.id("colleagues"), "3-3333") | {"do": "send"}
    assert tam.post("/admin/grid/?whose=own", data).status_code == 303
    page = unescape(tam.get("/admin/grid/").text)
    assert "Đã gửi tổ 1 em." in page
    assert "Lê Thị Hằng (rèn luyện)" in page
    assert "1/2 đã nhập đủ · 1 đã gửi" in page
    assert stored(cast, "homeroom").state is EvaluationState.SUBMITTED  # type: ignore[union-attr]
    assert stored(cast, "colleagues").state is EvaluationState.DRAFTED  # type: ignore[union-attr]
    again = tam.post("/admin/grid/", {"do": "send"})
    assert again.status_code == 303


def test_nobody_sends_for_a_sponsor(sign_in: SignIn, cast: Cast) -> None:
    for person in ("hoa", "thu"):
        data = typed(cast.id("departments"), FULL) | {"do": "send"}
        assert sign_in(person).post("/admin/grid/?whose=all", data).status_code == 403
    assert stored(cast, "departments") is None


def test_a_level_of_a_sent_month_is_not_changed_by_a_forged_row(sign_in: SignIn, cast: Cast) -> None:
    case = cast.id("sponsored")
    for person, whose in (("lan", "own"), ("hoa", "all"), ("thu", "all")):
        browser = sign_in(person)
        address = f"?month=2025-09&whose={whose}"
        page = browser.get(f"/admin/grid/{address}")
        assert f"name={case}-v" not in page.text
        for version in ("1", "0"):
            answer = browser.post(f"/admin/grid/{address}", typed(case, "111111", "đổi", f"{version}.------.0"))
            assert answer.status_code == 400
            assert (browser.post(f"/admin/grid/row/{address}", row(case, "111111", "x", "1.------.0")).json or {})[
                "result"
            ] in ("refused", "conflict")
    kept = stored(cast, "sponsored", "2025-09")
    assert kept is not None
    assert {level: getattr(kept, level) for level in LEVELS} == COMPLETE


@pytest.mark.parametrize(
    ("person", "case", "whose"),
    [
        ("lan", "outsiders", "own"),  # somebody else's
        ("lan", "homeroom", "own"),  # the own class, but another's to write
        ("phuc", "sponsored", "own"),  # supports only
        ("lan", "ended", "own"),
        ("hoa", "outsiders", "all"),  # another department's
        ("hoa", "heads", "all"),  # the own, as head
        ("khoa", "sponsored", "all"),
        ("uyen", "unionists", "all"),
        ("thu", "registered", "all"),
        ("thu", "ended", "all"),
        ("thu", "leaders_nominee", "all"),
    ],
)
def test_a_row_out_of_reach_is_not_written(sign_in: SignIn, cast: Cast, person: str, case: str, whose: str) -> None:
    browser, number = sign_in(person), cast.id(case)
    assert browser.post(f"/admin/grid/?whose={whose}", typed(number, FULL)).status_code == 404
    assert browser.post(f"/admin/grid/row/?whose={whose}", row(number, FULL)).status_code == 404
    assert stored(cast, case) is None


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "1 or 1=1"])
def test_odd_ids_are_refused(sign_in: SignIn, number: str) -> None:
    lan = sign_in("lan")
    assert lan.post("/admin/grid/row/", {"id": number}).status_code == 400
    assert lan.post("/admin/grid/", {f"{number}-v": "0"}).status_code == 400


# Entered for a sponsor ----------------------------------------------------------------------------------------------


def test_what_is_entered_for_a_sponsor_is_marked_and_waits(sign_in: SignIn, cast: Cast) -> None:
    case = cast.id("departments")
    thu = sign_in("thu")
    assert thu.post("/admin/grid/?whose=all", typed(case, FULL, "Thầy Giang ghi tay.")).status_code == 303
    entered = stored(cast, "departments")
    assert entered is not None
    assert (entered.author_id, entered.entered_by_id) == (cast.staff["giang"], cast.accounts["thu"])
    assert entered.state is EvaluationState.DRAFTED
    assert "nhập thay: Lý Anh Thư" in thu.get("/admin/grid/?whose=all").text
    giang = sign_in("giang")
    page = giang.get("/admin/grid/")
    assert "nhập thay: Lý Anh Thư" in page.text
    assert "1 bản nhập thay chờ thầy cô xem lại" in page.text
    details = giang.get(f"/admin/progress/details/?id={entered.id}")
    assert "Lý Anh Thư" in details.text
    assert "nhập thay" in giang.get("/admin/progress/").text
    giang.post("/admin/grid/", typed(case, FULL, "Em tiến bộ.", seen_of(page, case)))
    assert f"name={case}-v" not in thu.get("/admin/grid/?whose=all").text
    refused = thu.post("/admin/grid/?whose=all", typed(case, "111111", "ghi đè", "2.x"))
    assert "đã tự viết" in refused.text
    written = stored(cast, "departments")
    assert written is not None
    assert (written.comment, written.entered_by_id) == ("Em tiến bộ.", cast.accounts["thu"])
    giang.post("/admin/grid/", {"do": "send"})
    assert stored(cast, "departments").state is EvaluationState.SUBMITTED  # type: ignore[union-attr]


# Row by row, as the script does -------------------------------------------------------------------------------------


def test_a_row_is_saved_and_the_answer_says_how_it_stands(sign_in: SignIn, cast: Cast) -> None:
    lan, case = sign_in("lan"), cast.id("sponsored")
    answer = lan.post("/admin/grid/row/", row(case, FULL, "Em đi học đều.")).json or {}
    assert (answer["result"], answer["error"], answer["state"]) == ("saved", "", "Bản nháp")
    assert answer["progress"] == [1, 1, "1/1 đã nhập đủ · 0 đã gửi"]
    assert answer["seen"] == seen_of(lan.get("/admin/grid/"), case)
    assert keys_of(stored(cast, "sponsored")) == FULL


def test_the_same_row_sent_twice_is_one_row(sign_in: SignIn, cast: Cast) -> None:
    lan, case = sign_in("lan"), cast.id("sponsored")
    results = [(lan.post("/admin/grid/row/", row(case, FULL, "một")).json or {})["result"] for _ in range(3)]
    assert results == ["saved", "same", "same"]
    assert stored(cast, "sponsored").version == 1  # type: ignore[union-attr]


def test_a_row_whose_answer_was_lost_is_not_taken_for_somebody_elses(sign_in: SignIn, cast: Cast) -> None:
    lan, case = sign_in("lan"), cast.id("sponsored")
    lan.post("/admin/grid/row/", row(case, "3-----", "một"))
    later = row(case, "34----", "một hai", tried=["3-----một"])
    assert (lan.post("/admin/grid/row/", later).json or {})["result"] == "saved"
    back = row(case, "------", "", tried=["3-----một", "34----một hai"])
    assert (lan.post("/admin/grid/row/", back).json or {})["result"] == "saved"
    assert keys_of(stored(cast, "sponsored")) == "------"
    lost = row(case, "1-----", "khác", tried=["2-----không phải"])
    assert (lan.post("/admin/grid/row/", lost).json or {})["result"] == "conflict"


def test_a_row_that_somebody_else_changed_is_told_with_what_is_stored(sign_in: SignIn, cast: Cast) -> None:
    lan, case = sign_in("lan"), cast.id("sponsored")
    lan.post("/admin/grid/row/", row(case, "4-----", "một"))
    answer = lan.post("/admin/grid/row/", row(case, "2-----", "hai")).json or {}
    assert (answer["result"], answer["stored"]) == ("conflict", "Học tập: Tiến bộ rõ; Nhận xét: một")
    assert stored(cast, "sponsored").comment == "một"  # type: ignore[union-attr]
    again = row(case, "2-----", "hai", answer["seen"])
    assert (lan.post("/admin/grid/row/", again).json or {})["result"] == "saved"


def test_line_breaks_and_blanks_do_not_make_a_row_new(sign_in: SignIn, cast: Cast) -> None:
    lan, case = sign_in("lan"), cast.id("sponsored")
    lan.post("/admin/grid/row/", row(case, "3-----", "một\nhai"))
    page = lan.get("/admin/grid/")
    data = typed(case, "3-----", "một\r\nhai", seen_of(page, case))
    lan.post("/admin/grid/", data)
    assert stored(cast, "sponsored").version == 1  # type: ignore[union-attr]
    lan.post("/admin/grid/", typed(case, "3-----", " \r\n ", seen_of(page, case)))
    assert stored(cast, "sponsored").comment is None  # type: ignore[union-attr]


def test_a_row_without_the_token_is_refused(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    data = row(cast.id("sponsored"), FULL) | {"csrf_token": "x"}
    assert lan.post("/admin/grid/row/", data).status_code == 400
    assert stored(cast, "sponsored") is None


# Weight -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def busy_school(cast: Cast) -> Cast:
    """Eighty more students of long names; half of their months are entered for the sponsor, half written."""
    set_actor(cast.session, Actor.running_commands(NOW))
    room, sponsor = cast.get(m.Classroom, cast.classes["10A1"]), cast.get(m.Staff, cast.staff["giang"])
    for number in range(80):
        case = make_case(cast.session, make_student(cast.session, f"Nguyễn Hoàng Phương Thảo Uyên {number}", room))
        make_sponsorship(cast.session, case, sponsor)
        make_evaluation(cast.session, case, sponsor)
        if number % 2:
            draft = {"state": EvaluationState.DRAFTED, "comment": "Em đi học đều, nộp đủ bài, cần thêm môn Toán."}
            make_evaluation(cast.session, case, sponsor, period=MONTH, **draft)
        else:
            thu = cast.actor("thu")
            set_actor(cast.session, thu)
            evaluations.enter_for_sponsor(cast.session, thu, case, MONTH, COMPLETE | {"comment": "Em vui hơn."})
            set_actor(cast.session, Actor.running_commands(NOW))
    cast.session.commit()
    return cast


@pytest.mark.parametrize(("person", "whose"), [("giang", "own"), ("hoa", "all"), ("thu", "all")])
def test_a_full_page_is_light_and_runs_few_statements(
    sign_in: SignIn, statements: Any, busy_school: Cast, person: str, whose: str
) -> None:
    browser = sign_in(person)
    for page in (0, 1, 2):
        with statements() as seen:
            answer = browser.get(f"/admin/grid/?whose={whose}&page={page}")
        assert len(rows_of(answer)) == 25
        assert len(answer.data) < 80_000, len(answer.data)
        assert len(seen) <= 12, "\n\n".join(seen)


def test_two_joint_sponsors_share_one_row(sign_in: SignIn, cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))
    case = make_case(cast.session)
    people = [make_staff(cast.session, name) for name in ("Nguyễn Một", "Trần Hai")]
    for number, person in enumerate(people):
        make_sponsorship(cast.session, case, person, role=SponsorRole.JOINT)
        make_account(cast.session, (Role.TEACHER,), person, username=f"chung{number}")
    cast.session.commit()
    case_id = case.id
    one, two = sign_in("chung0"), sign_in("chung1")
    one.post("/admin/grid/row/", row(case_id, "3-----", "một"))
    answer = two.post("/admin/grid/row/", row(case_id, "-4----", "hai")).json or {}
    assert answer["result"] == "conflict"
    two.post("/admin/grid/row/", row(case_id, "34----", "một hai", answer["seen"]))
    assert keys_of(stored(cast, case_id)) == "34----"
