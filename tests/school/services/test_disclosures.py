"""What leaves the panel is entered once, by whoever takes it, and nobody changes the entry."""

import pytest
from sqlalchemy import select

from school.errors import NotAllowed
from school.models import AuditEntry, Disclosure, SchoolYear
from school.services import disclosures
from school.services.guard import set_actor
from tests.cast import NOW, Cast


def entries(cast: Cast, who: str) -> set[int]:
    """Whose entries the person sees: ids of accounts."""
    cast.session.expunge_all()
    set_actor(cast.session, cast.actor(who))
    return {entry.account_id for entry in cast.session.scalars(select(Disclosure))}


@pytest.mark.parametrize("who", ["lan", "thu", "binh", "hoi", "quan", "tro"])
def test_whoever_is_signed_in_is_entered_as_the_taker(who: str, cast: Cast) -> None:
    actor = cast.actor(who)
    set_actor(cast.session, actor)
    entry = disclosures.log(
        cast.session, actor, "student", "csv", ["full_name"], {"gender": "male", "classroom": "3"}, 7, cast.year
    )
    assert (entry.account_id, entry.created_at) == (cast.accounts[who], NOW)
    assert (entry.columns, entry.filters, entry.row_count) == (["full_name"], "gender=male; classroom=3", 7)
    assert (entry.school_year_id, entry.student_id) == (cast.year, None)


def test_a_year_may_be_given_as_the_row_itself(cast: Cast) -> None:
    year = cast.get(SchoolYear, cast.year)
    entry = disclosures.log(
        cast.session, cast.actor("operator"), "review", "docx", year=year, student_id=cast.classmate
    )
    assert (entry.account_id, entry.school_year_id, entry.student_id) == (None, cast.year, cast.classmate)
    assert (entry.columns, entry.filters) == (None, None)


def test_nobody_takes_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        disclosures.log(cast.session, None, "student", "csv")  # type: ignore[arg-type]


def test_long_texts_fit(cast: Cast) -> None:
    actor = cast.actor("operator")
    entry = disclosures.log(cast.session, actor, "n" * 999, "csv", filters={"a": "x" * 999})
    assert (len(entry.name), len(entry.filters or "")) == (200, 200)


def test_the_log_of_changes_names_the_taker_but_not_the_student(cast: Cast) -> None:
    actor = cast.actor("thu")
    set_actor(cast.session, actor)
    entry = disclosures.log(cast.session, actor, "student_file", "docx", student_id=cast.id("homeroom", "student"))
    set_actor(cast.session, cast.actor("operator"))
    (written,) = cast.session.scalars(
        select(AuditEntry).where(AuditEntry.table_name == "disclosure", AuditEntry.row_id == entry.id)
    )
    assert (written.action, written.actor) == ("export", "thu")
    assert written.changes["student_id"] is None


def test_each_sees_the_own_entries_those_who_look_after_the_log_see_all(cast: Cast) -> None:
    everybody = {cast.accounts["thu"], cast.accounts["quan"]}
    assert entries(cast, "thu") == {cast.accounts["thu"]}
    assert entries(cast, "quan") == entries(cast, "binh") == everybody
    for who in ("lan", "hoa", "cuc", "hoi", "tro", "nobody"):
        assert entries(cast, who) == set()


@pytest.mark.parametrize("who", ["thu", "binh", "quan"])
def test_an_entry_is_neither_changed_nor_deleted_nor_made_for_another(who: str, cast: Cast) -> None:
    for attempt in ("change", "delete", "other"):
        cast.session.expunge_all()
        set_actor(cast.session, cast.actor(who))
        entry = cast.session.scalars(select(Disclosure).order_by(Disclosure.id)).first()
        assert entry is not None
        if attempt == "change":
            entry.row_count = 0
        elif attempt == "delete":
            cast.session.delete(entry)
        else:
            cast.session.add(Disclosure(account_id=cast.accounts["lan"], name="student", format="csv"))
        with pytest.raises(NotAllowed):
            cast.session.flush()
        cast.session.rollback()
