"""The end of a school year (P4.9): what is still open, closing it all the same for a reason, and that it is read."""

import datetime as dt

import pytest

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.services import closing
from school.services.guard import set_actor
from school.vocabulary import (
    EvaluationState,
    FollowUpState,
    ReportOccasion,
    ReportState,
    SheetState,
    SponsorshipState,
    TermPeriod,
    YearState,
)
from tests.cast import Cast
from tests.factories import (
    make_case,
    make_department,
    make_evaluation,
    make_follow_up,
    make_rating,
    make_report,
    make_scheme,
    make_school_report,
    make_score_comment,
    make_sheet,
    make_sponsorship,
    make_staff,
)


def moment(day: dt.date) -> dt.datetime:
    """Nine in the morning at the school."""
    return dt.datetime.combine(day, dt.time(2), dt.UTC)


def leader(cast: Cast, day: dt.date) -> Actor:
    """A principal on that day, as whom the session acts from now on."""
    actor = cast.actor("binh", moment(day))
    set_actor(cast.session, actor)
    return actor


def texts(ends: list[closing.OpenEnd]) -> dict[tuple[str, str | None], int]:
    return {(end.text, end.period): end.count for end in ends}


@pytest.fixture
def tidy(session, operator):
    """A year with one case whose sponsor has done everything; its rows by name."""
    department = make_department(session, "Tổ Sử")
    staff = make_staff(session, department=department)
    case = make_case(session)
    sponsorship = make_sponsorship(session, case, staff)
    year = case.school_year
    months = ["2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    for month in months:
        make_evaluation(session, case, staff, period=month, state=EvaluationState.LOCKED)
        make_report(session, department, period=month, state=ReportState.SUBMITTED)
    for semester in (TermPeriod.SEMESTER_1, TermPeriod.SEMESTER_2):
        make_rating(session, sponsorship, period=semester.value)
    for occasion in ReportOccasion:
        make_school_report(session, occasion=occasion, state=ReportState.SUBMITTED)
    make_follow_up(session, staff, state=FollowUpState.CLOSED)
    session.flush()
    return {"year": year, "case": case, "sponsorship": sponsorship, "staff": staff, "department": department}


LAST, AFTER = dt.date(2026, 5, 31), dt.date(2026, 6, 1)


def at(day: dt.date) -> Actor:
    return Actor.running_commands(moment(day))


def test_a_year_in_which_all_is_done_has_no_open_end_from_its_last_day_on(session, tidy):
    assert closing.open_ends(session, at(LAST), tidy["year"]) == []
    before = closing.open_ends(session, at(LAST - dt.timedelta(days=1)), tidy["year"])
    assert [end.text for end in before] == ["Năm học còn đến hết ngày %(day)s"]


def test_it_closes_without_a_reason_and_keeps_none(session, tidy):
    closing.close_year(session, at(AFTER), tidy["year"], "không cần lý do")
    year = tidy["year"]
    assert (year.state, year.closed_on, year.closed_despite) == (YearState.CLOSED, AFTER, None)


def _unsent(session, tidy):
    session.query(m.ProgressEvaluation).filter_by(period="2026-02").one().state = EvaluationState.RETURNED


def _unwritten(session, tidy):
    session.delete(session.query(m.ProgressEvaluation).filter_by(period="2026-02").one())


def _not_locked(session, tidy):
    session.query(m.ProgressEvaluation).filter_by(period="2026-02").one().state = EvaluationState.CONFIRMED


def _no_report(session, tidy):
    session.query(m.DepartmentReport).filter_by(period="2026-02").one().state = ReportState.DRAFTED


def _follow_up(session, tidy):
    make_follow_up(session, tidy["staff"], state=FollowUpState.ANSWERED)


def _registered(session, tidy):
    make_sponsorship(session, make_case(session), tidy["staff"], state=SponsorshipState.REGISTERED)


def _agreed(session, tidy):
    make_sponsorship(session, make_case(session), tidy["staff"], state=SponsorshipState.AGREED)


def _unrated(session, tidy):
    session.delete(session.query(m.SponsorEvaluation).filter_by(period="semester_1").one())


def _unsigned(session, tidy):
    report = session.query(m.SchoolReport).filter_by(occasion=ReportOccasion.SECOND).one()
    report.state = ReportState.DRAFTED


def _unfrozen(session, tidy):
    make_scheme(session, school_year=tidy["year"])
    gone, frozen = dt.date(2025, 8, 20), {"state": SheetState.FROZEN}
    make_sheet(session, make_staff(session), **frozen)
    make_staff(session, left_on=gone)
    make_sheet(session, tidy["staff"])


def _appealed(session, tidy):
    make_score_comment(session, tidy["staff"])
    make_score_comment(session, tidy["staff"], answer="Hội đồng đã xem lại.")
    make_score_comment(session, tidy["staff"], appeal=False)


OPENINGS = {
    _unsent: ("%(count)s em chưa có đánh giá gửi tổ", "2026-02"),
    _unwritten: ("%(count)s em chưa có đánh giá gửi tổ", "2026-02"),
    _not_locked: ("%(count)s đánh giá chưa chốt (%(state)s)", "2026-02"),
    _no_report: ("%(count)s tổ chưa nộp báo cáo tháng", "2026-02"),
    _follow_up: ("%(count)s việc theo dõi chưa kết thúc (%(state)s)", None),
    _registered: ("%(count)s đăng ký đỡ đầu chưa thống nhất", None),
    _agreed: ("%(count)s phân công đã thống nhất, chưa duyệt", None),
    _unrated: ("%(count)s người đỡ đầu chưa có nhận xét học kỳ", "semester_1"),
    _unfrozen: ("%(count)s phiếu điểm thi đua chưa chốt", None),
    _appealed: ("%(count)s đề nghị xem lại phiếu điểm chưa được trả lời", None),
    _unsigned: ("Báo cáo Sở lần %(number)s chưa ký", None),
}


@pytest.mark.parametrize("undo", OPENINGS, ids=lambda undo: undo.__name__)
def test_each_thing_that_is_required_keeps_the_year_open_until_there_is_a_reason(session, tidy, undo):
    undo(session, tidy)
    session.flush()
    session.expire_all()
    assert texts(closing.open_ends(session, at(AFTER), tidy["year"])) == {OPENINGS[undo]: 1}
    for nothing in (None, "", "   "):
        with pytest.raises(RuleError) as refusal:
            closing.close_year(session, at(AFTER), tidy["year"], nothing)
        assert refusal.value.field == "reason"
    assert tidy["year"].state is YearState.RUNNING
    closing.close_year(session, at(AFTER), tidy["year"], "em đã chuyển trường, hồ sơ gửi sau")
    assert tidy["year"].closed_despite == "em đã chuyển trường, hồ sơ gửi sau"


def test_a_year_without_criteria_asks_for_no_sheets(session, tidy):
    assert closing.open_ends(session, at(AFTER), tidy["year"]) == []
    make_scheme(session, school_year=tidy["year"])
    for staff in session.query(m.Staff):
        make_sheet(session, staff, state=SheetState.FROZEN)
    assert closing.open_ends(session, at(AFTER), tidy["year"]) == []


def test_whoever_took_over_after_the_last_day_of_a_month_does_not_owe_it(session, tidy):
    late = make_case(session)
    make_sponsorship(session, late, tidy["staff"], started_on=dt.date(2026, 2, 21))
    found = closing.open_ends(session, at(AFTER), tidy["year"])
    assert [end.period for end in found if "đánh giá gửi tổ" in end.text] == ["2026-03", "2026-04", "2026-05"]


def test_somebody_whose_sponsorship_ended_before_the_semester_did_needs_no_rating(session, tidy):
    other = make_staff(session)
    ended = {"state": SponsorshipState.ENDED, "ended_on": dt.date(2025, 9, 15)}
    make_sponsorship(session, make_case(session), other, **ended)
    assert closing.open_ends(session, at(AFTER), tidy["year"]) == []


def test_a_report_to_the_so_is_asked_for_from_its_last_day_on_and_a_signed_one_is_done(session, tidy):
    for report in session.query(m.SchoolReport):
        report.state = ReportState.DRAFTED
    session.flush()

    def asked(day: dt.date) -> list[int]:
        ends = closing.open_ends(session, at(day), tidy["year"])
        return [end.params["number"] for end in ends if end.model is m.SchoolReport]

    assert asked(dt.date(2025, 12, 28)) == []
    assert asked(dt.date(2025, 12, 29)) == [1]
    assert asked(dt.date(2026, 5, 24)) == [1, 2]
    make_school_report(session, occasion=ReportOccasion.FIRST, correction=1, state=ReportState.SUBMITTED)
    assert asked(dt.date(2026, 5, 24)) == [2]


def test_months_that_have_not_begun_are_not_asked_for(session, tidy):
    session.query(m.ProgressEvaluation).filter_by(period="2026-05").one().state = EvaluationState.DRAFTED
    session.flush()
    assert "2026-05" not in {end.period for end in closing.open_ends(session, at(dt.date(2026, 4, 30)), tidy["year"])}
    assert "2026-05" in {end.period for end in closing.open_ends(session, at(dt.date(2026, 5, 1)), tidy["year"])}


@pytest.mark.parametrize("person", ["lan", "hoa", "cuc", "thu", "hoi", "quan", "tro"])
def test_nobody_but_leadership_closes_a_year_or_sees_what_is_open(cast: Cast, person: str) -> None:
    actor = cast.actor(person)
    set_actor(cast.session, actor)
    year = cast.get(m.SchoolYear, cast.year) or m.SchoolYear(id=cast.year)
    for refused in (
        lambda: closing.open_ends(cast.session, actor, year),
        lambda: closing.close_year(cast.session, actor, year, "x"),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_a_closed_year_is_only_read(cast: Cast) -> None:
    actor = leader(cast, AFTER)
    year = cast.get(m.SchoolYear, cast.year)
    closing.close_year(cast.session, actor, year, "còn việc của năm trước")
    assert (year.closed_by_id, year.closed_on) == (actor.account_id, AFTER)
    with pytest.raises(RuleError):
        closing.close_year(cast.session, actor, year, "lần nữa")
    actor = leader(cast, AFTER)
    case = cast.get(m.SupportCase, cast.id("outsiders"))
    case.outcome = "other"
    with pytest.raises(NotAllowed):
        cast.session.flush()
    cast.session.rollback()


def test_a_page_opened_before_somebody_saved_is_refused(cast: Cast) -> None:
    actor = leader(cast, AFTER)
    year = cast.get(m.SchoolYear, cast.year)
    with pytest.raises(StaleRecord):
        closing.close_year(cast.session, actor, year, "x", year.version + 1)
