"""Every table, field and step that the audit log can name has its Vietnamese word."""

import ast
from pathlib import Path

from admin_views.audit_words import FIELDS, STEPS, TABLES
from school.db import Record
from school.models import Goal
from school.rules.tables import STEPS as MACHINES
from school.services.audit import BOOKKEEPING

SCHOOL = Path(__file__).parents[2] / "school"


def test_every_table_and_field_has_a_word() -> None:
    for mapper in Record.registry.mappers:
        if not issubclass(mapper.class_, Record):
            continue
        assert mapper.local_table.name in TABLES
        unnamed = {column.key for column in mapper.column_attrs} - BOOKKEEPING - FIELDS.keys()
        assert unnamed == set()


def test_every_step_has_a_word() -> None:
    machines = [machine for model, machine in MACHINES.items() if model is not Goal]  # whose steps are one: a tick
    named = {"create", "update", "delete", *(name for machine in machines for name in machine)}
    for module in [*SCHOOL.glob("services/*.py"), *SCHOOL.glob("imports/*.py")]:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "step":
                named |= {n.value for n in ast.walk(node.args[1]) if isinstance(n, ast.Constant) and n.value}
    assert named - STEPS.keys() == set()
