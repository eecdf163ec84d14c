"""Who may do what, and to which rows. The one place that decides; denied is the default (design section 3).

`GRANTS` gives actions to roles, each with a scope; `REACH` says which rows a scope means in each table. `can` answers
for one object and `visible` for a table, both from these two, so that a list and a page never disagree.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, inspect, or_, select, true
from sqlalchemy.orm import RelationshipProperty, object_session

from school import models as m
from school.errors import NotAllowed
from school.rules.actor import Actor
from school.rules.classification import CASE_STEPS
from school.rules.evaluation import EVALUATION_STEPS
from school.rules.pairing import SPONSORSHIP_STEPS
from school.vocabulary import N_, Action, CaseState, Role


class Scope(enum.Enum):
    """How far a grant reaches."""

    ALL = "all"
    OWN = "own"  # cases sponsored now, and the homeroom class
    LED = "led"  # cases sponsored now as lead or joint sponsor
    SELF = "self"  # one's own person or account
    DEPARTMENT = "department"  # the staff one heads and the cases that they sponsor
    DEPARTMENT_OPENED = "department opened"  # the same, once opened today with a reason
    ALL_OPENED = "all opened"  # all, once opened today with a reason


NEEDS_REASON = frozenset({Scope.DEPARTMENT_OPENED, Scope.ALL_OPENED})

_EVERYBODY = {Action.VIEW_OWN_ACCOUNT: Scope.SELF, Action.VIEW_DIRECTORY: Scope.ALL}

GRANTS: dict[Role, dict[Action, Scope]] = {
    Role.TEACHER: _EVERYBODY
    | {
        Action.CLASSIFY_CASE: Scope.OWN,
        Action.EDIT_CASE: Scope.OWN,
        Action.EDIT_EVALUATION: Scope.LED,
        Action.NOMINATE_STUDENT: Scope.ALL,
        Action.REGISTER_SPONSORSHIP: Scope.SELF,
        Action.VIEW_CASE: Scope.OWN,
        Action.VIEW_CIRCUMSTANCES: Scope.OWN,
        Action.VIEW_EVALUATION: Scope.OWN,
        Action.VIEW_HELP_RATING: Scope.SELF,
        Action.VIEW_NAMES: Scope.ALL,
        Action.VIEW_SPONSORSHIP: Scope.OWN,
        Action.VIEW_STUDENT: Scope.OWN,
    },
    Role.DEPARTMENT_HEAD: _EVERYBODY
    | {
        Action.REVIEW_EVALUATION: Scope.DEPARTMENT,
        Action.VIEW_CASE: Scope.DEPARTMENT,
        Action.VIEW_CIRCUMSTANCES: Scope.DEPARTMENT_OPENED,
        Action.VIEW_EVALUATION: Scope.DEPARTMENT,
        Action.VIEW_NAMES: Scope.ALL,
        Action.VIEW_SPONSORSHIP: Scope.DEPARTMENT,
        Action.VIEW_STUDENT: Scope.DEPARTMENT,
    },
    Role.UNION: _EVERYBODY
    | {
        Action.AGREE_SPONSORSHIP: Scope.ALL,
        Action.CONFIRM_EVALUATION: Scope.ALL,
        Action.RATE_SPONSOR: Scope.ALL,
        Action.VIEW_CASE: Scope.ALL,
        Action.VIEW_CIRCUMSTANCES: Scope.ALL_OPENED,
        Action.VIEW_EVALUATION: Scope.ALL,
        Action.VIEW_HELP_RATING: Scope.ALL,
        Action.VIEW_NAMES: Scope.ALL,
        Action.VIEW_SPONSORSHIP: Scope.ALL,
        Action.VIEW_STUDENT: Scope.ALL,
    },
    Role.SECRETARY: _EVERYBODY
    | {
        Action.CLASSIFY_CASE: Scope.ALL,
        Action.EDIT_CASE: Scope.ALL,
        Action.EDIT_STUDENT: Scope.ALL,
        Action.NOMINATE_STUDENT: Scope.ALL,
        Action.REGISTER_SPONSORSHIP: Scope.ALL,
        Action.VERIFY_CASE: Scope.ALL,
        Action.VIEW_CASE: Scope.ALL,
        Action.VIEW_CIRCUMSTANCES: Scope.ALL,
        Action.VIEW_EVALUATION: Scope.ALL,
        Action.VIEW_NAMES: Scope.ALL,
        Action.VIEW_SPONSORSHIP: Scope.ALL,
        Action.VIEW_STUDENT: Scope.ALL,
    },
    Role.LEADERSHIP: _EVERYBODY
    | {
        Action.AGREE_SPONSORSHIP: Scope.ALL,
        Action.APPROVE_CASE: Scope.ALL,
        Action.APPROVE_SPONSORSHIP: Scope.ALL,
        Action.CLASSIFY_CASE: Scope.ALL,
        Action.CLOSE_CASE: Scope.ALL,
        Action.CONFIRM_CLASSIFICATION: Scope.ALL,
        Action.CONFIRM_EVALUATION: Scope.ALL,
        Action.EDIT_CASE: Scope.ALL,
        Action.EDIT_CATALOGUE: Scope.ALL,
        Action.END_SPONSORSHIP: Scope.ALL,
        Action.EXPORT_EMULATION: Scope.ALL,
        Action.LOCK_EVALUATION: Scope.ALL,
        Action.NOMINATE_STUDENT: Scope.ALL,
        Action.RATE_SPONSOR: Scope.ALL,
        Action.REGISTER_SPONSORSHIP: Scope.ALL,
        Action.REOPEN_EVALUATION: Scope.ALL,
        Action.REVIEW_EVALUATION: Scope.ALL,
        Action.VERIFY_CASE: Scope.ALL,
        Action.VIEW_AUDIT: Scope.ALL,
        Action.VIEW_CASE: Scope.ALL,
        Action.VIEW_CIRCUMSTANCES: Scope.ALL,
        Action.VIEW_EVALUATION: Scope.ALL,
        Action.VIEW_HELP_RATING: Scope.ALL,
        Action.VIEW_NAMES: Scope.ALL,
        Action.VIEW_SPONSORSHIP: Scope.ALL,
        Action.VIEW_STUDENT: Scope.ALL,
    },
    Role.COUNCIL: _EVERYBODY | {Action.EXPORT_EMULATION: Scope.ALL},
    Role.ADMIN: _EVERYBODY
    | {
        Action.EDIT_ACCOUNT: Scope.ALL,
        Action.EDIT_CATALOGUE: Scope.ALL,
        Action.EDIT_DIRECTORY: Scope.ALL,
        Action.EDIT_STUDENT: Scope.ALL,
        Action.VIEW_ACCOUNT: Scope.ALL,
        Action.VIEW_AUDIT: Scope.ALL,
        Action.VIEW_NAMES: Scope.ALL,
        Action.VIEW_STUDENT: Scope.ALL,
    },
}
# Whoever is signed in sees the own account, signs out and changes the own password, even without a role.
SIGNED_IN: dict[Action, Scope] = {Action.VIEW_OWN_ACCOUNT: Scope.SELF}
# Checks passwords before anybody is signed in; never an account's role.
GATEKEEPER: dict[Action, Scope] = {Action.EDIT_ACCOUNT: Scope.ALL, Action.VIEW_ACCOUNT: Scope.ALL}

# Nobody approves, confirms, scores or evaluates their own work, whatever roles they hold.
NEVER_ONES_OWN = frozenset(
    {
        Action.AGREE_SPONSORSHIP,
        Action.APPROVE_CASE,
        Action.APPROVE_SPONSORSHIP,
        Action.CONFIRM_CLASSIFICATION,
        Action.CONFIRM_EVALUATION,
        Action.LOCK_EVALUATION,
        Action.RATE_SPONSOR,
        Action.REOPEN_EVALUATION,
        Action.REVIEW_EVALUATION,
    }
)

# What a person must be allowed to do to read a row at all. A table that is not listed is seen by nobody.
VIEWS: dict[type, tuple[Action, ...]] = {
    m.Account: (Action.VIEW_ACCOUNT, Action.VIEW_OWN_ACCOUNT),
    m.AccountRole: (Action.VIEW_ACCOUNT, Action.VIEW_OWN_ACCOUNT),
    m.AccountSession: (Action.VIEW_ACCOUNT, Action.VIEW_OWN_ACCOUNT),
    m.AuditEntry: (Action.VIEW_AUDIT,),
    m.CasePrivate: (Action.VIEW_CIRCUMSTANCES,),
    m.Classroom: (Action.VIEW_DIRECTORY,),
    m.Department: (Action.VIEW_DIRECTORY,),
    m.Enrolment: (Action.VIEW_STUDENT,),
    m.Hardship: (Action.VIEW_CIRCUMSTANCES,),
    m.HardshipCategory: (Action.VIEW_DIRECTORY,),
    m.ProgressEvaluation: (Action.VIEW_EVALUATION,),
    m.SchoolYear: (Action.VIEW_DIRECTORY,),
    m.SensitiveView: (Action.VIEW_OWN_ACCOUNT,),
    m.SponsorEvaluation: (Action.VIEW_HELP_RATING,),
    m.Sponsorship: (Action.VIEW_SPONSORSHIP,),
    m.Staff: (Action.VIEW_DIRECTORY, Action.VIEW_ACCOUNT),
    m.Student: (Action.VIEW_STUDENT,),
    m.StudentName: (Action.VIEW_NAMES,),
    m.StudentPrivate: (Action.VIEW_CIRCUMSTANCES,),
    m.SupportCase: (Action.VIEW_CASE,),
    m.SurveyEntry: (Action.VIEW_CIRCUMSTANCES,),
    m.TermResult: (Action.VIEW_STUDENT,),
}

# What a person must be allowed to do to write a row: one of these, on that row. The second wall behind the services.
WRITES: dict[type, tuple[Action, ...]] = {
    m.Account: (Action.EDIT_ACCOUNT, Action.VIEW_OWN_ACCOUNT),
    m.AccountRole: (Action.EDIT_ACCOUNT,),
    m.AccountSession: (Action.EDIT_ACCOUNT, Action.VIEW_OWN_ACCOUNT),
    m.CasePrivate: (Action.EDIT_CASE,),
    m.Classroom: (Action.EDIT_DIRECTORY,),
    m.Department: (Action.EDIT_DIRECTORY,),
    m.Enrolment: (Action.EDIT_STUDENT,),
    m.Hardship: (Action.CLASSIFY_CASE, Action.CONFIRM_CLASSIFICATION),
    m.HardshipCategory: (Action.EDIT_CATALOGUE,),
    m.ProgressEvaluation: (
        Action.CONFIRM_EVALUATION,
        Action.EDIT_EVALUATION,
        Action.LOCK_EVALUATION,
        Action.REOPEN_EVALUATION,
        Action.REVIEW_EVALUATION,
    ),
    m.SchoolYear: (Action.EDIT_DIRECTORY,),
    m.SponsorEvaluation: (Action.RATE_SPONSOR,),
    m.Sponsorship: (
        Action.AGREE_SPONSORSHIP,
        Action.APPROVE_SPONSORSHIP,
        Action.END_SPONSORSHIP,
        Action.REGISTER_SPONSORSHIP,
    ),
    m.Staff: (Action.EDIT_DIRECTORY,),
    m.Student: (Action.EDIT_STUDENT,),
    m.StudentPrivate: (Action.EDIT_STUDENT,),
    m.SupportCase: (
        Action.APPROVE_CASE,
        Action.APPROVE_SPONSORSHIP,
        Action.CLOSE_CASE,
        Action.EDIT_CASE,
        Action.END_SPONSORSHIP,
        Action.VERIFY_CASE,
    ),
    m.SurveyEntry: (Action.EDIT_CASE,),
    m.TermResult: (Action.EDIT_STUDENT,),
}
# New rows of these tables may also be made by those who only nominate: what they may add, they may not change.
CREATES: dict[type, tuple[Action, ...]] = {
    m.CasePrivate: (Action.NOMINATE_STUDENT,),
    m.Hardship: (Action.NOMINATE_STUDENT,),
    m.SensitiveView: (Action.VIEW_OWN_ACCOUNT,),
    m.SupportCase: (Action.NOMINATE_STUDENT,),
    m.SurveyEntry: (Action.NOMINATE_STUDENT,),
}

# What says whose a stored row is: it stays, or changes by this action only. A case moved to another student would open
# that student to its readers, an account moved to another person that person's cases.
FIXED: dict[type, dict[str, Action | None]] = {
    m.Account: dict.fromkeys(("disabled_at", "staff_id", "username"), Action.EDIT_ACCOUNT),
    m.AccountSession: {"account_id": None},
    m.CasePrivate: {"case_id": None},
    m.ProgressEvaluation: {"case_id": None, "period": None},
    m.SponsorEvaluation: {"period": None, "sponsorship_id": None},
    m.SupportCase: {"nominated_by_id": None, "school_year_id": None, "student_id": None},
    m.SurveyEntry: {"case_id": None},
}
# A state changes by a step of its table, for those who may take it. A case follows its sponsorships by itself.
STEPS: dict[type, dict] = {
    m.ProgressEvaluation: EVALUATION_STEPS,
    m.Sponsorship: SPONSORSHIP_STEPS,
    m.SupportCase: CASE_STEPS,
}
_FOLLOWS = ({CaseState.APPROVED, CaseState.ACTIVE}, (Action.APPROVE_SPONSORSHIP, Action.END_SPONSORSHIP))

Names = dict[Scope, tuple[str, ...]]  # which of the actor's ids a scope means

_BY_STUDENT: Names = {
    Scope.OWN: ("sponsored_students", "homeroom_students"),
    Scope.DEPARTMENT: ("department_students",),
    Scope.DEPARTMENT_OPENED: ("department_students & opened_students",),
    Scope.ALL_OPENED: ("opened_students",),
}
_BY_CASE: Names = {
    Scope.OWN: ("sponsored_cases", "homeroom_cases"),
    Scope.LED: ("led_cases",),
    Scope.DEPARTMENT: ("department_cases",),
    Scope.DEPARTMENT_OPENED: ("department_cases & opened_cases",),
    Scope.ALL_OPENED: ("opened_cases",),
}
_BY_STAFF: Names = {Scope.OWN: ("self",), Scope.SELF: ("self",), Scope.DEPARTMENT: ("department_staff",)}
_BY_ACCOUNT: Names = {Scope.SELF: ("account",)}

# How a row is somebody's: the path from the row to an id, and which of the actor's ids each scope means there.
REACH: dict[type, list[tuple[str, Names]]] = {
    m.Account: [("id", _BY_ACCOUNT)],
    m.AccountRole: [("account_id", _BY_ACCOUNT)],
    m.AccountSession: [("account_id", _BY_ACCOUNT)],
    m.CasePrivate: [("case_id", _BY_CASE)],
    m.Enrolment: [("student_id", _BY_STUDENT)],
    m.Hardship: [("case_id", _BY_CASE)],
    m.ProgressEvaluation: [("case_id", _BY_CASE)],
    m.SensitiveView: [("account_id", _BY_ACCOUNT)],
    m.SponsorEvaluation: [("sponsorship.staff_id", _BY_STAFF)],
    m.Sponsorship: [("staff_id", _BY_STAFF), ("case_id", _BY_CASE)],
    m.Student: [("id", _BY_STUDENT)],
    m.StudentPrivate: [("student_id", _BY_STUDENT)],
    m.SupportCase: [("id", _BY_CASE)],
    m.SurveyEntry: [("case_id", _BY_CASE)],
    m.TermResult: [("enrolment.student_id", _BY_STUDENT)],
}


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

    Beyond that a new row begins in its first state, a stored one keeps what is `FIXED` and changes state by a step.
    """
    if actor is not None and actor.operator:
        return True
    if not _may_stand(actor, obj, new) or (not new and not _may_move(actor, obj)):
        return False
    actions = WRITES.get(type(obj), ()) + (CREATES.get(type(obj), ()) if new else ())
    return any(can(actor, action, obj) for action in actions)


