"""The score sheet of one person (P4.5): whose it is to read, where each point comes from, and what is said about it."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from school import models as m
from school.rules.scheme import DEFAULTS
from school.vocabulary import ContactKind, EvaluationState, YearState
from tests.admin_views.scoring import as_operator, fix_criteria, freeze, links_of, main_of, sheet_of
from tests.cast import CASES, NOW, Cast
from tests.factories import make_contact, make_year
from tests.web import Browser, version_of

SignIn = Callable[[str], Browser]
MINE = "/admin/score/"
EVERYBODY = ("lan", "hoa", "cuc", "thu", "binh", "hoi")
MOST_STATEMENTS = 32  # of which scoring reads eighteen
CODES = tuple(begin.code for begin in DEFAULTS)
BOX = {"text": "Tháng 9 tôi có thêm hai buổi gặp em."}


def sheet(cast: Cast, name: str, **more: str) -> str:
    """The address of somebody's sheet."""
    return f"/admin/score/details/?id={cast.staff[name]}" + "".join(f"&{key}={value}" for key, value in more.items())


def evidence(cast: Cast, name: str, code: str) -> str:
    """The address of the records behind a line."""
    return f"/admin/score/evidence/?id={cast.staff[name]}&criterion={code}"


def adjusting(cast: Cast, name: str) -> str:
    """The address of the form that adjusts somebody's sheet."""
    return f"/admin/score/adjust/?id={cast.staff[name]}"


def criterion(cast: Cast, code: str, **where: Any) -> m.Criterion:
    """A criterion of this year."""
    return as_operator(cast).scalars(select(m.Criterion).filter_by(code=code, **where)).one()


def adjustment(cast: Cast, code: str = "contacts", points: str = "1,5", reason: str = "Có buổi gặp ngoài sổ.") -> Any:
    """An adjustment as it would be typed."""
    return {"criterion": str(criterion(cast, code).id), "points": points, "reason": reason}


def only(cast: Cast, model: Any, name: str) -> Any:
    """The one row of somebody that the cast begins with."""
    return as_operator(cast).scalars(select(model).where(model.staff_id == cast.staff[name])).one()


def count(cast: Cast, model: Any) -> int:
    """How many rows are stored."""
    return len(as_operator(cast).scalars(select(model)).all())


def confirm_september(cast: Cast, kinds: tuple[ContactKind, ...] = (ContactKind.TALK,)) -> None:
    """The month of lan's case is confirmed, with contacts on as many days as there are kinds."""
    session = as_operator(cast)
    case, lan = session.get(m.SupportCase, cast.id("sponsored")), session.get(m.Staff, cast.staff["lan"])
    for day, kind in enumerate(kinds, 1):
        make_contact(session, case, lan, kind=kind, occurred_on=dt.date(2025, 9, day))
    month = session.get(m.ProgressEvaluation, cast.id("sponsored", "progress"))
    month.first_sent_at = dt.datetime(2025, 9, 19, 3, tzinfo=dt.UTC)
    month.state, month.confirmed_at = EvaluationState.CONFIRMED, NOW
    session.commit()


# Whose sheet it is to read ------------------------------------------------------------------------------------------


def test_everybody_finds_the_own_sheet_in_the_navigation_and_no_other(sign_in: SignIn, cast: Cast) -> None:
    session = as_operator(cast)
    names = {name: session.get(m.Staff, cast.staff[name]).full_name for name in cast.staff}
    for name in EVERYBODY:
        page = sign_in(name).get(MINE)
        assert '<a href="/admin/score/" aria-current="page">Phiếu điểm của tôi</a>' in page.text
        said = main_of(page)
        assert names[name] in said
        assert [other for who, other in names.items() if who != name and other in said] == [], "nobody is compared"


def test_an_administrator_from_outside_is_told_why_there_is_none(sign_in: SignIn) -> None:
    page = sign_in("quan").get(MINE)
    assert page.status_code == 200
    assert "không gắn với cán bộ nào" in main_of(page)
    assert 'href="/admin/score/"' not in page.text


