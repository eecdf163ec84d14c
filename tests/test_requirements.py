"""The pinned requirements: complete on every system, exact, hashed, and free of this or that machine's addresses."""

import re
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from itertools import product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
FILES = ("requirements.txt", "requirements-dev.txt")
SYSTEMS = (
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
)
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


@cache
def pins(name: str) -> dict[str, Requirement]:
    """The pinned packages of a file, by name."""
    lines = re.findall(r"^[a-zA-Z0-9].*?(?= \\?$)", (ROOT / name).read_text(), re.MULTILINE)
    found = [Requirement(line) for line in lines]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def asked_for(name: str) -> list[Requirement]:
    """What a .in file names."""
    lines = [line.split("  #")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


@pytest.mark.parametrize("name", FILES)
def test_every_pin_is_exact_and_hashed(name: str) -> None:
    assert [str(pin) for pin in pins(name).values() if not str(pin.specifier).startswith("==")] == []
    blocks = re.split(r"\n(?=[a-zA-Z0-9])", (ROOT / name).read_text())[1:]
    assert len(blocks) == len(pins(name))
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", FILES)
def test_the_pins_answer_what_is_asked_for(name: str) -> None:
    pinned = pins("requirements.txt") | pins(name)
    for wanted in asked_for(name.replace(".txt", ".in")):
        assert next(iter(pinned[canonicalize_name(wanted.name)].specifier)).version in wanted.specifier


def test_both_files_pin_the_same() -> None:
    ours, theirs = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name for name in ours.keys() & theirs.keys() if ours[name].specifier != theirs[name].specifier} == set()


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_missing_on_another_system(name: str) -> None:
    """pip-compile looks at the machine it runs on; here every marker is tried for each system and Python."""
    pinned = pins("requirements.txt") | pins(name)
    missing = {
        f"{package} wants {needed}"
        for package, pin in pinned.items()
        for needed in _needs(package, pin.extras)
        if canonicalize_name(needed.name) not in pinned
    }
    assert missing == set(), "name it in the .in file"


def _needs(package: str, extras: set[str]) -> list[Requirement]:
    try:
        found = [Requirement(line) for line in requires(package) or []]
    except PackageNotFoundError:  # pinned for another system only
        return []
    return [needed for needed in found if needed.marker is None or _somewhere(needed, extras)]


def _somewhere(needed: Requirement, extras: set[str]) -> bool:
    assert needed.marker is not None
    return any(
        needed.marker.evaluate(
            system
            | {
                "python_version": python,
                "python_full_version": f"{python}.1",
                "extra": extra,
                "implementation_name": "cpython",
                "platform_python_implementation": "CPython",
            }
        )
        for system, python, extra in product(SYSTEMS, PYTHONS, {"", *extras})
    )


@pytest.mark.parametrize("name", FILES)
def test_what_is_installed_is_what_is_pinned(name: str) -> None:
    others = {"colorama", "pip", "setuptools", "tzdata", "wheel"}  # other systems' or the environment's own
    pinned = {package: str(pin.specifier) for package, pin in pins(name).items() if package not in others}
    assert {package: f"=={version(package)}" for package in pinned} == pinned


@pytest.mark.parametrize("name", [*FILES, "requirements.in", "requirements-dev.in", "Makefile", ".ci/run"])
def test_no_address_of_a_registry_or_machine(name: str) -> None:
    text = (ROOT / name).read_text().replace("http://127.0.0.1:5000", "")
    found = re.findall(r"\w+://\S*|pypi\S*|(?:^|\s)/(?:home|opt|root|tmp|work)\b\S*", text)
    assert found == [], "no registry, no folder of one machine"


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_readme_says_why_each_part_is_here(name: str) -> None:
    _, _, parts = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Parts")
    named = {
        canonicalize_name(word) for line in re.findall(r"^\| ([^|]+) \|", parts, re.M) for word in line.split(", ")
    }
    assert {wanted.name for wanted in asked_for(name) if canonicalize_name(wanted.name) not in named} == set()
