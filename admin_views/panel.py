"""The panel as a whole: which screens there are, and in what order."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the screens."""
