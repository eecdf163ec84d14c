"""The demo school: all invented, told by calling the services under a moved clock from a fixed seed (issue 2)."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from school.demo import cast, results
from school.demo.casework import Casework
from school.demo.cycle import Cycle
from school.demo.emulating import Emulating
from school.demo.helping import Helping
from school.demo.months import Months
from school.demo.papers import Papers
from school.demo.parts import Part, Thread
from school.demo.reporting import Reporting
from school.demo.stage import Stage, at
from school.demo.watching import Watching
from school.errors import RuleError
from school.models import (
    Account,
    Activity,
    Announcement,
    AssignmentMeeting,
    Commendation,
    Contact,
    DepartmentReport,
    FollowUp,
    Goal,
    Inspection,
    ProgressEvaluation,
    Registration,
    SchoolReport,
    SponsorEvaluation,
    Sponsorship,
    Staff,
    Student,
    SupportCase,
    SupportItem,
    SupportPlan,
)
from school.rules.actor import Actor
from school.services.accounts import check_password
from school.services.guard import set_actor
from school.vocabulary import N_, Role

SEED = 2148
COUNTED = {
    "staff": Staff,
    "students": Student,
    "cases": SupportCase,
    "sponsorships": Sponsorship,
    "evaluations": ProgressEvaluation,
    "help_ratings": SponsorEvaluation,
    "plans": SupportPlan,
    "goals": Goal,
    "contacts": Contact,
    "support_items": SupportItem,
    "activities": Activity,
    "announcements": Announcement,
    "registrations": Registration,
    "meetings": AssignmentMeeting,
    "department_reports": DepartmentReport,
    "inspections": Inspection,
    "follow_ups": FollowUp,
    "school_reports": SchoolReport,
    "commendations": Commendation,
}


@dataclass(frozen=True)
class Filled:
    """What the demo school has become: its year, how many rows of each kind, its sign-ins and their roles."""

    year: str
    counts: dict[str, int]
    accounts: list[tuple[str, list[Role]]]


def is_empty(session: Session) -> bool:
    """Whether nobody has entered staff, students or accounts yet."""
    return not any(_count(session, model) for model in (Staff, Student, Account))


def last_day(day: dt.date) -> dt.date:
    """The day on which the demo ends: `day`, in the summer the last of the school year."""
    return day.replace(month=5, day=31) if 6 <= day.month <= 8 else day


def fill(session: Session, operator: Actor, day: dt.date, password: str, seed: int = SEED) -> Filled:
    """Fill an empty database with the school year of `day`, up to the evening before it; the caller commits.

    `operator` must be whoever runs commands. RuleError when there are people already or the password is too short.
    The same seed and day give the same school, save the hashes of passwords.
    """
    check_password(password)
    if not is_empty(session):
        raise RuleError(N_("Dữ liệu đã có người dùng nên không thêm trường mẫu; chỉ thêm vào cơ sở dữ liệu trống."))
    today = last_day(day)
    stage = Stage(session, Random(seed), at(today, 0))  # noqa: S311 - chance for a story, not for a secret
    school = cast.enter_everybody(stage, today, password)
    _tell(stage, school, today, seed)
    set_actor(session, operator)
    return Filled(
        school.year.name, {name: _count(session, model) for name, model in COUNTED.items()}, cast.accounts_of(school)
    )


def _tell(stage: Stage, school: cast.School, today: dt.date, seed: int) -> None:
    """The work between the evaluations, and the year's cycle, have a chance of their own."""

    def begin(thread: Thread, part: Part) -> None:
        months.begin(thread, part)
        helping.begin(thread, part)

    casework = Casework(stage, school, begin)
    months = Months(stage, school, casework, today)
    helping = Helping(stage, school, casework, today, Random(seed + 1))  # noqa: S311 - as in `fill`
    casework.plan_all(today)
    Cycle(stage, school, casework, Random(seed + 2)).plan_all()  # noqa: S311 - as above
    months.plan_openings()
    helping.plan_activities()
    rng = Random(seed + 3)  # noqa: S311 - as above
    Reporting(stage, school, casework, months.newest, today, rng).plan_all()
    Watching(stage, school, casework, today, rng).plan_all()
    Papers(stage, school, Random(seed + 4)).plan_all()  # noqa: S311 - as above
    Emulating(stage, school, Random(seed + 5)).plan_all()  # noqa: S311 - as above
    results.plan(stage, school, casework.threads)
    stage.play()


def _count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0
