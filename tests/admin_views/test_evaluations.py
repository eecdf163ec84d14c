"""The screen of one month: last month beside each level, the mark of what was entered, a remark on confirming."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import select

from school import models as m
from school.rules.actor import Actor
from school.services import evaluations
from school.services.guard import set_actor
from school.vocabulary import EvaluationState, HelpRating
from tests.admin_views.test_lists import set_operator
from tests.cast import NOW, Cast
from tests.factories import LEVELS as COMPLETE
from tests.factories import make_evaluation, make_rating
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]
MONTH = "2025-10"


def hint(page: str, level: str) -> str:
    """What stands beside a level of the form."""
    found = re.search(rf'id="{level}-help">([^<]*)<', page)
    return unescape(found[1]) if found else ""


def test_last_month_stands_beside_each_level_and_none_is_chosen(sign_in: SignIn, cast: Cast) -> None:
    page = sign_in("lan").get(f"/admin/progress/new/?case={cast.id('sponsored')}").text
    assert hint(page, "learning") == "Tháng trước: Giữ vững"
    assert hint(page, "trend").endswith("Tháng trước: Tiến bộ rõ")
    assert hint(page, "dropout_risk") == "Tháng trước: Cần để ý thêm"
    chosen = re.findall(r"<option selected value=\"([^\"]+)\"", page)
    assert chosen in ([MONTH], [])


@pytest.mark.parametrize("query", ["", "&period=2025-09", "&period=1999-01"])
def test_without_a_student_or_in_the_first_month_nothing_stands_there(sign_in: SignIn, cast: Cast, query: str) -> None:
    case = f"case={cast.id('outsiders')}" if not query else f"case={cast.id('sponsored')}"
    page = sign_in("lan").get(f"/admin/progress/new/?{case}{query}")
    assert page.status_code == 200
    assert ("Tháng trước:" in page.text) is (query == "&period=1999-01")  # which is no month: today's is taken


def test_last_month_is_still_there_when_the_form_is_refused(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    page = lan.get(f"/admin/progress/new/?case={cast.id('sponsored')}")
    named = re.search(r'name="case"[^>]*value="([^"]*)"', page.text)
    assert named
    data = {"case": unescape(named[1]), "period": MONTH, "learning": "bad"}
    answer = lan.post("/admin/progress/new/", data)
    assert answer.status_code == 400
    assert hint(answer.text, "conduct") == "Tháng trước: Tiến bộ rõ"


def test_the_form_of_a_month_is_refused_where_the_sponsor_did_not_help_yet(sign_in: SignIn, cast: Cast) -> None:
    set_actor(cast.session, Actor.running_commands(NOW))
    cast.get(m.Sponsorship, cast.id("sponsored", "sponsorship")).started_on = NOW.date().replace(day=1)
    cast.session.delete(cast.get(m.ProgressEvaluation, cast.id("sponsored", "progress")))
    cast.session.commit()
    lan = sign_in("lan")
    page = lan.get(f"/admin/progress/new/?case={cast.id('sponsored')}")
    named = re.search(r'name="case"[^>]*value="([^"]*)"', page.text)
    assert named
    answer = lan.post("/admin/progress/new/", {"case": unescape(named[1]), "period": "2025-09"})
    assert answer.status_code == 400
    assert "Kỳ này thầy cô chưa đỡ đầu em" in answer.text


def test_what_was_entered_is_marked_in_the_list_and_on_the_page(sign_in: SignIn, cast: Cast) -> None:
    thu = cast.actor("thu")
    assert thu is not None
    set_actor(cast.session, thu)
    case = cast.get(m.SupportCase, cast.id("sponsored"))
    row = evaluations.enter_for_sponsor(cast.session, thu, case, MONTH, COMPLETE)
    cast.session.commit()
    for person in ("lan", "hoa", "binh"):
        browser = sign_in(person)
        assert "Nguyễn Thị Lan (nhập thay)" in browser.get("/admin/progress/").text
        details = browser.get(f"/admin/progress/details/?id={row.id}").text
        assert "Người nhập thay" in details
        assert "Lý Anh Thư" in details


def reviewed(cast: Cast) -> int:
    """October of `outsiders`, seen by the department."""
    set_actor(cast.session, Actor.running_commands(NOW))
    case = cast.get(m.SupportCase, cast.id("outsiders"))
    author = cast.get(m.Staff, cast.staff["minh"])
    row = make_evaluation(cast.session, case, author, period=MONTH, state=EvaluationState.REVIEWED)
    cast.session.commit()
    return row.id


def confirm(browser: Browser, row: int, **values: str) -> int:
    page = browser.get(f"/admin/progress/details/?id={row}")
    data = {"id": row, "version": version_of(page), "step": "confirm"} | values
    answer = browser.post("/admin/progress/step/", data)
    confirm.said = errors_of(answer)  # type: ignore[attr-defined]
    return answer.status_code


def remarks(cast: Cast) -> list[tuple[str | None, HelpRating | None]]:
    """The remarks on the help of the month."""
    set_actor(cast.session, Actor.running_commands(NOW))
    cast.session.expire_all()
    found = cast.session.scalars(select(m.SponsorEvaluation).where(m.SponsorEvaluation.period == MONTH))
    return [(row.comment, row.rating) for row in found]


def test_a_remark_on_the_help_may_be_made_on_confirming(sign_in: SignIn, cast: Cast) -> None:
    row = reviewed(cast)
    assert confirm(sign_in("cuc"), row, comment="Thầy Minh gọi gia đình mỗi tuần.") == 303
    assert remarks(cast) == [("Thầy Minh gọi gia đình mỗi tuần.", None)]


def test_confirming_needs_no_remark(sign_in: SignIn, cast: Cast) -> None:
    row = reviewed(cast)
    assert confirm(sign_in("binh"), row, comment=" ") == 303
    assert remarks(cast) == []


def test_a_remark_beside_somebody_elses_is_refused_and_nothing_is_confirmed(sign_in: SignIn, cast: Cast) -> None:
    row = reviewed(cast)
    sponsorship = cast.get(m.Sponsorship, cast.id("outsiders", "sponsorship"))
    make_rating(cast.session, sponsorship, period=MONTH, rated_by_id=cast.accounts["cuc"])
    cast.session.commit()
    assert confirm(sign_in("binh"), row, comment="tốt") == 400
    assert any("đã có người khác nhận xét" in text for text in confirm.said)  # type: ignore[attr-defined]
    assert remarks(cast) == [("gọi cho gia đình mỗi tuần", HelpRating.GOOD)]
    cast.session.expire_all()
    assert cast.session.get(m.ProgressEvaluation, row).state is EvaluationState.REVIEWED  # type: ignore[union-attr]


def test_ones_own_row_among_several_is_named_with_why_and_none_is_confirmed(sign_in: SignIn, cast: Cast) -> None:
    set_operator(cast)
    ids = [cast.id(case, "progress") for case in ("outsiders", "leaders")]
    for row_id in ids:
        cast.get(m.ProgressEvaluation, row_id).state = EvaluationState.REVIEWED
    cast.session.commit()
    ly = sign_in("ly")
    ly.get("/admin/progress/?state=reviewed")
    answer = ly.post("/admin/progress/action/", {"action": "confirm", "rowid": ids})
    assert answer.status_code == 303
    page = unescape(ly.get("/admin/progress/").text)
    assert "Chưa ghi nhận dòng nào. Hoàng Văn Út" in page
    assert "việc của chính thầy cô" in page
    set_operator(cast)
    states = {cast.get(m.ProgressEvaluation, row_id).state for row_id in ids}
    assert states == {EvaluationState.REVIEWED}
