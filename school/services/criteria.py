"""The criteria of a year: begun from last year's, edited while they are drafted, fixed, reopened with a reason (P4.5).

Every change of a criterion counts as one of its scheme: whoever fixes the scheme has seen them all, or is told that
something changed meanwhile.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import flag_modified

from school.errors import RuleError
from school.models import Criterion, EmulationScheme, SchoolYear, ScoreSheet
from school.names import clean_line
from school.rules import scheme as rules
from school.rules.actor import Actor
from school.rules.policy import require
from school.rules.workflow import advance
from school.services.records import apply, check_fresh, just_entered, need, remove, step
from school.services.years import check_year_open
from school.vocabulary import N_, Action, SchemeState, SheetState

EXTENT = ("bonus_cap", "converted_points")
NUMBERS = (*rules.BANDS, *EXTENT)  # what a scheme says beside its criteria
_COPIED = ("code", "name", "kind", "max_points", "needed", "bonus", "position")
_ASKED = {
    "excellent_from": N_("Thầy cô ghi mức Xuất sắc từ bao nhiêu điểm."),
    "good_from": N_("Thầy cô ghi mức Tốt từ bao nhiêu điểm."),
    "fulfilled_from": N_("Thầy cô ghi mức Hoàn thành từ bao nhiêu điểm."),
    "bonus_cap": N_("Thầy cô ghi điểm cộng nhiều nhất là bao nhiêu."),
    "converted_points": N_("Thầy cô ghi 100 điểm quy đổi thành bao nhiêu điểm của trường."),
}
LONGEST_NUMBER = 32


def scheme_of(session: Session, year: SchoolYear) -> EmulationScheme | None:
    """The scheme by which the year is scored, if it was begun."""
    return session.scalar(select(EmulationScheme).where(EmulationScheme.school_year_id == year.id))


def years(session: Session) -> list[tuple[SchoolYear, EmulationScheme | None]]:
    """Every school year with its scheme, if it was begun, the newest first; one statement."""
    joined = select(SchoolYear, EmulationScheme).outerjoin(
        EmulationScheme, EmulationScheme.school_year_id == SchoolYear.id
    )
    return [(year, scheme) for year, scheme in session.execute(joined.order_by(SchoolYear.starts_on.desc()))]


def criteria_of(session: Session, year: SchoolYear) -> list[Criterion]:
    """The year's criteria in their order: those of the 100 points first, then the bonus."""
    order = (Criterion.bonus, Criterion.position, Criterion.id)
    return list(session.scalars(select(Criterion).where(Criterion.school_year_id == year.id).order_by(*order)))


def is_frozen(session: Session, year: SchoolYear) -> bool:
    """Whether any sheet of the year is frozen: what it was scored by stays as it was."""
    criteria = (ScoreSheet.school_year_id == year.id, ScoreSheet.state == SheetState.FROZEN)
    return session.scalar(select(ScoreSheet.id).where(*criteria).limit(1)) is not None


def begin(session: Session, actor: Actor, year: SchoolYear | None) -> EmulationScheme:
    """Begin the year's criteria: a copy of the last year that had some, else those of the vocabulary.

    While the year is prepared or runs. Begun twice, they are begun once.
    """
    require(actor, Action.EDIT_CRITERIA)
    year = _chosen(year)
    standing = scheme_of(session, year)
    if standing is not None:
        return standing
    check_year_open(year)
    _check_unfrozen(session, year)
    before = _scheme_before(session, year)
    with step(session, "begin scheme"):
        scheme = EmulationScheme(school_year_id=year.id)
        session.add(scheme)
        if before is None:
            rows = [vars(default) | {"position": place} for place, default in enumerate(rules.DEFAULTS)]
        else:
            apply(scheme, {name: getattr(before, name) for name in NUMBERS})
            earlier = criteria_of(session, before.school_year)
            rows = [{name: getattr(row, name) for name in _COPIED} for row in earlier]
        session.add_all([Criterion(school_year_id=year.id, **row) for row in rows])
    return scheme


def _chosen(year: SchoolYear | None) -> SchoolYear:
    chosen: SchoolYear = need(year, N_("Thầy cô chọn năm học."), "school_year")
    return chosen


