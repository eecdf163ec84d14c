"""Freezing by decision, adjusting with a reason, and a frozen sheet that keeps what it said (P4.5)."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from school import models as m
from school.db import db
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules.actor import Actor
from school.rules.score_sheet import Frozen
from school.services import score_sheets, scores
from school.services.guard import set_actor
from school.vocabulary import SchemeState, ScoreLevel, SheetState, SponsorshipState, YearState
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_adjustment, make_score_comment, make_sheet, make_staff

NUMBER = "48/QĐ-THPT"
MAY = ("binh", "ly", "hoi", "operator")
MAY_NOT = ("lan", "hoa", "cuc", "uyen", "thu", "quan", "tro", "nobody")
APPEALED = ("lan", "giang", "ly")  # of the cast: nobody has answered them


def act(cast: Cast, name: str) -> Actor | None:
    actor = cast.actor(name)
    set_actor(cast.session, actor)
    return actor


def as_operator(cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))


def the_year(cast: Cast) -> m.SchoolYear:
    as_operator(cast)
    return cast.get(m.SchoolYear, cast.year)


def fix(cast: Cast, state: SchemeState = SchemeState.FIXED) -> None:
    """The council may begin: the criteria are fixed."""
    as_operator(cast)
    scheme = cast.session.scalars(select(m.EmulationScheme)).one()
    scheme.state, scheme.decision_number, scheme.fixed_on = state, "12/QĐ", dt.date(2025, 9, 10)
    cast.session.flush()


def answer_all(cast: Cast) -> None:
    as_operator(cast)
    for row in cast.session.scalars(select(m.ScoreComment)):
        row.answer = "Đã xem lại."
    cast.session.flush()


def freeze(cast: Cast, *who: str, name: str = "hoi", number: str | None = NUMBER, day: Any = TODAY) -> Any:
    """Freeze these people's sheets, or without names all."""
    year = the_year(cast)
    ids = [cast.staff[one] for one in who] if who else None
    return score_sheets.freeze(cast.session, act(cast, name), year, ids, number, day)


def sheet_of(cast: Cast, who: str) -> m.ScoreSheet:
    as_operator(cast)
    return cast.session.scalars(select(m.ScoreSheet).where(m.ScoreSheet.staff_id == cast.staff[who])).one()


def frozen_sheet(cast: Cast, who: str = "lan") -> m.ScoreSheet:
    fix(cast)
    answer_all(cast)
    freeze(cast, who)
    return sheet_of(cast, who)


def criterion(cast: Cast, code: str = "contacts", **where: Any) -> m.Criterion:
    as_operator(cast)
    found = select(m.Criterion).where(m.Criterion.code == code)
    return cast.session.scalars(found.filter_by(**({"school_year_id": cast.year} | where))).one()


def adjust(
    cast: Cast, who: str = "tam", name: str = "hoi", code: str | None = "contacts", points: Any = 10, reason: Any = "x"
) -> m.ScoreAdjustment:
    year, staff = the_year(cast), cast.get(m.Staff, cast.staff[who])
    row = criterion(cast, code) if code else None
    return score_sheets.adjust(cast.session, act(cast, name), year, staff, row, points, reason)


def refusal(attempt: Any, *values: Any, **named: Any) -> RuleError:
    with pytest.raises(RuleError) as refused:
        attempt(*values, **named)
    return refused.value


# Freezing -----------------------------------------------------------------------------------------------------------


def test_council_and_leadership_freeze_all_but_their_own_and_those_with_an_open_appeal(cast: Cast) -> None:
    fix(cast)
    settled = freeze(cast, name="binh")
    everybody = set(cast.staff.values())
    assert set(settled.own) == {cast.staff["binh"]}
    assert set(settled.appealed) == {cast.staff[who] for who in APPEALED}
    assert {sheet.staff_id for sheet in settled.done} == everybody - {*settled.own, *settled.appealed}
    assert settled.already == ()
    rest = freeze(cast, name="hoi")
    assert [sheet.staff_id for sheet in rest.done] == [cast.staff["binh"]], "somebody else freezes that one"
    assert (len(rest.already), rest.own) == (len(settled.done), ())


