"""Forms: errors at their fields, nothing typed is lost, stale forms show both texts, workflows step by step."""

import re
from collections.abc import Callable
from html import unescape

from lxml import html
from sqlalchemy import select
from werkzeug.test import TestResponse

from school.models import (
    CasePrivate,
    ProgressEvaluation,
    SensitiveView,
    SponsorEvaluation,
    Sponsorship,
    Student,
    SupportCase,
    SurveyEntry,
)
from school.vocabulary import CaseState, EvaluationState, SponsorshipState
from tests.cast import Cast
from tests.factories import a_category
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]
MONTH = {
    "period": "2025-10",
    "learning": "steady",
    "conduct": "steady",
    "attendance": "improved",
    "attitude": "steady",
    "trend": "improved",
    "dropout_risk": "low",
    "comment": "Em đi học đều, đã nộp đủ bài.",
}


def test_a_missing_field_is_said_at_the_field_and_keeps_the_rest(sign_in: SignIn) -> None:
    browser = sign_in("thu")
    browser.get("/admin/student/new/")
    page = browser.post("/admin/student/new/", {"code": "", "full_name": "Hà Thị Mới", "date_of_birth": "31/02/2010"})
    assert page.status_code == 400
    assert 'value="Hà Thị Mới"' in page.text
    assert 'value="31/02/2010"' in page.text
    assert 'id="code-error"' in page.text
    assert 'id="date_of_birth-error"' in page.text


