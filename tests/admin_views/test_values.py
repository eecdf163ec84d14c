"""How values read: counts with their thousands apart, what is no count left as it is."""

import pytest
from flask import Flask
from flask_babel import force_locale

from admin_views.values import show, show_number


@pytest.mark.parametrize(
    ("language", "value", "text"),
    [
        ("vi", 1_234_567, "1.234.567"),
        ("vi", 999, "999"),
        ("vi", 0, "0"),
        ("vi", None, ""),
        ("en", 1_234_567, "1,234,567"),
    ],
)
def test_a_count_has_its_thousands_apart(app: Flask, language: str, value: int | None, text: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert show_number(value) == text


def test_a_year_or_an_id_is_left_as_it_is(app: Flask) -> None:
    with app.test_request_context():
        assert show(2026) == "2026"
