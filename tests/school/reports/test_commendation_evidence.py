"""The evidence for one proposal: counts, rating and frozen sheet as far as the reader may see them, no student."""

import datetime as dt

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed, RuleError
from school.reports import commendation_evidence
from school.reports.commendation_evidence import VARIABLES
from school.rules.emulation import Evidence, Line, Scheme, Score
from school.rules.score_sheet import Person, freeze, seal
from school.services.guard import set_actor
from school.vocabulary import AwardKind, CriterionKind, ScoreLevel, SheetState
from tests.cast import NOW, Cast
from tests.factories import SECRET, make_commendation

SEES_SCORES = ("binh", "hoi", "operator")
READS_ONLY = ("cuc", "uyen")


def act(cast: Cast, name: str):
    actor = cast.actor(name, NOW)
    set_actor(cast.session, actor)
    return actor


def proposal(cast: Cast, who: str | None = "lan", **values: object) -> m.Commendation:
    """The cast's own for lan and her department; a new one for anybody else."""
    act(cast, "operator")
    about = m.Commendation.staff_id == cast.staff[who] if who else m.Commendation.department_id.is_not(None)
    found = cast.session.scalars(select(m.Commendation).where(about)).one_or_none()
    row = found or make_commendation(cast.session, staff_id=cast.staff[str(who)])
    for name, value in values.items():
        setattr(row, name, value)
    cast.session.flush()
    return row


def values(cast: Cast, row: m.Commendation, name: str = "binh") -> dict:
    return commendation_evidence.paper(cast.session, act(cast, name), row).values


def frozen_sheet(cast: Cast, who: str = "lan") -> m.ScoreSheet:
    """A sheet of two lines, sealed as the council seals it."""
    act(cast, "operator")
    session = cast.session
    sheet = session.scalars(select(m.ScoreSheet).where(m.ScoreSheet.staff_id == cast.staff[who])).one()
    scheme = session.scalars(select(m.EmulationScheme)).one()
    criteria = session.scalars(select(m.Criterion)).all()
    told = Evidence(table="contact", id=1, on=dt.date(2025, 9, 5), what="Gặp riêng", case=3, counted=True, note="")
    lines = (
        Line("contacts", "Gặp gỡ", CriterionKind.CONTACTS, 150, 125, 0, 125, 5, 6, (told,)),
        Line("help", "Ghi nhận", CriterionKind.HELP_RECOGNISED, 100, None, 0, None, 0, 0),
        Line("extra", "Hỗ trợ thêm", CriterionKind.EXTRA_SPONSORSHIP, 20, 10, 0, 10, 1, 2, bonus=True),
    )
    score = Score(lines, 843, ScoreLevel.GOOD, converted=422)
    decision = ("40/QĐ", dt.date(2025, 10, 12))
    person = Person("GV001", "Nguyễn Thị Lan")
    result = freeze(sheet.school_year, (scheme, Scheme.of(scheme, criteria)), person, decision, score, ())
    sheet.result, sheet.total, sheet.level = result.stored(), score.total, score.level
    sheet.decision_number, sheet.decided_on = decision
    sheet.state = SheetState.FROZEN
    sheet.hash = seal(sheet)
    session.flush()
    return sheet


def test_everybody_who_reads_the_proposal_gets_its_counts(cast: Cast) -> None:
    for name in (*SEES_SCORES, *READS_ONLY, "thu"):
        found = values(cast, proposal(cast), name)
        assert (found["name"], found["unit"], found["kind"]) == ("Nguyễn Thị Lan", "Tổ Toán", "Cá nhân"), name
        counted = {row["label"]: row["count"] for row in found["counts"]}
        assert (counted["Số em đỡ đầu"], counted["Trong đó gặp được"], counted["Tiết phụ đạo"]) == ("3", "5", "10")
    for name in ("lan", "hoa", "quan", "tro", "nobody"):
        row = proposal(cast)
        with pytest.raises(NotAllowed):
            values(cast, row, name)


def test_rating_and_frozen_sheet_are_for_those_who_see_them(cast: Cast) -> None:
    frozen_sheet(cast)
    for name in SEES_SCORES:
        found = values(cast, proposal(cast), name)
        assert found["rating"] == "Hoàn thành tốt nhiệm vụ (số 31/QĐ ngày 10/10/2025)", name
        assert (found["sheet"], found["total"]) == ("Số 40/QĐ ngày 12/10/2025", "84,3")
        assert [(line["name"], line["points"], line["max"]) for line in found["lines"]] == [
            ("Gặp gỡ", "12,5", "15,0"),
            ("Ghi nhận", "Không áp dụng", "10,0"),
            ("Hỗ trợ thêm (điểm cộng)", "1,0", "2,0"),
        ]
    for name in READS_ONLY:
        found = values(cast, proposal(cast), name)
        assert (found["rating"], found["sheet"], found["lines"]) == ("", "", []), name
    found = values(cast, proposal(cast), "thu")  # enters ratings, sees no score
    assert found["rating"]
    assert found["sheet"] == ""


def test_an_open_sheet_is_not_put_on_file(cast: Cast) -> None:
    found = values(cast, proposal(cast))
    assert (found["sheet"], found["total"], found["score_level"], found["lines"]) == ("", "", "", [])


def test_a_sheet_that_is_not_what_was_sealed_is_not_put_on_file(cast: Cast) -> None:
    frozen_sheet(cast).total = 999
    cast.session.flush()
    row = proposal(cast)
    with pytest.raises(RuleError, match="dấu chốt"):
        values(cast, row)


def test_another_years_rating_and_sheet_are_none(cast: Cast) -> None:
    found = values(cast, proposal(cast, "hoa"))
    assert (found["rating"], found["sheet"]) == ("", "")


def test_the_decision_and_the_title_are_what_people_entered(cast: Cast) -> None:
    found = values(cast, proposal(cast))
    assert (found["decision"], found["title"]) == ("", "Giấy khen của Hiệu trưởng")
    decided = {"decision_number": "125/QĐ", "decided_on": dt.date(2025, 10, 14), "award": AwardKind.CERTIFICATE}
    found = values(cast, proposal(cast, **decided))
    assert (found["decision"], found["award"]) == ("Số 125/QĐ ngày 14/10/2025", AwardKind.CERTIFICATE)


def test_a_department_has_its_shares_and_nothing_of_a_person(cast: Cast) -> None:
    frozen_sheet(cast)
    found = values(cast, proposal(cast, None))
    assert (found["kind"], found["name"]) == ("Tập thể", "Tổ Toán")
    assert [row["counted"] for row in found["shares"]] == ["3/4", "0/4", "–"]
    assert found["shares"][0]["share"] == "75,0%"
    assert (found["rating"], found["sheet"], found["lines"]) == ("", "", [])
    assert not [name for name in ("Lan", "Giang", "Hoa") if name in str(found)]


def test_it_says_every_variable_and_no_student(cast: Cast) -> None:
    frozen_sheet(cast)
    act(cast, "operator")
    told = {student.full_name for student in cast.session.query(m.Student)}
    told |= {case.code for case in cast.session.query(m.SupportCase)} | {SECRET}
    for row in (proposal(cast), proposal(cast, None)):
        found = values(cast, row)
        listed = {name for name in VARIABLES if "." not in name}
        assert {f"{name}[]" if isinstance(value, list) else name for name, value in found.items()} == listed
        rows = {
            f"{name}[].{key}" for name, value in found.items() if isinstance(value, list) and value for key in value[0]
        }
        assert rows <= set(VARIABLES)
        assert not [text for text in told if text in str(found)]
