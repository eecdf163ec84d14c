"""The list of students in hardship: cases nominated, hardships proposed and never confirmed; what is settled stays."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import NotAllowed
from school.rules.actor import Actor
from school.services import cases
from school.services.guard import set_actor
from school.vocabulary import CaseOutcome, CaseState, ListKind, Origin, Role, Severity, SurveyChannel
from tests.cast import NOW
from tests.factories import a_category
from tests.school.imports.conftest import Take, written
from tests.school.imports.test_assignments import account_of
from tests.school.imports.test_staff import counts

HARDSHIP = ListKind.HARDSHIP
HEADER = ["STT", "Mã HS", "Họ và tên", "Lớp", "Mục phân loại", "Mức độ", "Kênh khảo sát", "Hoàn cảnh", "Ghi chú"]
Roster = dict[str, int]


def row(
    categories: str = "Hộ nghèo", severity: str = "", source: str = "", words: str = "", note: str = ""
) -> list[str]:
    return ["1", "HS1", "Trần Văn Đạt", "10A1", categories, severity, source, words, note]


def hardships(session: Session) -> dict[str, tuple[Severity, SurveyChannel]]:
    session.expire_all()
    found = session.scalars(select(m.Hardship))
    return {one.category.code: (one.severity, one.source) for one in found}


def the_case(session: Session) -> m.SupportCase:
    session.expire_all()
    return session.scalars(select(m.SupportCase)).one()


def test_a_student_without_a_case_is_nominated_with_what_the_row_says(
    session: Session, take: Take, roster: Roster
) -> None:
    rows = [
        HEADER,
        row("Hộ nghèo; mồ côi cha\nHổng kiến thức nền", "Cần hỗ trợ ngay", "GVCN", "ở với bà", "cần xe đạp"),
    ]
    report = take(HARDSHIP, rows)
    assert counts(report) == (1, 0, 0, 0)
    case = the_case(session)
    assert (case.student_id, case.state) == (roster["HS1"], CaseState.NOMINATED)
    assert case.private.circumstances == "ở với bà\ncần xe đạp"
    assert hardships(session) == dict.fromkeys(
        ("poor_household", "orphan", "knowledge_gap"), (Severity.URGENT, SurveyChannel.HOMEROOM_TEACHER)
    )
    assert all(one.confirmed_on is None for one in case.hardships)
    before = written(session)
    assert counts(take(HARDSHIP, rows)) == (0, 0, 1, 0)
    assert written(session) == before


def test_a_student_may_stand_in_a_row_for_each_severity(session: Session, take: Take, roster: Roster) -> None:
    rows = [HEADER, row("Hộ nghèo", "gấp", words="ở với bà"), row("Nhà xa", "theo dõi", "Gia đình")]
    assert counts(take(HARDSHIP, rows)) == (1, 1, 0, 0)
    assert hardships(session) == {
        "poor_household": (Severity.URGENT, SurveyChannel.HOMEROOM_TEACHER),
        "far_from_school": (Severity.WATCH, SurveyChannel.FAMILY),
    }
    assert counts(take(HARDSHIP, rows)) == (0, 0, 2, 0)


def test_without_severity_and_source_they_are_the_usual_ones(session: Session, take: Take, roster: Roster) -> None:
    take(HARDSHIP, [HEADER, row()])
    assert hardships(session) == {"poor_household": (Severity.SUPPORT, SurveyChannel.HOMEROOM_TEACHER)}


def test_without_a_category_there_is_a_case_and_a_remark(session: Session, take: Take, roster: Roster) -> None:
    report = take(HARDSHIP, [HEADER, row("", words="ở với bà")])
    assert counts(report) == (1, 0, 0, 0)
    assert "chưa được phân loại" in str(report.plan.warnings[0])
    assert the_case(session).state is CaseState.NOMINATED


def test_an_unconfirmed_severity_follows_the_list(session: Session, take: Take, roster: Roster) -> None:
    take(HARDSHIP, [HEADER, row(severity="Cần hỗ trợ")])
    for severity in (Severity.URGENT, Severity.WATCH):
        assert counts(take(HARDSHIP, [HEADER, row(severity=severity.label, source="Bạn bè")])) == (0, 1, 0, 0)
        assert hardships(session) == {"poor_household": (severity, SurveyChannel.HOMEROOM_TEACHER)}
    assert counts(take(HARDSHIP, [HEADER, row()])) == (0, 0, 1, 0)


def test_a_confirmed_hardship_is_left_alone(session: Session, take: Take, roster: Roster) -> None:
    take(HARDSHIP, [HEADER, row(severity="Cần hỗ trợ")])
    cases.confirm_classification(session, Actor.running_commands(NOW), the_case(session).hardships[0])
    report = take(HARDSHIP, [HEADER, row("Hộ nghèo; Mồ côi", "Cần hỗ trợ ngay")])
    assert counts(report) == (0, 1, 0, 0)
    assert "đã được xác nhận" in str(report.plan.warnings[0])
    found = {one.category.code: (one.severity, one.confirmed_on is None) for one in the_case(session).hardships}
    assert found == {"poor_household": (Severity.SUPPORT, False), "orphan": (Severity.URGENT, True)}


def test_what_was_written_on_the_panel_wins(session: Session, take: Take, roster: Roster, panel: Actor) -> None:
    take(HARDSHIP, [HEADER, row(severity="Cần hỗ trợ", words="ở với bà")])
    case = the_case(session)
    set_actor(session, panel)
    cases.classify(session, panel, case.hardships[0], {"category": case.hardships[0].category, "severity": "watch"}, 1)
    cases.edit_private(session, panel, case, {"circumstances": "ở với cô"}, case.version)
    set_actor(session, Actor.running_commands(NOW, Origin.IMPORT))
    report = take(HARDSHIP, [HEADER, row(severity="Cần hỗ trợ ngay", words="ở với dì")])
    assert counts(report) == (0, 0, 1, 0)
    assert ["Hoàn cảnh" in str(one) or "Mức độ" in str(one) for one in report.plan.warnings] == [True, True]
    assert hardships(session)["poor_household"][0] is Severity.WATCH
    assert the_case(session).private.circumstances == "ở với cô"


def test_a_closed_case_stays_as_it_is(session: Session, take: Take, roster: Roster) -> None:
    take(HARDSHIP, [HEADER, row()])
    cases.take_step(session, Actor.running_commands(NOW), the_case(session), "close", CaseOutcome.PROGRESSED)
    report = take(HARDSHIP, [HEADER, row("Mồ côi")])
    assert counts(report) == (0, 0, 1, 0)
    assert "đã kết thúc" in str(report.plan.warnings[0])


def test_a_category_out_of_use_is_proposed_no_more(session: Session, take: Take, roster: Roster) -> None:
    take(HARDSHIP, [HEADER, row()])
    a_category(session, "poor_household").in_use = False
    session.flush()
    assert counts(take(HARDSHIP, [HEADER, row()])) == (0, 0, 1, 0)
    other = ["2", "HS2", "", "", "Hộ nghèo", "", "", "", ""]
    assert "không còn dùng" in take(HARDSHIP, [HEADER, other]).plan.reasons()[2]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row("Hộ ngèo"), "có thể là: “Hộ nghèo”"),
        (row("cha mẹ đi làm ăn ở xa"), "“Cha mẹ đi làm ăn xa”"),
        (row("qwzx"), "thầy cô ghi đúng tên mục"),
        (row("Hộ nghèo; Khác nữa"), "“Khác nữa”"),
        (row(severity="rất rất"), "“Cần theo dõi”, “Cần hỗ trợ”, “Cần hỗ trợ ngay”"),
        (row(source="mạng"), "“Giáo viên chủ nhiệm”"),
        (["", "HS9", "", "", "Hộ nghèo", "", "", "", ""], "mã HS9"),
        (["", "", "Em Lạ", "10A1", "Hộ nghèo", "", "", "", ""], "Em Lạ"),
        (row(words="a" * 19_000, note="b" * 2_000), "viết gọn hơn"),
    ],
)
def test_a_row_is_rejected_with_its_reason_and_stops_no_other(
    session: Session, take: Take, roster: Roster, bad: list[str], reason: str
) -> None:
    report = take(HARDSHIP, [HEADER, bad, ["", "HS3", "", "", "Mồ côi", "", "", "", ""]])
    assert counts(report) == (1, 0, 0, 1)
    assert reason in report.plan.reasons()[2]
    assert hardships(session).keys() == {"orphan"}


def test_rows_that_contradict_each_other_are_not_both_taken(session: Session, take: Take, roster: Roster) -> None:
    rows = [HEADER, row("Hộ nghèo", words="ở với bà"), row("hộ nghèo", "gấp"), row("Mồ côi", words="ở với cô")]
    report = take(HARDSHIP, rows)
    assert counts(report) == (1, 0, 0, 2)
    assert "đã có ở dòng 2" in report.plan.reasons()[3]
    assert "đã ghi khác ở dòng 2" in report.plan.reasons()[4]
    assert hardships(session) == {"poor_household": (Severity.SUPPORT, SurveyChannel.HOMEROOM_TEACHER)}


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.LEADERSHIP])
def test_secretary_and_leadership_take_it_in_and_confirm_nothing(
    session: Session, take: Take, roster: Roster, role: Role
) -> None:
    actor = account_of(session, "GV1", role)
    assert counts(take(HARDSHIP, [HEADER, row()], actor=actor)) == (1, 0, 0, 0)
    set_actor(session, Actor.running_commands(NOW))
    case = the_case(session)
    assert (case.state, case.nominated_by_id) == (CaseState.NOMINATED, actor.staff_id)
    assert [(one.proposed_by_id, one.confirmed_by_id) for one in case.hardships] == [(actor.staff_id, None)]


@pytest.mark.parametrize("role", [Role.TEACHER, Role.DEPARTMENT_HEAD, Role.UNION, Role.COUNCIL, Role.ADMIN])
def test_nobody_else_takes_it_in(session: Session, take: Take, roster: Roster, role: Role) -> None:
    actor = account_of(session, "GV1", role)
    with pytest.raises(NotAllowed):
        take(HARDSHIP, [HEADER, row()], actor=actor)
