"""The same month of one sponsor in this panel and in stock Flask-Admin forms, counted in taps and keystrokes.

A tap is a click; a choice from a list is two (open it, choose); a text costs its letters and the tap into its box. The
count is kind to the peer: each choice there costs two taps however long the list is, and nobody has to find the way.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator
from sqlalchemy import select

from school import models as m
from school.db import db
from school.rules.calendar import begun_months
from school.vocabulary import EvaluationState, GoalState
from tests.browser.conftest import as_operator, make_panel, serving
from tests.browser.stock import make_stock_panel

log = logging.getLogger(__name__)
PHONE = {"width": 390, "height": 850}
LEVELS = ("learning", "conduct", "attendance", "attitude", "trend")
COMMENT, SUMMARY = "Em đi học đều, nộp đủ bài.", "Em vui hơn, hẹn thứ Ba học Toán."


@dataclass
class Hand:
    """What somebody's fingers do."""

    taps: int = 0
    keys: int = 0

    def tap(self, place: Locator) -> None:
        place.click()
        self.taps += 1

    def choose(self, place: Locator, value: str) -> None:
        place.select_option(value, force=True)
        self.taps += 2

    def write(self, place: Locator, text: str) -> None:
        place.fill(text)
        self.taps, self.keys = self.taps + 1, self.keys + len(text)


@dataclass(frozen=True)
class Work:
    """The month's work of one sponsor: with which student, and which goals are to be ticked."""

    username: str
    case_id: int
    student: str
    staff_id: int
    month: str
    day: str
    goals: tuple[str, ...]


def prepare(app: Flask) -> Work:
    """A month that has nothing written yet, of the demo's teacher."""
    with as_operator(app) as actor:
        account = db.session.scalars(select(m.Account).where(m.Account.username == "giaovien")).one()
        month = begun_months(actor.today)[0]
        running = select(m.Sponsorship).where(m.Sponsorship.staff_id == account.staff_id)
        case_ids = [s.case_id for s in db.session.scalars(running) if s.runs_on(actor.today)]
        written = select(m.ProgressEvaluation).where(
            m.ProgressEvaluation.case_id.in_(case_ids), m.ProgressEvaluation.period == month
        )
        for evaluation in db.session.scalars(written).all():
            db.session.delete(evaluation)
        open_goals = select(m.Goal).join(m.Goal.plan).where(m.SupportPlan.case_id.in_(case_ids))
        for goal in db.session.scalars(open_goals.where(m.Goal.state == GoalState.OPEN, m.Goal.horizon == "week")):
            db.session.delete(goal)
        plan = db.session.scalars(select(m.SupportPlan).where(m.SupportPlan.case_id == case_ids[0])).first()
        assert plan is not None
        goals = ("nộp đủ bài Toán", "đến lớp đúng giờ")
        monday = actor.today.fromordinal(actor.today.toordinal() - actor.today.weekday())
        for text in goals:
            db.session.add(m.Goal(plan_id=plan.id, horizon="week", starts_on=monday, text=text))
        student = plan.case.student.full_name
        return Work("giaovien", case_ids[0], student, account.staff_id or 0, month, str(actor.today), goals)


def work_here(visitor: Any, work: Work) -> Hand:
    """The month in this panel, from its home page."""
    page, hand = visitor.page, Hand()

    def start() -> None:
        visitor.open("/admin/")

    start()
    hand.tap(page.locator(f"section[aria-labelledby=mine] a[href$='id={work.case_id}']"))
    hand.tap(page.get_by_role("link", name="Viết đánh giá tháng").first)
    for level in LEVELS:
        hand.choose(page.locator(f"#{level}"), "steady")
    hand.choose(page.locator("#dropout_risk"), "low")
    hand.write(page.locator("#comment"), COMMENT)
    hand.tap(page.get_by_role("button", name="Lưu", exact=True))
    hand.tap(page.get_by_role("button", name="Gửi tổ"))
    page.get_by_text("Đã ghi nhận").wait_for()

    start()
    hand.tap(page.locator("nav.bottombar").get_by_role("link", name="Ghi nhanh"))
    page.wait_for_load_state()
    candidates = page.locator("fieldset.candidates label", has_text=work.student)
    if candidates.count():
        hand.tap(candidates)
    hand.write(page.locator("#summary"), SUMMARY)
    hand.tap(page.get_by_role("button", name="Lưu", exact=True))
    page.get_by_text("Đã lưu.").wait_for()

    start()
    for text in work.goals:
        hand.tap(page.locator("section[aria-labelledby=goals]").get_by_role("button", name=f"Đạt: {text}", exact=True))
        page.wait_for_load_state()
    return hand


