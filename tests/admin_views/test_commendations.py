"""Commendations on the page: proposed, put right, decided one by one or many at once, never the own (P4.6, P4.9)."""

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from school.models import Commendation, SchoolYear
from school.vocabulary import AwardKind, CommendationLevel, YearState
from tests.admin_views.test_lists import set_operator
from tests.cast import Cast
from tests.factories import make_commendation, make_year
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]
SCREEN = "/admin/commendation"
DECISION = {"decision_number": "125/QĐ-THPT", "decided_on": "14/10/2025"}


def form(cast: Cast, **values: str) -> dict[str, str]:
    given = {
        "school_year": str(cast.year),
        "staff": "Ho Thi Giang",
        "award": "certificate",
        "title": "Giấy khen của Hiệu trưởng",
        "level": "school",
        "achievement": "Gặp em đều mỗi tuần.",
    }
    return given | values


def create(browser: Browser, cast: Cast, expected: int = 303, **values: str) -> Any:
    browser.get(f"{SCREEN}/new/")
    answer = browser.post(f"{SCREEN}/new/", form(cast, **values))
    assert answer.status_code == expected, errors_of(answer)
    return answer


def of(cast: Cast, who: str) -> Commendation:
    set_operator(cast)
    return cast.session.scalars(select(Commendation).where(Commendation.staff_id == cast.staff[who])).one()


def made(cast: Cast, *people: str, **values: Any) -> list[int]:
    set_operator(cast)
    rows = [make_commendation(cast.session, staff_id=cast.staff[name], **values) for name in people]
    ids = [row.id for row in rows]
    cast.session.commit()
    return ids


def test_the_list_is_filtered_by_level_year_decision_and_kind(sign_in: SignIn, cast: Cast) -> None:
    made(cast, "hoa", level=CommendationLevel.PROVINCE)
    set_operator(cast)
    earlier = make_year(cast.session, "2024-2025")
    make_commendation(cast.session, staff_id=cast.staff["tam"], school_year_id=earlier.id)
    cast.session.commit()
    hoi = sign_in("hoi")
    everybody = {"Nguyễn Thị Lan", "Tổ Toán", "Trần Thị Hoa", "Võ Minh Tâm"}
    for query, names in {
        "": everybody,
        "?level=province": {"Trần Thị Hoa"},
        f"?school_year={earlier.id}": {"Võ Minh Tâm"},
        "?decided=no": everybody,
        "?decided=yes": set(),
        "?kind=departments": {"Tổ Toán"},
        "?search=nguyen": {"Nguyễn Thị Lan"},
        "?search=Tam+vo&decided=no": {"Võ Minh Tâm"},
    }.items():
        page = unescape(hoi.get(f"{SCREEN}/{query}").text)
        body = page.partition("<tbody>")[2].partition("</tbody>")[0]
        assert {name for name in everybody if name in body} == names, query


@pytest.mark.parametrize(
    "query", ["?level=x", "?school_year=abc", "?decided=1", "?kind=''", "?sort=achievement", "?x=1"]
)
def test_odd_filters_are_refused(sign_in: SignIn, query: str) -> None:
    assert sign_in("hoi").get(f"{SCREEN}/{query}").status_code == 400


