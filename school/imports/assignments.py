"""The assignment list of P5: cases with their two texts, and approved sponsorships from 1 September.

What the list says of a pair is taken; what it does not mention stays. A pair that has ended stays ended: an old list
taken in again must not bring it back, and a new term of the same pair is begun on the panel. Each case and each pair
goes as far as the rights of whoever takes the list in: what a secretary brings waits on the board for leadership.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import RuleError
from school.imports.columns import ASSIGNMENTS, Listing, Record
from school.imports.matching import NO_ANSWERS, Answers, Person, Roll, Seen, StaffRoom, class_names
from school.imports.parsing import (
    Parser,
    Sponsor,
    parse_class,
    parse_code,
    parse_date,
    parse_name,
    parse_sponsors,
    prose,
    read_cells,
    with_known,
)
from school.imports.plan import Change, Plan, RowOutcome, differences
from school.models import CasePrivate, SchoolYear, Sponsorship, Staff, SupportCase
from school.rules.actor import Actor
from school.rules.calendar import year_dates
from school.rules.classification import CASE_STEPS
from school.rules.pairing import SPONSORSHIP_STEPS, Pairing, check_pairing, over
from school.rules.policy import can, require
from school.services import cases, sponsorships
from school.services.audit import edited_by_hand
from school.vocabulary import N_, Action, CaseState, SponsorRole, SponsorshipState

CLOSED = N_("Hồ sơ của em trong năm học này đã kết thúc nên giữ nguyên.")
KEPT = N_("“%(column)s” đã được sửa trên trang nên giữ nguyên, không lấy từ danh sách.")
NOBODY = N_("Em chưa có người đỡ đầu.")
ENDED = N_("%(name)s đã thôi đỡ đầu em từ ngày %(day)s nên không phân công lại; nếu nhận lại thì lập trên trang.")
NAMED_TWICE = N_("%(name)s được ghi hai lần trong ô người đỡ đầu.")
OWN_NOMINEE = N_("Em do chính thầy cô đề xuất nên người khác trong Ban giám hiệu duyệt hồ sơ rồi duyệt phân công.")
PART_STANDS = N_(
    "%(name)s đang đỡ đầu em với phần việc “%(part)s”; Ban giám hiệu đổi phần việc trên trang, hoặc ghi đúng như vậy."
)
WAITS = N_("Danh sách được ghi đến bước rà soát hồ sơ và đăng ký đỡ đầu; Ban giám hiệu duyệt trên bảng phân công.")
BESIDE = N_(
    "Em đang có %(name)s đỡ đầu mà danh sách không ghi; kết thúc phân công đó trên trang, hoặc ghi cả hai người."
)

_PARSERS: dict[str, Parser] = {
    "code": parse_code,
    "full_name": parse_name,
    "class_name": parse_class,
    "date_of_birth": parse_date,
    "circumstances": prose,
    "own_effort": prose,
    "sponsors": parse_sponsors,
}
_NEEDED = (
    Action.IMPORT_LISTS,
    Action.NOMINATE_STUDENT,
    Action.EDIT_CASE,
    Action.REGISTER_SPONSORSHIP,
    Action.VIEW_CIRCUMSTANCES,
)


@dataclass
class _Pair:
    """One sponsor as the list wants it; `stored` is the sponsorship that already stands, `steps` are to be taken."""

    staff: Staff
    role: SponsorRole
    started_on: dt.date
    stored: Sponsorship | None = None
    steps: list[str] = field(default_factory=list)


@dataclass
class _Work:
    """What applying one row takes."""

    student_id: int
    case: SupportCase | None
    steps: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    pairs: list[_Pair] = field(default_factory=list)


@dataclass
class _Stored:
    """What the database holds of the year's cases, and who takes the list in."""

    actor: Actor
    first_day: dt.date
    roll: Roll
    staff: StaffRoom
    cases: dict[int, SupportCase]
    private: dict[int, CasePrivate]
    sponsorships: dict[int, list[Sponsorship]]
    by_hand: set[tuple[int, str]]
    answers: Answers
    seen: Seen = field(default_factory=Seen)
    waits: bool = False  # something stops short of being approved, for lack of the right


