"""What a person or a department may be commended with, and what a title asks for before it is decided (P4.6, P4.9, P7).

A title (danh hiệu thi đua) follows from the yearly rating of the person and from a decision, never from a score or its
level (Law 06/2022/QH15). Of what the law asks, the panel checks only what it holds itself:

Lao động tiên tiến       article 24: the work of the year was done well or better, by the rating under Decrees
                         90/2020/NĐ-CP and 48/2023/NĐ-CP
Chiến sĩ thi đua cơ sở   article 23: who is Lao động tiên tiến of the same year; the initiative (sáng kiến) or research
                         that it needs, and the ratio that a province may set, are the school's to see to
collectives              articles 27 and 28: how many of the staff have which title is said beside the proposal, and
                         nothing is refused; the school sees to the rest

The two titles for everybody who meets their standard (Lao động tiên tiến, Tập thể lao động tiên tiến) have no ratio in
the law, so they take no place of a quota.
"""

from school.errors import RuleError
from school.vocabulary import N_, AwardKind, StaffRating

PERSON_TITLES = (AwardKind.ADVANCED_WORKER, AwardKind.GRASSROOTS_FIGHTER)
TEAM_TITLES = (AwardKind.ADVANCED_TEAM, AwardKind.EXCELLENT_TEAM)
TITLES = PERSON_TITLES + TEAM_TITLES
WELL_DONE = (StaffRating.EXCELLENT, StaffRating.GOOD)
BESIDE_THE_QUOTA = (AwardKind.ADVANCED_WORKER, AwardKind.ADVANCED_TEAM)


def check_award(award: AwardKind, of_person: bool) -> None:
    """RuleError at "award" for a person's title given to a department, or the other way round."""
    if of_person and award in TEAM_TITLES:
        raise RuleError(
            N_("Danh hiệu này dành cho tập thể; cho một cá nhân, thầy cô chọn danh hiệu cá nhân hoặc hình thức khen."),
            field="award",
        )
    if not of_person and award in PERSON_TITLES:
        raise RuleError(
            N_("Danh hiệu này dành cho cá nhân; cho một tổ, thầy cô chọn danh hiệu tập thể hoặc hình thức khen."),
            field="award",
        )


def check_title(award: AwardKind, rating: StaffRating | None, is_advanced: bool, who: str) -> None:
    """RuleError unless the title may be decided for this person: by the yearly rating, and the title below it."""
    if award not in PERSON_TITLES:
        return
    if rating is None:
        raise RuleError(
            N_("%(who)s: năm học này chưa ghi xếp loại cuối năm nên chưa quyết định danh hiệu được."), who=who
        )
    if rating not in WELL_DONE:
        raise RuleError(N_("%(who)s: danh hiệu này cần xếp loại từ “Hoàn thành tốt nhiệm vụ” trở lên."), who=who)
    if award is AwardKind.GRASSROOTS_FIGHTER and not is_advanced:
        raise RuleError(
            N_("%(who)s: cần có quyết định “Lao động tiên tiến” của năm học này trước “Chiến sĩ thi đua cơ sở”."),
            who=who,
        )


def counts_in_quota(award: AwardKind) -> bool:
    """Whether this takes one of the places that a level has."""
    return award not in BESIDE_THE_QUOTA


def check_rests(award: AwardKind, rating: StaffRating | None, who: str) -> None:
    """RuleError for a yearly rating that is lowered or taken off while a decided title rests on it."""
    if award in PERSON_TITLES and rating not in WELL_DONE:
        raise RuleError(
            N_("%(who)s đã có quyết định danh hiệu dựa trên xếp loại này; cần sửa thì gỡ quyết định danh hiệu trước."),
            field="rating",
            who=who,
        )
