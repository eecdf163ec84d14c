"""The criteria of a year: begun, edited while drafted, fixed, reopened, and by whom (P4.5)."""

from typing import Any

import pytest
from sqlalchemy import func, select

from school import models as m
from school.errors import NotAllowed, PanelError, RuleError, StaleRecord
from school.rules.actor import Actor
from school.rules.scheme import DEFAULTS, Begin
from school.services import criteria
from school.services.guard import set_actor
from school.vocabulary import CriterionKind, SchemeState, SheetState, YearState
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_adjustment, make_sheet, make_year

MAY = ("binh", "ly", "operator")
MAY_NOT = ("lan", "hoa", "cuc", "uyen", "thu", "hoi", "quan", "tro", "nobody")
NUMBER = "12/QĐ-THPT"


def act(cast: Cast, name: str) -> Actor | None:
    actor = cast.actor(name)
    set_actor(cast.session, actor)
    return actor


def as_operator(cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))


def year_of(cast: Cast) -> m.SchoolYear:
    as_operator(cast)
    return cast.get(m.SchoolYear, cast.year)


def scheme_of(cast: Cast) -> m.EmulationScheme:
    scheme = criteria.scheme_of(cast.session, year_of(cast))
    assert scheme is not None
    return scheme


def rows_of(cast: Cast) -> list[m.Criterion]:
    return criteria.criteria_of(cast.session, year_of(cast))


def row_of(cast: Cast, code: str) -> m.Criterion:
    return next(row for row in rows_of(cast) if row.code == code)


def words(cast: Cast, **values: Any) -> dict[str, Any]:
    given = {
        "school_year": year_of(cast),
        "code": "TC1",
        "name": "Việc  hay",
        "kind": CriterionKind.BY_HAND,
        "max_points": 3,
        "needed": None,
        "bonus": True,
    }
    return given | values


def add(cast: Cast, who: str = "binh", **values: Any) -> m.Criterion:
    given = words(cast, **values)
    return criteria.save_criterion(cast.session, act(cast, who), m.Criterion(), given)


def change(cast: Cast, code: str, who: str = "binh", version: int | None = None, **values: Any) -> m.Criterion:
    row = row_of(cast, code)
    given = {key: getattr(row, key) for key in ("code", "name", "kind", "max_points", "needed", "bonus")}
    version = row.version if version is None else version
    return criteria.save_criterion(cast.session, act(cast, who), row, given | values, version)


def remove(cast: Cast, code: str, who: str = "binh") -> None:
    row = row_of(cast, code)
    criteria.remove_criterion(cast.session, act(cast, who), row, row.version)


def fix(cast: Cast, who: str = "binh", number: str | None = NUMBER, version: int | None = None) -> m.EmulationScheme:
    scheme = scheme_of(cast)
    return criteria.fix(cast.session, act(cast, who), scheme, number, version)


def unfix(cast: Cast, who: str = "binh", reason: str | None = "Hội đồng họp lại.") -> m.EmulationScheme:
    scheme = scheme_of(cast)
    return criteria.unfix(cast.session, act(cast, who), scheme, reason)


def freeze_one(cast: Cast) -> None:
    as_operator(cast)
    staff = cast.get(m.Staff, cast.staff["tam"])
    make_sheet(cast.session, staff).state = SheetState.FROZEN
    cast.session.flush()


def close_year(cast: Cast) -> None:
    year_of(cast).state = YearState.CLOSED
    cast.session.flush()


def saying(action: Any, *args: Any, **values: Any) -> tuple[str | None, str]:
    """The field and the sentence of the refusal, which must come."""
    with pytest.raises(PanelError) as caught:
        action(*args, **values)
    return caught.value.field, caught.value.msgid % caught.value.params


WRITES = {
    "begin": lambda cast, who: criteria.begin(cast.session, act(cast, who), cast.get(m.SchoolYear, cast.year)),
    "add": lambda cast, who: add(cast, who),
    "change": lambda cast, who: change(cast, "survey", who, name="Khảo sát"),
    "remove": lambda cast, who: remove(cast, "survey", who),
    "bands": lambda cast, who: bands(cast, who, good_from=75),
    "take over": lambda cast, who: take_over(cast, who, {}, {}),
    "fix": lambda cast, who: fix(cast, who),
    "unfix": lambda cast, who: unfix(cast, who),
}