def plan_assignments(
    session: Session, actor: Actor, listing: Listing, year: SchoolYear, answers: Answers = NO_ANSWERS
) -> Plan:
    """What the list would change in `year`, as far as the actor's rights go. NotAllowed to whoever takes in none."""
    for action in _NEEDED:
        require(actor, action)
    plan, stored = Plan(), _load(session, actor, year, answers)
    parsers = with_known(_PARSERS, stored.roll.codes, class_names(session, year))
    for record in listing.records:
        plan.warn_of_formulas(record, ASSIGNMENTS)
        cells = read_cells(record, parsers)
        person, sponsors = _people(stored, record, cells.values, cells.errors)
        if cells.errors or person is None:
            plan.reject(record.row, cells.errors)
            continue
        try:
            _plan_row(plan, stored, record.row, person, cells.values, sponsors)
        except RuleError as error:
            plan.reject(record.row, [error])
    if stored.waits:
        plan.warn(listing.header_row, WAITS)
    plan.figures |= _figures(plan)
    return plan


def _load(session: Session, actor: Actor, year: SchoolYear, answers: Answers) -> _Stored:
    found = session.scalars(select(SupportCase).where(SupportCase.school_year_id == year.id)).all()
    ids = select(SupportCase.id).where(SupportCase.school_year_id == year.id)
    private = session.scalars(select(CasePrivate).where(CasePrivate.case_id.in_(ids))).all()
    running: dict[int, list[Sponsorship]] = defaultdict(list)
    for sponsorship in session.scalars(
        select(Sponsorship).where(Sponsorship.case_id.in_(ids)).order_by(Sponsorship.started_on)
    ):
        running[sponsorship.case_id].append(sponsorship)
    first_day = year_dates(year.name)[0]
    return _Stored(
        actor=actor,
        first_day=first_day,
        roll=Roll(session, year),
        staff=StaffRoom(session.scalars(select(Staff)), first_day),
        cases={case.student_id: case for case in found},
        private={row.case_id: row for row in private},
        sponsorships=running,
        by_hand=edited_by_hand(session, CasePrivate, [row.id for row in private]),
        answers=answers,
    )


def _people(
    stored: _Stored, record: Record, values: dict[str, Any], errors: list[RuleError]
) -> tuple[Person | None, list[tuple[Staff, SponsorRole]]]:
    """The student and the sponsors of the row; who is not clear is added to `errors`."""
    person: Person | None = None
    sponsors: list[tuple[Staff, SponsorRole]] = []
    if not record.get("code") or "code" in values:  # else the code is at fault, which is said already
        try:
            person = stored.roll.find(record.row, values, stored.answers)
            stored.seen.check_person(person.id, record.row)
        except RuleError as error:
            errors.append(error)
    for sponsor in values.get("sponsors", ()):
        try:
            staff = _find_sponsor(stored, record.row, sponsor, [other for other, _ in sponsors])
        except RuleError as error:
            errors.append(error)
        else:
            sponsors.append((staff, sponsor.role))
    return person, sponsors


def _find_sponsor(stored: _Stored, row: int, sponsor: Sponsor, others: list[Staff]) -> Staff:
    staff = stored.staff.find(sponsor.name, sponsor.code, row, stored.answers)
    if staff in others:
        raise RuleError(NAMED_TWICE, name=staff.full_name)
    decision = can(stored.actor, Action.REGISTER_SPONSORSHIP, Sponsorship(staff_id=staff.id))
    if not decision:
        raise RuleError(decision.reason)
    return staff


def _plan_row(
    plan: Plan,
    stored: _Stored,
    row: int,
    person: Person,
    values: dict[str, Any],
    sponsors: list[tuple[Staff, SponsorRole]],
) -> None:
    case = stored.cases.get(person.id)
    work = _Work(person.id, case)
    if case is not None and case.state is CaseState.CLOSED:
        plan.warn(row, CLOSED)
        plan.accept(row, False, (), work)
        return
    warnings: list[tuple[str, dict[str, Any]]] = []
    changes = _plan_texts(stored, row, case, values, work, warnings)
    before, after = case.state if case else None, _plan_case(stored, case, work, warnings)
    changes += _plan_pairs(stored, row, case, after, sponsors, work, warnings)
    if case is not None and before is not after:
        changes.append(Change(row, "support_case.state", before, after))
    if not sponsors and not (case and stored.sponsorships[case.id]):
        warnings.append((NOBODY, {}))
    for msgid, params in warnings:  # only now: a row that is rejected needs none
        plan.warn(row, msgid, **params)
    plan.accept(row, case is None, changes, work, about=[person.id, *(staff.id for staff, _ in sponsors)])


