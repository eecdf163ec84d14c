"""The council's pages of a year (P4.5): the table, freezing by decision, what to look at; no student, no ranking."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from school import models as m
from school.names import fold
from school.reports import emulation
from school.vocabulary import Role, SheetState, YearState
from tests.admin_views.scoring import DECISION, FREEZE, TABLE, as_operator, fix_criteria, freeze, main_of
from tests.cast import CASES, PEOPLE, TODAY, Cast
from tests.factories import (
    make_case,
    make_sponsorship,
    make_staff,
    make_student,
    make_year,
)
from tests.web import Browser

SignIn = Callable[[str], Browser]
STAFF = tuple(name for name, (full_name, *_rest) in PEOPLE.items() if full_name)
MOST_STATEMENTS = 28  # of which scoring reads nineteen and the counts four
LIST = 60_000


def names_of(page: Any) -> list[str]:
    """Who stands in the table, in its order."""
    return re.findall(r"<th scope=row><a [^>]*>([^<]+)</a>", page.text)


def frozen(cast: Cast) -> set[str]:
    """Whose sheets are frozen."""
    rows = as_operator(cast).scalars(select(m.ScoreSheet).where(m.ScoreSheet.state == SheetState.FROZEN))
    ids = {row.staff_id for row in rows}
    return {name for name, id_ in cast.staff.items() if id_ in ids}


def seventy_more(cast: Cast) -> None:
    """A large school: long names, everybody with a student."""
    session = as_operator(cast)
    room = session.get(m.Classroom, cast.classes["10A1"])
    for number in range(70):
        staff = make_staff(session, f"Nguyễn Hoàng Phương Thảo Uyên {number}", post="Giáo viên")
        case = make_case(session, make_student(session, f"Bùi Thêm {number}", room))
        make_sponsorship(session, case, staff)
    session.commit()


# The table ----------------------------------------------------------------------------------------------------------


def test_the_table_has_the_councils_columns_then_total_level_and_state(sign_in: SignIn) -> None:
    for name in ("hoi", "binh"):
        page = sign_in(name).get(TABLE)
        head = re.findall(r'<th scope="col">([^<]+)</th>', page.text)
        assert head == [*(column.label for column in emulation.COLUMNS), "Điểm", "Mức", "Phiếu điểm"]
        assert len(names_of(page)) == len(STAFF)
        assert "Nguyễn Thị Lan Tổ Toán 3 0 0 1 3,0 0 37,5 Cần cố gắng Đang tính" in main_of(page)


def test_people_stand_by_their_names_and_not_by_their_points(sign_in: SignIn) -> None:
    found = names_of(sign_in("hoi").get(TABLE))
    assert [fold(name.split()[-1]) for name in found] == sorted(fold(name.split()[-1]) for name in found)


def test_no_student_and_no_class_is_named(sign_in: SignIn, cast: Cast) -> None:
    codes = set(as_operator(cast).scalars(select(m.SupportCase.code)))
    council = sign_in("hoi")
    said = "".join(council.get(f"{TABLE}{part}").text for part in ("", "freeze/", "signals/"))
    students = {full_name for full_name, *_rest in CASES.values()}
    assert [secret for secret in (*students, *codes, "11A2", "12A3", "bà của em") if secret in said] == []


def test_each_name_leads_to_the_sheet(sign_in: SignIn, cast: Cast) -> None:
    council = sign_in("hoi")
    ways = re.findall(r"<th scope=row><a href=\"([^\"]+)\"", council.get(TABLE).text)
    assert len(ways) == len(STAFF)
    for way in ways[:3]:
        assert council.get(way.replace("&amp;", "&")).status_code == 200


def test_it_is_filtered_by_level_and_by_state(sign_in: SignIn, cast: Cast) -> None:
    council = sign_in("hoi")
    freeze(council, cast, "lan", "vinh")
    assert set(names_of(council.get(f"{TABLE}?state=frozen"))) == {"Nguyễn Thị Lan", "Lê Quang Vinh"}
    assert names_of(council.get(f"{TABLE}?state=frozen&level=not_applicable")) == ["Lê Quang Vinh"]
    assert "Nguyễn Thị Lan" not in names_of(council.get(f"{TABLE}?state=open&level="))
    page = council.get(f"{TABLE}?level=excellent")
    assert names_of(page) == []
    assert "Không có ai ở mức và trạng thái này." in main_of(page)
    assert '<option value="excellent" selected>' in page.text


def test_a_filter_that_there_is_not_is_refused(sign_in: SignIn) -> None:
    council = sign_in("hoi")
    asked = ("level=x", "state=x", "level=Tốt", "state=open%27", "level=" + "x" * 5000)
    assert {query: council.get(f"{TABLE}?{query}").status_code for query in asked} == dict.fromkeys(asked, 400)
    assert council.get(f"{TABLE}?year=1999-2000").status_code == 404


def test_another_year_is_chosen_and_one_being_prepared_is_empty(sign_in: SignIn, cast: Cast) -> None:
    session = as_operator(cast)
    make_year(session, "2024-2025")
    make_year(session, "2026-2027", state=YearState.PREPARING)
    session.commit()
    council = sign_in("hoi")
    page = council.get(f"{TABLE}?year=2024-2025")
    assert len(names_of(page)) == len(STAFF)
    assert "year=2024-2025" in page.text
    page = council.get(f"{TABLE}?year=2026-2027")
    assert names_of(page) == []
    assert "còn đang chuẩn bị" in main_of(page)
    assert "/freeze/" not in page.text
    for part in ("freeze/", "signals/"):
        assert council.get(f"{TABLE}{part}?year=2026-2027").status_code == 200
    council.get(TABLE)
    answer = council.post(f"{FREEZE}?year=2026-2027", DECISION | {"which": "all"})
    assert answer.status_code == 400
    assert "còn đang chuẩn bị" in main_of(answer)


def test_the_export_offers_a_column_a_criterion(sign_in: SignIn, cast: Cast) -> None:
    page = sign_in("hoi").get(TABLE)
    for key in ("mean_help", "criterion_contacts", "total", "note"):
        assert f'name="columns" value="{key}" checked' in page.text


def test_a_frozen_total_stands_in_the_table_whatever_happens_to_the_records(sign_in: SignIn, cast: Cast) -> None:
    council = sign_in("hoi")
    freeze(council, cast, "giang")
    session = as_operator(cast)
    month = session.get(m.ProgressEvaluation, cast.id("departments", "progress"))
    session.delete(month)
    session.add(
        m.ScoreAdjustment(
            school_year_id=cast.year, staff_id=cast.staff["lan"], reason="x", made_on=cast.session.info["actor"].today
        )
    )
    session.commit()
    page = main_of(council.get(TABLE))
    assert "Hồ Thị Giang Tổ Toán 1 0 0 0 3,0 0 37,5 Cần cố gắng Đã chốt" in page
    assert "– Không áp dụng Đang tính" in page


# Freezing -----------------------------------------------------------------------------------------------------------


def test_all_are_frozen_by_one_decision_but_the_own(sign_in: SignIn, cast: Cast) -> None:
    council = sign_in("hoi")
    answer = freeze(council, cast)
    assert answer.status_code == 303
    assert frozen(cast) == {*STAFF} - {"hoi"}
    page = council.get(answer.location)
    assert f"Đã chốt {len(STAFF) - 1} phiếu điểm." in main_of(page)
    assert "Phiếu của chính thầy cô để người khác chốt." in main_of(page)
    row = as_operator(cast).scalars(select(m.ScoreSheet)).first()
    assert (row.decision_number, f"{row.decided_on}") == ("12/QĐ-THPT", "2025-10-15")
    assert freeze(sign_in("binh"), cast).status_code == 303
    assert frozen(cast) == {*STAFF}
    assert "Không còn phiếu nào chưa chốt." in main_of(council.get(FREEZE))


def test_those_who_were_ticked_are_frozen_and_nobody_else(sign_in: SignIn, cast: Cast) -> None:
    assert freeze(sign_in("hoi"), cast, "lan", "vinh").status_code == 303
    assert frozen(cast) == {"lan", "vinh"}


def test_freezing_twice_changes_nothing_and_another_decision_is_refused(sign_in: SignIn, cast: Cast) -> None:
    council = sign_in("hoi")
    freeze(council, cast, "lan")
    before = [(row.hash, row.version) for row in as_operator(cast).scalars(select(m.ScoreSheet))]
    again = freeze(council, cast, "lan")
    assert again.status_code == 303
    assert "1 phiếu đã chốt từ trước, giữ nguyên." in main_of(council.get(again.location))
    other = {"decision_number": "99/QĐ", "which": "some", "rowid": str(cast.staff["lan"])}
    answer = council.post(FREEZE, DECISION | other)
    assert answer.status_code == 400
    assert "đã chốt theo quyết định số 12/QĐ-THPT" in main_of(answer)
    assert 'value="99/QĐ"' in answer.text, "what was typed is kept"
    assert [(row.hash, row.version) for row in as_operator(cast).scalars(select(m.ScoreSheet))] == before


def test_criteria_that_are_not_fixed_are_told_before_anything_is_typed(sign_in: SignIn, cast: Cast) -> None:
    council = sign_in("hoi")
    assert "chưa chốt nên chưa chốt được phiếu điểm" in main_of(council.get(FREEZE))
    assert council.post(FREEZE, DECISION | {"which": "all"}).status_code == 400
    assert frozen(cast) == set()
    fix_criteria(cast)
    assert "chưa chốt nên chưa chốt được phiếu điểm" not in main_of(council.get(FREEZE))


def test_an_appeal_that_waits_holds_that_sheet_alone(sign_in: SignIn, cast: Cast) -> None:
    fix_criteria(cast)
    session = as_operator(cast)
    appeal = session.scalars(select(m.ScoreComment).where(m.ScoreComment.staff_id == cast.staff["lan"])).one()
    appeal.answer = None
    session.commit()
    council = sign_in("hoi")
    page = council.get(FREEZE)
    assert f'name="rowid" value="{cast.staff["lan"]}"' not in page.text
    assert f'name="rowid" value="{cast.staff["giang"]}"' in page.text
    forged = council.post(FREEZE, DECISION | {"which": "some", "rowid": str(cast.staff["lan"])})
    assert forged.status_code == 400
    answer = council.post(FREEZE, DECISION | {"which": "all"})
    assert "1 phiếu còn đề nghị xem lại chưa trả lời nên chưa chốt." in main_of(council.get(answer.location))
    assert frozen(cast) == {*STAFF} - {"hoi", "lan"}


def test_what_makes_no_sense_is_refused_and_what_was_typed_stays(sign_in: SignIn, cast: Cast) -> None:
    fix_criteria(cast)
    council = sign_in("hoi")
    council.get(FREEZE)
    lan = str(cast.staff["lan"])
    usual = DECISION | {"which": "some", "rowid": lan}
    for typed, sentence in (
        ({"decision_number": " "}, "Thầy cô ghi số quyết định."),
        ({"decision_number": "x" * 40}, "32"),
        ({"decided_on": ""}, "Thầy cô chọn ngày quyết định."),
        ({"decided_on": "hôm qua"}, "Ngày chưa đúng."),
        ({"decided_on": "2025-10-16"}, "Ngày này chưa đến"),
        ({"decided_on": "2024-10-15"}, "trước ngày bắt đầu năm học"),
        ({"which": ""}, "Thầy cô chọn chốt tất cả, hoặc đánh dấu ít nhất một người."),
        ({"which": "x"}, "Thầy cô chọn chốt tất cả"),
        ({"rowid": []}, "đánh dấu ít nhất một người"),
        ({"rowid": "999999"}, "Có người không có phiếu điểm trong năm học này"),
    ):
        answer = council.post(FREEZE, usual | typed)
        assert answer.status_code == 400, typed
        assert sentence in main_of(answer), typed
        if "rowid" not in typed:
            assert re.search(rf'value="{lan}"[^>]* checked', answer.text), typed
    assert frozen(cast) == set()


def test_a_forged_choice_is_refused(sign_in: SignIn, cast: Cast) -> None:
    fix_criteria(cast)
    council = sign_in("hoi")
    for ids in ("x", "-1", "1 OR 1=1", "9" * 30, "١", [str(number) for number in range(600)]):
        answer = council.post(FREEZE, DECISION | {"which": "some", "rowid": ids})
        assert answer.status_code == 400, ids
    assert frozen(cast) == set()


def test_freezing_before_the_year_is_over_is_said_to_leave_the_rest_of_it_out(sign_in: SignIn, cast: Cast) -> None:
    council = sign_in("hoi")
    assert "Năm học còn đến hết ngày 31/05/2026" in council.get(FREEZE).text
    session = as_operator(cast)
    session.get(m.SchoolYear, cast.year).ends_on = TODAY
    session.commit()
    assert "Năm học còn đến hết ngày" not in council.get(FREEZE).text


def test_nobody_freezes_the_own_sheet_alone_or_without_the_right(sign_in: SignIn, cast: Cast) -> None:
    fix_criteria(cast)
    for name in ("lan", "hoa", "cuc", "thu", "quan"):
        browser = sign_in(name)
        assert browser.get(FREEZE).status_code == 403
        assert browser.post(FREEZE, DECISION | {"which": "all"}).status_code == 403
    own = sign_in("ly").post(FREEZE, DECISION | {"which": "some", "rowid": str(cast.staff["ly"])})
    assert own.status_code == 403
    assert f'name="rowid" value="{cast.staff["ly"]}"' not in sign_in("ly").get(FREEZE).text
    assert frozen(cast) == set()


def test_a_closed_year_is_not_frozen(sign_in: SignIn, cast: Cast) -> None:
    fix_criteria(cast)
    session = as_operator(cast)
    session.get(m.SchoolYear, cast.year).state = YearState.CLOSED
    session.commit()
    council = sign_in("hoi")
    assert "/freeze/" not in council.get(TABLE).text
    assert council.post(FREEZE, DECISION | {"which": "all"}).status_code == 400
    assert frozen(cast) == set()


# What to look at ----------------------------------------------------------------------------------------------------


def test_signals_name_people_for_those_who_adjust_and_judge_nobody(sign_in: SignIn) -> None:
    for name in ("hoi", "binh"):
        page = main_of(sign_in(name).get(f"{TABLE}signals/"))
        assert "Nguyễn Thị Lan" in page
        assert "Điểm không đổi vì mục này" in page
    for name in ("lan", "thu", "quan"):
        assert sign_in(name).get(f"{TABLE}signals/").status_code == 403


def test_one_of_the_council_does_not_see_the_own_signals(sign_in: SignIn, cast: Cast) -> None:
    session = as_operator(cast)
    session.add(m.AccountRole(account_id=cast.accounts["lan"], role=Role.COUNCIL))
    session.commit()
    lan = sign_in("lan")
    assert "Nguyễn Thị Lan" not in main_of(lan.get(f"{TABLE}signals/"))
    assert "Điều nên xem lại" not in main_of(lan.get("/admin/score/"))


# Weight and statements ----------------------------------------------------------------------------------------------


def test_pages_are_light_and_run_the_same_statements_however_many_staff(
    sign_in: SignIn, statements: Any, cast: Cast
) -> None:
    council, counts = sign_in("hoi"), []
    for _round in range(2):
        found = {}
        for address in (TABLE, FREEZE, f"{TABLE}signals/"):
            with statements() as seen:
                page = council.get(address)
            assert page.status_code == 200
            assert len(page.data) <= LIST * (1 if len(names_of(page)) < 61 else len(names_of(page)) / 60), address
            assert len(seen) <= MOST_STATEMENTS, "\n\n".join(seen)
            found[address] = len(seen)
        counts.append(found)
        seventy_more(cast)
    assert counts[0] == counts[1]


def test_sixty_staff_are_a_light_page(sign_in: SignIn, cast: Cast) -> None:
    seventy_more(cast)
    session = as_operator(cast)
    extra = session.scalars(select(m.Staff).order_by(m.Staff.id.desc()).limit(70 + len(STAFF) - 60)).all()
    for staff in extra:
        staff.left_on = session.get(m.SchoolYear, cast.year).starts_on.replace(month=1)
    session.commit()
    council = sign_in("hoi")
    page = council.get(TABLE)
    assert len(names_of(page)) == 60
    assert len(page.data) < LIST
    page = council.get(FREEZE)
    assert page.text.count('aria-labelledby="r') == 60 - 1 - 3, "the own, and three appeals"
    assert len(page.data) < LIST