def bands(cast: Cast, who: str = "binh", version: int | None = None, **values: Any) -> m.EmulationScheme:
    scheme = scheme_of(cast)
    version = scheme.version if version is None else version
    return criteria.save_bands(cast.session, act(cast, who), scheme, values, version)


def take_over(cast: Cast, who: str, numbers: dict, points: dict, version: int | None = None) -> m.EmulationScheme:
    """`points` by code."""
    scheme, by_id = scheme_of(cast), {row_of(cast, code).id: most for code, most in points.items()}
    version = scheme.version if version is None else version
    return criteria.take_over(cast.session, act(cast, who), scheme, numbers, by_id, version)


# Who ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MAY_NOT)
def test_nobody_but_leadership_writes_criteria(cast: Cast, name: str) -> None:
    scheme, rows = scheme_of(cast), rows_of(cast)
    actor = act(cast, name)
    year, row = cast.session.get(m.SchoolYear, cast.year), rows[1]
    tries: dict[str, Any] = {
        "begin": lambda: criteria.begin(cast.session, actor, year),
        "add": lambda: criteria.save_criterion(cast.session, actor, m.Criterion(), {}),
        "change": lambda: criteria.save_criterion(cast.session, actor, row, {}, 1),
        "remove": lambda: criteria.remove_criterion(cast.session, actor, row),
        "bands": lambda: criteria.save_bands(cast.session, actor, scheme, {}, 1),
        "take over": lambda: criteria.take_over(cast.session, actor, scheme, {}, {}, 1),
        "fix": lambda: criteria.fix(cast.session, actor, scheme, NUMBER),
        "unfix": lambda: criteria.unfix(cast.session, actor, scheme, "Họp lại."),
    }
    passed = []
    for what, attempt in tries.items():
        try:
            attempt()
        except NotAllowed:
            continue
        passed.append(what)
    assert passed == []


@pytest.mark.parametrize("name", MAY)
def test_leadership_writes_them_all(cast: Cast, name: str) -> None:
    for what, attempt in WRITES.items():
        if what != "remove":
            attempt(cast, name)
    assert scheme_of(cast).state is SchemeState.DRAFTED
    WRITES["remove"](cast, name)
    assert "survey" not in {row.code for row in rows_of(cast)}


def test_everybody_with_a_role_reads_them(cast: Cast) -> None:
    unread = []
    for name in ("lan", "hoa", "cuc", "thu", "binh", "hoi", "quan"):
        act(cast, name)
        found = cast.session.scalars(select(m.Criterion)).all(), cast.session.scalars(select(m.EmulationScheme)).all()
        unread += [name] if (len(found[0]), len(found[1])) != (11, 1) else []
    assert unread == []


# Beginning ---------------------------------------------------------------------------------------------------------


def _next_year(cast: Cast, state: YearState = YearState.PREPARING) -> m.SchoolYear:
    as_operator(cast)
    return make_year(cast.session, "2026-2027", state=state)


def test_the_first_year_begins_with_the_criteria_of_the_vocabulary(cast: Cast) -> None:
    as_operator(cast)
    year = make_year(cast.session, "2024-2025")  # nothing came before
    scheme = criteria.begin(cast.session, act(cast, "binh"), year)
    found = [
        Begin(row.code, row.kind, row.name, row.max_points, row.needed, row.bonus)
        for row in criteria.criteria_of(cast.session, year)
    ]
    assert found == list(DEFAULTS)
    assert (scheme.state, scheme.excellent_from, scheme.bonus_cap) == (SchemeState.DRAFTED, 90, 5)


