"""The reports to the Sở on the page: begun by a tap, written, signed, frozen, corrected; who sees them (P4.11)."""

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from school import models as m
from school.vocabulary import ReportOccasion, ReportState, YearState
from tests.admin_views.test_lists import set_operator
from tests.cast import Cast
from tests.factories import SECRET, make_contact
from tests.web import Browser, errors_of, version_of

LIST = "/admin/school_report"
DECEMBER = dt.datetime(2025, 12, 22, 2, tzinfo=dt.UTC)
SIGNED = {"number": "45/BC-THPT", "signed_on": "2025-12-22", "difficulties": "Nhà các em xa trường.", "proposals": ""}


@pytest.fixture
def open_as(app: Flask, cast: Cast) -> Callable[..., Browser]:
    return lambda name, now=DECEMBER: Browser(app, now).sign_in(name)


def press(browser: Browser, row: int, step: str, expected: int = 303, **typed: str) -> Any:
    page = browser.get(f"{LIST}/details/?id={row}")
    answer = browser.post(f"{LIST}/step/", {"id": row, "version": version_of(page), "step": step} | typed)
    assert answer.status_code == expected, errors_of(answer)
    return answer


def shown(browser: Browser, row: int = 1) -> str:
    answer = browser.get(f"{LIST}/details/?id={row}")
    assert answer.status_code == 200
    return unescape(answer.text)


def stored(cast: Cast, row: int = 1) -> m.SchoolReport:
    set_operator(cast)
    return cast.get(m.SchoolReport, row)


def test_from_a_tap_to_what_was_signed(open_as: Any, cast: Cast) -> None:
    set_operator(cast)
    cast.session.delete(cast.get(m.SchoolReport, 1))
    cast.session.commit()
    thu = open_as("thu")
    form = thu.get(f"{LIST}/new/").text
    assert re.search(r'value="first" selected|selected value="first"', form), "the one that comes next"
    data = {"school_year": cast.year, "occasion": "first"}
    answer = thu.post(f"{LIST}/new/", data)
    assert answer.status_code == 303
    address = answer.headers["Location"]
    assert thu.post(f"{LIST}/new/", data).headers["Location"] == address, "a double tap"
    row = int(address.split("=")[-1])
    page = shown(thu, row)
    assert "Còn 1 em chưa có người đỡ đầu, đề nghị Sở giúp cân đối giữa các trường." in page
    assert 'value="sign"' not in page, "the secretary does not sign"
    press(thu, row, "write", difficulties="Đường xa", proposals="", number="45/BC-THPT", signed_on="")
    binh = open_as("binh")
    page = shown(binh, row)
    assert 'value="45/BC-THPT"' in page
    assert 'value="2025-12-22"' in page, "today, until another day is chosen"
    press(binh, row, "sign", **SIGNED)
    page = shown(binh, row)
    assert "Số liệu tính đến ngày 22/12/2025" in page
    assert "Chốt khi ký; tới nay chưa có số nào khác đi." in page
    assert "Đúng hạn" in page
    assert 'name="difficulties"' not in page
    assert stored(cast, row).state is ReportState.SUBMITTED


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(open_as: Any, cast: Cast) -> None:
    binh = open_as("binh")
    answer = press(binh, 1, "sign", 400, **(SIGNED | {"number": " "}))
    assert 'id="number-error"' in answer.text
    assert "Nhà các em xa trường.</textarea>" in unescape(answer.text)
    answer = press(binh, 1, "sign", 400, **(SIGNED | {"signed_on": "2025-12-23"}))
    assert 'id="signed_on-error"' in answer.text
    assert 'value="2025-12-23"' in answer.text
    long = "x" * 20_001
    answer = press(binh, 1, "write", 400, **(SIGNED | {"proposals": long}))
    assert long in answer.text
    assert 'value="45/BC-THPT"' in answer.text
    answer = press(binh, 1, "sign", 400, **(SIGNED | {"number": "9" * 33}))
    assert 'id="number-error"' in answer.text
    assert stored(cast).state is ReportState.DRAFTED


def test_a_stale_page_signs_nothing(open_as: Any, cast: Cast) -> None:
    binh = open_as("binh")
    old = version_of(binh.get(f"{LIST}/details/?id=1"))
    press(open_as("thu"), 1, "write", difficulties="bản mới")
    answer = binh.post(f"{LIST}/step/", {"id": 1, "version": old, "step": "sign"} | SIGNED)
    assert answer.status_code == 409
    assert stored(cast).state is ReportState.DRAFTED


