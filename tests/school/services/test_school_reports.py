"""A report to the Sở from its first draft to a correction of what was signed (P4.11)."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from school import models as m
from school.errors import NotAllowed, RuleError, StaleRecord
from school.rules import policy
from school.rules.actor import Actor
from school.rules.oversight import Timing
from school.rules.school_figures import Figures
from school.services import audit, school_reports
from school.services.calendar import plan_of
from school.services.guard import set_actor
from school.vocabulary import FollowUpKind, FollowUpState, ReportOccasion, ReportState, YearState
from tests.cast import TODAY, Cast
from tests.factories import SECRET, make_contact, make_follow_up, make_year

FIRST, SECOND = ReportOccasion.FIRST, ReportOccasion.SECOND
DAY = dt.date(2025, 12, 22)
SIGNED = {"number": "45/BC-THPT", "signed_on": DAY, "difficulties": "Nhà các em xa trường.", "proposals": None}


def moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(2), dt.UTC)


def as_person(cast: Cast, name: str, day: dt.date = DAY) -> Actor:
    """The person on the day, as whom the session acts from now on."""
    actor = cast.actor(name, moment(day))
    set_actor(cast.session, actor)
    assert actor is not None
    return actor


def as_operator(cast: Cast) -> None:
    set_actor(cast.session, cast.actor("operator", moment(DAY)))


def draft(cast: Cast) -> m.SchoolReport:
    """The report that the cast is writing."""
    return cast.session.scalars(select(m.SchoolReport).order_by(m.SchoolReport.id)).first()


def year(cast: Cast) -> Any:
    return cast.get(m.SchoolYear, cast.year)


def sign(cast: Cast, **values: Any) -> m.SchoolReport:
    actor = as_person(cast, "binh")
    return school_reports.sign(cast.session, actor, draft(cast), SIGNED | values)


# Begun and written ---------------------------------------------------------------------------------------------------


def test_however_often_it_is_begun_it_is_one(cast: Cast) -> None:
    actor = as_person(cast, "thu", dt.date(2026, 5, 10))
    assert school_reports.open_report(cast.session, actor, year(cast), FIRST) is draft(cast)
    made = school_reports.open_report(cast.session, actor, year(cast), SECOND)
    assert (made.state, made.correction, made.figures) == (ReportState.DRAFTED, 0, None)
    assert school_reports.open_report(cast.session, actor, year(cast), SECOND, m.SchoolReport()) is made


def test_it_begins_with_what_is_being_followed_in_numbers_and_without_a_name(cast: Cast) -> None:
    owner = cast.get(m.Staff, cast.staff["lan"])
    for kind, count in ((FollowUpKind.DIFFICULTY, 2), (FollowUpKind.POLICY_REQUEST, 1), (FollowUpKind.ADVICE, 4)):
        for _ in range(count):
            make_follow_up(cast.session, owner, kind=kind, what=SECRET)
    make_follow_up(cast.session, owner, kind=FollowUpKind.DIFFICULTY, state=FollowUpState.CLOSED)
    actor = as_person(cast, "thu", dt.date(2026, 5, 10))
    made = school_reports.open_report(cast.session, actor, year(cast), SECOND)
    assert made.difficulties == "Đang theo dõi, giải quyết: khó khăn, vướng mắc (2 việc)."
    assert made.proposals is not None
    requests, left = made.proposals.split("\n")
    assert requests == "Nhà trường đang xem xét: giải quyết chế độ, chính sách (1 việc)."
    assert left == "Còn 1 em chưa có người đỡ đầu, đề nghị Sở giúp cân đối giữa các trường.", "`ended`"


def test_without_anything_to_tell_it_begins_empty(cast: Cast) -> None:
    as_operator(cast)
    for case in cast.session.scalars(select(m.SupportCase)):
        case.state = m.SupportCase.state.type.enum.CLOSED
    cast.session.flush()
    actor = as_person(cast, "thu", dt.date(2026, 5, 10))
    made = school_reports.open_report(cast.session, actor, year(cast), SECOND)
    assert (made.difficulties, made.proposals) == (None, None)


@pytest.mark.parametrize(("day", "begun"), [((2025, 12, 29), False), ((2025, 12, 30), True), ((2026, 6, 5), True)])
def test_the_second_is_begun_after_the_last_day_of_the_first(
    cast: Cast, day: tuple[int, int, int], begun: bool
) -> None:
    actor = as_person(cast, "thu", dt.date(*day))
    if begun:
        assert school_reports.open_report(cast.session, actor, year(cast), SECOND).id
        return
    with pytest.raises(RuleError) as refusal:
        school_reports.open_report(cast.session, actor, year(cast), SECOND)
    assert refusal.value.field == "occasion"
    assert "29/12/2025" in str(refusal.value)


@pytest.mark.parametrize("state", [YearState.PREPARING, YearState.CLOSED])
def test_a_year_that_does_not_run_has_no_report_to_begin(cast: Cast, state: YearState) -> None:
    as_operator(cast)
    other = make_year(cast.session, "2026-2027" if state is YearState.PREPARING else "2024-2025", state=state)
    actor = as_person(cast, "binh")
    with pytest.raises(RuleError):
        school_reports.open_report(cast.session, actor, other, FIRST)


@pytest.mark.parametrize("missing", ["school_year", "occasion"])
def test_year_and_occasion_are_needed(cast: Cast, missing: str) -> None:
    actor = as_person(cast, "thu")
    given = {"school_year": year(cast), "occasion": FIRST} | {missing: None}
    with pytest.raises(RuleError) as refusal:
        school_reports.open_report(cast.session, actor, *given.values())
    assert refusal.value.field == missing


def test_the_secretary_writes_number_and_day_beforehand_but_does_not_sign(cast: Cast) -> None:
    actor = as_person(cast, "thu")
    report = school_reports.write(cast.session, actor, draft(cast), SIGNED | {"state": "submitted", "figures": {}})
    assert (report.number, report.signed_on, report.difficulties) == ("45/BC-THPT", DAY, "Nhà các em xa trường.")
    assert (report.state, report.figures) == (ReportState.DRAFTED, None), "nothing else is written"
    with pytest.raises(NotAllowed):
        school_reports.sign(cast.session, actor, report, SIGNED)


def test_what_was_opened_on_an_older_version_is_refused(cast: Cast) -> None:
    actor = as_person(cast, "thu")
    with pytest.raises(StaleRecord):
        school_reports.write(cast.session, actor, draft(cast), SIGNED, draft(cast).version + 1)
    with pytest.raises(StaleRecord):
        school_reports.remove(cast.session, actor, draft(cast), draft(cast).version + 1)


# Signed and frozen ---------------------------------------------------------------------------------------------------


def test_it_is_signed_with_number_day_figures_and_the_head_of_the_log(cast: Cast) -> None:
    head = audit.head(cast.session)
    report = sign(cast)
    assert report.state is ReportState.SUBMITTED
    assert (report.number, report.signed_on, report.submitted_at) == ("45/BC-THPT", DAY, moment(DAY))
    assert report.submitted_by_id == cast.accounts["binh"]
    assert report.audit_head == head
    assert audit.head(cast.session) != head
    figures = Figures.thaw(report.figures)
    assert figures is not None
    assert (figures.day, figures.cases, figures.left_over) == (DAY, 11, [case_code(cast, "ended")])


def case_code(cast: Cast, name: str) -> str:
    return cast.get(m.SupportCase, cast.id(name)).code


def test_what_was_written_before_is_signed_where_nothing_new_is_said(cast: Cast) -> None:
    thu = as_person(cast, "thu")
    school_reports.write(cast.session, thu, draft(cast), SIGNED)
    report = school_reports.sign(cast.session, as_person(cast, "binh"), draft(cast), {})
    assert (report.number, report.difficulties) == ("45/BC-THPT", "Nhà các em xa trường.")


def test_frozen_figures_stay_whatever_is_entered_later(cast: Cast) -> None:
    report = sign(cast)
    before = dict(report.figures or {})
    as_operator(cast)
    lan, case = cast.get(m.Staff, cast.staff["lan"]), cast.get(m.SupportCase, cast.id("sponsored"))
    make_contact(cast.session, case, lan, occurred_on=dt.date(2025, 12, 1))
    cast.session.expire_all()
    assert report.figures == before


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"number": None}, "number"),
        ({"number": "   "}, "number"),
        ({"signed_on": None}, "signed_on"),
        ({"signed_on": DAY + dt.timedelta(days=1)}, "signed_on"),
        ({"signed_on": dt.date(2025, 8, 31)}, "signed_on"),
    ],
)
def test_number_and_day_must_be_right(cast: Cast, values: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleError) as refusal:
        sign(cast, **values)
    assert refusal.value.field == field
    assert draft(cast).state is ReportState.DRAFTED


@pytest.mark.parametrize("day", [dt.date(2025, 9, 1), DAY])
def test_any_day_of_the_year_so_far_may_be_the_day_of_signing(cast: Cast, day: dt.date) -> None:
    assert sign(cast, signed_on=day).signed_on == day


def test_it_is_signed_once(cast: Cast) -> None:
    report = sign(cast)
    head = audit.head(cast.session)
    with pytest.raises(RuleError):
        school_reports.sign(cast.session, as_person(cast, "ly"), report, SIGNED | {"number": "46"})
    with pytest.raises(RuleError):
        school_reports.write(cast.session, as_person(cast, "thu"), report, {"difficulties": "khác"})
    with pytest.raises(RuleError):
        school_reports.remove(cast.session, as_person(cast, "binh"), report)
    cast.session.flush()
    assert (report.number, report.difficulties) == ("45/BC-THPT", "Nhà các em xa trường.")
    assert audit.head(cast.session) == head, "nothing was written"


def test_in_time_or_late_by_the_day_of_signing(cast: Cast) -> None:
    plan = plan_of(cast.session, year(cast))
    assert school_reports.standing(draft(cast), plan, DAY) == (Timing.AHEAD, 7)
    assert school_reports.standing(draft(cast), plan, dt.date(2025, 12, 30)) == (Timing.OVERDUE, 1)
    assert school_reports.standing(sign(cast), plan, dt.date(2026, 3, 1)) == (Timing.ON_TIME, 0)


# Corrected and deleted -----------------------------------------------------------------------------------------------


def test_a_correction_is_a_new_one_with_the_last_texts_and_the_figures_of_its_day(cast: Cast) -> None:
    first = sign(cast)
    thu = as_person(cast, "thu", dt.date(2026, 1, 5))
    made = school_reports.correct(cast.session, thu, first, "Ghi sót một em.")
    assert (made.correction, made.correction_reason, made.state) == (1, "Ghi sót một em.", ReportState.DRAFTED)
    assert (made.difficulties, made.number, made.figures) == (first.difficulties, None, None)
    assert school_reports.correct(cast.session, thu, first, "chạm hai lần") is made
    assert made.correction_reason == "Ghi sót một em."
    binh = as_person(cast, "binh", dt.date(2026, 1, 6))
    school_reports.sign(cast.session, binh, made, {"number": "2/BC-THPT", "signed_on": dt.date(2026, 1, 6)})
    assert (made.figures or {})["day"] == "2026-01-06"
    assert (first.state, (first.figures or {})["day"]) == (ReportState.SUBMITTED, "2025-12-22"), "the old one stays"
    again = school_reports.correct(cast.session, binh, first, "Sửa lần nữa.")
    assert again.correction == 2
    assert [row.correction for row in school_reports.versions(cast.session, first)] == [2, 1, 0]


def test_a_correction_needs_a_reason_and_something_that_was_signed(cast: Cast) -> None:
    thu = as_person(cast, "thu")
    with pytest.raises(RuleError):
        school_reports.correct(cast.session, thu, draft(cast), "vì sao")
    first = sign(cast)
    thu = as_person(cast, "thu")
    with pytest.raises(RuleError) as refusal:
        school_reports.correct(cast.session, thu, first, " ")
    assert refusal.value.field == "correction_reason"


def test_a_draft_is_deleted_and_its_number_is_free_again(cast: Cast) -> None:
    first = sign(cast)
    thu = as_person(cast, "thu")
    school_reports.remove(cast.session, thu, school_reports.correct(cast.session, thu, first, "a"))
    assert school_reports.correct(cast.session, thu, first, "b").correction == 1


def test_in_a_closed_year_nothing_is_written_signed_corrected_or_deleted(cast: Cast) -> None:
    first = sign(cast)
    as_operator(cast)
    second = m.SchoolReport(school_year_id=cast.year, occasion=SECOND)
    cast.session.add(second)
    cast.session.flush()
    year(cast).state = YearState.CLOSED
    cast.session.flush()
    cast.session.expire_all()
    binh = as_person(cast, "binh")
    for refused in (
        lambda: school_reports.write(cast.session, binh, second, SIGNED),
        lambda: school_reports.sign(cast.session, binh, second, SIGNED),
        lambda: school_reports.correct(cast.session, binh, first, "vì sao"),
        lambda: school_reports.remove(cast.session, binh, second),
    ):
        with pytest.raises(RuleError):
            refused()


@pytest.mark.parametrize("person", ["lan", "hoa", "cuc", "uyen", "hoi", "quan", "tro"])
def test_nobody_but_secretary_and_leadership_writes(cast: Cast, person: str) -> None:
    report, open_year = draft(cast), year(cast)
    actor = as_person(cast, person)
    for refused in (
        lambda: school_reports.open_report(cast.session, actor, open_year, FIRST),
        lambda: school_reports.write(cast.session, actor, report, SIGNED),
        lambda: school_reports.sign(cast.session, actor, report, SIGNED),
        lambda: school_reports.correct(cast.session, actor, report, "vì sao"),
        lambda: school_reports.remove(cast.session, actor, report),
    ):
        with pytest.raises(NotAllowed):
            refused()


# The wall beneath the service: what was signed, forged past it -------------------------------------------------------


FORGED: dict[str, Any] = {
    "figures": {"cases": 99},
    "number": "99/BC",
    "difficulties": "khác",
    "proposals": "khác",
    "signed_on": dt.date(2025, 12, 1),
    "correction_reason": "khác",
    "audit_head": "0" * 64,
    "submitted_by_id": None,
    "submitted_at": moment(TODAY),
    "state": ReportState.DRAFTED,
    "correction": 5,
    "occasion": SECOND,
}


@pytest.mark.parametrize("field", FORGED)
@pytest.mark.parametrize("person", ["binh", "thu"])
def test_what_was_signed_is_not_changed_past_the_service(
    cast: Cast, field: str, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = sign(cast)

    def forge() -> None:
        as_person(cast, person)
        setattr(report, field, FORGED[field])
        cast.session.flush()

    with pytest.raises(NotAllowed), cast.session.begin_nested():
        forge()
    cast.session.expire_all()
    monkeypatch.setattr(policy, "may_write", lambda actor, obj, new=False: True)
    forge()


def test_the_secretary_does_not_sign_past_the_service(cast: Cast) -> None:
    report = draft(cast)
    as_person(cast, "thu")
    report.state = ReportState.SUBMITTED
    with pytest.raises(NotAllowed):
        cast.session.flush()


def test_what_was_signed_is_not_deleted_past_the_service(cast: Cast) -> None:
    report = sign(cast)
    cast.session.delete(report)
    with pytest.raises(NotAllowed):
        cast.session.flush()


def test_nobody_begins_with_one_that_is_signed_already(cast: Cast) -> None:
    as_person(cast, "binh")
    cast.session.add(m.SchoolReport(school_year_id=cast.year, occasion=SECOND, state=ReportState.SUBMITTED))
    with pytest.raises(NotAllowed):
        cast.session.flush()
