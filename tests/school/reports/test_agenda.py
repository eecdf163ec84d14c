"""What waits for a person on the home page: as of now, each with its last day, put off or not (P4.6)."""

import datetime as dt

import pytest
from sqlalchemy import event

from school import models as m
from school.reports.agenda import agenda
from school.services.guard import set_actor
from school.vocabulary import (
    EvaluationState,
    FollowUpState,
    ReminderRule,
    ReportState,
    SchemeState,
    SheetState,
    YearState,
)
from tests import factories as make
from tests.cast import NOW, TODAY, Cast


def moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(2), dt.UTC)


def waiting(cast: Cast, name: str, day: dt.date = TODAY):
    """The person's agenda on the day, in a session that acts as the person."""
    actor = cast.actor(name, moment(day))
    set_actor(cast.session, actor)
    return agenda(cast.session, actor)


def about(cast: Cast, name: str, rule: ReminderRule, day: dt.date = TODAY):
    return [task for task in waiting(cast, name, day).tasks if task.about and task.about[0] is rule]


def operate(cast: Cast):
    set_actor(cast.session, cast.actor("operator"))
    return cast.session


def test_the_plan_waits_until_it_is_read(cast: Cast) -> None:
    (task,) = about(cast, "tam", ReminderRule.READ_PLAN)
    assert (task.model, task.due_on) == (m.Announcement, dt.date(2025, 9, 12))
    assert about(cast, "lan", ReminderRule.READ_PLAN) == [], "has read it"
    assert about(cast, "tro", ReminderRule.READ_PLAN) == [], "has no role"


@pytest.mark.parametrize(("day", "shown"), [((11, 4), False), ((11, 5), True), ((11, 19), True), ((11, 20), False)])
def test_an_offer_to_help_is_asked_for_in_the_fortnight_before_its_day(cast: Cast, day, shown: bool) -> None:
    tasks = about(cast, "son", ReminderRule.REGISTER, dt.date(2025, *day))
    assert [task.due_on for task in tasks] == [dt.date(2025, 11, 19)] * shown
    assert about(cast, "lan", ReminderRule.REGISTER, dt.date(2025, 11, 10)) == [], "sponsors already"
    assert about(cast, "cuc", ReminderRule.REGISTER, dt.date(2025, 11, 10)) == [], "is no teacher"


@pytest.mark.parametrize(("day", "shown"), [((11, 30), False), ((12, 1), True), ((12, 30), True), ((12, 31), False)])
def test_a_homeroom_teacher_surveys_in_december(cast: Cast, day, shown: bool) -> None:
    assert bool(about(cast, "vinh", ReminderRule.SURVEY, dt.date(2025, *day))) is shown
    assert about(cast, "tam", ReminderRule.SURVEY, dt.date(2025, *day)) == [], "has no class"


def test_a_survey_of_december_is_the_survey(cast: Cast) -> None:
    case = operate(cast).get(m.SupportCase, cast.id("sponsored"))
    make.make_survey(cast.session, case, occurred_on=dt.date(2025, 12, 1), surveyor_id=cast.staff["vinh"])
    assert about(cast, "vinh", ReminderRule.SURVEY, dt.date(2025, 12, 2)) == []


def test_an_older_month_that_several_lack_is_one_line_and_the_newest_one_a_student(cast: Cast) -> None:
    for name in ("homeroom", "colleagues"):
        month = operate(cast).get(m.ProgressEvaluation, cast.id(name, "progress"))
        month.state = EvaluationState.RETURNED
    tasks = about(cast, "tam", ReminderRule.WRITE_MONTH)
    assert [(task.month, task.params) for task in tasks] == [
        ("2025-09", {"count": 2}),
        ("2025-10", {"name": "Trần Văn Đạt"}),
        ("2025-10", {"name": "Lê Thị Hằng"}),
    ]
    assert tasks[0].filters == {"unwritten": "2025-09"}