def test_the_secretary_proposes_a_person_and_a_department(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    place = create(thu, cast).headers["Location"]
    page = unescape(thu.get(place).text)
    for said in ("Hồ Thị Giang", "Cá nhân", "Giấy khen của Hiệu trưởng", "Cấp trường", "Chờ quyết định", "Gặp em đều"):
        assert said in page, said
    assert "Đỡ đầu 1 em" in page  # counted by the panel
    assert "Ghi quyết định" not in page
    place = create(thu, cast, staff="", department=str(cast.departments["Tổ Văn"])).headers["Location"]
    assert "Tập thể" in unescape(thu.get(place).text)


def test_a_title_needs_no_more_words_and_all_else_does(sign_in: SignIn, cast: Cast) -> None:
    thu = sign_in("thu")
    assert not re.search(r'name="title"[^>]* required', thu.get(f"{SCREEN}/new/").text)
    place = create(thu, cast, award="advanced_worker", title="").headers["Location"]
    page = unescape(thu.get(place).text)
    assert "Hồ Thị Giang · Lao động tiên tiến" in page
    assert "Hoàn thành tốt nhiệm vụ (31/QĐ, 10/10/2025)" in page  # what the title rests on
    assert 'id="title-error"' in create(thu, cast, 400, title="").text
    answer = create(thu, cast, 400, staff="", department=str(cast.departments["Tổ Văn"]), award="grassroots_fighter")
    assert 'id="award-error"' in answer.text


def test_the_page_of_a_title_without_a_rating_says_what_is_missing(sign_in: SignIn, cast: Cast) -> None:
    (id_,) = made(cast, "hoa", award=AwardKind.ADVANCED_WORKER, title="Lao động tiên tiến")
    said = "Chưa ghi; danh hiệu được quyết định sau khi có xếp loại."
    for name, sees in {"thu": True, "binh": True, "hoi": True, "cuc": False}.items():
        page = unescape(sign_in(name).get(f"{SCREEN}/details/?id={id_}").text)
        assert (said in page) is sees, name
    binh = sign_in("binh")
    binh.get(f"{SCREEN}/details/?id={id_}")
    answer = binh.post(f"{SCREEN}/step/", {"id": id_, "version": 1, "step": "decide"} | DECISION)
    assert answer.status_code == 400
    assert "chưa ghi xếp loại cuối năm" in unescape(answer.text)


def test_beside_a_title_of_a_department_stand_those_of_its_people(sign_in: SignIn, cast: Cast) -> None:
    decided = {"decision_number": "1/QĐ", "decided_on": dt.date(2025, 10, 14)}
    made(cast, "hoa", "giang", award=AwardKind.ADVANCED_WORKER, title="Lao động tiên tiến", **decided)
    made(cast, "dung", award=AwardKind.ADVANCED_WORKER, title="Lao động tiên tiến")  # not decided
    made(cast, "tam", award=AwardKind.ADVANCED_WORKER, title="Lao động tiên tiến", **decided)  # of another department
    made(cast, "hoa", award=AwardKind.GRASSROOTS_FIGHTER, title="Chiến sĩ thi đua cơ sở", **decided)
    set_operator(cast)
    row = cast.session.scalars(select(Commendation).where(Commendation.department_id.is_not(None))).one()
    row.award, id_ = AwardKind.EXCELLENT_TEAM, row.id
    cast.session.commit()
    said = "Trong 4 thầy cô của tổ, đã có quyết định “Lao động tiên tiến” cho 2, “Chiến sĩ thi đua cơ sở” cho 1."
    for name in ("cuc", "thu", "binh", "hoi"):
        assert said in unescape(sign_in(name).get(f"{SCREEN}/details/?id={id_}").text), name


def test_nothing_is_chosen_for_the_person_who_proposes(sign_in: SignIn) -> None:
    page = sign_in("thu").get(f"{SCREEN}/new/").text
    chosen = dict(re.findall(r'<select[^>]*name="(\w+)"[^>]*>.*?<option selected value="(\w*)"', page, re.DOTALL))
    assert chosen["department"] == chosen["award"] == chosen["level"] == ""
    assert chosen["school_year"] != ""


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"staff": ""}, "Thầy cô chọn một trong hai"),
        ({"department": "1"}, "Thầy cô chọn một trong hai"),
        ({"staff": "không có ai"}, "Không tìm thấy"),
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"level": ""}, "level"),
        ({"level": "world"}, "level"),
        ({"school_year": "999"}, "không còn trong danh sách"),
        ({"achievement": "x" * 20_001}, "achievement"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_typed_is_lost(
    sign_in: SignIn, cast: Cast, values: dict[str, str], said: str
) -> None:
    answer = create(sign_in("thu"), cast, 400, **values)
    page = unescape(answer.text)
    assert said in page
    assert 'class="error"' in page
    if "achievement" not in values:
        assert "Gặp em đều mỗi tuần." in page
    assert not cast.session.scalars(select(Commendation).where(Commendation.staff_id == cast.staff["giang"])).all()


def test_the_form_of_a_stored_one_does_not_move_it(sign_in: SignIn, cast: Cast) -> None:
    thu, row = sign_in("thu"), of(cast, "lan")
    id_, address = row.id, f"{SCREEN}/edit/?id={row.id}"
    page = thu.get(address)
    assert 'name="staff"' not in page.text
    answer = thu.post(address, form(cast, title="Bằng khen", version=version_of(page), staff_id="1"))
    assert answer.status_code == 303
    row = of(cast, "lan")
    assert (row.id, row.title) == (id_, "Bằng khen")
    stale = thu.post(address, form(cast, title="Muộn", version="1"))
    assert stale.status_code == 409
    assert "Muộn" in stale.text


def test_leadership_decides_on_the_page_about_one(sign_in: SignIn, cast: Cast) -> None:
    binh, row = sign_in("binh"), of(cast, "lan")
    page = binh.get(f"{SCREEN}/details/?id={row.id}")
    step = {"id": row.id, "version": version_of(page), "step": "decide"}
    refused = binh.post(f"{SCREEN}/step/", step | {"decision_number": "", "decided_on": "31/02/2025"})
    assert refused.status_code == 400
    assert "Ngày chưa đúng" in unescape(refused.text)
    answer = binh.post(f"{SCREEN}/step/", step | DECISION)
    assert answer.status_code == 303
    page = binh.get(answer.headers["Location"])
    assert "Số 125/QĐ-THPT ngày 14/10/2025" in unescape(page.text)
    assert "/edit/" not in page.text
    assert "/delete/" not in page.text
    undo = {"id": row.id, "version": version_of(page), "step": "undecide"}
    assert binh.post(f"{SCREEN}/step/", undo).status_code == 303
    assert of(cast, "lan").decided_on is None


def test_the_own_has_no_button_and_a_forged_one_is_refused(sign_in: SignIn, cast: Cast) -> None:
    (own,) = made(cast, "ly")
    ly = sign_in("ly")
    page = ly.get(f"{SCREEN}/details/?id={own}")
    assert "Ghi quyết định" not in unescape(page.text)
    forged = {"id": own, "version": "1", "step": "decide"} | DECISION
    assert ly.post(f"{SCREEN}/step/", forged).status_code == 403
    assert of(cast, "ly").decided_on is None


@pytest.mark.parametrize("name", ["cuc", "thu", "hoi", "lan", "quan"])
def test_forged_decisions_of_others_are_refused(sign_in: SignIn, cast: Cast, name: str) -> None:
    row = of(cast, "lan")
    browser = sign_in(name)
    assert browser.post(f"{SCREEN}/step/", {"id": row.id, "version": 1, "step": "decide"} | DECISION).status_code == 403
    assert browser.post(f"{SCREEN}/decide/", {"rowid": row.id} | DECISION).status_code == 403
    assert browser.get(f"{SCREEN}/decide/").status_code == 403
    assert of(cast, "lan").decided_on is None


def test_one_decision_for_many_leaves_the_own_out(sign_in: SignIn, cast: Cast) -> None:
    ids = made(cast, "hoa", "giang", "ly")
    ly = sign_in("ly")
    page = ly.get(f"{SCREEN}/decide/")
    ticks = re.findall(r'name="rowid" value="(\d+)"', page.text)
    assert str(ids[2]) not in ticks
    assert {str(id_) for id_ in ids[:2]} < set(ticks)
    assert "người khác quyết định" in unescape(page.text)
    answer = ly.post(f"{SCREEN}/decide/", {"rowid": ids} | DECISION)
    assert answer.status_code == 303
    assert of(cast, "hoa").decision_number == of(cast, "giang").decision_number == "125/QĐ-THPT"
    assert of(cast, "ly").decided_on is None
    assert of(cast, "lan").decided_on is None  # not ticked
    again = ly.post(f"{SCREEN}/decide/", {"rowid": ids[:2]} | DECISION)  # a second tap
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"rowid": []}, "đánh dấu ít nhất một dòng"),
        ({"decision_number": ""}, "Thầy cô ghi số quyết định."),
        ({"decided_on": ""}, "Thầy cô chọn ngày quyết định."),
        ({"decided_on": "16/10/2025"}, "Ngày này chưa đến"),
        ({"decided_on": "31/8/2025"}, "trước ngày bắt đầu năm học"),
        ({"decision_number": "x" * 33}, "decision_number"),
        ({"rowid": ["999999"]}, "Danh sách vừa thay đổi"),
    ],
)
def test_a_decision_that_lacks_something_is_refused_with_the_ticks_kept(
    sign_in: SignIn, cast: Cast, values: dict[str, Any], said: str
) -> None:
    (id_,) = made(cast, "hoa")
    binh = sign_in("binh")
    binh.get(f"{SCREEN}/decide/")
    answer = binh.post(f"{SCREEN}/decide/", {"rowid": [id_]} | DECISION | values)
    assert answer.status_code == 400
    assert said in unescape(answer.text)
    if "rowid" not in values:
        assert re.search(rf'value="{id_}"[^>]* checked', answer.text)
    assert of(cast, "hoa").decided_on is None