def work_there(page: Any, address: str, work: Work) -> Hand:
    """The same in the stock forms: two taps to a list through the folded menu, one to its form."""
    hand = Hand()

    def start(name: str) -> None:
        page.goto(f"{address}/admin/")
        hand.tap(page.locator("button.navbar-toggler"))
        hand.tap(page.get_by_role("link", name=name))

    start("Evaluations")
    hand.tap(page.get_by_role("link", name="Create", exact=True))
    hand.choose(page.locator("#case"), str(work.case_id))
    hand.choose(page.locator("#author"), str(work.staff_id))
    hand.write(page.locator("#period"), work.month)
    for level in LEVELS:
        hand.choose(page.locator(f"#{level}"), "steady")
    hand.choose(page.locator("#dropout_risk"), "low")
    hand.write(page.locator("#comment"), COMMENT)
    hand.choose(page.locator("#state"), "submitted")
    hand.tap(page.get_by_role("button", name="Save", exact=True))
    page.get_by_text("Record was successfully created").wait_for()

    start("Contacts")
    hand.tap(page.get_by_role("link", name="Create", exact=True))
    hand.choose(page.locator("#case"), str(work.case_id))
    hand.choose(page.locator("#staff"), str(work.staff_id))
    hand.write(page.locator("#occurred_on"), work.day)
    page.keyboard.press("Tab")  # the date box would cover the rest
    hand.choose(page.locator("#kind"), "talk")
    hand.write(page.locator("#summary"), SUMMARY)
    hand.tap(page.get_by_role("button", name="Save", exact=True))
    page.get_by_text("Record was successfully created").wait_for()

    for text in work.goals:
        start("Goals")
        hand.write(page.locator("input[name=search]"), text)
        page.keyboard.press("Enter")
        hand.keys += 1
        page.wait_for_url("**search=**")
        hand.tap(page.locator("a[title='Edit Record']").first)
        hand.choose(page.locator("#state"), "met")
        hand.write(page.locator("#reviewed_on"), work.day)
        page.keyboard.press("Tab")
        hand.tap(page.get_by_role("button", name="Save", exact=True))
        page.get_by_text("Record was successfully saved").wait_for()
    return hand


def stored(app: Flask, work: Work) -> tuple[Any, ...]:
    """What came of it: the evaluation's state and levels, the contact, the goals."""
    with as_operator(app):
        criteria = (m.ProgressEvaluation.case_id == work.case_id, m.ProgressEvaluation.period == work.month)
        evaluation = db.session.scalars(select(m.ProgressEvaluation).where(*criteria)).one()
        contact = db.session.scalars(select(m.Contact).where(m.Contact.summary == SUMMARY)).one()
        goals = db.session.scalars(select(m.Goal).where(m.Goal.text.in_(work.goals), m.Goal.state == GoalState.MET))
        levels = tuple(getattr(evaluation, level) for level in (*LEVELS, "dropout_risk"))
        told = (contact.case_id, contact.staff_id, str(contact.occurred_on), contact.kind, contact.reached)
        ticked = {str(goal.reviewed_on) for goal in goals}
        return evaluation.state, evaluation.author_id, evaluation.comment, levels, told, ticked


@pytest.fixture
def both(demo_database: Path, tmp_path: Path) -> Iterator[tuple[Flask, Flask, Work]]:
    """This panel and the peer, each on the same prepared school."""
    ours = make_panel(tmp_path / "ours", demo_database)
    work = prepare(ours)
    with ours.app_context():
        db.session.remove()
        db.engine.dispose()
    yield ours, make_stock_panel(tmp_path / "stock", tmp_path / "ours" / "school.db"), work


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the peer hands it tuples
def test_a_sponsors_month_takes_fewer_taps_and_keystrokes_than_in_stock_forms(
    both: tuple[Flask, Flask, Work], chromium: Browser, visit: Callable[..., Any]
) -> None:
    ours, stock, work = both
    with serving(ours) as address, visit(work.username, width=390, address=address, anew=True) as visitor:
        here = work_here(visitor, work)
    with serving(stock) as address:
        context = chromium.new_context(viewport=PHONE)
        there = work_there(context.new_page(), address, work)
        context.close()
    log.info("a sponsor's month: %s here, %s in stock forms", here, there)  # pytest --log-cli-level=INFO shows it
    assert stored(ours, work) == stored(stock, work)
    assert stored(ours, work)[0] is EvaluationState.SUBMITTED
    assert here.taps < there.taps
    assert here.keys < there.keys
