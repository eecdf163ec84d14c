"""State machines as tables: from which states a step may be taken, where it leads, and what it asks of the policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from school.errors import RuleError
from school.vocabulary import N_, Action, LabelEnum

State = TypeVar("State", bound=LabelEnum)


@dataclass(frozen=True)
class Step(Generic[State]):
    """One step: allowed from `sources`, leads to `target`, asks the policy for `action`."""

    sources: tuple[State, ...]
    target: State
    action: Action
    label: str


def advance(machine: Mapping[str, Step[State]], state: State, name: str) -> State:
    """The state that step `name` leads to; RuleError when `state` does not allow it."""
    step = machine[name]
    if state not in step.sources:
        raise RuleError(N_("Đang ở bước “%(state)s” nên chưa làm được việc này."), state=state.label)
    return step.target
