"""The guides: each opens, leads only to pages that its role may open, and names only what the screens have."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from admin_views.guide import COMMON, ROLES, days_of
from school.models import MovedDeadline
from school.rules.calendar import YearPlan
from school.rules.classification import CASE_STEPS
from school.rules.evaluation import EVALUATION_STEPS
from school.rules.oversight import FOLLOW_UP_STEPS, REPORT_STEPS, SCHOOL_REPORT_STEPS
from school.rules.pairing import SPONSORSHIP_STEPS
from school.rules.plans import GOAL_STEPS
from school.rules.policy import GRANTS
from school.rules.scheme import SCHEME_STEPS
from school.rules.year import YEAR_STEPS
from school.services.guard import set_actor
from school.vocabulary import Action, Deadline, Role
from tests.cast import Cast
from tests.factories import save
from tests.web import Browser
from translations.update import ROOT, Book

FOLDER = ROOT / "templates" / "school" / "guide"
# Who of the cast reads the guide of each role.
READERS = {
    Role.TEACHER: "lan",
    Role.DEPARTMENT_HEAD: "hoa",
    Role.UNION: "cuc",
    Role.SECRETARY: "thu",
    Role.LEADERSHIP: "binh",
    Role.COUNCIL: "hoi",
    Role.ADMIN: "quan",
}
MACHINES: dict[str, Mapping[str, Any]] = {
    "case": CASE_STEPS,
    "department_report": REPORT_STEPS,
    "follow_up": FOLLOW_UP_STEPS,
    "goal": GOAL_STEPS,
    "progress": EVALUATION_STEPS,
    "scheme": SCHEME_STEPS,
    "school_report": SCHOOL_REPORT_STEPS,
    "sponsorship": SPONSORSHIP_STEPS,
    "year": YEAR_STEPS,
}
OTHER_STEPS = {
    "hardship.confirm": Action.CONFIRM_CLASSIFICATION,
    "account.reset": Action.EDIT_ACCOUNT,
    "activity.confirm": Action.CONFIRM_ACTIVITY,
    "activity.take_back": Action.CONFIRM_ACTIVITY,
    "account.disable": Action.EDIT_ACCOUNT,
    "account.enable": Action.EDIT_ACCOUNT,
    "goal.new": Action.EDIT_PLAN,
    "plan.carry": Action.EDIT_PLAN,
    "announcement.read": Action.MARK_READ,
    "commendation.decide": Action.DECIDE_COMMENDATION,
    "commendation.undecide": Action.DECIDE_COMMENDATION,
    "department_report.write": Action.EDIT_DEPARTMENT_REPORT,
    "meeting.approve_list": Action.APPROVE_SPONSORSHIP,
    "registration.withdraw": Action.REGISTER_SPONSORSHIP,
    "school_report.correct": Action.EDIT_SCHOOL_REPORT,
    "school_report.write": Action.EDIT_SCHOOL_REPORT,
    "sponsorship.hand_over": Action.END_SPONSORSHIP,
    "sponsorship.substitute": Action.END_SPONSORSHIP,
}
IN_THE_FRAME = {"guide", "search"}
# What a role may only look up need not be in its guide; whoever writes it is told how.
READ_BY_ALL = {"category", "classroom", "department", "goal", "staff", "teaching", "template", "year"}
LOOKED_UP: dict[Role, set[str]] = {Role.ADMIN: set(), Role.LEADERSHIP: READ_BY_ALL - {"category", "template", "year"}}
TITLES = ("task", "fold", "sub")
# Where the words of the screens stand: not in the commands, the imports or the demo.
SCREENS = ("admin_views/", "templates/", "school/errors.py", "school/reports/", "school/rules/", "school/vocabulary.py")

files = pytest.mark.parametrize("name", [*(role.value for role in ROLES), COMMON])
languages = pytest.mark.parametrize("language", ["vi", "en"])


def called(language: str, name: str, macro: str) -> list[str]:
    """What a guide hands to one of its macros."""
    text = (FOLDER / language / f"{name}.html").read_text("utf-8")
    return re.findall(rf"\b{macro}\('([^']+)'", text)


def links(text: str) -> list[str]:
    """The addresses in the main part of a page."""
    main = text[text.index("<main") :]
    return [unescape(address) for address in re.findall(r'href="([^"#]+)"', main)]


def _address(name: str) -> str:
    """Where a word of a guide should lead."""
    screen, _, form = name.partition(".")
    if screen == "password":
        return "/password"
    if screen == "home":
        return "/admin/"
    return f"/admin/{screen}/new/" if form else f"/admin/{screen}/"


@pytest.mark.parametrize("role", ROLES)
@languages
def test_each_link_of_a_guide_leads_to_a_page_that_the_role_may_open(
    role: Role, language: str, sign_in: Callable[[str], Browser]
) -> None:
    browser = sign_in(READERS[role])
    browser.post("/lang", {"language": language})
    page = browser.get(f"/admin/guide/{role}")
    assert page.status_code == 200
    found = set(links(page.text))
    named = [*called(language, role.value, "go"), *called(language, COMMON, "go")]
    assert {address.split("?")[0] for address in found} >= {_address(name) for name in named}
    anchors = re.findall(r'href="#([^"]+)"', page.text)
    assert {anchor for anchor in anchors if f'id="{anchor}"' not in page.text} == set()
    assert {address: browser.get(address).status_code for address in found} == dict.fromkeys(found, 200)


def test_the_own_guides_are_shown_and_everybodys_part(sign_in: Callable[[str], Browser]) -> None:
    page = sign_in("hoa").get("/admin/guide/")
    assert re.findall(r'<h2 id="guide-([a-z_]+)"', page.text) == [
        "tasks",
        "teacher",
        "department_head",
        "common",
        "roles",
    ]


def test_somebody_without_a_role_gets_everybodys_part(sign_in: Callable[[str], Browser]) -> None:
    page = sign_in("tro").get("/admin/guide/")
    assert page.status_code == 200
    assert re.findall(r'<h2 id="guide-([a-z_]+)"', page.text) == ["tasks", "common", "roles"]


def test_a_guide_of_another_role_can_be_read_but_leads_nowhere_new(sign_in: Callable[[str], Browser]) -> None:
    browser = sign_in("lan")
    page = browser.get("/admin/guide/admin")
    assert page.status_code == 200
    assert not [address for address in links(page.text) if address.startswith("/admin/account")]


def test_a_role_that_does_not_exist_has_no_guide(sign_in: Callable[[str], Browser]) -> None:
    assert sign_in("lan").get("/admin/guide/parent").status_code == 404


@pytest.mark.parametrize("address", ["/admin/", "/admin/staff/", "/admin/guide/", "/admin/staff/details/?id=1"])
def test_every_screen_leads_to_the_guides(address: str, sign_in: Callable[[str], Browser]) -> None:
    assert 'href="/admin/guide/"' in sign_in("lan").get(address).text


@cache
def words_of_the_screens() -> set[Any]:
    """Every text of the screens' sources: to read all of these takes a while."""
    return {
        message.id
        for message in Book("en", "messages").texts()
        if message.id and any(where.startswith(SCREENS) for where, _ in message.locations)
    }