def test_frozen_figures_stay_and_todays_stand_beside_where_they_differ(open_as: Any, cast: Cast) -> None:
    binh = open_as("binh")
    press(binh, 1, "sign", **SIGNED)
    set_operator(cast)
    case, lan = cast.get(m.SupportCase, cast.id("sponsored")), cast.get(m.Staff, cast.staff["lan"])
    make_contact(cast.session, case, lan, occurred_on=dt.date(2025, 12, 1))
    cast.session.commit()
    page = shown(binh)
    assert "11 (nay 12)" in page
    assert "Số khác đi từ hôm đó tới nay ghi trong ngoặc." in page
    assert shown(open_as("cuc")).count("(nay ") == page.count("(nay ") > 0


def test_signing_twice_is_refused_and_changes_nothing(open_as: Any, cast: Cast) -> None:
    binh, ly = open_as("binh"), open_as("ly")
    page = ly.get(f"{LIST}/details/?id=1")
    press(binh, 1, "sign", **SIGNED)
    data = {"id": 1, "version": version_of(page), "step": "sign"} | SIGNED | {"number": "99"}
    assert ly.post(f"{LIST}/step/", data).status_code in (400, 409)
    assert stored(cast).number == "45/BC-THPT"


def test_a_correction_is_numbered_and_the_signed_one_stays(open_as: Any, cast: Cast) -> None:
    binh = open_as("binh")
    press(binh, 1, "sign", **SIGNED)
    answer = press(binh, 1, "correct", 400, correction_reason="  ")
    assert 'id="correct-correction_reason-error"' in answer.text
    later = open_as("thu", DECEMBER + dt.timedelta(days=20))
    answer = press(later, 1, "correct", correction_reason="Ghi sót một em.")
    address = answer.headers["Location"]
    assert not address.endswith("id=1"), "it leads to the correction"
    row = int(address.split("=")[-1])
    page = shown(later, row)
    assert "Báo cáo gửi Sở lần 1 · 2025-2026 · Đính chính lần 1" in page
    assert "Ghi sót một em." in page
    assert "Nhà các em xa trường.</textarea>" in page
    assert "Bản đầu" in page, "the others are one tap away"
    assert 'value="correct"' not in shown(later, 1), "one correction at a time"
    assert "Đính chính lần 1" in shown(later, 1)
    press(open_as("binh", DECEMBER + dt.timedelta(days=20)), row, "sign", **(SIGNED | {"number": "2/BC-THPT"}))
    assert "Số liệu tính đến ngày 11/01/2026" in shown(later, row)
    assert "Số liệu tính đến ngày 22/12/2025" in shown(later, 1)
    found = later.get(f"{LIST}/").text
    assert "Lần 1 · Đính chính lần 1" in found


def test_a_draft_can_be_deleted_and_what_was_signed_cannot(open_as: Any, cast: Cast) -> None:
    binh = open_as("binh")
    page = binh.get(f"{LIST}/details/?id=1")
    version = version_of(page)
    assert f'action="{LIST}/delete/"' in page.text
    press(binh, 1, "sign", **SIGNED)
    page = binh.get(f"{LIST}/details/?id=1")
    assert f'action="{LIST}/delete/"' not in page.text
    for known in (version, version_of(page)):
        binh.post(f"{LIST}/delete/", {"id": 1, "version": known})
    assert stored(cast) is not None
    press(binh, 1, "correct", correction_reason="a")
    draft = cast.session.scalars(select(m.SchoolReport).where(m.SchoolReport.correction == 1)).one()
    version = version_of(binh.get(f"{LIST}/details/?id={draft.id}"))
    assert binh.post(f"{LIST}/delete/", {"id": draft.id, "version": version}).status_code == 303
    assert [row.correction for row in cast.session.scalars(select(m.SchoolReport))] == [0]


