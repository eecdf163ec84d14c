"""Texts that a spreadsheet would run as a formula, and the apostrophe that keeps it from doing so (security row 10).

Only where a file has no types: in CSV. The writer of tables puts the apostrophe there, the reader takes it off again,
so that export and import together change nothing.
"""

import re

# What spreadsheets pass over before a formula: blanks of every width, control characters, marks without any width.
_PASSED_OVER = "[\\s\x00-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*"
# The four signs as typed, full width (an Asian keyboard's) and small.
_SIGNS = "[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]"
# Apostrophes in front count too, so that `disarm` can be undone whatever a text begins with.
LIVE = re.compile(f"'*(?:[\t\r\n]|{_PASSED_OVER}{_SIGNS})")
_DISARMED = re.compile(f"'{LIVE.pattern}")


def disarm(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would run."""
    return f"'{text}" if LIVE.match(text) else text


def rearm(text: str) -> str:
    """The inverse of `disarm`: the text as it was."""
    return text[1:] if _DISARMED.match(text) else text
