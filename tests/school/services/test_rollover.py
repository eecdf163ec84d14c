"""From one school year to the next: previewed, applied at once or not at all, taken back exactly (P4.9)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session

from school import models as m
from school.db import db
from school.errors import NotAllowed, PanelError, RuleError, StaleRecord
from school.rules.actor import Actor
from school.services import directory, rollover, roster, sponsorships
from school.services.guard import get_actor, set_actor
from school.services.rollover import Choices
from school.vocabulary import (
    CaseOutcome,
    CaseState,
    EnrolmentOutcome,
    EvaluationState,
    Rating,
    RollOverChange,
    SponsorRole,
    SponsorshipState,
    TermPeriod,
    YearState,
)
from tests.cast import Cast
from tests.factories import (
    make_case,
    make_classroom,
    make_enrolment,
    make_evaluation,
    make_result,
    make_sponsorship,
    make_staff,
    make_student,
    make_survey,
    make_year,
)

SUMMER = dt.datetime(2026, 8, 20, 2, 0, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 8, 21, 2, 0, tzinfo=dt.UTC)
SEPTEMBER = dt.date(2026, 9, 1)
AUGUST = dt.date(2026, 8, 31)
MAY = dt.date(2026, 5, 31)
Lead = Callable[..., Actor]


@pytest.fixture
def lead(cast: Cast) -> Lead:
    """The session acts as leadership, in the summer unless another moment is given."""

    def become(now: dt.datetime = SUMMER, name: str = "binh") -> Actor:
        actor = cast.actor(name, now)
        set_actor(cast.session, actor)
        assert actor is not None
        return actor

    return become


@pytest.fixture
def year(cast: Cast) -> m.SchoolYear:
    return cast.get(m.SchoolYear, cast.year)


def everything(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the log, without what the optimistic lock and the stamps write."""
    session.flush()
    who = get_actor(session)
    set_actor(session, Actor.running_commands(SUMMER))
    session.expire_all()
    found = {}
    for mapper in db.Model.registry.mappers:
        if mapper.class_ in (m.AuditEntry, m.StudentName) or not hasattr(mapper.class_, "version"):
            continue
        names = [c.key for c in mapper.column_attrs if c.key not in ("version", "updated_at")]
        rows = session.scalars(select(mapper.class_).order_by(mapper.class_.id)).all()
        found[mapper.class_.__tablename__] = [tuple(getattr(row, name) for name in names) for row in rows]
    set_actor(session, who)
    return found


def of_student(session: Session, student_id: int) -> list[tuple[Any, ...]]:
    statement = select(m.Enrolment).where(m.Enrolment.student_id == student_id).order_by(m.Enrolment.id)
    return [(e.classroom.name, e.started_on, e.ended_on, e.outcome) for e in session.scalars(statement)]


def new_case(session: Session, student_id: int) -> m.SupportCase | None:
    statement = select(m.SupportCase).join(m.SupportCase.school_year)
    return session.scalar(statement.where(m.SupportCase.student_id == student_id, m.SchoolYear.name == "2026-2027"))