@files
@languages
def test_a_guide_names_only_words_of_the_screens(name: str, language: str) -> None:
    assert set(called(language, name, "ui")) - words_of_the_screens() == set()


@pytest.mark.parametrize("role", ROLES)
@languages
def test_a_guide_tells_only_of_steps_that_its_role_may_take(role: Role, language: str) -> None:
    told = [*called(language, role.value, "do"), *called(language, COMMON, "do")]
    for name in told:
        screen, _, step = name.partition(".")
        action = OTHER_STEPS[name] if name in OTHER_STEPS else MACHINES[screen][step].action
        assert action in GRANTS[role], name


@pytest.mark.parametrize("role", ROLES)
def test_a_guide_tells_of_each_screen_in_the_navigation_of_its_role(
    role: Role, sign_in: Callable[[str], Browser]
) -> None:
    page = sign_in(READERS[role]).get("/admin/guide/").text
    offered = set(re.findall(r'href="/admin/([a-z_]+)/"', page[: page.index("<main")]))
    assert offered, "the navigation has moved"
    mine = [known.value for known in ROLES if f'id="guide-{known}"' in page]
    told = {name.partition(".")[0] for part in (*mine, COMMON) for name in called("vi", part, "go")}
    assert role.value in mine
    assert offered - told - IN_THE_FRAME - LOOKED_UP.get(role, READ_BY_ALL) == set()


@pytest.mark.parametrize("role", ROLES)
def test_headings_go_down_step_by_step(role: Role, sign_in: Callable[[str], Browser]) -> None:
    page = sign_in(READERS[role]).get(f"/admin/guide/{role}").text
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", page[page.index("<main") :])]
    assert levels[0] == 1
    assert [after for before, after in pairwise(levels) if after > before + 1] == []
    anchors = re.findall(r'\bid="([^"]+)"', page)
    assert max(Counter(anchors).values()) == 1


@files
def test_the_work_of_the_month_stands_open_and_the_seasons_are_folded(name: str) -> None:
    text = (FOLDER / "vi" / f"{name}.html").read_text("utf-8")
    first = text.find("call fold(")
    assert first == -1 or "call task(" not in text[first:]
    assert "call sub(" not in text[:first]


def test_a_folded_season_says_what_is_in_it(sign_in: Callable[[str], Browser]) -> None:
    page = sign_in("lan").get("/admin/guide/teacher").text
    seasons, others = called("vi", "teacher", "fold"), called("vi", COMMON, "fold")
    assert len(seasons) > 2
    assert page.count('<details class="fold">') == len(seasons) + len(others)
    summaries = re.findall(
        r'<summary class="btn btn-quiet">([^<]+)<span class="visually-hidden">: ([^<]+)</span>', page
    )
    assert len({title for _text, title in summaries}) == len(seasons) + len(others)
    listed = re.findall(r'<a class="d-block[^"]*" href="#teacher-([a-z_]+)"', page)
    assert listed == [*called("vi", "teacher", "task"), *seasons]


