"""Whatever people try, in whatever order, on whatever day: what must always hold about pairings and evaluations, holds.

More than 2,000 steps a run (20 stories of up to 200); FUZZ=10 tells ten times as many (`make fuzz`).
"""

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from school import models as m
from school.db import Record
from school.errors import PanelError
from school.rules.evaluation import EVALUATION_STEPS, LEVELS
from school.rules.pairing import SPONSORSHIP_STEPS
from school.services import audit, cases, evaluations, meetings, sponsorships
from school.services.guard import UNSCOPED, set_actor
from school.vocabulary import CaseOutcome, EvaluationState, HelpRating, ProgressStep, SponsorRole, SponsorshipState
from tests.cast import CASES, NOW, Cast
from tests.factories import LEVELS as COMPLETE
from tests.factories import SECRET

STORIES, STEPS = 20 * int(os.environ.get("FUZZ", "1")), 200
PEOPLE = (
    "lan",
    "phuc",
    "vinh",
    "tam",
    "giang",
    "minh",
    "son",
    "hoa",
    "dung",
    "khoa",
    "cuc",
    "uyen",
    "thu",
    "binh",
    "ly",
)
MONTHS = ("2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-05", "2026-06")
JUDGING = ("review", "return", "confirm", "lock", "reopen")

people, chosen_cases = st.sampled_from(PEOPLE), st.sampled_from(sorted(CASES))
numbers, offsets = st.integers(0, 10_000), st.integers(-45, 45)
# Those who decide are tried more often, or little would ever be decided.
deciders = st.one_of(st.sampled_from(("binh", "ly", "cuc", "uyen", "thu")), people)


