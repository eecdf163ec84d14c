"""A student's time line: all that happened in one order, as far as one sees, and without private words."""

import datetime as dt

import pytest

from school import models as m
from school.reports import timeline
from school.services import cases
from school.services.guard import set_actor
from school.vocabulary import CaseState, ContactKind, FollowUpState, SupportKind
from tests.cast import TODAY, Cast
from tests.factories import SECRET, make_contact, make_follow_up, make_inspection

OPEN_WORDS = "em làm được bài khó"


@pytest.fixture
def full(cast: Cast) -> Cast:
    """The sponsored case with one of everything."""
    case, lan = cast.get(m.SupportCase, cast.id("sponsored")), cast.get(m.Staff, cast.staff["lan"])
    make_contact(cast.session, case, lan, sensitive=False, summary=OPEN_WORDS, kind=ContactKind.CALL, reached=False)
    make_inspection(cast.session, cast.get(m.Staff, cast.staff["cuc"]), case_id=case.id)
    make_follow_up(
        cast.session,
        lan,
        case_id=case.id,
        state=FollowUpState.CLOSED,
        closed_on=TODAY,
        what="chuyện riêng trong việc theo dõi",
    )
    cast.get(m.ProgressEvaluation, cast.id("sponsored", "progress")).submitted_at = dt.datetime(
        2025, 9, 20, 3, tzinfo=dt.UTC
    )
    cast.session.flush()
    return cast


def events(cast: Cast, person: str, case: str = "sponsored") -> list[timeline.Event]:
    """What the person sees of the student, everything read anew."""
    cast.session.flush()
    cast.session.expire_all()
    set_actor(cast.session, cast.actor(person))
    student = cast.session.get(m.Student, cast.id(case, "student"))
    return timeline.history(cast.session, student).events


def test_all_kinds_of_events_stand_in_it_the_newest_first(full: Cast) -> None:
    found = events(full, "lan")
    assert {event.kind for event in found} == {
        *("activity", "case", "contact", "follow_up", "inspection", "progress", "result", "sponsorship", "support"),
        "survey",
    }
    assert [event.on for event in found] == sorted((event.on for event in found), reverse=True)


def test_a_try_a_support_and_a_closed_follow_up_are_said(full: Cast) -> None:
    found = events(full, "lan")
    tried = next(event for event in found if event.chip is ContactKind.CALL)
    assert (tried.title, tried.text, tried.by) == ("Đã thử liên hệ, chưa gặp được", OPEN_WORDS, "Nguyễn Thị Lan")
    given = next(event for event in found if event.kind == "support")
    assert (given.chip, dict(given.params)) == (SupportKind.REMEDIAL_LESSON, {"quantity": 2, "unit": "tiết"})
    assert [event.on for event in found if event.kind == "follow_up"] == [TODAY, dt.date(2025, 10, 10)]


@pytest.mark.parametrize("person", ["operator", "lan", "phuc", "vinh", "hoa", "cuc", "thu", "binh"])
def test_private_words_are_in_nobodys_time_line(full: Cast, person: str) -> None:
    for event in events(full, person):
        said = f"{event.title} {event.text} {event.by} {event.params}"
        assert SECRET not in said
        assert "chuyện riêng" not in said
        assert "bà của em" not in said


@pytest.mark.parametrize(("person", "unseen"), [("hoa", "survey"), ("cuc", "survey"), ("vinh", "follow_up")])
def test_what_one_may_not_see_is_not_in_it(full: Cast, person: str, unseen: str) -> None:
    found = {event.kind for event in events(full, person)}
    assert {"contact", "support", "progress"} <= found
    assert unseen not in found


def test_a_head_who_opened_the_case_sees_its_surveys(full: Cast) -> None:
    hoa = full.actor("hoa")
    set_actor(full.session, hoa)
    case = full.session.get(m.SupportCase, full.id("sponsored"))
    cases.open_circumstances(full.session, hoa, case, "chuẩn bị thăm nhà")
    assert "survey" in {event.kind for event in events(full, "hoa")}


def test_the_administrator_sees_results_alone(full: Cast) -> None:
    assert {event.kind for event in events(full, "quan")} == {"result"}


def test_another_students_events_are_not_in_it(full: Cast) -> None:
    before = {(event.kind, event.row_id) for event in events(full, "operator", "outsiders")}
    assert before & {(event.kind, event.row_id) for event in events(full, "operator")} == set()


def test_the_day_of_approval_comes_from_the_log(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("binh"))
    case = cast.session.get(m.SupportCase, cast.id("leaders_nominee"))
    assert case.state is CaseState.VERIFIED
    cases.take_step(cast.session, cast.actor("binh"), case, "approve")
    found = [event for event in events(cast, "lan", "leaders_nominee") if event.title == "Hồ sơ được duyệt"]
    assert [(event.on, event.row_id) for event in found] == [(TODAY, case.id)]


def test_a_history_takes_five_statements(full: Cast, count_statements) -> None:
    student = full.session.get(m.Student, full.id("sponsored", "student"))
    with count_statements() as seen:
        timeline.history(full.session, student)
    assert len(seen) == 5
