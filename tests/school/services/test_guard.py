"""The wall under every screen: no way of reading or writing reaches a row out of scope."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, text, true
from sqlalchemy.orm import Session, joinedload, with_loader_criteria
from sqlalchemy.orm.exc import ObjectDeletedError

from school import models as m
from school.db import db
from school.errors import NotAllowed
from school.rules import policy
from school.rules.policy import GRANTS
from school.rules.tables import Scope
from school.services import access, audit, cases, guard
from school.services.guard import acting, get_actor, set_actor
from school.vocabulary import Action, CaseState, Role
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_department
from tests.school.rules.test_policy import disagreements, lists_that_differ
from tests.school.services.wall import (
    LANS_OWN,
    READS,
    ROUNDABOUT,
    WRITES,
    attempt,
    breaches,
    goes_around,
    reached,
    rows_of,
)

ROOT = Path(__file__).parents[3]

# Reading ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READS)
def test_a_teacher_reaches_no_case_of_others(session: Session, cast: Cast, name: str) -> None:
    assert reached(session, cast, "lan", READS[name]) <= {cast.id(case) for case in LANS_OWN}


def test_the_same_ways_are_open_to_whoever_sees_all(session: Session, cast: Cast) -> None:
    for name, read in READS.items():
        assert cast.id("ended") in reached(session, cast, "operator", read), name
        session.rollback()


@pytest.mark.parametrize("person", ["nobody", "tro", "hoi"])
def test_no_way_is_open_to_whoever_sees_no_case(session: Session, cast: Cast, person: str) -> None:
    for name, read in READS.items():
        if name != "relations_of_a_row_made_in_this_session":  # which begins by making one
            assert reached(session, cast, person, read) == set(), name


@pytest.mark.parametrize("name", ROUNDABOUT)
def test_statements_that_go_around_the_policy_are_refused(session: Session, cast: Cast, name: str) -> None:
    for person in ("lan", "operator", "nobody"):
        set_actor(session, cast.actor(person))
        with pytest.raises(NotAllowed):
            ROUNDABOUT[name](session)


def test_two_people_in_turn_get_each_their_own_from_the_same_statement(session: Session, cast: Cast) -> None:
    # The statement is compiled once and cached: the ids of whoever asks must not be.
    loaded = select(m.Sponsorship).options(joinedload(m.Sponsorship.case))
    seen = {}
    for person in ("lan", "minh", "tam", "lan"):
        session.expunge_all()
        set_actor(session, cast.actor(person))
        seen[person] = {row.case.id for row in session.scalars(loaded) if row.case is not None}
    assert seen["lan"] == {cast.id("sponsored"), cast.id("homeroom")}
    assert seen["tam"] == {cast.id("homeroom"), cast.id("colleagues")}
    assert seen["minh"] == {cast.id(case) for case in ("departments", "heads", "outsiders", "unionists", "leaders")}


def test_a_row_loaded_by_a_teacher_shows_the_operator_all_its_relations(session: Session, cast: Cast) -> None:
    # What lan's scope hid is not hidden from those who come after her.
    set_actor(session, cast.actor("lan"))
    row = session.get(m.Sponsorship, cast.id("ended", "sponsorship"))
    assert row.case is None
    set_actor(session, cast.actor("operator"))
    session.expire(row)
    assert row.case.private.circumstances


def test_names_are_all_that_a_teacher_reads_of_other_students(session: Session, cast: Cast) -> None:
    set_actor(session, cast.actor("son"))
    name = session.get(m.StudentName, cast.stranger)
    assert (name.full_name, name.classroom_name) == ("Nguyễn Thị Thắm", "12A3")
    assert {column.key for column in m.StudentName.__mapper__.columns} == {
        "id",
        "full_name",
        "search_name",
        "sort_key",
        "classroom_name",
    }


def test_nothing_loaded_while_acting_is_read_afterwards(session: Session, cast: Cast) -> None:
    set_actor(session, cast.actor("lan"))
    with acting(session, cast.actor("binh")):
        held = session.get(m.SupportCase, cast.id("outsiders"))
        assert held.code
    assert get_actor(session).name == "lan"
    assert session.get(m.SupportCase, cast.id("outsiders")) is None
    with pytest.raises(ObjectDeletedError):
        _ = held.code


def test_acting_gives_back_the_actor_after_an_error(session: Session, cast: Cast) -> None:
    lan = cast.actor("lan")
    set_actor(session, lan)
    with pytest.raises(ZeroDivisionError), acting(session, cast.actor("binh")):
        _ = 1 / 0
    assert get_actor(session) is lan


def test_what_one_person_changed_is_not_written_in_the_next_ones_name(session: Session, cast: Cast) -> None:
    set_actor(session, cast.actor("thu"))
    session.get(m.Student, cast.stranger).full_name = "Nguyễn Thị Thắm Tươi"
    set_actor(session, cast.actor("quan"))
    session.flush()
    set_actor(session, cast.actor("operator"))
    assert session.scalars(select(m.AuditEntry).order_by(m.AuditEntry.id.desc())).first().actor == "thu"


def test_a_new_session_has_no_actor(session: Session, cast: Cast) -> None:
    db.session.remove()
    assert get_actor(db.session) is None
    assert db.session.scalars(select(m.Department)).all() == []


# Writing ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WRITES)
def test_a_teacher_cannot_write_what_is_not_hers(session: Session, cast: Cast, name: str) -> None:
    assert not attempt(session, cast, "lan", WRITES[name])


def test_the_same_can_be_written_by_the_operator(session: Session, cast: Cast) -> None:
    assert [name for name, write in WRITES.items() if not attempt(session, cast, "operator", write)] == []


@pytest.mark.parametrize("person", ["nobody", "tro", "hoi", "son"])
def test_whoever_owns_nothing_writes_nothing(session: Session, cast: Cast, person: str) -> None:
    assert [name for name, write in WRITES.items() if attempt(session, cast, person, write)] == []


def test_a_refused_write_leaves_nothing_behind(session: Session, cast: Cast) -> None:
    held = rows_of(session, cast)
    set_actor(session, cast.actor("lan"))
    held["private"].circumstances = "khác"
    with pytest.raises(NotAllowed):
        session.flush()
    session.rollback()
    set_actor(session, cast.actor("operator"))
    assert session.get(m.CasePrivate, cast.id("outsiders", "private")).circumstances != "khác"


@pytest.mark.parametrize("person", ["lan", "binh", "quan", "operator", "nobody"])
def test_nobody_writes_the_audit_log_by_hand(session: Session, cast: Cast, person: str) -> None:
    set_actor(session, cast.actor(person))
    session.add(
        m.AuditEntry(
            at=NOW,
            actor="x",
            origin="panel",
            action="x",
            table_name="x",
            row_id=1,
            changes={},
            previous_hash="x",
            hash="x",
        )
    )
    with pytest.raises(NotAllowed):
        session.flush()


@pytest.mark.parametrize("person", ["binh", "quan", "operator"])
@pytest.mark.parametrize("change", ["update", "delete"])
def test_nobody_changes_the_audit_log(session: Session, cast: Cast, person: str, change: str) -> None:
    set_actor(session, cast.actor(person))
    entry = session.scalars(select(m.AuditEntry).limit(1)).one()
    if change == "update":
        entry.actor = "ai đó"
    else:
        session.delete(entry)
    with pytest.raises(NotAllowed):
        session.flush()


@pytest.mark.parametrize("change", ["update", "delete"])
def test_nobody_takes_back_that_a_file_was_opened(session: Session, cast: Cast, change: str) -> None:
    with acting(session, cast.actor("cuc")):
        case = session.get(m.SupportCase, cast.id("outsiders"))
        cases.open_circumstances(session, cast.actor("cuc"), case, "chuẩn bị họp")
    set_actor(session, cast.actor("cuc"))
    view = session.scalars(select(m.SensitiveView)).one()
    if change == "update":
        view.opened_on = dt.date(2025, 10, 1)
    else:
        session.delete(view)
    with pytest.raises(NotAllowed):
        session.flush()


@pytest.mark.parametrize(
    ("person", "case", "row", "state"),
    [
        ("ly", "leaders", m.Sponsorship, "approved"),  # of leadership, but this is the own sponsorship
        ("uyen", "unionists", m.Sponsorship, "agreed"),
        ("uyen", "unionists", m.ProgressEvaluation, "confirmed"),
        ("hoa", "heads", m.ProgressEvaluation, "reviewed"),
        ("thu", "outsiders", m.SupportCase, "approved"),  # the secretary approves nothing
        ("hoa", "departments", m.ProgressEvaluation, "locked"),
    ],
)
def test_a_state_that_is_not_theirs_to_set_is_refused_under_the_services(
    session: Session, cast: Cast, person: str, case: str, row: type, state: str
) -> None:
    name = {m.Sponsorship: "sponsorship", m.ProgressEvaluation: "progress", m.SupportCase: "case"}[row]
    before = {"approved": "agreed", "agreed": "registered", "confirmed": "reviewed", "reviewed": "submitted"}
    obj = session.get(row, cast.id(case, name))
    enum = type(obj.state)
    obj.state = enum("verified") if row is m.SupportCase else enum(before.get(state, "confirmed"))
    session.flush()
    set_actor(session, cast.actor(person))
    obj.state = enum(state)
    with pytest.raises(NotAllowed):
        session.flush()


def test_a_rating_of_oneself_cannot_be_pushed_onto_somebody_else(session: Session, cast: Cast) -> None:
    rating = session.get(m.SponsorEvaluation, cast.id("unionists", "rating"))
    set_actor(session, cast.actor("uyen"))
    rating.sponsorship_id = cast.id("leaders", "sponsorship")
    rating.period = "2025-10"
    with pytest.raises(NotAllowed):
        session.flush()


def test_a_month_of_ones_own_cannot_be_moved_away_and_confirmed(session: Session, cast: Cast) -> None:
    progress = session.get(m.ProgressEvaluation, cast.id("unionists", "progress"))
    progress.state = "reviewed"
    session.flush()
    set_actor(session, cast.actor("uyen"))
    progress.case_id, progress.author_id, progress.period = cast.id("leaders"), None, "2025-10"
    progress.state = "confirmed"
    with pytest.raises(NotAllowed):
        session.flush()


def test_a_registration_of_ones_own_cannot_be_agreed_by_renaming_it(session: Session, cast: Cast) -> None:
    sponsorship = session.get(m.Sponsorship, cast.id("unionists", "sponsorship"))
    sponsorship.state = "registered"
    session.flush()
    set_actor(session, cast.actor("uyen"))
    sponsorship.staff_id, sponsorship.state = cast.staff["son"], "agreed"
    with pytest.raises(NotAllowed):
        session.flush()


def test_a_teacher_proposes_a_student_whom_she_cannot_see(session: Session, cast: Cast) -> None:
    set_actor(session, cast.actor("son"))
    year = session.get(m.SchoolYear, cast.year)
    case = cases.nominate(session, cast.actor("son"), cast.stranger, year, {"circumstances": "em nghỉ nhiều"})
    assert case is not None
    assert case.state is CaseState.NOMINATED
    assert session.scalars(select(m.SupportCase)).all() == []


# Stamps -------------------------------------------------------------------------------------------------------------


def test_rows_are_stamped_with_the_moment_of_whoever_acts(session: Session, cast: Cast) -> None:
    department = make_department(session)
    later = NOW + dt.timedelta(hours=3)
    set_actor(session, cast.actor("operator", later))
    department.name = "Tổ Lý – Hóa"
    session.flush()
    assert (department.created_at, department.updated_at) == (NOW, later)
    assert department.version == 2


# Mutants: take out each guard in turn, and the tests above must go red ----------------------------------------------


class Surgery(ExitStack):
    """Takes guards out, and puts them back at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = self.enter_context(pytest.MonkeyPatch.context())

    def replace_event(self, name: str, listener: Any, other: Any = None) -> None:
        """Take a listener away from the session, or put another in its place."""
        event.remove(db.session, name, listener)
        self.callback(event.listen, db.session, name, listener)
        if other is not None:
            event.listen(db.session, name, other)
            self.callback(event.remove, db.session, name, other)


