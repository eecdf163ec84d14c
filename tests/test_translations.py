"""The catalogues: complete, in step with the sources, compiled; and the panel speaks them."""

import re
import string
from io import BytesIO

import flask_wtf.form
import flask_wtf.i18n
import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.support import Translations
from flask import Flask, request
from flask_admin import babel, translations
from flask_admin.form import BaseForm
from flask_babel import force_locale, get_babel, gettext
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.i18n import messages_path
from wtforms.validators import InputRequired, Length

from admin_views.catalogues import install_catalogues
from translations.update import BOOKS, Book, admin_texts_of_our_templates, is_translated

books = pytest.mark.parametrize("book", BOOKS, ids=lambda book: f"{book.language}-{book.domain}")
REFRESH = "`make translations`, then translate what is empty"


def _ids(catalog) -> set:
    return {(message.context, message.id) for message in catalog if message.id}


@books
def test_the_catalogue_holds_what_the_sources_say(book: Book) -> None:
    catalog, texts = _ids(book.read()), _ids(book.texts())
    assert texts - catalog == set(), f"new texts: {REFRESH}"
    assert catalog - texts == set(), f"texts that are gone: {REFRESH}"


@books
def test_every_text_is_translated(book: Book) -> None:
    messages = [message for message in book.read() if message.id]
    assert [message.id for message in messages if not is_translated(message)] == []
    assert [message.id for message in messages if message.fuzzy] == []


@books
def test_placeholders_survive_translation(book: Book) -> None:
    translated = [message for message in book.read() if message.id and is_translated(message)]
    assert {message.id: message.string for message in translated if not _same_places(message)} == {}


def _same_places(message: Message) -> bool:
    """Whether each form of the translation fills the places of the text; a singular may leave the number out."""
    texts = [message.id] if isinstance(message.id, str) else list(message.id)
    forms = [message.string] if isinstance(message.string, str) else list(message.string)
    wanted = _places(texts[-1])
    return all(_places(form) == wanted or (len(forms) > 1 and form is forms[0]) for form in forms)


def _places(text: str) -> list[str]:
    percent = re.findall(r"%\(\w+\)[a-z]|%[sd]", text)
    braces = [name for _, name, _, _ in string.Formatter().parse(text) if name] if not percent else []
    return sorted(percent + braces)


@books
def test_the_compiled_catalogue_is_fresh(book: Book) -> None:
    compiled = BytesIO()
    write_mo(compiled, book.read())
    assert book.mo.read_bytes() == compiled.getvalue(), REFRESH


def test_our_templates_ask_flask_admin_only_for_its_own_texts() -> None:
    own = Book("vi", "admin").texts()
    assert _ids(admin_texts_of_our_templates()) - _ids(own) == set(), "our own texts go through gettext, not _gettext"


@pytest.fixture
def spoken(app: Flask) -> Flask:
    """The panel with our catalogues put in, as its screens have it."""
    install_catalogues(app)
    return app


class AdminForm(BaseForm):
    name = StringField(validators=[InputRequired()])
    age = IntegerField()


class PlainForm(FlaskForm):
    name = StringField(validators=[InputRequired()])
    note = StringField(validators=[Length(max=3)])
    age = IntegerField()


@pytest.mark.parametrize(
    "language, required, number",
    [
        ("vi", "Ô này chưa điền.", "Ô này chỉ nhận số nguyên."),
        ("en", "This field is required.", "Not a valid integer value."),
    ],
)
@pytest.mark.parametrize("form_class", [AdminForm, PlainForm])
def test_forms_speak_the_language(spoken: Flask, form_class, language: str, required: str, number: str) -> None:
    with spoken.test_request_context(method="POST", data={"age": "ba", "note": "dài quá"}), force_locale(language):
        form = form_class(meta={"csrf": False}) if form_class is PlainForm else form_class(request.form)
        assert not form.validate()
        assert form.name.errors == [required]
        assert form.age.errors == [number]


def test_plurals_and_numbers_are_filled_in(spoken: Flask) -> None:
    with spoken.test_request_context(method="POST", data={"note": "dài quá"}), force_locale("vi"):
        form = PlainForm(meta={"csrf": False})
        form.validate()
        assert form.note.errors == ["Dài nhất 3 ký tự."]
        assert (
            babel.ngettext(
                "Record was successfully deleted.", "%(count)s records were successfully deleted.", 2, count=2
            )
            == "Đã xóa 2 mục."
        )


def test_screens_speak_the_language(spoken: Flask) -> None:
    with spoken.test_request_context():
        with force_locale("vi"):
            assert babel.gettext("Record was successfully created.") == "Đã thêm."
            assert gettext("Giáo viên chủ nhiệm") == "Giáo viên chủ nhiệm"
        with force_locale("en"):
            assert babel.gettext("Record was successfully created.") == "Record was successfully created."
            assert gettext("Giáo viên chủ nhiệm") == "Homeroom teacher"


def test_installing_twice_changes_nothing(spoken: Flask) -> None:
    folders = list(babel.domain._translation_directories)
    install_catalogues(spoken)
    assert babel.domain._translation_directories == folders
    assert folders.count(get_babel(spoken).translation_directories[0]) == 1


# The reasons for admin_views/catalogues.py. Where one fails, a newer package may have made a part of it needless.


def test_flask_admin_still_needs_our_vietnamese() -> None:
    own = Translations.load(translations.__path__[0], ["vi"], domain="admin")
    assert own.ugettext("Record was successfully created.") == "Kỷ lục được tạo thành công."  # a sporting record


def test_wtforms_still_has_no_vietnamese() -> None:
    assert not isinstance(Translations.load(messages_path(), ["vi"], domain="wtforms"), Translations)


def test_flask_wtf_still_reads_only_the_folder_of_wtforms(spoken: Flask) -> None:
    with spoken.test_request_context(), force_locale("vi"):
        assert flask_wtf.i18n.translations.gettext("This field is required.") == "This field is required."
        assert flask_wtf.form.translations.gettext("This field is required.") == "Ô này chưa điền."
