"""Evidence over several years for an early raise: what was decided, side by side; no sum, no rank, no verdict (P7)."""

import datetime as dt

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed, RuleError
from school.reports import early_raise
from school.reports.early_raise import VARIABLES, Evidence, Year
from school.services.guard import set_actor
from school.vocabulary import AwardKind, CommendationLevel, ScoreLevel, SheetState, SponsorRole, StaffRating
from tests.cast import NOW, Cast
from tests.factories import (
    SECRET,
    make_case,
    make_commendation,
    make_sheet,
    make_sponsorship,
    make_staff,
    make_student,
    make_year,
    make_yearly_rating,
)

SEES_ALL = ("binh", "ly", "hoi", "operator")
SEES_OWN = ("lan", "hoa", "cuc", "thu")


def act(cast: Cast, name: str):
    actor = cast.actor(name, NOW)
    set_actor(cast.session, actor)
    return actor


def of(cast: Cast, who: str, name: str = "hoi", count: int = 3) -> Evidence:
    act(cast, "operator")
    staff = cast.get(m.Staff, cast.staff[who])
    return early_raise.of_one(cast.session, act(cast, name), staff, count)


def freeze(cast: Cast, who: str, level: ScoreLevel = ScoreLevel.GOOD, total: int | None = 865) -> None:
    act(cast, "operator")
    sheet = cast.session.scalars(select(m.ScoreSheet).where(m.ScoreSheet.staff_id == cast.staff[who])).one()
    sheet.state, sheet.level, sheet.total = SheetState.FROZEN, level, total
    sheet.decision_number, sheet.decided_on = "40/QĐ", dt.date(2025, 10, 12)
    cast.session.flush()


def test_council_and_leadership_see_everybody_by_name(cast: Cast) -> None:
    for name in SEES_ALL:
        total, people = early_raise.of_page(cast.session, act(cast, name), 3)
        assert total == len(cast.staff), name
        assert len(people) == total
        keys = [cast.get(m.Staff, person.staff_id).sort_key for person in people]
        assert keys == sorted(keys), name


def test_nobody_else_sees_everybody(cast: Cast) -> None:
    for name in ("lan", "hoa", "cuc", "thu", "quan", "tro", "nobody"):
        with pytest.raises(NotAllowed):
            early_raise.of_page(cast.session, act(cast, name), 3)


def test_each_person_sees_the_own_and_no_colleagues(cast: Cast) -> None:
    for name in SEES_OWN:
        assert of(cast, name, name).staff_id == cast.staff[name]
        with pytest.raises(NotAllowed):
            of(cast, "giang", name)
    for name in ("quan", "tro", "nobody"):
        with pytest.raises(NotAllowed):
            of(cast, "lan", name)


def test_a_year_by_hand_reads_the_same_for_the_council_and_for_the_person(cast: Cast) -> None:
    freeze(cast, "lan")
    award = {"award": AwardKind.ADVANCED_WORKER, "title": "Lao động tiên tiến"}
    decided = {"decided_on": dt.date(2025, 10, 14), "decision_number": "125/QĐ"}
    make_commendation(cast.session, staff_id=cast.staff["lan"], **award, **decided)
    for name in ("hoi", "lan"):
        (year,) = of(cast, "lan", name).years
        assert (year.name, year.level, year.total, year.rating) == (
            "2025-2026",
            ScoreLevel.GOOD,
            865,
            StaffRating.GOOD,
        )
        assert [(one.title, one.level) for one in year.awards] == [("Lao động tiên tiến", CommendationLevel.SCHOOL)]
        assert (year.led, year.supported) == (2, 0)  # sponsored and ended; neither registered nor still to come
        assert early_raise.score_words(year) == "Tốt, 86,5 điểm (số 40/QĐ ngày 12/10/2025)"
        assert early_raise.rating_words(year) == "Hoàn thành tốt nhiệm vụ (số 31/QĐ ngày 10/10/2025)"
        assert early_raise.award_words(year.awards[0]) == ("Lao động tiên tiến, Cấp trường (số 125/QĐ ngày 14/10/2025)")
        assert early_raise.sponsored_words(year) == "Đỡ đầu 2 em"


def test_what_is_not_decided_is_no_evidence(cast: Cast) -> None:
    (year,) = of(cast, "lan").years  # a sheet that is open, and a proposal without decision
    assert (year.level, year.total, year.awards) == (None, None, [])
    assert early_raise.score_words(year) == ""


def test_a_year_that_did_not_apply_says_so_without_points(cast: Cast) -> None:
    freeze(cast, "lan", ScoreLevel.NOT_APPLICABLE, None)
    (year,) = of(cast, "lan").years
    assert early_raise.score_words(year) == "Không áp dụng (số 40/QĐ ngày 12/10/2025)"