Mutant = Callable[[Surgery], None]
MUTANTS: dict[str, Mutant] = {}


def mutant(function: Mutant) -> Mutant:
    MUTANTS[function.__name__] = function
    return function


@mutant
def without_scoped_reads(surgery: Surgery) -> None:
    surgery.replace_event("do_orm_execute", guard.scope_reads)


@mutant
def without_guarded_writes(surgery: Surgery) -> None:
    def only_stamp(session: Session, _context: Any, _instances: Any) -> None:
        for obj in [*session.new, *audit.changed(session)]:
            guard._stamp(obj, get_actor(session), new=obj in session.new)

    surgery.replace_event("before_flush", guard.guard_writes, only_stamp)


@mutant
def with_statements_that_go_around_the_mapper(surgery: Surgery) -> None:
    def scope_only_rows(state: Any) -> None:
        if state.is_select and state.is_orm_statement:
            guard.scope_reads(state)

    surgery.replace_event("do_orm_execute", guard.scope_reads, scope_only_rows)


@mutant
def with_sqlalchemys_own_criteria(surgery: Surgery) -> None:
    def plain(model: type, criterion: Any) -> Any:
        return with_loader_criteria(model, criterion, include_aliases=True, propagate_to_loaders=False)

    surgery.patch.setattr(guard, "_Scope", plain)


