"""The scores of a year: who sees whose, in how many statements, and what was frozen beside what counts now (P4.5)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select

from school import models as m
from school.db import db
from school.errors import NotAllowed, RuleError
from school.services import score_sheets, scores
from school.services.guard import set_actor
from school.vocabulary import Rating, SchemeState, TermPeriod, YearState
from tests.cast import EVERYBODY, TODAY, Cast
from tests.factories import (
    make_activity,
    make_adjustment,
    make_case,
    make_contact,
    make_evaluation,
    make_goal,
    make_plan,
    make_rating,
    make_registration,
    make_result,
    make_score_comment,
    make_sponsorship,
    make_staff,
    make_student,
    make_survey,
)
from tests.school.services.scoring import as_operator, become, of_person, of_year, the_year

SEE_ALL = ("binh", "ly", "hoi", "operator")


# Who sees whose -----------------------------------------------------------------------------------------------------


def test_council_and_leadership_see_all_and_everybody_else_the_own_score_alone(cast: Cast) -> None:
    everybody = set(cast.staff.values())
    seen: dict[str, set[int] | None] = {}
    for name in EVERYBODY:
        try:
            seen[name] = set(of_year(cast, name))
        except NotAllowed:
            seen[name] = None
    own = {name: {cast.staff[name]} for name in cast.staff}
    own |= {"quan": set(), "tro": None, "nobody": None}  # no member of staff, no role, nobody
    assert seen == own | dict.fromkeys(SEE_ALL, everybody)


def test_somebody_elses_score_is_refused_by_name_too(cast: Cast) -> None:
    allowed = []
    for name in EVERYBODY:
        for who in ("lan", "phuc", "giang", "cuc"):
            try:
                of_person(cast, who, name)
            except NotAllowed:
                continue
            allowed.append((name, who))
    expected = [(name, who) for name in SEE_ALL for who in ("lan", "phuc", "giang", "cuc")]
    assert sorted(allowed) == sorted([*expected, *((who, who) for who in ("lan", "phuc", "giang", "cuc"))])


def test_each_sees_the_own_score_as_the_council_sees_it(cast: Cast) -> None:
    council = of_year(cast, "hoi")
    differing = [
        name
        for name, staff_id in cast.staff.items()
        if name != "tro"  # an account without a role
        and not of_year(cast, name)[staff_id].score == of_person(cast, name, name).score == council[staff_id].score
    ]
    assert differing == []


def test_with_the_own_score_come_the_own_adjustments_and_comments_and_nobody_elses(cast: Cast) -> None:
    for name in ("lan", "hoi"):
        found = of_year(cast, name)[cast.staff["lan"]]
        assert {row.staff_id for row in (*found.adjustments, *found.comments)} == {cast.staff["lan"]}
        assert (len(found.adjustments), len(found.comments)) == (1, 1)
    tam = of_year(cast, "tam")[cast.staff["tam"]]
    assert (tam.adjustments, tam.comments, tam.sheet) == ((), (), None)


def test_people_stand_in_the_order_of_their_names_with_department_and_post(cast: Cast) -> None:
    found = list(of_year(cast, "hoi").values())
    as_operator(cast)
    rows = cast.session.scalars(select(m.Staff).order_by(m.Staff.sort_key, m.Staff.code)).all()
    assert [one.full_name for one in found] == [row.full_name for row in rows]
    lan = next(one for one in found if one.staff_id == cast.staff["lan"])
    assert (lan.full_name, lan.department) == ("Nguyễn Thị Lan", "Tổ Toán")


def test_whoever_left_before_the_year_or_came_after_it_is_not_in_its_table(cast: Cast) -> None:
    as_operator(cast)
    days = {
        "gone": {"left_on": dt.date(2025, 8, 31)},
        "gone on the first day": {"left_on": dt.date(2025, 9, 1)},
        "came on the last day": {"joined_on": dt.date(2026, 5, 31)},
        "came later": {"joined_on": dt.date(2026, 6, 1)},
    }
    ids = {name: make_staff(cast.session, name, **values).id for name, values in days.items()}
    found = of_year(cast, "hoi")
    assert {name for name, id_ in ids.items() if id_ in found} == {"gone on the first day", "came on the last day"}


def test_a_year_that_is_being_prepared_has_no_scores_and_a_closed_one_keeps_them(cast: Cast) -> None:
    year = the_year(cast)
    for state in (YearState.PREPARING, YearState.CLOSED):
        as_operator(cast)
        year.state = state
        cast.session.flush()
        if state is YearState.CLOSED:
            assert len(of_year(cast, "hoi")) == len(cast.staff)
            continue
        for attempt in (lambda: of_year(cast, "hoi"), lambda: of_person(cast, "lan", "lan")):
            with pytest.raises(RuleError, match="đang chuẩn bị"):
                attempt()
        with pytest.raises(NotAllowed):
            of_person(cast, "lan", "tam")


# How much is read -----------------------------------------------------------------------------------------------------


def statements(attempt: Callable[[], Any]) -> int:
    """How many statements it takes."""
    ran: list[str] = []
    listen = lambda *args: ran.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        attempt()
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    return len(ran)


def make_years_work(cast: Cast, number: int) -> None:
    """One more person with a case and something in every table that is read."""
    session = cast.session
    staff, student = make_staff(session, f"giáo viên {number}"), make_student(session)
    case = make_case(session, student)
    make_result(session, student.current_enrolment, learning=Rating.FAIR)
    sponsorship = make_sponsorship(session, case, staff)
    make_rating(session, sponsorship, period=TermPeriod.SEMESTER_1.value)
    make_goal(session, make_plan(session, case))
    make_contact(session, case, staff)
    make_evaluation(session, case, staff)
    make_survey(session, case)
    make_registration(session, staff)
    make_activity(session, staff, student)
    make_adjustment(session, staff, session.scalars(select(m.Criterion).limit(1)).one())
    make_score_comment(session, staff)


def test_many_people_take_no_more_statements(cast: Cast) -> None:
    year, actor = the_year(cast), cast.actor("hoi")

    def read() -> int:
        set_actor(cast.session, actor)
        cast.session.expire_all()
        return statements(lambda: scores.of_year(cast.session, actor, year))

    few = read()
    as_operator(cast)
    for number in range(20):
        make_years_work(cast, number)
    cast.session.flush()
    assert read() == few < 40
    lan = cast.get(m.Staff, cast.staff["lan"])
    cast.session.expire_all()
    assert statements(lambda: scores.of_person(cast.session, actor, year, lan)) <= few + 1, "and the person's own row"


# Frozen and now -------------------------------------------------------------------------------------------------------


def test_what_was_frozen_is_shown_and_what_is_counted_now_stands_beside_it(cast: Cast) -> None:
    as_operator(cast)
    scheme = cast.session.scalars(select(m.EmulationScheme)).one()
    scheme.state, scheme.decision_number, scheme.fixed_on = SchemeState.FIXED, "12/QĐ", dt.date(2025, 9, 10)
    cast.session.flush()
    before = of_person(cast, "tam")
    assert (before.shown, before.frozen, before.differs) == (before.score, None, False)
    tam = cast.staff["tam"]
    score_sheets.freeze(cast.session, become(cast, "hoi"), the_year(cast), [tam], "48/QĐ", TODAY)
    same = of_person(cast, "tam")
    assert same.frozen is not None
    assert (same.shown, same.differs) == (same.frozen, False)
    as_operator(cast)
    criterion = cast.session.scalars(select(m.Criterion).where(m.Criterion.code == "contacts")).one()
    make_adjustment(cast.session, cast.get(m.Staff, tam), criterion, points=20)
    for name in ("hoi", "tam"):
        after = of_year(cast, name)[tam]
        assert after.frozen is not None
        assert after.shown.total == after.frozen.total == before.score.total != after.score.total, name
        assert after.differs
    assert not of_year(cast, "hoi")[cast.staff["lan"]].differs
