"""What documents say about the school: one row, made when it is first saved."""

import pytest
from sqlalchemy import func, select

from school.errors import NotAllowed, StaleRecord
from school.models import SchoolProfile
from school.rules.actor import Actor
from school.services.guard import set_actor
from school.services.profile import BLANK, letterhead, lines, save_profile
from tests.cast import Cast


def test_an_unsaid_profile_is_dots_and_the_setting(session) -> None:
    head = letterhead(session, "Trường THPT Mẫu")
    assert (head.school_name, head.place, head.symbol) == ("Trường THPT Mẫu", BLANK, BLANK)
    assert head.parent_body.startswith("Sở Giáo dục và Đào tạo") and head.signer_title == ["HIỆU TRƯỞNG"]
    assert (head.signer_name, head.recipients, head.legal_basis) == ("", [], [])
    assert session.scalar(select(func.count()).select_from(SchoolProfile)) == 0, "looking makes no row"


def test_it_is_saved_once_and_changed_after(session, operator: Actor) -> None:
    row = save_profile(session, operator, {"place": "Nhân Cơ", "recipients": " Sở \r\n\n  Lưu: VT.  "}, None)
    assert (row.place, row.recipients) == ("Nhân Cơ", "Sở\nLưu: VT.")
    save_profile(session, operator, {"place": None, "recipients": "\n \n"}, row.version)
    assert session.scalars(select(SchoolProfile)).one() is row
    assert (row.place, row.recipients) == (None, None)
    assert letterhead(session, "x").recipients == []


def test_an_older_form_is_refused(session, operator: Actor) -> None:
    save_profile(session, operator, {"place": "A"}, None)
    for version in (None, 0, 9):
        with pytest.raises(StaleRecord):
            save_profile(session, operator, {"place": "B"}, version)


def test_lines_are_those_that_hold_something() -> None:
    assert lines("KT. HIỆU TRƯỞNG\r\n \nPHÓ  HIỆU TRƯỞNG\n") == ["KT. HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG"]
    assert lines(None) == lines("") == []


@pytest.mark.parametrize("name", ["lan", "hoa", "cuc", "thu", "hoi", "tro"])
def test_only_leadership_and_the_administrator_say_it(cast: Cast, name: str) -> None:
    actor = cast.actor(name)
    assert actor is not None
    set_actor(cast.session, actor)
    with pytest.raises(NotAllowed):
        save_profile(cast.session, actor, {"place": "Nơi khác"}, 1)


@pytest.mark.parametrize("name", ["lan", "hoi"])
def test_everybody_prints_by_it(cast: Cast, name: str) -> None:
    set_actor(cast.session, cast.actor(name))
    assert letterhead(cast.session, "x").school_name == "Trường THPT Mẫu"