def test_in_a_closed_year_it_is_only_read(open_as: Any, cast: Cast) -> None:
    set_operator(cast)
    cast.get(m.SchoolYear, cast.year).state = YearState.CLOSED
    cast.session.commit()
    binh = open_as("binh")
    page = shown(binh)
    for button in ("sign", "write", "correct"):
        assert f'value="{button}"' not in page
    assert f'action="{LIST}/delete/"' not in page
    for step in ("sign", "write", "correct"):
        answer = binh.post(f"{LIST}/step/", {"id": 1, "version": 1, "step": step, "correction_reason": "x"} | SIGNED)
        assert answer.status_code == 400, step
    binh.post(f"{LIST}/delete/", {"id": 1, "version": 1})
    assert stored(cast).state is ReportState.DRAFTED


@pytest.mark.parametrize("person", ["cuc", "thu"])
def test_forged_steps_of_those_who_may_not(open_as: Any, cast: Cast, person: str) -> None:
    browser = open_as(person)
    browser.get(f"{LIST}/details/?id=1")
    steps = ["sign"] if person == "thu" else ["sign", "write", "correct"]
    for step in steps:
        data = {"id": 1, "version": 1, "step": step, "correction_reason": "x"} | SIGNED
        assert browser.post(f"{LIST}/step/", data).status_code == 403, step
    assert browser.post(f"{LIST}/step/", {"id": 1, "version": 1, "step": "no such"}).status_code == 400
    if person == "cuc":
        assert browser.post(f"{LIST}/delete/", {"id": 1, "version": 1}).status_code == 403
    assert stored(cast).difficulties is None


@pytest.mark.parametrize("person", ["lan", "hoa", "hoi", "quan", "tro"])
def test_nobody_else_sees_them(open_as: Any, person: str) -> None:
    browser = open_as(person)
    for address in (f"{LIST}/", f"{LIST}/details/?id=1", f"{LIST}/new/"):
        assert browser.get(address).status_code == 403
    assert "Báo cáo gửi Sở" not in browser.get("/admin/").text


@pytest.mark.parametrize("person", ["cuc", "thu", "binh"])
def test_no_child_and_no_circumstances_stand_on_the_page(open_as: Any, cast: Cast, person: str) -> None:
    set_operator(cast)
    names = list(cast.session.scalars(select(m.Student.full_name)))
    page = shown(open_as(person))
    assert [name for name in names if name in page] == []
    assert SECRET not in page
    assert "Theo nhóm hoàn cảnh" in page
    assert "Mạ" in page


def test_the_second_is_offered_after_the_first(open_as: Any, cast: Cast) -> None:
    thu = open_as("thu")
    thu.get(f"{LIST}/new/")
    answer = thu.post(f"{LIST}/new/", {"school_year": cast.year, "occasion": "second"})
    assert answer.status_code == 400
    assert "29/12/2025" in answer.text
    page = open_as("thu", dt.datetime(2026, 5, 12, 2, tzinfo=dt.UTC)).get(f"{LIST}/new/?occasion=second").text
    assert re.search(r'value="second" selected|selected value="second"', page)
    assert open_as("thu").get(f"{LIST}/new/?occasion=third").status_code == 200


def test_lists_filter_by_year_occasion_and_state(open_as: Any, cast: Cast) -> None:
    binh = open_as("binh")
    assert "Lần 1" in binh.get(f"{LIST}/?year={cast.year}&occasion=first&state=drafted").text
    assert "Không có mục nào khớp" in binh.get(f"{LIST}/?state=submitted").text
    assert binh.get(f"{LIST}/?occasion=third").status_code == 400
    assert binh.get(f"{LIST}/export/csv/").status_code == 200


def test_home_leads_to_the_report_with_its_date_until_it_is_signed(open_as: Any, cast: Cast) -> None:
    binh = open_as("binh")
    page = unescape(binh.get("/admin/").text)
    assert "Báo cáo Sở lần 1" in page
    assert f'href="{LIST}/details/?id=1"' in page, "the draft that there is"
    assert "Hạn 29/12" in page
    late = unescape(open_as("binh", DECEMBER + dt.timedelta(days=9)).get("/admin/").text)
    assert "Hạn 29/12 · đã quá 2 ngày" in late
    assert "Báo cáo Sở lần 1" not in unescape(open_as("thu").get("/admin/").text), "leadership signs"
    press(binh, 1, "sign", **SIGNED)
    assert "Báo cáo Sở lần 1" not in unescape(binh.get("/admin/").text)
    set_operator(cast)
    cast.session.delete(cast.get(m.SchoolReport, 1))
    cast.session.commit()
    assert f"{LIST}/new/?occasion=first" in unescape(binh.get("/admin/").text)