def test_a_later_year_begins_as_a_copy_of_the_last_one_that_may_then_be_changed(cast: Cast) -> None:
    add(cast)
    bands(cast, excellent_from=85, converted_points=10)
    fix(cast)
    as_operator(cast)
    make_year(cast.session, "2026-2027", state=YearState.PREPARING)  # has no criteria: it is passed over
    year = make_year(cast.session, "2027-2028", state=YearState.PREPARING)
    scheme = criteria.begin(cast.session, act(cast, "ly"), year)
    copies = criteria.criteria_of(cast.session, year)
    names = ("code", "name", "kind", "max_points", "needed", "bonus", "position")
    assert [[getattr(row, name) for name in names] for row in copies] == [
        [getattr(row, name) for name in names] for row in rows_of(cast)
    ]
    assert (scheme.excellent_from, scheme.converted_points) == (85, 10)
    assert (scheme.state, scheme.decision_number, scheme.fixed_on) == (SchemeState.DRAFTED, None, None)
    copies[0].name = "Tên khác"
    cast.session.flush()
    assert rows_of(cast)[0].name != "Tên khác"


def test_begun_twice_is_begun_once(cast: Cast) -> None:
    year = _next_year(cast)
    first = criteria.begin(cast.session, act(cast, "binh"), year)
    assert criteria.begin(cast.session, act(cast, "ly"), year) is first
    assert len(criteria.criteria_of(cast.session, year)) == len(DEFAULTS)


def test_no_criteria_are_begun_without_a_year_or_for_a_closed_one(cast: Cast) -> None:
    year = _next_year(cast, YearState.CLOSED)
    field, said = saying(criteria.begin, cast.session, act(cast, "binh"), year)
    assert (field, "chỉ xem" in said) == (None, True)
    assert saying(criteria.begin, cast.session, act(cast, "binh"), None)[0] == "school_year"


def test_no_criteria_are_begun_once_a_sheet_of_the_year_is_frozen(cast: Cast) -> None:
    year = _next_year(cast)
    staff = cast.get(m.Staff, cast.staff["tam"])
    cast.session.add(m.ScoreSheet(school_year_id=year.id, staff_id=staff.id))
    cast.session.flush()
    cast.session.scalars(select(m.ScoreSheet).where(m.ScoreSheet.school_year_id == year.id)).one().state = "frozen"
    cast.session.flush()
    assert "phiếu điểm được chốt" in saying(criteria.begin, cast.session, act(cast, "binh"), year)[1]


# One criterion -----------------------------------------------------------------------------------------------------


def test_a_criterion_is_added_last_and_twice_is_once(cast: Cast) -> None:
    row = add(cast)
    assert (row.name, row.position, row.school_year_id) == ("Việc hay", 11, cast.year)
    assert add(cast) is row
    assert len(rows_of(cast)) == 12
    assert add(cast, code="TC2", position=0).position == 0
    assert [one.code for one in rows_of(cast)][8] == "TC2"  # the first of the bonus


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"school_year": None}, "school_year"),
        ({"code": " "}, "code"),
        ({"code": "tiêu chí"}, "code"),
        ({"code": "SURVEY"}, "code"),
        ({"name": ""}, "name"),
        ({"kind": None}, "kind"),
        ({"kind": CriterionKind.CONTACTS, "needed": 2}, "kind"),
        ({"max_points": None}, "max_points"),
        ({"max_points": 0}, "max_points"),
        ({"max_points": 21}, "max_points"),
        ({"max_points": 10**9, "bonus": False}, "max_points"),
        ({"needed": 2}, "needed"),
    ],
)
def test_a_criterion_that_does_not_fit_is_refused_at_its_field(cast: Cast, values: dict, field: str) -> None:
    assert saying(add, cast, **values)[0] == field
    assert len(rows_of(cast)) == 11


def test_a_year_without_a_scheme_takes_no_criterion(cast: Cast) -> None:
    field, said = saying(add, cast, school_year=_next_year(cast))
    assert (field, "bắt đầu soạn" in said) == ("school_year", True)


def test_a_criterion_stays_in_its_year_and_keeps_its_place(cast: Cast) -> None:
    assert saying(change, cast, "survey", school_year=_next_year(cast))[0] == "school_year"
    row = change(cast, "survey", max_points=12, needed=3)
    assert (row.max_points, row.needed, row.position) == (12, 3, 1)


def test_a_stale_form_about_a_criterion_is_refused(cast: Cast) -> None:
    seen = row_of(cast, "survey").version
    change(cast, "survey", max_points=12)
    with pytest.raises(StaleRecord):
        change(cast, "survey", "ly", version=seen, max_points=8)
    assert row_of(cast, "survey").max_points == 12


