"""Vietnamese for what Flask-Admin, WTForms and Flask-WTF say: our catalogues are read after theirs, so ours win."""

import flask_wtf.form
from flask import Flask
from flask_admin import babel
from flask_babel import get_babel


def install_catalogues(app: Flask) -> None:
    """Have forms and screens speak our Vietnamese (`translations/vi`); after `Babel(app)`, before the first request.

    Flask-Admin reads its own "admin" catalogue, whose Vietnamese is partly wrong, and WTForms' "wtforms", which has
    none; neither has a public way to add a folder, so ours is appended to the two domains' private lists. Flask-WTF
    reads WTForms' folder only; its forms get Flask-Admin's reader instead, so both kinds of form read the same two.
    """
    for domain in (babel.domain, babel.wtforms_domain):
        folders = domain._translation_directories
        folders.extend(folder for folder in get_babel(app).translation_directories if folder not in folders)
        domain.cache.clear()
    flask_wtf.form.translations = babel.Translations()
