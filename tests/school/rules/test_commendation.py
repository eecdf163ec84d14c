"""What a title asks for: whom it is for, the yearly rating, and the title below it (Law 06/2022/QH15, P7)."""

import itertools

import pytest

from school.errors import RuleError
from school.rules import commendation
from school.rules.commendation import PERSON_TITLES, TEAM_TITLES, check_award, check_rests, check_title
from school.vocabulary import AwardKind, ScoreLevel, StaffRating


def refused(check, *given: object) -> str:
    """The field at fault ("-" without one), or nothing when it is let through."""
    try:
        check(*given)
    except RuleError as error:
        return error.field or "-"
    return ""


def test_titles_are_for_people_or_for_departments_and_all_else_for_both() -> None:
    for award, of_person in itertools.product(AwardKind, (True, False)):
        wrong = award in (TEAM_TITLES if of_person else PERSON_TITLES)
        assert refused(check_award, award, of_person) == ("award" if wrong else ""), (award, of_person)


def test_every_title_by_every_rating() -> None:
    good = {StaffRating.EXCELLENT, StaffRating.GOOD}
    for award, rating, advanced in itertools.product(AwardKind, (None, *StaffRating), (True, False)):
        may = (
            award not in PERSON_TITLES
            or (award is AwardKind.ADVANCED_WORKER and rating in good)
            or (award is AwardKind.GRASSROOTS_FIGHTER and rating in good and advanced)
        )
        assert (refused(check_title, award, rating, advanced, "Lan") == "") is may, (award, rating, advanced)


def test_a_rating_stays_good_while_a_title_rests_on_it() -> None:
    for award, rating in itertools.product(AwardKind, (None, *StaffRating)):
        may = award not in PERSON_TITLES or rating in (StaffRating.EXCELLENT, StaffRating.GOOD)
        assert (refused(check_rests, award, rating, "Lan") == "") is may, (award, rating)


@pytest.mark.parametrize("rating", [None, StaffRating.DONE])
def test_the_refusal_names_the_person(rating: StaffRating | None) -> None:
    with pytest.raises(RuleError, match="Nguyễn Thị Lan"):
        check_title(AwardKind.ADVANCED_WORKER, rating, True, "Nguyễn Thị Lan")


def test_a_title_knows_no_score_and_no_level_of_it() -> None:
    """P7: what decides is named in the signatures, and nothing of scoring is among the module's names."""
    assert not {name for name in vars(commendation) if "core" in name}
    assert ScoreLevel not in vars(commendation).values()
