"""Passing a student on, on the page of the pairing: hand-over and substitute, by leadership (P4.3)."""

from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import select

from school.models import Sponsorship
from school.vocabulary import SponsorshipState
from tests.admin_views.test_lists import set_operator
from tests.cast import Cast
from tests.web import Browser, errors_of, version_of

SignIn = Callable[[str], Browser]
SON = {"staff": "dang thai son", "reason": "nghỉ sinh con"}


def press(browser: Browser, cast: Cast, step: str, case: str = "outsiders", **data: str) -> tuple[int, str]:
    """Send one of the two forms of the pairing's page."""
    row = cast.id(case, "sponsorship")
    page = browser.get(f"/admin/sponsorship/details/?id={row}")
    answer = browser.post("/admin/sponsorship/step/", {"id": row, "version": version_of(page), "step": step, **data})
    return answer.status_code, unescape(answer.text)


def rows_of(cast: Cast, case: str = "outsiders") -> list[Sponsorship]:
    set_operator(cast)
    statement = select(Sponsorship).where(Sponsorship.case_id == cast.id(case)).order_by(Sponsorship.started_on)
    return list(cast.session.scalars(statement))


def test_leadership_hands_over_on_the_page(sign_in: SignIn, cast: Cast) -> None:
    binh = sign_in("binh")
    page = binh.get(f"/admin/sponsorship/details/?id={cast.id('outsiders', 'sponsorship')}").text
    assert "Bàn giao" in page
    assert "Nhờ làm thay" in page
    status, text = press(binh, cast, "hand_over", first_day="2025-10-15", **SON)
    assert status == 303, text
    old, new = rows_of(cast)
    assert (str(old.ended_on), old.state, old.end_reason) == ("2025-10-14", SponsorshipState.ENDED, "nghỉ sinh con")
    assert (new.staff_id, str(new.started_on), new.state) == (
        cast.staff["son"],
        "2025-10-15",
        SponsorshipState.APPROVED,
    )
    assert "Đỗ Văn Minh" in unescape(binh.get(f"/admin/sponsorship/details/?id={new.id}").text), "whom it follows"
    done = binh.get(f"/admin/sponsorship/details/?id={old.id}").text
    assert 'value="hand_over"' not in done


def test_whoever_took_over_sees_the_student_and_whoever_gave_does_not(sign_in: SignIn, cast: Cast) -> None:
    press(sign_in("binh"), cast, "hand_over", case="sponsored", first_day="2025-10-15", **SON)
    case = f"/admin/case/details/?id={cast.id('sponsored')}"
    assert sign_in("son").get(case).status_code == 200
    assert sign_in("lan").get(case).status_code == 404
    assert "Y Bhiu Niê" in unescape(sign_in("son").get("/admin/").text)


def test_a_substitute_stands_in_on_the_page(sign_in: SignIn, cast: Cast) -> None:
    status, text = press(sign_in("binh"), cast, "substitute", first="2025-10-15", last="2025-10-20", **SON)
    assert status == 303, text
    assert [(s.staff_id, str(s.started_on), str(s.ended_on)) for s in rows_of(cast)] == [
        (cast.staff["minh"], "2025-09-01", "2025-10-14"),
        (cast.staff["son"], "2025-10-15", "2025-10-20"),
        (cast.staff["minh"], "2025-10-21", "None"),
    ]


def test_a_second_tap_is_refused_as_stale(sign_in: SignIn, cast: Cast) -> None:
    binh = sign_in("binh")
    row = cast.id("outsiders", "sponsorship")
    data = {"id": row, "version": version_of(binh.get(f"/admin/sponsorship/details/?id={row}"))}
    data |= {"step": "hand_over", "first_day": "2025-10-15", **SON}
    assert [binh.post("/admin/sponsorship/step/", data).status_code for _tap in range(2)] == [303, 409]
    assert len(rows_of(cast)) == 2


@pytest.mark.parametrize(
    ("step", "data", "sentence"),
    [
        ("hand_over", {"staff": ""}, "chọn người nhận"),
        ("hand_over", {"staff": "do van minh"}, "người khác"),
        ("hand_over", {"first_day": "2025-09-01"}, "sau ngày bắt đầu"),
        ("hand_over", {"first_day": "2026-09-01"}, "ngoài năm học"),
        ("hand_over", {"first_day": "mai"}, "theo mẫu"),
        ("hand_over", {"reason": " "}, "ghi lý do"),
        ("hand_over", {"reason": "x" * 201}, "200"),
        ("substitute", {"last": "2025-10-14"}, "từ ngày đầu"),
        ("substitute", {"last": ""}, "điền ngày"),
        ("substitute", {"first": "2024-10-14"}, "ngoài năm học"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_kept(
    sign_in: SignIn, cast: Cast, step: str, data: dict[str, str], sentence: str
) -> None:
    days = {"first_day": "2025-10-15"} if step == "hand_over" else {"first": "2025-10-15", "last": "2025-10-20"}
    binh = sign_in("binh")
    row = cast.id("outsiders", "sponsorship")
    version = version_of(binh.get(f"/admin/sponsorship/details/?id={row}"))
    sent = {"id": row, "version": version, "step": step, **SON, **days, **data}
    answer = binh.post("/admin/sponsorship/step/", sent)
    assert answer.status_code == 400
    assert any(sentence in unescape(error) for error in errors_of(answer)), errors_of(answer)
    if "reason" not in data:
        assert 'value="nghỉ sinh con"' in unescape(answer.text)
    assert len(rows_of(cast)) == 1


@pytest.mark.parametrize("who", ["lan", "hoa", "cuc", "thu"])
@pytest.mark.parametrize("step", ["hand_over", "substitute"])
def test_others_have_neither_the_buttons_nor_the_right(sign_in: SignIn, cast: Cast, who: str, step: str) -> None:
    browser = sign_in(who)
    row = cast.id("sponsored", "sponsorship")
    assert f'value="{step}"' not in browser.get(f"/admin/sponsorship/details/?id={row}").text
    data = {"id": row, "version": 1, "step": step, "first_day": "2025-10-15", "first": "2025-10-15"}
    answer = browser.post("/admin/sponsorship/step/", data | {"last": "2025-10-20", **SON})
    assert answer.status_code in (403, 404)
    assert len(rows_of(cast, "sponsored")) == 2


def test_a_leader_takes_over_by_somebody_elses_decision_only(sign_in: SignIn, cast: Cast) -> None:
    status, text = press(
        sign_in("ly"), cast, "hand_over", **(SON | {"staff": "mai huong ly", "first_day": "2025-10-15"})
    )
    assert (status, "của chính mình" in text) == (400, True)
    status, _text = press(
        sign_in("binh"), cast, "hand_over", **(SON | {"staff": "mai huong ly", "first_day": "2025-10-15"})
    )
    assert status == 303
