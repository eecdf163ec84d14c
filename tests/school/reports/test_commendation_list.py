"""The list of commendations: by level, with counts of the panel's own, and never a student in it."""

import datetime as dt

import pytest

from school import models as m
from school.errors import NotAllowed
from school.reports import commendation_list, documents
from school.services.guard import set_actor
from school.vocabulary import (
    CommendationLevel,
    Deadline,
    EvaluationState,
    SponsorRole,
    SponsorshipState,
    SupportKind,
)
from tests.cast import NOW, TODAY, Cast
from tests.factories import (
    SECRET,
    make_case,
    make_commendation,
    make_contact,
    make_evaluation,
    make_sponsorship,
    make_staff,
    make_student,
    make_support,
    make_year,
)
from tests.school.reports.papers import text_of

READERS = ("cuc", "uyen", "thu", "binh", "ly", "hoi", "operator")


def act(cast: Cast, name: str):
    actor = cast.actor(name, NOW)
    set_actor(cast.session, actor)
    return actor


def year_of(cast: Cast) -> m.SchoolYear:
    act(cast, "operator")
    return cast.get(m.SchoolYear, cast.year)


def values(cast: Cast, name: str = "binh", year: m.SchoolYear | None = None) -> dict:
    year = year or year_of(cast)
    return commendation_list.paper(cast.session, act(cast, name), year).values


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(5), dt.UTC)


@pytest.mark.parametrize("name", READERS)
def test_every_reader_gets_the_same_list(cast: Cast, name: str) -> None:
    (level,) = values(cast, name)["levels"]
    assert level["name"] == "Cấp trường"
    assert [row["name"] for row in level["departments"] + level["people"]] == ["Tổ Toán", "Nguyễn Thị Lan"]
    # the council sees no case, and has the counts all the same
    assert level["people"][0]["evidence"] == (
        "Đỡ đầu 3 em; đánh giá tháng gửi đúng hạn 2/2; 5 lần liên hệ, gặp được 5 lần; 10 tiết phụ đạo."
    )