def test_one_without_a_sheet_gets_one_and_it_says_who_when_and_by_which_decision(cast: Cast) -> None:
    fix(cast)
    freeze(cast, "tam", number=f"  {NUMBER} ")
    sheet = sheet_of(cast, "tam")
    now = scores.of_person(cast.session, Actor.running_commands(NOW), the_year(cast), sheet.staff)
    assert (sheet.state, sheet.decision_number, sheet.decided_on) == (SheetState.FROZEN, NUMBER, TODAY)
    assert (sheet.frozen_at, sheet.frozen_by_id) == (NOW, cast.accounts["hoi"])
    assert (sheet.total, sheet.level) == (now.score.total, now.score.level)
    stored = Frozen.thaw(sheet.result)
    assert stored is not None
    assert stored.score.lines == tuple(type(line)(**vars(line) | {"missing": ()}) for line in now.score.lines)
    assert (stored.person.full_name, stored.person.department, stored.year) == ("Võ Minh Tâm", "Tổ Văn", "2025-2026")
    assert score_sheets.verify(sheet)


def test_the_log_says_who_froze_and_names_the_hash_and_no_result(cast: Cast) -> None:
    sheet = frozen_sheet(cast, "tam")
    entries = cast.session.scalars(select(m.AuditEntry).where(m.AuditEntry.table_name == "score_sheet")).all()
    mine = [entry for entry in entries if entry.row_id == sheet.id]
    assert [entry.action for entry in mine] == ["create", "freeze"]
    assert mine[-1].actor == "hoi"
    assert mine[-1].changes["hash"] == [None, sheet.hash]
    assert mine[-1].changes["result"] is None


def test_nobody_else_freezes_nor_opens_again(cast: Cast) -> None:
    sheet = frozen_sheet(cast)
    done = []
    for name in MAY_NOT:
        for attempt in (
            lambda name=name: freeze(cast, "tam", name=name),
            lambda name=name: score_sheets.unfreeze(cast.session, act(cast, name), sheet, "x", sheet.version),
        ):
            try:
                attempt()
            except NotAllowed:
                continue
            done.append(name)
    assert done == []


def test_everybody_who_may_freezes_and_opens_again(cast: Cast) -> None:
    fix(cast)
    for name in MAY:
        freeze(cast, "tam", name=name)
        sheet = sheet_of(cast, "tam")
        assert sheet.state is SheetState.FROZEN
        score_sheets.unfreeze(cast.session, act(cast, name), sheet, "bổ sung minh chứng", sheet.version)
        assert sheet_of(cast, "tam").state is SheetState.OPEN


def test_ones_own_is_left_for_somebody_else(cast: Cast) -> None:
    fix(cast)
    answer_all(cast)
    with pytest.raises(NotAllowed, match="chính thầy cô"):
        freeze(cast, "ly", name="ly")
    settled = freeze(cast, "ly", "tam", name="ly")
    assert (settled.own, [sheet.staff_id for sheet in settled.done]) == ((cast.staff["ly"],), [cast.staff["tam"]])
    freeze(cast, "ly", name="binh")
    with pytest.raises(NotAllowed):
        score_sheets.unfreeze(cast.session, act(cast, "ly"), sheet_of(cast, "ly"), "x")


def test_before_the_criteria_are_fixed_nothing_is_frozen(cast: Cast) -> None:
    assert "chưa chốt" in str(refusal(freeze, cast))
    as_operator(cast)
    cast.session.delete(cast.session.scalars(select(m.EmulationScheme)).one())
    cast.session.flush()
    assert "chưa chốt" in str(refusal(freeze, cast))


@pytest.mark.parametrize(("state", "says"), [(YearState.PREPARING, "đang chuẩn bị"), (YearState.CLOSED, "đã kết thúc")])
def test_in_a_year_that_does_not_run_nothing_is_frozen_opened_or_adjusted(
    cast: Cast, state: YearState, says: str
) -> None:
    sheet, given = frozen_sheet(cast), make_adjustment(cast.session, cast.get(m.Staff, cast.staff["tam"]))
    the_year(cast).state = state
    cast.session.flush()
    assert says in str(refusal(freeze, cast))
    assert says in str(refusal(adjust, cast))
    assert says in str(refusal(score_sheets.unfreeze, cast.session, act(cast, "hoi"), sheet, "x"))
    assert says in str(refusal(score_sheets.take_back, cast.session, act(cast, "hoi"), given))