def test_somebody_elses_sheet_is_not_found_as_if_there_were_none(sign_in: SignIn, cast: Cast) -> None:
    for name in ("lan", "hoa", "cuc", "thu", "quan"):
        browser = sign_in(name)
        for address in (sheet(cast, "giang"), evidence(cast, "giang", "contacts"), "/admin/score/details/?id=999999"):
            assert browser.get(address).status_code == 404, (name, address)
    assert sign_in("lan").get(sheet(cast, "lan")).status_code == 200


def test_council_and_leadership_read_every_sheet(sign_in: SignIn, cast: Cast) -> None:
    for name in ("hoi", "binh"):
        browser = sign_in(name)
        for who in cast.staff:
            page = browser.get(sheet(cast, who))
            assert page.status_code == 200
            assert "Bảng thi đua" in main_of(page), "and the way back"


def test_an_address_that_means_nothing_is_refused(sign_in: SignIn) -> None:
    browser = sign_in("hoi")
    people = ("", "?id=", "?id=x", "?id=-1", "?id=1.5", "?id=99999999999999999999999", "?id=%00", "?id=١")
    years = ("?id=1&year=2030", "?id=1&year=%27%20OR%201", "?id=1&year=")
    pages = ("?id=1&criterion=contacts&page=-1", "?id=1&criterion=contacts&page=x")
    asked = [(view, query) for view in ("details", "evidence", "adjust") for query in (*people, *years)]
    asked += [("evidence", query) for query in pages]
    statuses = {(view, query): browser.get(f"/admin/score/{view}/{query}").status_code for view, query in asked}
    assert {where: status for where, status in statuses.items() if status not in (400, 404)} == {}


