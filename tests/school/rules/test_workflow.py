"""Every state and every step: which are allowed, and where they lead. All others are refused."""

from collections.abc import Mapping
from typing import Any

import pytest

from school.errors import RuleError
from school.rules.classification import CASE_STEPS
from school.rules.evaluation import EVALUATION_STEPS
from school.rules.pairing import SPONSORSHIP_STEPS
from school.rules.workflow import Step, advance
from school.vocabulary import CaseState, EvaluationState, LabelEnum, SponsorshipState

C, S, E = CaseState, SponsorshipState, EvaluationState

ALLOWED: dict[str, tuple[Mapping[str, Step[Any]], dict[tuple[LabelEnum, str], LabelEnum]]] = {
    "case": (
        CASE_STEPS,
        {
            (C.NOMINATED, "verify"): C.VERIFIED,
            (C.VERIFIED, "approve"): C.APPROVED,
            (C.NOMINATED, "close"): C.CLOSED,
            (C.VERIFIED, "close"): C.CLOSED,
            (C.APPROVED, "close"): C.CLOSED,
            (C.ACTIVE, "close"): C.CLOSED,
        },
    ),
    "sponsorship": (
        SPONSORSHIP_STEPS,
        {
            (S.REGISTERED, "agree"): S.AGREED,
            (S.AGREED, "approve"): S.APPROVED,
            (S.REGISTERED, "end"): S.ENDED,
            (S.AGREED, "end"): S.ENDED,
            (S.APPROVED, "end"): S.ENDED,
        },
    ),
    "evaluation": (
        EVALUATION_STEPS,
        {
            (E.DRAFTED, "submit"): E.SUBMITTED,
            (E.RETURNED, "submit"): E.SUBMITTED,
            (E.SUBMITTED, "return"): E.RETURNED,
            (E.REVIEWED, "return"): E.RETURNED,
            (E.SUBMITTED, "review"): E.REVIEWED,
            (E.REVIEWED, "confirm"): E.CONFIRMED,
            (E.CONFIRMED, "lock"): E.LOCKED,
            (E.CONFIRMED, "reopen"): E.RETURNED,
            (E.LOCKED, "reopen"): E.RETURNED,
        },
    ),
}
CELLS = [
    (name, state, step)
    for name, (machine, allowed) in ALLOWED.items()
    for state in type(next(iter(allowed.values())))
    for step in machine
]


@pytest.mark.parametrize(("name", "state", "step"), CELLS, ids=str)
def test_a_step_leads_where_the_table_says_or_is_refused(name: str, state: LabelEnum, step: str) -> None:
    machine, allowed = ALLOWED[name]
    if (state, step) in allowed:
        assert advance(machine, state, step) is allowed[state, step]
    else:
        with pytest.raises(RuleError) as refusal:
            advance(machine, state, step)
        assert refusal.value.params == {"state": state.label}


def test_a_step_that_does_not_exist_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        advance(CASE_STEPS, C.NOMINATED, "bless")


@pytest.mark.parametrize("name", ALLOWED)
def test_every_state_but_the_first_can_be_reached(name: str) -> None:
    _, allowed = ALLOWED[name]
    states = list(type(next(iter(allowed.values()))))
    # A case becomes active by its sponsorships, not by a step of its own.
    assert set(states) - set(allowed.values()) - {C.ACTIVE} == {states[0]}