def test_a_second_tap_changes_nothing_and_says_how_many_were_frozen_already(cast: Cast) -> None:
    fix(cast)
    first = freeze(cast)
    before = {sheet.staff_id: (sheet.version, sheet.hash) for sheet in first.done}
    entries = count(cast, m.AuditEntry)
    again = freeze(cast)
    assert again.done == ()
    assert {sheet.staff_id: (sheet.version, sheet.hash) for sheet in again.already} == before
    assert count(cast, m.AuditEntry) == entries
    some = freeze(cast, "tam", "minh")
    assert (some.done, len(some.already)) == ((), 2)


def test_another_decision_on_what_is_frozen_is_refused(cast: Cast) -> None:
    fix(cast)
    freeze(cast, "tam")
    for named in ({"number": "49/QĐ-THPT"}, {"day": TODAY - dt.timedelta(days=1)}):
        refused = refusal(freeze, cast, "minh", "tam", **named)
        assert str(refused) == f"Phiếu điểm của Võ Minh Tâm đã chốt theo quyết định số {NUMBER}."
        assert count_frozen(cast) == 1, "all or none"
    answer_all(cast)
    freeze(cast)
    freeze(cast, "hoi", name="binh")
    assert refusal(freeze, cast, name="operator", number="49/QĐ-THPT").field == "decision_number"


def count(cast: Cast, model: type, *where: Any) -> int:
    as_operator(cast)
    return cast.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def count_frozen(cast: Cast) -> int:
    return count(cast, m.ScoreSheet, m.ScoreSheet.state == SheetState.FROZEN)


def test_a_later_decision_freezes_the_rest_and_leaves_what_stands(cast: Cast) -> None:
    fix(cast)
    freeze(cast, "tam")
    settled = freeze(cast, number="49/QĐ-THPT")
    assert [sheet.decision_number for sheet in settled.already] == [NUMBER]
    assert {sheet.decision_number for sheet in settled.done} == {"49/QĐ-THPT"}


def test_an_appeal_without_answer_keeps_a_chosen_sheet_open_and_a_remark_does_not(cast: Cast) -> None:
    fix(cast)
    assert str(refusal(freeze, cast, "tam", "lan")).startswith("Nguyễn Thị Lan còn đề nghị xem lại")
    assert count_frozen(cast) == 0
    make_score_comment(cast.session, cast.get(m.Staff, cast.staff["tam"]), appeal=False)
    assert len(freeze(cast, "tam").done) == 1
    answer_all(cast)
    assert len(freeze(cast, "lan").done) == 1


@pytest.mark.parametrize("ids", [[], [0], [-1], [10**9]])
def test_nobody_and_people_who_are_not_of_the_year_are_refused(cast: Cast, ids: list[int]) -> None:
    fix(cast)
    year = the_year(cast)
    refusal(score_sheets.freeze, cast.session, act(cast, "hoi"), year, ids, NUMBER, TODAY)
    if ids:
        refusal(score_sheets.freeze, cast.session, act(cast, "hoi"), year, [cast.staff["tam"], *ids], NUMBER, TODAY)
    assert count_frozen(cast) == 0


def test_a_decision_needs_its_number_and_a_day_that_has_come(cast: Cast) -> None:
    fix(cast)
    assert refusal(freeze, cast, number=" ").field == "decision_number"
    assert refusal(freeze, cast, number="9" * 33).field == "decision_number"
    assert refusal(freeze, cast, day=None).field == "decided_on"
    assert refusal(freeze, cast, day=TODAY + dt.timedelta(days=1)).field == "decided_on"
    assert refusal(freeze, cast, day=dt.date(2025, 8, 31)).field == "decided_on"


def test_one_whose_year_does_not_apply_is_frozen_so_and_never_with_0(cast: Cast) -> None:
    fix(cast)
    adjust(cast, "tam", code=None, points=None, reason="đi biệt phái cả năm")
    freeze(cast, "tam")
    sheet = sheet_of(cast, "tam")
    assert (sheet.total, sheet.level) == (None, ScoreLevel.NOT_APPLICABLE)
    stored = Frozen.thaw(sheet.result)
    assert stored is not None
    assert [one.reason for one in stored.adjustments] == ["đi biệt phái cả năm"]


