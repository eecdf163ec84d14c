"""The wall beneath the services, for the tables of the year's cycle: an outsider's forged writes, each refused.

`son` is a teacher with neither a class nor a case. Without the wall every one of them would go through, which is tried
too; so would a head's change of a level and a write into a closed year, once their rule is taken out.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed
from school.rules import policy
from school.services.guard import set_actor
from school.vocabulary import (
    Deadline,
    EvaluationState,
    FollowUpKind,
    ReminderRule,
    ScoreLevel,
    SheetState,
    YearState,
)
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_commendation, make_report


@dataclass(frozen=True)
class Attempt:
    """One write to a table: on a row that the operator has loaded, or a new one."""

    model: type
    act: Callable[[Cast, Any], None]
    load: Callable[[Cast], Any] = lambda cast: None


def change(model: type, field: str, value: Any, of: Callable[[Cast], int] | None = None) -> Attempt:
    """Change one field of somebody else's row, the first where none is named."""

    def load(cast: Cast) -> Any:
        return cast.get(model, of(cast)) if of else cast.session.scalars(select(model)).first()

    return Attempt(model, lambda cast, row: setattr(row, field, value), load)


def new(model: type, values: Callable[[Cast], dict[str, Any]]) -> Attempt:
    """Add a row that says what it likes."""
    return Attempt(model, lambda cast, _row: cast.session.add(model(**values(cast))))


def of_lans(row: str) -> Callable[[Cast], int]:
    return lambda cast: cast.id("sponsored", row)


FORGED: dict[str, Attempt] = {
    "answer for another": change(m.FollowUp, "answer", "đã làm", of_lans("follow_up")),
    "close for another": change(m.FollowUp, "state", "closed", of_lans("follow_up")),
    "raise in another's name": new(
        m.FollowUp,
        lambda cast: {
            "school_year_id": cast.year,
            "kind": FollowUpKind.ADVICE,
            "what": "tăng lương",
            "raised_by_id": cast.staff["hoa"],
            "raised_on": TODAY,
            "owner_id": cast.staff["binh"],
        },
    ),
    "change what was found": change(m.Inspection, "findings", "rất tốt", of_lans("inspection")),
    "inspect a colleague": new(
        m.Inspection,
        lambda cast: {
            "school_year_id": cast.year,
            "held_on": TODAY,
            "inspector_id": cast.staff["son"],
            "sponsorship_id": cast.id("sponsored", "sponsorship"),
            "findings": "x",
        },
    ),
    "write a department's report": change(m.DepartmentReport, "comment", "x"),
    "begin a department's report": new(
        m.DepartmentReport,
        lambda cast: {"school_year_id": cast.year, "department_id": cast.departments["Tổ Văn"], "period": "2025-10"},
    ),
    "put off another's reminder": change(m.Reminder, "snoozed_until", TODAY + dt.timedelta(days=3)),
    "owe in another's name": new(
        m.Reminder,
        lambda cast: {"staff_id": cast.staff["lan"], "rule": ReminderRule.REGISTER, "key": "x", "due_on": TODAY},
    ),
    "read in another's name": new(
        m.AnnouncementReading, lambda cast: {"announcement_id": 1, "staff_id": cast.staff["giang"], "read_on": TODAY}
    ),
    "change the plan": change(m.Announcement, "body", "không phải làm gì"),
    "offer help in another's name": new(
        m.Registration,
        lambda cast: {"school_year_id": cast.year, "staff_id": cast.staff["lan"], "registered_on": TODAY},
    ),
    "withdraw another's offer": change(m.Registration, "withdrawn_on", TODAY, of_lans("registration")),
    "change a meeting": change(m.AssignmentMeeting, "decision_number", "99/QĐ"),
    "hold a meeting": new(
        m.AssignmentMeeting, lambda cast: {"school_year_id": cast.year, "held_on": TODAY, "chair_id": cast.staff["son"]}
    ),
    "leave a student out": change(m.ScreeningDecision, "taken_in", False, of_lans("screening")),
    "screen another's class": new(
        m.ScreeningDecision,
        lambda cast: {"school_year_id": cast.year, "student_id": cast.stranger, "taken_in": True, "decided_on": TODAY},
    ),
    "move a date": new(
        m.MovedDeadline,
        lambda cast: {"school_year_id": cast.year, "deadline": Deadline.SURVEY_CLOSES, "last_day": dt.date(2026, 1, 5)},
    ),
    "close the year": change(m.SchoolYear, "state", YearState.CLOSED),
    "say why the year was closed": change(m.SchoolYear, "closed_despite", "x"),
    "roll the year over": new(
        m.RollOver, lambda cast: {"from_year_id": cast.year, "to_year_id": cast.year, "applied_on": TODAY}
    ),
    "open another's calendar": new(
        m.CalendarFeed, lambda cast: {"account_id": cast.accounts["lan"], "token_hash": "0" * 64}
    ),
    "offer goals to all": new(m.GoalTemplate, lambda cast: {"text": "x", "horizon": "week"}),
    "teach a class": new(
        m.Teaching, lambda cast: {"classroom_id": cast.classes["10A1"], "staff_id": cast.staff["son"]}
    ),
    "change what is scored": change(m.Criterion, "max_points", 90),
    "score by something else": new(
        m.Criterion,
        lambda cast: {"school_year_id": cast.year, "code": "x", "name": "x", "kind": "by_hand", "max_points": 5},
    ),
    "change the bands": change(m.EmulationScheme, "excellent_from", 10),
    "fix the criteria": change(m.EmulationScheme, "state", "fixed"),
    "freeze a sheet": change(m.ScoreSheet, "state", "frozen"),
    "write a colleague's sheet": change(m.ScoreSheet, "total", 10),
    "open a sheet for oneself": new(
        m.ScoreSheet, lambda cast: {"school_year_id": cast.year, "staff_id": cast.staff["son"], "total": 1000}
    ),
    "change an adjustment": change(m.ScoreAdjustment, "points", 90),
    "adjust oneself": new(
        m.ScoreAdjustment,
        lambda cast: {
            "school_year_id": cast.year,
            "staff_id": cast.staff["son"],
            "criterion_id": 1,
            "points": 90,
            "reason": "x",
            "made_on": TODAY,
        },
    ),
    "answer an appeal": change(m.ScoreComment, "answer", "đã cộng"),
    "appeal in another's name": new(
        m.ScoreComment,
        lambda cast: {"school_year_id": cast.year, "staff_id": cast.staff["lan"], "text": "x", "said_on": TODAY},
    ),
    "rate a colleague": change(m.YearlyRating, "rating", "not_done"),
    "rate oneself": new(
        m.YearlyRating,
        lambda cast: {
            "school_year_id": cast.year,
            "staff_id": cast.staff["son"],
            "rating": "excellent",
            "decision_number": "1",
            "decided_on": TODAY,
        },
    ),
    "raise the quota": change(m.CommendationQuota, "people", 99),
    "take the day's round": new(m.JobRun, lambda cast: {"job": "remind", "run_on": TODAY}),
}