@files
def test_both_languages_tell_the_same_tasks_with_the_same_words(name: str) -> None:
    for macro in TITLES:
        assert called("vi", name, macro) == called("en", name, macro)
    for macro in ("go", "do", "ui"):
        assert Counter(called("vi", name, macro)) == Counter(called("en", name, macro)), macro


@files
@languages
def test_headings_have_names_of_their_own(name: str, language: str) -> None:
    keys = [key for macro in TITLES for key in called(language, name, macro)]
    assert keys
    assert max(Counter(keys).values()) == 1


def test_every_guide_is_a_part_of_the_page() -> None:
    for language in ("vi", "en"):
        present = {path.stem for path in Path(FOLDER / language).glob("*.html")}
        assert present == {*(role.value for role in ROLES), COMMON}
    assert set(ROLES) == set(Role)


# The dates ----------------------------------------------------------------------------------------------------------


def test_a_year_on_its_usual_days() -> None:
    assert days_of(YearPlan.usual("2025-2026")) == {
        "year": "2025-2026",
        "registration": "19/11",
        "survey_opens": "01/12",
        "survey_closes": "30/12",
        "assignment_list": "29/12",
        "school_report_1": "29/12",
        "semester_1_review": "15/01",
        "school_report_2": "24/05",
        "year_review": "31/05",
        "sponsor": "20",
        "may_sponsor": "15",
        "apart_sponsor": [],
        "department": "24",
        "may_department": "20",
        "apart_department": [],
    }


def test_a_month_with_a_day_of_its_own_is_told_by_name(app: Flask) -> None:
    moved = {
        (Deadline.SPONSOR_MONTH, "2026-02"): dt.date(2026, 2, 26),
        (Deadline.SPONSOR_MONTH, "2025-12"): dt.date(2026, 1, 2),
        (Deadline.SPONSOR_MONTH, "2026-05"): dt.date(2026, 6, 1),
    }
    usual = YearPlan.usual("2025-2026")
    with app.test_request_context():
        days = days_of(YearPlan(usual.name, usual.starts_on, usual.second_starts_on, usual.ends_on, moved))
    assert (days["sponsor"], days["may_sponsor"]) == ("20", "01/06")
    assert days["apart_sponsor"] == [("Tháng 12/2025", "02/01"), ("Tháng 2/2026", "26/02")]


def test_every_date_of_the_year_is_told_to_everybody() -> None:
    text = (FOLDER / "vi" / f"{COMMON}.html").read_text("utf-8")
    told = set(re.findall(r"days\.([a-z_0-9]+)", text))
    assert told == set(days_of(YearPlan.usual("2025-2026")))


@languages
def test_guides_have_no_date_that_the_school_cannot_move(language: str) -> None:
    written = re.compile(r"\b\d{1,2}/\d{1,2}\b|\b\d{1,2} (?:November|December|January|May)\b|\bngày \d")
    for path in (FOLDER / language).glob("*.html"):
        assert not written.search(path.read_text("utf-8")), path.name


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "vi",
            (
                "đăng ký, hết ngày 25/11",
                "Hết ngày 25/11",
                "hết ngày 22",
                "Tháng có hạn riêng: tháng 2/2026 (26/02)",
            ),
        ),
        ("en", ("register by 25/11", "By 25/11", "by the 22nd", "Months with a day of their own: ")),
    ],
)
def test_guides_follow_the_dates_that_the_school_moved(
    language: str, texts: tuple[str, ...], sign_in: Callable[[str], Browser], cast: Cast
) -> None:
    _move(cast, Deadline.REGISTRATION, "", dt.date(2025, 11, 25))
    for month in YearPlan.usual("2025-2026").months()[:-1]:
        day = 26 if month == "2026-02" else 22
        _move(cast, Deadline.SPONSOR_MONTH, month, dt.date.fromisoformat(f"{month}-{day}"))
    browser = sign_in("lan")
    browser.post("/lang", {"language": language})
    page = unescape(browser.get("/admin/guide/teacher").text)
    assert [text for text in texts if text not in page] == []
    assert "19/11" not in page


def _move(cast: Cast, deadline: Deadline, period: str, day: dt.date) -> None:
    set_actor(cast.session, cast.actor("operator"))
    save(cast.session, MovedDeadline(school_year_id=cast.year, deadline=deadline, period=period, last_day=day))
    cast.session.commit()


@pytest.mark.parametrize("role", ROLES)
@languages
def test_a_guide_is_light_and_asks_little(
    role: Role, language: str, sign_in: Callable[[str], Browser], statements: Callable
) -> None:
    browser = sign_in(READERS[role])
    browser.post("/lang", {"language": language})
    with statements() as seen:
        page = browser.get("/admin/guide/")
    assert len(page.data) <= 80_000
    assert len(seen) <= 12, seen
