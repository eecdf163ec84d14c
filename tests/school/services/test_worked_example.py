"""Ten people's sheets of the demo school's whole year 2026-2027, scored by hand and compared to the point (P4.5).

The table was worked out from the rows alone, by the rules in the docstring of `school/rules/emulation.py`, without the
code that counts. When the story of the demo changes, count again; never copy what the panel says.
"""

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from school import demo
from school import models as m
from school.db import db, engine_options, writing
from school.rules.actor import Actor
from school.rules.emulation import Score
from school.services import scores
from school.services.guard import set_actor
from school.vocabulary import ScoreLevel
from tests.conftest import shared

DAY = dt.date(2027, 5, 31)
MORNING = dt.datetime(2027, 5, 31, 3, 0, tzinfo=dt.UTC)
PASSWORD = "mật khẩu để thử"


@dataclass(frozen=True)
class Sheet:
    """A person's year by hand: done, asked and tenths of a point by criterion (None: x), then total and level.

    What is done of plan and goals is the plans and the months with goals together, as the sheet shows it.
    """

    name: str
    lines: dict[str, tuple[int, int, int | None]]
    total: int | None
    level: ScoreLevel


BY_HAND = (
    # One student (case 11) from 14 September to the end: nine months, of which May was sent and never confirmed.
    Sheet(
        "Nguyễn Tuấn Tài",
        {
            "participation": (9, 9, 150),  # September to May, all led: 15 x 9/9
            "survey": (2, 2, 100),  # family, student, on 8 and 9 September: 10 x 2/2
            # Plans of 16 September and 18 January: 2/2. Goals looked at in each month but May: 8/9.
            "plan_and_goals": (10, 11, 139),  # 15 x (1/3 x 2/2 + 2/3 x 8/9) = 15 x 25/27 = 13.88...
            # Days: Sep 2, Oct 1 (two contacts on the 26th), Nov 2, Dec 1 (another not reached), Jan 2, Feb 3, Mar 1,
            # Apr 2, May not confirmed.
            "contacts": (5, 9, 83),  # 15 x 5/9 = 8.33...
            "coordination": (3, 4, 75),  # I: family, no teacher. II: family, subject teacher. 10 x 3/4
            "monthly_remarks": (6, 9, 67),  # late: 28 September, 26 April; May waits: 10 x 6/9 = 6.66...
            "student_progress": (1, 1, 150),  # low at the start, April improved: 15 x (1/3 + 2/3 x 1)
            "help_recognised": (6, 8, 75),  # good 3 + good 3 of 8: 10 x 6/8
            "extra_sponsorship": (0, 2, 0),
            "activity_run": (0, 2, 0),
            "special_effort": (0, 0, 0),
        },
        839,  # 150 + 100 + 139 + 83 + 75 + 67 + 150 + 75
        ScoreLevel.GOOD,
    ),
    # Joint with Lê Mỹ Quỳnh (case 18) from 5 October on: eight months; nobody wrote May. Runs activities; the council
    # has added a bonus.
    Sheet(
        "Lương Diệu Thương",
        {
            "participation": (8, 8, 150),  # October to May: 15 x 8/8
            "survey": (2, 2, 100),  # family, friends, in September: 10 x 2/2
            # Plans of 7 October and 17 January. Goals October to March; the April goal was looked at on the 29th, after
            # the month had been confirmed on the 26th, and May never was.
            "plan_and_goals": (8, 10, 125),  # 15 x (1/3 x 2/2 + 2/3 x 6/8) = 15 x 5/6 = 12.5
            # Own contacts only. Days: Oct 1, Nov 1, Dec 0, Jan 2, Feb 2 (two on the 13th), Mar 2, Apr 1 (the one of the
            # 30th came after the confirmation), May not confirmed.
            "contacts": (3, 8, 56),  # 15 x 3/8 = 5.625
            "coordination": (4, 4, 100),  # I: call, homeroom. II: call, homeroom. 10 x 4/4
            "monthly_remarks": (5, 8, 63),  # by either; late: 26 December, 21 February; no May: 10 x 5/8 = 6.25
            "student_progress": (1, 1, 125),  # some at the start, April unchanged: 15 x (1/3 + 2/3 x 3/4) = 12.5
            "help_recognised": (4, 8, 50),  # regular 2 + regular 2 of 8: 10 x 4/8
            "extra_sponsorship": (0, 2, 0),
            "activity_run": (2, 2, 20),  # six confirmed, one not; two are asked: 2 x 2/2
            "special_effort": (0, 0, 10),  # the council: + 1.0
        },
        799,  # 150 + 100 + 125 + 56 + 100 + 63 + 125 + 50 = 769, + 30 of bonus
        ScoreLevel.GOOD,
    ),
    # Supports one student (case 31) from 5 November on and leads none. The weakest of those who sponsor.
    Sheet(
        "Lê Diệu Ánh",
        {
            "participation": (7, 7, 75),  # November to May, each a half: 15 x (7 x 1/2)/7
            "survey": (2, 2, 100),  # records, youth union, in October: 10 x 2/2
            "plan_and_goals": (0, 0, None),
            "contacts": (0, 7, 0),  # one day in each month from November to April, none in May: 15 x 0/7
            "coordination": (1, 4, 25),  # only the homeroom teacher in April: 10 x 1/4
            "monthly_remarks": (0, 0, None),
            "student_progress": (0, 0, None),
            "help_recognised": (4, 8, 50),  # regular 2 + regular 2 of 8: 10 x 4/8
            "extra_sponsorship": (0, 2, 0),
            "activity_run": (0, 2, 0),
            "special_effort": (0, 0, 0),
        },
        417,  # 75 + 100 + 0 + 25 + 50 = 250 of 150 + 100 + 150 + 100 + 100 = 600: 1000 x 250/600 = 416.6...
        ScoreLevel.NEEDS_EFFORT,
    ),
    # Two students (cases 3 and 14) from 14 September to the end: eighteen months. A council bonus.
    Sheet(
        "H'Nga Niê",
        {
            "participation": (9, 9, 150),  # 15 x 9/9
            "survey": (3, 4, 75),  # case 3: records, friends 2/2; case 14: only local authority 1/2: 10 x 3/4
            # Four plans of four. Case 3: goals September to March; April's was looked at on the 30th, but the month was
            # confirmed on the 27th, and May was returned: 7/9. Case 14: September to April: 8/9.
            "plan_and_goals": (19, 22, 133),  # 15 x (1/3 x 4/4 + 2/3 x 15/18) = 15 x 8/9 = 13.33...
            # Case 3: days Sep 2, Oct 1, Nov 1, Dec 2, Jan 2, Feb 2, Mar 2, Apr 2: 6/9.
            # Case 14: days Sep 2, Oct 1 (twice), Nov 1, Dec 1, Jan 2, Feb 3, Mar 0, Apr 0: 3/9. No May is confirmed.
            "contacts": (9, 18, 75),  # 15 x 9/18
            # Case 3: I family only, II neither. Case 14: I both, II neither (the call was in May).
            "coordination": (3, 8, 38),  # 10 x 3/8 = 3.75
            # Case 3: all but May, on 20 December just in time. Case 14: December on the 25th was late, no May.
            "monthly_remarks": (15, 18, 83),  # 10 x (8 + 7)/18 = 8.33...
            "student_progress": (2, 2, 150),  # both low at the start; April steady 1, April improved 1: 15 x (1 + 1)/2
            "help_recognised": (9, 16, 56),  # good 3 + excellent 4, more time 1 + 1, of 16: 10 x 9/16 = 5.625
            "extra_sponsorship": (1, 2, 10),  # 2 - 1 = 1 of two: 2 x 1/2
            "activity_run": (0, 2, 0),
            "special_effort": (0, 0, 20),  # the council: + 2.0
        },
        790,  # 150 + 75 + 133 + 75 + 38 + 83 + 150 + 56 = 760, + 30 of bonus
        ScoreLevel.GOOD,
    ),
    # Led one student (case 1) from 14 September to 8 October, then handed over: September is the one month asked.
    Sheet(
        "Lê Thanh Bích Phương",
        {
            "participation": (2, 9, 33),  # led in September and October, of nine months: 15 x 2/9 = 3.33...
            # 30 December was no longer hers, but the survey was full: local authority, friends.
            "survey": (2, 2, 100),  # 10 x 2/2
            # The plan's last day, 14 October, was no longer hers either, but it was made on 17 September: 1/1. The goal
            # of September was looked at on the 29th, before the month was confirmed on 2 October: 1/1.
            "plan_and_goals": (2, 2, 150),  # 15 x (1/3 x 1/1 + 2/3 x 1/1)
            "contacts": (1, 1, 150),  # 14 and 21 September: 15 x 1/1
            "coordination": (0, 2, 0),  # neither family nor teacher in I: 10 x 0/2
            "monthly_remarks": (0, 1, 0),  # on 27 September, late: 10 x 0/1
            # Some at the start. October had begun in her time, and it says steady: 15 x (1/3 + 2/3 x 1)
            "student_progress": (1, 1, 150),
            "help_recognised": (0, 0, None),  # handed over before anybody rated
            "extra_sponsorship": (0, 2, 0),  # two months are too few to be one student
            "activity_run": (0, 2, 0),
            "special_effort": (0, 0, 0),
        },
        648,  # 33 + 100 + 150 + 150 + 0 + 0 + 150 = 583 of 900: 1000 x 583/900 = 647.7...
        ScoreLevel.FULFILLED,
    ),
    # Led one student (case 19) from 5 October to 8 November and again from 29 November on; another stood in, also on
    # the 20th, the last day of November's remarks: seven months asked, of which May was never confirmed.
    Sheet(
        "Trần Hồng Phương Linh",
        {
            "participation": (8, 8, 150),  # led on some days of November too: 15 x 8/8
            "survey": (2, 2, 100),  # local authority, records, in September: 10 x 2/2
            # Plans of 9 October and 18 January. Goals October and December to April.
            "plan_and_goals": (8, 9, 136),  # 15 x (1/3 x 2/2 + 2/3 x 6/7) = 15 x 19/21 = 13.57...
            # Days: Oct 2 (the 29th was seen with November), Dec 2, Jan 2, Feb 2, Mar 2, Apr 1, May not confirmed.
            "contacts": (5, 7, 107),  # 15 x 5/7 = 10.71...
            # I: met the family on 29 January, subject teacher on 30 November. II: visits in May only, not confirmed.
            "coordination": (2, 4, 50),  # 10 x 2/4
            "monthly_remarks": (5, 7, 71),  # late: 24 February; May not confirmed: 10 x 5/7 = 7.14...
            "student_progress": (1, 1, 150),  # some at the start, April steady: 15 x (1/3 + 2/3 x 1)
            "help_recognised": (8, 8, 100),  # excellent 4 + excellent 4 of 8: 10 x 8/8
            "extra_sponsorship": (0, 2, 0),
            "activity_run": (0, 2, 0),
            "special_effort": (0, 0, 0),
        },
        864,  # 150 + 100 + 136 + 107 + 50 + 71 + 150 + 100
        ScoreLevel.GOOD,
    ),
    # One student (case 17) from 5 October on: eight months, May confirmed. The council made up for a late month.
    Sheet(
        "Phạm Ngọc Khánh Mai",
        {
            "participation": (8, 8, 150),  # 15 x 8/8
            "survey": (2, 2, 100),  # local authority, subject teachers, in September: 10 x 2/2
            # Plans of 9 October and 20 January. Goals October to April; those of May only after it was confirmed.
            "plan_and_goals": (9, 10, 138),  # 15 x (1/3 x 2/2 + 2/3 x 7/8) = 15 x 11/12 = 13.75
            # Days: Oct 2, Nov 2, Dec 1, Jan 2, Feb 3, Mar 1 (another not reached), Apr 2 (seen with May), May 2.
            "contacts": (6, 8, 113),  # 15 x 6/8 = 11.25
            "coordination": (3, 4, 75),  # I: call, no teacher. II: home visit, subject teacher. 10 x 3/4
            "monthly_remarks": (5, 8, 68),  # late: 25 Nov, 29 Jan, 26 Mar: 10 x 5/8 = 6.25 = 6.3, the council + 0.5
            "student_progress": (1, 1, 150),  # high at the start, May improved: 15 x (1/3 + 2/3 x 1)
            "help_recognised": (3, 8, 38),  # regular 2 + more time 1 of 8: 10 x 3/8 = 3.75
            "extra_sponsorship": (0, 2, 0),
            "activity_run": (0, 2, 0),
            "special_effort": (0, 0, 0),
        },
        832,  # 150 + 100 + 138 + 113 + 75 + 68 + 150 + 38
        ScoreLevel.GOOD,
    ),
    # One student (case 25) from 5 October on: eight months, May confirmed on the 15th. The best of the school.
    Sheet(
        "Tạ Hồng Yến",
        {
            "participation": (8, 8, 150),  # 15 x 8/8
            "survey": (2, 2, 100),  # student, family, youth union; two are asked: 10 x 2/2
            # Plans of 6 October and 18 January. Goals October to April; those of May only after it was confirmed.
            "plan_and_goals": (9, 10, 138),  # 15 x (1/3 x 2/2 + 2/3 x 7/8) = 15 x 11/12 = 13.75
            # Days: Oct 1, Nov 2, Dec 2, Jan 2, Feb 2, Mar 2, Apr 2, May 1 (another not reached).
            "contacts": (6, 8, 113),  # 15 x 6/8 = 11.25
            "coordination": (4, 4, 100),  # I: call, homeroom. II: met the family, homeroom. 10 x 4/4
            "monthly_remarks": (6, 8, 75),  # late: 26 October, 23 January; 20 April just in time: 10 x 6/8
            "student_progress": (1, 1, 150),  # some at the start, May improved: 15 x (1/3 + 2/3 x 1)
            "help_recognised": (7, 8, 88),  # good 3 + excellent 4 of 8: 10 x 7/8 = 8.75
            "extra_sponsorship": (0, 2, 0),
            "activity_run": (0, 2, 0),
            "special_effort": (0, 0, 0),
        },
        914,  # 150 + 100 + 138 + 113 + 100 + 75 + 150 + 88
        ScoreLevel.EXCELLENT,
    ),
    # Registered on 10 September and was assigned nobody.
    Sheet(
        "Lương Thị Nhi",
        {
            "participation": (0, 0, None),
            "survey": (0, 0, None),
            "plan_and_goals": (0, 0, None),
            "contacts": (0, 0, None),
            "coordination": (0, 0, None),
            "monthly_remarks": (0, 0, None),
            "student_progress": (0, 0, None),
            "help_recognised": (0, 0, None),
            "extra_sponsorship": (0, 2, 0),
            "activity_run": (0, 2, 0),
            "special_effort": (0, 0, 0),
        },
        None,
        ScoreLevel.NOT_APPLICABLE,
    ),
    # Neither registered nor sponsors anybody.
    Sheet(
        "Bế Thanh Ngân",
        {
            "participation": (0, 0, 0),
            "survey": (0, 0, 0),
            "plan_and_goals": (0, 0, 0),
            "contacts": (0, 0, 0),
            "coordination": (0, 0, 0),
            "monthly_remarks": (0, 0, 0),
            "student_progress": (0, 0, 0),
            "help_recognised": (0, 0, 0),
            "extra_sponsorship": (0, 2, 0),
            "activity_run": (0, 2, 0),
            "special_effort": (0, 0, 0),
        },
        0,
        ScoreLevel.NEEDS_EFFORT,
    ),
)