def _plan_case(
    stored: _Stored, case: SupportCase | None, work: _Work, warnings: list[tuple[str, dict[str, Any]]]
) -> CaseState:
    """The state that the case comes to: approved, or as far as the actor may take it."""
    state = case.state if case else CaseState.NOMINATED
    for name in ("verify", "approve"):
        step = CASE_STEPS[name]
        if state not in step.sources:
            continue
        if not can(stored.actor, step.action, case):
            if can(stored.actor, step.action):
                warnings.append((OWN_NOMINEE, {}))
            else:
                stored.waits = True
            break
        work.steps.append(name)
        state = step.target
    return state


def _plan_texts(
    stored: _Stored,
    row: int,
    case: SupportCase | None,
    values: dict[str, Any],
    work: _Work,
    warnings: list[tuple[str, dict[str, Any]]],
) -> list[Change]:
    """The two free texts: what was written on the panel since the last import wins."""
    private = stored.private.get(case.id) if case else None
    given = {name: values[name] for name in cases.PRIVATE_FIELDS if name in values}
    labels = {column.name: column.label for column in ASSIGNMENTS.columns}
    changes = []
    for change in differences(row, "case_private", private, given):
        name = change.what.partition(".")[2]
        if private is not None and change.old and (private.id, name) in stored.by_hand:
            warnings.append((KEPT, {"column": labels[name]}))
        else:
            work.texts[name] = change.new
            changes.append(change)
    return changes


def _plan_pairs(
    stored: _Stored,
    row: int,
    case: SupportCase | None,
    case_state: CaseState,
    sponsors: list[tuple[Staff, SponsorRole]],
    work: _Work,
    warnings: list[tuple[str, dict[str, Any]]],
) -> list[Change]:
    """Sponsors to add, to approve or to give another part; RuleError when they cannot stand beside the others."""
    standing = stored.sponsorships[case.id] if case else []
    changes = []
    for staff, role in sponsors:
        own = [one for one in standing if one.staff_id == staff.id]
        running = _running(own, stored.actor.today)
        ended = [one for one in own if one.state is SponsorshipState.ENDED and one.approved_on is not None]
        if running is None and ended:
            warnings.append((ENDED, {"name": staff.full_name, "day": f"{ended[-1].ended_on:%d/%m/%Y}"}))
            continue
        pair = _Pair(staff, role, running.started_on if running else stored.first_day, running)
        work.pairs.append(pair)
        before, after = running.state if running else None, _plan_steps(stored, pair, case_state)
        if before is not after:
            changes.append(Change(row, "sponsorship.state", before, after))
        if running is None or running.role is not role:
            changes.append(Change(row, "sponsorship.role", running and running.role, role))
    _settle_starts(work.pairs, standing)
    return changes


def _running(own: list[Sponsorship], today: dt.date) -> Sponsorship | None:
    """Of one person's sponsorships of the student the one that goes on; else one that only the calendar has ended."""
    open_ones = [one for one in own if one.state is not SponsorshipState.ENDED]
    return next((one for one in open_ones if not over(one.ended_on, today)), next(iter(open_ones), None))


def _plan_steps(stored: _Stored, pair: _Pair, case_state: CaseState) -> SponsorshipState:
    """The state that the pair comes to: approved, or as far as the actor may take it. RuleError for one's own pair."""
    state = pair.stored.state if pair.stored else SponsorshipState.REGISTERED
    subject = pair.stored or Sponsorship(staff_id=pair.staff.id)
    _check_part(stored, pair)
    for name in ("agree", "approve"):
        step = SPONSORSHIP_STEPS[name]
        if state not in step.sources:
            continue
        decision = can(stored.actor, step.action, subject)
        if not decision:
            if can(stored.actor, step.action):  # one's own: somebody else takes it in
                raise RuleError(decision.reason)
            stored.waits = True
            break
        if step.target is SponsorshipState.APPROVED and case_state not in sponsorships.READY:
            break
        pair.steps.append(name)
        state = step.target
    return state


def _check_part(stored: _Stored, pair: _Pair) -> None:
    """RuleError where the list gives another part to a sponsor whose part the actor may not change."""
    standing = pair.stored
    if standing is None or standing.role is pair.role or standing.state is SponsorshipState.REGISTERED:
        return
    decision = can(stored.actor, Action.APPROVE_SPONSORSHIP, standing)
    if not decision and can(stored.actor, Action.APPROVE_SPONSORSHIP):
        raise RuleError(decision.reason)
    if not decision:
        raise RuleError(PART_STANDS, name=pair.staff.full_name, part=standing.role.label)


