"""A department's report: begun once, written by the head, on time or visibly late, frozen, returned (P4.10)."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.reports import agenda
from school.rules.actor import Actor
from school.rules.calendar import YearPlan
from school.rules.oversight import Timing
from school.services import department_reports as reports
from school.services.department_figures import Figures
from school.services.guard import set_actor
from school.services.owed import owed_by_all
from school.vocabulary import Deadline, FollowUpKind, FollowUpState, ReminderRule, ReportState, YearState
from tests.cast import NOW, Cast
from tests.factories import make_contact, make_department, make_report

NOON = dt.time(5, tzinfo=dt.UTC)
WORDS = "Tổ đã họp ngày 20, các em đi học đều hơn."


def become(cast: Cast, person: str, now: dt.datetime = NOW) -> Actor:
    actor = cast.actor(person, now)
    set_actor(cast.session, actor)
    return actor


def noon(year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime.combine(dt.date(year, month, day), NOON)


def department(cast: Cast, name: str = "Tổ Toán") -> m.Department:
    return cast.get(m.Department, cast.departments[name])


def begin(
    cast: Cast, person: str = "hoa", period: str = "2025-10", name: str = "Tổ Toán", now=NOW
) -> m.DepartmentReport:
    actor = become(cast, person, now)
    return reports.open_report(cast.session, actor, department(cast, name), period)


def submit(cast: Cast, report: m.DepartmentReport, person: str = "hoa", now=NOW, text: str | None = WORDS):
    return reports.take_step(cast.session, become(cast, person, now), report, "submit", text)


# Beginning ----------------------------------------------------------------------------------------------------------


def test_a_report_is_begun_once_however_often_it_is_asked_for(cast: Cast) -> None:
    first = begin(cast)
    assert (first.state, first.comment, first.figures) == (ReportState.DRAFTED, None, None)
    assert begin(cast) is first
    assert begin(cast, "dung") is first
    found = select(func.count()).select_from(m.DepartmentReport).where(m.DepartmentReport.period == "2025-10")
    assert cast.session.scalar(found) == 1


@pytest.mark.parametrize("period", ["2025-11", "2026-05"])
def test_a_month_that_has_not_begun_is_refused(cast: Cast, period: str) -> None:
    with pytest.raises(RuleError, match="chưa bắt đầu") as refusal:
        begin(cast, period=period)
    assert refusal.value.field == "period"


@pytest.mark.parametrize("period", ["", "2025-13", "2025-07", "học kỳ I", "2025-10 ", "0000-01", "9" * 5000])
def test_what_is_no_month_of_a_year_is_refused(cast: Cast, period: str) -> None:
    with pytest.raises(RuleError) as refusal:
        begin(cast, period=period)
    assert refusal.value.field == "period"


def test_a_month_of_a_year_that_the_panel_does_not_know_is_refused(cast: Cast) -> None:
    with pytest.raises(RuleError, match="Chưa có năm học"):
        begin(cast, period="2024-10")


def test_the_day_before_a_month_it_is_refused_and_on_its_first_day_begun(cast: Cast) -> None:
    with pytest.raises(RuleError):
        begin(cast, period="2026-03", now=dt.datetime(2026, 2, 28, 16, 59, tzinfo=dt.UTC))
    assert begin(cast, period="2026-03", now=dt.datetime(2026, 2, 28, 17, 0, tzinfo=dt.UTC)).id


@pytest.mark.parametrize("person", ["khoa", "lan", "cuc", "thu", "binh", "hoi", "quan", "tro", "nobody"])
def test_only_the_head_and_the_deputy_begin_it(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        begin(cast, person)


# Writing and submitting ---------------------------------------------------------------------------------------------


def test_it_needs_the_heads_words(cast: Cast) -> None:
    report = begin(cast)
    for blank in (None, "", "  \n "):
        with pytest.raises(RuleError) as refusal:
            submit(cast, report, text=blank)
        assert refusal.value.field == "comment"
    assert (report.state, report.figures) == (ReportState.DRAFTED, None)


def test_what_was_written_before_is_submitted(cast: Cast) -> None:
    report = begin(cast)
    reports.write(cast.session, cast.actor("hoa"), report, WORDS, report.version)
    submit(cast, report, text=None)
    assert (report.state, report.comment, report.submitted_at) == (ReportState.SUBMITTED, WORDS, NOW)
    assert report.submitted_by_id == cast.accounts["hoa"]


def test_a_stale_text_is_refused(cast: Cast) -> None:
    report = begin(cast)
    reports.write(cast.session, cast.actor("hoa"), report, WORDS, report.version)
    with pytest.raises(StaleRecord):
        reports.write(cast.session, cast.actor("hoa"), report, "cũ hơn", report.version - 1)


def test_what_was_submitted_is_not_rewritten(cast: Cast) -> None:
    report = submit(cast, begin(cast))
    with pytest.raises(RuleError):
        reports.write(cast.session, cast.actor("hoa"), report, "khác", report.version)
    with pytest.raises(RuleError):
        submit(cast, report)


def test_the_figures_stay_as_they_were_when_data_change_later(cast: Cast) -> None:
    report = submit(cast, begin(cast))
    frozen = dict(report.figures)
    assert (frozen["day"], frozen["cases"], frozen["contacts"]) == ("2025-10-15", 4, 0)
    become(cast, "operator")
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    make_contact(cast.session, case, cast.get(m.Staff, cast.staff["lan"]), occurred_on=dt.date(2025, 10, 2))
    cast.session.expire_all()
    assert report.figures == frozen
    now = reports.department_figures.figures(cast.session, cast.actor("binh"), report, YearPlan.usual("2025-2026"))
    assert (now.contacts, Figures.thaw(report.figures).contacts) == (1, 0)


@pytest.mark.parametrize(
    ("period", "moment", "expected"),
    [
        ("2025-10", noon(2025, 10, 24), (Timing.ON_TIME, 0)),
        ("2025-10", dt.datetime(2025, 10, 24, 16, 59, 59, tzinfo=dt.UTC), (Timing.ON_TIME, 0)),
        ("2025-10", dt.datetime(2025, 10, 24, 17, 0, tzinfo=dt.UTC), (Timing.DONE_LATE, 1)),
        ("2025-10", noon(2025, 10, 25), (Timing.DONE_LATE, 1)),
        ("2025-10", noon(2025, 10, 26), (Timing.DONE_LATE, 2)),
        ("2025-12", noon(2026, 1, 1), (Timing.DONE_LATE, 8)),
        ("2026-02", noon(2026, 2, 24), (Timing.ON_TIME, 0)),
        ("2026-05", noon(2026, 5, 20), (Timing.ON_TIME, 0)),
        ("2026-05", noon(2026, 5, 21), (Timing.DONE_LATE, 1)),
    ],
)
def test_it_is_on_time_until_the_24th_and_in_may_until_the_20th(cast: Cast, period, moment, expected) -> None:
    report = submit(cast, begin(cast, period=period, now=moment), now=moment)
    plan = YearPlan.usual("2025-2026")
    later = moment.date() + dt.timedelta(days=40)
    assert reports.standing(report, plan, later) == expected
    late = select(m.DepartmentReport.id).where(reports.handed_in_late(plan))
    become(cast, "binh", moment)
    assert (report.id in cast.session.scalars(late).all()) == (expected[0] is Timing.DONE_LATE)


def test_a_date_that_the_school_moved_counts(cast: Cast) -> None:
    become(cast, "operator")
    cast.session.add(
        m.MovedDeadline(
            school_year_id=cast.year,
            deadline=Deadline.DEPARTMENT_MONTH,
            period="2025-10",
            last_day=dt.date(2025, 10, 28),
        )
    )
    cast.session.flush()
    report = submit(cast, begin(cast, now=noon(2025, 10, 28)), now=noon(2025, 10, 28))
    plan = reports.plan_of(cast.session, report.school_year)
    assert reports.standing(report, plan, dt.date(2025, 11, 1)) == (Timing.ON_TIME, 0)


def close_the_year(cast: Cast) -> None:
    become(cast, "operator")
    cast.get(m.SchoolYear, cast.year).state = YearState.CLOSED
    cast.session.flush()


def test_in_a_closed_year_nothing_is_begun_written_or_submitted(cast: Cast) -> None:
    report = begin(cast)
    close_the_year(cast)
    hoa = become(cast, "hoa", noon(2025, 11, 3))
    with pytest.raises(RuleError, match="đã kết thúc"):
        reports.open_report(cast.session, hoa, department(cast), "2025-11")
    with pytest.raises(RuleError, match="đã kết thúc"):
        reports.write(cast.session, hoa, report, WORDS, report.version)
    with pytest.raises(RuleError, match="đã kết thúc"):
        reports.take_step(cast.session, hoa, report, "submit", WORDS)


# Returning ----------------------------------------------------------------------------------------------------------


def give_back(
    cast: Cast, report: m.DepartmentReport, person: str = "binh", now=NOW, text: str | None = "thiếu kế hoạch"
):
    return reports.take_step(cast.session, become(cast, person, now), report, "return", text)


def test_leadership_returns_it_with_a_reason_that_the_head_follows_up(cast: Cast) -> None:
    report = give_back(cast, submit(cast, begin(cast)))
    assert report.state is ReportState.DRAFTED
    asked = cast.session.scalars(reports.reasons(report)).one()
    assert (asked.kind, asked.owner_id, asked.raised_by_id) == (
        FollowUpKind.REMINDER,
        cast.staff["hoa"],
        cast.staff["binh"],
    )
    assert asked.what == "Báo cáo tháng 10/2025 của tổ Toán: thiếu kế hoạch"
    assert asked.due_on == dt.date(2025, 10, 24)


def test_after_the_last_day_there_are_three_days_to_mend(cast: Cast) -> None:
    now = noon(2025, 10, 26)
    report = give_back(cast, submit(cast, begin(cast, now=now), now=now), now=now)
    assert cast.session.scalars(reports.reasons(report)).one().due_on == dt.date(2025, 10, 29)


def test_a_return_needs_a_reason_and_somebody_to_mend(cast: Cast) -> None:
    report = submit(cast, begin(cast))
    with pytest.raises(RuleError) as refusal:
        give_back(cast, report, text=" ")
    assert (refusal.value.field, report.state) == ("reason", ReportState.SUBMITTED)
    become(cast, "operator")
    row = department(cast)
    row.head_id = row.deputy_id = None
    cast.session.flush()
    with pytest.raises(RuleError) as refusal:
        give_back(cast, report)
    assert (refusal.value.field, report.state) == ("reason", ReportState.SUBMITTED)


def test_handing_in_again_answers_what_was_asked_and_hides_no_day(cast: Cast) -> None:
    report = give_back(cast, submit(cast, begin(cast)))
    submit(cast, report, now=noon(2025, 10, 27))
    assert report.submitted_at == NOW  # the first time says whether it was on time
    assert report.figures["day"] == "2025-10-27"
    become(cast, "binh")
    asked = cast.session.scalars(reports.reasons(report)).one()
    assert (asked.state, asked.answered_by_id) == (FollowUpState.ANSWERED, cast.staff["hoa"])


STEP_ROLES = {"submit": {"hoa", "dung"}, "return": {"binh", "ly"}}
STATES = {"submit": ReportState.DRAFTED, "return": ReportState.SUBMITTED}


@pytest.mark.parametrize("state", list(ReportState))
@pytest.mark.parametrize("name", ["submit", "return"])
@pytest.mark.parametrize(
    "person", ["hoa", "dung", "khoa", "lan", "cuc", "uyen", "thu", "binh", "ly", "hoi", "quan", "tro", "nobody"]
)
def test_each_step_from_each_state_by_each_person(cast: Cast, state: ReportState, name: str, person: str) -> None:
    report = begin(cast)
    if state is ReportState.SUBMITTED:
        submit(cast, report)
    actor = become(cast, person)
    if person not in STEP_ROLES[name]:
        with pytest.raises(NotAllowed):
            reports.take_step(cast.session, actor, report, name, "vài lời")
    elif state is not STATES[name]:
        with pytest.raises(RuleError):
            reports.take_step(cast.session, actor, report, name, "vài lời")
    else:
        reports.take_step(cast.session, actor, report, name, "vài lời")
    moved = person in STEP_ROLES[name] and state is STATES[name]
    become(cast, "operator")
    cast.session.refresh(report)
    assert (report.state is not state) == moved


def test_the_guard_refuses_another_departments_report(cast: Cast) -> None:
    become(cast, "operator")
    foreign = cast.session.scalars(
        select(m.DepartmentReport).where(m.DepartmentReport.department_id == cast.departments["Tổ Văn"])
    ).one()
    hoa = become(cast, "hoa")
    with pytest.raises(NotAllowed):
        reports.write(cast.session, hoa, foreign, "x")
    foreign.comment = "x"
    with pytest.raises(NotAllowed):
        cast.session.flush()
    cast.session.rollback()


# Owed ---------------------------------------------------------------------------------------------------------------


def owed(cast: Cast, person: str, now: dt.datetime | None = None) -> list[tuple[str, str, dt.date]]:
    """The reports that the home page asks for, a few days before the last day of October."""
    actor = become(cast, person, now or noon(2025, 10, 20))
    tasks = [task for task in agenda.tasks(cast.session, actor) if task.model is m.DepartmentReport]
    names = {str(id_): name for name, id_ in cast.departments.items()}
    return [(task.month or "", names[task.filters["department"]], task.due_on or dt.date.max) for task in tasks]


def test_the_head_owes_every_month_that_has_begun_and_was_not_handed_in(cast: Cast) -> None:
    both = [
        ("2025-09", "Tổ Toán", dt.date(2025, 9, 24)),
        ("2025-10", "Tổ Toán", dt.date(2025, 10, 24)),
    ]
    assert owed(cast, "hoa") == both
    submit(cast, begin(cast))
    assert owed(cast, "hoa") == both[:1]
    assert [row[1] for row in owed(cast, "khoa")] == ["Tổ Văn", "Tổ Văn"]


def test_a_deputy_owes_only_where_there_is_no_head(cast: Cast) -> None:
    assert owed(cast, "dung") == []
    become(cast, "operator")
    department(cast).head_id = None
    cast.session.flush()
    assert [row[0] for row in owed(cast, "dung")] == ["2025-09", "2025-10"]


@pytest.mark.parametrize("person", ["lan", "cuc", "binh", "hoi", "quan", "tro"])
def test_nobody_else_owes_one(cast: Cast, person: str) -> None:
    assert owed(cast, person) == []


def test_the_round_finds_what_all_departments_owe_and_one_without_students_owes_nothing(cast: Cast) -> None:
    make_department(cast.session, "Tổ Sử")
    make_report(cast.session, department(cast), period="2025-10", state=ReportState.SUBMITTED)
    become(cast, "operator")
    heads = {cast.staff["hoa"]: "Tổ Toán", cast.staff["khoa"]: "Tổ Văn"}
    everybodys = owed_by_all(cast.session, dt.date(2025, 10, 20))
    found = [key for key in everybodys if key.rule is ReminderRule.DEPARTMENT_REPORT]
    assert {(key.key, heads[key.staff_id]) for key in found} == {
        ("2025-09", "Tổ Toán"),
        ("2025-09", "Tổ Văn"),
        ("2025-10", "Tổ Văn"),
    }


def test_nothing_is_owed_for_a_closed_year_or_a_year_that_is_not_there(cast: Cast) -> None:
    assert owed(cast, "hoa", noon(2026, 10, 1)) == []
    close_the_year(cast)
    assert owed(cast, "hoa") == []
