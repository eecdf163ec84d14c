"""Figures that are stored with a report when it is handed in, and stay as they were (P4.10, P4.11)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self


@dataclass(frozen=True)
class Freezable:
    """Figures as they stood at the end of `day`; all else of a subclass is numbers, and lists and tables of them."""

    day: dt.date

    def frozen(self) -> dict[str, Any]:
        """As they are stored."""
        return asdict(self) | {"day": self.day.isoformat()}

    @classmethod
    def thaw(cls, stored: Mapping[str, Any] | None) -> Self | None:
        """From what is stored; a figure of a later version that is missing there is 0."""
        if not stored:
            return None
        known = {name.name for name in fields(cls)} & stored.keys()
        return cls(**{name: stored[name] for name in known} | {"day": dt.date.fromisoformat(stored["day"])})
