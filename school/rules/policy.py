"""Who may do what, and to which rows. The one place that decides; denied is the default (design section 3).

`grants.py` gives actions to roles, each with a scope; `tables.py` says which rows a scope means in each table. `can`
answers for one object and `visible` for a table, both from these two, so that a list and a page never disagree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, inspect, or_, select, true
from sqlalchemy.orm import RelationshipProperty, object_session

from school import models as m
from school.errors import NotAllowed
from school.rules.actor import Actor
from school.rules.grants import GATEKEEPER, GRANTS, NEVER_ONES_OWN, SIGNED_IN
from school.rules.tables import CREATES, FIXED, FOLLOWS, REACH, REOPENED, STEPS, VIEWS, WORDS, WRITES, YEAR_OF, Scope
from school.vocabulary import N_, Action, RollOverChange

NEEDS_REASON = frozenset({Scope.DEPARTMENT_OPENED, Scope.ALL_OPENED})


@dataclass(frozen=True)
class Decision:
    """Yes or no, and why not. True in a condition when allowed."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Decision(True)


def scopes(actor: Actor | None, action: Action) -> frozenset[Scope]:
    """The scopes in which the actor may do `action`: the union over the roles held."""
    if actor is None:
        return frozenset()
    if actor.gatekeeper:
        return frozenset({GATEKEEPER[action]}) if action in GATEKEEPER else frozenset()
    granted = {GRANTS[role][action] for role in actor.roles if action in GRANTS[role]}
    if actor.account_id is not None and action in SIGNED_IN:
        granted.add(SIGNED_IN[action])
    return frozenset(granted)


def can(actor: Actor | None, action: Action, obj: Any = None) -> Decision:
    """Whether the actor may do `action`, to `obj` if one is given, else to anything at all."""
    if actor is None:
        return Decision(False, N_("Thầy cô cần đăng nhập."))
    if actor.operator:
        return YES
    granted = scopes(actor, action)
    if not granted:
        return Decision(False, N_("Vai trò của thầy cô không có việc này."))
    if obj is None:
        return YES
    if action in NEVER_ONES_OWN and actor.staff_id in whose_work(obj):
        return Decision(False, N_("Đây là việc của chính thầy cô nên người khác xem và quyết định."))
    if Scope.ALL in granted or any(_reaches(actor, scope, obj) for scope in granted):
        return YES
    if granted & NEEDS_REASON:
        return Decision(False, N_("Thầy cô ghi lý do rồi mở xem hoàn cảnh của em trước."))
    return Decision(False, N_("Việc này ngoài phạm vi thầy cô phụ trách."))


def require(actor: Actor | None, action: Action, obj: Any = None) -> None:
    """NotAllowed, with the reason, unless `can`."""
    decision = can(actor, action, obj)
    if not decision:
        raise NotAllowed(decision.reason)


def visible(actor: Actor | None, model: type) -> ColumnElement[bool]:
    """SQL criterion for the rows of `model` that the actor may read."""
    if actor is not None and actor.operator:
        return true()
    granted = frozenset().union(*(scopes(actor, action) for action in VIEWS.get(model, ())))
    if Scope.ALL in granted:
        return true()
    criteria = [
        _column_in(model, path, _ids(actor, names[scope]))
        for path, names in REACH.get(model, ())
        for scope in granted
        if actor is not None and scope in names
    ]
    return or_(*criteria) if criteria else false()


def may_write(actor: Actor | None, obj: Any, new: bool = False) -> bool:
    """Whether any of the actions that write this table (or make a new row in it) is allowed on this row.

    Beyond that a new row begins in its first state and undecided, a stored one keeps what is `FIXED` and changes state
    by a step.
    """
    if actor is not None and actor.operator:
        return True
    may_hold = _may_begin if new else _may_move
    if not _may_stand(actor, obj, new) or not may_hold(actor, obj) or in_closed_year(actor, obj):
        return False
    actions = WRITES.get(type(obj), ()) + (CREATES.get(type(obj), ()) if new else ())
    return any(can(actor, action, obj) for action in actions)