def forge(cast: Cast, attempt: Attempt, person: str = "son") -> None:
    """Try it: the row loaded as the operator, changed and stored as the person."""
    set_actor(cast.session, cast.actor("operator"))
    row = attempt.load(cast)
    set_actor(cast.session, cast.actor(person))
    attempt.act(cast, row)
    cast.session.flush()


@pytest.mark.parametrize("name", FORGED)
def test_an_outsiders_forged_write_is_refused(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        forge(cast, FORGED[name])


@pytest.mark.parametrize("name", FORGED)
def test_without_the_wall_it_would_go_through(cast: Cast, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "may_write", lambda actor, obj, new=False: True)
    forge(cast, FORGED[name])


@pytest.mark.parametrize("part", ["oversight", "emulation"])
def test_every_table_of_this_part_is_tried(part: str) -> None:
    tables = {model for model in policy.WRITES if model.__module__ == f"school.models.{part}"}
    assert tables
    assert tables <= {attempt.model for attempt in FORGED.values()}


# Rules that stand in one table of the policy each: without it the same write goes through ---------------------------


def level_of_what_was_sent(cast: Cast) -> None:
    forge(cast, change(m.ProgressEvaluation, "learning", "declined", of_lans("progress")), "hoa")


def comment_in_a_closed_year(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("operator"))
    cast.get(m.SchoolYear, cast.year).state = YearState.CLOSED
    cast.get(m.ProgressEvaluation, cast.id("sponsored", "progress")).state = EvaluationState.DRAFTED
    cast.session.flush()
    cast.session.expire_all()
    forge(cast, change(m.ProgressEvaluation, "comment", "viết thêm", of_lans("progress")), "lan")


def figures_that_were_handed_in(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("operator"))
    department = cast.get(m.Department, cast.departments["Tổ Toán"])
    report = make_report(cast.session, department, period="2025-10", state="submitted", figures={"cases": 3})
    forge(cast, change(m.DepartmentReport, "figures", {"cases": 9}, lambda cast: report.id), "hoa")


def born_decided(cast: Cast) -> None:
    proposal = {"school_year_id": cast.year, "department_id": cast.departments["Tổ Toán"], "title": "Giấy khen"}
    decided = {"proposed_on": TODAY, "decided_on": TODAY, "decision_number": "9/QĐ"}
    forge(cast, new(m.Commendation, lambda cast: proposal | decided), "thu")


def deciding_on_oneself(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("operator"))
    row = make_commendation(cast.session, staff_id=cast.staff["ly"])
    forge(cast, change(m.Commendation, "decided_on", TODAY, lambda cast: row.id), "ly")


RESULT: dict[str, Any] = {"total": 885, "lines": []}


def a_sheet(cast: Cast, who: str, state: SheetState) -> Callable[[Cast], int]:
    """The person's sheet in this state, with a result and all that belongs to it."""
    set_actor(cast.session, cast.actor("operator"))
    row = cast.session.scalars(select(m.ScoreSheet).where(m.ScoreSheet.staff_id == cast.staff[who])).one()
    row.state, row.result, row.total, row.level, row.hash = state, RESULT, 885, ScoreLevel.GOOD, "0" * 64
    row.decision_number, row.decided_on, row.frozen_at = "9/QĐ", TODAY, NOW
    cast.session.flush()
    return lambda cast: row.id


def a_frozen_result(cast: Cast) -> None:
    sheet = a_sheet(cast, "lan", SheetState.FROZEN)
    forge(cast, change(m.ScoreSheet, "result", RESULT | {"total": 999}, sheet), "hoi")


def freezing_oneself(cast: Cast) -> None:
    forge(cast, change(m.ScoreSheet, "state", SheetState.FROZEN, a_sheet(cast, "ly", SheetState.OPEN)), "ly")


OTHERWISE: dict[str, Any] = {
    "total": 999,
    "level": ScoreLevel.EXCELLENT,
    "result": None,
    "hash": "f" * 64,
    "decision_number": "10/QĐ",
    "decided_on": TODAY - dt.timedelta(days=1),
    "frozen_at": NOW - dt.timedelta(days=1),
    "frozen_by_id": 1,
    "staff_id": 3,
    "school_year_id": 2,
}


@pytest.mark.parametrize("opened", [False, True], ids=["frozen", "opened in the same breath"])
def test_whoever_freezes_changes_nothing_of_what_is_frozen(cast: Cast, opened: bool) -> None:
    sheet, written = a_sheet(cast, "lan", SheetState.FROZEN), []
    for person in ("hoi", "binh"):
        for field, value in OTHERWISE.items():

            def write(cast: Cast, row: Any, field: str = field, value: Any = value) -> None:
                setattr(row, field, value)
                row.state = SheetState.OPEN if opened else row.state

            attempt = cast.session.begin_nested()
            try:
                forge(cast, Attempt(m.ScoreSheet, write, lambda cast: cast.get(m.ScoreSheet, sheet(cast))), person)
                written.append((person, field))
            except NotAllowed:
                pass
            attempt.rollback()
            cast.session.expire_all()
    assert written == []


def test_a_frozen_sheet_is_not_deleted_nor_born_frozen(cast: Cast) -> None:
    sheet = a_sheet(cast, "lan", SheetState.FROZEN)
    attempt = Attempt(
        m.ScoreSheet,
        lambda cast, row: cast.session.delete(row),
        lambda cast: cast.get(m.ScoreSheet, sheet(cast)),
    )
    with pytest.raises(NotAllowed):
        forge(cast, attempt, "hoi")
    cast.session.rollback()
    born = {"school_year_id": cast.year, "staff_id": cast.staff["tam"], "state": SheetState.FROZEN, "total": 999}
    with pytest.raises(NotAllowed):
        forge(cast, new(m.ScoreSheet, lambda cast: born), "hoi")


@pytest.mark.parametrize(
    ("write", "rule"),
    [
        (a_frozen_result, "WORDS"),
        (freezing_oneself, "NEVER_ONES_OWN"),
        (level_of_what_was_sent, "WORDS"),
        (comment_in_a_closed_year, "YEAR_OF"),
        (figures_that_were_handed_in, "WORDS"),
        (born_decided, "FIXED"),
        (deciding_on_oneself, "NEVER_ONES_OWN"),
    ],
)
def test_each_rule_of_the_tables_is_what_refuses(
    cast: Cast, write: Callable[[Cast], None], rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotAllowed), cast.session.begin_nested():
        write(cast)
    cast.session.expire_all()
    monkeypatch.setattr(policy, rule, {})
    write(cast)


def test_a_role_that_was_taken_away_a_minute_ago_is_gone(cast: Cast) -> None:
    before = cast.actor("binh")
    account = cast.get(m.Account, cast.accounts["binh"])
    set_actor(cast.session, cast.actor("operator"))
    for role in list(account.roles):
        cast.session.delete(role)
    cast.session.flush()
    cast.session.expire_all()
    after = cast.actor("binh", NOW + dt.timedelta(minutes=1))
    assert before is not None and after is not None
    set_actor(cast.session, after)
    cast.session.add(m.MovedDeadline(school_year_id=cast.year, deadline=Deadline.YEAR_REVIEW, last_day=TODAY))
    with pytest.raises(NotAllowed):
        cast.session.flush()