class SchoolYear(RuleBasedStateMachine):
    """One story: everybody tries everything; refusals are counted, what was let through is remembered."""

    cast: Cast
    tally: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.session: Session = self.cast.session
        self.story = self.session.begin_nested()
        self.now = NOW
        self.locked: dict[int, tuple[Any, ...]] = {}

    def teardown(self) -> None:
        try:
            self.check_audit()
        finally:
            self.story.rollback()
            self.session.expire_all()

    # Trying

    def try_as(self, person: str, act: Callable[[Any], Any]) -> Any:
        """Let the person try it on its own: what is refused leaves nothing behind. None when it was refused."""
        actor = self.cast.actor(person, self.now)
        attempt = self.session.begin_nested()
        set_actor(self.session, actor)
        try:
            done = act(actor)
            self.session.flush()
        except PanelError as refusal:
            attempt.rollback()
            self.tally["refused"] += 1
            assert refusal.msgid, "a refusal says why"
            return None
        finally:
            set_actor(self.session, self.cast.actor("operator", self.now))
        attempt.commit()
        self.tally["done"] += 1
        return done if done is not None else True

    def pick(self, model: type, number: int) -> Any:
        """One of all rows, whoever may see it: a forged id."""
        ids = sorted(self.session.scalars(select(model.id)))
        return self.session.get(model, ids[number % len(ids)]) if ids else None

    def likely(self, person: str, case: m.SupportCase, number: int) -> str:
        """Two times in three somebody who sponsors the student: others are mostly refused."""
        names = {staff_id: name for name, staff_id in self.cast.staff.items() if name in PEOPLE}
        sponsors = sorted(names[s.staff_id] for s in case.sponsorships if s.staff_id in names)
        return sponsors[number % len(sponsors)] if sponsors and number % 3 else person

    def case(self, name: str) -> m.SupportCase:
        return self.session.get(m.SupportCase, self.cast.id(name))

    def staff(self, name: str) -> m.Staff:
        return self.session.get(m.Staff, self.cast.staff[name])

    def day(self, offset: int) -> dt.date:
        return (self.now + dt.timedelta(days=offset)).date()

    # What people do

    @rule(days=st.integers(1, 12))
    def time_passes(self, days: int) -> None:
        if self.now.year < 2026 or self.now.month < 8:
            self.now += dt.timedelta(days=days)

    @rule(person=people, case=chosen_cases, staff=people, role=st.sampled_from(SponsorRole), offset=offsets)
    def register(self, person: str, case: str, staff: str, role: SponsorRole, offset: int) -> None:
        values = {
            "case": self.case(case),
            "staff": self.staff(staff),
            "role": role,
            "started_on": self.day(offset),
        }
        self.try_as(person, lambda a: sponsorships.register(self.session, a, m.Sponsorship(), values))

    @rule(person=deciders, number=numbers, name=st.sampled_from(sorted(SPONSORSHIP_STEPS)), offset=offsets)
    def decide_on_a_pairing(self, person: str, number: int, name: str, offset: int) -> None:
        row = self.pick(m.Sponsorship, number)
        reason = "chuyển công tác" if offset % 3 else None
        take = sponsorships.take_step
        if self.try_as(person, lambda a: take(self.session, a, row, name, self.day(offset), reason)):
            assert name == "end" or row.staff_id != self.cast.staff[person], "nobody decides on the own pairing"

    @rule(person=deciders, number=numbers, staff=people, offset=offsets)
    def hand_over(self, person: str, number: int, staff: str, offset: int) -> None:
        row, new = self.pick(m.Sponsorship, number), self.staff(staff)
        day = self.day(offset)
        if self.try_as(person, lambda a: sponsorships.hand_over(self.session, a, row, new, day, "nghỉ thai sản")):
            assert staff != person

    @rule(person=deciders, number=numbers, staff=people, offset=offsets, days=st.integers(-3, 40))
    def stand_in(self, person: str, number: int, staff: str, offset: int, days: int) -> None:
        row, new = self.pick(m.Sponsorship, number), self.staff(staff)
        first, last = self.day(offset), self.day(offset + days)
        substitute = sponsorships.substitute
        if self.try_as(person, lambda a: substitute(self.session, a, row, new, first, last, "đi học")):
            assert staff != person
            assert days >= 0

    @rule(person=deciders, case=chosen_cases, role=st.sampled_from(SponsorRole))
    def change_parts(self, person: str, case: str, role: SponsorRole) -> None:
        rows = [s for s in self.case(case).sponsorships if s.state is not SponsorshipState.ENDED]
        self.try_as(person, lambda a: sponsorships.change_roles(self.session, a, dict.fromkeys(rows, role)) or rows)

    @rule(person=deciders, number=numbers)
    def agree_in_a_meeting(self, person: str, number: int) -> None:
        meeting = self.pick(m.AssignmentMeeting, number)
        waiting = select(m.Sponsorship).where(m.Sponsorship.state == SponsorshipState.REGISTERED)
        rows = self.session.scalars(waiting.order_by(m.Sponsorship.id)).all()[: number % 3 + 1]
        settled = self.try_as(person, lambda a: meetings.agree(self.session, a, meeting, rows))
        if settled:
            assert self.cast.staff[person] not in {s.staff_id for s in settled.done}

    @rule(person=deciders, case=chosen_cases, outcome=st.sampled_from(CaseOutcome))
    def close_a_case(self, person: str, case: str, outcome: CaseOutcome) -> None:
        row = self.case(case)
        self.try_as(person, lambda a: cases.take_step(self.session, a, row, "close", outcome))

    @rule(person=people, case=chosen_cases, period=st.sampled_from(MONTHS), number=numbers)
    def write_a_month(self, person: str, case: str, period: str, number: int) -> None:
        row = self.case(case)
        person = self.likely(person, row, number)
        values = (COMPLETE if number % 2 else {}) | {"case": row, "period": period, "comment": SECRET}
        write = evaluations.save_progress
        self.try_as(person, lambda a: write(self.session, a, m.ProgressEvaluation(), values))

    @rule(person=deciders, case=chosen_cases, period=st.sampled_from(MONTHS))
    def enter_a_month_for_the_sponsor(self, person: str, case: str, period: str) -> None:
        row = self.case(case)
        standing = self.session.scalar(
            select(m.ProgressEvaluation.version).where(
                m.ProgressEvaluation.case_id == row.id, m.ProgressEvaluation.period == period
            )
        )
        enter = evaluations.enter_for_sponsor
        written = self.try_as(person, lambda a: enter(self.session, a, row, period, dict(COMPLETE), standing))
        if written:
            assert written.state is EvaluationState.DRAFTED, "it waits for the sponsor"

    @rule(person=people, number=numbers, level=st.sampled_from(LEVELS[:5]), step=st.sampled_from(ProgressStep))
    def change_a_month(self, person: str, number: int, level: str, step: ProgressStep) -> None:
        row = self.pick(m.ProgressEvaluation, number)
        person = self.likely(person, row.case, number)
        values = {name: getattr(row, name) for name in (*LEVELS, "comment")} | {level: step}
        before = row.state
        if self.try_as(person, lambda a: evaluations.save_progress(self.session, a, row, values, row.version)):
            assert before in (EvaluationState.DRAFTED, EvaluationState.RETURNED)

    @rule(person=deciders, number=numbers, name=st.sampled_from(sorted(EVALUATION_STEPS)))
    def pass_a_month_on(self, person: str, number: int, name: str) -> None:
        row = self.pick(m.ProgressEvaluation, number)
        sponsors = {s.staff_id for s in row.case.sponsorships} | {row.author_id}
        comment = "ghi rõ hơn" if number % 4 else None
        person = self.likely(person, row.case, number) if name == "submit" else person
        take = evaluations.take_step
        if not self.try_as(person, lambda a: take(self.session, a, row, name, comment)):
            return
        assert name not in JUDGING or self.cast.staff[person] not in sponsors, "nobody judges the own work"
        if name == "lock":
            self.locked[row.id] = self.content(row)
        if name == "reopen":
            self.locked.pop(row.id, None)

    @rule(person=deciders, number=numbers, period=st.sampled_from((*MONTHS, "semester_1", "semester_2")))
    def rate_help(self, person: str, number: int, period: str) -> None:
        sponsorship = self.pick(m.Sponsorship, number)
        values = {"sponsorship": sponsorship, "period": period, "rating": HelpRating.GOOD}
        rate = evaluations.rate_help
        if self.try_as(person, lambda a: rate(self.session, a, m.SponsorEvaluation(), values)):
            assert sponsorship.staff_id != self.cast.staff[person], "nobody rates the own help"

    # What must always hold

    @invariant()
    def pairings_of_a_case_stand_beside_each_other(self) -> None:
        """No two leads at once, no lead beside joint ones, nobody twice at once."""
        self.tally["steps"] += 1
        s = m.Sponsorship
        columns = (s.case_id, s.staff_id, s.role, s.started_on, s.ended_on, s.state, s.approved_on)
        rows = self.session.execute(select(*columns).order_by(s.id), execution_options=UNSCOPED).all()
        # One that was turned down never ran.
        rows = [row for row in rows if row.state is not SponsorshipState.ENDED or row.approved_on is not None]
        for place, one in enumerate(rows):
            assert one.ended_on is None or one.ended_on >= one.started_on
            for other in rows[:place]:
                if one.case_id != other.case_id or not self.meet(one, other):
                    continue
                assert one.staff_id != other.staff_id, "one person twice at once"
                parts = {one.role, other.role} - {SponsorRole.SUPPORTING}
                supporting = SponsorRole.SUPPORTING in (one.role, other.role)
                assert supporting or parts == {SponsorRole.JOINT}, f"{parts} at once"

    @staticmethod
    def meet(one: Any, other: Any) -> bool:
        return (one.ended_on or dt.date.max) >= other.started_on and (other.ended_on or dt.date.max) >= one.started_on

    @invariant()
    def what_is_locked_stays(self) -> None:
        for row_id, content in self.locked.items():
            assert self.content(self.session.get(m.ProgressEvaluation, row_id)) == content

    @staticmethod
    def content(row: m.ProgressEvaluation) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in (*LEVELS, "comment", "state", "author_id", "submitted_at"))

    def check_audit(self) -> None:
        """The log is one unbroken chain, and told again it gives the rows as they stand, private values aside."""
        self.session.flush()
        self.session.expire_all()
        previous, told = audit.GENESIS, {}
        for entry in self.session.scalars(select(m.AuditEntry).order_by(m.AuditEntry.id)):
            row = {column.key: getattr(entry, column.key) for column in inspect(m.AuditEntry).column_attrs}
            assert entry.previous_hash == previous
            assert entry.hash == audit.digest(previous, row)
            previous = entry.hash
            if entry.action == "delete" and not entry.changes:
                told.pop((entry.table_name, entry.row_id), None)
                continue
            fields = told.setdefault((entry.table_name, entry.row_id), {})
            fields.update({name: change and change[1] for name, change in entry.changes.items()})
        for model in (m.Sponsorship, m.ProgressEvaluation, m.SponsorEvaluation, m.SupportCase):
            self.compare(model, told)

    def compare(self, model: type[Record], told: dict[tuple[str, int], dict[str, Any]]) -> None:
        for row in self.session.scalars(select(model)):
            fields = told[model.__tablename__, row.id]
            for name, private in audit._audited(model):
                value = audit.plain(getattr(row, name))
                if private:
                    assert value is None or name in fields, f"{model.__name__}.{name} was never logged"
                else:
                    assert fields.get(name) == value, f"{model.__name__}.{name}"


@pytest.mark.parametrize("stories", [STORIES])
def test_two_thousand_steps_break_nothing(cast: Cast, stories: int) -> None:
    SchoolYear.cast, SchoolYear.tally = cast, Counter()
    run_state_machine_as_test(
        SchoolYear,
        settings=settings(
            max_examples=stories,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # A story in which everything is refused, or nothing, would prove little.
    assert SchoolYear.tally["steps"] >= 2_000
    assert SchoolYear.tally["done"] > 100
    assert SchoolYear.tally["refused"] > 100