@pytest.mark.parametrize(("day", "periods"), [(18, ["2025-09"]), (19, ["2025-09", "2025-10"])])
def test_a_head_owes_the_reports_that_are_not_handed_in(cast: Cast, day: int, periods: list[str]) -> None:
    tasks = about(cast, "hoa", ReminderRule.DEPARTMENT_REPORT, dt.date(2025, 10, day))
    assert [task.month for task in tasks] == periods
    assert about(cast, "dung", ReminderRule.DEPARTMENT_REPORT, dt.date(2025, 10, day)) == [], "there is a head"


def test_a_report_that_is_handed_in_waits_no_more(cast: Cast) -> None:
    for row in operate(cast).query(m.DepartmentReport).filter_by(department_id=cast.departments["Tổ Toán"]):
        row.state = ReportState.SUBMITTED
    assert about(cast, "hoa", ReminderRule.DEPARTMENT_REPORT) == []


def test_a_follow_up_waits_for_its_owner_and_its_answer_for_who_raised_it(cast: Cast) -> None:
    row = operate(cast).get(m.FollowUp, cast.id("colleagues", "follow_up"))
    row.raised_by_id = cast.staff["khoa"]
    assert cast.id("colleagues", "follow_up") in {task.row_id for task in about(cast, "tam", ReminderRule.FOLLOW_UP)}
    row = operate(cast).get(m.FollowUp, cast.id("colleagues", "follow_up"))
    row.state, row.answered_by_id, row.answered_on = FollowUpState.ANSWERED, cast.staff["tam"], TODAY
    assert row.id not in {task.row_id for task in about(cast, "tam", ReminderRule.FOLLOW_UP)}
    answers = [task for task in waiting(cast, "khoa").tasks if "chờ thầy cô xem" in task.text]
    assert [task.row_id for task in answers] == [row.id]


def test_what_is_put_off_is_counted_and_not_shown_until_its_day(cast: Cast) -> None:
    reminder = operate(cast).query(m.Reminder).filter_by(staff_id=cast.staff["lan"]).one()
    reminder.snoozed_until = dt.date(2025, 10, 17)
    found = waiting(cast, "lan", dt.date(2025, 10, 16))
    assert found.put_off == 1
    assert not [task for task in found.tasks if task.about == (ReminderRule.WRITE_MONTH, "2025-10")]
    found = waiting(cast, "lan", dt.date(2025, 10, 17))
    assert found.put_off == 0
    assert [task.reminder.id for task in found.tasks if task.reminder] == [reminder.id]


def test_the_answer_to_a_reminder_stands_with_the_first_of_its_tasks(cast: Cast) -> None:
    make.make_reminder(operate(cast), cast.get(m.Staff, cast.staff["tam"]))
    tasks = about(cast, "tam", ReminderRule.WRITE_MONTH)
    assert [task.reminder is not None for task in tasks] == [True, False]


def test_of_a_closed_year_nobody_is_asked_for_anything_but_follow_ups(cast: Cast) -> None:
    operate(cast).get(m.SchoolYear, cast.year).state = YearState.CLOSED
    cast.session.flush()
    for name in ("son", "vinh", "hoa", "lan"):
        rules = {task.about[0] for task in waiting(cast, name, dt.date(2025, 12, 5)).tasks if task.about}
        assert rules <= {ReminderRule.FOLLOW_UP}


@pytest.mark.parametrize("person", ["lan", "hoa", "uyen", "thu", "ly", "hoi", "quan", "tro"])
def test_the_list_takes_five_statements_whoever_asks(cast: Cast, person: str) -> None:
    actor = cast.actor(person, NOW)
    set_actor(cast.session, actor)
    cast.session.expire_all()
    ran: list[str] = []

    def listen(_connection, _cursor, statement: str, *_rest) -> None:
        ran.append(statement)

    event.listen(cast.session.get_bind(), "before_cursor_execute", listen)
    agenda(cast.session, actor)
    event.remove(cast.session.get_bind(), "before_cursor_execute", listen)
    assert len(ran) <= 5


# Emulation ------------------------------------------------------------------------------------------------------------

YEAR_OVER = dt.date(2026, 6, 3)