def may_delete(actor: Actor | None, obj: Any) -> bool:
    """Whether the actor may write the row, and it is still in its first state: what went on is ended, and stays.

    Who rolls years over may also take back what a roll-over made.
    """
    if actor is not None and actor.operator:
        return True
    first_state = _may_stand(actor, obj, new=True)
    return may_write(actor, obj) and (first_state or _of_roll_over(actor, obj, RollOverChange.MADE))


def _may_begin(actor: Actor | None, obj: Any) -> bool:
    """Whether what only some may decide is still open in a new row, or said by one of them."""
    decided = {action for name, action in FIXED.get(type(obj), {}).items() if action and getattr(obj, name) is not None}
    return all(can(actor, action, obj) for action in decided)


def _may_move(actor: Actor | None, obj: Any) -> bool:
    """Whether what says whose the row is stays, or changes by somebody who may change it; its words likewise."""
    attributes = inspect(obj).attrs
    moved = [action for name, action in FIXED.get(type(obj), {}).items() if attributes[name].history.has_changes()]
    if not all(action is not None and can(actor, action, obj) for action in moved):
        return False
    names, writers = WORDS.get(type(obj), ((), {}))
    if not any(attributes[name].history.has_changes() for name in names):
        return True
    state = attributes["state"].history
    stored = [*state.deleted, *state.unchanged]
    return any(set(stored) <= {*states} and can(actor, action, obj) for action, states in writers.items())


def _may_stand(actor: Actor | None, obj: Any, new: bool) -> bool:
    """Whether the row may be in its state: the first when new, else as it was, or by a step that the actor may take."""
    machine = STEPS.get(type(obj))
    if machine is None:
        return True
    if new:
        return obj.state in (None, next(iter(type(obj).state.type.enum)))
    history = inspect(obj).attrs["state"].history
    if not history.has_changes():
        return True
    states, actions = FOLLOWS
    if history.deleted and {*history.added, *history.deleted} <= states:
        return any(can(actor, action) for action in actions)
    steps = [step for step in machine.values() if step.target == obj.state and {*history.deleted} <= {*step.sources}]
    if any(can(actor, step.action, obj) for step in steps):
        return True
    return obj.state in REOPENED.get(type(obj), ()) and _of_roll_over(actor, obj, RollOverChange.ENDED)


def _of_roll_over(actor: Actor | None, obj: Any, change: RollOverChange) -> bool:
    """Whether a roll-over that stands made or ended this row, and the actor may take that back."""
    session = object_session(obj)
    if session is None or not can(actor, Action.ROLL_OVER_YEAR, obj):
        return False
    item = m.RollOverItem
    statement = (
        select(item.id)
        .join(item.roll_over)
        .where(item.table_name == type(obj).__tablename__, item.row_id == obj.id, item.change == change)
        .where(m.RollOver.undone_on.is_(None))
    )
    with session.no_autoflush:
        return session.scalar(statement.limit(1)) is not None


def in_closed_year(actor: Actor | None, obj: Any) -> bool:
    """Whether the row belongs to a school year that is closed, or is about to: it is read, not written (P4.9)."""
    path = YEAR_OF.get(type(obj))
    return path is not None and actor is not None and bool(_path_values(obj, path) & actor.reach.closed_years)


