"""A plan counts, explains and tells what differs."""

from types import SimpleNamespace

from school.errors import RuleError
from school.imports.plan import Change, Plan, RowOutcome, differences


def test_rows_are_counted_by_what_comes_of_them() -> None:
    plan = Plan()
    change = Change(3, "student.full_name", "An", "Ân")
    plan.accept(2, True, (), None)
    plan.accept(3, False, [change], None)
    plan.accept(4, False, (), None)
    assert [plan.count(outcome) for outcome in RowOutcome] == [1, 1, 1]


def test_reasons_stand_in_the_order_of_the_file() -> None:
    plan = Plan()
    plan.reject(9, [RuleError("Chín.")])
    plan.reject(2, [RuleError("Một."), RuleError("%(n)s.", n="Hai")])
    assert plan.reasons() == {2: "Một. Hai.", 9: "Chín."}


def test_only_what_differs_is_a_change() -> None:
    stored = SimpleNamespace(name="An", note="ghi \n", phone=None)
    values = {"name": "An", "note": "ghi", "phone": "09"}
    assert differences(5, "student", stored, values) == (Change(5, "student.phone", None, "09"),)
    assert len(differences(5, "student", None, values)) == 3
