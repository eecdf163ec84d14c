"""The demo school's sign-ins, kept in a file that only its owner reads."""

import os
from pathlib import Path

from school.demo import Filled

FILE = "demo-accounts.txt"


def keep(path: Path, filled: Filled, password: str) -> str:
    """Write the sign-ins into the file, readable by its owner alone, and give back what it says."""
    lines = [f"{name:<10} {password:<16} {'; '.join(role.label for role in roles)}" for name, roles in filled.accounts]
    text = "\n".join([filled.year, *lines]) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # a file of wider rights would keep them
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return text


def recall(path: Path) -> str | None:
    """What the file says; None if there is none."""
    return path.read_text(encoding="utf-8") if path.exists() else None