def test_years_stand_newest_first_and_as_many_as_were_asked_for(cast: Cast) -> None:
    act(cast, "operator")
    staff = cast.get(m.Staff, cast.staff["lan"])
    for first in range(2018, 2027):
        if first != 2025:
            year = make_year(cast.session, f"{first}-{first + 1}")
            make_yearly_rating(cast.session, staff, school_year_id=year.id, decision_number=str(first))
    for count in range(2, 7):
        years = of(cast, "lan", count=count).years
        assert [year.name for year in years] == [f"{2025 - at}-{2026 - at}" for at in range(count)]  # 2026 is to come
        assert years[1].rated.number == "2024"


@pytest.mark.parametrize("count", [-1, 0, 1, 7, 10**9])
def test_another_number_of_years_is_refused(cast: Cast, count: int) -> None:
    with pytest.raises(RuleError):
        of(cast, "lan", count=count)


def test_a_student_whom_one_supported_and_then_led_counts_once(cast: Cast) -> None:
    act(cast, "operator")
    staff, case = make_staff(cast.session), make_case(cast.session, make_student(cast.session))
    other = make_case(cast.session, make_student(cast.session))
    make_sponsorship(cast.session, case, staff, role=SponsorRole.SUPPORTING)
    make_sponsorship(cast.session, case, staff, role=SponsorRole.JOINT)
    make_sponsorship(cast.session, other, staff, role=SponsorRole.SUPPORTING)
    (year,) = early_raise.of_one(cast.session, act(cast, "hoi"), staff, 3).years
    assert early_raise.sponsored_words(year) == "Đỡ đầu 1 em, hỗ trợ 1 em"


def test_people_are_paged_and_narrowed_to_a_department(cast: Cast) -> None:
    act(cast, "operator")
    for number in range(30):
        make_staff(cast.session, f"Lê An {number}")
    make_staff(cast.session, "Lê Cũ", left_on=dt.date(2025, 10, 14))
    total = len(cast.staff) + 30
    seen = []
    for page in range(3):
        found, people = early_raise.of_page(cast.session, act(cast, "hoi"), 2, page=page)
        assert found == (total if people else 0)
        seen += [person.staff_id for person in people]
    assert len(seen) == len(set(seen)) == total
    of_toan, people = early_raise.of_page(cast.session, act(cast, "hoi"), 2, cast.departments["Tổ Toán"])
    assert of_toan == len(people) == 4
    assert {person.department for person in people} == {"Tổ Toán"}


def test_a_longer_list_takes_no_more_statements(cast: Cast, count_statements) -> None:
    def count() -> int:
        actor = act(cast, "hoi")
        cast.session.flush()
        with count_statements() as seen:
            early_raise.of_page(cast.session, actor, 6)
        return len(seen)

    short = count()
    act(cast, "operator")
    for _ in range(20):
        staff = make_staff(cast.session)
        make_sheet(cast.session, staff)
        make_yearly_rating(cast.session, staff)
    assert count() == short <= 6


def test_nothing_is_added_up_ranked_or_concluded(cast: Cast) -> None:
    """P7: there is no field for it, neither in the rows nor in the document."""
    names = {*Year.__dataclass_fields__, *Evidence.__dataclass_fields__, *VARIABLES}
    assert not {name for name in names if any(word in name for word in ("rank", "sum", "verdict", "propos", "inspect"))}


def test_the_document_has_every_variable_and_no_student(cast: Cast) -> None:
    freeze(cast, "lan")
    act(cast, "operator")
    students = {student.full_name for student in cast.session.query(m.Student)}
    staff = cast.get(m.Staff, cast.staff["lan"])
    for name in ("hoi", "lan"):
        values = early_raise.paper(cast.session, act(cast, name), staff, "6").values
        listed = {key for key in VARIABLES if "." not in key}
        assert {f"{key}[]" if isinstance(value, list) else key for key, value in values.items()} == listed
        assert {f"years[].{key}" for key in values["years"][0]} == {key for key in VARIABLES if "." in key}
        assert not [text for text in (SECRET, *students) if text in str(values)]
    with pytest.raises(NotAllowed):
        early_raise.paper(cast.session, act(cast, "hoa"), staff)


def test_a_document_over_an_odd_number_of_years_has_the_usual_three(cast: Cast) -> None:
    act(cast, "operator")
    for name in ("2023-2024", "2024-2025", "2022-2023"):
        make_year(cast.session, name)
    staff = cast.get(m.Staff, cast.staff["lan"])
    paper = early_raise.paper(cast.session, act(cast, "hoi"), staff, "x")
    assert (paper.values["first_year"], paper.values["last_year"]) == ("2023-2024", "2025-2026")
