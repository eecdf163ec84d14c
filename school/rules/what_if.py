"""What other weights or bands would do to everybody's score, before a year's criteria are fixed (P4.5). Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from school.rules.emulation import Scheme, Score
from school.vocabulary import ScoreLevel

ORDER = tuple(ScoreLevel)  # from the highest level down


def with_numbers(rules: Scheme, numbers: Mapping[str, int], points: Mapping[str, int]) -> Scheme:
    """The same scheme with other numbers (bands, bonus cap), and other points by the code of the criterion."""
    criteria = tuple(replace(one, max_points=points.get(one.code, one.max_points)) for one in rules.criteria)
    return replace(rules, criteria=criteria, **numbers)


@dataclass(frozen=True)
class Move:
    """One person's score as the scheme stands, and as it would be."""

    staff_id: int
    before: Score
    after: Score

    @property
    def changes_level(self) -> bool:
        """Whether the level would be another."""
        return self.before.level is not self.after.level

    @property
    def changes(self) -> bool:
        """Whether the points or the level would be others."""
        return self.changes_level or self.before.total != self.after.total

    @property
    def rises(self) -> bool:
        """Whether the level would be a higher one."""
        return ORDER.index(self.after.level) < ORDER.index(self.before.level)

    @property
    def difference(self) -> int:
        """Tenths of a point more, or fewer."""
        return (self.after.total or 0) - (self.before.total or 0)


@dataclass(frozen=True)
class Comparison:
    """Everybody's move, in the order in which the people were given."""

    moves: tuple[Move, ...]

    @classmethod
    def of(cls, moves: Iterable[Move]) -> "Comparison":
        """Of these moves."""
        return cls(tuple(moves))

    @cached_property
    def moved(self) -> tuple[Move, ...]:
        """Who would get other points or another level: those of another level first, else as given."""
        return tuple(sorted((move for move in self.moves if move.changes), key=lambda move: not move.changes_level))

    @property
    def rising(self) -> int:
        """How many people would come to a higher level."""
        return sum(move.changes_level and move.rises for move in self.moves)

    @property
    def falling(self) -> int:
        """How many people would come to a lower level."""
        return sum(move.changes_level and not move.rises for move in self.moves)

    def counts(self) -> list[tuple[ScoreLevel, int, int]]:
        """How many people are in each level, and how many would be."""
        before = Counter(move.before.level for move in self.moves)
        after = Counter(move.after.level for move in self.moves)
        return [(level, before[level], after[level]) for level in ORDER]