def test_there_is_an_end_to_criteria(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("school.rules.scheme.MAX_CRITERIA", 12)
    add(cast)
    assert "nhiều nhất 12" in saying(add, cast, code="TC2")[1]


def test_a_criterion_with_adjusted_points_stays(cast: Cast) -> None:
    as_operator(cast)
    row = row_of(cast, "survey")
    make_adjustment(cast.session, cast.get(m.Staff, cast.staff["tam"]), row)
    version = row.version
    said = saying(criteria.remove_criterion, cast.session, act(cast, "binh"), row, version)[1]
    assert "đang được dùng" in said
    cast.session.rollback()
    assert len(rows_of(cast)) == 11


# The numbers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"excellent_from": None}, "excellent_from"),
        ({"good_from": 90}, "good_from"),
        ({"fulfilled_from": 71}, "fulfilled_from"),
        ({"bonus_cap": -1}, "bonus_cap"),
        ({"converted_points": 0}, "converted_points"),
    ],
)
def test_numbers_that_do_not_fit_are_refused_at_their_field(cast: Cast, values: dict, field: str) -> None:
    assert saying(bands, cast, **values)[0] == field
    scheme = scheme_of(cast)
    assert (scheme.excellent_from, scheme.good_from, scheme.fulfilled_from) == (90, 70, 50)


def test_what_was_tried_out_is_taken_over_as_a_whole_or_not_at_all(cast: Cast) -> None:
    scheme = take_over(cast, "binh", {"excellent_from": 95}, {"survey": 5, "contacts": 20})
    assert (scheme.excellent_from, scheme.converted_points) == (95, 5)
    assert (row_of(cast, "survey").max_points, row_of(cast, "contacts").max_points) == (5, 20)
    for numbers, points in (
        ({"excellent_from": 90}, {"survey": 10}),  # 105 together
        ({"good_from": 99}, {"survey": 6, "contacts": 19}),
        ({}, {"survey": 0, "contacts": 25}),
        ({}, {"activity_run": 50}),
    ):
        saying(take_over, cast, "binh", numbers, points)
    assert (scheme_of(cast).excellent_from, row_of(cast, "survey").max_points) == (95, 5)


def test_taking_over_is_refused_when_anybody_has_changed_a_criterion_meanwhile(cast: Cast) -> None:
    seen = scheme_of(cast).version
    change(cast, "survey", name="Khảo sát")
    with pytest.raises(StaleRecord):
        take_over(cast, "ly", {}, {"survey": 5, "contacts": 20}, seen)


# Fixing and reopening ----------------------------------------------------------------------------------------------


def test_a_fixed_scheme_has_its_number_and_day_and_stays_as_it_is(cast: Cast) -> None:
    scheme = fix(cast, number=" 12/QĐ-THPT ")
    assert (scheme.state, scheme.decision_number, scheme.fixed_on) == (SchemeState.FIXED, NUMBER, TODAY)
    assert fix(cast, "ly") is scheme  # a second tap
    assert "Đang ở bước" in saying(fix, cast, number="13/QĐ")[1]
    for attempt in ("add", "change", "remove", "bands", "take over"):
        assert "mở lại" in saying(WRITES[attempt], cast, "binh")[1], attempt
    assert len(rows_of(cast)) == 11


def test_fixing_says_what_the_weights_add_up_to(cast: Cast) -> None:
    change(cast, "survey", max_points=12)
    assert "là 102; cần đúng 100" in saying(fix, cast)[1]
    change(cast, "survey", max_points=1)
    assert "là 91; cần đúng 100" in saying(fix, cast)[1]
    assert scheme_of(cast).state is SchemeState.DRAFTED


@pytest.mark.parametrize("number", [None, "", "  ", "x" * 33])
def test_fixing_needs_a_number_that_fits(cast: Cast, number: str | None) -> None:
    assert saying(fix, cast, number=number)[0] == "decision_number"


def test_nothing_is_fixed_without_criteria_or_with_bands_that_overlap(cast: Cast) -> None:
    as_operator(cast)
    scheme = scheme_of(cast)
    scheme.good_from = 95
    cast.session.flush()
    assert saying(fix, cast)[0] == "good_from"
    scheme.good_from = 70
    for row in cast.session.scalars(select(m.ScoreAdjustment)):
        cast.session.delete(row)
    cast.session.flush()
    for row in rows_of(cast):
        cast.session.delete(row)
    cast.session.flush()
    assert "Chưa có tiêu chí" in saying(fix, cast)[1]