def test_the_preview_tells_what_becomes_of_each_class(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    seen = rollover.preview(cast.session, lead(), year)
    assert (seen.to_plan.name, seen.to_plan.starts_on, seen.to_plan.ends_on) == (
        "2026-2027",
        SEPTEMBER,
        dt.date(2027, 5, 31),
    )
    assert [(room.name, room.new_name, room.teacher) for room in seen.classes if room.name in cast.classes] == [
        ("10A1", "11A1", "Nguyễn Thị Lan"),
        ("11A2", "12A2", "Lê Quang Vinh"),
        ("12A3", None, "Đỗ Văn Minh"),
    ]
    assert seen.obstacle is None
    assert seen.to_look_at() == []
    counts = seen.counts()
    assert counts[cast.classes["12A3"]] == {EnrolmentOutcome.GRADUATED: 6}
    assert counts[cast.classes["10A1"]] == {EnrolmentOutcome.PROMOTED: 3}


def test_the_preview_writes_nothing(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    before = everything(cast.session)
    rollover.preview(cast.session, lead(), year)
    assert not cast.session.new and not cast.session.dirty
    assert everything(cast.session) == before


@pytest.mark.parametrize(
    ("learning", "conduct"),
    [
        (Rating.NOT_MET, Rating.GOOD),
        (Rating.GOOD, Rating.NOT_MET),
        (Rating.OLD_WEAK, Rating.GOOD),
        (Rating.OLD_POOR, None),
    ],
)
def test_who_did_not_meet_the_years_results_is_proposed_to_repeat(
    cast: Cast, lead: Lead, year: m.SchoolYear, learning: Rating, conduct: Rating | None
) -> None:
    stay = cast.get(m.Enrolment, cast.id("homeroom", "enrolment"))
    make_result(cast.session, stay, period=TermPeriod.YEAR, learning=learning, conduct=conduct)
    (found,) = rollover.preview(cast.session, lead(), year).to_look_at()
    assert (found.id, found.proposed, found.new_class) == (stay.student_id, EnrolmentOutcome.REPEATED, "10A1")


def test_a_semesters_result_alone_proposes_nothing(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    stay = cast.get(m.Enrolment, cast.id("homeroom", "enrolment"))
    make_result(cast.session, stay, period=TermPeriod.SEMESTER_2, learning=Rating.NOT_MET)
    assert rollover.preview(cast.session, lead(), year).to_look_at() == []


def test_a_result_written_in_the_class_before_counts_too(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    student = cast.get(m.Student, cast.classmate)
    make_result(cast.session, student.current_enrolment, period=TermPeriod.YEAR, learning=Rating.NOT_MET)
    student.current_enrolment.ended_on = dt.date(2026, 5, 25)
    cast.session.flush()
    make_enrolment(cast.session, student, make_classroom(cast.session, "10A2"), started_on=dt.date(2026, 5, 26))
    assert [s.id for s in rollover.preview(cast.session, lead(), year).to_look_at()] == [cast.classmate]


def test_pairs_that_run_are_offered_and_go_on_unless_declined(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    actor = lead()
    pairs = rollover.preview(cast.session, actor, year).pairs
    offered = {pair.id for pair in pairs}
    assert cast.id("sponsored", "sponsorship") in offered
    assert cast.id("sponsored", "sponsorship_phuc") in offered
    assert cast.id("ended", "sponsorship") not in offered, "it is over"
    assert cast.id("registered", "sponsorship") not in offered, "nobody approved it"
    assert cast.id("outsiders", "sponsorship") not in offered, "the student leaves"
    assert all(pair.goes_on for pair in pairs)
    choices = Choices(declined=frozenset({cast.id("sponsored", "sponsorship_phuc")}))
    kept = {pair.id: pair.goes_on for pair in rollover.preview(cast.session, actor, year, choices).pairs}
    assert kept[cast.id("sponsored", "sponsorship_phuc")] is False


def test_a_sponsor_who_has_left_is_not_offered(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    cast.get(m.Staff, cast.staff["lan"]).left_on = AUGUST
    cast.get(m.Staff, cast.staff["tam"]).left_on = SEPTEMBER
    cast.session.flush()
    seen = rollover.preview(cast.session, lead(), year)
    assert {pair.staff for pair in seen.pairs} == {"Phạm Hồng Phúc", "Võ Minh Tâm"}
    assert [room.teacher for room in seen.classes if room.name == "10A1"] == [""]


def test_the_preview_asks_a_handful_of_statements(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    rooms = [make_classroom(cast.session, f"{grade}C{n}", grade=grade) for grade in (10, 11, 12) for n in range(3)]
    for number in range(342):
        student = make_student(cast.session, f"Trần Văn {number}", rooms[number % 9])
        make_result(cast.session, student.current_enrolment, period=TermPeriod.YEAR, learning=Rating.FAIR)
        if number % 6 == 0:
            make_sponsorship(cast.session, make_case(cast.session, student), make_staff(cast.session))
    actor, seen = lead(), []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        found = rollover.preview(cast.session, actor, year)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(found.students) > 342 and len(found.pairs) > 30
    assert len(seen) <= 7


def test_applying_moves_everybody_and_goes_on_with_the_pairs(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    session, actor = cast.session, lead()
    done = rollover.apply(session, actor, year)
    to = done.to_year
    assert (to.name, to.state, year.state) == ("2026-2027", YearState.PREPARING, YearState.RUNNING)
    rooms = session.scalars(select(m.Classroom).where(m.Classroom.school_year_id == to.id)).all()
    assert {(r.name, r.grade, str(r.homeroom_teacher)) for r in rooms} == {
        ("11A1", 11, "Nguyễn Thị Lan"),
        ("12A2", 12, "Lê Quang Vinh"),
    }
    assert of_student(session, cast.classmate) == [
        ("10A1", dt.date(2025, 9, 1), AUGUST, EnrolmentOutcome.PROMOTED),
        ("11A1", SEPTEMBER, None, None),
    ]
    assert of_student(session, cast.stranger) == [("12A3", dt.date(2025, 9, 1), MAY, EnrolmentOutcome.GRADUATED)]

    old, new = cast.get(m.SupportCase, cast.id("sponsored")), new_case(session, cast.id("sponsored", "student"))
    assert (old.state, old.outcome, old.closed_on) == (CaseState.CLOSED, CaseOutcome.CONTINUED, actor.today)
    assert {(s.state, s.ended_on) for s in old.sponsorships} == {(SponsorshipState.ENDED, AUGUST)}
    assert new is not None
    assert (new.state, new.opened_on, new.nominated_by_id) == (CaseState.APPROVED, SEPTEMBER, None)
    assert new.code.startswith("HT26-")
    assert (new.private.circumstances, new.private.own_effort) == (old.private.circumstances, old.private.own_effort)
    assert [h.category_id for h in new.hardships] == [h.category_id for h in old.hardships]
    assert {(s.staff_id, s.role, s.state, s.started_on) for s in new.sponsorships} == {
        (cast.staff["lan"], SponsorRole.LEAD, SponsorshipState.REGISTERED, SEPTEMBER),
        (cast.staff["phuc"], SponsorRole.SUPPORTING, SponsorshipState.REGISTERED, SEPTEMBER),
    }
    left = cast.get(m.SupportCase, cast.id("outsiders"))
    assert (left.state, left.outcome) == (CaseState.CLOSED, CaseOutcome.GRADUATED)
    assert left.sponsorships[0].ended_on == MAY
    waiting = cast.get(m.SupportCase, cast.id("registered"))
    assert waiting.state is CaseState.APPROVED, "nothing runs there: people decide"


def test_who_repeats_stays_in_a_class_of_the_same_name(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    session, actor = cast.session, lead()
    choices = Choices(
        {
            cast.classmate: EnrolmentOutcome.REPEATED,
            cast.stranger: EnrolmentOutcome.REPEATED,
            cast.id("homeroom", "student"): EnrolmentOutcome.DROPPED_OUT,
            cast.id("colleagues", "student"): EnrolmentOutcome.TRANSFERRED,
        }
    )
    rollover.apply(session, actor, year, choices)
    assert of_student(session, cast.classmate)[1:] == [("10A1", SEPTEMBER, None, None)]
    assert of_student(session, cast.stranger)[1:] == [("12A3", SEPTEMBER, None, None)]
    room = session.scalar(
        select(m.Classroom)
        .join(m.Classroom.school_year)
        .where(m.Classroom.name == "10A1", m.SchoolYear.name == "2026-2027")
    )
    assert room.homeroom_teacher_id is None, "the teacher went up with the class"
    for name, ending in (("homeroom", CaseOutcome.DROPPED_OUT), ("colleagues", CaseOutcome.TRANSFERRED)):
        case = cast.get(m.SupportCase, cast.id(name))
        assert (case.state, case.outcome) == (CaseState.CLOSED, ending)
        assert new_case(session, case.student_id) is None
        assert of_student(session, case.student_id)[0][2] == MAY


def test_a_declined_pair_stays_in_the_old_year(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    declined = frozenset({cast.id("colleagues", "sponsorship")})
    rollover.apply(cast.session, lead(), year, Choices(declined=declined))
    case = cast.get(m.SupportCase, cast.id("colleagues"))
    assert (case.state, case.sponsorships[0].state) == (CaseState.ACTIVE, SponsorshipState.APPROVED)
    assert new_case(cast.session, case.student_id) is None


@pytest.mark.parametrize(("day", "may"), [(31, False), (32, True)])
def test_the_year_must_be_over(cast: Cast, lead: Lead, year: m.SchoolYear, day: int, may: bool) -> None:
    moment = dt.datetime(2026, 5, 1, 16, 59, tzinfo=dt.UTC) + dt.timedelta(days=day - 1)  # 23:59 at the school
    actor = lead(moment)
    if may:
        rollover.apply(cast.session, actor, year)
        return
    assert actor.today == MAY
    with pytest.raises(RuleError) as refusal:
        rollover.apply(cast.session, actor, year)
    assert refusal.value.params == {"day": "01/06/2026"}


def test_it_is_done_once(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    rollover.apply(cast.session, lead(), year)
    with pytest.raises(RuleError, match="đã chuyển"):
        rollover.apply(cast.session, lead(LATER), year)


def test_a_new_year_that_has_students_is_left_alone(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    new = make_year(cast.session, "2026-2027", state=YearState.PREPARING)
    make_student(cast.session, "Lê Văn Mới", make_classroom(cast.session, "10A1", school_year=new))
    with pytest.raises(RuleError, match="đã có học sinh"):
        rollover.apply(cast.session, lead(), year)


def test_a_new_year_that_was_prepared_by_hand_is_filled(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    own_day = dt.date(2026, 8, 25)
    new = make_year(cast.session, "2026-2027", state=YearState.PREPARING, starts_on=own_day)
    minh = cast.get(m.Staff, cast.staff["minh"])
    room = make_classroom(cast.session, "11A1", grade=11, school_year=new, homeroom_teacher=minh)
    before = everything(cast.session)
    done = rollover.apply(cast.session, lead(), year)
    assert done.to_year_id == new.id
    assert of_student(cast.session, cast.classmate)[1] == ("11A1", own_day, None, None)
    assert room.homeroom_teacher_id == minh.id
    rollover.undo(cast.session, lead(LATER), done)
    after = everything(cast.session)
    assert done.undone_on == LATER.date(), "the year stays, and so does the record"
    for kept in ("roll_over", "roll_over_item"):
        del before[kept], after[kept]
    assert after == before


def test_a_year_without_students_has_nothing_to_pass_on(session: Session, operator: Actor) -> None:
    empty = make_year(session, "2019-2020")
    with pytest.raises(RuleError, match="chưa có học sinh"):
        rollover.apply(session, operator, empty)


def test_what_changed_since_the_page_was_opened_is_looked_at_again(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    stamp = rollover.preview(cast.session, lead(), year).stamp
    choices = Choices({cast.classmate: EnrolmentOutcome.REPEATED}, frozenset({cast.id("sponsored", "sponsorship")}))
    assert rollover.preview(cast.session, lead(), year, choices).stamp == stamp, "one's own choice is no change"
    set_actor(cast.session, Actor.running_commands(SUMMER))
    stay = cast.get(m.Enrolment, cast.id("homeroom", "enrolment"))
    make_result(cast.session, stay, period=TermPeriod.YEAR, learning=Rating.NOT_MET)
    with pytest.raises(StaleRecord):
        rollover.apply(cast.session, lead(), year, choices, stamp)


@pytest.mark.parametrize(
    "outcomes",
    [
        {999_999: EnrolmentOutcome.REPEATED},
        {"classmate": EnrolmentOutcome.GRADUATED},
        {"classmate": EnrolmentOutcome.MOVED},
        {"stranger": EnrolmentOutcome.PROMOTED},
    ],
)
def test_odd_choices_are_refused(
    cast: Cast, lead: Lead, year: m.SchoolYear, outcomes: dict[Any, EnrolmentOutcome]
) -> None:
    chosen = {getattr(cast, who) if isinstance(who, str) else who: outcome for who, outcome in outcomes.items()}
    before = everything(cast.session)
    with pytest.raises(RuleError):
        rollover.apply(cast.session, lead(), year, Choices(chosen))
    assert everything(cast.session) == before


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "thu", "hoi", "quan", "tro"])
def test_only_leadership_passes_the_year_on(cast: Cast, lead: Lead, year: m.SchoolYear, name: str) -> None:
    done = rollover.apply(cast.session, lead(), year)
    actor = lead(name=name)
    for attempt in (
        lambda: rollover.preview(cast.session, actor, year),
        lambda: rollover.apply(cast.session, actor, year),
        lambda: rollover.undo(cast.session, actor, done),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_it_happens_at_once_or_not_at_all(
    cast: Cast, lead: Lead, year: m.SchoolYear, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.session.commit()
    before = everything(cast.session)
    actor = lead()

    def fail(*_args: object) -> None:
        raise RuleError("hỏng giữa chừng")

    monkeypatch.setattr("school.services.cases.next_code", fail)
    with pytest.raises(PanelError):
        rollover.apply(cast.session, actor, year)
    cast.session.rollback()
    set_actor(cast.session, Actor.running_commands(SUMMER))
    assert everything(cast.session) == before


def test_undoing_puts_everything_back(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    before = everything(cast.session)
    choices = Choices(
        {cast.classmate: EnrolmentOutcome.REPEATED, cast.id("homeroom", "student"): EnrolmentOutcome.DROPPED_OUT},
        frozenset({cast.id("colleagues", "sponsorship")}),
    )
    done = rollover.apply(cast.session, lead(), year, choices)
    assert everything(cast.session) != before
    rollover.undo(cast.session, lead(LATER), done)
    set_actor(cast.session, Actor.running_commands(LATER))
    assert everything(cast.session) == before


def test_after_undoing_it_can_be_done_again(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    rollover.undo(cast.session, lead(), rollover.apply(cast.session, lead(), year))
    again = rollover.apply(cast.session, lead(LATER), year)
    assert again.undone_on is None
    assert of_student(cast.session, cast.classmate)[-1] == ("11A1", SEPTEMBER, None, None)


def test_it_is_undone_even_after_the_new_pairs_were_approved(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    before = everything(cast.session)
    done = rollover.apply(cast.session, lead(), year)
    new = new_case(cast.session, cast.id("sponsored", "student"))
    for sponsorship in list(new.sponsorships):
        for step in ("agree", "approve"):
            sponsorships.take_step(cast.session, lead(), sponsorship, step)
    assert new.state is CaseState.ACTIVE
    rollover.undo(cast.session, lead(LATER), done)
    set_actor(cast.session, Actor.running_commands(LATER))
    assert everything(cast.session) == before


def test_the_first_evaluation_makes_it_final(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    done = rollover.apply(cast.session, lead(), year)
    set_actor(cast.session, Actor.running_commands(SUMMER))
    case = new_case(cast.session, cast.id("sponsored", "student"))
    make_evaluation(cast.session, case, None, period="2026-09", state=EvaluationState.DRAFTED)
    with pytest.raises(RuleError, match="đã có đánh giá"):
        rollover.undo(cast.session, lead(LATER), done)


def test_words_written_in_a_new_case_are_not_lost(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    done = rollover.apply(cast.session, lead(), year)
    set_actor(cast.session, Actor.running_commands(SUMMER))
    make_survey(cast.session, new_case(cast.session, cast.id("sponsored", "student")))
    cast.session.commit()
    with pytest.raises(RuleError, match="đã có nội dung"):
        rollover.undo(cast.session, lead(LATER), done)
    cast.session.rollback()
    assert new_case(cast.session, cast.id("sponsored", "student")) is not None


def test_who_moved_class_since_keeps_the_year(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    done = rollover.apply(cast.session, lead(), year)
    operator = Actor.running_commands(dt.datetime(2026, 10, 1, tzinfo=dt.UTC))
    set_actor(cast.session, operator)
    other = make_classroom(cast.session, "11A9", grade=11, school_year=done.to_year)
    roster.place(cast.session, operator, cast.get(m.Student, cast.classmate), other)
    cast.session.commit()
    with pytest.raises(RuleError, match="đã chuyển lớp"):
        rollover.undo(cast.session, lead(dt.datetime(2026, 10, 2, tzinfo=dt.UTC)), done)


def test_new_tenth_graders_stay_when_it_is_undone(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    done = rollover.apply(cast.session, lead(), year)
    set_actor(cast.session, Actor.running_commands(SUMMER))
    room = make_classroom(cast.session, "10A1", school_year=done.to_year)
    student = make_student(cast.session, "Lê Văn Mới", room)
    rollover.undo(cast.session, lead(LATER), done)
    assert student.current_enrolment.classroom is room
    assert done.undone_on == LATER.date()
    assert of_student(cast.session, cast.classmate) == [("10A1", dt.date(2025, 9, 1), None, None)]


def test_it_is_undone_once(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    make_year(cast.session, "2026-2027", state=YearState.PREPARING)
    done = rollover.apply(cast.session, lead(), year)
    rollover.undo(cast.session, lead(), done)
    with pytest.raises(RuleError, match="hoàn tác"):
        rollover.undo(cast.session, lead(), done)


def test_a_closed_year_is_passed_on_without_touching_its_cases(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    year.state = YearState.CLOSED
    cast.session.flush()
    done = rollover.apply(cast.session, lead(), year)
    old = cast.get(m.SupportCase, cast.id("sponsored"))
    assert old.state is CaseState.ACTIVE
    assert new_case(cast.session, old.student_id).state is CaseState.APPROVED
    assert of_student(cast.session, cast.classmate)[-1] == ("11A1", SEPTEMBER, None, None)
    rollover.undo(cast.session, lead(LATER), done)
    assert new_case(cast.session, old.student_id) is None


def test_a_case_that_was_closed_to_be_continued_is_offered(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    for sponsorship in case.sponsorships:
        sponsorship.state, sponsorship.ended_on, sponsorship.end_reason = SponsorshipState.ENDED, MAY, "hết năm học"
    case.state, case.outcome, case.closed_on = CaseState.CLOSED, CaseOutcome.CONTINUED, MAY
    cast.session.flush()
    rollover.apply(cast.session, lead(), year)
    assert len(new_case(cast.session, case.student_id).sponsorships) == 2
    assert case.sponsorships[0].ended_on == MAY


def test_the_old_year_is_opened_again_before_its_cases_run_again(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    done = rollover.apply(cast.session, lead(), year)
    set_actor(cast.session, Actor.running_commands(SUMMER))
    year.state = YearState.CLOSED
    cast.session.flush()
    with pytest.raises(RuleError, match="đã kết thúc"):
        rollover.undo(cast.session, lead(LATER), done)


def test_every_row_is_accounted_for_and_audited(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    actor = lead()
    last = cast.session.scalar(select(m.AuditEntry.id).order_by(m.AuditEntry.id.desc()).limit(1))
    done = rollover.apply(cast.session, actor, year)
    counts = rollover.made(cast.session, done)
    assert counts["school_year", RollOverChange.MADE] == 1
    assert counts["enrolment", RollOverChange.MADE] == counts["enrolment", RollOverChange.ENDED] - 6
    entries = cast.session.scalars(select(m.AuditEntry).where(m.AuditEntry.id > last)).all()
    assert {entry.action for entry in entries} == {"roll over"}
    written = {(entry.table_name, entry.row_id) for entry in entries}
    items = cast.session.scalars(select(m.RollOverItem)).all()
    assert {(item.table_name, item.row_id) for item in items} <= written


def test_the_guard_lets_nobody_else_undo_and_nothing_else_be_undone(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    rollover.apply(cast.session, lead(), year)
    made_id = new_case(cast.session, cast.id("sponsored", "student")).id
    set_actor(cast.session, Actor.running_commands(SUMMER))
    by_hand = cast.get(m.SupportCase, cast.id("leaders_nominee"))
    by_hand.state, by_hand.outcome = CaseState.CLOSED, CaseOutcome.PROGRESSED
    cast.session.commit()
    for name in ("thu", "cuc"):
        lead(name=name)
        for case_id in (made_id, cast.id("sponsored")):
            case = cast.get(m.SupportCase, case_id)
            if case_id == made_id:
                cast.session.delete(case)
            else:
                case.state = CaseState.ACTIVE
            with pytest.raises(NotAllowed):
                cast.session.flush()
            cast.session.rollback()
    lead()
    cast.get(m.SupportCase, cast.id("leaders_nominee")).state = CaseState.APPROVED
    with pytest.raises(NotAllowed):
        cast.session.flush()
    cast.session.rollback()
    cast.session.delete(cast.get(m.SupportCase, cast.id("registered")))
    with pytest.raises(NotAllowed):
        cast.session.flush()


def test_the_service_knows_the_directory(cast: Cast, lead: Lead, year: m.SchoolYear) -> None:
    """The new year is found by its name afterwards, and is not yet today's."""
    rollover.apply(cast.session, lead(), year)
    assert directory.find_year(cast.session, SUMMER.date()) is year
    assert directory.find_year(cast.session, SEPTEMBER).name == "2026-2027"
    assert inspect(year).persistent