def test_a_date_may_be_typed_the_vietnamese_way(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("thu")
    browser.get("/admin/student/new/")
    page = browser.post(
        "/admin/student/new/", {"code": "M01", "full_name": "Hà Thị Mới", "date_of_birth": "05/09/2010"}
    )
    assert page.status_code == 303, errors_of(page)
    student = cast.session.scalar(select(Student).where(Student.code == "M01"))
    assert f"{student.date_of_birth:%d/%m/%Y}" == "05/09/2010"


def test_a_code_that_is_taken_is_said_in_vietnamese(sign_in: SignIn, cast: Cast) -> None:
    taken = cast.session.scalar(select(Student.code).limit(1))
    browser = sign_in("thu")
    browser.get("/admin/student/new/")
    page = browser.post("/admin/student/new/", {"code": taken, "full_name": "Hà Thị Mới"})
    assert page.status_code == 400
    assert "UNIQUE" not in page.text
    assert "Already" not in page.text


def test_a_stale_form_is_refused_and_shows_both_texts(sign_in: SignIn, cast: Cast) -> None:
    address = f"/admin/student/edit/?id={cast.id('sponsored', 'student')}"
    first, second = sign_in("thu"), sign_in("quan")
    page = first.get(address)
    code = re.search(r'name="code"[^>]*value="([^"]*)"', page.text)[1]
    other = second.get(address)
    second.post(address, {"version": version_of(other), "code": code, "full_name": "Tên Do Quản Trị Sửa"})
    answer = first.post(address, {"version": version_of(page), "code": code, "full_name": "Tên Do Thư Ký Sửa"})
    assert answer.status_code == 409
    assert "Tên Do Quản Trị Sửa" in answer.text
    assert 'value="Tên Do Thư Ký Sửa"' in answer.text
    again = first.post(address, {"version": version_of(answer), "code": code, "full_name": "Tên Do Thư Ký Sửa"})
    assert again.status_code == 303


def test_a_form_without_a_version_is_refused(sign_in: SignIn, cast: Cast) -> None:
    address = f"/admin/student/edit/?id={cast.id('sponsored', 'student')}"
    browser = sign_in("thu")
    browser.get(address)
    assert browser.post(address, {"code": "X1", "full_name": "Y Bhiu Niê"}).status_code == 409


def test_a_forged_post_without_the_token_changes_nothing(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("thu")
    browser.token = "made-up"
    assert browser.post("/admin/student/new/", {"code": "M02", "full_name": "Giả Mạo"}).status_code == 400
    assert cast.session.scalar(select(Student).where(Student.code == "M02")) is None


def test_html_in_a_field_is_escaped(sign_in: SignIn) -> None:
    browser = sign_in("thu")
    browser.get("/admin/student/new/")
    page = browser.post("/admin/student/new/", {"code": "M03", "full_name": "<script>alert(1)</script>"})
    shown = browser.get(page.headers["Location"])
    assert "<script>alert" not in shown.text
    assert "&lt;script&gt;alert(1)" in shown.text


def test_a_teacher_nominates_a_student_of_another_class(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("lan")
    browser.get("/admin/case/new/")
    page = browser.post(
        "/admin/case/new/",
        {
            "student": "Nguyễn Thị Thắm · 12A3",
            "school_year": cast.year,
            "channel": "subject_teachers",
            "circumstances": "Em hay nghỉ thứ hai để phụ mẹ bán hàng.",
        },
    )
    assert (page.status_code, page.headers["Location"]) == (303, "/admin/case/")
    case = cast.session.scalar(select(SupportCase).where(SupportCase.student_id == cast.stranger))
    assert case.state is CaseState.NOMINATED
    assert case.private.circumstances.startswith("Em hay nghỉ")
    assert browser.get(f"/admin/case/details/?id={case.id}").status_code == 404


def test_nominating_a_student_whose_case_is_out_of_sight_keeps_the_words_and_tells_nothing(
    sign_in: SignIn, cast: Cast
) -> None:
    browser = sign_in("lan")
    browser.get("/admin/case/new/")
    data = {"student": "Điểu Sáng", "school_year": cast.year, "channel": "friends", "circumstances": "Bạn kể em buồn."}
    page = browser.post("/admin/case/new/", data)
    assert (page.status_code, page.headers["Location"]) == (303, "/admin/case/")
    entries = cast.session.scalars(select(SurveyEntry).where(SurveyEntry.case_id == cast.id("outsiders"))).all()
    assert "Bạn kể em buồn." in [entry.findings for entry in entries]


def test_an_unclear_name_is_asked_back_with_the_candidates(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("lan")
    browser.get("/admin/case/new/")
    data = {"student": "nguyen", "school_year": cast.year, "channel": "friends", "circumstances": "…"}
    page = browser.post("/admin/case/new/", data)
    assert page.status_code == 400
    assert "Nguyễn Thị Thắm · 12A3 #" in unescape(page.text)
    assert 'value="nguyen"' in page.text


def test_circumstances_are_opened_on_purpose_and_recorded(sign_in: SignIn, cast: Cast) -> None:
    address = f"/admin/case/details/?id={cast.id('sponsored')}"
    secret = cast.session.scalar(select(CasePrivate).where(CasePrivate.case_id == cast.id("sponsored"))).circumstances
    browser = sign_in("lan")
    assert secret not in unescape(browser.get(address).text)
    browser.post("/admin/case/open/", {"id": cast.id("sponsored")})
    assert secret in unescape(browser.get(address).text)
    views = cast.session.scalars(select(SensitiveView).where(SensitiveView.case_id == cast.id("sponsored"))).all()
    assert [view.account_id for view in views] == [cast.accounts["lan"]]


def test_the_union_opens_circumstances_only_with_a_reason(sign_in: SignIn, cast: Cast) -> None:
    address = f"/admin/case/details/?id={cast.id('sponsored')}"
    secret = cast.session.scalar(select(CasePrivate).where(CasePrivate.case_id == cast.id("sponsored"))).circumstances
    browser = sign_in("cuc")
    assert 'name="reason"' in browser.get(address).text
    browser.post("/admin/case/open/", {"id": cast.id("sponsored"), "reason": "  "})
    assert secret not in unescape(browser.get(address).text)
    browser.post("/admin/case/open/", {"id": cast.id("sponsored"), "reason": "Chuẩn bị buổi thăm gia đình"})
    assert secret in unescape(browser.get(address).text)


def test_the_texts_of_a_case_are_edited_after_they_were_opened(sign_in: SignIn, cast: Cast) -> None:
    address = f"/admin/case/edit/?id={cast.id('sponsored')}"
    browser = sign_in("lan")
    assert browser.get(address).status_code == 303
    browser.get(f"/admin/case/details/?id={cast.id('sponsored')}")
    browser.post("/admin/case/open/", {"id": cast.id("sponsored")})
    page = browser.get(address)
    answer = browser.post(address, {"version": version_of(page), "circumstances": "Mẹ em mới đi làm lại."})
    assert answer.status_code == 303
    private = cast.session.scalar(select(CasePrivate).where(CasePrivate.case_id == cast.id("sponsored")))
    assert private.circumstances == "Mẹ em mới đi làm lại."


def test_a_month_goes_from_the_sponsor_to_the_file(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    page = lan.get(f"/admin/progress/new/?case={cast.id('sponsored')}")
    assert re.search(r'name="case"[^>]*value="Y Bhiu Niê', page.text)
    assert not re.search(r'<option selected value="(steady|improved|declined|unchanged|low)"', page.text)
    typed = re.search(r'name="case"[^>]*value="([^"]*)"', page.text)[1]
    saved = lan.post("/admin/progress/new/", MONTH | {"case": unescape(typed)})
    assert saved.status_code == 303, errors_of(saved)
    address = saved.headers["Location"]
    take(lan, address, "progress", "submit")
    take(sign_in("hoa"), address, "progress", "review")
    take(sign_in("cuc"), address, "progress", "confirm")
    take(sign_in("binh"), address, "progress", "lock")
    evaluation = cast.session.get(ProgressEvaluation, int(address.split("=")[1]))
    assert evaluation.state is EvaluationState.LOCKED
    assert evaluation.confirmed_by_id == cast.accounts["cuc"]


def test_an_incomplete_month_is_saved_as_a_draft_and_not_sent(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    page = lan.get(f"/admin/progress/new/?case={cast.id('sponsored')}")
    typed = unescape(re.search(r'name="case"[^>]*value="([^"]*)"', page.text)[1])
    saved = lan.post("/admin/progress/new/", {"case": typed, "period": "2025-10", "comment": "Viết dở."})
    assert saved.status_code == 303
    answer = take(lan, saved.headers["Location"], "progress", "submit", expected=400)
    assert "Chưa đủ thông tin" in answer


def test_a_head_returns_a_month_with_a_comment(sign_in: SignIn, cast: Cast) -> None:
    address = f"/admin/progress/details/?id={cast.id('departments', 'progress')}"
    head = sign_in("hoa")
    assert "comment-error" in take(head, address, "progress", "return", expected=400)
    take(head, address, "progress", "return", comment="Thầy cô ghi thêm việc chuyên cần.")
    evaluation = cast.session.get(ProgressEvaluation, cast.id("departments", "progress"))
    assert evaluation.state is EvaluationState.RETURNED


def test_nobody_takes_a_step_with_their_own_work(sign_in: SignIn, cast: Cast) -> None:
    hoa = sign_in("hoa")
    page = hoa.get(f"/admin/progress/details/?id={cast.id('heads', 'progress')}")
    assert 'value="review"' not in page.text
    data = {"id": cast.id("heads", "progress"), "version": 1, "step": "review"}
    assert hoa.post("/admin/progress/step/", data).status_code == 403


def test_a_batch_takes_all_rows_or_none(sign_in: SignIn, cast: Cast) -> None:
    binh = sign_in("binh")
    binh.get("/admin/progress/")
    ids = [cast.id("sponsored", "progress"), cast.id("departments", "progress")]
    binh.post("/admin/progress/action/", {"action": "review", "rowid": ids})
    states = {cast.session.get(ProgressEvaluation, id_).state for id_ in ids}
    assert states == {EvaluationState.REVIEWED}
    mixed = [ids[0], cast.id("outsiders", "progress")]
    binh.post("/admin/progress/action/", {"action": "review", "rowid": mixed})
    untouched = cast.session.get(ProgressEvaluation, cast.id("outsiders", "progress"))
    assert untouched.state is EvaluationState.SUBMITTED


def test_a_pairing_is_registered_agreed_and_approved(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    page = thu.get(f"/admin/sponsorship/new/?case={cast.id('ended')}")
    typed = unescape(re.search(r'name="case"[^>]*value="([^"]*)"', page.text)[1])
    data = {"case": typed, "staff": "Đặng Thái Sơn", "role": "lead", "started_on": "2025-10-15"}
    saved = thu.post("/admin/sponsorship/new/", data)
    assert saved.status_code == 303, errors_of(saved)
    address = saved.headers["Location"]
    take(sign_in("cuc"), address, "sponsorship", "agree")
    take(sign_in("binh"), address, "sponsorship", "approve")
    sponsorship = cast.session.get(Sponsorship, int(address.split("=")[1]))
    assert sponsorship.state is SponsorshipState.APPROVED
    assert sponsorship.case.state is CaseState.ACTIVE


def test_a_second_lead_is_refused_at_the_field(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    page = thu.get(f"/admin/sponsorship/new/?case={cast.id('sponsored')}")
    typed = unescape(re.search(r'name="case"[^>]*value="([^"]*)"', page.text)[1])
    data = {"case": typed, "staff": "Đặng Thái Sơn", "role": "lead", "started_on": "2025-10-15"}
    answer = thu.post("/admin/sponsorship/new/", data)
    assert answer.status_code == 400
    assert 'id="role-error"' in answer.text


def test_help_is_rated_by_the_union_and_seen_by_the_sponsor(sign_in: SignIn, cast: Cast) -> None:
    cuc = sign_in("cuc")
    cuc.get("/admin/help/new/")
    data = {"sponsorship": "", "period": "semester_1", "rating": "good"}
    hints = cuc.get("/admin/help/ajax/lookup/?name=sponsorship&query=tam hang").json
    assert len(hints) == 1
    cuc.get("/admin/help/new/")
    saved = cuc.post("/admin/help/new/", data | {"sponsorship": hints[0]})
    assert saved.status_code == 303, errors_of(saved)
    assert sign_in("tam").get(saved.headers["Location"]).status_code == 200
    assert sign_in("vinh").get(saved.headers["Location"]).status_code == 404
    rated = cast.session.get(SponsorEvaluation, int(saved.headers["Location"].split("=")[1]))
    assert rated.rated_by_id == cast.accounts["cuc"]


def test_a_hidden_field_cannot_be_posted(sign_in: SignIn, cast: Cast) -> None:
    """The administrator's student form has no private fields: posting them changes nothing."""
    address = f"/admin/student/edit/?id={cast.id('sponsored', 'student')}"
    quan = sign_in("quan")
    page = quan.get(address)
    assert 'name="address"' not in page.text
    code = re.search(r'name="code"[^>]*value="([^"]*)"', page.text)[1]
    data = {"version": version_of(page), "code": code, "full_name": "Y Bhiu Niê", "address": "ở đâu đó"}
    quan.post(address, data)
    student = cast.session.get(Student, cast.id("sponsored", "student"))
    assert student.private.address != "ở đâu đó"


def take(browser: Browser, address: str, screen: str, step: str, expected: int = 303, **fields: str) -> str:
    """Take a step from the details page, as the page itself would."""
    page = browser.get(address)
    data = {"id": address.split("=")[1], "version": version_of(page), "step": step, **fields}
    answer = browser.post(f"/admin/{screen}/step/", data)
    assert answer.status_code == expected, errors_of(answer)
    return answer.text


# Sections -------------------------------------------------------------------------------------------------------------


def legends(page: TestResponse) -> list[str]:
    """The titles of a form's sections."""
    return [str(text) for text in html.fromstring(page.text).xpath("//fieldset[@class='section']/legend/text()")]


def folds(page: TestResponse) -> list[tuple[str, int, bool]]:
    """Of each group of check boxes: its title, how many boxes there are, and whether it stands open."""
    groups = html.fromstring(page.text).xpath("//details[@class='fold']")
    return [
        (
            " ".join(str(group.xpath("string(summary)")).split()),
            len(group.xpath(".//input[@type='checkbox' and @name='categories']")),
            group.get("open") is not None,
        )
        for group in groups
    ]


def test_the_nomination_form_has_sections_and_its_classification_folds_by_group(sign_in: SignIn, cast: Cast) -> None:
    page = sign_in("lan").get("/admin/case/new/")
    assert legends(page) == ["Học sinh", "Điều đã biết về em", "Phân loại"]
    assert [(title[:6], boxes, opened) for title, boxes, opened in folds(page)] == [
        ("Nhóm A", 14, False),
        ("Nhóm B", 8, False),
        ("Nhóm C", 12, False),
    ]


def test_a_group_in_which_something_was_ticked_stands_open_after_an_error(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    lan.get("/admin/case/new/")
    ticked = a_category(cast.session, "learning_not_met").id
    page = lan.post("/admin/case/new/", {"student": "", "categories": [ticked], "severity": "urgent"})
    assert page.status_code == 400
    standing_open = [title for title, _, opened in folds(page) if opened]
    assert standing_open == ["Nhóm B: rèn luyện, học tập cần hỗ trợ · đã chọn 1"]
    assert f'value="{ticked}"' in page.text
    assert 'id="student-error"' in page.text


def test_what_was_ticked_in_any_group_is_kept_with_the_case(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    thu.get("/admin/case/new/")
    codes = ("poor_household", "learning_not_met", "wants_to_leave")
    data = {
        "student": "Nguyễn Thị Thắm · 12A3",
        "school_year": cast.year,
        "channel": "family",
        "categories": [a_category(cast.session, code).id for code in codes],
        "severity": "urgent",
    }
    saved = thu.post("/admin/case/new/", data)
    assert saved.status_code == 303, errors_of(saved)
    case = cast.session.get(SupportCase, int(saved.headers["Location"].split("=")[1]))
    assert {hardship.category.code for hardship in case.hardships} == set(codes)


def test_the_edit_form_of_a_case_is_one_section_without_a_title(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    lan.get(f"/admin/case/details/?id={cast.id('sponsored')}")
    lan.post("/admin/case/open/", {"id": cast.id("sponsored")})
    assert legends(lan.get(f"/admin/case/edit/?id={cast.id('sponsored')}")) == []


def test_the_student_form_keeps_what_is_private_apart_and_the_commune_in_it(sign_in: SignIn, cast: Cast) -> None:
    address = f"/admin/student/edit/?id={cast.id('sponsored', 'student')}"
    thu = sign_in("thu")
    page = thu.get(address)
    assert legends(page) == ["Học sinh", "Gia đình và liên hệ"]
    code = re.search(r'name="code"[^>]*value="([^"]*)"', page.text)[1]
    data = {"version": version_of(page), "code": code, "full_name": "Y Bhiu Niê", "commune": "Xã Đắk Ru"}
    assert thu.post(address, data).status_code == 303
    assert cast.session.get(Student, cast.id("sponsored", "student")).private.commune == "Xã Đắk Ru"
    assert "Xã Đắk Ru" in unescape(thu.get(address.replace("edit", "details")).text)
    plain = sign_in("quan").get(address)
    assert legends(plain) == []
    assert 'name="commune"' not in plain.text


def test_a_form_without_sections_stays_as_it_was(sign_in: SignIn) -> None:
    page = sign_in("lan").get("/admin/contact/new/")
    assert legends(page) == []
    assert 'name="summary"' in page.text