def test_freezing_works_all_out_once_in_the_same_number_of_statements(cast: Cast) -> None:
    fix(cast)
    answer_all(cast)

    def statements(number: str) -> int:
        year, actor, seen = the_year(cast), act(cast, "hoi"), []
        listen = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        try:
            score_sheets.freeze(cast.session, actor, year, None, number, TODAY)
        finally:
            event.remove(db.engine, "before_cursor_execute", listen)
        return len([statement for statement in seen if statement.startswith("SELECT")])

    few = statements(NUMBER)
    as_operator(cast)
    for number in range(40):
        make_staff(cast.session, f"Người {number}")
    assert statements(NUMBER) <= few <= 25


# What was frozen stays ----------------------------------------------------------------------------------------------


def test_a_frozen_sheet_keeps_its_result_whatever_changes_later(cast: Cast) -> None:
    fix(cast)
    answer_all(cast)
    adjust(cast, "lan", points=20, reason="cách làm hay")
    sheet = frozen_sheet(cast, "lan")
    before = dict(sheet.result), sheet.hash, sheet.total, sheet.level
    lan = cast.get(m.Staff, cast.staff["lan"])
    lan.full_name, lan.code, lan.department_id = "Nguyễn Thị Lan Hương", "GV9999", None
    for row in cast.session.scalars(select(m.Criterion)):
        row.name, row.max_points = "Tên khác", 1
    scheme = cast.session.scalars(select(m.EmulationScheme)).one()
    scheme.excellent_from, scheme.good_from, scheme.fulfilled_from = 3, 2, 1
    for row in cast.session.scalars(select(m.Sponsorship).where(m.Sponsorship.staff_id == lan.id)):
        row.state, row.ended_on, row.approved_on = SponsorshipState.ENDED, TODAY, None
    for model in (m.ScoreAdjustment, m.ContactPrivate, m.Contact, m.Goal, m.ProgressEvaluation):
        for row in cast.session.scalars(select(model)):
            cast.session.delete(row)
    cast.session.flush()
    cast.session.expire_all()
    sheet = sheet_of(cast, "lan")
    assert (sheet.result, sheet.hash, sheet.total, sheet.level) == before
    assert score_sheets.verify(sheet)
    stored = Frozen.thaw(sheet.result)
    assert stored is not None
    assert (stored.person.full_name, stored.person.department) == ("Nguyễn Thị Lan", "Tổ Toán")
    assert [one.reason for one in stored.adjustments if one.points == 20] == ["cách làm hay"]
    for name in ("lan", "hoi"):
        both = scores.of_person(cast.session, act(cast, name), cast.get(m.SchoolYear, cast.year), sheet.staff)
        assert both.frozen == stored.score
        assert both.shown == stored.score
        assert both.score != both.frozen, "what is counted now stands beside it"
        assert both.differs


def test_no_service_of_scores_touches_a_frozen_sheet(cast: Cast) -> None:
    sheet = frozen_sheet(cast)
    given = make_adjustment(cast.session, cast.get(m.Staff, cast.staff["lan"]), criterion(cast))
    before = dict(sheet.result), sheet.version
    assert "đã chốt" in str(refusal(adjust, cast, "lan"))
    assert "đã chốt" in str(refusal(adjust, cast, "lan", code=None, points=None))
    assert "đã chốt" in str(refusal(score_sheets.take_back, cast.session, act(cast, "hoi"), given, given.version))
    sheet = sheet_of(cast, "lan")
    assert (sheet.result, sheet.version) == before


def spoil(cast: Cast, sheet: m.ScoreSheet, **values: Any) -> None:
    """Write past the panel, as whoever has the database may."""
    table = m.ScoreSheet.__table__
    cast.session.connection().execute(update(table).where(table.c.id == sheet.id).values(values))
    cast.session.expire_all()


SPOILT: dict[str, Any] = {
    "total": 999,
    "level": ScoreLevel.EXCELLENT,
    "decision_number": "1/QĐ",
    "decided_on": dt.date(2025, 10, 1),
    "frozen_at": dt.datetime(2025, 10, 15, 2, 0, 1, tzinfo=dt.UTC),
    "frozen_by_id": 1,
    "hash": "f" * 64,
    "result": {"total": 999},
    "staff_id": 3,
    "reopened_because": "x",
    "state": SheetState.OPEN,
}