def bare(path: Path) -> Flask:
    """The database without the screens."""
    address = f"sqlite:///{path}"
    app = Flask("school", root_path=str(path.parent), instance_path=str(path.parent))
    app.config.update(TESTING=True, SQLALCHEMY_DATABASE_URI=address, SQLALCHEMY_ENGINE_OPTIONS=engine_options(address))
    db.init_app(app)
    return app


@pytest.fixture(scope="module")
def whole_year(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo school on the last day of its year, filled once for all workers."""

    def make(path: Path) -> None:
        shutil.copy(empty_database, path)
        with bare(path).app_context(), writing():
            operator = Actor.running_commands(MORNING)
            set_actor(db.session, operator)
            demo.fill(db.session, operator, DAY, PASSWORD)
            db.session.commit()
            db.session.close()
            db.engine.dispose()

    return shared(tmp_path_factory, f"demo-{DAY}.db", make)


@pytest.fixture(scope="module")
def standings(whole_year: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, scores.Standing]]:
    """Everybody's standing on the last day of the year, by name."""
    copy = tmp_path_factory.mktemp("worked") / "school.db"
    shutil.copy(whole_year, copy)
    with bare(copy).app_context():
        operator = Actor.running_commands(MORNING)
        set_actor(db.session, operator)
        year = db.session.scalars(select(m.SchoolYear)).one()
        yield {standing.full_name: standing for standing in scores.of_year(db.session, operator, year).values()}
        db.session.close()
        db.engine.dispose()


def as_counted(name: str, score: Score) -> Sheet:
    """What the panel says, in the form of the table."""
    return Sheet(
        name, {line.code: (line.done, line.asked, line.points) for line in score.lines}, score.total, score.level
    )


@pytest.mark.parametrize("sheet", BY_HAND, ids=lambda sheet: sheet.name)
def test_the_panel_counts_what_a_person_counts(sheet: Sheet, standings: dict[str, scores.Standing]) -> None:
    assert as_counted(sheet.name, standings[sheet.name].score) == sheet


@pytest.mark.parametrize("sheet", BY_HAND, ids=lambda sheet: sheet.name)
def test_the_frozen_sheets_say_the_same(sheet: Sheet, standings: dict[str, scores.Standing]) -> None:
    standing = standings[sheet.name]
    assert standing.frozen is not None
    assert as_counted(sheet.name, standing.shown) == sheet


def test_the_best_and_the_weakest_are_among_them(standings: dict[str, scores.Standing]) -> None:
    by_hand = {sheet.name for sheet in BY_HAND}
    totals = {name: total for name, standing in standings.items() if (total := standing.shown.total)}
    assert max(totals, key=totals.__getitem__) in by_hand
    assert min(totals, key=totals.__getitem__) in by_hand
