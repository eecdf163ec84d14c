"""How the work of departments stands side by side (P4.6): three shares of a year, adjusted for size. No title follows.

coverage    of the staff, those who sponsored somebody in the year (lead, joint or supporting); who registered and got
            no student because none was left is not counted (P7)
timeliness  of the months that the department's lead and joint sponsors owed, those sent by the last day on time
progress    of the students led or jointly sponsored whose trend somebody confirmed, those who held or progressed; one
            who dropped out counts as one who did not

**Size.** In a department of three one person more or less moves a share by a third, in one of fifteen by a fifteenth:
the small ones would stand first and last year after year by chance alone. So every share is drawn toward the share of
the whole school as if each department had `WEIGHT` more things of the school's average kind:

    adjusted = (done + WEIGHT x school's share) / (asked + WEIGHT)

with a fixed WEIGHT for each measure. A large department keeps nearly its own share, a small one moves nearer to the
school's; nobody changes sides of it; the order among departments of one size stays. One thing more done never lowers
one's own adjusted share. The score is the mean of the shares that apply, as tenths of 100.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

# Things of the school's average kind that each department is given: five people, two students' months of a year, five
# students.
WEIGHT = {"coverage": 5, "timeliness": 18, "progress": 5}
MEASURES = tuple(WEIGHT)


@dataclass(frozen=True)
class Count:
    """So many of so many."""

    done: int = 0
    asked: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.done <= self.asked:
            raise ValueError(f"{self.done} of {self.asked}")

    @property
    def share(self) -> Fraction | None:
        """None where nothing was asked."""
        return Fraction(self.done, self.asked) if self.asked else None


@dataclass(frozen=True)
class Measured:
    """One measure of one department: as counted, and adjusted for size; None where it does not apply."""

    count: Count
    adjusted: Fraction | None


@dataclass(frozen=True)
class Standing:
    """A department's measures by name, and its score in tenths of a point, 0 to 1000; None where nothing applies."""

    measures: Mapping[str, Measured] = field(default_factory=dict)
    score: int | None = None


def adjust(count: Count, school: Count, weight: int) -> Fraction | None:
    """The share of `count`, drawn toward the school's by `weight` things of its average kind."""
    average = school.share
    if not count.asked or average is None:
        return None
    return (count.done + weight * average) / (count.asked + weight)


def tenths(share: Fraction) -> int:
    """A share as tenths of 100 points, half up."""
    return int(share * 1000 + Fraction(1, 2))


def stand(counts: Mapping[int, Mapping[str, Count]]) -> dict[int, Standing]:
    """Each department's standing among these, which are the school."""
    school = {name: total(of.get(name, Count()) for of in counts.values()) for name in MEASURES}
    return {key: _standing(of, school) for key, of in counts.items()}


def total(counts: Iterable[Count]) -> Count:
    """All of them together."""
    found = list(counts)
    return Count(sum(count.done for count in found), sum(count.asked for count in found))


def _standing(of: Mapping[str, Count], school: Mapping[str, Count]) -> Standing:
    measures = {
        name: Measured(count := of.get(name, Count()), adjust(count, school[name], WEIGHT[name])) for name in MEASURES
    }
    applying = [measured.adjusted for measured in measures.values() if measured.adjusted is not None]
    return Standing(measures, tenths(sum(applying, Fraction()) / len(applying)) if applying else None)