def _settle_starts(pairs: list[_Pair], standing: list[Sponsorship]) -> None:
    """A new pair begins after those that ended and would clash; RuleError where one still runs beside it."""
    handled = {pair.stored.id for pair in pairs if pair.stored is not None}
    # One that was turned down never ran: it stands in nobody's way.
    ran = [one for one in standing if one.state is not SponsorshipState.ENDED or one.approved_on is not None]
    others = sorted(
        (one for one in ran if one.id not in handled), key=lambda one: (one.ended_on or dt.date.max, one.id)
    )
    for pair in pairs:
        for other in others:
            beside = Pairing(other.staff_id, other.role, other.started_on, other.ended_on)
            last = pair.stored.ended_on if pair.stored else None
            try:
                check_pairing(Pairing(pair.staff.id, pair.role, pair.started_on, last), [beside])
            except RuleError as error:
                if other.ended_on is None:
                    raise RuleError(BESIDE, name=other.staff.full_name) from error
                if pair.stored is not None:
                    raise
                pair.started_on = other.ended_on + dt.timedelta(days=1)


def _figures(plan: Plan) -> dict[str, Any]:
    """Cases and sponsorships that the plan makes, changes and leaves, and the parts of the new sponsors."""
    of_cases = Counter(entry.outcome.value for entry in plan.entries)
    of_pairs: Counter[str] = Counter()
    for entry in plan.entries:
        for pair in entry.work.pairs:
            if pair.stored is None:
                of_pairs.update((RowOutcome.CREATED.value, pair.role.value))
            elif pair.stored.role is not pair.role or pair.steps:
                of_pairs[RowOutcome.UPDATED.value] += 1
            else:
                of_pairs[RowOutcome.UNCHANGED.value] += 1
    outcomes = [outcome.value for outcome in RowOutcome]
    return {
        "cases": {name: of_cases[name] for name in outcomes},
        "sponsorships": {name: of_pairs[name] for name in [*outcomes, *(role.value for role in SponsorRole)]},
    }


def apply_assignments(session: Session, actor: Actor, plan: Plan, year: SchoolYear) -> None:
    """Write the plan, step by step as people would: the case approved, then each sponsor agreed and approved."""
    for entry in plan.entries:
        if entry.outcome is RowOutcome.UNCHANGED:
            continue
        work: _Work = entry.work
        case = work.case
        if case is None:
            first_day = year_dates(year.name)[0]
            case = cases.open_listed(session, actor, work.student_id, year, work.texts, first_day)
        else:
            for name in work.steps:
                cases.take_step(session, actor, case, name, listed=True)
        if work.case is not None and work.texts:
            cases.edit_private(session, actor, case, work.texts, case.version)
        _save_pairs(session, actor, case, work.pairs)


def _save_pairs(session: Session, actor: Actor, case: SupportCase, pairs: Iterable[_Pair]) -> None:
    _change_parts(session, actor, case, [pair for pair in pairs if pair.stored and pair.stored.role is not pair.role])
    for pair in pairs:
        sponsorship = pair.stored
        if sponsorship is None:
            values = {"case": case, "staff": pair.staff, "role": pair.role, "started_on": pair.started_on}
            sponsorship = sponsorships.register(session, actor, Sponsorship(), values)
        session.expire(case, ["sponsorships"])  # whether the case is active is told by all of them
        for name in pair.steps:
            sponsorships.take_step(session, actor, sponsorship, name)


def _change_parts(session: Session, actor: Actor, case: SupportCase, pairs: Iterable[_Pair]) -> None:
    """Give standing sponsors the parts of the list: all at once, or as one puts a registration right."""
    roles = {pair.stored: pair.role for pair in pairs if pair.stored is not None}
    if roles and can(actor, Action.APPROVE_SPONSORSHIP):
        sponsorships.change_roles(session, actor, roles)
        return
    for pair in sorted(pairs, key=lambda pair: pair.role is SponsorRole.LEAD):  # who leads no more makes room first
        one = pair.stored
        assert one is not None
        values = {"case": case, "staff": pair.staff, "role": pair.role, "started_on": one.started_on}
        sponsorships.register(session, actor, one, values, one.version)