def _scheme_before(session: Session, year: SchoolYear) -> EmulationScheme | None:
    statement = (
        select(EmulationScheme)
        .join(EmulationScheme.school_year)
        .where(SchoolYear.starts_on < year.starts_on)
        .options(joinedload(EmulationScheme.school_year))
        .order_by(SchoolYear.starts_on.desc())
        .limit(1)
    )
    return session.scalars(statement).first()


def check_editable(session: Session, scheme: EmulationScheme) -> None:
    """RuleError unless the scheme is drafted, its year open, and no sheet of the year frozen."""
    check_year_open(scheme.school_year)
    if scheme.state is not SchemeState.DRAFTED:
        raise RuleError(N_("Bộ tiêu chí đã chốt nên giữ nguyên; cần sửa thì mở lại bộ tiêu chí trước."))
    _check_unfrozen(session, scheme.school_year)


def is_editable(session: Session, scheme: EmulationScheme) -> bool:
    """Whether `check_editable` would let a change pass."""
    try:
        check_editable(session, scheme)
    except RuleError:
        return False
    return True


def _check_unfrozen(session: Session, year: SchoolYear) -> None:
    if is_frozen(session, year):
        raise RuleError(N_("Năm học đã có phiếu điểm được chốt theo bộ tiêu chí này nên không sửa tiêu chí nữa."))


def _drafted(session: Session, year: SchoolYear) -> EmulationScheme:
    scheme = scheme_of(session, year)
    if scheme is None:
        raise RuleError(N_("Năm học này chưa có bộ tiêu chí; thầy cô bắt đầu soạn trước."), field="school_year")
    check_editable(session, scheme)
    return scheme


def _touch(scheme: EmulationScheme) -> None:
    """Let the scheme's version follow: a form about the whole scheme that was opened before is stale."""
    flag_modified(scheme, "updated_at")


def save_criterion(
    session: Session, actor: Actor, row: Criterion, values: Mapping[str, Any], version: int | None = None
) -> Criterion:
    """Add a criterion to a year (school_year, code, name, kind, max_points, needed, bonus, position), or change one.

    The same one sent twice is one. Without a position it comes last.
    """
    require(actor, Action.EDIT_CRITERIA)
    new = row.id is None
    if not new:
        check_fresh(row, version)
    year = _chosen(values.get("school_year") or row.school_year)
    if not new and year.id != row.school_year_id:
        raise RuleError(N_("Tiêu chí giữ nguyên năm học; thầy cô thêm tiêu chí ở năm kia."), field="school_year")
    scheme = _drafted(session, year)
    words = _words(values)
    about = {"school_year_id": year.id}
    if new and (twin := just_entered(session, actor, Criterion, about | words)):
        return twin[0]
    wanted = rules.Begin(**words)
    others = [other for other in criteria_of(session, year) if other is not row]
    rules.check_criterion(wanted)
    rules.check_apart(wanted, others)
    _check_room(others)
    place = values.get("position")
    words["position"] = place if place is not None else _place(row, others)
    with step(session, "create" if new else "update"):
        apply(row, words | (about if new else {}))
        session.add(row)
        _touch(scheme)
    return row


def _words(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": clean_line(need(values.get("code"), N_("Thầy cô ghi mã tiêu chí."), "code")),
        "name": clean_line(need(values.get("name"), N_("Thầy cô ghi tên tiêu chí."), "name")),
        "kind": need(values.get("kind"), N_("Thầy cô chọn cách tính điểm."), "kind"),
        "max_points": need(values.get("max_points"), N_("Thầy cô ghi điểm tối đa."), "max_points"),
        "needed": values.get("needed"),
        "bonus": bool(values.get("bonus")),
    }


def _check_room(others: list[Criterion]) -> None:
    if len(others) >= rules.MAX_CRITERIA:
        raise RuleError(N_("Một năm học có nhiều nhất %(most)s tiêu chí."), most=rules.MAX_CRITERIA)


def _place(row: Criterion, others: list[Criterion]) -> int:
    if row.id is not None:
        return row.position
    return max((other.position for other in others), default=-1) + 1


def remove_criterion(session: Session, actor: Actor, row: Criterion, version: int | None = None) -> None:
    """Take a criterion out of a drafted scheme; one for which the council has adjusted points stays."""
    require(actor, Action.EDIT_CRITERIA, row)
    scheme = _drafted(session, row.school_year)
    remove(session, actor, Action.EDIT_CRITERIA, row, version)
    with step(session, "update"):
        _touch(scheme)


