"""Nothing goes around the wall in the source: which modules read unscoped, and which go past the mapper."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

# Where the policy asks itself, is asked by hand, or nobody is signed in yet; each a reason to read the module twice.
UNSCOPED_IN = {
    "school/services/access.py",  # works out what is in reach
    "school/services/accounts.py",  # recognises a session before there is an actor; counts accounts
    "school/services/cases.py",  # ids and codes of cases that the actor may not see, never shown
    "school/services/department_figures.py",  # counts of a whole department, where its head sees only what runs today
    "school/services/directory.py",  # a union of lists that everybody may read: it asks for VIEW_DIRECTORY itself
    "school/services/follow_ups.py",  # who is of leadership: roles are hidden, whom to turn to is not
    "school/services/feeds.py",  # recognises a calendar's token before there is an actor
    "school/services/guard.py",  # defines it
    "school/services/school_figures.py",  # counts of the whole school, groups among them, for a report to the Sở
    "school/services/score_records.py",  # numbers, dates and kinds behind a score, for those who see the score
    "school/services/roster.py",  # what is private goes with a student who is deleted
    "school/services/signals.py",  # fingerprints and days of contacts, for a council that sees none of them
    "school/services/sponsorships.py",  # pairings of the same case that the actor may not see
}
# Reports ask the policy themselves (design section 1); these define tables or write the log.
AROUND_THE_MAPPER_IN = {
    "admin_views/web.py": {"text"},  # asks the database whether it is there
    "school/db.py": {"event", "exec_driver_sql"},
    "school/models/roster.py": {"__table__", "text"},
    "school/rules/policy.py": {"local_table"},
    "school/services/access.py": {"__table__"},
    "school/services/audit.py": {"__table__", "connection", "local_table"},
    "school/services/undo_log.py": {"__table__", "connection", "local_table"},
}
AROUND_THE_MAPPER = {
    "__table__",
    "bulk_insert_mappings",
    "bulk_save_objects",
    "bulk_update_mappings",
    "connection",
    "exec_driver_sql",
    "from_statement",
    "get_bind",
    "literal_column",
    "local_table",
    "make_transient_to_detached",
    "raw_connection",
    "text",
}


def sources() -> list[Path]:
    """Every module that ships."""
    return [ROOT / "app.py", *sorted((ROOT / "school").rglob("*.py")), *sorted((ROOT / "admin_views").rglob("*.py"))]


def names_in(path: Path) -> set[str]:
    """Every name that the module takes from SQLAlchemy, or asks an object for."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
    }
    called = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & {"__table__", "local_table"}
    return imported | (called - {"text"}) | asked


def strings_and_names(path: Path) -> set[str]:
    """Every name, and every text that stands alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imported = {a.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for a in node.names}
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return names | imported | attributes | texts


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_listed_modules_read_unscoped(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    allowed = name in UNSCOPED_IN or name.startswith("school/reports/")
    assert allowed or not strings_and_names(path) & {"UNSCOPED", "unscoped"}, (
        f"{name} reads past the policy. Ask `policy.visible`, or move the query into a service that this test lists."
    )


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_listed_modules_go_around_the_mapper(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    found = names_in(path) & AROUND_THE_MAPPER
    if name.startswith("school/reports/"):
        found -= {"__table__"}  # reports ask the policy themselves
    assert found <= AROUND_THE_MAPPER_IN.get(name, set()), f"{name}: use mapped classes, which the wall can scope"


def test_the_list_of_unscoped_modules_is_not_longer_than_needed() -> None:
    assert {name for name in UNSCOPED_IN if "UNSCOPED" not in strings_and_names(ROOT / name)} == set()