def may_delete(actor: Actor | None, obj: Any) -> bool:
    """Whether the actor may write the row, and it is still in its first state: what went on is ended, and stays."""
    if actor is not None and actor.operator:
        return True
    return may_write(actor, obj) and _may_stand(actor, obj, new=True)


def _may_move(actor: Actor | None, obj: Any) -> bool:
    """Whether what says whose the row is stays, or changes by somebody who may change it."""
    attributes = inspect(obj).attrs
    moved = [action for name, action in FIXED.get(type(obj), {}).items() if attributes[name].history.has_changes()]
    return all(action is not None and can(actor, action, obj) for action in moved)


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
    states, actions = _FOLLOWS
    if history.deleted and {*history.added, *history.deleted} <= states:
        return any(can(actor, action) for action in actions)
    steps = [step for step in machine.values() if step.target == obj.state and {*history.deleted} <= {*step.sources}]
    return any(can(actor, step.action, obj) for step in steps)


def whose_work(obj: Any) -> frozenset[int]:
    """Staff whose own work `obj` is, as stored and as about to be stored: they may not approve, confirm or rate it."""
    if isinstance(obj, m.SupportCase):
        return _known(*_path_values(obj, "nominated_by_id"))
    if isinstance(obj, m.Hardship):
        return _known(*_path_values(obj, "case.nominated_by_id"))
    if isinstance(obj, m.Sponsorship):
        return _known(*_path_values(obj, "staff_id"))
    if isinstance(obj, m.SponsorEvaluation):
        return _known(*_path_values(obj, "sponsorship.staff_id"))
    if isinstance(obj, m.ProgressEvaluation):
        sponsors = {s.staff_id for case in _related(obj, "case") for s in case.sponsorships}
        return _known(*sponsors, *_path_values(obj, "author_id"))
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