def test_a_criterion_that_there_is_not_has_no_page(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("hoi")
    for code in ("", "none", "contacts'--", "x" * 5000):
        assert browser.get(evidence(cast, "lan", code)).status_code == 404


def test_a_year_that_is_being_prepared_is_not_scored(sign_in: SignIn, cast: Cast) -> None:
    make_year(as_operator(cast), "2026-2027", state=YearState.PREPARING)
    cast.session.commit()
    page = sign_in("lan").get(f"{MINE}?year=2026-2027")
    assert page.status_code == 200
    assert "còn đang chuẩn bị nên chưa có điểm thi đua" in main_of(page)
    council = sign_in("hoi")
    assert "còn đang chuẩn bị" in main_of(council.get(sheet(cast, "lan", year="2026-2027")))
    council.get(sheet(cast, "lan"))
    answer = council.post(adjusting(cast, "lan") + "&year=2026-2027", adjustment(cast))
    assert answer.status_code == 400
    assert "còn đang chuẩn bị" in main_of(answer)


def test_an_earlier_year_is_chosen_and_stays_chosen(sign_in: SignIn, cast: Cast) -> None:
    make_year(as_operator(cast), "2024-2025")
    cast.session.commit()
    page = sign_in("hoi").get(sheet(cast, "lan", year="2024-2025"))
    assert "2024-2025" in main_of(page)
    assert all("year=2024-2025" in link for link in links_of(page) if link.startswith("/admin/score/"))
    assert 'name="id" value="1"' in page.text, "choosing another year stays with the person"


# Where each point comes from ----------------------------------------------------------------------------------------


def test_the_sheet_says_points_of_how_many_how_they_are_counted_and_what_was_adjusted(
    sign_in: SignIn, cast: Cast
) -> None:
    page = main_of(sign_in("lan").get(MINE))
    for text_ in (
        "15/15 Số tháng có phân công đỡ đầu 2/2 +1",
        "0/15 Số tháng có gặp gỡ, trao đổi ở đủ số ngày 0/2",
        "Không áp dụng Số kênh khảo sát ghi đúng hạn",
        "Cộng các tiêu chí: 30/80 điểm.",
        "Tổng điểm 37,5/100",
        "Điểm quy đổi 1,88",
        "Nhận đỡ đầu và duy trì suốt thời gian được phân công: +1 Hội đồng thống nhất ngày 20/5.",
        "Bộ tiêu chí của năm chưa chốt nên điểm còn có thể đổi.",
    ):
        assert text_ in page, page


def test_the_year_does_not_apply_with_its_reason_to_whoever_has_nothing_to_measure(sign_in: SignIn) -> None:
    page = main_of(sign_in("vinh").get(MINE))
    assert "Mức Không áp dụng" in page
    assert "Tổng điểm" not in page
    assert "Vì sao" in page


def test_what_would_earn_more_is_told_while_the_year_runs(sign_in: SignIn, cast: Cast, app: Flask) -> None:
    title = "Còn có thể làm thêm trong năm học"
    assert title in main_of(sign_in("lan").get(MINE))
    assert "Em 1: Thêm 1 kênh khảo sát" in main_of(sign_in("lan").get(evidence(cast, "lan", "survey")))
    summer = Browser(app, dt.datetime(2026, 6, 10, 2, tzinfo=dt.UTC)).sign_in("lan")
    for address in (MINE, evidence(cast, "lan", "survey")):
        assert title not in main_of(summer.get(address))


def test_each_line_opens_its_records_with_dates_kinds_and_why_one_is_not_counted(sign_in: SignIn, cast: Cast) -> None:
    confirm_september(cast, (ContactKind.TALK, ContactKind.HOME_VISIT))
    browser = sign_in("lan")
    for code in CODES:
        assert f"criterion={code}" in browser.get(MINE).text
        assert browser.get(evidence(cast, "lan", code)).status_code == 200
    page = main_of(browser.get(evidence(cast, "lan", "contacts")))
    assert "Thăm gia đình 02/09/2025 Em 1" in page
    assert "Có tính" in page
    assert "Ngoài các tháng được tính cho thầy cô" in page


def test_the_line_of_progress_shows_what_is_expected_of_whom(sign_in: SignIn, cast: Cast) -> None:
    page = main_of(sign_in("lan").get(evidence(cast, "lan", "student_progress")))
    assert "Chưa chuyển biến 1/2 3/4 đủ" in page
    assert "Chuyển biến của em được tính thế nào" not in main_of(sign_in("lan").get(evidence(cast, "lan", "contacts")))


def test_the_council_sees_em_1_and_em_2_and_no_way_to_a_case(sign_in: SignIn, cast: Cast) -> None:
    session = as_operator(cast)
    codes = set(session.scalars(select(m.SupportCase.code)))
    students = {full_name for full_name, *_rest in CASES.values()}
    council = sign_in("hoi")
    said, ways = "", []
    for who in ("lan", "tam", "giang"):
        for code in CODES:
            page = council.get(evidence(cast, who, code))
            said += page.text
            ways += links_of(page)
        said += council.get(sheet(cast, who)).text
    assert "Em 1" in said
    assert "Em 2" in said
    assert [secret for secret in (*codes, *students, "bà của em", "11A2") if secret in said] == []
    assert {way.split("?")[0] for way in ways} == {"/admin/score/details/"}


def test_whoever_may_see_a_case_gets_its_code_and_the_records_and_nobody_a_dead_link(
    sign_in: SignIn, cast: Cast
) -> None:
    session = as_operator(cast)
    running, ended = (session.get(m.SupportCase, cast.id(name)).code for name in ("sponsored", "ended"))
    for name, shown in (("lan", {running}), ("binh", {running, ended})):
        browser, found = sign_in(name), set()
        for code in CODES:
            page = browser.get(evidence(cast, "lan", code))
            found |= {case for case in (running, ended) if case in page.text}
            for link in links_of(page):
                assert browser.get(link).status_code == 200, (name, link)
        assert found == shown, name
    contact = f"/admin/contact/details/?id={cast.id('sponsored', 'contact')}"
    assert contact in links_of(sign_in("lan").get(evidence(cast, "lan", "contacts")))
    assert contact not in links_of(sign_in("hoi").get(evidence(cast, "lan", "contacts")))


def test_a_long_line_comes_in_pages(sign_in: SignIn, cast: Cast) -> None:
    confirm_september(cast, (ContactKind.TALK,) * 28)
    session = as_operator(cast)
    case, lan = session.get(m.SupportCase, cast.id("sponsored")), session.get(m.Staff, cast.staff["lan"])
    for number in range(120):
        make_contact(session, case, lan, occurred_on=dt.date(2025, 9, 1) + dt.timedelta(days=number % 30))
    cast.session.commit()
    browser = sign_in("lan")
    first = browser.get(evidence(cast, "lan", "contacts"))
    assert first.text.count("<tr>") == 101
    assert len(first.data) <= 60_000
    assert "Trang 1 / 2" in main_of(first)
    assert browser.get(evidence(cast, "lan", "contacts") + "&page=1").text.count("<tr>") > 10


# Frozen -------------------------------------------------------------------------------------------------------------


def test_a_frozen_sheet_stays_and_what_differs_today_stands_beside_it(sign_in: SignIn, cast: Cast) -> None:
    assert freeze(sign_in("hoi"), cast, "lan").status_code == 303
    lan = sign_in("lan")
    page = main_of(lan.get(MINE))
    assert "Quyết định Số 12/QĐ-THPT ngày 15/10/2025" in page
    assert "Khác với hiện nay" not in page, "nothing differs yet"
    assert sheet_of(cast, "lan").hash in page
    before = main_of(lan.get(evidence(cast, "lan", "contacts")))
    confirm_september(cast, (ContactKind.TALK, ContactKind.TALK))
    page = main_of(lan.get(MINE))
    assert "Tổng điểm 37,5/100" in page
    assert "Khác với hiện nay" in page
    assert "Gặp gỡ, trao đổi, động viên thường xuyên 0/15 7,5/15" in page
    assert "Học sinh tiếp tục đi học, giữ vững hoặc tiến bộ 15/15 15/15" not in page, "only where they differ"
    assert "Còn có thể làm thêm" not in page
    assert main_of(lan.get(evidence(cast, "lan", "contacts"))) == before, "its records are those that were frozen"


def test_a_frozen_sheet_tells_the_adjustment_that_was_frozen(sign_in: SignIn, cast: Cast) -> None:
    freeze(sign_in("hoi"), cast, "lan")
    row = only(cast, m.ScoreAdjustment, "lan")
    cast.session.connection().execute(
        text("UPDATE score_adjustment SET reason = 'khác' WHERE id = :id"), {"id": row.id}
    )
    cast.session.commit()
    page = sign_in("hoi").get(sheet(cast, "lan"))
    assert "Hội đồng thống nhất ngày 20/5." in main_of(page)
    assert "Bỏ điều chỉnh này" not in main_of(page)


def test_a_sheet_that_was_changed_beneath_the_panel_says_so(sign_in: SignIn, cast: Cast) -> None:
    freeze(sign_in("hoi"), cast, "lan")
    broken = "không còn khớp với mã niêm phong"
    assert broken not in main_of(sign_in("lan").get(MINE))
    row = sheet_of(cast, "lan")
    cast.session.connection().execute(text("UPDATE score_sheet SET total = 990 WHERE id = :id"), {"id": row.id})
    cast.session.commit()
    for name in ("lan", "hoi"):
        assert broken in main_of(sign_in(name).get(sheet(cast, "lan")))


def test_reopening_asks_for_a_reason_and_keeps_to_the_version_that_was_seen(sign_in: SignIn, cast: Cast) -> None:
    council = sign_in("hoi")
    freeze(council, cast, "lan")
    page = council.get(sheet(cast, "lan"))
    form = {"id": str(sheet_of(cast, "lan").id), "version": version_of(page)}
    blank = council.post("/admin/score/unfreeze/", form | {"reason": "  "})
    assert blank.status_code == 400
    assert "Thầy cô ghi vì sao cần mở lại phiếu." in main_of(blank)
    for version in ({"version": "1"}, {"version": "x"}, {"version": ""}):
        stale = council.post("/admin/score/unfreeze/", form | version | {"reason": "Có một tháng ghi nhầm."})
        assert stale.status_code == 409
        assert "Có một tháng ghi nhầm." in stale.text, "what was typed is kept"
    assert council.post("/admin/score/unfreeze/", form | {"reason": "Có một tháng ghi nhầm."}).status_code == 303
    assert "Lý do mở lại Có một tháng ghi nhầm." in main_of(sign_in("lan").get(MINE))
    again = council.post("/admin/score/unfreeze/", form | {"reason": "Lần nữa."})
    assert again.status_code in (400, 409), "there is nothing left to open"


def test_nobody_reopens_the_own_sheet_or_without_the_right(sign_in: SignIn, cast: Cast) -> None:
    freeze(sign_in("hoi"), cast, "ly")
    row = sheet_of(cast, "ly")
    form = {"id": str(row.id), "version": str(row.version), "reason": "để sửa"}
    for name in ("ly", "lan", "thu", "quan"):
        browser = sign_in(name)
        assert browser.post("/admin/score/unfreeze/", form).status_code == 403
    assert sheet_of(cast, "ly").reopened_because is None
    assert "Mở lại phiếu điểm" not in main_of(sign_in("ly").get(MINE))


# Comments, appeals, answers -----------------------------------------------------------------------------------------


def test_one_says_something_to_the_own_sheet_and_a_second_tap_is_the_first(sign_in: SignIn, cast: Cast) -> None:
    lan, before = sign_in("lan"), count(cast, m.ScoreComment)
    lan.get(MINE)
    for _tap in range(2):
        answer = lan.post("/admin/score/comment/", BOX | {"appeal": "y", "staff_id": cast.staff["giang"]})
        assert answer.status_code == 303
    rows = [row for row in as_operator(cast).scalars(select(m.ScoreComment)) if row.text == BOX["text"]]
    assert [(row.staff_id, row.appeal) for row in rows] == [(cast.staff["lan"], True)]
    assert count(cast, m.ScoreComment) == before + 1
    assert BOX["text"] in main_of(sign_in("hoi").get(sheet(cast, "lan")))


def test_an_empty_or_endless_comment_is_refused_and_stays_in_the_box(sign_in: SignIn, cast: Cast) -> None:
    lan, before = sign_in("lan"), count(cast, m.ScoreComment)
    lan.get(MINE)
    for words, sentence in (("   ", "Thầy cô ghi ý kiến của mình."), ("ờ " * 1500, "Nội dung dài quá")):
        answer = lan.post("/admin/score/comment/", {"text": words, "appeal": "y"})
        assert answer.status_code == 400
        assert sentence in main_of(answer)
        assert words.strip() in answer.text
        assert re.search(r'name="appeal"[^>]* checked|checked[^>]* name="appeal"', answer.text)
    assert lan.post("/admin/score/comment/", {"text": "x" * 30_000}).status_code == 400
    assert count(cast, m.ScoreComment) == before


def test_what_people_write_is_shown_as_text(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    lan.get(MINE)
    lan.post("/admin/score/comment/", {"text": "<script>alert(1)</script>{{ 7 * 7 }}"})
    page = sign_in("hoi").get(sheet(cast, "lan"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in page.text


def test_an_outside_account_comments_on_no_sheet(sign_in: SignIn, cast: Cast) -> None:
    before = count(cast, m.ScoreComment)
    assert sign_in("quan").post("/admin/score/comment/", BOX).status_code in (400, 404)
    assert count(cast, m.ScoreComment) == before


def test_a_comment_is_taken_back_by_its_writer_until_it_is_answered(sign_in: SignIn, cast: Cast) -> None:
    row = only(cast, m.ScoreComment, "lan")
    form = {"id": str(row.id), "version": str(row.version)}
    assert sign_in("giang").post("/admin/score/withdraw/", form).status_code == 404
    assert sign_in("hoi").post("/admin/score/withdraw/", form).status_code == 403
    lan = sign_in("lan")
    assert lan.post("/admin/score/withdraw/", form | {"version": "77"}).status_code == 409
    assert lan.post("/admin/score/withdraw/", form).status_code == 303
    assert lan.post("/admin/score/withdraw/", form).status_code == 404
    fix_criteria(cast)  # everybody is answered
    row = only(cast, m.ScoreComment, "giang")
    answered = sign_in("giang").post("/admin/score/withdraw/", {"id": str(row.id), "version": str(row.version)})
    assert answered.status_code == 400
    assert "giữ nguyên" in main_of(answered)


def test_the_council_answers_and_the_person_reads_it(sign_in: SignIn, cast: Cast) -> None:
    row = only(cast, m.ScoreComment, "lan")
    form = {"id": str(row.id), "version": str(row.version)}
    council = sign_in("hoi")
    blank = council.post("/admin/score/answer/", form | {"answer": " "})
    assert blank.status_code == 400
    assert "Thầy cô ghi câu trả lời." in main_of(blank)
    assert council.post("/admin/score/answer/", form | {"answer": "Hội đồng sẽ đối chiếu."}).status_code == 303
    page = main_of(sign_in("lan").get(MINE))
    assert "Trả lời: Hội đồng sẽ đối chiếu." in page
    assert "Đã trả lời" in page
    assert "Rút lại" not in page


def test_two_who_answer_at_once_see_each_others_words_and_lose_none(sign_in: SignIn, cast: Cast) -> None:
    row = only(cast, m.ScoreComment, "lan")
    form = {"id": str(row.id), "version": str(row.version)}
    assert sign_in("hoi").post("/admin/score/answer/", form | {"answer": "Lời thứ nhất."}).status_code == 303
    late = sign_in("binh").post("/admin/score/answer/", form | {"answer": "Lời thứ hai."})
    assert late.status_code == 409
    assert "Lời thứ nhất." in late.text
    assert "Lời thứ hai.</textarea>" in late.text
    assert "bản mới hơn" in main_of(late)


def test_nobody_answers_the_own_comment_or_without_the_right(sign_in: SignIn, cast: Cast) -> None:
    row = only(cast, m.ScoreComment, "ly")
    form = {"id": str(row.id), "version": str(row.version), "answer": "Tôi tự trả lời."}
    for name in ("ly", "lan", "hoa", "cuc", "thu", "quan"):
        assert sign_in(name).post("/admin/score/answer/", form).status_code == 403, name
    assert only(cast, m.ScoreComment, "ly").answer is None
    assert "Tôi tự trả lời" not in sign_in("ly").get(MINE).text
    assert "answer/" not in sign_in("ly").get(MINE).text


# Adjusting ----------------------------------------------------------------------------------------------------------


def test_the_council_adjusts_with_a_reason_that_the_person_reads(sign_in: SignIn, cast: Cast) -> None:
    for name, points, shown in (("hoi", "1,5", "+1,5"), ("binh", "-0.5", "−0,5")):
        browser = sign_in(name)
        form = browser.get(adjusting(cast, "lan"))
        assert "Điều chỉnh điểm của Nguyễn Thị Lan" in main_of(form)
        assert not re.search(
            r"<option[^>]* selected[^>]*>[^–]", form.text.split('name="criterion"')[1].split("</select")[0]
        )
        assert browser.post(adjusting(cast, "lan"), adjustment(cast, points=points)).status_code == 303
        page = main_of(sign_in("lan").get(MINE))
        assert f"Gặp gỡ, trao đổi, động viên thường xuyên: {shown} Có buổi gặp ngoài sổ." in page
    assert "0/2 +1" in page
    line = main_of(sign_in("lan").get(evidence(cast, "lan", "contacts")))
    assert "Tính từ ghi nhận 0" in line
    assert "Có buổi gặp ngoài sổ." in line


SENSELESS = (
    ({"points": ""}, "Thầy cô ghi số điểm cộng hoặc trừ."),
    ({"points": "0"}, "Thầy cô ghi số điểm cộng hoặc trừ."),
    ({"points": "nhiều"}, "Số điểm chưa đúng."),
    ({"points": "1e3"}, "Số điểm chưa đúng."),
    ({"points": "1,55"}, "Số điểm chưa đúng."),
    ({"points": "١"}, "Số điểm chưa đúng."),
    ({"points": "--1"}, "Số điểm chưa đúng."),
    ({"points": "9" * 400}, "Số điểm chưa đúng."),
    ({"points": "999"}, "Số điểm trong khoảng từ -100 đến 100."),
    ({"points": "99"}, "phải từ 0 đến 15 điểm"),
    ({"points": "-3"}, "phải từ 0 đến 15 điểm"),
    ({"reason": " "}, "Thầy cô ghi lý do điều chỉnh."),
    ({"reason": "dài " * 900}, "Nội dung dài quá"),
    ({"criterion": ""}, "Thầy cô chọn tiêu chí."),
    ({"criterion": "999999"}, "không còn trong danh sách"),
    ({"criterion": "9" * 40}, "không còn trong danh sách"),
    ({"criterion": "1; DROP TABLE staff"}, "không còn trong danh sách"),
    ({"criterion": "none"}, "Khi cả năm học không áp dụng thì không ghi điểm"),
)


def test_an_adjustment_that_makes_no_sense_is_refused_at_its_field_and_kept(sign_in: SignIn, cast: Cast) -> None:
    council, before, wrong = sign_in("hoi"), count(cast, m.ScoreAdjustment), []
    council.get(adjusting(cast, "lan"))
    usual = adjustment(cast)
    for typed, sentence in SENSELESS:
        sent = usual | typed
        field = "points" if sent["criterion"] == "none" else next(iter(typed))
        answer = council.post(adjusting(cast, "lan"), sent)
        fine = answer.status_code == 400 and sentence in main_of(answer)
        fine = fine and re.search(rf'aria-describedby="[^"]*{field}-error', answer.text) is not None
        kept = sent["reason"].strip() in answer.text and f'value="{sent["points"]}"' in answer.text
        wrong += [] if fine and kept else [(typed, answer.status_code, main_of(answer))]
    assert wrong == []
    assert count(cast, m.ScoreAdjustment) == before


def test_a_criterion_of_another_year_is_none_of_this_one(sign_in: SignIn, cast: Cast) -> None:
    session = as_operator(cast)
    other = make_year(session, "2024-2025")
    session.add(m.Criterion(school_year_id=other.id, code="contacts", name="Khác", kind=DEFAULTS[3].kind, max_points=9))
    session.commit()
    council, before = sign_in("hoi"), count(cast, m.ScoreAdjustment)
    foreign = criterion(cast, "contacts", school_year_id=other.id).id
    form = {"criterion": str(foreign), "points": "1", "reason": "x"}
    assert council.post(adjusting(cast, "lan"), form).status_code == 400
    assert count(cast, m.ScoreAdjustment) == before


def test_the_whole_year_is_set_aside_with_its_reason(sign_in: SignIn, cast: Cast) -> None:
    council = sign_in("hoi")
    form = {"criterion": "none", "points": "", "reason": "Nghỉ thai sản cả năm học."}
    assert council.post(adjusting(cast, "lan"), form).status_code == 303
    page = main_of(sign_in("lan").get(MINE))
    assert "Mức Không áp dụng" in page
    assert "Năm học không áp dụng Nghỉ thai sản cả năm học." in page


def test_nobody_adjusts_the_own_sheet_or_without_the_right(sign_in: SignIn, cast: Cast) -> None:
    before = count(cast, m.ScoreAdjustment)
    sent = adjustment(cast)
    for name in ("ly", "lan", "hoa", "cuc", "thu", "quan"):
        whose = "ly" if name == "ly" else "giang"
        browser = sign_in(name)
        assert browser.get(adjusting(cast, whose)).status_code == 403, name
        assert browser.post(adjusting(cast, whose), sent | {"id": str(cast.staff["lan"])}).status_code == 403, name
    assert count(cast, m.ScoreAdjustment) == before
    page = sign_in("ly").get(MINE)
    assert "/admin/score/adjust/" not in page.text
    assert "Điều nên xem lại" not in main_of(page), "others look at that"


def test_a_frozen_sheet_and_a_closed_year_are_not_adjusted(sign_in: SignIn, cast: Cast) -> None:
    council = sign_in("hoi")
    freeze(council, cast, "lan")
    assert "/admin/score/adjust/" not in council.get(sheet(cast, "lan")).text
    answer = council.post(adjusting(cast, "lan"), adjustment(cast))
    assert answer.status_code == 400
    assert "đã chốt nên giữ nguyên" in main_of(answer)
    session = as_operator(cast)
    session.get(m.SchoolYear, cast.year).state = YearState.CLOSED
    session.commit()
    page = council.get(sheet(cast, "giang"))
    assert "/admin/score/adjust/" not in page.text
    assert council.post(adjusting(cast, "giang"), adjustment(cast)).status_code == 400
    assert "Gửi Hội đồng" not in main_of(sign_in("giang").get(MINE))


def test_an_adjustment_is_taken_back_on_the_version_that_was_seen(sign_in: SignIn, cast: Cast) -> None:
    row = only(cast, m.ScoreAdjustment, "lan")
    form = {"id": str(row.id), "version": str(row.version)}
    council = sign_in("hoi")
    for version in ("77", "", "x"):
        assert council.post("/admin/score/take_back/", form | {"version": version}).status_code == 409
    assert council.post("/admin/score/take_back/", form).status_code == 303
    assert "Điều chỉnh của Hội đồng" not in main_of(sign_in("lan").get(MINE))
    assert council.post("/admin/score/take_back/", form).status_code == 404
    own = only(cast, m.ScoreAdjustment, "ly")
    assert sign_in("ly").post("/admin/score/take_back/", {"id": own.id, "version": own.version}).status_code == 403


# Signals, weight, statements ----------------------------------------------------------------------------------------


def test_signals_are_for_those_who_may_adjust_and_never_on_the_own_page(sign_in: SignIn, cast: Cast) -> None:
    title = "Điều nên xem lại trước khi chốt"
    for name in ("hoi", "binh"):
        assert title in main_of(sign_in(name).get(sheet(cast, "lan")))
    assert title not in main_of(sign_in("lan").get(MINE))


def test_pages_run_the_same_statements_however_much_there_is(sign_in: SignIn, statements: Any, cast: Cast) -> None:
    browsers = {name: sign_in(name) for name in ("lan", "binh")}
    addresses = [sheet(cast, "lan"), *(evidence(cast, "lan", code) for code in CODES)]
    counts: list[dict[tuple[str, str], int]] = []
    confirm_september(cast)
    for _round in range(2):
        found: dict[tuple[str, str], int] = {}
        for name, browser in browsers.items():
            for address in addresses:
                with statements() as seen:
                    assert browser.get(address).status_code == 200
                assert len(seen) <= MOST_STATEMENTS, "\n\n".join(seen)
                found[name, address] = len(seen)
        counts.append(found)
        confirm_september(cast, (ContactKind.TALK,) * 20)
    assert counts[0] == counts[1]


def test_the_sheet_is_light(sign_in: SignIn, cast: Cast) -> None:
    confirm_september(cast, (ContactKind.TALK,) * 28)
    page: TestResponse = sign_in("hoi").get(sheet(cast, "lan"))
    assert len(page.data) <= 60_000
