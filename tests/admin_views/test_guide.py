"""The guides: each opens, leads only to pages that its role may open, and names only what the screens have."""

import re
from collections import Counter
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from admin_views.guide import COMMON, ROLES
from school.rules.classification import CASE_STEPS
from school.rules.evaluation import EVALUATION_STEPS
from school.rules.pairing import SPONSORSHIP_STEPS
from school.rules.plans import GOAL_STEPS
from school.rules.policy import GRANTS
from school.vocabulary import Action, Role
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
MACHINES = {"case": CASE_STEPS, "goal": GOAL_STEPS, "progress": EVALUATION_STEPS, "sponsorship": SPONSORSHIP_STEPS}
OTHER_STEPS = {
    "hardship.confirm": Action.CONFIRM_CLASSIFICATION,
    "account.reset": Action.EDIT_ACCOUNT,
    "account.disable": Action.EDIT_ACCOUNT,
    "account.enable": Action.EDIT_ACCOUNT,
    "goal.new": Action.EDIT_PLAN,
    "plan.carry": Action.EDIT_PLAN,
    "progress.new": Action.EDIT_EVALUATION,
}
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
    assert {address.split("?")[0] for address in found} >= {
        _address(name) for name in called(language, role.value, "go")
    }
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


@files
@languages
def test_a_guide_names_only_words_of_the_screens(name: str, language: str) -> None:
    texts = Book("en", "messages").texts()
    known = {
        message.id
        for message in texts
        if message.id and any(where.startswith(SCREENS) for where, _ in message.locations)
    }
    assert set(called(language, name, "ui")) - known == set()


@pytest.mark.parametrize("role", ROLES)
@languages
def test_a_guide_tells_only_of_steps_that_its_role_may_take(role: Role, language: str) -> None:
    for name in called(language, role.value, "do"):
        screen, _, step = name.partition(".")
        action = OTHER_STEPS[name] if name in OTHER_STEPS else MACHINES[screen][step].action
        assert action in GRANTS[role], name


@files
def test_both_languages_tell_the_same_tasks_with_the_same_words(name: str) -> None:
    assert called("vi", name, "task") == called("en", name, "task")
    for macro in ("go", "do", "ui"):
        assert Counter(called("vi", name, macro)) == Counter(called("en", name, macro)), macro


@files
@languages
def test_headings_have_names_of_their_own(name: str, language: str) -> None:
    tasks = called(language, name, "task")
    assert tasks
    assert max(Counter(tasks).values()) == 1


def test_every_guide_is_a_part_of_the_page() -> None:
    for language in ("vi", "en"):
        present = {path.stem for path in Path(FOLDER / language).glob("*.html")}
        assert present == {*(role.value for role in ROLES), COMMON}
    assert set(ROLES) == set(Role)
