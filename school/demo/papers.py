"""Papers of the invented school: what documents say of it, the reports to the Sở, who is commended (P4.9, P4.11)."""

import datetime as dt
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import select

from school.demo import paper_texts as said
from school.demo.cast import School
from school.demo.cycle import in_year
from school.demo.stage import Act, Stage, at, school_hours
from school.models import Commendation, Department, SchoolReport
from school.services import commendations, profile, school_reports
from school.vocabulary import AwardKind, CommendationLevel, ReportOccasion

PROFILED = (9, 4)
# Month and day on which the secretary begins each report, and on which leadership signs it.
REPORTED = {
    ReportOccasion.FIRST: ((12, 14), (12, 28)),
    ReportOccasion.SECOND: ((5, 11), (5, 22)),
}
PROPOSED, DECIDED = (5, 26), (5, 29)
# Departments and places in them.
COLLECTIVES, INDIVIDUALS = ("Ngữ văn",), (("Ngữ văn", 2), ("Lý - Công nghệ", 3), ("Hóa - Sinh", 4))
UNDECIDED = ("Sử - Địa - GDCD", 4)  # for the Sở to decide


class Papers:
    """Plans what the secretary draws up and leadership signs."""

    def __init__(self, stage: Stage, school: School, rng: Random) -> None:
        self.stage, self.school, self.rng = stage, school, rng
        self.secretary, self.leader = school.named("thuky"), school.named("lanhdao")

    def plan_all(self) -> None:
        """Plan the profile, both reports and the commendations of the year's end."""
        self.stage.plan(at(in_year(self.school, *PROFILED), 9, 15), self._tell_of_the_school)
        for occasion, (begun, signed) in REPORTED.items():
            self._plan(begun, partial(self._begin, occasion))
            self._plan(signed, partial(self._sign, occasion))
        self._plan(PROPOSED, self._propose)
        self._plan(DECIDED, self._decide)

    def _plan(self, day: tuple[int, int], act: Act) -> None:
        self.stage.plan(school_hours(self.rng, in_year(self.school, *day)), act)

    def _tell_of_the_school(self) -> None:
        self.stage.enter(self.leader)
        names = {"signer_name": self.leader.staff.full_name, "drafter_name": self.secretary.staff.full_name}
        profile.save_profile(self.stage.session, self.stage.actor, said.PROFILE | names, None)

    # The reports to the Sở

    def _begin(self, occasion: ReportOccasion) -> None:
        self.stage.enter(self.secretary)
        session, actor = self.stage.session, self.stage.actor
        report = school_reports.open_report(session, actor, self.school.year, occasion)
        difficulties, proposals = said.REPORTS[occasion]
        words = {
            "difficulties": _after(report.difficulties, difficulties),
            "proposals": _after(report.proposals, proposals),
        }
        school_reports.write(session, actor, report, words)

    def _sign(self, occasion: ReportOccasion) -> None:
        self.stage.enter(self.leader)
        session, actor = self.stage.session, self.stage.actor
        report = session.scalars(select(SchoolReport).where(SchoolReport.occasion == occasion)).one()
        school_reports.sign(session, actor, report, {"number": said.NUMBERS[occasion], "signed_on": actor.today})

    # Who is commended

    def _propose(self) -> None:
        self.stage.enter(self.secretary)
        session = self.stage.session
        by_name = {row.name: row for row in session.scalars(select(Department))}
        rows: list[dict[str, Any]] = [{"department": by_name[name]} for name in COLLECTIVES]
        rows += [{"staff": self.school.in_place(*place).staff} for place in INDIVIDUALS]
        for values, achievement in zip(rows, said.ACHIEVEMENTS, strict=True):
            self._enter(values, said.SCHOOL_TITLE, CommendationLevel.SCHOOL, achievement)
        higher = {"staff": self.school.in_place(*UNDECIDED).staff}
        self._enter(higher, said.HIGHER_TITLE, CommendationLevel.DEPARTMENT_OF_EDUCATION, said.HIGHER_ACHIEVEMENT)

    def _enter(self, about: dict[str, Any], title: str, level: CommendationLevel, achievement: str) -> None:
        words = {"award": AwardKind.CERTIFICATE, "title": title, "level": level, "achievement": achievement}
        values = about | {"school_year": self.school.year} | words
        commendations.propose(self.stage.session, self.stage.actor, Commendation(), values)

    def _decide(self) -> None:
        self.stage.enter(self.leader)
        session, actor = self.stage.session, self.stage.actor
        own = (Commendation.level == CommendationLevel.SCHOOL, Commendation.award == AwardKind.CERTIFICATE)
        rows = session.scalars(select(Commendation).where(*own).order_by(Commendation.id)).all()
        commendations.decide_all(session, actor, rows, said.DECISION, actor.today - dt.timedelta(days=1))


def _after(suggested: str | None, text: str) -> str:
    """What the panel suggested, and what the secretary adds."""
    return f"{suggested}\n{text}" if suggested else text