def test_what_is_changed_past_the_panel_is_found(cast: Cast) -> None:
    sheet = frozen_sheet(cast, "tam")
    assert score_sheets.verify(sheet)
    unseen = []
    for field, value in SPOILT.items():
        attempt = cast.session.begin_nested()
        spoil(cast, sheet, **{field: value})
        if score_sheets.verify(cast.get(m.ScoreSheet, sheet.id)):
            unseen.append(field)
        attempt.rollback()
        cast.session.expire_all()
        assert score_sheets.verify(cast.get(m.ScoreSheet, sheet.id))
    assert unseen == []


def test_one_name_within_the_stored_lines_is_enough(cast: Cast) -> None:
    sheet = frozen_sheet(cast, "tam")
    result = {**sheet.result, "lines": [{**line} for line in sheet.result["lines"]]}
    result["lines"][0]["name"] += " "
    spoil(cast, sheet, result=result)
    assert not score_sheets.verify(cast.get(m.ScoreSheet, sheet.id))


def test_one_spoilt_row_does_not_take_the_table_of_the_year_away(cast: Cast) -> None:
    sheet = frozen_sheet(cast, "tam")
    for result in (None, {}, {"total": 999}, {"lines": [{"code": "x"}]}, [], "x"):
        as_operator(cast)
        spoil(cast, sheet, result=result)
        everybody = scores.of_year(cast.session, act(cast, "hoi"), cast.get(m.SchoolYear, cast.year))
        tams = everybody[cast.staff["tam"]]
        assert tams.sheet is not None
        assert (tams.frozen, score_sheets.verify(tams.sheet)) == (None, False), result


def test_every_sheet_of_a_year_holds_after_freezing_and_opening(cast: Cast) -> None:
    fix(cast)
    freeze(cast)
    some = sheet_of(cast, "tam")
    score_sheets.unfreeze(cast.session, act(cast, "hoi"), some, "bổ sung", some.version)
    cast.session.expire_all()
    as_operator(cast)
    assert [str(row) for row in cast.session.scalars(select(m.ScoreSheet)) if not score_sheets.verify(row)] == []


# Opening again ------------------------------------------------------------------------------------------------------


def test_opening_again_needs_a_reason_and_the_version_that_was_seen(cast: Cast) -> None:
    sheet = frozen_sheet(cast)
    for reason in (None, " ", "a" * 2001):
        assert refusal(score_sheets.unfreeze, cast.session, act(cast, "hoi"), sheet, reason, sheet.version).field == (
            "reason"
        )
    with pytest.raises(StaleRecord):
        score_sheets.unfreeze(cast.session, act(cast, "hoi"), sheet, "x", sheet.version - 1)
    score_sheets.unfreeze(cast.session, act(cast, "hoi"), sheet, " bổ sung minh chứng ", sheet.version)
    assert (sheet.state, sheet.reopened_because) == (SheetState.OPEN, "bổ sung minh chứng")
    person = scores.of_person(cast.session, act(cast, "hoi"), cast.get(m.SchoolYear, cast.year), sheet.staff)
    assert person.frozen is None, "while it is open, what is counted now counts"


def test_one_that_is_open_is_not_opened(cast: Cast) -> None:
    sheet = sheet_of(cast, "lan")
    assert "Đang tính" in str(refusal(score_sheets.unfreeze, cast.session, act(cast, "hoi"), sheet, "x", sheet.version))


def test_one_that_was_opened_is_adjusted_and_frozen_anew(cast: Cast) -> None:
    sheet = frozen_sheet(cast)
    before = sheet.hash
    score_sheets.unfreeze(cast.session, act(cast, "hoi"), sheet, "bổ sung", sheet.version)
    adjust(cast, "lan", points=15, reason="bổ sung minh chứng")
    freeze(cast, "lan", number="50/QĐ")
    sheet = sheet_of(cast, "lan")
    assert (sheet.decision_number, sheet.reopened_because) == ("50/QĐ", None)
    assert sheet.hash != before
    assert score_sheets.verify(sheet)


def test_somebody_without_a_sheet_is_nothing_to_verify(cast: Cast) -> None:
    as_operator(cast)
    person = make_staff(cast.session)
    assert score_sheets.verify(make_sheet(cast.session, person))
