"""The audit log: every change in its own transaction, nothing private in it, and a chain that shows what is missing."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from school import models as m
from school.names import clean
from school.rules.actor import Actor
from school.services import accounts, audit, records
from school.services.guard import set_actor
from school.vocabulary import HelpRating, Origin, Role, SponsorshipState
from tests.cast import NOW, Cast
from tests.factories import (
    SECRET,
    make_account,
    make_case,
    make_department,
    make_evaluation,
    make_hardship,
    make_rating,
    make_sponsorship,
    make_staff,
    make_student,
    make_survey,
)


def entries(session: Session, table: str | None = None) -> list[m.AuditEntry]:
    """The entries of the log, oldest first."""
    found = select(m.AuditEntry).order_by(m.AuditEntry.id)
    return list(session.scalars(found.where(m.AuditEntry.table_name == table) if table else found))


def newest(session: Session) -> m.AuditEntry:
    return entries(session)[-1]


def broken_links(session: Session) -> list[int]:
    """Ids of the entries whose hash does not fit what they say or what stands before them."""
    table, broken, previous = m.AuditEntry.__table__, [], audit.GENESIS
    for row in session.connection().execute(select(table).order_by(table.c.id)).mappings():
        if row["previous_hash"] != previous or row["hash"] != audit.digest(previous, dict(row)):
            broken.append(row["id"])
        previous = row["hash"]
    return broken


def test_a_new_row_is_entered_with_its_values(session: Session) -> None:
    staff = make_staff(session, "Nguyễn Thị Lan", code="GV77", left_on=dt.date(2026, 5, 31))
    entry = newest(session)
    assert (entry.action, entry.table_name, entry.row_id) == ("create", "staff", staff.id)
    assert entry.changes["full_name"] == [None, "Nguyễn Thị Lan"]
    assert entry.changes["left_on"] == [None, "2026-05-31"]


def test_an_entry_says_who_when_and_from_where(session: Session, cast: Cast) -> None:
    quan = cast.actor("quan")
    set_actor(session, quan)
    department = session.get(m.Department, cast.departments["Tổ Toán"])
    department.name = "Tổ Toán – Tin"
    session.flush()
    set_actor(session, cast.actor("operator"))
    entry = newest(session)
    assert (entry.actor, entry.account_id, entry.at, entry.origin) == ("quan", quan.account_id, NOW, Origin.PANEL)
    assert (entry.action, entry.changes) == ("update", {"name": ["Tổ Toán", "Tổ Toán – Tin"]})


def test_the_operator_is_entered_as_such(session: Session) -> None:
    make_department(session)
    assert (newest(session).actor, newest(session).account_id) == ("operator", None)
    assert newest(session).origin is Origin.COMMAND


def test_a_deleted_row_is_entered(session: Session) -> None:
    department = make_department(session)
    number = department.id
    session.delete(department)
    session.flush()
    assert (newest(session).action, newest(session).row_id, newest(session).changes) == ("delete", number, {})


def test_an_entry_bears_the_name_of_the_step(session: Session) -> None:
    department = make_department(session)
    with records.step(session, "rename"):
        department.name = "Tổ Hóa"
    assert newest(session).action == "rename"


def test_a_row_deleted_within_a_step_is_entered_as_deleted(session: Session, operator: Any) -> None:
    account = make_account(session, [Role.TEACHER, Role.UNION])
    lost = next(role.id for role in account.roles if role.role is Role.UNION)
    accounts.edit(session, operator, account, account.username, [Role.TEACHER], None, account.version)
    entry = entries(session, "account_role")[-1]
    assert (entry.action, entry.row_id) == ("delete", lost)


def test_an_equal_value_leaves_no_entry(session: Session) -> None:
    department = make_department(session, "Tổ Sinh")
    before = len(entries(session))
    department.name = "Tổ Sinh"
    session.flush()
    assert len(entries(session)) == before


def test_a_row_of_which_only_the_stamps_change_leaves_no_entry(session: Session) -> None:
    case = make_case(session)
    before, version = len(entries(session)), case.version
    later = NOW + dt.timedelta(hours=1)
    set_actor(session, Actor.running_commands(later))
    case.updated_at = later
    session.flush()
    assert (len(entries(session)), case.version) == (before, version + 1)


def test_a_session_that_is_in_use_leaves_no_entry(session: Session) -> None:
    account = make_account(session)
    token = accounts.sign_in(session, NOW, account.username, "một câu dễ nhớ", None, None)
    before = len(entries(session))
    accounts.touch(session, NOW + dt.timedelta(minutes=5), token)
    assert len(entries(session)) == before


def test_an_entry_goes_with_the_change_that_is_rolled_back(session: Session) -> None:
    session.commit()
    before = len(entries(session))
    make_department(session)
    assert len(entries(session)) == before + 1
    session.rollback()
    assert len(entries(session)) == before


def test_an_entry_stays_with_the_change_that_is_committed(session: Session) -> None:
    make_department(session, "Tổ Sử")
    session.commit()
    session.rollback()
    assert newest(session).changes == {"name": [None, "Tổ Sử"]}


def test_a_key_set_through_a_relation_is_entered(session: Session) -> None:
    head = make_staff(session)
    department = make_department(session)
    department.head = head
    session.flush()
    assert newest(session).changes == {"head_id": [None, head.id]}
    department.head = None
    session.flush()
    assert newest(session).changes == {"head_id": [head.id, None]}


def test_a_new_row_with_a_relation_is_entered_with_the_key(session: Session) -> None:
    department = make_department(session)
    staff = m.Staff(code="GV88", full_name="Lê Văn Tám", department=department)
    session.add(staff)
    session.flush()
    assert newest(session).changes["department_id"] == [None, department.id]


def test_the_new_relative_of_a_row_is_not_a_change_of_the_row(session: Session) -> None:
    case = make_case(session)
    before, version = len(entries(session, "support_case")), case.version
    case.hardships.append(m.Hardship(category_id=1))
    session.flush()
    assert (len(entries(session, "support_case")), case.version) == (before, version)
    assert entries(session, "hardship")[-1].changes["case_id"] == [None, case.id]


SENSITIVE = {
    "account": {"password_hash"},
    "account_session": {"token_hash"},
    "assignment_meeting": {"proceedings"},
    "calendar_feed": {"token_hash"},
    "case_private": {"circumstances", "own_effort"},
    "contact": {"kind", "summary", "with_whom"},
    "contact_private": {"summary", "with_whom"},
    "disclosure": {"student_id"},
    "enrolment": {"outcome"},
    "follow_up": {"answer", "what"},
    "goal": {"state", "text"},
    "hardship": {"category_id", "severity"},
    "import_content": {"data", "rejected"},
    "import_item": {"before"},
    "import_run": {"answers"},
    "inspection": {"findings"},
    "progress_evaluation": {
        "learning",
        "conduct",
        "attendance",
        "attitude",
        "trend",
        "dropout_risk",
        "comment",
        "review_comment",
    },
    "registration": {"note", "student_id"},
    "score_sheet": {"result"},
    "screening_decision": {"reason", "student_id"},
    "sensitive_view": {"reason"},
    "sponsor_evaluation": {"rating", "comment"},
    "student_private": {
        "ethnicity",
        "policy_category",
        "father_name",
        "mother_name",
        "phone",
        "address",
        "commune",
        "note",
    },
    "support_case": {"student_id", "outcome"},
    "support_item": {"detail", "giver", "kind", "unit"},
    "support_plan": {"methods"},
    "survey_entry": {"findings"},
    "term_result": {"learning", "conduct", "absences_excused", "absences_unexcused"},
}


def test_what_is_private_is_marked_as_such() -> None:
    marked = {
        mapper.class_.__tablename__: {column.key for column in mapper.columns if column.info.get("sensitive")}
        for mapper in m.Student.registry.mappers
        if hasattr(mapper.class_, "__tablename__")
    }
    assert {table: columns for table, columns in marked.items() if columns} == SENSITIVE


def test_private_values_are_named_but_not_copied(session: Session, operator: Any) -> None:
    case = make_case(session, make_student(session))
    make_hardship(session, case)
    make_survey(session, case)
    staff = make_staff(session)
    make_rating(session, make_sponsorship(session, case, staff), comment=SECRET, rating=HelpRating.MORE_TIME)
    evaluation = make_evaluation(session, case, staff, comment=SECRET)
    evaluation.review_comment = SECRET + "!"
    case.private.circumstances = SECRET + "!"
    session.flush()
    accounts.create(session, operator, "lan", [], password=SECRET)

    for entry in entries(session):
        for field, values in entry.changes.items():
            assert (values is None) == (field in SENSITIVE.get(entry.table_name, ())), (entry.table_name, field)
        assert SECRET not in str(entry.changes)
    fields = {(entry.table_name, field) for entry in entries(session) for field in entry.changes}
    assert {("case_private", "circumstances"), ("survey_entry", "findings"), ("account", "password_hash")} <= fields


# The chain ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def log(session: Session) -> Session:
    """A session whose log holds entries of every kind of value."""
    case = make_case(session)
    make_sponsorship(session, case, make_staff(session), state=SponsorshipState.ENDED, ended_on=dt.date(2025, 9, 30))
    make_account(session)
    make_department(session, "Tổ\x0b Ngu\u031b\u0303 văn  và  Sử")  # stored cleaned
    session.delete(make_department(session))
    session.flush()
    session.commit()
    return session


def test_the_chain_holds(log: Session) -> None:
    assert len(entries(log)) > 8
    assert broken_links(log) == []


def test_the_first_entry_is_chained_to_nothing(log: Session) -> None:
    assert entries(log)[0].previous_hash == "0" * 64


@pytest.mark.parametrize(
    "values",
    [
        {"actor": "ai đó"},
        {"action": "view"},
        {"at": NOW + dt.timedelta(seconds=1)},
        {"row_id": 999},
        {"changes": {}},
        {"origin": Origin.IMPORT},
        {"account_id": 1},
        {"address": "10.0.0.9"},
        {"table_name": "staff2"},
    ],
    ids=lambda values: next(iter(values)),
)
def test_an_altered_entry_shows(log: Session, values: dict[str, Any]) -> None:
    table, fourth = m.AuditEntry.__table__, entries(log)[3].id
    log.connection().execute(update(table).where(table.c.id == fourth).values(**values))
    assert broken_links(log) == [fourth]


def test_a_removed_entry_shows(log: Session) -> None:
    table, fourth = m.AuditEntry.__table__, entries(log)[3].id
    log.connection().execute(delete(table).where(table.c.id == fourth))
    assert broken_links(log) == [fourth + 1]


def test_the_head_is_the_newest_hash(log: Session) -> None:
    assert audit.head(log) == newest(log).hash


def test_the_head_of_an_empty_log_is_nothing(session: Session) -> None:
    table = m.AuditEntry.__table__
    assert session.connection().scalar(select(func.count()).select_from(table)) == 0
    assert audit.head(session) == audit.GENESIS


def test_the_chain_holds_over_two_transactions(log: Session, operator: Any) -> None:
    set_actor(log, operator)
    make_department(log)
    log.commit()
    assert broken_links(log) == []


def test_what_is_logged_of_a_text_is_what_is_stored_once_cleaned(log: Session) -> None:
    entry = entries(log, "department")[0]
    assert " ".join(clean(entry.changes["name"][1]).split()) == "Tổ Ngữ văn và Sử"
