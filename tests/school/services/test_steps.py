"""Every step of every state machine, in every state, by everybody: done exactly where the tables say, refused with why.

Who may is taken from the truth matrix of `truth.py`, the states from the machines of `rules/tables.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import PanelError
from school.rules.tables import STEPS
from school.services import (
    cases,
    closing,
    criteria,
    department_reports,
    evaluations,
    follow_ups,
    plans,
    school_reports,
    score_sheets,
    sponsorships,
    years,
)
from school.services.guard import set_actor
from school.vocabulary import Action, CaseOutcome, SchemeState, YearState
from tests.cast import PEOPLE, TODAY, Cast
from tests.school.rules.truth import MAY, MAY_AT_ALL

WHY = "chuyển công tác"


@dataclass(frozen=True)
class Tried:
    """A machine on one row of the cast: how the row is found, how a step is taken, who may where MAY says too much."""

    row: Callable[[Cast], Any]
    take: Callable[[Any, Any, Any, str], Any]
    case: str | None = None
    only: frozenset[str] | None = None


def of_file(model: type, case: str, name: str) -> Callable[[Cast], Any]:
    return lambda cast: cast.get(model, cast.id(case, name))


def report_of_maths(cast: Cast) -> Any:
    own = m.DepartmentReport.department_id == cast.departments["Tổ Toán"]
    row = cast.session.scalars(select(m.DepartmentReport).where(own)).one()
    row.comment = "tổ đã gặp đủ các em"
    return row


def scheme_of_the_year(cast: Cast) -> Any:
    return cast.session.scalars(select(m.EmulationScheme)).one()


def sheet_of_lan(cast: Cast) -> Any:
    """Of a year whose criteria are fixed, and nothing waits for an answer."""
    cast.session.scalars(select(m.EmulationScheme)).one().state = SchemeState.FIXED
    for said in cast.session.scalars(select(m.ScoreComment)):
        said.answer = "đã xem lại"
    return cast.session.scalars(select(m.ScoreSheet).where(m.ScoreSheet.staff_id == cast.staff["lan"])).one()


def step_of_scheme(session: Any, actor: Any, scheme: Any, name: str) -> Any:
    return (criteria.fix if name == "fix" else criteria.unfix)(session, actor, scheme, "12/QĐ", scheme.version)


def step_of_sheet(session: Any, actor: Any, sheet: Any, name: str) -> Any:
    if name == "unfreeze":
        return score_sheets.unfreeze(session, actor, sheet, WHY, sheet.version)
    return score_sheets.freeze(session, actor, sheet.school_year, [sheet.staff_id], "48/QĐ", TODAY)


def step_of_year(session: Any, actor: Any, year: Any, name: str) -> Any:
    return (
        closing.close_year(session, actor, year, WHY)
        if name == "close"
        else years.take_step(session, actor, year, name)
    )


MACHINES: dict[type, Tried] = {
    m.DepartmentReport: Tried(
        report_of_maths,
        lambda s, a, row, name: department_reports.take_step(s, a, row, name, WHY),
        only=frozenset({"hoa", "dung", "binh", "ly", "operator"}),  # khoa heads another department
    ),
    m.EmulationScheme: Tried(scheme_of_the_year, step_of_scheme),
    m.FollowUp: Tried(
        of_file(m.FollowUp, "sponsored", "follow_up"),
        lambda s, a, row, name: follow_ups.take_step(s, a, row, name, WHY),
        "sponsored",
    ),
    m.Goal: Tried(of_file(m.Goal, "sponsored", "goal"), plans.tick_goal, "sponsored"),
    m.ProgressEvaluation: Tried(
        of_file(m.ProgressEvaluation, "sponsored", "progress"),
        lambda s, a, row, name: evaluations.take_step(s, a, row, name, WHY),
        "sponsored",
    ),
    m.SchoolReport: Tried(
        lambda cast: cast.session.scalars(select(m.SchoolReport)).one(),
        lambda s, a, row, name: school_reports.sign(s, a, row, {"number": "12", "signed_on": TODAY}),
    ),
    m.SchoolYear: Tried(lambda cast: cast.get(m.SchoolYear, cast.year), step_of_year),
    m.ScoreSheet: Tried(sheet_of_lan, step_of_sheet),
    m.Sponsorship: Tried(
        of_file(m.Sponsorship, "sponsored", "sponsorship"),
        lambda s, a, row, name: sponsorships.take_step(s, a, row, name, TODAY, WHY),
        "sponsored",
    ),
    m.SupportCase: Tried(  # a case without a sponsor: others cannot be closed at all
        of_file(m.SupportCase, "leaders_nominee", "case"),
        lambda s, a, row, name: cases.take_step(s, a, row, name, CaseOutcome.OTHER),
        "leaders_nominee",
    ),
}


def test_every_machine_is_tried() -> None:
    assert MACHINES.keys() == STEPS.keys()


def expected(tried: Tried, action: Action, person: str) -> bool:
    """Whether the person may take the step where the state allows it."""
    if tried.case is not None:
        return tried.case in MAY[action].get(person, ())
    return person in MAY_AT_ALL[action] and (tried.only is None or person in tried.only)


@pytest.mark.parametrize("model", list(MACHINES), ids=lambda model: model.__name__)
def test_each_step_is_taken_by_exactly_those_who_may_from_exactly_those_states(cast: Cast, model: type) -> None:
    session, tried, wrong, done = cast.session, MACHINES[model], [], 0
    operator = cast.actor("operator")
    actors = {person: cast.actor(person) for person in PEOPLE}
    for name, step in STEPS[model].items():
        for state in type(step.target):
            for person, actor in actors.items():
                attempt = session.begin_nested()
                row = tried.row(cast)
                row.state = state
                session.flush()
                set_actor(session, actor)
                try:
                    tried.take(session, actor, row, name)
                    session.flush()
                    outcome = row.state is step.target
                except PanelError as refusal:
                    outcome = False
                    assert refusal.msgid, "a refusal says why"
                may = (state in step.sources or tick_again(model, state, step)) and expected(tried, step.action, person)
                if outcome != may:
                    wrong.append(f"{person} {name} from {state}: should be {'done' if may else 'refused'}")
                done += outcome
                attempt.rollback()
                session.expire_all()
                set_actor(session, operator)
    assert wrong == []
    assert done


def tick_again(model: type, state: Any, step: Any) -> bool:
    """A goal that stands so already: the second tap of the same button changes nothing, and is no mistake."""
    return model is m.Goal and state is step.target


def test_a_year_that_is_closed_opens_again_only_for_those_who_may_close_it(cast: Cast) -> None:
    year = cast.get(m.SchoolYear, cast.year)
    year.state = YearState.CLOSED
    cast.session.flush()
    set_actor(cast.session, cast.actor("quan"))
    with pytest.raises(PanelError):
        years.take_step(cast.session, cast.actor("quan"), year, "reopen")
