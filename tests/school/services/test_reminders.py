"""Reminders as rows (P4.6): made once, settled, taken up again; acknowledged and put off; what a mail says."""

import datetime as dt

import pytest

from school import models as m
from school.errors import NotAllowed, RuleError
from school.rules.actor import Actor
from school.services import reminders
from school.services.guard import set_actor
from school.services.reminders import Item
from school.vocabulary import EvaluationState, ReminderRule, Role
from tests import factories as make
from tests.cast import CASES, PEOPLE, TODAY, Cast
from tests.factories import SECRET

DAY = dt.date(2025, 10, 15)


def become(cast: Cast, name: str) -> Actor:
    actor = cast.actor(name)
    set_actor(cast.session, actor)
    return actor


@pytest.fixture
def teacher(session):
    staff, _account = make.make_person(session)
    make.make_sponsorship(session, make.make_case(session), staff)
    return staff


def rows(session, staff, rule=ReminderRule.WRITE_MONTH):
    return {row.key: row for row in session.query(m.Reminder).filter_by(staff_id=staff.id, rule=rule)}


# Rows --------------------------------------------------------------------------------------------------------------


def test_what_is_owed_becomes_one_row_however_often_it_is_worked_out(session, operator, teacher):
    first = reminders.work_out(session, operator, DAY)
    assert first.made == first.open > 0
    again = reminders.work_out(session, operator, DAY)
    assert (again.made, again.settled, again.open) == (0, 0, first.open)
    assert set(rows(session, teacher)) == {"2025-09", "2025-10"}


def test_what_is_done_is_settled_and_taken_up_anew_when_it_comes_back(session, operator, teacher):
    reminders.work_out(session, operator, DAY)
    case = session.query(m.SupportCase).one()
    row = rows(session, teacher)["2025-10"]
    row.mailed_on, row.acknowledged_on, row.snoozed_until = DAY, DAY, DAY + dt.timedelta(days=2)
    month = make.make_evaluation(session, case, teacher, period="2025-10")
    assert reminders.work_out(session, operator, DAY + dt.timedelta(days=1)).settled == 1
    assert row.settled_on == DAY + dt.timedelta(days=1)
    month.state = EvaluationState.RETURNED
    session.flush()
    assert reminders.work_out(session, operator, DAY + dt.timedelta(days=2)).made == 1
    assert (row.settled_on, row.mailed_on, row.acknowledged_on, row.snoozed_until) == (None, None, None, None)


def test_a_count_and_a_moved_last_day_are_kept_up_to_date(session, operator, teacher):
    reminders.work_out(session, operator, DAY)
    row = rows(session, teacher)["2025-10"]
    row.snoozed_until = dt.date(2025, 10, 19)
    make.make_sponsorship(session, make.make_case(session), teacher)
    moved = {"deadline": "sponsor_month", "period": "2025-10", "last_day": dt.date(2025, 10, 17)}
    make.save(session, m.MovedDeadline(school_year_id=make.the_year(session).id, **moved))
    reminders.work_out(session, operator, DAY)
    assert (row.count, row.due_on, row.snoozed_until) == (2, dt.date(2025, 10, 17), dt.date(2025, 10, 17))


def test_what_somebody_who_left_owed_is_settled(session, operator, teacher):
    reminders.work_out(session, operator, DAY)
    teacher.left_on = DAY
    session.flush()
    reminders.work_out(session, operator, DAY + dt.timedelta(days=1))
    assert all(row.settled_on for row in rows(session, teacher).values())