@pytest.mark.parametrize("name", ["lan", "hoa", "quan", "tro", "nobody"])
def test_nobody_else_has_it(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        values(cast, name)


def test_the_counts_of_a_year_by_hand(cast: Cast) -> None:
    """An leads one and hands another over to Bình, who is joint in a third with Chi; Dung supports the first."""
    year, session = year_of(cast), cast.session
    department = m.Department(name="Tổ Sử")
    session.add(department)
    session.flush()
    an, binh, chi, dung = (
        make_staff(session, f"Lê {name}", department=department) for name in ("An", "Bình", "Chi", "Dung")
    )
    first, second, third = (make_case(session, make_student(session)) for _ in range(3))
    make_sponsorship(session, first, an)
    make_sponsorship(session, second, an, state=SponsorshipState.ENDED, ended_on=dt.date(2025, 10, 10))
    make_sponsorship(session, second, binh, started_on=dt.date(2025, 10, 11))
    for staff in (binh, chi):
        make_sponsorship(session, third, staff, role=SponsorRole.JOINT)
    make_sponsorship(session, first, dung, role=SponsorRole.SUPPORTING)
    september, october = dt.date(2025, 9, 18), dt.date(2025, 10, 22)
    make_evaluation(session, first, an, submitted_at=noon(september))
    make_evaluation(session, second, an, submitted_at=noon(september), state=EvaluationState.LOCKED)
    make_evaluation(session, second, binh, period="2025-10", submitted_at=noon(october))  # two days late
    make_evaluation(session, third, chi, period="2025-10", submitted_at=noon(dt.date(2025, 10, 14)))
    make_evaluation(session, first, an, period="2025-10", state=EvaluationState.DRAFTED)  # not sent
    make_evaluation(session, first, an, period="semester_1", submitted_at=noon(october))  # no month
    for reached in (True, True, False):
        make_contact(session, first, an, reached=reached)
    make_contact(session, first, dung)
    make_support(session, first, an, quantity=8)
    make_support(session, first, an, quantity=500_000, unit="đồng", kind=SupportKind.CASH)
    people, departments = commendation_list.count_work(session, year)

    def of(staff: m.Staff) -> str:
        return people[staff.id].words()

    assert of(an) == "Đỡ đầu 2 em; đánh giá tháng gửi đúng hạn 2/2; 3 lần liên hệ, gặp được 2 lần; 8 tiết phụ đạo."
    assert of(binh) == "Đỡ đầu 2 em; đánh giá tháng gửi đúng hạn 1/2."
    assert of(chi) == "Đỡ đầu 1 em; đánh giá tháng gửi đúng hạn 1/1."
    assert of(dung) == "Hỗ trợ 1 em; 1 lần liên hệ, gặp được 1 lần."
    assert departments[department.id].words(of_department=True) == (
        "3 thầy cô đỡ đầu 3 em; hỗ trợ 1 em; đánh giá tháng gửi đúng hạn 3/4; 4 lần liên hệ, gặp được 3 lần; "
        "8 tiết phụ đạo."
    )


def test_a_month_whose_last_day_was_moved_is_on_time_by_the_new_day(cast: Cast) -> None:
    year, session = year_of(cast), cast.session
    person, case = make_staff(session, "Lê An"), make_case(session, make_student(session))
    make_sponsorship(session, case, person)
    make_evaluation(session, case, person, period="2025-10", submitted_at=noon(dt.date(2025, 10, 22)))
    assert "0/1" in commendation_list.count_work(session, year)[0][person.id].words()
    session.add(
        m.MovedDeadline(
            school_year_id=year.id, deadline=Deadline.SPONSOR_MONTH, period="2025-10", last_day=dt.date(2025, 10, 22)
        )
    )
    session.flush()
    assert "1/1" in commendation_list.count_work(session, year)[0][person.id].words()


def test_another_years_work_does_not_count(cast: Cast) -> None:
    act(cast, "operator")
    assert commendation_list.count_work(cast.session, make_year(cast.session, "2024-2025"))[0] == {}


def test_levels_stand_in_their_order_and_only_those_that_have_somebody(cast: Cast) -> None:
    act(cast, "operator")
    for level in (CommendationLevel.MINISTRY, CommendationLevel.PROVINCE):
        make_commendation(cast.session, staff_id=cast.staff["hoa"], level=level)
    found = values(cast)
    assert [level["name"] for level in found["levels"]] == ["Cấp trường", "Cấp tỉnh", "Cấp bộ và cao hơn"]
    assert (found["collectives"], found["individuals"]) == (1, 3)


def test_the_heading_and_the_decision_follow_what_is_decided(cast: Cast) -> None:
    act(cast, "operator")
    found = values(cast)
    assert (found["heading"], found["decision"]) == ("DANH SÁCH ĐỀ NGHỊ KHEN THƯỞNG", None)
    act(cast, "operator")
    rows = cast.session.query(m.Commendation).all()
    for number, row in enumerate(rows):
        row.decision_number, row.decided_on = f"{number}/QĐ", TODAY
    cast.session.flush()
    found = values(cast)
    assert (found["heading"], found["decision"]) == ("DANH SÁCH KHEN THƯỞNG", None)  # two decisions
    act(cast, "operator")
    rows[0].decision_number = rows[1].decision_number
    cast.session.flush()
    assert values(cast)["decision"] == "Quyết định số 1/QĐ ngày 15/10/2025"


def test_a_year_without_proposals_is_a_document_too(cast: Cast) -> None:
    act(cast, "operator")
    earlier = make_year(cast.session, "2024-2025")
    paper = commendation_list.paper(cast.session, act(cast, "hoi"), earlier)
    text = text_of(documents.write(cast.session, act(cast, "hoi"), paper, "Trường"))
    assert "chưa có đề nghị khen thưởng nào" in text


def test_no_student_and_no_circumstances_are_in_the_document(cast: Cast) -> None:
    act(cast, "operator")
    names = {student.full_name for student in cast.session.query(m.Student)}
    codes = {case.code for case in cast.session.query(m.SupportCase)}
    for person in cast.staff.values():
        make_commendation(cast.session, staff_id=person, achievement="<w:p> {{ year }} =1+1")
    paper = commendation_list.paper(cast.session, act(cast, "hoi"), cast.get(m.SchoolYear, cast.year))
    text = text_of(documents.write(cast.session, act(cast, "hoi"), paper, "Trường"))
    assert "<w:p> {{ year }} =1+1" in text
    assert "Hồ Thị Giang" in text
    assert not [secret for secret in (SECRET, *names, *codes) if secret in text]


def test_a_long_list_takes_no_more_statements(cast: Cast, count_statements) -> None:
    def count() -> int:
        cast.session.commit()
        with count_statements() as seen:
            values(cast)
        return len(seen)

    short = count()
    act(cast, "operator")
    for _ in range(80):
        make_commendation(cast.session, staff_id=make_staff(cast.session).id)
    assert count() == short
    assert short <= 12