def told(cast: Cast, name: str, model: type, day: dt.date = TODAY) -> list[int | None]:
    """The counts of what waits for the person of this kind; None for a task that counts nothing."""
    return [task.params.get("count") for task in waiting(cast, name, day).tasks if task.model is model]


def test_leadership_is_asked_to_fix_the_criteria_until_they_are(cast: Cast) -> None:
    seen = {name: told(cast, name, m.EmulationScheme) for name in ("binh", "ly", "hoi", "cuc", "lan", "quan")}
    assert seen == {"binh": [None], "ly": [None], "hoi": [], "cuc": [], "lan": [], "quan": []}
    operate(cast).query(m.EmulationScheme).one().state = SchemeState.FIXED
    assert told(cast, "binh", m.EmulationScheme) == []


def test_nobody_fixes_criteria_of_a_year_that_has_not_begun(cast: Cast) -> None:
    operate(cast).get(m.SchoolYear, cast.year).state = YearState.PREPARING
    assert told(cast, "binh", m.EmulationScheme) == []


def test_appeals_wait_for_council_and_leadership_but_for_the_own(cast: Cast) -> None:
    seen = {name: told(cast, name, m.ScoreComment) for name in ("hoi", "binh", "ly", "lan", "cuc", "thu")}
    assert seen == {"hoi": [3], "binh": [3], "ly": [2], "lan": [], "cuc": [], "thu": []}
    for row in operate(cast).query(m.ScoreComment):
        row.answer = "Hội đồng đã xem lại."
    assert told(cast, "hoi", m.ScoreComment) == []


def test_a_comment_that_asks_for_nothing_waits_for_nobody(cast: Cast) -> None:
    for row in operate(cast).query(m.ScoreComment):
        row.appeal = False
    assert told(cast, "hoi", m.ScoreComment) == []


def test_once_the_year_is_over_sheets_wait_to_be_frozen(cast: Cast) -> None:
    everybody = operate(cast).query(m.Staff).count()
    assert told(cast, "hoi", m.ScoreSheet, dt.date(2026, 5, 31)) == []
    assert told(cast, "hoi", m.ScoreSheet, YEAR_OVER) == [everybody - (cast.staff.get("hoi") is not None)]
    before = told(cast, "ly", m.ScoreSheet, YEAR_OVER)
    assert before == [everybody - 1], "not the own"
    for row in operate(cast).query(m.ScoreSheet):
        row.state = SheetState.FROZEN
    gone = operate(cast).get(m.Staff, cast.staff["tam"])
    gone.left_on = dt.date(2025, 8, 1)
    assert told(cast, "ly", m.ScoreSheet, YEAR_OVER) == [everybody - 4]
    assert told(cast, "lan", m.ScoreSheet, YEAR_OVER) == []


def test_the_own_frozen_sheet_is_a_quiet_line(cast: Cast) -> None:
    assert waiting(cast, "lan").notes == ()
    operate(cast).query(m.ScoreSheet).filter_by(staff_id=cast.staff["lan"]).one().state = SheetState.FROZEN
    assert [note.params for note in waiting(cast, "lan").notes] == [{"year": "2025-2026"}]
    for name in ("giang", "ly", "hoi", "quan", "tro"):
        assert waiting(cast, name).notes == (), name


def test_activities_wait_for_union_and_leadership_but_for_the_own(cast: Cast) -> None:
    session = operate(cast)
    for row in session.query(m.Activity):
        row.confirmed_on = TODAY
    for name in ("lan", "cuc"):
        make.make_activity(session, cast.get(m.Staff, cast.staff[name]), held_on=dt.date(2025, 10, 4))
    make.make_activity(session, cast.get(m.Staff, cast.staff["lan"]), held_on=dt.date(2025, 10, 20))
    make.make_activity(session, cast.get(m.Staff, cast.staff["lan"]), held_on=dt.date(2025, 5, 20))
    seen = {name: told(cast, name, m.Activity) for name in ("cuc", "uyen", "binh", "lan", "thu", "hoi")}
    assert seen == {"cuc": [1], "uyen": [2], "binh": [2], "lan": [], "thu": [], "hoi": []}