@pytest.mark.parametrize("ids", [["x"], ["-1"], ["9" * 30], ["1"] * 0 + [str(n) for n in range(501)]])
def test_forged_ids_are_refused(sign_in: SignIn, ids: list[str]) -> None:
    assert sign_in("binh").post(f"{SCREEN}/decide/", {"rowid": ids} | DECISION).status_code == 400


@pytest.mark.parametrize(
    ("query", "status"), [("?school_year=999", 404), ("?school_year=x", 400), ("?school_year=", 200)]
)
def test_the_year_of_a_decision_comes_from_the_address(sign_in: SignIn, query: str, status: int) -> None:
    assert sign_in("binh").get(f"{SCREEN}/decide/{query}").status_code == status


def test_another_years_proposal_is_not_decided_with_this_years(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    earlier = make_year(cast.session, "2024-2025")
    row = make_commendation(cast.session, staff_id=cast.staff["tam"], school_year_id=earlier.id)
    id_, year = row.id, earlier.id
    cast.session.commit()
    binh = sign_in("binh")
    binh.get(f"{SCREEN}/decide/")
    assert binh.post(f"{SCREEN}/decide/", {"rowid": [id_]} | DECISION).status_code == 400
    page = binh.get(f"{SCREEN}/decide/?school_year={year}")
    assert f'value="{id_}"' in page.text
    assert binh.post(f"{SCREEN}/decide/?school_year={year}", {"rowid": [id_]} | DECISION).status_code == 303


def test_in_a_closed_year_nothing_is_offered(sign_in: SignIn, cast: Cast) -> None:
    row = of(cast, "lan")
    cast.get(SchoolYear, cast.year).state = YearState.CLOSED
    cast.session.commit()
    binh = sign_in("binh")
    page = unescape(binh.get(f"{SCREEN}/details/?id={row.id}").text)
    for offer in ("Ghi quyết định", "/edit/", "Xóa"):
        assert offer not in page
    binh.get("/password")
    assert binh.post(f"{SCREEN}/decide/", {"rowid": [row.id]} | DECISION).status_code == 400


def test_an_undecided_proposal_is_deleted_and_a_decided_one_is_not(sign_in: SignIn, cast: Cast) -> None:
    thu, row = sign_in("thu"), of(cast, "lan")
    id_ = row.id
    row.decision_number, row.decided_on = "1/QĐ", row.proposed_on
    cast.session.commit()
    thu.post(f"{SCREEN}/delete/", {"id": id_, "version": 2})
    assert of(cast, "lan").id == id_
    row = of(cast, "lan")
    row.decision_number = row.decided_on = None
    cast.session.commit()
    assert thu.post(f"{SCREEN}/delete/", {"id": id_, "version": 3}).status_code == 303
    assert not cast.session.scalars(select(Commendation).where(Commendation.id == id_)).all()


def test_pages_take_few_statements(sign_in: SignIn, cast: Cast, statements: Callable) -> None:
    made(cast, *(name for name in cast.staff if name != "lan"))
    binh, row = sign_in("binh"), of(cast, "lan")
    row.award = AwardKind.GRASSROOTS_FIGHTER  # its rating is shown too
    cast.session.commit()
    for address, most in ((f"{SCREEN}/", 6), (f"{SCREEN}/decide/", 6), (f"{SCREEN}/details/?id={row.id}", 12)):
        binh.get(address)
        with statements() as seen:
            page = binh.get(address)
        assert page.status_code == 200
        assert len(seen) <= most, address
        assert len(page.data) < 60_000
