"""The departments side by side, counted from the year's own records: by hand here, and no person or student in it."""

import datetime as dt

import pytest

from school import models as m
from school.errors import NotAllowed
from school.reports import collective
from school.rules.collective import Count
from school.services.guard import set_actor
from school.vocabulary import (
    CaseOutcome,
    Deadline,
    EvaluationState,
    ProgressStep,
    SponsorRole,
    SponsorshipState,
)
from tests.cast import NOW, Cast
from tests.factories import (
    make_case,
    make_department,
    make_evaluation,
    make_registration,
    make_sponsorship,
    make_staff,
    make_student,
)
from tests.school.reports.test_commendation_list import READERS, noon


def act(cast: Cast, name: str, now: dt.datetime = NOW):
    actor = cast.actor(name, now)
    set_actor(cast.session, actor)
    return actor


def year_of(cast: Cast) -> m.SchoolYear:
    act(cast, "operator")
    return cast.get(m.SchoolYear, cast.year)


def row_of(cast: Cast, department: m.Department, now: dt.datetime = NOW) -> collective.Row:
    year = year_of(cast)
    found = collective.of_department(cast.session, act(cast, "hoi", now), year, department.id)
    assert found is not None
    return found


def counts(cast: Cast, department: m.Department, now: dt.datetime = NOW) -> dict[str, Count]:
    return {name: measured.count for name, measured in row_of(cast, department, now).standing.measures.items()}


def team(cast: Cast, *names: str) -> tuple[m.Department, list[m.Staff]]:
    act(cast, "operator")
    department = make_department(cast.session, "Tổ Sử")
    return department, [make_staff(cast.session, f"Lê {name}", department=department) for name in names]


def a_case(cast: Cast, staff: m.Staff, **values: object) -> m.SupportCase:
    case = make_case(cast.session, make_student(cast.session))
    make_sponsorship(cast.session, case, staff, **values)
    return case


def sent(cast: Cast, case: m.SupportCase, staff: m.Staff, period: str, day: dt.date, **values: object) -> None:
    given = {"submitted_at": noon(day), "first_sent_at": noon(day), "state": EvaluationState.CONFIRMED} | values
    make_evaluation(cast.session, case, staff, period=period, **given)


def test_everybody_who_reads_proposals_gets_the_same_departments_by_name(cast: Cast) -> None:
    for name in READERS:
        year = year_of(cast)
        found = collective.of_year(cast.session, act(cast, name), year)
        assert [(row.name, row.staff) for row in found] == [("Tổ Toán", 4), ("Tổ Văn", 5)], name
        assert found[0].standing.measures["coverage"].count == Count(3, 4), name  # the council sees no case
    for name in ("lan", "hoa", "quan", "tro", "nobody"):
        year = year_of(cast)
        with pytest.raises(NotAllowed):
            collective.of_year(cast.session, act(cast, name), year)


def test_a_department_of_the_year_by_hand(cast: Cast) -> None:
    """An leads one from September, Bình supports it, Chi does not sponsor, Dung offered and nobody was left."""
    department, (an, binh, _chi, dung) = team(cast, "An", "Bình", "Chi", "Dung")
    case = a_case(cast, an)
    make_sponsorship(cast.session, case, binh, role=SponsorRole.SUPPORTING)
    make_registration(cast.session, dung)
    sent(cast, case, an, "2025-09", dt.date(2025, 9, 20), trend=ProgressStep.STEADY)
    assert counts(cast, department) == {"coverage": Count(2, 3), "timeliness": Count(1, 1), "progress": Count(1, 1)}


def test_a_registration_that_was_late_or_taken_back_counts_like_none(cast: Cast) -> None:
    department, (an, binh) = team(cast, "An", "Bình")
    make_registration(cast.session, an, registered_on=dt.date(2025, 11, 20))
    make_registration(cast.session, binh, withdrawn_on=dt.date(2025, 10, 1))
    assert counts(cast, department)["coverage"] == Count(0, 2)


def test_who_left_or_is_yet_to_come_is_not_asked(cast: Cast) -> None:
    department, (an, binh, _chi) = team(cast, "An", "Bình", "Chi")
    a_case(cast, an)  # and left afterwards
    an.left_on, binh.joined_on = dt.date(2025, 10, 14), dt.date(2025, 10, 16)
    cast.session.flush()
    assert counts(cast, department)["coverage"] == Count(0, 1)


def test_a_month_is_owed_once_its_last_day_is_over_or_it_was_sent(cast: Cast) -> None:
    department, (an,) = team(cast, "An")
    case = a_case(cast, an)
    assert counts(cast, department)["timeliness"] == Count(0, 1)  # September; October is due on the 20th
    evening = dt.datetime(2025, 10, 20, 16, 59, tzinfo=dt.UTC)
    assert counts(cast, department, evening)["timeliness"] == Count(0, 1)
    assert counts(cast, department, evening + dt.timedelta(minutes=1))["timeliness"] == Count(0, 2)
    act(cast, "operator")
    sent(cast, case, an, "2025-10", dt.date(2025, 10, 14))
    assert counts(cast, department)["timeliness"] == Count(1, 2)


