"""Titles: proposed by people, decided on the yearly rating and a decision, never on a score (P7)."""

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import RuleError
from school.services import commendations
from school.vocabulary import AwardKind, CommendationLevel, ScoreLevel, SheetState, StaffRating
from tests.cast import TODAY, Cast
from tests.factories import make_commendation, make_quota, make_year, make_yearly_rating
from tests.school.services.test_commendations import NUMBER, act, as_operator, decide, propose, words

ADVANCED, FIGHTER = AwardKind.ADVANCED_WORKER, AwardKind.GRASSROOTS_FIGHTER


def title(cast: Cast, who: str, award: AwardKind = ADVANCED, **values: object) -> m.Commendation:
    as_operator(cast)
    return make_commendation(cast.session, staff_id=cast.staff[who], award=award, title=award.label, **values)


def rated(cast: Cast, who: str, rating: StaffRating | None) -> None:
    """Whatever the cast has, `who` is rated so now."""
    as_operator(cast)
    staff = cast.get(m.Staff, cast.staff[who])
    for row in cast.session.scalars(select(m.YearlyRating).where(m.YearlyRating.staff_id == staff.id)):
        cast.session.delete(row)
    cast.session.flush()
    if rating is not None:
        make_yearly_rating(cast.session, staff, rating=rating)


def test_a_title_is_called_by_its_name_unless_something_else_was_written(cast: Cast) -> None:
    assert propose(cast, award=ADVANCED, title=None).title == "Lao động tiên tiến"
    department = cast.get(m.Department, cast.departments["Tổ Văn"])
    row = propose(cast, staff=None, department=department, award=AwardKind.EXCELLENT_TEAM, title="TTLĐXS 2025-2026")
    assert row.title == "TTLĐXS 2025-2026"
    with pytest.raises(RuleError) as refusal:
        propose(cast, award=AwardKind.OTHER, title=None)
    assert refusal.value.field == "title"


def test_a_title_is_for_whom_it_is(cast: Cast) -> None:
    as_operator(cast)
    department = cast.get(m.Department, cast.departments["Tổ Văn"])
    wrong = [(award, {}) for award in (AwardKind.ADVANCED_TEAM, AwardKind.EXCELLENT_TEAM)]
    wrong += [(award, {"staff": None, "department": department}) for award in (ADVANCED, FIGHTER)]
    for award, about in wrong:
        with pytest.raises(RuleError) as refusal:
            propose(cast, award=award, **about)
        assert refusal.value.field == "award", award


def test_a_proposal_does_not_become_a_title_of_the_other_kind(cast: Cast) -> None:
    row = propose(cast)
    given = words(cast, award=AwardKind.ADVANCED_TEAM)
    with pytest.raises(RuleError) as refusal:
        commendations.propose(cast.session, act(cast, "thu"), row, given, row.version)
    assert refusal.value.field == "award"


def test_a_person_is_proposed_for_a_title_once_a_year(cast: Cast) -> None:
    first = propose(cast, award=ADVANCED, title=None)
    assert propose(cast, award=ADVANCED, title=None).id == first.id  # a second tap
    with pytest.raises(RuleError, match="đã có đề nghị"):
        propose(cast, award=ADVANCED, title="LĐTT", level=CommendationLevel.PROVINCE)


@pytest.mark.parametrize("rating", [None, StaffRating.DONE, StaffRating.NOT_DONE])
def test_without_a_good_rating_no_title_is_decided(cast: Cast, rating: StaffRating | None) -> None:
    rated(cast, "lan", rating)
    for award in (ADVANCED, FIGHTER):
        row = title(cast, "lan", award)
        with pytest.raises(RuleError, match="xếp loại"):
            decide(cast, row)
        assert row.decided_on is None


@pytest.mark.parametrize("rating", [StaffRating.GOOD, StaffRating.EXCELLENT])
def test_on_a_good_rating_the_title_is_decided(cast: Cast, rating: StaffRating) -> None:
    rated(cast, "lan", rating)
    assert decide(cast, title(cast, "lan")).decided_on == TODAY


