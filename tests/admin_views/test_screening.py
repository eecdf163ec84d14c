"""The screening list on the page: reasons in kind words, one tap to take in, a reason to leave out (P4.2)."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from school.models import Classroom, ScreeningDecision, Student, SupportCase
from school.vocabulary import CaseState, Rating
from tests.admin_views.test_lists import set_operator
from tests.cast import Cast
from tests.factories import make_result, make_screening, make_student
from tests.web import Browser, errors_of

SignIn = Callable[[str], Browser]
CANARY = "em đã ổn, gia đình nhờ không nhắc"


@pytest.fixture
def pointed_out(cast: Cast) -> Cast:
    """The student of lan's class without a case, and the one of minh's, have results and policy that tell."""
    set_operator(cast)
    for student_id in (cast.classmate, cast.stranger):
        student = cast.get(Student, student_id)
        make_result(cast.session, student.current_enrolment, learning=Rating.NOT_MET, absences_unexcused=7)
        student.private.policy_category = "Hộ nghèo"
    cast.session.commit()
    return cast


def decide(browser: Browser, student_id: int, choice: str, **more: Any) -> Any:
    browser.get("/admin/screening/")
    return browser.post("/admin/screening/decide/", {"student": student_id, "choice": choice, **more})


def decision_of(cast: Cast, student_id: int) -> ScreeningDecision | None:
    set_operator(cast)
    return cast.session.scalar(select(ScreeningDecision).where(ScreeningDecision.student_id == student_id))


def test_each_student_is_shown_with_the_reasons(sign_in: SignIn, pointed_out: Cast) -> None:
    page = unescape(sign_in("lan").get("/admin/screening/").text)
    assert "Nguyễn Văn Nam" in page
    assert "Kết quả học tập chưa đạt; Vắng không phép 7 buổi; Thuộc diện chính sách: Hộ nghèo" in page
    assert "1 em, 1 em chưa quyết định" in page
    assert "Nguyễn Thị Thắm" not in page


def test_taking_in_opens_a_case_and_leads_back_to_the_list(sign_in: SignIn, pointed_out: Cast) -> None:
    lan = sign_in("lan")
    answer = decide(lan, pointed_out.classmate, "in")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/screening/")
    page = unescape(lan.get("/admin/screening/").text)
    assert "Đã đưa Nguyễn Văn Nam vào danh sách." in page
    case = pointed_out.session.scalar(select(SupportCase).where(SupportCase.student_id == pointed_out.classmate))
    assert case.state is CaseState.NOMINATED
    assert f"/admin/case/details/?id={case.id}" in page
    assert 'name="choice" value="in"' not in page
    assert decide(lan, pointed_out.classmate, "in").status_code == 303, "a second tap does no harm"


def test_leaving_out_asks_for_a_reason_at_the_field(sign_in: SignIn, pointed_out: Cast) -> None:
    lan = sign_in("lan")
    answer = decide(lan, pointed_out.classmate, "out", reason="  ")
    assert answer.status_code == 400
    assert f'id="r{pointed_out.classmate}-error"' in answer.text
    assert re.search(r"<details open>", answer.text)
    too_long = decide(lan, pointed_out.classmate, "out", reason="ơ" * 300)
    assert too_long.status_code == 400
    assert "ơ" * 300 in too_long.text, "what was typed is kept"
    assert decision_of(pointed_out, pointed_out.classmate) is None


def test_who_was_left_out_shows_the_reason_and_may_be_taken_in_later(sign_in: SignIn, pointed_out: Cast) -> None:
    lan = sign_in("lan")
    assert decide(lan, pointed_out.classmate, "out", reason=CANARY).status_code == 303
    page = lan.get("/admin/screening/").text
    assert f"Lý do để ngoài: {CANARY}" in unescape(page)
    version = decision_of(pointed_out, pointed_out.classmate).version
    assert decide(lan, pointed_out.classmate, "in").status_code == 409, "without the version that was seen"
    assert decide(lan, pointed_out.classmate, "in", version=version).status_code == 303
    assert decision_of(pointed_out, pointed_out.classmate).taken_in


def test_a_decision_on_an_older_page_is_refused_and_keeps_the_words(sign_in: SignIn, pointed_out: Cast) -> None:
    decide(sign_in("thu"), pointed_out.classmate, "out", reason="lý do của thư ký")
    answer = decide(sign_in("lan"), pointed_out.classmate, "out", reason="lý do của cô Lan")
    assert answer.status_code == 409
    assert decision_of(pointed_out, pointed_out.classmate).reason == "lý do của thư ký"


def test_filters_by_class_and_decision(sign_in: SignIn, pointed_out: Cast) -> None:
    thu = sign_in("thu")
    decide(thu, pointed_out.stranger, "out", reason=CANARY)
    room = pointed_out.classes["10A1"]
    assert "Nguyễn Văn Nam" in thu.get(f"/admin/screening/?classroom={room}").text
    assert "Nguyễn Thị Thắm" not in thu.get(f"/admin/screening/?classroom={room}").text
    assert "Nguyễn Thị Thắm" in thu.get("/admin/screening/?decision=out").text
    assert "Nguyễn Thị Thắm" not in thu.get("/admin/screening/?decision=open").text
    assert "Nguyễn Văn Nam" not in thu.get("/admin/screening/?decision=in").text


@pytest.mark.parametrize("query", ["decision=maybe", "classroom=x", "page=-1", "page=x", "page=99999999999999999999"])
def test_parameters_that_do_not_fit_are_refused(sign_in: SignIn, pointed_out: Cast, query: str) -> None:
    assert sign_in("thu").get(f"/admin/screening/?{query}").status_code == 400


@pytest.mark.parametrize(
    "data",
    [{"choice": "in"}, {"student": "x", "choice": "in"}, {"student": "1" * 40, "choice": "in"}],
)
def test_a_forged_decision_is_refused(sign_in: SignIn, pointed_out: Cast, data: dict[str, str]) -> None:
    thu = sign_in("thu")
    thu.get("/admin/screening/")
    assert thu.post("/admin/screening/decide/", data).status_code == 400


def test_a_choice_that_there_is_not_is_refused(sign_in: SignIn, pointed_out: Cast) -> None:
    assert decide(sign_in("thu"), pointed_out.classmate, "maybe").status_code == 400


@pytest.mark.parametrize("person", ["lan", "vinh", "son"])
def test_another_class_is_not_decided_about(sign_in: SignIn, pointed_out: Cast, person: str) -> None:
    assert decide(sign_in(person), pointed_out.stranger, "in").status_code == 404
    assert decision_of(pointed_out, pointed_out.stranger) is None


@pytest.mark.parametrize("person", ["cuc", "khoa", "hoi", "quan", "tro"])
def test_who_does_not_screen_has_no_page(sign_in: SignIn, pointed_out: Cast, person: str) -> None:
    browser = sign_in(person)
    expected = 200 if person == "khoa" else 403  # khoa teaches too, and is nobody's homeroom teacher
    page = browser.get("/admin/screening/")
    assert page.status_code == expected
    assert "Nguyễn Văn Nam" not in page.text
    answer = browser.post("/admin/screening/decide/", {"student": pointed_out.classmate, "choice": "in"})
    assert answer.status_code == (404 if person == "khoa" else 403)


@pytest.mark.parametrize("person", ["vinh", "minh", "hoa", "cuc", "hoi", "quan", "tro"])
def test_why_somebody_was_left_out_reaches_nobody_else(sign_in: SignIn, pointed_out: Cast, person: str) -> None:
    decide(sign_in("lan"), pointed_out.classmate, "out", reason=CANARY)
    browser = sign_in(person)
    pages = ("/admin/screening/", "/admin/audit/", "/admin/audit/export/csv/", "/admin/search/?q=Nam", "/admin/")
    assert CANARY not in unescape("\n".join(browser.get(page).data.decode("utf-8-sig") for page in pages))


def test_html_in_a_reason_is_escaped(sign_in: SignIn, pointed_out: Cast) -> None:
    lan = sign_in("lan")
    assert decide(lan, pointed_out.classmate, "out", reason="<script>alert(1)</script>").status_code == 303
    assert "<script>alert" not in lan.get("/admin/screening/").text


def test_the_setting_says_how_many_absences_point_somebody_out(app: Any, sign_in: SignIn, pointed_out: Cast) -> None:
    app.config["SCREENING_ABSENCES"] = 7
    page = unescape(sign_in("lan").get("/admin/screening/").text)
    assert "quá 7 buổi" in page
    assert "Vắng không phép 7 buổi" not in page


def test_a_long_list_is_paged_and_light(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    for number in range(60):
        student = make_student(
            cast.session, f"Nguyễn Hoàng Phương Thảo Uyên {number}", cast.get(Classroom, cast.classes["10A1"])
        )
        student.private.policy_category = "Con hộ cận nghèo, mồ côi cha"
        make_result(cast.session, student.current_enrolment, learning=Rating.NOT_MET, conduct=Rating.NOT_MET)
        if number >= 30:
            make_screening(cast.session, student, taken_in=False, reason="x" * 200)
    cast.session.commit()
    lan = sign_in("lan")
    sizes = [len(lan.get(f"/admin/screening/?page={page}").data) for page in range(4)]
    assert max(sizes) <= 60_000
    first, last = (unescape(lan.get(f"/admin/screening/?page={page}").text) for page in (0, 2))
    assert "Lý do để ngoài: " not in first, "the undecided come first"
    assert last.count("Lý do để ngoài: ") == 20, "thirty are left out: ten on the page before"
    assert errors_of(lan.get("/admin/screening/?page=999")) == []