def test_before_its_time_home_says_nothing_of_it(open_as: Any) -> None:
    early = dt.datetime(2025, 12, 14, 2, tzinfo=dt.UTC)
    assert "Báo cáo Sở lần 1" not in unescape(open_as("binh", early).get("/admin/").text)
    assert "Báo cáo Sở lần 1" in unescape(open_as("binh", early + dt.timedelta(days=1)).get("/admin/").text)


def test_pages_ask_few_questions_and_are_light(open_as: Any, cast: Cast, statements: Any) -> None:
    set_operator(cast)
    row = m.SchoolReport(school_year_id=cast.year, occasion=ReportOccasion.SECOND)
    cast.session.add(row)
    cast.session.commit()
    binh = open_as("binh")
    press(binh, 1, "sign", **SIGNED)
    for address, most in ((f"{LIST}/", 6), (f"{LIST}/details/?id=1", 12), (f"{LIST}/details/?id={row.id}", 12)):
        with statements() as seen:
            answer = binh.get(address)
        assert answer.status_code == 200
        assert len(seen) <= most, seen
        assert len(answer.data) < 60_000


# As official documents ------------------------------------------------------------------------------------------------


def document(browser: Browser, kind: str, row: int, part: str = "", way: str = "print") -> Any:
    return browser.get(f"/admin/documents/{kind}/{row}/{way}" + (f"?part={part}" if part else ""))


def test_the_page_leads_to_the_document_which_is_logged(open_as: Any, cast: Cast) -> None:
    binh = open_as("binh")
    assert 'href="/admin/documents/school_report/1/print"' in binh.get(f"{LIST}/details/?id=1").text
    assert "DỰ THẢO" in document(binh, "school_report", 1).text
    answer = document(binh, "school_report", 1, way="docx")
    assert answer.data.startswith(b"PK")
    set_operator(cast)
    newest = cast.session.scalars(select(m.Disclosure).order_by(m.Disclosure.id.desc())).first()
    assert (newest.name, newest.format, newest.account_id) == ("Báo cáo gửi Sở", "docx", cast.accounts["binh"])


@pytest.mark.parametrize(("part", "title"), [("1", "SƠ KẾT HỌC KỲ I"), ("2", "SƠ KẾT HỌC KỲ II"), ("year", "TỔNG KẾT")])
def test_a_review_is_of_the_part_that_is_looked_at(open_as: Any, cast: Cast, part: str, title: str) -> None:
    binh = open_as("binh")
    way = f"/admin/documents/review/{cast.year}/print?part={part}"
    assert f'href="{way}"' in binh.get(f"/admin/review/?period={part}").text
    page = unescape(binh.get(way).text)
    assert f"BÁO CÁO {title} NĂM HỌC 2025-2026" in page
    assert f"docx?part={part}" in page


def test_a_part_that_is_none_and_anothers_documents_are_not_there(open_as: Any, cast: Cast) -> None:
    hoa = open_as("hoa")
    assert document(hoa, "review", cast.year, "summer").status_code == 404
    assert document(hoa, "school_report", 1, "1").status_code == 404
    assert document(hoa, "school_report", 1).status_code in (403, 404)
    set_operator(cast)
    own, other = (
        cast.session.scalars(select(m.DepartmentReport.id).where(m.DepartmentReport.department_id == id_)).one()
        for id_ in (cast.departments["Tổ Toán"], cast.departments["Tổ Văn"])
    )
    cast.session.rollback()
    assert document(hoa, "department_month", own).status_code == 200
    assert document(hoa, "department_month", other).status_code == 404
    assert (
        f"/admin/documents/department_month/{own}/print" in hoa.get(f"/admin/department_report/details/?id={own}").text
    )
    assert document(open_as("lan"), "review", cast.year).status_code == 403


def test_the_page_of_documents_offers_each_part_and_each_version(open_as: Any, cast: Cast) -> None:
    binh = open_as("binh")
    press(binh, 1, "sign", **SIGNED)
    press(binh, 1, "correct", correction_reason="a")
    page = unescape(binh.get("/admin/documents/").text)
    for part in ("1", "2", "year"):
        assert f"/admin/documents/review/{cast.year}/docx?part={part}" in page
    assert "Đính chính lần 1" in page
    assert "/admin/documents/school_report/1/docx" in page