def test_the_rating_of_another_year_or_another_person_is_none(cast: Cast) -> None:
    rated(cast, "lan", None)
    earlier = make_year(cast.session, "2024-2025")
    make_yearly_rating(cast.session, cast.get(m.Staff, cast.staff["lan"]), school_year_id=earlier.id)
    with pytest.raises(RuleError, match="chưa ghi xếp loại"):
        decide(cast, title(cast, "lan"))


def test_the_second_title_needs_the_first_decided_in_the_same_year(cast: Cast) -> None:
    first, second = title(cast, "lan"), title(cast, "lan", FIGHTER)
    with pytest.raises(RuleError, match="Lao động tiên tiến"):
        decide(cast, second)  # proposed is not decided
    decide(cast, first)
    assert decide(cast, second, number="126/QĐ").decided_on == TODAY


def test_both_titles_may_stand_in_one_decision(cast: Cast) -> None:
    second, first = title(cast, "lan", FIGHTER), title(cast, "lan")
    settled = commendations.decide_all(cast.session, act(cast, "binh"), [second, first], NUMBER, TODAY)
    assert set(settled.done) == {first, second}


def test_somebody_elses_title_in_the_same_decision_does_not_help(cast: Cast) -> None:
    second, others = title(cast, "lan", FIGHTER), title(cast, "giang")
    with pytest.raises(RuleError, match="Nguyễn Thị Lan"):
        commendations.decide_all(cast.session, act(cast, "binh"), [second, others], NUMBER, TODAY)
    assert others.decided_on is None


def test_the_first_title_stays_while_the_second_rests_on_it(cast: Cast) -> None:
    first, second = title(cast, "lan"), title(cast, "lan", FIGHTER)
    commendations.decide_all(cast.session, act(cast, "binh"), [first, second], NUMBER, TODAY)
    with pytest.raises(RuleError, match="Chiến sĩ thi đua cơ sở"):
        commendations.undecide(cast.session, act(cast, "binh"), first)
    commendations.undecide(cast.session, act(cast, "binh"), second)
    assert commendations.undecide(cast.session, act(cast, "binh"), first).decided_on is None


def test_a_department_and_a_certificate_need_no_rating(cast: Cast) -> None:
    rated(cast, "hoa", None)
    decide(cast, title(cast, "hoa", AwardKind.CERTIFICATE))
    as_operator(cast)
    team = make_commendation(
        cast.session, department_id=cast.departments["Tổ Văn"], award=AwardKind.EXCELLENT_TEAM, title="x"
    )
    assert decide(cast, team).decided_on == TODAY


def test_the_best_frozen_score_opens_no_title_and_a_poor_one_shuts_none(cast: Cast) -> None:
    """P7: titles follow from the rating and the decision; the level of this one criterion changes nothing."""
    for who, level, total, rating, may in (
        ("lan", ScoreLevel.EXCELLENT, 1000, None, False),
        ("giang", ScoreLevel.NEEDS_EFFORT, 0, StaffRating.GOOD, True),
    ):
        rated(cast, who, rating)
        sheet = cast.session.scalars(select(m.ScoreSheet).where(m.ScoreSheet.staff_id == cast.staff[who])).one()
        sheet.state, sheet.level, sheet.total = SheetState.FROZEN, level, total
        cast.session.flush()
        row = title(cast, who)
        if may:
            decide(cast, row)
        else:
            with pytest.raises(RuleError):
                decide(cast, row)


def test_the_basic_titles_take_no_place_of_a_quota(cast: Cast) -> None:
    as_operator(cast)
    make_quota(cast.session, level=CommendationLevel.PROVINCE, people=0, departments=0)
    decide(cast, title(cast, "lan", level=CommendationLevel.PROVINCE))
    fighter = title(cast, "lan", FIGHTER, level=CommendationLevel.PROVINCE)
    with pytest.raises(RuleError, match="chỉ tiêu"):
        decide(cast, fighter, number="126/QĐ")