@mutant
def with_refreshed_rows_unscoped(surgery: Surgery) -> None:
    def scope_all_but_refreshes(state: Any) -> None:
        if not state.is_column_load:
            guard.scope_reads(state)

    surgery.replace_event("do_orm_execute", guard.scope_reads, scope_all_but_refreshes)


@mutant
def with_every_row_visible(surgery: Surgery) -> None:
    surgery.patch.setattr(policy, "visible", lambda actor, model: true())


@mutant
def with_everything_writable(surgery: Surgery) -> None:
    surgery.patch.setattr(policy, "may_write", lambda actor, obj, new=False: True)


@mutant
def with_rows_that_can_be_moved(surgery: Surgery) -> None:
    surgery.patch.setattr(policy, "FIXED", {})


@mutant
def with_any_state_for_whoever_may_write(surgery: Surgery) -> None:
    surgery.patch.setattr(policy, "STEPS", {})


@mutant
def with_deletion_of_whatever_may_be_written(surgery: Surgery) -> None:
    surgery.patch.setattr(policy, "may_delete", policy.may_write)


@mutant
def with_the_scope_asked_only_of_where_a_row_goes(surgery: Surgery) -> None:
    surgery.patch.setattr(policy, "_path_values", lambda obj, path: {getattr(obj, path.partition(".")[0], None)})