def save_bands(
    session: Session, actor: Actor, scheme: EmulationScheme, values: Mapping[str, Any], version: int | None = None
) -> EmulationScheme:
    """Change from how many points each level begins, what the bonus may add, what the 100 points become."""
    require(actor, Action.EDIT_CRITERIA, scheme)
    check_fresh(scheme, version)
    check_editable(session, scheme)
    numbers = _numbers(scheme, values)
    with step(session, "update"):
        apply(scheme, numbers)
    return scheme


def _numbers(scheme: EmulationScheme, values: Mapping[str, Any]) -> dict[str, int]:
    """The five numbers of a scheme, those that are not named as they stand; RuleError at the field at fault."""
    numbers = {name: need(values.get(name, getattr(scheme, name)), _ASKED[name], name) for name in NUMBERS}
    rules.check_bands(*(numbers[name] for name in rules.BANDS))
    rules.check_extent(*(numbers[name] for name in EXTENT))
    return numbers


def take_over(
    session: Session,
    actor: Actor,
    scheme: EmulationScheme,
    values: Mapping[str, Any],
    points: Mapping[int, int],
    version: int | None = None,
) -> EmulationScheme:
    """Let what was tried out stand in the drafted scheme: its numbers, and by criterion id the most points."""
    require(actor, Action.EDIT_CRITERIA, scheme)
    check_fresh(scheme, version)
    check_editable(session, scheme)
    numbers = _numbers(scheme, values)
    wanted = {row: points.get(row.id, row.max_points) for row in criteria_of(session, scheme.school_year)}
    for row, most in wanted.items():
        rules.check_points(most, row.bonus, points_field(row))
    rules.check_weights(rules.worth(row, most) for row, most in wanted.items())
    with step(session, "update"):
        apply(scheme, numbers)
        changed = [row for row, most in wanted.items() if apply(row, {"max_points": most})]
        if changed:
            _touch(scheme)
    return scheme


def points_field(criterion: Criterion) -> str:
    """How a form about the whole scheme calls the points of one criterion."""
    return f"max-{criterion.id}"


def fix(
    session: Session, actor: Actor, scheme: EmulationScheme, decision_number: str | None, version: int | None = None
) -> EmulationScheme:
    """Fix what the year is scored by, under a number: sound, complete, adding up to 100. A second tap is the first.

    `version` None: whatever its version.
    """
    require(actor, rules.SCHEME_STEPS["fix"].action, scheme)
    number = clean_line(need(decision_number, N_("Thầy cô ghi số quyết định hoặc số biên bản."), "decision_number"))
    if len(number) > LONGEST_NUMBER:
        raise RuleError(N_("Số này dài quá %(most)s ký tự."), field="decision_number", most=LONGEST_NUMBER)
    if scheme.state is SchemeState.FIXED and scheme.decision_number == number:
        return scheme
    if version is not None:
        check_fresh(scheme, version)
    check_year_open(scheme.school_year)
    target = advance(rules.SCHEME_STEPS, scheme.state, "fix")
    numbers = {name: getattr(scheme, name) for name in NUMBERS}
    rules.check_complete(numbers, criteria_of(session, scheme.school_year))
    rules.check_extent(*(numbers[name] for name in EXTENT))
    with step(session, "fix"):
        apply(scheme, {"state": target, "decision_number": number, "fixed_on": actor.today})
    return scheme


def unfix(
    session: Session, actor: Actor, scheme: EmulationScheme, reason: str | None, version: int | None = None
) -> EmulationScheme:
    """Draft a fixed scheme again, with the reason, as long as no sheet was frozen by it; its number stays on record."""
    require(actor, rules.SCHEME_STEPS["unfix"].action, scheme)
    why = need(reason, N_("Thầy cô ghi lý do mở lại."), "reason")
    if version is not None:
        check_fresh(scheme, version)
    check_year_open(scheme.school_year)
    _check_unfrozen(session, scheme.school_year)
    target = advance(rules.SCHEME_STEPS, scheme.state, "unfix")
    with step(session, "unfix"):
        apply(scheme, {"state": target, "reopened_because": why})
    return scheme