def test_late_is_late_and_what_came_back_for_more_words_was_in_time_all_the_same(cast: Cast) -> None:
    department, (an, binh) = team(cast, "An", "Bình")
    sent(cast, a_case(cast, an), an, "2025-09", dt.date(2025, 9, 21))  # a day late
    later = noon(dt.date(2025, 10, 2))
    sent(cast, a_case(cast, binh), binh, "2025-09", dt.date(2025, 9, 20), submitted_at=later)
    assert counts(cast, department)["timeliness"] == Count(1, 2)
    act(cast, "operator")
    cast.session.add(
        m.MovedDeadline(
            school_year_id=cast.year, deadline=Deadline.SPONSOR_MONTH, period="2025-09", last_day=dt.date(2025, 9, 21)
        )
    )
    cast.session.flush()
    assert counts(cast, department)["timeliness"] == Count(2, 2)


def test_a_month_that_is_back_on_the_desk_is_not_sent(cast: Cast) -> None:
    department, (an,) = team(cast, "An")
    sent(cast, a_case(cast, an), an, "2025-09", dt.date(2025, 9, 20), state=EvaluationState.RETURNED)
    assert counts(cast, department)["timeliness"] == Count(0, 1)


def test_two_of_one_department_who_share_a_student_have_the_month_and_the_student_once(cast: Cast) -> None:
    department, (an, binh) = team(cast, "An", "Bình")
    case = a_case(cast, an, role=SponsorRole.JOINT)
    make_sponsorship(cast.session, case, binh, role=SponsorRole.JOINT)
    sent(cast, case, an, "2025-09", dt.date(2025, 9, 18), trend=ProgressStep.DECLINED)
    assert counts(cast, department) == {"coverage": Count(2, 2), "timeliness": Count(1, 1), "progress": Count(0, 1)}


def test_the_newest_confirmed_trend_counts_and_what_nobody_could_see_is_passed_over(cast: Cast) -> None:
    department, (an,) = team(cast, "An")
    case = a_case(cast, an)
    sent(cast, case, an, "2025-09", dt.date(2025, 9, 18), trend=ProgressStep.DECLINED)
    assert counts(cast, department)["progress"] == Count(0, 1)
    act(cast, "operator")
    sent(cast, case, an, "2025-10", dt.date(2025, 10, 14), trend=ProgressStep.IMPROVED, state=EvaluationState.SUBMITTED)
    assert counts(cast, department)["progress"] == Count(0, 1)  # nobody has confirmed it
    act(cast, "operator")
    row = cast.session.query(m.ProgressEvaluation).filter_by(case_id=case.id, period="2025-10").one()
    row.state = EvaluationState.CONFIRMED
    cast.session.flush()
    assert counts(cast, department)["progress"] == Count(1, 1)
    act(cast, "operator")
    row.trend = ProgressStep.NOT_OBSERVED
    cast.session.flush()
    assert counts(cast, department)["progress"] == Count(0, 1)


def test_a_student_who_dropped_out_was_not_held_whatever_was_written_before(cast: Cast) -> None:
    department, (an,) = team(cast, "An")
    case = a_case(cast, an)
    sent(cast, case, an, "2025-09", dt.date(2025, 9, 18), trend=ProgressStep.IMPROVED)
    act(cast, "operator")
    case.outcome = CaseOutcome.DROPPED_OUT
    cast.session.flush()
    assert counts(cast, department)["progress"] == Count(0, 1)


def test_an_offer_or_one_still_to_begin_is_no_sponsorship_yet(cast: Cast) -> None:
    department, (an,) = team(cast, "An")
    a_case(cast, an, state=SponsorshipState.REGISTERED)
    a_case(cast, an, started_on=dt.date(2025, 10, 16))
    assert counts(cast, department) == {"coverage": Count(0, 1), "timeliness": Count(), "progress": Count()}


def test_a_department_without_anybody_has_no_score(cast: Cast) -> None:
    department, _ = team(cast)
    row = row_of(cast, department)
    assert (row.staff, row.standing.score, collective.words(row)) == (0, None, "")


def test_the_words_beside_a_proposal_name_nobody(cast: Cast) -> None:
    department, (an, _binh) = team(cast, "An", "Bình")
    sent(cast, a_case(cast, an), an, "2025-09", dt.date(2025, 9, 20), trend=ProgressStep.STEADY)
    text = collective.words(row_of(cast, department))
    assert text.startswith("Thầy cô nhận đỡ đầu, hỗ trợ 1/2 (")
    assert "tháng gửi nhận xét đúng hạn 1/1" in text
    assert "Lê" not in text


def test_a_large_school_takes_no_more_statements(cast: Cast, count_statements) -> None:
    def count() -> int:
        cast.session.commit()
        year = year_of(cast)
        cast.session.refresh(year)
        with count_statements() as seen:
            collective.of_year(cast.session, act(cast, "operator"), year)
        return len(seen)

    short = count()
    for number in range(20):
        department = make_department(cast.session, f"Tổ {number}")
        staff = make_staff(cast.session, department=department)
        sent(cast, a_case(cast, staff), staff, "2025-09", dt.date(2025, 9, 20))
    assert count() == short <= 5
