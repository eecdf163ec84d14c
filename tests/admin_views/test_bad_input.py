"""What cannot be is refused at its field, in Vietnamese, with what to do; nothing that was typed is lost."""

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from school import models as m
from tests.admin_views.test_lists import set_operator
from tests.cast import Cast
from tests.factories import make_sponsorship
from tests.web import Browser

LEVELS = dict.fromkeys(("learning", "conduct", "attendance", "attitude", "trend"), "steady") | {"dropout_risk": "low"}
TYPED = "đã gõ một câu dài"


def text_of(cast: Cast, case: str) -> str:
    """How a picker writes the case."""
    row = cast.get(m.SupportCase, cast.id(case))
    return f"{row.student.full_name} · {row.code}"


def error_at(page: Any, field: str) -> str:
    """The sentence beside the field."""
    found = re.search(rf'id="{field}-error"[^>]*>([^<]+)<', page.text)
    return unescape(found[1]) if found else ""


# Screen, who, what is sent beside the case, at which field it is refused, and a part of the sentence.
TRIED = [
    ("contact", "lan", {"occurred_on": "2024-10-01"}, "occurred_on", "ngoài năm học"),
    ("contact", "lan", {"occurred_on": "2025-10-16"}, "occurred_on", "chưa đến"),
    ("contact", "lan", {"occurred_on": "31/02/2025"}, "occurred_on", "05/09/2025"),
    ("contact", "lan", {"minutes": "nửa tiếng"}, "minutes", ""),
    ("support", "lan", {"value": "một triệu"}, "value", ""),
    ("support", "lan", {"value": "-5"}, "value", ""),
    ("progress", "lan", {"period": "2025-11"}, "period", "chưa bắt đầu"),
    ("progress", "lan", {"period": "2024-10"}, "period", "không thuộc năm học"),
    ("goal", "lan", {"starts_on": "2027-01-01"}, "starts_on", "ngoài học kỳ"),
    ("survey", "lan", {"occurred_on": "2025-10-16"}, "occurred_on", ""),
]
ALSO_SENT: dict[str, dict[str, str]] = {
    "contact": {"kind": "talk", "summary": TYPED, "occurred_on": "2025-10-14", "reached": "y"},
    "support": {"kind": "books", "detail": TYPED, "given_on": "2025-10-14"},
    "progress": {"comment": TYPED, **LEVELS},
    "goal": {"horizon": "week", "text": TYPED},
    "survey": {"channel": "family", "findings": TYPED, "occurred_on": "2025-10-14"},
}


@pytest.mark.parametrize(("screen", "who", "data", "field", "said"), TRIED)
def test_what_a_sponsor_cannot_have_done_is_refused_at_its_field(
    sign_in: Callable[[str], Browser], cast: Cast, screen: str, who: str, data: dict[str, str], field: str, said: str
) -> None:
    case = text_of(cast, "sponsored")
    subject = {"plan": f"{case} · Học kỳ I"} if screen == "goal" else {"case": case}
    browser = sign_in(who)
    browser.get(f"/admin/{screen}/new/")
    page = browser.post(f"/admin/{screen}/new/", ALSO_SENT[screen] | subject | data)
    assert page.status_code == 400
    sentence = error_at(page, field)
    assert sentence and said in sentence, page.text[-3000:]
    assert TYPED in unescape(page.text), "what was typed stays"
    assert unescape(next(iter(data.values()))) in unescape(page.text) or field in ("period", "starts_on", "occurred_on")


@pytest.mark.parametrize(
    ("standing", "role", "field"),
    [("lead", "lead", "role"), ("joint", "lead", "role"), ("lead", "joint", "role")],
)
def test_a_second_lead_and_a_lead_beside_joint_sponsors_are_refused(
    sign_in: Callable[[str], Browser], cast: Cast, standing: str, role: str, field: str
) -> None:
    set_operator(cast)
    case = cast.get(m.SupportCase, cast.id("leaders_nominee"))
    case.state = "approved"
    make_sponsorship(cast.session, case, cast.get(m.Staff, cast.staff["son"]), role=standing)
    text = text_of(cast, "leaders_nominee")
    cast.session.commit()
    thu = sign_in("thu")
    thu.get("/admin/sponsorship/new/")
    page = thu.post(
        "/admin/sponsorship/new/", {"case": text, "staff": "vo minh tam", "role": role, "started_on": "2025-10-20"}
    )
    assert page.status_code == 400
    assert "đỡ đầu" in error_at(page, field)


def test_a_sponsor_who_left_is_refused(sign_in: Callable[[str], Browser], cast: Cast) -> None:
    set_operator(cast)
    son = cast.get(m.Staff, cast.staff["son"])
    son.left_on = dt.date(2025, 9, 30)
    text = text_of(cast, "leaders_nominee")
    cast.session.commit()
    thu = sign_in("thu")
    thu.get("/admin/sponsorship/new/")
    page = thu.post(
        "/admin/sponsorship/new/",
        {"case": text, "staff": "dang thai son", "role": "lead", "started_on": "2025-10-20"},
    )
    assert page.status_code == 400
    assert "thôi công tác" in error_at(page, "staff")


def test_an_end_before_the_start_is_refused(sign_in: Callable[[str], Browser], cast: Cast) -> None:
    row = cast.id("sponsored", "sponsorship")
    binh = sign_in("binh")
    page = binh.get(f"/admin/sponsorship/details/?id={row}")
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version
    data = {"id": row, "version": version[1], "step": "end", "ended_on": "2025-08-01", "reason": TYPED}
    page = binh.post("/admin/sponsorship/step/", data)
    assert page.status_code == 400
    assert "từ ngày bắt đầu trở đi" in unescape(page.text)
    assert TYPED in unescape(page.text)
    set_operator(cast)
    assert cast.session.scalar(select(m.Sponsorship.ended_on).where(m.Sponsorship.id == row)) is None
