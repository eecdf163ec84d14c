"""The minutes of a meeting: the pairings it agreed, by name where that goes, and who is left without a sponsor."""

import datetime as dt

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed
from school.reports import documents, meeting_minutes
from school.rules import policy
from school.rules.policy import Decision
from school.services.guard import set_actor
from school.vocabulary import Action, CaseState, SponsorRole, SponsorshipState
from tests.cast import NOW, Cast
from tests.factories import SECRET, make_case, make_meeting, make_sponsorship, make_student
from tests.school.reports.papers import text_of

HELD = dt.date(2025, 10, 3)


def act(cast: Cast, name: str):
    actor = cast.actor(name, NOW)
    set_actor(cast.session, actor)
    return actor


def meeting_of(cast: Cast) -> m.AssignmentMeeting:
    """The cast's meeting of 3 October, chaired by binh."""
    act(cast, "operator")
    return cast.session.scalars(select(m.AssignmentMeeting)).one()


def agree(cast: Cast, case: str, who: str, role: SponsorRole = SponsorRole.LEAD, **values: object) -> m.Sponsorship:
    meeting = meeting_of(cast)
    given = {"state": SponsorshipState.AGREED, "started_on": dt.date(2025, 10, 4), "meeting_id": meeting.id}
    row = cast.get(m.SupportCase, cast.id(case))
    return make_sponsorship(cast.session, row, cast.get(m.Staff, cast.staff[who]), role=role, **(given | values))


def paper(cast: Cast, name: str = "binh", meeting: m.AssignmentMeeting | None = None) -> documents.Paper:
    meeting = meeting or meeting_of(cast)
    return meeting_minutes.paper(cast.session, act(cast, name), meeting)


@pytest.mark.parametrize("name", ["cuc", "uyen", "thu", "binh", "ly", "operator"])
def test_those_who_see_meetings_print_the_minutes(cast: Cast, name: str) -> None:
    agree(cast, "sponsored", "lan")
    assert [row["student"] for row in paper(cast, name).values["rows"]] == ["Y Bhiu Niê"]


@pytest.mark.parametrize("name", ["lan", "hoa", "hoi", "quan", "tro", "nobody"])
def test_nobody_else_does(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        paper(cast, name)


def test_one_row_a_student_in_the_order_of_names_with_the_parts(cast: Cast) -> None:
    agree(cast, "sponsored", "phuc", SponsorRole.SUPPORTING)
    agree(cast, "sponsored", "lan")
    agree(cast, "homeroom", "giang")
    agree(cast, "homeroom", "giang", started_on=dt.date(2025, 11, 1))  # again after an absence
    values = paper(cast).values
    assert [tuple(row.values()) for row in values["rows"]] == [
        (1, "Trần Văn Đạt", "10A1", "Hồ Thị Giang"),
        (2, "Y Bhiu Niê", "11A2", "1. Nguyễn Thị Lan; 2. Phạm Hồng Phúc (hỗ trợ)"),
    ]
    assert (values["students"], values["sponsors"]) == (2, 3)


def test_what_was_turned_down_later_was_agreed_all_the_same(cast: Cast) -> None:
    agree(cast, "sponsored", "giang", state=SponsorshipState.ENDED, ended_on=dt.date(2025, 10, 10), approved_on=None)
    assert paper(cast).rows == 1


def test_another_meetings_pairings_are_not_in_it(cast: Cast) -> None:
    agree(cast, "sponsored", "lan")
    other = make_meeting(cast.session, cast.get(m.Staff, cast.staff["ly"]), held_on=dt.date(2025, 10, 10))
    values = paper(cast, meeting=other).values
    assert values["rows"] == []
    assert values["chair"] == "Mai Hương Ly"


def test_without_the_right_to_names_codes_stand_for_them(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(cast, "sponsored", "lan")
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    monkeypatch.setattr(
        meeting_minutes, "can", lambda actor, action: Decision(False) if action is Action.VIEW_NAMES else policy.YES
    )
    assert [row["student"] for row in paper(cast).values["rows"]] == [case.code]


def test_those_without_a_sponsor_are_counted_by_code_as_of_the_day_of_the_meeting(cast: Cast) -> None:
    meeting = meeting_of(cast)

    def left() -> list[str]:
        act(cast, "operator")
        return meeting_minutes.without_sponsor(cast.session, meeting)

    cast.get(m.SupportCase, cast.id("registered")).opened_on = HELD
    codes = {name: cast.get(m.SupportCase, cast.id(name)).code for name in ("registered", "future", "ended")}
    cast.session.flush()
    # lan only registered for the first, begins with the second later; the third she led on that day.
    assert left() == sorted([codes["registered"], codes["future"]])
    agree(cast, "registered", "giang", SponsorRole.SUPPORTING)
    assert codes["registered"] in left()
    agree(cast, "registered", "giang", state=SponsorshipState.APPROVED)
    assert left() == [codes["future"]]
    case = cast.get(m.SupportCase, cast.id("future"))
    case.state, case.closed_on = CaseState.CLOSED, dt.date(2025, 10, 10)  # later: that day it was still open
    cast.session.flush()
    assert left() == [codes["future"]]
    case.closed_on = HELD
    cast.session.flush()
    assert left() == []


def test_cases_of_later_or_not_yet_approved_do_not_count(cast: Cast) -> None:
    meeting = meeting_of(cast)
    before = meeting_minutes.without_sponsor(cast.session, meeting)
    make_case(cast.session, make_student(cast.session), state=CaseState.NOMINATED, opened_on=dt.date(2025, 9, 5))
    make_case(cast.session, make_student(cast.session), opened_on=dt.date(2025, 10, 4))
    assert meeting_minutes.without_sponsor(cast.session, meeting) == before


def test_it_takes_as_many_statements_for_many_as_for_one(cast: Cast, count_statements) -> None:
    counts = []
    for case in ("sponsored", "homeroom", "colleagues", "heads"):
        agree(cast, case, "giang")
        cast.session.commit()
        meeting = meeting_of(cast)
        with count_statements() as seen:
            paper(cast, meeting=meeting)
        counts.append(len(seen))
    assert len(set(counts[1:])) == 1
    assert max(counts) <= 12


def test_the_document_tells_no_circumstances_and_keeps_odd_texts(cast: Cast) -> None:
    agree(cast, "sponsored", "lan")
    meeting = meeting_of(cast)
    meeting.proceedings = '- Rà lại danh sách.\n\n=HYPERLINK("x") {% for %} <w:p/> \x0bNhắc: gặp em nhẹ nhàng.'
    meeting.chair.post = "Hiệu trưởng"
    cast.session.flush()
    text = text_of(documents.write(cast.session, act(cast, "thu"), paper(cast, "thu"), "Trường"))
    for said in ("Cao Thanh Bình, Hiệu trưởng", "ngày 03 tháng 10 năm 2025", "{% for %} <w:p/>", "THƯ KÝ", "CHỦ TRÌ"):
        assert said in text, said
    assert "(Quyết định số 12/QĐ)" in text
    assert SECRET not in text


def test_a_meeting_that_agreed_nothing_is_a_document_too(cast: Cast) -> None:
    meeting = meeting_of(cast)
    meeting.decision_number = None
    cast.session.flush()
    text = text_of(documents.write(cast.session, act(cast, "binh"), paper(cast), "Trường"))
    assert "chưa thống nhất phân công nào" in text
