"""What every service needs: only what differs is written, a stale form is refused, blanks are found."""

import pytest
from sqlalchemy.orm import Session

from school import models as m
from school.errors import RuleError, StaleRecord
from school.services import records
from tests.factories import make_department


def test_only_what_differs_is_set(session: Session) -> None:
    department = make_department(session, "Tổ Lý")
    assert records.apply(department, {"name": "Tổ Lý", "head_id": None}) == []
    assert not session.is_modified(department)
    assert records.apply(department, {"name": "Tổ Hóa", "head_id": None}) == ["name"]


@pytest.mark.parametrize("version", [None, 0, 2])
def test_a_form_of_another_version_is_refused(session: Session, version: int | None) -> None:
    department = make_department(session)
    records.check_fresh(department, 1)
    with pytest.raises(StaleRecord):
        records.check_fresh(department, version)


@pytest.mark.parametrize("value", [None, "", "  \t\n"])
def test_a_blank_is_missing(value: str | None) -> None:
    with pytest.raises(RuleError) as refusal:
        records.need(value, "Thầy cô điền tên.", "name")
    assert (refusal.value.field, refusal.value.msgid) == ("name", "Thầy cô điền tên.")


@pytest.mark.parametrize("value", [0, False, "x", [], 0.0])
def test_nought_is_not_missing(value: object) -> None:
    assert records.need(value, "Thầy cô điền số.", "number") is value


def test_a_row_that_somebody_changed_meanwhile_becomes_a_sentence(session: Session) -> None:
    department = make_department(session)
    table = m.Department.__table__
    session.connection().execute(table.update().values(version=table.c.version + 1))
    with pytest.raises(StaleRecord), records.step(session, "update"):
        department.name = "Tổ Hóa"


def test_a_step_leaves_its_name_behind_nowhere(session: Session) -> None:
    with pytest.raises(ZeroDivisionError), records.step(session, "divide"):
        _ = 1 / 0
    with records.step(session, "inside"):
        pass
    assert "action" not in session.info