@mutant
def with_keys_left_unsettled(surgery: Surgery) -> None:
    surgery.patch.setattr(guard, "_settle_keys", lambda obj: None)


@mutant
def with_ones_own_work_decided_by_oneself(surgery: Surgery) -> None:
    surgery.patch.setattr(policy, "NEVER_ONES_OWN", frozenset())


@mutant
def with_the_author_forgotten(surgery: Surgery) -> None:
    surgery.patch.setattr(policy, "whose_work", lambda obj: frozenset())


@mutant
def with_one_grant_too_wide(surgery: Surgery) -> None:
    surgery.patch.setitem(GRANTS[Role.TEACHER], Action.VIEW_CASE, Scope.ALL)


@mutant
def with_circumstances_for_the_union_without_a_reason(surgery: Surgery) -> None:
    surgery.patch.setitem(GRANTS[Role.UNION], Action.VIEW_CIRCUMSTANCES, Scope.ALL)


@mutant
def with_a_right_more_for_the_council(surgery: Surgery) -> None:
    surgery.patch.setitem(GRANTS[Role.COUNCIL], Action.VIEW_NAMES, Scope.ALL)


@mutant
def with_a_right_less_for_leadership(surgery: Surgery) -> None:
    surgery.patch.delitem(GRANTS[Role.LEADERSHIP], Action.APPROVE_CASE)


@mutant
def with_sponsorships_that_never_end(surgery: Surgery) -> None:
    surgery.patch.setattr(access, "_running", lambda today: (true(),))


@mutant
def with_a_list_that_shows_more_than_can_be_opened(surgery: Surgery) -> None:
    views = policy.VIEWS[m.CasePrivate]
    real = policy.visible

    def loose(actor: Any, model: type) -> Any:
        return real(actor, m.Department) if model is m.CasePrivate else real(actor, model)

    assert views
    surgery.patch.setattr(policy, "visible", loose)


@mutant
def with_nobody_taken_for_the_operator(surgery: Surgery) -> None:
    real = policy.scopes
    operator = frozenset({Scope.ALL})
    surgery.patch.setattr(policy, "scopes", lambda actor, action: operator if actor is None else real(actor, action))
    real_can = policy.can
    surgery.patch.setattr(policy, "can", lambda actor, *rest: real_can(actor, *rest) if actor else policy.YES)


def nobody_sees_something(session: Session, cast: Cast) -> bool:
    """Whether a session without an actor lists anything."""
    session.expunge_all()
    set_actor(session, None)
    return bool(session.scalars(select(m.SupportCase.id)).all())


def is_red(session: Session, cast: Cast) -> bool:
    """Whether any of the tests above would fail now: the first that would is enough."""
    if nobody_sees_something(session, cast):
        return True
    return any(next(wrong, None) is not None for wrong in red_lines(session, cast))


def red_lines(session: Session, cast: Cast) -> Iterator[Iterator[Any]]:
    """What each of them would complain of, line by line as it is found."""
    yield disagreements(cast)
    yield lists_that_differ(cast)
    yield breaches(session, cast)


def test_without_a_mutant_nothing_is_red(session: Session, cast: Cast) -> None:
    assert not is_red(session, cast)


@pytest.mark.parametrize("name", MUTANTS)
def test_the_tests_go_red_when_a_guard_is_taken_out(session: Session, cast: Cast, name: str) -> None:
    with Surgery() as surgery:
        MUTANTS[name](surgery)
        assert is_red(session, cast)


def test_the_wall_stands_again_after_a_mutant(session: Session, cast: Cast) -> None:
    with Surgery() as surgery:
        without_scoped_reads(surgery)
    set_actor(session, cast.actor("lan"))
    with pytest.raises(NotAllowed):
        session.execute(text("SELECT 1"))
    assert not goes_around(session, cast, "text")


def test_what_is_in_reach_is_fixed_for_the_request(cast: Cast) -> None:
    reach = cast.actor("lan").reach
    with pytest.raises(dataclasses.FrozenInstanceError):
        reach.sponsored_cases = frozenset({1})
    assert reach.sponsored_cases == {cast.id("sponsored")}
    assert reach.homeroom_cases == {cast.id("homeroom"), cast.id("leaders_nominee")}
    assert cast.actor("lan").today == TODAY
