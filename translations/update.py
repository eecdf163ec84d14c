"""Bring the catalogues up to date: `python translations/update.py` (`make translations`).

Reads the texts out of the sources, puts new ones into the .po files with an empty translation, drops those that are
gone, and compiles the .mo files. Then fill in what is empty and run it again. Our sources are in Vietnamese, so:

- en/messages: our own texts, in English;
- vi/admin: what Flask-Admin says, in better Vietnamese than its own catalogue has;
- vi/wtforms: what WTForms and Flask-WTF say; they bring no Vietnamese.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
OURS = ("app.py", "admin_views", "school", "templates")
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"extensions": "jinja2.ext.do", "silent": "false"}}  # not silent: a broken template hides no text
ADMIN_KEYWORDS = {"_gettext": None, "_ngettext": (1, 2)}  # how Flask-Admin's templates call its own catalogue
KEYWORDS = DEFAULT_KEYWORDS | {"lazy_gettext": None, "lazy_ngettext": (1, 2), "lazy_pgettext": ((1, "c"), 2)}
# Below Flask-Admin's package: what the panel does not use.
UNUSED = (
    "tests",
    *(f"contrib/{name}" for name in ("fileadmin", "geoa", "mongoengine", "peewee", "pymongo", "rediscli")),
    *(f"templates/bootstrap4/admin/{name}" for name in ("file", "rediscli")),
)


@dataclass(frozen=True)
class Book:
    """One catalogue: a language and a domain."""

    language: str
    domain: str

    @property
    def po(self) -> Path:
        return ROOT / "translations" / self.language / "LC_MESSAGES" / f"{self.domain}.po"

    @property
    def mo(self) -> Path:
        return self.po.with_suffix(".mo")

    def read(self) -> Catalog:
        """What is translated so far."""
        if not self.po.exists():
            return _new_catalog(self.language, self.domain)
        with self.po.open("rb") as file:
            return read_po(file, locale=self.language, domain=self.domain)

    def texts(self) -> Catalog:
        """What the sources say now: a catalogue without translations."""
        return {"messages": _our_texts, "admin": _admin_texts, "wtforms": _wtforms_texts}[self.domain]()


BOOKS = (Book("en", "messages"), Book("vi", "admin"), Book("vi", "wtforms"))


def _new_catalog(language: str, domain: str) -> Catalog:
    return Catalog(
        language,
        domain,
        header_comment=f"# {domain} in {language}; `make translations` keeps it in step with the sources.",
        project="panel",
        version="1",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
        revision_date=datetime.now(UTC),
        fuzzy=False,
    )


def admin_texts_of_our_templates() -> Catalog:
    """What our templates ask of Flask-Admin's catalogue."""
    return _catalog(_messages(ROOT / "templates", ADMIN_KEYWORDS))


def _our_texts() -> Catalog:
    return _catalog(*(_messages(ROOT / name, KEYWORDS) for name in OURS), located=True)


def _admin_texts() -> Catalog:
    return _catalog(_messages(_package("flask_admin"), KEYWORDS | ADMIN_KEYWORDS))


def _wtforms_texts() -> Catalog:
    return _catalog(*(_messages(_package(name), KEYWORDS) for name in ("wtforms", "flask_wtf")))


def _catalog(*sources: Iterable[tuple], located: bool = False) -> Catalog:
    texts = Catalog()
    for file, line, text, comments, context in chain(*sources):
        where = [(file.relative_to(ROOT).as_posix(), line)] if located else []
        texts.add(text, None, where, auto_comments=comments, context=context)
    return texts


def _messages(path: Path, keywords: dict) -> Iterator[tuple]:
    """(file, line, text, comments, context) of each text in a file, or in the used files below a folder."""
    if path.is_file():
        for found in extract_from_file("python", path, keywords):
            yield path, *found
        return
    for name, *rest in extract_from_dir(path, METHODS, OPTIONS, keywords):
        if not Path(name).as_posix().startswith(UNUSED):
            yield path / name, *rest


def _package(name: str) -> Path:
    spec = find_spec(name)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


def update(book: Book) -> int:
    """Write the catalogue anew, .po and .mo; how many texts still lack a translation."""
    catalog = book.read()
    catalog.update(book.texts(), no_fuzzy_matching=True, update_creation_date=False)
    book.po.parent.mkdir(parents=True, exist_ok=True)
    with book.po.open("wb") as file:
        write_po(file, catalog, width=120, ignore_obsolete=True, include_lineno=False)
    with book.mo.open("wb") as file:
        write_mo(file, catalog)
    return sum(1 for message in catalog if message.id and not is_translated(message))


def is_translated(message: Message) -> bool:
    """Whether every form has a text."""
    return all(message.string) if message.string else False


if __name__ == "__main__":
    missing = {book: update(book) for book in BOOKS}
    for book, count in missing.items():
        sys.stdout.write(f"{book.po.relative_to(ROOT)}: {count} to translate\n")
