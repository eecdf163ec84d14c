"""Errors are sentences for people: no SQL, no values, and the right one for each broken constraint."""

import pytest
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from school import models as m
from school.db import db
from school.errors import CONSTRAINTS, IN_USE, NOT_SAVED, RuleError, constraint_name, explain
from school.services import records
from tests.factories import make_account, make_commendation, make_department, make_staff


class Diagnosis:
    """What PostgreSQL's driver says of a broken constraint."""

    def __init__(self, constraint_name: str | None) -> None:
        self.constraint_name = constraint_name


class PostgresError(Exception):
    def __init__(self, text: str, name: str | None) -> None:
        super().__init__(text)
        self.diag = Diagnosis(name)


def test_every_sentence_belongs_to_a_constraint_that_exists() -> None:
    existing = {
        str(constraint.name)
        for table in db.metadata.tables.values()
        for constraint in [*table.constraints, *table.indexes]
        if isinstance(constraint, CheckConstraint | UniqueConstraint | Index)
    }
    assert CONSTRAINTS.keys() <= existing


def test_a_code_that_is_taken_is_said_in_a_sentence(session: Session) -> None:
    make_staff(session, code="GV001")
    with pytest.raises(RuleError) as refusal, records.step(session, "create"):
        session.add(m.Staff(code="GV001", full_name="Bí Mật"))
    assert refusal.value.msgid == "Mã cán bộ này đã có."
    assert "Bí Mật" not in str(refusal.value)


def test_a_pair_of_columns_is_named_too(session: Session) -> None:
    account = make_account(session)
    with pytest.raises(IntegrityError) as broken:
        session.add(m.AccountRole(account_id=account.id, role="teacher"))
        session.flush()
    assert constraint_name(broken.value) == "uq_account_role_account_id_role"
    assert explain(broken.value).msgid == NOT_SAVED


def test_a_condition_that_does_not_hold_is_said_too(session: Session) -> None:
    with pytest.raises(IntegrityError) as broken:
        make_commendation(session)  # for nobody
    assert explain(broken.value).msgid == CONSTRAINTS["ck_commendation_one"]


def test_what_is_in_use_is_said_so(session: Session) -> None:
    department = make_department(session)
    make_staff(session, department=department)
    with pytest.raises(RuleError) as refusal, records.step(session, "delete"):
        session.delete(department)
    assert refusal.value.msgid == IN_USE


def test_what_is_missing_is_said_without_naming_columns(session: Session) -> None:
    with pytest.raises(RuleError) as refusal, records.step(session, "create"):
        session.add(m.Staff(full_name="Lê Văn Tám"))
    assert refusal.value.msgid == NOT_SAVED


@pytest.mark.parametrize(
    ("text", "name", "msgid"),
    [
        ("duplicate key", "uq_student_code", "Mã học sinh này đã có."),
        ('violates foreign key constraint "fk_x"', "fk_x", IN_USE),
        ("null value", None, NOT_SAVED),
    ],
)
def test_postgres_names_the_constraint_itself(text: str, name: str | None, msgid: str) -> None:
    assert explain(IntegrityError("INSERT", {}, PostgresError(text, name))).msgid == msgid


def test_a_sentence_is_filled_with_its_parameters_and_kept_apart_for_translation() -> None:
    error = RuleError("Mật khẩu cần ít nhất %(length)s ký tự.", field="password", length=10)
    assert str(error) == "Mật khẩu cần ít nhất 10 ký tự."
    assert (error.msgid, error.params) == ("Mật khẩu cần ít nhất %(length)s ký tự.", {"length": 10})
    assert str(RuleError("Đã làm được 100% việc.")) == "Đã làm được 100% việc."