@pytest.mark.parametrize("person", list(PEOPLE))
def test_nobody_but_the_operator_works_it_out(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        reminders.work_out(cast.session, become(cast, person), TODAY)


# The person ----------------------------------------------------------------------------------------------------------


def own(cast: Cast, name: str) -> m.Reminder:
    """The person's reminder of the cast, as read by the operator: October's evaluation, due on the 20th."""
    set_actor(cast.session, cast.actor("operator"))
    return cast.session.query(m.Reminder).filter_by(staff_id=cast.staff[name]).one()


def test_a_person_sees_the_own_reminders_alone(cast: Cast) -> None:
    assert [row.staff_id for row in reminders.due_for(cast.session, become(cast, "lan"))] == [cast.staff["lan"]]
    assert reminders.due_for(cast.session, become(cast, "tam")) == []
    assert reminders.due_for(cast.session, become(cast, "quan")) == [], "an outside administrator owes nothing"
    row_id = own(cast, "hoa").id
    cast.session.expunge_all()
    become(cast, "lan")
    assert cast.session.get(m.Reminder, row_id) is None


def test_it_is_acknowledged_once_and_a_second_tap_changes_nothing(cast: Cast) -> None:
    row = own(cast, "lan")
    lan = become(cast, "lan")
    reminders.acknowledge(cast.session, lan, row)
    version = row.version
    assert row.acknowledged_on == TODAY
    reminders.acknowledge(cast.session, lan, row)
    assert row.version == version


def test_it_is_put_off_and_taken_up_again(cast: Cast) -> None:
    row = own(cast, "lan")
    lan = become(cast, "lan")
    reminders.snooze(cast.session, lan, row, 3)
    assert row.snoozed_until == TODAY + dt.timedelta(days=3)
    reminders.snooze(cast.session, lan, row, 7)
    assert row.snoozed_until == row.due_on
    with pytest.raises(RuleError):
        reminders.snooze(cast.session, lan, row, 8)
    reminders.take_up(cast.session, lan, row)
    assert row.snoozed_until is None


@pytest.mark.parametrize("person", ["tam", "hoa", "cuc", "binh", "quan", "tro", "nobody"])
def test_nobody_answers_for_somebody_else(cast: Cast, person: str) -> None:
    row = own(cast, "lan")
    actor = become(cast, person)
    for answer in (reminders.acknowledge, reminders.take_up):
        with pytest.raises(NotAllowed):
            answer(cast.session, actor, row)
    with pytest.raises(NotAllowed):
        reminders.snooze(cast.session, actor, row, 1)


# The words -----------------------------------------------------------------------------------------------------------


def test_every_rule_has_a_sentence_that_says_what_there_is_to_do() -> None:
    for rule in ReminderRule:
        for key in ("2025-10", "semester_1", "2025-2026", "1"):
            assert "%" not in reminders.say(rule, key, 3)
    assert reminders.say(ReminderRule.WRITE_MONTH, "2025-09", 2) == "Gửi đánh giá tháng 9/2025: 2 em"
    assert reminders.say(ReminderRule.RATE_HELP, "semester_1", 5) == "Nhận xét việc giúp đỡ học kỳ I: 5 lượt phân công"


def test_a_digest_tells_counts_dates_and_the_address() -> None:
    items = [
        Item(dt.date(2025, 9, 20), ReminderRule.WRITE_MONTH, "2025-09", 1),
        Item(DAY, ReminderRule.FOLLOW_UP, "7", 1),
        Item(DAY, ReminderRule.FOLLOW_UP, "8", 1),
        Item(dt.date(2025, 10, 20), ReminderRule.WRITE_MONTH, "2025-10", 2),
    ]
    assert reminders.digest("Nguyễn Thị Lan", items, DAY, "https://dodau.example.vn/admin/") == (
        "Kính gửi thầy cô Nguyễn Thị Lan,\n\n"
        "Công tác đỡ đầu học sinh đang có 3 việc chờ thầy cô.\n\n"
        "Đã quá hạn:\n- Gửi đánh giá tháng 9/2025: 1 em (hạn 20/09/2025, đã quá 25 ngày)\n\n"
        "Sắp đến hạn:\n- Việc cần theo dõi: 2 việc (hạn hôm nay)\n"
        "- Gửi đánh giá tháng 10/2025: 2 em (hạn 20/10/2025)\n\n"
        "Mở trang đỡ đầu học sinh: https://dodau.example.vn/admin/\n\n"
        "Trong mục “Lịch và nhắc việc”, thầy cô bấm “Đã rõ” hoặc “Để sau” để không nhận thư nhắc lại.\n"
        "Thư này do trang đỡ đầu học sinh của trường tự gửi, thầy cô không cần trả lời.\n"
    )


def test_no_digest_of_the_whole_school_names_a_student_or_tells_of_circumstances(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("operator"))
    for day in (TODAY, dt.date(2025, 12, 20), dt.date(2026, 1, 12), dt.date(2026, 5, 22)):
        reminders.work_out(cast.session, cast.actor("operator"), day)
        everything = [Item.of(row) for row in cast.session.query(m.Reminder).filter_by(settled_on=None)]
        text = reminders.digest("", everything, day)
        students = {full_name for full_name, _classroom, _sponsors in CASES.values()}
        assert [name for name in students if name in text] == []
        assert SECRET not in text
        assert "HT25-" not in text


def test_a_person_gets_one_digest_a_day_and_none_for_nothing(session, operator, teacher):
    reminders.work_out(session, operator, DAY)
    found = list(rows(session, teacher).values())
    assert reminders.is_news(found, DAY)
    found[0].mailed_on = DAY
    assert not reminders.is_news(found, DAY), "one went out today"
    for row in found:
        row.mailed_on, row.acknowledged_on = None, DAY
    assert not reminders.is_news(found, DAY)
    assert not reminders.is_news([], DAY)


def test_the_roles_of_the_cast_are_all_tried() -> None:
    assert {role for _name, _department, roles in PEOPLE.values() for role in roles} == set(Role)
