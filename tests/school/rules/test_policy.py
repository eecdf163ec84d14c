"""The policy says what the truth matrix says: every persona, every action, every object of one's own and of others."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.db import db
from school.errors import NotAllowed
from school.rules import policy
from school.rules.actor import Actor
from school.rules.policy import GRANTS, NEVER_ONES_OWN, VIEWS, can, require, visible
from school.services import accounts, cases, sponsorships
from school.services.guard import acting, set_actor
from school.vocabulary import Action, Role, SponsorshipState
from tests.cast import CASES, EVERYBODY, NOW, PEOPLE, Cast
from tests.factories import make_case, make_commendation, make_sponsorship, make_staff
from tests.school.rules.truth import MAY, MAY_AT_ALL, ROW_OF


def load_all(cast: Cast) -> dict[tuple[type, int], Any]:
    """Every row of every table, as the operator; whoever holds them can be asked about them."""
    set_actor(cast.session, cast.actor("operator"))
    return {(model, row.id): row for model in VIEWS for row in cast.session.scalars(select(model))}


def disagreements(cast: Cast) -> Iterator[str]:
    """Where the policy and the tables above do not say the same; a line each."""
    rows = load_all(cast)
    for person in EVERYBODY:
        actor = cast.actor(person)
        for action, (model, row) in ROW_OF.items():
            for case, file in cast.files.items():
                if row not in file:
                    continue
                expected = person == "operator" or case in MAY[action].get(person, ())
                if bool(can(actor, action, rows[model, file[row]])) != expected:
                    yield f"{person} {action} {case}: should be {expected}"
        for action, people in MAY_AT_ALL.items():
            expected = person == "operator" or person in people
            if bool(can(actor, action)) != expected:
                yield f"{person} {action}: should be {expected}"


def lists_that_differ(cast: Cast) -> Iterator[str]:
    """Where a query gives other rows than `can` allows, for every person and every table."""
    rows = load_all(cast)
    for person in EVERYBODY:
        actor = cast.actor(person)
        set_actor(cast.session, cast.actor("operator"))
        allowed: dict[type, set[int]] = {model: set() for model in VIEWS}
        for (model, row_id), row in rows.items():
            if any(can(actor, action, row) for action in VIEWS[model]):
                allowed[model].add(row_id)
        set_actor(cast.session, actor)
        for model, may_see in allowed.items():
            listed = set(cast.session.scalars(select(model.id)))
            if listed != may_see:
                yield f"{person} {model.__name__}: lists {sorted(listed)}, may see {sorted(may_see)}"


def may(cast: Cast, person: str, action: Action, model: type, row_id: int, now: dt.datetime = NOW) -> bool:
    """Whether the person may, asked about a row that the operator has loaded."""
    set_actor(cast.session, cast.actor("operator"))
    return bool(can(cast.actor(person, now), action, cast.session.get(model, row_id)))


# The matrix ---------------------------------------------------------------------------------------------------------


def test_every_action_stands_in_one_of_the_tables() -> None:
    assert MAY.keys() == ROW_OF.keys()
    assert MAY.keys() | MAY_AT_ALL.keys() == set(Action)
    assert not MAY.keys() & MAY_AT_ALL.keys()


def test_every_role_has_a_persona() -> None:
    assert {role for _, _, roles in PEOPLE.values() for role in roles} == set(Role)


def test_the_policy_says_what_the_matrix_says(cast: Cast) -> None:
    assert list(disagreements(cast)) == []


def test_lists_show_exactly_the_rows_that_can_be_opened(cast: Cast) -> None:
    assert list(lists_that_differ(cast)) == []


def test_the_lists_of_the_cast_are_neither_empty_nor_full(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("lan"))
    own = set(cast.session.scalars(select(m.SupportCase.id)))
    assert own == {cast.id("sponsored"), cast.id("homeroom"), cast.id("leaders_nominee")}


@pytest.mark.parametrize("person", EVERYBODY)
def test_every_part_of_a_file_opens_and_shuts_together(cast: Cast, person: str) -> None:
    rows = load_all(cast)
    actor = cast.actor(person)
    for file in cast.files.values():
        private = {
            bool(can(actor, Action.VIEW_CIRCUMSTANCES, rows[model, file[row]]))
            for model, row in (
                (m.CasePrivate, "private"),
                (m.Hardship, "hardship"),
                (m.SurveyEntry, "survey"),
                (m.StudentPrivate, "student_private"),
                (m.ContactPrivate, "contact_private"),
                (m.SupportCase, "case"),
            )
        }
        roster = {
            bool(can(actor, Action.VIEW_STUDENT, rows[model, file[row]]))
            for model, row in ((m.Student, "student"), (m.Enrolment, "enrolment"), (m.TermResult, "result"))
        }
        assert len(private) == len(roster) == 1


# The tables of the policy are complete ------------------------------------------------------------------------------


def test_every_table_says_who_sees_it() -> None:
    assert VIEWS.keys() == {mapper.class_ for mapper in db.Model.registry.mappers}


def test_every_role_is_granted_something() -> None:
    assert GRANTS.keys() == set(Role)


@pytest.mark.parametrize("action", list(Action))
def test_every_action_is_granted_to_somebody(action: Action) -> None:
    assert any(action in grants for grants in GRANTS.values())


def test_every_table_but_the_log_and_the_names_says_who_writes_it() -> None:
    written = policy.WRITES.keys() | policy.CREATES.keys()
    assert VIEWS.keys() - written == {m.AuditEntry, m.StudentName}


def test_actions_stand_in_alphabetical_order() -> None:
    assert [str(action) for action in Action] == sorted(str(action) for action in Action)


def test_scopes_other_than_all_have_rows_in_every_table_they_are_granted_for() -> None:
    for role, grants in GRANTS.items():
        for model, actions in VIEWS.items():
            for scope in {grants[a] for a in actions if a in grants} - {policy.Scope.ALL}:
                assert any(scope in names for _, names in policy.REACH[model]), (role, model, scope)


def test_a_column_that_is_fixed_exists_and_is_stored() -> None:
    for model, columns in policy.FIXED.items():
        assert columns.keys() <= set(model.__table__.columns.keys())


# Nobody decides on their own work -----------------------------------------------------------------------------------

# Whoever holds the right for everybody else, and the case in which it is their own work.
OWN_WORK = [
    (Action.AGREE_SPONSORSHIP, "uyen", "unionists", "outsiders"),
    (Action.AGREE_SPONSORSHIP, "ly", "leaders", "outsiders"),
    (Action.APPROVE_CASE, "ly", "leaders_nominee", "outsiders"),
    (Action.APPROVE_SPONSORSHIP, "ly", "leaders", "outsiders"),
    (Action.CLOSE_FOLLOW_UP, "ly", "leaders", "outsiders"),
    (Action.CLOSE_FOLLOW_UP, "uyen", "unionists", "outsiders"),
    (Action.CONFIRM_ACTIVITY, "uyen", "unionists", "outsiders"),
    (Action.CONFIRM_ACTIVITY, "ly", "leaders", "outsiders"),
    (Action.CONFIRM_CLASSIFICATION, "ly", "leaders_nominee", "outsiders"),
    (Action.CONFIRM_EVALUATION, "uyen", "unionists", "outsiders"),
    (Action.CONFIRM_EVALUATION, "ly", "leaders", "outsiders"),
    (Action.INSPECT, "ly", "leaders", "outsiders"),
    (Action.INSPECT, "uyen", "unionists", "outsiders"),
    (Action.LOCK_EVALUATION, "ly", "leaders", "outsiders"),
    (Action.RATE_SPONSOR, "uyen", "unionists", "outsiders"),
    (Action.RATE_SPONSOR, "ly", "leaders", "outsiders"),
    (Action.REOPEN_EVALUATION, "ly", "leaders", "outsiders"),
    (Action.REVIEW_EVALUATION, "hoa", "heads", "departments"),
    (Action.REVIEW_EVALUATION, "ly", "leaders", "outsiders"),
]


OWN_SCORE = {
    Action.ADJUST_SCORE: m.ScoreAdjustment,
    Action.EDIT_STAFF_RATING: m.YearlyRating,
    Action.FREEZE_SCORE: m.ScoreSheet,
}


def test_each_action_that_is_never_ones_own_is_tried() -> None:
    of_no_case = {Action.DECIDE_COMMENDATION, *OWN_SCORE}  # tried below
    assert {action for action, *_ in OWN_WORK} | of_no_case == NEVER_ONES_OWN


@pytest.mark.parametrize(("action", "person", "own", "others"), OWN_WORK)
def test_nobody_decides_on_their_own_work(cast: Cast, action: Action, person: str, own: str, others: str) -> None:
    model, row = ROW_OF[action]
    assert not may(cast, person, action, model, cast.id(own, row))
    assert may(cast, person, action, model, cast.id(others, row))


def test_nobody_decides_on_the_own_commendation(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("operator"))
    own, others = (make_commendation(cast.session, staff_id=cast.staff[name]).id for name in ("ly", "minh"))
    assert not may(cast, "ly", Action.DECIDE_COMMENDATION, m.Commendation, own)
    assert may(cast, "ly", Action.DECIDE_COMMENDATION, m.Commendation, others)


@pytest.mark.parametrize("action", OWN_SCORE)
def test_nobody_scores_or_rates_themselves(cast: Cast, action: Action) -> None:
    rows = cast.session.scalars(select(OWN_SCORE[action])).all()
    ids = {row.staff_id: row.id for row in rows}
    assert not may(cast, "ly", action, OWN_SCORE[action], ids[cast.staff["ly"]])
    assert may(cast, "ly", action, OWN_SCORE[action], ids[cast.staff["giang"]])


def test_the_refusal_of_ones_own_work_says_why(cast: Cast) -> None:
    sponsorship = cast.get(m.Sponsorship, cast.id("leaders", "sponsorship"))
    assert "chính thầy cô" in can(cast.actor("ly"), Action.APPROVE_SPONSORSHIP, sponsorship).reason


def test_a_supporting_sponsor_does_not_confirm_the_students_month_either(cast: Cast) -> None:
    case = cast.get(m.SupportCase, cast.id("outsiders"))
    make_sponsorship(cast.session, case, cast.get(m.Staff, cast.staff["uyen"]), role="supporting")
    assert not may(cast, "uyen", Action.CONFIRM_EVALUATION, m.ProgressEvaluation, cast.id("outsiders", "progress"))


def test_the_rule_holds_after_the_sponsorship_has_ended(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("operator"))
    sponsorship = cast.get(m.Sponsorship, cast.id("unionists", "sponsorship"))
    sponsorship.state, sponsorship.ended_on = SponsorshipState.ENDED, dt.date(2025, 10, 1)
    cast.session.flush()
    assert not may(cast, "uyen", Action.CONFIRM_EVALUATION, m.ProgressEvaluation, cast.id("unionists", "progress"))
    assert not may(cast, "uyen", Action.RATE_SPONSOR, m.SponsorEvaluation, cast.id("unionists", "rating"))


# Section 3, sentence by sentence ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2025, 10, 9), False),  # the day before it starts
        (dt.date(2025, 10, 10), True),  # its first day
        (dt.date(2025, 10, 15), True),
        (dt.date(2025, 10, 20), True),  # its last day
        (dt.date(2025, 10, 21), False),  # the day after
    ],
)
@pytest.mark.parametrize("state", [SponsorshipState.APPROVED, SponsorshipState.ENDED])
def test_a_teacher_sees_a_sponsored_case_while_the_sponsorship_runs(
    cast: Cast, state: SponsorshipState, day: dt.date, expected: bool
) -> None:
    case = make_case(cast.session)
    sponsorship = make_sponsorship(
        cast.session,
        case,
        cast.get(m.Staff, cast.staff["son"]),
        state=state,
        started_on=dt.date(2025, 10, 10),
        ended_on=dt.date(2025, 10, 20),
    )
    morning = dt.datetime.combine(day, dt.time(2), dt.UTC)
    assert sponsorship.runs_on(day) is expected
    for action, row in (
        (Action.VIEW_CASE, case),
        (Action.VIEW_CIRCUMSTANCES, case.private),
        (Action.VIEW_STUDENT, case.student),
    ):
        assert bool(can(cast.actor("son", morning), action, row)) is expected


def test_the_day_is_the_schools_not_greenwichs(cast: Cast) -> None:
    # 23 o'clock in Greenwich on the 15th is 6 in the morning of the 16th at the school: the future one has begun.
    late = dt.datetime(2025, 10, 15, 23, tzinfo=dt.UTC)
    early = dt.datetime(2025, 10, 15, 16, 59, tzinfo=dt.UTC)
    assert may(cast, "lan", Action.VIEW_CASE, m.SupportCase, cast.id("future"), late)
    assert not may(cast, "lan", Action.VIEW_CASE, m.SupportCase, cast.id("future"), early)


@pytest.mark.parametrize("state", [SponsorshipState.REGISTERED, SponsorshipState.AGREED])
def test_a_sponsorship_that_nobody_has_approved_opens_nothing(cast: Cast, state: SponsorshipState) -> None:
    case = make_case(cast.session)
    sponsorship = make_sponsorship(cast.session, case, cast.get(m.Staff, cast.staff["son"]), state=state)
    assert not sponsorship.runs_on(NOW.date())
    assert not can(cast.actor("son"), Action.VIEW_CASE, case)


def test_a_registration_that_was_turned_down_opens_nothing_on_its_last_day(cast: Cast) -> None:
    sponsorship = cast.get(m.Sponsorship, cast.id("registered", "sponsorship"))
    sponsorships.take_step(
        cast.session, cast.actor("operator"), sponsorship, "end", dt.date(2025, 10, 31), "đã có người khác"
    )
    assert not sponsorship.runs_on(NOW.date())
    assert not may(cast, "lan", Action.VIEW_CIRCUMSTANCES, m.CasePrivate, cast.id("registered", "private"))


def test_of_other_students_a_teacher_sees_names_and_classes_only(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("son"))
    names = set(cast.session.execute(select(m.StudentName.full_name, m.StudentName.classroom_name)))
    assert ("Điểu Sáng", "12A3") in names
    assert len(names) == len(CASES) + 2
    assert cast.session.scalars(select(m.Student)).all() == []


def test_a_homeroom_teacher_sees_every_student_of_the_class_in_full(cast: Cast) -> None:
    private = cast.session.scalars(select(m.StudentPrivate.id).where(m.StudentPrivate.student_id == cast.classmate))
    (private_id,) = private.all()
    assert may(cast, "lan", Action.VIEW_STUDENT, m.Student, cast.classmate)
    assert may(cast, "lan", Action.VIEW_CIRCUMSTANCES, m.StudentPrivate, private_id)
    assert not may(cast, "lan", Action.VIEW_STUDENT, m.Student, cast.stranger)


def test_the_summer_belongs_to_the_year_that_ended_last(cast: Cast) -> None:
    july = dt.datetime(2026, 7, 15, 2, tzinfo=dt.UTC)
    assert may(cast, "lan", Action.VIEW_CASE, m.SupportCase, cast.id("homeroom"), july)


def test_last_years_class_is_not_ones_own_any_more(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("operator"))
    cast.session.add(
        m.SchoolYear(
            name="2026-2027",
            starts_on=dt.date(2026, 9, 1),
            semester_2_starts_on=dt.date(2027, 1, 16),
            ends_on=dt.date(2027, 5, 31),
        )
    )
    cast.session.flush()
    september = dt.datetime(2026, 9, 1, 2, tzinfo=dt.UTC)
    assert not may(cast, "lan", Action.VIEW_CASE, m.SupportCase, cast.id("homeroom"), september)


def test_a_student_who_moved_away_leaves_the_homeroom_teachers_sight(cast: Cast) -> None:
    enrolment = cast.get(m.Enrolment, cast.id("homeroom", "enrolment"))
    enrolment.ended_on = dt.date(2025, 10, 1)
    cast.session.flush()
    assert not may(cast, "lan", Action.VIEW_STUDENT, m.Student, cast.id("homeroom", "student"))


def test_a_supporting_sponsor_reads_the_months_but_does_not_write_them(cast: Cast) -> None:
    progress = cast.id("sponsored", "progress")
    assert may(cast, "phuc", Action.VIEW_EVALUATION, m.ProgressEvaluation, progress)
    assert not may(cast, "phuc", Action.EDIT_EVALUATION, m.ProgressEvaluation, progress)


def test_a_sponsor_sees_the_own_rating_but_not_the_other_sponsors(cast: Cast) -> None:
    assert may(cast, "lan", Action.VIEW_HELP_RATING, m.SponsorEvaluation, cast.id("sponsored", "rating"))
    assert not may(cast, "phuc", Action.VIEW_HELP_RATING, m.SponsorEvaluation, cast.id("sponsored", "rating"))


@pytest.mark.parametrize(("person", "case"), [("hoa", "departments"), ("dung", "heads"), ("cuc", "outsiders")])
def test_heads_and_union_open_circumstances_with_a_reason_for_one_day(cast: Cast, person: str, case: str) -> None:
    private, row = cast.id(case, "private"), cast.get(m.SupportCase, cast.id(case))
    assert not may(cast, person, Action.VIEW_CIRCUMSTANCES, m.CasePrivate, private)
    assert "lý do" in can(cast.actor(person), Action.VIEW_CIRCUMSTANCES, row).reason

    with acting(cast.session, cast.actor(person)):
        cases.open_circumstances(cast.session, cast.actor(person), row, "em nghỉ ba ngày liền")

    for model, name in (
        (m.CasePrivate, "private"),
        (m.Hardship, "hardship"),
        (m.SurveyEntry, "survey"),
        (m.StudentPrivate, "student_private"),
        (m.ContactPrivate, "contact_private"),
    ):
        assert may(cast, person, Action.VIEW_CIRCUMSTANCES, model, cast.id(case, name))
    tomorrow = dt.datetime(2025, 10, 16, 0, tzinfo=dt.UTC)
    assert not may(cast, person, Action.VIEW_CIRCUMSTANCES, m.CasePrivate, private, tomorrow)


def test_a_reason_opens_one_case_to_one_person(cast: Cast) -> None:
    with acting(cast.session, cast.actor("cuc")):
        row = cast.get(m.SupportCase, cast.id("outsiders"))
        cases.open_circumstances(cast.session, cast.actor("cuc"), row, "chuẩn bị họp")
    assert not may(cast, "cuc", Action.VIEW_CIRCUMSTANCES, m.CasePrivate, cast.id("colleagues", "private"))
    assert not may(cast, "uyen", Action.VIEW_CIRCUMSTANCES, m.CasePrivate, cast.id("outsiders", "private"))
    assert not may(cast, "hoa", Action.VIEW_CIRCUMSTANCES, m.CasePrivate, cast.id("outsiders", "private"))


def test_a_head_opens_nothing_outside_the_department_whatever_the_reason(cast: Cast) -> None:
    case = cast.get(m.SupportCase, cast.id("outsiders"))
    with pytest.raises(NotAllowed):
        cases.open_circumstances(cast.session, cast.actor("hoa"), case, "tôi muốn biết")
    cast.session.add(m.SensitiveView(account_id=cast.accounts["hoa"], case_id=case.id, opened_on=NOW.date()))
    cast.session.flush()
    assert not may(cast, "hoa", Action.VIEW_CIRCUMSTANCES, m.CasePrivate, cast.id("outsiders", "private"))


def test_a_deputy_does_not_follow_the_rest_of_the_department(cast: Cast) -> None:
    assert not may(cast, "dung", Action.VIEW_CASE, m.SupportCase, cast.id("departments"))


def test_a_member_who_leaves_the_department_takes_the_cases_along(cast: Cast) -> None:
    giang = cast.get(m.Staff, cast.staff["giang"])
    giang.department_id = cast.departments["Tổ Văn"]
    cast.session.flush()
    assert not may(cast, "hoa", Action.VIEW_CASE, m.SupportCase, cast.id("departments"))
    assert may(cast, "khoa", Action.VIEW_CASE, m.SupportCase, cast.id("departments"))


_NEITHERS = [m.CasePrivate, m.StudentPrivate, m.Hardship, m.SurveyEntry, m.ProgressEvaluation, m.SponsorEvaluation]
_NEITHERS += [m.SupportPlan, m.Goal, m.Contact, m.ContactPrivate, m.SupportItem, m.Activity, m.ActivityParticipant]


@pytest.mark.parametrize("person", ["hoi", "quan"])
@pytest.mark.parametrize("model", _NEITHERS)
def test_council_and_admin_see_no_circumstances_and_no_evaluations(cast: Cast, person: str, model: type) -> None:
    set_actor(cast.session, cast.actor(person))
    assert cast.session.scalars(select(model.id)).all() == []


def test_the_council_sees_no_students_name(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("hoi"))
    assert cast.session.scalars(select(m.StudentName.id)).all() == []
    assert cast.session.scalars(select(m.Student.id)).all() == []


@pytest.mark.parametrize("model", list(VIEWS))
def test_without_an_actor_nothing_is_seen(cast: Cast, model: type) -> None:
    set_actor(cast.session, None)
    assert cast.session.scalars(select(model.id)).all() == []


def test_without_a_role_only_the_own_account_is_seen(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("tro"))
    assert {model for model in VIEWS if cast.session.scalars(select(model.id)).all()} == {m.Account}
    assert cast.session.scalars(select(m.Account.id)).all() == [cast.accounts["tro"]]


def test_everybody_sees_the_own_account_and_only_an_admin_others(cast: Cast) -> None:
    for person in PEOPLE:
        actor = cast.actor(person)
        set_actor(cast.session, actor)
        seen = set(cast.session.scalars(select(m.Account.id)))
        assert seen == (set(cast.accounts.values()) if person == "quan" else {cast.accounts[person]})


def test_a_role_taken_away_takes_its_rows_away(cast: Cast) -> None:
    operator = cast.actor("operator")
    account = cast.get(m.Account, cast.accounts["binh"])
    accounts.edit(cast.session, operator, account, "binh", [Role.TEACHER], account.staff, account.version)
    assert not may(cast, "binh", Action.VIEW_CASE, m.SupportCase, cast.id("sponsored"))


def test_the_operator_sees_and_does_everything() -> None:
    operator = Actor.running_commands(NOW)
    assert all(can(operator, action, m.SupportCase(id=1)) for action in Action)


def test_the_gatekeeper_reaches_accounts_and_nothing_of_a_child(session: Session) -> None:
    gatekeeper = Actor.at_the_gate(NOW)
    assert {action for action in Action if can(gatekeeper, action)} == {Action.EDIT_ACCOUNT, Action.VIEW_ACCOUNT}


def test_require_raises_with_the_reason() -> None:
    with pytest.raises(NotAllowed, match="đăng nhập"):
        require(None, Action.VIEW_CASE)
    teacher = Actor(now=NOW, roles=frozenset({Role.TEACHER}), account_id=1, staff_id=1)
    with pytest.raises(NotAllowed, match="Vai trò"):
        require(teacher, Action.APPROVE_CASE)
    with pytest.raises(NotAllowed, match="ngoài phạm vi"):
        require(teacher, Action.VIEW_CASE, m.SupportCase(id=1))


def test_a_table_that_nobody_listed_is_seen_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(policy.VIEWS, m.SchoolYear)
    leader = Actor(now=NOW, roles=frozenset({Role.LEADERSHIP}), account_id=1)
    assert str(visible(leader, m.SchoolYear)) == "false"


def test_two_people_without_staff_are_not_the_same_person(cast: Cast) -> None:
    # An admin of no staff: "nobody's" rows (author None, staff None) are not the own ones.
    stranger = make_staff(cast.session)
    actor = cast.actor("quan")
    assert actor is not None and actor.staff_id is None
    assert not can(actor, Action.VIEW_HELP_RATING, cast.get(m.SponsorEvaluation, cast.id("sponsored", "rating")))
    assert stranger.id not in actor.reach.department_staff


# Words of a row, beneath the services -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "state", "level", "allowed"),
    [
        ("lan", "drafted", "learning", True),
        ("lan", "returned", "learning", True),
        ("lan", "submitted", "learning", False),
        ("lan", "locked", "comment", False),
        ("hoa", "drafted", "learning", True),  # enters it for the sponsor
        ("hoa", "submitted", "learning", False),  # comments, never changes a level
        ("hoa", "submitted", "review_comment", True),
        ("cuc", "reviewed", "dropout_risk", False),
        ("binh", "locked", "trend", False),
    ],
)
def test_a_level_changes_only_by_those_who_write_it_while_it_is_open(
    cast: Cast, person: str, state: str, level: str, allowed: bool
) -> None:
    set_actor(cast.session, cast.actor("operator"))
    row = cast.get(m.ProgressEvaluation, cast.id("sponsored", "progress"))
    row.state = state
    cast.session.flush()
    cast.session.refresh(row)
    set_actor(cast.session, cast.actor(person))
    setattr(row, level, {"dropout_risk": "high"}.get(level, "declined"))
    if allowed:
        cast.session.flush()
    else:
        with pytest.raises(NotAllowed):
            cast.session.flush()


def test_the_figures_of_a_report_that_was_handed_in_stay(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("operator"))
    own = m.DepartmentReport.department_id == cast.departments["Tổ Toán"]
    report = cast.session.scalars(select(m.DepartmentReport).where(own)).one()
    report.state, report.figures = "submitted", {"cases": 3}
    cast.session.flush()
    cast.session.refresh(report)
    set_actor(cast.session, cast.actor("hoa"))
    report.figures = {"cases": 4}
    with pytest.raises(NotAllowed):
        cast.session.flush()
