"""The emulation council's table, counted by hand, and what must never be in it."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from school.db import db
from school.errors import NotAllowed
from school.models import Account, CasePrivate, SchoolYear, StudentPrivate
from school.reports import emulation, tables
from school.services.access import actor_for
from school.services.guard import set_actor
from school.vocabulary import (
    EvaluationState,
    HelpRating,
    ProgressStep,
    Role,
    SponsorRole,
    SponsorshipState,
)
from tests import factories as make

LEAD, JOINT, SUPPORTING = SponsorRole.LEAD, SponsorRole.JOINT, SponsorRole.SUPPORTING
CONFIRMED, LOCKED, RETURNED = EvaluationState.CONFIRMED, EvaluationState.LOCKED, EvaluationState.RETURNED
NOON = dt.time(5, tzinfo=dt.UTC)


def noon(year, month, day):
    return dt.datetime.combine(dt.date(year, month, day), NOON)


def lines(session, actor, year):
    """The table by full name, without number, code, department and post."""
    return {row[2]: row[5:] for row in emulation.rows(session, actor, year)}


@pytest.fixture
def year(session):
    return make.the_year(session)


def test_a_year_counted_by_hand(session, operator, year):
    """An leads two students and hands one over on 10 October to Bình, who also leads one with Chi; Dung supports."""
    an, binh, chi, dung = (make.make_staff(session, name) for name in ("Lê An", "Lê Bình", "Lê Chi", "Lê Dung"))
    first, second, third = (make.make_case(session) for _ in range(3))
    lead = make.make_sponsorship(session, first, an)
    handed = make.make_sponsorship(
        session, second, an, state=SponsorshipState.ENDED, ended_on=dt.date(2025, 10, 10), end_reason="đi học"
    )
    make.make_sponsorship(session, second, binh, started_on=dt.date(2025, 10, 11))
    make.make_sponsorship(session, third, binh, role=JOINT)
    make.make_sponsorship(session, third, chi, role=JOINT)
    make.make_sponsorship(session, first, dung, role=SUPPORTING)
    sent = {"submitted_at": noon(2025, 9, 18)}
    make.make_evaluation(session, first, an, state=LOCKED, trend=ProgressStep.UNCHANGED, **sent)
    make.make_evaluation(session, first, an, period="2025-10", state=CONFIRMED, trend=ProgressStep.STEADY)
    make.make_evaluation(session, first, an, period="2025-11", state=CONFIRMED, trend=ProgressStep.NOT_OBSERVED)
    make.make_evaluation(session, second, an, state=LOCKED, trend=ProgressStep.IMPROVED, **sent)
    make.make_evaluation(
        session, second, binh, period="2025-10", state=LOCKED, trend=ProgressStep.DECLINED,
        submitted_at=noon(2025, 10, 20),
    )  # fmt: skip
    make.make_evaluation(session, third, chi, trend=ProgressStep.DECLINED, state=CONFIRMED)
    make.make_evaluation(session, third, binh, period="2025-10", trend=ProgressStep.IMPROVED)
    make.make_evaluation(session, third, binh, period="2025-11", state=RETURNED, trend=ProgressStep.IMPROVED)
    make.make_rating(session, lead, rating=HelpRating.EXCELLENT)
    make.make_rating(session, handed, rating=HelpRating.GOOD)
    make.make_rating(session, lead, period="2025-10", rating=None)
    assert lines(session, operator, year) == {
        # lead, joint, supporting, months, mean help, held or progressed
        "Lê An": (2, 0, 0, 3, Decimal("3.5"), 1),
        "Lê Bình": (1, 1, 0, 2, None, 0),
        "Lê Chi": (0, 1, 0, 2, None, 0),
        "Lê Dung": (0, 0, 1, 0, None, 0),
    }


def test_one_line_in_the_file(session, operator, year):
    department = make.make_department(session, "Toán - Tin")
    an = make.make_staff(session, "Lê An", code="GV001", department=department, post="Tổ trưởng")
    sponsorship = make.make_sponsorship(session, make.make_case(session), an)
    make.make_rating(session, sponsorship, rating=HelpRating.EXCELLENT)
    make.make_rating(session, sponsorship, period="2025-10", rating=HelpRating.GOOD)
    rows = emulation.rows(session, operator, year)
    text = b"".join(tables.chunks("csv", emulation.COLUMNS, rows)).decode()
    assert text == (
        "\ufeffTT,Mã,Họ và tên,Tổ,Chức vụ,Số học sinh đỡ đầu,Số học sinh cùng đỡ đầu,Số học sinh hỗ trợ,"
        "Số tháng có đánh giá,Mức giúp đỡ trung bình,Số học sinh giữ vững hoặc tiến bộ\r\n"
        '1,GV001,Lê An,Toán - Tin,Tổ trưởng,1,0,0,0,"3,5",0\r\n'
    )


def test_a_registration_turned_down_is_no_assignment(session, operator, year):
    an = make.make_staff(session, "Lê An")
    make.make_sponsorship(
        session,
        make.make_case(session),
        an,
        state=SponsorshipState.ENDED,
        approved_on=None,
        ended_on=dt.date(2025, 9, 9),
    )
    make.make_sponsorship(session, make.make_case(session), an, state=SponsorshipState.AGREED)
    assert lines(session, operator, year)["Lê An"] == (0, 0, 0, 0, None, 0)


def test_a_student_counts_once_however_often_the_sponsorship_began_anew(session, operator, year):
    an, case = make.make_staff(session, "Lê An"), make.make_case(session)
    make.make_sponsorship(session, case, an, state=SponsorshipState.ENDED, ended_on=dt.date(2025, 9, 30))
    make.make_sponsorship(session, case, an, started_on=dt.date(2025, 11, 1))
    make.make_evaluation(session, case, an)
    assert lines(session, operator, year)["Lê An"] == (1, 0, 0, 1, None, 0)


def test_a_month_before_the_sponsorship_or_sent_by_another_is_not_ones_own(session, operator, year):
    an, binh, case = make.make_staff(session, "Lê An"), make.make_staff(session, "Lê Bình"), make.make_case(session)
    make.make_sponsorship(session, case, an, state=SponsorshipState.ENDED, ended_on=dt.date(2025, 10, 5))
    make.make_sponsorship(session, case, binh, started_on=dt.date(2025, 10, 6))
    make.make_evaluation(session, case, binh, submitted_at=noon(2025, 10, 7))
    make.make_evaluation(session, case, an, period="2025-10", submitted_at=noon(2025, 10, 5))
    found = lines(session, operator, year)
    assert (found["Lê An"][3], found["Lê Bình"][3]) == (1, 0)


def test_other_years_do_not_count(session, operator, year):
    an = make.make_staff(session, "Lê An")
    case = make.make_case(session, school_year_id=make.make_year(session, "2024-2025").id)
    sponsorship = make.make_sponsorship(session, case, an, started_on=dt.date(2024, 9, 1))
    make.make_evaluation(session, case, an, period="2024-10", state=LOCKED)
    make.make_rating(session, sponsorship, period="2024-10")
    assert lines(session, operator, year)["Lê An"] == (0, 0, 0, 0, None, 0)


def test_staff_who_left_before_the_year_or_came_after_it_are_left_out(session, operator, year):
    make.make_staff(session, "Ở Lại", left_on=dt.date(2025, 9, 1))
    make.make_staff(session, "Đã Đi", left_on=dt.date(2025, 8, 31))
    make.make_staff(session, "Chưa Về", joined_on=dt.date(2026, 6, 1))
    assert list(lines(session, operator, year)) == ["Ở Lại"]


def test_people_stand_in_the_vietnamese_order(session, operator, year):
    names = ["Trần Văn Đạt", "H'Linh Niê", "Lê Ánh", "Lê An", "Trần Dũng", "Bùi An"]
    for name in names:
        make.make_staff(session, name, sort_name="Linh" if name.startswith("H'") else None)
    rows = list(emulation.rows(session, operator, year))
    assert [row[2] for row in rows] == ["Bùi An", "Lê An", "Lê Ánh", "Trần Dũng", "Trần Văn Đạt", "H'Linh Niê"]
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(("role", "allowed"), [(role, role in (Role.COUNCIL, Role.LEADERSHIP)) for role in Role])
def test_only_council_and_leadership_get_it(session, operator, year, role, allowed):
    staff, account = make.make_person(session, [role], "Lê An")
    make.make_sponsorship(session, make.make_case(session), staff)
    actor = actor_for(session, account, operator.now)
    set_actor(session, actor)
    if allowed:
        assert lines(session, actor, year)["Lê An"][0] == 1
    else:
        with pytest.raises(NotAllowed):
            emulation.rows(session, actor, year)


def test_nobody_gets_nothing(session, year):
    with pytest.raises(NotAllowed):
        emulation.rows(session, None, year)


def test_statements_do_not_grow_with_the_staff(session, operator, year):
    counts = []
    for people in (1, 12):
        for _ in range(people):
            case, staff = make.make_case(session), make.make_staff(session)
            make.make_rating(session, make.make_sponsorship(session, case, staff))
            make.make_evaluation(session, case, staff)
        statements = []
        with listening(statements):
            list(emulation.rows(session, operator, year))
        counts.append(len(statements))
    assert counts == [4, 4]


class listening:  # noqa: N801 - reads as a verb
    """Statements sent to the database inside."""

    def __init__(self, statements):
        self.statements = statements

    def __enter__(self):
        event.listen(db.engine, "before_cursor_execute", self._note)

    def __exit__(self, *_):
        event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, _connection, _cursor, statement, *_):
        self.statements.append(statement)


def test_no_sensitive_value_gets_into_the_file(session, operator, year):
    """Every text column of every table but the report's own carries a canary; none sings in the file."""
    staff, account = make.make_person(session, [Role.COUNCIL], "Lê An")
    student = make.make_student(session, "CANARY tên")
    case = make.make_case(session, student)
    sponsorship = make.make_sponsorship(session, case, staff)
    make.make_hardship(session, case)
    make.make_survey(session, case)
    make.make_evaluation(session, case, staff, state=LOCKED)
    make.make_rating(session, sponsorship)
    session.expire_all()
    planted = 0
    for mapper in db.Model.registry.mappers:
        for column in sensitive_texts(mapper):
            for row in session.scalars(select(mapper.class_)).all():
                setattr(row, column, f"CANARY {column}")
                planted += 1
    session.flush()
    assert planted >= 10
    secrets = ["CANARY", case.code, student.code]
    actor = actor_for(session, session.get(Account, account.id), operator.now)
    set_actor(session, actor)
    data = b"".join(tables.chunks("csv", emulation.COLUMNS, emulation.rows(session, actor, year)))
    assert not [secret for secret in secrets if secret.encode() in data]
    assert "Lê An".encode() in data


def sensitive_texts(mapper):
    """Columns marked as sensitive that hold free text."""
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        free = type(column.type).__name__ in ("Line", "Prose")
        if getattr(column, "info", {}).get("sensitive") and free and column.key != "token_hash":
            yield attribute.key


def test_the_canaries_reach_the_columns_that_matter():
    for model in (CasePrivate, StudentPrivate):
        assert list(sensitive_texts(model.__mapper__))


def test_council_sees_no_case_by_the_way(session, operator, year):
    """Counting past the scope opens no door: the council's session still holds no case afterwards."""
    staff, account = make.make_person(session, [Role.COUNCIL], "Lê An")
    case = make.make_case(session)
    make.make_sponsorship(session, case, staff)
    actor = actor_for(session, account, operator.now)
    session.expunge_all()
    set_actor(session, actor)
    list(emulation.rows(session, actor, session.scalars(select(SchoolYear)).one()))
    assert not [row for row in session if type(row).__name__ in ("SupportCase", "Student", "Sponsorship")]
