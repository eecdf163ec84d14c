"""Ways around the wall, each as a function: what they read and write as somebody who should not reach it.

`READS` give back the ids of the cases that they reach; `WRITES` change something that is out of lan's scope.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import delete, exists, func, insert, select, text, union_all, update
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload, subqueryload
from sqlalchemy.orm import make_transient_to_detached as pretend_to_be_stored
from sqlalchemy.orm.exc import ObjectDeletedError

from school import models as m
from school.errors import NotAllowed
from school.services.guard import set_actor
from school.vocabulary import CaseState, HelpRating, Role, SponsorRole, SponsorshipState
from tests.cast import TODAY, Cast
from tests.factories import make_sponsorship, make_staff

Case, Private = m.SupportCase, m.CasePrivate
LANS_OWN = ("sponsored", "homeroom", "leaders_nominee")

Read = Callable[[Session, Cast], Iterable[int]]
READS: dict[str, Read] = {}
WRITES: dict[str, Callable[[Session, Cast, dict[str, Any]], None]] = {}
ROUNDABOUT: dict[str, Callable[[Session], Any]] = {}


def reads(function: Read) -> Read:
    READS[function.__name__] = function
    return function


def writes(function: Callable[[Session, Cast, dict[str, Any]], None]) -> Any:
    WRITES[function.__name__] = function
    return function


def all_cases(cast: Cast) -> list[int]:
    return [file["case"] for file in cast.files.values()]


# Reading ------------------------------------------------------------------------------------------------------------


@reads
def get(session: Session, cast: Cast) -> Iterable[int]:
    return [row.id for case in all_cases(cast) if (row := session.get(Case, case)) is not None]


@reads
def get_of_the_private_part(session: Session, cast: Cast) -> Iterable[int]:
    files = cast.files.values()
    return [file["case"] for file in files if session.get(Private, file["private"]) is not None]


@reads
def get_for_update(session: Session, cast: Cast) -> Iterable[int]:
    found = (session.get(Case, case, with_for_update=True, populate_existing=True) for case in all_cases(cast))
    return [row.id for row in found if row is not None]


@reads
def select_of_rows(session: Session, cast: Cast) -> Iterable[int]:
    return [row.id for row in session.scalars(select(Case))]


@reads
def select_of_columns(session: Session, cast: Cast) -> Iterable[int]:
    return [case_id for case_id, text in session.execute(select(Private.case_id, Private.circumstances)) if text]


@reads
def query(session: Session, cast: Cast) -> Iterable[int]:
    return [row.id for row in session.query(Case)]


@reads
def alias(session: Session, cast: Cast) -> Iterable[int]:
    other = aliased(Case)
    return session.scalars(select(other.id).where(other.code.startswith("HT"))).all()


@reads
def join_from_what_everybody_sees(session: Session, cast: Cast) -> Iterable[int]:
    joined = select(Case.id, m.StudentName.full_name).join(m.StudentName, m.StudentName.id == Case.student_id)
    return [row.id for row in session.execute(joined)]


@reads
def join_to_the_private_part(session: Session, cast: Cast) -> Iterable[int]:
    joined = select(m.SchoolYear.id, Private.case_id).join(Case, Case.school_year_id == m.SchoolYear.id).join(Private)
    return [row.case_id for row in session.execute(joined)]


@reads
def outer_join(session: Session, cast: Cast) -> Iterable[int]:
    joined = select(m.SchoolYear.id, Case.id.label("case_id")).outerjoin(Case, Case.school_year_id == m.SchoolYear.id)
    return [row.case_id for row in session.execute(joined) if row.case_id]


@reads
def join_of_a_table_with_itself(session: Session, cast: Cast) -> Iterable[int]:
    other = aliased(Case)
    return session.scalars(select(other.id).join(Case, Case.school_year_id == other.school_year_id)).all()


@reads
def filter_over_a_relation(session: Session, cast: Cast) -> Iterable[int]:
    return session.scalars(select(Case.id).where(Case.private.has(Private.circumstances.contains("bà")))).all()


@reads
def guess_by_a_filter_on_what_is_hidden(session: Session, cast: Cast) -> Iterable[int]:
    found = []
    for case in all_cases(cast):
        guess = exists(select(Private.id).where(Private.case_id == case, Private.circumstances.contains("bà")))
        if session.scalar(select(m.SchoolYear.id).where(guess)) is not None:
            found.append(case)
    return found


@reads
def subquery_as_a_table(session: Session, cast: Cast) -> Iterable[int]:
    inner = select(Private.case_id, Private.circumstances).subquery()
    return session.scalars(select(inner.c.case_id)).all()


@reads
def common_table_expression(session: Session, cast: Cast) -> Iterable[int]:
    inner = select(Private.case_id).cte("inner_cases")
    return session.scalars(select(inner.c.case_id)).all()


@reads
def subquery_in_a_filter(session: Session, cast: Cast) -> Iterable[int]:
    found = []
    for case in all_cases(cast):
        inner = select(Case.school_year_id).where(Case.id == case)
        if session.scalar(select(m.SchoolYear.id).where(m.SchoolYear.id.in_(inner))) is not None:
            found.append(case)
    return found


@reads
def scalar_subquery_as_a_column(session: Session, cast: Cast) -> Iterable[int]:
    found = []
    for case in all_cases(cast):
        inner = select(Private.circumstances).where(Private.case_id == case).scalar_subquery()
        if session.scalar(select(inner).select_from(m.SchoolYear)) is not None:
            found.append(case)
    return found


@reads
def union(session: Session, cast: Cast) -> Iterable[int]:
    return session.scalars(union_all(select(Case.id), select(Private.case_id))).all()


@reads
def count(session: Session, cast: Cast) -> Iterable[int]:
    counted = select(func.count()).select_from(Case)
    return [case for case in all_cases(cast) if session.scalar(counted.where(Case.id == case))]


@reads
def count_of_a_column(session: Session, cast: Cast) -> Iterable[int]:
    counted = select(func.count(Private.id))
    return [case for case in all_cases(cast) if session.scalar(counted.where(Private.case_id == case))]


@reads
def joined_eager_load(session: Session, cast: Cast) -> Iterable[int]:
    # One's own sponsorship that has ended is still one's own; its case is not.
    loaded = select(m.Sponsorship).options(joinedload(m.Sponsorship.case).joinedload(Case.private))
    cases = [row.case for row in session.scalars(loaded)]
    return [row.id for row in cases if row is not None]


@reads
def joined_eager_load_with_inner_join(session: Session, cast: Cast) -> Iterable[int]:
    loaded = select(m.Sponsorship).options(joinedload(m.Sponsorship.case, innerjoin=True))
    return [row.case.id for row in session.scalars(loaded)]


@reads
def selectin_load(session: Session, cast: Cast) -> Iterable[int]:
    loaded = select(m.Sponsorship).options(selectinload(m.Sponsorship.case).selectinload(Case.private))
    return [row.case.id for row in session.scalars(loaded) if row.case is not None]


@reads
def subquery_load(session: Session, cast: Cast) -> Iterable[int]:
    loaded = select(m.Sponsorship).options(subqueryload(m.Sponsorship.case))
    return [row.case.id for row in session.scalars(loaded) if row.case is not None]


@reads
def eager_load_of_a_join(session: Session, cast: Cast) -> Iterable[int]:
    loaded = select(m.Sponsorship).outerjoin(m.Sponsorship.case).options(contains_eager(m.Sponsorship.case))
    return [row.case.id for row in session.scalars(loaded) if row.case is not None]


@reads
def lazy_load_of_one(session: Session, cast: Cast) -> Iterable[int]:
    return [row.case.id for row in session.scalars(select(m.Sponsorship)) if row.case is not None]


@reads
def lazy_load_from_a_row_held_by_the_operator(session: Session, cast: Cast) -> Iterable[int]:
    return [held.id for held in _held(session, cast) if held.private is not None]


@reads
def lazy_load_of_many_from_a_row_held_by_the_operator(session: Session, cast: Cast) -> Iterable[int]:
    return [held.id for held in _held(session, cast) if held.hardships]


@reads
def lazy_load_of_the_student_from_a_row_held_by_the_operator(session: Session, cast: Cast) -> Iterable[int]:
    return [held.id for held in _held(session, cast) if held.student is not None]


def _held(session: Session, cast: Cast) -> list[m.SupportCase]:
    """All cases with their columns, as somebody who sees them loaded them; relations are not loaded yet."""
    actor = session.info["actor"]
    set_actor(session, cast.actor("operator"))
    held = [session.get(Case, case) for case in all_cases(cast)]
    set_actor(session, actor)
    return held


@reads
def refresh_of_an_expired_row(session: Session, cast: Cast) -> Iterable[int]:
    found = []
    for held in _held(session, cast):
        number = held.id
        session.expire(held)
        try:
            found += [number] if held.code else []
        except ObjectDeletedError:
            session.expunge(held)
    return found


@reads
def row_that_pretends_to_be_stored(session: Session, cast: Cast) -> Iterable[int]:
    found = []
    for case in all_cases(cast):
        row = Case(id=case)
        pretend_to_be_stored(row)
        session.add(row)
        try:
            found += [case] if row.code else []
        except ObjectDeletedError:
            session.expunge(row)
    return found


@reads
def relations_of_a_row_made_in_this_session(session: Session, cast: Cast) -> Iterable[int]:
    # A teacher may propose any student, and holds the new case afterwards: not the student behind it.
    student = session.get(m.StudentName, cast.stranger)
    case = Case(
        code="HT25-9000", student_id=student.id, school_year_id=cast.year, opened_on=TODAY, state=CaseState.NOMINATED
    )
    session.add(case)
    session.flush()
    hidden = [case.id] if case.student is not None else []
    return [*get(session, cast), *hidden]


def reached(session: Session, cast: Cast, person: str, read: Read) -> set[int]:
    """The cases that the person reaches in this way, from a session that has read nothing yet."""
    actor = cast.actor(person)
    session.expunge_all()
    set_actor(session, actor)
    return set(read(session, cast))


# Statements that go around the mapper -------------------------------------------------------------------------------

ROUNDABOUT |= {
    "select of a table": lambda session: session.execute(select(Case.__table__)).all(),
    "text": lambda session: session.execute(text("SELECT circumstances FROM case_private")).all(),
    "rows from text": lambda s: s.scalars(select(Case).from_statement(text("SELECT * FROM support_case"))).all(),
    "rows from a table": lambda s: s.scalars(select(Case).from_statement(select(Case.__table__))).all(),
    "exists of a table": lambda session: session.scalar(select(exists().where(Case.__table__.c.id == 1))),
    "bulk update": lambda session: session.execute(update(Case).values(state=CaseState.CLOSED)),
    "bulk update of the table": lambda session: session.execute(update(Case.__table__).values(state="closed")),
    "bulk delete": lambda session: session.execute(delete(m.SensitiveView)),
    "bulk insert": lambda session: session.execute(insert(m.Department).values(name="Tổ Ma")),
    "bulk insert of rows": lambda session: session.execute(insert(m.Department), [{"name": "Tổ Ma"}]),
    "update by query": lambda session: session.query(Case).update({"state": CaseState.CLOSED}),
    "delete by query": lambda session: session.query(m.SensitiveView).delete(),
}


# Writing: each is lan's attempt at what is not hers; `held` are rows that the operator has loaded -------------------


def rows_of(session: Session, cast: Cast) -> dict[str, Any]:
    """The rows that the attempts are about, loaded as the operator."""
    set_actor(session, cast.actor("operator"))
    file, own = cast.files["outsiders"], cast.files["sponsored"]
    held = {
        "case": session.get(Case, file["case"]),
        "private": session.get(Private, file["private"]),
        "hardship": session.get(m.Hardship, file["hardship"]),
        "survey": session.get(m.SurveyEntry, file["survey"]),
        "progress": session.get(m.ProgressEvaluation, file["progress"]),
        "rating": session.get(m.SponsorEvaluation, file["rating"]),
        "sponsorship": session.get(m.Sponsorship, file["sponsorship"]),
        "student": session.get(m.Student, file["student"]),
        "enrolment": session.get(m.Enrolment, file["enrolment"]),
        "result": session.get(m.TermResult, file["result"]),
        "own_case": session.get(Case, own["case"]),
        "own_survey": session.get(m.SurveyEntry, own["survey"]),
        "own_hardship": session.get(m.Hardship, own["hardship"]),
        "own_progress": session.get(m.ProgressEvaluation, own["progress"]),
        "own_sponsorship": session.get(m.Sponsorship, own["sponsorship"]),
        "registered": session.get(m.Sponsorship, cast.id("registered", "sponsorship")),
        "account": session.get(m.Account, cast.accounts["lan"]),
        "department": session.get(m.Department, cast.departments["Tổ Toán"]),
        "classroom": session.get(m.Classroom, cast.classes["12A3"]),
        "lan": session.get(m.Staff, cast.staff["lan"]),
        "stranger": session.get(m.Student, cast.stranger),
        "newcomer": make_staff(session),
    }
    assert None not in held.values()
    held["own_next_sponsorship"] = make_sponsorship(
        session, held["case"], held["lan"], role=SponsorRole.SUPPORTING, started_on=dt.date(2025, 12, 1)
    )
    assert [role.role for role in held["account"].roles] == [Role.TEACHER]
    return held


@writes
def change_of_a_case(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["case"].opened_on = dt.date(2025, 9, 2)


@writes
def change_of_circumstances(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["private"].circumstances = "khác"


@writes
def change_of_a_hardship(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["hardship"].severity = "watch"


@writes
def change_of_what_a_survey_found(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["survey"].findings = "khác"


@writes
def change_of_a_month(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["progress"].comment = "khác"


@writes
def change_of_a_rating(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["rating"].rating = HelpRating.MORE_TIME


@writes
def change_of_a_sponsorship(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["sponsorship"].started_on = dt.date(2025, 9, 2)


@writes
def change_of_a_student(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["student"].full_name = "Khác"


@writes
def change_of_a_result(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["result"].absences_excused = 0


@writes
def move_of_a_student_into_ones_class(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["enrolment"].classroom_id = cast.classes["10A1"]


@writes
def taking_over_a_class(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["classroom"].homeroom_teacher_id = cast.staff["lan"]


@writes
def becoming_head_of_a_department(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["department"].head_id = cast.staff["lan"]


@writes
def a_new_hardship_in_anothers_case_with_a_confirmation_later(session: Session, cast: Cast, held: Any) -> None:
    session.add(m.Hardship(case_id=held["case"].id, category_id=3))
    session.flush()  # proposing is everybody's right
    held["hardship"].confirmed_on = TODAY


@writes
def a_new_month_in_anothers_case(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    session.add(m.ProgressEvaluation(case_id=held["case"].id, period="2025-10", author_id=cast.staff["lan"]))


@writes
def a_new_month_in_anothers_case_by_relation(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    session.add(m.ProgressEvaluation(case=held["case"], period="2025-10"))


@writes
def a_new_rating_of_oneself(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    session.add(m.SponsorEvaluation(sponsorship_id=held["own_sponsorship"].id, period="2025-10", rating="excellent"))


@writes
def a_new_sponsorship_for_somebody_else(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    session.add(m.Sponsorship(case_id=held["case"].id, staff_id=cast.staff["minh"], started_on=TODAY))


@writes
def a_new_sponsorship_that_is_approved_at_once(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    state = SponsorshipState.APPROVED
    session.add(m.Sponsorship(case_id=held["case"].id, staff_id=cast.staff["lan"], started_on=TODAY, state=state))


@writes
def a_new_case_that_is_approved_at_once(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    session.add(
        Case(code="X", student_id=cast.stranger, school_year_id=cast.year, opened_on=TODAY, state=CaseState.APPROVED)
    )


@writes
def a_new_account(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    session.add(m.Account(username="ma", password_hash="x"))


@writes
def a_new_role_for_oneself(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    session.add(m.AccountRole(account_id=cast.accounts["lan"], role=Role.LEADERSHIP))


@writes
def a_new_role_through_the_relation(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["account"].roles.append(m.AccountRole(role=Role.LEADERSHIP))


@writes
def taking_a_role_out_of_the_relation(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["account"].roles.clear()


@writes
def opening_circumstances_in_anothers_name(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    session.add(m.SensitiveView(account_id=cast.accounts["cuc"], case_id=held["case"].id, opened_on=TODAY))


@writes
def approving_ones_own_registration(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["registered"].state = SponsorshipState.APPROVED


@writes
def confirming_ones_own_month(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["own_progress"].state = "confirmed"


@writes
def closing_a_case_of_ones_own(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["own_case"].state = CaseState.CLOSED


@writes
def moving_ones_own_case_to_another_student(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["own_case"].student_id = cast.stranger


@writes
def moving_ones_own_case_by_relation(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["own_case"].student = held["stranger"]


@writes
def moving_a_row_into_anothers_case(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["own_hardship"].case_id = held["case"].id


@writes
def moving_a_row_into_anothers_case_by_relation(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["own_hardship"].case = held["case"]


@writes
def moving_a_row_out_of_anothers_case(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["hardship"].case_id = held["own_case"].id


@writes
def moving_a_month_into_ones_own_case(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["progress"].case_id, held["progress"].period = held["own_case"].id, "2025-10"


@writes
def moving_what_a_survey_found_into_anothers_case(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["own_survey"].case_id = held["case"].id


@writes
def taking_over_anothers_sponsorship(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["sponsorship"].staff_id = cast.staff["lan"]


@writes
def taking_over_anothers_sponsorship_by_relation(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["sponsorship"].staff = held["lan"]


@writes
def signing_in_as_another_person(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["account"].staff_id = held["newcomer"].id


@writes
def another_user_name(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    held["account"].username = "lanh.dao"


@writes
def deleting_a_hardship(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    session.delete(held["hardship"])


@writes
def deleting_a_survey(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    session.delete(held["survey"])


@writes
def deleting_a_month(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    session.delete(held["progress"])


@writes
def deleting_a_rating(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    session.delete(held["rating"])


@writes
def deleting_the_private_part(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    session.delete(held["private"])


@writes
def deleting_ones_own_approved_sponsorship(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    session.delete(held["own_next_sponsorship"])


@writes
def deleting_ones_own_month_that_was_sent(session: Session, cast: Cast, held: dict[str, Any]) -> None:
    session.delete(held["own_progress"])


def attempt(session: Session, cast: Cast, person: str, write: Any) -> bool:
    """Whether the person could write that; what was written is taken back."""
    held = rows_of(session, cast)
    set_actor(session, cast.actor(person))
    try:
        with session.no_autoflush:
            write(session, cast, held)
            session.flush()
    except NotAllowed:
        return False
    finally:
        session.rollback()
        session.expunge_all()
    return True


def breaches(session: Session, cast: Cast) -> Iterator[str]:
    """Every way in which lan reaches what is not hers."""
    own = {cast.id(name) for name in LANS_OWN}
    for name, read in READS.items():
        others = reached(session, cast, "lan", read) - own
        session.rollback()
        if others:
            yield f"read by {name}: {sorted(others)}"
    for name, write in WRITES.items():
        if attempt(session, cast, "lan", write):
            yield f"written by {name}"
    for name in ROUNDABOUT:
        if goes_around(session, cast, name):
            yield f"gone around by {name}"


def goes_around(session: Session, cast: Cast, name: str) -> bool:
    """Whether lan gets an answer to that statement."""
    session.expunge_all()
    set_actor(session, cast.actor("lan"))
    try:
        ROUNDABOUT[name](session)
    except NotAllowed:
        return False
    finally:
        session.rollback()
    return True
