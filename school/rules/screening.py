"""Which students the records point out, and why (P2.1, P4.2): results, absences, policy category. Never a verdict."""

from dataclasses import dataclass

from school.names import fold
from school.vocabulary import N_, LabelEnum, Rating

NOT_MET = frozenset({Rating.NOT_MET, Rating.OLD_WEAK, Rating.OLD_POOR})
# What lists write where a student is of no policy category.
_NONE = frozenset({"", "0", "-", "–", "khong", "khong co", "khong thuoc", "khong thuoc dien", "binh thuong"})
# Words of a policy category, and the category of hardship that it means; the longer one first.
_POLICY_CODES = (
    ("can ngheo", "near_poor_household"),
    ("ngheo", "poor_household"),
    ("mo coi", "orphan"),
    ("khuyet tat", "student_ill_or_disabled"),
)


class ReasonKind(LabelEnum):
    """Why the records point a student out, in kind words; the label may have a place for what was found."""

    LEARNING = "learning", N_("Kết quả học tập chưa đạt")
    CONDUCT = "conduct", N_("Kết quả rèn luyện chưa đạt")
    ABSENCES = "absences", N_("Vắng không phép %(found)s buổi")
    POLICY = "policy", N_("Thuộc diện chính sách: %(found)s")


@dataclass(frozen=True)
class Record:
    """What the records say of a student, as far as the reader may see it."""

    learning: Rating | None = None
    conduct: Rating | None = None
    absences_unexcused: int | None = None
    policy_category: str | None = None


@dataclass(frozen=True)
class Reason:
    """One reason, and what was found: the number of absences, or the policy category."""

    kind: ReasonKind
    found: str = ""

    @property
    def params(self) -> dict[str, str]:
        """What fills the label's place."""
        return {"found": self.found} if self.found else {}

    def say(self) -> str:
        """The reason as a sentence of the record, in the language of the school."""
        return self.kind.label % self.params

    @property
    def category_code(self) -> str | None:
        """The code of the category of hardship that fits, if one does."""
        if self.kind is not ReasonKind.POLICY:
            return _CODES[self.kind]
        words = fold(self.found)
        return next((code for word, code in _POLICY_CODES if word in words), None)


_CODES = {
    ReasonKind.LEARNING: "learning_not_met",
    ReasonKind.CONDUCT: "conduct_not_met",
    ReasonKind.ABSENCES: "frequent_absence",
}


def reasons(record: Record, most_absences: int) -> list[Reason]:
    """Why this student is worth a look; an unexcused absence counts beyond `most_absences` sessions."""
    found = []
    if record.learning in NOT_MET:
        found.append(Reason(ReasonKind.LEARNING))
    if record.conduct in NOT_MET:
        found.append(Reason(ReasonKind.CONDUCT))
    if (record.absences_unexcused or 0) > most_absences:
        found.append(Reason(ReasonKind.ABSENCES, str(record.absences_unexcused)))
    if fold(record.policy_category or "") not in _NONE:
        found.append(Reason(ReasonKind.POLICY, (record.policy_category or "").strip()))
    return found