def test_whoever_fixes_has_seen_the_last_change(cast: Cast) -> None:
    for what in (lambda: add(cast), lambda: change(cast, "TC1", name="Khác"), lambda: remove(cast, "TC1")):
        seen = scheme_of(cast).version
        what()
        with pytest.raises(StaleRecord):
            fix(cast, "ly", version=seen)
    assert fix(cast, "ly", version=scheme_of(cast).version).state is SchemeState.FIXED


@pytest.mark.parametrize("reason", [None, "", " \n "])
def test_reopening_needs_a_reason(cast: Cast, reason: str | None) -> None:
    fix(cast)
    assert saying(unfix, cast, reason=reason)[0] == "reason"
    assert scheme_of(cast).state is SchemeState.FIXED


def test_a_reopened_scheme_keeps_its_number_and_the_reason_until_it_is_fixed_anew(cast: Cast) -> None:
    fix(cast)
    scheme = unfix(cast)
    assert (scheme.state, scheme.decision_number) == (SchemeState.DRAFTED, NUMBER)
    assert scheme.reopened_because == "Hội đồng họp lại."
    assert "Đang ở bước" in saying(unfix, cast)[1]
    change(cast, "survey", name="Khảo sát")
    assert fix(cast, number="20/QĐ").decision_number == "20/QĐ"


def test_a_scheme_is_not_reopened_nor_edited_once_a_sheet_is_frozen(cast: Cast) -> None:
    fix(cast)
    freeze_one(cast)
    assert "phiếu điểm được chốt" in saying(unfix, cast)[1]
    as_operator(cast)
    scheme_of(cast).state = SchemeState.DRAFTED  # however that came about
    cast.session.flush()
    for attempt in ("add", "change", "remove", "bands", "take over"):
        assert "phiếu điểm được chốt" in saying(WRITES[attempt], cast, "binh")[1], attempt


def test_a_closed_year_is_read_only(cast: Cast) -> None:
    close_year(cast)
    for attempt in WRITES.keys() - {"begin"}:
        assert "chỉ xem" in saying(WRITES[attempt], cast, "operator")[1], attempt


def test_a_year_that_is_prepared_is_drafted_and_fixed_before_it_runs(cast: Cast) -> None:
    year = _next_year(cast)
    scheme = criteria.begin(cast.session, act(cast, "binh"), year)
    assert criteria.fix(cast.session, act(cast, "binh"), scheme, NUMBER).state is SchemeState.FIXED


def test_each_step_stands_in_the_audit_log_under_its_name(cast: Cast) -> None:
    as_operator(cast)
    before = cast.session.scalar(select(func.max(m.AuditEntry.id))) or 0
    add(cast)
    fix(cast)
    unfix(cast)
    criteria.begin(cast.session, act(cast, "binh"), _next_year(cast))
    as_operator(cast)
    entries = cast.session.scalars(select(m.AuditEntry).where(m.AuditEntry.id > before).order_by(m.AuditEntry.id)).all()
    of_criteria = [(e.table_name, e.action) for e in entries if e.table_name in ("criterion", "emulation_scheme")]
    assert of_criteria[:3] == [("criterion", "create"), ("emulation_scheme", "fix"), ("emulation_scheme", "unfix")]
    assert {action for _, action in of_criteria[3:]} == {"begin scheme"}
    assert len(of_criteria) == 3 + 1 + 12


def test_what_may_be_edited_is_what_can_be(cast: Cast) -> None:
    assert criteria.is_editable(cast.session, scheme_of(cast))
    fix(cast)
    assert not criteria.is_editable(cast.session, scheme_of(cast))
    unfix(cast)
    freeze_one(cast)
    assert not criteria.is_editable(cast.session, scheme_of(cast))


def test_a_criterion_that_is_wrong_by_itself_is_found_when_fixing(cast: Cast) -> None:
    row = row_of(cast, "survey")
    row.needed = 99
    cast.session.flush()
    with pytest.raises(RuleError, match="khảo sát"):
        fix(cast)