def whose_work(obj: Any) -> frozenset[int]:
    """Staff whose own work `obj` is, as stored and as about to be stored: they may not approve, confirm or rate it."""
    if isinstance(obj, m.SupportCase):
        return _known(*_path_values(obj, "nominated_by_id"))
    if isinstance(obj, m.Hardship):
        return _known(*_path_values(obj, "case.nominated_by_id"), *_path_values(obj, "proposed_by_id"))
    if isinstance(
        obj, (m.Commendation, m.ScoreAdjustment, m.ScoreComment, m.ScoreSheet, m.Sponsorship, m.YearlyRating)
    ):
        return _known(*_path_values(obj, "staff_id"))
    if isinstance(obj, m.Activity):
        return _known(*_path_values(obj, "organiser_id"))
    if isinstance(obj, m.SponsorEvaluation):
        return _known(*_path_values(obj, "sponsorship.staff_id"))
    if isinstance(obj, m.ProgressEvaluation):
        sponsors = {s.staff_id for case in _related(obj, "case") for s in case.sponsorships}
        return _known(*sponsors, *_path_values(obj, "author_id"))
    if isinstance(obj, m.Inspection):
        sponsors = {s.staff_id for case in _related(obj, "case") for s in case.sponsorships}
        heads = {department.head_id for department in _related(obj, "department")}
        of_one = _path_values(obj, "sponsorship.staff_id") if obj.sponsorship_id else set()
        return _known(*sponsors, *heads, *of_one)
    if isinstance(obj, m.FollowUp):
        return _known(*_path_values(obj, "owner_id"), *_path_values(obj, "answered_by_id"))
    return frozenset()


def _known(*ids: int | None) -> frozenset[int]:
    return frozenset(number for number in ids if number is not None)


def _ids(actor: Actor, names: Iterable[str]) -> frozenset[int]:
    """The actor's ids under these names of `Reach`; "a & b" means those in both."""
    found: set[int] = set()
    for name in names:
        parts = [_own_ids(actor, part) for part in name.split(" & ")]
        found |= frozenset.intersection(*parts)
    return frozenset(found)


def _own_ids(actor: Actor, name: str) -> frozenset[int]:
    if name == "self":
        return _known(actor.staff_id)
    if name == "account":
        return _known(actor.account_id)
    return getattr(actor.reach, name)


def _reaches(actor: Actor, scope: Scope, obj: Any) -> bool:
    """Whether `obj` lies in the scope, both as it is stored and as it is about to be stored."""
    for path, names in REACH.get(type(obj), ()):
        if scope in names and (values := _path_values(obj, path)) and values <= _ids(actor, names[scope]):
            return True
    return False


def _path_values(obj: Any, path: str) -> set[int | None]:
    """The ids at the end of the path, as stored and as about to be stored; None among them for a row out of sight."""
    first, _, rest = path.partition(".")
    if rest:
        rows = _related(obj, first)
        return set().union(*(_path_values(row, rest) for row in rows)) if rows else {None}
    history = inspect(obj).attrs[first].history
    values = {*history.added, *history.unchanged, *history.deleted}
    return values if values else {getattr(obj, first)}


def _related(obj: Any, name: str) -> list[Any]:
    """The rows that `obj` refers to by this relation: the stored one, and the one about to be stored."""
    relation: RelationshipProperty[Any] = inspect(type(obj)).relationships[name]
    local = next(iter(relation.local_columns))
    session = object_session(obj)
    if session is None:
        return [row for row in [getattr(obj, name)] if row is not None]
    ids = _path_values(obj, str(local.key)) - {None}
    with session.no_autoflush:
        rows = [session.get(relation.mapper.class_, row_id) for row_id in ids]
    return [row for row in rows if row is not None]


def _column_in(model: type, path: str, ids: frozenset[int]) -> ColumnElement[bool]:
    """`model.path IN ids`; over a relation as IN (SELECT ...), since EXISTS breaks where the query joins the class."""
    first, _, rest = path.partition(".")
    if not rest:
        return getattr(model, first).in_(sorted(ids))
    relation: RelationshipProperty[Any] = inspect(model).relationships[first]
    table = relation.mapper.local_table
    local = next(iter(relation.local_columns))
    return getattr(model, str(local.key)).in_(select(table.c.id).where(table.c[rest].in_(sorted(ids))))
